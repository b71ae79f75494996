"""The page composed: frames fitted to their place, one map or a dated series, and what stands beside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import shapely
from matplotlib.path import Path

from pipeline import palette
from pipeline.annexes.model import Annex, Areas, BarTable, Flows, Label, Labels, Panel, Symbols
from pipeline.sheet import labels, symbols
from pipeline.sheet.formats import Layout, lifted
from pipeline.sheet.ground import (
    Coverage,
    Frame,
    Shared,
    background_names,
    change_marks,
    edge_marks,
    fill_marks,
    fit,
    ground_marks,
    line_data,
    neighbour_marks,
    project,
    water_marks,
)
from pipeline.sheet.marks import (
    EMPTY,
    MM_PER_PT,
    SMALLEST_PT,
    Box,
    Mark,
    Placed,
    Rectangle,
    Shape,
    Text,
    column,
    fit_text,
    lines,
    paragraph,
    printable,
    rectangle,
    shorten,
    text_width,
)
from pipeline.sheet.panels import (
    areas_legend,
    bar_block,
    card_block,
    event_block,
    figure_block,
    foot_block,
    header_block,
    largest_fitting,
    locator,
    notes_block,
    scale_bar,
    side_block,
    strip_block,
    title_block,
    with_room_for_pies,
)
from pipeline.sheet.symbols import (
    Arrow,
    Canvas,
    badge_room,
    draw_flows,
    flow_bounds,
    flow_trail,
    flows_on_frame,
    looped_flow,
    north_arrow,
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
    choropleths = [layer for layer in annex.layers if isinstance(layer, Areas)]
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
    canvas.add(water_marks(shared, frame, quiet=bool(choropleths)))
    canvas.add(edge_marks(shared, view.coverage, frame, 1.5 if view.inset else 1.0))
    for layer in choropleths:
        canvas.add(change_marks(layer, shared, view.coverage, frame))
    if view.inset_box is not None:
        canvas.add(inset_mark(view.inset_box, shared, frame))
    _data(canvas, annex, shared, view)


def _well_inside(box: Rectangle) -> Rectangle:
    """The part of the inset's rectangle whose symbols the inset is sure to show."""
    x0, y0, x1, y1 = box
    return (x0 + 0.3, y0 + 0.3, x1 - 0.3, y1 - 0.3)


def inset_mark(box: Rectangle, shared: Shared, frame: Frame, width: float = 0.42) -> list[Mark]:
    """The edge of what the inset enlarges, broken where it would hide the colour of a commune. width: mm."""
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
    rings = frozenset(
        flow.number for layer in annex.layers if isinstance(layer, Flows) for flow in layer.items
        if flow.number and looped_flow(flow, frame)
    )  # fmt: skip
    # A little air, so that no symbol touches the furniture.
    blocked = tuple((x0 - 0.6, y0 - 0.6, x1 + 0.6, y1 + 0.6) for x0, y0, x1, y1 in view.taken)
    spots: list[symbols.Spot] = []
    left: frozenset[str] = frozenset()
    for layer in annex.layers:
        if isinstance(layer, Symbols):
            small = _well_inside(view.inset_box) if view.inset_box else None
            if layer.kind == "pie" and small is not None:
                layer, left = symbols.without_rings(layer, frame, small)
            spots += symbols.symbols_on_frame(
                layer, frame, blocked, small if layer.kind == "icon" else None, rings
            )
    symbol_boxes = [spot.box for spot in spots]
    badges = {
        spot.symbol.number: (*spot.centre, badge_room("circle")) for spot in spots if spot.symbol.number
    }
    arrows: list[Arrow] = []
    for layer in annex.layers:
        if isinstance(layer, Flows):
            arrows += flows_on_frame(layer, frame, symbol_boxes, view.inset_box, badges)
            canvas.add(draw_flows(arrows, layer.colour, frame))
            canvas.add((), (Placed("flow", flow_bounds(arrow), arrow.flow.id) for arrow in arrows))
    marks, placed = symbols.draw_symbols(spots, ties)
    canvas.add(marks, placed)
    edge = list(_edges(view.inset_box)) if view.inset_box else []
    room = labels.Room(
        frame,
        [*view.taken, *symbol_boxes, *edge, *(b for a in arrows for b in flow_trail(a))],
        shared.border(view.coverage, frame),
        frame.page(shared.inner[0]),
    )
    canvas.add(*_flow_labels(arrows, room, view))
    named = [item for layer in annex.layers if isinstance(layer, Labels) for item in layer.items]
    scope = "inset" if view.inset else "main"
    anchors = {
        spot.symbol.area_pcode: labels.Anchor(*spot.centre, spot.radius)
        for spot in reversed(spots)
        if spot.symbol.area_pcode
    }
    chosen = [item for item in named if item.scope in (scope, "both") and item.area_pcode not in left]
    chosen = [_beside_its_sign(item, spots, anchors) for item in chosen]
    canvas.add(
        *labels.place(
            chosen, room, anchors, view.inset, _empty(annex, shared), _homes(chosen, shared, frame), view.k
        )
    )
    if not view.inset:
        _neighbour_names(canvas, shared, room, view)


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


