"""Closed lists: a value as written to its key in the taxonomy, or a refusal with the nearest right values."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from pipeline.french import listing
from pipeline.records.problems import Problem, refusal, remark
from pipeline.records.text import closest, quote, value_key
from pipeline.records.wordings import CATEGORIES as CATEGORY_WORDINGS
from pipeline.records.wordings import CHOICES, EVENTS
from pipeline.records.wordings import TYPES as TYPE_WORDINGS
from pipeline.taxonomy import ALERT_TYPE, ALERT_TYPES, CATEGORIES, CATEGORY

_LETTER = re.compile(r"(?:cat(?:[ée]gorie|\.)?\s*)?([a-f])\s*[.):\-–]?", re.IGNORECASE)
_LETTERED = re.compile(r"([a-f])\s*[.):\-–/]\s*(\S.*)", re.IGNORECASE)
_YEARS = re.compile(r"(\d{1,3})(?:[.,]0+)?(?:\s*ans)?", re.IGNORECASE)
_AGE_RANGE = re.compile(r"(\d{1,3})\s*(?:-|–|à|a)\s*(\d{1,3})(?:\s*ans)?", re.IGNORECASE)
_CLOCK = r"(\d{1,2})\s*(?:h|:)?\s*(\d{2})?(?::\d{2})?\s*(?:h|heures?)?"
_TIME = re.compile(rf"{_CLOCK}", re.IGNORECASE)
_TIME_RANGE = re.compile(rf"(?:de\s+|entre\s+)?{_CLOCK}\s*(?:-|–|à|a|et)\s*{_CLOCK}", re.IGNORECASE)


def _index(words: Iterable[tuple[str, Iterable[str]]]) -> dict[str, str]:
    """value_key -> value. Raises ValueError where one wording would mean two values."""
    index: dict[str, str] = {}
    for value, spellings in words:
        for spelling in spellings:
            if index.setdefault(value_key(spelling), value) != value:
                raise ValueError(f"{spelling!r} means both {index[value_key(spelling)]!r} and {value!r}")
    return index


@cache
def category_index() -> dict[str, str]:
    return _index((c.key, (c.label, c.short, *CATEGORY_WORDINGS[c.key])) for c in CATEGORIES)


@cache
def type_index() -> dict[str, str]:
    return _index((label, (label, *TYPE_WORDINGS.get(label, ()))) for c in CATEGORIES for label in c.types)


@cache
def event_index() -> dict[str, str]:
    return _index((a.key, (a.key, a.label, a.plural, *EVENTS[a.key])) for a in ALERT_TYPES)


@cache
def choice_index(column: str) -> dict[str, str]:
    return _index((label, (label, *others)) for label, others in CHOICES[column].items())


_RANKED = re.compile(r"(?:\d{1,2}|[a-z]\d{1,2})\s*[.)\-–:]\s*(\S.*)", re.IGNORECASE)


def unranked(text: str) -> str:
    """A label without the number that a form puts before it: "1. Meurtre" -> "Meurtre"."""
    found = _RANKED.fullmatch(text)
    return found[1] if found else text


def several_types(text: str) -> tuple[str, ...]:
    """The types that one answer holds together ("Meurtre Viol", "Meurtre; Viol"); () where it is one or none."""
    index = type_index()
    if value_key(text) in index:
        return ()
    parts = [part.strip() for part in re.split(r"[;|\n]|,(?=\s)|\s/\s", text) if part.strip()]
    if len(parts) > 1 and all(value_key(part) in index for part in parts):
        return tuple(dict.fromkeys(index[value_key(part)] for part in parts))
    found, words = [], text.split()
    while words:
        size = next((n for n in range(len(words), 0, -1) if value_key(" ".join(words[:n])) in index), 0)
        if not size:
            return ()
        found.append(index[value_key(" ".join(words[:size]))])
        words = words[size:]
    return tuple(dict.fromkeys(found)) if len(found) > 1 else ()


CATEGORY_OF_TYPE = {label: category.key for category in CATEGORIES for label in category.types}


def named(key: str) -> str:
    """ "B (Atteintes au droit à la vie)"."""
    return f"{key} ({CATEGORY[key].label})"


def find_category(text: str) -> str | None:
    """The letter of a category written as a letter, a label, or both ("B. Droit à la vie"); else None."""
    if found := _LETTER.fullmatch(text):
        return found[1].upper()
    index = category_index()
    if (key := index.get(value_key(text)) or index.get(value_key(unranked(text)))) is not None:
        return key
    if found := _LETTERED.fullmatch(text):
        key = index.get(value_key(found[2]))
        return key if key == found[1].upper() else None
    return None


def read_category(text: str, table: str = "incidents") -> tuple[str | None, Problem | None]:
    """The letter of a category, or its refusal."""
    key = find_category(text)
    if key is not None:
        return key, None
    near = closest(text, [category.label for category in CATEGORIES], 2)
    fix = f"écrire la lettre ou le nom d'une catégorie : {', '.join(named(c.key) for c in CATEGORIES)}"
    if near:
        fix = f"la plus proche est {' ou '.join(quote(label) for label in near)} ; sinon {fix}"
    return None, refusal(table, f"la catégorie {quote(text)} n'est pas dans la liste", fix)


def read_type(text: str) -> tuple[str | None, Problem | None]:
    """The taxonomy's label of a type of violation, or its refusal."""
    label = type_index().get(value_key(text)) or type_index().get(value_key(unranked(text)))
    if label is not None:
        return label, None
    if several := several_types(text):
        return None, refusal(
            "incidents",
            f"le type {quote(text)} porte {len(several)} réponses ({listing(list(several))})",
            "écrire une ligne par violation ; ou, pour que chacune fasse une violation, écrire dans "
            'inputs/colonnes.toml : [[incidents]] puis, à la ligne, choix_multiples = "separer"',
        )
    near = closest(text, CATEGORY_OF_TYPE)
    if near:
        fix = "écrire l'un des types de la liste ; les plus proches : " + ", ".join(
            f"{quote(one, 100)} (catégorie {CATEGORY_OF_TYPE[one]})" for one in near
        )
    else:
        fix = "écrire un type de la liste de sa catégorie : " + ", ".join(
            quote(c.types[0], 100) for c in CATEGORIES
        )
    return None, refusal("incidents", f"le type {quote(text)} n'est pas dans la liste", fix)


