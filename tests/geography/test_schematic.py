"""The grid: 53 equal tiles, laid out as the country is, and a text that must not contradict itself."""

from __future__ import annotations

import pytest

from pipeline.errors import BoundaryError
from pipeline.geography import schematic
from pipeline.geography.country import EQUAL_AREA

DRAWING = ".... 0101\n0201 ....\n---\n"
LIST = "ML0101 ; Un ; Nord\nML0201 ; Deux ; Sud\n"


def test_53_equal_squares(schematic_country):
    drawn = schematic_country.cercles.to_crs(EQUAL_AREA)
    assert len(drawn) == 53
    assert drawn.area.to_numpy() == pytest.approx(schematic.TILE**2, rel=1e-6)
    width = drawn.bounds["maxx"] - drawn.bounds["minx"]
    assert width.to_numpy() == pytest.approx(schematic.TILE, rel=1e-6)


def test_laid_out_as_the_country_is(schematic_country):
    regions = schematic_country.regions.to_crs(EQUAL_AREA).set_index("name").geometry.centroid
    x, y = regions.x, regions.y
    assert x["Kayes"] == x.min()
    assert x["Ménaka"] == x.max()
    assert y["Sikasso"] == y.min()
    assert y["Kidal"] > y["Gao"] > y["Ségou"] > y["Sikasso"]
    assert y["Tombouctou"] > y["Mopti"]
    assert x["Kayes"] < x["Koulikoro"] < x["Ségou"] < x["Mopti"] < x["Gao"] < x["Ménaka"]


def test_in_one_piece(schematic_country):
    assert schematic_country.pays.geom_type.tolist() == ["Polygon"]
    assert set(schematic_country.regions.geom_type) == {"Polygon"}
    assert schematic_country.localities.empty
    assert schematic_country.communes.empty


def test_neighbours_on_the_ground_are_mostly_near_on_the_grid(schematic_country, mirror_country):
    """Every cercle's tile is within two tiles of the tile of each true neighbour, but for a few."""
    tiles = schematic_country.cercles.to_crs(EQUAL_AREA).set_index("pcode").geometry.centroid
    real = mirror_country.cercles.set_index("pcode").geometry
    pairs = [(a, b) for a in real.index for b in real.index if a < b and real[a].touches(real[b])]
    near = [tiles[a].distance(tiles[b]) <= 2.3 * schematic.TILE for a, b in pairs]
    assert sum(near) / len(near) > 0.8


def test_same_codes_and_names_as_the_official_cercles(schematic_country, mirror_country):
    assert schematic_country.names("cercle") == mirror_country.names("cercle")
    assert schematic_country.names("region") == mirror_country.names("region")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (DRAWING + "ML0101 ; Un ; Nord\n", "n'ont pas de cercle dans la liste : ML0201"),
        (DRAWING + LIST + "ML0301 ; Trois ; Est\n", "ML0301 Trois n'a pas de case"),
        (DRAWING + "ML0101 ; Un\n", "P-code ; cercle ; région"),
        (DRAWING.replace("0201", "0101") + LIST, "'0101'"),
        (DRAWING.replace("---\n", "") + LIST, "---"),
    ],
)
def test_drawing_and_list_must_agree(text, words):
    with pytest.raises(BoundaryError, match=r"grille\.txt") as caught:
        schematic.parse(text)
    assert words in caught.value.problem


def test_rows_run_south_and_columns_east():
    tiles = {tile.pcode: tile for tile in schematic.parse(DRAWING + LIST)}
    assert (tiles["ML0101"].row, tiles["ML0101"].column) == (0, 1)
    drawn = schematic.areas(tuple(tiles.values())).cercles.to_crs(EQUAL_AREA)
    cercles = drawn.set_index("pcode").geometry.centroid
    assert cercles["ML0101"].x > cercles["ML0201"].x
    assert cercles["ML0101"].y > cercles["ML0201"].y
