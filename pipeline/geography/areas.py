"""A container of boundaries becomes the four layers of the house, whatever its columns are called."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from pipeline.french import plain
from pipeline.geography.containers import Container, FileLayer, is_parquet, read_parquet, unusable
from pipeline.geography.country import AREA_COLUMNS, GEOGRAPHIC, printed, tidy
from pipeline.geography.vintages import FRENCH, LANGUAGES, LEVELS

CODE_LENGTH = (2, 4, 6, 8)
"""Characters of a P-code by level: ML, ML05, ML0504, ML050401."""
FINEST = 3
"""Level of the communes here, whatever level they are in their file."""
STATED = ("area_sqkm", "center_lat", "center_lon", "iso2", "iso3", *LANGUAGES.values())
"""Columns of OCHA's specification that a row says of itself, beside its codes, names, dates and edition."""


@dataclass(frozen=True)
class AreaTables:
    """The four layers of one vintage: AREA_COLUMNS and polygons in EPSG:4326, sorted by P-code.

    aliases: P-code -> other spellings of its name in the same source. valid_on: ISO date that the file
    states, "" where none. derived: the layers that were dissolved from the level below.
    version: number of the edition, "" where none. valid_to: ISO date from which it is no longer valid, "" where none.
    stated: level -> what each row of its file says of itself, as text, "" where nothing: pcode, name, french (its name
    in French), valid_on, valid_to, version, codes and names of its parents (`code0`, `name0`...) and STATED.
    """

    pays: gpd.GeoDataFrame
    regions: gpd.GeoDataFrame
    cercles: gpd.GeoDataFrame
    communes: gpd.GeoDataFrame
    aliases: dict[str, tuple[str, ...]] = field(default_factory=dict)
    valid_on: str = ""
    derived: tuple[str, ...] = ()
    version: str = ""
    valid_to: str = ""
    stated: dict[int, pd.DataFrame] = field(default_factory=dict)

    @property
    def finest(self) -> gpd.GeoDataFrame:
        """The communes; the cercles where there are none."""
        return self.communes if len(self.communes) else self.cercles

    def level(self, level: int) -> gpd.GeoDataFrame:
        """The layer of level 0 (country) to 3 (communes)."""
        return (self.pays, self.regions, self.cercles, self.communes)[level]

    def dated(self, vintage: str) -> AreaTables:
        """The same areas, with their `vintage` column filled."""
        columns = [*AREA_COLUMNS, "geometry"]
        frames = (self.level(level).assign(vintage=vintage)[columns] for level in range(4))
        pays, regions, cercles, communes = frames
        return replace(self, pays=pays, regions=regions, cercles=cercles, communes=communes)


def read(container: Container) -> AreaTables:
    """Read a container. Levels that it lacks are dissolved from the finest; without communes it ends at the cercles.

    Where a fourth level is there it holds the communes, and the third the arrondissements, which are passed over.
    Raises BoundaryError where a layer cannot be read, is empty, or has no coordinate system.
    """
    source = max(level for level in container.layers if level < 5)
    finest = min(source, FINEST)
    wanted = {level: container.layers[level] for level in range(finest) if level in container.layers}
    wanted[finest] = container.layers[source]
    raw = {level: _read_layer(layer, container) for level, layer in sorted(wanted.items())}
    frames, derived = {finest: raw[finest]}, []
    for level in range(finest - 1, -1, -1):
        if level in raw:
            frames[level] = raw[level]
        else:
            frames[level] = _dissolve(raw[finest], level)
            derived.append(LEVELS[level])
    aliases: dict[str, tuple[str, ...]] = {}
    for frame in frames.values():
        aliases |= {code: other for code, other in zip(frame["pcode"], frame["others"], strict=True) if other}
    empty = gpd.GeoDataFrame({"pcode": [], "name": []}, geometry=[], crs=GEOGRAPHIC)
    pays, regions, cercles, communes = (_as_layer(frames.get(level, empty), level) for level in range(4))
    stated = {level: pd.DataFrame(frame.drop(columns=["geometry", "others"])) for level, frame in raw.items()}

    def only(column: str) -> str:
        values = {text for frame in raw.values() for text in frame[column] if text}
        return values.pop() if len(values) == 1 else ""

    valid_on, valid_to, version = map(only, ("valid_on", "valid_to", "version"))
    return AreaTables(
        pays, regions, cercles, communes, aliases, valid_on, tuple(derived), version, valid_to, stated
    )


