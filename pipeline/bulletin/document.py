"""The annexes as one document: what it says, in order, and how Word and PDF write it."""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from importlib.resources import files as resources
from pathlib import Path
from typing import Any

from docx import Document as new_document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.run import Run

from pipeline import palette
from pipeline.annexes import LIST
from pipeline.annexes.common import ARROW_RULE
from pipeline.annexes.model import Annex, Meta
from pipeline.bulletin.boxes import RegionBox
from pipeline.bulletin.charts import WIDTH, Chart, PartsChart, height
from pipeline.bulletin.compare import Comparison
from pipeline.bulletin.tables import BulletinTable, cell_text
from pipeline.files import scratch, write_bytes
from pipeline.french import NBSP, Month, day_label, held, sentence_case

# What the Word document and the PDF both say, in order: nothing of how either is written.


LIST_LIMIT = 250
"""Rows of the list of incidents that a document still carries; a longer list stays in its workbook."""


GROUPS = {"types": "types de violations par catégorie", "profil": "auteurs, victimes, lieux et moments"}
BESIDE, ROOM = 20.5, 174.0
"""mm: what a chart's heading and reading take, and what a page holds under its own heading."""


@dataclass(frozen=True)
class Listing:
    """A table that may run over pages. numeric: which columns hold figures. rows: texts."""

    headings: tuple[str, ...]
    numeric: tuple[bool, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Plate:
    """A page: a map, a chart, a box, or the list. picture: PNG; vector: the same as PDF or SVG; None for the
    list and for a page of several charts. width: of both in mm. upright: whether it stands on a sheet that is taller
    than wide, as the bulletin is, at the size it was drawn for. remarks: small; points: a list.
    listing: the month's rows of annex 4, where they fit in a document. parts: the charts of a page of several,
    each under a heading of the second level. links: words, and the address of a page beside the document that is
    opened at what they name."""

    anchor: str
    heading: str
    picture: Path | None = None
    vector: Path | None = None
    alt_text: str = ""
    caption: str = ""
    remarks: tuple[str, ...] = ()
    width: float = 224.0
    points: tuple[str, ...] = ()
    listing: Listing | None = None
    parts: tuple[Plate, ...] = ()
    upright: bool = False
    links: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Document:
    """All of it. lines: under the title. plates: one page each, in the order of the annexes.
    drawings: charts and boxes, one page each. closing: annex 4, last because it may run over pages; None
    where the audience gets no list."""

    title: str
    lines: tuple[str, ...]
    warnings: tuple[str, ...]
    plates: tuple[Plate, ...]
    tables: tuple[BulletinTable, ...]
    drawings: tuple[Plate, ...]
    closing: Plate | None
    meta: Meta

    @property
    def after(self) -> tuple[Plate, ...]:
        """What follows the tables."""
        return (*self.drawings, self.closing) if self.closing else self.drawings

    @property
    def footer(self) -> str:
        """What every page says at its foot."""
        marks = [mark for mark in self.warnings if mark != self.meta.rollup_note]
        return " · ".join([self.meta.month_label, *marks])


def document(
    annexes: Sequence[Annex],
    tables: Sequence[BulletinTable],
    charts: Sequence[Chart],
    parts: Sequence[PartsChart],
    boxes: Sequence[RegionBox],
    pictures: Path,
    vectors: Path,
) -> Document:
    """The document of one month and audience. pictures: folder of every PNG, and of the SVG of charts and
    boxes; vectors: of the annexes, as PDF and PNG of a column
    (COLUMN), with the pages that go on with their lists."""
    meta = annexes[0].meta
    lines = (
        f"Rapport mensuel de monitoring de protection, {meta.bulletin}" if meta.bulletin else "",
        f"Sources{NBSP}: {meta.sources}" if meta.sources else "",
        f"Limites administratives{NBSP}: {meta.boundary_label} ({meta.limits_dated})",
        meta.disclaimer,
    )
    maps = [annex for annex in annexes if annex.number != LIST]
    trends = [replace(_drawn(one, pictures), heading=f"Graphique – {one.title}") for one in charts]
    return Document(
        title=f"Annexes cartographiques et tableaux – {held(meta.month_label)}",
        lines=tuple(filter(None, lines)),
        warnings=tuple(filter(None, (meta.audience_label, *meta.warnings, meta.rollup_note))),
        plates=tuple(plate for annex in maps for plate in _map_plates(annex, vectors)),
        tables=tuple(tables),
        drawings=(*trends, *_parts_plates(parts, pictures), *(_box_plate(box, pictures) for box in boxes)),
        closing=next((_list_plate(annex) for annex in annexes if annex.number == LIST), None),
        meta=meta,
    )


def _map_plates(annex: Annex, vectors: Path) -> Iterator[Plate]:
    """The annex's page, then those that go on with its lists."""
    first = Plate(
        anchor=f"annexe_{annex.number}",
        heading=f"Annexe {annex.number} – {annex.title}",
        picture=vectors / f"{annex.slug}.png",
        vector=vectors / f"{annex.slug}.pdf",
        alt_text=annex.alt_text,
        caption=annex.caption,
        remarks=(f"{sentence_case(annex.counts_line)}.",),
        width=COLUMN,
        upright=True,
        links=(
            ("Carte interactive", f"{annex.slug}.html"),
            *((mover.label, f"{annex.slug}.html#{mover.pcode}") for mover in annex.movers),
        ),
    )
    yield first
    page = 2
    while (picture := vectors / f"{annex.slug}-page-{page}.png").exists():
        yield Plate(
            anchor=f"{first.anchor}_page_{page}",
            heading=f"{first.heading}, page {page}",
            picture=picture,
            vector=picture.with_suffix(".pdf"),
            alt_text=f"Suite de la liste de l’annexe {annex.number}, page {page}.",
            width=COLUMN,
            upright=True,
        )
        page += 1


def _drawn(chart: Chart | PartsChart | RegionBox, pictures: Path) -> Plate:
    """The plate of a picture that lies beside the document as PNG and SVG."""
    title, caption = (
        (f"Encadré – {chart.heading}", chart.headline)
        if isinstance(chart, RegionBox)
        else (chart.title, chart.reading)
    )
    anchor, picture = chart.slug.replace("-", "_"), pictures / f"{chart.slug}.png"
    return Plate(anchor, title, picture, picture.with_suffix(".svg"), chart.alt_text, caption)


def _parts_plates(charts: Sequence[PartsChart], pictures: Path) -> list[Plate]:
    """Charts of one group together on pages, in order, as many as have room."""
    pages: list[list[PartsChart]] = []
    left = 0.0
    for chart in charts:
        needed = height(chart) + BESIDE
        if not pages or pages[-1][0].group != chart.group or needed > left:
            pages.append([])
            left = ROOM
        pages[-1].append(chart)
        left -= needed
    many, told = Counter(page[0].group for page in pages), Counter[str]()
    found = []
    for page in pages:
        group = page[0].group
        told[group] += 1
        rank = f" ({told[group]}/{many[group]})" if many[group] > 1 else ""
        parts = tuple(replace(_drawn(chart, pictures), width=WIDTH) for chart in page)
        anchor = f"graphiques_{group}_{told[group]}"
        found.append(Plate(anchor, f"Graphiques – {GROUPS[group]}{rank}", parts=parts))
    return found


def _box_plate(box: RegionBox, pictures: Path) -> Plate:
    words = "Cette région dans le tableau de bord"
    return replace(
        _drawn(box, pictures),
        remarks=(ARROW_RULE,),
        width=130.0,
        points=(*box.points, *(found.text for found in box.arrows)),
        links=tuple((words, f"index.html#{code}") for code in box.region_pcodes[:1]),
    )


def _list_plate(annex: Annex) -> Plate:
    listing = _listing(annex)
    remarks = [f"Liste complète{NBSP}: fichier {annex.slug}.xlsx, joint à ce document."]
    if listing:
        remarks.append(f"Lignes {Month.parse(annex.meta.month).of_label}{NBSP}:")
    return Plate(
        anchor=f"annexe_{annex.number}",
        heading=f"Annexe {annex.number} – {annex.title}",
        alt_text=annex.alt_text,
        caption=annex.caption,
        remarks=tuple(remarks),
        listing=listing,
    )


def _listing(annex: Annex) -> Listing | None:
    """The month's rows where annex 4 gives counts; a list of single incidents stays in its workbook."""
    keys = [column.key for column in annex.table.columns]
    if "nombre" not in keys:
        return None
    month = keys.index("mois")
    kept = [index for index in range(len(keys)) if index != month]
    rows = [row for row in annex.table.rows if row[month] == annex.meta.month]
    if not rows or len(rows) > LIST_LIMIT:
        return None
    columns = [annex.table.columns[index] for index in kept]
    return Listing(
        headings=tuple(column.label for column in columns),
        numeric=tuple(column.kind == "number" for column in columns),
        rows=tuple(tuple("" if row[index] is None else str(row[index]) for index in kept) for row in rows),
    )


# What python-docx has no words for: links and page numbers, alternative text, repeated headings, language,
# and a file that is the same whenever it is written.


ZIP_DATE = (1980, 1, 1, 0, 0, 0)


def word_text(value: str) -> str:
    """Text that XML can hold: control characters become spaces."""
    return "".join(c if c >= " " and c not in "\ufffe\uffff" else " " for c in value)


def word_element(tag: str, **attributes: str) -> Any:
    """A WordprocessingML element: element("fldChar", fldCharType="begin")."""
    made = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), value)
    return made


