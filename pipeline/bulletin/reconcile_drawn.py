"""The same figure in charts, boxes, the dashboard and the maps as in the tables, before it is drawn."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from pipeline.annexes.common import Stage
from pipeline.annexes.model import Annex
from pipeline.bulletin.board import board
from pipeline.bulletin.boxes import BOXES, boxes
from pipeline.bulletin.charts import bulletin_charts
from pipeline.bulletin.mismatch import Mismatch
from pipeline.bulletin.parts import parts_charts
from pipeline.bulletin.tables import BulletinTable, bulletin_tables, cell_text
from pipeline.disclosure.counts import Count
from pipeline.disclosure.published import Published
from pipeline.french import NBSP, number
from pipeline.taxonomy import RISK_LEVELS
from pipeline.web.dashboard_model import Board


def drawn(stage: Stage, annexes: Sequence[Annex]) -> Iterator[Mismatch]:
    """Every statement that is compared; told == expected where they agree."""
    published = stage.published
    tables = bulletin_tables(published)
    yield from _charts(stage, tables)
    if published.month in published.months:
        yield from _parts(stage)
        yield from _boxes(stage)
        yield from _map(published)
    yield from _board(board(stage), published, tables)
    yield from _cards(board(stage), annexes)


def _charts(stage: Stage, tables: Sequence[BulletinTable]) -> Iterator[Mismatch]:
    """Bars, and the alternative text of both trend charts, against the tables."""
    months = stage.published.month.year_to_date()
    for table, chart in zip(tables, bulletin_charts(tables, stage.meta), strict=True):
        bars = {**{item.label: item.values for item in chart.series}, "Total": chart.totals}
        for row in table.rows:
            told = re.search(rf"(?:^|[.;] ){re.escape(row.label)} : ([^;]*)", chart.alt_text)
            spoken = dict(re.findall(r"(\w+) ([\d\u202f–]+)", told[1] if told else ""))
            for month, value, cell in zip(months, bars[row.label], row.cells, strict=False):
                what, want = f"{row.label}, {month.label}", cell_text(cell)
                yield Mismatch(what, f"{chart.slug}.png", cell_text(value), want)
                yield Mismatch(what, f"le texte de {chart.slug}", spoken.get(month.name, "rien"), want)


def _parts(stage: Stage) -> Iterator[Mismatch]:
    """The parts of a chart add up to the total that the tables print; a range counts from its least to its most."""
    published = stage.published
    for found in published.breakdowns:
        total = published.total(published.month)
        if found.area and found.category:
            continue  # of `interne` alone, and in no table
        if found.area:
            total = published.regions[published.month].get(found.area, 0)
        elif found.category:
            total = published.categories[published.month][found.category]
        where = f"la répartition «{NBSP}{found.key}{NBSP}» {found.area or found.category}".rstrip()
        yield Mismatch("somme des parties", where, _within(found.parts.values(), total), number(total))
    for chart in parts_charts(published, stage.meta):
        for part in chart.parts:
            spoken = f"{part.label}{NBSP}: {part.text}"
            told = part.text if spoken in chart.alt_text else "rien"
            yield Mismatch(part.label, f"le texte de {chart.slug}", told, part.text)


def _within(counts: Collection[Count], total: int) -> str:
    """The total itself where the counts may add up to it, else what they add up to."""
    low = sum(count.low for count in counts)
    most = [total if count.high is None and count.state == "range" else count.high or 0 for count in counts]
    open_ended = any(count.state == "suppressed" for count in counts)
    high = max(sum(most), total) if open_ended else sum(most)
    return number(total) if low <= total <= high else f"{number(low)} à {number(high)}"


def _boxes(stage: Stage) -> Iterator[Mismatch]:
    """The headline of each box is the sum of its regions."""
    month = stage.published.month
    regions = {f"encadre-{slug}": names for slug, _, names in BOXES}
    for box in boxes(stage):
        total = sum(stage.published.regions[month].get(name, 0) for name in regions[box.slug])
        told = re.match(r"[\d\u202f]+", box.headline)
        where = f"l’encadré «{NBSP}{box.heading}{NBSP}»"
        yield Mismatch(f"violations, {month.label}", where, told[0] if told else "rien", number(total))


def _map(published: Published) -> Iterator[Mismatch]:
    """What the map of annex 1 shows by area, with what no area shows, may add up to the month's total."""
    month = published.month
    located = published.total(month) - published.not_located
    by_area = _within(published.areas[month].values(), located)
    yield Mismatch("violations placées", "la carte de l’annexe 1, par zone", by_area, number(located))
    by_cercle = published.cercles.get(month, {}).values()
    low = sum(count.low for count in by_cercle)
    told = number(published.total(month)) if low <= published.total(month) else number(low)
    yield Mismatch("violations par cercle", "les barres de l’annexe 1", told, number(published.total(month)))


def _board(dashboard: Board, published: Published, tables: Sequence[BulletinTable]) -> Iterator[Mismatch]:
    """The dashboard's figures for every month, region and category against the tables and what is published."""
    by_category, by_region = tables
    for m, month in enumerate(published.month.year_to_date()):
        if month not in published.months:
            continue
        for c, row in enumerate((by_category.rows[-1], *by_category.rows[:-1])):
            told = dashboard.cube[m, 0, c].text
            yield Mismatch(f"{row.label}, {month.label}", "le tableau de bord", told, cell_text(row.cells[m]))
        for r, row in enumerate(by_region.rows[:-1], start=1):
            what, told = f"{row.label}, {month.label}", dashboard.cube[m, r, 0].text
            yield Mismatch(what, "le tableau de bord", told, cell_text(row.cells[m]))
            inside = [dashboard.cube[m, r, c] for c in range(1, len(dashboard.categories) + 1)]
            if month not in published.first_told:
                total = published.regions[month].get(row.label, 0)
                told = _within(inside, total)
                yield Mismatch(f"{what}, catégories", "le tableau de bord", told, number(total))


def _cards(dashboard: Board, annexes: Sequence[Annex]) -> Iterator[Mismatch]:
    """The dashboard's key figures against those of annexes 2, 3 and 5."""
    last = len(dashboard.months) - 1
    told = {card.label: card.told.get((last, 0), ("–", ""))[0] for card in dashboard.cards}
    by_number = {annex.number: annex for annex in annexes}
    alerts, critical, covered = told.values()
    figures = {n: {f.label: f.value for f in by_number[n].figures} for n in (3, 5) if n in by_number}
    wanted: dict[str, tuple[str, str | None]] = {
        "alertes flash": (alerts, _leading(by_number[2].counts_line) if 2 in by_number else None),
        "niveau critique": (critical, figures.get(3, {}).get(_niveau(figures.get(3, {})))),
        "zones suivies": (covered, next(iter(figures.get(5, {}).values()), None)),
    }
    for what, (value, want) in wanted.items():
        if want is not None and value != "–":
            yield Mismatch(what, "les chiffres clés du tableau de bord", value, want)


def _leading(line: str) -> str | None:
    found = re.match(r"[\d\u202f]+", line)
    return found[0] if found else None


def _niveau(figures: Mapping[str, str]) -> str:
    top = RISK_LEVELS[-1].label.lower()
    return next((label for label in figures if label.endswith(top)), "")
