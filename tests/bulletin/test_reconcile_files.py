"""Files already made are read back: a figure typed over in one of them, or an older file, is named."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import docx
import openpyxl
import pytest

from pipeline.annexes import BUILDERS, Stage
from pipeline.bulletin.board import write_front_page
from pipeline.bulletin.boxes import Mismatch
from pipeline.bulletin.compare import compare_months, write_comparison
from pipeline.bulletin.document import document, write_docx
from pipeline.bulletin.reconcile import made, write_report
from pipeline.bulletin.tables import bulletin_tables, write_tables
from pipeline.disclosure import publish
from tests.helpers import months
from tests.helpers.months import JUNE, MAY

ROWS = [(MAY, "ML050401", "E", 60), (JUNE, "ML050401", "A", 31), (JUNE, "ML070201", "C", 12)]


@pytest.fixture(scope="module")
def stage(small_country) -> Stage:
    return months.stage(months.month(ROWS), small_country)


@pytest.fixture
def folder(stage, small_country, tmp_path: Path) -> Path:
    tables = bulletin_tables(stage.published)
    write_tables(tables, stage.meta, tmp_path / "tableaux.xlsx")
    annexes = [annex for build in BUILDERS.values() if (annex := build(stage)) is not None]
    content = document(annexes, tables, (), (), (), tmp_path, tmp_path)
    write_docx(replace(content, plates=(), closing=None), tmp_path / "annexes.docx")
    write_front_page(stage, annexes, tmp_path)
    may = publish(replace(months.month(ROWS), month=MAY), small_country, "partenaires")
    write_comparison(compare_months(stage, may), "commune", tmp_path)
    return tmp_path


def found(folder: Path, stage: Stage) -> list[Mismatch]:
    return [item for item in made(folder, bulletin_tables(stage.published)) if item.told != item.expected]


def test_files_of_today_agree_cell_by_cell(folder, stage):
    compared = list(made(folder, bulletin_tables(stage.published)))
    assert found(folder, stage) == []
    # Seven lines of twelve months, and of twelve months, total and share.
    for name in ("tableaux.xlsx", "annexes.docx", "index.html"):
        assert sum(item.where.startswith(name) for item in compared) == 7 * 12 + 7 * 14
    assert sum(item.where == "comparaison-2021-05.html" for item in compared) == 2 * (7 + 6)


def test_a_figure_typed_over_is_named_with_its_file(folder, stage):
    book = openpyxl.load_workbook(folder / "tableaux.xlsx")
    book["Régions"].cell(5, 7).value = 32
    book["Régions"].cell(5, 15).value = 0.5
    book.save(folder / "tableaux.xlsx")
    word = docx.Document(str(folder / "annexes.docx"))
    word.tables[0].cell(1, 5).text = "61"
    word.save(str(folder / "annexes.docx"))
    page = folder / "comparaison-2021-05.html"
    page.write_text(page.read_text("utf-8").replace("<td>43</td>", "<td>44</td>"), "utf-8")
    assert [(item.what, item.where, item.told, item.expected) for item in found(folder, stage)] == [
        ("Mopti, Juin", "tableaux.xlsx, «\u00a0Régions\u00a0»", "32", "31"),
        ("Mopti, %", "tableaux.xlsx, «\u00a0Régions\u00a0»", "0.5", "88\u202f%"),
        ("Atteintes au droit à la propriété, Mai", "annexes.docx, «\u00a0Catégories\u00a0»", "61", "60"),
        ("Total, juin 2021", "comparaison-2021-05.html", "44", "43"),
    ]


def test_files_older_than_the_inputs_differ_and_an_unreadable_one_is_told(folder, small_country):
    later = months.stage(months.month([*ROWS, (JUNE, "ML050401", "A", 1)]), small_country)
    where = {item.where.split(",")[0] for item in found(folder, later)}
    assert where == {"tableaux.xlsx", "annexes.docx", "index.html", "comparaison-2021-05.html"}
    (folder / "annexes.docx").write_bytes(b"")
    assert any(item.where == "annexes.docx" and "illisible" in item.told for item in found(folder, later))


def test_the_report_opens_in_a_spreadsheet_differences_first(tmp_path: Path):
    compared = [Mismatch("a", "ici", "1", "1"), Mismatch("b", "=là", "2", "3")]
    path = write_report(compared, "partenaires", tmp_path)
    assert path.name == "rapprochement-partenaires.csv"
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream, delimiter=";"))
    assert rows[1:] == [["DIFFÉRENT", "b", "'=là", "2", "3"], ["identique", "a", "ici", "1", "1"]]
