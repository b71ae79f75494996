"""What the front pages promise is what make has: every variable and target is named in each of them."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from pipeline import __version__

PAGES = ("README.md", "LISEZMOI.md", "make help")
NOT_FOR_READERS = {"all"}
"""Plain `make`."""


def page(project: Path, name: str) -> str:
    if name == "make help":
        return subprocess.run(
            ["make", "help"], cwd=project, capture_output=True, text=True, check=True
        ).stdout
    return (project / name).read_text("utf-8")


def makefile(project: Path) -> str:
    return (project / "Makefile").read_text("utf-8").replace("\\\n", " ")


def variables(project: Path) -> set[str]:
    lists = re.findall(r"^(?:GROUND|VARIABLES|OTHERS) +:= (.*)$", makefile(project), re.M)
    return {name for one in lists for name in re.findall(r"\b[A-Z_]{3,}\b", one.replace("$(GROUND)", ""))}


def targets(project: Path) -> set[str]:
    return set(re.findall(r"^([a-z][a-z0-9-]+):.* ## ", makefile(project), re.M)) - NOT_FOR_READERS


@pytest.mark.parametrize("name", PAGES)
def test_every_variable_and_target_is_named(project: Path, name: str) -> None:
    text = page(project, name)
    assert len(variables(project)) >= 16
    assert sorted(one for one in variables(project) if not re.search(rf"\b{one}\b", text)) == []
    if name == "make help":
        missing = [one for one in targets(project) if f"  {one} " not in text]
    else:
        maps = {f"annex-{number}" for number in range(1, 7)}  # one stands for all
        missing = [one for one in targets(project) - maps if not re.search(rf"make (\w+=\S+ )*{one}\b", text)]
    assert sorted(missing) == []


@pytest.mark.parametrize("name", ["README.md", "LISEZMOI.md"])
def test_no_page_names_a_target_or_variable_that_is_not_there(project: Path, name: str) -> None:
    text = page(project, name)
    known = targets(project) | {f"annexe-{number}" for number in range(1, 7)} | {"all"}
    quoted = r'"[^"]*"'
    named = re.findall(rf"(?:^|`)make ((?:[A-Z_]+=(?:{quoted}|\S+) ?)*)([a-z][a-z0-9-]*)?", text, re.M)
    assert len(named) > 15
    assert {target for _, target in named if target} <= known
    assert set(re.findall(r"\b([A-Z][A-Z_]+)=", text)) <= variables(project)


def test_the_makefile_stays_short_and_the_release_has_one_number(project: Path) -> None:
    assert len((project / "Makefile").read_text("utf-8").splitlines()) <= 120
    assert tomllib.loads((project / "pyproject.toml").read_text("utf-8"))["project"]["version"] == __version__


def test_every_exported_variable_is_taken_as_text(project: Path) -> None:
    """Each variable that a recipe's programs read is in the lists that the Makefile makes literal."""
    read = set(re.findall(r"value\(\"([A-Z_]+)\"", (project / "pipeline" / "cli.py").read_text("utf-8")))
    assert read - {"MEMORY"} <= variables(project)
