"""A linear or integer programme in HiGHS that can be solved again after a change. Minimises."""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np

TOLERANCE = 1e-6


@dataclass(frozen=True)
class Solution:
    """value: of the objective. x: one a column. duals: one a row."""

    value: float
    x: np.ndarray
    duals: np.ndarray


class Programme:
    """Columns between bounds, rows between bounds.

    One thread, fixed seed, no gap: the same programme has the same answer on every machine.
    """

    def __init__(self, cost: np.ndarray, low: np.ndarray, high: np.ndarray, whole: bool = False) -> None:
        self._columns = len(cost)
        self._highs = highspy.Highs()
        for name, value in (
            ("output_flag", False), ("threads", 1), ("random_seed", 0), ("mip_rel_gap", 0.0),
            ("mip_abs_gap", 1e-6),
        ):  # fmt: skip
            self._highs.setOptionValue(name, value)
        empty = np.array([], dtype=np.int32)
        self._highs.addCols(self._columns, cost, low, high, 0, empty, empty, np.array([], dtype=float))
        if whole:
            every = np.arange(self._columns, dtype=np.int32)
            integer = np.full(self._columns, int(highspy.HighsVarType.kInteger), dtype=np.uint8)
            self._highs.changeColsIntegrality(self._columns, every, integer)

    def add_rows(self, rows: np.ndarray, low: np.ndarray, high: np.ndarray) -> None:
        """Add constraints low <= rows @ x <= high; rows: dense, one line a constraint."""
        if not len(rows):
            return
        line, column = np.nonzero(rows)
        starts = np.searchsorted(line, np.arange(len(rows)))
        self._highs.addRows(
            len(rows), low, high, len(column),
            starts.astype(np.int32), column.astype(np.int32), rows[line, column],
        )  # fmt: skip

    def set_bounds(self, low: np.ndarray, high: np.ndarray) -> None:
        self._highs.changeColsBounds(self._columns, np.arange(self._columns, dtype=np.int32), low, high)

    def set_cost(self, column: int, cost: float) -> None:
        self._highs.changeColCost(column, cost)

    def solve(self) -> Solution:
        """Raises RuntimeError where there is no optimum: the callers' programmes always have one."""
        self._highs.run()
        status = self._highs.getModelStatus()
        if status != highspy.HighsModelStatus.kOptimal:
            raise RuntimeError(f"no optimum: {self._highs.modelStatusToString(status)}")
        found = self._highs.getSolution()
        return Solution(
            self._highs.getInfo().objective_function_value,
            np.array(found.col_value),
            np.array(found.row_dual),
        )
