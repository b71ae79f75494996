"""A whole table's places: each distinct combination of names is resolved once."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from pipeline.places.decisions import Decided, Key
from pipeline.places.gazetteer import Gazetteer
from pipeline.places.place import Place
from pipeline.places.request import PlaceRequest
from pipeline.places.resolve import resolve

if TYPE_CHECKING:
    import pandas as pd

FIELDS = ("region", "cercle", "commune", "localite", "pcode", "latitude", "longitude")


def requests_of(rows: pd.DataFrame, prefix: str = "") -> list[PlaceRequest]:
    """The place columns of each row, in order; columns that are not there count as empty.

    prefix: "destination_" for where people went.
    """
    columns: list[Sequence[object]] = []
    for field in FIELDS:
        name = prefix + field
        columns.append(rows[name].tolist() if name in rows.columns else [None] * len(rows))
    cache: dict[tuple[object, ...], PlaceRequest] = {}
    found = []
    for cells in zip(*columns, strict=True):
        key = tuple(None if _missing(cell) else cell for cell in cells)
        request = cache.get(key)
        if request is None:
            region, cercle, commune, localite, pcode = (None if c is None else str(c) for c in key[:5])
            request = PlaceRequest(region, cercle, commune, localite, pcode, _number(key[5]), _number(key[6]))
            cache[key] = request
        found.append(request)
    return found


def resolve_rows(
    rows: pd.DataFrame,
    gazetteer: Gazetteer,
    decisions: Mapping[Key, Decided] | None = None,
    prefix: str = "",
    code_vintage: str = "?",
) -> list[Place]:
    """One `Place` a row, in order. rows: place columns as written (PLACE_COLUMNS, under `prefix`)."""
    cache: dict[PlaceRequest, Place] = {}
    places = []
    for request in requests_of(rows, prefix):
        place = cache.get(request)
        if place is None:
            place = cache[request] = resolve(request, gazetteer, decisions, code_vintage)
        places.append(place)
    return places


def _missing(cell: object) -> bool:
    return cell is None or cell == "" or (isinstance(cell, float) and math.isnan(cell))


def _number(cell: object) -> float | None:
    try:
        return None if cell is None else float(cell)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
