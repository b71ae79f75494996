"""A reader who has the program, and tables by category, type and profile: for each small count that is not told, tables
that fit what is published are made with other values, and of each a draw of the key is sought with which the whole
program publishes exactly the same. As many values must be found as the threshold, or as there are by what is published."""

from __future__ import annotations

import math
import os
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import LinearConstraint, milp
from scipy.sparse import csr_matrix, hstack, identity, vstack

from pipeline.disclosure import tables
from pipeline.disclosure.breakdowns import LABELS, PROFILES, UNKNOWN, month_breakdowns
from pipeline.disclosure.counts import Count, Territory
from pipeline.disclosure.office import NEEDLESS, OTHERWISE, Office
from pipeline.disclosure.policy import policy_of
from pipeline.disclosure.protect import Option
from pipeline.disclosure.publish import month_rows
from pipeline.disclosure.published import OTHERS, Breakdown, bounds
from pipeline.disclosure.tables import (
    CERCLE_WAYS,
    REGION_WAYS,
    TENS_FROM,
    MonthFigures,
    PlaceTally,
    Scale,
    ladder,
    month_figures,
)
from pipeline.geography.country import Country
from pipeline.month_data import read_month
from pipeline.taxonomy import CATEGORIES, SENSITIVE_TYPES
from tests.disclosure.test_sensitive_types import with_wave
from tests.helpers.months import JUNE
from tools.kept import sparse

pytestmark = pytest.mark.slow

PARTNERS, PUBLIC = policy_of("partenaires"), policy_of("public")
KEYS = tuple(category.key for category in CATEGORIES)
TYPES = {category.key: category.types for category in CATEGORIES}
INSIDE = {label: text for text, label in LABELS.items()}
FORTY = bool(os.environ.get("QUARANTE_MOIS"))
LIKELY = 30
"""A draw that is so many times rarer than that of the true table is still one to reckon with."""
ROUNDS = 12
HIDING = ("zero", "hidden", "hidden far")
MARKS = (*HIDING, "class", "tens", "fifties")
SURELY, NEVER = 1e-12, 1.0
"""Draws with which a way is taken whatever else asks for, and with which it is not taken without need."""
Cell = tuple[str, ...]
Draw = tuple[str, ...]


@dataclass(frozen=True)
class Drawn(Office):
    """An office's key but for some draws. forced: salt and parts of a draw -> its number."""

    forced: Mapping[Draw, float] = field(default_factory=dict, compare=False, hash=False)
    __hash__ = object.__hash__

    def draw(self, *parts: str) -> float:
        found = self.forced.get((self.salt, *parts))
        return super().draw(*parts) if found is None else found


class Nearest:
    """Tables of whole numbers that keep to sums, the nearest to another. Unknowns by name."""

    def __init__(self, names: Iterable[Cell]) -> None:
        self.names = list(names)
        self.at = {name: number for number, name in enumerate(self.names)}
        self.sums: list[tuple[list[Cell], float, float]] = []

    def keep(self, names: Iterable[Cell], low: float, high: float | None) -> None:
        self.sums.append((list(names), low, np.inf if high is None else high))

    def solve(self, centre: Mapping[Cell, int], turn: int = 0) -> dict[Cell, int] | None:
        size = len(self.names)
        if not size:
            return {}
        entries = [(row, self.at[name]) for row, (names, _, _) in enumerate(self.sums) for name in names]
        row, column = zip(*entries, strict=True)
        sums = csr_matrix((np.ones(len(entries)), (row, column)), (len(self.sums), 2 * size))
        one = identity(size, format="csr")
        middle = np.array([centre[name] for name in self.names], dtype=float)
        free = np.full(size, np.inf)
        low, high = (np.array([ends[side] for ends in self.sums], dtype=float) for side in (1, 2))
        draw = np.random.default_rng(turn)
        weights = draw.uniform(0.3, 1.7, size) if turn else draw.uniform(1, 1.001, size)
        found = milp(
            np.concatenate([np.zeros(size), weights]),
            integrality=np.repeat([1, 0], size),
            constraints=LinearConstraint(
                vstack([sums, hstack([one, -one]), hstack([one, one])], format="csr"),
                np.concatenate([low, -free, middle]),
                np.concatenate([high, middle, free]),
            ),
            bounds=(0, np.inf),
        )
        if found.x is None:
            return None
        return dict(zip(self.names, np.rint(found.x[:size]).astype(int).tolist(), strict=True))


