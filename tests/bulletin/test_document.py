"""annexes.docx and annexes.pdf: the same content, read back from both files."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import docx
import pypdf
import pytest
from docx.shared import Mm
from PIL import Image

from pipeline.annexes import BUILDERS, Stage, page_meta
from pipeline.bulletin.boxes import boxes
from pipeline.bulletin.charts import WIDTH, bulletin_charts, height, parts_charts
from pipeline.bulletin.document import LIST, MOST_BYTES, Document, Plate, document, write_docx, write_pdf
from pipeline.bulletin.tables import bulletin_tables, cell_text
from pipeline.disclosure import publish
from tests.helpers import months
from tests.helpers.months import JUNE, MAY

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
ROWS = [(MAY, "ML050401", "E", 20), (JUNE, "ML050401", "A", 31), (JUNE, "ML0702", "B", 12)]


def pdf_page(path: Path, words: str) -> None:
    """A stand-in for a map as vector: one page with words that can be selected."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11.69, 8.27))
    figure.text(0.1, 0.5, words)
    figure.savefig(path, metadata={"CreationDate": None})


def pictured(content: Document) -> list[Plate]:
    """Every plate with a picture, in the order of the document."""
    pages = (*content.plates, *content.drawings)
    return [found for page in pages for found in (page.parts or (page,))]


@pytest.fixture(scope="module")
def content(small_country, tmp_path_factory) -> Document:
    published = publish(months.month(ROWS), small_country, "partenaires")
    stage = Stage(published, small_country, page_meta(published, small_country, "2021-07-15"))
    annexes = [annex for build in BUILDERS.values() if (annex := build(stage)) is not None]
    folder = tmp_path_factory.mktemp("images")
    for annex in annexes:
        Image.new("RGB", (1170, 827), "white").save(folder / f"{annex.slug}.png")
        pdf_page(folder / f"{annex.slug}.pdf", f"Carte {annex.number} au trait")
    tables = bulletin_tables(published)
    charts, found = bulletin_charts(tables, stage.meta), boxes(stage)
    parts = parts_charts(stage.published, stage.meta)
    for drawing in (*charts, *parts, *found):
        tall = height(drawing) / WIDTH if drawing in parts else 0.59
        Image.new("RGB", (1170, round(1170 * tall)), "white").save(folder / f"{drawing.slug}.png")
        size = f'width="200" height="{200 * tall:.0f}"'
        svg = f'<svg xmlns="http://www.w3.org/2000/svg" {size}><circle r="9"/></svg>'
        (folder / f"{drawing.slug}.svg").write_text(svg)
    return document(annexes, tables, charts, parts, found, folder, folder)


@pytest.fixture(scope="module")
def word_file(content, tmp_path_factory) -> Path:
    return write_docx(content, tmp_path_factory.mktemp("docx") / "annexes.docx")


@pytest.fixture(scope="module")
def pdf_file(content, tmp_path_factory) -> Path:
    return write_pdf(content, tmp_path_factory.mktemp("pdf") / "annexes.pdf")


def xml(path: Path, part: str) -> ElementTree.Element:
    with zipfile.ZipFile(path) as archive:
        return ElementTree.fromstring(archive.read(part))


def test_every_annex_is_a_heading_and_every_map_has_its_alternative_text(content, word_file):
    book = docx.Document(str(word_file))
    first = [p.text for p in book.paragraphs if p.style.name == "Heading 1"]
    assert first == [
        "Table des annexes",
        *(plate.heading for plate in content.plates),
        "Tableaux du bulletin",
        *(plate.heading for plate in content.drawings),
        content.closing.heading,
    ]
    assert len(book.inline_shapes) == len(pictured(content)) == 5 + 2 + 2 + 4
    second = [p.text for p in book.paragraphs if p.style.name == "Heading 2"]
    assert second[2:] == [part.heading for plate in content.drawings for part in plate.parts]
    told = [found.get("descr") for found in xml(word_file, "word/document.xml").iter(f"{DRAWING}docPr")]
    assert told == [plate.alt_text for plate in pictured(content)]
    assert all(told)
    captions = [p.text for p in book.paragraphs if p.style.name == "Caption"]
    assert [plate.caption for plate in content.plates] == captions[:5]


def test_the_table_of_annexes_leads_to_every_heading_and_its_page(content, word_file):
    body = xml(word_file, "word/document.xml")
    names = [found.get(f"{W}name") for found in body.iter(f"{W}bookmarkStart")]
    numbers = [found.get(f"{W}id") for found in body.iter(f"{W}bookmarkStart")]
    anchors = [found.get(f"{W}anchor") for found in body.iter(f"{W}hyperlink")]
    assert [anchor for anchor in anchors if anchor] == names
    assert len(set(numbers)) == len(numbers)
    fields = [found.text for found in body.iter(f"{W}instrText")]
    assert fields == [f" PAGEREF {name} \\h " for name in names]
    begins = [found.get(f"{W}fldCharType") for found in body.iter(f"{W}fldChar")]
    assert begins == ["begin", "separate", "end"] * len(names)


