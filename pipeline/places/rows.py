"""A whole table's places."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.geography.vintages import UNKNOWN
from pipeline.geography.vintages_detect import MIXED, Reading, read_vintage
from pipeline.places.codes import read_code
from pipeline.places.decisions import Decided, Key
from pipeline.places.gazetteer import Gazetteer
from pipeline.places.place import Place
from pipeline.places.request import PlaceRequest
from pipeline.places.resolve import resolve

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

    rows: place columns as written (PLACE_COLUMNS, under `prefix`). code_vintage: as in `resolve`; None: told by
    the column itself, from the names beside the codes.
    """
    found = distinct(rows, prefix)
    if code_vintage is None:
        code_vintage = _as_taken(read_codes(found.requests, gazetteer), gazetteer)
    places = [resolve(request, gazetteer, decisions, code_vintage) for request in found.requests]
    return [places[i] for i in found.of_row]


def read_codes(requests: Sequence[PlaceRequest], gazetteer: Gazetteer) -> Reading | None:
    """Which vintage the P-codes of some rows come from, and which rows say otherwise; None where there are no
    codes, or no second vintage to compare with."""
    if gazetteer.crosswalk is None or gazetteer.crosswalk.empty or not any(r.pcode for r in requests):
        return None
    codes = [read_code(r.pcode).code[:8] if r.pcode else None for r in requests]
    return read_vintage(codes, [r.commune for r in requests], gazetteer.crosswalk)


def tell_vintages(rows: pd.DataFrame, gazetteer: Gazetteer, prefix: str = "") -> tuple[str, dict[int, str]]:
    """What the officer should know of a table's P-codes: one French sentence ("" where there is nothing to say),
    and for each row that stands out (position in `rows`, from 0) the vintage its code is of."""
    requests = requests_of(rows, prefix)
    reading = read_codes(requests, gazetteer)
    if reading is None or (reading.verdict in (UNKNOWN, gazetteer.vintage) and not reading.exceptions):
        return "", {}
    counted = ", ".join(f"{count} des limites de {vintage[:4]}" for vintage, count in reading.agree.items())
    told = {
        i: f"P-code {requests[i].pcode} des limites de {reading.rows[i][0][:4]}, d'après « {requests[i].commune} »"
        for i in reading.exceptions
    }
    if reading.verdict == MIXED:
        return (
            f"P-codes de plusieurs millésimes dans un même tableau ({counted}), lus chacun selon son nom",
            told,
        )
    return f"P-codes des limites de {reading.verdict[:4]} ({counted}), traduits s'il le faut", told


def _as_taken(reading: Reading | None, gazetteer: Gazetteer) -> str:
    if reading is None or reading.verdict in (MIXED, UNKNOWN):
        return "?"
    return "" if reading.verdict == gazetteer.vintage else reading.verdict


def _missing(cell: object) -> bool:
    return cell is None or cell == "" or (isinstance(cell, float) and math.isnan(cell))


def _number(cell: object) -> float | None:
    try:
        return None if cell is None else float(cell)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
