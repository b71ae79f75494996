"""From a folder to read tables: the files of a month, the right sheet, the header, the rows and their findings."""

from __future__ import annotations

import dataclasses
import gc
import re
import shlex
import tomllib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline import files
from pipeline.cache import kept
from pipeline.errors import InputError
from pipeline.french import Month, agree, listing, of, plain
from pipeline.french import number as figures
from pipeline.geography.divisions import KEYS, Lineage, lineage
from pipeline.records.checks import (
    EXPLAINED,
    EXPLANATIONS_WITHIN,
    NOTE,
    explain,
    failures,
    is_explanation,
    is_tags,
    kind_of,
    out_of_month,
)
from pipeline.records.columns import (
    FIELDS,
    FILES,
    Columns,
    header_score,
    is_personal,
    match_headers,
    missing_columns,
    require_columns,
)
from pipeline.records.files import HEADER_WITHIN, Grid, filled, in_two_lines, is_workbook, read_csv, read_xlsx
from pipeline.records.recipe import (
    DAY_FIRST,
    MONTH_FIRST,
    NO_RECIPE,
    SPLIT,
    Recipe,
    read_recipes,
    recipe_for,
    recipe_path,
)
from pipeline.records.tables import (
    NOT_FOUND,
    NOT_RECORD,
    OTHER_MONTH,
    PLACE_COLUMNS,
    WHOLE_LINE,
    Aside,
    Decision,
    Finding,
    InputFile,
    Inputs,
    MonthInfo,
    Problem,
    RecordTable,
    clean,
    clean_column,
    code,
    header_key,
    letters,
    quote,
    refusal,
    remark,
)
from pipeline.records.values import (
    CATEGORY_OF_TYPE,
    DOUBTFUL,
    NotADate,
    Note,
    Understood,
    month_first,
    number,
    point_of,
    read_category,
    read_date,
    read_event,
    read_type,
    several_types,
    turned_back,
    turned_round,
    understand,
)

# From a file to the lines of its table: the right sheets, their headers, the rows below, as clean text.


MAX_BYTES = 200_000_000
GUIDE_SHEETS = ("mode d emploi", "exemple")
"""Sheets of the officer's own template that are no part of the table, as plain words: templates made before have another
apostrophe."""

_CODED = re.compile(r"(.*\S)\s*[(\[]\s*(ML\d{2,8})\s*[)\]]", re.IGNORECASE)


@dataclass(frozen=True)
class ReadSource:
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
    columns: Columns

    @cached_property
    def personal(self) -> dict[int, str]:
        """Place -> title of each column of personal data that has answers and is no column of the table."""
        used, header = set(self.columns.positions.values()), self.grid.lines[self.index]
        return {
            at: clean(title)
            for at, title in enumerate(header)
            if at not in used and is_personal(title) and self._tells(at)
        }

    def _tells(self, at: int) -> bool:
        """Whether a column holds more than a form's ticks ("Contact : oui, non")."""
        below = (line[at] for line in self.grid.lines[self.index + 1 :] if at < len(line))
        return any(clean(cell) and plain(cell) not in _TICKS for cell in below)

    def told(self, cells: Sequence[str]) -> str:
        """The text of a line, for the officer to find it again; without its personal data."""
        shown = (clean(cell) for at, cell in enumerate(cells) if at not in self.personal)
        return " ; ".join(cell for cell in shown if cell)[:VALUE_SHOWN]


_TICKS = frozenset(
    ["0", "1", "oui", "non", "yes", "no", "vrai", "faux", "true", "false", "x", "nsp", "na", "n a"]
)


def load(path: Path, table: str, shown: str, recipe: Recipe = NO_RECIPE) -> ReadSource:
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
        remarks += [(header, _doubt(header, name, table)) for header, name in sheet.columns.doubtful]
        remarks += _hidden(sheet, rows, label)
        remarks += _counts_unread(sheet, rows, table, label, recipe)
        if sheet.grid.told:
            fix = "l’exporter de nouveau en « CSV UTF-8 », ou en .xlsx, et vérifier les noms"
            remarks.append(
                ("", remark(f"{shown} : {sheet.grid.told}", "ils sont remis en ordre", fix, whole=True))
            )
    remarks += [*_told_of_sheets(sheets, left, labels), *_told_of_persons(sheets, left)]
    return ReadSource(
        shown, files.sha256_bytes(data), sheets[0].index + 1, texts, line_numbers, labels, written, tuple(bad),
        tuple(remarks), tuple(aside),
    )  # fmt: skip


@lru_cache(maxsize=2)
def grids_of(data: bytes, table: str, shown: str) -> tuple[Grid, ...]:
    """The sheets of a file; kept for the next call: it is looked into before it is read, and an export of the year serves
    each month."""
    if is_workbook(data, shown):
        return tuple(read_xlsx(data, shown))
    return (read_csv(data, lambda cells: header_score(cells, table)),)


def read_bytes(path: Path, shown: str) -> bytes:
    """The bytes of an input file. Raises InputError where it cannot be opened or is out of all proportion."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputError(
                f"{shown} fait plus de {MAX_BYTES // 1_000_000} Mo",
                "le fichier n’est pas lu, et aucune carte n’est produite",
                "ne garder dans le fichier que le tableau du mois",
            )
        return path.read_bytes()
    except OSError as error:
        locked = not isinstance(error, PermissionError)
        why = "il manque ou il est verrouillé" if locked else "le droit de le lire manque"
        raise InputError(
            f"{shown} ne peut pas être ouvert ({why})",
            "aucune de ses lignes ne peut être comptée, et aucune carte n’est produite",
            "fermer le fichier s’il est ouvert dans Excel, et vérifier qu’on a le droit de le lire",
        ) from None


def recipe_of(path: Path, table: str, shown: str, recipes: Sequence[Recipe]) -> Recipe:
    """The recipe that a file's titles call for; NO_RECIPE where there is none."""
    if not any(one.table == table for one in recipes):
        return NO_RECIPE
    grids = grids_of(read_bytes(path, shown), table, shown)
    whole = [_header(grid, table, NO_RECIPE)[0] for grid in (*grids, *joined(grids))]
    return recipe_for(recipes, table, [line for grid in whole for line in grid.lines[:HEADER_WITHIN]])


def choose(
    grids: Sequence[Grid], table: str, shown: str, recipe: Recipe = NO_RECIPE
) -> tuple[list[Sheet], list[Grid]]:
    """(sheets to read, sheets that are left): every sheet with the columns that the table needs; where none has
    them, a sheet of repeated questions joined to the one that they belong to. Raises InputError where none will do.
    """
    if not any(grid.lines for grid in grids):
        raise InputError(
            f"{shown} est vide : aucune feuille visible ne contient de ligne",
            "on ne peut pas savoir s’il n’y a rien eu ou si l’envoi a échoué ; aucune carte n’est produite",
            "remettre le fichier reçu ; s’il n’y a vraiment rien eu, l’écrire dans mois.toml (aucun_incident = true) ; "
            "si le tableau n’est pas encore arrivé, supprimer le fichier",
        )
    tables = [grid for grid in grids if plain(grid.name) not in GUIDE_SHEETS]
    wanted = [grid for grid in grids if grid.name in recipe.sheets] or tables
    found = [_header(grid, table, recipe) for grid in wanted]
    both = (_header(grid, table, recipe) for grid in joined(grids))
    whole = [one[:2] for one in found if one[2] and _is_whole(*one[:2], table, recipe)]
    whole = whole or [one[:2] for one in both if _is_whole(*one[:2], table, recipe)]
    if not whole:
        grid, index, _ = max(found, key=lambda entry: entry[2])
        cells = grid.lines[index] if grid.lines else []
        require_columns(_match(cells, table, shown, recipe), cells, table, shown)
        whole = [(grid, index)]
    used = {grid.name for grid, _ in whole}
    if any(grid.joins for grid, _ in whole):
        used.update(whole[0][0].joins)
    left = [grid for grid in tables if grid.lines and grid.name not in used]
    sheets = [Sheet(grid, index, _match(grid.lines[index], table, shown, recipe)) for grid, index in whole]
    return sheets, left


def _header(grid: Grid, table: str, recipe: Recipe) -> tuple[Grid, int, int]:
    """(sheet, index of its header, columns that it names). Where HXL tags stand under the titles, they say what the
    titles leave unsaid."""
    grid, index, points = in_two_lines(grid, lambda cells: header_score(cells, table, recipe.columns))
    if index + 1 < len(grid.lines) and is_tags(tags := grid.lines[index + 1]):
        titles = grid.lines[index]
        both = [
            tag if tag and not header_score([title], table) else title
            for title, tag in zip_longest(titles, tags, fillvalue="")
        ]
        if (more := header_score(both, table, recipe.columns)) > points:
            lines = [*grid.lines[:index], both, *grid.lines[index + 1 :]]
            grid, points = dataclasses.replace(grid, lines=lines), more
    return grid, index, points


