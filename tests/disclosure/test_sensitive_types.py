"""Rapes, forced marriages and sexual exploitation: below the level that an audience may see, none stays possible
everywhere, however many there were (a wave of them in one cercle is what must not be told)."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline.disclosure.counts import Territory
from pipeline.disclosure.policy import policy_of
from pipeline.disclosure.publish import cercle_split, month_rows
from pipeline.disclosure.tables import month_figures
from pipeline.geography.country import Country
from pipeline.taxonomy import CATEGORY, SENSITIVE_TYPES
from tests.disclosure.attacker import Reader
from tests.disclosure.reading import country_types, reader_of
from tests.disclosure.test_random_months import TERRITORY, frame
from tests.helpers import june as june_sample
from tools.kept import sparse

PARTNERS, PUBLIC = policy_of("partenaires"), policy_of("public")
WAVE_CASE = Path(__file__).parents[2] / ".." / "shared" / "cases" / "disclosure" / "wave_incidents.csv"
WAVE = [
    (("Mopti", "M0", "M0-0"), ("C", "Viol"), 20), (("Mopti", "M0", "M0-0"), ("C", "Menace"), 5),
    (("Gao", "G0", "G0-0"), ("C", "Menace"), 5), (("Gao", "G0", "G0-1"), ("C", "Coup, blessure, mutilation"), 5),
    (("Mopti", "M1", "M1-0"), ("A", "Retour forcé"), 30), (("Gao", "G1", "G1-0"), ("E", "Taxe illégale"), 25),
]  # fmt: skip


def computed(rows: pd.DataFrame, territory: Territory) -> list[str]:
    """What readers work out: by cercle, who holds the list, both audiences' figures and the charts; by region, who has
    the public's alone."""
    partners, public = (month_figures(rows, territory, None, policy) for policy in (PARTNERS, PUBLIC))
    lines = list(month_rows(rows, partners, territory, PARTNERS))
    charts = country_types(rows, lines, partners, PARTNERS)
    assert charts == country_types(rows, lines, public.wider, PUBLIC)
    rape = rows[rows["type"].isin(SENSITIVE_TYPES)]
    by_list = Reader(reader_of(rows, territory, [partners, public], lines, types=charts))
    by_chart = Reader(reader_of(rows, territory, [public], types=charts))
    cells = {}
    for cercle, region, kind in zip(rape["cercle_pcode"], rape["region"], rape["type"], strict=True):
        if cercle:
            cells["cercle_type", cercle, "C", kind] = by_list
        if any(charts.values()):  # else no type is told to who has the charts alone
            cells["region_type", region, "C", kind] = by_chart
    found = {cell: reader.interval(cell) for cell, reader in cells.items()}
    return [f"{cell}: {low:g} to {high:g}" for cell, (low, high) in found.items() if low > 1e-5]


def with_wave(rows: pd.DataFrame, size: int, seed: int) -> pd.DataFrame:
    """So many violations of one cercle become rapes of another kind of month."""
    draw = np.random.default_rng(seed)
    rows = rows.reset_index(drop=True).copy()
    there = rows.index[
        rows["cercle_pcode"] == draw.choice(rows.loc[rows["cercle_pcode"] != "", "cercle_pcode"])
    ]
    chosen = there[:size]
    rows.loc[chosen, "categorie"] = "C"
    rows.loc[chosen, "type"] = draw.choice(
        sorted(SENSITIVE_TYPES), len(chosen), p=[0.05, 0.1, 0.05, 0.1, 0.7]
    )
    return rows  # fmt: skip


def test_a_wave_of_rapes_in_one_cercle_is_not_told() -> None:
    assert computed(frame(WAVE), TERRITORY) == []


def test_the_same_readers_find_it_where_types_are_all_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("breakdowns", "publish"):
        monkeypatch.setattr(sys.modules[f"pipeline.disclosure.{name}"], "SENSITIVE_TYPES", frozenset())
    assert "('cercle_type', 'M0', 'C', 'Viol'): 20 to 20" in computed(frame(WAVE), TERRITORY)


