"""A page with one map: blocks are measured, given their room, and the map takes the rest."""

from __future__ import annotations

import numpy as np
import shapely
from matplotlib.path import Path

from pipeline import palette
from pipeline.annexes.model import Annex, Symbols
from pipeline.sheet import blocks, events, fonts, furniture, mapframe, shapes
from pipeline.sheet.canvas import Canvas
from pipeline.sheet.formats import Layout
from pipeline.sheet.marks import Placed, Rectangle, Shape, lines, rectangle
from pipeline.sheet.projection import Frame, fit
from pipeline.sheet.shared import Shared

GAP = 3.0
LEAST_INSET = 26.0
"""An inset flatter than this (mm) would show nothing."""
INSET_ALIGN = (1.0, 0.5)
"""Spare room of the inset goes to the west: there the delta goes on, to the east is another country."""


def compose(annex: Annex, shared: Shared, layout: Layout) -> Canvas:
    """The whole page. Furniture is measured first, because the frames are cut around it; the map is
    painted first, the furniture over it."""
    front = Canvas(layout.page)
    k = layout.k
    listed = layout.events is not None
    figures_in_card = not annex.bars and not listed
    title = blocks.header(annex, layout.title[2] - layout.title[0], k, 4, with_figures=listed)
    front.put(title, layout.title[0], layout.title[3])
    below_title = layout.title[3] - title.height - 2.2 * k
    foot = furniture.foot(annex.meta, layout.foot[2] - layout.foot[0], k)
    front.put(foot, layout.foot[0], max(layout.foot[3], layout.foot[1] + foot.height))
    floor = _side(
        front, annex, layout, below_title, bool(annex.figures) and not figures_in_card and not listed
    )
    covered = _card(front, annex, layout, figures_in_card)
    front.add(*_locator(shared, layout))
    room = (layout.corner[0], floor, layout.corner[2], below_title)
    bounds = mapframe.inset_bounds(annex, shared)
    inset = None
    if bounds is not None and room[3] - room[1] >= LEAST_INSET * k:
        inset = fit("inset", bounds, room, INSET_ALIGN, pad=2.0)
    main = _main(shared, layout)
    corner = (
        layout.corner[0] if listed else 0.0,
        floor - GAP * 0.7,
        layout.title[2] + 2.5,
        layout.page[1] + 1,
    )
    main = main.cut(_without(layout.main, [corner, *covered]))
    taken = [corner, *covered, layout.locator, _scale(front, main, layout)]
    canvas = Canvas(layout.page)
    seen = _seen_from(main, inset) if inset is not None else None
    mapframe.draw(canvas, annex, shared, mapframe.View(main, shared.main, tuple(taken), seen, False, k))
    canvas.add([Shape(main.visible, line="#9aa3a9", width=0.2, join="miter")])
    if inset is not None:
        _draw_inset(canvas, annex, shared, inset, k)
    canvas.clips["locator"] = rectangle(*layout.locator)
    canvas.add(front.marks, front.placed)
    return canvas


def _main(shared: Shared, layout: Layout) -> Frame:
    """The country in its place, the frame around it widened to the whole main box."""
    inner = fit("main", shared.bounds, layout.country, layout.align)
    left, bottom = inner.ground(np.array([layout.main[:2]]))[0]
    return Frame("main", layout.main, float(left), float(bottom), inner.scale)


def _side(canvas: Canvas, annex: Annex, layout: Layout, top: float, with_figures: bool) -> float:
    """Legends (or the list of events) in their column. Returns how far down the inset may reach."""
    x0, y0, x1, y1 = layout.side
    k = layout.k
    if layout.events is not None:
        symbols = next((layer for layer in annex.layers if isinstance(layer, Symbols)), None)
        keys = symbols.keys if symbols is not None else ()
        ex0, ey0, ex1, ey1 = layout.events
        ceiling = min(ey1, top)
        small = blocks.notes(annex, ex1 - ex0, k)
        box = events.block(
            annex.events, keys, annex.events_title, ex1 - ex0, ceiling - ey0 - small.height - 2.0, k
        )
        canvas.put(box, ex0, ceiling)
        canvas.put(small, ex0, ey0 + small.height)
        return layout.corner[1]
    box = blocks.legends(annex, x1 - x0, y1 - y0, k, with_figures)
    floor = max(layout.corner[1], y0 + box.height + GAP)
    canvas.put(box, x0, floor - GAP)
    return floor


