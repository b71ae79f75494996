"""A value that could lead to a person, planted in a real output of each format: the build fails and the file is
gone. One plant a corner of a format, each with a village, an identifier, a day and a place."""

from __future__ import annotations

import io
import json
import random
import re
import shutil
import sqlite3
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import docx
import openpyxl
import pytest
from openpyxl.comments import Comment
from PIL import Image
from pypdf import PdfReader

from pipeline import cache, share, workers
from pipeline.disclosure.policy import policy_of
from pipeline.errors import DisclosureError, InputError
from pipeline.scan import Forbidden, enforce, scan_files, scan_folder, search, search_ahead
from pipeline.scan.content import _DRAWN, _NOTHING, Content, content_of, read_pdf
from pipeline.scan.search import (
    _FRENCH,
    _MONTH,
    _WORDS,
    HALVES,
    YEARS,
    _day,
    _days,
    _in_bytes,
    _iso_days,
    folded,
)
from tests.helpers import office
from tests.helpers.months import JUNE

SECRETS = {
    "village": office.VILLAGE,
    "identifiant": "2021-06-0003",
    "jour": "le 17/06/2021",
    "coordonnées": "14.6172, -3.3391",
    "texte libre": office.DESCRIPTION,
}
WORDS = {
    "village": "nom de village « kouna daga »",
    "identifiant": "identifiant « 2021-06-0003 »",
    "jour": "jour 2021-06-17",
    "coordonnées": "coordonnées",
    "texte libre": "texte libre",
}
Plant = Callable[[Path, str], None]


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def before_the_end(path: Path, more: bytes) -> None:
    data = path.read_bytes()
    end = data.rindex(b"IEND") - 4
    path.write_bytes(data[:end] + more + data[end:])


def png_text(path: Path, secret: str) -> None:
    before_the_end(path, chunk(b"tEXt", b"Comment\0" + secret.encode("latin-1")))


def png_compressed(path: Path, secret: str) -> None:
    before_the_end(path, chunk(b"zTXt", b"Comment\0\0" + zlib.compress(secret.encode("latin-1"))))


def png_international(path: Path, secret: str) -> None:
    body = b"Comment\0\1\0fr\0\0" + zlib.compress(secret.encode())
    before_the_end(path, chunk(b"iTXt", body))


def png_after_the_end(path: Path, secret: str) -> None:
    path.write_bytes(path.read_bytes() + secret.encode())


def appended(path: Path, secret: str) -> None:
    path.write_bytes(path.read_bytes() + b"\n" + secret.encode() + b"\n")


def html_text(path: Path, secret: str) -> None:
    path.write_text(path.read_text("utf-8").replace("</body>", f"<p>{secret}</p></body>"), "utf-8")


def html_comment(path: Path, secret: str) -> None:
    path.write_text(path.read_text("utf-8").replace("</body>", f"<!-- {secret} --></body>"), "utf-8")


def html_data(path: Path, secret: str) -> None:
    """Among the data, with every letter escaped as JSON may."""
    escaped = "".join(f"\\u{ord(letter):04x}" for letter in secret)
    text = path.read_text("utf-8")
    found = re.search(r"<script[^>]*json[^>]*>\s*\{", text)
    assert found is not None
    path.write_text(text[: found.end()] + f'"x": "{escaped}", ' + text[found.end() :], "utf-8")


def html_script(path: Path, secret: str) -> None:
    text = path.read_text("utf-8")
    path.write_text(
        text.replace("</body>", f"<script>var x = {json.dumps(secret)};</script></body>"), "utf-8"
    )


def xlsx_cell(path: Path, secret: str) -> None:
    book = openpyxl.load_workbook(path)
    book.active.cell(row=9, column=60, value=secret)
    book.save(path)


def xlsx_hidden_sheet(path: Path, secret: str) -> None:
    book = openpyxl.load_workbook(path)
    sheet = book.create_sheet("x")
    sheet["A1"] = secret
    sheet.sheet_state = "veryHidden"
    book.save(path)


def xlsx_hidden_column(path: Path, secret: str) -> None:
    book = openpyxl.load_workbook(path)
    book.active["Z3"] = secret
    book.active.column_dimensions["Z"].hidden = True
    book.save(path)


