"""The month as tables: cartes.gpkg for QGIS, with the classes and colours of the maps, and annex 4 as a workbook."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as xml

import geopandas as gpd
import pandas as pd
from shapely.geometry import LineString, MultiPolygon, Point
from shapely.geometry.base import BaseGeometry

from pipeline import french, palette
from pipeline.annexes.model import Annex, Areas, BarTable, Column, Flows, Symbols
from pipeline.files import about_sheet, head_of, printed_wide, replacing, workbook
from pipeline.geography.country import GEOGRAPHIC, Country
from pipeline.taxonomy import CATEGORIES

# Styles for QGIS inside the GeoPackage: its layers open in the colours, hatches and signs of the maps.
#
# QGIS looks in a table `layer_styles` for the style of a layer and takes the one that is marked as its own. A style is a
# QML document: categories by the column `class` (areas) or `evenement` (alerts), one symbol each.


GEOMETRY = "geom"
TABLE = """CREATE TABLE layer_styles (
id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), f_table_schema TEXT(256),
f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30), update_time DATETIME)"""
MARKERS = {
    "triangle": "triangle", "diamond": "diamond", "cross": "cross_fill", "circle": "circle", "ring": "circle",
    "square": "square", "target": "circle", "star": "star",
}  # fmt: skip
PATTERNS = {"diagonal": "b_diagonal", "dots": "dense6"}

StyleSymbol = tuple[str, str, list[tuple[str, dict[str, str]]]]
"""Value of the column, label, and the layers of the symbol from below: QGIS's class and its properties."""


def styles(annexes: Sequence[Annex]) -> dict[str, str]:
    """Name of a layer of the GeoPackage -> its style as QML."""
    found: dict[str, str] = {}
    for annex in annexes:
        areas = annex.areas()
        if areas is not None:
            found[f"annexe_{annex.number}_communes"] = _qml("class", "fill", _fills(areas))
        for flows in annex.layers_of(Flows):
            found["annexe_2_mouvements"] = _qml("", "line", [_arrow(flows)])
        for symbols in annex.layers_of(Symbols) if annex.number == 2 else ():
            found["annexe_2_alertes"] = _qml("evenement", "marker", _markers(symbols))
        if annex.number == 1 and annex.bars:
            colours = {"color": _rgba(palette.PAPER), "outline_color": _rgba(palette.INK)}
            dot = {"name": "circle", **colours, "size": "2.4"}
            found["annexe_1_cercles"] = _qml("", "marker", [("", "Cercles", [("SimpleMarker", dot)])])
    return found


def write_styles(package: Path, found: Mapping[str, str], moment: str) -> None:
    """Add the styles to a GeoPackage, each as the default of its layer. moment: ISO date and time to stand in it."""
    with sqlite3.connect(package) as base:
        base.execute(TABLE)
        there = {row[0] for row in base.execute("SELECT table_name FROM gpkg_geometry_columns")}
        base.executemany(
            "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, "
            "styleQML, styleSLD, useAsDefault, description, owner, update_time) "
            "VALUES ('', '', ?, ?, ?, ?, '', 1, 'Couleurs des cartes', '', ?)",
            [(name, GEOMETRY, name, qml, moment) for name, qml in found.items() if name in there],
        )
        base.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change) "
            "VALUES ('layer_styles', 'attributes', 'layer_styles', '', ?)",
            (moment,),
        )
    base.close()


def _fills(areas: Areas) -> list[StyleSymbol]:
    line = {"outline_color": _rgba(palette.CERCLE_LINE), "outline_width": "0.1"}
    symbols: list[StyleSymbol] = []
    for entry in areas.classes:
        layers = [("SimpleFill", {"color": _rgba(entry.colour), "style": "solid", **line})]
        if entry.hatch:
            hatch = {"color": _rgba(entry.hatch_colour), "style": PATTERNS[entry.hatch]}
            layers.append(("SimpleFill", hatch | {"outline_style": "no"}))
        symbols.append((entry.label, entry.label, layers))
    return symbols