def _match(cells: list[str], table: str, shown: str, recipe: Recipe) -> Columns:
    fitting = recipe.columns if recipe.fits(cells) else {}
    return match_headers(cells, table, shown, fitting, recipe.ignored if fitting else ())


def _is_whole(grid: Grid, index: int, table: str, recipe: Recipe) -> bool:
    try:
        return not missing_columns(_match(grid.lines[index], table, "", recipe), table)
    except InputError:
        return True  # two columns for one name: the right sheet, and match() will say what is wrong with it


def joined(grids: Sequence[Grid]) -> list[Grid]:
    """Sheets of repeated questions, each line with its report's answers, by `_parent_index` and `_index`."""
    found = []
    for child in (grid for grid in grids if grid.lines and "_parent_index" in grid.lines[0]):
        reports = [grid for grid in grids if grid is not child and grid.lines and "_index" in grid.lines[0]]
        names, told = child.lines[0], ""
        if "_parent_table_name" in names and child.lines[1:]:
            told = child.lines[1][names.index("_parent_table_name")]
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
            text = (
                "" if sheet.personal else cells[0][:VALUE_SHOWN]
            )  # nothing tells one cell of it from another
            fix = 'supprimer ou doubler ("") ce guillemet, puis enregistrer le fichier de nouveau'
            out.bad.append((label, at + 1, text, refusal(table, grid.broken[at], fix)))
        elif what := kind_of(cells, header, positions, table, recipe.skipped if fitting else ()):
            out.aside.append(Aside(label, at + 1, NOT_RECORD, sheet.told(cells), what))
        elif grid.ragged and len(cells) > width and any(cell.strip() for cell in cells[width:]):
            text = "" if sheet.personal else ", ".join(cells)[:VALUE_SHOWN]
            out.bad.append((label, at + 1, text, _too_long(table, len(cells), width)))
        elif at - index <= EXPLANATIONS_WITHIN and is_explanation(
            {name: clean(cells[place]) if place < len(cells) else "" for name, place in positions.items()},
            table,
            _readable,
        ):
            out.aside.append(Aside(label, at + 1, NOT_RECORD, sheet.told(cells), EXPLAINED))
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
        find = {"categorie": read_category, "type": read_type, "evenement": read_event}[column]
        return find(text)[0] is not None
    return column not in PLACE_COLUMNS[:4] and number(text) is not None


def _texts(sheet: Sheet, rows: _Rows, table: str, label: str) -> dict[str, list[str]]:
    """Column -> clean texts of the sound rows. A form's position is cut in two, a place with its code
    ("Mopti (ML05)") gives both. Rows that hold text only outside the table's columns are taken out of `rows`."""
    # Turned as a whole: a hundred thousand lines take a tenth of a second.
    by_column = list(zip_longest(*rows.cells, fillvalue=""))
    nothing = ("",) * len(rows.cells)
    positions = sheet.columns.positions
    places = {one.name: positions.get(one.name, len(by_column)) for one in FIELDS[table]}
    columns = [*by_column, nothing]
    texts = {name: clean_column(columns[min(place, len(by_column))]) for name, place in places.items()}
    kept = [any(cells) for cells in zip(*(texts[name] for name in positions), strict=True)]
    if not all(kept):  # a note beside the table, or nothing that can be seen
        for at, keep in enumerate(kept):
            if not keep and any(clean(cell) for cell in rows.cells[at]):
                told = sheet.told(rows.cells[at])
                rows.aside.append(Aside(label, rows.numbers[at], NOT_RECORD, told, NOTE))
        chosen = [at for at, keep in enumerate(kept) if keep]
        texts = {name: [cells[at] for at in chosen] for name, cells in texts.items()}
        rows.numbers[:] = [rows.numbers[at] for at in chosen]
        by_column = [tuple(column[at] for at in chosen) for column in by_column]
    if "latitude" in texts and "latitude" not in positions:
        _take_points(texts, by_column, {*positions.values(), *sheet.personal})
    _take_codes(texts)
    return texts


def _take_points(texts: dict[str, list[str]], by_column: list[tuple[str, ...]], used: set[int]) -> None:
    """Latitude and longitude out of the one column that holds positions ("14.09 -3.05 0 0"). Among them what is none
    ("néant") is left for its row to be told of."""
    found = []
    for at, column in enumerate(by_column):
        told = [cell for cell in dict.fromkeys(column) if cell.strip()] if at not in used else []
        points = {cell: point for cell in told if (point := point_of(cell))}
        if points and 2 * len(points) >= len(told):
            found.append((column, points))
    if len(found) == 1:
        column, points = found[0]
        pairs = [points.get(cell, (cell.strip(), "")) for cell in column]
        texts["latitude"], texts["longitude"] = map(list, zip(*pairs, strict=True))


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
        named = listing([f"{letters(column)}{row + 1}" for row, column in cells[:5]])
        more = f" et {figures(len(cells) - 5)} autres" if len(cells) > 5 else ""
        raise InputError(
            f"{label} : {figures(len(cells))} {agree(len(cells), 'formule')} sans valeur enregistrée "
            f"(cellules {named}{more})",
            "ces cellules ne sont pas vides, mais leur valeur n’est pas dans le fichier ; aucune carte n’est produite",
            "ouvrir le fichier dans Excel ou LibreOffice et l’enregistrer ; ou remplacer les formules par leurs valeurs",
        )


def _hidden(sheet: Sheet, rows: _Rows, label: str) -> list[tuple[str, Problem]]:
    """A remark on the rows that are counted though a filter hides them."""
    count = sum(line - 1 in sheet.grid.hidden for line in rows.numbers)
    if not count:
        return []
    said = remark(
        f"{label} : {figures(count)} {agree(count, 'ligne masquée', 'lignes masquées')} par un filtre ou à la main",
        f"{agree(count, 'elle est comptée', 'elles sont comptées')} comme les autres",
        "ôter le filtre pour les voir ; supprimer celles qui ne sont pas du mois",
        whole=True,
    )
    return [(sheet.grid.name, said)]


_COUNTS = re.compile(r"\b(nombre|nbre|nbr|nb|effectifs?|victimes?|number|count)\b")


def _counts_unread(
    sheet: Sheet, rows: _Rows, table: str, label: str, recipe: Recipe
) -> list[tuple[str, Problem]]:
    """A remark, to be confirmed, on a column of numbers of victims: a row of incidents counts for one violation."""
    used, header = set(sheet.columns.positions.values()), sheet.grid.lines[sheet.index]
    found = []
    for at, title in enumerate(header) if table == "incidents" else ():
        if at in used | sheet.personal.keys() or header_key(title) in recipe.ignored:
            continue
        if not _COUNTS.search(plain(title)):
            continue
        cells = [value for line in rows.cells if at < len(line) and (value := number(line[at])) is not None]
        if total := sum(value for value in cells if value > 1):
            said = remark(
                f"{label} : la colonne {quote(title, 60)} donne plus d’un à des lignes ({figures(total)} en tout)",
                "elle n’est pas lue : une ligne compte pour une violation",
                "le confirmer si chaque ligne est une violation (pour ne plus le lire, dans colonnes.toml : "
                f'[[incidents]] puis ignorer = ["{clean(title)}"]) ; sinon une ligne par victime, avec son propre id',
                whole=True,
            )
            found.append((title, said))
    return found


def _told_of_sheets(sheets: list[Sheet], left: list[Grid], labels: list[str]) -> list[tuple[str, Problem]]:
    """A remark that counts the rows of each sheet read, where there are several, and one for each sheet left."""
    told = []
    if len(sheets) > 1:
        counts = {label: labels.count(label) for label in dict.fromkeys(labels)}
        named = ((label.split(", feuille ")[-1], count) for label, count in counts.items())
        each = listing([f"{name} ({figures(count)})" for name, count in named])
        said = remark(
            f"{figures(len(sheets))} feuilles ont les colonnes du tableau, avec leurs lignes : {each}",
            "toutes sont lues et s’ajoutent",
            "masquer ou supprimer celle qui n’est pas du mois, s’il y en a une",
        )
        told.append((sheets[0].grid.name, said))
    for sheet in sheets:
        if sheet.grid.childless:
            said = remark(
                f"{figures(sheet.grid.childless)} rapports n’ont aucune ligne dans la feuille {quote(sheet.grid.name)}",
                "aucune violation n’est comptée pour eux",
                "vérifier que la feuille répétée est entière",
                whole=True,
            )
            told.append((sheet.grid.name, said))
    for grid in left:
        if max((sum(map(bool, cells)) for cells in grid.lines), default=0) < 3:
            continue  # words to the reader, no table
        lines = sum(any(cell.strip() for cell in cells) for cells in grid.lines)
        said = remark(
            f"la feuille {quote(grid.name)} ({figures(lines)} {agree(lines, 'ligne')}) n’a pas les colonnes du tableau",
            "elle n’est pas lue",
            "si ses lignes sont du tableau, lui donner les mêmes titres de colonnes ; sinon le confirmer, ou nommer les "
            "feuilles à lire dans une recette de colonnes.toml (feuilles = […])",
            whole=True,
        )
        told.append((grid.name, said))
    return told


