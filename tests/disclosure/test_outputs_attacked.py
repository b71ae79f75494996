"""The attack on files: outputs of May and June, for partners and for the public, taken together. What the
formats hold is gathered, whichever says most, and worked out; then nothing small is known and no village."""

from __future__ import annotations

import math
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import pandas as pd
import pytest
import shapely

from pipeline import runner
from pipeline.disclosure import tables
from pipeline.disclosure import tables as figures_module
from pipeline.disclosure.counts import Territory
from pipeline.disclosure.policy import policy_of
from pipeline.disclosure.protect import Protected
from pipeline.disclosure.publish import month_rows
from pipeline.disclosure.tables import month_figures
from pipeline.disclosure.telling_places import Told
from pipeline.geography import load
from pipeline.geography.country import Country
from pipeline.month_data import read_month
from tests.disclosure import opening
from tests.disclosure.attacker import Cell, Knowledge, Reader
from tests.disclosure.reading import reader_of, truth
from tests.disclosure.test_random_months import narrow
from tests.helpers import june as june_sample
from tests.helpers import office
from tests.helpers.months import JUNE, MAY

AUDIENCES = ("partenaires", "public")


def made(folder: Path, audiences: tuple[str, ...] = AUDIENCES) -> Path:
    for month in (MAY, JUNE):
        for audience in audiences:
            office.build(folder, month, audience, annexes=(1, 2, 4))
    return folder


