"""What a reader who has the program could still exclude: whether other tables would have been published in the same way.

The choice of what to hide depends on the counts, and the program is open. So for each cell that must stay uncertain,
tables are sought that fit all that is published, give the cell another count, and lead the whole program to the very
same publication. As many counts must be found as the threshold says, or as what is published leaves
(DATA_RESPONSIBILITY, 7); where they are not, more is hidden.

The search starts from what is published and never looks at the true counts: whoever runs it on another table that
leads to the same publication finds the same, so its outcome tells nothing either.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.disclosure.protect import Option, Programme, System

FAR = 1e4
NEAR_TURNS, TURNS = 5, 10
"""Further tables tried for a count that the nearest does not lead to: so many near ones, then any that fit."""
STARTS, FIRST_TURNS = 16, 3
"""Tables tried, near each of the places to start from, until a first one leads to the publication."""
Table = list[int]


@dataclass(frozen=True)
class Left:
    """Of one cell: the counts that are left to who runs the program again (`found`), and how many could be, by all
    that is published (`possible`, counted to the threshold). large: whether all that are left are no small counts."""

    found: frozenset[int]
    possible: int
    large: bool = False

    @property
    def enough(self) -> bool:
        return self.large or len(self.found) >= self.possible


def left_to_rerun(
    system: System,
    told: Sequence[Option],
    leads: Callable[[Table], bool],
    places: Collection[int],
    hasty: bool = True,
    most: int = 400,
) -> dict[int, Left]:
    """Cell -> what is left of it. told: the option of each cell. leads: whether the whole program would publish another
    table so. places: cells to look at. hasty: whether to stop at the first cell of which too little is left. most:
    tables tried; a count for which there was no more time is not found."""
    return _Search(system, told, leads, most).run(places, hasty)


def alike(one: Option, other: Option) -> bool:
    """Whether two ways of telling look the same to a reader."""
    if "hidden" in (one.mark, other.mark):
        return one.mark == other.mark
    return (one.low, one.high) == (other.low, other.high)


class _Search:
    def __init__(
        self, system: System, told: Sequence[Option], leads: Callable[[Table], bool], most: int
    ) -> None:
        self.threshold, self.leads, self.left = system.threshold, leads, most
        self.low = np.array([option.low for option in told], dtype=float)
        self.high = np.array([option.high for option in told], dtype=float)
        self.starts = list(self._starts(system))
        self.tables = _Nearest(system.matrix, self.low, self.high, self.starts[0])
        self.seen: list[set[int]] = [set() for _ in told]

    def _starts(self, system: System) -> Iterator[np.ndarray]:
        """Tables to look near: few violations, some, many; then some parts of the region few, and others many."""
        for turn in range(STARTS):
            height = np.full(len(self.low), (0.1, 0.4, 0.9)[turn % 3])
            for total, parts in system.sums if turn > 2 else ():
                height[list(parts)] = ((total + 1) * 7919 * turn % 13) / 12
            yield np.rint(self.low + height * np.minimum(self.high - self.low, 20))

    def run(self, places: Collection[int], hasty: bool) -> dict[int, Left]:
        found: dict[int, Left] = {}
        if places:
            self._first(next(iter(places)))
        for place in places:
            possible = 0
            for count in self._counts(place):
                if possible >= self.threshold or self.left <= 0:
                    break
                if count in self.seen[place]:
                    possible += 1
                    continue
                if self.tables.with_count(place, count) is None:
                    continue
                possible += 1
                for table in self._near(place, count):
                    self._try(table)
                    if count in self.seen[place] or self.left <= 0:
                        break
            seen = self.seen[place]
            large = bool(seen) and min(seen) >= self.threshold
            found[place] = Left(frozenset(seen), possible, large)
            if hasty and not found[place].enough:
                break
        return found

    def _near(self, place: int, count: int) -> Iterator[Table]:
        """Tables with one count as asked: the nearest to one that leads to the publication, others near it, any."""
        centre = self.tables.centre_now
        for turn in range(TURNS + 1):
            if (table := self.tables.with_count(place, count, turn)) is not None:
                yield table
        try:
            for start in self.starts[::2]:
                self.tables.centre(start)
                if (table := self.tables.with_count(place, count)) is not None:
                    yield table
        finally:
            self.tables.centre(centre)

    def _first(self, place: int) -> None:
        """Find a table that leads to the publication, and look for others near it."""
        for start in self.starts:
            self.tables.centre(start)
            for turn in range(FIRST_TURNS):
                table = self.tables.any(turn)
                if table is not None and self._try(table):
                    self.tables.centre(table)
                    return

    def _counts(self, place: int) -> list[int]:
        """Counts that a cell may have, the nearest to the middle of the search first, and none far above it."""
        value = self.tables.at(place)
        low, high = int(self.low[place]), int(min(self.high[place], value + self.threshold))
        return sorted(range(low, high + 1), key=lambda count: (abs(count - value), count))

    def _try(self, table: Table) -> bool:
        """Run the program on another table; where it publishes the same, its counts are left."""
        self.left -= 1
        if not self.leads(table):
            return False
        for place, count in enumerate(table):
            self.seen[place].add(count)
        return True


class _Nearest:
    """Tables that fit what is published and differ least from one in the middle, with one count as asked."""

    def __init__(self, matrix: np.ndarray, low: np.ndarray, high: np.ndarray, middle: np.ndarray) -> None:
        self._ends, self._matrix, self._size = (low, high), matrix, len(low)
        self.centre(middle)

    def centre(self, table: Sequence[int] | np.ndarray) -> None:
        size, (low, high) = self._size, self._ends
        self._low = np.concatenate([low, np.zeros(2 * size)])
        self._high = np.concatenate([high, np.full(2 * size, FAR)])
        cost = np.concatenate([np.zeros(size), np.ones(2 * size)])
        self.centre_now, self._turn = np.asarray(table, dtype=float), 0
        self._programme = Programme(cost, self._low, self._high)
        nothing, zero = np.zeros((len(self._matrix), 2 * size)), np.zeros(len(self._matrix))
        self._programme.add_rows(np.hstack([self._matrix, nothing]), zero, zero)
        one = np.eye(size)
        self._programme.add_rows(np.hstack([one, -one, one]), self.centre_now, self.centre_now)

    def at(self, place: int) -> int:
        return int(self.centre_now[place])

    def any(self, turn: int) -> Table | None:
        """A table that fits, another one each turn."""
        return self._solve(self._low, self._high, 0, turn, near=True)

    def with_count(self, place: int, count: int, turn: int = 0) -> Table | None:
        """None where no table fits, or none of whole numbers comes of it. turn: 0 for the nearest, else another one
        that is near."""
        low, high = self._low.copy(), self._high.copy()
        low[place] = high[place] = count
        return self._solve(low, high, place, turn, near=turn <= NEAR_TURNS)

    def _solve(self, low: np.ndarray, high: np.ndarray, place: int, turn: int, near: bool) -> Table | None:
        for cell in range(self._size if turn or self._turn else 0):
            pull = ((cell * 7919 + place * 31 + 17) * turn % 11 - 5) / 5
            self._programme.set_cost(cell, 0.0 if near else pull)
            for side in (1, 2):
                self._programme.set_cost(side * self._size + cell, 1 + abs(pull) * side if near else 0.0)
        self._turn = turn
        self._programme.set_bounds(low, high)
        try:
            found = self._programme.solve().x[: self._size]
        except RuntimeError:
            return None
        table = np.rint(found)
        if np.abs(table - found).max() > 1e-6 or np.abs(self._matrix @ table).max() > 0:
            return None
        return [int(count) for count in table]
