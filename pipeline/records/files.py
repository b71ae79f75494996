"""The officer's files as grids of clean text, CSV or workbook, and what is written back for the officer."""

from __future__ import annotations

import codecs
import csv
import io
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from pipeline import files
from pipeline.errors import InputError
from pipeline.records.tables import Finding, Inputs, quote

# What a file holds before anything is understood of it: sheets of text cells, line by line.


HeaderScore = Callable[[Sequence[str]], int]
"""How many of a table's columns the cells of a line name."""

HEADER_WITHIN = 30
"""The header is looked for in the first lines, below any title."""


@dataclass(frozen=True)
class Merge:
    """A merged range of a sheet, indices from 0, both ends included."""

    top: int
    bottom: int
    left: int
    right: int


@dataclass(frozen=True)
class Grid:
    """One sheet. lines[i] are the cells of line i + 1 as the officer sees it ([] for an empty line).

    name: of the sheet, "" for a CSV. broken: index of a line that could not be cut into cells -> why, in
    French. ragged: whether a line longer than the header is a sign of a shift (CSV), not of notes beside
    the table (XLSX).
    """

    name: str
    lines: list[list[str]]
    broken: dict[int, str] = field(default_factory=dict)
    merges: tuple[Merge, ...] = ()
    ragged: bool = False


def header_index(grid: Grid, score: HeaderScore) -> tuple[int, int]:
    """(index, score) of the line among the first that names most columns; (first line with text, 0) if none."""
    best, top = 0, -1
    for index, cells in enumerate(grid.lines[:HEADER_WITHIN]):
        if any(cell.strip() for cell in cells):
            points = score(cells)
            if points > top:
                best, top = index, points
    return best, max(top, 0)


def filled(grid: Grid, below: int) -> list[list[str]]:
    """The lines, with the value of each merged range below the header repeated down its first column.

    A range over several columns says nothing certain of the others: they stay empty.
    """
    lines = grid.lines
    for merge in grid.merges:
        if merge.top <= below or merge.top >= len(lines) or merge.left >= len(lines[merge.top]):
            continue
        value = lines[merge.top][merge.left]
        for index in range(merge.top + 1, min(merge.bottom, len(lines) - 1) + 1):
            cells = lines[index] + [""] * (merge.left + 1 - len(lines[index]))
            cells[merge.left] = value
            lines = lines if lines is not grid.lines else list(lines)
            lines[index] = cells
    return lines


# Text files as grids: encoding, delimiter and quotes are found out, and a bad line costs only itself.


DELIMITERS = (",", ";", "\t", "|")
_SAMPLE = 16_000  # characters that the delimiter is chosen on
_FIELD = 50_000  # characters of one record; beyond, a quote was left open
_SPAN = 10  # physical lines that one record may take where quotes are in doubt

UNCLOSED = "un guillemet (\") ouvert sur cette ligne n'est pas refermé, ou il est mal placé"


def decode(data: bytes) -> str:
    """Text of a CSV: UTF-8 with or without BOM, UTF-16 with BOM, else Windows-1252.

    A file of mixed encodings (lines pasted from another) is decoded line by line.
    """
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return "".join(_decode_line(line) for line in data.splitlines(keepends=True))


