"""Where a row stands when no commune is certain: its cercle, its region, or nowhere."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from pipeline.places.frame import Frame
from pipeline.places.gazetteer import Area, Gazetteer
from pipeline.places.normalise import name_of
from pipeline.places.place import Place
from pipeline.places.weigh import Claim


def at_frame(frame: Frame, coded: Area | None, claims: Iterable[Claim], gazetteer: Gazetteer) -> Place:
    """The finest level that every source leaves standing. coded: the area of a short P-code, None where none."""
    area = frame.finest
    strong = [claim for claim in claims if claim.weight >= 1]
    if area is None and coded and not claims:
        area = coded
    if area is None and not frame.doubt and len({_cercle(claim, gazetteer) for claim in strong}) == 1:
        area = gazetteer.cercles.get(_cercle(strong[0], gazetteer))
    if area is not None:
        for claim in (claim for claim in strong if claim.kind == "nom ailleurs"):
            area = _still_standing(area, claim, gazetteer)
    if frame.conflict:
        area = None
    if area is None:
        return Place("aucun", "", "", "", "", "", method="non trouvé")
    cercle = area.pcode if area.level == "cercle" else ""
    return Place(
        level="cercle" if cercle else "region",
        pcode=area.pcode,
        region_pcode=area.region_pcode,
        cercle_pcode=cercle,
        commune_pcode="",
        name=area.name,
        method="cercle seul" if cercle else "région seule",
        score=round(frame.score, 1),
    )


def _cercle(claim: Claim, gazetteer: Gazetteer) -> str:
    return gazetteer.communes[claim.pcode].cercle_pcode


def _still_standing(area: Area | None, claim: Claim, gazetteer: Gazetteer) -> Area | None:
    """What a commune of the name written, outside an area, leaves of it: its region where the commune is in it;
    all of it where it is in another region: names come back too often.

    A point, a code or a village outside leaves all: they may be a neighbouring row's, or the office's.
    """
    commune = gazetteer.communes[claim.pcode]
    if area is None or gazetteer.holds(area, commune):
        return area
    if area.region_pcode == commune.region_pcode:
        return gazetteer.regions[area.region_pcode]
    return area


def cercle_as_commune(text: str, frame: Frame, gazetteer: Gazetteer) -> Frame | None:
    """The frame with the cercle that stands in the commune column, None where none does."""
    same = gazetteer.index("cercle", frame.region.pcode if frame.region else "").same(name_of(text))
    if len(same) != 1 or frame.cercle not in (None, same[0].thing):
        return None
    cercle = same[0].thing
    told = f"« {text} » dans la colonne commune est un cercle : la commune n'est pas donnée"
    region = gazetteer.regions[cercle.region_pcode]
    return replace(frame, region=region, cercle=cercle, notes=(*frame.notes, told))
