"""The committed sample inputs: every cell of the report's tables, every statement, and sound rows."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from itertools import pairwise, product
from pathlib import Path
from typing import Any

import pytest

from pipeline.bulletin.reconcile import SLIPS
from pipeline.taxonomy import AGES, ALERT_TYPES, AUTHORS, CATEGORY, SEXES, SITES, STATUSES, TIMES
from tools.reconstruction import alerts, attributes, published
from tools.reconstruction.gazetteer import plain
from tools.reconstruction.incidents import COLUMNS
from tools.reconstruction.published import CATEGORY_TOTALS, MONTHS, REGION_TOTALS
from tools.reconstruction.sample import Sample, read_incidents


def test_the_two_published_tables_agree_with_each_other() -> None:
    by_region = [sum(month) for month in zip(*REGION_TOTALS.values(), strict=True)]
    by_category = [sum(month) for month in zip(*CATEGORY_TOTALS.values(), strict=True)]
    assert tuple(by_region) == tuple(by_category) == published.MONTH_TOTALS
    assert sum(by_region) == 3580


@pytest.mark.parametrize("at", range(6), ids=MONTHS)
def test_every_cell_of_both_tables_holds(sample: Sample, at: int) -> None:
    regions, categories = sample.by("region", mois=MONTHS[at]), sample.by("categorie", mois=MONTHS[at])
    assert {region: regions[region] for region in REGION_TOTALS} == {
        r: n[at] for r, n in REGION_TOTALS.items()
    }
    assert {key: categories[key] for key in CATEGORY_TOTALS} == {k: n[at] for k, n in CATEGORY_TOTALS.items()}


STATEMENTS = [
    tuple(map(str.strip, line.split(" | ", 2)))
    for line in Path(__file__).with_name("statements.txt").read_text("utf-8").splitlines()
    if line[:1] != "#"
]
MAY, JUNE = "2021-05", "2021-06"
ATTACK, MOVE = "Attaque de village", "Mouvement de population"


def words_of(sample: Sample) -> dict[str, Any]:
    """What the measures of statements.txt are written in."""

    def events(kind: str, **wanted: str) -> int:
        alerts = (row for row in sample.alerts if row["evenement"] == kind)
        return sum(all(row[column] == value for column, value in wanted.items()) for row in alerts)

    def causes() -> Counter[str]:
        """Movements by what else the same report tells of the same village."""
        moves = [(row["id_rapport"], row["localite"]) for row in sample.alerts if row["evenement"] == MOVE]
        others = [row for row in sample.alerts if row["evenement"] != MOVE]
        return Counter(row["evenement"] for row in others if (row["id_rapport"], row["localite"]) in moves)

    def top(number: int, column: str, **wanted: str) -> set[str]:
        """The most frequent values in June; fewer where a tie makes the last one uncertain."""
        ranked = sample.by(column, mois=JUNE, **wanted).most_common()
        limit = ranked[number][1] if len(ranked) > number else 0
        return {key for key, count in ranked[:number] if count > limit}

    def june(**wanted: str) -> int:
        return sample.count(mois=JUNE, **wanted)

    def may(**wanted: str) -> int:
        return sample.count(mois=MAY, **wanted)

    def arrows(*regions: str) -> dict[str, str]:
        """Category -> the arrow between May and June in these regions together."""
        pairs = {
            key: [sum(of(region=region, categorie=key) for region in regions) for of in (may, june)]
            for key in CATEGORY_TOTALS
        }
        return {key: "↗" if b > a else "↘" if b < a else "=" for key, (a, b) in pairs.items()}

    def mostly(levels: set[int], *cercles: str, region: str = "", months: Iterable[int] = (5,)) -> bool:
        """More than half of the communes stand at one of these levels, in each of the months."""
        counts = [sample.levels(month, *cercles, region=region) for month in months]
        return all(2 * sum(one[level] for level in levels) > one.total() for one in counts)

    return {
        **vars(attributes), **vars(published), "s": sample, "MAY": MAY, "JUNE": JUNE, "ATTACK": ATTACK, "MOVE": MOVE,
        "ABDUCTION": CATEGORY["D"].types[0], "BLOW": CATEGORY["C"].types[0], "THREAT": CATEGORY["C"].types[2],
        "BOMB": CATEGORY["B"].types[2], "WRECK": "Destruction de biens personnels", "IDLE": "Sans activité",
        "ONE_OF_FOUR": alerts.ONE_OF_FOUR, "CELLS": list(product(REGION_TOTALS, CATEGORY_TOTALS)),
        "pairwise": pairwise, "n": sample.count, "june": june, "may": may, "events": events, "causes": causes,
        "top": top, "arrows": arrows, "mostly": mostly, "percent": lambda part, whole: round(100 * part / whole),
        "six": lambda **wanted: [sample.count(mois=month, **wanted) for month in MONTHS],
        "north": lambda key: sum(june(region=region, categorie=key) for region in ("Gao", "Ménaka", "Kidal")),
        "rise": lambda *cercles, region="": sample.mean(5, *cercles, region=region)
        - sample.mean(0, *cercles, region=region),
        "always": lambda cercle, commune, low, high: all(
            low <= score <= high
            for place, scores in sample.risk.items() if place[1:] == (cercle, commune) for score in scores
        ),
    }  # fmt: skip


def test_the_sample_meets_every_statement_of_the_report(sample: Sample) -> None:
    words = words_of(sample)
    assert len(STATEMENTS) > 110
    wrong = [line for line, said, measure in STATEMENTS if eval(measure, words) is not ("≠" not in line)]
    assert wrong == []
    slips = sorted(said for line, said, _ in STATEMENTS if "≠" in line)
    assert slips == sorted(slip.said for slip in SLIPS[JUNE])


def test_the_statements_notice_a_missing_row(sample: Sample) -> None:
    lost = next(row for row in sample.incidents if row["mois"] == JUNE and row["cercle"] == "Ansongo")
    words = words_of(replace(sample, incidents=tuple(row for row in sample.incidents if row is not lost)))
    assert {"25", "27", "194"} <= {line for line, _, measure in STATEMENTS if not eval(measure, words)}


@pytest.mark.parametrize("month", MONTHS)
def test_rows_are_sound(inputs: Path, sample: Sample, month: str) -> None:
    written = read_incidents(inputs, month)
    assert tuple(written[0]) == COLUMNS
    ids = [row["id"] for row in written]
    assert ids == [f"{month}-{n:04d}" for n in range(1, len(ids) + 1)]
    assert [row["date"] for row in written] == sorted(row["date"] for row in written)
    for row in sample.rows(mois=month):
        assert date.fromisoformat(row["date"]).isoformat()[:7] == month
        assert row["type"] in CATEGORY[row["categorie"]].types
        assert row["auteur"] in AUTHORS
        assert row["sexe"] in SEXES
        assert row["age"] in AGES
        assert row["statut_socioeconomique"] in STATUSES
        assert row["lieu"] in SITES
        assert row["tranche_horaire"] in TIMES
        assert (row["age"] == "0-17") == (row["sexe"] in ("Fille", "Garçon"))
        assert bool(row["latitude"]) == bool(row["longitude"])


def test_june_fills_every_class_of_annex_1(sample: Sample) -> None:
    june = sample.rows(lambda row: row["commune"] != "", mois="2021-06")
    communes = Counter((row["cercle"], plain(row["commune"])) for row in june)
    classes = [(1, 4), (5, 19), (20, 49), (50, 99), (100, 10_000)]
    assert all(any(low <= n <= high for n in communes.values()) for low, high in classes)


def test_the_three_file_forms_are_there(inputs: Path) -> None:
    february = (inputs / "2021-02" / "incidents.csv").read_bytes()
    assert february.startswith("id;date;Région;cercle".encode("cp1252"))
    with pytest.raises(UnicodeDecodeError):
        february.decode("utf-8")
    assert (inputs / "2021-04" / "incidents.xlsx").read_bytes().startswith(b"PK")
    assert "q15" in (inputs / "2021-03" / "indice_risque.csv").read_text(encoding="utf-8").splitlines()[0]


def test_alerts_are_the_reports_own(sample: Sample) -> None:
    assert list(sample.alerts) == alerts.rows()
    kinds = Counter(row["evenement"] for row in sample.alerts)
    assert set(kinds) <= {alert.label for alert in ALERT_TYPES}
    assert kinds.total() == 19
    undated = [row for row in sample.alerts if row["date"] == "2021-06-30"]
    assert all(alerts.NO_DAY in row["description"] for row in undated)
    assert {row["date"] for row in sample.alerts if row not in undated} == {"2021-06-17"}


def test_coverage_names_no_partner_and_totals_are_the_tables(sample: Sample) -> None:
    assert len({row["pcode"] for row in sample.coverage}) == 180
    assert {row["partenaire"] for row in sample.coverage} == {""}
    printed = {(row["mois"], row["tableau"], row["nom"]): int(row["valeur"]) for row in sample.totals}
    assert len(printed) == len(sample.totals) == 6 * (6 + 6) + 4
    assert printed["2021-06", "region", "Mopti"] == 947
    assert printed["2021-03", "categorie", CATEGORY["F"].label] == 20
    assert printed["2021-06", "cercle", "Douentza"] == 644


@pytest.mark.parametrize("month", MONTHS)
def test_every_month_is_marked_as_an_example(inputs: Path, month: str) -> None:
    info = tomllib.loads((inputs / month / "mois.toml").read_text(encoding="utf-8"))
    assert info["exemple"] is True
    assert info["bulletin"].startswith(f"n° {int(month[-2:])}, ")
