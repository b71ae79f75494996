"""The page composed: frames fitted to their place, one map or a dated series, and what stands beside it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import shapely
from matplotlib.path import Path

from pipeline import french, palette
from pipeline.annexes.model import Annex, Areas, ClassEntry, Flows, Label, Panel, Symbols, Zone
from pipeline.french import NBSP
from pipeline.sheet import labels, symbols
from pipeline.sheet.ground import (
    Bounds,
    Coverage,
    Frame,
    Shared,
    background_names,
    change_marks,
    edge_marks,
    fill_marks,
    fit,
    ground_marks,
    hatch,
    line_data,
    neighbour_marks,
    project,
    water_marks,
)
from pipeline.sheet.marks import (
    CAP_HEIGHT,
    EMPTY,
    MM_PER_PT,
    SMALLEST_PT,
    Box,
    Layout,
    Mark,
    Placed,
    Rectangle,
    Shape,
    Text,
    column,
    lines,
    paragraph,
    printable,
    rectangle,
    text_width,
    wrap,
)
from pipeline.sheet.panels import (
    bar_block,
    block_makers,
    columns_of,
    foot_of,
    head_block,
    heading,
    kicker_block,
    list_rows,
    locator,
    notes_block,
    scale_bar,
    scale_block,
    shortened,
    spread,
    trend_block,
    unplaced_block,
    zone_mark,
)
from pipeline.sheet.symbols import (
    BADGE_RADIUS,
    Arrow,
    Canvas,
    badge_room,
    draw_flows,
    flow_bounds,
    flow_trail,
    flows_on_frame,
    looped_flow,
)

# One map on the page: ground, areas, water, borders, arrows, symbols, names, in that order.


SMALL_REGION = 2.0
"""Radius (mm) of a region that its own name would hide: Bamako."""


@dataclass(frozen=True)
class View:
    """How a frame shows the annex. coverage: detail. taken: rectangles (mm) that furniture covers.

    inset_box: on the main map, the rectangle that the inset enlarges. k: factor on type.
    """

    frame: Frame
    coverage: Coverage
    taken: tuple[Rectangle, ...] = ()
    inset_box: Rectangle | None = None
    inset: bool = False
    k: float = 1.0


def draw_frame(canvas: Canvas, annex: Annex, shared: Shared, view: View) -> None:
    """Paint the annex's layers on one frame and record what was placed."""
    frame = canvas.frame(view.frame)
    choropleths = annex.layers_of(Areas)
    canvas.add(ground_marks(shared, frame))
    canvas.add(neighbour_marks(shared, frame))
    if not choropleths:
        everything = view.coverage.path(range(len(shared.pcodes)), frame)
        if everything is not None:
            canvas.add([Shape(everything, fill="#ffffff", clip=frame.name, alpha=0.72)])
    for layer in choropleths:
        marks, colours = fill_marks(layer, shared, view.coverage, frame)
        canvas.add(marks)
        canvas.colours[frame.name] = colours
    canvas.add(water_marks(shared, frame, quiet=any(not layer.ground for layer in choropleths)))
    canvas.add(edge_marks(shared, view.coverage, frame, 1.5 if view.inset else 1.0))
    for layer in choropleths:
        canvas.add(change_marks(layer, shared, view.coverage, frame))
    canvas.add(zone_hatches(annex, shared, frame))
    if view.inset_box is not None:
        canvas.add(inset_mark(view.inset_box, shared, frame))
    _data(canvas, annex, shared, view)


def _well_inside(box: Rectangle) -> Rectangle:
    """The part of the inset's rectangle whose symbols the inset is sure to show."""
    x0, y0, x1, y1 = box
    return (x0 + 0.3, y0 + 0.3, x1 - 0.3, y1 - 0.3)


def inset_mark(box: Rectangle, shared: Shared, frame: Frame) -> list[Mark]:
    """The edge of what the inset enlarges, broken where it would hide the colour of a commune."""
    width = 0.42  # mm
    x0, y0, x1, y1 = box
    ring = shapely.LineString([(x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0)])
    specks = shapely.buffer(shapely.points(frame.page(shared.middles)), width / 2 + 0.35, quad_segs=4)
    for speck in specks[shapely.intersects(specks, ring)]:
        ring = shapely.difference(ring, speck)
    vertices, codes = line_data(np.array([shapely.line_merge(ring)], dtype=object))
    path = Path(vertices, codes)
    return [
        Shape(path, line=palette.PAPER, width=width + 0.32, join="miter", cap="butt", clip=frame.name),
        Shape(path, line=palette.ACCENT, width=width, join="miter", cap="butt", clip=frame.name),
    ]


def _data(canvas: Canvas, annex: Annex, shared: Shared, view: View) -> None:
    """Arrows, symbols and names: what must not hide each other."""
    frame = view.frame
    ties = 0.6 if view.inset else 1.0
    rings = frozenset(flow.number for flow in annex.flows if flow.number and looped_flow(flow, frame))
    tags = [*_zone_tags(annex, shared, view), *_mover_tags(annex, shared, view)]
    tag_boxes = [box for _, box in tags]
    with_numbers = [] if view.inset else [_with_zones(label, annex) for label in annex.names]
    numbered = [item for item in with_numbers if item.figure and item.style == "region"]
    first = _numbered_regions(numbered, annex, view, tag_boxes)
    tag_boxes += [thing.box for thing in first[1]]
    # A little air, so that no symbol touches the furniture.
    blocked = tuple((a - 0.6, b - 0.6, c + 0.6, d + 0.6) for a, b, c, d in (*view.taken, *tag_boxes))
    small = _well_inside(view.inset_box) if view.inset_box else None
    standing = [frame.page(project(item.longitude, item.latitude)) for item in annex.symbols]
    for layer in annex.layers_of(Flows):
        blocked += tuple(symbols.arrivals(layer, frame, np.reshape(standing, (-1, 2))))
    spots = [
        spot
        for layer in annex.layers_of(Symbols)
        for spot in symbols.symbols_on_frame(layer, frame, blocked, small, rings, view.k)
        # A small sign, which the inset shows in full, gives way to the number of a region.
        if spot.radius >= BADGE_RADIUS or not any(_touch(spot.box, thing.box) for thing in first[1])
    ]
    symbol_boxes = [*(spot.box for spot in spots), *tag_boxes]
    circles = [(*spot.centre, spot.radius) for spot in spots]
    badges = {
        spot.symbol.number: (*spot.centre, badge_room("circle", BADGE_RADIUS * view.k))
        for spot in spots
        if spot.symbol.number
    }
    arrows: list[Arrow] = []
    flows = annex.layers_of(Flows)
    for layer in flows:
        arrows += flows_on_frame(layer, frame, symbol_boxes, view.inset_box, badges, circles)
        canvas.add(draw_flows(arrows, layer, frame))
        canvas.add((), (Placed("flow", flow_bounds(arrow), arrow.flow.id) for arrow in arrows))
    marks, placed = symbols.draw_symbols(spots, ties)
    canvas.add((mark for mark in marks if not isinstance(mark, Text)), placed)
    for layer in flows:
        canvas.add(draw_flows(arrows, layer, frame, heads=True))
    canvas.add(mark for mark in marks if isinstance(mark, Text))  # no head hides a number
    for box, place in tags:
        canvas.add(box.marks, (Placed("tag", place),))
    canvas.add(*first)
    edge = list(_edges(view.inset_box)) if view.inset_box else []
    room = labels.Room(
        frame,
        [*view.taken, *symbol_boxes, *edge, *(b for a in arrows for b in flow_trail(a))],
        shared.border(view.coverage, frame),
        frame.page(shared.inner[0]),
    )
    reach = {spot.symbol.number: spot.radius for spot in spots if spot.symbol.number}
    canvas.add(*_flow_labels(arrows, room, view, reach))
    scope = "inset" if view.inset else "main"
    anchors = {
        spot.symbol.area_pcode: labels.Anchor(*spot.centre, spot.radius)
        for spot in reversed(spots)
        if spot.symbol.area_pcode
    }
    done = {item.area_pcode for item in numbered}
    chosen = [
        _beside_its_sign(item, spots, anchors)
        for item in annex.names
        if item.scope in (scope, "both") and not _in_inset(item, frame, small)
        if item.style != "region" or item.area_pcode not in done
    ]
    empty, homes = _empty(annex, shared), _homes(chosen, shared, frame)
    canvas.add(*labels.place(chosen, room, anchors, True, empty, homes, view.k))
    for text in () if view.inset else background_names(shared, frame, max(SMALLEST_PT, 7.4 * view.k)):
        if room.free(text.box):
            canvas.add([text], [Placed("label", text.box, text.text, group=text.text)])
            room.take(text.box)


