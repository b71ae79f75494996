"""A page with a dated series: one small map a month, one legend, strips of bars."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import shapely

from pipeline import palette
from pipeline.annexes.model import Annex, BarTable, Panel
from pipeline.sheet import (
    arrange,
    background,
    bars,
    blocks,
    figures,
    fonts,
    furniture,
    mapframe,
    shapes,
    strips,
)
from pipeline.sheet.canvas import Canvas
from pipeline.sheet.formats import Layout, lifted
from pipeline.sheet.ground import changes, edges, fills
from pipeline.sheet.marks import EMPTY, Box, Placed, Rectangle, Shape, column, lines, paragraph, rectangle
from pipeline.sheet.panels import areas_legend
from pipeline.sheet.projection import Frame, fit
from pipeline.sheet.shared import Shared

GUTTER = 3.0
HEAD = 6.0
SMALL = 14_000.0
"""Metres for a millimetre beyond which a panel is too small for fine lines."""
ROOM_FOR_INSET = 0.84
"""Share of its own size that a panel's country keeps where it makes room for an inset."""
LEAST_INSET = 20.0
"""Width (mm) under which a panel's inset would show nothing more."""
STRIPS = (
    (1.0, 32.0),
    (1.0, 28.0),
    (1.0, 24.0),
    (0.97, 20.0),
    (0.95, 16.0),
    (0.92, 13.0),
    (0.9, 10.0),
    (0.86, 7.0),
)
"""Factor on type and height of the highest column (mm), tried in turn."""


def compose(annex: Annex, shared: Shared, layout: Layout) -> Canvas:
    """The whole page; the frame of the latest month is called "main"."""
    canvas = Canvas(layout.page)
    k = layout.k
    foot = furniture.foot(annex.meta, layout.foot[2] - layout.foot[0], k)
    layout = lifted(layout, layout.foot[1] + foot.height - layout.foot[3])
    title = furniture.title_block(annex, layout.title[2] - layout.title[0], k, 3)
    canvas.put(title, layout.title[0], layout.title[3])
    canvas.put(foot, layout.foot[0], layout.foot[1] + foot.height)
    assert layout.panels is not None
    x0, y0, x1, y1 = layout.panels
    y1 = min(y1, layout.title[3] - title.height - 2.0 * k)
    frames = _grid(annex.panels, shared, (x0, y0, x1, y1), k)
    insets = [_inset(annex, shared, frame) for frame in frames]
    if all(insets):
        frames = [_set_aside(frame, shared) for frame in frames]
    for panel, frame, inset in zip(annex.panels, frames, insets, strict=True):
        _panel(canvas, panel, shared, frame, k)
        if inset is not None:
            _enlarged(canvas, panel, shared, frame, inset)
    if frames and all(insets):
        annex = replace(annex, notes=(*annex.notes, _framed(annex, shared)))
    _side(canvas, annex, shared, layout, frames[-1] if frames else None)
    return canvas


