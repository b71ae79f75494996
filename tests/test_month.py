"""A month in paths, in prose and in order."""

import pytest

from pipeline.errors import InputError, PipelineError
from pipeline.french import Month


def test_a_month_reads_and_writes_itself():
    month = Month.parse("2021-06")
    assert (str(month), month.label, month.title, month.of) == (
        "2021-06",
        "juin 2021",
        "Juin 2021",
        "de juin",
    )
    assert Month(2021, 8).of == "d’août"
    assert Month(2021, 10).of == "d’octobre"


@pytest.mark.parametrize("text", ["", "2021-13", "juin 2021", "2021-6", "21-06"])
def test_what_is_not_a_month_is_told_in_three_parts(text):
    with pytest.raises(InputError) as caught:
        Month.parse(text)
    assert "MONTH=2021-06" in caught.value.fix
    assert caught.value.as_text().count("\n") == 2


def test_the_month_before_january_is_december():
    assert Month(2021, 1).previous() == Month(2020, 12)
    assert [str(m) for m in Month(2021, 3).year_to_date()] == ["2021-01", "2021-02", "2021-03"]


def test_an_error_needs_its_three_parts():
    with pytest.raises(ValueError, match="consequence"):
        PipelineError("problème", " ", "remède")
