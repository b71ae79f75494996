"""The pages as a person uses them: figures, search, filters, months, events, keyboard, print."""

from __future__ import annotations

import dataclasses
import io
import json
import re
import unicodedata
from pathlib import Path
from typing import Any

import pypdf
import pytest

from pipeline import french, palette, runner, web
from pipeline.annexes import BUILDERS, Stage, page_meta
from pipeline.annexes.model import Areas, Symbols
from pipeline.web.page import bar_rows, static_table
from tests.conftest import MIRROR
from tests.helpers import june
from tests.test_french import WRITTEN
from tests.web import web_specs
from tests.web.browsing import (
    POINTS,
    all_rows,
    circles,
    eventually,
    keyed_rows,
    layers_off,
    painted,
    panel,
    pixels,
    rgb,
    rows,
)
from tests.web.conftest import Open

SHOW = "code => Cartes.showUnit(Cartes.app, Cartes.app.world.byCode.get(code), {})"


def areas(annex: Any) -> Areas:
    found = annex.areas()
    assert found is not None
    return found


# ---------------------------------------------------------------- figures


@pytest.mark.parametrize("number", [1, 3, 6])
def test_panel_table_and_specification_agree(
    pages: dict[int, Path], annexes: dict[int, Any], open_page: Open, number: int
) -> None:
    annex, page = annexes[number], open_page(pages[number]).page
    table = keyed_rows(page)
    assert len(table) == len(annex.table.rows)
    for code, value in areas(annex).values.items():
        page.evaluate(SHOW, code)
        found = panel(page)
        own = len(value.facts)
        assert found["figure"] == value.text
        assert tuple(zip(found["labels"][:own], found["values"][:own], strict=True)) == value.facts
        assert found["months"] == [point.text for point in value.trend]
        assert found["before"] == value.trend[-2].text
        row = table[code]
        assert row == [str(cell) for cell in annex.table.rows[annex.table.row_keys.index(code)]]
        assert row[2] == found["title"]
        assert row[-1] == found["figure"]


@pytest.fixture(scope="module")
def june_country(request: pytest.FixtureRequest) -> Any:
    """Mali in its communes; their approximate limits where there is no mirror."""
    known = (MIRROR / "mli_adm_ab_shp_20211220.zip").is_file()
    return request.getfixturevalue("mirror_country" if known else "approximate_country")


@pytest.fixture(scope="module")
def june_annexes(project: Path, june_country: Any) -> dict[int, Any]:
    """The annexes of June 2021 as partners get them, on the real tables: what PNG and page are drawn from."""
    told = june.published(project, june_country, "partenaires")
    stage = Stage(told, june_country, page_meta(told, june_country, "2021-07-15"))
    return {annex.number: annex for annex in runner.specify(stage)}


@pytest.fixture(scope="module")
def june_shared(june_country: Any) -> web.Shared:
    return web.prepare(june_country)


@pytest.mark.slow
@pytest.mark.parametrize("number", [1, 3, 5, 6])
def test_every_commune_of_june_agrees(
    june_annexes: dict[int, Any],
    june_country: Any,
    june_shared: web.Shared,
    open_page: Open,
    tmp_path: Path,
    number: int,
) -> None:
    """Panel and table say of each commune, in each month, what the specification of the PNG says."""
    annex = june_annexes[number]
    page = open_page(web.render(annex, june_country, tmp_path, june_shared)).page
    found = page.evaluate(
        """() => { const app = Cartes.app, data = app.data;
      const maps = data.panels.length ? data.panels.map(panel => panel.areas) : [data.areas[0]];
      return maps.map(areas => app.world.units(areas.level).map(unit => {
        const value = Cartes.valueOf(areas, data.texts, unit.index);
        return [unit.pcode, value.entry.key, value.text, value.facts, value.trend.map(t => t.text)]; })); }"""
    )
    wanted = [panel.areas for panel in annex.panels] or [areas(annex)]
    assert found == [
        [
            [code, v.class_key, v.text, [list(fact) for fact in v.facts], [t.text for t in v.trend]]
            for code, v in layer.values.items()
        ]
        for layer in wanted
    ]
    shown = keyed_rows(page)
    assert list(shown) != []
    for code, row in zip(annex.table.row_keys, annex.table.rows, strict=True):
        texts = [
            "" if cell is None else french.number(cell) if isinstance(cell, int) else str(cell)
            for cell in row
        ]
        assert shown[code] == texts
    # What matters comes first: the gravest class on top, what is not covered at the end.
    kinds = {entry.key: entry.kind for entry in wanted[-1].classes}
    first, *_, last = (kinds[wanted[-1].values[code].class_key] for code in shown)
    assert (first, last) == ("class", "uncovered")