@dataclass(frozen=True)
class Publication:
    """All that either audience is told of a month but for its places, which stay as they are."""

    public: MonthFigures
    lines: Sequence[Mapping[str, Any]]
    parts: tuple[Breakdown, ...]

    @property
    def partners(self) -> MonthFigures:
        assert self.public.wider is not None
        return self.public.wider

    @classmethod
    def of(cls, rows: pd.DataFrame, territory: Territory, office: Office) -> Publication:
        public = month_figures(rows, territory, None, PUBLIC, office)
        assert public.wider is not None
        lines = list(month_rows(rows, public.wider, territory, PARTNERS))
        parts = month_breakdowns(rows, public.wider, lines, PARTNERS, office)
        # What was drawn to be merged is told by the lines alone: a line may be missing for want of a draw or of need.
        wider = replace(public.wider, merged=frozenset())
        return cls(replace(public, merged=frozenset(), wider=wider), lines, parts)

    def told(self, salt: str) -> dict[Draw, Count]:
        """What draws rule -> what is told there."""
        found: dict[Draw, Count] = {}
        for audience, told in (("partenaires", self.partners), ("public", self.public)):
            for kind, rows in (("region", told.region_categories), ("cercle", told.cercle_categories)):
                for code, row in rows.items():
                    for key, count in row.items():
                        if count.state != "suppressed":
                            found[salt, "sans besoin", f"{kind}_categorie", code, key, audience] = count
        for told_parts in self.parts:
            for label, count in told_parts.parts.items():
                where = [side for side in (told_parts.area, told_parts.category) if side]
                if told_parts.key == "type":
                    found[salt, "sans besoin", "type", *where, label] = count
                elif label != OTHERS:
                    given = INSIDE.get(label, label)
                    found[f"{salt} {told_parts.key}", "sans besoin", given, *where] = count
        for line in self.lines:
            if line["type"] in TYPES[KEYS[0]] or any(line["type"] in kinds for kinds in TYPES.values()):
                place = str(line["place"] or line["region"])
                found[salt, "sans types", place, str(line["type"])] = Count.exact(int(line["nombre"]))
        return {draw: count for draw, count in found.items() if draw[-1] != OTHERS}


def mark_of(draw: Draw, told: Count | None, office: Office) -> tuple[str, ...]:
    """How a count stands that is told so: by any of these marks of its ways. By place and category, an interval that is
    no way of its own is what sums leave of a hidden count."""
    if told is None:
        return HIDING
    if told.state == "exact":
        return ()
    ways: Sequence[Option] = ()
    if draw[2].endswith("_categorie"):
        policy = policy_of(draw[5])
        luck = Office(office.secret, office.salt).whim(*draw[2:])
        widened = REGION_WAYS if draw[2].startswith("region") else CERCLE_WAYS
        scale = Scale(policy.threshold, policy.rounding, 1.0, widened, luck)
        ways = ladder(told.low, policy.counts[draw[2]], 10**6, scale)[:-1]
        if not any(way.low == told.low and told.high in (way.high, None) for way in ways):
            return HIDING
    wide = math.inf if told.high is None else told.high - told.low + 1
    if any(way.mark == "class" and way.low == told.low and told.high in (way.high, None) for way in ways):
        return ("class",)
    return ("tens",) if wide <= 15 else ("fifties",)


def draw_of(draw: Draw, told: Count | None, now: Count, office: Office) -> tuple[Draw, float] | None:
    """The draw that tells a count as `told` (None: not at all) where it is told as `now`, and once in how many keys it
    does; None where it would not tell more than that."""
    if draw[1] == "sans types":
        return (draw, tables.MERGED_SELDOM) if told is None else None
    marks = mark_of(draw, told, office)
    if not marks or (told is not None and now.state == "range" and now.low <= told.low):
        return None
    mark = marks[0]
    if marks == HIDING:
        mark = "zero" if now.low == 0 else "hidden far" if now.low >= TENS_FROM else "hidden"
    return (*draw, mark), NEEDLESS.get(mark, OTHERWISE)


