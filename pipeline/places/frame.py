"""The region and the cercle of a row: what its other columns are read within."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pipeline.places.gazetteer import Area, Gazetteer
from pipeline.places.history import NEW_CERCLES, NEW_REGIONS, OTHER_NAMES
from pipeline.places.index import Hit
from pipeline.places.likeness import SAME_SOUND
from pipeline.places.normalise import name_key, name_of
from pipeline.places.request import AREA_BAR, PLAUSIBLE, PlaceRequest


@dataclass(frozen=True)
class Frame:
    """What is known of the region and cercle. doubt: French, why the officer must say; "" where none.

    conflict: the cercle, found by its name, is not in the region, found by its name. score: of the weaker of
    the two names. hits: what an unknown name resembles, best first.
    """

    region: Area | None = None
    cercle: Area | None = None
    notes: tuple[str, ...] = ()
    doubt: str = ""
    conflict: bool = False
    score: float = 100.0
    hits: tuple[Hit[Area], ...] = ()

    @property
    def finest(self) -> Area | None:
        return self.cercle or self.region

    @property
    def scope(self) -> str:
        """P-code of the finest known area, "" for the country."""
        return self.finest.pcode if self.finest else ""


def read_frame(request: PlaceRequest, gazetteer: Gazetteer) -> Frame:
    """Match region and cercle by name, together."""
    frame = _read_region(request.region, gazetteer)
    return _read_cercle(request.cercle, frame, gazetteer) if request.cercle else frame


def _read_region(text: str | None, gazetteer: Gazetteer) -> Frame:
    if not text:
        return Frame()
    hits = gazetteer.index("region", "").search(name_of(text))
    found = accepted(hits)
    if found:
        return Frame(region=found.thing, notes=_spelling_note("région", text, found), score=found.score)
    key = name_of(text).base
    known = {name_key(a.name): a for a in gazetteer.regions.values()}
    other = OTHER_NAMES.get(key, "")
    if other in known:
        return Frame(region=known[other])
    if NEW_REGIONS.get(key) in known:
        region = known[NEW_REGIONS[key]]
        return Frame(
            region=region, notes=(f"région « {text} » d'un autre découpage : cherché dans {region.name}",)
        )
    cercles = gazetteer.index("cercle", "").same(name_of(text))
    if len(cercles) == 1:
        region = gazetteer.regions[cercles[0].thing.region_pcode]
        note = f"« {text} » dans la colonne région est un cercle : région {region.name}"
        return Frame(region=region, notes=(note,), score=cercles[0].score)
    return Frame(
        doubt=f"région « {text} » inconnue", notes=(f"région « {text} » inconnue",), hits=tuple(hits)
    )


def _read_cercle(text: str, frame: Frame, gazetteer: Gazetteer) -> Frame:
    name = name_of(text)
    inside = gazetteer.index("cercle", frame.scope).search(name)
    found = accepted(inside)
    if found:
        return _with_cercle(frame, found, gazetteer, _spelling_note("cercle", text, found))
    everywhere = gazetteer.index("cercle", "")
    outside = [hit for hit in everywhere.search(name) if hit.score >= SAME_SOUND] if frame.region else []
    if len(outside) == 1:
        return _outside(frame, outside[0], gazetteer)
    parent = OTHER_NAMES.get(name.base) or NEW_CERCLES.get(name.base)
    known = [a for a in gazetteer.cercles_of.get("", ()) if name_key(a.name) == parent]
    if known and (frame.region is None or known[0].region_pcode == frame.region.pcode):
        note = f"cercle « {text} » : partie du cercle {known[0].name} dans ce découpage"
        return _with_cercle(frame, Hit(known[0], name, 95.0), gazetteer, (note,))
    communes = gazetteer.index("commune", frame.scope).same(name)
    if len(communes) == 1 and frame.region is not None:
        cercle = gazetteer.cercles[communes[0].thing.cercle_pcode]
        note = f"« {text} » dans la colonne cercle est une commune du cercle {cercle.name}"
        return _with_cercle(frame, Hit(cercle, name, communes[0].score), gazetteer, (note,))
    doubt = f"cercle « {text} » inconnu" + (f" dans la région {frame.region.name}" if frame.region else "")
    hits = tuple(hit for hit in inside if hit.score >= PLAUSIBLE)
    return replace(frame, notes=(*frame.notes, doubt), doubt=doubt, hits=hits)


def _outside(frame: Frame, hit: Hit[Area], gazetteer: Gazetteer) -> Frame:
    """A cercle that the region cannot hold: another division of the country, or a mistake."""
    assert frame.region is not None
    actual = gazetteer.regions[hit.thing.region_pcode]
    if NEW_REGIONS.get(name_key(actual.name)) == name_key(frame.region.name):
        note = f"cercle {hit.thing.name} : région {actual.name} depuis 2016, écrit sous {frame.region.name}"
        return _with_cercle(replace(frame, region=actual), hit, gazetteer, (note,))
    doubt = f"le cercle {hit.thing.name} est dans la région {actual.name}, pas dans {frame.region.name}"
    return replace(frame, doubt=doubt, conflict=True, notes=(*frame.notes, doubt), hits=(hit,))


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


def accepted(hits: list[Hit[Area]]) -> Hit[Area] | None:
    """The best hit if it is near enough and clear of the next."""
    if not hits:
        return None
    second = hits[1].score if len(hits) > 1 else 0.0
    return hits[0] if AREA_BAR.passed(hits[0].score, second) else None


def _spelling_note(what: str, text: str, hit: Hit[Area]) -> tuple[str, ...]:
    if hit.score >= 99:
        return ()
    return (f"{what} « {text} » lu « {hit.thing.name} »",)