def _markers(layer: Symbols) -> list[StyleSymbol]:
    symbols: list[StyleSymbol] = []
    for key in layer.keys:
        colours = [_rgba(key.colour), _rgba(palette.PAPER)]
        fill, outline = reversed(colours) if key.shape in ("ring", "target") else colours
        sign = {"name": MARKERS.get(key.shape, "circle"), "color": fill, "outline_color": outline}
        sign |= {"outline_width": "0.6", "size": "3.6"}
        symbols.append((key.label, key.label, [("SimpleMarker", sign)]))
    return symbols


def _arrow(layer: Flows) -> StyleSymbol:
    shaft = {"color": _rgba(layer.colour), "is_curved": "1", "arrow_width": "0.6", "arrow_start_width": "0.6"}
    line = {"line_color": _rgba(layer.colour), "line_width": "0.5"}
    return "", layer.title, [("ArrowLine", shaft), ("SimpleLine", line)]


def _rgba(colour: str) -> str:
    """ "#fcc6a9" -> "252,198,169,255", as QGIS writes it."""
    return ",".join(str(int(colour[i : i + 2], 16)) for i in (1, 3, 5)) + ",255"


def _qml(column: str, kind: str, symbols: Sequence[StyleSymbol]) -> str:
    """A style: categories by a column, or one symbol for all where no column is named."""
    root = xml.Element("qgis", version="3.22.0", styleCategories="Symbology")
    form = "categorizedSymbol" if column else "singleSymbol"
    renderer = xml.SubElement(root, "renderer-v2", type=form, symbollevels="0")
    if column:
        renderer.set("attr", column)
        categories = xml.SubElement(renderer, "categories")
        for rank, (value, label, _) in enumerate(symbols):
            xml.SubElement(categories, "category", value=value, label=label, symbol=str(rank), render="true")
    holder = xml.SubElement(renderer, "symbols")
    for rank, (_, _, layers) in enumerate(symbols):
        symbol = xml.SubElement(holder, "symbol", type=kind, name=str(rank), alpha="1", clip_to_extent="1")
        for name, properties in layers:
            told = {"class": name, "enabled": "1", "pass": "0", "locked": "0"}
            layer = xml.SubElement(symbol, "layer", told)
            for key, value in properties.items():
                xml.SubElement(layer, "prop", k=key, v=value)
    head = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
    return head + xml.tostring(root, encoding="unicode")


SIMPLIFIED = 0.002  # degrees, about 200 m: a quarter of a pixel of the printed page
TEXT, NUMBER, WHOLE = "object", "float64", "Int64"
"""Kinds of columns, as pandas calls them."""
AREA_FIELDS = dict.fromkeys(("pcode", "name", "class", "colour", "valeur"), TEXT) | {
    **dict.fromkeys(("valeur_min", "valeur_max"), NUMBER),
    **dict.fromkeys(("etat", "commune", "cercle", "region", "pcode_cercle", "pcode_region"), TEXT),
}
"""valeur: as published; valeur_min, valeur_max: what it leaves possible, empty where no end is told; etat: chiffre,
classe, zero, non_publie, non_couvert, sans_donnees."""


TITLES = {
    "pcode": "P-code", "name": "Nom", "class": "Classe de la légende", "colour": "Couleur de la carte",
    "valeur": "Valeur publiée", "valeur_min": "Au moins", "valeur_max": "Au plus", "etat": "État de la valeur",
    "commune": "Commune", "cercle": "Cercle", "region": "Région", "pcode_cercle": "P-code du cercle",
    "pcode_region": "P-code de la région", "month": "Mois", "total": "Violations",
    "non_publies": "Catégories non publiées", "numero": "Numéro", "evenement": "Événement", "lieu": "Lieu",
    "precision": "Précision du lieu", "details": "Détails", "menages": "Ménages", "libelle": "Libellé",
    "cat_reste": "Non détaillé",
    **{f"cat_{category.key}": category.label for category in CATEGORIES},
}  # fmt: skip
"""Column of a layer -> its title in French, which QGIS shows as the column's alias."""


