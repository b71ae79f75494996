"""The boxes of section III: the report's June arrows, and no arrow that the published counts leave open."""

from __future__ import annotations

import itertools

import pytest

from pipeline.annexes import BUILDERS, Stage, page_meta
from pipeline.bulletin.boxes import (
    ARROW_ORDER,
    BOXES,
    SIGNS,
    _within_total,
    arrows,
    boxes,
    by_category,
    certain_arrow,
)
from pipeline.disclosure import publish
from pipeline.disclosure.counts import arrow
from pipeline.french import Month
from pipeline.taxonomy import CATEGORY
from tests.helpers import june, months
from tests.helpers.months import JUNE, MAY

REPORT = {
    "mopti": "↓↑↑↑↑↑",
    "segou": "↓=↑↓==",
    "gao-menaka-kidal": "↓=↓↑↑=",
    "tombouctou": "↓↑↑↓=↓",
}
"""The June report's own arrows, in its order: C, D, B, E, A, F."""


def signs(published, regions) -> str:
    return "".join(SIGNS[found.change] for found in arrows(published, regions))


def test_the_arrows_of_the_june_report_are_reproduced_all_24(project, mirror_country):
    published = june.published(project, mirror_country, "interne")
    assert {slug: signs(published, regions) for slug, _, regions in BOXES} == REPORT


def test_a_partner_is_told_no_arrow_that_contradicts_the_report_and_some_of_them(project, mirror_country):
    published = june.published(project, mirror_country, "partenaires")
    told = {slug: signs(published, regions) for slug, _, regions in BOXES}
    for slug, row in told.items():
        assert all(sign in ("–", wanted) for sign, wanted in zip(row, REPORT[slug], strict=True)), slug
    assert told["mopti"][0] == "↓"
    assert sum(sign != "–" for row in told.values() for sign in row) >= 8


def test_an_arrow_is_certain_only_where_every_count_within_gives_it():
    for now, before in itertools.product([(0, 0), (1, 4), (5, 5), (18, 22), (20, 20)], repeat=2):
        every = {arrow(a, b) for a in range(now[0], now[1] + 1) for b in range(before[0], before[1] + 1)}
        assert certain_arrow(now, before) == (every.pop() if len(every) == 1 else None), (now, before)


def test_what_a_total_leaves_is_taken_into_account():
    found = {"A": (0, 30), "B": (10, 10), "C": (5, 19)}
    assert _within_total(found, 30) == {"A": (1, 15), "B": (10, 10), "C": (5, 19)}


def test_intervals_hold_the_truth_for_every_audience(project, mirror_country):
    exact = june.published(project, mirror_country, "interne")
    published = june.published(project, mirror_country, "partenaires")
    for month in (Month(2021, 5), Month(2021, 6)):
        for region, row in exact.region_categories[month].items():
            for key, (low, high) in by_category(published, month, region).items():
                assert low <= row[key].value <= high, (month, region, key)


def test_a_box_says_total_change_cercles_and_alerts(small_country):
    rows = [(MAY, "ML050401", "E", 8), (JUNE, "ML050401", "E", 25), (JUNE, "ML050101", "B", 7)]
    alerts = (
        months.alert(small_country, "attaque_village", "ML050401"),
        months.alert(small_country, "attaque_village", "ML050101"),
        months.alert(small_country, "menace", "ML070201"),
    )
    published = publish(months.month(rows, alerts=alerts), small_country, "partenaires")
    stage = Stage(published, small_country, page_meta(published, small_country, "2021-07-15"))
    box = boxes(stage)[0]
    assert box.headline == "32\u00a0violations documentées en juin 2021, contre 8 en mai (↑ hausse)."
    assert box.points[0] == "100\u202f% des violations du mois."
    assert "Douentza (25)" in box.points[1]
    assert box.points[1].index("Douentza") < box.points[1].index("Bandiagara (7)")
    assert box.points[2] == "Première catégorie\u00a0: atteintes au droit à la propriété."
    assert box.points[3] == "Alertes flash\u00a0: 2\u00a0attaques de village."
    assert boxes(stage)[1].points[-1] == "Aucune alerte flash ce mois."
    assert [found.category for found in box.arrows] == list(ARROW_ORDER)


def test_a_first_month_has_no_arrows_and_says_nothing_of_a_month_before(small_country):
    published = publish(months.month([(JUNE, "ML050401", "E", 25)]), small_country, "partenaires")
    stage = Stage(published, small_country, page_meta(published, small_country, "2021-07-15"))
    box = boxes(stage)[0]
    assert "contre" not in box.headline
    assert [found.text for found in box.arrows] == [f"– {CATEGORY[key].label}" for key in ARROW_ORDER]


@pytest.mark.parametrize("audience", ["partenaires", "public", "interne"])
@pytest.mark.parametrize(
    "coverage", [None, {"ML050101": "Une ONG", "ML050102": "Une ONG"}], ids=["", "couverture"]
)
def test_the_legend_of_a_box_stays_on_its_picture(small_country, audience, coverage):
    """Whatever its labels: they are other ones with a coverage file."""
    from matplotlib.figure import Figure

    from pipeline.bulletin import boxes as module
    from pipeline.bulletin.charts import CHART_FOOT, drawing

    month = months.month([(JUNE, "ML050101", "B", 1)], coverage=coverage)
    areas = BUILDERS[1](months.stage(month, small_country, audience)).areas()
    with drawing():
        figure = Figure(figsize=(module.SIZE[0] / 25.4, module.SIZE[1] / 25.4), layout="constrained")
        tall = module._legend(figure, areas, CHART_FOOT)
        figure.canvas.draw()
        (legend,) = figure.legends
        edge = legend.get_window_extent()
    labels = [text.get_text() for text in legend.get_texts()]
    assert labels == [entry.label for entry in areas.classes]
    assert edge.x0 >= 0
    assert edge.x1 <= figure.bbox.x1
    assert edge.y1 <= (CHART_FOOT[1] + tall) * figure.bbox.height + 0.5
