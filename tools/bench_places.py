"""How long 100,000 rows take to find their places: `python -m tools.bench_places [mali.gpkg]`.

Five thousand distinct spellings of communes and villages of the boundaries in use, most of them misspelt, with
and without their cercle, region and P-code; each stands in twenty rows. Prints wall and processor seconds and
the most memory that the process held. The aim: at most 3 s for the rows, under 500 MB.
"""

from __future__ import annotations

import random
import resource
import sys
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.geography import load
from pipeline.places import Gazetteer, Place, resolve_rows

if TYPE_CHECKING:
    import pandas as pd

ROWS, SPELLINGS = 100_000, 5_000
SLIPS = (
    ("ou", "w"), ("k", "c"), ("di", "dj"), ("i", "y"), ("n", ""), ("a", "aa"), ("é", "e"), ("o", "ou"), (" ", ""),
    ("s", "ss"),
)  # fmt: skip


def table(gazetteer: Gazetteer) -> pd.DataFrame:
    """ROWS rows of SPELLINGS distinct places as clerks would write them; always the same ones."""
    import pandas as pd

    chance = random.Random(2021)
    communes = list(gazetteer.communes.values())
    seen: dict[tuple[str | None, ...], None] = {}
    while len(seen) < SPELLINGS:
        commune = chance.choice(communes)
        villages = gazetteer.villages_of.get(commune.pcode, ())
        village = chance.choice(villages).name if villages and chance.random() < 0.5 else None
        region = gazetteer.regions[commune.region_pcode].name
        cercle = gazetteer.cercles[commune.cercle_pcode].name if chance.random() < 0.8 else None
        code = commune.pcode if chance.random() < 0.2 else None
        name = _slip(commune.name, chance) if chance.random() < 0.9 else None
        seen[region, cercle, name, _slip(village, chance) if village else None, code] = None
    rows = list(seen) * (ROWS // SPELLINGS)
    chance.shuffle(rows)
    columns = ["region", "cercle", "commune", "localite", "pcode"]
    nowhere = float("nan")
    return pd.DataFrame(rows, columns=columns).assign(latitude=nowhere, longitude=nowhere)


def _slip(name: str, chance: random.Random) -> str:
    old, new = chance.choice(SLIPS)
    changed = name.replace(old, new, 1)
    return changed.upper() if chance.random() < 0.3 else changed


def measured(gazetteer: Gazetteer) -> tuple[list[Place], float, float]:
    """The places of the table, wall seconds, processor seconds. The gazetteer comes without its indices."""
    rows = table(gazetteer)
    wall, processor = time.perf_counter(), time.process_time()
    places = resolve_rows(rows, gazetteer)
    return places, time.perf_counter() - wall, time.process_time() - processor


def main() -> None:
    """Print the figures."""
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else Path("boundaries/mali.gpkg")
    country = load(path)
    if country.finest != "commune":
        print("limites sans communes : rien à mesurer")
        return
    before = time.process_time()
    gazetteer = Gazetteer.of(country)
    print(f"{'gazetteer':34}{'':9}{time.process_time() - before:11.2f}")
    places, wall, processor = measured(gazetteer)
    print(f"{f'{ROWS:,} rows, {SPELLINGS:,} spellings':34}{wall:9.2f}{processor:11.2f}")
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    print(f"most memory {most:.0f} MB; {dict(Counter(place.level for place in places))}")


if __name__ == "__main__":
    main()
