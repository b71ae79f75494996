"""The folders: months, missing and doubtful files, the year's tables, lieux.csv, mois.toml."""

from pathlib import Path

import pytest

from pipeline.errors import InputError
from pipeline.french import Month
from pipeline.records import latest_month, read_inputs
from pipeline.records.read import parse_info, still_open
from pipeline.records.tables import MonthInfo
from tests.records.conftest import INCIDENT, JUNE, RISK, csv_text

TOTAL = {"month": "2021-06", "table": "region", "name": "Mopti", "value": "947"}


def test_the_sample_inputs_read_without_a_finding(project):
    inputs = read_inputs(project / "inputs", JUNE)
    assert inputs.all_findings() == []
    assert sum(len(table.rows) for table in inputs.incidents.values()) == 3580
    assert [len(table.rows) for table in inputs.risque.values()] == [180] * 6
    assert len(inputs.couverture.rows) == 180
    assert inputs.info.exemple


def test_months_are_january_to_the_month_where_there(desk):
    for month in ("2020-12", "2021-02", "2021-07"):
        desk.rows(f"{month}/incidents.csv", {**INCIDENT, "date": f"{month}-01"})
    desk.incidents({})
    desk.rows("2021-02/indice_risque.csv", RISK)
    inputs = desk.read()
    assert list(inputs.incidents) == [Month(2021, 2), JUNE]
    assert list(inputs.risque) == [Month(2021, 2)]
    assert (inputs.alertes, inputs.couverture, inputs.totaux) == ({}, None, None)


def test_a_month_without_a_folder_lists_those_there(desk):
    with pytest.raises(InputError) as caught:
        desk.read(Month(2021, 8))
    assert "2021-06" in caught.value.fix


def test_latest_month(desk, tmp_path):
    (desk.root / "2021-10").mkdir()
    (desk.root / "2021-13").mkdir()
    assert latest_month(desk.root) == Month(2021, 10)
    with pytest.raises(InputError):
        latest_month(tmp_path / "nulle-part")


@pytest.mark.parametrize("other", ["incidents.xlsx", "Incidents.CSV ".strip(), "violations.csv"])
def test_two_files_of_one_table_stop(desk, other):
    desk.put("2021-06/incidents.csv", "a")
    if (desk.root / "2021-06" / other).exists():
        pytest.skip("this file system does not tell case apart")
    desk.put(f"2021-06/{other}", "a")
    with pytest.raises(InputError) as caught:
        desk.read()
    assert f"2021-06/{other}" in caught.value.problem


@pytest.mark.parametrize(
    "name", ["incidents (1).csv", "Incidents_juin.xlsx", "incidnets.csv", "copie des incidents.csv"]
)
def test_a_file_name_that_looks_like_a_missing_table_stops(desk, name):
    desk.put(f"2021-06/{name}", "a")
    with pytest.raises(InputError) as caught:
        desk.read()
    assert name in caught.value.problem
    assert "incidents" in caught.value.fix


def test_other_files_and_locks_are_left_alone(desk):
    desk.incidents({})
    for name in ("~$incidents.xlsx", ".~lock.incidents.csv#", "notes.docx", "incidents (1).csv", "carte.pdf"):
        desk.put(f"2021-06/{name}", "a")
    inputs = desk.read()
    assert len(inputs.incidents[JUNE].rows) == 1
    told = [one for one in inputs.findings if "incidents" in one.problem]
    assert [(one.file, one.row, one.refused) for one in told] == [("2021-06/incidents (1).csv", 0, False)]


@pytest.mark.parametrize("lock", ["~$incidents.csv", ".~lock.incidents.csv#"])
def test_a_table_that_is_open_in_a_spreadsheet_is_told(desk, lock):
    desk.incidents({})
    assert list(still_open(desk.root, desk.read().files)) == []
    desk.put(f"2021-06/{lock}", "a")
    assert list(still_open(desk.root, desk.read().files)) == ["2021-06/incidents.csv"]


def test_a_month_without_mois_toml_is_told(desk):
    desk.incidents({})
    assert [one.file for one in desk.read().findings] == ["2021-06/mois.toml"]
    desk.put("2021-06/mois.toml", "exemple = false")
    assert desk.read().findings == ()


