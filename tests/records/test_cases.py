"""The small inputs kept beside the project, each with its right rows. Absent elsewhere: then nothing is tried here."""

import contextlib
from pathlib import Path

import pytest

from pipeline.errors import InputError
from tests.records.conftest import JUNE

CASES = Path(__file__).resolve().parents[3] / "shared" / "cases" / "records"
pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason="the cases are not beside the project")


def rows(desk, name, table="incidents"):
    source = CASES / name
    desk.put(f"2021-06/{table}{source.suffix}", source.read_bytes())
    found = desk.read()
    return (found.incidents if table == "incidents" else found.risque)[JUNE]


@pytest.mark.parametrize("name", ["grp_slash", "grp_dash", "grp_dot", "grp_colon", "bilingual"])
def test_groups_and_two_languages(desk, name):
    table = rows(desk, f"kobo/{name}.xlsx")
    assert table.rows[["commune", "type"]].to_numpy().tolist() == [["Dioungani", "Meurtre"]]
    assert table.rows["id"][0]


@pytest.mark.parametrize("name", ["gps_label", "gps_name"])
def test_positions(desk, name):
    table = rows(desk, f"kobo/{name}.xlsx")
    assert table.rows[["latitude", "longitude"]].to_numpy().tolist() == [[14.09, -3.05]]


def test_repeats(desk):
    found = rows(desk, "kobo/repeat.xlsx").rows
    assert [(place, day.day) for place, day in zip(found["commune"], found["date"], strict=True)] == [
        ("Dioungani", 2), ("Dioungani", 2), ("Tessit", 3),
    ]  # fmt: skip


def test_two_answers(desk):
    refused = rows(desk, "kobo/multi.xlsx").refused[0]
    assert "2 réponses" in refused.problem
    assert "inputs/" not in refused.fix  # the tables may stand anywhere
    desk.put("colonnes.toml", '[[incidents]]\nchoix_multiples = "separer"\n')
    assert rows(desk, "kobo/multi.xlsx").rows["type"].tolist() == ["Meurtre", "Viol"]


def test_a_row_of_tags(desk):
    table = rows(desk, "risk_hxl_row.csv", "indice_risque")
    assert (len(table.rows), len(table.aside), table.refused) == (2, 2, ())


def test_two_spellings_are_rows_until_their_places_are_known(desk):
    assert rows(desk, "risk_two_spellings.csv", "indice_risque").total == 7


def test_no_case_gives_a_traceback(desk):
    for source in sorted(CASES.rglob("*.*")):
        for old in (desk.root / "2021-06").iterdir():
            old.unlink()
        desk.put(f"2021-06/incidents{source.suffix}", source.read_bytes())
        with contextlib.suppress(InputError):
            desk.read()
