"""Paper, screen and the page without script say the same: each encoding of June's specifications, found in all three."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import unescape
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pytest
import shapely

from pipeline import palette, sheet, web
from pipeline.annexes import BUILDERS, Stage
from pipeline.annexes.model import Annex, Flows, Symbols, Zones
from pipeline.sheet.draw import compose_all
from pipeline.sheet.marks import Shape
from pipeline.taxonomy import SIGNS, Sign
from pipeline.web.page import static_table
from pipeline.web.picture import SCREEN, pictures
from tests.helpers.browser import Open

# The whole country on a canvas of its own: the colours that it shows, and the words that are written on it.
CANVAS = """() => {
  const app = Cartes.app, view = app.views[0], words = [], colours = new Set();
  const canvas = document.createElement("canvas"), ctx = canvas.getContext("2d");
  canvas.width = 2400; canvas.height = 2000;
  const write = ctx.fillText;
  ctx.fillText = function (text) { words.push(text); return write.apply(ctx, arguments); };
  const box = app.world.regions.reduce((a, r) => [Math.min(a[0], r.box[0]), Math.min(a[1], r.box[1]),
    Math.max(a[2], r.box[2])], [Infinity, Infinity, -Infinity]);
  const scale = 1180 / (box[2] - box[0]);
  const at = {scale, x: 10 - box[0] * scale, y: 10 - box[1] * scale, width: 1200, height: 1000, ratio: 2};
  Cartes.draw(ctx, at, view.scene);
  const data = ctx.getImageData(0, 0, 2400, 2000).data;
  for (let i = 0; i < data.length; i += 4) {
    if (data[i + 3] === 255) colours.add(data[i] << 16 | data[i + 1] << 8 | data[i + 2]);
  }
  return [[...colours], words];
}"""


@dataclass(frozen=True)
class Said:
    """What one way of showing an annex shows. colours: of marks; words: on the map; text: all of it, in one line."""

    colours: frozenset[str]
    words: frozenset[str]
    text: str


def _plain(text: str) -> str:
    return re.sub(r"[\s\u00ad-]+", "", unescape(text)).lower()


def _on_paper(annex: Annex, shared: Any) -> Said:
    pages = compose_all(annex, shared)
    shapes = [mark for page in pages for mark in page.marks if isinstance(mark, Shape)]
    texts = [text.text for page in pages for text in page.texts]
    # Bold in the map, not before the lines of a list.
    tags = {
        word for page in pages for text in page.texts if _on_map(text, page) for word in text.text.split()
    }
    colours = {colour for mark in shapes for colour in (mark.fill, mark.line) if colour}
    return Said(frozenset(colours), frozenset(tags), _plain("".join(texts)))


def _on_map(text: Any, page: Any) -> bool:
    return text.role != "text" and any(
        frame.box[0] < text.x < frame.box[2] and frame.box[1] < text.y < frame.box[3]
        for frame in page.frames.values()
    )


def _on_screen(path: Path, open_page: Open) -> Said:
    page = open_page(path).page
    colours, words = page.evaluate(CANVAS)
    found = {f"#{colour:06x}" for colour in colours}
    return Said(frozenset(found), frozenset(words), _plain(page.locator("body").inner_text()))


def _without_script(annex: Annex, path: Path, ground: Any) -> Said:
    drawn = pictures(annex, ground.outline)[0]["svg"]
    text = path.read_text("utf-8")
    body = re.sub(r"<(script|style|svg)\b.*?</\1>", "", text[text.index("<body") :], flags=re.DOTALL)
    return Said(
        frozenset(re.findall(r'(?:fill|stroke)="(#[0-9a-f]{6})"', drawn)),
        frozenset(unescape(word) for word in re.findall(r"<text[^>]*>([^<]*)</text>", drawn)),
        _plain(re.sub(r"<[^>]+>", "", body)),
    )


def _encodings(annex: Annex) -> Iterator[tuple[str, str]]:
    """Kind and value of everything that the specification encodes: a colour, a word on the map, or a text."""
    areas = annex.panels[-1].areas if annex.panels else annex.areas()
    if areas is not None:
        used = {value.class_key for value in areas.values.values()}
        for entry in areas.classes:
            yield "text", entry.label  # each class, the four that are none among them
            if entry.key in used:
                yield "colour", entry.hatch_colour if entry.hatch else entry.colour
        for change in areas.changes:
            if any(value.change == change.change for value in areas.values.values()):
                yield "colour", change.colour
    yield from _of_events(annex)
    yield from (("word", mover.number) for mover in annex.movers)
    yield from (("text", mover.label) for mover in annex.movers)
    yield from (("text", note) for note in annex.notes)
    for figure in annex.figures:
        yield "figure", figure.value


def _of_events(annex: Annex) -> Iterator[tuple[str, str]]:
    """Of signs, of what is known to lie in an area, and of arrows."""
    for layer in annex.layers:
        if isinstance(layer, Symbols):
            keys = {key.key: key for key in layer.keys}
            for key in {part for item in layer.items for part, _ in item.parts}:
                yield "colour", keys[key].colour
                yield "text", keys[key].label
            yield from (("word", item.number) for item in layer.items)
        if isinstance(layer, Zones):
            for zone in layer.items:
                if zone.level == "cercle":
                    yield "colour", palette.ZONE
                if zone.level:
                    yield "word", zone.number
                else:
                    yield "text", layer.box_title
        if isinstance(layer, Flows):
            for flow in layer.items:
                yield "colour", (layer.back_colour if flow.back else "") or layer.colour


def _missing(said: Said, annex: Annex) -> list[tuple[str, str]]:
    tagged = {word.split(" ")[0] for word in said.words}
    lost = []
    for kind, value in _encodings(annex):
        if kind == "colour":
            there = value in said.colours
        elif kind == "word":
            there = value in tagged
        else:
            there = _plain(value) in said.text
        if not there:
            lost.append((kind, value))
    return lost


@pytest.mark.slow
@pytest.mark.parametrize("number", [1, 2, 3, 5, 6])
def test_each_encoding_stands_on_paper_on_screen_and_without_script(
    number: int, month: Stage, grounds: tuple[Any, Any], open_page: Open, tmp_path: Path
) -> None:
    annex = BUILDERS[number](month)
    paper, ground = grounds
    path = web.render(annex, month.country, tmp_path, ground)
    assert list(_encodings(annex))
    for way, said in {
        "papier": _on_paper(annex, paper),
        "écran": _on_screen(path, open_page),
        "sans script": _without_script(annex, path, ground),
    }.items():
        assert _missing(said, annex) == [], way


def test_an_encoding_left_out_is_seen(month: Stage, grounds: tuple[Any, Any]) -> None:
    """The test itself fails where one way of showing says less."""
    annex = BUILDERS[2](month)
    bare = replace(
        annex, layers=tuple(layer for layer in annex.layers if not isinstance(layer, Zones)), notes=()
    )
    kinds = {kind for kind, _ in _missing(_on_paper(bare, grounds[0]), annex)}
    assert {"colour", "word", "text"} <= kinds


def test_certainty_rates_dashes_and_changes_are_told_alike(
    month: Stage, grounds: tuple[Any, Any], open_page: Open, tmp_path: Path
) -> None:
    """Annex 2's certainty, the second measure, "–" for what was not received, the list of changes."""
    alerts, incidents, levels = (BUILDERS[number](month) for number in (2, 1, 3))
    page = open_page(web.render(alerts, month.country, tmp_path, grounds[1])).page
    text = page.locator("body").inner_text()
    column = next(i for i, column in enumerate(alerts.table.columns) if column.key == "precision")
    for row, said in zip(alerts.table.rows, static_table(alerts)["rows"], strict=True):
        assert row[column] == said[column]
        assert str(row[column]) in text
    zones = [item for layer in alerts.layers if isinstance(layer, Zones) for item in layer.items]
    assert {zone.level for zone in zones} & {"cercle", "region"}

    rate = next(i for i, column in enumerate(incidents.table.columns) if column.key == "taux")
    printed = [row[rate] for row in static_table(incidents)["rows"]]
    told = [row[rate] for row in incidents.table.rows if row[rate] not in ("–", "")]
    assert set(filter(lambda cell: cell not in ("–", ""), printed)) <= set(told)
    assert "–" in [row[rate] for row in incidents.table.rows]
    page = open_page(web.render(incidents, month.country, tmp_path, grounds[1])).page
    code = next(
        code
        for code, value in incidents.areas().values.items()
        if any("100" in name and fact not in ("–", "") for name, fact in value.facts)
    )
    page.evaluate("code => Cartes.showUnit(Cartes.app, Cartes.app.world.byCode.get(code), {})", code)
    said = _plain(page.locator("#fiche").inner_text())
    for name, fact in incidents.areas().values[code].facts:
        assert _plain(name) in said
        assert _plain(fact) in said

    page = open_page(web.render(levels, month.country, tmp_path, grounds[1]))
    listed = page.page.locator("#mouvements-corps li").all_inner_texts()
    assert [_plain(line) for line in listed] == [
        _plain(mover.number + mover.label + mover.text) for mover in levels.movers
    ]


