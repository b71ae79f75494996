"""June 2021 of inputs/, read and published once a session: several tests hold their figures against it."""

from __future__ import annotations

from pathlib import Path

from pipeline.disclosure import publish
from pipeline.disclosure.published import Published
from pipeline.french import Month
from pipeline.geography.country import Country
from pipeline.indicators import Indicators
from pipeline.month_data import read_month

JUNE = Month(2021, 6)
_read: dict[str, Indicators] = {}
_told: dict[tuple[str, str], Published] = {}


def indicators(project: Path, country: Country) -> Indicators:
    """The exact figures, on the country's boundaries."""
    key = country.source.sha256
    if key not in _read:
        _read[key] = read_month(project / "inputs", JUNE, country).indicators
    return _read[key]


def published(project: Path, country: Country, audience: str) -> Published:
    """What an audience may see of them."""
    key = country.source.sha256, audience
    if key not in _told:
        _told[key] = publish(indicators(project, country), country, audience)
    return _told[key]
