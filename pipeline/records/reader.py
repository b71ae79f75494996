"""One file to one table: read, understood, checked, its bad rows set aside with their reasons."""

from __future__ import annotations

import dataclasses
import gc
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.errors import InputError
from pipeline.french import agree, listing, number
from pipeline.month import Month
from pipeline.records import duplicates, lists
from pipeline.records.dates import DOUBTFUL, month_first
from pipeline.records.duplicates import finding
from pipeline.records.explain import explain, out_of_month
from pipeline.records.fields import FIELDS
from pipeline.records.problems import WHOLE_LINE, Problem, remark
from pipeline.records.recipe import DAY_FIRST, MONTH_FIRST, NO_RECIPE, SPLIT, Recipe
from pipeline.records.schemas import failures
from pipeline.records.source import Source, load
from pipeline.records.tables import OTHER_MONTH, Aside, Finding, InputFile, Table
from pipeline.records.text import quote
from pipeline.records.understand import Note, Understood, understand

_NUMBERS = ("latitude", "longitude", "count", "score", "total")
SEVERAL = 3
"""From so many rows on, a month of another year is taken for one that the file covers, not for a slip."""
FEW = 5
"""Up to so many rows (or one in twenty) of other months are told one by one: their dates may be slips."""
VALUE_SHOWN = 300
"""Characters of a bad value that a finding repeats."""


def read_table(
    path: Path, name: str, shown: str, month: Month | None, year: int, recipe: Recipe = NO_RECIPE
) -> Table:
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


def _read(path: Path, name: str, shown: str, month: Month | None, year: int, recipe: Recipe) -> Table:
    source = _as_told(load(path, name, shown, recipe), recipe)
    order = _month_first(source, name, month, recipe)
    understood = understand(source.texts, name, year, order)
    frame = _frame(understood.values, name, len(source.numbers))
    notes = understood.notes + _checked(frame, source, understood, name, month)
    other = _other_months(frame, month)
    notes = [note for note in notes if note.at not in other]
    notes += [Note(at, "date", source.texts["date"][at], problem) for at, problem in other.items() if problem]
    refused = {note.at for note in notes if note.problem.refused}
    kept = [at for at in range(len(source.numbers)) if at not in refused and at not in other]
    ids = {key: [one or "" for one in understood.values[key]] for key in ("id",) if key in understood.values}
    for at, column, problem in duplicates.within(name, {**source.texts, **ids}, source.numbers, kept):
        notes.append(Note(at, column, source.texts[column][at], problem))
        refused.add(at)
    rows = frame.assign(
        row=pd.Series(source.numbers, dtype="int64"), file=pd.Series(source.labels, dtype=object)
    )
    left = refused | other.keys()
    if left:
        rows = rows[[at not in left for at in range(len(rows))]].reset_index(drop=True)
    aside = [
        Aside(source.labels[at], source.numbers[at], OTHER_MONTH, source.texts["date"][at], OTHER_MONTH)
        for at in sorted(other)
    ]
    findings = _findings(notes, source, name, _of_other_months(frame, other))
    files = (InputFile(shown, source.sha256, source.total),)
    return Table(name, month, rows, findings, files, (*source.aside, *aside))


def _as_told(source: Source, recipe: Recipe) -> Source:
    """The texts with the answers that a recipe translates, and one line for each of several answers where it says
    so. The lines that one line becomes keep its number; their ids are told apart."""
    texts = {
        name: [recipe.translated(name, cell) for cell in column] if name in recipe.values else column
        for name, column in source.texts.items()
    }
    if recipe.choices != SPLIT or "type" not in texts:
        return dataclasses.replace(source, texts=texts)
    several = {cell: lists.several_types(cell) for cell in set(texts["type"])}
    picked = [(at, kind) for at, cell in enumerate(texts["type"]) for kind in several[cell] or ("",)]
    out = {name: [column[at] for at, _ in picked] for name, column in texts.items()}
    rank = 0
    for new, (at, kind) in enumerate(picked):
        rank = rank + 1 if new and picked[new - 1][0] == at else 1
        if kind:
            out["type"][new], out["categorie"][new] = kind, lists.CATEGORY_OF_TYPE[kind]
            out["id"][new] = f"{out['id'][new]}-{rank}" if out["id"][new] else ""
    return dataclasses.replace(
        source,
        texts=out,
        numbers=[source.numbers[at] for at, _ in picked],
        labels=[source.labels[at] for at, _ in picked],
    )


