"""What a good row is, from the declared fields: a net under the readers. Failures become findings (explain.py)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from pipeline.month import Month
from pipeline.records.columns import CLUES, COUNT_LIMIT, FIELDS, SCORE_LIMIT, TOTALS_TABLES, Field
from pipeline.records.values import LATITUDES, LONGITUDES
from pipeline.taxonomy import ALERT_TYPES, CATEGORIES

if TYPE_CHECKING:
    import pandas as pd

# Codes under which a failed check is explained (see explain.py).
EMPTY = "vide"
NEGATIVE = "negatif"
TOO_LARGE = "trop_grand"
OUT_OF_MONTH = "hors_mois"
NOT_LISTED = "hors_liste"
OUTSIDE = "hors_du_mali"
NOWHERE = "sans_lieu"


def failures(frame: pd.DataFrame, table: str, month: Month | None) -> list[tuple[int, str, str]]:
    """(index of the row, column or "", code) of each check that a row fails, in order, each once.

    frame: the rows of `table` once understood. month: that dates must lie in.
    """
    found: list[tuple[int, str, str]] = []
    for field in FIELDS[table]:
        if field.kind != "question":
            found += [(at, field.name, code) for at, code in _column(list(frame[field.name]), field, month)]
    if clues := CLUES.get(table):
        told = frame[list(clues)].notna().any(axis=1)
        found += [(at, "", NOWHERE) for at, there in enumerate(told) if not there]
    return sorted(set(found))


def _column(values: Sequence[Any], field: Field, month: Month | None) -> Iterable[tuple[int, str]]:
    """(index, code) of each value of one column that may not stand there. Each distinct value is judged once."""
    memo: dict[Any, str] = {}
    for at, value in enumerate(values):
        if value is None or value != value:
            if _needed(field):
                yield at, EMPTY
            continue
        code = memo.get(value)
        if code is None:
            code = memo[value] = _code(value, field, month)
        if code:
            yield at, code


def _needed(field: Field) -> bool:
    """Whether an empty cell refuses the row. That a row may lack a place is the whole row's check."""
    if field.kind in ("id", "code", "month", "date", "score", "total"):
        return True
    return field.required and field.kind in ("category", "type", "event", "choice", "list")


def _code(value: Any, field: Field, month: Month | None) -> str:
    """What is wrong with a value, "" where nothing is."""
    match field.kind:
        case "date":
            return OUT_OF_MONTH if month is not None and not month.contains(value) else ""
        case "category" | "type" | "event" | "choice":
            return "" if value in _values(field) else NOT_LISTED
        case "latitude" | "longitude":
            low, high = LATITUDES if field.kind == "latitude" else LONGITUDES
            return "" if low <= value <= high else OUTSIDE
        case "count" | "score" | "total":
            most = {"count": COUNT_LIMIT, "score": SCORE_LIMIT}.get(field.kind, float("inf"))
            return NEGATIVE if value < 0 else TOO_LARGE if value > most else ""
        case _:
            return ""


def _values(field: Field) -> tuple[str, ...]:
    if field.kind == "category":
        return tuple(category.key for category in CATEGORIES)
    if field.kind == "event":
        return tuple(alert.key for alert in ALERT_TYPES)
    return TOTALS_TABLES if field.name == "tableau" else field.choices
