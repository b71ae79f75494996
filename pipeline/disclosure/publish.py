"""Indicators in, Published out: nothing goes further than the audience's policy says."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import pandas as pd

from pipeline.disclosure.alerts import published_alert
from pipeline.disclosure.breakdowns import month_breakdowns
from pipeline.disclosure.counts import NO_DATA, Count
from pipeline.disclosure.figures import MonthFigures, month_figures
from pipeline.disclosure.incident_list import full_list, list_lines, merged_list
from pipeline.disclosure.merged_rows import month_rows
from pipeline.disclosure.office import Office
from pipeline.disclosure.policy import Policy, policy_of
from pipeline.disclosure.published import Breakdown, ListTable, Published, PublishedRisk
from pipeline.disclosure.record import Record, kept, mark_of, no_sharper
from pipeline.disclosure.territory import Territory
from pipeline.french import number
from pipeline.geography.country import Country
from pipeline.indicators import Indicators
from pipeline.month import Month


def publish(
    indicators: Indicators,
    country: Country,
    audience: str,
    earlier: Record | None = None,
    other: Record | None = None,
    secret: bytes = b"",
) -> Published:
    """What `audience` may see of the month. Raises InputError where the audience is not declared.

    earlier: what the outputs of the month before told (see `record`); figures of past months stay as told.
    other: the same of the audience whose figures this one may not sharpen. secret: the office's key (see `office`),
    b"" where choices may be known.
    """
    policy = policy_of(audience)
    territory = Territory.of(country)
    covered = None if indicators.coverage is None else set(indicators.coverage["area"])
    # Plain objects: the tables below are read row by row, which string columns of pandas are slow at.
    incidents = indicators.incidents.astype(object)
    of_month = {month: incidents[incidents["month"] == str(month)] for month in indicators.months}

    def told(month: Month) -> MonthFigures:
        return month_figures(of_month[month], territory, covered, policy, Office(secret, str(month)))

    # The solver leaves Python free while it works.
    with ThreadPoolExecutor(max_workers=2) as workers:
        fresh = dict(zip(of_month, workers.map(told, of_month), strict=True))

    def list_mark(month: Month, found: MonthFigures) -> str:
        return mark_of(list(list_lines(of_month[month], found, territory, policy)))

    figures = fresh
    if not policy.exact:
        figures = kept(fresh, indicators.month, earlier, list_mark)
        figures = no_sharper(figures, indicators.month, other, policy)
    now = figures.get(indicators.month)
    current = of_month.get(indicators.month)
    return Published(
        policy=policy,
        month=indicators.month,
        info=indicators.info,
        months=indicators.months,
        risk_months=indicators.risk_months,
        areas={
            indicators.month: dict.fromkeys(territory.areas, NO_DATA),
            **{month: found.areas for month, found in figures.items()},
        },
        cercles={month: found.cercles for month, found in figures.items()},
        cercle_categories=_categories(now),
        regions={month: found.regions for month, found in figures.items()},
        categories={month: found.categories for month, found in figures.items()},
        region_categories={month: found.region_categories for month, found in figures.items()},
        not_located=0 if current is None else int((current["area"] == "").sum()),
        alerts=None
        if indicators.alerts is None
        else tuple(published_alert(event, country, policy) for event in indicators.alerts),
        risk=_risk(indicators.risk, policy),
        coverage=_coverage(indicators.coverage, policy),
        incident_list=_incident_list(incidents, figures, country, territory, policy),
        accounts=indicators.accounts,
        breakdowns=_breakdowns(current, now, territory, policy),
        first_told=tuple(month for month, found in figures.items() if found.first_told),
    )


def _breakdowns(
    current: pd.DataFrame | None, now: MonthFigures | None, territory: Territory, policy: Policy
) -> tuple[Breakdown, ...]:
    """By all that a reader of this audience's outputs may hold, be it from another's."""
    if now is None or current is None:
        return ()
    held, other = (now, policy) if now.wider is None else (now.wider, policy_of(policy.coarser_than))
    listed = other.list_columns and not other.exact
    lines = list(month_rows(current, held, territory, other)) if listed else []
    return month_breakdowns(current, held, lines, policy)


def _categories(now: MonthFigures | None) -> Mapping[str, Mapping[str, Count]]:
    return {} if now is None else now.cercle_categories


def _risk(risk: pd.DataFrame, policy: Policy) -> dict[Month, dict[str, PublishedRisk]]:
    told: dict[Month, dict[str, PublishedRisk]] = {}
    for row in risk.itertuples():
        known = policy.scores and not pd.isna(row.score)
        score = number(row.score, 0 if row.score == int(row.score) else 1) if known else ""
        told.setdefault(Month.parse(str(row.month)), {})[str(row.area)] = PublishedRisk(int(row.level), score)
    return told


def _coverage(coverage: pd.DataFrame | None, policy: Policy) -> dict[str, str] | None:
    if coverage is None:
        return None
    partners = coverage["partenaire"] if "partenaire" in policy.coverage else [""] * len(coverage)
    return dict(zip(coverage["area"], partners, strict=True))


def _incident_list(
    incidents: pd.DataFrame,
    figures: Mapping[Month, MonthFigures],
    country: Country,
    territory: Territory,
    policy: Policy,
) -> ListTable | None:
    if not policy.list_columns:
        return None
    if policy.by_incident:
        return full_list(incidents, territory, country.names(territory.finest), policy)
    return merged_list(incidents, figures, territory, policy)