def _in_inset(label: Label, frame: Frame, inset: Rectangle | None) -> bool:
    """Whether a name is left to the inset, which shows its place larger."""
    if inset is None or label.style == "region":
        return False
    x, y = frame.page(project(label.longitude, label.latitude))
    x0, y0, x1, y1 = inset
    # At the very rim of the inset a name may find no room there: the main map may have it.
    rim = 0.05 * (x1 - x0)
    return bool(x0 + rim <= x <= x1 - rim and y0 + rim <= y <= y1 - rim)


def _with_zones(label: Label, annex: Annex) -> Label:
    """A region's name with the numbers of the places that are known to the region only."""
    if label.style != "region":
        return label
    found = [
        f"{NBSP}{zone.number}" + (f"{NBSP}×{zone.count}" if zone.count > 1 else "")
        for zone in _zones_of_region(annex, label.area_pcode)
    ]
    return replace(label, figure=" ".join(found)) if found else label


def _zones_of_region(annex: Annex, pcode: str) -> list[Zone]:
    """The places that are known to this region, no finer."""
    return [zone for zone in annex.zones if zone.level == "region" and zone.pcode == pcode]


def _numbered_regions(
    numbered: list[Label], annex: Annex, view: View, tags: list[Rectangle]
) -> tuple[list[Mark], list[Placed]]:
    """The names of regions that carry the number of a place: they find their room before all else, away from the
    markers where they can."""
    frame = view.frame
    points = [frame.page(project(item.longitude, item.latitude)) for item in annex.symbols]
    signs = [(x - 2.6, y - 2.6, x + 2.6, y + 2.6) for x, y in points]
    marks: list[Mark] = []
    placed: list[Placed] = []
    for label in numbered:
        for around in (signs, []):
            room = labels.Room(frame, [*view.taken, *tags, *around, *(thing.box for thing in placed)])
            found, boxes = labels.place([label], room, {}, scale=view.k)
            if boxes:
                tags_ = [zone_mark(zone, view.k) for zone in _zones_of_region(annex, label.area_pcode)]
                marks += _tagged(found, label.figure, tags_)
                placed += boxes
                break
    return marks, placed


def _tagged(marks: list[Mark], figure: str, tags: list[Box]) -> list[Mark]:
    """A region's name with its numbers as the legend and the list have them: tags, in the room of the figure."""
    done: list[Mark] = []
    for mark in marks:
        if not isinstance(mark, Text) or not mark.text.endswith(printable(figure)):
            done.append(mark)
            continue
        name = replace(mark, text=mark.text.removesuffix(printable(figure)).rstrip())
        done.append(name)
        x, middle = mark.x + name.width + 0.9, mark.y + CAP_HEIGHT * mark.size * MM_PER_PT / 2
        for tag in tags:
            done += tag.at(x, middle + tag.height / 2).marks
            x += tag.width + 0.4
    return done


def zone_hatches(annex: Annex, shared: Shared, frame: Frame) -> list[Mark]:
    """Cercles in which something happened, it is not known where."""
    chosen = shared.cercle_areas(tuple(zone.pcode for zone in annex.zones if zone.level == "cercle"))
    entry = ClassEntry("zone", "", "", hatch="diagonal", hatch_colour=palette.ZONE)
    return hatch(entry, shared.main.polygons[chosen], frame, shared) if len(chosen) else []


def _zone_tags(annex: Annex, shared: Shared, view: View) -> list[tuple[Box, Rectangle]]:
    """The number of each place that is known to its cercle, inside the cercle as the frame shows it: in the inset where
    that shows most of it."""
    frame = view.frame
    window = shapely.Polygon(frame.ground(np.asarray(frame.visible.vertices))).buffer(-2.6 * frame.scale)
    closer = shapely.Polygon() if view.inset_box is None else frame.ground_box(view.inset_box)
    points = [project(item.longitude, item.latitude) for item in annex.symbols]
    signs = shapely.points(points) if points else np.array([])
    around = shapely.union_all(shapely.buffer(signs, 5.0 * frame.scale, quad_segs=4))
    found: list[tuple[Box, Rectangle]] = []
    for zone in (zone for zone in annex.zones if zone.level == "cercle"):
        chosen = shared.cercle_areas((zone.pcode,))
        if not len(chosen):
            continue
        whole = shapely.coverage_union_all(shared.main.polygons[chosen])
        shown = shapely.intersection(whole, window)
        share = shapely.area(shown) / shapely.area(whole)
        enlarged = shapely.area(shapely.intersection(whole, closer)) / shapely.area(whole)
        if enlarged > 0.8 or (share <= 0.5 if view.inset else share < 0.02):
            continue
        for box in view.taken:
            shown = shapely.difference(shown, frame.ground_box(box, 2.5))
        clear = shapely.difference(shown, around)
        shown = clear if shapely.area(clear) > (3.0 * frame.scale) ** 2 else shown
        for _, box in found:
            freed = shapely.difference(shown, frame.ground_box(box, 2.0))
            shown = freed if not shapely.is_empty(freed) else shown
        circle = shapely.maximum_inscribed_circle(shown, tolerance=0.3 * frame.scale)
        x, y = frame.page(shapely.get_coordinates(circle)[:1])[0]
        size = zone_mark(zone, view.k)
        left, top = float(x) - size.width / 2, float(y) + size.height / 2
        found.append((size.at(left, top), (left, top - size.height, left + size.width, top)))
    return found


