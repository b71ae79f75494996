"""The areas of the country as one coverage: simplified together, their shared edges known once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import shapely
from matplotlib.path import Path

from pipeline.sheet.projection import Frame

RANKS = ("country", "region", "cercle")
"""Of an edge: the highest level that it divides. Edges between communes of one cercle are not listed: their
own outlines, stroked together, draw them."""


@dataclass(frozen=True)
class Coverage:
    """Polygons at one degree of detail, and the lines between them. All in metres of the page's CRS.

    polygons: one (multi)polygon an area. vertices, codes: all rings one after the other, as path data;
    starts: first vertex of each area, with the end appended. edges: rank -> path data (vertices, codes).
    """

    polygons: np.ndarray
    vertices: np.ndarray
    codes: np.ndarray
    starts: np.ndarray
    edges: dict[str, tuple[np.ndarray, np.ndarray]]

    def path(self, indices: Iterable[int], frame: Frame) -> Path | None:
        """One compound path of several areas, in millimetres of the page. Areas that share an edge are
        filled together without a seam. None where there is no area."""
        parts = [slice(self.starts[i], self.starts[i + 1]) for i in indices]
        if not parts:
            return None
        vertices = np.concatenate([self.vertices[part] for part in parts])
        return Path(frame.page(vertices), np.concatenate([self.codes[part] for part in parts]))

    def lines(self, rank: str, frame: Frame) -> Path | None:
        """The edges of one rank, in millimetres."""
        vertices, codes = self.edges[rank]
        return Path(frame.page(vertices), codes) if len(vertices) else None


def simplified(polygons: np.ndarray, tolerance: float, owners: dict[str, np.ndarray]) -> Coverage:
    """The coverage with detail below `tolerance` metres left out; neighbours stay neighbours.

    owners: "region" and "cercle" -> code of each area's parent, in the order of `polygons`.
    """
    thin = shapely.coverage_simplify(polygons, tolerance) if len(polygons) else polygons
    # An area that would vanish keeps its own outline.
    thin = np.where(shapely.is_empty(thin), polygons, thin)
    thin = shapely.orient_polygons(thin)
    vertices, codes, starts = path_data(thin)
    return Coverage(thin, vertices, codes, starts, _edges(vertices, codes, starts, owners))


def path_data(polygons: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Vertices (n, 2), path codes (n,) and first vertex of each (multi)polygon (with the end appended)."""
    as_multi = np.array(
        [g if g.geom_type == "MultiPolygon" else shapely.MultiPolygon([g]) for g in polygons], dtype=object
    )
    if not len(as_multi):
        return np.empty((0, 2)), np.empty(0, dtype=Path.code_type), np.zeros(1, dtype=int)
    _, vertices, (rings, parts, geoms) = shapely.to_ragged_array(as_multi)
    codes = np.full(len(vertices), Path.LINETO, dtype=Path.code_type)
    codes[rings[:-1]] = Path.MOVETO
    codes[rings[1:] - 1] = Path.CLOSEPOLY
    return vertices[:, :2], codes, rings[parts[geoms]]


def line_data(lines: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Vertices and codes of (multi)lines."""
    parts = shapely.get_parts(lines)
    if not len(parts):
        return np.empty((0, 2)), np.empty(0, dtype=Path.code_type)
    vertices, owner = shapely.get_coordinates(parts, return_index=True)
    codes = np.full(len(vertices), Path.LINETO, dtype=Path.code_type)
    codes[np.flatnonzero(np.diff(owner, prepend=-1))] = Path.MOVETO
    return vertices, codes


def _edges(
    vertices: np.ndarray, codes: np.ndarray, starts: np.ndarray, owners: dict[str, np.ndarray]
) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Every edge once, by rank: two areas that meet share each of their common segments exactly."""
    if not len(vertices):
        return {rank: line_data(np.empty(0, dtype=object)) for rank in RANKS}
    number = np.unique(vertices[:, 0] + 1j * vertices[:, 1], return_inverse=True)[1].astype(np.int64)
    begin = np.flatnonzero(codes != Path.CLOSEPOLY)
    ends = np.sort(np.stack([number[begin], number[begin + 1]], axis=1), axis=1)
    area = np.repeat(np.arange(len(starts) - 1), np.diff(starts))[begin]
    key = ends[:, 0] * (number.max() + 1) + ends[:, 1]
    order = np.argsort(key, kind="stable")
    first = np.flatnonzero(np.diff(key[order], prepend=-1))
    last = np.append(first[1:], len(key)) - 1
    one, other = area[order[first]], area[order[last]]
    alone = first == last
    region = owners["region"][one] != owners["region"][other]
    cercle = owners["cercle"][one] != owners["cercle"][other]
    rank = np.where(alone, 0, np.where(region, 1, np.where(cercle, 2, len(RANKS))))
    at = begin[order[first]]
    segments = np.stack([vertices[at], vertices[at + 1]], axis=1)
    out = {}
    for n, name in enumerate(RANKS):
        chosen = segments[rank == n]
        merged = (
            shapely.line_merge(shapely.multilinestrings(shapely.linestrings(chosen))) if len(chosen) else None
        )
        out[name] = line_data(
            np.array([merged], dtype=object) if merged is not None else np.empty(0, dtype=object)
        )
    return out
