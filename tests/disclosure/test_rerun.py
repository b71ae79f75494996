"""A reader who has the program: tables that fit what is published are made, the program is run on each, and those that
it publishes in exactly this way are kept. Of no small count may fewer be left than the threshold, or than its class and the
totals that are printed leave."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import LinearConstraint, milp

from pipeline.disclosure import tables, telling_places
from pipeline.disclosure.counts import Territory
from pipeline.disclosure.office import Office
from pipeline.disclosure.policy import policy_of
from pipeline.disclosure.protect import CellKey, Option, protect
from pipeline.disclosure.tables import PlaceTally, place_marks
from pipeline.disclosure.telling_places import CLASSED, NO_COMMUNES, Told, drawn
from pipeline.geography.country import Country
from tests.helpers import june
from tools.kept import sparse

pytestmark = pytest.mark.slow

PARTNERS = policy_of("partenaires")
OURS, THEIRS = Office(b"the office", "2021-06"), Office(b"somebody else", "2021-06")
TURNS, MANY = 8, 60
"""Tables tried for a count; where no commune is told, far more fit."""


class Region:
    """One region's month as a reader sees it: communes, and what no commune of each cercle, or no cercle, shows."""

    def __init__(
        self, name: str, tally: PlaceTally, territory: Territory, marks: Mapping[CellKey, Option]
    ) -> None:
        self.name, self.territory, self.total = name, territory, tally.regions[name]
        told = [
            option
            for key, option in marks.items()
            if key[0] == "commune" and name == territory.cercles[territory.communes[key[1]]]
        ]
        self.by_commune = any(option.mark != "hidden" and option.high for option in told)
        cercles = [code for code, region in territory.cercles.items() if region == name]
        communes = [code for code, home in territory.communes.items() if home in cercles]
        lost = sum(count for (_, region), count in tally.unlocated.items() if region == name)
        told = {key: (option.low, option.high) for key, option in marks.items() if len(key) == 2}
        none = (0, 0)
        self.cells: list[tuple[str, str]] = [
            ("commune", code) for code in communes if told.get(("commune", code), none)[1]
        ]
        self.cells += [("reste", code) for code in (*cercles, "")] if lost else []
        self.truth = np.array(
            [
                tally.areas[code] if kind == "commune" else tally.unlocated[code, name]
                for kind, code in self.cells
            ]
        )
        self.ends = [told.get(cell, (0, lost)) if cell[0] == "commune" else (0, lost) for cell in self.cells]
        rows = [[1.0] * len(self.cells), [float(kind == "reste") for kind, _ in self.cells]]
        ends = [(self.total, self.total), (lost, lost)]
        for cercle in cercles:
            rows.append([float(cercle in (code, territory.communes.get(code))) for _, code in self.cells])
            ends.append(told.get(("cercle", cercle), none))
        self.constraint = LinearConstraint(np.array(rows), *np.array(ends, dtype=float).T)

    def table(self, cell: int, count: int, turn: int) -> np.ndarray | None:
        """A table that fits, with one count as asked: the nearest to the true one, then others at random."""
        size = len(self.cells)
        low, high = np.array(self.ends, dtype=float).T.copy()
        low[cell] = high[cell] = count
        draw = np.random.default_rng(turn)
        weights = draw.uniform(0.2, 1.5, size) if turn else np.ones(size)
        pull = draw.uniform(-1, 1, size) if turn > TURNS // 2 else np.zeros(size)
        if turn > TURNS:  # violations at few places, or at many
            high = np.minimum(high, np.maximum(low, draw.integers(1, self.total + 1)))
        weights *= turn <= TURNS // 2
        far = np.vstack([np.hstack([np.eye(size), s * np.eye(size)]) for s in (1, -1)])
        near = LinearConstraint(far, np.concatenate([self.truth, np.full(size, -np.inf)]),
                                np.concatenate([np.full(size, np.inf), self.truth]))  # fmt: skip
        rows = np.hstack([self.constraint.A, 0 * self.constraint.A])
        whole = LinearConstraint(rows, self.constraint.lb, self.constraint.ub)
        found = milp(
            np.concatenate([pull, weights]), integrality=np.ones(2 * size), constraints=[whole, near],
            bounds=(np.concatenate([low, np.zeros(size)]), np.concatenate([high, np.full(size, 1e4)])),
        )  # fmt: skip
        return np.rint(found.x[:size]).astype(int) if found.status == 0 else None

    def tally(self, table: np.ndarray) -> PlaceTally:
        areas: Counter[str] = Counter()
        cercles: Counter[tuple[str, str]] = Counter()
        rest: Counter[tuple[str, str]] = Counter()
        for (kind, code), count in zip(self.cells, table.tolist(), strict=True):
            home = self.territory.communes[code] if kind == "commune" else code
            (areas if kind == "commune" else rest)[code if kind == "commune" else (code, self.name)] += count  # type: ignore[index]
            if home:
                cercles[home, self.name] += count
        return PlaceTally(+areas, +cercles, Counter({self.name: self.total}), +rest)


def said(marks: Mapping[CellKey, Option]) -> dict[CellKey, tuple[int, int]]:
    """What a reader sees of the places."""
    return {
        key: (-1, -1) if option.mark == "hidden" else (option.low, option.high)
        for key, option in marks.items()
        if key[0] in ("commune", "cercle") and option.high
    }


