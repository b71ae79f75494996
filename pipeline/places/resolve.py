"""A row's cells weighed together: a place with its evidence, or a question."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import permutations
from typing import TYPE_CHECKING, Any

from pipeline.french import in_area
from pipeline.geography.divisions import DivisionKey
from pipeline.places.codes import (
    Meaning,
    code_division,
    file_codes,
    files_of,
    meanings,
    read_code,
    said_by_name,
    same_name,
)
from pipeline.places.decisions import (
    Decided,
    DecisionKey,
    decided_place,
    decided_prefix,
    decision_key,
    misfit,
)
from pipeline.places.gazetteer import COUNTRIES, NEAR_KM, OTHER_NAMES, Area, Gazetteer
from pipeline.places.names import SAME_BASE, SAME_SOUND, Hit, likeness, name_key, name_of
from pipeline.places.place import (
    AREA_BARS,
    COMMUNE_BARS,
    PLAUSIBLE,
    Candidate,
    Place,
    PlaceRequest,
    level_word,
)
from pipeline.places.read import (
    Claim,
    NameFinding,
    Verdict,
    VillageFinding,
    WrittenFrame,
    accepted,
    cached_of,
    describe,
    misplaced_village,
    moved,
    read_commune,
    read_frame,
    read_village,
    weigh,
)

if TYPE_CHECKING:
    import pandas as pd


# Cells that hold more or less than one name: "Bamba (Koro)", "Sio et Socoura", "ML050613 Sio", "N/A", "Sio ?".


NOTHING = frozenset((
    "na", "nd", "nc", "nr", "nsp", "neant", "rien", "ras", "aucun", "aucune", "null", "none", "nan", "vide", "unknown",
    "inconnu", "inconnue", "nonconnu", "nonconnue", "nonprecise", "nonprecisee", "pasprecise", "apreciser",
    "nonrenseigne", "nonrenseignee", "nonspecifie", "nonspecifiee", "nonindique", "nonidentifie", "nondefini",
    "nondetermine", "indetermine", "nondisponible", "sansobjet", "x", "xx", "xxx", "0", "00",
))  # fmt: skip
"""Strict keys of what people write for "I do not know"."""

_MARKED = re.compile(r"[^\w\s]|\d|\b(?:et|ou|[aà] [vcp]|incertain|probable|peut)", re.IGNORECASE)
"""What no plain name has: only such cells are looked at more closely."""
_PARTS = re.compile(r"\s*[()\[\],;/|&+]\s*")
_JOINED = re.compile(r"\s*[()\[\],;/|&+]\s*|\s+(?:et|ou)\s+|\s+[-–—]\s+", re.IGNORECASE)
_SPREAD = re.compile(r"\s*[;,/|>]\s*|\s+[-–—]\s+")
_CODE = re.compile(r"(?<![^\W_])MLI?\s?\d{4,10}(?!\w)", re.IGNORECASE)
_AREA_CODE = re.compile(r"MLI?\s?\d{2,10}", re.IGNORECASE)
_BARE_CODE = re.compile(r"\s*(?:MLI?\s?)?0?\d{5,8}\s*", re.IGNORECASE)
_DOUBT = re.compile(
    r"[([]?\s*(?:(?<=[\s([])\?+|\b[aà] (?:v[ée]rifier|confirmer|pr[ée]ciser)\b|\bincertaine?\b|\bprobable(?:ment)?\b|"
    r"\bpeut[- ][eê]tre\b)\s*[)\]]?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Unfolded:
    """The request with its cells taken apart. notes: what was done (French). doubts: column -> what the writer
    leaves open in it (French): the row is then a question. several: names that stand together in the column."""

    request: PlaceRequest
    notes: tuple[str, ...] = ()
    doubts: tuple[tuple[str, str], ...] = ()
    several: tuple[str, ...] = ()


def unfold(request: PlaceRequest, gazetteer: Gazetteer) -> Unfolded:
    """Take the cells of one row apart. A cell whose whole text is a known name is not touched.

    A part after the name says the cercle where no cercle is written and it is just so named; else it is left
    aside, and told.
    """
    before: list[str] = []
    for column in ("commune", "localite"):
        request = _without_its_cercle(request, column, gazetteer, before)
    unfolded = _unfolded(request, gazetteer)
    return replace(unfolded, notes=(*before, *unfolded.notes)) if before else unfolded


def _without_its_cercle(
    request: PlaceRequest, column: str, gazetteer: Gazetteer, notes: list[str]
) -> PlaceRequest:
    """ "Bamba Bourem": a name with its cercle or region, which is the one written or stands for it; "Nioro du Sahel":
    the other name of a town."""
    text = getattr(request, column)
    words = text.split() if text else []
    if not 2 <= len(words) <= 5 or _known(column, text, gazetteer):
        return request
    other = OTHER_NAMES.get(name_key(text))
    if other and _known(column, other, gazetteer):
        notes.append(f"« {text} » : autre nom de {other.capitalize()}")
        return _with(request, column, other.capitalize())
    for at in range(len(words) - 1, 0, -1):
        name, area = " ".join(words[:at]), name_of(" ".join(words[at:]))
        cercles = gazetteer.index("cercle", "").same(area)
        if len(cercles) != 1 or cercles[0].score < SAME_BASE or area.number:
            continue
        cercle = cercles[0].thing
        scope = gazetteer.index("commune" if column == "commune" else "localite", cercle.pcode)
        same = scope.same(name_of(name))
        if not same or same[0].score < SAME_SOUND:
            continue
        written = gazetteer.index("cercle", "").same(name_of(request.cercle)) if request.cercle else []
        if written and written[0].thing is not cercle:
            continue
        notes.append(f"« {text} » lu « {name} », dans le cercle {cached_of(cercle.name)}")
        request = _with(request, column, name)
        return request if request.cercle else replace(request, cercle=cercle.name)
    return request


def _unfolded(request: PlaceRequest, gazetteer: Gazetteer) -> Unfolded:
    if not any(text and (_MARKED.search(text) or name_key(text) in NOTHING) for text in request.names):
        return Unfolded(request)
    notes: list[str] = []
    request = _without_nothing(request, gazetteer, notes)
    request = _spread(request, gazetteer, notes)
    request = _codes_out(request, gazetteer, notes)
    doubts: list[tuple[str, str]] = []
    several: list[str] = []
    for column in ("region", "cercle", "commune", "localite"):
        cell = getattr(request, column)
        if not cell or not (_JOINED.search(cell) or _DOUBT.search(cell) or "?" in cell):
            continue
        request, text, doubt = _without_doubt(request, column, gazetteer)
        if doubt:
            doubts.append((column, doubt))
        if not text or column in ("region", "cercle") or _known(column, text, gazetteer):
            continue
        named = [part for part in _JOINED.split(text) if name_key(part) and _known(column, part, gazetteer)]
        # What stands beside a name is often where it lies: "Bamba (Koro)", "Kouna (Sio)".
        lies_in = name_of(request.commune or "").sound if column == "localite" else ""
        named = [part for part in named if name_of(part).sound != lies_in]
        others = [part for part in named[1:] if not gazetteer.index("cercle", "").same(name_of(part))]
        if others and len({name_of(part).sound for part in (named[0], *others)}) > 1:
            doubts.append((column, f"« {text} » nomme plusieurs lieux"))
            several += named
        request = _first_part(request, column, text, gazetteer, notes)
    return Unfolded(request, tuple(notes), tuple(doubts), tuple(several))


def _without_doubt(
    request: PlaceRequest, column: str, gazetteer: Gazetteer
) -> tuple[PlaceRequest, str | None, str]:
    """The request without a question mark or "à vérifier" in one cell, the cell, and what was there (French)."""
    text = getattr(request, column)
    if not text:
        return request, None, ""
    told = f"« {text} » : un doute est écrit"
    if _known(column, text, gazetteer):
        return request, text, told if text.rstrip(" )]").endswith("?") else ""
    bare = _DOUBT.sub(" ", text).strip(" ,;-")
    if bare == text.strip() or not name_key(bare):
        return request, text, ""
    return _with(request, column, bare), bare, told


def _without_nothing(request: PlaceRequest, gazetteer: Gazetteer, notes: list[str]) -> PlaceRequest:
    for column in ("region", "cercle", "commune", "localite"):
        text = getattr(request, column)
        if not text:
            continue
        written = any(c.isalnum() for c in text)
        if not written or (name_key(text) in NOTHING and not _known(column, text, gazetteer)):
            notes.append(f"« {text} » dans la colonne {level_word(column)} : pas de nom")
            request = _with(request, column, None)
    return request


def _spread(request: PlaceRequest, gazetteer: Gazetteer, notes: list[str]) -> PlaceRequest:
    """ "Mopti; Djenné; Kewa" in one cell, the next ones empty: a row whose separator was not understood."""
    columns = ("region", "cercle", "commune", "localite")
    for at, level in ((0, "region"), (1, "cercle")):
        text = getattr(request, level)
        parts = [part for part in _SPREAD.split(text) if name_key(part)] if text else []
        following = columns[at + 1 : at + len(parts)]
        if not 2 <= len(parts) <= 4 - at or any(getattr(request, column) for column in following):
            continue
        index = gazetteer.index(level, "")
        if index.same(name_of(text)) or not index.same(name_of(parts[0])):
            continue
        # A region and a cercle; or a cercle and a commune, not two cercles.
        if bool(gazetteer.index("cercle", "").same(name_of(parts[1]))) != (level == "region"):
            continue
        notes.append(f"« {text} » dans la colonne {level_word(level)} : réparti sur ses colonnes")
        for column, part in zip(columns[at:], parts, strict=False):
            request = _with(request, column, part)
        return request
    return request


def _codes_out(request: PlaceRequest, gazetteer: Gazetteer, notes: list[str]) -> PlaceRequest:
    """P-codes in the columns of names. A region's stands for its name; a cercle's depends on the division."""
    for column in ("region", "cercle"):
        text = getattr(request, column)
        if text and _AREA_CODE.fullmatch(text.strip()):
            area = gazetteer.regions.get(read_code(text).code[:4]) if column == "region" else None
            told = area.name if area else "non lu, les codes de cercle changent d’un découpage à l’autre"
            notes.append(f"P-code « {text} » dans la colonne {level_word(column)} : {told}")
            request = _with(request, column, area.name if area else None)
    for column in ("commune", "localite"):
        text = getattr(request, column)
        found = (_CODE.search(text) or _BARE_CODE.fullmatch(text)) if text else None
        if not found:
            continue
        rest = (text[: found.start()] + " " + text[found.end() :]).strip(" ()[]-–—:;,/")
        used = "" if not request.pcode else " (non lu : la colonne pcode en a un)"
        notes.append(f"P-code « {found[0].strip()} » dans la colonne {level_word(column)}{used}")
        code = request.pcode or read_code(found[0]).code or None
        request = replace(_with(request, column, rest if name_key(rest) else None), pcode=code)
    return request


def _first_part(
    request: PlaceRequest, column: str, text: str, gazetteer: Gazetteer, notes: list[str]
) -> PlaceRequest:
    parts = [part for part in _PARTS.split(text) if name_key(part)]
    if column == "localite" and len(parts) > 1 and request.commune:  # "Sio/Kouna" in Sio
        parts.sort(key=lambda part: name_of(part).sound == name_of(request.commune or "").sound)
    # "C/R Doucombo": no name is one letter long.
    if len(parts) < 2 or len(name_key(parts[0])) < 2 or _known(column, text, gazetteer):
        return request
    request = _with(request, column, parts[0])
    notes.append(f"« {text} » : lu « {parts[0]} »")
    cercles = gazetteer.index("cercle", "")
    for part in parts[1:]:
        same = [hit.thing for hit in cercles.same(name_of(part))]
        if len(same) != 1:
            continue
        if not request.cercle:
            request = replace(request, cercle=same[0].name)
            notes.append(f"cercle lu dans « {text} »")
        elif [hit.thing for hit in cercles.same(name_of(request.cercle))] != same:
            notes.append(f"« {part} » dans « {text} » n’est pas le cercle écrit")
    return request


def _with(request: PlaceRequest, column: str, text: str | None) -> PlaceRequest:
    changed: dict[str, Any] = {column: text}
    return replace(request, **changed)


def _known(column: str, text: str, gazetteer: Gazetteer) -> bool:
    if column == "localite":
        return name_of(text).base in gazetteer.villages_by_base
    return bool(gazetteer.index(column, "").same(name_of(text)))


# What the P-code, the coordinates and the other columns say, beside the commune's name.


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
    frame: WrittenFrame,
    gazetteer: Gazetteer,
    vintage: str,
) -> Said:
    """Read a P-code by the names beside it: in the vintage in which code and names agree.

    vintage: what the other rows of the file tell ("" unknown); used only where the names leave it open.
    """
    read = read_code(text)
    notes: tuple[str, ...] = (read.note,) if read.note else ()
    if not read.code:
        return Said(notes=notes)
    short = len(read.code) <= 6
    found = () if short else meanings(read.code, gazetteer)
    if not found and not (short and _short_meanings(read.code, gazetteer)):
        # A code that nothing knows: a question where it is all that the row says.
        alone = frame.within is None and not (request.commune or request.localite or request.point)
        told = f"P-code {read.code} inconnu de ces limites et des autres connues"
        return Said(notes=(*notes, told), unsure=alone)
    if short:
        return _short_code(read.code, notes, name, frame, gazetteer, vintage)
    options = tuple(dict.fromkeys(meaning.area.pcode for meaning in found))
    areas = tuple(gazetteer.communes[pcode] for pcode in options)
    chosen = _by_names(found, name, request, frame, gazetteer)
    chosen = chosen or [m for m in found if gazetteer.holds(frame.within, m.area)] or list(found)
    if len({m.area.pcode for m in chosen}) > 1 and request.localite:
        chosen = _by_village(chosen, request.localite, gazetteer)
    if len({m.area.pcode for m in chosen}) > 1:
        chosen = [m for m in chosen if m.vintage == vintage] if vintage != "?" else []
    if not chosen:
        limits = [f"limites de {m.vintage[:4]}" if m.vintage else "limites tracées" for m in found]
        meant = zip((describe(m.area, gazetteer) for m in found), limits, strict=True)
        kinds = " ou ".join(f"{area} ({limit})" for area, limit in meant)
        if name and name.found and name.found.thing not in {m.area for m in found}:
            told = f"contradiction : P-code {read.code} : {kinds} ; le nom dit {name.found.thing.name}"
            return Said(options=areas, notes=(*notes, told))
        return Said(options=areas, notes=(*notes, f"P-code {read.code} : {kinds} ; rien ne dit lequel"))
    meaning = chosen[0]
    pcode, year = meaning.area.pcode, meaning.vintage[:4]
    if year and pcode != read.code:
        notes += (f"P-code {read.code} des limites de {year}, aujourd’hui {pcode}",)
    if year and meaning.iou < SAME_LIMITS:
        notes += (f"limites changées depuis {year} : {100 * meaning.iou:.0f} % en commun",)
    fits = gazetteer.holds(frame.within, meaning.area) or same_name(request.commune or "", meaning)
    method = "p-code" if pcode == read.code else meaning.method
    return Said(Claim("p-code", pcode, 1.5 if fits else 0.5, 100.0, method), options=areas, notes=notes)


def _short_meanings(code: str, gazetteer: Gazetteer) -> list[Area]:
    """What the code of a region or cercle means: where drawn, then in the division of 2025."""
    return [area for area in (gazetteer.area(code), gazetteer.units.get(f"2025:{code}")) if area]


def _unit_of_code(request: PlaceRequest, gazetteer: Gazetteer, code_vintage: str) -> str:
    """The region or cercle of 2025 that a short code means, "" where neither its file nor its name says so."""
    code = read_code(request.pcode or "").code
    known = code_vintage == "2025" or said_by_name(code, request) == ("2025",)
    return f"2025:{code}" if known and f"2025:{code}" in gazetteer.units else ""


def _short_code(
    code: str,
    notes: tuple[str, ...],
    name: NameFinding | None,
    frame: WrittenFrame,
    gazetteer: Gazetteer,
    vintage: str,
) -> Said:
    """The code of a region or cercle, which means another one in each division: read where the names beside it say
    which; else a question, at the area that all its meanings lie in."""
    drawn, unit = gazetteer.area(code), gazetteer.units.get(f"2025:{code}")
    meant = _short_meanings(code, gazetteer)
    told = " ou ".join(_in_division(area) for area in meant)
    commune = name.found.thing if name and name.found else None
    written = commune or frame.within
    if written is None or (meant[0].level == "cercle" and written.level == "region"):
        if vintage == "" and drawn and gazetteer.meeting(drawn, frame.within):
            return Said(area=drawn, notes=notes)
        if vintage == "2025" and unit and gazetteer.meeting(unit, frame.within):
            note = f"P-code {code} : {_in_division(unit)}, division dite par le fichier"
            return Said(area=_standing(unit, gazetteer), notes=(*notes, note))
        inside = [area for area in meant if gazetteer.meeting(area, frame.within)]
        if not inside:
            named = written.name if written else ""
            return Said(notes=(*notes, f"contradiction : P-code {code} : {told} ; les noms disent {named}"))
        regions = {area.region_pcode for area in inside}
        area = gazetteer.regions.get(min(regions)) if len(regions) == 1 and len(meant) > 1 else None
        unsure = meant[0].level == "cercle" or area is None
        offered = tuple(_standing(area, gazetteer) for area in inside)
        text = f"P-code {code} : {told}" + (" ; rien ne dit lequel" if unsure else "")
        return Said(area=area, options=tuple(a for a in offered if a), notes=(*notes, text), unsure=unsure)
    agreeing = next((area for area in meant if _agrees(area, commune, frame, gazetteer)), None)
    if agreeing is None:
        notes += (f"contradiction : P-code {code} : {told} ; les noms disent {written.name}",)
    elif agreeing is not drawn or not (unit is None or commune or unit.name == drawn.name):
        notes += (f"P-code {code} : {told} ; les noms disent {_in_division(agreeing)}",)
    return Said(area=drawn, notes=notes)


def _agrees(area: Area, commune: Area | None, frame: WrittenFrame, gazetteer: Gazetteer) -> bool:
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
    told = " (découpage de 2025)" if area.pcode.startswith("2025:") else ""
    return f"{level_word(area.level)} {cached_of(area.name)}{told}"


def _by_names(
    found: tuple[Meaning, ...],
    name: NameFinding | None,
    request: PlaceRequest,
    frame: WrittenFrame,
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
    return [
        m
        for m in found
        if gazetteer.holds(frame.within, m.area)
        and any(likeness(written, spelling) >= PLAUSIBLE for spelling in m.area.spellings)
    ]


def _by_village(found: list[Meaning], localite: str, gazetteer: Gazetteer) -> list[Meaning]:
    """The meanings with a village of just this name; all of them where none or several have one."""
    name = name_of(localite)
    having = [m for m in found if gazetteer.index("localite", m.area.pcode).same(name)]
    return having if len({m.area.pcode for m in having}) == 1 else found


def point_says(
    longitude: float, latitude: float, name: NameFinding | None, frame: WrittenFrame, gazetteer: Gazetteer
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
        why = "hors des communes du Mali"
        if gazetteer.approximate:  # they hold no point: to say "outside Mali" from them would be a guess
            why = "non vérifiées sur des limites approchées"
        return Said(notes=(f"coordonnées ({latitude:.4g}, {longitude:.4g}) {why}",))
    notes = ()
    if frame.within and not gazetteer.holds(frame.within, held):
        away = gazetteer.kilometres_to(frame.within, longitude, latitude)
        written = in_area(frame.within.level, frame.within.name)
        outside = f"à {away:.0f} km, dans {describe(held, gazetteer)}, et non {written}"
        if away <= NEAR_KM:
            return Said(notes=(f"coordonnées {outside} : admises, sans dire la commune",))
        notes = (f"contradiction : coordonnées {outside}",)
    return Said(Claim("coordonnées", held.pcode, 1.5, 100.0, "coordonnées"), options=(held,), notes=notes)


# All that one row says of its place, column by column.


NAME_WEIGHT = {"cercle": 3.0, "region": 2.5, "pays": 2.0}
READ_WEIGHT = 2.0
ELSEWHERE_WEIGHT = 1.0


@dataclass(frozen=True)
class Evidence:
    """frame: region and cercle. name: the commune's, None where none is written. loose: a village looked for
    without a commune; misplaced: whether it stands in the commune column. claims: what speaks for a commune."""

    frame: WrittenFrame
    name: NameFinding | None
    code: Said
    point: Said
    loose: VillageFinding | None
    misplaced: bool
    claims: tuple[Claim, ...]


def gather(request: PlaceRequest, frame: WrittenFrame, gazetteer: Gazetteer, code_vintage: str) -> Evidence:
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


def _settle(
    request: PlaceRequest, frame: WrittenFrame, gazetteer: Gazetteer
) -> tuple[WrittenFrame, NameFinding | None]:
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
    request: PlaceRequest, name: NameFinding | None, frame: WrittenFrame, gazetteer: Gazetteer
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
    frame: WrittenFrame,
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


# Where a row stands when no commune is certain: its cercle, its region, or nowhere.


def at_frame(frame: WrittenFrame, coded: Area | None, claims: Iterable[Claim], gazetteer: Gazetteer) -> Place:
    """The finest level that every source leaves standing. coded: the area of a short P-code, None where none."""
    area = frame.finest
    strong = [claim for claim in claims if claim.weight >= 1]
    if area is None and coded and not claims:
        area = coded
    if area is None and not frame.doubt and len({_cercle(claim, gazetteer) for claim in strong}) == 1:
        area = gazetteer.cercles.get(_cercle(strong[0], gazetteer))
    if area is not None:
        for claim in (claim for claim in strong if claim.kind == "nom ailleurs"):
            area = _still_standing(area, claim, gazetteer)
    if frame.conflict or area is None:
        return Place(method="non trouvé")
    return area.place("cercle seul" if area.level == "cercle" else "région seule", round(frame.score, 1))


def _cercle(claim: Claim, gazetteer: Gazetteer) -> str:
    return gazetteer.communes[claim.pcode].cercle_pcode


def _still_standing(area: Area | None, claim: Claim, gazetteer: Gazetteer) -> Area | None:
    """What a commune of the name written, outside an area, leaves of it: its region where the commune is in it;
    all of it where it is in another region: names come back too often.

    A point, a code or a village outside leaves all: they may be a neighbouring row's, or the office's.
    """
    commune = gazetteer.communes[claim.pcode]
    if area is None or gazetteer.holds(area, commune):
        return area
    if area.region_pcode == commune.region_pcode:
        return gazetteer.regions[area.region_pcode]
    return area


def cercle_as_commune(text: str, frame: WrittenFrame, gazetteer: Gazetteer) -> WrittenFrame | None:
    """The frame with the cercle that stands in the commune column, None where none does."""
    same = gazetteer.index("cercle", frame.region.pcode if frame.region else "").same(name_of(text))
    if len(same) != 1 or frame.cercle not in (None, same[0].thing):
        return None
    cercle = same[0].thing
    told = f"« {text} » dans la colonne commune est un cercle : la commune n’est pas donnée"
    region = gazetteer.regions[cercle.region_pcode]
    return replace(frame, region=region, cercle=cercle, notes=(*frame.notes, told))


# The places worth proposing for a question, best first.


MOST = 5


def candidates(
    frame: WrittenFrame,
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
            reason = f"village proche à {near.score:.0f} %, commune {cached_of(describe(commune, gazetteer))}"
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
    where = f" ; cercle {cached_of(cercle.name)}" if cercle else ""
    return Candidate(area.pcode, area.level, area.name, round(score, 1), reason + where)


# Names in the wrong columns: a commune and its village interchanged, region, cercle and commune out of order.


NAME_IN_REGION = 3.5
"""Support of a row whose region and commune alone are read."""
_NOT_A_COMMUNE = PLAUSIBLE + 15
"""A name that resembles a commune of its cercle this much may be that commune, misspelt."""


def interchanged(
    request: PlaceRequest, frame: WrittenFrame, gazetteer: Gazetteer
) -> tuple[PlaceRequest, str]:
    """Commune and village put into each other's column, set right, and what was done (French, "" if nothing).

    Only where the village column names a commune of the cercle, the commune column nothing that resembles one,
    and that commune has a village of just this name.
    """
    if not (request.commune and request.localite and frame.cercle):
        return request, ""
    index = gazetteer.index("commune", frame.cercle.pcode)
    same = index.same(name_of(request.localite))
    if len(same) != 1 or same[0].thing.pcode not in gazetteer.communes:
        return request, ""
    near = index.search(name_of(request.commune), limit=1)
    if near and near[0].score >= _NOT_A_COMMUNE:
        return request, ""
    village = read_village(request.commune, frame, same[0].thing, gazetteer)
    if village.found is None or village.reach != "commune" or village.found.score < SAME_SOUND:
        return request, ""
    told = (
        f"contradiction : « {request.commune} » dans la colonne commune est un village de {same[0].thing.name}, "
        f"« {request.localite} » dans la colonne village une commune ; lues l’une pour l’autre"
    )
    return replace(request, commune=request.localite, localite=request.commune), told


def named_in_village_column(
    request: PlaceRequest, frame: WrittenFrame, gazetteer: Gazetteer
) -> list[Hit[Area]]:
    """Communes just so named in the village column, worth proposing where the commune column names none."""
    if not request.localite or frame.within is None:
        return []
    same = gazetteer.index("commune", frame.scope).same(name_of(request.localite))
    return [hit for hit in same if hit.thing.pcode in gazetteer.communes]


REORDERED = 0.5
"""What a reading of columns out of order must have more than the row as it is written."""
CLEAR = 1.5
"""By how much one reading of a row must have more support than any other."""


def reordered(
    request: PlaceRequest, frame: WrittenFrame, gazetteer: Gazetteer
) -> list[tuple[PlaceRequest, str]]:
    """Region, cercle and commune in the orders that make them nest, one of the three misspelt at most, where the
    order as written does not; each with what was done (French)."""
    cells = (request.region, request.cercle, request.commune)
    settled = frame.cercle is not None and not frame.doubt and not frame.notes
    if settled or not all(cells) or nests(cells, gazetteer, 3):
        return []
    others = [order for order in dict.fromkeys(permutations(cells)) if order != cells]
    found = [order for order in others if nests(order, gazetteer, 3)]
    readings = []
    for region, cercle, commune in found or [order for order in others if nests(order, gazetteer, 2)]:
        told = f"contradiction : colonnes dans le désordre, lues région {region}, cercle {cercle}, commune {commune}"
        readings.append((replace(request, region=region, cercle=cercle, commune=commune), told))
    return readings


def nests(cells: tuple[str | None, ...], gazetteer: Gazetteer, just_so: int) -> bool:
    """Whether region, cercle and commune lie in each other, at least so many of them spelled just so."""
    scope, exact = "", 0
    for level, text in zip(("region", "cercle", "commune"), cells, strict=True):
        name = name_of(text or "")
        index = gazetteer.index(level, scope)
        hits = index.same(name)
        if len(hits) == 1:
            exact += 1
        elif hits or just_so == 3:
            return False
        else:
            bar = COMMUNE_BARS["cercle"] if level == "commune" else AREA_BARS["cercle"]
            best = accepted(index.search(name), bar, name)
            if best is None:
                return False
            hits = [best]
        scope = hits[0].thing.pcode
    return exact >= just_so


def explained(request: PlaceRequest, frame: WrittenFrame) -> float:
    """How many of the region and the cercle written have been read as what they are, and agree."""
    region = bool(request.region) and frame.region is not None and not frame.conflict
    cercle = bool(request.cercle) and not (frame.unread or frame.conflict or frame.commune)
    return float(region) + float(cercle)


def judged(tried: list[Place], gazetteer: Gazetteer) -> Place:
    """The reading that most of the row speaks for; a question, at the area that holds them, where two are close."""
    best = max(tried, key=lambda place: place.support if place.commune_pcode else -1.0)
    others = [place for place in tried if place.commune_pcode not in ("", best.commune_pcode)]
    close = [place for place in others if best.support - place.support < CLEAR]
    if not close:
        told = [f"lu autrement, ce serait {gazetteer.communes[place.commune_pcode].name}" for place in others]
        return replace(best, evidence=tuple(dict.fromkeys((*best.evidence, *told))))
    return _either([best, *close], gazetteer)


def _either(places: list[Place], gazetteer: Gazetteer) -> Place:
    """A row that makes sense in several orders of its columns: asked, at the area that holds all."""
    places = sorted(places, key=_moved, reverse=True)
    communes = [gazetteer.communes[place.commune_pcode] for place in places]
    texts = [text for place in places for text in place.evidence]
    evidence = (*dict.fromkeys(texts), "les colonnes telles quelles donnent un autre lieu")
    cercles, regions = ({getattr(c, f"{of}_pcode") for c in communes} for of in ("cercle", "region"))
    frame = WrittenFrame(
        region=gazetteer.regions.get(min(regions)) if len(regions) == 1 else None,
        cercle=gazetteer.cercles.get(min(cercles)) if len(cercles) == 1 else None,
    )
    asked = at_frame(frame, None, (), gazetteer)
    orders = [
        "colonnes remises en ordre" if _moved(place) else "colonnes telles qu’écrites" for place in places
    ]
    proposed = tuple(
        of_commune(commune, place.score, order, gazetteer)
        for commune, place, order in zip(communes, places, orders, strict=True)
    )
    return replace(asked, evidence=evidence, question=True, candidates=proposed)


def _moved(place: Place) -> bool:
    return any("désordre" in text for text in place.evidence)


def cercle_or_commune(place: Place, text: str, frame: WrittenFrame, gazetteer: Gazetteer) -> Place:
    """A commune that bears a cercle's name, beside a cercle that nobody knows: the two columns may stand for each
    other, and the question is asked at what holds in both cases."""
    same = gazetteer.index("cercle", "").same(name_of(text))
    if len(same) != 1 or place.support >= CLEAR + NAME_IN_REGION:
        return place
    commune = gazetteer.communes[place.commune_pcode]
    cercle = same[0].thing if same[0].thing.pcode == commune.cercle_pcode else None
    told = (
        f"« {text} » est aussi un cercle : les colonnes cercle et commune sont peut-être l’une pour l’autre"
    )
    region = gazetteer.regions[commune.region_pcode]
    stands = at_frame(replace(frame, region=region, cercle=cercle), None, (), gazetteer)
    proposed = (of_commune(commune, place.score, "colonnes telles qu’écrites", gazetteer),)
    return replace(stands, evidence=(*place.evidence, told), question=True, candidates=proposed)


# What the row itself leaves open becomes a question, however well the names are known.


def doubted(place: Place, unfolded: Unfolded, frame: WrittenFrame, gazetteer: Gazetteer) -> Place:
    """A place whose writer puts a question mark behind a name, or names several: asked, and counted meanwhile
    at what is certain: the cercle where the commune is in doubt, the commune where the village is."""
    told = tuple(text for _, text in unfolded.doubts)
    columns = {column for column, _ in unfolded.doubts}
    first = Candidate(place.pcode, place.level, place.name, place.score, "nom écrit, avec un doute")
    if place.question or not place.commune_pcode:
        place = replace(place, evidence=tuple(dict.fromkeys((*told, *place.evidence))))
        if not place.question and place.level in columns:  # the finest thing written, and it is in doubt
            region = gazetteer.regions[place.region_pcode] if place.level == "cercle" else None
            stands = at_frame(WrittenFrame(region=region), None, (), gazetteer)
            place = replace(stands, evidence=place.evidence, question=True, candidates=(first,))
        return _with_several(place, unfolded, frame, gazetteer)
    if not columns & {"commune", "localite"}:
        return replace(place, evidence=(*place.evidence, *told))  # the commune bears region and cercle out
    commune = gazetteer.communes[place.commune_pcode]
    if "commune" in columns:
        stands = at_frame(frame, None, (), gazetteer)
    else:
        villages = {
            hit.thing.name
            for text in unfolded.several
            for hit in gazetteer.index("localite", commune.pcode).same(name_of(text))
        }
        if len(villages) < 2 and (unfolded.several or place.level == "commune"):
            # one village's two names, or no village that is placed
            return replace(place, evidence=(*place.evidence, *told))
        stands = replace(
            place, level="commune", name=commune.name, locality="", longitude=None, latitude=None
        )
    asked = replace(stands, question=True, candidates=(first,), evidence=(*told, *place.evidence))
    return _with_several(asked, unfolded, frame, gazetteer)


def _with_several(place: Place, unfolded: Unfolded, frame: WrittenFrame, gazetteer: Gazetteer) -> Place:
    """The question with each of the names that stand together among its candidates."""
    found = list(place.candidates)
    for text in unfolded.several:
        name = name_of(text)
        found += [
            of_commune(hit.thing, hit.score, f"« {text} », nommé avec d’autres", gazetteer)
            for hit in gazetteer.index("commune", frame.scope).same(name)
            if hit.thing.pcode in gazetteer.communes
        ]
        if code := place.commune_pcode:
            found += [
                Candidate(code, "localite", hit.thing.name, hit.score, "village, nommé avec d’autres")
                for hit in gazetteer.index("localite", code).same(name)
            ]
    kept = {(c.pcode, c.name): c for c in reversed(found)}
    return replace(place, candidates=tuple(reversed(kept.values()))[:5]) if place.question else place


# Places on boundaries that end at the cercles.


def resolve_by_cercle(request: PlaceRequest, frame: WrittenFrame, gazetteer: Gazetteer) -> Place:
    """The cercle or region by name; a P-code's first digits only where a name beside it agrees.

    Commune and village names cannot be checked there: they are not questions, and the evidence says so.
    """
    area, notes = frame.finest, list(frame.notes)
    question, options = bool(frame.doubt), [hit.thing for hit in frame.hits]
    told = request.commune or request.localite
    if request.pcode:
        read = read_code(request.pcode)
        cercle = gazetteer.cercles.get(read.code[:6])
        region = gazetteer.regions.get(read.code[:4])
        if area is None and region and cercle:
            # every division known gives regions the same digits, but not cercles
            area, question, options = region, True, [cercle]
            notes.append(f"P-code {read.code} sans nom de cercle : son cercle dépend du découpage")
        elif area is None and region:
            area = region
        elif area is not None and cercle and area.pcode not in (cercle.pcode, cercle.region_pcode):
            notes.append(
                f"P-code {read.code} : autre cercle que {area.name}, ou autre découpage ; le nom est cru"
            )
    if told:
        notes.append("limites par cercle : communes et villages ne peuvent pas être vérifiés")
    if area is None:
        place, question = Place(method="non trouvé"), question or bool(told or request.pcode)
    else:
        place = area.place("exact" if frame.score >= 99 else "orthographe", round(frame.score, 1))
    proposed = [Candidate(o.pcode, o.level, o.name, 80.0, f"{o.level} possible") for o in options[:5]]
    return replace(place, evidence=tuple(notes), question=question, candidates=tuple(proposed))


# One row's place columns to a `Place`: a certain one, or a question at the finest level that is certain.


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
        return Place(method="sans lieu", evidence=("aucun lieu écrit",))
    key = decision_key(request) if decisions else ("", "", "", "")
    written, unfolded = request, unfold(request, gazetteer)
    request = unfolded.request
    frame = _with_notes(read_frame(request, gazetteer), unfolded.notes)
    decided = decisions.get(key) if decisions and any(key) else None
    if decided is not None:
        place = decided_place(decided, request, frame, gazetteer)
        if place is not None:
            return place
        told = f"décision {decided.pcode} non appliquée : {misfit(decided, frame, gazetteer)}"
        frame = _with_notes(frame, (told,))
    elif decisions:
        request, told = with_decided_area(request, key, decisions, frame, gazetteer)
        frame = _with_notes(read_frame(request, gazetteer), (*unfolded.notes, told)) if told else frame
    country = abroad(written)
    if country and not frame.within:
        told = f"à l’étranger : {country} ; aucune commune du Mali"
        return Place(method="étranger", evidence=(told,), abroad=country)
    if country:
        doubt = f"« {country} » est écrit, et un lieu du Mali aussi"
        frame = replace(frame, doubt=doubt, notes=(*frame.notes, doubt))
        request = replace(request, commune=None, localite=None)
    if not gazetteer.communes:
        return resolve_by_cercle(request, frame, gazetteer)
    place = _in_order(request, frame, gazetteer, code_vintage)
    if frame.unit and not place.unit:
        place = replace(place, unit=frame.unit.pcode)
    if request.pcode and not (place.unit or place.commune_pcode):
        place = replace(place, unit=_unit_of_code(request, gazetteer, code_vintage))
    if unfolded.doubts and not (request.pcode or request.point):
        return doubted(place, unfolded, frame, gazetteer)
    return place


def abroad(request: PlaceRequest) -> str:
    """The neighbouring country that a row names, alone in a cell or beside another name ("Djibo (Burkina
    Faso)"); "" for none."""
    parts = (part for text in request.names for part in (text, *_JOINED.split(text)))
    return next((COUNTRIES[name_key(part)] for part in parts if name_key(part) in COUNTRIES), "")


