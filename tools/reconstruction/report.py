"""Print the table of facts: line, statement, what was measured, whether it is met."""

from __future__ import annotations

import sys
from pathlib import Path

from tools.reconstruction.fact import Fact
from tools.reconstruction.facts import FACTS
from tools.reconstruction.sample import Sample, read

WORDS = {"tenu": "tenu", "contredit": "le rapport se contredit", "hors": "hors échantillon"}


def wrong(fact: Fact, sample: Sample) -> bool:
    """Whether the sample does not say what the fact claims: met where "tenu", not met where "contredit"."""
    return fact.check is not None and fact.check(sample)[0] != (fact.status == "tenu")


def lines(sample: Sample) -> list[str]:
    """One line a fact, in French, with its note where it has one."""
    out = []
    for fact in FACTS:
        word = "NON TENU" if wrong(fact, sample) else WORDS[fact.status]
        measured = fact.check(sample)[1] if fact.check else ""
        out.append(f"l. {fact.line:<4} {word:<24} {fact.text}" + (f" [{measured}]" if measured else ""))
        if fact.note:
            out.append(f"{'':32}{fact.note}")
    return out


def show(folder: Path) -> int:
    """Print the table for the inputs in `folder`; 1 where a fact is not as claimed, 2 where a file is missing."""
    try:
        sample = read(folder)
    except OSError as error:
        print(
            f"Tableaux d'exemple introuvables : {error}\nLes écrire avec --boundaries et --out",
            file=sys.stderr,
        )
        return 2
    print("Énoncés du rapport n° 6, juin 2021, et ce que les tableaux d'exemple en disent\n")
    print("\n".join(lines(sample)))
    bad = sum(wrong(fact, sample) for fact in FACTS)
    met = sum(fact.status == "tenu" and not wrong(fact, sample) for fact in FACTS)
    print(f"\n{met} énoncés tenus, {bad} non tenus, {sum(f.status == 'contredit' for f in FACTS)} que le rapport "
          f"contredit lui-même, {sum(f.status == 'hors' for f in FACTS)} hors échantillon")  # fmt: skip
    return 1 if bad else 0
