"""What each cell says: the frame of region and cercle, the commune's name, the village's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from rapidfuzz.distance import OSA

from pipeline.french import area as named
from pipeline.french import in_area, of
from pipeline.places.gazetteer import (
    NEAR_KM,
    NEW_CERCLES,
    NEW_REGIONS,
    OTHER_NAMES,
    SEAT,
    THE_COUNTRY,
    Area,
    Gazetteer,
    Village,
)
from pipeline.places.names import (
    CHIEF_PLACE,
    OTHER_NUMBER,
    SAME,
    SAME_BASE,
    SAME_SOUND,
    SATELLITES,
    Hit,
    Name,
    by_sound_alone,
    likeness,
    name_key,
    name_of,
    resemblance,
    same_stem,
)
from pipeline.places.place import (
    AREA_BARS,
    COMMUNE_BARS,
    PLAUSIBLE,
    TELLING,
    VILLAGE_BAR,
    Bar,
    PlaceRequest,
    level_word,
)

# The region and the cercle of a row: what its other columns are read within.


@dataclass(frozen=True)
class WrittenFrame:
    """What is known of the region and cercle. doubt: French, why the officer must say; "" where none.

    unit: the region or cercle of another division that is written, finer than what is drawn of it or lying across.
    conflict: the cercle, found by its name, is not in the region, found by its name. score: of the weaker of
    the two names. hits: what an unknown name resembles, best first. commune: text in the cercle column that is a
    commune, "" where none. implied: the cercle that stands in the region column. unread: the cercle column says
    something that is not known.
    """

    region: Area | None = None
    cercle: Area | None = None
    notes: tuple[str, ...] = ()
    doubt: str = ""
    conflict: bool = False
    score: float = 100.0
    hits: tuple[Hit[Area], ...] = ()
    commune: str = ""
    implied: Area | None = None
    unit: Area | None = None
    unread: bool = False

    @property
    def finest(self) -> Area | None:
        return self.cercle or self.region

    @property
    def within(self) -> Area | None:
        """What names are read within: the unit of another division, else the finest area drawn."""
        return self.unit or self.finest

    @property
    def scope(self) -> str:
        """P-code of what names are read within, "" for the country."""
        return self.within.pcode if self.within else ""

    @property
    def reach(self) -> str:
        """How narrow that is: "cercle", "region" or "pays"."""
        return self.within.level if self.within else "pays"


def read_frame(request: PlaceRequest, gazetteer: Gazetteer) -> WrittenFrame:
    """Match region and cercle by name, together."""
    written = (request.region, request.cercle)
    frame: WrittenFrame | None = gazetteer.frames.get(written)
    if frame is None:
        frame = _read_region(request.region, gazetteer)
        if request.cercle:
            frame = _read_cercle(request.cercle, frame, gazetteer)
        elif frame.implied:
            frame = replace(frame, cercle=frame.implied)
        gazetteer.frames[written] = frame
    return frame


def _read_region(text: str | None, gazetteer: Gazetteer) -> WrittenFrame:
    if not text or name_key(text) in THE_COUNTRY:
        return WrittenFrame()
    name = name_of(text)
    hits = gazetteer.index("region", "").search(name)
    found = accepted(hits, AREA_BARS["region"])
    unit = _unit(name, "region", WrittenFrame(), gazetteer)
    if found and (found.score >= SAME_SOUND or unit is None or unit.score <= found.score):
        return WrittenFrame(
            region=found.thing, notes=_spelling_note("région", text, found), score=found.score
        )
    known = {name_key(a.name): a for a in gazetteer.regions.values()}
    same = known.get(OTHER_NAMES.get(name.key, OTHER_NAMES.get(name.base, "")))
    if same:
        return WrittenFrame(region=same)
    if unit:
        return _with_unit(WrittenFrame(), text, unit, gazetteer)
    former = known.get(NEW_REGIONS.get(name.key, NEW_REGIONS.get(name.base, "")))
    if former:
        note = f"région « {text} » d’un autre découpage : cherché {in_area('region', former.name)}"
        return WrittenFrame(region=former, notes=(note,))
    cercles = gazetteer.index("cercle", "").same(name)
    if len(cercles) == 1:
        region = gazetteer.regions[cercles[0].thing.region_pcode]
        note = f"« {text} » dans la colonne région est un cercle de {named('region', region.name)}"
        return WrittenFrame(region=region, notes=(note,), score=cercles[0].score, implied=cercles[0].thing)
    doubt = f"région « {text} » inconnue"
    return WrittenFrame(
        doubt=doubt, notes=(doubt,), hits=tuple(hit for hit in hits if hit.score >= PLAUSIBLE)
    )


def _read_cercle(text: str, frame: WrittenFrame, gazetteer: Gazetteer) -> WrittenFrame:
    name = name_of(text)
    region = frame.region.pcode if frame.region else ""
    inside = gazetteer.index("cercle", region).search(name)
    found = accepted(inside, AREA_BARS["cercle" if frame.region else "pays"], name)
    communes = gazetteer.index("commune", frame.scope).same(name)
    unit = _unit(name, "cercle", frame, gazetteer)
    beaten = unit is not None and found is not None and unit.score > found.score
    if found and (found.score >= SAME_SOUND or not (communes or beaten)):
        return _with_cercle(frame, found, gazetteer, _spelling_note("cercle", text, found))
    outside = [h for h in gazetteer.index("cercle", "").same(name) if not by_sound_alone(name, h.spelling)]
    outside = outside if frame.region else []
    if len(outside) == 1:
        return _outside(frame, outside[0], gazetteer)
    other = _other_name(text, name, OTHER_NAMES, "cercle « {} » : autre nom du cercle {}", frame, gazetteer)
    if other:
        return other
    if unit and (unit.score >= SAME_SOUND or not communes):
        return _with_unit(frame, text, unit, gazetteer)
    divided = "cercle « {} » d’un autre découpage : partie du cercle {} ici"
    other = _other_name(text, name, NEW_CERCLES, divided, frame, gazetteer)
    if other:
        return other
    if len(communes) == 1 and frame.region is not None and not gazetteer.index("unit cercle", "").same(name):
        cercle = gazetteer.cercles[communes[0].thing.cercle_pcode]
        told = f"« {text} » dans la colonne cercle est une commune du cercle {of(cercle.name)}"
        read = _with_cercle(frame, Hit(cercle, name, communes[0].score), gazetteer, (told,))
        return replace(read, commune=text)
    doubt = f"cercle « {text} » inconnu"
    if frame.region:
        doubt += f" {in_area('region', frame.region.name)}"
    hits = tuple(hit for hit in inside if hit.score >= PLAUSIBLE)
    return replace(frame, notes=(*frame.notes, doubt), doubt=doubt, hits=hits, unread=True)


def _other_name(
    text: str, name: Name, table: Mapping[str, str], note: str, frame: WrittenFrame, gazetteer: Gazetteer
) -> WrittenFrame | None:
    """The cercle that a table of other names has for this one, in the region written."""
    key = table.get(name.key, table.get(name.base))
    known = [a for a in gazetteer.cercles.values() if name_key(a.name) == key]
    if not known or (frame.region and known[0].region_pcode != frame.region.pcode):
        return None
    told = note.format(text, of(known[0].name))
    return _with_cercle(frame, Hit(known[0], name, SAME_SOUND), gazetteer, (told,))


def _unit(name: Name, level: str, frame: WrittenFrame, gazetteer: Gazetteer) -> Hit[Area] | None:
    """The region or cercle of another division of this name, with land in what the region column says."""
    hits = gazetteer.index(f"unit {level}", "").search(name)
    inside = frame.unit or frame.region
    found = accepted([hit for hit in hits if gazetteer.meeting(hit.thing, inside)], AREA_BARS["pays"], name)
    return found if found and (inside or found.score >= SAME_SOUND) else None


def _with_unit(frame: WrittenFrame, text: str, hit: Hit[Area], gazetteer: Gazetteer) -> WrittenFrame:
    """The frame with a region or cercle of another division: names are read in its communes, and a row of no finer
    place stands at the area drawn that holds them all."""
    unit, kind = hit.thing, level_word(hit.thing.level)
    region = gazetteer.regions.get(unit.region_pcode)
    cercle = gazetteer.cercles.get(unit.cercle_pcode)
    stands = cercle or region
    communes = [gazetteer.communes[code] for code in gazetteer.made_of.get(unit.pcode, ())]
    olds = sorted({gazetteer.cercles[c.cercle_pcode].name for c in communes})
    if stands:
        where = f"lu dans {named(stands.level, stands.name)}"
        if stands.level != unit.level:
            where += f", sur {' et '.join(olds)}" if 0 < len(olds) < 4 else ""
    else:
        where = "à cheval sur plusieurs régions de ces limites"
    told = f"{kind} « {text} » du découpage de 2025 : {where}"
    told_of_spelling = () if hit.score >= SAME_BASE else (f"{kind} « {text} » lu « {unit.name} »",)
    return replace(
        frame,
        region=region or frame.region,
        cercle=cercle,
        unit=unit,
        notes=(*frame.notes, *told_of_spelling, told),
        doubt="" if stands or unit.level == "cercle" else told,
        score=min(frame.score, hit.score),
        hits=(),
    )


def _outside(frame: WrittenFrame, hit: Hit[Area], gazetteer: Gazetteer) -> WrittenFrame:
    """A cercle that the region cannot hold: another division of the country, or a mistake."""
    assert frame.region is not None
    actual = gazetteer.regions[hit.thing.region_pcode]
    if NEW_REGIONS.get(name_key(actual.name)) == name_key(frame.region.name):
        told = f"cercle {of(hit.thing.name)} : {named('region', actual.name)} le tient de {frame.region.name}"
        return _with_cercle(replace(frame, region=actual), hit, gazetteer, (told,))
    here, there = in_area("region", actual.name), in_area("region", frame.region.name)
    doubt = f"le cercle {of(hit.thing.name)} est {here}, pas {there}"
    return replace(frame, doubt=doubt, conflict=True, notes=(*frame.notes, doubt), hits=(hit,))


def moved(frame: WrittenFrame, gazetteer: Gazetteer) -> WrittenFrame:
    """The frame of a conflict as it would be if the cercle were right and the region wrong."""
    hit = frame.hits[0]
    region = gazetteer.regions[hit.thing.region_pcode]
    told = f"contradiction : cercle {of(hit.thing.name)} cru, {in_area('region', region.name)}"
    return _with_cercle(replace(frame, region=region, doubt="", conflict=False), hit, gazetteer, (told,))


def _with_cercle(
    frame: WrittenFrame, hit: Hit[Area], gazetteer: Gazetteer, notes: tuple[str, ...]
) -> WrittenFrame:
    region = gazetteer.regions[hit.thing.region_pcode]
    doubt = frame.doubt if frame.region else ""  # a cercle settles an unknown region
    if frame.unit and not gazetteer.meeting(frame.unit, hit.thing):
        doubt = f"le cercle {of(hit.thing.name)} n’a pas de commune dans la région de 2025 {frame.unit.name}"
        notes = (*notes, doubt)
    return replace(
        frame,
        region=region,
        cercle=hit.thing,
        unit=None,
        notes=(*frame.notes, *notes),
        doubt=doubt,
        score=min(frame.score, hit.score),
        hits=(),
    )


def accepted(hits: list[Hit[Area]], bar: Bar, written: Name | None = None) -> Hit[Area] | None:
    """The best hit if it is near enough and clear of the next."""
    if not hits:
        return None
    second = hits[1].score if len(hits) > 1 else 0.0
    if written and hits[0].score < SAME_BASE and by_sound_alone(written, hits[0].spelling):
        return None
    return hits[0] if bar.passed(hits[0].score, second) else None


def _spelling_note(what: str, text: str, hit: Hit[Area]) -> tuple[str, ...]:
    if hit.score >= 99:
        return ()
    return (f"{what} « {text} » lu « {hit.thing.name} »",)


# The name in the commune column: which commune it is, within what is known of region and cercle.


cached_of = lru_cache(maxsize=10_000)(of)
_SLIP_LETTERS = 5
"""Letters from which one slip leaves a name recognisable; one more where it is a letter too many or too few."""
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


def read_commune(text: str, frame: WrittenFrame, gazetteer: Gazetteer) -> NameFinding:
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
        ranked = (slip, *(h for h in hits if h.thing is not slip.thing))
        return NameFinding(slip, ranked, (), _told(text, slip, frame, gazetteer), "orthographe")
    if best and sure and not doubt:
        return NameFinding(best, hits, elsewhere, _told(text, best, frame, gazetteer), _method(name, best))
    urban = _urban(name, frame, gazetteer)
    if urban:
        note = f"« {text} » sans nom : la commune urbaine du cercle {cached_of(urban.thing.name)}"
        return NameFinding(urban, (urban, *hits), elsewhere, (note,), "commune urbaine")
    notes = (doubt,) if doubt else _asked(text, hits, elsewhere, frame, gazetteer)
    return NameFinding(hits=_drawn(hits, gazetteer), elsewhere=elsewhere, notes=notes)


def describe(area: Area, gazetteer: Gazetteer) -> str:
    """ "Bamba (cercle Koro)"."""
    cercle = gazetteer.cercles.get(area.cercle_pcode)
    if area.level != "commune" or cercle is None:
        return area.name
    return f"{area.name} (cercle {cached_of(cercle.name)})"


def _drawn(hits: Iterable[Hit[Area]], gazetteer: Gazetteer) -> tuple[Hit[Area], ...]:
    return tuple(hit for hit in hits if hit.thing.pcode in gazetteer.communes)


def _namesake(name: Name, best: Hit[Area], frame: WrittenFrame, gazetteer: Gazetteer) -> str:
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
            inside = gazetteer.made_of.get(frame.unit.pcode, ()) if frame.unit else lies_in
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


def _one_slip(name: Name, frame: WrittenFrame, gazetteer: Gazetteer) -> Hit[Area] | None:
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
    longer = len(name.base) != len(known.base)  # Kendé and Kendié, Lafia and Alafia: communes of one cercle
    long = min(len(name.base), len(known.base)) >= _SLIP_LETTERS + longer
    if letters > 1 or not long or not same_kind or area.pcode in gazetteer.lost:
        return None
    found = Hit(area, known, score)
    return None if _source(found) == SEAT else found


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


def _village_so_named(name: Name, best: Hit[Area], frame: WrittenFrame, gazetteer: Gazetteer) -> str:
    """The village of just this name elsewhere in the frame (French), which a commune that merely resembles it does
    not beat; "" where there is none."""
    for hit in gazetteer.index("localite", frame.scope).same(name):
        lies_in = {hit.thing.commune, hit.thing.recorded}
        if hit.score >= SAME_BASE and best.thing.pcode not in lies_in:
            there = ", ".join(sorted(gazetteer.communes[p].name for p in lies_in if p in gazetteer.communes))
            return f"« {name.text} » : le nom est celui d’un village de {there}, et ressemble à {best.thing.name}"
    return ""


def _method(name: Name, hit: Hit[Area]) -> str:
    if hit.score >= SAME_BASE:
        return "exact"
    return "sons identiques" if name.sound == hit.spelling.sound else "orthographe"


def _source(hit: Hit[Area]) -> str:
    return hit.thing.sources[hit.thing.spellings.index(hit.spelling)]


def _told(text: str, hit: Hit[Area], frame: WrittenFrame, gazetteer: Gazetteer) -> tuple[str, ...]:
    notes: tuple[str, ...] = ()
    source, today = _source(hit), gazetteer.cercles[hit.thing.cercle_pcode]
    if hit.score < SAME_BASE:
        notes = (f"commune « {text} » lue « {hit.thing.name} »",)
    elif source != "nom officiel":
        notes = (f"« {text} » : {source} de {hit.thing.name}",)
    if frame.cercle and today is not frame.cercle:
        then, now = cached_of(frame.cercle.name), cached_of(today.name)
        return *notes, f"commune de l’ancien cercle {then}, aujourd’hui cercle {now}"
    if frame.region and today.region_pcode != frame.region.pcode:
        then, now = cached_of(frame.region.name), cached_of(gazetteer.regions[today.region_pcode].name)
        return *notes, f"commune de l’ancienne région {then}, aujourd’hui région {now}"
    return notes


def _urban(name: Name, frame: WrittenFrame, gazetteer: Gazetteer) -> Hit[Area] | None:
    """ "C.U. 5" in the cercle of Djenné: the urban commune, which bears its cercle's name."""
    if frame.cercle is None or not name.urban or name.base not in ("commune", "urbaine"):
        return None
    same = _drawn(gazetteer.index("commune", frame.cercle.pcode).same(name_of(frame.cercle.name)), gazetteer)
    return Hit(same[0].thing, name, SAME_SOUND - 2) if len(same) == 1 else None


