"""Annex 4 as a workbook: filters, frozen header, real dates and numbers, nothing that runs."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

from pipeline.annexes.model import Annex, Column
from pipeline.files import replacing

WIDTHS = {"date": 12, "month": 11, "number": 11}
DATE_FORMATS = {"date": "dd/mm/yyyy", "month": "mmmm yyyy"}


def write_workbook(annex: Annex, target: Path) -> Path:
    """Write annex.table to `target` (.xlsx). A text cell is written as text, never as a formula or a link."""
    import xlsxwriter

    produced = datetime.fromisoformat(annex.meta.produced_on)
    with replacing(target) as temporary:
        book = xlsxwriter.Workbook(
            str(temporary),
            {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
        )
        # The creation date would otherwise be the clock's: the same inputs must give the same bytes.
        book.set_properties(
            {
                "title": f"{annex.title} – {annex.meta.month_label}",
                "subject": annex.subtitle,
                "author": annex.meta.sources,
                "comments": f"{annex.meta.audience_label}. {annex.caption}",
                "created": produced,
            }
        )
        _rows_sheet(book, annex)
        _about_sheet(book, annex)
        book.close()
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
    for index, column in enumerate(table.columns):
        sheet.write_string(0, index, column.label, head)
        sheet.set_column(index, index, _width(table.rows, index, column))
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
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(len(table.rows), 1), len(table.columns) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.repeat_rows(0)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer(f"&L{_footer(annex.meta.audience_label)}&R&P / &N")


def _footer(text: str) -> str:
    """An ampersand starts a code in a footer."""
    return text.replace("&", "&&")


def _width(rows: tuple[tuple[object, ...], ...], index: int, column: Column) -> float:
    if column.kind in WIDTHS:
        return WIDTHS[column.kind]
    longest = max((len(str(row[index] or "")) for row in rows[:500]), default=0)
    return min(max(longest, len(column.label)) + 2, 60)


def _about_sheet(book, annex: Annex) -> None:  # type: ignore[no-untyped-def]
    sheet = book.add_worksheet("À propos")
    bold = book.add_format({"bold": True, "valign": "top"})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    meta = annex.meta
    lines = [
        ("Titre", annex.title),
        ("Période", annex.subtitle),
        ("Public", meta.audience_label),
        ("Effectifs", annex.counts_line),
        ("Légende", annex.caption),
        ("Sources", meta.sources),
        ("Bulletin", meta.bulletin),
        ("Limites administratives", f"{meta.boundary_label} ({meta.boundary_vintage}{meta.division_label})"),
        ("Produit le", meta.produced_on),
        *(("Attention", warning) for warning in meta.warnings),
        *([("Attention", meta.rollup_note)] if meta.rollup_note else []),
    ]
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 100)
    for line, (label, text) in enumerate(lines):
        sheet.write_string(line, 0, label, bold)
        sheet.write_string(line, 1, text, wrap)
