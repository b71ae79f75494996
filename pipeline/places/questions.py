"""The officer's questions and answers: the lists of revue/, the workbook to answer in, and decisions taken back."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import count
from pathlib import Path

from pipeline.errors import InputError
from pipeline.files import head_of, safe_cell, unsafe_cell, workbook, write_csv, write_text
from pipeline.french import listing, plain
from pipeline.geography.sources import Say
from pipeline.places.decisions import DecisionKey, decision_key, with_codes
from pipeline.places.gazetteer import Area, Gazetteer
from pipeline.places.lectures import KINDS, Lecture
from pipeline.places.names import name_key, name_of
from pipeline.places.place import Candidate, Located, Place, PlaceRequest, level_word
from pipeline.places.read import describe, read_frame
from pipeline.records.columns import column_of
from pipeline.records.files import decode, is_workbook, read_xlsx
from pipeline.records.tables import NOT_FOUND, Decision

# The review list as the officer gives it back: CSV or workbook, whatever the spreadsheet made of it.


NAMES = ("region", "cercle", "commune", "localite")
NEEDED = (*NAMES, "decision")
OPINION = (*NAMES, "lu", "code", "avis")
"""Columns that a list of questions, and one of lectures, cannot do without."""
SHEETS = {"decision": "À vérifier", "avis": "Lectures"}
REMEMBERED = ".reponses.json"
"""Beside the lists: the answers that they held when they were last written, to know what was edited since."""
_HEADER_WITHIN = 10
"""Lines in which the header is sought: a title may stand above it."""


@dataclass(frozen=True)
class Answer:
    """One line of a review list. file: its name. row: line in it, from 1. cells: column -> text, "" where empty.
    column: where the answer stands: "decision" in the questions, "avis" in the lectures."""

    file: str
    row: int
    cells: dict[str, str]
    column: str = "decision"

    @property
    def key(self) -> DecisionKey:
        """The names as written, as decisions are found by."""
        region, cercle, commune, localite = (name_key(self.cells[name]) for name in NAMES)
        return region, cercle, commune, localite

    @property
    def line(self) -> str:
        """What line of its list it is, whatever file it is read from."""
        parts = [*self.key, *(self.cells.get(name, "") for name in ("pcode_ecrit", "genre", "ecrit", "lu"))]
        if not any(parts):  # coordinates alone: known by the rows that have them
            parts.append(self.cells.get("numeros_de_ligne", ""))
        return "|".join([self.column, *map(name_key, parts)])

    @property
    def given(self) -> tuple[str, str, str]:
        """The answer, who gives it, and the note."""
        return self.cells[self.column], self.cells["decide_par"], self.cells["note"]


def read_answers(path: Path, needed: Sequence[str] = NEEDED) -> list[Answer]:
    """The lines of one review list (.csv or .xlsx). needed: `NEEDED` or `OPINION`. Raises InputError where it is no
    such list; a workbook without a sheet of lectures has none."""
    try:
        grid = _grid(path, SHEETS[needed[-1]])
    except (OSError, ValueError, csv.Error) as error:
        raise InputError(
            f"{path} ne peut pas être lu ({type(error).__name__})",
            "aucune décision n’est reprise de ce fichier",
            "fermer le fichier s’il est ouvert, ou relancer « make » : il est mis de côté et écrit à nouveau",
        ) from error
    if grid is None:
        return []
    at = next(
        (n for n, line in enumerate(grid[:_HEADER_WITHIN]) if name_key(needed[-1]) in map(name_key, line)), 0
    )
    header = [name_key(cell) for cell in grid[at]] if grid else []
    wanted = (*needed, "decide_par", "note", "pcode_ecrit", "genre", "ecrit", "numeros_de_ligne")
    wanted = (*wanted, *(f"{k}_{n}" for n in (1, 2, 3) for k in ("candidat", "code")))
    places = {name: header.index(name_key(name)) for name in wanted if name_key(name) in header}
    missing = [name for name in needed if name not in places]
    if missing:
        raise InputError(
            f"{path} n’a pas la colonne {', '.join(missing)}",
            "aucune décision n’est reprise de ce fichier",
            f"garder l’en-tête : {', '.join(needed)} ; ou relancer « make » : il est mis de côté et écrit à nouveau",
        )
    answers = []
    for row, line in enumerate(grid[at + 1 :], start=at + 2):
        cells = {name: _cell(line, n) for name, n in places.items()}
        if any(cells.values()):
            answers.append(Answer(path.name, row, {name: cells.get(name, "") for name in wanted}, needed[-1]))
    return answers


Given = tuple[str, str, str]
_NONE: Given = ("", "", "")


@dataclass(frozen=True)
class Standing:
    """What the officer's lists say together. answers: line -> the answer that stands. conflicts: line -> the answers
    of two files that were both edited since the lists were written, and differ."""

    answers: dict[str, Answer]
    conflicts: dict[str, tuple[Answer, ...]]

    def given(self, line: str, file: str) -> Given:
        """What to write in a file for a line: where two files differ, each keeps its own."""
        for answer in self.conflicts.get(line, ()):
            if answer.file == file:
                return answer.given
        return self.answers[line].given if line in self.answers else _NONE


def standing(lists: Iterable[Iterable[Answer]], folder: Path) -> Standing:
    """Put the files together: what was edited since they were written wins over what was merely copied, an answer
    taken back in one file is taken back."""
    before = _remembered(folder)
    said: dict[str, list[Answer]] = defaultdict(list)
    for answers in lists:
        for answer in answers:
            said[answer.line].append(answer)
    kept, conflicts = {}, {}
    for line, versions in said.items():
        edited = [answer for answer in versions if answer.given != before.get(line, _NONE)]
        if len({answer.given[0] for answer in edited}) > 1:
            conflicts[line] = tuple(edited)
        kept[line] = edited[-1] if edited else versions[-1]
    return Standing(kept, conflicts)


def _remembered(folder: Path) -> dict[str, Given]:
    try:
        found = json.loads((folder / REMEMBERED).read_text("utf-8"))
        return {str(line): (str(a), str(b), str(c)) for line, (a, b, c) in found.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def _remember(found: Standing, lines: Iterable[str], folder: Path) -> None:
    """Note what the lists hold now; of a line in conflict what it held before, so that both stay edited."""
    before = _remembered(folder)
    held = {}
    for line in sorted(lines):
        given = before.get(line, _NONE) if line in found.conflicts else found.given(line, "")
        if any(given):
            held[line] = given
    write_text(folder / REMEMBERED, json.dumps(held, ensure_ascii=False, indent=0) + "\n")


def _readable(path: Path, needed: Sequence[str], say: Say) -> list[Answer]:
    """The answers in a list that is about to be written anew; one that cannot be read is set aside first."""
    if not path.is_file():
        return []
    try:
        return read_answers(path, needed)
    except InputError as error:
        others = (path.with_name(f"{path.stem} (mis de côté {n}){path.suffix}") for n in count(1))
        aside = next(other for other in others if not other.exists())
        path.replace(aside)
        say(f"Remarque : {error.problem} ; gardé sous {aside}, et écrit à nouveau : y recopier vos réponses")
        return []


def _cell(line: Sequence[str], at: int) -> str:
    return unsafe_cell(line[at].strip()) if at < len(line) else ""


def _grid(path: Path, sheet: str) -> list[list[str]] | None:
    """The cells of a list, whatever the file is called; of a workbook one sheet: the first where no sheet has the name
    of the questions, else None."""
    content = path.read_bytes()
    if not is_workbook(content, str(path)):
        text = decode(content)
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter(text)))
    grids = read_xlsx(content, str(path))
    named = {grid.name: grid.lines for grid in grids}
    return named.get(sheet) or (grids[0].lines if sheet == SHEETS["decision"] and grids else None)


def delimiter(text: str) -> str:
    """Semicolon or comma or tab, whichever the header has most of."""
    head = text.splitlines()[:_HEADER_WITHIN]
    header = next((line for line in head if "commune" in line.lower()), head[0] if head else "")
    return max(",;\t", key=header.count)


# The officer's two lists: the questions (lieux-a-verifier) and the audit trail (lieux-resolus).


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
    "numeros_de_ligne",
    "place_a",
    "question",
)
ANSWERS = ("decision", "decide_par", "note")
REVIEW_COLUMNS = (
    *CONTEXT,
    *(f"{what}_{n}" for n in range(1, PROPOSED + 1) for what in ("candidat", "code", "raison")),
    *ANSWERS,
)
LECTURE_COLUMNS = (
    "genre", "colonne", "ecrit", "lu", "code", "region", "cercle", "commune", "localite", "mois", "tables", "lignes",
    "exemple", "pourquoi", "avis", "decide_par", "note",
)  # fmt: skip
_MOST_NUMBERS = 20
"""Numbers of rows that a question tells; the others are in lieux-resolus.csv."""
RESOLVED_COLUMNS = (
    "table", "id", "ecrit", "niveau", "pcode", "nom", "methode", "score", "second", "note",
)  # fmt: skip


@dataclass
class Question:
    """One distinct unresolved spelling, and what hangs on it."""

    request: PlaceRequest
    place: Place
    months: set[str] = field(default_factory=set)
    tables: set[str] = field(default_factory=set)
    rows: int = 0
    numbers: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))


def questions(items: Iterable[Located]) -> list[Question]:
    """The distinct unresolved spellings, the ones with most rows first."""
    found: dict[tuple[DecisionKey, str], Question] = {}
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
            if item.row:
                line.numbers[item.file].append(item.row)
            line.months.update({item.month} - {""})
            line.tables.add(item.table + role)
    return sorted(found.values(), key=lambda q: (-q.rows, decision_key(q.request), q.request.as_written))


def write_review(
    items: Iterable[Located],
    path: Path,
    gazetteer: Gazetteer | None = None,
    read: Sequence[Lecture] = (),
    say: Say = lambda line: None,
) -> int:
    """Write the questions to `path` (.csv) and beside it as .xlsx with drop-downs; returns how many lines.

    gazetteer: for the list of P-codes in the workbook. read: what was read otherwise than written, for lectures.csv
    and the workbook's second sheet. All files are written even when there is nothing to ask, so that an old list never
    stays; what the officer has written in them outlives a second `make`. say: told of files set aside.
    """
    lines = questions(items)
    workbook, opinions = path.with_suffix(".xlsx"), path.with_name("lectures.csv")
    asked = [_readable(path, NEEDED, say), _readable(workbook, NEEDED, say)]
    told = [_readable(opinions, OPINION, say), _readable(workbook, OPINION, say)]
    found = standing([*asked, *told], path.parent)
    keys = [_key_of(question) for question in lines]
    names = [_key_of_lecture(one) for one in read]

    def table(file: Path) -> list[list[str]]:
        return [_line(q, found.given(key, file.name)) for q, key in zip(lines, keys, strict=True)]

    def lectures(file: Path) -> list[list[str]]:
        return [_lecture(one, found.given(name, file.name)) for one, name in zip(read, names, strict=True)]

    write_csv(path, REVIEW_COLUMNS, table(path))
    write_csv(opinions, LECTURE_COLUMNS, lectures(opinions))
    offered = [choices(q.place.candidates) for q in lines]
    write_workbook(workbook, table(workbook), offered, gazetteer, lectures(workbook))
    _remember(found, {*keys, *names}, path.parent)
    return len(lines)


def _key_of(question: Question) -> str:
    cells = dict(zip(NAMES, question.request.names, strict=True))
    cells |= {"pcode_ecrit": question.request.pcode or "", "numeros_de_ligne": _numbers(question)}
    return Answer("", 0, cells).line


def _key_of_lecture(one: Lecture) -> str:
    change = one.change
    cells = dict(zip(NAMES, change.names, strict=True))
    cells |= {"genre": KINDS[change.kind], "ecrit": change.written, "lu": change.read}
    return Answer("", 0, cells, "avis").line


def _lecture(one: Lecture, given: Given) -> list[str]:
    change = one.change
    return [
        KINDS[change.kind], change.column, change.written, change.read, change.code, *change.names,
        " ".join(sorted(one.months)), " ".join(sorted(one.tables)), str(one.rows), one.example, one.why, *given,
    ]  # fmt: skip


def write_resolved(items: Iterable[Located], path: Path) -> None:
    """Write the audit trail: one line for each input row, columns RESOLVED_COLUMNS."""
    write_csv(path, RESOLVED_COLUMNS, map(_trail, items))


def choices(candidates: Sequence[Candidate]) -> list[str]:
    """What the drop-down offers: the code and the name, for one place each."""
    offered = [f"{c.pcode} {c.name}" for c in candidates[:PROPOSED]]
    return [*dict.fromkeys(offered), NOT_FOUND]


def _line(question: Question, given: Given) -> list[str]:
    request, place = question.request, question.place
    cells = [
        " ".join(sorted(question.months)),
        " ".join(sorted(question.tables)),
        *request.names,
        request.pcode or "",
        str(question.rows),
        _numbers(question),
        _reached(place),
        " ; ".join(place.evidence),
    ]
    for candidate in place.candidates[:PROPOSED]:
        cells += [candidate.name, candidate.pcode, candidate.reason]
    cells += ["", "", ""] * (PROPOSED - len(place.candidates))
    return [*cells, *given]


def _reached(place: Place) -> str:
    """ "cercle Koro", "aucun lieu"."""
    return "aucun lieu" if place.level == "aucun" else f"{level_word(place.level)} {place.name}"


def _numbers(question: Question) -> str:
    """ "incidents.csv : 3, 7, 12"."""
    told = []
    for file, given in sorted(question.numbers.items()):
        rows = set(given)  # an alert and its destination stand on one line
        more = f" et {len(rows) - _MOST_NUMBERS} autres" if len(rows) > _MOST_NUMBERS else ""
        told.append(f"{file} : {', '.join(map(str, sorted(rows)[:_MOST_NUMBERS]))}{more}")
    return " ; ".join(told)


def _trail(item: Located) -> list[str]:
    place, row = item.place, [item.table, item.id, item.request.as_written]
    if place is None:
        return [*row, "refusé", "", "", "refusé", "0", "", item.refusal]
    notes = list(place.evidence)
    if place.question:
        notes.insert(0, "à vérifier")
    if item.destination is not None and item.destination_request is not None:
        there = item.destination
        told = f"destination « {item.destination_request.as_written} » : {_reached(there)} {there.pcode}"
        notes.append(told.rstrip())
        notes += [f"destination : {text}" for text in there.evidence]
    runner = f"{place.runner_up} ({place.runner_up_score:g})" if place.runner_up else ""
    score, told = f"{place.score:g}", " ; ".join(notes)
    return [*row, place.level, place.pcode, place.name, place.method, score, runner, told]


def waiting(items: Iterable[Located]) -> dict[str, int]:
    """Table -> how many rows wait for the officer (the row itself, not its destination)."""
    return dict(Counter(item.table for item in items if item.place and item.place.question))


# The officer's answers checked, and added to inputs/lieux.csv with who decided and when.


COLUMNS = ("region", "cercle", "commune", "localite", "pcode", "decide_par", "decide_le", "note")


@dataclass(frozen=True)
class Taken:
    """added: lines written to lieux.csv. known: answers that stood there already. errors: answers that were not
    taken, each with what is wrong and the codes that would be right. waiting: lines without an answer."""

    added: tuple[dict[str, str], ...]
    known: int
    waiting: int
    errors: tuple[InputError, ...]


def take(lists: Iterable[Path], lieux: Path, gazetteer: Gazetteer, by: str, on: date) -> Taken:
    """Check the answers of the review lists and add the good ones to lieux.csv, which is written whole.

    lists: lieux-a-verifier.csv and .xlsx; one that is not there is passed over. by: who decides, for lines
    whose `decide_par` is empty. Doing it twice adds nothing. Raises InputError where no list is there, or a
    file is not what it should be.
    """
    paths = [path for path in lists if path.is_file()]
    if not paths:
        raise InputError(
            "aucune liste lieux-a-verifier n’a été trouvée",
            "aucune décision n’est ajoutée",
            "lancer « make » d’abord : la liste est écrite dans le dossier revue/ du mois",
        )
    told = [path for path in paths if path.stem == "lectures" or path.suffix == ".xlsx"]
    read = [read_answers(path, NEEDED) for path in paths if path.stem != "lectures"]
    read += [read_answers(path, OPINION) for path in told]
    found = standing(read, paths[0].parent)
    answers = list(found.answers.values())
    given = [answer for answer in answers if answer.given[0]]
    asked = [answer for answer in answers if answer.column == "decision"]
    unanswered = {answer.key if any(answer.key) else answer.line for answer in asked}
    unanswered -= {answer.key if any(answer.key) else answer.line for answer in given}
    if found.conflicts:
        errors = tuple(_two_answers(versions) for versions in found.conflicts.values())
        return Taken((), 0, len(unanswered), errors)
    return _taken(given, len(unanswered), lieux, gazetteer, by, on)


def _taken(
    given: Sequence[Answer], waiting: int, lieux: Path, gazetteer: Gazetteer, by: str, on: date
) -> Taken:
    table = _Lieux.read(lieux)
    added: list[dict[str, str]] = []
    errors: list[InputError] = []
    seen: dict[DecisionKey, tuple[str, Answer]] = {}
    known = 0
    nameless = [answer for answer in given if any(answer.key) and not (answer.given[1] or by.strip())]
    if nameless:
        rows = listing([f"{one.file}, ligne {one.row}" for one in nameless[:_MOST_NUMBERS]])
        more = f" et {len(nameless) - _MOST_NUMBERS} autres" if len(nameless) > _MOST_NUMBERS else ""
        errors.append(
            InputError(
                f"on ne sait pas qui décide ({rows}{more})",
                "ces décisions ne sont pas ajoutées ; leurs lignes restent à vérifier",
                "lancer make decide PAR=votre_nom, ou l’écrire dans decide_par",
            )
        )
    for answer in (answer for answer in given if answer not in nameless):
        try:
            line = _checked(answer, gazetteer, by, on)
            _no_contradiction(answer, line["pcode"], seen)
        except InputError as error:
            errors.append(error)
            continue
        if table.holds(answer.key, line) or any(_same(line, other) for other in added):
            known += 1
        else:
            added.append(line)
    if added:
        write_text(lieux, table.with_lines(added))
    return Taken(tuple(added), known, waiting, tuple(errors))


def _two_answers(versions: Sequence[Answer]) -> InputError:
    first, second = versions[0], versions[-1]
    return InputError(
        f"{second.file}, ligne {second.row} ({_names(second)}) décide autrement que {first.file}, ligne {first.row} : "
        f"« {second.given[0] or 'rien'} », et « {first.given[0] or 'rien'} »",
        "aucune décision n’est ajoutée, ni celle-ci ni les autres",
        "écrire la même réponse dans les deux fichiers, puis relancer « make decide »",
    )


def _names(answer: Answer) -> str:
    return " > ".join(answer.cells[n] or "–" for n in NAMES)


def _checked(answer: Answer, gazetteer: Gazetteer, by: str, on: date) -> dict[str, str]:
    who = answer.given[1] or by.strip()
    if not any(answer.key):
        where = answer.cells.get("numeros_de_ligne", "")
        fix = "y écrire le P-code ou les noms, ou corriger les coordonnées"
        raise _refused(answer, "aucun nom de lieu n’est écrit, et une décision se retient par les noms",
                       f"corriger le tableau lui-même{f' ({where})' if where else ''} : {fix}")  # fmt: skip
    names = {name: answer.cells[name] for name in NAMES}
    pcode, remark = _decision(answer, gazetteer)
    notes = [remark, f"limites : {gazetteer.vintage}" if pcode != NOT_FOUND else "", answer.cells["note"]]
    note = " ; ".join(text for text in notes if text)
    return {**names, "pcode": pcode, "decide_par": who, "decide_le": on.isoformat(), "note": note}


def _decision(answer: Answer, gazetteer: Gazetteer) -> tuple[str, str]:
    """The code decided, and "village : X" where one of its villages was chosen."""
    text = _as_code(answer)
    if name_key(text) == NOT_FOUND:
        return NOT_FOUND, ""
    maintained = _MAINTAINED.search(text)
    text = _MAINTAINED.sub("", text)
    text = _as_people_write(text, answer, gazetteer)
    found = re.match(r"\s*([A-Za-z]{2,3}\s?\d+)\s*(.*)", text)
    code = re.sub(r"\s", "", found[1]).upper() if found else ""
    area = gazetteer.area(code)
    if area is None:
        raise _refused(answer, _unknown(text, code, gazetteer), _offer(answer))
    if not maintained:
        _inside(answer, area, gazetteer)
    label = (found[2] if found else "").strip(" -–—:")
    if not label or name_key(label) in {name_key(area.name), name_key(describe(area, gazetteer))}:
        return code, ""
    villages = gazetteer.index("localite", code).same(name_of(label)) if area.level == "commune" else []
    if not villages:
        wrong = f"{code} est {describe(area, gazetteer)}, pas « {label} »"
        raise _refused(answer, wrong, _offer(answer))
    return code, f"village : {villages[0].thing.name}"


_MAINTAINED = re.compile(r"\bmaintenue?\b[.! ]*$", re.IGNORECASE)
_YES = frozenset({"oui", "ok", "juste", "confirme", "correct", "x", "yes"})
_NO = frozenset({"non", "faux", "no", "incorrect"})


def _as_code(answer: Answer) -> str:
    """The answer with a code: a candidate's name as it is shown, "oui" to a lecture."""
    text = answer.given[0]
    key = name_key(text)
    if answer.column == "avis" and key in _YES:
        if not answer.cells["code"]:
            wrong = f"« {text} » : rien n’a été lu, il n’y a rien à confirmer"
            raise _refused(answer, wrong, "écrire le P-code de la région ou du cercle")
        village = answer.cells["lu"].removeprefix("village ")
        return f"{answer.cells['code']} {village}" if village != answer.cells["lu"] else answer.cells["code"]
    if answer.column == "avis" and key in _NO:
        wrong = f"« {text} » : on ne sait pas quel lieu est le bon"
        raise _refused(answer, wrong, f"écrire son P-code, ou {NOT_FOUND}")
    shown = {
        _candidate(answer, n) for n in (1, 2, 3) if key and key == name_key(answer.cells[f"candidat_{n}"])
    }
    if len(shown) > 1:
        wrong = f"« {text} » est le nom de {len(shown)} candidats"
        raise _refused(answer, wrong, f"écrire {' ou '.join(sorted(shown))}")
    return shown.pop() if shown else text


