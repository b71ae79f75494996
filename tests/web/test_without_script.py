"""What a page shows where its script does not run, and where the browser darkens pages by itself."""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from typing import Any

import pytest

from pipeline import palette, web
from pipeline.annexes import BUILDERS, Stage
from pipeline.annexes.model import Annex, Areas, Flows, Symbols, Zones
from pipeline.bulletin.board import board as dashboard
from pipeline.geography.country import Country
from pipeline.web import dashboard as dashboard_map
from pipeline.web.page import static_table
from pipeline.web.picture import Outline, outline, pictures
from tests.helpers.browser import Open
from tests.web import browsing
from tests.web.test_dashboard import staged, written
from tools.es2015 import newer

MAPPED = (1, 2, 3, 6)


@pytest.fixture(scope="module")
def drawn(country: Country) -> Outline:
    """The small country as a still picture."""
    return outline(country)


def _areas(annex: Annex) -> Areas | None:
    return annex.panels[-1].areas if annex.panels else annex.areas()


def _spots(page: Any, drawn: Outline, country: Country) -> list[tuple[str, int, int]]:
    """P-code and pixel of the middle of each area that the static picture shows with room around it."""
    x0, y0, wide, tall = (
        float(edge) for edge in page.locator("#carte .image-fixe").get_attribute("viewBox").split()
    )
    box = page.locator("#carte .image-fixe").bounding_box()
    scale = min(box["width"] / wide, box["height"] / tall)
    left, top = (
        box["x"] + (box["width"] - wide * scale) / 2 - x0 * scale,
        box["y"] + (box["height"] - tall * scale) / 2 - y0 * scale,
    )
    found = []
    for code, (lon, lat, _) in browsing.circles(country).items():
        x, y = drawn.place([(lon, lat)])[0]
        spot = (round(left + x * scale), round(top + y * scale))
        if box["x"] + 8 < spot[0] < box["x"] + box["width"] - 8 and max(box["y"], 0) + 8 < spot[1] < 890:
            found.append((code, *spot))
    return found


def _swatches(page: Any, annex: Annex) -> dict[str, set[tuple[int, int, int]]]:
    """Key of a class -> colours of the pixels of its square in the legend."""
    found = {}
    for entry in _areas(annex).classes:
        square = page.locator(f'#legende [data-classe="{entry.key}"] ~ .puce').first
        found[entry.key] = _colours(page, square, edge=4)
    return found


@pytest.mark.parametrize("dark", [False, True], ids=["clair", "sombre"])
@pytest.mark.parametrize("number", [1, 6])
def test_map_and_legend_show_the_specification_s_colours_without_script(
    number: int,
    dark: bool,
    pages: dict[int, Path],
    annexes: dict[int, Annex],
    country: Any,
    drawn: Outline,
    open_page: Open,
) -> None:
    annex = annexes[number]
    page = open_page(pages[number], script=False, dark=dark).page
    areas, image = _areas(annex), browsing.pixels(page)
    spots = _spots(page, drawn, country)
    assert len(spots) >= 8
    covered = 0
    for code, x, y in spots:
        entry = areas.class_of(code)
        near = {image.getpixel((x + i, y + j)) for i in range(-6, 7) for j in range(-6, 7)}
        covered += browsing.rgb(entry.colour) not in near  # a name lies over it
    assert covered <= 2
    for key, seen in _swatches(page, annex).items():
        entry = next(found for found in areas.classes if found.key == key)
        assert browsing.rgb(entry.colour) in seen, key
        if entry.hatch:
            assert any(colour != browsing.rgb(entry.colour) for colour in seen), key


@pytest.mark.parametrize("number", [1, 3])
def test_forced_dark_leaves_map_and_legend_alike(
    number: int, pages: dict[int, Path], annexes: dict[int, Annex], country: Any, open_page: Open
) -> None:
    page = open_page(pages[number], dark=True).page
    browsing.layers_off(page)
    seen, wrong = browsing.painted(page, country)
    assert seen >= 4
    assert wrong == []
    for key, colours in _swatches(page, annexes[number]).items():
        entry = next(found for found in _areas(annexes[number]).classes if found.key == key)
        assert browsing.rgb(entry.colour) in colours, key