def with_decided_area(
    request: PlaceRequest,
    key: DecisionKey,
    decisions: Mapping[DecisionKey, Decided],
    frame: WrittenFrame,
    gazetteer: Gazetteer,
) -> tuple[PlaceRequest, str]:
    """The row with a region, cercle or commune as it was decided once for all rows that write it so, and what was
    done (French, "" if nothing)."""
    found = decided_prefix(key, decisions)
    if found is None or misfit(found[1], frame, gazetteer):
        return request, ""
    level, decided = found
    area = gazetteer.area(decided.pcode)
    if area is None or area.level != level or (level != "commune" and area in (frame.region, frame.cercle)):
        return request, ""  # read so already, perhaps within a narrower unit of another division
    region, cercle = gazetteer.regions[area.region_pcode], gazetteer.cercles.get(area.cercle_pcode)
    changed: dict[str, Any] = {"region": region.name}
    if level != "region" and cercle:
        changed["cercle"] = cercle.name
    if level == "commune":
        changed["commune"] = area.name
    day = f" le {decided.on}" if decided.on else ""
    written = getattr(request, level) or ""
    told = f"{level_word(level)} « {written} » : {area.name}, décidé par {decided.by or 'inconnu'}{day}"
    return replace(request, **changed), told


def _with_notes(frame: WrittenFrame, notes: tuple[str, ...]) -> WrittenFrame:
    return replace(frame, notes=(*frame.notes, *notes)) if notes else frame


