"""The trials: each written name with its commune in the gazetteer, then with its commune taken out."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.places.gazetteer import Area, Former, Gazetteer, Village
from pipeline.places.place import PlaceRequest

SCOPES = ("cercle", "region", "pays")
"""What stands beside the name: region and cercle, the region alone, neither."""
LABELS = {"cercle": "cercle donné", "region": "région seule", "pays": "ni l'un ni l'autre"}


@dataclass(frozen=True)
class Written:
    """One line of the development list. pcode: the commune it stands for."""

    source: str
    region: str
    cercle: str
    commune: str
    pcode: str

    def request(self, scope: str) -> PlaceRequest:
        """What a row of the officer's table would hold."""
        return PlaceRequest(
            region=self.region if scope != "pays" else None,
            cercle=self.cercle if scope == "cercle" else None,
            commune=self.commune,
        )


def read(path: Path) -> list[Written]:
    """The development list: columns source, region_raw, cercle_raw, commune_raw, pcode_2021."""
    with path.open(encoding="utf-8", newline="") as stream:
        return [
            Written(
                row["source"], row["region_raw"], row["cercle_raw"], row["commune_raw"], row["pcode_2021"]
            )
            for row in csv.DictReader(stream)
        ]


def official_only(gazetteer: Gazetteer) -> Gazetteer:
    """The gazetteer with official names alone: a list that is itself the source of the other spellings would
    else be matched with itself."""
    bare = {
        code: replace(area, spellings=area.spellings[:1], sources=area.sources[:1])
        for code, area in gazetteer.communes.items()
    }
    return replace(gazetteer, communes=bare)


def missing_from_boundaries(gazetteer: Gazetteer, pcode: str) -> Gazetteer:
    """A boundary file that lacks one commune: the crosswalk and the list of villages still know it."""
    gone = gazetteer.communes[pcode]
    changed = {v: replace(v, commune="") for v in gazetteer.villages_of.get(pcode, ()) if v.commune == pcode}
    return _without(gazetteer, gone, {pcode: gone}, changed, gazetteer.old_codes)


def missing_everywhere(gazetteer: Gazetteer, pcode: str) -> Gazetteer:
    """A commune that nothing here has heard of: no boundary, no village, and no crosswalk to miss it."""
    gone = gazetteer.communes[pcode]
    changed: dict[Village, Village | None] = dict.fromkeys(gazetteer.villages_of.get(pcode, ()))
    return _without(gazetteer, gone, {}, changed, {})


def created_since(gazetteer: Gazetteer, pcode: str) -> Gazetteer:
    """As `missing_everywhere`, and the numbering of the boundaries does not betray it either: a commune made of
    parts of others after these boundaries were drawn."""
    without = missing_everywhere(gazetteer, pcode)
    without.__dict__["skipped"] = ()
    return without


def _without(
    gazetteer: Gazetteer,
    gone: Area,
    lost: dict[str, Area],
    changed: Mapping[Village, Village | None],
    old_codes: dict[str, Former],
) -> Gazetteer:
    """The gazetteer without one commune and with some villages changed (None: left out).

    What does not concern them is taken over ready made, or seven hundred gazetteers would take an hour.
    """

    def patched(villages: Iterable[Village]) -> tuple[Village, ...]:
        kept = (changed.get(village, village) for village in villages)
        return tuple(village for village in kept if village is not None)

    bare = replace(
        gazetteer,
        communes={code: area for code, area in gazetteer.communes.items() if code != gone.pcode},
        lost=lost,
        old_codes={old: new for old, new in old_codes.items() if new[0] != gone.pcode},
        former={
            parent: tuple(code for code in codes if code != gone.pcode)
            for parent, codes in gazetteer.former.items()
        },
    )
    touched = {gone.pcode, gone.cercle_pcode, gone.region_pcode, *gazetteer.former}
    touched |= {
        code[:n] for village in changed for code in (village.commune, village.recorded) for n in (4, 6, 8)
    }
    bases = {name.base for village in changed for name in village.spellings}
    bare.__dict__["villages_of"] = gazetteer.villages_of | {
        scope: patched(gazetteer.villages_of.get(scope, ())) for scope in touched
    }
    bare.__dict__["villages_by_base"] = gazetteer.villages_by_base | {
        base: patched(gazetteer.villages_by_base[base]) for base in bases
    }
    bare.__dict__["chief_places"] = gazetteer.chief_places | {
        base: tuple(v for v in patched(gazetteer.chief_places.get(base, ()))) for base in bases
    }
    bare.__dict__["_indices"] = {k: v for k, v in gazetteer._indices.items() if k[1] not in {"", *touched}}
    return bare


def removed(
    names: list[Written], gazetteer: Gazetteer, take_out: Callable[[Gazetteer, str], Gazetteer]
) -> Iterator[tuple[Written, Gazetteer]]:
    """Each name with a gazetteer that lacks its commune."""
    current, without = "", gazetteer
    for written in sorted(names, key=lambda w: (w.pcode, w.source, w.commune)):
        if written.pcode != current:
            current, without = written.pcode, take_out(gazetteer, written.pcode)
        yield written, without
