"""What the picture shows is what the specification says: pixels, sizes, distances, metadata, bytes."""

from __future__ import annotations

import html
import itertools
import re
import unicodedata
from dataclasses import replace
from pathlib import Path

import numpy as np
import pypdf
import pyproj
import pytest
import shapely
import sheet_specs as specs
from PIL import Image

from pipeline.annexes.model import Annex, Label
from pipeline.geography.country import Country
from pipeline.sheet import Drawn, draw, labels, prepare
from pipeline.sheet import panels as furniture
from pipeline.sheet.draw import FORMATS, compose_all
from pipeline.sheet.ground import Frame, Shared, crs, fit
from pipeline.sheet.marks import Shape
from pipeline.sheet.page import focus_shape, free_corner

THINNEST = 0.2
"""Half the width (mm) of an area that two pixels and its own border fill: nothing is left to read."""
COVERED = ("symbol", "label", "flow", "card", "tag")


def pixel_errors(drawn: Drawn, annex: Annex, shared: Shared, name: str) -> tuple[int, int, list[str]]:
    """Communes read and found right, communes under a sign or a name, and those whose colour is wrong.

    The colour is read at the middle of the largest circle in each commune, in the frame called `name`.
    """
    image = np.asarray(Image.open(drawn.paths[0]).convert("RGB"))
    frame = drawn.frames[name]
    panels = {f"{kind}-{n + 1}": p.areas for n, p in enumerate(annex.panels) for kind in ("panel", "inset")}
    areas = panels.get(name) or annex.areas()
    spots = frame.page(shared.inner[0])
    over = [thing.box for thing in drawn.placed if thing.kind in COVERED]
    if name == "main" and "inset" in drawn.frames:
        over.append(drawn.frames["inset"].box)
    right, hidden, wrong = 0, 0, []
    for i, (x, y) in enumerate(spots):
        # An inset has a strong frame, half of it inside.
        if not frame.shows(np.array([[x, y]]), 0.4 if name.startswith("inset") else 0.2)[0]:
            continue
        # Outside the framed regions lie the communes of Bamako, of which three pixels are left at this scale.
        beyond = annex.regions and shared.regions[i] not in annex.regions
        if shared.inner[1][i] / frame.scale < (2 * THINNEST if beyond else THINNEST):
            hidden += 1
            continue
        if any(x0 - 0.4 <= x <= x1 + 0.4 and y0 - 0.4 <= y <= y1 + 0.4 for x0, y0, x1, y1 in over):
            hidden += 1
            continue
        row, column = int(image.shape[0] - y * 300 / 25.4), int(x * 300 / 25.4)
        seen = "#{:02x}{:02x}{:02x}".format(*image[row, column])
        pcode = shared.pcodes[i]
        if seen == areas.class_of(pcode).colour:
            right += 1
        else:
            wrong.append(f"{pcode} {shared.names[i]}: {seen}, {areas.class_of(pcode).colour}")
    return right, hidden, wrong


@pytest.mark.parametrize("number", [1, 3, 5, 6])
def test_every_area_has_the_colour_of_its_class(number: int, tmp_path: Path) -> None:
    country = specs.stepped_country()
    shared = prepare(country)
    annex = getattr(specs, f"annex{number}")(country)
    drawn = draw(annex, country, tmp_path, shared=shared)
    assert {"main", "inset"} <= set(drawn.frames)
    assert len(drawn.frames) == 2 + len(annex.panels)
    for name in drawn.frames:
        right, _, wrong = pixel_errors(drawn, annex, shared, name)
        assert not wrong
        assert right > 0


@pytest.mark.parametrize("number", [1, 3, 5, 6])
def test_every_commune_of_mali_has_the_colour_of_its_class(number: int, mirror: Path, tmp_path: Path) -> None:
    country = specs.real_country(mirror)
    shared = prepare(country)
    annex = getattr(specs, f"annex{number}")(country)
    drawn = draw(annex, country, tmp_path, shared=shared)
    for name in drawn.frames:
        right, hidden, wrong = pixel_errors(drawn, annex, shared, name)
        assert not wrong, f"{name}: {len(wrong)} wrong, {right} right: {wrong[:5]}"
        if not name.startswith("inset"):
            assert right + hidden >= sum(code in annex.regions for code in shared.regions)
        assert hidden <= 0.4 * (right + hidden)