def _mover_tags(annex: Annex, shared: Shared, view: View) -> list[tuple[Box, Rectangle]]:
    """The number of each area that changed, in its middle; left to the inset where that shows it."""
    frame = view.frame
    size = SMALLEST_PT * view.k
    em = size * MM_PER_PT
    middles = frame.page(shared.middles)
    found: list[tuple[Box, Rectangle]] = []
    for mover in annex.movers:
        i = shared.index.get(mover.pcode)
        if i is None:
            continue
        x, y = (float(v) for v in frame.page(shared.inner[0][i : i + 1])[0])
        wide = text_width(mover.number, size, "bold") + 1.0 * view.k
        box = (x - wide / 2, y - 0.55 * em, x + wide / 2, y + 0.55 * em)
        inside = view.inset_box is not None and _inside(view.inset_box, x, y)
        if inside or not frame.holds(box, 0.3) or any(_touch(box, taken) for taken in view.taken):
            continue
        box = _beside_the_middle(box, [*view.taken, *(b for _, b in found)], frame, middles)
        colour = palette.WORSE if mover.change == "up" else palette.BETTER
        marks = (
            Shape(rectangle(*box), fill=palette.PAPER, line=colour, width=0.2, join="miter"),
            Text(box[0] + 0.5 * view.k, box[1] + 0.2 * em, mover.number, size, "bold", colour, role="number"),
        )
        tie: tuple[Mark, ...] = ()
        if abs(box[0] + wide / 2 - x) + abs((box[1] + box[3]) / 2 - y) > 0.4:
            ends = np.array([(x, y), ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)])
            way = ends[1] - ends[0]
            start = ends[0] + 0.55 * way / np.hypot(*way)  # the colour is read at the middle
            string = Path([start, ends[1]])
            tie = (Shape(string, line=palette.PAPER, width=0.5), Shape(string, line=colour, width=0.18))
        found.append((Box(wide, box[3] - box[1], (*tie, *marks)), box))
    return found


def _beside_the_middle(
    box: Rectangle, taken: list[Rectangle], frame: Frame, middles: np.ndarray
) -> Rectangle:
    """A small rectangle beside the middle of its area, clear of those already there; the place where it and the line
    that ties it hide fewest points (n, 2) at which the colour of an area is read."""
    x0, y0, x1, y1 = box
    centre = np.array([(x0 + x1) / 2, (y0 + y1) / 2])
    near = middles[np.hypot(*(middles - centre).T) < 12.0]
    best, least = box, np.inf
    for distance in (2.6, 3.4, 4.4, 5.6):
        for turn in range(30, 390, 30):
            way = np.array([np.cos(np.radians(turn)), np.sin(np.radians(turn))])
            dx, dy = distance * way
            tried = (float(x0 + dx), float(y0 + dy), float(x1 + dx), float(y1 + dy))
            if not frame.holds(tried, 0.3) or any(_touch(tried, other) for other in taken):
                continue
            along = centre + np.linspace(0.55, distance, 12)[:, None] * way
            away = np.hypot(*(near[:, None, :] - along[None, :, :]).transpose(2, 0, 1))
            crossed = (away < 0.35).any(axis=1)
            off = abs(near - centre - (dx, dy))
            inside = (off[:, 0] < (x1 - x0) / 2 + 0.3) & (off[:, 1] < (y1 - y0) / 2 + 0.3)
            cost = 3.0 * crossed.sum() + inside.sum() + 0.1 * distance
            if cost < least:
                best, least = tried, cost
    return best


def _touch(one: Rectangle, other: Rectangle) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _inside(box: Rectangle, x: float, y: float) -> bool:
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def _beside_its_sign(label: Label, spots: list[symbols.Spot], anchors: dict[str, labels.Anchor]) -> Label:
    """A village's name, tied to the sign that stands at the village; other names as they are."""
    if label.style != "village":
        return label
    here = (label.longitude, label.latitude)
    for spot in spots:
        if (spot.symbol.longitude, spot.symbol.latitude) == here:
            anchors[spot.symbol.id] = labels.Anchor(*spot.centre, spot.radius)
            return replace(label, area_pcode=spot.symbol.id)
    return label


def _edges(box: Rectangle) -> tuple[Rectangle, ...]:
    x0, y0, x1, y1 = box
    w = 0.6
    return (
        (x0 - w, y0 - w, x1 + w, y0 + w),
        (x0 - w, y1 - w, x1 + w, y1 + w),
        (x0 - w, y0, x0 + w, y1),
        (x1 - w, y0, x1 + w, y1),
    )


def _flow_labels(
    arrows: list[Arrow], room: labels.Room, view: View, reach: dict[str, float]
) -> tuple[list[Mark], list[Placed]]:
    """Households on or beside each arrow, where there is room. reach: number of a place -> room of its marker, which a
    loop runs around."""
    size = max(SMALLEST_PT, 6.5 * view.k)
    tall = 0.78 * size * MM_PER_PT
    marks: list[Mark] = []
    placed: list[Placed] = []
    for arrow in arrows:
        abroad = arrow.flow.abroad
        told = f"{arrow.flow.label} {french.towards(abroad)}" if abroad else arrow.flow.label
        text = printable(told.strip())
        if not text:
            continue
        wide = text_width(text, size, "semibold")
        around = reach.get(arrow.flow.number, 0.0) if looped_flow(arrow.flow, view.frame) else 0.0
        gap = max(arrow.around, around) + 0.3
        levels = [step * 1.3 * tall for step in (0, 1, -1, 2, -2)]  # loops of one place, one below the other
        seats = [
            (left, foot)
            for x, y in arrow.seats
            for left, foot in (
                *((x + gap, y - tall / 2 + level) for level in levels),
                *((x - gap - wide, y - tall / 2 + level) for level in levels),
                (x - wide / 2, y - gap - tall),
                (x - wide / 2, y + gap),
            )
        ]
        boxes = ((left, foot, left + wide, foot + tall) for left, foot in seats)
        if box := next((box for box in boxes if room.free(box)), None):
            foot = box[1] + 0.12 * size * MM_PER_PT
            marks.append(
                Text(box[0], foot, text, size, "semibold", palette.FLOW, halo=labels.HALO, role="label")
            )
            placed.append(Placed("label", box, arrow.flow.id, group=arrow.flow.id))
            room.take(box)
    return marks, placed


def _empty(annex: Annex, shared: Shared) -> frozenset[str]:
    """Cercles without a symbol and without an area in a class of its own."""
    told = {s.area_pcode for s in annex.symbols}
    for layer in (layer for layer in annex.layers_of(Areas) if not layer.ground):
        classed = {entry.key for entry in layer.classes if entry.kind == "class"}
        told |= {
            shared.cercles[shared.index[p]]
            for p, value in layer.values.items()
            if value.class_key in classed and p in shared.index
        }
    return frozenset(set(shared.cercles) - told)


def _homes(chosen: list[Label], shared: Shared, frame: Frame) -> dict[str, labels.Anchor]:
    """The middle of each commune that is named, and of a region so small that its name would hide it."""
    centres, radii = shared.inner
    found = {}
    for label in chosen:
        i = shared.index.get(label.area_pcode)
        if i is not None:
            x, y = frame.page(centres[i : i + 1])[0]
            found[label.area_pcode] = labels.Anchor(float(x), float(y), float(radii[i]) / frame.scale)
        elif label.style == "region":
            parts = shared.polygons[shared.regions == label.area_pcode]
            radius = float(np.sqrt(shapely.area(parts).sum() / np.pi)) / frame.scale
            if len(parts) and radius < SMALL_REGION:
                x, y = frame.page(project(label.longitude, label.latitude))
                found[label.area_pcode] = labels.Anchor(float(x), float(y), radius)
    return found


