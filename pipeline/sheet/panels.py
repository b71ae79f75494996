"""Legends: every colour, pattern, outline, sign and size on the map, with its meaning."""

from __future__ import annotations

from matplotlib.path import Path

from pipeline import palette
from pipeline.annexes.model import Areas, ClassEntry, Flows, SymbolKey, Symbols
from pipeline.french import number
from pipeline.sheet import fonts, shapes
from pipeline.sheet.flows import width_of
from pipeline.sheet.marks import (
    EMPTY,
    Box,
    Mark,
    Placed,
    Shape,
    Text,
    beside,
    column,
    line,
    lines,
    paragraph,
    rectangle,
)
from pipeline.sheet.symbols import pie_radius

SWATCH = (5.6, 3.3)
LABEL_PT, MEANING_PT, HEADING_PT = 7.6, 6.6, 8.4


def heading(text: str, width: float, k: float = 1.0) -> Box:
    """A block's heading."""
    return paragraph(text, width, HEADING_PT * k, "bold", palette.ACCENT, role="heading", most=2)


def row(
    sign: Box, label: str, width: float, k: float, value: str = "", meaning: str = "", key: str = ""
) -> Box:
    """A sign, its label, a value at the right edge, a line of meaning below."""
    size = max(fonts.SMALLEST_PT, LABEL_PT * k)
    indent = max(sign.width, SWATCH[0] * k) + 1.6 * k
    room = fonts.width(value, size) + 1.5 if value else 0.0
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
                width - fonts.width(value, size),
                -drop - (fonts.ASCENT + 0.04) * size * fonts.MM_PER_PT,
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
                marks.append(Shape(shapes.at(Path.unit_circle(), x, y, 0.16 * k), fill=entry.hatch_colour))
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
    noun = fonts.printable(counted) or f"{areas.level}s"
    head = heading(areas.title, width - fonts.width(noun, max(fonts.SMALLEST_PT, 6.5 * k)) - 3, k)
    size = max(fonts.SMALLEST_PT, 6.5 * k)
    wide = fonts.width(noun, size)
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
        (
            Shape(
                shapes.at(Path.unit_circle(), 1, -1, 0.85), fill=palette.PAPER, line=palette.INK, width=0.28
            ),
        ),
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
    size = max(fonts.SMALLEST_PT, LABEL_PT * k)
    em = size * fonts.MM_PER_PT
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
                shapes.at(Path.unit_circle(), x, foot + radius, radius),
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
    wide = reach + max(fonts.width(f"{number(values[0])} {symbols.unit}", size), 1.0)
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
        width, fonts.SMALLEST_PT * k, colour=palette.QUIET_INK, leading=1.1,
    ) if symbols.items else EMPTY  # fmt: skip
    coarse = next((item for item in symbols.items if item.light), None)
    light = EMPTY
    if coarse is not None:
        key = next(key for key in symbols.keys if key.key == coarse.parts[0][0])
        light = row(_badge(key, k, True), LIGHT, width, k)
    return column([heading(symbols.title, width, k), beside(parts, gap), light, note], 0.9 * k, width)


def _badge(key: SymbolKey, k: float, light: bool = False) -> Box:
    radius = 1.55 * k
    side = 2 * shapes.badge_room(key.shape, radius) - 0.2
    marks = shapes.badge(side / 2, -side / 2, key.shape, key.colour, radius=radius, light=light)
    return Box(side, side, tuple(marks), (Placed("swatch", (0, -side, side, 0), key.key, key.colour),))


def flows_legend(flows: Flows, width: float, k: float = 1.0) -> Box:
    """Arrows of the legend's widths with their values; how a stay is drawn."""
    if not flows.items:
        return EMPTY
    size = max(fonts.SMALLEST_PT, LABEL_PT * k)
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
        marks.append(Text(x + long + 0.8, mid - 0.25 * size * fonts.MM_PER_PT, text, size))
        x += long + 0.8 + fonts.width(text, size) + 3 * k
    widths = Box(x, 3.8 * k, tuple(marks)) if flows.sizes else EMPTY
    stay = any(flow.stays or flow.destination is None for flow in flows.items)
    note = paragraph("Boucle : déplacement dans la même commune ou le même cercle, ou destination non précisée.", width,
                     fonts.SMALLEST_PT * k, colour=palette.QUIET_INK, leading=1.1) if stay else EMPTY  # fmt: skip
    return column([heading(f"{flows.title}", width, k), widths, note], 0.7 * k, width)
