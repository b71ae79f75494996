"""What each cell says: the frame of region and cercle, the commune's name, the village's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from pipeline.french import area as named
from pipeline.french import in_area, of
from pipeline.french import of as french_of
from pipeline.places.gazetteer import (
    NEAR_KM,
    NEW_CERCLES,
    NEW_REGIONS,
    OTHER_NAMES,
    THE_COUNTRY,
    Area,
    Gazetteer,
    Village,
)
from pipeline.places.names import (
    CHIEF_PLACE,
    SAME,
    SAME_BASE,
    SAME_SOUND,
    SATELLITES,
    Hit,
    Name,
    name_key,
    name_of,
    resemblance,
    same_stem,
)
from pipeline.places.place import AREA_BARS, COMMUNE_BARS, PLAUSIBLE, TELLING, VILLAGE_BAR, Bar, PlaceRequest

# The region and the cercle of a row: what its other columns are read within.


@dataclass(frozen=True)
class Frame:
    """What is known of the region and cercle. doubt: French, why the officer must say; "" where none.

    conflict: the cercle, found by its name, is not in the region, found by its name. score: of the weaker of
    the two names. hits: what an unknown name resembles, best first. commune: text in the cercle column that is a
    commune, "" where none. implied: the cercle that stands in the region column.
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

    @property
    def finest(self) -> Area | None:
        return self.cercle or self.region

    @property
    def scope(self) -> str:
        """P-code of the finest known area, "" for the country."""
        return self.finest.pcode if self.finest else ""


def read_frame(request: PlaceRequest, gazetteer: Gazetteer) -> Frame:
    """Match region and cercle by name, together."""
    written = (request.region, request.cercle)
    frame: Frame | None = gazetteer.frames.get(written)
    if frame is None:
        frame = _read_region(request.region, gazetteer)
        if request.cercle:
            frame = _read_cercle(request.cercle, frame, gazetteer)
        elif frame.implied:
            frame = replace(frame, cercle=frame.implied)
        gazetteer.frames[written] = frame
    return frame


def _read_region(text: str | None, gazetteer: Gazetteer) -> Frame:
    if not text or name_key(text) in THE_COUNTRY:
        return Frame()
    name = name_of(text)
    hits = gazetteer.index("region", "").search(name)
    found = accepted(hits, AREA_BARS["region"])
    if found:
        return Frame(region=found.thing, notes=_spelling_note("région", text, found), score=found.score)
    known = {name_key(a.name): a for a in gazetteer.regions.values()}
    same = known.get(OTHER_NAMES.get(name.base, ""))
    if same:
        return Frame(region=same)
    former = known.get(NEW_REGIONS.get(name.base, ""))
    if former:
        note = f"région « {text} » d'un autre découpage : cherché {in_area('region', former.name)}"
        return Frame(region=former, notes=(note,))
    cercles = gazetteer.index("cercle", "").same(name)
    if len(cercles) == 1:
        region = gazetteer.regions[cercles[0].thing.region_pcode]
        note = f"« {text} » dans la colonne région est un cercle {of_area(region)}"
        return Frame(region=region, notes=(note,), score=cercles[0].score, implied=cercles[0].thing)
    doubt = f"région « {text} » inconnue"
    return Frame(doubt=doubt, notes=(doubt,), hits=tuple(hit for hit in hits if hit.score >= PLAUSIBLE))


