"""What the Word document and the PDF both say, in order: nothing of how either is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.annexes.common import ARROW_RULE
from pipeline.annexes.model import Annex, Meta
from pipeline.bulletin.boxes import Box
from pipeline.bulletin.charts import Chart
from pipeline.bulletin.parts import PartsChart
from pipeline.bulletin.parts_file import WIDTH, height
from pipeline.bulletin.tables import BulletinTable
from pipeline.french import NBSP, sentence_case
from pipeline.month import Month

LIST = 4
"""Number of the annex that is a list, not a map."""
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
    list and for a page of several charts. width: of the picture in mm. remarks: small; points: a list.
    listing: the month's rows of annex 4, where they fit in a document. parts: the charts of a page of several,
    each under a heading of the second level."""

    anchor: str
    heading: str
    picture: Path | None
    vector: Path | None
    alt_text: str
    caption: str
    remarks: tuple[str, ...]
    width: float = 224.0
    points: tuple[str, ...] = ()
    listing: Listing | None = None
    parts: tuple[Plate, ...] = ()


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
    def pictured(self) -> tuple[Plate, ...]:
        """Every plate with a picture, in the order of the document."""
        pages = (*self.plates, *self.drawings)
        return tuple(found for page in pages for found in (page.parts or (page,)))


def document(
    annexes: Sequence[Annex],
    tables: Sequence[BulletinTable],
    charts: Sequence[Chart],
    parts: Sequence[PartsChart],
    boxes: Sequence[Box],
    pictures: Path,
    vectors: Path,
) -> Document:
    """The document of one month and audience. pictures: folder of every PNG, and of the SVG of charts and
    boxes; vectors: of the annexes as PDF."""
    meta = annexes[0].meta
    return Document(
        title=f"Annexes cartographiques et tableaux – {meta.month_label}",
        lines=tuple(
            line
            for line in (
                f"Rapport mensuel de monitoring de protection, {meta.bulletin}" if meta.bulletin else "",
                f"Sources{NBSP}: {meta.sources}" if meta.sources else "",
                f"Limites administratives{NBSP}: {meta.boundary_label}{meta.division_label}",
                meta.disclaimer,
            )
            if line
        ),
        warnings=tuple(
            text
            for text in (
                meta.audience_label,
                "DONNÉES D’EXEMPLE : incidents reconstitués" if meta.example else "",
                meta.rollup_note,
            )
            if text
        ),
        plates=tuple(_plate(annex, pictures, vectors) for annex in annexes if annex.number != LIST),
        tables=tuple(tables),
        drawings=(
            *(_chart_plate(chart, pictures) for chart in charts),
            *_parts_plates(parts, pictures),
            *(_box_plate(box, pictures) for box in boxes),
        ),
        closing=next((_list_plate(annex) for annex in annexes if annex.number == LIST), None),
        meta=meta,
    )


def _plate(annex: Annex, pictures: Path, vectors: Path) -> Plate:
    return Plate(
        anchor=f"annexe_{annex.number}",
        heading=f"Annexe {annex.number} – {annex.title}",
        picture=pictures / f"{annex.slug}.png",
        vector=vectors / f"{annex.slug}.pdf",
        alt_text=annex.alt_text,
        caption=annex.caption,
        remarks=(f"{sentence_case(annex.counts_line)}.",),
    )


def _chart_plate(chart: Chart, pictures: Path) -> Plate:
    return Plate(
        anchor=chart.slug.replace("-", "_"),
        heading=f"Graphique – {chart.title}",
        picture=pictures / f"{chart.slug}.png",
        vector=pictures / f"{chart.slug}.svg",
        alt_text=chart.alt_text,
        caption=chart.reading,
        remarks=(),
    )


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
    told: dict[str, int] = {}
    found = []
    for page in pages:
        group = page[0].group
        told[group] = told.get(group, 0) + 1
        many = sum(other[0].group == group for other in pages)
        found.append(
            Plate(
                anchor=f"graphiques_{group}_{told[group]}",
                heading=f"Graphiques – {GROUPS[group]}" + (f" ({told[group]}/{many})" if many > 1 else ""),
                picture=None,
                vector=None,
                alt_text="",
                caption="",
                remarks=(),
                parts=tuple(_part_plate(chart, pictures) for chart in page),
            )
        )
    return found


def _part_plate(chart: PartsChart, pictures: Path) -> Plate:
    return Plate(
        anchor=chart.slug.replace("-", "_"),
        heading=chart.title,
        picture=pictures / f"{chart.slug}.png",
        vector=pictures / f"{chart.slug}.svg",
        alt_text=chart.alt_text,
        caption=chart.reading,
        remarks=(),
        width=WIDTH,
    )


def _box_plate(box: Box, pictures: Path) -> Plate:
    return Plate(
        anchor=box.slug.replace("-", "_"),
        heading=f"Encadré – {box.heading}",
        picture=pictures / f"{box.slug}.png",
        vector=pictures / f"{box.slug}.svg",
        alt_text=box.alt_text,
        caption=box.headline,
        remarks=(ARROW_RULE,),
        width=130.0,
        points=(*box.points, *(found.text for found in box.arrows)),
    )


def _list_plate(annex: Annex) -> Plate:
    listing = _listing(annex)
    remarks = [f"Liste complète{NBSP}: fichier {annex.slug}.xlsx, joint à ce document."]
    if listing:
        remarks.append(f"Lignes {Month.parse(annex.meta.month).of_label}{NBSP}:")
    return Plate(
        anchor=f"annexe_{annex.number}",
        heading=f"Annexe {annex.number} – {annex.title}",
        picture=None,
        vector=None,
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
