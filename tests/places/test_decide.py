import csv
from datetime import date

import pytest

from pipeline.errors import InputError
from pipeline.places import Located, PlaceRequest, decision_index, resolve, stale, write_review
from pipeline.places.decisions import with_codes
from pipeline.places.questions import COLUMNS, REVIEW_COLUMNS, take
from pipeline.records.read import read_decisions
from pipeline.records.tables import Decision

TODAY = date(2021, 7, 5)
INHINTA = PlaceRequest("Mopti", "Douentza", "Inhinta", "Emalin")


def decisions(path):
    """The lines of lieux.csv as the reader of inputs gives them."""
    return read_decisions(path, path.name)[0]


def line(code, note=""):
    return Decision("Mopti", "Douentza", "Inhinta", "Emalin", code, "A. Traoré", "2021-07-05", note, 2)


@pytest.fixture
def review(small, tmp_path):
    """The list of one question, and how to answer it."""
    path = tmp_path / "lieux-a-verifier.csv"
    write_review([Located("incidents", "2021-06", "1", INHINTA, resolve(INHINTA, small))], path, small)

    def answer(decision, by="", separator=";", encoding="utf-8-sig"):
        with path.open(encoding="utf-8-sig", newline="") as stream:
            header, cells = list(csv.reader(stream, delimiter=";"))
        cells[REVIEW_COLUMNS.index("decision")] = decision
        cells[REVIEW_COLUMNS.index("decide_par")] = by
        with path.open("w", encoding=encoding, newline="") as stream:
            csv.writer(stream, delimiter=separator).writerows([header, cells])
        return [path]

    return answer


def test_the_round_trip_from_question_to_decision_to_place(small, tmp_path, review):
    lieux = tmp_path / "lieux.csv"
    taken = take(review("ML050403 Hombori"), lieux, small, "A. Traoré", TODAY)
    assert (len(taken.added), taken.errors, taken.known) == (1, (), 0)
    place = resolve(INHINTA, small, decision_index(decisions(lieux)))
    assert (place.pcode, place.method, place.question) == ("ML050403", "décision", False)
    assert any("A. Traoré" in text and "2021-07-05" in text for text in place.evidence)
    other = resolve(PlaceRequest("Mopti", "Douentza", "Inhinta"), small, decision_index(decisions(lieux)))
    assert other.question  # another spelling of the row, another question


def test_doing_it_twice_adds_nothing(small, tmp_path, review):
    lieux = tmp_path / "lieux.csv"
    lists = review("ML050403")
    take(lists, lieux, small, "A. Traoré", TODAY)
    before = lieux.read_bytes()
    again = take(lists, lieux, small, "A. Traoré", date(2021, 7, 6))
    assert (again.added, again.known, lieux.read_bytes()) == ((), 1, before)


def test_lines_that_stand_there_are_not_touched(small, tmp_path, review):
    lieux = tmp_path / "lieux.csv"
    old = "region;cercle;commune;localite;pcode;decided_by;decided_on;note\r\nGao;;Bambâ;;ML070201;M. Maïga;01/06/2021;vu"
    lieux.write_bytes(old.encode("cp1252"))
    take(review("ML050403"), lieux, small, "A. Traoré", TODAY)
    text = lieux.read_text(encoding="utf-8-sig")
    assert "Gao;;Bambâ;;ML070201;M. Maïga;01/06/2021;vu" in text
    assert text.splitlines()[-1].startswith("Mopti;Douentza;Inhinta;Emalin;ML050403;A. Traoré;2021-07-05;")


def test_a_village_may_be_chosen(small, tmp_path, review):
    lieux = tmp_path / "lieux.csv"
    take(review("ML050401 Boni"), lieux, small, "A. Traoré", TODAY)
    place = resolve(INHINTA, small, decision_index(decisions(lieux)))
    assert (place.level, place.locality, place.pcode, place.longitude) == (
        "localite",
        "Boni",
        "ML050401",
        -2.25,
    )


