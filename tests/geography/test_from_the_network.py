"""Public copies and HDX on real loopback servers: whole, cut, slow, wrong, renamed, newer, changed; nothing half used."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipeline.geography import build, fetching
from pipeline.geography.country import Country
from tests.geography.test_sources import pin, pin_files
from tests.helpers import codab, divided
from tests.helpers.sites import Site, package, serving

PACKAGE = "/api/3/action/package_show"
Run = Callable[..., tuple[Country, list[str]]]


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A running site that serves nothing yet; short timeouts."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(fetching, "CONNECT", 1.0)
    monkeypatch.setattr(fetching, "READ", 0.4)
    with serving(Site({})) as served:
        yield served


@pytest.fixture
def run(site: Site, boundaries: Path) -> Run:
    """Build without a mirror: the country, and what was told of each attempt."""

    def once(**options: object) -> tuple[Country, list[str]]:
        lines: list[str] = []
        options = {"copies_url": site.url + "/copies", "hdx_url": site.url} | options
        country = build(boundaries, mirror=boundaries / "absent", say=lines.append, **options)  # type: ignore[arg-type]
        return country, [line for line in lines if line.startswith(("Limites 4", "Limites 5"))]

    return once


@pytest.fixture
def copies(site: Site, boundaries: Path, tmp_path: Path) -> dict[str, bytes]:
    """The small country as public copies, which sources.toml pins."""
    archive = codab.codab_zip(tmp_path / "mli_adm_ab_shp_20211220.zip")
    pin(boundaries, archive)
    with zipfile.ZipFile(archive) as opened:
        files = {f"/copies/{name}": opened.read(name) for name in opened.namelist()}
    site.files |= files
    return files


def release(site: Site, tmp_path: Path, name: str = "mli_admin_boundaries.shp.zip", **how: str) -> None:
    """Publish the small country on the site as HDX does. how: schema, valid_on, modified, format, content."""
    schema, valid_on = how.get("schema", "minuscules"), how.get("valid_on", "2025-09-04")
    path = tmp_path / f"{how.get('modified', 'x')[:10]}-{name}"
    codab.codab_zip(path, schema, valid_on)
    site.files[f"/download/{name}"] = path.read_bytes()
    entry = {
        "name": name, "format": how.get("format", "SHP"), "url": f"{site.url}/download/{name}",
        "last_modified": how.get("modified", "2026-03-02T09:00:00"),
    }  # fmt: skip
    before = json.loads(site.files.get(PACKAGE, package([])))["result"]["resources"]
    others = [one for one in before if one["url"] != entry["url"]]
    site.files[PACKAGE] = package([*others, entry])


def test_public_copies_are_verified_used_and_kept(run, site, copies, boundaries):
    country, told = run()
    assert (country.source.kind, country.source.vintage, len(country.communes)) == (
        "copies",
        "2021-12-20",
        12,
    )
    assert told[0].startswith("Limites 4/6, copies publiques : utilisé")
    assert sorted(path for path, _ in site.asked if path.startswith("/copies/mli_admbnda")) == sorted(copies)
    site.asked.clear()
    country, _ = run(offline=True)
    assert country.source.kind == "copies"
    assert site.asked == []


def test_copies_and_mirror_give_the_same_areas(run, copies, boundaries, tmp_path):
    copied, _ = run()
    mirrored = build(boundaries, mirror=tmp_path, offline=True, say=lambda line: None)
    assert mirrored.source.kind == "miroir"
    assert copied.source.sha256 == mirrored.source.sha256
    assert copied.communes.equals(mirrored.communes)


@pytest.mark.parametrize(
    ("behaviour", "words"),
    [
        ("cut", "téléchargement interrompu"),
        ("slow", "pas de réponse à temps"),
        ("wrong", "contenu autre que celui de sources.toml"),
        ("missing", "réponse 404"),
        ("html", "une page web au lieu du fichier"),
    ],
)
def test_copies_that_fail_are_told_and_not_half_used(behaviour, words, run, site, copies, boundaries):
    spoilt = next(path for path in copies if path.endswith("adm3_gov.shp"))
    site.behaviour[spoilt] = behaviour
    country, told = run()
    assert country.source.approximate
    assert told[0].startswith("Limites 4/6, copies publiques : écarté")
    assert words in told[0]
    assert "\n" not in told[0]
    site.behaviour.clear()
    site.asked.clear()
    country, _ = run()  # what had arrived is not asked for again
    assert country.source.kind == "copies"
    assert [path for path, _ in site.asked if path in copies] == [spoilt]
    resumed = [how for path, how in site.asked if path == spoilt]
    assert bool(resumed[0]) == (behaviour in ("cut", "slow"))
    assert not list(boundaries.rglob("*.partiel"))


def test_a_server_that_cannot_resume_begins_again(run, site, copies):
    spoilt = next(path for path in copies if path.endswith("adm3_gov.dbf"))
    site.behaviour[spoilt] = "cut"
    run()
    site.behaviour.clear()
    site.ranges = False
    assert run()[0].source.kind == "copies"


def test_a_file_known_by_its_git_identity_alone(run, site, copies, boundaries):
    import hashlib

    path = boundaries / "sources.toml"
    text = path.read_text(encoding="utf-8")
    name = "mli_admbnda_adm3_gov.dbf"
    body = copies[f"/copies/{name}"]
    blob = hashlib.sha1(b"blob %d\0" % len(body) + body).hexdigest()
    line = next(one for one in text.splitlines() if f'"{name}"' in one)
    path.write_text(text.replace(line, f'  ["{name}", 0, "", "{blob}"],'), encoding="utf-8")
    assert run()[0].source.kind == "copies"
    path.write_text(text.replace(line, f'  ["{name}", 0, "", "{"0" * 40}"],'), encoding="utf-8")
    assert run()[0].source.approximate


def test_places_arrive_from_their_copy(run, site, copies, boundaries, tmp_path):
    import geopandas as gpd
    import shapely

    frame = gpd.GeoDataFrame(
        {
            "featureNam": ["Bamba"], "featureRef": ["Bamba Tintabor"], "featureAlt": [None],
            "popPlaceCl": ["Admin3 Capital"],
            "admin3Pcod": ["ML070201"], "longitude": [-3.75], "Latitude": [15.25],
        },
        geometry=[shapely.Point(-3.75, 15.25)],
        crs=4326,
    )  # fmt: skip
    frame.to_file(tmp_path / "COD_MLI_PopulatedPlaces_Rena.shp", engine="pyogrio")
    files = {path.name: path.read_bytes() for path in tmp_path.glob("COD_MLI*")}
    pin_files(boundaries, "localites", files)
    site.files |= {f"/copies/{name}": body for name, body in files.items()}
    country, _ = run()
    place = country.localities.iloc[0]
    assert (place["name"], place["alt_names"], place["pcode"]) == ("Bamba", "Bamba Tintabor", "ML070201")
    assert place["place_class"] == "Admin3 Capital"


def test_hdx_today_is_read_whatever_its_resources_are_called(run, site, tmp_path, boundaries):
    release(site, tmp_path, "limites_du_mali_mars_2026.zip")
    country, told = run()
    assert (country.source.kind, country.source.vintage) == ("hdx", "2025-09-04")
    assert told[-1].startswith("Limites 5/6, HDX : utilisé, limites_du_mali_mars_2026.zip")
    assert run(offline=True)[0].source.kind == "hdx"


def test_the_newest_release_is_taken_and_others_only_where_it_fails(run, site, tmp_path):
    release(site, tmp_path, "ancien.shp.zip", valid_on="2021-12-20", modified="2022-01-05")
    release(site, tmp_path, "nouveau.shp.zip", valid_on="2027-01-15", modified="2027-02-01")
    assert run()[0].source.vintage == "2027-01-15"


def test_where_the_newest_fails_the_next_is_tried_and_both_are_told(run, site, tmp_path):
    release(site, tmp_path, "ancien.shp.zip", valid_on="2021-12-20", modified="2022-01-05")
    release(site, tmp_path, "nouveau.shp.zip", modified="2027-02-01")
    site.behaviour["/download/nouveau.shp.zip"] = "cut"
    country, told = run()
    assert country.source.vintage == "2021-12-20"
    assert "nouveau.shp.zip : téléchargement interrompu" in told[-2]


def test_an_edition_that_changed_is_told_and_asked_for(run, site, tmp_path):
    release(site, tmp_path)
    first, _ = run()
    release(site, tmp_path, schema="fr", modified="2026-06-01T00:00:00")  # the same date inside, other files
    again, told = run()
    assert again.source.sha256 == first.source.sha256
    assert any("n’a plus le contenu qu’elle avait" in line and "ACCEPTER=oui" in line for line in told)
    accepted, _ = run(accept=True)
    assert accepted.source.sha256 != first.source.sha256
    quiet, told = run()
    assert quiet.source.sha256 == accepted.source.sha256
    assert not any("écarté" in line for line in told if "HDX" in line)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"<html>Connectez-vous au wifi</html>", "n’est pas celle de CKAN"),
        (b"[" * 100_000, "n’est pas celle de CKAN"),
        (b'{"success": false}', "n’est pas celle de CKAN"),
        (package([{}]), "aucune ressource de limites"),
        (package([{"name": None, "url": None}]), "aucune ressource de limites"),
        (
            package([{"name": "x.xlsx", "url": "http://x/x.xlsx", "format": "XLSX"}]),
            "aucune ressource de limites",
        ),
        (
            package([{"name": "x.shp.zip", "url": "file:///etc/passwd", "format": "SHP"}]),
            "aucune ressource de limites",
        ),
        (b'{"success": true, "result": {"resources": "none"}}', "n’est pas celle de CKAN"),
        (b'{"success": true, "result": {"resources": [null]}}', "n’est pas celle de CKAN"),
    ],
)
def test_odd_answers_of_hdx_are_told_in_one_line(answer, words, run, site):
    site.files[PACKAGE] = answer
    country, told = run()
    assert country.source.approximate
    assert told[-1].startswith("Limites 5/6, HDX : écarté")
    assert words in told[-1]
    assert "\n" not in told[-1]


@pytest.mark.parametrize("behaviour", ["cut", "slow", "missing", "html", "wrong"])
def test_a_release_that_fails_leaves_nothing(behaviour, run, site, tmp_path, boundaries):
    release(site, tmp_path)
    site.behaviour["/download/mli_admin_boundaries.shp.zip"] = behaviour
    country, told = run()
    assert country.source.approximate
    assert "écarté" in told[-1]
    assert not list(boundaries.rglob("*.zip"))


@pytest.fixture
def standin(mirror: Path, site: Site, tmp_path: Path) -> Callable[[str], None]:
    """Publishes the stand-in of COD-AB v03 in one form ("gdb", "shp", "geojson", "parquet"), or in OCHA's three, under
    OCHA's names."""
    folder = mirror / "division_2025"

    def publish(form: str = "") -> None:
        text = (folder / "package_show_cod-ab-mli.json").read_text(encoding="utf-8")
        answer = json.loads(text.replace("http://127.0.0.1:PORT", site.url))
        every = answer["result"]["resources"]
        kept = [one for one in every if not form or f".{form}." in one["name"]]
        if form == "parquet":
            name = divided.parquet(mirror, tmp_path).name
            kept = [every[0] | {"name": name, "format": "GeoParquet", "url": f"{site.url}/download/{name}"}]
        answer["result"]["resources"] = kept
        site.files[PACKAGE] = json.dumps(answer).encode()
        for one in kept:
            name = one["name"].replace("boundaries.", "boundaries_standin_v03.")
            path = tmp_path / one["name"] if form == "parquet" else folder / name
            site.files[one["url"].removeprefix(site.url)] = path.read_bytes()

    return publish


