"""What lies on the page: marks in millimetres, text measured in the page's own type, and boxes that can be placed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Literal

import font_source_sans_pro
import matplotlib as mpl
import numpy as np
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font, LoadFlags
from matplotlib.path import Path
from matplotlib.transforms import Affine2D, Bbox, TransformedPath
from PIL import Image

from pipeline import palette
from pipeline.errors import InputError
from pipeline.french import marks_held

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.backend_bases import RendererBase


# The one type family of the page, and how much room its words take.
#
# Every text is measured before it is placed. Widths come from the same shaping that matplotlib draws with
# (unhinted, kerning applied), word by word and remembered, so that wrapping a paragraph costs little.


FAMILY = "Source Sans Pro"
MM_PER_PT = 25.4 / 72
SMALLEST_PT = 6.5
"""No type on the page is smaller, as printed (CARTOGRAPHY, "Page")."""

_FILES = font_source_sans_pro.font_files_ttf
_FACES: dict[str, tuple[str, int, Literal["normal", "italic"]]] = {
    "light": (_FILES["SourceSansProLight"], 300, "normal"),
    "regular": (_FILES["SourceSansPro"], 400, "normal"),
    "semibold": (_FILES["SourceSansProSemibold"], 600, "normal"),
    "bold": (_FILES["SourceSansProBold"], 700, "normal"),
    "italic": (_FILES["SourceSansProIt"], 400, "italic"),
}
_MEASURE_PT = 100.0
APOSTROPHE = re.compile(r"(?<=[^\W\d_])'(?=[^\W\d_])")
"""A typewriter's apostrophe between two letters: the page sets the printer's."""

CAP_HEIGHT, ASCENT, DESCENT = 0.66, 0.73, 0.21
"""Of the family, in ems. ASCENT holds b, d, l; capitals with an accent rise to 0.9."""


def font_file(weight: str) -> str:
    """Path of the TrueType file of a weight."""
    return _FACES[weight][0]


def font_css(weight: str) -> tuple[int, str]:
    """CSS weight and style of a weight."""
    return _FACES[weight][1], _FACES[weight][2]


@cache
def font_properties(weight: str, size: float) -> FontProperties:
    """What matplotlib draws with; the family is named too, for SVG text."""
    path, number, style = _FACES[weight]
    return FontProperties(family=FAMILY, weight=number, style=style, fname=path, size=size)


@cache
def _face(weight: str) -> FT2Font:
    face = FT2Font(_FACES[weight][0])
    face.set_size(_MEASURE_PT, 72)
    return face


@cache
def _glyphs(weight: str) -> frozenset[int]:
    return frozenset(_face(weight).get_charmap())


def _measured(run: str, weight: str) -> float:
    """Width of a shaped run, in ems."""
    face = _face(weight)
    face.set_text(run, 0, flags=LoadFlags.NO_HINTING)
    return face.get_width_height()[0] / 64 / _MEASURE_PT


@cache
def _advance(char: str, weight: str) -> float:
    return _measured(char, weight)


@cache
def _kern(pair: str, weight: str) -> float:
    """What the shaping takes from or adds between two letters, in ems."""
    return _measured(pair, weight) - _advance(pair[0], weight) - _advance(pair[1], weight)


@lru_cache(maxsize=50_000)
def _ems(word: str, weight: str) -> float:
    """Width of a run without plain spaces, in ems: letters and the kerning of each pair, both remembered,
    because shaping every word anew would take most of the page's time."""
    letters = sum(_advance(char, weight) for char in word)
    return letters + sum(_kern(word[i : i + 2], weight) for i in range(len(word) - 1))


@cache
def _space(weight: str) -> float:
    return _measured("a a", weight) - 2 * _advance("a", weight)


@lru_cache(maxsize=20_000)
def printable(text: str) -> str:
    """Text with only the characters the family has: no control characters, no line breaks; a letter it
    lacks loses its accents, or becomes a lozenge, so that a reader sees that something stood there."""
    glyphs = _glyphs("regular")
    text = marks_held(APOSTROPHE.sub("’", text))
    out = []
    for char in unicodedata.normalize("NFC", text):
        if ord(char) in glyphs and not unicodedata.category(char).startswith("C"):
            out.append(char)
        elif char.isspace():
            out.append(" ")
        elif unicodedata.category(char) not in ("Cc", "Cf", "Mn"):
            plain = "".join(c for c in unicodedata.normalize("NFKD", char) if ord(c) in glyphs)
            out.append(plain or "\u25ca")
    return "".join(out)


