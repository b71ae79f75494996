"""What an annex says, as data for its page: geometry once, as shared arcs; repeated texts once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipeline import french
from pipeline.annexes.model import (
    Annex,
    Areas,
    ClassEntry,
    Column,
    Flows,
    Label,
    Mover,
    Symbol,
    Symbols,
    Table,
    TableCell,
    Zone,
    Zones,
)
from pipeline.cache import kept
from pipeline.french import plain
from pipeline.geography.country import COUNTRY_NAMES
from pipeline.web.picture import Outline, outline

if TYPE_CHECKING:
    import geopandas as gpd

    from pipeline.geography.country import Country


# The country's geometry as it stands in an HTML file: once, shared borders once, as short as it can be.


TOLERANCE = 0.0025
"""Degrees (about 250 m): the side of the smallest triangle that `coverage_simplify` keeps. At the deepest zoom
that the page allows, 250 m is a few pixels."""

GRID = 20480
"""Steps of the quantisation grid across the country: about 90 m, a third of what TOLERANCE keeps."""

Transform = tuple[float, float, float, float]
"""Degrees a step in longitude and latitude, then the grid's corner: (kx, ky, x0, y0)."""

VLQ = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


@dataclass(frozen=True)
class PageGround:
    """What five annexes have in common: computed once, written into each file.

    text: JSON of the topology. areas, cercles: P-codes in the order of the file, which values follow.
    level, names: of `areas`. bounds: west, south, east, north in degrees. outline: of the static pictures.
    """

    text: str
    level: str
    areas: tuple[str, ...]
    names: tuple[str, ...]
    cercles: tuple[str, ...]
    bounds: tuple[float, float, float, float]
    outline: Outline

    def order(self, level: str) -> tuple[str, ...]:
        """P-codes of one level in the order of the file. Raises ValueError where the file has no such level."""
        if level == self.level:
            return self.areas
        if level == "cercle":
            return self.cercles
        raise ValueError(f"no areas of level {level!r} in a page of {self.level}s")


def vlq(numbers: Iterable[int]) -> str:
    """Whole numbers as text, five bits a character, sign in the lowest bit: the VLQ of source maps, in an
    alphabet that needs no escaping in JSON or HTML."""
    out = []
    for number in numbers:
        rest = number << 1 if number >= 0 else (-number << 1) | 1
        while True:
            digit, rest = rest & 31, rest >> 5
            out.append(VLQ[digit | 32 if rest else digit])
            if not rest:
                break
    return "".join(out)


def prepare(country: Country) -> PageGround:
    """The ground of every page of one country."""
    return kept("fond des pages", country.said, lambda: _prepare(country))


def _prepare(country: Country) -> PageGround:
    """Simplify the finest areas as a coverage (neighbours stay glued), quantise, and cut into shared arcs.

    Cercles, regions and the outline are not stored: the page merges them from the same arcs.
    """
    import geopandas as gpd
    import shapely
    import topojson

    from pipeline.geography.country import GEOGRAPHIC

    neighbours = _neighbours(country)
    finest = country.layer(country.finest)
    shapes = country.simplified(TOLERANCE, GEOGRAPHIC)
    frame = gpd.GeoDataFrame({"pcode": finest["pcode"]}, geometry=shapes, crs=4326)
    # `output` is what to_dict() would copy, element by element, in as much time as the cutting takes.
    cut: dict[str, Any] = topojson.Topology(frame, prequantize=GRID).output  # type: ignore[attr-defined]
    (kx, ky), (x0, y0) = cut["transform"]["scale"], cut["transform"]["translate"]

    cercle_index = {code: i for i, code in enumerate(country.cercles["pcode"])}
    region_index = {code: i for i, code in enumerate(country.regions["pcode"])}
    document = {
        "transform": [kx, ky, x0, y0],
        "arcs": [vlq(step for point in arc for step in point) for arc in cut["arcs"]],
        "level": country.finest,
        "areas": {
            "pcode": list(finest["pcode"]),
            "name": list(finest["name"]),
            "rings": [_rings(geometry) for geometry in cut["objects"]["data"]["geometries"]],
            "cercle": [cercle_index[c] for c in finest["cercle_pcode"]],
            "at": _points(country, finest["pcode"], (kx, ky, x0, y0)),
        },
        "cercles": {
            "pcode": list(country.cercles["pcode"]),
            "name": list(country.cercles["name"]),
            "region": [region_index[code] for code in country.cercles["region_pcode"]],
            "at": _points(country, country.cercles["pcode"], (kx, ky, x0, y0)),
        },
        "regions": {"pcode": list(country.regions["pcode"]), "name": list(country.regions["name"])},
        "neighbours": neighbours,
        "water": _water(country, (kx, ky, x0, y0)),
        # One text an area, its code first: such a text may stand in a page, the name alone may not (see `scan`).
        "aliases": [f"{code} {'|'.join(others)}" for code, others in search_names(country).items()],
    }
    west, south, east, north = (float(edge) for edge in shapely.total_bounds(shapes))
    return PageGround(
        text=json.dumps(document, ensure_ascii=False, separators=(",", ":")),
        level=country.finest,
        areas=tuple(finest["pcode"]),
        names=tuple(finest["name"]),
        cercles=tuple(country.cercles["pcode"]),
        bounds=(west, south, east, north),
        outline=outline(country, neighbours),
    )


