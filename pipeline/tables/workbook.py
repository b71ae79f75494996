"""Annex 4 as a workbook: filters, frozen header, real dates and numbers, nothing that runs."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

from pipeline.annexes.model import Annex, Column
from pipeline.files import about_sheet, head_of, printed_wide, workbook

WIDTHS = {"date": 12, "month": 11, "number": 11}
DATE_FORMATS = {"date": "dd/mm/yyyy", "month": "mmmm yyyy"}


def write_workbook(annex: Annex, target: Path) -> Path:
    """Write annex.table to `target` (.xlsx). A text cell is written as text, never as a formula or a link."""
    meta = annex.meta
    told = {
        "title": f"{annex.title} – {meta.month_label}",
        "subject": annex.subtitle,
        "author": meta.sources,
        "comments": f"{meta.audience_label}. {annex.caption}",
    }
    with workbook(target, datetime.fromisoformat(meta.produced_on), **told) as book:
        _rows_sheet(book, annex)
        about_sheet(book, _about(annex), (24, 100))
    return target


def _rows_sheet(book, annex: Annex) -> None:  # type: ignore[no-untyped-def]
    sheet = book.add_worksheet("Liste")
    head = book.add_format(
        {"bold": True, "bg_color": "#1c5d7c", "font_color": "#ffffff", "text_wrap": True, "valign": "top"}
    )
    formats = {
        kind: book.add_format({"num_format": code, "align": "left"}) for kind, code in DATE_FORMATS.items()
    }
    table = annex.table
    widths = [_width(table.rows, index, column) for index, column in enumerate(table.columns)]
    head_of(
        sheet, zip([column.label for column in table.columns], widths, strict=True), head, len(table.rows)
    )
    for line, row in enumerate(table.rows, start=1):
        for index, (column, value) in enumerate(zip(table.columns, row, strict=True)):
            if value is None or value == "":
                continue
            if column.kind in DATE_FORMATS:
                day = date.fromisoformat(f"{value}-01" if column.kind == "month" else str(value))
                sheet.write_datetime(
                    line, index, datetime(day.year, day.month, day.day), formats[column.kind]
                )
            elif isinstance(value, (int, float)):
                sheet.write_number(line, index, value)
            else:
                sheet.write_string(line, index, str(value))
    sheet.repeat_rows(0)
    printed_wide(sheet, annex.meta.audience_label, "&P / &N")


def _width(rows: tuple[tuple[object, ...], ...], index: int, column: Column) -> float:
    if column.kind in WIDTHS:
        return WIDTHS[column.kind]
    longest = max((len(str(row[index] or "")) for row in rows[:500]), default=0)
    return min(max(longest, len(column.label)) + 2, 60)


def _about(annex: Annex) -> list[tuple[str, str]]:
    meta = annex.meta
    return [
        ("Titre", annex.title),
        ("Période", annex.subtitle),
        ("Public", meta.audience_label),
        ("Effectifs", annex.counts_line),
        ("Légende", annex.caption),
        ("Sources", meta.sources),
        ("Bulletin", meta.bulletin),
        ("Limites administratives", f"{meta.boundary_label} ({meta.limits_dated})"),
        ("Produit le", meta.produced_on),
        *(("Attention", warning) for warning in meta.warnings),
        *([("Attention", meta.rollup_note)] if meta.rollup_note else []),
    ]
