"""From a file to the lines of its table: the right sheets, their headers, the rows below, as clean text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import zip_longest
from pathlib import Path

from pipeline import files
from pipeline.errors import InputError
from pipeline.french import agree, listing, number
from pipeline.records import headers, lists, not_records, numbers
from pipeline.records.csv_file import read_csv
from pipeline.records.dates import NotADate, read_date
from pipeline.records.fields import FIELDS
from pipeline.records.grid import HEADER_WITHIN, Grid, filled, header_index
from pipeline.records.problems import Problem, refusal, remark
from pipeline.records.recipe import NO_RECIPE, Recipe, recipe_for
from pipeline.records.sniff import is_workbook
from pipeline.records.tables import NOT_RECORD, PLACE_COLUMNS, Aside
from pipeline.records.text import clean, clean_column, quote
from pipeline.records.xlsx_file import read_xlsx

MAX_BYTES = 200_000_000
GUIDE_SHEETS = ("Mode d'emploi", "exemple")
"""Sheets of the officer's own template that are no part of the table."""

_POINT = re.compile(r"(-?\d{1,2}[.,]\d+)[ ,;]+(-?\d{1,2}[.,]\d+)(?: +-?[\d.,]+){0,2}")
_CODED = re.compile(r"(.*\S)\s*[(\[]\s*(ML\d{2,8})\s*[)\]]", re.IGNORECASE)


@dataclass(frozen=True)
class Source:
    """The rows of one file, not yet understood.

    texts: column -> clean cell of each sound row ("" where empty or where the column is not there).
    numbers: line of each sound row as the officer sees it. labels: its file, with its sheet where several are
    read. written: column -> header as written. bad_lines: (label, line, its text, why) of the rows that could
    not be cut into cells. header_line: line of the (first) header. remarks: (header or sheet, what the officer
    should know of the file as a whole). aside: lines that are no records.
    """

    file: str
    sha256: str
    header_line: int
    texts: dict[str, list[str]]
    numbers: list[int]
    labels: list[str]
    written: dict[str, str]
    bad_lines: tuple[tuple[str, int, str, Problem], ...]
    remarks: tuple[tuple[str, Problem], ...]
    aside: tuple[Aside, ...] = ()

    @property
    def total(self) -> int:
        """Rows in the file: sound, bad, and set aside."""
        return len(self.numbers) + len(self.bad_lines) + len(self.aside)


@dataclass
class _Rows:
    """What one sheet gives."""

    cells: list[list[str]] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    bad: list[tuple[str, int, str, Problem]] = field(default_factory=list)
    aside: list[Aside] = field(default_factory=list)


@dataclass(frozen=True)
class Sheet:
    """A sheet that is read: its grid, the index of its header, its columns."""

    grid: Grid
    index: int
    columns: headers.Columns


def load(path: Path, table: str, shown: str, recipe: Recipe = NO_RECIPE) -> Source:
    """Read one file as `table`. shown: its path as printed. Raises InputError where it is no such table."""
    data = read_bytes(path, shown)
    grids = grids_of(data, table, shown)
    sheets, left = choose(grids, table, shown, recipe)
    texts: dict[str, list[str]] = {one.name: [] for one in FIELDS[table]}
    line_numbers: list[int] = []
    labels: list[str] = []
    bad: list[tuple[str, int, str, Problem]] = []
    aside: list[Aside] = []
    remarks: list[tuple[str, Problem]] = []
    written: dict[str, str] = {}
    for sheet in sheets:
        label = f"{shown}, feuille {quote(sheet.grid.name, 40)}" if len(sheets) > 1 else shown
        _refuse_uncomputed(sheet, label)
        rows = _rows(sheet, table, label, recipe)
        found = _texts(sheet, rows, table, label)
        for name, column in found.items():
            texts[name] += column
        line_numbers += rows.numbers
        labels += [label] * len(rows.numbers)
        bad += rows.bad
        aside += rows.aside
        written = {**sheet.columns.written, **written}
        remarks += [(header, _doubt(header, name)) for header, name in sheet.columns.doubtful]
        remarks += _hidden(sheet, rows, label)
    remarks += _told_of_sheets(sheets, left, labels)
    return Source(
        shown, files.sha256_bytes(data), sheets[0].index + 1, texts, line_numbers, labels, written, tuple(bad),
        tuple(remarks), tuple(aside),
    )  # fmt: skip