def test_maps_stand_upright_at_their_true_size_and_tables_and_charts_lie_on_their_side(content, word_file):
    """The maps are drawn for 160 mm: wider or narrower their letters would not have the size that was chosen."""
    book = docx.Document(str(word_file))
    upright, across = book.sections
    assert (round(upright.page_width.mm), round(upright.page_height.mm)) == (210, 297)
    assert (round(across.page_width.mm), round(across.page_height.mm)) == (297, 210)
    maps = len(content.plates)
    for n, shape in enumerate(book.inline_shapes):
        section = upright if n < maps else across
        room = section.page_height - section.top_margin - section.bottom_margin
        assert shape.width <= section.page_width - section.left_margin - section.right_margin
        # Heading, caption of three lines and counts take 26 mm.
        assert shape.height <= room - Mm(26)
    assert {round(shape.width.mm) for shape in list(book.inline_shapes)[:maps]} == {160}
    for section, width in ((upright, 160), (across, 273)):
        (foot,) = section.footer.paragraphs
        assert [round(stop.position.mm) for stop in foot.paragraph_format.tab_stops] == [width]
        assert "\t" in foot.text, (
            "the page's number stands at the right, not after the last word of the marks"
        )


def test_word_is_told_that_the_language_is_french(word_file):
    languages = {found.get(f"{W}val") for found in xml(word_file, "word/styles.xml").iter(f"{W}lang")}
    assert languages == {"fr-FR"}
    assert docx.Document(str(word_file)).core_properties.language == "fr-FR"


def test_the_words_of_the_tables_are_those_of_the_bulletin(content, word_file, pdf_file):
    book = docx.Document(str(word_file))
    for table, found in zip(content.tables, book.tables, strict=False):
        lines = [tuple(cell.text for cell in row.cells) for row in found.rows]
        assert lines == [table.headings, *((row.label, *map(cell_text, row.cells)) for row in table.rows)]
    assert len(book.tables) == len(content.tables) + 1
    listing = content.closing.listing
    lines = [tuple(cell.text for cell in row.cells) for row in book.tables[-1].rows]
    assert lines == [listing.headings, *listing.rows]
    heads = list(xml(word_file, "word/document.xml").iter(f"{W}tblHeader"))
    assert len(heads) == len(book.tables)
    page = squeezed(pypdf.PdfReader(pdf_file).pages[6].extract_text())
    for table in content.tables:
        for row in table.rows:
            assert squeezed("".join([row.label, *map(cell_text, row.cells)])) in page


def squeezed(words: str) -> str:
    return "".join(words.split())


def test_the_pdf_is_tagged_french_and_its_words_can_be_selected(content, pdf_file):
    reader = pypdf.PdfReader(pdf_file)
    root = reader.trailer["/Root"]
    assert root["/Lang"].startswith("fr")
    assert bool(root["/MarkInfo"]["/Marked"])
    assert len(reader.pages) == 1 + 5 + 1 + 2 + 1 + 4 + 1
    for number, plate in enumerate(content.plates, start=1):
        words = squeezed(reader.pages[number].extract_text())
        assert squeezed(plate.heading) in words
        assert squeezed(plate.caption) in words
        assert squeezed(f"Carte {plate.anchor[-1]} au trait") in words, "the map is not a vector any more"
    assert reader.metadata.title == content.title
    raw = pdf_file.read_bytes()
    figures = [o for o in map(reader.get_object, range(1, raw.count(b" 0 obj"))) if is_figure(o)]
    assert sorted(str(figure["/Alt"]) for figure in figures) == sorted(
        plate.alt_text for plate in pictured(content)
    )


def is_figure(found: object) -> bool:
    return isinstance(found, dict) and found.get("/S") == "/Figure"


def test_a_map_without_vector_is_still_shown_where_the_vectors_are_too_heavy(content, tmp_path, monkeypatch):
    monkeypatch.setattr("pipeline.bulletin.document.MOST_BYTES", 1000)
    path = write_pdf(content, tmp_path / "annexes.pdf")
    assert path.stat().st_size < MOST_BYTES
    page = pypdf.PdfReader(path).pages[1]
    assert len(page.images) == 1
    assert "au trait" not in page.extract_text()


def test_the_same_month_gives_the_same_bytes(content, word_file, pdf_file, tmp_path):
    assert write_docx(content, tmp_path / "a.docx").read_bytes() == word_file.read_bytes()
    assert write_pdf(content, tmp_path / "a.pdf").read_bytes() == pdf_file.read_bytes()
    with zipfile.ZipFile(io.BytesIO(word_file.read_bytes())) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.testzip() is None


