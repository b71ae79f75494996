"""Names and P-codes of the communes, read at run time from the boundary files; none is kept in this code."""

from __future__ import annotations

import csv
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from shapely import Point
from shapely.geometry.base import BaseGeometry

REGIONS = {"gao": "Gao", "kidal": "Kidal", "menaka": "Ménaka", "mopti": "Mopti", "segou": "Ségou",
           "tombouctou": "Tombouctou"}  # fmt: skip
"""Normalised name of a region -> the bulletin's spelling."""


def plain(name: str) -> str:
    """Letters and digits only, lower case, without accents: what two spellings must share to be one name."""
    bare = unicodedata.normalize("NFKD", name)
    return "".join(sign for sign in bare.lower() if sign.isascii() and sign.isalnum())


@dataclass(frozen=True)
class Commune:
    """A commune of the 2021 vintage. old_pcode: its P-code of 2015. villages: names, as the source has them,
    whose recorded commune and whose point agree. shape: polygon, EPSG:4326."""

    region: str
    cercle: str
    name: str
    pcode: str
    old_pcode: str
    population: int
    villages: tuple[str, ...]
    shape: BaseGeometry

    def inside(self, x: float, y: float) -> bool:
        return bool(self.shape.contains(Point(x, y)))


def load(mirror: Path) -> list[Commune]:
    """The communes of the six monitored regions, by P-code. Raises OSError where a file is missing."""
    import pyogrio

    archive = next(iter(sorted(mirror.glob("mli_adm_ab_shp_2021*.zip"))), None)
    if archive is None:
        raise OSError(f"{mirror}: mli_adm_ab_shp_2021*.zip manque")
    path = f"/vsizip/{archive}"
    layer = next(name for name, _ in pyogrio.list_layers(path) if "adm3" in name)
    table = pyogrio.read_dataframe(path, layer=layer)
    old = {row["pcode_2021"]: row["pcode_2015"] for row in _csv(mirror / "mli_adm3_crosswalk_2015_2021.csv")}
    people = {
        row["adm3_pcode"]: int(float(row["population_total"]))
        for row in _csv(mirror / "mli_population_adm3_2017.csv")
    }
    villages: dict[str, set[str]] = {}
    for row in _csv(mirror / "mli_populated_places.csv"):
        if row["adm3_pcode_2021_recorded"] == row["adm3_pcode_2021_polygon"] and not row["place_class"]:
            villages.setdefault(row["adm3_pcode_2021_polygon"], set()).add(row["name"])
    communes = [
        Commune(
            REGIONS[plain(row.ADM1_FR)],
            row.ADM2_FR,
            row.ADM3_FR,
            row.ADM3_PCODE,
            old[row.ADM3_PCODE],
            people.get(row.ADM3_PCODE, 0),
            tuple(sorted(villages.get(row.ADM3_PCODE, ()))),
            row.geometry,
        )
        for row in table.itertuples()
        if plain(row.ADM1_FR) in REGIONS
    ]
    return sorted(communes, key=lambda commune: commune.pcode)


def _csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))