_NTH = {"1": 1, "2": 2, "3": 3, "premier": 1, "deuxieme": 2, "second": 2, "troisieme": 3}
_CODE_BEHIND = re.compile(r"(.+?)\s*[(\[]\s*([A-Za-z]{2,3}\s?\d+)\s*[)\]]")
_CODE_BARE = re.compile(r"\d{5,6}")


def _as_people_write(text: str, answer: Answer, gazetteer: Gazetteer) -> str:
    """The answer with its code first: "Ségué (ML050209)"; 50209, whose letters and zero a spreadsheet took; "le premier" or
    "candidat 2"; "oui" where one candidate is shown; a commune's name, with its cercle or in the row's."""
    if found := _CODE_BEHIND.fullmatch(text.strip()):
        return f"{found[2]} {found[1]}"
    if _CODE_BARE.fullmatch(text.strip()) and gazetteer.area(code := f"ML{int(text):06d}"):
        return code
    shown = [answer.cells.get(f"code_{n}", "") for n in (1, 2, 3)]
    nth = _NTH.get(re.sub(r"^(?:le |la |candidat )+| candidat$", "", plain(text)), 0)
    if name_key(text) in _YES and sum(map(bool, shown)) == 1:
        nth = 1
    if nth and shown[nth - 1]:
        return _candidate(answer, nth)
    if gazetteer.area(re.sub(r"\s", "", text).upper()[:8]) is None:
        names = {name: answer.cells[name] for name in NAMES}
        line = Decision(**names, pcode=text, decided_by="", decided_on="", note="", row=answer.row)
        (named, _) = with_codes([line], gazetteer)
        text = named[0].pcode if named else text
    return text


