"""Villages taken out of the list one at a time: is their name then given to another village of the commune?"""

from __future__ import annotations

import random
from collections import Counter

from pipeline.places.gazetteer import Gazetteer, Village
from pipeline.places.names import NameIndex, name_of
from pipeline.places.place import PlaceRequest
from pipeline.places.resolve import resolve

MANY = 3_000


def removed(gazetteer: Gazetteer, many: int = MANY) -> Counter[str]:
    """Try `many` villages, always the same, each with region, cercle and commune given and itself left out.

    Counts "autre" (placed at a village of another sound), "homonyme" (at one of the same sound), "commune" (the
    row stays at its commune) and "demandé". The commune is right in all of them.
    """
    certain = [v for v in gazetteer.villages if v.commune and v.commune == v.recorded]
    return Counter(_tried(village, gazetteer) for village in random.Random(1).sample(certain, many))


def _tried(village: Village, gazetteer: Gazetteer) -> str:
    commune = gazetteer.communes[village.commune]
    written = village.spellings[0]
    scopes = [("localite", scope) for scope in (commune.pcode, commune.cercle_pcode)]
    whole = {key: gazetteer.index(*key) for key in scopes}
    for key in scopes:
        gazetteer._indices[key] = NameIndex(entry for entry in whole[key].entries if entry[1] is not village)
    try:
        region, cercle = gazetteer.regions[commune.region_pcode], gazetteer.cercles[commune.cercle_pcode]
        place = resolve(PlaceRequest(region.name, cercle.name, commune.name, village.name), gazetteer)
    finally:
        gazetteer._indices.update(whole)
    if place.level != "localite":
        return "demandé" if place.question else "commune"
    return "homonyme" if name_of(place.locality).sound == written.sound else "autre"
