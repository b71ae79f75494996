"""Files written whole or not at all, and recognised by their checksum."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """Give a temporary path beside `target`, and move it over `target` when the block ends well.

    The temporary name keeps the suffix, which some writers read the format from. The folder is made
    where it is missing. When the block raises, `target` stays as it was and nothing is left behind.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.stem}.{os.getpid()}.en-cours{target.suffix}")
    temporary.unlink(missing_ok=True)
    try:
        yield temporary
        os.replace(temporary, target)
    finally:
        # SQLite writers may leave a journal when they fail.
        for left in (temporary, *(temporary.with_name(temporary.name + end) for end in ("-journal", "-wal"))):
            left.unlink(missing_ok=True)


def write_bytes(target: Path, content: bytes) -> None:
    """Write `content` to `target`, atomically."""
    with replacing(target) as temporary:
        temporary.write_bytes(content)


def write_text(target: Path, content: str) -> None:
    """Write `content` to `target` as UTF-8 with "\\n" line ends on every machine, atomically."""
    write_bytes(target, content.encode("utf-8"))


def copy(origin: Path, target: Path) -> None:
    """Copy the bytes of `origin` (not its dates) to `target`, atomically."""
    with replacing(target) as temporary:
        shutil.copyfile(origin, temporary)


def sha256_bytes(content: bytes) -> str:
    """SHA-256 of bytes, 64 lower-case hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def sha256(path: Path) -> str:
    """SHA-256 of a file, 64 lower-case hexadecimal digits. Raises OSError where it cannot be read."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