def assemble(communes: gpd.GeoDataFrame, vintage: str) -> AreaTables:
    """The layers of a hand-made table: `code0, name0, ... code3, name3, geometry`. Upper levels are dissolved."""
    table = communes.rename(columns={"code3": "pcode", "name3": "name"}).assign(others=[()] * len(communes))
    frames = [*(_dissolve(table, level) for level in range(3)), table]
    pays, regions, cercles, lowest = (_as_layer(frame, level) for level, frame in enumerate(frames))
    return AreaTables(pays, regions, cercles, lowest, derived=LEVELS[:3]).dated(vintage)


def dissolved(areas: AreaTables, finest: gpd.GeoDataFrame) -> AreaTables:
    """The same areas on other geometries of the finest level: upper levels become the union of its areas."""
    own = "communes" if len(areas.communes) else "cercles"
    owner = {"pays": [areas.pays["pcode"].iloc[0]] * len(finest), "regions": list(finest["region_pcode"])}
    if own == "communes":
        owner["cercles"] = list(finest["cercle_pcode"])
    upper = {}
    for name, owners in owner.items():
        frame: gpd.GeoDataFrame = getattr(areas, name)
        groups = finest.groupby(owners, sort=True).groups
        shapes = [
            union(finest.geometry.loc[groups[code]].to_numpy()) if code in groups else shape
            for code, shape in zip(frame["pcode"], frame.geometry, strict=True)
        ]
        upper[name] = gpd.GeoDataFrame(frame.drop(columns="geometry"), geometry=shapes, crs=GEOGRAPHIC)
    return replace(areas, **{own: finest}, **upper)


def _read_layer(layer: FileLayer, container: Container) -> gpd.GeoDataFrame:
    """One layer with `pcode, name, others, valid_on, code0, name0, ...` (parents), STATED and WGS 84 polygons."""
    frame = _read_table(layer, container)
    where = f"{container.path.name}, couche {layer.name}"
    if frame.empty:
        raise unusable(f"{where} : aucune entité", "donner un fichier de limites complet")
    if frame.crs is None:
        raise unusable(
            f"{where} : système de coordonnées absent",
            "joindre le .prj, ou définir la projection de la couche dans QGIS (degrés : EPSG:4326)",
        )
    frame = frame.to_crs(GEOGRAPHIC) if not frame.crs.equals(GEOGRAPHIC, ignore_axis_order=True) else frame
    schema, columns = layer.schema, layer.columns
    table: dict[str, list[str]] = {"pcode": _texts(frame[schema.code(columns, layer.level)])}
    table["name"] = _printed(frame, layer, layer.level)
    table["french"] = _french(frame, layer, layer.level)
    for parent in range(min(layer.level, FINEST)):
        code = schema.code(columns, parent)
        # COD-AB codes nest: without a column for the parent, its code is the start of the child's.
        nested = [own[: CODE_LENGTH[parent]] for own in table["pcode"]]
        table[f"code{parent}"] = _texts(frame[code]) if code else nested
        table[f"name{parent}"] = _printed(frame, layer, parent)
    named = (schema.name(columns, layer.level), *schema.other_names(columns, layer.level))
    spellings = [_texts(frame[column]) for column in named if column]
    others = [_distinct(name, other) for name, *other in zip(table["name"], *spellings, strict=True)]
    dated = {"valid_on": schema.date(columns), "valid_to": "valid_to", "version": schema.edition(columns)}
    for key, column in dated.items():
        there = _texts(frame[column]) if column in frame else [""] * len(frame)
        table[key] = there if key == "version" else [_day(value) for value in there]
    lowered = {str(column).lower(): column for column in frame.columns}
    for key in STATED:
        table[key] = _texts(frame[lowered[key]]) if key in lowered else [""] * len(frame)
    shapes = shapely.force_2d(frame.geometry.to_numpy())
    return gpd.GeoDataFrame(table, geometry=shapes, crs=GEOGRAPHIC).assign(others=others)


def _printed(frame: gpd.GeoDataFrame, layer: FileLayer, level: int) -> list[str]:
    """The names of a level, in French where a column says that it holds French, else in the first column."""
    column = layer.schema.name(layer.columns, level)
    if column is None:
        return [""] * len(frame)
    french = _french(frame, layer, level)
    return [new or old for new, old in zip(french, _texts(frame[column]), strict=True)]


