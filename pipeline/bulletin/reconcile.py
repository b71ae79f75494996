"""The same figure wherever it is printed: tables, figures and legend of annex 1, list, captions, manifest; charts,
boxes and the dashboard (`reconcile_drawn`); files already made (`reconcile_files`)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.annexes.common import Stage
from pipeline.annexes.model import Annex, Symbols
from pipeline.bulletin.boxes import boxes
from pipeline.bulletin.charts import bulletin_charts
from pipeline.bulletin.mismatch import Mismatch
from pipeline.bulletin.parts import parts_charts
from pipeline.bulletin.reconcile_drawn import drawn
from pipeline.bulletin.reconcile_files import made
from pipeline.bulletin.tables import CATEGORY_ORDER, BulletinTable, bulletin_tables
from pipeline.disclosure.published import Published
from pipeline.french import NBSP, number
from pipeline.month import Month
from pipeline.taxonomy import CATEGORY


def reconcile(
    stage: Stage, annexes: Sequence[Annex], manifest: Mapping[str, Any] | None, folder: Path | None = None
) -> list[Mismatch]:
    """Every statement that was compared, those that agree among them. manifest: of the outputs already made,
    None where there are none; folder: where they are."""
    published = stage.published
    tables = bulletin_tables(published)
    found = [*_totals(published, tables), *drawn(stage, annexes)]
    by_number = {annex.number: annex for annex in annexes}
    if published.month in published.months:
        found += _annex_1(published, by_number[1])
    if 4 in by_number:
        found += _list(published, by_number[4])
    found += _accounts(published)
    if manifest is not None:
        found += _captions(annexes, _told(stage, tables), manifest)
    if folder is not None:
        found += made(folder, tables)
    return found


def _told(stage: Stage, tables: Sequence[BulletinTable]) -> dict[str, tuple[str, str]]:
    """Caption and alternative text of the files that are no annex, by the start of their names."""
    readings = " ".join(table.reading for table in tables)
    told = {"tableaux": (readings, ""), "index": (readings, "")}
    for trend in bulletin_charts(tables, stage.meta):
        told[trend.slug] = (trend.reading, trend.alt_text)
    for chart in parts_charts(stage.published, stage.meta):
        told[chart.slug] = (chart.reading, chart.alt_text)
    return told | {box.slug: (box.headline, box.alt_text) for box in boxes(stage)}


def _totals(published: Published, tables: Sequence[BulletinTable]) -> Iterable[Mismatch]:
    """Both tables have the same last line; each is the sum of its lines."""
    by_category, by_region = tables
    for month in published.months:
        column = month.number - 1
        total = by_category.rows[-1].cells[column]
        what = f"violations, {month.label}"
        for table in (by_category, by_region):
            parts = sum(cell for row in table.rows[:-1] if isinstance(cell := row.cells[column], int))
            where = f"la somme du tableau «{NBSP}{table.name}{NBSP}»"
            yield Mismatch(what, where, number(parts), f"{number(total) if isinstance(total, int) else '–'}")


def _annex_1(published: Published, annex: Annex) -> Iterable[Mismatch]:
    told = published.categories[published.month]
    total = number(published.total(published.month))
    cards = {figure.label: figure.value for figure in annex.figures}
    label = f"violations en {published.month.name}"
    yield Mismatch("total du mois", "les chiffres de l’annexe 1", cards.get(label, "–"), total)
    for key in CATEGORY_ORDER:
        category = CATEGORY[key]
        card = cards.get(category.short, "–")
        yield Mismatch(category.label, "les chiffres de l’annexe 1", card, number(told[key]))
    for layer in annex.layers:
        if isinstance(layer, Symbols):
            for entry in layer.keys:
                if entry.key in told:
                    where = "la légende de l’annexe 1"
                    yield Mismatch(
                        CATEGORY[entry.key].label, where, number(entry.count), number(told[entry.key])
                    )
    figures = re.findall(r"\d[\d\u202f]*", annex.caption)
    if published.total(published.month):
        shown = total if total in figures else ", ".join(figures) or "–"
        yield Mismatch("total du mois", "la légende écrite de l’annexe 1", shown, total)


def _list(published: Published, annex: Annex) -> Iterable[Mismatch]:
    """The rows of annex 4 by month and region; a row told as a range counts from its least to its most."""
    keys = [column.key for column in annex.table.columns]
    columns = {key: keys.index(key) for key in ("mois", "date", "region", "nombre") if key in keys}
    sums: dict[tuple[str, str], tuple[int, int]] = {}
    for row in annex.table.rows:
        written = str(row[columns.get("mois", columns.get("date", 0))])[:7]
        low, high = _bounds(row[columns["nombre"]]) if "nombre" in columns else (1, 1)
        place = (written, str(row[columns["region"]]))
        before = sums.get(place, (0, 0))
        sums[place] = before[0] + low, before[1] + high
    listed = {written for written, _ in sums}
    for month, regions in published.regions.items():
        if str(month) not in listed:
            continue
        for name, count in regions.items():
            low, high = sums.get((str(month), name), (0, 0))
            told = number(count) if low <= count <= high else f"{number(low)} à {number(high)}"
            yield Mismatch(f"région {name}, {month.label}", "la liste (annexe 4)", told, number(count))


def _bounds(cell: object) -> tuple[int, int]:
    if isinstance(cell, int):
        return cell, cell
    found = [int(text.replace("\u202f", "")) for text in re.findall(r"\d[\d\u202f]*", str(cell))]
    return (found[0], found[-1]) if found else (0, 10**9)


def _accounts(published: Published) -> Iterable[Mismatch]:
    """Rows read, less those refused, are the violations of the month."""
    for period, found in published.accounts.items():
        if "incidents" not in found:
            continue
        month = Month.parse(period)
        kept = found["incidents"].rows - found["incidents"].refused
        total = number(published.total(month))
        yield Mismatch(f"violations, {month.label}", "le compte des lignes acceptées", number(kept), total)


def _captions(
    annexes: Sequence[Annex], others: Mapping[str, tuple[str, str]], manifest: Mapping[str, Any]
) -> Iterable[Mismatch]:
    """The captions and alternative texts that the manifest keeps of files already made."""
    of = {annex.slug: (annex.caption, annex.alt_text) for annex in annexes} | dict(others)
    for entry in manifest.get("outputs", []):
        found = of.get(str(entry["path"]).split(".")[0])
        where = f"manifest.json pour {entry['path']}"
        if found is not None:
            yield Mismatch("légende écrite", where, entry["caption"], found[0])
            yield Mismatch("texte de remplacement", where, entry["alt_text"], found[1])
