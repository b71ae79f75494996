"""Rows of the small country: see tests/helpers/countries.py for its map."""

from dataclasses import replace

import pytest

from pipeline.places import Gazetteer, PlaceRequest, resolve


def told(place):
    return " ; ".join(place.evidence)


def test_exact_names_within_the_hierarchy(small):
    place = resolve(PlaceRequest("mopti", "DOUENTZA", "gandamia"), small)
    assert (place.level, place.pcode, place.cercle_pcode, place.region_pcode) == (
        "commune",
        "ML050402",
        "ML0504",
        "ML05",
    )
    assert (place.method, place.score, place.question) == ("exact", 100, False)


def test_a_misspelt_commune_is_read_and_the_reading_told(small):
    place = resolve(PlaceRequest("Mopti", "Douenza", "Gandamya"), small)
    assert place.pcode == "ML050402"
    assert "« Gandamya » lue « Gandamia »" in told(place)
    assert "« Douenza » lu « Douentza »" in told(place)


def test_homonyms_are_asked_without_their_cercle_and_found_with_it(small):
    asked = resolve(PlaceRequest(commune="Bamba"), small)
    assert (asked.level, asked.question) == ("aucun", True)
    assert {c.pcode for c in asked.candidates[:2]} == {"ML050102", "ML070201"}
    assert resolve(PlaceRequest(region="Mopti", commune="Bamba"), small).pcode == "ML050102"
    assert resolve(PlaceRequest(cercle="Bourem", commune="Bamba"), small).pcode == "ML070201"


def test_homonyms_within_one_region_stand_at_the_region(small):
    asked = resolve(PlaceRequest("Ségou", None, "Dogofry"), small)
    assert (asked.level, asked.pcode, asked.question) == ("region", "ML04", True)


def test_an_unknown_commune_is_a_question_at_its_cercle(small):
    place = resolve(PlaceRequest("Mopti", "Douentza", "Inhinta"), small)
    assert (place.level, place.pcode, place.commune_pcode, place.question) == ("cercle", "ML0504", "", True)


def test_a_cercle_or_region_alone_is_no_question(small):
    assert not resolve(PlaceRequest("Mopti", "Douentza"), small).question
    place = resolve(PlaceRequest("Gao"), small)
    assert (place.level, place.pcode, place.question) == ("region", "ML07", False)


def test_a_row_without_any_place_is_no_question(small):
    place = resolve(PlaceRequest("", " ", None), small)
    assert (place.level, place.question) == ("aucun", False)


def test_a_commune_of_another_region_leaves_the_cercle_as_written(small):
    place = resolve(PlaceRequest("Gao", "Bourem", "Hombori"), small)
    assert (place.level, place.pcode, place.question) == ("cercle", "ML0702", True)
    assert place.candidates[0].pcode == "ML050403"


def test_a_commune_of_another_cercle_of_the_region_leaves_the_region(small):
    place = resolve(PlaceRequest("Mopti", "Bandiagara", "Hombori"), small)
    assert (place.level, place.pcode, place.question) == ("region", "ML05", True)
    assert place.candidates[0].pcode == "ML050403"


def test_region_and_cercle_that_contradict_each_other_are_settled_by_the_commune(small):
    place = resolve(PlaceRequest("Mopti", "Bourem", "Taboye"), small)
    assert place.pcode == "ML070203"
    assert "contradiction" in told(place)
    unsettled = resolve(PlaceRequest("Mopti", "Bourem"), small)
    assert (unsettled.level, unsettled.question) == ("aucun", True)


def test_an_unknown_region_takes_the_certainty_from_a_name(small):
    assert resolve(PlaceRequest(commune="Taboye"), small).pcode == "ML070203"
    abroad = resolve(PlaceRequest(region="Sahel burkinabè", commune="Taboye"), small)
    assert (abroad.level, abroad.question) == ("aucun", True)


@pytest.mark.parametrize(
    ("code", "expected", "method"),
    [
        ("ML050401", "ML050401", "exact"),
        ("MLI050401", "ML050401", "exact"),
        (" ml 0504 01", "ML050401", "exact"),
        ("50401", "ML050401", "exact"),
        ("ML050402", "ML050401", "p-code 2015 traduit"),  # 2015: each code is the neighbour's
    ],
)
def test_a_code_is_read_by_the_name_beside_it(small, code, expected, method):
    place = resolve(PlaceRequest("Mopti", "Douentza", "Douentza", pcode=code), small)
    assert (place.pcode, place.method, place.question) == (expected, method, False)