def test_a_touch_opens_the_panel_of_the_area(
    pages: dict[int, Path], annexes: dict[int, Any], country: Any, open_page: Open
) -> None:
    for width, height in ((360, 640), (1280, 900)):
        page = open_page(pages[3], width, height).page
        layers_off(page)
        point = max(page.evaluate(POINTS, circles(country)), key=lambda p: p["room"])
        touch = page.touchscreen.tap if width < 600 else page.mouse.click
        touch(point["x"], point["y"])
        page.wait_for_selector("#fiche:not([hidden])")
        assert panel(page)["figure"] == areas(annexes[3]).values[point["pcode"]].text
        assert point["pcode"] in panel(page)["place"]
        # A sheet that folds and closes.
        page.click("#fiche-plier")
        assert page.is_hidden("#fiche-corps")
        page.click("#fiche-plier")
        assert page.is_visible("#fiche-corps")
        page.click("#fiche-fermer")
        assert page.is_hidden("#fiche")


def test_the_panel_of_a_commune_has_its_cercle_too(pages: dict[int, Path], open_page: Open) -> None:
    page = open_page(pages[2]).page
    page.evaluate(SHOW, "ML010201")
    assert ". cercle Bankass" in page.text_content("#fiche-corps")


# ---------------------------------------------------------------- search


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("koubewel", "Koubewel Koundia"),
        ("Koumbéwel", "Koubewel Koundia"),
        ("KOUBEWELKOUNDIA", "Koubewel Koundia"),
        ("tombouctou", "Tombouctou"),
        ("tonbouktou", "Tombouctou"),
        ("ntillit", "N'Tillit"),
        ("djene", "Djenné"),
    ],
)
def test_search_forgives(pages: dict[int, Path], open_page: Open, typed: str, first: str) -> None:
    page = open_page(pages[3]).page
    page.type("#cherche", typed)
    assert page.text_content("#cherche-liste li b") == first
    page.keyboard.press("Enter")
    assert panel(page)["title"] == first


def test_search_tells_levels_apart(pages: dict[int, Path], open_page: Open) -> None:
    page = open_page(pages[3]).page
    page.type("#cherche", "tombouctou")
    kinds = page.eval_on_selector_all(
        "#cherche-liste li span", "list => list.map(n => n.textContent.split(' ')[0])"
    )
    assert kinds[:3] == ["Région", "Cercle", "Commune"]
    page.fill("#cherche", "zzzzzz")
    assert "Aucun nom" in page.text_content("#cherche-liste")
    page.keyboard.press("Escape")
    assert page.is_hidden("#cherche-liste")


def test_search_knows_other_spellings(country: Any, open_page: Open, tmp_path: Path) -> None:
    known = dataclasses.replace(country, aliases={"ML010103": ("Tinassako",)})
    page = open_page(web.render(web_specs.risk(known), known, tmp_path)).page
    page.type("#cherche", "tinasako")
    page.keyboard.press("Enter")
    assert panel(page)["title"] == "N'Tillit"


def test_search_in_mali(mirror_country: Any, open_page: Open, tmp_path: Path) -> None:
    page = open_page(web.render(web_specs.risk(mirror_country), mirror_country, tmp_path), 360, 640).page
    for typed, wanted in (("koubewel", "Koundia"), ("Koumbéwel", "Koundia"), ("tombouctou", "Tombouctou")):
        page.fill("#cherche", "")
        page.type("#cherche", typed)
        assert page.text_content("#cherche-liste li b").endswith(wanted)


# ---------------------------------------------------------------- filters and layers


