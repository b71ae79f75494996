"""Vintages of the boundaries: how each writes its columns, which one a file is, and how P-codes translate.

P-codes of different vintages collide: 423 codes of 2015 mean another commune in 2021. A code is therefore
never looked up without knowing the vintage it is of, and only `translate` carries it across.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
from rapidfuzz import fuzz

from pipeline.french import plain

LEVELS = ("pays", "regions", "cercles", "communes")
"""Administrative levels 0 to 3, by the name of their layer."""

DEEPEST = 5
"""Levels go down to 5 in OCHA's specification; a fourth level makes that the communes, the third arrondissements."""
LANGUAGES = {"": "lang", "1": "lang1", "2": "lang2", "3": "lang3"}
"""Ending of a name's column -> the column that tells its language."""
FRENCH = ("fr", "fra", "fre")

UNKNOWN = "inconnu"
"""The vintage of a file that tells nothing of its date."""


@dataclass(frozen=True)
class Schema:
    """How one family of boundary files names its columns; `{n}` stands for the level, 0 to 5.

    codes, names: alternatives, the first that is there is taken. others: further spellings of the name.
    valid_on, version: columns that hold the date and the number of the edition.
    """

    key: str
    label: str
    codes: tuple[str, ...]
    names: tuple[str, ...]
    others: tuple[str, ...]
    valid_on: tuple[str, ...]
    version: tuple[str, ...] = ()

    def code(self, columns: Iterable[str], level: int) -> str | None:
        """The column of the P-code of a level, None where it is not there."""
        return _first(columns, self.codes, level)

    def name(self, columns: Iterable[str], level: int) -> str | None:
        """The column of the name of a level, None where it is not there."""
        return _first(columns, self.names, level)

    def other_names(self, columns: Iterable[str], level: int) -> list[str]:
        """The columns with further spellings of the name of a level."""
        taken = self.name(columns, level)
        found = (_first(columns, (pattern,), level) for pattern in (*self.names, *self.others))
        return [column for column in dict.fromkeys(found) if column and column != taken]

    def edition(self, columns: Iterable[str]) -> str | None:
        """The column that numbers the edition, None where it is not there."""
        return _first(columns, self.version, 0)

    def date(self, columns: Iterable[str]) -> str | None:
        """The column that dates the vintage, None where it is not there."""
        return _first(columns, self.valid_on, 0)

    def expected(self, level: int) -> str:
        """The columns a level needs, as an error message lists them."""
        codes, names = (
            "/".join(p.format(n=level) for p in patterns) for patterns in (self.codes, self.names)
        )
        return f"{codes} et {names}"


SCHEMAS: tuple[Schema, ...] = (
    Schema(
        "2021",
        "COD-AB 2021",
        codes=("ADM{n}_PCODE",),
        names=("ADM{n}_FR",),
        others=("ADM{n}_REF", "ADM{n}ALT1FR", "ADM{n}ALT2FR"),
        valid_on=("validOn",),
    ),
    Schema(
        "2015",
        "COD-AB 2015",
        codes=("admin{n}Pcod", "admin{n}Pcode"),
        names=("admin{n}Name",),
        others=("admin{n}RefN", "admin{n}AltN", "admin{n}Al_1", "admin{n}RefName", "admin{n}AltName"),
        valid_on=("validOn",),
    ),
    Schema(
        "minuscules",
        "COD-AB récent",
        codes=("adm{n}_pcode",),
        names=("adm{n}_name", "adm{n}_fr", "adm{n}_name_fr", "adm{n}_name1"),
        others=("adm{n}_ref_name", "adm{n}_name1", "adm{n}_name2", "adm{n}_name3"),
        valid_on=("valid_on", "validon", "valid_from"),
        version=("version", "cod_version", "cod_versio", "version_no"),
    ),
    Schema(
        "fieldmaps",
        "fieldmaps",
        codes=("adm{n}_src",),
        names=("adm{n}_name", "adm{n}_name1"),
        others=("adm{n}_name1", "adm{n}_name2"),
        valid_on=("src_date", "valid_on"),
    ),
)