def xlsx_property(path: Path, secret: str) -> None:
    book = openpyxl.load_workbook(path)
    book.properties.description = secret
    book.save(path)


def xlsx_comment(path: Path, secret: str) -> None:
    book = openpyxl.load_workbook(path)
    book.active["A1"].comment = Comment(secret, "x")
    book.save(path)


def zip_comment(path: Path, secret: str) -> None:
    with zipfile.ZipFile(path, "a") as archive:
        archive.comment = secret.encode()


def without_triggers(base: sqlite3.Connection) -> None:
    """The spatial index would ask SQLite for functions that only GIS programs bring."""
    for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        base.execute(f'DROP TRIGGER "{name}"')


def gpkg_cell(path: Path, secret: str) -> None:
    with sqlite3.connect(path) as base:
        without_triggers(base)
        base.execute("UPDATE annexe_1_cercles SET name = ? WHERE rowid = 1", (secret,))
    base.close()


def gpkg_other_table(path: Path, secret: str) -> None:
    with sqlite3.connect(path) as base:
        base.execute("CREATE TABLE notes (words TEXT)")
        base.execute("INSERT INTO notes VALUES (?)", (secret,))
    base.close()


def gpkg_free_page(path: Path, secret: str) -> None:
    """A table written, and dropped: its pages are free, and still hold the words."""
    with sqlite3.connect(path) as base:
        base.execute("PRAGMA secure_delete = OFF")
        base.execute("CREATE TABLE notes (words TEXT)")
        base.executemany("INSERT INTO notes VALUES (?)", [(f"{secret} " * 40,)] * 50)
        base.commit()
        base.execute("DROP TABLE notes")
    base.close()


def docx_text(path: Path, secret: str) -> None:
    document = docx.Document(str(path))
    document.add_paragraph(secret)
    document.save(str(path))


def docx_cut_in_runs(path: Path, secret: str) -> None:
    document = docx.Document(str(path))
    paragraph = document.add_paragraph()
    paragraph.add_run(secret[:3]).bold = True
    paragraph.add_run(secret[3:])
    document.save(str(path))


def docx_property(path: Path, secret: str) -> None:
    document = docx.Document(str(path))
    document.core_properties.keywords = secret
    document.save(str(path))


def pdf_property(path: Path, secret: str) -> None:
    path.write_bytes(path.read_bytes() + f"\n99 0 obj\n<< /Keywords ({secret}) >>\nendobj\n".encode())


def pdf_property_in_utf16(path: Path, secret: str) -> None:
    words = b"\xfe\xff" + secret.encode("utf-16-be")
    path.write_bytes(path.read_bytes() + b"\n99 0 obj\n<< /Keywords (" + words + b") >>\nendobj\n")


def pdf_stream(path: Path, secret: str) -> None:
    body = zlib.compress(f"<x:xmpmeta>{secret}</x:xmpmeta>".encode())
    path.write_bytes(path.read_bytes() + b"\n99 0 obj\n<<>>\nstream\n" + body + b"\nendstream\nendobj\n")


def svg_text(path: Path, secret: str) -> None:
    path.write_text(path.read_text("utf-8").replace("</svg>", f"<text>{secret}</text></svg>"), "utf-8")


def json_text(path: Path, secret: str) -> None:
    content = json.loads(path.read_text("utf-8"))
    content["outputs"][0]["caption"] += f" {secret}"
    path.write_text(json.dumps(content), "utf-8")