def keys_of(region: Region, office: Office) -> list[Office]:
    """Keys that a reader tries who has none: what a coarse way says may come of any of those that draw it."""
    others = [Office(bytes([number % 256, number // 256]), office.salt) for number in range(600)]
    totals = {region.name: region.total}
    return [office] + [
        other
        for way in (CLASSED, NO_COMMUNES)
        for other in [other for other in others if drawn(totals, other) == way][:2]
    ]


def narrowed(region: Region, told: dict, office: Office, most: int = 12) -> tuple[list[str], int]:
    """Small cells of which the reader keeps too few counts, and how many tables led to the same publication."""

    def publishes(table: np.ndarray, key: Office) -> bool:
        return said(place_marks(region.tally(table), region.territory, PARTNERS, key)[0]) == told

    keys = [key for key in keys_of(region, office) if publishes(region.truth, key)]
    seen: list[set[int]] = [set() for _ in region.cells]
    same = 0
    faults = []
    small = [
        at for at, count in enumerate(region.truth) if 0 < count < 5 and region.cells[at][0] == "commune"
    ]
    for cell in small[:most]:
        value, (low, high) = int(region.truth[cell]), region.ends[cell]
        possible = []
        for count in sorted(range(low, min(high, value + 5) + 1), key=lambda other: abs(other - value))[:6]:
            for turn in range(TURNS if region.by_commune else MANY):
                if count in seen[cell]:
                    break
                table = region.table(cell, count, turn)
                if table is None:
                    break
                if not turn:
                    possible.append(count)
                if any(publishes(table, key) for key in keys):
                    same += 1
                    for at, other in enumerate(table.tolist()):
                        seen[at].add(other)
            if len(seen[cell]) >= 5:
                break
        if keys and len(seen[cell]) < min(5, len(possible)):
            faults.append(f"{region.name} {region.cells[cell]} = {value}: {sorted(seen[cell])} of {possible}")
    return faults, same


@pytest.fixture(scope="module")
def month(mirror_country: Country, project: Path) -> tuple[pd.DataFrame, Territory]:
    found = june.indicators(project, mirror_country)
    return found.incidents.astype(object), Territory.of(mirror_country)


def attacked(
    rows: pd.DataFrame, territory: Territory, office: Office, largest: int, most: int
) -> Iterator[tuple[Region, list[str], int]]:
    """Each region of a month, attacked with the key of `office`."""
    tally = PlaceTally.of(rows)
    marks, _ = place_marks(tally, territory, PARTNERS, OURS)
    for name, total in sorted(tally.regions.items()):
        if name in territory.cercles.values() and total <= largest:
            region = Region(name, tally, territory, marks)
            inside = {c for c, home in territory.cercles.items() if home == name}
            mine = {
                key: ends
                for key, ends in said(marks).items()
                if territory.communes.get(key[1], key[1]) in inside
            }
            yield region, *narrowed(region, mine, office, most)


def rows_of(incidents: pd.DataFrame, name: str | int) -> pd.DataFrame:
    """A month of the sample, or June thinned out to so many rows."""
    rows = incidents[incidents["month"] == (name if isinstance(name, str) else "2021-06")]
    return rows if isinstance(name, str) else sparse(rows, name, name)


@pytest.mark.parametrize("name", ["2021-01", "2021-05", "2021-06", 60])
def test_running_the_program_again_leaves_enough_counts(month, name) -> None:
    incidents, territory = month
    same = 0
    for office in (OURS, THEIRS):
        for _, faults, found in attacked(rows_of(incidents, name), territory, office, 30, 5):
            assert faults == []
            same += found
    assert same


SIZES = [20 + 380 * number // 39 for number in range(40)]
FEW = [(49, OURS), (146, THEIRS), (283, THEIRS), (361, OURS)]
"""Of the daily run; QUARANTE_MOIS=oui tries all, by readers with our key and with another."""
ALL = [(size, office) for size in SIZES for office in (OURS, THEIRS)]
assert set(FEW) <= set(ALL)


@pytest.mark.parametrize(("size", "office"), ALL if os.environ.get("QUARANTE_MOIS") else FEW)
def test_in_forty_sparse_months_too(month, size, office) -> None:
    incidents, territory = month
    for _, faults, _ in attacked(rows_of(incidents, size), territory, office, 60, 12):
        assert faults == []


def test_the_attack_succeeds_on_a_choice_that_follows_the_counts(
    month, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What loses least, as it was chosen before: the reader is left with too few tables."""
    monkeypatch.setattr(tables, "settle", lambda system, office: Told(protect(system), {}))
    incidents, territory = month
    rows = rows_of(incidents, "2021-05")
    assert any(faults for _, faults, _ in attacked(rows, territory, OURS, 60, 12))


def test_and_where_a_coarser_way_is_only_taken_by_need(month, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ménaka in January is told by classes of communes: with no key that draws that, only a few tables lead to it."""
    monkeypatch.setattr(telling_places, "SELDOM", np.inf)
    incidents, territory = month
    rows = rows_of(incidents, "2021-01")
    assert any(faults for _, faults, _ in attacked(rows[rows["region"] == "Ménaka"], territory, OURS, 60, 5))
