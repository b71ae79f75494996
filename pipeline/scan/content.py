"""What a file says, in whatever corner: texts, points and counts, by format. Nothing is judged here."""

from __future__ import annotations

import html
import io
import json
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

PNG = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True)
class Piece:
    """A text and where it stands. code: script or style, where short words mean nothing."""

    where: str
    text: str
    code: bool = False


@dataclass
class Content:
    """raw: (where, bytes that are no text as a whole). points: (where, longitude, latitude). counts: (where,
    value) of violations. stamps: (where, day) of times that the format itself keeps. serials: (where, value)
    of numbers that a spreadsheet may show as days. faults: French, what by itself may not leave."""

    pieces: list[Piece] = field(default_factory=list)
    raw: list[tuple[str, bytes]] = field(default_factory=list)
    points: list[tuple[str, float, float]] = field(default_factory=list)
    counts: list[tuple[str, float]] = field(default_factory=list)
    stamps: list[tuple[str, date]] = field(default_factory=list)
    serials: list[tuple[str, float]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def content_of(path: Path) -> Content:
    """Everything that the file says. A format that is not known is read as bytes."""
    found = Content()
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
        from pipeline.scan.pdf import read_pdf

        read_pdf(data, where, found)
    elif name.lower().endswith((".html", ".htm")):
        _page(data.decode("utf-8", "replace"), where, found)
    elif name.lower().endswith((".json", ".geojson")):
        _json_text(data.decode("utf-8", "replace"), where, found)
    elif name.lower().endswith((".xml", ".rels", ".svg", ".vml")):
        markup(data.decode("utf-8", "replace"), where, found)
    elif b"\0" in data:
        found.raw.append((where or "octets", data))
        found.pieces.append(Piece(where or "octets", data.decode("utf-16-le", "ignore"), code=True))
    else:
        found.pieces.append(Piece(where or "texte", data.decode("utf-8", "replace")))


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
            found.pieces.append(Piece(label, _png_text(kind, body)))
        elif kind not in (b"IDAT", b"PLTE", b"tRNS", b"IHDR", b"pHYs"):
            found.raw.append((label, body))
    if at < len(data):
        found.pieces.append(
            Piece(f"{where} après la fin du PNG".strip(), data[at:].decode("utf-8", "replace"))
        )


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
        found.pieces.append(
            Piece(f"{where} commentaire d’archive".strip(), archive.comment.decode("utf-8", "replace"))
        )
        for member in archive.infolist():
            label = f"{where} {member.filename}".strip()
            found.pieces.append(
                Piece(f"{label} (nom, commentaire)", f"{member.filename} {member.comment!r} {member.extra!r}")
            )
            found.stamps.append((f"{label} (date)", date(*member.date_time[:3])))
            if not member.is_dir() and not member.flag_bits & 1:
                _bytes(member.filename, archive.read(member), label, found)
        if "xl/workbook.xml" in archive.namelist():
            from pipeline.scan.workbook import read_workbook

            read_workbook(archive, where, found)


_BREAK = re.compile(r"</?(?:\w+:)?(?:p|br|tab|tr|tc|si|is|row|c|v|text|title|desc)\b[^>]*>")
"""Tags of DOCX, XLSX and SVG between which no word goes on."""


def markup(text: str, where: str, found: Content) -> None:
    """XML: its texts and attribute values, with the tags, and without (a word may be cut in runs)."""
    bare = html.unescape(re.sub(r"<[^>]+>", "", _BREAK.sub("\n", text)))
    found.pieces.append(Piece(where, html.unescape(text)))
    found.pieces.append(Piece(where, bare))


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
            found.pieces.append(Piece(label, _unescaped(block[3]), code=True))
    rest.append(text[last:])
    found.pieces.append(Piece(f"{where} page".strip(), html.unescape("".join(rest))))


def _unescaped(text: str) -> str:
    return re.sub(r"\\u([0-9a-fA-F]{4})", lambda match: chr(int(match[1], 16)), text)


def _json_text(text: str, where: str, found: Content) -> None:
    try:
        value = json.loads(text)
    except ValueError:
        found.pieces.append(Piece(where, _unescaped(text)))
        return
    texts: list[str] = []
    _json_value(value, where, texts, found)
    found.pieces.append(Piece(where, "\n".join(texts)))


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
    from pipeline.scan.geopackage import read_geopackage

    read_geopackage(path, found)
    found.raw.append(("octets du GeoPackage", data))