PLANTS: dict[str, tuple[str, tuple[Plant, ...]]] = {
    "PNG": ("annexe-1-incidents.png", (png_text, png_compressed, png_international, png_after_the_end)),
    "PNG du bulletin": ("graphique-regions.png", (png_text,)),
    "HTML": ("annexe-1-incidents.html", (html_text, html_comment, html_data, html_script)),
    "HTML de la liste": ("annexe-4-liste-incidents.html", (html_text,)),
    "page d'accueil": ("index.html", (html_text, html_comment, html_data)),
    "XLSX": (
        "annexe-4-liste-incidents.xlsx",
        (xlsx_cell, xlsx_hidden_sheet, xlsx_hidden_column, xlsx_property, xlsx_comment, zip_comment),
    ),
    "XLSX du bulletin": ("tableaux.xlsx", (xlsx_cell, zip_comment)),
    "GeoPackage": ("cartes.gpkg", (gpkg_cell, gpkg_other_table, gpkg_free_page)),
    "DOCX": ("annexes.docx", (docx_text, docx_cut_in_runs, docx_property, zip_comment)),
    "PDF": ("annexes.pdf", (pdf_property, pdf_property_in_utf16, pdf_stream)),
    "SVG": ("graphique-regions.svg", (svg_text, appended)),
    "calage": ("annexe-1-incidents.pgw", (appended,)),
    "projection": ("annexe-1-incidents.prj", (appended,)),
    "manifeste": ("manifest.json", (json_text,)),
}  # fmt: skip
CASES = [(kind, name, plant) for kind, (name, plants) in PLANTS.items() for plant in plants]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "plant"), [pytest.param(n, p, id=f"{k}-{p.__name__}") for k, n, p in CASES])
def test_a_planted_secret_stops_the_build_and_takes_the_file_along(
    outputs: Path, forbidden: Forbidden, tmp_path: Path, name: str, plant: Plant
) -> None:
    # A Word document of thirty pictures is slow to write again: a word and a place are enough there.
    kinds = ("village", "coordonnées") if name.endswith(".docx") else tuple(SECRETS)
    for kind in kinds:
        folder = tmp_path / kind
        folder.mkdir()
        shutil.copyfile(outputs / "annexe-2-alertes-flash.pgw", folder / "innocent.pgw")
        shutil.copyfile(outputs / name, folder / name)
        plant(folder / name, SECRETS[kind])
        with pytest.raises(DisclosureError) as raised:
            enforce(folder, forbidden)
        free_page = plant is gpkg_free_page
        assert WORDS[kind] in raised.value.problem or (free_page and "pages libres" in raised.value.problem)
        assert name in raised.value.problem
        assert "mis de côté" in raised.value.consequence
        # Its twins of other formats hold the same value: the folder goes as a whole.
        assert not folder.exists()
        aside = tmp_path / "revue" / "mis-de-cote" / kind
        assert sorted(path.name for path in aside.iterdir()) == sorted({name, "innocent.pgw"})


def test_a_place_among_the_data_of_a_page(outputs: Path, forbidden: Forbidden, tmp_path: Path) -> None:
    """As numbers, in either order; the commune's own point is on the page and no secret."""
    for point in ("[-3.3391, 14.6172]", "[14.6172, -3.3391]", "[15.2217, -2.1934]"):
        target = tmp_path / "x" / "annexe-2-alertes-flash.html"
        target.parent.mkdir()
        text = (outputs / target.name).read_text("utf-8")
        found = re.search(r"<script[^>]*json[^>]*>\s*\{", text)
        assert found is not None
        target.write_text(text[: found.end()] + f'"x": {point}, ' + text[found.end() :], "utf-8")
        with pytest.raises(DisclosureError, match="coordonnées"):
            enforce(target.parent, forbidden)
        assert not target.exists()


def test_a_place_as_a_geometry(outputs: Path, forbidden: Forbidden, tmp_path: Path) -> None:
    target = tmp_path / "cartes.gpkg"
    shutil.copyfile(outputs / target.name, target)
    with sqlite3.connect(target) as base:
        column = base.execute(
            "SELECT column_name FROM gpkg_geometry_columns WHERE table_name = 'annexe_2_alertes'"
        ).fetchone()[0]
        blob = base.execute(f"SELECT {column} FROM annexe_2_alertes").fetchone()[0]
        moved = blob[:-16] + struct.pack("<dd", -2.1934, 15.2217)
        without_triggers(base)
        base.execute(f"UPDATE annexe_2_alertes SET {column} = ?", (moved,))
    base.close()
    with pytest.raises(DisclosureError, match="coordonnées"):
        enforce(tmp_path, forbidden)
    assert not target.exists()


