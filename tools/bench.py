"""make bench: how long the officer waits, and what the files weigh. Figures, no verdict.

Makes the latest month from cold (environment installed, boundaries built), again with nothing to do, and
each annex alone, through `make` into a temporary folder; then the parts measured on their own.
"""

from __future__ import annotations

import resource
import runpy
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PARTS = ("tools.bench_places", "tools.bench_sheet", "tools.bench_web")


def _measured(*arguments: str) -> tuple[float, float]:
    """Wall and processor seconds of one `make`."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    subprocess.run(["make", *arguments], check=True, stdout=subprocess.DEVNULL)
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        outputs = f"OUTPUTS={folder}"
        print(f"{'':34}{'seconds':>9}{'processor':>11}")
        for label, arguments in (
            ("make, cold", (outputs,)),
            ("make, nothing to do", (outputs,)),
            *(
                (f"make annex-{number}, nothing drawn yet", (f"annex-{number}", f"{outputs}/{number}"))
                for number in range(1, 7)
            ),
            ("make all bulletin, cold", ("all", "bulletin", f"{outputs}/ensemble")),
            ("make check", ("check", outputs)),
        ):
            wall, processor = _measured(*arguments)
            print(f"{label:34}{wall:9.2f}{processor:11.2f}")
        print()
        for path in sorted(Path(folder).glob("20*/*/*")):
            if path.is_file() and path.stat().st_size > 1000:
                print(f"{path.name:40}{path.stat().st_size / 1000:9.0f} kB")
    for part in PARTS:
        if Path(f"{part.replace('.', '/')}.py").is_file():
            print(f"\n{part}")
            sys.stdout.flush()
            runpy.run_module(part, run_name="__main__")


if __name__ == "__main__":
    main()
