"""Values of a row: what is understood, what is refused, what is told."""

import math
from datetime import date

import pytest

from pipeline.french import Month
from pipeline.records import values as lists
from pipeline.records.tables import OTHER_MONTH
from pipeline.records.values import CHOICE_WORDINGS, NotADate, read_date, read_month, read_position
from pipeline.taxonomy import AGES, ALERT_TYPES, AUTHORS, CATEGORIES, SEXES, SITES, STATUSES, TIMES
from tests.records.conftest import INCIDENT, only


@pytest.mark.parametrize(
    "text",
    ["2021-06-14", "14/06/2021", "14-6-2021", "14.06.21", "2021/06/14", "20210614", "44361", "44361.58", "14 juin 2021",
     "lundi 14 juin 2021", "14-juin-21", "14-Jun-2021", "2021-06-14T23:59:00.000+00:00", "14/06/2021 10:30"],
)  # fmt: skip
def test_ways_to_write_a_day(text):
    assert read_date(text) == date(2021, 6, 14)


def test_french_order_always():
    assert read_date("05/06/2021") == date(2021, 6, 5)
    assert read_date("1er février 2021") == date(2021, 2, 1)


@pytest.mark.parametrize(
    ("text", "why"),
    [("31/02/2021", "février 2021 a 28 jours"), ("06/25/2021", "pas de mois 25"), ("hier", "n’est pas une date"),
     ("00/06/2021", "n’existe pas"), ("12345", "n’est pas une date"), ("14/06/0021", "année impossible")],
)  # fmt: skip
def test_what_is_no_day(text, why):
    with pytest.raises(NotADate) as caught:
        read_date(text)
    assert why in caught.value.why
    assert caught.value.fix


def test_the_american_order_is_explained_not_turned_round():
    with pytest.raises(NotADate) as caught:
        read_date("06/25/2021")
    assert "25/06/2021" in caught.value.fix


@pytest.mark.parametrize("text", ["2021-06", "juin 2021", "Juin", "06/2021", "2021-06-01", "6/2021"])
def test_ways_to_write_a_month(text):
    assert str(read_month(text, 2021)) == "2021-06"


@pytest.mark.parametrize(
    ("text", "key"),
    [("B", "B"), ("b.", "B"), ("Cat. F", "F"), ("Droit à la vie", "B"), ("ATTEINTE AU DROIT A LA VIE", "B"),
     ("Mouvement de population forcé", "A"), ("mouvements_de_population_forces", "A"),
     ("Atteintes à l’intégrité physique et/ou psychique", "C"), ("D - Liberté et sécurité", "D"),
     ("Right to property", "E"), ("Accès aux services de base", "F")],
)  # fmt: skip
def test_wordings_of_categories(text, key):
    assert lists.find_category(text) == key


@pytest.mark.parametrize("text", ["G", "Droit", "Mouvement", "B. Droit à la propriété", "vie", "AB", ""])
def test_a_category_is_never_guessed(text):
    assert lists.find_category(text) is None


def test_a_category_that_is_near_none_is_not_said_to_be_near_them_all():
    assert "la plus proche" not in lists.read_category("Z")[1].fix
    assert "la plus proche" in lists.read_category("Atteintes au droit à la propreté du village")[1].fix


def test_every_label_of_the_taxonomy_is_understood_as_itself():
    for category in CATEGORIES:
        assert lists.find_category(category.label) == lists.find_category(category.short) == category.key
        for label in category.types:
            assert lists.read_type(label.upper()) == (label, None)
    for alert in ALERT_TYPES:
        assert lists.read_event(alert.label)[0] == lists.read_event(alert.plural)[0] == alert.key
    expected = {"auteur": AUTHORS, "sexe": SEXES, "age": AGES, "statut_socioeconomique": STATUSES, "lieu": SITES,
                "tranche_horaire": TIMES}  # fmt: skip
    for column, labels in expected.items():
        assert tuple(CHOICE_WORDINGS[column]) == labels
        assert [lists.read_choice(label, column) for label in labels] == [(label, None) for label in labels]


