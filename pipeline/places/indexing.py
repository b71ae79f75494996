"""A country turned into the gazetteer that names are looked up in."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from pipeline.places.gazetteer import Area, Former, Gazetteer, Village
from pipeline.places.history import NEW_CERCLES, NEW_REGIONS
from pipeline.places.names import name_key, name_of

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.geography.country import Country


def gazetteer_of(country: Country) -> Gazetteer:
    """Index one country; see `Gazetteer` for what it holds."""
    translations, former_names, lost = _crosswalk(country)
    communes = {a.pcode: a for a in _areas(country.communes, "commune", country.aliases, former_names)}
    drawn = country.cercles if country.schematic else country.communes
    regions = _areas(country.regions, "region", country.aliases, {})
    cercles = _areas(country.cercles, "cercle", country.aliases, {})
    return Gazetteer(
        vintage=country.source.vintage,
        schematic=country.schematic,
        regions={a.pcode: a for a in regions},
        cercles={a.pcode: a for a in cercles},
        communes=communes,
        villages=tuple(_villages(country.localities, communes)),
        old_codes=translations,
        lost=lost,
        geometries=dict(zip(drawn["pcode"], drawn.geometry, strict=True)),
        former=_former(country, communes),
        crosswalk=country.crosswalk,
    )


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
