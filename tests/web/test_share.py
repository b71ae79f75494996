"""What a reader takes away: files, a sentence, a link; each read back and held against the specification."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from pathlib import Path
from typing import Any

import pypdf
import pytest
from PIL import Image
from shapely.geometry import shape

from pipeline import web
from pipeline.annexes import BUILDERS, Stage
from pipeline.annexes.model import Annex, Areas
from tests.helpers.browser import Open
from tests.web import browsing

STATES = ("chiffre", "classe", "zero", "non_publie", "non_couvert", "sans_donnees")


def _series(annex: Annex) -> list[tuple[str, Areas]]:
    first = annex.areas()
    return [(panel.month, panel.areas) for panel in annex.panels] or [(annex.meta.month, first)]


@pytest.mark.parametrize("number", [1, 3, 6])
def test_csv_and_geojson_say_what_is_published(
    number: int,
    pages: dict[int, Path],
    annexes: dict[int, Annex],
    country: Any,
    open_page: Open,
    tmp_path: Path,
) -> None:
    found = open_page(pages[number])
    found.page.click("#partager")
    file = browsing.taken(found.page, "csv", tmp_path)
    raw = file.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline=""), delimiter=";"))
    document = json.loads(browsing.taken(found.page, "geojson", tmp_path).read_text("utf-8"))
    features = [f for f in document["features"] if "etat" in f["properties"]]
    names = country.names(country.finest)
    shapes = dict(zip(country.communes["pcode"], country.communes.geometry, strict=True))
    told = {(row["mois"], row["pcode"]): row for row in rows}
    drawn = {(f["properties"]["mois"], f["properties"]["pcode"]): f for f in features}
    assert (
        len(told)
        == len(rows)
        == len(features)
        == sum(len(areas.values) for _, areas in _series(annexes[number]))
    )
    for month, areas in _series(annexes[number]):
        for code, value in areas.values.items():
            row, feature = told[month, code], drawn[month, code]
            assert row["commune"] == names[code]
            assert row["etat"] == feature["properties"]["etat"] == areas.state_of(code)
            assert row["etat"] in STATES
            assert row["classe"] == areas.class_of(code).label
            assert feature["properties"]["couleur"] == areas.class_of(code).colour
            for end, key in ((value.low, "valeur_min"), (value.high, "valeur_max")):
                assert row[key] == ("" if end is None else f"{end:g}".replace(".", ","))
                assert feature["properties"][key] == end
            if row["etat"] != "chiffre":
                assert row["valeur"] == value.text
            area = shape(feature["geometry"])
            assert area.is_valid
            assert area.symmetric_difference(shapes[code]).area < 0.02 * shapes[code].area
    assert not found.clean


@pytest.mark.slow
def test_a_walk_from_the_search_to_the_link(
    pages: dict[int, Path], annexes: dict[int, Annex], country: Any, open_page: Open, tmp_path: Path
) -> None:
    opened = open_page(pages[6])
    page = opened.page
    code, name = next((c, n) for c, n in country.names("commune").items() if n == "Ber")
    page.fill("#cherche", "ber")
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash").startswith("#" + code)
    page.click("#mois-avant")
    page.locator('#legende [data-classe="uncovered"]').uncheck()
    page.locator('[data-couche="eaux"]').uncheck()
    page.click("#partager")
    sentence = page.input_value("#partage-phrase")
    value = annexes[6].panels[-2].areas.values[code]
    for words in (
        name,
        value.text,
        annexes[6].meta.sources,
        annexes[6].meta.audience_label,
        "DONNÉES D’EXEMPLE",
    ):
        assert words in sentence
    image = Image.open(browsing.taken(page, "png", tmp_path)).convert("RGB")
    assert image.width == 1600
    colours = set(browsing.colours_of(image))
    used = {areas.class_of(code).colour for areas in [annexes[6].panels[-2].areas] for code in areas.values}
    shown = {browsing.rgb(colour) for colour in used}
    assert len(shown & colours) >= len(shown) - 1
    link = page.input_value("#partage-lien")
    page.click("#partage-fermer")

    other = page.context.new_page()
    other.goto(link)
    other.wait_for_selector("html[data-pret]")
    assert browsing.panel(other)["title"] == name
    assert other.inner_text("#mois-nom") == annexes[6].panels[-2].title
    assert not other.locator('#legende [data-classe="uncovered"]').is_checked()
    assert not other.locator('[data-couche="eaux"]').is_checked()
    assert other.evaluate("Cartes.app.views[0].map.getZoom()") == page.evaluate(
        "Cartes.app.views[0].map.getZoom()"
    )

    page.go_back()
    browsing.eventually(page, "document.getElementById('fiche').hidden")
    page.go_forward()
    browsing.eventually(page, "!document.getElementById('fiche').hidden")
    page.click("#fiche-fermer")
    browsing.eventually(page, "!location.hash.includes('ML')")
    assert not opened.clean


def test_cells_never_compute(pages: dict[int, Path], open_page: Open) -> None:
    page = open_page(pages[4]).page
    cells = page.evaluate(
        """["=1+1", " =1", "+1", "-2", "@A1", "\\t=3", "\uff1d4", "a;b", 'd"e', 12.5, -3, null, "x\\r\\ny"]
        .map(Cartes.csvCell)"""
    )
    assert cells == [
        "'=1+1",
        "' =1",
        "'+1",
        "'-2",
        "'@A1",
        "'\t=3",
        "'\uff1d4",
        '"a;b"',
        '"d""e"',
        "12,5",
        "-3",
        "",
        '"x\r\ny"',
    ]


def test_the_list_is_taken_away_too(
    pages: dict[int, Path], annexes: dict[int, Annex], open_page: Open, tmp_path: Path
) -> None:
    page = open_page(pages[4]).page
    page.click("#partager")
    text = browsing.taken(page, "csv", tmp_path).read_text("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))
    assert len(rows) == 1 + len(annexes[4].table.rows)
    assert rows[0][2:] == [column.label for column in annexes[4].table.columns]


def test_hostile_addresses_change_nothing(pages: dict[int, Path], open_page: Open) -> None:
    opened = open_page(pages[1])
    for text in (
        "#%E0%A4%A",
        "#<img src=x onerror=alert(1)>",
        "#ML99&vue=a,b,c&mois=9&carte=7&cacher=%00",
        "#vue=1e9,1,1",
    ):
        opened.page.evaluate("text => { location.hash = text; }", text)
        opened.page.wait_for_timeout(50)
    assert browsing.panel(opened.page)["hidden"]
    assert not opened.clean


def test_a_person_s_walk_through_june(
    month: Stage, grounds: tuple[Any, Any], open_page: Open, tmp_path: Path, artefacts: Path
) -> None:
    """Finds Sévaré, opens its sheet, takes picture, figures and link, opens the link elsewhere, compares January and
    June, prints: each file is read back and held against the specification."""
    annex = BUILDERS[6](month)
    names = month.country.names("commune")
    opened = open_page(web.render(annex, month.country, tmp_path, grounds[1]))
    page = opened.page
    page.fill("#cherche", "sevare")
    page.wait_for_selector("#cherche-liste li")
    assert page.locator("#cherche-liste li").first.inner_text().startswith("Sévaré →")
    page.keyboard.press("Enter")
    code = page.evaluate("location.hash").lstrip("#").split("&")[0]
    sheet, latest = browsing.panel(page), annex.panels[-1].areas
    assert sheet["title"] == names[code]
    assert sheet["figure"] == latest.values[code].text
    assert sheet["months"] == [point.text for point in latest.values[code].trend]

    page.click("#partager")
    sentence = page.input_value("#partage-phrase")
    assert latest.values[code].text in sentence
    assert annex.meta.sources in sentence
    image = Image.open(browsing.taken(page, "png", tmp_path)).convert("RGB")
    colours = set(browsing.colours_of(image))
    assert browsing.rgb(latest.class_of(code).colour) in colours
    rows = list(
        csv.DictReader(
            io.StringIO(browsing.taken(page, "csv", tmp_path).read_text("utf-8-sig")), delimiter=";"
        )
    )
    assert len(rows) == len(annex.panels) * len(names)
    for row in rows:
        areas = next(panel.areas for panel in annex.panels if panel.month == row["mois"])
        assert row["etat"] == areas.state_of(row["pcode"])
        assert row["classe"] == areas.class_of(row["pcode"]).label
        assert row["commune"] == names[row["pcode"]]
    link = page.input_value("#partage-lien")
    page.click("#partage-fermer")

    other = page.context.new_page()
    other.goto(link)
    other.wait_for_selector("html[data-pret]")
    assert browsing.panel(other)["title"] == names[code]

    other.select_option("#ecart-de", "2021-01")
    other.select_option("#ecart-a", "2021-06")
    other.click("#ecart-montrer")
    first = annex.panels[0].areas
    order = {entry.key: at for at, entry in enumerate(latest.classes) if entry.kind == "class"}
    steps = [
        order[latest.values[c].class_key] - order[first.values[c].class_key]
        for c in names
        if latest.values[c].class_key in order and first.values[c].class_key in order
    ]
    worse, better = sum(step > 0 for step in steps), sum(step < 0 for step in steps)
    told = other.inner_text("#ecart-texte")
    assert f"{worse}\u00a0communes en hausse" in told
    assert f"{better}\u00a0commune" in told
    assert other.locator("#ecart-liste li").count() == worse + better

    other.click("#partager")
    assert "écart de janvier 2021 à juin 2021" in other.input_value("#partage-phrase")
    assert f"{first.values[code].text} → {latest.values[code].text}" in other.input_value("#partage-phrase")
    other.click("#partage-fermer")
    pdf = other.pdf(format="A4", prefer_css_page_size=True)
    (artefacts / "web-walk.pdf").write_bytes(pdf)
    sheets = [
        " ".join(unicodedata.normalize("NFKC", sheet.extract_text()).split())
        for sheet in pypdf.PdfReader(io.BytesIO(pdf)).pages
    ]
    assert 3 <= len(sheets) <= 14
    for sheet in sheets:
        assert annex.meta.audience_label in sheet
        assert all(mark in sheet for mark in annex.meta.marks)
    assert f"{worse} communes en hausse" in sheets[0]
    assert "Écart de janvier 2021 à juin 2021" in sheets[0]
    whole = " ".join(sheets)
    for name in (names[c] for c in names if latest.values[c].class_key in order):
        assert unicodedata.normalize("NFKC", name) in whole
    assert not opened.clean
