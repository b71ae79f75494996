"""Texts to values, column by column: each distinct text is read once, however many rows carry it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pipeline.records import lists, numbers
from pipeline.records.dates import NotADate, read_date, read_month
from pipeline.records.fields import FIELDS, QUESTIONS, Field
from pipeline.records.problems import Problem, refusal, remark
from pipeline.records.text import PLACE_LIMIT, TEXT_LIMIT, code, quote, value_key

Reader = Callable[[str], tuple[Any, Problem | None]]

EXCEL_ERRORS = frozenset(
    ("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!",
     "#VALEUR!", "#NOM?", "#NOMBRE!", "#NUL!")
)  # fmt: skip


class Note(NamedTuple):
    """A problem of one row: index among the sound rows, column ("" for the whole row), text as written."""

    at: int
    column: str
    text: str
    problem: Problem


@dataclass
class Understood:
    """values: column -> one value a row (None or NaN where there is none). notes: what was wrong."""

    values: dict[str, list[Any]] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)

    def add(self, column: str, texts: list[str], problems: dict[str, Problem]) -> None:
        """Note each row of `column` whose text has a problem."""
        if problems:
            found = ((at, text, problems.get(text)) for at, text in enumerate(texts))
            self.notes += [Note(at, column, text, problem) for at, text, problem in found if problem]


def understand(texts: dict[str, list[str]], table: str, year: int, month_first: bool = False) -> Understood:
    """Read every column of a table. year: of a month written without one. month_first: the order of dates."""
    out = Understood()
    for one in FIELDS[table]:
        if one.kind in ("latitude", "longitude", "question"):
            continue
        column = texts[one.name]
        values, problems = _read_column(column, one, table, year, month_first)
        out.values[one.name] = values
        out.add(one.name, column, problems)
    if "latitude" in texts:
        _positions(texts, out)
    if "type" in out.values and "categorie" in out.values:
        _contradictions(texts, out)
    if table == "indice_risque":
        _scores(texts, out)
    if table == "totaux_publies":
        _published_names(texts, out)
    return out


def _read_column(
    column: list[str], one: Field, table: str, year: int, month_first: bool
) -> tuple[list[Any], dict[str, Problem]]:
    """(values, problem of each text that has one). An empty text is None, or NaN in a column of numbers."""
    read = _reader(one, table, year, month_first)
    empty: Any = numbers.NAN if one.kind in ("count", "score", "total") else None
    memo: dict[str, Any] = {"": empty}
    problems: dict[str, Problem] = {}
    for text in dict.fromkeys(column):
        if not text:
            continue
        problem: Problem | None
        if text.upper() in EXCEL_ERRORS:
            memo[text], problem = empty, _excel_error(text, one)
        else:
            memo[text], problem = read(text)
        if problem is not None:
            problems[text] = problem
    return [memo[text] for text in column], problems


def _reader(one: Field, table: str, year: int, month_first: bool) -> Reader:
    match one.kind:
        case "date":
            return lambda text: _date(text, table, month_first)
        case "month":
            return lambda text: _month(text, table, year)
        case "category":
            return lists.read_category
        case "type":
            return lists.read_type
        case "event":
            return lists.read_event
        case "choice" if one.required:
            return lambda text: _required_choice(text, one, table)
        case "choice":
            return lambda text: lists.read_choice(text, one.name)
        case "count":
            return lambda text: numbers.read_count(text, one.name)
        case "score" | "question" | "total":
            return lambda text: numbers.read_points(text, one.name, table)
        case "id" | "code" | "pcode":
            return lambda text: _limited(code(text), PLACE_LIMIT)
        case "text":
            return lambda text: _limited(text, TEXT_LIMIT)
        case _:
            return lambda text: _limited(text, PLACE_LIMIT)


def _limited(text: str, limit: int) -> tuple[str, Problem | None]:
    if len(text) <= limit:
        return text, None
    return text[:limit], remark(
        f"le texte {quote(text, 40)} a {len(text)} caractères",
        f"seuls les {limit} premiers sont gardés",
        "raccourcir la cellule, ou vérifier qu'aucun autre texte n'y a été collé",
    )


def _excel_error(text: str, one: Field) -> Problem:
    return remark(
        f"{one.name} contient l'erreur de tableur {text}",
        "la cellule est prise pour vide",
        "ouvrir le fichier dans Excel et remplacer la formule par sa valeur",
    )


def _date(text: str, table: str, month_first: bool) -> tuple[Any, Problem | None]:
    try:
        return read_date(text, month_first), None
    except NotADate as no:
        return None, refusal(table, f"la date {quote(text)} {no.why}", no.fix)


def _month(text: str, table: str, year: int) -> tuple[Any, Problem | None]:
    try:
        return str(read_month(text, year)), None
    except NotADate as no:
        return None, refusal(table, f"le mois {quote(text)} {no.why}", no.fix)


def _required_choice(text: str, one: Field, table: str) -> tuple[Any, Problem | None]:
    found = lists.choice_index(one.name).get(value_key(text))
    if found is not None:
        return found, None
    return None, refusal(
        table,
        f"{one.name} {quote(text)} n'est pas dans la liste",
        f"écrire l'un de : {', '.join(one.choices)}",
    )


def _positions(texts: dict[str, list[str]], out: Understood) -> None:
    """Latitude and longitude are understood together: each pair once."""
    pairs = list(zip(texts["latitude"], texts["longitude"], strict=True))
    memo = {pair: numbers.read_position(*pair) for pair in dict.fromkeys(pairs)}
    out.values["latitude"] = [memo[pair][0] for pair in pairs]
    out.values["longitude"] = [memo[pair][1] for pair in pairs]
    for at, pair in enumerate(pairs):
        if (problem := memo[pair][2]) is not None:
            out.notes.append(Note(at, "latitude", " ; ".join(pair), problem))


def _contradictions(texts: dict[str, list[str]], out: Understood) -> None:
    """A type that stands in another category than the row says."""
    pairs = list(zip(out.values["categorie"], out.values["type"], strict=True))
    memo = {
        (category, label): lists.contradiction(category, label)
        for category, label in dict.fromkeys(pairs)
        if category is not None and label is not None
    }
    for at, pair in enumerate(pairs):
        if (problem := memo.get(pair)) is not None:
            out.notes.append(Note(at, "type", texts["type"][at], problem))


def _scores(texts: dict[str, list[str]], out: Understood) -> None:
    """The score of each row: as written, or the sum of the questions; both must agree."""
    columns = [texts[question.name] for question in QUESTIONS]
    if not any(any(column) for column in columns):
        return
    scores = out.values["score"]
    for at, cells in enumerate(zip(*columns, strict=True)):
        if any(cells):
            scores[at], problem, name = _score(texts["score"][at], scores[at], cells)
            if problem is not None:
                position = next((n for n, question in enumerate(QUESTIONS) if question.name == name), None)
                text = texts["score"][at] if position is None else cells[position]
                out.notes.append(Note(at, name, text, problem))


def _score(written: str, score: float, cells: tuple[str, ...]) -> tuple[float, Problem | None, str]:
    """(score, problem, column at fault) of a row where some question is filled."""
    absent = [question.name for question, cell in zip(QUESTIONS, cells, strict=True) if not cell]
    if absent:
        if written:
            return score, None, ""
        listed = ", ".join(absent)
        problem = refusal(
            "indice_risque",
            f"sans score, il manque la réponse de {listed}",
            f"remplir {listed} (0 si la réponse vaut zéro point), ou écrire le score",
        )
        return numbers.NAN, problem, absent[0]
    total = 0.0
    for question, cell in zip(QUESTIONS, cells, strict=True):
        points, trouble = numbers.read_points(cell, question.name, "indice_risque")
        if trouble is None and points < 0:
            trouble = refusal(
                "indice_risque",
                f"{question.name} {quote(cell)} est négatif",
                "écrire les points de la réponse, à partir de 0",
            )
        if trouble is not None:
            return numbers.NAN, trouble, question.name
        total += points
    if written and score == score and abs(score - total) > 1e-9:
        problem = refusal(
            "indice_risque",
            f"le score {quote(written)} n'est pas la somme des 15 questions ({total:g})",
            f"écrire {total:g} si les réponses sont justes, sinon corriger les réponses",
        )
        return score, problem, "score"
    return (score if written else total), None, ""


def _published_names(texts: dict[str, list[str]], out: Understood) -> None:
    """A published category by the taxonomy's label, whatever its spelling in the file."""
    for at, (kind, name) in enumerate(zip(out.values["table"], texts["name"], strict=True)):
        if kind == "categorie" and name:
            key = lists.find_category(name)
            if key is None:
                problem = lists.read_category(name, "totaux_publies")[1]
                assert problem is not None
                out.notes.append(Note(at, "name", name, problem))
            else:
                out.values["name"][at] = lists.CATEGORY[key].label
