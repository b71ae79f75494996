"""Small boundary files as the producers write them: shapefiles of one schema, zipped."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import fiona
import geopandas as gpd
import shapely

from tests.helpers.countries import small_areas

SCHEMAS = {
    # code, name, date of the vintage, name of the layer
    "2021": ("ADM{n}_PCODE", "ADM{n}_FR", "validOn", "mli_admbnda_adm{n}_gov"),
    "2015": ("admin{n}Pcod", "admin{n}Name", "validOn", "mli_admbnda_adm{n}_gov_ocha_itos"),
    "minuscules": ("adm{n}_pcode", "adm{n}_name", "valid_on", "mli_admin{n}"),
    "nom1": ("adm{n}_pcode", "adm{n}_name1", "valid_on", "mli_admin{n}"),
    "fr": ("adm{n}_pcode", "adm{n}_fr", "valid_on", "mli_admin{n}"),
}


def frames(schema: str = "2021", valid_on: str = "2021-12-20") -> dict[int, gpd.GeoDataFrame]:
    """The small country's levels 0 to 3, with the columns of a schema and those of all parents."""
    code, name, dated, _ = SCHEMAS[schema]
    areas = small_areas()
    names = {
        level: dict(zip(areas.level(level)["pcode"], areas.level(level)["name"], strict=True))
        for level in range(4)
    }
    found = {}
    for level in range(4):
        layer = areas.level(level)
        table: dict[str, list[str]] = {}
        for upper in range(level, -1, -1):
            codes = [pcode[: 2 + 2 * upper] for pcode in layer["pcode"]]
            table[name.format(n=upper)] = [names[upper][pcode] for pcode in codes]
            table[code.format(n=upper)] = codes
        table[dated] = [valid_on] * len(layer)
        found[level] = gpd.GeoDataFrame(table, geometry=layer.geometry.to_numpy(), crs="EPSG:4326")
    return found


def write(
    folder: Path,
    levels: dict[int, gpd.GeoDataFrame],
    schema: str = "2021",
    driver: str = "ESRI Shapefile",
    crs: str | None = "EPSG:4326",
) -> list[Path]:
    """Write each level as a file of its own; returns every file written, sidecars included."""
    folder.mkdir(parents=True, exist_ok=True)
    suffix = {"ESRI Shapefile": ".shp", "GeoJSON": ".geojson"}[driver]
    for level, frame in levels.items():
        path = folder / (SCHEMAS[schema][3].format(n=level) + suffix)
        columns = [column for column in frame.columns if column != "geometry"]
        layout = {"geometry": "Polygon", "properties": dict.fromkeys(columns, "str")}
        with fiona.open(path, "w", driver=driver, schema=layout, crs=crs, encoding="UTF-8") as layer:
            for row in frame.to_dict("records"):
                shape = row.pop("geometry")
                layer.write({"geometry": shapely.geometry.mapping(shape), "properties": row})
    return sorted(folder.iterdir())


def write_gpkg(path: Path, levels: dict[int, gpd.GeoDataFrame], schema: str = "2021") -> Path:
    """All levels as layers of one GeoPackage."""
    for level, frame in levels.items():
        frame.to_file(path, layer=SCHEMAS[schema][3].format(n=level), driver="GPKG", engine="pyogrio")
    return path


def write_parquet(path: Path, frame: gpd.GeoDataFrame, crs: object = ...) -> Path:
    """One layer as GeoParquet (WKB), as GDAL and others write it. crs: PROJJSON or None in place of WGS 84."""
    import fastparquet
    import pandas as pd

    table = pd.DataFrame(frame.drop(columns="geometry")).astype(object).where(frame.notna(), None)
    table = table.assign(geometry=[shapely.to_wkb(shape) for shape in frame.geometry])
    about = {"encoding": "WKB", "geometry_types": ["Polygon", "MultiPolygon"]} | (
        {} if crs is ... else {"crs": crs}
    )
    geo = json.dumps({"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": about}})
    kinds = {
        name: "bytes" if name == "geometry" else "float" if column.map(type).eq(float).all() else "utf8"
        for name, column in table.items()
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    fastparquet.write(
        str(path), table, object_encoding=kinds, custom_metadata={"geo": geo}, write_index=False
    )
    return path


def zipped(
    path: Path,
    levels: dict[int, gpd.GeoDataFrame],
    schema: str = "2021",
    inside: str = "",
    crs: str | None = "EPSG:4326",
) -> Path:
    """Shapefiles in a zip, in the folder `inside` of it."""
    folder = path.with_name(path.stem + "-fichiers")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in write(folder, levels, schema, crs=crs):
            archive.write(file, inside + file.name)
            file.unlink()
    folder.rmdir()
    return path


def codab_zip(path: Path, schema: str = "2021", valid_on: str = "2021-12-20") -> Path:
    """The small country as a producer would publish it."""
    return zipped(path, frames(schema, valid_on), schema)
