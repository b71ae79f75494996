"""From a folder to read tables: the files of a month, the right sheet, the header, the rows and their findings."""

from __future__ import annotations

import dataclasses
import gc
import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline import files
from pipeline.errors import InputError
from pipeline.french import plain
from pipeline.month import Month
from pipeline.records.columns import (
    FIELDS,
    FILES,
    Columns,
    header_score,
    match_headers,
    missing_columns,
    require_columns,
)
from pipeline.records.explain import explain
from pipeline.records.files import Grid, filled, header_index, is_workbook, read_csv, read_xlsx
from pipeline.records.schemas import failures
from pipeline.records.tables import (
    MONTHLY_TABLES,
    WHOLE_LINE,
    Decision,
    Finding,
    InputFile,
    Inputs,
    MonthInfo,
    Problem,
    Table,
    clean,
    clean_column,
    code,
    header_key,
    quote,
    refusal,
    remark,
)
from pipeline.records.values import Note, Understood, understand

# From a file to the lines of its table: the right sheet, the header, the rows below it, as clean text.


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
        grids = [read_csv(data, lambda cells: header_score(cells, table))]
    grid, index, unread = _choose(grids, table, shown)
    cells = grid.lines[index] if grid.lines else []
    columns = match_headers(cells, table, shown)
    require_columns(columns, cells, table, shown)
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
    found = [(grid, *header_index(grid, lambda cells: header_score(cells, table))) for grid in grids]
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
        return not missing_columns(match_headers(cells, table, ""), table)
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
        "totaux_publies": ("month", "table", "name"),
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
    line = numbers[first]
    same = all(column[first] == column[at] for column in texts.values())
    if same:
        return refusal(
            table,
            f"cette ligne répète mot pour mot la ligne {line}",
            f"supprimer l'une des deux ; si ce sont deux faits, les distinguer ({_telling(table)})",
        )
    differing = [name for name, column in texts.items() if column[first] != column[at]]
    shown = ", ".join(
        f"{name} {quote(texts[name][first], 40)} puis {quote(texts[name][at], 40)}" for name in differing[:3]
    )
    what = f"l'id {quote(texts['id'][at])}" if table == "incidents" else "la même chose"
    return refusal(
        table,
        f"la ligne {line} porte déjà {what}, avec d'autres valeurs ({shown})",
        f"garder la bonne des deux lignes ; si ce sont deux faits, les distinguer ({_telling(table)})",
    )


def _telling(table: str) -> str:
    return {
        "incidents": "un id différent à chaque violation",
        "alertes_flash": "par la localité ou la description",
        "indice_risque": "une seule ligne par commune ; deux communes de même nom par leur P-code",
        "couverture": "une ligne par commune et partenaire",
        "totaux_publies": "un seul total par mois, tableau et nom",
    }[table]


def duplicates_across(tables: dict[Month, Table]) -> dict[Month, Table]:
    """Refuse each incident whose id an earlier month already holds (see RESTART for the exception)."""
    seen: dict[str, tuple[str, int]] = {}
    out = {}
    for month in sorted(tables):
        table = tables[month]
        ids = list(table.rows["id"])
        again = [at for at, one in enumerate(ids) if one in seen]
        if len(again) >= RESTART and 2 * len(again) > len(ids):
            out[month] = dataclasses.replace(
                table, findings=(_restarted(table, ids[again[0]], seen), *table.findings)
            )
        elif again:
            out[month] = _without(table, again, seen)
        else:
            out[month] = table
        for one, line in zip(out[month].rows["id"], out[month].rows["row"], strict=True):
            seen.setdefault(one, (table.files[0].path, int(line)))
    return out


def _without(table: Table, again: list[int], seen: dict[str, tuple[str, int]]) -> Table:
    rows = table.rows
    added = []
    for at in again:
        one = rows["id"].iat[at]
        file, line = seen[one]
        problem = refusal(
            "incidents",
            f"l'id {quote(one)} est déjà celui de la ligne {line} de {file}",
            "si c'est la même violation, supprimer l'une des deux lignes ; sinon lui donner un id qu'aucune "
            "violation de l'année ne porte",
        )
        added.append(
            finding(table.name, table.files[0].path, int(rows["row"].iat[at]), one, "id", one, problem)
        )
    left = rows.drop(index=rows.index[again]).reset_index(drop=True)
    findings = sorted((*table.findings, *added), key=lambda one: one.row)
    return dataclasses.replace(table, rows=left, findings=tuple(findings))


