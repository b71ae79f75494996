"""Counts of violations in a workbook: the cells under a heading that says so."""

from __future__ import annotations

import io
import re
import zipfile
from xml.etree import ElementTree

from pipeline.scan.content import Content

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
