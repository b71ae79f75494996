"""What a reader could work out: the smallest and largest value of a cell that fits all that is published.

Linear programmes over all sums at once, so no chain of subtractions escapes. Their dual values say which
published figures betray a cell, as an inequality that holds for every other way to publish (see `protect`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.disclosure.programme import Programme
from pipeline.disclosure.system import System


@dataclass(frozen=True)
class Bound:
    """The extreme of `sign` * cell, and the reduced costs (one a cell) that prove it."""

    value: float
    reduced: np.ndarray


class Attacker:
    """Knows every sum, and for each cell an interval (low, high: one a cell)."""

    def __init__(self, system: System) -> None:
        self._matrix = system.matrix
        size = len(system.cells)
        self._cost = np.zeros(size)
        self._programme = Programme(self._cost, system.values, system.values)
        nothing = np.zeros(len(self._matrix))
        self._programme.add_rows(self._matrix, nothing, nothing)
        self.lowest = system.values.copy()
        self.highest = system.values.copy()

    def learn(self, low: np.ndarray, high: np.ndarray, truth: np.ndarray) -> None:
        """Start anew from published intervals. lowest, highest: extremes seen so far in tables that fit."""
        self._programme.set_bounds(low, high)
        self.lowest, self.highest = truth.copy(), truth.copy()

    def largest(self, cell: int) -> Bound:
        """The largest value of a cell."""
        return self._extreme(cell, 1)

    def smallest(self, cell: int) -> Bound:
        """The smallest value of a cell; Bound.value is its opposite."""
        return self._extreme(cell, -1)

    def _extreme(self, cell: int, sign: int) -> Bound:
        self._programme.set_cost(cell, -float(sign))
        found = self._programme.solve()
        self._programme.set_cost(cell, 0.0)
        # Every solution is a table that fits: it often shows the freedom of other cells as well.
        self.lowest = np.minimum(self.lowest, found.x)
        self.highest = np.maximum(self.highest, found.x)
        reduced = -self._matrix.T @ found.duals
        reduced[cell] -= sign
        return Bound(-found.value, reduced)
