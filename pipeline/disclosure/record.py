"""What earlier outputs already told, so that later ones cannot be held against them.

Where rows of a past month were added or corrected since it was published, the difference of two publications
would tell how many, and where, however small. So a figure finer than the bulletin's totals stays as it was
first told: the outputs of the month before say how, in their manifest (key "divulgation").

An audience whose figures may not sharpen another's is also held to what that one was told.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pipeline.disclosure.counts import NO_DATA, SUPPRESSED, UNCOVERED, ZERO, Count
from pipeline.disclosure.figures import MonthFigures
from pipeline.disclosure.policy import CLASS, CountRule, Policy
from pipeline.disclosure.published import Published
from pipeline.disclosure.telling import bounds
from pipeline.errors import InputError
from pipeline.month import Month

KEY = "divulgation"
STATES = {"suppressed": SUPPRESSED, "uncovered": UNCOVERED, "nodata": NO_DATA}
Told = Mapping[str, Count]


@dataclass(frozen=True)
class Record:
    """Month -> the figures told: by area, by cercle, by region and category. lists: the mark (see `mark_of`)
    of the month's lines in the list of incidents, "" where there was none."""

    areas: Mapping[Month, Told]
    cercles: Mapping[Month, Told]
    region_categories: Mapping[Month, Mapping[str, Told]]
    lists: Mapping[Month, str]


