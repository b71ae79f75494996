"""P-codes in the rows: read in the vintage of their file, and what the officer should know of it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.french import plain
from pipeline.geography.divisions import KEYS, DivisionKey, division
from pipeline.geography.vintages import LEAST, MIXED, UNKNOWN, Reading, read_vintage
from pipeline.places.gazetteer import Area, Gazetteer
from pipeline.places.names import name_key, western_digits
from pipeline.places.place import PlaceRequest

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd


# P-codes as they arrive, and what they can mean in each division of the country.


@dataclass(frozen=True)
class Meaning:
    """One thing that a code can mean. vintage: "" for the boundaries drawn, else the other's date.
    iou: how much of its limits the area shares with those of the other vintage (1: all)."""

    area: Area
    vintage: str
    name_there: str
    iou: float = 1.0

    @property
    def method(self) -> str:
        return f"p-code {self.vintage[:4]} traduit" if self.vintage else "p-code"


@dataclass(frozen=True)
class Code:
    """A P-code made regular. code: "ML" and an even number of digits, "" where it cannot be read."""

    written: str
    code: str
    note: str


def read_code(text: str) -> Code:
    """Mend what spreadsheets and keyboards do to P-codes: case, spaces, MLI for ML, O for 0, a lost zero."""
    bare = re.sub(r"[\s.\-_/]", "", re.sub(r"\.0+$", "", western_digits(text.strip()))).upper()
    found = re.fullmatch(r"(MLI|ML)?([0-9OIL]{1,12})", bare)
    if not found:
        return Code(text, "", f"« {text} » n’est pas un P-code")
    digits = found[2].replace("O", "0").replace("I", "1").replace("L", "1")
    lost = len(digits) % 2 == 1 and len(digits) < 9
    code = f"ML0{digits}" if lost else f"ML{digits}"
    if len(code) > 8:
        code = code[:8]  # a place's code begins with its commune's
    note = "" if code == text else f"P-code « {text} » lu {code}"
    if lost:
        note += " (zéro perdu)"
    return Code(text, code, note)


def meanings(code: str, gazetteer: Gazetteer) -> tuple[Meaning, ...]:
    """What a code means, in the boundaries drawn first; then in the other vintages known."""
    today, other = gazetteer.area(code), gazetteer.old_codes.get(code)
    found = (Meaning(today, "", today.name),) if today else ()
    if other is None:
        return found
    return *found, Meaning(gazetteer.communes[other.pcode], other.vintage, other.name, other.iou)


def same_name(text: str, meaning: Meaning) -> bool:
    """Whether a written name is, strictly, the name of what a code means (then or now)."""
    key = name_key(text)
    return bool(key) and key in {name_key(meaning.name_there), *(s.key for s in meaning.area.spellings)}


# Which vintage the P-codes of a table's files are of, and what the officer should know of it.


@dataclass(frozen=True)
class FileCodes:
    """The P-codes of one file. rows: its positions in the table, from 0. reading: of those rows, in order."""

    file: str
    rows: tuple[int, ...]
    reading: Reading

    def code_vintage(self, gazetteer: Gazetteer) -> str:
        """The verdict as `resolve` takes it: "" the boundaries drawn, a date another vintage, "?" not known."""
        if self.reading.verdict in (MIXED, UNKNOWN):
            return "?"
        return "" if self.reading.verdict == gazetteer.vintage else self.reading.verdict


@dataclass(frozen=True)
class VintageNote:
    """What to tell of one file. sentence: French. by_row: position in the table -> what its code is."""

    file: str
    sentence: str
    mixed: bool
    by_row: dict[int, str]


def file_codes(
    requests: Sequence[PlaceRequest], files: Sequence[str], gazetteer: Gazetteer
) -> tuple[FileCodes, ...]:
    """One reading for each file that holds P-codes; none without a second vintage to compare with.

    requests, files: one of each a row. Two monitors' files of one month may be of two vintages.
    """
    if gazetteer.crosswalk is None or gazetteer.crosswalk.empty:
        return ()
    codes = {text: read_code(text).code[:8] for text in {r.pcode for r in requests if r.pcode}}
    rows: dict[str, list[int]] = defaultdict(list)
    for i, file in enumerate(files):
        rows[file].append(i)
    found = []
    for file, positions in rows.items():
        inside = [requests[i] for i in positions]
        if any(r.pcode for r in inside):
            own = [codes.get(r.pcode or "") for r in inside]
            reading = read_vintage(own, [r.commune for r in inside], gazetteer.crosswalk)
            found.append(FileCodes(file, tuple(positions), reading))
    return tuple(found)


def said_by_name(code: str, request: PlaceRequest) -> tuple[DivisionKey, ...]:
    """The divisions in which the code of a region or cercle is of the name that stands beside it."""
    name = request.region if len(code) == 4 else request.cercle if len(code) == 6 else None
    if not name:
        return ()
    units = [(key, unit) for key in KEYS if (unit := division(key).unit(code))]
    return tuple(key for key, unit in units if plain(name) in map(plain, (unit.name, *unit.others)))


def code_division(requests: Iterable[PlaceRequest]) -> DivisionKey | None:
    """The division of one file's codes of regions and cercles, where their agreement with the names beside them says
    so: at least two rows, and none that speaks for the other. None where it does not."""
    speak: Counter[DivisionKey] = Counter()
    for request in requests:
        found = said_by_name(read_code(request.pcode).code, request) if request.pcode else ()
        if len(found) == 1:
            speak[found[0]] += 1
    return next(iter(speak)) if len(speak) == 1 and speak.total() >= LEAST else None


def files_of(rows: pd.DataFrame) -> list[str]:
    """The file of each row of a table; one nameless file where the table does not say."""
    return rows["file"].astype(str).tolist() if "file" in rows.columns else [""] * len(rows)


def tell_vintages(
    requests: Sequence[PlaceRequest], files: Sequence[str], gazetteer: Gazetteer
) -> tuple[VintageNote, ...]:
    """What is worth telling of each file: its codes are of another vintage, or of several, row by row."""
    notes = []
    for codes in file_codes(requests, files, gazetteer):
        reading = codes.reading
        if reading.verdict in (UNKNOWN, gazetteer.vintage) and not reading.exceptions:
            continue
        counted = ", ".join(
            f"{count} des limites de {vintage[:4]}" for vintage, count in reading.agree.items()
        )
        by_row = {}
        for i in reading.exceptions:
            row, vintage = requests[codes.rows[i]], reading.rows[i][0][:4]
            by_row[codes.rows[i]] = f"P-code {row.pcode} des limites de {vintage}, d’après « {row.commune} »"
        sentence = (
            f"P-codes de plusieurs millésimes dans un même fichier ({counted})"
            if by_row
            else f"P-codes des limites de {reading.verdict[:4]} ({counted}), et non de {gazetteer.vintage[:4]}"
        )
        notes.append(VintageNote(codes.file, sentence, bool(by_row), by_row))
    return tuple(notes)
