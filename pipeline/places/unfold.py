"""Cells that hold more or less than one name: "Bamba (Koro)", "Sio et Socoura", "ML050613 Sio", "N/A", "Sio ?"."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from pipeline.places.codes import read_code
from pipeline.places.communes import of
from pipeline.places.gazetteer import Gazetteer
from pipeline.places.history import OTHER_NAMES
from pipeline.places.likeness import SAME_BASE
from pipeline.places.normalise import name_key, name_of
from pipeline.places.request import PlaceRequest

NOTHING = frozenset((
    "na", "nd", "nc", "nr", "nsp", "neant", "rien", "ras", "aucun", "aucune", "null", "none", "nan", "vide", "unknown",
    "inconnu", "inconnue", "nonconnu", "nonconnue", "nonprecise", "nonprecisee", "pasprecise", "apreciser",
    "nonrenseigne", "nonrenseignee", "nonspecifie", "nonspecifiee", "nonindique", "nonidentifie", "nondefini",
    "nondetermine", "indetermine", "nondisponible", "sansobjet", "x", "xx", "xxx", "0", "00",
))  # fmt: skip
"""Strict keys of what people write for "I do not know"."""

_MARKED = re.compile(r"[^\w\s]|\d|\b(?:et|ou|[aà] [vcp]|incertain|probable|peut)", re.IGNORECASE)
"""What no plain name has: only such cells are looked at more closely."""
_PARTS = re.compile(r"\s*[()\[\],;/|&+]\s*")
_JOINED = re.compile(r"\s*[()\[\],;/|&+]\s*|\s+(?:et|ou)\s+|\s+[-–—]\s+", re.IGNORECASE)
_SPREAD = re.compile(r"\s*[;,/|>]\s*|\s+[-–—]\s+")
_CODE = re.compile(r"(?<![^\W_])MLI?\s?\d{4,10}(?!\w)", re.IGNORECASE)
_AREA_CODE = re.compile(r"MLI?\s?\d{2,10}", re.IGNORECASE)
_BARE_CODE = re.compile(r"\s*(?:MLI?\s?)?0?\d{5,8}\s*", re.IGNORECASE)
_DOUBT = re.compile(
    r"[([]?\s*(?:(?<=[\s([])\?+|\b[aà] (?:v[ée]rifier|confirmer|pr[ée]ciser)\b|\bincertaine?\b|\bprobable(?:ment)?\b|"
    r"\bpeut[- ][eê]tre\b)\s*[)\]]?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Unfolded:
    """The request with its cells taken apart. notes: what was done (French). doubts: column -> what the writer
    leaves open in it (French): the row is then a question. several: names that stand together in the column."""

    request: PlaceRequest
    notes: tuple[str, ...] = ()
    doubts: tuple[tuple[str, str], ...] = ()
    several: tuple[str, ...] = ()


def unfold(request: PlaceRequest, gazetteer: Gazetteer) -> Unfolded:
    """Take the cells of one row apart. A cell whose whole text is a known name is not touched.

    A part after the name says the cercle where no cercle is written and it is just so named; else it is left
    aside, and told.
    """
    before: list[str] = []
    for column in ("commune", "localite"):
        request = _without_its_cercle(request, column, gazetteer, before)
    unfolded = _unfolded(request, gazetteer)
    return replace(unfolded, notes=(*before, *unfolded.notes)) if before else unfolded


def _without_its_cercle(
    request: PlaceRequest, column: str, gazetteer: Gazetteer, notes: list[str]
) -> PlaceRequest:
    """ "Bamba Bourem": a name with its cercle or region, which is the one written or stands for it; "Nioro du Sahel":
    the other name of a town."""
    text = getattr(request, column)
    words = text.split() if text else []
    if not 2 <= len(words) <= 5 or _known(column, text, gazetteer):
        return request
    other = OTHER_NAMES.get(name_key(text))
    if other and _known(column, other, gazetteer):
        notes.append(f"« {text} » : autre nom de {other.capitalize()}")
        return _with(request, column, other.capitalize())
    for at in range(len(words) - 1, 0, -1):
        name, area = " ".join(words[:at]), name_of(" ".join(words[at:]))
        cercles = gazetteer.index("cercle", "").same(area)
        if len(cercles) != 1 or cercles[0].score < SAME_BASE or area.number:
            continue
        cercle = cercles[0].thing
        scope = gazetteer.index("commune" if column == "commune" else "localite", cercle.pcode)
        same = scope.same(name_of(name))
        if not same or same[0].score < SAME_BASE:
            continue
        written = gazetteer.index("cercle", "").same(name_of(request.cercle)) if request.cercle else []
        if written and written[0].thing is not cercle:
            continue
        notes.append(f"« {text} » lu « {name} », dans le cercle {of(cercle.name)}")
        request = _with(request, column, name)
        return request if request.cercle else replace(request, cercle=cercle.name)
    return request


def _unfolded(request: PlaceRequest, gazetteer: Gazetteer) -> Unfolded:
    cells = (request.region, request.cercle, request.commune, request.localite)
    if not any(text and (_MARKED.search(text) or name_key(text) in NOTHING) for text in cells):
        return Unfolded(request)
    notes: list[str] = []
    request = _without_nothing(request, gazetteer, notes)
    request = _spread(request, gazetteer, notes)
    request = _codes_out(request, gazetteer, notes)
    doubts: list[tuple[str, str]] = []
    several: list[str] = []
    for column in ("region", "cercle", "commune", "localite"):
        cell = getattr(request, column)
        if not cell or not (_JOINED.search(cell) or _DOUBT.search(cell) or "?" in cell):
            continue
        request, text, doubt = _without_doubt(request, column, gazetteer)
        if doubt:
            doubts.append((column, doubt))
        if not text or column in ("region", "cercle") or _known(column, text, gazetteer):
            continue
        named = [part for part in _JOINED.split(text) if name_key(part) and _known(column, part, gazetteer)]
        # What stands beside a name is often where it lies: "Bamba (Koro)", "Kouna (Sio)".
        lies_in = name_of(request.commune or "").sound if column == "localite" else ""
        named = [part for part in named if name_of(part).sound != lies_in]
        others = [part for part in named[1:] if not gazetteer.index("cercle", "").same(name_of(part))]
        if others and len({name_of(part).sound for part in (named[0], *others)}) > 1:
            doubts.append((column, f"« {text} » nomme plusieurs lieux"))
            several += named
        request = _first_part(request, column, text, gazetteer, notes)
    return Unfolded(request, tuple(notes), tuple(doubts), tuple(several))


def _without_doubt(
    request: PlaceRequest, column: str, gazetteer: Gazetteer
) -> tuple[PlaceRequest, str | None, str]:
    """The request without a question mark or "à vérifier" in one cell, the cell, and what was there (French)."""
    text = getattr(request, column)
    if not text:
        return request, None, ""
    told = f"« {text} » : un doute est écrit"
    if _known(column, text, gazetteer):
        return request, text, told if text.rstrip(" )]").endswith("?") else ""
    bare = _DOUBT.sub(" ", text).strip(" ,;-")
    if bare == text.strip() or not name_key(bare):
        return request, text, ""
    return _with(request, column, bare), bare, told


def _without_nothing(request: PlaceRequest, gazetteer: Gazetteer, notes: list[str]) -> PlaceRequest:
    for column in ("region", "cercle", "commune", "localite"):
        text = getattr(request, column)
        if not text:
            continue
        written = any(c.isalnum() for c in text)
        if not written or (name_key(text) in NOTHING and not _known(column, text, gazetteer)):
            notes.append(f"« {text} » dans la colonne {_called(column)} : pas de nom")
            request = _with(request, column, None)
    return request


def _spread(request: PlaceRequest, gazetteer: Gazetteer, notes: list[str]) -> PlaceRequest:
    """ "Mopti; Djenné; Kewa" in one cell, the next ones empty: a row whose separator was not understood."""
    columns = ("region", "cercle", "commune", "localite")
    for at, level in ((0, "region"), (1, "cercle")):
        text = getattr(request, columns[at])
        parts = [part for part in _SPREAD.split(text) if name_key(part)] if text else []
        following = columns[at + 1 : at + len(parts)]
        if not 2 <= len(parts) <= 4 - at or any(getattr(request, column) for column in following):
            continue
        index = gazetteer.index(level, "")
        same_level = index.same(name_of(parts[1]))
        next_level = level == "cercle" or gazetteer.index("cercle", "").same(name_of(parts[1]))
        if index.same(name_of(text)) or not index.same(name_of(parts[0])) or not next_level:
            continue
        if same_level and level == "cercle":
            continue  # two cercles, not a cercle and a commune
        notes.append(f"« {text} » dans la colonne {_called(columns[at])} : réparti sur ses colonnes")
        for column, part in zip(columns[at:], parts, strict=False):
            request = _with(request, column, part)
        return request
    return request


def _codes_out(request: PlaceRequest, gazetteer: Gazetteer, notes: list[str]) -> PlaceRequest:
    """P-codes in the columns of names. A region's stands for its name; a cercle's depends on the division."""
    for column in ("region", "cercle"):
        text = getattr(request, column)
        if text and _AREA_CODE.fullmatch(text.strip()):
            area = gazetteer.regions.get(read_code(text).code[:4]) if column == "region" else None
            told = area.name if area else "non lu, les codes de cercle changent d'un découpage à l'autre"
            notes.append(f"P-code « {text} » dans la colonne {_called(column)} : {told}")
            request = _with(request, column, area.name if area else None)
    for column in ("commune", "localite"):
        text = getattr(request, column)
        found = (_CODE.search(text) or _BARE_CODE.fullmatch(text)) if text else None
        if not found:
            continue
        rest = (text[: found.start()] + " " + text[found.end() :]).strip(" ()[]-–—:;,/")
        used = "" if not request.pcode else " (non lu : la colonne pcode en a un)"
        notes.append(f"P-code « {found[0].strip()} » dans la colonne {_called(column)}{used}")
        code = request.pcode or read_code(found[0]).code or None
        request = replace(_with(request, column, rest if name_key(rest) else None), pcode=code)
    return request


def _first_part(
    request: PlaceRequest, column: str, text: str, gazetteer: Gazetteer, notes: list[str]
) -> PlaceRequest:
    parts = [part for part in _PARTS.split(text) if name_key(part)]
    if column == "localite" and len(parts) > 1 and request.commune:  # "Sio/Kouna" in Sio
        parts.sort(key=lambda part: name_of(part).sound == name_of(request.commune or "").sound)
    if len(parts) < 2 or _known(column, text, gazetteer):
        return request
    if len(name_key(parts[0])) < 2:  # "C/R Doucombo": no name is one letter long
        return request
    request = _with(request, column, parts[0])
    notes.append(f"« {text} » : lu « {parts[0]} »")
    for part in parts[1:]:
        same = gazetteer.index("cercle", "").same(name_of(part))
        if len(same) != 1:
            continue
        if not request.cercle:
            request = replace(request, cercle=same[0].thing.name)
            notes.append(f"cercle lu dans « {text} »")
        elif [hit.thing for hit in gazetteer.index("cercle", "").same(name_of(request.cercle))] != [
            same[0].thing
        ]:
            notes.append(f"« {part} » dans « {text} » n'est pas le cercle écrit")
    return request


def _with(request: PlaceRequest, column: str, text: str | None) -> PlaceRequest:
    changed: dict[str, Any] = {column: text}
    return replace(request, **changed)


def _known(column: str, text: str, gazetteer: Gazetteer) -> bool:
    if column == "localite":
        return name_of(text).base in gazetteer.villages_by_base
    return bool(gazetteer.index(column, "").same(name_of(text)))


def _called(column: str) -> str:
    return {"localite": "village", "region": "région"}.get(column, column)
