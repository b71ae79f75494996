"""A country small enough to reason about: 3 regions, 5 cercles, 12 communes, each commune one square.

    lon   -4.0      -3.5        -3.0       -2.5      -2.0
    15.5   Bamba     Bourem      Taboye     Hombori          ML0702 Bourem (Gao) x3, ML0504 Douentza (Mopti)
    15.0   Dogofry   Bandiagara  Bamba      Douentza         ML0404 Niono (Ségou), ML0501 Bandiagara x2 (Mopti)
    14.5   Niono     Ségou       Dogofry    Gandamia         ML0404, ML0406 Ségou (Ségou) x2, ML0504
    14.0

Bamba and Dogofry are homonyms in two cercles; Ségou is a region, a cercle and a commune at once.
The P-codes of 2015 in its crosswalk are turned round within each cercle, as the real ones are.
"""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import shapely

from pipeline.geography.areas import AreaTables, assemble
from pipeline.geography.companions import CROSSWALK_COLUMNS, LOCALITY_COLUMNS
from pipeline.geography.country import Background, Country, Source

VINTAGE, OLDER = "2021-12-20", "2015-04-08"
WEST, NORTH, SIDE = -4.0, 15.5, 0.5
REGIONS = {"ML04": "Ségou", "ML05": "Mopti", "ML07": "Gao"}
CERCLES = {
    "ML0404": "Niono",
    "ML0406": "Ségou",
    "ML0501": "Bandiagara",
    "ML0504": "Douentza",
    "ML0702": "Bourem",
}
COMMUNES = {
    # P-code: (name, row from the north, column from the west)
    "ML040401": ("Dogofry", 1, 0),
    "ML040402": ("Niono", 2, 0),
    "ML040601": ("Ségou", 2, 1),
    "ML040602": ("Dogofry", 2, 2),
    "ML050101": ("Bandiagara", 1, 1),
    "ML050102": ("Bamba", 1, 2),
    "ML050401": ("Douentza", 1, 3),
    "ML050402": ("Gandamia", 2, 3),
    "ML050403": ("Hombori", 0, 3),
    "ML070201": ("Bamba", 0, 0),
    "ML070202": ("Bourem", 0, 1),
    "ML070203": ("Taboye", 0, 2),
}
LOCALITIES = (
    # name, other names, longitude, latitude, commune as recorded
    ("Bamba", "Bamba Tintabor", -3.75, 15.25, "ML070201"),
    ("Bamba", "", -2.75, 14.75, "ML050102"),
    ("Boni", "", -2.25, 14.75, "ML050403"),  # recorded in Hombori, the polygon says Douentza
    ("Hombori", "", -2.25, 15.25, "ML050403"),
    ("Niono Socoura", "Socoura", -3.9, 14.1, "ML040402"),
)


def square(row: int, column: int) -> shapely.Polygon:
    """The square of a commune, in degrees."""
    west, north = WEST + column * SIDE, NORTH - row * SIDE
    return shapely.box(west, north - SIDE, west + SIDE, north)


def commune_table() -> gpd.GeoDataFrame:
    """The communes with the codes and names of all their parents, as `areas.assemble` takes them."""
    rows = [
        {
            "code0": "ML",
            "name0": "Mali",
            "code1": code[:4],
            "name1": REGIONS[code[:4]],
            "code2": code[:6],
            "name2": CERCLES[code[:6]],
            "code3": code,
            "name3": name,
            "geometry": square(row, column),
        }
        for code, (name, row, column) in COMMUNES.items()
    ]
    return gpd.GeoDataFrame(rows, geometry="geometry", crs="EPSG:4326")


def small_areas() -> AreaTables:
    """The four layers of the small country."""
    return assemble(commune_table(), VINTAGE)


def small_crosswalk() -> pd.DataFrame:
    """Each commune's code of 2015 is that of its neighbour within the cercle; one pair overlaps at 0.8."""
    rows = []
    for code, (name, _, _) in COMMUNES.items():
        within = [other for other in COMMUNES if other[:6] == code[:6]]
        older = within[(within.index(code) + 1) % len(within)]
        iou = 0.8 if code == "ML050403" else 1.0
        rows.append((OLDER, older, name.replace("é", "e"), VINTAGE, code, name, iou))
    return pd.DataFrame(rows, columns=list(CROSSWALK_COLUMNS))


def small_localities() -> gpd.GeoDataFrame:
    """Five villages; the commune of Boni as recorded is not the one whose polygon holds it."""
    areas = small_areas()
    rows = []
    for name, others, longitude, latitude, recorded in LOCALITIES:
        point = shapely.Point(longitude, latitude)
        inside = areas.communes[areas.communes.contains(point)].iloc[0]
        values = (
            inside["pcode"], name, inside["pcode"], inside["region_pcode"], inside["cercle_pcode"], VINTAGE,
            recorded, others, "",
        )  # fmt: skip
        rows.append(values)
    table = pd.DataFrame(rows, columns=list(LOCALITY_COLUMNS), dtype="str")
    points = [shapely.Point(longitude, latitude) for _, _, longitude, latitude, _ in LOCALITIES]
    return gpd.GeoDataFrame(table, geometry=points, crs="EPSG:4326")


def small_country() -> Country:
    """The small country, with population (10,000 inhabitants, 20,000, ... in the order of the P-codes)."""
    areas = small_areas()
    return Country(
        source=Source("miroir", f"Petit pays d'essai, millésime {VINTAGE}", VINTAGE, "0" * 64, "essai"),
        pays=areas.pays,
        regions=areas.regions,
        cercles=areas.cercles,
        communes=areas.communes,
        localities=small_localities(),
        population={code: 10_000 * rank for rank, code in enumerate(sorted(COMMUNES), start=1)},
        population_label="Population d'essai",
        crosswalk=small_crosswalk(),
        background=Background(),
        aliases={"ML040601": ("Segou",)},
    )
