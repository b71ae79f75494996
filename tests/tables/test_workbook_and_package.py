"""The workbook and the GeoPackage: real dates and numbers, nothing that runs, the colours of the maps."""

from __future__ import annotations

import contextlib
import re
import sqlite3
import sys
from dataclasses import replace
from datetime import datetime
from xml.etree import ElementTree

import fiona
import openpyxl
import pytest
from shapely import Point

from pipeline.annexes import BUILDERS
from pipeline.annexes.model import Column, Symbols, Table, Zones
from pipeline.bulletin.board import board
from pipeline.disclosure.counts import SUPPRESSED, Count
from pipeline.files import unsafe_cell
from pipeline.sheet.draw import Text
from pipeline.sheet.panels import bar_block
from pipeline.tables import write_geopackage, write_workbook
from pipeline.web.page import bar_rows
from tests.helpers.months import JUNE, MAY, alert, month, stage

ROWS = ((JUNE, "ML050401", "E", 60), (JUNE, "ML050101", "B", 9), (MAY, "ML050401", "E", 20))
RISK = ((MAY, "ML050101", 7, 2), (JUNE, "ML050101", 21, 4))
HOSTILE = ("=cmd|' /C calc'!A0", "@SUM(1+1)", "+1", "-1", "http://exemple.test", "<b>x</b>", "é " * 40)


@pytest.fixture
def annexes(small_country):
    events = (
        alert(small_country, "mouvement", "ML050403", 67, to="ML050401"),
        alert(small_country, "menace", "ML050401"),
    )
    made = stage(month(ROWS, RISK, events, {"ML050101": ""}), small_country, "interne")
    return [build(made) for build in BUILDERS.values()]


def test_the_list_has_real_dates_and_numbers_and_filters(annexes, tmp_path):
    path = write_workbook(annexes[3], tmp_path / "liste.xlsx")
    book = openpyxl.load_workbook(path)
    sheet = book["Liste"]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref.startswith("A1:")
    assert sheet.max_row == 1 + len(annexes[3].table.rows)
    heads = [cell.value for cell in sheet[1]]
    assert isinstance(sheet.cell(2, heads.index("Date") + 1).value, datetime)


def test_no_cell_is_a_formula_or_a_link(annexes, tmp_path):
    table = Table(
        "Essai", (Column("a", "=A1"), Column("n", "N", "number")), tuple((text, 3) for text in HOSTILE)
    )
    path = write_workbook(replace(annexes[3], table=table), tmp_path / "liste.xlsx")
    for sheet in openpyxl.load_workbook(path):
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f"
                assert cell.hyperlink is None
    values = [row[0].value for row in openpyxl.load_workbook(path)["Liste"].iter_rows(min_row=2)]
    assert [unsafe_cell(value) for value in values] == list(HOSTILE)
    assert [value for value in values if value.startswith(("=", "@"))] == []


def test_the_geopackage_has_the_layers_and_colours_of_the_maps(annexes, small_country, tmp_path):
    path = write_geopackage(annexes, small_country, tmp_path / "cartes.gpkg")
    assert set(fiona.listlayers(path)) == {
        "annexe_1_communes", "annexe_1_cercles", "annexe_2_communes", "annexe_2_alertes", "annexe_2_mouvements",
        "annexe_3_communes", "annexe_5_communes", "annexe_6_communes", "layer_styles",
    }  # fmt: skip
    areas = annexes[2].areas()
    with fiona.open(path, layer="annexe_3_communes") as layer:
        assert layer.crs.to_epsg() == 4326
        rows = [dict(feature["properties"]) for feature in layer]
    assert {row["pcode"]: row["colour"] for row in rows} == {
        code: areas.class_of(code).colour for code in areas.values
    }
    with fiona.open(path, layer="annexe_6_communes") as layer:
        assert {feature["properties"]["month"] for feature in layer} == {"2021-05", "2021-06"}
        assert len(layer) == 24


def test_every_column_has_its_title_in_french(annexes, small_country, tmp_path):
    """As GDAL, and with it QGIS, gives them: the alias of the field."""
    path = write_geopackage(annexes, small_country, tmp_path / "cartes.gpkg")
    layers = [name for name in fiona.listlayers(path) if name != "layer_styles"]
    with contextlib.closing(sqlite3.connect(path)) as base:
        told = {(table, column): title for table, column, title in base.execute(
            "SELECT table_name, column_name, title FROM gpkg_data_columns")}  # fmt: skip
    for name in layers:
        with fiona.open(path, layer=name) as layer:
            assert {column for table, column in told if table == name} == set(layer.schema["properties"])
    assert told["annexe_3_communes", "class"] == "Classe de la légende"
    assert told["annexe_1_cercles", "cat_E"].startswith("Atteintes au droit à la propriété")


