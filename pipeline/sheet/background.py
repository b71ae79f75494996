"""What lies quietly around the data: neighbours, relief, rivers and lakes. Each part may be missing."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path as FilePath

import numpy as np
import shapely
from matplotlib.colors import to_rgb
from matplotlib.path import Path
from PIL import Image

from pipeline import palette
from pipeline.sheet import basemap, fonts
from pipeline.sheet.coverage import line_data, path_data
from pipeline.sheet.marks import Mark, Picture, Shape, Text, points
from pipeline.sheet.paint import DPI
from pipeline.sheet.projection import LAEA, Frame
from pipeline.sheet.shared import Shared

RELIEF_DPMM = 1.4  # pixels read for a millimetre of paper: softer than the source, so that nothing competes
RELIEF_STRENGTH = 0.13
RELIEF_STEPS = 8

FRENCH = {
    "Algeria": "Algérie", "Benin": "Bénin", "Burkina Faso": "Burkina Faso", "Gambia": "Gambie",
    "Ghana": "Ghana", "Guinea": "Guinée", "Guinea-Bissau": "Guinée-Bissau", "Ivory Coast": "Côte d’Ivoire",
    "Côte d'Ivoire": "Côte d’Ivoire", "Liberia": "Libéria", "Mali": "Mali", "Mauritania": "Mauritanie",
    "Morocco": "Maroc", "Niger": "Niger", "Nigeria": "Nigéria", "Senegal": "Sénégal",
    "Sierra Leone": "Sierra Leone", "Togo": "Togo", "Western Sahara": "Sahara occidental",
    "W. Sahara": "Sahara occidental",
}  # fmt: skip
"""Natural Earth names its countries in English where a French column is not at hand."""


def ground(shared: Shared, frame: Frame) -> list[Mark]:
    """The tinted ground of the frame, with the background asked for, else the relief where there is one: to be
    drawn under everything."""
    x0, y0, x1, y1 = frame.box
    marks: list[Mark] = [Shape(frame.visible, fill=palette.SURROUND)]
    if shared.basemap is not None:
        marks.append(Picture(basemap.picture(shared.basemap, frame), frame.box, frame.name))
        return marks
    path = shared.country.background.relief
    if path is not None and FilePath(path).exists():
        size = (round((x1 - x0) * DPI / 25.4), round((y1 - y0) * DPI / 25.4))
        low = (round((x1 - x0) * RELIEF_DPMM), round((y1 - y0) * RELIEF_DPMM))
        marks.append(Picture(_relief(str(path), frame.bounds, low, size), frame.box, frame.name))
    return marks


@lru_cache(maxsize=4)
def _relief(
    path: str, bounds: tuple[float, float, float, float], low: tuple[int, int], size: tuple[int, int]
) -> Image.Image:
    """The relief on the page's projection, opaque RGBA of `size` (wide, tall) pixels: lightness only, in few flat
    steps, which keep the file small; smoothed from `low` pixels.
    """
    import rasterio
    from rasterio.transform import from_bounds
    from rasterio.warp import Resampling, reproject

    with rasterio.open(path) as source:
        grey = source.read().astype(np.float32).mean(axis=0)
        shade = np.full(low[::-1], np.nan, dtype=np.float32)
        reproject(
            grey, shade, src_transform=source.transform, src_crs=source.crs,
            dst_transform=from_bounds(*bounds, *low), dst_crs=LAEA,
            resampling=Resampling.bilinear, dst_nodata=np.nan,
        )  # fmt: skip
    middle = float(np.nanmedian(shade))
    spread = float(np.nanpercentile(np.abs(shade - middle), 98)) or 1.0
    tone = np.clip((np.nan_to_num(shade, nan=middle) - middle) / spread, -1, 1)
    grey8 = Image.fromarray(np.round(tone * 127 + 127).astype(np.uint8))
    smooth = grey8.resize(size, Image.Resampling.BICUBIC)
    half = RELIEF_STEPS // 2
    lift = np.round((np.arange(256) - 127) / 127 * half).clip(-half, half)[:, None] / half * RELIEF_STRENGTH
    base = np.array(to_rgb(palette.SURROUND))[None, :]
    # Light goes to white, dark to a deeper tone of the same family.
    tones = np.round(np.where(lift > 0, base + (1 - base) * lift, base * (1 + lift)) * 255).astype(np.uint8)
    smooth.putpalette(tones.tobytes())
    return smooth.convert("RGBA")


def neighbours(shared: Shared, frame: Frame) -> list[Mark]:
    """Borders of the neighbouring countries."""
    layer = shared.background.get("borders")
    if layer is None:
        return []
    near = shapely.clip_by_rect(layer.geometry.to_numpy(), *frame.bounds)
    # The country's own border is drawn from its areas: a second, coarser one beside it would only confuse.
    own = shapely.simplify(shared.outline, 3000).buffer(15_000, quad_segs=2)
    near = shapely.difference(near[~shapely.is_empty(near)], own)
    vertices, codes = line_data(near[~shapely.is_empty(near)])
    if not len(vertices):
        return []
    return [
        Shape(Path(frame.page(vertices), codes), line="#b3aea2", width=0.25, clip=frame.name, dash=(2.2, 0.8))
    ]


def water(shared: Shared, frame: Frame, quiet: bool) -> list[Mark]:
    """Rivers and lakes. quiet: over a choropleth, inside the country only the great rivers, thin, and
    interrupted where the colour of a commune is read."""
    marks: list[Mark] = []
    rivers = shared.background.get("rivers")
    if rivers is not None:
        lines = rivers.geometry.to_numpy()
        great = (
            rivers["name"].isin(("Niger", "Sénégal")).to_numpy()
            if "name" in rivers
            else np.ones(len(lines), bool)
        )
        for chosen, width in ((great, 0.4), (~great, 0.2)):
            pieces = lines[chosen]
            if quiet and len(pieces):
                inside = shapely.intersection(pieces, shared.outline)
                pieces = shapely.difference(pieces, shared.outline)
                if width > 0.3:
                    marks += _lines(
                        shared.interrupted(shapely.get_parts(inside), frame.scale), frame, palette.WATER, 0.28
                    )
            marks += _lines(pieces, frame, palette.WATER, width)
    lakes = shared.background.get("lakes")
    if lakes is not None:
        near = shapely.clip_by_rect(lakes.geometry.to_numpy(), *frame.bounds)
        near = near[~shapely.is_empty(near)]
        if len(near) and not quiet:
            vertices, codes, _ = path_data(near[shapely.get_dimensions(near) == 2])
            if len(vertices):
                marks.append(Shape(Path(frame.page(vertices), codes), fill=palette.WATER, clip=frame.name))
    return marks


def _lines(lines: np.ndarray, frame: Frame, colour: str, width: float) -> list[Mark]:
    near = shapely.clip_by_rect(lines, *frame.bounds) if len(lines) else lines
    vertices, codes = line_data(near[~shapely.is_empty(near)]) if len(near) else (np.empty((0, 2)), None)
    if not len(vertices):
        return []
    return [Shape(Path(frame.page(vertices), codes), line=colour, width=width, clip=frame.name)]


def names(shared: Shared, frame: Frame, size: float) -> list[Text]:
    """Candidates for the names of the neighbours, centred on what the frame shows of them."""
    layer = shared.background.get("countries")
    if layer is None:
        return []
    out = []
    zone = shapely.Polygon(frame.ground(points(frame.visible))).buffer(-6 * frame.scale)
    home = shapely.simplify(shared.outline, 2 * frame.scale).buffer(6 * frame.scale)
    for name, shape in zip(layer["name"], layer.geometry, strict=True):
        if not isinstance(name, str) or name == "Mali":
            continue
        part = shapely.difference(shapely.intersection(shape, zone), home)
        if shapely.is_empty(part) or shapely.area(part) < (14 * frame.scale) ** 2:
            continue
        circle = shapely.maximum_inscribed_circle(part, tolerance=frame.scale)
        x, y = frame.page(np.array([circle.coords[0]]))[0]
        text = FRENCH.get(name, name).upper()
        out.append(Text(x - fonts.width(text, size) / 2, y, text, size, colour="#8d8778", role="neighbour"))
    return out
