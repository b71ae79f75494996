"""lignes-rejetees.csv: what the officer opens in Excel."""

import csv

from pipeline.files import safe_cell, unsafe_cell
from pipeline.records import write_refused, write_remarks
from pipeline.records.files import HEADERS


def lines(path):
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.reader(stream, delimiter=";"))


def test_one_line_a_refused_row_with_all_its_problems(desk, tmp_path):
    desk.incidents({}, {"id": "", "date": "31/06/2021"}, {"id": "3", "sexe": "X"}, {"categorie": "Q"})
    out = tmp_path / "revue" / "lignes-rejetees.csv"
    write_refused(desk.read(), out)
    assert out.read_bytes().startswith(b"\xef\xbb\xbf")
    header, *rows = lines(out)
    assert tuple(header) == HEADERS
    assert [(row[0], row[1], row[2]) for row in rows] == [
        ("incidents", "2021-06/incidents.csv", n) for n in ("3", "5")
    ]
    assert "id est vide" in rows[0][6]
    assert "30 jours" in rows[0][6]
    assert all(all(row[6:]) for row in rows)


def test_remarks_hold_what_was_told_but_not_refused(desk, tmp_path):
    desk.incidents({"sexe": "X"}, {"categorie": "Q"})
    desk.put("2021-06/mois.toml", "exemple = false")
    write_remarks(desk.read(), tmp_path / "r.csv")
    assert [row[4] for row in lines(tmp_path / "r.csv")[1:]] == ["sexe"]


def test_no_cell_can_run_in_a_spreadsheet(desk, tmp_path):
    desk.incidents({"id": "=HYPERLINK(1)", "categorie": "@SUM(A1)"}, {"id": "+33", "categorie": "-1+1"})
    write_refused(desk.read(), tmp_path / "r.csv")
    cells = [cell for row in lines(tmp_path / "r.csv") for cell in row]
    assert "'=HYPERLINK(1)" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t"))]
    for text in (" =1", "\t=1", "＝1", "\u00a0@x", "x;=6*7;", "a, -cmd|x", "x;＝1"):
        guarded = safe_cell(text)
        assert "'" in guarded
        for separator in ";,|":
            assert not [
                part for part in guarded.split(separator) if part.strip().startswith(("=", "@", "＝", "-c"))
            ]
        assert unsafe_cell(guarded).split() == text.split()
    for text in ("14.99 ; -2.95", "Koro, Mopti", "l'eau", "a-b"):
        assert safe_cell(text) == text


def test_the_same_inputs_give_the_same_bytes(desk, tmp_path):
    desk.incidents(*({"categorie": f"Q{n}", "date": "x"} for n in range(30)))
    for name in ("a.csv", "b.csv"):
        write_refused(desk.read(), tmp_path / name)
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
    assert sorted(path.name for path in tmp_path.glob("*.csv")) == ["a.csv", "b.csv"]
