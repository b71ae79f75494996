"""The officer's two lists: the questions (lieux-a-verifier) and the audit trail (lieux-resolus)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.files import write_text
from pipeline.places.answers import kept_answers
from pipeline.places.cells import as_csv
from pipeline.places.decisions import Key, decision_key
from pipeline.places.gazetteer import Gazetteer
from pipeline.places.place import Candidate, Place
from pipeline.places.request import PlaceRequest

PROPOSED = 3
CONTEXT = (
    "mois",
    "tables",
    "region",
    "cercle",
    "commune",
    "localite",
    "pcode_ecrit",
    "lignes",
    "place_a",
    "question",
)
ANSWERS = ("decision", "decide_par", "note")
REVIEW_COLUMNS = (
    *CONTEXT,
    *(f"{what}_{n}" for n in range(1, PROPOSED + 1) for what in ("candidat", "code", "raison")),
    *ANSWERS,
)
RESOLVED_COLUMNS = (
    "table", "id", "as_written", "level", "pcode", "name", "method", "score", "runner_up", "note",
)  # fmt: skip
_LEVELS = {
    "localite": "village",
    "commune": "commune",
    "cercle": "cercle",
    "region": "région",
    "aucun": "aucun lieu",
}


@dataclass(frozen=True)
class Located:
    """One input row and its place. place: None where the row was refused, with the reason in `refusal`.

    destination: for rows that tell where people went.
    """

    table: str
    month: str
    id: str
    request: PlaceRequest
    place: Place | None
    destination_request: PlaceRequest | None = None
    destination: Place | None = None
    refusal: str = ""


@dataclass
class Question:
    """One distinct unresolved spelling, and what hangs on it."""

    request: PlaceRequest
    place: Place
    months: set[str] = field(default_factory=set)
    tables: set[str] = field(default_factory=set)
    rows: int = 0


def questions(items: Iterable[Located]) -> list[Question]:
    """The distinct unresolved spellings, the ones with most rows first."""
    found: dict[tuple[Key, str], Question] = {}
    for item in items:
        for request, place, role in (
            (item.request, item.place, ""),
            (item.destination_request, item.destination, " (destination)"),
        ):
            if request is None or place is None or not place.question:
                continue
            cleaned = request.cleaned()
            key = decision_key(cleaned)
            # Rows without any name differ by their code or point alone.
            line = found.setdefault((key, "" if any(key) else cleaned.as_written), Question(cleaned, place))
            line.rows += 1
            line.months.add(item.month)
            line.tables.add(item.table + role)
    return sorted(found.values(), key=lambda q: (-q.rows, decision_key(q.request), q.request.as_written))


def write_review(items: Iterable[Located], path: Path, gazetteer: Gazetteer | None = None) -> int:
    """Write the questions to `path` (.csv) and beside it as .xlsx with drop-downs; returns how many lines.

    gazetteer: for the list of P-codes in the workbook's second sheet. Both files are written even when there
    is no question, so that an old list never stays.
    """
    from pipeline.places.review_workbook import write_workbook

    lines = questions(items)
    workbook = path.with_suffix(".xlsx")
    kept = kept_answers((path, workbook))  # what the officer has written must outlive a second `make`
    table = [_line(question, kept.get(decision_key(question.request), {})) for question in lines]
    write_text(path, as_csv(REVIEW_COLUMNS, table))
    write_workbook(workbook, table, [choices(q.place.candidates) for q in lines], gazetteer)
    return len(lines)


def write_resolved(items: Iterable[Located], path: Path) -> None:
    """Write the audit trail: one line for each input row, columns RESOLVED_COLUMNS."""
    write_text(path, as_csv(RESOLVED_COLUMNS, [_trail(item) for item in items]))


def choices(candidates: Sequence[Candidate]) -> list[str]:
    """What the drop-down offers: the code and the name, for one place each."""
    offered = [f"{c.pcode} {c.name}" for c in candidates[:PROPOSED]]
    return [*dict.fromkeys(offered), "introuvable"]


def _line(question: Question, answers: dict[str, str]) -> list[str]:
    request, place = question.request, question.place
    cells = [
        " ".join(sorted(question.months)),
        " ".join(sorted(question.tables)),
        *(text or "" for text in (request.region, request.cercle, request.commune, request.localite)),
        request.pcode or "",
        str(question.rows),
        f"{_LEVELS[place.level]} {place.name}".strip(),
        " ; ".join(place.evidence),
    ]
    for n in range(PROPOSED):
        if n < len(place.candidates):
            candidate = place.candidates[n]
            cells += [candidate.name, candidate.pcode, candidate.reason]
        else:
            cells += ["", "", ""]
    return [*cells, *(answers.get(name, "") for name in ANSWERS)]


def _trail(item: Located) -> list[str]:
    place = item.place
    if place is None:
        return [
            item.table,
            item.id,
            item.request.as_written,
            "refusé",
            "",
            "",
            "refusé",
            "0",
            "",
            item.refusal,
        ]
    notes = list(place.evidence)
    if place.question:
        notes.insert(0, "à vérifier")
    if item.destination is not None and item.destination_request is not None:
        there = item.destination
        notes.append(
            f"destination « {item.destination_request.as_written} » : {_LEVELS[there.level]} {there.name} "
            f"{there.pcode}".rstrip()
        )
        notes += [f"destination : {text}" for text in there.evidence]
    runner = f"{place.runner_up} ({place.runner_up_score:g})" if place.runner_up else ""
    return [
        item.table, item.id, item.request.as_written, place.level, place.pcode, place.name, place.method,
        f"{place.score:g}", runner, " ; ".join(notes),
    ]  # fmt: skip


def waiting(items: Iterable[Located]) -> dict[str, int]:
    """Table -> how many rows wait for the officer (the row itself, not its destination)."""
    counted: dict[str, int] = defaultdict(int)
    for item in items:
        if item.place is not None and item.place.question:
            counted[item.table] += 1
    return dict(counted)
