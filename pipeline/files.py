"""Files written whole or not at all, and recognised by their checksum; the tables among them, CSV and XLSX."""

from __future__ import annotations

import csv
import hashlib
import io
import os
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from copy import copy as copy_of
from datetime import datetime
from pathlib import Path
from typing import Any

TEMPORARY = re.compile(r"\..+\.(\d+)\.en-cours(\.[^.]*)?(-journal|-wal|-shm)?")
SCRATCH = Path("build/en-cours")
LOCKS = Path("build/verrous")


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
    except RuntimeError as error:
        if "GDAL" not in str(error):
            raise
        raise OSError(f"{target.name} : GDAL") from None  # its way to say that a disk took no more
    finally:
        # SQLite writers may leave a journal when they fail.
        for left in (temporary, *(temporary.with_name(temporary.name + end) for end in ("-journal", "-wal"))):
            left.unlink(missing_ok=True)


def is_temporary(path: Path) -> bool:
    """Whether a path is one that `replacing` or `scratch` gives, finished or not."""
    return TEMPORARY.fullmatch(path.name) is not None or SCRATCH.name in path.parts


def sweep(*folders: Path) -> None:
    """Remove what a run that was killed left under some folders. Files of a process that lives stay."""
    found = [path for folder in folders if folder.is_dir() for path in folder.rglob(".*") if path.is_file()]
    for path in found:
        name = TEMPORARY.fullmatch(path.name)
        if name and not _lives(int(name[1])):
            path.unlink(missing_ok=True)
    for path in SCRATCH.glob("*-*"):
        if not _lives(int(path.name.partition("-")[0])):
            shutil.rmtree(path, ignore_errors=True)


def _lives(process: int) -> bool:
    if process == os.getpid():
        return True
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True
    return True


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder for files on their way, gone when the block ends; `sweep` removes those of killed runs. It is in
    the project, not in the machine's temporary folder, which others may read."""
    SCRATCH.mkdir(parents=True, exist_ok=True)
    number = next(n for n in range(10_000) if not (SCRATCH / f"{os.getpid()}-{n}").exists())
    folder = SCRATCH / f"{os.getpid()}-{number}"
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def locked(folder: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Hold a folder for one writer; a second one waits until the first is done, or was killed.

    waiting: called once where there is someone to wait for. Where the system has no such lock (Windows), nobody
    waits: files are then still replaced whole.
    """
    LOCKS.mkdir(parents=True, exist_ok=True)
    try:
        import fcntl
    except ImportError:
        yield
        return
    name = sha256_bytes(os.path.abspath(folder).encode("utf-8", "surrogateescape"))[:16]
    with (LOCKS / name).open("a") as handle:
        if hasattr(os, "register_at_fork"):  # held by this process alone, however it ends
            os.register_at_fork(after_in_child=handle.close)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            waiting()
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def private(folder: Path) -> Path:
    """The folder, made where it is missing, and readable by its owner alone: it holds places, days and names."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    return folder


def set_files_aside(folder: Path, names: Iterable[str], why: str) -> Path:
    """Move files of outputs/<month>/<audience> to outputs/<month>/revue/mis-de-cote/<why>-<audience>, where nobody shares
    from, in place of those of their names that were set aside before."""
    aside = private(folder.parent / "revue") / "mis-de-cote" / f"{why}-{folder.name}"
    aside.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).replace(aside / name)
    return aside


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


_SIGNS = "=+\\-@\uff1d\uff0b\uff0d\uff20"
"""Signs that make a spreadsheet run a cell; the full-width ones are read the same by some."""
_FORMULA = re.compile(rf"\s*[{_SIGNS}]")
_TOUCHED = re.compile(rf"[\r\n\t\x00;,|]|^\s*[{_SIGNS}]")
"""What every cell that `safe_cell` changes has."""
_INSIDE = re.compile(r"([;,|]\s*)(?=[=@\uff1d\uff20]|[+\-\uff0b\uff0d]\s*[^\s\d.,])")
_GUARDED = re.compile(rf"'(?=\s*[{_SIGNS}])")
_MARKED = re.compile(r"(?<=[;,|])(\s*)'(?=[=@\uff1d\uff20]|[+\-\uff0b\uff0d]\s*[^\s\d.,])")


