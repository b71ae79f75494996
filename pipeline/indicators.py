"""Exact figures of the month: every row at its place, and the tallies that the annexes rest on.

Nothing here is fit to publish: only `disclosure` reads these values. Areas are at the finest level of the
country: communes, or cercles where the boundaries have none (counts are summed, a cercle takes the most frequent risk
level of its communes, the graver one on a tie, and is covered when one of its communes is).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import pandas as pd

from pipeline.french import Month
from pipeline.geography.country import Country
from pipeline.places.place import SEVERAL_REGIONS, Place
from pipeline.records.tables import NOT_RECORD, OTHER_MONTH, MonthInfo, RecordTable
from pipeline.taxonomy import ALERT_TYPES, REGIONS_MONITORED, risk_level

NO_REGION = "Région de 2025 non établie"
UNKNOWN_REGION = "Région non établie"
"""What is counted under no region that is known: never what was written, which may be anything."""
"""Where a row is counted whose place lies in several regions of the division drawn."""
Status = Literal["drawn", "not_located", "to_verify", "refused"]


@dataclass(frozen=True)
class Account:
    """What became of the lines of one table, or of one of its sheets. rows = drawn + not_located + to_verify +
    refused + other_months + not_records, always; records: those of the month."""

    rows: int
    drawn: int
    not_located: int
    to_verify: int
    refused: int
    other_months: int = 0
    not_records: int = 0

    @property
    def records(self) -> int:
        return self.rows - self.other_months - self.not_records

    @property
    def refused_share(self) -> float:
        """Share of the month's records that are refused, 0 where there is none."""
        return self.refused / self.records if self.records else 0.0

    def __post_init__(self) -> None:
        if self.records != self.drawn + self.not_located + self.to_verify + self.refused:
            raise ValueError(f"rows lost or counted twice: {self}")


@dataclass(frozen=True)
class AlertEvent:
    """One flash alert at its place. households, persons: None where not told. destination: None where none
    is given. abroad: the neighbouring country where a movement ended, "" for none."""

    report: str
    date: str
    key: str
    place: Place
    destination: Place | None
    households: int | None
    persons: int | None
    description: str
    locality: str
    region: str
    abroad: str = ""


@dataclass(frozen=True)
class Retold:
    """Rows of the month and year whose place was carried from one division to another. read: written with names or
    codes of 2025 and read through the lineage, on a country of 2021. unsure: in a commune of 2021 whose cercle of
    2025 is shared or not certain. nowhere: known by a region that several regions drawn share."""

    read: int = 0
    unsure: int = 0
    nowhere: int = 0


@dataclass(frozen=True)
class Elsewhere:
    """The months whose own division is another than the one drawn: their exact figures in it, and the country."""

    indicators: Indicators
    country: Country


@dataclass(frozen=True)
class Indicators:
    """incidents: one row an accepted incident: month ("2021-06"), id, date, region (the bulletin's name),
    region_pcode, cercle_pcode, area (P-code at the country's finest level, "" where not reached), locality,
    longitude, latitude, categorie, type, auteur, sexe, age, statut_socioeconomique, lieu, tranche_horaire,
    status. risk: month, area, score, level. coverage: area, partenaire. months: January to the month that
    have incidents; risk_months likewise. accounts: month ("2021-06", or "2021" for the year's tables) ->
    table -> Account. sheets: table of the month or year -> file, with its sheet where several are read -> Account."""

    month: Month
    info: MonthInfo
    incidents: pd.DataFrame
    alerts: tuple[AlertEvent, ...] | None
    risk: pd.DataFrame
    coverage: pd.DataFrame | None
    months: tuple[Month, ...]
    risk_months: tuple[Month, ...]
    accounts: Mapping[str, Mapping[str, Account]]
    retold: Retold = field(default_factory=Retold)
    elsewhere: Elsewhere | None = None
    sheets: Mapping[str, Mapping[str, Account]] = field(default_factory=dict)


