"""The country of 2021 told in the division of 2025: communes of 2021 in the cercles and regions they went to.

A cercle is the union of the communes that the lineage counts in it, so that every border drawn is one of the
communes': paper and page merge cercles from communes. A cercle that no commune counts in (twelve of the north)
has land only where boundaries of 2025 are at hand; it lies over the communes that it shares.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

import geopandas as gpd
import pandas as pd
import shapely

from pipeline.errors import BoundaryError
from pipeline.french import day_label, listing
from pipeline.geography.areas import union
from pipeline.geography.country import AREA_COLUMNS, EQUAL_AREA, GEOGRAPHIC, Country, Source
from pipeline.geography.divisions import CREDIT_2025, KEYS, DivisionKey, Unit, division, in_force


@dataclass(frozen=True)
class Held:
    """One division that a month can be drawn on. why: French, what it is drawn from. own: whether boundaries of it
    are at hand; else it is told through the lineage."""

    key: DivisionKey
    own: bool
    why: str


def held(country: Country) -> tuple[Held, ...]:
    """The divisions that the boundaries at hand can be drawn on, the one of their own areas first."""
    if country.division == "2025":
        return (Held("2025", True, "ses propres limites, sans communes"),)
    if country.division != "2021" or country.finest != "commune":
        return (Held("2021", True, "ses propres limites"),) if country.division else ()
    cells = "cellules autour des localités, LIMITES APPROCHÉES"
    drawn = Held("2021", True, cells if country.source.approximate else "ses propres limites")
    # Approximate limits are of neither division: their cells are put together in both alike.
    own = country.newer is not None or country.source.approximate
    inside = "communes de 2021 réunies dans les cercles de 2025 par la lignée"
    return (drawn, Held("2025", own, inside))


def chosen(country: Country, asked: str, day: date) -> DivisionKey | None:
    """The division to draw: `asked` (DIVISION=), else the one in force on `day` among those at hand.

    None where the boundaries are of no known division, and none is asked for: they are drawn as they are. Raises
    BoundaryError where the one asked for cannot be drawn.
    """
    there = {one.key: one for one in held(country)}
    asked = asked.strip()
    if asked:
        if asked not in there:
            known = f"ce qui est là se dessine avec DIVISION={', DIVISION='.join(there)}" if there else ""
            raise BoundaryError(
                f"DIVISION={asked!r} : "
                + (
                    "aucune division de ce nom"
                    if asked not in KEYS
                    else f"pas de limites pour la division de {asked}"
                ),
                f"aucune carte n’est produite ; les limites présentes sont « {country.source.label} »",
                f"{known or 'ne pas donner DIVISION='} ; « make divisions » dit ce que chaque limite couvre",
            )
        return next(key for key in there if key == asked)
    force = in_force(day)
    if force in there and there[force].own:
        return force
    return next((one.key for one in there.values() if one.own), None)


def at_hand(country: Country) -> Country:
    """The boundaries as they are at hand, before the country was told in a division."""
    return country.reading if country.reading is not None and len(country.communes) else country


def read_on(country: Country, ground: Callable[[], Country]) -> Country:
    """A country of 2025 without communes, with the communes of 2021 that its rows are read on; others as they are.

    ground: makes those communes where no boundaries of them are at hand: the approximate ones.
    """
    if country.division != "2025" or len(country.communes) or country.reading is not None:
        return country
    return replace(country, reading=replace(ground(), lineage=country.lineage))


def in_division(country: Country, key: DivisionKey | None) -> Country:
    """The country told in a division that it can be drawn on (see `held`); itself where it is of it already.

    Raises BoundaryError where a commune is none of 2021.
    """
    if key is None or key == country.division:
        return country
    owners = [country.lineage.owner(code) for code in country.communes["pcode"]]
    if key != "2025" or "" in owners:
        strange = [code for code, owner in zip(country.communes["pcode"], owners, strict=True) if not owner]
        raise BoundaryError(
            f"les limites présentes ont {len(strange)} communes que la lignée ne connaît pas ({listing(strange[:3])})",
            f"elles ne peuvent pas être dites dans la division de {key}",
            "donner les limites COD-AB de 2021, ou ne pas donner DIVISION=",
        )
    new = division("2025")
    regions = [new.units[owner].parent for owner in owners]
    communes = country.communes.assign(parent_pcode=owners, cercle_pcode=owners, region_pcode=regions)
    cercles = _united(communes, owners, new.level("cercle"), country)
    return replace(
        country,
        source=_source(country),
        regions=_united(communes, regions, new.level("région"), country),
        cercles=cercles,
        communes=communes,
        localities=_moved(country.localities, communes),
        aliases=_aliases(country),
        newer=None,
        reading=country,
    )


def _united(
    communes: gpd.GeoDataFrame, owners: list[str], units: tuple[Unit, ...], country: Country
) -> gpd.GeoDataFrame:
    """The layer of one level: each unit the union of its communes, else as the boundaries of 2025 draw it; a unit
    that has neither is left out."""
    groups = pd.Series(range(len(owners))).groupby(owners).groups
    drawn: Mapping[str, shapely.Geometry] = {}
    if country.newer is not None:
        table = country.newer.cercles
        drawn = dict(zip(table["pcode"], table.geometry, strict=True))
    polygons = communes.geometry.to_numpy()
    rows, shapes = [], []
    for unit in units:
        shape = union(polygons[groups[unit.code]]) if unit.code in groups else drawn.get(unit.code)
        if shape is not None:
            region = unit.code if unit.level == "région" else unit.parent
            cercle = unit.code if unit.level == "cercle" else ""
            vintage = country.source.vintage
            rows.append((unit.code, unit.name, unit.parent, region, cercle, vintage))
            shapes.append(shape)
    table = pd.DataFrame(rows, columns=list(AREA_COLUMNS), dtype="str")
    return gpd.GeoDataFrame(table, geometry=shapes, crs=GEOGRAPHIC)


def _moved(localities: gpd.GeoDataFrame, communes: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    if localities.empty:
        return localities
    parents = communes.set_index("pcode")[["region_pcode", "cercle_pcode"]]
    there = parents.reindex(localities["pcode"]).fillna("")
    return localities.assign(
        region_pcode=there["region_pcode"].to_numpy(), cercle_pcode=there["cercle_pcode"].to_numpy()
    )


def _aliases(country: Country) -> dict[str, tuple[str, ...]]:
    """The communes' other spellings, and those of the new regions and cercles: the old ones' codes mean others now."""
    communes = set(country.communes["pcode"])
    kept = {code: names for code, names in country.aliases.items() if code in communes}
    units = (*division("2025").level("région"), *division("2025").level("cercle"))
    return kept | {unit.code: unit.others for unit in units if unit.others}


def _source(country: Country) -> Source:
    source = country.source
    upper, edition = "cercles et régions de 2025 réunis par la lignée des communes", source.edition
    if country.newer is not None:
        upper += f" ({country.newer.source.label} pour ceux qui n’ont pas de commune)"
        newer = country.newer.source
        edition = f"{newer.edition or day_label(newer.vintage)} pour les cercles sans commune"
    return replace(
        source,
        label=f"{source.label} ; {upper}",
        edition=edition,
        attribution=f"{source.attribution} ; division de 2025 : {CREDIT_2025}",
    )


@dataclass(frozen=True)
class Astray:
    """A commune of 2021 that boundaries of 2025 draw mostly outside the cercle that the lineage gives.
    share: of its surface in that cercle, 0 to 1. cercle: code of the one that holds most of it, "" for none."""

    commune: str
    share: float
    cercle: str
    most: float


def astray(country: Country) -> tuple[Astray, ...]:
    """The communes whose polygon contradicts the lineage, by code: evidence for the officer, who decides.

    country: communes of 2021, with `newer`. Shared communes are judged on all the cercles that share them.
    """
    if country.newer is None:
        return ()
    communes = country.communes[["pcode", "geometry"]].to_crs(EQUAL_AREA)
    cercles = country.newer.cercles[["pcode", "geometry"]].to_crs(EQUAL_AREA)
    polygons = communes.geometry.to_numpy()
    shapes = shapely.make_valid(cercles.geometry.to_numpy())
    codes = cercles["pcode"].to_numpy()
    at, over = shapely.STRtree(shapes).query(polygons, predicate="intersects")
    parts = shapely.area(shapely.intersection(polygons[at], shapes[over])) / shapely.area(polygons[at])
    found = []
    for i, code in enumerate(communes["pcode"]):
        line = country.lineage.line(code)
        shares = dict(zip(codes[over[at == i]], parts[at == i], strict=True))
        own = sum(shares.get(cercle, 0.0) for cercle in (line.cercle, *line.shared)) if line else 0.0
        if own < 0.5:
            best = max(shares, key=lambda cercle: shares[cercle], default="")
            found.append(Astray(code, float(own), best, float(shares.get(best, 0.0))))
    return tuple(found)
