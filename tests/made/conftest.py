"""The whole project made once, in a copy, as the officer makes it; shared by the tests of this folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.helpers.making import ROOT, copy_of_the_project, make


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project with June 2021 made, on real boundaries where the mirror is there."""
    mirror = ROOT.parent / "shared" / "boundaries"
    project = copy_of_the_project(tmp_path_factory.mktemp("make"), mirror if mirror.is_dir() else None)
    make(project)
    return project


@pytest.fixture(scope="session")
def outputs(built: Path) -> Path:
    return built / "outputs" / "2021-06" / "partenaires"
