"""From published values to what a reader knows of a month, and what is true of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from math import inf

import pandas as pd

from pipeline.disclosure.breakdowns import BreakdownLine, told_types, type_marks
from pipeline.disclosure.counts import Count, Territory
from pipeline.disclosure.office import KNOWN
from pipeline.disclosure.policy import Policy
from pipeline.disclosure.publish import ALL_TYPES, OTHER_CATEGORIES, OTHER_TYPES, REST_OF_REGION
from pipeline.disclosure.tables import MonthFigures
from pipeline.taxonomy import CATEGORIES
from tests.disclosure.attacker import KEYS, Cell, Knowledge

BY_LABEL = {category.label: category.key for category in CATEGORIES}


def interval(count: Count) -> tuple[float, float]:
    """What a published count says."""
    if count.state == "exact":
        return count.value, count.value
    if count.state == "range":
        return count.low, inf if count.high is None else count.high
    return (0, inf) if count.state == "suppressed" else (0, 0)


def country_types(
    incidents: pd.DataFrame, lines: Sequence[BreakdownLine], figures: MonthFigures, policy: Policy
) -> dict[str, dict[str, Count]]:
    """Category -> type -> Count, only types that are told; choices without a key, which may be known."""
    found = type_marks(incidents, lines, figures, policy, KNOWN)
    return {key: told_types(marks) for key, marks in found.items()}


def reader_of(
    incidents: pd.DataFrame,
    territory: Territory,
    figures: Iterable[MonthFigures],
    lines: Iterable[Mapping[str, object]] = (),
    tables: str = "places and categories",
    types: Mapping[str, Mapping[str, Count]] | None = None,
) -> Knowledge:
    """All that figures (of one month, perhaps for several audiences) and the list tell. tables: which, beside
    the bulletin's own totals: "places and categories", "places" or "". types: of each category, in the
    country. The reader is even told how many of
    each region no commune shows."""
    homes: dict[str, set[str]] = {}
    for cercle, region in zip(incidents["cercle_pcode"], incidents["region"], strict=True):
        if cercle:
            homes.setdefault(cercle, set()).add(region)
    for cercle, region in territory.cercles.items():
        if region in set(incidents["region"]):
            homes.setdefault(cercle, {region})
    inside = {code: parent for code, parent in territory.communes.items() if parent in homes}
    known = Knowledge(inside, {cercle: tuple(sorted(names)) for cercle, names in homes.items()})
    for told in figures:
        for region, value in told.regions.items():
            if value:
                known.learn(("region", region), value, value)
        for key, value in told.categories.items():
            known.learn(("categorie", key), value, value)
        if "places" in tables:
            _learn_places(known, told)
        if "categories" in tables:
            _learn_categories(known, told)
    for group in _linked(sorted(set(incidents["region"])), homes.values()):
        here = incidents[incidents["region"].isin(group)]
        lost = float((here["area"] == "").sum())
        known.learn(("non localisé", *group), lost, lost)
    for key, row in (types or {}).items():
        for kind, count in row.items():
            known.learn(("type", key, kind), *interval(count))
    names = {name: code for code, name in territory.names.items()}
    for line in lines:
        low, high = (1, 4) if isinstance(line["nombre"], str) else (line["nombre"], line["nombre"])
        cercle = "" if line["cercle"] == REST_OF_REGION else names[str(line["cercle"])]
        key = "" if line["categorie"] == OTHER_CATEGORIES else BY_LABEL[str(line["categorie"])]
        kind = "" if line["type"] in (ALL_TYPES, OTHER_TYPES) else str(line["type"])
        known.lines[str(line["region"]), cercle, key, kind] = (low, high)
    return known


def _linked(regions: list[str], homes: Iterable[set[str]]) -> list[tuple[str, ...]]:
    """Regions, those together that share a cercle."""
    groups = [{region} for region in regions]
    for names in homes:
        touched = [group for group in groups if group & names]
        groups = [group for group in groups if not group & names] + [set().union(*touched)]
    return [tuple(sorted(group)) for group in groups if group]


def _learn_places(known: Knowledge, told: MonthFigures) -> None:
    for code in known.communes:
        known.learn(("commune", code), *interval(told.areas[code]))
    for code in known.homes:
        known.learn(("cercle", code), *interval(told.cercles[code]))


def _learn_categories(known: Knowledge, told: MonthFigures) -> None:
    for code, row in told.cercle_categories.items():
        for key, count in row.items():
            known.learn(("cercle_categorie", code, key), *interval(count))
    for region, row in told.region_categories.items():
        for key, count in row.items():
            known.learn(("region_categorie", region, key), *interval(count))


def true_types(incidents: pd.DataFrame) -> dict[Cell, int]:
    """The true counts of 1 and more by region or cercle and type."""
    found: Counter[Cell] = Counter()
    columns = zip(
        incidents["region"], incidents["cercle_pcode"], incidents["categorie"], incidents["type"], strict=True
    )
    for region, cercle, key, kind in columns:
        found["region_type", region, key, kind] += 1
        if cercle:
            found["cercle_type", cercle, key, kind] += 1
    return dict(found)


def truth(incidents: pd.DataFrame, known: Knowledge) -> dict[Cell, int]:
    """The true count of every cell finer than what the bulletin prints."""
    rows = list(
        zip(
            incidents["area"], incidents["cercle_pcode"], incidents["region"], incidents["categorie"], strict=True
        )
    )  # fmt: skip
    found: dict[Cell, int] = {}
    for code in known.communes:
        found["commune", code] = sum(area == code for area, _, _, _ in rows)
    for code in known.homes:
        found["cercle", code] = sum(cercle == code for _, cercle, _, _ in rows)
        found["reste", code] = sum(cercle == code and not area for area, cercle, _, _ in rows)
        for key in KEYS:
            found["cercle_categorie", code, key] = sum(c == code and k == key for _, c, _, k in rows)
    for region in sorted({region for _, _, region, _ in rows}):
        for key in KEYS:
            found["region_categorie", region, key] = sum(r == region and k == key for _, _, r, k in rows)
    return found