def _asked(
    text: str,
    hits: tuple[Hit[Area], ...],
    elsewhere: tuple[Hit[Area], ...],
    frame: WrittenFrame,
    gazetteer: Gazetteer,
) -> tuple[str, ...]:
    same = [hit for hit in hits if hit.score >= SAME_BASE]
    names = ", ".join(describe(hit.thing, gazetteer) for hit in (same if len(same) > 1 else elsewhere))
    if len(same) > 1:
        return (f"plusieurs communes portent le nom « {text} » {_where(frame)} : {names}",)
    if elsewhere:
        return (f"pas de commune « {text} » {_where(frame)}, mais ailleurs : {names}",)
    return (f"pas de commune certaine pour « {text} » {_where(frame)}",)


# The name in the locality column: which populated place it is, and of which commune.


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


def read_village(
    text: str, frame: WrittenFrame, commune: Area | None, gazetteer: Gazetteer
) -> VillageFinding:
    """Look a village up in the commune where one is known, then in the cercle, then in its neighbours."""
    return _in_commune(text, commune, gazetteer) if commune else _without_commune(text, frame, gazetteer)


def _in_commune(text: str, commune: Area, gazetteer: Gazetteer) -> VillageFinding:
    name = name_of(text)
    hits = gazetteer.index("localite", commune.pcode).search(name)
    found = _sure(name, hits) or _satellite(text, commune.pcode, gazetteer)
    found = found or _chief_place(name, commune, gazetteer)
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
        note = f"plusieurs villages « {text} » ou presque dans {commune.name}"
        return VillageFinding(near=near, notes=(note,))
    absent = f"village « {text} » absent du répertoire pour {commune.name}"
    around = _around(name, commune, gazetteer)
    if not around:
        return VillageFinding(near=near, notes=(absent,))
    lie = (gazetteer.communes.get(hit.thing.commune or hit.thing.recorded) for hit in around)
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


