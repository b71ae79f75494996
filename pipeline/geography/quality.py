"""What boundaries must satisfy before any map is drawn on them: one check after another, each naming the units at fault."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from pipeline.errors import BoundaryError
from pipeline.geography.areas import AreaTables, dissolved, union
from pipeline.geography.country import GEOGRAPHIC, MALI_BOUNDS
from pipeline.geography.vintages import LANGUAGES, LEVELS

# How the checks speak: features by name and code, places by degrees, the same three parts everywhere.


SHOWN = 5
"""Features named in one message: enough to find the fault, few enough to be read."""


def layers(areas: AreaTables) -> Iterator[tuple[int, str, gpd.GeoDataFrame]]:
    """Level, French name and table of each layer that has features, the finest first: a fault is told of the unit that
    has it, not of one that contains it."""
    for level, name in reversed(list(enumerate(LEVELS))):
        if len(areas.level(level)):
            yield level, name, areas.level(level)


def refuse(layer: str, problem: str, at_fault: Iterable[str], fix: str) -> None:
    """Raise BoundaryError where there are features at fault, naming the first SHOWN of them."""
    if every := list(dict.fromkeys(at_fault)):
        raise BoundaryError(
            f"couche {layer} : {problem} : {_named(every)}",
            "les cartes seraient fausses à cet endroit ; ces limites ne sont pas utilisées",
            fix,
        )


def _named(every: Sequence[str]) -> str:
    more = f" et {len(every) - SHOWN} de plus" if len(every) > SHOWN else ""
    return ", ".join(every[:SHOWN]) + more


def feature(pcode: str, name: str) -> str:
    """ "Ségou (ML0406)"."""
    return f"{name or 'sans nom'} ({pcode or 'sans P-code'})"


def features(frame: gpd.GeoDataFrame) -> list[str]:
    """Every row of a layer as `feature` writes it."""
    return [feature(code, name) for code, name in zip(frame["pcode"], frame["name"], strict=True)]


def position(geometry: shapely.Geometry) -> str:
    """A point of a geometry in degrees: "14,52° N 3,10° O"."""
    point = geometry.representative_point()
    north = f"{abs(point.y):.2f}° {'N' if point.y >= 0 else 'S'}"
    east = f"{abs(point.x):.2f}° {'E' if point.x >= 0 else 'O'}"
    return f"{north} {east}".replace(".", ",")


# Coverage: neighbours share their border exactly, with no gap and no overlap between them.


GAP_WIDTH = 1e-4
"""Degrees (11 m): slits narrower than this between neighbours are faults of digitising; the official
vintages have none, while a wider one may be the narrow neck of a true outline."""
HOLE_AREA = 1e-6
"""Square degrees (about 0.012 km²): Mali has no enclave, so a hole larger than this lacks its commune."""
FIX_COVERAGE = (
    "corriger dans QGIS (Vérifier la topologie ; GRASS v.clean), avec accrochage aux sommets des voisins"
)


def check_coverage(areas: AreaTables) -> None:
    """Raise BoundaryError where a level is not a coverage: overlap, slit, unmatched border, or hole."""
    for _, layer, frame in layers(areas):
        shapes = frame.geometry.to_numpy()
        edges = shapely.coverage_invalid_edges(shapes, gap_width=GAP_WIDTH)
        faulty = ~shapely.is_missing(edges) & ~shapely.is_empty(edges)
        width = f"{GAP_WIDTH:.4f}".replace(".", ",")
        what = f"chevauchements ou vides entre voisins (fentes de moins de {width}° comprises)"
        refuse(layer, what, _told(frame[faulty], edges[faulty]), FIX_COVERAGE)
        parts = shapely.get_parts(shapely.coverage_union_all(shapes))
        holes = [shapely.Polygon(ring) for part in parts for ring in part.interiors]
        found = [f"vers {position(hole)}" for hole in holes if hole.area > HOLE_AREA]
        refuse(layer, "trous que rien ne couvre", found, FIX_COVERAGE)


def _told(frame: gpd.GeoDataFrame, edges: object) -> list[str]:
    """Each faulty area with what is wrong and where: an overlap and its area, or a border that differs."""
    told = []
    shapes = frame.geometry.to_numpy()
    tree = shapely.STRtree(shapes)
    for index, (code, name, edge) in enumerate(zip(frame["pcode"], frame["name"], edges, strict=True)):  # type: ignore[call-overload]
        near = [other for other in tree.query(shapes[index], predicate="intersects") if other != index]
        overlaps = [shapely.intersection(shapes[index], shapes[other]) for other in near]
        largest = max(overlaps, key=lambda one: one.area, default=None)
        if largest is not None and largest.area > 0:
            other = near[overlaps.index(largest)]
            neighbour = feature(frame["pcode"].iloc[other], frame["name"].iloc[other])
            what = f"chevauche {neighbour} vers {position(largest)}"
        else:
            what = f"bord sans vis-à-vis vers {position(edge)}"
        told.append(f"{feature(code, name)} {what}")
    return told


# Nesting: each area lies in its parent, and its siblings fill the parent.


TOLERANCE = 0.01
"""Share of an area: levels surveyed at different scales may differ by slivers, not by more."""


def check_nesting(areas: AreaTables) -> None:
    """Raise BoundaryError where more than TOLERANCE of an area lies out of its parent, where more than
    TOLERANCE of a parent is left without children, or where a level and the country differ in extent."""
    for level, layer, frame in layers(areas):
        if level == 0:
            continue
        upper = areas.level(level - 1).set_index("pcode")
        shapes = frame.geometry.to_numpy()
        parents = upper.geometry.loc[list(frame["parent_pcode"])].to_numpy()
        shapely.prepare(parents)
        inside = shapely.covers(parents, shapes)
        # Borders that differ by a hair fail `covers`: only these are measured.
        outside = []
        for row in np.flatnonzero(~inside):
            share = 1 - shapely.intersection(parents[row], shapes[row]).area / shapes[row].area
            if share > TOLERANCE:
                code, name, parent = frame[["pcode", "name", "parent_pcode"]].iloc[row]
                told = feature(parent, upper["name"].loc[parent])
                outside.append(f"{feature(code, name)} à {share:.0%} hors de {told}".replace("%", " %"))
        fix = "corriger le P-code du parent, ou la géométrie"
        refuse(layer, "entités hors de leur entité supérieure", outside, fix)
        filled = frame.assign(area=shapely.area(shapes)).groupby("parent_pcode")["area"].sum()
        whole = upper.assign(area=shapely.area(upper.geometry.to_numpy()))
        lacking = [
            f"{feature(code, name)} à {1 - filled.get(code, 0.0) / area:.0%}".replace("%", " %")
            for code, name, area in zip(whole.index, whole["name"], whole["area"], strict=True)
            if filled.get(code, 0.0) < (1 - TOLERANCE) * area
        ]
        what = "une partie des entités supérieures n’est couverte par aucune entité"
        refuse(layer, what, lacking, "ajouter les entités qui manquent")
        _against_country(areas, layer, frame)


def _against_country(areas: AreaTables, layer: str, frame: gpd.GeoDataFrame) -> None:
    """Raise BoundaryError where a level leaves a part of the country uncovered, or reaches beyond it."""
    shapes = frame.geometry.to_numpy()
    whole, country = union(shapes), areas.pays.geometry.iloc[0]
    for what, left in (
        ("une partie du pays n’est couverte par aucune entité", shapely.difference(country, whole)),
        ("des entités dépassent du pays", shapely.difference(whole, country)),
    ):
        # Thinner or smaller than this is the noise of digitising; see the check of the coverage.
        large = [part for part in shapely.get_parts(left) if part.area > HOLE_AREA]
        parts = [part for part in large if 2 * part.area / part.length > GAP_WIDTH]
        near = features(frame.iloc[shapely.STRtree(shapes).nearest(shapely.point_on_surface(parts))])
        told = [f"vers {position(part)}, près de {one}" for part, one in zip(parts, near, strict=True)]
        fix = "corriger ces contours ; ou ôter la couche du pays, qui se déduit alors des communes"
        refuse(layer, what, told, fix)


# P-codes: one form a level, each once, each inside its parent's.


FORMS = (r"ML", r"ML\d{2}", r"ML\d{4}", r"ML\d{6}(\d{2})?")
WRITTEN = ("ML", "ML + 2 chiffres", "ML + 4 chiffres", "ML + 6 chiffres, 8 sous un arrondissement")


def check_codes(areas: AreaTables) -> None:
    """Raise BoundaryError where a P-code is malformed, double, or has a parent that is not there."""
    for level, layer, frame in layers(areas):
        told = dict(zip(frame["pcode"], features(frame), strict=True))
        wrong = [text for code, text in told.items() if not re.fullmatch(FORMS[level], code)]
        fix = "corriger ces P-codes dans le fichier de limites"
        refuse(layer, f"P-codes mal formés (il faut {WRITTEN[level]})", wrong, fix)
        twice = features(frame[frame.duplicated("pcode", keep=False)])
        fix = "donner à chaque entité son propre P-code, ou fondre les morceaux d’une même entité"
        refuse(layer, "P-codes en double", twice, fix)
        if level == 0:
            several = features(frame) if len(frame) > 1 else []
            refuse(layer, "plusieurs pays", several, "ne garder que le Mali")
            continue
        parents = set(areas.level(level - 1)["pcode"])
        strays = [
            f"{feature(row.pcode, row.name_)} dans {row.parent_pcode or 'aucun parent'}"
            for row in frame.rename(columns={"name": "name_"}).itertuples()
            if row.parent_pcode not in parents or not row.pcode.startswith(row.parent_pcode)
        ]
        what = "P-codes qui ne s’emboîtent pas dans ceux du niveau supérieur"
        fix = "faire commencer chaque P-code par celui de son parent, présent dans la couche supérieure"
        refuse(layer, what, strays, fix)


# Names: every area has one that can be read.


MISREAD = ("\ufffd", "Ã©", "Ã¨", "Ã¯", "Ã´", "Ã«")
"""What accents become when a file is read in the wrong encoding."""


def check_names(areas: AreaTables) -> None:
    """Raise BoundaryError where a name is missing or misread."""
    for _, layer, frame in layers(areas):
        fix = "remplir la colonne du nom (couche déduite des communes : nom de la région et du cercle)"
        refuse(layer, "entités sans nom", features(frame[frame["name"] == ""]), fix)
        garbled = frame[[any(mark in name for mark in MISREAD) for name in frame["name"]]]
        fix = "joindre le fichier .cpg (contenu : UTF-8), ou enregistrer la couche en UTF-8 dans QGIS"
        refuse(layer, "noms aux accents illisibles", features(garbled), fix)


# Geometries: polygons, with an inside, that do not cross themselves.


FIX = "corriger ces géométries dans QGIS (Traitement > Réparer les géométries)"


def check_shapes(areas: AreaTables) -> None:
    """Raise BoundaryError where a geometry is missing, empty, not a polygon or not valid."""
    for _, layer, frame in layers(areas):
        shapes = frame.geometry.to_numpy()
        missing = features(frame[shapely.is_missing(shapes) | shapely.is_empty(shapes)])
        refuse(layer, "entités sans géométrie", missing, "dessiner ces entités, ou les ôter")
        other = features(frame[~frame.geom_type.isin(["Polygon", "MultiPolygon"])])
        refuse(layer, "géométries qui ne sont pas des polygones", other, FIX)
        broken = ~shapely.is_valid(shapes)
        reasons = shapely.is_valid_reason(shapes[broken])
        told = [f"{one} : {why}" for one, why in zip(features(frame[broken]), reasons, strict=True)]
        refuse(layer, "géométries invalides", told, FIX)


# Extent: everything lies in Mali, in degrees, longitude first.


MARGIN = 0.5
"""Degrees beyond Mali's own bounds that are still taken for an older or coarser survey of the border."""


