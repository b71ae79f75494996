"""folium's own elements on our pages, and our layer on any folium map: one file each, nothing fetched."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import folium
import pytest
from folium.plugins import Fullscreen, HeatMap, MarkerCluster

from pipeline import runner, web
from pipeline.annexes.model import Annex
from pipeline.errors import PipelineError
from tests.helpers.browser import Open
from tests.web import browsing
from tests.web.browsing import eventually

HOSTILE = '<img src=x onerror="alert(1)"><script>alert(2)</script>\\`+alert(3)+`${alert(4)}Poste'


def _dressed(drawn: folium.Map, points: list[tuple[float, float]]) -> None:
    """Markers with popups, some of them clustered, full screen, and a control of the layers."""
    folium.Marker(points[0], popup="Bureau de Mopti", tooltip="bureau").add_to(drawn)
    folium.CircleMarker(points[1], radius=9, popup=folium.Popup(HOSTILE)).add_to(drawn)
    posts = MarkerCluster(name="Postes").add_to(drawn)
    for lat, lon in points * 3:
        folium.Marker((lat + 0.001, lon), popup="poste").add_to(posts)
    Fullscreen(title="Plein écran", title_cancel="Fin").add_to(drawn)
    folium.LayerControl(collapsed=False).add_to(drawn)


@pytest.fixture(scope="module")
def points(country: Any) -> list[tuple[float, float]]:
    found = list(browsing.circles(country).values())[:3]
    return [(lat, lon) for lon, lat, _ in found]


def _works(page: Any) -> None:
    """Every element is there and answers."""
    assert page.locator(".marker-cluster").count() >= 1
    icon = page.locator("img.leaflet-marker-icon").first
    assert icon.get_attribute("src").startswith("data:image/png")
    assert icon.evaluate("node => node.naturalWidth") == 25
    icon.dispatch_event("click")
    page.wait_for_selector(".leaflet-popup-content :text('Bureau de Mopti')")
    page.locator("path.leaflet-interactive").first.dispatch_event("click")
    page.wait_for_selector(".leaflet-popup-content :text('Poste')")
    assert page.locator(".leaflet-popup-content script").count() <= 1
    page.click(".leaflet-control-zoom-fullscreen")
    eventually(page, "Boolean(document.fullscreenElement)")
    page.evaluate("document.exitFullscreen()")
    eventually(page, "!document.fullscreenElement")


def test_a_page_of_ours_takes_folium_s_elements(
    annexes: dict[int, Annex],
    country: Any,
    points: list[tuple[float, float]],
    open_page: Open,
    tmp_path: Path,
    artefacts: Path,
) -> None:
    made = web.annex_page(annexes[3], web.prepare(country))
    _dressed(made.map, points)
    web.save(made, tmp_path / "a.html")
    opened = open_page(tmp_path / "a.html")
    page = opened.page
    page.screenshot(path=artefacts / "web-folium-page.png")
    _works(page)
    box = page.locator(".leaflet-control-layers-overlays label", has_text=annexes[3].title)
    before = page.locator(".couverture").count()
    box.locator("input").uncheck()
    assert page.locator(".couverture").count() == before - 1
    page.mouse.move(400, 500)
    box.locator("input").check()
    assert page.locator(".couverture").count() == before
    assert opened.requests == []
    # The hostile popup is stopped by the policy, and says so; nothing else is wrong.
    assert all("Content Security Policy" in error for error in opened.errors)


@pytest.mark.parametrize("number", [1, 2, 6])
def test_any_folium_map_takes_an_annex(
    number: int,
    annexes: dict[int, Annex],
    country: Any,
    points: list[tuple[float, float]],
    open_page: Open,
    tmp_path: Path,
    artefacts: Path,
) -> None:
    annex, ground = annexes[number], web.prepare(country)
    drawn = folium.Map(tiles=None)
    layer = web.Couverture(annex, ground).add_to(drawn)
    web.Couverture(annexes[3], ground, show=False).add_to(drawn)
    drawn.fit_bounds(layer.bounds)
    _dressed(drawn, points)
    web.save(drawn, tmp_path / "b.html")
    opened = open_page(tmp_path / "b.html")
    page = opened.page
    page.wait_for_selector(".couverture canvas")
    key = page.locator(".cle-couverture").inner_text()
    for words in (annex.title, annex.meta.audience_label, "DONNÉES D’EXEMPLE", annex.meta.sources):
        assert words in key
    areas = annex.panels[-1].areas if annex.panels else annex.areas()
    image = page.locator(".couverture canvas").first.evaluate(
        """c => { const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data, seen = new Set();
        for (let i = 0; i < d.length; i += 4) if (d[i + 3] === 255) seen.add([d[i], d[i + 1], d[i + 2]].join());
        return [...seen]; }"""
    )
    for entry in areas.classes if areas else ():
        assert entry.label in key
        if any(value.class_key == entry.key for value in areas.values.values()) and not entry.hatch:
            assert ",".join(map(str, browsing.rgb(entry.colour))) in image, entry.label
    page.screenshot(path=artefacts / f"web-folium-{number}.png")
    _works(page)
    page.locator(".leaflet-control-layers-overlays label", has_text=annexes[3].title).locator("input").check()
    assert page.locator(".cle-couverture").count() == 2
    assert opened.requests == []
    assert all("Content Security Policy" in error for error in opened.errors)


def test_a_touch_tells_the_figures(
    annexes: dict[int, Annex], country: Any, open_page: Open, tmp_path: Path
) -> None:
    drawn, areas = folium.Map(tiles=None), annexes[1].areas()
    layer = web.Couverture(annexes[1], web.prepare(country)).add_to(drawn)
    drawn.fit_bounds(layer.bounds)
    web.save(drawn, tmp_path / "c.html")
    opened = open_page(tmp_path / "c.html")
    names = country.names("commune")
    told = 0
    for code, (lon, lat, _) in browsing.circles(country).items():
        at = opened.page.evaluate(
            f"(() => {{ const p = {drawn.get_name()}.latLngToContainerPoint([{lat}, {lon}]); return [p.x, p.y]; }})()"
        )
        opened.page.mouse.click(*at)
        text = " ".join(opened.page.locator(".fiche-breve").last.inner_text().split())
        if text.startswith(names[code]):
            told += 1
            assert " ".join(areas.values[code].text.split()) in text
    assert told >= 4
    assert opened.clean == []


def test_what_would_be_fetched_is_refused(country: Any, annexes: dict[int, Annex], tmp_path: Path) -> None:
    point = (14.5, -4.0)
    for guilty in (
        lambda m: HeatMap([point]).add_to(m),
        lambda m: folium.Marker(point, icon=folium.Icon(icon="home")).add_to(m),
        lambda m: folium.TileLayer("OpenStreetMap").add_to(m),
    ):
        drawn = folium.Map(tiles=None)
        guilty(drawn)
        with pytest.raises(PipelineError) as found:
            web.save(drawn, tmp_path / "d.html")
        assert "hors connexion" in found.value.consequence
        assert not (tmp_path / "d.html").exists()


def test_the_example_of_the_docs_runs(
    project: Path,
    tmp_path: Path,
    open_page: Open,
    annexes: dict[int, Annex],
    country: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """All of it but the reading of the month, which the small country stands in for."""
    monkeypatch.setattr(runner, "specifications", lambda order: (tuple(annexes.values()), country))
    text = (project / "docs" / "folium.md").read_text("utf-8")
    code = re.search(r"```python\n(.*?)```", text, re.DOTALL)[1]
    target = tmp_path / "carte.html"
    exec(code.replace('"carte.html"', repr(str(target))), {})
    opened = open_page(target)
    opened.page.wait_for_selector(".couverture canvas")
    assert opened.page.locator(".marker-cluster").count() >= 1
    assert opened.clean == []
