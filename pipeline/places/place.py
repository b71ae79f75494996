"""What a name becomes: a place with its evidence, or a question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Reached = Literal["localite", "commune", "cercle", "region", "aucun"]


@dataclass(frozen=True)
class Candidate:
    """A place that a name could stand for. score: 0 to 100. reason: French, why it is proposed."""

    pcode: str
    level: str
    name: str
    score: float
    reason: str


@dataclass(frozen=True)
class Place:
    """Where one row stands, and why we believe it.

    level: the finest level that is certain. pcode: of that level (for a locality, its commune's P-code:
    localities have none of their own); region_pcode, cercle_pcode, commune_pcode: "" where not reached.
    name: official name at the level reached. longitude, latitude: degrees WGS 84 of the locality or of
    the coordinates given, None where only an area is known. method: French word for how it was found
    ("exact", "p-code", "p-code 2015 traduit", "coordonnées", "décision", "orthographe", "non trouvé",
    ...). score: 0 to 100. runner_up, runner_up_score: the second best, "" and 0 where none.
    evidence: French phrases for and against. question: whether the officer must decide (the row is then
    "to verify", and counts meanwhile at `level`). candidates: for the question, best first. support: how much of the
    row speaks for it, more than for anything else; two readings of one row are told apart by it.
    """

    level: Reached
    pcode: str
    region_pcode: str
    cercle_pcode: str
    commune_pcode: str
    name: str
    longitude: float | None = None
    latitude: float | None = None
    locality: str = ""
    method: str = ""
    score: float = 0.0
    runner_up: str = ""
    runner_up_score: float = 0.0
    evidence: tuple[str, ...] = ()
    question: bool = False
    candidates: tuple[Candidate, ...] = ()
    support: float = 0.0

    @property
    def precision(self) -> str:
        """French: how precise the point of a symbol is."""
        return {
            "localite": "village",
            "commune": "commune",
            "cercle": "cercle",
            "region": "région",
            "aucun": "inconnue",
        }[self.level]
