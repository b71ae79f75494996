"""A page with one map: blocks are measured, given their room, and the map takes the rest."""

from __future__ import annotations

from dataclasses import replace

from pipeline import palette
from pipeline.annexes.model import Annex, Symbols
from pipeline.sheet import arrange, blocks, events, fonts, furniture, mapframe, shapes
from pipeline.sheet.canvas import Canvas
from pipeline.sheet.formats import Layout, lifted
from pipeline.sheet.marks import Box, Placed, Rectangle, Shape, lines, rectangle
from pipeline.sheet.projection import Frame
from pipeline.sheet.shared import Shared

GAP = 3.0


def compose(annex: Annex, shared: Shared, layout: Layout, plain: Layout) -> Canvas:
    """The whole page. Furniture is measured first, because the frames are cut around it; the map is
    painted first, the furniture over it. plain: the layout for a country that leaves no corner free."""
    annex = blocks.with_room_for_pies(annex, layout)
    foot = furniture.foot(annex.meta, layout.foot[2] - layout.foot[0], layout.k)
    layout = lifted(layout, layout.foot[1] + foot.height - layout.foot[3])
    if (
        layout.page == plain.page and layout.title == plain.title and shared.country.schematic
    ):  # no locator beside the tiles
        layout = replace(layout, country=(*layout.country[:2], layout.main[2] - 3.0, layout.country[3]))
    k, title_box = layout.k, layout.title
    title = blocks.header(annex, title_box[2] - title_box[0], k, 4, bool(annex.events or annex.events_title))
    ceiling = title_box[3] - title.height - 2.2 * k
    front = Canvas(layout.page)
    front.put(title, title_box[0], title_box[3])
    front.put(foot, layout.foot[0], layout.foot[1] + foot.height)
    holes, floor = _furniture(front, annex, layout, ceiling)
    main = arrange.main_frame(shared, layout, ceiling, floor if layout.below else 0.0)
    headline = (title_box[0] - 1, ceiling + 0.8, title_box[2] + 2.5, layout.page[1] + 1)
    if not layout.stacked:
        around = [] if shared.country.schematic else [layout.locator, layout.scale]
        if arrange.covers(shared, main, [headline, *holes, *around]):
            return compose(annex, shared, plain, plain)
    inset = _inset_room(annex, shared, layout, main, floor, ceiling)
    if inset is not None:
        x0, y0, x1, _ = inset.box
        holes.append((min(x0, layout.main[0]) - 1, y0 - GAP * 0.7, x1 + 2.5, layout.page[1] + 1))
    holes.append(headline)
    main = main.cut(arrange.without(main.box, holes))
    if not shared.country.schematic:  # tiles have no scale, no north and no neighbours
        holes += [_locator(front, shared, layout, main), _scale(front, layout, main)]
    canvas = Canvas(layout.page)
    seen = arrange.seen_from(main, inset) if inset is not None else None
    mapframe.draw(canvas, annex, shared, mapframe.View(main, shared.main, tuple(holes), seen, False, k))
    canvas.add([Shape(main.visible, line="#9aa3a9", width=0.2, join="miter")])
    if inset is not None:
        _draw_inset(canvas, annex, shared, inset, k)
    canvas.clips.update(front.clips)
    canvas.add(front.marks, front.placed)
    return canvas


