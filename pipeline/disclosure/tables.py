"""Violations of a month by place and category, as linked tables to protect."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial
from typing import Any

import numpy as np
import pandas as pd

from pipeline.cache import checksum, keeping, kept
from pipeline.disclosure.counts import (
    EQUAL_SHARE,
    SUPPRESSED,
    UNCOVERED,
    ZERO,
    Change,
    Count,
    Territory,
    arrow,
    classes_of,
)
from pipeline.disclosure.office import KNOWN, Luck, Office
from pipeline.disclosure.policy import CLASS, EXACT, CountRule, Policy, policy_of
from pipeline.disclosure.protect import (
    Builder,
    CellKey,
    Limit,
    Option,
    Reader,
    System,
    fewest,
    narrowed,
    protect,
)
from pipeline.disclosure.telling_places import SELDOM, Told, settle
from pipeline.taxonomy import CATEGORIES

# The ways in which one count may be published under a rule, and what each way loses.


TENS_FROM = 20
"""From this count on, tens lie within the legend's classes: a widened figure keeps its colour. Below it, a
figure is widened to its class."""


@dataclass(frozen=True)
class Scale:
    """threshold, rounding: of the policy. weight: how much this kind of cell matters beside the others.
    widened: how a figure may be told less exactly before it is hidden: "tens" from TENS_FROM on (to the ten, or to ten
    counts around it: "435 à 444"), "fifties" in the last class ("400 à 449"), "class" below, "classes" from TENS_FROM on
    where all of these still tell too much.
    luck: what each way of telling this cell costs more or less, by the office's key."""

    threshold: int
    rounding: int
    weight: float = 1.0
    widened: frozenset[str] = frozenset({"tens", "class", "classes"})
    luck: Luck = field(default=lambda mark: 1.0, compare=False)


def fixed(value: int) -> tuple[Option, ...]:
    """A count that everybody knows: a total that the bulletin prints, or the total of published parts."""
    return (Option("exact", value, value, 0.0, "none"),)


def unseen(cap: int) -> tuple[Option, ...]:
    """A count that no page shows but that subtraction could give (what no commune of a cercle shows).

    cap: the most it could be. Where it may be small, it must stay uncertain.
    """
    return (Option("hidden", 0, cap, 0.0, "small"),)


def ladder(
    value: int, rule: CountRule, cap: int, scale: Scale, within: tuple[int, int] | None = None
) -> tuple[Option, ...]:
    """From the most telling to hidden. cap: the most that the count could be, from printed totals.

    within: interval that another audience is told; only options that tell no more are kept.
    Costs, in violations lost: one or more for each cell touched (so that few are), and of its count a twentieth for ten
    counts, an eighth for fifty, three tenths for a class, all where it is hidden. They go by the class of the count and by
    the office's key, so that the choice says nothing of the count itself (see `left_to_rerun`).
    """
    options: list[Option] = []
    about = _about(value, scale.threshold)

    def cost(mark: str, lost: float) -> float:
        return scale.weight * lost * scale.luck(mark)

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
                options.append(_rounded(value, scale.rounding, 1 / 20, scale))
            if high is None and scale.rounding and "fifties" in scale.widened:
                options.append(_rounded(value, 5 * scale.rounding, 1 / 8, scale))
        way = "class" if value < TENS_FROM else "classes"
        if told_class or way in scale.widened:
            # Where the rule asks for the class, the class loses nothing.
            lost = 0.0 if told_class else cost("class", 1 + 0.3 * about)
            options.append(Option("class", low, max(value, cap) if high is None else high, lost, "none"))
    far = "hidden" if value < TENS_FROM else "hidden far"
    hiding = cost(far, 1.5 + about) if value else cost("zero", 0.7)
    options.append(Option("hidden", 0, max(cap, value), hiding, "wide"))
    if within is None:
        return tuple(options)
    return tuple(
        option
        for option in options
        if option.mark == "hidden" or (option.low <= within[0] and within[1] <= option.high)
    )