def test_a_class_switched_off_leaves_map_and_table(
    pages: dict[int, Path], annexes: dict[int, Any], country: Any, open_page: Open
) -> None:
    page = open_page(pages[3]).page
    layers_off(page)
    values = areas(annexes[3]).values
    page.uncheck("[data-classe=n4]")
    point = next(p for p in page.evaluate(POINTS, circles(country)) if values[p["pcode"]].class_key == "n4")
    assert pixels(page).getpixel((round(point["x"]), round(point["y"]))) != rgb(point["colour"])
    left = [row[3] for row in all_rows(page)]
    assert "Critique" not in left
    assert len(left) == sum(value.class_key != "n4" for value in values.values())
    assert f"{len(left)}\u00a0lignes sur {len(values)}" in page.text_content("#tableau-etat")
    page.click("#filtre-tout")
    assert len(rows(page)) == len(values)
    assert page.is_hidden("#filtre-tout")


def test_one_class_alone(pages: dict[int, Path], annexes: dict[int, Any], open_page: Open) -> None:
    page = open_page(pages[3]).page
    row = page.locator("#legende label:has([data-classe=n4])")
    row.locator(".seule").click()
    shown = page.eval_on_selector_all(
        "#legende [data-classe]:checked", "all => all.map(n => n.dataset.classe)"
    )
    assert shown == ["n4"]
    wanted = sum(value.class_key == "n4" for value in areas(annexes[3]).values.values())
    assert len(all_rows(page)) == wanted
    row.locator(".seule").click()
    assert page.locator("#legende [data-classe]:not(:checked)").count() == 0


# A zoom begins in the next frame and lasts a quarter of a second: asked from here, the button would miss it at times.
ASKED_WHILE_ZOOMING = """() => new Promise(done => { const map = Cartes.app.views[0].map;
  map.once("zoomanim", () => setTimeout(() => {
    const running = Boolean(map._animatingZoom);
    document.getElementById("fiche-zoom").click();
    done(running);
  }, 0));
  map.zoomOut(1, {animate: true}); })"""


def test_a_zoom_that_is_asked_while_another_runs_is_done(pages: dict[int, Path], open_page: Open) -> None:
    page = open_page(pages[3]).page
    zoom = "Cartes.app.views[0].map.getZoom()"
    code = page.evaluate("Cartes.app.world.areas[0].pcode")
    page.evaluate(SHOW, code)
    page.click("#fiche-zoom")
    wanted = page.evaluate(zoom)
    page.click("[data-vue=pays]")
    steady = "!Cartes.app.views[0].map._animatingZoom"
    for _ in range(2):
        eventually(page, steady)
        assert page.evaluate(ASKED_WHILE_ZOOMING)
        eventually(page, f"{steady} && {zoom} === {wanted}")
        page.click("[data-vue=pays]")


def test_layers_are_switched(pages: dict[int, Path], country: Any, open_page: Open) -> None:
    page = open_page(pages[2]).page
    targets = "Cartes.app.views[0].layer._targets.map(t => t.layer.id)"
    assert "evenements" in page.evaluate(targets)
    with_signs = pixels(page)
    page.uncheck("[data-couche=evenements]")
    assert pixels(page).tobytes() != with_signs.tobytes()
    assert "evenements" not in page.evaluate(targets)


def test_one_choropleth_of_several_is_chosen(country: Any, open_page: Open, tmp_path: Path) -> None:
    """Choropleths exclude each other: radio buttons change map, legend, panel and table filter together."""
    incidents, risk = web_specs.incidents(country), web_specs.risk(country)
    annex = dataclasses.replace(incidents, layers=(incidents.layers[0], areas(risk)))
    page = open_page(web.render(annex, country, tmp_path)).page
    layers_off(page)
    assert page.is_visible("[data-classe=c5]")
    assert page.is_hidden("[data-classe=n4]")
    page.check("[data-theme][value='1']")
    assert page.is_hidden("[data-classe=c5]")
    assert page.is_visible("[data-classe=n4]")
    seen, wrong = painted(page, country)
    assert seen > 12
    assert wrong == []
    page.evaluate(SHOW, "ML010101")
    assert panel(page)["figure"] == areas(risk).values["ML010101"].text


def test_villages_are_found_where_they_are_shown(country: Any, open_page: Open, tmp_path: Path) -> None:
    annex = web_specs.alerts(country)
    symbols = next(layer for layer in annex.layers if isinstance(layer, Symbols))
    village = dataclasses.replace(symbols.items[2], label="Koumogou-Dâh", precision="village")
    changed = dataclasses.replace(symbols, items=(*symbols.items[:2], village, *symbols.items[3:]))
    layers = tuple(changed if layer is symbols else layer for layer in annex.layers)
    page = open_page(web.render(dataclasses.replace(annex, layers=layers), country, tmp_path)).page
    assert "village" in page.get_attribute("#cherche", "placeholder")
    page.type("#cherche", "koumogou da")
    assert page.text_content("#cherche-liste li b") == "Koumogou-Dâh"
    page.keyboard.press("Enter")
    assert panel(page)["title"].startswith("3. ")
    kept = open_page(web.render(annex, country, tmp_path / "sans")).page
    assert "village" not in kept.get_attribute("#cherche", "placeholder")


