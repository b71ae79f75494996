"""Both margins hold exactly, whatever the shape; and what cannot be met is refused."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.reconstruction.fitting import apportion, fit


def margins(table: dict[tuple[str, str], int]) -> tuple[dict[str, int], dict[str, int]]:
    rows: dict[str, int] = {}
    columns: dict[str, int] = {}
    for (row, column), count in table.items():
        rows[row] = rows.get(row, 0) + count
        columns[column] = columns.get(column, 0) + count
    return rows, columns


def test_keeps_both_margins_and_the_shape() -> None:
    prior = {("n", "x"): 3.0, ("n", "y"): 1.0, ("s", "x"): 1.0, ("s", "y"): 1.0}
    table = fit(prior, {"n": 10, "s": 7}, {"x": 9, "y": 8})
    assert margins(table) == ({"n": 10, "s": 7}, {"x": 9, "y": 8})
    assert table[("n", "x")] > table[("s", "x")]


def test_a_table_that_already_has_the_margins_comes_back_unchanged() -> None:
    prior = {("n", "x"): 4, ("n", "y"): 1, ("s", "x"): 0, ("s", "y"): 6}
    assert fit(prior, {"n": 5, "s": 6}, {"x": 4, "y": 7}) == prior


def test_fixed_cells_keep_their_value() -> None:
    prior = {(row, column): 1.0 for row in "ns" for column in "xy"}
    table = fit(prior, {"n": 10, "s": 10}, {"x": 10, "y": 10}, {("n", "x"): 9})
    assert table == {("n", "x"): 9, ("n", "y"): 1, ("s", "x"): 1, ("s", "y"): 9}


def test_refuses_margins_that_disagree() -> None:
    with pytest.raises(ValueError, match="disagree: 5 and 6"):
        fit({("n", "x"): 1.0}, {"n": 5}, {"x": 6})


def test_refuses_a_total_that_only_zeros_could_carry() -> None:
    with pytest.raises(ValueError, match="no way to meet"):
        fit({("n", "x"): 1.0, ("s", "x"): 1.0}, {"n": 2, "s": 2}, {"x": 3, "y": 1})


def test_refuses_fixed_cells_above_their_margin() -> None:
    with pytest.raises(ValueError, match="exceed"):
        fit({("n", "x"): 1.0}, {"n": 5}, {"x": 5}, {("n", "x"): 6})


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 40), min_size=4, max_size=4), min_size=3, max_size=3),
    st.lists(st.lists(st.floats(0.01, 50), min_size=4, max_size=4), min_size=3, max_size=3),
)
def test_margins_of_any_whole_table_can_be_met_from_any_shape(
    true: list[list[int]], shape: list[list[float]]
) -> None:
    cells = {(str(r), str(c)): true[r][c] for r in range(3) for c in range(4)}
    prior = {(str(r), str(c)): shape[r][c] for r in range(3) for c in range(4)}
    rows, columns = margins(cells)
    table = fit(prior, rows, columns)
    assert margins(table) == (rows, columns)
    assert min(table.values()) >= 0


def test_apportion_gives_every_unit_away() -> None:
    assert apportion(10, {"a": 1, "b": 1, "c": 1}) == {"a": 4, "b": 3, "c": 3}
    assert apportion(0, {"a": 1}) == {"a": 0}
