"""What the maps still show of a month, beside plain suppression at the threshold, which does not even hold."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from pipeline.disclosure import tables
from pipeline.disclosure.counts import SUPPRESSED, Count, Territory
from pipeline.disclosure.office import Office
from pipeline.disclosure.policy import policy_of
from pipeline.disclosure.published import bounds
from pipeline.disclosure.tables import MonthFigures, month_figures
from pipeline.geography.country import Country
from tests.disclosure.attacker import Reader
from tests.disclosure.reading import reader_of
from tests.disclosure.test_random_months import TERRITORY, TYPES, frame
from tests.helpers import june as june_sample
from tests.helpers.months import JUNE
from tools.kept import LEVELS, Kept, kept, months, sparse, table

POLICY = policy_of("partenaires")


@pytest.mark.slow
@pytest.mark.parametrize("country_of", ["cercles_country", "mirror_country"])
def test_communes_and_cercles_never_keep_less_than_by_plain_suppression(
    request: pytest.FixtureRequest, project: Path, country_of: str
) -> None:
    """The sample's six months, and June thinned out to as little as fifty violations."""
    country = request.getfixturevalue(country_of)
    indicators = june_sample.indicators(project, country)
    assert indicators.coverage is not None
    covered, territory = set(indicators.coverage["area"]), Territory.of(country)
    tried = 0
    for name, rows in months(indicators.incidents):
        for level in kept(rows, territory, covered, POLICY):
            if level.level == LEVELS[1] or (level.level == LEVELS[0] and len(rows) >= 100):
                assert level.shown >= level.plain, (name, level)
                assert level.shown / level.all > 0.6, (name, level)
                tried += 1
    assert tried >= (33 if country.finest == "commune" else 18)


def test_nor_in_draws_in_which_a_region_was_hushed_up(mirror_country: Country, project: Path) -> None:
    """Told by its total alone once a finer way failed, a region cost up to twelve violations beside plain suppression."""
    incidents = june_sample.indicators(project, mirror_country).incidents.astype(object)
    june = incidents[incidents["month"] == str(JUNE)]
    for size, seed, key in ((400, 6, b"one"), (400, 8, b"two"), (200, 10, b"three"), (50, 8, b"one")):
        level = kept(sparse(june, size, seed), Territory.of(mirror_country), None, POLICY,
                     Office(key, f"{size}-{seed}"))[1]  # fmt: skip
        assert level.shown >= level.plain, (size, seed, key, level)


def test_in_a_region_of_nine_the_cercle_of_five_is_told_and_the_others_may_still_have_four() -> None:
    """With eight nothing is told, and with nine not with every key, be there such a cercle or not."""

    def told(large: int, small: int, key: bytes) -> tuple[MonthFigures, pd.DataFrame]:
        rows = frame([(("Gao", "G0", "G0-0"), TYPES[0], large), (("Gao", "G1", "G1-1"), TYPES[5], small),
                      (("Mopti", "M0", "M0-0"), TYPES[5], 40)])  # fmt: skip
        return month_figures(rows, TERRITORY, None, POLICY, Office(key, str(JUNE))), rows

    keys = [str(number).encode() for number in range(40)]
    found = [told(7, 2, key)[0].cercles for key in keys]
    assert {(row["G0"].text, row["G1"].text) for row in found} == {
        (Count.within(5, 9).text, "non publié"), ("non publié", "non publié")
    }  # fmt: skip
    assert 0 < sum(row["G0"] == SUPPRESSED for row in found) < 12
    assert {told(7, 1, key)[0].cercles["G0"] for key in keys} == {SUPPRESSED}
    figures, rows = told(7, 2, keys[[row["G0"] != SUPPRESSED for row in found].index(True)])
    reader = Reader(reader_of(rows, TERRITORY, [figures]))
    assert reader.interval(("cercle", "G1")) == pytest.approx((0, 4))
    assert reader.interval(("commune", "G1-1")) == pytest.approx((0, 4))


