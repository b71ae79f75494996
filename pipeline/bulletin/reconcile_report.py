"""revue/rapprochement.csv: every figure and text that was compared, differences first, for the editor."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from pipeline.bulletin.mismatch import Mismatch
from pipeline.files import write_text

NAME = "rapprochement-{}.csv"
HEADINGS = ("verdict", "quoi", "où", "imprimé", "attendu")


def write_report(compared: Sequence[Mismatch], audience: str, folder: Path) -> Path:
    """Write folder/rapprochement-<audience>.csv (semicolons and a byte-order mark, as a spreadsheet in French
    opens it) and return its path. A text that a spreadsheet would take for a formula is written as text."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\n")
    writer.writerow(HEADINGS)
    for item in sorted(compared, key=lambda item: item.told == item.expected):
        verdict = "identique" if item.told == item.expected else "DIFFÉRENT"
        writer.writerow([verdict, *map(_text, (item.what, item.where, item.told, item.expected))])
    target = folder / NAME.format(audience)
    write_text(target, "\ufeff" + out.getvalue())
    return target


def _text(value: str) -> str:
    return f"'{value}" if value[:1] in ("=", "+", "-", "@") else value
