"""The pages that most tests of this folder open, made once. (The browser itself: tests/helpers/browser.py.)"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pipeline import web
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