def grids_of(data: bytes, table: str, shown: str) -> list[Grid]:
    """The sheets of a file, with one more where a form's repeated questions stand on a sheet of their own."""
    return list(_grids(data, table, shown))


@lru_cache(maxsize=2)
def _grids(data: bytes, table: str, shown: str) -> tuple[Grid, ...]:
    # Kept for the next call: a file is looked into before it is read, and an export of the year serves each month.
    if is_workbook(data, shown):
        return tuple(read_xlsx(data, shown))
    return (read_csv(data, lambda cells: headers.score(cells, table)),)


def read_bytes(path: Path, shown: str) -> bytes:
    """The bytes of an input file. Raises InputError where it cannot be opened or is out of all proportion."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputError(
                f"{shown} fait plus de {MAX_BYTES // 1_000_000} Mo",
                "le fichier n'est pas lu, et aucune carte n'est produite",
                "ne garder dans le fichier que le tableau du mois",
            )
        return path.read_bytes()
    except OSError as error:
        why = (
            "le droit de le lire manque"
            if isinstance(error, PermissionError)
            else "il manque ou il est verrouillé"
        )
        raise InputError(
            f"{shown} ne peut pas être ouvert ({why})",
            "aucune de ses lignes ne peut être comptée, et aucune carte n'est produite",
            "fermer le fichier s'il est ouvert dans Excel, et vérifier qu'on a le droit de le lire",
        ) from None


def recipe_of(path: Path, table: str, shown: str, recipes: Sequence[Recipe]) -> Recipe:
    """The recipe that a file's titles call for; NO_RECIPE where there is none."""
    if not any(one.table == table for one in recipes):
        return NO_RECIPE
    grids = grids_of(read_bytes(path, shown), table, shown)
    joined = _joined(grids)
    return recipe_for(
        recipes, table, [line for grid in (*grids, *joined) for line in grid.lines[:HEADER_WITHIN]]
    )


def choose(
    grids: list[Grid], table: str, shown: str, recipe: Recipe = NO_RECIPE
) -> tuple[list[Sheet], list[Grid]]:
    """(sheets to read, sheets that are left): every sheet with the columns that the table needs; where none has
    them, a sheet of repeated questions joined to the one that they belong to. Raises InputError where none will do.
    """
    if not any(grid.lines for grid in grids):
        raise InputError(
            f"{shown} est vide : aucune feuille visible ne contient de ligne",
            "on ne peut pas savoir s'il n'y a rien eu ou si l'envoi a échoué ; aucune carte n'est produite",
            "remettre le fichier reçu ; s'il n'y a vraiment rien eu, l'écrire dans mois.toml (aucun_incident = true) ; "
            "si le tableau n'est pas encore arrivé, supprimer le fichier",
        )
    wanted = [grid for grid in grids if grid.name in recipe.sheets] or [
        grid for grid in grids if grid.name not in GUIDE_SHEETS
    ]
    found = [_header(grid, table, recipe) for grid in wanted]
    whole = [
        (grid, index) for grid, index, points in found if points and _is_whole(grid, index, table, recipe)
    ]
    if not whole:
        both = [_header(grid, table, recipe) for grid in _joined(grids)]
        whole = [(grid, index) for grid, index, _ in both if _is_whole(grid, index, table, recipe)]
    if not whole:
        grid, index, _ = max(found, key=lambda entry: entry[2])
        cells = grid.lines[index] if grid.lines else []
        headers.require(_match(cells, table, shown, recipe), cells, table, shown)
        whole = [(grid, index)]
    names = {grid.name for grid, _ in whole}
    left = [grid for grid in grids if grid.lines and grid.name not in names and grid.name not in GUIDE_SHEETS]
    if any(grid.joins for grid, _ in whole):
        left = [grid for grid in left if grid.name not in whole[0][0].joins]
    sheets = [Sheet(grid, index, _match(grid.lines[index], table, shown, recipe)) for grid, index in whole]
    return sheets, left


