"""The places worth proposing for a question, best first."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.places.claims import Said
from pipeline.places.communes import NameFinding, describe, of
from pipeline.places.frame import Frame
from pipeline.places.gazetteer import Area, Gazetteer
from pipeline.places.index import Hit
from pipeline.places.place import Candidate
from pipeline.places.request import PLAUSIBLE
from pipeline.places.villages import VillageFinding

MOST = 5


def candidates(
    frame: Frame,
    name: NameFinding | None,
    village: VillageFinding | None,
    said: Iterable[Said],
    gazetteer: Gazetteer,
    in_village_column: Iterable[Hit[Area]] = (),
    outside: Area | None = None,
) -> tuple[Candidate, ...]:
    """Communes and villages that the columns of one row suggest: at most MOST, one for each place."""
    found = [
        of_commune(hit.thing, hit.score, "commune nommée dans la colonne village", gazetteer)
        for hit in in_village_column
    ]
    if outside:
        found.append(of_commune(outside, 95.0, "hors de ce qui est écrit", gazetteer))
    for item in said:
        for area in item.options:
            reason = "coordonnées" if item.claim and item.claim.kind == "coordonnées" else "P-code"
            found.append(of_commune(area, 90.0, f"désignée par : {reason}", gazetteer))
    if name:
        found += [
            of_commune(hit.thing, hit.score, f"nom proche à {hit.score:.0f} %", gazetteer)
            for hit in name.hits
            if hit.score >= PLAUSIBLE - 10
        ]
        found += [
            of_commune(hit.thing, hit.score - 10, "même nom, dans un autre cercle", gazetteer)
            for hit in name.elsewhere
        ]
    for near in village.near if village else ():
        commune = gazetteer.communes.get(near.thing.commune or near.thing.recorded)
        if commune:
            reason = f"village proche à {near.score:.0f} %, commune {of(describe(commune, gazetteer))}"
            score = round(near.score - 5, 1)
            found.append(Candidate(commune.pcode, "localite", near.thing.name, score, reason))
    for area_hit in frame.hits:
        area = area_hit.thing
        found.append(
            Candidate(area.pcode, area.level, area.name, area_hit.score, f"{area.level} au nom proche")
        )
    best: dict[tuple[str, str], Candidate] = {}
    for candidate in sorted(found, key=lambda c: (-c.score, c.pcode, c.name)):
        best.setdefault((candidate.pcode, candidate.name), candidate)
    return tuple(best.values())[:MOST]


def of_commune(area: Area, score: float, reason: str, gazetteer: Gazetteer) -> Candidate:
    """A commune to propose, with its cercle in the reason."""
    cercle = gazetteer.cercles.get(area.cercle_pcode)
    where = f" ; cercle {of(cercle.name)}" if cercle else ""
    return Candidate(area.pcode, area.level, area.name, round(score, 1), reason + where)
