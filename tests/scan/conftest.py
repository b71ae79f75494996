"""The outputs of a small month, every format of them, and what they may not hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.disclosure.policy import policy_of
from pipeline.geography import load
from pipeline.geography.country import Country
from pipeline.month_data import read_month
from pipeline.scan import Forbidden, forbidden_of
from tests.helpers import office
from tests.helpers.kept import kept
from tests.helpers.months import JUNE


@pytest.fixture(scope="session")
def room(small_country: Country) -> Path:
    """June made whole for partners, with the bulletin. Not to be changed."""

    def make(folder: Path) -> None:
        project = office.office(folder / "projet", small_country)
        office.whole(office.order(project, JUNE, "partenaires", office.ALL))

    return kept("bulletin", make) / "projet"


@pytest.fixture(scope="session")
def outputs(room: Path) -> Path:
    return room / "outputs" / str(JUNE) / "partenaires"


@pytest.fixture(scope="session")
def forbidden(room: Path) -> Forbidden:
    country = load(room / "boundaries" / "mali.gpkg")
    data = read_month(room / "inputs", JUNE, country)
    return forbidden_of(data, country, policy_of("partenaires"), {"2021-07-15"})
