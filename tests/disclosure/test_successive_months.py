"""Rows that come late: what was told of a month stays as told, so that no difference of two publications
says how many were added, and where."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from pipeline.disclosure.publish import read_record
from pipeline.geography import load
from pipeline.geography.country import Country
from pipeline.month_data import read_month
from pipeline.runner import stage_of
from tests.helpers import office
from tests.helpers.months import JUNE, MAY

LATE = [office.row(MAY, 900 + n, "ML050403", "E") for n in range(2)]
"""Two violations of May in a commune that had none, known in June."""


@pytest.fixture(scope="module")
def room(small_country: Country, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """May made for both audiences, before the late rows came."""
    folder = office.office(tmp_path_factory.mktemp("bureau") / "projet", small_country)
    for audience in ("partenaires", "public", "interne"):
        office.build(folder, MAY, audience, annexes=())
    office.late(folder, MAY, *LATE)
    return folder


def told(folder: Path, month=MAY) -> dict:
    return json.loads((folder / "manifest.json").read_text("utf-8"))["divulgation"][str(month)]


@pytest.mark.parametrize("audience", ["partenaires", "public"])
def test_june_tells_may_as_may_was_told_though_rows_came_late(room, audience):
    june, said = office.build(room, JUNE, audience, annexes=())
    may = room / "outputs" / str(MAY) / audience
    for table in ("communes", "cercles", "regions_categories"):
        assert told(june)[table] == told(may)[table]
    assert told(june)["communes"].get("ML050403") in (None, "suppressed")
    assert any("des lignes de mai 2021 ont changé" in line for line in said)


def test_without_the_earlier_manifest_the_difference_gives_the_late_rows(room, tmp_path):
    """What the record is for: June alone, made without it, tells of May what May did not."""
    apart = tmp_path / "projet"
    shutil.copytree(room, apart, ignore=shutil.ignore_patterns("outputs"))
    june, said = office.build(apart, JUNE, "partenaires", annexes=())
    may = room / "outputs" / str(MAY) / "partenaires"
    assert told(june)["communes"] != told(may)["communes"]
    assert told(june)["communes"]["ML050403"] != 0
    assert not any("ont changé" in line for line in said)


def test_the_totals_that_the_bulletin_prints_follow_the_late_rows(room):
    country = load(room / "boundaries" / "mali.gpkg")
    data = read_month(room / "inputs", JUNE, country)
    published = stage_of(office.order(room, JUNE, "partenaires", ()), data, country).published
    assert published.first_told == (MAY,)
    assert published.total(MAY) == sum(office.COUNTS[MAY].values()) + len(LATE)
    assert published.areas[MAY]["ML050403"].text in ("0", "non couverte")


def test_the_list_says_no_more_of_the_changed_month_than_its_regions(room):
    country = load(room / "boundaries" / "mali.gpkg")
    data = read_month(room / "inputs", JUNE, country)
    table = stage_of(office.order(room, JUNE, "partenaires", ()), data, country).published.incident_list
    lines = [row for row in table.rows if row[0] == str(MAY)]
    assert {(row[2], row[3]) for row in lines} == {("(reste de la région)", "Autres catégories (regroupées)")}


def test_an_internal_run_sees_what_is_and_records_nothing(room):
    june, _ = office.build(room, JUNE, "interne", annexes=())
    assert "divulgation" not in json.loads((june / "manifest.json").read_text("utf-8"))


def test_unchanged_months_are_told_whole(small_country, tmp_path):
    """The same bytes with and without the month before: a record that agrees changes nothing."""
    folder = office.office(tmp_path / "projet", small_country)
    alone, _ = office.build(folder, JUNE, annexes=(4,))
    before = {path.name: path.read_bytes() for path in alone.iterdir()}
    office.build(folder, MAY, annexes=())
    again, said = office.build(folder, JUNE, annexes=(4,))
    assert {path.name: path.read_bytes() for path in again.iterdir()} == before
    assert not any("ont changé" in line for line in said)


def test_a_type_that_was_corrected_is_seen_though_no_count_by_place_changed(small_country, tmp_path):
    """Enough rows of one category in each region that its types are told by cercle: where none is, none is seen."""
    folder = office.office(tmp_path / "projet", small_country)
    codes = ["ML050401", "ML040601", "ML070202"] * 30
    office.late(folder, MAY, *(office.row(MAY, 900 + n, code, "B") for n, code in enumerate(codes)))
    office.build(folder, MAY, annexes=())
    table = folder / "inputs" / str(MAY) / "incidents.csv"
    lines = table.read_text("utf-8").splitlines()
    changed = [
        line.replace("Assassinat", "Meurtre") if number % 2 else line for number, line in enumerate(lines)
    ]
    table.write_text("\n".join(changed) + "\n", "utf-8")
    _, said = office.build(folder, JUNE, annexes=())
    assert any("des lignes de mai 2021 ont changé" in line for line in said)


def test_the_public_never_sharpens_what_partners_were_told(room, tmp_path):
    """The public's May was never made: its June is held to the May of the partners, coarsened."""
    apart = tmp_path / "projet"
    shutil.copytree(room, apart)
    shutil.rmtree(apart / "outputs" / str(MAY) / "public")
    june, said = office.build(apart, JUNE, "public", annexes=())
    partners = told(apart / "outputs" / str(MAY) / "partenaires")
    for table in ("communes", "cercles"):
        for code, count in told(june)[table].items():
            if isinstance(count, list):
                low, high = count
                least, most = partners[table][code]
                assert low <= least
                assert high is None or most <= high
    assert set(told(june)["communes"]) <= set(partners["communes"])
    assert any("ont changé" in line for line in said)


def test_maps_of_other_audiences_made_of_other_rows_are_told_of(small_country, tmp_path):
    """Given out together, their difference would be the late rows."""
    folder = office.office(tmp_path / "projet", small_country)
    office.build(folder, JUNE, "partenaires", annexes=())
    _, said = office.build(folder, JUNE, "public", annexes=())
    assert not any("d’autres données" in line for line in said)
    office.late(folder, JUNE, office.row(JUNE, 900, "ML050403", "E"))
    _, said = office.build(folder, JUNE, "public", annexes=())
    assert any("« partenaires » de ce mois sont faites sur d’autres données" in line for line in said)
    office.build(folder, JUNE, "interne", annexes=())
    office.build(folder, JUNE, "partenaires", annexes=())
    _, said = office.build(folder, JUNE, "public", annexes=())
    assert not any("d’autres données" in line for line in said)


def test_a_record_that_cannot_be_read_is_as_none(tmp_path):
    for text in ("", "[]", "{}", '{"divulgation": {"2021-05": {}}}', '{"divulgation": {"mai": {}}}'):
        path = tmp_path / "manifest.json"
        path.write_text(text, "utf-8")
        assert read_record(path) is None
    assert read_record(tmp_path / "nowhere.json") is None
