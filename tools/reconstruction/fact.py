"""One checkable statement of the report, where it stands, and whether the sample meets it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from tools.reconstruction.sample import Sample

Status = Literal["tenu", "contredit", "hors"]
MAY, JUNE = "2021-05", "2021-06"
Check = Callable[[Sample], tuple[bool, str]]
"""What is measured on the sample: whether the statement holds, and the figures, in French."""


@dataclass(frozen=True)
class Fact:
    """line: in the text version of the report. text: the statement, paraphrased in French.

    status: "tenu", the sample meets it; "contredit", the report's own tables (or another sentence) say
    otherwise and the tables were followed, `note` says which; "hors", the sample has nothing to check it on.
    """

    line: int
    text: str
    check: Check | None
    status: Status = "tenu"
    note: str = ""


def percent(part: int, whole: int) -> int:
    """Share in whole per cent, as the report prints it."""
    return round(100 * part / whole)


def equals(wanted: int, measure: Callable[[Sample], int]) -> Check:
    """The measure is exactly `wanted`."""

    def check(sample: Sample) -> tuple[bool, str]:
        found = measure(sample)
        return found == wanted, str(found)

    return check


def share(wanted: int, part: Callable[[Sample], int], whole: Callable[[Sample], int]) -> Check:
    """part / whole prints as `wanted` per cent."""

    def check(sample: Sample) -> tuple[bool, str]:
        a, b = part(sample), whole(sample)
        return percent(a, b) == wanted, f"{a} sur {b}, {percent(a, b)} %"

    return check


def holds(test: Callable[[Sample], bool], told: Callable[[Sample], object] = lambda sample: "") -> Check:
    """`test` is true; `told` gives the figures."""
    return lambda sample: (test(sample), _words(told(sample)))


def _words(figures: object) -> str:
    """Figures as they are read aloud: lists without brackets, counts as "name n"."""
    if isinstance(figures, dict):
        figures = list(figures.items())
    if isinstance(figures, list):
        return ", ".join(_words(figure) for figure in figures)
    if isinstance(figures, tuple):
        return " ".join(_words(figure) for figure in figures)
    return str(figures)


def counted(**wanted: str) -> Callable[[Sample], int]:
    """Number of incidents whose columns have these values."""
    return lambda sample: sample.count(None, **wanted)


def first(counts: Counter[str], number: int) -> set[str]:
    """The `number` most frequent keys; fewer where a tie makes the place of the last one uncertain."""
    ranked = counts.most_common()
    if len(ranked) <= number:
        return set(counts)
    limit = ranked[number][1]
    return {key for key, count in ranked[:number] if count > limit}


def leaders(number: int, column: str, names: set[str], **wanted: str) -> Check:
    """`names` are the `number` most frequent values of `column`, without a tie."""

    def check(sample: Sample) -> tuple[bool, str]:
        counts = sample.by(column, **wanted)
        told = ", ".join(f"{name} {count}" for name, count in counts.most_common(number + 1))
        return first(counts, number) == names, told

    return check


def arrow(sign: str, category: str, *regions: str) -> Check:
    """↗, ↘ or = between May and June, for one category in a region or a block of regions."""

    def check(sample: Sample) -> tuple[bool, str]:
        may, june = (
            sum(sample.count(mois=month, region=region, categorie=category) for region in regions)
            for month in (MAY, JUNE)
        )
        found = "↗" if june > may else "↘" if june < may else "="
        return found == sign, f"{may} puis {june}"

    return check