# ---------------------------------------------------------------- months (annex 6)


def test_months_slide_play_and_compare(
    pages: dict[int, Path], annexes: dict[int, Any], country: Any, open_page: Open
) -> None:
    opened = open_page(pages[6])
    page, panels = opened.page, annexes[6].panels
    where = circles(country)

    def drawn(view: int = 0) -> list[int]:
        return page.evaluate(f"Cartes.app.views[{view}].scene.areas.class")

    def wanted(month: int) -> list[int]:
        keys = [entry.key for entry in panels[month].areas.classes]
        return [keys.index(value.class_key) for value in panels[month].areas.values.values()]

    assert page.text_content("#mois-nom") == "Juin 2021"
    assert drawn() == wanted(5)
    page.focus("#mois")
    page.keyboard.press("ArrowLeft")
    assert page.text_content("#mois-nom") == "Mai 2021"
    assert page.get_attribute("#mois", "aria-valuetext") == "Mai 2021"
    assert drawn() == wanted(4)
    page.keyboard.press("Home")
    assert drawn() == wanted(0)
    count = page.text_content("[data-compte=n1]")
    assert count == str(sum(v.class_key == "n1" for v in panels[0].areas.values.values()))
    # The pixels follow.
    layers_off(page)
    point = max(page.evaluate(POINTS, where), key=lambda p: p["room"])
    entry = panels[0].areas.class_of(point["pcode"])
    assert (
        pixels(page).getpixel((round(point["x"]) + 4, round(point["y"]) + 4)) == rgb(entry.colour)
        or entry.hatch
    )
    # Play runs from here to the latest month and stops.
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    page.click("#mois-lecture")
    assert page.get_attribute("#mois-lecture", "aria-pressed") == "true"
    eventually(page, "document.getElementById('mois-nom').textContent === 'Juin 2021'")
    eventually(page, "document.getElementById('mois-lecture').getAttribute('aria-pressed') === 'false'")
    # Two months side by side, on maps that move together.
    page.click("#mois-comparer")
    assert page.is_visible("#carte-2")
    page.select_option("#mois-autre", "1")
    assert drawn(1) == wanted(1)
    assert drawn(0) == wanted(5)
    assert "Février 2021" in page.text_content("#carte-2-mois")
    page.focus("#carte")
    page.keyboard.press("+")
    page.keyboard.press("ArrowRight")
    eventually(
        page,
        """(([a, b]) => a.getZoom() > 5.5 && a.getZoom() === b.getZoom() &&
        a.project(a.getCenter()).distanceTo(b.project(b.getCenter())) < 2)(Cartes.app.views.map(v => v.map))""",
    )
    page.evaluate(SHOW, "ML010101")
    assert page.eval_on_selector_all("#fiche-corps h3", "list => list.map(n => n.textContent)")[:2] == [
        "Juin 2021",
        "Février 2021",
    ]
    page.click("#mois-comparer")
    assert page.is_hidden("#carte-2")
    assert opened.clean == []


# ---------------------------------------------------------------- events (annex 2)


def test_cards_and_map_share_their_numbers(pages: dict[int, Path], open_page: Open) -> None:
    page = open_page(pages[2]).page
    page.click("[data-evenement='4']")
    assert panel(page)["title"].startswith("4. Mouvement de population")
    assert page.eval_on_selector_all(".choisie", "list => list.map(n => n.dataset.evenement)") == ["4"]
    page.click("#fiche-fermer")
    # A symbol on the map brings its card forward; three at one place can each be touched.
    page.click("[data-vue=pays]")
    for number in ("9", "10", "11"):
        at = page.evaluate(
            f"""() => {{ const v = Cartes.app.views[0], b = v.map.getContainer().getBoundingClientRect();
            const t = v.layer._targets.find(t => t.item.number === '{number}' && t.layer.id === 'evenements');
            const p = v.map.layerPointToContainerPoint(L.point(t.x, t.y).add(v.layer._bounds.min));
            return [b.left + p.x, b.top + p.y]; }}"""
        )
        page.mouse.click(*at)
        assert panel(page)["title"].startswith(f"{number}. ")
        assert page.eval_on_selector_all(".choisie", "list => list.map(n => n.dataset.evenement)") == [number]


