"""The annexes, one module each: figures of one month in, a specification out. Entry: `build`."""

from __future__ import annotations

from pipeline.annexes import alerts, coverage, evolution, incidents, risk
from pipeline.annexes.common import Stage, page_meta
from pipeline.annexes.incidents import build_list
from pipeline.annexes.model import Annex

BUILDERS = {
    1: incidents.build,
    2: alerts.build,
    3: risk.build,
    4: build_list,
    5: coverage.build,
    6: evolution.build,
}
"""Number of the annex -> its builder. A new annex is a new module and a line here."""
TABLES = {
    1: "incidents",
    2: "alertes_flash",
    3: "indice_risque",
    4: "incidents",
    5: "couverture",
    6: "indice_risque",
}
"""Number of the annex -> the officer's table that it tells of."""

LIST = 4
"""Number of the annex that is a list, not a map."""

__all__ = ["BUILDERS", "LIST", "TABLES", "Annex", "Stage", "page_meta"]
