"""The country's names, indexed: what `resolve` searches in."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import shapely

from pipeline.geography.divisions import division
from pipeline.places.names import Name, NameIndex, likeness, name_key, name_of
from pipeline.places.place import Place
from pipeline.taxonomy import NEIGHBOURS

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.geography.country import Country


NEAR_KM = 5.0
"""A point this close outside a commune does not contradict it: monitors' points are taken from the road."""
_KM_PER_DEGREE = 111.2
_ITSELF = 70.0
"""Likeness from which two lists' names of one code are of one commune."""
SEAT = "chef-lieu"
"""Source of the names that a commune has from its chief place."""


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

    def place(self, method: str, score: float, evidence: tuple[str, ...] = ()) -> Place:
        """The place of a row that stands at this area; the other words as in `Place`."""
        return Place(
            self.level,  # type: ignore[arg-type]
            self.pcode,
            self.region_pcode,
            self.cercle_pcode if self.level != "region" else "",
            self.pcode if self.level == "commune" else "",
            self.name,
            method=method,
            score=score,
            evidence=evidence,
        )


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
    """What one commune became in another division. cercle, region: their codes and names there. also: codes and
    names of the cercles that part of its land may have gone to. sure: whether nothing speaks against it."""

    pcode: str
    cercle: str
    cercle_name: str
    region: str
    region_name: str
    also: tuple[tuple[str, str], ...] = ()
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
    approximate: bool
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
    def of(cls, country: Country, became: Iterable[Descent] | None = None) -> Gazetteer:
        """Index one country. Takes about a second for 701 communes and 18,769 places.

        became: what its communes became in another division; None: as `pipeline.geography` knows it.
        """
        return gazetteer_of(country, became)

    def indexed(self) -> Gazetteer:
        """Itself, with the indices that every table needs made: to be kept, and not made again by each run."""
        _ = self.communes_of, self.cercles_of, self.villages_of, self.chief_places, self.villages_by_base
        _ = self._tree
        return self

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
        return any(commune.pcode in known.get(parent.pcode, ()) for known in (self.former, self.made_of))

    def meeting(self, one: Area, area: Area | None) -> bool:
        """Whether two areas, of whichever division, share a commune; None is the country."""
        if area is None or one.pcode == area.pcode:
            return True
        if one.level == "commune":
            return self.holds(area, one)
        codes = self.made_of.get(one.pcode) or [c.pcode for c in self.communes_of.get(one.pcode, ())]
        if not codes:  # a cercle of 2025 that no commune is known to lie in
            return one.region_pcode != "" and one.region_pcode == area.region_pcode
        return any(self.holds(area, self.communes[code]) for code in codes if code in self.communes)

    def index(self, level: str, scope: str) -> NameIndex[Any]:
        """Names of one level ("region", "cercle", "commune", "localite") within one area ("": country)."""
        known = self._indices.get((level, scope))
        if known is None:
            things = self._named_in(level, scope)
            known = NameIndex((name, thing) for thing in things for name in thing.spellings)
            self._indices[level, scope] = known
        return known

    def _named_in(self, level: str, scope: str) -> Iterable[Any]:
        if level == "region":
            return self.regions.values()
        if level in ("unit region", "unit cercle"):
            return (unit for unit in self.units.values() if level.endswith(unit.level))
        if scope in self.made_of and level == "commune":
            return [self.communes[code] for code in self.made_of[scope]]
        if scope in self.made_of:
            return {id(v): v for code in self.made_of[scope] for v in self.villages_of.get(code, ())}.values()
        if level == "cercle":
            return self.cercles_of.get(scope, ())
        if level == "commune":
            former = (self.communes[code] for code in self.former.get(scope, ()))
            return (*self.communes_of.get(scope, ()), *former)
        return self.villages_of.get(scope, ())

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
        """The commune that holds a point; none on approximate limits, where it is near its commune, not inside."""
        if self.approximate or not self.geometries:
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

    def kilometres_to(self, area: Area, longitude: float, latitude: float) -> float:
        """Distance from a point to a region or cercle of whichever division, about, in km; 0 inside."""
        codes = self.made_of.get(area.pcode) or [c.pcode for c in self.communes_of.get(area.pcode, ())]
        return min(
            (self.kilometres(code, longitude, latitude) for code in codes if code in self.geometries),
            default=0.0,
        )

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


