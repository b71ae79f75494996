"""What a PDF says, as a reader sees it: its pages' text, and every string, stream and attachment of it."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

from pypdf import PdfReader
from pypdf.generic import (
    ByteStringObject,
    DictionaryObject,
    EncodedStreamObject,
    StreamObject,
    TextStringObject,
)

from pipeline.scan.extract import Content, Piece, decoded, inflated, markup

_OUTLINES = re.compile(rb"(?:-?[\d.]+[ \r\n]+){2,6}(?:[mlcvy]|re)(?=\s)")
"""Paths of a drawing: nine tenths of a page with a map, without a word. Left out, pages are read five times as fast."""

_LITERAL = re.compile(rb"/[A-Za-z]+\s*(?:\(((?:\\.|[^\\()])*)\)|<([0-9A-Fa-f\s]+)>)", re.DOTALL)


def read_pdf(data: bytes, where: str, found: Content) -> None:
    """Pages as text, then all objects: metadata, alternative texts, names, attachments. Raises what pypdf raises
    where the file cannot be read: what cannot be searched may not leave."""
    label = f"{where} PDF".strip()
    found.raw.append((label, data))
    reader = PdfReader(io.BytesIO(data))
    words: list[str] = []
    for item in _objects(reader):
        words += _strings(item)
        if isinstance(item, StreamObject):
            body = _body(item)
            found.raw.append((f"{where} flux PDF".strip(), body))
            if b"<x:xmpmeta" in body:
                markup(body.decode("utf-8", "replace"), f"{label} XMP", found)
            if b"BT" in body and b"Tf" in body and item.get("/Subtype", "/Form") == "/Form":
                drawn = item.decoded_self if isinstance(item, EncodedStreamObject) else item
                if drawn is not None:
                    drawn.set_data(_OUTLINES.sub(b"", body))
    for lost in _unlisted(reader, data):
        words += _literals(lost)
        for packed in re.findall(rb"stream\r?\n(.*?)endstream", lost, re.DOTALL):
            body = inflated(packed)
            found.raw.append((f"{where} flux PDF".strip(), body))
            markup(body.decode("utf-8", "replace"), f"{label} XMP", found)
    found.pieces.append(Piece(label, "\n".join(words)))
    for number, page in enumerate(reader.pages, start=1):
        text = page.extract_text()
        # A word may be cut at the end of a line, or set letter by letter.
        found.pieces.append(Piece(f"{label}, page {number}", text))
        found.pieces.append(Piece(f"{label}, page {number}", text.replace("-\n", "").replace("\n", "")))


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


def _strings(item: Any) -> Iterator[str]:
    """The strings within one object; references to others are not followed."""
    if isinstance(item, TextStringObject):
        yield str(item)
    elif isinstance(item, ByteStringObject):
        yield decoded(bytes(item))
    elif isinstance(item, DictionaryObject):
        for key, value in item.raw_items() if hasattr(item, "raw_items") else dict.items(item):
            yield str(key)
            yield from _strings(value)
    elif isinstance(item, list):
        for value in list.__iter__(item):
            yield from _strings(value)


def _body(stream: StreamObject) -> bytes:
    try:
        return stream.get_data()
    except NotImplementedError:  # a picture in a form that only viewers decode
        return bytes(stream._data)
