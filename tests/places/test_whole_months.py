"""Whole months through reading, placing and the review folder, on the small country."""

import csv

import openpyxl
import pytest

from pipeline.errors import InputError
from pipeline.french import Month
from pipeline.month_data import read_month
from pipeline.records import write_templates
from pipeline.runner import write_review_folder

HEADER = "id,date,region,cercle,commune,pcode,categorie,type"
VIOLENCE = "A,Déplacement interne forcé en raison de la violence/conflit/insécurité"
JUNE = Month(2021, 6)


@pytest.fixture
def inputs(tmp_path):
    """Writes incidents files of June 2021 from rows "region,cercle,commune,pcode"; returns the folder."""

    def write(**files):
        folder = tmp_path / "inputs" / "2021-06"
        folder.mkdir(parents=True)
        for name, rows in files.items():
            lines = [f"{name}-{n},2021-06-0{n},{row},{VIOLENCE}" for n, row in enumerate(rows, start=1)]
            (folder / f"{name}.csv").write_text("\n".join([HEADER, *lines]) + "\n", "utf-8")
        return folder.parent

    return write


def lines(path):
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream, delimiter=";"))


def test_mixed_vintages_in_one_file_reach_the_officer_row_by_row(inputs, small_country, tmp_path):
    folder = inputs(
        incidents=[
            "Mopti,Douentza,Douentza,ML050402",  # of 2015
            "Mopti,Douentza,Gandamia,ML050402",  # of 2021
            "Gao,Bourem,,ML070202",  # nothing tells
        ]
    )
    data = read_month(folder, JUNE, small_country)
    write_review_folder(data, data.gazetteer, tmp_path / "revue")
    remarks = [r for r in lines(tmp_path / "revue/remarques.csv") if r["colonne"] == "pcode"]
    assert [(r["ligne"], r["id"]) for r in remarks] == [("0", ""), ("2", "incidents-1"), ("3", "incidents-2")]
    assert (
        "plusieurs millésimes dans un même fichier (1 des limites de 2015, 1 des limites de 2021)"
        in (remarks[0]["probleme"])
    )
    assert "un code sans nom, dont le sens dépend du millésime, est une question" in remarks[0]["consequence"]
    assert remarks[1]["probleme"] == "P-code ML050402 des limites de 2015, d’après « Douentza »"
    trail = lines(tmp_path / "revue/lieux-resolus.csv")
    assert [(r["pcode"], r["niveau"]) for r in trail] == [
        ("ML050401", "commune"),
        ("ML050402", "commune"),
        ("ML0702", "cercle"),
    ]
    assert data.indicators.accounts["2021-06"]["incidents"].to_verify == 1


def test_the_verdict_on_a_file_reads_its_bare_codes_and_is_told(inputs, small_country):
    folder = inputs(
        incidents=[
            "Mopti,Douentza,Douentza,ML050402",
            "Mopti,Douentza,Gandamia,ML050403",
            "Gao,Bourem,,ML070202",
        ]
    )
    data = read_month(folder, JUNE, small_country)
    (table,) = data.placed
    assert (table.places[2].pcode, table.places[2].method) == ("ML070201", "p-code 2015 traduit")
    assert not any(place.question for place in table.places)
    told = [finding for finding in data.inputs.all_findings() if finding.column == "pcode"]
    assert [finding.problem for finding in told] == [
        "P-codes des limites de 2015 (2 des limites de 2015), et non de 2021"
    ]
    assert told[0].row == 0
    assert told[0].file.endswith("incidents.csv")


def test_a_new_month_that_is_still_empty_is_not_drawn_as_zero(inputs, small_country):
    folder = inputs(incidents=["Mopti,Douentza,Hombori,"])
    names = [("Mopti", "Douentza", "Hombori", "ML050403")]
    july = Month(2021, 7)
    write_templates(folder, july, names)
    with pytest.raises(InputError) as error:
        read_month(folder, july, small_country)
    assert "le mois 2021-07 est vide" in error.value.problem
    assert "MONTH=2021-06" in error.value.fix
    # One table filled: the month has begun, and the empty ones mean zero.
    book = openpyxl.load_workbook(folder / "2021-07" / "indice_risque.xlsx")
    book["indice_risque"].append(["Mopti", "Douentza", "Hombori", None, 12])
    book.save(folder / "2021-07" / "indice_risque.xlsx")
    assert read_month(folder, july, small_country).indicators.accounts["2021-07"]["indice_risque"].drawn == 1