def _decode_line(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("cp1252", errors="replace")


def read_csv(data: bytes, score: HeaderScore) -> Grid:
    """The one grid of a text file. score: tells the delimiter that makes a header of the first lines."""
    text = decode(data).replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")
    delimiter = _delimiter(text[:_SAMPLE], score)
    usual = Counter(line.count(delimiter) for line in text[:_SAMPLE].split("\n")).most_common(1)[0][0]
    lines = _strict(text, delimiter)
    # As many records as line ends: no cell holds a line break, and there is nothing to doubt.
    plain = lines is not None and len(lines) == text.count("\n") + (not text.endswith("\n"))
    if lines is not None and (plain or not _swallowed(lines, delimiter, usual)):
        return Grid("", lines, ragged=True)
    lines, broken = _line_by_line(text, delimiter, usual)
    return Grid("", lines, broken, ragged=True)


def _delimiter(sample: str, score: HeaderScore) -> str:
    def points(delimiter: str) -> int:
        lines = [_cells(line, delimiter) for line in sample.split("\n", HEADER_WITHIN)[:HEADER_WITHIN]]
        return header_index(Grid("", lines), score)[1]

    # max keeps the first on a tie: a file with one column has no delimiter, and a comma does no harm.
    return max(DELIMITERS, key=points)


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return line.split(delimiter)


def _strict(text: str, delimiter: str) -> list[list[str]] | None:
    """All records, or None where a quote is wrong somewhere."""
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        return None


def _swallowed(lines: list[list[str]], delimiter: str, usual: int) -> bool:
    """Whether a cell holds what looks like a whole other record: two stray quotes far apart close each other
    and hide the lines between them. usual: delimiters of most lines."""
    return any(
        "\n" in cell and any(part.count(delimiter) >= max(2, usual) for part in cell.split("\n")[1:])
        for cells in lines
        for cell in cells
    )


def _line_by_line(text: str, delimiter: str, usual: int) -> tuple[list[list[str]], dict[int, str]]:
    """Records one physical line each, but for a quoted line break that closes soon and cleanly.

    A line that cannot be cut is kept whole as one cell and named in the second value; reading goes on with
    the next line, so one stray quote costs one row.
    """
    physical = text.split("\n")
    if not physical[-1]:
        physical.pop()
    lines: list[list[str]] = []
    broken: dict[int, str] = {}
    at = 0
    while at < len(physical):
        cells, used = _record(physical, at, delimiter, usual)
        if cells is None:
            broken[len(lines)] = UNCLOSED
            cells = [physical[at][:_FIELD]]
        lines.append(cells)
        at += used
    return lines, broken


def _record(physical: list[str], at: int, delimiter: str, usual: int) -> tuple[list[str] | None, int]:
    """(cells, physical lines used) of the record that begins at `at`; cells None where it is broken."""
    record = physical[at]
    for used in range(1, _SPAN + 1):
        if len(record) <= _FIELD and record.count('"') % 2 == 0:
            found = _strict(record, delimiter)
            if found is not None and len(found) <= 1 and not _swallowed(found, delimiter, usual):
                return (found[0] if found else []), used
        if at + used >= len(physical):
            break
        record = f"{record}\n{physical[at + used]}"
    return None, 1


# What a file really is, by its first bytes: its name may lie.


NOT_A_TABLE = (
    (b"%PDF", "c'est un document PDF"),
    (
        b"\xd0\xcf\x11\xe0",
        "c'est un ancien classeur Excel (.xls), ou un classeur protégé par un mot de passe",
    ),
    (b"\x89PNG", "c'est une image PNG"),
    (b"\xff\xd8\xff", "c'est une image JPEG"),
    (b"GIF8", "c'est une image GIF"),
    (b"{\\rtf", "c'est un document de traitement de texte (RTF)"),
    (b"\x1f\x8b", "c'est une archive compressée (gzip)"),
    (b"Rar!", "c'est une archive RAR"),
    (b"7z\xbc\xaf", "c'est une archive 7-Zip"),
    (b"SQLite format 3", "c'est une base de données"),
)


def is_workbook(data: bytes, shown: str) -> bool:
    """Whether the bytes are an XLSX (True) or text (False), whatever the file is called.

    Raises InputError on what is neither: an empty file, a PDF, a web page, an old or locked workbook.
    """
    if not data.strip(b" \t\r\n\0\xef\xbb\xbf\xff\xfe"):
        raise InputError(
            f"{shown} est vide ({len(data)} octet{'s' if len(data) > 1 else ''}, aucune ligne)",
            "on ne peut pas savoir s'il n'y a rien eu ou si l'envoi a échoué ; aucune carte n'est produite",
            "remettre le fichier reçu ; s'il n'y a vraiment rien eu, garder la seule ligne des titres de "
            "colonnes ; si le tableau n'est pas encore arrivé, supprimer le fichier",
        )
    if data.startswith(b"PK"):
        return True
    for mark, why in NOT_A_TABLE:
        if data.startswith(mark):
            raise unreadable(shown, why)
    head = data[:2000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<!doctype", b"<html", b"<?xml", b"<table", b"<head", b"<body")):
        raise InputError(
            f"{shown} ne peut pas être lu : c'est une page web ou du XML {quote(head[:40].decode('latin-1'))}",
            "aucune de ses lignes ne peut être comptée, et aucune carte n'est produite",
            "télécharger de nouveau le tableau (un portail qui demande de se connecter envoie une page à la "
            "place), ou l'enregistrer dans Excel en .xlsx ou en CSV",
        )
    if not data.startswith((b"\xff\xfe", b"\xfe\xff")) and _binary(data[:8000]):
        raise unreadable(shown, "ce n'est ni un texte ni un classeur")
    return False


def _binary(head: bytes) -> bool:
    odd = sum(byte < 9 or 13 < byte < 32 for byte in head)
    return odd > max(8, len(head) // 20)


def unreadable(shown: str, why: str) -> InputError:
    """The error for a file that holds no table. why: French clause, e.g. "c'est une image"."""
    return InputError(
        f"{shown} ne peut pas être lu : {why}",
        "aucune de ses lignes ne peut être comptée, et aucune carte n'est produite",
        "l'ouvrir dans Excel ou LibreOffice et l'enregistrer comme « Classeur Excel (.xlsx) » ou "
        "« CSV UTF-8 », sans mot de passe",
    )


# Excel workbooks as grids: every visible sheet, cells as the text that the officer sees in them.


MAX_COLUMNS = 300
MAX_UNPACKED = 400_000_000
"""Bytes of XML that a workbook may unpack to. 100,000 incidents make about 90 MB; a trap makes gigabytes."""

_MERGE = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')


def read_xlsx(data: bytes, shown: str) -> list[Grid]:
    """The visible sheets of a workbook, in order. shown: the file's name, for messages.

    Formulas count as the value that Excel last computed. Raises InputError on anything that is not a
    readable workbook.
    """
    _check_container(data, shown)
    import openpyxl

    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        try:
            return [_grid(sheet, book) for sheet in book.worksheets if sheet.sheet_state == "visible"]
        finally:
            book.close()
    except InputError:
        raise
    except Exception as error:  # openpyxl lets any exception through on a damaged file
        raise unreadable(shown, f"le classeur est endommagé ({type(error).__name__})") from None


def _check_container(data: bytes, shown: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except Exception:
        raise unreadable(shown, "le fichier est incomplet ou endommagé") from None
    names = {entry.filename for entry in entries}
    if "mimetype" in names and "content.xml" in names:
        raise unreadable(shown, "c'est un classeur LibreOffice (ODS)")
    if "xl/workbook.bin" in names:
        raise unreadable(shown, "c'est un classeur Excel binaire (XLSB)")
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise unreadable(shown, "c'est une archive ZIP ou un autre document, non un classeur Excel")
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise InputError(
            f"{shown} contient plus de {MAX_UNPACKED // 1_000_000} Mo de données une fois décompressé",
            "le fichier n'est pas lu, pour ne pas bloquer l'ordinateur, et aucune carte n'est produite",
            "ne garder dans le classeur que le tableau du mois, ou l'enregistrer en CSV",
        )


def _grid(sheet: Any, book: Any) -> Grid:
    # The range a sheet declares may be far wider than what it holds.
    sheet.reset_dimensions()
    memo: dict[Any, str] = {}
    lines = [
        [_text(value, memo) for value in row]
        for row in sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True)
    ]
    while lines and not any(lines[-1]):
        lines.pop()
    return Grid(str(sheet.title), lines, merges=_merges(sheet, book))


def _merges(sheet: Any, book: Any) -> tuple[Merge, ...]:
    """Merged ranges. The read-only reader does not tell them; they stand at the end of the sheet's XML."""
    from openpyxl.utils import column_index_from_string as column

    with book._archive.open(sheet._worksheet_path) as stream:
        tail = b""
        while part := stream.read(1 << 20):
            tail = (tail + part) if b"mergeCell" in tail else (tail[-4096:] + part)
    return tuple(
        Merge(
            int(top) - 1,
            int(bottom) - 1,
            column(left.decode()) - 1,
            min(column(right.decode()), MAX_COLUMNS) - 1,
        )
        for left, top, right, bottom in _MERGE.findall(tail)
    )


def _text(value: Any, memo: dict[Any, str]) -> str:
    """A cell as text: dates as ISO, whole numbers without ".0", booleans in French."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    key = (type(value), value)
    found = memo.get(key)
    if found is None:
        found = memo[key] = _number_or_date(value)
    return found


def _number_or_date(value: Any) -> str:
    if isinstance(value, bool):
        return "VRAI" if value else "FAUX"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        midnight = (value.hour, value.minute, value.second) == (0, 0, 0)
        return value.date().isoformat() if midnight else value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat(timespec="minutes")
    if isinstance(value, timedelta):
        # A time of day formatted as a duration.
        minutes = int(value.total_seconds() // 60)
        return f"{minutes // 60:02d}:{minutes % 60:02d}"
    return str(value)


# The findings as files for the officer: rows refused, and rows that went on with something to know.


HEADERS = ("table", "fichier", "ligne", "id", "colonne", "valeur", "probleme", "consequence", "remede")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "=", "+", "-", "@")
"""First characters that make a spreadsheet run a cell; the full-width ones are read the same by some."""


def write_refused(inputs: Inputs, path: Path) -> None:
    """Write lignes-rejetees.csv: one line for each refused row, with all that is wrong with it.

    UTF-8 with a byte-order mark, so that Excel shows accents; no cell that a spreadsheet could run.
    """
    _write(_by_row(finding for finding in inputs.all_findings() if finding.refused), path)


def write_remarks(inputs: Inputs, path: Path) -> None:
    """Write, in the same form, what the officer should know of rows and files that were used all the same."""
    _write([finding for finding in inputs.all_findings() if not finding.refused], path)


def _by_row(findings: Iterable[Finding]) -> list[Finding]:
    """One finding a row: the first, with the problems and remedies of the others behind its own."""
    rows: dict[tuple[str, int], list[Finding]] = {}
    for finding in findings:
        rows.setdefault((finding.file, finding.row), []).append(finding)
    return [_merged(found) for found in rows.values()]


def _merged(found: list[Finding]) -> Finding:
    first = found[0]
    if len(found) == 1:
        return first
    return Finding(
        first.table,
        first.file,
        first.row,
        first.id,
        " | ".join(dict.fromkeys(one.column for one in found)),
        " | ".join(dict.fromkeys(one.value for one in found)),
        " | ".join(one.problem for one in found),
        first.consequence,
        " | ".join(dict.fromkeys(one.fix for one in found)),
        True,
    )


def _write(findings: list[Finding], path: Path) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADERS)
    for one in findings:
        cells = (
            one.table,
            one.file,
            str(one.row),
            one.id,
            one.column,
            one.value,
            one.problem,
            one.consequence,
            one.fix,
        )
        writer.writerow([safe_cell(cell) for cell in cells])
    files.write_bytes(path, text.getvalue().encode("utf-8-sig", errors="replace"))


def safe_cell(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet would take it for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text