def _read_cercle(text: str, frame: Frame, gazetteer: Gazetteer) -> Frame:
    name = name_of(text)
    inside = gazetteer.index("cercle", frame.scope).search(name)
    found = accepted(inside, AREA_BARS["cercle" if frame.region else "pays"])
    communes = gazetteer.index("commune", frame.scope).same(name)
    if found and (found.score >= SAME_SOUND or not communes):
        return _with_cercle(frame, found, gazetteer, _spelling_note("cercle", text, found))
    outside = gazetteer.index("cercle", "").same(name) if frame.region else []
    if len(outside) == 1:
        return _outside(frame, outside[0], gazetteer)
    for table, note in (
        (OTHER_NAMES, "cercle « {} » : autre nom du cercle {}"),
        (NEW_CERCLES, "cercle « {} » d'un autre découpage : partie du cercle {} ici"),
    ):
        known = [a for a in gazetteer.cercles.values() if name_key(a.name) == table.get(name.base)]
        if known and (frame.region is None or known[0].region_pcode == frame.region.pcode):
            told = note.format(text, of(known[0].name))
            return _with_cercle(frame, Hit(known[0], name, SAME_SOUND), gazetteer, (told,))
    if len(communes) == 1 and frame.region is not None:
        cercle = gazetteer.cercles[communes[0].thing.cercle_pcode]
        told = f"« {text} » dans la colonne cercle est une commune du cercle {of(cercle.name)}"
        read = _with_cercle(frame, Hit(cercle, name, communes[0].score), gazetteer, (told,))
        return replace(read, commune=text)
    doubt = f"cercle « {text} » inconnu"
    if frame.region:
        doubt += f" {in_area('region', frame.region.name)}"
    hits = tuple(hit for hit in inside if hit.score >= PLAUSIBLE)
    return replace(frame, notes=(*frame.notes, doubt), doubt=doubt, hits=hits)


def _outside(frame: Frame, hit: Hit[Area], gazetteer: Gazetteer) -> Frame:
    """A cercle that the region cannot hold: another division of the country, or a mistake."""
    assert frame.region is not None
    actual = gazetteer.regions[hit.thing.region_pcode]
    if NEW_REGIONS.get(name_key(actual.name)) == name_key(frame.region.name):
        told = f"cercle {of(hit.thing.name)} : {named('region', actual.name)} le tient de {frame.region.name}"
        return _with_cercle(replace(frame, region=actual), hit, gazetteer, (told,))
    here, there = in_area("region", actual.name), in_area("region", frame.region.name)
    doubt = f"le cercle {of(hit.thing.name)} est {here}, pas {there}"
    return replace(frame, doubt=doubt, conflict=True, notes=(*frame.notes, doubt), hits=(hit,))


def moved(frame: Frame, gazetteer: Gazetteer) -> Frame:
    """The frame of a conflict as it would be if the cercle were right and the region wrong."""
    hit = frame.hits[0]
    region = gazetteer.regions[hit.thing.region_pcode]
    told = f"contradiction : cercle {of(hit.thing.name)} cru, {in_area('region', region.name)}"
    return _with_cercle(replace(frame, region=region, doubt="", conflict=False), hit, gazetteer, (told,))


def of_area(area: Area) -> str:
    """ "de la région de Mopti"."""
    return f"de {named(area.level, area.name)}".replace("de le ", "du ")


def _with_cercle(frame: Frame, hit: Hit[Area], gazetteer: Gazetteer, notes: tuple[str, ...]) -> Frame:
    region = gazetteer.regions[hit.thing.region_pcode]
    doubt = frame.doubt if frame.region else ""  # a cercle settles an unknown region
    return replace(
        frame,
        region=region,
        cercle=hit.thing,
        notes=(*frame.notes, *notes),
        doubt=doubt,
        score=min(frame.score, hit.score),
        hits=(),
    )


def accepted(hits: list[Hit[Area]], bar: Bar) -> Hit[Area] | None:
    """The best hit if it is near enough and clear of the next."""
    if not hits:
        return None
    second = hits[1].score if len(hits) > 1 else 0.0
    return hits[0] if bar.passed(hits[0].score, second) else None


def _spelling_note(what: str, text: str, hit: Hit[Area]) -> tuple[str, ...]:
    if hit.score >= 99:
        return ()
    return (f"{what} « {text} » lu « {hit.thing.name} »",)


# The name in the commune column: which commune it is, within what is known of region and cercle.


