"""Random months: whatever happened, no reader works out a small count, and hidden cells stay wide."""

from __future__ import annotations

import os

import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pipeline.disclosure import tables
from pipeline.disclosure import tables as figures_module
from pipeline.disclosure.counts import Territory
from pipeline.disclosure.policy import policy_of
from pipeline.disclosure.protect import Protected
from pipeline.disclosure.publish import month_rows
from pipeline.disclosure.tables import month_figures
from pipeline.disclosure.telling_places import Told
from pipeline.taxonomy import CATEGORIES, SENSITIVE_TYPES
from tests.disclosure.attacker import Cell, Reader
from tests.disclosure.reading import country_types, reader_of, true_types, truth

REGIONS = {"Mopti": (3, 2, 1), "Gao": (2, 2), "Kidal": (1,)}
"""Region -> communes of each of its cercles."""
CERCLES = {f"{r[0]}{i}": r for r, sizes in REGIONS.items() for i in range(len(sizes))}
COMMUNES = {
    f"{r[0]}{i}-{j}": f"{r[0]}{i}"
    for r, sizes in REGIONS.items()
    for i, n in enumerate(sizes)
    for j in range(n)
}
TERRITORY = Territory(COMMUNES, CERCLES, {code: f"Cercle {code}" for code in CERCLES}, "commune")
PLACES = (
    *((CERCLES[c], c, code) for code, c in COMMUNES.items()),
    *((region, c, "") for c, region in CERCLES.items()),
    *((region, "", "") for region in REGIONS),
    ("Gao", "M2", "M2-0"),  # written under another region than its cercle's
)
TYPES = tuple((c.key, kind) for c in CATEGORIES for kind in c.types)
SOME_TYPES = tuple(
    pair
    for pair in TYPES
    if pair[1] in {*SENSITIVE_TYPES, *(c.types[0] for c in CATEGORIES), "Menace", "Meurtre"}
)
COLUMNS = ["region", "cercle_pcode", "area", "categorie", "type"]
WIDTH = 5
NOISE = 1e-5

months = st.lists(
    st.tuples(
        st.sampled_from(PLACES), st.sampled_from(SOME_TYPES), st.sampled_from((1, 1, 1, 2, 3, 4, 6, 11, 24))
    ),
    min_size=1,
    max_size=14,
)


def frame(rows) -> pd.DataFrame:
    """Incidents from (place, (category, type), how many)."""
    return pd.DataFrame(
        [(*place, *kind) for place, kind, count in rows for _ in range(count)], columns=COLUMNS
    )


def narrow(told: Reader, alone: Reader, places: Reader, true: dict[Cell, int], published: dict) -> list[str]:
    """What a reader works out that it should not. alone: the reader of the bulletin's totals, from whom no
    more can be kept; places: of these and of the counts by place, which may say something of the categories
    of a cercle (all, where one cercle has all that happened)."""
    faults = []
    for cell, value in true.items():
        said = published.get(cell)
        if said is not None and (said[0] == said[1] or said[0] >= WIDTH):
            continue  # told, or told not to be small
        if said == (1, WIDTH - 1):
            if not reaches(told, cell, 1, WIDTH - 1):
                faults.append(f"{cell} = {value}: class narrowed to {told.interval(cell)}")
        elif 0 < value < WIDTH:
            by_place = cell[0] == "cercle_categorie"
            least, most = (places if by_place else alone).interval(cell)
            # As many counts as in the class of small ones, or more.
            if not wide(told, cell, min(WIDTH - 2, most - least)):
                faults.append(f"{cell} = {value}: {told.interval(cell)} of {least:g}..{most:g}")
    return faults


def reaches(reader: Reader, cell: Cell, low: float, high: float) -> bool:
    """Whether a cell can be as low and as high as that."""
    seen = reader.seen(cell)
    if seen[0] > low + NOISE or seen[1] < high - NOISE:
        seen = reader.interval(cell)
    return seen[0] <= low + NOISE and seen[1] >= high - NOISE


def wide(reader: Reader, cell: Cell, width: float) -> bool:
    seen = reader.seen(cell)
    if seen[1] - seen[0] < width - NOISE:
        seen = reader.interval(cell)
    return seen[1] - seen[0] >= width - NOISE


def check(incidents: pd.DataFrame, audience: str, covered=None, with_list: bool = False) -> None:
    policy = policy_of(audience)
    told = month_figures(incidents, TERRITORY, covered, policy)
    lines = list(month_rows(incidents, told, TERRITORY, policy)) if with_list else []
    known = reader_of(incidents, TERRITORY, [told], lines)
    alone = Reader(reader_of(incidents, TERRITORY, [told], tables=""))
    places = Reader(reader_of(incidents, TERRITORY, [told], tables="places"))
    assert narrow(Reader(known), alone, places, truth(incidents, known), known.told) == []


