import pytest

from pipeline.places import Gazetteer


@pytest.fixture(scope="session")
def small(small_country):
    return Gazetteer.of(small_country)


@pytest.fixture(scope="session")
def mali(mirror_country):
    return Gazetteer.of(mirror_country)


@pytest.fixture(scope="session")
def tiles(cercles_country):
    return Gazetteer.of(cercles_country)