def test_the_world_file_puts_the_main_frame_on_the_ground(tmp_path: Path) -> None:
    country = specs.small_country()
    drawn = draw(specs.annex3(country), country, tmp_path)
    a, d, b, e, c, f = (float(line) for line in drawn.paths[1].read_text().split())
    assert (d, b) == (0.0, 0.0)
    assert pyproj.CRS.from_wkt(drawn.paths[2].read_text()).to_dict()["lat_0"] == 17.5
    frame = drawn.frames["main"]
    x, y = 150.0, 100.0  # mm on the page
    column, row = x * 300 / 25.4 - 0.5, 2480 - y * 300 / 25.4 - 0.5
    assert frame.ground(np.array([(x, y)]))[0] == pytest.approx([c + a * column, f + e * row], abs=0.01)


def test_the_scale_bar_is_as_long_as_it_says(mirror: Path) -> None:
    country = specs.real_country(mirror)
    shared = prepare(country)
    frame = fit("main", shared.bounds, (95.0, 21.5, 288.0, 201.0))
    bar = next(thing for thing in furniture.scale_bar(frame.scale, 26).placed if thing.kind == "scale")
    x0, _, x1, _ = bar.box
    middle = [(frame.box[0] + frame.box[2]) / 2, (frame.box[1] + frame.box[3]) / 2]
    half = (x1 - x0) / 2
    ends = (middle[0] - half, middle[1]), (middle[0] + half, middle[1])
    assert specs.kilometres(frame, *ends) == pytest.approx(float(bar.key), rel=0.005)


def test_the_scale_stands_along_a_side_where_every_corner_is_taken_or_hides_the_country() -> None:
    frame = Frame("main", (0, 0, 100, 100), 0.0, 0.0, 1.0)
    country = shapely.box(0, 0, 100, 45)  # metres: one to a millimetre here
    locator = [(60.0, 60.0, 99.0, 99.0), (0.0, 60.0, 40.0, 99.0)]
    corner = free_corner(frame, (20, 8), country, locator, 1.1)
    assert corner is not None
    assert shapely.box(*corner).intersects(country)
    beside = free_corner(frame, (20, 8), country, locator, 1.1, along=True)
    assert beside is not None
    assert not shapely.box(*beside).intersects(country)
    assert all(not shapely.box(*beside).intersects(shapely.box(*box)) for box in locator)


def test_two_names_side_by_side_do_not_read_as_one_line() -> None:
    """A row of communes one after the other: "Douentza 33 Mondoro 138" was read as one name."""
    frame = Frame("main", (0, 0, 200, 60), 0.0, 0.0, 1.0)
    along, height = np.arange(20.0, 180.0, 13.5), 30.0
    degrees = pyproj.Transformer.from_crs(crs(), 4326, always_xy=True)
    seats = np.column_stack(degrees.transform(along, np.full(len(along), height)))
    names = [
        Label(f"Commune {i}", *map(float, seat), "commune", i, area_pcode=f"ML{i}")
        for i, seat in enumerate(seats)
    ]
    _, placed = labels.place(names, labels.Room(frame), {})
    assert len(placed) >= 6
    boxes = sorted(found.box for found in placed)
    for one, two in itertools.combinations(boxes, 2):
        if one[1] < two[3] and two[1] < one[3]:
            assert two[0] - one[2] >= labels.ABREAST - 1e-9


def test_areas_on_the_page_are_true_to_the_ground() -> None:
    geod = pyproj.Geod(ellps="WGS84")
    back = pyproj.Transformer.from_crs(crs(), "EPSG:4326", always_xy=True).transform
    for x, y in ((-800e3, -700e3), (0, 0), (800e3, 0), (0, 800e3)):
        square = shapely.segmentize(shapely.box(x, y, x + 50e3, y + 50e3), 1e3)
        lonlat = shapely.transform(square, lambda xy: np.stack(back(xy[:, 0], xy[:, 1]), 1))
        assert abs(geod.geometry_area_perimeter(lonlat)[0]) == pytest.approx(2.5e9, rel=4e-4)


def test_same_page_same_bytes_and_what_the_file_says(tmp_path: Path) -> None:
    country = specs.small_country()
    annex = specs.annex2(country)
    for fmt in ("png", "pdf", "svg"):
        one = draw(annex, country, tmp_path / "a", fmt=fmt).paths[0].read_bytes()
        other = draw(annex, country, tmp_path / "b", fmt=fmt).paths[0].read_bytes()
        assert one == other
    texts = Image.open(tmp_path / "a" / "annexe-2-alertes-flash.png").text
    assert texts["Description"] == annex.caption
    assert texts["Comment"] == annex.alt_text
    assert texts["Audience"] == annex.meta.audience_label
    assert not any("2026" in value or "Creation" in key for key, value in texts.items())
    svg = (tmp_path / "a" / "annexe-2-alertes-flash.svg").read_text()
    assert "Alertes flash" in svg
    assert "<dc:date>" not in svg
    assert b"CreationDate" not in (tmp_path / "a" / "annexe-2-alertes-flash.pdf").read_bytes()


