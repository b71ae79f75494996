"""What can be wrong with one row, in the three parts that the officer reads."""

from __future__ import annotations

from dataclasses import dataclass

REFUSED_MEANS: dict[str, str] = {
    "incidents": "la violation n'est comptée sur aucune carte",
    "alertes_flash": "l'événement n'est pas dessiné",
    "indice_risque": "cette ligne ne donne aucun niveau à sa commune",
    "couverture": "cette ligne ne compte pas dans la couverture",
    "totaux_publies": "ce total n'est pas vérifié",
    "lieux": "cette décision n'est pas appliquée",
}
"""What it costs that a row is refused, for each table."""

WHOLE_LINE = "ligne"
"""Column named in a finding that is about the row as a whole."""


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a value, in French. refused: the row is left out; else it goes on as
    `consequence` says."""

    problem: str
    consequence: str
    fix: str
    refused: bool = True


def refusal(table: str, problem: str, fix: str) -> Problem:
    """A problem that leaves the row of `table` out."""
    return Problem(problem, REFUSED_MEANS[table], fix)


def remark(problem: str, consequence: str, fix: str) -> Problem:
    """A problem that the officer is told of while the row goes on."""
    return Problem(problem, consequence, fix, refused=False)
