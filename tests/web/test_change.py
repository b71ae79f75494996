"""What changed between any two months, and whether people find what they say: held against the published figures."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest

from pipeline import web
from pipeline.annexes import BUILDERS
from pipeline.annexes.model import TrendPoint
from pipeline.bulletin.compare import _certain, compare_months
from pipeline.disclosure.counts import Count
from pipeline.french import Month, plain
from pipeline.geography.country import Country
from pipeline.geography.retold import in_division, read_on
from pipeline.web.payload import search_names
from tests.helpers import divided, june
from tests.helpers.browser import Open
from tests.web import web_specs
from tests.web.test_dashboard import staged


def _told(before: TrendPoint | None, now: TrendPoint | None) -> str:
    """Every pair of figures that the published ends leave possible, one by one."""
    if before is None or now is None or before.low is None or now.low is None:
        return "none"
    most = 400
    possible = {
        (b < a) - (b > a)
        for a in (before.low, most if before.high is None else before.high)
        for b in (now.low, most if now.high is None else now.high)
    }
    if possible == {0} and before.low == before.high and now.low == now.high:
        return "same"
    return {(-1,): "up", (1,): "down"}.get(tuple(possible), "open")


@pytest.fixture(scope="module")
def drawn(small_country: Any, tmp_path_factory: pytest.TempPathFactory) -> dict[int, tuple[Any, Path]]:
    stage, folder = staged(small_country, "partenaires"), tmp_path_factory.mktemp("ecarts")
    made = [BUILDERS[number](stage) for number in (1, 6)]
    return {annex.number: (annex, web.render(annex, small_country, folder)) for annex in made}


@pytest.mark.parametrize("number", [1, 6])
def test_the_difference_of_any_two_months_is_true(number: int, drawn: Any, open_page: Open) -> None:
    annex, path = drawn[number]
    opened = open_page(path)
    page = opened.page
    trends = {code: {p.month: p for p in value.trend} for code, value in annex.areas().values.items()}
    months = page.evaluate("[...document.getElementById('ecart-de').options].map(o => o.value)")
    assert len(months) > 1
    for before, now in itertools.permutations(months, 2):
        page.evaluate(
            """([a, b]) => { document.getElementById("ecart-de").value = a; document.getElementById("ecart-a").value = b;
            Cartes.app.change.show(a + "," + b); }""",
            [before, now],
        )
        drawn = page.evaluate(
            """() => { const v = Cartes.app.views[0].scene.areas; return Object.fromEntries(
            Cartes.app.world.units(v.level).map((u, i) => [u.pcode, v.classes[v.class[i]].key])); }"""
        )
        expected = {code: _told(trend.get(before), trend.get(now)) for code, trend in trends.items()}
        assert drawn == {code: f"ecart-{key}" for code, key in expected.items()}
        text = page.inner_text("#ecart-texte")
        assert Month.parse(before).label in text
        assert Month.parse(now).label in text
        for key, words in (("up", "en hausse"), ("down", "en baisse")):
            assert f"{sum(k == key for k in expected.values())}\u00a0commune" in text.split(words)[0]
        listed = page.evaluate(
            "[...document.querySelectorAll('#ecart-liste [data-zone]')].map(b => b.dataset.zone)"
        )
        assert sorted(listed) == sorted(code for code, key in expected.items() if key in ("up", "down"))
    link = page.evaluate("location.href")
    other = page.context.new_page()
    other.goto(link)
    other.wait_for_selector("html[data-pret]")
    assert other.inner_text("#ecart-texte") == page.inner_text("#ecart-texte")
    page.click("#ecart-montrer")
    assert page.evaluate("Cartes.app.views[0].scene.areas.classes[0].key") == annex.areas().classes[0].key
    assert not opened.clean


def test_two_months_side_by_side_say_what_changed_between_them(
    mirror_country: Country, project: Path, open_page: Open, tmp_path: Path
) -> None:
    """ "8 en aggravation" stood beside January and June, where 24 communes had worsened."""
    from pipeline import annexes

    published = june.published(project, mirror_country, "partenaires")
    stage = annexes.Stage(
        published, mirror_country, annexes.page_meta(published, mirror_country, "2021-07-10")
    )
    annex = BUILDERS[6](stage)
    page = open_page(web.render(annex, mirror_country, tmp_path)).page
    page.click("#mois-comparer")
    page.select_option("#mois-autre", "0")
    caption = page.inner_text("#carte-mois")
    first, last = annex.panels[0].areas, annex.panels[-1].areas
    order = {entry.key: rank for rank, entry in enumerate(last.classes) if entry.kind == "class"}
    steps = [
        order[last.values[code].class_key] - order[value.class_key]
        for code, value in first.values.items()
        if value.class_key in order and last.values[code].class_key in order
    ]
    worse, better = sum(step > 0 for step in steps), sum(step < 0 for step in steps)
    assert f"{worse}\u00a0communes en hausse" in caption
    assert f"{better}\u00a0communes en baisse" in caption
    assert "aggravation" not in page.inner_text("#carte-2-mois")


def test_the_page_of_a_comparison_draws_the_difference(small_country: Any) -> None:
    stage = staged(small_country, "partenaires")
    page = compare_months(stage, stage.published)
    assert [
        {v.class_key for v in areas.values.values()} - {"same", "none", "open"} for _, areas in page.maps
    ] == [set()] * len(page.maps)
    assert all(sum(entry.count for entry in areas.classes) == len(areas.values) for _, areas in page.maps)


SAID = {
    "Sévaré": "ML050609",
    "Boni": "ML050408",
    "Korientzé": "ML050606",
    "Timbuktu": "ML060506",
    "Taoudénit": "ML060505",
}


@pytest.mark.slow
def test_every_seat_town_and_code_finds_its_commune(
    mirror_country: Country, open_page: Open, tmp_path: Path
) -> None:
    """650 seats of communes, of which 215 once did not lead to theirs, and what people say for others."""
    annex = next(annex for annex in web_specs.all_annexes(mirror_country) if annex.number == 3)
    page = open_page(web.render(annex, mirror_country, tmp_path)).page
    places = mirror_country.localities
    seats = places[places["place_class"].fillna("").str.endswith("Capital")]
    codes = list(mirror_country.communes["pcode"])
    wanted = [(name, code) for name, code in zip(seats["name"], seats["pcode"], strict=True) if code in codes]
    assert len(wanted) >= 650
    wanted += [*SAID.items(), *((code, code) for code in codes[::70])]
    found = page.evaluate(
        "names => names.map(name => Cartes.find(Cartes.app, name, 8).map(e => e.unit ? e.unit.pcode : ''))",
        [name for name, _ in wanted],
    )
    lost = [pair for pair, hits in zip(wanted, found, strict=True) if pair[1] not in hits]
    assert lost == []
    first = dict(zip([name for name, _ in wanted], found, strict=True))
    assert first["Taoudénit"][0] == "ML060505", "not the village of that name near Niono"
    page.fill("#cherche", "sevare")
    assert page.locator("#cherche-liste li").first.inner_text().startswith("Sévaré → Mopti")


@pytest.mark.parametrize("which", ["approchées", "cercles", "2025", "2025 seule"])
def test_without_communes_a_seat_is_answered_with_its_cercle(
    which: str, approximate_country: Country, cercles_country: Country, request: pytest.FixtureRequest
) -> None:
    """On approximate limits and in the division of 2025: what the page knows, by the area that answers."""
    country = {"approchées": approximate_country, "cercles": cercles_country}.get(which)
    if country is None:
        real, mirror = request.getfixturevalue("mirror_country"), request.getfixturevalue("mirror")
        made = divided.alone(real, mirror) if "seule" in which else divided.both(real, mirror)
        country = in_division(read_on(made, lambda: approximate_country), "2025")
    aliases, names = search_names(country), country.names("cercle") | country.names(country.finest)
    known: dict[str, set[str]] = {}
    for code, name in (country.names("region") | names).items():
        for said in (name, *aliases.get(code, ())):
            known.setdefault(plain(said), set()).add(code)
    for town in SAID:
        assert known.get(plain(town)), town
    reading = country.reading or country
    owners, lost = country.owners, []
    communes = reading.names("commune") or approximate_country.names("commune")
    for code, name in communes.items():
        holder = code if code in names else owners.get(code) or reading.owners.get(code)
        if holder in names and holder not in known.get(plain(name), ()):
            lost.append((code, name, holder))
    assert lost == []
    assert len(communes) == 701


def test_the_page_and_the_comparison_judge_two_counts_alike(pages: dict[int, Path], open_page: Open) -> None:
    """The same rule is written for the page of any two months and for the one that `make compare` writes."""
    counts = [Count("exact", n, n, n) for n in (0, 1, 3, 5, 12)]
    counts += [Count("range", 0, 1, 4), Count("range", 0, 5, 19), Count("range", 0, 3, None), Count("nodata")]
    pairs = list(itertools.product(counts, counts))
    ends = [
        [
            {"low": c.low, "high": c.high} if c.state in ("exact", "range") else {"low": None, "high": None}
            for c in pair
        ]
        for pair in pairs
    ]
    page = open_page(pages[3]).page
    judged = page.evaluate("pairs => pairs.map(([a, b]) => Cartes.changeOf(a, b))", ends)
    assert judged == [_certain(before, now) for before, now in pairs]
    assert set(judged) == {"up", "down", "same", "open", ""}
