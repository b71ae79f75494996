import pandas as pd

from pipeline.places import files_of, requests_of, resolve_rows, tell_vintages
from pipeline.places.codes import file_codes

NAMES = ("region", "cercle", "commune", "localite", "pcode")


def table(*rows):
    frame = pd.DataFrame(rows, columns=list(NAMES), dtype="str")
    return frame.assign(latitude=float("nan"), longitude=float("nan"))


def test_one_place_a_row_in_order(small):
    rows = table(
        ("Mopti", "Douentza", "Hombori", None, None),
        ("Gao", "Bourem", "Bamba", None, None),
        ("Mopti", "Douentza", "Hombori", None, None),
        ("Mopti", "Douentza", None, None, None),
    )
    assert [p.pcode for p in resolve_rows(rows, small)] == ["ML050403", "ML070201", "ML050403", "ML0504"]


def test_rows_are_not_confused_when_cells_move_between_columns(small):
    rows = table(
        ("Gao", None, "Bamba", None, None), (None, "Gao", None, "Bamba", None), (None, None, None, None, None)
    )
    written = [(r.region, r.cercle, r.commune, r.localite) for r in requests_of(rows)]
    assert written == [
        ("Gao", None, "Bamba", None),
        (None, "Gao", None, "Bamba"),
        (None, None, None, None),
    ]


def test_destinations_are_read_from_their_own_columns(small):
    rows = table(("Mopti", "Douentza", "Hombori", None, None)).assign(
        destination_region="Gao", destination_cercle="Bourem", destination_commune="Taboye"
    )
    assert [p.pcode for p in resolve_rows(rows, small, prefix="destination_")] == ["ML070203"]


def test_no_rows_no_places(small):
    assert resolve_rows(table(), small) == []


def test_the_other_rows_of_a_file_tell_the_vintage_of_a_code_without_a_name(small):
    # In 2015 each code is that of its neighbour in the cercle: the first rows speak for 2015.
    rows = table(
        ("Mopti", "Douentza", "Douentza", None, "ML050402"),
        ("Mopti", "Douentza", "Gandamia", None, "ML050403"),
        ("Gao", "Bourem", "Taboye", None, "ML070201"),
        ("Gao", "Bourem", None, None, "ML070202"),
    )
    places = resolve_rows(rows, small)
    assert [p.pcode for p in places] == ["ML050401", "ML050402", "ML070203", "ML070201"]
    assert not any(p.question for p in places)
    assert places[3].method == "p-code 2015 traduit"


def test_mixed_vintages_are_reported_by_row_and_leave_the_bare_code_a_question(small):
    rows = table(
        ("Mopti", "Douentza", "Douentza", None, "ML050402"),
        ("Mopti", "Douentza", "Gandamia", None, "ML050402"),
        ("Gao", "Bourem", None, None, "ML070202"),
    )
    (codes,) = file_codes(requests_of(rows), files_of(rows), small)
    assert codes.reading.verdict == "mélangé"
    assert codes.reading.rows == (("2015-04-08",), ("2021-12-20",), ())
    (note,) = tell_vintages(requests_of(rows), files_of(rows), small)
    assert "plusieurs millésimes" in note.sentence
    assert note.by_row[0] == "P-code ML050402 des limites de 2015, d’après « Douentza »"
    assert sorted(note.by_row) == [0, 1]
    places = resolve_rows(rows, small)
    assert [(p.pcode, p.question) for p in places] == [
        ("ML050401", False),
        ("ML050402", False),
        ("ML0702", True),
    ]


def test_codes_of_the_boundaries_drawn_need_no_word(small):
    rows = table(
        ("Mopti", "Douentza", "Douentza", None, "ML050401"),
        ("Mopti", "Douentza", "Gandamia", None, "ML050402"),
    )
    nothing = table(("Mopti", None, None, None, None))
    for one in (rows, nothing):
        assert tell_vintages(requests_of(one), files_of(one), small) == ()


def test_two_files_of_one_table_may_be_of_two_vintages(small):
    # The same bare code stands in both files: each is read as the names of its own file tell.
    today = [
        ("Mopti", "Douentza", "Douentza", None, "ML050401"),
        ("Mopti", "Douentza", "Gandamia", None, "ML050402"),
    ]
    older = [
        ("Mopti", "Douentza", "Douentza", None, "ML050402"),
        ("Mopti", "Douentza", "Gandamia", None, "ML050403"),
    ]
    bare = ("Gao", "Bourem", None, None, "ML070202")
    rows = table(*today, bare, *older, bare).assign(file=["a.csv"] * 3 + ["b.csv"] * 3)
    places = resolve_rows(rows, small)
    assert [places[2].pcode, places[5].pcode] == ["ML070202", "ML070201"]
    (note,) = tell_vintages(requests_of(rows), files_of(rows), small)
    assert (note.file, note.mixed, note.by_row) == ("b.csv", False, {})
    assert note.sentence == "P-codes des limites de 2015 (2 des limites de 2015), et non de 2021"
