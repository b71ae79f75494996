"""Choose how a region's communes and cercles are told: natural where that is safe, else by the office's key.

The way that loses least depends on the counts, and the program is open: who reruns it on supposed counts would see
which of them lead to what was published. So ways are tried in an order that only the office's key and the classes of
the counts give, and the first that is safe, and that enough other counts lead to (see `rerun`), is taken. Both are
judged by what is published alone, so they tell nothing of the counts behind.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from pipeline.disclosure.office import Office
from pipeline.disclosure.protect import TOLERANCE, Attacker, CellKey, Option, System
from pipeline.disclosure.rerun import Left, alike, left_to_rerun

DERIVED_COST = 6.0
"""What it costs to tell a cercle only as far as its communes do ("21 à 24"), beside the costs of `options`."""
AS_IT_COMES, CLASSED, NO_COMMUNES = range(3)
"""Ways looked at before a region is told by its total alone: figures widened one by one until it is safe; every cercle
by its parts and every commune by its class; no commune."""
TABLES = {AS_IT_COMES: 400, CLASSED: 200, NO_COMMUNES: 400}
"""Tables that are tried of each: that a way was taken only after another takes long to see."""
Choice = list[Option]
Publication = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Told:
    """marks: the option of each cell, None where only what everybody knows is told. left: of each cell that may be
    small, what is left to who runs the program again."""

    marks: dict[CellKey, Option] | None
    left: Mapping[CellKey, Left]


def settle(system: System, office: Office) -> Told:
    """The first way of telling that is safe, and that enough other counts would lead to as well: see
    AS_IT_COMES and the next ones."""
    return _Region(system, office).settle()


@dataclass
class _Region:
    """One system. safe: publication -> whether no subtraction narrows it. verdicts: publication, by the attempt that
    led to it -> what is left of each cell. Both are the same whatever the counts behind."""

    system: System
    office: Office
    safe: dict[Publication, bool] = field(default_factory=dict)
    verdicts: dict[tuple[int, Publication], dict[int, Left]] = field(default_factory=dict)

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
        for attempt in TABLES:
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
        """What is left of each cell that may be small, to who runs all the attempts again."""
        key = (attempt, _said(choice))
        if key not in self.verdicts:
            self.verdicts[key] = left_to_rerun(
                self.system,
                choice,
                lambda table: self.leads(table, choice, attempt),
                self.open(choice),
                most=TABLES[attempt],
            )
        return self.verdicts[key]

    def leads(self, table: Sequence[int], choice: Choice, attempt: int) -> bool:
        """Whether the program on another table ends in the same publication, after the same attempts."""
        found = self.choose(table, attempt)
        if found is None or not all(map(alike, found, choice)):
            return False
        # Which tables would have had communes told is not looked at where none are: there is no room left to hide it.
        for before in (AS_IT_COMES,) if attempt == CLASSED else ():
            tried = self.choose(table, before)
            if tried is not None and all(one.enough for one in self.verdict(tried, before).values()):
                return False
        return True

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
            if attempt == CLASSED and at < len(steps):
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
