"""Choose how each cell is published: the least loss that leaves no reader able to work out a small count."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

import numpy as np

from pipeline.cache import kept

# Linked tables of counts as cells and sums: what must be protected together.
#
# A cell is a count that a reader sees, or could work out (the incidents of a cercle that no commune shows).
# A sum says that a cell is the total of others. The options of a cell are the ways in which it may be
# published, from the most to the least telling; each says an interval that holds the true count.


Telling = Literal["exact", "tens", "class", "range", "hidden"]
Need = Literal["none", "whole", "wide", "small", "open"]
CellKey = tuple[str, ...]
Ways = Callable[[int], "tuple[Option, ...]"]


@dataclass(frozen=True)
class Option:
    """One way to publish a cell: the count is between low and high, both included.

    cost: information lost (0 for an exact count). need: what an attacker may not achieve. "whole": to
    narrow the interval at all (the class of small counts); "wide": to narrow it below the threshold; "small": that, unless
    it is seen to be none, or not small; "open": that, or to exclude that there is none. Whether a choice meets them must
    follow from what is published alone, so that it does for every table that fits (see `pipeline.disclosure.office`).
    """

    mark: Telling
    low: int
    high: int
    cost: float
    need: Need


@dataclass(frozen=True)
class ProtectedCell:
    """A count and how it may be published, the most telling option first, the widest last. ways: how another count
    in its place could be, where that depends on the count."""

    key: CellKey
    value: int
    options: tuple[Option, ...]
    ways: Ways | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        if not all(option.low <= self.value <= option.high for option in self.options):
            raise ValueError(f"an option of {self.key} does not hold its count")


@dataclass(frozen=True)
class System:
    """cells, and sums: (index of the total, indices of its parts). threshold: the width that "wide" asks."""

    cells: tuple[ProtectedCell, ...]
    sums: tuple[tuple[int, tuple[int, ...]], ...]
    threshold: int

    def __post_init__(self) -> None:
        for total, parts in self.sums:
            if self.cells[total].value != sum(self.cells[part].value for part in parts):
                raise ValueError(f"the parts of {self.cells[total].key} do not add up")

    @cached_property
    def values(self) -> np.ndarray:
        """True counts, one a cell."""
        return np.array([cell.value for cell in self.cells], dtype=float)

    @cached_property
    def matrix(self) -> np.ndarray:
        """One row a sum: +1 at the parts, -1 at the total, so that matrix @ counts = 0."""
        rows = np.zeros((len(self.sums), len(self.cells)))
        for row, (total, parts) in enumerate(self.sums):
            rows[row, list(parts)] = 1.0
            rows[row, total] = -1.0
        return rows

    @cached_property
    def said(self) -> tuple[object, ...]:
        """All that decides how the system may be told, in plain values: `ways` by what they make of a zero, where the
        weight of the cell, the most that it could be and the office's luck show."""
        cells = [
            (cell.key, cell.value, *map(_said, (cell.options, cell.ways(0) if cell.ways else ())))
            for cell in self.cells
        ]
        return (cells, self.sums, self.threshold)

    def at(self, values: Sequence[int]) -> System:
        """The same tables with other counts that fit: how the program would see them."""
        cells = (
            replace(cell, value=value, options=cell.ways(value) if cell.ways else cell.options)
            for cell, value in zip(self.cells, values, strict=True)
        )
        return System(tuple(cells), self.sums, self.threshold)


def _said(options: tuple[Option, ...]) -> list[tuple[object, ...]]:
    return [(one.mark, one.low, one.high, one.cost, one.need) for one in options]


class Builder:
    """Collects cells and sums in order."""

    def __init__(self) -> None:
        self._cells: list[ProtectedCell] = []
        self._sums: list[tuple[int, tuple[int, ...]]] = []

    def cell(self, key: CellKey, value: int, options: tuple[Option, ...] | Ways) -> int:
        """Add a cell and return its index. options: of this count, or of any."""
        ways = options if callable(options) else None
        found = options(value) if callable(options) else options
        self._cells.append(ProtectedCell(key, value, found, ways))
        return len(self._cells) - 1

    def sum(self, total: int, parts: list[int]) -> None:
        """Say that the cell `total` is the sum of `parts`; nothing is said where there are none."""
        if parts:
            self._sums.append((total, tuple(parts)))

    def system(self, threshold: int) -> System:
        return System(tuple(self._cells), tuple(self._sums), threshold)


