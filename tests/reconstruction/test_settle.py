"""Targets are met with values of the profile only; a target out of reach is named."""

from __future__ import annotations

import pytest

from tools.reconstruction.draw import Draw
from tools.reconstruction.settle import Row, Target, exactly, settle


def people() -> list[Row]:
    return [{"town": "a" if n < 60 else "b"} for n in range(100)]


def in_a(row: Row) -> bool:
    return row["town"] == "a"


def test_overlapping_targets_are_met_together() -> None:
    rows = people()
    targets = [exactly("all", lambda row: True, "yes", 70), Target("town a", in_a, "yes", 30, 32)]
    settle(rows, "answer", lambda row: {"yes": 1, "no": 1}, targets, Draw("t"))
    assert sum(row["answer"] == "yes" for row in rows) == 70
    assert 30 <= sum(row["answer"] == "yes" for row in rows if in_a(row)) <= 32


def test_a_value_outside_the_profile_is_never_given() -> None:
    rows = people()
    settle(
        rows,
        "answer",
        lambda row: {"no": 1} if in_a(row) else {"yes": 1, "no": 9},
        [exactly("yes", lambda row: True, "yes", 40)],
        Draw("t"),
    )
    assert {row["answer"] for row in rows if in_a(row)} == {"no"}
    assert {row["answer"] for row in rows if not in_a(row)} == {"yes"}


def test_a_target_out_of_reach_is_named() -> None:
    with pytest.raises(ValueError, match=r"answer: cannot meet .*too many"):
        settle(
            people()[:5],
            "answer",
            lambda row: {"yes": 1},
            [exactly("too many", lambda row: True, "yes", 6)],
            Draw("t"),
        )


def test_draws_are_those_of_every_machine() -> None:
    assert [Draw("a").below(1000) for _ in range(2)] == [Draw("a").below(1000)] * 2
    draw = Draw("pinned")
    assert [draw.below(1000) for _ in range(4)] == PINNED
    assert Draw("b").below(10**6) != Draw("a").below(10**6)


PINNED = [173, 198, 457, 309]
