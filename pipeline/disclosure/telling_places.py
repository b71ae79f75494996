"""Choose how a region's communes and cercles are told: natural where that is safe, else by the office's key.

The way that loses least depends on the counts, and the program is open: who reruns it on supposed counts would see
which of them lead to what was published. So ways are tried in an order that only the office's key and the classes of
the counts give, and the first that is safe is taken. Whether it is safe depends on what is published alone, the same
for all counts that fit; so most of them lead to the same choice (`rerun` looks whether enough do).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from pipeline.disclosure.office import Office
from pipeline.disclosure.protect import TOLERANCE, Attacker, Key, Option, System
from pipeline.disclosure.rerun import Left, left_to_rerun

DERIVED_COST = 6.0
"""What it costs to tell a cercle only as far as its communes do ("21 à 24"), beside the costs of `options`."""
SKIPPED, DRAWS = 2, 6
"""Steps skipped, and orders drawn anew, before a region is told by its total alone."""
Choice = dict[int, Option]


@dataclass(frozen=True)
class Told:
    """marks: the option of each cell, None where only what everybody knows is told. left: of each cell that may be
    small, what is left to who runs the program again."""

    marks: dict[Key, Option] | None
    left: Mapping[Key, Left]


def settle(system: System, office: Office) -> Told:
    """The first way of telling that is safe, and that enough other counts would lead to as well."""
    judged: dict[bytes, bool] = {}
    for draw in range(DRAWS):
        drawn = replace(office, salt=f"{office.salt} {draw}" if draw else office.salt)
        for skipped in range(SKIPPED):
            marks = tell_places(system, drawn, skipped, judged)
            if marks is None:
                if skipped == 0:
                    return Told(None, {})
                break
            left = left_to_rerun(system, marks, lambda other: tell_places(other, drawn, skipped, judged))  # noqa: B023
            if all(one.enough for one in left.values()):
                return Told(marks, left)
    return Told(None, {})


def tell_places(
    system: System, office: Office, skipped: int = 0, judged: dict[bytes, bool] | None = None
) -> dict[Key, Option] | None:
    """The option of each cell, by its key; None where nothing is safe but to tell what everybody knows. skipped: how
    many of the steps that tell less are gone before the first look. judged: publications whose safety is known, added to;
    it is the same whatever the counts behind them."""
    choice = {place: cell.options[0] for place, cell in enumerate(system.cells)}
    cercles = _cercles(system)
    for total, parts in cercles.items():
        for change in _ways(system, choice, total, parts, office):
            if _safe_alone(system, choice | change, total, parts):
                choice |= change
                break
    judged = {} if judged is None else judged
    for step, change in enumerate(({}, *_wider(system, choice, cercles, office))):
        choice |= _again(system, choice, cercles, change)
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
        if system.cells[total].key[0] == "cercle" and system.cells[parts[0]].key[0] != "part"
    }


def _ways(
    system: System, choice: Choice, total: int, parts: tuple[int, ...], office: Office
) -> Iterator[Choice]:
    """As it is where all its parts are told; else one commune told less exactly, or the cercle told as far as its parts
    are. A sum that happens to be safe beside small parts is no way: that another one is taken would say that the sum
    is not."""
    derived = _derived(system, choice, total, parts)
    if derived.mark == "exact":
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
    # A cercle that has one open part is as uncertain as that part, which is looked at by itself.
    several = sum(choice[part].low < choice[part].high for part in parts) > 1
    return Option("range", low, high, DERIVED_COST, "wide" if several and low < system.threshold else "none")


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


def _again(system: System, choice: Choice, cercles: Mapping[int, tuple[int, ...]], change: Choice) -> Choice:
    """The change, and the cercles that are told by their parts told anew. A cercle among the changes is told so."""
    found = {place: option for place, option in change.items() if place not in cercles}
    both = choice | found
    return found | {
        total: _derived(system, both, total, parts)
        for total, parts in cercles.items()
        if total in change or both[total].mark == "range"
    }


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
        told = choice[place]
        wanted = min(limits[place], told.high - told.low)
        return _left(told, attacker.lowest[place], attacker.highest[place], wanted)

    for place in range(len(system.cells)):
        if low[place] == high[place] or left(place):
            continue
        attacker.largest(place)
        if not left(place):
            attacker.smallest(place)
            if not left(place):
                return False
    return True