def _rounded(value: int, step: int, lost: float, scale: Scale) -> Option:
    """So many counts, or up to half more at the ends of a class, that begin at a multiple or half a step after, as the
    office's key has it: each count of a class lies in one such interval, so that the interval says nothing of which one
    it is. lost: the part of the count."""
    low, high = class_of(value, scale.threshold)
    mark = "tens" if step == scale.rounding else "fifties"
    start = step // 2 if scale.luck(f"{mark} 5") < scale.luck(f"{mark} 0") else 0
    first = (value - start) // step * step + start
    last, wide = first + step - 1, step + start
    if first - low < step:
        first, last = low, low + wide - 1
    elif high is not None and high - last < step:
        first, last = high - wide + 1, high
    cost = scale.weight * (1 + _about(value, scale.threshold) * lost) * scale.luck(mark)
    return Option("tens", first, last, cost, "none")


def _about(value: int, threshold: int) -> float:
    """What a count of its class weighs, the same for all of them."""
    if value < threshold:
        return threshold / 2
    low, high = class_of(value, threshold)
    return 150.0 if high is None else (low + high) / 2


def class_of(value: int, threshold: int) -> tuple[int, int | None]:
    """The legend's class of a count of at least 1."""
    return next((found.low, found.high) for found in classes_of(threshold) if found.holds(value, value))


# Violations of a month by commune, cercle and region, as linked tables to protect.
#
# One system for each group of regions that share a cercle (nearly always one region). An attacker is taken to
# know the total of the region, which the bulletin prints, and even how many incidents of the region no commune
# shows, of which only the country's total is printed.


ALONE_UNDER = 2
"""A region with fewer violations than so many times the threshold is told by its total alone, whatever they are: the
bulletin prints the total, so that this tells nothing."""
NOTHING = Option("exact", 0, 0, 0.0, "none")


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


def place_marks(
    tally: PlaceTally, territory: Territory, policy: Policy, office: Office = KNOWN
) -> tuple[dict[CellKey, Option], dict[str, int]]:
    """How each commune and cercle is told, those of a region that is told by its total alone included; and region ->
    the fewest counts that are left of any of its cells to who runs the program again (see `left_to_rerun`), the
    threshold where none is looked at, 0 where its total alone is told."""
    marks: dict[CellKey, Option] = {}
    left: dict[str, int] = {}
    for regions in _linked(tally):
        few = sum(tally.regions[region] for region in regions) < ALONE_UNDER * policy.threshold
        told = (
            Told(None, {})
            if few
            else _settled(_system(regions, tally, territory, policy, office), policy, office)
        )
        counts = (min(len(one.found), policy.threshold) for one in told.left.values() if not one.large)
        left |= dict.fromkeys(regions, 0 if told.marks is None else min(counts, default=policy.threshold))
        communes = [option.mark for key, option in (told.marks or {}).items() if key[0] == "commune"]
        if told.marks is not None and "hidden" not in communes:
            marks |= told.marks
            continue
        cap = sum(tally.regions[region] for region in regions)
        nothing = Option("hidden", 0, cap, 0.0, "wide")
        cercles = {code for code, region in territory.cercles.items() if region in regions}
        cercles |= {code for code, region in tally.cercles if region in regions}
        # Cercles may still be told where communes are not.
        found = told.marks
        if found is None:
            found = {("cercle", code): nothing for code in cercles}
            found |= _at_least(tally, regions, cercles, policy.threshold, office)
        open_cercles = {code for code in cercles if found.get(("cercle", code), NOTHING).high}
        marks |= found
        marks |= {
            ("commune", code): nothing for code, home in territory.communes.items() if home in open_cercles
        }
    return marks, left


def _at_least(
    tally: PlaceTally, regions: Sequence[str], cercles: Collection[str], threshold: int, office: Office
) -> dict[CellKey, Option]:
    """Of a region whose violations are one less than twice the threshold, the cercle that has at least the threshold: all
    others keep as many values, zero among them. With less they would not; with more, the region is told so by need, which
    says too much already (see `settle`). The key draws now and then that none is told: silence does not say that there
    is none."""
    total = sum(tally.regions[region] for region in regions)
    if len(regions) > 1 or total != 2 * threshold - 1 or office.draw("aucun cercle", *regions) < 1 / SELDOM:
        return {}
    large = (code for code in cercles if tally.cercles[code, regions[0]] >= threshold)
    return {("cercle", code): Option("range", threshold, total, 0.0, "none") for code in large}


