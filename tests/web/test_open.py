"""Every page, in a real browser with the network cut: it opens quietly and its areas are painted."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from pipeline import web
from tests.web import web_specs
from tests.web.browsing import (
    POINTS,
    axe,
    circles,
    colours_of,
    eventually,
    layers_off,
    painted,
    panel,
    pixels,
    rgb,
)
from tests.web.conftest import Open

SIZES = [(360, 640), (1280, 900)]


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("number", [1, 2, 3, 4, 6])
def test_page_opens_quietly(
    pages: dict[int, Path],
    country: Any,
    open_page: Open,
    artefacts: Path,
    number: int,
    width: int,
    height: int,
) -> None:
    opened = open_page(pages[number], width, height)
    page = opened.page
    page.screenshot(path=artefacts / f"web-{number}-{width}.png")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert axe(page) == []
    if number != 4:
        layers_off(page)
        if number == 2:
            colours = colours_of(pixels(page).crop((60, 100, width // 2, 300)))
            assert len(colours) > 3
        else:
            seen, wrong = painted(page, country)
            assert seen >= 12
            assert wrong == []
    assert opened.clean == []


def test_all_four_that_are_no_class_look_different(
    pages: dict[int, Path], country: Any, open_page: Open
) -> None:
    """Zero, no data, not covered, suppressed: the pixels around an inner point differ in each."""
    page = open_page(pages[1]).page
    layers_off(page)
    image, seen = pixels(page), {}
    for point in page.evaluate(POINTS, circles(country)):
        if point["room"] > 12:
            x, y = round(point["x"]), round(point["y"])
            seen[point["kind"]] = {image.getpixel((x + i, y + j)) for i in range(-5, 6) for j in range(-5, 6)}
            if point["hatch"]:
                assert {rgb(point["colour"])} <= seen[point["kind"]], "the ground"
                assert len(seen[point["kind"]]) > 2, "and the hatch on it"
            else:
                assert seen[point["kind"]] == {rgb(point["colour"])}
    assert set(seen) >= {"class", "zero", "nodata", "uncovered", "suppressed"}


def test_mali_is_painted(mirror_country: Any, open_page: Open, artefacts: Path, tmp_path: Path) -> None:
    shared = web.prepare(mirror_country)
    for annex in (web_specs.risk(mirror_country), web_specs.incidents(mirror_country)):
        path = web.render(annex, mirror_country, tmp_path, shared)
        opened = open_page(path, 1280, 900)
        opened.page.screenshot(path=artefacts / f"web-mali-{annex.number}.png")
        layers_off(opened.page)
        seen, wrong = painted(opened.page, mirror_country)
        assert seen > 150
        assert wrong == []
        assert opened.clean == []


def test_cercles_country_is_painted(cercles_country: Any, open_page: Open, tmp_path: Path) -> None:
    opened = open_page(web.render(web_specs.risk(cercles_country), cercles_country, tmp_path))
    layers_off(opened.page)
    seen, wrong = painted(opened.page, cercles_country)
    assert seen >= 45
    assert wrong == []
    assert opened.clean == []


def test_values_by_cercle_on_a_country_of_communes(country: Any, open_page: Open, tmp_path: Path) -> None:
    """Cercles are merged from their communes' borders: whole, without the lines between communes."""
    annex = web_specs.risk(country)
    areas = annex.layers[0]
    codes = list(country.names("cercle"))
    values = {code: areas.values[f"{code}01"] for code in codes}
    by_cercle = dataclasses.replace(areas, level="cercle", values=values)
    annex = dataclasses.replace(
        annex, layers=(by_cercle,), table=dataclasses.replace(annex.table, rows=(), row_keys=())
    )
    opened = open_page(web.render(annex, country, tmp_path))
    page = opened.page
    layers_off(page)
    rings = page.evaluate("Cartes.app.world.cercles.map(c => c.members.length)")
    assert rings == [5, 4, 4, 4]
    image = pixels(page)
    where = """([lat, lon]) => { const m = Cartes.app.views[0].map, b = m.getContainer().getBoundingClientRect();
      const p = m.latLngToContainerPoint([lat, lon]); return [b.left + p.x, b.top + p.y]; }"""
    middles = country.communes.set_index("pcode").geometry.representative_point()
    for commune, point in middles.items():
        x, y = page.evaluate(where, [point.y, point.x])
        wanted = by_cercle.class_of(str(commune)[:6])
        assert image.getpixel((round(x), round(y))) == rgb(wanted.colour), commune
    for commune, point in middles.items():
        page.mouse.click(*page.evaluate(where, [point.y, point.x]))
        assert panel(page)["title"] == country.names("cercle")[str(commune)[:6]]
        page.keyboard.press("Escape")
    assert opened.clean == []


