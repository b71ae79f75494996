"""One row's place columns to a `Place`: a certain one, or a question at the finest level that is certain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pipeline.places.candidates import candidates
from pipeline.places.claims import Said, code_says, point_says
from pipeline.places.communes import NameFinding, read_commune
from pipeline.places.decisions import Decided, decided_place, decision_key
from pipeline.places.frame import Frame, moved, read_frame
from pipeline.places.gazetteer import NEAR_KM, Area, Gazetteer
from pipeline.places.likeness import SAME_SOUND
from pipeline.places.normalise import name_key, name_of
from pipeline.places.place import Place
from pipeline.places.request import PLAUSIBLE, PlaceRequest
from pipeline.places.schematic import resolve_schematic
from pipeline.places.villages import VillageFinding, misplaced_village, read_village
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
    frame, name = _settle(request, frame, gazetteer)
    code = (
        code_says(request.pcode, name, request, frame, gazetteer, code_vintage) if request.pcode else Said()
    )
    point = Said()
    if request.longitude is not None and request.latitude is not None:
        point = point_says(request.longitude, request.latitude, name, gazetteer)
    loose, column = _loose_village(request, name, frame, gazetteer)
    claims = _claims(request, frame, name, code, point, loose, gazetteer)
    verdict = weigh(claims, None if column == "commune" else name, gazetteer)
    notes = [*frame.notes, *(name.notes if name and not (column and verdict.pcode) else ())]
    notes += [*code.notes, *point.notes, *verdict.notes]
    if verdict.pcode:
        commune = gazetteer.communes[verdict.pcode]
        if column == "commune":
            notes.append(
                f"contradiction : « {request.commune} » dans la colonne commune est un village ; commune corrigée "
                f"en {commune.name}"
            )
        return _at_commune(request, frame, name, commune, verdict, loose, point, notes, gazetteer)
    if loose:
        notes += loose.notes
    asked = bool(request.commune or request.localite or request.point or code.options or frame.doubt)
    if request.commune and not (request.localite or request.point or claims or frame.doubt):
        told = _cercle_as_commune(request.commune, frame, gazetteer)
        if told:
            frame, asked = told, bool(name and name.hits and name.hits[0].score >= PLAUSIBLE)
            notes = [*frame.notes]
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
        same = name_key(request.commune) == name_key(request.localite)
        return found, "commune" if same and found.found else ""
    if request.commune and name:
        found = misplaced_village(request.commune, name, frame, gazetteer)
        return found, "commune" if found.found else ""
    return None, ""


def _settle(request: PlaceRequest, frame: Frame, gazetteer: Gazetteer) -> tuple[Frame, NameFinding | None]:
    """The frame and the commune's name read within it. Where region and cercle contradict each other, the
    commune decides if it is just so named in the cercle, and nowhere in the region."""
    if not request.commune:
        return frame, None
    name = read_commune(request.commune, frame, gazetteer)
    if frame.conflict and name.found is None:
        other = moved(frame, gazetteer)
        there = read_commune(request.commune, other, gazetteer)
        if there.found and there.found.score >= SAME_SOUND:
            return other, there
    return frame, name


def _cercle_as_commune(text: str, frame: Frame, gazetteer: Gazetteer) -> Frame | None:
    """The frame with the cercle that stands in the commune column, None where none does."""
    same = gazetteer.index("cercle", frame.region.pcode if frame.region else "").same(name_of(text))
    if len(same) != 1 or frame.cercle not in (None, same[0].thing):
        return None
    cercle = same[0].thing
    told = f"« {text} » dans la colonne commune est un cercle : la commune n'est pas donnée"
    region = gazetteer.regions[cercle.region_pcode]
    return replace(frame, region=region, cercle=cercle, notes=(*frame.notes, told))


def _claims(
    request: PlaceRequest,
    frame: Frame,
    name: NameFinding | None,
    code: Said,
    point: Said,
    loose: VillageFinding | None,
    gazetteer: Gazetteer,
) -> list[Claim]:
    claims = [said.claim for said in (code, point) if said.claim]
    if name and name.found:
        scope = "cercle" if frame.cercle else "region" if frame.region else "pays"
        weight = NAME_WEIGHT[scope] if name.method != "orthographe" else READ_WEIGHT
        # A region or cercle that is not known may be one of another country.
        weight -= frame.finest is None and bool(frame.doubt)
        weight -= bool(frame.doubt) and name.method == "orthographe"
        claims.append(Claim("nom", name.found.thing.pcode, weight, name.found.score, name.method))
    elif name:
        claims += [
            Claim("nom ailleurs", h.thing.pcode, 1.0, h.score, "nom, autre cercle") for h in name.elsewhere
        ]
    elif request.localite and frame.finest:
        same = gazetteer.index("commune", frame.scope).same(name_of(request.localite))
        weight = 1.5 if frame.cercle else 1.0
        lies_in = loose.commune if loose else ""  # a chief place has its commune's name: nothing to tell
        claims += [
            Claim("nom", h.thing.pcode, weight, h.score, "colonne village")
            for h in same
            if h.thing.pcode != lies_in
        ]
    if loose and loose.found and loose.commune:
        weight = 1.5 if loose.reach in ("cercle", "region") else 0.5
        claims.append(Claim("village", loose.commune, weight, loose.found.score, "village"))
    return [claim for claim in claims if claim.pcode in gazetteer.communes]


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
    if verdict.method == "colonne village":
        notes.append(f"« {request.localite} » dans la colonne village est une commune")
    inside = point.claim is not None and point.claim.pcode == commune.pcode
    found = village.found if village else None
    if found and not inside:
        away = gazetteer.kilometres(commune.pcode, found.thing.longitude, found.thing.latitude)
        if away > NEAR_KM:
            notes.append(f"son point, à {away:.0f} km de {commune.name}, n'est pas utilisé")
            found = None
    runner = name.runner_up if name else None
    place = Place(
        level="localite" if found else "commune",
        pcode=commune.pcode,
        region_pcode=commune.region_pcode,
        cercle_pcode=commune.cercle_pcode,
        commune_pcode=commune.pcode,
        name=found.spelling.text if found else commune.name,
        longitude=request.longitude if inside else found.thing.longitude if found else None,
        latitude=request.latitude if inside else found.thing.latitude if found else None,
        locality=found.spelling.text if found else "",
        method=verdict.method,
        score=round(min(verdict.score, frame.score), 1),
        runner_up=runner.thing.name if runner else "",
        runner_up_score=round(runner.score, 1) if runner else 0.0,
        evidence=tuple(dict.fromkeys(notes)),
    )
    if village and not village.found and village.near and not inside and verdict.method != "colonne village":
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
