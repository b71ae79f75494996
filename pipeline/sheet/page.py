"""A page with one map: blocks are measured, given their room, and the map takes the rest."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.path import Path

from pipeline import palette
from pipeline.annexes.model import Annex, Areas, Flows, Symbols
from pipeline.sheet import bars, events, figures, fonts, furniture, legend, mapframe, shapes
from pipeline.sheet.canvas import Canvas
from pipeline.sheet.formats import Layout
from pipeline.sheet.marks import (
    EMPTY,
    Box,
    Placed,
    Rectangle,
    Shape,
    Text,
    beside,
    column,
    lines,
    paragraph,
    rectangle,
)
from pipeline.sheet.projection import Frame, fit
from pipeline.sheet.shared import Shared

SHRINK = (1.0, 0.95, 0.9, 0.86)
GAP = 3.0


def compose(annex: Annex, shared: Shared, layout: Layout) -> Canvas:
    """The whole page. Furniture first, because the frames are cut around it; painting order is the map,
    then the furniture."""
    furniture_ = Canvas(layout.page)
    k = layout.k
    title = furniture.title_block(annex, layout.title[2] - layout.title[0], k)
    furniture_.put(title, layout.title[0], layout.title[3])
    below_title = layout.title[3] - title.height - 2.0 * k
    _foot(furniture_, annex, layout)
    card = _card(furniture_, annex, layout)
    main = fit("main", shared.bounds, layout.country, layout.align)
    main = _reframed(main, layout.main)
    covered: list[Rectangle] = []
    if card is not None:
        covered.append(card)
    covered.append(_locator(furniture_, shared, layout, main))
    corner = layout.corner
    legends = _legends(annex, layout.side[2] - layout.side[0], layout.side[3] - layout.side[1], k)
    bottom = corner[1]
    if layout.events is None:
        bottom = max(bottom, layout.side[1] + legends.height + GAP)
        furniture_.put(legends, layout.side[0], min(layout.side[3], bottom - GAP))
    else:
        listed = layout.events
        symbols = next((layer for layer in annex.layers if isinstance(layer, Symbols)), None)
        top = min(listed[3], below_title)
        box = events.block(
            annex.events,
            symbols.keys if symbols else (),
            annex.events_title,
            listed[2] - listed[0],
            top - listed[1],
            k,
        )
        furniture_.put(box, listed[0], top)
        corner = (corner[0], corner[1] + legends.height + GAP, corner[2], corner[3])
        furniture_.put(legends, layout.corner[0], layout.corner[1] + legends.height)
        bottom = corner[1]
    inset = _inset(annex, shared, (corner[0], bottom, corner[2], below_title))
    left = layout.corner if layout.events else (layout.title[0], bottom, layout.title[2], layout.title[3])
    notch = (
        min(left[0], layout.main[0]) - 1,
        (layout.corner[1] if layout.events else bottom) - 2.0,
        layout.title[2] + 2.5,
        layout.page[1],
    )
    main = main.cut(_cut(layout.main, [notch, *([card] if card else [])]))
    covered.append(notch)
    covered.append(_scale(furniture_, main, layout))
    canvas = Canvas(layout.page)
    inset_box = _seen_from(main, inset) if inset is not None else None
    mapframe.draw(
        canvas, annex, shared, mapframe.View(main, shared.main, tuple(covered), inset_box, False, k)
    )
    canvas.add([Shape(main.visible, line="#9aa3a9", width=0.2, join="miter")])
    if inset is not None:
        _draw_inset(canvas, annex, shared, inset, k)
    canvas.clips["locator"] = rectangle(*layout.locator)
    canvas.add(furniture_.marks, furniture_.placed)
    return canvas


def _reframed(frame: Frame, box: Rectangle) -> Frame:
    """The same map, its frame widened to `box`."""
    left, bottom = frame.ground(np.array([box[:2]]))[0]
    return Frame(frame.name, box, float(left), float(bottom), frame.scale)


def _cut(box: Rectangle, holes: list[Rectangle]) -> Path:
    """A rectangle less other rectangles at its corners."""
    import shapely

    shape = shapely.box(*box)
    for hole in holes:
        shape = shape.difference(shapely.box(*hole))
    return Path(shapely.get_coordinates(shape.exterior), closed=True)


def _foot(canvas: Canvas, annex: Annex, layout: Layout) -> None:
    x0, y0, x1, y1 = layout.foot
    box = furniture.foot(annex.meta, x1 - x0, layout.k)
    canvas.put(box, x0, max(y1, y0 + box.height))


def _card(canvas: Canvas, annex: Annex, layout: Layout) -> Rectangle | None:
    """Figures and bars in their corner of the main frame; the rectangle they take from it."""
    x0, y0, x1, y1 = layout.card
    width = x1 - x0 - 3.0
    for k in SHRINK:
        parts = [figures.block(annex.figures, width, k * layout.k)]
        parts += [bars.block(table, width, k * layout.k) for table in annex.bars]
        box = column(parts, 2.5 * layout.k)
        if box.height <= y1 - y0 - 2.0:
            break
    if box.height <= 0:
        return None
    top = y0 + box.height + 2.0
    canvas.put(box, x0 + 3.0, top - 2.0)
    return (x0, y0 - 1, x1 + 1, top)


def _legends(annex: Annex, width: float, height: float, k: float) -> Box:
    """All legends and notes: stacked where they fit, else in two columns, else smaller."""
    makers: list[Callable[[float, float], Box]] = []
    for layer in annex.layers:
        if isinstance(layer, Areas):
            makers.append(lambda w, f, layer=layer: legend.areas_legend(layer, w, f))  # type: ignore[misc]
        elif isinstance(layer, Symbols):
            make = legend.pies_legend if layer.kind == "pie" else legend.icons_legend
            makers.append(lambda w, f, layer=layer, make=make: make(layer, w, f))  # type: ignore[misc]
        elif isinstance(layer, Flows):
            makers.append(lambda w, f, layer=layer: legend.flows_legend(layer, w, f))  # type: ignore[misc]
    best = EMPTY
    for factor in SHRINK:
        f = factor * k
        notes = column(
            [
                paragraph(n, width, 6.6 * f, colour=palette.QUIET_INK, leading=1.1, role="note")
                for n in (*annex.notes, annex.meta.rollup_note)
                if n
            ],
            0.3,
        )
        gap, half = 5.0 * k, (width - 5.0 * k) / 2
        stacked = column([*(make(width, f) for make in makers), notes], 2.5 * k, width)
        if stacked.height <= height:
            return stacked
        parts = [make(half, f) for make in makers]
        paired = column(
            [beside(parts[i : i + 2], gap) for i in range(0, len(parts), 2)] + [notes], 2.5 * k, width
        )
        if len(parts) > 1 and paired.height <= height:
            return paired
        best = min((stacked, paired) if len(parts) > 1 else (stacked,), key=lambda box: box.height)
    return best


def _inset(annex: Annex, shared: Shared, room: Rectangle) -> Frame | None:
    bounds = mapframe.inset_bounds(annex, shared)
    if bounds is None or room[3] - room[1] < 25:
        return None
    return fit("inset", bounds, room, pad=2.5)


def _seen_from(main: Frame, inset: Frame) -> Rectangle:
    """The inset's rectangle on the main map."""
    x0, y0, x1, y1 = inset.bounds
    low, high = main.page(np.array([(x0, y0), (x1, y1)]))
    return (float(low[0]), float(low[1]), float(high[0]), float(high[1]))


