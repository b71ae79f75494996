"""What the maps still show of a month, beside plain suppression at the threshold, which does not even hold."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from pipeline.disclosure.counts import Territory
from pipeline.disclosure.office import Office
from pipeline.disclosure.policy import policy_of
from pipeline.disclosure.published import bounds
from pipeline.disclosure.tables import month_figures
from pipeline.geography.country import Country
from tests.disclosure.test_random_months import TERRITORY, TYPES, frame
from tests.helpers import june as june_sample
from tests.helpers.months import JUNE
from tools.kept import LEVELS, Kept, kept, months, table

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
        if "tirage" in name and not name.endswith("tirage 2"):
            continue
        # A region with too few violations for any choice is told by its total alone, whatever is lost.
        left = month_figures(rows, territory, covered, POLICY).left
        rows = rows[[left[region] > 0 for region in rows["region"]]]
        for level in kept(rows, territory, covered, POLICY):
            if level.level == LEVELS[1] or (level.level == LEVELS[0] and len(rows) >= 100):
                assert level.shown >= level.plain, (name, level)
                assert level.shown / level.all > 0.6, (name, level)
                tried += 1
    assert tried >= (16 if country.finest == "commune" else 10)


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