def _flow_labels(arrows: list[Arrow], room: labels.Room, view: View) -> tuple[list[Mark], list[Placed]]:
    """Households on or beside each arrow, where there is room."""
    size = max(SMALLEST_PT, 6.5 * view.k)
    tall = 0.78 * size * MM_PER_PT
    marks: list[Mark] = []
    placed: list[Placed] = []
    for arrow in arrows:
        text = printable(arrow.flow.label)
        if not text:
            continue
        wide = text_width(text, size, "semibold")
        for x, y in arrow.seats:
            gap = arrow.around + 0.3
            seats = [
                (x + gap, y - tall / 2),
                (x - gap - wide, y - tall / 2),
                (x - wide / 2, y - gap - tall),
                (x - wide / 2, y + gap),
            ]
            box = next(
                (b for left, foot in seats if room.free(b := (left, foot, left + wide, foot + tall))), None
            )
            if box:
                marks.append(
                    Text(
                        box[0],
                        box[1] + 0.12 * size * MM_PER_PT,
                        text,
                        size,
                        "semibold",
                        palette.FLOW,
                        halo=labels.HALO,
                        role="label",
                    )
                )
                placed.append(Placed("label", box, arrow.flow.id, group=arrow.flow.id))
                room.take(box)
                break
    return marks, placed


def _empty(annex: Annex, shared: Shared) -> frozenset[str]:
    """Cercles without a symbol and without an area in a class of its own."""
    told = {s.area_pcode for layer in annex.layers if isinstance(layer, Symbols) for s in layer.items}
    for layer in annex.layers:
        if isinstance(layer, Areas):
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


def _neighbour_names(canvas: Canvas, shared: Shared, room: labels.Room, view: View) -> None:
    for text in background_names(shared, view.frame, max(SMALLEST_PT, 7.4 * view.k)):
        if room.free(text.box):
            canvas.add([text], [Placed("label", text.box, text.text, group=text.text)])
            room.take(text.box)


# Where the frames go once the furniture is measured: main map, inset, and what each leaves to the other.


LEAST_INSET_ARRANGE = 26.0
"""An inset flatter than this (mm) would show nothing."""
EDGE_CLEAR = 0.5
"""Half the width (mm) that the inset's edge takes on the main map, rim included."""
INSET_ALIGN = (1.0, 0.5)
"""Spare room of the inset goes to the west: there the delta goes on, to the east is another country."""


def main_frame(shared: Shared, layout: Layout, ceiling: float, floor: float) -> Frame:
    """The country in its place, the frame around it widened to the whole main box. On a stacked page the
    frame reaches from `floor` to `ceiling` (mm), whatever headline and furniture leave."""
    x0, y0, x1, y1 = layout.country
    box = layout.main
    if layout.stacked:
        box = (box[0], max(box[1], floor), box[2], min(box[3], ceiling))
        y0, y1 = box[1] + 3.0, box[3] - 3.0
    inner = fit("main", shared.bounds, (x0, y0, x1, y1), layout.align)
    left, bottom = inner.ground(np.array([box[:2]]))[0]
    return Frame("main", box, float(left), float(bottom), inner.scale)


