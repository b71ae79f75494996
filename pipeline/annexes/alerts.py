"""Annex 2: flash alerts and displacements, and the words that tell them."""

from __future__ import annotations

from pipeline import palette
from pipeline.annexes.common import Stage, account_line, cercle_labels
from pipeline.annexes.model import (
    Annex,
    Column,
    Event,
    Flow,
    Flows,
    KeyFigure,
    Label,
    Labels,
    Symbol,
    SymbolKey,
    Symbols,
    Table,
)
from pipeline.disclosure.published import PublishedAlert
from pipeline.french import agree, area, listing, number, plural, sentence_case
from pipeline.taxonomy import ALERT_TYPE, ALERT_TYPES

# The sentences of annex 2, computed from published alerts only.


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


# Annex 2: flash alerts, each event at its place, displacements as arrows from origin to destination.


UNKNOWN = {"cercle": "commune", "région": "cercle"}
"""Precision of an alert -> the next level, which its report leaves open."""
SIZES = (50.0, 150.0, 350.0)


def build(stage: Stage) -> Annex:
    """The specification of annex 2."""
    published = stage.published
    alerts = published.alerts or ()
    numbered = [(str(rank), alert) for rank, alert in enumerate(alerts, start=1)]
    weights: dict[str, float] = {}
    for alert in alerts:
        weights[alert.area_pcode] = weights.get(alert.area_pcode, 0) + 1
        weights[alert.area_pcode[:6]] = weights.get(alert.area_pcode[:6], 0) + 1
    return Annex(
        number=2,
        slug="annexe-2-alertes-flash",
        title="Alertes flash",
        subtitle=f"Événements signalés par rapports flash, {published.month.label}",
        caption=caption(stage, alerts),
        alt_text=alternative(stage, alerts),
        counts_line=account_line(stage, "alertes_flash", "alerte", "alertes"),
        meta=stage.meta,
        layers=(
            _flows(numbered),
            _symbols(stage, numbered),
            Labels("noms", cercle_labels(stage, weights) + _villages(alerts)),
        ),
        table=_table(stage, numbered),
        notes=_notes(stage, alerts),
        figures=_figures(alerts),
        events=tuple(_event(stage, rank, alert) for rank, alert in numbered),
        events_title="Événements",
        inset_cercles=stage.inset_cercles,
    )


def _open(stage: Stage, alert: PublishedAlert) -> str:
    """The level that the alert's report leaves open, of those that the map can show; "" for none."""
    if alert.precision == stage.country.finest:
        return ""
    return UNKNOWN.get(alert.precision, "")


def _households(alert: PublishedAlert) -> str:
    return plural(alert.households, "ménage") if alert.households is not None else ""


def _facts(alert: PublishedAlert) -> tuple[tuple[str, str], ...]:
    facts = [("Événement", ALERT_TYPE[alert.key].label), ("Lieu", alert.place)]
    if alert.date:
        facts.append(("Date", alert.date))
    if alert.households is not None:
        facts.append(("Ménages", number(alert.households)))
    if alert.persons is not None:
        facts.append(("Personnes", number(alert.persons)))
    if alert.destination:
        facts.append(("Destination", alert.destination))
    facts.append(("Précision du point", alert.precision))
    if alert.description:
        facts.append(("Description", alert.description))
    return tuple(facts)


def _symbols(stage: Stage, numbered: list[tuple[str, PublishedAlert]]) -> Symbols:
    found = [alert.key for _, alert in numbered]
    return Symbols(
        id="evenements",
        title="Type d’événement",
        kind="icon",
        keys=tuple(
            SymbolKey(kind.key, kind.label, palette.ALERTS[kind.key], kind.symbol, found.count(kind.key))
            for kind in ALERT_TYPES
        ),
        items=tuple(
            Symbol(
                f"evenement-{rank}",
                alert.longitude,
                alert.latitude,
                1.0,
                ((alert.key, 1.0),),
                alert.place,
                rank,
                alert.precision,
                alert.area_pcode,
                _facts(alert),
                bool(_open(stage, alert)),
            )
            for rank, alert in numbered
        ),
    )


