"""Names on the map: the most telling first, where there is room, or not at all."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.path import Path

from pipeline import palette
from pipeline.annexes.model import Label
from pipeline.sheet import fonts
from pipeline.sheet.marks import Mark, Placed, Rectangle, Shape, Text
from pipeline.sheet.projection import Frame, project

STYLES: dict[str, tuple[float, str, str]] = {
    "region": (8.5, "semibold", palette.QUIET_INK),
    "cercle": (7.2, "semibold", palette.INK),
    "commune": (6.5, "regular", palette.INK),
    "village": (6.5, "italic", palette.INK),
    "flow": (6.5, "semibold", palette.FLOW),
    "neighbour": (7.0, "regular", "#8d8778"),
}
HALO = 0.32
WIDEST = 24.0
"""A longer name is broken into lines, mm."""
CLEAR = 0.25
MARGIN = 0.8


class Room:
    """What is already taken on one frame: rectangles, and the lines that no name may cross."""

    def __init__(self, frame: Frame, taken: Iterable[Rectangle] = ()) -> None:
        self.frame = frame
        self._boxes = np.array(list(taken), dtype=float).reshape(-1, 4)

    def free(self, box: Rectangle) -> bool:
        """Whether a rectangle lies inside the frame and touches nothing."""
        x0, y0, x1, y1 = box
        corners = np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)])
        if not self.frame.shows(corners, MARGIN).all():
            return False
        b = self._boxes
        return not bool(
            np.any(
                (b[:, 0] < x1 + CLEAR)
                & (b[:, 2] > x0 - CLEAR)
                & (b[:, 1] < y1 + CLEAR)
                & (b[:, 3] > y0 - CLEAR)
            )
        )

    def crosses(self, start: tuple[float, float], end: tuple[float, float]) -> bool:
        """Whether a straight line runs through anything taken."""
        t = np.linspace(0.05, 1, 14)[:, None]
        points = np.array(start) + t * (np.array(end) - np.array(start))
        b = self._boxes
        inside = (
            (points[:, None, 0] > b[None, :, 0])
            & (points[:, None, 0] < b[None, :, 2])
            & (points[:, None, 1] > b[None, :, 1])
            & (points[:, None, 1] < b[None, :, 3])
        )
        return bool(inside.any())

    def take(self, box: Rectangle) -> None:
        self._boxes = np.vstack([self._boxes, box])


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
    inner: dict[str, Anchor] | None = None,
    scale: float = 1.0,
) -> tuple[list[Mark], list[Placed]]:
    """Texts with halo for as many names as there is room for, by rank.

    anchors: area P-code -> the symbol that stands for it. inner: area P-code -> the largest circle inside
    the area, where a name without a symbol prefers to be. leaders: whether a name may stand off, tied to
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
        found = _seat(label, room, Anchor(float(point[0]), float(point[1])), anchor, home, leaders, scale)
        if found is None:
            continue
        texts, box, leader = found
        if leader is not None:
            marks += [
                Shape(leader, line=palette.PAPER, width=0.4),
                Shape(leader, line=palette.QUIET_INK, width=0.14),
            ]
        marks += texts
        room.take(box)
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
    size = max(fonts.SMALLEST_PT, size * scale)
    text = fonts.printable(label.text)
    for widest in (60.0, WIDEST) if len(text) <= 18 else (WIDEST,):
        rows = fonts.wrap(text, widest, size, weight)
        wide = max(fonts.width(row, size, weight) for row in rows)
        em = size * fonts.MM_PER_PT
        tall = (fonts.CAP_HEIGHT + 0.12 + 0.2 + (len(rows) - 1) * 1.05) * em
        for x, y in _seats(point, symbol, home, wide, tall):
            box = (x, y, x + wide, y + tall)
            if room.free(box):
                return _lines(label, rows, box, size), box, None
        if leaders:
            base = symbol or point
            for distance in (3.5, 5.5, 8.0, 11.0):
                for turn in range(0, 360, 24):
                    dx, dy = math.cos(math.radians(turn)), math.sin(math.radians(turn))
                    cx, cy = base.x + dx * (base.radius + distance), base.y + dy * (base.radius + distance)
                    x = cx if dx > 0.3 else cx - wide if dx < -0.3 else cx - wide / 2
                    box = (x, cy - tall / 2, x + wide, cy + tall / 2)
                    start = (base.x + dx * (base.radius + 0.1), base.y + dy * (base.radius + 0.1))
                    end = (min(max(base.x, box[0]), box[2]), min(max(base.y, box[1]), box[3]))
                    if room.free(box) and not room.crosses(start, end):
                        return _lines(label, rows, box, size), box, Path([start, end])
        if len(rows) > 1:
            break
    return None


def _seats(
    point: Anchor, symbol: Anchor | None, home: Anchor | None, wide: float, tall: float
) -> list[tuple[float, float]]:
    """Lower left corners to try, best first."""
    if symbol is not None:
        x, y, r = symbol.x, symbol.y, symbol.radius + 0.45
        d = r * 0.72
        return [
            (x + r, y - tall / 2), (x - r - wide, y - tall / 2), (x - wide / 2, y - r - tall),
            (x - wide / 2, y + r), (x + d, y - d - tall), (x + d, y + d),
            (x - d - wide, y - d - tall), (x - d - wide, y + d),
        ]  # fmt: skip
    seats = []
    for spot in (home, point):
        if spot is None:
            continue
        x, y = spot.x - wide / 2, spot.y - tall / 2
        seats.append((x, y))
        for reach in (1.0, 2.0, 3.2):
            seats += [(x, y + reach), (x, y - reach), (x - reach, y), (x + reach, y)]
    return seats


def _lines(label: Label, rows: list[str], box: Rectangle, size: float) -> list[Mark]:
    _, weight, colour = STYLES[label.style]
    x0, _, x1, y1 = box
    em = size * fonts.MM_PER_PT
    marks: list[Mark] = []
    for n, row in enumerate(rows):
        x = (x0 + x1) / 2 - fonts.width(row, size, weight) / 2
        y = y1 - (fonts.CAP_HEIGHT + 0.12 + n * 1.05) * em
        marks.append(Text(x, y, row, size, weight, colour, halo=HALO, role="label"))
    return marks
