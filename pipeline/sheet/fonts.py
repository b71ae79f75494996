"""The one type family of the page, and how much room its words take.

Every text is measured before it is placed. Widths come from the same shaping that matplotlib draws with
(unhinted, kerning applied), word by word and remembered, so that wrapping a paragraph costs little.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Literal

import font_source_sans_pro
import numpy as np
from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font, LoadFlags
from matplotlib.path import Path

if TYPE_CHECKING:
    from collections.abc import Sequence

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

CAP_HEIGHT, X_HEIGHT, ASCENT, DESCENT = 0.66, 0.486, 0.73, 0.21
"""Of the family, in ems. ASCENT holds b, d, l; capitals with an accent rise to 0.9."""


def file_of(weight: str) -> str:
    """Path of the TrueType file of a weight."""
    return _FACES[weight][0]


def css_of(weight: str) -> tuple[int, str]:
    """CSS weight and style of a weight."""
    return _FACES[weight][1], _FACES[weight][2]


@cache
def properties(weight: str, size: float) -> FontProperties:
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
    text = APOSTROPHE.sub("’", text)
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


def width(text: str, size: float, weight: str = "regular") -> float:
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


def outline(text: str, weight: str) -> Path:
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


def wrap(text: str, limit: float, size: float, weight: str = "regular") -> list[str]:
    """Lines of at most `limit` millimetres. A word wider than the line is cut, with a hyphen where a
    letter stands on both sides. No-break spaces hold. Always at least one line."""
    space = _space(weight) * size * MM_PER_PT
    lines: list[str] = []
    line, used = "", 0.0
    for word in _short_words(text.split(), limit, size, weight):
        wide = width(word, size, weight)
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
        while width(rest, size, weight) > limit and len(rest) > 2:
            cut = next(
                (n for n in range(len(rest) - 1, 1, -1) if width(rest[:n] + "-", size, weight) <= limit), 1
            )
            hyphen = "-" if rest[cut - 1].isalpha() and rest[cut].isalpha() else ""
            out.append(rest[:cut] + hyphen)
            rest = rest[cut:]
        out.append(rest)
    return out


def shorten(text: str, limit: float, size: float, weight: str = "regular") -> str:
    """The text, or as much of it as fits `limit` millimetres, ending in an ellipsis."""
    if width(text, size, weight) <= limit:
        return text
    keep = len(text)
    while keep > 1 and width(text[:keep].rstrip() + "…", size, weight) > limit:
        keep -= 1
    return text[:keep].rstrip(" ,;:.(") + "…"


def fit(
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
