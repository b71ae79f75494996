"""Sentences about published counts that say no more than the counts do. For captions and notes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pipeline.disclosure.counts import Count
from pipeline.french import NBSP, number


def bounds(count: Count) -> tuple[int, int | None]:
    """What a reader may take the count to be: low and high, both included; high None: no upper end."""
    if count.state == "suppressed":
        return 0, None
    return count.low, count.high if count.state == "range" else count.low


def total(counts: Iterable[Count]) -> Count:
    """The sum as far as its parts are published: exact where all are, else the interval they leave.

    Areas that are not covered or without data add nothing, as on the map.
    """
    low, high = 0, 0
    for count in counts:
        least, most = bounds(count)
        low += least
        high = -1 if high < 0 or most is None else high + most
    if high == low:
        return Count.exact(low)
    return Count.within(low, None if high < 0 else high)


def highest(counts: Mapping[str, Count]) -> tuple[str, ...]:
    """Codes certain to have the largest count: all that are exact and equal, none where a count that is
    only known within an interval could be larger, or where nothing is above zero."""
    best = max((count.value for count in counts.values() if count.state == "exact"), default=0)
    if best <= 0:
        return ()
    for count in counts.values():
        most = bounds(count)[1]
        if count.state != "exact" and (most is None or most >= best):
            return ()
    return tuple(code for code, count in counts.items() if count.state == "exact" and count.value == best)


def phrase(count: Count, singular: str, many: str | None = None) -> str:
    """ "12 violations", "1 à 4 violations", "au moins 12 violations", "un nombre non publié de violations"."""
    plural = many if many is not None else f"{singular}s"
    if count.state == "exact":
        return f"{number(count.value)}{NBSP}{singular if count.value < 2 else plural}"
    if count.state == "range":
        if count.high is None:
            return f"au moins {number(count.low)}{NBSP}{plural}"
        return f"{number(count.low)}{NBSP}à{NBSP}{number(count.high)}{NBSP}{plural}"
    return f"{count.text} ({plural})" if count.state != "suppressed" else f"un nombre non publié de {plural}"
