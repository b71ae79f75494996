"""Charts by type, author, victim, place and time: their figures are those published, what is open stays open."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pipeline import palette
from pipeline.annexes import Stage, page_meta
from pipeline.bulletin.charts import PROFILES, height, parts_charts, printed, write_parts
from pipeline.disclosure.counts import Count
from pipeline.disclosure.published import OTHERS, Breakdown
from pipeline.taxonomy import CATEGORIES
from tests.helpers import june, months
from tests.helpers.months import JUNE

TYPES = Breakdown(
    "type",
    "C",
    "",
    {"Menace": Count.exact(33), "Viol": Count.within(30, 39), OTHERS: Count.exact(12)},
    Count.exact(80),
)
AUTHORS = Breakdown(
    "auteur",
    "",
    "",
    {"Inconnu": Count.exact(50), "Groupes radicaux": Count.exact(30), "": Count.exact(20)},
    Count.exact(100),
)
TIMES = Breakdown(
    "tranche_horaire",
    "",
    "",
    {"7h-17h": Count.exact(60), "22h-5h": Count.exact(30), "5h-7h": Count.exact(10)},
    Count.exact(100),
)
LOCAL = Breakdown("auteur", "", "Gao", {"Inconnu": Count.exact(9)}, Count.exact(9))


@pytest.fixture(scope="module")
def stage(small_country) -> Stage:
    return months.stage(months.month([(JUNE, "ML050401", "C", 100)]), small_country)


@pytest.fixture(scope="module")
def charts(stage):
    published = replace(stage.published, breakdowns=(TYPES, AUTHORS, LOCAL, TIMES))
    return {chart.slug: chart for chart in parts_charts(published, stage.meta)}


def test_a_chart_is_made_of_every_breakdown_of_the_country_and_of_no_other(charts):
    assert list(charts) == ["graphique-types-c", "graphique-auteur", "graphique-tranche-horaire"]


def test_bars_carry_the_published_figures_in_order_with_their_share(charts):
    types = charts["graphique-types-c"]
    assert [(part.label, part.text) for part in types.parts] == [
        ("Menace", "33 (41\u202f%)"),
        ("Viol", "30\u00a0à\u00a039"),
        (OTHERS, "12 (15\u202f%)"),
    ]
    assert types.colour == palette.CATEGORIES["C"]
    assert [part.label for part in charts["graphique-auteur"].parts] == [
        "Groupes radicaux",
        "Inconnu",
        "Non précisé",
    ]
    assert [part.label for part in charts["graphique-tranche-horaire"].parts] == [
        "5\u00a0h à 7\u00a0h",
        "7\u00a0h à 17\u00a0h",
        "22\u00a0h à 5\u00a0h",
    ]


def test_the_alternative_text_holds_every_figure_and_the_mark_who_it_is_for(charts, stage):
    for chart in charts.values():
        for part in chart.parts:
            assert f"{part.label}\u00a0: {part.text}" in chart.alt_text
        assert stage.meta.audience_label in chart.mark
        assert (OTHERS in chart.mark) == any(part.label == OTHERS for part in chart.parts)


def test_the_reading_names_only_what_is_certainly_ahead(charts):
    # Between 33 and "30 to 39" nobody can tell.
    assert charts["graphique-types-c"].reading.endswith(
        "«\u00a0Menace\u00a0» (33, soit 41\u202f%) et «\u00a0Viol\u00a0» (30\u00a0à\u00a039) viennent en tête."
    )
    # What is not known is not an author, however large.
    assert (
        "«\u00a0Groupes radicaux\u00a0» (30, soit 30\u202f%) vient en tête."
        in charts["graphique-auteur"].reading
    )
    assert "«\u00a07\u00a0h à 17\u00a0h\u00a0» (60" in charts["graphique-tranche-horaire"].reading


def test_a_rest_that_may_hold_a_larger_part_is_a_reserve(stage):
    parts = {"Menace": Count.exact(10), OTHERS: Count.exact(60)}
    found = replace(TYPES, parts=parts, total=Count.exact(70))
    (chart,) = parts_charts(replace(stage.published, breakdowns=(found,)), stage.meta)
    assert chart.reading.endswith("vient en tête parmi les effectifs publiés.")


def test_bars_are_as_long_as_their_figures_and_files_repeat(charts, tmp_path: Path):
    chart = charts["graphique-auteur"]
    png, svg = write_parts(chart, tmp_path)
    pixels = np.asarray(Image.open(png).convert("RGB")).astype(int)
    wanted = [int(chart.colour[start : start + 2], 16) for start in (1, 3, 5)]
    rows = (np.abs(pixels - wanted).sum(axis=2) < 6)[60:].sum(axis=1)
    lengths = sorted({int(n) for n in rows if n > 30}, reverse=True)
    assert lengths[0] / max(n for n in lengths if n < lengths[0] * 0.9) == pytest.approx(50 / 30, rel=0.03)
    assert pixels.shape[0] == pytest.approx(height(chart) / 25.4 * 200, abs=1)
    assert chart.title in svg.read_text("utf-8")
    again = write_parts(chart, tmp_path / "encore")
    assert [path.read_bytes() for path in again] == [png.read_bytes(), svg.read_bytes()]


@pytest.mark.parametrize("audience", ["interne", "partenaires", "public"])
def test_the_june_charts_are_of_what_the_audience_may_see_and_add_up(project, mirror_country, audience):
    indicators = june.indicators(project, mirror_country)
    published = june.published(project, mirror_country, audience)
    found = parts_charts(published, page_meta(published, mirror_country, "2021-07-15"))
    assert {chart.slug for chart in found} >= {f"graphique-{key.replace('_', '-')}" for key in PROFILES}
    totals = {f"graphique-types-{c.key.lower()}": published.categories[JUNE][c.key] for c in CATEGORIES}
    rows = indicators.incidents[indicators.incidents["month"] == str(JUNE)]
    for chart in found:
        total = totals.get(chart.slug, published.total(JUNE))
        low = sum(part.count.low for part in chart.parts)
        high = sum(part.count.high or 0 for part in chart.parts)
        assert low <= total <= high, chart.slug
        if chart.slug == "graphique-lieu":
            truth = {printed("lieu", name): n for name, n in rows["lieu"].value_counts().items()}
            for part in chart.parts:
                if part.label != OTHERS:
                    assert part.count.low <= truth[part.label] <= part.count.high
        if audience != "interne":
            assert all(part.count.low >= 5 or part.label == OTHERS for part in chart.parts), chart.slug