def _told_of_persons(sheets: Sequence[Sheet], left: Sequence[Grid]) -> list[tuple[str, Problem]]:
    """One remark on the columns of personal data of a file, by their titles alone. Of a sheet that is left nobody knows
    the header: they are counted."""
    found = []
    for sheet in sheets:
        if titles := list(dict.fromkeys(sheet.personal.values())):
            named = _first([quote(title, 60) for title in titles], MOST_TITLES)
            found.append(f"feuille {quote(sheet.grid.name, 40)} : {named}" if sheet.grid.name else named)
    for grid in left:
        first = next((cells for cells in grid.lines[:HEADER_WITHIN] if sum(map(bool, cells)) > 1), [])
        if count := sum(map(is_personal, first)):
            found.append(
                f"feuille {quote(grid.name, 40)} : {figures(count)} {agree(count, 'colonne')} d’après ses titres"
            )
    if not found:
        return []
    said = remark(
        f"le fichier a des colonnes de données personnelles ({' ; '.join(found)})",
        "rien n’en est lu, ni gardé dans aucune sortie ; mais le fichier lui-même les contient",
        "les ôter du fichier avant de le copier ou de l’envoyer : ce qui nomme ou situe des personnes n’est utile à "
        "aucune carte",
    )
    return [("", said)]


def _first(texts: Sequence[str], most: int) -> str:
    """The first of some texts, and how many others there are."""
    more = f" et {figures(len(texts) - most)} autres" if len(texts) > most else ""
    return ", ".join(texts[:most]) + more


MOST_TITLES = 8
"""Titles of such columns that are named, sheet by sheet."""


def _too_long(table: str, cells: int, width: int) -> Problem:
    return refusal(
        table,
        f"la ligne a {cells} cellules, le tableau a {width} colonnes : un séparateur de trop décale les valeurs",
        "mettre entre guillemets le texte qui contient le séparateur, ou enregistrer depuis Excel en .xlsx",
    )


def _doubt(header: str, name: str, table: str) -> Problem:
    return remark(
        f"la colonne {quote(header)} n’est pas reconnue",
        "elle n’est pas utilisée",
        f"si c’est {name}, lui donner le titre {quote(name)} ; ou écrire dans colonnes.toml (dossier des tableaux) : "
        f'[[{table}]] puis, à la ligne, colonnes.{name} = "{header}"',
    )


# Rows that say the same thing twice: within one file, and from one month to the next.


RESTART = 10
"""From so many ids in common with earlier months, and more than half of a month's, its numbering is taken to
start anew each month: its dates, all of its own month, show that the rows are other ones."""


def duplicates_within(
    table: str, texts: dict[str, list[str]], numbers: Sequence[int], kept: Iterable[int]
) -> list[tuple[int, str, Problem]]:
    """(index, column, problem) of each row among `kept` that repeats an earlier one of them.

    incidents: the same id. alertes_flash: the same row, since a report may tell of several events.
    indice_risque: the same commune. couverture: the same commune and partner. lieux and totaux_publies: the
    same names.
    """
    wording = {
        "incidents": ("id",),
        "alertes_flash": tuple(texts),
        "indice_risque": ("region", "cercle", "commune"),
        "couverture": ("region", "cercle", "commune", "partenaire"),
        "totaux_publies": ("mois", "tableau", "nom"),
    }[table]
    keys = list(zip(*(_keys(texts[name], table) for name in wording), strict=True))
    seen: dict[tuple[str, ...], list[int]] = {}
    found = []
    for at in kept:
        earlier = seen.setdefault(keys[at], [])
        first = next((one for one in earlier if _comparable(texts, one, at)), None)
        if first is None:
            earlier.append(at)
        else:
            found.append((at, wording[-1] if table != "alertes_flash" else "id_rapport",
                          _repeated(table, texts, numbers, first, at)))  # fmt: skip
    return found


def _keys(column: list[str], table: str) -> list[str]:
    if table in ("incidents", "alertes_flash"):
        return column
    memo = {text: plain(text) for text in set(column)}
    return [memo[text] for text in column]


def _comparable(texts: dict[str, list[str]], first: int, other: int) -> bool:
    """Two communes of one name are two where their P-codes say so."""
    codes = texts.get("pcode")
    if codes is None or "id" in texts or "id_rapport" in texts:
        return True
    return not (codes[first] and codes[other] and codes[first] != codes[other])


def _repeated(
    table: str, texts: dict[str, list[str]], numbers: Sequence[int], first: int, at: int
) -> Problem:
    line, apart = numbers[first], f"si ce sont deux faits, les distinguer ({_TELLING[table]})"
    differing = [
        f"{name} {quote(column[first], 40)} puis {quote(column[at], 40)}"
        for name, column in texts.items()
        if column[first] != column[at]
    ]
    if not differing:
        told = f"cette ligne répète mot pour mot la ligne {line}"
        return refusal(table, told, f"supprimer l’une des deux ; {apart}")
    what = f"l’id {quote(texts['id'][at])}" if table == "incidents" else "la même chose"
    told = f"la ligne {line} porte déjà {what}, avec d’autres valeurs ({', '.join(differing[:3])})"
    return refusal(table, told, f"garder la bonne des deux lignes ; {apart}")


_TELLING = {
    "incidents": "un id différent à chaque violation",
    "alertes_flash": "par la localité ou la description",
    "indice_risque": "une seule ligne par commune ; deux communes de même nom par leur P-code",
    "couverture": "une ligne par commune et partenaire",
    "totaux_publies": "un seul total par mois, tableau et nom",
}
"""What tells two rows of a table apart."""


def duplicates_across(tables: dict[Month, RecordTable]) -> dict[Month, RecordTable]:
    """Refuse each incident whose id an earlier month already holds (see RESTART for the exception)."""
    seen: dict[str, tuple[str, int]] = {}
    out = {}
    for month in sorted(tables):
        table = tables[month]
        ids = list(table.rows["id"])
        again = [at for at, one in enumerate(ids) if one in seen]
        out[month] = table
        if len(again) >= RESTART and 2 * len(again) > len(ids):
            told = _restarted(table, ids[again[0]], seen)
            out[month] = dataclasses.replace(table, findings=(told, *table.findings))
        elif again:
            out[month] = _without(table, again, seen)
        for one, line in zip(out[month].rows["id"], out[month].rows["row"], strict=True):
            seen.setdefault(one, (table.files[0].path, int(line)))
    return out


def _without(table: RecordTable, again: list[int], seen: dict[str, tuple[str, int]]) -> RecordTable:
    rows = table.rows
    added = []
    for at in again:
        one = rows["id"].iat[at]
        file, line = seen[one]
        problem = refusal(
            "incidents",
            f"l’id {quote(one)} est déjà celui de la ligne {line} de {file}",
            "si c’est la même violation, supprimer l’une des deux lignes ; sinon lui donner un id qu’aucune "
            "violation de l’année ne porte",
        )
        row = int(rows["row"].iat[at])
        added.append(finding(table.name, table.files[0].path, row, one, "id", one, problem))
    left = rows.drop(index=rows.index[again]).reset_index(drop=True)
    findings = sorted((*table.findings, *added), key=lambda one: one.row)
    return dataclasses.replace(table, rows=left, findings=tuple(findings))


def _restarted(table: RecordTable, example: str, seen: dict[str, tuple[str, int]]) -> Finding:
    file, line = seen[example]
    problem = remark(
        f"la plupart des id sont déjà ceux d’un mois précédent (par exemple {quote(example)}, ligne {line} de {file})",
        "la numérotation semble recommencer chaque mois : les lignes sont comptées, leurs dates étant du mois",
        f"mettre le mois dans l’id, par exemple {table.month}-0001, pour qu’un doublon se voie",
    )
    return finding(table.name, table.files[0].path, 1, "", "id", example, problem)


def finding(table: str, file: str, row: int, id_: str, column: str, value: str, problem: Problem) -> Finding:
    """A problem at its row."""
    return Finding(
        table, file, row, id_, column, value, problem.problem, problem.consequence, problem.fix, problem.refused,
        problem.whole,
    )  # fmt: skip


def of_file(table: str, file: str, problem: Problem) -> Finding:
    """A problem of a file or folder as a whole."""
    return finding(table, file, 0, "", "", "", problem)


# One file to one table: read, understood, checked, its bad rows set aside with their reasons.