def test_words_of_the_inputs_are_neither_markup_nor_a_reason_to_fail(content, tmp_path):
    nasty = '#import "x" *gras* <w:b/> & \x0b = 1+1 $x$ `brut`'
    plates = (replace(content.plates[0], caption=nasty, heading=nasty), *content.plates[1:])
    changed = replace(content, plates=plates, title=nasty)
    book = docx.Document(str(write_docx(changed, tmp_path / "a.docx")))
    assert nasty.replace("\x0b", " ") in [p.text for p in book.paragraphs if p.style.name == "Caption"]
    words = pypdf.PdfReader(write_pdf(changed, tmp_path / "a.pdf")).pages[1].extract_text()
    assert '#import"x"*gras*<w:b/>&' in squeezed(words)
    assert "$x$`brut`" in squeezed(words)


def test_a_public_without_a_list_gets_a_document_without_annex_4(content, tmp_path):
    shorter = replace(content, closing=None)
    book = docx.Document(str(write_docx(shorter, tmp_path / "a.docx")))
    assert not [p for p in book.paragraphs if p.text.startswith(f"Annexe {LIST}")]
    assert len(pypdf.PdfReader(write_pdf(shorter, tmp_path / "a.pdf")).pages) == 14


def test_a_word_processor_opens_it_and_keeps_every_map_to_its_page(content, word_file, pdf_file, tmp_path):
    """LibreOffice lays the document out as Word would: as many pages as the PDF, each under its heading, and
    nothing to warn of."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        pytest.skip("LibreOffice is not installed: annexes.docx was not opened in a word processor")
    profile = f"-env:UserInstallation=file://{tmp_path / 'profil'}"
    done = subprocess.run(
        [program, profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(word_file)],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0
    # Java is not part of the writer; LibreOffice says so whatever it opens.
    said = [line for line in done.stderr.splitlines() if line.strip() and "java" not in line.lower()]
    assert said == []
    pages = pypdf.PdfReader(tmp_path / "annexes.pdf").pages
    assert len(pages) == len(pypdf.PdfReader(pdf_file).pages)
    after = (*content.drawings, content.closing)
    headings = [*(p.heading for p in content.plates), "Tableaux du bulletin", *(p.heading for p in after)]
    for page, heading in zip(list(pages)[1:], headings, strict=True):
        assert squeezed(page.extract_text()).startswith(squeezed(heading))
    contents = pages[0].extract_text()
    for number, heading in enumerate(headings, start=2):
        assert re.search(rf"{re.escape(squeezed(heading))}\.*{number}(?!\d)", squeezed(contents)), heading


def test_maps_and_boxes_lead_to_their_pages_and_to_the_areas_that_they_name(content, word_file, pdf_file):
    """In Word and in the PDF: the same addresses, each of a page of the folder and of an area that is on it."""
    wanted = {address for plate in (*content.plates, *content.drawings) for _, address in plate.links}
    assert any(address.startswith("index.html#ML") for address in wanted)
    assert "annexe-1-incidents.html" in wanted
    relations = docx.Document(word_file).part.rels.values()
    assert {found.target_ref for found in relations if "hyperlink" in found.reltype} == wanted
    pages = pypdf.PdfReader(pdf_file).pages
    found = {
        str(note.get_object()["/A"]["/URI"])
        for page in pages
        for note in page.get("/Annots", ())
        if "/URI" in note.get_object().get("/A", {})
    }
    assert found == wanted


def test_the_pages_that_go_on_with_a_list_follow_their_annex_in_both_documents(
    content, small_country, tmp_path
):
    published = publish(months.month(ROWS), small_country, "partenaires")
    annex = BUILDERS[2](Stage(published, small_country, page_meta(published, small_country, "2021-07-15")))
    for number, name in enumerate((annex.slug, f"{annex.slug}-page-2", f"{annex.slug}-page-3"), start=1):
        Image.new("RGB", (160, 220), "white").save(tmp_path / f"{name}.png")
        pdf_page(tmp_path / f"{name}.pdf", f"Feuille {number}")
    plates = document([annex], (), (), (), (), tmp_path, tmp_path).plates
    assert [plate.heading for plate in plates] == [
        "Annexe 2 – Alertes flash", "Annexe 2 – Alertes flash, page 2", "Annexe 2 – Alertes flash, page 3",
    ]  # fmt: skip
    assert len({plate.anchor for plate in plates}) == 3
    assert all(plate.alt_text and plate.width == 160.0 and plate.upright for plate in plates)
    longer = replace(content, plates=plates)
    book = docx.Document(str(write_docx(longer, tmp_path / "annexes.docx")))
    assert {round(shape.width.mm) for shape in list(book.inline_shapes)[:3]} == {160}
    pages = pypdf.PdfReader(write_pdf(longer, tmp_path / "annexes.pdf")).pages
    for number, plate in enumerate(plates, start=1):
        words = squeezed(pages[number].extract_text())
        assert squeezed(plate.heading) in words
        assert f"Feuille{number}" in words
        assert [round(float(side) / 72 * 25.4) for side in pages[number].mediabox[2:]] == [210, 297]
