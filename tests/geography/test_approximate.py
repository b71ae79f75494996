"""Approximate limits: all 701 communes from facts alone, by the checks of real boundaries, never taken for them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import shapely

from pipeline.errors import BoundaryError
from pipeline.geography import approximate, build, divisions
from pipeline.geography.country import EQUAL_AREA
from pipeline.geography.retold import held, in_division
from pipeline.places.gazetteer import Gazetteer
from pipeline.places.place import PlaceRequest
from pipeline.places.resolve import resolve


def test_every_commune_has_its_cell_and_cells_nest(approximate_country):
    communes = approximate_country.communes
    units = divisions.division("2021").level("commune")
    assert dict(zip(communes["pcode"], communes["name"], strict=True)) == {u.code: u.name for u in units}
    assert shapely.coverage_is_valid(communes.geometry.to_numpy(), gap_width=1e-4)
    for owner, table in (
        (communes["cercle_pcode"], approximate_country.cercles),
        (communes["region_pcode"], approximate_country.regions),
    ):
        for code, shape in zip(table["pcode"], table.geometry, strict=True):
            united = shapely.coverage_union_all(communes.geometry[owner == code].to_numpy())
            assert shapely.equals(united, shape), code
    assert approximate_country.finest == "commune"
    assert approximate_country.source.approximate


def test_the_cells_nest_in_the_division_of_2025_too(approximate_country):
    assert [one.key for one in held(approximate_country) if one.own] == ["2021", "2025"]
    told = in_division(approximate_country, "2025")
    assert (len(told.communes), len(told.regions), told.source.approximate) == (701, 20, True)
    assert len(told.cercles) == 160 - len(told.lineage.landless())
    assert shapely.coverage_is_valid(told.cercles.geometry.to_numpy())


def test_most_cells_are_mostly_their_own_commune(approximate_country, mirror_country):
    """What the tool that makes the facts promises: 93 % or more, on surfaces."""
    cells = approximate_country.communes.to_crs(EQUAL_AREA).geometry.to_numpy()
    real = mirror_country.communes.to_crs(EQUAL_AREA).geometry.to_numpy()
    assert list(approximate_country.communes["pcode"]) == list(mirror_country.communes["pcode"])
    cell, commune = shapely.STRtree(real).query(cells, predicate="intersects")
    shared = shapely.area(shapely.intersection(cells[cell], real[commune]))
    best: dict[int, tuple[float, int]] = {}
    for i, j, area in zip(cell, commune, shared, strict=True):
        best[i] = max(best.get(i, (0.0, -1)), (area, j))
    own = sum(i == j for i, (_, j) in best.items()) / len(cells)
    assert own >= 0.93


def test_places_are_recorded_in_their_commune_to_two_decimals(approximate_country):
    table = approximate.positions()
    assert (table[["latitude", "longitude"]].round(2) == table[["latitude", "longitude"]]).all(axis=None)
    assert not table.duplicated(["latitude", "longitude"]).any()
    assert table.groupby("commune").size().between(1, 5).all()
    assert set(approximate_country.localities["recorded_pcode"]) == set(approximate_country.communes["pcode"])


def test_a_point_in_a_cell_is_near_its_commune_and_not_inside_it(approximate_country):
    gazetteer = Gazetteer.of(approximate_country)
    inside = approximate_country.communes.set_index("pcode").geometry["ML050401"].representative_point()
    assert gazetteer.at(inside.x, inside.y) is None
    alone = resolve(PlaceRequest("Mopti", "Douentza", longitude=inside.x, latitude=inside.y), gazetteer)
    assert alone.level == "cercle"
    assert not any("tombe dans" in line for line in alone.evidence)
    named = resolve(
        PlaceRequest(
            "Mopti", "Douentza", gazetteer.communes["ML050401"].name, longitude=inside.x, latitude=inside.y
        ),
        gazetteer,
    )
    assert (named.level, named.pcode, named.question) == ("commune", "ML050401", False)


def test_same_facts_same_bytes(boundaries, tmp_path):
    for folder in ("un", "deux"):
        copy = tmp_path / folder
        copy.mkdir()
        shutil.copy(boundaries / "sources.toml", copy)
        build(copy, mirror=tmp_path / "absent", offline=True, say=lambda line: None)
    assert (tmp_path / "un/mali.gpkg").read_bytes() == (tmp_path / "deux/mali.gpkg").read_bytes()


@pytest.mark.parametrize(
    ("name", "spoilt", "words"),
    [
        (approximate.POSITIONS, "", "positions-2021.csv : il faut les colonnes"),
        (
            approximate.POSITIONS,
            "commune,rang,lieu,latitude,longitude\nML010101,0,Bafoulabé,treize,-10.83\n",
            "nombre",
        ),
        (
            approximate.POSITIONS,
            "commune,rang,lieu,latitude,longitude\nML010101,0,Bafoulabé,13.8,-10.83\n",
            "contour",
        ),
        (approximate.OUTLINE, "[" * 100_000, "contour.geojson : lecture impossible"),
        (approximate.OUTLINE, '{"features": []}', "contour.geojson : lecture impossible"),
    ],
)
def test_damaged_facts_are_told(name, spoilt, words, tmp_path: Path, monkeypatch):
    shutil.copytree(divisions.FACTS, tmp_path / "divisions")
    (tmp_path / "divisions" / name).write_text(spoilt, encoding="utf-8")
    divisions.division("2021")  # read before the facts are spoilt
    monkeypatch.setattr(divisions, "FACTS", tmp_path / "divisions")
    with pytest.raises(BoundaryError) as caught:
        approximate.areas()
    assert words in caught.value.problem
    assert "git checkout" in caught.value.fix
