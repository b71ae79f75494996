"""The written inputs read back, plainly and without the pipeline: what the facts are checked on."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from statistics import fmean

from pipeline.taxonomy import CATEGORIES, risk_level
from tools.reconstruction.assumptions import CERCLE_WEIGHTS
from tools.reconstruction.gazetteer import REGIONS, plain
from tools.reconstruction.published import MONTHS

Row = dict[str, str]
CERCLES = {plain(cercle): cercle for weights in CERCLE_WEIGHTS.values() for cercle in weights}
LETTER = {category.label: category.key for category in CATEGORIES}


@dataclass(frozen=True)
class Sample:
    """incidents: all months, with `mois`; region and cercle in their official spelling, category as letter.
    alerts: June. risk: (region, cercle, commune) -> six scores. coverage, totals: rows as written."""

    incidents: tuple[Row, ...]
    alerts: tuple[Row, ...]
    risk: dict[tuple[str, str, str], tuple[int, ...]]
    coverage: tuple[Row, ...]
    totals: tuple[Row, ...]

    def rows(self, where: Callable[[Row], bool] | None = None, /, **wanted: str) -> list[Row]:
        """Incidents whose columns have these values and for which `where` holds."""
        return [
            row
            for row in self.incidents
            if all(row[column] == value for column, value in wanted.items()) and (where is None or where(row))
        ]

    def count(self, where: Callable[[Row], bool] | None = None, /, **wanted: str) -> int:
        return len(self.rows(where, **wanted))

    def by(self, column: str, **wanted: str) -> Counter[str]:
        """Incidents by the values of one column."""
        return Counter(row[column] for row in self.rows(None, **wanted))

    def levels(self, month: int, *cercles: str, region: str = "") -> Counter[int]:
        """Communes by risk level (1 to 4) in one month (0 = January)."""
        return Counter(risk_level(score).level for score in self._scores(month, cercles, region))

    def mean(self, month: int, *cercles: str, region: str = "") -> float:
        """Mean score of the communes of these cercles, or of a region, in one month."""
        return fmean(self._scores(month, cercles, region))

    def _scores(self, month: int, cercles: tuple[str, ...], region: str) -> list[int]:
        return [
            scores[month]
            for (its_region, cercle, _), scores in self.risk.items()
            if (cercle in cercles or not cercles) and region in ("", its_region)
        ]


def read(folder: Path) -> Sample:
    """Read the inputs that this tool wrote. Raises OSError where a file is missing."""
    incidents: list[Row] = []
    for month in MONTHS:
        for row in read_incidents(folder, month):
            place = {"region": REGIONS[plain(row["region"])], "cercle": CERCLES[plain(row["cercle"])]}
            letter = LETTER.get(row["categorie"], row["categorie"])
            incidents.append({**row, **place, "categorie": letter, "mois": month})
    risk: dict[tuple[str, str, str], list[int]] = {}
    for month in MONTHS:
        for row in _csv(folder / month / "indice_risque.csv"):
            key = (row["region"], row["cercle"], row["commune"])
            answers = [int(value) for column, value in row.items() if column[:1] == "q"]
            risk.setdefault(key, []).append(sum(answers) if answers else int(row["score"]))
    return Sample(
        tuple(incidents),
        tuple(_csv(folder / MONTHS[-1] / "alertes_flash.csv")),
        {key: tuple(scores) for key, scores in risk.items()},
        tuple(_csv(folder / "2021" / "couverture.csv")),
        tuple(_csv(folder / "2021" / "totaux_publies.csv")),
    )


def read_incidents(folder: Path, month: str) -> list[Row]:
    """One month's rows as text, whichever of the three forms the file has; dates as ISO."""
    book = folder / month / "incidents.xlsx"
    rows = _xlsx(book) if book.exists() else _csv(folder / month / "incidents.csv")
    heads = {"Région": "region", "Catégorie": "categorie", "Localité": "localite"}
    rows = [{heads.get(column, column): value for column, value in row.items()} for row in rows]
    for row in rows:
        if "/" in row["date"]:
            row["date"] = datetime.strptime(row["date"], "%d/%m/%Y").date().isoformat()
    return rows


def _csv(path: Path) -> list[Row]:
    data = path.read_bytes()
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("cp1252")
    delimiter = ";" if ";" in text.splitlines()[0] else ","
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))


def _xlsx(path: Path) -> list[Row]:
    import openpyxl

    sheet = openpyxl.load_workbook(path, read_only=True).worksheets[0]
    lines = list(sheet.iter_rows(values_only=True))
    columns = [str(column) for column in lines[0]]
    return [dict(zip(columns, map(_text, line), strict=True)) for line in lines[1:]]


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    return "" if value is None else str(value)
