"""What the officer gives on the command line is checked, and refused in three parts."""

from datetime import date

import pytest

from pipeline.commands import printed_date, share_options
from pipeline.errors import InputError


def test_the_printed_date_is_today_unless_given():
    assert printed_date("", date(2021, 7, 1)) == "2021-07-01"
    assert printed_date(" 2021-07-15 ", date(2021, 7, 1)) == "2021-07-15"
    with pytest.raises(InputError, match="PRODUCED_ON"):
        printed_date("15/07/2021", date(2021, 7, 1))


@pytest.mark.parametrize(("text", "value"), [("5", 0.05), ("7,5 %", 0.075), ("0", 0), ("100", 1)])
def test_a_share_reads_as_people_write_it(text, value):
    assert share_options(text) == pytest.approx(value)


@pytest.mark.parametrize("text", ["", "beaucoup", "-1", "101", "nan"])
def test_a_share_that_is_none_is_refused(text):
    with pytest.raises(InputError, match="MAX_NON_RESOLUS"):
        share_options(text)
