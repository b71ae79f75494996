"""Rows are accounted for, and cercles on the grid take what their communes say."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from pipeline.french import Month
from pipeline.indicators import (
    Account,
    account,
    bulletin_region,
    coverage_frame,
    incident_frame,
    risk_frame,
    status_of,
)
from pipeline.places.names import name_key
from pipeline.places.place import Place
from pipeline.records.tables import Finding, RecordTable

JUNE = Month(2021, 6)
COMMUNE = Place("commune", "ML050401", "ML05", "ML0504", "ML050401", "Douentza")
CERCLE = Place("cercle", "ML0504", "ML05", "ML0504", "", "Douentza")
REGION = Place("region", "ML05", "ML05", "", "", "Mopti")
QUESTION = Place("cercle", "ML0504", "ML05", "ML0504", "", "Douentza", question=True)
REFUSED = Finding("incidents", "f.csv", 9, "x", "date", "31/02", "p", "c", "f", True)


def table(name, findings=(), **columns):
    return RecordTable(name, JUNE, pd.DataFrame(columns), tuple(findings), ())


def test_an_account_that_loses_a_row_cannot_exist():
    with pytest.raises(ValueError, match="lost"):
        Account(3, 1, 0, 0, 1)


def test_every_row_ends_in_one_of_four(small_country):
    places = [COMMUNE, CERCLE, REGION, QUESTION]
    found = account(table("incidents", [REFUSED], id=list("abcd")), places, small_country)
    assert found == Account(5, 1, 2, 1, 1)


def test_an_alert_is_drawn_from_the_cercle_on(small_country):
    assert status_of(CERCLE, "alertes_flash", small_country) == "drawn"
    assert status_of(CERCLE, "incidents", small_country) == "not_located"
    assert status_of(REGION, "alertes_flash", small_country) == "not_located"
    assert status_of(QUESTION, "alertes_flash", small_country) == "to_verify"


def test_the_grid_needs_the_cercle_only(cercles_country):
    assert status_of(CERCLE, "incidents", cercles_country) == "drawn"


def test_the_bulletin_keeps_its_regions_whatever_the_vintage():
    elsewhere = Place("commune", "ML090101", "ML09", "ML0901", "ML090101", "Salam")
    names = {"ML09": "Taoudenni", "ML05": "Mopti"}
    assert bulletin_region("TOMBOUCTOU", elsewhere, name_key, names) == "Tombouctou"
    assert bulletin_region(None, elsewhere, name_key, names) == "Taoudenni"
    assert bulletin_region("segou", COMMUNE, name_key, names) == "Ségou"
    assert bulletin_region("", Place("aucun", "", "", "", "", ""), name_key, names) == "Région non établie"
    written = "appeler le 76 12 34 56"
    assert (
        bulletin_region(written, Place("aucun", "", "", "", "", ""), name_key, names) == "Région non établie"
    )


def test_an_incident_of_the_cercle_colours_no_commune(small_country):
    details = dict.fromkeys(
        ("auteur", "sexe", "age", "statut_socioeconomique", "lieu", "tranche_horaire"), (None, None)
    )
    frame = incident_frame(
        table(
            "incidents", id=["a", "b"], date=[dt.date(2021, 6, 1)] * 2, region=["Mopti", "Mopti"],
            categorie=["A", "B"], type=["x", "y"], **details,
        ),
        [COMMUNE, CERCLE], small_country, name_key,
    )  # fmt: skip
    assert list(frame["area"]) == ["ML050401", ""]
    assert list(frame["cercle_pcode"]) == ["ML0504", "ML0504"]
    assert list(frame["status"]) == ["drawn", "not_located"]


def test_a_cercle_takes_the_most_frequent_level_the_graver_on_a_tie(cercles_country):
    others = [Place("commune", "", "ML05", "ML0505", "", "x")] * 2
    frame = risk_frame(
        table("indice_risque", score=[3, 3, 16, 7, 21]),
        [COMMUNE, COMMUNE, COMMUNE, *others],
        cercles_country,
    )
    assert dict(zip(frame["area"], frame["level"], strict=True)) == {"ML0504": 1, "ML0505": 4}
    assert frame["score"].isna().all()


def test_a_question_neither_scores_nor_covers(small_country):
    assert risk_frame(table("indice_risque", score=[16.0]), [QUESTION], small_country).empty
    covered = coverage_frame(
        table("couverture", partenaire=["NRC", None]), [COMMUNE, QUESTION], small_country
    )
    assert covered.to_dict("records") == [{"area": "ML050401", "partenaire": "NRC"}]


def test_levels_have_the_bounds_of_the_report():
    from pipeline.taxonomy import risk_level

    assert [risk_level(score).level for score in (0, 5, 6, 14, 14.5, 15, 19, 20, 45)] == [
        1,
        1,
        2,
        2,
        2,
        3,
        3,
        4,
        4,
    ]
    with pytest.raises(ValueError, match="score"):
        risk_level(float("nan"))
