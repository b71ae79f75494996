"""make bench: how long the officer waits, beside a plain `GeoDataFrame.plot` of the communes, and what it weighs.

Everything is run through `make` on a copy of inputs/, into a temporary folder, as the officer does: from cold (the store
of kept results emptied), after one changed row, with nothing to do. The plain plot, a whole process that reads
the layer, draws it and writes a PNG, is run before and after each line, so that a machine that is busy is busy for both:
the ratio is what to look at. Figures and no verdict, but the limit that each line is meant to keep.
"""

from __future__ import annotations

import csv
import random
import resource
import runpy
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

PARTS = ("tools.bench_places", "tools.bench_sheet", "tools.bench_web")
STORE = Path("build/resultats")
MOVED = ("region", "cercle", "commune", "localite", "pcode", "latitude", "longitude")
PLAIN = """
import sys
import geopandas
axes = geopandas.read_file("boundaries/mali.gpkg", layer="communes").plot(column="cercle_pcode", figsize=(11.7, 8.3))
axes.figure.savefig(sys.argv[1], dpi=300)
"""


def measured(*words: str) -> tuple[float, float, int]:
    """Wall and processor seconds of a command, and whether it ended well (0)."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    code = subprocess.run(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, code


class Bench:
    """Lines of the table, each measured some times between two plain plots."""

    def __init__(self, folder: Path, times: int) -> None:
        self.folder, self.times = folder, times
        self.inputs = folder / "inputs"
        shutil.copytree("inputs", self.inputs)
        self.chance = random.Random(18)

    def plain(self) -> float:
        return measured(sys.executable, "-c", PLAIN, str(self.folder / "plain.png"))[0]

    def make(self, *words: str) -> tuple[float, float, int]:
        asked = (f"INPUTS={self.inputs}", f"OUTPUTS={self.folder / 'outputs'}", "PRODUCED_ON=2021-07-10")
        return measured("make", *words, *asked)

    def line(self, label: str, limit: float, before: Callable[[], object], *words: str) -> None:
        """limit: how many plain plots it may take, 0: no more than it can. before: what is done first, each time."""
        found = []
        for _ in range(self.times):
            before()
            plain = self.plain()
            wall, processor, code = self.make(*words)
            plain = (plain + self.plain()) / 2
            found.append((wall / plain, wall, processor, plain, code))
        ratio, wall, processor, plain, _ = (statistics.median(column) for column in zip(*found, strict=True))
        failed = "" if not any(code for *_, code in found) else "  (make ended with an error)"
        asked = f"{limit:8.1f}" if limit else f"{'':8}"
        print(f"{label:44}{wall:8.2f}{processor:10.2f}{plain:8.2f}{ratio:8.2f}{asked}{failed}", flush=True)

    def cold(self) -> None:
        """Nothing kept, nothing made."""
        shutil.rmtree(STORE, ignore_errors=True)
        shutil.rmtree(self.folder / "outputs", ignore_errors=True)

    def restored(self) -> None:
        """The inputs as they came, and the month made of them."""
        shutil.rmtree(self.inputs)
        shutil.copytree("inputs", self.inputs)
        self.make()

    def edit(self, month: str = "2021-06") -> None:
        """One row of a month's incidents happens elsewhere."""
        path = self.inputs / month / "incidents.csv"
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream))
        row, other = self.chance.sample(rows, 2)
        row |= {name: other[name] for name in MOVED if name in row}
        write(path, list(row), [list(one.values()) for one in rows])

    def enlarge(self, month: str, rows: int) -> None:
        """So many incidents in a month: June's, again and again under other names."""
        source = Path("inputs/2021-06")
        target = self.inputs / month
        if not target.exists():
            shutil.copytree(source, target)
        with (source / "incidents.csv").open(encoding="utf-8-sig", newline="") as stream:
            found = list(csv.DictReader(stream))
        lines = []
        for number in range(rows):
            row = dict(found[number % len(found)])
            row["id"], row["date"] = f"{month}-{number:06d}", f"{month}-{1 + number % 28:02d}"
            lines.append(list(row.values()))
        for path in target.glob("incidents.*"):
            path.unlink()
        write(target / "incidents.csv", list(found[0]), lines)


def write(path: Path, head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(head)
        writer.writerows(rows)


def nothing() -> None:
    """Nothing is done before."""


def main() -> None:
    """Print the table. `make bench` measures each line three times; TIMES= on the command line says otherwise."""
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder), times)
        print(f"{'':44}{'seconds':>8}{'processor':>10}{'plain':>8}{'ratio':>8}{'limit':>8}")
        bench.line("make, cold", 4.6, bench.cold)
        bench.line("make, nothing to do", 0, nothing)
        bench.line("make annex-1 after one changed row", 1.6, bench.edit, "annex-1")
        bench.line("make after one changed row", 2.5, bench.edit)
        bench.line("make check", 1.6, bench.restored, "check")
        bench.line("make bulletin, cold", 7, bench.cold, "bulletin")
        bench.line("make bulletin after one changed row", 3, bench.edit, "bulletin")
        made = sorted(Path(folder).glob("outputs/20*/*/*"))
        bench.enlarge("2021-06", 123_700)
        bench.line("make, 100 times the incidents, cold", 9.2, bench.cold)
        for number in range(1, 13):
            bench.enlarge(f"2021-{number:02d}", 3_000)
        bench.line("make MONTH=2021-12, 36,000 rows, cold", 11.5, bench.cold, "MONTH=2021-12")
        bench.line(
            "make MONTH=2021-12 after one changed row", 2.5, lambda: bench.edit("2021-12"), "MONTH=2021-12"
        )
        most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000
        weight = sum(path.stat().st_size for path in STORE.glob("*")) / 1e6
        print(f"\n{'largest process':44}{most:8.0f} MB of memory")
        print(f"{'kept results of that year':44}{weight:8.1f} MB\n")
        for path in made:
            if path.is_file() and path.stat().st_size > 1000:
                print(f"{path.name:40}{path.stat().st_size / 1000:9.0f} kB")
    for part in PARTS:
        if Path(f"{part.replace('.', '/')}.py").is_file():
            print(f"\n{part}")
            sys.stdout.flush()
            runpy.run_module(part, run_name="__main__")


if __name__ == "__main__":
    main()
