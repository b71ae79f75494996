"""Workbooks: sheets, titles, merged cells, formulas, dates, numbers for codes, traps."""

import io
import tracemalloc
import zipfile
from datetime import date, datetime, time

import openpyxl
import pytest

from pipeline.errors import InputError
from pipeline.records import files as xlsx_file
from tests.records.conftest import INCIDENT, JUNE, only

HEADER = [*INCIDENT, "tranche_horaire", "latitude"]
ROW = [*INCIDENT.values(), None, None]


def saved(book):
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def one_sheet(*rows, header=HEADER):
    book = openpyxl.Workbook()
    for row in (header, *rows):
        book.active.append(row)
    return book


def read(desk, book):
    desk.put("2021-06/incidents.xlsx", saved(book))
    return desk.read().incidents[JUNE]


def test_dates_numbers_and_times_of_excel(desk):
    row = [12.0, datetime(2021, 6, 14), "Mopti", "Douentza", "Hombori", "B", "Meurtre", time(14, 30), 15.25]
    rows = read(desk, one_sheet(row, [13, 44361, *row[2:]], ["14.0", date(2021, 6, 14), *row[2:]])).rows
    assert rows["id"].tolist() == ["12", "13", "14"]
    assert rows["date"].tolist() == [date(2021, 6, 14)] * 3
    assert rows["tranche_horaire"].tolist() == ["7h-17h"] * 3


def test_a_title_above_and_another_sheet_before(desk):
    book = openpyxl.Workbook()
    book.active.title = "Lisez-moi"
    book.active.append(["Bonjour"])
    sheet = book.create_sheet("données")
    sheet.append(["Incidents du mois"])
    sheet.merge_cells("A1:E1")
    sheet.append([])
    sheet.append(HEADER)
    sheet.append(ROW)
    table = read(desk, book)
    assert table.rows["row"].tolist() == [4]
    assert not table.findings


def test_a_second_sheet_of_the_same_columns_is_added_and_both_are_counted(desk):
    book = one_sheet(ROW)
    other = book.create_sheet("suite")
    other.append(HEADER)
    other.append(["2", *ROW[1:]])
    table = read(desk, book)
    assert table.rows["id"].tolist() == ["1", "2"]
    assert table.rows["file"].nunique() == 2
    assert "« suite » (1)" in only(table.findings).problem.replace("\u00a0", " ")


def test_a_hidden_sheet_is_not_read(desk):
    book = one_sheet(ROW)
    book.active.sheet_state = "visible"
    hidden = book.create_sheet("ancien", 0)
    hidden.append(HEADER)
    hidden.append(["9", *ROW[1:]])
    hidden.sheet_state = "hidden"
    assert read(desk, book).rows["id"].tolist() == ["1"]


def test_cells_merged_downward_hold_for_each_row(desk):
    book = one_sheet(ROW, ["2", *ROW[1:]], ["3", *ROW[1:]])
    book.active.merge_cells("C2:C4")
    table = read(desk, book)
    assert table.rows["region"].tolist() == ["Mopti"] * 3
    assert not table.findings


def test_a_formula_counts_as_the_value_last_computed(desk):
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, HEADER)
    sheet.write_row(1, 0, ROW)
    sheet.write_formula(1, 0, '=CONCAT("INC-",7)', None, "INC-7")
    book.close()
    desk.put("2021-06/incidents.xlsx", buffer.getvalue())
    assert desk.read().incidents[JUNE].rows["id"].tolist() == ["INC-7"]


def test_an_excel_error_is_an_empty_cell_and_told(desk):
    table = read(desk, one_sheet(["1", "2021-06-02", "Mopti", "#N/A", "Hombori", "B", "Meurtre", None, None]))
    assert table.rows["cercle"][0] is None
    assert any("#N/A" in finding.problem and not finding.refused for finding in table.findings)


def test_notes_beside_the_table_refuse_nothing(desk):
    table = read(desk, one_sheet(ROW, ["2", *ROW[1:], "vu avec l'équipe"]))
    assert (len(table.rows), table.findings) == (2, ())


def test_a_workbook_named_csv_and_a_text_named_xlsx_are_read(desk):
    desk.put("2021-06/incidents.csv", saved(one_sheet(ROW)))
    assert len(desk.read().incidents[JUNE].rows) == 1
    (desk.root / "2021-06/incidents.csv").unlink()
    desk.put("2021-06/incidents.xlsx", ",".join(INCIDENT) + "\n" + ",".join(INCIDENT.values()))
    assert len(desk.read().incidents[JUNE].rows) == 1


def refused(desk, data):
    desk.put("2021-06/incidents.xlsx", data)
    with pytest.raises(InputError) as caught:
        desk.read()
    return caught.value.problem


def archive(**entries):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as out:
        for name, data in entries.items():
            out.writestr(name.replace("__", "/"), data)
    return buffer.getvalue()


def test_other_archives_say_what_they_are(desk):
    assert "ZIP" in refused(desk, archive(photo="x"))
    assert "endommagé" in refused(desk, archive(mimetype="a", **{"content.xml": "<a/>"}))


def test_a_workbook_cut_short_or_damaged(desk):
    data = saved(one_sheet(ROW))
    assert "endommagé" in refused(desk, data[: len(data) // 2])
    broken = archive(**{"[Content_Types].xml": "<a", "xl__workbook.xml": "<b"})
    assert "endommagé" in refused(desk, broken)


def test_a_workbook_that_unpacks_to_gigabytes_is_not_opened(desk, monkeypatch):
    monkeypatch.setattr(xlsx_file, "MAX_UNPACKED", 1_000_000)
    bomb = archive(**{"[Content_Types].xml": "<a/>", "xl__workbook.xml": b"0" * 2_000_000})
    assert len(bomb) < 10_000
    assert "décompressé" in refused(desk, bomb)


@pytest.mark.parametrize("entities", ["", '<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">'])
def test_an_entity_bomb_is_refused(desk, entities):
    data = io.BytesIO(saved(one_sheet(ROW)))
    out = io.BytesIO()
    with zipfile.ZipFile(data) as source, zipfile.ZipFile(out, "w") as target:
        for entry in source.infolist():
            content = source.read(entry)
            if entry.filename == "xl/worksheets/sheet1.xml":
                content = f"<!DOCTYPE worksheet [{entities}]>".encode() + content
            target.writestr(entry.filename, content)
    if entities:
        assert "endommagé" in refused(desk, out.getvalue())
    else:
        desk.put("2021-06/incidents.xlsx", out.getvalue())
        assert len(desk.read().incidents[JUNE].rows) == 1


def test_a_sheet_formatted_to_its_last_row_is_read_as_what_it_holds(desk):
    """A million rows that only a border or a colour makes: seconds and gigabytes once."""
    book = one_sheet(ROW)
    book.active.append([0])
    data = saved(book)
    empty = "".join(f'<row r="{n}"><c r="A{n}" s="0"/></row>' for n in range(4, 1_048_577)).encode()
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
    ):
        for name in old.namelist():
            content = old.read(name)
            new.writestr(
                name,
                content.replace(b"</sheetData>", empty + b"</sheetData>") if "sheet1" in name else content,
            )
    tracemalloc.start()
    (grid,) = xlsx_file.read_xlsx(out.getvalue(), "x.xlsx")
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [line[0] for line in grid.lines] == ["id", "1", "0"], "a lone zero is a value"
    assert most < 250_000_000, "about the XML and its lines, and nothing a cell"
