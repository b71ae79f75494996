"""Every colour of the maps, by meaning. Renderers and annexes take colours from here and nowhere else.

Red is for harm only. Ramps go from light to dark, so that a grey printer keeps their order. The claims
(distances under deuteranopia, protanopia and in grey, contrast of text) are tested.
"""

from __future__ import annotations

# Violations by area, classes 1-4, 5-19, 20-49, 50-99, 100 and more.
VIOLATIONS = ("#fcc6a9", "#f69772", "#e06241", "#b62c2b", "#6f0f1f")
# Risk levels stable, modérée, sérieuse, critique.
RISK = ("#e8ce78", "#e49d3c", "#bd5b26", "#7a1f14")
# Coverage: monitored; partners where known take the further ones.
COVERED = "#2c7f8c"
PARTNERS = ("#2c7f8c", "#7fbfa0", "#24386e", "#d6e38c", "#a766cf", "#d98f2b", "#4a4a4a", "#93bdee")

# The six categories A to F: lightness steps of at least 11 keep them apart in grey.
CATEGORIES = {
    "A": "#12477d",
    "B": "#1b1b1f",
    "C": "#dd6b35",
    "D": "#8c59a8",
    "E": "#f2ca45",
    "F": "#5fbfb0",
}
UNDETAILED = "#eaecee"  # part of a symbol that the audience may not see by category

# Event types of annex 2 are told apart by shape first, colour second.
ALERTS = {
    "attaque_village": "#b3161b",
    "menace": "#e2762b",
    "affrontement": "#5b2a86",
    "mouvement": "#12477d",
    "retour": "#2c7f8c",
    "infrastructure": "#7a4a21",
    "encerclement": "#1b1b1f",
    "autre": "#6b6b6b",
}
DENSITY = ("#fbf9f5", "#f3eddf", "#e8dfca", "#dbd0b2")  # inhabitants: a ground, lighter than any sign on it
ZONE = "#5a4a6b"  # an area that an event is known to lie in, no finer
FLOW = "#12477d"
RETURN = "#2c7f8c"  # dashed too: colour alone would not tell a return from a displacement

# The four things that are not a class: paper, a hatch, a flat light grey, dots. The grey is lighter than any
# class and darker than the paper, on a grey printer too.
ZERO = "#ffffff"
NO_DATA = "#f4f4f4"
NO_DATA_HATCH = "#858585"
UNCOVERED = "#e4e7eb"
SUPPRESSED = "#efe3ef"
SUPPRESSED_HATCH = "#8a6d8a"

# Change since the month before: outlines, not fills.
WORSE = "#6f0f1f"
BETTER = "#1d6a5a"

# The page.
INK = "#1d2429"
QUIET_INK = "#56616a"
PAPER = "#ffffff"
SURROUND = "#f4f2ec"  # neighbouring countries
COMMUNE_LINE = "#ffffff"
CERCLE_LINE = "#6f767c"
REGION_LINE = "#30383e"
COUNTRY_LINE = "#1d2429"
WATER = "#9cc3dd"
ACCENT = "#1c5d7c"  # headings, rules, the frame of the inset
WARNING = "#8a4b08"  # marks: example data, approximate limits
