"""Name, P-code, coordinates and village may point to different communes: which is believed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.places.communes import NameFinding, describe
from pipeline.places.gazetteer import Gazetteer
from pipeline.places.request import TELLING

ENOUGH = 1.5
"""Weight that a commune needs: one sound source."""
LEAD = 1.0
"""Weight by which it must exceed any other."""


@dataclass(frozen=True)
class Claim:
    """One source speaking for one commune. kind: "nom", "p-code", "coordonnées", "village"."""

    kind: str
    pcode: str
    weight: float
    score: float
    method: str


@dataclass(frozen=True)
class Verdict:
    """pcode: the commune believed, "" where the sources leave a doubt. claims: heaviest first. lead: by how much it
    outweighs the next."""

    pcode: str
    method: str
    score: float
    notes: tuple[str, ...]
    claims: tuple[Claim, ...]
    lead: float = 0.0


def weigh(claims: Iterable[Claim], name: NameFinding | None, gazetteer: Gazetteer) -> Verdict:
    """Add up the claims. A commune written but not recognised must resemble the one that is believed.

    Weights: name found in its cercle 3, in its region 2.5, in the country 2 (a name read in spite of its
    spelling 2 at most); P-code, point, village of the cercle 1.5; a village of the region 1.
    """
    ranked = tuple(sorted(claims, key=lambda c: (-c.weight, c.pcode)))
    if not ranked:
        return Verdict("", "", 0.0, (), ())
    totals: dict[str, float] = defaultdict(float)
    for claim in ranked:
        totals[claim.pcode] += claim.weight
    order = sorted(totals, key=lambda pcode: (-totals[pcode], pcode))
    best, second = order[0], totals[order[1]] if len(order) > 1 else 0.0
    notes = _against(ranked, best, gazetteer)
    if totals[best] < ENOUGH or totals[best] - second < LEAD:
        return Verdict("", "", 0.0, _disagreement(ranked, gazetteer), ranked)
    mine = [claim for claim in ranked if claim.pcode == best]
    if name and not name.found and len({c.kind for c in mine}) < 2 and not _named(best, name):
        note = f"le nom de commune écrit ne ressemble pas à {describe(gazetteer.communes[best], gazetteer)}"
        return Verdict("", "", 0.0, (note,), ranked)
    lead = next((c for c in mine if c.method.endswith("traduit")), mine[0])
    return Verdict(best, lead.method, max(c.score for c in mine), notes, ranked, totals[best] - second)


def _named(pcode: str, name: NameFinding) -> bool:
    """Whether the name written, alone not enough (a homonym, a spelling too far), is nearest to this commune."""
    nearest = name.hits[0].score if name.hits and not name.lost else 0.0
    return any(hit.thing.pcode == pcode and hit.score >= max(nearest, TELLING) for hit in name.hits)


def _against(claims: tuple[Claim, ...], best: str, gazetteer: Gazetteer) -> tuple[str, ...]:
    kept = describe(gazetteer.communes[best], gazetteer)
    others = [c for c in claims if c.pcode != best]
    words = {
        "nom": "le nom désigne",
        "nom ailleurs": "le nom est aussi celui de",
        "p-code": "le P-code désigne",
        "coordonnées": "les coordonnées tombent dans",
        "village": "le village est dans",
    }
    return tuple(
        f"contradiction : {words[c.kind]} {describe(gazetteer.communes[c.pcode], gazetteer)} ; {kept} est retenu"
        for c in others
    )


def _disagreement(claims: tuple[Claim, ...], gazetteer: Gazetteer) -> tuple[str, ...]:
    if len({c.pcode for c in claims}) < 2:
        return ()
    said = ", ".join(f"{c.kind} : {describe(gazetteer.communes[c.pcode], gazetteer)}" for c in claims)
    return (f"sources en désaccord ({said})",)
