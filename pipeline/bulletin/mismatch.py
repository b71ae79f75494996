"""A statement that stands in two places, and how a difference is told to the editor."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.french import NBSP

EXCERPT = 60
"""Characters of a long text that are shown where it differs."""


@dataclass(frozen=True)
class Mismatch:
    """A statement in two places. told: as printed at `where`; expected: by the tables or the annex."""

    what: str
    where: str
    told: str
    expected: str

    def text(self) -> str:
        """French, for the editor."""
        told, expected = _from_difference(self.told, self.expected)
        return f"{self.what}{NBSP}: {told} dans {self.where}, au lieu de {expected}"


def _from_difference(told: str, expected: str) -> tuple[str, str]:
    """Two long texts from a little before they part, so that the eye finds it."""
    if max(len(told), len(expected)) <= EXCERPT:
        return told, expected
    pairs = enumerate(zip(told, expected, strict=False))
    parting = next((place for place, (one, other) in pairs if one != other), min(len(told), len(expected)))
    start = max(parting - EXCERPT // 3, 0)
    first, second = (
        f"«{NBSP}{'…' * (start > 0)}{text[start : start + EXCERPT]}"
        f"{'…' * (start + EXCERPT < len(text))}{NBSP}»"
        for text in (told, expected)
    )
    return first, second