def text_width(text: str, size: float, weight: str = "regular") -> float:
    """Advance width in millimetres of one line at `size` points."""
    words = text.split(" ")
    ems = sum(_ems(word, weight) for word in words) + (len(words) - 1) * _space(weight)
    return ems * size * MM_PER_PT


@cache
def _glyph(char: str, weight: str) -> tuple[np.ndarray, np.ndarray]:
    """Outline of one letter in ems: vertices and path codes."""
    face = _face(weight)
    face.load_char(ord(char), flags=LoadFlags.NO_HINTING)
    vertices, codes = face.get_path()
    return np.asarray(vertices, dtype=float).reshape(-1, 2) / _MEASURE_PT, np.asarray(codes)


@lru_cache(maxsize=20_000)
def _outline(word: str, weight: str) -> tuple[np.ndarray, np.ndarray]:
    """A word's outline in ems, from its own origin."""
    vertices, codes, x = [], [], 0.0
    for i, char in enumerate(word):
        drawn, kinds = _glyph(char, weight)
        if len(drawn):
            vertices.append(drawn + np.array([x, 0.0]))
            codes.append(kinds)
        x += _advance(char, weight) + (_kern(word[i : i + 2], weight) if i + 1 < len(word) else 0.0)
    if not vertices:
        return np.empty((0, 2)), np.empty(0, dtype=np.uint8)
    return np.concatenate(vertices), np.concatenate(codes)


def text_outline(text: str, weight: str) -> Path:
    """The outline of one line in ems, origin at the left end of its baseline.

    Words are shaped once and remembered: much faster than having the same names shaped at every place.
    """
    space = _space(weight)
    vertices, codes, x = [], [], 0.0
    for word in text.split(" "):
        drawn, kinds = _outline(word, weight)
        if len(drawn):
            vertices.append(drawn + np.array([x, 0.0]))
            codes.append(kinds)
        x += _ems(word, weight) + space
    if not vertices:
        return Path(np.empty((0, 2)), np.empty(0, dtype=np.uint8))
    return Path(np.concatenate(vertices), np.concatenate(codes))


BREAKS = re.compile(r"[ \t\n]+")
"""Where a line may break: never at a no-break space."""


def wrap(text: str, limit: float, size: float, weight: str = "regular") -> list[str]:
    """Lines of at most `limit` millimetres. A word wider than the line is cut, with a hyphen where a
    letter stands on both sides. No-break spaces hold. Always at least one line."""
    space = _space(weight) * size * MM_PER_PT
    lines: list[str] = []
    line, used = "", 0.0
    for word in _short_words(BREAKS.split(text.strip(" \t\n")), limit, size, weight):
        wide = text_width(word, size, weight)
        if line and used + space + wide > limit:
            lines.append(line)
            line, used = word, wide
        else:
            line, used = (f"{line} {word}", used + space + wide) if line else (word, wide)
    return [*lines, line] if line or not lines else lines


def _short_words(words: Sequence[str], limit: float, size: float, weight: str) -> list[str]:
    out: list[str] = []
    for word in words:
        rest = word
        while text_width(rest, size, weight) > limit and len(rest) > 2:
            cut = next(
                (n for n in range(len(rest) - 1, 1, -1) if text_width(rest[:n] + "-", size, weight) <= limit),
                1,
            )
            written = rest.rfind("-", 1, cut)  # where the word is hyphenated already, it parts there
            if written > 0:
                cut = written + 1
            hyphen = "-" if rest[cut - 1].isalpha() and rest[cut].isalpha() else ""
            out.append(rest[:cut] + hyphen)
            rest = rest[cut:]
        out.append(rest)
    return out


def shorten(text: str, limit: float, size: float, weight: str = "regular") -> str:
    """The text, or as much of it as fits `limit` millimetres, ending in an ellipsis."""
    if text_width(text, size, weight) <= limit:
        return text
    keep = len(text)
    while keep > 1 and text_width(text[:keep].rstrip() + "…", size, weight) > limit:
        keep -= 1
    return text[:keep].rstrip(" ,;:.(") + "…"


