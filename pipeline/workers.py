"""Work for the second core: a process of its own that takes tasks from one end of a list while this one takes them from
the other.

It is begun before it is needed, so that it has loaded its libraries by the time there is work: forked where that is safe
(on Linux, from a process in which no other thread lives), since the two then hold one copy of what the first had loaded;
else started anew. It writes nothing where the officer looks: results come back, and the command that asked writes
them. It ends with the process that started it, however that ends. Where there is no second core, where it fails or is
killed, this process does all the work itself, so that an error is told as any other.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import multiprocessing
import os
import queue
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from pipeline import freshness

Task = tuple[Callable[..., Any], tuple[Any, ...]]
"""A function of a module and its arguments; both, and its result, survive pickling."""
PATIENCE = 10
"""Seconds to wait for the list, which is held for some microseconds, or for a turn: a killed process gives neither back."""
AHEAD = 0
"""The number of a list that nobody waits for."""
FORKS = sys.platform == "linux"
_helpers: list[_Helper] = []
_turns: list[Any] = []
"""The lock that both processes know."""


def threads() -> int:
    """Threads of this process, those of libraries too; 0 where the system does not tell them."""
    try:
        return len(os.listdir("/proc/self/task"))
    except OSError:
        return 0


def single(patience: float = 0.2) -> bool:
    """Whether no other thread lives here. patience: seconds that the system may take to take off its list a thread that
    has ended, and was waited for."""
    until = time.monotonic() + patience
    while (found := threads()) > 1 == threading.active_count() and time.monotonic() < until:
        time.sleep(0.005)
    return found == 1


class _Helper:
    """The process and the line to it. ends: of the list, what is not taken yet: first, last, and the list's number."""

    def __init__(self, roots: Iterable[Path], begin: str) -> None:
        forked = FORKS and single()
        get = multiprocessing.get_context
        context = get("fork") if forked else get("spawn")
        self.line, theirs = context.Pipe()
        self.ends = context.Array("i", 3)
        _turns[:] = [context.Lock()]
        ours = self.line if forked else None
        self.process = context.Process(
            target=_serve,
            args=(theirs, self.ends, [str(root) for root in roots], begin, _turns[0], ours),
            daemon=True,
        )
        with _nameless():
            self.process.start()
        theirs.close()
        self.lists: queue.SimpleQueue[tuple[int, Sequence[Task]] | None] = queue.SimpleQueue()
        # A thread, since the other process may be too busy to read: this one goes on meanwhile.
        self.sender = threading.Thread(target=self._send, daemon=True)
        self.sender.start()

    def share(self, tasks: Sequence[Task], meanwhile: Callable[[], object]) -> list[Any]:
        number = self.ends[2] + 1
        with self.ends.get_lock():
            self.ends.get_obj()[:] = [0, len(tasks), number]
        self.lists.put((number, tasks))
        done: dict[int, Any] = {}
        meanwhile()
        while (at := take(self.ends, -1, number)) is not None:
            done[at] = _run(tasks[at])
        try:
            # Where it has taken nothing it is not ready yet: its answer is read, and left, with the next list's.
            answered = 0 if self.ends[0] else number
            while answered < number:
                answered, theirs, heard = self.line.recv()
                freshness.hear(heard)
            done |= theirs if self.ends[0] else {}
        except (OSError, EOFError):  # it was killed
            stop()
        return [done[at] if at in done else _run(tasks[at]) for at in range(len(tasks))]

    def _send(self) -> None:
        with contextlib.suppress(OSError):  # it is gone: found when its answer is read
            while (tasks := self.lists.get()) is not None:
                self.line.send(tasks)


