"""The bulletin's files for one month and audience, beside the annexes that `runner` drew."""

from __future__ import annotations

from pathlib import Path

from pipeline.annexes import Stage
from pipeline.bulletin.tables import bulletin_tables
from pipeline.bulletin.workbook import SLUG as WORKBOOK
from pipeline.bulletin.workbook import write_tables
from pipeline.french import agree, number
from pipeline.geography import load
from pipeline.manifest import Output, write_manifest
from pipeline.month_data import read_month
from pipeline.runner import Order, Say, check_audience, stage_of


def run(order: Order, say: Say) -> None:
    """Make the bulletin's files in the folder of the month and audience. Raises PipelineError."""
    check_audience(order.audience)
    country = load(order.boundaries)
    data = read_month(order.inputs, order.month, country)
    stage = stage_of(order, data, country)
    made = _files(stage, order.folder)
    written = write_manifest(
        order.folder,
        order.month,
        order.audience,
        order.produced_on,
        country.source,
        data.inputs.files,
        data.indicators.accounts,
        made,
    )
    for output in made:
        say(f"{order.folder / output.path} : {output.title}")
    say(f"{written} : {number(len(made))} {agree(len(made), 'fichier')}")


def _files(stage: Stage, folder: Path) -> list[Output]:
    tables = bulletin_tables(stage.published)
    label = stage.meta.month_label
    workbook = write_tables(tables, stage.meta, folder / WORKBOOK)
    return [Output(workbook.name, f"Tableaux du bulletin – {label}", " ".join(t.reading for t in tables), "")]