@pytest.fixture(scope="module")
def room(small_country: Country, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(office.office(tmp_path_factory.mktemp("bureau") / "projet", small_country))


@pytest.fixture(scope="module")
def incidents(room: Path) -> pd.DataFrame:
    country = load(room / "boundaries" / "mali.gpkg")
    return read_month(room / "inputs", JUNE, country).indicators.incidents


def every_channel(room: Path) -> Iterator[tuple[str, opening.Said]]:
    """(Where it was read, what it says), of all the files."""
    for month in (MAY, JUNE):
        for audience in AUDIENCES:
            folder = room / "outputs" / str(month) / audience
            if not folder.is_dir():
                continue
            channels: dict[str, Iterable[opening.Said]] = {
                "page": opening.page(folder / "annexe-1-incidents.html"),
                "GeoPackage": opening.package(folder / "cartes.gpkg", str(month)),
                "manifeste": opening.record(folder / "manifest.json"),
            }
            for name, said in channels.items():
                yield from ((f"{name} {audience} {month}", each) for each in said)


def knowledge(room: Path, incidents: pd.DataFrame, month, country: Country) -> Knowledge:
    """What the files of both months and audiences say of one month; the bulletin's own totals beside."""
    rows = incidents[incidents["month"] == str(month)]
    lines = [
        line
        for of in (MAY, JUNE)
        for when, line in opening.listed(
            room / "outputs" / str(of) / "partenaires" / "annexe-4-liste-incidents.xlsx"
        )
        if when == str(month)
    ]
    known = reader_of(rows, Territory.of(country), [], lines)
    for region, count in rows["region"].value_counts().items():
        known.learn(("region", str(region)), int(count), int(count))
    for key in "ABCDEF":
        count = int((rows["categorie"] == key).sum())
        known.learn(("categorie", key), count, count)
    for _, (when, cell, (low, high)) in every_channel(room):
        home = cell[1] in known.communes or cell[1] in known.homes or cell[0] == "region_categorie"
        if when == str(month) and home:
            known.learn(cell, low, high)
    return known


def exposed(room: Path, incidents: pd.DataFrame, country: Country) -> list[str]:
    faults = []
    for month in (MAY, JUNE):
        rows = incidents[incidents["month"] == str(month)]
        known = knowledge(room, incidents, month, country)
        alone = knowledge_of_totals(known)
        places = Knowledge(known.communes, known.homes, dict(alone.told))
        for cell, ends in known.told.items():
            if cell[0] in ("commune", "cercle"):
                places.told[cell] = ends
        found = narrow(Reader(known), Reader(alone), Reader(places), truth(rows, known), known.told)
        faults += [f"{month} {fault}" for fault in found]
    return faults


def knowledge_of_totals(known: Knowledge) -> Knowledge:
    told = {c: ends for c, ends in known.told.items() if c[0] in ("region", "categorie", "non localisé")}
    return Knowledge(known.communes, known.homes, told)


def test_no_format_audience_or_month_says_more_than_another(room: Path) -> None:
    """Where two channels tell the same count exactly, it is the same; and none tells a number that another
    audience or month hides, or that would not be true of both."""
    told: dict[tuple[str, Cell], set[opening.Interval]] = defaultdict(set)
    where: dict[tuple[str, Cell], set[str]] = defaultdict(set)
    for name, (month, cell, ends) in every_channel(room):
        told[month, cell].add(ends)
        where[month, cell].add(name.split(" ")[0])
    assert all(max(low for low, _ in ends) <= min(high for _, high in ends) for ends in told.values())
    assert {"page", "GeoPackage", "manifeste"} <= set().union(*where.values())
    assert sum(len(names) == 3 for names in where.values()) > 10


def test_nothing_small_is_worked_out_of_both_months_and_audiences(
    room: Path, incidents: pd.DataFrame, small_country: Country
) -> None:
    assert exposed(room, incidents, small_country) == []


@pytest.mark.slow
def test_nor_of_the_samples_june_with_its_list(mirror_country: Country, project: Path) -> None:
    """The whole country, both audiences and the list together: each of its small counts."""
    indicators = june_sample.indicators(project, mirror_country)
    territory, covered = Territory.of(mirror_country), set(indicators.coverage["area"])
    june = indicators.incidents[indicators.incidents["month"] == str(JUNE)].astype(object)
    told = [month_figures(june, territory, covered, policy_of(name)) for name in AUDIENCES]
    lines = list(month_rows(june, told[0], territory, policy_of("partenaires")))
    known = reader_of(june, territory, told, lines)
    assert known.told == reader_of(june, territory, told[:1], lines).told
    alone = Reader(reader_of(june, territory, told, tables=""))
    places = Reader(reader_of(june, territory, told, tables="places"))
    small = {cell: count for cell, count in truth(june, known).items() if 0 < count < 5}
    assert len(small) > 150
    assert narrow(Reader(known), alone, places, small, known.told) == []


def test_the_same_attack_succeeds_without_complementary_suppression(
    small_country: Country, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        figures_module,
        "protect",
        lambda system: Protected({cell.key: cell.options[0] for cell in system.cells}),
    )
    monkeypatch.setattr(
        tables, "settle", lambda system, office: Told({c.key: c.options[0] for c in system.cells}, {})
    )
    # The last look would find the small rests that pies then show, and stop the build: it is put off too.
    monkeypatch.setattr(runner, "look_last", lambda *_: None)
    room = made(office.office(tmp_path / "projet", small_country), ("partenaires",))
    country = load(room / "boundaries" / "mali.gpkg")
    rows = read_month(room / "inputs", JUNE, country).indicators.incidents
    faults = exposed(room, rows, country)
    # Bamba had 3 violations in May and 2 in June: its class, and its cercle's and neighbour's figures.
    assert any(
        "2021-05 ('commune', 'ML050102') = 3: class narrowed to (3.0, 3.0)" in fault for fault in faults
    )
    assert any("2021-06 ('commune', 'ML050102') = 2" in fault for fault in faults)


def test_no_position_is_that_of_a_village(room: Path, small_country: Country) -> None:
    """An alert stands at its commune's own point, the same as if it had happened anywhere in it."""
    commune = small_country.communes.set_index("pcode").geometry["ML050403"]
    own = shapely.point_on_surface(commune)
    for audience in AUDIENCES:
        folder = room / "outputs" / str(JUNE) / audience
        item = opening.scripts(folder / "annexe-2-alertes-flash.html")["donnees"]["symbols"][0]["items"][0]
        assert item["at"] == pytest.approx([own.x, own.y], abs=1e-5)
        with sqlite3.connect(folder / "cartes.gpkg") as base:
            blob = base.execute("SELECT * FROM annexe_2_alertes").fetchone()
        base.close()
        point = shapely.from_wkb(next(value for value in blob if isinstance(value, bytes))[-21:])
        assert (point.x, point.y) == pytest.approx((own.x, own.y), abs=1e-5)
        assert math.hypot(point.x + 2.1934, point.y - 15.2217) > 0.01


def test_a_commune_with_one_village_does_not_give_it_away(small_country: Country, tmp_path: Path) -> None:
    """Wherever in its commune an alert was, the files for partners are the same bytes."""
    pages = []
    for longitude in (-2.1934, -2.4471):
        folder = office.office(tmp_path / str(longitude), small_country)
        table = folder / "inputs" / str(JUNE) / "alertes_flash.csv"
        table.write_text(table.read_text("utf-8").replace("-2.1934", str(longitude)), "utf-8")
        outputs, _ = office.build(folder, JUNE, "partenaires", annexes=(2,))
        names = ("annexe-2-alertes-flash.html", "annexe-2-alertes-flash.png", "cartes.gpkg")
        pages.append([(outputs / name).read_bytes() for name in names])
    assert pages[0] == pages[1]


def test_the_map_is_georeferenced_by_the_country_alone(room: Path) -> None:
    """World files of both months say the same but for their northing: the frame is that of the covered regions and
    does not follow what happened; only lines of text above it push it down the page."""
    frames = {
        tuple((room / "outputs" / str(month) / audience / "annexe-1-incidents.pgw").read_text().split()[:5])
        for month in (MAY, JUNE) for audience in AUDIENCES
    }  # fmt: skip
    assert len(frames) == 1
