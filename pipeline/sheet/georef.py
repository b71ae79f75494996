"""World file and projection of a PNG's main frame, so that a GIS lays the page where it belongs."""

from __future__ import annotations

import numpy as np

from pipeline.sheet.paint import DPI
from pipeline.sheet.projection import Frame, crs


def world_file(frame: Frame, height: int) -> str:
    """Six lines: pixel size and the centre of the upper left pixel, metres. Valid inside the main frame;
    the grid is that of the whole image. height: of the image in pixels."""
    pixel = 25.4 / DPI
    metres = frame.scale * pixel
    left, top = frame.ground(np.array([(0.5 * pixel, (height - 0.5) * pixel)]))[0]
    return "".join(f"{value:.10f}\n" for value in (metres, 0.0, 0.0, -metres, left, top))


def projection_file() -> str:
    """The page's CRS as ESRI well-known text."""
    return str(crs().to_wkt("WKT1_ESRI")) + "\n"