def _candidate(answer: Answer, number: int) -> str:
    return f"{answer.cells[f'code_{number}']} {answer.cells[f'candidat_{number}']}"


def _inside(answer: Answer, area: Area, gazetteer: Gazetteer) -> None:
    """Refuse an answer outside the region or cercle that is written, once: a slip of the list is likelier."""
    region, cercle = answer.cells["region"] or None, answer.cells["cercle"] or None
    if answer.column == "avis" and not any(answer.cells[name] for name in ("commune", "localite")):
        if cercle is None:
            return
        cercle = None  # it is what is decided
    frame = read_frame(PlaceRequest(region, cercle), gazetteer)
    for written in (frame.within, frame.region):
        if written is None or frame.conflict or gazetteer.meeting(area, written):
            continue
        raise _refused(
            answer,
            f"{area.pcode} est {describe(area, gazetteer)}, hors de ce qui est écrit ({written.name})",
            f"vérifier le code ; s’il est juste, écrire « {area.pcode} maintenu »",
        )


def _unknown(text: str, code: str, gazetteer: Gazetteer) -> str:
    other = gazetteer.old_codes.get(code)
    if other:
        today: Area = gazetteer.communes[other[0]]
        return f"« {text} » est un code des limites de {other[2][:4]} ; ici {today.pcode}, {today.name}"
    return f"« {text} » n’est ni un P-code des limites de {gazetteer.vintage}, ni « {NOT_FOUND} »"


