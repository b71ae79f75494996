"""What a name becomes: a place with its evidence, or a question."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Literal

SEVERAL_REGIONS = "plusieurs régions"
"""Method of a place that is known, and lies in several regions of the division drawn."""
Reached = Literal["localite", "commune", "cercle", "region", "aucun"]


@dataclass(frozen=True)
class Candidate:
    """A place that a name could stand for. score: 0 to 100. reason: French, why it is proposed."""

    pcode: str
    level: str
    name: str
    score: float
    reason: str


@dataclass(frozen=True)
class Place:
    """Where one row stands, and why we believe it.

    level: the finest level that is certain. pcode: of that level (for a locality, its commune's P-code:
    localities have none of their own); region_pcode, cercle_pcode, commune_pcode: "" where not reached.
    name: official name at the level reached. longitude, latitude: degrees WGS 84 of the locality or of
    the coordinates given, None where only an area is known. method: French word for how it was found
    ("exact", "p-code", "p-code 2015 traduit", "coordonnées", "décision", "orthographe", "non trouvé",
    ...). score: 0 to 100. runner_up, runner_up_score: the second best, "" and 0 where none.
    evidence: French phrases for and against. question: whether the officer must decide (the row is then
    "to verify", and counts meanwhile at `level`). candidates: for the question, best first. unit: the
    region or cercle of another division that is written ("2025:ML1903"), "" where none. abroad: the neighbouring country
    that is written, "" for a place in Mali. support: how much of the
    row speaks for it, more than for anything else; two readings of one row are told apart by it.
    """

    level: Reached = "aucun"
    pcode: str = ""
    region_pcode: str = ""
    cercle_pcode: str = ""
    commune_pcode: str = ""
    name: str = ""
    longitude: float | None = None
    latitude: float | None = None
    locality: str = ""
    method: str = ""
    score: float = 0.0
    runner_up: str = ""
    runner_up_score: float = 0.0
    evidence: tuple[str, ...] = ()
    question: bool = False
    candidates: tuple[Candidate, ...] = ()
    unit: str = ""
    abroad: str = ""
    support: float = 0.0

    @property
    def precision(self) -> str:
        """French: how precise the point of a symbol is."""
        return "inconnue" if self.level == "aucun" else level_word(self.level)


def level_word(level: str) -> str:
    """A level, or the column of its names, as the officer calls it: "village", "commune", "cercle", "région"."""
    return {"localite": "village", "region": "région"}.get(level, level)


# What a row says about its place, and how sure one must be to believe it.


@dataclass(frozen=True)
class PlaceRequest:
    """The place columns of one row as written; None where empty. latitude, longitude: degrees WGS 84."""

    region: str | None = None
    cercle: str | None = None
    commune: str | None = None
    localite: str | None = None
    pcode: str | None = None
    latitude: float | None = None
    longitude: float | None = None

    def cleaned(self) -> PlaceRequest:
        """Blank texts and coordinates that are no point on Earth become None."""
        texts = {f.name: (getattr(self, f.name) or "").strip() or None for f in fields(self)[:5]}
        lat, lon = self.latitude, self.longitude
        point = lat is not None and lon is not None and abs(lat) <= 90 and abs(lon) <= 180  # NaN fails too
        if all(getattr(self, name) == text for name, text in texts.items()) and (point or lat is lon is None):
            return self
        return replace(self, **texts, latitude=lat if point else None, longitude=lon if point else None)

    @property
    def empty(self) -> bool:
        return not any((self.region, self.cercle, self.commune, self.localite, self.pcode)) and not self.point

    @property
    def point(self) -> bool:
        return self.latitude is not None and self.longitude is not None

    @property
    def names(self) -> tuple[str, str, str, str]:
        """Region, cercle, commune and village, "" where empty."""
        return self.region or "", self.cercle or "", self.commune or "", self.localite or ""

    @property
    def as_written(self) -> str:
        """The names in order, for the audit trail: "Mopti > Djenné > Kewa > Nantimore [ML050306]"."""
        text = " > ".join(t or "–" for t in self.names)
        text = text.removesuffix(" > –").removesuffix(" > –")
        if self.pcode:
            text += f" [{self.pcode}]"
        if self.point:
            text += f" ({self.latitude:.5g}, {self.longitude:.5g})"
        return text


JUST_SO, SAME_SOUNDS = 99.0, 96.0
"""Scores of the same letters but for generic words, and of the same sounds (see `likeness`)."""


@dataclass(frozen=True)
class Bar:
    """What an accepted spelling must reach: a score, and a margin over the next best (both 0 to 100)."""

    score: float
    margin: float

    def passed(self, best: float, second: float) -> bool:
        """A name written just so needs no margin over names that do not even sound the same."""
        just_so = best >= JUST_SO and second < SAME_SOUNDS
        return best >= self.score and (just_so or best - second >= self.margin)


AREA_BARS = {"region": Bar(80.0, 12.0), "cercle": Bar(80.0, 12.0), "pays": Bar(84.0, 12.0)}
"""For a region; for a cercle whose region is known; for a cercle alone. No commune's name passes for a cercle or
region that it is not."""
COMMUNE_BARS = {"cercle": Bar(84.0, 12.0), "region": Bar(91.0, 5.0), "pays": Bar(92.0, 5.0)}
"""By what is known beside the name: its cercle, its region, neither. From `python -m tools.calibration`; see
docs/appariement.md."""
VILLAGE_BAR = Bar(82.0, 15.0)
"""Within a known commune: a wrong village would still stand in the right commune."""
PLAUSIBLE = 60.0
"""From here on a name is worth showing to the officer, and supports what another column says."""
TELLING = 78.0
"""From here on a village of the commune given is asked about: its name may be meant. Below, it is another's."""


@dataclass(frozen=True, slots=True)
class Located:
    """One input row and its place. place: None where the row was refused, with the reason in `refusal`.

    destination: for rows that tell where people went. file, row: where it stands in the officer's tables ("" and 0 where
    not known). read, destination_read: the places as they were read, in the division that rows are read in.
    """

    table: str
    month: str
    id: str
    request: PlaceRequest
    place: Place | None
    destination_request: PlaceRequest | None = None
    destination: Place | None = None
    refusal: str = ""
    file: str = ""
    row: int = 0
    read: Place | None = None
    destination_read: Place | None = None
