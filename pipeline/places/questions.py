"""The officer's questions and answers: the lists of revue/, the workbook to answer in, and decisions taken back."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from pipeline.errors import InputError
from pipeline.files import replacing, write_text
from pipeline.places.decisions import NOT_FOUND, Key, decision_key
from pipeline.places.gazetteer import Area, Gazetteer
from pipeline.places.names import name_key, name_of
from pipeline.places.place import Candidate, Place, PlaceRequest
from pipeline.places.read import describe

# Text in the cells of a spreadsheet: never run as a formula, always read with its accents.


def as_csv(columns: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """CSV text with a byte-order mark (spreadsheets then read the accents), safe against formulas."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([safe(cell) for cell in line] for line in lines)
    return "\ufeff" + stream.getvalue()


def safe(cell: str) -> str:
    """The text with an apostrophe before it where a spreadsheet would run it as a formula; one line."""
    flat = re.sub(r"[\r\n\t\x00]+", " ", cell)
    return f"'{flat}" if re.match(r"\s*[=+\-@]", flat) else flat


def unsafe(cell: str) -> str:
    """The text as it was before `safe`."""
    return cell[1:] if re.match(r"'\s*[=+\-@]", cell) else cell


# The review list as the officer gives it back: CSV or workbook, whatever the spreadsheet made of it.


NAMES = ("region", "cercle", "commune", "localite")
NEEDED = (*NAMES, "decision")


@dataclass(frozen=True)
class Answer:
    """One line of the review list. row: line in the file, header = 1. cells: column -> text, "" where empty."""

    file: str
    row: int
    cells: dict[str, str]

    @property
    def key(self) -> tuple[str, str, str, str]:
        """The names as written, as decisions are found by."""
        region, cercle, commune, localite = (name_key(self.cells[name]) for name in NAMES)
        return region, cercle, commune, localite


def read_answers(path: Path) -> list[Answer]:
    """The lines of one review list (.csv or .xlsx). Raises InputError where it is no such list."""
    try:
        grid = _workbook(path) if path.suffix.lower() == ".xlsx" else _text(path)
    except (OSError, ValueError, KeyError, csv.Error, zipfile.BadZipFile, UnicodeError) as error:
        raise InputError(
            f"{path} ne peut pas être lu ({type(error).__name__})",
            "aucune décision n'est reprise de ce fichier",
            "fermer le fichier s'il est ouvert, ou relancer « make » pour l'écrire à nouveau",
        ) from error
    header = [name_key(cell) for cell in grid[0]] if grid else []
    wanted = (*NEEDED, "decide_par", "note", *(f"{k}_{n}" for n in (1, 2, 3) for k in ("candidat", "code")))
    places = {name: header.index(name_key(name)) for name in wanted if name_key(name) in header}
    missing = [name for name in NEEDED if name not in places]
    if missing:
        raise InputError(
            f"{path} n'a pas la colonne {', '.join(missing)}",
            "aucune décision n'est reprise de ce fichier",
            f"garder l'en-tête de lieux-a-verifier : {', '.join(NEEDED)}",
        )
    answers = []
    for row, line in enumerate(grid[1:], start=2):
        cells = {name: _cell(line, at) for name, at in places.items()}
        answers.append(Answer(path.name, row, {name: cells.get(name, "") for name in wanted}))
    return answers


def kept_answers(paths: Iterable[Path]) -> dict[tuple[str, str, str, str], dict[str, str]]:
    """What the officer has already written in the lists that are about to be written anew, by names.

    A list that cannot be read has nothing to keep.
    """
    kept: dict[tuple[str, str, str, str], dict[str, str]] = {}
    for path in paths:
        if not path.is_file():
            continue
        try:
            answers = read_answers(path)
        except InputError:
            continue
        for answer in answers:
            written = {name: answer.cells[name] for name in ("decision", "decide_par", "note")}
            if any(written.values()):
                kept[answer.key] = written
    return kept


def _cell(line: Sequence[str], at: int) -> str:
    return unsafe(line[at].strip()) if at < len(line) else ""


def _text(path: Path) -> list[list[str]]:
    text = decoded(path.read_bytes())
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter(text)))


