"""The rows of the six incident tables: from counts by cercle, category and type to written lines."""

from __future__ import annotations

import calendar

from pipeline.taxonomy import CATEGORY
from tools.reconstruction import assumptions as given
from tools.reconstruction.attributes import Row, describe
from tools.reconstruction.draw import Draw
from tools.reconstruction.fitting import Table, apportion, fit
from tools.reconstruction.gazetteer import Commune, of_cercle, plain
from tools.reconstruction.published import CATEGORY_TOTALS, MONTHS, REGION_TOTALS
from tools.reconstruction.spelling import misspelt, near

COLUMNS = (
    "id", "date", "region", "cercle", "commune", "localite", "pcode", "latitude", "longitude", "categorie", "type",
    "auteur", "sexe", "age", "statut_socioeconomique", "lieu", "tranche_horaire",
)  # fmt: skip

SHARE_OUTSIDE = 0.004
"""Rows from a commune without a monitor (told by a neighbouring one)."""
WAYS = {"name": 77.9, "pcode": 15, "old pcode": 1, "misspelt": 2.3, "village": 1.5, "cercle only": 1.4,
        "point": 0.9}  # fmt: skip
"""How the place is written, in per cent of rows."""


def build(communes: list[Commune], monitored: list[Commune]) -> dict[str, list[Row]]:
    """Month -> rows (columns COLUMNS, ISO dates, categories as letters), ordered by date."""
    rows = [row for month in MONTHS for row in _counted(month)]
    places = {commune.pcode: commune for commune in communes}
    _place(rows, communes, monitored)
    _twins(rows, places)
    describe(rows)
    _date(rows, places)
    _write_places(rows, places, {plain(commune.name) for commune in communes})
    months: dict[str, list[Row]] = {}
    for month in MONTHS:
        here = [row for row in rows if row["mois"] == month]
        here.sort(key=lambda row: (row["date"], row["rang"]))
        months[month] = [
            {**{column: row.get(column, "") for column in COLUMNS}, "id": f"{month}-{number:04d}"}
            for number, row in enumerate(here, start=1)
        ]
    return months


def _counted(month: str) -> list[Row]:
    """One row a violation, with region, cercle, category and type."""
    draw = Draw(f"rows {month}")
    table = _region_by_category(month)
    types = {
        key: _region_by_type(month, key, {region: table[region, key] for region in REGION_TOTALS})
        for key in CATEGORY_TOTALS
    }
    rows: list[Row] = []
    for region in REGION_TOTALS:
        cercles = _cercle_by_category(month, region, {key: table[region, key] for key in CATEGORY_TOTALS})
        for key in CATEGORY_TOTALS:
            kinds = [kind for (place, kind), n in types[key].items() if place == region for _ in range(n)]
            draw.shuffle(kinds)
            where = [cercle for (cercle, category), n in cercles.items() if category == key for _ in range(n)]
            rows += [
                {"mois": month, "region": region, "cercle": cercle, "categorie": key, "type": kind}
                for cercle, kind in zip(where, kinds, strict=True)
            ]
    order = [f"{n:05d}" for n in range(len(rows))]
    draw.shuffle(order)
    for row, rank in zip(rows, order, strict=True):
        row["rang"] = rank
    return rows


# How many violations of which type stand in which cercle, month by month: whole numbers, no rows yet.


def _region_by_category(month: str) -> Table:
    """(region, category) -> violations; both margins are the report's."""
    at = MONTHS.index(month)
    shape = given.REGION_TABLE.get(month, given.REGION_SHAPE)
    return fit(
        {(region, key): shape[region][key] for region in REGION_TOTALS for key in CATEGORY_TOTALS},
        {region: counts[at] for region, counts in REGION_TOTALS.items()},
        {key: counts[at] for key, counts in CATEGORY_TOTALS.items()},
    )


def _cercle_by_category(month: str, region: str, categories: dict[str, int]) -> Table:
    """(cercle, category) -> violations of one region. categories: the region's totals."""
    weights = given.CERCLE_WEIGHTS[region]
    known = {c: n for c, n in given.CERCLE_KNOWN.get(month, {}).items() if c in weights}
    total = sum(categories.values())
    rest = {cercle: weight for cercle, weight in weights.items() if cercle not in known}
    left = total - sum(known.values())
    shared = apportion(left, rest) if rest else {}
    rows = {cercle: known.get(cercle, shared.get(cercle, 0)) for cercle in weights}
    factors = given.CERCLE_SHAPE.get(month, {})
    prior = {
        (cercle, key): factors.get((cercle, key), 1.0) * (rows[cercle] * count + 0.001)
        for cercle in rows
        for key, count in categories.items()
    }
    known_cells = given.CERCLE_CATEGORY_KNOWN.get(month, {})
    return fit(prior, rows, categories, {cell: n for cell, n in known_cells.items() if cell[0] in rows})


