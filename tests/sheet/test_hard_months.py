"""Hard months from the officer's tables to the page: nothing is drawn where it is not known to have happened, nothing
is cut, and the sentences add up to the rows, counted again here from the file itself."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import Counter
from pathlib import Path

import numpy as np
import openpyxl
import pytest
import shapely
from test_geometry import check_page

from pipeline.annexes import BUILDERS, Stage, page_meta
from pipeline.annexes.common import densest
from pipeline.annexes.model import Annex, Areas, Symbols, Zones
from pipeline.disclosure.publish import publish
from pipeline.french import Month
from pipeline.geography.country import Country
from pipeline.geography.retold import in_division
from pipeline.month_data import read_month
from pipeline.runner import specify
from pipeline.sheet.draw import compose_all
from pipeline.sheet.ground import Shared, prepare
from pipeline.sheet.marks import printable
from tests.helpers import divided, hard, june
from tests.helpers.months import JUNE, alert, month, stage

PAPER = ("A4-paysage", "colonne")
MONTHS = ("undetermined", "n26", "n36", "alerts60")


@pytest.fixture(scope="module")
def shared(mirror_country: Country) -> Shared:
    return prepare(mirror_country)


def read(project: Path, country: Country, name: str, folder: Path) -> tuple[Annex, list[dict[str, str]]]:
    """Annex 2 for the Cluster itself, of a month that holds only these alerts, and the rows as they are written."""
    source = project.parent / "shared" / "cases" / "alerts" / f"{name}_alertes_flash.csv"
    if not source.is_file():
        pytest.skip("no cases beside the project")
    (folder / "2021-06").mkdir(parents=True)
    (folder / "2021-06" / "alertes_flash.csv").write_bytes(source.read_bytes())
    (folder / "2021-06" / "mois.toml").write_bytes(
        (project / "inputs" / "2021-06" / "mois.toml").read_bytes()
    )
    annex = BUILDERS[2](stage_of(folder, JUNE, country))
    with source.open(encoding="utf-8-sig", newline="") as file:
        return annex, list(csv.DictReader(file))


def told_of(project: Path, month: Month, country: Country, audience: str = "interne") -> Stage:
    published = june.published(project, country, audience, month)
    return Stage(published, country, page_meta(published, country, "2021-07-15"))


def stage_of(folder: Path, month: Month, country: Country, audience: str = "interne") -> Stage:
    published = publish(read_month(folder, month, country).indicators, country, audience)
    return Stage(published, country, page_meta(published, country, "2021-07-15"))


def whole(text: str) -> int:
    return int(re.sub(r"\D", "", text))


@pytest.mark.slow
@pytest.mark.parametrize("paper", PAPER)
def test_every_month_of_a_series_says_what_changed_or_none_seems_to_have(
    paper: str, project: Path, mirror_country: Country, shared: Shared
) -> None:
    """Only the notes that had room beside the month's name stood on the page: February seemed to have changed nothing."""
    annex = BUILDERS[6](told_of(project, JUNE, mirror_country))
    said = " ".join(t.text for t in compose_all(annex, shared, paper)[0].texts if t.role == "panel")
    said = " ".join(said.split())
    assert [panel.month for panel in annex.panels if not panel.note] == ["2021-01"]
    for panel in annex.panels:
        assert " ".join(printable(panel.note).split()) in said


@pytest.mark.parametrize("name", MONTHS)
def test_every_alert_is_told_and_the_caption_adds_up(
    name: str, project: Path, mirror_country: Country, shared: Shared, tmp_path: Path
) -> None:
    annex, rows = read(project, mirror_country, name, tmp_path)
    assert len(annex.events) == len(annex.table.rows) == len(rows)
    kinds = Counter(row["evenement"].strip().lower() for row in rows)
    assert Counter(event.title.lower() for event in annex.events) == kinds
    moved = [row for row in rows if row["evenement"].startswith("Mouvement de population") and row["menages"]]
    found = re.search(r"ont concerné ([\d\u202f]+)", annex.caption)
    assert (whole(found[1]) if found else 0) == sum(whole(row["menages"]) for row in moved)
    first = whole(re.match(r"[\d\u202f]+", annex.caption)[0])
    assert first == len(rows)
    for paper in PAPER:
        pages = compose_all(annex, shared, paper)
        for page in pages:
            check_page(page)
        said = Counter(text.text for page in pages for text in page.texts if text.role == "number")
        for number in {event.number for event in annex.events}:
            assert said[number] >= 1, f"place {number} is in no list"
        words = " ".join(text.text for page in pages for text in page.texts).lower()
        assert all(kind.replace("'", "’") in words for kind in kinds)
        assert "…" not in words
        no_sign_where_nothing_is_known(annex, shared, pages[0])