def safe_cell(text: str) -> str:
    """The text of a cell on one line, with an apostrophe before whatever a spreadsheet would run as a formula: at its
    beginning, after spaces, or behind a separator, where a spreadsheet of another country cuts the cell."""
    if not _TOUCHED.search(text):
        return text
    flat = re.sub(r"[\r\n\t\x00]+", " ", text)
    flat = _INSIDE.sub(r"\1'", flat)
    return f"'{flat}" if _FORMULA.match(flat) else flat


def unsafe_cell(cell: str) -> str:
    """The text as it was before `safe_cell`."""
    return _MARKED.sub(r"\1", _GUARDED.sub("", cell, count=1) if _GUARDED.match(cell) else cell)


_HARMLESS = re.compile(r"\s*[+\-]?[\s\d.,%]*")
"""A dash alone, a number or a share: a spreadsheet makes nothing else of it."""


def _guarding(book: Any) -> type:
    """The class of a workbook's sheets. A text that a spreadsheet would run where the sheet is saved again, saved as CSV
    or typed anew gets the apostrophe of `safe_cell`, which stays in a CSV, and the cell's mark of text."""
    marked: dict[int, Any] = {}

    def as_text(style: Any) -> Any:
        if id(style) not in marked:
            marked[id(style)] = twin = copy_of(style) if style else book.add_format()
            twin.set_quote_prefix()
            if style:
                book.formats.append(twin)
        return marked[id(style)]

    class Guarding(book.worksheet_class):  # type: ignore[misc]
        def _write_string(self, row: int, col: int, string: str, cell_format: Any = None) -> int:
            if _FORMULA.match(string) and not _HARMLESS.fullmatch(string):
                string, cell_format = safe_cell(string), as_text(cell_format)
            return int(super()._write_string(row, col, string, cell_format))

    return Guarding


def write_csv(target: Path, columns: Sequence[str], lines: Iterable[Sequence[str]]) -> None:
    """Write CSV as French spreadsheets open it, atomically: semicolons, a byte-order mark (accents are then read), no
    cell that runs. Line by line: the rows of a large month are never held as one text."""
    with replacing(target) as temporary, temporary.open("w", -1, "utf-8-sig", "replace", "") as stream:
        writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
        writer.writerow(columns)
        writer.writerows([safe_cell(cell) for cell in line] for line in lines)


@contextmanager
def workbook(target: Path | io.BytesIO, created: datetime, **properties: str) -> Iterator[Any]:
    """A new XLSX workbook, written when the block ends: no text of it becomes a formula, a link or a number.

    created: told as its date instead of the clock's, so that the same contents give the same bytes.
    properties: title, author, comments, subject.
    """
    import xlsxwriter

    options = dict.fromkeys(("strings_to_formulas", "strings_to_urls", "strings_to_numbers"), False)
    options["in_memory"] = not isinstance(target, Path)
    place = replacing(target) if isinstance(target, Path) else nullcontext(target)
    with place as opened, xlsxwriter.Workbook(opened, options) as book:
        book.set_properties({**properties, "created": created})
        book.worksheet_class = _guarding(book)
        yield book


def head_of(sheet: Any, columns: Iterable[tuple[str, float]], style: Any, lines: int) -> None:
    """The first line of a sheet, which stays in sight and filters the `lines` under it. columns: title and width."""
    at = -1
    for at, (title, width) in enumerate(columns):
        sheet.write_string(0, at, title, style)
        sheet.set_column(at, at, width)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(lines, 1), at)


def about_sheet(book: Any, lines: Iterable[tuple[str, str]], widths: tuple[float, float]) -> None:
    """A last sheet that tells what a workbook is: a subject and its words a line."""
    sheet = book.add_worksheet("À propos")
    bold = book.add_format({"bold": True, "valign": "top"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    for line, (label, text) in enumerate(lines):
        sheet.write_string(line, 0, label, bold)
        sheet.write_string(line, 1, text, wrapped)


def printed_wide(sheet: Any, left: str, right: str) -> None:
    """A sheet on paper: A4 across, one page wide, with a footer. right: codes of the footer are kept in it alone."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    # An ampersand starts a code in a footer.
    sheet.set_footer(f"&L{left.replace('&', '&&')}&R{right}")
