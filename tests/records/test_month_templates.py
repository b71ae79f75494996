"""make new-month: empty workbooks whose drop-downs follow each other, and that read back as nothing."""

import io
import re
from datetime import datetime

import openpyxl
import pytest

from pipeline.errors import InputError
from pipeline.french import Month
from pipeline.records import read_inputs, write_templates
from pipeline.records.columns import FIELDS
from pipeline.records.templates import GUIDE, LISTS, workbook
from pipeline.taxonomy import AUTHORS, CATEGORIES, CATEGORY

JULY = Month(2021, 7)
NAMES = [
    ("Mopti", "Mopti", "Sio", "ML050701"), ("Gao", "Gao", "N'Tillit", "ML070104"),
    ("Gao", "Ansongo", "Tessit", "ML070203"), ("Mopti", "Djenné", "Kéwa", "ML050405"),
    ("Mopti", "Mopti", "Ouroube Doude", "ML050702"), ("Gao", "Gao", "Gao", "ML070101"),
]  # fmt: skip


def opened(table, names=NAMES):
    return openpyxl.load_workbook(io.BytesIO(workbook(table, JULY, names)))


def rules(book):
    """Column -> its validation."""
    sheet = book.worksheets[0]
    found = {}
    for rule in sheet.data_validations.dataValidation:
        found[sheet.cell(1, next(iter(rule.sqref.ranges)).min_col).value] = rule
    return found


def offered(book, column, **row):
    """What the drop-down of `column` offers in a row: its formula, worked out by hand."""
    sheet, lists = book.worksheets[0], book[LISTS]
    letters = {
        sheet.cell(1, at).column_letter: sheet.cell(1, at).value for at in range(1, sheet.max_column + 1)
    }
    formula = rules(book)[column].formula1
    plain = re.fullmatch(rf"{LISTS}!\$(\w+)\$2:\$\w+\$(\d+)", formula)
    if plain:
        return [lists[f"{plain[1]}{line}"].value for line in range(2, int(plain[2]) + 1)]
    cut = re.fullmatch(
        rf"OFFSET\({LISTS}!\$(\w+)\$1,MATCH\((.+),{LISTS}!\$(\w+)\$2:\$\w+\$(\d+),0\),0,COUNTIF\(.+,(.+)\),1\)",
        formula,
    )
    assert cut[2] == cut[5]
    key = "".join(
        row[letters[part[1:-1]]] if part[0] == "$" else part.strip('"') for part in cut[2].split("&")
    )
    keys = [lists[f"{cut[3]}{line}"].value for line in range(2, int(cut[4]) + 1)]
    first = keys.index(key)
    return [lists[f"{cut[1]}{2 + first + step}"].value for step in range(keys.count(key))]


def test_the_lists_follow_region_then_cercle(tmp_path):
    book = opened("incidents")
    assert offered(book, "region") == ["Gao", "Mopti"]
    assert offered(book, "cercle", region="Mopti") == ["Djenné", "Mopti"]
    assert offered(book, "commune", region="Mopti", cercle="Mopti") == ["Ouroube Doude", "Sio"]
    assert offered(book, "commune", region="Gao", cercle="Gao") == ["Gao", "N'Tillit"]


def test_the_destination_of_an_alert_has_lists_of_its_own():
    book = opened("alertes_flash")
    assert offered(book, "destination_cercle", destination_region="Gao") == ["Ansongo", "Gao"]
    assert offered(book, "destination_commune", destination_region="Gao", destination_cercle="Ansongo") == [
        "Tessit"
    ]


def test_types_follow_the_category_and_closed_lists_are_whole():
    book = opened("incidents")
    assert offered(book, "categorie") == [category.label for category in CATEGORIES]
    assert offered(book, "type", categorie=CATEGORY["B"].label) == list(CATEGORY["B"].types)
    assert offered(book, "auteur") == list(AUTHORS)


def test_a_place_outside_the_list_is_allowed_a_category_is_not():
    found = rules(opened("incidents"))
    assert found["commune"].errorStyle == "warning"
    assert found["categorie"].errorStyle in (None, "stop")


def test_dates_are_held_to_the_month():
    rule = rules(opened("incidents"))["date"]
    assert (rule.formula1, rule.formula2) == ("44378", "44408")  # 1 and 31 July 2021


@pytest.mark.parametrize("table", ["incidents", "alertes_flash", "indice_risque"])
def test_every_column_is_explained_and_no_row_is_there(table):
    book = opened(table)
    sheet, guide = book.worksheets[:2]
    headers = [cell.value for cell in sheet[1]]
    explained = {row[0].value: row[2].value for row in guide.iter_rows() if row[0].value in headers}
    assert set(explained) == set(headers)
    assert all(explained.values())
    assert {field.name for field in FIELDS[table] if field.required} <= set(headers)
    assert sheet.max_row == 1
    assert book[LISTS].sheet_state == "hidden"
    assert all(len(rule.formula1 or "") <= 255 for rule in rules(book).values())
    assert all(
        len(rule.prompt or "") <= 255 and len(rule.promptTitle or "") <= 32 for rule in rules(book).values()
    )


