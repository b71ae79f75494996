import csv
import io

import openpyxl

from pipeline.places import Located, PlaceRequest, resolve, waiting, write_resolved, write_review
from pipeline.places.questions import RESOLVED_COLUMNS, REVIEW_COLUMNS

INHINTA = PlaceRequest("Mopti", "Douentza", "Inhinta")


def row(request, gazetteer, name="1", table="incidents", month="2021-06", going=None):
    place = resolve(request, gazetteer)
    there = resolve(going, gazetteer) if going else None
    return Located(table, month, name, request, place, going, there)


def lines(path):
    content = path.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


def test_one_line_for_each_unresolved_spelling_with_what_hangs_on_it(small, tmp_path):
    items = [
        row(INHINTA, small, "1"),
        row(PlaceRequest("MOPTI", "douentza", "INHINTA"), small, "2", month="2021-05"),
        row(PlaceRequest(commune="Bamba"), small, "3", table="couverture"),
        row(PlaceRequest("Mopti", "Douentza", "Hombori"), small, "4"),
    ]
    path = tmp_path / "revue" / "lieux-a-verifier.csv"
    assert write_review(items, path, small) == 2
    first, second = lines(path)
    assert tuple(first) == REVIEW_COLUMNS
    assert (first["commune"], first["lignes"], first["mois"]) == ("Inhinta", "2", "2021-05 2021-06")
    assert (first["place_a"], first["decision"]) == ("cercle Douentza", "")
    assert (second["tables"], {second["code_1"], second["code_2"]}) == (
        "couverture",
        {"ML050102", "ML070201"},
    )
    assert "Bamba" in second["candidat_1"]
    assert second["raison_1"]
    assert waiting(items) == {"incidents": 2, "couverture": 1}


def test_the_workbook_offers_the_candidates(small, tmp_path):
    path = tmp_path / "lieux-a-verifier.csv"
    write_review([row(PlaceRequest(commune="Bamba"), small)], path, small)
    book = openpyxl.load_workbook(path.with_suffix(".xlsx"))
    sheet = book.worksheets[0]
    assert [cell.value for cell in sheet[1]] == list(REVIEW_COLUMNS)
    (validation,) = sheet.data_validations.dataValidation
    assert validation.formula1 == '"ML050102 Bamba,ML070201 Bamba,introuvable"'
    assert "ML050403" in [cell.value for cell in book["Communes"]["A"]]


def test_the_same_questions_give_the_same_bytes(small, tmp_path):
    items = [row(INHINTA, small), row(PlaceRequest(commune="Bamba"), small)]
    for name in ("a", "b"):
        write_review(items, tmp_path / name / "l.csv", small)
    for suffix in (".csv", ".xlsx"):
        assert (tmp_path / "a" / f"l{suffix}").read_bytes() == (tmp_path / "b" / f"l{suffix}").read_bytes()


def test_no_cell_runs_as_a_formula(small, tmp_path):
    evil = PlaceRequest("Mopti", "Douentza", '=HYPERLINK("http://x")', "+1+1")
    write_review([row(evil, small)], tmp_path / "l.csv", small)
    (line,) = lines(tmp_path / "l.csv")
    assert line["commune"].startswith("'=")
    assert line["localite"].startswith("'+")
    sheet = openpyxl.load_workbook(tmp_path / "l.xlsx").worksheets[0]
    assert {cell.data_type for cell in sheet[2]} <= {"s", "n"}


def test_a_line_break_in_a_name_does_not_break_the_list(small, tmp_path):
    write_review([row(PlaceRequest("Mopti", "Douentza", "Inhinta\nbis"), small)], tmp_path / "l.csv", small)
    assert len(lines(tmp_path / "l.csv")) == 1


def test_what_the_officer_has_written_outlives_a_second_make(small, tmp_path):
    path = tmp_path / "lieux-a-verifier.csv"
    items = [row(INHINTA, small), row(PlaceRequest(commune="Bamba"), small)]
    write_review(items, path, small)
    book = openpyxl.load_workbook(path.with_suffix(".xlsx"))
    sheet = book.worksheets[0]
    column = REVIEW_COLUMNS.index("decision") + 1
    at = next(r for r in range(2, 4) if sheet.cell(r, 5).value == "Inhinta")
    sheet.cell(at, column).value = "ML050403"
    book.save(path.with_suffix(".xlsx"))
    write_review(items, path, small)
    kept = {line["commune"]: line["decision"] for line in lines(path)}
    assert kept == {"Inhinta": "ML050403", "Bamba": ""}


def test_an_old_list_does_not_stay_when_nothing_is_asked_any_more(small, tmp_path):
    path = tmp_path / "lieux-a-verifier.csv"
    write_review([row(INHINTA, small)], path, small)
    write_review([], path, small)
    assert lines(path) == []


def test_the_audit_trail_has_one_line_for_each_row(small, tmp_path):
    items = [
        row(PlaceRequest("Mopti", "Douentza", "Gandamya"), small, "a1"),
        row(INHINTA, small, "a2", going=PlaceRequest("Mopti", "Douentza", "Hombori")),
        Located("incidents", "2021-06", "a3", PlaceRequest(), None, refusal="date impossible"),
    ]
    write_resolved(items, tmp_path / "lieux-resolus.csv")
    read, asked, refused = lines(tmp_path / "lieux-resolus.csv")
    assert tuple(read) == RESOLVED_COLUMNS
    assert (read["id"], read["pcode"], read["niveau"]) == ("a1", "ML050402", "commune")
    assert read["ecrit"] == "Mopti > Douentza > Gandamya"
    assert read["note"] == "commune « Gandamya » lue « Gandamia »"
    assert asked["note"].startswith("à vérifier")
    assert "destination « Mopti > Douentza > Hombori » : commune Hombori ML050403" in asked["note"]
    assert (refused["niveau"], refused["note"]) == ("refusé", "date impossible")
