"""Names on the map: the most telling first, where there is room, or not at all."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely
from matplotlib.path import Path

from pipeline import palette
from pipeline.annexes.model import Label
from pipeline.french import NBSP, NNBSP
from pipeline.sheet.ground import Frame, project
from pipeline.sheet.marks import (
    CAP_HEIGHT,
    MM_PER_PT,
    SMALLEST_PT,
    Mark,
    Placed,
    Rectangle,
    Shape,
    Text,
    points,
    printable,
    text_width,
    wrap,
)

STYLES: dict[str, tuple[float, str, str]] = {
    "region": (8.5, "semibold", palette.QUIET_INK),
    "cercle": (7.2, "semibold", palette.INK),
    "quiet": (6.8, "regular", palette.QUIET_INK),
    "commune": (6.5, "regular", palette.INK),
    "village": (6.5, "italic", palette.INK),
    "flow": (6.5, "semibold", palette.FLOW),
    "neighbour": (7.0, "regular", "#8d8778"),
}
HALO = 0.32
WIDEST = 24.0
"""A longer name is broken into lines, mm."""
CLEAR = 0.25
ABREAST = 1.1
"""Two names side by side read as one line with less between them, mm."""
MARGIN = 0.8
BORDER_COST = 3.0
"""A name across the country's border is worth as much trouble as so many hidden areas."""


class Room:
    """What is already taken on one frame: rectangles. And what a name rather keeps off: the country's border
    (mm), and the points (n, 2) where the colours of areas are read."""

    def __init__(
        self,
        frame: Frame,
        taken: Iterable[Rectangle] = (),
        border: shapely.Geometry | None = None,
        middles: np.ndarray | None = None,
    ) -> None:
        self.frame = frame
        self._border = border
        self._middles = np.empty((0, 2)) if middles is None else middles
        self._boxes = np.array(list(taken), dtype=float).reshape(-1, 4)
        self._names: list[Rectangle] = []

    def free(self, box: Rectangle) -> bool:
        """Whether a rectangle lies inside the frame and touches nothing."""
        x0, y0, x1, y1 = box
        b = self._boxes
        touched = (b[:, 0] < x1 + CLEAR) & (b[:, 2] > x0 - CLEAR)
        touched &= (b[:, 1] < y1 + CLEAR) & (b[:, 3] > y0 - CLEAR)
        abreast = any(
            n[0] < x1 + ABREAST and n[2] > x0 - ABREAST and n[1] < y1 and n[3] > y0 for n in self._names
        )
        return not touched.any() and not abreast and self.frame.holds(box, MARGIN)

    def cost(self, box: Rectangle, own: Anchor | None) -> float:
        """What a name at a rectangle would hide: the middles of other areas than its own, and the border."""
        x0, y0, x1, y1 = box
        x, y = self._middles[:, 0], self._middles[:, 1]
        over = (x > x0 - 0.3) & (x < x1 + 0.3) & (y > y0 - 0.3) & (y < y1 + 0.3)
        if own is not None:
            over &= (abs(x - own.x) > 0.01) | (abs(y - own.y) > 0.01)
        crossed = self._border is not None and bool(shapely.intersects(self._border, shapely.box(*box)))
        return float(over.sum()) + BORDER_COST * crossed

    def crosses(self, start: tuple[float, float], end: tuple[float, float]) -> bool:
        """Whether a straight line runs through anything taken."""
        t = np.linspace(0.05, 1, 14)[:, None]
        points = (np.array(start) + t * (np.array(end) - np.array(start)))[:, None, :]
        inside = (points > self._boxes[:, :2]) & (points < self._boxes[:, 2:])
        return bool(inside.all(axis=2).any())

    def take(self, box: Rectangle) -> None:
        self._boxes = np.vstack([self._boxes, box])

    def named(self, box: Rectangle) -> None:
        """A name stands there: others keep further off at its sides."""
        self._names.append(box)


@dataclass(frozen=True)
class Anchor:
    """What a name belongs to: a symbol's circle, or a bare point (radius 0), mm."""

    x: float
    y: float
    radius: float = 0.0


def place(
    labels: Sequence[Label],
    room: Room,
    anchors: dict[str, Anchor],
    leaders: bool = False,
    quiet: frozenset[str] = frozenset(),
    inner: dict[str, Anchor] | None = None,
    scale: float = 1.0,
) -> tuple[list[Mark], list[Placed]]:
    """Texts with halo for as many names as there is room for, by rank.

    anchors: area P-code -> the symbol that stands for it. inner: area P-code -> the largest circle inside
    the area, where a name without a symbol prefers to be. quiet: areas that have nothing to show, whose
    names stand back. leaders: whether a name may stand off, tied to
    its point by a line.
    """
    marks: list[Mark] = []
    placed: list[Placed] = []
    frame = room.frame
    for label in sorted(labels, key=lambda item: item.rank):
        point = frame.page(project(label.longitude, label.latitude))
        if not frame.shows(point)[0]:
            continue
        anchor = anchors.get(label.area_pcode)
        home = (inner or {}).get(label.area_pcode)
        if label.area_pcode in quiet and label.style == "cercle":
            label = replace(label, style="quiet")
        found = _seat(label, room, Anchor(float(point[0]), float(point[1])), anchor, home, leaders, scale)
        if found is None:
            continue
        texts, box, leader = found
        if leader is not None:
            foot = points(leader)[0]
            dot = Path(points(Path.unit_circle()) * 0.26 + foot, Path.unit_circle().codes)
            marks += [
                Shape(leader, line=palette.PAPER, width=0.42),
                Shape(dot, fill=palette.INK, line=palette.PAPER, width=0.14),
                Shape(leader, line=palette.INK, width=0.13),
            ]
        marks += texts
        room.take(box)
        room.named(box)
        if leader is not None:  # a line needs its room as names do
            start, end = points(leader)[0], points(leader)[-1]
            for x, y in start + np.linspace(0, 1, 8)[:, None] * (end - start):
                room.take((x - 0.2, y - 0.2, x + 0.2, y + 0.2))
        placed.append(Placed("label", box, label.area_pcode or label.text, group=f"label {label.text}"))
    return marks, placed


