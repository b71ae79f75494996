"""Small tables with stacked bars: communes by level and region, coverage, the strips of annex 6."""

from __future__ import annotations

from itertools import groupby

from pipeline import palette
from pipeline.annexes.model import BarRow, BarTable
from pipeline.sheet import fonts
from pipeline.sheet.legend import heading
from pipeline.sheet.marks import EMPTY, Box, Mark, Placed, Shape, Text, line, rectangle
from pipeline.sheet.shapes import ink_on

ROW, BAR = 4.1, 2.9
"""Height of a row and of its bar, mm."""
GROUP_GAP = 1.6


def block(table: BarTable, width: float, k: float = 1.0, row: float = ROW, legend: bool = True) -> Box:
    """Heading, keys in one line, then a row each: label, bar to scale, further columns at the right.

    The longest bar fills the room between labels and columns; all bars share its scale.
    """
    if not table.rows:
        return EMPTY
    size = max(fonts.SMALLEST_PT, 6.9 * k)
    em = size * fonts.MM_PER_PT
    grouped = any(item.group for item in table.rows)
    labels = max(fonts.width(item.label, size) for item in table.rows) + 1.6
    groups = (
        max((fonts.width(item.group, size, "semibold") for item in table.rows), default=0.0) + 2.0
        if grouped
        else 0.0
    )
    labels, groups = min(labels, width * 0.34), min(groups, width * 0.3)
    columns = [
        2.2
        + max(
            [
                fonts.width(title, size),
                *(fonts.width(item.texts[n], size) for item in table.rows if n < len(item.texts)),
            ]
        )
        for n, title in enumerate(table.columns)
    ]  # fmt: skip
    left = groups + labels
    room = width - left - sum(columns)
    most = max((sum(value for _, value, _ in item.segments) for item in table.rows), default=0.0) or 1.0
    head = heading(table.title, width, k)
    marks: list[Mark] = list(head.marks)
    placed: list[Placed] = []
    y = -head.height - 1.0 * k
    if legend:
        keys = _keys(table, width, size)
        marks += keys.at(0, y).marks
        placed += keys.at(0, y).placed
        y -= keys.height + 0.8 * k
    if table.columns:
        x = left + room
        for title, wide in zip(table.columns, columns, strict=True):
            x += wide
            marks.append(
                Text(
                    x - fonts.width(title, size), y - fonts.ASCENT * em, title, size, colour=palette.QUIET_INK
                )
            )
        y -= 1.15 * em
    tall, bar = row * k, min(BAR, row * 0.74) * k
    for at, (group, items) in enumerate(groupby(table.rows, key=lambda item: item.group)):
        if at and group:
            marks.append(
                Shape(
                    line((0, y - GROUP_GAP * k / 2), (width, y - GROUP_GAP * k / 2)),
                    line="#cfd4d8",
                    width=0.12,
                )
            )
            y -= GROUP_GAP * k
        if group:
            text = fonts.shorten(fonts.printable(group), groups - 1, size, "semibold")
            marks.append(Text(0, y - tall / 2 - 0.33 * em, text, size, "semibold"))
        for item in items:
            marks += _row(item, table, y, (groups, left, room, most), columns, size, tall, bar, placed)
            y -= tall
    return Box(width, -y, tuple(marks), tuple(placed))


def _row(
    item: BarRow, table: BarTable, y: float, places: tuple[float, float, float, float], columns: list[float],
    size: float, tall: float, bar: float, placed: list[Placed],
) -> list[Mark]:  # fmt: skip
    start, left, room, most = places
    em = size * fonts.MM_PER_PT
    baseline = y - tall / 2 - 0.33 * em
    colours = {key: colour for key, _, colour in table.keys}
    label = fonts.shorten(fonts.printable(item.label), left - start - 0.8, size)
    marks: list[Mark] = [Text(start, baseline, label, size)]
    x, low, high = left, y - tall / 2 - bar / 2, y - tall / 2 + bar / 2
    for key, value, text in item.segments:
        wide = room * value / most
        if wide <= 0:
            continue
        colour = colours.get(key, palette.UNDETAILED)
        marks.append(
            Shape(rectangle(x, low, x + wide, high), fill=colour, line=palette.PAPER, width=0.1, join="miter")
        )
        placed.append(Placed("bar", (x, low, x + wide, high), key, colour, group=item.label))
        long = fonts.width(text, fonts.SMALLEST_PT, "semibold")
        if text and bar >= 2.5 and long + 0.8 <= wide:
            marks.append(Text(x + (wide - long) / 2, y - tall / 2 - 0.33 * fonts.SMALLEST_PT * fonts.MM_PER_PT, text,
                              fonts.SMALLEST_PT, "semibold", ink_on(colour), role="in-bar"))  # fmt: skip
        x += wide
    edge = left + room
    for text, wide in zip(item.texts, columns, strict=False):
        edge += wide
        marks.append(Text(edge - fonts.width(text, size), baseline, fonts.printable(text), size))
    return marks


def _keys(table: BarTable, width: float, size: float) -> Box:
    em = size * fonts.MM_PER_PT
    x, y = 0.0, 0.0
    marks: list[Mark] = []
    placed: list[Placed] = []
    side = 0.95 * em
    for key, label, colour in table.keys:
        text = fonts.printable(label)
        wide = side + 0.9 + fonts.width(text, size)
        if x and x + wide > width:
            x, y = 0.0, y - 1.3 * em
        box = (x, y - side - 0.1 * em, x + side, y - 0.1 * em)
        marks.append(Shape(rectangle(*box), fill=colour, line=palette.QUIET_INK, width=0.1))
        placed.append(Placed("swatch", box, key, colour))
        marks.append(Text(x + side + 0.9, y - 0.85 * em, text, size))
        x += wide + 3.0
    return Box(width, -y + 1.2 * em, tuple(marks), tuple(placed))
