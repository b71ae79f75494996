"""What the annexes of one run have in common: the projected country, computed once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import numpy as np
import shapely

from pipeline.geography.country import Country
from pipeline.sheet.basemap import Basemap
from pipeline.sheet.coverage import Coverage, simplified
from pipeline.sheet.projection import Frame, crs, project

# Detail finer than a tenth of a millimetre of paper cannot be seen: tolerances in metres for a main map of
# some 9 km a millimetre, an inset of 4, a small panel of 25.
MAIN_TOLERANCE, INSET_TOLERANCE, PANEL_TOLERANCE = 600.0, 250.0, 1600.0


@dataclass(frozen=True)
class Shared:
    """The country on the page's projection (metres), by finest level (communes; cercles when schematic).

    pcodes, names, cercles, regions: of the areas, in one order. polygons: in full detail. basemap: drawn in
    place of the relief where BASEMAP= asks for one.
    """

    country: Country
    level: str
    pcodes: tuple[str, ...]
    names: tuple[str, ...]
    cercles: np.ndarray
    regions: np.ndarray
    polygons: np.ndarray
    basemap: Basemap | None = None

    @cached_property
    def index(self) -> dict[str, int]:
        """P-code -> place in the order."""
        return {pcode: i for i, pcode in enumerate(self.pcodes)}

    @cached_property
    def _owners(self) -> dict[str, np.ndarray]:
        return {"cercle": self.cercles, "region": self.regions}

    @cached_property
    def main(self) -> Coverage:
        """Detail for the main map."""
        return simplified(self.polygons, MAIN_TOLERANCE, self._owners)

    @cached_property
    def inset(self) -> Coverage:
        """Detail for the inset."""
        return simplified(self.polygons, INSET_TOLERANCE, self._owners)

    @cached_property
    def panel(self) -> Coverage:
        """Detail for small panels."""
        return simplified(self.polygons, PANEL_TOLERANCE, self._owners)

    @cached_property
    def outline(self) -> shapely.Geometry:
        """The whole country."""
        return shapely.coverage_union_all(self.main.polygons)

    def border(self, coverage: Coverage, frame: Frame) -> shapely.Geometry:
        """The country's border in millimetres of the frame, prepared."""
        path = coverage.lines("country", frame)
        if path is None:
            return shapely.MultiLineString()
        vertices, codes = np.asarray(path.vertices), np.asarray(path.codes)
        parts = np.split(vertices, np.flatnonzero(codes == path.MOVETO)[1:])
        lines = shapely.multilinestrings([shapely.LineString(part) for part in parts if len(part) > 1])
        shapely.prepare(lines)
        return lines

    @cached_property
    def bounds(self) -> tuple[float, float, float, float]:
        """Of the country, metres."""
        x0, y0, x1, y1 = shapely.total_bounds(self.polygons)
        return float(x0), float(y0), float(x1), float(y1)

    @cached_property
    def inner(self) -> tuple[np.ndarray, np.ndarray]:
        """Centre (n, 2) and radius (n,) of the largest circle in each area, metres: where its colour is
        read, and how wide it is."""
        circles = np.array(
            [shapely.maximum_inscribed_circle(p, tolerance=300.0) for p in self.main.polygons], dtype=object
        )
        return shapely.get_coordinates(shapely.get_point(circles, 0)), shapely.length(circles)

    @cached_property
    def middles(self) -> np.ndarray:
        """Points (n, 2) where the colour of an area may be read: the middle of its largest circle, and a
        point on its surface as a GIS would pick it."""
        surface = shapely.get_coordinates(shapely.point_on_surface(self.polygons))
        return np.concatenate([self.inner[0], surface])

    def interrupted(self, lines: np.ndarray, scale: float) -> np.ndarray:
        """Lines (metres) less specks of 0.3 mm about those points, which stay free so that each area's colour
        can be read there. scale: metres for a millimetre."""
        specks = shapely.buffer(shapely.points(self.middles), 0.3 * scale, quad_segs=2)
        out = np.array(lines, dtype=object)
        for line, speck in shapely.STRtree(specks).query(out, predicate="intersects").T:
            out[line] = shapely.difference(out[line], specks[speck])
        return out

    def kept_free(self, points: np.ndarray, scale: float) -> np.ndarray:
        """Which points (n, 2) lie within half a millimetre of one where a colour is read."""
        tree = shapely.STRtree(shapely.points(self.middles))
        near = tree.query(shapely.points(points), predicate="dwithin", distance=0.5 * scale)[0]
        out = np.zeros(len(points), dtype=bool)
        out[near] = True
        return out

    def cercle_areas(self, pcodes: tuple[str, ...]) -> np.ndarray:
        """Indices of the areas of some cercles."""
        return np.flatnonzero(np.isin(self.cercles, pcodes))

    @cached_property
    def background(self) -> dict[str, gpd.GeoDataFrame]:
        """The background's vectors on the page's projection, only those that are there."""
        parts = self.country.background
        found = {
            "countries": parts.countries,
            "borders": parts.borders,
            "rivers": parts.rivers,
            "lakes": parts.lakes,
        }
        return {
            name: layer.to_crs(crs()) for name, layer in found.items() if layer is not None and len(layer)
        }


def prepare(country: Country, basemap: Basemap | None = None) -> Shared:
    """Project the country's finest level; detail, edges and background follow when first asked for."""
    table = country.layer(country.finest)
    geometry = table.geometry.to_numpy()
    projected = shapely.transform(geometry, lambda xy: project(xy[:, 0], xy[:, 1]))
    return Shared(
        country=country,
        level=country.finest,
        pcodes=tuple(table["pcode"]),
        names=tuple(table["name"]),
        cercles=table["cercle_pcode"].to_numpy(dtype=object),
        regions=table["region_pcode"].to_numpy(dtype=object),
        polygons=projected,
        basemap=basemap,
    )
