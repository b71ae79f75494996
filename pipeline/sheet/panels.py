"""What stands beside the map: legends, bars, figures, lists of events, title and foot."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from itertools import combinations_with_replacement, groupby, pairwise, product

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
    Flows,
    KeyFigure,
    Meta,
    Mover,
    SymbolKey,
    Symbols,
    Zone,
    Zones,
    kinds_told,
)
from pipeline.french import agree, lower_first, number
from pipeline.sheet.ground import PROJECTION_LABEL, Frame, Shared, fit, path_data
from pipeline.sheet.marks import (
    ASCENT,
    CAP_HEIGHT,
    EMPTY,
    MM_PER_PT,
    SMALLEST_PT,
    Box,
    Layout,
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
from pipeline.sheet.symbols import (
    badge,
    badge_room,
    ink_on,
    mixed_badge,
    north_arrow,
    shape_at,
    trend_mark,
    width_of,
)

# Legends: every colour, pattern, outline, sign and size on the map, with its meaning.


SWATCH = (5.6, 3.3)
LABEL_PT, MEANING_PT, HEADING_PT = 7.6, 6.6, 8.4


def heading(text: str, width: float, k: float = 1.0) -> Box:
    """A block's heading."""
    return paragraph(text, width, HEADING_PT * k, "bold", palette.ACCENT, role="heading", most=2)


def row(sign: Box, label: str, width: float, k: float, value: str = "", meaning: str = "") -> Box:
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
    shown = sign.at(max(0.0, (SWATCH[0] * k - sign.width) / 2), -lift)
    marks = [*shown.marks, *words.at(indent, -drop).marks]
    if value:
        foot = -drop - (ASCENT + 0.04) * size * MM_PER_PT
        marks.append(Text(width - text_width(value, size), foot, value, size, colour=palette.QUIET_INK))
    height = max(sign.height + lift, words.height + drop)
    return Box(width, height, tuple(marks), shown.placed)


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
                stroke = line((a, -h + a - x), (b, -h + b - x))
                marks.append(Shape(stroke, line=entry.hatch_colour, width=0.13, cap="butt"))
            x += 1.1 * 2**0.5
    marks.append(Shape(rectangle(0, -h, w, 0), line=palette.QUIET_INK, width=0.12, join="miter"))
    return Box(w, h, tuple(marks), (Placed("swatch", (0, -h, w, 0), entry.key, entry.colour),))


def areas_legend(areas: Areas, width: float, k: float = 1.0, counted: str = "") -> Box:
    """Classes in their order, each with how many areas it holds; then the outlines of change. counted: what
    the figures at the right count, where it is more than the level's name."""
    noun, size = printable(counted) or f"{areas.level}s", max(SMALLEST_PT, 6.5 * k)
    wide = text_width(noun, size)
    head = heading(areas.title, width - wide - 3, k)
    if head.marks and isinstance(head.marks[0], Text):
        note = Text(width - wide, head.marks[0].y, noun, size, colour=palette.QUIET_INK)
        head = Box(width, head.height, (*head.marks, note))
    rows = [
        row(swatch(entry, k), entry.label, width, k, areas.counted(entry), entry.meaning)
        for entry in areas.classes
    ]
    changes = [
        row(_outline(entry.colour, entry.change == "down", k), entry.label, width, k)
        for entry in areas.changes
    ]
    return column([head, *rows, *changes], 0.75 * k, width)


def ground_legend(areas: Areas, width: float, k: float = 1.0) -> Box:
    """Classes of a quiet ground, one beside the other: they need no counts."""
    size, gap = max(SMALLEST_PT, LABEL_PT * 0.9 * k), 3.2 * k
    rows: list[list[Box]] = [[]]
    for entry in areas.classes:
        words = lines([printable(entry.label)], size)
        cell = beside([swatch(entry, k), words], 1.2 * k, "middle")
        if rows[-1] and sum(box.width + gap for box in rows[-1]) + cell.width > width:
            rows.append([])
        rows[-1].append(cell)
    return column([heading(areas.title, width, k), *(beside(row_, gap) for row_ in rows)], 0.9 * k, width)


def _outline(colour: str, dashed: bool, k: float) -> Box:
    w, h = SWATCH[0] * k, SWATCH[1] * k
    ring, dash = rectangle(0.3, -h + 0.3, w - 0.3, -0.3), (1.5, 0.8) if dashed else ()
    mark = Shape(ring, fill="#f1ece4", line=colour, width=0.55, dash=dash, cap="butt", join="miter")
    return Box(w, h, (mark,), (Placed("swatch", (0, -h, w, 0), "change", colour),))


NUMBERED = "Le numéro renvoie à la liste ; ×3 : trois événements au même lieu."
MIXED = "Plusieurs types"
LOOPED = "Boucle : déplacement dans la même zone, destination non précisée, ou pays voisin (nommé)."


