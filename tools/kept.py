"""How much of a month its maps still show, beside plain suppression: `python -m tools.kept`.

For the sample's months and for months thinned out at random, the share of violations whose area, or area and
category, is shown at all (as a figure, to the ten, or as a class), under the partners' rules and under plain
suppression, which hides every count of 1 to 4 and nothing else. Plain suppression is what is usually done; it
does not hold against subtraction (tests/disclosure), and still shows less.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.disclosure.counts import Count, Territory
from pipeline.disclosure.office import KNOWN, Office
from pipeline.disclosure.policy import Policy, policy_of
from pipeline.disclosure.tables import MonthFigures, month_figures
from pipeline.french import Month
from pipeline.geography import load
from pipeline.month_data import read_month

OFFICES = tuple(Office(secret) for secret in (b"one", b"two", b"three", b"four"))
"""Keys over which the table is averaged: with each, the figures differ a little."""
LEVELS = ("commune", "cercle", "cercle et catégorie", "région et catégorie")
SPARSE = (400, 200, 100, 50)
SEEDS = (1, 2, 3)
ROOT = Path(__file__).resolve().parents[1]
MONTHS = tuple(Month(2021, number) for number in range(1, 7))


@dataclass(frozen=True)
class Kept:
    """Of one level: the violations that it places (`all`), those shown, those shown as exact figures, and those
    that plain suppression shows."""

    level: str
    all: int
    shown: int
    exact: int
    plain: int


def kept(
    incidents: pd.DataFrame,
    territory: Territory,
    covered: set[str] | None,
    policy: Policy,
    office: Office = KNOWN,
) -> list[Kept]:
    """Of one month's rows, at each level."""
    told = month_figures(incidents, territory, covered, policy, office)
    return [_level(name, true, counts, policy) for name, true, counts in _tables(incidents, told, territory)]


def _tables(
    incidents: pd.DataFrame, told: MonthFigures, territory: Territory
) -> Iterator[tuple[str, Counter[object], Mapping[object, Count]]]:
    """Level, true counts, told counts."""
    placed = incidents[incidents["cercle_pcode"] != ""]
    if territory.finest == "commune":
        yield LEVELS[0], Counter(area for area in incidents["area"] if area), dict(told.areas)
    yield LEVELS[1], Counter(placed["cercle_pcode"]), dict(told.cercles)
    yield (
        LEVELS[2],
        Counter(zip(placed["cercle_pcode"], placed["categorie"], strict=True)),
        {(code, key): count for code, row in told.cercle_categories.items() for key, count in row.items()},
    )
    yield (
        LEVELS[3],
        Counter(zip(incidents["region"], incidents["categorie"], strict=True)),
        {(name, key): count for name, row in told.region_categories.items() for key, count in row.items()},
    )


def _summed(found: Sequence[list[Kept]]) -> list[Kept]:
    """The same months with several keys, as one of the mean; `all` stays that of one."""
    means = [
        np.array([(k.all, k.shown, k.exact, k.plain) for k in of]).mean(axis=0)
        for of in zip(*found, strict=True)
    ]
    return [Kept(of.level, *map(round, mean)) for of, mean in zip(found[0], means, strict=True)]


def _level(name: str, true: Counter[object], told: Mapping[object, Count], policy: Policy) -> Kept:
    states = {cell: told[cell].state if cell in told else "suppressed" for cell in true}
    return Kept(
        name,
        true.total(),
        sum(count for cell, count in true.items() if states[cell] in ("exact", "range")),
        sum(count for cell, count in true.items() if states[cell] == "exact"),
        sum(count for count in true.values() if count >= policy.threshold),
    )


def sparse(incidents: pd.DataFrame, size: int, seed: int) -> pd.DataFrame:
    """So many rows of a month, the same for the same seed."""
    return incidents.sample(n=min(size, len(incidents)), random_state=seed).sort_index()


def months(incidents: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """The sample's months, then June thinned out, each size several times."""
    for month in MONTHS:
        yield month.label, incidents[incidents["month"] == str(month)]
    june = incidents[incidents["month"] == str(MONTHS[-1])]
    for size in SPARSE:
        for seed in SEEDS:
            yield f"{size} lignes, tirage {seed}", sparse(june, size, seed)


def table(rows: Iterable[tuple[str, list[Kept]]]) -> Iterator[str]:
    """As Markdown, one line a month: at each level, what is shown (of which in figures), and plain suppression."""
    yield f"| mois | lignes | {' | '.join(f'{level} : ici (en chiffres) / simple' for level in LEVELS)} |"
    yield f"|---|---:|{'---:|' * len(LEVELS)}"
    for name, levels in rows:
        cells = [
            f"{_percent(k.shown, k.all)} ({_percent(k.exact, k.all)}) / {_percent(k.plain, k.all)}"
            for k in levels
        ]
        yield f"| {name} | {levels[-1].all} | {' | '.join(cells)} |"


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %" if whole else "–"


def main() -> None:
    country = load(ROOT / "boundaries" / "mali.gpkg")
    data = read_month(ROOT / "inputs", MONTHS[-1], country)
    coverage = data.indicators.coverage
    covered = None if coverage is None else set(coverage["area"])
    territory, policy = Territory.of(country), policy_of("partenaires")
    rows = (
        (name, _summed([kept(of, territory, covered, policy, office) for office in OFFICES]))
        for name, of in months(data.indicators.incidents)
    )
    for line in table(rows):
        sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
