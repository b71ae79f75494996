"""What a line of a table must be to stand: a record at all, and a good one; and what is told where it is not."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING, Any, Literal

from pipeline.french import Month, listing, plain
from pipeline.french import day as day_words
from pipeline.records.columns import CLUES, COUNT_LIMIT, FIELDS, SCORE_LIMIT, TOTALS_TABLES, Field
from pipeline.records.tables import Problem, clean, header_key, quote, refusal, remark
from pipeline.records.values import LATITUDES, LONGITUDES, swapped
from pipeline.taxonomy import ALERT_TYPES, CATEGORIES

if TYPE_CHECKING:
    import pandas as pd


# Lines below a header that are no records: totals, sources, filters, HXL tags, repeated or explained headers.
#
# They are counted as such, so that no total of a table is taken for a violation, a commune or a place.


TOTAL = "ligne de total"
NOTE = "source, filtre ou note"
TAGS = "étiquettes HXL"
REPEATED = "titres répétés"
EXPLAINED = "explication des titres"
ALONE = "ligne d’une seule cellule (séparation, signature, numéro d’avance)"
SKIPPED = "ligne que la recette dit de sauter"

EXPLANATIONS_WITHIN = 3
"""Explanations of columns stand directly under the header, if anywhere."""

_TOTAL = re.compile(
    r"(?:nombre |nbre |nb )?(?:sous |grand |sub ?)?tota(?:l|ux)\b.*|ensemble|somme|total general"
)
_NOTE = re.compile(
    r"(?:sources?|notes?|nb|n b|filtres?(?: appliques?)?|applied filters?|filters? applied|donnees (?:au|extraites)|"
    r"exporte(?:e|es)?|extraction|extrait|mis a jour|derniere mise a jour|legende|remarques?|date d export\w*|"
    r"generated|exported|last updated?|"
    r"(?:prepare|etabli|redige|saisi|valide|approuve|vise|imprime|edite|elabore|fait)e?s? (?:a|le|par)|"
    r"mise a jour|date de (?:mise a jour|production|saisie|validation)|signature)\b.*"
)
_TAG = re.compile(r"#\s*[a-z][a-z0-9_]*(?:\s*\+[a-z0-9_+ ]*)?", re.IGNORECASE)
_TYPED = frozenset(
    ("date", "category", "type", "event", "count", "score", "question", "latitude", "longitude", "total")
)


def is_tags(cells: Sequence[str]) -> bool:
    """Whether a line holds HXL tags ("#adm1+name") and nothing else."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    return bool(filled) and all(_TAG.fullmatch(cell) for cell in filled)


def kind_of(
    cells: Sequence[str],
    header: Sequence[str],
    positions: Mapping[str, int],
    table: str,
    skipped: Sequence[str] = (),
) -> str:
    """What a line is that is no record; "" for a record. cells: as written. positions: column -> its place.
    skipped: beginnings of lines that a recipe leaves out, as plain words."""
    filled = (cell for cell in cells if cell.strip())
    told = next(filled, None)
    if told is None:
        return ""
    few = 1 + sum(1 for _ in islice(filled, 2))  # three are as good as more
    text = clean(told)
    first = plain(text)
    if skipped and any(first.startswith(word) for word in skipped):
        return SKIPPED
    if text.startswith("#") and is_tags(cells):
        return TAGS
    label = few == 1 or (few == 2 and len(positions) > 3 and _lacks(cells, positions, table))
    if label and _NOTE.fullmatch(first) and len(positions) > 1:
        return NOTE
    if _TOTAL.fullmatch(first) and _lacks(cells, positions, table):
        return TOTAL
    if few == 1 and text and table in ("incidents", "alertes_flash") and len(positions) > 2:
        return ALONE
    if _repeats(cells, header, positions, told, first):
        return REPEATED
    return ""


