"""Areas on the page: one flat colour a class, hatches and dots, and the outlines of what changed."""

from __future__ import annotations

import numpy as np
import shapely
from matplotlib.path import Path

from pipeline import palette
from pipeline.annexes.model import Areas, ClassEntry
from pipeline.sheet.coverage import Coverage, line_data, path_data
from pipeline.sheet.marks import Mark, Shape, points
from pipeline.sheet.projection import Frame
from pipeline.sheet.shared import Shared

HATCH_GAP, HATCH_LINE = 1.1, 0.13
"""Distance of the hatch lines and their width, mm."""
DOT_GAP, DOT_RADIUS = 0.95, 0.16
CHANGE_LINE, CHANGE_RIM = 0.5, 0.22
"""Width of a change outline and of the light line inside it, mm."""


def visible(shared: Shared, frame: Frame, coverage: Coverage) -> np.ndarray:
    """Indices of the areas that reach into the frame."""
    x0, y0, x1, y1 = frame.bounds
    bounds = shapely.bounds(coverage.polygons)
    return np.flatnonzero(
        (bounds[:, 0] <= x1) & (bounds[:, 2] >= x0) & (bounds[:, 1] <= y1) & (bounds[:, 3] >= y0)
    )


def fills(
    areas: Areas, shared: Shared, coverage: Coverage, frame: Frame
) -> tuple[list[Mark], dict[str, str]]:
    """Class colours, then hatches over them. Also which colour each area got (P-code -> "#rrggbb").

    An area that the specification does not name stays without a fill.
    """
    by_class: dict[str, list[int]] = {entry.key: [] for entry in areas.classes}
    colour_of = {entry.key: entry.colour for entry in areas.classes}
    colours: dict[str, str] = {}
    for i in visible(shared, frame, coverage):
        value = areas.values.get(shared.pcodes[i])
        if value is not None:
            by_class[value.class_key].append(i)
            colours[shared.pcodes[i]] = colour_of[value.class_key]
    marks: list[Mark] = []
    for entry in areas.classes:
        path = coverage.path(by_class[entry.key], frame)
        if path is not None:
            marks.append(Shape(path, fill=entry.colour, clip=frame.name))
    for entry in areas.classes:
        if entry.hatch and by_class[entry.key]:
            marks += hatch(entry, coverage.polygons[by_class[entry.key]], frame, shared)
    return marks, colours


def hatch(entry: ClassEntry, polygons: np.ndarray, frame: Frame, shared: Shared) -> list[Mark]:
    """The hatch of one class, clipped to its areas in the geometry itself, so that every format has it.

    The pattern spares the middle of each area, so that its colour can be read there.
    """
    zone = shapely.clip_by_rect(shapely.coverage_union_all(polygons), *frame.bounds)
    if shapely.is_empty(zone):
        return []
    if entry.hatch == "dots":
        path = _dots(zone, frame, shared)
        return [Shape(path, fill=entry.hatch_colour, clip=frame.name)] if path is not None else []
    x0, y0, x1, y1 = shapely.bounds(zone)
    gap = HATCH_GAP * frame.scale * np.sqrt(2)
    # Lines of the whole ground, not of the zone: the hatch runs on from one area to the next.
    first = np.floor((y0 - x1) / gap) * gap
    starts = np.arange(first, y1 - x0 + gap, gap)
    rays = shapely.linestrings(
        np.stack(
            [
                np.stack([np.full_like(starts, x0), starts + x0], 1),
                np.stack([np.full_like(starts, x1), starts + x1], 1),
            ],
            1,
        )
    )
    shapely.prepare(zone)
    pieces = shapely.get_parts(shapely.intersection(rays, zone))
    pieces = shapely.get_parts(shared.interrupted(pieces, frame.scale))
    ends, codes = line_data(pieces[shapely.get_type_id(pieces) == 1])
    if not len(ends):
        return []
    path = Path(frame.page(ends), codes)
    return [Shape(path, line=entry.hatch_colour, width=HATCH_LINE, clip=frame.name, cap="butt")]


