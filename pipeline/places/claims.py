"""What the P-code, the coordinates and the other columns say, beside the commune's name."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.french import in_area
from pipeline.places.codes import Meaning, meanings, read_code, same_name
from pipeline.places.communes import NameFinding, describe, of
from pipeline.places.frame import Frame
from pipeline.places.gazetteer import NEAR_KM, Area, Gazetteer
from pipeline.places.likeness import likeness
from pipeline.places.normalise import name_of
from pipeline.places.request import PLAUSIBLE, PlaceRequest
from pipeline.places.weigh import Claim

SAME_LIMITS = 0.95
"""Share of area in common from which two vintages of a commune count as the same."""


@dataclass(frozen=True)
class Said:
    """claim: for one commune, None where nothing sure is said. area: the region or cercle of a short code.
    options: areas it could mean. notes: French. unsure: it could mean several, and the officer must say which."""

    claim: Claim | None = None
    area: Area | None = None
    options: tuple[Area, ...] = ()
    notes: tuple[str, ...] = ()
    unsure: bool = False


def code_says(
    text: str,
    name: NameFinding | None,
    request: PlaceRequest,
    frame: Frame,
    gazetteer: Gazetteer,
    vintage: str,
) -> Said:
    """Read a P-code by the names beside it: in the vintage in which code and names agree.

    vintage: what the other rows of the file tell ("" unknown); used only where the names leave it open.
    """
    read = read_code(text)
    notes = (read.note,) if read.note else ()
    if not read.code:
        return Said(notes=notes)
    if len(read.code) <= 6:
        return _short_code(read.code, notes, name, frame, gazetteer, vintage)
    found = meanings(read.code, gazetteer)
    if not found:
        return Said(notes=(*notes, f"P-code {read.code} inconnu de ces limites et des autres connues"))
    options = tuple(dict.fromkeys(meaning.area.pcode for meaning in found))
    areas = tuple(gazetteer.communes[pcode] for pcode in options)
    chosen = _by_names(found, name, request, frame, gazetteer) or _by_frame(found, frame, gazetteer)
    if len({m.area.pcode for m in chosen}) > 1 and request.localite:
        chosen = _by_village(chosen, request.localite, gazetteer)
    if len({m.area.pcode for m in chosen}) > 1:
        chosen = [m for m in chosen if m.vintage == vintage] if vintage != "?" else []
    if not chosen:
        kinds = " ou ".join(_meant(m, gazetteer) for m in found)
        if name and name.found and name.found.thing not in {m.area for m in found}:
            told = f"contradiction : P-code {read.code} : {kinds} ; le nom dit {name.found.thing.name}"
            return Said(options=areas, notes=(*notes, told))
        return Said(options=areas, notes=(*notes, f"P-code {read.code} : {kinds} ; rien ne dit lequel"))
    meaning = chosen[0]
    if meaning.vintage and meaning.area.pcode != read.code:
        notes = (
            *notes,
            f"P-code {read.code} des limites de {meaning.vintage[:4]}, aujourd'hui {meaning.area.pcode}",
        )
    if meaning.vintage and meaning.iou < SAME_LIMITS:
        notes = (
            *notes,
            f"limites changées depuis {meaning.vintage[:4]} : {100 * meaning.iou:.0f} % en commun",
        )
    fits = gazetteer.holds(frame.within, meaning.area)
    named = bool(request.commune) and same_name(request.commune or "", meaning)
    claim = Claim("p-code", meaning.area.pcode, 1.5 if fits or named else 0.5, 100.0, meaning.method)
    if meaning.area.pcode == read.code:
        claim = Claim("p-code", meaning.area.pcode, claim.weight, 100.0, "p-code")
    return Said(claim, options=areas, notes=notes)


def _short_code(
    code: str,
    notes: tuple[str, ...],
    name: NameFinding | None,
    frame: Frame,
    gazetteer: Gazetteer,
    vintage: str,
) -> Said:
    """The code of a region or cercle, which means another one in each division: read where the names beside it say
    which; else a question, at the area that all its meanings lie in."""
    drawn, unit = gazetteer.area(code), gazetteer.units.get(f"2025:{code}")
    meant = [area for area in (drawn, unit) if area]
    if not meant:
        return Said(notes=(*notes, f"P-code {code} inconnu de ces limites et des autres connues"))
    told = " ou ".join(_in_division(area) for area in meant)
    commune = name.found.thing if name and name.found else None
    written = commune or frame.within
    if written is None or (meant[0].level == "cercle" and written.level == "region"):
        if vintage == "" and drawn and gazetteer.meeting(drawn, frame.within):
            return Said(area=drawn, notes=notes)
        inside = [area for area in meant if gazetteer.meeting(area, frame.within)]
        if not inside:
            problem = (
                f"contradiction : P-code {code} : {told} ; les noms disent {written.name if written else ''}"
            )
            return Said(notes=(*notes, problem))
        stands = {(area.pcode if area.level == "region" else "", area.region_pcode) for area in inside}
        regions = {region for _, region in stands}
        area = gazetteer.regions.get(min(regions)) if len(regions) == 1 and len(meant) > 1 else None
        unsure = meant[0].level == "cercle" or area is None
        offered = tuple(_standing(area, gazetteer) for area in inside)
        text = f"P-code {code} : {told}" + (" ; rien ne dit lequel" if unsure else "")
        return Said(area=area, options=tuple(a for a in offered if a), notes=(*notes, text), unsure=unsure)
    agreeing = [area for area in meant if _agrees(area, commune, frame, gazetteer)]
    if not agreeing:
        problem = f"contradiction : P-code {code} : {told} ; les noms disent {written.name}"
        return Said(area=drawn, notes=(*notes, problem))
    if agreeing[0] is drawn and (unit is None or commune or unit.name == drawn.name):
        return Said(area=drawn, notes=notes)
    return Said(
        area=drawn, notes=(*notes, f"P-code {code} : {told} ; les noms disent {_in_division(agreeing[0])}")
    )


def _agrees(area: Area, commune: Area | None, frame: Frame, gazetteer: Gazetteer) -> bool:
    """Whether a region or cercle, drawn or of another division, is what the names say, or holds it."""
    if commune:
        return gazetteer.holds(area, commune)
    known = {frame.within, frame.finest, frame.region} - {None}
    names = {spelling.sound for one in known if one and one.level == area.level for spelling in one.spellings}
    return area in known or any(spelling.sound in names for spelling in area.spellings)


def _standing(area: Area, gazetteer: Gazetteer) -> Area | None:
    """The area drawn that a region or cercle of any division lies in."""
    return (
        gazetteer.area(area.pcode)
        or gazetteer.cercles.get(area.cercle_pcode)
        or gazetteer.regions.get(area.region_pcode)
    )


def _in_division(area: Area) -> str:
    kind = {"region": "région", "cercle": "cercle"}[area.level]
    return f"{kind} {of(area.name)}" + (" (découpage de 2025)" if area.pcode.startswith("2025:") else "")


def _by_names(
    found: tuple[Meaning, ...],
    name: NameFinding | None,
    request: PlaceRequest,
    frame: Frame,
    gazetteer: Gazetteer,
) -> list[Meaning]:
    """The meanings that the written commune supports: strictly, else as it was read, else by likeness."""
    if not request.commune:
        return []
    strict = [m for m in found if same_name(request.commune, m) and gazetteer.holds(frame.within, m.area)]
    if strict:
        return strict
    if name and name.found:
        read = [m for m in found if name.found.thing is m.area]
        if read:
            return read
    written = name_of(request.commune)
    alike = {m: max(likeness(written, s) for s in m.area.spellings) for m in found}
    near = [m for m in found if alike[m] >= PLAUSIBLE and gazetteer.holds(frame.within, m.area)]
    return near


def _by_frame(found: tuple[Meaning, ...], frame: Frame, gazetteer: Gazetteer) -> list[Meaning]:
    inside = [m for m in found if gazetteer.holds(frame.within, m.area)]
    return inside or list(found)


def _by_village(found: list[Meaning], localite: str, gazetteer: Gazetteer) -> list[Meaning]:
    """The meanings with a village of just this name; all of them where none or several have one."""
    name = name_of(localite)
    having = [m for m in found if gazetteer.index("localite", m.area.pcode).same(name)]
    return having if len({m.area.pcode for m in having}) == 1 else found


def _meant(meaning: Meaning, gazetteer: Gazetteer) -> str:
    when = f"limites de {meaning.vintage[:4]}" if meaning.vintage else "limites tracées"
    return f"{describe(meaning.area, gazetteer)} ({when})"


def point_says(
    longitude: float, latitude: float, name: NameFinding | None, frame: Frame, gazetteer: Gazetteer
) -> Said:
    """The commune whose polygon holds the point; the named commune where the point is within 5 km of it. A point
    within 5 km of the cercle that is written, outside it, says nothing of a commune."""
    named = name.found.thing if name and name.found else None
    if named and gazetteer.geometries:
        away = gazetteer.kilometres(named.pcode, longitude, latitude)
        if away <= NEAR_KM:
            notes = () if away == 0 else (f"coordonnées à {away:.0f} km hors de {named.name}, admises",)
            return Said(Claim("coordonnées", named.pcode, 1.5, 100.0, "coordonnées"), notes=notes)
    held = gazetteer.at(longitude, latitude)
    if held is None:
        return Said(notes=(f"coordonnées ({latitude:.4g}, {longitude:.4g}) hors des communes du Mali",))
    notes = ()
    if frame.within and not gazetteer.holds(frame.within, held):
        away = gazetteer.kilometres_to(frame.within, longitude, latitude)
        written = in_area(frame.within.level, frame.within.name)
        outside = f"à {away:.0f} km, dans {describe(held, gazetteer)}, et non {written}"
        if away <= NEAR_KM:
            return Said(notes=(f"coordonnées {outside} : admises, sans dire la commune",))
        notes = (f"contradiction : coordonnées {outside}",)
    return Said(Claim("coordonnées", held.pcode, 1.5, 100.0, "coordonnées"), options=(held,), notes=notes)
