"""The trials: each written name with its commune in the gazetteer, then with its commune taken out."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.places.gazetteer import Gazetteer
from pipeline.places.request import PlaceRequest

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
    villages = [replace(v, commune="") if v.commune == pcode else v for v in gazetteer.villages if pcode]
    return replace(
        _without(gazetteer, pcode), villages=tuple(villages), lost={pcode: gazetteer.communes[pcode]}
    )


def missing_everywhere(gazetteer: Gazetteer, pcode: str) -> Gazetteer:
    """A commune that nothing here has heard of: no boundary, no village, and no crosswalk to miss it."""
    villages = [v for v in gazetteer.villages if pcode not in (v.commune, v.recorded)]
    return replace(_without(gazetteer, pcode), villages=tuple(villages), lost={}, old_codes={})


def _without(gazetteer: Gazetteer, pcode: str) -> Gazetteer:
    return replace(
        gazetteer,
        communes={code: area for code, area in gazetteer.communes.items() if code != pcode},
        old_codes={old: new for old, new in gazetteer.old_codes.items() if new[0] != pcode},
        former={parent: tuple(c for c in codes if c != pcode) for parent, codes in gazetteer.former.items()},
    )


def removed(
    names: list[Written], gazetteer: Gazetteer, take_out: Callable[[Gazetteer, str], Gazetteer]
) -> Iterator[tuple[Written, Gazetteer]]:
    """Each name with a gazetteer that lacks its commune."""
    current, without = "", gazetteer
    for written in sorted(names, key=lambda w: (w.pcode, w.source, w.commune)):
        if written.pcode != current:
            current, without = written.pcode, take_out(gazetteer, written.pcode)
        yield written, without