def _settled(system: System, policy: Policy, office: Office) -> Told:
    return kept("lieux d’une région", (system.said, policy, office), lambda: settle(system, office))


def coarser(marks: Mapping[CellKey, Option], policy: Policy) -> dict[CellKey, Option]:
    """The same, as an audience whose rules ask for classes is told it: nothing but what the others are told."""
    found = {}
    for key, option in marks.items():
        rule = policy.counts.get(key[0])
        classed = rule is not None and rule.above == CLASS and option.low >= policy.threshold
        if classed and option.mark in ("exact", "tens"):
            low, high = class_of(option.low, policy.threshold)
            option = Option("class", low, option.high if high is None else high, 0.0, "none")
        found[key] = option
    return found


def widest(marks: Mapping[CellKey, Option], others: Mapping[CellKey, Option]) -> dict[CellKey, Option]:
    """Each cell told so that it says no more than either."""
    found = {}
    for key, option in marks.items():
        other = others.get(key, NOTHING)
        low, high = min(option.low, other.low), max(option.high, other.high)
        if "hidden" in (option.mark, other.mark):
            found[key] = Option("hidden", low, high, 0.0, "wide")
        elif (low, high) in ((option.low, option.high), (other.low, other.high)):
            found[key] = option if (low, high) == (option.low, option.high) else other
        else:
            found[key] = Option("range", low, high, 0.0, "none")
    return found | {
        key: other for key, other in others.items() if key not in marks and other.mark == "hidden"
    }


def _linked(tally: PlaceTally) -> list[tuple[str, ...]]:
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
    policy: Policy,
    office: Office,
) -> System:
    """An area without violations is told so, and is no cell."""
    build = Builder()
    cap = sum(tally.regions[region] for region in regions)
    fine = territory.finest == "commune"
    lost = sum(
        count
        for (cercle, region), count in tally.unlocated.items()
        if region in regions and (fine or not cercle)
    )

    def add(kind: str, code: str, value: int) -> int:
        scale = Scale(policy.threshold, policy.rounding, luck=office.luck(kind, code, policy.audience))
        return build.cell(
            (kind, code), value, cache(lambda count: ladder(count, policy.counts[kind], cap, scale))
        )

    def hidden(key: CellKey, value: int, most: int) -> int:
        return build.cell(key, value, (Option("hidden", 0, most, 0.0, "wide"),))

    nowhere: list[int] = []
    parts: dict[str, list[int]] = {region: [] for region in regions}
    for cercle in sorted({cercle for cercle, region in tally.cercles if region in regions}):
        homes = [region for region in regions if tally.cercles[cercle, region]]
        total = add("cercle", cercle, sum(tally.cercles[cercle, region] for region in homes))
        inside = {code: tally.areas[code] for code, parent in territory.communes.items() if parent == cercle}
        children = [add("commune", code, count) for code, count in inside.items() if count] if fine else []
        if fine and lost:
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
            parts[homes[0]].append(total)
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


# Violations of a month by cercle and category, and by region and category, as linked tables to protect.
#
# Cercles whose total is published as a figure have a row; all other incidents of a region stand together in one
# row that no page shows, whose total subtraction gives. So how places are published (see `place_tables`) and how
# categories are do not weaken each other: for any counts by place that fit what is published and any row of
# the others that does, there is a table that fits both.


REGION_WEIGHT, CERCLE_WEIGHT = 1.2, 1.0
REGION_WAYS: frozenset[str] = frozenset({"tens", "fifties", "classes"})
CERCLE_WAYS: frozenset[str] = frozenset()
"""How figures are widened: by cercle not at all, for the pies and the list need figures."""


