"""What stands beside the map: legends, bars, figures, lists of events, title and foot."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from functools import partial
from itertools import groupby

import numpy as np
import shapely
from matplotlib.path import Path

from pipeline import french, palette
from pipeline.annexes.model import (
    Annex,
    Areas,
    BarRow,
    BarTable,
    ClassEntry,
    Event,
    Flows,
    KeyFigure,
    Meta,
    SymbolKey,
    Symbols,
)
from pipeline.french import agree, number
from pipeline.sheet.formats import Layout
from pipeline.sheet.ground import PROJECTION_LABEL, Shared, fit, path_data, project
from pipeline.sheet.marks import (
    ASCENT,
    CAP_HEIGHT,
    EMPTY,
    MM_PER_PT,
    SMALLEST_PT,
    Box,
    Mark,
    Placed,
    Rectangle,
    Shape,
    Text,
    beside,
    column,
    fit_text,
    line,
    lines,
    paragraph,
    printable,
    rectangle,
    shorten,
    text_width,
)
from pipeline.sheet.symbols import badge, badge_room, ink_on, pie_radius, shape_at, trend_mark, width_of

# Legends: every colour, pattern, outline, sign and size on the map, with its meaning.


SWATCH = (5.6, 3.3)
LABEL_PT, MEANING_PT, HEADING_PT = 7.6, 6.6, 8.4


def heading(text: str, width: float, k: float = 1.0) -> Box:
    """A block's heading."""
    return paragraph(text, width, HEADING_PT * k, "bold", palette.ACCENT, role="heading", most=2)


def row(
    sign: Box, label: str, width: float, k: float, value: str = "", meaning: str = "", key: str = ""
) -> Box:
    """A sign, its label, a value at the right edge, a line of meaning below."""
    size = max(SMALLEST_PT, LABEL_PT * k)
    indent = max(sign.width, SWATCH[0] * k) + 1.6 * k
    room = text_width(value, size) + 1.5 if value else 0.0
    text = paragraph(label, width - indent - room, size, leading=1.1, most=3)
    first = lines([text.marks[0].text], size) if text.marks and isinstance(text.marks[0], Text) else EMPTY
    rest = paragraph(meaning, width - indent, MEANING_PT * k, colour=palette.QUIET_INK, leading=1.1, most=3)
    words = column([text, rest], -0.1 * k)
    drop = max(0.0, (sign.height - first.height) / 2)
    lift = max(0.0, (first.height - sign.height) / 2)
    marks = [
        *sign.at(max(0.0, (SWATCH[0] * k - sign.width) / 2), -lift).marks,
        *words.at(indent, -drop).marks,
    ]
    if value:
        marks.append(
            Text(
                width - text_width(value, size),
                -drop - (ASCENT + 0.04) * size * MM_PER_PT,
                value,
                size,
                colour=palette.QUIET_INK,
            )
        )
    height = max(sign.height + lift, words.height + drop)
    placed = [thing.moved(max(0.0, (SWATCH[0] * k - sign.width) / 2), -lift) for thing in sign.placed]
    return Box(width, height, tuple(marks), tuple(placed))


def swatch(entry: ClassEntry, k: float) -> Box:
    """A class as it looks on the map: fill, then its hatch or dots."""
    w, h = SWATCH[0] * k, SWATCH[1] * k
    marks: list[Mark] = [Shape(rectangle(0, -h, w, 0), fill=entry.colour)]
    if entry.hatch == "dots":
        for n in range(3):
            for m in range(2):
                x, y = w * (n + 0.5 + 0.25 * (m - 0.5)) / 3, -h * (m + 0.5) / 2
                marks.append(Shape(shape_at(Path.unit_circle(), x, y, 0.16 * k), fill=entry.hatch_colour))
    elif entry.hatch:
        x = -h
        while x < w:
            a, b = max(x, 0.0), min(x + h, w)
            if b > a:
                marks.append(
                    Shape(
                        line((a, -h + a - x), (b, -h + b - x)),
                        line=entry.hatch_colour,
                        width=0.13,
                        cap="butt",
                    )
                )
            x += 1.1 * 2**0.5
    marks.append(Shape(rectangle(0, -h, w, 0), line=palette.QUIET_INK, width=0.12, join="miter"))
    return Box(w, h, tuple(marks), (Placed("swatch", (0, -h, w, 0), entry.key, entry.colour),))


