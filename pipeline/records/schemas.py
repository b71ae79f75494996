"""One pandera schema a table: what a good row is. It is built from the declared fields, and its failures
become findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.month import Month
from pipeline.records.columns import CLUES, COUNT_LIMIT, FIELDS, SCORE_LIMIT, TOTALS_TABLES, Field
from pipeline.records.values import LATITUDES, LONGITUDES
from pipeline.taxonomy import ALERT_TYPES, CATEGORIES

if TYPE_CHECKING:
    import pandas as pd
    import pandera.pandas as pa

# Codes under which a failed check is explained (see explain.py). "not_nullable" is pandera's own.
EMPTY = "not_nullable"
NEGATIVE = "negatif"
TOO_LARGE = "trop_grand"
OUT_OF_MONTH = "hors_mois"
NOT_LISTED = "hors_liste"
OUTSIDE = "hors_du_mali"
NOWHERE = "sans_lieu"


def schema(table: str, month: Month | None) -> pa.DataFrameSchema:
    """The schema of the rows of `table`, once understood. month: that dates must lie in."""
    import pandera.pandas as pa

    fields = [field for field in FIELDS[table] if field.kind != "question"]
    clues = CLUES.get(table)
    return pa.DataFrameSchema(
        {field.name: _column(field, month) for field in fields},
        checks=[pa.Check(lambda frame: frame[list(clues)].notna().any(axis=1), error=NOWHERE)]
        if clues
        else [],
        name=table,
        strict="filter",
    )


def _column(field: Field, month: Month | None) -> pa.Column:
    import pandera.pandas as pa

    check = pa.Check
    match field.kind:
        case "id" | "code" | "month":
            return pa.Column(object, nullable=False, description=field.meaning)
        case "date":
            inside = check(lambda days: _in_month(days, month), error=OUT_OF_MONTH)
            return pa.Column(object, [inside] if month else [], nullable=False, description=field.meaning)
        case "category" | "type" | "event" | "choice":
            listed = check.isin(_values(field), error=NOT_LISTED)
            return pa.Column(object, listed, nullable=not field.required, description=field.meaning)
        case "latitude" | "longitude":
            low, high = LATITUDES if field.kind == "latitude" else LONGITUDES
            bounds = check.in_range(low, high, error=OUTSIDE)
            return pa.Column(float, bounds, nullable=True, description=field.meaning)
        case "count":
            sizes = [check.ge(0, error=NEGATIVE), check.le(COUNT_LIMIT, error=TOO_LARGE)]
            return pa.Column(float, sizes, nullable=True, description=field.meaning)
        case "score":
            points = [check.ge(0, error=NEGATIVE), check.le(SCORE_LIMIT, error=TOO_LARGE)]
            return pa.Column(float, points, nullable=False, description=field.meaning)
        case "total":
            return pa.Column(float, check.ge(0, error=NEGATIVE), nullable=False, description=field.meaning)
        case _:
            # Whether a row may lack a place is the frame's check, not the column's.
            needed = field.required and field.kind == "list"
            return pa.Column(object, nullable=not needed, description=field.meaning)


def _values(field: Field) -> tuple[str, ...]:
    if field.kind == "category":
        return tuple(category.key for category in CATEGORIES)
    if field.kind == "event":
        return tuple(alert.key for alert in ALERT_TYPES)
    return TOTALS_TABLES if field.name == "table" else field.choices


def _in_month(days: pd.Series, month: Month | None) -> pd.Series:
    inside = {day for day in days.unique() if month is not None and month.contains(day)}
    return days.isin(inside)


def failures(frame: pd.DataFrame, table: str, month: Month | None) -> list[tuple[int, str, str]]:
    """(index of the row, column or "", code) of each check that a row fails, in order, each once."""
    import pandera.errors

    try:
        schema(table, month).validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as error:
        cases = error.failure_cases
        columns = cases["column"].where(cases["check"] != NOWHERE, "")
        return sorted(set(zip(cases["index"].astype(int), columns, cases["check"], strict=True)))
    return []