class Rerun:
    """One month, attacked. values: small count -> value -> the best draw found that gives it, as once in how many of the
    keys with which the true table is told so; 0: as often."""

    def __init__(self, rows: pd.DataFrame, territory: Territory, office: Drawn) -> None:
        self.rows, self.territory, self.office = (
            rows.assign(**{c: rows[c].fillna("") for c in PROFILES}),
            territory,
            office,
        )
        self.published = Publication.of(rows, territory, office)
        self.told = self.published.told(office.salt)
        self.places = sorted({*zip(rows["region"], rows["cercle_pcode"], strict=True)})
        self.regions = sorted(set(rows["region"]))
        kinds = ["region", "cercle_pcode", "categorie", "type"]
        self.crossed = Counter(zip(*(rows[kind] for kind in kinds), strict=True))
        self.by_key: Counter[Cell] = Counter()
        for (*place, key, _), count in self.crossed.items():
            self.by_key[*place, key] += count
        self.columns = {
            column: Counter(zip(self.rows[column], rows["region"], rows["categorie"], strict=True))
            for column in PROFILES
        }
        self.asked = self._asked()
        self.values: dict[Cell, dict[int, float]] = defaultdict(dict)

    # Tables that fit: by category, then by type within it, then by each column, one beside the other.

    def _figures(self) -> Iterator[tuple[Cell, list[Cell], Count]]:
        """Each count by category of a place that is published, told or not: its unknowns."""
        told = self.published.partners
        for side, rows in ((0, told.region_categories), (1, told.cercle_categories)):
            for code, row in rows.items():
                for key, count in row.items():
                    of = [(*place, key) for place in self.places if place[side] == code]
                    yield ("region_categorie" if not side else "cercle_categorie", code, key), of, count

    def by_category(self, cell: Cell, value: int, turn: int, near: bool) -> dict[Cell, int] | None:
        """near: with the other hidden counts as they are, none, small or not."""
        fit = Nearest((*place, key) for place in self.places for key in KEYS)
        for place in self.places:
            total = sum(self.by_key[*place, key] for key in KEYS)
            fit.keep([(*place, key) for key in KEYS], total, total)
        for key in KEYS:
            of = [(*place, key) for place in self.places]
            total = sum(self.by_key[name] for name in of)
            fit.keep(of, total, total)
        for name, of, count in self._figures():
            true = sum(self.by_key[one] for one in of)
            low, high = bounds(count)
            if name == cell:
                low, high = value, value
            elif near and count.state == "range":
                low = high = true
            elif near and count.state == "suppressed":
                low, high = (0, 0) if not true else (1, 4) if true < 5 else (5, None)
            fit.keep(of, low, high)
        return fit.solve(self.by_key, turn)

    def by_type(self, table: Mapping[Cell, int], cell: Cell, value: int, turn: int) -> dict[Cell, int] | None:
        """Cell: ("type", category, type) of the country."""
        found: dict[Cell, int] = {}
        for category in CATEGORIES:
            names = [(*place, category.key, kind) for place in self.places for kind in category.types]
            for near in (True, False):
                fit = Nearest(names)
                for place in self.places:
                    total = table[*place, category.key]
                    fit.keep([(*place, category.key, kind) for kind in category.types], total, total)
                self._lines(fit, category.key, category.label, near)
                for kind in category.types:
                    of = [name for name in names if name[3] == kind]
                    told = self.told.get((self.office.salt, "sans besoin", "type", category.key, kind))
                    low, high = (0, max(4, self._sum(of)) if near else None) if told is None else bounds(told)
                    if cell == ("type", category.key, kind):
                        low, high = value, value
                    fit.keep(of, low, high)
                solved = fit.solve(self.crossed, turn)
                if solved is not None:
                    break
            else:
                return None
            found |= solved
        return found

    def _lines(self, fit: Nearest, key: str, label: str, near: bool) -> None:
        """What the list tells of one category; near: and that types it does not tell are as small as they are."""
        lines = [line for line in self.published.lines if line["categorie"] == label]
        exact = {(line["region"], line["place"], line["type"]) for line in lines if line["place"]}
        whole = {(region, place) for region, place, kind in exact if kind not in TYPES[key]}
        rest = [n for n in fit.names if n[:2] not in whole and (*n[:2], n[3]) not in exact]
        told = self.published.partners
        for region, place, kind in {*exact, *((r, "", k) for r in self.regions for k in TYPES[key])}:
            number = next(
                (n["nombre"] for n in lines if (n["region"], n["place"], n["type"]) == (region, place, kind)),
                None,
            )
            if place:
                of = [(region, place, key, kind)] if kind in TYPES[key] else []
            else:
                of = [name for name in rest if (name[0], name[3]) == (region, kind)]
            if of and isinstance(number, int):
                fit.keep(of, number, number)
            elif of and near and number is None:
                fit.keep(of, 0, max(4, self._sum(of)))
        for name in rest if near else ():
            if told.cercle_categories.get(name[1], {}).get(key, Count("suppressed")).state == "exact":
                fit.keep([name], 0, max(4, self.crossed[name]))

    def _sum(self, names: Iterable[Cell]) -> int:
        return sum(self.crossed[name] for name in names)

    def by_column(
        self, column: str, table: Mapping[Cell, int], cell: Cell, value: int, turn: int
    ) -> dict[Cell, int] | None:
        """Cell: (column, part, region or "", category or "")."""
        parts = list(dict.fromkeys((*PROFILES[column], UNKNOWN, "")))
        names = [(part, region, key) for part in parts for region in self.regions for key in KEYS]
        any_told = any(told.key == column for told in self.published.parts)
        for near in (True, False):
            fit = Nearest(names)
            for region in self.regions:
                for key in KEYS:
                    total = sum(n for (r, _, k), n in table.items() if (r, k) == (region, key))
                    fit.keep([(part, region, key) for part in parts], total, total)
            for part in parts:
                for region, key in (
                    (r, k) for r in ("", *self.regions) for k in ("", *KEYS) if not (r and k)
                ):
                    of = [n for n in names if n[0] == part and region in ("", n[1]) and key in ("", n[2])]
                    where = [side for side in (region, key) if side]
                    told = self.told.get((f"{self.office.salt} {column}", "sans besoin", part, *where))
                    true = sum(self.columns[column][name] for name in of)
                    if (column, part, region, key) == cell:
                        fit.keep(of, value, value)
                    elif told is not None:
                        fit.keep(of, *bounds(told))
                    elif near and any_told:
                        fit.keep(of, *((0, 4) if true < 5 else (5, None)))
            solved = fit.solve(self.columns[column], turn)
            if solved is not None:
                return solved
        return None

    def table(self, cell: Cell, value: int, turn: int, near: bool) -> pd.DataFrame | None:
        """A month that fits what is published, with one count as asked. None where there is none."""
        of = cell[0].endswith("_categorie")
        table = self.by_category(cell, value, turn, near) if of else dict(self.by_key)
        if table is None:
            return None
        table = Counter(table)
        types = self.by_type(table, cell, value, turn) if of or cell[0] == "type" else dict(self.crossed)
        if types is None:
            return None
        given: dict[tuple[str, str, str], list[str]] = defaultdict(list)
        for column in PROFILES:
            solved = (
                self.by_column(column, table, cell, value, turn)
                if of or cell[0] == column
                else self.columns[column]
            )
            if solved is None:
                return None
            for (part, region, key), count in solved.items():
                given[column, region, key] += [part] * count
        areas: dict[tuple[str, str], list[str]] = defaultdict(list)
        for region, cercle, area in zip(
            *(self.rows[c] for c in ("region", "cercle_pcode", "area")), strict=True
        ):
            areas[region, cercle].append(area)
        found = [
            {
                "region": region,
                "cercle_pcode": cercle,
                "area": areas[region, cercle].pop(),
                "categorie": key,
                "type": kind,
            }
            | {column: given[column, region, key].pop() for column in PROFILES}
            for (region, cercle, key, kind), count in types.items()
            for _ in range(count)
        ]
        return pd.DataFrame(found).astype(object)

    # Draws of the key with which it is told so.

    def _asked(self) -> dict[Draw, float]:
        """Draws with which each way that was taken is taken whatever asks for it, and no other without need. What is
        published rules them, and nothing else: where it is safe, which it is or not by itself, it costs least."""
        salt, told = self.office.salt, self.published.partners
        cells: list[Draw] = [
            (salt, "sans besoin", kind, code, key, audience)
            for kind, rows in (("region_categorie", told.region_categories),
                               ("cercle_categorie", told.cercle_categories))
            for code, key, audience in product(rows, KEYS, ("partenaires", "public"))
        ]  # fmt: skip
        cells += [(salt, "sans besoin", "type", key, kind) for key in KEYS for kind in TYPES[key]]
        forced: dict[Draw, float] = {}
        for column, parts in PROFILES.items():
            divided = {one.area for one in self.published.parts if one.key == column}
            for region in self.regions:
                forced[f"{salt} {column}", "sans division", region] = NEVER if region in divided else SURELY
            wheres: list[Cell] = [(), *((where,) for where in (*self.regions, *KEYS))]
            for part, where in product((*parts, UNKNOWN, ""), wheres):
                cells.append((f"{salt} {column}", "sans besoin", part, *where))
        for draw in cells:
            marks = mark_of(draw, self.told.get(draw), self.office)
            forced |= {(*draw, mark): SURELY if mark in marks else NEVER for mark in MARKS}
        kinds = [kind for key in KEYS for kind in TYPES[key]]
        for place, kind in product({place for pair in self.places for place in pair}, kinds):
            draw = (salt, "sans types", place, kind)
            forced[draw] = NEVER if draw in self.told else SURELY
        return forced

    def leads(self, rows: pd.DataFrame) -> bool:
        """Whether the program publishes a month as the true one was, with a draw that the key may give."""
        now = Publication.of(rows, self.territory, replace(self.office, forced=self.asked))
        return now == self.published

    def rarity(self, rows: pd.DataFrame) -> float:
        """Once in how many keys a month is told as the true one was, beside how often that one is, at most: where it would
        be told more, the draw of that count is made one that hides it, harder each time."""
        levels: dict[Draw, tuple[float, float]] = {}
        for _ in range(ROUNDS):
            forced = {draw: 0.999 * math.exp(-hard) / seldom for draw, (hard, seldom) in levels.items()}
            now = Publication.of(rows, self.territory, replace(self.office, forced=forced))
            told = now.told(self.office.salt)
            if now == self.published:
                return math.prod(seldom * math.exp(hard) for hard, seldom in levels.values())
            more = [
                draw_of(draw, self.told.get(draw), count, self.office)
                for draw, count in told.items()
                if count != self.told.get(draw)
            ]
            for draw, seldom in filter(None, more):
                hard = levels[draw][0] if draw in levels else -1.0
                levels[draw] = (0.0 if hard < 0 else max(1.0, 2 * hard), seldom)
            if not any(more) or max(hard for hard, _ in levels.values()) > 30:
                break
        return math.inf

    def small(self) -> dict[Cell, int]:
        """Small counts that are not told -> their true value."""
        found: dict[Cell, int] = {}
        for name, of, count in self._figures():
            if count.state == "suppressed":
                found[name] = sum(self.by_key[one] for one in of)
        for category in CATEGORIES:
            for kind in category.types:
                if (self.office.salt, "sans besoin", "type", category.key, kind) not in self.told:
                    found["type", category.key, kind] = sum(
                        n for name, n in self.crossed.items() if name[3] == kind
                    )
        for column, counts in self.columns.items():
            for (part, region, key), count in counts.items():
                for where in ((region, ""), ("", key)):
                    draw = (f"{self.office.salt} {column}", "sans besoin", part, *filter(None, where))
                    if draw not in self.told:
                        found[column, part, *where] = found.get((column, part, *where), 0) + count
        return {cell: count for cell, count in found.items() if 0 < count < 5}

    def some(self, most: int) -> list[Cell]:
        """So many small counts of each kind, drawn."""
        by_kind: dict[str, list[Cell]] = defaultdict(list)
        for cell in Office(b"a choice").shuffled(list(self.small())):
            by_kind["profil" if cell[0] in PROFILES else cell[0]].append(cell)
        return [cell for of in by_kind.values() for cell in of[:most]]

    def attack(self, cells: Iterable[Cell], turns: int = 3, patient: bool = False) -> list[str]:
        """Those of which too few values are found. patient: whether to look for draws that are not rare."""
        faults, true = [], self.small()
        for cell in cells:
            possible = 0
            for value in sorted(range(true[cell] + 6), key=lambda other: abs(other - true[cell])):
                fits = False
                for near, turn in ((True, 0), *((False, turn) for turn in range(turns))):
                    rows = self.table(cell, value, turn, near)
                    fits |= rows is not None
                    if rows is not None and self.leads(rows):
                        rare = self.rarity(rows) if patient else math.inf
                        self.values[cell][value] = min(rare, self.values[cell].get(value, math.inf))
                    found = self.values[cell].get(value)
                    if (found is not None and (found <= LIKELY or not patient)) or (
                        rows is None and not near
                    ):
                        break
                possible += fits
                if possible >= 5 and len(self.values[cell]) >= 5:
                    break
            if len(self.values[cell]) < min(5, possible):
                faults.append(f"{cell} = {true[cell]}: {sorted(self.values[cell])} of {possible}")
        return faults


