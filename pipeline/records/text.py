"""Cells as clean text, and the keys under which two spellings of a word are the same."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from pipeline.french import NBSP, plain

PLACE_LIMIT = 300
TEXT_LIMIT = 5_000
"""Longest text kept, in characters: of a place, id or label, and of a description."""

_SMALL_WORDS = frozenset(
    ("a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "ou", "par", "un", "une")
)
_BRACKETS = re.compile(r"\([^()]*\)")
_FLOAT_CODE = re.compile(r"(\d+)\.0+")


def clean(text: str) -> str:
    """NFC, without control, format (bidi marks, zero-width) or unassigned characters, single spaces, stripped.

    A line break or tab becomes a space.
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.split()) if "  " in text else text.strip()
    text = unicodedata.normalize("NFC", text)
    kept = (c if unicodedata.category(c) not in ("Cc", "Cf", "Cn", "Co", "Cs") else _gap(c) for c in text)
    return " ".join("".join(kept).split())


def _gap(character: str) -> str:
    return " " if character in "\t\n\r\v\f\x1c\x1d\x1e\x1f\x85" else ""


def clean_column(cells: Sequence[str]) -> list[str]:
    """`clean` on each cell, computed once for each distinct text."""
    memo = {cell: clean(cell) for cell in set(cells)}
    return [memo[cell] for cell in cells]


def header_key(header: str) -> str:
    """Letters and digits alone, without case or accents: " Tranche_Horaire*" -> "tranchehoraire"."""
    return plain(clean(header)).replace(" ", "")


def value_key(value: str) -> str:
    """What two spellings of a closed-list value share: no brackets, case, accents, punctuation, articles
    or plural. "Atteinte aux droits à la Vie (tous)" and "atteintes au droit à la vie" -> one key."""
    words = plain(_BRACKETS.sub(" ", value)).split()
    return " ".join(_singular(word) for word in words if word not in _SMALL_WORDS)


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word[-1] in "sx" else word


def code(value: str) -> str:
    """A code that a spreadsheet turned into a number, as the code again: "12.0" -> "12"."""
    found = _FLOAT_CODE.fullmatch(value)
    return found[1] if found else value


def quote(value: str, limit: int = 80) -> str:
    """« value » for a message, shortened where it is long."""
    shown = value if len(value) <= limit else f"{value[:limit]}…"
    return f"«{NBSP}{shown}{NBSP}»"


def closest(value: str, choices: Iterable[str], limit: int = 3) -> list[str]:
    """The choices nearest in spelling, best first: for a suggestion, never for a decision.

    All choices are listed where there are few and none is near.
    """
    from rapidfuzz import fuzz, process

    kept = list(choices)
    keys = {choice: value_key(choice) or plain(choice) for choice in kept}
    near = process.extract(
        value_key(value[:200]), keys, scorer=fuzz.WRatio, limit=limit, score_cutoff=60
    )  # fmt: skip
    return [choice for _, _, choice in near] or (kept if len(kept) <= 10 else [])
