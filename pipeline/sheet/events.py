"""Annex 2's box: every event with the number and sign that it has on the map, as many as there is room for."""

from __future__ import annotations

from pipeline import palette
from pipeline.annexes.model import Event, SymbolKey
from pipeline.french import agree, number
from pipeline.sheet import fonts, shapes
from pipeline.sheet.marks import EMPTY, Box, beside, column, paragraph
from pipeline.sheet.panels import heading

BADGE = 1.75
TWO_FROM = 110.0
"""A list this wide (mm) is set in two columns."""
SIZES = (7.6, 7.2, 6.8, fonts.SMALLEST_PT)


def block(
    events: tuple[Event, ...],
    keys: tuple[SymbolKey, ...],
    title: str,
    width: float,
    height: float,
    k: float = 1.0,
    light: frozenset[str] = frozenset(),
) -> Box:
    """The list in one or two columns, at the largest type that holds all of it in `height` mm; where even
    the smallest does not, the rest is told in words. light: numbers of the events whose sign is drawn
    light."""
    if not events:
        return EMPTY
    head = heading(title, width, k)
    room = height - head.height - 1.0
    by_key = {key.key: key for key in keys}
    columns = 2 if width >= TWO_FROM else 1
    each = (width - 5.0 * (columns - 1)) / columns
    for brief in (False, True):
        for points in SIZES:
            size = max(fonts.SMALLEST_PT, points * k)
            rows = [_event(event, by_key, each, size, brief, light) for event in events]
            gap = 0.55 if brief else 0.9
            cut, tall = _cut(rows, columns, gap)
            if tall <= room:
                return column([head, _columns(rows, cut, gap)], 1.0, width)
    rows = [_event(event, by_key, each, fonts.SMALLEST_PT, True, light) for event in events]
    for shown in range(len(rows) - 1, -1, -1):
        left = len(rows) - shown
        more = paragraph(
            f"… et {number(left)} {agree(left, 'autre')}, voir la version HTML.", each, 7.0, "semibold", palette.ACCENT
        )  # fmt: skip
        kept = [*rows[:shown], more]
        cut, tall = _cut(kept, columns, 0.55)
        if tall <= room:
            break
    return column([head, _columns(kept, cut, 0.55)], 1.0, width)


def _cut(rows: list[Box], count: int, gap: float) -> tuple[int, float]:
    """After how many rows the second column begins, so that both are as even as they can be (all of them where
    there is one column), and how tall (mm) the taller is. From heights alone: boxes are moved once, at the end."""
    tops = [0.0]
    for row in rows:
        tops.append(tops[-1] + row.height + gap)

    def tall(first: int, last: int) -> float:
        return tops[last] - tops[first] - gap if last > first else 0.0

    every = len(rows)
    if count == 1:
        return every, tall(0, every)
    cut = min(range(every + 1), key=lambda n: (max(tall(0, n), tall(n, every)), -n))
    return cut, max(tall(0, cut), tall(cut, every))


def _columns(rows: list[Box], cut: int, gap: float) -> Box:
    """Rows in reading order, down one column and then the next."""
    if cut == len(rows):
        return column(rows, gap)
    return beside([column(part, gap, rows[0].width) for part in (rows[:cut], rows[cut:])], 5.0)


def _event(
    event: Event, keys: dict[str, SymbolKey], width: float, size: float, brief: bool, light: frozenset[str]
) -> Box:
    key = keys.get(event.key)
    shape, colour = (key.shape, key.colour) if key else ("circle", palette.QUIET_INK)
    radius = BADGE if size > fonts.SMALLEST_PT else 1.6
    side = 2 * shapes.badge_room("circle", radius)
    indent = side + 1.4
    if brief:
        text = f"{event.where} – {event.detail}" if event.detail else event.where
        words = paragraph(text, width - indent, size, leading=1.08, most=2)
    else:
        words = column(
            [
                paragraph(event.title, width - indent, size, "semibold", leading=1.08, most=2),
                paragraph(event.where, width - indent, size, leading=1.08, most=2),
                paragraph(event.detail, width - indent, size, colour=palette.QUIET_INK, leading=1.08, most=3),
            ],
            -0.15,
        )
    marks = shapes.badge(side / 2, -side / 2, shape, colour, event.number, radius, event.number in light)
    drop = max(0.0, (side - size * fonts.MM_PER_PT * 1.0) / 2) if brief else 0.15
    return Box(width, max(side, words.height + drop), (*marks, *words.at(indent, -drop).marks))