def test_the_templates_read_back_as_empty_tables(tmp_path):
    paths = write_templates(tmp_path, JULY, NAMES)
    assert sorted(path.name for path in paths) == [
        "alertes_flash.xlsx",
        "couverture.xlsx",
        "incidents.xlsx",
        "indice_risque.xlsx",
        "mois.toml",
        "totaux_publies.xlsx",
    ]
    inputs = read_inputs(tmp_path, JULY)
    assert [inputs.incidents, inputs.alertes, inputs.risque] == [{}] * 3
    assert ["aucune ligne" in finding.problem for finding in inputs.all_findings()] == [True] * 5
    assert inputs.info.bulletin == "n° 7, juillet 2021"
    assert not inputs.info.exemple


def test_a_filled_template_reads_as_it_was_filled(tmp_path):
    path = write_templates(tmp_path, JULY, NAMES)[0]
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    filled = {"id": "1", "date": datetime(2021, 7, 9), "region": "Mopti", "cercle": "Djenné", "commune": "Kéwa",
              "categorie": CATEGORIES[1].label, "type": "Meurtre",
              "latitude": 14.1, "longitude": -4.5, "age": "18-59"}  # fmt: skip
    for cell in sheet[1]:
        sheet.cell(2, cell.column).value = filled.get(cell.value)
    book.save(path)
    table = read_inputs(tmp_path, JULY).incidents[JULY]
    assert table.findings == ()
    assert table.rows.loc[0, ["commune", "categorie", "type", "age"]].tolist() == [
        "Kéwa",
        "B",
        "Meurtre",
        "18-59",
    ]


@pytest.mark.parametrize("name", ["incidents.csv", "Alertes Flash.XLSX", "mois.toml"])
def test_nothing_is_ever_overwritten(tmp_path, name):
    (tmp_path / "2021-07").mkdir()
    (tmp_path / "2021-07" / name).write_text("précieux", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        write_templates(tmp_path, JULY, NAMES)
    assert name in caught.value.problem
    assert [path.name for path in (tmp_path / "2021-07").iterdir()] == [name]
    assert (tmp_path / "2021-07" / name).read_text(encoding="utf-8") == "précieux"


def test_the_same_names_in_any_order_give_the_same_bytes():
    assert workbook("incidents", JULY, NAMES) == workbook("incidents", JULY, NAMES[::-1])


def test_where_only_cercles_are_known_communes_are_written_freely():
    cercles = [("Mopti", "Djenné", "", ""), ("Gao", "Gao", "", "")]
    book = opened("incidents", cercles)
    assert offered(book, "cercle", region="Mopti") == ["Djenné"]
    assert rules(book)["commune"].type in (None, "none")


def test_the_year_s_tables_are_given_once_and_never_replaced(tmp_path):
    kept = tmp_path / "2021" / "couverture.csv"
    kept.parent.mkdir()
    kept.write_text("region,cercle,commune\nMopti,Mopti,Sio\n", "utf-8")
    paths = write_templates(tmp_path, JULY, NAMES)
    assert [path.name for path in paths if path.parent.name == "2021"] == ["totaux_publies.xlsx"]
    assert kept.read_text("utf-8").endswith("Sio\n")


def test_the_example_of_each_template_is_read_without_a_word_once_it_is_copied(tmp_path):
    """What the officer is shown to imitate is right, sheet by sheet."""
    for path in write_templates(tmp_path, JULY, NAMES):
        if path.suffix == ".xlsx":
            book = openpyxl.load_workbook(path)
            table, example = book.worksheets[0], book["exemple"]
            for line in example.iter_rows(min_row=2, values_only=True):
                table.append(line)
            book.save(path)
    inputs = read_inputs(tmp_path, JULY)
    tables = [
        inputs.incidents[JULY],
        inputs.alertes[JULY],
        inputs.risque[JULY],
        inputs.couverture,
        inputs.totaux,
    ]
    assert [(len(table.rows), table.refused) for table in tables] == [(2, ())] * 5


def test_a_guide_speaks_of_places_only_where_the_table_has_them():
    for table in ("incidents", "alertes_flash", "indice_risque", "couverture", "totaux_publies"):
        book = opened(table)
        told = " ".join(str(cell.value) for cell in book["Mode d’emploi"]["A"])
        assert ("Choisir la région" in told) == ("cercle" in {cell.value for cell in book.worksheets[0][1]})


def test_a_month_that_is_not_there_yet_is_opened_by_a_command(tmp_path):
    (tmp_path / "2021-06").mkdir()
    with pytest.raises(InputError) as raised:
        read_inputs(tmp_path, JULY)
    assert "make new-month MONTH=2021-07" in raised.value.fix
    assert "2021-06" in raised.value.fix


@pytest.mark.parametrize("table", list(FIELDS)[:5])
def test_examples_are_of_the_month_and_of_the_division_s_places(table):
    names = [("Douentza", "Hombori", "Hombori", "ML130101"), ("Gao", "Gao", "Gao", "ML070101")]
    book = openpyxl.load_workbook(io.BytesIO(workbook(table, Month(2026, 10), names)))
    guide = [[str(cell.value or "") for cell in row] for row in book[GUIDE].iter_rows()]
    told = {row[0]: row[3] for row in guide if row[0] in {field.name for field in FIELDS[table]}}
    assert not any("2021" in text for text in told.values())
    assert told.get("region", "Douentza") == "Douentza"
    assert told.get("commune", "Hombori") == "Hombori"
    assert told.get("pcode", "ML130101") == "ML130101"
    assert told.get("destination_region", "Gao") == "Gao"
    assert "10/2026" in told.get("date", "10/2026")