# A linear or integer programme in HiGHS that can be solved again after a change. Minimises.


TOLERANCE = 1e-6


@dataclass(frozen=True)
class Solution:
    """value: of the objective. x: one a column. duals: one a row."""

    value: float
    x: np.ndarray
    duals: np.ndarray


class Programme:
    """Columns between bounds, rows between bounds. primal: for a programme that is solved again with another cost, which
    the last solution fits: less than half the time.

    One thread, fixed seed, no gap: the same programme has the same answer on every machine.
    """

    def __init__(
        self, cost: np.ndarray, low: np.ndarray, high: np.ndarray, whole: bool = False, primal: bool = False
    ) -> None:
        import highspy

        self._columns = len(cost)
        self._highs = highspy.Highs()  # type: ignore[no-untyped-call]
        for name, value in (
            ("output_flag", False), ("threads", 1), ("random_seed", 0), ("mip_rel_gap", 0.0),
            ("mip_abs_gap", 1e-6), ("simplex_strategy", 4 if primal else 1),
        ):  # fmt: skip
            self._highs.setOptionValue(name, value)
        empty = np.array([], dtype=np.int32)
        self._highs.addCols(self._columns, cost, low, high, 0, empty, empty, np.array([], dtype=float))
        if whole:
            every = np.arange(self._columns, dtype=np.int32)
            integer = np.full(self._columns, int(highspy.HighsVarType.kInteger), dtype=np.uint8)
            self._highs.changeColsIntegrality(self._columns, every, integer)

    def add_rows(self, rows: np.ndarray, low: np.ndarray, high: np.ndarray) -> None:
        """Add constraints low <= rows @ x <= high; rows: dense, one line a constraint."""
        if not len(rows):
            return
        line, column = np.nonzero(rows)
        starts = np.searchsorted(line, np.arange(len(rows)))
        self._highs.addRows(
            len(rows), low, high, len(column),
            starts.astype(np.int32), column.astype(np.int32), rows[line, column],
        )  # fmt: skip

    def set_bounds(self, low: np.ndarray, high: np.ndarray) -> None:
        self._highs.changeColsBounds(self._columns, np.arange(self._columns, dtype=np.int32), low, high)

    def set_row(self, row: int, low: float, high: float) -> None:
        self._highs.changeRowBounds(row, low, high)

    def set_cost(self, column: int, cost: float) -> None:
        self._highs.changeColCost(column, cost)

    def solve(self) -> Solution:
        """Raises RuntimeError where there is no optimum: the callers' programmes always have one."""
        self._highs.run()
        import highspy

        status = self._highs.getModelStatus()
        if status != highspy.HighsModelStatus.kOptimal:
            raise RuntimeError(f"no optimum: {self._highs.modelStatusToString(status)}")
        found = self._highs.getSolution()
        return Solution(
            self._highs.getInfo().objective_function_value,
            np.array(found.col_value),
            np.array(found.row_dual),
        )


# What a reader could work out: the smallest and largest value of a cell that fits all that is published.
#
# Linear programmes over all sums at once, so no chain of subtractions escapes. Their dual values say which
# published figures betray a cell, as an inequality that holds for every other way to publish (see `protect`).


@dataclass(frozen=True)
class Bound:
    """The extreme of `sign` * cell, and the reduced costs (one a cell) that prove it."""

    value: float
    reduced: np.ndarray


class Attacker:
    """Knows every sum, and for each cell an interval (low, high: one a cell)."""

    def __init__(self, system: System) -> None:
        self._matrix = system.matrix
        size = len(system.cells)
        self._cost = np.zeros(size)
        self._programme = Programme(self._cost, system.values, system.values, primal=True)
        nothing = np.zeros(len(self._matrix))
        self._programme.add_rows(self._matrix, nothing, nothing)
        self.lowest = system.values.copy()
        self.highest = system.values.copy()

    def learn(self, low: np.ndarray, high: np.ndarray, truth: np.ndarray | None = None) -> None:
        """Start anew from published intervals. lowest, highest: extremes seen so far in tables that fit, of which
        `truth` is one."""
        self._programme.set_bounds(low, high)
        self.lowest = np.full(len(low), np.inf) if truth is None else truth.copy()
        self.highest = -self.lowest if truth is None else truth.copy()

    def largest(self, cell: int) -> Bound:
        """The largest value of a cell."""
        return self._extreme(cell, 1)

    def smallest(self, cell: int) -> Bound:
        """The smallest value of a cell; Bound.value is its opposite."""
        return self._extreme(cell, -1)

    def _extreme(self, cell: int, sign: int) -> Bound:
        self._programme.set_cost(cell, -float(sign))
        found = self._programme.solve()
        self._programme.set_cost(cell, 0.0)
        # Every solution is a table that fits: it often shows the freedom of other cells as well.
        self.lowest = np.minimum(self.lowest, found.x)
        self.highest = np.maximum(self.highest, found.x)
        reduced = -self._matrix.T @ found.duals
        reduced[cell] -= sign
        return Bound(-found.value, reduced)


