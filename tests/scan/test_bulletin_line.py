"""A village in the line of the bulletin (mois.toml), which every page prints: read back by other means than ours."""

from __future__ import annotations

import re
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pypdfium2
import pytest

from pipeline.errors import DisclosureError
from tests.helpers import office
from tests.helpers.months import JUNE

OTHERS = bytes(set(range(256)) - set(b"abcdefghijklmnopqrstuvwxyz"))


def letters(content: bytes) -> bytes:
    """The letters a to z alone, whatever encodes them: one byte each, or two of which one is nought."""
    return content.lower().translate(None, OTHERS)


def texts(path: Path) -> Iterator[bytes]:
    """What a file holds, whatever its kind: its bytes, members of archives, packed streams, and pages of a PDF as
    PDFium shows them."""
    content = path.read_bytes()
    yield content
    for start in re.finditer(rb"\x78[\x01\x5e\x9c\xda]", content):
        with suppress(zlib.error):
            yield zlib.decompressobj().decompress(content[start.start() :], 10_000_000)
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            yield from (archive.read(name) for name in archive.namelist())
    if path.suffix == ".pdf":
        with pypdfium2.PdfDocument(path) as document:
            yield from (page.get_textpage().get_text_range().encode() for page in document)


def holders(folder: Path) -> set[Path]:
    """Files under a folder that hold the village."""
    sought = letters(office.VILLAGE.encode())
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path for path in files if any(sought in letters(text) for text in texts(path))}


@pytest.mark.slow
@pytest.mark.parametrize("audience", ["partenaires", "public"])
def test_no_file_outside_interne_holds_it_after_the_run(room: Path, tmp_path: Path, audience: str) -> None:
    project = tmp_path / "projet"
    shutil.copytree(room, project)
    month = project / "outputs" / str(JUNE)
    assert holders(month / "partenaires") == set()
    info = project / "inputs" / str(JUNE) / "mois.toml"
    info.write_text(
        info.read_text("utf-8").replace('"n° 6"', f'"n° 6, attaque de {office.VILLAGE}"'), "utf-8"
    )
    asked = office.order(project, JUNE, audience, office.ALL)
    with pytest.raises(DisclosureError, match="kouna daga"):
        office.whole(asked)
    assert not (month / audience).exists()
    review = month / "revue"
    private = (project / "inputs", project / "build", review)
    assert [path for path in holders(project) if not any(path.is_relative_to(own) for own in private)] == []
    # These means do find it, on the pages of a PDF too.
    kinds = {path.suffix for path in holders(review / "mis-de-cote" / audience)}
    assert kinds >= {".html", ".xlsx", ".docx", ".pdf"}, kinds
