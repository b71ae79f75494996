"""Annex 2: flash alerts and displacements, and the words that tell them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import attrgetter

from pipeline import palette
from pipeline.annexes.common import (
    Stage,
    account_line,
    cercle_labels,
    densest,
    framed_regions,
    unread_rows,
    with_population,
)
from pipeline.annexes.model import (
    Annex,
    Areas,
    AreaValue,
    ClassEntry,
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
    Zone,
    Zones,
)
from pipeline.disclosure.published import PublishedAlert
from pipeline.french import (
    NBSP,
    NOT_RECEIVED,
    agree,
    area,
    listing,
    number,
    plural,
    sentence_case,
    towards,
)
from pipeline.taxonomy import ALERT_TYPE, ALERT_TYPES

# The sentences of annex 2, computed from published alerts only.


def caption(stage: Stage, alerts: tuple[PublishedAlert, ...]) -> str:
    month = stage.published.month
    if stage.published.alerts is None:
        return f"Aucune donnée d’alertes flash reçue pour {month.label} : la carte n’en montre aucune."
    if not alerts and (unread := unread_rows(stage.published, "alertes_flash")):
        return f"{unread} : la carte ne peut pas dire combien d’alertes ont été signalées en {month.label}."
    if not alerts:
        return f"Aucune alerte flash n’a été signalée en {month.label}."
    kinds = [f"{number(count)} {noun.lower()}" for count, noun in by_type(alerts)]
    verb = agree(len(alerts), "a été signalée", "ont été signalées")
    text = f"{plural(len(alerts), 'alerte')} {verb} en {month.label} : {listing(kinds)}."
    return f"{text} {_moved(alerts)}".rstrip()


def by_type(alerts: Sequence[PublishedAlert]) -> list[tuple[int, str]]:
    """How many alerts of each type there is, with its noun in their number, in the taxonomy's order."""
    found = Counter(alert.key for alert in alerts)
    counts = [(found[kind.key], kind) for kind in ALERT_TYPES if found[kind.key]]
    return [(count, kind.label if count < 2 else kind.plural) for count, kind in counts]


def message(stage: Stage, alerts: tuple[PublishedAlert, ...]) -> str:
    """The month's news: how many alerts, of what kind, how many households moved and from where."""
    month = stage.published.month
    if stage.published.alerts is None:
        return f"Alertes flash {month.of_label} : aucune donnée reçue"
    if not alerts and (unread := unread_rows(stage.published, "alertes_flash")):
        return f"Alertes flash {month.of_label} : {unread}"
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
    counts = by_type([alert for alert in alerts if alert.key != "mouvement"])
    most = max((count for count, _ in counts), default=0)
    first = [noun for count, noun in counts if count == most]
    if len(first) != 1:
        return ""
    told = first[0].lower()
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
        text += f", {'tous ' * (total > 1)}depuis {_origin(origins[0][1])}"
    if silent:
        text += (
            f", sans compter {number(silent)} {agree(silent, 'mouvement')} dont l’effectif n’est pas donné"
        )
    return text + "."


def _origin(alert: PublishedAlert, short: bool = False) -> str:
    """short: the commune's name alone, for the headline."""
    if alert.commune:
        return alert.commune if short else area("commune", alert.commune)
    article = {"cercle": "le ", "région": "la ", "lieu": "un "}.get(alert.place.split(" ")[0], "")
    return article + alert.place


def alternative(stage: Stage, alerts: tuple[PublishedAlert, ...]) -> str:
    regions = Counter(alert.region for alert in alerts)
    head = (
        f"Carte du Mali : alertes flash {stage.published.month.of_label}, un repère par lieu avec le nombre "
        "d’événements, et des flèches pour les déplacements de population"
        f"{', sur un fond de densité de population' if stage.country.density else ''}."
    )
    if not regions:
        return f"{head} Aucun événement à montrer."
    told = sorted(regions.items(), key=lambda entry: (-entry[1], entry[0]))
    return f"{head} Par région : {listing([f'{region} {number(count)}' for region, count in told])}."


# Annex 2: flash alerts, one marker a place, displacements as arrows from origin to destination.
#
# Nothing is drawn where it is not known to have happened: what is known to a cercle, to a region or not at all
# is a Zone, not a Symbol, and a movement is an arrow only where both its ends are known to the finest area.


UNKNOWN = {"cercle": "commune", "région": "cercle"}
"""Precision of an alert -> the next level, which its report leaves open."""
NOWHERE = "inconnue"
"""Precision of an alert whose place is not known at all."""


