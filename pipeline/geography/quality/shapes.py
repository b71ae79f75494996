"""Geometries: polygons, with an inside, that do not cross themselves."""

from __future__ import annotations

import shapely

from pipeline.geography.areas import Areas
from pipeline.geography.quality.findings import failure, features, layers

FIX = "corriger ces géométries dans QGIS (Traitement > Réparer les géométries)"


def check(areas: Areas) -> None:
    """Raise BoundaryError where a geometry is missing, empty, not a polygon or not valid."""
    for _, layer, frame in layers(areas):
        shapes = frame.geometry.to_numpy()
        missing = frame[shapely.is_missing(shapes) | shapely.is_empty(shapes)]
        if len(missing):
            raise failure(
                layer, "entités sans géométrie", features(missing), "dessiner ces entités, ou les ôter"
            )
        other = frame[~frame.geom_type.isin(["Polygon", "MultiPolygon"])]
        if len(other):
            raise failure(layer, "géométries qui ne sont pas des polygones", features(other), FIX)
        broken = ~shapely.is_valid(shapes)
        if broken.any():
            reasons = shapely.is_valid_reason(shapes[broken])
            told = [f"{one} : {why}" for one, why in zip(features(frame[broken]), reasons, strict=True)]
            raise failure(layer, "géométries invalides", told, FIX)
