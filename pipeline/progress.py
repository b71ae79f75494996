"""A sign of life on a terminal, under the lines already told, for work that takes more than two seconds."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

PATIENCE = 2.0
"""Seconds that nobody minds waiting without a sign."""


@contextmanager
def shown(after: float = PATIENCE) -> Iterator[None]:
    """Show a turning sign and the time spent, from `after` seconds on, until the block ends.

    Nothing at all is written where the output is not a terminal: what a file or another program reads is
    the lines alone.
    """
    if not sys.stdout.isatty():
        yield
        return
    # Most commands on a terminal are over before the sign is due: rich is loaded when it is.
    started: list[object] = []
    over = threading.Event()
    lock = threading.Lock()

    def start() -> None:
        from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        bar = Progress(SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), transient=True)
        bar.add_task("travail en cours…", total=None)
        with lock:
            if not over.is_set():
                bar.start()
                started.append(bar)

    timer = threading.Timer(after, start)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        with lock:
            over.set()
            for bar in started:
                bar.stop()  # type: ignore[attr-defined]