def no_sign_where_nothing_is_known(annex: Annex, shared: Shared, page) -> None:
    """Every sign stands on, or is tied to, the commune of its place; every tag stands in its cercle."""
    symbols = {item.id: item for layer in annex.layers if isinstance(layer, Symbols) for item in layer.items}
    zones = [zone for layer in annex.layers if isinstance(layer, Zones) for zone in layer.items]
    drawn = {thing.key for thing in page.placed if thing.kind == "symbol"}
    assert drawn <= set(symbols)
    assert not drawn & {zone.id for zone in zones}
    for item in symbols.values():
        inside = shared.polygons[shared.index[item.area_pcode]]
        at = shapely.Point(*_metres(item.longitude, item.latitude))
        assert shapely.distance(inside, at) < 3000 or item.precision == "village"
    cercles = tuple(zone.pcode for zone in zones if zone.level == "cercle")
    ground = shapely.union_all(shared.polygons[shared.cercle_areas(cercles)])
    for thing in page.placed:
        if thing.kind == "tag":
            frame = next(found for found in page.frames.values() if found.holds(thing.box))
            middle = np.array([[(thing.box[0] + thing.box[2]) / 2, (thing.box[1] + thing.box[3]) / 2]])
            assert shapely.distance(ground, shapely.Point(frame.ground(middle)[0])) < 2000


def _metres(longitude: float, latitude: float) -> np.ndarray:
    from pipeline.sheet.ground import project

    return project(longitude, latitude)


def test_the_largest_origins_of_the_hard_months(
    project: Path, mirror_country: Country, tmp_path: Path
) -> None:
    few, _ = read(project, mirror_country, "n26", tmp_path / "n26")
    many, _ = read(project, mirror_country, "n36", tmp_path / "n36")
    assert "600" in few.caption
    assert "Hombori" in few.caption
    assert "1\u202f200 depuis la commune de Konna" in many.caption


def test_two_alerts_without_a_place_stand_in_a_box_off_the_map(
    project: Path, mirror_country: Country, shared: Shared, tmp_path: Path
) -> None:
    annex, _ = read(project, mirror_country, "undetermined", tmp_path)
    nowhere = [
        zone for layer in annex.layers if isinstance(layer, Zones) for zone in layer.items if not zone.level
    ]
    assert sum(zone.count for zone in nowhere) == 2
    for paper in PAPER:
        page = compose_all(annex, shared, paper)[0]
        box = next(
            text for text in page.texts if text.text == "Lieu non déterminé" and text.role == "heading"
        )
        assert not any(frame.holds(box.box) for frame in page.frames.values())


def test_the_inset_goes_where_the_data_are(mirror_country: Country, small_country: Country) -> None:
    """Seven hundred in Bamako: the inset shows Bamako, not an empty delta. Few and far apart: none."""
    told = stage(month(), mirror_country)
    communes = mirror_country.communes
    bamako = list(communes.loc[communes["region_pcode"] == "ML09", "pcode"])
    centre = list(communes.loc[communes["cercle_pcode"] == "ML0501", "pcode"])
    inset = densest(told, {**dict.fromkeys(bamako, 700 / len(bamako)), **dict.fromkeys(centre, 3.0)})
    assert set(inset.cercles) <= set(communes.loc[communes["region_pcode"] == "ML09", "cercle_pcode"])
    assert inset.box[2] - inset.box[0] < 0.6
    far = [
        communes.loc[communes["region_pcode"] == code, "pcode"].iloc[0]
        for code in ("ML01", "ML03", "ML08", "ML10")
    ]
    assert densest(told, dict.fromkeys(far, 1.0)).box is None
    assert densest(stage(month(), small_country), {}).box is None


def test_nothing_one_and_many_alerts(small_country: Country) -> None:
    shared = prepare(small_country)
    event = alert(small_country, "mouvement", "ML050401", 12, to="ML040401")
    for count in (0, 1, 40):
        annex = BUILDERS[2](stage(month(alerts=(event,) * count), small_country, "interne"))
        assert (
            sum(s.value for layer in annex.layers if isinstance(layer, Symbols) for s in layer.items) == count
        )
        (flows,) = [layer.items for layer in annex.layers if layer.id == "mouvements"]
        assert [flow.value for flow in flows] == ([12.0 * count] if count else []), "one arrow for one way"
        for paper in PAPER:
            for page in compose_all(annex, shared, paper):
                check_page(page)


# Every page of every month: whole, in one word for one thing, its legends and sentences counted again.


MAPS = (1, 2, 3, 5, 6)


