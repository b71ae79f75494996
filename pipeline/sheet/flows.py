"""Displacement arrows: bent, as wide as the households they stand for, kept from hiding each other."""

from __future__ import annotations

import math
from dataclasses import dataclass

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
BENDS = (0.2, -0.2, 0.34, -0.34, 0.1, -0.1, 0.5, -0.5)
LOOP_RADIUS = 2.3
RIM = 0.28


@dataclass(frozen=True)
class Arrow:
    """An arrow on the page: its body, and where its label may sit (points along it, mm)."""

    flow: Flow
    body: shapely.Geometry
    path: Path
    seats: tuple[tuple[float, float], ...]
    looped: bool


def width_of(value: float, flows: Flows) -> float:
    """Width in mm, proportional to the households of the legend's largest size; never a hairline."""
    largest = (
        max((*flows.sizes, 1.0)) if flows.sizes else max((flow.value for flow in flows.items), default=1.0)
    )
    return max(LEAST_WIDTH, FULL_WIDTH * value / max(largest, 1.0))


def on_frame(
    flows: Flows, frame: Frame, avoid: list[Rectangle], skip_in: Rectangle | None = None
) -> list[Arrow]:
    """All arrows whose origin the frame shows, widest first, each bent the way that hides least.

    skip_in: movements that begin and end in this rectangle (mm) are left to the inset.
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
        if flow.stays or end is None or math.dist(start, end) < SHORTEST:
            choices = [_loop(flow, start, wide, turn) for turn in (60, 120, 300, 240, 0, 180, 90, 270)]
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


def _loop(flow: Flow, start: np.ndarray, wide: float, turn: float) -> Arrow:
    """A small ring that leaves the point and comes back to it: a movement within one place."""
    middle = start + LOOP_RADIUS * np.array([math.cos(math.radians(turn)), math.sin(math.radians(turn))])
    angles = np.radians(np.linspace(turn + 180 + 35, turn + 180 + 330, 40))
    curve = middle + LOOP_RADIUS * np.stack([np.cos(angles), np.sin(angles)], 1)
    return _along(flow, curve, min(wide, 1.2), looped=True)


def _along(flow: Flow, curve: np.ndarray, wide: float, looped: bool) -> Arrow:
    steps = np.hypot(*np.diff(curve, axis=0).T)
    along = np.concatenate([[0], np.cumsum(steps)])
    total = along[-1]
    head = min(max(1.7, 1.5 * wide), 0.45 * total)
    neck = int(np.searchsorted(along, total - head))
    neck = max(2, min(neck, len(curve) - 2))
    tangent = np.gradient(curve, axis=0)
    tangent /= np.hypot(*tangent.T)[:, None]
    normal = np.stack([-tangent[:, 1], tangent[:, 0]], 1)
    share = along[: neck + 1] / along[neck]
    half = (wide * (0.4 + 0.6 * share) / 2)[:, None]
    left, right = curve[: neck + 1] + normal[: neck + 1] * half, curve[: neck + 1] - normal[: neck + 1] * half
    flare = max(wide * 0.95, 0.95)
    tip = [curve[neck] + normal[neck] * flare, curve[-1], curve[neck] - normal[neck] * flare]
    ring = np.concatenate([left, tip, right[::-1], left[:1]])
    seats = tuple(
        (float(x), float(y)) for x, y in curve[[len(curve) // 2, len(curve) // 3, 2 * len(curve) // 3]]
    )
    body = shapely.buffer(shapely.Polygon(ring), 0)
    return Arrow(flow, body, Path(ring, closed=True), seats, looped)


def draw(arrows: list[Arrow], colour: str, frame: Frame) -> list[Mark]:
    """Wide ones first; each with a light rim, so that crossings stay readable."""
    marks: list[Mark] = []
    for arrow in arrows:
        marks.append(Shape(arrow.path, line=palette.PAPER, width=2 * RIM, clip=frame.name))
        marks.append(Shape(arrow.path, fill=colour, clip=frame.name, alpha=1.0))
    return marks
