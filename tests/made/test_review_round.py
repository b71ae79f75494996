"""The review loop through `make`: a question, the officer's answers, the pages drawn again; and answers that
no longer fit. On the small country, given as the officer gives boundaries of his own."""

from __future__ import annotations

import csv
import json
import os
import re
from pathlib import Path

import geopandas as gpd
import openpyxl
import pytest

from tests.helpers.codab import codab_zip
from tests.helpers.making import copy_of_the_project, make

HEADER = "id,date,region,cercle,commune,localite,categorie,type"
VIOLENCE = "A,Déplacement interne forcé en raison de la violence/conflit/insécurité"
ROWS = (
    "Mopti,Douentza,Hombori,",
    "Mopti,Douentza,Gandamia,",
    "Gao,Bourem,Bamba,",
    "Mopti,Douentza,Inhinta,Emalin",  # nobody knows it
    "Mopti,Douentza,Inhinta,Emalin",
    "Ségou,,Dogofry,",  # two communes of the region
)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project without a mirror, with inputs of its own and the small country's boundaries."""
    root = copy_of_the_project(tmp_path_factory.mktemp("revue"), None)
    codab_zip(root / "limites.zip")
    month = root / "donnees" / "2021-06"
    month.mkdir(parents=True)
    lines = [f"I-{n},2021-06-1{n},{row},{VIOLENCE}" for n, row in enumerate(ROWS)]
    (month / "incidents.csv").write_text("\n".join([HEADER, *lines]) + "\n", "utf-8")
    return root


def run(project: Path, *arguments: str, ok: bool = True):  # type: ignore[no-untyped-def]
    return make(
        project,
        *arguments,
        "INPUTS=donnees",
        "BOUNDARIES=limites.zip",
        "AUDIENCE=interne",
        "MONTH=2021-06",
        ok=ok,
        alone=True,
    )


def review(project: Path) -> Path:
    return project / "outputs" / "2021-06" / "revue"


def outputs(project: Path) -> Path:
    return project / "outputs" / "2021-06" / "interne"


def counted(project: Path) -> tuple[int, int]:
    """Incidents drawn and to verify, in the manifest."""
    counts = json.loads((outputs(project) / "manifest.json").read_text("utf-8"))["counts"]["incidents"]
    assert counts["rows"] == counts["drawn"] + counts["to_verify"] == len(ROWS)
    return counts["drawn"], counts["to_verify"]


def line_of_counts(project: Path) -> str:
    """What the printed page of annex 1 says, read in its twin with text as text."""
    run(project, "annex-1", "FORMAT=svg", "MAX_NON_RESOLUS=50")
    texts = re.findall(r">([^<>]+)</", (outputs(project) / "annexe-1-incidents.svg").read_text("utf-8"))
    (line,) = {found[1].strip() for text in texts if (found := re.search(r" – (6\W+violations.*)", text))}
    return plain(line)


def plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\u00a0", " ")


def drawn(project: Path) -> dict[str, str]:
    """Communes with violations and their class, as annex 1 colours them."""
    package = project / "outputs" / "2021-06" / "interne" / "cartes.gpkg"
    layer = gpd.read_file(package, layer="annexe_1_communes")
    return {
        code: label for code, label in zip(layer["pcode"], layer["class"], strict=True) if label[0].isdigit()
    }


def questions(project: Path) -> list[dict[str, str]]:
    with (review(project) / "lieux-a-verifier.csv").open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream, delimiter=";"))


def answer_in_csv(project: Path, commune: str, decision: str) -> None:
    """As a French spreadsheet saves it: semicolons, Windows-1252."""
    lines = questions(project)
    for line in lines:
        if line["commune"] == commune:
            line["decision"] = decision
    with (review(project) / "lieux-a-verifier.csv").open("w", encoding="cp1252", newline="") as stream:
        writer = csv.DictWriter(stream, lines[0].keys(), delimiter=";")
        writer.writeheader()
        writer.writerows(lines)


def answer_in_workbook(project: Path, commune: str, choice: int) -> str:
    """The n-th entry of the drop-down chosen in the workbook; returns it."""
    path = review(project) / "lieux-a-verifier.xlsx"
    book = openpyxl.load_workbook(path)
    sheet = book["À vérifier"]
    columns = {cell.value: cell.column for cell in sheet[1]}
    row = next(r for r in range(2, sheet.max_row + 1) if sheet.cell(r, columns["commune"]).value == commune)
    target = sheet.cell(row, columns["decision"])
    (offered,) = (v.formula1 for v in sheet.data_validations.dataValidation if target.coordinate in v.sqref)
    target.value = offered.strip('"').split(",")[choice]
    sheet.cell(row, columns["decide_par"]).value = "M. Maïga"
    book.save(path)
    return str(target.value)


