"""What a read table is: its good rows, its refused rows, the file it came from, and how a text of it is quoted."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import pandas as pd

from pipeline.french import NBSP, Month, listing, plain

NOT_FOUND = "introuvable"
"""What an officer decides of a place that is no place."""

PLACE_COLUMNS = ("region", "cercle", "commune", "localite", "pcode", "latitude", "longitude")


@dataclass(frozen=True)
class InputFile:
    """A file that was read: path as printed (relative to INPUTS), its checksum, its rows (without header)."""

    path: str
    sha256: str
    rows: int


@dataclass(frozen=True)
class Finding:
    """One thing about one row that the officer should know.

    row: line as the officer sees it in the file (header = 1). id: the row's own, "" where none.
    column and value: as written. The three texts are French. refused: whether the row is left out of
    every map (else it goes on, corrected as `consequence` says). whole: as in Problem.
    """

    table: str
    file: str
    row: int
    id: str
    column: str
    value: str
    problem: str
    consequence: str
    fix: str
    refused: bool
    whole: bool = False


_VALUES = re.compile(r"«[^»]*»|\d(?:[\d\s.,/:]*\d)?")
_MOST_LINES = 8


@dataclass(frozen=True)
class Alike:
    """Findings that say the same of several rows of one table. problem: what they say, each value of one row as "…" where
    they differ."""

    findings: tuple[Finding, ...]

    @property
    def problem(self) -> str:
        first = self.findings[0].problem
        return first if all(one.problem == first for one in self.findings) else _VALUES.sub("…", first)

    @property
    def where(self) -> str:
        """ "incidents.csv, lignes 3, 7 et 12", the file alone where they are of it as a whole."""
        # A remark on the file as a whole bears its header's line and names no value of it.
        lines = list(dict.fromkeys(one.row for one in self.findings if one.row and one.column != one.value))
        shown = [str(line) for line in lines[:_MOST_LINES]]
        shown += [f"{len(lines) - _MOST_LINES} autres"] if len(lines) > _MOST_LINES else []
        word = "ligne" if len(lines) == 1 else "lignes"
        return f"{self.findings[0].file}, {word} {listing(shown)}" if lines else self.findings[0].file


def alike(findings: Iterable[Finding]) -> list[Alike]:
    """Findings by what they say of their rows, in the order of the first of each."""
    kinds: dict[tuple[str, str, str], list[Finding]] = {}
    for one in findings:
        kinds.setdefault((one.table, one.file, _VALUES.sub("…", one.problem)), []).append(one)
    return [Alike(tuple(found)) for found in kinds.values()]


OTHER_MONTH = "autre mois"
NOT_RECORD = "hors tableau"


@dataclass(frozen=True)
class Aside:
    """A line that is counted and left: of another month (OTHER_MONTH), or no record at all (NOT_RECORD: totals,
    sources, tags, repeated headers). file: with its sheet, as in Table.rows. why: French."""

    file: str
    row: int
    kind: str
    text: str
    why: str


@dataclass(frozen=True)
class RecordTable:
    """One table of one month (or of the year, month None).

    rows: the good rows, one line each, index 0..n-1, columns as in ARCHITECTURE.md "Inputs" (all there,
    missing ones filled with None/NaN), plus `row` (int, line in the file) and `file` (str). Types:
    text columns are stripped str or None (never NaN); `date` datetime.date; latitude, longitude,
    menages, personnes, score: float, NaN where empty. Closed-list columns hold the taxonomy's key
    (`categorie` "A".."F", `evenement` alert key) or label (`type`, `auteur`, ...); an empty optional one is
    None. Place columns are as written: resolving them is places' work. PLACE_COLUMNS are there in every
    placed table. indice_risque: `score` alone, the sum where q1..q15 were given. totaux_publies: `mois`
    "2021-06", `tableau` one of region, categorie, cercle, `nom` as written (a category by its full label),
    `valeur` float. `file` names the sheet too where several are read. aside: lines that are neither good nor
    refused. header: line of the (first) header, which remarks on the file as a whole bear.
    """

    name: str
    month: Month | None
    rows: pd.DataFrame
    findings: tuple[Finding, ...]
    files: tuple[InputFile, ...]
    aside: tuple[Aside, ...] = ()
    header: int = 0

    def of_rows(self) -> tuple[Finding, ...]:
        """The findings on single rows, without the remarks on the file as a whole."""
        about = {(file.path, self.header) for file in self.files}
        return tuple(one for one in self.findings if (one.file, one.row) not in about)

    @property
    def refused(self) -> tuple[Finding, ...]:
        """The first refusing finding of each refused row."""
        seen: dict[tuple[str, int], Finding] = {}
        for finding in self.findings:
            if finding.refused:
                seen.setdefault((finding.file, finding.row), finding)
        return tuple(seen.values())

    @property
    def total(self) -> int:
        """Records of the month that came in: good and refused."""
        return len(self.rows) + len(self.refused)

    @property
    def refused_share(self) -> float:
        """Share of the month's records that are refused, 0 where there is none."""
        return len(self.refused) / self.total if self.total else 0.0

    def count_aside(self, kind: str, file: str | None = None) -> int:
        """Lines set aside as `kind`, in all or in one file and sheet."""
        return sum(one.kind == kind and file in (None, one.file) for one in self.aside)


