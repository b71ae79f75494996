"""Violations of a month by place and category, as linked tables to protect."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from pipeline.disclosure.counts import Territory, classes_of
from pipeline.disclosure.policy import CLASS, EXACT, CountRule, Policy
from pipeline.disclosure.protect import Builder, Key, Option, System
from pipeline.taxonomy import CATEGORIES

# The ways in which one count may be published under a rule, and what each way loses.


TENS_FROM = 20
"""From this count on, tens lie within the legend's classes: a widened figure keeps its colour. Below it, a
figure is widened to its class."""


@dataclass(frozen=True)
class Scale:
    """threshold, rounding: of the policy. weight: how much this kind of cell matters beside the others.
    widened: how a figure may be told less exactly before it is hidden: "tens" from TENS_FROM on, "class" below,
    "classes" from TENS_FROM on where the ten still tells too much."""

    threshold: int
    rounding: int
    weight: float = 1.0
    widened: frozenset[str] = frozenset({"tens", "class", "classes"})


def fixed(value: int) -> tuple[Option, ...]:
    """A count that everybody knows: a total that the bulletin prints, or the total of published parts."""
    return (Option("exact", value, value, 0.0, "none"),)


def unseen(value: int, cap: int, threshold: int) -> tuple[Option, ...]:
    """A count that no page shows but that subtraction could give (what no commune of a cercle shows).

    cap: the most it could be. Only a small one must stay uncertain.
    """
    return (Option("hidden", 0, cap, 0.0, "wide" if 0 < value < threshold else "none"),)


def ladder(
    value: int, rule: CountRule, cap: int, scale: Scale, within: tuple[int, int] | None = None
) -> tuple[Option, ...]:
    """From the most telling to hidden. cap: the most that the count could be, from printed totals.

    within: interval that another audience is told; only options that tell no more are kept.
    Costs, in violations lost: one or more for each cell touched (so that few are), and of its count a
    twentieth for tens, three tenths for a class, all where it is hidden.
    """
    options: list[Option] = []
    weight = scale.weight
    if value == 0:
        options.append(Option("exact", 0, 0, 0.0, "none"))
    elif value < scale.threshold:
        if rule.below == CLASS:
            options.append(Option("class", 1, scale.threshold - 1, 0.0, "whole"))
    else:
        low, high = class_of(value, scale.threshold)
        told_class = rule.above == CLASS
        if rule.above == EXACT:
            options.append(Option("exact", value, value, 0.0, "none"))
            if value >= TENS_FROM and scale.rounding and "tens" in scale.widened:
                ten = value // scale.rounding * scale.rounding
                options.append(
                    Option("tens", ten, ten + scale.rounding - 1, weight * (1 + value / 20), "wide")
                )
        way = "class" if value < TENS_FROM else "classes"
        if told_class or way in scale.widened:
            # Where the rule asks for the class, the class loses nothing.
            cost = 0.0 if told_class else weight * (1 + 0.3 * value)
            options.append(Option("class", low, max(value, cap) if high is None else high, cost, "wide"))
    hiding = weight * (1.5 + value) if value else weight * 0.7
    options.append(Option("hidden", 0, max(cap, value), hiding, "wide"))
    if within is None:
        return tuple(options)
    return tuple(
        option
        for option in options
        if option.mark == "hidden" or (option.low <= within[0] and within[1] <= option.high)
    )


def class_of(value: int, threshold: int) -> tuple[int, int | None]:
    """The legend's class of a count of at least 1."""
    return next((found.low, found.high) for found in classes_of(threshold) if found.holds(value, value))


# Violations of a month by commune, cercle and region, as linked tables to protect.
#
# One system for each group of regions that share a cercle (nearly always one region). An attacker is taken to
# know the total of the region, which the bulletin prints, and even how many incidents of the region no commune
# shows, of which only the country's total is printed.


DECOYS = 2
"""Areas without violations, in each cercle, that may be hidden beside a small count; more would slow the
programme and lose nothing less."""


@dataclass(frozen=True)
class PlaceTally:
    """Violations of one month: by area, by (cercle, region) and by region; `unlocated`: by (cercle, region),
    "" for no cercle, those that no area of the finest level shows."""

    areas: Counter[str]
    cercles: Counter[tuple[str, str]]
    regions: Counter[str]
    unlocated: Counter[tuple[str, str]]

    @classmethod
    def of(cls, incidents: pd.DataFrame) -> PlaceTally:
        rows = list(zip(incidents["area"], incidents["cercle_pcode"], incidents["region"], strict=True))
        return cls(
            Counter(area for area, _, _ in rows if area),
            Counter((cercle, region) for _, cercle, region in rows if cercle),
            Counter(region for _, _, region in rows),
            Counter((cercle, region) for area, cercle, region in rows if not area),
        )