def test_the_package_is_written_by_the_library_that_the_country_is_read_with(
    annexes, small_country, tmp_path, monkeypatch
):
    """A second one is 40 MB more in the process that draws."""
    monkeypatch.setitem(sys.modules, "fiona", None)
    assert write_geopackage(annexes, small_country, tmp_path / "cartes.gpkg").stat().st_size > 10_000


def test_the_same_annexes_give_the_same_bytes(annexes, small_country, tmp_path):
    first = write_geopackage(annexes, small_country, tmp_path / "a.gpkg").read_bytes()
    assert write_geopackage(annexes, small_country, tmp_path / "b.gpkg").read_bytes() == first
    book = write_workbook(annexes[3], tmp_path / "a.xlsx").read_bytes()
    assert write_workbook(annexes[3], tmp_path / "b.xlsx").read_bytes() == book


def test_areas_carry_their_published_values_names_and_codes(annexes, small_country, tmp_path):
    path = write_geopackage(annexes, small_country, tmp_path / "cartes.gpkg")
    names = small_country.names("commune")
    states = set()
    for annex in annexes:
        areas = annex.areas()
        if areas is None:
            continue
        with fiona.open(path, layer=f"annexe_{annex.number}_communes") as layer:
            rows = [dict(feature["properties"]) for feature in layer]
        for row in rows:
            if row.get("month", annex.meta.month) != annex.meta.month:
                continue
            value = areas.values[row["pcode"]]
            assert (row["valeur"], row["valeur_min"], row["valeur_max"]) == (
                value.text,
                value.low,
                value.high,
            )
            assert row["etat"] == areas.state_of(row["pcode"])
            assert row["commune"] == names[row["pcode"]]
            assert row["pcode"].startswith(row["pcode_cercle"])
            assert row["pcode_cercle"].startswith(row["pcode_region"])
            assert row["cercle"] == small_country.names("cercle")[row["pcode_cercle"]]
            assert row["region"] == small_country.names("region")[row["pcode_region"]]
            states.add(row["etat"])
            if row["etat"] == "chiffre":
                assert row["valeur_min"] == row["valeur_max"]
            if row["etat"] in ("non_publie", "non_couvert", "sans_donnees"):
                assert row["valeur_min"] is None
    assert {"chiffre", "classe", "non_couvert"} <= states


def test_qgis_finds_a_style_in_the_maps_colours_for_every_layer(annexes, small_country, tmp_path):
    path = write_geopackage(annexes, small_country, tmp_path / "cartes.gpkg")
    with sqlite3.connect(path) as base:
        told = dict(base.execute("SELECT f_table_name, styleQML FROM layer_styles WHERE useAsDefault"))
        assert set(told) == {row[0] for row in base.execute("SELECT table_name FROM gpkg_geometry_columns")}
        assert {r[0] for r in base.execute("SELECT DISTINCT f_geometry_column FROM layer_styles")} == {
            r[0] for r in base.execute("SELECT DISTINCT column_name FROM gpkg_geometry_columns")
        }
    base.close()
    for annex in annexes:
        areas = annex.areas()
        if areas is None:
            continue
        root = ElementTree.fromstring(told[f"annexe_{annex.number}_communes"].split("\n", 1)[1])
        assert root.find("renderer-v2").get("attr") == "class"
        fills = {
            symbol.get("name"): symbol.find("layer/prop[@k='color']").get("v")
            for symbol in root.iter("symbol")
        }
        drawn = {entry.get("value"): fills[entry.get("symbol")] for entry in root.iter("category")}
        for entry in areas.classes:
            rgb = ",".join(str(int(entry.colour[i : i + 2], 16)) for i in (1, 3, 5))
            assert drawn[entry.label] == f"{rgb},255"


def test_the_geopackage_says_that_limits_are_approximate(annexes, small_country, tmp_path):
    marked = [replace(annex, meta=replace(annex.meta, approximate=True)) for annex in annexes]
    path = write_geopackage(marked, small_country, tmp_path / "cartes.gpkg")
    with contextlib.closing(sqlite3.connect(path)) as database:
        told = {text for (text,) in database.execute("select description from gpkg_contents")}
    assert all("LIMITES APPROCHÉES" in text for text in told)


