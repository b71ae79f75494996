"""Mishaps through `make`, as the field has them: odd names, old dates, killed runs, two makes at once, values that look
like commands, files edited by hand. On the small country, whose boundaries lie in boundaries/ under an odd name."""

from __future__ import annotations

import os
import re
import resource
import shutil
import stat
import subprocess
import sys
import time
from pathlib import Path

import openpyxl
import pytest

from tests.helpers.codab import codab_zip
from tests.helpers.making import copy_of_the_project, make

HEADER = "id,date,region,cercle,commune,localite,categorie,type"
TYPE = "A,Déplacement interne forcé en raison de la violence/conflit/insécurité"
PLACES = ("Mopti,Douentza,Hombori,", "Mopti,Douentza,Gandamia,", "Gao,Bourem,Bamba,")
INPUTS, OUTPUTS = "données de l'été n° 1 #2", "à rendre d'août $(x) #3"


def incidents(count: int) -> str:
    lines = [f"I-{n:03d},2021-06-{10 + n % 9},{PLACES[n % 3]},{TYPE}" for n in range(count)]
    return "\n".join([HEADER, *lines]) + "\n"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = copy_of_the_project(tmp_path_factory.mktemp("mésaventures"), None)
    codab_zip(root / "boundaries" / "mes limites d'été #1.zip")
    month = root / INPUTS / "2021-06"
    month.mkdir(parents=True)
    (month / "Violations.TXT").write_text(incidents(9), "utf-8")
    assert run(root).stdout.count("annexe ") == 6
    return root


def run(project: Path, *arguments: str, ok: bool = True) -> subprocess.CompletedProcess[str]:
    asked = (f"INPUTS={INPUTS}", f"OUTPUTS={OUTPUTS}", "MONTH=2021-06", "MAX_NON_RESOLUS=100")
    return make(project, *asked, *arguments, ok=ok, alone=True)


def folder(project: Path) -> Path:
    return project / OUTPUTS / "2021-06" / "partenaires"


def redrawn(done: subprocess.CompletedProcess[str]) -> str:
    return "".join(re.findall(r"^annexe (\d) :", done.stdout, re.M))


def three_parts(done: subprocess.CompletedProcess[str], *words: str) -> None:
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    for word in ("PROBLÈME", "CONSÉQUENCE", "REMÈDE", *words):
        assert word in done.stderr, done.stderr


def test_a_corrected_file_under_its_old_date_is_refused_by_share_and_check_and_redrawn(project: Path) -> None:
    assert run(project).stdout.startswith("À jour")
    table = project / INPUTS / "2021-06" / "Violations.TXT"
    was = table.stat()
    table.write_text(incidents(9).replace(PLACES[2], PLACES[0], 1), "utf-8")
    os.utime(table, ns=(was.st_atime_ns, was.st_mtime_ns))
    three_parts(run(project, "share", ok=False), "Violations.TXT a changé")
    three_parts(run(project, "check", ok=False))
    assert redrawn(run(project)) == "14"
    # What a killed run left is in nobody's way.
    (folder(project) / ".annexes.999999999.en-cours.docx").write_text("à moitié")
    assert "Écrit" in run(project, "share").stdout
    assert not list(folder(project).glob(".annexes*"))


def test_a_table_that_comes_or_goes_is_seen(project: Path) -> None:
    month = project / INPUTS / "2021-06"
    (month / "mois.toml").write_text('bulletin = "n° 6, juin 2021"\nexemple = false\n', "utf-8")
    three_parts(run(project, "share", ok=False), "mois.toml est nouveau")
    assert redrawn(run(project)) == "123456"
    (month / "mois.toml").unlink()
    three_parts(run(project, "share", ok=False), "mois.toml n’est plus là")
    (month / "Violations.TXT").rename(month / "incidents.csv")
    assert redrawn(run(project)) == "123456"


