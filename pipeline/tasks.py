"""What the officer does around the maps: check totals, open a month, decide on places, pack for sharing."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

from pipeline import french
from pipeline.check import Difference, compare
from pipeline.disclosure.policy import policy_of
from pipeline.errors import InputError
from pipeline.french import agree, number, percent
from pipeline.geography import load
from pipeline.geography.divisions import CERTAINTIES, division, in_force
from pipeline.geography.retold import astray, chosen, held, in_division
from pipeline.month import Month
from pipeline.month_data import country_for, read_month
from pipeline.places import Gazetteer
from pipeline.records.decisions import read_lineage
from pipeline.runner import Order, Say, country_of
from pipeline.scan import forbidden_of


def check(month: Month, inputs: Path, boundaries: Path, say: Say, division: str = "") -> list[Difference]:
    """Compare the data with the published totals, tell every difference, and return them."""
    country = country_for(boundaries, inputs, month, division)
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


def new_month(month: Month, inputs: Path, boundaries: Path, say: Say, division: str = "") -> None:
    """Make the folder of a month with empty templates whose drop-downs offer the places of the country."""
    from pipeline.records import write_templates

    country = country_for(boundaries, inputs, month, division)
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


def divisions(month: Month, inputs: Path, boundaries: Path, say: Say, asked: str = "") -> None:
    """Tell which divisions the boundaries at hand can be drawn on, what each covers, what a month is drawn on, and
    which communes the boundaries of 2025 draw elsewhere than the lineage says."""
    lineage, files = read_lineage(inputs)
    country = replace(load(boundaries), lineage=lineage)
    say(f"Limites présentes : {country.source.label}")
    if country.newer is not None:
        say(f"                    {country.newer.source.label}")
    for one in held(country):
        drawn = in_division(country, one.key)
        communes = f", {number(len(drawn.communes))} communes" if len(drawn.communes) else ", sans communes"
        since = french.day(division(one.key).since)
        say(
            f"DIVISION={one.key} (en vigueur depuis le {since}) : {len(drawn.regions)} régions, "
            f"{len(drawn.cercles)} cercles{communes} ; {one.why}{'' if one.own else ' ; seulement sur demande'}"
        )
    for unit in lineage.landless() if any(one.key == "2025" for one in held(country)) else ():
        there = country.newer is not None and unit.code in set(country.newer.cercles["pcode"])
        say(
            f"  sans commune à lui : cercle {unit.name} ({unit.code}), "
            + ("dessiné par les limites de 2025" if there else "ses lignes comptent dans sa région")
        )
    certain = Counter(line.certainty for line in lineage.lines.values())
    told = ", ".join(f"{certain[key]} {key}" for key in CERTAINTIES)
    decided = sum(bool(line.decided_by) for line in lineage.lines.values())
    say(f"Lignée des communes de 2021 : {told}" + (f", dont {decided} par {files[0].path}" if files else ""))
    names = country.names("commune")
    for found in astray(country):
        where = division("2025").units[found.cercle].name if found.cercle else "aucun cercle"
        say(
            f"  à vérifier : {names[found.commune]} ({found.commune}), {percent(found.most, 1)} dans {where} selon les "
            f"limites de 2025 ; la lignée dit {division('2025').units[lineage.owner(found.commune)].name}"
        )
    key = chosen(country, asked, month.last_day)
    why = (
        "demandée"
        if asked
        else f"en vigueur en {month.label}"
        if key == in_force(month.last_day)
        else "la seule présente"
    )
    say(
        f"{month.label.capitalize()} se dessine sur la division de {key} ({why})"
        if key
        else f"{month.label.capitalize()} se dessine sur les limites présentes, qui ne sont d'aucune division connue"
    )


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
    forbidden = None
    if not policy.exact:
        country = country_of(order)
        data = read_month(order.inputs, order.month, country)
        # The day on which the maps were made stands on them: not to be taken for the day of an incident.
        forbidden = forbidden_of(data, country, policy, produced_on(order.folder, policy))
    folder = order.outputs / str(order.month) / "partage"
    say(f"Écrit : {pack(order.folder, order.audience, folder, password_file, forbidden)}")
