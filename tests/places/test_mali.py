"""The real country: what the June 2021 report names, and the development list."""

import random
from collections import Counter

import pytest

from pipeline.places import PlaceRequest, resolve
from pipeline.places.names import name_of
from tests.conftest import PROJECT
from tools.calibration import trials
from tools.calibration.adminlevel import answers

LIST = PROJECT.parent / "shared" / "matching" / "commune_names_dev.csv"


def told(place):
    return " ; ".join(place.evidence)


@pytest.mark.parametrize(
    ("request_", "village", "commune", "note"),
    [
        (
            PlaceRequest("Mopti", "Douentza", "Koumbewel Koundia", "Mogui"),
            "Mougui",
            "ML050412",
            "« Mogui » lu « Mougui »",
        ),
        (
            PlaceRequest("Mopti", "Mopti", "Sio", "Kaoubouki"),
            "Kaoubouki",
            "ML050613",
            "Kaoubouki ou N'Gaperg",
        ),
        (PlaceRequest("Mopti", "Mopti", "Sio", "Kouna"), "Kouna", "ML050613", ""),
        (PlaceRequest("Mopti", "Mopti", "Sio", "Kouna-Daga"), "Kouna", "ML050613", "campement"),
        (PlaceRequest("Tombouctou", "Goundam", "Lerneb", "Lerneb"), "Lerneb", "ML060214", "contradiction"),
        (
            PlaceRequest("Tombouctou", "Goundam", "Lerneb"),
            "Lerneb",
            "ML060214",
            "commune corrigée en Tilemsi",
        ),
    ],
)
def test_the_reports_movements_stand_at_their_villages(mali, request_, village, commune, note):
    place = resolve(request_, mali)
    assert (place.level, place.locality, place.pcode) == ("localite", village, commune)
    assert place.longitude is not None
    assert note in told(place)
    assert not place.question


def test_nantimore_is_a_question_with_its_candidate(mali):
    for commune, level, pcode in (("Kewa", "commune", "ML050306"), (None, "cercle", "ML0503")):
        place = resolve(PlaceRequest("Mopti", "Djenné", commune, "Nantimore"), mali)
        assert (place.level, place.pcode, place.question) == (level, pcode, True)
        assert place.candidates[0].name == "Meou-Nantinore"


def test_emalintaghasste_and_inhinta_are_questions_at_the_cercle_of_menaka(mali):
    place = resolve(PlaceRequest("Ménaka", "Ménaka", "Inhinta", "Emalintaghasste"), mali)
    assert (place.level, place.pcode, place.question) == ("cercle", "ML1001", True)
    before_2016 = resolve(PlaceRequest("Gao", "Menaka", "Inhinta", "Emalintaghasste"), mali)
    assert (before_2016.pcode, before_2016.question) == ("ML1001", True)


@pytest.mark.parametrize(
    ("request_", "pcode"),
    [
        (PlaceRequest("Gao", "Menaka", "Inekar"), "ML100301"),
        (PlaceRequest("Gao", None, "Ménaka"), "ML100101"),
        (PlaceRequest("Taoudénit", "Tombouctou", "Salam"), "ML060505"),
        (PlaceRequest("Bandiagara", "Koro", "Bamba"), "ML050501"),
        (PlaceRequest("Nioro du Sahel", "Nioro", "C.U.NIORO"), "ML010610"),
        (PlaceRequest("Tombouctou", "Ghourma-Rharous", "Gossi"), "ML060303"),
        (PlaceRequest("Mopti", "Djenne", "C.U. 5"), "ML050303"),
        (PlaceRequest("Bamako", "Bamako", "Commune V"), "ML090105"),
        (PlaceRequest("Gao", "Bourem", "BAMBA ll"), "ML070201"),
    ],
)
def test_names_of_other_divisions_and_registers(mali, request_, pcode):
    place = resolve(request_, mali)
    assert (place.pcode, place.question) == (pcode, False)


def test_a_2015_code_never_names_the_commune_it_means_today(mali):
    colliding = [
        (code, old) for code, old in mali.old_codes.items() if code in mali.communes and old.pcode != code
    ]
    assert len(colliding) > 400
    for code, old in colliding[::25]:
        area = mali.communes[old.pcode]
        region, cercle = mali.regions[area.region_pcode].name, mali.cercles[area.cercle_pcode].name
        assert resolve(PlaceRequest(region, cercle, old.name, pcode=code), mali).pcode == old.pcode


@pytest.fixture(scope="module")
def names():
    if not LIST.is_file():
        pytest.skip(f"no development list at {LIST}")
    return trials.read(LIST)


@pytest.mark.parametrize(("scope", "least"), [("cercle", 0.985), ("region", 0.95), ("pays", 0.90)])
def test_the_development_list_is_matched_and_never_wrong(mali, names, scope, least):
    places = [(written, resolve(written.request(scope), mali)) for written in names]
    accepted = [(written, place) for written, place in places if place.commune_pcode]
    assert [written for written, place in accepted if place.commune_pcode != written.pcode] == []
    assert len(accepted) >= least * len(names)


@pytest.fixture(scope="module")
def risky(mali, names):
    """The names that another commune of the country resembles, and some others."""
    known = mali.index("commune", "")
    near = {w for w in names if len([h for h in known.search(name_of(w.commune), 3) if h.score >= 84]) > 1}
    assert len(near) > 100
    some = random.Random(1).sample(sorted({written.pcode for written in names}), 20)
    return [written for written in names if written in near or written.pcode in some]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("take_out", "tolerated"), [(trials.missing_from_boundaries, 0), (trials.missing_everywhere, 1 / 500)]
)
def test_a_missing_commune_is_not_given_to_another(mali, names, risky, take_out, tolerated):
    wrong = Counter(
        scope
        for written, without in trials.removed(risky, mali, take_out)
        for scope in trials.SCOPES
        if resolve(written.request(scope), without).commune_pcode
    )
    assert all(wrong[scope] <= tolerated * len(names) for scope in trials.SCOPES), wrong


def test_the_public_matcher_is_wrong_where_this_one_asks(mali, names):
    some = random.Random(2).sample(names, 80)
    for scope in trials.SCOPES:
        theirs = [code for _, code in answers(some, scope, mali, take_out=True) if code]
        assert len(theirs) >= 5  # it answers, and its own list lacks the commune: all of these are wrong
        present = [code == written.pcode for written, code in answers(some, scope, mali, take_out=False)]
        assert sum(present) > 70  # the trial is fair: with the commune there, it is right
