"""The whole thing through `make`, in a copy of the project, as the officer runs it."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.helpers.image import geotiff
from tests.helpers.making import CONTRACT, copy_of_the_project, make


def test_every_file_of_the_contract_is_there(built: Path, outputs: Path) -> None:
    assert [name for name in CONTRACT if not (outputs / name).is_file()] == []
    review = built / "outputs" / "2021-06" / "revue"
    assert {"lieux-a-verifier.csv", "lignes-rejetees.csv", "lieux-resolus.csv"} <= {
        p.name for p in review.iterdir()
    }


def test_no_row_is_lost(built: Path, outputs: Path) -> None:
    manifest = json.loads((outputs / "manifest.json").read_text("utf-8"))
    counts = manifest["counts"]
    assert set(counts) == {"incidents", "alertes_flash", "indice_risque", "couverture"}
    assert counts["incidents"]["rows"] == 1237
    for found in counts.values():
        assert found["rows"] == sum(found[key] for key in ("drawn", "not_located", "to_verify", "refused"))
    trail = (built / "outputs/2021-06/revue/lieux-resolus.csv").read_text("utf-8-sig").splitlines()
    assert len(trail) - 1 == sum(found["rows"] for found in counts.values())


def test_the_manifest_names_every_output_with_its_checksum(outputs: Path) -> None:
    import hashlib

    manifest = json.loads((outputs / "manifest.json").read_text("utf-8"))
    listed = {entry["path"]: entry for entry in manifest["outputs"]}
    assert set(CONTRACT) - {"manifest.json"} <= set(listed)
    for name, entry in listed.items():
        assert hashlib.sha256((outputs / name).read_bytes()).hexdigest() == entry["sha256"], name
        assert entry["audience"] == "partenaires"
        assert entry["title"]
        assert entry["caption"]


def test_a_second_make_runs_no_python(built: Path) -> None:
    assert quiet(built)


def quiet(project: Path, *arguments: str) -> bool:
    """Whether `make` starts no Python: the environment's is taken away meanwhile."""
    with no_python(project):
        return make(project, *arguments).stdout.startswith("À jour")


@contextmanager
def no_python(project: Path) -> Iterator[None]:
    """The environment's stamps without its interpreter."""
    there = (project / ".venv").readlink()
    (project / ".venv").unlink()
    try:
        (project / ".venv").mkdir()
        for stamp in (".run", ".dev", ".browser"):
            (project / ".venv" / stamp).touch()
        yield
    finally:
        shutil.rmtree(project / ".venv")
        (project / ".venv").symlink_to(there)


def redrawn(project: Path, *arguments: str) -> set[int]:
    """Numbers of the annexes that `make` draws."""
    return {int(found) for found in re.findall(r"^annexe (\d) :", make(project, *arguments).stdout, re.M)}


def test_dates_alone_redraw_nothing(built: Path, outputs: Path) -> None:
    before = {path.name: path.stat().st_mtime_ns for path in outputs.iterdir()}
    os.utime(built / "inputs/2021-06/alertes_flash.csv")
    assert "Rien à refaire" in make(built).stdout
    assert {path.name: path.stat().st_mtime_ns for path in outputs.iterdir()} == before
    assert quiet(built)


def test_a_changed_background_redraws_and_the_same_one_does_not(built: Path, tmp_path: Path) -> None:
    image, out = geotiff(tmp_path / "fond.tif", (-14.0, 8.0, 6.0, 27.0)), f"OUTPUTS={tmp_path / 'o'}"
    asked = ("annex-2", out, f"BASEMAP={image}")
    assert redrawn(built, *asked) == {2}
    assert quiet(built, *asked)
    geotiff(image, (-16.0, 8.0, 6.0, 27.0))
    assert redrawn(built, *asked) == {2}
    assert redrawn(built, "annex-2", out) == {2}