def _without_commune(
    text: str, frame: WrittenFrame, gazetteer: Gazetteer, propose: bool = True
) -> VillageFinding:
    name = name_of(text)
    same = gazetteer.index("localite", frame.scope).same(name) if frame.within else _bearing(name, gazetteer)
    same = _seat(name, same, frame) or same
    if not same:
        hits = gazetteer.index("localite", frame.scope).search(name) if frame.within and propose else []
        note = f"village « {text} » non trouvé {_where(frame)}"
        return VillageFinding(near=_worth_asking(name, hits, PLAUSIBLE), notes=(note,))
    lying = [believed(hit.thing, frame, gazetteer) for hit in same]
    communes = {commune for commune, _ in lying}
    same = _distinct(same)
    homonyms = f"{len(same)} villages portent le nom « {text} » {_where(frame)}"
    if len(communes) > 1:
        near = _worth_asking(name, same, PLAUSIBLE)
        return VillageFinding(near=near, notes=(f"{homonyms}, dans des communes différentes",))
    (commune,), notes = communes, lying[0][1]
    if not commune:
        return VillageFinding(near=tuple(same), notes=notes)
    there, village = gazetteer.communes[commune].name, same[0]
    if len(same) > 1:
        notes = (*notes, f"{homonyms}, tous dans {there}")
    unique = alone(name, gazetteer) or _seat(name, [Hit(village.thing, name, SAME)], frame)
    if frame.reach == "cercle" or (frame.within and unique):
        notes = (*_spelled(text, village), *notes)
        return VillageFinding(village, commune, (), frame.reach, notes, several=len(same) > 1)
    elsewhere = "d’autres lieux portent ce nom ailleurs"
    doubt = elsewhere if frame.within else "ni région ni cercle ne le confirment"
    return VillageFinding(
        near=(village,), notes=(*notes, f"« {text} » : un village de {there}, mais {doubt}")
    )


