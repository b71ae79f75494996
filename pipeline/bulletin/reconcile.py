"""Every figure in the files already made, read back and held against the tables of today."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from pipeline.annexes.common import Stage
from pipeline.annexes.model import Annex
from pipeline.bulletin.board import board
from pipeline.bulletin.boxes import Mismatch, boxes, boxes_of
from pipeline.bulletin.charts import bulletin_charts, parts_charts
from pipeline.bulletin.tables import CATEGORY_ORDER, BulletinTable, Share, bulletin_tables, cell_text
from pipeline.disclosure.counts import Count
from pipeline.disclosure.published import Published
from pipeline.files import write_csv
from pipeline.french import NBSP, Month, number
from pipeline.taxonomy import CATEGORY, RISK_LEVELS
from pipeline.web.dashboard import Board

# What stands in the files already made, read back and held against the tables of today.


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


# The same figure in charts, boxes, the dashboard and the maps as in the tables, before it is drawn.


def drawn(stage: Stage, annexes: Sequence[Annex]) -> Iterator[Mismatch]:
    """Every statement that is compared; told == expected where they agree."""
    published = stage.published
    tables = bulletin_tables(published)
    yield from _charts(stage, tables)
    if published.month in published.months:
        yield from _parts(stage)
        yield from _boxes(stage)
        yield from _map(published)
    yield from _board(board(stage), published, tables)
    yield from _cards(board(stage), annexes, published)


def _charts(stage: Stage, tables: Sequence[BulletinTable]) -> Iterator[Mismatch]:
    """Bars, and the alternative text of both trend charts, against the tables."""
    months = stage.published.month.year_to_date()
    for table, chart in zip(tables, bulletin_charts(tables, stage.meta), strict=False):
        bars = {**{item.label: item.values for item in chart.series}, "Total": chart.totals}
        for row in table.rows:
            told = re.search(rf"(?:^|[.;] ){re.escape(row.label)} : ([^;]*)", chart.alt_text)
            spoken = dict(re.findall(r"(\w+) ([\d\u202f–]+)", told[1] if told else ""))
            for month, value, cell in zip(months, bars[row.label], row.cells, strict=False):
                what, want = f"{row.label}, {month.label}", cell_text(cell)
                yield Mismatch(what, f"{chart.slug}.png", cell_text(value), want)
                yield Mismatch(what, f"le texte de {chart.slug}", spoken.get(month.name, "rien"), want)


def _parts(stage: Stage) -> Iterator[Mismatch]:
    """The parts of a chart add up to the total that the tables print; a range counts from its least to its most."""
    published = stage.published
    for found in published.breakdowns:
        total = published.total(published.month)
        if found.area and found.category:
            continue  # of `interne` alone, and in no table
        if found.area:
            total = published.regions[published.month].get(found.area, 0)
        elif found.category:
            total = published.categories[published.month][found.category]
        where = f"la répartition «{NBSP}{found.key}{NBSP}» {found.area or found.category}".rstrip()
        yield Mismatch("somme des parties", where, _within(found.parts.values(), total), number(total))
    for chart in parts_charts(published, stage.meta):
        for part in chart.parts:
            spoken = f"{part.label}{NBSP}: {part.text}"
            told = part.text if spoken in chart.alt_text else "rien"
            yield Mismatch(part.label, f"le texte de {chart.slug}", told, part.text)


def _within(counts: Collection[Count], total: int) -> str:
    """The total itself where the counts may add up to it, else what they add up to."""
    low = sum(count.low for count in counts)
    most = [total if count.high is None and count.state == "range" else count.high or 0 for count in counts]
    open_ended = any(count.state == "suppressed" for count in counts)
    high = max(sum(most), total) if open_ended else sum(most)
    return number(total) if low <= total <= high else f"{number(low)} à {number(high)}"


def _boxes(stage: Stage) -> Iterator[Mismatch]:
    """The headline of each box is the sum of its regions."""
    month = stage.published.month
    regions = {f"encadre-{slug}": names for slug, _, names in boxes_of(stage)}
    for box in boxes(stage):
        total = sum(stage.published.regions[month].get(name, 0) for name in regions[box.slug])
        told = re.match(r"[\d\u202f]+", box.headline)
        where = f"l’encadré «{NBSP}{box.heading}{NBSP}»"
        yield Mismatch(f"violations, {month.label}", where, told[0] if told else "rien", number(total))


def _map(published: Published) -> Iterator[Mismatch]:
    """What the map of annex 1 shows by area, with what no area shows, may add up to the month's total."""
    month = published.month
    located = published.total(month) - published.not_located
    by_area = _within(published.areas[month].values(), located)
    yield Mismatch("violations placées", "la carte de l’annexe 1, par zone", by_area, number(located))
    by_cercle = published.cercles.get(month, {}).values()
    low = sum(count.low for count in by_cercle)
    told = number(published.total(month)) if low <= published.total(month) else number(low)
    yield Mismatch("violations par cercle", "les barres de l’annexe 1", told, number(published.total(month)))