def test_a_lost_output_comes_back_with_the_same_bytes(built: Path, outputs: Path) -> None:
    picture = outputs / "annexe-3-indice-risque.png"
    before = picture.read_bytes()
    picture.unlink()
    assert redrawn(built) == {3}
    assert picture.read_bytes() == before
    assert quiet(built)


def test_the_same_inputs_give_the_same_bytes(built: Path, outputs: Path, tmp_path: Path) -> None:
    """As on another machine: another folder, clock, language and order of sets, and two jobs at once."""
    elsewhere = {"TZ": "Asia/Tokyo", "LC_ALL": "C", "PYTHONHASHSEED": "7", "HOME": str(tmp_path)}
    make(built, f"OUTPUTS={tmp_path / 'encore'}", "-j2", environment=elsewhere)
    again = tmp_path / "encore" / "2021-06" / "partenaires"
    different = [name for name in CONTRACT if (again / name).read_bytes() != (outputs / name).read_bytes()]
    assert different == []


def test_check_passes_on_the_sample_and_names_the_cell_that_differs(built: Path, tmp_path: Path) -> None:
    make(built, "check")
    shutil.copytree(built / "inputs", tmp_path / "inputs")
    table = tmp_path / "inputs/2021-06/incidents.csv"
    lines = table.read_text("utf-8").splitlines(keepends=True)
    gone = next(i for i, line in enumerate(lines) if ",Gao," in line)
    table.write_text("".join(lines[:gone] + lines[gone + 1 :]), "utf-8")
    done = make(built, "check", f"INPUTS={tmp_path / 'inputs'}", ok=False)
    assert done.returncode != 0
    assert "juin 2021, région « Gao » : 132 dans les données, 133 dans le bulletin" in done.stdout


def test_the_public_gets_no_list(built: Path) -> None:
    make(built, "AUDIENCE=public")
    folder = built / "outputs/2021-06/public"
    assert not list(folder.glob("annexe-4*"))
    assert (folder / "annexe-1-incidents.png").is_file()
    assert quiet(built, "AUDIENCE=public")


def test_a_wrong_audience_is_told_and_makes_nothing(built: Path) -> None:
    done = make(built, "AUDIENCE=presse", ok=False)
    assert done.returncode != 0
    assert "REMÈDE" in done.stderr
    assert "Traceback" not in done.stderr


def test_help_lists_every_target(built: Path) -> None:
    text = make(built, "help").stdout
    for target in (
        "all",
        "boundaries",
        *(f"annex-{n}" for n in range(1, 7)),
        "check",
        "test",
        "lint",
        "bench",
        "clean",
    ):
        assert f"  {target} " in text


def test_boundaries_of_2015_of_the_users_own_draw_every_map(
    built: Path, mirror: Path, tmp_path: Path
) -> None:
    project = copy_of_the_project(tmp_path, mirror)
    older = f"BOUNDARIES={mirror / 'mli_adm_ab_shp_2015.zip'}"
    make(project, older)
    folder = project / "outputs/2021-06/partenaires"
    assert [name for name in CONTRACT if not (folder / name).is_file()] == []
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert (manifest["boundaries"]["kind"], manifest["boundaries"]["vintage"]) == (
        "utilisateur",
        "2015-04-08",
    )
    for table in ("indice_risque", "couverture"):
        # Essouk, Kassa and Sanando lie in 2015 in another cercle than the one written: asked, never moved.
        counts = manifest["counts"][table]
        assert (counts["drawn"], counts["to_verify"]) == (177, 3)
    make(project, "check", older)


def test_without_mirror_or_network_approximate_limits_are_drawn_and_marked(tmp_path: Path) -> None:
    project = copy_of_the_project(tmp_path, None)
    make(project)
    folder = project / "outputs/2021-06/partenaires"
    assert [name for name in CONTRACT if not (folder / name).is_file()] == []
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert manifest["boundaries"]["kind"] == "approchees"
    assert "LIMITES APPROCHÉES" in (folder / "annexe-1-incidents.html").read_text("utf-8")
    make(project, "check")
