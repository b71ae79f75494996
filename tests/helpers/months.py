"""Small months on the small country, for tests of what is made of them."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from pipeline.annexes import Stage, page_meta
from pipeline.disclosure import publish
from pipeline.french import Month
from pipeline.geography.country import Country
from pipeline.indicators import Account, AlertEvent, Indicators
from pipeline.places.place import Place
from pipeline.records.tables import MonthInfo
from pipeline.taxonomy import CATEGORY

JUNE, MAY = Month(2021, 6), Month(2021, 5)
REGION = {"ML04": "Ségou", "ML05": "Mopti", "ML07": "Gao"}
DETAILS = ("auteur", "sexe", "age", "statut_socioeconomique", "lieu", "tranche_horaire")


def incidents(rows: Iterable[tuple[Month, str, str, int]]) -> pd.DataFrame:
    """Incidents from (month, P-code of a commune or a cercle, category, how many)."""
    found = []
    for month, code, category, count in rows:
        for _ in range(count):
            found.append(
                {
                    "month": str(month),
                    "id": f"{month}-{len(found):04d}",
                    "date": f"{month}-15",
                    "region": REGION[code[:4]],
                    "region_pcode": code[:4],
                    "cercle_pcode": code[:6],
                    "area": code if len(code) == 8 else "",
                    "locality": "",
                    "longitude": None,
                    "latitude": None,
                    "categorie": category,
                    "type": CATEGORY[category].types[0],
                    **dict.fromkeys(DETAILS),
                    "status": "drawn" if len(code) == 8 else "not_located",
                }
            )
    columns = (
        "month", "id", "date", "region", "region_pcode", "cercle_pcode", "area", "locality", "longitude",
        "latitude", "categorie", "type", *DETAILS, "status",
    )  # fmt: skip
    return pd.DataFrame(found, columns=list(columns))


def risk(rows: Iterable[tuple[Month, str, float, int]]) -> pd.DataFrame:
    """Risk from (month, P-code, score, level)."""
    frame = [(str(month), code, score, level) for month, code, score, level in rows]
    return pd.DataFrame(frame, columns=["month", "area", "score", "level"])


def commune(country: Country, code: str, **more: object) -> Place:
    """A place at a commune of the country."""
    return Place("commune", code, code[:4], code[:6], code, country.names("commune")[code], **more)  # type: ignore[arg-type]


def alert(country: Country, key: str, code: str, households: int | None = None, to: str = "") -> AlertEvent:
    """A flash alert at a commune."""
    there = commune(country, to) if to else None
    return AlertEvent(
        "F-1", "2021-06-17", key, commune(country, code), there, households, None, "", "", REGION[code[:4]]
    )


def month(
    incident_rows: Iterable[tuple[Month, str, str, int]] = (),
    risk_rows: Iterable[tuple[Month, str, float, int]] = (),
    alerts: tuple[AlertEvent, ...] | None = None,
    coverage: dict[str, str] | None = None,
) -> Indicators:
    """June 2021 with May before it, as exact figures."""
    frame, scores = incidents(incident_rows), risk(risk_rows)
    june = frame[frame["month"] == str(JUNE)]
    drawn = int((june["area"] != "").sum())
    accounts: dict[str, dict[str, Account]] = {
        str(JUNE): {"incidents": Account(len(june), drawn, len(june) - drawn, 0, 0)}
    }
    if alerts is not None:
        accounts[str(JUNE)]["alertes_flash"] = Account(len(alerts), len(alerts), 0, 0, 0)
    if coverage is not None:
        accounts["2021"] = {"couverture": Account(len(coverage), len(coverage), 0, 0, 0)}
    return Indicators(
        month=JUNE,
        info=MonthInfo("n° 6, juin 2021", "Essai", False),
        incidents=frame,
        alerts=alerts,
        risk=scores,
        coverage=None
        if coverage is None
        else pd.DataFrame({"area": list(coverage), "partenaire": list(coverage.values())}),
        months=tuple(Month.parse(text) for text in sorted(set(frame["month"]))),
        risk_months=tuple(Month.parse(text) for text in sorted(set(scores["month"]))),
        accounts=accounts,
    )


def stage(indicators: Indicators, country: Country, audience: str = "partenaires") -> Stage:
    """The month published for an audience, as annexes take it."""
    published = publish(indicators, country, audience)
    return Stage(published, country, page_meta(published, country, "2021-07-15"))