@pytest.mark.parametrize("number", [1, 2, 3, 4, 6])
def test_figures_legend_and_table_stand_in_the_page_itself(
    number: int, pages: dict[int, Path], annexes: dict[int, Annex], open_page: Open
) -> None:
    annex = annexes[number]
    page = open_page(pages[number], script=False, width=390, height=844).page
    text = re.sub(r"\s+", " ", page.locator("body").inner_text())
    assert "Navigateur trop ancien" in text
    for figure in annex.figures:
        assert re.sub(r"\s+", " ", figure.value) in text
        assert figure.label in text
    if _areas(annex):
        for entry in _areas(annex).classes:
            assert entry.label in page.locator("#legende").inner_text()
    told = static_table(annex)
    assert told["rows"]
    for row in told["rows"][:20]:
        for cell in row:
            assert re.sub(r"\s+", " ", cell) in text
    names = [name for regions in told["absent"].values() for found in regions.values() for name in found]
    assert len(told["rows"]) + len(names) + told["left"] == len(annex.table.rows)
    assert page.locator("#tableau-cherche").is_hidden()


@pytest.mark.parametrize("number", [1, 4])
def test_the_message_goes_once_the_script_has_run(
    number: int, pages: dict[int, Path], open_page: Open
) -> None:
    found = open_page(pages[number])
    assert found.page.locator("#ancien").is_hidden()
    assert found.page.locator("#tableau-reste").is_hidden()
    assert found.page.locator(".image-fixe").count() == 0
    assert not found.clean


def test_every_encoding_of_the_specification_is_in_the_static_picture(
    annexes: dict[int, Annex], drawn: Outline
) -> None:
    for number in MAPPED:
        annex = annexes[number]
        found = pictures(annex, drawn)
        assert len(found) == max(
            1, len(annex.panels), sum(isinstance(layer, Areas) for layer in annex.layers)
        )
        for picture, areas in zip(
            found, [panel.areas for panel in reversed(annex.panels)] or [_areas(annex)], strict=False
        ):
            if areas is None:
                continue
            used = {value.class_key for value in areas.values.values()}
            assert set(re.findall(r'data-classe-fixe="([^"]+)"', picture["svg"])) == used
            changes = {value.change for value in areas.values.values()} & {
                entry.change for entry in areas.changes
            }
            assert set(re.findall(r'data-changement-fixe="([^"]+)"', picture["svg"])) == changes
        signs = [item.id for layer in annex.layers if isinstance(layer, Symbols) for item in layer.items]
        assert set(re.findall(r'data-signe="([^"]+)"', found[0]["svg"])) == set(signs)
        arrows = {item.id for layer in annex.layers if isinstance(layer, Flows) for item in layer.items}
        assert set(re.findall(r'data-fleche="([^"]+)"', found[0]["svg"])) == arrows
        zones = [item for layer in annex.layers if isinstance(layer, Zones) for item in layer.items]
        hatched = {item.id for item in zones if item.level == "cercle"}
        assert set(re.findall(r'data-zone-fixe="([^"]+)"', found[0]["svg"])) == hatched
        assert set(re.findall(r'data-etiquette="([^"]+)"', found[0]["svg"])) == {
            z.id for z in zones if z.level
        }
        movers = [mover.pcode for mover in annex.movers]
        assert re.findall(r'data-mouvement="([^"]+)"', found[0]["svg"]) == movers


