"""The country's geometry as it stands in an HTML file: once, shared borders once, as short as it can be."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipeline.french import plain
from pipeline.web.picture import Outline, outline

if TYPE_CHECKING:
    import geopandas as gpd

    from pipeline.geography.country import Country

TOLERANCE = 0.0025
"""Degrees (about 250 m): the side of the smallest triangle that `coverage_simplify` keeps. At the deepest zoom
that the page allows, 250 m is a few pixels."""

GRID = 32768
"""Steps of the quantisation grid across the country: about 55 m."""

Transform = tuple[float, float, float, float]
"""Degrees a step in longitude and latitude, then the grid's corner: (kx, ky, x0, y0)."""

VLQ = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


@dataclass(frozen=True)
class Shared:
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


def prepare(country: Country) -> Shared:
    """Simplify the finest areas as a coverage (neighbours stay glued), quantise, and cut into shared arcs.

    Cercles, regions and the outline are not stored: the page merges them from the same arcs.
    """
    import geopandas as gpd
    import shapely
    import topojson

    finest = country.layer(country.finest)
    shapes = shapely.coverage_simplify(finest.geometry.to_numpy(), 0 if country.schematic else TOLERANCE)
    frame = gpd.GeoDataFrame({"pcode": finest["pcode"]}, geometry=shapes, crs=4326)
    # `output` is what to_dict() would copy, element by element, in as much time as the cutting takes.
    cut: dict[str, Any] = topojson.Topology(frame, prequantize=GRID).output
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
            "cercle": [cercle_index[c] for c in finest["pcode" if country.schematic else "cercle_pcode"]],
            "at": _inner_points(shapes, (kx, ky, x0, y0)),
        },
        "cercles": {
            "pcode": list(country.cercles["pcode"]),
            "name": list(country.cercles["name"]),
            "region": [region_index[code] for code in country.cercles["region_pcode"]],
            "at": _inner_points(country.cercles.geometry.to_numpy(), (kx, ky, x0, y0)),
        },
        "regions": {"pcode": list(country.regions["pcode"]), "name": list(country.regions["name"])},
        "water": _water(country, (kx, ky, x0, y0)),
        "aliases": _aliases(country),
    }
    west, south, east, north = (float(edge) for edge in shapely.total_bounds(shapes))
    return Shared(
        text=json.dumps(document, ensure_ascii=False, separators=(",", ":")),
        level=country.finest,
        areas=tuple(finest["pcode"]),
        names=tuple(finest["name"]),
        cercles=tuple(country.cercles["pcode"]),
        bounds=(west, south, east, north),
        outline=outline(country),
    )


def _rings(geometry: dict[str, Any]) -> list[str]:
    """Rings of an area, outer and inner alike (they are filled by the even-odd rule), each a list of arcs:
    n forward, ~n backward, written as differences."""
    polygons = [geometry["arcs"]] if geometry["type"] == "Polygon" else geometry["arcs"]
    return [_differences(ring) for polygon in polygons for ring in polygon]


def _differences(numbers: Sequence[int]) -> str:
    return vlq(b - a for a, b in zip([0, *numbers], numbers, strict=False))


def _aliases(country: Country) -> dict[str, list[str]]:
    """Other spellings, for the search: those that differ from the name by more than accents and hyphens."""
    names = country.names("region") | country.names("cercle") | country.names(country.finest)
    found = {
        code: [alias for alias in aliases if plain(alias) != plain(names[code])]
        for code, aliases in sorted(country.aliases.items())
        if code in names
    }
    return {code: aliases for code, aliases in found.items() if aliases}


def _inner_points(shapes: Any, transform: Transform) -> str:
    """A point inside each area (for its name), on the grid, as differences."""
    import shapely

    return _steps(shapely.get_coordinates(shapely.point_on_surface(shapes)), transform)


def _steps(points: Any, transform: Transform) -> str:
    """Points in degrees (n x 2) as differences on the quantisation grid."""
    import numpy as np

    kx, ky, x0, y0 = transform
    grid = np.rint((points - (x0, y0)) / (kx, ky)).astype(int)
    return vlq(np.diff(grid, axis=0, prepend=np.zeros((1, 2), dtype=int)).ravel().tolist())


def _water(country: Country, transform: Transform) -> dict[str, list[str]]:
    """Rivers and lakes around and in the country, thinned, as lines and rings on the same grid."""
    if country.schematic:
        return {"rivers": [], "lakes": []}
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
    parts = shapely.get_parts(shapely.simplify(clipped[~shapely.is_empty(clipped)], 0.01))
    parts = shapely.get_parts(parts)
    lines = [shapely.get_exterior_ring(p) if shapely.get_type_id(p) == 3 else p for p in parts]
    points = [shapely.get_coordinates(line) for line in lines]
    return [_steps(line, transform) for line in points if len(line) > 1]