def decoded(content: bytes) -> str:
    """UTF-8 with or without a byte-order mark, else what Windows writes."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def delimiter(text: str) -> str:
    """Semicolon or comma or tab, whichever the header has most of."""
    header = text.splitlines()[0] if text else ""
    return max(",;\t", key=header.count)


def _workbook(path: Path) -> list[list[str]]:
    import openpyxl

    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    try:
        rows = book.worksheets[0].iter_rows(values_only=True)
        return [["" if cell is None else str(cell) for cell in row] for row in rows]
    finally:
        book.close()


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


# The officer's answers checked, and added to inputs/lieux.csv with who decided and when.


COLUMNS = ("region", "cercle", "commune", "localite", "pcode", "decided_by", "decided_on", "note")


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
            "aucune liste lieux-a-verifier n'a été trouvée",
            "aucune décision n'est ajoutée",
            "lancer « make » d'abord : la liste est écrite dans le dossier revue/ du mois",
        )
    answers = [answer for path in paths for answer in read_answers(path)]
    table = _Lieux.read(lieux)
    added: list[dict[str, str]] = []
    errors: list[InputError] = []
    seen: dict[Key, tuple[str, Answer]] = {}
    known = 0
    given = [answer for answer in answers if answer.cells["decision"]]
    for answer in given:
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
    unanswered = {answer.key for answer in answers} - {answer.key for answer in given}
    return Taken(tuple(added), known, len(unanswered), tuple(errors))


def _checked(answer: Answer, gazetteer: Gazetteer, by: str, on: date) -> dict[str, str]:
    who = answer.cells["decide_par"] or by.strip()
    if not any(answer.key):
        raise _refused(answer, "aucun nom de lieu n'est écrit", "corriger la ligne dans le tableau lui-même")
    if not who:
        raise _refused(answer, "on ne sait pas qui décide", "écrire son nom dans la colonne decide_par")
    names = {name: answer.cells[name] for name in ("region", "cercle", "commune", "localite")}
    pcode, remark = _decision(answer, gazetteer)
    notes = [remark, f"limites : {gazetteer.vintage}" if pcode != NOT_FOUND else "", answer.cells["note"]]
    note = " ; ".join(text for text in notes if text)
    return {**names, "pcode": pcode, "decided_by": who, "decided_on": on.isoformat(), "note": note}


def _decision(answer: Answer, gazetteer: Gazetteer) -> tuple[str, str]:
    """The code decided, and "village : X" where one of its villages was chosen."""
    text = answer.cells["decision"]
    if name_key(text) == NOT_FOUND:
        return NOT_FOUND, ""
    found = re.match(r"\s*([A-Za-z]{2,3}\s?\d+)\s*(.*)", text)
    code = re.sub(r"\s", "", found[1]).upper() if found else ""
    area = gazetteer.area(code)
    if area is None:
        raise _refused(answer, _unknown(text, code, gazetteer), _offer(answer))
    label = (found[2] if found else "").strip(" -–—:")
    if not label or name_key(label) == name_key(area.name):
        return code, ""
    villages = gazetteer.index("localite", code).same(name_of(label)) if area.level == "commune" else []
    if not villages:
        wrong = f"{code} est {describe(area, gazetteer)}, pas « {label} »"
        raise _refused(answer, wrong, _offer(answer))
    return code, f"village : {villages[0].thing.name}"


def _unknown(text: str, code: str, gazetteer: Gazetteer) -> str:
    other = gazetteer.old_codes.get(code)
    if other:
        today: Area = gazetteer.communes[other[0]]
        return f"« {text} » est un code des limites de {other[2][:4]} ; ici {today.pcode}, {today.name}"
    return f"« {text} » n'est ni un P-code des limites de {gazetteer.vintage}, ni « {NOT_FOUND} »"


def _offer(answer: Answer) -> str:
    pairs = [(answer.cells[f"code_{n}"], answer.cells[f"candidat_{n}"]) for n in (1, 2, 3)]
    offered = ", ".join(f"{code} ({name})" for code, name in pairs if code)
    other = f"un code de la feuille Communes, ou {NOT_FOUND}"
    return f"écrire {offered}, {other}" if offered else f"écrire {other}"


def _refused(answer: Answer, problem: str, fix: str) -> InputError:
    names = " > ".join(answer.cells[n] or "–" for n in ("region", "cercle", "commune", "localite"))
    return InputError(
        f"{answer.file}, ligne {answer.row} ({names}) : {problem}",
        "cette décision n'est pas ajoutée ; ses lignes restent à vérifier",
        fix,
    )


def _no_contradiction(answer: Answer, pcode: str, seen: dict[Key, tuple[str, Answer]]) -> None:
    earlier = seen.setdefault(answer.key, (pcode, answer))
    if earlier[0] != pcode:
        other = earlier[1]
        raise _refused(
            answer,
            f"{other.file}, ligne {other.row} décide autrement ({earlier[0]}, ici {pcode})",
            f"écrire la même décision dans les deux listes, {earlier[0]} ou {pcode}",
        )


def _same(line: dict[str, str], other: dict[str, str]) -> bool:
    names = ("region", "cercle", "commune", "localite")
    village = re.compile(r"village : [^;]*")
    return (
        all(name_key(line[n]) == name_key(other.get(n, "")) for n in names)
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
            return cls("", COLUMNS, ",", ())
        text = decoded(path.read_bytes())
        separator = delimiter(text)
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
        columns = tuple(cell.strip().lower() for cell in rows[0])
        missing = [name for name in COLUMNS if name not in columns]
        if missing:
            raise InputError(
                f"{path} n'a pas la colonne {', '.join(missing)}",
                "aucune décision n'est ajoutée",
                f"rétablir l'en-tête : {','.join(COLUMNS)}",
            )
        lines = tuple(
            {name: unsafe(cell.strip()) for name, cell in zip(columns, row, strict=False)} for row in rows[1:]
        )
        return cls(text, columns, separator, lines)

    def holds(self, key: Key, line: dict[str, str]) -> bool:
        """Whether the last decision on these names is this one."""
        names = ("region", "cercle", "commune", "localite")
        about = [old for old in self.lines if tuple(name_key(old.get(n, "")) for n in names) == key]
        return bool(about) and _same(line, about[-1])

    def with_lines(self, added: Iterable[dict[str, str]]) -> str:
        """The file's text with lines after those that are there, untouched."""
        stream = io.StringIO()
        writer = csv.writer(stream, delimiter=self.separator, lineterminator="\n")
        if not self.text:
            writer.writerow(self.columns)
        writer.writerows([safe(line.get(name, "")) for name in self.columns] for line in added)
        before = self.text.lstrip("\ufeff")
        gap = "" if not before or before.endswith("\n") else "\n"
        return "\ufeff" + before + gap + stream.getvalue()


