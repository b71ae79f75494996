"""A small inputs folder that each test fills as it likes."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from pipeline.french import Month
from pipeline.records import read_inputs
from pipeline.records.tables import Finding, Inputs, RecordTable

JUNE = Month(2021, 6)

INCIDENT = {
    "id": "1", "date": "2021-06-12", "region": "Mopti", "cercle": "Douentza", "commune": "Hombori",
    "categorie": "B", "type": "Meurtre",
}  # fmt: skip
ALERT = {
    "id_rapport": "F-1", "date": "12/06/2021", "evenement": "Attaque de village", "region": "Mopti", "cercle": "Mopti",
}  # fmt: skip
RISK = {"region": "Mopti", "cercle": "Mopti", "commune": "Sio", "score": "16"}


def csv_text(rows: Sequence[Mapping[str, str]], delimiter: str = ",") -> str:
    """Rows as CSV; the header has every key of any row."""
    columns = list(dict.fromkeys(key for row in rows for key in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, delimiter=delimiter, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


class Desk:
    """The officer's folder: put files in, read them."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "2021-06").mkdir(parents=True)

    def put(self, name: str, content: str | bytes) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def rows(self, name: str, *rows: Mapping[str, str], delimiter: str = ",") -> Path:
        return self.put(name, csv_text(rows, delimiter))

    def read(self, month: Month = JUNE) -> Inputs:
        return read_inputs(self.root, month)

    def incidents(self, *changes: Mapping[str, str]) -> RecordTable:
        """The June table of incidents whose rows are INCIDENT with changes, ids 1, 2, ... unless given."""
        self.rows(
            "2021-06/incidents.csv", *({**INCIDENT, "id": str(n), **c} for n, c in enumerate(changes, 1))
        )
        return self.read().incidents[JUNE]

    def alerts(self, *changes: Mapping[str, str]) -> RecordTable:
        self.rows(
            "2021-06/alertes_flash.csv",
            *({**ALERT, "id_rapport": f"F-{n}", **c} for n, c in enumerate(changes, 1)),
        )
        return self.read().alertes[JUNE]

    def risk(self, *rows: Mapping[str, str]) -> RecordTable:
        self.rows("2021-06/indice_risque.csv", *rows)
        return self.read().risque[JUNE]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "inputs")


def only(findings: Sequence[Finding]) -> Finding:
    """The one finding there is, with its three parts."""
    assert len(findings) == 1, findings
    assert all((findings[0].problem, findings[0].consequence, findings[0].fix))
    return findings[0]
