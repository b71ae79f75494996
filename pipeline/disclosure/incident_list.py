"""Annex 4, the list of incidents, as each audience may see it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from pipeline.disclosure.figures import MonthFigures
from pipeline.disclosure.merged_rows import month_rows
from pipeline.disclosure.policy import Policy
from pipeline.disclosure.published import Cell, ListTable
from pipeline.disclosure.territory import Territory
from pipeline.month import Month
from pipeline.taxonomy import CATEGORIES, SENSITIVE_TYPES

COLUMNS: Mapping[str, tuple[str, str]] = {
    "id": ("Identifiant", "text"),
    "date": ("Date", "date"),
    "mois": ("Mois", "month"),
    "region": ("Région", "text"),
    "cercle": ("Cercle", "text"),
    "commune": ("Commune", "text"),
    "localite": ("Localité", "text"),
    "categorie": ("Catégorie", "text"),
    "type": ("Type", "text"),
    "auteur": ("Auteur présumé", "text"),
    "nombre": ("Nombre", "number"),
}


def _headings(columns: Sequence[str]) -> tuple[tuple[str, str, str], ...]:
    return tuple((key, *COLUMNS[key]) for key in columns)


def full_list(
    incidents: pd.DataFrame, territory: Territory, areas: Mapping[str, str], policy: Policy
) -> ListTable:
    """One row an incident, by day and place; nothing of the victim. A sensitive type is placed no finer than
    `policy.sensitive`. areas: P-code -> name at the finest level."""
    rows = []
    for row in incidents.sort_values(["date", "id"], kind="stable").itertuples():
        coarse = row.type in SENSITIVE_TYPES
        values: dict[str, Cell] = {
            "id": row.id,
            "date": row.date,
            "mois": row.month,
            "region": row.region,
            "cercle": territory.names.get(row.cercle_pcode, ""),
            "commune": "" if coarse or territory.finest == "cercle" else areas.get(row.area, ""),
            "localite": "" if coarse else row.locality or "",
            "categorie": next(c.label for c in CATEGORIES if c.key == row.categorie),
            "type": row.type,
            "auteur": row.auteur or "",
        }
        rows.append(tuple(values[key] for key in policy.list_columns))
    note = (
        "Liste complète, réservée à l’usage interne du Cluster ; les violences sexuelles, mariages forcés et "
        "exploitations sexuelles y sont situés par cercle seulement."
    )
    return ListTable(_headings(policy.list_columns), tuple(rows), note)


def list_lines(
    incidents: pd.DataFrame, told: MonthFigures, territory: Territory, policy: Policy
) -> Iterator[dict[str, Cell]]:
    """The lines of one month, only the columns that the audience sees, but for the month."""
    wanted = [key for key in policy.list_columns if key != "mois"]
    for line in month_rows(incidents, told, territory, policy) if wanted else ():
        yield {key: line[key] for key in wanted}


def merged_list(
    incidents: pd.DataFrame, figures: Mapping[Month, MonthFigures], territory: Territory, policy: Policy
) -> ListTable:
    """Rows of counts by month, region, cercle, category and type, each violation in exactly one row."""
    rows: list[tuple[Cell, ...]] = []
    for month, told in figures.items():
        for line in list_lines(incidents[incidents["month"] == str(month)], told, territory, policy):
            values: dict[str, Cell] = {"mois": str(month), **line}
            rows.append(tuple(values[key] for key in policy.list_columns))
    note = (
        f"Effectifs par mois, cercle et type ; les effectifs de 1 à {policy.threshold - 1} sont regroupés dans "
        "le reste de leur région. Les violences sexuelles, mariages forcés et exploitations sexuelles ne sont "
        "situés que par région. Chaque violation compte dans une seule ligne."
    )
    return ListTable(_headings(policy.list_columns), tuple(rows), note)
