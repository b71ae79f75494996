"""A count as an audience may see it. Zero, a class, suppressed, not covered and no data are told apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pipeline.french import NBSP, number

State = Literal["exact", "range", "suppressed", "uncovered", "nodata"]

CLASSES: tuple[tuple[int, int | None], ...] = ((1, 4), (5, 19), (20, 49), (50, 99), (100, None))
"""Fixed classes of violations by area (CARTOGRAPHY, annex 1), the same every month."""


@dataclass(frozen=True)
class Count:
    """A published count. exact: `value`. range: between low and high (None: no upper end), both included.

    suppressed: there may be something, it is not told. uncovered: nobody monitors there and nothing was
    documented. nodata: the month has no table.
    """

    state: State
    value: int = 0
    low: int = 0
    high: int | None = None

    @classmethod
    def exact(cls, value: int) -> Count:
        return cls("exact", value, value, value)

    @classmethod
    def within(cls, low: int, high: int | None) -> Count:
        return cls("range", low, low, high)

    @classmethod
    def classed(cls, value: int) -> Count:
        """The count as its class only. Raises ValueError under 1: zero is told as zero."""
        low, high = next(
            (low, high) for low, high in CLASSES if low <= value and (high is None or value <= high)
        )
        return cls.within(low, high)

    @property
    def text(self) -> str:
        """French, as printed: "644", "1 à 4", "100 et plus", "non publié", "non couverte", "sans données"."""
        if self.state == "exact":
            return number(self.value)
        if self.state == "range":
            if self.high is None:
                return f"{number(self.low)} et plus"
            return f"{self.low}{NBSP}à{NBSP}{self.high}"
        return {"suppressed": "non publié", "uncovered": "non couverte", "nodata": "sans données"}[self.state]

    @property
    def class_key(self) -> str:
        """Key of the legend class: "c1" .. "c5", "zero", "suppressed", "uncovered", "nodata"."""
        if self.state not in ("exact", "range"):
            return self.state
        if self.state == "exact" and self.value == 0:
            return "zero"
        for rank, (low, high) in enumerate(CLASSES, start=1):
            if low <= self.low and (high is None or (self.high is not None and self.high <= high)):
                return f"c{rank}"
        # A range wider than a class says less than the map's classes: it is drawn as suppressed.
        return "suppressed"


ZERO = Count.exact(0)
SUPPRESSED = Count("suppressed")
UNCOVERED = Count("uncovered")
NO_DATA = Count("nodata")
