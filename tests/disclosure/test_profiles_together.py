"""A reader of one column's divisions by region and by category beside the regions' own categories: by integer programme,
no small count of the three has fewer values left than five, or than the tables it stands in leave one by one."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import LinearConstraint, milp

from pipeline.disclosure import breakdowns
from pipeline.disclosure.breakdowns import PROFILES, month_breakdowns
from pipeline.disclosure.counts import Count, Territory
from pipeline.disclosure.office import Office
from pipeline.disclosure.policy import policy_of
from pipeline.disclosure.protect import Option
from pipeline.disclosure.published import OTHERS, Breakdown
from pipeline.disclosure.tables import MonthFigures, month_figures
from pipeline.geography.country import Country
from pipeline.taxonomy import CATEGORIES
from tests.disclosure.reading import interval
from tests.helpers import june as june_sample
from tools.kept import sparse

PARTNERS = policy_of("partenaires")
KEYS = tuple(category.key for category in CATEGORIES)
FORTY = bool(os.environ.get("QUARANTE_MOIS"))
MONTHS = [(58, "statut_socioeconomique"), (78, "sexe")]
"""In the second, a reader succeeds where regions are told apart from the rest."""
if FORTY:
    MONTHS += list(product((20 + 380 * number // 39 for number in range(40)), PROFILES))
Cell = tuple[str | None, str | None, str | None]
"""Part, region, category; None for all."""


class Reader:
    def __init__(
        self, found: list[Breakdown], figures: MonthFigures, rows: pd.DataFrame, column: str
    ) -> None:
        """Knows divisions of one column, and the categories of the regions; of its values, the closed list."""
        closed = (*PROFILES[column], breakdowns.UNKNOWN, "")
        self.parts = sorted(
            {*(breakdowns.LABELS.get(part, part) for part in closed), *rows[column].fillna("")}
        )
        self.names = list(product(self.parts, figures.regions, KEYS))
        self.rows: list[tuple[np.ndarray, float, float]] = []
        for region, total in figures.regions.items():
            self.learn((None, region, None), Count.exact(total))
            for key, count in figures.region_categories.get(region, {}).items():
                self.learn((None, region, key), count)
        for key in KEYS:
            self.learn((None, None, key), Count.exact(int((rows["categorie"] == key).sum())))
        for told in found:
            for label, count in told.parts.items():
                if label != OTHERS:
                    self.learn((label, told.area or None, told.category or None), count)

    def pick(self, cell: Cell) -> np.ndarray:
        fits = (all(mine in (None, its) for mine, its in zip(cell, name, strict=True)) for name in self.names)
        return np.array(list(fits), dtype=float)

    def learn(self, cell: Cell, count: Count) -> None:
        self.rows.append((self.pick(cell), *interval(count)))

    def left(self, cell: Cell) -> int:
        """How many values a count may have."""
        rows, low, high = zip(*self.rows, strict=True)
        within = LinearConstraint(np.array(rows), np.array(low), np.array(high))
        ends, cost = [], self.pick(cell)
        for sign in (1, -1):
            found = milp(sign * cost, integrality=np.ones(len(cost)), constraints=within)
            assert found.status == 0, found.message
            ends.append(round(sign * found.fun))
        return ends[1] - ends[0] + 1


def told_of(
    rows: pd.DataFrame, territory: Territory, column: str
) -> tuple[MonthFigures, pd.DataFrame, list[Breakdown]]:
    """What is told of a month; its rows with the labels of the column, and nothing of the others."""
    office = Office(b"the office", "2021-06")
    figures = month_figures(rows, territory, None, PARTNERS, office)
    only = rows.assign(**{other: "" for other in PROFILES if other != column})
    only[column] = only[column].fillna("").map(lambda text: breakdowns.LABELS.get(text, text))
    return (
        figures,
        only,
        [told for told in month_breakdowns(rows, figures, (), PARTNERS, office) if told.key == column],
    )


def narrowed(rows: pd.DataFrame, territory: Territory, column: str) -> list[str]:
    """Small counts that are not told, of which too few values are left."""
    figures, only, found = told_of(rows, territory, column)
    every = Reader(found, figures, only, column)
    apart = {
        1: Reader([told for told in found if not told.category], figures, only, column),
        2: Reader([told for told in found if not told.area], figures, only, column),
    }
    told = {(label, one.area or None, one.category or None) for one in found for label in one.parts}
    counts: Counter[Cell] = Counter()
    for part, region, key in zip(only[column], rows["region"], rows["categorie"], strict=True):
        counts.update([(part, region, None), (part, None, key), (None, region, key)])
    faults = []
    for cell, count in counts.items():
        part, region, key = cell
        known = cell in told if part is not None else figures.region_categories[region][key].state == "exact"
        if count < 5 and not known and (left := every.left(cell)) < 5:
            before = [reader.left(cell) for side, reader in apart.items() if part is None or cell[side]]
            if left < min(before):
                faults.append(f"{column} {cell} = {count}: {left} values")
    return faults


def crossed(rows: pd.DataFrame, territory: Territory, column: str) -> tuple[list[str], int]:
    """Small counts of all three crossed of which fewer than five values are left, and fewer than the printed totals
    leave; and how many there are."""
    figures, only, found = told_of(rows, territory, column)
    every = Reader(found, figures, only, column)
    totals = Reader([], replace(figures, region_categories={}), only, column)
    counts = Counter(zip(only[column], rows["region"], rows["categorie"], strict=True))
    small = {cell: count for cell, count in counts.items() if count < 5}
    left = {cell: every.left(cell) for cell in small}
    faults = [
        f"{column} {cell} = {count}: {left[cell]} values"
        for cell, count in small.items()
        if left[cell] < 5 and left[cell] < totals.left(cell)
    ]
    return faults, len(small)


@pytest.fixture(scope="module")
def june(mirror_country: Country, project) -> tuple[pd.DataFrame, Territory]:
    found = june_sample.indicators(project, mirror_country)
    rows = found.incidents.astype(object)
    return rows[rows["month"] == "2021-06"], Territory.of(mirror_country)


@pytest.mark.parametrize(("size", "column"), [*MONTHS, (283, "lieu")])
def test_no_small_count_is_worked_out_of_the_three_together(june, size: int, column: str) -> None:
    rows, territory = june
    assert narrowed(sparse(rows, size, size), territory, column) == []


def test_the_same_reader_succeeds_where_they_are_chosen_apart(june, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(breakdowns, "_betrayed", lambda *given: set())
    rows, territory = june
    size, column = MONTHS[1]
    assert narrowed(sparse(rows, size, size), territory, column)


@pytest.mark.parametrize(("size", "column"), [*MONTHS[2:], (49, "lieu"), (126, "sexe"), (283, "auteur")])
def test_nor_is_a_small_count_of_part_region_and_category(june, size: int, column: str) -> None:
    """No table tells them, and none is chosen by them."""
    rows, territory = june
    faults, small = crossed(sparse(rows, size, size), territory, column)
    assert faults == []
    assert small or size < 60


def test_where_every_count_of_the_three_is_told_it_is(june, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        breakdowns, "_or_merged", lambda value, *others: (Option("exact", value, value, 0.0, "none"),)
    )
    monkeypatch.setattr(breakdowns, "_betrayed", lambda *given: set())
    rows, territory = june
    assert crossed(sparse(rows, 126, 126), territory, "sexe")[0]
