"""What the palette claims: orders that a grey printer keeps, colours that no eye confuses, legible type."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest
from colour_science import VISION, ciede2000, contrast, difference, lightness

from pipeline import palette

RAMPS = {"violations": palette.VIOLATIONS, "risque": palette.RISK}


@pytest.mark.parametrize(
    ("one", "other", "published"),
    [
        ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
        ((50.0, 2.5, 0.0), (73.0, 25.0, -18.0), 27.1492),
        ((50.0, -1.0, 2.0), (50.0, 0.0, 0.0), 2.3669),
    ],
)
def test_the_measure_of_difference_agrees_with_published_pairs(one, other, published: float) -> None:
    assert ciede2000(one, other) == pytest.approx(published, abs=1e-4)


@pytest.mark.parametrize("ramp", RAMPS.values(), ids=RAMPS)
def test_a_ramp_goes_from_light_to_dark_in_clear_steps(ramp: tuple[str, ...]) -> None:
    steps = [lightness(light) - lightness(dark) for light, dark in pairwise(ramp)]
    assert min(steps) >= 11
    for vision in VISION:
        assert min(difference(light, dark, vision) for light, dark in pairwise(ramp)) >= 9


@pytest.mark.parametrize("ramp", RAMPS.values(), ids=RAMPS)
def test_zero_and_not_covered_are_neither_each_other_nor_the_lowest_class(ramp: tuple[str, ...]) -> None:
    fills = (palette.ZERO, palette.UNCOVERED, ramp[0])
    for one, other in combinations(fills, 2):
        assert abs(lightness(one) - lightness(other)) >= 7, "told apart on a grey printer"
        for vision in VISION:
            assert difference(one, other, vision) >= 5


def test_no_data_and_suppressed_carry_patterns_that_show() -> None:
    assert contrast(palette.NO_DATA_HATCH, palette.NO_DATA) >= 3
    assert contrast(palette.SUPPRESSED_HATCH, palette.SUPPRESSED) >= 3


def test_the_six_categories_are_told_apart_by_every_eye_and_in_grey() -> None:
    for one, other in combinations(palette.CATEGORIES.values(), 2):
        assert abs(lightness(one) - lightness(other)) >= 11
        for vision in VISION:
            assert difference(one, other, vision) >= 11
    for colour in palette.CATEGORIES.values():
        for vision in VISION:
            assert difference(colour, palette.UNDETAILED, vision) >= 9
        assert abs(lightness(colour) - lightness(palette.UNDETAILED)) >= 10, "beside it in one bar"


def test_what_stands_on_the_ground_of_annex_2_shows_there() -> None:
    """Hatches and tags of areas, arrows and returns, on paper white, on the land around and on the densest population."""
    for colour in (palette.ZONE, palette.FLOW, palette.RETURN):
        for ground in (palette.PAPER, palette.SURROUND, *palette.DENSITY):
            assert contrast(colour, ground) >= 3
    # Against each other returns are told by their hollow shape: colour need not carry it.


def test_partners_are_told_apart() -> None:
    for vision in VISION:
        for one, other in combinations(palette.PARTNERS, 2):
            assert difference(one, other, vision) >= 9
        for colour in palette.PARTNERS:
            assert difference(colour, palette.UNCOVERED, vision) >= 9


def test_worse_and_better_differ_and_show_on_paper() -> None:
    for vision in VISION:
        assert difference(palette.WORSE, palette.BETTER, vision) >= 15
    for colour in (palette.WORSE, palette.BETTER):
        assert contrast(colour, palette.PAPER) >= 4.5


@pytest.mark.parametrize("name", ["INK", "QUIET_INK", "ACCENT", "WARNING", "FLOW"])
def test_type_is_legible_on_paper_and_beside_the_map(name: str) -> None:
    assert contrast(getattr(palette, name), palette.PAPER) >= 4.5
    assert contrast(getattr(palette, name), palette.SURROUND) >= 4.5


def test_numbers_are_legible_in_every_badge_and_signs_show_on_the_map() -> None:
    for colour in palette.ALERTS.values():
        assert max(contrast(colour, palette.PAPER), contrast(colour, palette.INK)) >= 4.5
        assert contrast(colour, palette.PAPER) >= 3


def test_the_ground_of_population_is_seen_and_fights_no_sign() -> None:
    """Steps that an eye parts, even in grey, all lighter than any sign, arrow or hatch that may lie on them."""
    for light, dark in pairwise(palette.DENSITY):
        assert lightness(light) - lightness(dark) >= 4
        for vision in VISION:
            assert difference(light, dark, vision) >= 3.5
    for colour in (*palette.ALERTS.values(), palette.FLOW, palette.RETURN, palette.ZONE, palette.QUIET_INK):
        assert lightness(palette.DENSITY[-1]) - lightness(colour) >= 14
        for ground in palette.DENSITY:
            for vision in VISION:
                assert difference(colour, ground, vision) >= 15
