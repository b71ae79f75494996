"""The bulletin's two tables, as sections II and III print them: plain values that every file shows alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pipeline import palette
from pipeline.annexes.common import moved_notes, sheet_notes, unread_rows
from pipeline.annexes.model import Meta
from pipeline.disclosure.published import Published
from pipeline.files import about_sheet, printed_wide, workbook
from pipeline.french import NBSP, SHORT_NAMES, Month, agree, listing, number, percent, plural
from pipeline.taxonomy import CATEGORY

# The bulletin's two tables, as sections II and III print them: plain values that every file shows alike.
#
# Month columns run to December. A month to come, and a past one without a table of incidents, is None: no zero.


CATEGORY_ORDER = ("E", "C", "B", "D", "A", "F")
"""Rows of the first table, in the order of the report's section II."""
NO_DATA = "–"
TO_COME = f"«{NBSP}{NO_DATA}{NBSP}»{NBSP}: mois à venir."


@dataclass(frozen=True)
class Share:
    """A part of a whole, printed as a percentage."""

    part: int
    whole: int

    @property
    def text(self) -> str:
        """ "18 %"; "–" without a whole."""
        return percent(self.part, self.whole)


FigureCell = int | Share | None


def cell_text(value: FigureCell) -> str:
    """A cell as printed: "1 237", "18 %", "–" where the month is to come or has no data."""
    if value is None:
        return NO_DATA
    return value.text if isinstance(value, Share) else number(value)


@dataclass(frozen=True)
class TableRow:
    """A line of a table. cells: one for each heading after the first. total: the last line, in bold."""

    label: str
    cells: tuple[FigureCell, ...]
    total: bool = False


@dataclass(frozen=True)
class BulletinTable:
    """A table of the bulletin. headings: the first is of the labels. name: of its sheet and its anchor."""

    name: str
    title: str
    reading: str
    headings: tuple[str, ...]
    rows: tuple[TableRow, ...]
    notes: tuple[str, ...]


def category_table(published: Published) -> BulletinTable:
    """Violations by category and month (section II): six lines and their total, no column of totals."""
    rows = [
        TableRow(CATEGORY[key].label, _cells(published, _of(published.categories, key)))
        for key in CATEGORY_ORDER
    ]
    year = published.month.year
    return BulletinTable(
        name="Catégories",
        title=f"Violations documentées par catégorie et par mois, {year}",
        reading=_category_reading(published),
        headings=("Typologies de violations (documentées)", *SHORT_NAMES),
        rows=(*rows, TableRow("Total", _cells(published, published.total), True)),
        notes=_notes(published),
    )


def region_table(published: Published) -> BulletinTable:
    """Violations by region and month (section III), with each region's total and share of the year."""
    names = region_names(published)
    sums = {name: sum(of.get(name, 0) for of in published.regions.values()) for name in names}
    whole = sum(sums.values())
    rows = []
    for name in names:
        cells = _cells(published, _of(published.regions, name))
        rows.append(TableRow(name, (*cells, sums[name], Share(sums[name], whole))))
    last = (whole, Share(whole, whole)) if published.months else (None, None)
    year = published.month.year
    return BulletinTable(
        name="Régions",
        title=f"Violations documentées par région et par mois, {year}",
        reading=_region_reading(published, sums),
        headings=("Région", *SHORT_NAMES, "Total", "%"),
        rows=(*rows, TableRow("Total", (*_cells(published, published.total), *last), True)),
        notes=_notes(published),
    )


def bulletin_tables(published: Published) -> tuple[BulletinTable, ...]:
    """Both tables, in the bulletin's order."""
    return category_table(published), region_table(published)


def _of(figures: Mapping[Month, Mapping[str, int]], key: str) -> Callable[[Month], int]:
    return lambda month: figures.get(month, {}).get(key, 0)


def _cells(published: Published, count: Callable[[Month], int]) -> tuple[FigureCell, ...]:
    """A figure for each month of the year that has one."""
    months = (Month(published.month.year, number) for number in range(1, 13))
    return tuple(count(month) if month in published.months else None for month in months)


