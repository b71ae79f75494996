"""index.html as the month's dashboard, in a real browser with the network cut: what is chosen anywhere is shown
everywhere, its numbers are the tables', and what is not published is said so."""

from __future__ import annotations

import csv
import io
import itertools
import json
import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from pipeline.annexes import BUILDERS, Stage, page_meta
from pipeline.bulletin.board import board, write_front_page
from pipeline.bulletin.compare import compare_months, write_comparison
from pipeline.bulletin.tables import CATEGORY_ORDER, bulletin_tables, cell_text
from pipeline.disclosure.counts import Count
from pipeline.disclosure.published import OTHERS, Breakdown
from pipeline.french import day_label
from pipeline.web.dashboard import months_received
from tests.helpers import june, months
from tests.helpers.months import JUNE, MAY
from tests.web.browsing import colours_of, eventually, rgb, taken
from tests.web.conftest import Open
from tests.web.test_open import axe

ROWS = [
    (MAY, "ML050401", "E", 60),
    (MAY, "ML050401", "C", 3),
    (MAY, "ML070201", "B", 9),
    (JUNE, "ML050401", "E", 25),
    (JUNE, "ML050401", "A", 31),
    (JUNE, "ML050101", "C", 3),
    (JUNE, "ML050102", "B", 2),
    (JUNE, "ML0702", "B", 12),
    (JUNE, "ML070202", "D", 2),
    (JUNE, "ML040601", "F", 6),
]
RISK = [(MAY, "ML050401", 21, 4), (JUNE, "ML050401", 22, 4), (JUNE, "ML070201", 8, 2)]
COVERAGE = dict.fromkeys(("ML050401", "ML050101", "ML050102", "ML070201", "ML070202", "ML040601"), "")


def staged(country: Any, audience: str) -> Stage:
    alerts = (
        months.alert(country, "attaque_village", "ML050401", 40),
        months.alert(country, "menace", "ML070201"),
    )
    return months.stage(months.month(ROWS, RISK, alerts, COVERAGE), country, audience)


def written(stage: Stage, folder: Path, made: tuple[tuple[str, str], ...] = ()) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    annexes = [annex for build in BUILDERS.values() if (annex := build(stage)) is not None]
    for annex in annexes:
        kinds = ("xlsx", "html") if annex.number == 4 else ("png", "html")
        for kind in kinds:
            (folder / f"{annex.slug}.{kind}").write_bytes(b"")
    name, _, _ = write_front_page(stage, annexes, folder, made)
    return folder / name


@pytest.fixture(scope="module", params=["partenaires", "interne", "public"])
def told(request, small_country, tmp_path_factory) -> tuple[Stage, Path]:
    stage = staged(small_country, request.param)
    return stage, written(stage, tmp_path_factory.mktemp(request.param))


@pytest.fixture(scope="module")
def partners(small_country, tmp_path_factory) -> tuple[Stage, Path]:
    stage = staged(small_country, "partenaires")
    return stage, written(stage, tmp_path_factory.mktemp("partners"))


def test_a_sum_since_january_says_how_many_months_are_in_it(small_country, tmp_path, open_page: Open):
    stage = staged(small_country, "partenaires")
    assert months_received(board(stage)) == "2 mois reçus sur 6"
    alone = months.stage(months.month([row for row in ROWS if row[0] == JUNE]), small_country, "partenaires")
    known = board(alone)
    assert months_received(known) == "1 mois reçu sur 6"
    assert months_received(replace(known, known=(True,) * 6)) == ""
    opened = open_page(written(alone, tmp_path))
    card = opened.page.locator("#chiffres li", has_text="de janvier à juin 2021")
    assert "1 mois reçu sur 6" in card.inner_text()


CHOOSE = """([m, r, c]) => [["mois", m], ["region", r], ["categorie", c]].forEach(([name, value]) => {
  const list = document.getElementById("choix-" + name);
  list.value = String(value);
  list.dispatchEvent(new Event("change", {bubbles: true}));
})"""