def _french(frame: gpd.GeoDataFrame, layer: FileLayer, level: int) -> list[str]:
    """The names that a column which says that it holds French gives, "" where none does."""
    found = [""] * len(frame)
    stem = re.sub(r"\d$", "", layer.schema.name(layer.columns, level) or "")
    for ending, language in LANGUAGES.items():
        if language in frame and stem + ending in frame:
            spoken = (text.lower() in FRENCH for text in _texts(frame[language]))
            told = _texts(frame[stem + ending])
            found = [new if yes else old for new, yes, old in zip(told, spoken, found, strict=True)]
    return found


def _read_table(layer: FileLayer, container: Container) -> gpd.GeoDataFrame:
    def table(**options: str) -> gpd.GeoDataFrame:
        if is_parquet(layer.dataset):
            return read_parquet(layer.dataset)
        return gpd.read_file(layer.dataset, layer=layer.name, engine="pyogrio", **options)

    try:
        frame = table()
        names = "".join(_texts(frame[layer.schema.name(layer.columns, layer.level)]))
        # A shapefile without its .cpg is read as Latin-1; "Ã©" betrays UTF-8.
        return table(encoding="UTF-8") if "Ã" in names and layer.dataset.lower().endswith(".shp") else frame
    except Exception:  # whatever a damaged file makes GDAL, PROJ or GEOS raise
        told = f"{container.path.name}, couche {layer.name} : lecture impossible"
        raise unusable(told, "donner un fichier complet, qui s’ouvre dans QGIS") from None


def _dissolve(children: gpd.GeoDataFrame, level: int) -> gpd.GeoDataFrame:
    """The areas of an upper level, from the parents' codes and names that each child carries."""
    rows = []
    for code, group in children.groupby(f"code{level}", sort=True):
        row = {"pcode": code, "name": group[f"name{level}"].iloc[0], "others": ()}
        row |= {f"code{parent}": group[f"code{parent}"].iloc[0] for parent in range(level)}
        row["geometry"] = union(group.geometry.to_numpy())
        rows.append(row)
    return gpd.GeoDataFrame(rows, geometry="geometry", crs=GEOGRAPHIC)


def union(polygons: np.ndarray) -> shapely.Geometry:
    """The union of neighbours. Where their borders differ by a hair the result keeps the slits, valid."""
    # coverage_union is fast and exact, but trusts its input: on anything else it may return nonsense.
    if shapely.coverage_is_valid(polygons):
        return shapely.coverage_union_all(polygons)
    return shapely.union_all(shapely.make_valid(polygons))


def _as_layer(frame: gpd.GeoDataFrame, level: int) -> gpd.GeoDataFrame:
    """AREA_COLUMNS: an area's own code also stands in the column of its level."""
    own = list(frame["pcode"])

    def parent(wanted: int) -> list[str]:
        if wanted > level:
            return [""] * len(frame)
        if wanted == level:
            return own
        return list(frame[f"code{wanted}"]) if f"code{wanted}" in frame else [""] * len(frame)

    table = {
        "pcode": own,
        "name": [printed(name, level) for name in frame["name"]],
        "parent_pcode": parent(level - 1) if level else [""] * len(frame),
        "region_pcode": parent(1),
        "cercle_pcode": parent(2),
        "vintage": [""] * len(frame),
    }
    layer = gpd.GeoDataFrame(
        pd.DataFrame(table, dtype="str"), geometry=frame.geometry.to_numpy(), crs=GEOGRAPHIC
    )
    return layer.sort_values("pcode", kind="stable", ignore_index=True)


def _texts(column: pd.Series) -> list[str]:
    """A column as tidy text, "" where empty; dates as ISO."""
    return ["" if pd.isna(value) else tidy(str(value)) for value in column]


def _latin(text: str) -> bool:
    """Whether a spelling has a letter or digit that rows can be written in."""
    return any(character.isascii() for character in plain(text) if character != " ")


def _day(text: str) -> str:
    """A date or date-time as an ISO date, "" where it is none."""
    try:
        return date.fromisoformat(text[:10].replace("/", "-")).isoformat()
    except ValueError:
        return ""


def _distinct(name: str, others: Iterable[str]) -> tuple[str, ...]:
    """The spellings that differ from the name itself."""
    return tuple(other for other in dict.fromkeys(others) if other and other != name and _latin(other))
