"""From a file to the lines of its table: the right sheet, the header, the rows below it, as clean text."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from pipeline import files
from pipeline.errors import InputError
from pipeline.records.columns import Columns, match, missing, require, score
from pipeline.records.fields import FIELDS
from pipeline.records.files import read_csv
from pipeline.records.grid import Grid, filled, header_index
from pipeline.records.problems import Problem, refusal, remark
from pipeline.records.sniff import is_workbook
from pipeline.records.text import clean_column, quote
from pipeline.records.xlsx_file import read_xlsx

MAX_BYTES = 200_000_000


@dataclass(frozen=True)
class Source:
    """The rows of one file, not yet understood.

    texts: column -> clean cell of each sound row ("" where empty or where the column is not there).
    numbers: line of each sound row as the officer sees it. written: column -> header as written.
    bad_lines: (line, its text, why) of the rows that could not be cut into cells. header_line: line of the
    header. remarks: (header or sheet, what the officer should know of the file as a whole).
    """

    file: str
    sha256: str
    header_line: int
    texts: dict[str, list[str]]
    numbers: list[int]
    written: dict[str, str]
    bad_lines: tuple[tuple[int, str, Problem], ...]
    remarks: tuple[tuple[str, Problem], ...]

    @property
    def total(self) -> int:
        """Rows in the file: sound and bad."""
        return len(self.numbers) + len(self.bad_lines)


def load(path: Path, table: str, shown: str) -> Source:
    """Read one file as `table`. shown: its path as printed. Raises InputError where it is no such table."""
    data = read_bytes(path, shown)
    if is_workbook(data, shown):
        grids = read_xlsx(data, shown)
    else:
        grids = [read_csv(data, lambda cells: score(cells, table))]
    grid, index, unread = _choose(grids, table, shown)
    cells = grid.lines[index] if grid.lines else []
    columns = match(cells, table, shown)
    require(columns, cells, table, shown)
    texts, numbers, bad = _rows(grid, index, columns, table)
    remarks = [(header, _doubt(header, name)) for header, name in columns.doubtful]
    remarks += [(sheet, _second_sheet(sheet, grid.name)) for sheet in unread]
    return Source(
        shown, files.sha256_bytes(data), index + 1, texts, numbers, columns.written, tuple(bad), tuple(remarks)
    )  # fmt: skip


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
        raise InputError(
            f"{shown} ne peut pas être ouvert ({error.strerror or type(error).__name__})",
            "aucune de ses lignes ne peut être comptée, et aucune carte n'est produite",
            "fermer le fichier s'il est ouvert dans Excel, et vérifier qu'on a le droit de le lire",
        ) from None


def _choose(grids: list[Grid], table: str, shown: str) -> tuple[Grid, int, list[str]]:
    """(sheet, index of its header, other sheets that look like the table and are not read).

    The first sheet with every required column, else the one that comes nearest.
    """
    if not any(grid.lines for grid in grids):
        raise InputError(
            f"{shown} est vide : aucune feuille visible ne contient de ligne",
            "on ne peut pas savoir s'il n'y a rien eu ou si l'envoi a échoué ; aucune carte n'est produite",
            "remettre le fichier reçu ; s'il n'y a vraiment rien eu, garder la seule ligne des titres de "
            "colonnes ; si le tableau n'est pas encore arrivé, supprimer le fichier",
        )
    found = [(grid, *header_index(grid, lambda cells: score(cells, table))) for grid in grids]
    whole = [
        entry
        for entry in found
        if entry[2] and _is_whole(entry[0].lines[entry[1]], table)
    ]  # fmt: skip
    if whole:
        return whole[0][0], whole[0][1], [grid.name for grid, *_ in whole[1:]]
    grid, index, _ = max(found, key=lambda entry: entry[2])
    return grid, index, []


def _is_whole(cells: list[str], table: str) -> bool:
    try:
        return not missing(match(cells, table, ""), table)
    except InputError:
        return True  # two columns for one name: the right sheet, and match() will say what is wrong with it


def _rows(
    grid: Grid, index: int, columns: Columns, table: str
) -> tuple[dict[str, list[str]], list[int], list[tuple[int, str, Problem]]]:
    """(texts, line numbers, bad lines) below the header. Lines without any text are skipped."""
    lines = filled(grid, index)
    width = len(lines[index])
    sound: list[list[str]] = []
    numbers: list[int] = []
    bad: list[tuple[int, str, Problem]] = []
    for at in range(index + 1, len(lines)):
        cells = lines[at]
        if not cells or not any(cell and not cell.isspace() for cell in cells):
            continue
        if at in grid.broken:
            bad.append((at + 1, cells[0][:300], _unreadable(table, grid.broken[at])))
        elif grid.ragged and len(cells) > width and any(cell.strip() for cell in cells[width:]):
            bad.append((at + 1, ", ".join(cells)[:300], _too_long(table, len(cells), width)))
        else:
            sound.append(cells)
            numbers.append(at + 1)
    # Turned as a whole: a hundred thousand lines take a tenth of a second.
    by_column = list(zip_longest(*sound, fillvalue=""))
    nothing = ("",) * len(sound)
    places = {field.name: columns.positions.get(field.name, len(by_column)) for field in FIELDS[table]}
    texts = {
        name: clean_column(by_column[place] if place < len(by_column) else nothing)
        for name, place in places.items()
    }
    return (*_without_empty(texts, numbers, columns), bad)


def _without_empty(
    texts: dict[str, list[str]], numbers: list[int], columns: Columns
) -> tuple[dict[str, list[str]], list[int]]:
    """Leave out the lines that hold text only outside the table's columns: a note beside it, no row of it."""
    kept = [any(cells) for cells in zip(*(texts[name] for name in columns.positions), strict=True)]
    if all(kept):
        return texts, numbers
    chosen = [at for at, keep in enumerate(kept) if keep]
    left = {name: [cells[at] for at in chosen] for name, cells in texts.items()}
    return left, [numbers[at] for at in chosen]


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


def _second_sheet(sheet: str, read: str) -> Problem:
    return remark(
        f"la feuille {quote(sheet)} a les mêmes colonnes que {quote(read)}",
        f"seule la feuille {quote(read)} est lue",
        "mettre toutes les lignes du mois dans une seule feuille, et supprimer ou masquer l'autre",
    )
