"""What goes with the boundaries, on the small country: places, population, crosswalk, and their checksums."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from pipeline.files import sha256
from pipeline.geography import build, companions
from tests.geography.test_sources import pin
from tests.helpers import codab
from tests.helpers.countries import COMMUNES, LOCALITIES, OLDER, VINTAGE, small_crosswalk

FORMER = "ML049999"
"""A code of 2017 that 2021 does not know: Niono's, as Ménaka's four are in the real table."""


def write(path: Path, rows: list[dict[str, object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        table = csv.DictWriter(stream, list(rows[0]))
        table.writeheader()
        table.writerows(rows)


@pytest.fixture
def folder(tmp_path: Path, boundaries: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A mirror of the small country, whose checksums sources.toml pins."""
    mirror = tmp_path / "miroir"
    mirror.mkdir()
    codab.codab_zip(mirror / "mli_adm_ab_shp_20211220.zip")
    pairs = small_crosswalk().sort_values(["pcode_a", "pcode_b"], ignore_index=True)
    monkeypatch.setattr(companions, "crosswalk", lambda: pairs)
    write(
        mirror / "mli_population_adm3_2017.csv",
        [
            {
                "adm3_pcode": FORMER if code == "ML040402" else code,
                "adm3_name_2017": {"ML040402": "NIONO", "ML040601": "Segou"}.get(code, name),
                "population_total": 1000 + rank,
            }
            for rank, (code, (name, _, _)) in enumerate(COMMUNES.items())
        ],
    )
    older = dict(zip(pairs["pcode_b"], pairs["pcode_a"], strict=True))
    write(
        mirror / "mli_populated_places.csv",
        [
            {
                "name": name,
                "alt_name_1": others,
                "alt_name_2": "",
                "place_class": "",
                "longitude": longitude,
                "latitude": latitude,
                "adm3_pcode_2015": older[recorded],
            }
            for name, others, longitude, latitude, recorded in (
                *LOCALITIES,
                ("Loin", "", 3.0, 17.0, "ML040402"),
            )
        ],
    )
    sources = boundaries / "sources.toml"
    text = sources.read_text(encoding="utf-8")
    for path in mirror.iterdir():
        text = re.sub(rf'(file = "{path.name}"\nsha256 = )"\w+"', rf'\1"{sha256(path)}"', text)
    sources.write_text(text, encoding="utf-8")
    pin(boundaries, mirror / "mli_adm_ab_shp_20211220.zip")
    return mirror


@pytest.fixture
def lines() -> list[str]:
    return []


def test_all_that_is_there_is_used(folder, boundaries, lines):
    country = build(boundaries, mirror=folder, offline=True, say=lines.append)
    assert country.crosswalk[["pcode_a", "pcode_b"]].equals(
        small_crosswalk().sort_values(["pcode_a", "pcode_b"], ignore_index=True)[["pcode_a", "pcode_b"]]
    )
    assert country.population == {code: 1000 + rank for rank, code in enumerate(COMMUNES)}
    assert country.population_label.startswith("Population par commune, 2017")
    assert country.aliases["ML040601"] == ("Segou",)
    places = country.localities.set_index("name")
    assert places.loc["Boni", ["pcode", "recorded_pcode"]].tolist() == ["ML050401", "ML050403"]
    assert places.loc["Hombori", ["pcode", "recorded_pcode"]].tolist() == ["ML050403", "ML050403"]
    assert places.loc["Niono Socoura", "alt_names"] == "Socoura"
    assert set(places["vintage"]) == {VINTAGE}


def test_a_place_in_no_polygon_is_given_no_commune(folder, boundaries, lines):
    places = build(boundaries, mirror=folder, offline=True, say=lines.append).localities.set_index("name")
    assert places.loc["Loin", ["pcode", "cercle_pcode", "recorded_pcode"]].tolist() == ["", "", "ML040402"]


def test_with_the_older_vintage_everything_goes_through_the_crosswalk(folder, boundaries, lines, tmp_path):
    """The file has the older codes: population and places follow the commune, not the look of its code."""
    pairs = small_crosswalk()
    older = dict(zip(pairs["pcode_b"], pairs["pcode_a"], strict=True))
    levels = codab.frames("2015", "2015-04-08")
    levels[3]["admin3Pcod"] = [older[code] for code in levels[3]["admin3Pcod"]]
    chosen = codab.zipped(tmp_path / "anciennes.zip", levels, "2015")
    country = build(boundaries, chosen=chosen, mirror=folder, offline=True, say=lines.append)
    assert country.source.vintage == OLDER
    assert any("P-codes et noms concordent à 100 %" in line for line in lines)
    assert country.population == {older[code]: 1000 + rank for rank, code in enumerate(COMMUNES)}
    hombori = country.localities.set_index("name").loc["Hombori"]
    assert hombori["pcode"] == hombori["recorded_pcode"] == older["ML050403"]


def test_with_a_vintage_that_no_crosswalk_knows_nothing_is_guessed(folder, boundaries, lines, tmp_path):
    levels = codab.frames("minuscules", "2024-01-01")
    levels[3]["adm3_name"] = [f"{name} nouveau" for name in levels[3]["adm3_name"]]
    chosen = codab.zipped(tmp_path / "nouvelles.zip", levels, "minuscules")
    country = build(boundaries, chosen=chosen, mirror=folder, offline=True, say=lines.append)
    assert country.source.vintage == "2024-01-01"
    assert country.population == {}
    assert country.population_label == ""
    assert set(country.localities["recorded_pcode"]) == {""}
    assert len(country.crosswalk) == 12


def test_a_companion_with_another_checksum_is_left_out_and_told(folder, boundaries, lines):
    path = folder / "mli_population_adm3_2017.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("1000", "9000"), encoding="utf-8")
    country = build(boundaries, mirror=folder, offline=True, say=lines.append)
    assert country.population == {}
    assert any("mli_population_adm3_2017.csv" in line and "empreinte" in line for line in lines)
    assert any(
        line.startswith("Données d’accompagnement absentes") and "Population" in line for line in lines
    )


def test_companions_beside_the_users_file_or_in_boundaries(folder, boundaries, lines):
    name = "mli_population_adm3_2017.csv"
    (folder / name).rename(boundaries / name)
    chosen = folder / "mli_adm_ab_shp_20211220.zip"
    country = build(boundaries, chosen=chosen, mirror=boundaries / "absent", offline=True, say=lines.append)
    assert len(country.crosswalk) == 12
    assert len(country.population) == 12
