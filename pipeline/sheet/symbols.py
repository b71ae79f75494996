"""Pies and event badges on a frame."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from matplotlib.path import Path

from pipeline import palette
from pipeline.annexes.model import Symbol, SymbolKey, Symbols
from pipeline.sheet import shapes
from pipeline.sheet.flows import RING
from pipeline.sheet.marks import Mark, Placed, Rectangle, Shape
from pipeline.sheet.projection import Frame, project
from pipeline.sheet.spread import apart

FULL_RADIUS = 7.0
"""Radius of a pie of `full_size`, mm."""
UNKNOWN_RADIUS = 0.85
"""Radius of the hollow ring of a value known only as a class, mm."""
PIE_RIM = 0.22
SMALL_BADGE = 0.95


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


def pie_radius(value: float, full_size: float) -> float:
    """Radius in mm: area proportional to the value, whatever its size; a value of 0 is a class only."""
    return FULL_RADIUS * math.sqrt(value / full_size) if value > 0 else UNKNOWN_RADIUS


def on_frame(
    symbols: Symbols,
    frame: Frame,
    blocked: tuple[Rectangle, ...] = (),
    small_in: Rectangle | None = None,
    rings: frozenset[str] = frozenset(),
) -> list[Spot]:
    """Where each symbol of the layer stands on the frame, largest first; those outside are left to the
    other frames. small_in: a rectangle (mm) whose badges are drawn small and without a number, because
    the inset shows them in full. rings: numbers of the events that a loop runs around."""
    if not symbols.items:
        return []
    points = frame.page(project(*np.array([(s.longitude, s.latitude) for s in symbols.items]).T))
    colours = {key.key: key for key in symbols.keys}
    chosen = list(np.flatnonzero(frame.shows(points, 0.5)))
    sized = [
        (i, *_size(symbols, symbols.items[i], colours, _within(points[i], small_in), rings)) for i in chosen
    ]
    sized.sort(key=lambda item: (-item[1], item[0]))
    if not sized:
        return []
    anchors = points[[item[0] for item in sized]]
    radii = np.array([item[1] for item in sized], dtype=float)
    x0, y0, x1, y1 = frame.box
    centres = apart(anchors, radii, (x0 + 0.6, y0 + 0.6, x1 - 0.6, y1 - 0.6), blocked=blocked)
    spots = []
    for (i, radius, small), anchor, centre in zip(sized, anchors, centres, strict=True):
        symbol = symbols.items[i]
        where = (float(centre[0]), float(centre[1]))
        if symbols.kind == "pie":
            marks = pie(symbol, where, symbols.full_size, colours)
        else:
            key = colours[symbol.parts[0][0]]
            size = SMALL_BADGE if small else shapes.BADGE_RADIUS
            number = "" if small else symbol.number
            marks = shapes.badge(*where, key.shape, key.colour, number, size, symbol.light)
        spots.append(Spot(symbol, (float(anchor[0]), float(anchor[1])), where, float(radius), tuple(marks)))
    return spots


def without_rings(symbols: Symbols, frame: Frame, inset: Rectangle) -> tuple[Symbols, frozenset[str]]:
    """The layer less the rings of values known only as a class where the inset shows them, in a rectangle (mm) of
    the frame; and the areas that they stand for."""
    if not symbols.items:
        return symbols, frozenset()
    points = frame.page(project(*np.array([(s.longitude, s.latitude) for s in symbols.items]).T))
    left = {i for i, item in enumerate(symbols.items) if item.value <= 0 and _within(points[i], inset)}
    kept = tuple(item for i, item in enumerate(symbols.items) if i not in left)
    return replace(symbols, items=kept), frozenset(symbols.items[i].area_pcode for i in left)


def _within(point: np.ndarray, box: Rectangle | None) -> bool:
    return box is not None and bool(box[0] <= point[0] <= box[2] and box[1] <= point[1] <= box[3])


def _size(
    symbols: Symbols, symbol: Symbol, keys: dict[str, SymbolKey], small: bool, rings: frozenset[str]
) -> tuple[float, bool]:
    if symbols.kind == "pie":
        return pie_radius(symbol.value, symbols.full_size) + PIE_RIM, False
    shape = keys[symbol.parts[0][0]].shape
    if small:
        return shapes.badge_room(shape, SMALL_BADGE), True
    return shapes.badge_room(shape) + (RING if symbol.number in rings else 0.0), False


def pie(
    symbol: Symbol, centre: tuple[float, float], full_size: float, keys: dict[str, SymbolKey]
) -> list[Mark]:
    """Slices clockwise from noon, in the order of the keys, within a paper-coloured rim."""
    x, y = centre
    radius = pie_radius(symbol.value, full_size)
    circle = shapes.at(Path.unit_circle(), x, y, radius)
    rim: Mark = Shape(circle, fill=palette.PAPER, line=palette.PAPER, width=2 * PIE_RIM)
    if symbol.value <= 0 or not symbol.parts:
        return [rim, Shape(circle, fill=palette.PAPER, line=palette.INK, width=0.28)]
    order = {key: i for i, key in enumerate(keys)}
    parts = sorted((p for p in symbol.parts if p[1] > 0), key=lambda part: order.get(part[0], len(order)))
    total = sum(share for _, share in parts)
    marks = [rim]
    start = 90.0
    for key, share in parts:
        end = start - 360 * share / total
        whole = len(parts) == 1
        path = Path.unit_circle() if whole else Path.wedge(end, start)
        colour = keys[key].colour if key in keys else palette.UNDETAILED
        # Slices are parted by a fine light line, thinner on small pies.
        gap = 0.0 if whole else min(0.14, radius * 0.06)
        marks.append(
            Shape(
                shapes.at(path, x, y, radius),
                fill=colour,
                line=palette.PAPER if gap else None,
                width=gap,
                join="bevel",
            )
        )
        start = end
    marks.append(Shape(circle, line=palette.INK, width=0.1))
    return marks


def draw(spots: list[Spot], tie_from: float) -> tuple[list[Mark], list[Placed]]:
    """Marks of all spots, largest first; a symbol moved more than `tie_from` mm is tied to its true point
    by a fine line."""
    ties: list[Mark] = []
    marks: list[Mark] = []
    placed = []
    for spot in spots:
        if spot.moved > max(tie_from, spot.radius * 0.55):
            line = Path([spot.anchor, spot.centre])
            ties += [
                Shape(line, line=palette.PAPER, width=0.5),
                Shape(line, line=palette.INK, width=0.16),
                Shape(
                    shapes.at(Path.unit_circle(), *spot.anchor, 0.32),
                    fill=palette.INK,
                    line=palette.PAPER,
                    width=0.12,
                ),
            ]
        marks += spot.marks
        key = spot.symbol.parts[0][0] if spot.symbol.parts else ""
        placed.append(Placed("symbol", spot.box, spot.symbol.id, key, group=spot.symbol.id))
    return ties + marks, placed