def _month_first(source: Source, table: str, month: Month | None, recipe: Recipe) -> bool:
    """The order of the file's dates. Raises InputError, one question for the file, where it cannot be known."""
    if "date" not in source.texts or recipe.order:
        return recipe.order == MONTH_FIRST
    found = month_first(source.texts["date"], month)
    if found != DOUBTFUL or month is None:
        return bool(found)
    example = next(text for text in source.texts["date"] if text)
    raise InputError(
        f"{source.file} : les dates, par exemple {quote(example)}, sont {month.of} {month.year} si le mois est écrit "
        "avant le jour, et d'autres mois sinon",
        "rien dans le fichier ne dit lequel est vrai, et aucune carte n'est produite",
        f"si le mois est écrit avant le jour, écrire dans inputs/colonnes.toml : [[{table}]] puis, à la ligne, "
        f'ordre_des_dates = "{MONTH_FIRST}" ; sinon ordre_des_dates = "{DAY_FIRST}"',
    )


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
    """One remark that counts the rows of each other month."""
    if not other:
        return []
    tally = Counter(Month(frame["date"][at].year, frame["date"][at].month) for at in other)
    each = listing([f"{month.label} ({number(tally[month])})" for month in sorted(tally)])
    return [
        remark(
            f"{number(len(other))} {agree(len(other), 'ligne est', 'lignes sont')} d'autres mois : {each}",
            f"{agree(len(other), 'elle est comptée', 'elles sont comptées')} à part, et sur aucune carte du mois",
            "rien à faire si le fichier couvre plusieurs mois ; sinon corriger les dates",
        )
    ]


def _frame(values: dict[str, list[Any]], table: str, size: int) -> pd.DataFrame:
    """The values as a table: numbers as float64, everything else as object, so that None stays None."""
    kinds = {field.name: field.kind for field in FIELDS[table]}
    order = [field.name for field in FIELDS[table] if field.name in values]
    columns = {
        name: pd.Series(values[name], dtype="float64" if kinds[name] in _NUMBERS else object)
        for name in order
    }
    return pd.DataFrame(columns, index=range(size))


def empty_rows(table: str) -> pd.DataFrame:
    """The rows of a table that has none: its columns, with their types."""
    values: dict[str, list[Any]] = {one.name: [] for one in FIELDS[table] if one.kind != "question"}
    return _frame(values, table, 0).assign(row=pd.Series([], dtype="int64"), file=pd.Series([], dtype=object))


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


def _findings(notes: list[Note], source: Source, table: str, more: Sequence[Problem]) -> tuple[Finding, ...]:
    """Every problem at its line, in the order of the file, then of the columns."""
    rank = {field.name: at for at, field in enumerate(FIELDS[table])}
    identity = source.texts.get("id", source.texts.get("id_rapport"))
    whole = [
        finding(table, source.file, source.header_line, "", header, header, problem)
        for header, problem in source.remarks
    ]
    whole += [finding(table, source.file, source.header_line, "", "", "", problem) for problem in more]
    bad = [
        finding(table, label, line, "", WHOLE_LINE, text, problem)
        for label, line, text, problem in source.bad_lines
    ]
    told = [
        finding(
            table,
            source.labels[note.at],
            source.numbers[note.at],
            identity[note.at] if identity else "",
            source.written.get(note.column, note.column or WHOLE_LINE),
            note.text[:VALUE_SHOWN],
            note.problem,
        )
        for note in sorted(notes, key=lambda note: (note.at, rank.get(note.column, -1)))
    ]
    order = {label: at for at, label in enumerate(dict.fromkeys(source.labels))}
    return (*whole, *sorted([*bad, *told], key=lambda one: (order.get(one.file, 0), one.row)))