@pytest.mark.slow
def test_hostile_texts_stay_texts(open_page: Open, artefacts: Path, tmp_path: Path) -> None:
    country = web_specs.hostile_country(web_specs.small_country())
    shared = web.prepare(country)
    for annex in web_specs.all_annexes(country):
        path = web.render(web_specs.hostile(annex), country, tmp_path, shared)
        opened = open_page(path, 360, 640)
        page = opened.page
        if annex.number != 4:
            page.fill("#cherche", "koubewel")
            page.keyboard.press("ArrowDown")
            page.keyboard.press("Enter")
            page.evaluate("Cartes.showUnit(Cartes.app, Cartes.app.world.areas[2], {})")
            assert web_specs.HOSTILE[2] in page.text_content("#fiche")
        for number in ("1", "2", "3") if annex.events else ():
            if page.get_attribute("#evenements h2 button", "aria-expanded") == "false":
                page.click("#evenements h2 button")
            page.click(f"[data-evenement='{number}']")
            page.click("#fiche-fermer")
        page.select_option("#tableau-taille", "25")
        text = page.text_content("body")
        for hostile in web_specs.HOSTILE[:5]:
            assert hostile in text, (annex.number, hostile)
        assert page.evaluate("window.hacked") is None
        assert page.query_selector("img") is None
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, annex.number
        assert opened.clean == []
        page.screenshot(path=artefacts / f"web-hostile-{annex.number}.png")


def test_the_index_works_from_its_folder(
    annexes: dict[int, Any], pages: dict[int, Path], open_page: Open, tmp_path: Path
) -> None:
    from PIL import Image

    Image.new("RGB", (3508, 2480), "#c9622a").save(tmp_path / "annexe-3.png")
    (tmp_path / "annexe-3.html").write_bytes(pages[3].read_bytes())
    entries = [
        web.IndexEntry(3, "Indice", "juin 2021", "Légende.", "Carte.", ("annexe-3.png", "annexe-3.html")),
        web.IndexEntry(4, "Liste", "juin 2021", "Légende.", "", ("annexe-4.xlsx",)),
    ]
    opened = open_page(web.render_index(web_specs.META, entries, tmp_path), 360, 640)
    page = opened.page
    eventually(page, "document.images[0].naturalWidth === 3508")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert axe(page) == []
    assert opened.clean == []
    page.click("text=Carte interactive")
    page.wait_for_selector("html[data-pret]")
    assert "Indice de risque" in page.title()
    assert opened.clean == []


def test_the_online_background_waits_to_be_asked(pages: dict[int, Path], open_page: Open) -> None:
    opened = open_page(pages[3], cut=False)
    page = opened.page
    page.keyboard.press("End")
    page.click("[data-vue=pays]")
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert opened.requests == []
    with page.expect_request(lambda request: request.url.startswith("https:")):
        page.check("#fond-en-ligne")
    assert page.is_visible("#fond-credit")
    assert "connexion" in page.text_content("label:has(#fond-en-ligne)"), "it is said to be online"
    assert {request.split("/")[2] for request in opened.requests} == {"a.tile.openstreetmap.fr"}
    assert json.dumps(opened.requests).count(".png") == len(opened.requests)
    page.uncheck("#fond-en-ligne")
    assert page.is_hidden("#fond-credit")
