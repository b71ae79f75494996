"""The name in the commune column: which commune it is, within what is known of region and cercle."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.places.frame import Frame
from pipeline.places.gazetteer import Area, Gazetteer
from pipeline.places.index import Hit
from pipeline.places.likeness import SAME_BASE, SAME_SOUND
from pipeline.places.normalise import Name, name_of
from pipeline.places.request import COMMUNE_BARS


@dataclass(frozen=True)
class NameFinding:
    """What a name says. found: the accepted commune, None where none is sure. hits: nearest communes within
    the frame, best first. elsewhere: communes of just this name outside the frame. notes: French."""

    found: Hit[Area] | None = None
    hits: tuple[Hit[Area], ...] = ()
    elsewhere: tuple[Hit[Area], ...] = ()
    notes: tuple[str, ...] = ()
    method: str = ""

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
        elsewhere = tuple(hit for hit in everywhere if id(hit.thing) not in within)
    lost = gazetteer.lost.get(name.key)
    if lost is not None and (frame.cercle is None or lost == frame.cercle.pcode):
        note = f"« {text} » est une commune qui manque dans ces limites"
        return NameFinding(hits=hits, elsewhere=elsewhere, notes=(note,))
    if best and COMMUNE_BARS[scope].passed(best.score, second):
        return NameFinding(best, hits, elsewhere, _told(text, best, frame, gazetteer), _method(best))
    urban = _urban(name, frame, gazetteer)
    if urban:
        note = f"« {text} » sans nom : la commune urbaine du cercle {urban.thing.name}"
        return NameFinding(urban, (urban, *hits), elsewhere, (note,), "commune urbaine")
    return NameFinding(hits=hits, elsewhere=elsewhere, notes=_asked(text, hits, elsewhere, frame, gazetteer))


def describe(area: Area, gazetteer: Gazetteer) -> str:
    """ "Bamba (cercle Koro)"."""
    cercle = gazetteer.cercles.get(area.cercle_pcode)
    if area.level != "commune" or cercle is None:
        return f"{area.level} {area.name}"
    return f"{area.name} (cercle {cercle.name})"


def _method(hit: Hit[Area]) -> str:
    if hit.score >= SAME_BASE:
        return "exact"
    return "sons identiques" if hit.score >= SAME_SOUND - 2 else "orthographe"


def _told(text: str, hit: Hit[Area], frame: Frame, gazetteer: Gazetteer) -> tuple[str, ...]:
    notes = []
    source = hit.thing.sources[hit.thing.spellings.index(hit.spelling)]
    if hit.score < SAME_BASE:
        notes.append(f"commune « {text} » lue « {hit.thing.name} »")
    elif source != "nom officiel":
        notes.append(f"« {text} » : {source} de {hit.thing.name}")
    if frame.cercle and hit.thing.cercle_pcode != frame.cercle.pcode:
        today = gazetteer.cercles[hit.thing.cercle_pcode].name
        notes.append(f"commune de l'ancien cercle {frame.cercle.name}, aujourd'hui cercle {today}")
    return tuple(notes)


def _urban(name: Name, frame: Frame, gazetteer: Gazetteer) -> Hit[Area] | None:
    """ "C.U. 5" in the cercle of Djenné: the urban commune, which bears its cercle's name."""
    if frame.cercle is None or not name.urban or name.base not in ("commune", "urbaine"):
        return None
    same = gazetteer.index("commune", frame.cercle.pcode).same(name_of(frame.cercle.name))
    return Hit(same[0].thing, name, SAME_SOUND - 2) if len(same) == 1 else None


def _asked(
    text: str,
    hits: tuple[Hit[Area], ...],
    elsewhere: tuple[Hit[Area], ...],
    frame: Frame,
    gazetteer: Gazetteer,
) -> tuple[str, ...]:
    where = f"dans {frame.finest.level} {frame.finest.name}" if frame.finest else "dans le pays"
    same = [hit for hit in hits if hit.score >= SAME_BASE]
    if len(same) > 1:
        names = ", ".join(describe(hit.thing, gazetteer) for hit in same)
        return (f"plusieurs communes portent le nom « {text} » {where} : {names}",)
    if elsewhere:
        names = ", ".join(describe(hit.thing, gazetteer) for hit in elsewhere)
        return (f"pas de commune « {text} » {where}, mais ailleurs : {names}",)
    return (f"pas de commune certaine pour « {text} » {where}",)
