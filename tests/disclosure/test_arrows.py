"""A reader of the boxes' arrows: by integer programme over two months, no small count has fewer values left than the
threshold, or than the figures alone leave."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import LinearConstraint, milp

from pipeline.disclosure import protect, tables
from pipeline.disclosure.counts import Change, Territory
from pipeline.disclosure.office import Office
from pipeline.disclosure.policy import policy_of
from pipeline.disclosure.tables import MonthCounts, month_arrows, month_figures
from pipeline.geography.country import Country
from pipeline.taxonomy import BOXES, CATEGORIES
from tests.disclosure.reading import interval
from tests.helpers import june
from tools.kept import sparse

PARTNERS = policy_of("partenaires")
OFFICES = [Office(b"the office", name) for name in ("2021-04", "2021-05", "2021-06")]
REGIONS = tuple(regions for _, _, regions in BOXES)
Arrows = Mapping[tuple[str, ...], Mapping[str, Change]]
Cell = tuple[int, str, str, str]
"""Month (0: the one before), region, cercle or "" for the rest of the region, category."""


class Reader:
    """Of two months and what is told to have changed."""

    def __init__(self, months: Sequence[MonthCounts], arrows: Arrows) -> None:
        self.names: list[Cell] = []
        for at, month in enumerate(months):
            for region in month.told.region_categories:
                cercles = [c for c in month.told.cercle_categories if month.homes.get(c) == region]
                self.names += [(at, region, c, k.key) for c in (*cercles, "") for k in CATEGORIES]
        self.rows: list[tuple[np.ndarray, float, float]] = []
        for at, month in enumerate(months):
            told = month.told
            for region, row in told.region_categories.items():
                self.learn(self.pick(at, (region,)), told.regions[region], told.regions[region])
                for key, count in row.items():
                    self.learn(self.pick(at, (region,), None, key), *interval(count))
            for key, total in told.categories.items():
                self.learn(self.pick(at, told.regions, None, key), total, total)
            for cercle, row in told.cercle_categories.items():
                total = told.cercles[cercle].value
                self.learn(self.pick(at, told.regions, cercle), total, total)
                for key, count in row.items():
                    self.learn(self.pick(at, told.regions, cercle, key), *interval(count))
        for box, row in arrows.items():
            for key, change in row.items():
                now, before = (self.pick(at, box, None, key) for at in (1, 0))
                if change == "same":  # under 5 % of the larger of both
                    self.learn(now - 0.95 * before, 0, np.inf)
                    self.learn(before - 0.95 * now, 0, np.inf)
                else:
                    more, less = (now, before) if change == "up" else (before, now)
                    self.learn(more - less, 1, np.inf)
                    self.learn(0.95 * more - less, 0, np.inf)

    def learn(self, row: np.ndarray, low: float, high: float) -> None:
        self.rows.append((row, low, high))

    def pick(self, at: int, regions, cercle: str | None = None, key: str = "") -> np.ndarray:
        return np.array(
            [
                m == at and r in regions and cercle in (None, c) and key in ("", k)
                for m, r, c, k in self.names
            ],
            dtype=float,
        )

    def left(self, cell: np.ndarray) -> int:
        """How many values a count may have."""
        rows, low, high = zip(*self.rows, strict=True)
        ends = []
        for sign in (1, -1):
            found = milp(
                sign * cell,
                integrality=np.ones(len(cell)),
                constraints=LinearConstraint(np.array(rows), np.array(low), np.array(high)),
            )
            assert found.status == 0, found.message
            ends.append(round(sign * found.fun))
        return ends[1] - ends[0] + 1


def month(rows: pd.DataFrame, territory: Territory, name: str) -> MonthCounts:
    told = month_figures(rows, territory, None, PARTNERS, Office(b"the office", name))
    true = rows.groupby(["region", "categorie"]).size().to_dict()
    return MonthCounts(told, true, dict(zip(rows["cercle_pcode"], rows["region"], strict=True)))


def narrowed(months: Sequence[MonthCounts], rows: Sequence[pd.DataFrame], arrows: Arrows) -> list[str]:
    """Small counts of both months of which the arrows leave too few values."""
    with_arrows, alone = Reader(months[-2:], arrows), Reader(months[-2:], {})
    faults = []
    for at, of in enumerate(rows[-2:]):
        by_region = {(r, None, k): n for (r, k), n in of.groupby(["region", "categorie"]).size().items()}
        by_cercle = {
            (home, c, k): n
            for (home, c, k), n in of.groupby(["region", "cercle_pcode", "categorie"]).size().items()
            if c in months[-2:][at].told.cercle_categories
        }
        for (region, cercle, key), count in {**by_region, **by_cercle}.items():
            if count < 5:
                cell = with_arrows.pick(at, (region,), cercle, key)
                left = with_arrows.left(cell)
                if left < 5 and left < alone.left(cell):
                    faults.append(f"{at} {region} {cercle} {key} = {count}: {left} values")
    return faults


@pytest.fixture(scope="module")
def sample(mirror_country: Country, project) -> tuple[pd.DataFrame, Territory]:
    found = june.indicators(project, mirror_country)
    return found.incidents.astype(object), Territory.of(mirror_country)


SIZES = [20 + 380 * number // 39 for number in range(40)] if os.environ.get("QUARANTE_MOIS") else [283]


@pytest.mark.parametrize("size", [0, *SIZES])
def test_arrows_leave_each_small_count_enough_values(sample, size: int) -> None:
    """0: April to June of the sample; else all three thinned out to so many."""
    incidents, territory = sample
    names = ("2021-04", "2021-05", "2021-06")
    rows = [incidents[incidents["month"] == name] for name in names]
    rows = [sparse(of, size, size) if size else of for of in rows]
    months = [month(of, territory, name) for of, name in zip(rows, names, strict=True)]
    arrows = month_arrows(months, REGIONS, 5, OFFICES[: len(months)])[-1]
    assert narrowed(months, rows, arrows) == []
    if not size:
        assert sum(map(len, arrows.values())) >= 14


def test_the_same_reader_succeeds_where_all_are_told(sample, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protect.Reader, "stays_open", lambda self, limits: True)
    monkeypatch.setattr(tables, "SELDOM", np.inf)
    incidents, territory = sample
    rows = [incidents[incidents["month"] == name] for name in ("2021-05", "2021-06")]
    months = [month(of, territory, str(at)) for at, of in enumerate(rows)]
    arrows = month_arrows(months, REGIONS, 5, OFFICES[: len(months)])[-1]
    assert sum(map(len, arrows.values())) == 24
    assert narrowed(months, rows, arrows)
