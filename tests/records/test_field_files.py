"""Tables as the field sends them: sheets, other months, totals, foreign dates, old and open workbooks, forms."""

import base64
import csv
import gzip
import io
import struct
import zipfile
from datetime import date

import openpyxl
import pytest
import xlsxwriter

from pipeline.errors import InputError
from pipeline.records.tables import NOT_RECORD, OTHER_MONTH, quote
from tests.records.conftest import INCIDENT, JUNE, RISK, csv_text

HEADER = list(INCIDENT)
ROWS = [[str(n), *list(INCIDENT.values())[1:]] for n in range(1, 4)]


def workbook(**sheets):
    """Sheets of rows; a cell (formula, value) is a formula with its stored value."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"strings_to_formulas": False})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for line, row in enumerate(rows):
            sheet.write_row(line, 0, row)
    book.close()
    return buffer.getvalue()


def incidents(desk, content, name="incidents.xlsx"):
    for old in (desk.root / "2021-06").glob("incidents*"):
        old.unlink()
    desk.put(f"2021-06/{name}", content)
    return desk.read().incidents[JUNE]


def test_months_of_a_cumulative_export_are_counted_apart(desk):
    rows = [{**INCIDENT, "id": str(n), "date": f"2021-{n % 6 + 1:02d}-12"} for n in range(60)]
    table = incidents(desk, csv_text(rows), "incidents.csv")
    assert (len(table.rows), table.count_aside(OTHER_MONTH), table.refused) == (10, 50, ())
    assert table.files[0].rows == 60


def test_a_lone_date_of_another_year_is_refused_as_a_slip(desk):
    rows = [{**INCIDENT, "id": str(n)} for n in range(5)] + [{**INCIDENT, "id": "9", "date": "2012-06-12"}]
    table = incidents(desk, csv_text(rows), "incidents.csv")
    assert [one.id for one in table.refused] == ["9"]


@pytest.mark.parametrize(
    ("dates", "days"),
    [
        (["6/12/2021", "6/25/2021"], [12, 25]),
        (["6/7/2021 12:00:00 AM", "6/30/2021 12:00:00 AM"], [7, 30]),
        (["06/06/2021", "25/06/2021"], [6, 25]),
    ],
)
def test_the_order_of_dates_is_what_the_whole_file_proves(desk, dates, days):
    rows = [{**INCIDENT, "id": str(n), "date": day} for n, day in enumerate(dates)]
    table = incidents(desk, csv_text(rows), "incidents.csv")
    assert [day.day for day in table.rows["date"]] == days


def test_dates_that_nothing_proves_are_one_question_for_the_file(desk):
    rows = [{**INCIDENT, "id": str(n), "date": f"06/{n:02d}/2021"} for n in range(1, 13)]
    with pytest.raises(InputError) as caught:
        incidents(desk, csv_text(rows), "incidents.csv")
    assert "ordre_des_dates" in caught.value.fix
    desk.put("colonnes.toml", '[[incidents]]\nordre_des_dates = "mois/jour"\n')
    assert sorted(day.day for day in desk.read().incidents[JUNE].rows["date"]) == list(range(1, 13))


def turned(days):
    """Dates that were written month/day, as a spreadsheet that reads day/month leaves them."""
    return [date(2021, day, 6) if day <= 12 else f"06/{day}/2021" for day in days]


def dated(days):
    """June's incidents in a workbook, with these dates."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    form, sheet = book.add_format({"num_format": "dd/mm/yyyy"}), book.add_worksheet()
    sheet.write_row(0, 0, HEADER)
    for line, day in enumerate(days, 1):
        sheet.write_row(line, 0, [f"i-{line}", "", *ROWS[0][2:]])
        sheet.write(line, 1, day, *([form] if isinstance(day, date) else []))
    book.close()
    return buffer.getvalue()


def test_dates_that_a_spreadsheet_turned_round_are_put_back_and_await_a_confirmation(desk):
    table = incidents(desk, dated(turned(range(1, 31))))
    assert [day.day for day in table.rows["date"]] == list(range(1, 31))
    assert (table.aside, table.refused) == ((), ())
    told = next(one for one in table.findings if one.whole)
    assert "11 dates" in told.problem
    assert "«\u00a02021-01-06\u00a0» lue «\u00a02021-06-01\u00a0»" in told.consequence


