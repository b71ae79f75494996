"""How the month divides by type, author, victim, place and time: true, complete, and safe beside its totals."""

from __future__ import annotations

from collections import Counter
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from pipeline.disclosure import breakdowns as module
from pipeline.disclosure.breakdowns import PROFILES, month_breakdowns
from pipeline.disclosure.counts import Count
from pipeline.disclosure.office import KNOWN, Office
from pipeline.disclosure.policy import policy_of
from pipeline.disclosure.protect import Protected
from pipeline.disclosure.published import OTHERS, Breakdown, bounds
from pipeline.disclosure.tables import MonthFigures
from pipeline.french import NBSP
from pipeline.taxonomy import CATEGORIES, SEXES
from tests.disclosure.reading import country_types
from tests.disclosure.test_random_months import EXAMPLES, HUNT

REGIONS = ("Gao", "Kidal", "Mopti")
KEYS = ("A", "B", "C", "F")
VALUES = (*SEXES, "")
row = st.tuples(st.sampled_from(REGIONS), st.sampled_from(KEYS), st.sampled_from(VALUES))
months = st.lists(st.tuples(row, st.integers(1, 30)), min_size=1, max_size=16)


def frame(rows) -> pd.DataFrame:
    """Incidents from ((region, category, sex), how many); the other columns are not given."""
    types = {category.key: category.types[0] for category in CATEGORIES}
    found = [
        {
            "region": r,
            "cercle_pcode": "",
            "categorie": k,
            "type": types[k],
            **dict.fromkeys(PROFILES, ""),
            "sexe": sex or None,
        }
        for (r, k, sex), count in rows
        for _ in range(count)
    ]
    return pd.DataFrame(found)


def figures(incidents: pd.DataFrame) -> MonthFigures:
    """Regions and their categories told as they are: the most that a reader may know beside the columns."""
    by_category = Counter(zip(incidents["region"], incidents["categorie"], strict=True))
    regional = {r: {c.key: Count.exact(by_category[r, c.key]) for c in CATEGORIES} for r in REGIONS}
    counts = Counter(incidents["region"])
    return MonthFigures({}, {}, {}, regional, {r: counts[r] for r in REGIONS}, {})


def told(incidents: pd.DataFrame, audience: str, office: Office = KNOWN) -> tuple[Breakdown, ...]:
    return month_breakdowns(incidents, figures(incidents), (), policy_of(audience), office)


def interval(incidents: pd.DataFrame, given_parts, wanted) -> tuple[float, float]:
    """What a reader leaves of the cell (sex, region or "", category or ""), by all parts that are told."""
    names = list(product(VALUES, REGIONS, KEYS))

    def among(cell):
        return np.array(
            [all(part in ("", *mine) for part, mine in ((cell[1], (n[1],)), (cell[2], (n[2],)))) and
             (cell[0] is None or cell[0] == n[0]) for n in names], dtype=float,
        )  # fmt: skip

    equal, values, upper, limits = [], [], [], []
    for region, total in Counter(incidents["region"]).items():
        equal.append(among((None, region, "")))
        values.append(total)
    for region in set(REGIONS) - set(incidents["region"]):
        equal.append(among((None, region, "")))
        values.append(0)
    for key in KEYS:
        equal.append(among((None, "", key)))
        values.append(int((incidents["categorie"] == key).sum()))
    for cell, (low, high) in given_parts.items():
        upper += [among(cell), -among(cell)]
        limits += [high, -low]
    found = []
    for sign in (1, -1):
        solved = linprog(
            sign * among(wanted), A_ub=np.array(upper) if upper else None, b_ub=limits or None,
            A_eq=np.array(equal), b_eq=values,
        )  # fmt: skip
        assert solved.status == 0
        found.append(sign * solved.fun)
    return found[0], found[1]


def parts_of(found: tuple[Breakdown, ...]) -> dict:
    return {
        (label, b.area, b.category): bounds(count)
        for b in found
        if b.key == "sexe"
        for label, count in b.parts.items()
        if label != OTHERS
    }


