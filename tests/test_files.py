"""Files are written whole or not at all."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

import pytest

from pipeline import files


def test_a_failure_keeps_the_former_file_and_leaves_nothing_else(tmp_path):
    target = tmp_path / "carte.png"
    files.write_text(target, "avant")

    def fail() -> None:
        with files.replacing(target) as temporary:
            assert temporary.suffix == ".png"
            temporary.write_text("à moitié")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert target.read_text() == "avant"
    assert list(tmp_path.iterdir()) == [target]


def test_folders_are_made_and_line_ends_are_the_same_everywhere(tmp_path):
    target = tmp_path / "2021-06" / "revue" / "a.csv"
    files.write_text(target, "é\nb\n")
    assert target.read_bytes() == "é\nb\n".encode()


def test_checksum_and_copy(tmp_path):
    files.write_bytes(tmp_path / "a", b"x" * 100_000)
    files.copy(tmp_path / "a", tmp_path / "b")
    expected = hashlib.sha256(b"x" * 100_000).hexdigest()
    assert files.sha256(tmp_path / "b") == files.sha256_bytes(b"x" * 100_000) == expected


def test_what_a_killed_run_left_is_swept_and_what_a_living_one_writes_is_not(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    gone = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True
    )
    dead = gone.stdout.strip()
    folder = tmp_path / "outputs" / "2021-06"
    folder.mkdir(parents=True)
    left = [folder / f".annexes.{dead}.en-cours.docx", folder / f".cartes.{dead}.en-cours.gpkg-journal"]
    stay = [folder / f".carte.{os.getpid()}.en-cours.png", folder / "carte.png", folder / ".cachette"]
    for path in (*left, *stay):
        path.write_text("x")
    abandoned = files.SCRATCH / f"{dead}-0"
    abandoned.mkdir(parents=True)
    with files.scratch() as used:
        files.sweep(tmp_path / "outputs", tmp_path / "absent")
        assert used.is_dir()
    assert not used.exists()
    assert not abandoned.exists()
    assert sorted(folder.iterdir()) == sorted(stay)
    assert all(files.is_temporary(path) for path in left)
    assert [files.is_temporary(path) for path in stay] == [True, False, False]


def test_a_second_writer_waits_for_the_first(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    script = (
        "from pathlib import Path; from pipeline.files import locked\n"
        "with locked(Path('outputs'), lambda: Path('attend').touch()): Path('second').touch()"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(files.__file__).parents[1])}
    with files.locked(tmp_path / "outputs", pytest.fail):
        second = subprocess.Popen([sys.executable, "-c", script], env=environment)
        deadline = time.monotonic() + 20
        while not (tmp_path / "attend").exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        assert (tmp_path / "attend").exists()
        assert not (tmp_path / "second").exists()
    assert second.wait(20) == 0
    assert (tmp_path / "second").exists()


SIGNS = (
    "=6*7",
    "+223 76 00 00 00 poste",
    "@SUM(A1)",
    "-2+3+cmd|' /C calc'!A0",
    "＝1",
    " =1",
    "=HYPERLINK(1)",
)


def test_no_text_of_a_workbook_runs_when_it_is_typed_anew_or_saved_as_csv(tmp_path):
    import openpyxl

    plain = ("-12 %", "-", "+4", "-3,05", "Koro", "a=b")
    with files.workbook(tmp_path / "a.xlsx", datetime(2021, 6, 1)) as book:
        sheet, bold = book.add_worksheet(), book.add_format({"bold": True})
        for row, text in enumerate((*SIGNS, *plain)):
            sheet.write_row(row, 0, [text, text])
            sheet.write_string(row, 2, text, bold)
    cells = list(openpyxl.load_workbook(tmp_path / "a.xlsx").active.iter_rows())
    for text, row in zip(SIGNS, cells, strict=False):
        for cell in row:
            assert (cell.data_type, cell.quotePrefix, cell.value[0]) == ("s", True, "'"), text
            assert files.unsafe_cell(cell.value) == text
        assert row[2].font.b
        assert not row[0].font.b
    for text, row in zip(plain, cells[len(SIGNS) :], strict=True):
        assert {(cell.value, cell.quotePrefix) for cell in row} == {(text, False)}
