"""The declared rules: read whole or refused, printed as a table, and nothing passes that they do not name."""

from __future__ import annotations

import itertools
import re
import subprocess
import sys
import tomllib

import pytest
from scipy.optimize import linprog

from pipeline.disclosure import explain, publish, record_of
from pipeline.disclosure.counts import EDGES, Count, classes_of
from pipeline.disclosure.policy import PATH, policies, policy_of
from pipeline.disclosure.published import WITHHELD, bounds
from pipeline.errors import DisclosureError, InputError
from tests.conftest import PROJECT
from tests.helpers import months
from tests.helpers.months import JUNE

ROWS = [
    (JUNE, "ML050101", "E", 31), (JUNE, "ML050102", "B", 2), (JUNE, "ML050401", "B", 14), (JUNE, "ML070202", "E", 11),
]  # fmt: skip


@pytest.fixture(scope="module")
def told(small_country):
    """Audience -> what it is told of a month with every table."""
    found = months.month(
        ROWS,
        risk_rows=[(JUNE, "ML050101", 17.0, 3)],
        alerts=(months.alert(small_country, "mouvement", "ML050401", households=40),),
        coverage={"ML050101": "Une ONG", "ML050102": "Une autre"},
    )
    return {audience: publish(found, small_country, audience) for audience in policies()}


def test_nothing_is_published_without_the_key():
    """Refused in a process of its own: tests may publish without one."""
    program = (
        "from pipeline.disclosure import publish; from pipeline.errors import DisclosureError\n"
        "from types import SimpleNamespace as Of\n"
        "for audience in ('partenaires', 'public'):\n"
        "    try: publish(Of(elsewhere=None), None, audience)\n"
        "    except DisclosureError as error: print(error)\n"
        "try: publish(Of(elsewhere=None, month=1), None, 'interne', shared=Of(mine={1: {}}))\n"
        "except Exception as error: print(type(error).__name__)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=PROJECT, check=True
    )
    told = done.stdout
    assert [told.count(audience) for audience in ("pour partenaires", "pour public")] == [1, 1]
    assert told.count("PROBLÈME") == told.count("CONSÉQUENCE") == told.count("REMÈDE") == 2
    assert told.splitlines()[-1] == "AttributeError"  # everything is seen: no key is asked for


def test_the_manifest_says_how_many_values_are_left(small_country):
    """Worked out anew from what is published of the regions by category and of the totals that everybody knows."""
    rows = [(JUNE, "ML050401", "B", 1), (JUNE, "ML050401", "E", 29), (JUNE, "ML070202", "D", 2), (JUNE, "ML070202", "E", 8),
            (JUNE, "ML070202", "B", 12), (JUNE, "ML050401", "D", 1)]  # fmt: skip
    found = publish(months.month(rows), small_country, "partenaires")
    table = found.region_categories[JUNE]
    cells = [(region, key) for region, row in table.items() for key in row]
    known = [(found.regions[JUNE][region], {(region, key) for key in row}) for region, row in table.items()]
    known += [(total, {(region, key) for region in table}) for key, total in found.categories[JUNE].items()]

    def values(cell: tuple[str, str], told: bool) -> int:
        ends = [bounds(table[region][key]) if told else (0, None) for region, key in cells]
        sums = [[float(one in of) for one in cells] for _, of in known]
        least, most = (
            linprog(
                [sign * (one == cell) for one in cells], A_eq=sums, b_eq=[n for n, _ in known], bounds=ends
            ).fun
            for sign in (1, -1)
        )
        return 0 if not most or least > 4.5 else min(5, round(-most - least) + 1)

    hidden = [(region, key) for region, key in cells if table[region][key].state == "suppressed"]
    left = [(values(cell, True), values(cell, False)) for cell in hidden]
    assert left
    assert all(values >= most or not values for values, most in left)
    fit = record_of(found)[str(JUNE)]["valeurs_qui_restent"]["categories"]
    assert fit["valeurs"] == min((few for few, most in left if few and most == 5), default=5)
    assert fit["dont_moins_encore"] == 0
    assert fit["limites_par_les_totaux"] >= sum(0 < few < 5 for few, most in left if most < 5) > 0
    assert (
        "valeurs_qui_restent"
        not in record_of(publish(months.month(rows), small_country, "interne"))[str(JUNE)]
    )


def test_the_audiences_are_declared_from_the_widest_to_the_narrowest():
    assert list(policies()) == ["interne", "partenaires", "public"]
    assert policy_of("interne").exact
    assert policy_of("interne").encrypted
    assert {policy_of(name).threshold for name in ("partenaires", "public")} == {5}
    assert policy_of("public").coarser_than == "partenaires"
    with pytest.raises(InputError, match="AUDIENCE='presse'"):
        policy_of("presse")


