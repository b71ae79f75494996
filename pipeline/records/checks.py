"""Lines below a header that are no records: totals, sources, filters, HXL tags, repeated or explained headers.

They are counted as such, so that no total of a table is taken for a violation, a commune or a place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from pipeline.french import plain
from pipeline.records.columns import FIELDS
from pipeline.records.tables import clean, header_key

TOTAL = "ligne de total"
NOTE = "source, filtre ou note"
TAGS = "étiquettes HXL"
REPEATED = "titres répétés"
EXPLAINED = "explication des titres"
SKIPPED = "ligne que la recette dit de sauter"

EXPLANATIONS_WITHIN = 3
"""Explanations of columns stand directly under the header, if anywhere."""

_TOTAL = re.compile(r"(?:sous |grand |sub ?)?tota(?:l|ux)\b.*|ensemble|somme|total general")
_NOTE = re.compile(
    r"(?:sources?|notes?|nb|n b|filtres?(?: appliques?)?|applied filters?|filters? applied|donnees (?:au|extraites)|"
    r"exporte(?:e|es)?|extraction|extrait|mis a jour|derniere mise a jour|legende|remarques?|date d export\w*|"
    r"generated|exported|last updated?)\b.*"
)
_TAG = re.compile(r"#\s*[a-z][a-z0-9_]*(?:\s*\+[a-z0-9_+ ]*)?", re.IGNORECASE)
_TYPED = frozenset(
    ("date", "category", "type", "event", "count", "score", "question", "latitude", "longitude", "total")
)


def is_tags(cells: Sequence[str]) -> bool:
    """Whether a line holds HXL tags ("#adm1+name") and nothing else."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    return bool(filled) and all(_TAG.fullmatch(cell) for cell in filled)


def kind_of(
    cells: Sequence[str],
    header: Sequence[str],
    positions: Mapping[str, int],
    table: str,
    skipped: Sequence[str] = (),
) -> str:
    """What a line is that is no record; "" for a record. cells: as written. positions: column -> its place.
    skipped: beginnings of lines that a recipe leaves out, as plain words."""
    filled = [clean(cell) for cell in cells if cell.strip()]
    if not filled:
        return ""
    first = plain(filled[0])
    if skipped and any(first.startswith(word) for word in skipped):
        return SKIPPED
    if filled[0].startswith("#") and is_tags(cells):
        return TAGS
    if len(filled) == 1 and _NOTE.fullmatch(first) and len(positions) > 1:
        return NOTE
    if _TOTAL.fullmatch(first) and _lacks(cells, positions, table):
        return TOTAL
    if _repeats(cells, header, positions):
        return REPEATED
    return ""


def _lacks(cells: Sequence[str], positions: Mapping[str, int], table: str) -> bool:
    """Whether a column that every record fills is empty."""
    for field in FIELDS[table]:
        at = positions.get(field.name)
        if at is not None and field.required and not (at < len(cells) and cells[at].strip()):
            return True
    return table == "totaux_publies"


def _repeats(cells: Sequence[str], header: Sequence[str], positions: Mapping[str, int]) -> bool:
    """Whether a line says again what the header says, in most of the table's columns."""
    told = [at for at in positions.values() if at < len(cells) and cells[at].strip()]
    if len(told) < 2 or header_key(cells[told[0]]) != header_key(header[told[0]]):
        return False
    same = sum(header_key(cells[at]) == header_key(header[at]) for at in told)
    return 2 * same > len(told) and 2 * same >= len(positions)


def is_explanation(texts: Mapping[str, str], table: str, readable: Callable[[str, str], bool]) -> bool:
    """Whether a line under the header explains columns instead of filling them: every text in a typed column is
    words, no value of it, and there are enough of them to be a sentence. texts: column -> clean cell."""
    typed = [texts[one.name] for one in FIELDS[table] if one.kind in _TYPED and texts.get(one.name)]
    words = [
        len([word for word in plain(text).split() if word.isalpha() and len(word) > 1]) for text in typed
    ]
    if not words or max(words) < 3 or (len(words) == 1 and table == "incidents"):
        return False
    return not any(readable(name, text) for name, text in texts.items() if text)