def test_an_old_excel_file_says_how_to_save_it(desk):
    desk.put("2021-06/incidents.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    with pytest.raises(InputError) as caught:
        desk.read()
    assert ".xlsx" in caught.value.fix


def test_every_file_read_is_listed_with_its_rows_and_checksum(desk):
    import hashlib

    desk.incidents({}, {"date": "hier"})
    path = desk.put("2021-06/mois.toml", 'bulletin = "n° 6"\n')
    desk.rows(
        "lieux.csv", {"region": "Mopti", "cercle": "", "commune": "X", "localite": "", "pcode": "ML050101"}
    )
    files = desk.read().files
    assert [(one.path, one.rows) for one in files] == [
        ("2021-06/mois.toml", 0),
        ("2021-06/incidents.csv", 2),
        ("lieux.csv", 1),
    ]
    assert files[0].sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_published_totals(desk):
    desk.incidents({})
    category = {**TOTAL, "month": "Juin 2021", "table": "Catégories", "name": "Droit à la vie", "value": "64"}
    desk.rows("2021/totaux_publies.csv", TOTAL, category, {**TOTAL, "value": "1.877", "name": "Gao"},
              {**TOTAL, "table": "pays"}, {**category, "name": "Droit"}, TOTAL)  # fmt: skip
    table = desk.read().totaux
    assert table.rows[["mois", "tableau", "nom", "valeur"]].to_numpy().tolist() == [
        ["2021-06", "region", "Mopti", 947.0],
        ["2021-06", "categorie", "Atteintes au droit à la vie", 64.0],
    ]
    assert [finding.column for finding in table.refused] == ["value", "table", "name", "name"]
    assert "1877" in table.refused[0].fix


DECISION = {
    "region": "Mopti",
    "cercle": "Djenné",
    "commune": "",
    "localite": "Nantimore",
    "pcode": "ml050405",
}


def test_decisions(desk):
    desk.incidents({})
    desk.rows(
        "lieux.csv",
        DECISION,
        {**DECISION, "localite": "X", "pcode": "Introuvable"},
        {**DECISION, "localite": "Y", "pcode": ""},
        {**DECISION, "localite": "Z", "pcode": "Djenné"},
        {**DECISION, "pcode": "ML050406"},
    )
    inputs = desk.read()
    assert [(one.localite, one.pcode, one.row) for one in inputs.decisions] == [
        ("X", "introuvable", 3),
        ("Z", "Djenné", 5),
        ("Nantimore", "ML050406", 6),
    ]
    assert [(one.row, one.refused) for one in inputs.findings if one.table == "lieux"] == [
        (4, True),
        (6, False),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('bulletin = "n° 6"\nsources = "Cluster"\nexemple = true', MonthInfo("n° 6", "Cluster", True)),
        ("\ufeffnumero = 6\r\n", MonthInfo("6", "", False)),
        ("", MonthInfo("", "", False)),
        ('sources = ["A", "B"]', MonthInfo("", "A ; B", False)),
    ],
)
def test_mois_toml(text, expected):
    assert parse_info(text.encode(), "f") == expected


@pytest.mark.parametrize(
    "text", ["bulletin = ", 'exemple = "oui"', "example = true", "bulletin = 2021-06-01", "[a]\nb=1", "\0"]
)
def test_a_doubtful_mois_toml_stops(text):
    with pytest.raises(InputError, match="exemple = false"):
        parse_info(text.encode(), "2021-06/mois.toml")


def test_one_month_of_example_data_marks_the_year_to_date(desk):
    desk.incidents({})
    desk.put("2021-01/mois.toml", "exemple = true\nbulletin = 'n° 1'")
    desk.put("2021-06/mois.toml", "exemple = false\nbulletin = 'n° 6'")
    assert desk.read().info == MonthInfo("n° 6", "", True)


def test_a_file_that_cannot_be_opened(desk, monkeypatch):
    desk.incidents({})
    monkeypatch.setattr(
        Path, "read_bytes", lambda path: (_ for _ in ()).throw(PermissionError(13, "Permission denied"))
    )
    with pytest.raises(InputError, match="ne peut pas être ouvert"):
        desk.read()


def test_a_row_of_another_month_is_told_once_and_many_are_told_together(desk):
    for count in (1, 40):
        table = desk.incidents({}, *({"date": "2021-05-03"} for _ in range(count)))
        assert len(table.findings) == 1, [one.problem for one in table.findings]
        assert len(table.aside) == count


def test_months_of_the_year_without_a_row_are_told_in_one_remark(desk):
    for number in range(1, 6):
        desk.put(f"2021-{number:02d}/mois.toml", "exemple = false")
    desk.put("2021-06/mois.toml", "exemple = false")
    desk.rows("2021/incidents.csv", INCIDENT)
    told = [one.problem for one in desk.read().all_findings()]
    assert told == [
        "le tableau incidents n’a aucune ligne de janvier, février, mars, avril et mai 2021 (1 d’autres mois, par exemple "
        "«\u00a02021-06-12\u00a0»)"
    ]


def test_an_identifier_that_is_a_word_is_told_and_awaits_a_confirmation(desk):
    table = desk.incidents(
        {"id": "x"}, {"id": "A"}, {"id": "total"}, {"id": "A1"}, {"id": "7"}, {"id": "KORO-A"}
    )
    (found,) = table.findings
    assert (found.whole, found.refused, len(table.rows)) == (True, False, 6)
    assert "3 identifiants" in found.problem
    assert "2021-06-0001" in found.fix


