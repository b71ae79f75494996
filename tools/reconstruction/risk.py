"""The risk index of the 180 communes, January to June: scores whose levels are those of section IV.

A level's name is a band of points (line 229-232). For each commune: the score of January, the score of June, and
in between a straight way with a step of at most one point around it: the index moves slowly.
"""

from __future__ import annotations

from pipeline.taxonomy import risk_level
from tools.reconstruction.draw import Draw
from tools.reconstruction.gazetteer import Commune, plain
from tools.reconstruction.published import MONTHS

COLUMNS = ("region", "cercle", "commune", "pcode", "score")
QUESTIONS = tuple(f"q{n}" for n in range(1, 16))
MONTH_BY_QUESTION = "2021-03"
"""This month's table has the 15 answers instead of their sum, so that both forms are read. Each answer 0 to 3:
the report does not print the questions nor their scale."""

# Points in June (drawn from low..high for each entry, in turn over the cercle's communes), and how many points
# the commune gained since January.
Shape = tuple[tuple[tuple[int, int], ...], tuple[int, int]]
SERIOUS, MODERATE, CRITICAL, STABLE = (15, 17), (8, 13), (20, 22), (3, 5)
SHAPES: dict[str, Shape] = {
    # Ségou: improved in six months; mostly moderate (lines 236, 238)
    "Ségou": ((MODERATE, MODERATE, STABLE, MODERATE), (-3, -1)),
    "Macina": ((MODERATE, SERIOUS, MODERATE), (-3, -1)),
    "Niono": ((MODERATE, MODERATE, (7, 9)), (-7, -5)),
    "Baraouéli": (((6, 8), STABLE, (6, 8)), (-5, -4)),
    "Bla": ((STABLE, (6, 8)), (-2, 0)),
    "San": ((MODERATE, STABLE, MODERATE), (-2, -1)),
    "Tominian": ((MODERATE,), (-2, 0)),
    # Mopti: every level, fluid; Youwarou and Ténenkou worse; the Dogon plateau largely serious (line 240)
    "Youwarou": ((SERIOUS, (12, 14), SERIOUS, CRITICAL), (3, 6)),
    "Ténenkou": ((SERIOUS, SERIOUS, (11, 14), CRITICAL), (3, 6)),
    "Koro": ((SERIOUS, SERIOUS, CRITICAL, SERIOUS), (-1, 1)),
    "Bankass": ((SERIOUS, SERIOUS, SERIOUS, (12, 14)), (-1, 1)),
    "Bandiagara": ((SERIOUS, SERIOUS, (11, 14), SERIOUS), (-1, 1)),
    "Douentza": ((SERIOUS, CRITICAL, SERIOUS, SERIOUS), (-1, 2)),
    "Mopti": ((MODERATE, SERIOUS, STABLE, (13, 16)), (-2, 2)),
    "Djenné": ((SERIOUS, MODERATE, MODERATE, STABLE), (-2, 2)),
    # Tombouctou: unchanged; Goundam, Gourma-Rharous and Diré serious; Salam critical (line 243)
    "Goundam": ((SERIOUS, SERIOUS, SERIOUS, (10, 12)), (0, 0)),
    "Gourma-Rharous": ((SERIOUS, SERIOUS, SERIOUS), (0, 0)),
    "Diré": ((SERIOUS, SERIOUS, (11, 12)), (0, 0)),
    "Niafunké": ((MODERATE, SERIOUS), (0, 0)),
    "Tombouctou": ((MODERATE,), (0, 0)),
    # Gao and Bourem moderate or serious, Ansongo serious or critical since January (line 245)
    "Gao": ((MODERATE, SERIOUS), (-1, 1)),
    "Bourem": ((SERIOUS, MODERATE), (-1, 1)),
    "Ansongo": (((16, 18), (21, 23), (16, 18)), (0, 1)),
    # Ménaka limited, Kidal clearly worse and mostly serious (line 247)
    "Ménaka": (((7, 9),), (0, 0)),
    "Anderamboukane": (((7, 9),), (0, 0)),
    "Inekar": ((STABLE,), (0, 0)),
    "Tidermene": ((STABLE,), (0, 0)),
    "Kidal": ((SERIOUS, (16, 18), SERIOUS), (5, 7)),
    "Tessalit": ((SERIOUS, SERIOUS, (12, 13)), (5, 7)),
    "Abeibara": ((SERIOUS,), (5, 7)),
    "Tin-Essako": (((11, 13),), (4, 6)),
}
NAMED: dict[str, tuple[tuple[int, int], tuple[int, int]]] = {
    "nkoumandougou": ((16, 18), (0, 0)),
    "souba": ((16, 18), (0, 0)),
    "farako": ((16, 17), (0, 0)),
    "salam": ((21, 22), (0, 0)),
    "dinangourou": (CRITICAL, (2, 4)),
}
"""Communes the report names: left bank of the river in Ségou (line 238), Salam (line 243); Dinangourou is
besieged since May (line 61), its level is assumed."""


def scores(monitored: list[Commune]) -> dict[str, list[int]]:
    """P-code -> six scores, January to June."""
    turn: dict[str, int] = {}
    table: dict[str, list[int]] = {}
    shapes = {plain(cercle): shape for cercle, shape in SHAPES.items()}
    for commune in monitored:
        draw = Draw(f"risk {commune.pcode}")
        bands, gains = shapes[plain(commune.cercle)]
        at = turn.get(commune.cercle, 0)
        turn[commune.cercle] = at + 1
        band, gain = NAMED.get(plain(commune.name), (bands[at % len(bands)], gains))
        last = band[0] + draw.below(band[1] - band[0] + 1)
        first = max(1, last - gain[0] - draw.below(gain[1] - gain[0] + 1))
        way = []
        for n in range(len(MONTHS)):
            score = round(first + (last - first) * n / (len(MONTHS) - 1))
            if 0 < n < len(MONTHS) - 1:
                score += draw.below(3) - 1
            if first == last:  # unchanged: a step may not leave the level
                level = risk_level(last)
                score = min(max(score, level.low, 1), level.high or 45)
            way.append(score)
        table[commune.pcode] = way
    return table


def month_rows(monitored: list[Commune], month: str) -> tuple[tuple[str, ...], list[dict[str, str]]]:
    """(columns, rows) of one month's indice_risque."""
    table, at = scores(monitored), MONTHS.index(month)
    rows = []
    for commune in monitored:
        row = commune.names()
        score = table[commune.pcode][at]
        if month == MONTH_BY_QUESTION:
            row |= _answers(score, Draw(f"answers {commune.pcode}"))
        else:
            row["score"] = str(score)
        rows.append(row)
    return ((*COLUMNS[:-1], *QUESTIONS) if month == MONTH_BY_QUESTION else COLUMNS), rows


def _answers(score: int, draw: Draw) -> dict[str, str]:
    """15 answers of 0 to 3 whose sum is `score` (0 to 45)."""
    answers = [0] * len(QUESTIONS)
    while sum(answers) < score:
        n = draw.below(len(answers))
        answers[n] += answers[n] < 3
    return {question: str(answer) for question, answer in zip(QUESTIONS, answers, strict=True)}
