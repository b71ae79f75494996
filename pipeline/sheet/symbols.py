"""Signs, proportional symbols and arrows on a map, and the canvas that keeps them apart."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

import numpy as np
import shapely
from matplotlib.path import Path

from pipeline import palette
from pipeline.annexes.model import Flow, Flows, Symbol, SymbolKey, Symbols
from pipeline.sheet.ground import Frame, apart, project
from pipeline.sheet.marks import (
    CAP_HEIGHT,
    MM_PER_PT,
    SMALLEST_PT,
    Box,
    Mark,
    Placed,
    Rectangle,
    Shape,
    Text,
    points,
    rectangle,
    text_width,
)
from pipeline.taxonomy import SIGNS

# The drawn signs of the page: event badges, trend arrows, the north arrow. Vector shapes, no font needed.


BADGE_RADIUS = 2.1
"""Half the size of an event's badge with its number, mm."""


@cache
def shape_outline(shape: str) -> Path:
    """A sign of "radius" 1 about the origin; an unknown name gives a circle."""
    corners = SIGNS[shape].outline if shape in SIGNS else ()
    return Path([*corners, corners[0]], closed=True) if corners else Path.unit_circle()


def _growth(shape: str) -> float:
    return SIGNS[shape].growth if shape in SIGNS else 1.0


def shape_at(path: Path, x: float, y: float, size: float) -> Path:
    """A unit path scaled to `size` mm and moved to x, y."""
    return Path(points(path) * size + np.array([x, y]), path.codes)


def luminance(colour: str) -> float:
    """Relative luminance of "#rrggbb", 0 to 1 (WCAG 2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2)."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def ink_on(colour: str) -> str:
    """Paper or ink, whichever reads better on the colour."""
    return max((palette.PAPER, palette.INK), key=lambda ink: contrast(ink, colour))


def badge(
    x: float,
    y: float,
    shape: str,
    colour: str,
    number: str = "",
    radius: float = BADGE_RADIUS,
) -> list[Mark]:
    """An event's sign, its number inside, with a paper-coloured rim that parts it from the map."""
    size = radius * _growth(shape)
    rim = 0.3 if radius >= 1.5 else 0.2
    path = shape_at(shape_outline(shape), x, y, size)
    marks: list[Mark] = [Shape(path, colour, palette.PAPER, 2 * rim), Shape(path, colour)]
    ink = ink_on(colour)
    if shape == "ring":
        hole = SIGNS[shape].rings[0]
        marks.append(Shape(shape_at(Path.unit_circle(), x, y, size * hole), fill=palette.PAPER))
        ink = colour if contrast(colour, palette.PAPER) >= 4.5 else palette.INK
    if shape == "target":
        outer, inner, dot = SIGNS[shape].rings
        band = shape_at(Path.unit_circle(), x, y, size * (outer + inner) / 2)
        marks.append(Shape(band, line=palette.PAPER, width=(outer - inner) * size))
        if not number:
            marks.append(Shape(shape_at(Path.unit_circle(), x, y, size * dot), fill=palette.PAPER))
    if number:
        marks.append(_number(x, y, number, radius, ink, 0.12 * size if shape == "triangle" else 0))
    return marks


def _number(x: float, y: float, number: str, radius: float, ink: str, lower: float = 0) -> Text:
    """The number in the middle of a badge, or `lower` mm under it."""
    size = number_size(radius)
    wide, drop = text_width(number, size, "bold"), CAP_HEIGHT * size * MM_PER_PT / 2 + lower
    return Text(x - wide / 2, y - drop, number, size, "bold", ink, role="number")


def number_size(radius: float) -> float:
    """Of the number in a badge, points: as large as the badge lets it be, and never under the smallest."""
    return SMALLEST_PT * max(1.0, radius / BADGE_RADIUS)


def badge_room(shape: str, radius: float = BADGE_RADIUS) -> float:
    """Radius of the circle that a badge fills, rim included, mm."""
    return radius * max(1.0, 0.94 * _growth(shape)) + 0.15


def trend_mark(x: float, y: float, change: str, size: float, colour: str) -> list[Mark]:
    """The bulletin's arrow in a square of `size` mm with its lower left corner at x, y: rising, falling,
    or two bars for "equal"."""
    if change == "same":
        bars = [rectangle(0.12, 0.56, 0.88, 0.7), rectangle(0.12, 0.28, 0.88, 0.42)]
        return [Shape(shape_at(bar, x, y, size), fill=colour) for bar in bars]
    if change not in ("up", "down"):
        return []
    # Drawn rising; a falling one is its mirror image.
    arrow = np.array(
        [(0.92, 0.92), (0.92, 0.3), (0.71, 0.51), (0.2, 0.0), (0.0, 0.2), (0.51, 0.71), (0.3, 0.92), (0.92, 0.92)]
    )  # fmt: skip
    if change == "down":
        arrow = arrow * np.array([1, -1]) + np.array([0, 0.92])
    return [Shape(shape_at(Path(arrow, closed=True), x, y, size), fill=colour)]


