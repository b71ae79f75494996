"""What the bulletin prints in numbers: "Rapport mensuel de monitoring de protection Mali, n° 6, juin 2021".

Line numbers are those of the text version of the report.
"""

from __future__ import annotations

REPORT = "Rapport mensuel de monitoring de protection Mali, n° 6, juin 2021 (Cluster Protection Mali)"
MONTHS = ("2021-01", "2021-02", "2021-03", "2021-04", "2021-05", "2021-06")

CATEGORY_TOTALS: dict[str, tuple[int, ...]] = {
    "A": (15, 57, 8, 186, 7, 444),
    "B": (61, 31, 44, 60, 53, 64),
    "C": (83, 90, 106, 98, 216, 121),
    "D": (36, 59, 76, 62, 71, 97),
    "E": (131, 169, 158, 225, 208, 507),
    "F": (0, 4, 20, 4, 5, 4),
}
"""Violations by category, January to June (lines 75-80)."""

REGION_TOTALS: dict[str, tuple[int, ...]] = {
    "Gao": (101, 101, 85, 72, 135, 133),
    "Kidal": (1, 7, 15, 18, 23, 15),
    "Ménaka": (11, 2, 9, 6, 8, 2),
    "Mopti": (60, 152, 134, 366, 218, 947),
    "Ségou": (103, 87, 89, 57, 57, 43),
    "Tombouctou": (50, 61, 80, 116, 119, 97),
}
"""Violations by region, January to June (lines 114-119)."""

MONTH_TOTALS = (326, 410, 412, 635, 560, 1237)
"""Both tables' last line (lines 81 and 120)."""

CERCLE_TOTALS_JUNE = {"Douentza": 644, "Mopti": 200, "Niono": 10, "Ansongo": 29}
"""The only cercle totals the June bulletin prints (lines 130, 155, 194)."""
