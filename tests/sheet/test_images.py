"""Pages against pictures of them that were looked at: each annex, and the hard months.

The pictures (tests/sheet/images) are of a made-up country, which leaves its corners free as Mali does, at 54 dpi.
After a change of design:
`REFAIRE_IMAGES=1 .venv/bin/python -m pytest -n 0 tests/sheet/test_images.py`, look at what changed in
`git diff`, and commit. Where a page differs, the page and the difference are left in tests/artefacts/.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import sheet_specs as specs
from PIL import Image

from pipeline import palette
from pipeline.annexes.model import Annex, Areas
from pipeline.geography.country import Country
from pipeline.sheet import marks as paint
from pipeline.sheet.ground import Shared, prepare
from pipeline.sheet.symbols import Canvas

FOLDER = Path(__file__).parent / "images"
ARTEFACTS = Path(__file__).parents[1] / "artefacts"
DPI = 54
BLOCK = 16
MOST, MOST_IN_A_BLOCK = 1.0, 8.0
"""Root mean square difference of 0 to 255, over the page and in its worst block of 16 by 16 pixels (7 mm): room for
another rounding of smoothed edges, no more."""

COUNTRY = specs.stepped_country()
GRID = specs.small_country(by_cercle=True)
FINEST = tuple(COUNTRY.communes["pcode"])


def approximate(annex: Annex) -> Annex:
    return replace(annex, meta=replace(annex.meta, approximate=True))


CASES: dict[str, tuple[Country, Callable[[], Annex]]] = {
    "annexe-1": (COUNTRY, lambda: specs.annex1(COUNTRY)),
    "annexe-2": (COUNTRY, lambda: specs.annex2(COUNTRY)),
    "annexe-3": (COUNTRY, lambda: specs.annex3(COUNTRY)),
    "annexe-5": (COUNTRY, lambda: specs.annex5(COUNTRY)),
    "annexe-6": (COUNTRY, lambda: specs.annex6(COUNTRY)),
    "aucun-incident": (COUNTRY, lambda: specs.annex1(COUNTRY, {})),
    "une-commune-avec-2000": (COUNTRY, lambda: specs.annex1(COUNTRY, {FINEST[0]: 2000})),
    "toutes-les-communes": (COUNTRY, lambda: specs.annex1(COUNTRY, dict.fromkeys(FINEST, 120))),
    "toutes-les-alertes-dans-un-village": (COUNTRY, lambda: specs.annex2(COUNTRY, 20, one_place=True)),
    "60-alertes": (COUNTRY, lambda: specs.annex2(COUNTRY, 60)),
    "noms-de-60-caracteres": (COUNTRY, lambda: specs.annex2(COUNTRY, 25, long=True)),
    "sans-score-de-risque": (COUNTRY, lambda: specs.annex3(COUNTRY, none=True)),
    "deux-mois": (COUNTRY, lambda: specs.annex6(COUNTRY, 2)),
    "limites-par-cercle": (GRID, lambda: approximate(specs.annex1(GRID))),
}


@pytest.fixture(scope="module")
def shared() -> dict[int, Shared]:
    return {id(country): prepare(country) for country in (COUNTRY, GRID)}


def painted(canvas: Canvas) -> Image.Image:
    page = paint.pixels(canvas.marks, canvas.clips, canvas.size, DPI)
    return Image.fromarray(page[..., :3].copy(), "RGB")


def differences(page: Image.Image, known: Image.Image) -> tuple[float, float]:
    """Root mean square difference over the page, and in the worst block."""
    assert page.size == known.size
    square = ((np.asarray(page, float) - np.asarray(known.convert("RGB"), float)) ** 2).mean(axis=2)
    rows, columns = (length // BLOCK for length in square.shape)
    blocks = square[: rows * BLOCK, : columns * BLOCK].reshape(rows, BLOCK, columns, BLOCK).mean(axis=(1, 3))
    return float(np.sqrt(square.mean())), float(np.sqrt(blocks.max()))


def same(page: Image.Image, known: Image.Image) -> bool:
    whole, worst = differences(page, known)
    return whole <= MOST and worst <= MOST_IN_A_BLOCK


@pytest.mark.parametrize("case", CASES)
def test_the_page_looks_as_it_did(case: str, shared: dict[int, Shared]) -> None:
    country, make = CASES[case]
    page = painted(specs.first_page(make(), shared[id(country)]))
    path = FOLDER / f"{case}.png"
    if os.environ.get("REFAIRE_IMAGES"):
        FOLDER.mkdir(exist_ok=True)
        page.save(path, optimize=True)
    known = Image.open(path)
    if not same(page, known):
        ARTEFACTS.mkdir(exist_ok=True)
        page.save(ARTEFACTS / f"{case}.png")
        away = abs(np.asarray(page, int) - np.asarray(known.convert("RGB"), int))
        Image.fromarray((255 - away).astype(np.uint8)).save(ARTEFACTS / f"{case}-difference.png")
        pytest.fail(
            f"{case}: {differences(page, known)}; see {ARTEFACTS}, and this module on how to accept it"
        )


def test_the_comparison_sees_a_legend_that_moved(shared: dict[int, Shared]) -> None:
    """Two millimetres are enough."""
    canvas = specs.first_page(specs.annex3(COUNTRY), shared[id(COUNTRY)])
    swatches = [thing.box for thing in canvas.placed if thing.kind == "swatch"]
    x0, y0 = min(b[0] for b in swatches), min(b[1] for b in swatches)
    x1, y1 = max(b[2] for b in swatches), max(b[3] for b in swatches)

    def in_legend(mark: object) -> bool:
        if not hasattr(mark, "path") or getattr(mark, "clip", ""):
            return False
        low, high = mark.path.vertices.min(axis=0), mark.path.vertices.max(axis=0)
        return bool(low[0] >= x0 - 1 and low[1] >= y0 - 1 and high[0] <= x1 + 1 and high[1] <= y1 + 1)

    moved = [mark.moved(0.0, -2.0) if in_legend(mark) else mark for mark in canvas.marks]
    assert moved != canvas.marks
    known = Image.open(FOLDER / "annexe-3.png")
    assert same(painted(canvas), known)
    canvas.marks[:] = moved
    assert not same(painted(canvas), known)


def test_the_comparison_sees_one_commune_of_another_colour(shared: dict[int, Shared]) -> None:
    annex = specs.annex3(COUNTRY)
    areas = annex.areas()
    assert isinstance(areas, Areas)
    code = next(code for code in areas.values if areas.class_of(code).key == "r2")
    values = {**areas.values, code: replace(areas.values[code], class_key="r3")}
    other = replace(annex, layers=(replace(areas, values=values), *annex.layers[1:]))
    assert not same(
        painted(specs.first_page(other, shared[id(COUNTRY)])), Image.open(FOLDER / "annexe-3.png")
    )


def test_the_comparison_sees_a_word_that_changed(shared: dict[int, Shared]) -> None:
    annex = specs.annex3(COUNTRY)
    other = replace(annex, subtitle=annex.subtitle.replace("juin", "août"))
    assert other != annex
    assert not same(
        painted(specs.first_page(other, shared[id(COUNTRY)])), Image.open(FOLDER / "annexe-3.png")
    )


def test_the_pictures_are_few_and_small() -> None:
    kept = {path.stem: path.stat().st_size for path in FOLDER.glob("*.png")}
    assert set(kept) == set(CASES)
    assert sum(kept.values()) < 1_500_000
    assert palette.PAPER == "#ffffff"