def north_arrow(x: float, y: float, size: float) -> list[Mark]:
    """A north arrow `size` mm tall, centred on x, foot at y, with its letter N above."""
    tall = size * 0.62
    left, right = (
        np.array([(0, tall), (side * tall, 0), (0, 0.22 * tall), (0, tall)]) + np.array([x, y])
        for side in (-0.3, 0.3)
    )
    size_pt = max(SMALLEST_PT, size * 0.95)
    wide = text_width("N", size_pt, "semibold")
    return [
        Shape(Path(left, closed=True), fill=palette.INK, line=palette.INK, width=0.12),
        Shape(Path(right, closed=True), fill=palette.PAPER, line=palette.INK, width=0.12),
        Text(x - wide / 2, y + tall + 0.5, "N", size_pt, "semibold", role="furniture"),
    ]


# Displacement arrows: bent, as wide as the households they stand for, kept from hiding each other.


FULL_WIDTH = 2.6
"""Width of the largest arrow of the legend, mm."""
LEAST_WIDTH = 0.45
SHORTEST = 5.0
"""A movement shorter than this on the page is drawn as a loop: an arrow would be all head."""
RING = 1.45
"""Room that a loop takes around the badge of its event, mm."""
BENDS = (0.2, -0.2, 0.34, -0.34, 0.1, -0.1, 0.5, -0.5)
RIM = 0.28


@dataclass(frozen=True)
class Arrow:
    """An arrow on the page: its body, and where its label may sit: beside these points (mm), at a distance
    of `around`."""

    flow: Flow
    body: shapely.Geometry
    path: Path
    seats: tuple[tuple[float, float], ...]
    around: float
    head: Path


def width_of(value: float, flows: Flows) -> float:
    """Width in mm, proportional to the households of the legend's largest size; never a hairline."""
    largest = max(flows.sizes or [flow.value for flow in flows.items], default=1.0)
    return max(LEAST_WIDTH, FULL_WIDTH * value / max(largest, 1.0))


def looped_flow(flow: Flow, frame: Frame) -> bool:
    """Whether the movement is drawn as a loop on this frame."""
    if flow.stays or flow.destination is None:
        return True
    return math.dist(frame.page(project(*flow.origin)), frame.page(project(*flow.destination))) < SHORTEST


def flows_on_frame(
    flows: Flows,
    frame: Frame,
    avoid: list[Rectangle],
    skip_in: Rectangle | None = None,
    badges: Mapping[str, tuple[float, float, float]] | None = None,
    circles: Sequence[tuple[float, float, float]] = (),
) -> list[Arrow]:
    """All arrows whose origin the frame shows, widest first, each bent the way that hides least.

    skip_in: movements that begin and end in this rectangle (mm) are left to the inset. badges: event number
    -> x, y and radius of its badge, which a loop runs around.
    """
    taken = [shapely.box(*box).buffer(0.2) for box in avoid]
    arrows: list[Arrow] = []
    for flow in sorted(flows.items, key=lambda f: (-f.value, f.id)):
        start = frame.page(project(*flow.origin))
        end = frame.page(project(*flow.destination)) if flow.destination else None
        if not frame.shows(start)[0]:
            continue
        if frame.name == "inset" and end is not None and not flow.stays and not frame.shows(end, 1.0)[0]:
            continue  # it leaves the inset: the main map shows it with its head
        if _within(start, skip_in) and (end is None or _within(end, skip_in)):
            continue
        wide = width_of(flow.value, flows)
        if end is None or looped_flow(flow, frame):
            x, y, radius = (badges or {}).get(flow.number, (*start, 1.4))
            choices = [_loop(flow, np.array([x, y]), radius, wide)]
        else:
            choices = [_bent(flow, start, end, wide, bend, circles) for bend in BENDS]
        inside = [c for c in choices if bool(frame.shows(points(c.path)).all())] or choices
        best = min(inside, key=lambda choice: _hidden(choice, arrows, taken))
        arrows.append(best)
    return arrows


ARRIVAL = 1.6
"""Half the side of the room (mm) that the head of an arrow takes at its end."""


