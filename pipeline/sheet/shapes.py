"""The drawn signs of the page: event badges, trend arrows, the north arrow. Vector shapes, no font needed."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
from matplotlib.path import Path

from pipeline import palette
from pipeline.sheet import fonts
from pipeline.sheet.marks import Mark, Shape, Text, points

BADGE_RADIUS = 2.1
"""Half the size of an event's badge with its number, mm."""
# Room that each shape needs beyond a circle of the same number, so that all look equally large.
_GROWTH = {"triangle": 1.36, "diamond": 1.24, "star": 1.14, "cross": 1.06, "square": 0.86, "target": 1.02}


def _ring(corners: list[tuple[float, float]]) -> Path:
    return Path([*corners, corners[0]], closed=True)


def _polar(radii: list[float], start: float) -> Path:
    step = 2 * math.pi / len(radii)
    return _ring(
        [(r * math.cos(start + i * step), r * math.sin(start + i * step)) for i, r in enumerate(radii)]
    )


@cache
def outline(shape: str) -> Path:
    """A sign of "radius" 1 about the origin; an unknown name gives a circle."""
    if shape == "triangle":
        return _ring([(-0.96, -0.62), (0.96, -0.62), (0.0, 1.04)])
    if shape == "diamond":
        return _polar([1.0] * 4, 0.0)
    if shape in ("square", "slice"):
        return _ring([(-1, -1), (1, -1), (1, 1), (-1, 1)])
    if shape == "star":
        return _polar([1.0, 0.72] * 8, math.pi / 2)
    if shape == "cross":  # a square badge with a notch in each side
        a, b = 0.96, 0.5
        return _ring(
            [
                (-a, -a),
                (-0.42, -a),
                (0, -b),
                (0.42, -a),
                (a, -a),
                (a, -0.42),
                (b, 0),
                (a, 0.42),
                (a, a),
                (0.42, a),
                (0, b),
                (-0.42, a),
                (-a, a),
                (-a, 0.42),
                (-b, 0),
                (-a, -0.42),
            ]
        )
    return Path.unit_circle()


def at(path: Path, x: float, y: float, size: float) -> Path:
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
    light: bool = False,
) -> list[Mark]:
    """An event's sign, its number inside, with a paper-coloured rim that parts it from the map. light: only its
    outline, for an event whose place is not exactly known."""
    size = radius * _GROWTH.get(shape, 1.0)
    rim = 0.3 if radius >= 1.5 else 0.2
    path = at(outline(shape), x, y, size)
    marks: list[Mark] = [
        Shape(path, fill=colour, line=palette.PAPER, width=2 * rim),
        Shape(path, fill=colour),
    ]
    ink = ink_on(colour)
    if light:
        inner = at(outline(shape), x, y, size * (0.86 if shape in ("ring", "triangle") else 0.8))
        marks.append(Shape(inner, fill=palette.PAPER))
        ink = colour if contrast(colour, palette.PAPER) >= 4.5 else palette.INK
    elif shape == "ring":
        marks.append(Shape(at(Path.unit_circle(), x, y, size * 0.72), fill=palette.PAPER))
        ink = colour if contrast(colour, palette.PAPER) >= 4.5 else palette.INK
    if shape == "target" and not light:
        marks.append(Shape(at(Path.unit_circle(), x, y, size * 0.84), line=palette.PAPER, width=0.12 * size))
        if not number:
            marks.append(Shape(at(Path.unit_circle(), x, y, size * 0.36), fill=palette.PAPER))
    if number:
        size_pt = fonts.SMALLEST_PT
        wide = fonts.width(number, size_pt, "bold")
        drop = fonts.CAP_HEIGHT * size_pt * fonts.MM_PER_PT / 2 + (
            (0.2 if light else 0.12) * size if shape == "triangle" else 0
        )
        marks.append(Text(x - wide / 2, y - drop, number, size_pt, "bold", ink, role="number"))
    return marks


def badge_room(shape: str, radius: float = BADGE_RADIUS) -> float:
    """Radius of the circle that a badge fills, rim included, mm."""
    return radius * max(1.0, 0.94 * _GROWTH.get(shape, 1.0)) + 0.15


def trend(x: float, y: float, change: str, size: float, colour: str) -> list[Mark]:
    """The bulletin's arrow in a square of `size` mm with its lower left corner at x, y: rising, falling,
    or two bars for "equal"."""
    if change == "same":
        bars = [(0.12, 0.56, 0.88, 0.7), (0.12, 0.28, 0.88, 0.42)]
        return [
            Shape(
                Path(
                    np.array([(a, b), (c, b), (c, d), (a, d), (a, b)]) * size + np.array([x, y]), closed=True
                ),
                fill=colour,
            )
            for a, b, c, d in bars
        ]
    if change not in ("up", "down"):
        return []
    # Drawn rising; a falling one is its mirror image.
    arrow = np.array(
        [
            (0.92, 0.92),
            (0.92, 0.3),
            (0.71, 0.51),
            (0.2, 0.0),
            (0.0, 0.2),
            (0.51, 0.71),
            (0.3, 0.92),
            (0.92, 0.92),
        ]
    )
    if change == "down":
        arrow = arrow * np.array([1, -1]) + np.array([0, 0.92])
    return [Shape(Path(arrow * size + np.array([x, y]), closed=True), fill=colour)]


def north(x: float, y: float, size: float) -> list[Mark]:
    """A north arrow `size` mm tall, centred on x, foot at y, with its letter N above."""
    tall = size * 0.62
    left = np.array([(0, tall), (-0.3 * tall, 0), (0, 0.22 * tall), (0, tall)]) + np.array([x, y])
    right = np.array([(0, tall), (0.3 * tall, 0), (0, 0.22 * tall), (0, tall)]) + np.array([x, y])
    size_pt = max(fonts.SMALLEST_PT, size * 0.95)
    wide = fonts.width("N", size_pt, "semibold")
    return [
        Shape(Path(left, closed=True), fill=palette.INK, line=palette.INK, width=0.12),
        Shape(Path(right, closed=True), fill=palette.PAPER, line=palette.INK, width=0.12),
        Text(x - wide / 2, y + tall + 0.5, "N", size_pt, "semibold", role="furniture"),
    ]
