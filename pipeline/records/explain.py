"""Failed checks of the schemas in the officer's words."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from typing import Any

from pipeline.french import day as day_words
from pipeline.french import listing
from pipeline.month import Month
from pipeline.records import schemas
from pipeline.records.columns import CLUES, COUNT_LIMIT, SCORE_LIMIT
from pipeline.records.tables import Problem, quote, refusal, remark
from pipeline.records.values import swapped

_FIXES = {
    "id": "donner à la violation un numéro qu'aucune autre ne porte",
    "id_rapport": "écrire le numéro du rapport flash, par exemple F-12",
    "date": "écrire le jour, par exemple 14/06/2021 ; s'il n'est pas connu, le dernier jour du mois",
    "categorie": "écrire la lettre ou le nom de la catégorie, de A à F",
    "type": "écrire le type de violation, pris dans la liste de sa catégorie",
    "evenement": "écrire le type d'événement, par exemple Attaque de village",
    "score": "écrire la somme des 15 questions, de 0 à 60, ou remplir q1 à q15 ; si la commune n'a pas été évaluée, "
    "supprimer la ligne",
    "mois": "écrire le mois, par exemple 2021-06",
    "tableau": "écrire region, categorie ou cercle",
    "nom": "écrire le nom de la région, de la catégorie ou du cercle",
    "valeur": "écrire le total imprimé dans le bulletin",
}


def explain(code: str, column: str, text: str, value: Any, table: str, month: Month | None) -> Problem:
    """The problem behind one failed check. text: as written; value: as understood."""
    match code:
        case schemas.EMPTY:
            return refusal(table, f"{column} est vide", _FIXES.get(column, f"remplir la colonne {column}"))
        case schemas.NOWHERE:
            names = listing([name for name in CLUES[table] if name != "latitude"])
            return refusal(
                table, "rien ne dit où la ligne se place", f"remplir au moins une colonne parmi {names}"
            )
        case schemas.OUT_OF_MONTH if month is not None:
            return _out_of_month(text, value, table, month)
        case schemas.NEGATIVE if column in ("menages", "personnes"):
            return _unlikely_count(column, text, "est négatif")
        case schemas.TOO_LARGE if column in ("menages", "personnes"):
            return _unlikely_count(column, text, f"dépasse {COUNT_LIMIT:.0f}")
        case schemas.NEGATIVE:
            return refusal(
                table, f"{column} {quote(text)} est négatif", f"écrire {column} sans signe, à partir de 0"
            )
        case schemas.TOO_LARGE:
            return refusal(
                table,
                f"le score {quote(text)} dépasse {SCORE_LIMIT:.0f}, le plus haut possible pour 15 questions",
                f"écrire la somme des 15 questions, de 0 à {SCORE_LIMIT:.0f}",
            )
        case _:
            # A net under the readers: nothing that the schema does not allow reaches a map.
            return refusal(
                table, f"{column} {quote(text)} n'est pas une valeur permise", "corriger la cellule"
            )


def _unlikely_count(column: str, text: str, why: str) -> Problem:
    return remark(
        f"{column} {quote(text)} {why}",
        f"l'événement est dessiné sans son nombre de {'ménages' if column == 'menages' else column}",
        "écrire le nombre en chiffres, par exemple 135",
    )


def out_of_month(value: date, month: Month) -> Problem:
    """What the officer should know of a date that stands alone outside the month, while its row is left."""
    told = _out_of_month("", value, "incidents", month)
    return remark(
        f"la date ({day_words(value)}) n'est pas {month.of} {month.year}",
        "la ligne est comptée parmi celles d'autres mois, et sur aucune carte de ce mois",
        told.fix,
    )


def _out_of_month(text: str, value: date, table: str, month: Month) -> Problem:
    other = Month(value.year, value.month) if 2000 <= value.year <= 2100 else None
    last = monthrange(month.year, month.number)[1]
    fix = f"corriger la date (du {month.first_day:%d/%m/%Y} au {last}/{month.number:02d}/{month.year})"
    if other is not None:
        fix += f", ou déplacer la ligne dans le dossier {other}/ si elle est juste"
    turned = swapped(value)
    if turned is not None and month.contains(turned):
        fix += f" ; lue mois/jour, elle serait du {day_words(turned)} : si c'est le cas, écrire {turned:%d/%m/%Y}"
    return refusal(
        table, f"la date {quote(text)} ({day_words(value)}) n'est pas {month.of} {month.year}", fix
    )
