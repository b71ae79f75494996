"""What OCHA's specification allows, what others publish, and files that are not what their name says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile

import geopandas as gpd
import pytest
import shapely

from pipeline.errors import BoundaryError
from pipeline.french import Month
from pipeline.geography import build
from pipeline.month_data import read_month
from tests.geography.test_sources import offline
from tests.helpers import codab, divided
from tests.helpers.countries import COMMUNES

LANGUAGES = {"lang": "en", "lang1": "fr", "lang2": "bm"}
ENGLISH = {"Ségou": "Segou (EN)", "Mopti": "Mopti (EN)", "Gao": "Gao (EN)"}


@pytest.fixture
def lines() -> list[str]:
    return []


def english_first() -> dict[int, gpd.GeoDataFrame]:
    """OCHA's columns of today: names in English, French in adm*_name1, a number and a date-time of the edition."""
    levels = {}
    for level, frame in codab.frames("minuscules").items():
        names = {f"adm{n}_name1": frame[f"adm{n}_name"] for n in range(level + 1)}
        foreign = {f"adm{n}_name": [f"{name} EN" for name in frame[f"adm{n}_name"]] for n in range(level + 1)}
        stamped = {"valid_on": "2025-09-04T00:00:00Z", "cod_version": "v03"}
        levels[level] = frame.assign(**names, **foreign, **LANGUAGES, **stamped)
    return levels


def five_levels() -> dict[int, gpd.GeoDataFrame]:
    """Each commune becomes an arrondissement of two communes (level 4), each of one quarter (level 5)."""
    levels = codab.frames("minuscules")
    rows = []
    for row in levels[3].to_dict("records"):
        west, south, east, north = row["geometry"].bounds
        for half, (x0, x1) in enumerate([(west, (west + east) / 2), ((west + east) / 2, east)], start=1):
            code = f"{row['adm3_pcode']}0{half}"
            rows.append(row | {
                "adm4_pcode": code, "adm4_name": f"{row['adm3_name']} {half}",
                "geometry": shapely.box(x0, south, x1, north),
            })  # fmt: skip
    levels[4] = gpd.GeoDataFrame(rows, crs=4326)
    levels[5] = levels[4].assign(
        adm5_pcode=[f"{code}01" for code in levels[4]["adm4_pcode"]], adm5_name=levels[4]["adm4_name"]
    )
    return levels


def test_french_names_are_taken_where_the_file_speaks_english_first(boundaries, lines, tmp_path):
    for form in ("shp", "gpkg"):
        if form == "gpkg":
            chosen = codab.write_gpkg(tmp_path / "limites.gpkg", english_first(), "minuscules")
        else:
            chosen = codab.zipped(tmp_path / "limites.zip", english_first(), "minuscules")
        country = offline(boundaries, lines, chosen=chosen)
        assert set(country.names("region").values()) == {"Ségou", "Mopti", "Gao"}
        assert country.names("commune")["ML040402"] == "Niono"
        assert "Niono EN" in country.aliases["ML040402"]
        assert (country.source.edition, country.source.vintage) == ("v03", "2025-09-04")


def test_a_fourth_level_is_that_of_the_communes(boundaries, lines, tmp_path):
    chosen = codab.write_gpkg(tmp_path / "limites.gpkg", five_levels(), "minuscules")
    country = offline(boundaries, lines, chosen=chosen)
    assert len(country.communes) == 2 * len(COMMUNES)
    assert country.names("commune")["ML04060102"] == "Ségou 2"
    assert set(country.communes["cercle_pcode"]) == set(country.cercles["pcode"])
    assert (country.communes["parent_pcode"] == country.communes["cercle_pcode"]).all()


def test_a_month_is_read_on_boundaries_of_a_part_of_the_country(boundaries, lines, tmp_path, project):
    """Dated as those of 2021, without most of their cercles: what lies in these is asked about."""
    chosen = codab.write_gpkg(tmp_path / "limites.gpkg", five_levels(), "minuscules")
    country = offline(boundaries, lines, chosen=chosen)
    data = read_month(project / "inputs", Month(2021, 6), country)
    told = [place for placed in data.placed for place in placed.places]
    assert sum(place.question for place in told) > 1000
    cercles = set(country.cercles["pcode"])
    assert {place.cercle_pcode for place in told if place.cercle_pcode} <= cercles


def stated(**columns: object) -> dict[int, gpd.GeoDataFrame]:
    """OCHA's columns of today with what each row states of itself; columns: to write over those of the communes."""
    levels = english_first()
    for level, frame in levels.items():
        centres = frame.geometry.representative_point()
        levels[level] = frame.assign(
            area_sqkm=frame.geometry.to_crs("EPSG:6933").area / 1e6, center_lat=centres.y, center_lon=centres.x,
            iso2="ML", iso3="MLI",
        )  # fmt: skip
    for column, values in columns.items():
        old = list(levels[3][column])
        levels[3][column] = values(old) if callable(values) else values  # type: ignore[operator]
    return levels