def test_not_found_keeps_the_row_at_its_cercle_without_a_question(small, tmp_path, review):
    lieux = tmp_path / "lieux.csv"
    take(review("Introuvable"), lieux, small, "A. Traoré", TODAY)
    place = resolve(INHINTA, small, decision_index(decisions(lieux)))
    assert (place.level, place.pcode, place.question) == ("cercle", "ML0504", False)


@pytest.mark.parametrize(
    ("decision", "problem"),
    [
        ("ML059999", "n’est ni un P-code"),
        ("Je ne sais pas", "n’est ni un P-code"),
        ("oui", "n’est ni un P-code"),  # of several candidates, or none
        ("le quatrième", "n’est ni un P-code"),
        ("Bamba (Bourem)", "hors de ce qui est écrit"),
        ("ML050403 Koro", "ML050403 est Hombori"),
    ],
)
def test_a_wrong_answer_is_told_with_what_would_be_right(small, tmp_path, review, decision, problem):
    lieux = tmp_path / "lieux.csv"
    (error,) = take(review(decision), lieux, small, "A. Traoré", TODAY).errors
    assert problem in error.problem
    assert "ligne 2 (Mopti > Douentza > Inhinta > Emalin)" in error.problem
    assert "introuvable" in error.fix or "maintenu" in error.fix
    assert not lieux.exists()


@pytest.mark.parametrize(
    "decision",
    ["Hombori (ML050403)", "050403", "50403", "Hombori", "hombori (Douentza)", "Hombori, Douentza", "ml 050403 Hombori",
     "2", "candidat 2", "candidat_2", "le deuxième"],
)  # fmt: skip
def test_an_answer_may_be_written_as_people_write(small, tmp_path, review, decision):
    (path,) = review(decision)
    with path.open(encoding="utf-8-sig", newline="") as stream:
        header, cells = list(csv.reader(stream, delimiter=";"))
    for name, cell in (
        ("candidat_1", "Douentza"),
        ("code_1", "ML050401"),
        ("candidat_2", "Hombori"),
        ("code_2", "ML050403"),
    ):
        cells[header.index(name)] = cell
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream, delimiter=";").writerows([header, cells])
    (line,) = take([path], tmp_path / "lieux.csv", small, "A. Traoré", TODAY).added
    assert (line["pcode"], line["note"].count("village")) == ("ML050403", 0)


def test_an_answer_needs_its_author(small, tmp_path, review):
    (error,) = take(review("ML050403"), tmp_path / "lieux.csv", small, " ", TODAY).errors
    assert "qui décide (lieux-a-verifier.csv, ligne 2)" in error.problem
    (line,) = take(review("ML050403", by="F. Diarra"), tmp_path / "lieux.csv", small, " ", TODAY).added
    assert line["decide_par"] == "F. Diarra"


def test_two_lists_that_answer_differently_are_told(small, tmp_path, review):
    (path,) = review("ML050403")
    other = tmp_path / "autre.csv"
    other.write_bytes(path.read_bytes().replace(b"ML050403", b"ML050402"))
    taken = take([path, other], tmp_path / "lieux.csv", small, "A. Traoré", TODAY)
    assert taken.added == ()
    assert "décide autrement" in taken.errors[0].problem


def test_a_list_saved_by_a_french_spreadsheet_is_read(small, tmp_path, review):
    lists = review("ML050403", separator=",", encoding="cp1252")
    assert len(take(lists, tmp_path / "lieux.csv", small, "A. Traoré", TODAY).added) == 1


def test_lists_that_are_none_are_told(small, tmp_path):
    lieux = tmp_path / "lieux.csv"
    with pytest.raises(InputError, match="lieux-a-verifier"):
        take([tmp_path / "absent.csv"], lieux, small, "A.", TODAY)
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("a,b\n1,2\n")
    with pytest.raises(InputError, match="n’a pas la colonne"):
        take([wrong], lieux, small, "A.", TODAY)
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(b"not a workbook")
    with pytest.raises(InputError, match="n’a pas la colonne"):
        take([broken], lieux, small, "A.", TODAY)


