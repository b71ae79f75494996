"""revue/: what the officer alone sees: the audit trail of places, the open questions, the rows refused."""

from __future__ import annotations

from pathlib import Path

from pipeline.geography.country import Country
from pipeline.month_data import MonthData, as_written
from pipeline.places.review import ResolvedRow, write_resolved, write_review
from pipeline.records import write_refused


def resolved_rows(data: MonthData) -> list[ResolvedRow]:
    """One line for each input row of the month and of its year, refused rows included."""
    rows: list[ResolvedRow] = []
    for item in data.current():
        records = item.table.rows.to_dict("records")
        for record, place in zip(records, item.places, strict=True):
            name = record.get("id") or record.get("id_rapport") or f"{record['file']}:{record['row']}"
            rows.append(ResolvedRow(item.table.name, str(name), as_written(record), place))
        rows += [
            ResolvedRow(
                item.table.name,
                finding.id or f"{finding.file}:{finding.row}",
                finding.value,
                None,
                finding.problem,
            )
            for finding in item.table.refused
        ]
    return rows


def write_review_folder(data: MonthData, country: Country, folder: Path) -> None:
    """Write the three files of revue/."""
    write_resolved(resolved_rows(data), folder / "lieux-resolus.csv")
    write_review(data, folder / "lieux-a-verifier.csv")
    write_refused(data.inputs, folder / "lignes-rejetees.csv")
