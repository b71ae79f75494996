"""A count as an audience may see it. Zero, a class, suppressed, not covered and no data are told apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from pipeline.french import NBSP, number
from pipeline.geography.country import Country

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


# The areas that counts are published by, as codes and names only.


@dataclass(frozen=True)
class Territory:
    """communes: P-code -> cercle's P-code (empty where the country has none: the schematic grid).
    cercles: P-code -> region's name. names: cercle P-code -> name. finest: "commune" or "cercle"."""

    communes: Mapping[str, str]
    cercles: Mapping[str, str]
    names: Mapping[str, str]
    finest: str

    @classmethod
    def of(cls, country: Country) -> Territory:
        regions = country.names("region")
        cercles, communes = country.cercles, country.communes
        return cls(
            communes=dict(zip(communes["pcode"], communes["cercle_pcode"], strict=True))
            if len(communes)
            else {},
            cercles={
                code: regions.get(region, "")
                for code, region in zip(cercles["pcode"], cercles["region_pcode"], strict=True)
            },
            names=country.names("cercle"),
            finest=country.finest,
        )

    @property
    def areas(self) -> Mapping[str, str]:
        """Areas of the finest level; the values have no meaning on the schematic grid."""
        return self.communes if self.finest == "commune" else self.cercles