_NUMBERS = ("latitude", "longitude", "count", "score", "total")
MOST_MONTHS = 4
"""Other months of a file are named one by one up to so many."""
SEVERAL = 3
"""From so many rows on, a month of another year is taken for one that the file covers, not for a slip."""
FEW = 5
"""Up to so many rows (or one in twenty) of other months are told one by one: their dates may be slips."""
VALUE_SHOWN = 300
"""Characters of a bad value that a finding repeats."""


def read_table(
    path: Path, name: str, shown: str, month: Month | None, year: int, recipe: Recipe = NO_RECIPE
) -> RecordTable:
    """Read one file as the table `name`.

    shown: path relative to the inputs, as printed. month: whose rows are taken, None for the year's tables.
    recipe: what the officer has said of such files. Raises InputError where the file as a whole is no such
    table; a bad row never raises.
    """
    with _collector_paused():
        return _read(path, name, shown, month, year, recipe)


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Python looks for cycles again and again while millions of cells are made, and there are none: without
    that, reading takes two thirds of the time."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def _read(path: Path, name: str, shown: str, month: Month | None, year: int, recipe: Recipe) -> RecordTable:
    source = _as_told(load(path, name, shown, recipe), recipe)
    order = _month_first(source, name, month, recipe)
    example = month.first_day.replace(day=14) if month else None
    texts, turned = _turned_back(source, order, month)
    understood = understand(texts, name, year, order, example)
    frame = _frame(understood.values, name, len(source.numbers))
    notes = understood.notes + _checked(frame, source, understood, name, month)
    other = _other_months(frame, month)
    unscored = _unscored(source, name)
    notes = [note for note in notes if note.at not in other and note.at not in unscored]
    notes += [Note(at, "date", source.texts["date"][at], problem) for at, problem in other.items() if problem]
    refused = {note.at for note in notes if note.problem.refused}
    elsewhere = other.keys() | unscored
    kept = [at for at in range(len(source.numbers)) if at not in refused | elsewhere]
    ids = {key: [one or "" for one in understood.values[key]] for key in ("id",) if key in understood.values}
    for at, column, problem in duplicates_within(name, {**source.texts, **ids}, source.numbers, kept):
        notes.append(Note(at, column, source.texts[column][at], problem))
        refused.add(at)
    rows = _with_lines(frame, source.numbers, source.labels)
    if left := refused | elsewhere:
        rows = rows[[at not in left for at in range(len(rows))]].reset_index(drop=True)
    aside = [(at, OTHER_MONTH, source.texts["date"][at], OTHER_MONTH) for at in sorted(other)]
    aside += [(at, NOT_RECORD, source.texts["commune"][at], NOT_SCORED) for at in sorted(unscored)]
    lines = [Aside(source.labels[at], source.numbers[at], *told) for at, *told in aside]
    told = [
        *turned,
        *_of_other_months(frame, other),
        *_of_unscored(source, unscored),
        *_of_words_for_ids(source, month),
    ]
    findings = _findings(notes, source, name, told)
    files = (InputFile(shown, source.sha256, source.total),)
    return RecordTable(name, month, rows, findings, files, (*source.aside, *lines), source.header_line)


def _as_told(source: ReadSource, recipe: Recipe) -> ReadSource:
    """The texts with the answers that a recipe translates, and one line for each of several answers where it says
    so. The lines that one line becomes keep its number; their ids are told apart."""
    texts = {
        name: [recipe.translated(name, cell) for cell in column] if name in recipe.values else column
        for name, column in source.texts.items()
    }
    if recipe.choices != SPLIT or "type" not in texts:
        return dataclasses.replace(source, texts=texts)
    several = {cell: several_types(cell) for cell in set(texts["type"])}
    picked = [(at, kind) for at, cell in enumerate(texts["type"]) for kind in several[cell] or ("",)]
    out = {name: [column[at] for at, _ in picked] for name, column in texts.items()}
    rank = 0
    for new, (at, kind) in enumerate(picked):
        rank = rank + 1 if new and picked[new - 1][0] == at else 1
        if kind:
            out["type"][new], out["categorie"][new] = kind, CATEGORY_OF_TYPE[kind]
            out["id"][new] = f"{out['id'][new]}-{rank}" if out["id"][new] else ""
    return dataclasses.replace(
        source,
        texts=out,
        numbers=[source.numbers[at] for at, _ in picked],
        labels=[source.labels[at] for at, _ in picked],
    )


def _month_first(source: ReadSource, table: str, month: Month | None, recipe: Recipe) -> bool:
    """The order of the file's dates. Raises InputError, one question for the file, where it cannot be known."""
    if "date" not in source.texts or recipe.order:
        return recipe.order == MONTH_FIRST
    found = month_first(source.texts["date"], month)
    if found != DOUBTFUL or month is None:
        return bool(found)
    example = next(text for text in source.texts["date"] if text)
    raise InputError(
        f"{source.file} : les dates, par exemple {quote(example)}, sont {month.of} {month.year} si le mois est écrit "
        "avant le jour, et d’autres mois sinon",
        "rien dans le fichier ne dit lequel est vrai, et aucune carte n’est produite",
        f"si le mois est écrit avant le jour, écrire dans colonnes.toml (dossier des tableaux) : [[{table}]] puis, "
        f'à la ligne, ordre_des_dates = "{MONTH_FIRST}" ; sinon ordre_des_dates = "{DAY_FIRST}"',
    )


def _turned_back(
    source: ReadSource, order: bool, month: Month | None
) -> tuple[dict[str, list[str]], list[Problem]]:
    """The texts with the dates put right that a spreadsheet turned round (see `turned_round`), and a remark on them, to be
    confirmed. order: whether the file writes the month before the day."""
    dates = source.texts.get("date", [])
    if not (order and (days := turned_round(dates, month))):
        return source.texts, []
    back = {text: turned_back(text) for text in dict.fromkeys(dates)}
    count = sum(back[text] != text for text in dates)
    example = next(text for text in dates if back[text] != text)
    said = remark(
        f"{source.file} : {figures(count)} {agree(count, 'date')} que le tableur a prises pour jour/mois, aucune d’un jour "
        f"après le 12 ({figures(len(days))} différentes), alors que les autres sont écrites mois/jour",
        f"leur jour et leur mois sont remis dans l’ordre, par exemple {quote(example)} lue {quote(back[example])}",
        "comparer quelques lignes avec l’envoi d’origine ; pour l’éviter, importer le CSV par Données, À partir d’un "
        "fichier texte, avec la colonne de dates en MJA",
        whole=True,
    )
    return {**source.texts, "date": [back[text] for text in dates]}, [said]


