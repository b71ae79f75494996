"""What a file says, in whatever corner and format: texts, points and counts. Nothing is judged here."""

from __future__ import annotations

import html
import io
import json
import re
import sqlite3
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import shapely

if TYPE_CHECKING:
    from pypdf import PdfReader
    from pypdf.generic import StreamObject

PNG = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True)
class ContentPiece:
    """A text and where it stands. code: script or style, where short words mean nothing. markup: with the format's own
    words in it (tags, references to cells, names of parts), where short identifiers mean nothing."""

    where: str
    text: str
    code: bool = False
    markup: bool = False


@dataclass
class Content:
    """look: what is searched for in bytes that are no text as a whole. They are looked through as they are read, and not
    kept: the streams of a PDF together are many times the file. raw: (where, what was found there). points: (where,
    longitude, latitude). counts: (where, value) of violations. stamps: (where, day) of times that the format itself keeps.
    serials: (where, value) of numbers that a spreadsheet may show as days. faults: French, what by itself may not leave.
    half: of a PDF, what is read of it: "objects", "pages", or both."""

    look: Callable[[bytes], Iterable[str]] = lambda data: ()
    pieces: list[ContentPiece] = field(default_factory=list)
    raw: list[tuple[str, str]] = field(default_factory=list)
    points: list[tuple[str, float, float]] = field(default_factory=list)
    counts: list[tuple[str, float]] = field(default_factory=list)
    stamps: list[tuple[str, date]] = field(default_factory=list)
    serials: list[tuple[str, float]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    half: str = ""

    def add(self, where: str, text: str, code: bool = False, markup: bool = False) -> None:
        """Keep a text that was found there (see `ContentPiece`)."""
        self.pieces.append(ContentPiece(where.strip(), text, code, markup))

    def through(self, where: str, data: bytes) -> None:
        """Look through bytes."""
        self.raw += ((where.strip(), what) for what in self.look(data))


def content_of(
    path: Path, look: Callable[[bytes], Iterable[str]] = lambda data: (), half: str = ""
) -> Content:
    """Everything that the file says; `look` tells what its bytes say (see `Content`). A format that is not known is read
    as bytes. half: of a PDF that is read in two halves."""
    found = Content(look, half=half)
    data = path.read_bytes()
    if data.startswith(b"SQLite format 3\0"):
        _database(path, data, found)
    else:
        _bytes(path.name, data, "", found)
    return found


def _bytes(name: str, data: bytes, where: str, found: Content) -> None:
    if data.startswith(PNG):
        _png(data, where, found)
    elif data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        _archive(data, where, found)
    elif data.startswith(b"%PDF"):
        read_pdf(data, where, found)
    elif name.lower().endswith((".html", ".htm")):
        _page(data.decode("utf-8", "replace"), where, found)
    elif name.lower().endswith((".json", ".geojson")):
        _json_text(data.decode("utf-8", "replace"), where, found)
    elif name.lower().endswith((".xml", ".rels", ".svg", ".vml")):
        markup(data.decode("utf-8", "replace"), where, found)
    elif b"\0" in data:
        found.through(where or "octets", data)
        found.add(where or "octets", data.decode("utf-16-le", "ignore"), code=True)
    else:
        found.add(where or "texte", data.decode("utf-8", "replace"))


def _png(data: bytes, where: str, found: Content) -> None:
    """Every chunk but the pixels, and what follows the last one."""
    at = len(PNG)
    while at + 8 <= len(data):
        size, kind = struct.unpack(">I4s", data[at : at + 8])
        body = data[at + 8 : at + 8 + size]
        label = f"{where} bloc PNG {kind.decode('latin-1')}".strip()
        at += size + 12
        if kind == b"IEND":
            break
        if kind == b"tIME" and size >= 4:
            year, month, day = struct.unpack(">HBB", body[:4])
            found.stamps.append((label, date(year, max(month, 1), max(day, 1))))
        elif kind in (b"tEXt", b"zTXt", b"iTXt", b"iCCP"):
            found.add(label, _png_text(kind, body))
        elif kind not in (b"IDAT", b"PLTE", b"tRNS", b"IHDR", b"pHYs"):
            found.through(label, body)
    if at < len(data):
        found.add(f"{where} après la fin du PNG", data[at:].decode("utf-8", "replace"))


def _png_text(kind: bytes, body: bytes) -> str:
    keyword, _, rest = body.partition(b"\0")
    if kind == b"iTXt":
        packed, rest = rest[:1] == b"\1", rest[2:]
        language, _, rest = rest.partition(b"\0")
        translated, _, rest = rest.partition(b"\0")
        rest = inflated(rest) if packed else rest
        return b" ".join((keyword, language, translated, rest)).decode("utf-8", "replace")
    if kind in (b"zTXt", b"iCCP"):
        rest = inflated(rest[1:])
    return decoded(b" ".join((keyword, rest)))


def decoded(text: bytes) -> str:
    """UTF-8 where it is, else Latin-1."""
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError:
        return text.decode("latin-1")


def inflated(data: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(data)
    except zlib.error:
        return data


def _archive(data: bytes, where: str, found: Content) -> None:
    """A zip, and with it XLSX and DOCX: every member, name, comment and time."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        found.add(f"{where} commentaire d’archive", archive.comment.decode("utf-8", "replace"))
        for member in archive.infolist():
            label = f"{where} {member.filename}".strip()
            named = f"{member.filename} {member.comment!r} {member.extra!r}"
            found.add(f"{label} (nom, commentaire)", named, markup=True)
            found.stamps.append((f"{label} (date)", date(*member.date_time[:3])))
            if not member.is_dir() and not member.flag_bits & 1:
                _bytes(member.filename, archive.read(member), label, found)
        if "xl/workbook.xml" in archive.namelist():
            read_workbook(archive, where, found)


_BREAK = re.compile(r"</?(?:\w+:)?(?:p|br|tab|tr|tc|si|is|row|c|v|text|title|desc)\b[^>]*>")
"""Tags of DOCX, XLSX and SVG between which no word goes on."""


def markup(text: str, where: str, found: Content) -> None:
    """XML: its texts and attribute values, with the tags, and without (a word may be cut in runs)."""
    bare = html.unescape(re.sub(r"<[^>]+>", "", _BREAK.sub("\n", text)))
    found.add(where, html.unescape(text), markup=True)
    found.add(where, bare)
    found.add(where, _told_by_attributes(text))


_TELLING = re.compile(
    r"""\s(?:title|alt|aria-label|content|descr|summary|label|placeholder|href|name|value)\s*=\s*(?:"([^"]*)"|'([^']*)')""",
    re.IGNORECASE,
)


