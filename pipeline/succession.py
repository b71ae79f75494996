"""A month among the others: what earlier outputs told, and what the officer should know of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from pipeline.disclosure import read_record
from pipeline.disclosure.policy import policies
from pipeline.disclosure.publish import Record
from pipeline.disclosure.published import Published
from pipeline.month import Month
from pipeline.records.tables import InputFile


def told_before(outputs: Path, month: Month, audience: str) -> Record | None:
    """What the latest outputs of a month before this one, of the same year, told the audience."""
    for earlier in reversed(month.year_to_date()[:-1]):
        found = read_record(outputs / str(earlier) / audience / "manifest.json")
        if found is not None:
            return found
    return None


def remarks(published: Published, outputs: Path, files: Sequence[InputFile]) -> Iterator[str]:
    """Lines to the officer: months that stand as first told; other audiences' maps that were made of other
    rows. files: the inputs read."""
    audience, month = published.audience, published.month
    for changed in published.first_told:
        yield (
            f"Remarque : des lignes {changed.of_label} ont changé depuis que ses cartes sont faites ; ses chiffres fins "
            "restent ceux déjà donnés, car la différence désignerait les cas ajoutés ou corrigés ; pour les "
            f"refaire : make MONTH={changed} AUDIENCE={audience}, puis ce mois-ci"
        )
    shared = [name for name, policy in policies().items() if not policy.exact]
    for other in shared if audience in shared else ():
        made_of = _inputs(outputs / str(month) / other / "manifest.json")
        if other != audience and made_of is not None and made_of != [asdict(file) for file in files]:
            yield (
                f"Remarque : les cartes « {other} » de ce mois sont faites sur d’autres données ; données toutes deux, "
                "leur différence désignerait les cas ajoutés ou corrigés ; les refaire avant de diffuser : "
                f"make MONTH={month} AUDIENCE={other}"
            )


def _inputs(manifest: Path) -> object:
    """The inputs that a manifest tells of, None where it cannot be read."""
    try:
        found = json.loads(manifest.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return found.get("inputs") if isinstance(found, dict) else None
