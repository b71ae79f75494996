"""What earlier outputs already told, so that later ones cannot be held against them.

Where rows of a past month were added or corrected since it was published, the difference of two publications
would tell how many, and where, however small. So a figure finer than the bulletin's totals stays as it was
first told: the outputs of the month before say how, in their manifest (key "divulgation").
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pipeline.disclosure.counts import NO_DATA, SUPPRESSED, UNCOVERED, ZERO, Count
from pipeline.disclosure.figures import MonthFigures
from pipeline.disclosure.published import Published
from pipeline.month import Month

KEY = "divulgation"
STATES = {"suppressed": SUPPRESSED, "uncovered": UNCOVERED, "nodata": NO_DATA}
Told = Mapping[str, Count]


@dataclass(frozen=True)
class Record:
    """Month -> the figures told: by area, by cercle, by region and category."""

    areas: Mapping[Month, Told]
    cercles: Mapping[Month, Told]
    region_categories: Mapping[Month, Mapping[str, Told]]


def record_of(published: Published) -> dict[str, Any]:
    """The record as plain values for the manifest. Areas without violations are left out where zero."""
    return {
        str(month): {
            "communes": _plain(published.areas[month]),
            "cercles": _plain(published.cercles[month]),
            "regions_categories": {
                region: _plain(told) for region, told in published.region_categories[month].items()
            },
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
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def kept(
    fresh: Mapping[Month, MonthFigures], month: Month, earlier: Record | None
) -> dict[Month, MonthFigures]:
    """Past months as they were told, `month` itself as it is now. A past month whose figures have not
    changed stays whole; one that changed keeps its told figures and loses its counts by cercle and category.
    """
    if earlier is None:
        return dict(fresh)
    return {key: told if key >= month else _as_told(told, key, earlier) for key, told in fresh.items()}


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