# Divisions of Mali before and after the one that is drawn, as far as names of regions and cercles go.
#
# Loi n° 2012-017 (regions of Taoudénit and Ménaka, in place since 2016) and loi n° 2023-006 (19 regions and the
# District). A region or cercle of another division written in the officer's table is evidence of where a place
# lies, not a mistake. Keys are strict keys of names (`normalise.name_key`).


NEW_REGIONS: dict[str, str] = {
    "taoudenit": "tombouctou",
    "taoudenni": "tombouctou",
    "taoudeni": "tombouctou",
    "menaka": "gao",
    "bougouni": "sikasso",
    "koutiala": "sikasso",
    "dioila": "koulikoro",
    "nara": "koulikoro",
    "nioro": "kayes",
    "niorodusahel": "kayes",
    "kita": "kayes",
    "bandiagara": "mopti",
    "douentza": "mopti",
    "san": "segou",
}
"""Region created after 2012 -> the region it was cut from."""

NEW_CERCLES: dict[str, str] = {
    "anderamboukane": "menaka",
    "inekar": "menaka",
    "tidermene": "menaka",
    "alourche": "tombouctou",
    "alourch": "tombouctou",
    "ber": "tombouctou",
    "hombori": "douentza",
    "boni": "douentza",
    "mondoro": "douentza",
    "ngouma": "douentza",
    "bore": "douentza",
}
"""Cercle created after 2012 -> the cercle it was cut from (the ones that reports from the north and the centre
name); only those whose origin is beyond doubt."""

OTHER_NAMES: dict[str, str] = {
    "districtdebamako": "bamako",
    "timbuktu": "tombouctou",
    "tinasoko": "tinessako",
    "rharous": "gourmarharous",
    "niorodusahel": "nioro",
    "kemacina": "macina",
}
"""Other names of regions and cercles in use."""

NAMES_OF_2025: dict[str, tuple[str, ...]] = {
    "taoudenni": ("Taoudénit", "Taoudéni", "Taoudénni"),
    "nioro": ("Nioro du Sahel",),
}
"""Region or cercle of 2025 -> its other names in use."""

COUNTRIES: dict[str, str] = {name_key(name): name for name in NEIGHBOURS}
COUNTRIES |= {
    "burkina": "Burkina Faso", "bf": "Burkina Faso", "rci": "Côte d’Ivoire", "guineeconakry": "Guinée",
    "rim": "Mauritanie", "algeria": "Algérie",
}  # fmt: skip
"""Strict keys of the neighbouring countries, as people write them."""

THE_COUNTRY = frozenset({"mali", "republiquedumali", "national", "paysentier"})
"""What stands in the region column and says nothing."""


# A country turned into the gazetteer that names are looked up in.


def gazetteer_of(country: Country, became: Iterable[Descent] | None = None) -> Gazetteer:
    """Index one country; see `Gazetteer` for what it holds."""
    translations, former_names, lost = _crosswalk(country)
    communes = {a.pcode: a for a in _areas(country.communes, "commune", country.aliases, former_names)}
    villages = tuple(_villages(country.localities, communes))
    communes = with_seats(_own_names(communes), villages)
    units, made_of = units_of(known_lineage(country) if became is None else became, communes)
    if units:
        units |= landless_units(country)
    drawn = country.layer(country.finest)
    regions = _areas(country.regions, "region", country.aliases, {})
    cercles = _areas(country.cercles, "cercle", country.aliases, {})
    return Gazetteer(
        vintage=country.source.vintage,
        approximate=country.source.approximate,
        regions={a.pcode: a for a in regions},
        cercles={a.pcode: a for a in cercles},
        communes=communes,
        villages=villages,
        old_codes=translations,
        lost=lost,
        geometries=dict(zip(drawn["pcode"], drawn.geometry, strict=True)),
        former=_former(country, communes),
        crosswalk=country.crosswalk,
        units=units,
        made_of=made_of,
    )


def known_lineage(country: Country) -> Iterable[Descent]:
    """What the communes drawn became in the division of 2025, those that the lineage knows by code and by name."""
    old, new = division("2021"), division("2025")
    names = dict(zip(country.communes["pcode"], country.communes["name"], strict=True))
    for code, line in country.lineage.lines.items():
        known, cercle, region = old.unit(code), new.unit(line.cercle), new.region(line.cercle)
        if not (known and cercle and region) or code not in names:
            continue
        if not {name_key(names[code])} & {name_key(text) for text in (known.name, *known.others)}:
            continue
        also = tuple((unit.code, unit.name) for other in line.shared if (unit := new.unit(other)))
        yield Descent(code, cercle.code, cercle.name, region.code, region.name, also, line.certainty == "sûr")