def true_count(incidents: pd.DataFrame, cell) -> int:
    sex, region, key = cell
    given_sex = incidents["sexe"].fillna("")
    here = (given_sex == sex) & (incidents["region"].isin([region] if region else REGIONS))
    return int((here & (incidents["categorie"].isin([key] if key else KEYS))).sum())


def narrowed(incidents: pd.DataFrame, audience: str, office: Office = KNOWN) -> list[str]:
    """Cells of one column by region or category that a reader works out too well."""
    parts = parts_of(told(incidents, audience, office))
    regions = REGIONS if audience == "partenaires" else ()
    cells = [(sex, r, "") for sex in VALUES for r in ("", *regions)] + [
        (sex, "", k) for sex in VALUES for k in KEYS
    ]
    faults = []
    for cell in cells:
        value, said = true_count(incidents, cell), parts.get(cell)
        if said is not None:
            assert said[0] <= value <= said[1]
        if (said is None and value == 0) or (said is not None and (said[0] == said[1] or said[0] >= 5)):
            continue
        low, high = interval(incidents, parts, cell)
        if said is None and low > 5 - 1e-6:
            continue  # no small count: left out by the key, without need
        # A larger part by region may be known from the country's figures and the printed totals alone.
        country = (
            {part: ends for part, ends in parts.items() if not part[1]} if value >= 5 and cell[1] else {}
        )
        widest = interval(incidents, country, cell)
        if high - low < min(5, widest[1] - widest[0]) - 1e-6:
            faults.append(f"{cell} = {value}: {low:g}..{high:g} of {widest}")
    return faults


@settings(HUNT, max_examples=12 * EXAMPLES)
@given(months, st.sampled_from(("partenaires", "public")), st.binary(max_size=1))
def test_no_reader_narrows_a_part_that_is_not_told(rows, audience, secret):
    assert narrowed(frame(rows), audience, Office(secret)) == []


BETRAYED = [
    (("Gao", "B", "Femme"), 3), (("Gao", "B", "Homme"), 20), (("Mopti", "A", "Femme"), 30),
    (("Mopti", "A", "Homme"), 40),
]  # fmt: skip


def test_the_same_reader_succeeds_where_nothing_is_held_back_beside_a_small_part(monkeypatch):
    incidents = frame(BETRAYED)
    assert narrowed(incidents, "partenaires") == []
    monkeypatch.setattr(
        module, "protect", lambda system: Protected({cell.key: cell.options[0] for cell in system.cells})
    )
    assert any("('Femme', 'Gao', '') = 3: 3..3" in fault for fault in narrowed(incidents, "partenaires"))


@settings(HUNT, max_examples=15)
@given(months)
def test_parts_add_up_to_a_total_that_the_bulletin_prints(rows):
    incidents = frame(rows)
    for audience in ("interne", "partenaires", "public"):
        for found in told(incidents, audience):
            here = incidents
            here = here[here["region"] == found.area] if found.area else here
            here = here[here["categorie"] == found.category] if found.category else here
            assert bounds(found.total) == (len(here), len(here))
            low, high = (sum(end) for end in zip(*map(bounds, found.parts.values()), strict=True))
            assert low <= len(here) <= high
            order = [count.low for label, count in found.parts.items() if label != OTHERS]
            assert order == sorted(order, reverse=True)
            assert OTHERS not in list(found.parts)[:-1]


def test_small_parts_stand_together_rather_than_be_lost():
    rows = [
        (("Mopti", "A", "Femme"), 40), (("Mopti", "A", "Homme"), 30), (("Mopti", "A", "Fille"), 3),
        (("Mopti", "A", "Garçon"), 4),
    ]  # fmt: skip
    country = next(b for b in told(frame(rows), "public") if b.key == "sexe" and not b.category)
    assert {label: count.text for label, count in country.parts.items()} == {
        "Femme": "40", "Homme": "30", OTHERS: "7",
    }  # fmt: skip