def word_bookmark(paragraph: Any, name: str, number: int) -> None:
    """Name a paragraph, for links and page numbers. number: unique in the document."""
    paragraph._p.insert(1, word_element("bookmarkStart", id=str(number), name=name))
    paragraph._p.append(word_element("bookmarkEnd", id=str(number)))


def word_link(paragraph: Any, words: str, **to: str) -> Any:
    """Add words that lead to a bookmark (anchor), and return them."""
    run = paragraph.add_run(word_text(words))
    hyperlink = word_element("hyperlink", **to, history="1")
    paragraph._p.append(hyperlink)
    hyperlink.append(run._r)
    return run


def word_page_link(paragraph: Any, words: str, address: str) -> None:
    """Add words that lead to a page beside the document."""
    run = word_link(paragraph, words)
    run.font.underline = True
    related = paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    run._r.getparent().set(qn("r:id"), related)


def word_field(paragraph: Any, code: str, shown: str) -> None:
    """Add a field (PAGE, PAGEREF) with the value that stands until Word computes it anew."""
    for part in (
        word_element("fldChar", fldCharType="begin"),
        code,
        word_element("fldChar", fldCharType="separate"),
        None,
        word_element("fldChar", fldCharType="end"),
    ):
        run = paragraph.add_run(shown if part is None else "")
        if isinstance(part, str):
            instruction = word_element("instrText")
            instruction.set(qn("xml:space"), "preserve")
            instruction.text = f" {part} "
            run._r.append(instruction)
        elif part is not None:
            run._r.append(part)


