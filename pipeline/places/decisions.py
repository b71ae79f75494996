"""What the officer has decided (inputs/lieux.csv), found again by the names as written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from pipeline.places.gazetteer import NEAR_KM, Area, Gazetteer, Village
from pipeline.places.names import name_key, name_of
from pipeline.places.place import Place, PlaceRequest
from pipeline.places.read import WrittenFrame, read_frame
from pipeline.records.tables import NOT_FOUND, Decision

DecisionKey = tuple[str, str, str, str]


@dataclass(frozen=True)
class Decided:
    """pcode: of a region, cercle or commune, or "introuvable". locality: the village chosen, "" where none.
    vintage: of the boundaries it was decided on, "" where the line does not say."""

    pcode: str
    note: str
    by: str = ""
    on: str = ""
    locality: str = ""
    vintage: str = ""


def decision_key(request: PlaceRequest | Decision) -> DecisionKey:
    """The names as written, without regard to case, accents and punctuation."""
    names = (request.region, request.cercle, request.commune, request.localite)
    region, cercle, commune, localite = map(name_key, names)
    return region, cercle, commune, localite


def decision_index(decisions: Iterable[Decision]) -> dict[DecisionKey, Decided]:
    """Decisions by their names as written; where one stands twice, the later line is the officer's word."""
    found: dict[DecisionKey, Decided] = {}
    for line in decisions:
        locality, vintage = (
            told[1].strip() if (told := re.search(rf"{word}\s*:\s*([^;]+)", line.note)) else ""
            for word in ("village", "limites")
        )
        code = NOT_FOUND if name_key(line.pcode) == NOT_FOUND else line.pcode.strip().upper()
        found[decision_key(line)] = Decided(
            code, line.note, line.decided_by, line.decided_on, locality, vintage
        )
    return found


_NAMED = re.compile(r"([^(,>]+?)\s*(?:[(,>]\s*([^()]+?)\s*\)?)?")
"""A commune by its name, alone or with its cercle: "Bamba (Bourem)"."""


def with_codes(
    decisions: Iterable[Decision], gazetteer: Gazetteer
) -> tuple[tuple[Decision, ...], tuple[tuple[Decision, str, str], ...]]:
    """Decisions whose commune is written by its name get its P-code, where the name, with its cercle, is one commune's.
    The others are given apart, each with what is wrong and what would be right (French)."""
    kept, unclear = [], []
    for line in decisions:
        if name_key(line.pcode) == NOT_FOUND or _CODE.fullmatch(line.pcode):
            kept.append(line)
            continue
        found = _named(line, gazetteer)
        if len(found) == 1:
            kept.append(replace(line, pcode=found[0].pcode))
        else:
            listed = [
                f"{area.pcode} ({area.name}, {gazetteer.cercles[area.cercle_pcode].name})"
                for area in found[:5]
            ]
            meant = f"nomme {len(found)} communes" if found else "n’est ni un P-code ni le nom d’une commune"
            right = " ou ".join(listed) if listed else f"un P-code, par exemple ML050304, ou {NOT_FOUND}"
            unclear.append((line, f"« {line.pcode} » {meant}", f"écrire {right}"))
    return tuple(kept), tuple(unclear)


_CODE = re.compile(r"[A-Z]{2,3}\d{2,8}")


def _named(line: Decision, gazetteer: Gazetteer) -> list[Area]:
    """The communes that a decision's text may name: those of the cercle told with it, else of the one in its row."""
    told = _NAMED.fullmatch(line.pcode.strip())
    if told is None:
        return []
    same = gazetteer.index("commune", "").same(name_of(told[1]))
    areas = {hit.thing.pcode: hit.thing for hit in same if hit.thing.pcode in gazetteer.communes}

    def inside(cercle: str) -> list[Area]:
        names = {code for code, area in gazetteer.cercles.items() if name_key(area.name) == name_key(cercle)}
        return [area for area in areas.values() if area.cercle_pcode in names]

    if told[2]:
        return inside(told[2])
    return (len(areas) > 1 and inside(line.cercle)) or [areas[code] for code in sorted(areas)]


