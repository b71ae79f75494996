"""A background map under the page, asked for with BASEMAP=: a georeferenced image, softened, never stretched."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path as FilePath

import numpy as np
from matplotlib.colors import to_rgb
from PIL import Image

from pipeline import palette
from pipeline.errors import InputError
from pipeline.sheet.projection import LAEA, Bounds, Frame

DPMM = 4.0
"""Pixels read for a millimetre of paper."""
STRENGTH = 0.6
"""How much of the image stays; the rest is the tint of the ground, so that nothing competes with the data."""
TONES = 20
"""Flat tones that it is reduced to: they keep the file small."""


@dataclass(frozen=True)
class Basemap:
    """path: a GeoTIFF in any CRS, of one band (grey or with a colour table), three or four. credit: French, as
    printed on the page. stamp: size and time of the file, so that a changed file is read anew."""

    path: FilePath
    credit: str
    stamp: tuple[int, int] = (0, 0)


def from_file(path: FilePath) -> Basemap:
    """The user's own GeoTIFF. Raises InputError where it cannot be read or laid on the ground."""
    import rasterio
    from rasterio.errors import RasterioError

    what, consequence = f"BASEMAP={path}", "aucune carte n'est dessinée, faute du fond demandé"
    if not path.is_file():
        raise InputError(
            f"{what} : ce fichier n'existe pas", consequence, "corriger le chemin, ou retirer BASEMAP="
        )
    try:
        with rasterio.open(path) as source:
            placed = source.crs is not None and not source.transform.is_identity
            count, rights = source.count, source.tags().get("TIFFTAG_COPYRIGHT", "").strip()
    except RasterioError:
        raise InputError(
            f"{what} : ce fichier n'est pas une image géoréférencée lisible",
            consequence,
            "donner un GeoTIFF, par exemple exporté de QGIS (Exporter > Enregistrer sous)",
        ) from None
    if not placed or count not in (1, 3, 4):
        raise InputError(
            f"{what} : image sans projection, ou de {count} bandes",
            consequence,
            "donner un GeoTIFF qui porte sa projection, de 1, 3 ou 4 bandes (gris, couleurs, transparence)",
        )
    seen = path.stat()
    return Basemap(path, f"Fond de carte : {rights or path.name}", (seen.st_size, seen.st_mtime_ns))


def picture(basemap: Basemap, frame: Frame) -> Image.Image:
    """What the frame shows of the image, opaque RGBA of the frame's pixels; the ground's tint where the image
    ends, for a background smaller than the frame is not stretched."""
    from pipeline.sheet.paint import DPI

    x0, y0, x1, y1 = frame.box
    low = (round((x1 - x0) * DPMM), round((y1 - y0) * DPMM))
    size = (round((x1 - x0) * DPI / 25.4), round((y1 - y0) * DPI / 25.4))
    return _softened(basemap, frame.bounds, low, size)


@lru_cache(maxsize=4)
def _softened(basemap: Basemap, bounds: Bounds, low: tuple[int, int], size: tuple[int, int]) -> Image.Image:
    rgb, inside = _read(basemap.path, bounds, low)
    ground = np.array(to_rgb(palette.SURROUND)) * 255
    mixed = np.where(inside[..., None], STRENGTH * rgb + (1 - STRENGTH) * ground, ground)
    soft = Image.fromarray(np.round(mixed).astype(np.uint8), "RGB")
    tones = soft.quantize(TONES, method=Image.Quantize.MEDIANCUT, kmeans=1)
    smooth = soft.resize(size, Image.Resampling.BICUBIC)
    # An edge of the image stays where it is: no tone of it may bleed over the ground beyond.
    edge = Image.fromarray((inside * 255).astype(np.uint8)).resize(size, Image.Resampling.NEAREST)
    flat = smooth.quantize(palette=tones, dither=Image.Dither.NONE).convert("RGB")
    return Image.composite(flat, Image.new("RGB", size, palette.SURROUND), edge).convert("RGBA")


def _read(path: FilePath, bounds: Bounds, size: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Colours (rows, columns, 3), 0 to 255, on the page's projection, and where the image has any."""
    import rasterio
    from rasterio.enums import ColorInterp, Resampling
    from rasterio.transform import from_bounds
    from rasterio.vrt import WarpedVRT

    with rasterio.open(path) as source:
        table = source.colormap(1) if source.colorinterp[0] == ColorInterp.palette else None
        how = Resampling.nearest if table else Resampling.bilinear
        grid = {"crs": LAEA, "transform": from_bounds(*bounds, *size), "width": size[0], "height": size[1]}
        alpha = ColorInterp.alpha in source.colorinterp
        with WarpedVRT(source, resampling=how, add_alpha=not alpha, **grid) as warped:
            bands = warped.read()
        scale = 255.0 / np.iinfo(source.dtypes[0]).max if np.issubdtype(source.dtypes[0], np.integer) else 1.0
    inside = bands[-1] > 0
    if table is not None:
        colours = np.zeros((256, 3))
        for index, colour in table.items():
            colours[index] = colour[:3]
        return colours[bands[0]], inside
    shown = bands[:3] if len(bands) >= 4 else bands[[0, 0, 0]]
    return np.moveaxis(shown.astype(float) * scale, 0, -1), inside
