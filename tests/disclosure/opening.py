"""Files of one month and audience, opened as an attacker would: every channel that holds a count."""

from __future__ import annotations

import html
import json
import re
import sqlite3
from collections.abc import Iterator
from math import inf
from pathlib import Path
from typing import Any

import openpyxl

from pipeline.taxonomy import CATEGORIES
from pipeline.web.payload import VLQ
from tests.disclosure.attacker import KEYS, Cell, Interval

Said = tuple[str, Cell, Interval]
"""Month, cell, what it is said to be."""


def interval(text: object) -> Interval | None:
    """What a printed count says; None where it says nothing."""
    plain = re.sub(r"\s", "", str(text))
    if found := re.fullmatch(r"(\d+)à(\d+)", plain):
        return float(found[1]), float(found[2])
    if found := re.fullmatch(r"(\d+)etplus", plain):
        return float(found[1]), inf
    if plain.isdigit():
        return float(plain), float(plain)
    return {"noncouverte": (0.0, 0.0), "Communenoncouverte": (0.0, 0.0)}.get(plain)


def numbers(text: str) -> Iterator[int]:
    """The whole numbers of the page's own packing."""
    value = shift = 0
    for letter in text:
        digit = VLQ.index(letter)
        value |= (digit & 31) << shift
        shift += 5
        if not digit & 32:
            yield -(value >> 1) if value & 1 else value >> 1
            value = shift = 0


def lists(packed: list[str]) -> list[list[int]]:
    """Lists of numbers, one an area."""
    stream, distinct = list(numbers(packed[0])), []
    while stream:
        size = stream[0]
        distinct.append(stream[1 : 1 + size])
        stream = stream[1 + size :]
    return [distinct[position] for position in numbers(packed[1])]


def scripts(page: Path) -> dict[str, Any]:
    """Data blocks of a page, by name."""
    found = re.findall(r'<script[^>]*id="(\w+)"[^>]*>(.*?)</script>', page.read_text("utf-8"), re.DOTALL)
    return {name: json.loads(text) for name, text in found if text.lstrip().startswith("{")}


def page(path: Path) -> Iterator[Said]:
    """Annex 1 as a page: areas, their facts and trends, the table, the ranked bars."""
    blocks = scripts(path)
    data, codes = blocks["donnees"], blocks["topologie"]["areas"]["pcode"]
    month, layer, texts = data["month"], data["areas"][0], data["texts"]
    for code, text, trend in zip(codes, numbers(layer["text"]), lists(layer["trend"]), strict=True):
        yield from _said(month, ("commune", code), texts[text])
        for label, of_month, least, most in zip(*[iter(trend)] * 4, strict=True):
            yield from _said(layer["labels"][label], ("commune", code), texts[of_month])
            if least >= 0:  # the ends that the line is drawn between are told too
                ends = (float(least), inf if most < 0 else float(most))
                yield layer["labels"][label], ("commune", code), ends
    for column in data["table"]["columns"]:
        if column["key"] == "violations":
            cells = column["v"]
            if isinstance(cells, str):
                cells = [column["d"][position] for position in numbers(cells)]
            for code, cell in zip(codes, cells, strict=True):
                yield from _said(month, ("commune", code), cell)
    yield from _bars(path.read_text("utf-8"), month, blocks["topologie"]["cercles"])


def _bars(text: str, month: str, cercles: dict[str, Any]) -> Iterator[Said]:
    """The ranked bars of a page: the total of each cercle, and its parts as they are spoken."""
    code_of = dict(zip(cercles["name"], cercles["pcode"], strict=True))
    labels = {category.short: category.key for category in CATEGORIES}
    for table in re.findall(r'<table class="barres">(.*?)</table>', text, re.DOTALL):
        for name, spoken, total in re.findall(
            r'<tr><th scope="row">([^<]*)</th>.*?"barre-texte">([^<]*)<.*?<td class="nombre">([^<]*)</td>',
            table,
            re.DOTALL,
        ):
            code = code_of[html.unescape(name)]
            yield from _said(month, ("cercle", code), html.unescape(total))
            for part in re.split(r", (?=[A-ZÉ])", html.unescape(spoken)):
                label, _, value = part.rpartition("\u00a0: ")
                if label in labels:
                    yield from _said(month, ("cercle_categorie", code, labels[label]), value)


def package(path: Path, month: str) -> Iterator[Said]:
    """The GeoPackage: class of each commune, total and categories of each cercle."""
    with sqlite3.connect(path) as base:
        base.row_factory = sqlite3.Row
        for row in base.execute("SELECT * FROM annexe_1_communes"):
            yield from _said(month, ("commune", row["pcode"]), row["class"])
        for row in base.execute("SELECT * FROM annexe_1_cercles"):
            yield from _said(month, ("cercle", row["pcode"]), row["total"])
            for key in KEYS:
                yield from _said(month, ("cercle_categorie", row["pcode"], key), row[f"cat_{key}"])
    base.close()


def record(path: Path) -> Iterator[Said]:
    """What the manifest tells of every month so far."""
    for month, told in json.loads(path.read_text("utf-8"))["divulgation"].items():
        tables = {("commune", code): count for code, count in told["communes"].items()}
        tables |= {("cercle", code): count for code, count in told["cercles"].items()}
        for region, row in told["regions_categories"].items():
            tables |= {("region_categorie", region, key): count for key, count in row.items()}
        for cell, count in tables.items():
            if isinstance(count, list):
                yield month, cell, (count[0], inf if count[1] is None else count[1])


def listed(path: Path) -> Iterator[tuple[str, dict[str, object]]]:
    """Lines of the list of incidents, by month; columns and sheets that are hidden too."""
    for sheet in openpyxl.load_workbook(path).worksheets[:1]:
        rows = list(sheet.iter_rows(values_only=True))
        for row in rows[1:]:
            line = dict(zip(("mois", "region", "cercle", "categorie", "type", "nombre"), row, strict=False))
            if line["nombre"] is not None:
                yield str(line["mois"])[:7], line


def _said(month: str, cell: Cell, text: object) -> Iterator[Said]:
    said = None if text is None else interval(text)
    if said is not None:
        yield month, cell, said