def _told_by_attributes(text: str) -> str:
    """The values of attributes that are read out or shown, but own keys of pages, such as those of classes."""
    values = (html.unescape(double or single) for double, single in _TELLING.findall(text))
    return "\n".join(value for value in values if not _OWN_KEY.fullmatch(value))


_OWN_KEY = re.compile(r"[a-z]\d{1,2}")
"""Keys of classes and levels among the data of a page."""


def _page(text: str, where: str, found: Content) -> None:
    """HTML: data, scripts and styles, and all the rest."""
    rest = []
    last = 0
    for block in re.finditer(r"<(script|style)\b([^>]*)>(.*?)</\1\s*>", text, re.DOTALL | re.IGNORECASE):
        rest.append(text[last : block.start(3)])
        last = block.end(3)
        name = re.search(r'id="([^"]*)"', block[2])
        label = f"{where} {block[1].lower()} {name[1] if name else ''}".strip()
        if "json" in block[2]:
            _json_text(block[3], label, found)
        else:
            found.add(label, _unescaped(block[3]), code=True)
    rest.append(text[last:])
    markup("".join(rest).replace("<", "\n<"), f"{where} page".strip(), found)


def _unescaped(text: str) -> str:
    return re.sub(r"\\u([0-9a-fA-F]{4})", lambda match: chr(int(match[1], 16)), text)


def _json_text(text: str, where: str, found: Content) -> None:
    try:
        value = json.loads(text)
    except ValueError:
        found.add(where, _unescaped(text))
        return
    texts: list[str] = []
    _json_value(value, where, texts, found)
    found.add(where, "\n".join(one for one in texts if not _OWN_KEY.fullmatch(one)))


