"""Which column is which: the header line, whatever its spelling, and clear words where one is missing."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pipeline.errors import InputError
from pipeline.french import plain
from pipeline.records.fields import FIELDS, QUESTIONS
from pipeline.records.synonyms import HEADERS, LAST_RESORT
from pipeline.records.tables import PLACE_COLUMNS
from pipeline.records.text import clean, header_key, quote

_POINT = re.compile(r"(?:.*/)?_?(.+?)_latitude")
_RANK = re.compile(r"^\s*(?:[a-z]{1,2})?\d{1,3}(?:[._]\d{1,2})*\s*[.)\]:/_\-–]?\s+", re.IGNORECASE)
_BRACKETS = re.compile(r"\([^()]*\)")
_ASKER = re.compile(
    r"(?:nom )?(?:enqueteur|enumerator|agent|moniteur|monitor|collecteur|superviseur|point focal|origine)"
)
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


@lru_cache(maxsize=4096)
def _loose(header: str, table: str) -> str | None:
    """The column that a header names behind a group ("lieu.region"), a number ("3. Région"), or in two languages
    ("Date of incident / Date de l'incident"). Not what a form asks of whoever fills it in."""
    header = clean(header)
    if not header or header.startswith("_") or _ASKER.match(plain(header)):
        return None
    keys = _keys(table)
    bare = _BRACKETS.sub(" ", _RANK.sub("", header))
    if (found := keys.get(header_key(bare))) is not None:
        return found
    for separator in (" / ", "/", "::", ":", ".", " - ", "-", "_"):
        parts = [part for part in bare.split(separator) if part.strip()]
        if len(parts) < 2:
            continue
        if (found := keys.get(header_key(parts[-1]))) is not None:
            return found
        if separator == " / " and (found := keys.get(header_key(parts[0]))) is not None:
            return found
    return None


def score(cells: Sequence[str], table: str, named: Mapping[str, str] | None = None) -> int:
    """How many different columns of `table` these cells name: 0 for a line that is no header. named: column ->
    header_key of the header that a recipe gives it."""
    found = {column for cell in cells if (column := _column(cell, table) or _loose(cell, table))}
    if named:
        keys = {header_key(cell) for cell in cells}
        found |= {column for column, key in named.items() if key in keys}
    return len(found)


def missing(columns: Columns, table: str) -> list[str]:
    """The required columns that are not there, as the officer would write them."""
    there = columns.positions
    absent = [f.name for f in FIELDS[table] if f.required and f.name not in there]
    if table != "lieux" and ("pcode" in there or {"latitude", "longitude"} <= set(there)):
        absent = [name for name in absent if name not in PLACE_COLUMNS]
    if table == "indice_risque" and "score" not in columns.positions:
        lacking = [q.name for q in QUESTIONS if q.name not in columns.positions]
        if len(lacking) == len(QUESTIONS):
            absent.append("score (ou q1 à q15)")
        else:
            absent += lacking
    return absent


def match(
    cells: Sequence[str],
    table: str,
    shown: str,
    named: Mapping[str, str] | None = None,
    ignored: Collection[str] = (),
) -> Columns:
    """The columns of a header line. named: column -> header_key, from a recipe; ignored: header_keys that a recipe
    leaves out. Raises InputError where two headers name one column."""
    positions: dict[str, int] = {}
    written: dict[str, str] = {}
    unknown: dict[int, str] = {}
    wanted = {key: column for column, key in (named or {}).items()}
    keys = [header_key(cell) for cell in cells]
    for at, key in enumerate(keys):
        if key in wanted and wanted[key] not in positions:
            positions[wanted[key]], written[wanted[key]] = at, clean(cells[at])
    for at, cell in enumerate(cells):
        name = _column(cell, table)
        header = clean(cell)
        if at in positions.values() or keys[at] in ignored or name in (named or {}):
            continue
        if name is None:
            unknown[at] = header
        elif name in positions:
            raise _twice(shown, name, (written[name], positions[name]), (header, at))
        else:
            positions[name], written[name] = at, header
    _match_loosely(unknown, positions, written, table)
    _match_what_forms_add(cells, positions, written, table)
    return Columns(positions, written, _doubtful(list(unknown.values()), positions, table))


def _match_loosely(
    unknown: dict[int, str], positions: dict[str, int], written: dict[str, str], table: str
) -> None:
    """Take, for columns not found yet, the one header that names each behind a group, a number or a translation;
    where two do, neither: the message then shows both."""
    found: dict[str, list[int]] = {}
    for at, header in unknown.items():
        name = _loose(header, table)
        if name is not None and name not in positions:
            found.setdefault(name, []).append(at)
    for name, places in found.items():
        if len(places) == 1:
            positions[name], written[name] = places[0], unknown.pop(places[0])


def _match_what_forms_add(
    cells: Sequence[str], positions: dict[str, int], written: dict[str, str], table: str
) -> None:
    """Take the columns that a form adds by itself where the table has none of its own: ids, and the position of
    whatever question asked for it."""
    names = [clean(cell).casefold() for cell in cells]
    for name, headers in LAST_RESORT.items():
        if name in positions or name not in _keys(table).values():
            continue
        for header in headers:
            # Forms repeat a column's name behind its group.
            wanted = header.casefold()
            at = next((i for i, n in enumerate(names) if n == wanted or n.endswith("/" + wanted)), -1)
            if at >= 0:
                positions[name], written[name] = at, clean(cells[at])
                break
    if "latitude" in positions or "longitude" in positions or "latitude" not in _keys(table).values():
        return
    points = {found[1]: at for at, name in enumerate(names) if (found := _POINT.fullmatch(name))}
    whole = [
        (at, names.index(other))
        for key, at in points.items()
        if (other := names[at].replace("latitude", "longitude")) in names and "dest" not in key
    ]
    if len(whole) == 1:
        for column, at in zip(("latitude", "longitude"), whole[0], strict=True):
            positions[column], written[column] = at, clean(cells[at])


def require(columns: Columns, cells: Sequence[str], table: str, shown: str) -> None:
    """Raise InputError naming the required columns that are not there, and what was there instead."""
    absent = missing(columns, table)
    if not absent:
        return
    seen = [clean(cell) for cell in cells if clean(cell)]
    near = {target: header for header, target in columns.doubtful}
    hints = [f"{quote(near[name])} est peut-être {name}" for name in absent if name in near]
    lines = [f'colonnes.{name} = "{near.get(name, "le titre vu")}"' for name in absent if "(" not in name]
    paste = f"écrire dans inputs/colonnes.toml : [[{table}]] puis, à la ligne, {' puis '.join(lines)}"
    listed = ", ".join(quote(cell, 40) for cell in seen[:25]) or "aucune"
    more = f" et {len(seen) - 25} autres" if len(seen) > 25 else ""
    raise InputError(
        f"{shown} : il manque {'la colonne' if len(absent) == 1 else 'les colonnes'} {', '.join(absent)} ; "
        f"colonnes vues : {listed}{more}",
        "le tableau ne peut pas être compris, et aucune carte n'est produite",
        (f"{' ; '.join(hints)} ; " if hints else "")
        + f"donner à la première ligne du tableau les titres {', '.join(_required(table))} ; ou, une fois pour "
        f"toutes, make recette FICHIER={shown}, ou {paste}",
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