def _write_titles(database: sqlite3.Connection) -> None:
    """The table of column titles of the format's schema extension (OGC 12-128r18, F.9)."""
    database.execute(
        "CREATE TABLE gpkg_data_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT, "
        "description TEXT, mime_type TEXT, constraint_name TEXT, CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name), "
        "CONSTRAINT gdc_tn UNIQUE (table_name, name))"
    )
    columns = database.execute(
        "SELECT table_name, info.name FROM gpkg_geometry_columns, pragma_table_info(table_name) AS info "
        "WHERE info.name NOT IN ('fid', ?) ORDER BY table_name, info.cid",
        (GEOMETRY,),
    ).fetchall()
    database.executemany(
        "INSERT INTO gpkg_data_columns (table_name, column_name, name, title) VALUES (?, ?, ?, ?)",
        [(table, column, TITLES[column], TITLES[column]) for table, column in columns],
    )
    database.execute(
        "CREATE TABLE IF NOT EXISTS gpkg_extensions (table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, "
        "definition TEXT NOT NULL, scope TEXT NOT NULL, CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name))"
    )
    database.execute(
        "INSERT INTO gpkg_extensions VALUES ('gpkg_data_columns', NULL, 'gpkg_schema', "
        "'http://www.geopackage.org/spec121/#extension_schema', 'read-write')"
    )


def write_geopackage(annexes: Sequence[Annex], country: Country, target: Path) -> Path:
    """Write every layer of the contract (ARCHITECTURE) for the annexes given, EPSG:4326. Deterministic:
    the date that SQLite would take from the clock is the production date of the maps."""
    produced = annexes[0].meta.produced_on if annexes else "1970-01-01"
    with replacing(target) as temporary, _dated(f"{produced}T00:00:00.000Z"):
        shapes = _shapes(country)
        for annex in annexes:
            _write_annex(annex, country, shapes, temporary)
        write_styles(temporary, styles(annexes), f"{produced}T00:00:00.000Z")
        if annexes:
            with contextlib.closing(sqlite3.connect(temporary)) as database, database:
                meta = annexes[0].meta
                said = " ; ".join((f"Limites : {meta.boundary_label} ({meta.limits_dated})", *meta.warnings))
                database.execute("update gpkg_contents set description = ?", (said,))
                _write_titles(database)
    return target


@contextlib.contextmanager
def _dated(moment: str) -> Iterator[None]:
    """The moment that GDAL writes where it would write the clock's. moment: ISO date and time."""
    import pyogrio  # a workbook alone needs none of it

    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": moment})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


def _write_annex(annex: Annex, country: Country, shapes: Shapes, target: Path) -> None:
    number, areas = annex.number, annex.areas()
    if number in (1, 2, 3, 5) and areas is not None:
        rows = _area_rows(areas, country, shapes, {})
        _layer(target, f"annexe_{number}_communes", "MultiPolygon", AREA_FIELDS, rows)
    if annex.panels:
        each = (_area_rows(panel.areas, country, shapes, {"month": panel.month}) for panel in annex.panels)
        fields, rows = AREA_FIELDS | {"month": TEXT}, list(chain.from_iterable(each))
        _layer(target, f"annexe_{number}_communes", "MultiPolygon", fields, rows)
    for table in annex.bars if number == 1 else ():
        named = ("pcode", "name", "total", "non_publies", *(f"cat_{key}" for key, _, _ in table.keys))
        rows = _cercle_rows(table, country)
        _layer(target, "annexe_1_cercles", "Point", dict.fromkeys(named, TEXT), rows)
    for flows in annex.layers_of(Flows):
        _layer(target, "annexe_2_mouvements", "LineString", FLOW_FIELDS, _flow_rows(flows))
    for symbols in annex.layers_of(Symbols) if number == 2 else ():
        _layer(target, "annexe_2_alertes", "Point", ALERT_FIELDS, _alert_rows(annex, symbols))