def fit_text(
    text: str, limit: float, sizes: Sequence[float], weight: str = "regular", lines: int = 1
) -> tuple[float, list[str]]:
    """The largest of `sizes` (points, falling) at which the text takes at most `lines` lines; at the
    smallest it is cut with an ellipsis. Returns the size and the lines."""
    for size in sizes:
        wrapped = wrap(text, limit, size, weight)
        if len(wrapped) <= lines:
            return size, wrapped
    size = sizes[-1]
    wrapped = wrap(text, limit, size, weight)
    kept = wrapped[:lines]
    kept[-1] = shorten(" ".join(wrapped[lines - 1 :]), limit, size, weight)
    return size, kept


# What lies on the page: marks in millimetres, and boxes of marks that can be measured before placing.
#
# The page's origin is its lower left corner, y goes up. A `Box` has its own origin at its upper left corner
# and its marks below it (y negative); `Box.at(x, y)` moves them to the page.


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
        return text_width(self.text, self.size, self.weight)

    @property
    def box(self) -> Rectangle:
        """Room of the line: its advance width, from descenders to ascenders."""
        em = self.size * MM_PER_PT
        return (
            self.x,
            self.y - DESCENT * em,
            self.x + self.width,
            self.y + ASCENT * em,
        )

    def moved(self, dx: float, dy: float) -> Text:
        if not dx and not dy:
            return self
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
    """An opaque image, best of a palette (a byte a pixel), stretched over a rectangle of the page."""

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
    """Marks with the room they take; origin at the upper left corner. parts: boxes within it, each with the place of its
    own corner: nothing of them is moved until the marks are asked for, since most boxes are only measured."""

    width: float
    height: float
    own: tuple[Mark, ...] = ()
    own_placed: tuple[Placed, ...] = ()
    parts: tuple[tuple[Box, float, float], ...] = ()

    @cached_property
    def marks(self) -> tuple[Mark, ...]:
        return (*self.own, *(mark.moved(x, y) for box, x, y in self.parts for mark in box.marks))

    @cached_property
    def placed(self) -> tuple[Placed, ...]:
        return (*self.own_placed, *(thing.moved(x, y) for box, x, y in self.parts for thing in box.placed))

    def at(self, x: float, y: float) -> Box:
        """The same box with its upper left corner at x, y."""
        if not x and not y:
            return self
        return Box(self.width, self.height, parts=((self, x, y),))


EMPTY = Box(0.0, 0.0)


def rectangle(x0: float, y0: float, x1: float, y1: float) -> Path:
    return Path([(x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0)], closed=True)


def line(*points: tuple[float, float]) -> Path:
    return Path(list(points))


def column(boxes: Iterable[Box], gap: float = 0.0, width: float = 0.0) -> Box:
    """Boxes one below the other, with `gap` between those that are not empty."""
    parts: list[tuple[Box, float, float]] = []
    y, wide = 0.0, width
    for box in boxes:
        if box.height <= 0:
            continue
        if parts:
            y -= gap
        parts.append((box, 0.0, y))
        y -= box.height
        wide = max(wide, box.width)
    return Box(wide, -y, parts=tuple(parts))


def beside(boxes: Iterable[Box], gap: float = 0.0, align: Literal["top", "bottom", "middle"] = "top") -> Box:
    """Boxes from left to right."""
    kept = [box for box in boxes if box.width > 0 and box.height > 0]
    tall = max((box.height for box in kept), default=0.0)
    parts: list[tuple[Box, float, float]] = []
    x = 0.0
    for box in kept:
        drop = {"top": 0.0, "bottom": tall - box.height, "middle": (tall - box.height) / 2}[align]
        parts.append((box, x, -drop))
        x += box.width + gap
    return Box(max(x - gap, 0.0), tall, parts=tuple(parts))


def lines(
    texts: Sequence[str],
    size: float,
    weight: str = "regular",
    colour: str = palette.INK,
    leading: float = 1.2,
    role: str = "text",
) -> Box:
    """Lines of text already wrapped."""
    em = size * MM_PER_PT
    marks = []
    wide = 0.0
    for number, text in enumerate(texts):
        wide = max(wide, text_width(text, size, weight))
        # First baseline so that ascenders just fit; the last line keeps its descenders inside.
        y = -(ASCENT + 0.04 + number * leading) * em
        marks.append(Text(0.0, y, text, size, weight, colour, role=role))
    height = (ASCENT + 0.04 + (len(texts) - 1) * leading + DESCENT + 0.02) * em if texts else 0.0
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
    clean = printable(text).strip()
    if not clean:
        return EMPTY
    size = max(size, SMALLEST_PT)
    wrapped = fit_text(clean, width, (size,), weight, most)[1] if most else wrap(clean, width, size, weight)
    return lines(wrapped, size, weight, colour, leading, role)