def choose(page: Any, month: int, region: int, category: int) -> None:
    page.evaluate(CHOOSE, [month, region, category])


SHOWN = """() => {
  const texts = (root, selector) => [...root.querySelectorAll(selector)].map(node => node.textContent);
  const grid = key => [...document.querySelectorAll(`#tableau-${key} tbody tr`)].map(
    row => [...row.children].map(cell => cell.textContent));
  const bars = id => [...document.querySelectorAll(`#${id} li`)].map(
    row => [row.querySelector(".nom").textContent, row.querySelector(".valeur").firstChild.textContent]);
  const columns = [...document.querySelectorAll("#tendance .colonne")];
  return {cards: [...document.querySelectorAll("#chiffres li")].map(
      card => [card.querySelector("b").firstChild.textContent, card.querySelector(":scope > span").textContent]),
    phrase: document.getElementById("phrase").textContent, said: document.getElementById("annonce").textContent,
    categories: grid("categories"), regions: grid("regions"),
    byCategory: bars("par-categorie"), byRegion: bars("par-region"),
    trend: columns.map(column => column.querySelector(".total").textContent),
    chosenColumn: columns.findIndex(column => column.classList.contains("choisie")),
    map: document.getElementById("titre-carte").textContent,
    fills: [...document.querySelectorAll("#zones path")].map(path => path.getAttribute("fill"))};
}"""


def counted(stage: Stage, month: Any, region: str, key: str) -> Count:
    """Straight from what disclosure publishes, by another way than the dashboard's."""
    published = stage.published
    if region and key:
        return published.region_categories[month].get(region, {}).get(key, Count.exact(0))
    if region:
        return Count.exact(published.regions[month].get(region, 0))
    return Count.exact(published.categories[month][key] if key else published.total(month))


@pytest.mark.slow
def test_every_choice_shows_the_figures_of_the_tables_everywhere(told, open_page: Open):
    """Every month, region and category: the card, both tables, both lists and the trend say the same."""
    stage, path = told
    opened = open_page(path)
    page = opened.page
    regions = [row.label for row in bulletin_tables(stage.published)[1].rows[:-1]]
    assert len(regions) == 6
    known = [(4, MAY), (5, JUNE)]
    choices = list(itertools.product(known, enumerate(("", *regions)), enumerate(("", *CATEGORY_ORDER))))
    assert len(choices) == 2 * 7 * 7
    seen = page.evaluate(
        f"choices => choices.map(choice => {{ ({CHOOSE})(choice); return ({SHOWN})(); }})",
        [(m, r, c) for (m, _), (r, _), (c, _) in choices],
    )
    for ((m, month), (r, region), (c, key)), shown in zip(choices, seen, strict=True):
        want = counted(stage, month, region, key).text
        where = (month, region, key)
        noun = "violation" if want in ("0", "1") else "violations"
        assert shown["cards"][0] == [want, f"{noun} en {month.label}"], where
        assert shown["said"].endswith(f": {want}"), where
        assert shown["categories"][c - 1 if c else -1][1 + m] == want, where
        assert shown["regions"][r - 1 if r else -1][1 + m] == want, where
        assert [value for _, value in shown["byCategory"]] == [
            counted(stage, month, region, other).text for other in CATEGORY_ORDER
        ], where
        assert shown["byRegion"] == [[name, counted(stage, month, name, key).text] for name in regions], where
        others = [counted(stage, other, region, key) for _, other in known]
        assert shown["trend"][4:] == [
            other.text if other.state in ("exact", "range") else "n.p." for other in others
        ], where
        assert shown["trend"][:4] == ["–"] * 4
        assert shown["chosenColumn"] == m
    assert opened.clean == []


def test_what_is_not_published_is_never_a_number(partners):
    stage, path = partners
    crossed = stage.published.region_categories[JUNE]
    hidden = [(r, k) for r, row in crossed.items() for k, count in row.items() if count.state == "suppressed"]
    assert hidden, "the month has nothing to hide: the test tests nothing"
    data = json.loads(re.search(r'id="donnees">(.*?)</script>', path.read_text("utf-8"))[1])
    for text, low, high, _, exact in data["counts"]:
        if text == "non publié":
            assert (low, high, exact) == (-1, -1, 0)
        elif not exact and "à" in text:
            assert low < high


