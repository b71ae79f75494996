"""A country turned into the gazetteer that names are looked up in."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.places.gazetteer import Area, Descent, Former, Gazetteer, Village
from pipeline.places.history import NEW_CERCLES, NEW_REGIONS
from pipeline.places.normalise import name_key, name_of

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.geography.country import Country


def gazetteer_of(country: Country, lineage: Iterable[Descent] | None = None) -> Gazetteer:
    """Index one country; see `Gazetteer` for what it holds."""
    translations, former_names, lost = _crosswalk(country)
    communes = {a.pcode: a for a in _areas(country.communes, "commune", country.aliases, former_names)}
    villages = tuple(_villages(country.localities, communes))
    communes = with_seats(communes, villages)
    units, made_of = units_of(known_lineage(country) if lineage is None else lineage, communes)
    drawn = country.cercles if country.schematic else country.communes
    regions = _areas(country.regions, "region", country.aliases, {})
    cercles = _areas(country.cercles, "cercle", country.aliases, {})
    return Gazetteer(
        vintage=country.source.vintage,
        schematic=country.schematic,
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
    """What the communes drawn became in the division of 2025, where they are those that the lineage knows."""
    return ()


def units_of(
    lineage: Iterable[Descent], communes: Mapping[str, Area]
) -> tuple[dict[str, Area], dict[str, tuple[str, ...]]]:
    """The regions and cercles of another division, and the communes of each.

    A unit stands at the area drawn that holds all its sure communes: a region's at a region, a cercle's at a cercle
    or else a region; at none where they lie in several regions.
    """
    made: dict[tuple[str, str], dict[str, bool]] = defaultdict(dict)
    names: dict[tuple[str, str], str] = {}
    parents: dict[str, str] = {}
    for line in lineage:
        if line.pcode not in communes:
            continue
        for level, code, name in (
            ("region", line.region, line.region_name),
            ("cercle", line.cercle, line.cercle_name),
        ):
            if code:
                made[level, code][line.pcode] = line.sure
                if name:
                    names[level, code] = name
        parents[line.cercle] = line.region
        for code in line.also:
            made["cercle", code].setdefault(line.pcode, False)
    units, made_of = {}, {}
    for (level, code), found in sorted(made.items()):
        if (level, code) not in names:
            continue
        key = f"2025:{code}"
        standing = [communes[pcode] for pcode, sure in found.items() if sure] or [
            communes[pcode] for pcode in found
        ]
        regions = {area.region_pcode for area in standing}
        cercles = {area.cercle_pcode for area in standing}
        units[key] = Area(
            pcode=key,
            name=names[level, code],
            level=level,
            region_pcode=min(regions) if len(regions) == 1 else "",
            cercle_pcode=min(cercles) if level == "cercle" and len(cercles) == 1 else "",
            spellings=tuple(dict.fromkeys(name_of(text) for text in variants(names[level, code]))),
            sources=("nom de 2025",) * len(variants(names[level, code])),
        )
        made_of[key] = tuple(sorted(found))
    return units, made_of


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
                known.setdefault(spelling, "chef-lieu")
        found[pcode] = replace(area, spellings=tuple(known), sources=tuple(known.values()))
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


def _crosswalk(
    country: Country,
) -> tuple[dict[str, Former], dict[str, tuple[str, str]], dict[str, Area]]:
    """Codes of other vintages -> today's; name in the other vintage by today's code; communes missing here."""
    table = country.crosswalk
    translations: dict[str, Former] = {}
    former_names: dict[str, tuple[str, str]] = {}
    lost: dict[str, Area] = {}
    if table.empty or country.source.vintage not in {*table["vintage_a"], *table["vintage_b"]}:
        return translations, former_names, lost  # boundaries that the crosswalk does not know
    today = set(country.communes["pcode"])
    here, there = ("a", "b") if (table["vintage_a"] == country.source.vintage).any() else ("b", "a")
    columns = [f"pcode_{here}", f"name_{here}", f"pcode_{there}", f"name_{there}", f"vintage_{there}", "iou"]
    for pcode, own, other_code, other, vintage, iou in zip(*(table[c] for c in columns), strict=True):
        if pcode in today:
            translations[other_code] = Former(pcode, other, vintage, float(iou))
            former_names[pcode] = (other, vintage)
        else:
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
                inside = [
                    c.pcode for c in communes.values() if by_key[new] in (c.cercle_pcode, c.region_pcode)
                ]
                found[by_key[old]] += inside
    return {parent: tuple(sorted(codes)) for parent, codes in found.items()}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
