"""Excel workbooks as grids: every visible sheet, cells as the text that the officer sees in them."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, datetime, time, timedelta
from typing import Any

from pipeline.errors import InputError
from pipeline.records.grid import Grid, Merge
from pipeline.records.sniff import unreadable

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
