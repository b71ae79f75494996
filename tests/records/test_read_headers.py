"""Headers in every spelling, and clear words where one is missing."""

import pytest

from pipeline.errors import InputError
from pipeline.records.columns import HEADERS, match_headers, missing_columns
from tests.records.conftest import ALERT, INCIDENT, JUNE, RISK, only


def renamed(row, **names):
    return {names.get(key, key): value for key, value in row.items()}


@pytest.mark.parametrize(
    "names",
    [
        {"date": " DATE ", "region": "Région", "cercle": "CERCLE", "categorie": "Catégorie *", "type": "Type"},
        {"id": "Incident ID", "date": "incident_date", "region": "admin1Name", "cercle": "ADM2_FR",
         "commune": "adm3_name", "categorie": "category", "type": "violation_type"},
        {"id": "g1/identifiant", "date": "group_ab/date_incident", "region": "lieu_grp/region",
         "cercle": "lieu_grp/cercle", "commune": "group_abc/commune", "categorie": "v/categorie",
         "type": "v/type_violation"},
        {"id": "_uuid", "date": "Date de l’incident"},
    ],
)  # fmt: skip
def test_spellings_of_headers(desk, names):
    desk.rows("2021-06/incidents.csv", renamed(INCIDENT, **names))
    rows = desk.read().incidents[JUNE].rows
    assert rows.loc[0, ["id", "region", "cercle", "commune", "categorie", "type"]].tolist() == [
        "1", "Mopti", "Douentza", "Hombori", "B", "Meurtre",
    ]  # fmt: skip


def test_a_forms_own_columns_stand_back_behind_the_tables(desk):
    desk.rows(
        "2021-06/incidents.csv",
        {"_id": "99", "_uuid": "u-u", **INCIDENT, "_geolocation_latitude": "15.2", "_geolocation_longitude": "-1.6",
         "_submission_time": "2021-06-30T10:00:00"},
    )  # fmt: skip
    rows = desk.read().incidents[JUNE].rows
    assert (rows["id"][0], rows["latitude"][0], rows["longitude"][0]) == ("1", 15.2, -1.6)


def test_a_missing_column_is_named_with_what_was_seen_and_the_nearest(desk):
    desk.rows("2021-06/incidents.csv", renamed(INCIDENT, categorie="Catgorie", commune="Quartier"))
    with pytest.raises(InputError) as caught:
        desk.read()
    assert "il manque la colonne categorie" in caught.value.problem
    assert "Quartier" in caught.value.problem
    assert "Catgorie" in caught.value.fix


def test_two_columns_of_one_name_are_both_named(desk):
    desk.rows("2021-06/incidents.csv", {**INCIDENT, "Région administrative": "Gao"})
    with pytest.raises(InputError) as caught:
        desk.read()
    assert "region" in caught.value.problem
    assert "Région administrative" in caught.value.problem


def test_a_slip_in_an_optional_header_is_told(desk):
    table = desk.incidents({"tranche_horraire": "7h-17h"})
    found = only(table.findings)
    assert (found.refused, found.row, found.column) == (False, 1, "tranche_horraire")
    assert "tranche_horaire" in found.fix


def test_the_finding_names_the_column_as_the_officer_wrote_it(desk):
    desk.rows(
        "2021-06/incidents.csv", renamed({**INCIDENT, "categorie": "Z"}, categorie="Catégorie de violation")
    )
    assert only(desk.read().incidents[JUNE].findings).column == "Catégorie de violation"


def test_risk_needs_its_score_or_all_its_questions(desk):
    with pytest.raises(InputError, match="score"):
        desk.risk({key: value for key, value in RISK.items() if key != "score"})
    some = {**RISK, **{f"Q{n}": "1" for n in range(1, 15)}}
    del some["score"]
    with pytest.raises(InputError, match="q15"):
        desk.risk(some)


def test_questions_with_their_text_as_header(desk):
    row = {"region": "Mopti", "cercle": "Mopti", "commune": "Sio"}
    table = desk.risk(row | {f"Q{n}. Question posée ?": "2" for n in range(1, 16)})
    assert table.rows["score"].tolist() == [30.0]


@pytest.mark.parametrize("table", HEADERS)
def test_every_declared_spelling_is_understood(table):
    for name, spellings in HEADERS[table].items():
        for spelling in spellings:
            assert match_headers([spelling], table, "f").positions == {name: 0}, spelling


def test_alert_headers_of_a_form():
    headers = ["report_id", "event_date", "event_type", "admin1", "admin2", "Région d'accueil", "nb_menages"]
    columns = match_headers(headers, "alertes_flash", "f")
    assert not missing_columns(columns, "alertes_flash")
    assert columns.positions["destination_region"] == 5
    assert columns.positions["menages"] == 6
    assert ALERT["region"]
