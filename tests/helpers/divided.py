"""The stand-in boundaries of 2025 (tests only: never a map to publish), beside communes of 2021 or alone."""

from __future__ import annotations

import csv
import json
import zipfile
from collections import Counter
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pandas as pd

from pipeline.french import Month
from pipeline.geography.country import AREA_COLUMNS, Country, Source, Uppers
from pipeline.geography.divisions import DivisionKey, division, in_force, lineage
from tests.helpers.codab import write_parquet

ACROSS = tuple(Month(2023, number) for number in range(1, 6))
"""Months on both sides of the law of 13 March 2023."""
COMMUNES = (
    "ML050109",
    "ML050407",
    "ML050601",
    "ML050704",
    "ML040501",
    "ML040601",
    "ML070101",
    "ML060501",
    "ML100101",
)
"""Of 2021: in cercles that the law moved to other regions (Bandiagara, Douentza, San; Kareri to Ségou), and not."""
SOURCE = Source("utilisateur", "Limites d'essai de 2025", "2026-03-01", "0" * 64, "essai")


def uppers(mirror: Path) -> Uppers:
    """Regions and cercles of the stand-in."""
    return Uppers(SOURCE, *(_layer(mirror, level) for level in (1, 2)))


def both(country: Country, mirror: Path) -> Country:
    """Communes of 2021, with boundaries of 2025 beside them."""
    return replace(country, newer=uppers(mirror))


def alone(country: Country, mirror: Path) -> Country:
    """Boundaries of 2025 alone, with the background of another country."""
    found = uppers(mirror)
    return replace(
        country,
        source=SOURCE,
        regions=found.regions,
        cercles=found.cercles,
        communes=country.communes.iloc[:0],
        localities=country.localities.iloc[:0],
        population={},
        aliases={},
    )


def parquet(mirror: Path, folder: Path) -> Path:
    """The stand-in's areas as GeoParquet, a file a level, in a zip under OCHA's name."""
    target = folder / "mli_admin_boundaries.parquet.zip"
    with zipfile.ZipFile(target, "w") as archive:
        for level in range(3):
            path = write_parquet(folder / f"mli_admin{level}.parquet", _table(mirror, level))
            archive.write(path, path.name)
    return target


def _table(mirror: Path, level: int) -> gpd.GeoDataFrame:
    path = mirror / "division_2025" / "mli_admin_boundaries_standin_v03.geojson.zip"
    with zipfile.ZipFile(path) as archive:
        name = next(one for one in archive.namelist() if f"mli_admin{level}" in one)
        return gpd.GeoDataFrame.from_features(json.loads(archive.read(name))["features"], crs=4326)


def _layer(mirror: Path, level: int) -> gpd.GeoDataFrame:
    frame = _table(mirror, level)
    code = list(frame[f"adm{level}_pcode"])
    region = list(frame["adm1_pcode"])
    table = pd.DataFrame(
        {
            "pcode": code,
            "name": list(frame[f"adm{level}_name1"]),
            "parent_pcode": ["ML"] * len(code) if level == 1 else region,
            "region_pcode": region,
            "cercle_pcode": [""] * len(code) if level == 1 else code,
            "vintage": SOURCE.vintage,
        },
        dtype="str",
    )[list(AREA_COLUMNS)]
    layer = gpd.GeoDataFrame(table, geometry=frame.geometry.to_numpy(), crs=4326)
    return layer.sort_values("pcode", ignore_index=True)


def across(folder: Path) -> Path:
    """Inputs of January to May 2023, each month written in the division in force in it: incidents, risk and alerts at
    COMMUNES, growing month by month, and the totals that a bulletin would print of January and May."""
    printed: list[tuple[object, ...]] = []
    for rank, month in enumerate(ACROSS):
        here = folder / str(month)
        here.mkdir(parents=True)
        (here / "mois.toml").write_text(
            f'bulletin = "n° {month.number}"\nsources = "Essai"\nexemple = true\n', "utf-8"
        )
        places = [written(code, in_force(month.last_day)) for code in COMMUNES]
        rows = [
            (f"{month}-{at}-{number}", f"{month}-{number + 1:02d}", *place, "B", "Meurtre")
            for at, place in enumerate(places)
            for number in range(6 + rank + at)
        ]
        _csv(here / "incidents.csv", ("id", "date", "region", "cercle", "commune", "categorie", "type"), rows)
        scores = [(*place, (3, 8, 16, 21)[(at + rank) % 4]) for at, place in enumerate(places)]
        _csv(here / "indice_risque.csv", ("region", "cercle", "commune", "score"), scores)
        alerts = [("RAPPORT-77", f"{month}-03", "Attaque de village", *places[at], 40) for at in (0, 1)]
        head = ("id_rapport", "date", "evenement", "region", "cercle", "commune", "menages")
        _csv(here / "alertes_flash.csv", head, alerts)
        if month in (ACROSS[0], ACROSS[-1]):
            counted = Counter(row[2] for row in rows)
            printed += [(str(month), "region", region, count) for region, count in sorted(counted.items())]
    (folder / "2023").mkdir()
    _csv(folder / "2023" / "totaux_publies.csv", ("month", "table", "name", "value"), printed)
    return folder


def written(commune: str, key: DivisionKey) -> tuple[str, str, str]:
    """Region, cercle and commune of 2021 as one writes them in a division."""
    unit = division("2021").units[commune]
    cercle = unit.parent if key == "2021" else lineage().owner(commune)
    owner = division(key).units[cercle]
    return division(key).units[owner.parent].name, owner.name, unit.name


def _csv(path: Path, head: tuple[str, ...], rows: list[tuple[object, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([head, *rows])