def test_a_blind_join_of_a_2015_code_would_have_named_another_commune(small):
    # ML050402 means Gandamia on these boundaries; in 2015 it was the code of Douentza.
    assert small.communes["ML050402"].name == "Gandamia"
    place = resolve(PlaceRequest(None, "Douentza", "Douentza", pcode="ML050402"), small)
    assert small.communes[place.pcode].name == "Douentza"
    assert "2015" in told(place)


def test_limits_that_changed_are_told(small):
    place = resolve(PlaceRequest(None, "Douentza", "Hombori", pcode="ML050401"), small)
    assert (place.pcode, "80 % en commun" in told(place)) == ("ML050403", True)


def test_a_code_without_a_name_is_not_joined_blindly(small):
    place = resolve(PlaceRequest("Mopti", "Douentza", pcode="ML050402"), small)
    assert (place.level, place.question) == ("cercle", True)
    assert {c.pcode for c in place.candidates} == {"ML050402", "ML050401"}
    known = resolve(PlaceRequest("Mopti", "Douentza", pcode="ML050402"), small, code_vintage="2015-04-08")
    assert (known.pcode, known.question) == ("ML050401", False)


def test_a_pasted_code_of_another_commune_loses_against_the_name(small):
    place = resolve(PlaceRequest("Mopti", "Douentza", "Hombori", pcode="ML070203"), small)
    assert (place.pcode, place.question) == ("ML050403", False)
    assert "contradiction : P-code ML070203 : Taboye" in told(place)
    assert "le nom dit Hombori" in told(place)


def test_what_lies_outside_a_clean_region_and_cercle_is_asked_however_much_speaks_for_it(small):
    place = resolve(PlaceRequest("Gao", "Bourem", "Hombori", latitude=15.2, longitude=-2.2), small)
    assert (place.pcode, place.question, place.candidates[0].pcode) == ("ML0702", True, "ML050403")
    assert "n’est pas dans le cercle de Bourem, qui est écrit" in told(place)


def test_a_point_alone_gives_its_commune(small):
    place = resolve(PlaceRequest(latitude=14.2, longitude=-2.2), small)
    assert (place.pcode, place.method, place.longitude) == ("ML050402", "coordonnées", -2.2)


def test_a_point_in_another_commune_is_told_and_not_drawn(small):
    place = resolve(PlaceRequest("Mopti", "Douentza", "Hombori", latitude=14.2, longitude=-2.2), small)
    assert (place.pcode, place.longitude) == ("ML050403", None)
    assert "coordonnées tombent dans Gandamia" in told(place)


def test_a_point_just_outside_its_commune_is_admitted(small):
    place = resolve(PlaceRequest("Mopti", "Douentza", "Hombori", latitude=14.98, longitude=-2.2), small)
    assert (place.pcode, place.latitude) == ("ML050403", 14.98)


def test_a_point_abroad_is_told(small):
    place = resolve(PlaceRequest("Mopti", "Douentza", "Hombori", latitude=48.8, longitude=2.3), small)
    assert place.pcode == "ML050403"
    assert "hors des communes du Mali" in told(place)


def test_approximate_limits_do_not_say_that_a_point_is_abroad(small):
    rough = replace(small, approximate=True)
    place = resolve(PlaceRequest("Mopti", "Douentza", "Hombori", latitude=14.2, longitude=-2.2), rough)
    assert place.pcode == "ML050403"
    assert "non vérifiées sur des limites approchées" in told(place)
    assert "hors des communes" not in told(place)


def test_a_village_in_its_commune(small):
    place = resolve(PlaceRequest("Mopti", "Douentza", "Hombori", "hombory"), small)
    assert (place.level, place.pcode, place.locality) == ("localite", "ML050403", "Hombori")
    assert (place.longitude, place.latitude) == (-2.25, 15.25)


def test_a_village_by_its_other_name(small):
    assert resolve(PlaceRequest(None, "Niono", "Niono", "Socoura"), small).locality == "Socoura"