FeatureRow = tuple[BaseGeometry | None, dict[str, Any]]


def _layer(
    target: Path, name: str, geometry: str, fields: dict[str, str], rows: Iterable[FeatureRow]
) -> None:
    """Add a layer to the GeoPackage. fields: column -> its kind. What is None is NULL there."""
    import pyogrio

    told = list(rows)
    columns = {
        name: pd.Series([values[name] for _, values in told], dtype=kind) for name, kind in fields.items()
    }
    frame = gpd.GeoDataFrame(columns, geometry=[shape for shape, _ in told], crs=GEOGRAPHIC)
    pyogrio.write_dataframe(frame, target, layer=name, driver="GPKG", geometry_type=geometry, use_arrow=False)


Shapes = dict[str, tuple[MultiPolygon, dict[str, Any]]]


def _shapes(country: Country) -> Shapes:
    """P-code -> the areas that choropleths colour, and what the country says of each: simplified together so that
    neighbours stay glued: 701 communes in full detail, once a month of annex 6, would weigh ten megabytes for a difference
    that no map shows."""
    layer = country.layer(country.finest)
    simple = country.simplified(SIMPLIFIED, GEOGRAPHIC)
    facts = layer.drop(columns="geometry").to_dict("records")
    return {
        of["pcode"]: (shape if isinstance(shape, MultiPolygon) else MultiPolygon([shape]), of)
        for of, shape in zip(facts, simple, strict=True)
    }


def _area_rows(areas: Areas, country: Country, shapes: Shapes, extra: dict[str, str]) -> list[FeatureRow]:
    cercles, regions = country.names("cercle"), country.names("region")
    commune = areas.level == "commune"
    rows: list[FeatureRow] = []
    for code, (shape, of) in shapes.items():
        entry, value = areas.class_of(code), areas.values[code]
        cercle = of["cercle_pcode"] if commune else code
        values = {
            "pcode": code,
            "name": of["name"],
            "class": entry.label,
            "colour": entry.colour,
            "valeur": value.text,
            "valeur_min": value.low,
            "valeur_max": value.high,
            "etat": areas.state_of(code),
            "commune": of["name"] if commune else None,
            "cercle": cercles.get(cercle),
            "region": regions.get(of["region_pcode"]),
            "pcode_cercle": cercle,
            "pcode_region": of["region_pcode"],
            **extra,
        }
        rows.append((shape, values))
    return rows


def _cercle_rows(table: BarTable, country: Country) -> list[FeatureRow]:
    """A row a cercle that has something to tell, at its own point. A category told as an interval is its words ("9 à
    15"); one that is not told is empty and named in `non_publies`; zero is 0."""
    rows: list[FeatureRow] = []
    for row in table.rows:
        parts: dict[str, str | None] = {
            f"cat_{key}": None if row.between or key in row.untold else "0" for key, _, _ in table.keys
        }
        for key, value, text in row.segments:
            parts[f"cat_{key}"] = f"{value:.0f}" if text == french.number(value) else text
        values = {
            "pcode": row.area_pcode,
            "name": row.label,
            "total": row.texts[0],
            "non_publies": " ".join(row.untold),
            **parts,
        }
        rows.append((Point(country.points[row.area_pcode]), values))
    return rows


ALERT_FIELDS = dict.fromkeys(("numero", "evenement", "lieu", "pcode", "precision", "details", "colour"), TEXT)
FLOW_FIELDS = {"numero": TEXT, "menages": WHOLE, "etat": TEXT, "libelle": TEXT}


def _alert_rows(annex: Annex, layer: Symbols) -> list[FeatureRow]:
    """A row an event, at its place; without a point where only an area is known."""
    keys = {key.key: key for key in layer.keys}
    rows: list[FeatureRow] = []
    for event in annex.events:
        key = keys[event.key]
        values = {
            "numero": event.number,
            "evenement": key.label,
            "lieu": event.where,
            "pcode": event.area_pcode,
            "precision": event.precision,
            "details": event.detail,
            "colour": key.colour,
        }
        rows.append((None if event.point is None else Point(event.point), values))
    return rows


