"""A year of a form's raw export serves every month: one recipe, no column renamed, no file copied."""

import json

import pytest

from pipeline.cli import accepted
from pipeline.commands import new_month
from pipeline.errors import InputError
from pipeline.french import Month
from pipeline.geography import store
from pipeline.records import propose, read_inputs
from pipeline.records.propose import make_recipe
from pipeline.runner import run
from tests.helpers import kobo
from tests.helpers.office import PLACES, order

JUNE = Month(2021, 6)
EXPORT = "Protection_Monitoring_-_all_versions_-_English_en.xlsx"


@pytest.fixture
def desk(tmp_path, small_country):
    (tmp_path / "boundaries").mkdir()
    store.write(small_country, tmp_path / "boundaries" / "mali.gpkg", relief=None)
    year = tmp_path / "inputs" / "2021"
    year.mkdir(parents=True)
    places = [(*names, 14.6, -3.3) for names in PLACES.values() if names[0] == "Mopti"][:1]
    places += [(*names, 14.6, -3.3) for names in list(PLACES.values())[:1]]
    (year / EXPORT).write_bytes(kobo.export([(*place[:3], "", "") for place in places]))
    for month in JUNE.year_to_date():
        (year.parent / str(month)).mkdir()
    return tmp_path


@pytest.mark.slow
def test_one_recipe_serves_six_months(desk, capsys):
    inputs = desk / "inputs"
    assert not read_inputs(
        inputs, JUNE
    ).incidents  # a file of an unknown name and titles in English is not guessed
    make_recipe(inputs / "2021" / EXPORT, inputs, accepted, print)
    shown = capsys.readouterr().out
    assert "u-0-1 | 2021-01-01" in shown
    assert "3600 lignes lues, 0 refusée" in shown
    found = read_inputs(inputs, JUNE).incidents
    assert tuple(found) == JUNE.year_to_date()
    for table in found.values():
        assert (len(table.rows), table.refused, len(table.aside)) == (300, (), 3300)
        assert set(table.rows["categorie"]) == set("ABCDE")
    said: list[str] = []
    asked = order(desk, JUNE, "partenaires", ())
    run(asked, said.append)
    counts = json.loads((asked.folder / "manifest.json").read_text("utf-8"))["counts"]["incidents"]
    assert (counts["rows"], counts["other_months"], counts["refused"]) == (3600, 3300, 0)
    assert counts["drawn"] == 300
    assert sum("d’autres mois :" in line for line in said) == 1


@pytest.mark.slow
def test_templates_left_empty_do_not_hide_the_export_of_the_year(desk, small_country):
    inputs = desk / "inputs"
    for month in JUNE.year_to_date():
        new_month(month, inputs, desk / "boundaries" / "mali.gpkg", lambda line: None)
    make_recipe(inputs / "2021" / EXPORT, inputs, accepted, lambda line: None)
    read = read_inputs(inputs, JUNE)
    assert {month: len(table.rows) for month, table in read.incidents.items()} == dict.fromkeys(
        JUNE.year_to_date(), 300
    )
    assert f"{JUNE}/incidents.xlsx" in {file.path for file in read.files}  # once filled, it is the month's
    assert not any(one.table == "incidents" and not one.row for one in read.findings)
    # A declared zero is still refused beside rows.
    (inputs / str(JUNE) / "mois.toml").write_text("aucun_incident = true\n", "utf-8")
    with pytest.raises(InputError, match="aucun_incident"):
        read_inputs(inputs, JUNE)
    (inputs / str(JUNE) / "mois.toml").write_text("exemple = false\n", "utf-8")
    titles = "id,date,region,cercle,commune,categorie,type\n"
    (inputs / str(JUNE) / "incidents.xlsx").unlink()
    row = "1,2021-06-03,Mopti,Mopti,Sio,E,Menace\n"
    (inputs / str(JUNE) / "incidents.csv").write_text(titles + row, "utf-8")
    both = read_inputs(inputs, JUNE)
    assert both.incidents[JUNE].total == 1
    said = [one for one in both.findings if one.whole and "de l’année" in one.problem]
    assert len(said) == 1, "300 lines of the year are left for one of the month without a word"
    assert "300 lignes de juin 2021" in said[0].problem
    assert f"{JUNE}/incidents.csv : 1" in said[0].problem


