"""The types of each category in the country, told so that they do not give away what the list leaves in sum.

The list of incidents tells types by cercle and by region, and the rest in lines of "other types". A type's
total for the country beside these lines could say how many of the others there are in one cercle. So the
country's types are chosen last, by all the lines that any reader may hold.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import pandas as pd

from pipeline.disclosure.counts import Count
from pipeline.disclosure.figures import MonthFigures
from pipeline.disclosure.options import Scale, fixed, ladder, unseen
from pipeline.disclosure.policy import Policy
from pipeline.disclosure.protect import protect
from pipeline.disclosure.published import Cell
from pipeline.disclosure.system import Builder, Option, System
from pipeline.disclosure.telling import bounds
from pipeline.taxonomy import CATEGORIES, SENSITIVE_TYPES, Category

WAYS = frozenset({"tens"})
Line = Mapping[str, Cell]
Place = tuple[str, str]
"""(Region, cercle's P-code): "" for what the list does not tell by cercle."""


def country_types(
    incidents: pd.DataFrame, lines: Sequence[Line], figures: MonthFigures, policy: Policy
) -> dict[str, dict[str, Count]]:
    """Category -> type -> Count, only types that are told. incidents: of one month. lines: of the list that
    a reader may hold (see `merged_rows`), none where there is no list. figures: that go with them."""
    found = {}
    for category in CATEGORIES:
        rows = incidents[incidents["categorie"] == category.key]
        counts = Counter(zip(rows["region"], rows["cercle_pcode"], rows["type"], strict=True))
        mine = [line for line in lines if line["categorie"] == category.label]
        # Where all that a category has is of sensitive types, telling so would tell it of each of its places.
        secret = SENSITIVE_TYPES if set(rows["type"]) <= SENSITIVE_TYPES else frozenset()
        marks = protect(_system(category, counts, mine, figures, policy))
        found[category.key] = {
            key[1]: _count(option)
            for key, option in marks.items()
            if key[0] == "type" and option.mark != "hidden" and option.high and key[1] not in secret
        }
    return found


def _count(option: Option) -> Count:
    return Count.exact(option.low) if option.mark == "exact" else Count.within(option.low, option.high)


def _system(
    category: Category,
    counts: Counter[tuple[str, str, str]],
    lines: Sequence[Line],
    figures: MonthFigures,
    policy: Policy,
) -> System:
    """Violations of one category by type and place. counts: (region, cercle, type) -> violations."""
    by_cercle = {(str(line["region"]), str(line["place"])) for line in lines if line["place"]}
    exact = {
        (str(line["region"]), str(line["place"]), str(line["type"])): line["nombre"]
        for line in lines
        if line["type"] in category.types
    }
    tally: Counter[tuple[Place, str]] = Counter()
    for (region, cercle, kind), count in counts.items():
        tally[(region, cercle) if (region, cercle) in by_cercle else (region, ""), kind] += count
    places = sorted({*by_cercle, *((region, "") for region, _, _ in counts)})
    whole = counts.total()
    build = Builder()
    of_type: dict[str, list[int]] = {kind: [] for kind in category.types}
    of_place: dict[Place, dict[str, int]] = {}
    for place in places:
        total = sum(tally[place, kind] for kind in category.types)
        cells = {}
        for kind in category.types:
            count = tally[place, kind]
            told = bool(place[1]) and (*place, kind) in exact
            options = fixed(count) if told else unseen(count, total if place[1] else whole, policy.threshold)
            cells[kind] = build.cell(("place", *place, kind), count, options)
            of_type[kind].append(cells[kind])
        of_place[place] = cells
        # What a cercle has of a category is told on the map; what the rest of a region has, not always.
        known = fixed(total)
        if not place[1]:
            low, high = _in_region(figures, place[0], category.key)
            elsewhere = sum(
                tally[other, kind] for other in by_cercle if other[0] == place[0] for kind in of_type
            )
            known = (Option("hidden", max(low - elsewhere, 0), high - elsewhere, 0.0, "none"),)
        build.sum(build.cell(("total", *place), total, known), list(cells.values()))
    _rests(build, category, exact, of_place, tally)
    scale = Scale(policy.threshold, policy.rounding, widened=WAYS)
    kinds = []
    for kind, cells_of in of_type.items():
        count = sum(tally[place, kind] for place in places)
        options = ladder(count, policy.counts["type"], whole, scale)
        if count < policy.threshold:
            options = (Option("hidden", 0, whole, 0.0, "wide" if count else "none"),)
        kinds.append(build.cell(("type", kind), count, options))
        build.sum(kinds[-1], cells_of)
    build.sum(build.cell(("category",), whole, fixed(whole)), kinds)
    return build.system(policy.threshold)


def _in_region(figures: MonthFigures, region: str, key: str) -> tuple[int, int]:
    """The least and the most that a region has of a category, by its total and what is told of the others."""
    total = figures.regions[region]
    row = {name: bounds(count) for name, count in figures.region_categories[region].items()}
    most = {name: total if high is None else high for name, (_, high) in row.items()}
    others = [name for name in row if name != key]
    low = max(row[key][0], total - sum(most[name] for name in others))
    return low, min(most[key], total - sum(row[name][0] for name in others))


def _rests(
    build: Builder,
    category: Category,
    exact: Mapping[tuple[str, str, str], Cell],
    of_place: Mapping[Place, Mapping[str, int]],
    tally: Counter[tuple[Place, str]],
) -> None:
    """Lines of the rest of a region: of a type, where the list tells it. Where a category has sensitive types,
    these lines also count what its cercles are not told by."""
    sensitive = bool(SENSITIVE_TYPES & set(category.types))
    for region, cercle, kind in exact:
        if cercle:
            continue
        counted = [
            place
            for place in of_place
            if place[0] == region and (not place[1] or (sensitive and (*place, kind) not in exact))
        ]
        value = sum(tally[place, kind] for place in counted)
        line = build.cell(("line", region, kind), value, fixed(value))
        build.sum(line, [of_place[place][kind] for place in counted])
