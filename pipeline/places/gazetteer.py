"""The country's names, indexed: what `resolve` searches in."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import shapely

from pipeline.places.history import NEW_CERCLES
from pipeline.places.index import NameIndex
from pipeline.places.normalise import Name, name_key, name_of

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.geography.country import Country

NEAR_KM = 5.0
"""A point this close outside a commune does not contradict it: monitors' points are taken from the road."""
_KM_PER_DEGREE = 111.2


@dataclass(frozen=True)
class Area:
    """A region, cercle or commune. region_pcode and cercle_pcode: its parents (itself at its own level).

    spellings: the official name first, then other names it is known by. sources: of each, in French.
    """

    pcode: str
    name: str
    level: str
    region_pcode: str
    cercle_pcode: str
    spellings: tuple[Name, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Village:
    """A populated place. commune: P-code by polygon, "" outside all; recorded: P-code as its source has it."""

    name: str
    longitude: float
    latitude: float
    commune: str
    recorded: str
    chef_lieu: bool
    spellings: tuple[Name, ...]


@dataclass(frozen=True)
class Gazetteer:
    """One vintage of the country as names and codes. Frozen; indices are built when first needed.

    old_codes: P-codes of other vintages -> (P-code today, name there, vintage). lost: strict keys of names
    that another vintage knows as communes and this one does not have: (name, cercle P-code or "").
    """

    vintage: str
    schematic: bool
    regions: dict[str, Area]
    cercles: dict[str, Area]
    communes: dict[str, Area]
    villages: tuple[Village, ...]
    old_codes: dict[str, tuple[str, str, str]]
    lost: dict[str, str]
    geometries: dict[str, Any] = field(repr=False, default_factory=dict)
    former_cercles: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, country: Country) -> Gazetteer:
        """Index one country. Takes about a second for 701 communes and 18,769 places."""
        communes_table = country.communes
        translations, aliases, lost = _crosswalk(country)
        communes = {a.pcode: a for a in _areas(communes_table, "commune", aliases)}
        drawn = country.cercles if country.schematic else communes_table
        return cls(
            vintage=country.source.vintage,
            schematic=country.schematic,
            regions={a.pcode: a for a in _areas(country.regions, "region", {})},
            cercles={a.pcode: a for a in _areas(country.cercles, "cercle", {})},
            communes=communes,
            villages=tuple(_villages(country.localities, communes)),
            old_codes=translations,
            lost=lost,
            geometries=dict(zip(drawn["pcode"], drawn.geometry, strict=True)),
            former_cercles=_former_cercles(country, communes),
        )

    def area(self, pcode: str) -> Area | None:
        """The area of a P-code at whatever level."""
        return self.communes.get(pcode) or self.cercles.get(pcode) or self.regions.get(pcode)

    @cached_property
    def communes_of(self) -> dict[str, tuple[Area, ...]]:
        """P-code of a region or cercle ("" for the country) -> its communes, by P-code."""
        found: dict[str, list[Area]] = defaultdict(list)
        for area in self.communes.values():
            for parent in ("", area.region_pcode, area.cercle_pcode):
                found[parent].append(area)
        return {parent: tuple(areas) for parent, areas in found.items()}

    @cached_property
    def cercles_of(self) -> dict[str, tuple[Area, ...]]:
        """P-code of a region ("" for the country) -> its cercles."""
        found: dict[str, list[Area]] = defaultdict(list)
        for area in self.cercles.values():
            for parent in ("", area.region_pcode):
                found[parent].append(area)
        return {parent: tuple(areas) for parent, areas in found.items()}

    def index(self, level: str, scope: str) -> NameIndex[Any]:
        """Names of one level ("region", "cercle", "commune", "localite") within one area ("": country)."""
        known = self._indices.get((level, scope))
        if known is None:
            things: Iterable[Any]
            if level == "region":
                things = self.regions.values()
            else:
                within: dict[str, dict[str, Any]] = {
                    "cercle": self.cercles_of,
                    "commune": self.communes_of,
                    "localite": self.villages_of,
                }
                things = within[level].get(scope, ())
                if level == "commune":
                    former = self.former_cercles.get(scope, ())
                    things = (*things, *(self.communes[code] for code in former))
            known = NameIndex((name, thing) for thing in things for name in thing.spellings)
            self._indices[level, scope] = known
        return known

    @cached_property
    def _indices(self) -> dict[tuple[str, str], NameIndex[Any]]:
        return {}

    @cached_property
    def villages_of(self) -> dict[str, tuple[Village, ...]]:
        """P-code of a commune, cercle or region ("" for the country) -> its villages, by polygon or record."""
        found: dict[str, list[Village]] = defaultdict(list)
        for village in self.villages:
            parents = {""}
            for pcode in (village.commune, village.recorded):
                commune = self.communes.get(pcode)
                if commune:
                    parents |= {commune.pcode, commune.cercle_pcode, commune.region_pcode}
            for parent in parents:
                found[parent].append(village)
        return {parent: tuple(villages) for parent, villages in found.items()}

    @cached_property
    def villages_by_base(self) -> dict[str, tuple[Village, ...]]:
        """Base form of a name -> every village of the country that bears it."""
        found: dict[str, list[Village]] = defaultdict(list)
        for village in self.villages:
            for base in {name.base for name in village.spellings}:
                found[base].append(village)
        return {base: tuple(villages) for base, villages in found.items()}

    @cached_property
    def _tree(self) -> tuple[shapely.STRtree, tuple[str, ...]]:
        codes = tuple(self.geometries)
        return shapely.STRtree([self.geometries[code] for code in codes]), codes

    def at(self, longitude: float, latitude: float) -> Area | None:
        """The commune (on the schematic grid: nothing, tiles are not the ground) that holds a point."""
        if self.schematic or not self.geometries:
            return None
        tree, codes = self._tree
        hits = sorted(
            codes[i] for i in tree.query(shapely.Point(longitude, latitude), predicate="intersects")
        )
        return self.communes.get(hits[0]) if hits else None

    def kilometres(self, pcode: str, longitude: float, latitude: float) -> float:
        """Distance from a point to a commune, about, in km; 0 inside."""
        degrees = shapely.distance(self.geometries[pcode], shapely.Point(longitude, latitude))
        return float(degrees) * _KM_PER_DEGREE

    def neighbours(self, pcode: str) -> tuple[str, ...]:
        """P-codes of the communes that touch one, in order."""
        known = self._neighbours.get(pcode)
        if known is None:
            tree, codes = self._tree
            hits = tree.query(self.geometries[pcode], predicate="intersects")
            known = tuple(sorted(codes[i] for i in hits if codes[i] != pcode))
            self._neighbours[pcode] = known
        return known

    @cached_property
    def _neighbours(self) -> dict[str, tuple[str, ...]]:
        return {}


