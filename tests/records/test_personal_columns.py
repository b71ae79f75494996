"""Columns that hold personal data are told once a file, and nothing of them goes on."""

import io

import pytest
import xlsxwriter

from pipeline.records import write_refused, write_remarks
from pipeline.records.columns import FIELDS, HEADERS, is_personal
from tests.records.conftest import ALERT, INCIDENT, JUNE, Desk, only

SECRETS = {
    "Nom de la victime": "Kadiatou Secrète", "Prénom": "Aminata", "Téléphone": "76123456", "Contact": "Bakary Caché",
    "Nom de l’enquêteur": "Oumar Discret", "Adresse": "rue 14 porte 9", "GPS du ménage": "14.4001 -3.3001 0 0",
    "_gps_menage_latitude": "14.4002", "_gps_menage_longitude": "-3.3002",
}  # fmt: skip


def workbook(sheets: dict[str, list[list[str]]]) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        for name, lines in sheets.items():
            sheet = book.add_worksheet(name)
            for at, line in enumerate(lines):
                sheet.write_row(at, 0, line)
    return stream.getvalue()


def personal(desk: Desk) -> list:
    return [one for one in desk.read().all_findings() if "données personnelles" in one.problem]


def everything(desk: Desk) -> str:
    """All that reading the month gives, and the files of the review."""
    inputs = desk.read()
    write_refused(inputs, desk.root / "a.csv")
    write_remarks(inputs, desk.root / "b.csv")
    tables = [*inputs.incidents.values(), *inputs.alertes.values()]
    texts = [repr((table.rows.to_dict(), table.aside, table.findings)) for table in tables]
    return " ".join(texts) + "".join((desk.root / name).read_text("utf-8") for name in ("a.csv", "b.csv"))


def test_they_are_told_once_a_file_and_by_their_titles(desk):
    desk.incidents(SECRETS, {**SECRETS, "Prénom": "Fanta"})
    told = only(personal(desk))
    assert not told.refused
    assert not told.whole, "it neither blocks nor has to be confirmed"
    assert told.file == "2021-06/incidents.csv"
    assert all(title in told.problem for title in list(SECRETS)[:8])
    assert "ni gardé dans aucune sortie" in told.consequence
    assert "avant de le copier" in told.fix
    rows = desk.read().incidents[JUNE].rows
    assert rows["latitude"].isna().all(), "where a household lives is not read"


@pytest.mark.parametrize("title", [*list(SECRETS)[:6], "victime/nom", "N° Tél", "_submitted_by", "E-mail"])
def test_each_by_itself(desk, title):
    desk.incidents({title: "Kadiatou"})
    assert title in only(personal(desk)).problem


def test_nothing_of_them_is_kept_whatever_becomes_of_the_line(desk):
    """Sound, refused, of another month, a total, a note beside the table, and lines that cannot be cut."""
    desk.incidents(
        SECRETS, {**SECRETS, "date": "2021-06-99"}, {**SECRETS, "date": "2021-05-02"}, {**SECRETS, "type": "?"},
        {**dict.fromkeys(INCIDENT, ""), "id": "Total", **SECRETS}, {**dict.fromkeys(INCIDENT, ""), **SECRETS},
    )  # fmt: skip
    path = desk.root / "2021-06" / "incidents.csv"
    line = ",".join(SECRETS.values())
    path.write_text(
        path.read_text("utf-8") + f"9,2021-06-02,Mopti,Mopti,Sio,B,Meurtre,{line},trop,{line}\n", "utf-8"
    )
    desk.alerts({"Téléphone de la victime": "76123456"})
    told = everything(desk)
    for secret in SECRETS.values():
        assert secret not in told, secret
    assert "76 123 456" not in told.replace(" ", " ")
    assert len(desk.read().incidents[JUNE].refused) >= 3, "the lines themselves are still told"


def test_a_telephone_is_no_number_of_victims(desk):
    desk.incidents({"Téléphone victime": "76123456"})
    assert not [one for one in desk.read().all_findings() if "donne plus d’un" in one.problem]
    only(personal(desk))


def test_each_sheet_is_named_and_a_sheet_that_is_left_quotes_nothing(desk):
    own = [list(INCIDENT), list(INCIDENT.values())]
    lines = [[*own[0], "Prénom", "Contact"], [*own[1], "Aminata", "76123456"]]
    left = [["Prénom", "Contact Bakary"], ["Aminata", "76123456"], ["Fanta", "76123457"]]
    desk.put("2021-06/incidents.xlsx", workbook({"Faits": lines, "Annuaire": left}))
    told = only(personal(desk))
    assert "feuille « Faits » : « Prénom », « Contact »" in told.problem.replace("\xa0", " ").replace(
        " ", " "
    )
    assert "Annuaire" in told.problem
    assert "2 colonnes" in told.problem.replace("\xa0", " ")
    assert "Bakary" not in told.problem


def test_no_remark_on_our_own_columns_on_ticks_or_on_empty_ones(desk):
    for table, fields in FIELDS.items():
        for one in fields:
            for title in (one.name, *HEADERS[table].get(one.name, ())):
                assert not is_personal(title), title
    desk.incidents(
        {"auteur": "Inconnu", "sexe": "Femme", "localite": "Mougui", "Contact pris": "oui", "Prénom": ""}
    )
    desk.alerts(
        {"menages": "12", "description": "Attaque", **{k: v for k, v in ALERT.items() if k == "region"}}
    )
    assert personal(desk) == []


def test_a_position_that_a_recipe_names_is_read(desk):
    desk.put("colonnes.toml", '[[incidents]]\ncolonnes.latitude = "_gps_menage_latitude"\n'
             'colonnes.longitude = "_gps_menage_longitude"\n')  # fmt: skip
    desk.incidents({"_gps_menage_latitude": "14.4", "_gps_menage_longitude": "-3.3"})
    assert desk.read().incidents[JUNE].rows["latitude"][0] == 14.4
    assert personal(desk) == []


def test_a_file_of_the_year_tells_it_once(desk):
    lines = [{**INCIDENT, "id": str(n), "date": f"2021-0{n}-12", "Prénom": "Aminata"} for n in (4, 5, 6)]
    desk.rows("2021/incidents.csv", *lines)
    for month in ("2021-04", "2021-05"):
        (desk.root / month).mkdir()
    only(personal(desk))
