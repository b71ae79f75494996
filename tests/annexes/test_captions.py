"""Sentences agree with 0, 1 and many, with the gender and the elision of what they name."""

from __future__ import annotations

import pytest

from pipeline import french
from pipeline.annexes import BUILDERS
from pipeline.annexes.alerts import _origin
from pipeline.annexes.model import Symbols, Zones
from pipeline.geography.country import Country
from pipeline.indicators import AlertEvent
from pipeline.places.place import Place
from tests.helpers.months import JUNE, MAY, alert, month, stage

CODES = ("ML050101", "ML050102", "ML050401", "ML050402")


def said(country: Country, number: int, **given: object) -> str:
    return BUILDERS[number](stage(month(**given), country, "interne")).caption  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [
        (0, 180, "aucune des 180 communes évaluées"),
        (1, 180, "1 des 180 communes évaluées (1\u202f%)"),
        (100, 180, "100 des 180 communes évaluées (56\u202f%)"),
        (180, 180, "les 180 communes évaluées"),
        (1, 1, "la seule commune évaluée"),
        (0, 1, "aucune commune évaluée"),
    ],
)
def test_so_many_of_so_many(part: int, whole: int, text: str) -> None:
    assert french.out_of(part, whole, "commune évaluée") == text


def test_the_masculine_too() -> None:
    assert french.out_of(0, 53, "cercle évalué", feminine=False) == "aucun des 53 cercles évalués"
    assert french.out_of(1, 1, "cercle évalué", feminine=False) == "le seul cercle évalué"


@pytest.mark.parametrize(
    ("levels", "text"),
    [
        ((1, 2, 2, 1), "aucune des 4 communes évaluées n’est jugée au niveau sérieux ou critique."),
        (
            (3, 2, 2, 1),
            "1 des 4 communes évaluées (25\u202f%) est jugée au niveau sérieux ou critique, aucune au",
        ),
        ((4, 2, 2, 1), "1 des 4 communes évaluées (25\u202f%) est jugée au niveau critique."),
        (
            (4, 3, 3, 1),
            "3 des 4 communes évaluées (75\u202f%) sont jugées au niveau sérieux ou critique, dont 1 au",
        ),
        ((4, 4, 4, 4), "les 4 communes évaluées sont jugées au niveau critique."),
        (
            (3,),
            "la seule commune évaluée est jugée au niveau sérieux ou critique, aucune au niveau critique.",
        ),
    ],
)
def test_the_caption_of_risk(small_country: Country, levels: tuple[int, ...], text: str) -> None:
    rows = [(JUNE, code, 5.0 * level, level) for code, level in zip(CODES, levels, strict=False)]
    assert f"En juin 2021, {text}" in said(
        small_country, 3, risk_rows=rows, coverage=dict.fromkeys(CODES, "")
    )


@pytest.mark.parametrize(
    ("before", "now", "text"),
    [
        ((1, 1), (2, 2), "le niveau s’est aggravé dans 2 communes et ne s’est amélioré dans aucune."),
        ((2, 2), (1, 2), "le niveau ne s’est aggravé dans aucune commune et s’est amélioré dans 1."),
        ((1, 3), (2, 1), "le niveau s’est aggravé dans 1 commune et amélioré dans 1."),
        ((1, 3), (1, 3), "Aucun niveau n’a changé depuis mai."),
    ],
)
def test_the_caption_of_changes(small_country: Country, before, now, text: str) -> None:
    rows = [(when, code, 5.0 * level, level) for when, levels in ((MAY, before), (JUNE, now))
            for code, level in zip(CODES, levels, strict=False)]  # fmt: skip
    assert text in said(small_country, 3, risk_rows=rows, coverage=dict.fromkeys(CODES, ""))


def test_no_region_is_named_as_the_gravest_where_two_are(small_country: Country) -> None:
    rows = [(JUNE, "ML050101", 21.0, 4), (JUNE, "ML070201", 21.0, 4)]
    assert "le plus fréquent" not in said(small_country, 3, risk_rows=rows)