def test_dates_that_were_all_turned_round_are_a_question_and_its_answer_puts_them_back(desk):
    with pytest.raises(InputError) as caught:
        incidents(desk, dated(turned(range(1, 13))))
    assert 'ordre_des_dates = "mois/jour"' in caught.value.fix
    desk.put("colonnes.toml", '[[incidents]]\nordre_des_dates = "mois/jour"\n')
    assert [day.day for day in desk.read().incidents[JUNE].rows["date"]] == list(range(1, 13))
    desk.put("colonnes.toml", '[[incidents]]\nordre_des_dates = "jour/mois"\n')
    assert len(desk.read().incidents[JUNE].rows) == 1


@pytest.mark.parametrize(
    "days",
    [
        [date(2021, 6, 3), date(2021, 6, 20), "06/25/2021"],  # a day after the 12th: nothing was turned round
        [date(2021, 6, 3), date(2021, 6, 4), "06/25/2021"],
        [date(2021, 6, 6), "06/25/2021"],
    ],
)
def test_dates_that_may_be_right_are_left_as_they_are(desk, days):
    table = incidents(desk, dated(days))
    assert len(table.rows) == len(days)
    assert not any(one.whole for one in table.findings)


def merged(*heads, rows=ROWS):
    return workbook(juin=[*heads, *rows])


@pytest.mark.parametrize(
    "heads",
    [
        [["id", "date", "Lieu", "", "", "Violation", ""], ["", "", "Région", "Cercle", "Commune", "Catégorie", "Type"]],
        [["id", "date", "Région", "Cercle", "Commune", "Violation", ""], ["", "", "", "", "", "Catégorie", "Type"]],
        [["Cluster Protection, juin 2021"], [], ["id", "date", "Lieu"],
         ["", "", "Région", "Cercle", "Commune", "Catégorie", "Type"]],
    ],
)  # fmt: skip
def test_a_header_of_two_lines_is_one(desk, heads):
    table = incidents(desk, merged(*heads))
    assert (len(table.rows), table.findings) == (3, ())
    assert list(table.rows["row"]) == [len(heads) + n for n in (1, 2, 3)]
    text = "\n".join(",".join(map(str, line)) for line in (*heads, *ROWS))
    assert len(incidents(desk, text, "incidents.csv").rows) == 3


def test_a_title_that_stands_under_two_groups_is_told_by_its_group(desk):
    heads = [
        ["N° rapport", "date", "Type d’événement", "Lieu", "", "", "Destination", "", ""],
        ["", "", "", "Région", "Cercle", "Commune", "Région", "Cercle", "Commune"],
    ]
    row = [
        "F-1",
        "2021-06-12",
        "Mouvement de population",
        "Mopti",
        "Koro",
        "Dioungani",
        "Mopti",
        "Bankass",
        "Sokoura",
    ]
    desk.put("2021-06/alertes_flash.xlsx", merged(*heads, rows=[row]))
    rows = desk.read().alertes[JUNE].rows
    assert (rows["commune"][0], rows["destination_commune"][0]) == ("Dioungani", "Sokoura")


def test_two_columns_of_one_name_are_told_by_their_letters_and_that_one_may_be_hidden(desk):
    with pytest.raises(InputError) as caught:
        incidents(desk, workbook(juin=[[*HEADER, "Commune"], [*ROWS[0], "Koro"]]))
    assert "(colonne E) et «\u00a0Commune\u00a0» (colonne H)" in caught.value.problem
    assert "masquée" in caught.value.fix


@pytest.mark.parametrize(
    ("cells", "seats"),
    [
        (["14.09, -3.05", "néant", "14.2 -3.1"], [(14.09, -3.05), None, (14.2, -3.1)]),
        (["14°05'24\"N 3°03'00\"O", "14.09, -3.05", "?"], [(14.09, -3.05), (14.09, -3.05), None]),
    ],
)
def test_a_position_that_is_none_costs_its_own_row_alone_and_is_told(desk, cells, seats):
    rows = [{**INCIDENT, "id": str(n), "Point GPS": cell} for n, cell in enumerate(cells)]
    table = incidents(desk, csv_text(rows), "incidents.csv")
    read = zip(table.rows["latitude"], table.rows["longitude"], strict=True)
    assert [pytest.approx(seat) if seat else None for seat in seats] == [
        None if point[0] != point[0] else point for point in read
    ]
    assert [one.row for one in table.findings if one.column == "latitude"] == [2 + seats.index(None)]


