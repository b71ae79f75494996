"""Every annex becomes a page of the right size, with its world file."""

from __future__ import annotations

from pathlib import Path

import pytest
import sheet_specs as specs
from PIL import Image

from pipeline.errors import InputError
from pipeline.sheet import draw


@pytest.mark.parametrize("make", [specs.annex1, specs.annex2, specs.annex3, specs.annex5, specs.annex6])
def test_a_page_has_the_contract_size_and_its_georeference(make, tmp_path: Path) -> None:
    country = specs.small_country()
    drawn = draw(make(country), country, tmp_path)
    png = drawn.paths[0]
    assert [path.suffix for path in drawn.paths] == [".png", ".pgw", ".prj"]
    assert Image.open(png).size == (3508, 2480)
    assert png.stat().st_size <= 700_000


def test_an_unknown_format_is_refused_with_those_that_exist(tmp_path: Path) -> None:
    country = specs.small_country()
    with pytest.raises(InputError, match="A4-paysage"):
        draw(specs.annex3(country), country, tmp_path, page="B5")
    with pytest.raises(InputError, match="png, pdf, svg"):
        draw(specs.annex3(country), country, tmp_path, fmt="gif")
