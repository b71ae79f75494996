"""The sign of life: on a terminal and late, nowhere else."""

from __future__ import annotations

import os
import pty
import subprocess
import sys

import pytest

from pipeline import workers

BESIDE = """
import time
from pipeline import cli, workers
def shown():
    until = time.monotonic() + {patience}
    while time.monotonic() < until and not (cli._signs[0].bar and cli._signs[0].bar.live.is_started):
        time.sleep(0.02)
    time.sleep(0.3)
with cli.sign_of_life(after={after}):
    shown()
    with cli.without_sign():
        print("seul", workers.single())
    shown()
"""
PROGRAM = """
import time
from pipeline.cli import sign_of_life
with sign_of_life(after={after}):
    print("Limites 1/5")
    time.sleep({work})
    print("annexe 1")
"""


def on_a_terminal(program: str) -> str:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, stdout=theirs, env={**os.environ, "TERM": "xterm"}) as running:
        os.close(theirs)
        told = b""
        while True:
            try:
                piece = os.read(ours, 4096)
            except OSError:  # the other end is closed
                break
            if not piece:
                break
            told += piece
    os.close(ours)
    assert running.returncode == 0
    return told.decode()


def test_long_work_on_a_terminal_shows_that_it_goes_on_and_leaves_the_lines():
    told = on_a_terminal(PROGRAM.format(after=0.0, work=1.5))
    assert "travail en cours…" in told
    assert told.index("Limites 1/5") < told.index("travail en cours…") < told.rindex("annexe 1")


def test_short_work_shows_nothing_but_its_lines():
    assert on_a_terminal(PROGRAM.format(after=30.0, work=0.0)).split() == ["Limites", "1/5", "annexe", "1"]


@pytest.mark.skipif(not workers.FORKS, reason="nothing is forked here")
def test_it_stands_still_while_a_process_is_forked_and_goes_on():
    told = on_a_terminal(BESIDE.format(after=0.0, patience=30))
    assert "seul True" in told, told
    before, after = told.split("seul True")
    assert "travail en cours…" in before
    assert "travail en cours…" in after
    assert "travail" not in on_a_terminal(BESIDE.format(after=30.0, patience=0)).replace("seul True", "")


def test_nothing_is_shown_in_a_file():
    command = [sys.executable, "-c", PROGRAM.format(after=0.0, work=0.3)]
    assert (
        subprocess.run(command, capture_output=True, text=True, check=True).stdout
        == "Limites 1/5\nannexe 1\n"
    )