@pytest.mark.parametrize(
    "line",
    [
        "TOTAL,,,,,,2", "Sous-total Mopti,,,,,,2", "Source : Cluster Protection,,,,,,",
        "Préparé par :,Awa,,,,,", '"Fait à Bamako, le",2021-07-03,,,,,', "Mis à jour le,2021-06-30,,,,,",
        "Nombre total de violations,,,,,,2",
        '"Filtres appliqués : mois = juin",,,,,,', "#meta+id,#date,#adm1+name,#adm2+name,#adm3+name,#cat,#type",
        ",".join(HEADER),
        "Numéro de la violation,Jour de la violation dans le mois,Région,Cercle,Commune,La lettre A à F,Type de violation",
    ],
)  # fmt: skip
def test_lines_that_are_no_records_are_counted_as_such(desk, line):
    good = csv_text([{**INCIDENT, "id": "1"}, {**INCIDENT, "id": "2"}]).splitlines()
    table = incidents(desk, "\n".join([good[0], line, *good[1:]]), "incidents.csv")
    assert (len(table.rows), table.refused, table.count_aside(NOT_RECORD)) == (2, (), 1)


def test_a_bad_row_is_not_taken_for_a_total_or_an_explanation(desk):
    table = incidents(
        desk,
        csv_text([{**INCIDENT, "id": "1", "date": "inconnue"}, {**INCIDENT, "id": "2"}]),
        "incidents.csv",
    )
    assert (len(table.refused), table.aside) == (1, ())


def test_a_row_of_tags_is_no_commune(desk):
    tags = {"region": "#adm1+name", "cercle": "#adm2+name", "commune": "#adm3+name", "score": "#value"}
    table = desk.risk(RISK, tags)
    assert (len(table.rows), table.count_aside(NOT_RECORD)) == (1, 1)


def test_hidden_rows_are_counted_and_said(desk):
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    sheet = book.add_worksheet("juin")
    for line, row in enumerate([HEADER, *ROWS]):
        sheet.write_row(line, 0, row)
    sheet.autofilter(0, 0, 3, 6)
    sheet.set_row(2, None, None, {"hidden": True})
    book.close()
    table = incidents(desk, buffer.getvalue())
    assert len(table.rows) == 3
    assert any("1 ligne masquée" in one.problem for one in table.findings)


def test_a_sheet_of_other_columns_is_named_and_left(desk):
    other = [["mois", "violations", "source", "note"], ["juin", 3, "x", "y"]]
    table = incidents(desk, workbook(juin=[HEADER, *ROWS], bilan=other))
    assert len(table.rows) == 3
    assert any("bilan" in one.problem and "n’est pas lue" in one.consequence for one in table.findings)


def test_a_formula_that_nothing_computed_is_said_and_never_empty(desk):
    data = io.BytesIO(workbook(juin=[HEADER, *ROWS]))
    out = io.BytesIO()
    with zipfile.ZipFile(data) as source, zipfile.ZipFile(out, "w") as target:
        for entry in source.infolist():
            content = source.read(entry)
            if entry.filename == "xl/worksheets/sheet1.xml":
                cell = content[content.index(b'<c r="E2"') : content.index(b'<c r="F2"')]
                content = content.replace(cell, b'<c r="E2"><f>VLOOKUP(1,A:B,2)</f><v></v></c>')
            target.writestr(entry.filename, content)
    with pytest.raises(InputError) as caught:
        incidents(desk, out.getvalue())
    assert "E2" in caught.value.problem


def test_a_stray_cell_in_the_last_corner_does_not_fill_the_memory(desk):
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, HEADER)
    sheet.write(1_048_575, 16_383, "x")
    book.close()
    with pytest.raises(InputError) as caught:
        incidents(desk, buffer.getvalue())
    assert "1048576" in caught.value.problem


ODS = """<?xml version="1.0"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">
<office:body><office:spreadsheet><table:table table:name="juin">{}</table:table></office:spreadsheet></office:body>
</office:document-content>"""


def ods(rows):
    lines = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'
            for cell in row
        )
        + "</table:table-row>"
        for row in rows
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<a/>")
        archive.writestr("content.xml", ODS.format(lines))
    return buffer.getvalue()


