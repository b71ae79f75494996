"""One file to one table: read, understood, checked, its bad rows set aside with their reasons."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.month import Month
from pipeline.records import duplicates
from pipeline.records.duplicates import finding
from pipeline.records.explain import explain
from pipeline.records.fields import FIELDS
from pipeline.records.problems import WHOLE_LINE, Problem
from pipeline.records.schemas import failures
from pipeline.records.source import Source, load
from pipeline.records.tables import MONTHLY_TABLES, Finding, InputFile, Table
from pipeline.records.understand import Note, Understood, understand

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
    for at, column, problem in duplicates.within(name, {**source.texts, **ids}, source.numbers, kept):
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
