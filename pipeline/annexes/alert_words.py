"""The sentences of annex 2, computed from published alerts only."""

from __future__ import annotations

from pipeline.annexes.common import Stage, unread_rows
from pipeline.disclosure.published import PublishedAlert
from pipeline.french import agree, area, listing, number, plural
from pipeline.taxonomy import ALERT_TYPES


def caption(stage: Stage, alerts: tuple[PublishedAlert, ...]) -> str:
    month = stage.published.month
    if stage.published.alerts is None:
        return f"Aucun fichier d’alertes flash reçu pour {month.label} : la carte n’en montre aucune."
    if not alerts and (unread := unread_rows(stage.published, "alertes_flash")):
        return f"{unread} : la carte ne peut pas dire combien d’alertes ont été signalées en {month.label}."
    if not alerts:
        return f"Aucune alerte flash n’a été signalée en {month.label}."
    kinds = []
    for kind in ALERT_TYPES:
        count = sum(alert.key == kind.key for alert in alerts)
        if count:
            kinds.append(f"{number(count)} {(kind.label if count < 2 else kind.plural).lower()}")
    verb = agree(len(alerts), "a été signalée", "ont été signalées")
    text = f"{plural(len(alerts), 'alerte')} {verb} en {month.label} : {listing(kinds)}."
    moved = [alert for alert in alerts if alert.key == "mouvement"]
    told = [alert.households for alert in moved if alert.households is not None]
    if told:
        total = sum(told)
        text += f" Les mouvements de population ont concerné {plural(total, 'ménage')}"
        largest = max(moved, key=lambda alert: (alert.households or 0, alert.place))
        if len(told) > 1:
            text += f", dont {number(largest.households or 0)} depuis {_origin(largest)}"
        text += "."
    return text


def _origin(alert: PublishedAlert) -> str:
    if alert.commune:
        return area("commune", alert.commune)
    article = {"cercle": "le ", "région": "la ", "lieu": "un "}.get(alert.place.split(" ")[0], "")
    return article + alert.place


def alternative(stage: Stage, alerts: tuple[PublishedAlert, ...]) -> str:
    regions: dict[str, int] = {}
    for alert in alerts:
        regions[alert.region] = regions.get(alert.region, 0) + 1
    head = (
        f"Carte du Mali : alertes flash {stage.published.month.of_label}, un symbole par événement selon son "
        "type, et des flèches pour les déplacements de population."
    )
    if not regions:
        return f"{head} Aucun événement à montrer."
    told = sorted(regions.items(), key=lambda entry: (-entry[1], entry[0]))
    return f"{head} Par région : {listing([f'{region} {number(count)}' for region, count in told])}."