# Marks to a file: matplotlib's own renderers, without pyplot and without axes, in millimetres.
#
# One artist paints the whole page, so that a page of thousands of marks costs no more than its paths.


DPI = 300
STRIP = 128
"""Rows of a picture that are laid on the page at a time."""
POINTS = 72 / 25.4  # graphics contexts take line widths in points, whatever the resolution
SETTINGS: Any = {
    "text.hinting": "no_hinting",
    "path.simplify": False,
    "path.snap": False,
    "pdf.fonttype": 42,  # TrueType: text stays text
    "pdf.compression": 6,
    "svg.fonttype": "none",
    "svg.hashsalt": "cartes-protection-mali",
    "svg.image_inline": True,
}


def _draw_path(renderer: RendererBase, gc: Any, path: Path, where: Affine2D, fill: Any) -> None:
    """In a file of lines, to a hundredth of a point (4 thousandths of a millimetre), where matplotlib writes millionths:
    annexes.pdf is a quarter smaller for it."""
    if not isinstance(renderer, RendererAgg):
        top = renderer.get_canvas_width_height()[1] if renderer.flipy() else 0.0  # an SVG counts from there
        x, y = points(where.transform_path(path)).T
        path = Path(np.column_stack([np.round(x, 2), top - np.round(top - y, 2)]), path.codes)
        where = Affine2D()
    renderer.draw_path(gc, path, where, fill)


class _Page(Artist):
    """All marks, painted in their order. clips: frame name -> path in mm."""

    def __init__(self, marks: Sequence[Mark], clips: Mapping[str, Path], dpi: float) -> None:
        super().__init__()
        self._marks = marks
        self._px = dpi / 25.4
        self._mm = Affine2D().scale(self._px)
        self._clips = {name: TransformedPath(path, self._mm) for name, path in clips.items()}

    def draw(self, renderer: RendererBase) -> None:
        renderer.open_group("page")
        for mark in self._marks:
            if isinstance(mark, Shape):
                self._shape(renderer, mark)
            elif isinstance(mark, Text):
                self._text(renderer, mark)
            else:
                self._picture(renderer, mark)
        renderer.close_group("page")

    def _clipped(self, renderer: RendererBase, clip: str) -> Any:
        gc = renderer.new_gc()
        if clip:
            path = self._clips[clip]
            flat = path.get_fully_transformed_path()
            corners = points(flat)
            if len(corners) == 5:  # a rectangle: cheaper than a mask
                gc.set_clip_rectangle(Bbox([corners.min(axis=0), corners.max(axis=0)]))
            else:
                gc.set_clip_path(path)
        return gc

    def _shape(self, renderer: RendererBase, mark: Shape) -> None:
        gc = self._clipped(renderer, mark.clip)
        gc.set_alpha(mark.alpha)
        gc.set_antialiased(True)
        gc.set_snap(False)
        if mark.line and mark.width > 0:
            gc.set_linewidth(mark.width * POINTS)
            gc.set_foreground(mark.line)
            gc.set_joinstyle(mark.join)
            gc.set_capstyle(mark.cap)
            if mark.dash:
                gc.set_dashes(0, [length * POINTS for length in mark.dash])
        else:
            gc.set_linewidth(0.0)
        _draw_path(renderer, gc, mark.path, self._mm, to_rgb(mark.fill) if mark.fill else None)
        gc.restore()

    def _text(self, renderer: RendererBase, mark: Text) -> None:
        x, y = mark.x * self._px, mark.y * self._px
        raster = isinstance(renderer, RendererAgg)
        if mark.halo or raster:
            em = mark.size * MM_PER_PT * self._px
            outline = text_outline(mark.text, mark.weight)
            where = Affine2D().scale(em).translate(x, y)
        if mark.halo:
            gc = renderer.new_gc()
            gc.set_foreground(mark.halo_colour)
            gc.set_linewidth(2 * mark.halo * POINTS)
            gc.set_joinstyle("bevel")
            _draw_path(renderer, gc, outline, where, to_rgb(mark.halo_colour))
            gc.restore()
        gc = renderer.new_gc()
        gc.set_foreground(mark.colour)
        if raster:
            gc.set_linewidth(0.0)
            renderer.draw_path(gc, outline, where, to_rgb(mark.colour))
        else:
            if renderer.flipy():
                y = renderer.get_canvas_width_height()[1] - y
            renderer.draw_text(gc, x, y, mark.text, font_properties(mark.weight, mark.size), 0.0)
        gc.restore()

    def _picture(self, renderer: RendererBase, mark: Picture) -> None:
        gc = self._clipped(renderer, mark.clip)
        x0, y0, x1, y1 = (length * self._px for length in mark.box)
        wide, tall = round(x1 - x0), round(y1 - y0)
        image = mark.image
        # matplotlib wants the rows from the bottom up.
        if not isinstance(renderer, RendererAgg):
            rgba = np.asarray(image.convert("RGBA"))[::-1]
            renderer.draw_image(gc, x0, y0, rgba, Affine2D().scale(x1 - x0, y1 - y0))
        else:
            if image.size != (wide, tall):
                image = image.convert("RGB").resize((wide, tall), Image.Resampling.BILINEAR)
            # Strip by strip: four bytes a pixel, and the copies on the way to Agg, are three times the page at once.
            for top in range(0, tall, STRIP):
                low = min(top + STRIP, tall)
                rgba = np.asarray(image.crop((0, top, wide, low)).convert("RGBA"))[::-1]
                renderer.draw_image(gc, round(x0), round(y0) + tall - low, rgba)
        gc.restore()