def test_a_share_that_stays_is_not_said_to_have_passed(small_country: Country) -> None:
    rows = [(when, code, 16.0, 3) for when in (MAY, JUNE) for code in CODES]
    assert "est restée de 100\u202f% (4 sur 4, puis 4 sur 4)" in said(small_country, 6, risk_rows=rows)


def test_coverage_of_none_one_and_all(small_country: Country) -> None:
    assert "ne couvre aucune des 12 communes du Mali." in said(small_country, 5, coverage={})
    assert "couvre 1 des 12 communes du Mali (8\u202f%)" in said(small_country, 5, coverage={"ML050101": ""})
    everything = dict.fromkeys(small_country.communes["pcode"], "")
    assert "couvre les 12 communes du Mali, où vivent 100" in said(small_country, 5, coverage=everything)


def test_alerts_begin_somewhere_with_its_article(small_country: Country) -> None:
    events = (
        alert(small_country, "mouvement", "ML050403", 67),
        alert(small_country, "mouvement", "ML050401", 1),
    )
    assert "ont concerné 68\u00a0ménages, dont 67 depuis la commune" in said(small_country, 2, alerts=events)
    assert "1\u00a0alerte a été signalée en juin 2021 : 1 mouvement" in said(
        small_country, 2, alerts=events[:1]
    )


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ("cercle de Ménaka", "le cercle de Ménaka"),
        ("région d’Inekar", "la région d’Inekar"),
        ("lieu non déterminé", "un lieu non déterminé"),
    ],
)
def test_a_coarse_origin_has_its_article(place: str, text: str) -> None:
    class Somewhere:
        commune = ""

    Somewhere.place = place  # type: ignore[attr-defined]
    assert _origin(Somewhere()) == text  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("level", "name", "text"),
    [
        ("cercle", "Ansongo", "dans le cercle d’Ansongo"),
        ("cercle", "Abeibara", "dans le cercle d’Abeibara"),
        ("cercle", "Yorosso", "dans le cercle de Yorosso"),
        ("cercle", "Bamako", "dans le district de Bamako"),
        ("commune", "Ouroubé Doudé", "dans la commune d’Ouroubé Doudé"),
        ("commune", "Haïré", "dans la commune de Haïré"),
        ("commune", "Œuf", "dans la commune d’Œuf"),
        ("region", "Ségou", "dans la région de Ségou"),
    ],
)
def test_elision_and_gender(level: str, name: str, text: str) -> None:
    assert french.in_area(level, name) == text


def test_figures_align_because_they_are_all_as_wide() -> None:
    from pipeline.sheet import marks as fonts

    for weight in ("regular", "semibold", "bold"):
        assert len({fonts.text_width(digit, 10, weight) for digit in "0123456789"}) == 1
        assert fonts.text_width("1117", 10, weight) == pytest.approx(4 * fonts.text_width("0", 10, weight))


def test_uncertain_places_are_said_and_marked(small_country: Country) -> None:
    event = alert(small_country, "menace", "ML050401")
    place = type(event.place)("cercle", "ML0504", "ML05", "ML0504", "", "Douentza")
    annex = BUILDERS[2](
        stage(month(alerts=(type(event)(**{**event.__dict__, "place": place}),)), small_country)
    )
    assert annex is not None
    assert annex.events[0].where == "Cercle de Douentza (commune à préciser)"
    zones = next(layer for layer in annex.layers if isinstance(layer, Zones))
    assert [(zone.level, zone.pcode, zone.count) for zone in zones.items] == [("cercle", "ML0504", 1)]
    assert not next(layer for layer in annex.layers if isinstance(layer, Symbols)).items
    assert annex.events[0].point is None


def test_on_the_grid_a_cercle_is_as_fine_as_it_gets(cercles_country: Country) -> None:
    place = Place("cercle", "ML0504", "ML05", "ML0504", "", "Douentza")
    event = AlertEvent("F-1", "2021-06-17", "menace", place, None, None, None, "", "", "Mopti")
    annex = BUILDERS[2](stage(month(alerts=(event,)), cercles_country))
    assert annex is not None
    assert "à préciser" not in annex.events[0].where
    assert len(next(layer for layer in annex.layers if isinstance(layer, Symbols)).items) == 1
    assert not any("qu’au cercle" in note for note in annex.notes)