def _rings(geometry: dict[str, Any]) -> list[str]:
    """Rings of an area, outer and inner alike (they are filled by the even-odd rule), each a list of arcs:
    n forward, ~n backward, written as differences."""
    polygons = [geometry["arcs"]] if geometry["type"] == "Polygon" else geometry["arcs"]
    return [differences(ring) for polygon in polygons for ring in polygon]


def differences(numbers: Sequence[int]) -> str:
    """Whole numbers as the steps between them, the first from 0."""
    return vlq(b - a for a, b in zip([0, *numbers], numbers, strict=False))


TOWNS = {
    ("Timbuktu", "Timbuctu"): (16.77, -3.01),
    ("Sévaré",): (14.52, -4.09),
    ("Boni",): (15.08, -2.22),
    ("Korientzé",): (15.40, -3.78),
    ("Taoudénit", "Taoudenni"): (22.67, -3.98),
    ("Aguelhok", "Aguelhoc"): (19.46, 0.85),
    ("Labbezanga",): (14.97, 0.70),
    ("In Delimane", "Indelimane"): (15.86, 1.52),
    ("Araouane",): (18.83, -3.22),
    ("Lerneb",): (16.33, -4.96),
    ("Kabara",): (16.70, -2.99),
    ("Sofara",): (14.01, -4.23),
    ("Akka",): (15.40, -3.42),
    ("Kani Gogouna",): (14.56, -3.39),
}
"""Places that people name, whose commune has another name or which are the seat of none: their names, latitude and
longitude, from the public gazetteer of the boundaries (Taoudénit from Natural Earth). By position, since a village far
away may share the name."""


def search_names(country: Country) -> dict[str, list[str]]:
    """P-code -> other names that the search answers with the area: other spellings, its seat, towns in it, and,
    where the boundaries have no communes, the communes of 2021. Nothing of the month's tables enters."""
    names = country.names("region") | country.names("cercle") | country.names(country.finest)
    found = {code: list(country.aliases.get(code, ())) for code in names}
    reading = country.reading or country
    owners = country.owners
    for code, name in reading.names("commune").items():
        if code not in found and owners.get(code) in found:
            found[owners[code]].append(name)
    _add_towns(found, country)
    towns = (reading if reading.localities.size else country).localities
    kinds = towns["place_class"].tolist() if len(towns) else []
    for place in towns[[str(kind or "").endswith("Capital") for kind in kinds]].itertuples():
        key = plain(place.name)
        # A commune answers for what lies in it, a cercle too where there are no communes; else for its own seat.
        holder = place.pcode if place.pcode in found else owners.get(place.pcode, place.cercle_pcode)
        for code in dict.fromkeys((holder, place.cercle_pcode)):
            if code in found and (code == holder or plain(names[code]) == key):
                found[code].append(place.name)
    told = {
        code: list({plain(name): name for name in others if plain(name) != plain(names[code])}.values())
        for code, others in sorted(found.items())
    }
    return {code: others for code, others in told.items() if others}


def _add_towns(found: dict[str, list[str]], country: Country) -> None:
    """The names of `TOWNS` to the area that each lies in."""
    import shapely

    layer = country.layer(country.finest)
    points = shapely.points([(longitude, latitude) for latitude, longitude in TOWNS.values()])
    which, where = shapely.STRtree(layer.geometry.to_numpy()).query(points, predicate="within")
    names = list(TOWNS)
    for town, area in zip(which, where, strict=True):
        found[layer["pcode"].iloc[area]] += names[town]


def _points(country: Country, codes: Iterable[str], transform: Transform) -> str:
    """The own point of each area, on the grid, as differences."""
    return _steps([country.points[code] for code in codes], transform)


