"""Hostile texts in the officer's own tables, through the whole pipeline: shown as text, running nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pipeline import web
from pipeline.french import Month
from tests.web import web_specs
from tests.web.browsing import eventually
from tests.web.conftest import Open
from tests.web.month_specs import hostile_inputs, specified

TEXTS = (
    "<img src=x onerror=window.hacked=1>",
    "${window.hacked=1}`+window.hacked+`",
    "</script><script>window.hacked=1</script>",
    "{{ 7*7 }}{% raw %}'\"\\",
    "\u202eenvers\u202c \u200fabc",
    "<svg/onload=window.hacked=1>" + "é" * 5000,
)


@pytest.fixture(scope="module")
def hostile_annexes(cercles_country: Any, tmp_path_factory: pytest.TempPathFactory) -> dict[int, Any]:
    folder = tmp_path_factory.mktemp("inputs")
    hostile_inputs(folder, cercles_country, TEXTS)
    found = specified(folder, Month(2021, 1), cercles_country, "interne")
    return {annex.number: annex for annex in found}


def test_every_text_column_of_the_tables_arrives_as_text(
    hostile_annexes: dict[int, Any], cercles_country: Any, open_page: Open, tmp_path: Path
) -> None:
    shared = web.prepare(cercles_country)
    shown: dict[int, str] = {}
    for number, annex in hostile_annexes.items():
        opened = open_page(web.render(annex, cercles_country, tmp_path, shared), 360, 640)
        page = opened.page
        page.select_option("#tableau-taille", "0")
        if number != 4:
            # Every panel is opened, and every name and class is searched and drawn.
            page.evaluate(
                """() => { const app = Cartes.app;
              app.world.units(app.views[0].scene.areas ? app.views[0].scene.areas.level : "cercle")
                .forEach(unit => Cartes.showUnit(app, unit, {}));
              app.data.symbols.concat(app.data.flows).forEach(
                layer => layer.items.forEach(item => Cartes.showItem(app, item, layer, {})));
              Cartes.find(app, "<img src", 20); }"""
            )
        shown[number] = page.text_content("body")
        assert page.evaluate("window.hacked") is None, number
        assert page.query_selector("img, svg[onload], [onerror]") is None, number
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, number
        assert opened.clean == [], number
    # The list has identifiers and villages, the alerts their descriptions, the coverage its partners.
    for number in (2, 4):
        for text in TEXTS[:4]:
            assert text in shown[number], (number, text)
    assert "é" * 4000 in shown[2], "an identifier of that length is refused, a description is not"
    assert TEXTS[0] in shown[1], "the bulletin's name stands on every page"
    assert TEXTS[2] in shown[5], "and so do its sources"


def test_the_policy_stops_what_would_slip_through(pages: dict[int, Path], open_page: Open) -> None:
    """Even markup put into a finished page runs nothing and fetches nothing."""
    opened = open_page(pages[3], cut=False)
    page = opened.page
    page.evaluate(
        """() => { window.refused = [];
      document.addEventListener("securitypolicyviolation", e => window.refused.push(e.effectiveDirective));
      const box = document.createElement("div");
      box.innerHTML = '<img src="https://ailleurs.example/x.png" onerror="window.hacked=1">' +
        '<p style="color:red" onclick="window.hacked=1">a</p><form action="https://ailleurs.example/"></form>' +
        '<iframe src="https://ailleurs.example/"></iframe>';
      document.body.appendChild(box);
      const script = document.createElement("script");
      script.textContent = "window.hacked = 1";
      document.body.appendChild(script);
      box.querySelector("p").click();
      fetch("https://ailleurs.example/").catch(() => window.refused.push("fetch")); }"""
    )
    for directive in ("img-src", "connect-src", "script-src-elem", "script-src-attr", "fetch"):
        eventually(page, f"window.refused.includes('{directive}')")
    assert page.evaluate("window.hacked") is None
    assert opened.requests == []


def test_texts_of_the_specification_too() -> None:
    """The list of hostile texts that the specifications' test uses is the issue's own."""
    joined = "".join(web_specs.HOSTILE)
    for wanted in ("onerror", "${", "`", "'", '"', "</script>", "é" * 5000, "\u202e", "\u200f"):
        assert wanted in joined
