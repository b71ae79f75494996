"""A year of reports as a form made in English exports it: groups, a repeat, a geopoint, English labels."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import xlsxwriter

REPORT = (
    "start", "end", "meta/Date of the incident", "location/1. Region", "location/2. Circle", "location/3. Commune",
    "location/GPS position of the place", "_GPS position of the place_latitude", "_GPS position of the place_longitude",
    "_GPS position of the place_altitude", "_GPS position of the place_precision", "Name of the monitor", "_id", "_uuid",
    "_submission_time", "_index",
)  # fmt: skip
VIOLATION = (
    "details/Rights group", "details/What happened", "victim/Sex", "victim/Age", "Alleged perpetrator", "_index",
    "_parent_table_name", "_parent_index",
)  # fmt: skip
GROUPS = {
    "A": "A. Forced population movement", "B": "B. Right to life", "C": "C. Physical integrity",
    "D": "D. Liberty and security", "E": "E. Right to property", "F": "F. Access to basic services",
}  # fmt: skip
WHAT = (
    ("B", "1. Killing"), ("E", "2. Theft, extortion, looting"), ("C", "3. Physical assault"), ("D", "4. Abduction"),
    ("E", "5. Arson"), ("C", "6. Threat"), ("A", "7. Forced displacement due to conflict"),
)  # fmt: skip
Place = tuple[str, str, str, float, float]


def export(places: Sequence[Place], rows: int = 3600, months: int = 12, year: int = 2021) -> bytes:
    """The workbook: one sheet of reports, one of `rows` violations, spread evenly over the months. places: (region,
    cercle, commune, latitude, longitude). Dates are written month first, as the form's server does."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"strings_to_formulas": False, "strings_to_urls": False})
    reports, violations = book.add_worksheet("Monitoring 2021"), book.add_worksheet("violations")
    reports.write_row(0, 0, REPORT)
    violations.write_row(0, 0, VIOLATION)
    total = rows // 2  # two violations a report
    for at in range(total):
        region, cercle, commune, latitude, longitude = places[at % len(places)]
        day = f"{at * months // total + 1}/{at % 27 + 1}/{year} 12:00:00 AM"
        point = (f"{latitude} {longitude} 0 4.5", latitude, longitude, 0, 4.5) if at % 3 == 0 else ("",) * 5
        sent = (10_000 + at, f"u-{at}", f"{year}-12-31T10:00:00", at + 1)
        reports.write_row(at + 1, 0, ("x", "y", day, region, cercle, commune, *point, "M.", *sent))
        for n in range(2):
            group, what = WHAT[(at + n) % len(WHAT)]
            line = 2 * at + n
            violations.write_row(
                line + 1, 0,
                (GROUPS[group], what, ("Female", "Male")[n], 20 + at % 40, "Unknown", line + 1, "Monitoring 2021", at + 1),
            )  # fmt: skip
    book.close()
    return buffer.getvalue()


if __name__ == "__main__":  # the file alone, to try by hand: python -m tests.helpers.kobo FOLDER
    import sys

    told = [
        ("Mopti", "Koro", "Dioungani", 14.41, -2.72), ("Mopti", "Douentza", "Hombori", 15.28, -1.70),
        ("Gao", "Ansongo", "Tessit", 15.2, 0.4), ("Ségou", "Niono", "Niono", 14.25, -5.99),
        ("Tombouctou", "Niafunké", "Soboundou", 15.93, -3.99),
    ]  # fmt: skip
    Path(sys.argv[1], "Protection_Monitoring_-_all_versions_-_English_en.xlsx").write_bytes(export(told))
