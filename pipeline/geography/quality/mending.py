"""Hair-thin faults between neighbours are closed before the checks; anything wider is left for them to refuse."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from pipeline.geography.areas import Areas, dissolved
from pipeline.geography.projection import GEOGRAPHIC
from pipeline.geography.quality.coverage import GAP_WIDTH


def mend(areas: Areas) -> tuple[Areas, str]:
    """Close gaps and overlaps of the communes that are narrower than GAP_WIDTH (degrees).

    Returns the areas and a French note, "" where nothing was touched. Borders digitised apart, or a file
    rounded by another program, differ by a metre or two: that is no reason to refuse it, and a map cannot
    show it. Upper levels are then dissolved from the communes, so that all levels still agree; that each
    commune lies in its parent must have been checked before. Official files are valid coverages and come
    back as they are; so does what has wider faults, for the check of the coverage to name them.
    """
    shapes = areas.communes.geometry.to_numpy()
    if not len(shapes) or shapely.coverage_is_valid(shapes, gap_width=GAP_WIDTH):
        return areas, ""
    mended = shapely.coverage_clean(shapes, gap_width=GAP_WIDTH, snapping_distance=GAP_WIDTH / 10)
    if not shapely.coverage_is_valid(mended, gap_width=GAP_WIDTH) or _moved(shapes, mended) > GAP_WIDTH:
        return areas, ""
    touched = int((~shapely.equals_exact(shapes, mended, normalize=True)).sum())
    communes = gpd.GeoDataFrame(areas.communes.drop(columns="geometry"), geometry=mended, crs=GEOGRAPHIC)
    metres = round(GAP_WIDTH * 111_000)
    note = f"raccords de moins de {metres} m entre voisins refermés ({touched} communes)"
    return dissolved(areas, communes), note


def _moved(before: np.ndarray, after: np.ndarray) -> float:
    """The greatest width, in degrees, by which an outline moved: area that changed sides over length of edge.

    A strip of width w along an edge of length l covers w x l; its own outline is about 2 l long.
    """
    strips = shapely.symmetric_difference(before, after)
    widths = [
        2 * part.area / part.length
        for strip in strips
        for part in shapely.get_parts(strip)
        if part.length > 0
    ]
    return max(widths, default=0.0)