def _header(grid: Grid, table: str, recipe: Recipe) -> tuple[Grid, int, int]:
    return (grid, *header_index(grid, lambda cells: headers.score(cells, table, recipe.columns)))


def _match(cells: list[str], table: str, shown: str, recipe: Recipe) -> headers.Columns:
    fitting = recipe.columns if recipe.fits(cells) else {}
    return headers.match(cells, table, shown, fitting, recipe.ignored if fitting else ())


def _is_whole(grid: Grid, index: int, table: str, recipe: Recipe) -> bool:
    try:
        return not headers.missing(_match(grid.lines[index], table, "", recipe), table)
    except InputError:
        return True  # two columns for one name: the right sheet, and match() will say what is wrong with it


def _joined(grids: Sequence[Grid]) -> list[Grid]:
    """Sheets of repeated questions, each line with its report's answers, by `_parent_index` and `_index`."""
    found = []
    for child in (grid for grid in grids if grid.lines and "_parent_index" in grid.lines[0]):
        reports = [grid for grid in grids if grid is not child and grid.lines and "_index" in grid.lines[0]]
        names = child.lines[0]
        told = (
            child.lines[1][names.index("_parent_table_name")]
            if "_parent_table_name" in names and child.lines[1:]
            else ""
        )
        parent = next((grid for grid in reports if grid.name == told), reports[0] if reports else None)
        if parent is not None:
            found.append(_side_by_side(parent, child, names.index("_parent_index")))
    return found


def _side_by_side(parent: Grid, child: Grid, key: int) -> Grid:
    over, under = parent.lines[0], child.lines[0]
    at = over.index("_index")
    own = next((over.index(name) for name in ("_uuid", "_id", "_index") if name in over), at)
    kept = [i for i, name in enumerate(over) if (name not in under and not name.startswith("_")) or "_latitude" in name
            or "_longitude" in name]  # fmt: skip
    reports = {line[at]: line for line in parent.lines[1:] if len(line) > at and line[at]}
    told: dict[str, int] = {}
    lines = [["_id", *under, *(over[i] for i in kept)]]
    for line in child.lines[1:]:
        index = line[key] if len(line) > key else ""
        above = reports.get(index, [])
        told[index] = told.get(index, 0) + 1
        name = f"{above[own] if len(above) > own else index}-{told[index]}" if any(line) else ""
        cells = [*line, *[""] * (len(under) - len(line))]
        lines.append([name, *cells, *(above[i] if i < len(above) else "" for i in kept)] if any(line) else [])
    # Reports that no line belongs to: counted, so that nothing is lost without a word.
    alone = sum(index not in told for index in reports)
    return Grid(child.name, lines, hidden=child.hidden, joins=(parent.name, child.name), childless=alone)


def _rows(sheet: Sheet, table: str, label: str, recipe: Recipe) -> _Rows:
    """The lines below the header: sound, bad, or no records. Lines without any text are skipped."""
    grid, index, positions = sheet.grid, sheet.index, sheet.columns.positions
    lines = filled(grid, index)
    header = lines[index]
    width = len(header)
    fitting = recipe.fits(header)
    out = _Rows()
    for at in range(index + 1, len(lines)):
        cells = lines[at]
        if not cells or not any(cell and not cell.isspace() for cell in cells):
            continue
        if at in grid.broken:
            out.bad.append((label, at + 1, cells[0][:300], _unreadable(table, grid.broken[at])))
        elif what := not_records.kind_of(cells, header, positions, table, recipe.skipped if fitting else ()):
            out.aside.append(_aside(label, at, cells, what))
        elif grid.ragged and len(cells) > width and any(cell.strip() for cell in cells[width:]):
            out.bad.append((label, at + 1, ", ".join(cells)[:300], _too_long(table, len(cells), width)))
        elif at - index <= not_records.EXPLANATIONS_WITHIN and not_records.is_explanation(
            {name: clean(cells[place]) if place < len(cells) else "" for name, place in positions.items()},
            table,
            _readable,
        ):
            out.aside.append(_aside(label, at, cells, not_records.EXPLAINED))
        else:
            out.cells.append(cells)
            out.numbers.append(at + 1)
    return out


