"""A count as an audience may see it. Zero, a class, suppressed, not covered and no data are told apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Literal

from pipeline.french import NBSP, number
from pipeline.geography.country import Country
from pipeline.taxonomy import REGIONS_MONITORED

State = Literal["exact", "range", "suppressed", "uncovered", "nodata"]

EDGES = (3, 5, 10, 20)
"""Counts from which on a second class may begin: the values that a policy's threshold may have."""
LATER = (20, 50, 100)


@dataclass(frozen=True)
class CountClass:
    """A class of the legend: its key ("c1" to "c5"), the least and the most count, None: no upper end."""

    key: str
    low: int
    high: int | None

    def holds(self, low: int, high: int | None) -> bool:
        """Whether every count of the interval belongs to the class."""
        return self.low <= low and (self.high is None or (high is not None and high <= self.high))


@cache
def classes_of(threshold: int) -> tuple[CountClass, ...]:
    """Classes of violations by area (CARTOGRAPHY, annex 1), the same every month: 1 to 4, 5 to 19, 20 to 49, 50 to
    99, 100 and more, where the threshold is 5 or nothing is small (0). The first class ends under the threshold;
    a key, and so a colour, always begins at the same count or just below. Raises ValueError for no class edge."""
    second = threshold or 5
    if second not in EDGES:
        raise ValueError(f"{threshold} is no class edge: 0, {EDGES}")
    starts = [1, *([] if second in LATER else [second]), *LATER]
    ends = [start - 1 for start in starts[1:]]
    first = 6 - len(starts)
    return tuple(
        CountClass(f"c{rank}", low, high)
        for rank, (low, high) in enumerate(zip(starts, [*ends, None], strict=True), start=first)
    )


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
    def classed(cls, value: int, threshold: int) -> Count:
        """The count as its class only. Raises StopIteration under 1: zero is told as zero."""
        found = next(one for one in classes_of(threshold) if one.holds(value, value))
        return cls.within(found.low, found.high)

    @property
    def text(self) -> str:
        """French, as printed: "644", "1 à 4", "100 et plus", "non publié", "non couverte", "sans données"."""
        if self.state == "exact":
            return number(self.value)
        if self.state == "range":
            if self.high is None:
                return f"{number(self.low)} et plus"
            return f"{number(self.low)}{NBSP}à{NBSP}{number(self.high)}"
        return {"suppressed": "non publié", "uncovered": "non couverte", "nodata": "sans données"}[self.state]

    def class_key(self, threshold: int) -> str:
        """Key of the legend class: "c1" .. "c5", "zero", "suppressed", "uncovered", "nodata"."""
        if self.state not in ("exact", "range"):
            return self.state
        if self.state == "exact" and self.value == 0:
            return "zero"
        # A range wider than a class says less than the map's classes: it is drawn as suppressed.
        return next((o.key for o in classes_of(threshold) if o.holds(self.low, self.high)), "suppressed")


ZERO = Count.exact(0)
SUPPRESSED = Count("suppressed")
UNCOVERED = Count("uncovered")
NO_DATA = Count("nodata")


Change = Literal["", "up", "down", "same"]
EQUAL_SHARE = 0.05


def arrow(now: float, before: float | None) -> Change:
    """The bulletin's arrow: "same" under 5 % of the larger of both, "" without a month before."""
    if before is None:
        return ""
    if abs(now - before) < EQUAL_SHARE * max(now, before) or now == before:
        return "same"
    return "up" if now > before else "down"


# The areas that counts are published by, as codes and names only.


@dataclass(frozen=True)
class Territory:
    """communes: P-code -> cercle's P-code (empty where the boundaries have none).
    cercles: P-code -> region's name. names: cercle P-code -> name. finest: "commune" or "cercle".
    monitored: the regions that the bulletin counts, in the division drawn. owners: commune -> its cercle, also where the
    boundaries have no communes and rows are read on those of 2021."""

    communes: Mapping[str, str]
    cercles: Mapping[str, str]
    names: Mapping[str, str]
    finest: str
    monitored: tuple[str, ...] = REGIONS_MONITORED
    owners: Mapping[str, str] = field(default_factory=dict)
    division: str = ""

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
            owners=country.owners,
            finest=country.finest,
            division=country.division or "",
            monitored=tuple(name for told in country.monitored.values() for name in told),
        )

    @property
    def areas(self) -> Mapping[str, str]:
        """Areas of the finest level; the values have no meaning where these are cercles."""
        return self.communes if self.finest == "commune" else self.cercles