def test_an_area_has_one_point_on_maps_in_the_package_and_before_the_last_look(
    annexes, small_country, tmp_path
):
    """A second formula for the same point would be a place of a row that the last look has to tell apart."""
    own = small_country.points
    for level in ("region", "cercle", "commune"):
        layer = small_country.layer(level)
        assert all(
            layer.geometry[layer["pcode"] == code].contains(Point(own[code])).all() for code in layer["pcode"]
        )
    assert small_country.pays.contains(Point(own[""])).all()
    path = write_geopackage(annexes, small_country, tmp_path / "cartes.gpkg")
    with fiona.open(path, layer="annexe_1_cercles") as layer:
        told = {row["properties"]["pcode"]: row["geometry"]["coordinates"] for row in layer}
    assert told == {code: own[code] for code in told}
    events = [
        item for layer in annexes[1].layers if isinstance(layer, (Symbols, Zones)) for item in layer.items
    ]
    assert events
    assert {(item.longitude, item.latitude) for item in events} <= set(own.values())


def cells(path, layer: str) -> list[dict]:
    with fiona.open(path, layer=layer) as rows:
        return [dict(row["properties"]) for row in rows]


def test_zero_is_0_in_the_package_and_what_is_not_told_is_empty_beside_its_state(small_country, tmp_path):
    """Households of movements and categories of cercles: NULL for a hidden figure alone, never for zero."""
    places = {"ML050401": (3,), "ML050403": (0,), "ML050101": (67, 2), "ML070202": (67,)}
    events = tuple(
        alert(small_country, "mouvement", code, count, to="ML040402")
        for code, counts in places.items()
        for count in counts
    )
    rows = (*ROWS, (JUNE, "ML050401", "C", 2), (JUNE, "ML070202", "E", 12))
    told = stage(month(rows, RISK, events, {"ML050101": ""}), small_country)
    made = [annex for one in BUILDERS.values() if (annex := one(told)) is not None]
    path = write_geopackage(made, small_country, tmp_path / "cartes.gpkg")
    rows = cells(path, "annexe_2_mouvements")
    moved = sorted((row["etat"], row["menages"]) for row in rows if row["menages"] is not None)
    assert moved == [("au_moins", 67), ("chiffre", 0), ("chiffre", 67)]
    silent = [row for row in rows if row["menages"] is None]
    assert [(row["etat"], row["libelle"] or "") for row in silent] == [("non_publie", "")]
    categories = told.published.cercle_categories
    seen = set()
    for row in cells(path, "annexe_1_cercles"):
        hidden = (row["non_publies"] or "").split()
        for key in "ABCDEF":
            count = categories.get(row["pcode"], {}).get(key)
            if key in hidden:
                assert row[f"cat_{key}"] is None
                assert count is None or count.state == "suppressed"
            else:
                assert row[f"cat_{key}"] == count.text
            seen.add(row[f"cat_{key}"])
        # Where nothing is told by category, what is left of the total is not told either.
        assert (row["cat_reste"] is None) == (not row["total"].isdigit())
    assert {None, "0"} <= seen


def test_a_category_told_as_an_interval_is_the_same_on_paper_page_and_in_the_package(small_country, tmp_path):
    """A cercle of 97: 60 of one category, "9 à 15" of another, nothing said of the rest."""
    told = stage(month(ROWS, RISK), small_country)
    parts = {"A": Count.within(9, 15), "B": Count.exact(0), "C": SUPPRESSED, "D": SUPPRESSED, "E": Count.exact(60),
             "F": Count.within(20, None)}  # fmt: skip
    cercles = {**told.published.cercles, JUNE: {"ML0504": Count.exact(97)}}
    published = replace(told.published, cercles=cercles, cercle_categories={"ML0504": parts})
    annex = BUILDERS[1](replace(told, published=published))
    words = {"A": parts["A"].text, "E": "60", "F": parts["F"].text, "reste": Count.within(0, 8).text}
    (row,) = annex.bars[0].rows
    assert row.segments == (
        ("A", 9, words["A"]),
        ("E", 60, "60"),
        ("F", 20, words["F"]),
        ("reste", 8, words["reste"]),
    )
    assert "Dans une barre, un intervalle a la longueur de son plus petit nombre." in annex.notes
    paper = {mark.text for mark in bar_block(annex.bars[0], 180).marks if isinstance(mark, Text)}
    assert {words["A"], words["F"]} <= paper
    (drawn,) = bar_rows(annex.bars[0])
    spoken = [part.split("\N{NO-BREAK SPACE}: ")[1] for part in drawn["spoken"].split(", ")]
    assert spoken == [text for _, _, text in row.segments]
    (cell,) = cells(write_geopackage([annex], small_country, tmp_path / "cartes.gpkg"), "annexe_1_cercles")
    assert {key: cell[f"cat_{key}"] for key in words} == words
    assert (cell["non_publies"], cell["cat_B"], cell["cat_C"]) == ("C D", "0", None)
    shown = board(replace(told, published=published)).cercle_categories["ML0504"]
    assert {count.text for count in shown} >= {words["A"], words["F"]}