def _dots(zone: shapely.Geometry, frame: Frame, shared: Shared) -> Path | None:
    gap = DOT_GAP * frame.scale
    x0, y0, x1, y1 = shapely.bounds(zone)
    rows = np.arange(np.floor(y0 / gap), np.ceil(y1 / gap) + 1)
    columns = np.arange(np.floor(x0 / gap), np.ceil(x1 / gap) + 1)
    grid_x, grid_y = np.meshgrid(columns * gap, rows * gap)
    grid_x = grid_x + (rows % 2)[:, None] * gap / 2
    shapely.prepare(zone)
    inside = shapely.contains_xy(zone, grid_x, grid_y)
    found = np.stack([grid_x[inside], grid_y[inside]], axis=1)
    found = found[~shared.kept_free(found, frame.scale)]
    if not len(found):
        return None
    centres = frame.page(found)
    dot = Path.unit_circle()
    vertices = (centres[:, None, :] + DOT_RADIUS * points(dot)[None, :, :]).reshape(-1, 2)
    return Path(vertices, np.tile(np.asarray(dot.codes), len(centres)))


def edges(
    shared: Shared, coverage: Coverage, frame: Frame, detail: float = 1.0, small: bool = False
) -> list[Mark]:
    """Lines between areas, thin to strong. detail: factor on their widths. small: on a small panel, where
    lines between communes would hide the communes themselves."""
    communes = coverage.path(visible(shared, frame, coverage), frame)
    marks: list[Mark] = []
    if communes is not None and not small:
        marks.append(Shape(communes, line=palette.COMMUNE_LINE, width=0.06 * detail, clip=frame.name))
    styles = (
        ("cercle", palette.CERCLE_LINE, 0.08 if small else 0.16),
        ("region", palette.REGION_LINE, 0.3),
        ("country", palette.COUNTRY_LINE, 0.45),
    )
    for rank, colour, width in styles:
        path = coverage.lines(rank, frame)
        if path is not None:
            marks.append(Shape(path, line=colour, width=width * detail, clip=frame.name))
    return marks


def changes(
    areas: Areas, shared: Shared, coverage: Coverage, frame: Frame, line: float = CHANGE_LINE
) -> list[Mark]:
    """Outlines inside the areas that worsened (solid) or improved (dashed), with a light line within, so
    that they stand on the darkest fill too. Narrower where the area is small."""
    radius = shared.inner[1] / frame.scale
    seen = set(visible(shared, frame, coverage))
    marks: list[Mark] = []
    for entry in areas.changes:
        changed = [
            shared.index[p]
            for p, value in areas.values.items()
            if value.change == entry.change and p in shared.index and shared.index[p] in seen
        ]
        narrow = [radius < 0.65 * line, radius < 1.2 * line, radius < 2.2 * line]
        fitted = np.select(narrow, [0.25 * line, 0.4 * line, 0.6 * line], line)
        for width in np.unique(fitted[changed]):
            chosen = [i for i in changed if fitted[i] == width]
            marks += _inner_outline(
                coverage.polygons[chosen], frame, entry.colour, width, entry.change == "down"
            )
    return marks


def _inner_outline(polygons: np.ndarray, frame: Frame, colour: str, width: float, dashed: bool) -> list[Mark]:
    rim = CHANGE_RIM * width / CHANGE_LINE
    marks: list[Mark] = []
    light = [(width + rim / 2, palette.PAPER, rim)] if width > 0.45 * CHANGE_LINE else []
    for inset, tone, wide in (*light, (width / 2, colour, width)):
        drawn = shapely.buffer(polygons, -inset * frame.scale, join_style="mitre", mitre_limit=1.5)
        drawn = drawn[~shapely.is_empty(drawn)]
        if len(drawn):
            vertices, codes, _ = path_data(drawn)
            dash = (1.5, 0.8) if dashed and tone == colour else ()
            marks.append(
                Shape(
                    Path(frame.page(vertices), codes),
                    line=tone,
                    width=wide,
                    clip=frame.name,
                    dash=dash,
                    cap="butt",
                    join="miter",
                )
            )
    return marks
