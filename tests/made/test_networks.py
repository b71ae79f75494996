"""Whole makes on a machine without a mirror: communes of 2021 from their public copies, and HDX as it is today."""

from __future__ import annotations

import csv
import json
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

from pipeline.geography import load
from tests.geography.test_sources import pin_files
from tests.helpers.making import CONTRACT, copy_of_the_project, make
from tests.helpers.sites import Site, serving

pytestmark = pytest.mark.slow
NOWHERE = "http://127.0.0.1:9/"
PACKAGE = "/api/3/action/package_show"


def places(mirror: Path, folder: Path) -> dict[str, bytes]:
    """The populated places as they stand in public: a shapefile, made of the mirror's table."""
    with (mirror / "mli_populated_places.csv").open(encoding="utf-8", newline="") as stream:
        rows = pd.DataFrame(list(csv.DictReader(stream)))
    names = {
        "featureNam": "name", "featureRef": "alt_name_1", "featureAlt": "alt_name_2", "popPlaceCl": "place_class",
        "admin3Pcod": "adm3_pcode_2015",
    }  # fmt: skip
    x, y = rows["longitude"].astype(float), rows["latitude"].astype(float)
    table = {new: rows[old] for new, old in names.items()} | {"longitude": x, "Latitude": y}
    stem = "COD_MLI_PopulatedPlaces_Rena"
    gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(x, y), crs=4326).to_file(
        folder / f"{stem}.shp", engine="pyogrio", encoding="UTF-8"
    )
    return {path.name: path.read_bytes() for path in sorted(folder.glob(f"{stem}.*"))}


@pytest.fixture(scope="module")
def site(mirror: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Serves the public files under their own names, and HDX with the stand-in of 2025."""
    files = {
        f"/copies/{name}": body for name, body in places(mirror, tmp_path_factory.mktemp("lieux")).items()
    }
    with zipfile.ZipFile(mirror / "mli_adm_ab_shp_20211220.zip") as archive:
        files |= {f"/copies/{name.rsplit('/', 1)[-1]}": archive.read(name) for name in archive.namelist()}
    folder = mirror / "division_2025"
    with serving(Site(files)) as served:
        text = (folder / "package_show_cod-ab-mli.json").read_text(encoding="utf-8")
        answer = text.replace("http://127.0.0.1:PORT", served.url)
        served.files[PACKAGE] = answer.encode()
        for one in json.loads(answer)["result"]["resources"]:
            name = one["name"].replace("boundaries.", "boundaries_standin_v03.")
            served.files[one["url"].removeprefix(served.url)] = (folder / name).read_bytes()
        yield served


@pytest.fixture
def project(site: Site, tmp_path: Path) -> Path:
    """A project with nothing beside it, whose sources.toml pins what the site serves."""
    made = copy_of_the_project(tmp_path, None)
    served = {path.removeprefix("/copies/"): body for path, body in site.files.items() if "/COD_MLI" in path}
    pin_files(made / "boundaries", "localites", served)
    return made


def told(folder: Path) -> dict[str, object]:
    return json.loads((folder / "manifest.json").read_text("utf-8"))


def test_a_stranger_with_the_network_gets_real_communes(project: Path, site: Site, mirror: Path) -> None:
    network = {"COPIES_URL": f"{site.url}/copies", "HDX_URL": NOWHERE}
    said = make(project, environment=network).stdout
    assert "Limites 4/6, copies publiques : utilisé" in said
    assert "Localités du Mali (COD) : copies publiques" in said
    assert "Données d’accompagnement absentes : Population" in said
    folder = project / "outputs/2021-06/partenaires"
    assert [name for name in CONTRACT if not (folder / name).is_file()] == []
    boundaries = told(folder)["boundaries"]
    assert (boundaries["kind"], boundaries["division"]) == ("copies", "2021")  # type: ignore[index]
    country = load(project / "boundaries" / "mali.gpkg")
    assert (len(country.communes), len(country.regions)) == (701, 10)
    assert len(country.localities) > 18_000
    # With what of the mirror has a public copy, and nothing else: the same bytes.
    kept = project.parent / "miroir"
    kept.mkdir()
    for name in ("mli_adm_ab_shp_20211220.zip", "mli_populated_places.csv"):
        shutil.copyfile(mirror / name, kept / name)
    (project / "boundaries" / "mali.gpkg").unlink()
    shutil.rmtree(project / "boundaries" / "telechargements")
    make(project, "annex-1", "annex-4", environment={"MIRROR": str(kept), "OUTPUTS": "autres"})
    other = project / "autres/2021-06/partenaires"
    assert told(other)["boundaries"]["kind"] == "miroir"  # type: ignore[index]
    for name in CONTRACT:
        if name.startswith(("annexe-1", "annexe-4")):
            assert (other / name).read_bytes() == (folder / name).read_bytes(), name
    mirrored = load(project / "boundaries" / "mali.gpkg")
    assert mirrored.localities.equals(country.localities)


def test_hdx_today_alone_is_drawn_by_cercle_and_beside_communes_around_them(
    project: Path, site: Site
) -> None:
    said = make(
        project, "annex-1", "annex-6", environment={"HDX_URL": site.url, "COPIES_URL": NOWHERE}
    ).stdout
    assert "Limites 5/6, HDX : utilisé" in said
    folder = project / "outputs/2021-06/partenaires"
    assert len(list(folder.glob("annexe-[16]-*.png"))) == 2
    boundaries = told(folder)["boundaries"]
    assert (boundaries["kind"], boundaries["division"], boundaries["edition"]) == ("hdx", "2025", "v03")  # type: ignore[index]
    country = load(project / "boundaries" / "mali.gpkg")
    assert (len(country.regions), len(country.cercles), country.finest) == (20, 160, "cercle")
    both = {"HDX_URL": site.url, "COPIES_URL": f"{site.url}/copies", "DIVISION": "2025", "OUTPUTS": "deux"}
    make(project, "annex-1", environment=both)
    country = load(project / "boundaries" / "mali.gpkg")
    assert (len(country.communes), len(country.newer.cercles)) == (701, 160)
    boundaries = told(project / "deux/2021-06/partenaires")["boundaries"]
    assert (boundaries["kind"], boundaries["division"]) == ("copies", "2025")  # type: ignore[index]
    page = (project / "deux/2021-06/partenaires/annexe-1-incidents.html").read_text("utf-8")
    assert "les communes sont celles de 2021" in page