def whole_pages(annex: Annex, country: Country, shared: Shared, papers: tuple[str, ...]) -> str:
    """Every page of an annex checked; all that the last paper says."""
    said = ""
    for layer in [*annex.layers, *(panel.areas for panel in annex.panels)]:
        if isinstance(layer, Areas):
            told = Counter(value.class_key for value in layer.values.values())
            assert {entry.key: entry.count for entry in layer.classes} == {
                entry.key: told[entry.key] for entry in layer.classes
            }
            assert sum(entry.count for entry in layer.classes) == len(country.layer(layer.level))
    for paper in papers:
        pages = compose_all(annex, shared, paper)
        for page in pages:
            check_page(page)
        said = " ".join(text.text for page in pages for text in page.texts)
        assert "…" not in said
        assert not re.search(r"\b(non )?suivi(e|s|es)?\b", said.lower()), "a commune is covered, or it is not"
        numbers = Counter(text.text for page in pages for text in page.texts if text.role == "number")
        for mover in annex.movers:
            assert numbers[mover.number] >= 1, f"{mover.label} is in no list"
        for item in annex.meta.credits:
            assert printable(item).split(" ")[0] in said
    population = printable(country.population_label)
    used = annex.number in (1, 2, 5)
    assert (population in annex.meta.credits or population in map(printable, annex.meta.credits)) == used
    return said


def sample(project: Path, month: Month, table: str) -> list[dict[str, str]]:
    """Rows of the sample as they are written, read by other means than the product's: heads and values without case,
    accents and spaces around, a category by its letter or its words."""
    path = project / "inputs" / str(month) / f"{table}.csv"
    if path.exists():
        data = path.read_bytes()
        text = data.decode("cp1252") if b"R\xe9gion" in data else data.decode("utf-8-sig")
        lines = list(csv.reader(text.splitlines(), delimiter=";" if ";" in text.split("\n")[0] else ","))
    else:
        book = openpyxl.load_workbook(path.with_suffix(".xlsx")).active
        lines = [[str(cell.value or "") for cell in row] for row in book]
    bare = [[unicodedata.normalize("NFKD", cell).encode("ascii", "ignore").decode().strip().lower() for cell in row]
            for row in lines]  # fmt: skip
    return [dict(zip(bare[0], row, strict=True)) for row in bare[1:]]


def scores_of(project: Path, month: Month) -> list[int]:
    """Scores as given, or the sum of the fifteen answers."""
    return [
        int(row["score"]) if "score" in row else sum(int(row[f"q{n}"]) for n in range(1, 16))
        for row in sample(project, month, "indice_risque")
    ]


@pytest.mark.slow
@pytest.mark.parametrize("number", range(1, 7))
def test_every_page_of_the_sample(
    number: int, project: Path, mirror_country: Country, shared: Shared
) -> None:
    month = Month(2021, number)
    told = told_of(project, month, mirror_country)
    annexes = {n: BUILDERS[n](told) for n in MAPS}
    papers = PAPER if number == 6 else ("colonne",)
    for annex in annexes.values():
        whole_pages(annex, mirror_country, shared, papers)
    rows = sample(project, month, "incidents")
    regions, kinds = (
        Counter(row[column] for row in rows).most_common() for column in ("region", "categorie")
    )
    found = re.match(r"([\d\u202f]+) des ([\d\u202f]+) violations", annexes[1].caption)
    assert (whole(found[1]), whole(found[2])) == (regions[0][1], len(rows))
    for count in (kinds[0][1], kinds[1][1]):
        assert f"({count}, {100 * count / len(rows):.0f}\u202f%)" in annexes[1].caption
    assert str(len(rows)) in re.sub(r"\s", "", annexes[1].message)
    scores = scores_of(project, month)
    found = re.search(
        r"(\d+) des (\d+) communes évaluées .* dont (\d+) au niveau critique", annexes[3].caption
    )
    assert [int(part) for part in found.groups()] == [
        sum(score >= 15 for score in scores), len(scores), sum(score >= 20 for score in scores),
    ]  # fmt: skip
    first = [score >= 15 for score in scores_of(project, Month(2021, 1))]
    ends = f"({sum(first)} sur {len(first)}, puis {sum(s >= 15 for s in scores)} sur {len(scores)})"
    assert (
        number == 1
        or ends in annexes[6].caption
        or f"({sum(s >= 15 for s in scores)} sur" in annexes[6].caption
    )
    with (project / "inputs" / "2021" / "couverture.csv").open(encoding="utf-8-sig", newline="") as file:
        covered = {row["pcode"] for row in csv.DictReader(file)}
    assert f"couvre {len(covered)} des 701 communes" in annexes[5].caption
    people = sum(mirror_country.population[code] for code in covered)
    share = 100 * people / sum(mirror_country.population.values())
    assert f"où vivent {share:.0f}\u202f% de la population" in annexes[5].caption


