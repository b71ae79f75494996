"""What an annex says, as data for its page: P-codes left to the topology, repeated texts written once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from pipeline.annexes.model import Annex, Areas, Cell, Column, Flows, Labels, Symbols, Table
from pipeline.web.topology import Shared, vlq

CHANGES = ("", "up", "down", "same")


class Texts:
    """Texts of a page, each once; everything else names them by position."""

    def __init__(self) -> None:
        self.all: list[str] = []
        self._index: dict[str, int] = {}

    def index(self, text: str) -> int:
        """Position of a text, added where it is new."""
        if text not in self._index:
            self._index[text] = len(self.all)
            self.all.append(text)
        return self._index[text]


def payload(annex: Annex, shared: Shared | None) -> dict[str, Any]:
    """The JSON document of a page. shared: None where the annex has no map.

    Raises ValueError where a choropleth and the country do not name the same areas.
    """
    texts = Texts()
    document: dict[str, Any] = {
        "annex": annex.number,
        "slug": annex.slug,
        "title": annex.title,
        "month": annex.meta.month,
        "monthLabel": annex.meta.month_label,
        "background": annex.meta.online_background,
        "table": table(annex.table, shared),
        "events": [
            {"number": e.number, "key": e.key, "title": e.title, "where": e.where} for e in annex.events
        ],
    }
    if shared is not None:
        found = [layer for layer in annex.layers if isinstance(layer, Areas)]
        document |= {
            "areas": [areas(layer, shared, texts) for layer in found],
            "panels": [
                {"month": p.month, "title": p.title, "note": p.note, "areas": areas(p.areas, shared, texts)}
                for p in annex.panels
            ],
            "symbols": [symbols(layer) for layer in annex.layers if isinstance(layer, Symbols)],
            "flows": [flows(layer) for layer in annex.layers if isinstance(layer, Flows)],
            "labels": [
                label for layer in annex.layers if isinstance(layer, Labels) for label in labels(layer)
            ],
            "inset": list(annex.inset_cercles),
        }
    document["texts"] = texts.all
    return document


def areas(layer: Areas, shared: Shared, texts: Texts) -> dict[str, Any]:
    """A choropleth by columns, in the order of the topology. A trend stands as text, height, text, height..."""
    order = shared.order(layer.level)
    if set(order) != set(layer.values):
        odd = sorted(set(order) ^ set(layer.values))
        raise ValueError(f"layer {layer.id!r} and the country differ in {len(odd)} areas: {odd[:5]}")
    keys = {entry.key: position for position, entry in enumerate(layer.classes)}
    values = [layer.values[code] for code in order]
    labels = Texts()  # fact headings, and months: few, so their positions are short
    return {
        "id": layer.id,
        "title": layer.title,
        "level": layer.level,
        "classes": [
            {
                "key": entry.key,
                "label": entry.label,
                "colour": entry.colour,
                "kind": entry.kind,
                "hatch": entry.hatch,
                "hatchColour": entry.hatch_colour,
            }
            for entry in layer.classes
        ],
        "changes": [{"change": c.change, "colour": c.colour, "label": c.label} for c in layer.changes],
        "class": vlq(keys[value.class_key] for value in values),
        "text": vlq(texts.index(value.text) for value in values),
        "change": "".join(str(CHANGES.index(value.change)) for value in values),
        "facts": _lists(
            [number for name, fact in value.facts for number in (labels.index(name), texts.index(fact))]
            for value in values
        ),
        "trend": _lists(
            [
                number
                for point in value.trend
                for number in (labels.index(point.month), texts.index(point.text), _height(point.height))
            ]
            for value in values
        ),
        "labels": labels.all,
    }


def _lists(lists: Iterable[Sequence[int]]) -> list[str]:
    """Lists of numbers, one an area: the distinct ones as text, each with its length before it, and which of
    them each area has (communes that are not covered all have the same trend)."""
    distinct: dict[tuple[int, ...], int] = {}
    which = [distinct.setdefault(tuple(items), len(distinct)) for items in lists]
    return [vlq(number for items in distinct for number in (len(items), *items)), vlq(which)]


def _height(height: float | None) -> int:
    """Height of a point in hundredths, -1 where there is nothing to draw."""
    return -1 if height is None else round(100 * height)


def symbols(layer: Symbols) -> dict[str, Any]:
    """Pies or icons; positions to five decimals (about a metre)."""
    return {
        "id": layer.id,
        "title": layer.title,
        "kind": layer.kind,
        "fullSize": layer.full_size,
        "unit": layer.unit,
        "keys": [{"key": k.key, "label": k.label, "colour": k.colour, "shape": k.shape} for k in layer.keys],
        "items": [
            {
                "id": item.id,
                "at": _at((item.longitude, item.latitude)),
                "value": item.value,
                "parts": [list(part) for part in item.parts],
                "label": item.label,
                "number": item.number,
                "precision": item.precision,
                "area": item.area_pcode,
                "facts": [list(fact) for fact in item.facts],
            }
            for item in layer.items
        ],
    }


def flows(layer: Flows) -> dict[str, Any]:
    """Displacement arrows."""
    return {
        "id": layer.id,
        "title": layer.title,
        "colour": layer.colour,
        "unit": layer.unit,
        "largest": max([*layer.sizes, *(item.value for item in layer.items), 1]),
        "items": [
            {
                "id": item.id,
                "from": _at(item.origin),
                "to": None if item.destination is None else _at(item.destination),
                "value": item.value,
                "label": item.label,
                "number": item.number,
                "stays": item.stays,
                "facts": [list(fact) for fact in item.facts],
            }
            for item in layer.items
        ],
    }


def labels(layer: Labels) -> list[dict[str, Any]]:
    """Names on the map, placed by rank."""
    return [
        {
            "text": item.text,
            "at": _at((item.longitude, item.latitude)),
            "style": item.style,
            "rank": item.rank,
            "area": item.area_pcode,
        }
        for item in layer.items
    ]


def _at(point: tuple[float, float]) -> list[float]:
    return [round(float(point[0]), 5), round(float(point[1]), 5)]


def table(table: Table, shared: Shared | None = None) -> dict[str, Any]:
    """A table by columns. A column whose texts repeat stands as its dictionary and positions in it; rows in
    the order of the topology's areas need not repeat their P-codes (keys: None)."""
    return {
        "title": table.title,
        "columns": [
            column_data(column, [row[position] for row in table.rows], shared.names if shared else ())
            for position, column in enumerate(table.columns)
        ],
        "keys": None if shared and table.row_keys == shared.areas else list(table.row_keys),
        "count": len(table.rows),
    }


