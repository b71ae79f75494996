from pipeline.geography.vintages import MIXED, read_vintage
from tests.helpers.countries import OLDER, VINTAGE, small_crosswalk

CROSSWALK = small_crosswalk()
TODAY = dict(zip(CROSSWALK["pcode_b"], CROSSWALK["name_b"], strict=True))
BEFORE = dict(zip(CROSSWALK["pcode_a"], CROSSWALK["name_a"], strict=True))


def test_a_column_is_named_by_its_agreement_with_the_names():
    assert read_vintage(list(TODAY), list(TODAY.values()), CROSSWALK).verdict == VINTAGE
    assert read_vintage(list(BEFORE), list(BEFORE.values()), CROSSWALK).verdict == OLDER


def test_misspelt_names_still_tell():
    assert read_vintage(["ML050401", "ML070203"], ["DOUENZA", "Taboyé"], CROSSWALK).verdict == VINTAGE


def test_nothing_to_tell_is_unknown():
    for codes, names in (
        ([], []),
        ([None, ""], ["Bamba", "Koro"]),
        (["ML050401"], [None]),
        (["ML050401"], ["Xyz"]),
    ):
        reading = read_vintage(codes, names, CROSSWALK)
        assert (reading.verdict, reading.exceptions) == ("inconnu", ())


def test_one_row_does_not_make_a_vintage():
    assert read_vintage(["ML050401"], ["Douentza"], CROSSWALK).verdict == "inconnu"


def test_mixed_vintages_are_told_row_by_row():
    reading = read_vintage(["ML050401", "ML050402", None], ["Douentza", "Douentza", "Koro"], CROSSWALK)
    assert reading.verdict == MIXED
    assert reading.rows == ((VINTAGE,), (OLDER,), ())
    assert reading.exceptions == (0, 1)


def test_a_few_strays_are_exceptions_of_a_vintage():
    codes, names = [*TODAY] * 2 + ["ML050402"], [*TODAY.values()] * 2 + ["Douentza"]
    reading = read_vintage(codes, names, CROSSWALK)
    assert (reading.verdict, reading.exceptions) == (VINTAGE, (len(codes) - 1,))


def test_without_a_crosswalk_nothing_is_known():
    assert read_vintage(["ML050401"] * 3, ["Douentza"] * 3, CROSSWALK.iloc[:0]).verdict == "inconnu"
