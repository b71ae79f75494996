"""boundaries/mali.gpkg: the one file that the rest of the pipeline reads, written once a vintage."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from pipeline.errors import BoundaryError
from pipeline.files import copy, replacing
from pipeline.geography import approximate, companions, sources
from pipeline.geography.areas import AreaTables
from pipeline.geography.companions import CROSSWALK_COLUMNS, LOCALITY_COLUMNS, no_localities
from pipeline.geography.country import AREA_COLUMNS, GEOGRAPHIC, Background, Country, Source, Uppers
from pipeline.geography.fetching import DECLARED, Catalog, read_catalog

FILE = "mali.gpkg"
RELIEF = "relief.tif"
LAYOUT = 3
"""Counts up when the layers change: a file of another layout is rebuilt, never half understood."""

AREA_LAYERS = {"pays": "pays", "regions": "regions", "cercles": "cercles", "communes": "communes"}
BACKGROUND_LAYERS = {
    "countries": ("fond_pays", "MultiPolygon"),
    "borders": ("fond_frontieres", "MultiLineString"),
    "rivers": ("fond_cours_deau", "MultiLineString"),
    "lakes": ("fond_lacs", "MultiPolygon"),
}
NEWER_LAYERS = ("regions", "cercles")
"""Layers of the division of 2025 beside communes of 2021: `regions_2025`, `cercles_2025`."""
SOURCE_COLUMNS = ("kind", "label", "vintage", "sha256", "attribution", "edition")
WRITTEN_ON = "2021-12-20T00:00:00.000Z"
"""The date a GeoPackage carries inside, fixed so that the same boundaries give the same bytes."""


def write(country: Country, path: Path, relief: Path | None) -> None:
    """Write a country to `path` and its relief beside it, each atomically; the same country, the same bytes.

    relief: RGB GeoTIFF to copy to relief.tif, None where there is none (a former one is then removed).
    """
    import fiona

    # Each GeoPackage row would otherwise carry the time of writing.
    with replacing(path) as temporary, fiona.Env(OGR_CURRENT_DATE=WRITTEN_ON):
        for name in AREA_LAYERS:
            _write_layer(temporary, name, getattr(country, name), AREA_COLUMNS, "MultiPolygon")
        for name in NEWER_LAYERS if country.newer else ():
            _write_layer(
                temporary, f"{name}_2025", getattr(country.newer, name), AREA_COLUMNS, "MultiPolygon"
            )
        _write_layer(temporary, "localites", country.localities, LOCALITY_COLUMNS, "Point")
        for part, (name, shape) in BACKGROUND_LAYERS.items():
            frame = getattr(country.background, part)
            if frame is not None:
                _write_layer(temporary, name, frame, ("name",), shape)
        _write_table(
            temporary,
            "source",
            (*SOURCE_COLUMNS, "population_label", "credits", "layout"),
            [
                _about(country),
                *([_about(replace(country, source=country.newer.source))] if country.newer else []),
            ],
        )
        _write_table(temporary, "population", ("pcode", "habitants"), sorted(country.population.items()))
        pairs = country.crosswalk if len(country.crosswalk) else pd.DataFrame(columns=list(CROSSWALK_COLUMNS))
        _write_table(
            temporary,
            "correspondance",
            CROSSWALK_COLUMNS,
            pairs[list(CROSSWALK_COLUMNS)].itertuples(index=False),
        )
        names = [(code, name) for code, others in sorted(country.aliases.items()) for name in others]
        _write_table(temporary, "autres_noms", ("pcode", "nom"), names)
    if relief is None:
        path.with_name(RELIEF).unlink(missing_ok=True)
    else:
        copy(relief, path.with_name(RELIEF))


def _about(country: Country) -> tuple[object, ...]:
    values, back = [getattr(country.source, column) for column in SOURCE_COLUMNS], country.background
    return (*values, country.population_label, f"{back.credit}|{back.relief_credit}", LAYOUT)


def _write_layer(path: Path, name: str, frame: gpd.GeoDataFrame, columns: Sequence[str], shape: str) -> None:
    import fiona

    schema = {"geometry": shape, "properties": dict.fromkeys(columns, "str")}
    geometries = frame.geometry.to_numpy()
    multi = shape.startswith("Multi")
    with fiona.open(path, "w", driver="GPKG", layer=name, schema=schema, crs=GEOGRAPHIC) as layer:
        layer.writerecords(
            {
                "geometry": shapely.geometry.mapping(_multi(geometry) if multi else geometry),
                "properties": dict(zip(columns, values, strict=True)),
            }
            for geometry, values in zip(
                geometries, frame[list(columns)].itertuples(index=False, name=None), strict=True
            )
        )


def _multi(geometry: shapely.Geometry) -> shapely.Geometry:
    """The multi-part form, so that a layer has one geometry type."""
    collect = {"Polygon": shapely.MultiPolygon, "LineString": shapely.MultiLineString}
    return collect[geometry.geom_type]([geometry]) if geometry.geom_type in collect else geometry


def _write_table(path: Path, name: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    import fiona

    numbers = {"habitants": "int", "iou": "float", "layout": "int"}
    schema = {"geometry": "None", "properties": {column: numbers.get(column, "str") for column in columns}}
    with fiona.open(path, "w", driver="GPKG", layer=name, schema=schema) as layer:
        layer.writerecords(
            {"geometry": None, "properties": dict(zip(columns, row, strict=True))} for row in rows
        )


def load(path: Path, localities: bool = True) -> Country:
    """Read the country that `build` wrote. localities: False leaves the 18,000 populated places out.

    Raises BoundaryError where the file is missing, damaged or of another layout.
    """
    fix = "lancer « make boundaries »"
    if not path.is_file():
        raise BoundaryError(f"{path} n’existe pas", "aucune carte ne peut être dessinée", fix)
    try:
        with contextlib.closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as database:
            told = _rows(database, "source", (*SOURCE_COLUMNS, "population_label", "credits", "layout"))
            about = told[0]
            if about[-1] != LAYOUT:
                raise BoundaryError(
                    f"{path} a été écrit par une autre version", "il ne peut pas être lu", fix
                )
            population = dict(_rows(database, "population", ("pcode", "habitants")))
            pairs = _rows(database, "correspondance", CROSSWALK_COLUMNS)
            spellings = _rows(database, "autres_noms", ("pcode", "nom"))
            tables = {row[0] for row in database.execute("select table_name from gpkg_contents")}
        areas = {field: _read(path, layer) for field, layer in AREA_LAYERS.items()}
        parts = {
            part: _read(path, layer) for part, (layer, _) in BACKGROUND_LAYERS.items() if layer in tables
        }
        newer = None
        if "cercles_2025" in tables:
            newer = Uppers(Source(*told[1][:6]), *(_read(path, f"{layer}_2025") for layer in NEWER_LAYERS))
        places = _read(path, "localites") if localities else no_localities()
    except (sqlite3.Error, IndexError, OSError, ValueError) as error:
        raise BoundaryError(
            f"{path} est endommagé ou n’est pas le nôtre ({error})", "aucune carte ne peut être dessinée", fix
        ) from None
    aliases: dict[str, tuple[str, ...]] = {}
    for code, name in spellings:
        aliases[code] = (*aliases.get(code, ()), name)
    relief = path.with_name(RELIEF)
    return Country(
        source=Source(*about[:6]),
        **areas,
        localities=places,
        population=population,
        population_label=about[6],
        crosswalk=pd.DataFrame(pairs, columns=list(CROSSWALK_COLUMNS)),
        background=Background(
            **parts,
            relief=relief if relief.is_file() else None,
            credit=about[7].partition("|")[0],
            relief_credit=about[7].partition("|")[2],
        ),
        aliases=aliases,
        newer=newer,
    )


def _rows(database: sqlite3.Connection, table: str, columns: Sequence[str]) -> list[tuple[Any, ...]]:
    # Table and column names are this module's own, never input.
    return database.execute(f"select {', '.join(columns)} from {table} order by fid").fetchall()


def _read(path: Path, layer: str) -> gpd.GeoDataFrame:
    import pyogrio

    frame = pyogrio.read_dataframe(path, layer=layer, use_arrow=False)
    once: dict[str, str] = {}  # a P-code stands in hundreds of rows: as one text it takes 10 MB less
    for column in frame.columns:
        if column != "geometry":
            texts = frame[column].fillna("").astype("str")
            frame[column] = pd.Series([once.setdefault(text, text) for text in texts], texts.index, "str")
    return frame


# `make boundaries`: find the boundaries, check them, add what goes with them, write boundaries/mali.gpkg.


def build(
    boundaries_dir: Path,
    *,
    chosen: Path | None = None,
    mirror: Path | None = None,
    copies_url: str | None = None,
    hdx_url: str | None = None,
    offline: bool = False,
    accept: bool | None = None,
    again: bool | None = None,
    say: Callable[[str], None] = print,
) -> Country:
    """Build boundaries_dir/mali.gpkg (and relief.tif) and return the country as `load` reads it.

    boundaries_dir holds sources.toml. chosen: BOUNDARIES=, a zip, gpkg, shp, geojson or folder. Left out, the
    others are taken from the environment: mirror (MIRROR, else ../shared/boundaries beside the project), copies_url
    (COPIES_URL, else the addresses of sources.toml), hdx_url (HDX_URL, else the public host), accept (ACCEPTER=oui:
    take an edition whose contents have changed), again (AGAIN=oui, of tools/run.sh --again: ask HDX though it was asked
    today). offline: no network. say: gets one French line for each attempt.

    The same boundaries give the same bytes. Raises BoundaryError; a former mali.gpkg then stays as it was.
    """
    catalog = read_catalog(boundaries_dir / DECLARED)
    mirrored = sources.mirror_folder(boundaries_dir, mirror)
    accept, again = (
        os.environ.get(name, "").strip().lower() == "oui" if given is None else given
        for name, given in (("ACCEPTER", accept), ("AGAIN", again))
    )
    address = os.environ.get("COPIES_URL", "") if copies_url is None else copies_url
    pairs = companions.crosswalk()
    search = sources.Search(
        catalog,
        boundaries_dir,
        chosen,
        mirrored,
        address,
        sources.hdx_address(hdx_url),
        offline,
        accept,
        pairs,
        again,
    )
    drawn, newer = sources.find(search, say)
    folders = [boundaries_dir, mirrored]
    if chosen is not None:
        folders.insert(0, chosen if chosen.is_dir() else chosen.parent)
    remote = offline or drawn.source.approximate
    found = companions.find(catalog, folders, say, None if remote else search.downloads, address)
    target = boundaries_dir / FILE
    country = replace(complete(drawn.areas, drawn.source, found), newer=newer)
    write(country, target, found.files.get("relief"))
    say(f"Écrit : {target}")
    return load(target)


def approximate_country() -> Country:
    """The country on approximate limits with nothing beside it: what a machine without files or network draws."""
    found = sources.approximated()
    return complete(found.areas, found.source, companions.Companions({}, Catalog(())))


def complete(areas: AreaTables, source: Source, found: companions.Companions) -> Country:
    """The areas with all that could be found to go with them."""
    pairs = companions.crosswalk()
    vectors = companions.background(found)
    inhabitants = companions.population(found, areas, pairs)
    aliases = companions.other_spellings(found, areas, pairs)
    for code, names in areas.aliases.items():
        aliases[code] = tuple(dict.fromkeys((*names, *aliases.get(code, ()))))
    return Country(
        source=source,
        pays=areas.pays,
        regions=areas.regions,
        cercles=areas.cercles,
        communes=areas.communes,
        localities=_localities(areas, source, found),
        population=inhabitants,
        population_label=found.credit("population") if inhabitants else "",
        crosswalk=pairs,
        background=Background(**vectors, credit=found.credit("fond"), relief_credit=found.credit("relief")),
        aliases=aliases,
    )


def _localities(areas: AreaTables, source: Source, found: companions.Companions) -> gpd.GeoDataFrame:
    """The populated places; those of the facts where nothing better is at hand and their codes are of this vintage."""
    known = "localites" in found.files and not source.approximate
    if not known and source.vintage == companions.NEWER and len(areas.communes):
        return approximate.localities()
    return companions.localities(found, areas, companions.crosswalk())