def decided_prefix(key: DecisionKey, decisions: Mapping[DecisionKey, Decided]) -> tuple[str, Decided] | None:
    """The decision on a commune, cercle or region that a row names, however finer the row is: the level it decides,
    and what it is; None where there is none. A village's or "introuvable" concerns its own row alone."""
    region, cercle, commune, _ = key
    for level, name, prefix, digits in (  # digits: length of a P-code of the level
        ("commune", commune, (region, cercle, commune, ""), 8),
        ("cercle", cercle, (region, cercle, "", ""), 6),
        ("region", region, (region, "", "", ""), 4),
    ):
        found = decisions.get(prefix) if name and prefix != key else None
        if found and found.pcode != NOT_FOUND and not found.locality and len(found.pcode) == digits:
            return level, found
    return None


def misfit(decided: Decided, frame: WrittenFrame, gazetteer: Gazetteer) -> str:
    """Why a decision no longer fits these boundaries (French), "" where it does."""
    if decided.pcode == NOT_FOUND:
        return ""
    area = gazetteer.area(decided.pcode)
    if decided.vintage and decided.vintage != gazetteer.vintage:
        return f"prise sur les limites de {decided.vintage}, les limites tracées sont de {gazetteer.vintage}"
    if area is None and not gazetteer.communes:
        return "" if gazetteer.area(decided.pcode[:6]) else f"{decided.pcode} n’existe pas sur cette carte"
    if area is None:
        return f"{decided.pcode} n’existe pas dans les limites tracées"
    if decided.vintage or frame.cercle is None or area.cercle_pcode in ("", frame.cercle.pcode):
        return ""
    other = gazetteer.old_codes.get(decided.pcode)
    if other and gazetteer.communes[other[0]].cercle_pcode == frame.cercle.pcode:
        return (
            f"{decided.pcode} désigne {area.name} ; c’est dans les limites de {other[2][:4]} qu’il convenait"
        )
    return ""


def decided_place(
    decided: Decided, request: PlaceRequest, frame: WrittenFrame, gazetteer: Gazetteer
) -> Place | None:
    """The decision as a place, None where it does not fit and must not be applied."""
    if misfit(decided, frame, gazetteer):
        return None
    who = f"décidé par {decided.by or 'inconnu'}" + (f" le {decided.on}" if decided.on else "")
    if decided.pcode == NOT_FOUND:
        return _place(frame.finest, None, (who, "introuvable"))
    area = gazetteer.area(decided.pcode) or gazetteer.area(decided.pcode[:6])
    village = None
    if decided.locality and area is not None and area.level == "commune":
        same = gazetteer.index("localite", area.pcode).same(name_of(decided.locality))
        village = same[0].thing if same else None
    note = (decided.note,) if decided.note else ()
    place = _place(area, village, (who, *note))
    lon, lat = request.longitude, request.latitude
    if area is None or area.pcode not in gazetteer.communes or lon is None or lat is None:
        return place
    near = gazetteer.kilometres(area.pcode, lon, lat) <= NEAR_KM
    return replace(place, longitude=lon, latitude=lat) if near else place


def _place(area: Area | None, village: Village | None, evidence: tuple[str, ...]) -> Place:
    if area is None:
        return Place(method="décision", evidence=evidence)
    place = area.place("décision", 100.0, evidence)
    if village is None:
        return place
    return replace(
        place,
        level="localite",
        name=village.name,
        locality=village.name,
        longitude=village.longitude,
        latitude=village.latitude,
    )


def stale(
    decisions: Mapping[DecisionKey, Decided], gazetteer: Gazetteer
) -> list[tuple[DecisionKey, Decided, str]]:
    """The decisions that fit no longer, each with its reason (French), for the officer to be told."""
    return [
        (key, decided, reason)
        for key, decided in decisions.items()
        if (reason := misfit(decided, read_frame(PlaceRequest(*key).cleaned(), gazetteer), gazetteer))
    ]
