"""Extent: everything lies in Mali, in degrees, longitude first."""

from __future__ import annotations

import shapely

from pipeline.geography.areas import Areas
from pipeline.geography.projection import MALI_BOUNDS
from pipeline.geography.quality.findings import failure, features, layers

MARGIN = 0.5
"""Degrees beyond Mali's own bounds that are still taken for an older or coarser survey of the border."""


def check(areas: Areas) -> None:
    """Raise BoundaryError where an area reaches out of Mali's bounds."""
    west, south, east, north = MALI_BOUNDS
    for _, layer, frame in layers(areas):
        bounds = shapely.bounds(frame.geometry.to_numpy())
        inside = (bounds[:, :2] >= (west - MARGIN, south - MARGIN)).all(axis=1)
        inside &= (bounds[:, 2:] <= (east + MARGIN, north + MARGIN)).all(axis=1)
        if not inside.all():
            raise failure(
                layer,
                f"entités hors du Mali (longitudes {west} à {east}, latitudes {south} à {north})",
                features(frame[~inside]),
                "vérifier la projection du fichier (EPSG:4326) et l'ordre longitude, latitude ; "
                "ne garder que le Mali",
            )
