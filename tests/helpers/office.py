"""An officer's room on the small country: tables of May and June, built through the runner like by `make`."""

from __future__ import annotations

import csv
from pathlib import Path

from pipeline.commands import BULLETIN
from pipeline.french import Month
from pipeline.geography import store
from pipeline.geography.country import Country
from pipeline.runner import Order, run
from tests.helpers.kept import kept
from tests.helpers.months import JUNE, MAY

HEADINGS = (
    "id", "date", "region", "cercle", "commune", "localite", "pcode", "latitude", "longitude", "categorie",
    "type", "auteur", "sexe", "age", "statut_socioeconomique", "lieu", "tranche_horaire",
)  # fmt: skip
PLACES = {
    "ML040402": ("Ségou", "Niono", "Niono"),
    "ML040601": ("Ségou", "Ségou", "Ségou"),
    "ML050101": ("Mopti", "Bandiagara", "Bandiagara"),
    "ML050102": ("Mopti", "Bandiagara", "Bamba"),
    "ML050401": ("Mopti", "Douentza", "Douentza"),
    "ML050403": ("Mopti", "Douentza", "Hombori"),
    "ML070202": ("Gao", "Bourem", "Bourem"),
}
ALL = (1, 2, 3, 4, 5, 6)
VILLAGE = "Kouna Daga"
"""A village of an incident and of an alert, whose name no area has."""
DESCRIPTION = "Trois hommes en moto ont tiré sur le puits du village"
COUNTS = {
    MAY: {("ML050101", "E"): 24, ("ML050102", "E"): 3, ("ML050401", "B"): 12, ("ML040402", "C"): 9,
          ("ML070202", "E"): 7},
    JUNE: {("ML050101", "E"): 31, ("ML050102", "B"): 2, ("ML050401", "B"): 14, ("ML050403", "C"): 6,
           ("ML040402", "C"): 8, ("ML040601", "E"): 5, ("ML070202", "E"): 11},
}  # fmt: skip
TYPES = {"B": "Assassinat", "C": "Menace", "E": "Vol, extorsion, pillage"}


def office(folder: Path, country: Country) -> Path:
    """Tables and boundaries in `folder`; returns it."""
    (folder / "boundaries").mkdir(parents=True)
    write_key(folder)
    store.write(country, folder / "boundaries" / "mali.gpkg", relief=None)
    for month, counts in COUNTS.items():
        here = folder / "inputs" / str(month)
        here.mkdir(parents=True)
        (here / "mois.toml").write_text('bulletin = "n° 6"\nsources = "Essai"\nexemple = false\n', "utf-8")
        _write(here / "incidents.csv", HEADINGS, _rows(month, counts))
        _write(
            here / "indice_risque.csv",
            ("region", "cercle", "commune", "pcode", "score"),
            [(*place, code, 4 + 3 * rank) for rank, (code, place) in enumerate(PLACES.items())],
        )
    _write(
        folder / "inputs" / str(JUNE) / "alertes_flash.csv",
        ("id_rapport", "date", "evenement", "region", "cercle", "commune", "localite", "pcode", "latitude",
         "longitude", "menages", "description"),
        [("RAPPORT-77", "2021-06-17", "Attaque de village", *PLACES["ML050403"], VILLAGE, "ML050403",
          15.2217, -2.1934, 67, DESCRIPTION)],
    )  # fmt: skip
    year = folder / "inputs" / "2021"
    year.mkdir()
    _write(
        year / "couverture.csv",
        ("region", "cercle", "commune", "pcode", "partenaire"),
        [(*place, code, "Une ONG") for code, place in PLACES.items()],
    )
    return folder


def write_key(folder: Path) -> None:
    """The key of this office: the same each time, so that its outputs are."""
    (folder / "registre").mkdir()
    (folder / "registre" / "cle").write_text("5f" * 32 + "\n", "ascii")


def _rows(month: Month, counts: dict[tuple[str, str], int]) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for (code, category), count in counts.items():
        for number in range(count):
            rows.append(row(month, len(rows), code, category, village=VILLAGE if number == 0 else ""))
    return rows


def row(month: Month, number: int, code: str, category: str, village: str = "") -> tuple[object, ...]:
    """One incident. Those with a village have a point of their own."""
    point = (14.6172, -3.3391) if village else ("", "")
    return (
        f"{month}-{number:04d}", f"{month}-{11 + number % 17:02d}", *PLACES[code], village, code, *point,
        category, TYPES[category], "Groupes radicaux" if number % 3 else "Inconnu",
        "Homme" if number % 2 else "Femme", "18-59", "Éleveur", "Axe routier", "7h-17h",
    )  # fmt: skip


def late(folder: Path, month: Month, *rows: tuple[object, ...]) -> None:
    """Rows that reach the officer after the month's maps were made."""
    path = folder / "inputs" / str(month) / "incidents.csv"
    with path.open("a", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)


def order(folder: Path, month: Month, audience: str, annexes: tuple[int, ...]) -> Order:
    return Order(
        month=month,
        audience=audience,
        inputs=folder / "inputs",
        outputs=folder / "outputs",
        boundaries=folder / "boundaries" / "mali.gpkg",
        produced_on="2021-07-15",
        annexes=annexes,
        max_unresolved=1.0,
        registry=folder / "registre",
    )


def whole(asked: Order) -> None:
    """Everything that `make bulletin` makes."""
    run(asked, lambda line: None, BULLETIN)


def build(
    folder: Path, month: Month = JUNE, audience: str = "partenaires", annexes: tuple[int, ...] = ALL
) -> tuple[Path, list[str]]:
    """The outputs' folder of a month, made like by `make`, and the lines said. annexes: those drawn."""
    said: list[str] = []
    asked = order(folder, month, audience, annexes)
    run(asked, said.append)
    return asked.folder, said


def made(country: Country) -> Path:
    """June for each audience, annexes 3 and 4, kept for who asks. Not to be changed."""

    def make(folder: Path) -> None:
        project = office(folder / "projet", country)
        for audience in ("partenaires", "interne", "public"):
            build(project, JUNE, audience, annexes=(3, 4))

    return kept("bureau", make) / "projet"


def _write(path: Path, headings: tuple[str, ...], rows: list[tuple[object, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(headings)
        writer.writerows(rows)