def test_a_picture_saved_as_another_never_gets_into_the_bulletin(project: Path) -> None:
    first, third = (folder(project) / f"annexe-{slug}.png" for slug in ("1-incidents", "3-indice-risque"))
    right = first.read_bytes()
    shutil.copy(third, first)
    three_parts(run(project, "check", ok=False))
    done = run(project, "bulletin")
    assert redrawn(done) == "1"
    assert first.read_bytes() == right
    assert run(project, "bulletin").stdout.startswith("À jour")
    # The dashboard keeps its links to the bulletin when something else is made again.
    page = (folder(project) / "index.html").read_bytes()
    (folder(project) / "annexe-5-couverture.prj").unlink()
    assert redrawn(run(project)) == "5"
    assert (folder(project) / "index.html").read_bytes() == page
    assert "annexes.docx" in page.decode()


def test_a_folder_that_its_manifest_does_not_describe_is_made_again(project: Path) -> None:
    shutil.rmtree(folder(project).parent / "revue")
    assert redrawn(run(project)) == ""
    assert (folder(project).parent / "revue" / "lieux-resolus.csv").is_file()
    manifest = folder(project) / "manifest.json"
    manifest.write_text(manifest.read_text("utf-8")[:200], "utf-8")
    three_parts(run(project, "check", ok=False))
    assert redrawn(run(project)) == "123456"
    assert manifest.read_text("utf-8").count('"sha256"') >= 24
    assert run(project).stdout.startswith("À jour")


def test_damaged_boundaries_are_built_anew(project: Path) -> None:
    boundaries = project / "boundaries" / "mali.gpkg"
    right = boundaries.read_bytes()
    boundaries.write_bytes(right[:5000])
    assert "mes limites d'été #1.zip" in run(project, "boundaries").stdout
    assert boundaries.read_bytes() == right