def _in_order(request: PlaceRequest, frame: WrittenFrame, gazetteer: Gazetteer, code_vintage: str) -> Place:
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


def _resolve(request: PlaceRequest, frame: WrittenFrame, gazetteer: Gazetteer, code_vintage: str) -> Place:
    found = gather(request, frame, gazetteer, code_vintage)
    name = found.name
    verdict = weigh(found.claims, None if found.misplaced else name, gazetteer)
    notes = [*found.frame.notes, *(name.notes if name and not (found.misplaced and verdict.pcode) else ())]
    notes += [*found.code.notes, *found.point.notes, *verdict.notes]
    if not verdict.pcode or (found.frame.conflict and not (name and name.found)):
        return _asked(request, found, notes, gazetteer)
    commune = gazetteer.communes[verdict.pcode]
    if not gazetteer.holds(found.frame.within, commune):
        written = found.frame.within
        where = in_area(written.level, written.name) if written else ""
        notes.append(f"{describe(commune, gazetteer)} n’est pas {where}, qui est écrit")
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
        written = request.localite
        village = read_village(written, evidence.frame, commune, gazetteer) if written else None
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
            notes.append(f"son point, à {away:.0f} km de {commune.name}, n’est pas utilisé")
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


# A whole table's places.


FIELDS = ("region", "cercle", "commune", "localite", "pcode", "latitude", "longitude")