@pytest.mark.parametrize(
    ("text", "label"),
    [("Coups, blessures et mutilations", "Coup, blessure, mutilation"),
     ("vol/extorsion/pillage", "Vol, extorsion, pillage"),
     ("Amputation et/ou détention arbitraire et illégale", "Arrestation et/ou détention arbitraire et illégale"),
     ("Déni de ressources, d'opportunités et/ou d'accès aux services sociaux de base (santé, éducation)",
      "Déni de ressources, d'opportunités et/ou d'accès aux services sociaux de base")],
)  # fmt: skip
def test_wordings_of_types(text, label):
    assert lists.read_type(text)[0] == label


@pytest.mark.parametrize(
    ("text", "key"),
    [("attaque de villages", "attaque_village"), ("Mouvement de population (transfrontalier)", "mouvement"),
     ("mouvement de population interne", "mouvement"), ("Mouvement de retour", "retour"),
     ("Menace d'attaque de village", "menace"), ("Autres violations graves", "autre")],
)  # fmt: skip
def test_wordings_of_events(text, key):
    assert lists.read_event(text)[0] == key


@pytest.mark.parametrize(
    ("column", "text", "label"),
    [("age", "34", "18-59"), ("age", "17 ans", "0-17"), ("age", "6-17", "0-17"), ("age", "60 ans et plus", "60+"),
     ("tranche_horaire", "14h30", "7h-17h"), ("tranche_horaire", "07:00", "7h-17h"),
     ("tranche_horaire", "23h", "22h-5h"),
     ("tranche_horaire", "4:59", "22h-5h"), ("tranche_horaire", "de 22 h à 5 h", "22h-5h"),
     ("tranche_horaire", "07:00-17:00", "7h-17h"), ("sexe", "F", "Femme"),
     ("auteur", "FDS", "Forces de défense et de sécurité")],
)  # fmt: skip
def test_wordings_of_optional_lists(column, text, label):
    assert lists.read_choice(text, column) == (label, None)


@pytest.mark.parametrize(
    ("column", "text"), [("age", "15-20"), ("age", "130"), ("tranche_horaire", "6h-9h"), ("sexe", "X")]
)
def test_an_unknown_optional_value_is_unknown_and_told(column, text):
    label, problem = lists.read_choice(text, column)
    assert label == "Inconnu"
    assert problem is not None
    assert not problem.refused


@pytest.mark.parametrize(
    ("latitude", "longitude", "expected"),
    [("14,5", "-4,2", (14.5, -4.2)), ("-4.2", "14.5", (14.5, -4.2)), ("14.5", "", None), ("0", "0", None),
     ("48.9", "2.3", None), ("14°30'", "4°", None), ("", "", None), ("14:30:00", "-4:00:00", None),
     ("14°75'N", "4°W", None), ("30P 562000", "1558000", None), ("4°O", "14°30'N", (14.5, -4.0))],
)  # fmt: skip
def test_positions(latitude, longitude, expected):
    lat, lon, problem = read_position(latitude, longitude)
    assert ((lat, lon) == expected) if expected else (math.isnan(lat) and math.isnan(lon))
    assert (problem is None) == ((latitude, longitude) in [("14,5", "-4,2"), ("", "")])


@pytest.mark.parametrize(
    ("latitude", "longitude", "expected"),
    [("14°30'", "4°W", (14.5, -4.0)), ("14°30'00\"N", "003°30'00\"O", (14.5, -3.5)), ("N14,5", "W4,2", (14.5, -4.2)),
     ("14.5 nord", "4.2 Ouest", (14.5, -4.2)), ("14° 30′ N", "0°30′ E", (14.5, 0.5)), ("14.5°", "-4.2°", (14.5, -4.2)),
     ("14.5, -4.2", "", (14.5, -4.2)), ("14.5N 4.2W", "14.5N 4.2W", (14.5, -4.2))],
)  # fmt: skip
def test_degrees_that_say_their_side_need_no_word(latitude, longitude, expected):
    assert read_position(latitude, longitude) == (*expected, None)