cached_of = lru_cache(maxsize=10_000)(french_of)


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
    scope = "cercle" if frame.cercle else "region" if frame.region else "pays"
    hits = tuple(gazetteer.index("commune", frame.scope).search(name))
    best = hits[0] if hits else None
    second = hits[1].score if len(hits) > 1 else 0.0
    elsewhere: tuple[Hit[Area], ...] = ()
    if frame.region and (best is None or best.score < SAME_SOUND):
        within = {id(hit.thing) for hit in hits}
        everywhere = gazetteer.index("commune", "").same(name)
        elsewhere = tuple(hit for hit in _drawn(everywhere, gazetteer) if id(hit.thing) not in within)
    if name.urban and name.base == "commune" and not frame.finest:
        best = None  # "C.U. 5": every cercle has its urban commune
    if best and best.thing.pcode in gazetteer.lost and best.score >= COMMUNE_BARS["cercle"].score:
        note = f"« {text} » : {describe(best.thing, gazetteer)} manque dans ces limites"
        return NameFinding(hits=_drawn(hits, gazetteer), elsewhere=elsewhere, notes=(note,), lost=True)
    doubt = _namesake(name, best, frame, gazetteer) if best and scope != "cercle" else ""
    if best and COMMUNE_BARS[scope].passed(best.score, second) and not doubt:
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
            if commune not in lies_in and any(p.startswith(region) for p in lies_in):
                there = gazetteer.communes.get(village.recorded) or gazetteer.communes.get(village.commune)
                where = describe(there, gazetteer) if there else "une commune qui manque dans ces limites"
                return f"« {name.text} » : {here}, ou le village de {where}"
    skipped = next((code for code in gazetteer.skipped if code.startswith(region)), "")
    if skipped:
        return f"« {name.text} » : {here}, ou la commune {skipped}, qui manque dans ces limites"
    return ""


def _method(name: Name, hit: Hit[Area]) -> str:
    if hit.score >= SAME_BASE:
        return "exact"
    return "sons identiques" if name.sound == hit.spelling.sound else "orthographe"


def _told(text: str, hit: Hit[Area], frame: Frame, gazetteer: Gazetteer) -> tuple[str, ...]:
    notes = []
    source = hit.thing.sources[hit.thing.spellings.index(hit.spelling)]
    if hit.score < SAME_BASE:
        notes.append(f"commune « {text} » lue « {hit.thing.name} »")
    elif source != "nom officiel":
        notes.append(f"« {text} » : {source} de {hit.thing.name}")
    today = gazetteer.cercles[hit.thing.cercle_pcode]
    if frame.cercle and today is not frame.cercle:
        notes.append(
            f"commune de l'ancien cercle {cached_of(frame.cercle.name)}, aujourd'hui cercle {cached_of(today.name)}"
        )
    elif frame.region and today.region_pcode != frame.region.pcode:
        region = gazetteer.regions[today.region_pcode].name
        notes.append(
            f"commune de l'ancienne région {cached_of(frame.region.name)}, aujourd'hui région {cached_of(region)}"
        )
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
    where = in_area(frame.finest.level, frame.finest.name) if frame.finest else "dans le pays"
    same = [hit for hit in hits if hit.score >= SAME_BASE]
    if len(same) > 1:
        names = ", ".join(describe(hit.thing, gazetteer) for hit in same)
        return (f"plusieurs communes portent le nom « {text} » {where} : {names}",)
    if elsewhere:
        names = ", ".join(describe(hit.thing, gazetteer) for hit in elsewhere)
        return (f"pas de commune « {text} » {where}, mais ailleurs : {names}",)
    return (f"pas de commune certaine pour « {text} » {where}",)


# The name in the locality column: which populated place it is, and of which commune.


_ONE_PLACE_DEGREES = 0.02
"""Two entries of one name this close (2 km) are one village entered twice."""


