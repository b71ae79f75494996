"""Whatever is written, nothing breaks, nothing is accepted by chance, and nothing finer is claimed than is known."""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.places import Located, PlaceRequest, resolve, write_resolved, write_review
from pipeline.places.names import name_key, name_of
from pipeline.places.questions import read_answers
from pipeline.places.resolve import NOTHING

ALPHABETS = st.sampled_from(
    ["latin", "ⵜⴰⵎⴰⵣⵉⵖⵜ", "ߒߞߏ", "العربية٠١٢٣", "漢字かな", "кириллица", "😀🏚️", " '\"=+-@\t\n\x00;,/()[]&?"]
)
REAL = st.sampled_from(
    ("Mopti", "Gao", "Ségou", "Douentza", "Hombori", "Bamba", "Boni", "Dogofry", "ML050403", "MLI070201", "50403", "ML05")
)  # fmt: skip
JOINED = st.builds(
    "{}{}{}".format, REAL, st.sampled_from((" ", "/", ", ", " et ", " - ", " (", ";", " ? ", "\n")), REAL
)
TEXT = st.one_of(
    st.none(),
    st.text(max_size=60),
    ALPHABETS.flatmap(lambda letters: st.text(alphabet=letters, max_size=30)),
    st.sampled_from(
        ["", " ", "I", "l", "1", "C.U.", "commune de", "N/A", "#REF!", "?", "Sio" * 3334, "x" * 10_000]
    ),
    REAL,
    JOINED,
)
NUMBER = st.one_of(st.none(), st.floats(allow_nan=True, allow_infinity=True))
REQUEST = st.builds(PlaceRequest, TEXT, TEXT, TEXT, TEXT, TEXT, NUMBER, NUMBER)
CONSONANTS = ("b", "d", "dj", "f", "g", "gn", "k", "l", "m", "n", "nd", "ng", "r", "s", "t", "w", "y")
SYLLABLES = [consonant + vowel for consonant in CONSONANTS for vowel in ("a", "e", "i", "o", "ou")]
FEW = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def sounds(gazetteer, place):
    """The sounds of the names of the place that was believed: of its commune, and of its village."""
    commune = gazetteer.communes[place.commune_pcode]
    return {spelling.sound for spelling in commune.spellings} | {name_of(place.locality).sound}


@FEW
@given(request_=REQUEST)
def test_any_row_becomes_a_place_or_a_question(small, request_):
    place = resolve(request_, small)
    assert place.level in ("localite", "commune", "cercle", "region", "aucun")
    assert place == resolve(request_, small)
    codes = [place.region_pcode, place.cercle_pcode, place.commune_pcode]
    depth = {"aucun": 0, "region": 1, "cercle": 2, "commune": 3, "localite": 3}[place.level]
    assert [bool(code) for code in codes] == [True] * depth + [False] * (3 - depth)
    assert place.pcode == (codes[depth - 1] if depth else "")
    assert all(code.startswith(place.region_pcode) for code in codes[:depth])
    assert not place.candidates or place.question


@FEW
@given(request_=REQUEST)
def test_any_row_stands_at_a_cercle_or_nowhere_without_communes(tiles, request_):
    place = resolve(request_, tiles)
    assert place.level in ("cercle", "region", "aucun")
    assert place.level == "aucun" or place.pcode in {*tiles.cercles, *tiles.regions}


@settings(FEW, max_examples=40)
@given(requests=st.lists(REQUEST.map(PlaceRequest.cleaned), min_size=1, max_size=6))
def test_any_question_can_be_written_and_read_back(small, tmp_path, requests):
    """Any that a table can bring: its texts are trimmed and blank ones are none (`resolve.distinct`)."""
    items = [Located("incidents", "2021-06", str(i), r, resolve(r, small)) for i, r in enumerate(requests)]
    path = tmp_path / "lieux-a-verifier.csv"
    asked = write_review(items, path, small)
    write_resolved(items, tmp_path / "lieux-resolus.csv")
    # A question that has no name, only coordinates, has nothing to answer until a decision stands in its line.
    nameless = sum(not any((r.region, r.cercle, r.commune, r.localite, r.pcode)) for r in requests)
    for written in (path, path.with_suffix(".xlsx")):
        assert asked - nameless <= len(read_answers(written)) <= asked
    assert len(read_answers(path)) == len(read_answers(path.with_suffix(".xlsx")))


@FEW
@given(
    text=st.one_of(
        st.text(max_size=200),
        st.text(alphabet="abcdefghijklmnoprstuwyzéèïô' -", min_size=2, max_size=20),
        st.lists(st.sampled_from(SYLLABLES), min_size=2, max_size=4).map("".join),
    ).filter(lambda text: len(name_key(text)) != 0)
)
def test_random_text_is_not_accepted_by_chance(small, text):
    """What is accepted sounds as the place does: a merely similar spelling never comes by chance."""
    written = name_of(text)
    for request in (
        PlaceRequest(commune=text),
        PlaceRequest("Mopti", None, text),
        PlaceRequest("Mopti", "Douentza", text),
        PlaceRequest("Mopti", "Douentza", None, text),
        PlaceRequest(text, text, text, text, text),
    ):
        place = resolve(request, small)
        # "CU" has no name to sound like: the rule says which commune it is.
        if place.method == "commune urbaine":
            assert request.cercle
        elif place.commune_pcode and not place.question:
            assert written.sound in sounds(small, place)
        elif request.commune and not request.localite and not place.commune_pcode:
            areas = (*small.regions.values(), *small.cercles.values())
            known = {s.sound for area in areas for s in area.spellings}
            assert place.question or written.sound in known or name_key(text) in NOTHING


@pytest.mark.parametrize("scope", ["cercle", "region", "pays", "village"])
def test_names_made_of_malian_syllables_are_accepted_only_where_they_exist(mali, scope):
    chance = random.Random(scope)
    cercles = sorted(mali.cercles.values(), key=lambda area: area.pcode)
    accepted = 0
    for _ in range(800):
        text = "".join(chance.choice(SYLLABLES) for _ in range(chance.randint(2, 4))).capitalize()
        cercle = chance.choice(cercles)
        region, commune = (
            mali.regions[cercle.region_pcode].name,
            chance.choice(mali.communes_of[cercle.pcode]).name,
        )
        request = {
            "cercle": PlaceRequest(region, cercle.name, text),
            "region": PlaceRequest(region, None, text),
            "pays": PlaceRequest(None, None, text),
            "village": PlaceRequest(region, cercle.name, commune, text),
        }[scope]
        place = resolve(request, mali)
        if place.level == "localite" or (place.level == "commune" and scope != "village"):
            accepted += 1
            assert name_of(text).sound in sounds(mali, place), (text, place)
    assert accepted <= 16  # a name of two syllables is sometimes that of a commune: 1 in 50


@FEW
@given(text=st.text(alphabet="العربيةقرية漢字ⵜⴰⵎⴰⵣⵉⵖⵜ ", min_size=1, max_size=40))
def test_another_alphabet_names_no_commune(small, text):
    for request in (PlaceRequest("Mopti", "Douentza", text), PlaceRequest(commune=text, localite=text)):
        assert resolve(request, small).commune_pcode == ""


@FEW
@given(text=st.text(max_size=300))
def test_names_have_their_forms_whatever_they_are(text):
    name = name_of(text)
    assert name.key.isascii()
    assert name.key == name.key.lower()
    assert len(name.key) <= 4 * 120 + 60
