"""The ways in which one count may be published under a rule, and what each way loses."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeline.disclosure.counts import classes_of
from pipeline.disclosure.office import Luck
from pipeline.disclosure.policy import CLASS, EXACT, CountRule
from pipeline.disclosure.system import Option

TENS_FROM = 20
"""From this count on, tens lie within the legend's classes: a widened figure keeps its colour. Below it, a
figure is widened to its class."""


@dataclass(frozen=True)
class Scale:
    """threshold, rounding: of the policy. weight: how much this kind of cell matters beside the others.
    widened: how a figure may be told less exactly before it is hidden: "tens" from TENS_FROM on (to the ten, or to ten
    counts around it: "435 à 444"), "class" below, "classes" from TENS_FROM on where the ten still tells too much.
    luck: what each way of telling this cell costs more or less, by the office's key."""

    threshold: int
    rounding: int
    weight: float = 1.0
    widened: frozenset[str] = frozenset({"tens", "class", "classes"})
    luck: Luck = field(default=lambda mark: 1.0, compare=False)


def fixed(value: int) -> tuple[Option, ...]:
    """A count that everybody knows: a total that the bulletin prints, or the total of published parts."""
    return (Option("exact", value, value, 0.0, "none"),)


def unseen(value: int, cap: int, threshold: int) -> tuple[Option, ...]:
    """A count that no page shows but that subtraction could give (what no commune of a cercle shows).

    cap: the most it could be. Only a small one must stay uncertain.
    """
    return (Option("hidden", 0, cap, 0.0, "wide" if 0 < value < threshold else "none"),)


def ladder(
    value: int, rule: CountRule, cap: int, scale: Scale, within: tuple[int, int] | None = None
) -> tuple[Option, ...]:
    """From the most telling to hidden. cap: the most that the count could be, from printed totals.

    within: interval that another audience is told; only options that tell no more are kept.
    Costs, in violations lost: one or more for each cell touched (so that few are), and of its count a
    twentieth for ten counts, three tenths for a class, all where it is hidden. They go by the class of the count and
    by the office's key, so that the choice says nothing of the count itself (see `rerun`).
    """
    options: list[Option] = []
    about = _about(value, scale.threshold)

    def cost(mark: str, lost: float) -> float:
        return scale.weight * lost * scale.luck(mark)

    if value == 0:
        options.append(Option("exact", 0, 0, 0.0, "none"))
    elif value < scale.threshold:
        if rule.below == CLASS:
            options.append(Option("class", 1, scale.threshold - 1, 0.0, "whole"))
    else:
        low, high = class_of(value, scale.threshold)
        told_class = rule.above == CLASS
        if rule.above == EXACT:
            options.append(Option("exact", value, value, 0.0, "none"))
            if value >= TENS_FROM and scale.rounding and "tens" in scale.widened:
                for start in (0, scale.rounding // 2):
                    ten = (value - start) // scale.rounding * scale.rounding + start
                    last = ten + scale.rounding - 1
                    if low <= ten and (high is None or last <= high):
                        lost = 1 + about / 20 + start / 100
                        options.append(Option("tens", ten, last, cost(f"tens {start}", lost), "none"))
        way = "class" if value < TENS_FROM else "classes"
        if told_class or way in scale.widened:
            # Where the rule asks for the class, the class loses nothing.
            lost = 0.0 if told_class else cost("class", 1 + 0.3 * about)
            options.append(Option("class", low, max(value, cap) if high is None else high, lost, "none"))
    hiding = cost("hidden", 1.5 + about) if value else cost("hidden", 0.7)
    options.append(Option("hidden", 0, max(cap, value), hiding, "wide"))
    if within is None:
        return tuple(options)
    return tuple(
        option
        for option in options
        if option.mark == "hidden" or (option.low <= within[0] and within[1] <= option.high)
    )


def _about(value: int, threshold: int) -> float:
    """What a count of its class weighs, the same for all of them."""
    if value < threshold:
        return threshold / 2
    low, high = class_of(value, threshold)
    return 150.0 if high is None else (low + high) / 2


def class_of(value: int, threshold: int) -> tuple[int, int | None]:
    """The legend's class of a count of at least 1."""
    return next((found.low, found.high) for found in classes_of(threshold) if found.holds(value, value))
