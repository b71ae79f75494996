"""All that one row says of its place, column by column."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pipeline.places.claims import Said, code_says, point_says
from pipeline.places.communes import NameFinding, describe, read_commune
from pipeline.places.frame import Frame, moved
from pipeline.places.gazetteer import Gazetteer
from pipeline.places.likeness import SAME_BASE, SAME_SOUND
from pipeline.places.normalise import name_key, name_of
from pipeline.places.request import PlaceRequest
from pipeline.places.villages import VillageFinding, misplaced_village, read_village
from pipeline.places.weigh import Claim

NAME_WEIGHT = {"cercle": 3.0, "region": 2.5, "pays": 2.0}
READ_WEIGHT = 2.0
ELSEWHERE_WEIGHT = 1.0


@dataclass(frozen=True)
class Evidence:
    """frame: region and cercle. name: the commune's, None where none is written. loose: a village looked for
    without a commune; misplaced: whether it stands in the commune column. claims: what speaks for a commune."""

    frame: Frame
    name: NameFinding | None
    code: Said
    point: Said
    loose: VillageFinding | None
    misplaced: bool
    claims: tuple[Claim, ...]


def gather(request: PlaceRequest, frame: Frame, gazetteer: Gazetteer, code_vintage: str) -> Evidence:
    """Read every column of one row. code_vintage: as in `resolve`."""
    frame, name = _settle(request, frame, gazetteer)
    code = point = Said()
    if request.pcode:
        code = code_says(request.pcode, name, request, frame, gazetteer, code_vintage)
    if request.longitude is not None and request.latitude is not None:
        point = point_says(request.longitude, request.latitude, name, frame, gazetteer)
    loose, misplaced = _loose_village(request, name, frame, gazetteer)
    claims = [said.claim for said in (code, point) if said.claim]
    claims += _of_names(request, frame, name, loose, gazetteer)
    if loose and loose.found and loose.commune:
        weight = 1.5 if loose.reach in ("cercle", "region") else 0.5
        claims.append(Claim("village", loose.commune, weight, loose.found.score, "village"))
    drawn = tuple(claim for claim in claims if claim.pcode in gazetteer.communes)
    return Evidence(frame, name, code, point, loose, misplaced, drawn)


def _settle(request: PlaceRequest, frame: Frame, gazetteer: Gazetteer) -> tuple[Frame, NameFinding | None]:
    """The frame and the commune's name read within it. Where region and cercle contradict each other, the
    commune decides if it is just so named in one of the two, and not in the other."""
    if not request.commune:
        return frame, None
    name = read_commune(request.commune, frame, gazetteer)
    if not frame.conflict:
        return frame, name
    other = moved(frame, gazetteer)
    there = read_commune(request.commune, other, gazetteer)
    just_so = [hit for one in (name, there) for hit in one.hits if hit.score >= SAME_SOUND]
    any_town = name_of(request.commune).base == "commune"  # "C.U. 5"
    for right, finding in ((frame, name), (other, there)):
        if not any_town and finding.found and just_so == [finding.found]:
            return right, finding
    both = " ou ".join(describe(hit.thing, gazetteer) for hit in just_so)
    notes = (
        (f"« {request.commune} » : {both} ; la région et le cercle se contredisent",) if both else name.notes
    )
    return frame, replace(name, found=None, hits=(*just_so, *there.hits, *name.hits), notes=notes)


def _loose_village(
    request: PlaceRequest, name: NameFinding | None, frame: Frame, gazetteer: Gazetteer
) -> tuple[VillageFinding | None, bool]:
    """A village looked for without a commune, and whether it stands in the commune column."""
    if name and name.found:
        return None, False
    if request.localite:
        found = read_village(request.localite, frame, None, gazetteer)
        same = name_key(request.commune) == name_key(request.localite)
        return found, same and found.found is not None
    if request.commune and name:
        found = misplaced_village(request.commune, name, frame, gazetteer)
        return found, found.found is not None
    return None, False


def _of_names(
    request: PlaceRequest,
    frame: Frame,
    name: NameFinding | None,
    loose: VillageFinding | None,
    gazetteer: Gazetteer,
) -> list[Claim]:
    """What the commune's name says; else the communes just so named elsewhere; else, where no commune is
    written, a commune's name in the village column."""
    if name and name.found:
        weight = NAME_WEIGHT[frame.reach] if name.method != "orthographe" else READ_WEIGHT
        # A region or cercle that is not known may be one of another country.
        weight -= frame.within is None and bool(frame.doubt)
        weight -= bool(frame.doubt) and name.method == "orthographe"
        return [Claim("nom", name.found.thing.pcode, weight, name.found.score, name.method)]
    if name:
        return [
            Claim("nom ailleurs", hit.thing.pcode, ELSEWHERE_WEIGHT, hit.score, "nom, autre cercle")
            for hit in name.elsewhere
        ]
    if not request.localite or frame.within is None:
        return []
    lies_in = loose.commune if loose else ""  # a chief place has its commune's name: nothing to tell
    homonyms = loose is not None and not loose.found and any(hit.score >= SAME_BASE for hit in loose.near)
    weight = 1.5 if frame.reach == "cercle" and not homonyms else 1.0
    return [
        Claim("nom", hit.thing.pcode, weight, hit.score, "colonne village")
        for hit in gazetteer.index("commune", frame.scope).same(name_of(request.localite))
        if hit.thing.pcode != lies_in
    ]