def _seat(name: Name, same: list[Hit[Village]], frame: WrittenFrame) -> list[Hit[Village]]:
    """The chief place that bears the name of the cercle or region that is written: anyone knows which is meant."""
    areas = [area for area in (frame.within, frame.finest) if area]
    if not any(name.sound == spelling.sound for area in areas for spelling in area.spellings):
        return []
    chiefs = [hit for hit in same if hit.thing.chef_lieu]
    return chiefs if len({hit.thing.recorded or hit.thing.commune for hit in chiefs}) == 1 else []


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


def misplaced_village(
    text: str, name: NameFinding, frame: WrittenFrame, gazetteer: Gazetteer
) -> VillageFinding:
    """A village written in the commune column: found only where nothing else can be meant.

    Its cercle must be given, and either the letters be those of the village, or no commune of the cercle resemble
    it and no other place of the country bear the same name, unless it is a chief place. Without a second list of
    communes (the crosswalk) the name could be that of a commune missing from these boundaries: then it is only
    proposed.
    """
    finding = _without_commune(text, frame, gazetteer, propose=False)
    if finding.found is None:
        return finding
    known_twice = bool(gazetteer.old_codes) and not name.lost and not name.elsewhere
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


def believed(village: Village, frame: WrittenFrame, gazetteer: Gazetteer) -> tuple[str, tuple[str, ...]]:
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
        told = f"{village.name} : {names} ; {inside[0].name} est dans le cercle écrit et l’autre non"
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
    kind = "le répertoire l’inscrit" if other == village.recorded else "son point tombe"
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


