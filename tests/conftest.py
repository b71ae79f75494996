"""Fixtures shared by all areas: the mirror of the boundaries (where it is there) and countries to work on."""

from __future__ import annotations

import gc
import os
import shutil
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import settings

from pipeline.geography import store as building
from pipeline.geography.country import Country
from tests.helpers import countries
from tests.helpers.browser import artefacts, browser, open_page, windows, windows_at_rest  # noqa: F401
from tests.helpers.kept import kept, remembered

PROJECT = Path(__file__).resolve().parent.parent
MIRROR = PROJECT.parent / "shared" / "boundaries"


# A run that judges a change tries the same examples each time; any other run goes on searching for new ones.
settings.register_profile("judge", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("judge")

BROWSERS = {"browser", "open_page", "window", "firefox"}
MADE = {"built", "undisturbed"}
"""What whole commands made, in a folder of their own."""
WHOLE = {"approximate_country", "cercles_country", "mirror_country"}
"""The whole country: what a browser shows of it is slow."""
WEIGHTS = {"make": 8.0, "slow": 5.0, "browser": 1.0}
"""Seconds that a test of this kind takes, roughly; any other takes a fifth of one."""
TOGETHER = ("test_front_door.py", "test_pages.py", "test_truth.py")
"""Modules that share one project, made whole."""


@pytest.fixture(autouse=True, scope="session")
def without_key() -> Iterator[None]:
    """Most tests publish without a key, so that nothing is hidden without need; the product refuses that."""
    module = import_module("pipeline.disclosure.publish")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_refuse_known", lambda policy, secret: None)
        yield


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what `make quick` leaves out, by what a test asks for. A test that drives a browser is tried once more when
    it fails: on a loaded machine a browser may stand still for seconds, and the run says which were tried again.

    The modules that take longest begin first, so that no worker is left alone with one at the end.
    """
    for item in items:
        asked = set(getattr(item, "fixturenames", ()))
        if asked & BROWSERS:
            item.add_marker("browser")
            item.add_marker(pytest.mark.flaky(reruns=1))
            if asked & WHOLE:
                item.add_marker("slow")
        if asked & MADE or "copy_of_the_project" in vars(getattr(item, "module", object())):
            item.add_marker("make")
    total: defaultdict[Path, float] = defaultdict(float)
    for item in items:
        kinds = {mark.name for mark in item.iter_markers()}
        total[item.path] += max((weight for kind, weight in WEIGHTS.items() if kind in kinds), default=0.2)
    items.sort(key=lambda item: (-total[item.path], str(item.path)))


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """One more than there are processors: a test that waits for a browser, a clock or a file leaves its own idle."""
    return len(os.sched_getaffinity(0)) + 1 if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1) + 1


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """A module is one worker's, so that what its tests share is made once. (Groups, xdist's own way, write a name into the
    test's that pytest 9.2 no longer reads: they are no groups then.)"""
    from xdist.scheduler import LoadFileScheduling

    class Modules(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            module = super()._split_scope(nodeid)
            return TOGETHER[0] if Path(module).name in TOGETHER else module

    return Modules(config, log)  # type: ignore[arg-type]


@pytest.fixture(autouse=True, scope="module")
def what_stays_is_not_searched() -> None:
    """Modules, tests and what they share are no garbage, and a third of the time of a whole month went to look for some."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def project() -> Path:
    """The project's root folder."""
    return PROJECT


@pytest.fixture(scope="session")
def mirror() -> Path:
    """The mirror folder of the boundaries, read in place; the test is skipped where it is absent."""
    if not (MIRROR / "mli_adm_ab_shp_20211220.zip").is_file():
        pytest.skip(f"no mirror of the boundaries at {MIRROR}")
    return MIRROR


def boundaries_folder(folder: Path) -> Path:
    """A fresh boundaries/ folder: sources.toml only."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(PROJECT / "boundaries" / "sources.toml", folder / "sources.toml")
    return folder


@pytest.fixture
def boundaries(tmp_path: Path) -> Path:
    """A fresh boundaries/ folder of the test's own."""
    return boundaries_folder(tmp_path / "projet" / "boundaries")


@pytest.fixture(scope="session")
def mirror_boundaries(mirror: Path) -> Path:
    """A boundaries/ folder with the mali.gpkg of the default vintage, built once. Not to be changed."""

    def make(folder: Path) -> None:
        boundaries_folder(folder / "boundaries")
        building.build(folder / "boundaries", mirror=mirror, offline=True, say=lambda line: None)

    return kept("limites", make, "pipeline.geography.store") / "boundaries"


@pytest.fixture(scope="session")
def mirror_country(mirror_boundaries: Path) -> Country:
    """Mali in the default vintage, from the mirror."""
    from pipeline.geography import load

    return load(mirror_boundaries / "mali.gpkg")


@pytest.fixture(scope="session")
def small_country() -> Country:
    """Three regions, five cercles, twelve square communes: see tests/helpers/countries.py."""
    return countries.small_country()


@pytest.fixture(scope="session")
def approximate_country() -> Country:
    """All 701 communes on approximate limits: the Mali that is there on every machine."""
    from pipeline.geography.store import approximate_country as built

    return remembered("limites-approchees", built, "pipeline.geography.store")


@pytest.fixture(scope="session")
def cercles_country(approximate_country: Country) -> Country:
    """The same without its communes, as boundaries that end at the cercles."""
    empty = approximate_country.communes.iloc[:0]
    return replace(
        approximate_country,
        communes=empty,
        localities=approximate_country.localities.iloc[:0],
        crosswalk=approximate_country.crosswalk.iloc[:0],
    )