def test_a_question_is_decided_and_drawn_and_a_decision_that_no_longer_fits_is_not(project: Path) -> None:
    # Half of the rows wait: everything is written, then make fails and says what to do.
    done = run(project, ok=False)
    assert done.returncode != 0
    assert "incidents : 3 lignes sur 6 (50\u202f%) attendent une décision sur leur lieu" in done.stderr
    assert "revue/lieux-a-verifier.csv" in done.stderr
    assert "make decide" in done.stderr
    assert "MAX_NON_RESOLUS" in done.stderr
    assert "les cartes sont dessinées" in done.stderr
    assert "3 placées + 3 à vérifier" in done.stdout
    assert counted(project) == (3, 3)
    assert line_of_counts(project) == "6 violations, dont 3 à vérifier"
    before = (outputs(project) / "annexe-1-incidents.png").read_bytes()

    # One annex asked for fails as well, and keeps the picture that is there.
    os.utime(project / "donnees/2021-06/incidents.csv")
    (review(project) / "lectures.csv").unlink()
    assert "la carte n’est pas dessinée" in run(project, "annex-1", ok=False).stderr
    assert (review(project) / "lectures.csv").is_file()  # one annex leaves the review true
    assert (outputs(project) / "annexe-1-incidents.png").read_bytes() == before
    first = drawn(project)
    assert sorted(first) == ["ML050402", "ML050403", "ML070201"]
    assert [(q["commune"], q["lignes"], q["place_a"]) for q in questions(project)] == [
        ("Inhinta", "2", "cercle Douentza"),
        ("Dogofry", "1", "région Ségou"),
    ]

    # One answer in the CSV, one in the workbook.
    answer_in_csv(project, "Inhinta", "ML050403")
    assert answer_in_workbook(project, "Dogofry", 1) == "ML040602 Dogofry"
    told = run(project, "decide", "PAR=A. Traoré").stdout
    assert "2 décisions ajoutées" in told
    lieux = project / "donnees" / "lieux.csv"
    text = lieux.read_text("utf-8-sig")
    assert "Mopti;Douentza;Inhinta;Emalin;ML050403;A. Traoré;" in text
    assert "Ségou;;Dogofry;;ML040602;M. Maïga;" in text

    # The next make uses them: nothing waits any more, and the pages say so.
    done = run(project)
    assert "6 lignes = 6 placées" in done.stdout
    assert counted(project) == (6, 0)
    assert line_of_counts(project) == "6 violations"
    assert (outputs(project) / "annexe-1-incidents.png").read_bytes() != before
    assert sorted(drawn(project)) == ["ML040602", "ML050402", "ML050403", "ML070201"]
    assert questions(project) == []
    trail = (review(project) / "lieux-resolus.csv").read_text("utf-8-sig")
    assert trail.count("décidé par A. Traoré") == 2
    assert trail.count("décidé par M. Maïga") == 1

    # Boundaries of another vintage, and a commune that is gone: told, and not applied.
    text = text.replace("ML050403;A. Traoré", "ML050499;A. Traoré").replace(
        "limites : 2021-12-20", "limites : X", 1
    )
    kept, other = text.splitlines()[-2:]
    assert "ML050499" in kept
    assert "ML040602" in other
    text = text.replace(kept, kept.replace("limites : X", "")).replace(
        other, other.replace("limites : 2021-12-20", "limites : 2015-04-08")
    )
    lieux.write_text(text, "utf-8-sig")
    done = run(project, "MAX_NON_RESOLUS=50")
    assert (
        "Décision non appliquée : lieux.csv, ML050499 : ML050499 n’existe pas dans les limites" in done.stdout
    )
    assert "ML040602 : prise sur les limites de 2015-04-08" in done.stdout
    assert counted(project) == (3, 3)
    assert drawn(project) == first
    assert (outputs(project) / "annexe-1-incidents.png").read_bytes() == before
    asked = {q["commune"]: q["question"] for q in questions(project)}
    assert "décision ML050499 non appliquée" in asked["Inhinta"]
    assert "décision ML040602 non appliquée" in asked["Dogofry"]


def test_a_new_month_opens_with_templates_and_is_not_drawn_while_they_are_empty(project: Path) -> None:
    given = ("INPUTS=donnees", "BOUNDARIES=limites.zip")
    make(project, "new-month", "MONTH=2021-07", *given)
    folder = project / "donnees" / "2021-07"
    assert {path.name for path in folder.iterdir()} == {
        "incidents.xlsx",
        "alertes_flash.xlsx",
        "indice_risque.xlsx",
        "mois.toml",
    }
    book = openpyxl.load_workbook(folder / "incidents.xlsx")
    lists = {cell for row in book["listes"].iter_rows(values_only=True) for cell in row}
    assert {"Mopti", "Douentza", "Hombori", "Mopti|Douentza"} <= lists

    # It is now the default month: make says what is missing, and which month could be drawn.
    done = make(project, *given, ok=False)
    assert done.returncode != 0
    assert "le mois 2021-07 est vide" in done.stderr
    assert "MONTH=2021-06" in done.stderr
    assert "Traceback" not in done.stderr
    assert not list((project / "outputs" / "2021-07").rglob("*.png"))
