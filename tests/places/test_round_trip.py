"""The review goes out in two files and comes back in either: what the officer last saved stands."""

import csv
import itertools
from datetime import date

import openpyxl
import pytest

from pipeline.places import Located, PlaceRequest, resolve, write_review
from pipeline.places.questions import take

TODAY = date(2021, 7, 5)
INHINTA = PlaceRequest("Mopti", "Douentza", "Inhinta", "Emalin")
OTHER = PlaceRequest("Mopti", "Douentza", "Inhinta", "Autre")


class Desk:
    """The officer's desk: one folder with the lists, which `make` writes and the officer edits."""

    def __init__(self, folder, gazetteer):
        self.gazetteer, self.lieux, self.said = gazetteer, folder / "lieux.csv", []
        self.csv, self.xlsx = folder / "lieux-a-verifier.csv", folder / "lieux-a-verifier.xlsx"

    def make(self):
        rows = [
            Located("incidents", "2021-06", str(n), request, place, read=place)
            for n, request in enumerate((INHINTA, OTHER))
            for place in [resolve(request, self.gazetteer)]
        ]
        write_review(rows, self.csv, self.gazetteer, (), self.said.append)

    def edit_csv(self, decision, column="decision"):
        rows = self.rows()
        rows[0][column] = decision
        with self.csv.open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.DictWriter(stream, rows[0], delimiter=";")
            writer.writeheader()
            writer.writerows(rows)

    def edit_xlsx(self, decision, column="decision"):
        book = openpyxl.load_workbook(self.xlsx)
        sheet = book.worksheets[0]
        titles = [cell.value for cell in sheet[1]]
        sheet.cell(2, titles.index(column) + 1).value = decision or None
        book.save(self.xlsx)

    def rows(self):
        with self.csv.open(encoding="utf-8-sig", newline="") as stream:
            return list(csv.DictReader(stream, delimiter=";"))

    def first(self):
        """The answer to the first line in the CSV and in the workbook."""
        sheet = openpyxl.load_workbook(self.xlsx).worksheets[0]
        titles = [cell.value for cell in sheet[1]]
        return self.rows()[0]["decision"], sheet.cell(2, titles.index("decision") + 1).value or ""

    def decide(self):
        taken = take([self.csv, self.xlsx], self.lieux, self.gazetteer, "A. Traoré", TODAY)
        return [line["pcode"] for line in taken.added], taken.errors


@pytest.fixture
def desk(small, tmp_path):
    desk = Desk(tmp_path, small)
    desk.make()
    return desk


A, B = "ML050402", "ML050403"


@pytest.mark.parametrize(
    "steps", list(itertools.product(["csv", "xlsx"], [True, False], ["csv", "xlsx"], [True, False]))
)
@pytest.mark.parametrize("last", [A, B, ""])
def test_the_last_answer_stands_in_every_order_of_files_and_makes(desk, steps, last):
    """One file is edited, then one is edited again, with a `make` between or not; a `make` at the end or not."""
    first, between, second, after = steps
    edit = {"csv": desk.edit_csv, "xlsx": desk.edit_xlsx}
    edit[first](A)
    if between:
        desk.make()
        assert desk.first() == (A, A)  # a draft is shown in both
    edit[second](last)
    if after:
        desk.make()
    added, errors = desk.decide()
    clash = not between and first != second and last == B
    if clash:  # both were edited since they were written, and differ
        assert added == []
        assert "décide autrement" in errors[0].problem
        assert A in errors[0].problem
        assert B in errors[0].problem
    elif not between and first != second and not last:
        assert added == [A]  # the second file was saved as it was
    else:
        assert (added, errors) == ([last] if last else [], ())


def test_a_conflict_stays_in_both_files_until_they_agree_and_adds_nothing_else(desk):
    desk.edit_csv(A)
    desk.edit_xlsx(B)
    rows = desk.rows()
    rows[1]["decision"] = A
    with desk.csv.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0], delimiter=";")
        writer.writeheader()
        writer.writerows(rows)
    for _ in range(2):
        desk.make()
        assert desk.first() == (A, B)
        added, errors = desk.decide()
        assert added == []
        assert len(errors) == 1
    desk.edit_csv(B)
    assert sorted(desk.decide()[0]) == [A, B]


def test_an_answer_taken_back_in_the_workbook_is_not_revived_by_the_csv(desk):
    desk.edit_xlsx(A)
    desk.make()
    desk.edit_xlsx("")
    assert desk.decide() == ([], ())
    desk.make()
    assert desk.first() == ("", "")
    assert desk.decide() == ([], ())


def test_an_answer_outside_what_is_written_is_asked_again(desk):
    desk.edit_csv("ML070203")  # Taboye, in the region of Gao; Douentza in Mopti is written
    added, (error,) = desk.decide()
    assert added == []
    assert "hors de ce qui est écrit" in error.problem
    assert "ML070203 maintenu" in error.fix
    desk.edit_csv("ML070203 maintenu")
    assert desk.decide() == (["ML070203"], ())


def test_a_candidates_name_as_shown_is_an_answer(desk):
    desk.edit_csv("Hombori", "candidat_1")
    desk.edit_csv("ML050403", "code_1")
    desk.edit_csv("hombori")
    assert desk.decide() == (["ML050403"], ())


def test_a_name_of_two_candidates_is_no_answer(desk):
    for n, code in ((1, "ML050403"), (2, "ML050402")):
        desk.edit_csv("Hombori", f"candidat_{n}")
        desk.edit_csv(code, f"code_{n}")
    desk.edit_csv("Hombori")
    added, (error,) = desk.decide()
    assert (added, "2 candidats" in error.problem) == ([], True)


@pytest.mark.parametrize("how", ["no column", "not a workbook", "password"])
def test_a_list_that_cannot_be_read_is_set_aside_before_it_is_written_anew(desk, how):
    desk.edit_csv(A)
    if how == "no column":
        text = desk.csv.read_text("utf-8-sig")
        desk.csv.write_text(text.replace("decision", "avis du chef"), "utf-8-sig")
        damaged = desk.csv
    else:
        desk.xlsx.write_bytes(b"\xd0\xcf\x11\xe0 locked" if how == "password" else b"not a workbook")
        damaged = desk.xlsx
    before = damaged.read_bytes()
    desk.make()
    (line,) = desk.said
    aside = damaged.with_name(f"{damaged.stem} (mis de côté 1){damaged.suffix}")
    assert aside.read_bytes() == before
    assert str(aside) in line
    assert "y recopier vos réponses" in line
    damaged.write_bytes(before)
    desk.make()
    assert damaged.with_name(f"{damaged.stem} (mis de côté 2){damaged.suffix}").exists()


@pytest.mark.parametrize("how", ["unicode text", "title row"])
def test_what_a_spreadsheet_makes_of_the_list_is_read(desk, how):
    desk.edit_csv(A)
    text = desk.csv.read_text("utf-8-sig")
    if how == "title row":
        desk.csv.write_text("Lieux à vérifier\n\n" + text, "utf-8-sig")
    else:
        rows = list(csv.reader(text.splitlines(), delimiter=";"))
        desk.csv.write_bytes("\n".join("\t".join(row) for row in rows).encode("utf-16"))
    assert desk.decide() == ([A], ())
    desk.make()
    assert (desk.first(), desk.said) == ((A, A), [])