def areas_legend(areas: Areas, width: float, k: float = 1.0, counted: str = "") -> Box:
    """Classes in their order, each with how many areas it holds; then the outlines of change. counted: what
    the figures at the right count, where it is more than the level's name."""
    noun = printable(counted) or f"{areas.level}s"
    head = heading(areas.title, width - text_width(noun, max(SMALLEST_PT, 6.5 * k)) - 3, k)
    size = max(SMALLEST_PT, 6.5 * k)
    wide = text_width(noun, size)
    if head.marks and isinstance(head.marks[0], Text):
        note = Text(width - wide, head.marks[0].y, noun, size, colour=palette.QUIET_INK)
        head = Box(width, head.height, (*head.marks, note))
    rows = [
        row(swatch(entry, k), entry.label, width, k, number(entry.count), entry.meaning)
        for entry in areas.classes
    ]
    changes = [
        row(_outline(entry.colour, entry.change == "down", k), entry.label, width, k)
        for entry in areas.changes
    ]
    return column([head, *rows, *changes], 0.75 * k, width)


def _outline(colour: str, dashed: bool, k: float) -> Box:
    w, h = SWATCH[0] * k, SWATCH[1] * k
    dash = (1.5, 0.8) if dashed else ()
    marks: list[Mark] = [
        Shape(
            rectangle(0.3, -h + 0.3, w - 0.3, -0.3),
            fill="#f1ece4",
            line=colour,
            width=0.55,
            dash=dash,
            cap="butt",
            join="miter",
        ),
    ]
    return Box(w, h, tuple(marks), (Placed("swatch", (0, -h, w, 0), "change", colour),))


def pies_legend(symbols: Symbols, width: float, k: float = 1.0) -> Box:
    """Three sizes, then the slices with their totals."""
    keys = [row(_slice(key, k), key.label, width, k, number(key.count)) for key in symbols.keys]
    hollow = [s for s in symbols.items if s.value <= 0]
    ring = Box(
        2.0,
        2.0,
        (Shape(shape_at(Path.unit_circle(), 1, -1, 0.85), fill=palette.PAPER, line=palette.INK, width=0.28),),
    )
    extra = [row(ring, "Effectif connu par classe seulement", width, k)] if hollow else []
    return column(
        [heading(symbols.title, width, k), *keys, *extra, sizes(symbols, width, k)], 0.75 * k, width
    )


def _slice(key: SymbolKey, k: float) -> Box:
    side = 3.0 * k
    mark = Shape(rectangle(0, -side, side, 0), fill=key.colour)
    return Box(side, side, (mark,), (Placed("swatch", (0, -side, side, 0), key.key, key.colour),))


def sizes(symbols: Symbols, width: float, k: float = 1.0) -> Box:
    """The circles of the size legend, one within the other on a common foot, each with its value."""
    if not symbols.sizes or symbols.full_size <= 0:
        return EMPTY
    size = max(SMALLEST_PT, LABEL_PT * k)
    em = size * MM_PER_PT
    values = sorted(symbols.sizes, reverse=True)
    largest = pie_radius(values[0], symbols.full_size)
    tall = max(2 * largest, len(values) * 1.15 * em) + 0.8
    left, foot = 0.3, -tall + 0.4
    marks: list[Mark] = []
    placed: list[Placed] = []
    reach = left + 2 * largest + 2.5
    ceiling = 0.0
    for number_, value in enumerate(values):
        radius = pie_radius(value, symbols.full_size)
        x, top = left + largest, foot + 2 * radius
        marks.append(
            Shape(
                shape_at(Path.unit_circle(), x, foot + radius, radius),
                fill="#eceff1",
                line=palette.INK,
                width=0.18,
            )
        )
        placed.append(Placed("size", (x - radius, foot, x + radius, top), number(value)))
        text = number(value) + (f" {symbols.unit}" if number_ == 0 else "")
        # Labels keep a line's distance even where the circles' tops do not.
        y = min(top - 0.33 * em, ceiling - 1.1 * em) if number_ else top - 0.5 * em
        ceiling = y
        marks.append(
            Shape(
                line((x, top), (reach - 1.2, top), (reach - 0.4, y + 0.33 * em)),
                line=palette.QUIET_INK,
                width=0.12,
            )
        )
        marks.append(Text(reach, y, text, size))
    wide = reach + max(text_width(f"{number(values[0])} {symbols.unit}", size), 1.0)
    return Box(min(wide, width), tall, tuple(marks), tuple(placed))