def column_data(column: Column, cells: Sequence[Cell], names: Sequence[str] = ()) -> dict[str, Any]:
    """One column: values as they are, or "d" (distinct values) and "v" (positions) where that is shorter.
    v: None where they are the names of the areas, which the topology has already."""
    head: dict[str, Any] = {"key": column.key, "label": column.label, "kind": column.kind}
    if names and tuple(cells) == tuple(names):
        return head | {"v": None}
    distinct = list(dict.fromkeys(_typed(cells)))
    if len(distinct) < 0.6 * len(cells):
        position = {value: i for i, value in enumerate(distinct)}
        return head | {
            "d": [value for _, value in distinct],
            "v": vlq(position[value] for value in _typed(cells)),
        }
    return head | {"v": [_plain(cell) for cell in cells]}


def _typed(cells: Iterable[Cell]) -> list[tuple[str, Cell]]:
    """Cells with their type beside them: 1, 1.0 and True are equal in Python but not on a page."""
    return [(type(cell).__name__, _plain(cell)) for cell in cells]


def _plain(cell: Cell) -> Cell:
    """A number that JSON can hold: a whole float as an int (44.0 reads "44"), not-a-number as nothing."""
    if isinstance(cell, float):
        if cell != cell:
            return None
        return int(cell) if cell.is_integer() else cell
    return cell
