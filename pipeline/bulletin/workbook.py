"""tableaux.xlsx: the bulletin's tables as sheets, numbers as numbers, nothing that runs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from pipeline import palette
from pipeline.annexes.model import Meta
from pipeline.bulletin.tables import NO_DATA, BulletinTable, Share
from pipeline.files import replacing

SLUG = "tableaux.xlsx"


def write_tables(tables: Sequence[BulletinTable], meta: Meta, target: Path) -> Path:
    """Write one sheet a table and "À propos" to `target` (.xlsx); the same tables give the same bytes."""
    import xlsxwriter

    with replacing(target) as temporary:
        book = xlsxwriter.Workbook(str(temporary), {"strings_to_formulas": False, "strings_to_urls": False})
        book.set_properties(
            {
                "title": f"Tableaux du bulletin – {meta.month_label}",
                "author": meta.sources,
                "comments": meta.audience_label,
                "created": datetime.fromisoformat(meta.produced_on),
            }
        )
        for table in tables:
            _sheet(book, table, meta)
        _about(book, tables, meta)
        book.close()
    return target


def _sheet(book: Any, table: BulletinTable, meta: Meta) -> None:
    sheet = book.add_worksheet(table.name)
    head = book.add_format({"bold": True, "bg_color": palette.ACCENT, "font_color": palette.PAPER})
    formats = {
        (kind, bold): book.add_format({"bold": bold, "num_format": code, "align": align, "top": int(bold)})
        for kind, code, align in (
            ("text", "@", "left"),
            ("number", "#,##0", "right"),
            ("share", "0 %", "right"),
        )
        for bold in (False, True)
    }
    empty = {
        bold: book.add_format({"bold": bold, "align": "right", "top": int(bold)}) for bold in (False, True)
    }
    for column, heading in enumerate(table.headings):
        sheet.write_string(0, column, heading, head)
    for line, row in enumerate(table.rows, start=1):
        sheet.write_string(line, 0, row.label, formats["text", row.total])
        for column, value in enumerate(row.cells, start=1):
            if value is None:
                sheet.write_string(line, column, NO_DATA, empty[row.total])
            elif isinstance(value, Share):
                share = value.part / value.whole if value.whole else 0.0
                sheet.write_number(line, column, share, formats["share", row.total])
            else:
                sheet.write_number(line, column, value, formats["number", row.total])
    for offset, note in enumerate((table.reading, *table.notes), start=2):
        sheet.write_string(len(table.rows) + offset, 0, note)
    sheet.set_column(0, 0, 2 + max(len(row.label) for row in table.rows))
    sheet.set_column(1, len(table.headings) - 1, 7.5)
    sheet.freeze_panes(1, 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    footer = meta.audience_label.replace("&", "&&")
    sheet.set_footer(f"&L{footer}&R&A, &P / &N")


def _about(book: Any, tables: Sequence[BulletinTable], meta: Meta) -> None:
    sheet = book.add_worksheet("À propos")
    bold = book.add_format({"bold": True})
    lines = [
        *((table.name, table.title) for table in tables),
        ("Public", meta.audience_label),
        ("Sources", meta.sources),
        ("Bulletin", meta.bulletin),
        ("Produit le", meta.produced_on),
        *(("Attention", warning) for warning in meta.warnings),
    ]
    sheet.set_column(0, 0, 18)
    for line, (label, text) in enumerate(lines):
        sheet.write_string(line, 0, label, bold)
        sheet.write_string(line, 1, text)