@pytest.mark.parametrize("audience", ["partenaires", "public"])
def test_the_order_of_the_reports_is_told_nowhere(small_country, tmp_path, audience):
    """Two of a kind at one place, told apart by nothing but which came first: paper, page and package alike."""
    days = range(11, 17)
    events = [
        replace(alert(small_country, key, code, count, to=to), date=f"2021-06-{day}", region="Mopti")
        for day, (key, code, count, to) in zip(
            days,
            (("menace", "ML050401", None, ""), ("mouvement", "ML050401", 67, "ML050403"), ("mouvement", "ML050401", 9, ""),
             ("mouvement", "ML050401", 2, "ML050403"), ("menace", "ML050403", None, ""),
             ("mouvement", "ML050401", 8, "ML050101")),
            strict=True,
        )
    ]  # fmt: skip
    specified, written = set(), set()
    for turn, order in enumerate((events, events[::-1], [*events[3:], *events[:3]])):
        told = stage(month(ROWS, RISK, tuple(order), {"ML050101": ""}), small_country, audience)
        annex = BUILDERS[2](told)
        specified.add(repr(annex))
        path = write_geopackage([annex], small_country, tmp_path / f"{turn}.gpkg")
        found = [cells(path, layer) for layer in ("annexe_2_alertes", "annexe_2_mouvements")]
        written.add(repr(found))
    assert len(specified) == len(written) == 1, "every file of annex 2 is made of this specification alone"


STYLE_COLUMNS = {
    "f_table_catalog", "f_table_schema", "f_table_name", "f_geometry_column", "styleName", "styleQML", "styleSLD",
    "useAsDefault", "description", "owner", "ui", "update_time",
}  # fmt: skip
SYMBOLS = {"MULTIPOLYGON": "fill", "POINT": "marker", "LINESTRING": "line"}
SYMBOL_LAYERS = {
    "SimpleFill": {"color", "style", "outline_color", "outline_style", "outline_width"},
    "SimpleMarker": {"name", "color", "outline_color", "outline_width", "size"},
    "SimpleLine": {"line_color", "line_width"},
    "ArrowLine": {"color", "is_curved", "arrow_width", "arrow_start_width"},
}
"""What QGIS reads in a style: class of a symbol layer -> its properties that we write. (QGIS itself is not at hand
here: the format is held, the opening is not.)"""


def test_styles_keep_to_the_format_that_qgis_reads(annexes, small_country, tmp_path):
    path = write_geopackage(annexes, small_country, tmp_path / "cartes.gpkg")
    with contextlib.closing(sqlite3.connect(path)) as base:
        assert {row[1] for row in base.execute("PRAGMA table_info(layer_styles)")} >= STYLE_COLUMNS
        found = base.execute("SELECT f_table_name, styleQML, styleName FROM layer_styles").fetchall()
        kinds = dict(base.execute("SELECT table_name, geometry_type_name FROM gpkg_geometry_columns"))
        assert len(found) == len(kinds)
        for table, text, name in found:
            assert name
            assert text.startswith("<!DOCTYPE qgis")
            renderer = ElementTree.fromstring(text.split("\n", 1)[1]).find("renderer-v2")
            symbols = {symbol.get("name"): symbol for symbol in renderer.iter("symbol")}
            assert {symbol.get("type") for symbol in symbols.values()} == {SYMBOLS[kinds[table]]}
            for layer in renderer.iter("layer"):
                assert {prop.get("k") for prop in layer.iter("prop")} <= SYMBOL_LAYERS[layer.get("class")]
                for prop in layer.iter("prop"):
                    if "color" in prop.get("k"):
                        assert re.fullmatch(r"(\d{1,3},){3}\d{1,3}", prop.get("v"))
            if renderer.get("type") == "singleSymbol":
                assert set(symbols) == {"0"}
                continue
            assert renderer.get("type") == "categorizedSymbol"
            column = renderer.get("attr")
            assert column in {row[1] for row in base.execute(f"PRAGMA table_info({table})")}
            categories = {c.get("value"): c.get("symbol") for c in renderer.iter("category")}
            assert set(categories.values()) == set(symbols)
            there = {row[0] for row in base.execute(f'SELECT DISTINCT "{column}" FROM "{table}"')}
            assert there <= set(categories), "a feature without a category would not be drawn"