# The questions as a workbook: the same lines, with the candidates to choose from.


_LONGEST_LIST = 255
"""Excel's limit for the text of a drop-down."""
_CREATED = datetime(2021, 1, 1)
"""A fixed date, so that the same questions give the same bytes."""
_WIDTHS = {"question": 50, "decision": 28, "lignes": 8, "mois": 9, "tables": 18, "note": 30}


def write_workbook(
    target: Path,
    lines: Sequence[Sequence[str]],
    offered: Sequence[Sequence[str]],
    gazetteer: Gazetteer | None,
) -> None:
    """Write the questions (sheet "À vérifier") and the P-codes to choose from (sheet "Communes").

    offered: for each line, what the drop-down of its `decision` proposes; another code may be typed.
    """
    import xlsxwriter

    with replacing(target) as temporary:
        options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        with xlsxwriter.Workbook(str(temporary), options) as book:
            book.set_properties({"title": "Lieux à vérifier", "created": _CREATED})
            head = book.add_format({"bold": True, "bg_color": "#D9E2EC", "text_wrap": True, "valign": "top"})
            body = book.add_format({"text_wrap": True, "valign": "top"})
            answer = book.add_format({"text_wrap": True, "valign": "top", "bg_color": "#FFF6D6"})
            sheet = book.add_worksheet("À vérifier")
            first_answer = len(REVIEW_COLUMNS) - len(ANSWERS)
            for column, title in enumerate(REVIEW_COLUMNS):
                sheet.write_string(0, column, title, head)
                kind = title.rstrip("_123")
                sheet.set_column(column, column, _WIDTHS.get(title, 36 if kind == "raison" else 16))
            for row, line in enumerate(lines, start=1):
                for column, cell in enumerate(line):
                    style = answer if column >= first_answer else body
                    if REVIEW_COLUMNS[column] == "lignes":
                        sheet.write_number(row, column, int(cell), style)
                    else:
                        sheet.write_string(row, column, cell, style)
                _drop_down(sheet, row, first_answer, offered[row - 1])
            sheet.freeze_panes(1, 0)
            sheet.autofilter(0, 0, max(len(lines), 1), len(REVIEW_COLUMNS) - 1)
            if gazetteer is not None:
                _codes(book.add_worksheet("Communes"), gazetteer, head)


def _drop_down(sheet, row: int, column: int, offered: Sequence[str]) -> None:  # type: ignore[no-untyped-def]
    # A comma inside an item would split it in two.
    items = [item.replace(",", " ") for item in offered]
    while len(",".join(items)) > _LONGEST_LIST and len(items) > 1:
        items.pop(-2)  # "introuvable", the last, stays
    sheet.data_validation(
        row,
        column,
        row,
        column,
        {
            "validate": "list",
            "source": items,
            "error_type": "information",
            "error_title": "Autre code",
            "error_message": "Ce code n'est pas parmi les candidats : le vérifier dans la feuille Communes.",
        },
    )


def _codes(sheet, gazetteer: Gazetteer, head) -> None:  # type: ignore[no-untyped-def]
    for column, (title, width) in enumerate(
        (("code", 12), ("nom", 30), ("niveau", 10), ("cercle", 20), ("région", 14))
    ):
        sheet.write_string(0, column, title, head)
        sheet.set_column(column, column, width)
    areas = [*gazetteer.regions.values(), *gazetteer.cercles.values(), *gazetteer.communes.values()]
    for row, area in enumerate(areas, start=1):
        cercle = gazetteer.cercles.get(area.cercle_pcode)
        region = gazetteer.regions.get(area.region_pcode)
        cells = (
            area.pcode,
            area.name,
            area.level,
            cercle.name if cercle else "",
            region.name if region else "",
        )
        for column, cell in enumerate(cells):
            sheet.write_string(row, column, cell)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(len(areas), 1), 4)