@pytest.mark.parametrize(
    ("line", "instead", "told"),
    [
        ('temps = "mois"', 'temps = "heure"', "temps"),
        ("seuil = 5 ", "seuil = -1 ", "seuil"),
        ("seuil = 5 ", "seuil = 7 ", "seuil = 7"),
        ("annexes = [1, 2, 3, 5, 6]", "annexes = [1, 2, 3, 4, 5, 6]", "annexes"),
        ("annexes = [1, 2, 3, 5, 6]", "annexes = [1, 7]", "7"),
        ("fond_en_ligne = false", 'fond_en_ligne = "non"', "fond_en_ligne"),
        ('couverture = ["commune"]', 'couverture = ["commune", "village"]', "couverture"),
        ('plus_grossier_que = "partenaires"', 'plus_grossier_que = "presse"', "presse"),
        ('commune = { des_le_seuil = "classe", sous_le_seuil = "classe" }', "commune = {}", "commune"),
        ('profils = "pays"\n', "", "profils"),
        ("[public]", "[public", "ne se lit pas"),
    ],
)
def test_rules_that_do_not_hold_water_stop_everything(tmp_path, line, instead, told):
    text = PATH.read_text("utf-8")
    head, _, tail = text.rpartition("[partenaires]") if "seuil = 5 " in line else ("", "", text)
    assert line in tail
    path = tmp_path / "policies.toml"
    path.write_text(head + "[partenaires]" * bool(head) + tail.replace(line, instead), "utf-8")
    with pytest.raises(DisclosureError) as raised:
        policies(path)
    assert told in raised.value.problem
    assert "rien n’est produit" in raised.value.consequence
    assert raised.value.fix


def test_a_threshold_that_is_no_class_edge_is_answered_with_those_that_are(tmp_path):
    path = tmp_path / "policies.toml"
    path.write_text(PATH.read_text("utf-8").replace("seuil = 5 ", "seuil = 7 "), "utf-8")
    with pytest.raises(DisclosureError, match="0, 3, 5, 10, 20"):
        policies(path)


@pytest.mark.parametrize("threshold", [0, *EDGES])
def test_the_classes_follow_the_threshold_and_a_colour_stays_where_it_was(threshold):
    classes = classes_of(threshold)
    assert classes[0].low == 1
    assert classes[-1].high is None
    assert all(before.high + 1 == after.low for before, after in itertools.pairwise(classes))
    assert threshold in (0, *(one.low for one in classes))
    for value in (20, 49, 50, 99, 100, 5000):
        assert Count.exact(value).class_key(threshold) == Count.exact(value).class_key(5)
    assert Count.within(1, (threshold or 5) - 1).class_key(threshold) == classes[0].key


@pytest.mark.parametrize("audience", ["interne", "partenaires", "public"])
def test_the_table_has_a_line_for_every_rule(audience):
    printed = explain(audience)
    rows = [line.split("|")[0].strip() for line in printed.splitlines() if "|" in line]
    assert len(rows) == 17
    for words in (
        "Violations par commune",
        "Violations par type",
        "Par auteur",
        "Alertes flash",
        "annexe 4",
        "Partage",
    ):
        assert words in printed
    assert ("AES-256" in printed) is (audience == "interne")
    assert ("dès que la liste dit un type sensible par région" in printed) is (audience == "partenaires")
    assert "docs/divulgation.md" in printed
    assert policy_of(audience).label in printed
    assert (
        (WITHHELD in printed)
        is ("tout nombre reste possible, zéro compris" in printed)
        is (audience != "interne")
    )
    assert ("en somme, « Autres (regroupés) »" in printed) is (audience != "interne")
    declared = tomllib.loads(PATH.read_text("utf-8"))[audience]
    assert (declared["seuil"] == 0) is not bool(re.search("de 1 à 4", printed))


def test_columns_that_are_not_listed_do_not_exist_downstream(told):
    assert {name: told[name].coverage["ML050101"] for name in told} == {
        "interne": "Une ONG", "partenaires": "Une ONG", "public": "",
    }  # fmt: skip
    assert {name: told[name].risk[JUNE]["ML050101"].score for name in told} == {
        "interne": "17", "partenaires": "", "public": "",
    }  # fmt: skip
    assert {name: told[name].alerts[0].date for name in told} == {
        "interne": "2021-06-17", "partenaires": "", "public": "",
    }  # fmt: skip
    assert told["public"].incident_list is None
    partners = [key for key, _, _ in told["partenaires"].incident_list.columns]
    assert partners == ["mois", "region", "cercle", "categorie", "type", "nombre"]
    assert "id" in [key for key, _, _ in told["interne"].incident_list.columns]


def test_what_the_bulletin_prints_is_exact_for_all_and_the_public_gets_classes(told):
    assert {name: told[name].regions[JUNE]["Gao"] for name in told} == dict.fromkeys(told, 11)
    assert {name: told[name].categories[JUNE]["B"] for name in told} == dict.fromkeys(told, 16)
    assert told["interne"].areas[JUNE]["ML050102"].text == "2"
    for name in ("partenaires", "public"):
        assert told[name].areas[JUNE]["ML050102"].state in ("range", "suppressed")
    assert {count.state for count in told["public"].areas[JUNE].values()} <= {
        "range",
        "suppressed",
        "exact",
        "uncovered",
    }
    assert all(count.value == 0 for count in told["public"].areas[JUNE].values() if count.state == "exact")


def test_the_list_of_partners_counts_each_violation_once(told):
    table = told["partenaires"].incident_list
    number = [key for key, _, _ in table.columns].index("nombre")
    least = sum(row[number] if isinstance(row[number], int) else 1 for row in table.rows)
    most = sum(row[number] if isinstance(row[number], int) else 4 for row in table.rows)
    assert least <= sum(count for *_, count in ROWS) <= most
    assert all(not isinstance(row[number], int) or row[number] >= 5 for row in table.rows)
