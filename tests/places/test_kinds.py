"""Whole kinds of rows over every commune and every village of the mirror: read right or asked, never wrong in silence."""

import csv
import random

import pytest

from pipeline.geography.divisions import division, lineage
from pipeline.places import PlaceRequest, resolve, resolve_rows
from pipeline.places.names import name_of
from tests.conftest import PROJECT

CASES = PROJECT.parent / "shared" / "cases" / "places"


@pytest.fixture(scope="module")
def communes(mali):
    """Every commune with its region and its cercle."""
    return [
        (area, mali.regions[area.region_pcode], mali.cercles[area.cercle_pcode])
        for area in mali.communes.values()
    ]


@pytest.fixture(scope="module")
def villages(mali):
    """Every village whose record and polygon are known, with its recorded commune's region and cercle."""
    found = []
    for village in mali.villages:
        commune = mali.communes.get(village.recorded)
        if commune and village.commune:
            found.append((village, mali.regions[commune.region_pcode], mali.cercles[commune.cercle_pcode]))
    return found


def sure(place):
    return place.commune_pcode if not place.question else ""


def wrong(rows, gazetteer):
    """The rows placed without a question in a commune that is not among the right ones."""
    places = [(request, right, resolve(request, gazetteer)) for request, right in rows]
    return [
        (request.as_written, place.name)
        for request, right, place in places
        if sure(place) and sure(place) not in right
    ]


def test_no_cercle_of_2025_becomes_a_commune(mali):
    new = division("2025")
    rows = 0
    for unit in new.level("cercle"):
        region = new.region(unit.code)
        for written in (PlaceRequest(region.name, unit.name), PlaceRequest(None, unit.name)):
            rows += 1
            place = resolve(written, mali)
            assert place.commune_pcode == "", (written, place)
    assert rows == 320


def test_names_of_2025_lead_to_the_commune_or_ask_and_stand_within_the_old_area(mali):
    new = division("2025")
    right = asked = 0
    for code, line in lineage().lines.items():
        commune = mali.communes[code]
        request = PlaceRequest(new.region(line.cercle).name, new.unit(line.cercle).name, commune.name)
        place = resolve(request, mali)
        assert sure(place) in ("", code), (request, place)
        right += sure(place) == code
        bare = resolve(PlaceRequest(request.region, request.cercle), mali)
        if line.certainty == "sûr" and bare.region_pcode:
            assert bare.region_pcode == commune.region_pcode
            assert bare.cercle_pcode in ("", commune.cercle_pcode)
        asked += place.question
    assert right >= 690
    assert asked <= 11


def test_a_clean_region_and_cercle_are_never_left(mali, communes, villages):
    chance = random.Random(13)
    for village, region, cercle in chance.sample(villages, 400):
        other = chance.choice(communes)[0]
        foreign = {
            "commune": other.name, "localite": village.name, "pcode": other.pcode,
            "latitude": village.latitude, "longitude": village.longitude,
        }  # fmt: skip
        _area, region, cercle = chance.choice(communes)
        for columns in (("localite",), ("commune",), ("pcode",), ("latitude", "longitude"), tuple(foreign)):
            place = resolve(PlaceRequest(region.name, cercle.name, **{c: foreign[c] for c in columns}), mali)
            if sure(place):
                assert mali.holds(cercle, mali.communes[place.commune_pcode]), (cercle.name, foreign, place)
            elif not place.question:
                assert place.region_pcode == region.pcode


def test_every_village_is_read_in_its_cercle_or_asked(mali, villages):
    rows = [
        (PlaceRequest(region.name, cercle.name, None, village.name), {village.commune, village.recorded})
        for village, region, cercle in villages
    ]
    # Two entries of one name, one of them mapped elsewhere: nothing tells which one is written.
    assert len(wrong(rows, mali)) <= len(rows) / 5000


