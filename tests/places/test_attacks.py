"""What a tired or hostile clerk does to the place columns: read as meant and told, or asked; never guessed."""

from dataclasses import replace

import pandas as pd
import pytest
import shapely

from pipeline.places import Gazetteer, PlaceRequest, resolve


def told(place):
    return " ; ".join(place.evidence)


def offered(place):
    return [candidate.pcode for candidate in place.candidates]


@pytest.mark.parametrize("joint", ["/", ", ", " et ", " ou ", " & ", " - ", " ; ", "\n/ "])
def test_two_communes_in_one_cell_are_a_question_with_both(small, joint):
    place = resolve(PlaceRequest("Mopti", "Douentza", f"Commune de Hombori{joint}Gandamia"), small)
    assert (place.level, place.pcode, place.question) == ("cercle", "ML0504", True)
    assert offered(place)[:2] == ["ML050403", "ML050402"]
    assert "nomme plusieurs lieux" in told(place)


def test_two_villages_in_one_cell_stand_at_their_commune_and_are_asked(small_country):
    villages = small_country.localities
    second = villages[villages["name"] == "Niono Socoura"].assign(name="Molodo", alt_names="", geometry=None)
    second = second.set_geometry([shapely.Point(-3.6, 14.4)], crs=villages.crs)
    small = Gazetteer.of(replace(small_country, localities=pd.concat([villages, second], ignore_index=True)))
    place = resolve(PlaceRequest("Ségou", "Niono", "Niono", "Socoura et Molodo"), small)
    assert (place.level, place.pcode, place.longitude, place.question) == ("commune", "ML040402", None, True)
    assert {"Molodo", "Niono Socoura"} <= {candidate.name for candidate in place.candidates}
    one = resolve(PlaceRequest("Ségou", "Niono", "Niono", "Socoura (Niono Socoura)"), small)
    assert (one.level, one.locality, one.question) == ("localite", "Socoura", False)


@pytest.mark.parametrize(
    "text",
    [
        "Hombori ?",
        "Hombori?",
        "Hombori (?)",
        "Hombori à vérifier",
        "Hombori (A CONFIRMER)",
        "peut-être Hombori",
    ],
)
def test_a_doubt_that_is_written_is_a_question(small, text):
    place = resolve(PlaceRequest("Mopti", "Douentza", text), small)
    assert (place.level, place.pcode, place.question, offered(place)) == (
        "cercle",
        "ML0504",
        True,
        ["ML050403"],
    )
    assert "un doute est écrit" in told(place)
    certain = resolve(PlaceRequest("Mopti", "Douentza", text, pcode="ML050403"), small)
    assert (certain.pcode, certain.question) == ("ML050403", False)


def test_a_doubt_about_the_village_leaves_the_commune(small):
    place = resolve(PlaceRequest("Ségou", "Niono", "Niono", "Socoura ?"), small)
    assert (place.level, place.pcode, place.longitude, place.question) == ("commune", "ML040402", None, True)
    assert place.candidates[0].name == "Socoura"


def test_a_doubt_about_the_cercle_or_region_leaves_what_is_above_it(small):
    place = resolve(PlaceRequest("Mopti", "Douentza ?"), small)
    assert (place.level, place.pcode, place.question, offered(place)) == ("region", "ML05", True, ["ML0504"])
    place = resolve(PlaceRequest("Mopti (à vérifier)"), small)
    assert (place.level, place.question, offered(place)) == ("aucun", True, ["ML05"])
    place = resolve(PlaceRequest("Mopti", "Douentza ?", "Hombori"), small)  # the commune bears it out
    assert (place.pcode, place.question) == ("ML050403", False)
    assert "« Douentza ? » : un doute est écrit" in told(place)


def test_the_communes_own_name_beside_its_village_is_read_past(small):
    for text in ("Niono/Socoura", "Socoura (Niono)", "Niono - Socoura"):
        place = resolve(PlaceRequest("Ségou", "Niono", "Niono", text), small)
        assert (place.pcode, place.question) == ("ML040402", False)
        assert place.locality in ("Socoura", "Niono Socoura")


