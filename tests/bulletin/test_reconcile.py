"""The reconciliation finds a figure that one place tells differently, and nothing where all agree."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.annexes import BUILDERS, Stage
from pipeline.annexes.model import Annex
from pipeline.bulletin.boxes import Mismatch
from pipeline.bulletin.reconcile import reconcile
from pipeline.indicators import Account
from tests.helpers import months
from tests.helpers.months import JUNE

ROWS = [(JUNE, "ML050401", "A", 31), (JUNE, "ML070201", "C", 12), (JUNE, "ML070201", "E", 2)]


@pytest.fixture(scope="module", params=["interne", "partenaires", "public"])
def told(request, small_country) -> tuple[Stage, list[Annex]]:
    stage = months.stage(months.month(ROWS), small_country, request.param)
    return stage, [annex for build in BUILDERS.values() if (annex := build(stage)) is not None]


def manifest(annexes: list[Annex]) -> dict:
    return {
        "outputs": [
            {"path": f"{annex.slug}.png", "caption": annex.caption, "alt_text": annex.alt_text}
            for annex in annexes
        ]
    }


def differing(*arguments) -> list[Mismatch]:
    return [item for item in reconcile(*arguments) if item.told != item.expected]


def test_what_is_made_of_one_month_agrees_everywhere(told):
    stage, annexes = told
    assert differing(stage, annexes, manifest(annexes)) == []
    where = {item.where for item in reconcile(stage, annexes, manifest(annexes))}
    assert where >= {
        "le compte des lignes acceptées",
        "les chiffres de l’annexe 1",
        f"les barres de l’annexe 1, {annexes[0].bars[0].rows[0].label}",
        "la carte de l’annexe 1, par zone",
        "le tableau de bord",
        "graphique-categories.png",
        "le texte de graphique-regions",
        "le texte de graphique-types-a",
        "la répartition «\u00a0type\u00a0» A",
        "l’encadré «\u00a0Région de Mopti\u00a0»",
        "manifest.json pour annexe-3-indice-risque.png",
    }


def test_a_figure_that_differs_is_named_with_its_place(told):
    stage, annexes = told
    first = annexes[0]
    cards = tuple(replace(card, value="99") if card.label == "Propriété" else card for card in first.figures)
    table = first.bars[0]
    row = table.rows[0]
    wrong = replace(row, texts=("30", *row.texts[1:]))
    bars = (replace(table, rows=tuple(wrong if one is row else one for one in table.rows)),)
    changed = replace(first, figures=cards, bars=bars, caption="44 violations")
    old = manifest(annexes)
    found = differing(stage, [changed, *annexes[1:]], old)
    assert {(item.where, item.told, item.expected) for item in found} == {
        ("les chiffres de l’annexe 1", "99", "2"),
        (f"les barres de l’annexe 1, {row.label}", "30", row.texts[0]),
        ("la légende écrite de l’annexe 1", "44", "45"),
        ("manifest.json pour annexe-1-incidents.png", first.caption, "44 violations"),
    }
    assert "Atteintes au droit à la propriété\u00a0: 99 dans les chiffres de l’annexe 1" in found[0].text()


def test_a_row_missing_from_the_list_or_from_the_account_is_found(told):
    stage, annexes = told
    published = stage.published
    listed = [annex for annex in annexes if annex.number == 4]
    for annex in listed:
        shorter = replace(annex, table=replace(annex.table, rows=annex.table.rows[1:]))
        others = [other for other in annexes if other.number != 4]
        assert [item.where for item in differing(stage, [*others, shorter], None)] == ["la liste (annexe 4)"]
    account = replace(published.accounts[str(JUNE)]["incidents"], rows=46, refused=0, drawn=46)
    wrong = replace(published, accounts={str(JUNE): {"incidents": account}})
    found = differing(replace(stage, published=wrong), annexes, None)
    assert [(item.where, item.told) for item in found] == [("le compte des lignes acceptées", "46")]


def test_an_alert_that_is_refused_is_no_difference_and_one_that_is_lost_is(small_country):
    alerts = tuple(months.alert(small_country, "menace", "ML050401") for _ in range(2))
    everything = months.month(ROWS, alerts=alerts)
    for refused, differs in ((1, []), (0, ["alertes flash"])):
        everything.accounts[str(JUNE)]["alertes_flash"] = Account(3, 3 - refused, 0, 0, refused)
        stage = months.stage(everything, small_country)
        annexes = [annex for build in BUILDERS.values() if (annex := build(stage)) is not None]
        assert [item.what for item in differing(stage, annexes, None)] == differs


def test_long_texts_are_shown_where_they_part():
    start = "Une légende assez longue pour ne pas tenir sur la ligne, avec un total de "
    text = Mismatch(
        "légende écrite", "manifest.json", f"{start}12 violations", f"{start}13 violations"
    ).text()
    assert "total de 12 violations\u00a0» dans manifest.json, au lieu de «\u00a0…" in text
    assert "13 violations" in text
    assert "Une légende" not in text
