"""Images that lie on the ground, for backgrounds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import rasterio
from rasterio.transform import from_bounds


def geotiff(path: Path, bounds: tuple[float, float, float, float], crs: str | None = "EPSG:4326") -> Path:
    """A small red image over `bounds`."""
    image = np.zeros((3, 40, 40), dtype=np.uint8)
    image[0] = 220
    with rasterio.open(
        path, "w", driver="GTiff", width=40, height=40, count=3, dtype="uint8", crs=crs,
        transform=from_bounds(*bounds, 40, 40),
    ) as target:  # fmt: skip
        target.write(image)
    return path