def contradiction(category: str, label: str) -> Problem | None:
    """The refusal of a type that stands in another category than the one given, with both ways out."""
    home = CATEGORY_OF_TYPE[label]
    if home == category:
        return None
    near = closest(label, CATEGORY[category].types, 3) or list(CATEGORY[category].types[:3])
    return refusal(
        "incidents",
        f"le type {quote(label, 100)} est de la catégorie {named(home)}, mais la ligne dit {named(category)}",
        f"soit corriger la catégorie en {home}, soit choisir un type de la catégorie {category}, "
        f"par exemple {listing([quote(one, 100) for one in near])}",
    )


def read_event(text: str) -> tuple[str | None, Problem | None]:
    """The taxonomy's key of a type of alert, or its refusal."""
    key = event_index().get(value_key(text)) or event_index().get(value_key(unranked(text)))
    if key is not None:
        return key, None
    labels = [alert.label for alert in ALERT_TYPES]
    near = closest(text, labels)
    hint = f"le plus proche est {quote(near[0])} ; " if near and len(near) < len(labels) else ""
    return None, refusal(
        "alertes_flash",
        f"l'événement {quote(text)} n'est pas dans la liste",
        f"{hint}écrire l'un de : {', '.join(ALERT_TYPE[key].label for key in ALERT_TYPE)}",
    )


def read_choice(text: str, column: str) -> tuple[str | None, Problem | None]:
    """The taxonomy's label of an optional value; "Inconnu" with a remark where it is not in the list."""
    found = choice_index(column).get(value_key(text)) or choice_index(column).get(value_key(unranked(text)))
    if found is None and column == "age":
        found = _age(text)
    if found is None and column == "tranche_horaire":
        found = _time(text)
    if found is not None:
        return found, None
    values = list(CHOICES[column])
    return "Inconnu", remark(
        f"la valeur {quote(text)} de {column} n'est pas dans la liste",
        f"la ligne est comptée, avec {column} « Inconnu »",
        f"écrire l'une de : {', '.join(values)}",
    )


def _age(text: str) -> str | None:
    """The band of an age in years, or of a narrower band that lies within one."""
    if found := _YEARS.fullmatch(text):
        ends = (int(found[1]), int(found[1]))
    elif found := _AGE_RANGE.fullmatch(text):
        ends = (int(found[1]), int(found[2]))
    else:
        return None
    bands = {"0-17" if age < 18 else "18-59" if age < 60 else "60+" for age in ends}
    return bands.pop() if len(bands) == 1 and ends[0] <= ends[1] <= 120 else None


_BANDS = {"5h-7h": (5, 7), "7h-17h": (7, 17), "17h-22h": (17, 22), "22h-5h": (22, 29)}


def _time(text: str) -> str | None:
    """The band of an hour ("14h30"), or of a band written otherwise ("de 07:00 à 17:00"). An hour on the
    edge belongs to the band that it opens."""
    if found := _TIME_RANGE.fullmatch(text):
        start, end = (_minutes(found[1], found[2]), _minutes(found[3], found[4]))
        if start is None or end is None:
            return None
        for band, (low, high) in _BANDS.items():
            if (start, end) == (low * 60, high * 60 % 1440):
                return band
        return None
    if not (found := _TIME.fullmatch(text)) or not re.search(r"h|:", text, re.IGNORECASE):
        return None
    moment = _minutes(found[1], found[2])
    if moment is None:
        return None
    late = moment if moment >= 300 else moment + 1440
    return next(band for band, (low, high) in _BANDS.items() if low * 60 <= late < high * 60)


def _minutes(hours: str, minutes: str | None) -> int | None:
    total = int(hours) * 60 + int(minutes or 0)
    return total % 1440 if int(hours) <= 24 and int(minutes or 0) < 60 and total <= 1440 else None
