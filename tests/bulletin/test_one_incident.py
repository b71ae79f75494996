"""Two builds that differ by one incident: every figure that depends on it moves, and no other.

The whole of a small month is made twice, for `interne` (what the others may see is rounded and hidden on purpose, which a
single incident may well not move), once in one run and once as maps, then bulletin.
"""

from __future__ import annotations

import csv
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pypdf
import pytest

from pipeline import runner
from pipeline.geography.country import Country
from tests.helpers import office
from tests.helpers.months import JUNE

pytestmark = pytest.mark.slow

GONE = {"cercle": "Douentza", "commune": "Douentza", "categorie": "B", "localite": ""}
"""An incident of June like this one is taken out: it was given a place and all its columns."""


@pytest.fixture(scope="module")
def builds(
    small_country: Country, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Path, dict[str, str]]:
    """Folders of both builds, and the incident that only the first has."""
    room = office.office(tmp_path_factory.mktemp("un-incident") / "projet", small_country)
    first = replace(office.order(room, JUNE, "interne", office.ALL), outputs=room / "avec")
    second = replace(first, outputs=room / "sans")
    office.whole(first)
    gone = take_out(room / "inputs" / "2021-06" / "incidents.csv")
    runner.run(second, lambda line: None)
    # Of an earlier run, of rows that are no longer there.
    (second.folder / "graphique-types-z.png").write_bytes(b"")
    office.whole(second)
    return first.folder, second.folder, gone


def take_out(table: Path) -> dict[str, str]:
    with table.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        rows = list(reader)
    gone = next(row for row in rows if all(row[key] == value for key, value in GONE.items()))
    with table.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, reader.fieldnames or ())
        writer.writeheader()
        writer.writerows(row for row in rows if row is not gone)
    return gone


def outputs(folder: Path) -> dict[str, dict[str, str]]:
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    return {entry["path"]: entry for entry in manifest["outputs"]}


def test_a_chart_of_an_earlier_run_does_not_stay(builds):
    assert not (builds[1] / "graphique-types-z.png").exists()


MOVED = {
    *(f"annexe-1-incidents.{kind}" for kind in ("png", "html")),
    *(f"annexe-4-liste-incidents.{kind}" for kind in ("xlsx", "html")),
    "cartes.gpkg",
    "index.html",
    "tableaux.xlsx",
    "annexes.docx",
    "annexes.pdf",
    *(
        f"{slug}.{kind}"
        for slug in (
            "graphique-categories",
            "graphique-regions",
            "graphique-types-b",
            "graphique-auteur",
            "graphique-sexe",
            "graphique-age",
            "graphique-statut-socioeconomique",
            "graphique-lieu",
            "graphique-tranche-horaire",
        )
        for kind in ("png", "svg")
    ),
}

BESIDE = (
    ("encadre-mopti", "png"),
    ("encadre-mopti", "svg"),
    ("annexe-1-incidents", "pgw"),
    ("annexe-1-incidents", "prj"),
)
"""Files whose words move with the incident though their bytes need not."""


def test_exactly_the_files_that_show_it_are_others(builds):
    with_it, without, _ = builds
    first, second = outputs(with_it), outputs(without)
    assert set(first) == set(second)
    moved = {path for path in first if first[path]["sha256"] != second[path]["sha256"]}
    # A small map shows classes: one incident less need not change one, but its words say the total.
    assert {path for path in moved if not path.startswith("encadre-")} == MOVED
    boxes = {path.split(".")[0] for path in moved if path.startswith("encadre-")}
    assert boxes <= {"encadre-mopti"}


def test_no_caption_or_alternative_text_of_another_file_moves(builds):
    with_it, without, _ = builds
    first, second = outputs(with_it), outputs(without)
    told = {
        path
        for path in first
        if (first[path]["caption"], first[path]["alt_text"])
        != (second[path]["caption"], second[path]["alt_text"])
    }
    own = MOVED | {f"{slug}.{kind}" for slug, kind in BESIDE}
    assert told <= own
    # The total stands in each of these.
    for path in ("annexe-1-incidents.png", "tableaux.xlsx", "graphique-categories.png", "encadre-mopti.png"):
        assert path in told, path


