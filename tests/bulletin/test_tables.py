"""The bulletin's tables: the June report's cell by cell, months to come, months without data, the workbook."""

from __future__ import annotations

import csv
from pathlib import Path

import openpyxl
import pytest

from pipeline.annexes import Stage, page_meta
from pipeline.bulletin.tables import (
    Share,
    bulletin_tables,
    category_table,
    cell_text,
    region_table,
    write_tables,
)
from pipeline.disclosure import publish
from tests.helpers import june, months
from tests.helpers.months import JUNE, MAY

ROWS = [
    (MAY, "ML050401", "E", 2),
    (JUNE, "ML050401", "A", 3),
    (JUNE, "ML050401", "E", 1),
    (JUNE, "ML0702", "B", 2),
]


@pytest.fixture(scope="module")
def stage(small_country) -> Stage:
    published = publish(months.month(ROWS), small_country, "partenaires")
    return Stage(published, small_country, page_meta(published, small_country, "2021-07-15"))


def test_the_june_tables_equal_the_report_cell_by_cell(project, mirror_country):
    """The report's tables stand in totaux_publies.csv; its totals and shares are written out here."""
    published = june.published(project, mirror_country, "partenaires")
    by_name = {"categorie": category_table(published), "region": region_table(published)}
    with (project / "inputs" / "2021" / "totaux_publies.csv").open(encoding="utf-8") as stream:
        rows = [row for row in csv.DictReader(stream) if row["tableau"] in by_name]
    compared = 0
    for row in rows:
        cells = {line.label: line.cells for line in by_name[row["tableau"]].rows}[row["nom"]]
        assert cells[int(row["mois"][5:]) - 1] == int(row["valeur"]), row
        compared += 1
    assert compared == 72
    totals = (326, 410, 412, 635, 560, 1237, *[None] * 6)
    assert by_name["categorie"].rows[-1].cells == totals
    assert by_name["region"].rows[-1].cells[:12] == totals
    assert [row.label for row in by_name["categorie"].rows] == [
        "Atteintes au droit à la propriété",
        "Atteintes à l'intégrité physique et/ou psychique",
        "Atteintes au droit à la vie",
        "Atteintes à la liberté et à la sécurité de la personne",
        "Mouvement de population forcé",
        "Atteintes à l'accès aux services de base",
        "Total",
    ]
    assert [(row.label, *map(cell_text, row.cells[12:])) for row in by_name["region"].rows] == [
        ("Gao", "627", "18\u202f%"),
        ("Kidal", "79", "2\u202f%"),
        ("Ménaka", "38", "1\u202f%"),
        ("Mopti", "1\u202f877", "52\u202f%"),
        ("Ségou", "436", "12\u202f%"),
        ("Tombouctou", "523", "15\u202f%"),
        ("Total", "3\u202f580", "100\u202f%"),
    ]
    assert all(row.cells[6:12] == (None,) * 6 for table in by_name.values() for row in table.rows)


def test_small_counts_by_region_and_category_are_told_whole_to_every_audience(small_country):
    """The bulletin prints them (rule 3): they are not a matter of disclosure."""
    for audience in ("interne", "partenaires", "public"):
        table = region_table(publish(months.month(ROWS), small_country, audience))
        assert {row.label: row.cells[5] for row in table.rows if row.cells[5]} == {
            "Mopti": 4,
            "Gao": 2,
            "Total": 6,
        }


def test_a_month_without_a_table_is_not_a_zero(stage):
    for table in bulletin_tables(stage.published):
        assert all(row.cells[0] is None and row.cells[4] is not None for row in table.rows)
        assert "janvier, février, mars et avril" in table.notes[-1]


def test_totals_follow_from_their_rows(stage):
    for table in bulletin_tables(stage.published):
        parts, total = table.rows[:-1], table.rows[-1]
        for column in (4, 5):
            assert sum(row.cells[column] for row in parts) == total.cells[column]
    assert region_table(stage.published).rows[-1].cells[12:] == (8, Share(8, 8))


def test_the_reading_names_the_first_category_and_region(stage):
    categories, regions = bulletin_tables(stage.published)
    assert "En juin 2021, 6\u00a0violations documentées" in categories.reading
    assert "Mouvement de population forcé\u00a0» (3, soit 50\u202f%)" in categories.reading
    assert "Mopti en compte le plus (6, soit 75\u202f%)" in regions.reading


def test_the_workbook_says_the_same_and_twice_in_the_same_bytes(stage, tmp_path: Path):
    tables = bulletin_tables(stage.published)
    first = write_tables(tables, stage.meta, tmp_path / "un.xlsx")
    second = write_tables(tables, stage.meta, tmp_path / "deux.xlsx")
    assert first.read_bytes() == second.read_bytes()
    book = openpyxl.load_workbook(first)
    assert book.sheetnames == ["Catégories", "Régions", "À propos"]
    for table in tables:
        lines = list(book[table.name].iter_rows(min_row=1, max_row=len(table.rows) + 1, values_only=True))
        assert lines[0] == table.headings
        for row, line in zip(table.rows, lines[1:], strict=True):
            wanted = [
                "–" if v is None else v.part / v.whole if isinstance(v, Share) else v for v in row.cells
            ]
            assert list(line) == [row.label, *wanted]