def _restarted(table: Table, example: str, seen: dict[str, tuple[str, int]]) -> Finding:
    file, line = seen[example]
    problem = remark(
        f"la plupart des id sont déjà ceux d'un mois précédent (par exemple {quote(example)}, ligne {line} de {file})",
        "la numérotation semble recommencer chaque mois : les lignes sont comptées, leurs dates étant du mois",
        "mettre le mois dans l'id, par exemple 2021-06-0001, pour qu'un doublon se voie",
    )
    return finding(table.name, table.files[0].path, 1, "", "id", example, problem)


def finding(table: str, file: str, row: int, id_: str, column: str, value: str, problem: Problem) -> Finding:
    """A problem at its row."""
    return Finding(
        table, file, row, id_, column, value, problem.problem, problem.consequence, problem.fix, problem.refused
    )  # fmt: skip


# One file to one table: read, understood, checked, its bad rows set aside with their reasons.


_NUMBERS = ("latitude", "longitude", "count", "score", "total")
VALUE_SHOWN = 300
"""Characters of a bad value that a finding repeats."""


def read_table(path: Path, name: str, shown: str, month: Month | None, year: int) -> Table:
    """Read one file as the table `name`.

    shown: path relative to the inputs, as printed. month: that dates must lie in, None for the year's
    tables. Raises InputError where the file as a whole is no such table; a bad row never raises.
    """
    with _collector_paused():
        return _read(path, name, shown, month, year)


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


def _read(path: Path, name: str, shown: str, month: Month | None, year: int) -> Table:
    source = load(path, name, shown)
    understood = understand(source.texts, name, year)
    frame = _frame(understood.values, name, len(source.numbers))
    notes = understood.notes + _checked(frame, source, understood, name, month)
    refused = {note.at for note in notes if note.problem.refused}
    kept = [at for at in range(len(source.numbers)) if at not in refused]
    ids = {key: [one or "" for one in understood.values[key]] for key in ("id",) if key in understood.values}
    for at, column, problem in duplicates_within(name, {**source.texts, **ids}, source.numbers, kept):
        notes.append(Note(at, column, source.texts[column][at], problem))
        refused.add(at)
    rows = frame.assign(
        row=pd.Series(source.numbers, dtype="int64"), file=pd.Series([shown] * len(frame), dtype=object)
    )
    if refused:
        rows = rows[[at not in refused for at in range(len(rows))]].reset_index(drop=True)
    return Table(
        name, month, rows, _findings(notes, source, name), (InputFile(shown, source.sha256, source.total),)
    )  # fmt: skip


def _frame(values: dict[str, list[Any]], table: str, size: int) -> pd.DataFrame:
    """The values as a table: numbers as float64, everything else as object, so that None stays None."""
    kinds = {field.name: field.kind for field in FIELDS[table]}
    order = [field.name for field in FIELDS[table] if field.name in values]
    columns = {
        name: pd.Series(values[name], dtype="float64" if kinds[name] in _NUMBERS else object)
        for name in order
    }
    return pd.DataFrame(columns, index=range(size))


