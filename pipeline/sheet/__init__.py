"""The printed page: any Annex as a PNG, PDF or SVG, in millimetres. Entry: `draw`, with `prepare`."""

from pipeline.sheet.draw import Drawn, draw
from pipeline.sheet.shared import Shared, prepare

__all__ = ["Drawn", "Shared", "draw", "prepare"]
