"""A whole table's places."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.places.decisions import Decided, Key
from pipeline.places.gazetteer import Gazetteer
from pipeline.places.place import Place
from pipeline.places.request import PlaceRequest
from pipeline.places.resolve import resolve
from pipeline.places.vintage_notes import file_codes, files_of

if TYPE_CHECKING:
    import pandas as pd

FIELDS = ("region", "cercle", "commune", "localite", "pcode", "latitude", "longitude")


@dataclass(frozen=True)
class Distinct:
    """The distinct combinations of a table's place columns, and which of them each row has."""

    requests: tuple[PlaceRequest, ...]
    of_row: tuple[int, ...]


def distinct(rows: pd.DataFrame, prefix: str = "") -> Distinct:
    """The place columns of a table; columns that are not there count as empty.

    prefix: "destination_" for where people went.
    """
    import numpy as np
    import pandas as pd

    combined = np.zeros(len(rows), dtype=np.int64)
    for field in FIELDS:
        if prefix + field in rows.columns and len(rows):
            codes, values = pd.factorize(rows[prefix + field])
            # Numbering the combinations anew after each column keeps the numbers small.
            combined = pd.factorize(combined * (len(values) + 1) + codes + 1)[0]
    _, first, of_row = np.unique(combined, return_index=True, return_inverse=True)
    columns = [
        rows[prefix + field].iloc[first].tolist() if prefix + field in rows.columns else [None] * len(first)
        for field in FIELDS
    ]
    requests = []
    for cells in zip(*columns, strict=True):
        region, cercle, commune, localite, pcode = (None if _missing(c) else str(c) for c in cells[:5])
        request = PlaceRequest(region, cercle, commune, localite, pcode, _number(cells[5]), _number(cells[6]))
        requests.append(request.cleaned())
    return Distinct(tuple(requests), tuple(of_row.tolist()))


def requests_of(rows: pd.DataFrame, prefix: str = "") -> list[PlaceRequest]:
    """The place columns of each row, in order."""
    found = distinct(rows, prefix)
    return [found.requests[i] for i in found.of_row]


def resolve_rows(
    rows: pd.DataFrame,
    gazetteer: Gazetteer,
    decisions: Mapping[Key, Decided] | None = None,
    prefix: str = "",
    code_vintage: str | None = None,
) -> list[Place]:
    """One `Place` a row, in order; each distinct combination is resolved once.

    rows: place columns as written (PLACE_COLUMNS, under `prefix`), and `file` where the table has several.
    code_vintage: as in `resolve`; None: told by each file itself, from the names beside its codes.
    """
    found = distinct(rows, prefix)
    if code_vintage is not None:
        places = [resolve(request, gazetteer, decisions, code_vintage) for request in found.requests]
        return [places[i] for i in found.of_row]
    asked = [(i, "?") for i in found.of_row]
    for codes in file_codes([found.requests[i] for i in found.of_row], files_of(rows), gazetteer):
        vintage = codes.code_vintage(gazetteer)
        for row in codes.rows:
            asked[row] = (asked[row][0], vintage)
    known = {
        (i, vintage): resolve(found.requests[i], gazetteer, decisions, vintage)
        for i, vintage in dict.fromkeys(asked)
    }
    return [known[each] for each in asked]


def _missing(cell: object) -> bool:
    return cell is None or cell == "" or (isinstance(cell, float) and math.isnan(cell))


def _number(cell: object) -> float | None:
    try:
        return None if cell is None else float(cell)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
