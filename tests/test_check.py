"""Totals against the published ones: every cell that differs is named."""

import pandas as pd

from pipeline.commands import differences
from pipeline.french import Month


def incidents(*rows):
    return pd.DataFrame(rows, columns=["month", "region", "cercle_pcode", "categorie"])


PUBLISHED = pd.DataFrame(
    [
        ("2021-06", "region", "MOPTI", 2),
        ("2021-06", "categorie", "Atteintes au droit à la vie", 1),
        ("2021-06", "categorie", "E", 1),
        ("2021-06", "cercle", "douentza", 1),
        ("2021-07", "region", "Mopti", 9),
    ],
    columns=["mois", "tableau", "nom", "valeur"],
)
NAMES = {"ML0503": "Douentza"}


def test_equal_totals_differ_nowhere_and_later_months_do_not_count():
    data = incidents(("2021-06", "Mopti", "ML0503", "B"), ("2021-06", "Mopti", "", "E"))
    assert differences(data, PUBLISHED, NAMES, Month(2021, 6)) == []


def test_a_missing_incident_is_named_in_every_table_it_belongs_to():
    data = incidents(("2021-06", "Mopti", "", "E"))
    found = differences(data, PUBLISHED, NAMES, Month(2021, 6))
    assert [(d.table, d.found, d.published) for d in found] == [
        ("region", 1, 2),
        ("categorie", 0, 1),
        ("cercle", 0, 1),
    ]
    assert "juin 2021, région « MOPTI » : 1 dans les données, 2 dans le bulletin" in found[0].text()