def _steps(points: Any, transform: Transform) -> str:
    """Points in degrees (n x 2) as differences on the quantisation grid."""
    import numpy as np

    kx, ky, x0, y0 = transform
    grid = np.rint((np.asarray(points) - (x0, y0)) / (kx, ky)).astype(int)
    return vlq(np.diff(grid, axis=0, prepend=np.zeros((1, 2), dtype=int)).ravel().tolist())


def _neighbours(country: Country) -> list[tuple[str, float, float]]:
    """French name, longitude and latitude where a neighbour's name stands: the middle of what is near the country."""
    import shapely

    layer = country.background.countries
    if layer is None or layer.empty:
        return []
    home = country.pays.simplify(0.05).union_all().buffer(0.4, quad_segs=2)
    west, south, east, north = home.bounds
    near = shapely.box(west - 2, south - 1.5, east + 2, north + 1)
    found = []
    for name, shape in zip(layer["name"], layer.geometry, strict=True):
        part = shapely.difference(shapely.intersection(shape, near), home)
        if isinstance(name, str) and name != "Mali" and shapely.area(part) > 1:
            (lon, lat), *_ = shapely.maximum_inscribed_circle(part, tolerance=0.05).coords
            found.append((COUNTRY_NAMES.get(name, name), round(lon, 2), round(lat, 2)))
    return found


def _water(country: Country, transform: Transform) -> dict[str, list[str]]:
    """Rivers and lakes around and in the country, thinned, as lines and rings on the same grid."""
    # The outline in full detail would take longer to widen than all the rest.
    window = country.pays.simplify(0.05).union_all().buffer(0.3, quad_segs=2)
    return {
        "rivers": _lines(country.background.rivers, window, transform),
        "lakes": _lines(country.background.lakes, window, transform),
    }


def _lines(layer: gpd.GeoDataFrame | None, window: object, transform: Transform) -> list[str]:
    import shapely

    if layer is None or layer.empty:
        return []
    clipped = shapely.intersection(layer.geometry.to_numpy(), window)
    parts = shapely.get_parts(shapely.get_parts(shapely.simplify(clipped[~shapely.is_empty(clipped)], 0.01)))
    lines = (shapely.get_exterior_ring(p) if shapely.get_type_id(p) == 3 else p for p in parts)
    points = [shapely.get_coordinates(line) for line in lines]
    return [_steps(line, transform) for line in points if len(line) > 1]


# What an annex says, as data for its page: P-codes left to the topology, repeated texts written once.


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


def payload(annex: Annex, shared: PageGround | None) -> dict[str, Any]:
    """The JSON document of a page. shared: None where the annex has no map.

    Raises ValueError where a choropleth and the country do not name the same areas.
    """
    texts = Texts()
    document: dict[str, Any] = {
        "annex": annex.number,
        "slug": annex.slug,
        "title": annex.title,
        "about": {
            "title": f"Annexe {annex.number} – {annex.title}",
            "message": annex.message or annex.caption,
            "subtitle": annex.subtitle,
            "sources": annex.meta.sources,
            "limits": annex.meta.boundary_label,
            "audience": annex.meta.audience_label,
            "produced": french.day_label(annex.meta.produced_on),
            "marks": list(annex.meta.marks),
            "disclaimer": annex.meta.disclaimer,
        },
        "month": annex.meta.month,
        "monthLabel": annex.meta.month_label,
        "background": annex.meta.online_background,
        "table": table(annex.table, shared),
        "events": [_told(event, "number", "key", "title", "where") for event in annex.events],
    }
    if shared is not None:
        document |= {
            "areas": [areas(layer, shared, texts) for layer in annex.layers_of(Areas)],
            "panels": [
                {**_told(panel, "month", "title", "note"), "areas": areas(panel.areas, shared, texts)}
                for panel in annex.panels
            ],
            "symbols": [symbols(layer) for layer in annex.layers_of(Symbols)],
            "zones": [zones(layer) for layer in annex.layers_of(Zones)],
            "movers": [
                {**_told(mover, "number", "pcode", "change"), "at": _point(mover)} for mover in annex.movers
            ],
            "regions": list(annex.regions),
            "flows": [flows(layer) for layer in annex.layers_of(Flows)],
            "labels": [label(item) for item in annex.names],
            "inset": list(annex.inset_cercles),
        }
    document["texts"] = texts.all
    return document


def _told(thing: object, *names: str) -> dict[str, Any]:
    """Some of its fields, under the names that they have in the page too."""
    return {name: getattr(thing, name) for name in names}


def classes_told(classes: Iterable[ClassEntry], *names: str) -> list[dict[str, Any]]:
    """The classes of a legend: the fields `names`, and the colour of the hatch."""
    return [{**_told(entry, *names), "hatchColour": entry.hatch_colour} for entry in classes]


