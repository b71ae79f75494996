"""What several browser tests do: pixels, class colours, the figures a page shows."""

from __future__ import annotations

import io
import math
import time
from pathlib import Path
from typing import Any

import axe_playwright_python
import shapely
from PIL import Image

from pipeline.geography.country import Country

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")

# Where points in degrees lie on the screen, with what the class of their area may show there.
POINTS = """circles => {
  const app = Cartes.app, view = app.views[0], map = view.map, values = view.scene.areas;
  const box = map.getContainer().getBoundingClientRect();
  // Nothing lies over the point or throws its shadow on it.
  const bare = (x, y) => [[0, 0], [-12, 0], [12, 0], [0, -12], [0, 12]].every(
    ([i, j]) => [null, map.getContainer()].includes(document.elementFromPoint(x + i, y + j)));
  return app.world.units(values.level).map((unit, i) => {
    const [lon, lat, radius] = circles[unit.pcode], p = map.latLngToContainerPoint([lat, lon]);
    const entry = values.classes[values.class[i]], edge = map.latLngToContainerPoint([lat, lon + radius]);
    return {pcode: unit.pcode, x: box.left + p.x, y: box.top + p.y, colour: entry.colour, hatch: entry.hatchColour,
      kind: entry.kind, room: edge.x - p.x, inside: p.x > 10 && p.y > 10 && p.x < box.width - 10 &&
        p.y < box.height - 10 && bare(box.left + p.x, box.top + p.y)};
  }).filter(point => point.inside);
}"""


Circles = dict[str, tuple[float, float, float]]


_circles: dict[int, tuple[Country, Circles]] = {}


def circles(country: Country) -> Circles:
    """P-code -> centre of the widest circle inside the area (degrees), and its radius."""
    if id(country) not in _circles:
        _circles[id(country)] = country, _inscribed(country)
    return _circles[id(country)][1]


def _inscribed(country: Country) -> Circles:
    layer = country.layer(country.finest)
    lines = shapely.maximum_inscribed_circle(layer.geometry.to_numpy(), tolerance=0.002)
    ends = shapely.get_coordinates(lines).reshape(-1, 4)
    return {
        code: (x, y, math.hypot(u - x, v - y))
        for code, (x, y, u, v) in zip(layer["pcode"], ends, strict=True)
    }


def axe(page: Any) -> list[str]:
    """Serious and critical findings of axe-core."""
    if page.evaluate("!window.axe"):
        page.evaluate(AXE)
    found = page.evaluate("axe.run({resultTypes: ['violations']})")
    return [
        f"{violation['id']}: {node['html'][:160]} {node.get('failureSummary', '')}"
        for violation in found["violations"]
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
    ]


def eventually(page: Any, expression: str, seconds: float = 60) -> None:
    """Waits until a JavaScript expression holds. (Playwright's own wait_for_function needs `eval`, which the
    page's policy forbids.)"""
    end = time.monotonic() + seconds
    while not page.evaluate(expression):
        assert time.monotonic() < end, f"never true: {expression}"
        page.wait_for_timeout(40)


def pixels(page: Any, clip: dict[str, float] | None = None) -> Image.Image:
    """The viewport, or a part of it, as it is painted."""
    return Image.open(io.BytesIO(page.screenshot(clip=clip))).convert("RGB")


def colours_of(image: Image.Image) -> dict[tuple[int, int, int], int]:
    """Colour -> how many pixels have it."""
    return {colour: count for count, colour in image.getcolors(image.width * image.height)}


def rgb(colour: str) -> tuple[int, int, int]:
    return (int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16))


def layers_off(page: Any) -> None:
    """Nothing but areas: names, water, symbols and outlines of change are switched off; the map in view."""
    page.evaluate(
        """() => {
      document.querySelectorAll("[data-couche]:checked").forEach(box => box.click());
      document.querySelectorAll(".carte-mois").forEach(words => words.style.visibility = "hidden");
      document.documentElement.style.scrollBehavior = "auto";
      document.getElementById("cartes").scrollIntoView();
    }"""
    )


def painted(page: Any, where: Country | Circles, room: float = 4.5) -> tuple[int, list[str]]:
    """How many areas were looked at, and those that do not show their class's colour at their middle.

    where: the country, or its `circles`. room: pixels that must be free around the middle.
    """
    found = where if isinstance(where, dict) else circles(where)
    points = [p for p in page.evaluate(POINTS, found) if p["room"] >= room]
    image = pixels(page)
    wrong = []
    for point in points:
        x, y = round(point["x"]), round(point["y"])
        found = image.getpixel((x, y))
        # A hatch mixes its two colours where its lines are drawn.
        near = {image.getpixel((x + i, y + j)) for i in range(-2, 3) for j in range(-2, 3)}
        if rgb(point["colour"]) not in (near if point["hatch"] else {found}):
            wrong.append(f"{point['pcode']}: {found} is not {rgb(point['colour'])}")
    return len(points), wrong


def panel(page: Any) -> dict[str, Any]:
    """What the panel says: title, figure, facts, months."""
    return page.evaluate(
        """() => {
      const text = (root, selector) => [...root.querySelectorAll(selector)].map(node => node.textContent);
      const sheet = document.getElementById("fiche");
      return {hidden: sheet.hidden, title: text(sheet, "h2")[0], place: text(sheet, "#fiche-lieu")[0],
        figure: text(sheet, ".valeur strong")[0], labels: text(sheet, "dt"), values: text(sheet, "dd"),
        months: text(sheet, ".mois-valeurs b"), before: text(sheet, ".mois-precedent b")[0]};
    }"""
    )


def rows(page: Any) -> list[list[str]]:
    """The rows of the table that the page shows now."""
    return page.evaluate(
        """() => [...document.querySelectorAll("#tableau-lignes tr")].map(
      row => [...row.children].map(cell => cell.textContent))"""
    )


def keyed_rows(page: Any) -> dict[str, list[str]]:
    """P-code -> cells, all rows."""
    all_rows(page)
    return page.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll("#tableau-lignes tr")].map(row =>
      [row.querySelector("[data-ligne]").dataset.ligne, [...row.children].map(cell => cell.textContent)]))"""
    )


def all_rows(page: Any) -> list[list[str]]:
    page.select_option("#tableau-taille", "0")
    return rows(page)


def taken(page: Any, kind: str, folder: Path) -> Path:
    """The file that "Partager" gives. A browser that draws nothing may put off writing a picture by seven seconds, so
    frames are asked for meanwhile."""
    frames = "const next = left => left && requestAnimationFrame(() => next(left - 1)); next(300);"
    with page.expect_download() as found:
        page.click(f'[data-partager="{kind}"]')
        page.evaluate(f"(() => {{ {frames} }})()")
    target = folder / found.value.suggested_filename
    found.value.save_as(target)
    return target
