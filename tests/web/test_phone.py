"""The pages in a hand: 360 px wide, a finger, one sheet at a time beside the map."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from pipeline import web
from tests.web import web_specs
from tests.web.browsing import axe, eventually, panel
from tests.web.conftest import Open

PHONE = (360, 640)
ON_SCREEN = """selector => { const b = document.querySelector(selector).getBoundingClientRect();
  return [b.left, b.top, b.right, b.bottom]; }"""
# Everything that can be touched and is seen, with its name and size; a box or radio counts with its label.
TARGETS = """() => [...document.querySelectorAll("a[href], button, select, input, [role=option], summary")]
  .map(node => node.closest("label.entree") || node)
  .filter(node => node.offsetParent && !node.disabled && !node.classList.contains("saut"))
  .map(node => [node.outerHTML.slice(0, 90), node.getBoundingClientRect().width, node.getBoundingClientRect().height])"""


def box(page: Any, selector: str) -> tuple[float, float, float, float]:
    """Left, top, right, bottom in pixels of the screen."""
    return tuple(page.evaluate(ON_SCREEN, selector))


@pytest.mark.parametrize("number", [1, 2, 3, 6])
def test_the_first_screen_shows_map_key_and_sheets(
    number: int, pages: dict[int, Path], open_page: Open
) -> None:
    page = open_page(pages[number], *PHONE).page
    _, top, _, bottom = box(page, "#carte")
    _, key, _, end = box(page, ".apercu")
    assert min(bottom, key) - top >= 0.6 * PHONE[1], f"annex {number}: too little of the map"
    assert end < box(page, "#legende h2")[3] <= PHONE[1], (
        f"annex {number}: the sheets' edge is off the screen"
    )
    assert page.is_hidden("#legende-corps")


def test_every_sign_of_the_map_is_in_the_key_of_the_first_screen(
    pages: dict[int, Path], open_page: Open
) -> None:
    page = open_page(pages[2], 390, 844).page
    end = box(page, ".signes")[3]
    shown = page.evaluate(
        "[...document.querySelectorAll('.signes li')].map(node => node.getBoundingClientRect().bottom)"
    )
    assert len(shown) > 3
    assert max(shown) <= end + 1


def test_sheets_rise_one_at_a_time_and_leave_the_map_in_view(pages: dict[int, Path], open_page: Open) -> None:
    page = open_page(pages[3], *PHONE).page
    page.tap("#legende h2 button")
    assert page.is_visible("#legende-corps")
    _, top, _, bottom = box(page, "#carte")
    edge = box(page, ".cote")[1]
    assert top >= -1
    assert min(bottom, edge) - top > 200, "map and legend are seen together"
    before = page.locator("#carte").screenshot()
    page.tap("label:has([data-classe=n1])")
    assert page.locator("#carte").screenshot() != before
    page.tap("#couches h2 button")
    assert page.is_hidden("#legende-corps")
    assert page.is_visible("#couches-corps")
    page.focus("#couches-corps input")
    page.keyboard.press("Escape")
    assert page.is_hidden("#couches-corps")
    assert page.evaluate("document.activeElement.getAttribute('aria-controls')") == "couches-corps"


def test_wide_screens_have_everything_open(pages: dict[int, Path], open_page: Open) -> None:
    page = open_page(pages[3]).page
    assert page.is_visible("#legende-corps")
    assert page.is_visible("#couches-corps")
    assert page.is_hidden(".apercu")
    page.click("#legende h2 button")
    assert page.is_hidden("#legende-corps")
    assert page.is_visible("#couches-corps")


@pytest.mark.parametrize("number", [1, 2, 3, 4, 6])
def test_no_figure_lies_off_the_screen(
    pages: dict[int, Path], annexes: dict[int, Any], open_page: Open, number: int
) -> None:
    page = open_page(pages[number], *PHONE).page
    off = page.evaluate(
        """() => [...document.querySelectorAll("#tableau-lignes th, #tableau-lignes td")].filter(cell => {
        const b = cell.getBoundingClientRect(); return cell.textContent && (b.left < 0 || b.right > 360 || !b.width);
      }).map(cell => cell.textContent)"""
    )
    assert off == []
    named = page.eval_on_selector_all(
        "#tableau-lignes tr:first-child td", "cells => cells.map(cell => cell.dataset.nom)"
    )
    assert set(named) < {column.label for column in annexes[number].table.columns}
    roles = page.eval_on_selector_all("#tableau-lignes tr:first-child > *", "cells => cells.map(c => c.role)")
    assert roles.count("rowheader") == 1
    assert set(roles) == {"rowheader", "cell"}, "a card stays a row for a screen reader"


@pytest.mark.parametrize("number", [2, pytest.param(6, marks=pytest.mark.slow)])
def test_open_sheets_and_panels_have_no_serious_finding(
    pages: dict[int, Path], open_page: Open, number: int
) -> None:
    """axe-core, with each sheet risen, the answers of the search, the panel, and two months compared."""
    page = open_page(pages[number], *PHONE).page
    for button in page.query_selector_all(".cote h2 button"):
        button.click()
        assert axe(page) == []
    page.fill("#cherche", "tombouctou")
    page.wait_for_selector("#cherche-liste li")
    assert axe(page) == []
    page.keyboard.press("Enter")
    assert page.is_visible("#fiche")
    assert axe(page) == []
    if number == 6:
        page.tap("#fiche-fermer")
        page.tap("#mois-comparer")
        assert axe(page) == []


def test_the_next_rows_are_read_from_their_beginning(pages: dict[int, Path], open_page: Open) -> None:
    page = open_page(pages[4], *PHONE).page
    assert page.locator("#tableau-lignes tr").count() == 25
    page.tap("#tableau-apres")
    assert "de 26 à 50" in page.text_content("#tableau-etat")
    eventually(page, "Math.abs(document.getElementById('tableau-etat').getBoundingClientRect().top) < 40")


def test_events_fill_the_first_view(pages: dict[int, Path], open_page: Open) -> None:
    """Symbols of one part of the country do not lie on each other for the sake of the rest."""
    page = open_page(pages[2], *PHONE).page
    spans = page.evaluate(
        """() => { const v = Cartes.app.views[0], m = v.map, size = m.getSize();
      const at = Cartes.app.data.symbols[0].items.map(i => m.latLngToContainerPoint([i.at[1], i.at[0]]));
      const x = at.map(p => p.x), y = at.map(p => p.y);
      return [Math.min(...x), Math.max(...x), size.x, Math.min(...y), Math.max(...y), size.y]; }"""
    )
    left, right, width, top, bottom, height = spans
    assert left >= 0
    assert right <= width
    assert top >= 0
    assert bottom <= height
    assert (right - left) / width > 0.45 or (bottom - top) / height > 0.45
    page.tap("[data-vue=pays]")
    assert page.evaluate("Cartes.app.views[0].map.getBounds().contains(Cartes.app.bounds)")


def test_the_map_is_fitted_again_when_the_phone_turns(pages: dict[int, Path], open_page: Open) -> None:
    page = open_page(pages[3], *PHONE).page
    whole = "Cartes.app.views[0].map.getBounds().pad(0.02).contains(Cartes.app.bounds)"
    zoom = page.evaluate("Cartes.app.views[0].map.getZoom()")
    page.set_viewport_size({"width": 740, "height": 360})
    eventually(page, f"Cartes.app.views[0].map.getSize().x === 740 && {whole}")
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    eventually(page, f"Cartes.app.views[0].map.getZoom() === {zoom} && {whole}")
    # But not once the reader has chosen a place.
    page.evaluate("Cartes.app.zoomTo(Cartes.app.world.areas[0])")
    chosen = page.evaluate("Cartes.app.views[0].map.getZoom()")
    page.set_viewport_size({"width": 740, "height": 360})
    eventually(page, "Cartes.app.views[0].map.getSize().x === 740")
    assert page.evaluate("Cartes.app.views[0].map.getZoom()") == chosen


def test_months_and_their_comparison_stand_in_one_row(pages: dict[int, Path], open_page: Open) -> None:
    """At 390 pixels, without turning the row: "Comparer" stood half off the screen."""
    page = open_page(pages[6], 390, 844).page
    _, top, right, bottom = box(page, "#mois-comparer")
    assert right <= 390
    assert bottom - top < 50
    assert page.get_by_role("button", name="Comparer deux mois").count() == 1
    cut = "nodes => nodes.filter(n => n.scrollWidth > n.clientWidth + 1).map(n => n.textContent)"
    assert page.eval_on_selector_all(".volet > h2 button", cut) == []


def test_a_region_says_what_lies_in_it(
    pages: dict[int, Path], annexes: dict[int, Any], country: Any, open_page: Open
) -> None:
    """The first answer to "Mopti" is the region: it counts its communes; its cercles list theirs."""
    page = open_page(pages[3], *PHONE).page
    values = annexes[3].areas().values
    page.fill("#cherche", "mopti")
    page.keyboard.press("Enter")
    found = panel(page)
    assert found["place"].startswith("Région")
    labels = {entry.key: entry.label for entry in annexes[3].areas().classes}
    wanted = Counter(labels[value.class_key] for code, value in values.items() if code.startswith("ML01"))
    said = dict(zip(found["labels"], found["values"], strict=True))
    assert {label: int(text.split("\u00a0")[0]) for label, text in said.items()} == dict(wanted)
    page.evaluate("Cartes.showUnit(Cartes.app, Cartes.app.world.byCode.get('ML0101'), {})")
    listed = page.eval_on_selector_all(
        "#fiche .dedans button", "list => list.map(b => [...b.children].map(c => c.textContent))"
    )
    names = country.names("commune")
    assert listed == [[names[c], v.text] for c, v in values.items() if c.startswith("ML0101")]
    page.tap("#fiche .dedans li:nth-child(2) button")
    assert panel(page)["title"] == listed[1][0]
    assert panel(page)["figure"] == listed[1][1]


def test_the_panel_enlarges_what_it_describes(pages: dict[int, Path], open_page: Open) -> None:
    page = open_page(pages[3], *PHONE).page
    page.evaluate("Cartes.showUnit(Cartes.app, Cartes.app.world.byCode.get('ML010105'), {})")
    before = page.evaluate("Cartes.app.views[0].map.getZoom()")
    page.tap("#fiche-zoom")
    assert page.evaluate("Cartes.app.views[0].map.getZoom()") > before
    point = page.evaluate(
        """() => { const app = Cartes.app, u = app.world.byCode.get('ML010105'), m = app.views[0].map, o = app.world.origin;
      const p = m.latLngToContainerPoint(m.unproject(L.point(u.at[0] + o[0], u.at[1] + o[1]), app.world.zoom));
      return m.getContainer().getBoundingClientRect().top + p.y; }"""
    )
    assert 0 < point < box(page, "#fiche")[1], "above the panel"


@pytest.mark.parametrize("number", [1, 2, 3, 4, 6])
def test_touch_targets_are_44_pixels(number: int, pages: dict[int, Path], open_page: Open) -> None:
    page = open_page(pages[number], *PHONE).page
    small: list[Any] = []
    for button in (
        None,
        *page.query_selector_all(".cote h2 button"),
        *page.query_selector_all(".bloc h2 button"),
    ):
        if button is not None:
            button.click()
        small += page.evaluate(TARGETS)
    if number != 4:
        page.fill("#cherche", "tombouctou")
        page.wait_for_selector("#cherche-liste li")
        small += page.evaluate(TARGETS)
        page.keyboard.press("Enter")
        small += page.evaluate(TARGETS)
    if number == 6:
        page.evaluate("Cartes.closePanel(Cartes.app)")
        page.tap("#mois-comparer")
        small += page.evaluate(TARGETS)
    assert len(small) > 20
    assert sorted({html for html, width, height in small if min(width, height) < 43.9}) == [], number


def test_the_grid_of_cercles_in_a_hand(cercles_country: Any, open_page: Open, tmp_path: Path) -> None:
    path = web.render(web_specs.evolution(cercles_country), cercles_country, tmp_path)
    opened = open_page(path, *PHONE)
    page = opened.page
    page.fill("#cherche", "menaka")
    page.keyboard.press("Enter")
    assert panel(page)["values"][0].endswith(("cercle", "cercles"))
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert opened.clean == []


def test_filters_fold_in_a_hand(pages: dict[int, Path], open_page: Open) -> None:
    page = open_page(pages[4], *PHONE).page
    assert page.locator("#tableau-filtres select").first.is_hidden()
    page.locator(".plier-filtres summary").tap()
    assert page.locator("#tableau-filtres select").first.is_visible()
    assert open_page(pages[4]).page.locator("#tableau-filtres select").first.is_visible()


@pytest.mark.parametrize("number", [1, 4, 6])
@pytest.mark.parametrize("width", [390, 1280])
def test_text_at_200_percent_leaves_nothing_off_the_screen(
    number: int, width: int, pages: dict[int, Path], open_page: Open
) -> None:
    page = open_page(pages[number], width=width, height=844).page
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    page.wait_for_timeout(200)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    size = "node => parseFloat(getComputedStyle(node).fontSize)"
    assert page.locator("#chiffres-titre").evaluate(size) >= 30
    assert page.locator("#tableau-titre").evaluate(size) >= 30


def test_a_reader_who_wants_no_motion_gets_none(pages: dict[int, Path], open_page: Open) -> None:
    page = open_page(pages[3], still=True).page
    assert page.evaluate("Cartes.app.views[0].map.options.zoomAnimation") is False
    page.click(".leaflet-control-zoom-in")
    assert not page.evaluate("Boolean(Cartes.app.views[0].map._animatingZoom)")
    assert page.evaluate("getComputedStyle(document.getElementById('partager')).transitionDuration") == "0s"


def test_the_wheel_turns_the_page_that_frames_the_map(
    pages: dict[int, Path], open_page: Open, tmp_path: Path
) -> None:
    outer = tmp_path / "cadre.html"
    outer.write_text(
        f'<body style="height:3000px"><iframe src="{pages[3].as_uri()}" width="1200" height="700"></iframe>'
    )
    page = open_page(outer).page
    frame = page.frames[1]
    frame.wait_for_selector("html[data-pret]", state="attached")
    zoom = "Cartes.app.views[0].map.getZoom()"
    before = frame.evaluate(zoom)
    page.mouse.move(400, 450)
    page.mouse.wheel(0, -300)
    page.wait_for_timeout(300)
    assert frame.evaluate(zoom) == before
    page.mouse.click(400, 450)
    page.mouse.wheel(0, -300)
    eventually(frame, f"{zoom} > {before}")
