"""What a file holds before anything is understood of it: sheets of text cells, line by line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

HeaderScore = Callable[[Sequence[str]], int]
"""How many of a table's columns the cells of a line name."""

HEADER_WITHIN = 30
"""The header is looked for in the first lines, below any title."""


@dataclass(frozen=True)
class Merge:
    """A merged range of a sheet, indices from 0, both ends included."""

    top: int
    bottom: int
    left: int
    right: int


@dataclass(frozen=True)
class Grid:
    """One sheet. lines[i] are the cells of line i + 1 as the officer sees it ([] for an empty line).

    name: of the sheet, "" for a CSV. broken: index of a line that could not be cut into cells -> why, in
    French. ragged: whether a line longer than the header is a sign of a shift (CSV), not of notes beside
    the table (XLSX). hidden: indices of lines that a filter or a hand hides. uncomputed: (line, column),
    from 0, of formulas whose value was never stored. joins: names of the sheets that this one was put together
    from; childless: reports of the first without a line in the second.
    """

    name: str
    lines: list[list[str]]
    broken: dict[int, str] = field(default_factory=dict)
    merges: tuple[Merge, ...] = ()
    ragged: bool = False
    hidden: frozenset[int] = frozenset()
    uncomputed: tuple[tuple[int, int], ...] = ()
    joins: tuple[str, ...] = ()
    childless: int = 0


def header_index(grid: Grid, score: HeaderScore) -> tuple[int, int]:
    """(index, score) of the line among the first that names most columns; (first line with text, 0) if none."""
    best, top = 0, -1
    for index, cells in enumerate(grid.lines[:HEADER_WITHIN]):
        if any(cell.strip() for cell in cells):
            points = score(cells)
            if points > top:
                best, top = index, points
    return best, max(top, 0)


def filled(grid: Grid, below: int) -> list[list[str]]:
    """The lines, with the value of each merged range below the header repeated down its first column.

    A range over several columns says nothing certain of the others: they stay empty.
    """
    lines = grid.lines
    for merge in grid.merges:
        if merge.top <= below or merge.top >= len(lines) or merge.left >= len(lines[merge.top]):
            continue
        value = lines[merge.top][merge.left]
        for index in range(merge.top + 1, min(merge.bottom, len(lines) - 1) + 1):
            cells = lines[index] + [""] * (merge.left + 1 - len(lines[index]))
            cells[merge.left] = value
            lines = lines if lines is not grid.lines else list(lines)
            lines[index] = cells
    return lines
