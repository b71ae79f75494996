"""Nesting: each area lies in its parent, and its siblings fill the parent."""

from __future__ import annotations

import geopandas as gpd
import shapely

from pipeline.geography.areas import Areas, union
from pipeline.geography.quality.coverage import GAP_WIDTH, HOLE_AREA
from pipeline.geography.quality.findings import failure, feature, features, layers, position

TOLERANCE = 0.01
"""Share of an area: levels surveyed at different scales may differ by slivers, not by more."""


def check(areas: Areas) -> None:
    """Raise BoundaryError where more than TOLERANCE of an area lies out of its parent, where more than
    TOLERANCE of a parent is left without children, or where a level and the country differ in extent."""
    for level, layer, frame in layers(areas):
        if level == 0:
            continue
        upper = areas.level(level - 1).set_index("pcode")
        shapes = frame.geometry.to_numpy()
        parents = upper.geometry.loc[list(frame["parent_pcode"])].to_numpy()
        shapely.prepare(parents)
        inside = shapely.covers(parents, shapes)
        # Borders that differ by a hair fail `covers`: only these are measured.
        outside = []
        for row in range(len(frame)):
            if not inside[row]:
                share = 1 - shapely.intersection(parents[row], shapes[row]).area / shapes[row].area
                if share > TOLERANCE:
                    code, name = frame["pcode"].iloc[row], frame["name"].iloc[row]
                    parent = frame["parent_pcode"].iloc[row]
                    told = feature(parent, upper["name"].loc[parent])
                    outside.append(f"{feature(code, name)} à {share:.0%} hors de {told}".replace("%", " %"))
        if outside:
            raise failure(
                layer,
                "entités hors de leur entité supérieure",
                outside,
                "corriger le P-code du parent, ou la géométrie",
            )
        filled = frame.assign(area=shapely.area(shapes)).groupby("parent_pcode")["area"].sum()
        whole = upper.assign(area=shapely.area(upper.geometry.to_numpy()))
        lacking = [
            f"{feature(code, name)} à {1 - filled.get(code, 0.0) / area:.0%}".replace("%", " %")
            for code, name, area in zip(whole.index, whole["name"], whole["area"], strict=True)
            if filled.get(code, 0.0) < (1 - TOLERANCE) * area
        ]
        if lacking:
            raise failure(
                layer,
                "une partie des entités supérieures n'est couverte par aucune entité",
                lacking,
                "ajouter les entités qui manquent",
            )
        _against_country(areas, layer, frame)


def _against_country(areas: Areas, layer: str, frame: gpd.GeoDataFrame) -> None:
    """Raise BoundaryError where a level leaves a part of the country uncovered, or reaches beyond it."""
    shapes = frame.geometry.to_numpy()
    whole, country = union(shapes), areas.pays.geometry.iloc[0]
    for what, left in (
        ("une partie du pays n'est couverte par aucune entité", shapely.difference(country, whole)),
        ("des entités dépassent du pays", shapely.difference(whole, country)),
    ):
        # Thinner or smaller than this is the noise of digitising; see the check of the coverage.
        parts = [
            part
            for part in shapely.get_parts(left)
            if part.area > HOLE_AREA and 2 * part.area / part.length > GAP_WIDTH
        ]
        if parts:
            near = shapely.STRtree(shapes).nearest(shapely.point_on_surface(parts))
            told = features(frame.iloc[near])
            raise failure(
                layer,
                what,
                [f"vers {position(part)}, près de {one}" for part, one in zip(parts, told, strict=True)],
                "corriger ces contours ; ou ôter la couche du pays, qui se déduit alors des communes",
            )
