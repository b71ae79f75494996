"""Totals against the published ones: the bulletin and its maps must say the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from pipeline.french import number, plain
from pipeline.month import Month
from pipeline.taxonomy import CATEGORIES

TABLE_NAMES = {"region": "région", "categorie": "catégorie", "cercle": "cercle"}


@dataclass(frozen=True)
class Difference:
    """A cell where the data and the bulletin differ. found: in the data; published: in the bulletin."""

    month: str
    table: str
    name: str
    found: int
    published: int

    def text(self) -> str:
        """French, naming the cell."""
        gap = self.found - self.published
        where = f"{Month.parse(self.month).label}, {TABLE_NAMES[self.table]} « {self.name} »"
        return (
            f"{where} : {number(self.found)} dans les données, {number(self.published)} dans le bulletin "
            f"(écart {'+' if gap > 0 else ''}{number(gap)})"
        )


def compare(
    incidents: pd.DataFrame, published: pd.DataFrame, cercle_names: Mapping[str, str], until: Month
) -> list[Difference]:
    """Every published cell of the year up to `until` that the data contradict, in the file's order.

    incidents: as in Indicators. published: month, table, name, value. Names are compared without regard to
    case and accents; a name that the data do not have counts as zero.
    """
    labels = {plain(category.label): category.key for category in CATEGORIES}
    labels |= {plain(category.key): category.key for category in CATEGORIES}
    cercles = pd.Series(
        [plain(cercle_names.get(code, "")) for code in incidents["cercle_pcode"]], dtype=object
    )
    keys = {
        "region": pd.Series([plain(name) for name in incidents["region"]], dtype=object),
        "categorie": pd.Series(list(incidents["categorie"]), dtype=object),
        "cercle": cercles,
    }
    months = pd.Series(list(incidents["month"]), dtype=object)
    tallies = {
        table: pd.Series(list(zip(months, values, strict=True)), dtype=object).value_counts().to_dict()
        for table, values in keys.items()
    }
    found = []
    for row in published.rename(columns={"name": "label"}).itertuples():
        month = str(row.month)
        if month > str(until) or row.table not in tallies:
            continue
        key = plain(str(row.label))
        key = labels.get(key, key) if row.table == "categorie" else key
        count = int(tallies[str(row.table)].get((month, key), 0))
        if count != int(row.value):
            found.append(Difference(month, str(row.table), str(row.label), count, int(row.value)))
    return found
