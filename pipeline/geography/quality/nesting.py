"""Nesting: each area lies in its parent, and its siblings fill the parent."""

from __future__ import annotations

import shapely

from pipeline.geography.areas import Areas
from pipeline.geography.quality.findings import failure, feature, layers

TOLERANCE = 0.01
"""Share of an area: levels surveyed at different scales may differ by slivers, not by more."""


def check(areas: Areas) -> None:
    """Raise BoundaryError where more than TOLERANCE of an area lies out of its parent, or where more than
    TOLERANCE of a parent is left without children."""
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
