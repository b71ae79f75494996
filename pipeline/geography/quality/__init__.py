"""What boundaries must satisfy before any map is drawn on them: one check a module, all alike.

A check takes Areas and raises BoundaryError naming the features at fault, or returns None. To add one,
add its module and its line in CHECKS. Levels that are empty (communes of the schematic grid) are passed
over; the checks run in order, so that a later one may rely on an earlier: nesting on codes that exist,
coverage on geometries that are valid.
"""

from collections.abc import Callable

from pipeline.geography.areas import Areas
from pipeline.geography.quality import codes, counts, coverage, extent, names, nesting, shapes
from pipeline.geography.quality.mending import mend

Check = Callable[[Areas], None]

CHECKS: tuple[Check, ...] = (codes.check, names.check, shapes.check, extent.check, nesting.check)


def check(areas: Areas, expected: dict[str, int]) -> tuple[Areas, str]:
    """Run every check, closing hair-thin faults between neighbours before the last.

    Returns the areas to use, and the French line that tells what was closed and the counts; a count that
    differs from `expected` (layer -> features) is told, not refused: a new division has other counts.
    Raises BoundaryError.
    """
    for one in CHECKS:
        one(areas)
    areas, mended = mend(areas)
    coverage.check(areas)
    return areas, " ; ".join(filter(None, [counts.tell(areas, expected), mended]))