def _json_value(value: Any, where: str, texts: list[str], found: Content) -> None:
    if isinstance(value, str):
        texts.append(value)
    elif isinstance(value, dict):
        texts += value
        for part in value.values():
            _json_value(part, where, texts, found)
        found.counts += ((where, number) for number in _counted(value))
    elif isinstance(value, list):
        if len(value) == 2 and all(isinstance(part, float | int) for part in value):
            found.points.append((where, float(value[0]), float(value[1])))
        elif value and all(isinstance(part, float | int) for part in value):
            texts.append(" ".join(map(str, value)))
        else:
            for part in value:
                _json_value(part, where, texts, found)


COUNTED_COLUMNS = frozenset({"violations", "precedent", "nombre"})


def _counted(value: dict[str, Any]) -> Iterator[float]:
    """Counts of violations among the data of a page: pies, and table columns of violations."""
    if value.get("unit") == "violations":
        for item in value.get("items", ()):
            yield item.get("value", 0)
            yield from (part[1] for part in item.get("parts", ()) if isinstance(part[1], int | float))
    if value.get("key") in COUNTED_COLUMNS and isinstance(value.get("d"), list):
        yield from (cell for cell in value["d"] if isinstance(cell, int | float))


def _database(path: Path, data: bytes, found: Content) -> None:
    """A GeoPackage: every cell of every table, lines and points, and the bytes of pages not in use."""

    read_geopackage(path, found)
    found.through("octets du GeoPackage", data)


# A GeoPackage's cells, its small geometries, and whether deleted rows may still stand in it.


ENVELOPES = (0, 32, 48, 48, 64)
"""Bytes of the envelope in a geometry's header, by its code."""
COUNTED = ("total", "cat_", "nombre", "violations")


def read_geopackage(path: Path, found: Content) -> None:
    """Add to `found` the texts of all cells, counts in columns of violations, and the coordinates of points
    and lines (areas are the boundaries, which anybody may have)."""
    with sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True) as base:
        if base.execute("PRAGMA freelist_count").fetchone()[0]:
            found.faults.append("des pages libres du GeoPackage peuvent garder des lignes effacées")
        names = [
            name
            for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
            if not name.startswith("rtree_")
        ]
        drawn = {}
        if "gpkg_geometry_columns" in names:
            columns = "table_name, column_name, geometry_type_name"
            for table, column, kind in base.execute(f"SELECT {columns} FROM gpkg_geometry_columns"):
                if "POLYGON" not in kind.upper():
                    drawn[table, column] = kind
        for name in names:
            _table(base, name, drawn, found)
        schema = "\n".join(sql or "" for (sql,) in base.execute("SELECT sql FROM sqlite_master"))
        found.add("schéma du GeoPackage", schema)
    base.close()


def _table(base: sqlite3.Connection, name: str, drawn: dict[tuple[str, str], str], found: Content) -> None:
    rows = base.execute(f'SELECT * FROM "{name}"')
    columns = [column for column, *_ in rows.description]
    shapes = [at for at, column in enumerate(columns) if (name, column) in drawn]
    counts = [(at, f"{name}.{column}") for at, column in enumerate(columns) if column.startswith(COUNTED)]
    texts: list[str] = []
    for row in rows:
        texts += [str(value) for value in row if value is not None and type(value) is not bytes]
        for at in shapes:
            if type(row[at]) is bytes:
                _points(row[at], name, found)
        for at, where in counts:
            if row[at] is not None and type(row[at]) is not bytes:
                found.counts += _number(row[at], where)
    found.add(f"table {name}", "\n".join(texts))


def _number(value: object, where: str) -> list[tuple[str, float]]:
    try:
        return [(where, float(str(value)))]
    except ValueError:
        return []


def _points(blob: bytes, where: str, found: Content) -> None:
    if len(blob) < 8 or blob[:2] != b"GP" or blob[3] & 16:
        return
    shape = shapely.from_wkb(blob[8 + ENVELOPES[(blob[3] >> 1) & 7] :])
    found.points += ((f"géométrie de {where}", x, y) for x, y in shapely.get_coordinates(shape))


