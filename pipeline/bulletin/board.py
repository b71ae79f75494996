"""The month's dashboard as values: the tables' figures for every month, region and category, and their change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from pipeline import palette
from pipeline.annexes.common import (
    ARROW_RULE,
    Stage,
    nodata_entry,
    suppressed_entry,
    uncovered_entry,
    unread_rows,
    zero_entry,
    zero_words,
)
from pipeline.annexes.model import Annex, ClassEntry
from pipeline.bulletin.boxes import Interval, by_category, certain_arrow
from pipeline.bulletin.charts import PROFILES, in_order
from pipeline.bulletin.tables import CATEGORY_ORDER, BulletinTable, Share, bulletin_tables, cell_text
from pipeline.bulletin.tables import region_names as counted_regions
from pipeline.disclosure.counts import NO_DATA, SUPPRESSED, ZERO, Count
from pipeline.disclosure.published import Published
from pipeline.french import NBSP, Month, agree, listing, lower_first, number, plain, plural
from pipeline.taxonomy import ALERT_TYPES, CATEGORY, RISK_LEVELS
from pipeline.web.dashboard import Board, Card, GridRow, MonthGrid, Profile

# The dashboard's key figures that have no category: alerts, risk, coverage, by region.


BoardChanges = dict[tuple[int, int], tuple[str, str]]
TYPES_NAMED = 2


def cards(
    stage: Stage, months: tuple[Month, ...], regions: tuple[str, ...], region_of: Mapping[str, int]
) -> tuple[Card, ...]:
    """Flash alerts, areas at the highest risk, areas monitored."""
    layer = stage.country.layer(stage.country.finest)
    home = dict(zip(layer["pcode"], map(region_of.__getitem__, layer["region_pcode"]), strict=True))
    many, one, e = stage.noun.of(), stage.noun.one, stage.noun.e
    critical = f"à risque {RISK_LEVELS[-1].label.lower()}"
    only = f"Publiées pour {stage.published.month.label} seulement"
    risk, coverage = (told(stage, months, len(regions), home) for told in (_risk, _coverage))
    return (
        Card("alertes flash", "alerte flash", _alerts(stage, months, regions), only),
        Card(f"{many} {critical}", f"{one} {critical}", risk, "Sans évaluation ce mois"),
        Card(f"{many} couvert{e}s", f"{one} couvert{e}", coverage, ""),
    )


def _alerts(stage: Stage, months: tuple[Month, ...], regions: tuple[str, ...]) -> BoardChanges:
    """The last month alone: files of alerts before it are not read."""
    alerts, last = stage.published.alerts, len(months) - 1
    if alerts is None:
        return {(last, r): ("–", "Aucune donnée d’alertes reçue") for r in range(len(regions) + 1)}
    if unread_rows(stage.published, "alertes_flash"):
        return {(last, r): ("–", "Lignes refusées") for r in range(len(regions) + 1)}
    told: BoardChanges = {}
    for r, region in enumerate(("", *regions)):
        here = Counter(alert.key for alert in alerts if not region or alert.region == region)
        kinds = sorted((kind for kind in ALERT_TYPES if here[kind.key]), key=lambda kind: -here[kind.key])
        named = [
            plural(here[kind.key], lower_first(kind.label), lower_first(kind.plural))
            for kind in kinds[:TYPES_NAMED]
        ]
        if rest := sum(here[kind.key] for kind in kinds[TYPES_NAMED:]):
            named.append(plural(rest, "autre"))
        told[last, r] = (number(here.total()), listing(named))
    return told


def _risk(stage: Stage, months: tuple[Month, ...], regions: int, home: Mapping[str, int]) -> BoardChanges:
    told: BoardChanges = {}
    top = RISK_LEVELS[-1].level
    for m, month in enumerate(months):
        found = stage.published.risk.get(month, {})
        if unread_rows(stage.published, "indice_risque", month):
            told |= {(m, r): ("–", "Lignes refusées ou sans lieu") for r in range(regions + 1)}
        if not found:
            continue
        for r in range(regions + 1):
            here = [risk.level for code, risk in found.items() if not r or home.get(code) == r]
            scored = f"sur {number(len(here))} {agree(len(here), f'évalué{stage.noun.e}')}"
            told[m, r] = (number(here.count(top)), scored)
    return told


def _coverage(stage: Stage, months: tuple[Month, ...], regions: int, home: Mapping[str, int]) -> BoardChanges:
    """The same for every month: coverage is known by year."""
    covered = stage.published.coverage
    told: BoardChanges = {}
    for r in range(regions + 1):
        inside = [code for code in home if not r or home[code] == r]
        words = ("–", "Couverture inconnue")
        if covered is not None:
            count = sum(code in covered for code in inside)
            words = (number(count), f"sur {number(len(inside))}{NBSP}{stage.noun.of(len(inside))}")
        told |= {(m, r): words for m in range(len(months))}
    return told


BoardCell = tuple[int, int, int]


def board(stage: Stage) -> Board:
    """The dashboard of one month and audience."""
    published = stage.published
    months = published.month.year_to_date()
    regions = counted_regions(published)
    region_of = _region_of(stage, regions)
    cube = dict(_cube(published, months, regions))
    return Board(
        months=tuple((str(m), m.label, m.name, m.short) for m in months),
        known=tuple(month in published.months for month in months),
        regions=regions,
        categories=tuple(
            (key, CATEGORY[key].label, CATEGORY[key].short, palette.CATEGORIES[key]) for key in CATEGORY_ORDER
        ),
        cube=cube,
        changes=dict(_changes(published, months, regions)),
        sums=dict(_sums(cube, len(months), len(regions))),
        areas=tuple(published.areas.get(month, {}) for month in months),
        cercles=tuple(published.cercles.get(month, {}) for month in months),
        cercle_categories={
            code: tuple(told.get(key, SUPPRESSED) for key in CATEGORY_ORDER)
            for code, told in published.cercle_categories.items()
        },
        classes=_classes(stage),
        threshold=published.policy.threshold,
        region_of=region_of,
        cards=cards(stage, months, regions, region_of),
        tables=tuple(map(_grid, ("categories", "regions"), bulletin_tables(published))),
        noun=stage.country.finest,
        arrow_rule=ARROW_RULE,
        profile_titles=_profile_titles(published),
        profiles=tuple(_profiles(published, regions)),
    )


def _region_of(stage: Stage, regions: tuple[str, ...]) -> dict[str, int]:
    """P-code of a region -> its position, from 1; 0 where the bulletin does not count it."""
    at = {plain(name): position for position, name in enumerate(regions, start=1)}
    return {
        code: at.get(plain(stage.published.counted(stage.country.counted_with(name))), 0)
        for code, name in stage.region_names.items()
    }


def _cube(
    published: Published, months: tuple[Month, ...], regions: tuple[str, ...]
) -> Iterator[tuple[BoardCell, Count]]:
    for m, month in enumerate(months):
        known = month in published.months
        by_region = published.regions.get(month, {})
        crossed = published.region_categories.get(month, {})
        for r, region in enumerate(("", *regions)):
            for c, key in enumerate(("", *CATEGORY_ORDER)):
                if not known:
                    count = NO_DATA
                elif not r:
                    count = Count.exact(published.categories[month][key] if c else published.total(month))
                elif not c:
                    count = Count.exact(by_region.get(region, 0))
                elif region in crossed:
                    count = crossed[region].get(key, SUPPRESSED)
                else:
                    count = SUPPRESSED if by_region.get(region, 0) else ZERO
                yield (m, r, c), count


def _changes(
    published: Published, months: tuple[Month, ...], regions: tuple[str, ...]
) -> Iterator[tuple[BoardCell, str]]:
    """The arrow of every figure: the rule of the bulletin, "open" where the published counts leave it open."""
    bounds = {month: _bounds(published, month, regions) for month in months if month in published.months}
    for m, month in enumerate(months):
        before = month.previous()
        for r in range(len(regions) + 1):
            for c in range(len(CATEGORY_ORDER) + 1):
                change = ""
                if month in bounds and before in bounds:
                    told = published.arrows.get(month, {}) if r and c else {}
                    key = CATEGORY_ORDER[c - 1]
                    change = (
                        certain_arrow(bounds[month][r][c], bounds[before][r][c])
                        or told.get((regions[r - 1],), {}).get(key)
                        or "open"
                    )
                yield (m, r, c), change


def _bounds(published: Published, month: Month, regions: tuple[str, ...]) -> list[list[Interval]]:
    whole = [published.total(month), *(published.categories[month][key] for key in CATEGORY_ORDER)]
    rows: list[list[Interval]] = [[(count, count) for count in whole]]
    for region in regions:
        total = published.regions[month].get(region, 0)
        told = by_category(published, month, region)
        rows.append([(total, total), *(told.get(key, (0, total)) for key in CATEGORY_ORDER)])
    return rows


def _sums(
    cube: Mapping[BoardCell, Count], months: int, regions: int
) -> Iterator[tuple[tuple[int, int], tuple[str, str]]]:
    """Total of the year and its share, for each region and category; only of figures that are published."""
    for c in range(len(CATEGORY_ORDER) + 1):
        whole = _sum(cube, months, 0, c) or 0
        for r in range(regions + 1):
            total = _sum(cube, months, r, c)
            if all(cube[month, r, c].state == "nodata" for month in range(months)):
                yield (r, c), ("–", "–")
            elif total is None:
                yield (r, c), (SUPPRESSED.text, SUPPRESSED.text)
            else:
                yield (r, c), (number(total), Share(total, whole).text)


def _sum(cube: Mapping[BoardCell, Count], months: int, region: int, category: int) -> int | None:
    counts = [cube[month, region, category] for month in range(months)]
    told = [count.value for count in counts if count.state == "exact"]
    return sum(told) if all(count.state in ("exact", "nodata") for count in counts) else None


def _classes(stage: Stage) -> tuple[ClassEntry, ...]:
    """Those of annex 1, and every other state that a count of a month before may have."""
    tones = [palette.VIOLATIONS[int(one.key[1:]) - 1] for one in stage.published.classes]
    told = [(one.key, Count.within(one.low, one.high).text) for one in stage.published.classes]
    return (
        *(ClassEntry(*pair, tone) for pair, tone in zip(told, tones, strict=True)),
        zero_entry(zero_words(stage, "aucune violation"), 0),
        suppressed_entry(0),
        uncovered_entry(stage, f"{stage.noun.of(1).capitalize()} non couvert{stage.noun.e}", 0),
        nodata_entry("Sans données ce mois", 0),
    )


def _profile_titles(published: Published) -> tuple[tuple[str, str], ...]:
    told = {found.key for found in published.breakdowns}
    titles = {"type": "Type de violation", **PROFILES}
    return tuple((key, title) for key, title in titles.items() if key in told)


def _profiles(published: Published, regions: tuple[str, ...]) -> Iterator[Profile]:
    at_region = {name: position for position, name in enumerate(("", *regions))}
    at_category = {key: position for position, key in enumerate(("", *CATEGORY_ORDER))}
    for found in published.breakdowns:
        if found.area in at_region:
            parts = tuple((part.label, part.count) for part in in_order(found))
            yield Profile(found.key, at_region[found.area], at_category[found.category], parts)


def _grid(key: str, table: BulletinTable) -> MonthGrid:
    rows = tuple(GridRow(row.label, tuple(map(cell_text, row.cells)), row.total) for row in table.rows)
    return MonthGrid(key, table.title, table.reading, table.headings, rows, table.notes)


# index.html of a month's folder: the dashboard, the annexes, and what the bulletin is made of.


PACKAGE = ("Couches des cartes, pour QGIS (GeoPackage)", "cartes.gpkg")
FILES = {
    "erratum.html": "Erratum de cette version",
    "erratum.pdf": "Erratum à imprimer (PDF)",
    "annexes.docx": "Annexes, tableaux et graphiques (Word)",
    "annexes.pdf": "Annexes, tableaux et graphiques (PDF)",
    "tableaux.xlsx": "Tableaux du bulletin (XLSX)",
}


def write_front_page(
    stage: Stage, annexes: Collection[Annex], folder: Path, made: Sequence[tuple[str, str]] = ()
) -> tuple[str, str, str]:
    """Write folder/index.html; its name, its title and what it says first.

    made: file name and title of the bulletin's files, once they are there; a page without them links none, so
    that no link leads to a bulletin older than the maps.
    """
    from pipeline.web.dashboard import IndexEntry, drawing, render_index

    entries = []
    for annex in annexes:
        files = tuple(sorted(path.name for path in folder.glob(f"{annex.slug}.*")))
        told = (annex.title, annex.subtitle, annex.caption, annex.alt_text)
        entries.append(IndexEntry(annex.number, *told, files))
    there = dict(made)
    others = [(label, name) for name, label in FILES.items() if name in there]
    pictures = [
        (f"{title} ({Path(name).suffix[1:].upper()})", name)
        for name, title in there.items()
        if Path(name).suffix in (".png", ".svg")
    ]
    dashboard = board(stage)
    path = render_index(
        stage.meta, entries, folder, [*others, PACKAGE], (dashboard, drawing(stage.country)), pictures
    )
    label = stage.meta.month_label
    readings = " ".join(table.reading for table in dashboard.tables)
    return path.name, f"Tableau de bord – {label}", readings
