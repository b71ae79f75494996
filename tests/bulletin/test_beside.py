"""Two works at once: both are done at the end, and an error in either is told."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pipeline.bulletin.beside import beside


def test_both_works_are_done_and_the_other_one_by_another_process(tmp_path: Path):
    with beside(lambda: (tmp_path / "enfant").write_text(str(os.getpid()))):
        (tmp_path / "ici").write_text(str(os.getpid()))
    assert (tmp_path / "ici").read_text() == str(os.getpid())
    assert (tmp_path / "enfant").read_text().isdigit()
    if len(os.sched_getaffinity(0)) > 1:
        assert (tmp_path / "enfant").read_text() != str(os.getpid())


def test_an_error_of_the_other_work_is_told_as_its_own():
    def work() -> None:
        raise OSError("disque plein")

    with pytest.raises(OSError, match="disque plein"), beside(work):
        pass


def test_an_error_here_waits_for_the_other_work_and_is_told(tmp_path: Path):
    with pytest.raises(ValueError, match="ici"), beside(lambda: (tmp_path / "enfant").touch()):
        raise ValueError("ici")
    if len(os.sched_getaffinity(0)) > 1:
        assert (tmp_path / "enfant").is_file()


def test_on_one_core_the_work_follows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: {0})
    order: list[str] = []
    with beside(lambda: order.append("autre")):
        order.append("ici")
    assert order == ["ici", "autre"]
