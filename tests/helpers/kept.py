"""What several tests need and none changes, made once for a state of the program and its inputs: for all workers, and
the next run. Another state takes the place of the last, so that the shelf holds one of each."""

from __future__ import annotations

import fcntl
import hashlib
import os
import pickle
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from pipeline.files import sha256
from pipeline.freshness import code_checksum, version

PROJECT = Path(__file__).resolve().parents[2]
SHELF = PROJECT / "build" / "essais"
Value = TypeVar("Value")
_values: dict[str, Any] = {}


@cache
def state() -> str:
    """Of the program, what it is installed with, the tests' helpers, the sample's inputs, and what the boundaries are
    declared by."""
    beside = (
        *PROJECT.glob("tests/helpers/*.py"),
        *PROJECT.glob("boundaries/**/*.[ct][so][vm]*"),
        *(path for path in PROJECT.glob("inputs/**/*") if path.is_file()),
    )
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
            for older in SHELF.iterdir():
                if older.is_dir() and older.name[0] != "." and not older.name.endswith(state()):
                    shutil.rmtree(older, ignore_errors=True)
            begun = SHELF / f".{name}.{os.getpid()}"
            shutil.rmtree(begun, ignore_errors=True)
            begun.mkdir()
            make(begun)
            begun.rename(folder)
    return folder


def remembered(name: str, make: Callable[[], Value]) -> Value:
    """A value that several tests need, as an earlier test of this state worked it out. It survives pickling; not to be
    changed, and not to be asked for first where something of the program is replaced."""
    if name not in _values:
        folder = kept(name, lambda begun: (begun / "valeur").write_bytes(pickle.dumps(make(), protocol=5)))
        _values[name] = pickle.loads((folder / "valeur").read_bytes())
    return _values[name]  # type: ignore[no-any-return]
