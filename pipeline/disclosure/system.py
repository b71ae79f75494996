"""Linked tables of counts as cells and sums: what must be protected together.

A cell is a count that a reader sees, or could work out (the incidents of a cercle that no commune shows).
A sum says that a cell is the total of others. The options of a cell are the ways in which it may be
published, from the most to the least telling; each says an interval that holds the true count.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

import numpy as np

Mark = Literal["exact", "tens", "class", "range", "hidden"]
Need = Literal["none", "whole", "wide"]
Key = tuple[str, ...]
Ways = Callable[[int], "tuple[Option, ...]"]


@dataclass(frozen=True)
class Option:
    """One way to publish a cell: the count is between low and high, both included.

    cost: information lost (0 for an exact count). need: what an attacker may not achieve. "whole": to
    narrow the interval at all (the class of small counts); "wide": to narrow it below the threshold.
    """

    mark: Mark
    low: int
    high: int
    cost: float
    need: Need


@dataclass(frozen=True)
class Cell:
    """A count and how it may be published, the most telling option first, the widest last. ways: how another count
    in its place could be, where that depends on the count."""

    key: Key
    value: int
    options: tuple[Option, ...]
    ways: Ways | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        if not all(option.low <= self.value <= option.high for option in self.options):
            raise ValueError(f"an option of {self.key} does not hold its count")


@dataclass(frozen=True)
class System:
    """cells, and sums: (index of the total, indices of its parts). threshold: the width that "wide" asks."""

    cells: tuple[Cell, ...]
    sums: tuple[tuple[int, tuple[int, ...]], ...]
    threshold: int

    def __post_init__(self) -> None:
        for total, parts in self.sums:
            if self.cells[total].value != sum(self.cells[part].value for part in parts):
                raise ValueError(f"the parts of {self.cells[total].key} do not add up")

    @cached_property
    def values(self) -> np.ndarray:
        """True counts, one a cell."""
        return np.array([cell.value for cell in self.cells], dtype=float)

    @cached_property
    def matrix(self) -> np.ndarray:
        """One row a sum: +1 at the parts, -1 at the total, so that matrix @ counts = 0."""
        rows = np.zeros((len(self.sums), len(self.cells)))
        for row, (total, parts) in enumerate(self.sums):
            rows[row, list(parts)] = 1.0
            rows[row, total] = -1.0
        return rows

    def at(self, values: Sequence[int]) -> System:
        """The same tables with other counts that fit: how the program would see them."""
        cells = (
            replace(cell, value=value, options=cell.ways(value) if cell.ways else cell.options)
            for cell, value in zip(self.cells, values, strict=True)
        )
        return System(tuple(cells), self.sums, self.threshold)


class Builder:
    """Collects cells and sums in order."""

    def __init__(self) -> None:
        self._cells: list[Cell] = []
        self._sums: list[tuple[int, tuple[int, ...]]] = []

    def cell(self, key: Key, value: int, options: tuple[Option, ...] | Ways) -> int:
        """Add a cell and return its index. options: of this count, or of any."""
        ways = options if callable(options) else None
        found = options(value) if callable(options) else options
        self._cells.append(Cell(key, value, found, ways))
        return len(self._cells) - 1

    def sum(self, total: int, parts: list[int]) -> None:
        """Say that the cell `total` is the sum of `parts`; nothing is said where there are none."""
        if parts:
            self._sums.append((total, tuple(parts)))

    def system(self, threshold: int) -> System:
        return System(tuple(self._cells), tuple(self._sums), threshold)
