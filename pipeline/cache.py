"""Results kept by content: what the same inputs gave before is not worked out again.

A result stands under a checksum of all that it depends on: the values and files named to `kept`, the program's own
files, the facts beside it, Python and the pinned libraries. Nothing else decides: no date, no name of a run. Two things
are seen to rather than trusted:

- A result is kept only if, while it was made, no file of the officer's was opened but those named, and these stayed as
  they were: a dependency that somebody forgets to name costs time, and never a wrong map.
- The files named are opened each time to be summed, so what a command depends on is heard (see `freshness.Trace`)
  whether its results were made or found.

What is kept is as sensitive as the inputs: it lies under build/, readable by its owner alone, and goes with `make
clean`. An entry is read only if its checksum, which covers its key too, is right; one that is not, or a store that
cannot be opened, costs time and nothing else. Who may write there may change the program itself: the checksum is
against accidents, not against them.
"""

from __future__ import annotations

import hashlib
import marshal
import os
import pickle
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import fields, is_dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import pandas as pd

from pipeline import workers
from pipeline.files import sha256, sha256_bytes
from pipeline.freshness import CODE, Trace, code_checksum, content
from pipeline.geography.divisions import FACTS

if TYPE_CHECKING:
    from diskcache import Cache

FOLDER = Path("build/resultats")
LIMIT = 150_000_000
"""Bytes. A year of six tables a month takes about a third; the results used least recently go first."""
DIGEST = 32
PATIENCE = 5
"""Seconds to wait for another make that writes to the store; then the result is made again."""
LOCK = CODE.parent / "requirements.lock"
Result = TypeVar("Result")


class _Store:
    """An open store; the ear that hears which files are opened while a result is made; and the program that makes them."""

    def __init__(self, folder: Path, roots: Iterable[Path]) -> None:
        from diskcache import Cache

        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        # Everything in the one file: what a killed run was writing is rolled back, and nothing is left beside it.
        self.entries: Cache = Cache(
            str(folder),
            timeout=PATIENCE,
            size_limit=LIMIT,
            eviction_policy="least-recently-used",
            disk_min_file_size=2**40,
            sqlite_cache_size=2**9,
        )
        self.folder = folder
        self.ear = Trace(roots)
        self.facts = sorted(path for path in FACTS.iterdir() if path.is_file())
        parts = (code_checksum(), [sha256(path) for path in self.facts], content(LOCK), sys.version)
        self.program = sha256_bytes(repr(parts).encode())

    def read(self, key: str) -> list[object]:
        """The result in a list; an empty one where there is none, or not as it was written."""
        try:
            whole = self.entries.get(key)
        except Exception:
            self._mend(key)
            return []
        if not isinstance(whole, bytes) or whole[:DIGEST] != _digest(key, whole[DIGEST:]):
            return []
        try:
            return [pickle.loads(memoryview(whole)[DIGEST:])]
        except Exception:  # of a library that was changed by hand: made again, and written over
            return []

    def write(self, key: str, result: object) -> None:
        data = pickle.dumps(result, protocol=5)
        try:
            self.entries.set(key, _digest(key, data) + data)
        except Exception:
            self._mend(key)

    def _mend(self, key: str) -> None:
        """After an error: take the entry away, else go on without the store (the disk is full, another make holds it
        too long), and where it is damaged as a whole take it away, so that the next run begins a new one."""
        try:
            self.entries.delete(key)
        except Exception as error:
            if isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError):
                shutil.rmtree(self.folder, ignore_errors=True)
            _open.clear()


_open: list[_Store] = []


def use(folder: Path, roots: Iterable[Path] = ()) -> None:
    """Keep results in `folder` from now on, in this process. Without it nothing is kept: `kept` only computes.

    roots: the folders of the officer's files, where every opening is heard.
    """
    leave()
    try:
        _open.append(_Store(folder, roots))
    except Exception:  # the store is a help: whatever is wrong with it, the next run begins a new one
        shutil.rmtree(folder, ignore_errors=True)


def keeping() -> bool:
    """Whether results are kept."""
    return bool(_open)


def rest() -> None:
    """Hold no file of the store until the next result is asked for: a process that is forked now shares none."""
    for store in _open:
        store.entries.close()