@pytest.mark.parametrize(
    "name",
    [
        "incidents.xlsx.lnk",
        "incidents.gsheet",
        "Incidents.msg",
        "Envoi novembre.zip",
        "photo.jpg",
        "Nouveau dossier/incidents.csv",
    ],
)
def test_nothing_in_a_months_folder_is_passed_over_without_a_word(desk, name):
    desk.incidents({})
    desk.put(f"2021-06/{name}", b"PK")
    for litter in ("~$incidents.xlsx", ".DS_Store", "Thumbs.db", "mois.toml"):
        desk.put(f"2021-06/{litter}", b"")
    told = [one for one in desk.read().all_findings() if one.table == ""]
    assert [one.file for one in told] == [f"2021-06/{name.split('/')[0]}"]
    assert "lu" in told[0].consequence


def test_a_folder_with_tables_that_is_named_for_no_month_is_told(desk):
    desk.incidents({})
    desk.rows("nov 2026/incidents.csv", INCIDENT)
    desk.put("notes/idées.md", "rien")
    assert [one.file for one in desk.read().all_findings() if "nom d’un mois" in one.problem] == ["nov 2026"]


def test_an_archive_says_what_is_in_it_and_to_take_it_out(desk):
    import io
    import zipfile

    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("envoi/incidents.xlsx", b"x")
    desk.put("2021-06/incidents.zip", packed.getvalue())
    with pytest.raises(InputError, match=r"archive ZIP, qui contient «\xa0envoi/incidents\.xlsx") as caught:
        desk.read()
    assert "Extraire" in caught.value.fix


def test_a_year_typed_wrong_in_a_whole_file_says_which_dates(desk):
    table = desk.rows(
        "2021-06/incidents.csv", *({**INCIDENT, "id": str(n), "date": "12/06/2020"} for n in range(9))
    )
    assert table
    told = [one for one in desk.read().all_findings() if "aucune ligne" in one.problem]
    assert ["12/06/2020" in one.problem and "corriger l’année" in one.fix for one in told] == [True]


def test_a_line_with_one_cell_is_a_separation_and_no_violation(desk):
    blank = dict.fromkeys(INCIDENT, "")
    table = desk.incidents(
        {}, {**blank, "id": "Région de Gao"}, {}, {**blank, "id": "Fait par : Awa"}, {**blank, "id": "101"}
    )
    assert (len(table.rows), len(table.aside), table.findings) == (2, 3, ())


def test_a_column_of_numbers_of_victims_is_not_read_without_a_word(desk):
    table = desk.incidents(
        {"Nombre de victimes": "1"}, {"Nombre de victimes": "3"}, {"Nombre de victimes": "2"}
    )
    assert len(table.rows) == 3
    (found,) = table.findings
    assert "Nombre de victimes" in found.problem
    assert (found.whole, found.refused) == (True, False)
    assert "une ligne par victime" in found.fix
    assert desk.incidents({"Nombre de victimes": "1"}, {"Nombre de victimes": ""}).findings == ()
    desk.put("colonnes.toml", '[[incidents]]\nignorer = ["Nombre de victimes"]\n')
    assert desk.incidents({"Nombre de victimes": "3"}).findings == ()


@pytest.mark.parametrize("mark", ['"', "''\"", "〃", '- " -', "idem", "Idem.", "id."])
def test_a_sign_for_as_above_is_told(desk, mark):
    table = desk.incidents({}, {"commune": mark}, {"commune": "Hombori"}, {"localite": "Id"})
    assert [(one.column, one.row) for one in table.findings] == [("commune", 3)]
    assert "recopier commune" in table.findings[0].fix


@pytest.mark.parametrize("above", ["", "Violations 2021\n\n"], ids=["premiere-ligne", "sous-un-titre"])
def test_a_remark_on_the_file_of_the_year_is_told_once(desk, above):
    """On a title, a doubt or the file as a whole: not again with each month that takes its rows from the file."""
    months = [f"2021-{number:02d}" for number in range(1, 7)]
    for month in months:
        desk.put(f"{month}/mois.toml", "exemple = false")
    rows = [{**INCIDENT, "id": month, "date": f"{month}-12", "Nombre de victimes": "3"} for month in months]
    rows += [{**INCIDENT, "id": "7", "date": "hier", "Nombre de victimes": "3"}]
    desk.put("2021/incidents.csv", above + csv_text(rows))
    found = [one for one in desk.read().all_findings() if not one.refused]
    titled = [one for one in found if "victimes" in one.column]
    assert titled, "there is a remark that carries a title"
    assert len(found) == len({(one.row, one.column, one.problem) for one in found})
    assert "hier" in {one.value for table in desk.read().incidents.values() for one in table.refused}