def _checked(
    frame: pd.DataFrame, source: Source, understood: Understood, table: str, month: Month | None
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
    return notes + _missing_places(frame, source, table, {note.at for note in notes if not note.column})


def _missing_places(frame: pd.DataFrame, source: Source, table: str, nowhere: set[int]) -> list[Note]:
    """A remark on each row that lacks its region or cercle but says otherwise where it is."""
    if table not in ("incidents", "alertes_flash", "indice_risque", "couverture"):
        return []
    notes = []
    for column in ("region", "cercle"):
        empty = [at for at, text in enumerate(source.texts[column]) if not text and at not in nowhere]
        notes += [Note(at, column, "", _unplaced(column)) for at in empty]
    return notes


def _unplaced(column: str) -> Problem:
    word = "la région" if column == "region" else "le cercle"
    return Problem(
        f"{column} est vide",
        f"la ligne est placée par ce qui reste, au niveau qui est certain, sans {word}",
        f"remplir {word}",
        refused=False,
    )


def _no_rows() -> Problem:
    return Problem(
        "le tableau n'a aucune ligne sous ses titres",
        "les cartes disent zéro, ce qui n'est pas « pas de données »",
        "si les données du mois ne sont pas encore là, sortir le fichier du dossier ; sinon il n'y a rien à faire",
        refused=False,
    )


def _findings(notes: list[Note], source: Source, table: str) -> tuple[Finding, ...]:
    """Every problem at its line, in the order of the file, then of the columns."""
    rank = {field.name: at for at, field in enumerate(FIELDS[table])}
    identity = source.texts.get("id", source.texts.get("id_rapport"))
    whole = [
        finding(table, source.file, source.header_line, "", header, header, problem)
        for header, problem in source.remarks
    ]
    if not source.total and table in MONTHLY_TABLES:
        whole.append(finding(table, source.file, source.header_line, "", "", "", _no_rows()))
    bad = [
        finding(table, source.file, line, "", WHOLE_LINE, text, problem)
        for line, text, problem in source.bad_lines
    ]
    told = [
        finding(
            table,
            source.file,
            source.numbers[note.at],
            identity[note.at] if identity else "",
            source.written.get(note.column, note.column or WHOLE_LINE),
            note.text[:VALUE_SHOWN],
            note.problem,
        )
        for note in sorted(notes, key=lambda note: (note.at, rank.get(note.column, -1)))
    ]
    return (*whole, *sorted([*bad, *told], key=lambda one: one.row))


# Which file holds which table: by its name, whatever its case, accents or extension.


READABLE = (".csv", ".xlsx", ".xlsm", ".tsv", ".txt")
SPREADSHEETS = (
    *READABLE,
    ".xls",
    ".ods",
    ".xlsb",
    ".pdf",
    ".html",
    ".htm",
    ".doc",
    ".docx",
    ".numbers",
    ".zip",
)
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


def tables_in(folder: Path, wanted: tuple[str, ...], inputs: Path) -> dict[str, Path]:
    """Table -> its file, for the tables of `wanted` that are there.

    Raises InputError where two files claim one table, or where a table is absent and a file's name looks
    like a slip for it (an absent table would be drawn as "no data", which must not happen by a slip).
    """
    files = _candidates(folder)
    keys = {header_key(name): table for table in wanted for name in (table, *FILES[table])}
    found: dict[str, list[Path]] = {}
    for path in files:
        table = keys.get(header_key(path.stem))
        if table is not None:
            found.setdefault(table, []).append(path)
    for table, paths in found.items():
        if len(paths) > 1:
            raise _two_files(table, paths, inputs)
    claimed = {path for paths in found.values() for path in paths}
    for path in files:
        if path not in claimed and (table := _resembles(path, [one for one in wanted if one not in found])):
            raise InputError(
                f"{shown_folder(path, inputs)} n'est pas un nom de tableau connu, et il n'y a pas de fichier {table}",
                f"les cartes de {table} seraient faites sans données ; aucune carte n'est produite",
                f"le renommer {table}{path.suffix.lower()} si c'est ce tableau, sinon le sortir du dossier ; noms "
                f"connus : {', '.join(wanted)} (en .csv ou .xlsx)",
            )
    return {table: found[table][0] for table in wanted if table in found}


def leftover_files(folder: Path, read: dict[str, Path], inputs: Path) -> list[Finding]:
    """A remark on each file that is not read although its name resembles a table that is ("incidents (1).csv"):
    it may be the newer one."""
    found = []
    for path in _candidates(folder):
        if path not in read.values() and (table := _resembles(path, sorted(read))):
            name = shown_folder(path, inputs)
            problem = remark(
                f"le fichier {quote(path.name)} ressemble au tableau {table}",
                f"il n'est pas lu ; seul {quote(read[table].name)} l'est",
                "ne garder dans le dossier que le bon fichier",
            )
            found.append(finding(table, name, 0, "", "", "", problem))
    return found


def shown_folder(path: Path, inputs: Path) -> str:
    """The path as messages and the manifest print it: relative to the inputs, with "/"."""
    return path.relative_to(inputs).as_posix()


def _candidates(folder: Path) -> list[Path]:
    """Files that may be tables, sorted; not the locks and hidden files that spreadsheets leave."""
    if not folder.is_dir():
        return []
    return sorted(
        path
        for path in folder.iterdir()
        if path.is_file()
        and not path.name.startswith((".", "~"))
        and path.suffix.lower() in SPREADSHEETS
    )  # fmt: skip


def _resembles(path: Path, absent: list[str]) -> str | None:
    """The absent table that a file name may stand for: "incidents (1)", "incident_juin", "Alertes-falsh"."""
    from rapidfuzz import fuzz

    key = header_key(path.stem)
    for table in absent:
        for name in (table, *FILES[table]):
            wanted = header_key(name)
            if wanted in key or fuzz.ratio(wanted, key) >= 80:
                return table
    return None


def _two_files(table: str, paths: list[Path], inputs: Path) -> InputError:
    names = " et ".join(quote(shown_folder(path, inputs)) for path in paths)
    return InputError(
        f"deux fichiers portent le tableau {table} : {names}",
        "on ne peut pas savoir lequel est le bon, et aucune carte n'est produite",
        f"ne garder que le bon dans le dossier {shown_folder(paths[0].parent, inputs)}/, et sortir l'autre",
    )


# lieux.csv: what the officer decided about names that no rule could settle.


NOT_FOUND = "introuvable"
_PCODE = re.compile(r"[A-Z]{2,3}\d{2,8}")


def read_decisions(path: Path, shown: str) -> tuple[tuple[Decision, ...], tuple[Finding, ...], InputFile]:
    """The decisions of one file, what was wrong with others, and the file.

    Of two decisions on the same names the later line counts, since the file is written by adding lines.
    Whether a P-code exists is for places to say. Raises InputError where the file is no such table.
    """
    source = load(path, "lieux", shown)
    findings = [
        finding("lieux", shown, line, "", WHOLE_LINE, text, problem)
        for line, text, problem in source.bad_lines
    ]
    findings += [
        finding("lieux", shown, source.header_line, "", h, h, problem) for h, problem in source.remarks
    ]
    latest: dict[tuple[str, ...], Decision] = {}
    names = ("region", "cercle", "commune", "localite")
    for at, line in enumerate(source.numbers):
        cells = {name: column[at] for name, column in source.texts.items()}
        pcode, problem = _pcode(cells["pcode"], [cells[name] for name in names])
        if problem is not None:
            findings.append(finding("lieux", shown, line, "", "pcode", cells["pcode"][:300], problem))
            continue
        key = tuple(plain(cells[name]) for name in names)
        earlier = latest.pop(key, None)
        if earlier is not None and earlier.pcode != pcode:
            findings.append(finding("lieux", shown, line, "", "pcode", pcode, _changed(earlier, pcode)))
        latest[key] = Decision(**{**cells, "pcode": pcode}, row=line)
    found = tuple(sorted(latest.values(), key=lambda one: one.row))
    ordered = tuple(sorted(findings, key=lambda one: one.row))
    return found, ordered, InputFile(shown, source.sha256, source.total)


def _pcode(text: str, names: list[str]) -> tuple[str, Problem | None]:
    bare = code(text).replace(" ", "")
    if plain(text) == NOT_FOUND:
        pcode = NOT_FOUND
    elif _PCODE.fullmatch(bare.upper()):
        pcode = bare.upper()
    else:
        said = f"le P-code {quote(text)} n'a pas la forme d'un P-code" if text else "le P-code est vide"
        return "", refusal("lieux", said, f"écrire un P-code, par exemple ML050304, ou {NOT_FOUND}")
    if not any(names):
        return "", refusal(
            "lieux", "aucun nom n'est donné", "recopier les noms tels que le tableau les écrit"
        )
    return pcode, None


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
}  # fmt: skip


