"""`python -m tools.positions MIRROR`: the facts that approximate limits are built from, into boundaries/divisions.

From the populated places (COD), the crosswalk of both vintages and Natural Earth, as the mirror holds them:
positions-2021.csv, codes-2015-2021.csv and contour.geojson. Facts only: names, codes and
positions to two decimals; the one geometry is Natural Earth's outline of the country (public domain).
"""

from __future__ import annotations

import csv
import json
import sys
from collections import defaultdict
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from pipeline.files import write_text
from pipeline.geography.approximate import OUTLINE, POSITIONS
from pipeline.geography.companions import CODES
from pipeline.geography.divisions import FACTS

POINTS = 5
"""Places a commune: with one, 83 % of the cells are mostly their own commune, with three 88 %, with five 94 %."""
PlaceRow = dict[str, str]


def main(mirror: Path) -> None:
    """Write the three files."""
    with (mirror / "mli_populated_places.csv").open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["adm3_pcode_2021_polygon"]]
    by_commune: dict[str, list[PlaceRow]] = defaultdict(list)
    for row in rows:
        by_commune[row["adm3_pcode_2021_polygon"]].append(row)
    taken: set[tuple[str, str]] = set()
    lines = ["commune,rang,lieu,latitude,longitude"]
    for commune, places in sorted(by_commune.items()):
        chosen = spread(places, taken)
        lines += [
            f"{commune},{rank},{quoted(row['name'])},{','.join(at(row))}" for rank, row in enumerate(chosen)
        ]
    write_text(FACTS / POSITIONS, "\n".join(lines) + "\n")
    with (mirror / "mli_adm3_crosswalk_2015_2021.csv").open(encoding="utf-8", newline="") as stream:
        pairs = sorted(csv.DictReader(stream), key=lambda row: row["pcode_2015"])
    lines = ["commune_2015,nom_2015,commune_2021,recouvrement"]
    lines += [
        f"{row['pcode_2015']},{quoted(row['adm3_2015'])},{row['pcode_2021']},{min(float(row['iou']), 1):.4f}"
        for row in pairs
    ]
    write_text(FACTS / CODES, "\n".join(lines) + "\n")
    write_text(FACTS / OUTLINE, outline(mirror / "natural_earth_mali.gpkg"))


def spread(places: list[PlaceRow], taken: set[tuple[str, str]]) -> list[PlaceRow]:
    """The seat, then up to four places, each the farthest from those chosen; no two of the country at one
    rounded position, which are added to `taken`."""
    points = np.array([[float(row["longitude"]), float(row["latitude"])] for row in places])
    middle = np.hypot(*(points - points.mean(axis=0)).T)
    seat = [i for i, row in enumerate(places) if row["place_class"].endswith("Capital")]
    order = sorted(range(len(places)), key=lambda i: (i not in seat, round(middle[i], 6), places[i]["name"]))
    chosen: list[int] = []
    far = np.full(len(places), np.inf)
    while len(chosen) < POINTS and order:
        best = order[0] if not chosen else max(order, key=lambda i: (round(far[i], 6), places[i]["name"]))
        order.remove(best)
        if at(places[best]) in taken:
            continue
        taken.add(at(places[best]))
        chosen.append(best)
        far = np.minimum(far, np.hypot(*(points - points[best]).T))
    return [places[i] for i in chosen]


def at(row: PlaceRow) -> tuple[str, str]:
    """Latitude and longitude to two decimals, about a kilometre."""
    return f"{float(row['latitude']):.2f}", f"{float(row['longitude']):.2f}"


def quoted(name: str) -> str:
    """A name as one CSV field."""
    plain = " ".join(name.split())
    return f'"{plain}"' if "," in plain else plain


def outline(background: Path) -> str:
    """Mali of Natural Earth 1:50 M as GeoJSON, degrees to four decimals."""
    countries = gpd.read_file(background, layer="50m_admin_0_countries")
    shape = max(
        shapely.get_parts(countries[countries["ADM0_A3"] == "MLI"].geometry.iloc[0]), key=lambda p: p.area
    )
    ring = [[round(x, 4), round(y, 4)] for x, y in shape.exterior.coords]
    feature = {
        "type": "Feature",
        "properties": {"name": "Mali", "source": "Natural Earth 1:50 M, domaine public"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    return json.dumps({"type": "FeatureCollection", "features": [feature]}, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
