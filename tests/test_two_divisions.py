"""One month told in the division of 2021 and in that of 2025: the same rows, row for row, and one release."""

from __future__ import annotations

import csv
import shutil
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from pipeline import web
from pipeline.annexes import Stage, page_meta
from pipeline.annexes.common import moved_notes
from pipeline.bulletin.board import write_front_page
from pipeline.bulletin.compare import compare_months
from pipeline.bulletin.tables import bulletin_tables
from pipeline.commands import against_published, divisions, new_month
from pipeline.disclosure import publish, record_of
from pipeline.disclosure.counts import ZERO
from pipeline.disclosure.retold import total
from pipeline.errors import BoundaryError
from pipeline.french import Month
from pipeline.geography.country import Country
from pipeline.geography.divisions import division, lineage
from pipeline.geography.retold import astray, chosen, held, in_division, read_on
from pipeline.geography.store import approximate_country, load, write
from pipeline.month_data import MonthData, read_month
from pipeline.register import SharedMonth, enter
from pipeline.runner import Order, _kept_division, run, specify, stage_of
from pipeline.runner import month_of as read_on_its_country
from tests.helpers import divided
from tests.helpers.browser import Open

JUNE, OCTOBER = Month(2021, 6), Month(2026, 10)
HEAD = ("id", "date", "region", "cercle", "commune", "localite", "pcode", "categorie", "type")
INFO = 'bulletin = "n° 1"\nsources = "essai"\nexemple = true\n'


