"""Choose how a region's communes and cercles are told: natural where that is safe, else by the office's key.

The way that loses least depends on the counts, and the program is open: who reruns it on supposed counts would see
which of them lead to what was published. So ways are tried in an order that only the office's key and the classes of
the counts give, and the first that is safe is taken. Whether it is safe depends on what is published alone, the same
for all counts that fit; so most of them lead to the same choice (`rerun` looks whether enough do).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from pipeline.disclosure.office import Office
from pipeline.disclosure.protect import TOLERANCE, Attacker, CellKey, Option, System, Ways
from pipeline.disclosure.rerun import Left, left_to_rerun

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