def check_extent(areas: AreaTables) -> None:
    """Raise BoundaryError where an area reaches out of Mali's bounds."""
    west, south, east, north = MALI_BOUNDS
    for _, layer, frame in layers(areas):
        bounds = shapely.bounds(frame.geometry.to_numpy())
        inside = (bounds[:, :2] >= (west - MARGIN, south - MARGIN)).all(axis=1)
        inside &= (bounds[:, 2:] <= (east + MARGIN, north + MARGIN)).all(axis=1)
        what = f"entités hors du Mali (longitudes {west} à {east}, latitudes {south} à {north})"
        fix = "vérifier la projection du fichier (EPSG:4326) et l’ordre longitude, latitude ; ne garder que le Mali"
        refuse(layer, what, features(frame[~inside]), fix)


# What rows state of themselves (OCHA's specification of the COD-AB): one edition; a polygon that is its row's own.


AREA_CRS = "EPSG:6933"
"""The equal-area projection that `area_sqkm` is computed in (OCHA's specification)."""
OTHER_SIZE, SAME_SIZE = 1.5, 1.02
"""A stated area this many times larger or smaller than the polygon's is another polygon's; up to the second, its own."""
CLOSE = 0.01
"""Degrees: a centre that is rounded, or of a finer outline, still lies this near to its unit."""
NUMBERED = r"([vV]_?\d{2}(\.\d{2})?)?"
"""How an edition is numbered: "v03", "v02.01", formerly "V_01"."""
LANGUAGE = r"([a-z]{2,3})?"