def _board(dashboard: Board, published: Published, tables: Sequence[BulletinTable]) -> Iterator[Mismatch]:
    """The dashboard's figures for every month, region and category against the tables and what is published."""
    by_category, by_region = tables
    for m, month in enumerate(published.month.year_to_date()):
        if month not in published.months:
            continue
        for c, row in enumerate((by_category.rows[-1], *by_category.rows[:-1])):
            told = dashboard.cube[m, 0, c].text
            yield Mismatch(f"{row.label}, {month.label}", "le tableau de bord", told, cell_text(row.cells[m]))
        for r, row in enumerate(by_region.rows[:-1], start=1):
            what, told = f"{row.label}, {month.label}", dashboard.cube[m, r, 0].text
            yield Mismatch(what, "le tableau de bord", told, cell_text(row.cells[m]))
            inside = [dashboard.cube[m, r, c] for c in range(1, len(dashboard.categories) + 1)]
            if month not in published.first_told:
                total = published.regions[month].get(row.label, 0)
                told = _within(inside, total)
                yield Mismatch(f"{what}, catégories", "le tableau de bord", told, number(total))


def _cards(dashboard: Board, annexes: Sequence[Annex], published: Published) -> Iterator[Mismatch]:
    """The dashboard's key figures against the alerts that are not refused, and the figures of annexes 3 and 5."""
    last = len(dashboard.months) - 1
    told = {card.label: card.told.get((last, 0), ("–", ""))[0] for card in dashboard.cards}
    by_number = {annex.number: annex for annex in annexes}
    alerts, critical, covered = told.values()
    figures = {n: {f.label: f.value for f in by_number[n].figures} for n in (3, 5) if n in by_number}
    rows = published.accounts.get(str(published.month), {}).get("alertes_flash")
    wanted: dict[str, tuple[str, str | None]] = {
        "alertes flash": (alerts, number(rows.records - rows.refused) if rows else None),
        "niveau critique": (critical, figures.get(3, {}).get(_niveau(figures.get(3, {})))),
        "zones couvertes": (covered, next(iter(figures.get(5, {}).values()), None)),
    }
    for what, (value, want) in wanted.items():
        if want is not None and value != "–":
            yield Mismatch(what, "les chiffres clés du tableau de bord", value, want)


def _niveau(figures: Mapping[str, str]) -> str:
    top = RISK_LEVELS[-1].label.lower()
    return next((label for label in figures if label.endswith(top)), "")


# The same figure wherever it is printed: tables, figures and legend of annex 1, list, captions, manifest; charts,
# boxes and the dashboard (`reconcile_drawn`); files already made (`reconcile_files`).


