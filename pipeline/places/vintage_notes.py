"""Which vintage the P-codes of a table's files are of, and what the officer should know of it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.geography.vintages import MIXED, UNKNOWN, Reading, read_vintage
from pipeline.places.codes import read_code
from pipeline.places.gazetteer import Gazetteer
from pipeline.places.request import PlaceRequest

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd


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
            reading = read_vintage(
                [codes.get(r.pcode or "") for r in inside],
                [r.commune for r in inside],
                gazetteer.crosswalk,
            )
            found.append(FileCodes(file, tuple(positions), reading))
    return tuple(found)


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
        by_row = {
            codes.rows[i]: f"P-code {requests[codes.rows[i]].pcode} des limites de {reading.rows[i][0][:4]}, "
            f"d'après « {requests[codes.rows[i]].commune} »"
            for i in reading.exceptions
        }
        mixed = bool(by_row)
        sentence = (
            f"P-codes de plusieurs millésimes dans un même fichier ({counted})"
            if mixed
            else f"P-codes des limites de {reading.verdict[:4]} ({counted}), et non de {gazetteer.vintage[:4]}"
        )
        notes.append(VintageNote(codes.file, sentence, mixed, by_row))
    return tuple(notes)