@pytest.fixture(scope="module")
def june(mirror_country: Country, project: Path) -> tuple[pd.DataFrame, Territory]:
    found = june_sample.indicators(project, mirror_country)
    return found.incidents.astype(object), Territory.of(mirror_country)


MONTHS = [("2021-06", 400), ("2021-06", 90)]
if os.environ.get("QUARANTE_MOIS"):
    MONTHS += [(f"2021-0{number}", 0) for number in (1, 5, 6)]
    MONTHS += [("2021-06", 20 + 380 * number // 39) for number in range(40)]


@pytest.mark.parametrize(("month", "size"), MONTHS)
def test_nor_in_the_samples_months(june, month: str, size: int) -> None:
    """With waves of their own: none of them has one. The last are sparse."""
    incidents, territory = june
    rows = incidents[incidents["month"] == month]
    rows = sparse(rows, size, size) if size else rows
    assert computed(with_wave(rows, 40, size), territory) == []


@pytest.mark.skipif(not WAVE_CASE.exists(), reason="the case is not here")
def test_nor_in_the_case_of_a_wave_in_bandiagara(june) -> None:
    """25 violations of C in Bandiagara, 20 of them rapes; 10 others in Gao, all of two types."""
    incidents, territory = june
    case = pd.read_csv(WAVE_CASE)
    codes = {name: code for code, name in territory.names.items()}
    wave = case[case["categorie"] == "C"]
    rest = incidents[(incidents["month"] == "2021-06") & (incidents["categorie"] != "C")]
    rows = pd.DataFrame({"region": wave["region"], "cercle_pcode": wave["cercle"].map(codes), "area": "",
                         "categorie": "C", "type": wave["type"]})  # fmt: skip
    assert len(rows) == 35
    assert computed(pd.concat([rest[rows.columns], rows], ignore_index=True), territory) == []


@pytest.mark.parametrize("elsewhere", [6, 40])
def test_what_the_list_tells_by_region_the_charts_do_not(elsewhere: int) -> None:
    """Twelve in Mopti, as the partners' list says. Beside it, who has the charts alone may still believe in none there:
    what the list tells is no part of what they know, be there room for twelve in other regions or not."""
    first, second, third, fourth, *_ = (k for k in CATEGORY["C"].types if k not in SENSITIVE_TYPES)
    rows = [
        (("Gao", "G0", "G0-0"), ("C", first), elsewhere),
        (("Gao", "G1", "G1-0"), ("E", "Taxe illégale"), 25),
    ]
    for place, rapes in ((("Mopti", "M0", "M0-0"), 5), (("Mopti", "M1", "M1-0"), 7)):
        rows += [
            (place, ("C", "Viol"), rapes),
            *((place, ("C", k), 4) for k in (first, second, third, fourth)),
        ]
    month = frame(rows)
    lines = list(month_rows(month, month_figures(month, TERRITORY, None, PARTNERS), TERRITORY, PARTNERS))
    told = [(line["region"], line["place"], line["nombre"]) for line in lines if line["type"] == "Viol"]
    assert told == [("Mopti", "", 12)]
    assert computed(month, TERRITORY) == []


def test_what_a_cercle_is_not_told_by_type_may_be_none_of_them() -> None:
    """To who runs the program again: other types that are not told are under 5 each, so that a rest of 25 beside a
    type told would hold a rape at least."""
    other = [kind for kind in CATEGORY["C"].types if kind not in SENSITIVE_TYPES]
    counts = {("M0", "C", other[0]): 9, ("M0", "C", "Viol"): 25}
    assert cercle_split(counts, "M0", CATEGORY["C"], PARTNERS).types == {}
    counts[("M0", "C", "Viol")] = 12
    assert cercle_split(counts, "M0", CATEGORY["C"], PARTNERS).types == {other[0]: 9}
    assert cercle_split(counts, "M0", CATEGORY["C"], PARTNERS, {("M0", "")}).types == {}
    whole = {("M0", "C", other[0]): 9, ("M0", "C", other[1]): 6}
    assert cercle_split(whole, "M0", CATEGORY["C"], PARTNERS).types == {other[0]: 9}