def first(value: object):
    return lambda old: [value, *old[1:]]


def swapped(old: list[object]) -> list[object]:
    return [old[-1], *old[1:-1], old[0]]


def test_what_rows_state_of_themselves_is_true_of_a_good_file(boundaries, lines, tmp_path):
    offline(boundaries, lines, chosen=codab.write_gpkg(tmp_path / "g.gpkg", stated(), "minuscules"))
    assert not any("couche" in line for line in lines)


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"cod_version": first("v02")}, "couche communes : éditions mêlées (v02, v03) ; sont de v02 : communes : {}"),
        ({"center_lat": swapped, "center_lon": swapped}, "{}, dont le centre est donné à"),
        ({"area_sqkm": first(99_000.0), "center_lat": first(None)}, "{}, 99000 km² dits"),
    ],
)  # fmt: skip
def test_rows_that_state_what_makes_a_map_wrong_are_refused_by_name(
    columns, words, boundaries, lines, tmp_path
):
    levels = stated(**columns)
    unit = f"{levels[3]['adm3_name1'].iloc[0]} ({levels[3]['adm3_pcode'].iloc[0]})"
    with pytest.raises(BoundaryError) as caught:
        offline(boundaries, lines, chosen=codab.write_gpkg(tmp_path / "g.gpkg", levels, "minuscules"))
    assert words.format(unit) in caught.value.problem


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"area_sqkm": first(99_000.0)}, "area_sqkm n’est pas la surface mesurée : {}"),
        ({"center_lat": first(24.5)}, "center_lat et center_lon hors de l’entité : {}"),
        ({"iso2": first("BF")}, "iso2 autre que ML : {}"),
        ({"iso3": first("BFA")}, "iso3 autre que MLI : {}"),
        ({"lang2": first("bambara")}, "lang2 n’est pas un code de langue : {}"),
        ({"lang1": first("bm")}, "lang1 change d’une ligne à l’autre (bm, fr)"),
        ({"adm3_name1": first(None)}, "aucun nom français, le premier est pris : Dogofry EN (ML040401)"),
        ({"adm3_name1": first("DOGOFRY")}, "noms tout en capitales : DOGOFRY (ML040401)"),
        ({"cod_version": "mars 2026"}, "version autre qu’un numéro d’édition (v03, v02.01) : {}"),
        ({"valid_on": first("2019-01-01")}, "dates de validité mêlées : 2025-09-04, mais 2019-01-01 pour {}"),
        ({"adm2_name1": first("Nyono")}, "nom de l’entité supérieure autre que dans sa couche : {}"),
    ],
)  # fmt: skip
def test_rows_that_state_what_spoils_no_map_are_told_by_name(columns, words, boundaries, lines, tmp_path):
    levels = stated(**columns)
    if "cod_version" in columns:
        levels = {level: frame.assign(cod_version="mars 2026") for level, frame in levels.items()}
    offline(boundaries, lines, chosen=codab.write_gpkg(tmp_path / "g.gpkg", levels, "minuscules"))
    assert words.format("Dogofry (ML040401)") in lines[0]


def test_lines_and_points_beside_the_areas_are_passed_over(boundaries, lines, tmp_path):
    path = codab.write_gpkg(tmp_path / "limites.gpkg", codab.frames("minuscules"), "minuscules")
    borders = codab.frames()[3].assign(geometry=codab.frames()[3].boundary)[["ADM3_PCODE", "geometry"]]
    borders.to_file(path, layer="mli_adminlines", driver="GPKG", engine="pyogrio")
    centres = borders.assign(geometry=borders.centroid)
    centres.to_file(path, layer="mli_adminpoints", driver="GPKG", engine="pyogrio")
    assert len(offline(boundaries, lines, chosen=path).communes) == len(COMMUNES)


def test_lines_instead_of_areas_are_told_as_such(boundaries, lines, tmp_path):
    frame = codab.frames()[3]
    frame.assign(geometry=frame.boundary).to_file(tmp_path / "contours.shp", engine="pyogrio")
    with pytest.raises(BoundaryError, match="aucune surface") as caught:
        offline(boundaries, lines, chosen=tmp_path / "contours.shp")
    assert "lignes" in caught.value.problem
    assert "polygones" in caught.value.fix