@pytest.mark.parametrize("form", ["gdb", "shp", "geojson", "parquet"])
def test_the_cod_ab_of_2025_in_each_of_its_forms(form, standin, run):
    standin(form)
    country, told = run()
    assert (country.source.edition, country.source.vintage, country.finest) == ("v03", "2025-09-04", "cercle")
    assert (len(country.regions), len(country.cercles), country.division) == (20, 160, "2025")
    assert {"Tombouctou", "Ségou"} < set(country.names("region").values())
    assert "Timbuktu" in country.aliases["ML06"]
    assert "v03" in country.source.label
    assert told[-1].startswith("Limites 5/6, HDX : utilisé")


@pytest.mark.slow
def test_communes_of_2021_with_cercles_of_2025_beside_them(standin, run, site, mirror, boundaries):
    standin()
    with zipfile.ZipFile(mirror / "mli_adm_ab_shp_20211220.zip") as archive:
        site.files |= {f"/copies/{name}": archive.read(name) for name in archive.namelist()}
    country, told = run()
    assert (country.source.kind, len(country.communes), country.division) == ("copies", 701, "2021")
    assert country.newer is not None
    assert (len(country.newer.regions), len(country.newer.cercles)) == (20, 160)
    assert country.newer.source.edition == "v03"
    assert [line.split(" : ")[1][:7] for line in told] == ["utilisé", "utilisé"]
    # Beside other boundaries HDX is asked once a day: what it gave is kept, and who asks by name is heard.
    for again, asked, said in ((None, 0, "déjà demandé"), (True, 1, "utilisé")):
        site.asked.clear()
        country, told = run(again=again)
        assert country.newer is not None
        assert sum(path.startswith(PACKAGE) for path, _ in site.asked) == asked
        assert said in told[1]
    (mark,) = (boundaries / fetching.FOLDER).glob(".hdx-*")
    os.utime(mark, (mark.stat().st_mtime - 86_400,) * 2)
    assert "utilisé" in run()[1][1], "on another day it is asked again"