def _flows(numbered: list[tuple[str, PublishedAlert]]) -> Flows:
    items = []
    for rank, alert in numbered:
        if alert.key not in ("mouvement", "retour"):
            continue
        items.append(
            Flow(
                f"mouvement-{rank}",
                (alert.longitude, alert.latitude),
                alert.destination_point,
                float(alert.households or 0),
                _households(alert),
                rank,
                _stays(alert),
                _facts(alert),
            )
        )
    return Flows("mouvements", "Ménages déplacés", palette.FLOW, tuple(items), SIZES)


def _stays(alert: PublishedAlert) -> bool:
    """Whether a movement is a loop and not an arrow: no destination is told, it has the point of the origin (as
    the same area outside `interne`), or one area holds the other. Of a movement from Tilemsi "to the cercle
    of Goundam", which holds Tilemsi, an arrow to the middle of the cercle would tell of 200 km of desert."""
    if alert.destination_point is None or alert.destination_point == (alert.longitude, alert.latitude):
        return True
    here, there = alert.area_pcode, alert.destination_pcode  # codes nest: ML0602 holds ML060214
    return here != there and (here.startswith(there) or there.startswith(here))


def _villages(alerts: tuple[PublishedAlert, ...]) -> tuple[Label, ...]:
    named = {(alert.village, alert.longitude, alert.latitude) for alert in alerts if alert.village}
    return tuple(
        Label(name, lon, lat, "village", 50 + rank, "both")
        for rank, (name, lon, lat) in enumerate(sorted(named))
    )


def _event(stage: Stage, rank: str, alert: PublishedAlert) -> Event:
    parts = [_households(alert)]
    if alert.destination:
        parts.append(f"vers {alert.destination}")
    where = sentence_case(alert.place)
    unknown = _open(stage, alert)
    if unknown:
        where += f" ({unknown} à préciser)"
    return Event(rank, alert.key, ALERT_TYPE[alert.key].label, where, " ".join(p for p in parts if p))


def _figures(alerts: tuple[PublishedAlert, ...]) -> tuple[KeyFigure, ...]:
    figures = []
    for kind in ALERT_TYPES:
        count = sum(alert.key == kind.key for alert in alerts)
        if count:
            figures.append(KeyFigure(kind.label if count < 2 else kind.plural, number(count)))
    moved = [
        alert.households for alert in alerts if alert.key == "mouvement" and alert.households is not None
    ]
    if moved:
        figures.insert(0, KeyFigure("ménages déplacés", number(sum(moved))))
    return tuple(figures)


def _notes(stage: Stage, alerts: tuple[PublishedAlert, ...]) -> tuple[str, ...]:
    notes = []
    if not stage.published.policy.villages:
        notes.append(
            "Les symboles sont placés au centre de la commune (ou du cercle), jamais au village, pour la "
            "protection des personnes."
        )
    coarse = sum(bool(_open(stage, alert)) for alert in alerts)
    if coarse:
        verb = agree(coarse, "n’est connue", "ne sont connues")
        notes.append(f"{plural(coarse, 'alerte')} {verb} qu’au cercle ou à la région.")
    return tuple(notes)


def _table(stage: Stage, numbered: list[tuple[str, PublishedAlert]]) -> Table:
    seen = stage.published.policy.alerts
    more = [
        (column, value)
        for name, column, value in (
            ("jour", Column("date", "Date", "date"), lambda alert: alert.date),
            ("personnes", Column("personnes", "Personnes", "number"), lambda alert: alert.persons),
            ("description", Column("description", "Description"), lambda alert: alert.description),
        )
        if name in seen
    ]
    columns = [
        Column("numero", "N°", "number"),
        Column("evenement", "Événement"),
        Column("region", "Région"),
        Column("lieu", "Lieu"),
        Column("menages", "Ménages", "number"),
        Column("destination", "Destination"),
        Column("precision", "Précision"),
    ]
    columns += [column for column, _ in more]
    rows = []
    for rank, alert in numbered:
        row: list[str | int | None] = [
            int(rank),
            ALERT_TYPE[alert.key].label,
            alert.region,
            alert.place,
            alert.households,
            alert.destination or "",
            alert.precision,
        ]
        rows.append((*row, *(value(alert) for _, value in more)))
    return Table(
        "Alertes flash", tuple(columns), tuple(rows), tuple(f"evenement-{rank}" for rank, _ in numbered)
    )
