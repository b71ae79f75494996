"""Workbooks (.xlsx .xlsm .xlsb .xls .ods) as grids: every visible sheet, cells as the text that the officer sees."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from pipeline.errors import InputError
from pipeline.records.grid import Grid, Merge
from pipeline.records.sniff import OLE, unreadable

MAX_COLUMNS = 300
MAX_UNPACKED = 400_000_000
"""Bytes of XML that a workbook may unpack to. 100,000 incidents make about 90 MB; a trap makes gigabytes."""
MAX_CELLS = 60_000_000
"""Cells of the rectangle around all that a sheet holds; one stray cell in the last corner makes 17 thousand million."""

_ROW = re.compile(rb"<(?:\w+:)?row\b([^>]*)>")
_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)", re.DOTALL)
_FULL = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br=["\']([A-Z]{1,3})(\d{1,7})["\'][^>]*[^/>]>')
_REF = re.compile(rb'\br=["\']([A-Z]{1,3})(\d{1,7})["\']')
_NUMBER = re.compile(rb'\br=["\'](\d{1,7})["\']')
_VALUE = re.compile(rb"<(?:\w+:)?v\b[^>]*>([^<]+)<")
_REPEATED = re.compile(
    rb'<table:table-(?:cell\b(?=[^>]*office:value-type)[^>]*columns-repeated="(?:\d{4,})"|'
    rb'row\b[^>]*rows-repeated="(?:\d{5,})"[^>]*>(?:(?!</table:table-row>).)*?office:value-type)',
    re.DOTALL,
)
"""A filled cell or row that an ODS file repeats thousands of times."""


def read_xlsx(data: bytes, shown: str) -> list[Grid]:
    """The visible sheets of a workbook, in order. shown: the file's name, for messages.

    Formulas count as the value last computed. Raises InputError on anything that is not a readable workbook.
    """
    parts = _checked_parts(data, shown) if data.startswith(b"PK") else {}
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        grids = []
        for one in book.sheets_metadata:
            if one.visible == SheetVisibleEnum.Visible and one.typ == SheetTypeEnum.WorkSheet:
                xml = parts.get(one.name, b"")
                _check_extent(xml, shown)  # before the reader makes room for it
                grids.append(_grid(book.get_sheet_by_name(one.name), xml))
        return grids
    except (InputError, KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a fault inside the library comes as its own kind, beside Exception
        if data.startswith(OLE):
            why = "c'est un ancien classeur Excel (.xls) endommagé, un autre document, ou un mot de passe le protège"
            raise unreadable(shown, why) from None
        raise unreadable(shown, f"le classeur est endommagé ({type(error).__name__})") from None


def _checked_parts(data: bytes, shown: str) -> dict[str, bytes]:
    """Sheet -> its XML, of an XLSX ({} for other kinds), once the archive is known to be harmless."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = {entry.filename: entry for entry in archive.infolist()}
            _check_kind(entries, shown)
            if sum(entry.file_size for entry in entries.values()) > MAX_UNPACKED:
                raise InputError(
                    f"{shown} contient plus de {MAX_UNPACKED // 1_000_000} Mo de données une fois décompressé",
                    "le fichier n'est pas lu, pour ne pas bloquer l'ordinateur, et aucune carte n'est produite",
                    "ne garder dans le classeur que le tableau du mois, ou l'enregistrer en CSV",
                )
            # Read here once to the end: sizes that an archive declares falsely show as such.
            sheets = {}
            for name in entries:
                content = archive.read(name)
                if name.endswith((".xml", ".rels")) and b"<!ENTITY" in content[:65536]:
                    raise unreadable(shown, "le classeur est endommagé ou piégé (entités XML)")
                if name == "content.xml" and _REPEATED.search(content):
                    raise _too_wide(shown, "")
                if name.startswith("xl/worksheets/") or name in (
                    "xl/workbook.xml",
                    "xl/_rels/workbook.xml.rels",
                ):
                    sheets[name] = content
    except InputError:
        raise
    except Exception:  # zipfile and zlib let many kinds through on a damaged file
        raise unreadable(shown, "le fichier est incomplet ou endommagé") from None
    return _by_sheet(sheets)


