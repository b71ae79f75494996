"""The furniture of a page as boxes, in the largest version that fits the room they are given."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from pipeline import palette
from pipeline.annexes.model import Annex, Areas, Flows, Symbols
from pipeline.sheet import bars, figures, furniture, legend
from pipeline.sheet.marks import EMPTY, Box, beside, column, paragraph

SHRINK = (1.0, 0.95, 0.9, 0.86)
SINGLE = 74.0
"""A legend that stands alone is no wider than this (mm), so that values stay near their labels."""

Maker = Callable[[float, float], Box]


def largest(made: Iterable[Box], height: float) -> Box:
    """The first of the versions, from large to small, that is at most `height` tall; else the flattest."""
    flattest = EMPTY
    for box in made:
        if box.height <= height:
            return box
        if flattest is EMPTY or box.height < flattest.height:
            flattest = box
    return flattest


def header(annex: Annex, width: float, k: float, caption_lines: int, with_figures: bool) -> Box:
    """Headline and caption, with the figures as a band below them where they have no other place."""
    title = furniture.title_block(annex, width, k, caption_lines)
    return column([title, figures.band(annex.figures, width, k) if with_figures else EMPTY], 2.0 * k, width)


def card(annex: Annex, width: float, height: float, k: float, with_figures: bool) -> Box:
    """Figures and bars for a corner of the main frame."""

    def versions() -> Iterable[Box]:
        for factor, row in ((1.0, 4.1), (0.96, 3.8), (0.94, 3.5), (0.92, 3.2), (0.9, 3.0), (0.88, 2.8)):
            f = factor * k
            parts = [figures.block(annex.figures, width, f)] if with_figures else []
            parts += [bars.block(table, width, f, row) for table in annex.bars]
            yield column(parts, 2.5 * f, width)

    return largest(versions(), height)


def makers(annex: Annex, flows: bool = True) -> list[Maker]:
    """One legend for each layer that has one."""
    made: list[Maker] = []
    for layer in sorted(annex.layers, key=lambda item: isinstance(item, Flows)):
        if isinstance(layer, Areas):
            made.append(lambda w, f, layer=layer: legend.areas_legend(layer, w, f))  # type: ignore[misc]
        elif isinstance(layer, Symbols) and layer.kind == "pie":
            made.append(lambda w, f, layer=layer: legend.pies_legend(layer, w, f))  # type: ignore[misc]
        elif isinstance(layer, Symbols):
            made.append(lambda w, f, layer=layer: legend.icons_legend(layer, w, f, 1 if w < 60 * f else 2))  # type: ignore[misc]
        elif isinstance(layer, Flows) and flows:
            made.append(lambda w, f, layer=layer: legend.flows_legend(layer, w, f))  # type: ignore[misc]
    return made


def notes(annex: Annex, width: float, f: float) -> Box:
    """Notes in small type, one below the other."""
    texts = [note for note in (*annex.notes, annex.meta.rollup_note) if note]
    return column(
        [paragraph(t, width, 6.5 * f, colour=palette.QUIET_INK, leading=1.1, role="note") for t in texts], 0.4
    )


def legends(annex: Annex, width: float, height: float, k: float, with_figures: bool = False) -> Box:
    """All legends, then the notes: stacked where they fit, else in two columns, else smaller."""

    def versions() -> Iterable[Box]:
        made = makers(annex)
        gap = 5.0 * k
        for factor in SHRINK:
            f = factor * k
            band = figures.band(annex.figures, width, f) if with_figures else EMPTY
            single = min(width, SINGLE * k)
            small = notes(annex, width, f)
            yield column([band, *(make(single, f) for make in made), small], 2.6 * f, width)
            if len(made) > 1:
                half = (width - gap) / 2
                parts = [make(half, f) for make in made]
                pairs = [beside(parts[i : i + 2], gap) for i in range(0, len(parts), 2)]
                yield column([band, *pairs, small], 2.6 * f, width)

    return largest(versions(), height)
