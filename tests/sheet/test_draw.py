"""Every annex becomes a page of the right size, with its world file."""

from __future__ import annotations

import subprocess
import sys
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


PEAK = """
import numpy as np
from pathlib import Path
from PIL import Image
from pipeline.sheet.draw import encode_png
from pipeline.sheet.marks import Picture, layout_of, pixels

def told(name):
    return next(int(line.split()[1]) for line in Path("/proc/self/status").open() if line.startswith(name)) / 1000

paper = layout_of("A4-paysage").page
tones = np.add.outer(np.arange(2480) // 40, np.arange(3508) // 40) % 200
behind = Image.fromarray(tones.astype(np.uint8))
behind.putpalette(bytes(range(256)) * 3)
Path("/proc/self/clear_refs").write_text("5")
before = told("VmRSS")
encode_png(pixels([Picture(behind, (0, 0, *paper))], {}, paper), (), {}, 300)
print(told("VmHWM") - before)
"""


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="memory is not told here")
def test_a_page_over_a_picture_takes_little_more_than_its_own_pixels() -> None:
    """Two are drawn at once, and a command may take 600 MB: an image of 35 MB, and not three copies of it."""
    made = subprocess.run([sys.executable, "-c", PEAK], capture_output=True, text=True, check=True)
    assert float(made.stdout) < 55