def _readable(column: str, text: str) -> bool:
    """Whether a text is a value of a column of dates, figures or closed values."""
    if column == "date":
        try:
            return bool(read_date(text))
        except NotADate:
            return False
    if column in ("categorie", "type", "evenement"):
        find = {"categorie": lists.read_category, "type": lists.read_type, "evenement": lists.read_event}[
            column
        ]
        return find(text)[0] is not None
    return column not in PLACE_COLUMNS[:4] and numbers.number(text) is not None


def _aside(label: str, at: int, cells: list[str], why: str) -> Aside:
    text = " ; ".join(clean(cell) for cell in cells if cell.strip())[:300]
    return Aside(label, at + 1, NOT_RECORD, text, why)


def _texts(sheet: Sheet, rows: _Rows, table: str, label: str) -> dict[str, list[str]]:
    """Column -> clean texts of the sound rows. A form's position is cut in two, a place with its code
    ("Mopti (ML05)") gives both. Rows that hold text only outside the table's columns are taken out of `rows`."""
    # Turned as a whole: a hundred thousand lines take a tenth of a second.
    by_column = list(zip_longest(*rows.cells, fillvalue=""))
    nothing = ("",) * len(rows.cells)
    positions = sheet.columns.positions
    places = {one.name: positions.get(one.name, len(by_column)) for one in FIELDS[table]}
    texts = {
        name: clean_column(by_column[place] if place < len(by_column) else nothing)
        for name, place in places.items()
    }
    kept = [any(cells) for cells in zip(*(texts[name] for name in positions), strict=True)]
    if not all(kept):  # a note beside the table, or nothing that can be seen
        for at, keep in enumerate(kept):
            if not keep and any(clean(cell) for cell in rows.cells[at]):
                rows.aside.append(_aside(label, rows.numbers[at] - 1, rows.cells[at], not_records.NOTE))
        chosen = [at for at, keep in enumerate(kept) if keep]
        texts = {name: [cells[at] for at in chosen] for name, cells in texts.items()}
        rows.numbers[:] = [rows.numbers[at] for at in chosen]
        by_column = [tuple(column[at] for at in chosen) for column in by_column]
    if "latitude" in texts and "latitude" not in positions:
        _take_points(texts, by_column, set(positions.values()))
    _take_codes(texts)
    return texts


def _take_points(texts: dict[str, list[str]], by_column: list[tuple[str, ...]], used: set[int]) -> None:
    """Latitude and longitude out of the one column that holds a form's positions ("14.09 -3.05 0 0")."""
    found = []
    for at, column in enumerate(by_column):
        told = [cell for cell in dict.fromkeys(column) if cell.strip()] if at not in used else []
        if told and all(_POINT.fullmatch(cell.strip()) for cell in told):
            found.append(column)
    if len(found) == 1:
        pairs = [_POINT.fullmatch(cell.strip()) for cell in found[0]]
        texts["latitude"] = [pair[1] if pair else "" for pair in pairs]
        texts["longitude"] = [pair[2] if pair else "" for pair in pairs]


def _take_codes(texts: dict[str, list[str]]) -> None:
    """ "Koro (ML050512)" in a column of names is the name, and the commune's P-code where none is given."""
    for name in ("region", "cercle", "commune"):
        column = texts.get(name, [])
        memo = {cell: _CODED.fullmatch(cell) for cell in set(column) if cell.endswith((")", "]"))}
        for at, cell in enumerate(column):
            if coded := memo.get(cell):
                column[at] = coded[1]
                if name == "commune" and "pcode" in texts and not texts["pcode"][at]:
                    texts["pcode"][at] = coded[2].upper()


