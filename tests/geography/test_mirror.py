"""The real data sets, read in place: both vintages become the same layers, and the trap of 2015 is real."""

from __future__ import annotations

import shutil
from pathlib import Path

import fiona
import geopandas as gpd
import pytest
import shapely

from pipeline.files import sha256
from pipeline.geography import build, load, vintages
from pipeline.geography import fetching as catalog
from pipeline.geography.containers import inspect
from pipeline.geography.country import AREA_COLUMNS, EQUAL_AREA, Country
from tests.conftest import boundaries_folder

NEWER, OLDER = "2021-12-20", "2015-04-08"


@pytest.fixture(scope="module")
def older_country(mirror: Path, tmp_path_factory: pytest.TempPathFactory) -> Country:
    folder = boundaries_folder(tmp_path_factory.mktemp("2015") / "boundaries")
    chosen = mirror / "mli_adm_ab_shp_2015.zip"
    return build(folder, chosen=chosen, mirror=mirror, offline=True, say=lambda line: None)


def test_checksums_pinned_are_those_of_the_mirror(mirror, project):
    for declared in catalog.read_catalog(project / "boundaries" / "sources.toml").sets:
        if declared.role == "limites":  # a zip is only a wrapping
            assert declared.holds(inspect(mirror / declared.file).contents), declared.key
        else:
            assert sha256(mirror / declared.file) == declared.sha256, declared.key


def test_layers_of_the_contract(mirror_boundaries):
    path = mirror_boundaries / "mali.gpkg"
    counts = {"pays": 1, "regions": 10, "cercles": 53, "communes": 701, "localites": 18769}
    for name, count in counts.items():
        with fiona.open(path, layer=name) as layer:
            assert len(layer) == count
            assert layer.crs.to_epsg() == 4326
            assert tuple(layer.schema["properties"])[:6] == AREA_COLUMNS
            if name != "localites":
                assert tuple(layer.schema["properties"]) == AREA_COLUMNS
    assert (mirror_boundaries / "relief.tif").is_file()


def test_both_vintages_give_the_same_layers(mirror_country, older_country):
    assert (mirror_country.source.vintage, older_country.source.vintage) == (NEWER, OLDER)
    assert (mirror_country.source.kind, older_country.source.kind) == ("miroir", "utilisateur")
    assert [len(older_country.layer(one)) for one in ("pays", "region", "cercle", "commune")] == [
        1,
        9,
        50,
        701,
    ]
    for country in (mirror_country, older_country):
        for level in ("pays", "region", "cercle", "commune", "localite"):
            table = country.layer(level)
            assert list(table.columns[:6]) == list(AREA_COLUMNS)
            assert set(table["vintage"]) == {country.source.vintage}
            assert table["pcode"].is_monotonic_increasing
            assert table.crs.to_epsg() == 4326
        communes = country.communes
        assert set(communes["parent_pcode"]) == set(country.cercles["pcode"])
        assert (communes["cercle_pcode"] == communes["parent_pcode"]).all()
        assert (communes["region_pcode"] == communes["pcode"].str[:4]).all()
        assert shapely.coverage_is_valid(communes.geometry.to_numpy())
        assert country.names("pays") == {"ML": "Mali"}
        assert sum(country.population.values()) == 18_864_526
        assert len(country.crosswalk) == 701


def test_regions_are_printed_with_their_accents(mirror_country, older_country):
    assert set(mirror_country.names("region").values()) == {
        "Kayes", "Koulikoro", "Sikasso", "Ségou", "Mopti", "Tombouctou", "Gao", "Kidal", "Bamako", "Ménaka",
    }  # fmt: skip
    assert {"Ségou", "Koulikoro"} < set(older_country.names("region").values())


def test_a_blind_join_would_paint_other_communes(mirror_country, older_country):
    joined, then = mirror_country.names("commune"), older_country.names("commune")
    pairs = vintages.translations(mirror_country.crosswalk, OLDER, NEWER)
    assert len([code for code, (now, _) in pairs.items() if now != code and code in joined]) == 423
    assert then["ML010101"] == "Bangassi"
    assert joined["ML010101"] == "Bafoulabe"  # where a blind join would put Bangassi's incidents
    assert vintages.translations(mirror_country.crosswalk, OLDER, NEWER).get("ML010101") == ("ML010301", 1.0)
    assert joined["ML010301"] == "Bangassi"


def test_translated_communes_lie_where_they_lay(mirror_country, older_country):
    now = mirror_country.communes.to_crs(EQUAL_AREA).set_index("pcode").geometry
    then = older_country.communes.to_crs(EQUAL_AREA).set_index("pcode").geometry
    for code, (target, iou) in vintages.translations(mirror_country.crosswalk, OLDER, NEWER).items():
        share = (
            shapely.intersection(then[code], now[target]).area / shapely.union(then[code], now[target]).area
        )
        assert share == pytest.approx(iou, abs=1e-4)