@dataclass(frozen=True)
class PlaceOfAlerts:
    """Alerts of one place, at the level the audience may see. number: in the list, which goes by region."""

    number: str
    alerts: tuple[PublishedAlert, ...]

    @property
    def first(self) -> PublishedAlert:
        return self.alerts[0]


def build(stage: Stage) -> Annex:
    """The specification of annex 2."""
    published = stage.published
    alerts = published.alerts or ()
    places = _places(alerts)
    weights = Counter(code for alert in alerts for code in {alert.area_pcode, alert.area_pcode[:6]} - {""})
    inset = densest(
        stage, {alert.area_pcode: weights[alert.area_pcode] for alert in alerts if alert.area_pcode}
    )
    told = [code for alert in alerts for code in (alert.area_pcode, alert.destination_pcode) if code]
    return Annex(
        number=2,
        slug="annexe-2-alertes-flash",
        title="Alertes flash",
        subtitle=f"Événements signalés par rapports flash, {published.month.label}",
        message=message(stage, alerts),
        caption=caption(stage, alerts),
        alt_text=alternative(stage, alerts),
        counts_line=account_line(stage, "alertes_flash", "alerte", "alertes"),
        meta=with_population(stage) if stage.country.density else stage.meta,
        layers=(
            *_ground(stage),
            _zones(stage, places),
            _flows(stage, places),
            _symbols(stage, places),
            Labels("noms", _names(stage, places) + cercle_labels(stage, weights)),
        ),
        table=_table(stage, places),
        notes=_notes(stage, alerts),
        figures=_figures(alerts),
        events=tuple(_event(stage, place, alert) for place in places for alert in place.alerts),
        events_title="Événements par lieu",
        regions=framed_regions(stage, told),
        inset_cercles=inset.cercles,
        inset_box=inset.box,
    )


DENSITY_EDGES = (10, 50, 100)
"""Inhabitants per square kilometre at which the classes of the ground begin: the desert, three communes in five, the
densest country, the towns."""


def _ground(stage: Stage) -> tuple[Areas, ...]:
    """How many people live where the events were reported: a quiet ground, where the population is known."""
    density = stage.country.density
    if not density:
        return ()
    edges = (*DENSITY_EDGES, 0)
    labels = [f"moins de {DENSITY_EDGES[0]}"]
    labels += [f"{low} à {high - 1}" if high else f"{low} et plus" for low, high in pairwise(edges)]
    keys = {
        code: f"d{sum(density[code] >= edge for edge in DENSITY_EDGES)}" if code in density else "inconnue"
        for code in stage.area_parents
    }
    counts = Counter(keys.values())
    classes = [
        ClassEntry(f"d{rank}", label, palette.DENSITY[rank], count=counts[f"d{rank}"])
        for rank, label in enumerate(labels)
    ]
    if count := counts["inconnue"]:
        classes.append(ClassEntry("inconnue", "non connue", palette.PAPER, "nodata", count=count))
    told = {entry.key: f"{entry.label} hab./km²" for entry in classes} | {"inconnue": "population non connue"}
    values = {code: AreaValue(key, told[key]) for code, key in keys.items()}
    return (Areas("densite", "Habitants au km²", stage.country.finest, tuple(classes), values, ground=True),)


def _places(alerts: Sequence[PublishedAlert]) -> tuple[PlaceOfAlerts, ...]:
    """Alerts by place, region by region; those of unknown place last."""
    found: dict[tuple[object, ...], list[PublishedAlert]] = {}
    for alert in alerts:
        point = (alert.village, alert.longitude, alert.latitude) if alert.precision == "village" else ()
        found.setdefault((alert.area_pcode, alert.precision, *point), []).append(alert)

    def order(group: Sequence[PublishedAlert]) -> tuple[object, ...]:
        return group[0].precision == NOWHERE, group[0].region, group[0].area_pcode, group[0].place

    ordered = sorted(found.values(), key=order)
    return tuple(PlaceOfAlerts(str(rank), tuple(group)) for rank, group in enumerate(ordered, start=1))


def _open(stage: Stage, alert: PublishedAlert) -> str:
    """The level that the alert's report leaves open, of those that the map can show; "" for none."""
    if alert.precision == stage.country.finest:
        return ""
    return UNKNOWN.get(alert.precision, "")


def _at_a_point(stage: Stage, alert: PublishedAlert) -> bool:
    """Whether the place is known to the finest area of the map, and so may carry a marker."""
    return not _open(stage, alert) and alert.precision != NOWHERE


def _households(alert: PublishedAlert) -> str:
    return plural(alert.households, "ménage") if alert.households is not None else ""


