"""Two works at once on a machine with two cores: one in a child process, the other here."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def beside(work: Callable[[], None]) -> Iterator[None]:
    """Run `work` while the body runs; both are done at the end.

    work: writes files, and returns nothing. Where there is no second core, or where a process cannot be forked
    safely (elsewhere than on Linux), it runs after the body. If it fails in the child it is run again here, so
    that its error is told as any other.
    """
    if sys.platform != "linux" or len(os.sched_getaffinity(0)) < 2:
        yield
        work()
        return
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            work()
            code = 0
        finally:
            # Not sys.exit: nothing of the parent's may be closed or written twice.
            os._exit(code)
    try:
        yield
    finally:
        _, status = os.waitpid(child, 0)
    if status:
        work()
