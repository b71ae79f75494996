"""What was read otherwise than written is found by comparing, whatever the reading told of itself."""

import csv
from dataclasses import replace
from datetime import date
from itertools import pairwise

import openpyxl
import pytest

from pipeline.commands import placed_otherwise
from pipeline.french import Month
from pipeline.month_data import read_month
from pipeline.places import Located, PlaceRequest, decision_index, resolve, write_review
from pipeline.places.lectures import KINDS, changes, counted, lectures
from pipeline.places.questions import take
from pipeline.records.read import read_decisions
from pipeline.records.tables import Decision
from pipeline.runner import write_review_folder

TODAY = date(2021, 7, 5)


def decisions(path):
    return read_decisions(path, path.name)[0]


def decision(*cells):
    return Decision(*cells, "A. Traoré", "2021-07-05", "", 2)


def kinds(request, gazetteer, **known):
    place = resolve(request, gazetteer, **known)
    return {(change.column, change.kind) for change in changes(request, place, gazetteer)}


def located(request, gazetteer, n=1, known=None):
    place = resolve(request, gazetteer, known)
    return Located(
        "incidents", "2021-06", str(n), request, place, file="incidents.csv", row=n + 1, read=place
    )


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (PlaceRequest("mopti", "DOUENTZA", "gandamia"), set()),
        (PlaceRequest("Mopti", "Douentza", "Commune de Gandamia"), set()),
        (PlaceRequest("Mopti", "Douentza", "Gandamya"), {("commune", "orthographe")}),
        (PlaceRequest("Mopti", "Douenza", "Gandamia"), {("cercle", "orthographe")}),
        (PlaceRequest("Mopti", "Bourem", "Taboye"), {("region", "région")}),
        (PlaceRequest("Ségou", "Niono", "Socoura"), {("commune", "colonne")}),
        (PlaceRequest("Mopti", "Douentza", None, "Gandamia"), {("localite", "colonne")}),
        (PlaceRequest("Mopti", "Douentza", "Hombori", pcode="ML070203"), {("pcode", "code écarté")}),
        (PlaceRequest("Mopti", "Douentza", "Douentza", pcode="ML050402"), {("pcode", "code traduit")}),
        (PlaceRequest("Mopti", "Douentza", "Hombori", latitude=14.2, longitude=-2.2),
         {("latitude, longitude", "point")}),
        (PlaceRequest("Douentza", None, "Hombori"), {("region", "découpage")}),
        (PlaceRequest("Mopti", "Wxyz"), {("cercle", "inconnu")}),
        (PlaceRequest("Mopti", "Douentza", "Inhinta"), set()),  # a question, asked elsewhere
    ],
)  # fmt: skip
def test_each_kind_of_change_is_found(small, request_, expected):
    assert kinds(request_, small) == expected


def test_every_place_that_differs_from_what_is_written_is_listed(mali):
    """Over rows of every commune written in another division, misspelt, or with a foreign code: none escapes."""
    for area in mali.communes.values():
        region, cercle = mali.regions[area.region_pcode].name, mali.cercles[area.cercle_pcode].name
        assert kinds(PlaceRequest(region, cercle, area.name), mali) == set()
        for unit, communes in mali.made_of.items():
            if (
                mali.units[unit].level == "cercle"
                and area.pcode in communes
                and mali.units[unit].name != cercle
            ):
                request = PlaceRequest(region, mali.units[unit].name, area.name)
                place = resolve(request, mali)
                found = kinds(request, mali)
                known = mali.cercles.get(place.cercle_pcode)
                if known and mali.units[unit].spellings[0].base != known.spellings[0].base:
                    assert {column for column, _ in found} == {"cercle"}, request


def test_rows_of_one_change_are_counted_together_and_the_gravest_come_first(small):
    rows = [located(PlaceRequest("Mopti", "Douentza", "Gandamya"), small, n) for n in range(3)]
    rows += [located(PlaceRequest("MOPTI", "Douentza", "GANDAMYA", "Wxyz"), small, 4)]
    rows += [located(PlaceRequest("Mopti", "Bourem", "Taboye"), small, 5)]
    found = lectures(rows, small)
    assert [(one.change.kind, one.rows, one.example) for one in found] == [
        ("région", 1, "incidents 5"),
        ("orthographe", 4, "incidents 0"),
    ]
    assert counted(found) == f"{KINDS['région']} 1, {KINDS['orthographe']} 4"
    assert "« Gandamya » lue « Gandamia »" in found[1].why