def _grid(panels: tuple[Panel, ...], shared: Shared, room: Rectangle, k: float) -> list[Frame]:
    """Frames in reading order, in as many columns as makes the maps largest."""
    count = len(panels)
    if not count:
        return []
    x0, y0, x1, y1 = room
    wide, tall = shared.bounds[2] - shared.bounds[0], shared.bounds[3] - shared.bounds[1]

    def cell(columns: int) -> tuple[float, float]:
        rows = -(-count // columns)
        return (x1 - x0 - GUTTER * (columns - 1)) / columns, (y1 - y0 - GUTTER * (rows - 1)) / rows

    def size(columns: int) -> float:
        w, h = cell(columns)
        return min(w / wide, (h - HEAD * k) / tall)

    columns = max(range(1, count + 1), key=lambda n: (round(size(n) * 1e6, 3), -n))
    w, h = cell(columns)
    frames = []
    for n in range(count):
        left, top = x0 + (n % columns) * (w + GUTTER), y1 - (n // columns) * (h + GUTTER)
        box = (left, top - h, left + w, top - HEAD * k)
        name = "main" if n == count - 1 else f"panel-{n + 1}"
        frames.append(fit(name, shared.bounds, box, pad=1.0))
    return frames


def _set_aside(frame: Frame, shared: Shared) -> Frame:
    """The panel's country a little smaller and in the lower right, so that the upper left is free."""
    return fit(frame.name, shared.bounds, frame.box, (1.0, 0.0), pad=1.0, shrink=ROOM_FOR_INSET)


def _inset(annex: Annex, shared: Shared, frame: Frame) -> Frame | None:
    """The dense centre in the corner that a panel's country leaves free: the panel's month once more, larger."""
    main = _set_aside(frame, shared)
    x0, _, x1, y1 = frame.box
    chosen = shared.cercle_areas(annex.inset_cercles)
    if not len(chosen):
        return None
    bounds = shapely.total_bounds(shared.polygons[chosen])
    best: Frame | None = None
    for width in np.arange(x1 - x0, LEAST_INSET - 0.1, -1.0):
        tall = y1 - arrange.clearance(shared, main, x0 + width) + 1.0
        tall = min(tall, width * (bounds[3] - bounds[1]) / (bounds[2] - bounds[0]) + 2.0)
        if tall < LEAST_INSET / 2:
            continue
        found = fit("", tuple(bounds), (x0, y1 - tall, x0 + width, y1), arrange.INSET_ALIGN, pad=0.6)
        if best is None or found.scale < best.scale:
            best = found
    if best is None or best.scale > 0.75 * main.scale:
        return None
    return replace(best, name=frame.name.replace("main", "inset").replace("panel", "inset"))


def _enlarged(canvas: Canvas, panel: Panel, shared: Shared, main: Frame, inset: Frame) -> None:
    """A panel's inset, and its place on the panel."""
    seen = arrange.seen_from(main, inset)
    canvas.add(mapframe.inset_mark(seen, shared, main, 0.22))
    canvas.frame(inset)
    coverage = shared.main
    canvas.add([Shape(inset.visible, fill=palette.SURROUND)])
    marks, canvas.colours[inset.name] = fills(panel.areas, shared, coverage, inset)
    canvas.add(marks)
    canvas.add(edges(shared, coverage, inset, 0.55))
    canvas.add(changes(panel.areas, shared, coverage, inset, 0.4))
    canvas.add([Shape(inset.visible, line=palette.ACCENT, width=0.3, join="miter")])
    canvas.add((), [Placed("frame", inset.box, f"{panel.month} encart")])


def _framed(annex: Annex, shared: Shared) -> str:
    """What the frame on each panel means."""
    table = shared.country.cercles
    names = [n for p, n in zip(table["pcode"], table["name"], strict=True) if p in annex.inset_cercles]
    return f"Cadre bleu : agrandi dans l’angle de chaque carte ({', '.join(names)})."


def _panel(canvas: Canvas, panel: Panel, shared: Shared, frame: Frame, k: float) -> None:
    canvas.frame(frame)
    coverage = shared.main if frame.scale <= SMALL else shared.panel
    canvas.add([Shape(frame.visible, fill=palette.SURROUND)])
    if frame.scale <= SMALL:
        canvas.add(background.neighbours(shared, frame))
    marks, colours = fills(panel.areas, shared, coverage, frame)
    canvas.add(marks)
    canvas.colours[frame.name] = colours
    canvas.add(edges(shared, coverage, frame, 0.48, small=frame.scale > SMALL))
    canvas.add(changes(panel.areas, shared, coverage, frame, 0.4))
    x0, _, x1, y1 = frame.box
    canvas.add([Shape(rectangle(*frame.box), line="#c4cacd", width=0.15, join="miter")])
    size = 9.6 * k
    head = lines(
        [fonts.shorten(fonts.printable(panel.title), x1 - x0, size, "bold")], size, "bold", role="panel"
    )
    canvas.put(head, x0, y1 + HEAD * k - 0.2)
    note = paragraph(panel.note, x1 - x0 - head.width - 3, 7.0 * k, colour=palette.QUIET_INK, most=1)
    canvas.put(note, x1 - note.width, y1 + HEAD * k - 0.9 * k)
    canvas.add((), [Placed("frame", frame.box, panel.month)])


def _side(canvas: Canvas, annex: Annex, shared: Shared, layout: Layout, last: Frame | None) -> None:
    """Figures, legend, strips and notes beside or below the maps; locator, scale and north at their foot."""
    k = layout.k
    x0, floor, x1, top = layout.side
    bx0, bars_floor, bx1, bars_top = layout.card
    apart = bx0 > x1
    if not apart:
        floor = layout.locator[3] + 3.0

    def versions(with_bars: bool) -> Iterable[Box]:
        for factor, row in STRIPS:
            parts = _parts(annex, x1 - x0, factor * k)
            if with_bars:
                parts[2:2] = [_bars(table, x1 - x0, factor * k, row) for table in annex.bars]
            yield column(parts, 3.0 * factor * k, x1 - x0)

    canvas.put(blocks.largest(versions(not apart), top - floor), x0, top)
    if apart:
        versions_ = (
            column([_bars(table, bx1 - bx0, f * k, row) for table in annex.bars], 3.0) for f, row in STRIPS
        )
        canvas.put(blocks.largest(versions_, bars_top - bars_floor), bx0, bars_top)
    if last is not None and not shared.country.schematic:
        canvas.clips["locator"] = rectangle(*layout.locator)
        small = furniture.locator(shared, layout.locator, k)
        canvas.add(small.marks, small.placed)
        sx0, sy0, sx1, _ = layout.scale
        bar = furniture.scale_bar(last.scale, sx1 - sx0 - 8 * k, k)
        canvas.put(bar, sx0, sy0 + bar.height + 0.5)
        canvas.add(shapes.north(sx1 - 3, sy0 + 4, 9.0 * k))


def _bars(table: BarTable, width: float, f: float, tall: float) -> Box:
    """Strips by month where the rows are grouped, else bars."""
    if any(row.group for row in table.rows):
        return strips.block(table, width, f, tall * f)
    return bars.block(table, width, f, min(4.1, max(2.3, tall / 5)), legend=False)


def _parts(annex: Annex, width: float, f: float) -> list[Box]:
    areas = annex.areas()
    return [
        figures.block(annex.figures, width, f, 2),
        areas_legend(areas, width, f, f"communes, {annex.panels[-1].title.lower()}") if areas else EMPTY,
        blocks.notes(annex, width, f),
    ]
