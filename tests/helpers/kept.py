"""What several tests need and none changes, made once for a state of the program: for all workers, and the next run."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path

from pipeline.files import sha256
from pipeline.freshness import code_checksum, version

PROJECT = Path(__file__).resolve().parents[2]
SHELF = PROJECT / "build" / "essais"


@cache
def state() -> str:
    """Of the program, what it is installed with, the tests' helpers and what the boundaries are declared by."""
    beside = (*PROJECT.glob("tests/helpers/*.py"), *PROJECT.glob("boundaries/**/*.[ct][so][vm]*"))
    files = [*sorted(beside), PROJECT / "requirements.lock"]
    told = "".join(f"{path.name} {sha256(path)}\n" for path in files)
    return hashlib.sha256(f"{version()} {code_checksum()}\n{told}".encode()).hexdigest()[:16]


def kept(name: str, make: Callable[[Path], object]) -> Path:
    """The folder that `make` fills, as an earlier test of this state left it. Copy what is to be changed."""
    SHELF.mkdir(parents=True, exist_ok=True)
    folder = SHELF / f"{name}-{state()}"
    with (SHELF / f"{name}.verrou").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.is_dir():
            for older in SHELF.glob(f"{name}-*"):
                shutil.rmtree(older)
            begun = SHELF / f".{name}.{os.getpid()}"
            shutil.rmtree(begun, ignore_errors=True)
            begun.mkdir()
            make(begun)
            begun.rename(folder)
    return folder
