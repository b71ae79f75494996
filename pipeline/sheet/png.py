"""An image of the page to a small PNG: few colours, the exact ones kept, no clock, always the same bytes."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping

import numpy as np
from PIL import Image, PngImagePlugin

COLOURS = 256
LEVEL = 7


def encode(pixels: np.ndarray, exact: Iterable[str], texts: Mapping[str, str], dpi: int) -> bytes:
    """PNG of an RGB image (rows, columns, 3). exact: colours ("#rrggbb") that come out unchanged wherever
    they stand in the image; the mixed colours of smoothed edges share what is left of the palette.
    texts: metadata, written as UTF-8 text chunks in the order given."""
    packed = (
        pixels[..., 0].astype(np.uint32) << 16
        | pixels[..., 1].astype(np.uint32) << 8
        | pixels[..., 2].astype(np.uint32)
    )
    seen = np.zeros(1 << 24, dtype=bool)
    seen[packed.ravel()] = True
    colours = np.flatnonzero(seen)
    keep = sorted({int(colour[1:], 16) for colour in exact} & set(colours.tolist()))[: COLOURS - 16]
    if len(colours) <= COLOURS:
        palette = colours
    else:
        palette = np.array(sorted({*keep, *_few(packed, colours, COLOURS - len(keep))}), dtype=np.int64)
    lookup = np.zeros(1 << 24, dtype=np.uint8)
    lookup[colours] = _nearest(colours, palette)
    indexed = lookup[packed]
    image = Image.fromarray(indexed, mode="P")
    image.putpalette(_rgb(palette).astype(np.uint8).tobytes())
    info = PngImagePlugin.PngInfo()
    for key, value in texts.items():
        info.add_itxt(key, value)
    out = io.BytesIO()
    image.save(out, "PNG", pnginfo=info, dpi=(dpi, dpi), compress_level=LEVEL)
    return out.getvalue()


def _rgb(packed: np.ndarray) -> np.ndarray:
    return np.stack([packed >> 16 & 255, packed >> 8 & 255, packed & 255], axis=1).astype(np.int32)


def _few(packed: np.ndarray, colours: np.ndarray, most: int) -> list[int]:
    """A palette for the mixed colours, by median cut over the colours that occur: each counts by the
    logarithm of how often, so that broad tints do not crowd out the edges."""
    sample = packed[::3, ::3].ravel()
    index = np.searchsorted(colours, sample)
    often = np.bincount(index, minlength=len(colours))
    repeat = 1 + np.floor(np.log2(1 + often)).astype(int)
    drawn = np.repeat(colours, repeat)
    side = int(np.ceil(np.sqrt(len(drawn))))
    drawn = np.resize(drawn, side * side)
    image = Image.fromarray(_rgb(drawn).astype(np.uint8).reshape(side, side, 3), "RGB")
    few = image.quantize(most, method=Image.Quantize.MEDIANCUT, kmeans=0)
    values = np.array((few.getpalette() or [])[: most * 3], dtype=np.int64).reshape(-1, 3)
    return (values[:, 0] << 16 | values[:, 1] << 8 | values[:, 2]).tolist()


def _nearest(colours: np.ndarray, palette: np.ndarray) -> np.ndarray:
    """Index into the palette of the nearest colour; a colour of the palette is its own nearest."""
    targets = _rgb(palette).astype(np.float32)
    out = np.empty(len(colours), dtype=np.uint8)
    square = (targets**2).sum(axis=1)
    for start in range(0, len(colours), 8192):
        part = _rgb(colours[start : start + 8192]).astype(np.float32)
        out[start : start + 8192] = np.argmin(square[None, :] - 2 * part @ targets.T, axis=1)
    return out
