"""What boundaries must satisfy before any map is drawn on them: one check a module, all alike.

A check takes Areas and raises BoundaryError naming the features at fault, or returns None. To add one,
add its module and its line in CHECKS. Levels that are empty (communes of the schematic grid) are passed
over; the checks run in order, so that a later one may rely on an earlier.
"""

from collections.abc import Callable

from pipeline.geography.areas import Areas
from pipeline.geography.quality import codes, counts, coverage, extent, names, nesting, shapes

Check = Callable[[Areas], None]

CHECKS: tuple[Check, ...] = (
    codes.check,
    names.check,
    shapes.check,
    extent.check,
    coverage.check,
    nesting.check,
)


def check(areas: Areas, expected: dict[str, int]) -> str:
    """Run every check; return the French line that tells the counts (and where they differ from `expected`,
    which is no failure: a new division of the country has other counts). Raises BoundaryError."""
    for one in CHECKS:
        one(areas)
    return counts.tell(areas, expected)


__all__ = ["CHECKS", "Check", "check"]
