"""Annex 4: the list of incidents, a table and no map."""

from __future__ import annotations

from dataclasses import replace

from pipeline.annexes.common import Stage, account_line, unread_rows
from pipeline.annexes.model import Annex, Column, Table
from pipeline.french import listing, plural


def build(stage: Stage) -> Annex | None:
    """The specification of annex 4, None where the audience gets no list."""
    published = stage.published
    found = published.incident_list
    if found is None:
        return None
    months = published.months
    period = published.month.label if len(months) < 2 else f"{months[0].name} à {published.month.label}"
    of_period = published.month.of_label if len(months) < 2 else f"{months[0].of} à {published.month.label}"
    total = sum(published.total(month) for month in months)
    columns = tuple(Column(key, label, kind) for key, label, kind in found.columns)  # type: ignore[arg-type]
    names = listing([f"« {column.label} »" for column in columns])
    return Annex(
        number=4,
        slug="annexe-4-liste-incidents",
        title="Liste des incidents",
        subtitle=f"Violations documentées, {period}",
        caption=_missing(stage)
        or f"La liste compte {plural(len(found.rows), 'ligne')} pour {plural(total, 'violation')} {of_period}. "
        f"{found.note}",
        alt_text=f"Tableau des violations documentées {of_period}, avec les colonnes {names}.",
        counts_line=account_line(
            stage, "incidents", "violation", "violations", [str(month) for month in months]
        ),
        meta=replace(stage.meta, credits=stage.meta.credits[:1]),  # no map, no background
        layers=(),
        table=Table("Liste des incidents", columns, found.rows),
        notes=(found.note,),
    )


def _missing(stage: Stage) -> str:
    """Why the list is empty where no table was received, or none of its rows could be read; "" where it is not."""
    published = stage.published
    if not published.months:
        return f"Aucun fichier d’incidents reçu pour {published.month.label} : la liste est vide."
    if len(published.months) == 1 and (unread := unread_rows(published, "incidents")):
        return f"{unread} : la liste n’en montre aucune."
    return ""
