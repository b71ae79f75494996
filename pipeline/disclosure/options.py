"""The ways in which one count may be published under a rule, and what each way loses."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.disclosure.counts import classes_of
from pipeline.disclosure.policy import CLASS, EXACT, CountRule
from pipeline.disclosure.system import Option

TENS_FROM = 20
"""From this count on, tens lie within the legend's classes: a widened figure keeps its colour. Below it, a
figure is widened to its class."""


@dataclass(frozen=True)
class Scale:
    """threshold, rounding: of the policy. weight: how much this kind of cell matters beside the others.
    widened: how a figure may be told less exactly before it is hidden: "tens" from TENS_FROM on, "class" below,
    "classes" from TENS_FROM on where the ten still tells too much."""

    threshold: int
    rounding: int
    weight: float = 1.0
    widened: frozenset[str] = frozenset({"tens", "class", "classes"})


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
    twentieth for tens, three tenths for a class, all where it is hidden.
    """
    options: list[Option] = []
    weight = scale.weight
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
                ten = value // scale.rounding * scale.rounding
                options.append(
                    Option("tens", ten, ten + scale.rounding - 1, weight * (1 + value / 20), "wide")
                )
        way = "class" if value < TENS_FROM else "classes"
        if told_class or way in scale.widened:
            # Where the rule asks for the class, the class loses nothing.
            cost = 0.0 if told_class else weight * (1 + 0.3 * value)
            options.append(Option("class", low, max(value, cap) if high is None else high, cost, "wide"))
    hiding = weight * (1.5 + value) if value else weight * 0.7
    options.append(Option("hidden", 0, max(cap, value), hiding, "wide"))
    if within is None:
        return tuple(options)
    return tuple(
        option
        for option in options
        if option.mark == "hidden" or (option.low <= within[0] and within[1] <= option.high)
    )


def class_of(value: int, threshold: int) -> tuple[int, int | None]:
    """The legend's class of a count of at least 1."""
    return next((found.low, found.high) for found in classes_of(threshold) if found.holds(value, value))