def _facts(place: PlaceOfAlerts) -> tuple[tuple[str, str], ...]:
    """The place, then each of its events."""
    first = place.first
    facts = [("Lieu", first.place), ("Précision du point", first.precision)]
    for alert in place.alerts:
        more = [
            alert.date,
            _households(alert),
            plural(alert.persons, "personne") if alert.persons is not None else "",
            towards(alert.destination) if alert.destination else "",
            alert.description,
        ]
        facts.append((ALERT_TYPE[alert.key].label, ", ".join(text for text in more if text) or "signalé"))
    return tuple(facts)


def _parts(place: PlaceOfAlerts) -> tuple[tuple[str, float], ...]:
    found = [alert.key for alert in place.alerts]
    return tuple((kind.key, float(found.count(kind.key))) for kind in ALERT_TYPES if kind.key in found)


def _symbols(stage: Stage, places: Sequence[PlaceOfAlerts]) -> Symbols:
    found, tones = Counter(alert.key for place in places for alert in place.alerts), palette.ALERTS
    published = stage.published
    told = bool(found) or (published.alerts is not None and not unread_rows(published, "alertes_flash"))
    return Symbols(
        id="evenements",
        title="Type d’événement",
        keys=tuple(
            SymbolKey(
                kind.key,
                kind.label,
                tones[kind.key],
                kind.symbol,
                found[kind.key] if told else None,
                kind.plural,
            )
            for kind in ALERT_TYPES
        ),
        items=tuple(
            Symbol(
                f"lieu-{place.number}",
                place.first.longitude,
                place.first.latitude,
                float(len(place.alerts)),
                _parts(place),
                place.first.place,
                place.number,
                place.first.precision,
                place.first.area_pcode,
                _facts(place),
            )
            for place in places
            if _at_a_point(stage, place.first)
        ),
        unit="événements",
    )


def _zones(stage: Stage, places: Sequence[PlaceOfAlerts]) -> Zones:
    levels = {"cercle": "cercle", "région": "region"}
    return Zones(
        "lieux-incertains",
        "Lieu connu au cercle ou à la région seulement",
        tuple(
            Zone(
                f"lieu-{place.number}",
                levels.get(place.first.precision, ""),  # type: ignore[arg-type]
                place.first.area_pcode,
                place.first.place,
                place.number,
                len(place.alerts),
                _parts(place),
                *stage.country.points[place.first.area_pcode],
                _facts(place),
            )
            for place in places
            if not _at_a_point(stage, place.first)
        ),
    )


def _flows(stage: Stage, places: Sequence[PlaceOfAlerts]) -> Flows:
    """One arrow for all that went from one place to another. A movement out of an area that is known no finer
    is in the list alone."""
    sums: dict[tuple[str, str, object, str], list[PublishedAlert]] = {}
    for place in places:
        for alert in place.alerts:
            if alert.key in ("mouvement", "retour") and _at_a_point(stage, alert):
                key = (place.number, alert.key, alert.destination_point, alert.destination or "")
                sums.setdefault(key, []).append(alert)
    items: list[Flow] = []
    for (of_place, *_), alerts in sums.items():
        first = alerts[0]
        told = [alert.households for alert in alerts if alert.households is not None]
        value = sum(told)
        items.append(
            Flow(
                f"mouvement-{len(items) + 1}",
                (first.longitude, first.latitude),
                first.destination_point,
                float(value),
                plural(value, "ménage") if told else "",
                of_place,
                _stays(stage, first),
                first.key == "retour",
                first.abroad,
                (
                    ("Mouvement", ALERT_TYPE[first.key].label),
                    ("Depuis", first.place),
                    ("Vers", first.destination or "destination non précisée"),
                    ("Ménages", number(value) if told else NOT_RECEIVED),
                ),
                untold=len(alerts) - len(told),
            )
        )
    title, sizes = "Ménages déplacés", _sizes([flow.value for flow in items if flow.value])
    return Flows("mouvements", title, palette.FLOW, tuple(items), sizes, back_colour=palette.RETURN)


def _sizes(values: Sequence[float]) -> tuple[float, ...]:
    """At most three widths for the legend: the month's largest, and round values of about a half and a fifth."""
    most = max(values, default=0.0)
    if len(set(values)) <= 3:
        return tuple(sorted(set(values)))
    rounded = {_round_down(share * most) for share in (0.5, 0.2)}
    return tuple(sorted({most, *(value for value in rounded if value >= 1)}))


def _round_down(value: float) -> float:
    """The next 1, 2, 3 or 5 times a power of ten at or under a value of at least 1; 0 under it."""
    power = 1.0
    while power * 10 <= value:
        power *= 10
    return max((step * power for step in (1, 2, 3, 5) if step * power <= value), default=0.0)


