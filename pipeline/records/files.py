"""The officer's files as grids of clean text, CSV or workbook, and what is written back for the officer."""

from __future__ import annotations

import codecs
import contextlib
import csv
import io
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from itertools import zip_longest
from operator import attrgetter
from pathlib import Path
from typing import Any

from pipeline import files
from pipeline.errors import InputError
from pipeline.french import listing
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
    the table (XLSX). hidden: indices of lines that a filter or a hand hides. uncomputed: (line, column),
    from 0, of formulas whose value was never stored. joins: names of the sheets that this one was put together
    from; childless: reports of the first without a line in the second. told: what the officer should know of
    the file as a whole.
    """

    name: str
    lines: list[list[str]]
    broken: dict[int, str] = field(default_factory=dict)
    merges: tuple[Merge, ...] = ()
    ragged: bool = False
    hidden: frozenset[int] = frozenset()
    uncomputed: tuple[tuple[int, int], ...] = ()
    joins: tuple[str, ...] = ()
    childless: int = 0
    told: str = ""


def header_index(grid: Grid, score: HeaderScore) -> tuple[int, int]:
    """(index, score) of the line among the first that names most columns; (first line with text, 0) if none."""
    best, top = 0, -1
    for index, cells in enumerate(grid.lines[:HEADER_WITHIN]):
        if any(cell.strip() for cell in cells):
            points = score(cells)
            if points > top:
                best, top = index, points
    return best, max(top, 0)


def in_two_lines(grid: Grid, score: HeaderScore) -> tuple[Grid, int, int]:
    """(sheet, index of its header, columns that it names), as `header_index`. A header of two lines ("Lieu" over "Région",
    "Cercle"; "Date" beside them, over nothing) is put into its second one, where both name more columns than one does: a
    title alone as it is, one that stands twice with its group before it, as forms write it ("Destination/Région")."""
    index, points = header_index(grid, score)
    for upper, lower in ((index - 1, index), (index, index + 1)):
        if upper < 0 or lower >= len(grid.lines) or not grid.lines[index]:
            continue
        over, under = grid.lines[upper], grid.lines[lower]
        # What is taken for titles names columns, cell by cell: no record is.
        if lower > index and not all(score([cell]) for cell in under if cell.strip()):
            continue
        cells, group, keys = [], "", Counter(cell.strip().casefold() for cell in under)
        for above, title in zip_longest(over, under, fillvalue=""):
            group = above.strip() or group
            twice = keys[title.strip().casefold()] > 1 and title.strip() and group
            cells.append(f"{group}/{title}" if twice else title or above)
        if score(cells) > points:
            lines = [*grid.lines[:lower], cells, *grid.lines[lower + 1 :]]
            grid, index, points = replace(grid, lines=lines), lower, score(cells)
    return grid, index, points


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

TOO_LONG = f"la ligne a plus de {_FIELD} caractères : un autre texte y a été collé"
UNCLOSED = 'un guillemet (") ouvert sur cette ligne n’est pas refermé, ou il est mal placé'


_WORD = re.compile(r"(?<=[a-z])[éèêëàâçôîïûù](?=[a-z]|\b)|(?<=[A-Z])[ÉÈÊÀÇÔÎ](?=[A-Z]|\b)|\b[éÉ](?=[a-z])")
"""An accented letter inside a French word, as it never stands in a wrong reading of other bytes."""
_OLD = {"mac_roman": "Mac Roman", "cp850": "DOS (CP850)"}
UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def decode_told(data: bytes) -> tuple[str, str]:
    """(text, what the officer should know of its encoding): accents written twice, or as an old Mac or DOS wrote them,
    are put right where the words of the whole file prove it."""
    text = decode(data)
    if "Ã" in text:
        with contextlib.suppress(UnicodeError):
            again = text.encode("cp1252").decode("utf-8")
            return again, "ses accents sont écrits deux fois en UTF-8 (« RÃ©gion » pour « Région »)"
    if data.isascii() or data.startswith(UTF16) or _utf8(data) is not None or _WORD.search(text):
        return text, ""
    readings = {name: data.decode(name) for name in _OLD}
    words = {name: len(_WORD.findall(reading)) for name, reading in readings.items()}
    best = max(words, key=lambda name: words[name])
    if words[best] < 2:
        return text, ""
    return readings[best], f"ses accents sont écrits comme sur un ancien système, en {_OLD[best]}"


def _utf8(data: bytes) -> str | None:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None


def decode(data: bytes) -> str:
    """Text of a CSV: UTF-8 with or without BOM, UTF-16 with BOM, else Windows-1252.

    A file of mixed encodings (lines pasted from another) is decoded line by line.
    """
    if data.startswith(codecs.BOM_UTF8):
        return data.decode("utf-8-sig", errors="replace")
    if data.startswith(UTF16):
        return data.decode("utf-16", errors="replace")
    if (text := _utf8(data)) is not None:
        return text
    lines = ((line, _utf8(line)) for line in data.splitlines(keepends=True))
    return "".join(line.decode("cp1252", errors="replace") if text is None else text for line, text in lines)


def read_csv(data: bytes, score: HeaderScore) -> Grid:
    """The one grid of a text file. score: tells the delimiter that makes a header of the first lines."""
    text, told = decode_told(data)
    text = text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")
    delimiter = _delimiter(text[:_SAMPLE], score)
    usual = Counter(line.count(delimiter) for line in text[:_SAMPLE].split("\n")).most_common(1)[0][0]
    lines = _strict(text, delimiter)
    # As many records as line ends: no cell holds a line break, and there is nothing to doubt.
    plain = lines is not None and len(lines) == text.count("\n") + (not text.endswith("\n"))
    if lines is not None and (plain or not _swallowed(lines, delimiter, usual)):
        return Grid("", lines, ragged=True, told=told)
    lines, broken = _line_by_line(text, delimiter, usual)
    return Grid("", lines, broken, ragged=True, told=told)


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
    """All records, or None where a quote is wrong somewhere or a cell is longer than any record may be: the csv
    module's own limit is another one, and whatever else runs here may move it."""
    try:
        found = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    return None if any(max(map(len, cells), default=0) > _FIELD for cells in found) else found


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
            long = len(physical[at]) > _FIELD and physical[at].count('"') % 2 == 0
            broken[len(lines)] = TOO_LONG if long else UNCLOSED
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


