"""What published counts leave possible, as intervals, and the arrows that are certain whatever hides in them.

Only published figures enter: an arrow tells nothing that a reader with a pencil could not find.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pipeline.annexes.common import arrow
from pipeline.annexes.model import Change
from pipeline.disclosure.counts import Count
from pipeline.disclosure.published import Published
from pipeline.month import Month

Interval = tuple[int, int]


def by_category(published: Published, month: Month, region: str) -> dict[str, Interval]:
    """Category key -> smallest and largest count of a region's month, both included."""
    total = published.regions.get(month, {}).get(region, 0)
    told = published.region_categories.get(month, {}).get(region, {})
    found = {key: _interval(count, total) for key, count in told.items()}
    # Figures kept as they were first told need not add up to a total that has changed since.
    if month in published.first_told:
        return found
    return _within_total(found, total)


def _interval(count: Count, most: int) -> Interval:
    if count.state == "exact":
        return count.value, count.value
    if count.state == "range":
        return count.low, most if count.high is None else count.high
    return 0, most


def _within_total(found: Mapping[str, Interval], total: int) -> dict[str, Interval]:
    """Each count is at most what the others' least leave of the total, and at least what their most leave."""
    least, most = (sum(bounds[side] for bounds in found.values()) for side in (0, 1))
    return {
        key: (max(low, total - (most - high)), min(high, total - (least - low)))
        for key, (low, high) in found.items()
    }


def added(parts: Iterable[Interval]) -> Interval:
    """The interval of a sum."""
    pairs = list(parts)
    return sum(low for low, _ in pairs), sum(high for _, high in pairs)


def certain_arrow(now: Interval, before: Interval) -> Change | None:
    """The bulletin's arrow where every count within the intervals gives the same, else None.

    The arrow rises with `now` and falls with `before`, so the two extremes decide.
    """
    lowest, highest = arrow(now[0], before[1]), arrow(now[1], before[0])
    return lowest if lowest == highest else None
