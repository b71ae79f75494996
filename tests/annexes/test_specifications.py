"""What each annex says of a small month: classes, figures, words; nothing that its audience may not see."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass, replace

import pytest
from pyproj import Geod

from pipeline import palette
from pipeline.annexes import BUILDERS, incidents
from pipeline.annexes.model import Annex, Areas, Flows, Symbols
from pipeline.disclosure.counts import ZERO, Count
from pipeline.disclosure.published import WITHHELD
from pipeline.french import NBSP, Month
from tests.helpers.months import JUNE, MAY, REGION, alert, commune, month, stage

COVERED = dict.fromkeys(("ML050101", "ML050102", "ML050401", "ML050402", "ML040401"), "")
ROWS = (
    (JUNE, "ML050401", "E", 60), (JUNE, "ML050401", "A", 30), (JUNE, "ML050402", "C", 7), (JUNE, "ML050101", "B", 3),
    (JUNE, "ML0404", "E", 6), (MAY, "ML050401", "E", 20), (MAY, "ML040401", "F", 5),
)  # fmt: skip
RISK = (
    (MAY, "ML050101", 7, 2), (MAY, "ML050102", 16, 3), (JUNE, "ML050101", 21, 4), (JUNE, "ML050102", 8, 2),
    (JUNE, "ML050401", 15, 3),
)  # fmt: skip


def build(country, number, audience="partenaires", **given) -> Annex:
    return BUILDERS[number](stage(month(**given), country, audience))


def texts(value) -> list[str]:
    """Every text of a specification."""
    if isinstance(value, str):
        return [value]
    if is_dataclass(value):
        return [text for field in fields(value) for text in texts(getattr(value, field.name))]
    if isinstance(value, dict):
        return [text for item in value.values() for text in texts(item)]
    if isinstance(value, (tuple, list)):
        return [text for item in value for text in texts(item)]
    return []


def test_zero_not_covered_and_classes_are_told_apart(small_country):
    areas = build(small_country, 1, "interne", incident_rows=ROWS, coverage=COVERED).areas()
    assert areas is not None
    assert areas.values["ML050401"].class_key == "c4"
    assert areas.values["ML050402"].class_key == "c2"
    assert areas.values["ML050101"].class_key == "c1"
    assert areas.values["ML050102"].class_key == "zero"
    assert areas.values["ML070201"].class_key == "uncovered"
    assert {entry.key: entry.count for entry in areas.classes}["uncovered"] == 7
    assert sum(entry.count for entry in areas.classes) == 12
    colours = [(entry.colour, entry.hatch) for entry in areas.classes]
    assert len(set(colours)) == len(colours)


def test_empty_classes_stay_in_the_legend(small_country):
    areas = build(small_country, 1, incident_rows=ROWS, coverage=COVERED).areas()
    assert [entry.label for entry in areas.classes[:5]] == [
        "1\u00a0à\u00a04", "5\u00a0à\u00a019", "20\u00a0à\u00a049", "50\u00a0à\u00a099", "100 et plus",
    ]  # fmt: skip
    assert areas.classes[4].count == 0


def test_the_caption_of_incidents_says_where_what_and_more_or_less(small_country):
    annex = build(small_country, 1, "interne", incident_rows=ROWS, coverage=COVERED)
    assert annex.caption.startswith(
        "100 des 106 violations de juin (94\u202f%) ont été documentées dans la région de Mopti, "
        "dont 97 dans le cercle de Douentza."
    )
    assert "C’est plus qu’en mai (25\u00a0violations)." in annex.caption
    assert annex.counts_line == "106\u00a0violations, dont 6 non localisées"


@pytest.mark.parametrize(
    ("rows", "start"),
    [
        ((), "Aucune donnée d’incidents"),
        (((MAY, "ML050401", "E", 2),), "Aucune donnée d’incidents"),
        (
            ((JUNE, "ML050401", "E", 1),),
            "La seule violation de juin a été documentée dans la région de Mopti",
        ),
        (
            ((JUNE, "ML040401", "E", 9),),
            "Les 9 violations de juin ont toutes été documentées dans la région de Ségou",
        ),
    ],
)
def test_captions_of_thin_months(small_country, rows, start):
    assert build(small_country, 1, incident_rows=rows, coverage=COVERED).caption.startswith(start)


def test_small_counts_are_a_class_outside_interne(small_country):
    told = build(small_country, 1, incident_rows=ROWS, coverage=COVERED)
    inside = build(small_country, 1, "interne", incident_rows=ROWS, coverage=COVERED)
    assert told.areas().values["ML050101"].text == "1\u00a0à\u00a04"
    assert inside.areas().values["ML050101"].text == "3"


def test_the_table_says_what_the_map_says(small_country):
    for number in (1, 3, 5):
        annex = build(small_country, number, incident_rows=ROWS, risk_rows=RISK, coverage=COVERED)
        column = {1: "violations", 3: "niveau", 5: "monitoring"}[number]
        index = [c.key for c in annex.table.columns].index(column)
        shown = {
            key: str(row[index]) for key, row in zip(annex.table.row_keys, annex.table.rows, strict=True)
        }
        assert shown == {code: value.text for code, value in annex.areas().values.items()}


def test_alerts_stand_at_their_area_and_never_at_the_village(small_country):
    village = commune(
        small_country, "ML050403", longitude=-2.1234, latitude=15.3456, locality="Hombori Tondo"
    )
    event = alert(small_country, "mouvement", "ML050403", 67, to="ML050401")
    event = type(event)(
        **{**event.__dict__, "place": village, "locality": "Hombori Tondo", "description": "secret"}
    )
    told = build(small_country, 2, alerts=(event,))
    symbol = next(layer for layer in told.layers if isinstance(layer, Symbols)).items[0]
    assert (symbol.longitude, symbol.latitude) != (-2.1234, 15.3456)
    assert symbol.precision == "commune"
    assert not [text for text in texts(told) if "Tondo" in text or "secret" in text or "2021-06-17" in text]
    inside = build(small_country, 2, "interne", alerts=(event,))
    symbol = next(layer for layer in inside.layers if isinstance(layer, Symbols)).items[0]
    assert (symbol.longitude, symbol.latitude) == (-2.1234, 15.3456)
    assert [text for text in texts(inside) if "Hombori Tondo" in text]


def test_movements_become_arrows_or_loops(small_country):
    events = (
        alert(small_country, "mouvement", "ML050403", 67, to="ML050401"),
        alert(small_country, "mouvement", "ML050401", 50, to="ML050401"),
        alert(small_country, "attaque_village", "ML050401"),
    )
    annex = build(small_country, 2, alerts=events)
    flows = next(layer for layer in annex.layers if isinstance(layer, Flows))
    assert {(flow.value, flow.stays) for flow in flows.items} == {(67.0, False), (50.0, True)}
    symbols = next(layer for layer in annex.layers if isinstance(layer, Symbols))
    assert [(item.number, item.value) for item in symbols.items] == [("1", 2.0), ("2", 1.0)], (
        "a marker a place"
    )
    assert [event.number for event in annex.events] == ["1", "1", "2"]
    assert "117\u00a0ménages, dont 67 depuis la commune de Hombori" in annex.caption


def test_the_caption_of_movements_sums_by_origin_and_names_ties(small_country):
    def said(*moves):
        return build(small_country, 2, "interne", alerts=tuple(
            alert(small_country, key, origin, households, to="ML040401") for key, origin, households in moves
        )).caption  # fmt: skip

    one, two = "ML050401", "ML050403"
    text = said(
        ("mouvement", one, 300), ("mouvement", one, 300), ("mouvement", two, 450), ("retour", two, 900)
    )
    assert "1\u202f050\u00a0ménages, dont 600 depuis la commune de Douentza" in text
    text = said(("mouvement", one, 300), ("mouvement", two, 300))
    assert "600\u00a0ménages, dont 300 depuis chacun de ces lieux : la commune de" in text
    text = said(("mouvement", one, 300), ("mouvement", one, None))
    assert "300\u00a0ménages, tous depuis la commune" in text
    assert "sans compter 1 mouvement dont l’effectif n’est pas donné" in text
    assert "ménage" not in said(("mouvement", one, None))
    assert "ont concerné 1\u00a0ménage." in said(("mouvement", one, 1))
    assert "ont concerné 0\u00a0ménage." in said(("mouvement", one, 0))


def test_a_movement_to_the_area_around_it_is_a_loop(small_country):
    """ "From Hombori to the cercle of Douentza": its middle is not where they went."""
    inside = alert(small_country, "mouvement", "ML050403", 196, to="ML050401")
    cercle = replace(
        inside.destination,
        level="cercle",
        pcode="ML0504",
        commune_pcode="",
        name="Douentza",
    )
    event = replace(inside, destination=cercle)
    (flow,) = next(
        layer for layer in build(small_country, 2, alerts=(event,)).layers if isinstance(layer, Flows)
    ).items
    assert flow.stays
    assert flow.destination != flow.origin
    # Out of the middle of a cercle nothing is drawn: the list says it.
    annex = build(small_country, 2, alerts=(replace(inside, place=cercle, destination=inside.place),))
    assert not next(layer for layer in annex.layers if isinstance(layer, Flows)).items
    assert annex.events[0].detail.startswith("196")


def test_a_movement_across_the_border_names_the_country_alone(small_country):
    event = replace(alert(small_country, "mouvement", "ML050403", 67, to="ML050401"), abroad="Burkina Faso")
    annex = build(small_country, 2, alerts=(event,))
    (flow,) = next(layer for layer in annex.layers if isinstance(layer, Flows)).items
    assert (flow.abroad, flow.destination) == ("Burkina Faso", None)
    assert annex.events[0].detail == "67\u00a0ménages vers le Burkina Faso"


def test_headlines_say_what_the_figures_say(small_country):
    def message(*rows):
        return build(small_country, 1, "interne", incident_rows=rows, coverage=COVERED).message

    before = (MAY, "ML050401", "E", 20)
    douentza = "dans le cercle de Douentza"
    assert message() == "Incidents de juin 2021 : aucune donnée reçue"
    assert message((JUNE, "ML050401", "E", 1)) == "1\u00a0violation en juin 2021, dans la région de Mopti"
    assert message(before, (JUNE, "ML050401", "E", 40)).startswith(
        "Les violations doublent : 40 contre 20 en mai"
    )
    assert message(before, (JUNE, "ML050401", "E", 45)).startswith(
        "Les violations font plus que doubler : 45"
    )
    assert message(before, (JUNE, "ML050401", "E", 100)).startswith(
        "Les violations sont multipliées par 5 : 100"
    )
    assert message(before, (JUNE, "ML050401", "E", 26)).startswith(
        "Les violations augmentent de 30\u202f% : 26"
    )
    assert message(before, (JUNE, "ML050401", "E", 15)).startswith(
        "Les violations baissent de 25\u202f% : 15"
    )
    assert message(before, (JUNE, "ML050401", "E", 20)) == (
        f"Les violations restent au même niveau : 20 contre 20 en mai, toutes {douentza}"
    )
    tied = message(before, (JUNE, "ML050401", "E", 20), (JUNE, "ML040401", "E", 20))
    assert tied == "Les violations doublent : 40 contre 20 en mai", "no cercle stands out"


def test_no_alert_file_is_not_no_alert(small_country):
    assert build(small_country, 2).caption.startswith("Aucune donnée d’alertes flash reçue")


def test_a_legend_of_a_month_that_was_not_received_counts_nothing(small_country):
    """A nought beside each type of alert, or each class, read as none of it had happened."""
    for alerts, told in ((None, {"–"}), ((), {"0"})):
        layer = next(x for x in build(small_country, 2, alerts=alerts).layers if isinstance(x, Symbols))
        assert {key.counted for key in layer.keys} == told
    may = [(MAY, "ML050401", "A", 7)]
    for number, classes in ((1, "1 à 4"), (3, "Stable")):
        layer = next(
            x for x in build(small_country, number, incident_rows=may).layers if isinstance(x, Areas)
        )
        said = {entry.label.replace("\u00a0", " "): layer.counted(entry) for entry in layer.classes}
        assert said[classes] == "–"
        assert number == 3 or "0" not in said.values(), "nobody says that no commune is uncovered"
    layer = next(
        x
        for x in build(small_country, 1, incident_rows=[(JUNE, "ML050401", "A", 7)]).layers
        if isinstance(x, Areas)
    )
    assert "0" in {layer.counted(entry) for entry in layer.classes}, "an empty class of a month received"
    assert build(small_country, 2, alerts=()).caption == "Aucune alerte flash n’a été signalée en juin 2021."


def test_risk_tells_what_changed_and_by_region(small_country):
    annex = build(small_country, 3, risk_rows=RISK, coverage=COVERED)
    areas = annex.areas()
    assert (areas.values["ML050101"].class_key, areas.values["ML050101"].change) == ("r4", "up")
    assert areas.values["ML050102"].change == "down"
    assert areas.values["ML050401"].change == ""
    assert areas.values["ML050402"].class_key == "nodata"
    assert areas.values["ML070201"].class_key == "uncovered"
    assert [(entry.change, entry.count) for entry in areas.changes] == [("up", 1), ("down", 1)]
    assert [(row.label, [n for _, n, _ in row.segments]) for row in annex.bars[0].rows] == [
        ("Mopti", [0, 1, 1, 1])
    ]
    assert "Depuis mai, le niveau s’est aggravé dans 1 commune et amélioré dans 1." in annex.caption
    assert not [text for text in texts(annex) if text == "21"]


def test_evolution_keeps_a_panel_for_a_month_without_scores(small_country):
    from pipeline.french import Month

    rows = (*RISK, (Month(2021, 3), "ML050101", 7, 2))
    annex = build(small_country, 6, risk_rows=rows, coverage=COVERED)
    assert [panel.month for panel in annex.panels] == ["2021-03", "2021-04", "2021-05", "2021-06"]
    assert annex.panels[1].note == "aucune évaluation reçue"
    assert annex.panels[1].areas.values["ML050101"].class_key == "nodata"
    assert len({panel.areas.classes[0].colour for panel in annex.panels}) == 1


def test_no_more_communes_are_named_than_a_map_holds(small_country, monkeypatch):
    codes = list(small_country.communes["pcode"])
    figures = dict(zip(codes, (200, 150, 150, 70, 60, 55, 30, 25, 20, 19, 4), strict=False))
    rows = [(JUNE, code, "E", count) for code, count in figures.items()]

    def named():
        labels = build(small_country, 1, "interne", incident_rows=rows).layers[-1].items
        return {figures[label.area_pcode] for label in labels if label.style == "commune"}

    assert named() == {200, 150, 70, 60, 55, 30, 25, 20}  # all from 20 on
    for most, left in ((8, {200, 150, 70, 60, 55}), (4, {200, 150}), (2, {200})):
        monkeypatch.setattr(incidents, "MOST_NAMED", most)
        assert named() == left


def test_a_single_month_has_one_row_a_region_and_no_strip(small_country):
    rows = [line for line in RISK if line[0] == JUNE]
    (table,) = build(small_country, 6, risk_rows=rows, coverage=COVERED).bars
    assert table.title == "Communes par niveau et par région"
    assert not any(row.group for row in table.rows)
    assert [row.label for row in table.rows] == sorted({REGION[code[:4]] for _, code, *_ in rows})


@pytest.mark.parametrize("number", [1, 3, 5])
def test_communes_not_covered_are_not_counted_where_no_coverage_was_received(small_country, number):
    told = []
    for coverage in (None, COVERED):
        areas = build(small_country, number, incident_rows=ROWS, risk_rows=RISK, coverage=coverage).areas()
        told.append(areas.counted(next(one for one in areas.classes if one.kind == "uncovered")))
    assert told[0] == "–"
    assert int(told[1]) > 0


def test_the_first_month_of_an_evolution_is_elided(small_country):
    rows = [(when, "ML050101", 16, 3) for when in (Month(2021, 4), JUNE)]
    assert build(small_country, 6, risk_rows=rows).message.endswith("des communes d’avril à juin")


def test_evolution_counts_what_changed_by_region(small_country):
    annex = build(small_country, 6, risk_rows=RISK, coverage=COVERED)
    (note,) = [note for note in annex.notes if note.startswith("Depuis")]
    assert note == "Depuis mai, communes en aggravation\u00a0: Mopti 1 ; en amélioration\u00a0: Mopti 1."


def test_coverage_counts_communes_and_people(small_country):
    annex = build(small_country, 5, coverage=COVERED)
    assert annex.figures[0].value == "5"
    # Communes 1, 5, 6, 7 and 8 of twelve, with 10,000 inhabitants times their rank.
    assert annex.figures[1].value == "35\u202f%"
    partners = build(small_country, 5, coverage={**COVERED, "ML040402": "NRC"})
    assert [entry.label for entry in partners.areas().classes if entry.kind == "class"] == [
        "NRC",
        "Commune couverte, partenaire non précisé",
    ]
    # Bars have the map's colour where it has one for all that is covered, else one of no partner.
    assert annex.bars[0].keys[0][2] == annex.areas().classes[0].colour == palette.COVERED
    assert partners.bars[0].keys[0][2] not in {entry.colour for entry in partners.areas().classes}


def test_the_public_has_no_list_and_partners_no_row_of_a_person(small_country):
    assert build(small_country, 4, "public", incident_rows=ROWS, coverage=COVERED) is None
    told = build(small_country, 4, incident_rows=ROWS, coverage=COVERED)
    assert [column.key for column in told.table.columns] == [
        "mois",
        "region",
        "cercle",
        "categorie",
        "type",
        "nombre",
    ]
    assert not [text for text in texts(told.table) if re.search(r"2021-0\d-\d\d", text)]


def test_the_cercles_country_rolls_up_to_cercles_and_says_so(cercles_country):
    annex = build(cercles_country, 1, incident_rows=(), coverage=None)
    assert annex.meta.rollup_note
    assert "regroupées par cercle" in annex.meta.rollup_note
    assert isinstance(annex.areas(), Areas)
    assert annex.areas().level == "cercle"
    assert len(annex.areas().values) == 53


ENGLISH = re.compile(r"\b(the|and|of|with|by|month|covered|level|data)\b", re.IGNORECASE)


def test_no_english_is_left_on_a_page(small_country):
    given = {"incident_rows": ROWS, "risk_rows": RISK, "coverage": COVERED}
    for number in BUILDERS:
        annex = build(small_country, number, alerts=(alert(small_country, "menace", "ML050401"),), **given)
        said = [annex.title, annex.subtitle, annex.caption, annex.alt_text, annex.counts_line, *annex.notes]
        said += [column.label for column in annex.table.columns] + [
            annex.meta.disclaimer,
            annex.meta.audience_label,
        ]
        assert not [text for text in said if ENGLISH.search(text)]


def test_the_caption_compares_months_as_the_sign_beside_the_total_does(small_country):
    rows = ((MAY, "ML050401", "E", 100), (JUNE, "ML050401", "E", 103))
    annex = build(small_country, 1, "interne", incident_rows=rows, coverage=COVERED)
    assert annex.figures[0].arrow == "same"
    assert annex.caption.endswith("C’est à peu près autant qu’en mai (100\u00a0violations).")


def test_regions_that_share_the_highest_coverage_are_all_named(small_country):
    inside = small_country.communes["region_pcode"].isin(["ML04", "ML07"])
    covered = dict.fromkeys(small_country.communes.loc[inside, "pcode"], "")
    caption = build(small_country, 5, coverage=covered).caption
    assert re.search(
        r"est dans la région de Gao \(\d communes couvertes sur \d\) et dans la région de Ségou \(\d", caption
    )


@pytest.mark.parametrize("number", [1, 3, 6])
def test_without_a_coverage_file_no_commune_is_said_to_be_monitored(small_country, number):
    scores = ((JUNE, "ML050401", 16.0, 3),)
    annex = build(small_country, number, incident_rows=ROWS, risk_rows=scores)
    assert not any("Couvert" in entry.label for entry in annex.areas().classes)
    assert any("Aucune donnée de couverture" in note for note in annex.notes)
    known = build(small_country, number, incident_rows=ROWS, risk_rows=scores, coverage=COVERED)
    assert any("Couverte, " in entry.label for entry in known.areas().classes)
    assert not any("Aucune donnée de couverture" in note for note in known.notes)


def test_a_first_month_has_no_count_of_changes(small_country):
    given = {"risk_rows": [row for row in RISK if row[0] == JUNE], "coverage": COVERED}
    assert [row.texts for row in build(small_country, 3, **given).bars[0].rows] == [("3", "–", "–")]
    assert build(small_country, 3, risk_rows=RISK, coverage=COVERED).bars[0].rows[0].texts == ("3", "1", "1")


def test_counts_not_published_are_not_said_to_be_none(small_country):
    few = [(JUNE, "ML050101", "B", 1), (JUNE, "ML050401", "E", 1)]
    annex = build(small_country, 1, "public", incident_rows=few, coverage=COVERED)
    assert "suppressed" in {value.class_key for value in annex.areas().values.values()}
    assert f"L’effectif de 5 communes est {WITHHELD}" in annex.alt_text
    assert "Aucun" not in annex.alt_text


def test_what_is_widened_is_counted_where_it_cannot_be_none_and_is_called_what_it_is(small_country):
    """An interval wider than a class is drawn as hidden, though its commune has violations; 13 is not small."""
    told = stage(month(incident_rows=ROWS, coverage=COVERED), small_country)
    given = {"ML050401": Count.exact(90), "ML050402": Count.within(1, 4), "ML050101": Count.within(13, 22),
             "ML050102": Count.within(0, 3), "ML040401": Count("suppressed")}  # fmt: skip
    counts = {code: given.get(code, ZERO) for code in told.published.areas[JUNE]}
    parts = {"ML0504": {"E": Count.exact(60), "A": Count("suppressed")}}
    published = replace(
        told.published,
        areas={**told.published.areas, JUNE: counts},
        cercles={JUNE: {"ML0504": Count.exact(97)}},
        cercle_categories=parts,
    )
    annex = BUILDERS[1](replace(told, published=published))
    assert "3 communes comptent au moins une violation. Les plus foncées" in annex.alt_text
    assert annex.alt_text.endswith(f" L’effectif de 2 communes est {WITHHELD}.")
    marked = {code for code, value in annex.areas().values.items() if WITHHELD in dict(value.facts).values()}
    assert marked == {"ML050101", "ML050102", "ML040401"}
    entry = next(entry for entry in annex.areas().classes if entry.key == "suppressed")
    assert entry.label == "Effectif élargi ou masqué"
    assert ("reste", "Non détaillé") in [key[:2] for key in annex.bars[0].keys]
    assert f"Non détaillé : 37{NBSP}violations dont l’effectif par catégorie est {WITHHELD}." in annex.notes
    # An interval is undetailed as well: no number is the sum of what is drawn so.
    wider = replace(published, cercles={JUNE: {"ML0504": Count.exact(97), "ML0501": Count.within(13, 22)}})
    notes = BUILDERS[1](replace(told, published=wider)).notes
    assert f"Non détaillé : violations dont l’effectif par catégorie est {WITHHELD}." in notes
    assert any(note.endswith(f"ou non publié, est {WITHHELD}.") for note in annex.notes)
    assert "petit" not in " ".join(texts(annex))


def test_annex_2_lies_on_a_quiet_ground_of_population_where_that_is_known(small_country, cercles_country):
    annex = build(small_country, 2, alerts=())
    ground = annex.layers[0]
    assert (ground.ground, ground.title) == (True, "Habitants au km²")
    # Counted again: people by square kilometre of the sphere.
    square = {
        code: abs(Geod(ellps="WGS84").geometry_area_perimeter(shape)[0]) / 1e6
        for code, shape in zip(small_country.communes["pcode"], small_country.communes.geometry, strict=True)
    }
    for code, people in small_country.population.items():
        density = people / square[code]
        rank = (density >= 10) + (density >= 50) + (density >= 100)
        assert ground.values[code].class_key == f"d{rank}"
        assert ground.class_of(code).colour == palette.DENSITY[rank]
        assert ground.values[code].text.endswith("hab./km²")
    assert sum(entry.count for entry in ground.classes) == len(small_country.communes)
    assert small_country.population_label in annex.meta.credits
    unknown = replace(small_country, population={"ML050101": 1000})
    told = build(unknown, 2, alerts=()).layers[0]
    assert told.values["ML050102"].text == "population non connue"
    for country in (replace(small_country, population={}, population_label=""), cercles_country):
        bare = build(country, 2, alerts=())
        assert not any(isinstance(layer, Areas) for layer in bare.layers)
        assert "densité" not in bare.alt_text


def test_of_a_count_that_is_not_published_no_page_says_that_there_was_something(small_country):
    """Two violations: the region alone is told. Its communes that nobody covers are not said to have reported."""
    rows = ((JUNE, "ML050401", "B", 1), (JUNE, "ML050101", "B", 1))
    covered = {"ML050101": ""}
    for number, words in ((1, "signalé des violations et"), (5, "des violations y ont été signalées en")):
        told = build(small_country, number, incident_rows=rows, coverage=covered)
        assert not any(words in note for note in told.notes), told.notes
        inside = build(small_country, number, "interne", incident_rows=rows, coverage=covered)
        assert any(words in note for note in inside.notes), inside.notes
    assert any(
        "il n’est pas publié si" in note
        for note in build(small_country, 1, incident_rows=rows, coverage=covered).notes
    )


def test_a_commune_is_covered_or_not_in_one_word(small_country, cercles_country):
    for country in (small_country, cercles_country):
        for number in BUILDERS:
            for given in (
                {"coverage": COVERED, "incident_rows": ROWS, "risk_rows": RISK},
                {"coverage": {}},
                {},
            ):
                if country is cercles_country:
                    given = {}
                annex = build(country, number, **given)
                said = " ".join(texts(annex)) if annex else ""
                assert not re.search(r"\bsuivi(e|s|es)?\b(?! de| par)", said.lower()), number