# The same table as Excel 97 writes it, compressed.
XLS = (
    "ABzY8000000t4+>Pe>F|82`PQ*}tvpY8q%EB4lL>?h4UGx1_R*VqJ;|YTX@VQ+H(8J?JINq*D-dD!K?>x>#NMLmleYAu#F?1cBDE"
    "Q&7-Boxb<Y?BvuQS}4hw-}1hB-}k=n{od^R-g`6iYN>8{{(kccenKBqtXmNTH`oM~NLfjM+AT{~%hxa!%g2^NBuo<-4B$!4%aEKy"
    "Io~T#a8G+q68J#nEG98z6!g|jL_d!qBjgx*NebL1OB_u+s(O}LmfKn0WzVN953%JM%U<$b7H6=O9_l#gWbtXGjoado{XXQFcWg<b"
    "5ievGU%W1C-vADq`ONsg+0dfJumGC30llD`nek;b&;%~vtJMm8DX-LLt-gJ8?E+-~=Cy|^*l#ErFazs6C-@v<=+I<~h6|;9VHH=g"
    "%id{aa^`c?mdg}%TB4>tnl}nm$?9fyT&E1k8WR(xf==6WmRv>+Gq00-acWYhlu1T`RCg-b)qS8VnF;`d#$+*1+w~Enq!)_Q8S3D;"
    "F)>0><lRr&pk6YIri@Kd>50mnpLdFcXQ!y)6%-?xLoL_qcpW9^ELgqs`Ssw)aQYluX83fl&yd~nwqfCtjG*8+?3<R5U3YNAewLTH"
    "*PUE%X4yd5PuKS0MyGOYmVK^pYdi7uFy5s1Y^d+0`rM}zk6PwFruR{OabRV-VexHx9&L1{<tSeMX3;4+#jTqXkJII=aQ2(`ESrAW"
    "d%{Y>8N1~il(kqxl&f_tZB70=!qpV#zp^!zG}YBK(ll2KkQQ*YAZbB|Ra9UV%o=k11+#`-O|nK@O|nK^O|outHOU%tHOX4zuqqW;"
    "6=sb){)&fH@vtf$R>i}rcvuw=t6G6oW!759U-hu69#+-Es(M&e53B03_9^vvAa9ILlplz~hYue<eE9I;V=F`0FBkkIrSY?-{bV0<"
    "zU!<}S@%Da{I@s>gMLMNF+GX`T}@0?l|MTW5aqtaZ^o3r7fPHWb`xV5;c<*roxk*ECN|#BZwDs++!Csmf4!P<{$>8}x>*SF02TlM"
)


@pytest.mark.parametrize("ending", ["ods", "xls"])
def test_open_and_old_workbooks_are_read(desk, ending):
    content = ods([HEADER, *ROWS]) if ending == "ods" else gzip.decompress(base64.b85decode(XLS))
    assert incidents(desk, content, f"incidents.{ending}").rows["id"].tolist() == ["1", "2", "3"]


def xlsb_bytes(rows):
    """A binary workbook of one sheet of texts. Source of its records: Microsoft's [MS-XLSB], 2.3 and 2.4."""

    def record(kind, content=b""):
        head = bytes([kind]) if kind < 128 else bytes([kind & 127 | 128, kind >> 7])
        size, rest = len(content) & 127, len(content) >> 7
        return head + (bytes([size | 128, rest]) if rest else bytes([size])) + content

    def text(words):
        return struct.pack("<I", len(words)) + words.encode("utf-16-le")

    named = record(156, struct.pack("<II", 0, 1) + text("rId1") + text("incidents"))
    sheet = record(148, struct.pack("<4I", 0, len(rows) - 1, 0, len(rows[0]) - 1)) + record(145)
    for at, row in enumerate(rows):
        sheet += record(0, struct.pack("<IIH", at, 0, 300) + bytes(7))
        sheet += b"".join(
            record(6, struct.pack("<II", n, 0) + text(cell)) for n, cell in enumerate(row) if cell
        )
    kinds = "http://schemas.openxmlformats.org"
    relation = f'<Relationships xmlns="{kinds}/package/2006/relationships"><Relationship Id="rId1" '
    relation += f'Type="{kinds}/officeDocument/2006/relationships/'
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{kinds}/package/2006/content-types"><Default Extension="bin" '
        'ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/></Types>',
        "_rels/.rels": f'{relation}officeDocument" Target="xl/workbook.bin"/></Relationships>',
        "xl/_rels/workbook.bin.rels": f'{relation}worksheet" Target="worksheets/sheet1.bin"/></Relationships>',
        "xl/workbook.bin": record(131) + record(143) + named + record(144) + record(132),
        "xl/worksheets/sheet1.bin": record(129) + sheet + record(146) + record(130),
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return buffer.getvalue()


