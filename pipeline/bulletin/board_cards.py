"""The dashboard's key figures that have no category: alerts, risk, coverage, by region."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.annexes.common import Stage, unread_rows
from pipeline.french import NBSP, agree, listing, lower_first, number, plural
from pipeline.month import Month
from pipeline.taxonomy import ALERT_TYPES, RISK_LEVELS
from pipeline.web.dashboard_model import Card

Told = dict[tuple[int, int], tuple[str, str]]
TYPES_NAMED = 2


def cards(
    stage: Stage, months: tuple[Month, ...], regions: tuple[str, ...], region_of: Mapping[str, int]
) -> tuple[Card, ...]:
    """Flash alerts, areas at the highest risk, areas monitored."""
    layer = stage.country.layer(stage.country.finest)
    home = {
        code: region_of[region] for code, region in zip(layer["pcode"], layer["region_pcode"], strict=True)
    }
    noun = stage.area_noun()
    critical = RISK_LEVELS[-1].label.lower()
    return (
        Card(
            "alertes flash",
            _alerts(stage, months, regions),
            f"Publiées pour {stage.published.month.label} seulement",
        ),
        Card(
            f"{noun} à risque {lower_first(critical)}",
            _risk(stage, months, len(regions), home),
            "Aucune évaluation ce mois",
        ),
        Card(f"{noun} suivi{'e' * (noun == 'communes')}s", _coverage(stage, months, len(regions), home), ""),
    )


def _alerts(stage: Stage, months: tuple[Month, ...], regions: tuple[str, ...]) -> Told:
    """The last month alone: files of alerts before it are not read."""
    alerts, last = stage.published.alerts, len(months) - 1
    if alerts is None:
        return {(last, r): ("–", "Aucun fichier d’alertes") for r in range(len(regions) + 1)}
    if unread_rows(stage.published, "alertes_flash"):
        return {(last, r): ("–", "Lignes refusées") for r in range(len(regions) + 1)}
    told: Told = {}
    for r, region in enumerate(("", *regions)):
        here = [alert.key for alert in alerts if not region or alert.region == region]
        kinds = [(here.count(kind.key), kind) for kind in ALERT_TYPES if kind.key in here]
        kinds.sort(key=lambda item: -item[0])
        named = [
            plural(count, lower_first(kind.label), lower_first(kind.plural))
            for count, kind in kinds[:TYPES_NAMED]
        ]
        rest = sum(count for count, _ in kinds[TYPES_NAMED:])
        if rest:
            named.append(plural(rest, "autre"))
        told[last, r] = (number(len(here)), listing(named))
    return told


def _risk(stage: Stage, months: tuple[Month, ...], regions: int, home: Mapping[str, int]) -> Told:
    told: Told = {}
    top = RISK_LEVELS[-1].level
    for m, month in enumerate(months):
        found = stage.published.risk.get(month, {})
        if not found:
            continue
        for r in range(regions + 1):
            here = [risk.level for code, risk in found.items() if not r or home.get(code) == r]
            scored = (
                f"sur {number(len(here))} {agree(len(here), 'évaluée' if _feminine(stage) else 'évalué')}"
            )
            told[m, r] = (number(here.count(top)), scored)
    return told


def _coverage(stage: Stage, months: tuple[Month, ...], regions: int, home: Mapping[str, int]) -> Told:
    """The same for every month: coverage is known by year."""
    covered = stage.published.coverage
    told: Told = {}
    for r in range(regions + 1):
        inside = [code for code in home if not r or home[code] == r]
        words = ("–", "Couverture inconnue")
        if covered is not None:
            count = sum(code in covered for code in inside)
            words = (number(count), f"sur {number(len(inside))}{NBSP}{stage.area_noun(len(inside))}")
        told |= {(m, r): words for m in range(len(months))}
    return told


def _feminine(stage: Stage) -> bool:
    return stage.country.finest == "commune"
