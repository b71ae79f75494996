"""registre/: what was shared, remembered outside outputs/, line after line, never rewritten (DATA_RESPONSIBILITY, 8).

Two versions of a month compare: their difference tells how many cases were added or corrected, and where. So a month
whose figures are not those first shared is shared again only by who has read what the difference would reveal.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.disclosure.office import Office
from pipeline.errors import DisclosureError, InputError
from pipeline.french import Month, plural

NAME = "partages.jsonl"
BATCH = 5
"""Rows that a correction gathers before it is shared: the difference of one row points at one person."""
SHOWN = 5
ToldMonths = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class SharedMonth:
    """One archive that left: month and audience, version from 1, the day it bears, division of its cercles, who packed
    it, its checksum, the figures told by month (the manifest's "divulgation"), and marks of the month's rows."""

    month: str
    audience: str
    version: int
    produced_on: str
    division: str
    by: str
    archive: str
    sha256: str
    told: ToldMonths
    rows: tuple[str, ...]


def shared(registry: Path) -> list[SharedMonth]:
    """Every archive that left, the first first. Raises InputError where the register cannot be read."""
    path = registry / NAME
    try:
        lines = path.read_text("utf-8").splitlines() if path.exists() else []
        return [
            SharedMonth(**{**(found := json.loads(line)), "rows": tuple(found["rows"])}) for line in lines
        ]
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise InputError(
            f"{path} ne se lit pas ({error.__class__.__name__})",
            "l’archive n’est pas faite : rien ne dit ce qui a déjà été partagé, et deux versions d’un mois se comparent",
            "remettre le fichier tel qu’il était (une copie de sauvegarde du dossier registre/)",
        ) from error


def enter(registry: Path, entry: SharedMonth) -> None:
    """Add a line. What stands before it is not touched."""
    registry.mkdir(parents=True, exist_ok=True)
    with (registry / NAME).open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(asdict(entry), ensure_ascii=False, sort_keys=True) + "\n")
        stream.flush()
        os.fsync(stream.fileno())


def row_marks(incidents: pd.DataFrame, month: Month, office: Office) -> tuple[str, ...]:
    """A mark of each row of a month, that only the office's key can make: no row can be read out of the register."""
    rows = incidents[incidents["month"] == str(month)]
    return tuple(
        sorted(f"{office.draw('ligne', *map(str, row)):.12f}" for row in rows.itertuples(index=False))
    )


def version_of(
    before: Iterable[SharedMonth], month: Month, audience: str, told: ToldMonths, rows: tuple[str, ...],
    correction: str = "", names: Mapping[str, str] | None = None,
) -> int:  # fmt: skip
    """The version that an archive has: that of the last one where it tells the same, the next where `correction` says
    that the difference was read ("oui", or "urgent" for fewer than BATCH rows). names: of communes and cercles, by P-code.
    Raises DisclosureError else."""
    # A month is one release, in whichever division it is told (see `disclosure.retold`).
    mine = [entry for entry in before if entry.audience == audience]
    last = next((entry for entry in reversed(mine) if entry.month == str(month)), None)
    changed = list(_changed(mine, told, names or {}))
    if not changed:
        return last.version if last else 1
    moved = BATCH
    if last is not None:
        now, then = Counter(rows), Counter(last.rows)
        moved = max((now - then).total(), (then - now).total())
    if correction == "urgent" or (correction == "oui" and moved >= BATCH):
        return last.version + 1 if last else 1
    lines = " ; ".join(changed[:SHOWN]) + (
        f" ; et {plural(len(changed) - SHOWN, 'autre')}" if len(changed) > SHOWN else ""
    )
    one = (
        "cette correction désignerait une personne"
        if moved == 1
        else "la différence désignerait les cas corrigés"
    )
    if moved < BATCH:
        fix = (
            f"attendre qu’au moins {BATCH} lignes aient changé ({moved} aujourd’hui), puis make share CORRECTIF=oui ; si "
            "cela ne peut pas attendre, après accord de la personne chargée de la protection : CORRECTIF=urgent"
        )
    else:
        fix = "lire ces différences, puis make share CORRECTIF=oui, qui en fait une nouvelle version avec un erratum"
    raise DisclosureError(
        f"ces chiffres ne sont pas ceux déjà partagés avec « {audience} » : {lines}",
        f"l’archive n’est pas faite : {one}, à qui compare les deux versions",
        fix,
    )


def _changed(before: list[SharedMonth], told: ToldMonths, names: Mapping[str, str]) -> Iterator[str]:
    """What is told otherwise than when it was last shared, one text a figure."""
    for month, figures in told.items():
        last = next((entry.told[month] for entry in reversed(before) if month in entry.told), None)
        if last is None:
            continue
        for kind in ("communes", "cercles"):
            was, now = last[kind], figures[kind]
            for code in sorted({*was, *now}):
                if was.get(code) != now.get(code):
                    place = f"{names[code]} ({code})" if code in names else code
                    yield f"{month}, {place} : {_text(was.get(code))} puis {_text(now.get(code))}"
        was, now = last["regions_categories"], figures["regions_categories"]
        for region in sorted({*was, *now}):
            if was.get(region) != now.get(region):
                yield f"{month}, région {region} par catégorie"
        if last["liste"] != figures["liste"]:
            yield f"{month}, liste des incidents"


def _text(told: object) -> str:
    if isinstance(told, list):
        return f"{told[0]} à {told[1]}" if told[0] != told[1] else str(told[0])
    return "zéro" if told is None else "non publié"