def strict_bytes(rows):
    """A workbook as "Strict Open XML" saves it: other addresses for the same names (ISO/IEC 29500)."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    plain, strict = io.BytesIO(), io.BytesIO()
    book.save(plain)
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(strict, "w") as new:
        for name in old.namelist():
            part = old.read(name).decode()
            for of, other in (("spreadsheetml/2006/main", "spreadsheetml/main"),
                              ("officeDocument/2006/relationships", "officeDocument/relationships")):  # fmt: skip
                part = part.replace(
                    f"http://schemas.openxmlformats.org/{of}", f"http://purl.oclc.org/ooxml/{other}"
                )
            new.writestr(name, part)
    assert b"purl.oclc.org" in zipfile.ZipFile(strict).read("xl/workbook.xml")
    return strict.getvalue()


@pytest.mark.parametrize(
    ("ending", "write"), [("xlsb", xlsb_bytes), ("xlsx", strict_bytes)], ids=["xlsb", "strict"]
)
def test_binary_and_strict_workbooks_are_read_cell_by_cell(desk, ending, write):
    rows = [list(INCIDENT), *([*{**INCIDENT, "id": f"é-{n}", "commune": name}.values()]
                              for n, name in enumerate(("Hombori", "Djaptodji", "Dallah")))]  # fmt: skip
    desk.put(f"2021-06/incidents.{ending}", write(rows))
    table = desk.read().incidents[JUNE]
    assert table.rows[["id", "commune", "type"]].to_numpy().tolist() == [
        ["é-0", "Hombori", "Meurtre"], ["é-1", "Djaptodji", "Meurtre"], ["é-2", "Dallah", "Meurtre"],
    ]  # fmt: skip
    assert (table.findings, table.aside) == ((), ())


def test_an_ods_cell_repeated_without_end_is_refused(desk):
    content = ods([HEADER, *ROWS])
    bomb = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(bomb, "w") as target:
        for entry in source.infolist():
            data = source.read(entry).replace(
                b'<table:table-cell office:value-type="string"',
                b'<table:table-cell table:number-columns-repeated="16384" office:value-type="string"',
            )
            target.writestr(entry.filename, data)
    with pytest.raises(InputError, match="s’étend"):
        incidents(desk, bomb.getvalue(), "incidents.ods")


def test_an_empty_table_beside_a_look_alike_stops_and_names_both(desk):
    desk.put("2021-06/incidents.csv", ",".join(HEADER))
    desk.put("2021-06/Incidents Juin 2021 VF2.xlsx", workbook(juin=[HEADER, *ROWS]))
    with pytest.raises(InputError) as caught:
        desk.read()
    assert "incidents.csv" in caught.value.problem
    assert "VF2" in caught.value.problem


def test_a_month_declared_empty_cannot_have_rows(desk):
    desk.incidents({})
    desk.put("2021-06/mois.toml", "aucun_incident = true")
    with pytest.raises(InputError, match="aucun_incident"):
        desk.read()


@pytest.mark.parametrize("name", ["Mois.toml", "mois.toml.txt"])
def test_a_misnamed_mois_is_said(desk, name):
    desk.incidents({})
    desk.put(f"2021-06/{name}", "exemple = true")
    with pytest.raises(InputError, match=r"mois\.toml"):
        desk.read()


@pytest.mark.parametrize("mark", ["/", "-", ".", ":", "_"])
def test_groups_of_a_form_stand_before_the_columns(desk, mark):
    header = [f"{'faits' if name in ('categorie', 'type') else 'lieu'}{mark}{name}" for name in HEADER[1:]]
    table = incidents(desk, workbook(f=[[*header, "_uuid"], [*ROWS[0][1:], "u-1"]]))
    assert table.rows[["region", "commune", "type", "id"]].to_numpy().tolist() == [
        ["Mopti", "Hombori", "Meurtre", "u-1"]
    ]


def test_the_position_of_any_question_is_used(desk):
    header = [*HEADER, "Lieu GPS", "_Lieu GPS_latitude", "_Lieu GPS_longitude"]
    table = incidents(desk, workbook(f=[header, [*ROWS[0], "14.09 -3.05 0 0", 14.09, -3.05]]))
    assert table.rows[["latitude", "longitude"]].to_numpy().tolist() == [[14.09, -3.05]]
    table = incidents(desk, workbook(f=[header[:-2], [*ROWS[0], "14.09 -3.05 0 0"]]))
    assert table.rows[["latitude", "longitude"]].to_numpy().tolist() == [[14.09, -3.05]]


def test_repeated_questions_are_joined_to_their_report(desk):
    report = ["date", "region", "cercle", "commune", "_id", "_uuid", "_index"]
    child = ["categorie", "type", "_index", "_parent_table_name", "_parent_index"]
    content = workbook(
        Rapport=[report, ["2021-06-02", "Mopti", "Koro", "Dioungani", 7, "u-1", 1],
                 ["2021-06-03", "Gao", "Ansongo", "Tessit", 8, "u-2", 2]],
        violations=[child, ["B", "Meurtre", 1, "Rapport", 1], ["E", "Vol", 2, "Rapport", 1],
                    ["B", "Meurtre", 3, "Rapport", 2]],
    )  # fmt: skip
    rows = incidents(desk, content).rows
    assert rows["commune"].tolist() == ["Dioungani", "Dioungani", "Tessit"]
    assert rows["id"].tolist() == ["u-1-1", "u-1-2", "u-2-1"]


def test_two_types_in_one_answer_are_refused_or_split_by_the_recipe(desk):
    table = incidents(desk, csv_text([{**INCIDENT, "type": "Meurtre Viol"}]), "incidents.csv")
    assert "2 réponses" in table.refused[0].problem
    desk.put("colonnes.toml", '[[incidents]]\nchoix_multiples = "separer"\n')
    rows = desk.read().incidents[JUNE].rows
    assert rows[["id", "categorie", "type"]].to_numpy().tolist() == [
        ["1-1", "B", "Meurtre"],
        ["1-2", "C", "Viol"],
    ]


def test_numbers_and_codes_in_labels(desk):
    change = {"categorie": "2. Droit à la vie", "type": "1. Meurtre", "commune": "Koro (ML050512)"}
    rows = incidents(desk, csv_text([{**INCIDENT, **change}]), "incidents.csv").rows
    assert rows[["categorie", "type", "commune", "pcode"]].to_numpy().tolist() == [
        ["B", "Meurtre", "Koro", "ML050512"]
    ]


def test_codes_alone_and_positions_alone_are_places_enough(desk):
    bare = {name: INCIDENT[name] for name in ("id", "date", "categorie", "type")}
    assert len(incidents(desk, csv_text([{**bare, "pcode": "ML050512"}]), "incidents.csv").rows) == 1
    assert (
        len(
            incidents(desk, csv_text([{**bare, "latitude": "14.1", "longitude": "-3"}]), "incidents.csv").rows
        )
        == 1
    )


RECIPE = """
[[incidents]]
colonnes.date = "When"
colonnes.region = "Where 1"
colonnes.cercle = "Where 2"
colonnes.type = "What"
colonnes.categorie = "What kind"
valeurs.type = { "Killing" = "Meurtre" }
sauter = ["Draft"]
"""


def test_a_recipe_reads_an_export_of_any_name_for_every_month_of_the_year(desk):
    header = ["_uuid", "When", "Where 1", "Where 2", "What", "What kind"]
    rows = [[f"u-{n}", f"2021-{n % 2 + 5:02d}-12", "Mopti", "Koro", "Killing", "B"] for n in range(8)]
    desk.put(
        "2021/Monitoring - all versions - 2021.xlsx", workbook(f=[header, *rows, ["Draft 1", *rows[0][1:]]])
    )
    (desk.root / "2021-05").mkdir()
    with pytest.raises(InputError):
        desk.put("2021-06/incidents.xlsx", workbook(f=[header, *rows])) and desk.read()
    (desk.root / "2021-06/incidents.xlsx").unlink()
    desk.put("colonnes.toml", RECIPE)
    found = desk.read()
    assert [len(table.rows) for table in found.incidents.values()] == [4, 4]
    assert found.incidents[JUNE].count_aside(NOT_RECORD) == 1


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("[[incident]]", "incidents"),
        ('[[incidents]]\ncolonnes.dat = "x"', "date"),
        ('[[incidents]]\nordre_des_dates = "US"', "mois/jour"),
        ("[[incidents]\n", "ligne 1"),
    ],
)
def test_a_recipe_that_cannot_be_meant_says_where_and_what_would_be_right(desk, text, word):
    desk.incidents({})
    desk.put("colonnes.toml", text)
    with pytest.raises(InputError) as caught:
        desk.read()
    assert word in f"{caught.value.problem} {caught.value.fix}"


@pytest.mark.parametrize("encoding", ["mac_roman", "cp850", "twice"])
def test_accents_of_old_systems_are_put_right_and_told_once(desk, encoding):
    header = ["id", "date", "Région", "cercle", "commune", "Catégorie", "type"]
    rows = [
        [str(n), "2021-06-12", "Ségou", "Ségou", "Farako", "Atteintes au droit à la propriété", "Vol"]
        for n in (1, 2)
    ]
    text = "\n".join(";".join(row) for row in [header, *rows])
    data = (
        text.encode("utf-8").decode("cp1252").encode("utf-8")
        if encoding == "twice"
        else text.encode(encoding)
    )
    table = incidents(desk, data, "incidents.csv")
    assert table.rows[["region", "categorie"]].to_numpy().tolist() == [["Ségou", "E"]] * 2
    assert sum("accents" in one.problem for one in table.findings) == 1


def test_windows_and_utf8_need_no_word(desk):
    text = csv_text([{**INCIDENT, "region": "Ségou", "commune": "Farakou Massa, près d’ici"}])
    for encoding in ("cp1252", "utf-8", "utf-8-sig", "utf-16"):
        assert not incidents(desk, text.encode(encoding), "incidents.csv").findings


@pytest.mark.parametrize("elsewhere", [131_072, 10_000_000])
def test_a_pasted_text_is_not_blamed_on_a_quote(desk, elsewhere):
    before = csv.field_size_limit(elsewhere)  # as another library may have left it
    table = incidents(
        desk, csv_text([INCIDENT, {**INCIDENT, "id": "2", "lieu": "x" * 200_000}]), "incidents.csv"
    )
    csv.field_size_limit(before)
    assert "caractères" in table.refused[0].problem


@pytest.mark.parametrize(
    ("text", "word"),
    [
        *((text, "plus d’un jour") for text in ("15/06/2021 / 17/06/2021", "2021-06-15 / 17",
          "12 juin 2021 au 14 juin 2021",
          "12/06/2021 (nuit du 12 au 13)", "June 12 2021 - 14", "5-6 juin 2021", "nuit du 5 au 6 juin 2021")),
        ("12/06/2021 ?", f"est suivie de {quote('?')}"),
    ],
)  # fmt: skip
def test_two_days_in_one_cell_are_refused(desk, text, word):
    table = incidents(desk, csv_text([INCIDENT, {**INCIDENT, "id": "2", "date": text}]), "incidents.csv")
    assert word in table.refused[0].problem


@pytest.mark.parametrize(
    "text",
    ["12/06/2021 10:30", "2021-06-12T10:00:00.000+00:00", "12/06/2021 10h30", "12/06/2021 (18h)",
     "12 juin 2021 vers 18 heures",
     "12/06/2021 6 PM"],
)  # fmt: skip
def test_an_hour_behind_the_day_is_no_second_day(desk, text):
    assert not incidents(desk, csv_text([{**INCIDENT, "date": text}]), "incidents.csv").findings


@pytest.mark.parametrize(
    "text",
    ["12/06/2021 (nuit)", "12/06/2021(nuit)", "2021-06-12 [nuit]", "12 juin 2021 - nuit", "12/06/2021 nuit."],
)
def test_words_beside_a_date_are_told_and_the_day_is_read(desk, text):
    table = incidents(desk, csv_text([{**INCIDENT, "date": text}]), "incidents.csv")
    (told,) = table.findings
    assert (str(table.rows["date"][0]), told.refused) == ("2021-06-12", False)
    assert f"une remarque, {quote('nuit')}" in told.problem
    assert "12/06/2021" in told.consequence


def test_autre_is_not_near_meurtre(desk):
    table = incidents(desk, csv_text([INCIDENT, {**INCIDENT, "id": "2", "type": "Autre"}]), "incidents.csv")
    assert "plus proches" not in table.refused[0].fix


def test_the_points_of_one_question_are_bounded(desk):
    answers = {f"q{n}": "1" for n in range(1, 16)}
    place = {name: RISK[name] for name in ("region", "cercle", "commune")}
    table = desk.risk({**place, **answers, "q7": "5"}, {**place, "commune": "Konna", **answers})
    assert (table.refused[0].column, len(table.rows)) == ("q7", 1)


VALUES = "1,2021-06-02,Mopti,Koro,Dioungani,14.09,-3.05,B,Meurtre"


@pytest.mark.parametrize(
    "head",
    [
        "#meta+id,#date+occurred,#adm1+name,#adm2+name,#adm3+name,#geo+lat,#geo+lon,#event+category,#event+type",
        "No,When,Where,Admin 2,Admin 3,Y,X,Kind,What\n"
        "#meta+id,#date,#adm1,#adm2,#adm3,#geo+lat,#geo+lon,#event+category,#event",
        "@id,Date of incident,Region Name,Cercle Name,Commune Name,Lat,Lon,Violation category,Violation type",
        "Horodateur,Date de l'incident,Région,Cercle,Commune,Latitude,Longitude,Catégorie,Type de violation",
        "Incidents du mois\n\nID,Date,Région,Cercle,Commune,Latitude,Longitude,Catégorie,Type",
    ],
)  # fmt: skip
def test_exports_whose_columns_leave_no_doubt_need_no_recipe(desk, head):
    rows = incidents(desk, f"{head}\n{VALUES}\n", "incidents.csv").rows
    told = rows[["id", "region", "cercle", "commune", "latitude", "categorie", "type"]].to_numpy().tolist()
    assert told == [["1", "Mopti", "Koro", "Dioungani", 14.09, "B", "Meurtre"]]


def test_a_dashboard_s_sums_and_totals(desk):
    desk.put(
        "2021-06/indice_risque.csv",
        "Région,Cercle,Commune,Somme de score\nMopti,Koro,Dioungani,3\nTotal,,,3\n",
    )
    table = desk.read().risque[JUNE]
    assert (table.rows["score"].tolist(), len(table.aside), table.refused) == ([3.0], 1, ())


def test_a_title_that_nearly_fits_comes_with_the_line_to_paste(desk):
    header = ",".join(INCIDENT).replace("type", "typ de violatoin")
    with pytest.raises(InputError) as caught:
        incidents(desk, f"{header}\n" + ",".join(INCIDENT.values()), "incidents.csv")
    assert '[[incidents]] puis, à la ligne, colonnes.type = "typ de violatoin"' in caught.value.fix


def test_a_folder_with_the_name_of_a_table_is_not_nothing_received(desk):
    desk.rows("2021-06/indice_risque.csv", RISK)
    (desk.root / "2021-06" / "incidents.csv").mkdir()
    with pytest.raises(InputError, match="n’est pas un fichier"):
        desk.read()


def test_two_positions_are_asked_about_and_never_dropped_in_silence(desk):
    header = [*HEADER, "_debut_latitude", "_debut_longitude", "_lieu_latitude", "_lieu_longitude"]
    content = workbook(f=[header, [*ROWS[0], 14.0, -3.0, 14.09, -3.05]])
    table = incidents(desk, content)
    assert table.rows["latitude"].isna().all()
    assert any('colonnes.latitude = "_lieu_latitude"' in one.fix for one in table.findings)
    desk.put(
        "colonnes.toml",
        '[[incidents]]\ncolonnes.latitude = "_lieu_latitude"\ncolonnes.longitude = "_lieu_longitude"\n',
    )
    assert desk.read().incidents[JUNE].rows["latitude"].tolist() == [14.09]


@pytest.mark.parametrize("mark", ["'", "’"])
def test_the_guide_of_an_older_template_is_no_sheet_left_out(desk, mark):
    guide = {f"Mode d{mark}emploi": [["Titre", "Obligatoire", "Exemple", "Valeurs"]] * 4}
    assert incidents(desk, workbook(incidents=[HEADER, *ROWS], **guide)).findings == ()
