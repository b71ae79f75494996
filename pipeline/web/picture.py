"""The map of an annex as a small static SVG: what a page shows before its script runs, or where none may.

The same classes, hatches, outlines of change, symbols, arrows and names as the specification: mail previews, old
WebViews and readers without JavaScript see the right map. Areas of one class are merged and the outline is coarse
(a few kilometres), so that the picture weighs a tenth of the page.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from pipeline import french, palette
from pipeline.annexes.model import (
    Annex,
    Areas,
    ClassEntry,
    Flows,
    Label,
    Labels,
    Symbol,
    SymbolKey,
    Symbols,
    Zones,
)
from pipeline.geography.country import to_metres
from pipeline.taxonomy import SIGNS, Sign

if TYPE_CHECKING:
    from pipeline.geography.country import Country

WIDTH = 800
"""Units of the drawing across the country: about two kilometres each."""
TOLERANCE = 6500.0
"""Metres: the side of the smallest triangle that `coverage_simplify` keeps."""
HEIGHT_SHARE = 0.75
"""Height of a fitted picture as a share of its width: that of the screens it is seen on."""
ICON = 0.011
MOST_LABELS = 40
# Left, top, right, bottom in the drawing's units; of a view, its left, top, width and height.
Extent = tuple[float, float, float, float]


# The signs of `taxonomy.SIGNS` as SVG path data: one drawing for the legend, the cards and the map.

SCREEN = 0.88
"""Signs stand close together on the screen, their numbers beside them and not inside."""


def _sign_path(sign: Sign) -> str:
    scale = SCREEN * sign.growth
    text = "L".join(f"{_tight(x * scale)} {_tight(-y * scale)}" for x, y in sign.outline)
    discs = [_disc(radius * scale) for radius in (sign.rings if sign.outline else (1.0, *sign.rings))]
    return (f"M{text}Z" if text else "") + "".join(discs)


def _disc(radius: float) -> str:
    r = _tight(radius)
    return f"M-{r} 0A{r} {r} 0 1 1 {r} 0A{r} {r} 0 1 1 -{r} 0Z"


def _tight(value: float) -> str:
    return f"{round(value, 2) + 0:g}"


SHAPES = {name: _sign_path(sign) for name, sign in SIGNS.items()}


def shape_path(name: str) -> str:
    """Path data of a shape; a disc where the name is unknown, so that no event goes missing."""
    return SHAPES.get(name, SHAPES["circle"])


@dataclass(frozen=True)
class Outline:
    """The country's areas on the drawing's grid, simplified once for all pages.

    areas: level -> P-code -> polygon. lines: level -> path data of its borders. scale, west, north: metres
    (EQUAL_AREA) to units. neighbours: French name, longitude, latitude of the countries around.
    """

    areas: Mapping[str, Mapping[str, Any]]
    lines: Mapping[str, str]
    scale: float
    west: float
    north: float
    neighbours: Sequence[tuple[str, float, float]] = ()

    def place(self, points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
        """Points in degrees (longitude, latitude) -> units of the drawing."""
        if not points:
            return []
        x, y = zip(*points, strict=True)
        x, y = to_metres().transform(x, y)
        return [
            (round((a - self.west) * self.scale, 1), round((self.north - b) * self.scale, 1))
            for a, b in zip(x, y, strict=True)
        ]


def outline(country: Country, neighbours: Sequence[tuple[str, float, float]] = ()) -> Outline:
    """Simplify the finest areas as a coverage, put them on the grid, merge the coarser levels from them."""
    import numpy as np
    import shapely

    layer = country.layer(country.finest)
    shapes = country.simplified(TOLERANCE)
    west, _, east, north = (float(edge) for edge in shapely.total_bounds(shapes))
    scale = WIDTH / (east - west)
    shapes = shapely.transform(
        shapes, lambda at: np.column_stack([(at[:, 0] - west) * scale, (north - at[:, 1]) * scale])
    )
    areas: dict[str, dict[str, Any]] = {country.finest: dict(zip(layer["pcode"], shapes, strict=True))}
    for level, codes in (("cercle", layer.get("cercle_pcode")), ("region", layer["region_pcode"])):
        if level not in areas:
            areas[level] = {
                code: shapely.union_all(shapes[(codes == code).to_numpy()]) for code in dict.fromkeys(codes)
            }
    # Drawn from the finest to the coarsest, each over the one before: what a coarser line covers is not told twice.
    drawn = [("country", [shapely.union_all(list(areas["region"].values()))])]
    drawn += [(level, list(areas[level].values())) for level in ("region", "cercle")]
    borders: dict[str, str] = {}
    over = shapely.MultiLineString()
    for level, found in drawn:
        edges = shapely.union_all(shapely.boundary(found))
        borders[level] = _borders(shapely.difference(edges, over))
        over = edges
    borders = {level: borders[level] for level in ("cercle", "region", "country")}
    return Outline(areas, borders, scale, west, north, neighbours)


def _borders(edges: Any) -> str:
    """Each border once, as relative steps."""
    import shapely

    return "".join(
        steps(shapely.get_coordinates(line), closed=False)
        for line in shapely.get_parts(shapely.line_merge(edges))
        if shapely.length(line)
    )


def path_of(shape: Any) -> str:
    import shapely

    parts = [part for part in shapely.get_parts(shape) if shapely.get_type_id(part) == 3]
    rings = [ring for part in parts for ring in (part.exterior, *part.interiors)]
    return "".join(steps(shapely.get_coordinates(ring), closed=True) for ring in rings)


def steps(points: Any, closed: bool) -> str:
    """Points (n x 2) as path data in relative whole steps: "M10 20l3-4-5 6z"."""
    whole = [(round(x), round(y)) for x, y in (points[:-1] if closed else points)]
    moves = [(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(whole) if a != b]
    if not moves:
        return ""
    told = "".join(f"{' ' if x >= 0 else ''}{x}{' ' if y >= 0 else ''}{y}" for x, y in moves).lstrip()
    return f"M{whole[0][0]} {whole[0][1]}l{told}{'z' if closed else ''}"


def pictures(annex: Annex, country: Outline) -> list[dict[str, Any]]:
    """One SVG a map of the annex, that of the page first: title, `svg` (markup). A dated series has one a month,
    the latest first; an annex with several choropleths one each."""
    found = [(panel.title, panel.areas) for panel in reversed(annex.panels)] or [
        (layer.title, layer) for layer in annex.layers_of(Areas)
    ]
    box = _frame(annex, country)
    return [
        {"title": title, "svg": _svg(annex, areas, country, box, first=not position)}
        for position, (title, areas) in enumerate(found or [(annex.title, None)])
    ]


def area_picture(areas: Areas, country: Outline, label: str) -> Markup:
    """One choropleth of the whole country with its borders. label: what it shows, for who does not see it."""
    import shapely

    whole = shapely.total_bounds(list(country.areas["region"].values()))
    west, north, east, south = (round(float(edge)) for edge in whole)
    box = (west - 10, north - 10, east - west + 20, south - north + 20)
    k = box[2] / 1000
    return Markup(
        f'<svg role="img" aria-label="{escape(label)}" viewBox="{" ".join(map(str, box))}">'
        f"{''.join([*_areas(areas, country, k), *_borders_drawn(country, k, named=False)])}</svg>"
    )


def _borders_drawn(country: Outline, k: float, named: bool = True) -> list[str]:
    """named: for `use` by the other pictures of the page."""
    lines = [
        ("cercle", palette.CERCLE_LINE, 0.8), ("region", palette.REGION_LINE, 1.4),
        ("country", palette.COUNTRY_LINE, 2.0),
    ]  # fmt: skip
    return [
        f'<path{" id=" + repr(f"bord-{level}") if named else ""} d="{country.lines[level]}" fill="none" stroke="{colour}" '
        f'stroke-width="{width * k:.2f}" stroke-linejoin="round"/>'
        for level, colour, width in lines
    ]


def _frame(annex: Annex, country: Outline) -> tuple[float, float, float, float]:
    """x, y, width, height of what is shown: the areas and symbols that say something, else the country."""
    import shapely

    layers = [layer for layer in annex.layers_of(Areas) if not layer.ground]
    layers += [panel.areas for panel in annex.panels]
    regions = [country.areas["region"][code] for code in annex.regions if code in country.areas["region"]]
    told = regions or [
        country.areas[layer.level][code]
        for layer in layers
        for kinds in [{entry.key for entry in layer.classes if entry.kind in ("class", "zero", "suppressed")}]
        for code, value in layer.values.items()
        if value.class_key in kinds
    ]
    points = [(item.longitude, item.latitude) for item in annex.symbols]
    told += [shapely.Point(at).buffer(30) for at in country.place(points)]
    whole = list(country.areas["region"].values())
    west, north, east, south = (float(edge) for edge in shapely.total_bounds(told or whole))
    room = 0.04 * max(east - west, south - north)
    width, height = east - west + 2 * room, south - north + 2 * room
    wide, tall = max(width, height / HEIGHT_SHARE), max(height, width * HEIGHT_SHARE)
    x, y = (west + east - wide) / 2, (north + south - tall) / 2
    return round(x), round(y), round(wide), round(tall)


def _svg(annex: Annex, areas: Areas | None, country: Outline, box: Extent, first: bool) -> Markup:
    """first: the lines that all pictures share are defined in it, the others use them."""
    k = box[2] / 1000  # one thousandth of the width
    parts: list[str] = []
    if areas is None:
        parts.append(f'<path d="{_merged(country.areas["region"].values())}" fill="{palette.PAPER}"/>')
    else:
        parts += _areas(areas, country, k)
    if first:
        parts += _borders_drawn(country, k)
    else:
        parts += [f'<use href="#bord-{level}" xlink:href="#bord-{level}"/>' for level in country.lines]
    if areas is not None:
        parts += _changes(areas, country, k)
    if first:
        taken: list[Extent] = []
        for zones in annex.layers_of(Zones):
            parts += _zones(zones, country, k)
        for flows in annex.layers_of(Flows):
            parts += _flows(flows, country, k, taken)
        for symbols in annex.layers_of(Symbols):
            parts += _symbols(symbols, country, k, taken)
        for zones in annex.layers_of(Zones):
            parts += _tags(zones, country, k, taken)
        parts += _movers(annex, country, k, taken)
        for names in annex.layers_of(Labels):
            parts += _labels(names, country, box, k, taken)
        parts += _neighbours(country, box, k, taken)
    view = " ".join(map(str, box))
    return Markup(
        f'<svg class="image-fixe" role="img" aria-label="{escape(annex.alt_text or annex.title)}" '
        f'xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="{view}" preserveAspectRatio="xMidYMid meet">'
        f"{''.join(parts)}</svg>"
    )


def _merged(shapes: Iterable[Any]) -> str:
    import shapely

    return path_of(shapely.union_all(list(shapes)))


def _areas(areas: Areas, country: Outline, k: float) -> list[str]:
    """One path a class; hatches as patterns of their own, so that a class keeps its two colours."""
    members: dict[str, list[Any]] = {}
    for code, value in areas.values.items():
        members.setdefault(value.class_key, []).append(country.areas[areas.level][code])
    parts = []
    for entry in areas.classes:
        if entry.key not in members:
            continue
        fill = entry.colour
        if entry.hatch:
            parts.append(_pattern(areas.id, entry, k))
            fill = f"url(#trame-{areas.id}-{entry.key})"
        path = _merged(members[entry.key])
        parts.append(
            f'<path data-classe-fixe="{escape(entry.key)}" fill="{fill}" fill-rule="evenodd" d="{path}"/>'
        )
    return parts


def _pattern(layer: str, entry: ClassEntry, k: float) -> str:
    size = f"{7 * k:.1f}"
    half = 3.5 * k
    ground = "" if entry.colour == "none" else f'<rect width="{size}" height="{size}" fill="{entry.colour}"/>'
    drawn = (
        f'<circle cx="{half:.1f}" cy="{half:.1f}" r="{1.3 * k:.2f}" fill="{entry.hatch_colour}"/>'
        if entry.hatch == "dots"
        else f'<path d="M{-k:.1f} {8 * k:.1f}L{8 * k:.1f} {-k:.1f}" stroke="{entry.hatch_colour}" stroke-width="{k:.2f}"/>'
    )
    return (
        f'<pattern id="trame-{escape(layer)}-{escape(entry.key)}" width="{size}" height="{size}" '
        f'patternUnits="userSpaceOnUse">{ground}{drawn}</pattern>'
    )


def _changes(areas: Areas, country: Outline, k: float) -> list[str]:
    parts = []
    for entry in areas.changes:
        found = [code for code, value in areas.values.items() if value.change == entry.change]
        if not found:
            continue
        path = "".join(path_of(country.areas[areas.level][code]) for code in found)
        for colour, width in ((palette.PAPER, 4.2), (entry.colour, 2.2)):
            parts.append(
                f'<path data-changement-fixe="{entry.change}" d="{path}" fill="none" stroke="{colour}" '
                f'stroke-width="{width * k:.2f}" stroke-linejoin="round"/>'
            )
    return parts


def _symbols(layer: Symbols, country: Outline, k: float, taken: list[Extent]) -> list[str]:
    keys = {key.key: key for key in layer.keys}
    at = country.place([(item.longitude, item.latitude) for item in layer.items])
    radius = 1000 * ICON * k
    spread = _spread(at, radius)
    parts = []
    ordered = sorted(zip(layer.items, spread, strict=True), key=lambda pair: -pair[0].value)
    for item, (x, y) in ordered:
        parts += _marker(item, keys, x, y, radius, k)
        several = any(count > 1 for _, count in item.parts)
        half = radius * max(1, len(item.parts))
        taken.append((x - half, y - radius, x + half, y + (2.7 if several else 1) * radius))
    for item, (x, y) in ordered:
        if item.number:
            side = radius * (1.05 * len(item.parts) + 0.5)
            corners = [
                _box(x + across * side, y + down * radius, (4.6 * len(item.number) + 2) * k, 8 * k)
                for across, down in ((1, -1), (-1, -1), (1, 1), (-1, 1), (0, -2.2), (0, 2.2))
            ]
            spot = next((found for found in corners if not _meets(found, taken)), corners[0])
            middle, base = (spot[0] + spot[2]) / 2, (spot[1] + spot[3]) / 2 + 5 * k
            parts.append(_text(item.number, middle, base, 15 * k, k, bold=True))
            taken.append(spot)
    return parts


def _spread(points: Sequence[tuple[float, float]], radius: float) -> list[tuple[float, float]]:
    """Events at one place stand in a ring around it, as on the map."""
    groups: dict[tuple[float, float], list[int]] = {}
    for position, point in enumerate(points):
        groups.setdefault(point, []).append(position)
    found = list(points)
    for (x, y), members in groups.items():
        if len(members) > 1:
            ring = max(1.4, 0.45 * len(members)) * radius
            for rank, position in enumerate(members):
                angle = 2 * math.pi * rank / len(members) - math.pi / 2
                found[position] = (x + ring * math.cos(angle), y + ring * math.sin(angle))
    return found


def _marker(
    item: Symbol, keys: Mapping[str, SymbolKey], x: float, y: float, radius: float, k: float
) -> list[str]:
    """A sign for each type of event at the place, how many where they are several."""
    parts = []
    for rank, (key, count) in enumerate(item.parts):
        at = x + 2.1 * radius * (rank - (len(item.parts) - 1) / 2)
        sign = keys.get(key)
        shape, colour = (sign.shape, sign.colour) if sign else ("", "#6b6b6b")
        parts.append(
            f'<path data-signe="{escape(item.id)}" transform="translate({at:.1f} {y:.1f}) scale({radius:.1f})" '
            f'd="{shape_path(shape)}" fill="{colour}" fill-rule="evenodd" stroke="{palette.PAPER}" stroke-width=".3" '
            'paint-order="stroke"/>'
        )
        if count > 1:
            parts.append(_text(f"×{count:.0f}", at, y + 2.4 * radius, 13 * k, k, bold=True))
    return parts


def _zones(layer: Zones, country: Outline, k: float) -> list[str]:
    """Cercles in which events are known to lie, hatched."""
    entry = ClassEntry("zone", "", "none", hatch="diagonal", hatch_colour=palette.ZONE)
    return [_pattern(layer.id, entry, k)] + [
        f'<path data-zone-fixe="{escape(item.id)}" d="{path_of(country.areas["cercle"][item.pcode])}" '
        f'fill="url(#trame-{escape(layer.id)}-zone)" stroke="{palette.ZONE}" stroke-width="{1.6 * k:.2f}"/>'
        for item in layer.items
        if item.level == "cercle" and item.pcode in country.areas["cercle"]
    ]


AROUND = (
    *((0, 0), (0, 1), (0, -1), (1, 0), (-1, 0), (1, 1), (-1, -1), (1, -1), (-1, 1), (0, 2), (0, -2), (1, 2)),
    *((-1, 2), (1, -2), (-1, -2), (2, 0), (-2, 0), (2, 1), (-2, 1), (2, -1), (-2, -1), (0, 3), (0, -3)),
)
"""Where a tag or number may stand, in its own widths and heights: at its point, then around it, nearer first. Pages with
and without script take it from here."""


def _tags(layer: Zones, country: Outline, k: float, taken: list[Extent]) -> list[str]:
    """A tag with the number of the place, in its region or cercle, beside what stands there, with a line to its point.
    What is known of no area has no sign (the page lists it in a box)."""
    parts = []
    at = country.place([(item.longitude, item.latitude) for item in layer.items])
    for item, (x, y) in zip(layer.items, at, strict=True):
        if not item.level:
            continue
        text = f"{item.number} ×{item.count}" if item.count > 1 else item.number
        half, down = (4.6 * len(text) + 5) * k, (22 * k if item.level == "region" else 0)
        boxes = [
            _box(x + way * (half + 16 * k), y + down + fall * 26 * k, half, 10 * k) for way, fall in AROUND
        ]
        box = next((found for found in boxes if not _meets(found, taken)), boxes[0])
        middle, line = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        if box != boxes[0]:
            parts.append(_line((x, y), (middle, line), palette.ZONE, k))
        parts.append(
            f'<rect data-etiquette="{escape(item.id)}" x="{box[0]:.1f}" y="{box[1]:.1f}" '
            f'width="{2 * half:.1f}" height="{20 * k:.1f}" fill="{palette.PAPER}" stroke="{palette.ZONE}" '
            f'stroke-width="{1.6 * k:.1f}"/>' + _text(text, middle, line + 5 * k, 15 * k, k, bold=True)
        )
        taken.append(box)
    return parts


def _box(x: float, y: float, half: float, tall: float) -> Extent:
    return x - half, y - tall, x + half, y + tall


def _room(x: float, y: float, half: float, tall: float, k: float, taken: Sequence[Extent]) -> Extent:
    """The first box around a point that meets nothing; at the point where none is free."""
    boxes = [
        _box(x + across * (half + 15 * k), y + down * (tall + 15 * k), half, tall) for across, down in AROUND
    ]
    return next((box for box in boxes if not _meets(box, taken)), boxes[0])


def _line(start: tuple[float, float], end: tuple[float, float], colour: str, k: float) -> str:
    """From a point to what had to stand beside it."""
    ends = f"M{start[0]:.1f} {start[1]:.1f}L{end[0]:.1f} {end[1]:.1f}"
    return f'<path d="{ends}" stroke="{colour}" stroke-width="{1.6 * k:.1f}"/>'


def _meets(box: Extent, others: Iterable[Extent]) -> bool:
    return any(box[0] < b[2] and box[2] > b[0] and box[1] < b[3] and box[3] > b[1] for b in others)


def _movers(annex: Annex, country: Outline, k: float, taken: list[Extent]) -> list[str]:
    """Areas whose level changed, numbered as in their list; beside each other where they lie close."""
    leads, parts = [], []
    at = country.place([(mover.longitude, mover.latitude) for mover in annex.movers])
    for mover, home in zip(annex.movers, at, strict=True):
        colour = palette.WORSE if mover.change == "up" else palette.BETTER
        box = _room(*home, 9 * k, 9 * k, k, taken)
        x, y = box[0] + 9 * k, box[1] + 9 * k
        if math.dist(home, (x, y)) >= 0.01:
            leads.append(_line(home, (x, y), colour, k))
        parts.append(
            f'<circle data-mouvement="{escape(mover.pcode)}" cx="{x:.1f}" cy="{y:.1f}" r="{9 * k:.1f}" fill="{colour}" '
            f'stroke="{palette.PAPER}" stroke-width="{1.5 * k:.1f}"/><text x="{x:.1f}" y="{y + 4 * k:.1f}" '
            f'font-size="{11 * k:.1f}" font-weight="700" text-anchor="middle" fill="{palette.PAPER}">'
            f"{escape(mover.number)}</text>"
        )
        taken.append(box)
    return leads + parts


def _flows(layer: Flows, country: Outline, k: float, taken: list[Extent]) -> list[str]:
    largest = max([*layer.sizes, *(item.value for item in layer.items), 1])
    ends = [(item.origin, item.destination or item.origin) for item in layer.items]
    at = country.place([point for pair in ends for point in pair])
    parts = []
    for rank, item in enumerate(layer.items):
        (x, y), (u, v) = at[2 * rank], at[2 * rank + 1]
        width = max(2.0, 11 * item.value / largest) * k
        length = math.hypot(u - x, v - y)
        strokes = (9, 5) if item.back else (5, 5)
        plain = item.value > 0 and not item.back
        dash = "" if plain else f' stroke-dasharray="{strokes[0] * k:.1f} {strokes[1] * k:.1f}"'
        colour = (layer.back_colour if item.back else "") or layer.colour
        line = f'fill="none" stroke="{colour}" stroke-width="{width:.1f}"{dash}'
        size = 9 * k + 1.6 * width
        if item.destination is None or item.stays or length < 2 * size:
            r = 12 * k
            taken.append(_box(x, y - 1.6 * r, r + width / 2, r + width / 2))
            parts.append(
                f'<circle data-fleche="{escape(item.id)}" cx="{x:.1f}" cy="{y - 1.6 * r:.1f}" r="{r:.1f}" {line}/>'
            )
            if item.abroad:
                parts.append(_text(french.towards(item.abroad), x, y - 3 * r, 13 * k, k))
            continue
        ux, uy = (u - x) / length, (v - y) / length
        bend = min(0.2 * length, 50 * k)
        cx, cy = (x + u) / 2 + uy * bend, (y + v) / 2 - ux * bend
        turn = math.atan2(v - cy, u - cx)
        ex, ey = u - 0.8 * size * math.cos(turn), v - 0.8 * size * math.sin(turn)
        taken += [_box((x + 2 * cx + u) / 4, (y + 2 * cy + v) / 4, size, size), _box(ex, ey, size, size)]
        corners = " ".join(
            f"{u - size * math.cos(turn + side):.1f} {v - size * math.sin(turn + side):.1f}"
            for side in (-0.45, 0.45)
        )
        curve = f"M{x:.1f} {y:.1f}Q{cx:.1f} {cy:.1f} {ex:.1f} {ey:.1f}"
        parts += [
            f'<path d="{curve}" fill="none" stroke="{palette.PAPER}" stroke-width="{width + 2.5 * k:.1f}"/>',
            f'<path data-fleche="{escape(item.id)}" d="{curve}" {line}/>',
            f'<path d="M{u:.1f} {v:.1f}L{corners}Z" fill="{colour}"/>',
        ]
        if item.abroad:
            parts.append(_text(french.towards(item.abroad), u, v + 16 * k, 13 * k, k))
    return parts


def _labels(layer: Labels, country: Outline, box: Extent, k: float, taken: list[Extent]) -> list[str]:
    """The names that find room, the important ones first; never over a symbol or each other."""
    x0, y0, wide, tall = box
    ranked = sorted((item for item in layer.items if item.scope != "inset"), key=lambda item: item.rank)
    at = country.place([(item.longitude, item.latitude) for item in ranked])
    parts: list[str] = []
    for item, (x, y) in zip(ranked, at, strict=True):
        size = (15.5 if item.style == "region" else 14) * k
        half = 0.29 * size * len(_said(item))
        for shift in (0.0, 26 * k, -22 * k):
            spot = _box(x, y + shift, half, 0.6 * size)
            inside = x0 < spot[0] and y0 < spot[1] and spot[2] < x0 + wide and spot[3] < y0 + tall
            if inside and not _meets(spot, taken):
                taken.append(spot)
                parts.append(_words(_said(item), x, y + shift + 0.3 * size, size, item.style != "village"))
                break
        if len(parts) == MOST_LABELS:
            break
    return [f"<g {_halo(k)}>", *parts, "</g>"] if parts else []


def _neighbours(country: Outline, box: Extent, k: float, taken: Sequence[Extent]) -> list[str]:
    """The names of the countries around that stand whole in the picture, on nothing else."""
    x0, y0, wide, tall = box
    parts = []
    at = country.place([(lon, lat) for _, lon, lat in country.neighbours])
    for (name, *_), (x, y) in zip(country.neighbours, at, strict=True):
        half, high = 5 * k * len(name), 8 * k
        inside = x0 < x - half and x + half < x0 + wide and y0 < y - high and y + high < y0 + tall
        if inside and not _meets(_box(x, y, half, high), taken):
            parts.append(_words(name.upper(), x, y + 4 * k, 13 * k, bold=False))
    group = f'<g text-anchor="middle" font-style="italic" fill="#6f6a5e">{"".join(parts)}</g>'
    return [group] if parts else []


def _said(item: Label) -> str:
    text = f"{item.text} {item.figure}" if item.figure else item.text
    return text.upper() if item.style == "region" else text


def _text(text: str, x: float, y: float, size: float, k: float, bold: bool = False) -> str:
    return f"<g {_halo(k)}>{_words(text, x, y, size, bold)}</g>"


def _words(text: str, x: float, y: float, size: float, bold: bool) -> str:
    weight = ' font-weight="700"' if bold else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:.1f}"{weight}>{escape(text)}</text>'


def _halo(k: float) -> str:
    """How words stand on a map, told once for those of a group."""
    return (
        f'text-anchor="middle" fill="{palette.INK}" stroke="{palette.PAPER}" stroke-width="{3 * k:.1f}" '
        'paint-order="stroke" stroke-linejoin="round"'
    )
