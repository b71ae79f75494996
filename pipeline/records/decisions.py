"""lieux.csv: what the officer decided about names that no rule could settle."""

from __future__ import annotations

import re
from pathlib import Path

from pipeline.french import plain
from pipeline.records.duplicates import finding
from pipeline.records.problems import WHOLE_LINE, Problem, refusal, remark
from pipeline.records.source import load
from pipeline.records.tables import Decision, Finding, InputFile
from pipeline.records.text import code, quote

NOT_FOUND = "introuvable"
_PCODE = re.compile(r"[A-Z]{2,3}\d{2,8}")


def read_decisions(path: Path, shown: str) -> tuple[tuple[Decision, ...], tuple[Finding, ...], InputFile]:
    """The decisions of one file, what was wrong with others, and the file.

    Of two decisions on the same names the later line counts, since the file is written by adding lines.
    Whether a P-code exists is for places to say. Raises InputError where the file is no such table.
    """
    source = load(path, "lieux", shown)
    findings = [
        finding("lieux", shown, line, "", WHOLE_LINE, text, problem)
        for _, line, text, problem in source.bad_lines
    ]
    findings += [
        finding("lieux", shown, source.header_line, "", h, h, problem) for h, problem in source.remarks
    ]
    latest: dict[tuple[str, ...], Decision] = {}
    names = ("region", "cercle", "commune", "localite")
    for at, line in enumerate(source.numbers):
        cells = {name: column[at] for name, column in source.texts.items()}
        pcode, problem = _pcode(cells["pcode"], [cells[name] for name in names])
        if problem is not None:
            findings.append(finding("lieux", shown, line, "", "pcode", cells["pcode"][:300], problem))
            continue
        key = tuple(plain(cells[name]) for name in names)
        earlier = latest.pop(key, None)
        if earlier is not None and earlier.pcode != pcode:
            findings.append(finding("lieux", shown, line, "", "pcode", pcode, _changed(earlier, pcode)))
        latest[key] = Decision(**{**cells, "pcode": pcode}, row=line)
    found = tuple(sorted(latest.values(), key=lambda one: one.row))
    ordered = tuple(sorted(findings, key=lambda one: one.row))
    return found, ordered, InputFile(shown, source.sha256, source.total)


def _pcode(text: str, names: list[str]) -> tuple[str, Problem | None]:
    bare = code(text).replace(" ", "")
    if plain(text) == NOT_FOUND:
        pcode = NOT_FOUND
    elif _PCODE.fullmatch(bare.upper()):
        pcode = bare.upper()
    else:
        said = f"le P-code {quote(text)} n'a pas la forme d'un P-code" if text else "le P-code est vide"
        return "", refusal("lieux", said, f"écrire un P-code, par exemple ML050304, ou {NOT_FOUND}")
    if not any(names):
        return "", refusal(
            "lieux", "aucun nom n'est donné", "recopier les noms tels que le tableau les écrit"
        )
    return pcode, None


def _changed(earlier: Decision, pcode: str) -> Problem:
    return remark(
        f"la ligne {earlier.row} décidait autrement des mêmes noms ({earlier.pcode})",
        f"la dernière ligne compte : {pcode}",
        f"supprimer la ligne {earlier.row} si elle ne vaut plus",
    )