def test_a_bare_code_of_two_vintages_is_settled_by_the_village_beside_it(small):
    # ML040402 is Niono today, Dogofry in 2015: Socoura is a village of Niono.
    assert resolve(PlaceRequest("Ségou", None, None, None, "ML040402"), small).question
    place = resolve(PlaceRequest("Ségou", None, None, "Socoura", "ML040402"), small)
    assert (place.level, place.pcode, place.locality, place.question) == (
        "localite",
        "ML040402",
        "Socoura",
        False,
    )


def test_a_letter_lost_to_an_encoding_is_no_doubt(small):
    place = resolve(PlaceRequest("S?gou", "S?gou", "S?gou"), small)
    assert "un doute est écrit" not in told(place)


@pytest.mark.parametrize(
    "text", ["N/A", "#N/A", "ND", "non précisé", "Inconnue", "-", "?", "…", "néant", "0", "XXX"]
)
def test_words_for_nothing_are_nothing(small, text):
    place = resolve(PlaceRequest("Mopti", "Douentza", text, text), small)
    assert (place.level, place.pcode, place.question) == ("cercle", "ML0504", False)
    assert f"« {text} » dans la colonne commune : pas de nom" in told(place)
    place = resolve(PlaceRequest(text, "Douentza", "Hombori"), small)
    assert (place.pcode, place.question) == ("ML050403", False)


@pytest.mark.parametrize(
    "text",
    ["Cne Hombori", "Cne. Urb. Hombori", "C/R Hombori", "C.R. de Hombori", "Com. rur. Hombori", "Mairie de  Hombori",
     "HOMBORI.", "Hombori*", "=Hombori", "H O M B O R I", "Hombori (chef-lieu)", "Hom-\nbori", "Hombori commune"],
)  # fmt: skip
def test_abbreviations_and_ornaments_are_read_through(small, text):
    place = resolve(PlaceRequest("Mopti", "Douentza", text), small)
    assert (place.pcode, place.question) == ("ML050403", False)


@pytest.mark.parametrize(
    "cells",
    [("Douentza", "Mopti", "Hombori"), ("Hombori", "Douentza", "Mopti"), ("Douentza", "Hombori", "Mopti"),
     ("Hombori", "Mopti", "Douentza"), ("Mopti", "Hombori", "Douentza")],
)  # fmt: skip
def test_columns_out_of_order_are_put_in_order_or_asked(small, cells):
    place = resolve(PlaceRequest(*cells), small)
    assert (
        "contradiction : colonnes dans le désordre, lues région Mopti, cercle Douentza, commune Hombori"
        in told(place)
    )
    if place.question:  # Douentza is a commune as well: as written the row makes sense too
        assert cells[2] == "Douentza"
        assert offered(place) == ["ML050403", "ML050401"]
    else:
        assert place.pcode == "ML050403"


def test_columns_that_make_sense_both_ways_are_asked(small):
    place = resolve(PlaceRequest("Ségou", "Dogofry", "Ségou"), small)
    assert (place.level, place.pcode, place.question) == ("cercle", "ML0406", True)
    assert offered(place) == ["ML040602", "ML040601"]


def test_village_and_commune_in_each_others_column_are_found_and_told(small):
    place = resolve(PlaceRequest("Ségou", "Niono", "Socoura", "Niono"), small)
    assert (place.level, place.locality, place.pcode, place.question) == (
        "localite",
        "Socoura",
        "ML040402",
        False,
    )
    assert "contradiction : « Socoura » dans la colonne commune est un village de Niono" in told(place)


def test_an_unknown_village_in_the_commune_column_is_asked_with_the_commune_beside_it(small):
    place = resolve(PlaceRequest("Mopti", "Douentza", "Emalin", "Gandamia"), small)
    assert (place.pcode, place.question, offered(place)[0]) == ("ML0504", True, "ML050402")
    assert place.candidates[0].reason.startswith("commune nommée dans la colonne village")