@pytest.mark.parametrize("page", ["A4-paysage", "A3-paysage", "A4-portrait", "colonne"])
def test_the_covered_regions_fill_the_map(page: str, mirror: Path) -> None:
    """At least 45 % of the main map is ground that the annex is about, and nothing of that is under furniture."""
    country: Country = specs.real_country(mirror)
    shared = prepare(country)
    for number in (1, 3, 5):
        annex = getattr(specs, f"annex{number}")(country)
        canvas = specs.first_page(annex, shared, page)
        main, focus = canvas.frames["main"], focus_shape(annex, shared)
        window = shapely.box(*main.bounds)
        assert window.buffer(1000).covers(focus)
        assert shapely.area(focus) / shapely.area(window) >= 0.45
        for thing in canvas.placed:
            if thing.kind == "card" and main.holds(thing.box):
                low, high = main.ground(np.array([thing.box[:2], thing.box[2:]]))
                covered = shapely.intersection(shapely.box(*low, *high), focus)
                assert shapely.area(covered) <= 0.0051 * shapely.area(shapely.box(*low, *high)), thing
        assert canvas.frames["inset"].scale < 0.75 * main.scale


def test_no_letter_of_a_column_is_smaller_than_it_may_be(mirror: Path) -> None:
    country: Country = specs.real_country(mirror)
    for annex in specs.all_annexes(country):
        canvas = specs.first_page(annex, prepare(country), "colonne")
        assert canvas.size[0] == 160.0
        assert min(text.size for text in canvas.texts) >= 6.5
        said = " ".join(text.text for text in canvas.texts)
        assert "n’impliquent ni reconnaissance" in said.replace("'", "’")
        assert "DONNÉES D’EXEMPLE" in said


def test_the_legend_names_an_inset_only_where_one_is_drawn() -> None:
    country = specs.stepped_country()
    shared = prepare(country)
    annex = specs.annex2(country)
    whole = tuple(float(v) for v in country.pays.total_bounds)
    for drawn in (annex, replace(annex, inset_box=whole), replace(annex, inset_box=None)):
        canvas = specs.first_page(drawn, shared)
        said = " ".join(text.text for text in canvas.texts)
        assert ("agrandissement" in said) == ("Agrandissement" in said)


@pytest.mark.slow
@pytest.mark.parametrize(("page", "number"), [("colonne", 2), ("A4-paysage", 6)])
def test_pdf_and_svg_have_every_page_its_words_and_its_colours(
    page: str, number: int, tmp_path: Path
) -> None:
    """Second pages, zones, the ground of population: what the PNG shows, its twins show."""
    country = specs.stepped_country()
    shared = prepare(country)
    ground = replace(specs.annex5(country).areas(), id="densite", ground=True)
    many = specs.annex2(country, 60)
    many = replace(many, layers=(ground, *many.layers), events=many.events * 2)
    annex = many if number == 2 else specs.annex6(country, 12)
    pages = compose_all(annex, shared, page)
    names = {
        kind: draw(annex, country, tmp_path, page=page, fmt=kind, shared=shared).paths for kind in FORMATS
    }
    assert {
        kind: len([p for p in paths if p.suffix == f".{kind}"]) for kind, paths in names.items()
    } == dict.fromkeys(FORMATS, len(pages))
    assert len(pages) > 1 or number == 6
    for sheet, pdf, svg in zip(pages, names["pdf"], names["svg"], strict=True):
        reader = pypdf.PdfReader(pdf).pages
        size = [float(v) / 72 * 25.4 for v in reader[0].mediabox[2:]]
        assert size == pytest.approx(sheet.size, abs=0.01)
        read, drawn = squeezed(reader[0].extract_text()), svg.read_text("utf-8")
        written = squeezed(html.unescape(" ".join(re.findall(r"<text[^>]*>([^<]*)<", drawn))))
        for text in sheet.texts:
            assert squeezed(text.text) in written, text.text
            assert squeezed(text.text) in read, text.text
        fills = {m.fill for m in sheet.marks if isinstance(m, Shape) and m.fill and m.alpha == 1.0}
        assert all(colour in drawn for colour in fills - {"#ffffff", "#000000"})


def squeezed(words: str) -> str:
    return "".join(unicodedata.normalize("NFKC", words).split())