def test_hidden_figures_read_not_published_in_the_table_the_lists_and_the_cards(partners, open_page: Open):
    stage, path = partners
    page = open_page(path).page
    names = [row.label for row in bulletin_tables(stage.published)[1].rows[:-1]]
    crossed = stage.published.region_categories[JUNE]
    region, key = next(
        (r, k) for r, row in crossed.items() for k, count in row.items() if count.state == "suppressed"
    )
    choose(page, 5, names.index(region) + 1, CATEGORY_ORDER.index(key) + 1)
    shown = page.evaluate(SHOWN)
    assert shown["cards"][0][0] == "non publié"
    assert shown["cards"][1][0] == "non publié", "a year's total would give the month away"
    suppressed = page.evaluate(
        "name => { const i = Cartes.board.data.map.regions.findIndex(region => region.name === name);"
        " return document.querySelectorAll('#regions path')[i].getAttribute('fill'); }",
        region,
    )
    assert suppressed == "url(#trame-suppressed)"


def test_at_the_start_the_tables_are_those_of_the_bulletin_with_and_without_script(partners, open_page: Open):
    stage, path = partners
    shown = open_page(path).page.evaluate(SHOWN)
    text = path.read_text("utf-8")
    for key, table in zip(("categories", "regions"), bulletin_tables(stage.published), strict=True):
        wanted = [[row.label, *map(cell_text, row.cells)] for row in table.rows]
        assert shown[key] == wanted
        markup = re.search(rf'id="tableau-{key}">.*?<tbody>(.*?)</tbody>', text, re.DOTALL)[1]
        rows = [
            re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in markup.split("</tr>") if "<th" in row
        ]
        assert [[cell.replace("&#39;", "'") for cell in row] for row in rows] == wanted


def test_the_map_is_painted_as_annex_1_and_follows_month_region_and_category(partners, open_page: Open):
    stage, path = partners
    page = open_page(path).page
    areas = BUILDERS[1](stage).areas()
    codes = list(stage.country.communes["pcode"])

    def wanted(entry: Any) -> str:
        return f"url(#trame-{entry.key})" if entry.hatch else entry.colour

    shown = page.evaluate(SHOWN)
    assert shown["fills"] == [wanted(areas.class_of(code)) for code in codes]
    whole = page.get_attribute("#carte", "viewBox")
    choose(page, 4, 0, 0)
    may = page.evaluate(SHOWN)
    classes = {entry.key: entry for entry in board(stage).classes}
    counts = stage.published.areas[MAY]
    assert may["fills"] == [wanted(classes[counts[code].class_key(5)]) for code in codes]
    assert may["fills"] != shown["fills"]
    assert "mai 2021" in may["map"]
    choose(page, 5, 4, 0)
    assert page.get_attribute("#carte", "viewBox") != whole
    far = page.evaluate(
        "[...document.querySelectorAll('#zones path')].map(p => p.classList.contains('loin'))"
    )
    assert far == [not code.startswith("ML05") for code in codes]
    choose(page, 5, 0, 1)
    assert page.evaluate("document.getElementById('zones').style.display") == "none"
    assert "Violations par région" in page.evaluate(SHOWN)["map"]