def test_a_village_of_two_cercles_stays_in_the_one_that_is_written(mali, villages):
    across = [
        (village, region, cercle)
        for village, region, cercle in villages
        if mali.communes[village.commune].cercle_pcode != cercle.pcode
    ]
    assert len(across) == 436
    for village, region, cercle in across:
        drawn = mali.communes[village.commune]
        other = mali.cercles[drawn.cercle_pcode]
        assert sure(resolve(PlaceRequest(region.name, cercle.name, None, village.name), mali)) in (
            "",
            village.recorded,
        )
        for columns in ({"localite": village.name}, {"commune": village.name}):
            request = PlaceRequest(mali.regions[other.region_pcode].name, other.name, **columns)
            place = resolve(request, mali)
            assert not sure(place) or mali.communes[place.commune_pcode].cercle_pcode == other.pcode
        if name_of(village.name).sound != name_of(region.name).sound:  # the seat of the region is meant
            assert not sure(resolve(PlaceRequest(region.name, None, None, village.name), mali))


def test_cercle_and_commune_swapped_and_misspelt_are_right_or_asked(mali, communes):
    chance = random.Random(14)
    rows = [
        (PlaceRequest(region.name, slipped(area.name, chance), cercle.name), {area.pcode})
        for area, region, cercle in communes
        if area.name != cercle.name
    ]
    assert wrong(rows, mali) == []


def test_one_letter_changed_is_read_in_the_cercle_or_asked_seldom(mali, communes):
    chance = random.Random(15)
    asked = 0
    for area, region, cercle in communes:
        text = changed(area.name, chance)
        place = resolve(PlaceRequest(region.name, cercle.name, text), mali)
        assert sure(place) in ("", area.pcode) or text.lower() in names_within(mali, cercle), (
            text,
            area.name,
            place,
        )
        asked += place.question
    assert asked <= 0.2 * len(communes)


def names_within(mali, cercle):
    """What a slip may turn a name into: the very name of another place of the cercle."""
    found = {s.text.lower() for area in mali.communes_of[cercle.pcode] for s in area.spellings}
    return found | {village.name.lower() for village in mali.villages_of[cercle.pcode]}


def test_region_and_cercle_that_contradict_with_a_namesake_in_each_are_asked(mali, communes):
    named = {}
    for area, region, cercle in communes:
        named.setdefault(area.name.lower(), []).append((area, region, cercle))
    pairs = 0
    for same in named.values():
        for area, region, _ in same:
            for _other, elsewhere, cercle in same:
                if elsewhere is not region:
                    pairs += 1
                    place = resolve(PlaceRequest(region.name, cercle.name, area.name), mali)
                    assert not sure(place), (region.name, cercle.name, area.name)
    assert pairs > 10


def test_a_seat_stands_for_its_commune_where_nothing_contradicts(mali):
    seats = [v for v in mali.villages if v.chef_lieu and v.recorded in mali.communes]
    assert len(seats) > 600
    placed = 0
    for village in seats:
        commune = mali.communes[village.recorded]
        region, cercle = mali.regions[commune.region_pcode], mali.cercles[commune.cercle_pcode]
        place = resolve(PlaceRequest(region.name, cercle.name, village.name), mali)
        placed += sure(place) == commune.pcode
    assert placed >= 0.95 * len(seats)


def test_the_seat_of_the_cercle_or_region_written_is_no_question(mali, communes):
    for area, region, cercle in communes:
        if area.name == cercle.name == region.name:
            for request in (
                PlaceRequest(region.name, None, None, region.name),
                PlaceRequest(region.name, cercle.name, None, cercle.name),
                PlaceRequest(region.name, cercle.name, area.name, area.name),
            ):
                place = resolve(request, mali)
                assert (sure(place), place.question) == (area.pcode, False), request


def slipped(text, chance):
    """One letter changed, dropped or added."""
    at = chance.randrange(len(text))
    kind = chance.choice("cda")
    letter = chance.choice("abdefgiklmnorstuwy")
    return text[:at] + ("" if kind == "d" else letter) + text[at + (kind != "a") :]


