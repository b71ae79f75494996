"""Choose how a region's communes and cercles are told: natural where that is safe, else by the office's key.

The way that loses least depends on the counts, and the program is open: who reruns it on supposed counts would see
which of them lead to what was published. So ways are tried in an order that only the office's key and the classes of
the counts give, and the first that is safe is taken. Whether it is safe depends on what is published alone, the same
for all counts that fit; so most of them lead to the same choice (`rerun` looks whether enough do).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from pipeline.disclosure.office import Office
from pipeline.disclosure.protect import TOLERANCE, Attacker, CellKey, Option, Programme, System, Ways

# What a reader who has the program could still exclude: whether other tables would have been published in the same way.
#
# The choice of what to hide depends on the counts, and the program is open. So for each cell that must stay uncertain,
# tables are sought that fit all that is published, give the cell another count, and would lead the program to the very
# same publication. As many counts must be found as the threshold says, or as the printed totals leave
# (DATA_RESPONSIBILITY, 7); where they are not, more is hidden.


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


DERIVED_COST = 6.0
"""What it costs to tell a cercle only as far as its communes do ("21 à 24"), beside the costs of `options`."""
ATTEMPTS = 16
"""Ways looked at before a region is told by its cercles, or its total, alone."""
Choice = dict[int, Option]


@dataclass(frozen=True)
class Told:
    """marks: the option of each cell, None where only what everybody knows is told. left: of each cell that may be
    small, what is left to who runs the program again."""

    marks: dict[CellKey, Option] | None
    left: Mapping[CellKey, Left]


def settle(system: System, office: Office) -> Told:
    """The first way of telling that is safe, and that enough other counts would lead to as well: where they would not,
    the cercle that says so is told by its parts, then more of the region less exactly."""
    judged: dict[bytes, bool] = {}
    skipped, by_parts = 0, frozenset[int]()
    homes = {place: total for total, parts in _cercles(system).items() for place in (total, *parts)}
    place_of = {cell.key: place for place, cell in enumerate(system.cells)}
    for _ in range(ATTEMPTS):
        choose = partial(tell_places, office=office, skipped=skipped, judged=judged, by_parts=by_parts)
        marks = choose(system)
        if marks is None:
            break
        left = left_to_rerun(system, marks, choose)
        short = [homes.get(place_of[key]) for key, one in left.items() if not one.enough]
        if not short:
            return Told(marks, left)
        if short[0] is None or short[0] in by_parts:
            skipped += 1
        else:
            by_parts |= {short[0]}
    return Told(None, {})


def tell_places(
    system: System,
    office: Office,
    skipped: int = 0,
    judged: dict[bytes, bool] | None = None,
    by_parts: Collection[int] = (),
) -> dict[CellKey, Option] | None:
    """The option of each cell, by its key; None where nothing is safe but to tell what everybody knows. skipped: how
    many of the steps that tell less are gone before the first look. judged: publications whose safety is known, added to;
    it is the same whatever the counts behind them. by_parts: cercles told only as far as their parts are."""
    choice = {place: cell.options[0] for place, cell in enumerate(system.cells)}
    cercles = _cercles(system)
    for total, parts in cercles.items():
        if total in by_parts:
            choice[total] = _derived(system, choice, total, parts)
            continue
        for change in _ways(system, choice, total, parts, office):
            if _safe_alone(system, choice | change, total, parts):
                choice |= change
                break
    judged = {} if judged is None else judged
    derived = {total for total in cercles if choice[total].mark == "range" or total in by_parts}
    for step, change in enumerate(({}, *_wider(system, choice, cercles, office))):
        derived |= set(change) & set(cercles)
        choice |= {place: option for place, option in change.items() if place not in cercles}
        choice |= {total: _derived(system, choice, total, cercles[total]) for total in derived}
        if step < skipped:
            continue
        ends = np.array([(choice[at].low, choice[at].high) for at in range(len(choice))], dtype=float)
        said = ends.tobytes()
        if said not in judged:
            judged[said] = _safe(system, choice, ends)
        if judged[said]:
            return {system.cells[place].key: option for place, option in choice.items()}
    return None


def _cercles(system: System) -> dict[int, tuple[int, ...]]:
    """Each cercle's cell -> what its total is the sum of."""
    return {
        total: parts
        for total, parts in system.sums
        if system.cells[total].key[0] == "cercle"
        and system.cells[parts[0]].key[0] != "part"
        and not all(system.cells[part].options[0].mark == "hidden" for part in parts)
    }