def test_a_type_switched_off_takes_symbol_arrow_and_card(pages: dict[int, Path], open_page: Open) -> None:
    page = open_page(pages[2]).page
    numbers = "() => [...new Set(Cartes.app.views[0].layer._targets.map(t => t.item.number))]"
    assert "4" in page.evaluate(numbers)
    page.uncheck("[data-classe='evenements/mouvement']")
    assert not {"4", "9"} & set(page.evaluate(numbers))
    assert page.is_hidden("[data-evenement='4']")
    assert page.is_visible("[data-evenement='1']")


# ---------------------------------------------------------------- the list (annex 4)


def _bounds(cell: Any) -> tuple[int, int]:
    """What a cell of "Nombre" leaves possible."""
    found = re.fullmatch(r"(\d+)\sà\s(\d+)", cell) if isinstance(cell, str) else None
    if found:
        return int(found[1]), int(found[2])
    return (cell, cell) if isinstance(cell, int | float) else (0, 0)


def test_list_is_searched_filtered_sorted_and_paged(
    pages: dict[int, Path], annexes: dict[int, Any], open_page: Open
) -> None:
    page = open_page(pages[4]).page
    found = annexes[4].table.rows
    assert len(rows(page)) == 50
    june = [row for row in found if row[1] == "2021-06"]
    state = page.text_content("#tableau-etat")
    assert f" en {len(june)}\u00a0lignes sur 3\u202f580" in state, "the list opens on its month"
    low, high = (sum(_bounds(row[8])[end] for row in june) for end in (0, 1))
    open_rows = sum(row[8] in (None, "") for row in june)
    assert state.startswith(
        f"De {french.number(low)} à {french.number(high)}\u00a0violations et {open_rows}\u00a0lignes"
    )
    page.click("#tableau-effacer")
    assert "3\u202f580\u00a0lignes" in page.text_content("#tableau-etat")
    labels = page.eval_on_selector_all("#tableau-filtres label span", "list => list.map(n => n.textContent)")
    assert labels == ["Mois", "Région", "Cercle", "Catégorie", "Type", "Sexe", "Tranche horaire"]
    page.select_option("#tableau-filtres label:nth-child(1) select", label="mars 2021")
    page.select_option("#tableau-filtres label:nth-child(2) select", label="Mopti")
    wanted = [row for row in found if row[1] == "2021-03" and row[3] == "Mopti"]
    assert f" en {len(wanted)}\u00a0lignes sur 3\u202f580" in page.text_content("#tableau-etat")
    page.fill("#tableau-cherche", "DOUENTZA integrite")
    wanted = [row for row in wanted if row[4] == "Douentza" and "intégrité" in row[5]]
    eventually(
        page, f"document.getElementById('tableau-etat').textContent.includes(' en {len(wanted)}\\u00a0')"
    )
    page.click("th >> text=Date")
    assert page.get_attribute("th:nth-child(3)", "aria-sort") == "ascending"
    dates = [row[2] for row in all_rows(page)]
    assert dates == ["/".join(reversed(day.split("-"))) for day in sorted(row[2] for row in wanted)]
    page.click("th >> text=Date")
    assert page.get_attribute("th:nth-child(3)", "aria-sort") == "descending"
    page.select_option("#tableau-taille", "200")
    page.click("#tableau-effacer")
    assert len(rows(page)) == 200
    assert " en 3\u202f580\u00a0lignes" in page.text_content("#tableau-etat")
    # Numbers by size, classes in their place, empty cells last in both directions.
    column = (
        """() => { const t = Cartes.app.table; return [...new Set(t.rows().map(row => t.text(row, 8)))]; }"""
    )
    page.click("th >> text=Nombre")  # the largest first
    assert page.evaluate(column) == ["120", "12", "5", "1 à 4", ""]
    page.click("th >> text=Nombre")
    assert page.evaluate(column) == ["1 à 4", "5", "12", "120", ""]
    page.click("#tableau-apres")
    assert "de 201 à 400" in page.text_content("#tableau-etat")
    assert page.text_content("#tableau-page") == "Page 2 sur 18"


