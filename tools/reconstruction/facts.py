"""Every checkable statement of the report, in the order of its lines."""

from __future__ import annotations

from tools.reconstruction import facts_alerts, facts_country, facts_regions, facts_risk
from tools.reconstruction.fact import Fact

FACTS: tuple[Fact, ...] = tuple(
    sorted(
        (*facts_country.FACTS, *facts_regions.FACTS, *facts_alerts.FACTS, *facts_risk.FACTS),
        key=lambda fact: fact.line,
    )
)
