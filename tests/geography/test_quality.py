"""Each check refuses what it is there to refuse, naming the feature; the small country passes them all."""

from __future__ import annotations

import pytest
import shapely
from shapely.affinity import scale, translate

from pipeline.errors import BoundaryError
from pipeline.geography import quality
from pipeline.geography.areas import AreaTables, assemble
from tests.helpers.countries import VINTAGE, commune_table, small_areas


def refused(areas: AreaTables, *words: str) -> BoundaryError:
    """The error that the checks raise, which must name `words`."""
    with pytest.raises(BoundaryError) as caught:
        quality.check(areas, {})
    for word in words:
        assert word in caught.value.problem
    return caught.value


def changed(one: str, **values: object) -> AreaTables:
    """The small country with one commune changed; upper levels are those of the unchanged country."""
    areas = small_areas()
    communes = areas.communes.copy()
    row = communes.index[communes["pcode"] == one][0]
    for column, value in values.items():
        communes.loc[row, column] = value
    return AreaTables(areas.pays, areas.regions, areas.cercles, communes)


def shape(pcode: str) -> shapely.Polygon:
    communes = small_areas().communes
    return communes.geometry[communes["pcode"] == pcode].iloc[0]


def test_the_small_country_passes_and_its_counts_are_told():
    areas, told = quality.check(small_areas(), {})
    assert told == "3 régions, 5 cercles, 12 communes"
    assert areas.communes.equals(small_areas().communes)


def test_a_count_that_differs_is_told_not_refused():
    _, told = quality.check(small_areas(), {"regions": 3, "cercles": 5, "communes": 701})
    assert told == "3 régions, 5 cercles, 12 communes (attendu : 701)"


@pytest.mark.parametrize("code", ["ML04061", "BF040601", "ml040601", "", "ML04060A"])
def test_malformed_pcode(code):
    error = refused(changed("ML040601", pcode=code), "mal formés", "Ségou")
    assert "corriger" in error.fix


def test_pcode_twice():
    refused(changed("ML040601", pcode="ML040602"), "en double", "Ségou (ML040602)", "Dogofry (ML040602)")


def test_pcode_outside_its_parents():
    refused(changed("ML040601", parent_pcode="ML0404"), "ne s’emboîtent pas", "Ségou (ML040601) dans ML0404")


def test_parent_that_does_not_exist():
    areas = changed("ML040601", pcode="ML049901", parent_pcode="ML0499")
    refused(areas, "ne s’emboîtent pas", "Ségou (ML049901) dans ML0499")


def test_name_missing():
    refused(changed("ML040601", name=""), "sans nom (ML040601)")


def test_name_misread():
    error = refused(changed("ML040601", name="SÃ©gou"), "accents illisibles")
    assert ".cpg" in error.fix


def test_geometry_missing_or_empty():
    refused(changed("ML040601", geometry=None), "sans géométrie", "Ségou (ML040601)")
    refused(changed("ML040601", geometry=shapely.Polygon()), "sans géométrie", "Ségou (ML040601)")


def test_geometry_that_crosses_itself():
    bow = shapely.Polygon([(-3.5, 14), (-3, 14.5), (-3, 14), (-3.5, 14.5)])
    refused(changed("ML040601", geometry=bow), "invalides", "Ségou (ML040601)", "Self-intersection")


def test_geometry_that_is_no_polygon():
    line = shapely.LineString([(-3.5, 14), (-3, 14.5)])
    refused(changed("ML040601", geometry=line), "ne sont pas des polygones", "Ségou (ML040601)")


def test_out_of_mali_and_axes_swapped():
    table = commune_table()
    table["geometry"] = [translate(one, xoff=12) for one in table.geometry]
    refused(assemble(table, VINTAGE), "hors du Mali", "Dogofry (ML040401)")
    table = commune_table()
    table["geometry"] = [shapely.transform(one, lambda xy: xy[:, ::-1]) for one in table.geometry]
    assert "longitude, latitude" in refused(assemble(table, VINTAGE), "hors du Mali").fix


def test_commune_outside_its_cercle():
    # Its polygon lies where Hombori is, in another cercle; its codes are consistent.
    refused(changed("ML040601", geometry=shape("ML050403")), "hors de leur entité supérieure",
            "Ségou (ML040601) à 100 % hors de Ségou (ML0406)")  # fmt: skip


def test_cercle_not_filled_by_its_communes():
    areas = small_areas()
    communes = areas.communes[areas.communes["pcode"] != "ML040601"].reset_index(drop=True)
    refused(
        AreaTables(areas.pays, areas.regions, areas.cercles, communes),
        "n’est couverte par aucune",
        "Ségou (ML0406) à 50 %",
    )


def test_overlap_names_both_and_the_place():
    # Two hundredths of a degree over the border with Bandiagara: less than the nesting check minds.
    wider = shapely.box(-3.5, 14.0, -3.0, 14.502)
    error = refused(
        changed("ML040601", geometry=wider),
        "chevauche",
        "Ségou (ML040601)",
        "Bandiagara (ML050101)",
        "14,50° N",
        "O",
    )
    assert "QGIS" in error.fix


def test_gap_between_neighbours():
    """Two hundred metres of nothing between Ségou and Niono, open to the border of the country."""
    narrower = shapely.box(-3.498, 14.0, -3.0, 14.5)
    error = refused(changed("ML040601", geometry=narrower), "n’est couverte par aucune", "14,25° N 3,50° O")
    assert "Ségou (ML0406" in error.problem or "Niono (ML0404" in error.problem


def test_beyond_the_country():
    wider = shapely.box(-3.5, 13.998, -3.0, 14.5)
    refused(changed("ML040601", geometry=wider), "dépassent du pays", "14,00° N", "Ségou (ML040601)")


def test_hole_inside():
    table = commune_table()
    hole = scale(shape("ML050101"), 0.1, 0.1)
    table.loc[table["code3"] == "ML050101", "geometry"] = shape("ML050101").difference(hole)
    refused(assemble(table, VINTAGE), "trous", "14,75° N 3,25° O")


@pytest.mark.parametrize("by", [3e-5, -3e-5])
def test_faults_of_a_few_metres_are_closed_and_told(by):
    table = commune_table()
    table.loc[table["code3"] == "ML050101", "geometry"] = shapely.box(-3.5 + by, 14.5, -3.0, 15.0)
    areas, told = quality.check(assemble(table, VINTAGE), {})
    assert "raccords de moins de 11 m" in told
    for level in range(4):
        assert shapely.coverage_is_valid(areas.level(level).geometry.to_numpy())
    assert list(areas.communes["pcode"]) == list(small_areas().communes["pcode"])
    assert shapely.union_all(areas.communes.geometry.to_numpy()).equals(areas.pays.geometry.iloc[0])


def test_a_country_by_cercle_passes_the_same_checks(cercles_country):
    areas = AreaTables(
        cercles_country.pays,
        cercles_country.regions,
        cercles_country.cercles,
        cercles_country.communes,
    )
    assert quality.check(areas, {})[1] == "10 régions, 53 cercles"
