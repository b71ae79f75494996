"""What a command read is remembered by itself, whatever the file's name; contents decide, not dates."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from pipeline import freshness
from pipeline.errors import InputError
from pipeline.french import Month
from pipeline.geography.country import Source
from pipeline.manifest import refuse_stale, write_manifest
from pipeline.records import read_inputs
from pipeline.records.columns import FILES
from pipeline.records.read import READABLE, read_lineage
from pipeline.records.tables import InputFile

TABLES = {
    "incidents": (
        "id,date,region,cercle,commune,categorie,type",
        "I-1,2021-06-11,Mopti,Douentza,Hombori,B,Meurtre",
    ),
    "alertes_flash": (
        "id_rapport,date,evenement,region,cercle,commune",
        "1,2021-06-11,Menace d'attaque,Mopti,Douentza,Hombori",
    ),
    "indice_risque": ("region,cercle,commune,pcode,score", "Mopti,Douentza,Hombori,ML050403,12"),
    "couverture": ("region,cercle,commune,pcode,partenaire", "Mopti,Douentza,Hombori,ML050403,Une ONG"),
    "totaux_publies": ("mois,tableau,nom,valeur", "2021-06,region,Mopti,12"),
    "lieux": ("region,cercle,commune,localite,pcode", "Mopti,Douentza,Hombori,,ML050403"),
    "lignee": (
        "commune_2021,cercle_2025,certitude,decide_par,decide_le",
        "ML050403,ML1801,sûr,AB,2026-01-02",
    ),
}
"""Each input: titles and a row."""
ODD = "données de l'été n° 1 #2 $(x) `y`"
READS = """
import sys
from pathlib import Path
from pipeline import freshness
from pipeline.errors import InputError
from pipeline.french import Month
from pipeline.records import read_inputs
from pipeline.records.read import read_lineage
freshness.code_files = list  # another test changes the program
for name in sys.argv[1:]:
    folder = Path(name)
    trace = freshness.Trace([folder / "inputs"])
    try:
        read_inputs(folder / "inputs", Month(2021, 6))
        read_lineage(folder / "inputs")
    except InputError:
        pass  # what was opened is known all the same
    assert freshness.remember(folder / "memoire", trace), folder