def _refuse_uncomputed(sheet: Sheet, label: str) -> None:
    """A formula whose value was never stored reads as an empty cell, and is none."""
    used = set(sheet.columns.positions.values())
    cells = [(row, column) for row, column in sheet.grid.uncomputed if column in used and row > sheet.index]
    if cells:
        named = listing([f"{_letters(column)}{row + 1}" for row, column in cells[:5]])
        more = f" et {number(len(cells) - 5)} autres" if len(cells) > 5 else ""
        raise InputError(
            f"{label} : {number(len(cells))} {agree(len(cells), 'formule')} sans valeur enregistrée "
            f"(cellules {named}{more})",
            "ces cellules ne sont pas vides, mais leur valeur n'est pas dans le fichier ; aucune carte n'est produite",
            "ouvrir le fichier dans Excel ou LibreOffice et l'enregistrer ; ou remplacer les formules par leurs valeurs",
        )


def _letters(column: int) -> str:
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _hidden(sheet: Sheet, rows: _Rows, label: str) -> list[tuple[str, Problem]]:
    """A remark on the rows that are counted though a filter hides them."""
    count = sum(line - 1 in sheet.grid.hidden for line in rows.numbers)
    if not count:
        return []
    said = remark(
        f"{label} : {number(count)} {agree(count, 'ligne masquée', 'lignes masquées')} par un filtre ou à la main",
        f"{agree(count, 'elle est comptée', 'elles sont comptées')} comme les autres",
        "ôter le filtre pour les voir ; supprimer celles qui ne sont pas du mois",
    )
    return [(sheet.grid.name, said)]


def _told_of_sheets(sheets: list[Sheet], left: list[Grid], labels: list[str]) -> list[tuple[str, Problem]]:
    """A remark that counts the rows of each sheet read, where there are several, and one for each sheet left."""
    told = []
    if len(sheets) > 1:
        counts = {label: labels.count(label) for label in dict.fromkeys(labels)}
        each = listing(
            [f"{label.split(', feuille ')[-1]} ({number(count)})" for label, count in counts.items()]
        )
        said = remark(
            f"{number(len(sheets))} feuilles ont les colonnes du tableau, avec leurs lignes : {each}",
            "toutes sont lues et s'ajoutent",
            "masquer ou supprimer celle qui n'est pas du mois, s'il y en a une",
        )
        told.append((sheets[0].grid.name, said))
    for sheet in sheets:
        if sheet.grid.childless:
            said = remark(
                f"{number(sheet.grid.childless)} rapports n'ont aucune ligne dans la feuille {quote(sheet.grid.name)}",
                "aucune violation n'est comptée pour eux",
                "vérifier que la feuille répétée est entière",
            )
            told.append((sheet.grid.name, said))
    for grid in left:
        if max((sum(map(bool, cells)) for cells in grid.lines), default=0) < 3:
            continue  # words to the reader, no table
        lines = sum(any(cell.strip() for cell in cells) for cells in grid.lines)
        said = remark(
            f"la feuille {quote(grid.name)} ({number(lines)} {agree(lines, 'ligne')}) n'a pas les colonnes du tableau",
            "elle n'est pas lue",
            "si ses lignes sont du tableau, lui donner les mêmes titres de colonnes ; sinon il n'y a rien à faire",
        )
        told.append((grid.name, said))
    return told


def _unreadable(table: str, why: str) -> Problem:
    return refusal(
        table, why, 'supprimer ou doubler ("") ce guillemet, puis enregistrer le fichier de nouveau'
    )


def _too_long(table: str, cells: int, width: int) -> Problem:
    return refusal(
        table,
        f"la ligne a {cells} cellules, le tableau a {width} colonnes : un séparateur de trop décale les valeurs",
        "mettre entre guillemets le texte qui contient le séparateur, ou enregistrer depuis Excel en .xlsx",
    )


def _doubt(header: str, name: str) -> Problem:
    return remark(
        f"la colonne {quote(header)} n'est pas reconnue",
        "elle n'est pas utilisée",
        f"si c'est {name}, lui donner le titre {quote(name)}",
    )
