"""The manifest tells of every file, and keeps what an earlier run made while it is intact."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from pipeline.errors import InputError
from pipeline.files import sha256
from pipeline.french import Month
from pipeline.geography.country import Source
from pipeline.indicators import Account
from pipeline.manifest import Output, refuse_edited, refuse_stale, sealed, write_manifest
from pipeline.records.tables import InputFile

SOURCE = Source("miroir", "Limites", "2021-12-20", "a" * 64, "OCHA")


def write(folder, *names, mark="d1", current=("d1",), told=None, files=()):
    for name in names:
        (folder / name).write_text(name)
    accounts = {
        "2021-06": {"incidents": Account(2, 1, 0, 0, 1)},
        "2021": {"couverture": Account(1, 1, 0, 0, 0)},
    }
    made = [Output(name, "Titre", "Légende.", "Texte.", mark, "A4-paysage") for name in names]
    write_manifest(
        folder,
        Month(2021, 6),
        "partenaires",
        "2021-07-15",
        SOURCE,
        files or [InputFile("incidents.csv", "b" * 64, 2)],
        accounts,
        made,
        told,
        current,
    )
    return json.loads((folder / "manifest.json").read_text("utf-8"))


def test_each_output_has_its_checksum_and_words(tmp_path):
    content = write(tmp_path, "a.png")
    assert content["outputs"] == [
        {
            "path": "a.png", "title": "Titre", "caption": "Légende.", "alt_text": "Texte.",
            "made_of": "d1", "asked": "A4-paysage", "sha256": sha256(tmp_path / "a.png"), "audience": "partenaires",
        }
    ]  # fmt: skip
    assert content["counts"]["incidents"] == {
        "rows": 2,
        "drawn": 1,
        "not_located": 0,
        "to_verify": 0,
        "refused": 1,
        "other_months": 0,
        "not_records": 0,
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


def test_an_entry_that_is_made_of_what_is_no_longer_true_goes(tmp_path):
    write(tmp_path, "annexe-1-incidents.png", "annexe-1-incidents.pdf", mark="rows of May")
    write(tmp_path, "index.html", current=("d1", "rows of May"))
    content = write(tmp_path, "annexe-3-indice-risque.png")
    assert [entry["path"] for entry in content["outputs"]] == ["annexe-3-indice-risque.png", "index.html"]


FILES = [InputFile("incidents.csv", "b" * 64, 2)]


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ([InputFile("incidents.csv", "c" * 64, 2)], "incidents.csv a changé"),
        ([], "incidents.csv n’est plus là"),
        ([*FILES, InputFile("couverture.txt", "d" * 64, 1)], "couverture.txt est nouveau"),
    ],
)
def test_maps_made_of_other_inputs_are_refused(tmp_path, files, said):
    write(tmp_path, "a.png")
    refuse_stale(tmp_path, FILES, SOURCE, "rien n’est fait")
    with pytest.raises(InputError, match=said):
        refuse_stale(tmp_path, files, SOURCE, "rien n’est fait")


def test_a_folder_tells_checksums_of_tables_by_the_office_s_key_alone(tmp_path):
    assert sealed(FILES, b"") == FILES
    read = [*FILES, InputFile("couverture.txt", "d" * 64, 1)]
    mine, others = sealed(read, b"mine"), sealed(read, b"another's")
    assert len({read[0].sha256, mine[0].sha256, others[0].sha256}) == 3
    assert sealed(read, b"mine") == mine
    (tmp_path / "a.png").write_text("a")
    write_manifest(tmp_path, Month(2021, 6), "partenaires", "2021-07-15", SOURCE, mine, {}, [])
    refuse_stale(tmp_path, mine, SOURCE, "rien n’est fait")
    with pytest.raises(InputError, match="tous les tableaux ont changé, ou la clé de l’office"):
        refuse_stale(tmp_path, others, SOURCE, "rien n’est fait")


def test_the_name_that_an_office_gives_a_file_is_not_told(tmp_path):
    """A form's export has a day in its name, and a partner's perhaps a person or a village."""
    given = [
        InputFile(f"2021-06/{name}", "b" * 64, 2)
        for name in ("export 2021-06-17.xlsx", "Hombori, A. Traoré.XLSX")
    ]
    content = write(tmp_path, "a.png", files=given)
    assert [file["path"] for file in content["inputs"]] == ["2021-06/export-1.xlsx", "2021-06/export-2.xlsx"]
    refuse_stale(tmp_path, given, SOURCE, "rien n’est fait")
    changed = [given[0], replace(given[1], sha256="c" * 64)]
    with pytest.raises(
        InputError, match=r"Hombori, A\. Traoré\.XLSX a changé"
    ):  # to the officer, as he knows it
        refuse_stale(tmp_path, changed, SOURCE, "rien n’est fait")
    with pytest.raises(InputError, match=r"export-2\.xlsx n’est plus là"):
        refuse_stale(tmp_path, given[:1], SOURCE, "rien n’est fait")


def test_maps_of_other_boundaries_or_another_program_are_refused(tmp_path, monkeypatch):
    write(tmp_path, "a.png")
    with pytest.raises(InputError, match="limites administratives"):
        refuse_stale(tmp_path, FILES, replace(SOURCE, sha256="e" * 64), "rien n’est fait")
    monkeypatch.setattr("pipeline.manifest.code_checksum", lambda: "f" * 64)
    with pytest.raises(InputError, match="le programme a changé"):
        refuse_stale(tmp_path, FILES, SOURCE, "rien n’est fait")


def test_files_that_are_not_as_they_were_made_are_refused(tmp_path):
    write(tmp_path, "a.png", "b.png")
    refuse_edited(tmp_path, "rien n’est fait")
    (tmp_path / "a.png").write_bytes((tmp_path / "b.png").read_bytes())
    with pytest.raises(InputError, match=r"a\.png : manquant, ou changé"):
        refuse_edited(tmp_path, "rien n’est fait")
    told = (tmp_path / "manifest.json").read_text("utf-8")
    (tmp_path / "manifest.json").write_text(told[: len(told) // 2], "utf-8")
    with pytest.raises(InputError, match=r"manifest\.json manque ou ne se lit pas"):
        refuse_stale(tmp_path, FILES, SOURCE, "rien n’est fait")


def test_what_was_told_stays_on_record_until_it_is_told_anew(tmp_path):
    told = {"2021-05": {"communes": {"ML050101": [5, 5]}}}
    assert write(tmp_path, "a.png", told=told)["divulgation"] == told
    assert write(tmp_path, "b.png")["divulgation"] == told
    assert write(tmp_path, "b.png", told={})["divulgation"] == {}
