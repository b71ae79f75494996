"""What was read otherwise than written: found by holding each row's texts against the place that was drawn.

Nothing here trusts the reading's own notes: a change that no rule told of is found all the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from pipeline.places.codes import read_code
from pipeline.places.decisions import Decided, DecisionKey, decided_prefix, decision_key
from pipeline.places.gazetteer import NEW_CERCLES, NEW_REGIONS, OTHER_NAMES, THE_COUNTRY, Area, Gazetteer
from pipeline.places.names import Name, likeness, name_key, name_of
from pipeline.places.place import PLAUSIBLE, Located, Place, PlaceRequest, level_word
from pipeline.places.read import read_frame

KINDS = {
    "inconnu": "région ou cercle que rien ne connaît",
    "étranger": "lieu dans un pays voisin",
    "région": "région changée",
    "cercle": "cercle changé",
    "colonne": "colonne lue pour une autre",
    "code écarté": "P-code écarté",
    "code traduit": "P-code lu dans un autre découpage",
    "point": "point écarté",
    "découpage": "division écrite autre que celle dessinée, lue par la lignée des communes",
    "orthographe": "orthographe",
    "autre nom": "autre nom du même lieu",
}
"""Kind of change -> what it says, the gravest first."""
_ALIKE = PLAUSIBLE + 10
"""Likeness from which a text is the name itself, misspelt, and not another name."""


@dataclass(frozen=True)
class ReadingChange:
    """One text of a row that was read otherwise. column: where it stands. names: the names that it is to be decided
    by, "" for those that do not matter: a region's is decided for all its rows. read: what it was read as; code: of
    that place, "" where nothing is known. village: the village chosen, where it is one."""

    kind: str
    column: str
    written: str
    read: str
    code: str
    names: tuple[str, str, str, str]
    village: str = ""


@dataclass
class Lecture:
    """One distinct change, and the rows that have it. example: of the first, table and id. why: French."""

    change: ReadingChange
    example: str
    why: str
    rows: int = 0
    months: set[str] = field(default_factory=set)
    tables: set[str] = field(default_factory=set)


def changes(
    request: PlaceRequest,
    place: Place,
    gazetteer: Gazetteer,
    told: Place | None = None,
    drawn: Mapping[str, str] | None = None,
) -> Iterator[ReadingChange]:
    """What one row's texts and its place do not have in common.

    place: as read, in the division of the gazetteer. told: as it is drawn, where that is another division; drawn: P-code
    -> name of the regions and cercles drawn. A question is asked elsewhere: only what was read on the way to it is given.
    """
    if place.method == "décision":
        return
    if place.abroad:
        yield ReadingChange("étranger", "region", request.as_written, place.abroad, "", request.names)
        return
    for change in _changes(request.cleaned(), place, gazetteer):
        if place.question and change.kind in ("région", "cercle", "colonne"):
            continue
        if change.kind == "découpage" and told and drawn and _as_drawn(change, told, drawn):
            continue
        yield change
    if told and told is not place and drawn:
        yield from _told_elsewhere(request.cleaned(), place, told, drawn, gazetteer)


def _as_drawn(change: ReadingChange, told: Place, drawn: Mapping[str, str]) -> bool:
    """Whether a region or cercle of another division is the one that is drawn after all."""
    code = told.region_pcode if change.column == "region" else told.cercle_pcode
    return name_of(drawn.get(code, "")).sound == name_of(change.written).sound


def _told_elsewhere(
    request: PlaceRequest, place: Place, told: Place, drawn: Mapping[str, str], gazetteer: Gazetteer
) -> Iterator[ReadingChange]:
    """What is written as it was read, and drawn in another region or cercle of the division told."""
    region, cercle, *_ = request.names
    for column, text, code, read, names in (
        ("region", region, told.region_pcode, place.region_pcode, (region, "", "", "")),
        ("cercle", cercle, told.cercle_pcode, place.cercle_pcode, (region, cercle, "", "")),
    ):
        name, known = drawn.get(code, ""), gazetteer.area(read)
        same = known is None or name_of(name).sound in {name_of(text).sound, known.spellings[0].sound}
        if text and name and not same:
            there = f"{level_word(column)} {name} (division dessinée)"
            yield ReadingChange("découpage", column, text, there, read, names)


def _changes(request: PlaceRequest, place: Place, gazetteer: Gazetteer) -> Iterator[ReadingChange]:
    region, cercle = gazetteer.regions.get(place.region_pcode), gazetteer.cercles.get(place.cercle_pcode)
    frame = read_frame(request, gazetteer)
    if request.region and name_key(request.region) not in THE_COUNTRY:
        names = (request.region, "", "", "")
        if region is None and frame.region is None and frame.unit is None:
            yield ReadingChange("inconnu", "region", request.region, "", "", names)
        elif region is not None:
            yield from _area(request.region, "region", region, names, request, gazetteer)
    if request.cercle:
        names = (request.region or "", request.cercle, "", "")
        if cercle is None and frame.unread:
            yield ReadingChange("inconnu", "cercle", request.cercle, "", "", names)
        elif cercle is not None or (region is not None and frame.unit is not None):
            yield from _area(request.cercle, "cercle", cercle or region, names, request, gazetteer)
    if place.commune_pcode:
        yield from _commune(request, place, gazetteer.communes[place.commune_pcode], gazetteer)
    yield from _code_and_point(request, place, gazetteer)


def _area(
    text: str, column: str, area: Area | None, names: DecisionKey, request: PlaceRequest, gazetteer: Gazetteer
) -> Iterator[ReadingChange]:
    assert area is not None
    name = name_of(text)
    if name_key(text) == name_key(area.name) or _same_form(name, area.spellings[0]):
        return
    units = {hit.thing.pcode for hit in gazetteer.index(f"unit {column}", "").same(name)}
    alike = max((likeness(name, spelling) for spelling in area.spellings), default=0.0)
    cut_from = NEW_REGIONS if column == "region" else NEW_CERCLES
    divided = cut_from.get(name.key, cut_from.get(name.base, ""))
    other = OTHER_NAMES.get(name.key, OTHER_NAMES.get(name.base, ""))
    if area.level == column and (alike >= _ALIKE or not name.key):
        kind = "orthographe"
    elif area.level == column and other in {spelling.key for spelling in area.spellings}:
        kind = "autre nom"
    elif divided == name_key(area.name) or any(
        gazetteer.meeting(gazetteer.units[unit], area) for unit in units
    ):
        kind = "découpage"
    elif area.level == column and _stands_elsewhere(name, column, gazetteer):
        kind = "colonne"
    else:
        near = gazetteer.index(f"unit {column}", "").search(name, limit=1) if area.level == column else []
        misspelt = any(hit.score >= _ALIKE and gazetteer.meeting(hit.thing, area) for hit in near)
        kind = "découpage" if misspelt else level_word(column)
    yield ReadingChange(kind, column, text, f"{level_word(area.level)} {area.name}", area.pcode, names)


def _stands_elsewhere(name: Name, column: str, gazetteer: Gazetteer) -> bool:
    """Whether a text of the region or cercle column names something of another level."""
    others = {"region": ("cercle", "commune"), "cercle": ("commune", "region")}[column]
    return any(gazetteer.index(level, "").same(name) for level in others)


def _same_form(one: Name, other: Name) -> bool:
    return (one.base, one.number) == (other.base, other.number)


def _same_letters(one: Name, other: Name) -> bool:
    return one.key == other.key or _same_form(one, other)


def _commune(
    request: PlaceRequest, place: Place, commune: Area, gazetteer: Gazetteer
) -> Iterator[ReadingChange]:
    region, cercle, written, localite = request.names
    read = f"commune {commune.name}"
    if written:
        name, official = name_of(written), commune.spellings[0]
        if not _same_letters(name, official):
            same = any(_same_letters(name, spelling) for spelling in commune.spellings[1:])
            alike = likeness(name, official) >= _ALIKE
            kind = "orthographe" if alike else "autre nom" if same else "colonne"
            yield ReadingChange(kind, "commune", written, read, commune.pcode, (region, cercle, written, ""))
    if localite and not written and place.method == "colonne village":
        yield ReadingChange("colonne", "localite", localite, read, commune.pcode, request.names)
    elif localite and place.locality:
        name, found = name_of(localite), name_of(place.locality)
        if not _same_letters(name, found):
            kind = "orthographe" if likeness(name, found) >= _ALIKE else "autre nom"
            read, code = f"village {place.locality}", commune.pcode
            yield ReadingChange(kind, "localite", localite, read, code, request.names, place.locality)


def _code_and_point(request: PlaceRequest, place: Place, gazetteer: Gazetteer) -> Iterator[ReadingChange]:
    """A code and a point that are not those of the place drawn; of a cercle or region, where that is no question
    already."""
    commune = gazetteer.communes.get(place.commune_pcode)
    area = commune or gazetteer.area(place.pcode)
    if area is None or (place.question and commune is None):
        return
    read = f"{level_word(area.level)} {area.name}"
    code = read_code(request.pcode).code if request.pcode else ""
    if request.pcode and code not in (area.pcode, area.cercle_pcode, area.region_pcode):
        unit, former = gazetteer.units.get(f"2025:{code}"), gazetteer.old_codes.get(code)
        known = unit and (gazetteer.holds(unit, area) if commune else gazetteer.meeting(unit, area))
        known = known or (commune and former and former.pcode == area.pcode)
        kind = "code traduit" if known else "code écarté"
        yield ReadingChange(kind, "pcode", request.pcode, read, area.pcode, request.names)
    if request.point and (place.longitude, place.latitude) != (request.longitude, request.latitude):
        written = f"{request.latitude:.5g}, {request.longitude:.5g}"
        yield ReadingChange("point", "latitude, longitude", written, read, area.pcode, request.names)


def lectures(
    rows: Iterable[Located],
    gazetteer: Gazetteer,
    decisions: Mapping[DecisionKey, Decided] | None = None,
    drawn: Mapping[str, str] | None = None,
) -> list[Lecture]:
    """The distinct changes, the gravest kinds first, then those of most rows.

    What a decision settles is no more listed. drawn: as in `changes`.
    """
    found: dict[tuple[object, ...], Lecture] = {}
    seen: dict[tuple[int, int], list[Lecture]] = {}
    for item in rows:
        for request, place, told in (
            (item.request, item.read, item.place),
            (item.destination_request, item.destination_read, item.destination),
        ):
            if request is None or place is None:
                continue
            pair, example = (id(request), id(place)), f"{item.table} {item.id}"
            if pair not in seen:
                seen[pair] = [
                    found.setdefault(_same(change), Lecture(change, example, _why(change, place)))
                    for change in changes(request, place, gazetteer, told, drawn)
                    if not (decisions and _decided(change, decisions))
                ]
            for lecture in seen[pair]:
                lecture.rows += 1
                lecture.months.update({item.month} - {""})  # a table of the year has none
                lecture.tables.add(item.table)
    order = list(KINDS)
    return sorted(
        _codes_together(list(found.values())),
        key=lambda one: (order.index(one.change.kind), -one.rows, one.change.names, one.change.written),
    )


MOST_CODES = 40
"""P-codes read otherwise are told one by one up to so many: from there on, the file's codes are of another numbering."""