def changed(text, chance):
    """One letter changed into another."""
    letters = [at for at, letter in enumerate(text) if letter.isalpha()]
    at = chance.choice(letters)
    others = [letter for letter in "abdefgiklmnorstuwy" if letter != text[at].lower()]
    return text[:at] + chance.choice(others) + text[at + 1 :]


RIGHT = {
    # id -> communes that are right; "?" a question is right; a cercle or region where no commune is.
    "H00000": {"ML04", "?"}, "H00001": {"ML0406"}, "H00002": {"ML0501"}, "H00003": {"ML010315"},
    "H00004": {"ML010403"}, "H00005": {"ML050212"}, "H00006": {"ML050513", "?"}, "H00007": {"ML010209", "?"},
    "H00008": {"ML050513", "?"}, "H00009": {"?"}, "H00010": {"?"}, "H00011": {"?"}, "H00012": {"?"},
    "H00013": {"ML020103", "?"}, "H00014": {"ML020506", "?"}, "H00015": {"ML010315", "?"}, "H00016": {"?"},
    "H00017": {"?"}, "H00018": {"ML050801"}, "H00019": {"ML030511"}, "H00020": {"ML010610"},
    "H00021": {"ML010610"}, "H00022": {"ML070201"}, "H00023": {"ML100101"}, "H00024": {"ML070303"},
    "H00025": {"ML020211"},
}  # fmt: skip


def case(name):
    import pandas as pd

    path = CASES / name
    if not path.is_file():
        pytest.skip(f"no cases at {path}")
    with path.open(encoding="utf-8", newline="") as stream:
        rows = [{k: v or None for k, v in row.items()} for row in csv.DictReader(stream)]
    return pd.DataFrame(rows)


def test_the_silent_cases_are_right_or_asked(mali):
    rows = case("silent_cases_incidents.csv")
    places = dict(zip(rows["id"], resolve_rows(rows, mali), strict=True))
    told = {name: "?" if place.question else place.pcode for name, place in places.items()}
    assert {name: told[name] for name in RIGHT if told[name] not in RIGHT[name]} == {}


def test_points_taken_at_the_office_are_asked_at_the_cercle_written(mali):
    rows = case("gps_other_region_incidents.csv")
    for place in resolve_rows(rows, mali):
        assert (place.level, place.pcode, place.question) == ("cercle", "ML0701", True)
        assert any("Bamako" in text for text in place.evidence)


def test_rows_written_since_the_law_of_2023_are_told_in_both_divisions(mali):
    rows = case("incidents_new_division.csv")
    places = dict(zip(rows["id"], resolve_rows(rows, mali), strict=True))
    for name in ("N10", "N11", "N14", "N26"):
        assert places[name].question, name
    for name in ("N9", "N10", "N11", "N12", "N13", "N14", "N25", "N26", "N27", "N28"):
        assert any("P-code" in text and "découpage de 2025" in text for text in places[name].evidence), name
    for name in ("N9", "N12", "N28"):
        assert not places[name].commune_pcode, name
    expected = {"N4": "ML050409", "N16": "ML060405", "N17": "ML070204", "N21": "ML050118", "N22": "ML050203"}
    assert {name: places[name].pcode for name in expected} == expected


def test_a_point_a_little_outside_the_cercle_is_admitted_at_the_cercle(mali):
    found = 0
    for village in mali.villages[::40]:
        commune = mali.communes.get(village.commune)
        if commune is None:
            continue
        for neighbour in mali.neighbours(commune.pcode):
            other = mali.communes[neighbour]
            away = mali.kilometres(neighbour, village.longitude, village.latitude)
            if other.cercle_pcode != commune.cercle_pcode and away < 4:
                found += 1
                cercle = mali.cercles[other.cercle_pcode]
                place = resolve(
                    PlaceRequest(
                        mali.regions[other.region_pcode].name, cercle.name,
                        latitude=village.latitude, longitude=village.longitude,
                    ),
                    mali,
                )  # fmt: skip
                assert (place.level, place.pcode, place.question) == ("cercle", cercle.pcode, False)
                assert any("admises" in text for text in place.evidence)
                break
    assert found > 10
