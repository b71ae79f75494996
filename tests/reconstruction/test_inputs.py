"""The committed sample inputs: every cell of the report's tables, every statement, and sound rows."""

from __future__ import annotations

import tomllib
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from pipeline.taxonomy import AGES, ALERT_TYPES, AUTHORS, CATEGORY, SEXES, SITES, STATUSES, TIMES
from tools.reconstruction import alerts, published
from tools.reconstruction.fact import Fact
from tools.reconstruction.facts import FACTS
from tools.reconstruction.gazetteer import plain
from tools.reconstruction.incidents import COLUMNS
from tools.reconstruction.published import CATEGORY_TOTALS, MONTHS, REGION_TOTALS
from tools.reconstruction.report import lines, wrong
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


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: f"{fact.line} {fact.text}")
def test_the_sample_says_what_each_fact_claims(sample: Sample, fact: Fact) -> None:
    assert fact.status == "tenu" or fact.note
    assert (fact.check is None) == (fact.status == "hors")
    assert not wrong(fact, sample), fact.check and fact.check(sample)


def test_the_facts_notice_a_missing_row(sample: Sample) -> None:
    lost = next(row for row in sample.incidents if row["mois"] == "2021-06" and row["cercle"] == "Ansongo")
    less = replace(sample, incidents=tuple(row for row in sample.incidents if row is not lost))
    broken = {fact.line for fact in FACTS if wrong(fact, less)}
    assert {25, 27, 81, 114, 194} <= broken
    assert sum("NON TENU" in line for line in lines(less)) >= 5


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
