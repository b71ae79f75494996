"""The findings as files for the officer: rows refused, and rows that went on with something to know."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path

from pipeline import files
from pipeline.records.tables import Finding, Inputs

HEADERS = ("table", "fichier", "ligne", "id", "colonne", "valeur", "probleme", "consequence", "remede")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "=", "+", "-", "@")
"""First characters that make a spreadsheet run a cell; the full-width ones are read the same by some."""


def write_refused(inputs: Inputs, path: Path) -> None:
    """Write lignes-rejetees.csv: one line for each refused row, with all that is wrong with it.

    UTF-8 with a byte-order mark, so that Excel shows accents; no cell that a spreadsheet could run.
    """
    _write(_by_row(finding for finding in inputs.all_findings() if finding.refused), path)


def write_remarks(inputs: Inputs, path: Path) -> None:
    """Write, in the same form, what the officer should know of rows and files that were used all the same."""
    _write([finding for finding in inputs.all_findings() if not finding.refused], path)


def _by_row(findings: Iterable[Finding]) -> list[Finding]:
    """One finding a row: the first, with the problems and remedies of the others behind its own."""
    rows: dict[tuple[str, int], list[Finding]] = {}
    for finding in findings:
        rows.setdefault((finding.file, finding.row), []).append(finding)
    return [_merged(found) for found in rows.values()]


def _merged(found: list[Finding]) -> Finding:
    first = found[0]
    if len(found) == 1:
        return first
    return Finding(
        first.table,
        first.file,
        first.row,
        first.id,
        " | ".join(dict.fromkeys(one.column for one in found)),
        " | ".join(dict.fromkeys(one.value for one in found)),
        " | ".join(one.problem for one in found),
        first.consequence,
        " | ".join(dict.fromkeys(one.fix for one in found)),
        True,
    )


def _write(findings: list[Finding], path: Path) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADERS)
    for one in findings:
        cells = (
            one.table,
            one.file,
            str(one.row),
            one.id,
            one.column,
            one.value,
            one.problem,
            one.consequence,
            one.fix,
        )
        writer.writerow([safe_cell(cell) for cell in cells])
    files.write_bytes(path, text.getvalue().encode("utf-8-sig", errors="replace"))


def safe_cell(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet would take it for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text