# A sign of each shape, drawn large by the page's own painter on an empty canvas, as one line of "0" and "1" a pixel row.
SIGNS_ON_CANVAS = """names => {
  const app = Cartes.app, theme = app.views[0].scene.theme, none = new Set();
  return Object.fromEntries(names.map(name => {
    const canvas = document.createElement("canvas"), ctx = canvas.getContext("2d", {willReadFrequently: true});
    canvas.width = canvas.height = 240;
    ctx.setTransform(8, 0, 0, 8, 0, 0);
    const layer = {id: "essai", keys: [{key: "k", shape: name, colour: "#ff0000"}],
      items: [{at: [15, 15], shift: [0, 0], parts: [["k", 1]], value: 1, number: ""}]};
    const scene = {shapes: app.views[0].scene.shapes, theme, hidden: none, away: none, world: {plane: (x, y) => [x, y]}};
    const targets = [];
    Cartes.paintSymbols(ctx, {scale: 1, x: 0, y: 0, width: 30, height: 30}, layer, scene, targets);
    const data = ctx.getImageData(0, 0, 240, 240).data, ink = [];
    for (let i = 0; i < data.length; i += 4) ink.push(data[i] > 128 && data[i + 1] < 128 && data[i + 3] > 128 ? "1" : "0");
    return [name, [ink.join(""), targets[0].radius]];
  }));
}"""