def _lacks(cells: Sequence[str], positions: Mapping[str, int], table: str) -> bool:
    """Whether a column that every record fills is empty."""
    needed = (positions[one.name] for one in FIELDS[table] if one.required and one.name in positions)
    return table == "totaux_publies" or not all(at < len(cells) and cells[at].strip() for at in needed)


def _repeats(
    cells: Sequence[str], header: Sequence[str], positions: Mapping[str, int], cell: str, words: str
) -> bool:
    """Whether a line says again what the header says, in most of the table's columns. cell, words: its first filled
    cell, and that one as plain words, which are known already."""
    filled = (at for at in positions.values() if at < len(cells) and cells[at].strip())
    first = next(filled, None)
    if first is None:
        return False
    key = words.replace(" ", "") if cells[first] is cell else header_key(cells[first])
    if key != header_key(header[first]):
        return False
    told = [first, *filled]
    if len(told) < 2:
        return False
    same = sum(header_key(cells[at]) == header_key(header[at]) for at in told)
    return 2 * same > len(told) and 2 * same >= len(positions)


def is_explanation(texts: Mapping[str, str], table: str, readable: Callable[[str, str], bool]) -> bool:
    """Whether a line under the header explains columns instead of filling them: every text in a typed column is
    words, no value of it, and there are enough of them to be a sentence. texts: column -> clean cell."""
    typed = [plain(texts[one.name]) for one in FIELDS[table] if one.kind in _TYPED and texts.get(one.name)]
    words = [sum(word.isalpha() and len(word) > 1 for word in text.split()) for text in typed]
    if not words or max(words) < 3 or (len(words) == 1 and table == "incidents"):
        return False
    return not any(readable(name, text) for name, text in texts.items() if text)


# What a good row is, from the declared fields: a net under the readers.


FailedCheck = Literal["vide", "negatif", "trop_grand", "hors_mois", "hors_liste", "hors_du_mali", "sans_lieu"]
"""Under which a failed check is explained."""


def failures(frame: pd.DataFrame, table: str, month: Month | None) -> list[tuple[int, str, FailedCheck]]:
    """(index of the row, column or "", code) of each check that a row fails, in order, each once.

    frame: the rows of `table` once understood. month: that dates must lie in.
    """
    found: list[tuple[int, str, FailedCheck]] = []
    for field in FIELDS[table]:
        if field.kind != "question":
            found += [(at, field.name, code) for at, code in _column(list(frame[field.name]), field, month)]
    if clues := CLUES.get(table):
        told = frame[list(clues)].notna().any(axis=1)
        found += [(at, "", "sans_lieu") for at, there in enumerate(told) if not there]
    return sorted(set(found))


def _column(values: Sequence[Any], field: Field, month: Month | None) -> Iterable[tuple[int, FailedCheck]]:
    """(index, code) of each value of one column that may not stand there. Each distinct value is judged once."""
    memo: dict[Any, FailedCheck | None] = {}
    for at, value in enumerate(values):
        if value is None or value != value:
            if _needed(field):
                yield at, "vide"
            continue
        if value not in memo:
            memo[value] = _code(value, field, month)
        if code := memo[value]:
            yield at, code


def _needed(field: Field) -> bool:
    """Whether an empty cell refuses the row. That a row may lack a place is the whole row's check."""
    if field.kind in ("id", "code", "month", "date", "score", "total"):
        return True
    return field.required and field.kind in ("category", "type", "event", "choice", "list")


def _code(value: Any, field: Field, month: Month | None) -> FailedCheck | None:
    """What is wrong with a value, None where nothing is."""
    match field.kind:
        case "date":
            return "hors_mois" if month is not None and not month.contains(value) else None
        case "category" | "type" | "event" | "choice":
            return None if value in _values(field) else "hors_liste"
        case "latitude" | "longitude":
            low, high = LATITUDES if field.kind == "latitude" else LONGITUDES
            return None if low <= value <= high else "hors_du_mali"
        case "count" | "score" | "total":
            most = {"count": COUNT_LIMIT, "score": SCORE_LIMIT}.get(field.kind, float("inf"))
            return "negatif" if value < 0 else "trop_grand" if value > most else None
        case _:
            return None


