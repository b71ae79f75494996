"""What a PDF says of itself: its metadata, and the strings of its dictionaries."""

from __future__ import annotations

import re

from pipeline.scan.content import Content, Piece, decoded, inflated, markup

_PDF_STRING = re.compile(rb"/[A-Za-z]+\s*(?:\(((?:\\.|[^\\()])*)\)|<([0-9A-Fa-f\s]+)>)", re.DOTALL)
_XMP = re.compile(rb"<x:xmpmeta.*?</x:xmpmeta>", re.DOTALL)


def read_pdf(data: bytes, where: str, found: Content) -> None:
    """Metadata and the streams that can be inflated; texts set in glyph codes are not words here."""
    label = f"{where} PDF".strip()
    found.raw.append((label, data))
    _pdf_words(data, label, found)
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", data, re.DOTALL):
        body = inflated(stream)
        if body is not stream:
            found.raw.append((f"{where} flux PDF".strip(), body))
            _pdf_words(body, f"{where} flux PDF".strip(), found)


def _pdf_words(data: bytes, label: str, found: Content) -> None:
    """The strings of dictionaries (title, keywords, alternative texts), and what XMP says."""
    words = []
    for literal, digits in _PDF_STRING.findall(data):
        text = re.sub(rb"\\([()\\])", rb"\1", literal)
        if digits:
            figures = re.sub(rb"\s", b"", digits)
            text = bytes.fromhex((figures + b"0" * (len(figures) % 2)).decode("ascii"))
        if text.startswith(b"\xfe\xff"):
            words.append(text[2:].decode("utf-16-be", "replace"))
        else:
            words.append(decoded(text))
    found.pieces.append(Piece(label, "\n".join(words)))
    for packet in _XMP.findall(data):
        markup(packet.decode("utf-8", "replace"), f"{label} XMP", found)
