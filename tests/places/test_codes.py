import pytest

from pipeline.places.codes import meanings, read_code


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("ML050412", "ML050412"),
        ("ml050412", "ML050412"),
        (" ML 05 04 12 ", "ML050412"),
        ("MLI050412", "ML050412"),
        ("ML5O412", "ML050412"),
        ("50412", "ML050412"),
        ("50412.0", "ML050412"),
        ("050412", "ML050412"),
        ("ML0504", "ML0504"),
        ("504", "ML0504"),
        ("ML05", "ML05"),
        ("ML050612009", "ML050612"),
        ("BF5604", ""),
        ("Koro", ""),
        ("", ""),
    ],
)
def test_what_spreadsheets_do_to_codes_is_mended(written, code):
    assert read_code(written).code == code


def test_a_mended_code_is_told():
    assert read_code("ML050412").note == ""
    assert "zéro perdu" in read_code("50412").note
    assert "n’est pas un P-code" in read_code("Koro").note


def test_a_code_has_a_meaning_in_each_vintage(small):
    today, older = meanings("ML050402", small)
    assert (today.area.name, today.vintage) == ("Gandamia", "")
    assert (older.area.name, older.vintage) == ("Douentza", "2015-04-08")
    assert meanings("ML999999", small) == ()