def test_the_list_answers_without_a_stutter(pages: dict[int, Path], open_page: Open) -> None:
    """Sort, filter and search over 3 580 rows write one page of them, however many there are. (How long that
    takes is measured in `make bench`.)"""
    page = open_page(pages[4], 360, 640).page
    page.evaluate(
        """() => new MutationObserver(changes => changes.forEach(change => change.addedNodes.forEach(node => {
      window.lignes += node.nodeName === "TR" ? 1 : node.querySelectorAll ? node.querySelectorAll("tr").length : 0;
    }))).observe(document.querySelector("table"), {childList: true, subtree: true})"""
    )
    status = "document.getElementById('tableau-etat').textContent"
    written: dict[str, int] = {}

    def act(name: str, script: str, done: str) -> None:
        page.evaluate("window.lignes = 0")
        page.evaluate(script)
        eventually(page, done)
        page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done, 0)))")
        written[name] = page.evaluate("window.lignes")

    for c in range(10):
        for turn in (1, 2):
            head = f"document.querySelectorAll('thead th')[{c}]"
            before = page.evaluate(f"{head}.ariaSort")
            act(f"sort {c} {turn}", f"{head}.firstChild.click()", f"{head}.ariaSort !== {json.dumps(before)}")
    choose = """(i, n) => { const box = document.querySelectorAll("#tableau-filtres select")[i];
      box.selectedIndex = n; box.dispatchEvent(new Event("change")); }"""
    for i in range(7):
        act(f"filter {i}", f"({choose})({i}, 1)", f"{status}.includes('sur')")
        act(f"filter {i} off", f"({choose})({i}, 0)", f"!{status}.includes('sur')")
    for text in ("m", "mo", "mopti", "mopti integrite"):
        page.evaluate(f"window.avant = {status}")
        write = """text => { const box = document.getElementById("tableau-cherche");
          box.value = text; box.dispatchEvent(new Event("input")); }"""
        act(f"search {text}", f"({write})({text!r})", f"{status} !== window.avant")
    assert {name: rows for name, rows in written.items() if not 0 < rows <= 200} == {}


def test_values_come_before_what_is_not_told_whichever_way_they_are_sorted(
    pages: dict[int, Path], open_page: Open
) -> None:
    page = open_page(pages[1]).page
    start = all_rows(page)
    untold = ("non publié", "non couverte", "sans données")
    page.click("th >> text=Violations, juin 2021")
    assert page.get_attribute("th:nth-child(4)", "aria-sort") == "descending", "of figures, the largest first"
    for way in ("descending", "ascending"):
        assert page.get_attribute("th:nth-child(4)", "aria-sort") == way
        cells = [row[3] for row in all_rows(page)]
        told = [cell for cell in cells if cell not in untold]
        assert cells[: len(told)] == told
        assert len(told) < len(cells)
        numbers = [int(cell) for cell in told if cell.isdigit()]
        assert numbers == sorted(numbers, reverse=way == "descending")
        page.click("th >> text=Violations, juin 2021")
    page.click("#tableau-effacer")
    assert all_rows(page) == start
    # Who reads far to the right still sees which place it is.
    assert page.locator("#tableau tbody th").first.evaluate("n => getComputedStyle(n).position") == "sticky"


def test_levels_are_sorted_by_gravity(pages: dict[int, Path], open_page: Open) -> None:
    page = open_page(pages[3]).page
    page.click("th >> text=Niveau, juin 2021")
    order = list(dict.fromkeys(row[3] for row in rows(page)))
    levels, untold = ["Stable", "Modérée", "Sérieuse", "Critique"], ["sans données", "non couverte"]
    assert len(order) > 4
    assert order == [level for level in (*levels, *untold) if level in order]
    page.click("th >> text=Niveau, juin 2021")
    order = list(dict.fromkeys(row[3] for row in rows(page)))
    assert order == [level for level in (*levels[::-1], *untold[::-1]) if level in order]


# ---------------------------------------------------------------- print


def texts_of(pdf: bytes) -> list[str]:
    """The text of each page, in single spaces, ligatures taken apart."""
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return [" ".join(unicodedata.normalize("NFKC", page.extract_text()).split()) for page in pages]