def clearance(shared: Shared, frame: Frame, right: float) -> float:
    """How high (mm) the country reaches west of `right` (mm), with a little air: above it the corner is free."""
    x0, y0, x1, y1 = shared.bounds
    edge = frame.ground(np.array([(right + 1.5, 0.0)]))[0, 0]
    if edge <= x0:
        return frame.box[1]
    part = shapely.clip_by_rect(shared.outline, x0 - 1, y0 - 1, min(edge, x1 + 1), y1 + 1)
    if shapely.is_empty(part):
        return frame.box[1]
    return float(frame.page(np.array([(0.0, shapely.bounds(part)[3])]))[0, 1]) + 2.5


def frame_covers(shared: Shared, frame: Frame, rectangles: list[Rectangle]) -> bool:
    """Whether furniture at any of the rectangles (mm) would lie on the country."""
    if not rectangles:
        return False
    corners = np.array([[(r[0], r[1]), (r[2], r[3])] for r in rectangles]).reshape(-1, 2)
    ground = frame.ground(corners).reshape(-1, 4)
    return bool(shapely.intersects(shapely.box(*ground.T), shared.outline).any())


def inset_frame(annex: Annex, shared: Shared, room: Rectangle, k: float) -> Frame | None:
    """The annex's cercles as large as the room allows; None without cercles or without room."""
    chosen = shared.cercle_areas(annex.inset_cercles)
    if (
        not len(chosen)
        or room[3] - room[1] < LEAST_INSET_ARRANGE * k
        or room[2] - room[0] < LEAST_INSET_ARRANGE * k
    ):
        return None
    x0, y0, x1, y1 = (float(v) for v in shapely.total_bounds(shared.polygons[chosen]))
    return fit("inset", (x0, y0, x1, y1), room, INSET_ALIGN, pad=2.0)


