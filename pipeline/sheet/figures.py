"""Figures to read at a glance, with the bulletin's arrow against the month before."""

from __future__ import annotations

from pipeline import palette
from pipeline.annexes.model import KeyFigure
from pipeline.sheet import fonts, shapes
from pipeline.sheet.marks import EMPTY, Box, Mark, Text, beside, column, paragraph


def lead(figure: KeyFigure, width: float, k: float = 1.0) -> Box:
    """The first figure, large: value, arrow, what it counts, how it compares."""
    value = _value(figure, 25 * k, "bold")
    room = width - value.width - 2.5
    words = column(
        [
            paragraph(figure.label, room, 9 * k, "semibold", leading=1.08, most=2),
            paragraph(figure.detail, room, 7.6 * k, colour=palette.QUIET_INK, leading=1.1, most=2),
        ],
        0.2,
    )
    return beside([value, words], 2.5, "middle")


def small(figure: KeyFigure, width: float, k: float = 1.0) -> Box:
    """A further figure: value and arrow over its label."""
    return column(
        [
            _value(figure, 12.5 * k, "bold"),
            paragraph(figure.label, width, 6.9 * k, leading=1.06, most=3),
            paragraph(figure.detail, width, 6.5 * k, colour=palette.QUIET_INK, leading=1.06, most=2),
        ],
        0.0,
        width,
    )


def _value(figure: KeyFigure, size: float, weight: str) -> Box:
    em = size * fonts.MM_PER_PT
    text = fonts.printable(figure.value)
    wide = fonts.width(text, size, weight)
    tall = (fonts.CAP_HEIGHT + 0.22) * em
    baseline = -(fonts.CAP_HEIGHT + 0.1) * em
    marks: list[Mark] = [Text(0, baseline, text, size, weight, palette.INK, role="figure")]
    if figure.arrow:
        # Not red and green: whether more is worse is for the reader to say, and colour would not carry it.
        marks += shapes.trend(wide + 0.16 * em, baseline, figure.arrow, 0.6 * em, palette.ACCENT)
        wide += 0.8 * em
    return Box(wide, tall, tuple(marks))


def block(figures: tuple[KeyFigure, ...], width: float, k: float = 1.0, columns: int = 3) -> Box:
    """The first figure large, the others in columns below it."""
    if not figures:
        return EMPTY
    gap = 3.5 * k
    each = (width - gap * (columns - 1)) / columns
    rows = [lead(figures[0], width, k)]
    for start in range(1, len(figures), columns):
        cells = [small(figure, each, k) for figure in figures[start : start + columns]]
        rows.append(beside([Box(each, cell.height, cell.marks, cell.placed) for cell in cells], gap))
    return column(rows, 1.6 * k, width)


def band(figures: tuple[KeyFigure, ...], width: float, k: float = 1.0) -> Box:
    """All figures in one row, the first one larger."""
    if not figures:
        return EMPTY
    gap = 4.0 * k
    each = (width - gap * len(figures)) / (len(figures) + 1)
    cells = [small(figures[0], 2 * each, 1.35 * k)]
    cells += [small(figure, each, k) for figure in figures[1:]]
    widths = [2 * each, *[each] * (len(figures) - 1)]
    return beside([Box(w, c.height, c.marks, c.placed) for w, c in zip(widths, cells, strict=True)], gap)
