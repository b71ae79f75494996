"""The country as the dashboard's small map: SVG paths of areas, regions and lines, drawn once, coloured later.

Lighter than the annexes' map: no zoom beyond a region, so that a coarser outline is enough. Areas keep their
surfaces (equal-area projection); the schematic grid keeps its tiles.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipeline.web.picture import steps

if TYPE_CHECKING:
    from pipeline.geography.country import Country

WIDTH = 4000
"""Units of the drawing across the country: about 460 m each."""
TOLERANCE = 900.0
"""Metres: the side of the smallest triangle that `coverage_simplify` keeps."""
MARGIN = 40


@dataclass(frozen=True)
class Shape:
    """path: SVG path data. at: a point inside (for a name). box: west, north, east, south. All in units."""

    pcode: str
    name: str
    path: str
    at: tuple[int, int]
    box: tuple[int, int, int, int]


@dataclass(frozen=True)
class Drawing:
    """areas: at the finest level, in the order of the country's table. cercles, regions: merged from them.
    parents: of each area, the positions of its cercle and its region. of_cercle: region of each cercle.
    size: width and height in units."""

    areas: tuple[Shape, ...]
    cercles: tuple[Shape, ...]
    regions: tuple[Shape, ...]
    parents: tuple[tuple[int, int], ...]
    of_cercle: tuple[int, ...]
    size: tuple[int, int]


def drawing(country: Country) -> Drawing:
    """Simplify the finest areas as a coverage (neighbours stay glued), put them on a grid, merge the rest."""
    import numpy as np
    import shapely

    from pipeline.geography.projection import EQUAL_AREA

    layer = country.layer(country.finest)
    if country.schematic:
        shapes = layer.geometry.to_numpy()
    else:
        shapes = shapely.coverage_simplify(layer.geometry.to_crs(EQUAL_AREA).to_numpy(), TOLERANCE)
    west, south, east, north = shapely.total_bounds(shapes)
    scale = WIDTH / (east - west)

    def on_grid(points: Any) -> Any:
        x = np.rint((points[:, 0] - west) * scale) + MARGIN
        y = np.rint((north - points[:, 1]) * scale) + MARGIN
        return np.column_stack([x, y])

    shapes = shapely.transform(shapes, on_grid)
    cercle_codes = list(layer["pcode" if country.schematic else "cercle_pcode"])
    cercles = _merged(country.cercles, shapes, cercle_codes)
    regions = _merged(country.regions, shapes, list(layer["region_pcode"]))
    at_cercle = {shape.pcode: position for position, shape in enumerate(cercles)}
    at_region = {shape.pcode: position for position, shape in enumerate(regions)}
    return Drawing(
        areas=tuple(
            _shape(code, name, shape)
            for code, name, shape in zip(layer["pcode"], layer["name"], shapes, strict=True)
        ),
        cercles=cercles,
        regions=regions,
        parents=tuple(
            (at_cercle[cercle], at_region[region])
            for cercle, region in zip(cercle_codes, layer["region_pcode"], strict=True)
        ),
        of_cercle=tuple(at_region[code] for code in country.cercles["region_pcode"]),
        size=(WIDTH + 2 * MARGIN, round((north - south) * scale) + 2 * MARGIN),
    )


def _merged(table: Any, shapes: Any, codes: Sequence[str]) -> tuple[Shape, ...]:
    import shapely

    members: dict[str, list[Any]] = {}
    for code, shape in zip(codes, shapes, strict=True):
        members.setdefault(code, []).append(shape)
    return tuple(
        _shape(code, name, shapely.unary_union(shapely.make_valid(members[code])))
        for code, name in zip(table["pcode"], table["name"], strict=True)
    )


def _shape(code: str, name: str, shape: Any) -> Shape:
    import shapely

    west, north, east, south = (round(edge) for edge in shape.bounds)
    inner = shapely.point_on_surface(shape)
    parts = [part for part in shapely.get_parts(shape) if shapely.get_type_id(part) == 3]
    rings = [ring for part in parts for ring in (part.exterior, *part.interiors)]
    return Shape(
        code,
        name,
        "".join(steps(shapely.get_coordinates(ring), closed=True) for ring in rings),
        (round(inner.x), round(inner.y)),
        (west, north, east, south),
    )
