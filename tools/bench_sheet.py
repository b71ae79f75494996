"""How long the printed pages take: `python -m tools.bench_sheet`, part of `make bench`.

Draws the latest month of inputs/ as PNG from tables already read: each annex alone in a process of its own, all
five in one process, and beside them the same layer of annex 1 as `GeoDataFrame.plot` saves it on paper of the
same size, without legend, names or furniture. Processor time after imports, because other programs of a busy
machine do not lengthen it. Exit 1 where a limit is broken.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from pipeline.annexes.model import Annex
from pipeline.geography.country import Country

ALONE_LIMIT, ALL_LIMIT, SIZE_LIMIT = 1.5, 6.0, 700_000
"""Seconds of processor time, seconds, bytes."""
ALONE = "--annexe"


def _month() -> tuple[Country, tuple[Annex, ...]]:
    """The country and the annexes of the latest month that are maps."""
    from pipeline.french import Month
    from pipeline.geography import load
    from pipeline.month_data import read_month
    from pipeline.runner import Order, specify, stage_of

    latest = max(path.name for path in Path("inputs").glob("20[0-9][0-9]-[01][0-9]"))
    country = load(Path("boundaries/mali.gpkg"))
    order = Order(
        Month.parse(latest), "partenaires", Path("inputs"), Path(), Path("boundaries/mali.gpkg"), "2021-07-12", ()
    )  # fmt: skip
    data = read_month(order.inputs, order.month, country)
    specs = specify(stage_of(order, data, country))
    return country, tuple(annex for annex in specs if annex.number != 4)


def _drawn(numbers: set[int], out: Path) -> tuple[float, list[tuple[str, float, int]]]:
    """Processor seconds of these annexes together; and each annex's file, seconds, bytes."""
    import rasterio  # noqa: F401  # reads the relief; counted as what it is, an import

    from pipeline import sheet

    country, specs = _month()
    rows = []
    start = time.process_time()
    shared = sheet.prepare(country)
    for annex in specs:
        if annex.number in numbers:
            before = time.process_time()
            drawn = sheet.draw(annex, country, out, shared=shared)
            size = drawn.paths[0].stat().st_size
            rows.append((drawn.paths[0].name, time.process_time() - before, size))
    return time.process_time() - start, rows


def _plain(out: Path) -> tuple[float, int]:
    """The layer of annex 1 as geopandas plots it: processor seconds, bytes."""
    import matplotlib.pyplot as plt

    country, specs = _month()
    areas = specs[0].areas()
    assert areas is not None
    table = country.layer(areas.level).copy()
    table["colour"] = [areas.class_of(pcode).colour for pcode in table["pcode"]]
    start = time.process_time()
    figure, axes = plt.subplots(figsize=(297 / 25.4, 210 / 25.4))
    table.plot(ax=axes, color=table["colour"], edgecolor="white", linewidth=0.2)
    figure.savefig(out / "plain.png", dpi=300)
    return time.process_time() - start, (out / "plain.png").stat().st_size


def main() -> int:
    """Print the table; 1 where a limit is broken."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        if ALONE in sys.argv:
            seconds, [(_, _, size)] = _drawn({int(sys.argv[-1])}, out)
            print(seconds, size)
            return 0
        broken = 0
        print(f"{'':44}{'processor':>10}{'kB':>6}")

        def line(label: str, seconds: float, size: int = 0, limit: float = 0.0) -> None:
            nonlocal broken
            bad = bool(limit) and (seconds > limit or size > SIZE_LIMIT)
            broken += bad
            print(f"{label:44}{seconds:10.2f}{f'{size / 1000:.0f}' if size else '':>6}{'  TOO MUCH' * bad}")

        for number in (1, 2, 3, 5, 6):
            command = [sys.executable, "-m", "tools.bench_sheet", ALONE, str(number)]
            said = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
            line(f"annex {number} alone (at most {ALONE_LIMIT})", float(said[0]), int(said[1]), ALONE_LIMIT)
        total, rows = _drawn({1, 2, 3, 5, 6}, out)
        for name, seconds, size in rows:
            line(f"  {name}", seconds, size)
        line(f"all five in one process (at most {ALL_LIMIT:g})", total, 0, ALL_LIMIT)
        line("GeoDataFrame.plot, the areas of annex 1", *_plain(out))
    return 1 if broken else 0


if __name__ == "__main__":
    if main():  # a plain end lets `make bench` go on to its next part
        raise SystemExit(1)
