"""The bulletin's files on boundaries that end at the cercles, and approximate."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import docx
import pypdf
import pytest

from pipeline import sheet
from pipeline.annexes import BUILDERS, Stage, page_meta
from pipeline.bulletin.boxes import boxes, write_map
from pipeline.bulletin.charts import bulletin_charts, mark_of, parts_charts, write_chart, write_parts
from pipeline.bulletin.compare import compare_months
from pipeline.bulletin.document import document, write_docx, write_pdf
from pipeline.bulletin.reconcile import reconcile
from pipeline.bulletin.tables import bulletin_tables
from pipeline.disclosure import publish
from tests.helpers import months
from tests.helpers.months import JUNE, MAY


@pytest.fixture(scope="module")
def stage(cercles_country) -> Stage:
    names = {name: code for code, name in cercles_country.names("cercle").items()}
    douentza, gao = names["Douentza"], names["Gao"]
    frame = months.month([(MAY, douentza, "E", 30), (JUNE, douentza, "A", 60), (JUNE, gao, "B", 12)])
    frame.incidents["area"] = frame.incidents["cercle_pcode"]
    published = publish(frame, cercles_country, "partenaires")
    meta = page_meta(published, cercles_country, "2021-07-15")
    return Stage(published, cercles_country, meta)


@pytest.mark.slow
def test_every_file_is_made_and_says_that_the_limits_are_approximate(stage, tmp_path: Path):
    annexes = [annex for build in BUILDERS.values() if (annex := build(stage)) is not None]
    assert [item for item in reconcile(stage, annexes, None) if item.told != item.expected] == []
    tables = bulletin_tables(stage.published)
    charts, found = bulletin_charts(tables, stage.meta), boxes(stage)
    parts = parts_charts(stage.published, stage.meta)
    for chart in charts:
        write_chart(chart, tmp_path)
    for part in parts:
        write_parts(part, tmp_path)
    for box in found:
        write_map(box, annexes[0].areas(), stage.country, mark_of(stage.meta), tmp_path)
    shared = sheet.prepare(stage.country)
    for annex in annexes:
        if annex.number != 4:
            for kind in ("png", "pdf"):
                sheet.draw(annex, stage.country, tmp_path, page="colonne", fmt=kind, shared=shared)
    content = document(annexes, tables, charts, parts, found, tmp_path, tmp_path)
    book = docx.Document(str(write_docx(content, tmp_path / "annexes.docx")))
    assert len(book.inline_shapes) == 5 + 2 + 2 + 4
    assert any("LIMITES APPROCHÉES" in paragraph.text for paragraph in book.paragraphs)
    reader = pypdf.PdfReader(write_pdf(content, tmp_path / "annexes.pdf"))
    assert "LIMITES APPROCHÉES" in reader.pages[0].extract_text()
    # The page of annex 1 is a vector: the names on the map can be selected.
    assert "Youwarou" in reader.pages[1].extract_text()


def test_cercles_are_called_cercles(stage):
    page = compare_months(stage, replace(stage.published, month=MAY))
    assert any(section.title == "Cercles passés à une classe supérieure" for section in page.sections)
    assert "Carte des violations par cercle" in boxes(stage)[0].alt_text
