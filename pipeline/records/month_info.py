"""mois.toml: the bulletin's number, its sources, and whether the data are a reconstruction."""

from __future__ import annotations

import tomllib
from typing import Any

from pipeline.errors import InputError
from pipeline.geography.divisions import KEYS
from pipeline.records.tables import MonthInfo
from pipeline.records.text import clean, header_key, quote

DEFAULT = MonthInfo(bulletin="", sources="", exemple=False)
"""What a month without mois.toml is taken for: real data, a bulletin without a number."""

_KEYS = {
    "bulletin": "bulletin", "numero": "bulletin", "numerobulletin": "bulletin", "numerodubulletin": "bulletin",
    "sources": "sources", "source": "sources", "exemple": "exemple",
    "division": "division", "decoupage": "division",
}  # fmt: skip


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
        raise _wrong(f"{shown} est mal écrit ({error})") from None
    known: dict[str, Any] = {}
    for key, value in found.items():
        name = _KEYS.get(header_key(key))
        if name is None:
            raise _wrong(f"{shown} : le mot {quote(key)} n'est pas connu")
        if name in known:
            raise _wrong(f"{shown} : {quote(name)} est donné deux fois")
        known[name] = value
    exemple = known.get("exemple", False)
    if not isinstance(exemple, bool):
        raise _wrong(f"{shown} : exemple = {exemple!r} n'est ni true ni false")
    division = _words(known, "division", shown)
    if division not in ("", *KEYS):
        raise _wrong(f"{shown} : division = {quote(division)} n'est ni {' ni '.join(KEYS)}")
    return MonthInfo(_words(known, "bulletin", shown), _words(known, "sources", shown), exemple, division)


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
        "exemple = false (true si les données sont une reconstruction) ; si les codes du mois sont ceux d'une division "
        "connue, une quatrième : division = 2025",
    )
