"""The month on one page: every line of every file is in it, and nothing out of the ordinary is shared unconfirmed."""

import csv
import json
import shutil
from dataclasses import replace

import openpyxl
import pytest

from pipeline import commands
from pipeline.annexes.common import account_line
from pipeline.bilan import _compared, bilan_of, refuse_unconfirmed, text_of, write_bilan
from pipeline.errors import InputError
from pipeline.geography.country import Country
from pipeline.indicators import Account
from pipeline.month_data import read_month
from pipeline.runner import run, stage_of
from tests.helpers.months import JUNE, MAY
from tests.helpers.office import ALL, HEADINGS, build, late, office, order, row


@pytest.fixture
def desk(tmp_path, small_country):
    return office(tmp_path / "bureau", small_country)


def page(desk, country: Country):
    data = read_month(desk / "inputs", JUNE, country)
    return bilan_of(data), data


def test_every_line_of_every_file_is_in_the_page_and_in_the_manifest(desk, small_country):
    late(
        desk,
        JUNE,
        (*row(JUNE, 900, "ML050101", "E")[:1], "2021-03-02", *row(JUNE, 900, "ML050101", "E")[2:]),
    )
    late(
        desk,
        JUNE,
        ("TOTAL", *[""] * (len(HEADINGS) - 1)),
        ("x-1", "hier", *row(JUNE, 1, "ML050101", "E")[2:]),
    )
    found, data = page(desk, small_country)
    rows = {one.path: one.rows for item in data.current() for one in item.table.files}
    for labels in data.indicators.sheets.values():
        assert {label: account.rows for label, account in labels.items()}.items() <= rows.items()
    told = next(line.told for line in found.lines if line.subject == "2021-06/incidents.csv")
    assert "1 refusée" in told
    assert "1 d’un autre mois" in told
    assert "1 hors tableau" in told
    folder, said = build(desk, annexes=())
    assert any("1 d’un autre mois" in line for line in said)
    counts = json.loads((folder / "manifest.json").read_text("utf-8"))["counts"]["incidents"]
    assert (counts["other_months"], counts["not_records"], counts["refused"]) == (1, 1, 1)
    parts = [counts[name] for name in counts if name != "rows"]
    assert counts["rows"] == sum(parts)
    assert "d’autres mois ou hors tableau" in stage_line(desk, small_country)
    assert (
        json.loads((folder / "manifest.json").read_text("utf-8"))["counts_by_sheet"] == {}
    )  # for the team alone


def stage_line(desk, country):
    """What the page of annex 1 says of the rows received."""
    asked = order(desk, JUNE, "partenaires", ())
    stage = stage_of(asked, read_month(asked.inputs, JUNE, country), country)
    return account_line(stage, "incidents", "violation", "violations")


def test_an_account_that_loses_a_row_cannot_be_made():
    with pytest.raises(ValueError, match="lost"):
        Account(10, 5, 1, 1, 1, 1, 0)


def test_what_is_out_of_the_ordinary_is_confirmed_before_it_is_shared(desk, small_country):
    late(desk, JUNE, *(row(JUNE, 500 + n, "ML050101", "E") for n in range(80)))
    found, _ = page(desk, small_country)
    assert {line.subject for line in found.waiting} == {"violations", "violations, Mopti"}
    with pytest.raises(InputError) as caught:
        refuse_unconfirmed(found)
    info = desk / "inputs" / str(JUNE) / "mois.toml"
    line = caught.value.fix.split("mois.toml : ")[1].split("]")[0] + "]"
    info.write_text(f"{info.read_text('utf-8')}{line}\n", "utf-8")
    found, _ = page(desk, small_country)
    refuse_unconfirmed(found)
    late(desk, JUNE, *(row(JUNE, 700 + n, "ML050101", "E") for n in range(80)))
    found, _ = page(desk, small_country)
    assert found.waiting, "another total has to be confirmed anew"


def test_share_waits_for_the_confirmation(desk):
    late(desk, JUNE, *(row(JUNE, 500 + n, "ML050101", "E") for n in range(80)))
    _, said = build(desk, annexes=())
    assert any(line.startswith("À confirmer : violations") for line in said)
    with pytest.raises(InputError, match="à confirmer avant de partager"):
        commands.share(order(desk, JUNE, "partenaires", ()), None, print)


def test_a_table_that_was_there_the_month_before_is_missed(desk, small_country):
    (desk / "inputs" / str(JUNE) / "indice_risque.csv").unlink()
    found, _ = page(desk, small_country)
    assert [line.confirm for line in found.waiting] == ["indice_risque : aucune donnée"]


