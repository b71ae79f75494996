"""Names in the wrong columns: a commune and its village interchanged, region, cercle and commune out of order."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

from pipeline.places.candidates import of_commune
from pipeline.places.frame import Frame, accepted
from pipeline.places.gazetteer import Area, Gazetteer
from pipeline.places.index import Hit
from pipeline.places.likeness import SAME_SOUND
from pipeline.places.normalise import name_of
from pipeline.places.place import Place
from pipeline.places.request import AREA_BARS, COMMUNE_BARS, PLAUSIBLE, PlaceRequest
from pipeline.places.standing import at_frame
from pipeline.places.villages import read_village

NAME_IN_REGION = 3.5
"""Support of a row whose region and commune alone are read."""
_NOT_A_COMMUNE = PLAUSIBLE + 15
"""A name that resembles a commune of its cercle this much may be that commune, misspelt."""


def interchanged(request: PlaceRequest, frame: Frame, gazetteer: Gazetteer) -> tuple[PlaceRequest, str]:
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
        f"« {request.localite} » dans la colonne village une commune ; lues l'une pour l'autre"
    )
    return replace(request, commune=request.localite, localite=request.commune), told


def named_in_village_column(request: PlaceRequest, frame: Frame, gazetteer: Gazetteer) -> list[Hit[Area]]:
    """Communes just so named in the village column, worth proposing where the commune column names none."""
    if not request.localite or frame.within is None:
        return []
    same = gazetteer.index("commune", frame.scope).same(name_of(request.localite))
    return [hit for hit in same if hit.thing.pcode in gazetteer.communes]


REORDERED = 0.5
"""What a reading of columns out of order must have more than the row as it is written."""
CLEAR = 1.5
"""By how much one reading of a row must have more support than any other."""


def reordered(request: PlaceRequest, frame: Frame, gazetteer: Gazetteer) -> list[tuple[PlaceRequest, str]]:
    """Region, cercle and commune in the orders that make them nest, one of the three misspelt at most, where the
    order as written does not; each with what was done (French)."""
    cells = (request.region, request.cercle, request.commune)
    settled = frame.cercle is not None and not frame.doubt and not frame.notes
    if settled or not all(cells) or nests(cells, gazetteer, 3):
        return []
    found = {}
    for just_so in (3, 2):
        for order in permutations(cells):
            if order != cells and order not in found and nests(order, gazetteer, just_so):
                found[order] = True
        if found:
            break
    readings = []
    for region, cercle, commune in found:
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


def explained(request: PlaceRequest, frame: Frame) -> float:
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
    places = sorted(places, key=lambda place: not any("désordre" in text for text in place.evidence))
    communes = [gazetteer.communes[place.commune_pcode] for place in places]
    texts = [text for place in places for text in place.evidence]
    evidence = (*dict.fromkeys(texts), "les colonnes telles quelles donnent un autre lieu")
    asked = Place("aucun", "", "", "", "", "", method="non trouvé")
    for level in ("cercle", "region"):
        codes = {commune.cercle_pcode if level == "cercle" else commune.region_pcode for commune in communes}
        area = gazetteer.area(min(codes)) if len(codes) == 1 else None
        if area:
            frame = Frame(
                region=gazetteer.regions[area.region_pcode], cercle=area if level == "cercle" else None
            )
            asked = at_frame(frame, None, (), gazetteer)
            break
    proposed = tuple(
        of_commune(commune, place.score, _order(place), gazetteer)
        for commune, place in zip(communes, places, strict=True)
    )
    return replace(asked, evidence=evidence, question=True, candidates=proposed)


def _order(place: Place) -> str:
    moved = any("désordre" in text for text in place.evidence)
    return "colonnes remises en ordre" if moved else "colonnes telles qu'écrites"


def cercle_or_commune(place: Place, text: str, frame: Frame, gazetteer: Gazetteer) -> Place:
    """A commune that bears a cercle's name, beside a cercle that nobody knows: the two columns may stand for each
    other, and the question is asked at what holds in both cases."""
    same = gazetteer.index("cercle", "").same(name_of(text))
    if len(same) != 1 or place.support >= CLEAR + NAME_IN_REGION:
        return place
    commune = gazetteer.communes[place.commune_pcode]
    cercle = same[0].thing if same[0].thing.pcode == commune.cercle_pcode else None
    told = (
        f"« {text} » est aussi un cercle : les colonnes cercle et commune sont peut-être l'une pour l'autre"
    )
    region = gazetteer.regions[commune.region_pcode]
    stands = at_frame(replace(frame, region=region, cercle=cercle), None, (), gazetteer)
    proposed = (of_commune(commune, place.score, "colonnes telles qu'écrites", gazetteer),)
    return replace(stands, evidence=(*place.evidence, told), question=True, candidates=proposed)
