"""The officer's answers checked, and added to inputs/lieux.csv with who decided and when."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipeline.errors import InputError
from pipeline.files import write_text
from pipeline.places.answers import Answer, decoded, delimiter, read_answers
from pipeline.places.cells import safe, unsafe
from pipeline.places.communes import describe
from pipeline.places.decisions import NOT_FOUND, Key
from pipeline.places.gazetteer import Area, Gazetteer
from pipeline.places.names import name_key, name_of

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