def test_columns_of_fieldmaps_and_columns_that_the_officer_names(boundaries, lines, tmp_path):
    frame = codab.frames("minuscules")[3]
    others = frame.rename(columns={f"adm{n}_pcode": f"adm{n}_src" for n in range(4)})
    assert (
        len(
            offline(
                boundaries, lines, chosen=codab.zipped(tmp_path / "f.zip", {3: others}, "minuscules")
            ).communes
        )
        == 12
    )
    renamed = {
        f"adm{n}_{old}": f"{new}_{n}" for n in range(4) for old, new in (("pcode", "CODE"), ("name", "NOM"))
    }
    own = frame.rename(columns=renamed)
    chosen = codab.write_gpkg(tmp_path / "g.gpkg", {3: own}, "minuscules")
    with pytest.raises(BoundaryError, match="colonnes non reconnues") as caught:
        offline(boundaries, lines, chosen=chosen)
    assert "[colonnes] pcode = " in caught.value.fix
    assert "CODE_3" in caught.value.fix
    sources = boundaries / "sources.toml"
    added = '\n[colonnes]\npcode = "CODE_{n}"\nnom = "NOM_{n}"\n'
    sources.write_text(sources.read_text(encoding="utf-8") + added, encoding="utf-8")
    assert len(offline(boundaries, lines, chosen=chosen).communes) == 12


def test_geoboundaries_is_told_that_it_has_no_codes(boundaries, lines, tmp_path):
    frame = codab.frames("minuscules")[3][["adm3_name", "adm3_pcode", "geometry"]]
    frame.columns = ["shapeName", "shapeID", "geometry"]
    chosen = codab.write_gpkg(tmp_path / "g.gpkg", {3: frame}, "minuscules")
    with pytest.raises(BoundaryError, match="geoBoundaries, qui n’a pas de P-codes"):
        offline(boundaries, lines, chosen=chosen)


def test_a_fault_of_one_commune_is_told_of_it_and_not_of_what_is_derived(boundaries, lines, tmp_path):
    frame = codab.frames("minuscules")[3]
    bowtie = shapely.Polygon([(-4, 14), (-3.5, 14.5), (-3.5, 14), (-4, 14.5)])
    codes = frame["adm3_pcode"]
    frame["geometry"] = frame.geometry.where(codes != "ML040402", bowtie)
    with pytest.raises(BoundaryError) as caught:
        offline(boundaries, lines, chosen=codab.zipped(tmp_path / "limites.zip", {3: frame}, "minuscules"))
    assert "Niono (ML040402)" in caught.value.problem
    assert "couche communes" in caught.value.problem


VRT = '<OGRVRTDataSource><OGRVRTLayer name="a"><SrcDataSource>{target}</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>'
WFS = "<OGRWFSDataSource><URL>http://127.0.0.1:1/</URL></OGRWFSDataSource>"


@pytest.mark.parametrize(
    "content", [VRT, WFS, "{}", "", '{"type": "Topology", "objects": {}}', "[" * 100_000]
)
@pytest.mark.parametrize("name", ["a.geojson", "a.shp", "a.gpkg", "zip"])
def test_a_file_that_is_not_what_its_name_says_is_refused(content, name, boundaries, lines, tmp_path):
    (tmp_path / "ailleurs").mkdir()
    hidden = codab.write_gpkg(tmp_path / "ailleurs" / "vrai.gpkg", codab.frames())
    text = content.replace("{target}", str(hidden))
    if name == "zip":
        chosen = tmp_path / "a.zip"
        with zipfile.ZipFile(chosen, "w") as archive:
            archive.writestr("a.geojson", text)
    else:
        chosen = tmp_path / name
        chosen.write_text(text)
    with pytest.raises(BoundaryError) as caught:
        offline(boundaries, lines, chosen=chosen)
    assert caught.value.fix


def test_a_linked_coordinate_system_is_refused(boundaries, lines, tmp_path):
    path = tmp_path / "a.geojson"
    codab.frames()[3].to_file(path, driver="GeoJSON")
    content = json.loads(path.read_text(encoding="utf-8"))
    content["crs"] = {"type": "link", "properties": {"href": "http://127.0.0.1:1/", "type": "proj4"}}
    path.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(BoundaryError, match="renvoie à un autre fichier"):
        offline(boundaries, lines, chosen=path)


@pytest.mark.parametrize("part", [".dbf", ".prj", ".shp", ".shx"])
@pytest.mark.parametrize("where", ["chosen", "lying in boundaries"])
def test_a_damaged_part_is_told_whether_chosen_or_lying_about(part, where, boundaries, lines, tmp_path):
    whole = codab.codab_zip(tmp_path / "bon.zip")
    spoilt = (boundaries if where != "chosen" else tmp_path) / "abîmé.zip"
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(spoilt, "w") as target:
        for name in source.namelist():
            body = source.read(name)
            if name.endswith(part):
                body = b'GEOGCS["faux' if part == ".prj" else body[:40]
            target.writestr(name, body)
    if where == "chosen":
        with pytest.raises(BoundaryError):
            offline(boundaries, lines, chosen=spoilt)
    else:
        assert offline(boundaries, lines).source.approximate
        assert any("Limites 2/6" in line and "écarté" in line for line in lines)


