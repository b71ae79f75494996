"""Text files as grids: encoding, delimiter and quotes are found out, and a bad line costs only itself."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter

from pipeline.records.grid import HEADER_WITHIN, Grid, HeaderScore, header_index

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