def reconcile(
    stage: Stage, annexes: Sequence[Annex], manifest: Mapping[str, Any] | None, folder: Path | None = None
) -> list[Mismatch]:
    """Every statement that was compared, those that agree among them. manifest: of the outputs already made,
    None where there are none; folder: where they are."""
    published = stage.published
    tables = bulletin_tables(published)
    found = [*_totals(published, tables), *drawn(stage, annexes)]
    by_number = {annex.number: annex for annex in annexes}
    if published.month in published.months:
        found += _annex_1(published, by_number[1])
    if 4 in by_number:
        found += _list(published, by_number[4])
    found += _accounts(published)
    if manifest is not None:
        found += _captions(annexes, _told(stage, tables), manifest)
    if folder is not None:
        found += made(folder, tables)
    return found


def _told(stage: Stage, tables: Sequence[BulletinTable]) -> dict[str, tuple[str, str]]:
    """Caption and alternative text of the files that are no annex, by the start of their names."""
    readings = " ".join(table.reading for table in tables)
    told = {"tableaux": (readings, ""), "index": (readings, "")}
    for trend in bulletin_charts(tables, stage.meta):
        told[trend.slug] = (trend.reading, trend.alt_text)
    for chart in parts_charts(stage.published, stage.meta):
        told[chart.slug] = (chart.reading, chart.alt_text)
    return told | {box.slug: (box.headline, box.alt_text) for box in boxes(stage)}


def _totals(published: Published, tables: Sequence[BulletinTable]) -> Iterable[Mismatch]:
    """Both tables have the same last line; each is the sum of its lines."""
    by_category, by_region = tables
    for month in published.months:
        column = month.number - 1
        total = by_category.rows[-1].cells[column]
        what = f"violations, {month.label}"
        for table in (by_category, by_region):
            parts = sum(cell for row in table.rows[:-1] if isinstance(cell := row.cells[column], int))
            where = f"la somme du tableau «{NBSP}{table.name}{NBSP}»"
            yield Mismatch(what, where, number(parts), f"{number(total) if isinstance(total, int) else '–'}")


def _annex_1(published: Published, annex: Annex) -> Iterable[Mismatch]:
    told = published.categories[published.month]
    total = number(published.total(published.month))
    cards = {figure.label: figure.value for figure in annex.figures}
    label = f"violations en {published.month.name}"
    yield Mismatch("total du mois", "les chiffres de l’annexe 1", cards.get(label, "–"), total)
    for key in CATEGORY_ORDER:
        category = CATEGORY[key]
        card = cards.get(category.short, "–")
        yield Mismatch(category.label, "les chiffres de l’annexe 1", card, number(told[key]))
    by_cercle = published.cercles.get(published.month, {})
    for row in (row for table in annex.bars for row in table.rows if row.area_pcode in by_cercle):
        where, count = f"les barres de l’annexe 1, {row.label}", by_cercle[row.area_pcode]
        yield Mismatch("violations", where, row.texts[0], count.text)
    figures = re.findall(r"\d[\d\u202f]*", annex.caption)
    if published.total(published.month):
        shown = total if total in figures else ", ".join(figures) or "–"
        yield Mismatch("total du mois", "la légende écrite de l’annexe 1", shown, total)


def _list(published: Published, annex: Annex) -> Iterable[Mismatch]:
    """The rows of annex 4 by month and region; a row told as a range counts from its least to its most."""
    keys = [column.key for column in annex.table.columns]
    columns = {key: keys.index(key) for key in ("mois", "date", "region", "nombre") if key in keys}
    sums: dict[tuple[str, str], tuple[int, int]] = {}
    for row in annex.table.rows:
        written = str(row[columns.get("mois", columns.get("date", 0))])[:7]
        low, high = _bounds(row[columns["nombre"]]) if "nombre" in columns else (1, 1)
        place = (written, str(row[columns["region"]]))
        before = sums.get(place, (0, 0))
        sums[place] = before[0] + low, before[1] + high
    listed = {written for written, _ in sums}
    for month, regions in published.regions.items():
        if str(month) not in listed:
            continue
        for name, count in regions.items():
            low, high = sums.get((str(month), name), (0, 0))
            told = number(count) if low <= count <= high else f"{number(low)} à {number(high)}"
            yield Mismatch(f"région {name}, {month.label}", "la liste (annexe 4)", told, number(count))