def units_of(
    became: Iterable[Descent], communes: Mapping[str, Area]
) -> tuple[dict[str, Area], dict[str, tuple[str, ...]]]:
    """The regions and cercles of another division, and the communes of each.

    A unit stands at the area drawn that holds all its sure communes: a region's at a region, a cercle's at a cercle
    or else a region; at none where they lie in several regions.
    """
    made: dict[tuple[str, str], dict[str, bool]] = defaultdict(dict)
    names: dict[tuple[str, str], str] = {}
    for line in became:
        if line.pcode not in communes:
            continue
        both = (("region", line.region, line.region_name), ("cercle", line.cercle, line.cercle_name))
        for level, code, name in both:
            if code:
                made[level, code][line.pcode] = line.sure
                if name:
                    names[level, code] = name
        for code, name in line.also:
            made["cercle", code].setdefault(line.pcode, False)
            names.setdefault(("cercle", code), name)
    units, made_of = {}, {}
    for (level, code), found in sorted(made.items()):
        if (level, code) not in names:
            continue
        key = f"2025:{code}"
        standing = [communes[pcode] for pcode in [code for code in found if found[code]] or found]
        regions = {area.region_pcode for area in standing}
        cercles = {area.cercle_pcode for area in standing}
        region = min(regions) if len(regions) == 1 else ""
        cercle = min(cercles) if level == "cercle" and len(cercles) == 1 else ""
        others = NAMES_OF_2025.get(name_key(names[level, code]), ())
        units[key] = _of_2025(key, names[level, code], level, region, cercle, others)
        made_of[key] = tuple(sorted(found))
    return units, made_of


def _of_2025(
    key: str, name: str, level: str, region: str, cercle: str = "", others: Iterable[str] = ()
) -> Area:
    spellings = tuple(dict.fromkeys(name_of(text) for text in (*variants(name), *others)))
    return Area(key, name, level, region, cercle, spellings, ("nom de 2025",) * len(spellings))


def landless_units(country: Country) -> dict[str, Area]:
    """The cercles of 2025 that no commune of 2021 is known to lie in, at the old region that theirs was cut from."""
    found = {}
    for unit in country.lineage.landless():
        told = country.lineage.in_2021(unit.code)
        if told and not told.lines and told.within:
            key = f"2025:{unit.code}"
            found[key] = _of_2025(key, unit.name, "cercle", told.within.code)
    return found


def with_seats(communes: dict[str, Area], villages: Iterable[Village]) -> dict[str, Area]:
    """The communes with their chief places for other names, where no other place of the region is so called.

    People name a commune by its seat: Dioïla is the seat of the commune of Kaladougou. A name that another commune
    or another commune's village sounds like stays out: it is weighed row by row.
    """
    bearing: dict[tuple[str, str], set[str]] = defaultdict(set)
    for area in communes.values():
        for spelling in area.spellings:
            bearing[area.region_pcode, spelling.sound].add(area.pcode)
    seats: dict[str, list[Village]] = defaultdict(list)
    for village in villages:
        for pcode in {village.commune, village.recorded} - {""}:
            region = communes[pcode].region_pcode if pcode in communes else pcode[:4]
            for spelling in village.spellings:
                bearing[region, spelling.sound].add(pcode)
        if village.chef_lieu and village.recorded in communes:
            seats[village.recorded].append(village)
    found = dict(communes)
    for pcode, chiefs in seats.items():
        area = communes[pcode]
        known = dict(zip(area.spellings, area.sources, strict=True))
        for spelling in (s for chief in chiefs for s in chief.spellings):
            if bearing[area.region_pcode, spelling.sound] == {pcode} and not spelling.empty:
                known.setdefault(spelling, SEAT)
        found[pcode] = replace(area, spellings=tuple(known), sources=tuple(known.values()))
    return found


def _own_names(communes: dict[str, Area]) -> dict[str, Area]:
    """The communes without other names that are the official name of another in their cercle: boundaries that number
    otherwise give them the names of other communes."""
    official = {(area.cercle_pcode, area.spellings[0].key): area.pcode for area in communes.values()}
    found = {}
    for pcode, area in communes.items():
        kept = [
            (spelling, source)
            for spelling, source in zip(area.spellings, area.sources, strict=True)
            if official.get((area.cercle_pcode, spelling.key), pcode) == pcode
            or spelling is area.spellings[0]
        ]
        spellings, sources = zip(*kept, strict=True)
        found[pcode] = replace(area, spellings=spellings, sources=sources)
    return found