# Where everything goes: the maps take the shape of what they show, what explains them takes the rest.

GAP = 3.0
"""Between the parts of a page, mm."""
WIDEST_MAIN, NARROWEST_MAIN = 0.56, 0.36
"""Shares of a wide page's width that the main map may take."""
MOST_OF_MAIN = 0.62
"""An inset that shows more of the main map than this would say nothing more."""
LEAST_ASPECT, MOST_ASPECT = 0.8, 1.4
"""Width by height of what an inset shows."""
FLATTEST_INSET, FOR_ONE_PAGE = 0.34, 0.3
"""Least share of a wide page's height that an inset keeps where what explains the map needs room, and where a little
less spares a second page."""
LEAST_ENLARGED = 1.25
"""An inset is so much larger than the main map, at least where a list goes on over another page."""
FURTHER = (1.2, 1.0, 0.88)
"""Factors on the type of a list that goes on over a further page."""
LEAST_AGAIN = 70.0
"""Width and height (mm) from which on a further page shows the inset again beside its list."""
COVERED = 0.005
"""Share of a corner's furniture that may lie on the framed regions."""
MOSTLY = 0.3
"""Share of the scale that may lie on the framed regions without paper under it."""
EDGE_CLEAR = 0.5
"""Half the width (mm) that the inset's edge takes on the main map, rim included."""
SHARES, SPLIT = (1.0, 0.9, 0.8, 0.7, 0.62), 0.86
"""Sizes of the two maps side by side, tried in turn, and the one that a list of several pages leaves them."""
LEAST_INSET, MOST_INSET = 0.32, 0.7
"""Height of an inset over the whole width, as shares of that."""
FACTORS = (1.3, 1.2, 1.1, 1.0, 0.96, 0.92, 0.88, 0.86)
"""Factors on the type of what explains the map, tried in turn."""
FEW_MOVERS = 16
"""So many areas that changed stand as one list in a column; more run over all columns, and over pages."""
RANKED_ROWS = (99, 20, 16, 13, 10, 8)
"""Most rows of a ranked table, tried in turn where the smallest type does not fit."""


@dataclass(frozen=True)
class Rooms:
    """Where the parts of one page lie (mm). height: of the page. inset: None for none. info: what explains the map
    with the upper left corner of each box. rest: rows of lists that found no room."""

    height: float
    main: Rectangle
    inset: Rectangle | None
    info: tuple[tuple[Box, float, float], ...]
    rest: tuple[Box, ...] = ()


def compose_page(annex: Annex, shared: Shared, layout: Layout) -> list[Canvas]:
    """The page, and those that follow where its lists are longer than it is. The map is painted first, the
    furniture over it."""
    m = layout.margin
    width = layout.page[0] - 2 * m
    head, foot = head_block(annex, width, layout), foot_of(annex, width, layout)
    bounds = focus_bounds(annex, shared)
    closer = inset_bounds(annex, bounds)
    if closer is None:
        annex = replace(annex, inset_box=None)  # the legend sends nobody to an inset that is not drawn
    rooms = (_wide if layout.wide else _tall)(annex, layout, (head.height, foot.height), bounds, closer)
    canvas = Canvas((layout.page[0], rooms.height))
    front = Canvas(canvas.size)
    front.put(head, m, rooms.height - m)
    front.put(foot, m, m + foot.height)
    for box, x, y in rooms.info:
        front.put(box, x, y)
    _maps(canvas, front, annex, shared, rooms, layout)
    return _pages(canvas, front, annex, shared, layout, rooms.rest)


def _pages(
    canvas: Canvas, front: Canvas, annex: Annex, shared: Shared, layout: Layout, rest: tuple[Box, ...]
) -> list[Canvas]:
    """The first page, its furniture over its maps, and those that its lists go on to."""
    canvas.clips.update(front.clips)
    canvas.add(front.marks, front.placed)
    pages = [canvas]
    while rest:
        page, rest = _further(annex, shared, layout, rest, len(pages) + 1)
        pages.append(page)
    return pages


def focus_bounds(annex: Annex, shared: Shared) -> Bounds:
    """Metres: of the regions that the annex is about, else of the whole country."""
    chosen = np.isin(shared.regions, annex.regions)
    if not annex.regions or not chosen.any():
        return shared.bounds
    x0, y0, x1, y1 = (float(v) for v in shapely.total_bounds(shared.polygons[chosen]))
    return x0, y0, x1, y1


def inset_bounds(annex: Annex, bounds: Bounds) -> Bounds | None:
    """Metres: of what the inset enlarges; None where there is none or where it would hardly be larger."""
    if annex.inset_box is None:
        return None
    w, s, e, n = annex.inset_box
    points = project(np.array([w, e, w, e]), np.array([s, s, n, n]))
    x0, y0, x1, y1 = (float(v) for v in (*points.min(axis=0), *points.max(axis=0)))
    # A strip shows nothing around itself: its narrow side is widened.
    wide, tall = x1 - x0, y1 - y0
    more_x, more_y = max(0.0, LEAST_ASPECT * tall - wide) / 2, max(0.0, wide / MOST_ASPECT - tall) / 2
    x0, y0, x1, y1 = x0 - more_x, y0 - more_y, x1 + more_x, y1 + more_y
    most = max((x1 - x0) / (bounds[2] - bounds[0]), (y1 - y0) / (bounds[3] - bounds[1]))
    return (x0, y0, x1, y1) if most < MOST_OF_MAIN else None


def _aspect(bounds: Bounds) -> float:
    return (bounds[2] - bounds[0]) / (bounds[3] - bounds[1])


def _wide(
    annex: Annex, layout: Layout, heights: tuple[float, float], bounds: Bounds, closer: Bounds | None
) -> Rooms:
    """The main map at the left over the whole height; at its right the inset, and what explains both below it."""
    k, m = layout.k, layout.margin
    width, height = layout.page
    top, low = height - m - heights[0] - 2.2 * k, m + heights[1] + 2.2 * k
    tall = top - low
    wide = min(max(tall * _aspect(bounds), NARROWEST_MAIN * (width - 2 * m)), WIDEST_MAIN * (width - 2 * m))
    x0 = m + wide + GAP * k
    room = width - m - x0
    if closer is None:
        box, rest = info_block(annex, room, tall, layout, 2)
        return Rooms(height, (m, low, m + wide, top), None, ((box, x0, top),), rest)
    share = min(room / _aspect(closer), 0.66 * tall)
    # Where a list runs on over the next page, the inset stays an enlargement.
    main = max((bounds[2] - bounds[0]) / wide, (bounds[3] - bounds[1]) / tall)
    enlarging = min(LEAST_ENLARGED * (closer[3] - closer[1]) / main + 2.0, share)
    made: dict[tuple[float, int, bool], Explained] = {}
    while True:
        least = 12 if share > FLATTEST_INSET * tall else 0
        box, rest = info_block(annex, room, tall - share - GAP * k, layout, 2, least=least, made=made)
        fits = box.height <= tall - share - GAP * k + 0.01
        if (fits and (not rest or share <= enlarging)) or share <= FLATTEST_INSET * tall:
            break
        share = max(share - 0.04 * tall, FLATTEST_INSET * tall, enlarging if share > enlarging else 0.0)
    if rest:
        flat = max(FOR_ONE_PAGE * tall, enlarging)
        whole, more = info_block(annex, room, tall - flat - GAP * k, layout, 2, made=made)
        if not more and whole.height <= tall - flat - GAP * k:
            share, box, rest = flat, whole, ()
    place = (x0, top - share, x0 + room, top)
    return Rooms(height, (m, low, m + wide, top), place, ((box, x0, top - share - GAP * k),), rest)