def arrivals(flows: Flows, frame: Frame, points: np.ndarray) -> list[Rectangle]:
    """The room of the arrowheads of a frame, but for those that end at one of these points (n, 2; mm): markers without
    an arrow of their own keep off it."""
    found: list[Rectangle] = []
    for flow in flows.items:
        if flow.destination is None or looped_flow(flow, frame):
            continue
        x, y = (float(v) for v in np.ravel(frame.page(project(*flow.destination))))
        begins = frame.shows(frame.page(project(*flow.origin)))[0]
        if begins and (not len(points) or np.hypot(*(points - (x, y)).T).min() > 0.2):
            found.append((x - ARRIVAL, y - ARRIVAL, x + ARRIVAL, y + ARRIVAL))
    return found


def _hidden(choice: Arrow, arrows: list[Arrow], taken: list[shapely.Geometry]) -> float:
    over = sum(shapely.area(shapely.intersection(choice.body, other.body)) for other in arrows)
    under = sum(shapely.area(shapely.intersection(choice.body, box)) for box in taken)
    # A head is drawn over the markers: it would hide one.
    head = shapely.Polygon(points(choice.head))
    hides = sum(shapely.area(shapely.intersection(head, box)) for box in taken)
    return float(over + 0.4 * under + 3.0 * hides)