def parse_info(data: bytes, shown: str) -> MonthInfo:
    """Read the bytes of a mois.toml. Raises InputError on anything that it cannot be sure of: a word
    misspelt here could take the mark "DONNÉES D'EXEMPLE" off every map."""
    try:
        text = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    try:
        found = tomllib.loads(text.replace("\r\n", "\n"))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise _wrong(f"{shown} est mal écrit ({error})") from None
    known: dict[str, Any] = {}
    for key, value in found.items():
        name = _KEYS.get(header_key(key))
        if name is None:
            raise _wrong(f"{shown} : le mot {quote(key)} n'est pas connu")
        if name in known:
            raise _wrong(f"{shown} : {quote(name)} est donné deux fois")
        known[name] = value
    exemple = known.get("exemple", False)
    if not isinstance(exemple, bool):
        raise _wrong(f"{shown} : exemple = {exemple!r} n'est ni true ni false")
    return MonthInfo(_words(known, "bulletin", shown), _words(known, "sources", shown), exemple)


def _words(known: dict[str, Any], name: str, shown: str) -> str:
    value = known.get(name, "")
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        value = " ; ".join(value)
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise _wrong(f"{shown} : {name} n'est pas un texte")
    return clean(str(value))[:500]


def _wrong(problem: str) -> InputError:
    return InputError(
        problem,
        "le numéro du bulletin, les sources ou la mention « DONNÉES D'EXEMPLE » manqueraient sur les cartes ; "
        "aucune carte n'est produite",
        'écrire trois lignes : bulletin = "n° 6, juin 2021" ; sources = "Cluster Protection Mali" ; '
        "exemple = false (true si les données sont une reconstruction)",
    )