def test_an_export_laid_into_the_month_is_read_beside_the_empty_template(desk):
    inputs = desk / "inputs"
    here = inputs / str(JUNE)
    (inputs / "2021" / EXPORT).rename(here / EXPORT)
    titles = "id,date,region,cercle,commune,categorie,type\n"
    (here / "incidents.csv").write_text(titles, "utf-8")
    unread = read_inputs(inputs, JUNE)
    assert not unread.incidents
    (told,) = (one for one in unread.findings if EXPORT in one.file)
    assert (told.whole, "make recette" in told.fix) == (True, True), (
        "share would not wait for a file that nobody read"
    )
    make_recipe(here / EXPORT, inputs, accepted, lambda line: None)
    read = read_inputs(inputs, JUNE)
    assert (len(read.incidents[JUNE].rows), [one for one in read.findings if EXPORT in one.file]) == (300, [])
    assert f"{JUNE}/incidents.csv" in {file.path for file in read.files}  # once filled, it is the month's
    (here / "incidents.csv").write_text(f"{titles}1,2021-06-03,Mopti,Mopti,Sio,E,Menace\n", "utf-8")
    both = read_inputs(inputs, JUNE)
    (told,) = (one for one in both.findings if EXPORT in one.file)
    assert (both.incidents[JUNE].total, told.whole) == (1, True)
    assert "a 300 lignes de juin 2021, et le tableau incidents aussi" in told.problem
    (here / f"copie {EXPORT}").write_bytes((here / EXPORT).read_bytes())
    with pytest.raises(InputError, match="deux fichiers") as caught:
        read_inputs(inputs, JUNE)
    assert "deux feuilles d’un même classeur" in caught.value.fix


def test_a_recipe_refused_writes_nothing_and_one_that_is_lacking_says_what_to_answer(desk):
    inputs = desk / "inputs"
    make_recipe(
        inputs / "2021" / EXPORT, inputs, lambda text, told: "non" if "Ajouter" in text else told, print
    )
    assert not (inputs / "colonnes.toml").exists()
    bare = inputs / "2021" / "vide.csv"
    bare.write_text("region,cercle,commune,Quand\nMopti,Mopti,Sio,jadis\n", "utf-8")
    with pytest.raises(InputError) as caught:
        make_recipe(bare, inputs, accepted, print, "incidents")
    assert "colonnes.id" in caught.value.fix or "colonnes.date" in caught.value.fix
    for wrong in ("alerte", "lieux"):
        with pytest.raises(InputError, match="TABLEAU") as caught:
            make_recipe(bare, inputs, accepted, print, wrong)
        assert "alertes_flash" in caught.value.fix
    with pytest.raises(InputError, match="id_rapport"):  # a table under any name that its file may have
        make_recipe(bare, inputs, accepted, print, "Alertes")
    with pytest.raises(InputError, match="FICHIER"):
        make_recipe(inputs / "absent.xlsx", inputs, accepted, print)


def test_a_recipe_that_is_asked_for_again_takes_the_place_of_the_first(tmp_path):
    path = tmp_path / "2021" / "export.csv"
    path.parent.mkdir()
    (tmp_path / "2021-07").mkdir()
    path.write_text(
        "Quand,id,region,cercle,commune,categorie,type\n02/07/2021,1,Mopti,Koro,Koro,B,Tue\n", "utf-8"
    )
    for meant in ("Assassinat", "Meurtre"):

        def answer(text: str, told: str, meant: str = meant) -> str:
            return meant if "Tue" in text else told

        make_recipe(path, tmp_path, answer, print, "incidents")
        read = read_inputs(tmp_path, Month(2021, 7)).incidents[Month(2021, 7)]
        assert list(read.rows["type"]) == [meant]


def test_a_file_in_our_own_words_gets_no_recipe(tmp_path):
    path, said = tmp_path / "x.csv", []
    path.write_text(
        "id,date,region,cercle,commune,latitude,longitude,categorie,type\n1,2021-07-02,Mopti,Koro,Koro,,,B,Meurtre\n",
        "utf-8",
    )
    make_recipe(path, tmp_path, accepted, said.append, "incidents")
    assert "incidents.csv" in said[-1]
    assert not (tmp_path / "colonnes.toml").exists()


@pytest.mark.parametrize(
    ("place", "month", "first", "year"),
    [
        ("2024", None, "mars 2023", 2024),  # as it will be read there
        ("2022-03", Month(2021, 6), "mars", 2022),
        ("recus", Month(2022, 3), "mars 2023", 2022),
        ("recus", None, "mars 2023", 2023),
        ("recus", None, "mars", 2025),  # the latest month that is there
    ],
)
def test_the_lines_shown_are_of_the_year_at_hand(tmp_path, monkeypatch, place, month, first, year):
    """A month written without its year, as totals are; and the day that a refusal proposes."""
    shown = []
    monkeypatch.setattr(propose, "rows_shown", lambda table: shown.append(table) or [])
    for name in (place, "2025-01"):
        (tmp_path / name).mkdir()
    path = tmp_path / place / "totaux.csv"
    path.write_text(f"mois,tableau,nom,valeur\n{first},region,Mopti,1\navril,region,Gao,2\n", "utf-8")
    make_recipe(path, tmp_path, accepted, print, "totaux_publies", month)
    assert shown[0].rows["mois"][1] == f"{year}-04"
    path.unlink()
    path = tmp_path / place / "faits.csv"
    dates = f"2,12/04/{year},Mopti,Mopti,Sio,B,Meurtre\n1,hier,Mopti,Mopti,Sio,B,Meurtre\n"
    path.write_text("id,date,region,cercle,commune,categorie,type\n" + dates, "utf-8")
    make_recipe(path, tmp_path, accepted, print, "incidents", month)
    assert [f"/{year}" in one.fix for one in shown[1].refused] == [True]
