"""Hard months from the officer's tables to the page: nothing is drawn where it is not known to have happened, nothing
is cut, and the sentences add up to the rows, counted again here from the file itself."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import shapely
from test_geometry import check_page

from pipeline.annexes import BUILDERS, Stage, page_meta
from pipeline.annexes.common import densest
from pipeline.annexes.model import Annex, Symbols, Zones
from pipeline.disclosure.publish import publish
from pipeline.geography.country import Country
from pipeline.month_data import read_month
from pipeline.sheet.draw import compose_all
from pipeline.sheet.ground import Shared, prepare
from tests.helpers.months import JUNE, alert, month, stage

PAPER = ("A4-paysage", "colonne")
MONTHS = ("undetermined", "n26", "n36", "alerts60")


@pytest.fixture(scope="module")
def shared(mirror_country: Country) -> Shared:
    return prepare(mirror_country)


def read(project: Path, country: Country, name: str, folder: Path) -> tuple[Annex, list[dict[str, str]]]:
    """Annex 2 for the Cluster itself, of a month that holds only these alerts, and the rows as they are written."""
    source = project.parent / "shared" / "cases" / "alerts" / f"{name}_alertes_flash.csv"
    if not source.is_file():
        pytest.skip("no cases beside the project")
    (folder / "2021-06").mkdir(parents=True)
    (folder / "2021-06" / "alertes_flash.csv").write_bytes(source.read_bytes())
    (folder / "2021-06" / "mois.toml").write_bytes(
        (project / "inputs" / "2021-06" / "mois.toml").read_bytes()
    )
    published = publish(read_month(folder, JUNE, country).indicators, country, "interne")
    annex = BUILDERS[2](Stage(published, country, page_meta(published, country, "2021-07-15", ())))
    with source.open(encoding="utf-8-sig", newline="") as file:
        return annex, list(csv.DictReader(file))


def whole(text: str) -> int:
    return int(re.sub(r"\D", "", text))


@pytest.mark.parametrize("name", MONTHS)
def test_every_alert_is_told_and_the_caption_adds_up(
    name: str, project: Path, mirror_country: Country, shared: Shared, tmp_path: Path
) -> None:
    annex, rows = read(project, mirror_country, name, tmp_path)
    assert len(annex.events) == len(annex.table.rows) == len(rows)
    kinds = Counter(row["evenement"].strip().lower() for row in rows)
    assert Counter(event.title.lower() for event in annex.events) == kinds
    moved = [row for row in rows if row["evenement"].startswith("Mouvement de population") and row["menages"]]
    found = re.search(r"ont concerné ([\d\u202f]+)", annex.caption)
    assert (whole(found[1]) if found else 0) == sum(whole(row["menages"]) for row in moved)
    first = whole(re.match(r"[\d\u202f]+", annex.caption)[0])
    assert first == len(rows)
    for paper in PAPER:
        pages = compose_all(annex, shared, paper)
        for page in pages:
            check_page(page)
        said = Counter(text.text for page in pages for text in page.texts if text.role == "number")
        for number in {event.number for event in annex.events}:
            assert said[number] >= 1, f"place {number} is in no list"
        words = " ".join(text.text for page in pages for text in page.texts).lower()
        assert all(kind.replace("'", "’") in words for kind in kinds)
        assert "…" not in words
        no_sign_where_nothing_is_known(annex, shared, pages[0])


def no_sign_where_nothing_is_known(annex: Annex, shared: Shared, page) -> None:
    """Every sign stands on, or is tied to, the commune of its place; every tag stands in its cercle."""
    symbols = {item.id: item for layer in annex.layers if isinstance(layer, Symbols) for item in layer.items}
    zones = [zone for layer in annex.layers if isinstance(layer, Zones) for zone in layer.items]
    drawn = {thing.key for thing in page.placed if thing.kind == "symbol"}
    assert drawn <= set(symbols)
    assert not drawn & {zone.id for zone in zones}
    for item in symbols.values():
        inside = shared.polygons[shared.index[item.area_pcode]]
        at = shapely.Point(*_metres(item.longitude, item.latitude))
        assert shapely.distance(inside, at) < 3000 or item.precision == "village"
    cercles = tuple(zone.pcode for zone in zones if zone.level == "cercle")
    ground = shapely.union_all(shared.polygons[shared.cercle_areas(cercles)])
    for thing in page.placed:
        if thing.kind == "tag":
            frame = next(found for found in page.frames.values() if found.holds(thing.box))
            middle = np.array([[(thing.box[0] + thing.box[2]) / 2, (thing.box[1] + thing.box[3]) / 2]])
            assert shapely.distance(ground, shapely.Point(frame.ground(middle)[0])) < 2000


def _metres(longitude: float, latitude: float) -> np.ndarray:
    from pipeline.sheet.ground import project

    return project(longitude, latitude)


def test_the_largest_origins_of_the_hard_months(
    project: Path, mirror_country: Country, tmp_path: Path
) -> None:
    few, _ = read(project, mirror_country, "n26", tmp_path / "n26")
    many, _ = read(project, mirror_country, "n36", tmp_path / "n36")
    assert "600" in few.caption
    assert "Hombori" in few.caption
    assert "1\u202f200 depuis la commune de Konna" in many.caption


def test_two_alerts_without_a_place_stand_in_a_box_off_the_map(
    project: Path, mirror_country: Country, shared: Shared, tmp_path: Path
) -> None:
    annex, _ = read(project, mirror_country, "undetermined", tmp_path)
    nowhere = [
        zone for layer in annex.layers if isinstance(layer, Zones) for zone in layer.items if not zone.level
    ]
    assert sum(zone.count for zone in nowhere) == 2
    for paper in PAPER:
        page = compose_all(annex, shared, paper)[0]
        box = next(
            text for text in page.texts if text.text == "Lieu non déterminé" and text.role == "heading"
        )
        assert not any(frame.holds(box.box) for frame in page.frames.values())


def test_the_inset_goes_where_the_data_are(mirror_country: Country, small_country: Country) -> None:
    """Seven hundred in Bamako: the inset shows Bamako, not an empty delta. Few and far apart: none."""
    told = stage(month(), mirror_country)
    communes = mirror_country.communes
    bamako = list(communes.loc[communes["region_pcode"] == "ML09", "pcode"])
    centre = list(communes.loc[communes["cercle_pcode"] == "ML0501", "pcode"])
    inset = densest(told, {**dict.fromkeys(bamako, 700 / len(bamako)), **dict.fromkeys(centre, 3.0)})
    assert set(inset.cercles) <= set(communes.loc[communes["region_pcode"] == "ML09", "cercle_pcode"])
    assert inset.box[2] - inset.box[0] < 0.6
    far = [
        communes.loc[communes["region_pcode"] == code, "pcode"].iloc[0]
        for code in ("ML01", "ML03", "ML08", "ML10")
    ]
    assert densest(told, dict.fromkeys(far, 1.0)).box is None
    assert densest(stage(month(), small_country), {}).box is None


def test_nothing_one_and_many_alerts(small_country: Country) -> None:
    shared = prepare(small_country)
    event = alert(small_country, "mouvement", "ML050401", 12, to="ML040401")
    for count in (0, 1, 40):
        annex = BUILDERS[2](stage(month(alerts=(event,) * count), small_country, "interne"))
        assert (
            sum(s.value for layer in annex.layers if isinstance(layer, Symbols) for s in layer.items) == count
        )
        (flows,) = [layer.items for layer in annex.layers if layer.id == "mouvements"]
        assert [flow.value for flow in flows] == ([12.0 * count] if count else []), "one arrow for one way"
        for paper in PAPER:
            for page in compose_all(annex, shared, paper):
                check_page(page)
