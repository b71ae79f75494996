"""The printed page: any Annex as a PNG, PDF or SVG, in millimetres. Entry: `draw`, with `prepare` and `basemap_for`."""

from pipeline.sheet.draw import Drawn, draw
from pipeline.sheet.ground import Shared, prepare
from pipeline.sheet.tiles import basemap_for

__all__ = ["Drawn", "Shared", "basemap_for", "draw", "prepare"]
