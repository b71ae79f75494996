"""What python-docx has no words for: links and page numbers, alternative text, repeated headings, language,
and a file that is the same whenever it is written."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

ZIP_DATE = (1980, 1, 1, 0, 0, 0)


def text(value: str) -> str:
    """Text that XML can hold: control characters become spaces."""
    return "".join(c if c >= " " and c not in "\ufffe\uffff" else " " for c in value)


def element(tag: str, **attributes: str) -> Any:
    """A WordprocessingML element: element("fldChar", fldCharType="begin")."""
    made = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), value)
    return made


def bookmark(paragraph: Any, name: str, number: int) -> None:
    """Name a paragraph, for links and page numbers. number: unique in the document."""
    paragraph._p.insert(1, element("bookmarkStart", id=str(number), name=name))
    paragraph._p.append(element("bookmarkEnd", id=str(number)))


def link(paragraph: Any, words: str, anchor: str) -> None:
    """Add words that lead to a bookmark."""
    run = paragraph.add_run(text(words))
    hyperlink = element("hyperlink", anchor=anchor, history="1")
    paragraph._p.append(hyperlink)
    hyperlink.append(run._r)


def field(paragraph: Any, code: str, shown: str) -> None:
    """Add a field (PAGE, PAGEREF) with the value that stands until Word computes it anew."""
    for part in (
        element("fldChar", fldCharType="begin"),
        code,
        element("fldChar", fldCharType="separate"),
        None,
        element("fldChar", fldCharType="end"),
    ):
        run = paragraph.add_run(shown if part is None else "")
        if isinstance(part, str):
            instruction = element("instrText")
            instruction.set(qn("xml:space"), "preserve")
            instruction.text = f" {part} "
            run._r.append(instruction)
        elif part is not None:
            run._r.append(part)


def describe_picture(picture: Any, alt_text: str, number: int) -> None:
    """The alternative text of a picture, and a number of its own."""
    properties = picture._inline.docPr
    properties.set("descr", text(alt_text))
    properties.set("id", str(number))


def describe_table(table: Any, title: str, summary: str) -> None:
    """What a screen reader says of a table; its first row is repeated on every page."""
    table._tbl.tblPr.append(element("tblCaption", val=text(title)))
    table._tbl.tblPr.append(element("tblDescription", val=text(summary)))
    for row in table.rows:
        row._tr.get_or_add_trPr().append(element("cantSplit"))
    table.rows[0]._tr.get_or_add_trPr().append(element("tblHeader"))


def shade(cell: Any, colour: str) -> None:
    """Fill a cell. colour: "#rrggbb"."""
    cell._tc.get_or_add_tcPr().append(element("shd", val="clear", color="auto", fill=colour.lstrip("#")))


def speak_french(document: Any) -> None:
    """French for the spelling checker, the reading voice and the file's own properties."""
    defaults = document.styles.element.find(qn("w:docDefaults"))
    properties = defaults.find(qn("w:rPrDefault")).find(qn("w:rPr"))
    for old in properties.findall(qn("w:lang")):
        properties.remove(old)
    properties.append(element("lang", val="fr-FR", eastAsia="fr-FR", bidi="ar-SA"))
    for old in document.settings.element.findall(qn("w:themeFontLang")):
        old.set(qn("w:val"), "fr-FR")
    document.core_properties.language = "fr-FR"


def to_bytes(document: Any, produced: datetime) -> bytes:
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