def _other_months(frame: pd.DataFrame, month: Month | None) -> dict[int, Problem | None]:
    """Rows dated outside the month -> what the officer should know of the date by itself, None where there are many.

    An export of several months serves each of them. A lone date of another year is left to be refused: a slip.
    """
    if month is None or "date" not in frame:
        return {}
    days = {at: day for at, day in enumerate(frame["date"]) if day is not None and not month.contains(day)}
    tally = Counter((day.year, day.month) for day in days.values())
    few = len(days) <= max(FEW, len(frame) // 20)
    found: dict[int, Problem | None] = {}
    for at, day in days.items():
        if 2000 <= day.year <= 2100 and (day.year == month.year or tally[day.year, day.month] >= SEVERAL):
            found[at] = out_of_month(day, month) if few else None
    return found


def _of_other_months(frame: pd.DataFrame, other: Mapping[int, Problem | None]) -> list[Problem]:
    """One remark that counts the rows of each other month, where they are too many to be told one by one."""
    if not other or any(other.values()):
        return []
    tally = Counter(Month(frame["date"][at].year, frame["date"][at].month) for at in other)
    months = sorted(tally)
    each = listing([f"{month.label} ({figures(tally[month])})" for month in months])
    if len(months) > MOST_MONTHS:
        each = f"{len(months)} mois, de {months[0].label} à {months[-1].label}"
    return [
        remark(
            f"{figures(len(other))} {agree(len(other), 'ligne est', 'lignes sont')} d’autres mois : {each}",
            f"{agree(len(other), 'elle est comptée', 'elles sont comptées')} à part, et sur aucune carte du mois",
            "rien à faire si le fichier couvre plusieurs mois ; sinon corriger les dates",
        )
    ]


NOT_SCORED = "commune sans score, non évaluée"
_NO_SCORE = frozenset(
    (
        "",
        "nsp",
        "nd",
        "na",
        "ne",
        "n d",
        "n a",
        "n e",
        "non evalue",
        "non evaluee",
        "pas evalue",
        "pas evaluee",
    )
)
"""What stands in the score's cell of a commune that nobody has assessed, as plain words."""


def _unscored(source: ReadSource, table: str) -> set[int]:
    """Rows of the risk index that name a commune and give it neither score nor answer: it is not assessed."""
    if table != "indice_risque":
        return set()
    answers = [source.texts[one.name] for one in FIELDS[table] if one.kind == "question"]
    named = [source.texts[column] for column in ("commune", "pcode")]
    return {
        at
        for at, text in enumerate(source.texts["score"])
        if plain(text) in _NO_SCORE
        and not any(column[at] for column in answers)
        and any(column[at] for column in named)
    }


def _of_unscored(source: ReadSource, unscored: set[int]) -> list[Problem]:
    """One remark on them; to be confirmed where they are more than a few: a column may have been lost."""
    if not unscored:
        return []
    names = [source.texts["commune"][at] or source.texts["pcode"][at] for at in sorted(unscored)]
    return [
        remark(
            f"{figures(len(names))} {agree(len(names), 'commune')} sans score : {_first(names, FEW)}",
            "sur les cartes, le niveau de risque y est « non évalué ce mois »",
            "rien à faire si personne ne les a évaluées ; sinon écrire la somme des 15 questions, ou q1 à q15",
            whole=len(names) > max(FEW, len(source.numbers) // 20),
        )
    ]


def is_word(identifier: str) -> bool:
    """Whether an identifier is a few letters and no more ("x", "A", "total"): nothing tells it from a word of a page."""
    return len(identifier) < LOOKED_FOR and not any(letter.isdigit() for letter in identifier)


LOOKED_FOR = 6
"""From so many characters on an identifier of any kind can be looked for in what is made."""


def _of_words_for_ids(source: ReadSource, month: Month | None) -> list[Problem]:
    """One remark on them, to be confirmed: the last look at the maps cannot find such an identifier."""
    given = source.texts.get("id", source.texts.get("id_rapport", []))
    found = [one for one in dict.fromkeys(given) if one and is_word(one)]
    if not found:
        return []
    return [
        remark(
            f"{figures(len(found))} {agree(len(found), 'identifiant')} sans chiffre et de moins de {LOOKED_FOR} lettres : "
            f"{_first(list(map(quote, found)), FEW)}",
            "les lignes sont comptées, mais la dernière vérification ne peut pas les chercher dans les cartes : "
            "rien ne les distingue d’un mot",
            f"les numéroter autrement, par exemple {month or 2021}-0001 (l’année, le mois, un numéro)",
            whole=True,
        )
    ]


def _frame(values: dict[str, list[Any]], table: str, size: int) -> pd.DataFrame:
    """The values as a table: numbers as float64, everything else as object, so that None stays None."""
    kinds = {field.name: field.kind for field in FIELDS[table]}
    order = [field.name for field in FIELDS[table] if field.name in values]
    types = {name: "float64" if kinds[name] in _NUMBERS else object for name in order}
    return pd.DataFrame(
        {name: pd.Series(values[name], dtype=types[name]) for name in order}, index=range(size)
    )


def _with_lines(frame: pd.DataFrame, numbers: Sequence[int], labels: Sequence[str]) -> pd.DataFrame:
    """The values with the line of each row, and its file."""
    return frame.assign(row=pd.Series(numbers, dtype="int64"), file=pd.Series(labels, dtype=object))


def empty_rows(table: str) -> pd.DataFrame:
    """The rows of a table that has none: its columns, with their types."""
    values: dict[str, list[Any]] = {one.name: [] for one in FIELDS[table] if one.kind != "question"}
    return _with_lines(_frame(values, table, 0), [], [])


def _checked(
    frame: pd.DataFrame, source: ReadSource, understood: Understood, table: str, month: Month | None
) -> list[Note]:
    """What the schema finds beyond what was already noted of the same cell. Values that are refused while
    their row goes on are emptied in `frame`."""
    told = {(note.at, note.column) for note in understood.notes if note.problem.refused}
    if table == "indice_risque":
        # What is wrong with a question is why there is no score: once is enough.
        told |= {(at, "score") for at, _ in told}
    notes = []
    for at, column, fault in failures(frame, table, month):
        if (at, column) in told:
            continue
        text = source.texts[column][at] if column else ""
        value = frame[column].iat[at] if column else None
        problem = explain(fault, column, text, value, table, month)
        notes.append(Note(at, column, text, problem))
        if not problem.refused:
            frame.loc[at, column] = float("nan")
    return notes + _missing_places(source, table, {note.at for note in notes if not note.column})


def _missing_places(source: ReadSource, table: str, nowhere: set[int]) -> list[Note]:
    """A remark on each row that lacks its region or cercle but says otherwise where it is."""
    if table not in ("incidents", "alertes_flash", "indice_risque", "couverture"):
        return []
    notes = []
    for column in ("region", "cercle"):
        empty = [at for at, text in enumerate(source.texts[column]) if not text and at not in nowhere]
        notes += [Note(at, column, "", _unplaced(column)) for at in empty]
    for column in PLACE_COLUMNS[:4]:
        texts = enumerate(source.texts.get(column, []))
        notes += [
            Note(at, column, text, _ditto(column, text)) for at, text in texts if _DITTO.fullmatch(text)
        ]
    return notes


_DITTO = re.compile(
    r"[\"“”″〃«»',/ -]*[\"“”″〃«»][\"“”″〃«»',/ -]*|(?:idem|id\.|dito|ditto|même chose|comme ci-dessus)\.?",
    re.IGNORECASE,
)
"""What means "as above" in a table kept by hand."""


def _ditto(column: str, text: str) -> Problem:
    return remark(
        f"{column} {quote(text)} veut dire « comme au-dessus »",
        "la cellule n’est pas lue : une ligne triée ou filtrée n’a plus la même au-dessus d’elle",
        f"recopier {column} dans chaque ligne (dans Excel : sélectionner, puis Accueil, Remplissage, En bas)",
    )


def _unplaced(column: str) -> Problem:
    word = "la région" if column == "region" else "le cercle"
    return Problem(
        f"{column} est vide",
        f"la ligne est placée par ce qui reste, au niveau qui est certain, sans {word}",
        f"remplir {word}",
        refused=False,
    )


def _findings(
    notes: list[Note], source: ReadSource, table: str, more: Sequence[Problem]
) -> tuple[Finding, ...]:
    """Every problem at its line, in the order of the file, then of the columns."""
    rank = {field.name: at for at, field in enumerate(FIELDS[table])}
    identity = source.texts.get("id", source.texts.get("id_rapport"))
    whole = [
        finding(table, source.file, source.header_line, "", header, header, problem)
        for header, problem in (*source.remarks, *(("", problem) for problem in more))
    ]
    bad = [
        finding(table, label, line, "", WHOLE_LINE, text, problem)
        for label, line, text, problem in source.bad_lines
    ]
    told = []
    for note in sorted(notes, key=lambda note: (note.at, rank.get(note.column, -1))):
        where, id_ = (
            (table, source.labels[note.at], source.numbers[note.at]),
            identity[note.at] if identity else "",
        )
        column = source.written.get(note.column, note.column or WHOLE_LINE)
        told.append(finding(*where, id_, column, note.text[:VALUE_SHOWN], note.problem))
    order = {label: at for at, label in enumerate(dict.fromkeys(source.labels))}
    return (*whole, *sorted([*bad, *told], key=lambda one: (order.get(one.file, 0), one.row)))


# Which file holds which table: by its name, whatever its case, accents or extension.


READABLE = (".csv", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".tsv", ".txt")
SPREADSHEETS = (*READABLE, ".pdf", ".html", ".htm", ".doc", ".docx", ".numbers", ".zip")
"""Endings of files that may be meant as a table; those that cannot be read say so instead of being passed over."""

MONTHLY = ("incidents", "alertes_flash", "indice_risque")
YEARLY = ("couverture", "totaux_publies")
_MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")


def months_in(inputs: Path) -> tuple[Month, ...]:
    """The months that have a folder, in order."""
    if not inputs.is_dir():
        return ()
    found = [one.name for one in inputs.iterdir() if _MONTH.fullmatch(one.name) and one.is_dir()]
    return tuple(Month.parse(name) for name in sorted(found))


def tables_in(
    folder: Path, wanted: tuple[str, ...], inputs: Path, recipes: Sequence[Recipe] = ()
) -> dict[str, Path]:
    """Table -> its file, for the tables of `wanted` that are there: by its name, or, whatever its name, by the
    titles that a recipe names.

    Raises InputError where two files claim one table, or where a table is absent and a file's name looks
    like a slip for it (an absent table would be drawn as "no data", which must not happen by a slip).
    """
    files = _candidates(folder)
    keys = {header_key(name): table for table in wanted for name in (table, *FILES[table])}
    _refuse_folders(folder, keys, inputs)
    found: dict[str, list[Path]] = {}
    for path in files:
        table = keys.get(header_key(path.stem))
        if table is not None:
            found.setdefault(table, []).append(path)
    for table, paths in found.items():
        if len(paths) > 1:
            raise _two_files(table, paths, inputs)
    unnamed = [table for table in wanted if table not in found]
    claimed = {table: paths[0] for table, paths in found.items()}
    claimed |= by_recipe(folder, unnamed, inputs, recipes)
    for path in files:
        absent = [table for table in wanted if table not in claimed]
        if path not in claimed.values() and (table := _resembles(path, absent)):
            raise InputError(
                f"{shown_folder(path, inputs)} n’est pas un nom de tableau connu, et il n’y a pas de fichier {table}",
                f"les cartes du tableau {table} seraient faites sans données ; aucune carte n’est produite",
                f"le renommer {table}{path.suffix.lower()} si c’est ce tableau, sinon le sortir du dossier ; noms "
                f"connus : {', '.join(wanted)} (en .csv ou .xlsx)",
            )
    return {table: claimed[table] for table in wanted if table in claimed}


def _refuse_folders(folder: Path, names: Collection[str], inputs: Path) -> None:
    """Raise InputError where a folder, or what is no file, bears a table's name: it is not "nothing received"."""
    for one in sorted(folder.iterdir()) if folder.is_dir() else ():
        if not one.is_file() and one.suffix.lower() in READABLE and header_key(one.stem) in names:
            raise InputError(
                f"{shown_folder(one, inputs)} n’est pas un fichier mais un dossier, ou un raccourci rompu",
                "le tableau passerait pour absent ; aucune carte n’est produite",
                f"mettre le fichier reçu à la place, sous le nom {one.name}",
            )


def by_recipe(
    folder: Path, tables: Collection[str], inputs: Path, recipes: Sequence[Recipe]
) -> dict[str, Path]:
    """Table -> the file whose titles a recipe of it names, for those of `tables` that have one; a file that bears the
    name of a table is that table's. Raises InputError where two files claim one table."""
    found: dict[str, list[Path]] = {}
    about = {one.table for one in recipes if one.columns and one.table in tables}
    named = {header_key(name) for table, names in FILES.items() for name in (table, *names)}
    for path in _candidates(folder) if about else ():
        if header_key(path.stem) in named or path.suffix.lower() not in READABLE:
            continue
        for table in sorted(about):
            try:
                fitting = recipe_of(path, table, shown_folder(path, inputs), recipes)
            except InputError:
                continue  # no table of ours: what is wrong with it is nothing to the maps
            if fitting.columns:
                found.setdefault(table, []).append(path)
    for table, paths in found.items():
        if len(paths) > 1:
            raise _two_files(table, paths, inputs)
    return {table: paths[0] for table, paths in found.items()}


def look_alike(path: Path, table: str) -> Path | None:
    """A file beside `path` whose name is like that of `table`."""
    others = (one for one in _candidates(path.parent) if one != path)
    return next((one for one in others if _resembles(one, [table])), None)


def refuse_misnamed(place: Path) -> None:
    """Raises InputError where mois.toml is there under another name: its mark "DONNÉES D'EXEMPLE" would vanish."""
    if place.is_dir() and not (place / "mois.toml").is_file():
        for one in sorted(place.iterdir()):
            if one.name.lower() in ("mois.toml", "mois.toml.txt", "mois.txt", "mois.tml"):
                raise InputError(
                    f"{place.name}/{one.name} n’est pas lu : le fichier se nomme mois.toml",
                    "le numéro du bulletin, les sources ou la mention « DONNÉES D’EXEMPLE » manqueraient sur les "
                    "cartes ; aucune carte n’est produite",
                    f"renommer {one.name} en mois.toml (afficher les extensions de fichiers pour le voir)",
                )


def leftover_files(
    folder: Path, read: dict[str, Path], inputs: Path, others: Collection[Path] = (), whole: bool = True
) -> list[Finding]:
    """A remark on each file that is not read although its name resembles a table that is ("incidents (1).csv"):
    it may be the newer one. others: exports that are told of elsewhere. whole: whether a table that is left has to be
    confirmed before the month is shared."""
    found = []
    for path in _candidates(folder):
        if path not in (*read.values(), *others) and (table := _resembles(path, sorted(read))):
            name = shown_folder(path, inputs)
            problem = remark(
                f"le fichier {quote(path.name)} ressemble au tableau {table}",
                f"il n’est pas lu ; seul {quote(read[table].name)} l’est",
                "ne garder dans le dossier que le bon fichier",
                whole=whole,
            )
            found.append(of_file(table, name, problem))
    known = {header_key(name) for table, names in FILES.items() for name in (table, *names)}
    told = {one.file for one in found}
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        name = shown_folder(path, inputs)
        if path in read.values() or path in others or name in told:
            continue
        if path.name.startswith((".", "~")) or path.name.lower() in _LITTER:
            continue
        readable = path.is_file() and path.suffix.lower() in READABLE
        if readable and header_key(path.stem) in known:
            continue
        problem = remark(
            f"le fichier {quote(path.name)} n’a pas le nom d’un tableau"
            if path.is_file()
            else f"il y a un dossier {quote(path.name)} dans {folder.name}",
            "il n’est pas lu" if path.is_file() else "rien de ce qu’il contient n’est lu",
            f"si c’est un export : make recette FICHIER={shlex.quote(str(path))} ; sinon le sortir du dossier"
            if readable
            else f"s’il contient un tableau du mois, le mettre dans {folder.name}/ en .xlsx ou .csv, sous le nom du "
            f"tableau ({', '.join(MONTHLY)}) ; sinon le sortir du dossier",
            whole=whole and readable,
        )
        found.append(of_file("", name, problem))
    return found


def still_open(inputs: Path, read: Iterable[InputFile]) -> Iterator[str]:
    """The files read that a spreadsheet holds open, by the lock that it leaves beside them: what was not saved yet is
    not read."""
    for path in (inputs / one.path for one in read):
        if any(path.with_name(name).exists() for name in (f"~${path.name}", f".~lock.{path.name}#")):
            yield shown_folder(path, inputs)


_LITTER = ("mois.toml", "thumbs.db", "desktop.ini", "lisezmoi.md", "readme.md")
"""What stands in a folder of tables beside them, and holds none: a system's own files, and words to the reader."""


def _not_months(inputs: Path) -> list[Finding]:
    """A remark on each folder of the inputs that holds tables and is named for no month or year: "nov 2026"."""
    found = []
    for folder in sorted(inputs.iterdir()):
        if _candidates(folder) and not re.fullmatch(rf"20\d\d|{_MONTH.pattern}", folder.name):
            problem = remark(
                f"le dossier {quote(folder.name)} n’a pas le nom d’un mois",
                "aucun de ses tableaux n’est lu",
                "le nommer par l’année et le mois, comme 2021-06, ou par l’année, comme 2021 ; sinon le sortir du dossier",
            )
            found.append(of_file("", folder.name, problem))
    return found


def shown_folder(path: Path, inputs: Path) -> str:
    """The path as messages and the manifest print it: relative to the inputs, with "/"."""
    return path.relative_to(inputs).as_posix()


def _candidates(folder: Path) -> list[Path]:
    """Files that may be tables, sorted; not the locks and hidden files that spreadsheets leave."""
    found = (path for path in folder.iterdir() if path.is_file()) if folder.is_dir() else ()
    return sorted(p for p in found if p.suffix.lower() in SPREADSHEETS and not p.name.startswith((".", "~")))


def _resembles(path: Path, absent: list[str]) -> str | None:
    """The absent table that a file name may stand for: "incidents (1)", "incident_juin", "Alertes-falsh"."""
    from rapidfuzz import fuzz

    key = header_key(path.stem)
    names = ((table, header_key(name)) for table in absent for name in (table, *FILES[table]))
    return next((table for table, name in names if name in key or fuzz.ratio(name, key) >= 80), None)


def _two_files(table: str, paths: list[Path], inputs: Path) -> InputError:
    names = " et ".join(quote(shown_folder(path, inputs)) for path in paths)
    return InputError(
        f"deux fichiers portent le tableau {table} : {names}",
        "on ne peut pas savoir lequel est le bon, et aucune carte n’est produite",
        f"ne garder que le bon dans le dossier {shown_folder(paths[0].parent, inputs)}/, et sortir l’autre ; si chacun a "
        "des lignes que l’autre n’a pas, en faire deux feuilles d’un même classeur, qui s’ajoutent",
    )


# lieux.csv: what the officer decided about names that no rule could settle.


_PCODE = re.compile(r"[A-Z]{2,3}\d{2,8}")


def read_decisions(path: Path, named: str) -> tuple[tuple[Decision, ...], tuple[Finding, ...], InputFile]:
    """The decisions of one file, what was wrong with others, and the file.

    Of two decisions on the same names the later line counts, since the file is written by adding lines.
    Whether a P-code exists is for places to say. Raises InputError where the file is no such table.
    """
    table = load(path, "lieux", named)
    findings = [
        finding("lieux", named, line, "", WHOLE_LINE, text, problem)
        for _, line, text, problem in table.bad_lines
    ]
    findings += [
        finding("lieux", named, table.header_line, "", h, h, problem) for h, problem in table.remarks
    ]
    latest: dict[tuple[str, ...], Decision] = {}
    names = PLACE_COLUMNS[:4]
    for at, line in enumerate(table.numbers):
        cells = {name: column[at] for name, column in table.texts.items()}
        pcode, problem = _pcode(cells["pcode"], [cells[name] for name in names])
        if problem is not None:
            findings.append(finding("lieux", named, line, "", "pcode", cells["pcode"][:300], problem))
            continue
        key = tuple(plain(cells[name]) for name in names)
        earlier = latest.pop(key, None)
        if earlier is not None and earlier.pcode != pcode:
            findings.append(finding("lieux", named, line, "", "pcode", pcode, _changed(earlier, pcode)))
        who, when = cells.pop("decide_par"), cells.pop("decide_le")
        latest[key] = Decision(**{**cells, "pcode": pcode}, decided_by=who, decided_on=when, row=line)
    found = tuple(sorted(latest.values(), key=lambda one: one.row))
    ordered = tuple(sorted(findings, key=lambda one: one.row))
    return found, ordered, InputFile(named, table.sha256, table.total)


def read_lineage(inputs: Path) -> tuple[Lineage, tuple[InputFile, ...]]:
    """The lineage of the communes with the officer's corrections (inputs/lignee.csv), and the file where there is
    one. Raises InputError for a line that cannot be relied on: see `Lineage.corrected`."""
    path = tables_in(inputs, ("lignee",), inputs).get("lignee")
    if path is None:
        return lineage(), ()
    found = load(path, "lignee", shown_folder(path, inputs))
    for _, line, text, problem in found.bad_lines:
        told = f"{found.file}, ligne {line} : {problem.problem} ({text})"
        raise InputError(told, problem.consequence, problem.fix)
    rows = [dict(zip(found.texts, cells, strict=True)) for cells in zip(*found.texts.values(), strict=True)]
    file = InputFile(found.file, found.sha256, found.total)
    return lineage().corrected(rows, found.file, found.numbers), (file,)


def _pcode(text: str, names: list[str]) -> tuple[str, Problem | None]:
    """A P-code, "introuvable", or the name of a commune, which `places.with_codes` reads."""
    if not text:
        fix = f"écrire un P-code, par exemple ML050304, ou {NOT_FOUND}"
        return "", refusal("lieux", "le P-code est vide", fix)
    if not any(names):
        fix = "recopier les noms tels que le tableau les écrit"
        return "", refusal("lieux", "aucun nom n’est donné", fix)
    bare = code(text).replace(" ", "").upper()
    return (NOT_FOUND if plain(text) == NOT_FOUND else bare if _PCODE.fullmatch(bare) else text), None


def _changed(earlier: Decision, pcode: str) -> Problem:
    return remark(
        f"la ligne {earlier.row} décidait autrement des mêmes noms ({earlier.pcode})",
        f"la dernière ligne compte : {pcode}",
        f"supprimer la ligne {earlier.row} si elle ne vaut plus",
    )


# mois.toml: the bulletin's number, its sources, and whether the data are a reconstruction.


DEFAULT = MonthInfo(bulletin="", sources="", exemple=False)
"""What a month without mois.toml is taken for: real data, a bulletin without a number."""

_KEYS = {
    "bulletin": "bulletin", "numero": "bulletin", "numerobulletin": "bulletin", "numerodubulletin": "bulletin",
    "sources": "sources", "source": "sources", "exemple": "exemple",
    "confirme": "confirme", "confirmes": "confirme", "confirmer": "confirme",
    "aucunincident": "aucun_incident", "aucuneviolation": "aucun_incident", "aucunealerte": "aucune_alerte",
    "division": "division", "decoupage": "division",
}  # fmt: skip
DECLARED = {"incidents": "aucun_incident", "alertes_flash": "aucune_alerte"}
"""Table -> the word by which a month declares that it has really nothing of it."""


def parse_info(data: bytes, shown: str) -> MonthInfo:
    """Read the bytes of a mois.toml. Raises InputError on anything that it cannot be sure of: a word
    misspelt here could take the mark "DONNÉES D'EXEMPLE" off every map."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    try:
        found = tomllib.loads(text.replace("\r\n", "\n"))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise _wrong(f"{shown} est mal écrit{_where(error)}") from None
    known: dict[str, Any] = {}
    for key, value in found.items():
        name = _KEYS.get(header_key(key))
        if name is None:
            raise _wrong(f"{shown} : le mot {quote(key)} n’est pas connu")
        if name in known:
            raise _wrong(f"{shown} : {quote(name)} est donné deux fois")
        known[name] = value
    for name in ("exemple", *DECLARED.values()):
        if not isinstance(known.get(name, False), bool):
            raise _wrong(f"{shown} : {name} = {known[name]!r} n’est ni true ni false")
    division = _words(known, "division", shown)
    if division not in ("", *KEYS):
        raise _wrong(f"{shown} : division = {quote(division)} n’est ni {' ni '.join(KEYS)}")
    return MonthInfo(
        _words(known, "bulletin", shown),
        _words(known, "sources", shown),
        known.get("exemple", False),
        division,
        tuple(table for table, name in DECLARED.items() if known.get(name, False)),
        _confirmed(known.get("confirme", []), shown),
    )


def _confirmed(value: Any, shown: str) -> tuple[str, ...]:
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list) or not all(isinstance(one, str) for one in texts):
        raise _wrong(f'{shown} : confirme attend les textes du bilan entre crochets : confirme = ["..."]')
    return tuple(texts)


def _where(error: Exception) -> str:
    """The line of a fault of TOML, in French."""
    found = re.search(r"line (\d+)", str(error))
    rule = "chaque texte se met entre guillemets droits, oui et non s’écrivent true et false"
    return f" (ligne {found[1]} : {rule})" if found else ""


def _words(known: dict[str, Any], name: str, shown: str) -> str:
    value = known.get(name, "")
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        value = " ; ".join(value)
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise _wrong(f"{shown} : {name} n’est pas un texte")
    return clean(str(value))[:500]


def _wrong(problem: str) -> InputError:
    return InputError(
        problem,
        "le numéro du bulletin, les sources ou la mention « DONNÉES D’EXEMPLE » manqueraient sur les cartes ; "
        "aucune carte n’est produite",
        'écrire trois lignes : bulletin = "n° 6, juin 2021" ; sources = "Cluster Protection Mali" ; '
        "exemple = false (true si les données sont une reconstruction) ; si les codes du mois sont ceux d’une division "
        "connue, une quatrième : division = 2025",
    )


# Everything the officer put in, for one month and the months of its year before it.


def latest_month(inputs: Path) -> Month:
    """The last month that has a folder in `inputs`. Raises InputError where there is none."""
    months = months_in(inputs)
    if not months:
        raise InputError(
            f"il n’y a aucun dossier de mois dans {inputs}",
            "aucune carte n’est produite, faute de données",
            "y mettre un dossier par mois, nommé comme 2021-06, avec les tableaux reçus",
        )
    return months[-1]


def read_inputs(inputs: Path, month: Month) -> Inputs:
    """Read the tables of `month`, of the months of its year before it, and of the year.

    A month or a table that has no file, or one without a record of the month, is absent from the result ("no
    data"): zero is what mois.toml declares. A month without a table of its own, or whose template was left empty,
    takes its rows from one of the year's folder. Raises InputError where the month itself has no folder, or where a
    file as a whole is unusable; bad rows become findings.
    """
    months = months_in(inputs)
    if month not in months:
        there = ", ".join(str(one) for one in months) or "aucun"
        raise InputError(
            f"il n’y a pas de dossier {month} dans {inputs}",
            f"aucune carte n’est produite pour {month.label}",
            f"le créer avec « make new-month MONTH={month} » et y mettre les tableaux du mois, ou choisir un mois qui est "
            f"là avec MONTH= : {there} ; si vos tableaux sont dans un autre dossier que {inputs}, le donner par INPUTS=",
        )
    recipes, recipe_files = _recipes(inputs)
    tables: dict[str, dict[Month, RecordTable]] = {name: {} for name in MONTHLY}
    read: list[InputFile] = list(recipe_files)
    told: list[Finding] = []
    empty: dict[tuple[str, Path], list[tuple[RecordTable, Month]]] = {}
    infos: dict[Month, MonthInfo] = {}
    year = inputs / str(month.year)
    of_year = tables_in(year, (*YEARLY, *MONTHLY), inputs, recipes)
    told += leftover_files(year, of_year, inputs)
    for one in (one for one in month.year_to_date() if one in months):
        place = inputs / str(one)
        paths = tables_in(place, MONTHLY, inputs, recipes)
        exports = by_recipe(place, paths, inputs, recipes)
        told += leftover_files(place, paths, inputs, exports.values(), whole=one == month)
        info = place / "mois.toml"
        if info.is_file():
            data, file = _opened(info, inputs)
            infos[one] = parse_info(data, file.path)
            read.append(file)
        nothing = infos.get(one, DEFAULT).nothing
        for name in MONTHLY:
            holding = list(dict.fromkeys(one[name] for one in (paths, exports, of_year) if name in one))
            if not holding:
                if name in nothing:  # mois.toml declares it empty, without a file
                    tables[name][one] = RecordTable(name, one, empty_rows(name), (), ())
                continue
            path, table, others = _first_filled(holding, name, inputs, one, recipes)
            for other in others:
                read += other.files
            told += [_set_aside(other, table, one, one == month) for other in others if other.total]
            if one != month and path in of_year.values():  # told once, with the month that is drawn
                table = dataclasses.replace(table, findings=table.of_rows())
            read += table.files
            if _is_received(table, path, name in nothing, inputs):
                tables[name][one] = table
            else:
                empty.setdefault((name, path), []).append((table, one))
    told += _not_months(inputs)
    told += [_not_received(found[-1][0], [one for _, one in found]) for found in empty.values()]
    refuse_misnamed(inputs / str(month))
    if month not in infos:
        told.append(_no_info(month))
    yearly = {}
    for name in YEARLY:
        if name in of_year:
            table = _read_inputs(of_year[name], name, inputs, None, recipes, month.year)
            if table.total:
                yearly[name] = table
            else:
                read += table.files
                told.append(_not_received(table, []))
    read += [file for table in yearly.values() for file in table.files]
    decisions, findings, decided = _decisions(inputs)
    return Inputs(
        month=month,
        info=_info(infos, month),
        incidents=duplicates_across(tables["incidents"]),
        alertes=tables["alertes_flash"],
        risque=tables["indice_risque"],
        couverture=yearly.get("couverture"),
        totaux=yearly.get("totaux_publies"),
        decisions=decisions,
        files=tuple(dict.fromkeys((*read, *decided, *read_lineage(inputs)[1]))),
        findings=(*told, *findings),
        divisions={one: info.division for one, info in infos.items() if info.division},
    )


def _read_inputs(
    path: Path, name: str, inputs: Path, month: Month | None, recipes: tuple[Recipe, ...], year: int = 0
) -> RecordTable:
    shown = shown_folder(path, inputs)

    def make() -> RecordTable:
        recipe = recipe_of(path, name, shown, recipes)
        return read_table(path, name, shown, month, month.year if month else year, recipe)

    return kept("tableau", (name, shown, month, year, recipes), make, [path])


def _first_filled(
    paths: Sequence[Path], name: str, inputs: Path, month: Month, recipes: tuple[Recipe, ...]
) -> tuple[Path, RecordTable, list[RecordTable]]:
    """The file and the table that a month's rows are taken from, and what was read beside it. paths: the file that bears
    the table's name, an export of the month that a recipe knows, the year's; a template left as it was made hides none
    of those after it."""
    read = [_read_inputs(path, name, inputs, month, recipes) for path in paths]

    def blank(at: int) -> bool:
        return not read[at].total and not read[at].aside and look_alike(paths[at], name) in (None, *paths)

    at = next((at for at in range(len(paths)) if not blank(at)), len(paths) - 1)
    return paths[at], read[at], read[:at] + read[at + 1 :]


def _is_received(table: RecordTable, path: Path, declared: bool, inputs: Path) -> bool:
    """Whether the table says something of its month: it has a record of it, good or refused, or the officer declares
    that there is none. Raises InputError where both are said, and where an empty table lies beside a look-alike."""
    shown = shown_folder(path, inputs)
    word = DECLARED.get(table.name, "")
    if table.total and declared:
        raise InputError(
            f"{table.month}/mois.toml dit {word} = true, et {shown} a {len(table.rows)} lignes du mois",
            "on ne peut pas savoir lequel est vrai, et aucune carte n’est produite",
            f"enlever {word} de mois.toml si les lignes sont justes, sinon sortir {path.name} du dossier",
        )
    if not table.total and (other := look_alike(path, table.name)):
        raise InputError(
            f"{shown} n’a aucune ligne du mois, et {other.name} à côté ressemble au tableau {table.name}",
            f"les cartes de {table.name} seraient faites sans ses lignes ; aucune carte n’est produite",
            f"supprimer {path.name} et renommer {other.name} en {table.name}{other.suffix.lower()}, si ce sont les "
            "données du mois ; sinon sortir ce fichier du dossier",
        )
    return bool(table.total) or declared


def _set_aside(other: RecordTable, own: RecordTable, month: Month, whole: bool) -> Finding:
    """The remark on a table whose lines of a month are not read, since the month has another: of the year, or beside it.
    whole: as in Finding."""
    count, path = other.total, own.files[0].path
    theirs = other.files[0].path
    of_year = not theirs.startswith(f"{month}/")
    what = f"le tableau {other.name} de l’année" if of_year else f"l’export {quote(theirs.split('/')[-1])}"
    has = f"{month} a le sien ({path}" if of_year else f"le tableau {other.name} aussi ({path}"
    problem = remark(
        f"{what} a {figures(count)} {agree(count, 'ligne')} {month.of_label}, et {has} : {figures(own.total)})",
        f"{'celui du mois' if of_year else path.split('/')[-1]} est lu seul ; {agree(count, 'la ligne', 'les lignes')} "
        f"de l’{'année' if of_year else 'export'} ne {agree(count, 'compte', 'comptent')} pas",
        f"sortir {path} du dossier du mois si {'le tableau de l’année' if of_year else 'l’export'} est le bon ; sinon "
        f"{'le confirmer' if of_year else f'sortir {theirs}'}",
        whole=whole,
    )
    return of_file(other.name, theirs, problem)


def _not_received(table: RecordTable, months: Sequence[Month]) -> Finding:
    """The remark on a table without a record of some months (none: of the year): it is no data, and no zero. table: as
    read for the last of them."""
    word = DECLARED.get(table.name)
    others = table.count_aside(OTHER_MONTH)
    named = listing([one.name for one in months[:-1]] + [one.label for one in months[-1:]])
    example = next((one.text for one in table.aside if one.kind == OTHER_MONTH), "")
    lines = (
        f" {of(named)} ({others} d’autres mois, par exemple {quote(example)})" if others and months else ""
    )
    where = f"{months[-1]}/mois.toml" if len(months) == 1 else "le mois.toml de chaque mois"
    consequence = "les cartes disent « aucune donnée reçue », non zéro"
    if table.name == "totaux_publies":
        consequence = "make check ne peut pas comparer les totaux"
    fix = "remplir le tableau, ou sortir le fichier du dossier"
    if word:
        fix = (
            f"si le mois n’a vraiment rien eu, écrire dans {where} : {word} = true ; sinon remplir le tableau"
        )
        fix += ", ou corriger l’année de ses dates si elle est fausse" if others else ""
    problem = remark(
        f"le tableau {table.name} n’a aucune ligne{lines}",
        f"il est pris pour un tableau qui n’a pas été reçu : {consequence}",
        fix,
    )
    return of_file(table.name, table.files[0].path, problem)


def _recipes(inputs: Path) -> tuple[tuple[Recipe, ...], tuple[InputFile, ...]]:
    path = recipe_path(inputs)
    if not path.is_file():
        return (), ()
    data, file = _opened(path, inputs)
    return read_recipes(data, file.path), (file,)


def _opened(path: Path, inputs: Path) -> tuple[bytes, InputFile]:
    """What a file that is no table holds, and its line in the manifest. Raises InputError where it cannot be opened."""
    shown = shown_folder(path, inputs)
    data = read_bytes(path, shown)
    return data, InputFile(shown, files.sha256_bytes(data), 0)


def _info(infos: dict[Month, MonthInfo], month: Month) -> MonthInfo:
    """The month's own words; the mark of an example if any month that is drawn is one, since annex 6 shows
    them all."""
    own = infos.get(month, DEFAULT)
    return dataclasses.replace(own, exemple=any(info.exemple for info in infos.values()))


def _no_info(month: Month) -> Finding:
    problem = remark(
        f"il n’y a pas de fichier {month}/mois.toml",
        "les cartes ne portent ni numéro de bulletin ni sources, et les données passent pour réelles",
        'l’écrire : bulletin = "n° 6, juin 2021", sources = "Cluster Protection Mali", exemple = false',
    )
    return of_file("mois", f"{month}/mois.toml", problem)


def _decisions(inputs: Path) -> tuple[tuple[Decision, ...], tuple[Finding, ...], tuple[InputFile, ...]]:
    path = tables_in(inputs, ("lieux",), inputs).get("lieux")
    if path is None:
        return (), (), ()
    decisions, findings, file = read_decisions(path, shown_folder(path, inputs))
    return decisions, findings, (file,)