@pytest.fixture
def folder(small, tmp_path):
    """Writes the review of some rows, with the decisions taken so far; returns the lectures as read back."""

    def write(*requests):
        known = (
            decision_index(decisions(tmp_path / "lieux.csv")) if (tmp_path / "lieux.csv").exists() else None
        )
        rows = [located(request, small, n, known) for n, request in enumerate(requests)]
        read = lectures(rows, small, known)
        write_review(rows, tmp_path / "lieux-a-verifier.csv", small, read)
        with (tmp_path / "lectures.csv").open(encoding="utf-8-sig", newline="") as stream:
            return list(csv.DictReader(stream, delimiter=";"))

    return write


def answer(tmp_path, column, **answers):
    """Write answers in lectures.csv: what is written -> the opinion."""
    path = tmp_path / "lectures.csv"
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter=";"))
    for row in rows:
        row["avis"] = answers.get(row["ecrit"], "")
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0], delimiter=";")
        writer.writeheader()
        writer.writerows(rows)


def taken(tmp_path, small):
    names = ("lieux-a-verifier.csv", "lieux-a-verifier.xlsx", "lectures.csv")
    return take([tmp_path / name for name in names], tmp_path / "lieux.csv", small, "A. Traoré", TODAY)


def test_a_reading_confirmed_is_a_decision_and_no_more_listed(small, tmp_path, folder):
    row = PlaceRequest("Mopti", "Douentza", "Gandamya")
    (line,) = folder(row)
    assert (line["genre"], line["lu"], line["code"], line["lignes"]) == (
        "orthographe", "commune Gandamia", "ML050402", "1",
    )  # fmt: skip
    answer(tmp_path, "avis", Gandamya="oui")
    (added,) = taken(tmp_path, small).added
    assert (added["commune"], added["localite"], added["pcode"]) == ("Gandamya", "", "ML050402")
    assert folder(row) == []


def test_a_cercle_is_decided_once_for_all_its_rows(small, tmp_path, folder):
    rows = [PlaceRequest("Mopti", "Dz", name) for name in ("Gandamia", "Hombori", None)]
    folder(*rows)
    answer(tmp_path, "avis", Dz="ML0504")
    (added,) = taken(tmp_path, small).added
    assert [added[name] for name in ("region", "cercle", "commune", "pcode")] == ["Mopti", "Dz", "", "ML0504"]
    known = decision_index(decisions(tmp_path / "lieux.csv"))
    places = [resolve(row, small, known) for row in rows]
    assert [(place.cercle_pcode, place.question) for place in places] == [("ML0504", False)] * 3
    assert "décidé par A. Traoré" in " ; ".join(places[0].evidence)
    assert folder(*rows) == []


def test_a_reading_contradicted_needs_the_right_place(small, tmp_path, folder):
    folder(PlaceRequest("Mopti", "Douentza", "Gandamya"))
    answer(tmp_path, "avis", Gandamya="non")
    (error,) = taken(tmp_path, small).errors
    assert "on ne sait pas quel lieu est le bon" in error.problem
    answer(tmp_path, "avis", Gandamya="ML050403")
    (added,) = taken(tmp_path, small).added
    assert added["pcode"] == "ML050403"


def test_the_workbook_has_the_lectures_on_a_sheet_and_takes_an_answer_there(small, tmp_path, folder):
    folder(PlaceRequest("Mopti", "Douentza", "Gandamya"))
    path = tmp_path / "lieux-a-verifier.xlsx"
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["À vérifier", "Lectures", "Communes"]
    sheet = book["Lectures"]
    titles = [cell.value for cell in sheet[1]]
    sheet.cell(2, titles.index("avis") + 1, "oui")
    book.save(path)
    assert [line["pcode"] for line in taken(tmp_path, small).added] == ["ML050402"]


def test_a_decision_for_a_row_of_one_village_is_not_spread(small):
    known = decision_index([decision("Mopti", "Douentza", "Inhinta", "Emalin", "ML050403")])
    assert resolve(PlaceRequest("Mopti", "Douentza", "Inhinta", "Autre"), small, known).question
    spread = decision_index([decision("Mopti", "Douentza", "Inhinta", "", "ML050403")])
    place = resolve(PlaceRequest("Mopti", "Douentza", "Inhinta", "Autre"), small, spread)
    assert (place.commune_pcode, place.question) == ("ML050403", False)


