"""annexes.docx: a landscape page an annex, then the bulletin's tables, for pasting into the bulletin."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from docx import Document as new_document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.shared import Mm, Pt, RGBColor

from pipeline import palette
from pipeline.bulletin import word
from pipeline.bulletin.document import Document, Listing, Plate
from pipeline.bulletin.tables import BulletinTable, cell_text
from pipeline.files import write_bytes

SLUG = "annexes.docx"
PAGE, MARGIN = (297.0, 210.0), 12.0
TEXT_WIDTH = PAGE[0] - 2 * MARGIN
FONT = "Arial"
"""On every machine, or replaced by one of the same widths."""
LABEL_WIDTH = 72.0


def write_docx(content: Document, target: Path) -> Path:
    """Write the document to `target`. Raises OSError where a picture is missing."""
    book = new_document()
    _styles(book)
    _page(book, content)
    _front(book, content)
    for rank, plate in enumerate(content.plates, start=1):
        _plate(book, plate, rank)
    _tables(book, content)
    after = [*content.drawings, *([content.closing] if content.closing else [])]
    for rank, plate in enumerate(after, start=len(content.plates) + 2):
        _plate(book, plate, rank)
    core = book.core_properties
    core.title, core.subject = word.text(content.title), word.text(content.meta.audience_label)
    core.author, core.comments, core.keywords = "Cluster Protection Mali", "", ""
    write_bytes(target, word.to_bytes(book, datetime.fromisoformat(content.meta.produced_on)))
    return target


def _styles(book: Any) -> None:
    word.speak_french(book)
    sizes = {"Normal": 10, "Title": 22, "Heading 1": 15, "Heading 2": 12, "Caption": 9.5, "List Bullet": 9.5}
    for name, size in sizes.items():
        style = book.styles[name]
        style.font.name, style.font.size = FONT, Pt(size)
        properties = style.element.get_or_add_rPr()
        for fonts in properties.findall(word.qn("w:rFonts")):
            properties.remove(fonts)
        # Without this the theme's own fonts win over the one that is named.
        properties.insert(0, word.element("rFonts", ascii=FONT, hAnsi=FONT, cs=FONT, eastAsia=FONT))
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(0), Pt(4)
        colour = palette.ACCENT if name.startswith(("Title", "Heading")) else palette.INK
        style.font.color.rgb = RGBColor.from_string(colour.lstrip("#").upper())
    book.styles["Caption"].font.bold = False


def _page(book: Any, content: Document) -> None:
    section = book.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(PAGE[0]), Mm(PAGE[1])
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(MARGIN)
    section.header_distance = section.footer_distance = Mm(6)
    footer = section.footer.paragraphs[0]
    # The footer's own style has tab stops at places of its own.
    footer.style = book.styles["Normal"]
    footer.paragraph_format.tab_stops.add_tab_stop(Mm(TEXT_WIDTH), WD_TAB_ALIGNMENT.RIGHT)
    marks = [mark for mark in content.warnings if mark != content.meta.rollup_note]
    footer.add_run(word.text(" · ".join([content.meta.month_label, *marks]) + "\t"))
    word.field(footer, "PAGE", "1")
    for run in footer.runs:
        run.font.size = Pt(7.5)


def _front(book: Any, content: Document) -> None:
    book.add_paragraph(word.text(content.title), style="Title")
    for line in content.warnings:
        book.add_paragraph().add_run(word.text(line)).bold = True
    for line in content.lines:
        book.add_paragraph(word.text(line))
    book.add_paragraph("Table des annexes", style="Heading 1")
    entries = [(plate.heading, plate.anchor) for plate in content.plates]
    entries.append(("Tableaux du bulletin", "tableaux"))
    after = [*content.drawings, *([content.closing] if content.closing else [])]
    entries += [(plate.heading, plate.anchor) for plate in after]
    for page, (heading, anchor) in enumerate(entries, start=2):
        line = book.add_paragraph()
        line.paragraph_format.tab_stops.add_tab_stop(
            Mm(TEXT_WIDTH), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS
        )
        word.link(line, heading, anchor)
        line.add_run("\t")
        word.field(line, f"PAGEREF {anchor} \\h", str(page))


def _heading(book: Any, words: str, anchor: str, number: int) -> None:
    heading = book.add_paragraph(word.text(words), style="Heading 1")
    heading.paragraph_format.page_break_before = True
    word.bookmark(heading, anchor, number)


def _plate(book: Any, plate: Plate, number: int) -> None:
    _heading(book, plate.heading, plate.anchor, number)
    for part in plate.parts:
        heading = book.add_paragraph(word.text(part.heading), style="Heading 2")
        heading.paragraph_format.keep_with_next = True
        heading.paragraph_format.space_before = Pt(10)
        _picture(book, part)
    if plate.parts:
        return
    _picture(book, plate)
    for point in plate.points:
        line = book.add_paragraph(word.text(point), style="List Bullet")
        line.paragraph_format.space_after = Pt(0)
    if plate.remarks:
        remarks = book.add_paragraph()
        remarks.paragraph_format.space_after = Pt(0)
        remarks.add_run(word.text(" ".join(plate.remarks))).font.size = Pt(8)
    if plate.listing:
        _listing(book, plate.listing, plate.heading)


def _picture(book: Any, plate: Plate) -> None:
    """The picture, where there is one, and its caption."""
    if plate.picture is not None:
        holder = book.add_paragraph()
        holder.alignment = WD_ALIGN_PARAGRAPH.CENTER
        holder.paragraph_format.keep_with_next = True
        picture = holder.add_run().add_picture(str(plate.picture), width=Mm(plate.width))
        word.describe_picture(picture, plate.alt_text, len(book.inline_shapes))
    book.add_paragraph(word.text(plate.caption), style="Caption")


def _tables(book: Any, content: Document) -> None:
    _heading(book, "Tableaux du bulletin", "tableaux", len(content.plates) + 1)
    for table in content.tables:
        book.add_paragraph(word.text(table.title), style="Heading 2")
        _grid(book, table)
        reading = book.add_paragraph(word.text(" ".join((table.reading, *table.notes))), style="Caption")
        reading.paragraph_format.space_before, reading.paragraph_format.space_after = Pt(4), Pt(14)


def _grid(book: Any, table: BulletinTable) -> None:
    lines = [table.headings, *((row.label, *map(cell_text, row.cells)) for row in table.rows)]
    width = (TEXT_WIDTH - LABEL_WIDTH) / (len(table.headings) - 1)
    grid = _filled(book, lines, [LABEL_WIDTH] + [width] * (len(table.headings) - 1), 8.5)
    for line, row in enumerate(grid.rows):
        bold = line > 0 and table.rows[line - 1].total
        for column, cell in enumerate(row.cells):
            paragraph = cell.paragraphs[0]
            if column:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            for run in paragraph.runs:
                run.bold = run.bold or bold
    word.describe_table(grid, table.title, table.reading)


def _filled(book: Any, lines: list[tuple[str, ...]], widths: list[float], size: float) -> Any:
    """A table of texts whose first line is its heading. widths: mm."""
    grid = book.add_table(rows=len(lines), cols=len(widths), style="Table Grid")
    grid.alignment = WD_TABLE_ALIGNMENT.LEFT
    grid.autofit = False
    for column, width in zip(grid.columns, widths, strict=True):
        column.width = Mm(width)
    for number, (row, line) in enumerate(zip(grid.rows, lines, strict=True)):
        for cell, words, width in zip(row.cells, line, widths, strict=True):
            cell.width = Mm(width)
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(1)
            run = paragraph.add_run(word.text(words))
            run.font.size = Pt(size)
            if number == 0:
                run.bold = True
                run.font.color.rgb = RGBColor.from_string(palette.PAPER.lstrip("#").upper())
                word.shade(cell, palette.ACCENT)
    return grid


def _listing(book: Any, listing: Listing, title: str) -> None:
    weights = [
        max(len(row[column]) for row in (listing.headings, *listing.rows))
        for column in range(len(listing.headings))
    ]
    shares = [min(max(weight, 11), 60) for weight in weights]
    widths = [TEXT_WIDTH * share / sum(shares) for share in shares]
    grid = _filled(book, [listing.headings, *listing.rows], widths, 8)
    for row in grid.rows:
        for cell, numeric in zip(row.cells, listing.numeric, strict=True):
            if numeric:
                cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    word.describe_table(grid, title, f"{len(listing.rows)} lignes")
