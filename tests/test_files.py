"""Files are written whole or not at all."""

from __future__ import annotations

import hashlib

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
