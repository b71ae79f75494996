"""Indicators in, Published out: one policy an audience (DATA_RESPONSIBILITY, the table)."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import shapely

from pipeline.disclosure.counts import NO_DATA, UNCOVERED, ZERO, Count
from pipeline.disclosure.incident_list import SMALL, full_list, merged_list
from pipeline.disclosure.published import ListTable, Published, PublishedAlert, PublishedRisk
from pipeline.french import number, of
from pipeline.geography.country import Country
from pipeline.indicators import AlertEvent, Indicators
from pipeline.month import Month
from pipeline.places.place import Place
from pipeline.taxonomy import CATEGORIES, REGIONS_MONITORED, SENSITIVE_TYPES


def small_count(value: int, audience: str) -> Count:
    """A count finer than the bulletin's: exact for `interne`; "1-4" or exact for `partenaires` and, by
    cercle, for `public`."""
    if value == 0:
        return ZERO
    if audience != "interne" and value < SMALL:
        return Count.within(1, SMALL - 1)
    return Count.exact(value)


def area_count(value: int, audience: str) -> Count:
    """A count by commune: as small_count, but a class only for `public`."""
    if audience == "public" and value > 0:
        return Count.classed(value)
    return small_count(value, audience)


def publish(indicators: Indicators, country: Country, audience: str) -> Published:
    """What `audience` may see of the month. No column goes further than what is named here."""
    incidents = indicators.incidents
    cercle_names = country.names("cercle")
    covered = None if indicators.coverage is None else set(indicators.coverage["area"])
    now = incidents[incidents["month"] == str(indicators.month)]
    return Published(
        audience=audience,
        month=indicators.month,
        info=indicators.info,
        months=indicators.months,
        risk_months=indicators.risk_months,
        areas={
            indicators.month: dict.fromkeys(country.layer(country.finest)["pcode"], NO_DATA),
            **{
                month: _areas(_month(incidents, month), country, covered, audience)
                for month in indicators.months
            },
        },
        cercles={
            month: _cercles(_month(incidents, month), cercle_names, audience) for month in indicators.months
        },
        cercle_categories=_cercle_categories(now, audience),
        regions={month: _regions(_month(incidents, month)) for month in indicators.months},
        categories={month: _categories(_month(incidents, month)) for month in indicators.months},
        region_categories={
            month: _region_categories(_month(incidents, month), audience) for month in indicators.months
        },
        not_located=int((now["area"] == "").sum()),
        alerts=None
        if indicators.alerts is None
        else tuple(_alert(event, country, audience) for event in indicators.alerts),
        risk=_risk(indicators.risk, audience),
        coverage=None
        if indicators.coverage is None
        else dict(zip(indicators.coverage["area"], indicators.coverage["partenaire"], strict=True)),
        incident_list=_incident_list(incidents, country, audience),
        accounts=indicators.accounts,
    )


def _month(incidents: pd.DataFrame, month: Month) -> pd.DataFrame:
    return incidents[incidents["month"] == str(month)]


def _areas(
    incidents: pd.DataFrame, country: Country, covered: set[str] | None, audience: str
) -> dict[str, Count]:
    tally = incidents["area"].value_counts()

    def told(code: str) -> Count:
        value = int(tally.get(code, 0))
        if value == 0 and covered is not None and code not in covered:
            return UNCOVERED
        return area_count(value, audience)

    return {code: told(code) for code in country.layer(country.finest)["pcode"]}


def _cercles(incidents: pd.DataFrame, names: Mapping[str, str], audience: str) -> dict[str, Count]:
    tally = incidents["cercle_pcode"].value_counts()
    return {code: small_count(int(tally.get(code, 0)), audience) for code in names}


def _cercle_categories(incidents: pd.DataFrame, audience: str) -> dict[str, dict[str, Count]]:
    told = {}
    for cercle, group in incidents[incidents["cercle_pcode"] != ""].groupby("cercle_pcode", sort=True):
        tally = group["categorie"].value_counts()
        told[str(cercle)] = {
            category.key: area_count(int(tally.get(category.key, 0)), audience) for category in CATEGORIES
        }
    return told


def _regions(incidents: pd.DataFrame) -> dict[str, int]:
    tally = incidents["region"].value_counts()
    others = sorted(set(tally.index) - set(REGIONS_MONITORED))
    return {region: int(tally.get(region, 0)) for region in (*REGIONS_MONITORED, *others)}


def _categories(incidents: pd.DataFrame) -> dict[str, int]:
    tally = incidents["categorie"].value_counts()
    return {category.key: int(tally.get(category.key, 0)) for category in CATEGORIES}


def _region_categories(incidents: pd.DataFrame, audience: str) -> dict[str, dict[str, Count]]:
    told = {}
    for region, group in incidents.groupby("region", sort=True):
        tally = group["categorie"].value_counts()
        told[str(region)] = {
            category.key: small_count(int(tally.get(category.key, 0)), audience) for category in CATEGORIES
        }
    return told


def _risk(risk: pd.DataFrame, audience: str) -> dict[Month, dict[str, PublishedRisk]]:
    told: dict[Month, dict[str, PublishedRisk]] = {}
    for row in risk.itertuples():
        known = audience == "interne" and not pd.isna(row.score)
        score = number(row.score, 0 if row.score == int(row.score) else 1) if known else ""
        told.setdefault(Month.parse(str(row.month)), {})[str(row.area)] = PublishedRisk(int(row.level), score)
    return told


def own_point(country: Country, place: Place) -> tuple[float, float, str]:
    """The point that stands for an area: inside it, the same whatever happened there. (lon, lat, P-code)."""
    for level, code in (
        ("commune", place.commune_pcode),
        ("cercle", place.cercle_pcode),
        ("region", place.region_pcode),
    ):
        layer = country.layer(level)
        found = layer.loc[layer["pcode"] == code].geometry
        if code and len(found):
            point = shapely.point_on_surface(found.iloc[0])
            return point.x, point.y, code
    point = shapely.point_on_surface(country.pays.geometry.iloc[0])
    return point.x, point.y, ""


def _where(place: Place, country: Country, village: str) -> str:
    cercle = country.names("cercle").get(place.cercle_pcode, "")
    commune = country.names("commune").get(place.commune_pcode, "") if place.commune_pcode else ""
    if commune:
        text = f"{commune}, cercle {of(cercle)}"
    elif cercle:
        text = f"cercle {of(cercle)}"
    else:
        region = country.names("region").get(place.region_pcode, "")
        text = f"région {of(region)}" if region else "lieu non déterminé"
    return f"{village}, {text}" if village else text


def _alert(event: AlertEvent, country: Country, audience: str) -> PublishedAlert:
    exact = audience == "interne" and event.place.longitude is not None and event.place.latitude is not None
    lon, lat, code = own_point(country, event.place)
    village = (event.place.locality or event.locality) if audience == "interne" else ""
    target = event.destination if event.destination and event.destination.level != "aucun" else None
    target_point, target_code = None, ""
    if target is not None:
        x, y, target_code = own_point(country, target)
        if audience == "interne" and target.longitude is not None and target.latitude is not None:
            x, y = target.longitude, target.latitude
        target_point = (x, y)
    precision = event.place.precision
    return PublishedAlert(
        key=event.key,
        date=event.date if audience == "interne" else "",
        place=_where(event.place, country, village),
        commune=country.names("commune").get(event.place.commune_pcode, ""),
        village=village,
        area_pcode=code,
        longitude=event.place.longitude if exact and event.place.longitude is not None else lon,
        latitude=event.place.latitude if exact and event.place.latitude is not None else lat,
        precision="village" if exact else ("commune" if precision == "village" else precision),
        destination=None
        if target is None
        else _where(target, country, target.locality if audience == "interne" else ""),
        destination_point=target_point,
        destination_pcode=target_code,
        households=event.households,
        persons=event.persons if audience == "interne" else None,
        description=event.description if audience == "interne" else "",
        region=event.region,
    )


def _incident_list(incidents: pd.DataFrame, country: Country, audience: str) -> ListTable | None:
    if audience == "public":
        return None
    if audience == "interne":
        return full_list(
            incidents, {"cercle": country.names("cercle"), "area": country.names(country.finest)}
        )
    return merged_list(incidents, country.names("cercle"), SENSITIVE_TYPES)