@pytest.fixture(scope="module")
def june_inputs(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """June 2021 alone, with the totals of its year."""
    folder = tmp_path_factory.mktemp("juin")
    for name in ("2021", "2021-06"):
        shutil.copytree(project / "inputs" / name, folder / name)
    return folder


@pytest.fixture(scope="module")
def both(mirror_country: Country, mirror: Path) -> Country:
    return divided.both(mirror_country, mirror)


@pytest.fixture(scope="module")
def alone(mirror_country: Country, mirror: Path) -> Country:
    return read_on(divided.alone(mirror_country, mirror), approximate_country)


@pytest.fixture(scope="module")
def told(june_inputs: Path, both: Country) -> dict[str, tuple[Country, MonthData]]:
    """June in each division."""
    countries = {key: in_division(both, key) for key in ("2021", "2025")}
    return {key: (country, read_month(june_inputs, JUNE, country)) for key, country in countries.items()}


def month_of(folder: Path, rows: list[tuple[str, ...]], month: Month = JUNE, more: str = "") -> Path:
    """Inputs of one month: rows of (region, cercle, commune, localite, pcode)."""
    place = folder / str(month)
    place.mkdir(parents=True)
    (place / "mois.toml").write_text(INFO + more, "utf-8")
    with (place / "incidents.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(HEAD)
        for number, row in enumerate(rows):
            writer.writerow((f"R{number}", f"{month}-02", *row, "B", "Meurtre"))
    return folder


def order(
    folder: Path, inputs: Path, month: Month, division: str = "", audience: str = "partenaires"
) -> Order:
    """A month of some inputs on the boundaries of a folder, which also holds its outputs and its register."""
    return Order(
        month, audience, inputs, folder / "outputs", folder / "mali.gpkg", "2023-06-10", (4,), False, 1.0,
        division=division, registry=folder / "registre",
    )  # fmt: skip


def names(country: Country, data: MonthData) -> list[tuple[str, str, bool]]:
    """Region, cercle and whether it is a question, of each incident."""
    regions, cercles = country.names("region"), country.names("cercle")
    return [
        (regions.get(p.region_pcode, ""), cercles.get(p.cercle_pcode, ""), p.question)
        for p in data.placed[0].places
    ]


@pytest.mark.slow
def test_june_is_found_again_row_for_row(told):
    (old, before), (new, after) = told["2021"], told["2025"]
    first, second = before.indicators.incidents, after.indicators.incidents
    assert list(first["id"]) == list(second["id"])
    assert list(first["area"]) == list(second["area"]), "a commune stays itself"
    ways = Counter(
        (old.names("region").get(a, ""), new.names("region").get(b, ""))
        for a, b in zip(first["region_pcode"], second["region_pcode"], strict=True)
    )
    mopti = {other: count for (region, other), count in ways.items() if region == "Mopti"}
    assert sum(mopti.values()) == 947
    assert set(mopti) == {"Mopti", "Bandiagara", "Douentza", "Ségou"}
    for area, cercle, region in zip(
        second["area"], second["cercle_pcode"], second["region_pcode"], strict=True
    ):
        if area:
            line = lineage().line(area)
            assert cercle in {line.cercle, *line.shared}
            assert division("2025").region(cercle).code == region
    kareri = second[second["area"] == "ML050704"]
    assert len(kareri)
    assert set(kareri["region"]) == {"Ségou"}


@pytest.mark.slow
def test_printed_totals_hold_in_the_division_that_printed_them(
    june_inputs: Path, both: Country, tmp_path: Path
):
    write(both, tmp_path / "mali.gpkg", None)
    lines: list[str] = []
    against_published(order(tmp_path, june_inputs, JUNE, "2025"), lines.append)
    assert not [line for line in lines if "juin" in line.lower() and "dans le bulletin" in line]
    text = "\n".join(lines)
    assert "Mopti (2021) 947 = Douentza 644 + Mopti 221 + Bandiagara 79 + Ségou 3 (2025)" in text
    assert "0 région différente" in text


@pytest.mark.slow
@pytest.mark.parametrize("audience", ["partenaires", "public"])
def test_two_tellings_are_one_release(told, audience: str):
    """All that the second telling gives follows from the first: no sum of it can be held against the first."""
    (old, before), (new, after) = told["2021"], told["2025"]
    first, second = (
        publish(data.indicators, country, audience) for country, data in ((old, before), (new, after))
    )
    assert record_of(first) == record_of(second), "one month, one record"
    areas = first.areas[JUNE]
    assert dict(second.areas[JUNE]) == dict(areas)
    for code, count in second.cercles[JUNE].items():
        inside = [areas[area] for area, cercle in new.owners.items() if cercle == code]
        assert count == (total(inside) if inside else ZERO)
    assert second.regions[JUNE] == {
        "Gao": 133, "Kidal": 15, "Ménaka": 2, "Mopti, Bandiagara et Douentza": 947, "Ségou et San": 43,
        "Tombouctou et Taoudenni": 97,
    }  # fmt: skip
    assert sum(first.categories[JUNE].values()) == sum(second.categories[JUNE].values())


@pytest.mark.slow
@pytest.mark.parametrize("audience", ["interne", "partenaires", "public"])
def test_pages_of_2025_are_as_small_as_those_of_2021(told, audience: str, tmp_path: Path):
    country, data = told["2025"]
    published = publish(data.indicators, country, audience)
    stage = Stage(published, country, page_meta(published, country, "2021-07-15"))
    shared = web.prepare(country)
    for annex in specify(stage):
        if annex.number in (1, 6):
            size = web.render(annex, country, tmp_path, shared).stat().st_size
            assert size <= (700_000 if annex.number == 6 else 520_000), annex.number


@pytest.mark.slow
def test_who_may_see_all_is_told_the_new_regions(told):
    country, data = told["2025"]
    found = publish(data.indicators, country, "interne").regions[JUNE]
    assert (found["Douentza"], found["Mopti"], found["Bandiagara"]) == (644, 221, 79)
    assert sum(found.values()) == 1237


def test_the_division_of_a_month_is_the_one_in_force_among_those_at_hand(
    mirror_country: Country, both: Country, alone: Country, small_country: Country
):
    now, then = date(2026, 10, 31), date(2021, 6, 30)
    assert [chosen(both, "", day) for day in (then, now)] == ["2021", "2025"]
    assert [chosen(mirror_country, "", day) for day in (then, now)] == ["2021", "2021"]
    assert chosen(mirror_country, "2025", then) == "2025"
    assert chosen(alone, "", then) == "2025"
    approximate = approximate_country()
    assert [chosen(approximate, "", day) for day in (then, now)] == ["2021", "2025"]
    assert held(small_country) == ()
    assert chosen(small_country, "", now) is None
    assert in_division(small_country, None) is small_country
    for country, asked in ((alone, "2021"), (both, "2030"), (small_country, "2025")):
        with pytest.raises(BoundaryError) as error:
            chosen(country, asked, then)
        assert f"DIVISION={asked!r}" in error.value.problem


def test_cercles_nest_in_both_divisions(both: Country, mirror_country: Country):
    new = in_division(both, "2025")
    assert (len(new.regions), len(new.cercles), len(new.communes), new.division) == (20, 160, 701, "2025")
    without = in_division(mirror_country, "2025")
    assert len(without.cercles) == 160 - len(lineage().landless())
    for code, cercle in zip(new.communes["pcode"], new.communes["cercle_pcode"], strict=True):
        assert cercle == lineage().owner(code)
    assert {found.commune for found in astray(both)} <= {"ML070205", "ML070301"}, "the stand-in cuts these"


def test_both_are_kept_in_one_file(both: Country, tmp_path: Path):
    write(both, tmp_path / "mali.gpkg", None)
    again = load(tmp_path / "mali.gpkg")
    assert list(again.newer.cercles["pcode"]) == list(both.newer.cercles["pcode"])
    assert again.newer.source == both.newer.source


BARE = [("", "", "", "", code) for code in ("ML0501", "ML0101", "ML09", "ML1903", "ML9999")]


@pytest.mark.parametrize(
    ("more", "right"),
    [
        ("", [None] * 5),
        ('division = "2025"\n', ["Mopti", "Kayes", "Taoudenni", "Bankass", None]),
        ('division = "2021"\n', ["Bandiagara", "Bafoulabe", "Bamako", None, None]),
    ],
)
def test_a_bare_code_is_read_only_in_a_division_that_is_known(
    more: str, right: list[str | None], both: Country, tmp_path: Path
):
    inputs = month_of(tmp_path, BARE, more=more)
    asked = "2025" if "2025" in more else "2021"
    places = read_month(inputs, JUNE, in_division(both, asked)).placed[0].places
    assert [None if place.question else place.name for place in places] == right


def test_agreement_of_codes_and_names_across_a_file_tells_its_division(both: Country, tmp_path: Path):
    rows = [
        ("Mopti", "Mopti", "", "", "ML0501"),
        ("Gao", "Ansongo", "", "", "ML0703"),
        ("", "", "", "", "ML0501"),
    ]
    new = in_division(both, "2025")
    known = read_month(month_of(tmp_path / "a", rows), JUNE, new)
    assert names(new, known)[2] == ("Mopti", "Mopti", False)
    contrary = [*rows, ("Mopti", "Bandiagara", "", "", "ML0501")]
    doubtful = read_month(month_of(tmp_path / "b", contrary), JUNE, new)
    assert doubtful.placed[0].places[2].question, "one row of the other division: nothing is sure"


def test_rows_written_since_the_law_are_told_in_both_divisions(project: Path, both: Country, tmp_path: Path):
    case = project.parent / "shared" / "cases" / "places" / "incidents_new_division.csv"
    if not case.is_file():
        pytest.skip("no case of rows of the new division beside the project")
    inputs = month_of(tmp_path, [])
    shutil.copyfile(case, inputs / str(JUNE) / "incidents.csv")
    rows = list(csv.DictReader(case.open(encoding="utf-8")))
    new = in_division(both, "2025")
    for row, (region, cercle, question) in zip(rows, names(new, read_month(inputs, JUNE, new)), strict=True):
        known = (
            {unit.name for unit in division("2025").named(row["cercle"], "cercle")}
            if row["cercle"]
            else set()
        )
        assert question or not known or cercle in known or row["id"] in ("N12", "N13"), (row, region, cercle)
        regions = (
            {unit.name for unit in division("2025").named(row["region"], "région")}
            if row["region"]
            else set()
        )
        if row["id"] not in (
            "N15",
            "N24",
        ):  # written before the law: San was in Ségou, and Mopti was four regions
            assert question or not regions or region in regions, (row, region)
    data = read_month(inputs, JUNE, both)
    assert data.indicators.retold.read >= 14
    old = both.names("cercle")
    placed = dict(zip((row["id"] for row in rows), data.placed[0].places, strict=True))
    assert old[placed["N4"].cercle_pcode] == "Douentza"
    assert old[placed["N28"].cercle_pcode] == "Bandiagara"


def test_a_month_of_2026_stands_at_the_cercles_it_names(both: Country, alone: Country, tmp_path: Path):
    """Every cercle of 2025 with and without a commune: at it, or asked about; never in a namesake."""
    new = division("2025")
    rows, wanted = [], []
    for unit in new.level("cercle"):
        inside = [commune.name for commune in new.level("commune") if commune.parent == unit.code]
        for commune in ("", *inside[:2]):
            rows.append((new.region(unit.code).name, unit.name, commune, "", ""))
            wanted.append(unit.code)
    inputs = month_of(tmp_path, rows, OCTOBER)
    for ground in (both, alone):
        country = in_division(ground, "2025")
        places = read_month(inputs, OCTOBER, country).placed[0].places
        wrong = [
            (row, place.cercle_pcode, place.evidence)
            for row, code, place in zip(rows, wanted, places, strict=True)
            if not place.question and place.cercle_pcode != code
        ]
        assert wrong == [], wrong
        sure = sum(not place.question for place in places)
        assert sure >= 0.8 * len(rows), f"{len(rows) - sure} asked of {len(rows)}"


def test_make_divisions_tells_what_is_there_and_what_a_month_is_drawn_on(
    both: Country, alone: Country, june_inputs: Path, tmp_path: Path
):
    said: dict[str, str] = {}
    for name, country in (("both", both), ("alone", alone)):
        write(replace(country, reading=None), tmp_path / "mali.gpkg", None)
        lines: list[str] = []
        divisions(order(tmp_path, june_inputs, OCTOBER), lines.append)
        said[name] = "\n".join(lines)
    assert "DIVISION=2021 (en vigueur depuis le 1er janvier 2016) : 10 régions, 53 cercles" in said["both"]
    assert "DIVISION=2025 (en vigueur depuis le 13 mars 2023) : 20 régions, 160 cercles" in said["both"]
    assert "674 sûr, 20 probable, 7 à vérifier" in said["both"]
    assert "cercle Ersane (ML0713), dessiné par les limites de 2025" in said["both"]
    assert said["both"].endswith(
        "Octobre 2026 se dessine sur la division de 2025 (en vigueur en octobre 2026)"
    )
    assert "DIVISION=2021" not in said["alone"]


def test_the_officer_s_line_moves_a_commune(both: Country):
    row = {
        "commune_2021": "ML060505", "cercle_2025": "ML0902", "certitude": "sûr", "decide_par": "A. T.",
        "decide_le": "2026-11-20",
    }  # fmt: skip
    changed = replace(both, lineage=both.lineage.corrected([row]))
    communes = in_division(changed, "2025").communes.set_index("pcode")
    assert communes.loc["ML060505", "cercle_pcode"] == "ML0902"


@pytest.fixture(scope="module")
def across(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Months on both sides of the law on limits that are of neither division: `inputs` and `mali.gpkg`."""
    folder = tmp_path_factory.mktemp("loi")
    write(approximate_country(), folder / "mali.gpkg", None)
    divided.across(folder / "inputs")
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("key", ["2021", "2025"])
@pytest.mark.parametrize("audience", ["interne", "partenaires"])
def test_months_on_both_sides_of_the_law_stand_side_by_side(key: str, audience: str, across: Path):
    *_, last = divided.ACROSS
    asked = order(across, across / "inputs", last, key, audience)
    country, data = read_on_its_country(asked)
    stage = stage_of(asked, data, country)
    published = stage.published
    assert country.division == key
    assert published.months == divided.ACROSS
    names = {frozenset(published.regions[month]) for month in divided.ACROSS}
    assert len(names) == 1, "the same regions in every month"
    six = next(annex for annex in specify(stage) if annex.number == 6)
    assert [panel.title for panel in six.panels] == [month.title for month in divided.ACROSS]
    assert len({tuple(panel.areas.values) for panel in six.panels}) == 1
    grown = [sum(6 + rank + at for at in range(len(divided.COMMUNES))) for rank in range(len(divided.ACROSS))]
    assert [published.total(month) for month in divided.ACROSS] == grown
    if audience == "interne":
        # Each month as its rows' places tell it in the division asked for, whatever they write.
        for rank, month in enumerate(divided.ACROSS):
            wanted: Counter[str] = Counter()
            for at, code in enumerate(divided.COMMUNES):
                wanted[divided.written(code, key)[0]] += 6 + rank + at  # type: ignore[arg-type]
            assert Counter(published.regions[month]) - Counter() == wanted, month
    # What one region loses and another gains by the law is said wherever the months are held against each other.
    lines = moved_notes((published, published.months))
    earlier = order(across, across / "inputs", divided.ACROSS[1], key, audience)
    there, read = read_on_its_country(earlier)
    page = compare_months(stage, stage_of(earlier, read, there).published)
    tables = bulletin_tables(published)
    if audience == "interne":
        assert lines == ()
    else:
        assert "Kareri (" in lines[0]
        assert lines[0] in page.caveats
        assert all(lines[0] in table.notes for table in tables)
        assert lines[0] in specify(stage)[0].notes
    regions = [line for line in page.sections[0].lines if line.label.startswith("Région")]
    assert regions
    assert not [line for line in regions if "0" in (line.before, line.now) and line.before != line.now], (
        "no region appears or goes"
    )


@pytest.mark.slow
def test_a_month_is_compared_with_one_of_another_year_and_division(across: Path):
    """One page counts regions together, the other does not: both are counted together."""
    first, last = divided.ACROSS[0], divided.ACROSS[-1]
    inputs = across / "a year later"
    for source, target in ((first, first), (last, Month(2024, 5))):
        shutil.copytree(across / "inputs" / str(source), inputs / str(target))
        path = inputs / str(target) / "incidents.csv"
        path.write_text(path.read_text("utf-8").replace(f"{source}-", f"{target}-"), "utf-8")
    stages = []
    for month in (Month(2024, 5), first):
        asked = order(across, inputs, month, "2025")
        country, data = read_on_its_country(asked)
        stages.append(stage_of(asked, data, country))
    page = compare_months(stages[0], stages[1].published)
    lines = {
        line.label.split("\u00a0: ")[1]: line for line in page.sections[0].lines if "Région" in line.label
    }
    assert lines["Mopti, Bandiagara et Douentza"].before == "30"
    assert lines["Mopti, Bandiagara et Douentza"].now == "33"
    assert "Mopti" not in lines
    assert any("Kareri (" in caveat for caveat in page.caveats)


@pytest.mark.slow
@pytest.mark.parametrize("key", ["2021", "2025", ""])
def test_check_reconciles_both_divisions_both_ways(key: str, across: Path):
    lines: list[str] = []
    assert against_published(order(across, across / "inputs", divided.ACROSS[-1], key), lines.append) == []
    text = "\n".join(lines)
    assert "Mopti (2021) 46 = Ségou 13 + Mopti 12 + Douentza 11 + Bandiagara 10 (2025)" in text
    assert "Ségou (2025) 28 = Ségou 15 + Mopti 13 (2021)" in text
    assert "540 lignes retrouvées une à une d’une division à l’autre, 0 région différente" in text
    assert "totaux publiés comparés, 0 différent" in text


@pytest.mark.parametrize(("key", "cercles"), [("2021", "Bandiagara"), ("2025", "Kendié")])
def test_drop_downs_of_templates_are_of_the_division_asked_for(
    key: str, cercles: str, across: Path, tmp_path: Path
):
    new_month(Month(2023, 6), tmp_path, across / "mali.gpkg", lambda line: None, key)
    book = openpyxl.load_workbook(tmp_path / "2023-06" / "incidents.xlsx")
    offered = {str(cell.value) for row in book["listes"].iter_rows() for cell in row if cell.value}
    regions = {unit.name for unit in division(key).level("région")}  # type: ignore[arg-type]
    assert regions <= offered
    other = {unit.name for unit in division("2021" if key == "2025" else "2025").level("région")}
    all_names = {unit.name for unit in division(key).units.values()}  # type: ignore[arg-type]
    assert not {name for name in other - all_names if name in offered}
    assert cercles in offered


def test_a_month_drawn_in_another_division_than_the_one_before_it_says_so(
    mirror_country: Country, tmp_path: Path
):
    month = Month(2023, 6)
    asked, country = order(tmp_path, tmp_path / "inputs", month), mirror_country
    told: dict[Month, str] = {month.previous(): "2025"}
    (line,) = _kept_division(asked, country, told)
    assert (
        "juin 2023 est dessiné dans la division de 2021, alors que mai 2023 a été dit dans celle de 2025"
        in line
    )
    assert "DIVISION=2025, avant de diffuser" in line
    for quiet in ({month.previous(): "2021"}, {}):
        assert not list(_kept_division(asked, country, quiet))
    assert not list(_kept_division(replace(asked, division="2021"), country, told)), "asked for knowingly"


@pytest.mark.slow
def test_a_month_stays_in_the_division_that_it_was_told_in(
    across: Path, mirror_country: Country, both: Country, tmp_path: Path
):
    """Boundaries of 2025 that arrive later make no second release of a month that was told on those of 2021."""
    april, may = divided.ACROSS[3:]
    write(mirror_country, tmp_path / "mali.gpkg", None)
    asked = order(tmp_path, across / "inputs", april)
    run(asked, lambda line: None)
    first = record_of(stage_of(asked, *reversed(read_on_its_country(asked))).published)
    assert first[str(april)]["division"] == "2021"
    write(both, tmp_path / "mali.gpkg", None)
    said: list[str] = []
    run(asked, said.append)
    country, data = read_on_its_country(asked)
    assert country.division == "2021"
    assert any("reste dit dans la division de 2021" in line for line in said)
    assert record_of(stage_of(asked, data, country).published) == first
    # Types and profiles are not told in the other division: how many values they leave is measured in the first alone.
    first[str(april)].pop("valeurs_qui_restent")

    def april_of(record: dict[str, Any]) -> dict[str, Any]:
        return {key: value for key, value in record[str(april)].items() if key != "valeurs_qui_restent"}

    for key in ("2025", "2021"):
        other = replace(asked, division=key)
        country, data = read_on_its_country(other)
        assert country.division == key
        assert april_of(record_of(stage_of(other, data, country).published)) == first[str(april)], (
            "one release"
        )
    # The next month is new, and of 2025; April stands beside it as it was told.
    later = order(tmp_path, across / "inputs", may)
    country, data = read_on_its_country(later)
    assert country.division == "2025"
    found = record_of(stage_of(later, data, country).published)
    assert april_of(found) == first[str(april)]
    assert found[str(may)]["division"] == "2025"
    # Where outputs are gone, the register knows; where the boundaries cannot tell it so, that is said.
    shutil.rmtree(tmp_path / "outputs")
    assert read_on_its_country(asked)[0].division == "2025"
    told = SharedMonth(str(april), "partenaires", 1, "2023-05-10", "2021", "A. T.", "a.zip", "0" * 64, first)
    enter(asked.registry, told, 0)
    assert read_on_its_country(asked)[0].division == "2021"
    lines: list[str] = []
    divisions(asked, lines.append)
    assert lines[-1] == "Avril 2023 se dessine sur la division de 2021 (où ce mois a déjà été dit)"
    # A row that comes once it left is told in neither division.
    shutil.copytree(across / "inputs", tmp_path / "inputs")
    table = next((tmp_path / "inputs" / str(april)).glob("incidents.csv"))
    rows = table.read_text("utf-8").splitlines()
    table.write_text("\n".join([*rows, f"R9999{rows[-1][rows[-1].index(',') :]}"]) + "\n", "utf-8")
    for key in ("2021", "2025"):
        late = replace(asked, inputs=tmp_path / "inputs", division=key)
        country, data = read_on_its_country(late)
        published = stage_of(late, data, country).published
        assert april in published.repeats
        for kind in ("communes", "cercles", "regions_categories"):
            assert record_of(published)[str(april)][kind] == first[str(april)][kind]


@pytest.mark.parametrize("key", ["2021", "2025"])
def test_the_dashboard_of_april_2023_opens_and_tells_its_division(
    key: str, across: Path, open_page: Open, artefacts: Path, tmp_path: Path
):
    """A month after the law between months before and after it."""
    asked = order(across, across / "inputs", divided.ACROSS[3], key)
    country, data = read_on_its_country(asked)
    stage = stage_of(asked, data, country)
    name, _, _ = write_front_page(stage, specify(stage), tmp_path)
    opened = open_page(tmp_path / name)
    opened.page.screenshot(path=artefacts / f"dashboard-april-2023-{key}.png", full_page=True)
    assert f"division de {key}" in opened.page.inner_text("body")
    months = opened.page.locator("#choix-mois option").all_inner_texts()
    assert months == [month.title.lower() for month in divided.ACROSS[:4]]
    asked_for = opened.page.locator("#choix-region option").all_inner_texts()
    assert ("Mopti, Bandiagara et Douentza" in asked_for) == (key == "2025")
    assert ("Mopti" in asked_for) == (key == "2021")
    total = opened.page.locator("#tableau-categories tbody tr:last-child td").all_inner_texts()
    assert total == ["90", "99", "108", "117", *["–"] * 8], "a month to come is no zero"
    assert opened.clean == []