def _card(canvas: Canvas, annex: Annex, layout: Layout, with_figures: bool) -> list[Rectangle]:
    """The corner of the main frame that holds figures and bars (beside a list of events: the legends);
    the rectangles it takes from the frame."""
    x0, y0, x1, y1 = layout.card
    width = x1 - x0 - 3.0 * layout.k
    if layout.events is not None:
        from dataclasses import replace

        lx0, ly0, lx1, ly1 = layout.side
        canvas.put(blocks.legends(replace(annex, notes=()), lx1 - lx0, ly1 - ly0, layout.k), lx0, ly1)
    box = blocks.card(annex, width, y1 - y0 - 2.0, layout.k, with_figures)
    if box.height <= 0:
        return []
    top = y0 + box.height + 2.0
    canvas.put(box, x0 + 3.0 * layout.k, top - 2.0)
    return [(x0, y0 - 1, x1 + 1, top)]


def _without(box: Rectangle, holes: list[Rectangle]) -> Path:
    """A rectangle less other rectangles at its corners."""
    shape = shapely.box(*box)
    for hole in holes:
        shape = shape.difference(shapely.box(*hole))
    if shape.geom_type != "Polygon":
        shape = max(shape.geoms, key=lambda part: part.area)
    return Path(shapely.get_coordinates(shape.exterior), closed=True)


def _seen_from(main: Frame, inset: Frame) -> Rectangle:
    """The inset's rectangle on the main map."""
    x0, y0, x1, y1 = inset.bounds
    low, high = main.page(np.array([(x0, y0), (x1, y1)]))
    return (float(low[0]), float(low[1]), float(high[0]), float(high[1]))


def _draw_inset(canvas: Canvas, annex: Annex, shared: Shared, inset: Frame, k: float) -> None:
    """The inset with its name and its own scale bar."""
    x0, y0, x1, y1 = inset.box
    table = shared.country.cercles
    names = [n for p, n in zip(table["pcode"], table["name"], strict=True) if p in annex.inset_cercles]
    text = annex.extra.get("inset_title", f"Encart : {', '.join(names)}")
    sizes = (7.6 * k, 7.0 * k, fonts.SMALLEST_PT * k)
    size, rows = fonts.fit(fonts.printable(text), (x1 - x0) * 0.8, sizes, "semibold", 1)
    tab = lines(rows, size, "semibold", palette.PAPER, role="inset-title")
    tab_box = (x0, y1 - tab.height - 0.8, x0 + tab.width + 3.2, y1)
    bar = furniture.scale_bar(inset.scale, 24 * k, k)
    bar_box = (x0 + 1.2, y0 + 1.2, x0 + 1.2 + bar.width + 2.0, y0 + 1.2 + bar.height + 1.0)
    mapframe.draw(
        canvas, annex, shared, mapframe.View(inset, shared.inset, (tab_box, bar_box), None, True, k)
    )
    canvas.add([Shape(rectangle(*tab_box), fill=palette.ACCENT)], [Placed("card", tab_box, "inset-title")])
    canvas.put(tab, x0 + 1.6, y1 - 0.4)
    canvas.add([Shape(rectangle(*bar_box), fill=palette.PAPER)], [Placed("card", bar_box, "inset-scale")])
    canvas.put(bar, bar_box[0] + 1.0, bar_box[3] - 0.6)
    canvas.add([Shape(rectangle(*inset.box), line=palette.ACCENT, width=0.5, join="miter")])


def _locator(shared: Shared, layout: Layout) -> tuple[list, list]:
    box = furniture.locator(shared, layout.locator, layout.k)
    return list(box.marks), list(box.placed)


def _scale(canvas: Canvas, main: Frame, layout: Layout) -> Rectangle:
    """Scale bar and north arrow; the rectangle they take."""
    x0, y0, x1, y1 = layout.scale
    bar = furniture.scale_bar(main.scale, x1 - x0 - 12 * layout.k, layout.k)
    canvas.add(shapes.north(x0 + 2.5, y0, 9.0 * layout.k))
    canvas.put(bar, x0 + 8.0 * layout.k, y0 + bar.height + 0.5)
    return (x0, y0, x1, y1)