HARD = {
    "un incident": (1,), "5000 partout": (1, 5), "700 à Bamako": (1,), "20 évaluées sur 180": (3, 6),
    "décembre": (1, 3, 6), "noms de 60 lettres": (2, 5), "frontières passées": (2,),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("name", HARD)
def test_hard_months_from_files_to_pages(
    name: str, mirror_country: Country, shared: Shared, tmp_path: Path
) -> None:
    month, make = hard.MONTHS[name]
    make(tmp_path, mirror_country)
    told = stage_of(tmp_path, Month.parse(month), mirror_country)
    annexes = {n: BUILDERS[n](told) for n in HARD[name]}
    said = {n: whole_pages(annex, mirror_country, shared, PAPER) for n, annex in annexes.items()}
    caption = " ".join(annex.caption for annex in annexes.values())
    caption = re.sub(r"[\u202f\u00a0]", " ", caption)
    if name == "un incident":
        assert caption.startswith("La seule violation de juin a été documentée dans la région de Ségou.")
        assert "dont" not in caption
    elif name == "5000 partout":
        sikasso = sum(unit[3].startswith("ML03") for unit in hard.units(mirror_country)[: 5000 % 701])
        assert f"{7 * 147 + sikasso} des 5 000 violations".replace("1", "1 ", 1) in caption
        assert "la part la plus élevée" not in caption.lower(), "of ten regions that are all covered"
    elif name == "700 à Bamako":
        assert caption.startswith(
            "Les 700 violations de juin ont toutes été documentées dans le district de Bamako."
        )
        assert annexes[1].inset_cercles
        assert all(code.startswith("ML09") for code in annexes[1].inset_cercles)
    elif name == "20 évaluées sur 180":
        assert "20 des 180 communes couvertes (11 %) ont été évaluées." in caption
        assert "les deux mois (20 communes)" in caption
        assert "sur les 20 évaluées" in annexes[3].message
    elif name == "décembre":
        assert len(annexes[6].panels) == 12
        worse = sum(mover.change == "up" for mover in annexes[6].movers)
        assert f"aggravé dans {worse} communes" in caption
        assert {"Janvier", "Décembre"} <= set(said[6].split())
    elif name == "noms de 60 lettres":
        assert re.sub(r"[-\s]", "", hard.LONG) in re.sub(r"[-\s]", "", said[2])
        assert "Al- housseini" not in said[2], "a name is cut where it is hyphenated"
    else:
        assert "1 650 ménages, tous depuis la commune de Dallah" in caption
        for land, people in (("le Burkina Faso", "1\u202f200"), ("le Niger", "300"), ("la Mauritanie", "90")):
            for paper in PAPER:
                labels = [
                    t.text for t in compose_all(annexes[2], shared, paper)[0].texts if t.role == "label"
                ]
                assert any(text.endswith(f"vers {land}") and text.startswith(people) for text in labels), land


def test_legends_sum_to_the_division_that_is_drawn(
    project: Path, mirror: Path, mirror_country: Country, tmp_path: Path
) -> None:
    """2021 and 2025: every commune, or every cercle where there are no communes, is in one class."""
    both = divided.both(mirror_country, mirror)
    for key in ("2021", "2025"):
        country = in_division(both, key)
        told = told_of(project, Month(2021, 1), country)
        for n in (1, 2, 3, 5):
            for layer in BUILDERS[n](told).layers:
                if isinstance(layer, Areas):
                    assert (
                        sum(entry.count for entry in layer.classes) == len(country.layer(layer.level)) == 701
                    )


@pytest.fixture(scope="module")
def later(project: Path, mirror: Path, mirror_country: Country) -> tuple[dict[int, Annex], Country, Shared]:
    """June as partners get it in the division of 2025: its annexes by number, the country and its ground."""
    country = in_division(divided.both(mirror_country, mirror), "2025")
    annexes = specify(told_of(project, JUNE, country, "partenaires"))
    return {annex.number: annex for annex in annexes}, country, prepare(country)


@pytest.mark.parametrize("number", MAPS)
def test_every_page_in_the_division_of_2025(
    number: int, later: tuple[dict[int, Annex], Country, Shared]
) -> None:
    """More regions and cercles, longer titles and the notes on the division: nothing over another, all on the page."""
    annex, country, shared = later[0][number], *later[1:]
    said = whole_pages(annex, country, shared, PAPER)
    assert "Division de 2025" in said
    assert ("totaux par région" in said) == (number == 1)
    assert len(compose_all(annex, shared)) == 1
    assert number != 2 or "3 attaques de village" in said
