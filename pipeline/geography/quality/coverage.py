"""Coverage: neighbours share their border exactly, with no gap and no overlap between them."""

from __future__ import annotations

import geopandas as gpd
import shapely

from pipeline.geography.areas import Areas
from pipeline.geography.quality.findings import failure, feature, layers, position

GAP_WIDTH = 1e-4
"""Degrees (11 m): slits narrower than this between neighbours are faults of digitising; the official
vintages have none, while a wider one may be the narrow neck of a true outline."""
HOLE_AREA = 1e-6
"""Square degrees (about 0.012 km²): Mali has no enclave, so a hole larger than this lacks its commune."""
FIX = "corriger dans QGIS (Vérifier la topologie ; GRASS v.clean), avec accrochage aux sommets des voisins"


def check(areas: Areas) -> None:
    """Raise BoundaryError where a level is not a coverage: overlap, slit, unmatched border, or hole."""
    for _, layer, frame in layers(areas):
        shapes = frame.geometry.to_numpy()
        edges = shapely.coverage_invalid_edges(shapes, gap_width=GAP_WIDTH)
        faulty = ~shapely.is_missing(edges) & ~shapely.is_empty(edges)
        if faulty.any():
            width = f"{GAP_WIDTH:.4f}".replace(".", ",")
            raise failure(
                layer,
                f"chevauchements ou vides entre voisins (fentes de moins de {width}° comprises)",
                _told(frame[faulty], edges[faulty]),
                FIX,
            )
        holes = [hole for hole in _holes(shapely.coverage_union_all(shapes)) if hole.area > HOLE_AREA]
        if holes:
            raise failure(
                layer, "trous que rien ne couvre", [f"vers {position(hole)}" for hole in holes], FIX
            )


def _told(frame: gpd.GeoDataFrame, edges: object) -> list[str]:
    """Each faulty area with what is wrong and where: an overlap and its area, or a border that differs."""
    told = []
    shapes = frame.geometry.to_numpy()
    tree = shapely.STRtree(shapes)
    for index, (code, name, edge) in enumerate(zip(frame["pcode"], frame["name"], edges, strict=True)):  # type: ignore[call-overload]
        near = [other for other in tree.query(shapes[index], predicate="intersects") if other != index]
        overlaps = [shapely.intersection(shapes[index], shapes[other]) for other in near]
        largest = max(overlaps, key=lambda one: one.area, default=None)
        if largest is not None and largest.area > 0:
            other = near[overlaps.index(largest)]
            neighbour = feature(frame["pcode"].iloc[other], frame["name"].iloc[other])
            what = f"chevauche {neighbour} vers {position(largest)}"
        else:
            what = f"bord sans vis-à-vis vers {position(edge)}"
        told.append(f"{feature(code, name)} {what}")
    return told


def _holes(union: shapely.Geometry) -> list[shapely.Polygon]:
    return [shapely.Polygon(ring) for part in shapely.get_parts(union) for ring in part.interiors]