Found = tuple[list[Mark], Rectangle, Path | None]


def _seat(
    label: Label,
    room: Room,
    point: Anchor,
    symbol: Anchor | None,
    home: Anchor | None,
    leaders: bool,
    scale: float,
) -> Found | None:
    size, weight, _ = STYLES[label.style]
    size = max(SMALLEST_PT, size * scale)
    widest = WIDEST * scale * (2 if label.style == "region" else 1)
    rows = wrap(printable(_written(label)), widest, size, weight)
    wide = max(text_width(row, size, weight) for row in rows)
    tall = (CAP_HEIGHT + 0.32 + (len(rows) - 1) * 1.05) * size * MM_PER_PT
    base = symbol or home or point
    apart = _apart(base, wide, tall) if leaders and label.style in ("commune", "village") else []
    close = [(corner, None) for corner in _close(point, symbol, home, wide, tall, label.style)]
    # A name set on a small area would hide the very colour that it is about.
    hides = symbol is None and home is not None and home.radius < max(0.8 * tall, min(0.22 * wide, 2.6))
    best: Found | None = None
    least = math.inf
    for (x, y), start in [*apart, *close] if hides else [*close, *apart]:
        box = (x, y, x + wide, y + tall)
        if not room.free(box):
            continue
        leader = None
        if start is not None:
            end = (min(max(base.x, box[0]), box[2]), min(max(base.y, box[1]), box[3]))
            if room.crosses(start, end):
                continue
            leader = Path([start, end])
        cost = room.cost(box, home)
        if cost < least:
            best, least = (_lines(label, rows, box, size), box, leader), cost
        if least == 0:
            break
    return best


def _written(label: Label) -> str:
    """A name with its figure; a region's in spaced capitals."""
    text = label.text
    if label.style == "region":
        text = f"{NBSP}{NBSP}".join(NNBSP.join(word) for word in text.upper().split())
    return f"{text}{NBSP}{label.figure}" if label.figure else text


Corner = tuple[float, float]


def _close(
    point: Anchor, symbol: Anchor | None, home: Anchor | None, wide: float, tall: float, style: str = ""
) -> list[Corner]:
    """Lower left corners beside the symbol, or on the area, best first."""
    if symbol is not None:
        x, y, r = symbol.x, symbol.y, symbol.radius + 0.45
        d = r * 0.72
        return [
            (x + r, y - tall / 2), (x - r - wide, y - tall / 2), (x - wide / 2, y - r - tall),
            (x - wide / 2, y + r), (x + d, y - d - tall), (x + d, y + d),
            (x - d - wide, y - d - tall), (x - d - wide, y + d),
        ]  # fmt: skip
    seats = []
    if home is not None and style == "region":
        # On so small an area (Bamako) the name would hide all of it: beside it first.
        seats = _close(point, home, None, wide, tall)[:4]
    for spot in (home, point):
        if spot is None:
            continue
        x, y = spot.x - wide / 2, spot.y - tall / 2
        seats.append((x, y))
        for reach in (1.0, 2.0, 3.2):
            if home is None or reach <= max(1.0, home.radius):
                seats += [(x, y + reach), (x, y - reach), (x - reach, y), (x + reach, y)]
    return seats


def _apart(base: Anchor, wide: float, tall: float) -> list[tuple[Corner, Corner]]:
    """Lower left corners a little away from the point, each with the start of the line that ties it: beside
    the point, whose colour stays readable."""
    seats = []
    for distance in (2.0, 3.2, 4.6):
        for turn in range(0, 360, 20):
            dx, dy = math.cos(math.radians(turn)), math.sin(math.radians(turn))
            reach = min(base.radius, 1.2) + distance
            x, y = base.x + dx * reach, base.y + dy * reach
            left = x if dx > 0.3 else x - wide if dx < -0.3 else x - wide / 2
            seats.append(((left, y - tall / 2), (base.x + dx * 0.65, base.y + dy * 0.65)))
    return seats


def _lines(label: Label, rows: list[str], box: Rectangle, size: float) -> list[Mark]:
    usual, weight, colour = STYLES[label.style]
    halo = HALO * max(1.0, size / usual)
    x0, _, x1, y1 = box
    em = size * MM_PER_PT
    marks: list[Mark] = []
    for n, row in enumerate(rows):
        x = (x0 + x1) / 2 - text_width(row, size, weight) / 2
        y = y1 - (CAP_HEIGHT + 0.12 + n * 1.05) * em
        marks.append(Text(x, y, row, size, weight, colour, halo=halo, role="label"))
    return marks
