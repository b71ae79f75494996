"""CSV files as they come: encodings, delimiters, titles, quotes, line numbers."""

import pytest

from pipeline.errors import InputError
from tests.records.conftest import INCIDENT, JUNE, csv_text, only

NAMES = {**INCIDENT, "cercle": "Ténenkou", "commune": "Diondiori"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_every_encoding_and_delimiter_reads_alike(desk, encoding, delimiter):
    desk.put("2021-06/incidents.csv", csv_text([NAMES], delimiter).encode(encoding))
    rows = desk.read().incidents[JUNE].rows
    assert rows["cercle"].tolist() == ["Ténenkou"]
    assert rows["categorie"].tolist() == ["B"]


def test_a_file_of_two_encodings_keeps_its_accents(desk):
    header, line = csv_text([NAMES]).splitlines()
    other = line.replace("1,", "2,", 1)
    desk.put("2021-06/incidents.csv", "\n".join([header, line, ""]).encode() + other.encode("cp1252"))
    assert desk.read().incidents[JUNE].rows["cercle"].tolist() == ["Ténenkou"] * 2


def test_a_decimal_comma_in_a_semicolon_file(desk):
    desk.rows("2021-06/incidents.csv", {**INCIDENT, "latitude": "15,27", "longitude": "-1,7"}, delimiter=";")
    rows = desk.read().incidents[JUNE].rows
    assert (rows["latitude"][0], rows["longitude"][0]) == (15.27, -1.7)


def test_a_title_and_blank_lines_above_the_header_keep_the_line_numbers(desk):
    desk.put(
        "2021-06/incidents.csv", "Incidents de juin 2021,,\n\n" + csv_text([INCIDENT, {**INCIDENT, "id": ""}])
    )
    table = desk.read().incidents[JUNE]
    assert table.rows["row"].tolist() == [4]
    assert only(table.findings).row == 5


def test_blank_lines_are_no_rows(desk):
    text = csv_text([INCIDENT]) + "\n,,,,,,\n   \n"
    desk.put("2021-06/incidents.csv", text)
    assert desk.read().incidents[JUNE].total == 1


def test_a_header_without_rows_is_no_data_unless_the_month_declares_zero(desk):
    desk.put("2021-06/incidents.csv", csv_text([INCIDENT]).splitlines()[0])
    found = desk.read()
    assert not found.incidents
    told = next(one for one in found.findings if one.table == "incidents")
    assert "aucun_incident = true" in told.fix
    desk.put("2021-06/mois.toml", "aucun_incident = true")
    table = desk.read().incidents[JUNE]
    assert (table.total, list(table.rows.columns[:2])) == (0, ["id", "date"])


def test_a_stray_quote_costs_its_own_line_only(desk):
    good = csv_text([{**INCIDENT, "id": str(n)} for n in range(1, 5)]).splitlines()
    good[2] = good[2].replace("Hombori", '"Hombori')
    desk.put("2021-06/incidents.csv", "\n".join(good))
    table = desk.read().incidents[JUNE]
    assert table.rows["id"].tolist() == ["1", "3", "4"]
    assert only(table.refused).row == 3
    assert "guillemet" in table.refused[0].problem


def test_two_stray_quotes_hide_no_line_between_them(desk):
    lines = csv_text([{**INCIDENT, "id": str(n)} for n in range(1, 6)]).splitlines()
    lines[2] = lines[2].replace("Hombori", '"Hombori')
    lines[4] = lines[4].replace("Hombori", 'Hombori"')
    desk.put("2021-06/incidents.csv", "\n".join(lines))
    table = desk.read().incidents[JUNE]
    assert table.total == 5
    assert "3" in table.rows["id"].tolist()


def test_a_quoted_line_break_is_one_row(desk):
    desk.rows("2021-06/incidents.csv", {**INCIDENT, "localite": "Kobou\n(est)"}, {**INCIDENT, "id": "2"})
    rows = desk.read().incidents[JUNE].rows
    assert rows["localite"][0] == "Kobou (est)"
    assert rows["row"].tolist() == [2, 3]


def test_a_line_with_too_many_cells_is_refused_as_shifted(desk):
    text = csv_text([INCIDENT, {**INCIDENT, "id": "2"}]).replace("2,2021", "2,,2021")
    desk.put("2021-06/incidents.csv", text)
    table = desk.read().incidents[JUNE]
    assert "8 cellules" in only(table.refused).problem
    assert table.total == 2


def test_invisible_characters_and_decomposed_accents_are_cleaned(desk):
    table = desk.incidents({"commune": "\u200eTe\u0301ne\u0301nkou\u202c \u00a0 ville\u0007"})
    assert table.rows["commune"][0] == "Ténénkou ville"


def test_a_text_of_absurd_length_is_cut_and_told(desk):
    table = desk.incidents({"localite": "x" * 10_000})
    assert len(table.rows["localite"][0]) == 300
    assert "10000 caractères" in only(table.findings).problem


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "vide"),
        (b"\xef\xbb\xbf\r\n\r\n", "vide"),
        (b"%PDF-1.4\n%\xe2\xe3", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "mot de passe"),
        (b"<!DOCTYPE html><html><body>Connexion</body></html>", "page web"),
        (bytes(range(256)) * 20, "ni un texte ni un classeur"),
        (b"PK\x03\x04 tronqu\xc3\xa9", "endommagé"),
        (b"bonjour\nmonde\n", "manque les colonnes"),
    ],
)
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_what_is_no_table_stops_with_a_message(desk, content, word, ending):
    desk.put(f"2021-06/incidents.{ending}", content)
    with pytest.raises(InputError) as caught:
        desk.read()
    assert word in caught.value.problem
    assert f"2021-06/incidents.{ending}" in caught.value.problem
