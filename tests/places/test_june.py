"""The six movements of the report of June 2021 through the real pipeline: the inputs shipped, read, placed, written
into revue/ and drawn on annex 2."""

import csv

import pytest

from pipeline.annexes.model import Symbols, Zones
from pipeline.french import Month
from pipeline.month_data import read_month
from pipeline.runner import Order, specify, stage_of, write_review_folder


@pytest.fixture(scope="module")
def june(project, mirror_country):
    return read_month(project / "inputs", Month(2021, 6), mirror_country)


@pytest.fixture(scope="module")
def review(june, tmp_path_factory):
    folder = tmp_path_factory.mktemp("revue")
    write_review_folder(june, june.gazetteer, folder)
    return folder


def lines(path):
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream, delimiter=";"))


def movements(june):
    """Locality as written -> place of the movement from it."""
    (alerts,) = [
        p for p in june.placed if p.table.name == "alertes_flash" and p.table.month == Month(2021, 6)
    ]
    rows = zip(alerts.table.rows["evenement"], alerts.table.rows["localite"], alerts.places, strict=True)
    return {locality: place for event, locality, place in rows if event == "mouvement"}


@pytest.mark.parametrize(
    ("written", "village", "commune", "noted"),
    [
        ("Mogui", "Mougui", "ML050412", "village « Mogui » lu « Mougui »"),
        ("Kaoubouki", "Kaoubouki", "ML050613", "village « Kaoubouki » : « Kaoubouki ou N'Gaperg » au répertoire"),
        ("Kouna-Daga", "Kouna", "ML050613", "« Kouna-Daga » : campement, placé au village dont il porte le nom, Kouna"),
        ("Lerneb", "Lerneb", "ML060214",
         "contradiction : « Lerneb » dans la colonne commune est un village ; commune corrigée en Tilemsi"),
    ],
)  # fmt: skip
def test_four_movements_stand_at_their_villages_with_their_spelling_noted(
    june, review, written, village, commune, noted
):
    place = movements(june)[written]
    assert (place.level, place.locality, place.pcode, place.question) == ("localite", village, commune, False)
    assert (place.longitude, place.latitude) != (None, None)
    trail = [line for line in lines(review / "lieux-resolus.csv") if line["ecrit"].endswith(f"> {written}")]
    assert trail
    assert all((line["nom"], line["pcode"]) == (village, commune) and noted in line["note"] for line in trail)


def test_the_other_two_are_questions_and_nantimore_has_its_candidate(june, review):
    assert [(p.level, p.pcode, p.question) for n, p in movements(june).items() if n[0] in "EN"] == [
        ("cercle", "ML1001", True),
        ("cercle", "ML0503", True),
    ]
    asked = {line["localite"]: line for line in lines(review / "lieux-a-verifier.csv")}
    assert asked["Nantimore"]["candidat_1"] == "Meou-Nantinore"
    assert asked["Nantimore"]["code_1"] == "ML050306"
    assert asked["Emalintaghasste"]["commune"] == "Inhinta"
    assert asked["Emalintaghasste"]["place_a"] == "cercle Ménaka"
    assert not set(asked) & {"Mogui", "Kaoubouki", "Kouna-Daga", "Lerneb"}


def test_the_questions_are_drawn_at_their_cercle_and_the_villages_at_their_points(
    june, mirror_country, tmp_path
):
    order = Order(Month(2021, 6), "interne", tmp_path, tmp_path, tmp_path, "2021-07-15", (2,))
    (alerts,) = [annex for annex in specify(stage_of(order, june, mirror_country)) if annex.number == 2]
    (symbols,) = [layer for layer in alerts.layers if isinstance(layer, Symbols)]
    (zones,) = [layer for layer in alerts.layers if isinstance(layer, Zones)]
    moved = {item.label: item for item in symbols.items if "mouvement" in dict(item.parts)}
    hatched = {(zone.level, zone.pcode) for zone in zones.items if "mouvement" in dict(zone.parts)}
    assert {label: (item.precision, item.area_pcode) for label, item in moved.items()} == {
        "Mougui, Koubéwel Koundia, cercle de Douentza": ("village", "ML050412"),
        "Lerneb, Tilemsi, cercle de Goundam": ("village", "ML060214"),
        "Kaoubouki, Sio, cercle de Mopti": ("village", "ML050613"),
        "Kouna, Sio, cercle de Mopti": ("village", "ML050613"),
    }
    assert {("cercle", "ML1001"), ("cercle", "ML0503")} <= hatched
    place = movements(june)["Mogui"]
    mougui = moved["Mougui, Koubéwel Koundia, cercle de Douentza"]
    assert (mougui.longitude, mougui.latitude) == (place.longitude, place.latitude)