def test_what_is_odd_of_a_whole_file_is_confirmed_too(desk, small_country):
    path = desk / "inputs" / str(JUNE) / "incidents.csv"
    path.write_bytes(path.read_bytes().decode("cp1252").encode("utf-8"))  # accents encoded twice
    found, _ = page(desk, small_country)
    assert ["accents" in line.confirm for line in found.waiting] == [True]
    (path.parent / "mois.toml").write_text(f'confirme = ["{found.waiting[0].confirm}"]\n', "utf-8")
    found, _ = page(desk, small_country)
    assert not found.waiting


def test_the_page_is_a_sheet_too(desk, small_country, tmp_path):
    found, _ = page(desk, small_country)
    paths = [write_bilan(found, tmp_path / f"{n}.xlsx") for n in (1, 2)]
    assert paths[0].read_bytes() == paths[1].read_bytes()
    rows = list(openpyxl.load_workbook(paths[0]).active.iter_rows(values_only=True))
    assert len(rows) == len(found.lines) + 1
    shown = "\n".join(text_of(found))
    assert all(str(cells[2]) in shown for cells in rows[1:])


def test_what_was_read_otherwise_says_what_to_do(desk, small_country, tmp_path):
    """Each remark of a row with its remedy, that of one row where they differ, and so of a whole file's."""
    path = desk / "inputs" / str(JUNE) / "incidents.csv"
    path.write_bytes(path.read_bytes().decode("cp1252").encode("utf-8"))  # accents encoded twice
    late(
        desk,
        JUNE,
        *(
            (*row(JUNE, 900 + n, "ML050101", "E")[:2], "", *row(JUNE, 900, "ML050101", "E")[3:])
            for n in range(2)
        ),
    )
    found, data = page(desk, small_country)
    fixes = {one.fix for one in data.inputs.all_findings() if one.row and not one.refused}
    told = [
        line for line in found.lines if line.section in ("Lu autrement, ou à savoir", "Fichiers à vérifier")
    ]
    told = [line for line in told if not line.subject.startswith("lieux,")]
    assert len(told) >= 2
    for line in told:
        assert any(line.fix.endswith(fix) for fix in fixes), line
    shown = text_of(found)
    cells = openpyxl.load_workbook(write_bilan(found, tmp_path / "bilan.xlsx")).active.iter_rows(
        values_only=True
    )
    assert [line.fix for line in found.lines if line.fix] == [row[3] for row in list(cells)[1:] if row[3]]
    assert all(f"    Remède : {line.fix}" in shown for line in told)


def test_what_many_rows_lack_is_said_once_with_their_lines(desk, small_country):
    path = desk / "inputs" / str(JUNE) / "incidents.csv"
    lines = path.read_text("utf-8").splitlines(keepends=True)
    for at in range(1, 13):
        lines[at] = lines[at].replace(",Mopti,", ",,", 1)
    path.write_text("".join(lines), "utf-8")
    (path.parent / "notes de terrain.xlsx").write_bytes(b"x")
    found, _ = page(desk, small_country)
    (told,) = (line.told for line in found.lines if "region est vide" in line.told)
    assert (
        told == f"12 fois ({JUNE}/incidents.csv, lignes 2, 3, 4, 5, 6, 7, 8, 9 et 4 autres) : region est vide"
    )
    _, said = build(desk, annexes=())
    remarks = [line for line in said if line.startswith("Remarque")]
    assert "notes de terrain.xlsx" in remarks[0], "what share waits for comes first"
    assert "make recette" in remarks[0]
    assert sum("region est vide" in line for line in remarks) == 1
    assert any("notes de terrain.xlsx" in line.subject and line.confirm for line in found.waiting)


def test_the_remarks_that_the_screen_leaves_out_are_where_it_says(desk):
    columns = ("region", "cercle", "date", "latitude", "auteur", "sexe", "age")
    rows = [dict(zip(HEADINGS, map(str, row(JUNE, 700 + n, "ML050101", "E")), strict=True)) for n in range(7)]
    wrong = dict(zip(columns, ("", "", "2021-06-12 (nuit)", "999", "Martien", "X", "200 ans"), strict=True))
    late(
        desk,
        JUNE,
        *(tuple((one | {name: wrong[name]}).values()) for one, name in zip(rows, columns, strict=True)),
    )
    _, said = build(desk, annexes=())
    (rest,) = (line for line in said if line.startswith("…"))
    listed = desk / "outputs" / str(JUNE) / "revue" / "remarques.csv"
    assert rest.endswith(f"dans {listed}")
    assert listed.read_text("utf-8-sig").count("\n") - 1 == 5 + int(rest.split()[2])


