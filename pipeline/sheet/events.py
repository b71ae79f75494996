"""Annex 2's box: every event with the number and sign that it has on the map, as many as there is room for."""

from __future__ import annotations

from pipeline import palette
from pipeline.annexes.model import Event, SymbolKey
from pipeline.french import agree, number
from pipeline.sheet import fonts, shapes
from pipeline.sheet.legend import heading
from pipeline.sheet.marks import EMPTY, Box, column, paragraph

BADGE = 1.75
SIZES = (7.6, 7.2, 6.8, fonts.SMALLEST_PT)


def block(
    events: tuple[Event, ...],
    keys: tuple[SymbolKey, ...],
    title: str,
    width: float,
    height: float,
    k: float = 1.0,
) -> Box:
    """The list in one or two columns, at the largest type that holds all of it in `height` mm; where even
    the smallest does not, the rest is told in words."""
    if not events:
        return EMPTY
    head = heading(title, width, k)
    room = height - head.height - 1.0
    by_key = {key.key: key for key in keys}
    for brief in (False, True):
        for points in SIZES:
            size = max(fonts.SMALLEST_PT, points * k)
            rows = [_event(event, by_key, width, size, brief) for event in events]
            listed = column(rows, 0.55 if brief else 0.9)
            if listed.height <= room:
                return column([head, listed], 1.0, width)
    rows = [_event(event, by_key, width, fonts.SMALLEST_PT, True) for event in events]
    kept: list[Box] = []
    for shown in range(len(rows), -1, -1):
        left = len(rows) - shown
        more = paragraph(
            f"… et {number(left)} {agree(left, 'autre')}, voir la version HTML.", width, 7.0, "semibold", palette.ACCENT
        )  # fmt: skip
        kept = [*rows[:shown], more]
        if column(kept, 0.55).height <= room:
            break
    return column([head, column(kept, 0.55)], 1.0, width)


def _event(event: Event, keys: dict[str, SymbolKey], width: float, size: float, brief: bool) -> Box:
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
    marks = shapes.badge(side / 2, -side / 2, shape, colour, event.number, radius)
    drop = max(0.0, (side - size * fonts.MM_PER_PT * 1.0) / 2) if brief else 0.15
    return Box(width, max(side, words.height + drop), (*marks, *words.at(indent, -drop).marks))