def _codes_together(found: list[Lecture]) -> list[Lecture]:
    """One line for all P-codes of a kind where they are many, with the count of their rows: no answer to one of a
    thousand lines would be given, and the graver ones would be lost among them."""
    for kind in ("code écarté", "code traduit"):
        many = [one for one in found if one.change.kind == kind]
        if len(many) > MOST_CODES:
            first = many[0]
            written = f"{len(many)} P-codes, par exemple {first.change.written}"
            why = f"le nom écrit est suivi, non le code ; {first.change.written} : {first.why}"
            change = ReadingChange(kind, "pcode", written, "le lieu que dit le nom", "", ("", "", "", ""))
            together = Lecture(change, first.example, why, sum(one.rows for one in many))
            together.months.update(*(one.months for one in many))
            together.tables.update(*(one.tables for one in many))
            found = [one for one in found if one.change.kind != kind] + [together]
    return found


def _same(change: ReadingChange) -> tuple[object, ...]:
    """What makes two changes one: names but for case and accents. A point differs from row to row: it is set aside
    for the names beside it."""
    written = "" if change.kind == "point" else name_key(change.written)
    names = tuple(map(name_key, change.names)) if change.kind != "code traduit" else ()
    return change.kind, change.column, written, change.read, change.code, names


def _decided(change: ReadingChange, decisions: Mapping[DecisionKey, Decided]) -> bool:
    key = decision_key(PlaceRequest(*change.names))
    return key in decisions or decided_prefix(key, decisions) is not None


def _why(change: ReadingChange, place: Place) -> str:
    """The phrases of the evidence that speak of the text, or all of them where none does."""
    about = [text for text in place.evidence if change.written and change.written in text]
    return " ; ".join(about or place.evidence)


def counted(found: Iterable[Lecture]) -> str:
    """ "cercle changé 3, orthographe 12": rows by kind, "" where nothing was read otherwise (French)."""
    rows: Counter[str] = Counter()
    for one in found:
        rows[one.change.kind] += one.rows
    return ", ".join(f"{KINDS[kind]} {rows[kind]}" for kind in KINDS if kind in rows)