Limit = tuple[np.ndarray, float, float]
"""Coefficients of the unknowns, and the ends that their sum lies between."""


class Reader:
    """Knows sums of unknown counts, and sees how many values are left of some: `open`, each a sum of unknowns.

    ends: of each unknown. sums: unknowns, and the ends that they add up to. split: of the open counts, those that are
    only a part of their sum, and may be none of it. threshold: values that each count should keep. none: whether it may be
    seen that there is none.
    """

    def __init__(
        self,
        ends: Sequence[tuple[float, float]],
        sums: Sequence[tuple[Sequence[int], float, float]],
        open_counts: Sequence[Sequence[int]],
        threshold: int,
        split: Collection[int] = (),
        none: bool = False,
    ) -> None:
        size = len(ends)
        self.none = none
        self.open, self.threshold, self.split = open_counts, threshold, list(split)
        low, high = np.array(ends, dtype=float).reshape(-1, 2).T
        self._programme = Programme(np.zeros(size), low, high, primal=True)
        self._rows = 0
        self._tables = np.zeros((0, size))
        self._flat = np.array([column for columns in open_counts for column in columns], dtype=int)
        self._starts = np.cumsum([0, *map(len, open_counts)])[:-1]
        self.wanted = np.full(len(open_counts), threshold - 1.0)
        self._left: tuple[np.ndarray, np.ndarray] | None = None
        rows = np.zeros((len(sums), size))
        for line, (columns, _, _) in enumerate(sums):
            rows[line, list(columns)] = 1.0
        self.believe([(row, *of[1:]) for row, of in zip(rows, sums, strict=True)])

    def believe(self, limits: Sequence[Limit]) -> None:
        """Before anything is looked at."""
        if limits:
            self._programme.add_rows(*(np.array(part, dtype=float) for part in zip(*limits, strict=True)))
            self._rows += len(limits)

    def begin(self) -> None:
        """How many values each count has now: no more is asked of it."""
        least, most = self._extremes(hasty=False)
        self.wanted = np.minimum(self.wanted, most - least)

    def narrow(self) -> list[int]:
        """The open counts of which too few values are left. Asked again, less may be `wanted`, and nothing more known."""
        self._left = self._left or self._extremes(hasty=False)
        return np.flatnonzero(~self._enough(*self._left)).tolist()

    def stays_open(self, limits: Sequence[Limit]) -> bool:
        """Whether each count keeps enough where something more is told; it is known from then on."""
        before = self._tables
        for row, low, high in limits:
            value = np.einsum("ij,j->i", self._tables, row)  # no threads, that cost more than they spare
            self._tables = self._tables[(value >= low - TOLERANCE) & (value <= high + TOLERANCE)]
        self.believe(limits)
        if self._enough(*self._extremes(hasty=True)).all():
            return True
        self._tables = before
        for line in range(self._rows - len(limits), self._rows):
            self._programme.set_row(line, -np.inf, np.inf)
        return False

    def _enough(self, least: np.ndarray, most: np.ndarray) -> np.ndarray:
        enough: np.ndarray = (most - least >= self.wanted) | (least >= self.threshold)
        if self.none:
            enough |= most <= TOLERANCE
        return enough

    def _extremes(self, hasty: bool) -> tuple[np.ndarray, np.ndarray]:
        """The least and the most of each open count, as far as it takes to see whether it has enough: first in the tables
        found so far that fit."""
        values = self._counts(self._tables)
        least = np.ceil(values.min(axis=0, initial=np.inf) - TOLERANCE)
        most = np.floor(values.max(axis=0, initial=-np.inf) + TOLERANCE)
        least[self.split] = 0.0
        found: list[np.ndarray] = []
        for at, columns in enumerate(self.open):
            for sign in (-1.0, 1.0):
                if most[at] - least[at] >= self.wanted[at]:
                    break
                found.append(self._solve(columns, sign))
                value = self._counts(found[-1][None])[0]
                least = np.minimum(least, np.ceil(value - TOLERANCE))
                most = np.maximum(most, np.floor(value + TOLERANCE))
            else:
                # A count that is surely not small has nothing to keep; both its ends are known here.
                if hasty and not self._enough(least, most)[at]:
                    break
        self._tables = np.vstack([self._tables, *found])
        return least, most

    def _counts(self, tables: np.ndarray) -> np.ndarray:
        """The open counts of each table."""
        return (
            np.add.reduceat(tables[:, self._flat], self._starts, axis=1) if len(self.open) else tables[:, :0]
        )

    def _solve(self, columns: Sequence[int], sign: float) -> np.ndarray:
        for column in columns:
            self._programme.set_cost(column, sign)
        found = self._programme.solve().x
        for column in columns:
            self._programme.set_cost(column, 0.0)
        return found


