"""What several tests need and none changes, made once for a state of the program and its inputs: for all workers, and
the next run. Another state takes the place of the last, so that the shelf holds one of each.

What is made by a part of the program alone outlasts a change of the rest: the figures of June, one of a page's script."""

from __future__ import annotations

import fcntl
import glob
import hashlib
import os
import pickle
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import grimp

from pipeline.files import sha256
from pipeline.freshness import code_checksum, version

PROJECT = Path(__file__).resolve().parents[2]
SHELF = PROJECT / "build" / "essais"
Value = TypeVar("Value")
_values: dict[str, Any] = {}


@cache
def state(makers: tuple[str, ...] = ()) -> str:
    """Of the program and the tests' helpers (or of the modules that make a thing and all that these import), what it is
    installed with, the sample's inputs, and what the boundaries are declared by."""
    beside = (
        *PROJECT.glob(f"tests/helpers/{'june' if makers else '*'}.py"),
        *PROJECT.glob("boundaries/**/*.[ct][so][vm]*"),
        *PROJECT.glob("pipeline/*/*.toml"),
        *(path for path in PROJECT.glob("inputs/**/*") if path.is_file()),
    )
    files = [*sorted(beside), *_modules(makers), PROJECT / "requirements.lock"]
    told = "".join(f"{path.relative_to(PROJECT)} {sha256(path)}\n" for path in files)
    whole = "" if makers else f"{version()} {code_checksum()}"
    return hashlib.sha256(f"{whole}\n{told}".encode()).hexdigest()[:16]


@cache
def _imports() -> grimp.ImportGraph:
    return grimp.build_graph("pipeline", cache_dir=None)


def _modules(makers: tuple[str, ...]) -> list[Path]:
    """The files of modules of the program and of all that they import, wherever in them."""
    if not makers:
        return []
    names = set(makers).union(*(_imports().find_upstream_modules(name) for name in makers))
    names |= {".".join(name.split(".")[:depth]) for name in names for depth in (1, 2)}
    places = [PROJECT.joinpath(*name.split(".")) for name in sorted(names)]
    return [path / "__init__.py" if path.is_dir() else path.with_suffix(".py") for path in places]


def kept(name: str, make: Callable[[Path], object], *makers: str) -> Path:
    """The folder that `make` fills, as an earlier test of this state left it. Copy what is to be changed.

    makers: the modules of the program that it calls, where these are not the whole.
    """
    SHELF.mkdir(parents=True, exist_ok=True)
    folder = SHELF / f"{name}-{state(makers)}"
    with (SHELF / f"{name}.verrou").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.is_dir():
            for older in SHELF.glob(f"{glob.escape(name)}-{'?' * 16}"):
                shutil.rmtree(older, ignore_errors=True)
            begun = SHELF / f".{name}.{os.getpid()}"
            shutil.rmtree(begun, ignore_errors=True)
            begun.mkdir()
            make(begun)
            begun.rename(folder)
    return folder


def remembered(name: str, make: Callable[[], Value], *makers: str) -> Value:
    """A value that several tests need, as an earlier test of this state worked it out. It survives pickling; not to be
    changed, and not to be asked for first where something of the program is replaced."""
    if name not in _values:
        folder = kept(
            name, lambda begun: (begun / "valeur").write_bytes(pickle.dumps(make(), protocol=5)), *makers
        )
        _values[name] = pickle.loads((folder / "valeur").read_bytes())
    return _values[name]  # type: ignore[no-any-return]