def describe_picture(picture: Any, alt_text: str, number: int) -> None:
    """The alternative text of a picture, and a number of its own."""
    properties = picture._inline.docPr
    properties.set("descr", word_text(alt_text))
    properties.set("id", str(number))


def describe_table(table: Any, title: str, summary: str) -> None:
    """What a screen reader says of a table; its first row is repeated on every page."""
    table._tbl.tblPr.append(word_element("tblCaption", val=word_text(title)))
    table._tbl.tblPr.append(word_element("tblDescription", val=word_text(summary)))
    for row in table.rows:
        row._tr.get_or_add_trPr().append(word_element("cantSplit"))
    table.rows[0]._tr.get_or_add_trPr().append(word_element("tblHeader"))


def speak_french(document: Any) -> None:
    """French for the spelling checker, the reading voice and the file's own properties."""
    defaults = document.styles.element.find(qn("w:docDefaults"))
    properties = defaults.find(qn("w:rPrDefault")).find(qn("w:rPr"))
    for old in properties.findall(qn("w:lang")):
        properties.remove(old)
    properties.append(word_element("lang", val="fr-FR", eastAsia="fr-FR", bidi="ar-SA"))
    for old in document.settings.element.findall(qn("w:themeFontLang")):
        old.set(qn("w:val"), "fr-FR")
    document.core_properties.language = "fr-FR"