def _where(frame: WrittenFrame) -> str:
    return in_area(frame.within.level, frame.within.name) if frame.within else "dans le pays"


# Name, P-code, coordinates and village may point to different communes: which is believed.


ENOUGH = 1.5
"""Weight that a commune needs: one sound source."""
LEAD = 1.0
"""Weight by which it must exceed any other."""


@dataclass(frozen=True)
class Claim:
    """One source speaking for one commune. kind: "nom", "p-code", "coordonnées", "village"."""

    kind: str
    pcode: str
    weight: float
    score: float
    method: str


@dataclass(frozen=True)
class Verdict:
    """pcode: the commune believed, "" where the sources leave a doubt. claims: heaviest first. lead: by how much it
    outweighs the next."""

    pcode: str
    method: str
    score: float
    notes: tuple[str, ...]
    claims: tuple[Claim, ...]
    lead: float = 0.0


def weigh(claims: Iterable[Claim], name: NameFinding | None, gazetteer: Gazetteer) -> Verdict:
    """Add up the claims. A commune written but not recognised must resemble the one that is believed.

    Weights: name found in its cercle 3, in its region 2.5, in the country 2 (a name read in spite of its
    spelling 2 at most); P-code, point, village of the cercle 1.5; a village of the region 1.
    """
    ranked = tuple(sorted(claims, key=lambda c: (-c.weight, c.pcode)))
    if not ranked:
        return Verdict("", "", 0.0, (), ())
    totals: dict[str, float] = defaultdict(float)
    for claim in ranked:
        totals[claim.pcode] += claim.weight
    order = sorted(totals, key=lambda pcode: (-totals[pcode], pcode))
    best, second = order[0], totals[order[1]] if len(order) > 1 else 0.0
    notes = _against(ranked, best, gazetteer)
    if totals[best] < ENOUGH or totals[best] - second < LEAD:
        return Verdict("", "", 0.0, _disagreement(ranked, gazetteer), ranked)
    mine = [claim for claim in ranked if claim.pcode == best]
    if name and not name.found and len({c.kind for c in mine}) < 2 and not _named(best, name):
        note = f"le nom de commune écrit ne ressemble pas à {describe(gazetteer.communes[best], gazetteer)}"
        return Verdict("", "", 0.0, (note,), ranked)
    lead = next((c for c in mine if c.method.endswith("traduit")), mine[0])
    return Verdict(best, lead.method, max(c.score for c in mine), notes, ranked, totals[best] - second)