def test_a_decision_of_another_vintage_is_reported_not_applied(small):
    note = "limites : 2015-04-08"
    index = decision_index([line("ML050403", note)])
    place = resolve(INHINTA, small, index)
    assert (place.level, place.question) == ("cercle", True)
    assert any("non appliquée" in text for text in place.evidence)
    ((_, _, reason),) = stale(index, small)
    assert "2015-04-08" in reason


def test_a_decision_for_a_commune_that_is_gone_is_reported(small):
    index = decision_index([line("ML050499")])
    assert resolve(INHINTA, small, index).question
    assert "n’existe pas" in stale(index, small)[0][2]


def test_the_later_of_two_decisions_counts(small):
    index = decision_index([line(code) for code in ("ML050401", "ML050403")])
    assert resolve(INHINTA, small, index).pcode == "ML050403"


def test_the_columns_are_those_of_the_contract():
    assert COLUMNS == (
        "region", "cercle", "commune", "localite", "pcode", "decide_par", "decide_le", "note",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "cercle", "right"),
    [
        ("Hombori", "Douentza", "ML050403"),
        ("hombori (Douentza)", "", "ML050403"),
        ("Bamba", "Bourem", "ML070201"),
        ("Bamba (Bandiagara)", "Bourem", "ML050102"),
        ("Bamba", "", "2 communes : Bandiagara, Bourem"),
        ("Bamba (Douentza)", "Bourem", "aucune"),
        ("Nulle part", "Douentza", "aucune"),
    ],
)
def test_a_decision_may_name_its_commune(small, text, cercle, right):
    one = Decision("", cercle, "Inhinta", "", text, "A. Traoré", "2021-07-05", "", 2)
    kept, unclear = with_codes([one], small)
    if right.startswith("ML"):
        assert ([line.pcode for line in kept], unclear) == ([right], ())
    else:
        assert not kept
        ((_, problem, fix),) = unclear
        assert ("nomme 2 communes" in problem) == right.startswith("2")
        assert all(name in fix for name in right.partition(" : ")[2].split(", ")) or "P-code" in fix


def test_lines_of_coordinates_alone_are_read_back_and_counted_with_or_without_a_decision(small, tmp_path):
    path = tmp_path / "lieux-a-verifier.csv"
    points = [PlaceRequest(latitude=lat, longitude=lon) for lat, lon in ((10.0, 5.0), (11.0, 6.0))]
    items = [
        Located("incidents", "2021-06", str(n), point, resolve(point, small), file="incidents.csv", row=n + 2)
        for n, point in enumerate(points)
    ]
    assert all(item.place.question for item in items)
    assert write_review(items, path, small) == 2
    taken = take([path, path.with_suffix(".xlsx")], tmp_path / "lieux.csv", small, "A. Traoré", TODAY)
    assert (taken.waiting, taken.errors, taken.added) == (2, (), ())
    with path.open(encoding="utf-8-sig", newline="") as stream:
        header, first, second = csv.reader(stream, delimiter=";")
    first[REVIEW_COLUMNS.index("decision")], first[REVIEW_COLUMNS.index("note")] = "ML050403", "vu"
    path.write_text("\n".join(";".join(cells) for cells in (header, first, second)), "utf-8")
    taken = take([path], tmp_path / "lieux.csv", small, "A. Traoré", TODAY)
    assert taken.waiting == 1
    assert "incidents.csv : " in taken.errors[0].fix
    write_review(items, path, small)  # what was typed outlives the next make, at its own line
    with path.open(encoding="utf-8-sig", newline="") as stream:
        kept = [cells[REVIEW_COLUMNS.index("note")] for cells in csv.reader(stream, delimiter=";")][1:]
    assert kept == ["vu", ""]
