"""The manifest tells of every file, and keeps what an earlier run made while it is intact."""

from __future__ import annotations

import json

from pipeline.files import sha256
from pipeline.geography.country import Source
from pipeline.indicators import Account
from pipeline.manifest import Output, write_manifest
from pipeline.month import Month
from pipeline.records.tables import InputFile

SOURCE = Source("miroir", "Limites", "2021-12-20", "a" * 64, "OCHA")


def write(folder, *names, rows="b" * 64, told=None):
    for name in names:
        (folder / name).write_text(name)
    accounts = {
        "2021-06": {"incidents": Account(2, 1, 0, 0, 1)},
        "2021": {"couverture": Account(1, 1, 0, 0, 0)},
    }
    made = [Output(name, "Titre", "Légende.", "Texte.") for name in names]
    write_manifest(
        folder,
        Month(2021, 6),
        "partenaires",
        "2021-07-15",
        SOURCE,
        [InputFile("f.csv", rows, 2)],
        accounts,
        made,
        told,
    )
    return json.loads((folder / "manifest.json").read_text("utf-8"))


def test_each_output_has_its_checksum_and_words(tmp_path):
    content = write(tmp_path, "a.png")
    assert content["outputs"] == [
        {
            "path": "a.png", "title": "Titre", "caption": "Légende.", "alt_text": "Texte.",
            "sha256": sha256(tmp_path / "a.png"), "audience": "partenaires",
        }
    ]  # fmt: skip
    assert content["counts"]["incidents"] == {
        "rows": 2,
        "drawn": 1,
        "not_located": 0,
        "to_verify": 0,
        "refused": 1,
    }
    assert content["counts"]["couverture"]["rows"] == 1
    assert (content["month"], content["produced_on"]) == ("2021-06", "2021-07-15")


def test_an_entry_stays_while_its_file_is_intact_and_goes_with_it(tmp_path):
    write(tmp_path, "a.png", "b.png", "c.png")
    (tmp_path / "b.png").write_text("changed")
    (tmp_path / "c.png").unlink()
    assert [entry["path"] for entry in write(tmp_path, "d.png")["outputs"]] == ["a.png", "d.png"]


def test_a_damaged_manifest_is_made_again(tmp_path):
    (tmp_path / "manifest.json").write_text("{")
    assert [entry["path"] for entry in write(tmp_path, "a.png")["outputs"]] == ["a.png"]


def test_what_was_made_of_other_rows_goes_unless_make_makes_it_again(tmp_path):
    write(tmp_path, "annexe-1-incidents.png", "annexe-1-incidents.pdf", "annexes.docx", "index.html")
    content = write(tmp_path, "annexe-3-indice-risque.png", rows="c" * 64)
    assert [entry["path"] for entry in content["outputs"]] == [
        "annexe-1-incidents.png",
        "annexe-3-indice-risque.png",
        "index.html",
    ]


def test_what_was_told_stays_on_record_until_it_is_told_anew(tmp_path):
    told = {"2021-05": {"communes": {"ML050101": [5, 5]}}}
    assert write(tmp_path, "a.png", told=told)["divulgation"] == told
    assert write(tmp_path, "b.png")["divulgation"] == told
    assert write(tmp_path, "b.png", told={})["divulgation"] == {}