def test_each_audience_gets_its_own_areas_and_both_the_same_country():
    incidents = frame(BETRAYED)
    areas = {a: {b.area for b in told(incidents, a)} for a in ("interne", "partenaires", "public")}
    assert areas["public"] == {""}
    assert "Mopti" in areas["partenaires"]
    assert "Gao" in areas["interne"]
    partners = [b for b in told(incidents, "partenaires") if not b.area]
    assert partners == list(told(incidents, "public"))
    inside = next(
        b for b in told(incidents, "interne") if (b.key, b.area, b.category) == ("sexe", "Gao", "B")
    )
    assert {label: count.value for label, count in inside.parts.items()} == {"Homme": 20, "Femme": 3}


@pytest.mark.parametrize("column", PROFILES)
def test_a_value_outside_the_closed_lists_reaches_no_output_but_ours(column):
    """A telephone number in a profile column is counted with what was not given, however often it stands there."""
    rows = [(("Mopti", "A", ""), 30), (("Gao", "E", ""), 12), (("Gao", "B", ""), 9)]
    incidents = frame(rows).assign(**{column: ["+223 70 11 22 33"] * 36 + [PROFILES[column][0]] * 15})
    for audience in ("partenaires", "public"):
        found = [b for b in told(incidents, audience) if b.key == column]
        assert found
        assert {label for b in found for label in b.parts} <= {
            *PROFILES[column],
            *module.LABELS.values(),
            "",
            OTHERS,
        }
        assert sum(bounds(b.parts[""])[0] for b in found if not b.area and not b.category) >= 30
    assert "+223" in str(told(incidents, "interne"))


def test_columns_that_nobody_filled_are_left_out():
    incidents = frame([(("Mopti", "A", ""), 30)]).assign(lieu="Inconnu")
    assert {b.key for b in told(incidents, "interne")} == {"type"}


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ((30, 20), {0: "30", 1: "20"}),
        ((33, 14, 3), {0: "30 à 39", 1: "14"}),
        ((16, 14, 3), {1: "14"}),
        ((30, 14, 3, 2), {0: "30", 1: "14"}),
        ((4, 1), {}),
        ((9, 4), {}),
    ],
)
def test_the_rest_of_the_types_is_never_small(counts, expected):
    """A type is told to the ten, or with the rest, rather than betray a small one by subtraction."""
    kinds = CATEGORIES[2].types
    rows = [
        ("Mopti", "", "C", kind) for kind, count in zip(kinds, counts, strict=False) for _ in range(count)
    ]
    incidents = pd.DataFrame(rows, columns=["region", "cercle_pcode", "categorie", "type"])
    found = country_types(incidents, (), figures(incidents), policy_of("public"))["C"]
    assert {kind: count.text.replace(NBSP, " ") for kind, count in found.items()} == {
        kinds[number]: text for number, text in expected.items()
    }


def test_a_sensitive_type_that_is_all_of_its_category_is_not_told():
    """Else every place with a violation of that category would be known for it."""
    kinds = ["Viol"] * 14 + ["Mariage forcé"] * 9
    incidents = pd.DataFrame(
        [("Mopti", "", "C", kind) for kind in kinds], columns=["region", "cercle_pcode", "categorie", "type"]
    )
    assert country_types(incidents, (), figures(incidents), policy_of("partenaires"))["C"] == {}
    mixed = incidents.assign(type=["Menace"] * 9 + kinds[:14])
    # One region has them all: what is told of the country would be told of it.
    assert set(country_types(mixed, (), figures(mixed), policy_of("partenaires"))["C"]) == {"Menace"}
    two = pd.concat([mixed, mixed.assign(region="Gao", type="Menace")], ignore_index=True)
    assert set(country_types(two, (), figures(two), policy_of("partenaires"))["C"]) == {"Menace", "Viol"}
