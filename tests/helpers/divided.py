"""The stand-in boundaries of 2025 (tests only: never a map to publish), beside communes of 2021 or alone."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pandas as pd

from pipeline.geography.country import AREA_COLUMNS, Country, Source, Uppers
from tests.helpers.codab import write_parquet

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