def _drawn(sign: Sign, radius: float) -> Any:
    """Where a sign of the taxonomy has ink, on the canvas of `SIGNS_ON_CANVAS`."""
    size = 8 * radius * SCREEN * sign.growth
    spots = np.stack(np.meshgrid(np.arange(240) + 0.5, np.arange(240) + 0.5), axis=-1).reshape(-1, 2) - 120
    away = np.hypot(spots[:, 0], spots[:, 1])
    ink = np.zeros(len(spots), bool)
    if sign.outline:
        body = shapely.Polygon([(x * size, -y * size) for x, y in sign.outline])
        ink ^= shapely.contains_xy(body, spots[:, 0], spots[:, 1])
    for ring in sign.rings if sign.outline else (1.0, *sign.rings):
        ink ^= away < ring * size
    return ink


def _likeness(one: Any, other: Any) -> float:
    return float((one & other).sum() / (one | other).sum())


def test_a_sign_on_the_canvas_has_the_outline_of_the_taxonomy(
    month: Stage, grounds: tuple[Any, Any], open_page: Open, tmp_path: Path
) -> None:
    """Each sign's pixels cover its polygon; no other sign of the taxonomy is as like it."""
    page = open_page(web.render(BUILDERS[2](month), month.country, tmp_path, grounds[1])).page
    told = page.evaluate(SIGNS_ON_CANVAS, list(SIGNS))
    for name, (text, radius) in told.items():
        ink = np.array([letter == "1" for letter in text])
        likeness = {other: _likeness(ink, _drawn(sign, radius)) for other, sign in SIGNS.items()}
        assert likeness[name] > 0.93, (name, likeness)
        assert max((found, other) for other, found in likeness.items())[1] == name
        assert max(found for other, found in likeness.items() if other != name) < 0.9, (name, likeness)