def test_too_many_refused_rows_stop_the_run_before_a_map(desk):
    late(
        desk,
        JUNE,
        *(
            (*row(JUNE, 800 + n, "ML050101", "E")[:9], "", *row(JUNE, n, "ML050101", "E")[10:])
            for n in range(9)
        ),
    )
    with pytest.raises(InputError) as caught:
        build(desk, annexes=ALL)
    assert "9 lignes refusées" in caught.value.problem
    enough = int(caught.value.fix.split("MAX_REFUSES=")[1].split()[0]) / 100
    for month, other in ((JUNE, MAY), (MAY, JUNE)):  # a page that compares is a map of these rows too
        with pytest.raises(InputError, match="9 lignes refusées"):
            commands.compare(order(desk, month, "partenaires", ()), other, print)
    assert not (desk / "outputs" / str(JUNE) / "partenaires").exists()
    with (desk / "outputs" / str(JUNE) / "revue" / "lignes-rejetees.csv").open(
        encoding="utf-8-sig"
    ) as stream:
        assert len(list(csv.reader(stream, delimiter=";"))) == 10
    said: list[str] = []
    run(replace(order(desk, JUNE, "partenaires", ()), max_refused=enough), said.append)
    assert any("9 refusées" in line for line in said)


def test_a_month_that_is_not_there_to_compare_with_is_blamed_on_the_variable_that_names_it(desk):
    with pytest.raises(InputError) as caught:
        commands.compare(order(desk, JUNE, "partenaires", ()), MAY.previous(), print)
    assert "2021-04" in caught.value.problem
    assert "WITH=" in caught.value.fix
    assert str(MAY) in caught.value.fix
    assert "MONTH=" not in caught.value.fix


@pytest.mark.parametrize("lines", ["", "2021-06,region,Mopti,beaucoup\n"])
def test_check_does_not_pass_on_totals_that_say_nothing(desk, lines):
    (desk / "inputs" / "2021" / "totaux_publies.csv").write_text(f"mois,tableau,nom,valeur\n{lines}", "utf-8")
    with pytest.raises(InputError, match="totaux_publies"):
        commands.against_published(order(desk, JUNE, "partenaires", ()), print)


@pytest.mark.parametrize(("now", "told"), [(1, "−99,8"), (0, "−100"), (2, "−99,6"), (280, "−50")])
def test_a_fall_that_leaves_some_is_not_told_as_a_fall_to_none(now, told):
    assert f"({told}\u202f%" in _compared("mai 2021", "violations", now, 560).told


def test_a_wrong_published_total_stops_the_check_and_no_map(desk):
    lines = "month,table,name,value\n2021-06,region,Mopti,beaucoup\n"
    (desk / "inputs" / "2021" / "totaux_publies.csv").write_text(lines, "utf-8")
    folder, _ = build(desk, annexes=(5,))
    assert (folder / "annexe-5-couverture.html").exists()
    with pytest.raises(InputError, match="totaux_publies"):
        commands.against_published(order(desk, JUNE, "partenaires", ()), print)


def test_totals_not_filled_yet_are_not_a_file_that_is_missing(desk):
    asked = (order(desk, JUNE, "partenaires", ()), print)
    path = desk / "inputs" / "2021" / "totaux_publies.csv"
    path.write_text("mois,tableau,nom,valeur\n", "utf-8")
    with pytest.raises(InputError, match="totaux_publies n’a aucune ligne") as raised:
        commands.against_published(*asked)
    assert "une fois le bulletin imprimé" in raised.value.fix
    path.unlink()
    with pytest.raises(InputError, match="aucun fichier totaux_publies"):
        commands.against_published(*asked)


def test_an_empty_table_tells_what_it_leaves_out(desk, small_country):
    folder = desk / "inputs" / "2021"
    (folder / "totaux_publies.csv").write_text("mois,tableau,nom,valeur\n", "utf-8")
    (folder / "couverture.csv").write_text("region,cercle,commune,pcode,partenaire\n", "utf-8")
    told = {
        one.table: one.consequence
        for one in page(desk, small_country)[1].inputs.all_findings()
        if not one.row
    }
    assert "make check" in told["totaux_publies"]
    assert "cartes" not in told["totaux_publies"]
    assert "les cartes disent" in told["couverture"]


