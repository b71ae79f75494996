"""A table with refused rows is never told to be empty or absent: on paper, page, bulletin, dashboard and GeoPackage."""

from __future__ import annotations

import json
import re
import sqlite3
import zipfile
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from pipeline import commands
from pipeline.runner import run
from tests.helpers.months import JUNE
from tests.helpers.office import ALL, office, order

pytestmark = pytest.mark.slow

FALSE = re.compile(r"aucune?\s+(?:violation|alerte|évaluation|commune\s+évaluée)|n’a\s+été\s+(?:reçue|signalée|documentée)|"
                   r"aucun\s+fichier\s+d", re.IGNORECASE)  # fmt: skip
TABLES = {"incidents": "date", "alertes_flash": "date", "indice_risque": "score"}
WRONG = "inconnu"


def spoil(folder: Path, table: str, lines: slice) -> None:
    """Make some lines of a table such that they are refused."""
    path = folder / "inputs" / str(JUNE) / f"{table}.csv"
    head, *rows = path.read_text("utf-8").splitlines()
    at = head.split(",").index(TABLES[table])
    rows[lines] = [",".join([*(c := line.split(","))[:at], WRONG, *c[at + 1 :]]) for line in rows[lines]]
    path.write_text("\n".join([head, *rows]) + "\n", "utf-8")


def words(path: Path) -> str:
    """All that a file says, whatever shows it."""
    if path.suffix in (".xlsx", ".docx"):
        with zipfile.ZipFile(path) as archive:
            parts = [
                archive.read(name).decode("utf-8", "replace")
                for name in archive.namelist()
                if name.endswith(".xml")
            ]
        return " ".join(re.sub(r"<[^>]+>", " ", part) for part in parts)
    if path.suffix == ".gpkg":
        with sqlite3.connect(path) as base:
            return " ".join(base.iterdump())
    text = path.read_text("utf-8")
    text = (
        re.sub(r"<(script|style)(?![^>]*json).*?</\1>", " ", text, flags=re.DOTALL)
        if path.suffix == ".html"
        else text
    )
    return text if path.suffix == ".json" else re.sub(r"<[^>]+>", " ", text)


def in_two_sheets(folder: Path, first: int) -> int:
    """June's incidents as a workbook, so many rows in its first sheet; returns how many are in the second."""
    table = folder / "inputs" / str(JUNE) / "incidents.csv"
    head, *rows = [line.split(",") for line in table.read_text("utf-8").splitlines()]
    book = openpyxl.Workbook()
    for name, part in (("Awa", rows[:first]), ("Ousmane", rows[first:])):
        sheet = book.create_sheet(name)
        for line in (head, *part):
            sheet.append(line)
    del book["Sheet"]
    table.unlink()
    book.save(table.with_suffix(".xlsx"))
    return len(rows) - first


def never_told_to_be_none(folder: Path) -> Path:
    """June made whole, with the bulletin and the maps as text; no file of it tells refused rows to be none. Its folder."""
    asked = replace(order(folder, JUNE, "partenaires", ALL), max_refused=1.0)
    run(asked, print, commands.BULLETIN)
    run(replace(asked, image="svg", whole=False), print)
    seen = [
        path for path in sorted(asked.folder.iterdir()) if path.suffix not in (".png", ".pdf", ".pgw", ".prj")
    ]
    assert {path.suffix for path in seen} >= {".svg", ".html", ".docx", ".xlsx", ".gpkg", ".json"}
    for path in seen:
        told = words(path).replace("\u00a0", " ").replace("\u202f", " ")
        found = [told[max(0, one.start() - 60) : one.end() + 60] for one in FALSE.finditer(told)]
        assert not found, (path.name, found)
        if path.suffix in (".svg", ".html", ".docx") and path.name.startswith(("annexe", "index")):
            assert re.search(r"\d LIGNES? REFUSÉES?", told), path.name  # what no figure and no arrow counts
    return asked.folder


def test_a_month_of_refused_rows_is_never_told_to_be_empty(tmp_path, small_country):
    folder = office(tmp_path / "bureau", small_country)
    for table in TABLES:
        spoil(folder, table, slice(None))
    never_told_to_be_none(folder)


def test_some_refused_rows_are_told_and_each_sheet_has_its_account_for_the_team_alone(
    tmp_path, small_country
):
    """A team that keeps a sheet for each cercle would tell others how many violations each has."""
    folder = office(tmp_path / "bureau", small_country)
    for table in TABLES:
        spoil(folder, table, slice(0, 1))
    rest = in_two_sheets(folder, 30)
    made = never_told_to_be_none(folder)
    told = f"feuille « Awa » : 30 lignes = 29 placées + 1 refusée ; feuille « Ousmane » : {rest} lignes = {rest} placées"
    for path in made.iterdir():
        if path.suffix in (".html", ".docx", ".xlsx", ".svg", ".gpkg", ".json"):
            said = words(path).replace("\u00a0", " ")
            assert "Ousmane" not in said
            assert not re.search(r"feuille (1|« Awa)|par feuille", said), path.name
    assert json.loads((made / "manifest.json").read_text("utf-8"))["counts_by_sheet"] == {}
    asked = replace(order(folder, JUNE, "interne", (1,)), max_refused=1.0)
    run(asked, print, commands.BULLETIN)
    assert told in re.sub(r"\s+", " ", words(asked.folder / "annexe-1-incidents.html").replace("\u00a0", " "))
    sheets = json.loads((asked.folder / "manifest.json").read_text("utf-8"))["counts_by_sheet"]["incidents"]
    assert [(one["rows"], one["refused"]) for one in sheets.values()] == [(30, 1), (rest, 0)]
