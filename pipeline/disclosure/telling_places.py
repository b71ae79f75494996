"""Choose how a region's communes and cercles are told: natural where that is safe, else by the office's key.

The way that loses least depends on the counts, and the program is open: who reruns it on supposed counts would see
which of them lead to what was published. So ways are tried in an order that only the office's key and the classes of
the counts give, and the first that is safe, and that enough other counts lead to (see `left_to_rerun`), is taken. Both are
judged by what is published alone, so they tell nothing of the counts behind. A coarser way would say that the finer ones
failed; so the office's key takes it now and then where there was no need (`drawn`), and to who has not the key every count
that fits what it says stays possible.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from pipeline.disclosure.office import Office
from pipeline.disclosure.protect import TOLERANCE, Attacker, CellKey, Option, Programme, System

DERIVED_COST = 6.0
"""What it costs to tell a cercle only as far as its communes do ("21 à 24"), beside the costs of `options`."""
AS_IT_COMES, CLASSED, NO_COMMUNES = range(3)
"""Ways looked at before a region is told by its total alone: figures widened one by one until it is safe; every cercle
by its parts and every commune by its class; no commune, and every cercle by its class. Each cell of the last two by its
class, whatever finer way would be safe: else who runs the program again could exclude the tables that such a way fits."""
SELDOM, COMMUNES_FROM = 8, 30
"""The key draws a coarser way without need once in so many regions, and once more for each ten of the region's violations;
that of no commune where there are fewer than so many violations."""
Choice = list[Option]
Publication = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Told:
    """marks: the option of each cell, None where only what everybody knows is told. left: of each cell that may be
    small, what is left to who runs the program again."""

    marks: dict[CellKey, Option] | None
    left: Mapping[CellKey, Left]


def drawn(totals: Mapping[str, int], office: Office) -> int:
    """The first way to look at, by the key and by what everybody knows. totals: region -> its violations."""
    whole = sum(totals.values())
    chance = 1 / (SELDOM + whole // 10)
    if whole < COMMUNES_FROM and office.draw("sans commune", *totals) < chance:
        return NO_COMMUNES
    return CLASSED if office.draw("en classes", *totals) < chance else AS_IT_COMES


def settle(system: System, office: Office) -> Told:
    """The first way of telling that is safe, and that enough other counts would lead to as well: see
    AS_IT_COMES and the next ones."""
    return _Region(system, office).settle()


@dataclass
class _Region:
    """One system. safe: publication -> whether no subtraction narrows it, whatever the counts behind."""

    system: System
    office: Office
    safe: dict[Publication, bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        cells = self.system.cells
        self.cercles = {
            total: parts
            for total, parts in self.system.sums
            if cells[total].key[0] == "cercle" and cells[parts[0]].key[0] != "part"
        }
        self.communes = [place for place, cell in enumerate(cells) if cell.key[0] == "commune"]
        self.most = np.array([cell.options[-1].high for cell in cells])
        least = np.array([cell.options[-1].low for cell in cells])
        self.limits = np.minimum(self.most - least, self.system.threshold)
        self.ways = [(cell.ways, {cell.value: cell.options}) for cell in cells]

    def settle(self) -> Told:
        counts = [cell.value for cell in self.system.cells]
        totals = {cell.key[1]: cell.value for cell in self.system.cells if cell.key[0] == "region"}
        for attempt in range(drawn(totals, self.office), NO_COMMUNES + 1):
            choice = self.choose(counts, attempt)
            if choice is None:
                continue
            left = self.verdict(choice, attempt)
            if all(one.enough for one in left.values()):
                keys = [cell.key for cell in self.system.cells]
                return Told(
                    dict(zip(keys, choice, strict=True)), {keys[place]: one for place, one in left.items()}
                )
        return Told(None, {})

    def verdict(self, choice: Choice, attempt: int) -> dict[int, Left]:
        """What is left of each cell that may be small, to who runs the attempt again. Every table with the same classes
        is told the same in classes."""
        return left_to_rerun(
            self.system,
            choice,
            lambda table: attempt != AS_IT_COMES or self.leads(table, choice, attempt),
            self.open(choice),
        )

    def leads(self, table: Sequence[int], choice: Choice, attempt: int) -> bool:
        """Whether the attempt on another table ends in the same publication."""
        found = self.choose(table, attempt)
        return found is not None and all(map(alike, found, choice))

    def open(self, choice: Choice) -> list[int]:
        """Cells that may be small and are not told, in the tables where something is told less than it could be: where
        nothing is, the program had no choice."""
        group = list(range(len(choice)))

        def root(place: int) -> int:
            while group[place] != place:
                place = group[place]
            return place

        free = [option.low < option.high for option in choice]
        for total, parts in self.system.sums:
            linked = [place for place in (total, *parts) if free[place]]
            for place in linked[1:]:
                group[root(place)] = root(linked[0])
        chosen = {root(place) for place, option in enumerate(choice) if free[place] and option.cost}
        return [
            place
            for place, option in enumerate(choice)
            if free[place]
            and option.low < self.system.threshold
            and (option.mark, option.need) != ("hidden", "none")
            and root(place) in chosen
        ]

    def options(self, place: int, count: int) -> tuple[Option, ...]:
        ways, known = self.ways[place]
        if count not in known:
            known[count] = ways(count) if ways else self.system.cells[place].options
        return known[count]

    def choose(self, counts: Sequence[int], attempt: int) -> Choice | None:
        """The option of each cell; None where nothing is safe but to tell what everybody knows."""
        choice = [self.options(place, count)[0] for place, count in enumerate(counts)]
        derived: set[int] = set()
        if attempt == NO_COMMUNES:
            for place in self.communes:
                choice[place] = replace(self.options(place, counts[place])[-1], need="none")
            steps = self._classes(counts, self.cercles)
        else:
            for total, parts in self.cercles.items():
                for change in self._ways(counts, choice, total, parts):
                    _widen(choice, change)
                    if self._safe_alone(choice, total, parts):
                        break
                if choice[total].mark == "range":
                    derived.add(total)
            steps = self._wider(counts, choice, derived)
        for at, change in enumerate(({}, *steps)):
            derived |= set(change) & set(self.cercles) if attempt != NO_COMMUNES else set()
            _widen(choice, change)
            for total in derived:
                choice[total] = self._derived(choice, total)
            if attempt != AS_IT_COMES and at < len(steps):
                continue
            said = _said(choice)
            if said not in self.safe:
                self.safe[said] = self._safe(choice)
            if self.safe[said]:
                return choice
        return None

    def _ways(
        self, counts: Sequence[int], choice: Choice, total: int, parts: tuple[int, ...]
    ) -> Iterator[dict[int, Option]]:
        """As it is where all its parts are told; else one commune told less exactly, then another one too, until the
        cercle is told as far as its parts are. What was not enough stays: to take it back would say why."""
        derived = self._derived(choice, total)
        if derived.mark == "exact" or not choice[total].high:
            yield {}
            return
        changes = [
            (option.cost, {part: option})
            for part in parts
            for option in self.options(part, counts[part])[1:-1]
            if option.low >= self.system.threshold
        ]
        luck = self.office.luck(*self.system.cells[total].key)
        # Drawn first, or last of all: not because a figure before it would not have been safe.
        by_parts = DERIVED_COST * luck("derived")
        for cost, change in sorted(changes, key=lambda way: way[0]):
            if by_parts < cost:
                break
            by_parts = math.inf
            yield change
        yield {total: self._derived(choice, total)}

    def _derived(self, choice: Choice, total: int) -> Option:
        """The total as the sum of what is told of its parts: nothing that they do not say."""
        low = sum(choice[part].low for part in self.cercles[total])
        high = min(int(self.most[total]), sum(choice[part].high for part in self.cercles[total]))
        if low == high:
            return Option("exact", low, high, 0.0, "none")
        return Option("range", low, high, DERIVED_COST, "wide" if low < self.system.threshold else "none")

    def _safe_alone(self, choice: Choice, total: int, parts: tuple[int, ...]) -> bool:
        """Whether the one sum gives nothing away, nor would with one violation more or less: where a figure that is
        only just safe is not told, its not being told leaves every count possible."""
        low = sum(choice[part].low for part in parts)
        high = sum(choice[part].high for part in parts)
        whole = choice[total]
        for slack in (0, -1, 1) if whole.low == whole.high else (0,):
            start, end = whole.low + slack, whole.high + slack
            if slack and not low <= start <= high:
                continue
            for part in parts:
                own = choice[part]
                least = max(own.low, start - (high - own.high))
                most = min(own.high, end - (low - own.low))
                if not self._left(part, own, least, most):
                    return False
            if not slack and not self._left(total, whole, max(start, low), min(end, high)):
                return False
        return True

    def _left(self, place: int, option: Option, least: float, most: float, exact: bool = True) -> bool:
        """exact: whether these are the ends of what fits, and not only of tables seen so far."""
        if option.need == "whole":
            return least <= option.low + TOLERANCE and most >= option.high - TOLERANCE
        if option.need == "none":
            return True
        if exact and (most <= TOLERANCE or least >= self.system.threshold - TOLERANCE):
            return True  # no violation, or not a small count, whatever the truth is
        # A cercle that has one small commune is as uncertain as the class of small counts.
        few = self.system.threshold - 2 if option.mark == "range" else self.system.threshold
        return bool(most - least >= min(self.limits[place], few) - TOLERANCE)

    def _wider(self, counts: Sequence[int], choice: Choice, derived: set[int]) -> list[dict[int, Option]]:
        """More and more told less exactly, one after the other: cercles, then communes that are not small."""
        order = self.office.shuffled(list(self.cercles), "ensemble")
        others = [place for place in range(len(counts)) if place not in self.cercles]
        return [{total: choice[total]} for total in order if total not in derived] + self._classes(
            counts, others
        )

    def _classes(self, counts: Sequence[int], places: Collection[int]) -> list[dict[int, Option]]:
        """Counts that are not small, told less exactly one after the other."""
        steps = [
            (option.cost, place, option)
            for place in places
            for option in self.options(place, counts[place])[1:-1]
            if option.low >= self.system.threshold
        ]
        return [{place: option} for _, place, option in sorted(steps, key=lambda step: step[:2])]

    def _safe(self, choice: Choice) -> bool:
        """Whether no chain of subtractions over all sums narrows what is told."""
        attacker = Attacker(self.system)
        low = np.array([option.low for option in choice], dtype=float)
        high = np.array([option.high for option in choice], dtype=float)
        attacker.learn(low, high)

        def left(place: int, exact: bool = False) -> bool:
            return self._left(place, choice[place], attacker.lowest[place], attacker.highest[place], exact)

        for place in np.flatnonzero(low < high).tolist():
            if not left(place):
                attacker.largest(place)
                if not left(place):
                    attacker.smallest(place)
                    if not left(place, exact=True):
                        return False
        return True


def _widen(choice: Choice, change: Mapping[int, Option]) -> None:
    """Tell less of some cells, and never more; a cercle no longer by itself but as far as its parts are."""
    for place, option in change.items():
        if option.mark == "range" or (option.low <= choice[place].low and choice[place].high <= option.high):
            choice[place] = option


def _said(choice: Choice) -> Publication:
    return tuple((-1, -1) if option.mark == "hidden" else (option.low, option.high) for option in choice)


# What a reader who has the program could still exclude: whether other tables would have been published in the same way.
#
# The choice of what to hide depends on the counts, and the program is open. So for each cell that must stay uncertain,
# tables are sought that fit all that is published, give the cell another count, and lead the whole program to the very
# same publication. As many counts must be found as the threshold says, or as what is published leaves
# (DATA_RESPONSIBILITY, 7); where they are not, more is hidden.
#
# The search starts from what is published and never looks at the true counts: whoever runs it on another table that
# leads to the same publication finds the same, so its outcome tells nothing either.


FAR = 1e4
NEAR_TURNS, TURNS = 5, 10
"""Further tables tried for a count that the nearest does not lead to: so many near ones, then any that fit."""
STARTS, FIRST_TURNS = 16, 3
"""Tables tried, near each of the places to start from, until a first one leads to the publication."""
CountTable = list[int]


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
    leads: Callable[[CountTable], bool],
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
        self, system: System, told: Sequence[Option], leads: Callable[[CountTable], bool], most: int
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

    def _near(self, place: int, count: int) -> Iterator[CountTable]:
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

    def _try(self, table: CountTable) -> bool:
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

    def any(self, turn: int) -> CountTable | None:
        """A table that fits, another one each turn."""
        return self._solve(self._low, self._high, 0, turn, near=True)

    def with_count(self, place: int, count: int, turn: int = 0) -> CountTable | None:
        """None where no table fits, or none of whole numbers comes of it. turn: 0 for the nearest, else another one
        that is near."""
        low, high = self._low.copy(), self._high.copy()
        low[place] = high[place] = count
        return self._solve(low, high, place, turn, near=turn <= NEAR_TURNS)

    def _solve(
        self, low: np.ndarray, high: np.ndarray, place: int, turn: int, near: bool
    ) -> CountTable | None:
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
