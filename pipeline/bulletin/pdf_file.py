"""annexes.pdf: what annexes.docx says, maps as vector, tagged, with text that can be selected."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.resources import files as resources
from pathlib import Path
from typing import Any

from pipeline import palette
from pipeline.bulletin.content import Document, Plate
from pipeline.bulletin.tables import cell_text
from pipeline.files import scratch, write_bytes

SLUG = "annexes.pdf"
FONT = "Source Sans Pro"
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
    import typst
    from font_source_sans_pro import font_files_ttf

    produced = datetime.fromisoformat(content.meta.produced_on).replace(tzinfo=UTC)
    # The compiler reads nothing outside this folder, and no text of ours is read as markup.
    with scratch() as folder:
        root = folder.resolve()
        template = resources("pipeline.bulletin").joinpath("annexes.typ").read_text("utf-8")
        (root / "annexes.typ").write_text(template, "utf-8")
        plates = [_plate(plate, root, vector) for plate in content.plates]
        after = [*content.drawings, *([content.closing] if content.closing else [])]
        data = {**_data(content), "plates": plates, "after": [_plate(plate, root, vector) for plate in after]}
        (root / "content.json").write_text(json.dumps(data), "utf-8")
        return typst.compile(
            root / "annexes.typ",
            root=root,
            font_paths=sorted({Path(path).parent for path in font_files_ttf.values()}),
            ignore_system_fonts=True,
            format="pdf",
            timestamp=int(produced.timestamp()),
        )


def _plate(plate: Plate, root: Path, vector: bool) -> dict[str, Any]:
    source = plate.vector if vector else plate.picture
    if source is not None:
        shutil.copyfile(source, root / source.name)
    return {
        "heading": plate.heading,
        "picture": None if source is None else source.name,
        "alt_text": plate.alt_text,
        "caption": plate.caption,
        "remarks": plate.remarks,
        "width": plate.width,
        "points": plate.points,
        "listing": asdict(plate.listing) if plate.listing else None,
        "parts": [_plate(part, root, vector) for part in plate.parts],
    }


def _data(content: Document) -> dict[str, Any]:
    marks = [mark for mark in content.warnings if mark != content.meta.rollup_note]
    return {
        "font": FONT,
        "colours": {"ink": palette.INK, "accent": palette.ACCENT, "paper": palette.PAPER},
        "title": content.title,
        "footer": " · ".join([content.meta.month_label, *marks]),
        "warnings": content.warnings,
        "lines": content.lines,
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
