"""Cells that hold more than one thing: "Bamba (Koro)", "Sio, cercle de Mopti", a P-code in the commune column."""

from __future__ import annotations

import re
from dataclasses import replace

from pipeline.places.codes import read_code
from pipeline.places.gazetteer import Gazetteer
from pipeline.places.normalise import name_key, name_of
from pipeline.places.request import PlaceRequest

_PARTS = re.compile(r"\s*[(),;/]\s*")
_CODE = re.compile(r"\s*MLI?\s?\d[\d\s]*", re.IGNORECASE)


def unfold(request: PlaceRequest, gazetteer: Gazetteer) -> tuple[PlaceRequest, tuple[str, ...]]:
    """The request with its cells taken apart, and what was done (French).

    A part after the name says the cercle where no cercle is written and it is just so named; else it is left
    aside. A cell whose whole text is a known name is not touched.
    """
    notes: list[str] = []
    if request.commune and not request.pcode and _CODE.fullmatch(request.commune):
        notes.append(f"P-code « {request.commune} » dans la colonne commune")
        request = replace(request, pcode=read_code(request.commune).code, commune=None)
    for column in ("commune", "localite"):
        text = getattr(request, column)
        parts = [part for part in _PARTS.split(text) if name_key(part)] if text else []
        if len(parts) < 2 or _known(column, text, gazetteer):
            continue
        first = parts[0]
        request = replace(request, commune=first) if column == "commune" else replace(request, localite=first)
        notes.append(f"« {text} » : lu « {first} »")
        for part in parts[1:]:
            same = gazetteer.index("cercle", "").same(name_of(part))
            if len(same) == 1 and not request.cercle:
                request = replace(request, cercle=same[0].thing.name)
                notes.append(f"cercle lu dans « {text} »")
    return request, tuple(notes)


def _known(column: str, text: str, gazetteer: Gazetteer) -> bool:
    if column == "commune":
        return bool(gazetteer.index("commune", "").same(name_of(text)))
    return name_of(text).base in gazetteer.villages_by_base