def test_two_makes_at_once_do_no_harm(project: Path) -> None:
    before = {path.name: path.read_bytes() for path in folder(project).iterdir()}
    shutil.rmtree(folder(project))
    values = {key: value for key, value in os.environ.items() if not key.startswith(("MAKE", "PYTEST"))}
    values |= {
        "PRODUCED_ON": "2021-07-15",
        "HDX_URL": "http://127.0.0.1:9/",
        "COPIES_URL": "http://127.0.0.1:9/",
    }
    asked = ["make", f"INPUTS={INPUTS}", f"OUTPUTS={OUTPUTS}", "MONTH=2021-06", "MAX_NON_RESOLUS=100"]
    both = [
        subprocess.Popen(asked, cwd=project, env=values, stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    told = [one.communicate(timeout=300)[0] for one in both]
    assert [one.returncode for one in both] == [0, 0]
    assert sum(text.count("annexe 1 :") for text in told) == 1, "the second finds all that the first has made"
    after = {path.name: path.read_bytes() for path in folder(project).iterdir()}
    assert {name: after[name] for name in after if name.startswith(("annexe-", "cartes"))} == {
        name: before[name]
        for name in before
        if re.match(r"annexe-\d.*\.(png|pgw|prj|html|xlsx)|cartes", name)
    }


def test_a_killed_run_is_made_good_by_the_next(project: Path) -> None:
    before = (folder(project) / "annexe-6-evolution-severite.png").read_bytes()
    shutil.rmtree(folder(project))
    values = {
        **os.environ,
        "INPUTS": INPUTS,
        "OUTPUTS": OUTPUTS,
        "MONTH": "2021-06",
        "PRODUCED_ON": "2021-07-15",
    }
    python = str(project / ".venv" / "bin" / "python")
    running = subprocess.Popen([python, "-m", "pipeline.cli", "build", "--whole"], cwd=project, env=values)
    deadline = time.monotonic() + 120
    while not list(folder(project).glob("annexe-1*.png")) and time.monotonic() < deadline:
        time.sleep(0.02)
    running.kill()
    running.wait()
    three_parts(run(project, "share", ok=False), "manifest.json manque")
    run(project)
    assert not [path for path in folder(project).parent.rglob(".*") if "en-cours" in path.name]
    assert (folder(project) / "annexe-6-evolution-severite.png").read_bytes() == before


@pytest.mark.parametrize("room", [20_000, 150_000])
def test_a_disk_without_room_is_told_and_leaves_nothing_half_written(
    project: Path, tmp_path: Path, room: int
) -> None:
    values = {
        **os.environ,
        "INPUTS": INPUTS,
        "OUTPUTS": str(tmp_path / "o"),
        "MONTH": "2021-06",
        "MAX_NON_RESOLUS": "100",
    }
    python = str(project / ".venv" / "bin" / "python")
    done = subprocess.run(
        [python, "-m", "pipeline.cli", "build", "--whole"], cwd=project, env=values, capture_output=True, text=True,
        check=False, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (room, room)),
    )  # fmt: skip
    three_parts(done)
    assert not ENGLISH.search(re.sub(r"/\S+|\([^)]*\)", "", done.stderr)), done.stderr
    assert not [path for path in (tmp_path / "o").rglob(".*") if "en-cours" in path.name]


def test_an_environment_without_pip_is_made_anew(tmp_path: Path) -> None:
    """Killed while it was made, or a Debian without python3-venv: no connection is to blame."""
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    half = tmp_path / ".venv" / "bin" / "python"
    half.write_text("#!/bin/sh\nexit 1\n")
    half.chmod(0o755)
    bare = tmp_path / "python3"  # answers for its version, and has no venv
    bare.write_text('#!/bin/sh\n[ "$1" = -c ]\n')
    bare.chmod(0o755)
    (tmp_path / "requirements.lock").write_text("")
    script = Path(__file__).parents[2] / "tools" / "environment.sh"
    done = subprocess.run(
        ["sh", str(script), "requirements.lock", ".venv/.run"], cwd=tmp_path, capture_output=True, text=True,
        check=False, env={**os.environ, "PYTHON": str(bare)},
    )  # fmt: skip
    three_parts(done, "apt install python3-venv")
    assert "connexion" not in done.stderr
    assert "incomplet" in done.stdout
    assert not (tmp_path / ".venv").exists()


def test_an_environment_whose_python_went_with_an_upgrade_is_made_anew(tmp_path: Path) -> None:
    """Its interpreter is a link to the machine's, which has another now; the stamp says that all is installed."""
    bare = tmp_path / "neuf"
    bare.write_text('#!/bin/sh\n[ "$1" = -c ] || echo "venv demandé" >&2\n')
    bare.chmod(0o755)
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "python").symlink_to("/nulle/part/python3.11")
    (tmp_path / ".venv" / ".run").touch()
    shutil.copytree(
        Path(__file__).parents[2] / "tools", tmp_path / "tools", ignore=shutil.ignore_patterns("*.py")
    )
    done = subprocess.run(
        ["sh", "tools/run.sh", "boundaries"], cwd=tmp_path, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHON": str(bare), "VARIABLES": ""},
    )  # fmt: skip
    three_parts(done, "venv demandé")
    assert "not found" not in done.stderr


@pytest.mark.parametrize(
    ("there", "told"),
    [
        ({}, "« python3 » n’est pas là"),
        ({"python3": "3, 9, 2"}, "« python3 » est Python 3.9.2"),
        ({"python3": "2, 7, 18"}, "« python3 » est Python 2.7.18"),
        ({"python3": "3, 14, 0"}, "« python3 » est Python 3.14.0"),
        ({"python3": "3, 14, 0", "python3.12": "3, 12, 4"}, ""),
        ({"python3": "3, 12, 4"}, ""),
        ({"python3": "3, 13, 1"}, ""),
    ],
    ids=lambda value: " ".join(value.values()) if isinstance(value, dict) else "",
)
def test_a_python_that_does_not_fit_is_named_and_one_that_does_is_found(
    tmp_path: Path, there: dict[str, str], told: str
) -> None:
    """With nothing but made-up interpreters on the path: they answer for their version, and make no environment."""
    path = tmp_path / "bin"
    path.mkdir()
    for tool in ("sh", "cat", "mkdir", "rm", "sleep"):
        (path / tool).symlink_to(shutil.which(tool) or tool)
    for name, version in there.items():
        (path / name).write_text(
            f"#!{sys.executable}\nimport sys\nif sys.argv[1] != '-c': sys.exit('venv par ' + sys.argv[0])\n"
            f"sys.version_info = ({version})\nexec(sys.argv[2])\n"
        )
        (path / name).chmod(0o755)
    script = Path(__file__).parents[2] / "tools" / "environment.sh"
    values = {key: value for key, value in os.environ.items() if key != "PYTHON"} | {"PATH": str(path)}
    done = subprocess.run(
        ["sh", str(script), "requirements.lock", ".venv/.run"], cwd=tmp_path, capture_output=True, text=True,
        check=False, env=values,
    )  # fmt: skip
    three_parts(done, told or "python3-venv")
    assert bool(told) == ("3.11, 3.12 ou 3.13" in done.stderr)
    used = next((name for name in sorted(there, reverse=True) if there[name] < "3, 14"), "")
    assert told or f"/{used}" in done.stderr


