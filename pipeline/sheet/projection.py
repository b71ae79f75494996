"""The page's projection, and frames: rectangles of the page that show a piece of the projected country."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import pyproj
from matplotlib.path import Path

from pipeline.sheet.marks import Rectangle, rectangle

LAEA = "+proj=laea +lat_0=17.5 +lon_0=-4 +datum=WGS84 +units=m +no_defs"
"""Lambert azimuthal equal-area centred on 17.5 N, 4 W: area error at most 0.04 % over Mali (CARTOGRAPHY)."""

PROJECTION_LABEL = "Projection : Lambert azimutale équivalente, centrée sur 17,5° N, 4° O (WGS 84)"

Bounds = tuple[float, float, float, float]


@lru_cache(maxsize=1)
def crs() -> pyproj.CRS:
    """The page's CRS, metres."""
    return pyproj.CRS.from_proj4(LAEA)


@lru_cache(maxsize=1)
def _forward() -> pyproj.Transformer:
    return pyproj.Transformer.from_crs("EPSG:4326", crs(), always_xy=True)


@lru_cache(maxsize=1)
def _back() -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(crs(), "EPSG:4326", always_xy=True)


def project(longitude: np.ndarray | float, latitude: np.ndarray | float) -> np.ndarray:
    """Degrees WGS 84 to metres of the page's CRS; array of shape (n, 2), or (2,) for two numbers."""
    x, y = _forward().transform(longitude, latitude)
    return np.stack([np.asarray(x, dtype=float), np.asarray(y, dtype=float)], axis=-1)


def unproject(points: np.ndarray) -> np.ndarray:
    """Metres (n, 2) back to degrees (n, 2)."""
    x, y = _back().transform(points[..., 0], points[..., 1])
    return np.stack([np.asarray(x, dtype=float), np.asarray(y, dtype=float)], axis=-1)


@dataclass(frozen=True)
class Frame:
    """A rectangle of the page with a piece of the country in it.

    box: millimetres. left, bottom: metres (page CRS) at the box's lower left corner. scale: metres on the
    ground for one millimetre of paper. outline: the visible part, where corners of the box are covered by
    furniture (None: all of it).
    """

    name: str
    box: Rectangle
    left: float
    bottom: float
    scale: float
    outline: Path | None = None

    def page(self, metres: np.ndarray) -> np.ndarray:
        """Metres (n, 2) to millimetres of the page."""
        x0, y0 = self.box[:2]
        return (np.asarray(metres) - (self.left, self.bottom)) / self.scale + (x0, y0)

    def ground(self, millimetres: np.ndarray) -> np.ndarray:
        """Millimetres of the page (n, 2) to metres."""
        x0, y0 = self.box[:2]
        return (np.asarray(millimetres) - (x0, y0)) * self.scale + (self.left, self.bottom)

    @property
    def bounds(self) -> Bounds:
        """What the box shows, metres."""
        x0, y0, x1, y1 = self.box
        return (
            self.left,
            self.bottom,
            self.left + (x1 - x0) * self.scale,
            self.bottom + (y1 - y0) * self.scale,
        )

    @property
    def visible(self) -> Path:
        """Outline to clip with, millimetres."""
        return self.outline if self.outline is not None else rectangle(*self.box)

    def shows(self, millimetres: np.ndarray, margin: float = 0.0) -> np.ndarray:
        """Which points (n, 2) of the page lie in the visible part, at least `margin` mm from its edge."""
        points = np.atleast_2d(millimetres)
        x0, y0, x1, y1 = self.box
        inside = (
            (points[:, 0] >= x0 + margin)
            & (points[:, 0] <= x1 - margin)
            & (points[:, 1] >= y0 + margin)
            & (points[:, 1] <= y1 - margin)
        )
        if self.outline is None:
            return inside
        for dx, dy in ((0, 0), (margin, 0), (-margin, 0), (0, margin), (0, -margin)):
            inside &= self.outline.contains_points(points + np.array([dx, dy]))
        return inside

    def holds(self, box: Rectangle, margin: float = 0.0) -> bool:
        """Whether a rectangle of the page lies in the visible part, at least `margin` mm from its edge."""
        x0, y0, x1, y1 = box[0] - margin, box[1] - margin, box[2] + margin, box[3] + margin
        left, bottom, right, top = self.box
        if x0 < left or y0 < bottom or x1 > right or y1 > top:
            return False
        return self.outline is None or bool(
            self.outline.contains_points([(x0, y0), (x1, y0), (x1, y1), (x0, y1)]).all()
        )

    def cut(self, outline: Path) -> Frame:
        """The same frame, only `outline` of it visible."""
        return replace(self, outline=outline)


def fit(
    name: str,
    bounds: Bounds,
    box: Rectangle,
    align: tuple[float, float] = (0.5, 0.5),
    pad: float = 0.0,
    shrink: float = 1.0,
) -> Frame:
    """A frame that shows `bounds` (metres) as large as `box` lets it, with `pad` mm around.

    align: where spare room goes; (1, 0.5) puts the country against the right edge. shrink: share of the largest
    size that is drawn.
    """
    x0, y0, x1, y1 = box
    wide, tall = bounds[2] - bounds[0], bounds[3] - bounds[1]
    scale = max(wide / (x1 - x0 - 2 * pad), tall / (y1 - y0 - 2 * pad)) / shrink
    spare_x = (x1 - x0 - 2 * pad) * scale - wide
    spare_y = (y1 - y0 - 2 * pad) * scale - tall
    return Frame(
        name,
        box,
        bounds[0] - pad * scale - spare_x * align[0],
        bounds[1] - pad * scale - spare_y * align[1],
        scale,
    )