def retold_rows(places: Sequence[Place], country: Country) -> Retold:
    """What `Retold` counts, for the places of rows."""
    if country.reading is None:
        return Retold(read=sum(place.unit.startswith("2025:") for place in places))
    lines = (country.lineage.line(place.commune_pcode) for place in places)
    unsure = sum(line is not None and (bool(line.shared) or line.certainty != "sûr") for line in lines)
    return Retold(unsure=unsure, nowhere=sum(place.method == SEVERAL_REGIONS for place in places))


def area_of(place: Place, country: Country) -> str:
    """P-code at the country's finest level, "" where the place does not reach it."""
    return place.commune_pcode if country.finest == "commune" else place.cercle_pcode


def status_of(place: Place, table: str, country: Country) -> Status:
    """What becomes of a row. A question waits for the officer whatever its level; an alert is drawn as soon
    as its cercle is known (its symbol then says "cercle"), the other tables colour areas and need one."""
    if place.question:
        return "to_verify"
    if table == "alertes_flash":
        return "drawn" if place.cercle_pcode else "not_located"
    return "drawn" if area_of(place, country) else "not_located"


def account(table: RecordTable, places: Sequence[Place], country: Country) -> Account:
    """The account of one table. places: of its good rows, in order."""
    return _account(
        [status_of(place, table.name, country) for place in places],
        len(table.refused),
        table.count_aside(OTHER_MONTH),
        table.count_aside(NOT_RECORD),
    )


def accounts_by_sheet(table: RecordTable, places: Sequence[Place], country: Country) -> dict[str, Account]:
    """File, with its sheet where several are read -> the account of its lines. They add up to the table's."""
    statuses: dict[str, list[Status]] = {}
    for file, place in zip(table.rows["file"], places, strict=True):
        statuses.setdefault(file, []).append(status_of(place, table.name, country))
    refused = Counter(finding.file for finding in table.refused)
    labels = dict.fromkeys((*statuses, *refused, *(one.file for one in table.aside)))
    return {
        label: _account(
            statuses.get(label, []),
            refused[label],
            table.count_aside(OTHER_MONTH, label),
            table.count_aside(NOT_RECORD, label),
        )
        for label in labels
    }


def _account(statuses: Sequence[Status], refused: int, other_months: int, not_records: int) -> Account:
    tally = Counter(statuses)
    rows = len(statuses) + refused + other_months + not_records
    return Account(
        rows, tally["drawn"], tally["not_located"], tally["to_verify"], refused, other_months, not_records
    )


def bulletin_region(
    written: str | None,
    place: Place,
    normalise: Callable[[str], str],
    names: Mapping[str, str],
    by_place: bool = False,
) -> str:
    """The region that the bulletin counts a row under.

    The bulletin keeps its six regions whatever the vintage of the boundaries: a row of Salam that says
    "Tombouctou" counts there even where the boundaries know a region of Taoudenni. by_place: it is the region that
    the place lies in, whatever is written (see `told_by_place`).
    """
    if by_place:
        return names.get(place.region_pcode, NO_REGION)
    wanted = normalise(written or "")
    for region in REGIONS_MONITORED:
        if normalise(region) == wanted:
            return region
    return names.get(place.region_pcode, UNKNOWN_REGION)


def told_by_place(country: Country, written: str) -> bool:
    """Whether a row counts in the region that its place lies in, whatever it writes: in the division of 2025, and where
    what is written is of that of 2025 and not of the one drawn ("Ségou" of today holds Kareri, "Mopti" then did)."""
    return country.division == "2025" or (country.division == "2021" and written == "2025")


