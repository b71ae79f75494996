"""Specifications made from the officer's own tables, as `make` makes them, without drawing a page."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from pipeline import runner
from pipeline.annexes.model import Annex
from pipeline.french import Month
from pipeline.geography.country import Country
from pipeline.month_data import read_month


def specified(inputs: Path, month: Month, country: Country, audience: str) -> tuple[Annex, ...]:
    """Every annex that the audience gets of the month."""
    order = runner.Order(month, audience, inputs, inputs, inputs, "2021-07-15", ())
    return runner.specify(runner.stage_of(order, read_month(inputs, month, country), country))


def _table(path: Path, rows: list[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def hostile_inputs(folder: Path, country: Country, texts: tuple[str, ...]) -> None:
    """January 2021 with one of `texts` in every column that may hold free text; places are the country's."""
    regions, cercles = country.names("region"), country.names("cercle")
    region_of = dict(zip(country.cercles["pcode"], country.cercles["region_pcode"], strict=True))
    places = [{"region": regions[region_of[code]], "cercle": name} for code, name in cercles.items()]
    communes = [place | {"commune": place["cercle"]} for place in places]
    many = [texts[i % len(texts)] for i in range(len(places))]
    rows = list(zip(places, many, strict=True))
    month = folder / "2021-01"
    _table(
        month / "incidents.csv",
        [
            {"id": f"{text} {i}", "date": "2021-01-12", **place, "localite": text, "categorie": "B"}
            | {"type": "Meurtre", "auteur": "Inconnu"}
            for i, (place, text) in enumerate(rows)
        ],
    )
    _table(
        month / "alertes_flash.csv",
        [
            {"id_rapport": text, "date": "2021-01-12", "evenement": "Mouvement de population", **place}
            | {"localite": text, "menages": 20, "destination_region": place["region"]}
            | {"destination_cercle": place["cercle"], "destination_localite": text, "description": text}
            for place, text in rows
        ],
    )
    _table(month / "indice_risque.csv", [place | {"score": 16} for place in communes])
    _table(
        folder / "2021" / "couverture.csv",
        [place | {"partenaire": text} for place, text in zip(communes, many, strict=True)],
    )
    (month / "mois.toml").write_text(
        f"bulletin = '''{texts[0]}'''\nsources = '''{texts[2]} {texts[3]}'''\nexemple = true\n", "utf-8"
    )
