"""The vintage that a column of P-codes comes from, told by its agreement with the names beside the codes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from rapidfuzz import fuzz

from pipeline.geography.naming import folded
from pipeline.geography.vintages import UNKNOWN, known, names_of

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
    written = folded(name)
    if not code or not written:
        return ()
    scores = {
        vintage: fuzz.ratio(written, folded(there[code]))
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
