"""Where the frames go once the furniture is measured: main map, inset, and what each leaves to the other."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import shapely
from matplotlib.path import Path

from pipeline.annexes.model import Annex
from pipeline.sheet.formats import Layout
from pipeline.sheet.marks import Rectangle
from pipeline.sheet.projection import Frame, fit
from pipeline.sheet.shared import Shared

LEAST_INSET = 26.0
"""An inset flatter than this (mm) would show nothing."""
EDGE_CLEAR = 0.5
"""Half the width (mm) that the inset's edge takes on the main map, rim included."""
INSET_ALIGN = (1.0, 0.5)
"""Spare room of the inset goes to the west: there the delta goes on, to the east is another country."""


def main_frame(shared: Shared, layout: Layout, ceiling: float, floor: float) -> Frame:
    """The country in its place, the frame around it widened to the whole main box. On a stacked page the
    frame reaches from `floor` to `ceiling` (mm), whatever headline and furniture leave."""
    x0, y0, x1, y1 = layout.country
    box = layout.main
    if layout.stacked:
        box = (box[0], max(box[1], floor), box[2], min(box[3], ceiling))
        y0, y1 = box[1] + 3.0, box[3] - 3.0
    inner = fit("main", shared.bounds, (x0, y0, x1, y1), layout.align)
    left, bottom = inner.ground(np.array([box[:2]]))[0]
    return Frame("main", box, float(left), float(bottom), inner.scale)


def clearance(shared: Shared, frame: Frame, right: float) -> float:
    """How high (mm) the country reaches west of `right` (mm), with a little air: above it the corner is free."""
    x0, y0, x1, y1 = shared.bounds
    edge = frame.ground(np.array([(right + 1.5, 0.0)]))[0, 0]
    if edge <= x0:
        return frame.box[1]
    part = shapely.clip_by_rect(shared.outline, x0 - 1, y0 - 1, min(edge, x1 + 1), y1 + 1)
    if shapely.is_empty(part):
        return frame.box[1]
    return float(frame.page(np.array([(0.0, shapely.bounds(part)[3])]))[0, 1]) + 2.5


def covers(shared: Shared, frame: Frame, rectangles: list[Rectangle]) -> bool:
    """Whether furniture at any of the rectangles (mm) would lie on the country."""
    if not rectangles:
        return False
    corners = np.array([[(r[0], r[1]), (r[2], r[3])] for r in rectangles]).reshape(-1, 2)
    ground = frame.ground(corners).reshape(-1, 4)
    return bool(shapely.intersects(shapely.box(*ground.T), shared.outline).any())


def inset_frame(annex: Annex, shared: Shared, room: Rectangle, k: float) -> Frame | None:
    """The annex's cercles as large as the room allows; None without cercles or without room."""
    chosen = shared.cercle_areas(annex.inset_cercles)
    if not len(chosen) or room[3] - room[1] < LEAST_INSET * k or room[2] - room[0] < LEAST_INSET * k:
        return None
    x0, y0, x1, y1 = (float(v) for v in shapely.total_bounds(shared.polygons[chosen]))
    return fit("inset", (x0, y0, x1, y1), room, INSET_ALIGN, pad=2.0)


def nudged(inset: Frame, main: Frame, shared: Shared) -> Frame:
    """The inset moved and widened by a little, where its edge, which is drawn on the main map, would else
    hide the colour of a commune there."""
    points = main.page(shared.middles)
    weights = np.repeat([10.0, 1.0], len(points) // 2)  # middles of circles first, other inner points next
    offsets = np.arange(-2.0, 2.05, 0.1) * main.scale
    offsets = offsets[np.argsort(np.abs(offsets), kind="stable")]
    best, least = inset, np.inf
    for step in range(12):
        frame = replace(inset, scale=inset.scale * (1 + 0.004 * step))
        box = np.array(seen_from(main, frame))
        costs = []
        for axis in (0, 1):
            along, across = points[:, axis], points[:, 1 - axis]
            near = (across > box[1 - axis] - 2) & (across < box[3 - axis] + 2)
            edges = box[[axis, axis + 2]][None, :] + offsets[:, None] / main.scale
            hit = (np.abs(along[None, None, :] - edges[:, :, None]) < EDGE_CLEAR).any(axis=1) & near
            costs.append((hit * weights).sum(axis=1))
        total = costs[0].min() + costs[1].min()
        if total < least:
            dx, dy = offsets[costs[0].argmin()], offsets[costs[1].argmin()]
            best, least = replace(frame, left=frame.left + dx, bottom=frame.bottom + dy), total
    return best


def seen_from(main: Frame, inset: Frame) -> Rectangle:
    """The inset's rectangle on the main map."""
    x0, y0, x1, y1 = inset.bounds
    low, high = main.page(np.array([(x0, y0), (x1, y1)]))
    return (float(low[0]), float(low[1]), float(high[0]), float(high[1]))


def without(box: Rectangle, holes: list[Rectangle]) -> Path:
    """A rectangle less other rectangles at its corners."""
    shape = shapely.box(*box)
    for hole in holes:
        shape = shape.difference(shapely.box(*hole))
    if shape.geom_type != "Polygon":
        shape = max(shape.geoms, key=lambda part: part.area)
    return Path(shapely.get_coordinates(shape.exterior), closed=True)
