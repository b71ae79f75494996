"""The review list as the officer gives it back: CSV or workbook, whatever the spreadsheet made of it."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import InputError
from pipeline.places.cells import unsafe
from pipeline.places.names import name_key

NAMES = ("region", "cercle", "commune", "localite")
NEEDED = (*NAMES, "decision")


@dataclass(frozen=True)
class Answer:
    """One line of the review list. row: line in the file, header = 1. cells: column -> text, "" where empty."""

    file: str
    row: int
    cells: dict[str, str]

    @property
    def key(self) -> tuple[str, str, str, str]:
        """The names as written, as decisions are found by."""
        region, cercle, commune, localite = (name_key(self.cells[name]) for name in NAMES)
        return region, cercle, commune, localite


def read_answers(path: Path) -> list[Answer]:
    """The lines of one review list (.csv or .xlsx). Raises InputError where it is no such list."""
    try:
        grid = _workbook(path) if path.suffix.lower() == ".xlsx" else _text(path)
    except (OSError, ValueError, KeyError, csv.Error, zipfile.BadZipFile, UnicodeError) as error:
        raise InputError(
            f"{path} ne peut pas être lu ({type(error).__name__})",
            "aucune décision n'est reprise de ce fichier",
            "fermer le fichier s'il est ouvert, ou relancer « make » pour l'écrire à nouveau",
        ) from error
    header = [name_key(cell) for cell in grid[0]] if grid else []
    wanted = (*NEEDED, "decide_par", "note", *(f"{k}_{n}" for n in (1, 2, 3) for k in ("candidat", "code")))
    places = {name: header.index(name_key(name)) for name in wanted if name_key(name) in header}
    missing = [name for name in NEEDED if name not in places]
    if missing:
        raise InputError(
            f"{path} n'a pas la colonne {', '.join(missing)}",
            "aucune décision n'est reprise de ce fichier",
            f"garder l'en-tête de lieux-a-verifier : {', '.join(NEEDED)}",
        )
    answers = []
    for row, line in enumerate(grid[1:], start=2):
        cells = {name: _cell(line, at) for name, at in places.items()}
        answers.append(Answer(path.name, row, {name: cells.get(name, "") for name in wanted}))
    return answers


def kept_answers(paths: Iterable[Path]) -> dict[tuple[str, str, str, str], dict[str, str]]:
    """What the officer has already written in the lists that are about to be written anew, by names.

    A list that cannot be read has nothing to keep.
    """
    kept: dict[tuple[str, str, str, str], dict[str, str]] = {}
    for path in paths:
        if not path.is_file():
            continue
        try:
            answers = read_answers(path)
        except InputError:
            continue
        for answer in answers:
            written = {name: answer.cells[name] for name in ("decision", "decide_par", "note")}
            if any(written.values()):
                kept[answer.key] = written
    return kept


def _cell(line: Sequence[str], at: int) -> str:
    return unsafe(line[at].strip()) if at < len(line) else ""


def _text(path: Path) -> list[list[str]]:
    text = decoded(path.read_bytes())
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter(text)))


def decoded(content: bytes) -> str:
    """UTF-8 with or without a byte-order mark, else what Windows writes."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def delimiter(text: str) -> str:
    """Semicolon or comma or tab, whichever the header has most of."""
    header = text.splitlines()[0] if text else ""
    return max(",;\t", key=header.count)


def _workbook(path: Path) -> list[list[str]]:
    import openpyxl

    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    try:
        rows = book.worksheets[0].iter_rows(values_only=True)
        return [["" if cell is None else str(cell) for cell in row] for row in rows]
    finally:
        book.close()
