"""The name in the commune column: which commune it is, within what is known of region and cercle."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from pipeline.french import in_area
from pipeline.french import of as french_of
from pipeline.places.frame import Frame
from pipeline.places.gazetteer import SEAT, Area, Gazetteer
from pipeline.places.index import Hit
from pipeline.places.likeness import OTHER_NUMBER, SAME_BASE, SAME_SOUND, by_sound_alone, likeness
from pipeline.places.normalise import Name, name_of
from pipeline.places.request import COMMUNE_BARS

of = lru_cache(maxsize=10_000)(french_of)
_SLIP_LETTERS = 5
"""Letters from which one slip leaves a name recognisable."""
_CLEAR_OF_A_SLIP = 3
"""Letters that every other commune of the cercle must be away."""


@dataclass(frozen=True)
class NameFinding:
    """What a name says. found: the accepted commune, None where none is sure. hits: nearest communes within
    the frame, best first. elsewhere: communes of just this name outside the frame. notes: French. lost: it is the name of a
    commune that these boundaries lack."""

    found: Hit[Area] | None = None
    hits: tuple[Hit[Area], ...] = ()
    elsewhere: tuple[Hit[Area], ...] = ()
    notes: tuple[str, ...] = ()
    method: str = ""
    lost: bool = False

    @property
    def runner_up(self) -> Hit[Area] | None:
        others = [hit for hit in self.hits if self.found is None or hit.thing is not self.found.thing]
        return others[0] if others else None


def read_commune(text: str, frame: Frame, gazetteer: Gazetteer) -> NameFinding:
    """Look a commune up by name in the cercle, else the region, else the country."""
    name = name_of(text)
    scope = frame.reach
    hits = tuple(gazetteer.index("commune", frame.scope).search(name))
    best = hits[0] if hits else None
    second = hits[1].score if len(hits) > 1 else 0.0
    elsewhere: tuple[Hit[Area], ...] = ()
    seat = best is not None and best.score >= SAME_SOUND and _source(best) == SEAT
    if frame.within and (best is None or best.score < SAME_SOUND or seat):
        within = {id(hit.thing) for hit in hits}
        everywhere = gazetteer.index("commune", "").same(name)
        elsewhere = tuple(hit for hit in _drawn(everywhere, gazetteer) if id(hit.thing) not in within)
    if name.urban and name.base == "commune" and not frame.within:
        best = None  # "C.U. 5": every cercle has its urban commune
    if best and best.thing.pcode in gazetteer.lost and best.score >= COMMUNE_BARS["cercle"].score:
        note = f"« {text} » : {describe(best.thing, gazetteer)} manque dans ces limites"
        return NameFinding(hits=_drawn(hits, gazetteer), elsewhere=elsewhere, notes=(note,), lost=True)
    doubt = _namesake(name, best, frame, gazetteer) if best and scope != "cercle" else ""
    if best and not doubt and best.score < SAME_BASE and frame.within:
        doubt = _village_so_named(name, best, frame, gazetteer)
    sure = best is not None and COMMUNE_BARS[scope].passed(best.score, second) and _lettered(name, hits)
    if elsewhere and not (seat and scope == "cercle"):
        sure = False  # just so named, a commune elsewhere: a region or cercle may be wrong
    slip = None if sure or doubt or elsewhere or scope != "cercle" else _one_slip(name, frame, gazetteer)
    if slip:
        return NameFinding(
            slip,
            (slip, *(h for h in hits if h.thing is not slip.thing)),
            (),
            _told(text, slip, frame, gazetteer),
            "orthographe",
        )
    if best and sure and not doubt:
        return NameFinding(best, hits, elsewhere, _told(text, best, frame, gazetteer), _method(name, best))
    urban = _urban(name, frame, gazetteer)
    if urban:
        note = f"« {text} » sans nom : la commune urbaine du cercle {of(urban.thing.name)}"
        return NameFinding(urban, (urban, *hits), elsewhere, (note,), "commune urbaine")
    notes = (doubt,) if doubt else _asked(text, hits, elsewhere, frame, gazetteer)
    return NameFinding(hits=_drawn(hits, gazetteer), elsewhere=elsewhere, notes=notes)


def describe(area: Area, gazetteer: Gazetteer) -> str:
    """ "Bamba (cercle Koro)"."""
    cercle = gazetteer.cercles.get(area.cercle_pcode)
    if area.level != "commune" or cercle is None:
        return area.name
    return f"{area.name} (cercle {of(cercle.name)})"


def _drawn(hits: Iterable[Hit[Area]], gazetteer: Gazetteer) -> tuple[Hit[Area], ...]:
    return tuple(hit for hit in hits if hit.thing.pcode in gazetteer.communes)


def _namesake(name: Name, best: Hit[Area], frame: Frame, gazetteer: Gazetteer) -> str:
    """Where the cercle is not given: what else may bear this name (French), or "".

    The chief place of another commune; a commune that these boundaries lack, by their own numbering. Without a
    second list of communes to bear these boundaries out, any other village of this name is a doubt.
    """
    commune, region = best.thing.pcode, frame.region.pcode if frame.region else ""
    here = describe(best.thing, gazetteer)
    bearing = gazetteer.chief_places if gazetteer.old_codes else gazetteer.villages_by_base
    for base in dict.fromkeys((name.base, best.spelling.base)):
        for village in bearing.get(base, ()):
            lies_in = {village.commune, village.recorded}
            inside = gazetteer.made_of[frame.unit.pcode] if frame.unit else lies_in
            if commune not in lies_in and any(p.startswith(region) and p in inside for p in lies_in):
                there = gazetteer.communes.get(village.recorded) or gazetteer.communes.get(village.commune)
                where = describe(there, gazetteer) if there else "une commune qui manque dans ces limites"
                return f"« {name.text} » : {here}, ou le village de {where}"
    skipped = next((code for code in gazetteer.skipped if code.startswith(region)), "")
    if skipped:
        return f"« {name.text} » : {here}, ou la commune {skipped}, qui manque dans ces limites"
    return ""


def _letters_apart(name: Name, area: Area) -> int:
    """Letters to add, drop, change or let change places between a name and the nearest of an area's; many where they
    have two different numbers or directions."""
    return min(
        OSA.distance(name.base, known.base) if likeness(name, known) > OTHER_NUMBER else len(name.base)
        for known in area.spellings
    )


def _one_slip(name: Name, frame: Frame, gazetteer: Gazetteer) -> Hit[Area] | None:
    """The commune of the cercle that one slip of a finger leads to, every other being three or more away."""
    entries = gazetteer.index("commune", frame.scope).entries
    near: dict[str, tuple[int, Name, Area]] = {}
    for known, area in entries:
        letters = OSA.distance(name.base, known.base, score_cutoff=_CLEAR_OF_A_SLIP)
        if letters < near.get(area.pcode, (_CLEAR_OF_A_SLIP,))[0]:
            near[area.pcode] = (letters, known, area)
    if len(near) != 1:
        return None
    ((letters, known, area),) = near.values()
    score = likeness(name, known)
    same_kind = score > OTHER_NUMBER and name.number == known.number and len(name.tokens) == len(known.tokens)
    long = min(len(name.base), len(known.base)) >= _SLIP_LETTERS
    if letters > 1 or not long or not same_kind or area.pcode in gazetteer.lost:
        return None
    return Hit(area, known, score)


def _lettered(name: Name, hits: tuple[Hit[Area], ...]) -> bool:
    """Whether the likeness of the best is borne out by its letters: every other name has more letters to change; of a
    short one with the same sounds, no more than one letter has."""
    best = hits[0]
    if best.score >= SAME_BASE:
        return True
    apart = OSA.distance(name.base, best.spelling.base)
    if best.score >= SAME_SOUND and by_sound_alone(name, best.spelling):
        return False
    return all(apart < _letters_apart(name, hit.thing) for hit in hits[1:])


def _village_so_named(name: Name, best: Hit[Area], frame: Frame, gazetteer: Gazetteer) -> str:
    """The village of just this name elsewhere in the frame (French), which a commune that merely resembles it does
    not beat; "" where there is none."""
    for hit in gazetteer.index("localite", frame.scope).same(name):
        lies_in = {hit.thing.commune, hit.thing.recorded}
        if hit.score >= SAME_BASE and best.thing.pcode not in lies_in:
            there = ", ".join(sorted(gazetteer.communes[p].name for p in lies_in if p in gazetteer.communes))
            return f"« {name.text} » : le nom est celui d'un village de {there}, et ressemble à {best.thing.name}"
    return ""


def _method(name: Name, hit: Hit[Area]) -> str:
    if hit.score >= SAME_BASE:
        return "exact"
    return "sons identiques" if name.sound == hit.spelling.sound else "orthographe"


def _source(hit: Hit[Area]) -> str:
    return hit.thing.sources[hit.thing.spellings.index(hit.spelling)]


def _told(text: str, hit: Hit[Area], frame: Frame, gazetteer: Gazetteer) -> tuple[str, ...]:
    notes = []
    source = _source(hit)
    if hit.score < SAME_BASE:
        notes.append(f"commune « {text} » lue « {hit.thing.name} »")
    elif source != "nom officiel":
        notes.append(f"« {text} » : {source} de {hit.thing.name}")
    today = gazetteer.cercles[hit.thing.cercle_pcode]
    if frame.cercle and today is not frame.cercle:
        notes.append(
            f"commune de l'ancien cercle {of(frame.cercle.name)}, aujourd'hui cercle {of(today.name)}"
        )
    elif frame.region and today.region_pcode != frame.region.pcode:
        region = gazetteer.regions[today.region_pcode].name
        notes.append(f"commune de l'ancienne région {of(frame.region.name)}, aujourd'hui région {of(region)}")
    return tuple(notes)


def _urban(name: Name, frame: Frame, gazetteer: Gazetteer) -> Hit[Area] | None:
    """ "C.U. 5" in the cercle of Djenné: the urban commune, which bears its cercle's name."""
    if frame.cercle is None or not name.urban or name.base not in ("commune", "urbaine"):
        return None
    same = _drawn(gazetteer.index("commune", frame.cercle.pcode).same(name_of(frame.cercle.name)), gazetteer)
    return Hit(same[0].thing, name, SAME_SOUND - 2) if len(same) == 1 else None


def _asked(
    text: str,
    hits: tuple[Hit[Area], ...],
    elsewhere: tuple[Hit[Area], ...],
    frame: Frame,
    gazetteer: Gazetteer,
) -> tuple[str, ...]:
    where = in_area(frame.within.level, frame.within.name) if frame.within else "dans le pays"
    same = [hit for hit in hits if hit.score >= SAME_BASE]
    if len(same) > 1:
        names = ", ".join(describe(hit.thing, gazetteer) for hit in same)
        return (f"plusieurs communes portent le nom « {text} » {where} : {names}",)
    if elsewhere:
        names = ", ".join(describe(hit.thing, gazetteer) for hit in elsewhere)
        return (f"pas de commune « {text} » {where}, mais ailleurs : {names}",)
    return (f"pas de commune certaine pour « {text} » {where}",)
