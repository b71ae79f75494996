"""What stands in the files already made, read back and held against the tables of today."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html.parser import HTMLParser
from pathlib import Path

from pipeline.bulletin.mismatch import Mismatch
from pipeline.bulletin.tables import BulletinTable, Share, cell_text
from pipeline.french import NBSP
from pipeline.month import Month

Lines = Sequence[Sequence[str]]


def made(folder: Path, tables: Sequence[BulletinTable]) -> Iterator[Mismatch]:
    """Every cell of the two tables in tableaux.xlsx, annexes.docx, index.html and pages of comparison, of those
    that are there. A file that cannot be read is a difference."""
    readers = {"tableaux.xlsx": _workbook, "annexes.docx": _word, "index.html": _index}
    paths = [folder / name for name in readers if (folder / name).is_file()]
    for path in (*paths, *sorted(folder.glob("comparaison-*.html"))):
        try:
            yield from list(readers.get(path.name, _comparison)(path, tables))
        except Exception as error:  # whatever is wrong with it, the editor has to know that it is no use
            yield Mismatch("fichier", path.name, f"illisible ({error})", "lisible")


def _workbook(path: Path, tables: Sequence[BulletinTable]) -> Iterator[Mismatch]:
    found = _sheets(path, tables)
    for table in tables:
        yield from _cells(path.name, table, found.get(table.name, []))


def _word(path: Path, tables: Sequence[BulletinTable]) -> Iterator[Mismatch]:
    for table, lines in zip(tables, _word_tables(path), strict=True):
        yield from _cells(path.name, table, lines)


def _index(path: Path, tables: Sequence[BulletinTable]) -> Iterator[Mismatch]:
    pages = _page_tables(path)
    for key, table in zip(("categories", "regions"), tables, strict=True):
        yield from _cells(path.name, table, pages.get(f"tableau-{key}", []))


def _cells(where: str, table: BulletinTable, lines: Lines) -> Iterator[Mismatch]:
    """lines: as read, the heading first; a line or a cell that is missing is told as nothing."""
    told = {line[0]: line[1:] for line in lines if line}
    for row in table.rows:
        line = told.get(row.label, ())
        for place, (heading, cell) in enumerate(zip(table.headings[1:], row.cells, strict=True)):
            value = line[place] if place < len(line) else "rien"
            yield Mismatch(
                f"{row.label}, {heading}", f"{where}, «{NBSP}{table.name}{NBSP}»", value, cell_text(cell)
            )


def _sheets(path: Path, tables: Sequence[BulletinTable]) -> Mapping[str, Lines]:
    import openpyxl

    book = openpyxl.load_workbook(path, read_only=True)
    found: dict[str, Lines] = {}
    for table in tables:
        if table.name not in book.sheetnames:
            continue
        lines = list(book[table.name].iter_rows(max_row=len(table.rows) + 1, values_only=True))
        shares = {
            (r, c): cell
            for r, row in enumerate(table.rows, start=1)
            for c, cell in enumerate(row.cells, start=1)
            if isinstance(cell, Share)
        }
        found[table.name] = [
            [_written(value, shares.get((r, c))) for c, value in enumerate(line)]
            for r, line in enumerate(lines)
        ]
    return found


def _written(value: object, share: Share | None) -> str:
    """A cell as the bulletin would print it. A share stands there as a fraction."""
    if share is not None and isinstance(value, int | float):
        exact = share.part / share.whole if share.whole else 0.0
        return share.text if abs(value - exact) < 1e-9 else f"{value}"
    return cell_text(value) if isinstance(value, int) else str(value)


def _word_tables(path: Path) -> list[Lines]:
    import docx

    return [
        [[cell.text for cell in row.cells] for row in table.rows]
        for table in docx.Document(str(path)).tables[:2]
    ]


class _Tables(HTMLParser):
    """The tables of a page: id or caption -> lines of cells as texts."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, list[list[str]]] = {}
        self._lines: list[list[str]] | None = None
        self._cell = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._lines = self.found.setdefault(dict(attrs).get("id") or f"{len(self.found)}", [])
        elif tag == "tr" and self._lines is not None:
            self._lines.append([])
        elif tag in ("td", "th") and self._lines:
            self._lines[-1].append("")
            self._cell = True

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._cell = False
        elif tag == "table":
            self._lines = None

    def handle_data(self, data: str) -> None:
        if self._cell and self._lines:
            self._lines[-1][-1] += data


def _page_tables(path: Path) -> Mapping[str, Lines]:
    parser = _Tables()
    parser.feed(path.read_text("utf-8"))
    return parser.found


def _comparison(path: Path, tables: Sequence[BulletinTable]) -> Iterator[Mismatch]:
    """Totals, categories and regions of both months on a page of comparison, where the tables have the months."""
    by_category, by_region = tables
    lines = next(iter(_page_tables(path).values()), [])
    if not lines:
        return
    rows = {row.label: row for row in by_category.rows}
    rows |= {f"Région{NBSP}: {row.label}": row for row in by_region.rows if not row.total}
    year = int(by_category.title[-4:])
    months = {month.label: month for month in (Month(year, n) for n in range(1, 13))}
    for column in (1, 2):
        month = months.get(lines[0][column].lower())
        if month is None:
            continue
        for line in lines[1:]:
            row = rows.get(line[0])
            if row is not None:
                yield Mismatch(
                    f"{line[0]}, {month.label}",
                    path.name,
                    line[column],
                    cell_text(row.cells[month.number - 1]),
                )