EXAMPLES = int(os.environ.get("EXEMPLES_DIVULGATION", "1"))
"""How many times as many months to try as in the daily run; 20 for a thorough hunt."""
# Without shrinking: a month that fails is small enough to read, and shrinking would take hours of programmes.
HUNT = settings(
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)


@settings(HUNT, max_examples=12 * EXAMPLES)
@given(months)
def test_partners_cannot_narrow_any_cell(rows):
    check(frame(rows), "partenaires")


@settings(HUNT, max_examples=12 * EXAMPLES)
@given(months)
def test_nor_with_the_list_of_incidents(rows):
    check(frame(rows), "partenaires", with_list=True)


def narrowed_types(incidents: pd.DataFrame, types: bool) -> dict[Cell, tuple[float, float]]:
    """Small counts by type and region or cercle that a partner's reader leaves less than the threshold, with
    the interval. types: whether the bulletin's charts by type are known too."""
    policy = policy_of("partenaires")
    told = month_figures(incidents, TERRITORY, None, policy)
    lines = list(month_rows(incidents, told, TERRITORY, policy))
    charts = country_types(incidents, lines, told, policy) if types else {}
    reader = Reader(reader_of(incidents, TERRITORY, [told], lines, types=charts))
    found = {}
    for cell, value in true_types(incidents).items():
        if value < WIDTH and not wide(reader, cell, WIDTH):
            found[cell] = reader.interval(cell)
    return found


@settings(HUNT, max_examples=20 * EXAMPLES)
@given(months)
def test_nor_by_the_charts_of_types_beside_the_list(rows):
    """What the list itself leaves narrow (a rest of 1 to 4 is never more than 4 of a type) is all there is; a
    type that all have in common is known wherever there is a class of 1 to 4, and no better than that class."""
    incidents = frame(rows)
    without = narrowed_types(incidents, types=False)
    for cell, (low, high) in narrowed_types(incidents, types=True).items():
        least, most = without.get(cell, (0, WIDTH))
        assert high - low >= min(WIDTH - 2, most - least) - NOISE, (cell, (low, high), (least, most))
        assert low == 0 or cell[3] not in SENSITIVE_TYPES, cell


@settings(HUNT, max_examples=15 * EXAMPLES)
@given(months)
def test_the_public_cannot_narrow_any_cell_nor_with_the_partners_outputs(rows):
    incidents = frame(rows)
    check(incidents, "public")
    partners = month_figures(incidents, TERRITORY, None, policy_of("partenaires"))
    public = month_figures(incidents, TERRITORY, None, policy_of("public"))
    one = reader_of(incidents, TERRITORY, [partners])
    both = reader_of(incidents, TERRITORY, [partners, public])
    assert both.told == one.told


@settings(HUNT, max_examples=12 * EXAMPLES)
@given(months, st.sets(st.sampled_from(sorted(COMMUNES))))
def test_nor_by_taking_communes_that_nobody_monitors_for_empty(rows, covered):
    incidents = frame(rows)
    check(incidents, "partenaires", covered | (set(incidents["area"]) - {""}))


def test_without_complementary_suppression_the_same_reader_succeeds(monkeypatch):
    """The attack can bite: small counts are classes or hidden, and subtraction gives them."""
    rows = [
        (("Mopti", "M0", "M0-0"), TYPES[0], 30),
        (("Mopti", "M0", "M0-1"), TYPES[0], 3),
        (("Mopti", "M1", "M1-0"), TYPES[5], 20),
        (("Gao", "G0", "G0-0"), TYPES[5], 2),
        (("Gao", "G1", "G1-0"), TYPES[0], 12),
    ]
    incidents = frame(rows)
    plain = month_figures(incidents, TERRITORY, None, policy_of("partenaires"))
    monkeypatch.setattr(
        figures_module,
        "protect",
        lambda system: Protected({cell.key: cell.options[0] for cell in system.cells}),
    )
    monkeypatch.setattr(
        tables, "settle", lambda system, office: Told({c.key: c.options[0] for c in system.cells}, {})
    )
    open_ = month_figures(incidents, TERRITORY, None, policy_of("partenaires"))
    for told, succeeds in ((plain, False), (open_, True)):
        known = reader_of(incidents, TERRITORY, [told])
        assert (Reader(known).interval(("commune", "M0-1")) == pytest.approx((3, 3))) is succeeds
        assert (Reader(known).interval(("cercle", "G0")) == pytest.approx((2, 2))) is succeeds