def variants(name: str) -> list[str]:
    """The names in one cell: "Kaoubouki ou N'Gaperg", "Gao / Gawgaw", "Bara (Ansongo)"."""
    parts = re.split(r"\s+ou\s+|/|\||[()]", name)
    kept = [part.strip() for part in parts if len(name_key(part)) > 1]
    return [name, *(part for part in kept if part != name)] if len(kept) > 1 else [name]


def _areas(table: pd.DataFrame, level: str, aliases: Mapping[str, list[tuple[str, str]]]) -> Iterable[Area]:
    columns = ("pcode", "name", "region_pcode", "cercle_pcode")
    for pcode, name, region, cercle in zip(*(table[c] for c in columns), strict=True):
        spellings = {name_of(name): "nom officiel"}
        for other, source in aliases.get(pcode, []):
            spellings.setdefault(name_of(other), source)
        yield Area(
            pcode=pcode,
            name=name,
            level=level,
            region_pcode=pcode if level == "region" else _text(region),
            cercle_pcode=pcode if level == "cercle" else _text(cercle),
            spellings=tuple(spellings),
            sources=tuple(spellings.values()),
        )


def _villages(table: pd.DataFrame, communes: Mapping[str, Area]) -> Iterable[Village]:
    if table.empty:
        return
    columns = ("name", "alt_names", "pcode", "recorded_pcode", "place_class")
    empty = [""] * len(table)
    cells = [[_text(v) for v in table[c]] if c in table else empty for c in columns]
    for name, others, pcode, recorded, kind, lon, lat in zip(
        *cells, table.geometry.x, table.geometry.y, strict=True
    ):
        spellings = [*variants(name), *(v for v in others.split("|") if v)]
        yield Village(
            name=name,
            longitude=float(lon),
            latitude=float(lat),
            commune=pcode if pcode in communes else "",
            recorded=recorded if recorded in communes else "",
            chef_lieu=kind.lower().startswith("admin"),
            spellings=tuple(dict.fromkeys(name_of(s) for s in spellings)),
        )


def _crosswalk(
    country: Country,
) -> tuple[dict[str, tuple[str, str, str]], dict[str, list[tuple[str, str]]], dict[str, str]]:
    """Codes of other vintages -> today's; names of other vintages by today's code; communes gone since."""
    table = country.crosswalk
    translations: dict[str, tuple[str, str, str]] = {}
    aliases: dict[str, list[tuple[str, str]]] = defaultdict(list)
    lost: dict[str, str] = {}
    if table.empty:
        return translations, aliases, lost
    today = set(country.communes["pcode"])
    if (table["vintage_a"] == country.source.vintage).any():
        here, there = "a", "b"
    elif (table["vintage_b"] == country.source.vintage).any():
        here, there = "b", "a"
    else:
        return translations, aliases, lost  # boundaries that the crosswalk does not know
    columns = [f"pcode_{here}", f"name_{here}", f"pcode_{there}", f"name_{there}", f"vintage_{there}"]
    for pcode, own, other_code, other, vintage in zip(*(table[c] for c in columns), strict=True):
        if pcode in today:
            translations[other_code] = (pcode, other, vintage)
            aliases[pcode].append((other, f"nom de {str(vintage)[:4]}"))
        else:
            lost[name_key(own)] = pcode[:6]
            lost[name_key(other)] = pcode[:6]
    return translations, aliases, lost


def _former_cercles(country: Country, communes: Mapping[str, Area]) -> dict[str, tuple[str, ...]]:
    """Cercle P-code -> communes outside it that belonged to it before it was divided."""
    by_key = {name_key(n): c for c, n in zip(country.cercles["pcode"], country.cercles["name"], strict=True)}
    found: dict[str, list[str]] = defaultdict(list)
    for new, old in NEW_CERCLES.items():
        if new in by_key and old in by_key:
            found[by_key[old]] += [c.pcode for c in communes.values() if c.cercle_pcode == by_key[new]]
    return {cercle: tuple(sorted(codes)) for cercle, codes in found.items()}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
