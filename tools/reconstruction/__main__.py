"""python -m tools.reconstruction --boundaries DOSSIER --out inputs: the sample's tables, written again."""

from __future__ import annotations

import argparse
import csv
import io
import sys
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path

from pipeline.files import write_bytes
from pipeline.french import Month
from pipeline.taxonomy import CATEGORY
from tools.reconstruction import alerts, gazetteer, incidents, risk
from tools.reconstruction.gazetteer import Commune
from tools.reconstruction.published import CATEGORY_TOTALS, CERCLE_TOTALS_JUNE, MONTHS, REGION_TOTALS

Row = dict[str, str]
COVERAGE_COLUMNS = ("region", "cercle", "commune", "pcode", "partenaire")
TOTALS_COLUMNS = ("mois", "tableau", "nom", "valeur")

INFO = """\
# DONNÉES D'EXEMPLE. Les incidents et l'indice de risque de ce mois sont reconstruits par
# « python -m tools.reconstruction » à partir des totaux et des parts que publie le rapport mensuel n° 6,
# juin 2021, du Cluster Protection Mali : aucune ligne ne décrit une personne ou un fait réels.{alerts}
bulletin = "n° {number}, {label}"
sources = "Cluster Protection Mali, système de monitoring de protection"
exemple = true
"""
INFO_ALERTS = """
# Les alertes flash sont au contraire les événements mêmes du rapport, tels qu'il les raconte."""


def csv_bytes(
    columns: Sequence[str], rows: Iterable[Row], delimiter: str = ",", encoding: str = "utf-8"
) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, delimiter=delimiter, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def xlsx_bytes(columns: Sequence[str], rows: Sequence[Row]) -> bytes:
    """One sheet "incidents"; dates are Excel dates, coordinates numbers. Fixed creation date: same bytes."""
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"created": datetime(2021, 7, 1), "title": "Incidents (exemple)"})
    sheet, day = book.add_worksheet("incidents"), book.add_format({"num_format": "dd/mm/yyyy"})
    sheet.write_row(0, 0, columns)
    sheet.freeze_panes(1, 0)
    for line, row in enumerate(rows, start=1):
        for at, column in enumerate(columns):
            value = row[column]
            if column == "date":
                sheet.write_datetime(line, at, datetime.fromisoformat(value), day)
            elif column in ("latitude", "longitude") and value:
                sheet.write_number(line, at, float(value))
            elif value:
                sheet.write_string(line, at, value)
    book.close()
    return buffer.getvalue()


def labelled(row: Row) -> Row:
    """The category by its full label instead of its letter."""
    return {**row, "categorie": CATEGORY[row["categorie"]].label}


def incident_file(month: str, rows: list[Row]) -> tuple[str, bytes]:
    """(name, bytes). February comes from a French Excel (semicolon, Windows-1252), April as XLSX."""
    columns = incidents.COLUMNS
    if month == "2021-02":
        french = [labelled(row) | {"date": f"{date.fromisoformat(row['date']):%d/%m/%Y}"} for row in rows]
        headers = {"region": "Région", "categorie": "Catégorie", "localite": "Localité"}
        renamed = [{headers.get(key, key): value for key, value in row.items()} for row in french]
        return "incidents.csv", csv_bytes([headers.get(c, c) for c in columns], renamed, ";", "cp1252")
    if month == "2021-04":
        return "incidents.xlsx", xlsx_bytes(columns, [labelled(row) for row in rows])
    return "incidents.csv", csv_bytes(columns, rows)


def totals() -> list[Row]:
    """totaux_publies: the report's two tables, and the cercle totals it prints for June."""
    rows = []
    for at, month in enumerate(MONTHS):
        rows += [(month, "region", region, counts[at]) for region, counts in REGION_TOTALS.items()]
        rows += [(month, "categorie", CATEGORY[key].label, n[at]) for key, n in CATEGORY_TOTALS.items()]
    rows += [(MONTHS[-1], "cercle", cercle, count) for cercle, count in CERCLE_TOTALS_JUNE.items()]
    return [dict(zip(TOTALS_COLUMNS, map(str, row), strict=True)) for row in rows]


CONFIRMED = {
    "2021-02": ("violations, Mopti : 152 contre 60",),
    "2021-04": ("violations : 635 contre 412", "violations, Mopti : 366 contre 134"),
    "2021-05": ("violations, Gao : 135 contre 72",),
    "2021-06": ("violations : 1237 contre 560", "violations, Mopti : 947 contre 218"),
}
"""Totals out of the ordinary beside the month before, as the report prints them: confirmed in mois.toml."""


def files(communes: list[Commune], monitored: list[Commune]) -> dict[str, bytes]:
    """Path below inputs/ -> bytes, for every file this tool writes."""
    out: dict[str, bytes] = {}
    tables = incidents.build(communes, monitored)
    for number, month in enumerate(MONTHS, start=1):
        name, data = incident_file(month, tables[month])
        out[f"{month}/{name}"] = data
        out[f"{month}/indice_risque.csv"] = csv_bytes(*risk.month_rows(monitored, month))
        told = INFO_ALERTS if month == MONTHS[-1] else ""
        info = INFO.format(number=number, label=Month(2021, number).label, alerts=told)
        if month in CONFIRMED:
            quoted = ", ".join(f'"{text}"' for text in CONFIRMED[month])
            info += f"confirme = [{quoted}]\n"
        out[f"{month}/mois.toml"] = info.encode()
    out["2021-06/alertes_flash.csv"] = csv_bytes(alerts.COLUMNS, alerts.rows())
    out["2021/couverture.csv"] = csv_bytes(
        COVERAGE_COLUMNS, (c.names() | {"partenaire": ""} for c in monitored)
    )
    out["2021/totaux_publies.csv"] = csv_bytes(TOTALS_COLUMNS, totals())
    return out


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="tools.reconstruction", description=__doc__)
    parser.add_argument(
        "--boundaries", type=Path, default=Path("../shared/boundaries"), help="dossier des limites"
    )
    parser.add_argument("--out", type=Path, default=Path("inputs"), help="dossier à écrire")
    options = parser.parse_args(arguments)
    try:
        communes = gazetteer.load(options.boundaries)
    except OSError as error:
        print(f"Limites introuvables : {error}\nIndiquer leur dossier avec --boundaries", file=sys.stderr)
        return 2
    contents = files(communes, gazetteer.monitored(communes))
    for name, data in contents.items():
        write_bytes(options.out / name, data)
        print(f"{options.out / name}  {len(data)} octets")
    return 0


if __name__ == "__main__":
    sys.exit(main())