def check_edition(areas: AreaTables) -> None:
    """Raise BoundaryError where rows are numbered as of several editions."""
    found: dict[str, list[str]] = {}
    for _, layer, stated in _stated(areas):
        for version, told in zip(stated["version"], features(stated), strict=True):
            if version:
                found.setdefault(version, []).append(f"{layer} : {told}")
    if len(found) > 1:
        fewest = min(found, key=lambda version: (len(found[version]), version))
        what = f"éditions mêlées ({', '.join(sorted(found))}) ; sont de {fewest}"
        fix = "donner toutes les couches d’une seule édition, sans entité reprise d’une autre"
        refuse(found[fewest][0].split(" : ")[0], what, found[fewest], fix)


def check_own_polygon(areas: AreaTables) -> None:
    """Raise BoundaryError where a unit's polygon is another's: its stated centre lies in another unit and out of the
    convex hull of its own, or its stated area is another polygon's and no centre vouches for it."""
    for level, layer, stated in _stated(areas):
        area, own, elsewhere, ratio = _measured(areas.level(level), stated)
        off = ~np.isnan(ratio) & ((ratio > OTHER_SIZE) | (ratio < 1 / OTHER_SIZE)) & ~own
        wrong = []
        for row in np.flatnonzero(elsewhere | off):
            told = feature(stated["pcode"].iloc[row], stated["name"].iloc[row])
            if elsewhere[row]:
                wrong.append(f"{told}, dont le centre est donné à {position(_centres(stated)[row])}")
            else:
                size = f"{_numbers(stated, 'area_sqkm')[row]:.0f} km² dits, {area[row]:.0f} mesurés"
                wrong.append(f"{told}, {size}")
        what = "polygones qui ne sont pas ceux de leur ligne (center_lat, center_lon, area_sqkm)"
        fix = "rendre à chaque ligne son polygone ; si seules ces colonnes sont fausses, les recalculer ou les ôter"
        refuse(layer, what, wrong, fix)


