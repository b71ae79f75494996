"""The development list written as clerks write it: a column missing, wrong or swapped, a letter changed, names of 2025."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from pipeline.geography.divisions import division, lineage
from pipeline.places.gazetteer import Gazetteer
from pipeline.places.place import PlaceRequest
from pipeline.places.resolve import resolve
from tools.calibration.adminlevel import Matcher, answer
from tools.calibration.trials import Written

SEED = 13
LETTERS = "abdefgiklmnorstuwy"
SCANNED = (
    ("l", "1"), ("o", "0"), ("m", "rn"), ("u", "ii"), ("e", "c"), ("s", "5"), ("a", "o"), ("n", "u"), ("b", "6"),
)  # fmt: skip
"""A letter and what a scanner makes of it."""


@dataclass(frozen=True)
class Scene:
    """What the changes need: chance, and the country's names."""

    chance: random.Random
    gazetteer: Gazetteer

    def cercle(self, written: Written, same_region: bool) -> str | None:
        """The name of another cercle, of the same region or not."""
        own = self.gazetteer.communes[written.pcode]
        others = [
            area.name
            for area in self.gazetteer.cercles.values()
            if area.pcode != own.cercle_pcode and (area.region_pcode == own.region_pcode) == same_region
        ]
        return self.chance.choice(others) if others else None


Change = Callable[[PlaceRequest, Written, Scene], PlaceRequest | None]


def changed_letter(text: str, chance: random.Random) -> str:
    """One letter changed into another, dropped or added, or two letters swapped."""
    at, kind, letter = chance.randrange(len(text)), chance.choice("cdas"), chance.choice(LETTERS)
    if kind == "s" and at + 1 < len(text):
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return text[:at] + ("" if kind == "d" else letter) + text[at + (kind != "a") :]


def _letter(row: PlaceRequest, written: Written, scene: Scene) -> PlaceRequest:
    return replace(row, commune=changed_letter(written.commune, scene.chance))


def _scanned(row: PlaceRequest, written: Written, scene: Scene) -> PlaceRequest | None:
    text = written.commune.lower()
    found = [(old, new) for old, new in SCANNED if old in text[1:]]
    if not found:
        return None
    old, new = scene.chance.choice(found)
    at = text.index(old, 1)
    return replace(row, commune=text[:at] + new + text[at + 1 :])


def _swapped(row: PlaceRequest, written: Written, scene: Scene) -> PlaceRequest:
    return replace(row, cercle=row.commune, commune=row.cercle)


def _swapped_misspelt(row: PlaceRequest, written: Written, scene: Scene) -> PlaceRequest:
    return replace(row, cercle=changed_letter(written.commune, scene.chance), commune=row.cercle)


def _wrong_cercle(row: PlaceRequest, written: Written, scene: Scene) -> PlaceRequest | None:
    other = scene.cercle(written, same_region=True)
    return replace(row, cercle=other) if other else None


def _far_cercle(row: PlaceRequest, written: Written, scene: Scene) -> PlaceRequest | None:
    return replace(row, cercle=scene.cercle(written, same_region=False))


def _wrong_region(row: PlaceRequest, written: Written, scene: Scene) -> PlaceRequest:
    own = scene.gazetteer.communes[written.pcode].region_pcode
    others = [area.name for area in scene.gazetteer.regions.values() if area.pcode != own]
    return replace(row, region=scene.chance.choice(others))


def _named_2025(row: PlaceRequest, written: Written, scene: Scene) -> PlaceRequest | None:
    line = lineage().line(written.pcode)
    new = division("2025")
    region = new.region(line.cercle) if line else None
    if line is None or region is None:
        return None
    return replace(row, region=region.name, cercle=new.units[line.cercle].name)


ABLATIONS: dict[str, Change] = {
    "cercle absent": lambda row, written, scene: replace(row, cercle=None),
    "région absente": lambda row, written, scene: replace(row, region=None),
    "une lettre changée": _letter,
    "lettres d'un scanner": _scanned,
    "cercle et commune échangés": _swapped,
    "échangés, une lettre changée": _swapped_misspelt,
    "cercle faux, même région": _wrong_cercle,
    "cercle faux, autre région": _far_cercle,
    "région fausse": _wrong_region,
    "noms de 2025": _named_2025,
    "commune suivie de son cercle": lambda row, written, scene: replace(
        row, cercle=None, commune=f"{written.commune} {written.cercle}"
    ),
}


def rows(
    change: Change, names: Iterable[Written], gazetteer: Gazetteer
) -> list[tuple[Written, PlaceRequest]]:
    """The list changed in one way, always the same."""
    scene = Scene(random.Random(SEED), gazetteer)
    made = ((written, change(written.request("cercle"), written, scene)) for written in names)
    return [(written, row) for written, row in made if row is not None]


def ours(found: Iterable[tuple[Written, PlaceRequest]], gazetteer: Gazetteer) -> Counter[str]:
    """How many are right, wrong and asked."""
    counts: Counter[str] = Counter()
    for written, row in found:
        place = resolve(row, gazetteer)
        sure = place.commune_pcode if not place.question else ""
        counts["demandé" if not sure else "juste" if sure == written.pcode else "faux"] += 1
    return counts


def theirs(found: Iterable[tuple[Written, PlaceRequest]], gazetteer: Gazetteer) -> Counter[str]:
    """The same for AdminLevel, which is given region and cercle as they are read here."""
    matchers: dict[str, Matcher] = {}
    counts: Counter[str] = Counter()
    for written, row in found:
        code = answer(row, gazetteer, matchers)
        counts["demandé" if not code else "juste" if code == written.pcode else "faux"] += 1
    return counts


def table(names: list[Written], gazetteer: Gazetteer, quick: bool) -> None:
    """Print one line for each way of writing, AdminLevel's under it unless `quick`."""
    print(f"\n{'':34}{'lignes':>8}{'justes':>10}{'faux':>6}{'demandés':>10}")
    for label, change in ABLATIONS.items():
        found = rows(change, names, gazetteer)
        figures = [(label, ours(found, gazetteer))]
        if not quick:
            figures.append(("    AdminLevel", theirs(found, gazetteer)))
        for name, counts in figures:
            right = f"{100 * counts['juste'] / len(found):.1f} %".replace(".", ",")
            print(f"{name:34}{len(found):>8}{right:>10}{counts['faux']:>6}{counts['demandé']:>10}")