def region_names(published: Published) -> tuple[str, ...]:
    """Every region of any month: one that enters the table in May has a line, and zeros before."""
    return tuple(dict.fromkeys(name for month in published.months for name in published.regions[month]))


def _notes(published: Published) -> tuple[str, ...]:
    lacking = [m.name for m in published.month.year_to_date() if m not in published.months]
    notes = [TO_COME] if published.month.number < 12 else []
    if lacking:
        shown = f"«{NBSP}{NO_DATA}{NBSP}», non zéro."
        notes.append(f"Pas de tableau d’incidents pour {listing(lacking)}{NBSP}: {shown}")
    return (*notes, *sheet_notes(published, "incidents"), *moved_notes((published, published.months)))


def _category_reading(published: Published) -> str:
    month = published.month
    found = published.categories.get(month)
    total = published.total(month)
    if month not in published.months:
        return f"Aucune donnée d’incidents reçue pour {month.label}."
    if not found or not total:
        return unread_rows(published, "incidents") or f"Aucune violation documentée en {month.label}."
    key = max(CATEGORY_ORDER, key=lambda letter: found[letter])
    return (
        f"En {month.label}, {plural(total, 'violation documentée')}{NBSP}: la première catégorie est "
        f"«{NBSP}{CATEGORY[key].label}{NBSP}» ({number(found[key])}, soit {percent(found[key], total)})."
    )


def _region_reading(published: Published, sums: Mapping[str, int]) -> str:
    whole = sum(sums.values())
    if not published.months:
        return f"Aucune donnée d’incidents reçue de janvier à {published.month.label}."
    if not whole:
        none = f"Aucune violation documentée de janvier à {published.month.label}."
        return unread_rows(published, "incidents") or none
    first = max(sums, key=lambda name: sums[name])
    return (
        f"{_span(published)}, {plural(whole, 'violation documentée')}{NBSP}: {first} en compte le "
        f"plus ({number(sums[first])}, soit {percent(sums[first], whole)})."
    )


def _span(published: Published) -> str:
    """ "De janvier à juin 2021"; the months themselves where one of them was not received."""
    months, year = published.months, published.month.year
    if len(months) < len(published.month.year_to_date()):
        only = agree(len(months), "seul mois reçu", "seuls mois reçus")
        return f"En {listing([month.name for month in months])} {year}, {only} de l’année"
    return f"De janvier à {published.month.name} {year}" if len(months) > 1 else f"En janvier {year}"


# tableaux.xlsx: the bulletin's tables as sheets, numbers as numbers, nothing that runs.


SLUG = "tableaux.xlsx"


def write_tables(tables: Sequence[BulletinTable], meta: Meta, target: Path) -> Path:
    """Write one sheet a table and "À propos" to `target` (.xlsx); the same tables give the same bytes."""
    told = {"author": meta.sources, "comments": meta.audience_label}
    title = f"Tableaux du bulletin – {meta.month_label}"
    with workbook(target, datetime.fromisoformat(meta.produced_on), title=title, **told) as book:
        for table in tables:
            _sheet(book, table, meta)
        lines = (
            *((table.name, table.title) for table in tables),
            ("Public", meta.audience_label),
            ("Sources", meta.sources),
            ("Bulletin", meta.bulletin),
            ("Limites administratives", f"{meta.boundary_label} ({meta.limits_dated})"),
            ("Produit le", meta.produced_on),
            *(("Attention", warning) for warning in meta.warnings),
        )
        about_sheet(book, lines, (18, 100))
    return target


def _sheet(book: Any, table: BulletinTable, meta: Meta) -> None:
    sheet = book.add_worksheet(table.name)
    head = book.add_format({"bold": True, "bg_color": palette.ACCENT, "font_color": palette.PAPER})
    kinds = (("text", "@", "left"), ("number", "#,##0", "right"), ("share", "0 %", "right"))
    formats = {
        (kind, bold): book.add_format({"bold": bold, "num_format": code, "align": align, "top": int(bold)})
        for kind, code, align in kinds
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
    printed_wide(sheet, meta.audience_label, "&A, &P / &N")
