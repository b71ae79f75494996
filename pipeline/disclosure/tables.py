"""Violations of a month by commune, cercle and region, as linked tables to protect.

One system for each group of regions that share a cercle (nearly always one region). An attacker is taken to
know the total of the region, which the bulletin prints, and even how many incidents of the region no commune
shows, of which only the country's total is printed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from pipeline.disclosure.options import Scale, fixed, ladder, unseen
from pipeline.disclosure.policy import Policy
from pipeline.disclosure.system import Builder, Key, Option, System
from pipeline.disclosure.territory import Territory

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