def _check_kind(names: dict[str, Any], shown: str) -> None:
    open_document = "mimetype" in names and "content.xml" in names
    office = "[Content_Types].xml" in names and any(name.startswith("xl/") for name in names)
    if not (open_document or office):
        raise unreadable(shown, "c'est une archive ZIP ou un autre document, non un classeur")


def _by_sheet(parts: dict[str, bytes]) -> dict[str, bytes]:
    """Name of each sheet -> its XML."""
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        targets = {
            one.get("Id"): one.get("Target", "")
            for one in fromstring(parts.get("xl/_rels/workbook.xml.rels", b"<a/>"))
        }
        found = {}
        for one in fromstring(parts.get("xl/workbook.xml", b"<a/>")).iter():
            key = next((value for name, value in one.attrib.items() if name.endswith("}id")), None)
            if one.tag.endswith("}sheet") and key in targets:
                target = targets[key].lstrip("/")
                found[one.get("name", "")] = parts.get(
                    target if target.startswith("xl/") else f"xl/{target}", b""
                )
        return found
    except (ParseError, DefusedXmlException):
        return {}  # the reader itself says what is wrong with it


def _grid(sheet: Any, xml: bytes) -> Grid:
    memo: dict[Any, str] = {}
    lines = [
        [_text(value, memo) for value in row[:MAX_COLUMNS]] for row in sheet.to_python(skip_empty_area=False)
    ]
    uncomputed = _from_formulas(xml, lines)
    while lines and not any(lines[-1]):
        lines.pop()
    merges = tuple(
        Merge(top, bottom, left, min(right, MAX_COLUMNS - 1))
        for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
    )
    return Grid(str(sheet.name), lines, merges=merges, hidden=_hidden(xml), uncomputed=uncomputed)


def _check_extent(xml: bytes, shown: str) -> None:
    """Refuse a sheet whose filled cells lie so far apart that the rectangle around them fills the memory."""
    last = max((int(found[1]) for found in _NUMBER.finditer(xml[-100_000:])), default=0)
    if max(last, 1) * (MAX_COLUMNS if not re.search(rb'\br=["\'][A-Z]{3}\d', xml) else 16_384) <= MAX_CELLS:
        return
    rows = columns = 0
    for letters, number in _FULL.findall(xml):
        rows, columns = max(rows, int(number)), max(columns, _column(letters))
    if rows * columns > MAX_CELLS:
        raise _too_wide(shown, f" : elle va jusqu'à la ligne {rows}, colonne {columns}")


def _too_wide(shown: str, where: str) -> InputError:
    return InputError(
        f"{shown} : une feuille s'étend bien au-delà de son tableau{where}",
        "le fichier n'est pas lu, pour ne pas bloquer l'ordinateur, et aucune carte n'est produite",
        "supprimer les lignes et les colonnes vides après le tableau, ou recopier le tableau dans un classeur neuf",
    )


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _hidden(xml: bytes) -> frozenset[int]:
    """Indices of the rows that a filter or a hand hides."""
    if b'hidden="' not in xml:
        return frozenset()
    found = set()
    for row in _ROW.finditer(xml):
        if (b'hidden="1"' in row[1] or b'hidden="true"' in row[1]) and (number := _NUMBER.search(row[1])):
            found.add(int(number[1]) - 1)
    return frozenset(found)


def _from_formulas(xml: bytes, lines: list[list[str]]) -> tuple[tuple[int, int], ...]:
    """(row, column) of the formulas that nothing has computed; errors of formulas are put into `lines`.

    The reader gives both as empty cells, and an empty cell means something else.
    """
    return tuple(_uncomputed(xml, lines)) if b"<f" in xml or b":f>" in xml or b't="e"' in xml else ()


def _uncomputed(xml: bytes, lines: list[list[str]]) -> Iterator[tuple[int, int]]:
    for cell in _CELL.finditer(xml):
        content = cell[2] or b""
        error = b't="e"' in cell[1]
        if not error and b"<f" not in content and b":f" not in content:
            continue
        at = _REF.search(cell[1])
        if at is None:
            continue
        row, column = int(at[2]) - 1, _column(at[1]) - 1
        value = _VALUE.search(content)
        if value is None and b't="str"' not in cell[1]:
            yield row, column
        elif error and value is not None and row < len(lines) and column < MAX_COLUMNS:
            line = lines[row]
            line += [""] * (column + 1 - len(line))
            line[column] = value[1].decode("utf-8", errors="replace")


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