def test_a_lost_minus_sign_is_proposed_not_put_back():
    lat, _, problem = read_position("14.5", "8.2")
    assert math.isnan(lat)
    assert "-8,2" in problem.fix


@pytest.mark.parametrize(
    ("day", "words"),
    [("12/05/2021", ("12 mai 2021", "2021-05/")), ("06/07/2021", ("6 juillet 2021", "7 juin 2021"))],
)
def test_a_row_of_another_month_is_counted_apart_and_told(desk, day, words):
    table = desk.incidents({}, {"date": day}, {"id": "3"})
    assert (table.refused, table.total, len(table.rows)) == ((), 2, 2)
    assert [(one.row, one.kind) for one in table.aside] == [(3, OTHER_MONTH)]
    told = " ".join(f"{one.problem} {one.fix}" for one in table.findings)
    assert all(word in told for word in words)


@pytest.mark.parametrize(
    ("change", "column", "words"),
    [
        ({"id": ""}, "id", ("id est vide",)),
        ({"date": ""}, "date", ("date est vide",)),
        ({"date": "31/02/2021"}, "date", ("février 2021 a 28 jours",)),
        ({"categorie": ""}, "categorie", ("categorie est vide",)),
        ({"categorie": "Droit à la vye"}, "categorie", ("Droit à la vye", "Atteintes au droit à la vie")),
        ({"type": ""}, "type", ("type est vide",)),
        ({"type": "Meurtres violents"}, "type", ("pas dans la liste", "Meurtre")),
        ({"type": "Viol"}, "type", ("catégorie C", "B (Atteintes au droit à la vie)", "Assassinat")),
        ({"region": "", "cercle": "", "commune": ""}, "ligne", ("rien ne dit où",)),
    ],
)
def test_a_bad_incident_is_refused_with_its_reason_and_the_others_go_on(desk, change, column, words):
    table = desk.incidents({}, change, {"id": "3"})
    found = only(table.refused)
    assert (found.file, found.row, found.column) == ("2021-06/incidents.csv", 3, column)
    text = f"{found.problem} {found.consequence} {found.fix}"
    for word in words:
        assert word in text
    assert table.rows["id"].tolist() == ["1", "3"]
    assert table.total == 3


def test_all_problems_of_a_row_are_told_at_once(desk):
    table = desk.incidents({"id": "", "date": "31/06/2021", "categorie": "Q"})
    assert [finding.column for finding in table.findings] == ["id", "date", "categorie"]
    assert len(table.refused) == 1


def test_a_row_without_its_cercle_goes_on_and_is_told(desk):
    table = desk.incidents({"cercle": "", "commune": ""})
    assert table.rows["cercle"][0] is None
    assert not only(table.findings).refused


def test_swapped_coordinates_are_put_right_and_told(desk):
    table = desk.incidents({"latitude": "-1.70", "longitude": "15.28"})
    assert table.rows.loc[0, ["latitude", "longitude"]].tolist() == [15.28, -1.70]
    assert "échangées" in only(table.findings).problem


def test_empty_cells_are_none_in_text_and_nan_in_numbers(desk):
    row = desk.incidents({}).rows.iloc[0]
    assert row["auteur"] is None
    assert row["localite"] is None
    assert math.isnan(row["latitude"])


def test_counts_of_an_alert(desk):
    table = desk.alerts(
        {"menages": "1 350"},
        {"menages": "1.350"},
        {"menages": "-3"},
        {"personnes": "environ 50"},
        {"menages": "2e9"},
    )
    assert table.rows["menages"][0] == 1350
    assert table.rows["menages"][1:].isna().all()
    assert [finding.refused for finding in table.findings] == [False] * 4
    assert "1350" in table.findings[0].fix


