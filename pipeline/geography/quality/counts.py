"""Counts: told, and compared with what the vintage should have; a difference is for the officer to judge."""

from __future__ import annotations

from pipeline.geography.areas import Areas
from pipeline.geography.quality.findings import layers
from pipeline.geography.vintages import LEVELS


def tell(areas: Areas, expected: dict[str, int]) -> str:
    """ "10 régions, 53 cercles, 701 communes", with "(attendu : 700)" after each that differs."""
    found = {name: len(frame) for _, name, frame in layers(areas)}
    words = {"regions": "régions"}
    told = []
    for name in LEVELS[1:]:
        if name in found or expected.get(name):
            count = found.get(name, 0)
            other = f" (attendu : {expected[name]})" if expected.get(name, count) != count else ""
            told.append(f"{count} {words.get(name, name)}{other}")
    return ", ".join(told)
