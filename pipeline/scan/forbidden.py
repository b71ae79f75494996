"""What may not leave: values of the officer's rows that could lead to a person, a village or a day."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import shapely

from pipeline.disclosure.policy import Policy
from pipeline.geography.country import Country
from pipeline.month_data import MonthData
from pipeline.places.place import Place
from pipeline.taxonomy import (
    AGES,
    ALERT_TYPES,
    AUTHORS,
    CATEGORIES,
    REGIONS_MONITORED,
    SEXES,
    SITES,
    STATUSES,
)

SHORTEST_VILLAGE = 3
SHORTEST_TEXT = 20
COMMON = ("chef-lieu", "centre", "marché", "campement", "quartier", "village", "site", "inconnu", "autre")
"""Words that monitors write where a village's name should be."""
WEB = Path(__file__).resolve().parents[1] / "web"
Point = tuple[float, float]


@dataclass(frozen=True)
class Forbidden:
    """ids: identifiers of incidents and alerts. villages: plain form (see `plain`) of village names -> their
    spellings, none that is also the name of an area. texts: plain forms of free texts. days: on which something happened.
    points: longitude and latitude of villages and incidents. own: points that stand for areas.
    phrases: plain forms of texts that the pages print of their own, some of which hold a village's name.
    threshold: exact counts of violations from 1 to threshold - 1 may not leave.
    """

    ids: frozenset[str] = frozenset()
    villages: Mapping[str, frozenset[str]] = field(default_factory=dict)
    texts: frozenset[str] = frozenset()
    days: frozenset[date] = frozenset()
    points: frozenset[Point] = frozenset()
    own: frozenset[Point] = frozenset()
    phrases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    threshold: int = 0


def folded(text: str) -> str:
    """Lower case, without accents; letters that have no ASCII form are dropped."""
    text = text.casefold()
    if text.isascii():
        return text
    return unicodedata.normalize("NFKD", text.replace("œ", "oe")).encode("ascii", "ignore").decode("ascii")


def plain(text: str) -> str:
    """Lower-case words without accents or punctuation, one space between: "Kouna-Daga" -> "kouna daga"."""
    return " ".join(re.findall(r"[a-z0-9]+", folded(text)))


def forbidden_of(data: MonthData, country: Country, policy: Policy, produced_on: str) -> Forbidden:
    """All that the month's rows, and those of the months before it, may not give away."""
    tables = [item.table.rows for item in data.placed]
    places = [
        place
        for item in data.placed
        for place in (*item.places, *(going for going in item.destinations if going is not None))
    ]
    printed = _printed(data, country)
    villages: dict[str, frozenset[str]] = {}
    for spelling in _villages(tables, places):
        name = plain(spelling)
        if len(name) >= SHORTEST_VILLAGE and name not in printed:
            villages[name] = villages.get(name, frozenset()) | {spelling.strip()}
    told = {date.fromisoformat(text) for text in (produced_on, country.source.vintage) if _is_date(text)}
    return Forbidden(
        ids=frozenset(_column(tables, "id") | _column(tables, "id_rapport")),
        villages=dict(sorted(villages.items())),
        texts=frozenset(
            words
            for words in map(plain, _column(tables, "description"))
            if len(words) >= SHORTEST_TEXT and words not in printed
        ),
        days=frozenset({day for rows in tables if "date" in rows for day in rows["date"]} - told),
        points=frozenset(_points(tables, places)),
        own=frozenset(_own_points(country)),
        phrases=_around(villages, printed),
        threshold=policy.threshold,
    )


def _is_date(text: str) -> bool:
    return re.fullmatch(r"\d{4}-\d\d-\d\d", text) is not None


def _column(tables: Iterable[pd.DataFrame], name: str) -> set[str]:
    return {str(value) for rows in tables if name in rows for value in rows[name] if _given(value)}


def _given(value: Any) -> bool:
    return value is not None and not pd.isna(value) and str(value).strip() != ""


def _villages(tables: Iterable[pd.DataFrame], places: Iterable[Place]) -> set[str]:
    """Names of villages as written and as found."""
    written = _column(tables, "localite") | _column(tables, "destination_localite")
    return written | {place.locality for place in places if place.locality}


def _points(tables: Iterable[pd.DataFrame], places: Iterable[Place]) -> set[Point]:
    found = {
        (float(place.longitude), float(place.latitude))
        for place in places
        if place.longitude is not None and place.latitude is not None
    }
    for rows in tables:
        if "latitude" in rows:
            given = rows[["longitude", "latitude"]].dropna()
            found |= set(zip(given["longitude"].astype(float), given["latitude"].astype(float), strict=True))
    return found


def _own_points(country: Country) -> set[Point]:
    """The points that stand for areas on the maps (see `disclosure.alerts.own_point`)."""
    found: set[Point] = set()
    for level in ("region", "cercle", "commune"):
        points = shapely.point_on_surface(country.layer(level).geometry.to_numpy())
        found |= set(zip(shapely.get_x(points).tolist(), shapely.get_y(points).tolist(), strict=True))
    return found


def _printed(data: MonthData, country: Country) -> frozenset[str]:
    """Plain forms of names and words that the pages print whatever happened: areas, partners, labels."""
    names = {name for level in ("region", "cercle", "commune") for name in country.names(level).values()}
    names |= (
        set(country.crosswalk["name_a"]) | set(country.crosswalk["name_b"])
        if len(country.crosswalk)
        else set()
    )
    names |= {*REGIONS_MONITORED, country.source.label}
    names |= {country.source.attribution, country.population_label, *country.background.credits}
    for layer in (country.background.countries, country.background.rivers, country.background.lakes):
        if layer is not None and "name" in layer:
            names |= {str(name) for name in layer["name"] if _given(name)}
    if data.indicators.coverage is not None:
        names |= set(data.indicators.coverage["partenaire"])
    return frozenset(plain(name) for name in names if plain(name)) | _vocabulary()


@cache
def _vocabulary() -> frozenset[str]:
    """Words of the closed lists and of the pages' own templates, scripts and styles."""
    texts = [*COMMON, *AUTHORS, *SEXES, *AGES, *STATUSES, *SITES]
    texts += [text for category in CATEGORIES for text in (category.label, category.short, *category.types)]
    texts += [text for alert in ALERT_TYPES for text in (alert.label, alert.plural)]
    files = [path for path in sorted(WEB.rglob("*")) if path.suffix in (".html", ".js", ".css")]
    words = {word for text in texts for word in plain(text).split()}
    for path in files:
        words |= set(plain(path.read_text("utf-8")).split())
    return frozenset(words | {plain(text) for text in texts})


def _around(villages: Iterable[str], printed: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Village -> printed phrases that hold its name among other words (village "koubewel", commune
    "koubewel koundia"), longest first."""
    by_word: dict[str, list[str]] = {}
    for phrase in printed:
        for word in set(phrase.split()) if " " in phrase else ():
            by_word.setdefault(word, []).append(phrase)
    found = {}
    for village in villages:
        near = [
            phrase
            for phrase in by_word.get(village.split()[0], ())
            if f" {village} " in f" {phrase} " and phrase != village
        ]
        if near:
            found[village] = tuple(sorted(near, key=lambda phrase: (-len(phrase), phrase)))
    return found