def test_a_day_as_excel_counts_it(outputs: Path, forbidden: Forbidden, tmp_path: Path) -> None:
    target = tmp_path / "annexe-4-liste-incidents.xlsx"
    shutil.copyfile(outputs / target.name, target)
    book = openpyxl.load_workbook(target)
    book.active["Y2"] = date(2021, 6, 17)
    book.save(target)
    with pytest.raises(DisclosureError, match="jour 2021-06-17"):
        enforce(tmp_path, forbidden)
    assert not target.exists()


def test_a_small_count_under_a_heading_of_counts(outputs: Path, forbidden: Forbidden, tmp_path: Path) -> None:
    target = tmp_path / "annexe-4-liste-incidents.xlsx"
    shutil.copyfile(outputs / target.name, target)
    book = openpyxl.load_workbook(target)
    sheet = book.active
    column = next(cell.column for cell in sheet[1] if str(cell.value).startswith("Nombre"))
    sheet.cell(row=2, column=column, value=3)
    book.save(target)
    with pytest.raises(DisclosureError, match="effectif exact 3"):
        enforce(tmp_path, forbidden)
    assert not target.exists()


def test_words_drawn_on_a_page_of_a_pdf(forbidden: Forbidden, tmp_path: Path) -> None:
    """Set in the codes of a font, letter by letter: no bytes of the file spell the name."""
    from matplotlib.figure import Figure

    figure = Figure()
    figure.text(0.1, 0.5, f"Relais de {office.VILLAGE} et d'ailleurs")
    target = tmp_path / "x" / "annexes.pdf"
    target.parent.mkdir()
    figure.savefig(target)
    assert b"Kouna" not in target.read_bytes()
    with pytest.raises(DisclosureError, match=r"annexes\.pdf contient le nom de village « kouna daga »"):
        enforce(target.parent, forbidden)
    assert not target.parent.exists()


def test_the_two_halves_of_a_pdf_say_what_the_whole_does(tmp_path: Path) -> None:
    from matplotlib.figure import Figure

    figure, path = Figure(), tmp_path / "annexes.pdf"
    figure.text(0.1, 0.5, "Relais d'ici et d'ailleurs")
    figure.savefig(path, metadata={"Title": "Annexes"})
    whole, parts = content_of(path), [content_of(path, half=half) for half in sorted(HALVES)]
    assert all(part.pieces for part in parts)
    assert [piece for part in parts for piece in part.pieces] == whole.pieces


def test_a_page_says_to_the_search_what_it_says_to_its_reader(outputs: Path) -> None:
    """Paths and colours are left out before pages are read: no letter and no space goes with them."""
    data = (outputs / "annexes.pdf").read_bytes()
    found = Content()
    read_pdf(data, "", found)
    told = {piece.where: piece.text for piece in reversed(found.pieces) if "page" in piece.where}
    pages = PdfReader(io.BytesIO(data)).pages
    assert len(pages) == len(told) > 5
    for number, page in enumerate(pages, start=1):
        assert told[f"PDF, page {number}"] == page.extract_text()


@pytest.mark.parametrize(
    ("drawn", "left"),
    [
        (b"BT /F1 5 Tf [(Kouna) -96 (Daga) 60 (x)]TJ ET\n", b"[(Kouna) -96 (Daga) 60 (x)]TJ"),
        (b"\nq 1 0 0 1 5 6 cm/c0 cs 0 0 m 1 1 l S Q\nBT (a q Q b) Tj ET\n", b"BT (a q Q b) Tj"),
        (b"\nq 1 0 0 1 5 6 cm BT (Daga) Tj ET Q\n", b"q 1 0 0 1 5 6 cm BT (Daga) Tj"),
    ],
)
def test_what_parts_words_stays_when_a_page_is_read(drawn: bytes, left: bytes) -> None:
    kept = _NOTHING.sub(rb"\1", _DRAWN.sub(rb"\1", drawn))
    assert left in kept
    assert b" m " not in kept
    assert b"/c0" not in kept