def test_a_village_whose_record_and_polygon_disagree(small):
    # Boni: recorded in Hombori, its point stands in Douentza, 28 km from Hombori.
    given = resolve(PlaceRequest("Mopti", "Douentza", "Douentza", "Boni"), small)
    assert (given.level, given.pcode) == ("localite", "ML050401")
    assert "le répertoire l’inscrit dans Hombori" in told(given)
    open_question = resolve(PlaceRequest("Mopti", "Douentza", None, "Boni"), small)
    assert (open_question.level, open_question.question) == ("cercle", True)
    assert "on ne sait laquelle croire" in told(open_question)


def test_a_village_in_the_commune_column_corrects_the_commune(small):
    place = resolve(PlaceRequest("Ségou", "Niono", "Socoura"), small)
    assert (place.pcode, place.level) == ("ML040402", "localite")
    assert "dans la colonne commune est un village" in told(place)


def test_a_commune_in_the_village_column(small):
    place = resolve(PlaceRequest("Mopti", "Douentza", None, "Gandamia"), small)
    assert (place.pcode, place.level) == ("ML050402", "commune")
    assert "dans la colonne village est une commune" in told(place)


def test_a_cercle_in_the_commune_column_is_told(small_country):
    communes = small_country.communes.replace({"name": {"Bourem": "Bourem Ville", "Bamba": "Bamba"}})
    other = Gazetteer.of(replace(small_country, communes=communes[communes["pcode"] != "ML070202"]))
    place = resolve(PlaceRequest("Gao", None, "Bourem"), other)
    assert (place.level, place.pcode) == ("cercle", "ML0702")
    assert "dans la colonne commune est un cercle" in told(place)


def test_regions_and_cercles_of_another_division_are_evidence(small):
    place = resolve(PlaceRequest("Douentza", "Hombori", "Hombori"), small)
    assert (place.pcode, place.question) == ("ML050403", False)
    assert "autre découpage" in told(place)
    assert resolve(PlaceRequest("Bandiagara", "Bandiagara", "Bamba"), small).pcode == "ML050102"


def test_a_commune_missing_from_the_boundaries_is_never_given_to_a_namesake(small_country):
    communes = small_country.communes[small_country.communes["pcode"] != "ML070201"]
    partial = Gazetteer.of(replace(small_country, communes=communes))
    for request in (PlaceRequest(commune="Bamba"), PlaceRequest("Gao", "Bourem", "Bamba")):
        place = resolve(request, partial)
        assert place.question
        assert place.commune_pcode == ""


def test_a_number_left_out_betrays_a_missing_commune_and_a_name_alone_is_no_certainty(small_country):
    # ML050401 is gone, and no crosswalk or village knows of it: the numbering of Douentza still tells.
    communes = small_country.communes
    lacking = replace(
        small_country,
        communes=communes[communes["pcode"] != "ML050401"],
        localities=small_country.localities.iloc[:0],
        crosswalk=small_country.crosswalk.iloc[:0],
    )
    gazetteer = Gazetteer.of(lacking)
    assert gazetteer.skipped == ("ML050401",)
    place = resolve(PlaceRequest("Mopti", None, "Hombori"), gazetteer)
    assert (place.pcode, place.question) == ("ML05", True)
    assert "la commune ML050401, qui manque dans ces limites" in told(place)
    assert resolve(PlaceRequest("Mopti", "Douentza", "Hombori"), gazetteer).pcode == "ML050403"
    assert resolve(PlaceRequest("Gao", None, "Taboye"), gazetteer).pcode == "ML070203"  # that region is whole
    # The crosswalk knows the name of what is missing: other names are certain again.
    known = Gazetteer.of(replace(lacking, crosswalk=small_country.crosswalk))
    assert known.skipped == ()
    assert resolve(PlaceRequest("Mopti", None, "Hombori"), known).pcode == "ML050403"


def test_numbers_with_gaps_throughout_tell_nothing(small_country):
    communes = small_country.communes
    every = communes.assign(pcode=[f"{code[:6]}{9 * int(code[6:]):02d}" for code in communes["pcode"]])
    assert Gazetteer.of(replace(small_country, communes=every)).skipped == ()


def test_a_map_by_cercle_asks_nothing_of_communes(tiles):
    place = resolve(PlaceRequest("Mopti", "Douentza", "Inhinta", "Emalintaghasste"), tiles)
    assert (place.level, place.pcode, place.question) == ("cercle", "ML0504", False)
    assert "limites par cercle" in told(place)
    assert resolve(PlaceRequest("Mopti", "Dwentza"), tiles).pcode == "ML0504"