def test_print_gives_a_page_to_hang_on_a_wall(
    cercles_country: Any, open_page: Open, tmp_path: Path, artefacts: Path
) -> None:
    """Map, legend, all rows under their headings on each page, sources; no control of the screen."""
    annex = web_specs.risk(cercles_country)
    page = open_page(web.render(annex, cercles_country, tmp_path)).page
    page.uncheck("[data-couche=noms]")
    page.click("#legende h2 button")
    pdf = page.pdf(format="A4")
    (artefacts / "web-print-3.pdf").write_bytes(pdf)
    sheets = texts_of(pdf)
    whole = " ".join(sheets)
    assert 2 <= len(sheets) <= 4
    for wanted in (annex.title, annex.subtitle, annex.meta.audience_label, "DONNÉES D’EXEMPLE", "Légende"):
        assert wanted in sheets[0]
    for entry in areas(annex).classes:
        assert entry.label in sheets[0], "a legend that is folded on the screen is printed"
    for row in annex.table.rows:
        assert whole.count(str(row[2])) >= 1
    assert annex.meta.disclaimer in whole
    for sheet in sheets:
        assert annex.meta.audience_label in sheet
        assert "DONNÉES D’EXEMPLE" in sheet
    assert "En bref" not in sheets[0], "the map has a sheet of its own"
    for n, sheet in enumerate(sheets[1:], start=1):
        if any(f"{row[0]} {row[1]} {row[2]}" in sheet for row in annex.table.rows):
            assert "Région Cercle Commune" in sheet, f"page {n + 1} repeats the headings"
    for control in ("Imprimer", "Effacer", "Suivantes", "Chercher", "Tout le pays", "Couches"):
        assert control not in whole
    # And the screen is as before.
    eventually(page, "!document.querySelector('#impression canvas')")
    assert page.is_hidden("#legende-corps")


def test_print_draws_the_map_in_its_colours(pages: dict[int, Path], open_page: Open) -> None:
    page = open_page(pages[3]).page
    page.emulate_media(media="print")
    page.wait_for_selector("#impression canvas")
    assert page.is_hidden("#carte")
    colours = page.evaluate(
        """() => { const c = document.querySelector('#impression canvas'), x = c.getContext('2d');
        const d = x.getImageData(0, 0, c.width, c.height).data, seen = new Set();
        for (let i = 0; i < d.length; i += 4 * 97) seen.add([d[i], d[i + 1], d[i + 2]].join());
        return [...seen]; }"""
    )
    for colour in palette.RISK:
        assert ",".join(map(str, rgb(colour))) in colours
    assert page.locator(".seule").count()
    assert not page.locator(".seule:visible").count(), (
        "a button on paper, which made the legend run over its sheet"
    )
    page.emulate_media(media="screen")
    eventually(page, "!document.querySelector('#impression canvas')")
    assert page.is_visible("#carte")


def test_print_shows_the_chosen_view(
    pages: dict[int, Path], annexes: dict[int, Any], open_page: Open
) -> None:
    """The corner of the country that the screen shows, and the difference of two months where that is shown."""
    page = open_page(pages[3]).page
    at = """() => { const c = document.querySelector('#impression canvas');
      return [...c.getContext('2d').getImageData(c.width / 2, c.height / 2, 1, 1).data].slice(0, 3); }"""
    areas_ = areas(annexes[3])
    for code in (min(areas_.values), max(areas_.values)):
        page.evaluate(
            "code => { document.querySelectorAll('[data-couche]:checked').forEach(box => box.click());"
            " Cartes.app.zoomTo(Cartes.app.world.byCode.get(code)); }",
            code,
        )
        page.emulate_media(media="print")
        page.wait_for_selector("#impression canvas")
        entry = areas_.class_of(code)
        assert entry.hatch or tuple(page.evaluate(at)) == rgb(entry.colour)
        page.emulate_media(media="screen")
        eventually(page, "!document.querySelector('#impression canvas')")
    page.emulate_media(media="null")
    page.click("#ecart-montrer")
    sheets = texts_of(page.pdf(format="A4"))
    assert "En hausse ou aggravé" in sheets[0]
    assert "Critique" not in sheets[0]


