"""The committed sample inputs, read once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.reconstruction.sample import Sample, read

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def inputs() -> Path:
    return ROOT / "inputs"


@pytest.fixture(scope="session")
def sample(inputs: Path) -> Sample:
    return read(inputs)


@pytest.fixture(scope="session")
def boundary_files() -> Path:
    """The folder of the boundary files beside the project; skips where it is not there."""
    folder = ROOT.parent / "shared" / "boundaries"
    if not (folder / "mli_adm3_crosswalk_2015_2021.csv").exists():
        pytest.skip("no boundary files beside the project")
    return folder