def test_everything_can_be_chosen_from_anywhere_by_hand_and_by_key(partners, open_page: Open):
    opened = open_page(partners[1])
    page = opened.page
    page.locator("#regions").scroll_into_view_if_needed()
    page.evaluate(
        "document.querySelectorAll('#zones path')[6].dispatchEvent(new MouseEvent('click', {bubbles: true}))"
    )
    assert page.input_value("#choix-region") == "4"  # Douentza, Mopti
    assert "Douentza" in page.inner_text("#survol")
    page.click("#par-categorie li:nth-child(3) button")
    assert page.input_value("#choix-categorie") == "3"
    assert page.get_attribute("#par-categorie li:nth-child(3) button", "aria-pressed") == "true"
    page.keyboard.press("Enter")  # the button keeps the focus: again lets it go
    assert page.input_value("#choix-categorie") == "0"
    page.click("#tendance .colonne:nth-of-type(5) .mois", force=True)
    assert page.input_value("#choix-mois") == "4"
    page.click("#tendance .colonne:nth-of-type(1) .mois", force=True)
    assert page.input_value("#choix-mois") == "4", "a month without data cannot be chosen"
    page.focus("#choix-region")
    page.keyboard.press("ArrowDown")
    assert page.input_value("#choix-region") == "5"
    assert "région de Ségou" in page.evaluate(SHOWN)["phrase"]
    page.click("#tout")
    assert [page.input_value(f"#choix-{name}") for name in ("mois", "region", "categorie")] == ["5", "0", "0"]
    assert opened.clean == []


def test_alerts_risk_and_coverage_follow_the_region_and_say_which_month(partners, open_page: Open):
    page = open_page(partners[1]).page

    def cards() -> list[list[str]]:
        return page.evaluate(SHOWN)["cards"][3:]

    assert cards() == [
        ["2", "alertes flash"],
        ["1", "commune à risque critique"],
        ["6", "communes couvertes"],
    ]
    choose(page, 5, 1, 0)
    assert [value for value, _ in cards()] == ["1", "0", "2"]
    choose(page, 4, 0, 0)
    assert [value for value, _ in cards()] == ["–", "1", "6"]
    assert "Publiées pour juin 2021 seulement" in page.inner_text("#chiffres")


def test_profiles_follow_region_and_category_and_say_where_they_are_not_published(
    small_country, tmp_path: Path, open_page: Open
):
    stage = staged(small_country, "partenaires")
    told = (
        Breakdown(
            "type",
            "A",
            "",
            {"Retour forcé": Count.within(20, 29), OTHERS: Count.within(2, 11)},
            Count.exact(31),
        ),
        Breakdown("sexe", "", "", {"Femme": Count.exact(50), "Homme": Count.exact(31)}, Count.exact(81)),
        Breakdown("sexe", "", "Mopti", {"Femme": Count.exact(40), "Homme": Count.exact(21)}, Count.exact(61)),
    )
    path = written(replace(stage, published=replace(stage.published, breakdowns=told)), tmp_path)
    page = open_page(path).page

    def shown() -> dict[str, list[list[str]]]:
        return page.evaluate(
            """() => Object.fromEntries([...document.querySelectorAll("#profils section")].map(part =>
          [part.querySelector("h3").textContent, [...part.querySelectorAll("li")].map(row =>
            [row.querySelector(".nom").textContent, row.querySelector(".valeur").textContent])]))"""
        )

    assert shown() == {"Sexe de la victime": [["Femme", "50"], ["Homme", "31"]]}
    choose(page, 5, 4, 0)
    assert shown() == {"Sexe de la victime": [["Femme", "40"], ["Homme", "21"]]}
    choose(page, 5, 0, CATEGORY_ORDER.index("A") + 1)
    assert shown() == {
        "Type de violation": [["Retour forcé", "20\u00a0à\u00a029"], [OTHERS, "2\u00a0à\u00a011"]]
    }
    assert "1\u00a0profil non publié" in page.text_content("#note-profils")
    choose(page, 4, 0, 0)
    assert shown() == {}
    assert page.text_content("#note-profils") == "Publié pour juin 2021 seulement."


def test_it_is_usable_on_a_phone_and_by_who_cannot_see_it(partners, open_page: Open, artefacts: Path):
    stage, path = partners
    for width, height in ((360, 640), (1280, 900)):
        opened = open_page(path, width, height)
        page = opened.page
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        choose(page, 5, 4, 2)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.screenshot(path=artefacts / f"tableau-de-bord-{stage.published.audience}-{width}.png")
        opened.errors = [error for error in opened.errors if "404" not in error]
        assert axe(page) == []
        assert page.evaluate("document.documentElement.lang") == "fr"
    small = page.evaluate(
        "[...document.querySelectorAll('#choix select, #choix button, .barres button')]"
        ".filter(node => node.getBoundingClientRect().height < 44).length"
    )
    assert small == 0


