"""What the dashboard shows, as plain values: everything it may say is here, nothing is counted on the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.annexes.model import ClassEntry
from pipeline.disclosure.counts import Count

ChangeSign = str
"""Against the month before: "up", "down", "same", "" without a month before, "open" where it is not published."""


@dataclass(frozen=True)
class Card:
    """A key figure that does not depend on the category. value, detail: for a month and a region (0: all)."""

    label: str
    told: Mapping[tuple[int, int], tuple[str, str]]
    elsewhere: str


@dataclass(frozen=True)
class GridRow:
    """A line of a table as printed. total: the last one."""

    label: str
    cells: tuple[str, ...]
    total: bool


@dataclass(frozen=True)
class MonthGrid:
    """A table of the bulletin, as texts. key: "categories" or "regions"."""

    key: str
    title: str
    reading: str
    headings: tuple[str, ...]
    rows: tuple[GridRow, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Profile:
    """Parts of the month's violations: by type, author, sex... for one region and category (0: all)."""

    key: str
    region: int
    category: int
    parts: tuple[tuple[str, Count], ...]


@dataclass(frozen=True)
class Board:
    """months: ISO, label ("juin 2021"), name ("juin") and heading ("Juin"), January to the month; `known`
    which of them have a table of incidents. regions: names, as the bulletin counts. categories: key, label,
    short label, colour, in the bulletin's order.

    cube: (month, region, category) -> Count; region 0 and category 0 are all of them together. changes:
    likewise. sums: (region, category) -> total of the year and its share of all regions, as printed.
    areas: one mapping a month, P-code -> Count. cercles: likewise; cercle_categories: of the last month.
    classes: of the map's legend, every state a count may have; threshold: of the audience, by which counts have
    their class. region_of: P-code of a region -> position in `regions` plus 1, 0 where the bulletin does not count it.
    profile_titles: key and heading of each profile, in order.
    """

    months: tuple[tuple[str, str, str, str], ...]
    known: tuple[bool, ...]
    regions: tuple[str, ...]
    categories: tuple[tuple[str, str, str, str], ...]
    cube: Mapping[tuple[int, int, int], Count]
    changes: Mapping[tuple[int, int, int], ChangeSign]
    sums: Mapping[tuple[int, int], tuple[str, str]]
    areas: tuple[Mapping[str, Count], ...]
    cercles: tuple[Mapping[str, Count], ...]
    cercle_categories: Mapping[str, tuple[Count, ...]]
    classes: tuple[ClassEntry, ...]
    threshold: int
    region_of: Mapping[str, int]
    cards: tuple[Card, ...]
    tables: tuple[MonthGrid, ...]
    noun: str
    arrow_rule: str
    profile_titles: tuple[tuple[str, str], ...] = ()
    profiles: tuple[Profile, ...] = ()
