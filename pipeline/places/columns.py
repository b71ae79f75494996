"""Names in the wrong columns: a commune and its village interchanged, region, cercle and commune out of order."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

from pipeline.places.frame import Frame
from pipeline.places.gazetteer import Area, Gazetteer
from pipeline.places.index import Hit
from pipeline.places.likeness import SAME_SOUND
from pipeline.places.names import name_of
from pipeline.places.read import read_village
from pipeline.places.request import PLAUSIBLE, PlaceRequest

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
    if not request.localite or frame.finest is None:
        return []
    same = gazetteer.index("commune", frame.scope).same(name_of(request.localite))
    return [hit for hit in same if hit.thing.pcode in gazetteer.communes]


def reordered(request: PlaceRequest, frame: Frame, gazetteer: Gazetteer) -> tuple[PlaceRequest, str]:
    """Region, cercle and commune in their right columns, where one other order alone makes them nest, each just
    so named, and the order as written does not; and what was done (French, "" if nothing)."""
    cells = (request.region, request.cercle, request.commune)
    settled = frame.cercle is not None and not frame.doubt and not frame.notes
    if settled or not all(cells) or _nests(cells, gazetteer):
        return request, ""
    orders = {order for order in permutations(cells) if order != cells and _nests(order, gazetteer)}
    if len(orders) != 1:
        return request, ""
    region, cercle, commune = orders.pop()
    told = (
        f"contradiction : colonnes dans le désordre, lues région {region}, cercle {cercle}, commune {commune}"
    )
    return replace(request, region=region, cercle=cercle, commune=commune), told


def _nests(cells: tuple[str | None, ...], gazetteer: Gazetteer) -> bool:
    scope = ""
    for level, text in zip(("region", "cercle", "commune"), cells, strict=True):
        same = gazetteer.index(level, scope).same(name_of(text or ""))
        if len(same) != 1:
            return False
        scope = same[0].thing.pcode
    return True