def nudged(inset: Frame, main: Frame, shared: Shared) -> Frame:
    """The inset moved and widened by a little, where its edge, which is drawn on the main map, would else
    hide the colour of a commune there."""
    points = main.page(shared.middles)
    weights = np.repeat([10.0, 1.0], len(points) // 2)  # middles of circles first, other inner points next
    offsets = np.arange(-2.0, 2.05, 0.1) * main.scale
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


def holes_without(box: Rectangle, holes: list[Rectangle]) -> Path:
    """A rectangle less other rectangles at its corners."""
    shape = shapely.box(*box)
    for hole in holes:
        shape = shape.difference(shapely.box(*hole))
    if shape.geom_type != "Polygon":
        shape = max(shape.geoms, key=lambda part: part.area)
    return Path(shapely.get_coordinates(shape.exterior), closed=True)


# A page with one map: blocks are measured, given their room, and the map takes the rest.


GAP = 3.0


def compose_page(annex: Annex, shared: Shared, layout: Layout, plain: Layout) -> Canvas:
    """The whole page. Furniture is measured first, because the frames are cut around it; the map is
    painted first, the furniture over it. plain: the layout for a country that leaves no corner free."""
    annex = with_room_for_pies(annex, layout)
    foot = foot_block(annex.meta, layout.foot[2] - layout.foot[0], layout.k)
    layout = lifted(layout, layout.foot[1] + foot.height - layout.foot[3])
    k, title_box = layout.k, layout.title
    title = header_block(annex, title_box[2] - title_box[0], k, 4, bool(annex.events or annex.events_title))
    ceiling = title_box[3] - title.height - 2.2 * k
    front = Canvas(layout.page)
    front.put(title, title_box[0], title_box[3])
    front.put(foot, layout.foot[0], layout.foot[1] + foot.height)
    holes, floor = _furniture(front, annex, layout, ceiling)
    main = main_frame(shared, layout, ceiling, floor if layout.below else 0.0)
    headline = (title_box[0] - 1, ceiling + 0.8, title_box[2] + 2.5, layout.page[1] + 1)
    if not layout.stacked and frame_covers(shared, main, [headline, *holes, layout.locator, layout.scale]):
        return compose_page(annex, shared, plain, plain)
    inset = _inset_room(annex, shared, layout, main, floor, ceiling)
    if inset is not None:
        x0, y0, x1, _ = inset.box
        holes.append((min(x0, layout.main[0]) - 1, y0 - GAP * 0.7, x1 + 2.5, layout.page[1] + 1))
    holes.append(headline)
    main = main.cut(holes_without(main.box, holes))
    holes += [_locator(front, shared, layout, main), _scale(front, layout, main)]
    canvas = Canvas(layout.page)
    seen = seen_from(main, inset) if inset is not None else None
    draw_frame(canvas, annex, shared, View(main, shared.main, tuple(holes), seen, False, k))
    canvas.add([Shape(main.visible, line="#9aa3a9", width=0.2, join="miter")])
    if inset is not None:
        _draw_inset(canvas, annex, shared, inset, k)
    canvas.clips.update(front.clips)
    canvas.add(front.marks, front.placed)
    return canvas


def _furniture(front: Canvas, annex: Annex, layout: Layout, ceiling: float) -> tuple[list[Rectangle], float]:
    """Legends, notes, bars, figures, events in their places. Returns the rectangles that they take from
    the main frame, and the height (mm) above which the corner (or the map, where they lie below) begins."""
    side_is_card = layout.card[0] <= layout.side[0]  # one column for everything
    x0, y0, x1, y1 = layout.side
    top = min(y1, ceiling) if layout.stacked and not layout.below else y1
    side = side_block(annex, x1 - x0, top - y0, layout.k, with_bars=side_is_card)
    card = Box(0, 0) if side_is_card else card_block(annex, layout.card, layout.k)
    listed = bool(annex.events or annex.events_title)
    low = y0 + max(side.height, card.height) + GAP
    if listed:
        ex0, ey0, ex1, ey1 = layout.events or (x0, low, x1, y1)
        list_top = ey1 if layout.below else min(ey1, ceiling)
        box = _events(annex, ex1 - ex0, list_top - ey0, layout.k)
        low = max(low, ey0 + box.height + GAP) if layout.below else low
        front.put(box, ex0, low - GAP if layout.below else list_top)
    if layout.below:
        side_top = low - GAP
    elif layout.events is not None:
        side_top = top
    elif side_is_card:
        side_top = y0 + side.height if listed else top
    else:
        side_top = max(low, layout.corner[1]) - GAP if annex.inset_cercles else ceiling - 2.0
    front.put(side, x0, side_top)
    holes: list[Rectangle] = []
    if card.height > 0:
        cx0, cy0, cx1, _ = layout.card
        front.put(card, cx0 + 3.0 * layout.k, low - GAP if layout.below else cy0 + card.height)
        holes = [] if layout.below else [(cx0, cy0 - 1, cx1 + 1, cy0 + card.height + 2.0)]
    return holes, low if layout.events is None or layout.below else layout.corner[1]


def _events(annex: Annex, width: float, height: float, k: float) -> Box:
    """The list of events with the notes under it."""
    symbols = next((layer for layer in annex.layers if isinstance(layer, Symbols)), None)
    small = notes_block(annex, width, k)
    keys = symbols.keys if symbols is not None else ()
    coarse = symbols.items if symbols is not None else ()
    light = frozenset(item.number for item in coarse if item.light)
    listed = event_block(annex.events, keys, annex.events_title, width, height - small.height - 2.5, k, light)
    return column([listed, small], 2.5, width)


def _inset_room(
    annex: Annex, shared: Shared, layout: Layout, main: Frame, floor: float, ceiling: float
) -> Frame | None:
    """The inset in the corner that the country leaves free: as wide as shows most, for the wider it is the
    further down it meets the country."""
    x0, y0, x1, _ = layout.corner
    tried = []
    for width in range(round(x1 - x0), round(0.5 * (x1 - x0)), -4):
        free = clearance(shared, main, x0 + width + 2.0)
        low = max(y0, free) if layout.below else max(y0, floor, free)
        tried.append(inset_frame(annex, shared, (x0, low, x0 + width, ceiling), layout.k))
    best = min((frame for frame in tried if frame is not None), key=lambda frame: frame.scale, default=None)
    return nudged(best, main, shared) if best is not None else None


def _draw_inset(canvas: Canvas, annex: Annex, shared: Shared, inset: Frame, k: float) -> None:
    """The inset with its name and its own scale bar."""
    x0, y0, x1, y1 = inset.box
    table = shared.country.cercles
    names = [n for p, n in zip(table["pcode"], table["name"], strict=True) if p in annex.inset_cercles]
    text = annex.extra.get("inset_title", f"Encart : {', '.join(names)}")
    sizes = (7.6 * k, 7.0 * k, SMALLEST_PT * k)
    size, rows = fit_text(printable(text), (x1 - x0) * 0.8, sizes, "semibold", 1)
    tab = lines(rows, size, "semibold", palette.PAPER, role="inset-title")
    tab_box = (x0, y1 - tab.height - 0.8, x0 + tab.width + 3.2, y1)
    bar = scale_bar(inset.scale, 24 * k, k)
    bar_box = (x0 + 1.2, y0 + 1.2, x0 + 1.2 + bar.width + 2.0, y0 + 1.2 + bar.height + 1.0)
    draw_frame(canvas, annex, shared, View(inset, shared.inset, (tab_box, bar_box), None, True, k))
    canvas.add([Shape(rectangle(*tab_box), fill=palette.ACCENT)], [Placed("card", tab_box, "inset-title")])
    canvas.put(tab, x0 + 1.6, y1 - 0.4)
    canvas.add([Shape(rectangle(*bar_box), fill=palette.PAPER)], [Placed("card", bar_box, "inset-scale")])
    canvas.put(bar, bar_box[0] + 1.0, bar_box[3] - 0.6)
    canvas.add([Shape(rectangle(*inset.box), line=palette.ACCENT, width=0.5, join="miter")])


def _locator(front: Canvas, shared: Shared, layout: Layout, main: Frame) -> Rectangle:
    """The small map of the region, in the upper right corner of the main frame."""
    x0, y0, x1, y1 = layout.locator
    drop = max(0.0, y1 - main.box[3])
    place = (x0, y0 - drop, x1, y1 - drop)
    box = locator(shared, place, layout.k)
    front.clips["locator"] = rectangle(*place)
    front.add(box.marks, box.placed)
    return place


def _scale(front: Canvas, layout: Layout, main: Frame) -> Rectangle:
    """Scale bar and north arrow; the rectangle they take."""
    x0, y0, x1, y1 = layout.scale
    rise = max(0.0, main.box[1] + 2.5 - y0)
    bar = scale_bar(main.scale, x1 - x0 - 12 * layout.k, layout.k)
    front.add(north_arrow(x0 + 2.5, y0 + rise, 9.0 * layout.k))
    front.put(bar, x0 + 8.0 * layout.k, y0 + rise + bar.height + 0.5)
    return (x0, y0 + rise, x1, y1 + rise)


# A page with a dated series: one small map a month, one legend, strips of bars.


GUTTER = 3.0
HEAD = 6.0
SMALL = 14_000.0
"""Metres for a millimetre beyond which a panel is too small for fine lines."""
ROOM_FOR_INSET = 0.84
"""Share of its own size that a panel's country keeps where it makes room for an inset."""
LEAST_INSET = 20.0
"""Width (mm) under which a panel's inset would show nothing more."""
STRIPS = (
    (1.0, 32.0),
    (1.0, 28.0),
    (1.0, 24.0),
    (0.97, 20.0),
    (0.95, 16.0),
    (0.92, 13.0),
    (0.9, 10.0),
    (0.86, 7.0),
)
"""Factor on type and height of the highest column (mm), tried in turn."""


def compose_series(annex: Annex, shared: Shared, layout: Layout) -> Canvas:
    """The whole page; the frame of the latest month is called "main"."""
    canvas = Canvas(layout.page)
    k = layout.k
    foot = foot_block(annex.meta, layout.foot[2] - layout.foot[0], k)
    layout = lifted(layout, layout.foot[1] + foot.height - layout.foot[3])
    title = title_block(annex, layout.title[2] - layout.title[0], k, 3)
    canvas.put(title, layout.title[0], layout.title[3])
    canvas.put(foot, layout.foot[0], layout.foot[1] + foot.height)
    assert layout.panels is not None
    x0, y0, x1, y1 = layout.panels
    y1 = min(y1, layout.title[3] - title.height - 2.0 * k)
    frames = _grid(annex.panels, shared, (x0, y0, x1, y1), k)
    insets = [_inset(annex, shared, frame) for frame in frames]
    if all(insets):
        frames = [_set_aside(frame, shared) for frame in frames]
    for panel, frame, inset in zip(annex.panels, frames, insets, strict=True):
        _panel(canvas, panel, shared, frame, k)
        if inset is not None:
            _enlarged(canvas, panel, shared, frame, inset)
    if frames and all(insets):
        annex = replace(annex, notes=(*annex.notes, _framed(annex, shared)))
    _side(canvas, annex, shared, layout, frames[-1] if frames else None)
    return canvas


def _grid(panels: tuple[Panel, ...], shared: Shared, room: Rectangle, k: float) -> list[Frame]:
    """Frames in reading order, in as many columns as makes the maps largest."""
    count = len(panels)
    if not count:
        return []
    x0, y0, x1, y1 = room
    wide, tall = shared.bounds[2] - shared.bounds[0], shared.bounds[3] - shared.bounds[1]

    def cell(columns: int) -> tuple[float, float]:
        rows = -(-count // columns)
        return (x1 - x0 - GUTTER * (columns - 1)) / columns, (y1 - y0 - GUTTER * (rows - 1)) / rows

    def size(columns: int) -> float:
        w, h = cell(columns)
        return min(w / wide, (h - HEAD * k) / tall)

    columns = max(range(1, count + 1), key=lambda n: (round(size(n) * 1e6, 3), -n))
    w, h = cell(columns)
    frames = []
    for n in range(count):
        left, top = x0 + (n % columns) * (w + GUTTER), y1 - (n // columns) * (h + GUTTER)
        box = (left, top - h, left + w, top - HEAD * k)
        name = "main" if n == count - 1 else f"panel-{n + 1}"
        frames.append(fit(name, shared.bounds, box, pad=1.0))
    return frames


def _set_aside(frame: Frame, shared: Shared) -> Frame:
    """The panel's country a little smaller and in the lower right, so that the upper left is free."""
    return fit(frame.name, shared.bounds, frame.box, (1.0, 0.0), pad=1.0, shrink=ROOM_FOR_INSET)


def _inset(annex: Annex, shared: Shared, frame: Frame) -> Frame | None:
    """The dense centre in the corner that a panel's country leaves free: the panel's month once more, larger."""
    main = _set_aside(frame, shared)
    x0, _, x1, y1 = frame.box
    chosen = shared.cercle_areas(annex.inset_cercles)
    if not len(chosen):
        return None
    bounds = shapely.total_bounds(shared.polygons[chosen])
    best: Frame | None = None
    for width in np.arange(x1 - x0, LEAST_INSET - 0.1, -1.0):
        tall = y1 - clearance(shared, main, x0 + width) + 1.0
        tall = min(tall, width * (bounds[3] - bounds[1]) / (bounds[2] - bounds[0]) + 2.0)
        if tall < LEAST_INSET / 2:
            continue
        found = fit("", tuple(bounds), (x0, y1 - tall, x0 + width, y1), INSET_ALIGN, pad=0.6)
        if best is None or found.scale < best.scale:
            best = found
    if best is None or best.scale > 0.75 * main.scale:
        return None
    return replace(best, name=frame.name.replace("main", "inset").replace("panel", "inset"))


def _enlarged(canvas: Canvas, panel: Panel, shared: Shared, main: Frame, inset: Frame) -> None:
    """A panel's inset, and its place on the panel."""
    seen = seen_from(main, inset)
    canvas.add(inset_mark(seen, shared, main, 0.22))
    canvas.frame(inset)
    coverage = shared.main
    canvas.add([Shape(inset.visible, fill=palette.SURROUND)])
    marks, canvas.colours[inset.name] = fill_marks(panel.areas, shared, coverage, inset)
    canvas.add(marks)
    canvas.add(edge_marks(shared, coverage, inset, 0.55))
    canvas.add(change_marks(panel.areas, shared, coverage, inset, 0.4))
    canvas.add([Shape(inset.visible, line=palette.ACCENT, width=0.3, join="miter")])
    canvas.add((), [Placed("frame", inset.box, f"{panel.month} encart")])


def _framed(annex: Annex, shared: Shared) -> str:
    """What the frame on each panel means."""
    table = shared.country.cercles
    names = [n for p, n in zip(table["pcode"], table["name"], strict=True) if p in annex.inset_cercles]
    return f"Cadre bleu : agrandi dans l’angle de chaque carte ({', '.join(names)})."


def _panel(canvas: Canvas, panel: Panel, shared: Shared, frame: Frame, k: float) -> None:
    canvas.frame(frame)
    coverage = shared.main if frame.scale <= SMALL else shared.panel
    canvas.add([Shape(frame.visible, fill=palette.SURROUND)])
    if frame.scale <= SMALL:
        canvas.add(neighbour_marks(shared, frame))
    marks, colours = fill_marks(panel.areas, shared, coverage, frame)
    canvas.add(marks)
    canvas.colours[frame.name] = colours
    canvas.add(edge_marks(shared, coverage, frame, 0.48, small=frame.scale > SMALL))
    canvas.add(change_marks(panel.areas, shared, coverage, frame, 0.4))
    x0, _, x1, y1 = frame.box
    canvas.add([Shape(rectangle(*frame.box), line="#c4cacd", width=0.15, join="miter")])
    size = 9.6 * k
    head = lines([shorten(printable(panel.title), x1 - x0, size, "bold")], size, "bold", role="panel")
    canvas.put(head, x0, y1 + HEAD * k - 0.2)
    note = paragraph(panel.note, x1 - x0 - head.width - 3, 7.0 * k, colour=palette.QUIET_INK, most=1)
    canvas.put(note, x1 - note.width, y1 + HEAD * k - 0.9 * k)
    canvas.add((), [Placed("frame", frame.box, panel.month)])


def _side(canvas: Canvas, annex: Annex, shared: Shared, layout: Layout, last: Frame | None) -> None:
    """Figures, legend, strips and notes beside or below the maps; locator, scale and north at their foot."""
    k = layout.k
    x0, floor, x1, top = layout.side
    bx0, bars_floor, bx1, bars_top = layout.card
    apart = bx0 > x1
    if not apart:
        floor = layout.locator[3] + 3.0

    def versions(with_bars: bool) -> Iterable[Box]:
        for factor, row in STRIPS:
            parts = _parts(annex, x1 - x0, factor * k)
            if with_bars:
                parts[2:2] = [_bars(table, x1 - x0, factor * k, row) for table in annex.bars]
            yield column(parts, 3.0 * factor * k, x1 - x0)

    canvas.put(largest_fitting(versions(not apart), top - floor), x0, top)
    if apart:
        versions_ = (
            column([_bars(table, bx1 - bx0, f * k, row) for table in annex.bars], 3.0) for f, row in STRIPS
        )
        canvas.put(largest_fitting(versions_, bars_top - bars_floor), bx0, bars_top)
    if last is not None:
        canvas.clips["locator"] = rectangle(*layout.locator)
        small = locator(shared, layout.locator, k)
        canvas.add(small.marks, small.placed)
        sx0, sy0, sx1, _ = layout.scale
        bar = scale_bar(last.scale, sx1 - sx0 - 8 * k, k)
        canvas.put(bar, sx0, sy0 + bar.height + 0.5)
        canvas.add(north_arrow(sx1 - 3, sy0 + 4, 9.0 * k))


def _bars(table: BarTable, width: float, f: float, tall: float) -> Box:
    """Strips by month where the rows are grouped, else bars."""
    if any(row.group for row in table.rows):
        return strip_block(table, width, f, tall * f)
    return bar_block(table, width, f, min(4.1, max(2.3, tall / 5)), legend=False)


def _parts(annex: Annex, width: float, f: float) -> list[Box]:
    areas = annex.areas()
    return [
        figure_block(annex.figures, width, f, 2),
        areas_legend(areas, width, f, f"communes, {annex.panels[-1].title.lower()}") if areas else EMPTY,
        notes_block(annex, width, f),
    ]
