"""Rows that say the same thing twice."""

from pipeline.french import Month
from tests.records.conftest import ALERT, INCIDENT, JUNE, RISK, only

MAY = Month(2021, 5)


def test_the_same_row_twice_counts_once(desk):
    table = desk.incidents({"id": "7"}, {"id": "8"}, {"id": "7"})
    assert table.rows["id"].tolist() == ["7", "8"]
    found = only(table.refused)
    assert found.row == 4
    assert "mot pour mot la ligne 2" in found.problem


def test_one_id_on_different_rows_names_the_first(desk):
    table = desk.incidents(
        {"id": "7"}, {"id": "7", "type": "Assassinat"}, {"id": "7", "commune": "Dangol-Boré"}
    )
    assert len(table.rows) == 1
    assert [finding.row for finding in table.refused] == [3, 4]
    assert all("ligne 2" in finding.problem for finding in table.refused)
    assert "Assassinat" in table.refused[0].problem


def test_a_corrected_row_stands_in_for_a_refused_one(desk):
    table = desk.incidents({"id": "7", "date": "31/06/2021"}, {"id": "7"})
    assert table.rows["row"].tolist() == [3]
    assert only(table.refused).column == "date"


def test_the_same_event_twice_in_one_report(desk):
    table = desk.alerts({"id_rapport": "F-1"}, {"id_rapport": "F-1"}, {"id_rapport": "F-2"})
    assert table.rows["id_rapport"].tolist() == ["F-1", "F-2"]
    assert only(table.refused).row == 3
    assert ALERT["evenement"]


def test_one_score_a_commune(desk):
    table = desk.risk(RISK, {**RISK, "commune": "SIO", "score": "9"}, {**RISK, "commune": "Konna"})
    assert table.rows["score"].tolist() == [16, 16]
    assert (
        "score « 16 » puis « 9 »".replace(" »", "\u00a0»").replace("« ", "«\u00a0")
        in only(table.refused).problem
    )


def test_two_communes_of_one_name_are_told_apart_by_their_codes(desk):
    table = desk.risk(
        {**RISK, "pcode": "ML050101"}, {**RISK, "pcode": "ML050102"}, {**RISK, "pcode": "ML050101"}
    )
    assert table.rows["pcode"].tolist() == ["ML050101", "ML050102"]


def test_coverage_repeats_a_commune_for_another_partner(desk):
    place = {"region": "Gao", "cercle": "Gao", "commune": "Gao"}
    desk.rows(
        "2021/couverture.csv",
        {**place, "partenaire": "A"},
        {**place, "partenaire": "B"},
        {**place, "partenaire": "A"},
    )
    desk.incidents({})
    coverage = desk.read().couverture
    assert coverage.rows["partenaire"].tolist() == ["A", "B"]
    assert len(coverage.refused) == 1


def may_and_june(desk, may_ids, june_ids):
    for month, ids in (("2021-05", may_ids), ("2021-06", june_ids)):
        desk.rows(f"{month}/incidents.csv", *({**INCIDENT, "id": one, "date": f"{month}-12"} for one in ids))
    return desk.read().incidents


def test_an_id_of_an_earlier_month_is_refused_in_the_later(desk):
    tables = may_and_june(desk, ["1", "2", "3"], ["3", "4"])
    assert len(tables[MAY].rows) == 3
    assert tables[JUNE].rows["id"].tolist() == ["4"]
    assert "ligne 4 de 2021-05/incidents.csv" in only(tables[JUNE].refused).problem
    assert tables[JUNE].total == 2


def test_a_numbering_that_restarts_each_month_loses_nothing_and_is_told(desk):
    ids = [str(n) for n in range(1, 21)]
    tables = may_and_june(desk, ids, ids)
    assert len(tables[JUNE].rows) == 20
    assert "numérotation" in only(tables[JUNE].findings).consequence
