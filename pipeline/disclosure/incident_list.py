"""Annex 4, the list of incidents, as each audience may see it."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from pipeline.disclosure.counts import Count
from pipeline.disclosure.published import Cell, ListTable
from pipeline.taxonomy import CATEGORY

SMALL = 5
MERGED = "Autres (petits effectifs)"


def full_list(incidents: pd.DataFrame, names: Mapping[str, Mapping[str, str]]) -> ListTable:
    """For `interne`: one row an incident, by day and place; nothing of the victim. names: level -> P-code
    -> name, for "cercle" and "area"."""
    columns = (
        ("id", "Identifiant", "text"),
        ("date", "Date", "date"),
        ("mois", "Mois", "month"),
        ("region", "Région", "text"),
        ("cercle", "Cercle", "text"),
        ("commune", "Commune", "text"),
        ("localite", "Localité", "text"),
        ("categorie", "Catégorie", "text"),
        ("type", "Type", "text"),
        ("auteur", "Auteur présumé", "text"),
    )
    rows = tuple(
        (
            row.id,
            row.date,
            row.month,
            row.region,
            names["cercle"].get(row.cercle_pcode, ""),
            names["area"].get(row.area, ""),
            row.locality or "",
            CATEGORY[row.categorie].label,
            row.type,
            row.auteur or "",
        )
        for row in incidents.sort_values(["date", "id"], kind="stable").itertuples()
    )
    return ListTable(columns, rows, "Liste complète, réservée à l'usage interne du Cluster.")


def merged_list(
    incidents: pd.DataFrame, cercle_names: Mapping[str, str], sensitive: frozenset[str]
) -> ListTable:
    """For `partenaires`: month, region, cercle, category, type, count; small cells merged.

    A type counted 1 to 4 times in a cercle and month is merged with the other small ones of its category,
    then of the cercle; what is still small reads "1 à 4". Sensitive types are told by region only.
    """
    frame = incidents.assign(cercle=[cercle_names.get(code, "") for code in incidents["cercle_pcode"]])
    hidden = frame["type"].isin(sensitive)
    frame.loc[hidden, "cercle"] = "(région)"
    rows: list[tuple[Cell, ...]] = []
    for (month, region, cercle), place in frame.groupby(["month", "region", "cercle"], sort=True):
        rest: dict[str, int] = {}
        for (category, kind), group in place.groupby(["categorie", "type"], sort=True):
            if len(group) >= SMALL:
                rows.append((month, region, cercle, CATEGORY[category].label, kind, len(group)))
            else:
                rest[category] = rest.get(category, 0) + len(group)
        left = 0
        for category, count in rest.items():
            if count >= SMALL:
                rows.append((month, region, cercle, CATEGORY[category].label, MERGED, count))
            else:
                left += count
        if left:
            shown: Cell = left if left >= SMALL else Count.within(1, SMALL - 1).text
            rows.append((month, region, cercle, "Toutes catégories", MERGED, shown))
    columns = (
        ("mois", "Mois", "month"),
        ("region", "Région", "text"),
        ("cercle", "Cercle", "text"),
        ("categorie", "Catégorie", "text"),
        ("type", "Type", "text"),
        ("nombre", "Nombre", "number"),
    )
    note = "Effectifs par mois et par cercle ; les effectifs de 1 à 4 sont regroupés."
    return ListTable(columns, tuple(rows), note)
