"""The script gives the committed files again, and its places are those of the boundaries."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from tools.reconstruction import gazetteer
from tools.reconstruction.__main__ import files, main
from tools.reconstruction.draw import Draw
from tools.reconstruction.gazetteer import Commune, load, plain
from tools.reconstruction.sample import Sample
from tools.reconstruction.spelling import near


@pytest.fixture(scope="module")
def communes(boundary_files: Path) -> list[Commune]:
    return load(boundary_files)


def unpacked(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        return {name: book.read(name) for name in book.namelist()}


def test_the_committed_files_are_what_the_script_writes(communes: list[Commune], inputs: Path) -> None:
    contents = files(communes, gazetteer.monitored(communes))
    for name, data in contents.items():
        committed = (inputs / name).read_bytes()
        if name.endswith(".xlsx"):  # zlib may pack alike contents differently on another machine
            assert unpacked(data) == unpacked(committed), name
        else:
            assert data == committed, name
    there = {str(path.relative_to(inputs)) for path in inputs.rglob("*") if path.is_file()}
    assert there - set(contents) == {"README.md"}


def test_places_are_right_and_a_few_need_the_officer(communes: list[Commune], sample: Sample) -> None:
    by_name = {(plain(c.cercle), plain(c.name)): c for c in communes}
    covered = {row["pcode"] for row in sample.coverage}
    unclear, outside, old = 0, 0, 0
    for row in sample.incidents:
        commune = by_name.get((plain(row["cercle"]), plain(row["commune"])))
        if commune is None:
            unclear += 1
            assert not row["pcode"]
            continue
        outside += commune.pcode not in covered
        if row["pcode"]:
            assert row["pcode"] in (commune.pcode, commune.old_pcode)
            old += row["pcode"] != commune.pcode
        if row["latitude"]:
            assert commune.inside(float(row["longitude"]), float(row["latitude"]))
    assert 0.03 <= unclear / 3580 <= 0.04
    assert 0 < outside < 0.01 * 3580
    assert 0.005 * 3580 < old < 0.015 * 3580


def test_coverage_has_the_codes_of_its_communes(communes: list[Commune], sample: Sample) -> None:
    names = {c.pcode: (c.region, c.cercle, c.name) for c in communes}
    assert all(
        names[row["pcode"]] == (row["region"], row["cercle"], row["commune"]) for row in sample.coverage
    )


def test_near_spellings_are_the_same_name_to_a_normaliser() -> None:
    draw = Draw("near")
    forms = {near("N'koumandougou", draw) for _ in range(200)}
    assert {plain(form) for form in forms} == {"nkoumandougou"}
    assert len(forms) >= 4


def test_missing_boundaries_are_told_without_a_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--boundaries", str(tmp_path), "--out", str(tmp_path / "out")]) == 2
    assert "--boundaries" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
