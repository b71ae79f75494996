"""One row's place columns to a `Place`: a certain one, or a question at the finest level that is certain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pipeline.french import in_area
from pipeline.places.candidates import candidates
from pipeline.places.columns import (
    REORDERED,
    cercle_or_commune,
    explained,
    interchanged,
    judged,
    named_in_village_column,
    reordered,
)
from pipeline.places.communes import describe
from pipeline.places.decisions import Decided, decided_place, decision_key, misfit
from pipeline.places.doubts import doubted
from pipeline.places.frame import Frame, read_frame
from pipeline.places.gather import Evidence, gather
from pipeline.places.gazetteer import NEAR_KM, Area, Gazetteer
from pipeline.places.place import Place
from pipeline.places.request import PLAUSIBLE, PlaceRequest
from pipeline.places.schematic import resolve_schematic
from pipeline.places.standing import at_frame, cercle_as_commune
from pipeline.places.unfold import unfold
from pipeline.places.villages import read_village
from pipeline.places.weigh import Verdict, weigh


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
    key = decision_key(request) if decisions else ("", "", "", "")
    unfolded = unfold(request, gazetteer)
    request = unfolded.request
    frame = _with_notes(read_frame(request, gazetteer), unfolded.notes)
    decided = decisions.get(key) if decisions and any(key) else None
    if decided is not None:
        place = decided_place(decided, request, frame, gazetteer)
        if place is not None:
            return place
        told = f"décision {decided.pcode} non appliquée : {misfit(decided, frame, gazetteer)}"
        frame = _with_notes(frame, (told,))
    if gazetteer.schematic or not gazetteer.communes:
        return resolve_schematic(request, frame, gazetteer)
    place = _in_order(request, frame, gazetteer, code_vintage)
    if unfolded.doubts and not (request.pcode or request.point):
        return doubted(place, unfolded, frame, gazetteer)
    return place


def _with_notes(frame: Frame, notes: tuple[str, ...]) -> Frame:
    return replace(frame, notes=(*frame.notes, *notes)) if notes else frame


def _in_order(request: PlaceRequest, frame: Frame, gazetteer: Gazetteer, code_vintage: str) -> Place:
    """Each reading of the row resolved, and the one that most of the row speaks for; a question where two are close."""
    if frame.commune and not request.commune:
        request = replace(request, commune=frame.commune)
    request, told = interchanged(request, frame, gazetteer)
    place = _resolve(request, _with_notes(frame, (told,) if told else ()), gazetteer, code_vintage)
    tried = [place]
    for other, told in reordered(request, frame, gazetteer):
        ordered = _resolve(other, _with_notes(read_frame(other, gazetteer), (told,)), gazetteer, code_vintage)
        if ordered.commune_pcode:
            tried.append(replace(ordered, support=ordered.support - REORDERED))
    if len(tried) > 1:
        return judged(tried, gazetteer)
    astray = frame.unread or frame.conflict or frame.commune not in ("", request.commune)
    if astray and place.commune_pcode and request.commune:
        return cercle_or_commune(place, request.commune, frame, gazetteer)
    return place


def _resolve(request: PlaceRequest, frame: Frame, gazetteer: Gazetteer, code_vintage: str) -> Place:
    found = gather(request, frame, gazetteer, code_vintage)
    name = found.name
    verdict = weigh(found.claims, None if found.misplaced else name, gazetteer)
    notes = [*found.frame.notes, *(name.notes if name and not (found.misplaced and verdict.pcode) else ())]
    notes += [*found.code.notes, *found.point.notes, *verdict.notes]
    if not verdict.pcode:
        return _asked(request, found, notes, gazetteer)
    commune = gazetteer.communes[verdict.pcode]
    if found.frame.conflict and not (name and name.found):
        return _asked(request, found, notes, gazetteer)
    if not gazetteer.holds(found.frame.within, commune):
        written = found.frame.within
        where = in_area(written.level, written.name) if written else ""
        notes.append(f"{describe(commune, gazetteer)} n'est pas {where}, qui est écrit")
        return _asked(request, found, notes, gazetteer, commune)
    return _at_commune(request, found, verdict, notes, gazetteer)


def _asked(
    request: PlaceRequest,
    found: Evidence,
    notes: list[str],
    gazetteer: Gazetteer,
    outside: Area | None = None,
) -> Place:
    """No commune is sure: a question, unless the row gave nothing to be asked about. outside: the commune that most
    speaks for, and that is not in what is written."""
    frame, name = found.frame, found.name
    notes += found.loose.notes if found.loose else ()
    near = request.point and not found.point.claim and found.point.notes and frame.within
    asked = bool(request.commune or request.localite or (request.point and not near) or frame.doubt)
    asked = asked or found.code.unsure or bool(found.code.options and found.code.area is None)
    if request.commune and not (request.localite or request.point or found.claims or frame.doubt):
        told = cercle_as_commune(request.commune, frame, gazetteer)
        if told:
            frame, asked = told, bool(name and name.hits and name.hits[0].score >= PLAUSIBLE)
            notes = [*frame.notes]
    said = (found.code, found.point)
    in_village_column = named_in_village_column(request, frame, gazetteer) if request.commune else []
    return replace(
        at_frame(frame, found.code.area, found.claims, gazetteer),
        evidence=tuple(dict.fromkeys(notes)),
        question=asked,
        candidates=candidates(frame, name, found.loose, said, gazetteer, in_village_column, outside)
        if asked
        else (),
    )


def _at_commune(
    request: PlaceRequest, evidence: Evidence, verdict: Verdict, notes: list[str], gazetteer: Gazetteer
) -> Place:
    commune = gazetteer.communes[verdict.pcode]
    if evidence.misplaced:
        notes.append(
            f"contradiction : « {request.commune} » dans la colonne commune est un village ; commune corrigée "
            f"en {commune.name}"
        )
    village = evidence.loose
    if not (village and village.found and village.commune == commune.pcode):
        village = (
            read_village(request.localite, evidence.frame, commune, gazetteer) if request.localite else None
        )
    notes += village.notes if village else ()
    in_village_column = verdict.method == "colonne village"
    if in_village_column:
        notes.append(f"« {request.localite} » dans la colonne village est une commune")
    point = evidence.point.claim
    inside = point is not None and point.pcode == commune.pcode
    found = village.found if village and not village.several else None
    if found and not inside:
        away = gazetteer.kilometres(commune.pcode, found.thing.longitude, found.thing.latitude)
        if away > NEAR_KM:
            notes.append(f"son point, à {away:.0f} km de {commune.name}, n'est pas utilisé")
            found = None
    runner = evidence.name.runner_up if evidence.name else None
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
        score=round(min(verdict.score, evidence.frame.score), 1),
        runner_up=runner.thing.name if runner else "",
        runner_up_score=round(runner.score, 1) if runner else 0.0,
        evidence=tuple(dict.fromkeys(notes)),
        support=verdict.lead + explained(request, evidence.frame),
    )
    if village and not village.found and village.near and not inside and not in_village_column:
        proposed = candidates(evidence.frame, None, village, (), gazetteer)
        return replace(place, question=True, candidates=proposed)
    return place
