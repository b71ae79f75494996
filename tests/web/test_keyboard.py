"""Annex 3 used whole by keyboard alone: nothing in these tests touches the mouse or calls the page's own code."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.web.browsing import eventually, panel, rows
from tests.web.conftest import Open

FOCUSED = "document.activeElement.id || document.activeElement.textContent.trim()"


class Keys:
    """A person who has only a keyboard."""

    def __init__(self, page: Any) -> None:
        self.page = page

    def focused(self) -> str:
        return self.page.evaluate(FOCUSED)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def tab_to(self, wanted: str, limit: int = 200) -> None:
        """Tab until an element that matches the selector has the focus."""
        for _ in range(limit):
            self.press("Tab")
            if self.page.evaluate(f"document.activeElement.matches({wanted!r})"):
                return
        raise AssertionError(f"{wanted} is not reached with Tab")


def test_every_control_is_reached_and_seen(pages: dict[int, Path], open_page: Open) -> None:
    """Tab reaches all that can be used, once, shows where it is, and comes out at the end."""
    page = open_page(pages[3]).page
    page.evaluate(
        """() => document.querySelectorAll("a[href], button, select, input, [tabindex='0']").forEach(
      (node, i) => node.setAttribute("data-essai", i))"""
    )
    wanted = page.evaluate(
        """() => [...document.querySelectorAll("[data-essai]")].filter(
      n => n.offsetParent && !n.disabled && n.tabIndex >= 0).map(n => n.getAttribute("data-essai"))"""
    )
    reached, unseen = [], []
    for _ in range(len(wanted) + 40):
        page.keyboard.press("Tab")
        found = page.evaluate(
            """() => { const n = document.activeElement, s = getComputedStyle(n);
          return [n.getAttribute("data-essai"), s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2,
            n.outerHTML.slice(0, 60)]; }"""
        )
        if found[0] is None or found[0] in reached:
            break
        reached.append(found[0])
        if not found[1]:
            unseen.append(found[2])
    assert set(wanted) <= set(reached)
    assert unseen == [], "the focus must be seen"


def test_annex_3_by_keyboard_alone(pages: dict[int, Path], annexes: dict[int, Any], open_page: Open) -> None:
    """Search, map, panel, legend, layers, table: each thing a mouse can do."""
    page = open_page(pages[3]).page
    keys, values = Keys(page), annexes[3].areas().values
    keys.press("Tab")
    assert keys.focused() == "Aller au contenu"
    assert page.evaluate("document.activeElement.getBoundingClientRect().left") >= 0
    # Search, with the list of answers walked through.
    keys.tab_to("#cherche")
    page.keyboard.type("koumbewel")
    keys.press("ArrowDown")
    assert page.get_attribute("#cherche", "aria-activedescendant") == "choix-0"
    assert page.get_attribute("#choix-0", "aria-selected") == "true"
    keys.press("Enter")
    assert panel(page)["title"] == "Koubewel Koundia"
    # The panel: enlarge, fold, unfold, close.
    zoom = "Cartes.app.views[0].map.getZoom()"
    keys.tab_to("#carte")
    # The zoom begins with the next frame: until it has moved, "not moving" says nothing.
    before = page.evaluate(zoom)
    keys.press("-")
    eventually(page, f"{zoom} < {before} && !Cartes.app.views[0].map._animatingZoom")
    before = page.evaluate(zoom)
    keys.tab_to("#fiche-zoom")
    keys.press("Enter")
    eventually(page, f"{zoom} > {before}")
    keys.tab_to("#fiche-plier")
    keys.press("Enter")
    assert page.is_hidden("#fiche-corps")
    keys.press("Space")
    assert page.is_visible("#fiche-corps")
    keys.tab_to("#fiche-fermer")
    keys.press("Enter")
    assert page.is_hidden("#fiche")
    # The map: zoom, move, the area in the middle, close; the focus comes back.
    page.evaluate("document.activeElement.blur()")
    keys.tab_to("#carte")
    before = page.evaluate(zoom)
    keys.press("-")
    eventually(page, f"{zoom} < {before} && !Cartes.app.views[0].map._animatingZoom")
    centre = page.evaluate("Cartes.app.views[0].map.getCenter().lng")
    keys.press("ArrowRight")
    eventually(page, f"Cartes.app.views[0].map.getCenter().lng > {centre}")
    keys.tab_to("[data-vue=pays]")
    keys.press("Enter")
    eventually(page, "Cartes.app.views[0].map.getBounds().contains(Cartes.app.bounds)")
    page.evaluate("document.activeElement.blur()")
    keys.tab_to("#carte")
    keys.press("Enter")
    assert keys.focused() == "fiche-titre"
    assert panel(page)["figure"] == values[panel(page)["place"].split(" · ")[-1]].text
    keys.press("Escape")
    assert keys.focused() == "carte"
    # The legend folds, filters, and is taken back.
    keys.tab_to("#legende h2 button")
    keys.press("Enter")
    assert page.is_hidden("#legende-corps")
    keys.press("Enter")
    keys.tab_to("[data-classe=n1]")
    keys.press("Space")
    assert "Stable" not in {row[3] for row in rows(page)}
    keys.tab_to("#filtre-tout")
    keys.press("Enter")
    assert "Stable" in {row[3] for row in rows(page)}
    # The layers.
    keys.tab_to("[data-couche=noms]")
    keys.press("Space")
    assert not page.is_checked("[data-couche=noms]")
    # The table: words, a filter, the order, a row's place on the map, printing within reach.
    keys.tab_to("#tableau-cherche")
    page.keyboard.type("tombouctou")
    eventually(page, "document.getElementById('tableau-etat').textContent.includes('sur')")
    assert all("Tombouctou" in " ".join(row) for row in rows(page))
    keys.tab_to("#tableau-effacer")
    keys.press("Enter")
    assert len(rows(page)) == len(values)
    keys.tab_to("[data-imprimer]")
    keys.tab_to("thead th:nth-child(4) button")
    keys.press("Enter")
    assert rows(page)[0][3] == "Stable"
    keys.tab_to("#tableau-lignes button")
    keys.press("Enter")
    found = panel(page)
    assert found["figure"] == "Stable"
    assert values[found["place"].split(" · ")[-1]].text == "Stable"
    assert keys.focused() == "fiche-titre"
    keys.press("Escape")
    assert page.evaluate("document.activeElement.matches('#tableau-lignes button')"), "back where it was"
    # Rows a page, and the bars' own fold.
    keys.tab_to("#tableau-taille")
    keys.press("ArrowUp")
    assert page.input_value("#tableau-taille") == "25"
    keys.tab_to("#barres-1")
    keys.press("Enter")
    assert page.is_hidden("#barres-corps-1")
