"""Places on the schematic grid, which has cercles and no communes."""

from __future__ import annotations

from pipeline.places.codes import read_code
from pipeline.places.frame import Frame
from pipeline.places.gazetteer import Area, Gazetteer
from pipeline.places.place import Candidate, Place
from pipeline.places.request import PlaceRequest


def resolve_schematic(request: PlaceRequest, frame: Frame, gazetteer: Gazetteer) -> Place:
    """The cercle or region by name; a P-code's first digits only where a name beside it agrees.

    Commune and village names cannot be checked on this grid: they are not questions, and the evidence says so.
    """
    area, notes = frame.finest, list(frame.notes)
    question, options = bool(frame.doubt), [hit.thing for hit in frame.hits]
    if request.pcode:
        read = read_code(request.pcode)
        cercle = gazetteer.cercles.get(read.code[:6])
        region = gazetteer.regions.get(read.code[:4])
        if area is None and region and cercle:
            # every division known gives regions the same digits, but not cercles
            area, question, options = region, True, [cercle]
            notes.append(f"P-code {read.code} sans nom de cercle : son cercle dépend du découpage")
        elif area is None and region:
            area = region
        elif area is not None and cercle and area.pcode not in (cercle.pcode, cercle.region_pcode):
            notes.append(
                f"P-code {read.code} : autre cercle que {area.name}, ou autre découpage ; le nom est cru"
            )
    if request.commune or request.localite:
        notes.append("carte schématique : communes et villages ne peuvent pas être vérifiés")
    if area is None:
        question = question or bool(request.commune or request.localite or request.pcode)
        proposed = tuple(_candidate(option) for option in options[:5])
        return Place(
            "aucun", "", "", "", "", "", method="non trouvé",
            evidence=tuple(notes), question=question, candidates=proposed,
        )  # fmt: skip
    return Place(
        level="cercle" if area.level == "cercle" else "region",
        pcode=area.pcode,
        region_pcode=area.region_pcode,
        cercle_pcode=area.pcode if area.level == "cercle" else "",
        commune_pcode="",
        name=area.name,
        method="exact" if frame.score >= 99 else "orthographe",
        score=round(frame.score, 1),
        evidence=tuple(notes),
        question=question,
        candidates=tuple(_candidate(option) for option in options[:5]),
    )


def _candidate(area: Area) -> Candidate:
    return Candidate(area.pcode, area.level, area.name, 80.0, f"{area.level} possible")
