"""What the maps are drawn on stands on every page and file of a month: edition and date of the limits, their division,
and that they are approximate where they are."""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import docx
import openpyxl
import pypdf
import pytest

from pipeline import commands
from pipeline.geography.country import APPROXIMATE, Country, Source
from pipeline.runner import run
from tests.helpers.months import JUNE, MAY
from tests.helpers.office import ALL, office, order

pytestmark = pytest.mark.slow

MARK = "LIMITES APPROCHÉES"
KINDS = {
    "approximate": Source(APPROXIMATE, "Limites approchées", "2021-12-20", "0" * 64, "essai"),
    "edition": Source("hdx", "COD-AB", "2025-09-04", "0" * 64, "essai", "v03"),
}


@pytest.fixture(scope="module", params=list(KINDS))
def made(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, small_country: Country
) -> tuple[str, Path, list[str]]:
    """Kind; the folder of June, with its bulletin and comparison with May, or with its paper as PDF; what bilan says."""
    kind = request.param
    room = office(tmp_path_factory.mktemp(kind), replace(small_country, source=KINDS[kind]))
    asked = order(room, JUNE, "partenaires", ALL)
    if kind == "edition":
        run(asked, lambda line: None)
        run(replace(asked, image="pdf", whole=False), lambda line: None)
    else:
        run(asked, lambda line: None, commands.BULLETIN)
        commands.compare(asked, MAY, lambda line: None)
    said: list[str] = []
    commands.bilan(asked, said.append)
    return kind, asked.folder, said


def texts(folder: Path) -> dict[str, str]:
    """File -> what its reader reads of it."""
    found = {}
    for path in sorted(folder.iterdir()):
        if path.suffix in (".html", ".svg"):
            found[path.name] = re.sub(r"<script.*?</script>", "", path.read_text("utf-8"), flags=re.S)
        elif path.suffix == ".xlsx":
            sheets = openpyxl.load_workbook(path).worksheets
            found[path.name] = " ".join(
                str(c.value) for s in sheets for row in s.iter_rows() for c in row if c.value
            )
        elif path.suffix == ".docx":
            found[path.name] = " ".join(paragraph.text for paragraph in docx.Document(str(path)).paragraphs)
        elif path.suffix == ".pdf":
            found[path.name] = " ".join(page.extract_text() for page in pypdf.PdfReader(path).pages)
        elif path.suffix == ".gpkg":
            with closing(sqlite3.connect(path)) as base:
                found[path.name] = " ".join(
                    text for (text,) in base.execute("select description from gpkg_contents")
                )
    return found


def test_every_file_says_what_limits_it_is_drawn_on(made: tuple[str, Path, list[str]]) -> None:
    kind, folder, said = made
    found = texts(folder)
    wanted = {"index.html", "annexe-4-liste-incidents.xlsx", "cartes.gpkg"}
    if kind == "edition":
        assert {name[:8] for name in found if name.endswith(".pdf")} == {
            f"annexe-{n}" for n in (1, 2, 3, 5, 6)
        }
    else:
        wanted |= {"tableaux.xlsx", "annexes.docx", "annexes.pdf"}
        assert [name for name in found if name.startswith("compar")]
    assert wanted <= set(found)
    charts = {name: text for name, text in found.items() if name.endswith(".svg")}
    assert bool(charts) == (kind == "approximate")
    pages = {name: plain(text) for name, text in found.items() if name not in charts}
    for name, text in pages.items():
        if kind == "approximate":
            assert MARK in text, name
            assert "approchées" in text, name
        else:
            assert MARK not in text, name
            assert "v03, 4 septembre 2025" in text, name
    assert all(MARK in text for text in charts.values())
    boundaries = json.loads((folder / "manifest.json").read_text("utf-8"))["boundaries"]
    assert boundaries["kind"] == KINDS[kind].kind
    assert boundaries.get("edition", "") == KINDS[kind].edition
    assert boundaries["vintage"] == KINDS[kind].vintage
    told = "\n".join(said)
    assert KINDS[kind].label in told
    assert (MARK in told) == (kind == "approximate")


def plain(text: str) -> str:
    """Words as they are read: without marks of HTML, no-break spaces and line ends."""
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def test_who_shares_maps_on_approximate_limits_is_warned(made: tuple[str, Path, list[str]]) -> None:
    kind, folder, _ = made
    lines: list[str] = []
    commands.share(order(folder.parents[2], JUNE, "partenaires", ALL), None, lines.append)
    assert any(MARK in line for line in lines) == (kind == "approximate")