def _draw_inset(canvas: Canvas, annex: Annex, shared: Shared, inset: Frame, k: float) -> None:
    x0, y0, x1, _ = inset.box
    y1 = inset.box[3]
    names = [
        n
        for p, n in zip(shared.country.cercles["pcode"], shared.country.cercles["name"], strict=True)
        if p in annex.inset_cercles
    ]
    text = annex.extra.get("inset_title", f"Encart : {', '.join(names)}")
    size, rows = fonts.fit(
        fonts.printable(text), (x1 - x0) * 0.6, (7.6 * k, 7.0 * k, fonts.SMALLEST_PT * k), "semibold", 1
    )
    tab = lines(rows, size, "semibold", palette.PAPER, role="inset-title")
    tab_box = (x0, y1 - tab.height - 0.8, x0 + tab.width + 3.2, y1)
    bar = furniture.scale_bar(inset.scale, 24 * k, k)
    bar_box = (x0 + 1.2, y0 + 0.8, x0 + 1.2 + bar.width + 2.0, y0 + 0.8 + bar.height + 1.0)
    view = mapframe.View(inset, shared.inset, (tab_box, bar_box), None, True, k)
    mapframe.draw(canvas, annex, shared, view)
    canvas.add([Shape(rectangle(*tab_box), fill=palette.ACCENT)], [Placed("card", tab_box, "inset-title")])
    canvas.put(tab, x0 + 1.6, y1 - 0.4)
    canvas.add(
        [Shape(rectangle(*bar_box), fill=palette.PAPER, alpha=0.85)], [Placed("card", bar_box, "inset-scale")]
    )
    canvas.put(bar, bar_box[0] + 1.0, bar_box[3] - 0.6)
    canvas.add([Shape(rectangle(*inset.box), line=palette.ACCENT, width=0.5, join="miter")])


def _locator(canvas: Canvas, shared: Shared, layout: Layout, main: Frame) -> Rectangle:
    box = furniture.locator(shared, layout.locator, main, layout.k)
    canvas.add(box.marks, box.placed)
    return layout.locator


def _scale(canvas: Canvas, main: Frame, layout: Layout) -> Rectangle:
    x0, y0, x1, y1 = layout.scale
    bar = furniture.scale_bar(main.scale, x1 - x0 - 12 * layout.k, layout.k)
    canvas.add(shapes.north(x0 + 2.5, y0, 9.0 * layout.k))
    canvas.put(bar, x0 + 8.0 * layout.k, y0 + bar.height + 0.5)
    return (x0, y0, x1, y1)


__all__ = ["Text", "compose"]
