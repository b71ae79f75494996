"""`make clean` takes away what manifests list and nothing else; `make diagnostic` names what is not as it was made."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.commands import compare
from pipeline.geography import load
from pipeline.manifest import Output
from pipeline.runner import Bulletin, Order, run
from pipeline.upkeep import clean, country_source, examine, folders, set_left_over_aside
from tests.helpers import office
from tests.helpers.office import JUNE, MAY

KEPT = "revue/lieux-a-verifier.csv"


@pytest.fixture(scope="module")
def made(small_country) -> Path:
    return office.made(small_country)


@pytest.fixture
def room(made: Path, tmp_path: Path) -> Path:
    """A copy, and what an officer adds: answers, an archive, notes; and what git ignores beside."""
    folder = Path(shutil.copytree(made, tmp_path / "projet"))
    month = folder / "outputs" / str(JUNE)
    shutil.rmtree(month / "public")
    (month / KEPT).write_text("mes réponses", "utf-8")
    (month / "partage").mkdir()
    (month / "partage" / "archive.zip").write_text("transmise")
    (folder / "registre").mkdir(exist_ok=True)
    (folder / "registre" / "partages.csv").write_text("a")
    (folder / "outputs" / "README.md").write_text("ce qui sera produit ici")
    (folder / "outputs" / "autre" / "partenaires").mkdir(parents=True)
    (folder / "outputs" / "autre" / "partenaires" / "annexe-3-indice-risque.png").write_text("pas à nous")
    return folder


def found(room: Path, audience: str = "partenaires") -> dict[str, tuple[str, ...]]:
    source = load(room / "boundaries" / "mali.gpkg").source
    folder = room / "outputs" / str(JUNE) / audience
    return {item.state: item.files for item in examine(folder, room / "inputs", source, room / "registre")}


def test_who_has_not_the_office_s_key_is_told_that_nothing_is_known_to_be_fresh(room: Path) -> None:
    key = room / "registre" / "cle"
    assert found(room) == {}
    key.unlink()
    told = list(examine(room / "outputs" / str(JUNE) / "partenaires", room / "inputs",
                        load(room / "boundaries" / "mali.gpkg").source, room / "registre"))  # fmt: skip
    assert [one.state for one in told] == ["périmé"]
    assert "la clé de l’office (registre/cle)" in told[0].why
    assert not key.exists()  # looking makes none
    assert found(room, "interne") == {}


def test_clean_takes_what_the_manifests_list_and_nothing_else(room: Path) -> None:
    outputs = room / "outputs"
    before = {path.relative_to(outputs).as_posix() for path in outputs.rglob("*") if path.is_file()}
    folder = outputs / str(JUNE) / "partenaires"
    told = json.loads((folder / "manifest.json").read_text("utf-8"))
    (folder / "annexe-4-liste-incidents.xlsx").write_text("retouchée")
    (folder / "notes.docx").write_text("à moi")
    said = "\n".join(clean(outputs))
    left = {path.relative_to(outputs).as_posix() for path in outputs.rglob("*") if path.is_file()}
    mine = {
        f"{JUNE}/partenaires/{name}"
        for name in ("annexe-4-liste-incidents.xlsx", "notes.docx", "manifest.json")
    }
    stays = {name for name in before if not name.startswith((f"{JUNE}/partenaires/", f"{JUNE}/interne/"))}
    assert left == stays | mine
    assert "annexe-4-liste-incidents.xlsx, notes.docx" in said
    kept = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert kept["divulgation"] == told["divulgation"], "what was told holds the months to come"
    assert kept["outputs"] == []
    assert not (outputs / str(JUNE) / "interne").exists()
    assert (room / "registre" / "partages.csv").is_file()
    list(clean(outputs))
    assert {path.relative_to(outputs).as_posix() for path in outputs.rglob("*") if path.is_file()} == left
    assert list(clean(room / "nulle-part")) == []


def test_a_month_made_again_after_clean_is_the_same(room: Path) -> None:
    folder = room / "outputs" / str(JUNE) / "partenaires"
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    list(clean(room / "outputs"))
    office.build(room, annexes=(3, 4))
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_what_is_in_order_is_not_named(room: Path) -> None:
    assert [path.name for path in folders(room / "outputs")] == ["interne", "partenaires"]
    assert found(room) == {}
    assert found(room, "interne") == {}


def test_each_state_is_named_and_what_is_left_over_set_aside(room: Path) -> None:
    folder = room / "outputs" / str(JUNE) / "partenaires"
    (folder / "annexe-3-indice-risque.pgw").unlink()
    shutil.copy(folder / "cartes.gpkg", folder / "annexe-3-indice-risque.png")
    (folder / "annexe-1-incidents.pdf").write_text("des lignes d'avant")
    (folder / ".cartes.999999999.en-cours.gpkg").write_text("d’une coupure")
    office.late(room, JUNE, office.row(JUNE, 99, "ML050101", "E"))
    assert found(room) == {
        "absent": ("annexe-3-indice-risque.pgw",),
        "retouché": ("annexe-3-indice-risque.png",),
        "en trop": ("annexe-1-incidents.pdf",),
        "périmé": ("manifest.json",),
    }
    source = load(room / "boundaries" / "mali.gpkg").source
    extra = next(
        item
        for item in examine(folder, room / "inputs", source, room / "registre")
        if item.state == "en trop"
    )
    assert (set_left_over_aside(extra) / "annexe-1-incidents.pdf").is_file()
    office.build(room, annexes=(3, 4))
    assert found(room) == {}


def test_what_tells_of_older_rows_leaves_the_folder_that_an_editor_takes_from(room: Path) -> None:
    def bulletin(asked: Order, *_: object) -> list[Output]:
        (asked.folder / "annexes.docx").write_text("les anciens chiffres", "utf-8")
        return [Output("annexes.docx", "Annexes", "", "")]

    asked = office.order(room, JUNE, "partenaires", (4,))
    run(asked, print, Bulletin(lambda *_: [], bulletin))
    compare(asked, MAY, print)
    mine, aside = asked.folder / "notes.docx", asked.review_folder / "mis-de-cote" / "perimes-partenaires"
    mine.write_text("à moi", "utf-8")
    old = ("annexes.docx", "comparaison-2021-05.html")
    run(asked, print)
    assert all((asked.folder / name).is_file() for name in old), "nothing has changed"
    office.late(room, JUNE, office.row(JUNE, 99, "ML050101", "E"))
    said: list[str] = []
    run(asked, said.append)
    assert not any((asked.folder / name).exists() for name in old)
    assert all((aside / name).is_file() for name in old)
    assert mine.is_file()
    told = next(line for line in said if str(aside) in line)
    assert all(word in told for word in (*old, "make bulletin", "make compare"))


def test_a_page_of_another_division_leaves_the_folder_before_it_is_searched(room: Path) -> None:
    asked = replace(office.order(room, JUNE, "partenaires", (4,)), whole=False)
    page, manifest = asked.folder / "comparaison-2021-05.html", asked.folder / "manifest.json"
    page.write_text(
        f"<p>{office.VILLAGE}</p>", "utf-8"
    )  # a cercle of the other division has a village's name
    told = json.loads(manifest.read_text("utf-8"))
    told["boundaries"]["division"] = "2025"
    manifest.write_text(json.dumps(told), "utf-8")
    run(asked, print)
    assert not page.exists()
    assert manifest.is_file()


def test_a_month_that_was_never_made_whole_is_not_in_order(room: Path) -> None:
    list(clean(room / "outputs"))
    assert found(room)["absent"] == ("index.html",)
    office.build(room, annexes=(3, 4))
    assert found(room) == {}
    assert found(room, "public") == {"absent": ("manifest.json",)}


@pytest.mark.parametrize(
    ("text", "state"), [('{"outputs": [', "endommagé"), (None, "absent"), ("[" * 9999, "endommagé")]
)
def test_a_manifest_that_tells_nothing_is_made_again_with_all_it_told(
    room: Path, text: str, state: str
) -> None:
    manifest = room / "outputs" / str(JUNE) / "partenaires" / "manifest.json"
    before = manifest.read_bytes()
    manifest.unlink() if text is None else manifest.write_text(text)
    assert found(room)[state] == ("manifest.json",)
    office.build(room, annexes=(3, 4))
    assert manifest.read_bytes() == before
    assert found(room) == {}


def test_damaged_boundaries_are_taken_away_for_make_to_build_them_anew(room: Path) -> None:
    boundaries = room / "boundaries" / "mali.gpkg"
    assert country_source(boundaries) is not None
    boundaries.write_bytes(boundaries.read_bytes()[:3000])
    assert country_source(boundaries) is None
    assert not boundaries.exists()


MARKS = """
import sys
from pathlib import Path
from pipeline.runner import Bulletin, country_of, marks_of, specify, stage_of
from pipeline.month_data import read_month
from tests.helpers import office
order = office.order(Path(sys.argv[1]), office.JUNE, "partenaires", ())
country = country_of(order)
data = read_month(order.inputs, order.month, country)
stage = stage_of(order, data, country)
print(marks_of(order, stage, specify(stage), data))
"""


def test_what_decides_a_redrawing_is_the_same_in_every_run(room: Path, project: Path) -> None:
    """No order of a set, no clock: else every make would draw everything."""
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", MARKS, str(room)],
            cwd=project, env={**os.environ, "PYTHONHASHSEED": seed}, stdout=subprocess.PIPE, text=True,
        )
        for seed in ("1", "77")
    ]  # fmt: skip
    first, second = (run.communicate(timeout=120)[0] for run in runs)
    assert first.startswith("Marks(annexes={1: ")
    assert first == second
