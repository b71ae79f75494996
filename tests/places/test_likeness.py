import pytest

from pipeline.places.names import likeness, name_of
from pipeline.places.place import COMMUNE_BARS


def like(one, other):
    return likeness(name_of(one), name_of(other))


def test_the_same_letters_are_the_whole_score():
    assert like("Sio", "SIO") == 100
    assert like("C.U.NIORO", "Nioro") == 99
    assert like("Quoniacari", "Koniakary") == 96


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Gadougou I", "GADOUGOU 2"),
        ("Dougouténé I", "Dougouténé II"),
        ("Kita Nord", "Kita Ouest"),
        ("Séféto Nord", "SEFETO OUEST"),
    ],
)
def test_another_number_or_direction_is_another_place(one, other):
    assert like(one, other) < 60


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Fangasso", "Yangasso"),
        ("Sinkolo", "Finkolo"),
        ("Fakola", "Fakolo"),
        ("Lafia", "Alafia"),
        ("Kendé", "Kendié"),
        ("Pignari", "Pignari Bana"),
        ("Kita", "Kita Nord"),
        ("Finkolo", "Finkolo Ganadougou"),
    ],
)
def test_communes_that_are_only_alike_stay_under_the_bar(one, other):
    assert like(one, other) < COMMUNE_BARS["cercle"].score


@pytest.mark.parametrize(
    ("written", "official"),
    [
        ("Koumbewel Koundia", "Koubéwel Koundia"),
        ("DOUCOMBO", "Doucoumbo"),
        ("Dioungany", "Diougani"),
        ("KROUKOTO", "Kouroukoto"),
        ("Tinzawatne", "Tinzawatène"),
        ("Nioro Tougouné Rang", "Nioro Tougouné Rangaba"),
        ("Guidimakan Keri Kaffo", "Guidimakan Keri Kaff"),
    ],
)
def test_misspellings_of_one_commune_pass_the_bar(written, official):
    assert like(written, official) >= COMMUNE_BARS["cercle"].score


def test_likeness_of_nothing_is_nothing():
    assert like("", "") == 0
    assert like("漢字", "Sio") == 0
    assert like("", "Sio") == 0