def distinct(rows: pd.DataFrame, prefix: str = "") -> tuple[list[PlaceRequest], list[int]]:
    """The distinct combinations of a table's place columns, and which of them each row has; columns that are not there
    count as empty.

    prefix: "destination_" for where people went.
    """
    import numpy as np
    import pandas as pd

    combined = np.zeros(len(rows), dtype=np.int64)
    for field in FIELDS:
        if prefix + field in rows.columns and len(rows):
            codes, values = pd.factorize(rows[prefix + field])
            # Numbering the combinations anew after each column keeps the numbers small.
            combined = pd.factorize(combined * (len(values) + 1) + codes + 1)[0]
    _, first, of_row = np.unique(combined, return_index=True, return_inverse=True)
    columns = [
        rows[prefix + field].iloc[first].tolist() if prefix + field in rows.columns else [None] * len(first)
        for field in FIELDS
    ]
    requests = []
    for cells in zip(*columns, strict=True):
        region, cercle, commune, localite, pcode = (None if _missing(c) else str(c) for c in cells[:5])
        request = PlaceRequest(region, cercle, commune, localite, pcode, _number(cells[5]), _number(cells[6]))
        requests.append(request.cleaned())
    return requests, of_row.tolist()


def requests_of(rows: pd.DataFrame, prefix: str = "") -> list[PlaceRequest]:
    """The place columns of each row, in order."""
    requests, of_row = distinct(rows, prefix)
    return [requests[i] for i in of_row]


