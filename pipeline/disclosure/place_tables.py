"""Violations of a month by commune, cercle and region, as linked tables to protect.

One system for each group of regions that share a cercle (nearly always one region). An attacker is taken to
know the total of the region, which the bulletin prints, and even how many incidents of the region no commune
shows, of which only the country's total is printed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

import pandas as pd

from pipeline.disclosure.office import KNOWN, Office
from pipeline.disclosure.options import Scale, class_of, fixed, ladder, unseen
from pipeline.disclosure.policy import CLASS, Policy
from pipeline.disclosure.system import Builder, Key, Option, System
from pipeline.disclosure.telling_places import settle
from pipeline.disclosure.territory import Territory

DECOYS = 2
"""About how many areas without violations, in each cercle, may be hidden beside a small count; more would slow the
programme and lose nothing less."""
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


def place_systems(
    tally: PlaceTally,
    territory: Territory,
    covered: Collection[str] | None,
    policy: Policy,
    office: Office,
) -> dict[tuple[str, ...], System]:
    """Regions of a month that are told together -> their system. covered: areas monitored, None where not known."""
    return {
        regions: _system(regions, tally, territory, covered, policy, office)
        for regions in _linked(tally, territory)
    }


def place_marks(
    tally: PlaceTally,
    territory: Territory,
    covered: Collection[str] | None,
    policy: Policy,
    office: Office = KNOWN,
) -> tuple[dict[Key, Option], dict[str, int]]:
    """How each commune and cercle is told, those of a region that is told by its total alone included; and region ->
    how many of its cells may be small and were looked at for who runs the program again (see `rerun`), -1 where its
    total alone is told."""
    marks: dict[Key, Option] = {}
    left: dict[str, int] = {}
    by_cercle = replace(territory, finest="cercle")
    for regions, system in place_systems(tally, territory, covered, policy, office).items():
        told = settle(system, office)
        hidden = told.marks is None
        if hidden and territory.finest == "commune":
            told = settle(_system(regions, tally, by_cercle, covered, policy, office), office)
        left |= {region: -1 if told.marks is None else len(told.left) for region in regions}
        if not hidden:
            marks |= told.marks or {}
            continue
        cap = sum(tally.regions[region] for region in regions)
        nothing = Option("hidden", 0, cap, 0.0, "wide")
        cercles = {code for code, region in territory.cercles.items() if region in regions}
        cercles |= {code for code, region in tally.cercles if region in regions}
        marks |= {("commune", code): nothing for code, home in territory.communes.items() if home in cercles}
        # Cercles may still be told where communes are not.
        marks |= {("cercle", code): nothing for code in cercles} if told.marks is None else told.marks
    return marks, left


def coarser(marks: Mapping[Key, Option], policy: Policy) -> dict[Key, Option]:
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


def widest(marks: Mapping[Key, Option], others: Mapping[Key, Option]) -> dict[Key, Option]:
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
    office: Office,
) -> System:
    build = Builder()
    cap = sum(tally.regions[region] for region in regions)
    communes = territory.finest == "commune"
    lost = sum(
        count
        for (cercle, region), count in tally.unlocated.items()
        if region in regions and (communes or not cercle)
    )
    decoys = _decoys(regions, tally, territory, covered, office)

    def add(kind: str, code: str, value: int, weight: float | None = 1.0) -> int:
        """weight: None where a zero is told as it is whatever else is hidden."""
        luck = office.luck(kind, code, policy.audience)
        scale = Scale(policy.threshold, policy.rounding, weight or 1.0, luck=luck)

        @cache
        def ways(count: int) -> tuple[Option, ...]:
            found = ladder(count, policy.counts[kind], cap, scale)
            return found[:1] if not count and weight is None else found

        return build.cell((kind, code), value, ways)

    def hidden(key: Key, value: int, most: int) -> int:
        return build.cell(key, value, lambda count: unseen(count, most, policy.threshold))

    nowhere: list[int] = []
    parts: dict[str, list[int]] = {region: [] for region in regions}
    for cercle, (own, may_hide) in decoys.items():
        homes = [region for region in regions if tally.cercles[cercle, region]]
        total = add("cercle", cercle, sum(tally.cercles[cercle, region] for region in homes), own)
        children = (
            []
            if territory.finest == "cercle"
            else [
                add("commune", code, tally.areas[code], may_hide.get(code))
                for code, parent in territory.communes.items()
                if parent == cercle and (tally.areas[code] or code in may_hide)
            ]
        )
        if lost and communes:
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
    regions: Sequence[str],
    tally: PlaceTally,
    territory: Territory,
    covered: Collection[str] | None,
    office: Office,
) -> dict[str, tuple[float | None, dict[str, float]]]:
    """Cercles that the system has -> what hiding the cercle weighs where it has no violation, None where it may not
    be; and its communes that may be hidden where they have none, each with its weight.

    Cercles with violations, and DECOYS others. The office's key says which, before any count is looked at. A reader
    may hold the list of monitored communes, and nothing is expected elsewhere: monitored ones go first, the others
    only where there are few such.
    """
    mine = [code for code, region in territory.cercles.items() if region in regions]
    counted = {cercle for cercle, region in tally.cercles if region in regions}

    def monitored(code: str) -> bool:
        return covered is None or code in covered

    def chosen(codes: Sequence[str], most: int) -> dict[str, float]:
        """The first by the key, monitored ones before the others."""
        order = sorted(office.shuffled(codes, "leurre"), key=lambda code: not monitored(code))
        return {code: 1.0 if monitored(code) else 3.0 for code in order[:most]}

    if territory.finest == "cercle":
        hideable = chosen(mine, 2 * DECOYS)
        return {code: (hideable.get(code), {}) for code in sorted({*counted, *hideable})}
    inside: dict[str, list[str]] = {code: [] for code in {*mine, *counted}}
    for code, cercle in territory.communes.items():
        if cercle in inside:
            inside[cercle].append(code)
    within = {code: chosen(codes, DECOYS + 1) for code, codes in inside.items()}
    told = [code for code in mine if any(monitored(commune) for commune in within[code])] or mine
    empty = office.shuffled(told, "leurre")[: 2 * DECOYS]
    return {
        code: (1.0 if code in empty else None, within[code] if code in empty or code in counted else {})
        for code in sorted({*counted, *empty})
    }
