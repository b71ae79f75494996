"""One row's place columns to a `Place`: a certain one, or a question at the finest level that is certain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pipeline.places.candidates import candidates
from pipeline.places.claims import Said, code_says, point_says
from pipeline.places.communes import NameFinding, read_commune
from pipeline.places.decisions import Decided, decided_place, decision_key
from pipeline.places.frame import Frame, read_frame
from pipeline.places.gazetteer import Area, Gazetteer
from pipeline.places.place import Place
from pipeline.places.request import PlaceRequest
from pipeline.places.schematic import resolve_schematic
from pipeline.places.villages import VillageFinding, read_village
from pipeline.places.weigh import Claim, Verdict, weigh

NAME_WEIGHT = {"cercle": 3.0, "region": 2.5, "pays": 2.0}
READ_WEIGHT = 2.0


def resolve(
    request: PlaceRequest,
    gazetteer: Gazetteer,
    decisions: Mapping[tuple[str, str, str, str], Decided] | None = None,
    code_vintage: str = "?",
) -> Place:
    """Find the place of one row. Never raises on what is written in it; never guesses in silence.

    decisions: from `decision_index`. code_vintage: the vintage that the file's P-codes are known to be of
    ("" = the boundaries drawn, a date = another, "?" = not known), for codes that no name stands beside.
    """
    request = request.cleaned()
    if request.empty:
        return Place("aucun", "", "", "", "", "", method="sans lieu", evidence=("aucun lieu écrit",))
    frame = read_frame(request, gazetteer)
    decided = decisions.get(decision_key(request)) if decisions else None
    if decided is not None:
        place = decided_place(decided, request, frame, gazetteer)
        if place is not None:
            return place
    if gazetteer.schematic or not gazetteer.communes:
        return resolve_schematic(request, frame, gazetteer)
    return _resolve(request, frame, gazetteer, code_vintage)


def _resolve(request: PlaceRequest, frame: Frame, gazetteer: Gazetteer, code_vintage: str) -> Place:
    name = read_commune(request.commune, frame, gazetteer) if request.commune else None
    code = (
        code_says(request.pcode, name, request, frame, gazetteer, code_vintage) if request.pcode else Said()
    )
    point = Said()
    if request.longitude is not None and request.latitude is not None:
        point = point_says(request.longitude, request.latitude, name, gazetteer)
    loose, column = _loose_village(request, name, frame, gazetteer)
    claims = _claims(frame, name, code, point, loose)
    verdict = weigh(claims, None if column == "commune" else name, gazetteer)
    notes = [*frame.notes, *(name.notes if name and not (column and verdict.pcode) else ())]
    notes += [*code.notes, *point.notes, *verdict.notes]
    if verdict.pcode:
        commune = gazetteer.communes[verdict.pcode]
        if column == "commune":
            notes.append(f"« {request.commune} » dans la colonne commune est un village de {commune.name}")
        return _at_commune(request, frame, name, commune, verdict, loose, point, notes, gazetteer)
    if loose:
        notes += loose.notes
    asked = bool(request.commune or request.localite or request.point or code.options or frame.doubt)
    return replace(
        _at_frame(frame, code.area, claims, gazetteer),
        evidence=tuple(dict.fromkeys(notes)),
        question=asked,
        candidates=candidates(frame, name, loose, (code, point), gazetteer) if asked else (),
    )


def _loose_village(
    request: PlaceRequest, name: NameFinding | None, frame: Frame, gazetteer: Gazetteer
) -> tuple[VillageFinding | None, str]:
    """A village looked for without a commune, and the wrong column it stands in ("" where none)."""
    if name and name.found:
        return None, ""
    if request.localite:
        found = read_village(request.localite, frame, None, gazetteer)
        same = request.commune is not None and request.commune.casefold() == request.localite.casefold()
        return found, "commune" if same and found.found else ""
    if request.commune:
        found = read_village(request.commune, frame, None, gazetteer)
        return found, "commune" if found.found else ""
    return None, ""


def _claims(
    frame: Frame, name: NameFinding | None, code: Said, point: Said, loose: VillageFinding | None
) -> list[Claim]:
    claims = [said.claim for said in (code, point) if said.claim]
    if name and name.found:
        scope = "cercle" if frame.cercle else "region" if frame.region else "pays"
        weight = NAME_WEIGHT[scope] if name.method != "orthographe" else READ_WEIGHT
        claims.append(Claim("nom", name.found.thing.pcode, weight, name.found.score, name.method))
    if loose and loose.found and loose.commune:
        weight = {"cercle": 1.5, "region": 1.0}.get(loose.reach, 0.5)
        claims.append(Claim("village", loose.commune, weight, loose.found.score, "village"))
    return claims


def _at_commune(
    request: PlaceRequest,
    frame: Frame,
    name: NameFinding | None,
    commune: Area,
    verdict: Verdict,
    loose: VillageFinding | None,
    point: Said,
    notes: list[str],
    gazetteer: Gazetteer,
) -> Place:
    village = loose if loose and loose.found and loose.commune == commune.pcode else None
    if village is None and request.localite:
        village = read_village(request.localite, frame, commune, gazetteer)
    if village:
        notes += village.notes
    inside = point.claim is not None and point.claim.pcode == commune.pcode
    found = village.found if village else None
    runner = name.runner_up if name else None
    place = Place(
        level="localite" if found else "commune",
        pcode=commune.pcode,
        region_pcode=commune.region_pcode,
        cercle_pcode=commune.cercle_pcode,
        commune_pcode=commune.pcode,
        name=found.thing.name if found else commune.name,
        longitude=request.longitude if inside else found.thing.longitude if found else None,
        latitude=request.latitude if inside else found.thing.latitude if found else None,
        locality=found.thing.name if found else "",
        method=verdict.method,
        score=round(min(verdict.score, frame.score), 1),
        runner_up=runner.thing.name if runner else "",
        runner_up_score=round(runner.score, 1) if runner else 0.0,
        evidence=tuple(dict.fromkeys(notes)),
    )
    if village and not found and village.near and not inside:
        return replace(place, question=True, candidates=candidates(frame, None, village, (), gazetteer))
    return place


def _at_frame(frame: Frame, coded: Area | None, claims: list[Claim], gazetteer: Gazetteer) -> Place:
    """The finest level that every source leaves standing: the cercle, else the region, else none."""
    area = frame.finest
    if area is None and not claims and coded:
        area = coded
    pointed = {gazetteer.communes[claim.pcode].cercle_pcode for claim in claims if claim.weight >= 1}
    if area is None and len(pointed) == 1:
        area = gazetteer.cercles.get(next(iter(pointed)))
    if frame.conflict or (area is not None and area.level == "cercle" and pointed - {area.pcode}):
        regions = {
            gazetteer.cercles[cercle].region_pcode for cercle in pointed if cercle in gazetteer.cercles
        }
        same = area is not None and not frame.conflict and regions <= {area.region_pcode}
        area = gazetteer.regions[area.region_pcode] if area is not None and same else None
    if area is None:
        return Place("aucun", "", "", "", "", "", method="non trouvé")
    cercle = area.pcode if area.level == "cercle" else ""
    return Place(
        level="cercle" if cercle else "region",
        pcode=area.pcode,
        region_pcode=area.region_pcode,
        cercle_pcode=cercle,
        commune_pcode="",
        name=area.name,
        method="cercle seul" if cercle else "région seule",
        score=round(frame.score, 1),
    )