def resolve_rows(
    rows: pd.DataFrame,
    gazetteer: Gazetteer,
    decisions: Mapping[DecisionKey, Decided] | None = None,
    prefix: str = "",
    told: DivisionKey | None = None,
) -> list[Place]:
    """One `Place` a row, in order; each distinct combination is resolved once.

    rows: place columns as written (PLACE_COLUMNS, under `prefix`), and `file` where the table has several.
    The vintage of each file's codes is told by the names beside them. told: the division that the officer says the
    files are written in (mois.toml), for codes of regions and cercles.
    """
    requests, of_row = distinct(rows, prefix)
    written, files = [requests[i] for i in of_row], files_of(rows)
    vintages = ["?"] * len(of_row)
    for codes in file_codes(written, files, gazetteer):
        for row in codes.rows:
            vintages[row] = codes.code_vintage(gazetteer)
    for row, vintage in _short_codes(written, files, told).items():
        vintages[row] = vintage
    asked = list(zip(of_row, vintages, strict=True))
    known = {
        (i, vintage): resolve(requests[i], gazetteer, decisions, vintage)
        for i, vintage in dict.fromkeys(asked)
    }
    return [known[each] for each in asked]


def _short_codes(
    requests: Sequence[PlaceRequest], files: Sequence[str], told: DivisionKey | None
) -> dict[int, str]:
    """Row with the code of a region or cercle -> the division that it is of: as told, else as the names beside such
    codes say across the file; without the rows of which nothing says it."""
    rows: dict[str, list[int]] = defaultdict(list)
    for row, request in enumerate(requests):
        if request.pcode and len(read_code(request.pcode).code) <= 6:
            rows[files[row]].append(row)
    found: dict[int, str] = {}
    for positions in rows.values():
        key = told or code_division(requests[row] for row in positions)
        found |= dict.fromkeys(positions if key else (), "2025" if key == "2025" else "")
    return found


def _missing(cell: object) -> bool:
    return cell is None or cell == "" or (isinstance(cell, float) and math.isnan(cell))


def _number(cell: object) -> float | None:
    try:
        return None if cell is None else float(cell)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