def leave() -> None:
    """Keep nothing more in this process."""
    while _open:
        _open.pop().entries.close()


def kept(
    kind: str, made_of: Sequence[object] | None, make: Callable[[], Result], files: Sequence[Path] = ()
) -> Result:
    """`make()`, or what it gave before for the same `made_of` and the same contents of `files`.

    kind: what is kept, in a word. made_of: plain values, dataclasses of them, tables (see `_said`); None where what
    decides cannot be said: nothing is kept then. files: what `make` reads, the only files that it may. The result must
    survive pickling.
    """
    if not _open or made_of is None:
        return make()
    store = _open[0]
    try:
        key = checksum((kind, store.program, made_of), files)
    except TypeError:
        return make()
    found = store.read(key)
    if found:
        return found[0]  # type: ignore[return-value]
    before, store.ear.seen = store.ear.seen, {}
    try:
        result = make()
    finally:
        heard = set(map(os.path.abspath, store.ear.seen))
        store.ear.seen = before | store.ear.seen
    known = {os.path.abspath(path) for path in (*files, *store.facts)}
    if _open and heard <= known and (not files or checksum((kind, store.program, made_of), files) == key):
        store.write(key, result)
    return result


def kept_each(
    kind: str, made_of: Sequence[tuple[object, ...]], function: Callable[..., Result]
) -> list[Result]:
    """`function(*parts)` for each parts of `made_of`, as `kept`; what has to be made is shared with the other process.
    function: of a module, and of its arguments alone."""
    store = _open[0] if _open else None
    keys = [checksum((kind, store.program, parts)) for parts in made_of] if store else []
    found = [store.read(key) for key in keys] if store else [[] for _ in made_of]
    lacking = [at for at, results in enumerate(found) if not results]
    made = workers.share([(function, made_of[at]) for at in lacking])
    for at, result in zip(lacking, made, strict=True):
        found[at] = [result]
        if store and _open:
            store.write(keys[at], result)
    return [results[0] for results in found]  # type: ignore[misc]


def checksum(made_of: Sequence[object], files: Sequence[Path] = ()) -> str:
    """Of plain values and the contents of files, as `kept` sums them. Each file is opened for it."""
    return sha256_bytes(_said(([content(path) for path in files], made_of)))


def _said(value: object) -> bytes:
    """A value as bytes that tell it from every other, the same in each run. Raises TypeError for what is neither plain,
    nor made of what is."""
    if isinstance(value, set | frozenset):
        value = sorted(value)
    try:
        return marshal.dumps(value, 0)  # type: ignore[arg-type]  # plain values, at once: it takes nothing else
    except ValueError:
        pass
    if is_dataclass(value):
        kind: Any = type(value)
        parts = [kind.__qualname__, *(getattr(value, name) for name in _compared(kind))]
        with suppress(ValueError):
            return b"of " + marshal.dumps(parts, 0)
    elif isinstance(value, pd.DataFrame):
        columns = [value[name] for name in value]
        parts = [list(value), [(str(one.dtype), one.astype(object).tolist()) for one in columns]]
    elif isinstance(value, Mapping):
        parts = list(value.items())
    elif isinstance(value, tuple | list):
        parts = list(value)
        if days := [
            at for at, one in enumerate(value) if type(one) is date
        ]:  # a column of them is said at once
            for at in days:
                parts[at] = value[at].isoformat()
            return b"days of " + type(value).__name__.encode() + _said(days) + _said(parts)
    elif isinstance(value, date):  # a day or a time, NaT too
        parts = [value.isoformat()]
    elif isinstance(value, np.generic):
        parts = [value.item()]
    else:
        raise TypeError(f"{type(value)} says nothing certain of itself")
    told = [_said(part) for part in parts]
    return b"".join((type(value).__name__.encode(), *(b"%d:" % len(part) + part for part in told)))


@lru_cache
def _compared(kind: Any) -> tuple[str, ...]:
    """Of a dataclass, the fields that tell one from another."""
    return tuple(one.name for one in fields(kind) if one.compare)


def _digest(key: str, data: bytes) -> bytes:
    return hashlib.sha256(key.encode() + data).digest()