def month(tmp_path, **tables):
    folder = tmp_path / "inputs" / "2021-06"
    folder.mkdir(parents=True)
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, "utf-8")
    return folder.parent


def test_the_terminal_counts_what_was_read_otherwise(small_country, tmp_path):
    text = (
        "id,date,region,cercle,commune,categorie,type\n"
        "1,2021-06-01,Mopti,Douentza,Gandamya,A,Déplacement interne forcé en raison de la violence/conflit/insécurité\n"
    )
    data = read_month(month(tmp_path, incidents=text), Month(2021, 6), small_country)
    said = []
    write_review_folder(data, data.gazetteer, tmp_path / "revue", said.append)
    assert any("Lu autrement" in line and "orthographe 1" in line for line in said)


def test_the_check_lists_each_place_drawn_elsewhere_than_its_region_or_cercle(small_country, tmp_path):
    rows = ("Mopti,Bourem,Taboye", "Mopti,Bourem,Taboye", "Mopti,Douenza,Hombori", "Mopti,Douentza,Hombori")
    kind = "A,Déplacement interne forcé en raison de la violence/conflit/insécurité"
    lines = [f"{n},2021-06-01,{row},{kind}" for n, row in enumerate(rows)]
    text = "\n".join(["id,date,region,cercle,commune,categorie,type", *lines]) + "\n"
    head, *listed = placed_otherwise(
        read_month(month(tmp_path, incidents=text), Month(2021, 6), small_country), tmp_path
    )
    assert "3 lignes" in head.replace("\xa0", " ")
    assert [line.replace("\xa0", " ") for line in listed] == [
        "- région « Mopti » : région Gao (région changée) ; 2 lignes, par exemple incidents 0",
        "- cercle « Douenza » : cercle Douentza (orthographe) ; 1 ligne, par exemple incidents 2",
    ]


def test_what_only_the_division_changed_is_counted_apart(tmp_path, small_country):
    row = "1,2021-06-01,Douentza,Douentza,Hombori,C,Menace"
    text = f"id,date,region,cercle,commune,categorie,type\n{row}\n"
    head, *listed = placed_otherwise(
        read_month(month(tmp_path, incidents=text), Month(2021, 6), small_country), tmp_path
    )
    assert head.replace("\xa0", " ").endswith(
        "1 ligne où ils diffèrent, dont 1 seulement parce que la division du Mali a changé "
        f"(tous dans {tmp_path / 'lectures.csv'})"
    )
    assert not listed


def test_a_place_told_in_the_division_drawn_is_held_against_what_is_written(mali):
    area = mali.communes["ML050201"]  # Bankass, in Mopti before 2023 and in Bandiagara since
    drawn = {"ML19": "Bandiagara", "ML1903": "Bankass"}
    for written, expected in (("Mopti", {("region", "découpage")}), ("Bandiagara", set())):
        request = PlaceRequest(written, "Bankass", area.name)
        place = resolve(request, mali)
        told = replace(place, region_pcode="ML19", cercle_pcode="ML1903")
        found = {(one.column, one.kind) for one in changes(request, place, mali, told, drawn)}
        assert found == expected


def test_a_file_numbered_otherwise_is_one_line_with_its_count(mali):
    """Every commune with another's code: a thousand lines once."""
    communes = [
        area for area in mali.communes.values() if len(mali.index("commune", "").same(area.spellings[0])) == 1
    ]
    rows = []
    for n, (area, other) in enumerate(pairwise(communes[:301])):
        region, cercle = mali.regions[area.region_pcode].name, mali.cercles[area.cercle_pcode].name
        request = PlaceRequest(region, cercle, area.name, pcode=other.pcode)
        place = resolve(PlaceRequest(region, cercle, area.name), mali)
        rows.append(
            Located("incidents", "2021-06", str(n), request, place, file="i.csv", row=n + 2, read=place)
        )
    found = [one for one in lectures(rows, mali) if one.change.kind == "code écarté"]
    assert [one.rows for one in found] == [300]
    assert found[0].change.written.startswith("300 P-codes")
    assert len([one for one in lectures(rows[:30], mali) if one.change.kind == "code écarté"]) == 30