@pytest.mark.parametrize("number", [1, 3])
def test_only_rows_that_say_something_are_printed_the_others_by_name(
    number: int, pages: dict[int, Path], annexes: dict[int, Any], open_page: Open
) -> None:
    page, found = open_page(pages[number]).page, annexes[number]
    told = static_table(found)
    page.emulate_media(media="print")
    page.wait_for_selector("#impression canvas")
    printed = page.locator("#tableau-lignes tr").count()
    names = [name for regions in told["absent"].values() for listed in regions.values() for name in listed]
    assert names, "the small country has areas of which nothing is known"
    assert printed + len(names) == len(found.table.rows)
    rest = page.locator("#tableau-reste").inner_text()
    assert all(name in rest for name in names)


def test_print_of_the_list_has_all_rows_that_are_chosen(pages: dict[int, Path], open_page: Open) -> None:
    page = open_page(pages[4]).page
    page.click("#tableau-effacer")
    page.emulate_media(media="print")
    eventually(page, "document.querySelectorAll('#tableau-lignes tr').length === 3580")
    assert page.is_hidden(".commandes")
    page.emulate_media(media="screen")
    eventually(page, "document.querySelectorAll('#tableau-lignes tr').length === 50")


# ---------------------------------------------------------------- bars


def test_bars_are_as_long_as_their_values(country: Any) -> None:
    table = web_specs.risk(country).bars[0]
    row = next(bar_rows(table))
    assert [part["width"] for part in row["parts"]] == [50, 100, 150]
    assert row["spoken"] == "Modérée\u00a0: 1, Sérieuse\u00a0: 2, Critique\u00a0: 3"


def test_pages_fold_names_as_the_tables_do(browser: Any) -> None:
    written = [*WRITTEN, "Ñaba (Ségou)", "½ m²"]
    script = Path(web.__file__).parent / "js" / "text.js"
    opened = browser.new_page()
    try:
        opened.add_script_tag(content=script.read_text("utf-8") + "window.Cartes = Cartes;")
        found = opened.evaluate("texts => texts.map(Cartes.normalise)", written)
    finally:
        opened.close()
    assert found == [french.plain(text) for text in written]


# Every box in which the map says a number (tags, numbers of places, areas that changed), and every word painted
# with the rectangle it fills, in pixels of the map's frame.
NUMBERS = """() => Cartes.app.views[0].layer._targets.filter(t => t.unit || t.radius === 7 || (t.item && t.item.level))
  .map(t => [t.item ? t.item.number : t.unit.name, ...Cartes.boxOf(t)])"""
WORDS = """() => { const layer = Cartes.app.views[0].layer, found = [], whole = CanvasRenderingContext2D.prototype.fillText;
  const canvas = layer._base.getBoundingClientRect();
  CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
    const half = this.measureText(text).width / 2;
    found.push([text, canvas.left + x - half, canvas.top + y - 5, canvas.left + x + half, canvas.top + y + 5]);
    return whole.apply(this, arguments);
  };
  layer.redraw();
  CanvasRenderingContext2D.prototype.fillText = whole;
  const over = [...document.querySelectorAll(".leaflet-control, .vues button, .recherche input, .hors-carte")]
    .map(e => e.getBoundingClientRect()).filter(b => b.width).map(b => ["", b.left, b.top, b.right, b.bottom]);
  return [found, over]; }"""


def _meeting(boxes: list[list[Any]], others: list[list[Any]]) -> list[tuple[str, str]]:
    return [
        (one[0], two[0])
        for one in boxes
        for two in others
        if one is not two and one[1] < two[3] and one[3] > two[1] and one[2] < two[4] and one[4] > two[2]
    ]


@pytest.mark.parametrize("size", [(1280, 900), (390, 844)], ids=["bureau", "telephone"])
@pytest.mark.parametrize("number", [2, 3])
def test_no_number_lies_over_another_nor_a_name_under_a_button(
    number: int, size: tuple[int, int], month: Any, grounds: tuple[Any, Any], tmp_path: Path, open_page: Open
) -> None:
    """At the first view of June: the tag of a region stood on that of one of its cercles."""
    path = web.render(BUILDERS[number](month), month.country, tmp_path, grounds[1])
    page = open_page(path, *size).page
    numbers = page.evaluate(NUMBERS)
    assert len(numbers) >= 8
    assert _meeting(numbers, numbers) == []
    words, over = page.evaluate(WORDS)
    assert len(words) >= 12
    assert len(over) >= 4
    assert _meeting(words, over) == []