# Each arrow alone on an empty canvas: ink of its colour around its destination and around its origin.
ARROWS_ON_CANVAS = """() => {
  const app = Cartes.app, scene = app.views[0].scene, out = [];
  const goes = flow => flow.to && !flow.stays && String(flow.to) !== String(flow.from);
  scene.flows.forEach(layer => layer.items.filter(goes).forEach(flow => {
    const ends = [flow.from, flow.to].map(at => scene.world.plane(at[0], at[1]));
    const long = Math.hypot(ends[1][0] - ends[0][0], ends[1][1] - ends[0][1]), scale = 500 / long;
    const mid = [(ends[0][0] + ends[1][0]) / 2, (ends[0][1] + ends[1][1]) / 2];
    const canvas = document.createElement("canvas"), ctx = canvas.getContext("2d");
    canvas.width = canvas.height = 800;
    const bare = Object.assign({}, flow, {shift: [0, 0], number: "", abroad: ""});
    const view = {scale, x: 400 - mid[0] * scale, y: 400 - mid[1] * scale, width: 800, height: 800};
    Cartes.paintFlows(ctx, view, Object.assign({}, layer, {items: [bare]}), scene, []);
    const colour = flow.back ? layer.backColour : layer.colour;
    const want = [1, 3, 5].map(i => parseInt(colour.slice(i, i + 2), 16));
    const ink = ends.map(end => {
      const x = Math.round(end[0] * scale + view.x), y = Math.round(end[1] * scale + view.y);
      const data = ctx.getImageData(x - 20, y - 20, 40, 40).data;
      let found = 0;
      for (let i = 0; i < data.length; i += 4) if (want.every((c, j) => data[i + j] === c) && data[i + 3] === 255) found++;
      return found;
    });
    out.push([flow.id, ink]);
  }));
  return out;
}"""


def test_an_arrow_on_the_canvas_has_its_head_where_people_went(
    annexes: dict[int, Annex], pages: dict[int, Path], open_page: Open
) -> None:
    told = open_page(pages[2]).page.evaluate(ARROWS_ON_CANVAS)
    wanted = [
        flow.id
        for layer in annexes[2].layers
        if isinstance(layer, Flows)
        for flow in layer.items
        if flow.destination not in (None, flow.origin) and not flow.stays
    ]
    assert wanted
    assert len(told) == len(wanted)
    for name, (origin, destination) in told:
        assert destination > 1.2 * origin > 0, name


def test_the_neighbours_have_their_names_on_paper_on_screen_and_without_script(
    month: Stage, open_page: Open, tmp_path: Path
) -> None:
    west, south, east, north = month.country.pays.total_bounds
    boxes = {
        "Mauritania": (west, north - 8, west + 5, north),
        "Niger": (east - 5, south, east, south + 4),
    }
    layer = geopandas.GeoDataFrame(
        {"name": list(boxes)}, geometry=[shapely.box(*box) for box in boxes.values()], crs=4326
    )
    country = replace(month.country, background=replace(month.country.background, countries=layer))
    paper, ground = sheet.prepare(country), web.prepare(country)
    annex = BUILDERS[5](replace(month, country=country))
    printed = {
        text.text for page in compose_all(annex, paper) for text in page.texts if text.role == "neighbour"
    }
    path = web.render(annex, country, tmp_path, ground)
    around = {"MAURITANIE", "NIGER"}
    ways = [printed, _on_screen(path, open_page).words, _without_script(annex, path, ground).words]
    # The panels of a sheet may lie over a neighbour; then its name is not printed.
    assert ways[0] & around
    assert [way & around for way in ways[1:]] == [around] * 2