def _bent(
    flow: Flow, start: np.ndarray, end: np.ndarray, wide: float, bend: float,
    circles: Sequence[tuple[float, float, float]] = (),
) -> Arrow:  # fmt: skip
    """A tapered arrow along a parabola: narrow where people leave, wide where they arrive; it begins and ends outside
    the markers (x, y, radius) that stand at its ends."""
    chord = end - start
    length = float(np.hypot(*chord))
    normal = np.array([-chord[1], chord[0]]) / length
    control = (start + end) / 2 + normal * bend * length
    t = np.linspace(0, 1, 97)[:, None]
    curve = (1 - t) ** 2 * start + 2 * t * (1 - t) * control + t**2 * end
    free = np.ones(len(curve), dtype=bool)
    for x, y, radius in circles:
        if min(math.dist((x, y), start), math.dist((x, y), end)) <= radius + 0.5:
            free &= np.hypot(curve[:, 0] - x, curve[:, 1] - y) > radius + 0.35
    kept = curve[free] if free.sum() > 12 else curve
    return _along(flow, kept[:: max(1, len(kept) // 32)] if len(kept) > 40 else kept, wide, looped=False)


def _loop(flow: Flow, middle: np.ndarray, radius: float, wide: float) -> Arrow:
    """A ring around the event's badge, open at the upper right: a movement within one place."""
    wide = min(wide, 0.9)
    reach = radius + 0.35 + wide / 2
    angles = np.radians(np.linspace(75, 75 - 300, 48))
    curve = middle + reach * np.stack([np.cos(angles), np.sin(angles)], 1)
    arrow = _along(flow, curve, wide, looped=True)
    return replace(arrow, seats=((float(middle[0]), float(middle[1])),), around=radius + RING)


def _along(flow: Flow, curve: np.ndarray, wide: float, looped: bool) -> Arrow:
    steps = np.hypot(*np.diff(curve, axis=0).T)
    along = np.concatenate([[0], np.cumsum(steps)])
    total = along[-1]
    head = 1.3 if looped else min(max(1.7, 1.5 * wide), 0.45 * total)
    neck = int(np.searchsorted(along, total - head))
    neck = max(2, min(neck, len(curve) - 2))
    tangent = np.gradient(curve, axis=0)
    tangent /= np.hypot(*tangent.T)[:, None]
    normal = np.stack([-tangent[:, 1], tangent[:, 0]], 1)
    share = along[: neck + 1] / along[neck]
    half = (wide * (0.4 + 0.6 * share) / 2)[:, None]
    left, right = curve[: neck + 1] + normal[: neck + 1] * half, curve[: neck + 1] - normal[: neck + 1] * half
    flare = 0.8 if looped else max(wide * 0.95, 0.95)
    tip = [curve[neck] + normal[neck] * flare, curve[-1], curve[neck] - normal[neck] * flare]
    ring = np.concatenate([left, tip, right[::-1], left[:1]])
    points_of = curve[[len(curve) // 2, len(curve) // 3, 2 * len(curve) // 3]]
    seats = tuple((float(x), float(y)) for x, y in points_of)
    body = shapely.buffer(shapely.Polygon(ring), 0)
    head_path = Path([*tip, tip[0]], closed=True)
    return Arrow(flow, body, Path(ring, closed=True), seats, 0.9, head_path)


def flow_bounds(arrow: Arrow) -> Rectangle:
    """Of an arrow, mm."""
    x0, y0 = points(arrow.path).min(axis=0)
    x1, y1 = points(arrow.path).max(axis=0)
    return float(x0), float(y0), float(x1), float(y1)


def flow_trail(arrow: Arrow) -> list[Rectangle]:
    """Small boxes along an arrow, which names keep clear of."""
    along = points(arrow.path)[::3]
    return [(x - 0.4, y - 0.4, x + 0.4, y + 0.4) for x, y in along]


def draw_flows(arrows: list[Arrow], flows: Flows, frame: Frame, heads: bool = False) -> list[Mark]:
    """Wide ones first; each with a light rim, so that crossings stay readable. A return is hollow. heads: the heads
    alone, to be drawn over the markers."""
    marks: list[Mark] = []
    for arrow in arrows:
        path = arrow.head if heads else arrow.path
        colour = (flows.back_colour or flows.colour) if arrow.flow.back else flows.colour
        if not heads:
            marks.append(Shape(path, line=palette.PAPER, width=2 * RIM, clip=frame.name))
        hollow = Shape(path, palette.PAPER, colour, 0.3, clip=frame.name, join="miter")
        marks.append(hollow if arrow.flow.back else Shape(path, colour, clip=frame.name))
    return marks


# Event badges on a frame.


SMALL_BADGE = 0.95
TOUCH = 0.02
"""Two signs may lie so far (mm) on each other's rim."""


@dataclass(frozen=True)
class Spot:
    """A symbol where it stands on the page: its true point, its centre, the circle it fills (mm)."""

    symbol: Symbol
    anchor: tuple[float, float]
    centre: tuple[float, float]
    radius: float
    marks: tuple[Mark, ...]

    @property
    def box(self) -> Rectangle:
        x, y = self.centre
        return (x - self.radius, y - self.radius, x + self.radius, y + self.radius)

    @property
    def moved(self) -> float:
        """How far from its true point, mm."""
        return math.dist(self.anchor, self.centre)


def symbols_on_frame(
    symbols: Symbols,
    frame: Frame,
    blocked: tuple[Rectangle, ...] = (),
    small_in: Rectangle | None = None,
    rings: frozenset[str] = frozenset(),
    k: float = 1.0,
) -> list[Spot]:
    """Where each marker of the layer stands on the frame, largest first; those outside are left to the
    other frames. small_in: a rectangle (mm) whose markers are drawn small and without a number, because
    the inset shows them in full. rings: numbers of the places that a loop runs around. k: factor on all sizes."""
    if not symbols.items:
        return []
    points = frame.page(project(*np.array([(s.longitude, s.latitude) for s in symbols.items]).T))
    keys = {key.key: key for key in symbols.keys}
    chosen = list(np.flatnonzero(frame.shows(points, 0.5)))
    sized = [(i, *_size(symbols.items[i], keys, _within(points[i], small_in), rings, k)) for i in chosen]
    sized.sort(key=lambda item: (-item[1], item[0]))
    if not sized:
        return []
    anchors = points[[item[0] for item in sized]]
    radii = np.array([item[1] for item in sized], dtype=float)
    x0, y0, x1, y1 = frame.box
    centres = apart(anchors, radii, (x0 + 0.6, y0 + 0.6, x1 - 0.6, y1 - 0.6), blocked=blocked)
    spots: list[Spot] = []
    for (i, radius, small), anchor, centre in zip(sized, anchors, centres, strict=True):
        symbol = symbols.items[i]
        where = (float(centre[0]), float(centre[1]))
        if small and any(math.dist(where, spot.centre) < radius + spot.radius - TOUCH for spot in spots):
            continue  # no room is left for it here: the inset shows it in full
        marks = place_marks(symbol, where, keys, small, symbol.number in rings, k)
        spots.append(Spot(symbol, (float(anchor[0]), float(anchor[1])), where, float(radius), tuple(marks)))
    return spots


def _within(point: np.ndarray, box: Rectangle | None) -> bool:
    return box is not None and bool(box[0] <= point[0] <= box[2] and box[1] <= point[1] <= box[3])


def _size(
    symbol: Symbol, keys: dict[str, SymbolKey], small: bool, rings: frozenset[str], k: float
) -> tuple[float, bool]:
    shape = keys[symbol.parts[0][0]].shape if len(symbol.parts) == 1 else "circle"
    if small:
        return badge_room(shape, SMALL_BADGE * k), True
    more = COUNT_ROOM * k if symbol.value > 1 else 0.0
    return badge_room(shape, BADGE_RADIUS * k) + (RING if symbol.number in rings else 0.0) + more, False


COUNT_ROOM = 1.75
"""Room that the count of events takes around a marker, mm."""


def place_marks(
    symbol: Symbol,
    centre: tuple[float, float],
    keys: dict[str, SymbolKey],
    small: bool,
    ringed: bool = False,
    k: float = 1.0,
) -> list[Mark]:
    """A place's marker: the sign of its type with its number, or a ring of the types where they are several; how many
    events above it, outside the loop of one that is ringed."""
    x, y = centre
    radius, told = (SMALL_BADGE * k, "") if small else (BADGE_RADIUS * k, symbol.number)
    if len(symbol.parts) == 1:
        key = keys[symbol.parts[0][0]]
        marks = badge(x, y, key.shape, key.colour, told, radius)
    else:
        marks = mixed_badge(x, y, symbol.parts, {key.key: key.colour for key in keys.values()}, told, radius)
    if symbol.value > 1 and not small:
        text = f"×{symbol.value:.0f}"
        lift = radius + (RING + 0.2 if ringed else 0.3)
        size = number_size(radius)
        at = (x - text_width(text, size, "bold") / 2, y + lift)
        marks.append(Text(*at, text, size, "bold", palette.INK, halo=0.35, role="number"))
    return marks


def mixed_badge(
    x: float,
    y: float,
    parts: Iterable[tuple[str, float]],
    colours: Mapping[str, str],
    number: str,
    radius: float,
) -> list[Mark]:
    """A ring divided by type, as much of it as events, around a white middle with the number."""
    shares = [(key, share) for key, share in parts if share > 0]
    whole = sum(share for _, share in shares) or 1.0
    circle = Path.unit_circle()
    marks: list[Mark] = [Shape(shape_at(circle, x, y, radius + 0.3), fill=palette.PAPER)]
    start = 90.0
    for key, share in shares:
        end = start - 360 * share / whole
        path = circle if len(shares) == 1 else Path.wedge(end, start)
        marks.append(Shape(shape_at(path, x, y, radius), fill=colours.get(key, palette.UNDETAILED)))
        start = end
    marks.append(Shape(shape_at(circle, x, y, radius * 0.66), fill=palette.PAPER))
    return [*marks, _number(x, y, number, radius, palette.INK)] if number else marks


def draw_symbols(spots: list[Spot], tie_from: float) -> tuple[list[Mark], list[Placed]]:
    """Marks of all spots, largest first; a symbol moved more than `tie_from` mm is tied to its true point
    by a fine line."""
    ties: list[Mark] = []
    marks: list[Mark] = []
    placed = []
    for spot in spots:
        if spot.moved > max(tie_from, spot.radius * 0.55):
            line = Path([spot.anchor, spot.centre])
            dot = shape_at(Path.unit_circle(), *spot.anchor, 0.32)
            ties += [
                Shape(line, line=palette.PAPER, width=0.5),
                Shape(line, line=palette.INK, width=0.16),
                Shape(dot, palette.INK, palette.PAPER, 0.12),
            ]
        marks += spot.marks
        key = spot.symbol.parts[0][0] if spot.symbol.parts else ""
        placed.append(Placed("symbol", spot.box, spot.symbol.id, key, group=spot.symbol.id))
    return ties + marks, placed


# A page being laid out, and what is known of it once drawn.


@dataclass
class Canvas:
    """Marks in painting order, frames to clip with, and what was placed where (millimetres)."""

    size: tuple[float, float]
    marks: list[Mark] = field(default_factory=list)
    placed: list[Placed] = field(default_factory=list)
    frames: dict[str, Frame] = field(default_factory=dict)
    clips: dict[str, Path] = field(default_factory=dict)
    colours: dict[str, dict[str, str]] = field(default_factory=dict)

    def frame(self, frame: Frame) -> Frame:
        """Register a frame, so that marks may be clipped to it."""
        self.frames[frame.name] = frame
        self.clips[frame.name] = frame.visible
        return frame

    def add(self, marks: Iterable[Mark], placed: Iterable[Placed] = ()) -> None:
        self.marks.extend(marks)
        self.placed.extend(placed)

    def put(self, box: Box, x: float, y: float) -> None:
        """A box with its upper left corner at x, y."""
        moved = box.at(x, y)
        self.add(moved.marks, moved.placed)

    @property
    def texts(self) -> list[Text]:
        return [mark for mark in self.marks if isinstance(mark, Text)]