def test_it_is_one_file_without_requests_whose_texts_are_data(small_country, tmp_path: Path, open_page: Open):
    stage = staged(small_country, "partenaires")
    nasty = '</script><img src=x onerror="window.hacked=1">'
    communes = small_country.communes.assign(name=[nasty, *small_country.communes["name"][1:]])
    regions = small_country.regions.assign(name=[nasty, *small_country.regions["name"][1:]])
    country = replace(small_country, communes=communes, regions=regions)
    stage = Stage(stage.published, country, replace(stage.meta, sources=nasty))
    path = written(stage, tmp_path)
    text = path.read_text("utf-8")
    assert not re.search(r"https?://(?!www\.w3\.org)", text)
    assert not re.findall(r'src="(?!annexe-)', text)
    opened = open_page(path)
    page = opened.page
    page.hover("#zones path >> nth=0")
    assert page.evaluate("window.hacked") is None
    assert opened.requests == []
    assert page.query_selector("img:not([src^='annexe-'])") is None
    assert "default-src 'none'" in text
    assert "unsafe" not in re.search(r'Content-Security-Policy" content="([^"]*)"', text)[1]


def test_links_lead_to_every_annex_and_to_the_bulletin_only_once_it_is_made(small_country, tmp_path: Path):
    stage = staged(small_country, "partenaires")
    made = (
        ("tableaux.xlsx", "Tableaux"),
        ("annexes.docx", "Annexes"),
        ("graphique-regions.png", "Par région"),
    )
    first = written(stage, tmp_path).read_text("utf-8")
    assert "annexes.docx" not in first
    second = written(stage, tmp_path, made).read_text("utf-8")
    links = re.findall(r'href="([^"#]+)"', second)
    for annex in (build(stage) for build in BUILDERS.values()):
        assert f"{annex.slug}.html" in links
    for name in ("cartes.gpkg", *(name for name, _ in made)):
        assert name in links
    assert written(stage, tmp_path, made).read_text("utf-8") == second


def test_the_grid_has_a_dashboard_of_cercles(cercles_country, tmp_path: Path, open_page: Open):
    names = {name: code for code, name in cercles_country.names("cercle").items()}
    frame = months.month([(MAY, names["Douentza"], "E", 30), (JUNE, names["Douentza"], "A", 60)])
    frame.incidents["area"] = frame.incidents["cercle_pcode"]
    path = written(months.stage(frame, cercles_country), tmp_path)
    opened = open_page(path)
    assert opened.page.inner_text("#titre-carte") == "Violations par cercle, juin 2021"
    assert len(opened.page.query_selector_all("#zones path")) == 53
    assert "LIMITES APPROCHÉES" in opened.page.inner_text("header")
    assert opened.clean == []


def test_the_whole_country_weighs_less_than_400_kb(mirror_country, project, tmp_path: Path):
    published = june.published(project, mirror_country, "partenaires")
    stage = Stage(published, mirror_country, page_meta(published, mirror_country, "2021-07-15"))
    assert written(stage, tmp_path).stat().st_size < 400_000


def test_a_month_without_incidents_is_said_to_have_none(small_country, tmp_path: Path, open_page: Open):
    frame = months.month([row for row in ROWS if row[0] == MAY], coverage=COVERAGE)
    opened = open_page(written(months.stage(frame, small_country), tmp_path))
    shown = opened.page.evaluate(SHOWN)
    assert shown["cards"][0] == ["sans données", "violations en juin 2021"]
    assert shown["cards"][2] == ["–", "première catégorie"]
    assert shown["trend"][4:] == ["72", "–"]
    assert opened.page.text_content("#lecture-tendance") == "Aucune donnée pour juin 2021."
    assert opened.clean == []