def _named(pcode: str, name: NameFinding) -> bool:
    """Whether the name written, alone not enough (a homonym, a spelling too far), is nearest to this commune."""
    nearest = name.hits[0].score if name.hits and not name.lost else 0.0
    return any(hit.thing.pcode == pcode and hit.score >= max(nearest, TELLING) for hit in name.hits)


def _against(claims: tuple[Claim, ...], best: str, gazetteer: Gazetteer) -> tuple[str, ...]:
    kept = describe(gazetteer.communes[best], gazetteer)
    words = {
        "nom": "le nom désigne",
        "nom ailleurs": "le nom est aussi celui de",
        "p-code": "le P-code désigne",
        "coordonnées": "les coordonnées tombent dans",
        "village": "le village est dans",
    }
    return tuple(
        f"contradiction : {words[c.kind]} {describe(gazetteer.communes[c.pcode], gazetteer)} ; {kept} est retenu"
        for c in claims
        if c.pcode != best
    )


def _disagreement(claims: tuple[Claim, ...], gazetteer: Gazetteer) -> tuple[str, ...]:
    if len({c.pcode for c in claims}) < 2:
        return ()
    said = ", ".join(f"{c.kind} : {describe(gazetteer.communes[c.pcode], gazetteer)}" for c in claims)
    return (f"sources en désaccord ({said})",)
