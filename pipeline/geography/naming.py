"""Official names as they are printed, and names stripped to what two spellings share."""

from __future__ import annotations

import re
import unicodedata

REGIONS = (
    "Kayes", "Koulikoro", "Sikasso", "Ségou", "Mopti", "Tombouctou", "Gao", "Kidal", "Bamako", "Ménaka",
    "Taoudénit",
)  # fmt: skip
"""Regions as the bulletin prints them; the boundary files drop some accents ("Segou", "Menaka")."""

CORRECTED = {"mali le": "Mali", "koulikouro": "Koulikoro"}
"""Obvious slips of the boundary files, by folded name; all other names stay as the source has them."""


def folded(name: str) -> str:
    """A name in lower case, without accents, punctuation or doubled spaces: "N'Tillit" -> "n tillit"."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return " ".join(re.sub(r"[^0-9a-z]+", " ", plain.lower().replace("œ", "oe")).split())


def tidy(name: str) -> str:
    """An official name as the source writes it, in composed characters and with single plain spaces."""
    return " ".join(unicodedata.normalize("NFC", name).replace("\x00", "").split())


def printed(name: str, level: int) -> str:
    """The name to print for an area of a level (0 country, 1 region, 2 cercle, 3 commune).

    Countries and regions are corrected (obvious slips, lost accents); cercles and communes are the
    source's own words.
    """
    name = tidy(name)
    if level > 1:
        return name
    return _ACCENTED.get(folded(name), CORRECTED.get(folded(name), name))


_ACCENTED = {folded(region): region for region in REGIONS}
