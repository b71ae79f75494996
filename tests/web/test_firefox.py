"""The pages in Firefox, where there is one. (Without it these tests are skipped, in continuous integration too:
Chromium holds every line; here is seen that nothing of a page is Chromium's alone.)"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.helpers import firefox as driver
from tests.web.browsing import colours_of, rgb

pytestmark = pytest.mark.skipif(driver.PROGRAM is None, reason="no Firefox on this machine")


@pytest.fixture(scope="module")
def window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[driver.Firefox]:
    with driver.firefox(tmp_path_factory.mktemp("profil")) as found:
        yield found


def until(window: driver.Firefox, condition: str, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not window.run(f"return {condition}"):
        assert time.monotonic() < end, f"never true: {condition}"
        time.sleep(0.05)


@pytest.mark.parametrize(("width", "height"), [(450, 800), (1280, 900)])
@pytest.mark.parametrize("number", [1, 2, 3, 4, 6])
def test_page_works_in_firefox(
    pages: dict[int, Path],
    annexes: dict[int, Any],
    window: driver.Firefox,
    artefacts: Path,
    number: int,
    width: int,
    height: int,
) -> None:
    window.open(pages[number], width, height)
    until(window, "document.documentElement.hasAttribute('data-pret')")
    assert window.run("return document.documentElement.scrollWidth <= innerWidth")
    picture = window.picture()
    picture.save(artefacts / f"firefox-{number}-{width}.png")
    if number == 4:
        until(window, "document.querySelectorAll('#tableau-lignes tr').length >= 25")
        window.type("#tableau-cherche", "mopti")
        until(window, "document.getElementById('tableau-etat').textContent.includes('sur')")
        return
    window.run("document.querySelectorAll('[data-couche]:checked').forEach(box => box.click())")
    left, top, right, bottom = window.run(
        """const b = document.getElementById("carte").getBoundingClientRect();
      return [b.left, b.top, b.right, Math.min(b.bottom, innerHeight)]"""
    )
    colours = colours_of(window.picture().crop((int(left), int(top), int(right), int(bottom))))
    areas = annexes[number].areas()
    if areas is not None:
        for entry in areas.classes:
            if entry.count:
                assert colours.get(rgb(entry.colour), 0) > 60, f"{entry.label} is painted"
    else:
        assert colours.get((255, 255, 255), 0) > 5000
    # Search, choose with the keyboard, read the panel.
    window.type("#cherche", "koumbewel\ue007")
    until(window, "!document.getElementById('fiche').hidden")
    assert window.run("return document.getElementById('fiche-titre').textContent") == "Koubewel Koundia"
