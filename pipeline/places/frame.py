"""The region and the cercle of a row: what its other columns are read within."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from pipeline.french import area as named
from pipeline.french import in_area, of
from pipeline.places.gazetteer import Area, Gazetteer
from pipeline.places.history import NEW_CERCLES, NEW_REGIONS, OTHER_NAMES, THE_COUNTRY
from pipeline.places.index import Hit
from pipeline.places.likeness import SAME_BASE, SAME_SOUND, by_sound_alone
from pipeline.places.normalise import Name, name_key, name_of
from pipeline.places.request import AREA_BARS, PLAUSIBLE, Bar, PlaceRequest


@dataclass(frozen=True)
class Frame:
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
    unit = _unit(name, "region", Frame(), gazetteer)
    if found and (found.score >= SAME_SOUND or unit is None or unit.score <= found.score):
        return Frame(region=found.thing, notes=_spelling_note("région", text, found), score=found.score)
    known = {name_key(a.name): a for a in gazetteer.regions.values()}
    same = known.get(OTHER_NAMES.get(name.key, OTHER_NAMES.get(name.base, "")))
    if same:
        return Frame(region=same)
    if unit:
        return _with_unit(Frame(), text, unit, gazetteer)
    former = known.get(NEW_REGIONS.get(name.key, NEW_REGIONS.get(name.base, "")))
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
    divided = "cercle « {} » d'un autre découpage : partie du cercle {} ici"
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
    text: str, name: Name, table: Mapping[str, str], note: str, frame: Frame, gazetteer: Gazetteer
) -> Frame | None:
    """The cercle that a table of other names has for this one, in the region written."""
    key = table.get(name.key, table.get(name.base))
    known = [a for a in gazetteer.cercles.values() if name_key(a.name) == key]
    if not known or (frame.region and known[0].region_pcode != frame.region.pcode):
        return None
    told = note.format(text, of(known[0].name))
    return _with_cercle(frame, Hit(known[0], name, SAME_SOUND), gazetteer, (told,))


def _unit(name: Name, level: str, frame: Frame, gazetteer: Gazetteer) -> Hit[Area] | None:
    """The region or cercle of another division of this name, with land in what the region column says."""
    hits = gazetteer.index(f"unit {level}", "").search(name)
    inside = frame.unit or frame.region
    found = accepted([hit for hit in hits if gazetteer.meeting(hit.thing, inside)], AREA_BARS["pays"], name)
    return found if found and (inside or found.score >= SAME_SOUND) else None


def _with_unit(frame: Frame, text: str, hit: Hit[Area], gazetteer: Gazetteer) -> Frame:
    """The frame with a region or cercle of another division: names are read in its communes, and a row of no finer
    place stands at the area drawn that holds them all."""
    unit = hit.thing
    region = gazetteer.regions.get(unit.region_pcode)
    cercle = gazetteer.cercles.get(unit.cercle_pcode)
    stands = cercle or region
    kind = {"region": "région", "cercle": "cercle"}[unit.level]
    communes = [gazetteer.communes[code] for code in gazetteer.made_of[unit.pcode]]
    olds = sorted({gazetteer.cercles[c.cercle_pcode].name for c in communes})
    if stands:
        where = f"lu dans {named(stands.level, stands.name)}"
        if stands.level != unit.level:
            where += f", sur {' et '.join(olds)}" if len(olds) < 4 else ""
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
    if frame.unit and not gazetteer.meeting(frame.unit, hit.thing):
        doubt = f"le cercle {of(hit.thing.name)} n'a pas de commune dans la région de 2025 {frame.unit.name}"
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
