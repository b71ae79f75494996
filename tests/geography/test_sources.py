"""The chain of sources: the order, the lines told, what falls through and what stops."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import pytest

from pipeline.errors import BoundaryError
from pipeline.files import sha256, sha256_bytes
from pipeline.geography import build, load
from pipeline.geography.containers import inspect
from pipeline.geography.country import AREA_COLUMNS
from tests.helpers import codab


def pin(boundaries: Path, archive: Path) -> None:
    """Make sources.toml expect the contents of `archive` for the default vintage."""
    with zipfile.ZipFile(archive) as opened:
        contents = {name.rsplit("/", 1)[-1]: opened.read(name) for name in opened.namelist()}
    pin_files(boundaries, "limites-2021", contents)


def pin_files(boundaries: Path, key: str, contents: dict[str, bytes]) -> None:
    """Make the public copy of a data set in sources.toml consist of these files."""
    path = boundaries / "sources.toml"
    text = path.read_text(encoding="utf-8")
    lines = [f'  ["{name}", {len(body)}, "{sha256_bytes(body)}", ""],\n' for name, body in contents.items()]
    start = text.index("files = [", text.index(f"[{key}.copies]"))
    end = text.index("\n]", start)
    path.write_text(text[:start] + "files = [\n" + "".join(lines) + text[end + 1 :], encoding="utf-8")


@pytest.fixture
def lines() -> list[str]:
    return []


def offline(boundaries: Path, lines: list[str], **options: Path):
    options.setdefault("mirror", boundaries / "absent")
    return build(boundaries, offline=True, say=lines.append, **options)


def test_nothing_anywhere_gives_approximate_limits_and_tells_each_attempt(boundaries, lines):
    country = offline(boundaries, lines)
    assert country.source.approximate
    assert country.finest == "commune"
    told = [line for line in lines if line.startswith("Limites")]
    assert [line[8:11] for line in told] == ["1/6", "2/6", "3/6", "4/6", "5/6", "6/6"]
    assert "hors ligne" in told[3]
    assert "LIMITES APPROCHÉES" in told[5]


def test_the_mirror_is_used_only_with_its_checksum(boundaries, lines, tmp_path):
    folder = tmp_path / "miroir"
    folder.mkdir()
    archive = codab.codab_zip(folder / "mli_adm_ab_shp_20211220.zip")
    assert offline(boundaries, lines, mirror=folder).source.approximate
    assert any("3/6" in line and "altéré" in line for line in lines)
    pin(boundaries, archive)
    country = offline(boundaries, lines, mirror=folder)
    assert (country.source.kind, country.source.vintage) == ("miroir", "2021-12-20")
    assert country.source.sha256 == inspect(archive).sha256


def test_mirror_is_named_by_the_environment(boundaries, lines, tmp_path, monkeypatch):
    archive = codab.codab_zip(tmp_path / "mli_adm_ab_shp_20211220.zip")
    pin(boundaries, archive)
    monkeypatch.setenv("MIRROR", str(tmp_path))
    assert build(boundaries, offline=True, say=lines.append).source.kind == "miroir"


def test_the_users_file_comes_before_the_mirror_and_is_known_by_its_columns(boundaries, lines, tmp_path):
    mirrored = codab.codab_zip(tmp_path / "mli_adm_ab_shp_20211220.zip")
    pin(boundaries, mirrored)
    codab.codab_zip(boundaries / "nimporte_quel_nom.zip", "minuscules", "2023-05-01")
    country = offline(boundaries, lines, mirror=tmp_path)
    assert (country.source.kind, country.source.vintage) == ("utilisateur", "2023-05-01")
    assert "nimporte_quel_nom.zip" in country.source.label


def test_a_users_file_that_fails_is_told_and_passed_over(boundaries, lines, tmp_path):
    archive = codab.codab_zip(tmp_path / "mli_adm_ab_shp_20211220.zip")
    pin(boundaries, archive)
    (boundaries / "casse.zip").write_bytes(archive.read_bytes()[:3000])
    assert offline(boundaries, lines, mirror=tmp_path).source.kind == "miroir"
    assert any("2/6" in line and "casse.zip est une archive endommagée" in line for line in lines)


def test_our_own_geopackage_is_never_taken_for_the_users(boundaries, lines, tmp_path):
    offline(boundaries, lines)
    assert offline(boundaries, lines).source.approximate
    assert [line for line in lines if "2/6" in line] == ["Limites 2/6, fichiers de boundaries/ : aucun"] * 2


def test_loose_shapefiles_in_boundaries_are_one_set(boundaries, lines):
    codab.write(boundaries, codab.frames("2015", "2015-04-08"), "2015")
    country = offline(boundaries, lines)
    assert (country.source.kind, country.source.vintage) == ("utilisateur", "2015-04-08")
    assert len(country.communes) == 12


@pytest.mark.parametrize("form", ["zip", "nested zip", "gpkg", "shp", "geojson folder", "shp folder"])
def test_chosen_may_have_any_form(form, boundaries, lines, tmp_path):
    levels = codab.frames()
    if form == "zip":
        chosen = codab.zipped(tmp_path / "limites.zip", levels)
    elif form == "nested zip":
        chosen = codab.zipped(tmp_path / "limites.zip", levels, inside="Mali/shp/")
    elif form == "gpkg":
        chosen = codab.write_gpkg(tmp_path / "limites.gpkg", levels)
    elif form == "shp":
        codab.write(tmp_path / "shp", levels)
        chosen = tmp_path / "shp" / "mli_admbnda_adm3_gov.shp"
    else:
        driver = "GeoJSON" if form.startswith("geojson") else "ESRI Shapefile"
        codab.write(tmp_path / "dossier", levels, driver=driver)
        chosen = tmp_path / "dossier"
    country = offline(boundaries, lines, chosen=chosen)
    assert country.source.kind == "utilisateur"
    assert [len(country.layer(level)) for level in ("pays", "region", "cercle", "commune")] == [1, 3, 5, 12]
    assert country.names("cercle")["ML0406"] == "Ségou"
    assert list(country.communes.columns) == [*AREA_COLUMNS, "geometry"]
    assert lines[0].startswith("Limites 1/6, BOUNDARIES= : utilisé")


def test_chosen_folder_with_two_sets_asks_which(boundaries, lines, tmp_path):
    codab.codab_zip(tmp_path / "un.zip")
    other = codab.codab_zip(tmp_path / "mli_adm_ab_shp_20211220.zip", "2015")
    with pytest.raises(BoundaryError, match="plusieurs jeux") as caught:
        offline(boundaries, lines, chosen=tmp_path)
    assert "BOUNDARIES=" in caught.value.fix
    pin(boundaries, other)  # unless one of them is the default vintage
    assert offline(boundaries, lines, chosen=tmp_path).source.sha256 == inspect(other).sha256


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda path: None, "n’existe pas"),
        (lambda path: path.write_text("<!DOCTYPE html><html>Not found</html>"), "page web"),
        (lambda path: path.write_bytes(b"PK\x03\x04" + b"\0" * 100), "endommagée"),
        (lambda path: path.write_bytes(b""), "endommagée"),
        (
            lambda path: zipfile.ZipFile(path, "w").writestr("lisez-moi.txt", "bonjour"),
            "aucun fichier de limites",
        ),
    ],
)
def test_chosen_that_fails_is_an_error_with_its_fix(make, words, boundaries, lines, tmp_path):
    path = tmp_path / "limites.zip"
    make(path)
    with pytest.raises(BoundaryError, match=words) as caught:
        offline(boundaries, lines, chosen=path)
    assert "BOUNDARIES=" in caught.value.problem
    assert "jamais remplacé en silence" in caught.value.consequence
    assert not (boundaries / "mali.gpkg").exists()


def test_a_zip_with_one_spoilt_byte_is_refused(boundaries, lines, tmp_path):
    path = codab.codab_zip(tmp_path / "limites.zip")
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        member = max(archive.infolist(), key=lambda one: one.compress_size)
    content[member.header_offset + 30 + len(member.filename) + member.compress_size // 2] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(BoundaryError, match="endommagé"):
        offline(boundaries, lines, chosen=path)


def test_a_failure_leaves_the_former_geopackage(boundaries, lines, tmp_path):
    offline(boundaries, lines, chosen=codab.codab_zip(tmp_path / "bon.zip"))
    before = sha256(boundaries / "mali.gpkg")
    with pytest.raises(BoundaryError):
        offline(boundaries, lines, chosen=tmp_path / "absent.zip")
    assert sha256(boundaries / "mali.gpkg") == before
    assert sorted(one.name for one in boundaries.iterdir()) == ["mali.gpkg", "sources.toml"]


def test_unknown_columns_are_listed_beside_those_expected(boundaries, lines, tmp_path):
    levels = {
        3: codab.frames()[3].rename(columns={"ADM3_PCODE": "CODE", "ADM3_FR": "NOM"})[
            ["CODE", "NOM", "geometry"]
        ]
    }
    with pytest.raises(BoundaryError) as caught:
        offline(boundaries, lines, chosen=codab.zipped(tmp_path / "limites.zip", levels))
    assert "CODE, NOM" in caught.value.problem
    for column in ("ADM3_PCODE", "admin3Pcod", "adm3_pcode"):
        assert column in caught.value.fix


def test_a_file_that_ends_at_the_cercles_is_drawn_by_cercle(boundaries, lines, tmp_path):
    levels = {level: frame for level, frame in codab.frames().items() if level < 3}
    country = offline(boundaries, lines, chosen=codab.zipped(tmp_path / "limites.zip", levels))
    assert (country.finest, len(country.cercles), len(country.communes)) == ("cercle", 5, 0)


def test_a_file_without_cercles_is_refused(boundaries, lines, tmp_path):
    levels = {level: frame for level, frame in codab.frames().items() if level < 2}
    with pytest.raises(BoundaryError, match="ni les communes ni les cercles"):
        offline(boundaries, lines, chosen=codab.zipped(tmp_path / "limites.zip", levels))


def test_missing_coordinate_system_is_refused_and_another_is_converted(boundaries, lines, tmp_path):
    with pytest.raises(BoundaryError, match="système de coordonnées absent") as caught:
        offline(boundaries, lines, chosen=codab.zipped(tmp_path / "sans.zip", codab.frames(), crs=None))
    assert ".prj" in caught.value.fix
    levels = {level: frame.to_crs("EPSG:32630") for level, frame in codab.frames().items()}
    chosen = codab.zipped(tmp_path / "utm.zip", levels, crs="EPSG:32630")
    country = offline(boundaries, lines, chosen=chosen)
    assert country.communes.crs.to_epsg() == 4326
    assert country.communes.total_bounds == pytest.approx((-4, 14, -2, 15.5), abs=1e-6)


def test_a_shapefile_without_its_cpg_keeps_its_accents(boundaries, lines, tmp_path):
    codab.write(tmp_path / "shp", codab.frames())
    for file in (tmp_path / "shp").glob("*.cpg"):
        file.unlink()
    assert offline(boundaries, lines, chosen=tmp_path / "shp").names("cercle")["ML0406"] == "Ségou"


def test_a_stray_file_does_not_spoil_the_folder_but_a_missing_part_is_named(boundaries, lines, tmp_path):
    folder = tmp_path / "limites"
    codab.write(folder, codab.frames())
    (folder / "notes.json").write_text("{}")
    assert len(offline(boundaries, lines, chosen=folder).communes) == 12
    (folder / "mli_admbnda_adm3_gov.shx").unlink()
    with pytest.raises(BoundaryError, match=r"mli_admbnda_adm3_gov.shp \(il manque son .shx\)"):
        offline(boundaries, lines, chosen=folder)


def test_a_geodatabase_in_a_zip(boundaries, lines, tmp_path):
    folder = tmp_path / "mali.gdb"
    for level, frame in codab.frames().items():
        frame.to_file(folder, layer=f"mli_admin{level}", driver="OpenFileGDB")
    with zipfile.ZipFile(tmp_path / "mali.zip", "w") as archive:
        for file in sorted(folder.iterdir()):
            archive.write(file, f"Mali/mali.gdb/{file.name}")
    for chosen in (folder, tmp_path / "mali.zip"):
        assert len(offline(boundaries, lines, chosen=chosen).communes) == 12


def test_levels_that_are_missing_are_dissolved_from_the_communes(boundaries, lines, tmp_path):
    chosen = codab.zipped(tmp_path / "communes.zip", {3: codab.frames()[3]})
    country = offline(boundaries, lines, chosen=chosen)
    whole = offline(boundaries, lines, chosen=codab.codab_zip(tmp_path / "tout.zip"))
    for level in ("pays", "region", "cercle"):
        assert country.names(level) == whole.names(level)
        assert (
            country.layer(level)
            .geometry.normalize()
            .geom_equals(whole.layer(level).geometry.normalize())
            .all()
        )
    assert any("déduites des communes : cercles, regions, pays" in line for line in lines)


def test_same_boundaries_same_bytes(boundaries, lines, tmp_path):
    chosen = codab.codab_zip(tmp_path / "limites.zip")
    offline(boundaries, lines, chosen=chosen)
    first = sha256(boundaries / "mali.gpkg")
    moved = tmp_path / "ailleurs" / "boundaries"
    shutil.copytree(boundaries, moved)
    (moved / "mali.gpkg").unlink()
    offline(moved, lines, chosen=chosen)
    assert sha256(moved / "mali.gpkg") == first


def test_load_refuses_what_is_not_ours(tmp_path):
    with pytest.raises(BoundaryError, match="n’existe pas") as caught:
        load(tmp_path / "mali.gpkg")
    assert "make boundaries" in caught.value.fix
    (tmp_path / "mali.gpkg").write_bytes(b"SQLite format 3\0 but not really")
    with pytest.raises(BoundaryError, match="endommagé"):
        load(tmp_path / "mali.gpkg")


@pytest.mark.parametrize(
    ("part", "damage", "said"),
    [
        (".dbf", lambda data: data[: len(data) // 3], "lecture impossible"),
        (".shx", lambda data: data[: len(data) // 3], ""),
        (".prj", lambda data: data[: len(data) // 2], "lecture impossible"),
        (".prj", lambda data: b'LOCAL_CS["ailleurs"]', "projection"),
    ],
    ids=["cut table", "cut index", "cut projection", "local projection"],
)
def test_a_damaged_archive_is_told_where_it_is_chosen_and_passed_over_where_it_only_lies_there(
    boundaries, lines, tmp_path, part, damage, said
):
    whole = codab.codab_zip(tmp_path / "entier.zip")
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(boundaries / "mes limites.zip", "w") as target:
        for name in source.namelist():
            data = source.read(name)
            target.writestr(name, damage(data) if name.endswith(part) else data)
    with pytest.raises(BoundaryError, match=r"mes limites\.zip") as raised:
        offline(boundaries, lines, chosen=boundaries / "mes limites.zip")
    assert said in raised.value.problem
    if part != ".dbf":
        return
    assert offline(boundaries, lines).source.approximate
    assert any("écarté" in line and "mes limites.zip" in line for line in lines)
