"""The country's names, indexed: what `resolve` searches in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import shapely

from pipeline.places.index import NameIndex
from pipeline.places.normalise import Name, name_of

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
    """A populated place. commune: P-code by polygon, "" outside all; recorded: P-code as its source has it,
    which may be of a commune that these boundaries lack."""

    name: str
    longitude: float
    latitude: float
    commune: str
    recorded: str
    chef_lieu: bool
    names: tuple[str, ...]

    @cached_property
    def spellings(self) -> tuple[Name, ...]:
        """Its names in all their forms; made when first searched, since most villages never are."""
        return tuple(dict.fromkeys(name_of(name) for name in self.names))


class Descent(NamedTuple):
    """What one commune became in another division. cercle, region: their codes and names there. also: codes of the
    cercles that part of its land may have gone to. sure: whether nothing speaks against it."""

    pcode: str
    cercle: str
    cercle_name: str
    region: str
    region_name: str
    also: tuple[str, ...] = ()
    sure: bool = True


class Former(NamedTuple):
    """What a P-code of another vintage meant. pcode: today's. iou: shared over joint area of both polygons."""

    pcode: str
    name: str
    vintage: str
    iou: float


@dataclass(frozen=True, eq=False)
class Gazetteer:
    """One vintage of the country as names and codes. Frozen; indices are built when first needed.

    old_codes: P-codes of other vintages -> what they meant. lost: communes that the
    crosswalk knows under this vintage and that are missing from these boundaries, by P-code: names are
    compared with them too, lest theirs be given to another. former: P-code of a cercle or region -> communes
    outside it that belonged to it before it was divided. units: regions and cercles of another division, by a code
    of our own ("2025:ML1903"), each standing at the finest area drawn that holds all of it; made_of: the communes
    of each.
    """

    vintage: str
    schematic: bool
    regions: dict[str, Area]
    cercles: dict[str, Area]
    communes: dict[str, Area]
    villages: tuple[Village, ...]
    old_codes: dict[str, Former]
    lost: dict[str, Area]
    geometries: dict[str, Any] = field(repr=False, default_factory=dict)
    former: dict[str, tuple[str, ...]] = field(default_factory=dict)
    crosswalk: pd.DataFrame | None = field(repr=False, default=None)
    units: dict[str, Area] = field(default_factory=dict)
    made_of: dict[str, tuple[str, ...]] = field(repr=False, default_factory=dict)

    @classmethod
    def of(cls, country: Country, lineage: Iterable[Descent] | None = None) -> Gazetteer:
        """Index one country. Takes about a second for 701 communes and 18,769 places.

        lineage: what its communes became in another division; None: as `pipeline.geography` knows it.
        """
        from pipeline.places.indexing import gazetteer_of

        return gazetteer_of(country, lineage)

    def area(self, pcode: str) -> Area | None:
        """The area of a P-code at whatever level."""
        return self.communes.get(pcode) or self.cercles.get(pcode) or self.regions.get(pcode)

    @cached_property
    def communes_of(self) -> dict[str, tuple[Area, ...]]:
        """P-code of a region or cercle ("" for the country) -> its communes, the lost ones last."""
        found: dict[str, list[Area]] = defaultdict(list)
        for area in (*self.communes.values(), *self.lost.values()):
            for parent in ("", area.region_pcode, area.cercle_pcode):
                found[parent].append(area)
        return {parent: tuple(areas) for parent, areas in found.items()}

    @cached_property
    def skipped(self) -> tuple[str, ...]:
        """P-codes that the numbering of the communes within their cercle skips, and that nothing here names.

        Communes are numbered without a break (01, 02, ...) in every vintage known: a number left out betrays a
        commune that these boundaries lack, and whose name could be any. Empty where half of the numbers are left
        out: such a file numbers otherwise, and its numbers tell nothing.
        """
        numbers: dict[str, set[int]] = defaultdict(set)
        for code in (*self.communes, *self.lost):
            if code[-2:].isdigit():
                numbers[code[:-2]].add(int(code[-2:]))
        found = tuple(
            f"{cercle}{number:02d}"
            for cercle, seen in sorted(numbers.items())
            for number in range(1, max(seen))
            if number not in seen
        )
        return found if len(found) <= len(self.communes) else ()

    @cached_property
    def cercles_of(self) -> dict[str, tuple[Area, ...]]:
        """P-code of a region ("" for the country) -> its cercles."""
        found: dict[str, list[Area]] = defaultdict(list)
        for area in self.cercles.values():
            for parent in ("", area.region_pcode):
                found[parent].append(area)
        return {parent: tuple(areas) for parent, areas in found.items()}

    def holds(self, parent: Area | None, commune: Area) -> bool:
        """Whether a commune lies in a cercle or region, or did before it was divided; None holds all."""
        if parent is None or parent.pcode in (commune.cercle_pcode, commune.region_pcode):
            return True
        return commune.pcode in self.former.get(parent.pcode, ()) or commune.pcode in self.made_of.get(
            parent.pcode, ()
        )

    def meeting(self, unit: Area, area: Area | None) -> bool:
        """Whether a unit of another division has land in an area of either; None is the country."""
        if area is None:
            return True
        return any(self.holds(area, self.communes[code]) for code in self.made_of[unit.pcode])

    def index(self, level: str, scope: str) -> NameIndex[Any]:
        """Names of one level ("region", "cercle", "commune", "localite") within one area ("": country)."""
        known = self._indices.get((level, scope))
        if known is None:
            things: Iterable[Any]
            if level == "region":
                things = self.regions.values()
            elif level in ("unit region", "unit cercle"):
                things = (unit for unit in self.units.values() if level.endswith(unit.level))
            elif scope in self.made_of:
                things = self._inside(level, self.made_of[scope])
            else:
                within: dict[str, dict[str, Any]] = {
                    "cercle": self.cercles_of,
                    "commune": self.communes_of,
                    "localite": self.villages_of,
                }
                things = within[level].get(scope, ())
                if level == "commune":
                    things = (*things, *(self.communes[code] for code in self.former.get(scope, ())))
            known = NameIndex((name, thing) for thing in things for name in thing.spellings)
            self._indices[level, scope] = known
        return known

    def _inside(self, level: str, communes: Iterable[str]) -> list[Any]:
        if level == "commune":
            return [self.communes[code] for code in communes]
        found = {id(v): v for code in communes for v in self.villages_of.get(code, ())}
        return list(found.values())

    @cached_property
    def frames(self) -> dict[tuple[str | None, str | None], Any]:
        """What `read_frame` has found for (region, cercle) as written: few pairs, many rows."""
        return {}

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
                commune = self.communes.get(pcode) or self.lost.get(pcode)
                if commune:
                    parents |= {commune.pcode, commune.cercle_pcode, commune.region_pcode}
            for parent in parents:
                found[parent].append(village)
        return {parent: tuple(villages) for parent, villages in found.items()}

    @cached_property
    def chief_places(self) -> dict[str, tuple[Village, ...]]:
        """Base form of a name -> the chief places that bear it."""
        return _by_base(village for village in self.villages if village.chef_lieu)

    @cached_property
    def villages_by_base(self) -> dict[str, tuple[Village, ...]]:
        """Base form of a name -> every village of the country that bears it."""
        return _by_base(self.villages)

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


def _by_base(villages: Iterable[Village]) -> dict[str, tuple[Village, ...]]:
    found: dict[str, list[Village]] = defaultdict(list)
    for village in villages:
        for base in {name.base for name in village.spellings}:
            found[base].append(village)
    return {base: tuple(bearing) for base, bearing in found.items()}
