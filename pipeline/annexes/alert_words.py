"""The sentences of annex 2, computed from published alerts only."""

from __future__ import annotations

from pipeline.annexes.common import Stage
from pipeline.disclosure.published import PublishedAlert
from pipeline.french import agree, area, listing, number, plural
from pipeline.taxonomy import ALERT_TYPES


def caption(stage: Stage, alerts: tuple[PublishedAlert, ...]) -> str:
    month = stage.published.month
    if stage.published.alerts is None:
        return f"Aucun fichier d’alertes flash reçu pour {month.label} : la carte n’en montre aucune."
    if not alerts:
        return f"Aucune alerte flash n’a été signalée en {month.label}."
    kinds = []
    for kind in ALERT_TYPES:
        count = sum(alert.key == kind.key for alert in alerts)
        if count:
            kinds.append(f"{number(count)} {(kind.label if count < 2 else kind.plural).lower()}")
    verb = agree(len(alerts), "a été signalée", "ont été signalées")
    text = f"{plural(len(alerts), 'alerte')} {verb} en {month.label} : {listing(kinds)}."
    moved = _moved(alerts)
    if moved:
        text += f" {moved}"
    return text


def message(stage: Stage, alerts: tuple[PublishedAlert, ...]) -> str:
    """The month's news: how many alerts, of what kind, how many households moved and from where."""
    month = stage.published.month
    if stage.published.alerts is None:
        return f"Alertes flash {month.of_label} : aucun fichier reçu"
    if not alerts:
        return f"Aucune alerte flash en {month.label}"
    text = f"{plural(len(alerts), 'alerte')} flash en {month.name}{_main_kind(alerts)}"
    total, origins = origins_of(alerts)
    if total:
        text += f" ; {plural(total, 'ménage')} {agree(total, 'déplacé')}"
        if len(origins) > 1 and origins[0][0] > origins[1][0]:
            text += f", dont {number(origins[0][0])} depuis {_origin(origins[0][1], short=True)}"
    return text


def _main_kind(alerts: tuple[PublishedAlert, ...]) -> str:
    """ ", dont 9 attaques de village": the most frequent type but movements, which the households tell."""
    counts = [
        (sum(alert.key == kind.key for alert in alerts), kind)
        for kind in ALERT_TYPES
        if kind.key != "mouvement"
    ]
    most = max(count for count, _ in counts)
    first = [kind for count, kind in counts if count == most]
    if not most or len(first) > 1:
        return ""
    told = (first[0].label if most < 2 else first[0].plural).lower()
    if most == len(alerts):
        return f" : {told}" if most == 1 else f", toutes des {told}"
    return f", dont {number(most)} {told}"


def origins_of(alerts: tuple[PublishedAlert, ...]) -> tuple[int, list[tuple[int, PublishedAlert]]]:
    """Households displaced, of movements that tell them, and their sum by origin, largest first."""
    sums: dict[tuple[str, str], int] = {}
    first: dict[tuple[str, str], PublishedAlert] = {}
    for alert in alerts:
        if alert.key == "mouvement" and alert.households:
            key = (alert.area_pcode, alert.place)
            sums[key] = sums.get(key, 0) + alert.households
            first.setdefault(key, alert)
    ranked = sorted(sums, key=lambda key: (-sums[key], key))
    return sum(sums.values()), [(sums[key], first[key]) for key in ranked]


def _moved(alerts: tuple[PublishedAlert, ...]) -> str:
    """ "Les mouvements de population ont concerné 1 381 ménages, dont 450 depuis la commune de Hombori." The origin
    is the one with the largest sum; two or three that share it are all named, more are not."""
    moved = [alert for alert in alerts if alert.key == "mouvement"]
    silent = sum(alert.households is None for alert in moved)
    if len(moved) == silent:
        return ""
    total, origins = origins_of(alerts)
    text = f"Les mouvements de population ont concerné {plural(total, 'ménage')}"
    if len(origins) > 1:
        most = origins[0][0]
        shared = [_origin(alert) for count, alert in origins if count == most]
        if len(shared) == 1:
            text += f", dont {number(most)} depuis {shared[0]}"
        elif len(shared) <= 3:
            text += f", dont {number(most)} depuis chacun de ces lieux : {listing(shared)}"
    elif origins and len(moved) > 1:
        text += (
            f", tous depuis {_origin(origins[0][1])}" if total > 1 else f", depuis {_origin(origins[0][1])}"
        )
    if silent:
        verb = agree(
            silent, "mouvement dont l’effectif n’est pas donné", "mouvements dont l’effectif n’est pas donné"
        )
        text += f", sans compter {number(silent)} {verb}"
    return text + "."


def _origin(alert: PublishedAlert, short: bool = False) -> str:
    """short: the commune's name alone, for the headline."""
    if alert.commune:
        return alert.commune if short else area("commune", alert.commune)
    article = {"cercle": "le ", "région": "la ", "lieu": "un "}.get(alert.place.split(" ")[0], "")
    return article + alert.place


def alternative(stage: Stage, alerts: tuple[PublishedAlert, ...]) -> str:
    regions: dict[str, int] = {}
    for alert in alerts:
        regions[alert.region] = regions.get(alert.region, 0) + 1
    head = (
        f"Carte du Mali : alertes flash {stage.published.month.of_label}, un repère par lieu avec le nombre "
        "d’événements, et des flèches pour les déplacements de population."
    )
    if not regions:
        return f"{head} Aucun événement à montrer."
    told = sorted(regions.items(), key=lambda entry: (-entry[1], entry[0]))
    return f"{head} Par région : {listing([f'{region} {number(count)}' for region, count in told])}."