def test_the_figures_are_those_of_the_maps() -> None:
    rows = [(("Mopti", "M0", "M0-0"), TYPES[0], 30), (("Mopti", "M0", "M0-1"), TYPES[0], 3),
            (("Mopti", "M1", "M1-0"), TYPES[5], 20), (("Gao", "G0", "G0-0"), TYPES[5], 12)]  # fmt: skip
    commune = kept(frame(rows), TERRITORY, None, POLICY)[0]
    assert (commune.all, commune.plain) == (65, 62)
    assert commune.shown == 65
    assert commune.exact < 62


def test_the_table_has_a_line_a_month() -> None:
    lines = list(table([("juin", [Kept(level, 10, 9, 5, 7) for level in LEVELS])]))
    assert len(lines) == 3
    assert lines[2].count("90 % (50 %) / 70 %") == 4


def test_a_month_is_thinned_out_the_same_way_each_time() -> None:
    june = pd.DataFrame({"month": [str(JUNE)] * 500, "n": range(500)})
    first, again = dict(months(june)), dict(months(june))
    assert len(first["50 lignes, tirage 1"]) == 50
    assert all(first[name].equals(again[name]) for name in first)


def test_the_fact_of_the_month_is_told_within_fifty(mirror_country: Country, project: Path) -> None:
    """Displacement in Mopti in June, about 440: with any key neither hidden nor "100 et plus"."""
    incidents = june_sample.indicators(project, mirror_country).incidents.astype(object)
    rows, territory = incidents[incidents["month"] == str(JUNE)], Territory.of(mirror_country)
    for key in (b"one", b"two", b"three"):
        told = month_figures(rows, territory, None, POLICY, Office(key, str(JUNE))).region_categories
        low, high = bounds(told["Mopti"]["A"])
        true = int(((rows["region"] == "Mopti") & (rows["categorie"] == "A")).sum())
        assert high is not None
        assert low <= true <= high < low + 50


def test_what_sums_leave_of_a_hidden_count_is_told_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """Mopti has all but four of forty: by the totals that are printed at least 16 of A, and so it is told. A reader who is
    not told works out as much."""
    rows = frame([(("Mopti", "M0", "M0-0"), TYPES[0], 20), (("Mopti", "M0", "M0-1"), TYPES[9], 16),
                  (("Gao", "G0", "G0-0"), TYPES[0], 1), (("Kidal", "K0", "K0-0"), TYPES[9], 3)])  # fmt: skip
    told = {
        audience: month_figures(rows, TERRITORY, None, policy_of(audience))
        for audience in ("partenaires", "public")
    }
    monkeypatch.setattr(tables, "implied", lambda system, marks: {})
    seen = 0
    for audience, figures in told.items():
        before = month_figures(rows, TERRITORY, None, policy_of(audience))
        reader = Reader(reader_of(rows, TERRITORY, [before]))
        for region, row in figures.region_categories.items():
            for key, count in row.items():
                if count != before.region_categories[region][key]:
                    assert before.region_categories[region][key] == SUPPRESSED
                    low, high = bounds(count)
                    assert low >= POLICY.threshold
                    least, most = reader.interval(("region_categorie", region, key))
                    assert low <= least + 1e-6
                    assert most - 1e-6 <= high
                    seen += 1
        assert replace(figures, region_categories={}, cercle_categories={}, wider=None) == replace(
            before, region_categories={}, cercle_categories={}, wider=None
        )
    assert seen >= 2


def test_a_sparse_month_tells_the_categories_of_its_main_region(
    mirror_country: Country, project: Path
) -> None:
    """Fifty violations, all but a few of one region: nothing of its categories was told; now at least 65 % of them are."""
    incidents = june_sample.indicators(project, mirror_country).incidents
    rows = dict(months(incidents))["50 lignes, tirage 1"]
    level = kept(rows, Territory.of(mirror_country), None, POLICY)[3]
    assert level.shown / level.all > 0.65
    assert level.shown >= level.plain