def _tall(
    annex: Annex, layout: Layout, heights: tuple[float, float], bounds: Bounds, closer: Bounds | None
) -> Rooms:
    """The main map with what explains it beside and below it; the inset beside the map, or below both over the whole
    width where a page of given height has the room."""
    k, m = layout.k, layout.margin
    main, inset = _aspect(bounds), None if closer is None else _aspect(closer)
    width, column_ = layout.page[0] - 2 * m, not layout.page[1]
    gap = GAP * k
    fixed = layout.limit - 2 * m - sum(heights) - 2 * gap
    place: Rectangle | None = None
    info: list[tuple[Box, float, float]] = []
    stacked = None if inset is None or column_ else _stacked(annex, layout, fixed, main)
    if inset is None or stacked is not None:
        if stacked is None:
            tall = min(0.6 * width / main, (0.72 if column_ else 0.9) * width)
            wide = min(max(tall * main, 0.5 * width), 0.62 * width)
            beside, under = _beside_and_under(annex, width, wide, tall, fixed, layout)
        else:
            wide, tall, beside, under = stacked
        info = [(beside, wide + gap, 0.0)]
    else:
        most = min((width - gap) / (main + inset), 0.66 * width)
        made: dict[tuple[float, int, bool], Explained] = {}
        # Smaller maps where what explains them needs the room, else another page.
        for share in (*SHARES, SPLIT):
            tall = share * most
            under = info_block(annex, width, fixed - tall - gap, layout, 2, made=made)
            if under[0].height <= fixed - tall - gap and not under[1]:
                break
        wide = min(max(tall * main, 0.36 * width), 0.6 * width)
        place = (wide + gap, -tall, width, 0.0)
    below, rest = under
    deep = tall
    if stacked is not None:
        more = min(fixed - tall - below.height - gap * (2 if below.height else 1), MOST_INSET * width)
        place = (0.0, -tall - gap - more, width, -tall - gap)
        deep = tall + gap + more
    gaps = (3.0 if below.height else 2.0) * gap
    height = layout.page[1] or 2 * m + sum(heights) + deep + below.height + gaps
    top = height - m - heights[0] - gap
    placed = [(box, m + x, top - y) for box, x, y in info]
    placed.append((below, m, top - deep - gap))
    if place is not None:
        place = (m + place[0], top + place[1], m + place[2], top + place[3])
    return Rooms(height, (m, top - tall, m + wide, top), place, tuple(placed), rest)


def _stacked(
    annex: Annex, layout: Layout, fixed: float, main: float
) -> tuple[float, float, Box, tuple[Box, tuple[Box, ...]]] | None:
    """Width and height of the main map, what stands beside it and what below; None where no inset over the whole width
    would find its room under them."""
    width, gap = layout.page[0] - 2 * layout.margin, GAP * layout.k
    least = LEAST_INSET * width
    for share in (0.64, 0.58, 0.52, 0.46):
        wide = share * width
        tall = min(wide / main, 0.62 * fixed)
        beside, under = _beside_and_under(annex, width, wide, tall, fixed - least - gap, layout)
        spare = fixed - tall - under[0].height - gap * (2 if under[0].height else 1)
        if beside.height and not under[1] and spare >= least:
            return wide, tall, beside, under
    return None


def _beside_and_under(
    annex: Annex, width: float, wide: float, tall: float, fixed: float, layout: Layout
) -> tuple[Box, tuple[Box, tuple[Box, ...]]]:
    """What explains a map: as much as there is room for beside it, the rest below it. fixed: height of both."""
    k = layout.k
    parts = info_parts(annex, width - wide - GAP * k, k, 99, False)
    count = len(parts)
    while count and column(parts[:count], 3.0 * k).height > tall:
        count -= 1
    beside = column(parts[:count], 3.0 * k)
    return beside, info_block(annex, width, fixed - tall - GAP * k, layout, 2, skip=count)


def info_parts(annex: Annex, width: float, f: float, most: int, listed: bool) -> list[Box]:
    """What explains a map, each part a box of `width` mm: legends, small line of months, notes, bars, and (listed) the
    areas that changed. f: factor on type; most: rows of a ranked table."""
    legends = [make(width, f) for make in block_makers(annex)]
    tables = [bar_block(shortened(table, most), width, f, 3.6 if f >= 0.95 else 3.1) for table in annex.bars]
    parts = [
        *legends,
        unplaced_block(annex, width, f),
        trend_block(annex, width, f),
        notes_block(annex, width, f),
        *tables,
    ]
    if listed:
        title = heading(annex.movers_title, width, f)
        parts.append(column([title, *list_rows(annex, width, f)], 0.5 * f, width))
    return [part for part in parts if part.height > 0]


def info_block(
    annex: Annex, width: float, height: float, layout: Layout, count: int, skip: int = 0, least: int = 0,
    made: dict[tuple[float, int, bool], Explained] | None = None,
) -> tuple[Box, tuple[Box, ...]]:  # fmt: skip
    """What explains a map, in `count` columns of a room of `width` by `height` mm: at the largest type that fits,
    then with fewer rows of a ranked table, but no fewer than `least`. Rows of lists that still find no room are
    returned. made: what was composed for another height of the same room, filled here."""
    k = layout.k
    gap = 5.0 * k
    each = (width - gap * (count - 1)) / count
    few = bool(annex.movers) and not annex.events and len(annex.movers) <= FEW_MOVERS
    ranked = any(table.ranked for table in annex.bars)
    last: tuple[Box, tuple[Box, ...]] = (EMPTY, ())
    known = {} if made is None else made
    for together in (True, False) if few else (False,):
        for f, most in _tries(not layout.full, bool(annex.events or annex.movers), ranked, least):
            key = (f, most, together)
            if key not in known:
                known[key] = _explained(annex, width, each, gap, count, f * k, most, together, skip)
            heads, title, rows = known[key]
            for head in heads:
                room = height - head.height - title.height - 2 * GAP * k
                body, rest = columns_of(rows, count, 0.5 * k, each, gap, room)
                last = column([head, column([title, body], 0.8 * k, width)], GAP * f * k, width), rest
                if not rest and last[0].height <= height:
                    return last
    if last[1]:  # the smallest type, and the rest on a further page
        told = "La suite est à la page suivante."
        note = paragraph(told, width, SMALLEST_PT * k, "semibold", palette.ACCENT)
        body, rest = columns_of(rows, count, 0.5 * k, each, gap, room - note.height - 1.0)
        shown = [title, body, note] if body.height else [note]
        return column([head, column(shown, 0.8 * k, width)], GAP * 0.8 * k, width), rest
    return last


Explained = tuple[list[Box], Box, list[Box]]
"""What stands above a list, in reading order and, for where that is too uneven, `mixed` (see `spread`); the list's heading,
and its rows."""


