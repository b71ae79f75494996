"""Which column is which: the header line, whatever its spelling, and clear words where one is missing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from pipeline.errors import InputError
from pipeline.records.fields import FIELDS, QUESTIONS
from pipeline.records.synonyms import HEADERS, LAST_RESORT
from pipeline.records.text import clean, header_key, quote

_QUESTION = re.compile(r"\s*q(?:uestion)?[\s_.]*0?(\d{1,2})\s*[.:)\-–]", re.IGNORECASE)


@dataclass(frozen=True)
class Columns:
    """positions: column of the table -> its place in the line (from 0). written: column -> header as written.
    doubtful: (header not recognised, column it resembles)."""

    positions: dict[str, int]
    written: dict[str, str]
    doubtful: tuple[tuple[str, str], ...] = ()


@lru_cache(maxsize=16)
def _keys(table: str) -> dict[str, str]:
    """header_key -> column, for one table."""
    spellings = HEADERS[table]
    keys: dict[str, str] = {}
    for field in FIELDS[table]:
        for spelling in spellings.get(field.name, ()):
            keys.setdefault(header_key(spelling), field.name)
    # A column's own name always wins over another's synonym.
    keys.update({header_key(field.name): field.name for field in FIELDS[table]})
    return keys


@lru_cache(maxsize=4096)
def _column(header: str, table: str) -> str | None:
    """The column that one header names, or None. A form's group ("victime/sexe") may stand before it.

    Headers that begin with "_" are a form's own additions, never the table's.
    """
    header = clean(header)
    if not header or header.startswith("_") or header == "meta/instanceID":
        return None
    keys = _keys(table)
    found = keys.get(header_key(header))
    if found is None and "/" in header:
        last = header.rsplit("/", 1)[1]
        found = None if last.startswith("_") else keys.get(header_key(last))
    if found is None and (question := _QUESTION.match(header)) and f"q{question[1]}" in keys:
        found = f"q{question[1]}"
    return found


def score(cells: Sequence[str], table: str) -> int:
    """How many different columns of `table` these cells name: 0 for a line that is no header."""
    return len({found for cell in cells if (found := _column(cell, table))})


def missing(columns: Columns, table: str) -> list[str]:
    """The required columns that are not there, as the officer would write them."""
    absent = [f.name for f in FIELDS[table] if f.required and f.name not in columns.positions]
    if table == "indice_risque" and "score" not in columns.positions:
        lacking = [q.name for q in QUESTIONS if q.name not in columns.positions]
        if len(lacking) == len(QUESTIONS):
            absent.append("score (ou q1 à q15)")
        else:
            absent += lacking
    return absent


def match(cells: Sequence[str], table: str, shown: str) -> Columns:
    """The columns of a header line. Raises InputError where two headers name one column."""
    positions: dict[str, int] = {}
    written: dict[str, str] = {}
    unknown: list[str] = []
    for at, cell in enumerate(cells):
        name = _column(cell, table)
        header = clean(cell)
        if name is None:
            unknown.append(header)
        elif name in positions:
            raise _twice(shown, name, (written[name], positions[name]), (header, at))
        else:
            positions[name], written[name] = at, header
    for name, headers in LAST_RESORT.items():
        if name in positions or name not in _keys(table).values():
            continue
        names = [clean(cell).casefold() for cell in cells]
        for header in headers:
            # Forms repeat a column's name behind its group.
            at = next(
                (i for i, n in enumerate(names) if n == header.casefold() or n.endswith("/" + header)), -1
            )
            if at >= 0:
                positions[name], written[name] = at, clean(cells[at])
                break
    return Columns(positions, written, _doubtful(unknown, positions, table))


def require(columns: Columns, cells: Sequence[str], table: str, shown: str) -> None:
    """Raise InputError naming the required columns that are not there, and what was there instead."""
    absent = missing(columns, table)
    if not absent:
        return
    seen = [clean(cell) for cell in cells if clean(cell)]
    near = {target: header for header, target in columns.doubtful}
    hints = [f"{quote(near[name])} est peut-être {name}" for name in absent if name in near]
    listed = ", ".join(quote(cell, 40) for cell in seen[:25]) or "aucune"
    more = f" et {len(seen) - 25} autres" if len(seen) > 25 else ""
    raise InputError(
        f"{shown} : il manque {'la colonne' if len(absent) == 1 else 'les colonnes'} {', '.join(absent)} ; "
        f"colonnes vues : {listed}{more}",
        "le tableau ne peut pas être compris, et aucune carte n'est produite",
        f"donner à la première ligne du tableau les titres {', '.join(_required(table))}"
        + (f" ; {' ; '.join(hints)}" if hints else ""),
    )


def _required(table: str) -> list[str]:
    names = [field.name for field in FIELDS[table] if field.required]
    return [*names, "score"] if table == "indice_risque" else names


def _twice(shown: str, name: str, first: tuple[str, int], second: tuple[str, int]) -> InputError:
    return InputError(
        f"{shown} : deux colonnes disent la même chose ({name}) : {quote(first[0])} (colonne {first[1] + 1}) "
        f"et {quote(second[0])} (colonne {second[1] + 1})",
        "on ne peut pas savoir laquelle est juste, et aucune carte n'est produite",
        f"ne garder que la bonne, avec le titre {quote(name)}, et donner un autre titre à la seconde ou la supprimer",
    )


def _doubtful(unknown: Sequence[str], positions: dict[str, int], table: str) -> tuple[tuple[str, str], ...]:
    """Headers not recognised that look like a slip for a column that is not there."""
    from rapidfuzz import fuzz, process

    free = {key: name for key, name in _keys(table).items() if name not in positions and len(key) >= 4}
    found = []
    for header in unknown:
        key = header_key(header.rsplit("/", 1)[-1])
        if len(key) >= 4 and not header.startswith("_"):
            near = process.extractOne(key, free.keys(), scorer=fuzz.ratio, score_cutoff=84)
            if near:
                found.append((header, free[near[0]]))
    return tuple(found)
