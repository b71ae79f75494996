"""The thresholds: chosen on four fifths of the communes, tried on the last fifth, five times."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from pipeline.places.gazetteer import Gazetteer
from pipeline.places.names import SAME, name_of
from pipeline.places.place import JUST_SO, SAME_SOUNDS, Bar
from pipeline.places.read import read_frame
from tools.calibration.trials import Written

FOLDS = 5
SCORES = np.arange(78.0, 100.0, 0.5)
MARGINS = (2.0, 3.0, 5.0, 8.0, 12.0)
TOLERATED = 1 / 500
"""Wrong acceptances where the true commune is missing, as a share of the trials."""


@dataclass(frozen=True)
class Scored:
    """One name against the communes of its scope. true: score of the right one (0 not found). other,
    third: the best two of the rest. namesake: the best of the rest is written or said just alike, which no
    threshold can tell: other rules see to those."""

    fold: int
    true: float
    other: float
    third: float
    namesake: bool


@dataclass(frozen=True)
class Outcome:
    """Counts over a set of trials."""

    trials: int
    right: int
    wrong: int
    wrong_if_missing: int
    missing_trials: int


def scored(names: Iterable[Written], scope: str, gazetteers: dict[str, Gazetteer]) -> list[Scored]:
    """Score every name within its scope. gazetteers: by source of the name, "" for the others."""
    found = []
    for written in names:
        gazetteer = gazetteers.get(written.source, gazetteers[""])
        frame = read_frame(written.request(scope), gazetteer)
        name = name_of(written.commune)
        hits = gazetteer.index("commune", frame.scope).search(name)
        rest = [hit for hit in hits if hit.thing.pcode != written.pcode]
        scores = [hit.score for hit in rest] + [0.0, 0.0]
        found.append(
            Scored(
                fold=hashlib.sha256(written.pcode.encode()).digest()[0] % FOLDS,
                true=max((hit.score for hit in hits if hit.thing.pcode == written.pcode), default=0.0),
                other=scores[0],
                third=scores[1],
                namesake=bool(rest) and rest[0].spelling.sound == name.sound,
            )
        )
    return found


def outcome(rows: list[Scored], bar: Bar) -> Outcome:
    """What a threshold would have done. Namesakes are left out of what is counted as wrong."""
    true, other, third, namesake = (
        np.array([getattr(row, field) for row in rows]) for field in ("true", "other", "third", "namesake")
    )
    right = _passed(bar, true, other)
    wrong = ~namesake & (other > true) & _passed(bar, other, np.maximum(true, third))
    missing = ~namesake & _passed(bar, other, third)
    return Outcome(len(rows), int(right.sum()), int(wrong.sum()), int(missing.sum()), int((~namesake).sum()))


def _passed(bar: Bar, best: np.ndarray, second: np.ndarray) -> np.ndarray:
    """`Bar.passed` over many names at once."""
    just_so = (best >= JUST_SO) & (second < SAME_SOUNDS)
    return (best >= bar.score) & (just_so | (best - second >= bar.margin))


def choose(rows: list[Scored]) -> Bar:
    """The bar that accepts most names right with none wrong and the tolerated share where the commune is
    missing; among equals the strictest."""
    best: tuple[int, float, float] | None = None
    for margin in MARGINS:
        for score in SCORES:
            result = outcome(rows, Bar(float(score), margin))
            allowed = result.wrong == 0 and result.wrong_if_missing <= TOLERATED * result.missing_trials
            if allowed and (best is None or (result.right, score, margin) > best):
                best = (result.right, float(score), margin)
    return Bar(best[1], best[2]) if best else Bar(SAME, max(MARGINS))


def cross_validated(rows: list[Scored]) -> tuple[Outcome, list[Bar]]:
    """Sum of what each fold's bar, chosen without it, does on the fold."""
    bars, sums = [], np.zeros(5, dtype=int)
    for fold in range(FOLDS):
        bar = choose([row for row in rows if row.fold != fold])
        result = outcome([row for row in rows if row.fold == fold], bar)
        bars.append(bar)
        sums += (result.trials, result.right, result.wrong, result.wrong_if_missing, result.missing_trials)
    return Outcome(*(int(n) for n in sums)), bars
