"""The pages that most tests of this folder open, made once. (The browser itself: tests/helpers/browser.py.)"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline import sheet, web
from pipeline.annexes import Stage, page_meta
from tests.helpers import june
from tests.helpers.browser import Open as Open
from tests.web import web_specs


@pytest.fixture(scope="session")
def country() -> Any:
    return web_specs.small_country()


@pytest.fixture(scope="session")
def annexes(country: Any) -> dict[int, Any]:
    """Number -> specification."""
    return {annex.number: annex for annex in web_specs.all_annexes(country)}


@pytest.fixture(scope="session")
def pages(annexes: dict[int, Any], country: Any, tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    """Number -> HTML file of the small country."""
    out = tmp_path_factory.mktemp("pages")
    shared = web.prepare(country)
    return {number: web.render(annex, country, out, shared) for number, annex in annexes.items()}


@pytest.fixture(scope="session")
def month(project: Path, approximate_country: Any) -> Stage:
    """June 2021 as partners may see it, on the approximate limits that every machine has."""
    published = june.published(project, approximate_country, "partenaires")
    # The tables of the project have no population: as many everywhere, so that there is a rate to tell.
    people = dict.fromkeys(approximate_country.communes["pcode"], 20_000)
    country = replace(approximate_country, population=people, population_label="essai")
    return Stage(published, country, page_meta(published, country, "2021-07-10"))


@pytest.fixture(scope="session")
def grounds(approximate_country: Any) -> tuple[Any, Any]:
    """What the annexes of one country have in common, for paper and for pages."""
    return sheet.prepare(approximate_country), web.prepare(approximate_country)