@dataclass(frozen=True)
class MonthInfo:
    """mois.toml: bulletin number, sources line, whether the data are a reconstruction, the division of Mali that its
    tables are written in ("2021", "2025", "" where not told), and nothing: the tables that the officer declares to be
    empty because nothing happened ("incidents", "alertes_flash"). confirmed: what the officer has looked at and found
    true (see pipeline/bilan.py)."""

    bulletin: str
    sources: str
    exemple: bool
    division: str = ""
    nothing: tuple[str, ...] = ()
    confirmed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Decision:
    """One line of lieux.csv. pcode: a P-code, or "introuvable"."""

    region: str
    cercle: str
    commune: str
    localite: str
    pcode: str
    decided_by: str
    decided_on: str
    note: str
    row: int


@dataclass(frozen=True)
class Inputs:
    """All that the officer put in, for one month and the months of its year before it.

    incidents, alertes, risque: month -> table, January to the month, only months that are there.
    couverture, totaux: the year's, None where there is no file. files: every file read, in order.
    findings: those of lieux.csv, which is no
    Table, and of files that are missing or not read (row 0). divisions: month -> the division that its mois.toml
    says its tables are written in, only where it says so.
    """

    month: Month
    info: MonthInfo
    incidents: dict[Month, RecordTable]
    alertes: dict[Month, RecordTable]
    risque: dict[Month, RecordTable]
    couverture: RecordTable | None
    totaux: RecordTable | None
    decisions: tuple[Decision, ...]
    files: tuple[InputFile, ...]
    findings: tuple[Finding, ...] = ()
    divisions: Mapping[Month, str] = field(default_factory=dict)

    def placed(self) -> list[RecordTable]:
        """Every table whose rows stand at a place, all months."""
        tables = [*self.incidents.values(), *self.alertes.values(), *self.risque.values()]
        return tables if self.couverture is None else [*tables, self.couverture]

    def all_findings(self) -> list[Finding]:
        """Every finding of every file, table by table."""
        tables = self.placed() if self.totaux is None else [*self.placed(), self.totaux]
        return [*(finding for table in tables for finding in table.findings), *self.findings]


# What can be wrong with one row, in the three parts that the officer reads.


REFUSED_MEANS: dict[str, str] = {
    "incidents": "la violation n’est comptée sur aucune carte",
    "alertes_flash": "l’événement n’est pas dessiné",
    "indice_risque": "cette ligne ne donne aucun niveau à sa commune",
    "couverture": "cette ligne ne compte pas dans la couverture",
    "totaux_publies": "ce total n’est pas vérifié",
    "lieux": "cette décision n’est pas appliquée",
}
"""What it costs that a row is refused, for each table."""

