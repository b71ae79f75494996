"""revue/: what the officer alone sees: the audit trail of places, the open questions, the rows refused."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pipeline.month_data import MonthData, PlacedTable
from pipeline.places import Gazetteer, Located, PlaceRequest, requests_of, write_resolved, write_review
from pipeline.records import write_refused, write_remarks


def located(tables: Iterable[PlacedTable]) -> list[Located]:
    """One entry for each input row, refused rows included, in the order of the tables and their rows."""
    rows: list[Located] = []
    for item in tables:
        table = item.table
        period = str(table.month or "")
        names = _names(item)
        requests = requests_of(table.rows)
        going = requests_of(table.rows, "destination_") if item.destinations else [None] * len(requests)
        arrived = item.destinations or (None,) * len(requests)
        rows += [
            Located(table.name, period, name, request, place, target if there else None, there)
            for name, request, place, target, there in zip(
                names, requests, item.places, going, arrived, strict=True
            )
        ]
        rows += [
            Located(
                table.name,
                period,
                finding.id or f"{finding.file}:{finding.row}",
                PlaceRequest(),
                None,
                refusal=f"{finding.problem} ; {finding.fix}",
            )
            for finding in table.refused
        ]
    return rows


def _names(item: PlacedTable) -> list[str]:
    """What each row is called in the audit trail: its id, else its file and line."""
    rows = item.table.rows
    lines = [f"{file}:{line}" for file, line in zip(rows["file"], rows["row"], strict=True)]
    for column in ("id", "id_rapport"):
        if column in rows:
            return [str(name) if name else line for name, line in zip(rows[column], lines, strict=True)]
    return lines


def write_review_folder(data: MonthData, gazetteer: Gazetteer, folder: Path) -> None:
    """Write the files of revue/: the month's rows in the audit trail, the questions of the whole year, the rows
    refused, and remarks on rows and files that were used all the same."""
    write_resolved(located(data.current()), folder / "lieux-resolus.csv")
    write_review(located(data.placed), folder / "lieux-a-verifier.csv", gazetteer)
    write_refused(data.inputs, folder / "lignes-rejetees.csv")
    write_remarks(data.inputs, folder / "remarques.csv")
