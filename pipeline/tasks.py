"""What the officer does around the maps: check totals, open a month, decide on places, pack for sharing."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from pipeline.check import Difference, compare
from pipeline.disclosure.policy import policy_of
from pipeline.errors import InputError
from pipeline.french import agree, number
from pipeline.geography import load
from pipeline.manifest import refuse_stale
from pipeline.month import Month
from pipeline.month_data import read_month
from pipeline.places import Gazetteer
from pipeline.runner import Order, Say
from pipeline.scan import forbidden_of


def check(month: Month, inputs: Path, boundaries: Path, say: Say) -> list[Difference]:
    """Compare the data with the published totals, tell every difference, and return them."""
    country = load(boundaries)
    data = read_month(inputs, month, country)
    if data.inputs.totaux is None:
        raise InputError(
            f"aucun fichier totaux_publies dans {inputs / str(month.year)}",
            "rien ne dit si les cartes et le bulletin donnent les mêmes chiffres",
            "y mettre totaux_publies.csv avec les colonnes month, table (region, categorie, cercle), name, value",
        )
    rows = data.inputs.totaux.rows
    found = compare(data.indicators.incidents, rows, country.names("cercle"), month)
    for difference in found:
        say(difference.text())
    compared = int((rows["month"].astype(str) <= str(month)).sum())
    say(f"{number(compared)} totaux publiés comparés, {number(len(found))} différents")
    return found


def new_month(month: Month, inputs: Path, boundaries: Path, say: Say) -> None:
    """Make the folder of a month with empty templates whose drop-downs offer the places of the country."""
    from pipeline.records import write_templates

    country = load(boundaries)
    regions, cercles = country.names("region"), country.names("cercle")
    layer = country.layer(country.finest)
    commune = country.finest == "commune"
    names = [
        (
            regions.get(region, ""),
            cercles.get(cercle, "") if commune else name,
            name if commune else "",
            code if commune else "",
        )
        for code, name, cercle, region in zip(
            layer["pcode"], layer["name"], layer["cercle_pcode"], layer["region_pcode"], strict=True
        )
    ]
    for path in write_templates(inputs, month, names):
        say(f"Écrit : {path}")


def decide(month: Month, inputs: Path, outputs: Path, boundaries: Path, by: str, on: date, say: Say) -> None:
    """Take the officer's answers in the month's review list into lieux.csv. Raises InputError where one answer
    could not be taken, after the good ones have been."""
    from pipeline.places.decide import take

    review = outputs / str(month) / "revue"
    lists = [review / "lieux-a-verifier.csv", review / "lieux-a-verifier.xlsx"]
    taken = take(lists, inputs / "lieux.csv", Gazetteer.of(load(boundaries)), by, on)
    say(
        f"{number(len(taken.added))} {agree(len(taken.added), 'décision ajoutée', 'décisions ajoutées')} à "
        f"{inputs / 'lieux.csv'}, {number(taken.known)} déjà connues, {number(taken.waiting)} en attente"
    )
    for error in taken.errors[:-1]:
        say(error.as_text())
    if taken.errors:
        raise taken.errors[-1]


def share(order: Order, password_file: Path | None, say: Say) -> None:
    """Pack the month's folder for its audience, searched and checked first. Raises PipelineError."""
    from pipeline.share import produced_on
    from pipeline.share import share as pack

    policy = policy_of(order.audience)
    country = load(order.boundaries)
    data = read_month(order.inputs, order.month, country)
    refuse_stale(order.folder, data.inputs.files, country.source, "l’archive n’est pas faite")
    forbidden = None
    if not policy.exact:
        # The day on which the maps were made stands on them: not to be taken for the day of an incident.
        forbidden = forbidden_of(data, country, policy, produced_on(order.folder, policy))
    folder = order.outputs / str(order.month) / "partage"
    say(f"Écrit : {pack(order.folder, order.audience, folder, password_file, forbidden)}")
