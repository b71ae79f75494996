"""The integer programme: what it must blur, that nothing cheaper is safe, that it always says the same."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from pipeline.disclosure.policy import CLASS, EXACT, HIDDEN, CountRule
from pipeline.disclosure.protect import Builder, Option, System, fewest, protect
from pipeline.disclosure.tables import Scale, fixed, ladder, unseen

PARTNERS = CountRule(EXACT, CLASS)
SCALE = Scale(threshold=5, rounding=10)


def one_total(parts: list[int], total_known: bool = True) -> System:
    """Parts beside their total: a cercle and its communes."""
    build = Builder()
    whole = sum(parts)
    cells = [build.cell(("part", str(i)), v, ladder(v, PARTNERS, whole, SCALE)) for i, v in enumerate(parts)]
    options = fixed(whole) if total_known else ladder(whole, PARTNERS, whole, SCALE)
    build.sum(build.cell(("total",), whole, options), cells)
    return build.system(5)


def told(system: System) -> dict[str, str]:
    """Cell -> how it is told, as "exact", "class"..."""
    return {key[-1]: option.mark for key, option in protect(system).items()}


def test_the_values_left_of_a_hidden_count_are_those_that_fit():
    """By enumeration: all tables of three by three that fit what is told, and those that fit the totals alone."""
    table = [[1, 2, 5], [0, 1, 9], [6, 0, 3]]
    build = Builder()
    rows, columns = [sum(row) for row in table], [sum(column) for column in zip(*table, strict=True)]
    at = {
        (i, j): build.cell(
            (str(i), str(j)), table[i][j], ladder(table[i][j], CountRule(EXACT, HIDDEN), 14, SCALE)
        )
        for i, j in product(range(3), repeat=2)
    }
    for i in range(3):
        build.sum(build.cell(("row", str(i)), rows[i], fixed(rows[i])), [at[i, j] for j in range(3)])
        build.sum(build.cell(("column", str(i)), columns[i], fixed(columns[i])), [at[j, i] for j in range(3)])
    marks = protect(build.system(5))
    fit: dict[bool, list[tuple[int, ...]]] = {True: [], False: []}
    for a, b, c, d in product(range(15), repeat=4):
        top = [(a, b, rows[0] - a - b), (c, d, rows[1] - c - d)]
        flat = (*top[0], *top[1], *(columns[j] - top[0][j] - top[1][j] for j in range(3)))
        if min(flat) >= 0:
            ends = (marks[str(n // 3), str(n % 3)] for n in range(9))
            fit[True] += [flat] if all(e.low <= v <= e.high for e, v in zip(ends, flat, strict=True)) else []
            fit[False].append(flat)
    expected = {}
    for n in range(9):
        values, most = ({one[n] for one in fit[told]} for told in (True, False))
        if len(values) > 1 and min(values) < 5 and marks[str(n // 3), str(n % 3)].mark == "hidden":
            expected[str(n // 3), str(n % 3)] = (min(5, len(values)), min(5, len(most)))
    assert marks.left == expected
    assert len(expected) > 3
    assert fewest(marks.left.values(), 5)["dont_moins_encore"] == 0
    assert fewest([(5, 5), (2, 3), (4, 5)], 5) == {
        "valeurs": 4,
        "limites_par_les_totaux": 1,
        "dont_moins_encore": 1,
    }


def test_many_small_parts_keep_their_class_beside_an_exact_total():
    assert set(told(one_total([2, 3, 1, 4, 20])).values()) == {"class", "exact"}
    assert told(one_total([2, 3, 1, 4, 20]))["4"] == "exact"


def test_one_small_part_is_not_left_to_subtraction():
    marks = told(one_total([2, 20, 30]))
    assert marks["0"] != "exact"
    assert [marks[part] for part in "12"] != ["exact", "exact"]


def test_small_parts_that_their_total_would_narrow_are_blurred_too():
    """Two parts that add up to 8 are 4 and 4: their class alone would tell them."""
    marks = told(one_total([4, 4]))
    assert marks == {"0": "hidden", "1": "hidden", "total": "exact"}


def test_what_the_printed_total_itself_tells_is_not_asked_for():
    """A region with 2 violations: each commune is between 0 and 2 whatever is done, and no more is told."""
    marks = told(one_total([2, 0, 0]))
    assert marks["0"] == "hidden"
    assert "hidden" in (marks["1"], marks["2"])


def test_a_figure_is_widened_before_it_is_hidden():
    system = one_total([3, 47, 52])
    marks = protect(system)
    assert {marks["part", part].mark for part in "12"} <= {"exact", "tens"}
    assert any(marks["part", part].mark == "tens" for part in "12")


def test_a_chain_of_subtractions_over_two_totals_is_seen():
    """Region = two cercles; each cercle = communes. The region's total and one cercle give the other."""
    build = Builder()

    def cercle(name: str, parts: list[int]) -> int:
        cells = [build.cell((name, str(i)), v, ladder(v, PARTNERS, 60, SCALE)) for i, v in enumerate(parts)]
        total = build.cell(("cercle", name), sum(parts), ladder(sum(parts), PARTNERS, 60, SCALE))
        build.sum(total, cells)
        return total

    totals = [cercle("a", [2, 25]), cercle("b", [12, 15])]
    build.sum(build.cell(("region",), 54, fixed(54)), totals)
    system = build.system(5)
    marks = protect(system)
    low, high = freedom(system, marks, ("a", "0"))
    assert low <= 1
    assert high >= 4
    told_as_they_are = {cell.key: cell.options[0] for cell in system.cells}
    assert freedom(system, told_as_they_are, ("a", "0")) == (2, 2)


