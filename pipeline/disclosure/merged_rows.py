"""The lines of one month's list of counts: what is told by cercle, and the rest of each region.

By cercle stand the counts by category that the maps tell as figures; all else stands in lines of the rest of
its region, by category where the region's count is told as a figure, else for all other categories together.
These lines are differences of published figures, so they tell nothing new; the list adds only the split by
type, under three rules:

1. A type is told where it, and what is left of its total without it, are at least the threshold (or nothing
   is left). Types within one total may be anything that adds up, so no count by category is narrowed.
2. A sensitive type is told by region at the finest, and what may hold one by cercle is never only sensitive.
3. A sensitive type is not told for a region where that would tell how many there were in one of its cercles.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from pipeline.disclosure.counts import Count
from pipeline.disclosure.figures import MonthFigures
from pipeline.disclosure.policy import Policy
from pipeline.disclosure.published import Cell
from pipeline.disclosure.territory import Territory
from pipeline.taxonomy import CATEGORIES, SENSITIVE_TYPES, Category

ALL_TYPES = "Tous types"
OTHER_TYPES = "Autres types (regroupés)"
OTHER_CATEGORIES = "Autres catégories (regroupées)"
REST_OF_REGION = "(reste de la région)"
Line = dict[str, Cell]


@dataclass(frozen=True)
class Split:
    """types told, in the taxonomy's order, and the rest of the total."""

    types: Mapping[str, int]
    rest: int


def month_rows(
    incidents: pd.DataFrame, told: MonthFigures, territory: Territory, policy: Policy
) -> Iterator[Line]:
    """Lines with the keys region, cercle, categorie, type, nombre; and place: P-code of the cercle, or "" for the
    rest of the region. incidents: of the month of `told`.

    Where the month's figures stand as first told, its rows have changed since: only totals of regions, which
    the bulletin prints, may follow.
    """
    for region in sorted(told.region_categories):
        rows = incidents[incidents["region"] == region]
        counts = Counter(zip(rows["cercle_pcode"], rows["categorie"], rows["type"], strict=True))
        for line in _region(counts, region, told, territory, policy):
            yield {"region": region, **line}


def _region(
    counts: Counter[tuple[str, str, str]],
    region: str,
    told: MonthFigures,
    territory: Territory,
    policy: Policy,
) -> Iterator[Line]:
    """The lines of one region. counts: (cercle, category, type) -> violations."""
    left = Counter(counts)
    here = {cercle for cercle, _, _ in counts if cercle in told.cercle_categories}
    for cercle in sorted(here, key=lambda code: (territory.names.get(code, ""), code)):
        for category in CATEGORIES:
            count = told.cercle_categories[cercle][category.key]
            if count.state == "exact" and count.value:
                found = cercle_split(counts, cercle, category, policy)
                name = territory.names.get(cercle, cercle)
                for kind, number in found.types.items():
                    yield _line(name, category.label, kind, number, cercle)
                    left[cercle, category.key, kind] -= number
                if found.rest and not _sensitive(category, policy):
                    yield _line(name, category.label, OTHER_TYPES, found.rest, cercle)
                    for kind in category.types:
                        left[cercle, category.key, kind] = 0
    other = 0
    for category in CATEGORIES:
        rest = Counter({key: number for key, number in left.items() if key[1] == category.key and number})
        total = sum(rest.values())
        if told.first_told or told.region_categories[region][category.key].state != "exact":
            other += total
        elif total >= policy.threshold:
            found = region_split(rest, category, policy)
            for kind, number in found.types.items():
                yield _line(REST_OF_REGION, category.label, kind, number)
            if found.rest:
                name = OTHER_TYPES if found.types else ALL_TYPES
                yield _line(REST_OF_REGION, category.label, name, found.rest)
        elif total:
            yield _line(REST_OF_REGION, category.label, ALL_TYPES, _small(policy))
    if other:
        shown = other if other >= policy.threshold else _small(policy)
        yield _line(REST_OF_REGION, OTHER_CATEGORIES, ALL_TYPES, shown)


def cercle_split(
    counts: Mapping[tuple[str, str, str], int], cercle: str, category: Category, policy: Policy
) -> Split:
    """Types told of one cercle and category, whose count is told as a figure."""
    sensitive = SENSITIVE_TYPES if policy.sensitive != "cercle" else frozenset()
    of_type = {kind: counts.get((cercle, category.key, kind), 0) for kind in category.types}
    open_types = {kind: number for kind, number in of_type.items() if kind not in sensitive}
    found = _split(open_types, sum(of_type.values()), policy.threshold)
    if found.rest and set(found.types) == set(open_types):
        return _without(found, min(found.types, key=lambda kind: (found.types[kind], kind)))
    return found


def region_split(rest: Mapping[tuple[str, str, str], int], category: Category, policy: Policy) -> Split:
    """Types told of the rest of a region. rest: (cercle, category, type) -> violations, of one category."""
    sensitive = SENSITIVE_TYPES & set(category.types) if policy.sensitive != "cercle" else set()
    by_type: Counter[str] = Counter()
    by_cercle: Counter[str] = Counter()
    for (cercle, _, kind), count in rest.items():
        by_type[kind] += count
        by_cercle[cercle] += count
    total = sum(by_type.values())
    secret = sensitive if policy.sensitive == "pays" else set()
    may = {kind: by_type[kind] for kind in category.types if kind not in secret}
    found = _split(may, total, policy.threshold)
    while True:
        told = [kind for kind in found.types if kind in sensitive]
        betrayed = [kind for kind in told if _betrays(by_cercle, total, found.types[kind], policy)]
        if not betrayed and _betrays(by_cercle, total, sum(found.types[kind] for kind in told), policy):
            betrayed = told
        if not betrayed:
            return found
        found = _without(found, min(betrayed, key=lambda kind: (found.types[kind], kind)))


def _betrays(by_cercle: Mapping[str, int], total: int, number: int, policy: Policy) -> bool:
    """Whether `number` of a total says how many there must be in one cercle, within the threshold."""
    return any(
        number + here > total and min(number, here) - (number + here - total) < policy.threshold
        for here in by_cercle.values()
    )


def _split(counts: Mapping[str, int], total: int, threshold: int) -> Split:
    """Tell every type of at least the threshold, but the smallest where the rest would be small: of all
    ways to leave a rest that is large enough, that loses least."""
    told = {kind: number for kind, number in counts.items() if number >= threshold}
    found = Split(told, total - sum(told.values()))
    if told and 0 < found.rest < threshold:
        return _without(found, min(told, key=lambda kind: (told[kind], kind)))
    return found


def _without(found: Split, kind: str) -> Split:
    """The split with one type no longer told."""
    kept = {name: number for name, number in found.types.items() if name != kind}
    return Split(kept, found.rest + found.types[kind])


def _sensitive(category: Category, policy: Policy) -> bool:
    return policy.sensitive != "cercle" and bool(SENSITIVE_TYPES & set(category.types))


def _small(policy: Policy) -> str:
    return Count.within(1, policy.threshold - 1).text


def _line(cercle: str, category: str, kind: str, number: Cell, place: str = "") -> Line:
    return {"cercle": cercle, "categorie": category, "type": kind, "nombre": number, "place": place}