NUMBERED = "Le numéro renvoie à la liste. Un signe écarté de son lieu y est relié par un trait."
SMALL = "Petits signes sans numéro : voir l’encart."
LIGHT = "Signe clair : lieu connu au cercle ou à la région seulement."


def icons_legend(
    symbols: Symbols, width: float, k: float = 1.0, columns: int = 2, framed: bool = False
) -> Box:
    """Types of event with their badge and count, in columns; what else a sign may mean. framed: whether an inset
    shows again what the main map shows small."""
    gap = 4.0 * k
    each = (width - gap * (columns - 1)) / columns
    rows = [row(_badge(key, k), key.label, each, k, number(key.count)) for key in symbols.keys]
    per = -(-len(rows) // columns)
    parts = [column(rows[i : i + per], 0.7 * k, each) for i in range(0, len(rows), per)]
    note = paragraph(
        f"{NUMBERED} {SMALL}" if framed else NUMBERED,
        width, SMALLEST_PT * k, colour=palette.QUIET_INK, leading=1.1,
    ) if symbols.items else EMPTY  # fmt: skip
    coarse = next((item for item in symbols.items if item.light), None)
    light = EMPTY
    if coarse is not None:
        key = next(key for key in symbols.keys if key.key == coarse.parts[0][0])
        light = row(_badge(key, k, True), LIGHT, width, k)
    return column([heading(symbols.title, width, k), beside(parts, gap), light, note], 0.9 * k, width)


def _badge(key: SymbolKey, k: float, light: bool = False) -> Box:
    radius = 1.55 * k
    side = 2 * badge_room(key.shape, radius) - 0.2
    marks = badge(side / 2, -side / 2, key.shape, key.colour, radius=radius, light=light)
    return Box(side, side, tuple(marks), (Placed("swatch", (0, -side, side, 0), key.key, key.colour),))


def flows_legend(flows: Flows, width: float, k: float = 1.0) -> Box:
    """Arrows of the legend's widths with their values; how a stay is drawn."""
    if not flows.items:
        return EMPTY
    size = max(SMALLEST_PT, LABEL_PT * k)
    x = 0.0
    marks: list[Mark] = []
    for value in sorted(flows.sizes):
        wide = width_of(value, flows)
        flare, long, mid = max(wide * 0.95, 0.95), 8.0 * k, -1.9 * k
        ring = [(x, mid + wide * 0.2), (x + long - 2, mid + wide / 2), (x + long - 2, mid + flare), (x + long, mid),
                (x + long - 2, mid - flare), (x + long - 2, mid - wide / 2),
                (x, mid - wide * 0.2), (x, mid + wide * 0.2)]  # fmt: skip
        marks.append(Shape(Path(ring, closed=True), fill=flows.colour))
        text = number(value)
        marks.append(Text(x + long + 0.8, mid - 0.25 * size * MM_PER_PT, text, size))
        x += long + 0.8 + text_width(text, size) + 3 * k
    widths = Box(x, 3.8 * k, tuple(marks)) if flows.sizes else EMPTY
    stay = any(flow.stays or flow.destination is None for flow in flows.items)
    note = paragraph("Boucle : déplacement dans la même commune ou le même cercle, ou destination non précisée.", width,
                     SMALLEST_PT * k, colour=palette.QUIET_INK, leading=1.1) if stay else EMPTY  # fmt: skip
    return column([heading(f"{flows.title}", width, k), widths, note], 0.7 * k, width)


# Small tables with stacked bars: communes by level and region, coverage, the strips of annex 6.


ROW, BAR = 4.1, 2.9
"""Height of a row and of its bar, mm."""
GROUP_GAP = 1.6


def shortened(table: BarTable, most: int) -> BarTable:
    """A ranked table with at most `most` rows, the last of which tells how many are left and what they add up to."""
    if not table.ranked or len(table.rows) <= most:
        return table
    kept, left = table.rows[: most - 1], table.rows[most - 1 :]
    low = sum(sum(v for _, v, _ in row.segments) or (row.between or (0.0, 0.0))[0] for row in left)
    exact = all(row.between is None for row in left)
    text = f"{'' if exact else 'au moins '}{french.number(low)}"
    last = BarRow(
        f"{french.number(len(left))} autres", (), (text, *[french.NOT_RECEIVED] * (len(table.columns) - 1))
    )
    return replace(table, rows=(*kept, last))


def bar_block(table: BarTable, width: float, k: float = 1.0, row: float = ROW, legend: bool = True) -> Box:
    """Heading, keys in one line, then a row each: label, bar to scale, further columns at the right.

    The longest bar fills the room between labels and columns; all bars share its scale.
    """
    if not table.rows:
        return EMPTY
    size = max(SMALLEST_PT, 6.9 * k)
    em = size * MM_PER_PT
    grouped = any(item.group for item in table.rows)
    labels = max(text_width(item.label, size) for item in table.rows) + 1.6
    groups = (
        max((text_width(item.group, size, "semibold") for item in table.rows), default=0.0) + 2.0
        if grouped
        else 0.0
    )
    labels, groups = min(labels, width * 0.34), min(groups, width * 0.3)
    columns = [
        2.2
        + max(
            [
                text_width(title, size),
                *(text_width(item.texts[n], size) for item in table.rows if n < len(item.texts)),
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
                Text(x - text_width(title, size), y - ASCENT * em, title, size, colour=palette.QUIET_INK)
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
            text = shorten(printable(group), groups - 1, size, "semibold")
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
    em = size * MM_PER_PT
    baseline = y - tall / 2 - 0.33 * em
    colours = {key: colour for key, _, colour in table.keys}
    label = shorten(printable(item.label), left - start - 0.8, size)
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
        long = text_width(text, SMALLEST_PT, "semibold")
        if text and bar >= 2.5 and long + 0.8 <= wide:
            marks.append(Text(x + (wide - long) / 2, y - tall / 2 - 0.33 * SMALLEST_PT * MM_PER_PT, text,
                              SMALLEST_PT, "semibold", ink_on(colour), role="in-bar"))  # fmt: skip
        x += wide
    edge = left + room
    for text, wide in zip(item.texts, columns, strict=False):
        edge += wide
        marks.append(Text(edge - text_width(text, size), baseline, printable(text), size))
    return marks


def _keys(table: BarTable, width: float, size: float) -> Box:
    em = size * MM_PER_PT
    x, y = 0.0, 0.0
    marks: list[Mark] = []
    placed: list[Placed] = []
    side = 0.95 * em
    for key, label, colour in table.keys:
        text = printable(label)
        wide = side + 0.9 + text_width(text, size)
        if x and x + wide > width:
            x, y = 0.0, y - 1.3 * em
        box = (x, y - side - 0.1 * em, x + side, y - 0.1 * em)
        marks.append(Shape(rectangle(*box), fill=colour, line=palette.QUIET_INK, width=0.1))
        placed.append(Placed("swatch", box, key, colour))
        marks.append(Text(x + side + 0.9, y - 0.85 * em, text, size))
        x += wide + 3.0
    return Box(width, -y + 1.2 * em, tuple(marks), tuple(placed))


# Figures to read at a glance, with the bulletin's arrow against the month before.


def lead_figure(figure: KeyFigure, width: float, k: float = 1.0) -> Box:
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


def small_figure(figure: KeyFigure, width: float, k: float = 1.0) -> Box:
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
    em = size * MM_PER_PT
    text = printable(figure.value)
    wide = text_width(text, size, weight)
    tall = (CAP_HEIGHT + 0.22) * em
    baseline = -(CAP_HEIGHT + 0.1) * em
    marks: list[Mark] = [Text(0, baseline, text, size, weight, palette.INK, role="figure")]
    if figure.arrow:
        # Not red and green: whether more is worse is for the reader to say, and colour would not carry it.
        marks += trend_mark(wide + 0.16 * em, baseline, figure.arrow, 0.6 * em, palette.ACCENT)
        wide += 0.8 * em
    return Box(wide, tall, tuple(marks))


def figure_block(figures: tuple[KeyFigure, ...], width: float, k: float = 1.0, columns: int = 3) -> Box:
    """The first figure large, the others in columns below it."""
    if not figures:
        return EMPTY
    gap = 3.5 * k
    each = (width - gap * (columns - 1)) / columns
    rows = [lead_figure(figures[0], width, k)]
    for start in range(1, len(figures), columns):
        cells = [small_figure(figure, each, k) for figure in figures[start : start + columns]]
        rows.append(beside([Box(each, cell.height, cell.marks, cell.placed) for cell in cells], gap))
    return column(rows, 1.6 * k, width)


def figure_band(figures: tuple[KeyFigure, ...], width: float, k: float = 1.0) -> Box:
    """All figures in one row, the first one larger."""
    if not figures:
        return EMPTY
    gap = 4.0 * k
    each = (width - gap * len(figures)) / (len(figures) + 1)
    cells = [small_figure(figures[0], 2 * each, 1.35 * k)]
    cells += [small_figure(figure, each, k) for figure in figures[1:]]
    widths = [2 * each, *[each] * (len(figures) - 1)]
    return beside([Box(w, c.height, c.marks, c.placed) for w, c in zip(widths, cells, strict=True)], gap)


# What stands on every page beside the map: headline, marks, scale, north, locator, sources, dates, terms.


TITLE_SIZES = tuple(float(n) for n in np.arange(21, 11.5, -0.5))


def title_block(annex: Annex, width: float, k: float, caption_lines: int = 5) -> Box:
    """Annex and bulletin, marks, headline, subtitle, counts, caption: read from the top down."""
    size, rows = fit_text(printable(annex.title), width, [s * k for s in TITLE_SIZES], "bold", 2)
    return column(
        [
            _kicker(annex, width, k),
            lines(rows, size, "bold", leading=1.02, role="title"),
            paragraph(annex.subtitle, width, 10.5 * k, colour=palette.QUIET_INK, role="subtitle", most=2),
            paragraph(annex.counts_line, width, 9.2 * k, "semibold", palette.ACCENT, role="counts", most=2),
            paragraph(annex.caption, width, 8.8 * k, leading=1.16, role="caption", most=caption_lines),
        ],
        0.55 * k,
        width,
    )


def _kicker(annex: Annex, width: float, k: float) -> Box:
    """The first line: a rule, which annex of which bulletin; at its right end who may see it, and marks."""
    meta = annex.meta
    size = max(SMALLEST_PT, 7.4 * k)
    em = size * MM_PER_PT
    chips = [(meta.audience_label, palette.ACCENT), *((mark, palette.WARNING) for mark in meta.marks)]
    marks: list[Mark] = [Shape(rectangle(0, -0.9, width, 0), fill=palette.ACCENT)]
    placed: list[Placed] = []
    x, y = width, -1.9
    left = width
    for text, colour in chips:
        clean = printable(text)
        wide = text_width(clean, size, "semibold") + 2.4
        if x - wide < width * 0.3 and x < width:
            x, y = width, y - 1.75 * em
        marks.append(Shape(rectangle(x - wide, y - 1.4 * em, x, y), fill=colour))
        marks.append(Text(x - wide + 1.2, y - 1.02 * em, clean, size, "semibold", palette.PAPER, role="mark"))
        placed.append(Placed("mark", (x - wide, y - 1.4 * em, x, y), clean))
        left = min(left, x - wide) if y == -1.9 else left
        x -= wide + 1.2
    bulletin = f"Annexe {annex.number}"
    issue = f"Bulletin {meta.bulletin}" if meta.bulletin.startswith(("n°", "N°", "nº")) else meta.bulletin
    marks.append(Text(0, -1.9 - 1.02 * em, bulletin, size, "bold", palette.ACCENT, role="kicker"))
    start = text_width(bulletin, size, "bold") + 1.6
    if issue:
        text = shorten(printable(issue), left - start - 1, size)
        marks.append(Text(start, -1.9 - 1.02 * em, text, size, colour=palette.QUIET_INK, role="kicker"))
    return Box(width, -y + 1.4 * em + 0.4, tuple(marks), tuple(placed))


def day_of(iso: str) -> str:
    """An ISO date in French; any other text as it is."""
    try:
        return french.day(date.fromisoformat(iso))
    except ValueError:
        return iso


def foot_block(
    meta: Meta, width: float, k: float, columns: tuple[float, float, float] = (0.42, 0.25, 0.33)
) -> Box:
    """Sources, the three dates with the projection, the terms: three columns under a fine rule."""
    size, gap = SMALLEST_PT * max(1.0, k * 0.95), 5.0
    wides = [share * (width - 2 * gap) for share in columns]
    credits = " · ".join(meta.credits)
    edition = f"{meta.boundary_edition}, " if meta.boundary_edition else ""
    vintage = "approchées" if meta.approximate else f"{edition}{day_of(meta.boundary_vintage)}"
    parts = (
        [f"Sources : {meta.sources}", f"Données géographiques : {credits}" if credits else ""],
        [
            f"Données : {meta.month_label}",
            f"Limites : {vintage}{meta.division_label} · Carte produite le {day_of(meta.produced_on)}",
            PROJECTION_LABEL,
        ],
        [meta.disclaimer],
    )
    marks: list[Mark] = [Shape(line((0, 0), (width, 0)), line="#b7bec3", width=0.15)]
    x, tall = 0.0, 0.0
    for texts, wide in zip(parts, wides, strict=True):
        box = column(
            [
                paragraph(t, wide, size, colour=palette.QUIET_INK, leading=1.12, role="foot")
                for t in texts
                if t
            ],
            0.15,
        )
        marks += box.at(x, -0.8).marks
        tall = max(tall, box.height)
        x += wide + gap
    return Box(width, tall + 0.8, tuple(marks))


def scale_bar(scale: float, width: float, k: float = 1.0) -> Box:
    """A bar of a round number of kilometres, at most `width` mm long; scale: metres for one mm."""
    most = width * scale / 1000
    power = 10 ** np.floor(np.log10(most))
    kilometres = next(step * power for step in (5, 2, 1) if step * power <= most)
    long = kilometres * 1000 / scale
    size = max(SMALLEST_PT, 6.8 * k)
    em = size * MM_PER_PT
    marks: list[Mark] = []
    for n in range(4):
        box = (long * n / 4, -1.1, long * (n + 1) / 4, 0.0)
        marks.append(
            Shape(
                rectangle(*box),
                fill=palette.INK if n % 2 == 0 else palette.PAPER,
                line=palette.INK,
                width=0.15,
                join="miter",
            )
        )
    half = french.number(kilometres / 2, 0 if kilometres >= 2 else 1)
    full = f"{french.number(kilometres)}{french.NBSP}km"
    wide = text_width(full, size)
    baseline = -1.1 - 0.95 * em
    marks.append(Text(0, baseline, "0", size, role="scale"))
    marks.append(Text(long / 2 - text_width(half, size) / 2, baseline, half, size, role="scale"))
    end = long - text_width(french.number(kilometres), size) / 2
    marks.append(Text(end, baseline, full, size, role="scale"))
    placed = Placed("scale", (0.0, -1.1, long, 0.0), str(kilometres))
    return Box(max(long, end + wide), 1.1 + 1.2 * em, tuple(marks), (placed,))


def locator(shared: Shared, box: tuple[float, float, float, float], k: float) -> Box:
    """Mali among its neighbours, in a small frame at `box` (page mm); marks are in page millimetres."""
    west = project(np.array([-13.5, 5.5]), np.array([9.2, 26.3]))
    x0, y0, x1, y1 = box
    small = fit("locator", (west[0, 0], west[0, 1], west[1, 0], west[1, 1]), box)
    marks: list[Mark] = [Shape(rectangle(*box), fill=palette.PAPER)]
    countries = shared.background.get("countries")
    if countries is not None:
        near = shapely.clip_by_rect(countries.geometry.to_numpy(), *small.bounds)
        polygons = shapely.get_parts(near[~shapely.is_empty(near)])
        vertices, codes, _ = path_data(polygons[shapely.get_dimensions(polygons) == 2])
        marks.append(
            Shape(
                Path(small.page(vertices), codes), fill="#e9e6de", line="#ffffff", width=0.2, clip="locator"
            )
        )
    vertices, codes, _ = path_data(np.array([shapely.simplify(shared.outline, 8000)], dtype=object))
    marks.append(Shape(Path(small.page(vertices), codes), fill=palette.ACCENT, clip="locator"))
    regions, region_codes = shared.main.edges["region"]
    marks.append(Shape(Path(small.page(regions), region_codes), line="#7fa6b8", width=0.08, clip="locator"))
    size = max(SMALLEST_PT, 6.8 * k)
    centre = small.page(np.array([shapely.get_coordinates(shapely.centroid(shared.outline))[0]]))[0]
    wide = text_width("MALI", size, "bold")
    marks.append(
        Text(centre[0] - wide / 2 + 1.0, centre[1] - 3.2, "MALI", size, "bold", palette.PAPER, role="locator")
    )
    marks.append(Shape(rectangle(*box), line="#9aa3a9", width=0.2, join="miter"))
    return Box(x1 - x0, y1 - y0, tuple(marks), (Placed("card", box, "locator"),))


# The furniture of a page as boxes, in the largest version that fits the room they are given.


ROWS = ((1.0, 4.1), (0.96, 3.8), (0.95, 3.5), (0.92, 3.2), (0.9, 3.0), (0.87, 2.8), (0.86, 2.6))
"""Factor on type and height of a bar's row (mm), tried in turn."""
LARGER = ((1.3, 4.6), (1.2, 4.4), (1.1, 4.2))
PIES_SHARE = 0.13
SMALLER = "Symboles réduits ce mois-ci, où ils couvriraient la carte : lire leur légende avant de comparer deux mois."
SINGLE = 74.0
"""A legend that stands alone is no wider than this (mm), so that values stay near their labels."""

Maker = Callable[[float, float], Box]


def largest_fitting(made: Iterable[Box], height: float) -> Box:
    """The first of the versions, from large to small, that is at most `height` tall; else the flattest."""
    flattest = EMPTY
    for box in made:
        if box.height <= height:
            return box
        if flattest is EMPTY or box.height < flattest.height:
            flattest = box
    return flattest


def header_block(annex: Annex, width: float, k: float, caption_lines: int, with_figures: bool) -> Box:
    """Headline and caption, with the figures as a band below them where they have no other place."""
    title = title_block(annex, width, k, caption_lines)
    return column([title, figure_band(annex.figures, width, k) if with_figures else EMPTY], 2.0 * k, width)


def card_block(annex: Annex, room: Rectangle, k: float) -> Box:
    """Bars, or the figures where there are no bars, for a corner of the main frame."""
    width, height = room[2] - room[0] - 3.0 * k, room[3] - room[1] - 2.0

    def versions() -> Iterable[Box]:
        for factor, row in ROWS:
            f = factor * k
            alone = not annex.bars and not _listed(annex)
            parts = [figure_block(annex.figures, width, f)] if alone else []
            parts += [bar_block(shortened(table, 8), width, f, row) for table in annex.bars]
            yield column(parts, 2.5 * f, width)

    return largest_fitting(versions(), height)


def _listed(annex: Annex) -> bool:
    return bool(annex.events or annex.events_title)


def with_room_for_pies(annex: Annex, layout: Layout) -> Annex:
    """The annex as it is, but in a month whose pies together would cover the country: these are then drawn
    smaller, by one rule for all and for their legend, and the page says so."""
    wide, tall = layout.country[2] - layout.country[0], layout.country[3] - layout.country[1]
    layers, small = [], False
    for layer in annex.layers:
        if isinstance(layer, Symbols) and layer.kind == "pie" and layer.full_size > 0:
            radii = [pie_radius(item.value, layer.full_size) for item in layer.items] or [0.0]
            most = max(
                math.pi * sum(r * r for r in radii) / (PIES_SHARE * wide * tall),
                (max(radii) / (0.11 * tall)) ** 2,
            )
            if most > 1:
                layer, small = replace(layer, full_size=layer.full_size * most), True
        layers.append(layer)
    return replace(annex, layers=tuple(layers), notes=(*annex.notes, SMALLER)) if small else annex


def block_makers(annex: Annex, flows: bool = True) -> list[Maker]:
    """One legend for each layer that has one."""
    made: list[Maker] = []
    framed = bool(annex.inset_cercles)
    for layer in sorted(annex.layers, key=lambda item: isinstance(item, Flows)):
        if isinstance(layer, Areas):
            made.append(lambda w, f, layer=layer: areas_legend(layer, w, f))  # type: ignore[misc]
        elif isinstance(layer, Symbols) and layer.kind == "pie":
            made.append(lambda w, f, layer=layer: pies_legend(layer, w, f))  # type: ignore[misc]
        elif isinstance(layer, Symbols):
            made.append(partial(_icons, layer, framed))
        elif isinstance(layer, Flows) and flows:
            made.append(lambda w, f, layer=layer: flows_legend(layer, w, f))  # type: ignore[misc]
    return made


def _icons(layer: Symbols, framed: bool, w: float, f: float) -> Box:
    return icons_legend(layer, w, f, 1 if w < 60 * f else 2, framed)


def notes_block(annex: Annex, width: float, f: float) -> Box:
    """Notes in small type, one below the other."""
    texts = [note for note in (*annex.notes, annex.meta.rollup_note) if note]
    return column(
        [paragraph(t, width, 6.5 * f, colour=palette.QUIET_INK, leading=1.1, role="note") for t in texts], 0.4
    )


def _figures(annex: Annex, width: float, f: float) -> Box:
    """Few figures side by side, many under each other."""
    return (figure_band if len(annex.figures) <= 4 else figure_block)(annex.figures, width, f)


def side_block(annex: Annex, width: float, height: float, k: float, with_bars: bool) -> Box:
    """Figures (where bars or a list take the card), legends and notes, bars where all is one column:
    stacked where they fit, else legends in two columns, else smaller."""

    def versions() -> Iterable[Box]:
        made = block_makers(annex)
        gap = 5.0 * k
        # A page with little to explain explains it in larger type rather than leave a void.
        for factor, row in (*(() if _listed(annex) else LARGER), *ROWS[::2]):
            f = factor * k
            band = _figures(annex, width, f) if (annex.bars or with_bars) and not _listed(annex) else EMPTY
            single = min(width, SINGLE * k)
            rest = [bar_block(table, width, f, row) for table in annex.bars] if with_bars else []
            rest += [] if _listed(annex) else [notes_block(annex, width, f)]
            yield column([band, *(make(single, f) for make in made), *rest], 2.6 * f, width)
            if len(made) > 1 and width >= 70 * f:
                half = (width - gap) / 2
                parts = [make(half, f) for make in made]
                pairs = [beside(parts[i : i + 2], gap) for i in range(0, len(parts), 2)]
                yield column([band, *pairs, *rest], 2.6 * f, width)

    return largest_fitting(versions(), height)


# Annex 2's box: every event with the number and sign that it has on the map, as many as there is room for.


BADGE = 1.75
TWO_FROM = 110.0
"""A list this wide (mm) is set in two columns."""
SIZES = (7.6, 7.2, 6.8, SMALLEST_PT)


def event_block(
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
            size = max(SMALLEST_PT, points * k)
            rows = [_event(event, by_key, each, size, brief, light) for event in events]
            gap = 0.55 if brief else 0.9
            cut, tall = _cut(rows, columns, gap)
            if tall <= room:
                return column([head, _columns(rows, cut, gap)], 1.0, width)
    rows = [_event(event, by_key, each, SMALLEST_PT, True, light) for event in events]
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
    radius = BADGE if size > SMALLEST_PT else 1.6
    side = 2 * badge_room("circle", radius)
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
    marks = badge(side / 2, -side / 2, shape, colour, event.number, radius, event.number in light)
    drop = max(0.0, (side - size * MM_PER_PT * 1.0) / 2) if brief else 0.15
    return Box(width, max(side, words.height + drop), (*marks, *words.at(indent, -drop).marks))


# Stacked columns by month, one strip a group (a region of annex 6): time runs from left to right, the gravest
# level stands on the ground, all strips share one scale.


def strip_block(table: BarTable, width: float, k: float, tall: float) -> Box:
    """Heading, then a strip for each group, the labels of its rows below the last one. tall: height of the
    highest column, mm; every strip is as tall as its own highest column asks for."""
    if not table.rows:
        return EMPTY
    size = max(SMALLEST_PT, 6.9 * k)
    em = size * MM_PER_PT
    strips = [(group, list(items)) for group, items in groupby(table.rows, key=lambda item: item.group)]
    left = min(max(text_width(printable(g), size, "semibold") for g, _ in strips) + 2.0, width * 0.3)
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
        name = shorten(printable(group), left - 1.0, size, "semibold")
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
            text = printable(item.label)
            x = left + (at + 0.5) * step - text_width(text, size) / 2
            marks.append(Text(max(x, left), y - 0.6 * em, text, size, colour=palette.QUIET_INK))
    return Box(width, -y + 0.9 * em, tuple(marks), tuple(placed))


def _fit(items: list[BarRow], size: float, room: float) -> bool:
    return all(text_width(printable(item.label), size) + 0.6 <= room for item in items)


def _column(
    item: BarRow, table: BarTable, place: tuple[float, float, float], scale: float, placed: list[Placed]
) -> list[Mark]:
    """One month: segments from the last key (on the ground) up, with their numbers where these fit."""
    x, y, wide = place
    colours = {key: colour for key, _, colour in table.keys}
    marks: list[Mark] = []
    size = SMALLEST_PT
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
        long = text_width(text, size, "semibold")
        if text and high >= 2.2 and long + 0.3 <= wide:
            drop = CAP_HEIGHT * size * MM_PER_PT / 2
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