def _stays(stage: Stage, alert: PublishedAlert) -> bool:
    """Whether a movement is a loop and not an arrow: no destination is told, it has the point of the origin (as
    the same area outside `interne`), one area holds the other, or the destination is known to an area only. Of a
    movement from Tilemsi "to the cercle of Goundam" an arrow to the middle of the cercle would tell of 200 km of
    desert."""
    if alert.destination_point is None or alert.destination_point == (alert.longitude, alert.latitude):
        return True
    here, there = alert.area_pcode, alert.destination_pcode
    if there not in stage.area_parents:
        return True
    return here != there and (here.startswith(there) or there.startswith(here))


def _names(stage: Stage, places: Sequence[PlaceOfAlerts]) -> tuple[Label, ...]:
    """Names of the places that carry a marker, those with most events first; a village where it may be named."""
    marked = [place for place in places if _at_a_point(stage, place.first)]
    ranked = sorted(marked, key=lambda place: (-len(place.alerts), int(place.number)))
    labels = []
    for rank, place in enumerate(ranked):
        first = place.first
        style = "village" if first.village else "commune" if stage.country.finest == "commune" else ""
        if style:
            labels.append(
                Label(first.village or first.commune, first.longitude, first.latitude, style, rank - len(ranked), "both",
                      first.area_pcode)
            )  # fmt: skip
    return tuple(labels)


def _event(stage: Stage, place: PlaceOfAlerts, alert: PublishedAlert) -> Event:
    parts = [_households(alert)]
    if alert.destination:
        parts.append(towards(alert.destination))
    where = sentence_case(alert.place)
    unknown = _open(stage, alert)
    if unknown:
        where += f" ({unknown} à préciser)"
    return Event(
        place.number,
        alert.key,
        ALERT_TYPE[alert.key].label,
        where,
        " ".join(p for p in parts if p),
        alert.area_pcode,
        alert.precision,
        (alert.longitude, alert.latitude) if _at_a_point(stage, alert) else None,
    )


def _figures(alerts: tuple[PublishedAlert, ...]) -> tuple[KeyFigure, ...]:
    figures = [KeyFigure(noun, number(count)) for count, noun in by_type(alerts)]
    told = (alert.households for alert in alerts if alert.key == "mouvement")
    moved = [households for households in told if households is not None]
    if moved:
        figures.insert(0, KeyFigure(agree(sum(moved), "ménage déplacé"), number(sum(moved))))
    return tuple(figures)


def _notes(stage: Stage, alerts: tuple[PublishedAlert, ...]) -> tuple[str, ...]:
    notes = []
    if not stage.published.policy.villages:
        notes.append(
            "Les repères sont placés au centre de la commune, jamais au village, pour la protection des personnes."
        )
    coarse = sum(bool(_open(stage, alert)) for alert in alerts)
    nowhere = sum(alert.precision == NOWHERE for alert in alerts)
    if coarse:
        verb = agree(coarse, "n’est connue", "ne sont connues")
        notes.append(f"{plural(coarse, 'alerte')} {verb} qu’au cercle ou à la région.")
    if nowhere:
        notes.append(f"{plural(nowhere, 'alerte')} sans lieu connu{NBSP}: dans la liste, hors de la carte.")
    return tuple(notes)


def _table(stage: Stage, places: Sequence[PlaceOfAlerts]) -> Table:
    seen = stage.published.policy.alerts
    more = [
        (column, value)
        for name, column, value in (
            ("jour", Column("date", "Date", "date"), attrgetter("date")),
            ("personnes", Column("personnes", "Personnes", "number"), attrgetter("persons")),
            ("description", Column("description", "Description"), attrgetter("description")),
        )
        if name in seen
    ]
    columns = [
        Column("numero", "N° du lieu", "number"),
        Column("evenement", "Événement"),
        Column("region", "Région"),
        Column("lieu", "Lieu"),
        Column("menages", "Ménages", "number"),
        Column("destination", "Destination"),
        Column("precision", "Précision"),
    ]
    columns += [column for column, _ in more]
    rows, keys = [], []
    for place in places:
        for alert in place.alerts:
            row: list[str | int | None] = [
                int(place.number),
                ALERT_TYPE[alert.key].label,
                alert.region,
                alert.place,
                alert.households,
                alert.destination or "",
                alert.precision,
            ]
            rows.append((*row, *(value(alert) for _, value in more)))
            keys.append(f"lieu-{place.number}")
    return Table("Alertes flash", tuple(columns), tuple(rows), tuple(keys))
