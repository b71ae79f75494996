"""The trend charts of sections I and III, as specifications: what the tables say, drawn.

A chart takes its figures from a table of the bulletin, so that the two cannot disagree. Charts by type, author,
victim, place and time of day: see `parts`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline import palette
from pipeline.annexes.common import arrow
from pipeline.annexes.model import Meta
from pipeline.bulletin.tables import CATEGORY_ORDER, BulletinTable, Row, cell_text
from pipeline.french import NBSP, listing, number
from pipeline.month import Month
from pipeline.taxonomy import CATEGORY

STACKED = "graphique-categories"


@dataclass(frozen=True)
class Series:
    """One colour. values: January to the month, None where a month has no data."""

    label: str
    colour: str
    values: tuple[int | None, ...]


@dataclass(frozen=True)
class Chart:
    """Bars by month. stacked: one bar a month in the order of series; else one panel a series, on one scale.

    totals: over each bar of a stacked chart. mark: for whom it is, in small type. reading: one sentence;
    alt_text: every figure of the chart.
    """

    slug: str
    title: str
    reading: str
    alt_text: str
    mark: str
    months: tuple[Month, ...]
    series: tuple[Series, ...]
    totals: tuple[int | None, ...]
    stacked: bool


def bulletin_charts(tables: Sequence[BulletinTable], meta: Meta) -> tuple[Chart, ...]:
    """Both charts. tables: by category, by region."""
    month = Month.parse(meta.month)
    by_category, by_region = tables
    return category_chart(by_category, month, mark_of(meta)), region_chart(by_region, month, mark_of(meta))


def mark_of(meta: Meta) -> str:
    """What stands under every picture: the source, the audience, and whether the data are an example."""
    words = [meta.sources, meta.audience_label, "DONNÉES D’EXEMPLE" if meta.example else ""]
    return " · ".join(word for word in words if word)


def category_chart(table: BulletinTable, month: Month, mark: str) -> Chart:
    """table: violations by category and month."""
    series = [
        Series(CATEGORY[key].label, palette.CATEGORIES[key], _known(row, month))
        for key, row in zip(CATEGORY_ORDER, table.rows, strict=False)
    ]
    return _chart(STACKED, "Violations documentées par catégorie", table, mark, month, series)


def region_chart(table: BulletinTable, month: Month, mark: str) -> Chart:
    """table: violations by region and month."""
    series = [Series(row.label, palette.ACCENT, _known(row, month)) for row in table.rows if not row.total]
    return _chart("graphique-regions", "Violations documentées par région", table, mark, month, series)


def _known(row: Row, month: Month) -> tuple[int | None, ...]:
    return tuple(value if isinstance(value, int) else None for value in row.cells[: month.number])


def _chart(
    slug: str, title: str, table: BulletinTable, mark: str, month: Month, series: list[Series]
) -> Chart:
    months = month.year_to_date()
    stacked = slug == STACKED
    totals = _known(table.rows[-1], month)
    lines = [(item.label, item.values) for item in series] + [("Total", totals)]
    told = " ; ".join(
        f"{label} : "
        + ", ".join(f"{m.name} {cell_text(value)}" for m, value in zip(months, values, strict=True))
        for label, values in lines
    )
    form = "une barre empilée par mois" if stacked else "une petite figure par région, même échelle"
    since = months[0].name if len(months) == 1 else f"{months[0].name} à {month.name}"
    return Chart(
        slug=slug,
        title=f"{title}, {since} {month.year}",
        reading=reading(series, totals, month),
        alt_text=f"Diagramme en barres, {form}. {told}.",
        mark=mark,
        months=months,
        series=tuple(series),
        totals=totals,
        stacked=stacked,
    )


def reading(series: list[Series], totals: tuple[int | None, ...], month: Month) -> str:
    """One sentence: the total against the month before, and the series that moved most, up and down."""
    now, before = totals[-1], totals[-2] if len(totals) > 1 else None
    if now is None:
        return f"Aucune donnée pour {month.label}."
    if before is None:
        return f"{number(now)} violations documentées en {month.label}, sans mois précédent à comparer."
    verb = {"up": "passent de", "down": "reculent de", "same": "restent stables, de"}[arrow(now, before)]
    steps = {item.label: (item.values[-1] or 0) - (item.values[-2] or 0) for item in series}
    most, least = max(steps, key=lambda k: steps[k]), min(steps, key=lambda k: steps[k])
    moves = []
    if steps[most] > 0:
        moves.append(f"la plus forte hausse est «{NBSP}{most}{NBSP}» (+{number(steps[most])})")
    if steps[least] < 0:
        moves.append(f"la plus forte baisse «{NBSP}{least}{NBSP}» ({number(steps[least])})")
    more = f"{NBSP}; {listing(moves)}" if moves else ""
    return (
        f"De {month.previous().name} à {month.label}, les violations documentées {verb} {number(before)} à "
        f"{number(now)}{more}."
    )
