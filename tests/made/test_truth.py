"""The maps say what the tables say: pixels through the world file, and P-codes of another vintage."""

from __future__ import annotations

import csv
import json
import re
import shutil
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from PIL import Image
from pyproj import CRS

from pipeline.web.payload import VLQ
from tests.helpers.making import make

MOST_HIDDEN = {1: 0.17, 3: 0.13, 5: 0.13}
"""Share of communes that a name or a symbol may lie over; annex 1 has pies as well as names."""
MAPS = {1: "annexe-1-incidents", 3: "annexe-3-indice-risque", 5: "annexe-5-couverture"}


def inner_points(areas: gpd.GeoDataFrame) -> gpd.GeoSeries:
    """The point of each area that lies deepest inside it."""
    lines = [shapely.maximum_inscribed_circle(shape) for shape in areas.geometry]
    return gpd.GeoSeries([shapely.get_point(line, 0) for line in lines], crs=areas.crs)


@pytest.mark.parametrize("number", list(MAPS))
def test_the_pixel_inside_each_commune_has_its_class_colour(outputs: Path, mirror: Path, number: int) -> None:
    """The main map is fitted to the covered regions: the communes of the others are read in the layer alone."""
    drawn = gpd.read_file(outputs / "cartes.gpkg", layer=f"annexe_{number}_communes")
    assert len(drawn) == 701
    seen = gpd.read_file(outputs / "cartes.gpkg", layer="annexe_5_communes")
    framed = set(seen.loc[seen["etat"] != "non_couvert", "region"])
    drawn = drawn[drawn["region"].isin(framed)]
    page = outputs / f"{MAPS[number]}.png"
    east, _, _, south, left, top = map(float, page.with_suffix(".pgw").read_text().split())
    crs = CRS.from_wkt(page.with_suffix(".prj").read_text())
    points = inner_points(drawn.to_crs(crs))
    image = Image.open(page).convert("RGB")
    assert image.size == (3508, 2480)
    colours = {colour.lower() for colour in drawn["colour"]}
    right, hidden, wrong = 0, 0, []
    for row, point in zip(drawn.itertuples(), points, strict=True):
        pixel = image.getpixel((round((point.x - left) / east), round((point.y - top) / south)))
        found = "#{:02x}{:02x}{:02x}".format(*pixel)
        if found == row.colour.lower():
            right += 1
        elif found in colours - {"#ffffff"}:  # white is the halo of a name, too
            wrong.append((row.pcode, row.name, row.colour, found))
        else:
            hidden += 1
    assert wrong == []
    assert hidden < MOST_HIDDEN[number] * len(drawn), f"{hidden} hidden, {right} right"
    assert right + hidden == len(drawn) > 300


def unpacked(text: str) -> list[int]:
    """The whole numbers of a packed text of a page: five bits a character, the sign in the lowest bit."""
    numbers, value, shift = [], 0, 0
    for letter in text:
        digit = VLQ.index(letter)
        value |= (digit & 31) << shift
        shift += 5
        if not digit & 32:
            numbers.append(-(value >> 1) if value & 1 else value >> 1)
            value, shift = 0, 0
    return numbers


def script(page: str, name: str) -> dict[str, Any]:
    found = re.search(rf'<script type="application/json" id="{name}">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    return json.loads(found[1])


@pytest.mark.parametrize("number", [1, 3, 5, 6])
def test_the_page_has_the_classes_and_colours_of_the_layers(outputs: Path, number: int) -> None:
    """PNG, HTML and GeoPackage show one specification: pixels are compared with the layers above."""
    slug = (MAPS | {6: "annexe-6-evolution-severite"})[number]
    page = (outputs / f"{slug}.html").read_text("utf-8")
    codes = script(page, "topologie")["areas"]["pcode"]
    data = script(page, "donnees")
    drawn = gpd.read_file(outputs / "cartes.gpkg", layer=f"annexe_{number}_communes", ignore_geometry=True)
    maps = data["panels"] if number == 6 else [{"month": None, "areas": data["areas"][0]}]
    told = {}
    for one in maps:
        classes = one["areas"]["classes"]
        for code, position in zip(codes, unpacked(one["areas"]["class"]), strict=True):
            told[one["month"], code] = (classes[position]["label"], classes[position]["colour"])
    months = drawn["month"] if number == 6 else [None] * len(drawn)
    columns = zip(months, drawn["pcode"], drawn["class"], drawn["colour"], strict=True)
    expected = {(month, code): (label, colour) for month, code, label, colour in columns}
    assert told == expected
    assert len(told) == len(codes) * len(maps)


def crosswalk(mirror: Path) -> dict[str, str]:
    with (mirror / "mli_adm3_crosswalk_2015_2021.csv").open(encoding="utf-8") as stream:
        return {row["pcode_2021"]: row["pcode_2015"] for row in csv.DictReader(stream)}


def test_codes_of_2015_draw_the_same_map(built: Path, outputs: Path, mirror: Path, tmp_path: Path) -> None:
    older = crosswalk(mirror)
    shutil.copytree(built / "inputs", tmp_path / "inputs")
    changed = 0
    for table in (
        *tmp_path.glob("inputs/2021-0[56]/indice_risque.csv"),
        tmp_path / "inputs/2021/couverture.csv",
    ):
        rows = pd.read_csv(table, dtype=str, keep_default_na=False)
        codes = rows["pcode"].map(lambda code: older.get(code, code))
        changed += int((codes != rows["pcode"]).sum())
        rows.assign(pcode=codes).to_csv(table, index=False)
    assert changed > 300
    make(built, "annex-3", "annex-5", f"INPUTS={tmp_path / 'inputs'}", f"OUTPUTS={tmp_path / 'out'}")
    again = tmp_path / "out/2021-06/partenaires"
    for number in (3, 5):
        name = f"{MAPS[number]}.png"
        assert (again / name).read_bytes() == (outputs / name).read_bytes(), name


def test_a_blind_join_of_2015_codes_would_paint_other_communes(mirror: Path, outputs: Path) -> None:
    """The trap is real: joined by code alone, hundreds of communes would take another's colour."""
    older = crosswalk(mirror)
    known = gpd.read_file(outputs / "cartes.gpkg", layer="annexe_3_communes", ignore_geometry=True)
    colour = dict(zip(known["pcode"], known["colour"], strict=True))
    blind = {old: colour[new] for new, old in older.items()}
    painted = [code for code in colour if code in blind and blind[code] != colour[code]]
    assert len(painted) > 50
    moved = [code for code, old in older.items() if old != code and old in older]
    assert len(moved) == 423
