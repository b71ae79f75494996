"""The furniture of a page as boxes, in the largest version that fits the room they are given."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial

from pipeline import palette
from pipeline.annexes.model import Annex, Areas, Flows, Symbols
from pipeline.sheet import bars, figures, furniture, legend
from pipeline.sheet.formats import Layout
from pipeline.sheet.marks import EMPTY, Box, Rectangle, beside, column, paragraph
from pipeline.sheet.symbols import pie_radius

ROWS = ((1.0, 4.1), (0.96, 3.8), (0.95, 3.5), (0.92, 3.2), (0.9, 3.0), (0.87, 2.8), (0.86, 2.6))
"""Factor on type and height of a bar's row (mm), tried in turn."""
LARGER = ((1.3, 4.6), (1.2, 4.4), (1.1, 4.2))
PIES_SHARE = 0.13
SMALLER = "Symboles réduits ce mois-ci, où ils couvriraient la carte : lire leur légende avant de comparer deux mois."
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


def card(annex: Annex, room: Rectangle, k: float) -> Box:
    """Bars, or the figures where there are no bars, for a corner of the main frame."""
    width, height = room[2] - room[0] - 3.0 * k, room[3] - room[1] - 2.0

    def versions() -> Iterable[Box]:
        for factor, row in ROWS:
            f = factor * k
            alone = not annex.bars and not _listed(annex)
            parts = [figures.block(annex.figures, width, f)] if alone else []
            parts += [bars.block(bars.shortened(table, 8), width, f, row) for table in annex.bars]
            yield column(parts, 2.5 * f, width)

    return largest(versions(), height)


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


def makers(annex: Annex, flows: bool = True) -> list[Maker]:
    """One legend for each layer that has one."""
    made: list[Maker] = []
    framed = bool(annex.inset_cercles)
    for layer in sorted(annex.layers, key=lambda item: isinstance(item, Flows)):
        if isinstance(layer, Areas):
            made.append(lambda w, f, layer=layer: legend.areas_legend(layer, w, f))  # type: ignore[misc]
        elif isinstance(layer, Symbols) and layer.kind == "pie":
            made.append(lambda w, f, layer=layer: legend.pies_legend(layer, w, f))  # type: ignore[misc]
        elif isinstance(layer, Symbols):
            made.append(partial(_icons, layer, framed))
        elif isinstance(layer, Flows) and flows:
            made.append(lambda w, f, layer=layer: legend.flows_legend(layer, w, f))  # type: ignore[misc]
    return made


def _icons(layer: Symbols, framed: bool, w: float, f: float) -> Box:
    return legend.icons_legend(layer, w, f, 1 if w < 60 * f else 2, framed)


def notes(annex: Annex, width: float, f: float) -> Box:
    """Notes in small type, one below the other."""
    texts = [note for note in (*annex.notes, annex.meta.rollup_note) if note]
    return column(
        [paragraph(t, width, 6.5 * f, colour=palette.QUIET_INK, leading=1.1, role="note") for t in texts], 0.4
    )


def _figures(annex: Annex, width: float, f: float) -> Box:
    """Few figures side by side, many under each other."""
    return (figures.band if len(annex.figures) <= 4 else figures.block)(annex.figures, width, f)


def side(annex: Annex, width: float, height: float, k: float, with_bars: bool) -> Box:
    """Figures (where bars or a list take the card), legends and notes, bars where all is one column:
    stacked where they fit, else legends in two columns, else smaller."""

    def versions() -> Iterable[Box]:
        made = makers(annex)
        gap = 5.0 * k
        # A page with little to explain explains it in larger type rather than leave a void.
        for factor, row in (*(() if _listed(annex) else LARGER), *ROWS[::2]):
            f = factor * k
            band = _figures(annex, width, f) if (annex.bars or with_bars) and not _listed(annex) else EMPTY
            single = min(width, SINGLE * k)
            rest = [bars.block(table, width, f, row) for table in annex.bars] if with_bars else []
            rest += [] if _listed(annex) else [notes(annex, width, f)]
            yield column([band, *(make(single, f) for make in made), *rest], 2.6 * f, width)
            if len(made) > 1 and width >= 70 * f:
                half = (width - gap) / 2
                parts = [make(half, f) for make in made]
                pairs = [beside(parts[i : i + 2], gap) for i in range(0, len(parts), 2)]
                yield column([band, *pairs, *rest], 2.6 * f, width)

    return largest(versions(), height)
