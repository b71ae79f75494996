"""The name in the locality column: which populated place it is, and of which commune."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.places.frame import Frame
from pipeline.places.gazetteer import NEAR_KM, Area, Gazetteer, Village
from pipeline.places.index import Hit
from pipeline.places.likeness import SAME_SOUND
from pipeline.places.normalise import SATELLITES, name_of
from pipeline.places.request import PLAUSIBLE, VILLAGE_BAR

_ONE_PLACE_DEGREES = 0.02
"""Two entries of one name this close (2 km) are one village entered twice."""


@dataclass(frozen=True)
class VillageFinding:
    """What a locality's name says. found: the village, None where none is sure. commune: where it is believed
    to lie, "" where that is not sure. near: other villages worth proposing, best first. reach: where it was
    found: "commune", "cercle", "region", "pays". notes: French."""

    found: Hit[Village] | None = None
    commune: str = ""
    near: tuple[Hit[Village], ...] = ()
    reach: str = ""
    notes: tuple[str, ...] = ()


def read_village(text: str, frame: Frame, commune: Area | None, gazetteer: Gazetteer) -> VillageFinding:
    """Look a village up in the commune where one is known, then in the cercle, then in its neighbours."""
    return _in_commune(text, commune, gazetteer) if commune else _without_commune(text, frame, gazetteer)


def _in_commune(text: str, commune: Area, gazetteer: Gazetteer) -> VillageFinding:
    hits = gazetteer.index("localite", commune.pcode).search(name_of(text))
    found = _sure(hits) or _satellite(text, commune.pcode, gazetteer)
    if found:
        notes = [*_spelled(text, found), *_two_communes(found.thing, commune.pcode, gazetteer)]
        near = tuple(hit for hit in hits if hit.thing is not found.thing)
        return VillageFinding(found, commune.pcode, near, "commune", tuple(notes))
    near = tuple(hit for hit in hits if hit.score >= PLAUSIBLE)
    if len(near) > 1 and near[0].score >= VILLAGE_BAR.score:
        return VillageFinding(near=near, notes=(f"plusieurs villages « {text} » dans {commune.name}",))
    around = [*gazetteer.index("localite", commune.cercle_pcode).same(name_of(text))]
    for neighbour in gazetteer.neighbours(commune.pcode):
        if gazetteer.communes[neighbour].cercle_pcode != commune.cercle_pcode:
            around += gazetteer.index("localite", neighbour).same(name_of(text))
    notes = [f"village « {text} » absent du répertoire pour {commune.name}"]
    if around:
        places = sorted({gazetteer.communes[c].name for hit in around if (c := _somewhere(hit.thing))})
        notes.append(
            f"un village de ce nom dans {', '.join(places[:3])}, non retenu : la commune écrite est crue"
        )
    return VillageFinding(near=(*near, *around), notes=tuple(notes))


def _without_commune(text: str, frame: Frame, gazetteer: Gazetteer) -> VillageFinding:
    name = name_of(text)
    reach = frame.finest.level if frame.finest else "pays"
    index = gazetteer.index("localite", frame.scope)
    same = _distinct(index.same(name))
    hits = tuple(index.search(name)) if frame.cercle and not same else tuple(same)
    found = same[0] if len(same) == 1 else None
    if found is None:
        near = tuple(hit for hit in hits if hit.score >= PLAUSIBLE)
        kind = f"{len(same)} villages portent le nom « {text} »" if same else f"village « {text} » non trouvé"
        return VillageFinding(near=near, notes=(f"{kind} dans {_where(frame)}",))
    commune, notes = believed(found.thing, gazetteer)
    if not commune:
        return VillageFinding(near=(found,), notes=notes)
    return VillageFinding(found, commune, (), reach, (*_spelled(text, found), *notes))


def believed(village: Village, gazetteer: Gazetteer) -> tuple[str, tuple[str, ...]]:
    """The commune of a village whose row names none: P-code ("" if in doubt) and what was weighed.

    The record comes from the census, the polygon from a map at one to a million: near a limit the record is
    believed, farther off neither is.
    """
    polygon, recorded = village.commune, village.recorded
    if polygon == recorded or not recorded or not polygon:
        return (polygon or recorded), ()
    names = f"{gazetteer.communes[recorded].name} (commune inscrite), {gazetteer.communes[polygon].name} (polygone)"
    if gazetteer.kilometres(recorded, village.longitude, village.latitude) <= NEAR_KM:
        return recorded, (f"{village.name} : {names} ; la commune inscrite est crue, à moins de 5 km",)
    return "", (f"{village.name} : {names} ; on ne sait laquelle croire",)


def _two_communes(village: Village, commune: str, gazetteer: Gazetteer) -> tuple[str, ...]:
    if village.commune == village.recorded or not (village.commune and village.recorded):
        return ()
    other = village.recorded if commune == village.commune else village.commune
    kind = "le répertoire l'inscrit" if other == village.recorded else "son point tombe"
    name = gazetteer.communes[other].name
    return (f"{village.name} : la commune écrite est crue ; {kind} dans {name}",)


def _sure(hits: list[Hit[Village]]) -> Hit[Village] | None:
    distinct = _distinct(hits)
    if not distinct:
        return None
    second = distinct[1].score if len(distinct) > 1 else 0.0
    return distinct[0] if VILLAGE_BAR.passed(distinct[0].score, second) else None


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


def _spelled(text: str, hit: Hit[Village]) -> tuple[str, ...]:
    if hit.score >= 99:
        return ()
    if set(name_of(text).tokens) & SATELLITES - set(hit.spelling.tokens):
        return (f"« {text} » : campement, placé au village dont il porte le nom, {hit.thing.name}",)
    return (f"village « {text} » lu « {hit.thing.name} »",)


def _somewhere(village: Village) -> str:
    return village.commune or village.recorded


def _where(frame: Frame) -> str:
    return f"{frame.finest.level} {frame.finest.name}" if frame.finest else "le pays"