# Choose how each cell is published: the least loss that leaves no reader able to work out a small count.
#
# An integer programme picks one option a cell at the least cost. An attacker then tries to narrow every cell;
# each success goes back to the programme as an inequality that any safe choice satisfies (the dual of the
# attack is linear in the choice), and the programme is solved again. Once nothing can be narrowed the choice is
# safe, and none is cheaper: the inequalities only ever excluded unsafe choices.
# Method: Fischetti and Salazar, "Solving the cell suppression problem on tabular data with linear
# constraints", Management Science 47 (2001), with classes as a third way beside telling and hiding.


ROUNDS = 100
WIDE: tuple[Need, ...] = ("wide", "small", "open")
"""What is asked of a cell that must keep a width."""


ValuesLeft = tuple[int, int]
"""Of a count that is not told and may be small: how many values fit all that is published, up to the threshold; and
how many would if nothing were told but what everybody knows."""


class Protected(dict[CellKey, Option]):
    """The option of each cell. left: room of those that are not told and may be small."""

    left: Mapping[CellKey, ValuesLeft] = {}


def fewest(left: Iterable[ValuesLeft], threshold: int) -> dict[str, int]:
    """The least number of values that fit, of the counts to which the printed totals alone leave the threshold; how many
    they leave fewer; how many of these keep not even that."""
    left = list(left)
    bound = [pair for pair in left if pair[1] < threshold]
    return {
        "valeurs": min((values for values, most in left if most >= threshold), default=threshold),
        "limites_par_les_totaux": len(bound),
        "dont_moins_encore": sum(values < most for values, most in bound),
    }


def protect(system: System) -> Protected:
    """The option of each cell, by its key: safe, and of the least total cost.

    Publishing every cell at its widest option is taken as safe: what a reader then still works out comes
    from the totals that the bulletin prints, and no hidden cell is asked to keep more freedom than that. A
    class of small counts is only told where it stays whole.
    """
    return kept("cases protégées", system.said, lambda: _protect(system)) if system.cells else Protected()


def _protect(system: System) -> Protected:
    attacker = Attacker(system)
    task = _Task(system, *_limits(system, attacker))
    for _ in range(ROUNDS):
        chosen = task.choose()
        broken = list(_broken(task, attacker, chosen))
        if not broken:
            found = Protected(
                (cell.key, cell.options[column - task.first[index]])
                for index, (cell, column) in enumerate(zip(system.cells, chosen, strict=True))
            )
            found.left = dict(_values_left(task, attacker, chosen))
            return found
        task.demand(broken)
    raise RuntimeError(f"no safe choice after {ROUNDS} rounds")


