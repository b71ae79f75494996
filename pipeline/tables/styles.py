"""Styles for QGIS inside the GeoPackage: its layers open in the colours, hatches and signs of the maps.

QGIS looks in a table `layer_styles` for the style of a layer and takes the one that is marked as its own. A style is a
QML document: categories by the column `class` (areas) or `evenement` (alerts), one symbol each.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.etree import ElementTree as xml

from pipeline import palette
from pipeline.annexes.model import Annex, Areas, Flows, Symbols

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
        for layer in annex.layers:
            if isinstance(layer, Symbols) and annex.number == 2:
                found["annexe_2_alertes"] = _qml("evenement", "marker", _markers(layer))
            elif isinstance(layer, Flows):
                found["annexe_2_mouvements"] = _qml("", "line", [_arrow(layer)])
        if annex.number == 1 and annex.bars:
            dot = {
                "name": "circle",
                "color": _rgba(palette.PAPER),
                "outline_color": _rgba(palette.INK),
                "size": "2.4",
            }
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
            hatch = {
                "color": _rgba(entry.hatch_colour),
                "style": PATTERNS[entry.hatch],
                "outline_style": "no",
            }
            layers.append(("SimpleFill", hatch))
        symbols.append((entry.label, entry.label, layers))
    return symbols


def _markers(layer: Symbols) -> list[StyleSymbol]:
    return [
        (
            key.label,
            key.label,
            [
                (
                    "SimpleMarker",
                    {
                        "name": MARKERS.get(key.shape, "circle"),
                        "color": _rgba(palette.PAPER if key.shape in ("ring", "target") else key.colour),
                        "outline_color": _rgba(
                            key.colour if key.shape in ("ring", "target") else palette.PAPER
                        ),
                        "outline_width": "0.6",
                        "size": "3.6",
                    },
                )
            ],
        )
        for key in layer.keys
    ]


def _arrow(layer: Flows) -> StyleSymbol:
    shaft = {"color": _rgba(layer.colour), "is_curved": "1", "arrow_width": "0.6", "arrow_start_width": "0.6"}
    return (
        "",
        layer.title,
        [("ArrowLine", shaft), ("SimpleLine", {"line_color": _rgba(layer.colour), "line_width": "0.5"})],
    )


def _rgba(colour: str) -> str:
    """ "#fcc6a9" -> "252,198,169,255", as QGIS writes it."""
    return ",".join(str(int(colour[i : i + 2], 16)) for i in (1, 3, 5)) + ",255"


def _qml(column: str, kind: str, symbols: Sequence[StyleSymbol]) -> str:
    """A style: categories by a column, or one symbol for all where no column is named."""
    root = xml.Element("qgis", version="3.22.0", styleCategories="Symbology")
    renderer = xml.SubElement(
        root, "renderer-v2", type="categorizedSymbol" if column else "singleSymbol", symbollevels="0"
    )
    if column:
        renderer.set("attr", column)
        categories = xml.SubElement(renderer, "categories")
        for rank, (value, label, _) in enumerate(symbols):
            xml.SubElement(categories, "category", value=value, label=label, symbol=str(rank), render="true")
    holder = xml.SubElement(renderer, "symbols")
    for rank, (_, _, layers) in enumerate(symbols):
        symbol = xml.SubElement(holder, "symbol", type=kind, name=str(rank), alpha="1", clip_to_extent="1")
        for name, properties in layers:
            layer = xml.SubElement(
                symbol, "layer", {"class": name, "enabled": "1", "pass": "0", "locked": "0"}
            )
            for key, value in properties.items():
                xml.SubElement(layer, "prop", k=key, v=value)
    return "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n" + xml.tostring(
        root, encoding="unicode"
    )