@pytest.mark.parametrize(
    "variable", ["PAR", "MONTH", "BASEMAP", "AUDIENCE", "PAGE", "WITH", "MAX_NON_RESOLUS", "PYTHON"]
)
def test_a_value_is_never_a_command(project: Path, variable: str) -> None:
    evil = "\"; touch fait; ' `touch fait` $(touch fait) $(shell touch fait) $${x} \\"
    target = {"PAR": "decide", "WITH": "compare", "PYTHON": "explain-audience"}.get(variable, "annex-3")
    done = run(project, target, f"{variable}={evil}", ok=False)
    assert not (project / "fait").exists()
    assert "Traceback" not in done.stderr
    if variable not in ("PAR", "PYTHON"):
        three_parts(done, variable)


def test_what_is_wrong_is_blamed_on_what_was_written(project: Path) -> None:
    three_parts(run(project, "MONTH=juin", ok=False), "MONTH='juin'", "2021-06")
    three_parts(run(project, "compare", "WITH=2021-13", ok=False), "WITH='2021-13'", "WITH=2021-")
    three_parts(run(project, "INPUTS=nulle part", ok=False), "INPUTS='nulle part'")
    three_parts(run(project, "annexe-9", ok=False), "annexe-9", "make help")
    (project / "un fichier").write_text("")
    three_parts(run(project, "annexe-3", "OUTPUTS=un fichier", ok=False), "un fichier")
    assert run(project, "annexe-3").returncode == 0


def test_make_keeps_its_own_word_where_it_may_not_be_asked_to_quit(project: Path) -> None:
    """To go on with other targets, and in the background of a script: a failure must be one there too."""
    done = run(project, "-k", "nulle-part", "ailleurs", ok=False)
    assert done.returncode != 0
    assert done.stderr.count("PROBLÈME") == 2
    deaf = subprocess.run(
        ["sh", "-c", "trap '' QUIT; make nulle-part"], cwd=project, capture_output=True, text=True
    )
    three_parts(deaf, "nulle-part")


ENGLISH = re.compile(
    r"\b(the|and|of|with|by|month|name|value|level|method|as|written|decided|runner|up|row|file|sheet|why|no|not|is|was|"
    r"such|missing|invalid|error|failed|permission|denied|directory|found|usage|try|expected|could|should|unknown)\b",
    re.IGNORECASE,
)
WRONG = (
    ("annex-7",), ("recette",), ("recette", "FICHIER=nulle-part.xlsx"), ("new-month",), ("new-month", "MONTH=2021-6"),
    ("compare",), ("MOIS=2021-05", "annex-1"), ("clean", "OUTPUT=x"), ("AUDIENCE=tous", "annex-1"),
    ("FORMAT=gif", "annex-1"), ("PAGE=A5", "annex-1"), ("DIVISION=1999", "annex-1"), ("BASEMAP=x.tif", "annex-1"),
    ("BOUNDARIES=x.zip", "annex-1"), ("MAX_REFUSES=x", "annex-1"), ("PRODUCED_ON=x", "annex-1"), ("check",),
    ("AUDIENCE=interne", "PASSWORD_FILE=x", "share"), ("explain-audience", "AUDIENCE=tous"), ("bilan", "MONTH=2030-01"),
)  # fmt: skip