def _explained(
    annex: Annex, width: float, each: float, gap: float, count: int, f: float, most: int, together: bool, skip: int
) -> Explained:  # fmt: skip
    """At a factor f on type, with `most` rows of a ranked table; together: the list is one of the parts."""
    parts = info_parts(annex, each, f, most, together)[skip:]
    alone = count > 1 and len(parts) == 1
    if alone and together:
        return [], EMPTY, []  # a list alone runs over the columns
    if alone:
        parts = info_parts(annex, width, f, most, False)[skip:]
    columns, wide = (1, width) if alone else (count, each)
    orders = [parts]
    if together:  # the areas that changed may stand before the bars as well
        orders.append([*parts[:-2], *parts[:-3:-1]])
    heads = [
        min(
            (spread(order, columns, 3.0 * f, wide, gap, mixed) for order in orders),
            key=lambda box: round(box.height, 2),
        )
        for mixed in ((False, True) if columns > 1 else (False,))
    ]
    rows = [] if together else list_rows(annex, each, f)
    return heads, heading(annex.events_title or annex.movers_title, width, f) if rows else EMPTY, rows


def _tries(narrow: bool, listed: bool, ranked: bool, least: int) -> Iterable[tuple[float, int]]:
    """Factors on type and most rows of a ranked table, in the order in which they are tried."""
    for f in FACTORS:
        if not (listed or narrow) or f <= 1.0:
            if not narrow:
                yield f, RANKED_ROWS[0]
            if ranked or narrow:
                yield f, RANKED_ROWS[2]
    for most in RANKED_ROWS[1:] if ranked else ():
        if most >= least:
            yield FACTORS[-1], most


def _further(
    annex: Annex, shared: Shared, layout: Layout, rows: tuple[Box, ...], number_: int
) -> tuple[Canvas, tuple[Box, ...]]:
    """A page that goes on with the lists of the one before, in type as large as it has room for; beside them, where the
    last rows leave the room, what the inset enlarges once more and larger."""
    k, m = layout.k, layout.margin
    width = layout.page[0] - 2 * m
    listed = annex.events_title or annex.movers_title
    title = f"Annexe {annex.number} – {annex.title} (page {number_}) : {listed}"
    head = column(
        [kicker_block(annex, width, k) if layout.full else EMPTY,
         paragraph(title, width, (13 if layout.full else 10.5) * k, "bold", role="title"),
         paragraph(annex.subtitle, width, (9 if layout.full else 7.4) * k, colour=palette.QUIET_INK, role="subtitle")],
        0.8 * k, width,
    )  # fmt: skip
    foot = foot_of(annex, width, layout)
    used = 2 * m + head.height + foot.height + 2 * GAP * k
    gap, room = 5.0 * k, layout.limit - used
    most = 3 if layout.wide else 2
    each = (width - gap * (most - 1)) / most

    def laid(count: int, f: float) -> tuple[Box, tuple[Box, ...]]:
        made = list_rows(annex, each, f * k)[-len(rows) :] if layout.full else list(rows)
        return columns_of(made, count, 0.5 * k, each, gap, room)

    closer = inset_bounds(annex, focus_bounds(annex, shared)) if layout.full else None
    beside = range(1, most) if layout.wide else (most,)
    for count, f in ((n, f) for n in beside for f in FURTHER) if closer else ():
        body, rest = laid(count, f)
        legends = spread([make(each, k) for make in block_makers(annex)], count, 3.0 * k, each, gap)
        shown = column([body, legends], 2 * GAP * k)
        place = (count * (each + gap), -room, width, 0.0)
        if not layout.wide:
            place = (0.0, -room, width, -shown.height - gap)
        if not rest and shown.height <= room and min(place[2] - place[0], place[3] - place[1]) >= LEAST_AGAIN:
            body = shown  # with what the colours and signs of the map mean
            break
    else:
        place = None
        body, rest = next(
            (found for f in FURTHER if not (found := laid(most, f))[1]), laid(most, FURTHER[-1])
        )
    if len(rest) == len(rows):  # a row taller than a page: shown as far as it goes, never for ever
        body, rest = rows[0], tuple(rows[1:])
    height = layout.page[1] or used + body.height
    top = height - m - head.height - GAP * k
    canvas = Canvas((layout.page[0], height))
    if closer and place:
        x0, y0, x1, y1 = place
        again = fit("inset", closer, (m + x0, top + y0, m + x1, top + y1), pad=1.0)
        _draw_inset(canvas, annex, shared, again, k)
    canvas.put(head, m, height - m)
    canvas.put(foot, m, m + foot.height)
    canvas.put(body, m, top)
    return canvas, rest


def _maps(canvas: Canvas, front: Canvas, annex: Annex, shared: Shared, rooms: Rooms, layout: Layout) -> None:
    """The main map and the inset, with the furniture that stands in their corners."""
    k = layout.k
    bounds = focus_bounds(annex, shared)
    main = fit("main", bounds, rooms.main, pad=1.2)
    closer = inset_bounds(annex, bounds)
    inset = None
    if rooms.inset is not None and closer is not None:
        inset = nudged(fit("inset", closer, rooms.inset, pad=1.0), main, shared)
    seen = seen_from(main, inset) if inset is not None else None
    taken: list[Rectangle] = []
    ground = focus_shape(annex, shared)
    aside = [seen] if seen else []
    for share in (1.0, 0.8, 0.6):  # the whole country, smaller where the regions leave less room
        side = share * layout.locator
        place = free_corner(main, (side, side * 0.97), ground, aside, COVERED)
        if place is not None:
            taken.append(place)
            small = locator(shared, place, k, annex.regions, main, inset)
            front.clips["locator"] = rectangle(*place)
            front.add(small.marks, small.placed)
            break
    bar = scale_block(main.scale, 30.0 * k, k)
    size = (bar.width + 2.0, bar.height + 1.6)
    place = free_corner(main, size, ground, [*taken, *aside], 1.1, along=True)
    if place is not None:  # a map is never without its scale
        taken.append(place)
        if _hidden(main, place, ground) > MOSTLY:  # on colours its figures would not be read
            front.add([Shape(rectangle(*place), fill=palette.PAPER)], [Placed("card", place, "main-scale")])
        front.put(bar, place[0] + 1.0, place[3] - 0.8)
    draw_frame(canvas, annex, shared, View(main, shared.main, tuple(taken), seen, False, k))
    canvas.add([Shape(main.visible, line="#9aa3a9", width=0.2, join="miter")])
    if inset is not None:
        _draw_inset(canvas, annex, shared, inset, k)


def focus_shape(annex: Annex, shared: Shared) -> shapely.Geometry:
    """The regions that the main map is fitted to, as one shape (metres)."""
    chosen = np.isin(shared.regions, annex.regions)
    polygons = shared.main.polygons[chosen] if annex.regions and chosen.any() else shared.main.polygons
    return shapely.coverage_union_all(polygons)


