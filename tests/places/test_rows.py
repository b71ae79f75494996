import pandas as pd

from pipeline.places import requests_of, resolve_rows
from pipeline.places.rows import read_codes, tell_vintages

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
    reading = read_codes(requests_of(rows), small)
    assert reading.verdict == "mélangé"
    assert reading.rows == (("2015-04-08",), ("2021-12-20",), ())
    sentence, by_row = tell_vintages(rows, small)
    assert "plusieurs millésimes" in sentence
    assert by_row[0] == "P-code ML050402 des limites de 2015, d'après « Douentza »"
    assert sorted(by_row) == [0, 1]
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
    assert tell_vintages(rows, small) == ("", {})
    assert tell_vintages(table(("Mopti", None, None, None, None)), small) == ("", {})