def icons_legend(symbols: Symbols, framed: bool, width: float, k: float = 1.0) -> Box:
    """Types of event with their sign and count; what else a marker may mean. framed: whether an inset shows again what
    the main map shows small."""
    columns, gap = (1 if width < 60 * k else 2), 4.0 * k
    each = (width - gap * (columns - 1)) / columns
    rows = [row(_badge(key, k), key.label, each, k, key.counted) for key in symbols.keys]
    if mixed := next((item for item in symbols.items if len(item.parts) > 1), None):
        colours = {key.key: key.colour for key in symbols.keys}
        ring = mixed_badge(1.7 * k, -1.7 * k, mixed.parts, colours, "", 1.55 * k)
        rows.append(row(Box(3.4 * k, 3.4 * k, tuple(ring)), MIXED, each, k))
    per = -(-len(rows) // columns)
    parts = [column(rows[i : i + per], 0.7 * k, each) for i in range(0, len(rows), per)]
    told = f"{NUMBERED} Petits signes : voir l’agrandissement." if framed else NUMBERED
    note = small_print(told, width, k) if symbols.items else EMPTY
    return column([heading(symbols.title, width, k), beside(parts, gap), note], 0.9 * k, width)


def small_print(text: str, width: float, k: float) -> Box:
    """A note under a legend."""
    return paragraph(text, width, SMALLEST_PT * k, colour=palette.QUIET_INK, leading=1.1)


def _badge(key: SymbolKey, k: float) -> Box:
    radius = 1.55 * k
    side = 2 * badge_room(key.shape, radius) - 0.2
    marks = badge(side / 2, -side / 2, key.shape, key.colour, radius=radius)
    return Box(side, side, tuple(marks), (Placed("swatch", (0, -side, side, 0), key.key, key.colour),))


def zones_legend(zones: Zones, width: float, k: float = 1.0) -> Box:
    """How a place that is known as an area is shown."""
    rows = []
    if any(zone.level == "cercle" for zone in zones.items):
        w, h = SWATCH[0] * k, SWATCH[1] * k
        strokes = [
            line((max(x, 0.0), -h + max(0.0, -x)), (min(x + h, w), -max(0.0, x + h - w)))
            for x in np.arange(-h + 0.6, w, 1.1)
        ]
        edge = Shape(rectangle(0, -h, w, 0), fill=palette.PAPER, line=palette.ZONE, width=0.2, join="miter")
        sign = Box(w, h, (edge, *(Shape(stroke, line=palette.ZONE, width=0.16) for stroke in strokes)))
        told = "Cercle connu, commune non précisée : numéro dans le cercle hachuré"
        rows.append(row(sign, told, width, k))
    if zone := next((zone for zone in zones.items if zone.level == "region"), None):
        told = "Région connue, cercle non précisé : numéro près du nom de la région"
        rows.append(row(zone_mark(zone, k), told, width, k))
    return column([heading(zones.title, width, k), *rows], 0.8 * k, width) if rows else EMPTY


def flows_legend(flows: Flows, width: float, k: float = 1.0) -> Box:
    """Arrows of the month's own widths with their values, one below the other; displacement and return; loops."""
    if not flows.items:
        return EMPTY
    rows = []
    long = 9.0 * k
    for value in sorted(flows.sizes, reverse=True):
        wide = width_of(value, flows)
        tall = max(2 * max(wide * 0.95, 0.95), 2.0)
        sign = Box(long, tall, tuple(_legend_arrow(long, tall, wide, flows.colour)))
        rows.append(row(sign, f"{number(value)} {agree(value, 'ménage')}", width, k))
    if any(flow.back for flow in flows.items):
        wide = width_of(max(flows.sizes, default=0.0), flows) * 0.5
        arrow = _legend_arrow(long, 2.4, wide, flows.back_colour or flows.colour, back=True)
        rows.append(row(Box(long, 2.4, tuple(arrow)), "Retour (flèche creuse)", width, k))
    stay = any(flow.stays or flow.destination is None for flow in flows.items)
    note = small_print(LOOPED, width, k) if stay else EMPTY
    return column([heading(flows.title, width, k), *rows, note], 0.7 * k, width)


def _legend_arrow(long: float, tall: float, wide: float, colour: str, back: bool = False) -> list[Mark]:
    flare, mid = max(wide * 0.95, 0.95), -tall / 2
    neck, half = long - 2, wide / 2
    upper = [(0.0, mid + 0.4 * half), (neck, mid + half), (neck, mid + flare), (long, mid)]
    ring = [*upper, *((x, 2 * mid - y) for x, y in upper[2::-1]), upper[0]]
    if back:
        return [Shape(Path(ring, closed=True), fill=palette.PAPER, line=colour, width=0.32, join="miter")]
    return [Shape(Path(ring, closed=True), fill=colour)]


# Small tables with stacked bars: communes by level and region, coverage, the strips of annex 6.


ROW, BAR = 4.1, 2.9
"""Height of a row and of its bar, mm."""
LEAST_BARS = 0.2
"""Share of a table's width that the longest bar has."""


def shortened(table: BarTable, most: int) -> BarTable:
    """A ranked table with at most `most` rows, the last of which tells how many are left and what they add up to."""
    if not table.ranked or len(table.rows) <= most:
        return table
    kept, left = table.rows[: most - 1], table.rows[most - 1 :]
    low = sum(sum(v for _, v, _ in row.segments) or (row.between or (0.0, 0.0))[0] for row in left)
    exact = all(row.between is None for row in left)
    text = f"{'' if exact else 'au moins '}{number(low)}"
    texts = (text, *[french.NOT_RECEIVED] * (len(table.columns) - 1))
    return replace(table, rows=(*kept, BarRow(f"{number(len(left))} autres", (), texts)))


def bar_block(table: BarTable, width: float, k: float = 1.0, row: float = ROW) -> Box:
    """Heading, keys, then a row each: label, bar to scale, further columns at the right. A table by months is set as
    strips. Where a figure finds no room in its bar, every figure stands in a column of its own.

    The longest bar fills the room between labels and columns; all bars share its scale.
    """
    if not table.rows:
        return EMPTY
    if any(item.group for item in table.rows):
        return strip_block(table, width, k)
    size = max(SMALLEST_PT, 6.9 * k)
    em = size * MM_PER_PT
    labels = min(max(text_width(printable(item.label), size) for item in table.rows) + 1.6, width * 0.3)
    heads, texts = list(table.columns), [list(item.texts) for item in table.rows]
    spelled: list[str] = []
    columns = _column_widths(heads, texts, size)
    if not table.ranked and not _all_fit(table, width - labels - sum(columns), row * k):
        spelled = [colour for _, _, colour in table.keys]
        heads = [*[""] * len(table.keys), *heads]
        found = [{key: text for key, _, text in item.segments} for item in table.rows]
        texts = [
            [*(told.get(key, "0") for key, _, _ in table.keys), *more]
            for told, more in zip(found, texts, strict=True)
        ]
        columns = _column_widths(heads, texts, size)
    room = width - labels - sum(columns)
    if room < LEAST_BARS * width and size > SMALLEST_PT:  # smaller figures, so that bars can be told apart
        return bar_block(table, width, max(0.94 * k, SMALLEST_PT / 6.9), row)
    most = max((_longest(item) for item in table.rows), default=0.0) or 1.0
    head = heading(table.title, width, k)
    marks: list[Mark] = list(head.marks)
    placed: list[Placed] = []
    y = -head.height - 1.0 * k
    keys = _keys(table, width, size)
    marks += keys.at(0, y).marks
    placed += keys.at(0, y).placed
    y -= keys.height + 0.8 * k
    if heads:
        lines_ = max(len(_head(title)) for title in heads)
        x = labels + room
        for n, (title, wide) in enumerate(zip(heads, columns, strict=True)):
            x += wide
            for at, part in enumerate(reversed(_head(title))):
                up = y - (lines_ - at - 1) * 1.02 * em - ASCENT * em
                marks.append(Text(x - text_width(part, size), up, part, size, colour=palette.QUIET_INK))
            if n < len(spelled):
                side, low = 0.8 * em, y - lines_ * 1.02 * em + 0.1 * em
                key = rectangle(x - side, low, x, low + side)
                marks.append(Shape(key, fill=spelled[n], line=palette.QUIET_INK, width=0.1))
        y -= (0.13 + 1.02 * lines_) * em
    tall, bar = row * k, min(BAR, row * 0.74) * k
    for item, told in zip(table.rows, texts, strict=True):
        places = (labels, room, most)
        marks += _row(item, told, table, y, places, columns, size, tall, bar, placed, not spelled)
        y -= tall
    return Box(width, -y, tuple(marks), tuple(placed))


def _head(title: str) -> list[str]:
    """A column's heading over one or two lines."""
    clean = printable(title)
    return clean.split(" ", 1) if len(clean) > 12 and " " in clean else [clean]


def _column_widths(heads: Sequence[str], texts: Sequence[Sequence[str]], size: float) -> list[float]:
    cells = [
        [*_head(title), *(printable(told[n]) for told in texts if n < len(told))]
        for n, title in enumerate(heads)
    ]
    return [2.0 + max(text_width(text, size) for text in column_) for column_ in cells]


def _longest(item: BarRow) -> float:
    low, high = item.between or (0.0, 0.0)
    return max(sum(value for _, value, _ in item.segments), low if high is None else high)


def _all_fit(table: BarTable, room: float, tall: float) -> bool:
    most = max((_longest(item) for item in table.rows), default=0.0) or 1.0
    return tall * 0.74 >= 2.5 and all(
        text_width(text, SMALLEST_PT, "semibold") + 0.8 <= room * value / most
        for item in table.rows
        for _, value, text in item.segments
        if value > 0 and text
    )


def _row(
    item: BarRow, texts: Sequence[str], table: BarTable, y: float, places: tuple[float, float, float], columns: list[float],
    size: float, tall: float, bar: float, placed: list[Placed], inside: bool,
) -> list[Mark]:  # fmt: skip
    left, room, most = places
    em = size * MM_PER_PT
    baseline = y - tall / 2 - 0.33 * em
    colours = {key: colour for key, _, colour in table.keys}
    label = shorten(printable(item.label), left - 0.8, size)
    marks: list[Mark] = [Text(0, baseline, label, size)]
    x, low, high = left, y - tall / 2 - bar / 2, y - tall / 2 + bar / 2
    if item.between is not None:  # known as a class only: from the least, which is sure, to the most
        least, end = item.between
        x1 = left + room * least / most
        x2 = left + room * (least if end is None else end) / most
        edge = partial(Shape, line=palette.QUIET_INK, width=0.12, join="miter")
        marks.append(edge(rectangle(left, low, x1, high), fill=palette.UNDETAILED))
        if x2 > x1:
            marks.append(edge(rectangle(x1, low, x2, high), fill=palette.PAPER, dash=(0.5, 0.4)))
    for key, value, text in item.segments:
        wide = room * value / most
        if wide <= 0:
            continue
        colour = colours.get(key, palette.UNDETAILED)
        # What is light as paper needs an edge.
        tone = palette.QUIET_INK if colour in (palette.UNDETAILED, palette.UNCOVERED) else palette.PAPER
        box = (x, low, x + wide, high)
        marks.append(Shape(rectangle(*box), fill=colour, line=tone, width=0.1, join="miter"))
        placed.append(Placed("bar", box, key, colour, group=item.label))
        long = text_width(text, SMALLEST_PT, "semibold")
        if inside and text and bar >= 2.5 and long + 0.8 <= wide:
            marks.append(Text(x + (wide - long) / 2, y - tall / 2 - 0.33 * SMALLEST_PT * MM_PER_PT, text,
                              SMALLEST_PT, "semibold", ink_on(colour), role="in-bar"))  # fmt: skip
        x += wide
    right = left + room
    for text, wide in zip(texts, columns, strict=False):
        right += wide
        told = printable(text)
        marks.append(Text(right - text_width(told, size), baseline, told, size))
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


def small_figure(figure: KeyFigure, width: float, k: float = 1.0) -> Box:
    """A further figure: value and arrow over its label."""
    label = paragraph(figure.label, width, 6.9 * k, leading=1.06, most=3)
    detail = paragraph(figure.detail, width, 6.5 * k, colour=palette.QUIET_INK, leading=1.06, most=2)
    return column([_value(figure, 12.5 * k), label, detail], 0.0, width)


def _value(figure: KeyFigure, size: float) -> Box:
    em = size * MM_PER_PT
    text = printable(figure.value)
    wide = text_width(text, size, "bold")
    tall = (CAP_HEIGHT + 0.22) * em
    baseline = -(CAP_HEIGHT + 0.1) * em
    marks: list[Mark] = [Text(0, baseline, text, size, "bold", palette.INK, role="figure")]
    if figure.arrow:
        # Not red and green: whether more is worse is for the reader to say, and colour would not carry it.
        marks += trend_mark(wide + 0.16 * em, baseline, figure.arrow, 0.6 * em, palette.ACCENT)
        wide += 0.8 * em
    return Box(wide, tall, tuple(marks))


def figure_band(figures: tuple[KeyFigure, ...], width: float, k: float = 1.0) -> Box:
    """The first figure larger, the others beside it: in one row, or in two where a word would not fit its column."""
    if not figures:
        return EMPTY
    gap, rest = 4.0 * k, figures[1:]
    words = [word for figure in rest for word in printable(figure.label).split()]
    longest = max((text_width(word, max(SMALLEST_PT, 6.9 * k)) for word in words), default=0.0)
    rows = 1 if (width - gap * len(figures)) / (len(figures) + 1) >= longest else 2
    columns = -(-len(rest) // rows)
    each = (width - gap * (columns + 1)) / (columns + 2)
    small = [replace(small_figure(figure, each, k), width=each) for figure in rest]
    lines_ = [beside(part, gap) for part in (small[:columns], small[columns:]) if part]
    first = replace(small_figure(figures[0], 2 * each, 1.35 * k), width=2 * each)
    return beside([first, column(lines_, 0.6 * k)], gap)


# What stands on every page beside the map: headline, marks, scale, north, locator, sources, dates, terms.


ONE_LINE_PT = 16.0
"""A headline stands on one line where it can at this size, else on two as large as they fit."""
FIGURE_AIR = 1.2
"""Between the caption and the figures, mm: the figures are no third line of it."""
TITLE_SIZES = tuple(float(n) for n in np.arange(21, 11.5, -0.5))


def head_block(annex: Annex, width: float, layout: Layout) -> Box:
    """The news as the headline, then which annex of which bulletin, the account, the caption, the figures. A picture for
    a document leaves out what the document says."""
    k = layout.k
    told = printable(annex.message or annex.title)
    about = f"{annex.title} – {lower_first(annex.subtitle)}" if annex.message else annex.subtitle
    if not layout.full:
        size, rows = fit_text(told, width, (12.5, 12, 11.5, 11, 10.5, 10), "bold", 3)
        small = [lines(rows, size, "bold", leading=1.04, role="title")]
        text = f"Annexe {annex.number} : {lower_first(about)} – {annex.counts_line}"
        small.append(paragraph(text, width, 7.4, colour=palette.QUIET_INK, role="subtitle"))
        return column([*small, figure_band(annex.figures, width, 0.95)], 0.9, width)
    size, rows = fit_text(told, width, [s * k for s in TITLE_SIZES if s >= ONE_LINE_PT], "bold", 1)
    if text_width(told, size, "bold") > width:
        size, rows = fit_text(told, width, [s * k for s in TITLE_SIZES], "bold", 2)
    text = f"{about} – {annex.counts_line}"
    parts = [
        kicker_block(annex, width, k),
        lines(rows, size, "bold", leading=1.02, role="title"),
        paragraph(text, width, 9.6 * k, "semibold", palette.ACCENT, role="subtitle", most=2),
        paragraph(annex.caption, width, 8.6 * k, leading=1.14, role="caption", most=4),
        Box(width, FIGURE_AIR * k if annex.figures else 0.0),
        figure_band(annex.figures, width, 0.9 * k),
    ]
    return column(parts, 0.7 * k, width)


def kicker_block(annex: Annex, width: float, k: float) -> Box:
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


def foot_block(meta: Meta, width: float, k: float) -> Box:
    """Sources, the three dates with the projection, the terms: three columns under a fine rule."""
    size, gap = SMALLEST_PT * max(1.0, k * 0.95), 5.0
    wides = [share * (width - 2 * gap) for share in (0.42, 0.31, 0.27)]
    credits = " · ".join(meta.credits)
    sources = [f"Sources : {meta.sources}"] if meta.sources else []
    sources += [f"Données géographiques : {credits}"] if credits else []
    limits = (
        f"Limites : {meta.limits_dated} · Carte produite le {french.held(french.day_label(meta.produced_on))}"
    )
    parts = (sources, [f"Données : {meta.month_label}", limits, PROJECTION_LABEL], [meta.disclaimer])
    foot = partial(paragraph, size=size, colour=palette.QUIET_INK, leading=1.12, role="foot")
    marks: list[Mark] = [Shape(line((0, 0), (width, 0)), line="#b7bec3", width=0.15)]
    x, tall = 0.0, 0.0
    for texts, wide in zip(parts, wides, strict=True):
        box = column([foot(text, wide) for text in texts if text], 0.15)
        marks += box.at(x, -0.8).marks
        tall = max(tall, box.height)
        x += wide + gap
    return Box(width, tall + 0.8, tuple(marks))


def foot_of(annex: Annex, width: float, layout: Layout) -> Box:
    """The foot of a page that stands alone, or the small print that a picture never goes without."""
    if layout.full:
        return foot_block(annex.meta, width, layout.k)
    meta = annex.meta
    marks = meta.marks
    first = paragraph(" – ".join([*marks, meta.audience_label]), width, SMALLEST_PT, "semibold", palette.WARNING if marks
                      else palette.QUIET_INK, leading=1.1, role="mark")  # fmt: skip
    credits = f" Données géographiques : {' · '.join(meta.credits)}." if meta.credits else ""
    told = f"Sources : {meta.sources.rstrip('.')}." if meta.sources else ""
    text = f"{told}{credits} Données : {meta.month_label} ; limites : {meta.limits_dated}. {meta.disclaimer}".strip()
    rest = paragraph(text, width, SMALLEST_PT, colour=palette.QUIET_INK, leading=1.08, role="foot")
    return column([first, rest], 0.2, width)


def scale_block(scale: float, width: float, k: float) -> Box:
    """The scale bar with the north arrow at its left."""
    bar = scale_bar(scale, width - 8.0 * k, k)
    north = tuple(mark.moved(0.0, -9.0 * k) for mark in north_arrow(2.5 * k, 0.0, 9.0 * k))
    return beside([Box(5.0 * k, 9.0 * k, north), bar], 1.0, "bottom")


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
        quarter = rectangle(long * n / 4, -1.1, long * (n + 1) / 4, 0.0)
        fill = palette.PAPER if n % 2 else palette.INK
        marks.append(Shape(quarter, fill=fill, line=palette.INK, width=0.15, join="miter"))
    half = number(kilometres / 2, 0 if kilometres >= 2 else 1)
    full = f"{number(kilometres)}{french.NBSP}km"
    wide = text_width(full, size)
    baseline = -1.1 - 0.95 * em
    marks.append(Text(0, baseline, "0", size, role="scale"))
    marks.append(Text(long / 2 - text_width(half, size) / 2, baseline, half, size, role="scale"))
    end = long - text_width(number(kilometres), size) / 2
    marks.append(Text(end, baseline, full, size, role="scale"))
    placed = Placed("scale", (0.0, -1.1, long, 0.0), str(kilometres))
    return Box(max(long, end + wide), 1.1 + 1.2 * em, tuple(marks), (placed,))


def locator(
    shared: Shared, box: Rectangle, k: float, regions: tuple[str, ...], main: Frame, inset: Frame | None
) -> Box:
    """The whole country among its neighbours in a small frame at `box`, the regions of the map tinted, with what the
    map and the inset show; marks are in page millimetres."""
    x0, y0, x1, y1 = box
    small = fit("locator", shared.bounds, box, pad=0.06 * (x1 - x0))
    marks: list[Mark] = [Shape(rectangle(*box), fill=palette.PAPER)]
    countries = shared.background.get("countries")
    if countries is not None:
        near = shapely.clip_by_rect(countries.geometry.to_numpy(), *small.bounds)
        polygons = shapely.get_parts(near[~shapely.is_empty(near)])
        vertices, codes, _ = path_data(polygons[shapely.get_dimensions(polygons) == 2])
        land = Path(small.page(vertices), codes)
        marks.append(Shape(land, fill="#efede6", line="#ffffff", width=0.2, clip="locator"))
    vertices, codes, _ = path_data(np.array([shapely.simplify(shared.outline, 6000)], dtype=object))
    marks.append(Shape(Path(small.page(vertices), codes), fill="#c9d3d8", clip="locator"))
    tinted = shared.panel.path(np.flatnonzero(np.isin(shared.regions, regions)), small)
    if tinted is not None:
        marks.append(Shape(tinted, fill=palette.ACCENT, clip="locator"))
    borders, border_codes = shared.main.edges["region"]
    marks.append(Shape(Path(small.page(borders), border_codes), line="#ffffff", width=0.1, clip="locator"))
    for frame in filter(None, (main, inset)):
        low, high = small.page(np.array([frame.bounds[:2], frame.bounds[2:]]))
        ring = rectangle(float(low[0]), float(low[1]), float(high[0]), float(high[1]))
        marks.append(Shape(ring, line=palette.PAPER, width=0.6, clip="locator", join="miter"))
        marks.append(Shape(ring, line=palette.INK, width=0.3, clip="locator", join="miter"))
    size = max(SMALLEST_PT, 6.8 * k)
    marks.append(Text(x0 + 1.0, y0 + 1.0, "MALI", size, "bold", palette.QUIET_INK, halo=0.25, role="locator"))
    marks.append(Shape(rectangle(*box), line="#9aa3a9", width=0.2, join="miter"))
    return Box(x1 - x0, y1 - y0, tuple(marks), (Placed("card", box, "locator"),))


# What explains a map, each part a box; and lists that may go on over columns and pages.


Maker = Callable[[float, float], Box]


def block_makers(annex: Annex) -> list[Maker]:
    """One legend for each layer that has one: areas, signs, areas of uncertain places, arrows."""
    made: list[Maker] = []
    layers = [*annex.layers, *([annex.panels[-1].areas] if annex.panels else [])]
    for layer in layers:
        if isinstance(layer, Areas) and layer.ground:
            made.append(partial(ground_legend, layer))
        elif isinstance(layer, Areas):
            counted = f"{layer.level}s, {annex.panels[-1].title.lower()}" if annex.panels else ""
            made.append(partial(areas_legend, layer, counted=counted))
        elif isinstance(layer, Symbols):
            made.append(partial(icons_legend, layer, bool(annex.inset_box)))
        elif isinstance(layer, Zones) and layer.items:
            made.append(partial(zones_legend, layer))
        elif isinstance(layer, Flows) and layer.items:
            made.append(partial(flows_legend, layer))
    return made


def notes_block(annex: Annex, width: float, f: float) -> Box:
    """Notes in small type, one below the other."""
    note = partial(paragraph, width=width, size=6.5 * f, colour=palette.QUIET_INK, leading=1.1, role="note")
    return column([note(text) for text in (*annex.notes, annex.meta.rollup_note) if text], 0.4)


def trend_block(annex: Annex, width: float, f: float) -> Box:
    """The months of the year as a small line, each with its figure; a month that was not received is a gap."""
    if len(annex.trend) < 2:
        return EMPTY
    size = max(SMALLEST_PT, 6.5 * f)
    em = size * MM_PER_PT
    head = heading(annex.trend_title, width, f)
    tall, foot = 7.0 * f, -(head.height + 1.15 * em + 8.0 * f)
    widest = max(
        max(text_width(printable(point.text), size, "bold"), text_width(printable(point.month), size))
        for point in annex.trend
    )
    step = (width - widest) / (len(annex.trend) - 1)
    marks: list[Mark] = list(head.marks)
    spots = [
        (widest / 2 + n * step, None if point.height is None else foot + tall * point.height)
        for n, point in enumerate(annex.trend)
    ]
    for (x, y), (next_x, next_y) in pairwise(spots):
        if y is not None and next_y is not None:
            marks.append(Shape(line((x, y), (next_x, next_y)), line=palette.ACCENT, width=0.35))
    last = len(spots) - 1
    each = next(n for n in (1, 2, 3, 4, 6, 12) if widest + 0.8 <= step * n or n == 12)
    for n, ((x, y), point) in enumerate(zip(spots, annex.trend, strict=True)):
        weight = "bold" if n == last else "regular"
        if y is not None:
            dot = shape_at(Path.unit_circle(), x, y, 0.8 if n == last else 0.55)
            marks.append(Shape(dot, fill=palette.ACCENT))
        if (last - n) % each == 0:
            above, below = (foot if y is None else y) + 1.0 * f, foot - 1.15 * em
            for text, at, heavy, tone in (
                (printable(point.text), above, weight, palette.INK),
                (printable(point.month), below, "regular", palette.QUIET_INK),
            ):
                left = x - text_width(text, size, heavy) / 2
                marks.append(Text(left, at, text, size, heavy, tone, role="trend"))
    return Box(width, -foot + 1.4 * em, tuple(marks))


def unplaced_block(annex: Annex, width: float, f: float) -> Box:
    """A box off the map for the events whose place is not known: never a sign where nothing is known to be."""
    zones = annex.layers_of(Zones)
    nowhere = [(layer, zone) for layer in zones for zone in layer.items if not zone.level]
    if not nowhere:
        return EMPTY
    parts = [heading(nowhere[0][0].box_title, width - 3.0, f)]
    for _, zone in nowhere:
        sign, told = zone_mark(zone, f), kinds_told(annex.layers, zone.parts)
        words = paragraph(told, width - 5.0 - sign.width, 7.0 * f, leading=1.1)
        parts.append(beside([sign, words], 1.6, "middle"))
    body = column(parts, 0.8 * f, width - 3.0)
    ring = rectangle(0, -body.height - 2.4, width, 0)
    frame = Shape(ring, line=palette.QUIET_INK, width=0.2, dash=(1.2, 0.8), join="miter")
    return Box(width, body.height + 2.4, (frame, *body.at(1.5, -1.2).marks), body.at(1.5, -1.2).placed)


def zone_mark(zone: Zone, f: float) -> Box:
    """The number of a place that is known as an area: a white tag with a hatched rim, how many events beside it."""
    size = max(SMALLEST_PT, 6.5 * f)
    em = size * MM_PER_PT
    text = zone.number + (f" ×{zone.count}" if zone.count > 1 else "")
    wide, tall = text_width(text, size, "bold") + 1.4, 1.3 * em
    marks = (
        Shape(rectangle(0, -tall, wide, 0), fill=palette.PAPER, line=palette.ZONE, width=0.28, join="miter"),
        Text(0.7, -tall + 0.35 * em, text, size, "bold", palette.INK, role="number"),
    )
    return Box(wide, tall, marks)


def list_rows(annex: Annex, width: float, f: float) -> list[Box]:
    """Rows of the annex's list: its events by place, or the areas that changed."""
    if annex.events:
        return _event_rows(annex, width, f)
    return [_mover_row(mover, width, f) for mover in annex.movers]


TOGETHER = 8
"""Lines of one place that are never parted over two columns."""


def _event_rows(annex: Annex, width: float, f: float) -> list[Box]:
    """A row a place with its number, then one for each type of event there, in words beside its sign."""
    keys = {key.key: key for layer in annex.layers_of(Symbols) for key in layer.keys}
    zones = {zone.number for zone in annex.zones}
    size = max(SMALLEST_PT, 7.0 * f)
    em = size * MM_PER_PT
    indent = 5.6 * f
    rows: list[Box] = []
    for number_, group in groupby(annex.events, key=lambda event: event.number):
        events = list(group)
        words = paragraph(events[0].where, width - indent, size, "semibold", leading=1.08)
        wide = text_width(number_, size, "bold")
        marks: list[Mark] = [
            Text((indent - 1.2 - wide) / 2, -0.78 * em, number_, size, "bold", palette.ACCENT, role="number")
        ]
        if number_ in zones:
            left = (indent - 1.2 - wide) / 2 - 0.6
            tag = rectangle(left, -1.05 * em, left + wide + 1.2, 0.1)
            marks.insert(0, Shape(tag, line=palette.ZONE, width=0.25, join="miter"))
        group_rows = [Box(width, words.height + 0.2, (*marks, *words.at(indent, 0.0).marks))]
        told = Counter((event.key, event.title, event.detail) for event in events)
        for (key, title, detail), count in told.items():
            text = f"{title}{f' ×{count}' if count > 1 else ''}{f' : {detail}' if detail else ''}"
            line_ = paragraph(text, width - indent - 3.4 * f, size, leading=1.08)
            told_marks = line_.at(indent + 3.4 * f, 0.0).marks
            if sign := keys.get(key):
                at = (indent + 1.2 * f, -0.55 * em)
                told_marks = (*badge(*at, sign.shape, sign.colour, radius=0.95 * f), *told_marks)
            group_rows.append(Box(width, max(line_.height, 2.2 * f), told_marks))
        # A place stays together, but for one with more events than a column may hold.
        rows += [column(group_rows, 0.25 * f, width)] if len(group_rows) <= TOGETHER else group_rows
    return rows


def _mover_row(mover: Mover, width: float, f: float) -> Box:
    """Number, name, from which level to which: on one line where that fits."""
    size = max(SMALLEST_PT, 7.0 * f)
    em = size * MM_PER_PT
    colour = palette.WORSE if mover.change == "up" else palette.BETTER
    indent = 5.4 * f
    wide = text_width(mover.number, size, "bold")
    change = printable(mover.text.replace("→", "à"))
    side = 0.62 * em
    room = text_width(change, size) + side + 1.6
    beside_it = text_width(printable(mover.label), size) + indent + room <= width
    label = paragraph(mover.label, width - indent - (room if beside_it else 0.0), size, leading=1.08)
    below = 0.0 if beside_it else label.height
    x = width - room + 1.0 if beside_it else indent
    marks = [
        Text((indent - 1.4 - wide) / 2, -0.78 * em, mover.number, size, "bold", colour, role="number"),
        *label.at(indent, 0.0).marks,
        *trend_mark(x, -0.78 * em - below, mover.change, side, colour),
        Text(x + side + 0.6, -0.78 * em - below, change, size, colour=palette.QUIET_INK),
    ]
    return Box(width, label.height + (0.0 if beside_it else 1.15 * em), tuple(marks))


def spread(
    parts: Sequence[Box], count: int, gap: float, width: float, between: float, mixed: bool = False
) -> Box:
    """Boxes in reading order over `count` columns of `width` mm, cut so that the tallest column is as low as it can be;
    mixed: each box in any column, in order within it, the first in the first."""
    parts = [part for part in parts if part.height > 0]
    if not parts:
        return EMPTY
    highs = np.array([part.height + gap for part in parts])
    ways = product(range(count), repeat=len(parts) - 1) if mixed else ()
    seats = [(0, *way) for way in ways] or [
        tuple(int(np.searchsorted(cuts, at, side="right")) for at in range(len(parts)))
        for cuts in combinations_with_replacement(range(len(parts) + 1), count - 1)
    ]
    tallest = np.max([((np.array(seats) == at) * highs).sum(axis=1) for at in range(count)], axis=0)
    low = np.round(tallest, 2)
    best = (
        max(seat for seat, high in zip(seats, low, strict=True) if high == low.min())
        if len(parts) > 1
        else (0,)
    )
    columns = [
        column([part for part, seat in zip(parts, best, strict=True) if seat == at], gap, width)
        for at in range(count)
    ]
    boxes = [replace(one, width=width, height=max(one.height, 0.001)) for one in columns]
    return beside(boxes, between)


def columns_of(
    rows: list[Box], count: int, gap: float, width: float, between: float, tallest: float
) -> tuple[Box, tuple[Box, ...]]:
    """Rows down one column and then the next, as even as they can be and none taller than `tallest` mm; and the rows
    that found no room."""
    if not rows:
        return EMPTY, ()

    def filled(limit: float) -> list[list[Box]]:
        columns: list[list[Box]] = [[]]
        used = 0.0
        for row_ in rows:
            high = row_.height + (gap if columns[-1] else 0.0)
            if columns[-1] and used + high > limit + 1e-6:
                if len(columns) == count:
                    break
                columns.append([])
                used, high = 0.0, row_.height
            if used + high > limit + 1e-6:
                break
            columns[-1].append(row_)
            used += high
        return columns

    def held(columns: list[list[Box]]) -> int:
        return sum(len(one) for one in columns)

    limit = max(tallest, 0.0)
    if held(filled(limit)) == len(rows):
        low, high = 0.0, min(limit, sum(row_.height + gap for row_ in rows))
        for _ in range(24):
            middle = (low + high) / 2
            low, high = (low, middle) if held(filled(middle)) == len(rows) else (middle, high)
        limit = high
    kept = filled(limit)
    boxes = [replace(column(one, gap), width=width) for one in kept if one]
    return beside(boxes, between), tuple(rows[held(kept) :])


# A table by months (annex 6): for each region a row a level and a column a month, every figure written.


MOST_GROUPS = 10
"""Groups beyond which a level that a group never has takes no row, so that the page holds them."""


def strip_block(table: BarTable, width: float, k: float) -> Box:
    """Heading, keys, then for each group a small grid: a row for each key, a column for each month. A cell is as dark as
    its level where it holds something, so that the eye sees the year turn."""
    size = max(SMALLEST_PT, 6.5 * k)
    em = size * MM_PER_PT
    groups = [(group, list(items)) for group, items in groupby(table.rows, key=lambda item: item.group)]
    months = max(len(items) for _, items in groups)
    head, keys = heading(table.title, width, k), _keys(table, width, size)
    name_wide = max(text_width(printable(group), size, "semibold") for group, _ in groups) + 1.6
    step = min((width - name_wide) / max(months, 1), 12.0 * k)
    tall = 1.03 * em
    marks: list[Mark] = [*head.marks, *keys.at(0, -head.height - 0.8 * k).marks]
    placed: list[Placed] = list(keys.at(0, -head.height - 0.8 * k).placed)
    y = -head.height - keys.height - 1.4 * k
    labels = [printable(item.label) for item in groups[0][1]]
    widest = max(text_width(text, size) for text in labels)
    each = next(n for n in (1, 2, 3, 4, 6, 12) if widest + 0.4 <= step * n or n == 12)
    for n, text in enumerate(labels):
        if (months - 1 - n) % each == 0:
            x = name_wide + (n + 0.5) * step - text_width(text, size) / 2
            marks.append(Text(x, y - 0.8 * em, text, size, colour=palette.QUIET_INK))
    y -= 1.2 * em
    for group, items in groups:
        marks.append(Text(0.0, y - 0.85 * em, printable(group), size, "semibold"))
        shown = [(key, colour) for key, _, colour in reversed(table.keys)]
        if len(groups) > MOST_GROUPS:
            held = {key for item in items for key, value, _ in item.segments if value > 0}
            shown = [one for one in shown if one[0] in held] or shown[:1]
        for n, item in enumerate(items):
            x, at = name_wide + n * step, y
            for key, colour in shown:
                value, text = next(((v, t) for found, v, t in item.segments if found == key), (0.0, "0"))
                box = (x + 0.1, at - tall + 0.1, x + step - 0.1, at - 0.1)
                if value > 0:
                    marks.append(Shape(rectangle(*box), fill=colour))
                    placed.append(Placed("bar", box, key, colour, group=f"{group} {item.label}"))
                nothing = "0" if any(v for _, v, _ in item.segments) else french.NOT_RECEIVED
                told, ink = (text, ink_on(colour)) if value > 0 else (nothing, palette.QUIET_INK)
                left, drop = x + (step - text_width(told, size)) / 2, at - tall / 2 - CAP_HEIGHT * em / 2
                marks.append(Text(left, drop, told, size, colour=ink, role="in-bar"))
                at -= tall
        y -= tall * len(shown) + 0.6 * k
    return Box(width, -y, tuple(marks), tuple(placed))
