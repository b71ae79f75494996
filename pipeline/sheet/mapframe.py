"""One map on the page: ground, areas, water, borders, arrows, symbols, names, in that order."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import shapely
from matplotlib.path import Path

from pipeline import palette
from pipeline.annexes.model import Annex, Areas, Flows, Label, Labels, Symbols
from pipeline.sheet import background, flows, fonts, labels, shapes, symbols
from pipeline.sheet.canvas import Canvas
from pipeline.sheet.coverage import Coverage, line_data
from pipeline.sheet.ground import changes, edges, fills
from pipeline.sheet.marks import Mark, Placed, Rectangle, Shape, Text
from pipeline.sheet.projection import Frame, project
from pipeline.sheet.shared import Shared

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


def draw(canvas: Canvas, annex: Annex, shared: Shared, view: View) -> None:
    """Paint the annex's layers on one frame and record what was placed."""
    frame = canvas.frame(view.frame)
    choropleths = [layer for layer in annex.layers if isinstance(layer, Areas)]
    canvas.add(background.ground(shared, frame))
    canvas.add(background.neighbours(shared, frame))
    if not choropleths:
        everything = view.coverage.path(range(len(shared.pcodes)), frame)
        if everything is not None:
            canvas.add([Shape(everything, fill="#ffffff", clip=frame.name, alpha=0.72)])
    for layer in choropleths:
        marks, colours = fills(layer, shared, view.coverage, frame)
        canvas.add(marks)
        canvas.colours[frame.name] = colours
    canvas.add(background.water(shared, frame, quiet=bool(choropleths)))
    canvas.add(edges(shared, view.coverage, frame, 1.5 if view.inset else 1.0))
    for layer in choropleths:
        canvas.add(changes(layer, shared, view.coverage, frame))
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
        if flow.number and flows.looped(flow, frame)
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
            spots += symbols.on_frame(layer, frame, blocked, small if layer.kind == "icon" else None, rings)
    symbol_boxes = [spot.box for spot in spots]
    badges = {
        spot.symbol.number: (*spot.centre, shapes.badge_room("circle"))
        for spot in spots
        if spot.symbol.number
    }
    arrows: list[flows.Arrow] = []
    for layer in annex.layers:
        if isinstance(layer, Flows):
            arrows += flows.on_frame(layer, frame, symbol_boxes, view.inset_box, badges)
            canvas.add(flows.draw(arrows, layer.colour, frame))
            canvas.add((), (Placed("flow", flows.bounds(arrow), arrow.flow.id) for arrow in arrows))
    marks, placed = symbols.draw(spots, ties)
    canvas.add(marks, placed)
    edge = list(_edges(view.inset_box)) if view.inset_box else []
    room = labels.Room(
        frame,
        [*view.taken, *symbol_boxes, *edge, *(b for a in arrows for b in flows.trail(a))],
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


def _flow_labels(arrows: list[flows.Arrow], room: labels.Room, view: View) -> tuple[list[Mark], list[Placed]]:
    """Households on or beside each arrow, where there is room."""
    size = max(fonts.SMALLEST_PT, 6.5 * view.k)
    tall = 0.78 * size * fonts.MM_PER_PT
    marks: list[Mark] = []
    placed: list[Placed] = []
    for arrow in arrows:
        text = fonts.printable(arrow.flow.label)
        if not text:
            continue
        wide = fonts.width(text, size, "semibold")
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
                        box[1] + 0.12 * size * fonts.MM_PER_PT,
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
    for text in background.names(shared, view.frame, max(fonts.SMALLEST_PT, 7.4 * view.k)):
        if room.free(text.box):
            canvas.add([text], [Placed("label", text.box, text.text, group=text.text)])
            room.take(text.box)