def _values(field: Field) -> tuple[str, ...]:
    if field.kind == "category":
        return tuple(category.key for category in CATEGORIES)
    if field.kind == "event":
        return tuple(alert.key for alert in ALERT_TYPES)
    return TOTALS_TABLES if field.name == "tableau" else field.choices


# Failed checks in the officer's words.


_FIXES = {
    "id": "donner à la violation un numéro qu’aucune autre ne porte",
    "id_rapport": "écrire le numéro du rapport flash, par exemple F-12",
    "date": "écrire le jour, par exemple {0:%d/%m/%Y} ; s’il n’est pas connu, le dernier jour du mois",
    "categorie": "écrire la lettre ou le nom de la catégorie, de A à F",
    "type": "écrire le type de violation, pris dans la liste de sa catégorie",
    "evenement": "écrire le type d’événement, par exemple Attaque de village",
    "score": "écrire la somme des 15 questions, de 0 à 60, ou remplir q1 à q15 ; si la commune n’a pas été évaluée, "
    "supprimer la ligne",
    "mois": "écrire l’année et le mois en chiffres",
    "tableau": "écrire region, categorie ou cercle",
    "nom": "écrire le nom de la région, de la catégorie ou du cercle",
    "valeur": "écrire le total imprimé dans le bulletin",
}


def explain(
    code: FailedCheck, column: str, text: str, value: Any, table: str, month: Month | None
) -> Problem:
    """The problem behind one failed check. text: as written; value: as understood."""
    match code:
        case "vide":
            fix = _FIXES.get(column, f"remplir la colonne {column}")
            fix = fix.format(month.first_day.replace(day=14)) if month else fix
            return refusal(table, f"{column} est vide", fix)
        case "sans_lieu":
            fix = f"remplir au moins une colonne parmi {listing([name for name in CLUES[table] if name != 'latitude'])}"
            return refusal(table, "rien ne dit où la ligne se place", fix)
        case "hors_mois" if month is not None:
            return _out_of_month(text, value, table, month)
        case "negatif" | "trop_grand" if column in ("menages", "personnes"):
            why = "est négatif" if code == "negatif" else f"dépasse {COUNT_LIMIT:.0f}"
            lost = (
                f"l’événement est dessiné sans son nombre de {'ménages' if column == 'menages' else column}"
            )
            return remark(
                f"{column} {quote(text)} {why}", lost, "écrire le nombre en chiffres, par exemple 135"
            )
        case "negatif":
            fix = f"écrire {column} sans signe, à partir de 0"
            return refusal(table, f"{column} {quote(text)} est négatif", fix)
        case "trop_grand":
            said = (
                f"le score {quote(text)} dépasse {SCORE_LIMIT:.0f}, le plus haut possible pour 15 questions"
            )
            return refusal(table, said, f"écrire la somme des 15 questions, de 0 à {SCORE_LIMIT:.0f}")
        case _:
            # A net under the readers: nothing that the fields do not allow reaches a map.
            said = f"{column} {quote(text)} n’est pas une valeur permise"
            return refusal(table, said, "corriger la cellule")


def out_of_month(value: date, month: Month) -> Problem:
    """What the officer should know of a date that stands alone outside the month, while its row is left."""
    told = _out_of_month("", value, "incidents", month)
    return remark(
        f"la date ({day_words(value)}) n’est pas {month.of} {month.year}",
        "la ligne est comptée parmi celles d’autres mois, et sur aucune carte de ce mois",
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
        fix += f" ; lue mois/jour, elle serait du {day_words(turned)} : si c’est le cas, écrire {turned:%d/%m/%Y}"
    said = f"la date {quote(text)} ({day_words(value)}) n’est pas {month.of} {month.year}"
    return refusal(table, said, fix)