def _region_by_type(month: str, category: str, regions: dict[str, int]) -> Table:
    """(region, type) -> violations of one category. regions: the category's totals by region."""
    counts = given.TYPE_TOTALS[category][MONTHS.index(month)]
    totals = dict(zip(CATEGORY[category].types, counts, strict=True))
    prior = {
        (region, kind): (regions[region] * count + 0.001) * _leaning(region, kind)
        for region in regions
        for kind, count in totals.items()
    }
    fixed = {}
    if category == "D" and month in given.ABDUCTIONS_MOPTI:
        fixed[("Mopti", CATEGORY["D"].types[0])] = given.ABDUCTIONS_MOPTI[month]
    return fit(prior, regions, totals, fixed)


def _leaning(region: str, kind: str) -> float:
    """Some types go with village attacks (the centre), others with roads and checkpoints (the north)."""
    if kind in ("Incendie volontaire", "Destruction de biens personnels"):
        return 1.0 if region == "Mopti" else 0.3
    if kind == "Taxe illégale":
        return 0.6 if region in ("Mopti", "Ségou") else 2.0
    return 1.0


def _place(rows: list[Row], communes: list[Commune], monitored: list[Commune]) -> None:
    """Each row gets `vrai`, the P-code of its commune. A few communes carry most rows."""
    draw = Draw("communes")
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        groups.setdefault((row["mois"], row["cercle"]), []).append(row)
    for (_, cercle), group in groups.items():
        inside = of_cercle(monitored, cercle)
        outside = [c.pcode for c in communes if plain(c.cercle) == plain(cercle) and c not in inside]
        # Violations by commune are very uneven: the k-th commune has about 1/k of the first one's.
        weights = {c.pcode: draw.between(0.75, 1.35) / rank for rank, c in enumerate(inside, start=1)}
        bag = [pcode for pcode, n in apportion(len(group), weights).items() for _ in range(n)]
        draw.shuffle(bag)
        for row, pcode in zip(group, bag, strict=True):
            row["vrai"] = pcode
            if outside and draw.chance(SHARE_OUTSIDE):
                row["vrai"] = draw.one(outside)


def _twins(rows: list[Row], places: dict[str, Commune]) -> None:
    """The two four-month-old twins who died in the fire on 17 June in Sio (line 57): two rows of category B."""
    sio = next(c.pcode for c in places.values() if plain(c.name) == "sio" and plain(c.cercle) == "mopti")
    june = [row for row in rows if row["mois"] == "2021-06" and row["cercle"] == "Mopti"]
    lives = [row for row in june if row["categorie"] == "B" and "explosif" not in row["type"]]
    for row in lives[:2]:
        swap = next(other for other in june if other["vrai"] == sio and "jumeau" not in other)
        swap["vrai"], row["vrai"] = row["vrai"], swap["vrai"]
        row["jumeau"] = "oui"
        row["date"] = "2021-06-17"


def _date(rows: list[Row], places: dict[str, Commune]) -> None:
    """Days within the month; displacement and property losses come in waves, as after an attack."""
    draw = Draw("days")
    waves: dict[tuple[str, str], list[int]] = {}
    for row in rows:
        year, number = (int(part) for part in row["mois"].split("-"))
        last = calendar.monthrange(year, number)[1]
        days = waves.setdefault((row["mois"], row["vrai"]), [1 + draw.below(last) for _ in range(3)])
        if row["mois"] == "2021-06" and plain(places[row["vrai"]].name) == "sio":
            days[0] = 17
        wave = row["categorie"] in "AE" and draw.chance(0.6)
        day = draw.one(days) if wave else 1 + draw.below(last)
        row.setdefault("date", f"{row['mois']}-{day:02d}")


def _write_places(rows: list[Row], places: dict[str, Commune], names: set[str]) -> None:
    """Region, cercle, commune, localite, pcode, latitude and longitude as written."""
    draw = Draw("spelling")
    for row in rows:
        commune = places[row["vrai"]]
        way = draw.weighted(WAYS)
        row["region"], row["cercle"] = near(row["region"], draw), near(commune.cercle, draw)
        row["commune"] = near(commune.name, draw)
        if way == "pcode":
            row["pcode"] = commune.pcode
        elif way == "old pcode" and commune.old_pcode != commune.pcode:
            row["pcode"] = commune.old_pcode
        elif way == "misspelt":
            row["commune"] = misspelt(commune.name, names, draw) or row["commune"]
        elif way == "village" and commune.villages:
            row["localite"] = near(draw.one(commune.villages), draw)
        elif way == "cercle only":
            row["commune"] = ""
        elif way == "point":
            row["longitude"], row["latitude"] = _point(commune, draw)
            if draw.chance(0.3):
                row["commune"] = ""


def _point(commune: Commune, draw: Draw) -> tuple[str, str]:
    """A point inside the commune, 1 km from its border where there is room, three decimals (100 m):
    as a telephone writes it.

    Only bounds and exact predicates are asked of GEOS, so that another version of it gives the same point.
    """
    west, south, east, north = commune.shape.bounds
    margin = 0.01
    while True:
        x, y = round(draw.between(west, east), 3), round(draw.between(south, north), 3)
        margin *= 0.98  # a narrow commune has no point so far from its border
        steps = (-margin, 0, margin)
        if all(commune.inside(x + dx, y + dy) for dx in steps for dy in steps):
            return f"{x:.3f}", f"{y:.3f}"
