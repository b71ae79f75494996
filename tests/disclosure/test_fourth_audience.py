"""An audience added to policies.toml, with a threshold of its own: the file alone makes it exist everywhere."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import docx
import openpyxl
import pypdf
import pytest

from pipeline.disclosure.policy import PATH
from pipeline.geography.country import Country
from tests.helpers import office
from tests.helpers.making import one_processor
from tests.helpers.months import JUNE

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
NAME, LABEL = "bailleurs", "Bailleurs de fonds du Cluster"


@pytest.fixture(scope="module")
def project(small_country: Country, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program with a fourth audience, its rules those of the partners but for a threshold of 10."""
    folder = office.office(tmp_path_factory.mktemp("bureau") / "projet", small_country)
    shutil.copytree(ROOT / "pipeline", folder / "pipeline", ignore=shutil.ignore_patterns("*.pyc.*"))
    shutil.copytree(ROOT / "boundaries" / "divisions", folder / "boundaries" / "divisions")
    rules = folder / "pipeline" / PATH.relative_to(ROOT / "pipeline")
    text = rules.read_text("utf-8")
    mine = text[text.index("[partenaires]") : text.index("[public]")]
    mine = mine.replace("partenaires", NAME).replace("seuil = 5 ", "seuil = 10 ")
    mine = re.sub(r'libelle = ".*"', f'libelle = "{LABEL}"', mine)
    mine = mine.replace('plus_grossier_que = ""', 'plus_grossier_que = "partenaires"')
    rules.write_text(f"{text}\n{mine}", "utf-8")
    run(folder, "build", "--whole", "--bulletin")
    return folder


def run(folder: Path, command: str, *arguments: str) -> str:
    values = {"MONTH": str(JUNE), "AUDIENCE": NAME, "PRODUCED_ON": "2021-07-15", "MAX_NON_RESOLUS": "100"}
    done = subprocess.run(
        [sys.executable, "-m", "pipeline.cli", command, *arguments],
        cwd=folder, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(folder), **values},
        preexec_fn=one_processor,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_it_is_drawn_by_its_own_threshold(project: Path) -> None:
    folder = project / "outputs" / str(JUNE) / NAME
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert {entry["audience"] for entry in manifest["outputs"]} == {NAME}
    page = (folder / "annexe-1-incidents.html").read_text("utf-8")
    assert LABEL in page
    assert "Les effectifs de 1 à 9 violations" in page
    assert "1\N{NO-BREAK SPACE}à\N{NO-BREAK SPACE}9" in page
    assert "1\N{NO-BREAK SPACE}à\N{NO-BREAK SPACE}4" not in page
    assert LABEL in (folder / "index.html").read_text("utf-8")


def test_no_count_under_it_is_told(project: Path) -> None:
    folder = project / "outputs" / str(JUNE) / NAME
    told = json.loads((folder / "manifest.json").read_text("utf-8"))["divulgation"]
    figures = [
        value
        for month in told.values()
        for level in ("communes", "cercles")
        for value in month[level].values()
    ]
    exact = [value[0] for value in figures if isinstance(value, list) and value[0] == value[1]]
    assert exact
    assert min(exact) >= 10
    sheet = openpyxl.load_workbook(folder / "annexe-4-liste-incidents.xlsx").active
    column = next(cell.column for cell in sheet[1] if str(cell.value).startswith("Nombre"))
    numbers = [row[column - 1] for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert numbers
    assert all(number >= 10 for number in numbers if isinstance(number, int))


def test_it_is_told_of_and_shared_like_the_others(project: Path) -> None:
    assert "de 1 à 9" in run(project, "explain-audience")
    assert LABEL in run(project, "explain-audience")
    run(project, "share")
    (packed,) = (project / "outputs" / str(JUNE) / "partage").glob(f"*{NAME}*.zip")
    with zipfile.ZipFile(packed) as archive:
        names = {Path(name).name: name for name in archive.namelist()}
        assert {"annexes.docx", "annexes.pdf", "tableaux.xlsx", "index.html"} <= set(names)
        assert LABEL in archive.read(names["LISEZMOI.txt"]).decode("utf-8")


def test_its_bulletin_says_for_whom_it_is_and_from_how_many_a_count_is_told(project: Path) -> None:
    folder = project / "outputs" / str(JUNE) / NAME
    book = " ".join(paragraph.text for paragraph in docx.Document(str(folder / "annexes.docx")).paragraphs)
    pages = "".join(page.extract_text() for page in pypdf.PdfReader(folder / "annexes.pdf").pages)
    assert LABEL in book
    said = "".join(pages.split())
    assert LABEL.replace(" ", "") in said
    assert "Leseffectifsde1à9violations" in said
    assert "de1à4violations" not in said
    assert LABEL in (folder / "graphique-regions.svg").read_text("utf-8")