def test_what_stands_is_searched_ahead_and_not_again(
    outputs: Path, forbidden: Forbidden, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "partenaires"
    folder.mkdir()
    for name in ("index.html", "annexe-3-indice-risque.png"):
        shutil.copy(outputs / name, folder / name)
    files = sorted(folder.iterdir())
    offered: list[workers.Task] = []
    monkeypatch.setattr(workers, "ahead", offered.extend)
    monkeypatch.setattr(workers, "helped", lambda: True)
    search_ahead(folder, forbidden)
    assert offered == [], "nothing is kept: it would be done twice"
    cache.use(tmp_path / "resultats", [tmp_path])
    try:
        search_ahead(folder, forbidden)
        assert {task[1][0] for task in offered} == set(files)
        for function, arguments in offered:
            assert function(*arguments) == []
        monkeypatch.setattr(search, "content_of", lambda *given: pytest.fail("it is read again"))
        assert scan_files(files, forbidden) == []
        monkeypatch.undo()
        with files[0].open("a", encoding="utf-8") as stream:
            stream.write(f"<p>{next(iter(forbidden.ids))}</p>")
        assert {leak.path for leak in scan_files(files, forbidden)} == {files[0]}
    finally:
        cache.leave()


def test_days_are_found_by_what_is_rare_as_by_all_that_a_day_may_be() -> None:
    chance = random.Random(18)
    signs = ("1", "31", "9", "12", "2021", "1999", "er", " ", "\u00a0", "\u202f", "-", "/", ".", "a", "\n")
    words = ("juin", "mai", "août", "juillet", "2021-06-03", "3/06/2021", "3.6.2021", "1er juin 2021")
    found = 0
    for _ in range(3000):
        text = "".join(chance.choices(signs + words, k=12))
        low = folded(text)
        plainly = _iso_days(text, ("-", "/", ".", ""))
        for day, _, month, year in _FRENCH.findall(text):
            plainly |= _day(year, month, day)
        for day, name, year in _WORDS.findall(low):
            for guess in (year,) if year else YEARS:
                plainly |= _day(guess, _MONTH[name], day)
        assert _days(text, low) == plainly, text
        found += len(plainly)
    assert found > 1000


def test_the_time_of_a_member_is_a_day_too(forbidden: Forbidden, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "lot.zip", "w") as archive:
        archive.writestr(zipfile.ZipInfo("a.txt", (2021, 6, 17, 0, 0, 0)), "rien")
    with pytest.raises(DisclosureError, match="jour 2021-06-17"):
        enforce(tmp_path, forbidden)


def test_an_archive_within_an_archive_is_opened(forbidden: Forbidden, tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("a.txt"), office.VILLAGE)
    with zipfile.ZipFile(tmp_path / "lot.zip", "w") as archive:
        archive.writestr(zipfile.ZipInfo("b.zip"), inner.getvalue())
    with pytest.raises(DisclosureError, match="kouna daga"):
        enforce(tmp_path, forbidden)


def test_a_file_that_cannot_be_searched_may_not_leave(forbidden: Forbidden, tmp_path: Path) -> None:
    (tmp_path / "lot.zip").write_bytes(b"PK\x03\x04 ce n'est pas une archive")
    with pytest.raises(DisclosureError, match="ne sait pas lire"):
        enforce(tmp_path, forbidden)
    assert not tmp_path.exists()


def test_clean_outputs_stay(outputs: Path, forbidden: Forbidden) -> None:
    assert scan_folder(outputs, forbidden) == []
    assert len(list(outputs.iterdir())) > 30


MARKUP_IDS = (
    "A1",
    "B2",
    "M1",
    "M10",
    "L5",
    "Z1",
    "r1",
    "c1",
    "rId1",
    "p1",
    "id1",
    "b64",
    "x1y2",
    "t1",
)
"""Ids of incidents as small offices number them; XLSX, DOCX, HTML, SVG, PDF and SQLite hold such words by themselves."""


def test_ids_like_the_words_of_markup_are_found_in_what_is_read_alone(
    outputs: Path, forbidden: Forbidden, tmp_path: Path
) -> None:
    short = replace(forbidden, ids=frozenset(MARKUP_IDS))
    assert [found for found in scan_folder(outputs, short) if "identifiant" in str(found)] == []
    for name, plant in (
        ("annexe-4-liste-incidents.xlsx", xlsx_cell), ("annexes.docx", docx_text), ("annexe-1-incidents.html", html_text),
        ("graphique-regions.svg", svg_text), ("cartes.gpkg", gpkg_cell), ("annexes.pdf", pdf_stream),
    ):  # fmt: skip
        folder = tmp_path / name
        folder.mkdir()
        shutil.copyfile(outputs / name, folder / name)
        plant(folder / name, "dossier M10")
        assert any("« M10 »" in str(found) for found in scan_folder(folder, short)), name


def test_a_build_that_would_print_a_village_fails_by_itself(small_country, tmp_path: Path) -> None:
    """Through the front door: the officer names a village in the bulletin's line, which stands on every page."""
    place = office.VILLAGE
    folder = office.office(tmp_path / "projet", small_country)
    (folder / "inputs" / str(JUNE) / "mois.toml").write_text(
        f'bulletin = "n° 6, {place}"\nsources = "Essai"\nexemple = false\n', "utf-8"
    )
    with pytest.raises(DisclosureError, match="kouna daga") as raised:
        office.build(folder, annexes=(1,))
    assert not (folder / "outputs" / str(JUNE) / "partenaires").exists()
    assert "sources de mois.toml" in raised.value.fix
    # Nothing is left to share, and nothing but the officer's folders holds the name in any way.
    with pytest.raises(InputError, match="manifest"):
        share.share(
            folder / "outputs" / str(JUNE) / "partenaires", "partenaires", tmp_path, forbidden=Forbidden()
        )
    assert {path.name for path in (folder / "outputs" / str(JUNE)).iterdir()} == {"revue"}
    office.build(folder, audience="interne", annexes=())


def test_identifiers_that_are_words_of_the_pages_block_no_month(small_country, tmp_path: Path) -> None:
    folder = office.office(tmp_path / "projet", small_country)
    words = ("x", "A", "de", "Gao", "mois", "total", "n", "Vol")
    office.late(folder, JUNE, *((word, *office.row(JUNE, 0, "ML050101", "E")[1:]) for word in words))
    made, _ = office.build(folder, annexes=(1, 4))
    remarks = (made.parent / "revue" / "remarques.csv").read_text("utf-8-sig")
    assert "8 identifiants sans chiffre" in remarks


@pytest.mark.parametrize(
    ("data", "leaks"),
    [
        (b"\x00ML050409Hombori Tondo\x00", False),
        (b"\x00DouentzaHombori Tondo\x01ML050409 Hombori Tondo", False),
        (b"\x00DouentzaHombori\x00\x07", True),
        (b"rue Hombori\x00 Hombori Tondo", True),
        (b"Hombori Tondo\x00Hombori", True),
        ("Cercle de DouentzaSévaré\x00".encode(), True),
        ("\x00ML050609 Sévaré\x00".encode(), False),
        ("\x00ML050609Sévaré Mopti".encode(), False),
    ],
)
def test_bytes_hold_a_village_elsewhere_than_in_the_words_that_pages_print(data: bytes, leaks: bool) -> None:
    """A village that lends its name to a seat is no secret there, and one everywhere else of a file's bytes."""
    forbidden = Forbidden(
        ids=frozenset(),
        villages={"hombori": frozenset({"Hombori"}), "sevare": frozenset({"Sévaré"})},
        texts=frozenset(),
        days=frozenset(),
        points=frozenset(),
        own=frozenset(),
        phrases={"hombori": ("hombori tondo",), "sevare": ("ml050609 sevare",)},
    )
    assert bool(list(_in_bytes(data, forbidden))) is leaks


def test_every_picture_tells_its_reader_for_whom_it_is(outputs: Path) -> None:
    """A picture taken out of its folder still says whose it is: maps, charts and boxes, PNG and SVG."""
    label = policy_of("partenaires").label
    pictures = sorted(outputs.glob("*.png"))
    assert {path.name.split("-")[0] for path in pictures} == {"annexe", "graphique", "encadre"}
    told = {path.name: Image.open(path).text.get("Audience", "") for path in pictures}
    assert [name for name, text in told.items() if label not in text] == []
    drawn = [path.name for path in outputs.glob("*.svg") if label not in path.read_text("utf-8")]
    assert drawn == []
