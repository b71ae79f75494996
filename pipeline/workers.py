"""Work for the second core: a process of its own that takes tasks from one end of a list while this one takes them from
the other.

It is started anew (nothing is forked: threads may live), before it is needed, so that it has loaded its libraries by the
time there is work. It writes nothing where the officer looks: results come back, and the command that asked writes
them. It ends with the process that started it, however that ends. Where there is no second core, where it fails or is
killed, this process does all the work itself, so that an error is told as any other.
"""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from pipeline import freshness

Task = tuple[Callable[..., Any], tuple[Any, ...]]
"""A function of a module and its arguments; both, and its result, survive pickling."""
PATIENCE = 10
"""Seconds to wait for the list, which is held for some microseconds."""
_helpers: list[_Helper] = []


class _Helper:
    """The process, the line to it, and the ends of the list that are not taken yet."""

    def __init__(self, roots: Iterable[Path], begin: Task) -> None:
        context = multiprocessing.get_context("spawn")
        self.line, theirs = context.Pipe()
        self.ends = context.Array("i", 2)
        self.process = context.Process(
            target=_serve, args=(theirs, self.ends, [str(root) for root in roots], begin), daemon=True
        )
        with _nameless():
            self.process.start()
        theirs.close()

    def share(self, tasks: Sequence[Task]) -> list[Any]:
        # The other process waits for the list, and takes nothing.
        self.ends.get_obj()[:] = [0, len(tasks)]
        # A thread, since the other process may be too busy to read: this one goes on meanwhile.
        sender = threading.Thread(target=self._send, args=(tasks,), daemon=True)
        sender.start()
        done: dict[int, Any] = {}
        while (at := take(self.ends, -1)) is not None:
            done[at] = _run(tasks[at])
        sender.join()
        theirs, heard = self.line.recv()
        freshness.hear(heard)
        done |= theirs
        return [done[at] if at in done else _run(tasks[at]) for at in range(len(tasks))]

    def _send(self, tasks: Sequence[Task]) -> None:
        with contextlib.suppress(OSError):  # it is gone: found when its answer is read
            self.line.send(tasks)


def start(roots: Iterable[Path], begin: Task) -> None:
    """Start the other process, where there is a core for it. roots: the folders of the officer's files; what it reads
    there is heard here. begin: the first thing that it does, to be ready."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if cores > 1 and not _helpers:
        with contextlib.suppress(OSError):  # no memory for it, or too many processes
            _helpers.append(_Helper(roots, begin))


def stop() -> None:
    """End the other process."""
    while _helpers:
        helper = _helpers.pop()
        helper.line.close()
        helper.process.kill()
        helper.process.join()


def share(tasks: Sequence[Task]) -> list[Any]:
    """The result of each task, in order. Raises what the first task that fails raises."""
    if len(tasks) > 1 and _helpers:
        with contextlib.suppress(OSError, EOFError):  # it was killed
            return _helpers[0].share(tasks)
        stop()
    return [_run(task) for task in tasks]


def take(ends: Any, side: int) -> int | None:
    """The next task of one side (0: from the first on, -1: from the last), None where all are taken. Raises OSError where
    the other process was killed while it took one."""
    if not ends.get_lock().acquire(timeout=PATIENCE):
        raise OSError("the list stays locked")
    try:
        if ends[0] >= ends[1]:
            return None
        ends[side] += 1 if side == 0 else -1
        return int(ends[0] - 1 if side == 0 else ends[1])
    finally:
        ends.get_lock().release()


def _run(task: Task) -> Any:
    function, arguments = task
    return function(*arguments)


def _serve(line: Connection, ends: Any, roots: Sequence[str], begin: Task) -> None:
    """The other process: tasks until the line is closed. What fails here is done again by who asked."""
    gc.disable()
    trace = freshness.Trace([Path(root) for root in roots])
    with contextlib.suppress(Exception):
        _run(begin)
    gc.freeze()
    gc.enable()
    while True:
        try:
            tasks = line.recv()
        except (EOFError, OSError):
            return
        done = {}
        while (at := take(ends, 0)) is not None:
            with contextlib.suppress(Exception):
                done[at] = _run(tasks[at])
        try:
            line.send((done, trace.seen))
        except OSError:
            return


@contextlib.contextmanager
def _nameless() -> Iterator[None]:
    """The program that was started is not imported again by the other process, which needs nothing of it."""
    main = sys.modules["__main__"]
    kept = {name: main.__dict__.pop(name) for name in ("__spec__", "__file__") if name in main.__dict__}
    main.__spec__ = None
    try:
        yield
    finally:
        main.__dict__.update(kept)