def test_a_map_by_cercle_does_not_join_codes_blindly(tiles):
    # The cercle digits mean another cercle in 2015; only the region's are the same.
    place = resolve(PlaceRequest(pcode="ML010101"), tiles)
    assert (place.level, place.pcode, place.question) == ("region", "ML01", True)
    named = resolve(PlaceRequest("Kayes", "Kayes", pcode="ML010101"), tiles)
    assert (named.pcode, named.question) == ("ML0103", False)


@pytest.mark.parametrize(
    ("request_", "pcode"),
    [
        (PlaceRequest(commune="Bamba (Bourem)"), "ML070201"),
        (PlaceRequest("Mopti", None, "Gandamia, cercle de Douentza"), "ML050402"),
        (PlaceRequest("Mopti", "Douentza", "Hombori / Garmi"), "ML050403"),
        (PlaceRequest("Mopti", "Douentza", "ml 050401"), None),
    ],
)
def test_a_cell_with_more_than_a_name_is_taken_apart(small, request_, pcode):
    place = resolve(request_, small)
    assert place.commune_pcode == (pcode or "")
    assert place.evidence


def test_a_code_in_the_commune_column_is_a_code(small):
    place = resolve(PlaceRequest("Mopti", "Douentza", "ML050402"), small, code_vintage="")
    assert place.pcode == "ML050402"
    assert "dans la colonne commune" in told(place)


def test_a_word_too_many_is_not_a_misspelling(small):
    for name in ("Hombori Kadiel", "Hombori G", "Gandamia Nord"):
        assert resolve(PlaceRequest("Mopti", "Douentza", name), small).question


def test_mali_in_the_region_column_says_nothing(small):
    place = resolve(PlaceRequest("Mali", None, "Taboye"), small)
    assert (place.pcode, place.question) == ("ML070203", False)


def test_a_village_elsewhere_in_the_cercle_does_not_move_the_commune(small):
    # Hombori the village is 28 km from Gandamia: the commune as written stands, the village is asked about.
    place = resolve(PlaceRequest("Mopti", "Douentza", "Gandamia", "Hombori"), small)
    assert (place.level, place.pcode, place.question) == ("commune", "ML050402", True)
    assert place.candidates[0].pcode == "ML050403"


def test_a_village_nobody_knows_is_no_question_where_the_commune_is_sure(small):
    place = resolve(PlaceRequest("Mopti", "Douentza", "Gandamia", "Wxyz"), small)
    assert (place.level, place.pcode, place.question) == ("commune", "ML050402", False)
    assert "absent du répertoire" in told(place)


@pytest.mark.parametrize(
    ("written", "known", "same"),
    [
        ("Darabougou", "Farabougou", False),  # the ending is that of half of the villages
        ("Kolodougou Coro", "Kolodougou-Coura", False),  # old and new
        ("Mogui", "Mougui", True),
        ("Farabugu", "Farabougou", True),
    ],
)
def test_villages_that_share_an_ending_or_a_root_are_not_one_another(small_country, written, known, same):
    villages = small_country.localities
    one = villages[villages["name"] == "Niono Socoura"].assign(name=known, alt_names="")
    gazetteer = Gazetteer.of(replace(small_country, localities=one))
    place = resolve(PlaceRequest("Ségou", "Niono", "Niono", written), gazetteer)
    assert (place.level, place.pcode) == ("localite" if same else "commune", "ML040402")


@pytest.mark.parametrize(
    "request_",
    [
        PlaceRequest("Burkina Faso", None, "Djibo"),
        PlaceRequest("burkina-faso", None, "Djibo", "Djibo"),
        PlaceRequest(None, None, "Djibo (Burkina Faso)"),
        PlaceRequest(None, None, None, "Djibo, Burkina Faso"),
    ],
)
def test_a_place_abroad_is_told_as_such_and_is_no_question(small, request_):
    place = resolve(request_, small)
    assert (place.level, place.abroad, place.method, place.question) == (
        "aucun",
        "Burkina Faso",
        "étranger",
        False,
    )
    assert "à l’étranger : Burkina Faso" in told(place)


def test_a_country_beside_a_cercle_of_mali_is_asked(small):
    place = resolve(PlaceRequest("Mopti", "Douentza", "Djibo, Burkina Faso"), small)
    assert (place.level, place.pcode, place.abroad, place.question) == ("cercle", "ML0504", "", True)
    assert "un lieu du Mali aussi" in told(place)