def place_systems(
    tally: PlaceTally,
    territory: Territory,
    covered: Collection[str] | None,
    policy: Policy,
    within: Mapping[Key, Option],
) -> list[System]:
    """The systems of a month. covered: areas monitored, None where not known. within: how another audience
    is told each cell; nothing may be told more exactly."""
    return [
        _system(regions, tally, territory, covered, policy, within) for regions in _linked(tally, territory)
    ]


def _linked(tally: PlaceTally, territory: Territory) -> list[tuple[str, ...]]:
    """Regions with violations, grouped where the rows of one cercle are counted in several of them."""
    group = {region: region for region in tally.regions}
    home: dict[str, str] = {}
    for cercle, region in sorted(tally.cercles):
        first = home.setdefault(cercle, group[region])
        joined = group[region]
        group = {name: first if leader == joined else leader for name, leader in group.items()}
        home = {code: first if leader == joined else leader for code, leader in home.items()}
    return [
        tuple(sorted(region for region in group if group[region] == leader))
        for leader in sorted(set(group.values()))
    ]


def _system(
    regions: Sequence[str],
    tally: PlaceTally,
    territory: Territory,
    covered: Collection[str] | None,
    policy: Policy,
    within: Mapping[Key, Option],
) -> System:
    build = Builder()
    scale = Scale(policy.threshold, policy.rounding)
    cap = sum(tally.regions[region] for region in regions)
    lost = sum(count for (_, region), count in tally.unlocated.items() if region in regions)
    decoys = _decoys(regions, tally, territory, covered)

    def add(kind: str, code: str, value: int, weight: float = 1.0) -> int:
        told = within.get((kind, code))
        options = ladder(
            value, policy.counts[kind], cap, Scale(scale.threshold, scale.rounding, weight),
            (told.low, told.high) if told else None,
        )  # fmt: skip
        return build.cell((kind, code), value, options)

    def hidden(key: Key, value: int, most: int) -> int:
        return build.cell(key, value, unseen(value, most, policy.threshold))

    nowhere: list[int] = []
    parts: dict[str, list[int]] = {region: [] for region in regions}
    for cercle, zero_communes in decoys.items():
        homes = [region for region in regions if tally.cercles[cercle, region]]
        total = add("cercle", cercle, sum(tally.cercles[cercle, region] for region in homes))
        communes = [code for code, parent in territory.communes.items() if parent == cercle]
        children = [add("commune", code, tally.areas[code]) for code in communes if tally.areas[code]]
        children += [add("commune", code, 0, weight) for code, weight in zero_communes]
        if lost and territory.finest == "commune":
            rest = sum(tally.unlocated[cercle, region] for region in homes)
            nowhere.append(hidden(("reste", cercle), rest, lost))
            children.append(nowhere[-1])
        build.sum(total, children)
        if len(homes) > 1:
            split = [hidden(("part", cercle, home), tally.cercles[cercle, home], cap) for home in homes]
            build.sum(total, split)
            for home, part in zip(homes, split, strict=True):
                parts[home].append(part)
        else:
            parts[homes[0] if homes else territory.cercles[cercle]].append(total)
    for region in regions:
        total = build.cell(("region", region), tally.regions[region], fixed(tally.regions[region]))
        if lost:
            # Incidents of no known cercle say nothing finer than the region: uncertain, but not a secret.
            unplaced = tally.unlocated["", region]
            nowhere.append(
                build.cell(("hors cercle", region), unplaced, (Option("hidden", 0, lost, 0.0, "none"),))
            )
            parts[region].append(nowhere[-1])
        build.sum(total, parts[region])
    if nowhere:
        build.sum(build.cell(("non localisé", *regions), lost, fixed(lost)), nowhere)
    return build.system(policy.threshold)


def _decoys(
    regions: Sequence[str], tally: PlaceTally, territory: Territory, covered: Collection[str] | None
) -> dict[str, list[tuple[str, float]]]:
    """Cercle -> its communes without violations that may be hidden, each with its weight.

    Cercles with violations, and up to DECOYS without. A reader may hold the list of monitored communes, and
    nothing is expected elsewhere: monitored ones go first, the others only where there are no such.
    """
    counted = {cercle for cercle, region in tally.cercles if region in regions}
    empty = [
        code
        for code, region in territory.cercles.items()
        if region in regions and code not in {cercle for cercle, _ in tally.cercles}
    ]

    def monitored(code: str) -> bool:
        return covered is None or code in covered

    def candidates(cercle: str, wanted: bool) -> list[str]:
        return [
            code
            for code, parent in territory.communes.items()
            if parent == cercle and not tally.areas[code] and monitored(code) is wanted
        ][:DECOYS]

    if territory.finest == "cercle":
        kept = [code for code in empty if monitored(code)][:DECOYS] or empty[:DECOYS]
        return {code: [] for code in sorted({*counted, *kept})}
    good = {code: candidates(code, True) for code in (*sorted(counted), *empty)}
    kept = [code for code in empty if good[code]][:DECOYS]
    if sum(len(good[code]) for code in (*counted, *kept)) >= DECOYS:
        chosen = {code: [(area, 1.0) for area in good[code]] for code in (*counted, *kept)}
    else:
        kept = empty[:DECOYS]
        chosen = {
            code: [(area, 1.0) for area in good[code]] + [(area, 3.0) for area in candidates(code, False)]
            for code in (*counted, *kept)
        }
    return dict(sorted(chosen.items()))