def _offer(answer: Answer) -> str:
    pairs = [(answer.cells[f"code_{n}"], answer.cells[f"candidat_{n}"]) for n in (1, 2, 3)]
    offered = ", ".join(f"{code} ({name})" for code, name in pairs if code)
    other = f"un code de la feuille Communes, ou {NOT_FOUND}"
    return f"écrire {offered}, {other}" if offered else f"écrire {other}"


def _refused(answer: Answer, problem: str, fix: str) -> InputError:
    return InputError(
        f"{answer.file}, ligne {answer.row} ({_names(answer)}) : {problem}",
        "cette décision n’est pas ajoutée ; ses lignes restent à vérifier",
        fix,
    )


def _no_contradiction(answer: Answer, pcode: str, seen: dict[DecisionKey, tuple[str, Answer]]) -> None:
    earlier, other = seen.setdefault(answer.key, (pcode, answer))
    if earlier != pcode:
        wrong = f"{other.file}, ligne {other.row} décide autrement ({earlier}, ici {pcode})"
        raise _refused(answer, wrong, f"écrire la même décision dans les deux listes, {earlier} ou {pcode}")


def _same(line: dict[str, str], other: dict[str, str]) -> bool:
    village = re.compile(r"village : [^;]*")
    return (
        all(name_key(line[n]) == name_key(other.get(n, "")) for n in NAMES)
        and line["pcode"] == other.get("pcode", "").upper().replace("INTROUVABLE", NOT_FOUND)
        and village.findall(line["note"]) == village.findall(other.get("note", ""))
    )