# Everything the officer put in, for one month and the months of its year before it.


def latest_month(inputs: Path) -> Month:
    """The last month that has a folder in `inputs`. Raises InputError where there is none."""
    months = months_in(inputs)
    if not months:
        raise InputError(
            f"il n'y a aucun dossier de mois dans {inputs}",
            "aucune carte n'est produite, faute de données",
            "y mettre un dossier par mois, nommé comme 2021-06, avec les tableaux reçus",
        )
    return months[-1]


def read_inputs(inputs: Path, month: Month) -> Inputs:
    """Read the tables of `month`, of the months of its year before it, and of the year.

    A month or a table that has no file is absent from the result ("no data"), which is not the same as a
    file without rows (zero). Raises InputError where the month itself has no folder, or where a file as a
    whole is unusable; bad rows become findings.
    """
    months = months_in(inputs)
    if month not in months:
        there = ", ".join(str(one) for one in months) or "aucun"
        raise InputError(
            f"il n'y a pas de dossier {month} dans {inputs}",
            f"aucune carte n'est produite pour {month.label}",
            f"y mettre les tableaux du mois, ou choisir un mois qui est là avec MONTH= : {there}",
        )
    tables: dict[str, dict[Month, Table]] = {name: {} for name in MONTHLY}
    read: list[InputFile] = []
    told: list[Finding] = []
    infos: dict[Month, MonthInfo] = {}
    for one in (one for one in month.year_to_date() if one in months):
        place = inputs / str(one)
        paths = tables_in(place, MONTHLY, inputs)
        told += leftover_files(place, paths, inputs)
        for name, path in paths.items():
            table = read_table(path, name, shown_folder(path, inputs), one, one.year)
            tables[name][one] = table
            read += table.files
        info = place / "mois.toml"
        if info.is_file():
            data = read_bytes(info, shown_folder(info, inputs))
            infos[one] = parse_info(data, shown_folder(info, inputs))
            read.append(InputFile(shown_folder(info, inputs), files.sha256_bytes(data), 0))
    if month not in infos:
        told.append(_no_info(month))
    paths = tables_in(inputs / str(month.year), YEARLY, inputs)
    told += leftover_files(inputs / str(month.year), paths, inputs)
    yearly = {
        name: read_table(path, name, shown_folder(path, inputs), None, month.year)
        for name, path in paths.items()
    }
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
        files=(*read, *decided),
        findings=(*told, *findings),
    )


def _info(infos: dict[Month, MonthInfo], month: Month) -> MonthInfo:
    """The month's own words; the mark of an example if any month that is drawn is one, since annex 6 shows
    them all."""
    own = infos.get(month, DEFAULT)
    return MonthInfo(own.bulletin, own.sources, any(info.exemple for info in infos.values()))


def _no_info(month: Month) -> Finding:
    problem = remark(
        f"il n'y a pas de fichier {month}/mois.toml",
        "les cartes ne portent ni numéro de bulletin ni sources, et les données passent pour réelles",
        'l\'écrire : bulletin = "n° 6, juin 2021", sources = "Cluster Protection Mali", exemple = false',
    )
    return finding("mois", f"{month}/mois.toml", 0, "", "", "", problem)


def _decisions(inputs: Path) -> tuple[tuple[Decision, ...], tuple[Finding, ...], tuple[InputFile, ...]]:
    path = tables_in(inputs, ("lieux",), inputs).get("lieux")
    if path is None:
        return (), (), ()
    decisions, findings, file = read_decisions(path, shown_folder(path, inputs))
    return decisions, findings, (file,)