def test_localities_by_polygon_and_as_recorded(mirror_country, older_country):
    for country in (mirror_country, older_country):
        places = country.localities
        assert len(places) == 18_769
        assert (places["pcode"] != "").all()
        assert (places["recorded_pcode"] != places["parent_pcode"]).sum() > 1000
        shapes = country.communes.set_index("pcode").geometry
        some = places.iloc[::500]
        assert all(
            shapes[code].intersects(point) for code, point in zip(some["pcode"], some.geometry, strict=True)
        )
        assert set(places["recorded_pcode"]) <= set(country.communes["pcode"])
    assert (
        mirror_country.localities["recorded_pcode"] != mirror_country.localities["parent_pcode"]
    ).sum() == 1799


def test_population_follows_the_commune_not_the_code(mirror_country, older_country):
    names = older_country.names("commune")
    code = next(code for code, name in names.items() if name == "Bangassi")
    assert older_country.population[code] == mirror_country.population["ML010301"]


def test_population_on_the_codes_of_2017(boundaries, mirror, tmp_path, mirror_country):
    """The 2017 edition kept the former codes of Ménaka: they are read by name."""
    folder = tmp_path / "miroir"
    shutil.copytree(mirror, folder)
    folder.chmod(0o755)
    path = folder / "mli_population_adm3_2017.csv"
    path.chmod(0o644)
    before = sha256(path)
    text = path.read_text(encoding="utf-8")
    former = {"ML100101": "ML070403", "ML100201": "ML070401", "ML100301": "ML070402", "ML100401": "ML070404"}
    for now, then in former.items():
        assert now in text
        text = text.replace(now, then)
    path.write_text(text, encoding="utf-8")
    sources = boundaries / "sources.toml"
    sources.write_text(sources.read_text(encoding="utf-8").replace(before, sha256(path)), encoding="utf-8")
    country = build(boundaries, mirror=folder, offline=True, say=lambda line: None)
    assert country.population == mirror_country.population


def test_lower_case_schema_of_newer_releases(boundaries, mirror, tmp_path, mirror_country):
    chosen = tmp_path / "mli_admin_boundaries.gpkg"
    for level in range(4):
        archive = f"zip://{mirror / 'mli_adm_ab_shp_20211220.zip'}"
        frame = gpd.read_file(archive, layer=f"mli_admbnda_adm{level}_1m_gov_20211220")
        columns = {f"ADM{n}_PCODE": f"adm{n}_pcode" for n in range(4)} | {
            f"ADM{n}_FR": f"adm{n}_name" for n in range(4)
        }
        frame = frame.rename(columns=columns).drop(columns=["date", "validOn", "validTo"])
        frame.to_file(chosen, layer=f"mli_admin{level}", driver="GPKG")
    lines: list[str] = []
    country = build(boundaries, chosen=chosen, mirror=mirror, offline=True, say=lines.append)
    assert country.source.vintage == NEWER  # by its codes and names: the file bears no date
    for level in ("pays", "region", "cercle", "commune"):
        assert country.names(level) == mirror_country.names(level)
    assert country.population == mirror_country.population
    assert any("10 régions, 53 cercles, 701 communes" in line for line in lines)


def test_built_twice_the_same_bytes(mirror_boundaries, boundaries, mirror):
    build(boundaries, mirror=mirror, offline=True, say=lambda line: None)
    for name in ("mali.gpkg", "relief.tif"):
        assert sha256(boundaries / name) == sha256(mirror_boundaries / name)


def test_the_relief_of_a_former_country_does_not_stay(boundaries, mirror):
    build(boundaries, mirror=mirror, offline=True, say=lambda line: None)
    country = build(boundaries, mirror=boundaries / "absent", offline=True, say=lambda line: None)
    assert country.source.approximate
    assert country.background.relief is None
    assert not (boundaries / "relief.tif").exists()


def test_loading_without_the_localities(mirror_boundaries, mirror_country):
    country = load(mirror_boundaries / "mali.gpkg", localities=False)
    assert country.localities.empty
    assert list(country.localities.columns) == list(mirror_country.localities.columns)
    assert country.communes.equals(mirror_country.communes)


def test_background_is_credited(mirror_country):
    background = mirror_country.background
    for part in ("countries", "borders", "rivers", "lakes"):
        assert len(getattr(background, part)) > 0
    assert "Niger" in set(background.rivers["name"])
    assert any("Natural Earth" in credit for credit in background.credits)
    assert any("shadedrelief.com" in credit for credit in background.credits)