@pytest.mark.parametrize("score", ["", "-", "NSP", "non évaluée"])
def test_a_commune_without_score_is_not_assessed_and_stops_nothing(desk, small_country, score):
    path = desk / "inputs" / str(JUNE) / "indice_risque.csv"
    with path.open("a", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerow(("Mopti", "Bandiagara", "Dandoli", "", score))
    found, data = page(desk, small_country)
    table = data.inputs.risque[JUNE]
    assert (len(table.rows), table.refused, [one.text for one in table.aside]) == (7, (), ["Dandoli"])
    assert any("Dandoli" in one.problem for one in table.findings)
    assert any("1 commune sans score, non évaluée" in line.told for line in found.lines)
    assert not found.waiting
    run(replace(order(desk, JUNE, "partenaires", (3,)), max_refused=0.0), print)


def test_one_commune_scored_under_two_spellings_is_refused_in_both(desk, small_country):
    path = desk / "inputs" / str(JUNE) / "indice_risque.csv"
    with path.open("a", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerow(("Mopti", "Douentza", "Homborii", "ML050403", 25))
    _, data = page(desk, small_country)
    table = data.inputs.risque[JUNE]
    assert sorted(one.row for one in table.refused) == [7, 9]
    assert "ML050403" not in set(data.indicators.risk.loc[data.indicators.risk["month"] == str(JUNE), "area"])


@pytest.mark.slow
def test_alerts_alone_in_a_new_year_say_zero_of_nothing_else(desk):
    shutil.rmtree(desk / "inputs" / "2021-05")
    shutil.rmtree(desk / "inputs" / "2021")
    for name in ("incidents.csv", "indice_risque.csv"):
        (desk / "inputs" / str(JUNE) / name).unlink()
    asked = order(desk, JUNE, "partenaires", ALL)
    run(asked, print, commands.BULLETIN)
    assert commands.reprinted_alike(asked, print)
    book = openpyxl.load_workbook(asked.folder / "tableaux.xlsx")
    rows = [
        row for sheet in book.worksheets[:2] for row in sheet.iter_rows(values_only=True) if row[0] == "Total"
    ]
    assert all(row[6] == "–" for row in rows)
    import docx

    texts = [part.text for part in docx.Document(str(asked.folder / "annexes.docx")).paragraphs]
    texts.append((asked.folder / "index.html").read_text("utf-8"))
    for text in texts:
        assert "Aucune violation documentée" not in text
        assert "Aucune violation n’a été" not in text
        assert "pour 0" not in text


@pytest.mark.parametrize(
    ("waiting", "rows", "stops"),
    [(38, 60, True), (7, 19, False), (3, 6, True), (11, 19, True), (2, 19, False)],
)
def test_places_that_wait_are_counted_table_by_table(desk, small_country, waiting, rows, stops):
    path = desk / "inputs" / str(JUNE) / "alertes_flash.csv"
    head = "id_rapport,date,evenement,region,cercle,commune,localite"
    told = [("Hombori", "Inhinta")[n < waiting] for n in range(rows)]
    lines = [f"F-{n},2021-06-1{n % 9},Menace,Mopti,Douentza,{name}," for n, name in enumerate(told)]
    path.write_text("\n".join([head, *lines]) + "\n", "utf-8")
    asked = replace(order(desk, JUNE, "partenaires", (5,)), max_unresolved=0.05)
    if not stops:
        return run(asked, print)
    with pytest.raises(InputError, match=f"alertes_flash : {waiting} lignes sur {rows}") as caught:
        run(asked, print)
    assert "les cartes sont dessinées" in caught.value.consequence
    assert (asked.folder / "annexe-5-couverture.html").exists()


def test_a_template_left_empty_is_no_file_that_never_came(desk, small_country):
    path = desk / "inputs" / str(JUNE) / "alertes_flash.csv"
    path.write_text(path.read_text("utf-8").splitlines()[0] + "\n", "utf-8")
    (desk / "inputs" / str(JUNE) / "indice_risque.csv").unlink()
    lines = page(desk, small_country)[0].lines
    told = {line.subject: line.told for line in lines if line.section.startswith("Lignes reçues")}
    assert told["alertes_flash"].startswith("aucune donnée reçue (modèle vide)")
    assert told["indice_risque"].startswith("aucune donnée reçue (aucun fichier)")
