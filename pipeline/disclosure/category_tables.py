"""Violations of a month by cercle and category, and by region and category, as linked tables to protect.

Cercles whose total is published as a figure have a row; all other incidents of a region stand together in one
row that no page shows, whose total subtraction gives. So how places are published (see `place_tables`) and how
categories are do not weaken each other: for any counts by place that fit what is published and any row of
the others that does, there is a table that fits both.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import pandas as pd

from pipeline.disclosure.office import KNOWN, Office
from pipeline.disclosure.options import Scale, fixed, ladder, unseen
from pipeline.disclosure.policy import Policy
from pipeline.disclosure.system import Builder, Key, Option, System
from pipeline.taxonomy import CATEGORIES

REGION_WEIGHT, CERCLE_WEIGHT = 1.2, 1.0
REGION_WAYS: frozenset[str] = frozenset({"tens", "classes"})
CERCLE_WAYS: frozenset[str] = frozenset()
"""How figures are widened: by cercle not at all, for the pies and the list need figures."""


@dataclass(frozen=True)
class _Rules:
    policy: Policy
    within: Mapping[Key, Option]
    office: Office

    def options(
        self, cell: Key, count: int, cap: int, weight: float, ways: frozenset[str]
    ) -> tuple[Option, ...]:
        told = self.within.get(cell)
        luck = self.office.luck(*cell, self.policy.audience)
        scale = Scale(self.policy.threshold, self.policy.rounding, weight, ways, luck)
        return ladder(count, self.policy.counts[cell[0]], cap, scale, (told.low, told.high) if told else None)


def category_system(
    incidents: pd.DataFrame,
    told_cercles: Collection[str],
    policy: Policy,
    within: Mapping[Key, Option],
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
                options = unseen(count, whole, rules.policy.threshold)
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
