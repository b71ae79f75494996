"""How many violations of which type stand in which cercle, month by month: only whole numbers, no rows yet."""

from __future__ import annotations

from pipeline.taxonomy import CATEGORY
from tools.reconstruction import assumptions as given
from tools.reconstruction.fitting import Table, apportion, fit
from tools.reconstruction.published import CATEGORY_TOTALS, MONTHS, REGION_TOTALS


def region_by_category(month: str) -> Table:
    """(region, category) -> violations; both margins are the report's."""
    at = MONTHS.index(month)
    shape = given.REGION_TABLE.get(month, given.REGION_SHAPE)
    return fit(
        {(region, key): shape[region][key] for region in REGION_TOTALS for key in CATEGORY_TOTALS},
        {region: counts[at] for region, counts in REGION_TOTALS.items()},
        {key: counts[at] for key, counts in CATEGORY_TOTALS.items()},
    )


def cercle_by_category(month: str, region: str, categories: dict[str, int]) -> Table:
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
    fixed = {
        cell: count for cell, count in given.CERCLE_CATEGORY_KNOWN.get(month, {}).items() if cell[0] in rows
    }
    return fit(prior, rows, categories, fixed)


def region_by_type(month: str, category: str, regions: dict[str, int]) -> Table:
    """(region, type) -> violations of one category. regions: the category's totals by region."""
    totals = dict(
        zip(CATEGORY[category].types, given.TYPE_TOTALS[category][MONTHS.index(month)], strict=True)
    )
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
