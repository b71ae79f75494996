"""Running `make` in a copy of the project."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.helpers.office import write_key

ROOT = Path(__file__).resolve().parents[2]
CONTRACT = [
    *(
        f"{slug}.{kind}"
        for slug in (
            "annexe-1-incidents",
            "annexe-2-alertes-flash",
            "annexe-3-indice-risque",
            "annexe-5-couverture",
            "annexe-6-evolution-severite",
        )
        for kind in ("png", "html", "pgw", "prj")
    ),
    "annexe-4-liste-incidents.xlsx",
    "annexe-4-liste-incidents.html",
    "index.html",
    "cartes.gpkg",
    "manifest.json",
]


def make(
    project: Path,
    *arguments: str,
    ok: bool = True,
    environment: Mapping[str, str] | None = None,
    alone: bool = False,
) -> subprocess.CompletedProcess[str]:
    """Run `make` as the officer does. environment: variables of another machine's. alone: as on a machine with one
    processor, where no second process is started: a third less work where the second is not what is tried."""
    variables = {key: value for key, value in os.environ.items() if not key.startswith(("MAKE", "PYTEST"))}
    nowhere = "http://127.0.0.1:9/"
    variables |= {
        "PRODUCED_ON": "2021-07-15",
        "HDX_URL": nowhere,
        "COPIES_URL": nowhere,
        **(environment or {}),
    }
    done = subprocess.run(
        ["make", *arguments], cwd=project, env=variables, capture_output=True, text=True, timeout=600,
        preexec_fn=one_processor if alone else in_front,
    )  # fmt: skip
    if ok:
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done


def in_front() -> None:
    """In a process about to run a command: it may be asked to quit, as at a terminal, though the tests run behind one."""
    signal.signal(signal.SIGQUIT, signal.SIG_DFL)


def one_processor() -> None:
    """The same, and it sees one processor, one of those at hand."""
    in_front()
    if hasattr(os, "sched_setaffinity"):
        there = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {there[os.getpid() % len(there)]})


def copy_of_the_project(target: Path, mirror: Path | None) -> Path:
    """The tracked files, the environment already installed, and the mirror beside it where there is one."""
    project = target / "main"
    tracked = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\n")
    for name in filter(None, tracked):
        if (ROOT / name).is_file():
            (project / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, project / name)
    for compiled in (ROOT / "pipeline").rglob("__pycache__"):
        being_written = shutil.ignore_patterns("*.pyc.*")
        shutil.copytree(compiled, project / compiled.relative_to(ROOT), ignore=being_written)
    write_key(project)
    (project / ".venv").symlink_to(ROOT / ".venv")
    if mirror is not None:
        (target / "shared").mkdir()
        (target / "shared" / "boundaries").symlink_to(mirror)
    return project