def test_a_count_that_no_page_shows_stays_uncertain_too():
    """2 violations of a cercle without a commune, beside communes told exactly."""
    build = Builder()
    cells = [build.cell(("commune", str(v)), v, ladder(v, PARTNERS, 42, SCALE)) for v in (10, 30)]
    rest = build.cell(("reste",), 2, unseen(42))
    build.sum(build.cell(("cercle",), 42, fixed(42)), [*cells, rest])
    system = build.system(5)
    low, high = freedom(system, protect(system), ("reste",))
    assert high - low >= 5


def freedom(system: System, marks: dict, key: tuple[str, ...]) -> tuple[float, float]:
    """What linear programming leaves of a cell, by scipy."""
    bounds = [(marks[cell.key].low, marks[cell.key].high) for cell in system.cells]
    at = [cell.key for cell in system.cells].index(key)
    found = []
    for sign in (1, -1):
        cost = np.zeros(len(bounds))
        cost[at] = sign
        zero = np.zeros(len(system.sums))
        solved = linprog(cost, A_eq=system.matrix, b_eq=zero, bounds=bounds)
        assert solved.status == 0
        found.append(sign * solved.fun)
    return round(found[0], 6), round(found[1], 6)


def safe(system: System, marks: dict, limits: dict) -> bool:
    """Whether every cell keeps what its option asks, as far as its printed limits allow."""
    for cell in system.cells:
        option, limit = marks[cell.key], limits[cell.key]
        if option.need == "none":
            continue
        low, high = freedom(system, marks, cell.key)
        if option.need == "whole":
            if low > option.low or high < option.high:
                return False
        elif high - low < min(system.threshold, limit[1] - limit[0]):
            return False
    return True


RULES = (PARTNERS, CountRule(CLASS, CLASS), CountRule(EXACT, HIDDEN))


@settings(max_examples=25, deadline=None)
@given(
    rows=st.lists(st.lists(st.integers(0, 26), min_size=2, max_size=3), min_size=1, max_size=2),
    rule=st.sampled_from(RULES),
)
def test_no_safe_choice_is_cheaper_than_the_one_taken(rows, rule):
    """Against every choice there is, tried one by one."""
    build = Builder()
    whole = sum(map(sum, rows))
    totals = []
    for name, parts in enumerate(rows):
        cells = [
            build.cell((str(name), str(i)), v, ladder(v, rule, whole, SCALE)) for i, v in enumerate(parts)
        ]
        totals.append(build.cell((str(name),), sum(parts), ladder(sum(parts), rule, whole, SCALE)))
        build.sum(totals[-1], cells)
    build.sum(build.cell(("region",), whole, fixed(whole)), totals)
    system = build.system(5)
    widest = {cell.key: cell.options[-1] for cell in system.cells}
    limits = {cell.key: freedom(system, widest, cell.key) for cell in system.cells}
    marks = protect(system)
    assert safe(system, marks, limits)
    cost = sum(option.cost for option in marks.values())
    for options in product(*(cell.options for cell in system.cells)):
        if sum(option.cost for option in options) < cost - 0.01:
            other = {cell.key: option for cell, option in zip(system.cells, options, strict=True)}
            assert not safe(system, other, limits)


def test_the_same_table_is_always_told_the_same_way():
    """Five equal parts: which one is widened is a matter of order, not of chance."""
    first = told(one_total([3, 20, 20, 20, 20]))
    assert all(told(one_total([3, 20, 20, 20, 20])) == first for _ in range(3))


def test_a_system_that_does_not_add_up_is_refused():
    build = Builder()
    part = build.cell(("part",), 3, fixed(3))
    build.sum(build.cell(("total",), 4, fixed(4)), [part])
    with pytest.raises(ValueError, match="do not add up"):
        build.system(5)


def test_an_option_that_does_not_hold_its_count_is_refused():
    with pytest.raises(ValueError, match="does not hold"):
        Builder().cell(("part",), 7, (Option("class", 1, 4, 0.0, "whole"),))