def _stated(areas: AreaTables) -> Iterator[tuple[int, str, pd.DataFrame]]:
    """Level, French name and stated rows, in the order of the layer, of each layer that was read; the finest first."""
    for level, layer, frame in layers(areas):
        if level in areas.stated:
            yield level, layer, areas.stated[level].set_index("pcode").loc[list(frame["pcode"])].reset_index()


def _numbers(stated: pd.DataFrame, column: str) -> np.ndarray:
    return np.asarray(pd.to_numeric(stated[column], errors="coerce"), dtype="float64")


def _centres(stated: pd.DataFrame) -> np.ndarray:
    """The stated centres as points, None where none is stated."""
    x, y = _numbers(stated, "center_lon"), _numbers(stated, "center_lat")
    there = np.isfinite(x) & np.isfinite(y)
    points = np.full(len(stated), None, dtype=object)
    points[there] = shapely.points(x[there], y[there])
    return points


def _measured(
    frame: gpd.GeoDataFrame, stated: pd.DataFrame
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Of each unit: its area (km², NaN where none is stated); whether its stated centre lies in it; whether that lies
    in another unit, out of its own hull; stated over measured area, relative to the layer's median where that is
    another unit of measure."""
    polygons, centres = frame.geometry.to_numpy(), _centres(stated)
    there = ~shapely.is_missing(centres)
    own = there & (shapely.distance(polygons, centres) <= CLOSE)
    astray = there & (shapely.distance(shapely.convex_hull(polygons), centres) > CLOSE)
    in_one = np.zeros(len(frame), dtype=bool)
    in_one[shapely.STRtree(polygons).query(centres[there], predicate="within")[0]] = True
    elsewhere = np.zeros(len(frame), dtype=bool)
    elsewhere[there] = in_one[: there.sum()]
    sizes = _numbers(stated, "area_sqkm")
    sized = np.isfinite(sizes).any()
    area = shapely.area(frame.geometry.to_crs(AREA_CRS).to_numpy()) / 1e6 if sized else sizes
    ratio = sizes / area
    middle = np.nanmedian(ratio) if np.isfinite(ratio).any() else 1.0
    return area, own, elsewhere & astray, ratio / (middle if not 0.8 < middle < 1.25 else 1.0)


def _remarks_on_stated(areas: AreaTables) -> list[str]:
    """What rows state of themselves that is not so, without making a map wrong (French)."""
    told: list[str] = []
    dates: dict[str, list[str]] = {}
    for level, layer, stated in _stated(areas):
        names = features(stated)
        for what, wrong in _odd(areas, level, stated):
            if found := [name for name, yes in zip(names, wrong, strict=True) if yes]:
                told.append(f"couche {layer} : {what} : {_named(found)}")
        spoken = {column: sorted(set(stated[column]) - {""}) for column in LANGUAGES.values()}
        told += [
            f"couche {layer} : {column} change d’une ligne à l’autre ({', '.join(codes)})"
            for column, codes in spoken.items()
            if len(codes) > 1
        ]
        for day, name in zip(stated["valid_on"], names, strict=True):
            dates.setdefault(day or "sans date", []).append(name)
    if len(dates) > 1:
        *few, most = sorted(dates, key=lambda day: (len(dates[day]), day))
        parts = [f"{day} pour {', '.join(dates[day][:2])}" for day in few]
        told.append(f"dates de validité mêlées : {most}, mais {' ; '.join(parts[:SHOWN])}")
    return told


def _odd(areas: AreaTables, level: int, stated: pd.DataFrame) -> Iterator[tuple[str, Iterable[bool]]]:
    """Of one layer: what may be odd (French), and for each row whether it is."""
    _, own, _, ratio = _measured(areas.level(level), stated)
    yield "center_lat et center_lon hors de l’entité", ~shapely.is_missing(_centres(stated)) & ~own
    yield "area_sqkm n’est pas la surface mesurée", (ratio > SAME_SIZE) | (ratio < 1 / SAME_SIZE)
    for column, right in (("iso2", "ML"), ("iso3", "MLI")):
        yield f"{column} autre que {right}", ~stated[column].isin(("", right))
    for column in LANGUAGES.values():
        yield f"{column} n’est pas un code de langue", ~stated[column].str.fullmatch(LANGUAGE)
    speaks = (stated[list(LANGUAGES.values())] != "").any(axis=1)
    yield "aucun nom français, le premier est pris", speaks & (stated["french"] == "")
    yield "version autre qu’un numéro d’édition (v03, v02.01)", ~stated["version"].str.fullmatch(NUMBERED)
    yield "noms tout en capitales", stated["name"].str.isupper() & (stated["name"].str.len() > 3)
    if level and level - 1 in areas.stated:
        upper = areas.stated[level - 1].set_index("pcode")["name"]
        there = stated[f"code{level - 1}"].map(upper).fillna("")
        named = stated[f"name{level - 1}"]
        yield "nom de l’entité supérieure autre que dans sa couche", (named != "") & (named != there)


# Hair-thin faults between neighbours are closed before the checks; anything wider is left for them to refuse.


def mend(areas: AreaTables) -> tuple[AreaTables, str]:
    """Close gaps and overlaps narrower than GAP_WIDTH (degrees) of the communes, of the cercles where there are none.

    Returns the areas and a French note, "" where nothing was touched. Borders digitised apart, or a file
    rounded by another program, differ by a metre or two: that is no reason to refuse it, and a map cannot
    show it. Upper levels are then dissolved from the communes, so that all levels still agree; that each
    commune lies in its parent must have been checked before. Official files are valid coverages and come
    back as they are; so does what has wider faults, for the check of the coverage to name them.
    """
    finest = areas.finest
    shapes = finest.geometry.to_numpy()
    if not len(shapes) or shapely.coverage_is_valid(shapes, gap_width=GAP_WIDTH):
        return areas, ""
    mended = shapely.coverage_clean(shapes, gap_width=GAP_WIDTH, snapping_distance=GAP_WIDTH / 10)
    if not shapely.coverage_is_valid(mended, gap_width=GAP_WIDTH) or _moved(shapes, mended) > GAP_WIDTH:
        return areas, ""
    touched = int((~shapely.equals_exact(shapes, mended, normalize=True)).sum())
    closed = gpd.GeoDataFrame(finest.drop(columns="geometry"), geometry=mended, crs=GEOGRAPHIC)
    metres = round(GAP_WIDTH * 111_000)
    note = f"raccords de moins de {metres} m entre voisins refermés ({touched} entités)"
    return dissolved(areas, closed), note


def _moved(before: np.ndarray, after: np.ndarray) -> float:
    """The greatest width, in degrees, by which an outline moved: area that changed sides over length of edge.

    A strip of width w along an edge of length l covers w x l; its own outline is about 2 l long.
    """
    parts = shapely.get_parts(shapely.symmetric_difference(before, after))
    return max((2 * part.area / part.length for part in parts if part.length > 0), default=0.0)


# Counts: told, and compared with what the vintage should have; a difference is for the officer to judge.


def tell_counts(areas: AreaTables, expected: dict[str, int]) -> str:
    """ "10 régions, 53 cercles, 701 communes", with "(attendu : 700)" after each that differs."""
    found = {name: len(frame) for _, name, frame in layers(areas)}
    words = {"regions": "régions"}
    told = []
    for name in LEVELS[1:]:
        if name in found or expected.get(name):
            count = found.get(name, 0)
            other = f" (attendu : {expected[name]})" if expected.get(name, count) != count else ""
            told.append(f"{count} {words.get(name, name)}{other}")
    return ", ".join(told)


# The checks, all alike: each takes the areas and raises BoundaryError naming the features at fault, or returns None.
#
# Levels that are empty (communes of boundaries that end at the cercles) are passed over; the checks run in order, so
# that a later one may rely on an earlier: nesting on codes that exist, coverage on geometries that are valid.


Check = Callable[[AreaTables], None]

CHECKS: tuple[Check, ...] = (
    check_codes, check_names, check_edition, check_shapes, check_extent, check_own_polygon, check_nesting,
)  # fmt: skip


def check(areas: AreaTables, expected: dict[str, int]) -> tuple[AreaTables, str]:
    """Run every check, closing hair-thin faults between neighbours before the last.

    Returns the areas to use, and the French line that tells what was closed and the counts; a count that
    differs from `expected` (layer -> features) is told, not refused: a new division has other counts.
    Raises BoundaryError.
    """
    for one in CHECKS:
        one(areas)
    areas, mended = mend(areas)
    check_coverage(areas)
    return areas, " ; ".join(filter(None, [tell_counts(areas, expected), mended]))


def remarks(areas: AreaTables) -> list[str]:
    """What is told and not refused (French): an edition that is no longer valid, names that are not tidy, what rows state
    of themselves that is not so."""
    told = _remarks_on_stated(areas)
    if areas.valid_to:
        told.append(f"édition qui n’est plus valide depuis le {areas.valid_to}")
    if not areas.valid_on:
        told.append("aucune date de validité, ou plusieurs, dans le fichier")
    for level, layer, frame in layers(areas):
        upper = areas.level(level - 1) if level else None
        if upper is not None and len(set(upper["pcode"]) - set(frame["parent_pcode"])):
            empty = upper[~upper["pcode"].isin(frame["parent_pcode"])]
            told.append(f"couche {layer} : rien dans {', '.join(features(empty)[:SHOWN])}")
        twice = frame[frame.duplicated(["parent_pcode", "name"], keep=False)]
        if len(twice):
            named = ", ".join(features(twice)[:SHOWN])
            told.append(f"couche {layer} : noms en double dans la même entité : {named}")
    return told