@dataclass(frozen=True)
class VillageFinding:
    """What a locality's name says. found: the village, None where none is sure. commune: where it is believed
    to lie, "" where that is not sure. near: other villages worth proposing, best first. reach: where it was
    found: "commune", "voisin", "cercle", "region", "pays". notes: French."""

    found: Hit[Village] | None = None
    commune: str = ""
    near: tuple[Hit[Village], ...] = ()
    reach: str = ""
    notes: tuple[str, ...] = ()


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
    reach = frame.finest.level if frame.finest else "pays"
    if frame.finest:
        same = _distinct(gazetteer.index("localite", frame.scope).same(name))
    else:
        same = _distinct(_bearing(name, gazetteer))
    chiefs = [hit for hit in same if hit.thing.chef_lieu]
    found = same[0] if len(same) == 1 else chiefs[0] if len(chiefs) == 1 and frame.cercle else None
    if found is None:
        hits = same or (
            gazetteer.index("localite", frame.scope).search(name) if frame.finest and propose else []
        )
        near = _worth_asking(name, hits, PLAUSIBLE)
        kind = f"{len(same)} villages portent le nom « {text} »" if same else f"village « {text} » non trouvé"
        return VillageFinding(near=near, notes=(f"{kind} {_where(frame)}",))
    commune, notes = believed(found.thing, gazetteer)
    if not commune:
        return VillageFinding(near=(found,), notes=notes)
    if reach == "pays" or (reach == "region" and not alone(name, gazetteer)):
        doubt = (
            "ni région ni cercle ne le confirment"
            if reach == "pays"
            else "d'autres lieux portent ce nom ailleurs"
        )
        notes = (*notes, f"« {text} » : un village de {gazetteer.communes[commune].name}, mais {doubt}")
        return VillageFinding(near=(found,), notes=notes)
    return VillageFinding(found, commune, (), reach, (*_spelled(text, found), *notes))


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

    Its cercle must be given, no commune of the cercle may resemble it, and no other place of the country bear
    the same name, unless it is a chief place. Without a second list of communes (the crosswalk) the name could
    be that of a commune missing from these boundaries: then it is only proposed.
    """
    finding = _without_commune(text, frame, gazetteer, propose=False)
    if finding.found is None:
        return finding
    resembles = bool(name.hits) and name.hits[0].score >= PLAUSIBLE + 15
    unique = alone(name_of(text), gazetteer) or finding.found.thing.chef_lieu
    known_twice = bool(gazetteer.old_codes) and not name.lost
    if known_twice and unique and not resembles and finding.reach == "cercle":
        return finding
    there = gazetteer.communes[finding.commune].name
    note = f"« {text} » est aussi un village de {there} : colonne commune à vérifier"
    return VillageFinding(near=(finding.found, *finding.near), notes=(note,))


def believed(village: Village, gazetteer: Gazetteer) -> tuple[str, tuple[str, ...]]:
    """The commune of a village whose row names none: P-code ("" if in doubt) and what was weighed.

    The record comes from the census, the polygon from a map at one to a million: near a limit the record is
    believed, farther off neither is.
    """
    polygon, recorded = village.commune, village.recorded
    if recorded and recorded not in gazetteer.communes:
        return "", (f"{village.name} : sa commune inscrite, {recorded}, manque dans ces limites",)
    if polygon == recorded or not recorded or not polygon:
        return (polygon or recorded), ()
    names = f"{gazetteer.communes[recorded].name} (commune inscrite), {gazetteer.communes[polygon].name} (polygone)"
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
    return in_area(frame.finest.level, frame.finest.name) if frame.finest else "dans le pays"


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
    """pcode: the commune believed, "" where the sources leave a doubt. claims: heaviest first."""

    pcode: str
    method: str
    score: float
    notes: tuple[str, ...]
    claims: tuple[Claim, ...]


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
    return Verdict(best, lead.method, max(c.score for c in mine), notes, ranked)


def _named(pcode: str, name: NameFinding) -> bool:
    """Whether the name written, alone not enough (a homonym, a spelling too far), is nearest to this commune."""
    nearest = name.hits[0].score if name.hits and not name.lost else 0.0
    return any(hit.thing.pcode == pcode and hit.score >= max(nearest, TELLING) for hit in name.hits)


def _against(claims: tuple[Claim, ...], best: str, gazetteer: Gazetteer) -> tuple[str, ...]:
    kept = describe(gazetteer.communes[best], gazetteer)
    others = [c for c in claims if c.pcode != best]
    words = {
        "nom": "le nom désigne",
        "nom ailleurs": "le nom est aussi celui de",
        "p-code": "le P-code désigne",
        "coordonnées": "les coordonnées tombent dans",
        "village": "le village est dans",
    }
    return tuple(
        f"contradiction : {words[c.kind]} {describe(gazetteer.communes[c.pcode], gazetteer)} ; {kept} est retenu"
        for c in others
    )


def _disagreement(claims: tuple[Claim, ...], gazetteer: Gazetteer) -> tuple[str, ...]:
    if len({c.pcode for c in claims}) < 2:
        return ()
    said = ", ".join(f"{c.kind} : {describe(gazetteer.communes[c.pcode], gazetteer)}" for c in claims)
    return (f"sources en désaccord ({said})",)
