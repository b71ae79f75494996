"""The country: where boundaries come from, how they are checked, and the layers they become.

Entries: `build` (make boundaries) and `load` (everything else).
"""

from pipeline.geography.country import Country
from pipeline.geography.store import build, load

__all__ = ["Country", "build", "load"]