"""


def table(suffix: str, name: str = "incidents", other: bool = False) -> bytes:
    """The table with one row, as a text or a workbook, whichever the name says. other: with another cell in it."""
    head, row = TABLES[name]
    last = {"indice_risque": ("12", "13"), "totaux_publies": ("12", "13"), "lignee": ("AB", "CD")}
    lines = [
        head.split(","),
        (row.replace(*last.get(name, ("Hombori", "Gandamia"))) if other else row).split(","),
    ]
    if suffix in (".csv", ".txt", ".tsv"):
        between = "\t" if suffix == ".tsv" else ","
        return "".join(between.join(line) + "\n" for line in lines).encode()
    book, whole = openpyxl.Workbook(), io.BytesIO()
    for line in lines:
        book.active.append(line)
    book.save(whole)
    return whole.getvalue()


def place_of(inputs: Path, name: str) -> Path:
    """The folder that a table stands in."""
    return inputs / {"couverture": "2021", "totaux_publies": "2021", "lieux": "", "lignee": ""}.get(
        name, "2021-06"
    )


def folder_with(root: Path, name: str, file: str) -> Path:
    """A month that has its table of incidents, its mois.toml and lieux.csv, and the table `name` in `file`."""
    inputs = root / "inputs"
    here = {"incidents": "incidents.csv", "lieux": "lieux.csv"} | {name: file}
    for one, its in here.items():
        place_of(inputs, one).mkdir(parents=True, exist_ok=True)
        (place_of(inputs, one) / its).write_bytes(table(Path(its).suffix.lower(), one))
    (inputs / "2021-06" / "mois.toml").write_text('bulletin = "n° 6"\n', "utf-8")
    return root


def same_dates(path: Path, content: bytes) -> None:
    """As `cp -p` or unzip leave it: other contents under the old date."""
    was = path.stat()
    path.write_bytes(content)
    os.utime(path, ns=(was.st_atime_ns, was.st_mtime_ns))


ACCEPTED = [
    (name, f"{spelling}{suffix}")
    for name, others in FILES.items()
    for at, spelling in enumerate((name, name.replace("_", " ").title(), *others))
    for suffix in (*READABLE, *(() if at else map(str.upper, READABLE)))
    if at == 0 or suffix in (".csv", ".xlsx")
]
"""Every input under every name that the reader accepts: table and file."""


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory, project: Path) -> dict[object, Path]:
    """(table, file), or a change to come -> a folder whose month holds the table under this name, read and
    remembered."""
    root = tmp_path_factory.mktemp("lus") / ODD
    found: dict[object, Path] = {key: folder_with(root / str(n), *key) for n, key in enumerate(ACCEPTED)}
    found |= {change: folder_with(root / change, "incidents", "incidents.csv") for change in CHANGES}
    subprocess.run([sys.executable, "-c", READS, *map(str, found.values())], check=True, cwd=project)
    return found


def inputs_of(folder: Path) -> list[InputFile]:
    """The files of a month, as its manifest and `make share` know them."""
    inputs = folder / "inputs"
    return [*read_inputs(inputs, Month(2021, 6)).files, *read_lineage(inputs)[1]]


@pytest.mark.parametrize("name", TABLES)
def test_a_change_is_seen_under_every_name_that_the_reader_accepts(
    read: dict[object, Path], name: str
) -> None:
    """make draws again, share and check refuse before: for every input, spelling and ending."""
    accepted = [file for table, file in ACCEPTED if table == name]
    assert len(accepted) >= 2 * len(READABLE)
    source = Source("miroir", "", "2021", "0" * 64, "")
    for file in accepted:
        folder = read[name, file]
        memory, path = folder / "memoire", place_of(folder / "inputs", name) / file
        assert freshness.unchanged(memory), file
        os.utime(path, (1, 1))
        assert freshness.unchanged(memory), f"{file}: another date is no change"
        write_manifest(folder, Month(2021, 6), "partenaires", "2021-07-15", source, inputs_of(folder), {}, [])
        refuse_stale(folder, inputs_of(folder), source, "rien n’est archivé")
        right = path.read_bytes()
        same_dates(path, table(path.suffix.lower(), name, other=True))
        assert not freshness.unchanged(memory), file
        with pytest.raises(InputError, match=re.escape(f"{file} a changé")):
            refuse_stale(folder, inputs_of(folder), source, "rien n’est archivé")
        path.write_bytes(right)
        assert freshness.unchanged(memory), f"{file}: as it was again"
        path.rename(path.with_name(f"x{path.name}"))
        assert not freshness.unchanged(memory), f"{file}: renamed"


CHANGES: dict[str, Callable[[Path], object]] = {
    "lieux.csv goes": lambda inputs: (inputs / "lieux.csv").unlink(),
    "mois.toml goes": lambda inputs: (inputs / "2021-06" / "mois.toml").unlink(),
    "a new table": lambda inputs: (inputs / "2021-06" / "alertes.xlsx").write_bytes(table(".xlsx")),
    "a month before": lambda inputs: (inputs / "2021-05").mkdir(),
    "a year": lambda inputs: (inputs / "2021").mkdir(),
    "a recipe": lambda inputs: (inputs / "colonnes.toml").write_text("[x]\n"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_was_looked_for_counts_too(read: dict[str, Path], change: str) -> None:
    folder = read[change]
    assert freshness.unchanged(folder / "memoire")
    CHANGES[change](folder / "inputs")
    assert not freshness.unchanged(folder / "memoire")


def test_the_shell_sees_what_the_dates_do_not(tmp_path: Path, project: Path) -> None:
    """tools/run.sh starts nothing while nothing changed, and sees other contents of the same size and date."""
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / "tools").mkdir()
    shutil.copy(project / "tools" / "run.sh", tmp_path / "tools")
    source = tmp_path / ODD
    source.write_text("un")
    python = tmp_path / ".venv" / "bin" / "python"
    python.write_text(
        f'#!/bin/sh\necho "$3 $PAR"\nmkdir -p build/memoire\nprintf "%s\\0" "{ODD_QUOTED}" >"$MEMORY.lus"\n'
    )
    python.chmod(0o755)

    def run(*arguments: str, par: str = "") -> str:
        values = {**os.environ, "VARIABLES": "PAR", "PAR": par}
        done = subprocess.run(
            ["sh", "tools/run.sh", *arguments],
            cwd=tmp_path,
            env=values,
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stderr == ""
        return done.stdout.strip()

    assert run("build") == "build"
    assert run("build").startswith("À jour")
    assert run("--again", "build") == "build"
    same_dates(source, b"du")
    assert run("build") == "build"
    assert run("build").startswith("À jour")
    evil = "\"; echo fait; ' `echo fait` $(echo fait)"
    assert run("build", par=evil) == f"build {evil}"
    assert run("build", par=evil).startswith("À jour")
    source.unlink()
    assert run("build") == "build"


ODD_QUOTED = ODD.replace("`", "\\`").replace("$", "\\$")


def test_outputs_stand_by_their_manifest(tmp_path: Path) -> None:
    folder = tmp_path / "2021-06" / "partenaires"
    folder.mkdir(parents=True)
    manifest = folder / "manifest.json"
    for name in ("a.png", "b.png"):
        (folder / name).write_text(name)

    def told(*names: str) -> None:
        entries = [{"path": name, "sha256": freshness.content(folder / name)} for name in names]
        manifest.write_text(json.dumps({"outputs": entries}))

    told("a.png", "b.png")
    memory = tmp_path / "memoire"
    freshness.remember(memory, freshness.Trace([tmp_path / "nulle-part"]), [manifest])
    assert freshness.unchanged(memory)
    (folder / "c.png").write_text("the bulletin's")
    told("a.png", "b.png", "c.png")
    assert freshness.unchanged(memory), "what another command adds is no change"
    told("a.png")
    assert not freshness.unchanged(memory), "a manifest that no longer tells of a file"
    told("a.png", "b.png")
    shutil.copy(folder / "a.png", folder / "b.png")
    assert not freshness.unchanged(memory), "one picture saved as another"
    (folder / "b.png").write_text("b.png")
    assert freshness.unchanged(memory)
    manifest.write_text(manifest.read_text()[:40])
    assert not freshness.unchanged(memory), "a truncated manifest"


def test_a_file_that_changes_while_it_is_read_leaves_no_memory(tmp_path: Path) -> None:
    source = tmp_path / "inputs" / "a.csv"
    source.parent.mkdir()
    source.write_text("un")
    trace = freshness.Trace([tmp_path / "elsewhere"])
    trace.also(source)
    assert list(trace.seen) == [str(source)], "what is named is watched wherever it is"
    source.write_text("deux")
    assert not freshness.remember(tmp_path / "memoire", trace)
    assert trace.moved() == [str(source)]
    assert not (tmp_path / "memoire.lus").exists()


def test_the_code_is_part_of_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("a = 1\n")
    (tmp_path / "__pycache__").mkdir()
    monkeypatch.setattr(freshness, "CODE", tmp_path)
    first = freshness.code_checksum()
    (tmp_path / "__pycache__" / "a.pyc").write_text("x")
    assert freshness.code_checksum() == first
    (tmp_path / "style.css").write_text("p {}")
    assert freshness.code_checksum() != first


@pytest.mark.parametrize(
    ("note", "version"),
    [
        ("v1.4-12-gabc1234 abc1234", "1.4-12-gabc1234"),
        (" abc1234", "0.1.0+abc1234"),
        ("$Format:%(describe:tags=true,match=v*)$ $Format:%h$", "0.1.0"),
        (None, "0.1.0"),
    ],
    ids=["an archive of a tagged state", "of an untagged one", "a copy", "nothing"],
)
def test_the_version_is_that_of_the_state_that_draws(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, note: str | None, version: str
) -> None:
    monkeypatch.setattr(freshness, "CODE", tmp_path / "pipeline")
    if note is not None:
        (tmp_path / ".git_archival.txt").write_text(note + "\n")
    freshness.version.cache_clear()
    try:
        assert freshness.version() == version
    finally:
        freshness.version.cache_clear()


def test_a_change_to_the_code_shows_in_the_version(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    code = tmp_path / "pipeline"
    code.mkdir()
    (code / "a.py").write_text("a = 1\n")
    who = ("-c", "user.name=x", "-c", "user.email=x@example.org")
    for command in (("init", "-q"), ("add", "."), (*who, "commit", "-qm", "x"), ("tag", "v0.9")):
        subprocess.run(["git", *command], cwd=tmp_path, check=True)
    monkeypatch.setattr(freshness, "CODE", code)

    def now() -> str:
        freshness.version.cache_clear()
        try:
            return freshness.version()
        finally:
            freshness.version.cache_clear()

    assert now() == "0.9"
    (tmp_path / "lieux.csv").write_text("an officer's own")
    assert now() == "0.9"
    (code / "a.py").write_text("a = 2\n")
    assert now() == "0.9-modifiée"
