"""What the report does not say and the reconstruction therefore assumes. Plausible, and no more than that.

Region x category tables of May and June are chosen so that the arrows of section III (lines 133-216) and the
shares of section II hold; the other months are only a shape that the fitting scales to the two margins.
"""

from __future__ import annotations

from tools.reconstruction.fitting import Cell

REGION_SHAPE: dict[str, dict[str, float]] = {
    "Gao": {"A": 3, "B": 14, "C": 20, "D": 10, "E": 50, "F": 2},
    "Kidal": {"A": 1, "B": 8, "C": 35, "D": 10, "E": 42, "F": 4},
    "Ménaka": {"A": 2, "B": 20, "C": 16, "D": 10, "E": 50, "F": 2},
    "Mopti": {"A": 16, "B": 17, "C": 18, "D": 12, "E": 36, "F": 1},
    "Ségou": {"A": 3, "B": 8, "C": 42, "D": 14, "E": 32, "F": 1},
    "Tombouctou": {"A": 2, "B": 8, "C": 20, "D": 13, "E": 55, "F": 2},
}

REGION_TABLE: dict[str, dict[str, dict[str, int]]] = {
    "2021-05": {
        "Gao": {"A": 0, "B": 27, "C": 37, "D": 14, "E": 56, "F": 1},
        "Kidal": {"A": 0, "B": 1, "C": 11, "D": 2, "E": 9, "F": 0},
        "Ménaka": {"A": 0, "B": 2, "C": 3, "D": 0, "E": 3, "F": 0},
        "Mopti": {"A": 5, "B": 18, "C": 89, "D": 32, "E": 73, "F": 1},
        "Ségou": {"A": 1, "B": 2, "C": 29, "D": 8, "E": 17, "F": 0},
        "Tombouctou": {"A": 1, "B": 3, "C": 47, "D": 15, "E": 50, "F": 3},
    },
    "2021-06": {
        "Gao": {"A": 0, "B": 26, "C": 27, "D": 14, "E": 65, "F": 1},
        "Kidal": {"A": 1, "B": 1, "C": 3, "D": 2, "E": 8, "F": 0},
        "Ménaka": {"A": 1, "B": 0, "C": 0, "D": 0, "E": 1, "F": 0},
        "Mopti": {"A": 440, "B": 29, "C": 48, "D": 53, "E": 375, "F": 2},
        "Ségou": {"A": 1, "B": 3, "C": 18, "D": 8, "E": 13, "F": 0},
        "Tombouctou": {"A": 1, "B": 5, "C": 25, "D": 20, "E": 45, "F": 1},
    },
}

CERCLE_WEIGHTS: dict[str, dict[str, float]] = {
    "Gao": {"Gao": 60, "Bourem": 18, "Ansongo": 22},
    "Kidal": {"Kidal": 60, "Tessalit": 25, "Abeibara": 9, "Tin-Essako": 6},
    "Ménaka": {"Ménaka": 60, "Anderamboukane": 20, "Inekar": 12, "Tidermene": 8},
    "Mopti": {"Douentza": 24, "Mopti": 21, "Koro": 16, "Bandiagara": 13, "Bankass": 12, "Djenné": 7,
              "Ténenkou": 4, "Youwarou": 3},
    "Ségou": {"Ségou": 30, "Macina": 22, "Niono": 20, "San": 8, "Baraouéli": 7, "Bla": 5, "Tominian": 3},
    "Tombouctou": {"Gourma-Rharous": 28, "Goundam": 26, "Tombouctou": 18, "Niafunké": 17, "Diré": 11},
}  # fmt: skip
"""Cercle names as the 2021 boundaries write them."""

