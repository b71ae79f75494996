"""An image of the page to a small PNG: few colours, the exact ones kept, no clock, always the same bytes."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping

import numpy as np
from PIL import Image, PngImagePlugin

TRIES = ((96, 7), (80, 7), (64, 8), (64, 9), (48, 9))
"""Colours of the palette and zlib level, tried in turn until the file is small enough."""
BYTES_PER_PIXEL = 700_000 / (3508 * 2480)


def encode(pixels: np.ndarray, exact: Iterable[str], texts: Mapping[str, str], dpi: int) -> bytes:
    """PNG of an opaque RGBA image (rows, columns, 4; contiguous bytes).

    exact: colours ("#rrggbb") that come out unchanged wherever
    they stand in the image; the mixed colours of smoothed edges share what is left of the palette.
    texts: metadata, written as UTF-8 text chunks in the order given. At most 700 kB for an A4 page of
    300 dpi, larger paper in proportion, unless there are more exact colours than that allows."""
    # One number a pixel, red in the low byte, whatever the machine's own order.
    packed = np.ascontiguousarray(pixels).view("<u4")[..., 0] & np.uint32(0xFFFFFF)
    # Most pixels repeat their left neighbour: what follows looks at each run once.
    flat = packed.ravel()
    starts = np.flatnonzero(np.concatenate([[True], flat[1:] != flat[:-1]]))
    lengths = np.diff(starts, append=flat.size)
    values = flat[starts]
    colours = np.unique(values).astype(np.int64)
    keep = sorted({_packed(colour) for colour in exact} & set(colours.tolist()))[:240]
    info = PngImagePlugin.PngInfo()
    for key, value in texts.items():
        info.add_itxt(key, value)
    data = b""
    indexed, made = Image.new("P", (1, 1)), 0
    for most, level in TRIES:
        if most != made:
            chosen = _palette(packed, colours, keep, most)
            lookup = np.empty(1 << 24, dtype=np.uint8)  # only the places of colours that occur are read
            lookup[colours] = _nearest(colours, chosen)
            index = np.repeat(lookup[values], lengths).reshape(packed.shape)
            indexed, made = Image.fromarray(index, mode="P"), most
            indexed.putpalette(_rgb(chosen).astype(np.uint8).tobytes())
        out = io.BytesIO()
        indexed.save(out, "PNG", pnginfo=info, dpi=(dpi, dpi), compress_level=level)
        data = out.getvalue()
        if len(data) <= BYTES_PER_PIXEL * packed.size:
            break
    return data


def _palette(packed: np.ndarray, colours: np.ndarray, keep: list[int], most: int) -> np.ndarray:
    if len(colours) <= most:
        return colours
    return np.array(sorted({*keep, *_few(packed, colours, max(most - len(keep), 16))}), dtype=np.int64)


def _packed(colour: str) -> int:
    return int(colour[1:3], 16) | int(colour[3:5], 16) << 8 | int(colour[5:7], 16) << 16


def _rgb(packed: np.ndarray) -> np.ndarray:
    return np.stack([packed & 255, packed >> 8 & 255, packed >> 16 & 255], axis=1).astype(np.int32)


def _few(packed: np.ndarray, colours: np.ndarray, most: int) -> list[int]:
    """A palette for the mixed colours, by median cut over the colours that occur: each counts by the
    logarithm of how often, so that broad tints do not crowd out the edges."""
    sampled, times = np.unique(packed[::3, ::3], return_counts=True)
    often = np.zeros(len(colours), dtype=np.int64)
    often[np.searchsorted(colours, sampled)] = times
    repeat = 1 + np.floor(np.log2(1 + often)).astype(int)
    drawn = np.repeat(colours, repeat)
    side = int(np.ceil(np.sqrt(len(drawn))))
    drawn = np.resize(drawn, side * side)
    image = Image.fromarray(_rgb(drawn).astype(np.uint8).reshape(side, side, 3), "RGB")
    few = image.quantize(most, method=Image.Quantize.MEDIANCUT, kmeans=0)
    values = np.array((few.getpalette() or [])[: most * 3], dtype=np.int64).reshape(-1, 3)
    return (values[:, 0] | values[:, 1] << 8 | values[:, 2] << 16).tolist()


def _nearest(colours: np.ndarray, palette: np.ndarray) -> np.ndarray:
    """Index into the palette of the nearest colour; a colour of the palette is its own nearest."""
    targets = _rgb(palette).astype(np.float32)
    out = np.empty(len(colours), dtype=np.uint8)
    square = (targets**2).sum(axis=1)
    for start in range(0, len(colours), 8192):
        part = _rgb(colours[start : start + 8192]).astype(np.float32)
        out[start : start + 8192] = np.argmin(square[None, :] - 2 * part @ targets.T, axis=1)
    return out