def test_the_words_of_the_pdf_are_those_of_the_manifest(builds):
    def squeezed(words: str) -> str:
        return "".join(words.split())

    for folder in builds[:2]:
        words = squeezed(
            "".join(page.extract_text() for page in pypdf.PdfReader(folder / "annexes.pdf").pages)
        )
        told = {
            entry["caption"]
            for path, entry in outputs(folder).items()
            if path.endswith((".png", ".svg")) or path == "tableaux.xlsx"
        }
        assert len(told) == 5 + 2 + 6 + 3 + 4 + 1
        for caption in told - {outputs(folder)["tableaux.xlsx"]["caption"]}:
            assert squeezed(caption) in words, caption


def cells(folder: Path) -> dict[tuple[str, str, str], object]:
    book = openpyxl.load_workbook(folder / "tableaux.xlsx")
    found = {}
    for name in ("Catégories", "Régions"):
        lines = [line for line in book[name].iter_rows(values_only=True) if line[1] is not None]
        for line in lines[1:]:
            for heading, value in zip(lines[0][1:], line[1:], strict=True):
                found[name, line[0], heading] = value
    return found


def test_exactly_its_cells_of_the_tables_move_and_by_one(builds):
    with_it, without, _ = builds
    first, second = cells(with_it), cells(without)
    moved = {key: first[key] - second[key] for key in first if first[key] != second[key]}
    shares = {key for key in moved if key[2] == "%"}
    assert {key: step for key, step in moved.items() if key not in shares} == {
        ("Catégories", "Atteintes au droit à la vie", "Juin"): 1,
        ("Catégories", "Total", "Juin"): 1,
        ("Régions", "Mopti", "Juin"): 1,
        ("Régions", "Mopti", "Total"): 1,
        ("Régions", "Total", "Juin"): 1,
        ("Régions", "Total", "Total"): 1,
    }
    assert all(abs(moved[key]) < 1 / 70 for key in shares)


def dashboard(folder: Path) -> dict[str, Any]:
    text = (folder / "index.html").read_text("utf-8")
    return json.loads(re.search(r'id="donnees">(.*?)</script>', text)[1])


def numbers(text: str) -> list[int]:
    digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    out, value, shift = [], 0, 0
    for letter in text:
        digit = digits.index(letter)
        value += (digit & 31) << shift
        shift += 5
        if not digit & 32:
            out.append(-(value >> 1) if value & 1 else value >> 1)
            value = shift = 0
    return out


def test_exactly_its_figures_of_the_dashboard_move(builds):
    with_it, without, gone = builds
    first, second = dashboard(with_it), dashboard(without)

    def cube(data: dict) -> dict[tuple[int, int, int], int]:
        rows, columns = len(data["regions"]) + 1, len(data["categories"]) + 1
        counts = [data["counts"][i][1] for i in numbers(data["cube"])]
        return {
            (k // (rows * columns), k // columns % rows, k % columns): count for k, count in enumerate(counts)
        }

    before, after = cube(first), cube(second)
    mopti = first["regions"].index("Mopti") + 1
    life = [category["key"] for category in first["categories"]].index("B") + 1
    assert {cell for cell in before if before[cell] != after[cell]} == {
        (5, r, c) for r in (0, mopti) for c in (0, life)
    }
    names = first["map"]["names"]

    def areas(data: dict, month: int) -> dict[str, str]:
        found = zip(names, numbers(data["areas"][month]), strict=True)
        return {name: data["counts"][i][0] for name, i in found}

    june, less = areas(first, 5), areas(second, 5)
    assert [name for name in names if june[name] != less[name]] == [gone["commune"]]
    assert areas(first, 4) == areas(second, 4)
    told = [first["profiles"]["told"], second["profiles"]["told"]]
    texts = [
        {key: [(label, data["counts"][i][0]) for label, i in rows] for key, rows in part.items()}
        for part, data in zip(told, (first, second), strict=True)
    ]
    moved = {key for key in texts[0] if texts[0][key] != texts[1].get(key)}
    assert moved
    for key in moved:
        _, region, category = key.split(",")
        assert int(region) in (0, mopti), key
        assert int(category) in (0, life), key
    assert [card["told"] for card in first["cards"]] == [card["told"] for card in second["cards"]]
