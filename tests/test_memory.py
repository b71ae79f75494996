"""What a run holds: a month of a hundred thousand rows is made on a laptop with little memory."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import weakref
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import rasterio
from matplotlib.path import Path as Path_
from pypdf import PdfReader
from rasterio.transform import from_bounds

from pipeline import cache, runner
from pipeline.geography.country import Country
from pipeline.month_data import MonthData
from pipeline.sheet import ground
from pipeline.sheet.draw import encode_vector
from pipeline.sheet.marks import Shape, Text
from tests.helpers import office
from tests.helpers.months import JUNE

TEXTS = ("Title", "Description", "Comment", "Audience", "Author", "Source", "Software")
WEIGHT = """
import sys
from pathlib import Path
from pipeline import cache
from pipeline.runner import lean

def held():
    lean()
    told = Path("/proc/self/smaps_rollup").read_text()
    return next(int(line.split()[1]) / 1000 for line in told.splitlines() if line.startswith("Anonymous:"))

cache.use(Path(sys.argv[1]))
cache.kept("x", (0,), lambda: "made")
before = held()
for number in range(6):
    cache.kept("x", (number, "large"), lambda: bytes(10_000_000))
print(held() - before)
"""


class Rows:
    """Something large."""


def test_work_that_is_done_holds_nothing_any_more() -> None:
    rows = Rows()
    there = weakref.ref(rows)
    with runner._once(partial(vars, rows)) as review:
        del rows
        assert there() is not None
        review()
        assert there() is None


class Drawing(Exception):
    """The drawing would begin."""


def test_no_map_is_drawn_while_the_rows_are_still_held(
    small_country: Country, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once the review is written, nothing of the run keeps what was read."""
    folder = office.office(tmp_path / "ici", small_country)
    seen: list[weakref.ref[MonthData]] = []
    read = runner.read_month

    def watched(*given: object) -> MonthData:
        data = read(*given)  # type: ignore[arg-type]
        seen.append(weakref.ref(data))
        return data

    def draw(*given: object) -> None:
        meanwhile = given[-1]
        assert callable(meanwhile)
        assert seen[0]() is not None
        meanwhile()
        assert seen[0]() is None
        raise Drawing

    monkeypatch.setattr(runner, "read_month", watched)
    monkeypatch.setattr(runner, "_draw", draw)
    with pytest.raises(Drawing):
        runner.run(office.order(folder, JUNE, "partenaires", office.ALL), lambda line: None)
    assert (folder / "outputs" / str(JUNE) / "revue" / "lieux-resolus.csv").is_file()


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="memory is not told here")
def test_the_store_holds_little_of_what_it_wrote(tmp_path: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-c", WEIGHT, str(tmp_path / "kept")], capture_output=True, text=True, check=True
    )
    assert float(told.stdout) < 15, "megabytes, after writing 60"


@pytest.fixture
def relief(tmp_path: Path) -> Path:
    """A slope that falls to the east."""
    path = tmp_path / "relief.tif"
    shade = np.tile(np.linspace(40, 220, 60, dtype=np.uint8), (50, 1))
    with rasterio.open(
        path, "w", "GTiff", 60, 50, 1, "EPSG:4326", from_bounds(-12.5, 10, 4.5, 25, 60, 50), "uint8"
    ) as sink:
        sink.write(shade, 1)
    return path


def test_who_draws_a_frame_again_reads_no_raster(
    relief: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other process too: what reads rasters is 30 MB, and takes longer to load than to draw."""
    frame = ((-900_000.0, -600_000.0, 900_000.0, 900_000.0), (60, 50), (240, 200))
    calls: list[str] = []
    lightness: Callable[..., np.ndarray] = ground._lightness

    def counted(path: str, *given: object) -> np.ndarray:
        calls.append(path)
        return lightness(path, *given)

    monkeypatch.setattr(ground, "_lightness", counted)
    cache.use(tmp_path / "kept", [tmp_path])
    try:
        first = ground._relief(str(relief), ("a", "2021"), *frame)
        ground.forget()
        again = ground._relief(str(relief), ("a", "2021"), *frame)
        assert calls == [str(relief)]
        assert first.convert("RGB").tobytes() == again.convert("RGB").tobytes()
        assert len(set(first.convert("RGB").tobytes())) > 3, "it is a slope"
        ground.forget()
        with rasterio.open(relief, "r+") as source:
            source.write(255 - source.read())
        other = ground._relief(str(relief), ("b", "2021"), *frame)
        assert len(calls) == 2
        assert other.convert("RGB").tobytes() != first.convert("RGB").tobytes()
    finally:
        cache.leave()
        ground.forget()


def test_a_page_with_relief_is_kept(relief: Path, tmp_path: Path) -> None:
    """What is kept of the relief opens no file that nobody named: the page that shows it would be drawn each time."""
    frame = ((-900_000.0, -600_000.0, 900_000.0, 900_000.0), (60, 50), (240, 200))
    times: list[int] = []

    def page() -> bytes:
        times.append(1)
        ground.forget()
        return ground._relief(str(relief), ("a", "2021"), *frame).tobytes()

    cache.use(tmp_path / "kept", [tmp_path])
    try:
        assert cache.kept("planche", (1,), page) == cache.kept("planche", (1,), page)
        assert cache.kept("planche", (2,), page) == cache.kept("planche", (2,), page)
    finally:
        cache.leave()
        ground.forget()
    assert len(times) == 2


@pytest.mark.parametrize("form", ["pdf", "svg"])
def test_a_page_of_lines_is_written_to_a_hundredth_of_a_point(form: str) -> None:
    """A quarter less to send. Letters are curves, which matplotlib writes in thirds of it."""
    thirds = Path_(np.array([(10 / 3, 20 / 3), (100 / 3, 20 / 3), (100 / 3, 200 / 3), (10 / 3, 20 / 3)]))
    marks = [Shape(thirds, fill="#aa0000"), Text(20, 40, "Kouna", 8, halo=0.5)]
    data = encode_vector(marks, {}, (50.0, 80.0), form, dict.fromkeys(TEXTS, "essai"))
    if form == "pdf":
        data = PdfReader(io.BytesIO(data)).pages[0].get_contents().get_data()
        drawn = re.findall(rb"(-?[\d.]+) (-?[\d.]+) [ml]\n", data)
    else:
        drawn = re.findall(rb"[ML] (-?[\d.]+) (-?[\d.]+) ", data)
    drawn = drawn[4:]  # behind the paper, which is as large as it is
    assert len(drawn) > 20
    assert max(len(number.partition(b".")[2]) for point in drawn for number in point) == 2
