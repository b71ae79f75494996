"""What stands in the file, without a browser."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import esprima
import folium
import pytest

from pipeline import web
from pipeline.annexes.model import Areas, Column, Table
from pipeline.french import marks_held
from pipeline.web import dashboard, page
from pipeline.web import page as assets
from pipeline.web.page import script_json
from pipeline.web.payload import column_data, payload
from tests.web import web_specs


class Parts(HTMLParser):
    """Elements of a page with their attributes; texts of scripts and styles; the visible text."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.inline: list[tuple[str, str]] = []
        self.text = ""
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag in ("script", "style"):
            self._inside = tag
            self.inline.append(("data" if dict(attrs).get("type") else tag, ""))

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside:
            kind, text = self.inline[-1]
            self.inline[-1] = (kind, text + data)
        else:
            self.text += data


def parts(path: Path) -> Parts:
    found = Parts()
    found.feed(path.read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("number", [1, 2, 3, 4, 6])
def test_nothing_is_named_outside(pages: dict[int, Path], number: int) -> None:
    found = parts(pages[number])
    for tag, attributes in found.elements:
        assert tag not in ("iframe", "object", "embed", "base", "form")
        for name, value in attributes.items():
            assert not name.startswith("on"), "inline handler"
            assert name != "style", "a style attribute would be refused by the policy"
            if name in ("src", "href", "action"):
                assert value is not None
                assert value.startswith(("#", "data:")), f"{tag} {name} {value}"
    for kind, text in found.inline:
        if kind == "style":
            assert "url(" not in text
            assert "@import" not in text
    assert "jquery" not in pages[number].read_text().lower()
    assert "bootstrap" not in pages[number].read_text().lower()


@pytest.mark.parametrize("number", [1, 4, 6])
def test_the_policy_names_what_stands_in_the_page(pages: dict[int, Path], number: int) -> None:
    found = parts(pages[number])
    policy = next(a["content"] for t, a in found.elements if a.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    assert policy.startswith("default-src 'none'; ")
    for unsafe in ("unsafe", "*", "http:", "self"):
        assert unsafe not in policy
    for kind, text in found.inline:
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert kind == "data" or f"'sha256-{digest}'" in policy
    first = next(i for i, (tag, _) in enumerate(found.elements) if tag in ("script", "style"))
    policy_at = next(i for i, (_, a) in enumerate(found.elements) if "http-equiv" in a)
    assert policy_at < first


def test_the_tile_host_is_named_only_where_it_is_offered(country: Any, tmp_path: Path) -> None:
    offered = web.render(web_specs.risk(country), country, tmp_path / "a").read_text()
    public = dataclasses.replace(web_specs.META, audience="public", online_background=False)
    kept = web.render(web_specs.risk(country, public), country, tmp_path / "b").read_text()
    listed = web.render(web_specs.listing(), country, tmp_path / "c").read_text()
    assert "img-src data: https://a.tile.openstreetmap.fr;" in offered
    for text in (kept, listed):
        assert "img-src data:;" in text
        assert "openstreetmap" not in text.lower()


def test_the_map_is_a_folium_map(annexes: dict[int, Any], country: Any) -> None:
    figure = page.annex_page(annexes[3], web.prepare(country))
    found = [child for child in figure._children.values() if isinstance(child, folium.Map)]
    assert len(found) == 1
    assert 'var map_carte = L.map("carte"' in figure.render()


def test_same_annex_same_bytes(annexes: dict[int, Any], country: Any, tmp_path: Path) -> None:
    for number, annex in annexes.items():
        once = web.render(annex, country, tmp_path / "a").read_bytes()
        assert once == web.render(annex, country, tmp_path / "b").read_bytes(), number


def test_furniture_is_on_the_page(pages: dict[int, Path], annexes: dict[int, Any]) -> None:
    for number, path in pages.items():
        annex, found = annexes[number], parts(path)
        text = " ".join(found.text.split())
        assert ("html", {"lang": "fr"}) in found.elements
        for wanted in (
            annex.title,
            annex.subtitle,
            annex.caption,
            annex.counts_line,
            annex.meta.audience_label,
            annex.meta.sources,
            annex.meta.disclaimer,
            "DONNÉES D’EXEMPLE",
            "juin 2021",
            "20 décembre 2021",
            "12 juillet 2021",
            "Bulletin n° 6",
            *annex.notes,
        ):
            assert " ".join(wanted.split()) in text, (number, wanted)
        assert "LIMITES APPROCHÉES" not in text
        for wanted in (annex.caption, annex.meta.disclaimer, *annex.notes):
            assert marks_held(wanted) in found.text, "a narrow screen would begin a line with a mark"


def test_pages_on_approximate_limits_say_so(cercles_country: Any, tmp_path: Path) -> None:
    meta = dataclasses.replace(web_specs.META, approximate=True, rollup_note="Par cercle.")
    path = web.render(web_specs.risk(cercles_country, meta), cercles_country, tmp_path)
    text = parts(path).text
    assert "LIMITES APPROCHÉES" in text
    assert "Par cercle." in text


def test_classes_and_colours_are_the_specifications(annexes: dict[int, Any], country: Any) -> None:
    shared = web.prepare(country)
    document = payload(annexes[3], shared)
    areas = next(layer for layer in annexes[3].layers if isinstance(layer, Areas))
    assert [c["colour"] for c in document["areas"][0]["classes"]] == [c.colour for c in areas.classes]
    assert document["table"]["keys"] is None, "rows in the order of the areas do not repeat their codes"


def test_an_area_too_few_stops_the_page(annexes: dict[int, Any], country: Any) -> None:
    shared = web.prepare(country)
    areas = annexes[3].layers[0]
    short = dict(list(areas.values.items())[1:])
    annex = dataclasses.replace(annexes[3], layers=(dataclasses.replace(areas, values=short),))
    with pytest.raises(ValueError, match="ML010101"):
        payload(annex, shared)


def test_templates_in_names_are_not_run(country: Any, tmp_path: Path) -> None:
    annex = dataclasses.replace(web_specs.risk(country), title="{{ 7*7 }}{% if x %}", caption="{{ this }}")
    text = web.render(annex, country, tmp_path).read_text()
    assert "<h1>Annexe 3 – {{ 7*7 }}{% if x %}</h1>" in text
    assert "{{ this }}" in text


def test_json_cannot_leave_its_element() -> None:
    hostile = "</script><!--\u2028\u2029&'\""
    text = script_json({"a": hostile})
    assert not re.search("[<>&\u2028\u2029]", text)
    assert json.loads(text) == {"a": hostile}


def test_columns_keep_their_cells() -> None:
    cells = (1.0, 2.5, None, "1 à 4", float("nan"))
    assert column_data(Column("n", "N", "number"), cells)["v"] == [1, 2.5, None, "1 à 4", None]
    repeated = column_data(Column("t", "T"), ("a", "b", "a", None, "a", "a"))
    assert repeated["d"] == ["a", "b", None]


def test_scripts_lose_their_comments_alone() -> None:
    """Word for word what the source says, to a parser."""

    def words(text: str) -> list[str]:
        return [token.value for token in esprima.parseScript(text, {"tokens": True}).tokens]

    for name in {*assets.MAP_SCRIPTS, *dashboard.SCRIPTS}:
        assert words(assets.script_of((name,))) == words((assets.HERE / "js" / f"{name}.js").read_text()), (
            name
        )


def test_leaflet_comes_whole_and_asks_for_nothing() -> None:
    assert assets.leaflet_script().startswith("/* @preserve")
    assert "sourceMappingURL" not in assets.leaflet_script()
    assert "url(" not in assets.leaflet_style()
    assert ".leaflet-pane" in assets.leaflet_style()


def test_files_are_small(mirror_country: Any, tmp_path: Path) -> None:
    shared = web.prepare(mirror_country)
    for annex in web_specs.all_annexes(mirror_country):
        size = web.render(annex, mirror_country, tmp_path, shared).stat().st_size
        assert size <= (700_000 if annex.number == 6 else 520_000), annex.number


def test_index_presents_the_month(annexes: dict[int, Any], tmp_path: Path) -> None:
    entries = (
        web.IndexEntry(
            1, "Incidents", "Juin", "Une légende.", "Une carte.", ("annexe-1.png", "annexe-1.html")
        ),
        (4, "Liste <b>", "Juin", "Un tableau.", "", ("annexe-4.html", "annexe 4.xlsx")),
    )
    path = web.render_index(web_specs.META, entries, tmp_path, [("Couches pour QGIS", "cartes.gpkg")])
    found = parts(path)
    links = [attributes.get("href") for tag, attributes in found.elements if tag == "a"]
    images = [attributes for tag, attributes in found.elements if tag == "img"]
    assert [(i["src"], i["alt"]) for i in images] == [("annexe-1.png", "Une carte.")]
    for wanted in ("annexe-1.html", "annexe-1.png", "annexe-4.html", "annexe%204.xlsx", "cartes.gpkg"):
        assert wanted in links
    assert "Une légende." in found.text
    assert "Liste <b>" in found.text
    assert not [tag for tag, _ in found.elements if tag == "script"]


def test_a_table_alone_needs_no_country(country: Any, tmp_path: Path) -> None:
    annex = dataclasses.replace(web_specs.listing(), table=Table("Vide", (Column("a", "A"),), ()))
    text = web.render(annex, country, tmp_path).read_text()
    assert "L.map" not in text
    assert len(text) < 60_000


def test_a_quiet_ground_stands_after_what_lies_on_it(country: Any, tmp_path: Path) -> None:
    """Its classes may be switched off as any, but the page does not say that this thins out the table of events."""
    ground = dataclasses.replace(
        web_specs.risk(country).areas(), id="densite", title="Habitants au km²", ground=True
    )
    alerts = web_specs.alerts(country)
    annex = dataclasses.replace(alerts, layers=(ground, *alerts.layers))
    page = web.render(annex, country, tmp_path, web.prepare(country)).read_text("utf-8")
    legends = re.findall(r"<legend>([^<]*)</legend>", page)
    assert legends[-1] == "Habitants au km²"
    assert legends.index("Type d’événement") < len(legends) - 1
    assert "<li>Habitants au km² :</li>" in page
    assert "et du tableau" not in page
    assert all(f'data-classe="{entry.key}"' in page for entry in ground.classes)