@pytest.mark.parametrize("width", [390, 1280])
def test_the_comparison_of_two_months_reads_well_on_a_phone_and_a_screen(
    small_country, tmp_path: Path, open_page: Open, artefacts: Path, width: int
):
    stage = staged(small_country, "partenaires")
    may = replace(stage.published, month=MAY, coverage={"ML050401": ""})
    opened = open_page(write_comparison(compare_months(stage, may), "commune", tmp_path), width, 900)
    page = opened.page
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert "La couverture du monitoring a changé" in page.inner_text(".reserves")
    assert page.query_selector(".reserves").bounding_box()["y"] < 700, "the caveat comes before the figures"
    page.screenshot(path=artefacts / f"comparaison-{width}.png")
    assert axe(page) == []
    assert opened.clean == []


def test_the_selection_is_in_the_address_and_a_link_opens_it(partners, open_page: Open) -> None:
    stage, path = partners
    opened = open_page(path)
    page = opened.page
    page.select_option("#choix-region", label="Mopti")
    page.select_option("#choix-categorie", index=5)
    page.select_option("#choix-mois", label="mai 2021")
    told = page.inner_text("#phrase")
    key = board(stage).categories[4][0]
    assert page.evaluate("location.hash") == f"#mois=2021-05&region=Mopti&categorie={key}"
    page.click("#partager")
    link, sentence = page.input_value("#partage-lien"), page.input_value("#partage-phrase")
    assert sentence.startswith(told)
    assert board(stage).cube[4, board(stage).regions.index("Mopti") + 1, 5].text in sentence
    assert stage.meta.audience_label in sentence
    page.click("#partage-fermer")

    other = page.context.new_page()
    other.goto(link)
    other.wait_for_selector("html[data-pret]", state="attached")
    assert other.inner_text("#phrase") == told

    page.go_back()
    eventually(page, "!location.hash.includes('mois=')")
    assert page.evaluate("location.hash") == f"#region=Mopti&categorie={key}"
    for hostile in ("#%E0%A4%A", "#region=<img src=x>", "#mois=2099-01&categorie=Z"):
        other.goto(path.as_uri() + hostile)
        other.reload()
        other.wait_for_selector("html[data-pret]", state="attached")
        assert other.inner_text("#phrase").startswith("Juin 2021, toutes les régions")
    assert not opened.clean


def test_a_code_in_the_address_opens_its_area_and_leads_to_its_sheets(partners, open_page: Open) -> None:
    stage, path = partners
    page = open_page(Path(f"{path}")).page
    page.goto(path.as_uri() + "#ML050401")
    page.reload()
    page.wait_for_selector("html[data-pret]", state="attached")
    name = stage.country.names("commune")["ML050401"]
    assert page.inner_text("#survol").startswith(name)
    assert page.evaluate("document.getElementById('choix-region').selectedOptions[0].text") == "Mopti"
    links = page.eval_on_selector_all("#fiches a", "all => all.map(a => a.getAttribute('href'))")
    assert links
    assert all(link.endswith(".html#ML050401") for link in links)
    page.goto(path.as_uri() + "#ML07")
    page.reload()
    page.wait_for_selector("html[data-pret]", state="attached")
    assert page.evaluate("document.getElementById('choix-region').selectedOptions[0].text") == "Gao"
    page.click("#tout")
    assert page.evaluate("location.hash") == ""