class _Task:
    """The integer programme: one column an option, options of a cell side by side.

    low, high: of each column, no wider than the limits of its cell. floor, roof: of the class that must stay
    whole where the column is one. width: that each cell must keep where it is hidden or widened.
    """

    def __init__(self, system: System, lowest: np.ndarray, highest: np.ndarray) -> None:
        options = [option for cell in system.cells for option in cell.options]
        sizes = [len(cell.options) for cell in system.cells]
        self.system = system
        self.first = np.cumsum([0, *sizes[:-1]])
        self.cell_of = np.repeat(np.arange(len(sizes)), sizes)
        self.floor = np.array([option.low for option in options], dtype=float)
        self.roof = np.array([option.high for option in options], dtype=float)
        self.low = np.maximum(self.floor, lowest[self.cell_of])
        self.high = np.minimum(self.roof, highest[self.cell_of])
        self.need = np.array([option.need for option in options])
        self.watched = np.isin(self.need, WIDE)
        self.width = np.minimum(system.threshold, highest - lowest)
        cost = np.array([option.cost for option in options])
        # A trifle that differs from cell to cell: of two equally good choices, always the same one.
        trifle = (1 + self.cell_of * 7919 % 1009) * 1e-6
        self._master = Programme(
            cost + np.where(cost > 0, trifle, 0), np.zeros(len(cost)), np.ones(len(cost)), whole=True
        )
        one = np.ones(len(sizes))
        self._master.add_rows((self.cell_of == np.arange(len(sizes))[:, None]).astype(float), one, one)
        self.demand(_direct(self))

    def choose(self) -> np.ndarray:
        """The column of each cell in the cheapest choice that meets every demand so far."""
        picked = np.flatnonzero(self._master.solve().x > 0.5)
        if not np.array_equal(self.cell_of[picked], np.arange(len(self.first))):
            raise RuntimeError("a cell without an option, or with two")
        return picked

    def demand(self, rows: Iterable[tuple[np.ndarray, float]]) -> None:
        """Add inequalities coefficients @ columns >= bound."""
        rows = list(rows)
        if rows:
            bounds = np.array([bound for _, bound in rows])
            self._master.add_rows(
                np.array([row for row, _ in rows]), bounds - TOLERANCE, np.full(len(bounds), np.inf)
            )

    def ceiling(self, reduced: np.ndarray) -> np.ndarray:
        """An upper bound as a function of the choice, from reduced costs of a maximised cell."""
        spread = reduced[self.cell_of]
        found: np.ndarray = -spread * np.where(spread > 0, self.low, self.high)
        return found

    def whole(self, cell: int, sign: int, reduced: np.ndarray) -> tuple[np.ndarray, float]:
        """Where the cell is told as a class, the attack may not move its end (sign 1: upper) inwards; nor the lower one of
        an open cell."""
        value = self.system.values[cell]
        row = self.ceiling(reduced)
        mine = (self.cell_of == cell) & ((self.need == "whole") | ((self.need == "open") & (sign < 0)))
        row[mine] -= (self.roof[mine] - value) if sign > 0 else (value - self.floor[mine])
        return row, sign * value

    def wide(self, cell: int, up: np.ndarray, down: np.ndarray) -> tuple[np.ndarray, float]:
        """Where the cell is hidden or widened, the two attacks must leave it `width`."""
        row = self.ceiling(up) + self.ceiling(down)
        row[(self.cell_of == cell) & self.watched] -= self.width[cell]
        return row, 0.0

    def needs(self, cell: int) -> set[str]:
        """What must hold of the cell however it is chosen: of a count that is not small, more may do than "wide"."""
        small = 0 < self.system.values[cell] < self.system.threshold
        return set(self.need[self.cell_of == cell]) - ({"none"} if small else {"none", "small"})


def _limits(system: System, attacker: Attacker) -> tuple[np.ndarray, np.ndarray]:
    """An interval of each cell that holds all it could be when every cell is at its widest option.

    Exact where it could keep a cell from what is asked of it; elsewhere the looser interval of single sums.
    """
    low = np.array([cell.options[-1].low for cell in system.cells], dtype=float)
    high = np.array([cell.options[-1].high for cell in system.cells], dtype=float)
    lowest, highest = narrowed(system, low, high)
    attacker.learn(low, high, system.values)
    for alike in _alike(system, low, high):
        cell = alike[0]
        if attacker.lowest[cell] > lowest[cell] + TOLERANCE:
            lowest[alike] = np.ceil(-attacker.smallest(cell).value - TOLERANCE)
        # No option asks for more than the threshold above the lowest: how much higher it could be is all one.
        if attacker.highest[cell] < min(highest[cell], lowest[cell] + system.threshold) - TOLERANCE:
            highest[alike] = np.floor(attacker.largest(cell).value + TOLERANCE)
    return lowest, highest