@dataclass(frozen=True)
class _Lieux:
    """lieux.csv as it stands: its text, its columns in their order, its lines."""

    text: str
    columns: tuple[str, ...]
    separator: str
    lines: tuple[dict[str, str], ...]

    @classmethod
    def read(cls, path: Path) -> _Lieux:
        if not path.is_file() or not path.read_bytes().strip():
            return cls("", COLUMNS, ";", ())
        text = decode(path.read_bytes())
        separator = delimiter(text)
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
        columns = tuple(column_of(cell, "lieux") or cell.strip().lower() for cell in rows[0])
        missing = [name for name in COLUMNS if name not in columns]
        if missing:
            raise InputError(
                f"{path} n’a pas la colonne {', '.join(missing)}",
                "aucune décision n’est ajoutée",
                f"rétablir l’en-tête : {','.join(COLUMNS)}",
            )
        lines = tuple(
            {name: unsafe_cell(cell.strip()) for name, cell in zip(columns, row, strict=False)}
            for row in rows[1:]
        )
        return cls(text, columns, separator, lines)

    def holds(self, key: DecisionKey, line: dict[str, str]) -> bool:
        """Whether the last decision on these names is this one."""
        about = [old for old in self.lines if tuple(name_key(old.get(n, "")) for n in NAMES) == key]
        return bool(about) and _same(line, about[-1])

    def with_lines(self, added: Iterable[dict[str, str]]) -> str:
        """The file's text with lines after those that are there, untouched."""
        stream = io.StringIO()
        writer = csv.writer(stream, delimiter=self.separator, lineterminator="\n")
        if not self.text:
            writer.writerow(self.columns)
        writer.writerows([safe_cell(line.get(name, "")) for name in self.columns] for line in added)
        before = self.text.lstrip("\ufeff")
        gap = "" if not before or before.endswith("\n") else "\n"
        return "\ufeff" + before + gap + stream.getvalue()


