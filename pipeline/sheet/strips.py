"""Stacked columns by month, one strip a group (a region of annex 6): time runs from left to right, the gravest
level stands on the ground, all strips share one scale."""

from __future__ import annotations

from itertools import groupby

from pipeline import palette
from pipeline.annexes.model import BarRow, BarTable
from pipeline.sheet import fonts
from pipeline.sheet.legend import heading
from pipeline.sheet.marks import EMPTY, Box, Mark, Placed, Shape, Text, line, rectangle
from pipeline.sheet.shapes import ink_on


def block(table: BarTable, width: float, k: float, tall: float) -> Box:
    """Heading, then a strip for each group, the labels of its rows below the last one. tall: height of the
    highest column, mm; every strip is as tall as its own highest column asks for."""
    if not table.rows:
        return EMPTY
    size = max(fonts.SMALLEST_PT, 6.9 * k)
    em = size * fonts.MM_PER_PT
    strips = [(group, list(items)) for group, items in groupby(table.rows, key=lambda item: item.group)]
    left = min(max(fonts.width(fonts.printable(g), size, "semibold") for g, _ in strips) + 2.0, width * 0.3)
    months = max(len(items) for _, items in strips)
    step = (width - left) / max(months, 3)
    most = max((sum(v for _, v, _ in item.segments) for item in table.rows), default=0.0) or 1.0
    head = heading(table.title, width, k)
    marks: list[Mark] = list(head.marks)
    placed: list[Placed] = []
    y = -head.height - 0.8
    scale = tall / most
    for group, items in strips:
        highest = max(sum(value for _, value, _ in item.segments) for item in items)
        foot = y - max(highest * scale, 1.1 * em)
        name = fonts.shorten(fonts.printable(group), left - 1.0, size, "semibold")
        marks.append(Text(0.0, foot + 0.1 * em, name, size, "semibold"))
        marks.append(Shape(line((left, foot), (width, foot)), line=palette.QUIET_INK, width=0.12))
        for at, item in enumerate(items):
            x = left + at * step
            marks += _column(item, table, (x + 0.1 * step, foot, 0.8 * step), scale, placed)
        y = foot - 2.2 * k
    last, y = strips[-1][1], y + 1.4 * k
    each = max(1, next(n for n in (1, 2, 3, 4, 6, 12) if _fit(last, size, step * n) or n == 12))
    for at, item in enumerate(last):
        if at % each == 0 or each == 1:
            text = fonts.printable(item.label)
            x = left + (at + 0.5) * step - fonts.width(text, size) / 2
            marks.append(Text(max(x, left), y - 0.6 * em, text, size, colour=palette.QUIET_INK))
    return Box(width, -y + 0.9 * em, tuple(marks), tuple(placed))


def _fit(items: list[BarRow], size: float, room: float) -> bool:
    return all(fonts.width(fonts.printable(item.label), size) + 0.6 <= room for item in items)


def _column(
    item: BarRow, table: BarTable, place: tuple[float, float, float], scale: float, placed: list[Placed]
) -> list[Mark]:
    """One month: segments from the last key (on the ground) up, with their numbers where these fit."""
    x, y, wide = place
    colours = {key: colour for key, _, colour in table.keys}
    marks: list[Mark] = []
    size = fonts.SMALLEST_PT
    for key, value, text in reversed(item.segments):
        high = value * scale
        if high <= 0:
            continue
        colour = colours.get(key, palette.UNDETAILED)
        marks.append(
            Shape(
                rectangle(x, y, x + wide, y + high), fill=colour, line=palette.PAPER, width=0.08, join="miter"
            )
        )
        placed.append(
            Placed("bar", (x, y, x + wide, y + high), key, colour, group=f"{item.group} {item.label}")
        )
        long = fonts.width(text, size, "semibold")
        if text and high >= 2.2 and long + 0.3 <= wide:
            drop = fonts.CAP_HEIGHT * size * fonts.MM_PER_PT / 2
            marks.append(
                Text(
                    x + (wide - long) / 2,
                    y + high / 2 - drop,
                    text,
                    size,
                    "semibold",
                    ink_on(colour),
                    role="in-bar",
                )
            )
        y += high
    return marks