CERCLE_KNOWN: dict[str, dict[str, int]] = {
    "2021-01": {"Niono": 34, "Ansongo": 22},
    "2021-02": {"Niono": 26, "Ansongo": 23},
    "2021-03": {"Niono": 25, "Ansongo": 24},
    "2021-04": {"Niono": 15, "Ansongo": 18},
    "2021-05": {"Niono": 14, "Ansongo": 17, "Gao": 86, "Douentza": 70, "Mopti": 45, "Koro": 30,
                "Bandiagara": 22, "Bankass": 20, "Djenné": 12, "Ténenkou": 10, "Youwarou": 9},
    "2021-06": {"Niono": 10, "Ansongo": 29, "Gao": 82, "Douentza": 644, "Mopti": 200, "Koro": 38,
                "Bandiagara": 30, "Djenné": 12, "Bankass": 11, "Ténenkou": 7, "Youwarou": 5,
                "Ségou": 14, "Macina": 11, "Gourma-Rharous": 30, "Goundam": 28},
}  # fmt: skip
"""June's Douentza, Mopti, Niono and Ansongo are printed; the others only keep the order the prose states."""

CERCLE_CATEGORY_KNOWN: dict[str, dict[Cell, int]] = {
    "2021-06": {
        ("Douentza", "D"): 20, ("Koro", "D"): 16, ("Mopti", "D"): 8,
        ("Douentza", "C"): 17, ("Mopti", "C"): 14,
        ("Gao", "C"): 12, ("Gao", "D"): 9, ("Goundam", "D"): 6, ("Gourma-Rharous", "D"): 7,
        ("Ménaka", "A"): 1,
    },
}  # fmt: skip
"""Lines 91, 105 and 148: where integrity and abductions stand highest in June."""

CERCLE_SHAPE: dict[str, dict[Cell, float]] = {
    "2021-06": {("Koro", "A"): 0.02, ("Bankass", "A"): 0, ("Bandiagara", "A"): 0.2, ("Ténenkou", "A"): 0,
                ("Youwarou", "A"): 0, ("Djenné", "A"): 0.5},
}  # fmt: skip
"""Factors on the even shape: June's displacements are told of Douentza, Djenné and Mopti only (line 141)."""

TYPE_TOTALS: dict[str, tuple[tuple[int, ...], ...]] = {
    # One line a month; types in the order of pipeline.taxonomy.
    "A": ((12, 0, 2, 1, 0), (52, 1, 3, 1, 0), (5, 0, 3, 0, 0), (178, 3, 4, 1, 0), (3, 0, 3, 1, 0),
          (433, 2, 8, 1, 0)),
    "B": ((41, 20, 0), (20, 11, 0), (29, 15, 0), (40, 20, 0), (34, 19, 0), (38, 22, 4)),
    "C": ((38, 4, 18, 10, 3, 2, 0, 0, 2, 1, 5), (41, 3, 19, 11, 4, 2, 0, 1, 2, 2, 5),
          (46, 5, 24, 13, 4, 3, 0, 0, 3, 2, 6), (43, 6, 22, 11, 4, 2, 0, 1, 3, 1, 5),
          (72, 8, 97, 18, 5, 3, 1, 1, 3, 2, 6), (49, 7, 33, 14, 4, 2, 0, 1, 3, 2, 6)),
    "D": ((34, 1, 0, 0, 0, 1), (57, 1, 0, 1, 0, 0), (73, 2, 0, 0, 1, 0), (60, 1, 0, 1, 0, 0),
          (68, 2, 1, 0, 0, 0), (91, 3, 1, 1, 0, 1)),
    "E": ((103, 8, 4, 10, 2, 4), (133, 10, 6, 12, 3, 5), (122, 9, 8, 12, 2, 5), (176, 14, 11, 15, 3, 6),
          (168, 10, 16, 9, 2, 3), (309, 72, 80, 26, 6, 14)),
    "F": ((0, 0, 0), (1, 1, 2), (12, 2, 6), (2, 1, 1), (2, 1, 2), (2, 1, 1)),
}  # fmt: skip

ABDUCTIONS_MOPTI = {"2021-05": 31, "2021-06": 49}
"""+58 % (line 148)."""
