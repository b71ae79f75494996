"""The sample's months of inputs/, read and published once for a state of the program: many tests hold figures by it."""

from __future__ import annotations

import hashlib
from pathlib import Path

import shapely

from pipeline.disclosure import publish
from pipeline.disclosure.published import Published
from pipeline.french import Month
from pipeline.geography.country import Country
from pipeline.indicators import Indicators
from pipeline.month_data import read_month
from tests.helpers.kept import remembered

JUNE = Month(2021, 6)


def indicators(project: Path, country: Country, month: Month = JUNE) -> Indicators:
    """The exact figures, on the country's boundaries."""
    return remembered(
        f"exact-{month}-{_areas(country)}",
        lambda: read_month(project / "inputs", month, country).indicators,
        "pipeline.month_data",
    )


def published(project: Path, country: Country, audience: str, month: Month = JUNE) -> Published:
    """What an audience may see of them."""
    return remembered(
        f"{audience}-{month}-{_areas(country)}",
        lambda: publish(indicators(project, country, month), country, audience),
        "pipeline.month_data",
    )


def _areas(country: Country) -> str:
    """What tells one country's boundaries from another's, for the figures of a month."""
    told = hashlib.sha256(f"{country.source} {country.newer is None} {country.reading is None}".encode())
    for layer in (country.regions, country.cercles, country.communes):
        told.update(layer.drop(columns="geometry").to_csv(index=False).encode())
        told.update(b"".join(shapely.to_wkb(layer.geometry.to_numpy())))
    return told.hexdigest()[:12]
