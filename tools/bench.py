"""make bench: how long the officer waits, beside a plain `GeoDataFrame.plot` of the communes, and what it weighs.

Everything is run through `make` on a copy of inputs/, into a temporary folder, as the officer does: from cold (the store
of kept results emptied), after one changed row, with nothing to do. The plain plot, a whole process that reads
the layer, draws it and writes a PNG, is run before and after each line, so that a machine that is busy is busy for both:
the ratio is what to look at, and what each line's limit is held against. Where others work on the machine, two processes
get less of it than two cores: then the processor time beside that of the plain plot says more. Memory is that of all
processes of a command together, each page that they share counted once (Linux alone tells it).
"""

from __future__ import annotations

import csv
import os
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
from dataclasses import dataclass
from pathlib import Path

PARTS = ("tools.bench_places", "tools.bench_sheet", "tools.bench_web")
STORE = Path("build/resultats")
LOOK = 0.05
"""Seconds between two looks at the memory of a command."""
MOVED = ("region", "cercle", "commune", "localite", "pcode", "latitude", "longitude")
PLAIN = """
import sys
import geopandas
axes = geopandas.read_file("boundaries/mali.gpkg", layer="communes").plot(column="cercle_pcode", figsize=(11.7, 8.3))
axes.figure.savefig(sys.argv[1], dpi=300)
"""


@dataclass(frozen=True)
class Cost:
    """Of a command: wall and processor seconds, the most memory in MB (0: not told), and how it ended (0: well)."""

    wall: float
    processor: float
    memory: float
    code: int


def measured(*words: str) -> Cost:
    """What a command costs."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start, most = time.perf_counter(), 0.0
    running = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while True:
        try:
            code = running.wait(LOOK)
            break
        except subprocess.TimeoutExpired:
            most = max(most, memory_of(running.pid))
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Cost(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, most, code)


def memory_of(process: int) -> float:
    """MB of a process and of all that it started."""
    try:
        told = Path(f"/proc/{process}/smaps_rollup").read_text()
        children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    except OSError:  # it is gone, or another system
        return 0.0
    own = sum(int(line.split()[1]) for line in told.splitlines() if line.startswith("Pss:")) / 1000
    return own + sum(memory_of(int(child)) for child in children)


class Bench:
    """Lines of the table, each measured some times between two plain plots. failed: labels of what is not held."""

    def __init__(self, folder: Path, times: int) -> None:
        self.folder, self.times = folder, times
        self.inputs = folder / "inputs"
        shutil.copytree("inputs", self.inputs)
        self.chance = random.Random(18)
        self.failed: list[str] = []
        self.memory = 0.0
        self.last = self.plain()

    def plain(self) -> Cost:
        return measured(sys.executable, "-c", PLAIN, str(self.folder / "plain.png"))

    def make(self, *words: str) -> Cost:
        asked = (f"INPUTS={self.inputs}", f"OUTPUTS={self.folder / 'outputs'}", "PRODUCED_ON=2021-07-10")
        return measured("make", *words, *asked)

    def line(
        self, label: str, limit: float, before: Callable[[], object], *words: str, times: int = 0
    ) -> float:
        """One line of the table, and its ratio. limit: how many plain plots it may take. before: what is done first,
        each time."""
        found = []
        for _ in range(times or self.times):
            before()
            cost, plain = self.make(*words), self.last
            self.last = self.plain()
            wall = (plain.wall + self.last.wall) / 2
            work = cost.processor / ((plain.processor + self.last.processor) / 2)
            found.append((cost.wall / wall, cost.wall, cost.processor, wall, work, cost.memory, cost.code))
        ratio, seconds, processor, plot, work, memory, _ = (
            statistics.median(column) for column in zip(*found, strict=True)
        )
        self.memory = max(self.memory, memory)
        ended = "  (make ended with an error)" * any(code for *_, code in found)
        figures = (
            f"{seconds:8.2f}{processor:10.2f}{plot:7.2f}{work:7.2f}{memory:6.0f}{ratio:8.3f}{limit:8.3f}"
        )
        print(f"{label:44}{figures}  {self.judged(label, ratio <= limit and not ended)}{ended}", flush=True)
        return float(ratio)

    def judged(self, label: str, held: bool) -> str:
        self.failed += [label] * (not held)
        return "held" if held else "NOT HELD"

    def weighed(self, label: str, weight: float, limit: float) -> None:
        print(f"{label:44}{weight:8.0f} MB, limit {limit:.0f}  {self.judged(label, weight <= limit)}")

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
    """Print the table and a verdict. `make bench` measures each line three times, the year and the hundredfold month
    once; a number on the command line says otherwise."""
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder), times)
        print(f"load of the machine before: {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores")
        print(
            f"{'':44}{'seconds':>8}{'processor':>10}{'plain':>7}{'work':>7}{'MB':>6}{'ratio':>8}{'limit':>8}"
        )
        cold = bench.line("make, cold", 4.6, bench.cold)
        bench.line("make, nothing to do", 0.015, nothing)
        bench.line("make annex-1 after one changed row", 1.6, bench.edit, "annex-1")
        edited = bench.line("make after one changed row", 2.5, bench.edit)
        bench.line("make check", 1.6, bench.restored, "check")
        bench.line("make bulletin, cold", 7, bench.cold, "bulletin")
        bench.line("make bulletin after one changed row", 3, bench.edit, "bulletin")
        made = sorted(Path(folder).glob("outputs/20*/*/*"))
        december = "MONTH=2021-12"
        for number in range(1, 13):
            bench.enlarge(f"2021-{number:02d}", 3_000)
        bench.line("make of a December, 36,000 rows, cold", 2.5 * cold, bench.cold, december, times=1)
        # As June's, within what two measures of the same differ by.
        limit = max(2.5, 1.25 * edited)
        bench.line("the same after one changed row", limit, lambda: bench.edit("2021-12"), december)
        weight = sum(path.stat().st_size for path in STORE.glob("*")) / 1e6
        shutil.rmtree(bench.inputs)
        shutil.copytree("inputs", bench.inputs)
        bench.enlarge("2021-06", 123_700)
        bench.line("make, 100 times the incidents, cold", 2 * cold, bench.cold, times=1)
        print()
        bench.weighed("memory of a command, the most of any line", bench.memory, 600)
        bench.weighed("kept results of that year", weight, 200)
        print(f"load of the machine after: {os.getloadavg()[0]:.1f}")
        print(f"not held: {', '.join(bench.failed)}" if bench.failed else "all held")
        print("\nwork: processor time beside that of the plain plot. What the month's files weigh:")
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