def incident_frame(
    table: RecordTable,
    places: Sequence[Place],
    country: Country,
    normalise: Callable[[str], str],
    written: str = "",
) -> pd.DataFrame:
    """The incidents of one month at their places, one row each, columns as in Indicators.incidents. written: the
    division that the table is written in, "" where it is not known."""
    rows = table.rows
    names, by_place = country.names("region"), told_by_place(country, written)
    kept = ("categorie", "type", "auteur", "sexe", "age", "statut_socioeconomique", "lieu", "tranche_horaire")
    return pd.DataFrame(
        {
            "month": str(table.month),
            "id": rows["id"].to_numpy(),
            "date": [day.isoformat() for day in rows["date"]],
            "region": [
                bulletin_region(written, place, normalise, names, by_place)
                for written, place in zip(rows["region"], places, strict=True)
            ],
            "region_pcode": [place.region_pcode for place in places],
            "cercle_pcode": [place.cercle_pcode for place in places],
            "area": [area_of(place, country) for place in places],
            "locality": [place.locality for place in places],
            "longitude": [place.longitude for place in places],
            "latitude": [place.latitude for place in places],
            **{name: rows[name].to_numpy() for name in kept},
            "status": [status_of(place, table.name, country) for place in places],
        }
    )


def _whole(value: float | None) -> int | None:
    return None if value is None or pd.isna(value) else int(value)


def alert_events(
    table: RecordTable,
    places: Sequence[Place],
    destinations: Sequence[Place | None],
    country: Country,
    normalise: Callable[[str], str],
    written: str = "",
) -> tuple[AlertEvent, ...]:
    """The flash alerts of a month, in the order of their types, then of the file. written: as in `incident_frame`."""
    names, by_place = country.names("region"), told_by_place(country, written)
    events = [
        AlertEvent(
            report=str(row["id_rapport"]),
            date=row["date"].isoformat(),
            key=row["evenement"],
            place=place,
            destination=destination,
            abroad=destination.abroad if destination else "",
            households=_whole(row["menages"]),
            persons=_whole(row["personnes"]),
            description=row["description"] or "",
            locality=row["localite"] or "",
            region=bulletin_region(row["region"], place, normalise, names, by_place),
        )
        for (_, row), place, destination in zip(table.rows.iterrows(), places, destinations, strict=True)
    ]
    order = {alert.key: rank for rank, alert in enumerate(ALERT_TYPES)}
    return tuple(sorted(events, key=lambda event: order[event.key]))


def risk_frame(table: RecordTable, places: Sequence[Place], country: Country) -> pd.DataFrame:
    """Risk by area for one month: month, area, score, level. One row an area; rows whose area is not
    certain are left to the account. By cercle the score is NaN: levels have no mean score."""
    frame = pd.DataFrame(
        {
            "area": [area_of(place, country) for place in places],
            "score": table.rows["score"].astype(float).to_numpy(),
            "certain": [not place.question for place in places],
        }
    )
    frame = frame[(frame["area"] != "") & frame["certain"]]
    frame["level"] = [risk_level(score).level for score in frame["score"]]
    if country.finest == "cercle":
        tops = [(area, _most_frequent(group["level"])) for area, group in frame.groupby("area", sort=True)]
        frame = pd.DataFrame(tops, columns=["area", "level"]).assign(score=float("nan"))
    else:
        frame = frame.sort_values("area")  # a commune scored twice is refused: see `month_data._scored_once`
    return frame.assign(month=str(table.month))[["month", "area", "score", "level"]].reset_index(drop=True)


def _most_frequent(levels: pd.Series) -> int:
    tally = Counter(int(level) for level in levels)
    return max(tally, key=lambda level: (tally[level], level))


def coverage_frame(table: RecordTable, places: Sequence[Place], country: Country) -> pd.DataFrame:
    """Areas monitored: area, partenaire ("" where not known), one row an area, sorted."""
    frame = pd.DataFrame(
        {
            "area": [area_of(place, country) for place in places],
            "partenaire": [value or "" for value in table.rows["partenaire"]],
            "certain": [not place.question for place in places],
        }
    )
    frame = frame[(frame["area"] != "") & frame["certain"]]
    merged = frame.groupby("area", sort=True)["partenaire"].agg(
        lambda names: ", ".join(sorted({name for name in names if name}))
    )
    return merged.reset_index()