@pytest.mark.parametrize("choice", [(5, 0, 0), (4, 4, 0), (5, 0, 5)])
def test_the_dashboard_gives_its_view_as_a_picture(
    partners, open_page: Open, tmp_path: Path, artefacts: Path, choice: tuple[int, int, int]
) -> None:
    """The picture has every colour that the map shows, and is written with what the page says: figures, marks, source."""
    stage, path = partners
    opened = open_page(path)
    page = opened.page
    choose(page, *choice)
    page.evaluate(
        """() => { window.written = []; const write = CanvasRenderingContext2D.prototype.fillText;
      CanvasRenderingContext2D.prototype.fillText = function (text) {
        window.written.push(text); return write.apply(this, arguments); }; }"""
    )
    page.click("#partager")
    file = taken(page, "png", tmp_path)
    assert file.suffix == ".png"
    shutil.copy(file, artefacts / f"tableau-de-bord-{'-'.join(map(str, choice))}.png")
    image = Image.open(file).convert("RGB")
    assert image.width == 1600
    assert 1200 < image.height < 2000
    colours = colours_of(image)
    group = "#regions" if choice[2] else "#zones"
    fills = set(
        page.eval_on_selector_all(
            f"{group} path:not(.loin)", "all => all.map(path => path.getAttribute('fill'))"
        )
    )
    entries = {
        f"url(#trame-{entry.key})": entry.hatch_colour for entry in board(stage).classes if entry.hatch
    }
    assert len(fills) >= 2
    for fill in fills:
        # More than its square in the legend.
        assert colours.get(rgb(entries.get(fill, fill)), 0) > (60 if fill in entries else 700), fill
    written = " ".join(page.evaluate("window.written"))
    shown = page.evaluate(SHOWN)
    for words in (
        shown["phrase"],
        *itertools.chain(*shown["cards"], *shown["byCategory"], *shown["byRegion"]),
        stage.meta.audience_label,
        *stage.meta.marks,
    ):
        assert words in written
    plain = "".join(written.split())
    for words in (stage.meta.sources, stage.meta.disclaimer, day_label(stage.meta.produced_on)):
        assert "".join(words.split()) in plain
    assert shown["map"] in written
    assert opened.clean == []


FITS = """() => {
  const holder = document.getElementById("tendance"), drawn = holder.querySelector("svg");
  const boxes = [...drawn.querySelectorAll("text")].map(node => node.getBoundingClientRect());
  const met = boxes.some((a, i) => boxes.some((b, j) => i < j && a.left < b.right && b.left < a.right
    && a.top < b.bottom - 2 && b.top < a.bottom - 2));
  return [drawn.getBoundingClientRect().width, holder.clientWidth, met];
}"""


def test_the_trend_takes_the_whole_width_from_the_first_view_on(partners, open_page: Open) -> None:
    """It was drawn before the page showed itself, 320 pixels wide whatever the screen: half of it stayed empty."""
    page = open_page(partners[1]).page
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 844})
        page.wait_for_timeout(250)
        drawn, room, met = page.evaluate(FITS)
        assert abs(drawn - room) <= 1, width
        assert not met, "words over each other"
    page.emulate_media(forced_colors="active")
    paper = "document.querySelector('.barre') && getComputedStyle(document.querySelector('.barre')).backgroundColor"
    assert page.evaluate(paper) == "rgb(255, 255, 255)", "dark bars on a system's black"


def test_a_browser_that_darkens_pages_leaves_the_trend_readable(partners, open_page: Open) -> None:
    """Words and colours of a drawing stay as they are there: so must the paper under them."""
    page = open_page(partners[1], dark=True).page
    image = Image.open(io.BytesIO(page.locator("#tendance svg").screenshot())).convert("RGB")
    counts = colours_of(image)
    assert counts.get((255, 255, 255), 0) > image.width * image.height / 2
    around = Image.open(io.BytesIO(page.locator("#phrase").screenshot())).convert("L")
    assert around.getpixel((around.width - 2, 2)) < 80


def test_what_the_dashboard_gives_away_is_what_it_publishes(
    partners, open_page: Open, tmp_path: Path
) -> None:
    stage, path = partners
    found = board(stage)
    page = open_page(path).page
    page.click("#partager")
    text = taken(page, "csv", tmp_path).read_text("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))
    regions, categories = ["Toutes", *found.regions], ["Toutes", *(c[1] for c in found.categories)]
    told = {
        (found.months[m][0], regions[r], categories[c]): count
        for (m, r, c), count in found.cube.items()
        if found.known[m]
    }
    assert len(rows) == len(told)
    for row in rows:
        count = told[row["mois"], row["region"], row["categorie"]]
        exact = count.state == "exact"
        assert row["valeur"] == (str(count.low) if exact else count.text)
        assert row["public"] == stage.meta.audience_label