# The questions as a workbook: the same lines, with the candidates to choose from.


_LONGEST_LIST = 255
"""Excel's limit for the text of a drop-down."""
_CREATED = datetime(2021, 1, 1)
"""A fixed date, so that the same questions give the same bytes."""
_WIDTHS = {
    "genre": 26, "lu": 26, "pourquoi": 60, "avis": 16, "numeros_de_ligne": 24, "question": 50, "decision": 28,
    "lignes": 8, "mois": 9, "tables": 18, "note": 30,
}  # fmt: skip


def write_workbook(
    target: Path,
    lines: Sequence[Sequence[str]],
    offered: Sequence[Sequence[str]],
    gazetteer: Gazetteer | None,
    lectures: Sequence[Sequence[str]] = (),
) -> None:
    """Write the questions (sheet "À vérifier"), what was read otherwise than written ("Lectures") and the P-codes to
    choose from ("Communes").

    offered: for each line, what the drop-down of its `decision` proposes; another code may be typed.
    """
    with workbook(target, _CREATED, title="Lieux à vérifier") as book:
        head = book.add_format({"bold": True, "bg_color": "#D9E2EC", "text_wrap": True, "valign": "top"})
        body = book.add_format({"text_wrap": True, "valign": "top"})
        answer = book.add_format({"text_wrap": True, "valign": "top", "bg_color": "#FFF6D6"})
        styles = (head, body, answer)
        sheet = book.add_worksheet(SHEETS["decision"])
        _fill(sheet, REVIEW_COLUMNS, lines, styles)
        for row, items in enumerate(offered, start=1):
            _drop_down(sheet, row, len(REVIEW_COLUMNS) - len(ANSWERS), items)
        sheet = book.add_worksheet(SHEETS["avis"])
        _fill(sheet, LECTURE_COLUMNS, lectures, styles)
        for row in range(1, len(lectures) + 1):
            _drop_down(sheet, row, len(LECTURE_COLUMNS) - len(ANSWERS), ("oui", NOT_FOUND))
        if gazetteer is not None:
            _codes(book.add_worksheet("Communes"), gazetteer, head)


