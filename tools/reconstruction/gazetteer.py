"""The communes, read from the boundary files, and the 180 of them that the reconstruction takes as monitored.

The report says how many (180, line 234) and which regions (line 295), not which communes. Taken: every commune
or cercle that the report names as monitored, then the most populated ones of each cercle, in these numbers.
"""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from shapely import Point
from shapely.geometry.base import BaseGeometry

REGIONS = {"gao": "Gao", "kidal": "Kidal", "menaka": "Ménaka", "mopti": "Mopti", "segou": "Ségou",
           "tombouctou": "Tombouctou"}  # fmt: skip
"""Normalised name of a region -> the bulletin's spelling."""

PER_CERCLE: dict[str, int] = {
    # Gao 19, Ménaka 4, Kidal 8
    "Gao": 7, "Ansongo": 7, "Bourem": 5,
    "Ménaka": 1, "Anderamboukane": 1, "Inekar": 1, "Tidermene": 1,
    "Kidal": 3, "Tessalit": 3, "Abeibara": 1, "Tin-Essako": 1,
    # Mopti 76
    "Bandiagara": 12, "Bankass": 8, "Djenné": 9, "Douentza": 13, "Koro": 11, "Mopti": 11, "Ténenkou": 7,
    "Youwarou": 5,
    # Ségou 39
    "Baraouéli": 4, "Bla": 2, "Macina": 6, "Niono": 7, "San": 5, "Ségou": 12, "Tominian": 3,
    # Tombouctou 34
    "Diré": 6, "Goundam": 9, "Gourma-Rharous": 7, "Niafunké": 6, "Tombouctou": 6,
}  # fmt: skip
MONITORED_COMMUNES = 180

NAMED = {
    "Ségou": ("N'koumandougou", "Souba", "Farako"),  # line 238
    "Niono": ("Dogofry",),  # line 298
    "Mopti": ("Sio",),  # line 51
    "Djenné": ("Kéwa",),  # line 51
    "Douentza": ("Koubéwel Koundia",),  # line 51
    "Koro": ("Dinangourou", "Koro"),  # lines 61, 292
    "Bandiagara": ("Borko",),  # line 290
    "Goundam": ("Tilemsi",),  # the village of Lerneb, line 51
    "Niafunké": ("Souboundou",),  # line 222
    "Tombouctou": ("Salam",),  # line 243
}
"""Communes the report names (or whose village it names), by cercle."""


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

    def names(self) -> dict[str, str]:
        """The columns that say which commune it is."""
        return {"region": self.region, "cercle": self.cercle, "commune": self.name, "pcode": self.pcode}

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


def of_cercle(communes: Iterable[Commune], cercle: str) -> list[Commune]:
    """The communes of a cercle: those that the report names, then the others, the most populated first."""
    named = {plain(name) for name in NAMED.get(cercle, ())}
    here = [commune for commune in communes if plain(commune.cercle) == plain(cercle)]
    if missing := named - {plain(commune.name) for commune in here}:
        raise ValueError(f"{cercle}: communes that the report names, absent from the boundaries: {missing}")
    return sorted(here, key=lambda c: (plain(c.name) not in named, -c.population, c.pcode))


def monitored(communes: list[Commune]) -> list[Commune]:
    """The 180 communes, by P-code. Raises ValueError where a name or a number does not fit the boundaries."""
    chosen = [c for cercle, count in PER_CERCLE.items() for c in of_cercle(communes, cercle)[:count]]
    if len(chosen) != MONITORED_COMMUNES:
        raise ValueError(f"{len(chosen)} communes instead of {MONITORED_COMMUNES}")
    return sorted(chosen, key=lambda commune: commune.pcode)