def mark_of(lines: list[Any]) -> str:
    """A short checksum by which published lines are known again."""
    plain = json.dumps(lines, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(plain.encode("utf-8")).hexdigest()[:16]


def record_of(published: Published) -> dict[str, Any]:
    """The record as plain values for the manifest. Areas without violations are left out where zero."""
    table = published.incident_list
    keys = [key for key, _, _ in table.columns] if table else []
    lines: dict[str, list[Any]] = {}
    for row in table.rows if table else ():
        line = dict(zip(keys, row, strict=True))
        lines.setdefault(str(line.pop("mois")), []).append(line)
    return {
        str(month): {
            "communes": _plain(published.areas[month]),
            "cercles": _plain(published.cercles[month]),
            "regions_categories": {
                region: _plain(told) for region, told in published.region_categories[month].items()
            },
            "liste": mark_of(lines[str(month)]) if str(month) in lines else "",
        }
        for month in published.months
    }


def read_record(manifest: Path) -> Record | None:
    """The record in a manifest, None where there is no manifest or it has none that can be read."""
    try:
        found = json.loads(manifest.read_text("utf-8"))[KEY]
        months = {Month.parse(name): told for name, told in found.items()}
        return Record(
            {month: _counts(told["communes"]) for month, told in months.items()},
            {month: _counts(told["cercles"]) for month, told in months.items()},
            {
                month: {region: _counts(row) for region, row in told["regions_categories"].items()}
                for month, told in months.items()
            },
            {month: str(told["liste"]) for month, told in months.items()},
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, InputError):
        return None


def kept(
    fresh: Mapping[Month, MonthFigures],
    month: Month,
    earlier: Record | None,
    list_mark: Callable[[Month, MonthFigures], str] = lambda month, figures: "",
) -> dict[Month, MonthFigures]:
    """Past months as they were told, `month` itself as it is now. A past month whose figures have not
    changed stays whole; one that changed keeps its told figures and loses its counts by cercle and category.

    list_mark: of the lines that the list would have for a month with these figures.
    """
    if earlier is None:
        return dict(fresh)
    found = {}
    for key, told in fresh.items():
        found[key] = told if key >= month else _as_told(told, key, earlier)
        same_lines = key >= month or found[key].first_told or not earlier.lists.get(key)
        if not same_lines and list_mark(key, told) != earlier.lists[key]:
            found[key] = replace(told, cercle_categories={}, first_told=True)
    return found


def no_sharper(
    figures: Mapping[Month, MonthFigures], month: Month, other: Record | None, policy: Policy
) -> dict[Month, MonthFigures]:
    """Past months no sharper than another audience was told them: those whose figures say more than `other`
    (rows have changed meanwhile) stand as `other` told them, under the rules of `policy`."""
    if other is None:
        return dict(figures)
    return {
        key: told
        if key >= month or _implied(told, key, other)
        else _as_told(told, key, _under(other, policy))
        for key, told in figures.items()
    }


def _implied(figures: MonthFigures, month: Month, other: Record) -> bool:
    """Whether a reader of `other` learns nothing from the figures."""
    if month not in other.areas or not set(other.areas[month]) <= set(figures.areas):
        return True

    def within(counts: Told, told: Told) -> bool:
        return all(_holds(count, told.get(code, ZERO)) for code, count in counts.items())

    return (
        within(figures.areas, other.areas[month])
        and within(figures.cercles, other.cercles[month])
        and all(
            within(row, other.region_categories[month].get(region, {}))
            for region, row in figures.region_categories.items()
        )
    )


def _holds(count: Count, told: Count) -> bool:
    """Whether all that `told` leaves possible is possible by `count` too."""
    (low, high), (least, most) = bounds(count), bounds(told)
    return low <= least and (high is None or (most is not None and most <= high))


def _under(other: Record, policy: Policy) -> Record:
    """A record as an audience with these rules would have been told it."""

    def coarse(told: Told, rule: CountRule) -> dict[str, Count]:
        def say(count: Count) -> Count:
            if rule.above != CLASS or count.state != "exact" or count == ZERO:
                return count
            return Count.classed(count.value, policy.threshold)

        return {code: say(count) for code, count in told.items()}

    rules = policy.counts
    return Record(
        {month: coarse(told, rules["commune"]) for month, told in other.areas.items()},
        {month: coarse(told, rules["cercle"]) for month, told in other.cercles.items()},
        {
            month: {region: coarse(row, rules["region_categorie"]) for region, row in told.items()}
            for month, told in other.region_categories.items()
        },
        {},
    )


def _as_told(fresh: MonthFigures, month: Month, earlier: Record) -> MonthFigures:
    if month not in earlier.areas:
        return fresh
    told_areas, told_cercles = earlier.areas[month], earlier.cercles[month]
    if not (set(told_areas) <= set(fresh.areas) and set(told_cercles) <= set(fresh.cercles)):
        return fresh  # told on other boundaries: the codes mean other areas
    areas = {
        code: UNCOVERED if count == UNCOVERED and code not in told_areas else told_areas.get(code, ZERO)
        for code, count in fresh.areas.items()
    }
    cercles = {code: told_cercles.get(code, ZERO) for code in fresh.cercles}
    # A region that had nothing to tell then tells nothing now: only its total, which the bulletin prints.
    regional = {
        region: {
            key: earlier.region_categories[month][region].get(key, ZERO)
            if region in earlier.region_categories[month]
            else SUPPRESSED
            for key in row
        }
        for region, row in fresh.region_categories.items()
    }
    same = (
        all(_alike(areas[code], count) for code, count in fresh.areas.items())
        and cercles == dict(fresh.cercles)
        and regional == {region: dict(row) for region, row in fresh.region_categories.items()}
        and set(earlier.region_categories[month]) == set(regional)
    )
    if same:
        return fresh
    return replace(
        fresh,
        areas=areas,
        cercles=cercles,
        cercle_categories={},
        region_categories=regional,
        first_told=True,
    )


def _alike(told: Count, count: Count) -> bool:
    """Whether two counts say the same number: coverage may have changed meanwhile."""
    none = (ZERO, UNCOVERED)
    return told == count or (told in none and count in none)


def _plain(told: Told) -> dict[str, Any]:
    return {
        code: [count.low, count.high] if count.state in ("exact", "range") else count.state
        for code, count in sorted(told.items())
        if count not in (ZERO, UNCOVERED)
    }


def _counts(plain: Mapping[str, Any]) -> dict[str, Count]:
    found = {}
    for code, value in plain.items():
        if isinstance(value, str):
            found[code] = STATES[value]
        else:
            low, high = value
            found[code] = Count.exact(low) if low == high else Count.within(low, high)
    return found