@pytest.mark.slow
@pytest.mark.parametrize("dark", [False, True], ids=["clair", "sombre"])
@pytest.mark.parametrize("number", [2, 5])
def test_june_shows_its_colours_without_script(
    number: int, dark: bool, month: Stage, grounds: tuple[Any, Any], tmp_path: Path, open_page: Open
) -> None:
    """Alerts and coverage: areas, signs, hatched cercles, and their legend."""
    annex = BUILDERS[number](month)
    page = open_page(web.render(annex, month.country, tmp_path, grounds[1]), script=False, dark=dark).page
    image, areas = browsing.pixels(page), _areas(annex)
    spots = _spots(page, outline(month.country), month.country)
    assert len(spots) >= 200
    wrong = 0
    for code, x, y in spots:
        near = {image.getpixel((x + i, y + j)) for i in range(-3, 4) for j in range(-3, 4)}
        wrong += browsing.rgb(areas.class_of(code).colour) not in near
    assert wrong <= 0.2 * len(spots)  # under a sign, a name or a hatch, or smaller than the picture's outline
    for layer in annex.layers:
        if not isinstance(layer, Symbols):
            continue
        for key in layer.keys:
            seen = _colours(page, f'#legende label:has([data-classe="{layer.id}/{key.key}"]) .puce')
            assert browsing.rgb(key.colour) in seen, key.label
        for mark in page.locator("[data-signe]").all()[:3]:
            assert _colours(page, mark) & {browsing.rgb(key.colour) for key in layer.keys}
    standing = [
        mark.bounding_box()
        for mark in page.locator(".image-fixe [data-etiquette], .image-fixe [data-mouvement]").all()
    ]
    for one, two in itertools.combinations(standing, 2):
        beside = one["x"] + one["width"] <= two["x"] + 2 or two["x"] + two["width"] <= one["x"] + 2
        assert beside or one["y"] + one["height"] <= two["y"] + 2 or two["y"] + two["height"] <= one["y"] + 2
    for zone in page.locator("[data-zone-fixe]").all()[:2]:
        assert browsing.rgb(palette.ZONE) in _colours(page, zone)
    for key, colours in _swatches(page, annex).items():
        entry = next(found for found in areas.classes if found.key == key)
        assert browsing.rgb(entry.colour) in colours, key


def _colours(page: Any, place: Any, edge: int = 0) -> set[tuple[int, int, int]]:
    """Colours of an element's pixels, without so many along its edge; nothing else of the page is painted."""
    found = page.locator(place).first if isinstance(place, str) else place
    found.scroll_into_view_if_needed()
    box, size = found.bounding_box(), page.viewport_size
    left, top = (max(0, round(box[way]) + edge) for way in ("x", "y"))
    right = min(size["width"], round(box["x"]) + round(box["width"]) - edge)
    bottom = min(size["height"], round(box["y"]) + round(box["height"]) - edge)
    image = browsing.pixels(page, {"x": left, "y": top, "width": right - left, "height": bottom - top})
    return set(browsing.colours_of(image))


@pytest.mark.parametrize("script", [False, True], ids=["sans script", "avec script"])
@pytest.mark.parametrize("dark", [False, True], ids=["clair", "sombre"])
def test_the_index_is_not_a_black_country(
    dark: bool, script: bool, small_country: Any, tmp_path: Path, open_page: Open
) -> None:
    stage = staged(small_country, "partenaires")
    board, drawing = dashboard(stage), dashboard_map.drawing(small_country)
    page = open_page(written(stage, tmp_path), script=script, dark=dark, height=1600).page
    image, box = browsing.pixels(page), page.locator("#carte").bounding_box()
    scale = min(box["width"] / drawing.size[0], box["height"] / drawing.size[1])
    left = box["x"] + (box["width"] - drawing.size[0] * scale) / 2
    top = box["y"] + (box["height"] - drawing.size[1] * scale) / 2
    colours = {entry.key: entry.colour for entry in board.classes}
    seen = 0
    for shape in drawing.areas:
        if (shape.box[2] - shape.box[0]) * scale < 20:
            continue
        x, y = round(left + shape.at[0] * scale), round(top + shape.at[1] * scale)
        near = {image.getpixel((x + i, y + j)) for i in range(-4, 5) for j in range(-4, 5)}
        assert browsing.rgb(colours[board.areas[-1][shape.pcode].class_key(board.threshold)]) in near, (
            shape.pcode
        )
        seen += 1
    assert seen >= 4
    text = page.locator("body").inner_text()
    assert board.cube[len(board.months) - 1, 0, 0].text in text


def test_every_script_of_every_page_is_es2015(pages: dict[int, Path]) -> None:
    found: dict[str, str] = {}
    for path in pages.values():
        for kind, text in re.findall(r"<script([^>]*)>(.*?)</script>", path.read_text("utf-8"), re.DOTALL):
            if "json" not in kind:
                found[text] = path.name
    for text, name in found.items():
        assert newer(text) == [], name


@pytest.mark.parametrize(
    "text",
    [
        "a ** b",
        "async function f() {}",
        "/(?<=a)b/",
        "/\\p{L}/u",
        "/a/s",
        "const {a, ...b} = c",
        "f({...a})",
        "a?.b",
        "a ?? b",
    ],
)
def test_newer_syntax_is_refused(text: str) -> None:
    assert newer(text)