def _bounds(cell: object) -> tuple[int, int]:
    if isinstance(cell, int):
        return cell, cell
    found = [int(text.replace("\u202f", "")) for text in re.findall(r"\d[\d\u202f]*", str(cell))]
    return (found[0], found[-1]) if found else (0, 10**9)


def _accounts(published: Published) -> Iterable[Mismatch]:
    """Rows read, less those refused, are the violations of the month."""
    for period, found in published.accounts.items():
        if "incidents" not in found:
            continue
        month = Month.parse(period)
        kept = found["incidents"].records - found["incidents"].refused
        total = number(published.total(month))
        yield Mismatch(f"violations, {month.label}", "le compte des lignes acceptées", number(kept), total)


def _captions(
    annexes: Sequence[Annex], others: Mapping[str, tuple[str, str]], manifest: Mapping[str, Any]
) -> Iterable[Mismatch]:
    """The captions and alternative texts that the manifest keeps of files already made."""
    of = {annex.slug: (annex.caption, annex.alt_text) for annex in annexes} | dict(others)
    for entry in manifest.get("outputs", []):
        found = of.get(str(entry["path"]).split(".")[0])
        where = f"manifest.json pour {entry['path']}"
        if found is not None:
            yield Mismatch("légende écrite", where, entry["caption"], found[0])
            yield Mismatch("texte de remplacement", where, entry["alt_text"], found[1])


# revue/rapprochement.csv: every figure and text that was compared, differences first, for the editor.


NAME = "rapprochement-{}.csv"
HEADINGS = ("verdict", "quoi", "où", "imprimé", "attendu")


def write_report(compared: Sequence[Mismatch], audience: str, folder: Path) -> Path:
    """Write folder/rapprochement-<audience>.csv (semicolons and a byte-order mark, as a spreadsheet in French
    opens it) and return its path. A text that a spreadsheet would take for a formula is written as text."""
    lines = [
        (
            "identique" if item.told == item.expected else "DIFFÉRENT",
            item.what,
            item.where,
            item.told,
            item.expected,
        )
        for item in sorted(compared, key=lambda item: item.told == item.expected)
    ]
    target = folder / NAME.format(audience)
    write_csv(target, HEADINGS, lines)
    return target


# What a printed bulletin says in two ways, so that the editor finds it and no table of ours hides it.
#
# The pipeline follows the tables; these are the sentences that do not. Source: the bulletin's own pages, compared
# sentence by sentence with the sample (tests/reconstruction/statements.txt, which has the same sentences).


@dataclass(frozen=True)
class Slip:
    """section: of the bulletin. said: the sentence, paraphrased. tables: what its tables,
    or another sentence, say."""

    section: str
    said: str
    tables: str

    @property
    def text(self) -> str:
        return f"{self.section}{NBSP}: «{NBSP}{self.said}{NBSP}»{NBSP}; {self.tables}"


SLIPS: Mapping[str, tuple[Slip, ...]] = {
    "2021-06": (
        Slip(
            "Section I",
            "11 hommes assassinés à Emalintaghasste, cercle de Ménaka",
            "le tableau des régions ne compte que 2 violations à Ménaka en juin",
        ),
        Slip(
            "Section I",
            "313 assassinats et meurtres en six mois",
            "313 est le total de toute la catégorie, dont 4 morts par engin explosif en juin",
        ),
        Slip(
            "Section II",
            "la propriété augmente de façon graduelle depuis janvier",
            "le tableau des catégories baisse en mars (158 après 169) et en mai (208 après 225)",
        ),
        Slip(
            "Section II",
            "liberté : « la majorité » par des personnes armées non identifiées",
            "la part imprimée est de 49 %, ce qui n’est pas une majorité",
        ),
        Slip(
            "Section III",
            "Ségou : 20 à 30 % les trois premiers mois",
            "les tableaux donnent 32 % en janvier (103 sur 326)",
        ),
    ),
}
"""Month of the bulletin -> its slips, in the order of its pages."""