# What a PDF says, as a reader sees it: its pages' text, and every string, stream and attachment of it.


_DRAWN = re.compile(
    rb"(\((?>[^\\()]++|\\.)*+\)|<[^<>]*+>)"
    rb"|(?>(?>(?:-?[\d.]++[ \r\n]++){2,6}+(?:[mlcvy]|re)[ \r\n]++(?:h[ \r\n]++)?+)++(?:(?:[fBSn]|W)\*?+[ \r\n]++)*+)"
    rb"|(?<=[ \r\n])(?:(?:-?[\d.]++[ \r\n]++){1,4}+(?:[gGwjJM]|rg|RG|scn|SCN))(?=[ \r\n])"
    rb"|/\w++[ \r\n]++(?:gs|cs|CS)(?=[ \r\n])",
    re.DOTALL,
)
"""Strings, which stay; and paths, colours and widths of a drawing: nine tenths of a page with a map, without a word.
Left out, pages are read ten times as fast. Shifts between letters stay: words are told apart by them."""
_NOTHING = re.compile(
    rb"(\((?>[^\\()]++|\\.)*+\)|<[^<>]*+>)"
    rb"|\bq[ \r\n]++(?:(?:-?[\d.]++[ \r\n]++){6}cm[ \r\n]++)?+Q(?=[ \r\n])",
    re.DOTALL,
)
"""Strings, which stay; and what is left of a path that was taken out."""

_LITERAL = re.compile(rb"/[A-Za-z]+\s*(?:\(((?:\\.|[^\\()])*)\)|<([0-9A-Fa-f\s]+)>)", re.DOTALL)


def read_pdf(data: bytes, where: str, found: Content) -> None:
    """Pages as text, then all objects: metadata, alternative texts, names, attachments. Raises what pypdf raises
    where the file cannot be read: what cannot be searched may not leave."""
    from pypdf import PdfReader
    from pypdf.generic import EncodedStreamObject, StreamObject

    label = f"{where} PDF".strip()
    if found.half != "pages":
        found.through(label, data)
    reader = PdfReader(io.BytesIO(data))
    words: list[str] = []
    keys: list[str] = []
    for item in _objects(reader):
        if found.half != "pages":
            for text, key in _strings(item):
                (keys if key else words).append(text)
        if isinstance(item, StreamObject) and (found.half != "pages" or _a_form(item)):
            body = _body(item)
            if found.half != "pages":
                found.through(f"{where} flux PDF".strip(), body)
                if b"<x:xmpmeta" in body:
                    markup(body.decode("utf-8", "replace"), f"{label} XMP", found)
            if found.half != "objects" and _a_form(item) and b"BT" in body and b"Tf" in body:
                drawn = item.decoded_self if isinstance(item, EncodedStreamObject) else item
                if drawn is not None:
                    drawn.set_data(_NOTHING.sub(rb"\1", _DRAWN.sub(rb"\1", body)))
            elif isinstance(item, EncodedStreamObject):
                item.decoded_self = None  # what no page's text needs is not held to the end
    if found.half != "pages":
        for lost in _unlisted(reader, data):
            words += _literals(lost)
            for packed in re.findall(rb"stream\r?\n(.*?)endstream", lost, re.DOTALL):
                body = inflated(packed)
                found.through(f"{where} flux PDF".strip(), body)
                markup(body.decode("utf-8", "replace"), f"{label} XMP", found)
        found.add(label, "\n".join(words))
        found.add(label, "\n".join(keys), markup=True)
    for number, page in enumerate(reader.pages if found.half != "objects" else (), start=1):
        text = page.extract_text()
        # A word may be cut at the end of a line, or set letter by letter.
        found.add(f"{label}, page {number}", text)
        found.add(f"{label}, page {number}", text.replace("-\n", "").replace("\n", ""))


def _a_form(item: StreamObject) -> bool:
    """Whether a stream may set type: a page, or a form that one shows."""
    return bool(item.get("/Subtype", "/Form") == "/Form")