def _first(columns: Iterable[str], patterns: Iterable[str], level: int) -> str | None:
    """The first column that a pattern names: in exact case, else in any case."""
    seen = list(columns)
    lowered = {column.lower(): column for column in reversed(seen)}
    for pattern in patterns:
        wanted = pattern.format(n=level)
        if wanted in seen:
            return wanted
        if wanted.lower() in lowered:
            return lowered[wanted.lower()]
    return None


def recognise(columns: Iterable[str], schemas: Iterable[Schema] = ()) -> tuple[Schema, int] | None:
    """The schema and the level (0 to 5) of a layer, from its columns; None where no schema fits.

    The level is the deepest whose code and name are both there. Exact case wins: 2021 and newer files
    differ in little else.
    """
    seen = list(columns)
    best: tuple[bool, Schema, int] | None = None
    for schema in schemas or SCHEMAS:
        for level in range(DEEPEST, -1, -1):
            code, name = schema.code(seen, level), schema.name(seen, level)
            if code and name:
                exact = code in {pattern.format(n=level) for pattern in schema.codes}
                if best is None or (level, exact) > (best[2], best[0]):
                    best = (exact, schema, level)
                break
    return None if best is None else (best[1], best[2])


def name_vintage(
    names: Mapping[str, str], valid_on: str, file_names: Iterable[str], crosswalk: pd.DataFrame
) -> tuple[str, str]:
    """Tell which vintage a set of communes is, and by what evidence.

    names: P-code -> name of the communes. valid_on: ISO date that the file states, "" where none.
    file_names: of the file and its layers. Returns (ISO date, a year alone, or UNKNOWN; French evidence). Codes and
    names that agree with a known vintage outweigh the date: dates are copied along when a file is edited.
    """
    best, share = "", 0.0
    for vintage in known(crosswalk):
        official = names_of(crosswalk, vintage)
        agree = sum(plain(official.get(code, "")) == plain(name) for code, name in names.items())
        if names and agree / len(names) > share:
            best, share = vintage, agree / len(names)
    if share >= 0.9:
        return best, f"P-codes et noms concordent à {share:.0%}".replace("%", " %")
    if valid_on:
        return valid_on, "date portée par le fichier"
    for name in file_names:
        found = re.search(r"(?<!\d)(20\d\d)[-_]?(0[1-9]|1[0-2])[-_]?(0[1-9]|[12]\d|3[01])(?!\d)", name)
        if found:
            return "-".join(found.groups()), f"date dans le nom {name}"
    for name in file_names:
        if found := re.search(r"(?<!\d)(20\d\d)(?!\d)", name):
            return found[1], f"année dans le nom {name}"
    return UNKNOWN, "ni date, ni P-codes connus"


def known(crosswalk: pd.DataFrame) -> tuple[str, ...]:
    """The vintages that a crosswalk joins, as ISO dates, oldest first; empty for an empty crosswalk."""
    if crosswalk.empty:
        return ()
    return tuple(sorted({*crosswalk["vintage_a"], *crosswalk["vintage_b"]}))


def names_of(crosswalk: pd.DataFrame, vintage: str) -> dict[str, str]:
    """P-code -> name of the communes of one vintage of the crosswalk; empty where it is not in it."""
    names: dict[str, str] = {}
    for side in ("a", "b") if not crosswalk.empty else ():
        rows = crosswalk[crosswalk[f"vintage_{side}"] == vintage]
        names.update(zip(rows[f"pcode_{side}"], rows[f"name_{side}"], strict=True))
    return names