@dataclass(frozen=True)
class _Rules:
    policy: Policy
    within: Mapping[CellKey, Option]
    office: Office

    def options(
        self, cell: CellKey, count: int, cap: int, weight: float, ways: frozenset[str]
    ) -> tuple[Option, ...]:
        told = self.within.get(cell)
        luck = self.office.whim(*cell, self.policy.audience)
        scale = Scale(self.policy.threshold, self.policy.rounding, weight, ways, luck)
        return ladder(count, self.policy.counts[cell[0]], cap, scale, (told.low, told.high) if told else None)


def category_system(
    incidents: pd.DataFrame,
    told_cercles: Collection[str],
    policy: Policy,
    within: Mapping[CellKey, Option],
    office: Office = KNOWN,
    alone: Collection[str] = (),
) -> System:
    """incidents: of one month. told_cercles: those whose total is published as a figure, not zero. alone: regions that
    are told by their total alone."""
    rules = _Rules(policy, within, office)
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
        _region(build, region, tally, regional, rules, region in alone)
    for key, parts in regional.items():
        total = sum(count for (_, _, category), count in tally.items() if category == key)
        build.sum(build.cell(("categorie", key), total, fixed(total)), parts)
    return build.system(policy.threshold)


def _region(
    build: Builder,
    region: str,
    tally: Mapping[tuple[str, str, str], int],
    regional: Mapping[str, list[int]],
    rules: _Rules,
    alone: bool,
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
                options = rules.options(cell, count, whole, CERCLE_WEIGHT, CERCLE_WAYS)
            else:
                cell = ("ailleurs", region, key)
                options = unseen(whole)
            parts.append(build.cell(cell, count, options))
            of_category[key].append(parts[-1])
        build.sum(build.cell(name, whole, fixed(whole)), parts)
    row = []
    for key, parts in of_category.items():
        count = sum(cells.get((cercle, key), 0) for cercle in {cercle for cercle, _ in cells})
        cell = ("region_categorie", region, key)
        options = rules.options(cell, count, cap, REGION_WEIGHT, REGION_WAYS)
        row.append(build.cell(cell, count, options[-1:] if alone else options))
        build.sum(row[-1], parts)
        regional[key].append(row[-1])
    build.sum(total, row)


def implied(system: System, marks: Mapping[CellKey, Option]) -> dict[CellKey, Option]:
    """Hidden counts that what is published leaves at the threshold or above, told so: "9 à 15". Found by sums of what
    is published and by nothing else, so it says nothing more to who can add, or has the program."""
    told = [marks[cell.key] for cell in system.cells]
    low, high = np.array([(option.low, option.high) for option in told], dtype=float).T
    low, high = narrowed(system, low, high)
    return {
        cell.key: Option("range", int(least), int(most), option.cost, "none")
        for cell, option, least, most in zip(system.cells, told, low, high, strict=True)
        if option.mark == "hidden" and system.threshold <= least < most
    }


# The violations of one month as one audience is told them: every table at once, protected together.
#
# A function of that month's rows and of nothing else, so that every later month repeats the same figures.


MERGED_SELDOM = 32
"""Once in so many, the list merges a type of a place without need."""
CellMarks = Mapping[CellKey, Option]


@dataclass(frozen=True)
class MonthFigures:
    """areas, cercles: P-code -> Count, every area and cercle. cercle_categories: P-code -> category -> Count,
    only cercles whose total is told as a figure. region_categories: region -> category -> Count.
    regions, categories: the totals that the bulletin prints. first_told: whether all but these totals stand
    as they were first published, though rows have changed since (see `record`). wider: the figures of the
    audience that these may not sharpen. left: region -> counts left to who reruns the program (see
    `place_marks`), 0 where its total alone is told. fit: "categories" -> what is left of counts by place and category
    (see `fewest`). division: of the cercles and regions. merged: cercle or
    region, and type, that the list does not tell there, as the office's key draws them; "": none of a category with
    sensitive ones. unmonitored: areas that nobody
    covers. lines: of the list, of a month that is told again as it left (see `publish`), None where rows make them."""

    areas: Mapping[str, Count]
    cercles: Mapping[str, Count]
    cercle_categories: Mapping[str, Mapping[str, Count]]
    region_categories: Mapping[str, Mapping[str, Count]]
    regions: Mapping[str, int]
    categories: Mapping[str, int]
    first_told: bool = False
    wider: MonthFigures | None = None
    left: Mapping[str, int] = field(default_factory=dict)
    fit: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    division: str = ""
    merged: frozenset[tuple[str, str]] = frozenset()
    unmonitored: frozenset[str] = frozenset()
    lines: tuple[tuple[Any, ...], ...] | None = None


def month_figures(
    incidents: pd.DataFrame,
    territory: Territory,
    covered: Collection[str] | None,
    policy: Policy,
    office: Office = KNOWN,
) -> MonthFigures:
    """incidents: of one month, columns area, cercle_pcode, region, categorie. covered: areas monitored. office: whose
    key draws what may be any."""
    tally = PlaceTally.of(incidents)
    if policy.exact:
        return _figures(incidents, tally, territory, covered, None, policy)
    merged = _merged(tally, office)
    if not policy.coarser_than:
        marks, left, sure, fit = _marks(incidents, tally, territory, policy, office)
        told = _figures(incidents, tally, territory, covered, marks | sure, policy)
        return replace(told, left=left, merged=merged, fit=fit)
    other = policy_of(policy.coarser_than)
    wider, seen, known = (
        ({}, {}, {}) if other.exact else _marks(incidents, tally, territory, other, office)[:3]
    )
    marks, left, sure, fit = _marks(incidents, tally, territory, policy, office, (wider, seen))
    theirs = _figures(incidents, tally, territory, covered, wider | known or None, other)
    return replace(
        _figures(incidents, tally, territory, covered, marks | sure, policy),
        wider=replace(theirs, merged=merged),
        left=left,
        merged=merged,
        fit=fit,
    )


def _merged(tally: PlaceTally, office: Office) -> frozenset[tuple[str, str]]:
    places = {*(cercle for cercle, _ in tally.cercles), *tally.regions}
    kinds = [kind for category in CATEGORIES for kind in category.types]
    return frozenset(
        (place, kind)
        for place in places
        for kind in ("", *kinds)
        if office.seldom(MERGED_SELDOM if kind else SELDOM, "sans types", place, kind)
    )


def _figures(
    incidents: pd.DataFrame,
    tally: PlaceTally,
    territory: Territory,
    covered: Collection[str] | None,
    marks: Mapping[CellKey, Option] | None,
    policy: Policy,
) -> MonthFigures:
    def told(key: CellKey, value: int) -> Count:
        if marks is None:
            return Count.exact(value)
        return _count(marks[key], value, policy.threshold) if key in marks else ZERO

    totals = dict.fromkeys(territory.cercles, 0)
    for (cercle, _), count in tally.cercles.items():
        totals[cercle] = totals.get(cercle, 0) + count
    cercles = {code: told(("cercle", code), value) for code, value in totals.items()}
    rows = [code for code, count in cercles.items() if count.state == "exact" and count.value]
    by_cercle = incidents.groupby(["cercle_pcode", "categorie"]).size().to_dict()
    by_region = incidents.groupby(["region", "categorie"]).size().to_dict()
    areas = (
        {code: told(("commune", code), tally.areas[code]) for code in territory.communes}
        if territory.finest == "commune"
        else cercles
    )
    kept = [code for code in rows if marks is None or ("cercle_categorie", code, CATEGORIES[0].key) in marks]
    return MonthFigures(
        division=territory.division,
        unmonitored=frozenset() if covered is None else frozenset(territory.areas) - frozenset(covered),
        areas={
            code: UNCOVERED if count == ZERO and covered is not None and code not in covered else count
            for code, count in areas.items()
        },
        cercles=cercles,
        cercle_categories={
            code: {
                c.key: told(("cercle_categorie", code, c.key), by_cercle.get((code, c.key), 0))
                for c in CATEGORIES
            }
            for code in kept
        },
        region_categories={
            region: {
                c.key: told(("region_categorie", region, c.key), by_region.get((region, c.key), 0))
                for c in CATEGORIES
            }
            for region in sorted(tally.regions)
        },
        regions=_regions(tally, territory),
        categories={c.key: int((incidents["categorie"] == c.key).sum()) for c in CATEGORIES},
    )


def _count(option: Option, value: int, threshold: int) -> Count:
    if option.mark == "hidden":
        return SUPPRESSED
    if option.mark == "class":
        # As the legend says it: "100 et plus", not "100" to the most that printed totals allow.
        return Count.within(*class_of(value, threshold))
    return Count.exact(value) if option.mark == "exact" else Count.within(option.low, option.high)


def _regions(tally: PlaceTally, territory: Territory) -> dict[str, int]:
    others = sorted(set(tally.regions) - set(territory.monitored))
    return {region: tally.regions[region] for region in (*territory.monitored, *others)}


def _marks(
    incidents: pd.DataFrame,
    tally: PlaceTally,
    territory: Territory,
    policy: Policy,
    office: Office,
    wider: tuple[CellMarks, Mapping[str, int]] = ({}, {}),
) -> tuple[dict[CellKey, Option], Mapping[str, int], dict[CellKey, Option], dict[str, dict[str, int]]]:
    """How each cell is told: places first, then categories; what is left by region (see `place_marks`); what is told
    of hidden counts all the same (see `implied`); what is left by category (see `MonthFigures.fit`). wider: the first two
    of another audience, whose figures this one may not sharpen."""
    others = {key: option for key, option in wider[0].items() if not key[0].endswith("_categorie")}
    if others and policy_of(policy.coarser_than).threshold == policy.threshold:
        # To tell less of what the other is told is safe by itself.
        marks, left = coarser(others, policy), wider[1]
    else:
        marks, left = place_marks(tally, territory, policy, office)
        marks = widest(marks, others) if others else marks
    told = [
        key[1]
        for key, option in marks.items()
        if key[0] == "cercle" and option.mark == "exact" and option.low
    ]
    alone = {region for region, cells in {**wider[1], **left}.items() if not cells}
    system = category_system(incidents, told, policy, wider[0], office, alone)
    categories = protect(system)
    sure = implied(system, categories) if categories else {}

    def crossed(found: CellMarks) -> dict[CellKey, Option]:
        return {key: option for key, option in found.items() if key[0].endswith("_categorie")}

    fit = {"categories": fewest(categories.left.values(), policy.threshold)}
    return marks | crossed(categories), left, crossed(sure), fit


# The arrows of the bulletin's regional boxes: a category up, down or the same since the month before.
#
# An arrow that the figures leave open narrows the counts behind: "up" from a hidden count to 12 says at most 11. So it
# is told only where every count of both months that may be small keeps as many values as the threshold, or all that it
# had, by all that is published of both months and of the one before them, arrows included. To tell all those that are
# safe would say which way the others go: the office's key holds some back that could be told.


@dataclass(frozen=True)
class MonthCounts:
    """One month: what is told; its true counts by (region, category); the region that each cercle's rows are in."""

    told: MonthFigures
    true: Mapping[tuple[str, str], int]
    homes: Mapping[str, str]

    def of(self, box: Sequence[str], key: str) -> int:
        return sum(self.true.get((region, key), 0) for region in box)

    def change(self, before: MonthCounts, box: Sequence[str], key: str) -> Change:
        return arrow(self.of(box, key), before.of(box, key))


BoxArrows = dict[tuple[str, ...], dict[str, Change]]
"""Regions of a box -> category -> its arrow."""


def month_arrows(
    months: Sequence[MonthCounts], boxes: Sequence[tuple[str, ...]], threshold: int, offices: Sequence[Office]
) -> list[BoxArrows]:
    """The arrows that each month tells against the one before. months: one after the other; offices: their chances."""
    said = [checksum((month,)) for month in months] if keeping() else []
    told: list[BoxArrows] = [{} for _ in months]
    for at in range(1, len(months)):
        near = slice(max(at - 2, 0), at + 1)  # what a month says is known to who reads the next two
        given = (boxes, threshold, told[at - 1], offices[at])
        told[at] = kept("flèches", (said[near], *given), partial(_arrows_of, months[near], *given))
    return told


def _arrows_of(
    months: Sequence[MonthCounts],
    boxes: Sequence[tuple[str, ...]],
    threshold: int,
    before: BoxArrows,
    office: Office,
) -> BoxArrows:
    """The arrows of the last of some months. before: of the one before it."""
    known, told = _Arrows(months, threshold), BoxArrows()
    for box, row in before.items():
        known.reader.believe([limit for key in row for limit in known.limits(1, box, key)])
    known.reader.begin()
    for box, key in office.shuffled([(box, one.key) for box in boxes for one in CATEGORIES], "flèches"):
        if office.draw("flèche", *box, key) < 1 / SELDOM:
            continue
        if known.reader.stays_open(known.limits(-1, box, key)):
            told.setdefault(box, {})[key] = months[-1].change(months[-2], box, key)
    return told


class _Arrows:
    """What the figures of some months say, and each arrow would. Unknowns: violations by month, category and
    cercle whose total is told, or rest of a region."""

    def __init__(self, months: Sequence[MonthCounts], threshold: int) -> None:
        self.months = months
        self.ends: list[tuple[int, int]] = []
        self.sums: list[tuple[Sequence[int], float, float]] = []
        self.regional: dict[tuple[int, str, str], list[int]] = {}
        self.open: list[list[int]] = []
        for at, month in enumerate(months):
            self._learn(at, month)
        self.reader = Reader(self.ends, self.sums, self.open, threshold)

    def _learn(self, at: int, month: MonthCounts) -> None:
        told, mine = month.told, at >= len(self.months) - 2
        for region, row in told.region_categories.items():
            cercles = [code for code in told.cercle_categories if month.homes.get(code) == region]
            totals = {code: told.cercles[code].value for code in cercles}
            totals[""] = told.regions[region] - sum(totals.values())
            for code, total in totals.items():
                for key, count in row.items():
                    if code or cercles:
                        count = told.cercle_categories[code][key] if code else SUPPRESSED
                    ends = _ends(count, total)
                    self.ends.append(ends)
                    self.regional.setdefault((at, region, key), []).append(len(self.ends) - 1)
                    if mine and code and ends[0] < ends[1]:
                        self.open.append([len(self.ends) - 1])
                self.sums.append((range(len(self.ends) - len(row), len(self.ends)), total, total))
            for key, count in row.items():
                ends = _ends(count, told.regions[region])
                self.sums.append((self.regional[at, region, key], *ends))
                if mine and ends[0] < ends[1]:
                    self.open.append(self.regional[at, region, key])
        for key, total in told.categories.items():
            of = [column for region in told.region_categories for column in self.regional[at, region, key]]
            self.sums.append((of, total, total))

    def _row(self, weights: Mapping[int, float]) -> np.ndarray:
        row = np.zeros(len(self.ends))
        row[list(weights)] = list(weights.values())
        return row

    def limits(self, at: int, box: Sequence[str], key: str) -> list[Limit]:
        """What the arrow of a month says."""
        at %= len(self.months)
        change = self.months[at].change(self.months[at - 1], box, key)

        def row(now: float, before: float) -> np.ndarray:
            weights = {
                column: weight
                for month, weight in ((at, now), (at - 1, before))
                for region in box
                for column in self.regional.get((month, region, key), ())
            }
            return self._row(weights)

        near = 1 - EQUAL_SHARE
        if change == "same":
            return [(row(1, -near), 0, np.inf), (row(-near, 1), 0, np.inf)]
        side = 1 if change == "up" else -1
        other = (near, -1) if change == "up" else (-1, near)
        return [(row(side, -side), 1, np.inf), (row(*other), 0, np.inf)]


def _ends(count: Count, cap: int) -> tuple[int, int]:
    """What a count is told to be. cap: the most that it could be."""
    if count.state == "exact":
        return count.value, count.value
    if count.state == "range":
        return count.low, cap if count.high is None else min(count.high, cap)
    return 0, cap
