"""A month told in another division than its own: only what follows from what its own division tells.

One month is one release. Its bulletin prints totals by the regions of the division that it is drawn on by default; a
second set of exact totals, by other regions and cercles over the same communes, would give small counts away by
subtraction (Kareri went from Mopti to Ségou: the difference of the two Moptis is Kareri). So nothing here looks at a
row: communes stand as told, a cercle is the sum of what its communes are told, and regions are told together as the
region of before 2023 that they share. Who may see everything is told everything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from pipeline.disclosure.counts import NO_DATA, SUPPRESSED, UNCOVERED, ZERO, Count, Territory
from pipeline.disclosure.published import Breakdown, Cell, ListTable, Published
from pipeline.french import Month, listing
from pipeline.geography.country import Country
from pipeline.geography.divisions import division

T = TypeVar("T")


@dataclass(frozen=True)
class Groups:
    """Region of either division -> the name under which both are counted; members: that name -> regions drawn."""

    of: Mapping[str, str]
    members: Mapping[str, tuple[str, ...]]

    @classmethod
    def of_country(cls, country: Country) -> Groups:
        """Of the country drawn: the regions of 2025 that came from one of 2021 are counted together."""
        found: dict[str, str] = {}
        members: dict[str, tuple[str, ...]] = {}
        for old in division("2021").level("région"):
            heirs = tuple(unit.name for unit in country.lineage.heirs(old.name)) or (old.name,)
            drawn = heirs if country.division == "2025" else (old.name,)
            name = listing(list(drawn))
            members[name] = drawn
            found |= dict.fromkeys(heirs, name)
            found.setdefault(old.name, name)
        return cls(found, members)

    def name(self, region: str) -> str:
        """The group of a region; itself where it is of no division ("Région inconnue")."""
        return self.of.get(region, region)


def retell(own: Published, release: Published, country: Country) -> Published:
    """The months of `release`, which is told in their own division, in that of `country`; `own`: the months whose own
    division it is, and all that is no count of violations. Regions are grouped in every month, so that months
    compare."""
    territory, groups = Territory.of(country), Groups.of_country(country)
    current = own.month in release.months
    areas = {month: _areas(release.areas[month], territory) for month in release.months}
    regions = _by_month(own, release, lambda published, month: _summed(published.regions[month], groups))
    return Published(
        policy=own.policy,
        month=own.month,
        info=own.info,
        months=tuple(sorted({*own.months, *release.months})),
        risk_months=own.risk_months,
        areas={own.month: dict.fromkeys(territory.areas, NO_DATA), **own.areas, **areas},
        cercles={
            **own.cercles,
            **{month: _cercles(release.areas[month], territory) for month in release.months},
        },
        cercle_categories={} if current else own.cercle_categories,
        regions=regions,
        categories={**own.categories, **release.categories},
        region_categories=_by_month(
            own, release, lambda published, month: _rows(published.region_categories[month], groups)
        ),
        not_located=(release if current else own).not_located,
        alerts=None
        if own.alerts is None
        else tuple(replace(alert, region=groups.name(alert.region)) for alert in own.alerts),
        risk=own.risk,
        coverage=own.coverage,
        incident_list=_list(own.incident_list, release.incident_list, groups, release.division),
        accounts=own.accounts,
        sheets=own.sheets,
        first_told=tuple(sorted({*own.first_told, *release.first_told})),
        repeats={**own.repeats, **release.repeats},
        breakdowns=_breakdowns((release if current else own).breakdowns, groups),
        arrows={
            month: {tuple(dict.fromkeys(map(groups.name, box))): told for box, told in boxes.items()}
            for month, boxes in (*own.arrows.items(), *release.arrows.items())
        },
        division=own.division,
        retold=own.retold,
        groups=groups.members,
        release=release,
        moved=_moved(country, groups, regions),
    )


def _moved(
    country: Country, groups: Groups, regions: Mapping[Month, Mapping[str, int]]
) -> dict[str, tuple[str, str]]:
    """Name of each commune that the law moved between groups that are told -> its group before, and since."""
    told = {name for month in regions.values() for name in month}
    found = {}
    for code, line in sorted(country.lineage.lines.items()):
        ends = (division("2021").region(code), division("2025").region(line.cercle))
        before, since = (groups.name(unit.name if unit else "") for unit in ends)
        if before != since and told & {before, since}:
            found[division("2021").units[code].name] = (before, since)
    return found


def _by_month(own: Published, release: Published, of: Callable[[Published, Month], T]) -> dict[Month, T]:
    return {
        month: of(release if month in release.months else own, month)
        for month in sorted({*own.months, *release.months})
    }


def _areas(told: Mapping[str, Count], territory: Territory) -> Mapping[str, Count]:
    """Counts by area of the finest level: as told, or added up where cercles are the finest."""
    if territory.finest == "cercle":
        return _cercles(told, territory)
    return {code: told.get(code, ZERO) for code in territory.communes}


def _cercles(told: Mapping[str, Count], territory: Territory) -> dict[str, Count]:
    inside: dict[str, list[Count]] = {code: [] for code in territory.cercles}
    for code, count in told.items():
        cercle = territory.owners.get(code, "")
        if cercle in inside:
            inside[cercle].append(count)
    return {code: total(counts) for code, counts in inside.items()}


def total(counts: Iterable[Count]) -> Count:
    """The sum of counts as far as they are told: a figure, an interval, or not told where one of them is not."""
    counts = list(counts)
    if counts and all(count == UNCOVERED for count in counts):
        return UNCOVERED
    if any(count.state in ("suppressed", "nodata") for count in counts):
        return SUPPRESSED
    low = sum(count.low for count in counts)
    highs = [0 if count == UNCOVERED else count.high for count in counts]
    if any(high is None for high in highs):
        return Count.within(low, None)
    high = sum(high for high in highs if high is not None)
    return Count.exact(low) if low == high else Count.within(low, high)


def _summed(regions: Mapping[str, int], groups: Groups) -> dict[str, int]:
    found: dict[str, int] = {}
    for region, count in regions.items():
        name = groups.name(region)
        found[name] = found.get(name, 0) + count
    return found


def _rows(rows: Mapping[str, Mapping[str, Count]], groups: Groups) -> dict[str, dict[str, Count]]:
    found: dict[str, dict[str, list[Count]]] = {}
    for region, row in rows.items():
        for key, count in row.items():
            found.setdefault(groups.name(region), {}).setdefault(key, []).append(count)
    return {name: {key: total(counts) for key, counts in row.items()} for name, row in found.items()}


def _breakdowns(told: tuple[Breakdown, ...], groups: Groups) -> tuple[Breakdown, ...]:
    """Those of the country, and of the regions that alone make their group: parts of several do not add up."""
    regions: dict[str, set[str]] = {}
    for item in told:
        regions.setdefault(groups.name(item.area), set()).add(item.area)
    return tuple(
        replace(item, area=groups.name(item.area))
        for item in told
        if not item.area or len(regions[groups.name(item.area)]) == 1
    )


def _list(own: ListTable | None, release: ListTable | None, groups: Groups, key: str) -> ListTable | None:
    """The lines of both: a cercle of another division is named with it."""
    if own is None or release is None:
        return own or release
    at = {column: i for i, (column, _, _) in enumerate(own.columns)}

    def line(row: tuple[Cell, ...], other: bool) -> tuple[Cell, ...]:
        cells = list(row)
        if "region" in at:
            cells[at["region"]] = groups.name(str(cells[at["region"]]))
        if "cercle" in at and other and cells[at["cercle"]] and not str(cells[at["cercle"]]).startswith("("):
            cells[at["cercle"]] = f"{cells[at['cercle']]} (cercle de {key})"
        return tuple(cells)

    rows = [line(row, True) for row in release.rows] + [line(row, False) for row in own.rows]
    return replace(own, rows=tuple(rows))