WHOLE_LINE = "ligne"
"""Column named in a finding that is about the row as a whole."""


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a value, in French. refused: the row is left out; else it goes on as
    `consequence` says. whole: it is of the file as a whole, and has to be confirmed before the month is shared."""

    problem: str
    consequence: str
    fix: str
    refused: bool = True
    whole: bool = False


def refusal(table: str, problem: str, fix: str) -> Problem:
    """A problem that leaves the row of `table` out."""
    return Problem(problem, REFUSED_MEANS[table], fix)


def remark(problem: str, consequence: str, fix: str, whole: bool = False) -> Problem:
    """A problem that the officer is told of while the row, or the file as a whole, goes on."""
    return Problem(problem, consequence, fix, refused=False, whole=whole)


# Cells as clean text, and the keys under which two spellings of a word are the same.


PLACE_LIMIT = 300
TEXT_LIMIT = 5_000
"""Longest text kept, in characters: of a place, id or label, and of a description."""

_SMALL_WORDS = frozenset(
    ("a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "ou", "par", "un", "une")
)
_BRACKETS = re.compile(r"\([^()]*\)")
_FLOAT_CODE = re.compile(r"(\d+)\.0+")


def clean(text: str) -> str:
    """NFC, without control, format (bidi marks, zero-width) or unassigned characters, single spaces, stripped.

    A line break or tab becomes a space.
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.split()) if "  " in text else text.strip()
    text = unicodedata.normalize("NFC", text)
    kept = (c if unicodedata.category(c) not in ("Cc", "Cf", "Cn", "Co", "Cs") else _gap(c) for c in text)
    return " ".join("".join(kept).split())


def _gap(character: str) -> str:
    return " " if character in "\t\n\r\v\f\x1c\x1d\x1e\x1f\x85" else ""


def clean_column(cells: Sequence[str]) -> list[str]:
    """`clean` on each cell, computed once for each distinct text, and a text of its own: in one of the file's, which lies
    among its line's other cells, the memory of all of them would stay taken (150 MB for 100,000 lines)."""
    memo = {cell: (text := clean(cell))[:1] + text[1:] for cell in set(cells)}
    return [memo[cell] for cell in cells]


@lru_cache(maxsize=4096)
def header_key(header: str) -> str:
    """Letters and digits alone, without case or accents: " Tranche_Horaire*" -> "tranchehoraire"."""
    return plain(clean(header)).replace(" ", "")


def value_key(value: str) -> str:
    """What two spellings of a closed-list value share: no brackets, case, accents, punctuation, articles
    or plural. "Atteinte aux droits à la Vie (tous)" and "atteintes au droit à la vie" -> one key."""
    words = [word for word in plain(_BRACKETS.sub(" ", value)).split() if word not in _SMALL_WORDS]
    return " ".join(word[:-1] if len(word) > 3 and word[-1] in "sx" else word for word in words)


def code(value: str) -> str:
    """A code that a spreadsheet turned into a number, as the code again: "12.0" -> "12"."""
    found = _FLOAT_CODE.fullmatch(value)
    return found[1] if found else value


def quote(value: str, limit: int = 80) -> str:
    """« value » for a message, shortened where it is long."""
    shown = value if len(value) <= limit else f"{value[:limit]}…"
    return f"«{NBSP}{shown}{NBSP}»"


def letters(column: int) -> str:
    """A column as a spreadsheet names it: 0 is A, 26 is AA."""
    from xlsxwriter.utility import xl_col_to_name

    return str(xl_col_to_name(column))


def closest(value: str, choices: Iterable[str], limit: int = 3) -> list[str]:
    """The choices nearest in spelling, best first: for a suggestion, never for a decision.

    All choices are listed where there are few and none is near.
    """
    from rapidfuzz import fuzz, process

    kept, wanted = list(choices), value_key(value[:200])
    keys = {choice: value_key(choice) or plain(choice) for choice in kept}
    near = process.extract(wanted, keys, scorer=fuzz.WRatio, limit=limit, score_cutoff=60)
    return [choice for _, _, choice in near] or (kept if len(kept) <= 10 else [])
