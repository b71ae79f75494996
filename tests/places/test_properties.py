"""Whatever is written, nothing breaks, nothing is accepted by chance, and nothing finer is claimed than is known."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.places import PlaceRequest, resolve
from pipeline.places.normalise import name_key, name_of

ALPHABETS = st.sampled_from(
    ["latin", "ⵜⴰⵎⴰⵣⵉⵖⵜ", "ߒߞߏ", "العربية", "漢字かな", "кириллица", "😀🏚️", " '\"=+-@\t\n\x00;,"]
)
TEXT = st.one_of(
    st.none(),
    st.text(max_size=60),
    ALPHABETS.flatmap(lambda letters: st.text(alphabet=letters, max_size=30)),
    st.sampled_from(
        ["", " ", "I", "l", "1", "C.U.", "commune de", "Sio" * 3334, "x" * 10_000, "Mopti", "Gao"]
    ),
)
NUMBER = st.one_of(st.none(), st.floats(allow_nan=True, allow_infinity=True))
REQUEST = st.builds(PlaceRequest, TEXT, TEXT, TEXT, TEXT, TEXT, NUMBER, NUMBER)
FEW = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def known(gazetteer):
    things = [*gazetteer.regions.values(), *gazetteer.cercles.values(), *gazetteer.communes.values()]
    return {s.sound for thing in (*things, *gazetteer.villages) for s in thing.spellings}


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
@given(text=st.text(max_size=200).filter(lambda text: len(name_key(text)) != 0))
def test_random_text_is_not_accepted_by_chance(small, text):
    written = name_of(text)
    for request in (
        PlaceRequest(commune=text),
        PlaceRequest("Mopti", "Douentza", text),
        PlaceRequest("Mopti", "Douentza", None, text),
    ):
        place = resolve(request, small)
        if place.commune_pcode:
            assert written.sound in known(small) or place.score >= 80
            assert written.base
        elif request.localite is None:
            assert place.question or written.sound in known(small)


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