def start(roots: Iterable[Path], begin: str) -> None:
    """Start the other process, where there is a core for it. roots: the folders of the officer's files; what it reads
    there is heard here. begin: "module:function", the first thing that it does, to be ready."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if cores > 1 and not _helpers:
        with contextlib.suppress(OSError):  # no memory for it, or too many processes
            _helpers.append(_Helper(roots, begin))


def stop() -> None:
    """End the other process."""
    while _helpers:
        helper = _helpers.pop()
        helper.lists.put(None)
        helper.process.kill()
        helper.process.join()
        helper.sender.join(PATIENCE)  # no thread may live where the next process is forked
        helper.line.close()
    _turns.clear()  # it may have been in the midst of its turn


@contextlib.contextmanager
def turn() -> Iterator[Callable[[], None]]:
    """A block in which the other process waits for its turn: what takes much memory is not held twice. Gives what ends the
    turn earlier."""
    mine = [lock for lock in _turns if lock.acquire(timeout=PATIENCE)]
    _turns[:] = mine  # who does not give it back is not waited for again

    def over() -> None:
        while mine:
            mine.pop().release()

    try:
        yield over
    finally:
        over()


def share(tasks: Sequence[Task], meanwhile: Callable[[], object] = lambda: None) -> list[Any]:
    """The result of each task, in order. Raises what the first task that fails raises. meanwhile: what this process does
    before it takes tasks too."""
    if not tasks or not _helpers:
        meanwhile()
        return [_run(task) for task in tasks]
    try:
        return _helpers[0].share(tasks, meanwhile)
    except BaseException:
        stop()  # its answer would be taken for that to another question
        raise


def ahead(tasks: Sequence[Task]) -> None:
    """Tasks for the other process whenever it has nothing else to do. Their results are not waited for, and may never be
    there: they are worth what they keep (see `cache`)."""
    if tasks and _helpers:
        _helpers[0].lists.put((AHEAD, tasks))


def helped() -> bool:
    """Whether there is another process."""
    return bool(_helpers)


def take(ends: Any, side: int, number: int) -> int | None:
    """The next task of one side (0: from the first on, -1: from the last) of a list, None where all are taken, another
    list has come, or the other process was killed while it took one."""
    if not ends.get_lock().acquire(timeout=PATIENCE):
        return None
    try:
        first, last, current = ends.get_obj()
        if first >= last or current != number:
            return None
        ends[side and 1] += 1 if side == 0 else -1
        return int(last - 1 if side else first)
    finally:
        ends.get_lock().release()


def _run(task: Task) -> Any:
    function, arguments = task
    return function(*arguments)


def _serve(
    line: Connection, ends: Any, roots: Sequence[str], begin: str, lock: Any, theirs: Connection | None
) -> None:
    """The other process: tasks until the line is closed. What fails here is done again by who asked. theirs: the other
    end of the line, where it was inherited: held here too, it would never be closed."""
    _turns[:] = [lock]
    if theirs:
        theirs.close()
    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # who is interrupted at the keyboard is the one that was called
    gc.disable()
    trace = freshness.Trace([Path(root) for root in roots])
    module, _, function = begin.partition(":")
    with contextlib.suppress(Exception):
        getattr(importlib.import_module(module), function)()
    gc.freeze()
    gc.enable()
    spare: deque[Task] = deque()
    with contextlib.suppress(EOFError, OSError):  # who asked is gone, or has what it wanted
        while True:
            while spare and not line.poll():
                with contextlib.suppress(Exception):
                    _run(spare.popleft())
            number, tasks = line.recv()
            if number == AHEAD:
                spare.extend(tasks)
                del tasks
                continue
            done = {}
            while (at := take(ends, 0, number)) is not None:
                with contextlib.suppress(Exception):
                    done[at] = _run(tasks[at])
            line.send((number, done, trace.seen))


@contextlib.contextmanager
def _nameless() -> Iterator[None]:
    """The program that was started is not imported again by the other process, which needs nothing of it."""
    main = sys.modules["__main__"]
    kept: dict[str, Any] = {
        name: main.__dict__.pop(name) for name in ("__spec__", "__file__") if name in main.__dict__
    }
    main.__spec__ = None
    try:
        yield
    finally:
        main.__dict__.update(kept)