def word_bytes(document: Any, produced: datetime) -> bytes:
    """The file. The clock does not enter it: dates are `produced`, and those inside the archive are fixed."""
    core = document.core_properties
    core.created = core.modified = produced
    core.revision = 1
    package = document.part.package
    for key in [key for key, rel in package.rels.items() if rel.reltype.endswith("/thumbnail")]:
        del package.rels[key]  # a picture of python-docx's own template
    written = io.BytesIO()
    document.save(written)
    out = io.BytesIO()
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, ZIP_DATE)
            stored = name.endswith(".png")
            entry.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            target.writestr(entry, source.read(name))
    return out.getvalue()


# annexes.docx: an upright page an annex, then the bulletin's tables, for pasting into the bulletin.


SLUG = "annexes.docx"
COLUMN, TALLEST = 160.0, 232.0
"""Width of the bulletin's text, at which the maps' letters have their true size, and how tall a map may be, mm."""
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
        _plate_docx_file(book, plate, rank)
    _across(book, content)
    _tables(book, content)
    for rank, plate in enumerate(content.after, start=len(content.plates) + 2):
        _plate_docx_file(book, plate, rank)
    core = book.core_properties
    core.title, core.subject = word_text(content.title), word_text(content.meta.audience_label)
    core.author, core.comments, core.keywords = "Cluster Protection Mali", "", ""
    write_bytes(target, word_bytes(book, datetime.fromisoformat(content.meta.produced_on)))
    return target


def _styles(book: Any) -> None:
    speak_french(book)
    sizes = {"Normal": 10, "Title": 22, "Heading 1": 15, "Heading 2": 12, "Caption": 9.5, "List Bullet": 9.5}
    for name, size in sizes.items():
        style = book.styles[name]
        style.font.name, style.font.size = FONT, Pt(size)
        properties = style.element.get_or_add_rPr()
        for fonts in properties.findall(qn("w:rFonts")):
            properties.remove(fonts)
        # Without this the theme's own fonts win over the one that is named.
        properties.insert(0, word_element("rFonts", ascii=FONT, hAnsi=FONT, cs=FONT, eastAsia=FONT))
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(0), Pt(4)
        colour = palette.ACCENT if name.startswith(("Title", "Heading")) else palette.INK
        style.font.color.rgb = RGBColor.from_string(colour.lstrip("#").upper())
    book.styles["Caption"].font.bold = False


def _page(book: Any, content: Document) -> None:
    """The first section is upright, as the bulletin is: its text is as wide as the maps are drawn for."""
    section = book.sections[0]
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(PAGE[1]), Mm(PAGE[0])
    section.left_margin = section.right_margin = Mm((PAGE[1] - COLUMN) / 2)
    section.top_margin = section.bottom_margin = Mm(MARGIN)
    section.header_distance = section.footer_distance = Mm(6)
    _footer(book, section, content, COLUMN)


def _footer(book: Any, section: Any, content: Document, width: float) -> None:
    """Month, audience and marks at the left of every page of a section, its number at the right. width: of text, mm."""
    section.footer.is_linked_to_previous = False
    footer = section.footer.paragraphs[0]
    # The footer's own style has tab stops at places of its own.
    footer.style = book.styles["Normal"]
    footer.paragraph_format.tab_stops.add_tab_stop(Mm(width), WD_TAB_ALIGNMENT.RIGHT)
    footer.add_run(word_text(content.footer))
    footer.add_run("\t")
    word_field(footer, "PAGE", "1")
    for run in footer.runs:
        run.font.size = Pt(7.5)


def _across(book: Any, content: Document) -> None:
    """The tables and charts that follow need the width of the sheet."""
    section = book.add_section(WD_SECTION.NEW_PAGE)
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(PAGE[0]), Mm(PAGE[1])
    section.left_margin = section.right_margin = Mm(MARGIN)
    _footer(book, section, content, TEXT_WIDTH)


