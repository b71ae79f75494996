"""Displacement arrows: bent, as wide as the households they stand for, kept from hiding each other."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import shapely
from matplotlib.path import Path

from pipeline import palette
from pipeline.annexes.model import Flow, Flows
from pipeline.sheet.marks import Mark, Rectangle, Shape, points
from pipeline.sheet.projection import Frame, project

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


def width_of(value: float, flows: Flows) -> float:
    """Width in mm, proportional to the households of the legend's largest size; never a hairline."""
    largest = (
        max((*flows.sizes, 1.0)) if flows.sizes else max((flow.value for flow in flows.items), default=1.0)
    )
    return max(LEAST_WIDTH, FULL_WIDTH * value / max(largest, 1.0))


def looped(flow: Flow, frame: Frame) -> bool:
    """Whether the movement is drawn as a loop on this frame."""
    if flow.stays or flow.destination is None:
        return True
    return math.dist(frame.page(project(*flow.origin)), frame.page(project(*flow.destination))) < SHORTEST


def on_frame(
    flows: Flows,
    frame: Frame,
    avoid: list[Rectangle],
    skip_in: Rectangle | None = None,
    badges: Mapping[str, tuple[float, float, float]] | None = None,
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
        if skip_in is not None and _in(start, skip_in) and (end is None or _in(end, skip_in)):
            continue
        wide = width_of(flow.value, flows)
        if end is None or looped(flow, frame):
            x, y, radius = (badges or {}).get(flow.number, (*start, 1.4))
            choices = [_loop(flow, np.array([x, y]), radius, wide)]
        else:
            choices = [_bent(flow, start, end, wide, bend) for bend in BENDS]
        inside = [c for c in choices if bool(frame.shows(points(c.path)).all())] or choices
        best = min(inside, key=lambda choice: _hidden(choice, arrows, taken))
        arrows.append(best)
    return arrows


def _in(point: np.ndarray, box: Rectangle) -> bool:
    return bool(box[0] <= point[0] <= box[2] and box[1] <= point[1] <= box[3])


def _hidden(choice: Arrow, arrows: list[Arrow], taken: list[shapely.Geometry]) -> float:
    over = sum(shapely.area(shapely.intersection(choice.body, other.body)) for other in arrows)
    under = sum(shapely.area(shapely.intersection(choice.body, box)) for box in taken)
    return over + 0.4 * under


def _bent(flow: Flow, start: np.ndarray, end: np.ndarray, wide: float, bend: float) -> Arrow:
    """A tapered arrow along a parabola: narrow where people leave, wide where they arrive."""
    chord = end - start
    length = float(np.hypot(*chord))
    normal = np.array([-chord[1], chord[0]]) / length
    control = (start + end) / 2 + normal * bend * length
    t = np.linspace(0, 1, 33)[:, None]
    curve = (1 - t) ** 2 * start + 2 * t * (1 - t) * control + t**2 * end
    return _along(flow, curve, wide, looped=False)


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
    seats = tuple(
        (float(x), float(y)) for x, y in curve[[len(curve) // 2, len(curve) // 3, 2 * len(curve) // 3]]
    )
    body = shapely.buffer(shapely.Polygon(ring), 0)
    return Arrow(flow, body, Path(ring, closed=True), seats, 0.9)


def bounds(arrow: Arrow) -> Rectangle:
    """Of an arrow, mm."""
    x0, y0 = points(arrow.path).min(axis=0)
    x1, y1 = points(arrow.path).max(axis=0)
    return float(x0), float(y0), float(x1), float(y1)


def trail(arrow: Arrow) -> list[Rectangle]:
    """Small boxes along an arrow, which names keep clear of."""
    along = points(arrow.path)[::3]
    return [(x - 0.4, y - 0.4, x + 0.4, y + 0.4) for x, y in along]


def draw(arrows: list[Arrow], colour: str, frame: Frame) -> list[Mark]:
    """Wide ones first; each with a light rim, so that crossings stay readable."""
    marks: list[Mark] = []
    for arrow in arrows:
        marks.append(Shape(arrow.path, line=palette.PAPER, width=2 * RIM, clip=frame.name))
        marks.append(Shape(arrow.path, fill=colour, clip=frame.name, alpha=1.0))
    return marks
