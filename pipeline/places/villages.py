"""The name in the locality column: which populated place it is, and of which commune."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from pipeline.french import in_area
from pipeline.places.communes import NameFinding
from pipeline.places.frame import Frame
from pipeline.places.gazetteer import NEAR_KM, Area, Gazetteer, Village
from pipeline.places.index import Hit
from pipeline.places.likeness import SAME, SAME_BASE, SAME_SOUND, resemblance, same_stem
from pipeline.places.normalise import CHIEF_PLACE, SATELLITES, Name, name_of
from pipeline.places.request import PLAUSIBLE, TELLING, VILLAGE_BAR

_ONE_PLACE_DEGREES = 0.02
"""Two entries of one name this close (2 km) are one village entered twice."""


@dataclass(frozen=True)
class VillageFinding:
    """What a locality's name says. found: the village, None where none is sure. commune: where it is believed
    to lie, "" where that is not sure. near: other villages worth proposing, best first. reach: where it was
    found: "commune", "voisin", "cercle", "region", "pays". notes: French. several: homonyms in that one commune, so
    that no point is known."""

    found: Hit[Village] | None = None
    commune: str = ""
    near: tuple[Hit[Village], ...] = ()
    reach: str = ""
    notes: tuple[str, ...] = ()
    several: bool = False


def read_village(text: str, frame: Frame, commune: Area | None, gazetteer: Gazetteer) -> VillageFinding:
    """Look a village up in the commune where one is known, then in the cercle, then in its neighbours."""
    return _in_commune(text, commune, gazetteer) if commune else _without_commune(text, frame, gazetteer)


def _in_commune(text: str, commune: Area, gazetteer: Gazetteer) -> VillageFinding:
    name = name_of(text)
    hits = gazetteer.index("localite", commune.pcode).search(name)
    found = (
        _sure(name, hits)
        or _satellite(text, commune.pcode, gazetteer)
        or _chief_place(name, commune, gazetteer)
    )
    if found:
        notes = (*_spelled(text, found), *_two_communes(found.thing, commune.pcode, gazetteer))
        return VillageFinding(found, commune.pcode, (), "commune", notes)
    near = _worth_asking(name, hits, TELLING)
    same = _distinct(gazetteer.index("localite", commune.pcode).same(name))
    if len(same) > 1 and same[0].score >= SAME_BASE:
        chiefs = [hit for hit in same if hit.thing.chef_lieu and hit.thing.recorded == commune.pcode]
        told = f"{len(same)} villages portent le nom « {text} » dans {commune.name}"
        if len(chiefs) == 1:
            return VillageFinding(chiefs[0], commune.pcode, (), "commune", (f"{told} ; lu son chef-lieu",))
        return VillageFinding(same[0], commune.pcode, (), "commune", (f"{told} : aucun point",), several=True)
    if len(hits) > 1 and hits[0].score >= VILLAGE_BAR.score:
        return VillageFinding(
            near=near, notes=(f"plusieurs villages « {text} » ou presque dans {commune.name}",)
        )
    absent = f"village « {text} » absent du répertoire pour {commune.name}"
    around = _around(name, commune, gazetteer)
    if not around:
        return VillageFinding(near=near, notes=(absent,))
    lie = (gazetteer.communes.get(_somewhere(hit.thing)) for hit in around)
    there = ", ".join(sorted({area.name for area in lie if area})[:3])
    if len(around) > 1:
        note = f"villages de ce nom dans {there}, non retenus : la commune écrite est crue"
        return VillageFinding(near=near, notes=(absent, note))
    village = around[0].thing
    away = gazetteer.kilometres(commune.pcode, village.longitude, village.latitude)
    if away <= NEAR_KM:
        note = f"{village.name} est inscrit dans {there}, à {away:.0f} km de {commune.name} : la commune écrite est crue"
        return VillageFinding(around[0], commune.pcode, (), "voisin", (*_spelled(text, around[0]), note))
    note = f"un village de ce nom dans {there}, à {away:.0f} km de {commune.name}"
    return VillageFinding(near=(*near, around[0]), notes=(absent, note))


def _around(name: Name, commune: Area, gazetteer: Gazetteer) -> list[Hit[Village]]:
    """Villages of just this name in the cercle, and in the communes next to this one."""
    found = [*gazetteer.index("localite", commune.cercle_pcode).same(name)]
    for neighbour in gazetteer.neighbours(commune.pcode):
        if gazetteer.communes[neighbour].cercle_pcode != commune.cercle_pcode:
            found += gazetteer.index("localite", neighbour).same(name)
    return _distinct(found)


def _without_commune(text: str, frame: Frame, gazetteer: Gazetteer, propose: bool = True) -> VillageFinding:
    name = name_of(text)
    same = gazetteer.index("localite", frame.scope).same(name) if frame.within else _bearing(name, gazetteer)
    same = _seat(name, same, frame, gazetteer) or same
    if not same:
        hits = gazetteer.index("localite", frame.scope).search(name) if frame.within and propose else []
        note = f"village « {text} » non trouvé {_where(frame)}"
        return VillageFinding(near=_worth_asking(name, hits, PLAUSIBLE), notes=(note,))
    lying = [believed(hit.thing, frame, gazetteer) for hit in same]
    communes = {commune for commune, _ in lying}
    same = _distinct(same)
    if len(communes) > 1:
        note = (
            f"{len(same)} villages portent le nom « {text} » {_where(frame)}, dans des communes différentes"
        )
        return VillageFinding(near=_worth_asking(name, same, PLAUSIBLE), notes=(note,))
    (commune,), notes = communes, lying[0][1]
    if not commune:
        return VillageFinding(near=tuple(same), notes=notes)
    if len(same) > 1:
        there = gazetteer.communes[commune].name
        notes = (*notes, f"{len(same)} villages portent le nom « {text} » {_where(frame)}, tous dans {there}")
    if not (
        frame.within and (frame.reach == "cercle" or _alone_or_seat(name, same[0].thing, frame, gazetteer))
    ):
        doubt = (
            "d'autres lieux portent ce nom ailleurs"
            if frame.within
            else "ni région ni cercle ne le confirment"
        )
        notes = (*notes, f"« {text} » : un village de {gazetteer.communes[commune].name}, mais {doubt}")
        return VillageFinding(near=(same[0],), notes=notes)
    return VillageFinding(
        same[0], commune, (), frame.reach, (*_spelled(text, same[0]), *notes), several=len(same) > 1
    )


def _seat(name: Name, same: list[Hit[Village]], frame: Frame, gazetteer: Gazetteer) -> list[Hit[Village]]:
    """The chief place that bears the name of the cercle or region that is written: anyone knows which is meant."""
    if not any(
        name.sound == spelling.sound
        for area in (frame.within, frame.finest)
        if area
        for spelling in area.spellings
    ):
        return []
    chiefs = [hit for hit in same if hit.thing.chef_lieu]
    return chiefs if len({hit.thing.recorded or hit.thing.commune for hit in chiefs}) == 1 else []


def _alone_or_seat(name: Name, village: Village, frame: Frame, gazetteer: Gazetteer) -> bool:
    return alone(name, gazetteer) or bool(_seat(name, [Hit(village, name, SAME)], frame, gazetteer))


def _bearing(name: Name, gazetteer: Gazetteer) -> list[Hit[Village]]:
    """Every village of the country with this name: an index of all their sounds would be long to make."""
    return [
        Hit(village, spelling, SAME_BASE)
        for village in gazetteer.villages_by_base.get(name.base, ())
        for spelling in village.spellings
        if spelling.base == name.base
    ]


def alone(name: Name, gazetteer: Gazetteer) -> bool:
    """Whether all places of the country with this name lie in one commune."""
    return len({v.recorded or v.commune for v in gazetteer.villages_by_base.get(name.base, ())}) == 1


def misplaced_village(text: str, name: NameFinding, frame: Frame, gazetteer: Gazetteer) -> VillageFinding:
    """A village written in the commune column: found only where nothing else can be meant.

    Its cercle must be given, and either the letters be those of the village, or no commune of the cercle resemble
    it and no other place of the country bear the same name, unless it is a chief place. Without a second list of
    communes (the crosswalk) the name could be that of a commune missing from these boundaries: then it is only
    proposed.
    """
    finding = _without_commune(text, frame, gazetteer, propose=False)
    if finding.found is None:
        return finding
    known_twice = bool(gazetteer.old_codes) and not name.lost
    unique = alone(name_of(text), gazetteer) or finding.found.thing.chef_lieu
    resembles = bool(name.hits) and name.hits[0].score >= PLAUSIBLE + 15
    nearest = name.hits[0].thing.pcode if name.hits else ""
    just_so = finding.found.score >= SAME_BASE and not (
        resembles
        and nearest in (finding.found.thing.commune, finding.found.thing.recorded)
        and nearest != finding.commune
    )
    if known_twice and finding.reach == "cercle" and (just_so or (unique and not resembles)):
        return finding
    there = gazetteer.communes[finding.commune].name
    note = f"« {text} » est aussi un village de {there} : colonne commune à vérifier"
    return VillageFinding(near=(finding.found, *finding.near), notes=(note,))


def believed(village: Village, frame: Frame, gazetteer: Gazetteer) -> tuple[str, tuple[str, ...]]:
    """The commune of a village whose row names none: P-code ("" if in doubt) and what was weighed.

    The record comes from the census, the polygon from a map at one to a million. Where one of the two alone lies
    in the cercle that is written, that one is believed. Else, in one cercle, the record is believed near a limit;
    farther off, or across the limit of a cercle, neither is.
    """
    polygon, recorded = village.commune, village.recorded
    if recorded and recorded not in gazetteer.communes:
        return "", (f"{village.name} : sa commune inscrite, {recorded}, manque dans ces limites",)
    if polygon == recorded or not recorded or not polygon:
        return (polygon or recorded), ()
    record, map_ = gazetteer.communes[recorded], gazetteer.communes[polygon]
    names = f"{record.name} (commune inscrite), {map_.name} (polygone)"
    inside = [area for area in (record, map_) if gazetteer.holds(frame.within, area)]
    if len(inside) == 1 and frame.reach == "cercle":
        told = f"{village.name} : {names} ; {inside[0].name} est dans le cercle écrit et l'autre non"
        return inside[0].pcode, (told,)
    if record.cercle_pcode != map_.cercle_pcode:
        return "", (f"{village.name} : {names}, de deux cercles ; on ne sait lequel croire",)
    if gazetteer.kilometres(recorded, village.longitude, village.latitude) <= NEAR_KM:
        return recorded, (f"{village.name} : {names} ; la commune inscrite est crue, à moins de 5 km",)
    return "", (f"{village.name} : {names} ; on ne sait laquelle croire",)


def _two_communes(village: Village, commune: str, gazetteer: Gazetteer) -> tuple[str, ...]:
    other = village.recorded if commune == village.commune else village.commune
    if village.commune == village.recorded or other not in gazetteer.communes:
        return ()
    kind = "le répertoire l'inscrit" if other == village.recorded else "son point tombe"
    name = gazetteer.communes[other].name
    return (f"{village.name} : la commune écrite est crue ; {kind} dans {name}",)


def _worth_asking(name: Name, hits: Iterable[Hit[Village]], least: float) -> tuple[Hit[Village], ...]:
    """The villages to propose, best first, with the score that they are proposed at."""
    scored = [replace(hit, score=resemblance(name, hit.spelling)) for hit in hits]
    return tuple(sorted((hit for hit in scored if hit.score >= least), key=lambda hit: -hit.score))


def _sure(name: Name, hits: list[Hit[Village]]) -> Hit[Village] | None:
    distinct = _distinct(hits)
    if not distinct:
        return None
    second = distinct[1].score if len(distinct) > 1 else 0.0
    if distinct[0].score == SAME and second < SAME:
        return distinct[0]
    sure = VILLAGE_BAR.passed(distinct[0].score, second) and same_stem(name, distinct[0].spelling)
    return distinct[0] if sure else None


def _distinct(hits: list[Hit[Village]]) -> list[Hit[Village]]:
    """One village entered twice (as chief place and as village) counted once."""
    kept: list[Hit[Village]] = []
    for hit in hits:
        v = hit.thing
        if not any(
            abs(v.longitude - k.thing.longitude) <= _ONE_PLACE_DEGREES
            and abs(v.latitude - k.thing.latitude) <= _ONE_PLACE_DEGREES
            and abs(hit.score - k.score) < 1
            for k in kept
        ):
            kept.append(hit)
    return kept


def _satellite(text: str, scope: str, gazetteer: Gazetteer) -> Hit[Village] | None:
    """A camp named after its village ("Kouna-Daga") stands at the village, and says so."""
    tokens = name_of(text).tokens
    kept = [token for token in tokens if token not in SATELLITES]
    if not kept or len(kept) == len(tokens):
        return None
    found = _distinct(gazetteer.index("localite", scope).same(name_of(" ".join(kept))))
    return Hit(found[0].thing, found[0].spelling, SAME_SOUND - 4) if len(found) == 1 else None


def _chief_place(name: Name, commune: Area, gazetteer: Gazetteer) -> Hit[Village] | None:
    """What "chef-lieu" stands for in a commune."""
    if name.key not in CHIEF_PLACE:
        return None
    chiefs = [
        v for v in gazetteer.villages_of.get(commune.pcode, ()) if v.chef_lieu and v.recorded == commune.pcode
    ]
    return Hit(chiefs[0], chiefs[0].spellings[0], SAME) if len(chiefs) == 1 else None


def _spelled(text: str, hit: Hit[Village]) -> tuple[str, ...]:
    if hit.spelling.text != hit.thing.name:
        return (f"village « {text} » : « {hit.thing.name} » au répertoire",)
    if hit.score >= 99:
        return ()
    if set(name_of(text).tokens) & SATELLITES - set(hit.spelling.tokens):
        return (f"« {text} » : campement, placé au village dont il porte le nom, {hit.thing.name}",)
    return (f"village « {text} » lu « {hit.thing.name} »",)


def _somewhere(village: Village) -> str:
    return village.commune or village.recorded


def _where(frame: Frame) -> str:
    return in_area(frame.within.level, frame.within.name) if frame.within else "dans le pays"