def narrowed(system: System, low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Intervals narrowed by each sum alone, again and again until nothing changes."""
    low, high = low.copy(), high.copy()
    while True:
        before = (low.copy(), high.copy())
        for total, parts in system.sums:
            of = list(parts)
            low[total] = max(low[total], low[of].sum())
            high[total] = min(high[total], high[of].sum())
            least, most = low[of].sum(), high[of].sum()
            low[of] = np.maximum(low[of], low[total] - (most - high[of]))
            high[of] = np.minimum(high[of], high[total] - (least - low[of]))
        if np.array_equal(before[0], low) and np.array_equal(before[1], high):
            return low, high


def _alike(system: System, low: np.ndarray, high: np.ndarray) -> list[list[int]]:
    """Cells that no attack can tell apart: in the same sums in the same way, published alike."""
    groups: dict[tuple[bytes, float, float], list[int]] = defaultdict(list)
    for cell in range(len(system.cells)):
        groups[system.matrix[:, cell].tobytes(), low[cell], high[cell]].append(cell)
    return list(groups.values())


def _direct(task: _Task) -> Iterator[tuple[np.ndarray, float]]:
    """The attacks of one subtraction, known beforehand: each member of a sum from the others."""
    size = len(task.system.cells)
    for row in task.system.matrix:
        for cell in np.flatnonzero(row).tolist():
            needs = task.needs(cell)
            own = np.zeros(size)
            own[cell] = -1.0
            from_others = row * np.sign(row[cell])
            from_others[cell] = 0.0
            if "whole" in needs:
                yield task.whole(cell, 1, from_others)
            if needs & {"whole", "open"}:
                yield task.whole(cell, -1, -from_others)
            if needs & set(WIDE):
                yield task.wide(cell, from_others, -from_others)
                yield task.wide(cell, own, -from_others)
                yield task.wide(cell, from_others, -own)


def _broken(task: _Task, attacker: Attacker, chosen: np.ndarray) -> Iterator[tuple[np.ndarray, float]]:
    """The demands that the chosen columns fail, for every cell that an attack narrows too far."""
    low, high = task.low[chosen], task.high[chosen]
    floor, roof, need = task.floor[chosen], task.roof[chosen], task.need[chosen]
    attacker.learn(low, high, task.system.values)
    for alike in _alike(task.system, low, high):
        cell = alike[0]
        if need[cell] == "whole" and attacker.highest[cell] < roof[cell] - TOLERANCE:
            found = attacker.largest(cell)
            if found.value < roof[cell] - TOLERANCE:
                yield from (task.whole(twin, 1, _swapped(found.reduced, cell, twin)) for twin in alike)
        if need[cell] in ("whole", "open") and attacker.lowest[cell] > floor[cell] + TOLERANCE:
            found = attacker.smallest(cell)
            if -found.value > floor[cell] + TOLERANCE:
                yield from (task.whole(twin, -1, _swapped(found.reduced, cell, twin)) for twin in alike)
        if need[cell] in WIDE and not _free(task, attacker, cell):
            up = attacker.largest(cell)
            surely_none = need[cell] == "small" and up.value <= TOLERANCE
            if surely_none or _free(task, attacker, cell):
                continue
            down = attacker.smallest(cell)
            large = need[cell] == "small" and -down.value >= task.system.threshold - TOLERANCE
            if not (large or _free(task, attacker, cell)):
                for twin in alike:
                    yield task.wide(
                        twin, _swapped(up.reduced, cell, twin), _swapped(down.reduced, cell, twin)
                    )


def _values_left(task: _Task, attacker: Attacker, chosen: np.ndarray) -> Iterator[tuple[CellKey, ValuesLeft]]:
    """See `Protected.left`. The last attack, which nothing failed, has looked at each as far as this asks."""
    threshold = task.system.threshold
    small = np.isin(task.need[chosen], WIDE) & (attacker.highest > TOLERANCE)
    for cell in np.flatnonzero(small & (attacker.lowest < threshold - TOLERANCE)).tolist():
        seen = np.floor(attacker.highest[cell] + TOLERANCE) - np.ceil(attacker.lowest[cell] - TOLERANCE)
        most = min(threshold, int(task.width[cell]) + 1)
        yield task.system.cells[cell].key, (min(threshold, int(seen) + 1), most)


def _free(task: _Task, attacker: Attacker, cell: int) -> bool:
    return bool(attacker.highest[cell] - attacker.lowest[cell] >= task.width[cell] - TOLERANCE)


def _swapped(reduced: np.ndarray, cell: int, twin: int) -> np.ndarray:
    """The proof for a cell, turned into the same proof for one just like it."""
    turned = reduced.copy()
    turned[[cell, twin]] = reduced[[twin, cell]]
    return turned
