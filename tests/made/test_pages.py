"""Each HTML file that `make` leaves, in a real browser with the network cut, at the size of a phone and a desk."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from PIL import Image

from pipeline import palette
from pipeline.french import marks_held
from pipeline.geography import load
from tests.helpers.browser import Open
from tests.web.browsing import axe, circles, layers_off, painted, rgb

FILES = {
    1: "annexe-1-incidents",
    2: "annexe-2-alertes-flash",
    3: "annexe-3-indice-risque",
    4: "annexe-4-liste-incidents",
    5: "annexe-5-couverture",
    6: "annexe-6-evolution-severite",
}
SIZES = [(360, 640), (1280, 900)]
PAINTED = """() => { const c = document.querySelector("#carte canvas"), x = c.getContext("2d"), seen = new Map();
  const d = x.getImageData(0, 0, c.width, c.height).data;
  for (let i = 0; i < d.length; i += 4) { const k = d[i] + "," + d[i + 1] + "," + d[i + 2];
    if (d[i + 3] === 255) seen.set(k, (seen.get(k) || 0) + 1); }
  return [...seen].sort((a, b) => b[1] - a[1]).slice(0, 12); }"""


@pytest.fixture(scope="session")
def made_country(built: Path) -> Any:
    return load(built / "boundaries" / "mali.gpkg")


@pytest.fixture(scope="session")
def made_circles(made_country: Any) -> dict[str, tuple[float, float, float]]:
    return circles(made_country)


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("number", [*FILES, 0])
def test_every_file_opens_quietly(
    outputs: Path,
    made_circles: Any,
    open_page: Open,
    artefacts: Path,
    number: int,
    width: int,
    height: int,
) -> None:
    name = FILES.get(number, "index")
    assert (outputs / f"{name}.html").stat().st_size <= (700_000 if number == 6 else 520_000)
    opened = open_page(outputs / f"{name}.html", width, height)
    page = opened.page
    page.screenshot(path=artefacts / f"made-{name}-{width}.png")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert axe(page) == []
    if number in (1, 3, 5, 6):
        layers_off(page)
        seen, wrong = painted(page, made_circles, room=3.5)
        assert seen >= 30
        assert wrong == []
    elif number == 2:
        # The country lies there: its inhabitants by km² (white where nobody was counted), its borders, the symbols.
        found = dict(page.evaluate(PAINTED))
        quiet = [",".join(str(part) for part in rgb(colour)) for colour in (*palette.DENSITY, palette.PAPER)]
        assert sum(found.get(colour, 0) for colour in quiet) > 20_000
        assert len(found) == 12
    assert opened.clean == []


@pytest.mark.parametrize("number", [1, 3, 5, 6])
def test_panel_table_layer_picture_and_manifest_agree(
    outputs: Path,
    open_page: Open,
    number: int,
) -> None:
    """For every commune, in every month shown, and in what is said of them all."""
    slug = FILES[number]
    page = open_page(outputs / f"{slug}.html").page
    found = page.evaluate(
        """() => { const app = Cartes.app, data = app.data;
      const maps = data.panels.length ? data.panels.map(p => [p.month, p.title, p.areas]) : [[null, null, data.areas[0]]];
      const columns = data.table.columns.map(c => c.label), cells = {};
      app.table.rows().forEach(row => { cells[data.table.keys[row]] = columns.map((_, c) => app.table.text(row, c)); });
      return {columns, cells, maps: maps.map(([month, title, areas]) => [month, title,
        app.world.units(areas.level).map(unit => { const v = Cartes.valueOf(areas, data.texts, unit.index);
          return [unit.pcode, unit.name, v.entry.label, v.entry.colour, v.text, v.trend.map(t => t.text)]; })])}; }"""
    )
    layer = gpd.read_file(outputs / "cartes.gpkg", layer=f"annexe_{number}_communes", ignore_geometry=True)
    months = layer["month"] if number == 6 else [None] * len(layer)
    drawn = {
        (month, code): (name, label, colour)
        for month, code, name, label, colour in zip(
            months, layer["pcode"], layer["name"], layer["class"], layer["colour"], strict=True
        )
    }
    told = {
        (month, code): (area, label, colour)
        for month, _, areas in found["maps"]
        for code, area, label, colour, _, _ in areas
    }
    assert told == drawn
    # Panel and table: the column of the month says what the panel says.
    columns = found["columns"]
    name_at = columns.index("Commune" if "Commune" in columns else "Cercle")
    for month, title, areas in found["maps"]:
        at = columns.index(title) if number == 6 else name_at + 1
        for code, area, _, _, text, trend in areas:
            row = found["cells"][code]
            assert row[name_at] == area
            assert row[at] == text, (month, code)
            assert not trend or trend[-1] == text or number == 6
    # The legend's counts are those of the layer.
    latest = [label for (month, _), (_, label, _) in drawn.items() if month == found["maps"][-1][0]]
    counts = page.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll("[data-legende]:not([hidden]) label.entree")]
      .filter(l => l.querySelector("[data-compte]")).map(l => [
        l.querySelector("span:not(.puce)").firstChild.textContent.trim(),
        Number(l.querySelector("[data-compte]").textContent)]))"""
    )
    assert {label: n for label, n in counts.items() if n} == dict(Counter(latest))
    # The picture and the manifest say the same of them all.
    manifest = json.loads((outputs / "manifest.json").read_text("utf-8"))
    entries = {entry["path"]: entry for entry in manifest["outputs"]}
    caption = page.text_content(".legende-texte")
    assert entries[f"{slug}.html"]["caption"] == entries[f"{slug}.png"]["caption"]
    told = Image.open(outputs / f"{slug}.png").info["Description"]
    assert told == entries[f"{slug}.png"]["caption"]
    assert marks_held(told) == caption
    rows = (
        sum(manifest["counts"][{1: "incidents", 5: "couverture"}.get(number, "indice_risque")].values()) // 2
    )
    assert f"{rows:,}".replace(",", "\u202f") in page.text_content(".compte")
