"""The bulletin's files for one month and audience, beside the annexes that `runner` drew."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from pipeline import sheet
from pipeline.annexes import BUILDERS, Stage
from pipeline.annexes.model import Annex, Areas
from pipeline.bulletin.beside import beside
from pipeline.bulletin.boxes import boxes
from pipeline.bulletin.chart_file import write_chart
from pipeline.bulletin.charts import bulletin_charts, mark_of
from pipeline.bulletin.compare import compare_months
from pipeline.bulletin.compare_page import write_comparison
from pipeline.bulletin.content import LIST, document
from pipeline.bulletin.docx_file import SLUG as DOCX
from pipeline.bulletin.docx_file import write_docx
from pipeline.bulletin.parts import parts_charts
from pipeline.bulletin.parts_file import write_parts
from pipeline.bulletin.pdf_file import SLUG as PDF
from pipeline.bulletin.pdf_file import write_pdf
from pipeline.bulletin.reconcile import reconcile
from pipeline.bulletin.reconcile_report import write_report
from pipeline.bulletin.region_map import write_map
from pipeline.bulletin.slips import SLIPS
from pipeline.bulletin.tables import bulletin_tables
from pipeline.bulletin.workbook import SLUG as TABLES
from pipeline.bulletin.workbook import write_tables
from pipeline.disclosure.policy import policy_of
from pipeline.errors import InputError
from pipeline.files import scratch
from pipeline.french import NBSP, number
from pipeline.geography import load
from pipeline.manifest import Output, refuse_edited, refuse_stale
from pipeline.month import Month
from pipeline.month_data import MonthData, read_month
from pipeline.runner import Order, Say, marks_of, register, specify, stage_of
from pipeline.runner import run as make

MOST_TOLD = 25
"""Differences that `make check` prints; all of them are in revue/."""


def run(order: Order, say: Say) -> None:
    """Make the bulletin's files in the folder of the month and audience, and the annexes that are not there as
    they would be drawn: a picture that was changed never gets into the document. Raises PipelineError."""
    make(replace(order, annexes=tuple(BUILDERS), whole=True), say, files)


def compare(order: Order, other: Month, say: Say) -> None:
    """Make the page that compares the month with another one. Raises PipelineError."""
    if other == order.month:
        raise InputError(
            f"MONTH et WITH sont le même mois, {other}",
            "il n’y a rien à comparer, aucune page n’est écrite",
            f"choisir un autre mois, par exemple WITH={order.month.previous()}",
        )
    stage, data = _read(order)
    earlier, _ = _read(replace(order, month=other))
    page = compare_months(stage, earlier.published)
    target = write_comparison(page, stage.country.finest, order.folder)
    summary = " ".join(f"{section.title} : {section.text}" for section in page.sections)
    made = [Output(target.name, page.title, summary, "")]
    register(order, stage, data, marks_of(order, stage, specify(stage), data), made, say)
    say(f"{target} : {page.title}")


def check(order: Order, say: Say) -> bool:
    """Compare every figure that is printed in more than one place, tell the differences, and whether all
    agree. Everything compared stands in revue/rapprochement-<audience>.csv. Raises PipelineError."""
    stage, data = _read(order)
    path = order.folder / "manifest.json"
    if path.exists():
        refuse_stale(order.folder, data.inputs.files, stage.country.source, "rien n’est rapproché")
        refuse_edited(order.folder, "rien n’est rapproché")
    manifest = json.loads(path.read_text("utf-8")) if path.is_file() else None
    compared = reconcile(stage, specify(stage), manifest, order.folder)
    found = [item for item in compared if item.told != item.expected]
    for mismatch in found[:MOST_TOLD]:
        say(mismatch.text())
    if len(found) > MOST_TOLD:
        say(f"… et {number(len(found) - MOST_TOLD)} autres")
    report = write_report(compared, order.audience, order.review_folder)
    say(
        f"{number(len(compared))} chiffres et textes rapprochés ({order.audience}), {number(len(found))} différents"
    )
    slips = SLIPS.get(str(order.month), ())
    if slips:
        say(f"Le bulletin imprimé {order.month.of_label} se contredit lui-même {len(slips)} fois{NBSP}:")
    for slip in slips:
        say(f"- {slip.text}")
    say(f"Tout ce qui a été rapproché, ligne par ligne{NBSP}: {report}")
    return not found


def _read(order: Order) -> tuple[Stage, MonthData]:
    policy_of(order.audience)  # before anything is read
    country = load(order.boundaries)
    data = read_month(order.inputs, order.month, country)
    return stage_of(order, data, country), data


def files(order: Order, stage: Stage, annexes: Sequence[Annex]) -> list[Output]:
    """Write the bulletin's files beside the annexes already drawn, and say what they are."""
    meta, folder = stage.meta, order.folder
    tables = bulletin_tables(stage.published)
    readings = " ".join(table.reading for table in tables)
    made = [Output(TABLES, f"Tableaux du bulletin – {meta.month_label}", readings, "")]
    charts, parts = bulletin_charts(tables, meta), parts_charts(stage.published, meta)
    found = boxes(stage)
    with scratch() as vectors:
        with beside(lambda: _vectors(stage, annexes, vectors)):
            write_tables(tables, meta, folder / TABLES)
            for chart in charts:
                made += _outputs(write_chart(chart, folder), chart.title, chart.reading, chart.alt_text)
            for part in parts:
                made += _outputs(write_parts(part, folder), part.title, part.reading, part.alt_text)
            areas = next(layer for layer in annexes[0].layers if isinstance(layer, Areas))
            for box in found:
                paths = write_map(box, areas, stage.country, mark_of(meta), folder)
                made += _outputs(paths, f"{box.heading} – {meta.month_label}", box.headline, box.alt_text)
            content = document(annexes, tables, charts, parts, found, folder, vectors)
            word = write_docx(content, folder / DOCX)
        paths = (word, write_pdf(content, folder / PDF))
    told = " ".join(annex.caption for annex in annexes)
    made += _outputs(paths, content.title, told, "")
    _remove_stale(folder, made)
    return made


def _remove_stale(folder: Path, made: Sequence[Output]) -> None:
    """A chart or box that this month and audience no longer have must not stay from an earlier run."""
    names = {output.path for output in made}
    for path in (*folder.glob("graphique-*"), *folder.glob("encadre-*")):
        if path.name not in names:
            path.unlink()


def _vectors(stage: Stage, annexes: Sequence[Annex], folder: Path) -> None:
    """The maps as PDF, for the document."""
    paper = sheet.prepare(stage.country)
    for annex in annexes:
        if annex.number != LIST:
            sheet.draw(annex, stage.country, folder, fmt="pdf", shared=paper)


def _outputs(paths: Sequence[Path], title: str, caption: str, alt_text: str) -> list[Output]:
    return [Output(path.name, title, caption, alt_text) for path in paths]