def without_communes(system: System) -> System:
    """The same tables where no commune is told."""

    def hidden(ways: Ways) -> Ways:
        return lambda count: (replace(ways(count)[-1], cost=0.0),)

    cells = (
        replace(cell, ways=hidden(cell.ways), options=hidden(cell.ways)(cell.value))
        if cell.key[0] == "commune" and cell.ways
        else cell
        for cell in system.cells
    )
    return System(tuple(cells), system.sums, system.threshold)


def _ways(
    system: System, choice: Choice, total: int, parts: tuple[int, ...], office: Office
) -> Iterator[Choice]:
    """As it is where all its parts are told; else one commune told less exactly, or the cercle told as far as its parts
    are. A sum that happens to be safe beside small parts is no way: that another one is taken would say that the sum
    is not."""
    derived = _derived(system, choice, total, parts)
    if derived.mark == "exact" or not choice[total].high:
        yield {}
        return
    changes = [
        (option.cost, {part: option})
        for part in parts
        for option in system.cells[part].options[1:-1]
        if option.low >= system.threshold
    ]
    changes.append((DERIVED_COST * office.luck(*system.cells[total].key)("derived"), {total: derived}))
    for _, change in sorted(changes, key=lambda way: way[0]):
        yield change
    yield {total: derived}


def _derived(system: System, choice: Choice, total: int, parts: tuple[int, ...]) -> Option:
    """The total as the sum of what is told of its parts: nothing that they do not say."""
    most = system.cells[total].options[-1].high
    low = sum(choice[part].low for part in parts)
    high = min(most, sum(choice[part].high for part in parts))
    if low == high:
        return Option("exact", low, high, 0.0, "none")
    return Option("range", low, high, DERIVED_COST, "wide" if low < system.threshold else "none")


def _safe_alone(system: System, choice: Choice, total: int, parts: tuple[int, ...]) -> bool:
    """Whether the one sum gives nothing away."""
    low = sum(choice[part].low for part in parts)
    high = sum(choice[part].high for part in parts)
    whole = choice[total]
    for part in parts:
        own = choice[part]
        least = max(own.low, whole.low - (high - own.high))
        most = min(own.high, whole.high - (low - own.low))
        if not _left(own, least, most, min(system.threshold, own.high - own.low)):
            return False
    return _left(
        whole, max(whole.low, low), min(whole.high, high), min(system.threshold, whole.high - whole.low)
    )


def _left(option: Option, least: float, most: float, wanted: float) -> bool:
    if option.need == "whole":
        return least <= option.low + TOLERANCE and most >= option.high - TOLERANCE
    return option.need == "none" or most - least >= wanted - TOLERANCE


def _wider(
    system: System, choice: Mapping[int, Option], cercles: Mapping[int, tuple[int, ...]], office: Office
) -> Iterator[Choice]:
    """More and more told less exactly, one after the other: cercles, then communes that are not small."""
    for total in office.shuffled(list(cercles), "ensemble"):
        if choice[total].mark != "range":
            natural = {part: system.cells[part].options[0] for part in cercles[total]}
            yield natural | {total: choice[total]}
    steps = [
        (option.cost, place, option)
        for place, cell in enumerate(system.cells)
        for option in cell.options[1:-1]
        if option.low >= system.threshold and place not in cercles
    ]
    for _, part, option in sorted(steps, key=lambda step: step[:2]):
        yield {part: option}


def _limits(system: System) -> np.ndarray:
    """How wide each cell could be at most, by the totals that everybody knows."""
    high = np.array([cell.options[-1].high for cell in system.cells], dtype=float)
    low = np.array([cell.options[-1].low for cell in system.cells], dtype=float)
    return np.asarray(np.minimum(high - low, system.threshold))


def _safe(system: System, choice: Choice, ends: np.ndarray) -> bool:
    """Whether no chain of subtractions over all sums narrows what is told. ends: low and high of each cell."""
    attacker, limits = Attacker(system), _limits(system)
    low, high = ends.T.copy()
    attacker.learn(low, high, system.values)

    def left(place: int) -> bool:
        # A cercle that has one small commune is as uncertain as the class of small counts.
        few = system.threshold - 2 if choice[place].mark == "range" else system.threshold
        wanted = min(limits[place], few)
        return _left(choice[place], attacker.lowest[place], attacker.highest[place], wanted)

    for place in range(len(system.cells)):
        if low[place] == high[place] or left(place):
            continue
        attacker.largest(place)
        if not left(place):
            attacker.smallest(place)
            if not left(place):
                return False
    return True