def _fill(sheet, columns: Sequence[str], lines: Sequence[Sequence[str]], styles) -> None:  # type: ignore[no-untyped-def]
    """A header and its lines; the last columns are for the answers."""
    head, body, answer = styles
    first_answer = len(columns) - len(ANSWERS)
    widths = [_WIDTHS.get(title, 36 if title.rstrip("_123") == "raison" else 16) for title in columns]
    head_of(sheet, zip(columns, widths, strict=True), head, len(lines))
    for row, line in enumerate(lines, start=1):
        for column, cell in enumerate(line):
            style = answer if column >= first_answer else body
            if columns[column] == "lignes":
                sheet.write_number(row, column, int(cell), style)
            else:
                sheet.write_string(row, column, cell, style)


def _drop_down(sheet, row: int, column: int, offered: Sequence[str]) -> None:  # type: ignore[no-untyped-def]
    # A comma inside an item would split it in two.
    items = [item.replace(",", " ") for item in offered]
    while len(",".join(items)) > _LONGEST_LIST and len(items) > 1:
        items.pop(-2)  # "introuvable", the last, stays
    shown = {
        "validate": "list",
        "source": items,
        "error_type": "information",
        "error_title": "Autre code",
        "error_message": "Ce code n’est pas parmi les candidats : le vérifier dans la feuille Communes.",
    }
    sheet.data_validation(row, column, row, column, shown)


def _codes(sheet, gazetteer: Gazetteer, head) -> None:  # type: ignore[no-untyped-def]
    areas = [*gazetteer.regions.values(), *gazetteer.cercles.values(), *gazetteer.communes.values()]
    columns = {"code": 12, "nom": 30, "niveau": 10, "cercle": 20, "région": 14}
    head_of(sheet, columns.items(), head, len(areas))
    for row, area in enumerate(areas, start=1):
        cercle = gazetteer.cercles.get(area.cercle_pcode)
        region = gazetteer.regions.get(area.region_pcode)
        above = (parent.name if parent else "" for parent in (cercle, region))
        for column, cell in enumerate((area.pcode, area.name, area.level, *above)):
            sheet.write_string(row, column, cell)
