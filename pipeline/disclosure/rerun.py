"""What a reader who has the program could still exclude: whether other tables would have been published in the same way.

The choice of what to hide depends on the counts, and the program is open. So for each cell that must stay uncertain,
tables are sought that fit all that is published, give the cell another count, and would lead the program to the very
same publication. As many counts must be found as the threshold says, or as the printed totals leave
(DATA_RESPONSIBILITY, 7); where they are not, more is hidden.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from pipeline.disclosure.protect import CellKey, Option, Programme, System

FAR = 1e4
NEAR_TURNS, TURNS = 5, 10
"""Further tables tried for a count that the nearest does not lead to: so many near ones, then any that fit."""
Choose = Callable[[System], "dict[CellKey, Option] | None"]


@dataclass(frozen=True)
class Left:
    """Of one cell: how many counts are left to who runs the program again (`found`), and how many could be, by all
    that is published (`possible`, counted to the threshold)."""

    found: int
    possible: int

    @property
    def enough(self) -> bool:
        return self.found >= self.possible


def left_to_rerun(
    system: System,
    marks: Mapping[CellKey, Option],
    choose: Choose,
    known: Mapping[CellKey, Option] | None = None,
    most: int = 1000,
    hasty: bool = True,
) -> dict[CellKey, Left]:
    """Cells that may be small and are not told -> what is left of each. choose: the program, as it would run on other
    counts. known: what other publications tell of cells. most: tables tried; a count for which there was no more
    time is not found. hasty: whether to stop at the first cell of which too little is left."""
    return _Search(system, marks, choose, known or {}, most, hasty).run()


class _Search:
    def __init__(
        self,
        system: System,
        marks: Mapping[CellKey, Option],
        choose: Choose,
        known: Mapping[CellKey, Option],
        most: int,
        hasty: bool,
    ) -> None:
        self.system, self.marks, self.choose = system, marks, choose
        self.left, self.hasty = most, hasty
        told = [(marks[cell.key], known.get(cell.key)) for cell in system.cells]
        self.low = np.array([max(o.low, other.low if other else 0) for o, other in told], dtype=float)
        self.high = np.array([min(o.high, other.high if other else o.high) for o, other in told], dtype=float)
        self.tables = _Nearest(system, self.low, self.high)
        self.seen: list[set[int]] = [{cell.value} for cell in system.cells]

    def run(self) -> dict[CellKey, Left]:
        found = {}
        for place in self._open():
            possible = 1
            for count in self._others(place):
                if possible >= self.system.threshold or self.left <= 0:
                    break
                if count in self.seen[place]:
                    possible += 1
                    continue
                table = self.tables.with_count(place, count)
                if table is None:
                    continue
                possible += 1
                self._try(table)
                for turn in range(TURNS):
                    if count in self.seen[place] or self.left <= 0:
                        break
                    other = self.tables.with_count(place, count, turn + 1)
                    if other is not None:
                        self._try(other)
            left = Left(min(len(self.seen[place]), possible), possible)
            found[self.system.cells[place].key] = left
            if not left.enough and self.hasty:
                break
        return found

    def _others(self, place: int) -> list[int]:
        """Other counts that a cell may have, the nearest first."""
        value = self.system.cells[place].value
        low, high = int(self.low[place]), int(min(self.high[place], value + self.system.threshold))
        return sorted((c for c in range(low, high + 1) if c != value), key=lambda count: abs(count - value))

    def _try(self, table: list[int]) -> None:
        """Run the program on another table; where it publishes the same, its counts are left."""
        self.left -= 1
        try:
            told = self.choose(self.system.at(table))
        except (RuntimeError, ValueError):
            return
        if told is not None and all(
            _same(told[cell.key], self.marks[cell.key]) for cell in self.system.cells
        ):
            for place, count in enumerate(table):
                self.seen[place].add(count)

    def _open(self) -> Iterator[int]:
        """Cells that may be small and are not told, in the tables where something is told less than it could be: where
        nothing is, the program had no choice."""
        cells = self.system.cells
        group = list(range(len(cells)))

        def root(place: int) -> int:
            while group[place] != place:
                place = group[place]
            return place

        free = self.low < self.high
        for total, parts in self.system.sums:
            linked = [place for place in (total, *parts) if free[place]]
            for place in linked[1:]:
                group[root(place)] = root(linked[0])
        chosen = {
            root(place)
            for place, cell in enumerate(cells)
            if free[place] and self.marks[cell.key].cost > cell.options[0].cost
        }
        for place, cell in enumerate(cells):
            shown = cell.ways is not None and len(cell.options) > 0
            if shown and free[place] and self.low[place] < self.system.threshold and root(place) in chosen:
                yield place


def _same(one: Option, other: Option) -> bool:
    """Whether two ways of telling look the same to a reader."""
    if "hidden" in (one.mark, other.mark):
        return one.mark == other.mark
    return (one.low, one.high) == (other.low, other.high)


class _Nearest:
    """Tables that fit what is published and differ least from the true one, with one count as asked."""

    def __init__(self, system: System, low: np.ndarray, high: np.ndarray) -> None:
        size = len(system.cells)
        self._low = np.concatenate([low, np.zeros(2 * size)])
        self._high = np.concatenate([high, np.full(2 * size, FAR)])
        cost = np.concatenate([np.zeros(size), np.ones(2 * size)])
        self._programme = Programme(cost, self._low, self._high)
        nothing = np.zeros((len(system.matrix), 2 * size))
        zero = np.zeros(len(system.matrix))
        self._programme.add_rows(np.hstack([system.matrix, nothing]), zero, zero)
        one = np.eye(size)
        self._programme.add_rows(np.hstack([one, -one, one]), system.values, system.values)
        self._size, self._matrix, self._turn = size, system.matrix, 0

    def with_count(self, place: int, count: int, turn: int = 0) -> list[int] | None:
        """None where no table fits, or none of whole numbers comes of it. turn: 0 for the nearest, else another one
        that is near."""
        for cell in range(self._size if turn or self._turn else 0):
            pull = ((cell * 7919 + place * 31 + 17) * turn % 11 - 5) / 5
            self._programme.set_cost(cell, pull if turn > NEAR_TURNS else 0.0)
            for side in (1, 2):
                near = 1 + abs(pull) * side if turn <= NEAR_TURNS else 0.0
                self._programme.set_cost(side * self._size + cell, near)
        self._turn = turn
        low, high = self._low.copy(), self._high.copy()
        low[place] = high[place] = count
        self._programme.set_bounds(low, high)
        try:
            found = self._programme.solve().x[: self._size]
        except RuntimeError:
            return None
        table = np.rint(found)
        if np.abs(table - found).max() > 1e-6 or np.abs(self._matrix @ table).max() > 0:
            return None
        return [int(count) for count in table]