def test_another_programs_gdal_and_proj_do_not_matter(boundaries, tmp_path):
    chosen = codab.write_gpkg(tmp_path / "utm.gpkg", {3: codab.frames()[3].to_crs("EPSG:32630")})
    empty = tmp_path / "vide"
    empty.mkdir()
    (empty / "proj.db").write_bytes(b"not a database")
    script = (
        "import sys; from pathlib import Path; from pipeline.geography import build; "
        "c = build(Path(sys.argv[1]), chosen=Path(sys.argv[2]), offline=True, mirror=Path('absent')); "
        "print(len(c.communes))"
    )
    told = subprocess.run(
        [sys.executable, "-c", script, str(boundaries), str(chosen)],
        env={**os.environ, "PROJ_LIB": str(empty), "PROJ_DATA": str(empty), "GDAL_DATA": str(empty)},
        capture_output=True, text=True,
    )  # fmt: skip
    assert told.stdout.strip().endswith("12"), told.stderr


@pytest.mark.parametrize("how", ["folder", "zip", "one file"])
def test_geoparquet(how, boundaries, lines, tmp_path):
    folder = tmp_path / "limites"
    for level, frame in english_first().items():
        codab.write_parquet(folder / f"mli_admin{level}.parquet", frame)
    chosen = folder / "mli_admin3.parquet" if how == "one file" else folder
    if how == "zip":
        chosen = tmp_path / "limites.zip"
        with zipfile.ZipFile(chosen, "w") as archive:
            for file in sorted(folder.iterdir()):
                archive.write(file, f"Mali/{file.name}")
    country = offline(boundaries, lines, chosen=chosen)
    assert (len(country.communes), country.source.edition) == (12, "v03")
    assert country.names("commune")["ML040402"] == "Niono"
    assert country.communes.geometry.geom_equals(codab_country(boundaries, tmp_path).communes.geometry).all()


def codab_country(boundaries, tmp_path):
    return offline(boundaries, [], chosen=codab.codab_zip(tmp_path / "les mêmes.zip"))


def test_a_parquet_that_is_no_geoparquet_or_speaks_of_other_files(boundaries, lines, tmp_path):
    import fastparquet
    import pandas as pd

    frame = codab.frames("minuscules")[3]
    plain, linked, nowhere = tmp_path / "plat.parquet", tmp_path / "lié.parquet", tmp_path / "sans.parquet"
    fastparquet.write(
        str(plain), pd.DataFrame(frame.drop(columns="geometry")).astype(object), object_encoding="utf8"
    )
    codab.write_parquet(nowhere, frame, crs=None)
    codab.write_parquet(linked, frame)
    file = fastparquet.ParquetFile(str(linked))
    for chunk in file.row_groups[0].columns:
        chunk.file_path = "../ailleurs.parquet"
    body, foot = linked.read_bytes(), file.fmd.to_bytes()
    linked.write_bytes(body + foot + len(foot).to_bytes(4, "little") + b"PAR1")
    for path, words in (
        (plain, "sans géométries"), (linked, "endommagé ou illisible"), (nowhere, "système de coordonnées absent"),
    ):  # fmt: skip
        with pytest.raises(BoundaryError, match=words):
            offline(boundaries, lines, chosen=path)
    cut = codab.write_parquet(tmp_path / "coupé.parquet", frame)
    cut.write_bytes(cut.read_bytes()[:-500])
    with pytest.raises(BoundaryError, match=r"coupé\.parquet"):
        offline(boundaries, lines, chosen=cut)


@pytest.mark.parametrize("form", ["gdb", "shp", "geojson", "parquet"])
def test_the_stand_in_of_2025_as_the_users_file(form, mirror, boundaries, lines, tmp_path):
    chosen = mirror / "division_2025" / f"mli_admin_boundaries_standin_v03.{form}.zip"
    if form == "parquet":
        chosen = divided.parquet(mirror, tmp_path)
    country = build(boundaries, chosen=chosen, mirror=boundaries / "absent", offline=True, say=lines.append)
    assert (len(country.regions), len(country.cercles), len(country.communes)) == (20, 160, 0)
    assert (country.division, country.source.edition) == ("2025", "v03")
    assert not any(mark in " ".join(country.names("region").values()) for mark in ("Timbuktu", "Segou"))
    assert not any("couche" in line for line in lines), "nothing that its rows state of themselves is odd"