def free_corner(
    frame: Frame,
    size: tuple[float, float],
    ground: shapely.Geometry,
    taken: list[Rectangle],
    most: float,
    along: bool = False,
) -> Rectangle | None:
    """The corner of a frame, or also a place along its sides, where furniture of `size` mm hides least of `ground`;
    None where every one hides more than `most` of itself, or is taken."""
    x0, y0, x1, y1 = frame.box
    w, h, e = *size, 1.2
    best, least = None, most
    right, top = x1 - w - e, y1 - h - e
    corners = [(right, top), (right, y0 + e), (x0 + e, top), (x0 + e, y0 + e)]
    sides = [
        (x, y0 + e + step * (top - y0 - e)) for x in (right, x0 + e) for step in np.linspace(0.1, 0.9, 9)
    ]
    for x, y in [*corners, *(sides if along else [])]:
        box = (x, y, x + w, y + h)
        if any(_touch(box, other) for other in taken):
            continue
        hidden = _hidden(frame, box, ground)
        if hidden < least - 1e-9:
            best, least = box, hidden
    return best


def _hidden(frame: Frame, box: Rectangle, ground: shapely.Geometry) -> float:
    """Share of a rectangle of the page (mm) that lies on `ground`."""
    corner = frame.ground_box(box)
    return float(shapely.area(shapely.intersection(corner, ground)) / shapely.area(corner))


