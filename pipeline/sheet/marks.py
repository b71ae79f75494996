"""What lies on the page: marks in millimetres, and boxes of marks that can be measured before placing.

The page's origin is its lower left corner, y goes up. A `Box` has its own origin at its upper left corner
and its marks below it (y negative); `Box.at(x, y)` moves them to the page.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from matplotlib.path import Path
from PIL import Image

from pipeline import palette
from pipeline.sheet import fonts

Rectangle = tuple[float, float, float, float]
"""x0, y0, x1, y1 in millimetres."""


def points(path: Path) -> np.ndarray:
    """A path's vertices, (n, 2)."""
    return np.asarray(path.vertices, dtype=float)


@dataclass(frozen=True)
class Text:
    """One line. x, y: left end of its baseline. size in points. halo: width of a paper-coloured rim, mm.

    role: what the text is ("title", "label", ...), for the checks of the page.
    """

    x: float
    y: float
    text: str
    size: float
    weight: str = "regular"
    colour: str = palette.INK
    halo: float = 0.0
    halo_colour: str = palette.PAPER
    role: str = "text"

    @property
    def width(self) -> float:
        return fonts.width(self.text, self.size, self.weight)

    @property
    def box(self) -> Rectangle:
        """Room of the line: its advance width, from descenders to ascenders."""
        em = self.size * fonts.MM_PER_PT
        return (
            self.x,
            self.y - fonts.DESCENT * em,
            self.x + self.width,
            self.y + fonts.ASCENT * em,
        )

    def moved(self, dx: float, dy: float) -> Text:
        return replace(self, x=self.x + dx, y=self.y + dy)


@dataclass(frozen=True)
class Shape:
    """A filled and/or stroked path. width of the line in mm; dash: on, off lengths in mm.

    clip: name of the frame it is clipped to, "" for none.
    """

    path: Path
    fill: str | None = None
    line: str | None = None
    width: float = 0.0
    dash: tuple[float, ...] = ()
    clip: str = ""
    alpha: float = 1.0
    join: Literal["miter", "round", "bevel"] = "round"
    cap: Literal["butt", "round", "projecting"] = "round"

    def moved(self, dx: float, dy: float) -> Shape:
        return replace(self, path=Path(points(self.path) + np.array([dx, dy]), self.path.codes))


@dataclass(frozen=True)
class Picture:
    """An RGB or RGBA image stretched over a rectangle of the page."""

    image: Image.Image
    box: Rectangle
    clip: str = ""

    def moved(self, dx: float, dy: float) -> Picture:
        x0, y0, x1, y1 = self.box
        return replace(self, box=(x0 + dx, y0 + dy, x1 + dx, y1 + dy))


@dataclass(frozen=True)
class Placed:
    """Something that must not collide: "symbol", "card", "frame", "bar", ... with its rectangle.

    key: its identity (symbol id, P-code, legend key). colour: its fill, where it has one.
    group: things of one group may touch each other (a symbol and its own number).
    """

    kind: str
    box: Rectangle
    key: str = ""
    colour: str = ""
    group: str = ""

    def moved(self, dx: float, dy: float) -> Placed:
        x0, y0, x1, y1 = self.box
        return replace(self, box=(x0 + dx, y0 + dy, x1 + dx, y1 + dy))


Mark = Text | Shape | Picture


@dataclass(frozen=True)
class Box:
    """Marks with the room they take; origin at the upper left corner."""

    width: float
    height: float
    marks: tuple[Mark, ...] = ()
    placed: tuple[Placed, ...] = ()

    def at(self, x: float, y: float) -> Box:
        """The same box with its upper left corner at x, y."""
        return Box(
            self.width,
            self.height,
            tuple(mark.moved(x, y) for mark in self.marks),
            tuple(thing.moved(x, y) for thing in self.placed),
        )


EMPTY = Box(0.0, 0.0)


def rectangle(x0: float, y0: float, x1: float, y1: float) -> Path:
    return Path([(x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0)], closed=True)


def line(*points: tuple[float, float]) -> Path:
    return Path(list(points))


def column(boxes: Iterable[Box], gap: float = 0.0, width: float = 0.0) -> Box:
    """Boxes one below the other, with `gap` between those that are not empty."""
    marks: list[Mark] = []
    placed: list[Placed] = []
    y, wide, first = 0.0, width, True
    for box in boxes:
        if box.height <= 0:
            continue
        if not first:
            y -= gap
        first = False
        moved = box.at(0.0, y)
        marks += moved.marks
        placed += moved.placed
        y -= box.height
        wide = max(wide, box.width)
    return Box(wide, -y, tuple(marks), tuple(placed))


def beside(boxes: Iterable[Box], gap: float = 0.0, align: Literal["top", "bottom", "middle"] = "top") -> Box:
    """Boxes from left to right."""
    kept = [box for box in boxes if box.width > 0 and box.height > 0]
    tall = max((box.height for box in kept), default=0.0)
    marks: list[Mark] = []
    placed: list[Placed] = []
    x = 0.0
    for box in kept:
        drop = {"top": 0.0, "bottom": tall - box.height, "middle": (tall - box.height) / 2}[align]
        moved = box.at(x, -drop)
        marks += moved.marks
        placed += moved.placed
        x += box.width + gap
    return Box(max(x - gap, 0.0), tall, tuple(marks), tuple(placed))


def lines(
    texts: Sequence[str],
    size: float,
    weight: str = "regular",
    colour: str = palette.INK,
    leading: float = 1.2,
    role: str = "text",
    align: Literal["left", "right", "centre"] = "left",
    width: float = 0.0,
) -> Box:
    """Lines of text already wrapped. align needs `width`."""
    em = size * fonts.MM_PER_PT
    marks = []
    wide = width
    for number, text in enumerate(texts):
        long = fonts.width(text, size, weight)
        wide = max(wide, long)
        x = {"left": 0.0, "right": width - long, "centre": (width - long) / 2}[align]
        # First baseline so that ascenders just fit; the last line keeps its descenders inside.
        y = -(fonts.ASCENT + 0.04 + number * leading) * em
        marks.append(Text(x, y, text, size, weight, colour, role=role))
    height = (fonts.ASCENT + 0.04 + (len(texts) - 1) * leading + fonts.DESCENT + 0.02) * em if texts else 0.0
    return Box(wide, height, tuple(marks))


def paragraph(
    text: str,
    width: float,
    size: float,
    weight: str = "regular",
    colour: str = palette.INK,
    leading: float = 1.2,
    role: str = "text",
    most: int = 0,
) -> Box:
    """A text wrapped to `width`; at most `most` lines (0: as many as it needs), cut with an ellipsis."""
    clean = fonts.printable(text).strip()
    if not clean:
        return EMPTY
    size = max(size, fonts.SMALLEST_PT)
    wrapped = (
        fonts.fit(clean, width, (size,), weight, most)[1] if most else fonts.wrap(clean, width, size, weight)
    )
    return lines(wrapped, size, weight, colour, leading, role)