def variants(name: str) -> list[str]:
    """The names in one cell: "Kaoubouki ou N'Gaperg", "Gao / Gawgaw", "Bara (Ansongo)"."""
    parts = re.split(r"\s+(?:ou|et)\s+|[/|,;()]", name)
    kept = [part.strip() for part in parts if len(name_key(part)) > 1]
    return [name, *(part for part in kept if part != name)] if len(kept) > 1 else [name]


def _areas(
    table: pd.DataFrame,
    level: str,
    aliases: Mapping[str, Iterable[str]],
    former_names: Mapping[str, tuple[str, str]],
) -> Iterable[Area]:
    columns = ("pcode", "name", "region_pcode", "cercle_pcode")
    for pcode, name, region, cercle in zip(*(table[c] for c in columns), strict=True):
        spellings = {name_of(name): "nom officiel"}
        former, vintage = former_names.get(pcode, ("", ""))
        if former:
            spellings.setdefault(name_of(former), f"nom de {vintage[:4]}")
        for other in aliases.get(pcode, ()):
            spellings.setdefault(name_of(other), "autre orthographe officielle")
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
        names = [*variants(name), *(v for v in others.split("|") if v)]
        yield Village(
            name=name,
            longitude=float(lon),
            latitude=float(lat),
            commune=pcode if pcode in communes else "",
            recorded=recorded,
            chef_lieu=kind.lower().startswith("admin"),
            names=tuple(dict.fromkeys(names)),
        )


def _crosswalk(country: Country) -> tuple[dict[str, Former], dict[str, tuple[str, str]], dict[str, Area]]:
    """Codes of other vintages -> today's; name in the other vintage by today's code; communes missing here."""
    table = country.crosswalk
    translations: dict[str, Former] = {}
    former_names: dict[str, tuple[str, str]] = {}
    lost: dict[str, Area] = {}
    if table.empty or country.source.vintage not in {*table["vintage_a"], *table["vintage_b"]}:
        return translations, former_names, lost  # boundaries that the crosswalk does not know
    communes = country.communes
    today = dict(zip(communes["pcode"], communes["name"], strict=True))
    # Boundaries of a part of the country lack the other cercles with their communes.
    cercles = set(country.cercles["pcode"])
    drawn = set(zip(communes["cercle_pcode"], map(name_key, communes["name"]), strict=True))
    here, there = ("a", "b") if (table["vintage_a"] == country.source.vintage).any() else ("b", "a")
    columns = [f"pcode_{here}", f"name_{here}", f"pcode_{there}", f"name_{there}", f"vintage_{there}", "iou"]
    for pcode, own, other_code, other, vintage, iou in zip(*(table[c] for c in columns), strict=True):
        if pcode in today and likeness(name_of(own), name_of(today[pcode])) < _ITSELF:
            continue  # boundaries that number otherwise: this code is another commune's
        if pcode in today:
            translations[other_code] = Former(pcode, other, vintage, float(iou))
            former_names[pcode] = (other, vintage)
        elif pcode[:6] in cercles and (pcode[:6], name_key(own)) not in drawn:
            spellings = tuple(dict.fromkeys((name_of(own), name_of(other))))
            sources = ("nom officiel", f"nom de {vintage[:4]}")[: len(spellings)]
            lost[pcode] = Area(pcode, own, "commune", pcode[:4], pcode[:6], spellings, sources)
    return translations, former_names, lost


def _former(country: Country, communes: Mapping[str, Area]) -> dict[str, tuple[str, ...]]:
    """Cercle or region P-code -> communes outside it that belonged to it before it was divided."""
    found: dict[str, list[str]] = defaultdict(list)
    for table, divided in ((country.cercles, NEW_CERCLES), (country.regions, NEW_REGIONS)):
        by_key = {name_key(name): pcode for pcode, name in zip(table["pcode"], table["name"], strict=True)}
        for new, old in divided.items():
            if new in by_key and old in by_key:
                code = by_key[new]
                inside = (c.pcode for c in communes.values() if code in (c.cercle_pcode, c.region_pcode))
                found[by_key[old]] += inside
    return {parent: tuple(sorted(codes)) for parent, codes in found.items()}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