def areas(layer: Areas, shared: PageGround, texts: Texts) -> dict[str, Any]:
    """A choropleth by columns, in the order of the topology. A trend stands as month, text, least, most, month...
    ranges: position of a text -> least and most that it leaves possible."""
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
        "classes": classes_told(layer.classes, "key", "label", "colour", "kind", "hatch"),
        "changes": [_told(change, "change", "colour", "label") for change in layer.changes],
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
                for ends in [(_end(point.low), _end(point.high))]
                for number in (labels.index(point.month), texts.index(point.text), *ends)
            ]
            for value in values
        ),
        "labels": labels.all,
        "steps": list(layer.steps),
        "ranges": {
            texts.index(value.text): [_plain(value.low), _plain(value.high)]
            for value in values
            if value.low is not None
        },
    }


def _lists(lists: Iterable[Sequence[int]]) -> list[str]:
    """Lists of numbers, one an area: the distinct ones as text, each with its length before it, and which of
    them each area has (communes that are not covered all have the same trend)."""
    distinct: dict[tuple[int, ...], int] = {}
    which = [distinct.setdefault(tuple(items), len(distinct)) for items in lists]
    return [vlq(number for items in distinct for number in (len(items), *items)), vlq(which)]


def _end(bound: float | None) -> int:
    """An end of a published count as a whole number, -1 where none is told."""
    return -1 if bound is None else round(bound)


def symbols(layer: Symbols) -> dict[str, Any]:
    """Markers; positions to five decimals (about a metre)."""
    return {
        "id": layer.id,
        "title": layer.title,
        "unit": layer.unit,
        "keys": [_told(key, "key", "label", "colour", "shape", "count") for key in layer.keys],
        "items": [
            {
                "id": item.id,
                "at": _point(item),
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


def zones(layer: Zones) -> dict[str, Any]:
    """Events that are known to lie in an area, no finer; `at` is where its number stands, not where they were."""
    return {
        "id": layer.id,
        "title": layer.title,
        "items": [
            {
                **_told(item, "id", "level"),
                "area": item.pcode,
                "at": _point(item),
                **_told(item, "label", "number"),
                "value": item.count,
                "parts": [list(part) for part in item.parts],
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
        "backColour": layer.back_colour or layer.colour,
        "unit": layer.unit,
        "largest": max([*layer.sizes, *(item.value for item in layer.items), 1]),
        "items": [
            {
                "id": item.id,
                "from": _at(item.origin),
                "to": None if item.destination is None else _at(item.destination),
                **_told(item, "value", "label", "number", "stays", "back"),
                "abroad": french.towards(item.abroad) if item.abroad else "",
                "facts": [list(fact) for fact in item.facts],
            }
            for item in layer.items
        ],
    }


def label(item: Label) -> dict[str, Any]:
    """A name on the map, placed by rank."""
    text = " ".join(filter(None, (item.text, item.figure)))
    return {"text": text, "at": _point(item), "style": item.style, "rank": item.rank}


def _at(point: tuple[float, float]) -> list[float]:
    return [round(float(point[0]), 5), round(float(point[1]), 5)]


def _point(item: Symbol | Zone | Label | Mover) -> list[float]:
    return _at((item.longitude, item.latitude))


def table(table: Table, shared: PageGround | None = None) -> dict[str, Any]:
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


def column_data(column: Column, cells: Sequence[TableCell], names: Sequence[str] = ()) -> dict[str, Any]:
    """One column: values as they are, or "d" (distinct values) and "v" (positions) where that is shorter.
    v: None where they are the names of the areas, which the topology has already."""
    head: dict[str, Any] = {"key": column.key, "label": column.label, "kind": column.kind}
    if names and tuple(cells) == tuple(names):
        return head | {"v": None}
    distinct = list(dict.fromkeys(_typed(cells)))
    if len(distinct) < 0.6 * len(cells):
        position = {value: i for i, value in enumerate(distinct)}
        places = vlq(position[value] for value in _typed(cells))
        return head | {"d": [value for _, value in distinct], "v": places}
    return head | {"v": [_plain(cell) for cell in cells]}


def _typed(cells: Iterable[TableCell]) -> list[tuple[str, TableCell]]:
    """Cells with their type beside them: 1, 1.0 and True are equal in Python but not on a page."""
    return [(type(cell).__name__, _plain(cell)) for cell in cells]


def _plain(cell: TableCell) -> TableCell:
    """A number that JSON can hold: a whole float as an int (44.0 reads "44"), not-a-number as nothing."""
    if isinstance(cell, float):
        if cell != cell:
            return None
        return int(cell) if cell.is_integer() else cell
    return cell
