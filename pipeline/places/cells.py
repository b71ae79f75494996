"""Text in the cells of a spreadsheet: never run as a formula, always read with its accents."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence


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