# Violations of a month by cercle and category, and by region and category, as linked tables to protect.
#
# Cercles whose total is published as a figure have a row; all other incidents of a region stand together in one
# row that no page shows, whose total subtraction gives. So how places are published (see `place_tables`) and how
# categories are do not weaken each other: for any counts by place that fit what is published and any row of
# the others that does, there is a table that fits both.


REGION_WEIGHT, CERCLE_WEIGHT = 1.2, 1.0
REGION_WAYS: frozenset[str] = frozenset({"tens", "classes"})
CERCLE_WAYS: frozenset[str] = frozenset()
"""How figures are widened: by cercle not at all, for the pies and the list need figures."""


def category_system(
    incidents: pd.DataFrame, told_cercles: Collection[str], policy: Policy, within: Mapping[Key, Option]
) -> System:
    """incidents: of one month. told_cercles: those whose total is published as a figure, not zero."""
    home: dict[str, set[str]] = {}
    for cercle, region in zip(incidents["cercle_pcode"], incidents["region"], strict=True):
        home.setdefault(cercle, set()).add(region)
    # A cercle whose rows are counted in two regions belongs to neither table.
    rows = {cercle for cercle in told_cercles if len(home.get(cercle, ())) == 1}
    columns = zip(incidents["region"], incidents["cercle_pcode"], incidents["categorie"], strict=True)
    tally = Counter((region, cercle if cercle in rows else "", key) for region, cercle, key in columns)
    build = Builder()
    regional: dict[str, list[int]] = {category.key: [] for category in CATEGORIES}
    for region in sorted({region for region, _, _ in tally}):
        _region(build, region, tally, regional, policy, within)
    for key, parts in regional.items():
        total = sum(count for (_, _, category), count in tally.items() if category == key)
        build.sum(build.cell(("categorie", key), total, fixed(total)), parts)
    return build.system(policy.threshold)


def _region(
    build: Builder,
    region: str,
    tally: Mapping[tuple[str, str, str], int],
    regional: Mapping[str, list[int]],
    policy: Policy,
    within: Mapping[Key, Option],
) -> None:
    """The rows of one region. regional: category -> indices of its cells by region, added to."""
    cells = {(cercle, key): count for (name, cercle, key), count in tally.items() if name == region}
    cap = sum(cells.values())
    total = build.cell(("region", region), cap, fixed(cap))
    of_category: dict[str, list[int]] = {key: [] for key in regional}
    for cercle in sorted({cercle for cercle, _ in cells}):
        counts = {key: cells.get((cercle, key), 0) for key in regional}
        whole = sum(counts.values())
        name = ("cercle", cercle) if cercle else ("ailleurs", region)
        parts = []
        for key, count in counts.items():
            if cercle:
                cell = ("cercle_categorie", cercle, key)
                scale = Scale(policy.threshold, policy.rounding, CERCLE_WEIGHT, CERCLE_WAYS)
                options = _options(cell, count, whole, scale, policy, within)
            else:
                cell = ("ailleurs", region, key)
                options = unseen(count, whole, policy.threshold)
            parts.append(build.cell(cell, count, options))
            of_category[key].append(parts[-1])
        build.sum(build.cell(name, whole, fixed(whole)), parts)
    scale = Scale(policy.threshold, policy.rounding, REGION_WEIGHT, REGION_WAYS)
    row = []
    for key, parts in of_category.items():
        count = sum(cells.get((cercle, key), 0) for cercle in {cercle for cercle, _ in cells})
        cell = ("region_categorie", region, key)
        row.append(build.cell(cell, count, _options(cell, count, cap, scale, policy, within)))
        build.sum(row[-1], parts)
        regional[key].append(row[-1])
    build.sum(total, row)


def _options(
    cell: Key, count: int, cap: int, scale: Scale, policy: Policy, within: Mapping[Key, Option]
) -> tuple[Option, ...]:
    told = within.get(cell)
    return ladder(count, policy.counts[cell[0]], cap, scale, (told.low, told.high) if told else None)