def test_a_number_may_stand_with_its_unit(desk):
    told = [("67 ménages", 67), ("1 200 menages", 1200), ("12 HH", 12)]
    none = ["457 personnes", "environ 60", "60-70 ménages", "67 ménages 400"]
    table = desk.alerts(*({"menages": text} for text in (*(text for text, _ in told), *none)))
    assert table.rows["menages"][: len(told)].tolist() == [count for _, count in told]
    assert table.rows["menages"][len(told) :].isna().all()
    assert len(table.findings) == len(none)


@pytest.mark.parametrize(
    ("score", "read"),
    [
        ("16/60", 16),
        ("16 / 60", 16),
        ("16 points", 16),
        ("16 pts sur 60", 16),
        ("16/25", None),
        ("Élevé", None),
    ],
)
def test_a_score_may_stand_over_its_most(desk, score, read):
    table = desk.risk({"region": "Mopti", "cercle": "Mopti", "commune": "Sio", "score": score})
    assert (table.rows["score"].tolist() == [read]) if read else len(table.refused) == 1


def test_an_impossibly_large_count_is_left_out(desk):
    table = desk.alerts({"menages": "22370000000"})
    assert math.isnan(table.rows["menages"][0])
    assert "dépasse" in only(table.findings).problem


def test_a_report_may_tell_of_several_events(desk):
    table = desk.alerts(
        {"id_rapport": "F-1"},
        {"id_rapport": "F-1", "evenement": "Mouvement de population"},
        {"evenement": "pique-nique"},
    )
    assert table.rows["evenement"].tolist() == ["attaque_village", "mouvement"]
    assert "Attaque de village" in only(table.refused).fix


RISK = {"region": "Mopti", "cercle": "Mopti", "commune": "Sio"}
ONES = {f"q{n}": "1" for n in range(1, 16)}


@pytest.mark.parametrize(
    ("row", "score"),
    [({"score": "14,5"}, 14.5), ({"score": "", **ONES}, 15), ({"score": "15", **ONES}, 15), ({"score": "7", "q3": "2"}, 7)],
)  # fmt: skip
def test_scores(desk, row, score):
    assert desk.risk({**RISK, **row}).rows["score"].tolist() == [score]


@pytest.mark.parametrize(
    ("row", "column", "word"),
    [({"score": "-2"}, "score", "négatif"), ({"score": "175"}, "score", "dépasse 60"),
     ({"score": "haut"}, "score", "n’est pas un nombre"), ({"score": "14", **ONES}, "score", "(15)"),
     ({"score": "", **ONES, "q4": ""}, "q4", "q4"), ({"score": "", **ONES, "q4": "-1"}, "q4", "négatif"),
     ({"score": "9", "commune": ""}, "ligne", "rien ne dit où")],
)  # fmt: skip
def test_a_bad_score_is_refused(desk, row, column, word):
    found = only(desk.risk({**RISK, **row}).refused)
    assert found.column == column
    assert word in found.problem


@pytest.mark.parametrize("text", ["", "hier", "2021-06-12 / 2021-06-13"])
def test_the_example_of_a_date_is_of_the_month_at_hand(desk, text):
    desk.rows(
        "2026-11/incidents.csv", {**INCIDENT, "date": text}, {**INCIDENT, "id": "2", "date": "12/11/2026"}
    )
    november = Month(2026, 11)
    fixes = [one.fix for one in desk.read(november).incidents[november].findings if one.refused]
    assert ["14/11/2026" in fix for fix in fixes] == [True]
    assert "2021" not in "".join(fixes)


@pytest.mark.parametrize(
    "text", ["14062021", "Jun 14, 2021", "June 14th 2021", "１４／０６／２０２１", "٠٠", "le 14 juin 2021"]
)
def test_dates_as_telephones_and_foreign_keyboards_write_them(text):
    if text == "٠٠":
        with pytest.raises(NotADate):
            read_date(text)
    else:
        assert read_date(text) == date(2021, 6, 14)


@pytest.mark.parametrize("text", ["14/06", "14-6", "14 juin", "le 14 juin", "14 jun"])
def test_a_day_without_its_year_is_not_guessed_and_says_so(text):
    with pytest.raises(NotADate) as caught:
        read_date(text)
    assert caught.value.why == "n’a pas d’année"
