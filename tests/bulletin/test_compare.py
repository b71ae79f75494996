"""What changed between two months: only published classes and levels, with what keeps them from comparing."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.annexes import Stage, page_meta
from pipeline.bulletin.compare import Comparison, Section, compare_months, write_comparison
from pipeline.disclosure import publish
from tests.helpers import months
from tests.helpers.months import JUNE, MAY

ROWS = [
    (MAY, "ML050401", "E", 6),
    (JUNE, "ML050401", "A", 31),
    (MAY, "ML050101", "B", 25),
    (JUNE, "ML050101", "B", 7),
    (MAY, "ML070201", "C", 11),
    (JUNE, "ML070201", "C", 12),
]
RISK = [
    (MAY, "ML050401", 10, 2),
    (JUNE, "ML050401", 21, 4),
    (MAY, "ML070201", 10, 2),
    (JUNE, "ML050101", 3, 1),
]


@pytest.fixture(scope="module")
def page(small_country) -> Comparison:
    everything = months.month(ROWS, RISK, (months.alert(small_country, "menace", "ML050401"),))
    june = publish(everything, small_country, "partenaires")
    may = publish(replace(everything, month=MAY, alerts=None), small_country, "partenaires")
    stage = Stage(june, small_country, page_meta(june, small_country, "2021-07-15"))
    return compare_months(stage, may)


def section(page: Comparison, start: str) -> Section:
    return next(found for found in page.sections if found.title.startswith(start))


def test_totals_stand_side_by_side_with_the_arrow_of_the_maps(page):
    lines = {line.label: (line.before, line.now, line.change) for line in section(page, "Violations").lines}
    assert lines["Total"] == ("42", "50", "↑ hausse")
    assert lines["Mouvement de population forcé"] == ("0", "31", "↑ hausse")
    assert lines["Atteintes au droit à la vie"] == ("25", "7", "↓ baisse")
    assert lines["Région\u00a0: Gao"] == ("11", "12", "↑ hausse")
    assert lines["Atteintes à l'accès aux services de base"] == ("0", "0", "= égal")


def test_only_areas_that_changed_class_are_listed_and_by_their_class(page):
    up, down = (
        section(page, "Communes passées à une classe sup"),
        section(page, "Communes passées à une classe inf"),
    )
    assert [(m.name, m.before, m.now) for m in up.moves] == [
        ("Douentza", "5\u00a0à\u00a019", "20\u00a0à\u00a049")
    ]
    assert [(m.name, m.before, m.now) for m in down.moves] == [
        ("Bandiagara", "20\u00a0à\u00a049", "5\u00a0à\u00a019")
    ]
    assert [move.name for move in section(page, "Nouveaux foyers").moves] == ["Douentza"]


def test_levels_of_risk_compare_areas_scored_in_both_months_and_the_caveat_says_so(page):
    worse = section(page, "Indice de risque\u00a0: niveau aggravé")
    assert [(m.name, m.before, m.now) for m in worse.moves] == [("Douentza", "Modérée", "Critique")]
    assert section(page, "Indice de risque\u00a0: niveau amélioré").moves == ()
    assert any("seules sont comparées les 1 évaluées dans les deux mois" in text for text in page.caveats)


def test_a_month_without_an_alerts_file_is_not_a_month_without_alerts(page):
    lines = {line.label: (line.before, line.now, line.change) for line in section(page, "Alertes").lines}
    assert lines["Total"] == ("–", "1", "–")
    assert lines["Menace d'attaque"] == ("–", "1", "–")
    assert "Aucune donnée d’alertes flash reçue pour mai 2021." in page.caveats


def test_a_change_of_coverage_is_a_caveat(small_country):
    told = []
    for before in ({"ML050401": ""}, {"ML050401": "", "ML050101": ""}):
        june = publish(months.month(ROWS, coverage={"ML050401": ""}), small_country, "partenaires")
        may = replace(publish(months.month(ROWS, coverage=before), small_country, "partenaires"), month=MAY)
        stage = Stage(june, small_country, page_meta(june, small_country, "2021-07-15"))
        told.append(" ".join(compare_months(stage, may).caveats))
    assert "n’est connue que par année" in told[0]
    assert "La couverture du monitoring a changé\u00a0: 2\u00a0communes puis 1\u00a0commune" in told[1]


def test_the_page_is_one_file_without_requests_and_its_texts_are_data(page, tmp_path: Path):
    nasty = replace(page.meta, sources='<script>alert("x")</script>')
    path = write_comparison(replace(page, meta=nasty), "commune", tmp_path)
    assert path.name == "comparaison-2021-05.html"
    text = path.read_text("utf-8")
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    assert not re.findall(r'(?:src|href)="(?!data:)', text)
    assert not re.search(r"https?://", text)
    assert 'lang="fr"' in text
    for found in page.sections:
        assert found.title in text
    assert text == write_comparison(replace(page, meta=nasty), "commune", tmp_path).read_text("utf-8")
