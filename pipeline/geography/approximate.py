"""Approximate limits of the communes of 2021, built from facts where no boundaries can be had.

A commune is what lies nearest to its recorded places (its seat and up to four more, to two decimals); cercles and
regions are the unions of their communes, so that the cells nest in either division. They are drawn by the code of
real boundaries and are never taken for them: a point in a cell is near that commune, not inside it. Measured
against the COD-AB of 2021: 94 % of the cells overlap their own commune most (tools/positions.py).
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from pipeline.files import sha256, sha256_bytes
from pipeline.geography import divisions
from pipeline.geography.areas import AreaTables, assemble
from pipeline.geography.companions import LOCALITY_COLUMNS, NEWER, damaged, facts
from pipeline.geography.country import EQUAL_AREA, GEOGRAPHIC, to_metres

LABEL = "Limites approchées des communes, calculées autour de leurs localités"
ATTRIBUTION = "calculées pour ce projet d’après COD-AB et localités COD (OCHA), contour Natural Earth"
POSITIONS, OUTLINE = "positions-2021.csv", "contour.geojson"
"""Files of boundaries/divisions: recorded places by commune, outline of the country."""
GRID = 100.0
"""Metres to which borders are rounded, far below what the facts tell: neighbours share every corner on every machine."""
DECIMALS = 6


def areas() -> tuple[AreaTables, str]:
    """The cells as communes, dissolved into cercles, regions and country (EPSG:4326, NEWER), and the checksum of
    the facts they are built from. Raises BoundaryError where a table of facts is missing or damaged."""
    try:
        checked = "".join(sha256(divisions.FACTS / name) for name in ("2021.csv", POSITIONS, OUTLINE))
    except OSError as error:
        raise damaged(Path(str(error.filename)).name, "introuvable ou illisible") from None
    return _built(checked), sha256_bytes(checked.encode())


@cache
def _built(checked: str) -> AreaTables:
    """The areas, once for facts of these checksums."""
    places = positions()
    cells = _cells(places, _outline())
    lacking = sorted(set(places["commune"]) - set(cells))
    units = divisions.division("2021").units
    if lacking or set(cells) != {unit.code for unit in units.values() if unit.level == "commune"}:
        raise damaged(
            POSITIONS, f"des communes n’ont pas de place dans le contour ({', '.join(lacking[:5])})"
        )
    rows = []
    for code, cell in sorted(cells.items()):
        chain = (code, code[:6], code[:4], divisions.COUNTRY)
        row = {f"code{3 - i}": one for i, one in enumerate(chain)}
        row |= {f"name{3 - i}": units[one].name if one in units else "Mali" for i, one in enumerate(chain)}
        rows.append(row | {"geometry": cell})
    table = gpd.GeoDataFrame(rows, geometry="geometry", crs=GEOGRAPHIC)
    return assemble(table, NEWER)


def positions() -> pd.DataFrame:
    """Recorded places: commune (P-code of 2021), rang (0: the seat), lieu, latitude, longitude (degrees)."""
    table = facts(POSITIONS, ("commune", "rang", "lieu", "latitude", "longitude"))
    try:
        numbers = {name: table[name].astype(float) for name in ("latitude", "longitude")}
        return table.assign(rang=table["rang"].astype(int), **numbers)
    except ValueError:
        raise damaged(POSITIONS, "un rang ou une position n’est pas un nombre") from None


def localities() -> gpd.GeoDataFrame:
    """The recorded places as LOCALITY_COLUMNS and points: each in the commune that it is recorded in."""
    table = positions()
    columns = {
        "pcode": table["commune"],
        "name": table["lieu"],
        "parent_pcode": table["commune"],
        "region_pcode": table["commune"].str[:4],
        "cercle_pcode": table["commune"].str[:6],
        "vintage": NEWER,
        "recorded_pcode": table["commune"],
        "alt_names": "",
        "place_class": ["Admin3 Capital" if rank == 0 else "" for rank in table["rang"]],
    }
    frame = pd.DataFrame(columns, dtype="str")[list(LOCALITY_COLUMNS)]
    points = shapely.points(table["longitude"], table["latitude"])
    places = gpd.GeoDataFrame(frame, geometry=points, crs=GEOGRAPHIC)
    return places.sort_values(["pcode", "name"], kind="stable", ignore_index=True)


def _cells(places: pd.DataFrame, outline: shapely.Polygon) -> dict[str, shapely.Geometry]:
    """Commune -> its cell in degrees: the faces of the Voronoi diagram of all places, cut by the outline."""
    from pyproj import Transformer

    metres = to_metres()
    degrees = Transformer.from_crs(EQUAL_AREA, GEOGRAPHIC, always_xy=True)

    def moved(geometry: shapely.Geometry, by: Transformer) -> shapely.Geometry:
        return shapely.transform(geometry, lambda xy: np.column_stack(by.transform(xy[:, 0], xy[:, 1])))

    points = np.round(np.column_stack(metres.transform(places["longitude"], places["latitude"])))
    country = shapely.set_precision(moved(shapely.segmentize(outline, 0.1), metres), GRID)
    edges = shapely.voronoi_polygons(shapely.multipoints(points), extend_to=country, only_edges=True)
    # Edges and outline are noded together: faces that share a border then share each of its vertices.
    lines = shapely.union_all([edges, country.exterior], grid_size=GRID)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(lines)))
    within = shapely.point_on_surface(faces)
    kept = faces[shapely.contains(country, within)]
    owner = places["commune"].to_numpy()[
        shapely.STRtree(shapely.points(points)).nearest(within[shapely.contains(country, within)])
    ]
    united = {code: shapely.coverage_union_all(kept[owner == code]) for code in sorted(set(owner))}
    return {
        code: shapely.set_precision(moved(cell, degrees), 10.0**-DECIMALS, mode="pointwise")
        for code, cell in united.items()
    }


def _outline() -> shapely.Polygon:
    path = divisions.FACTS / OUTLINE
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        outline = shapely.geometry.shape(content["features"][0]["geometry"])
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise damaged(OUTLINE, "lecture impossible") from None
    if outline.geom_type != "Polygon" or not outline.is_valid:
        raise damaged(OUTLINE, "le contour n’est pas un polygone valide")
    return outline
