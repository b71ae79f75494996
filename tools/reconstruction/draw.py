"""Chance that is the same on every machine and in every version: only `random.Random.random()` is used,
the one method whose sequence Python guarantees for a given seed."""

from __future__ import annotations

import random
from collections.abc import Mapping, MutableSequence, Sequence
from typing import TypeVar

T = TypeVar("T")


class Draw:
    """A stream of draws. `label` separates streams, so that a change in one leaves the others alone."""

    def __init__(self, label: str) -> None:
        self._random = random.Random(f"monitoring-2021/{label}")

    def below(self, n: int) -> int:
        """A whole number 0 <= k < n."""
        return int(self._random.random() * n)

    def between(self, low: float, high: float) -> float:
        """A number low <= x < high."""
        return low + self._random.random() * (high - low)

    def chance(self, share: float) -> bool:
        """True with probability `share` (0 to 1)."""
        return self._random.random() < share

    def one(self, items: Sequence[T]) -> T:
        """One item, each as likely as the others."""
        return items[self.below(len(items))]

    def weighted(self, weights: Mapping[T, float]) -> T:
        """One key, in proportion to its weight. Raises ValueError where all weights are zero."""
        possible = {key: weight for key, weight in weights.items() if weight > 0}
        if not possible:
            raise ValueError("all weights are zero")
        left = self._random.random() * sum(possible.values())
        for key, weight in possible.items():
            left -= weight
            if left < 0:
                return key
        return next(reversed(possible))

    def shuffle(self, items: MutableSequence[T]) -> None:
        """Fisher and Yates, in place."""
        for i in range(len(items) - 1, 0, -1):
            j = self.below(i + 1)
            items[i], items[j] = items[j], items[i]