def _front(book: Any, content: Document) -> None:
    book.add_paragraph(word_text(content.title), style="Title")
    for line in content.warnings:
        book.add_paragraph().add_run(word_text(line)).bold = True
    for line in content.lines:
        book.add_paragraph(word_text(line))
    book.add_paragraph("Table des annexes", style="Heading 1")
    entries = [(plate.heading, plate.anchor) for plate in content.plates]
    entries.append(("Tableaux du bulletin", "tableaux"))
    entries += [(plate.heading, plate.anchor) for plate in content.after]
    for page, (heading, anchor) in enumerate(entries, start=2):
        line = book.add_paragraph()
        line.paragraph_format.tab_stops.add_tab_stop(Mm(COLUMN), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)
        word_link(line, heading, anchor=anchor)
        line.add_run("\t")
        word_field(line, f"PAGEREF {anchor} \\h", str(page))


def _heading(book: Any, words: str, anchor: str, number: int) -> None:
    heading = book.add_paragraph(word_text(words), style="Heading 1")
    heading.paragraph_format.page_break_before = True
    word_bookmark(heading, anchor, number)


def _plate_docx_file(book: Any, plate: Plate, number: int) -> None:
    _heading(book, plate.heading, plate.anchor, number)
    for part in plate.parts:
        heading = book.add_paragraph(word_text(part.heading), style="Heading 2")
        heading.paragraph_format.keep_with_next = True
        heading.paragraph_format.space_before = Pt(10)
        _picture(book, part)
    if plate.parts:
        return
    _picture(book, plate)
    for point in plate.points:
        line = book.add_paragraph(word_text(point), style="List Bullet")
        line.paragraph_format.space_after = Pt(0)
    if plate.remarks:
        remarks = book.add_paragraph()
        remarks.paragraph_format.space_after = Pt(0)
        remarks.add_run(word_text(" ".join(plate.remarks))).font.size = Pt(8)
    if plate.links:
        line = book.add_paragraph()
        line.paragraph_format.space_after = Pt(0)
        for position, (words, address) in enumerate(plate.links):
            line.add_run(" · " if position else "")
            word_page_link(line, words, address)
        for run in line._p.iter(qn("w:r")):
            Run(run, line).font.size = Pt(8)
    if plate.listing:
        _listing_docx_file(book, plate.listing, plate.heading)


def _picture(book: Any, plate: Plate) -> None:
    """The picture, where there is one, and its caption."""
    if plate.picture is not None:
        holder = book.add_paragraph()
        holder.alignment = WD_ALIGN_PARAGRAPH.CENTER
        holder.paragraph_format.keep_with_next = True
        picture = holder.add_run().add_picture(str(plate.picture), width=Mm(plate.width))
        if plate.upright and picture.height > Mm(TALLEST):
            picture.width, picture.height = int(picture.width * Mm(TALLEST) / picture.height), Mm(TALLEST)
        describe_picture(picture, plate.alt_text, len(book.inline_shapes))
    if plate.caption:
        book.add_paragraph(word_text(plate.caption), style="Caption")


def _tables(book: Any, content: Document) -> None:
    _heading(book, "Tableaux du bulletin", "tableaux", len(content.plates) + 1)
    for table in content.tables:
        book.add_paragraph(word_text(table.title), style="Heading 2")
        _grid(book, table)
        reading = book.add_paragraph(word_text(" ".join((table.reading, *table.notes))), style="Caption")
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
    describe_table(grid, table.title, table.reading)


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
            run = paragraph.add_run(word_text(words))
            run.font.size = Pt(size)
            if number == 0:
                run.bold = True
                run.font.color.rgb = RGBColor.from_string(palette.PAPER.lstrip("#").upper())
                shade = word_element("shd", val="clear", color="auto", fill=palette.ACCENT.lstrip("#"))
                cell._tc.get_or_add_tcPr().append(shade)
    return grid


def _listing_docx_file(book: Any, listing: Listing, title: str) -> None:
    columns = zip(listing.headings, *listing.rows, strict=True)
    shares = [min(max(11, *map(len, column)), 60) for column in columns]
    widths = [TEXT_WIDTH * share / sum(shares) for share in shares]
    grid = _filled(book, [listing.headings, *listing.rows], widths, 8)
    for row in grid.rows:
        for cell, numeric in zip(row.cells, listing.numeric, strict=True):
            if numeric:
                cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    describe_table(grid, title, f"{len(listing.rows)} lignes")