@pytest.mark.parametrize(
    "text", ["ML050403 Hombori", "Hombori [ML050403]", "Hombori - MLI050403", "Hombori (ml 050403)"]
)
def test_a_code_beside_the_name_in_its_cell_is_read(small, text):
    place = resolve(PlaceRequest("Mopti", "Douentza", text), small)
    assert (place.pcode, place.question) == ("ML050403", False)
    assert "dans la colonne commune" in told(place)


def test_codes_in_the_columns_of_names(small):
    place = resolve(PlaceRequest("ML05", "Douentza", "Hombori"), small)
    assert (place.pcode, place.question) == ("ML050403", False)
    place = resolve(
        PlaceRequest("Mopti", "ML0504", "Hombori"), small
    )  # a cercle's code depends on the division
    assert (place.pcode, place.question) == ("ML050403", False)
    assert "codes de cercle changent d’un découpage à l’autre" in told(place)


@pytest.mark.parametrize(
    "request_",
    [
        PlaceRequest("Mopti;Douentza;Hombori"),
        PlaceRequest("Mopti / Douentza / Hombori"),
        PlaceRequest("Mopti - Douentza - Hombori"),
        PlaceRequest("Mopti", "Douentza, Hombori"),
        PlaceRequest("Mopti", "Gandamia"),
    ],
)
def test_names_of_several_columns_in_one_cell_are_spread(small, request_):
    place = resolve(request_, small)
    expected = "ML050402" if request_.cercle == "Gandamia" else "ML050403"
    assert (place.pcode, place.question) == (expected, False)
    assert place.evidence


def test_two_cercles_in_one_cell_are_not_a_cercle_and_a_commune(small):
    place = resolve(PlaceRequest("Mopti", "Douentza/Bandiagara"), small)
    assert (place.level, place.pcode, place.question) == ("region", "ML05", True)


def test_a_cercle_in_the_region_column_stands_for_both(small):
    place = resolve(PlaceRequest("Bourem", None, None), small)
    assert (place.level, place.pcode, place.question) == ("cercle", "ML0702", False)
    assert "« Bourem » dans la colonne région est un cercle" in told(place)


def test_a_homonym_is_settled_by_the_code_or_the_point_beside_it(small):
    for known in ({"pcode": "ML070201"}, {"longitude": -3.75, "latitude": 15.25}):
        place = resolve(PlaceRequest(None, None, "Bamba", **known), small)
        assert (place.pcode, place.question) == ("ML070201", False)
        assert "plusieurs communes portent le nom « Bamba »" in told(place)
    # A name that is not that commune's is not: the code may be a neighbouring cell's.
    place = resolve(PlaceRequest(None, None, "Bamba", longitude=-3.75, latitude=14.25), small)
    assert place.question


def test_the_code_of_another_cercle_is_told(small):
    place = resolve(PlaceRequest("Mopti", "Douentza", "Hombori", pcode="ML0501"), small)
    assert (place.pcode, place.question) == ("ML050403", False)
    assert "contradiction : P-code ML0501 : cercle de Bandiagara ; les noms disent Hombori" in told(place)
    assert told(resolve(PlaceRequest("Mopti", "Douentza", "Hombori", pcode="ML0504"), small)) == ""


def test_digits_of_another_script_are_digits(small):
    place = resolve(PlaceRequest("Mopti", "Douentza", "Hombori", pcode="٠٥٠٤٠٣"), small)
    assert "P-code « ٠٥٠٤٠٣ » lu ML050403" in told(place)


def test_a_cercle_in_brackets_that_contradicts_the_one_written_is_told(small):
    place = resolve(PlaceRequest("Mopti", "Douentza", "Hombori (Bandiagara)"), small)
    assert place.pcode == "ML050403"
    assert "« Bandiagara » dans « Hombori (Bandiagara) » n’est pas le cercle écrit" in told(place)