def _flow_rows(layer: Flows) -> list[FeatureRow]:
    """A movement drawn as a loop keeps its row, without a line; households that are not told are empty, not 0.

    etat: "chiffre"; "au_moins" where some of its movements tell none; "non_publie" where none does.
    """
    rows: list[FeatureRow] = []
    for item in layer.items:
        line = None
        if item.destination is not None and not item.stays:
            line = LineString([item.origin, item.destination])
        state = "non_publie" if not item.label else "au_moins" if item.untold else "chiffre"
        values = {"numero": item.number, "menages": int(item.value) if item.label else None, "etat": state}
        rows.append((line, {**values, "libelle": item.label}))
    return rows


# Annex 4 as a workbook: filters, frozen header, real dates and numbers, nothing that runs.


WIDTHS = {"date": 12, "month": 11, "number": 11}
DATE_FORMATS = {"date": "dd/mm/yyyy", "month": "mmmm yyyy"}


def write_workbook(annex: Annex, target: Path) -> Path:
    """Write annex.table to `target` (.xlsx). A text cell is written as text, never as a formula or a link."""
    meta = annex.meta
    told = {
        "title": f"{annex.title} – {meta.month_label}",
        "subject": annex.subtitle,
        "author": meta.sources,
        "comments": f"{meta.audience_label}. {annex.caption}",
    }
    with workbook(target, datetime.fromisoformat(meta.produced_on), **told) as book:
        _rows_sheet(book, annex)
        about_sheet(book, _about(annex), (24, 100))
    return target


def _rows_sheet(book, annex: Annex) -> None:  # type: ignore[no-untyped-def]
    sheet = book.add_worksheet("Liste")
    colours = {"bg_color": "#1c5d7c", "font_color": "#ffffff"}
    head = book.add_format({"bold": True, **colours, "text_wrap": True, "valign": "top"})
    formats = {
        kind: book.add_format({"num_format": code, "align": "left"}) for kind, code in DATE_FORMATS.items()
    }
    table = annex.table
    wide = [(column.label, _width(table.rows, index, column)) for index, column in enumerate(table.columns)]
    head_of(sheet, wide, head, len(table.rows))
    for line, row in enumerate(table.rows, start=1):
        for index, (column, value) in enumerate(zip(table.columns, row, strict=True)):
            if value is None or value == "":
                continue
            if column.kind in DATE_FORMATS:
                day = datetime.fromisoformat(f"{value}-01" if column.kind == "month" else str(value))
                sheet.write_datetime(line, index, day, formats[column.kind])
            elif isinstance(value, (int, float)):
                sheet.write_number(line, index, value)
            else:
                sheet.write_string(line, index, str(value))
    sheet.repeat_rows(0)
    printed_wide(sheet, annex.meta.audience_label, "&P / &N")


def _width(rows: tuple[tuple[object, ...], ...], index: int, column: Column) -> float:
    if column.kind in WIDTHS:
        return WIDTHS[column.kind]
    longest = max((len(str(row[index] or "")) for row in rows[:500]), default=0)
    return min(max(longest, len(column.label)) + 2, 60)


def _about(annex: Annex) -> list[tuple[str, str]]:
    meta = annex.meta
    return [
        ("Titre", annex.title),
        ("Période", annex.subtitle),
        ("Public", meta.audience_label),
        ("Effectifs", annex.counts_line),
        ("Légende", annex.caption),
        ("Sources", meta.sources),
        ("Bulletin", meta.bulletin),
        ("Limites administratives", f"{meta.boundary_label} ({meta.limits_dated})"),
        ("Produit le", meta.produced_on),
        *(("Attention", warning) for warning in meta.warnings),
        *([("Attention", meta.rollup_note)] if meta.rollup_note else []),
    ]