def page_figure(
    marks: Sequence[Mark],
    clips: Mapping[str, Path],
    size: tuple[float, float],
    dpi: float = DPI,
    whole: bool = True,
) -> Figure:
    """A figure of `size` millimetres, holding the page. whole: in whole pixels at `dpi`, as an image has."""
    inches = [(round(length / 25.4 * dpi) / dpi if whole else length / 25.4) for length in size]
    made = Figure(figsize=(inches[0], inches[1]), dpi=dpi, facecolor=palette.PAPER)
    made.add_artist(_Page(marks, clips, dpi))
    return made


def pixels(
    marks: Sequence[Mark], clips: Mapping[str, Path], size: tuple[float, float], dpi: float = DPI
) -> np.ndarray:
    """The page as an opaque RGBA array: (rows, columns, 4) bytes."""
    with mpl.rc_context(SETTINGS):
        canvas = FigureCanvasAgg(page_figure(marks, clips, size, dpi))
        canvas.draw()  # type: ignore[no-untyped-call]
        image = np.asarray(canvas.buffer_rgba())  # type: ignore[no-untyped-call]
        # The figure's texts hold the renderer until cycles are collected, and it holds the picture: 35 MB.
        vars(canvas.renderer).clear()
        return image


# Papers: how large, how their type grows, and how the parts of a page stand to each other.
#
# The page is composed anew for each annex: the main map takes the shape of the regions it is fitted to, and what
# explains it takes the rest.


@dataclass(frozen=True)
class Layout:
    """A paper. page: width and height in mm, a height of 0 is as tall as the contents but never taller than `tallest`,
    so that a document's page holds the picture at its size; k: factor on type; margin: mm.

    wide: the main map stands at the left over the whole height, else the maps stand side by side above what
    explains them. full: with the title block and the foot of a page that stands alone; else only what a document
    that holds the picture does not say itself. locator: width of the map of the whole country, mm.
    """

    page: tuple[float, float]
    k: float
    margin: float
    wide: bool
    full: bool
    locator: float
    tallest: float = 0.0

    @property
    def limit(self) -> float:
        """No page is taller, mm."""
        return self.page[1] or self.tallest


FORMATS: dict[str, Layout] = {
    "A4-paysage": Layout((297.0, 210.0), 1.0, 6.0, True, True, 40.0),
    "A3-paysage": Layout((420.0, 297.0), 1.3, 8.5, True, True, 56.0),
    "A4-portrait": Layout((210.0, 297.0), 1.0, 6.0, False, True, 28.0),
    "colonne": Layout((160.0, 0.0), 1.0, 0.8, False, False, 22.0, 230.0),
}


def layout_of(page: str) -> Layout:
    """A paper by its name. Raises InputError on an unknown one."""
    if page not in FORMATS:
        raise InputError(
            f"PAGE={page!r} n’est pas un format de page",
            "la carte n’est pas dessinée",
            f"choisir parmi {', '.join(FORMATS)}",
        )
    return FORMATS[page]