@pytest.mark.parametrize("asked", WRONG, ids=" ".join)
def test_what_is_asked_wrongly_is_answered_in_french_to_the_last_word(
    project: Path, asked: tuple[str, ...]
) -> None:
    done = run(project, *asked, ok=False)
    three_parts(done)
    assert "make: " not in done.stderr
    assert done.returncode == 1
    quoted = re.sub(r"«[^»]*»|[\w/.-]*\.\w+\b|\b[A-Z_]{3,}\b=?\S*|make \S+|MONTH=\S+", "", done.stderr)
    assert not ENGLISH.search(quoted), quoted


@pytest.mark.parametrize("asked", [(), ("nulle",), ("build", "x"), ("build", "--nulle"), ("share", "x")])
def test_the_command_line_itself_answers_in_french(project: Path, asked: tuple[str, ...]) -> None:
    python = str(project / ".venv" / "bin" / "python")
    done = subprocess.run(
        [python, "-m", "pipeline.cli", *asked], cwd=project, capture_output=True, text=True, check=False
    )
    three_parts(done)
    assert not ENGLISH.search(done.stdout + done.stderr)


def test_every_title_of_a_column_that_the_officer_sees_is_french(project: Path) -> None:
    run(project, "bulletin")
    run(project, "new-month", "MONTH=2022-01")
    run(project, "bilan")
    run(project, "decide", "PAR=Awa")
    seen: dict[str, list[str]] = {}
    for path in [*(project / INPUTS).rglob("*"), *(project / OUTPUTS).rglob("*")]:
        if path.suffix == ".csv":
            seen[path.name] = path.read_text("utf-8-sig").splitlines()[:1]
        elif path.suffix == ".xlsx":
            book = openpyxl.load_workbook(path, read_only=True)
            rows = [row for sheet in book for row in sheet.iter_rows(max_row=30, values_only=True)]
            seen[path.name] = [*book.sheetnames, *(str(cell) for row in rows for cell in row if cell)]
    assert {"lieux-resolus.csv", "lectures.csv", "remarques.csv", "totaux_publies.xlsx", "bilan.xlsx", "tableaux.xlsx",
            "lieux-a-verifier.xlsx", "annexe-4-liste-incidents.xlsx"} <= set(seen)  # fmt: skip
    for name, texts in seen.items():
        told = [text for text in texts if ENGLISH.search(text.replace("_", " "))]
        assert not told, (name, told)


def test_what_is_for_inside_is_readable_by_its_owner_alone(project: Path) -> None:
    run(project, "annex-3", "AUDIENCE=interne")
    month = folder(project).parent
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in month.iterdir()}
    assert (modes["interne"], modes["revue"]) == (0o700, 0o700)
    assert modes["partenaires"] & 0o044
    assert stat.S_IMODE((project / "build").stat().st_mode) == 0o700, (
        "what runs keep names files, values and rows"
    )


def test_git_follows_nothing_that_an_office_puts_in_or_makes(project: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=project, check=True)
    for name in ("inputs/2021-07/incidents.xlsx", "inputs/2022-01/mois.toml", "inputs/lieux.csv", "registre/partages.csv",
                 "outputs/2021-06/revue/x.csv", "boundaries/mes limites.zip"):  # fmt: skip
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text("x")
    seen = subprocess.run(
        ["git", "status", "--porcelain", "-uall", "--", "inputs", "outputs", "registre", "boundaries"],
        cwd=project, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert not re.search(r"2021-07|2022-01|lieux\.csv|registre|revue|limites\.zip|mali", seen)
    assert "outputs/README.md" in seen
    shutil.rmtree(project / ".git")
    shutil.rmtree(project / "inputs" / "2022-01")