def _objects(reader: PdfReader) -> Iterator[Any]:
    """Every object of the file, also those that no page uses."""
    yield reader.trailer
    numbers = {number for table in reader.xref.values() for number in table} | set(reader.xref_objStm)
    for number in sorted(numbers - {0}):
        yield reader.get_object(number)


def _unlisted(reader: PdfReader, data: bytes) -> Iterator[bytes]:
    """Objects that stand in the bytes and in no table of the file: no viewer shows them, who looks finds them."""
    listed = {offset for table in reader.xref.values() for offset in table.values()}
    for item in re.finditer(rb"\d+ \d+ obj\b.*?endobj", data, re.DOTALL):
        if item.start() not in listed:
            yield item[0]


def _literals(data: bytes) -> Iterator[str]:
    """The strings of dictionaries, by their signs."""
    for literal, digits in _LITERAL.findall(data):
        text = re.sub(rb"\\([()\\])", rb"\1", literal)
        if digits:
            figures = re.sub(rb"\s", b"", digits)
            text = bytes.fromhex((figures + b"0" * (len(figures) % 2)).decode("ascii"))
        yield text[2:].decode("utf-16-be", "replace") if text.startswith(b"\xfe\xff") else decoded(text)


def _strings(item: Any) -> Iterator[tuple[str, bool]]:
    """The strings within one object, and whether each is a key; references to others are not followed."""
    from pypdf.generic import ByteStringObject, DictionaryObject, TextStringObject

    if isinstance(item, TextStringObject):
        yield str(item), False
    elif isinstance(item, ByteStringObject):
        yield decoded(bytes(item)), False
    elif isinstance(item, DictionaryObject):
        for key, value in item.raw_items() if hasattr(item, "raw_items") else dict.items(item):
            yield str(key), True
            yield from _strings(value)
    elif isinstance(item, list):
        for value in list.__iter__(item):
            yield from _strings(value)


def _body(stream: StreamObject) -> bytes:
    if stream.get("/Subtype") == "/Image" and stream.get("/Filter") == "/FlateDecode":
        return inflated(bytes(stream._data))  # pixels are not put together again: those of a PNG are not read
    try:
        return stream.get_data()
    except NotImplementedError:  # a picture in a form that only viewers decode
        return bytes(stream._data)


# Counts of violations in a workbook: the cells under a heading that says so.


HEADINGS = ("nombre", "violations")
SPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def read_workbook(archive: zipfile.ZipFile, where: str, found: Content) -> None:
    """Add the numbers under the headings of each sheet's first row to `found.counts`, and every whole number
    that a date may be to `found.pieces` as a date (Excel counts days from 1899-12-30)."""
    names = archive.namelist()
    shared = _shared(archive.read("xl/sharedStrings.xml")) if "xl/sharedStrings.xml" in names else []
    for name in names:
        if re.fullmatch(r"xl/worksheets/[^/]+\.xml", name):
            _sheet(archive.read(name), shared, f"{where} {name}".strip(), found)


def _shared(data: bytes) -> list[str]:
    return [
        "".join(text.text or "" for text in item.iter(f"{SPACE}t"))
        for item in ElementTree.parse(io.BytesIO(data)).getroot()
    ]


def _sheet(data: bytes, shared: list[str], where: str, found: Content) -> None:
    counted: set[str] = set()
    for line, row in enumerate(ElementTree.parse(io.BytesIO(data)).getroot().iter(f"{SPACE}row")):
        for cell in row:
            raw = cell.findtext(f"{SPACE}v")
            column = re.sub(r"\d", "", cell.get("r", ""))
            kind = cell.get("t")
            if line == 0 and kind in ("s", "inlineStr", "str"):
                if _heading(cell, kind, raw, shared).casefold().startswith(HEADINGS):
                    counted.add(column)
            elif raw is not None and kind in (None, "n"):
                found.serials.append((where, float(raw)))
                if column in counted:
                    found.counts.append((f"{where} {cell.get('r')}", float(raw)))


def _heading(cell: ElementTree.Element, kind: str, raw: str | None, shared: list[str]) -> str:
    """A text cell: by its number in the book's list, or written in place."""
    if kind == "s":
        return shared[int(raw or 0)]
    return raw or "".join(text.text or "" for text in cell.iter(f"{SPACE}t"))
