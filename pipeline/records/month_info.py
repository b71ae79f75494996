"""mois.toml: the bulletin's number, its sources, and whether the data are a reconstruction."""

from __future__ import annotations

import re
import tomllib
from typing import Any

from pipeline.errors import InputError
from pipeline.records.tables import MonthInfo
from pipeline.records.text import clean, header_key, quote

DEFAULT = MonthInfo(bulletin="", sources="", exemple=False)
"""What a month without mois.toml is taken for: real data, a bulletin without a number."""

_KEYS = {
    "bulletin": "bulletin", "numero": "bulletin", "numerobulletin": "bulletin", "numerodubulletin": "bulletin",
    "sources": "sources", "source": "sources", "exemple": "exemple",
    "aucunincident": "aucun_incident", "aucuneviolation": "aucun_incident", "aucunealerte": "aucune_alerte",
}  # fmt: skip
DECLARED = {"incidents": "aucun_incident", "alertes_flash": "aucune_alerte"}
"""Table -> the word by which a month declares that it has really nothing of it."""


def parse_info(data: bytes, shown: str) -> MonthInfo:
    """Read the bytes of a mois.toml. Raises InputError on anything that it cannot be sure of: a word
    misspelt here could take the mark "DONNÉES D'EXEMPLE" off every map."""
    try:
        text = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    try:
        found = tomllib.loads(text.replace("\r\n", "\n"))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise _wrong(f"{shown} est mal écrit{_where(error)}") from None
    known: dict[str, Any] = {}
    for key, value in found.items():
        name = _KEYS.get(header_key(key))
        if name is None:
            raise _wrong(f"{shown} : le mot {quote(key)} n'est pas connu")
        if name in known:
            raise _wrong(f"{shown} : {quote(name)} est donné deux fois")
        known[name] = value
    for name in ("exemple", *DECLARED.values()):
        if not isinstance(known.get(name, False), bool):
            raise _wrong(f"{shown} : {name} = {known[name]!r} n'est ni true ni false")
    return MonthInfo(
        _words(known, "bulletin", shown),
        _words(known, "sources", shown),
        known.get("exemple", False),
        tuple(table for table, name in DECLARED.items() if known.get(name, False)),
    )


def _where(error: Exception) -> str:
    """The line of a fault of TOML, in French."""
    found = re.search(r"line (\d+)", str(error))
    return f" (ligne {found[1]} : chaque texte se met entre guillemets droits)" if found else ""


def _words(known: dict[str, Any], name: str, shown: str) -> str:
    value = known.get(name, "")
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        value = " ; ".join(value)
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise _wrong(f"{shown} : {name} n'est pas un texte")
    return clean(str(value))[:500]


def _wrong(problem: str) -> InputError:
    return InputError(
        problem,
        "le numéro du bulletin, les sources ou la mention « DONNÉES D'EXEMPLE » manqueraient sur les cartes ; "
        "aucune carte n'est produite",
        'écrire trois lignes : bulletin = "n° 6, juin 2021" ; sources = "Cluster Protection Mali" ; '
        "exemple = false (true si les données sont une reconstruction)",
    )
