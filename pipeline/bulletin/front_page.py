"""index.html of a month's folder: the dashboard, the annexes, and what the bulletin is made of."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from pipeline.annexes import Stage
from pipeline.annexes.model import Annex
from pipeline.bulletin.board import board

PACKAGE = ("Couches des cartes, pour QGIS (GeoPackage)", "cartes.gpkg")
FILES = {
    "annexes.docx": "Annexes, tableaux et graphiques (Word)",
    "annexes.pdf": "Annexes, tableaux et graphiques (PDF)",
    "tableaux.xlsx": "Tableaux du bulletin (XLSX)",
}


def write_front_page(
    stage: Stage, annexes: Collection[Annex], folder: Path, made: Sequence[tuple[str, str]] = ()
) -> tuple[str, str, str]:
    """Write folder/index.html; its name, its title and what it says first.

    made: file name and title of the bulletin's files, once they are there; a page without them links none, so
    that no link leads to a bulletin older than the maps.
    """
    from pipeline import web
    from pipeline.web.dashboard_map import drawing

    entries = [
        web.IndexEntry(
            annex.number,
            annex.title,
            annex.subtitle,
            annex.caption,
            annex.alt_text,
            tuple(sorted(path.name for path in folder.glob(f"{annex.slug}.*"))),
        )
        for annex in annexes
    ]
    there = dict(made)
    others = [(label, name) for name, label in FILES.items() if name in there]
    pictures = [
        (f"{title} ({Path(name).suffix[1:].upper()})", name)
        for name, title in there.items()
        if Path(name).suffix in (".png", ".svg")
    ]
    dashboard = board(stage)
    path = web.render_index(
        stage.meta, entries, folder, [*others, PACKAGE], (dashboard, drawing(stage.country)), pictures
    )
    label = stage.meta.month_label
    readings = " ".join(table.reading for table in dashboard.tables)
    return path.name, f"Tableau de bord – {label}", readings