def _furniture(front: Canvas, annex: Annex, layout: Layout, ceiling: float) -> tuple[list[Rectangle], float]:
    """Legends, notes, bars, figures, events in their places. Returns the rectangles that they take from
    the main frame, and the height (mm) above which the corner (or the map, where they lie below) begins."""
    side_is_card = layout.card[0] <= layout.side[0]  # one column for everything
    x0, y0, x1, y1 = layout.side
    top = min(y1, ceiling) if layout.stacked and not layout.below else y1
    side = blocks.side(annex, x1 - x0, top - y0, layout.k, with_bars=side_is_card)
    card = Box(0, 0) if side_is_card else blocks.card(annex, layout.card, layout.k)
    listed = bool(annex.events or annex.events_title)
    low = y0 + max(side.height, card.height) + GAP
    if listed:
        ex0, ey0, ex1, ey1 = layout.events or (x0, low, x1, y1)
        list_top = ey1 if layout.below else min(ey1, ceiling)
        box = _events(annex, ex1 - ex0, list_top - ey0, layout.k)
        low = max(low, ey0 + box.height + GAP) if layout.below else low
        front.put(box, ex0, low - GAP if layout.below else list_top)
    if layout.below:
        side_top = low - GAP
    elif layout.events is not None:
        side_top = top
    elif side_is_card:
        side_top = y0 + side.height if listed else top
    else:
        side_top = max(low, layout.corner[1]) - GAP if annex.inset_cercles else ceiling - 2.0
    front.put(side, x0, side_top)
    holes: list[Rectangle] = []
    if card.height > 0:
        cx0, cy0, cx1, _ = layout.card
        front.put(card, cx0 + 3.0 * layout.k, low - GAP if layout.below else cy0 + card.height)
        holes = [] if layout.below else [(cx0, cy0 - 1, cx1 + 1, cy0 + card.height + 2.0)]
    return holes, low if layout.events is None or layout.below else layout.corner[1]


def _events(annex: Annex, width: float, height: float, k: float) -> Box:
    """The list of events with the notes under it."""
    symbols = next((layer for layer in annex.layers if isinstance(layer, Symbols)), None)
    small = blocks.notes(annex, width, k)
    keys = symbols.keys if symbols is not None else ()
    coarse = symbols.items if symbols is not None else ()
    light = frozenset(item.number for item in coarse if item.light)
    listed = events.block(
        annex.events, keys, annex.events_title, width, height - small.height - 2.5, k, light
    )
    return blocks.column([listed, small], 2.5, width)


def _inset_room(
    annex: Annex, shared: Shared, layout: Layout, main: Frame, floor: float, ceiling: float
) -> Frame | None:
    """The inset in the corner that the country leaves free: as wide as shows most, for the wider it is the
    further down it meets the country."""
    x0, y0, x1, _ = layout.corner
    tried = []
    for width in range(round(x1 - x0), round(0.5 * (x1 - x0)), -4):
        free = arrange.clearance(shared, main, x0 + width + 2.0)
        low = max(y0, free) if layout.below else max(y0, floor, free)
        tried.append(arrange.inset_frame(annex, shared, (x0, low, x0 + width, ceiling), layout.k))
    best = min((frame for frame in tried if frame is not None), key=lambda frame: frame.scale, default=None)
    return arrange.nudged(best, main, shared) if best is not None else None


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


def _locator(front: Canvas, shared: Shared, layout: Layout, main: Frame) -> Rectangle:
    """The small map of the region, in the upper right corner of the main frame."""
    x0, y0, x1, y1 = layout.locator
    drop = max(0.0, y1 - main.box[3])
    place = (x0, y0 - drop, x1, y1 - drop)
    box = furniture.locator(shared, place, layout.k)
    front.clips["locator"] = rectangle(*place)
    front.add(box.marks, box.placed)
    return place


def _scale(front: Canvas, layout: Layout, main: Frame) -> Rectangle:
    """Scale bar and north arrow; the rectangle they take."""
    x0, y0, x1, y1 = layout.scale
    rise = max(0.0, main.box[1] + 2.5 - y0)
    bar = furniture.scale_bar(main.scale, x1 - x0 - 12 * layout.k, layout.k)
    front.add(shapes.north(x0 + 2.5, y0 + rise, 9.0 * layout.k))
    front.put(bar, x0 + 8.0 * layout.k, y0 + rise + bar.height + 0.5)
    return (x0, y0 + rise, x1, y1 + rise)
