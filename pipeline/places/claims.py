"""What the P-code, the coordinates and the other columns say, beside the commune's name."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.places.codes import Meaning, meanings, read_code, same_name
from pipeline.places.communes import NameFinding, describe, of
from pipeline.places.frame import Frame
from pipeline.places.gazetteer import NEAR_KM, Area, Gazetteer
from pipeline.places.likeness import likeness
from pipeline.places.names import name_of
from pipeline.places.request import PLAUSIBLE, PlaceRequest
from pipeline.places.weigh import Claim

SAME_LIMITS = 0.95
"""Share of area in common from which two vintages of a commune count as the same."""


@dataclass(frozen=True)
class Said:
    """claim: for one commune, None where nothing sure is said. area: the region or cercle of a short code.
    options: communes it could mean. notes: French."""

    claim: Claim | None = None
    area: Area | None = None
    options: tuple[Area, ...] = ()
    notes: tuple[str, ...] = ()


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
    found = meanings(read.code, gazetteer)
    if not found:
        return Said(notes=(*notes, f"P-code {read.code} inconnu de ces limites et des autres connues"))
    if found[0].area.level != "commune":
        return Said(area=found[0].area, notes=(*notes, *_outside(found[0].area, name, frame, gazetteer)))
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
    fits = gazetteer.holds(frame.finest, meaning.area)
    named = bool(request.commune) and same_name(request.commune or "", meaning)
    claim = Claim("p-code", meaning.area.pcode, 1.5 if fits or named else 0.5, 100.0, meaning.method)
    if meaning.area.pcode == read.code:
        claim = Claim("p-code", meaning.area.pcode, claim.weight, 100.0, "p-code")
    return Said(claim, options=areas, notes=notes)


def _outside(area: Area, name: NameFinding | None, frame: Frame, gazetteer: Gazetteer) -> tuple[str, ...]:
    """What to tell where the code of a region or cercle does not hold what the names say (French)."""
    named = name.found.thing if name and name.found else None
    holder = area.pcode
    inside = named or frame.finest
    if inside is None or holder in (inside.region_pcode, inside.cercle_pcode):
        return ()
    if named is None and area.region_pcode == inside.pcode:
        return ()  # the code is finer than the names, and agrees
    return (
        f"contradiction : P-code {area.pcode} : {area.level} {of(area.name)} ; les noms disent {inside.name}",
    )


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
    strict = [m for m in found if same_name(request.commune, m) and gazetteer.holds(frame.finest, m.area)]
    if strict:
        return strict
    if name and name.found:
        read = [m for m in found if name.found.thing is m.area]
        if read:
            return read
    written = name_of(request.commune)
    alike = {m: max(likeness(written, s) for s in m.area.spellings) for m in found}
    near = [m for m in found if alike[m] >= PLAUSIBLE and gazetteer.holds(frame.finest, m.area)]
    return near


def _by_frame(found: tuple[Meaning, ...], frame: Frame, gazetteer: Gazetteer) -> list[Meaning]:
    inside = [m for m in found if gazetteer.holds(frame.finest, m.area)]
    return inside or list(found)


def _by_village(found: list[Meaning], localite: str, gazetteer: Gazetteer) -> list[Meaning]:
    """The meanings with a village of just this name; all of them where none or several have one."""
    name = name_of(localite)
    having = [m for m in found if gazetteer.index("localite", m.area.pcode).same(name)]
    return having if len({m.area.pcode for m in having}) == 1 else found


def _meant(meaning: Meaning, gazetteer: Gazetteer) -> str:
    when = f"limites de {meaning.vintage[:4]}" if meaning.vintage else "limites tracées"
    return f"{describe(meaning.area, gazetteer)} ({when})"


def point_says(longitude: float, latitude: float, name: NameFinding | None, gazetteer: Gazetteer) -> Said:
    """The commune whose polygon holds the point; the named commune where the point is within 5 km of it."""
    named = name.found.thing if name and name.found else None
    if named and gazetteer.geometries:
        away = gazetteer.kilometres(named.pcode, longitude, latitude)
        if away <= NEAR_KM:
            notes = () if away == 0 else (f"coordonnées à {away:.0f} km hors de {named.name}, admises",)
            return Said(Claim("coordonnées", named.pcode, 1.5, 100.0, "coordonnées"), notes=notes)
    held = gazetteer.at(longitude, latitude)
    if held is None:
        return Said(notes=(f"coordonnées ({latitude:.4g}, {longitude:.4g}) hors des communes du Mali",))
    return Said(Claim("coordonnées", held.pcode, 1.5, 100.0, "coordonnées"), options=(held,))