@pytest.fixture(scope="module")
def month(mirror_country: Country, project: Path) -> tuple[pd.DataFrame, Territory]:
    found = read_month(project / "inputs", JUNE, mirror_country).indicators
    return found.incidents.astype(object), Territory.of(mirror_country)


@pytest.fixture(autouse=True)
def _places_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Places are the same in every table: they are chosen once (see test_rerun for theirs)."""
    known: dict[object, Any] = {}
    choose = tables.place_marks

    def once(tally: PlaceTally, territory: Territory, policy: Any, office: Office) -> Any:
        key = (
            policy.audience,
            office.secret,
            office.salt,
            *(frozenset(c.items()) for c in (tally.areas, tally.cercles)),
        )
        if key not in known:
            known[key] = choose(tally, territory, policy, Office(office.secret, office.salt))
        return known[key]

    monkeypatch.setattr(tables, "place_marks", once)


def attacked(
    month: tuple[pd.DataFrame, Territory], name: str | int, most: int, wave: int = 0
) -> tuple[Rerun, list[str]]:
    """most: counts looked at of each kind. wave: violations of one cercle that are made sensitive ones."""
    incidents, territory = month
    rows = incidents[incidents["month"] == (name if isinstance(name, str) else "2021-06")]
    rows = rows if isinstance(name, str) else sparse(rows, name, name)
    rows = with_wave(rows, wave, 1) if wave else rows
    found = Rerun(rows, territory, Drawn(b"the office", str(name)))
    return found, found.attack(found.some(most))


FEW = [(49, 1), (97, 1)]
ALL = [
    *((f"2021-0{number}", 9) for number in (1, 5, 6)),
    *((20 + 380 * number // 39, 2) for number in range(40)),
]


@pytest.mark.parametrize(("name", "most"), ALL if FORTY else FEW)
def test_every_small_count_keeps_its_values_for_who_runs_the_program_again(month, name, most) -> None:
    found, faults = attacked(month, name, most)
    assert faults == []
    assert found.values


def test_a_full_month_by_region_and_category(month) -> None:
    """June: a first search among draws found two to four values; made one by one, the draws of all of them exist."""
    found, _ = attacked(month, "2021-06", 0)
    cells = [cell for cell in found.some(99) if cell[0] == "region_categorie"]
    assert found.attack(cells if FORTY else cells[:2]) == []
    assert found.values


@pytest.mark.skipif(not FORTY, reason="takes a minute: QUARANTE_MOIS=oui")
def test_most_values_are_not_much_rarer_than_the_true_one(month) -> None:
    found, _ = attacked(month, 97, 0)
    cells = found.some(2)
    assert found.attack(cells, patient=True) == []
    likely = [sum(rare <= LIKELY for rare in found.values[cell].values()) for cell in cells]
    assert sum(values >= 4 for values in likely) >= 7, likely


@pytest.mark.skipif(not FORTY, reason="takes a minute: QUARANTE_MOIS=oui")
def test_and_where_the_list_tells_a_sensitive_type_by_region(month) -> None:
    found, faults = attacked(month, "2021-05", 1, wave=40)
    assert any(line["type"] in SENSITIVE_TYPES and not line["place"] for line in found.published.lines)
    assert faults == []


def test_the_attack_succeeds_where_nothing_is_hidden_without_need(
    month, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Office, "whim", Office.luck)
    monkeypatch.setattr(Office, "seldom", lambda self, times, *parts: False)
    found, _ = attacked(month, 97, 0)
    cells = [cell for cell in found.small() if cell[0] == "region_categorie"]
    assert any(found.attack([cell], turns=1) for cell in cells)