OLE = b"\xd0\xcf\x11\xe0"
"""Begins an old Excel workbook (.xls), or a new one locked by a password."""

NOT_A_TABLE = (
    (b"%PDF", "c’est un document PDF"),
    (b"\x89PNG", "c’est une image PNG"),
    (b"\xff\xd8\xff", "c’est une image JPEG"),
    (b"GIF8", "c’est une image GIF"),
    (b"{\\rtf", "c’est un document de traitement de texte (RTF)"),
    (b"\x1f\x8b", "c’est une archive compressée (gzip)"),
    (b"Rar!", "c’est une archive RAR"),
    (b"7z\xbc\xaf", "c’est une archive 7-Zip"),
    (b"SQLite format 3", "c’est une base de données"),
)


def is_workbook(data: bytes, shown: str) -> bool:
    """Whether the bytes are a workbook (True) or text (False), whatever the file is called.

    Raises InputError on what is neither: an empty file, a PDF, a web page, a locked workbook.
    """
    if not data.strip(b" \t\r\n\0\xef\xbb\xbf\xff\xfe"):
        raise InputError(
            f"{shown} est vide ({len(data)} octet{'s' if len(data) > 1 else ''}, aucune ligne)",
            "on ne peut pas savoir s’il n’y a rien eu ou si l’envoi a échoué ; aucune carte n’est produite",
            "remettre le fichier reçu ; s’il n’y a vraiment rien eu, garder la seule ligne des titres de "
            "colonnes ; si le tableau n’est pas encore arrivé, supprimer le fichier",
        )
    if data.startswith(b"PK"):
        return True
    if data.startswith(OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise unreadable(shown, "le classeur est protégé par un mot de passe")
        return True
    for mark, why in NOT_A_TABLE:
        if data.startswith(mark):
            raise unreadable(shown, why)
    head = data[:2000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<!doctype", b"<html", b"<?xml", b"<table", b"<head", b"<body")):
        raise InputError(
            f"{shown} ne peut pas être lu : c’est une page web ou du XML {quote(head[:40].decode('latin-1'))}",
            "aucune de ses lignes ne peut être comptée, et aucune carte n’est produite",
            "télécharger de nouveau le tableau (un portail qui demande de se connecter envoie une page à la "
            "place), ou l’enregistrer dans Excel en .xlsx ou en CSV",
        )
    odd = sum(byte < 9 or 13 < byte < 32 for byte in data[:8000])
    if not data.startswith(UTF16) and odd > max(8, len(data[:8000]) // 20):
        raise unreadable(shown, "ce n’est ni un texte ni un classeur")
    return False


def unreadable(shown: str, why: str) -> InputError:
    """The error for a file that holds no table. why: French clause, e.g. "c'est une image"."""
    return InputError(
        f"{shown} ne peut pas être lu : {why}",
        "aucune de ses lignes ne peut être comptée, et aucune carte n’est produite",
        "l’ouvrir dans Excel ou LibreOffice et l’enregistrer comme « Classeur Excel (.xlsx) » ou "
        "« CSV UTF-8 », sans mot de passe",
    )


# Workbooks (.xlsx .xlsm .xlsb .xls .ods) as grids: every visible sheet, cells as the text that the officer sees.


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
                xml = _to_last_value(parts.get(one.name, b""))
                _check_extent(xml, shown)  # before the reader makes room for it
                grids.append(_grid(book.get_sheet_by_name(one.name), xml))
        return grids
    except (InputError, KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a fault inside the library comes as its own kind, beside Exception
        if data.startswith(OLE):
            why = "c’est un ancien classeur Excel (.xls) endommagé, un autre document, ou un mot de passe le protège"
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
                    "le fichier n’est pas lu, pour ne pas bloquer l’ordinateur, et aucune carte n’est produite",
                    "ne garder dans le classeur que le tableau du mois, sans lignes mises en forme après lui (les "
                    "supprimer dans Excel), ou l’enregistrer en CSV",
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
        held = [
            name
            for name in names
            if name.lower().endswith((".csv", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"))
        ]
        if held and shown.lower().endswith(".zip"):
            raise InputError(
                f"{shown} est une archive ZIP, qui contient {listing([quote(name, 60) for name in held[:3]])}",
                "une archive n’est pas lue : aucune de ses lignes ne peut être comptée, et aucune carte n’est produite",
                "en sortir le tableau (clic droit, Extraire tout), le mettre dans le dossier du mois, et enlever l’archive",
            )
        raise unreadable(shown, "c’est une archive ZIP ou un autre document, non un classeur")


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
    # One line at a time: a sheet that was formatted to its end has a million, and none says anything.
    left = [""] * (sheet.start or (0, 0))[1]
    lines = [
        [*left, *(_text(value, memo) for value in row[: MAX_COLUMNS - len(left)])]
        if row.count("") < len(row)
        else []
        for row in sheet.iter_rows()
    ]
    uncomputed = _from_formulas(xml, lines)
    while lines and not any(lines[-1]):
        lines.pop()
    merges = tuple(
        Merge(top, bottom, left, min(right, MAX_COLUMNS - 1))
        for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
    )
    return Grid(str(sheet.name), lines, merges=merges, hidden=_hidden(xml), uncomputed=uncomputed)


def _to_last_value(xml: bytes) -> bytes:
    """A sheet's XML up to the last cell that holds something: the empty cells behind it may be millions."""
    last = max(xml.rfind(mark) for mark in (b"</v>", b":v>", b"</t>", b":t>", b"<f", b":f>"))
    end = xml.find(b"row>", last)
    return xml if last < 0 or end < 0 else xml[: end + 4]


def _check_extent(xml: bytes, shown: str) -> None:
    """Refuse a sheet whose filled cells lie so far apart that the rectangle around them fills the memory."""
    last = max((int(found[1]) for found in _NUMBER.finditer(xml[-100_000:])), default=0)
    if max(last, 1) * (MAX_COLUMNS if not re.search(rb'\br=["\'][A-Z]{3}\d', xml) else 16_384) <= MAX_CELLS:
        return
    rows = columns = 0
    for letters, number in _FULL.findall(xml):
        rows, columns = max(rows, int(number)), max(columns, _column(letters))
    if rows * columns > MAX_CELLS:
        raise _too_wide(shown, f" : elle va jusqu’à la ligne {rows}, colonne {columns}")


def _too_wide(shown: str, where: str) -> InputError:
    return InputError(
        f"{shown} : une feuille s’étend bien au-delà de son tableau{where}",
        "le fichier n’est pas lu, pour ne pas bloquer l’ordinateur, et aucune carte n’est produite",
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
    if key not in memo:
        memo[key] = _number_or_date(value)
    return memo[key]


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


def write_refused(inputs: Inputs, path: Path) -> None:
    """Write lignes-rejetees.csv: one line for each refused row, with all that is wrong with it.

    UTF-8 with a byte-order mark, so that Excel shows accents; no cell that a spreadsheet could run.
    """
    rows: dict[tuple[str, int], list[Finding]] = {}
    for finding in inputs.all_findings():
        if finding.refused:
            rows.setdefault((finding.file, finding.row), []).append(finding)
    _write([_merged(found) for found in rows.values()], path)


def write_remarks(inputs: Inputs, path: Path) -> None:
    """Write, in the same form, what the officer should know of rows and files that were used all the same."""
    _write([finding for finding in inputs.all_findings() if not finding.refused], path)


def _merged(found: list[Finding]) -> Finding:
    """The first finding of a row, with the problems and remedies of the others behind its own."""

    def told(name: str) -> str:
        return " | ".join(dict.fromkeys(getattr(one, name) for one in found))

    problem = " | ".join(one.problem for one in found)
    return replace(found[0], column=told("column"), value=told("value"), problem=problem, fix=told("fix"))


def _write(findings: list[Finding], path: Path) -> None:
    cells = attrgetter("table", "file", "row", "id", "column", "value", "problem", "consequence", "fix")
    lines = [tuple(map(str, cells(one))) for one in findings]
    files.write_csv(path, HEADERS, lines)