# annexes.pdf: what annexes.docx says, maps as vector, tagged, with text that can be selected.


SLUG_PDF_FILE = "annexes.pdf"
FONT_PDF_FILE = "Source Sans Pro"
MOST_BYTES = 10_000_000


def write_pdf(content: Document, target: Path) -> Path:
    """Write the document to `target`: with vector maps where the file stays under MOST_BYTES, else with
    the PNG. Raises OSError where a picture is missing."""
    made = _compile(content, vector=True)
    if len(made) > MOST_BYTES:
        made = _compile(content, vector=False)
    write_bytes(target, made)
    return target


def _compile(content: Document, vector: bool) -> bytes:
    with scratch() as folder:
        root = folder.resolve()
        plates, after = (
            [_plate_pdf_file(plate, root, vector) for plate in part]
            for part in (content.plates, content.after)
        )
        data = {**_data(content), "plates": plates, "after": after}
        return _typeset("annexes.typ", data, content.meta, root)


def _typeset(template: str, data: Mapping[str, Any], meta: Meta, root: Path) -> bytes:
    """The file that a template of ours makes of data. root: the only folder that it reads; no text of ours is read as
    markup."""
    import typst
    from font_source_sans_pro import font_files_ttf

    produced = datetime.fromisoformat(meta.produced_on).replace(tzinfo=UTC)
    text = resources("pipeline.bulletin").joinpath(template).read_text("utf-8")
    (root / template).write_text(text, "utf-8")
    colours = {name: getattr(palette, name.upper()) for name in ("ink", "accent", "paper", "warning")}
    furniture = {"font": FONT_PDF_FILE, "colours": colours}
    (root / "content.json").write_text(json.dumps({**furniture, **data}), "utf-8")
    return typst.compile(
        root / template,
        root=root,
        font_paths=sorted({Path(path).parent for path in font_files_ttf.values()}),
        ignore_system_fonts=True,
        format="pdf",
        timestamp=int(produced.timestamp()),
    )


def write_sheet(page: Comparison, target: Path) -> Path:
    """Write a page of totals before and after (see `erratum`) as one upright A4 sheet."""
    meta = page.meta
    marks = [mark for mark in meta.warnings if not mark.startswith("VERSION")]
    produced = f"Produit le {day_label(meta.produced_on)}."
    sources = f"Sources{NBSP}: {meta.sources}. {produced}" if meta.sources else ""
    data = {
        "title": page.title,
        "head": " · ".join([meta.audience_label, *marks]),
        "heading": page.heading,
        "caveats": page.caveats,
        "columns": ["", *page.columns, page.gap],
        "sections": [
            {
                "title": section.title,
                "text": section.text,
                "rows": [
                    {"cells": [line.label, line.before, line.now, line.change], "strong": line.strong}
                    for line in section.lines
                ],
            }
            for section in page.sections
        ],
        "foot": [page.rule, sources, meta.disclaimer.replace("cette carte", "ces cartes")],
    }
    with scratch() as folder:
        write_bytes(target, _typeset("erratum.typ", data, meta, folder.resolve()))
    return target


def _plate_pdf_file(plate: Plate, root: Path, vector: bool) -> dict[str, Any]:
    source = plate.vector if vector else plate.picture
    if source is not None:
        shutil.copyfile(source, root / source.name)
    told = ("heading", "alt_text", "caption", "remarks", "width", "upright", "points", "links")
    return {
        **{name: getattr(plate, name) for name in told},
        "picture": None if source is None else source.name,
        "listing": asdict(plate.listing) if plate.listing else None,
        "parts": [_plate_pdf_file(part, root, vector) for part in plate.parts],
    }


def _data(content: Document) -> dict[str, Any]:
    return {
        **{name: getattr(content, name) for name in ("title", "footer", "warnings", "lines")},
        "tables": [
            {
                "title": table.title,
                "headings": table.headings,
                "rows": [
                    {"cells": [row.label, *map(cell_text, row.cells)], "total": row.total}
                    for row in table.rows
                ],
                "reading": " ".join((table.reading, *table.notes)),
            }
            for table in content.tables
        ],
    }
