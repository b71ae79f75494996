"""The violations of one month as one audience is told them: every table at once, protected together.

A function of that month's rows and of nothing else, so that every later month repeats the same figures.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

import pandas as pd

from pipeline.disclosure.counts import SUPPRESSED, UNCOVERED, ZERO, Count, Territory
from pipeline.disclosure.office import KNOWN, Office
from pipeline.disclosure.policy import Policy, policy_of
from pipeline.disclosure.protect import CellKey, Option, protect
from pipeline.disclosure.tables import PlaceTally, category_system, class_of, coarser, place_marks, widest
from pipeline.taxonomy import CATEGORIES

CellMarks = Mapping[CellKey, Option]


@dataclass(frozen=True)
class MonthFigures:
    """areas, cercles: P-code -> Count, every area and cercle. cercle_categories: P-code -> category -> Count,
    only cercles whose total is told as a figure. region_categories: region -> category -> Count.
    regions, categories: the totals that the bulletin prints. first_told: whether all but these totals stand
    as they were first published, though rows have changed since (see `record`). wider: the figures of the
    audience that these may not sharpen. left: region -> counts left to who reruns the program (see
    `place_marks`), 0 where its total alone is told. division: of the cercles and regions."""

    areas: Mapping[str, Count]
    cercles: Mapping[str, Count]
    cercle_categories: Mapping[str, Mapping[str, Count]]
    region_categories: Mapping[str, Mapping[str, Count]]
    regions: Mapping[str, int]
    categories: Mapping[str, int]
    first_told: bool = False
    wider: MonthFigures | None = None
    left: Mapping[str, int] = field(default_factory=dict)
    division: str = ""


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
    if not policy.coarser_than:
        marks, left = _marks(incidents, tally, territory, policy, office)
        return replace(_figures(incidents, tally, territory, covered, marks, policy), left=left)
    other = policy_of(policy.coarser_than)
    wider, seen = ({}, {}) if other.exact else _marks(incidents, tally, territory, other, office)
    marks, left = _marks(incidents, tally, territory, policy, office, (wider, seen))
    return replace(
        _figures(incidents, tally, territory, covered, marks, policy),
        wider=_figures(incidents, tally, territory, covered, wider or None, other),
        left=left,
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
) -> tuple[dict[CellKey, Option], Mapping[str, int]]:
    """How each cell is told: places first, then categories; and what is left by region (see `place_marks`). wider: the
    same of another audience, whose figures this one may not sharpen."""
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
    categories = protect(category_system(incidents, told, policy, wider[0], office, alone))
    return marks | {key: option for key, option in categories.items() if key[0].endswith("_categorie")}, left
