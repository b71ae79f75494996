"""Hard months as the officer's own files: what a quiet sample never shows."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from itertools import cycle, islice
from pathlib import Path

from pipeline.geography.country import Country
from pipeline.taxonomy import ALERT_TYPES, CATEGORIES

LONG = "Hameau de Sidi-Ould-Mohamed-Lamine-Ag-Alhousseini-Bella-Koura"
INCIDENTS = ("id", "date", "region", "cercle", "commune", "pcode", "categorie", "type")
ALERTS = (
    "id_rapport", "date", "evenement", "region", "cercle", "commune", "localite", "pcode", "menages",
    "destination_region", "destination_cercle", "destination_commune",
)  # fmt: skip
RISK = ("region", "cercle", "commune", "pcode", "score")
COVERAGE = ("region", "cercle", "commune", "pcode", "partenaire")
Unit = tuple[str, str, str, str]
"""Region, cercle, commune and its P-code."""


def units(country: Country, region: str = "") -> list[Unit]:
    """Every commune, or those of one region (P-code)."""
    regions, cercles, layer = country.names("region"), country.names("cercle"), country.communes
    return [
        (regions[r], cercles[c], name, code)
        for code, name, c, r in zip(
            layer["pcode"], layer["name"], layer["cercle_pcode"], layer["region_pcode"], strict=True
        )
        if r.startswith(region)
    ]


def write(folder: Path, name: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(columns)
        table.writerows(rows)


def incidents(folder: Path, month: str, places: Iterable[Unit]) -> None:
    """A violation at each place, through the six categories."""
    kinds = cycle([(category.key, category.types[0]) for category in CATEGORIES])
    rows = [
        (f"H-{n:05d}", f"{month}-15", *place, *kind)
        for n, (place, kind) in enumerate(zip(places, kinds, strict=False))
    ]
    write(folder / month, "incidents", INCIDENTS, rows)


def risk(folder: Path, month: str, places: Sequence[Unit], turn: int = 0) -> None:
    """A score for each place, all four levels; turn: moves the scores on, so that months differ."""
    scores = (3, 12, 17, 24)
    rows = [(*place, scores[(n + turn * (n % 5 == 0)) % 4]) for n, place in enumerate(places)]
    write(folder / month, "indice_risque", RISK, rows)


def covered(folder: Path, places: Iterable[Unit], partner: str = "") -> None:
    write(folder / "2021", "couverture", COVERAGE, [(*place, partner) for place in places])


def monitored(country: Country) -> list[Unit]:
    """180 communes of the six regions that are monitored."""
    regions = ("ML04", "ML05", "ML06", "ML07", "ML08", "ML10")
    inside = [unit for unit in units(country) if unit[3][:4] in regions]
    return [unit for n, unit in enumerate(inside) if n % 12 < 7][:180]


def one_incident(folder: Path, country: Country) -> None:
    covered(folder, monitored(country))
    incidents(folder, "2021-06", monitored(country)[60:61])


def everywhere(folder: Path, country: Country) -> None:
    """5,000 violations, all communes."""
    covered(folder, units(country))
    incidents(folder, "2021-06", islice(cycle(units(country)), 5000))


def bamako(folder: Path, country: Country) -> None:
    """700 violations in Bamako."""
    covered(folder, [*units(country, "ML09"), *monitored(country)])
    incidents(folder, "2021-06", islice(cycle(units(country, "ML09")), 700))


def few_assessed(folder: Path, country: Country) -> None:
    """Twenty of 180 covered communes assessed in June, all in May."""
    covered(folder, monitored(country))
    risk(folder, "2021-05", monitored(country))
    risk(folder, "2021-06", monitored(country)[:20], 1)


def december(folder: Path, country: Country) -> None:
    """A whole year of the index, and of violations."""
    covered(folder, monitored(country), "Un partenaire")
    for n in range(1, 13):
        risk(folder, f"2021-{n:02d}", monitored(country), n % 4)
        incidents(folder, f"2021-{n:02d}", islice(cycle(monitored(country)), 200 + 50 * n))


def long_names(folder: Path, country: Country) -> None:
    """Sixty letters wherever an officer writes."""
    covered(folder, monitored(country), f"ONG {LONG}")
    kinds = cycle([kind.label for kind in ALERT_TYPES])
    rows = [
        (f"F-{n}", "2021-06-10", kind, *place[:3], LONG, place[3], 10 * n, *other[:3])
        for n, (kind, place, other) in enumerate(
            zip(kinds, monitored(country)[::9], monitored(country)[4::9], strict=False)
        )
    ]
    write(folder / "2021-06", "alertes_flash", ALERTS, rows)
    incidents(folder, "2021-06", monitored(country)[:50])


def across_borders(folder: Path, country: Country) -> None:
    """Movements from one commune into three neighbouring countries, and one within."""
    home = next(unit for unit in units(country) if unit[3] == "ML050401")
    rows: list[tuple[object, ...]] = [
        (f"F-{n}", "2021-06-10", "Mouvement de population", *home[:3], "", home[3], people, land, "", town)
        for n, (land, town, people) in enumerate(
            (("Burkina Faso", "Djibo", 1200), ("Niger", "Ayorou", 300), ("Mauritanie", "Bassikounou", 90))
        )
    ]
    near = units(country, "ML05")[0]
    rows.append(("F-9", "2021-06-11", "Mouvement de population", *home[:3], "", home[3], 60, *near[:3]))
    write(folder / "2021-06", "alertes_flash", ALERTS, rows)


MONTHS: dict[str, tuple[str, Callable[[Path, Country], None]]] = {
    "un incident": ("2021-06", one_incident),
    "5000 partout": ("2021-06", everywhere),
    "700 à Bamako": ("2021-06", bamako),
    "20 évaluées sur 180": ("2021-06", few_assessed),
    "décembre": ("2021-12", december),
    "noms de 60 lettres": ("2021-06", long_names),
    "frontières passées": ("2021-06", across_borders),
}