def nudged(inset: Frame, main: Frame, shared: Shared) -> Frame:
    """The inset moved and widened by a little, where its edge, which is drawn on the main map, would else
    hide the colour of a commune there."""
    points = main.page(shared.middles)
    weights = np.repeat([10.0, 1.0], len(points) // 2)  # middles of circles first, other inner points next
    reach = min(2.0 * main.scale, 0.04 * (inset.bounds[2] - inset.bounds[0]))
    offsets = np.linspace(-reach, reach, 41)
    offsets = offsets[np.argsort(np.abs(offsets), kind="stable")]
    best, least = inset, np.inf
    for step in range(12):
        frame = replace(inset, scale=inset.scale * (1 + 0.004 * step))
        box = np.array(seen_from(main, frame))
        costs = []
        for axis in (0, 1):
            along, across = points[:, axis], points[:, 1 - axis]
            near = (across > box[1 - axis] - 2) & (across < box[3 - axis] + 2)
            edges = box[[axis, axis + 2]][None, :] + offsets[:, None] / main.scale
            hit = (np.abs(along[None, None, :] - edges[:, :, None]) < EDGE_CLEAR).any(axis=1) & near
            costs.append((hit * weights).sum(axis=1))
        total = costs[0].min() + costs[1].min()
        if total < least:
            dx, dy = offsets[costs[0].argmin()], offsets[costs[1].argmin()]
            best, least = replace(frame, left=frame.left + dx, bottom=frame.bottom + dy), total
    return best


def seen_from(main: Frame, inset: Frame) -> Rectangle:
    """The inset's rectangle on the main map."""
    x0, y0, x1, y1 = inset.bounds
    low, high = main.page(np.array([(x0, y0), (x1, y1)]))
    return (float(low[0]), float(low[1]), float(high[0]), float(high[1]))


MOST_NAMED = 4
"""Cercles that the inset's name tells: more would be a list, and no name."""


def _shows(inset: Frame, shared: Shared, code: str) -> bool:
    """Whether the frame shows the middle of a cercle: a narrow one leaves some of those that the inset is about."""
    point = shared.country.points.get(code)
    return point is None or bool(inset.shows(inset.page(project(*point)))[0])


def inset_title(annex: Annex, shared: Shared, inset: Frame, width: float, size: float) -> str:
    """The cercles that the inset shows where they are few and fit, else their regions, else "Agrandissement"."""
    table = shared.country.cercles
    shown = [code for code in annex.inset_cercles if _shows(inset, shared, code)] or annex.inset_cercles
    inside = table[table["pcode"].isin(shown)]
    regions = shared.country.names("region")
    named = [regions.get(code, "") for code in dict.fromkeys(inside["region_pcode"])]
    cercles = list(inside["name"]) if len(inside) <= MOST_NAMED else []
    for level, names in (("cercle", cercles), ("région", named)):
        told = " ".join((french.agree(len(names), level), french.of(french.listing(names)))) if names else ""
        text = printable(f"Agrandissement : {told}")
        if names and text_width(text, size, "semibold") <= width:
            return text
    return "Agrandissement"


def _draw_inset(canvas: Canvas, annex: Annex, shared: Shared, inset: Frame, k: float) -> None:
    """The inset with its name and its own scale bar."""
    x0, y0, x1, y1 = inset.box
    size = 7.0 * k
    title = inset_title(annex, shared, inset, (x1 - x0) * 0.9, size)
    tab = lines([title], size, "semibold", palette.PAPER, role="inset-title")
    tab_box = (x0, y1 - tab.height - 0.8, x0 + tab.width + 3.2, y1)
    bar = scale_bar(inset.scale, 18 * k, k)
    bar_box = (x0 + 1.2, y0 + 1.2, x0 + 1.2 + bar.width + 2.0, y0 + 1.2 + bar.height + 1.0)
    draw_frame(canvas, annex, shared, View(inset, shared.inset, (tab_box, bar_box), None, True, k))
    canvas.add([Shape(rectangle(*tab_box), fill=palette.ACCENT)], [Placed("card", tab_box, "inset-title")])
    canvas.put(tab, x0 + 1.6, y1 - 0.4)
    canvas.add([Shape(rectangle(*bar_box), fill=palette.PAPER)], [Placed("card", bar_box, "inset-scale")])
    canvas.put(bar, bar_box[0] + 1.0, bar_box[3] - 0.6)
    canvas.add([Shape(rectangle(*inset.box), line=palette.ACCENT, width=0.5, join="miter")])


# A page with a dated series: the latest month large, the months before it small, strips of bars.

SERIES_GUTTER, SERIES_HEAD = 2.2, 4.6
NOTE_LINE = 2.75
"""mm from one line of a month's note to the next."""
SERIES_SHARES = (0.54, 0.48, 0.42, 0.38, 0.34)
"""Height of the large map by the page's width, tried in turn; a column begins with the third."""
SMALL_SCALE = 14_000.0
"""Metres for a millimetre beyond which a panel is too small for fine lines."""


def latest(annex: Annex) -> Annex:
    """The annex of its last panel alone: what the large map of a series shows."""
    return replace(annex, layers=(annex.panels[-1].areas, *annex.layers))


def _beside(panel: Panel, wide: float, k: float) -> bool:
    """Whether a month's note has room beside its name, on a panel `wide` mm."""
    size = max(SMALLEST_PT, 7.4 * k)
    name = text_width(printable(panel.title.split(" ")[0]), size, "bold")
    return text_width(printable(panel.note), SMALLEST_PT) <= wide - name - 1.5


def _note_lines(panels: Sequence[Panel], wide: float, k: float) -> int:
    """Lines that the notes take under the names of the months: none where every note has room beside its name. All
    stand alike, so that no month seems to have none."""
    if all(_beside(panel, wide, k) for panel in panels):
        return 0
    return max(len(wrap(printable(panel.note), wide, SMALLEST_PT)) for panel in panels)


class PanelGrid(NamedTuple):
    """The frames of all panels in reading order (upper left corner at 0, 0; y negative), the height that they take (mm),
    the lines of the notes under the names, and the width of a column, which names and notes have."""

    frames: list[Frame]
    height: float
    under: int
    cell: float


def month_grid(annex: Annex, shared: Shared, width: float, tall: float, k: float) -> PanelGrid:
    """All panels in as many columns as fill the room best."""
    bounds = focus_bounds(annex, shared)
    aspect, count = _aspect(bounds), len(annex.panels)
    gap, head = SERIES_GUTTER * k, SERIES_HEAD * k

    def size(columns: int) -> tuple[float, int, float]:
        """Width of a map, lines of the notes under its name, which make maps smaller, and width of a column."""
        rows, cell = -(-count // columns), (width - gap * (columns - 1)) / columns
        under = _note_lines(annex.panels, cell, k)
        high = (tall - gap * (rows - 1)) / rows - head - under * NOTE_LINE
        return min(cell, high * aspect), under, cell

    columns = max(range(1, count + 1), key=lambda n: (round(size(n)[0], 3), -(-count % n), n))
    wide, under, cell = size(columns)
    head += under * NOTE_LINE
    high = wide / aspect
    frames = []
    for n in range(count):
        x, y = (n % columns) * (cell + gap), -(n // columns) * (high + head + gap)
        frames.append(fit(f"panel-{n + 1}", bounds, (x, y - head - high, x + wide, y - head), pad=0.6))
    return PanelGrid(frames, (-(-count // columns)) * (high + head + gap) - gap, under, cell)


def draw_panel(canvas: Canvas, panel: Panel, shared: Shared, frame: Frame, k: float, grid: PanelGrid) -> None:
    """One small month: its areas, what changed, its name and its note, which is never cut: beside the name, or in
    lines below it."""
    under = grid.under
    canvas.frame(frame)
    coverage = shared.main if frame.scale <= SMALL_SCALE else shared.panel
    canvas.add([Shape(frame.visible, fill=palette.SURROUND)])
    marks, colours = fill_marks(panel.areas, shared, coverage, frame)
    canvas.add(marks)
    canvas.colours[frame.name] = colours
    canvas.add(edge_marks(shared, coverage, frame, 0.48, small=frame.scale > SMALL_SCALE))
    x0, _, x1, y1 = frame.box
    canvas.add([Shape(rectangle(*frame.box), line="#c4cacd", width=0.15, join="miter")])
    title = panel.title.split(" ")[0]
    size = max(SMALLEST_PT, 7.4 * k)
    head = lines([printable(title)], size, "bold", role="panel")
    canvas.put(head, x0, y1 + SERIES_HEAD * k + under * NOTE_LINE - 0.2)
    if under:
        rows = wrap(printable(panel.note), grid.cell, SMALLEST_PT)
        note = lines(rows, SMALLEST_PT, colour=palette.QUIET_INK, role="panel")
        canvas.put(note, x0, y1 + under * NOTE_LINE + 0.3 * k)
    elif panel.note:
        note = lines([printable(panel.note)], SMALLEST_PT, colour=palette.QUIET_INK, role="panel")
        canvas.put(note, max(x1, x0 + grid.cell) - note.width, y1 + SERIES_HEAD * k - 0.45 * k)
    canvas.add((), [Placed("frame", frame.box, panel.month)])


def _listed_under(
    annex: Annex, shared: Shared, width: float, side: float, tall: float, layout: Layout
) -> tuple[PanelGrid, Box, float, Box] | None:
    """Smaller months with the areas that changed under them, and the notes as well where they must; how far down (mm)
    these begin; and the column beside: where this has no room for all, and they would else need a page of their
    own. None where that is not enough."""
    k = layout.k
    for with_notes in (False, True):
        beside = replace(annex, movers=())
        if with_notes:
            beside = replace(beside, notes=(), meta=replace(annex.meta, rollup_note=""))
        info, _ = info_block(beside, side, tall, layout, 1)
        if info.height > tall:
            continue
        parts: list[Box] = []
        if annex.movers:
            parts = [heading(annex.movers_title, width, k), *list_rows(annex, width, 0.9 * k)]
        if with_notes:
            parts += [Box(width, 1.5 * k), notes_block(annex, width, 0.9 * k)]
        body = column(parts, 0.5 * k, width)
        for share in (0.85, 0.75, 0.65, 0.55, 0.48):
            grid = month_grid(annex, shared, width, share * tall, k)
            drop = grid.height + GAP * k
            if drop + body.height <= tall:
                return grid, body, drop, info
    return None


def compose_series(annex: Annex, shared: Shared, layout: Layout) -> list[Canvas]:
    """The page of a series: the latest month large with what changed numbered, all months small, strips."""
    k, m = layout.k, layout.margin
    width = layout.page[0] - 2 * m
    gap = GAP * k
    head, foot = head_block(annex, width, layout), foot_of(annex, width, layout)
    large = latest(annex)
    bounds = focus_bounds(annex, shared)
    closer = inset_bounds(annex, bounds)
    inset_box: Rectangle | None = None
    listed, drop = EMPTY, 0.0
    if layout.wide:
        height = layout.page[1]
        top, low = height - m - head.height - 2.2 * k, m + foot.height + 2.2 * k
        tall = top - low
        side = 0.27 * width
        info, rest = info_block(annex, side, tall, layout, 1)
        main_w = 0.4 * width
        main_h = min(main_w / _aspect(bounds), (0.6 if closer else 1.0) * tall)
        main = (m, top - main_h, m + main_w, top)
        if closer is not None:
            inset_box = (m, low, m + main_w, top - main_h - gap)
        grid_w = width - main_w - side - 2 * gap
        grid = month_grid(annex, shared, grid_w, tall, k)
        grid_at, info_at = (m + main_w + gap, top), (m + width - side, top)
        full = bool(rest) or info.height > tall
        if full and (found := _listed_under(annex, shared, grid_w, side, tall, layout)):
            (grid, listed, drop, info), rest = found, ()
    else:
        rows = 1 if len(annex.panels) <= 6 else 2
        # Smaller maps, then another page, where the lists need the room.
        for share in SERIES_SHARES[0 if layout.page[1] else 2 :]:
            main_h = share * width
            grid = month_grid(annex, shared, width, rows * 0.52 * main_h, k)
            used = sum((2 * m, head.height, foot.height, main_h, grid.height, 5 * gap))
            info, rest = info_block(annex, width, layout.limit - used, layout, 2)
            if not rest and used + info.height <= layout.limit:
                break
        main_w = min(max(main_h * _aspect(bounds), 0.36 * width), 0.5 * width)
        height = layout.page[1] or used + info.height
        top = height - m - head.height - gap
        main = (m, top - main_h, m + main_w, top)
        if closer is not None:
            inset_box = (m + main_w + gap, top - main_h, m + width, top)
        grid_at, info_at = (m, top - main_h - gap), (m, top - main_h - grid.height - 2 * gap)
    canvas, front = Canvas((layout.page[0], height)), Canvas((layout.page[0], height))
    front.put(head, m, height - m)
    front.put(foot, m, m + foot.height)
    front.put(info, *info_at)
    front.put(listed, grid_at[0], grid_at[1] - drop)
    _maps(canvas, front, large, shared, Rooms(height, main, inset_box, ()), layout)
    for panel, frame in zip(annex.panels, grid.frames, strict=True):
        x0, y0, x1, y1 = frame.box
        dx, dy = grid_at
        moved = replace(frame, box=(x0 + dx, y0 + dy, x1 + dx, y1 + dy))
        draw_panel(canvas, panel, shared, moved, k, grid)
    return _pages(canvas, front, replace(large, panels=()), shared, layout, rest)
