"""Column schemas, the naming of a vintage, and P-codes across vintages."""

from __future__ import annotations

import pandas as pd
import pytest

from pipeline.geography import vintages
from pipeline.geography.companions import CROSSWALK_COLUMNS
from tests.helpers.countries import COMMUNES, OLDER, VINTAGE, small_crosswalk

PAIRS = small_crosswalk()
EMPTY = pd.DataFrame(columns=list(CROSSWALK_COLUMNS))
NAMES = {code: name for code, (name, _, _) in COMMUNES.items()}


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ("ADM3_FR ADM3_PCODE ADM2_FR ADM2_PCODE date validOn", ("2021", 3)),
        ("ADM0_FR ADM0_PCODE", ("2021", 0)),
        ("admin2Name admin2Pcod admin1Name admin1Pcod", ("2015", 2)),
        ("adm3_name adm3_pcode adm2_name adm2_pcode valid_on", ("minuscules", 3)),
        ("adm3_name1 adm3_pcode", ("minuscules", 3)),
        ("adm3_fr adm3_pcode", ("minuscules", 3)),
        ("ADM3_NAME ADM3_PCODE", ("minuscules", 3)),
        ("ADM3_PCODE", None),
        ("NOM CODE", None),
    ],
)
def test_recognised_by_columns(columns, expected):
    found = vintages.recognise(columns.split())
    assert (found and (found[0].key, found[1])) == expected


def test_vintage_by_codes_and_names_outweighs_the_date():
    assert vintages.name_vintage(NAMES, "2015-04-08", ["x.zip"], PAIRS)[0] == VINTAGE
    older = vintages.names_of(PAIRS, OLDER)
    assert vintages.name_vintage(older, "2021-12-20", ["mli_20211220.zip"], PAIRS)[0] == OLDER


def test_codes_alone_name_no_vintage():
    """The same codes with names turned round are another vintage: the date is then all there is."""
    assert vintages.name_vintage(dict.fromkeys(NAMES, "Autre"), "2023-05-01", [], PAIRS)[0] == "2023-05-01"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (["limites.zip", "mli_admbnda_adm3_gov_20211220"], "2021-12-20"),
        (["mli_2018-03-02.gpkg"], "2018-03-02"),
        (["mali_2018.gpkg"], "2018"),
        (["limites.zip"], vintages.UNKNOWN),
        (["12345678901.zip"], vintages.UNKNOWN),
    ],
)
def test_vintage_by_file_name(files, expected):
    assert vintages.name_vintage(NAMES, "", files, EMPTY)[0] == expected


def test_translate_both_ways():
    older = vintages.translations(PAIRS, VINTAGE, OLDER).get("ML070201")
    assert older == ("ML070202", 1.0)
    assert vintages.translations(PAIRS, OLDER, VINTAGE).get("ML070202") == ("ML070201", 1.0)
    assert vintages.translations(PAIRS, OLDER, VINTAGE).get("ML050401") == ("ML050403", 0.8)
    assert vintages.translations(PAIRS, VINTAGE, VINTAGE).get("ML070201") == ("ML070201", 1.0)


def test_translate_knows_nothing_it_was_not_told():
    assert vintages.translations(PAIRS, OLDER, VINTAGE).get("ML999999") is None
    assert vintages.translations(PAIRS, "2030-01-01", VINTAGE).get("ML070201") is None
    assert vintages.translations(EMPTY, OLDER, VINTAGE).get("ML070201") is None
    assert vintages.translations(pd.DataFrame(), OLDER, VINTAGE).get("ML070201") is None
    assert vintages.known(pd.DataFrame()) == ()


def test_of_several_pairs_the_greatest_overlap():
    rows = [
        (OLDER, "ML010101", "A", VINTAGE, "ML010102", "A", 0.3),
        (OLDER, "ML010101", "A", VINTAGE, "ML010103", "A", 0.6),
    ]
    pairs = pd.DataFrame(rows, columns=list(CROSSWALK_COLUMNS))
    assert vintages.translations(pairs, OLDER, VINTAGE).get("ML010101") == ("ML010103", 0.6)