def translations(crosswalk: pd.DataFrame, from_vintage: str, to_vintage: str) -> dict[str, tuple[str, float]]:
    """P-code of one vintage -> (P-code of the other, iou), for every commune of the crosswalk.

    iou: shared area over joint area of the two polygons, 0 to 1 (1: the same limits). Where a code is
    paired with several, the greatest overlap is kept. Empty where the crosswalk does not join the two.
    """
    found: dict[str, tuple[str, float]] = {}
    if from_vintage == to_vintage:
        return {code: (code, 1.0) for code in names_of(crosswalk, from_vintage)}
    for one, other in (("a", "b"), ("b", "a")) if not crosswalk.empty else ():
        rows = crosswalk[
            (crosswalk[f"vintage_{one}"] == from_vintage) & (crosswalk[f"vintage_{other}"] == to_vintage)
        ]
        for code, target, iou in zip(rows[f"pcode_{one}"], rows[f"pcode_{other}"], rows["iou"], strict=True):
            if code not in found or iou > found[code][1]:
                found[code] = (str(target), float(iou))
    return found


# The vintage that a column of P-codes comes from, told by its agreement with the names beside the codes.


MIXED = "mélangé"
"""The verdict on a column whose rows speak for several vintages."""
ALIKE = 84.0
"""Likeness of two names (0 to 100) from which the code and the name beside it agree."""
SHARE, LEAST = 0.9, 2
"""A column is of one vintage when this share of the rows that tell, and this many, say so."""


@dataclass(frozen=True)
class Reading:
    """What a column of P-codes tells of its vintage.

    verdict: a vintage (ISO date), MIXED, or UNKNOWN where no row tells. agree: vintage -> rows that speak for
    it alone. rows: for each row the vintages with which code and name agree (several where the code means the
    same commune in both, none where the row does not tell). exceptions: rows (positions from 0) that speak for
    another vintage than the verdict; all the telling rows of a mixed column.
    """

    verdict: str
    agree: dict[str, int]
    rows: tuple[tuple[str, ...], ...]
    exceptions: tuple[int, ...]


def read_vintage(
    codes: Sequence[str | None], names: Sequence[str | None], crosswalk: pd.DataFrame
) -> Reading:
    """Name the vintage of a column of commune P-codes.

    codes and names: one of each a row, None or "" where empty; names of communes as written. crosswalk: as in
    `Country.crosswalk`. A row tells when its code means communes of different names in the known vintages and
    the name beside it is that of one of them.
    """
    vintages = known(crosswalk)
    official = {vintage: names_of(crosswalk, vintage) for vintage in vintages}
    cache: dict[tuple[str, str], tuple[str, ...]] = {}
    rows = []
    for code, name in zip(codes, names, strict=True):
        pair = ((code or "").strip().upper(), name or "")
        if pair not in cache:
            cache[pair] = _agreeing(*pair, official)
        rows.append(cache[pair])
    agree = Counter(row[0] for row in rows if len(row) == 1)
    verdict = _verdict(agree)
    speak = [i for i, row in enumerate(rows) if len(row) == 1]
    others = tuple(i for i in speak if verdict == MIXED or rows[i][0] != verdict)
    return Reading(verdict, dict(sorted(agree.items())), tuple(rows), others if verdict != UNKNOWN else ())


def _agreeing(code: str, name: str, official: dict[str, dict[str, str]]) -> tuple[str, ...]:
    written = plain(name)
    if not code or not written:
        return ()
    scores = {
        vintage: fuzz.ratio(written, plain(there[code]))
        for vintage, there in official.items()
        if code in there
    }
    best = max(scores.values(), default=0.0)
    if best < ALIKE:
        return ()
    # Of two vintages with names that are both alike (Kita, Kita Nord), only the nearer counts.
    return tuple(vintage for vintage, score in scores.items() if score >= max(ALIKE, best - 3))


def _verdict(agree: Counter[str]) -> str:
    total = sum(agree.values())
    if total < LEAST:
        return UNKNOWN
    vintage, most = agree.most_common(1)[0]
    return vintage if most / total >= SHARE else MIXED
