"""How the checks speak: features by name and code, places by degrees, the same three parts everywhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import geopandas as gpd
import shapely

from pipeline.errors import BoundaryError
from pipeline.geography.areas import Areas
from pipeline.geography.vintages import LEVELS

SHOWN = 5
"""Features named in one message: enough to find the fault, few enough to be read."""


def layers(areas: Areas) -> Iterator[tuple[int, str, gpd.GeoDataFrame]]:
    """Level, French name and table of each layer that has features."""
    for level, name in enumerate(LEVELS):
        if len(areas.level(level)):
            yield level, name, areas.level(level)


def failure(layer: str, problem: str, features: Iterable[str], fix: str) -> BoundaryError:
    """A BoundaryError that names the features at fault, the first SHOWN of them."""
    every = list(dict.fromkeys(features))
    more = f" et {len(every) - SHOWN} de plus" if len(every) > SHOWN else ""
    return BoundaryError(
        f"couche {layer} : {problem} : {', '.join(every[:SHOWN])}{more}",
        "les cartes seraient fausses à cet endroit ; ces limites ne sont pas utilisées",
        fix,
    )


def feature(pcode: str, name: str) -> str:
    """ "Ségou (ML0406)"."""
    return f"{name or 'sans nom'} ({pcode or 'sans P-code'})"


def features(frame: gpd.GeoDataFrame) -> list[str]:
    """Every row of a layer as `feature` writes it."""
    return [feature(code, name) for code, name in zip(frame["pcode"], frame["name"], strict=True)]


def position(geometry: shapely.Geometry) -> str:
    """A point of a geometry in degrees: "14,52° N 3,10° O"."""
    point = geometry.representative_point()
    north = f"{abs(point.y):.2f}° {'N' if point.y >= 0 else 'S'}"
    east = f"{abs(point.x):.2f}° {'E' if point.x >= 0 else 'O'}"
    return f"{north} {east}".replace(".", ",")
