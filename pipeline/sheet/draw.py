"""An annex to files: the page as PNG with its world file, or as PDF or SVG."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path as FilePath

import matplotlib as mpl
import numpy as np
from matplotlib.path import Path
from PIL import Image, PngImagePlugin

from pipeline import palette, workers
from pipeline.annexes.model import Annex, Areas, Flows, Symbols
from pipeline.errors import InputError
from pipeline.files import write_bytes
from pipeline.geography.country import Country
from pipeline.sheet.ground import Frame, Shared, crs, prepare
from pipeline.sheet.marks import (
    DPI,
    FAMILY,
    SETTINGS,
    Mark,
    Placed,
    Shape,
    Text,
    font_css,
    font_file,
    layout_of,
    page_figure,
    pixels,
)
from pipeline.sheet.page import compose_page, compose_series, latest
from pipeline.sheet.symbols import Canvas

# An image of the page to a small PNG: few colours, the exact ones kept, no clock, always the same bytes.


TRIES = ((96, 7), (80, 7), (64, 8), (64, 9), (48, 9))
"""Colours of the palette and zlib level, tried in turn until the file is small enough."""
OPAQUE = np.uint32(0xFFFFFF)
"""What a packed pixel says beside that it is opaque."""
BANDS = 16
BYTES_PER_PIXEL = 700_000 / (3508 * 2480)


def encode_png(
    pixels: np.ndarray,
    exact: Iterable[str],
    texts: Mapping[str, str],
    dpi: int,
    let_go: Callable[[], object] = lambda: None,
) -> bytes:
    """PNG of an opaque RGBA image (rows, columns, 4; contiguous bytes).

    exact: colours ("#rrggbb") that come out unchanged wherever
    they stand in the image; the mixed colours of smoothed edges share what is left of the palette.
    texts: metadata, written as UTF-8 text chunks in the order given. At most 700 kB for an A4 page of
    300 dpi, larger paper in proportion, unless there are more exact colours than that allows.

    let_go: called when the image is held no longer."""
    # One number a pixel, red in the low byte, whatever the machine's own order.
    packed = np.ascontiguousarray(pixels).view("<u4")[..., 0]
    sample = _counted((packed[::3, ::3] & OPAQUE).ravel())
    runs = list(_runs(packed.ravel()))
    shape = packed.shape
    del pixels, packed
    let_go()
    colours = np.unique(np.concatenate([values for values, _ in runs])).astype(np.int64)
    keep = sorted({_packed(colour) for colour in exact} & set(colours.tolist()))[:240]
    info = PngImagePlugin.PngInfo()
    for key, value in texts.items():
        info.add_itxt(key, value)
    data = b""
    indexed, made = Image.new("P", (1, 1)), 0
    for most, level in TRIES:
        if most != made:
            chosen = _palette(sample, colours, keep, most)
            lookup = np.empty(1 << 24, dtype=np.uint8)  # only the places of colours that occur are read
            lookup[colours] = _nearest(colours, chosen)
            index = np.empty(shape, dtype=np.uint8)
            ends = np.cumsum([lengths.sum() for _, lengths in runs])
            for band, (values, lengths) in zip(np.split(index.ravel(), ends[:-1]), runs, strict=True):
                band[:] = np.repeat(lookup[values], lengths)
            # The image looks at these bytes, and holds no others.
            indexed, made = Image.frombuffer("P", shape[::-1], index, "raw", "P", 0, 1), most
            del lookup, index
            indexed.putpalette(_rgb(chosen).astype(np.uint8).tobytes())
        out = io.BytesIO()
        indexed.save(out, "PNG", pnginfo=info, dpi=(dpi, dpi), compress_level=level)
        data = out.getvalue()
        if len(data) <= BYTES_PER_PIXEL * shape[0] * shape[1]:
            break
    return data


def _runs(packed: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Colours and lengths of runs of equal pixels: most repeat their left neighbour, and what follows looks at each run
    once. Band by band, since both processes hold an image at a time, and another array of its size is memory twice."""
    for band in np.array_split(packed, BANDS):
        starts = np.append(0, np.flatnonzero(band[1:] != band[:-1]) + 1)
        yield band[starts] & OPAQUE, np.diff(starts, append=band.size).astype(np.int32)


Sample = tuple[np.ndarray, np.ndarray]
"""Colours of every ninth pixel, and how often each occurs."""


def _counted(colours: np.ndarray) -> Sample:
    """As numpy.unique counts them, sorting in place."""
    colours.sort()
    starts = np.append(0, np.flatnonzero(colours[1:] != colours[:-1]) + 1)
    return colours[starts], np.diff(starts, append=colours.size)


def _palette(sample: Sample, colours: np.ndarray, keep: list[int], most: int) -> np.ndarray:
    if len(colours) <= most:
        return colours
    return np.array(sorted({*keep, *_few(sample, colours, max(most - len(keep), 16))}), dtype=np.int64)


def _packed(colour: str) -> int:
    return int(colour[1:3], 16) | int(colour[3:5], 16) << 8 | int(colour[5:7], 16) << 16


def _rgb(packed: np.ndarray) -> np.ndarray:
    return np.stack([packed & 255, packed >> 8 & 255, packed >> 16 & 255], axis=1).astype(np.int32)


def _few(sample: Sample, colours: np.ndarray, most: int) -> list[int]:
    """A palette for the mixed colours, by median cut over the colours that occur: each counts by the
    logarithm of how often, so that broad tints do not crowd out the edges."""
    sampled, times = sample
    often = np.zeros(len(colours), dtype=np.int64)
    often[np.searchsorted(colours, sampled)] = times
    repeat = 1 + np.floor(np.log2(1 + often)).astype(int)
    drawn = np.repeat(colours, repeat)
    side = int(np.ceil(np.sqrt(len(drawn))))
    drawn = np.resize(drawn, side * side)
    image = Image.fromarray(_rgb(drawn).astype(np.uint8).reshape(side, side, 3), "RGB")
    few = image.quantize(most, method=Image.Quantize.MEDIANCUT, kmeans=0)
    values = np.array((few.getpalette() or [])[: most * 3], dtype=np.int64).reshape(-1, 3)
    found: list[int] = (values[:, 0] | values[:, 1] << 8 | values[:, 2] << 16).tolist()
    return found


def _nearest(colours: np.ndarray, palette: np.ndarray) -> np.ndarray:
    """Index into the palette of the nearest colour; a colour of the palette is its own nearest."""
    targets = _rgb(palette).astype(np.float32)
    out = np.empty(len(colours), dtype=np.uint8)
    square = (targets**2).sum(axis=1)
    for start in range(0, len(colours), 8192):
        part = _rgb(colours[start : start + 8192]).astype(np.float32)
        out[start : start + 8192] = np.argmin(square[None, :] - 2 * part @ targets.T, axis=1)
    return out


# The page as PDF or SVG: the same marks, text as text, no clock in the file.


def encode_vector(
    marks: Sequence[Mark],
    clips: Mapping[str, Path],
    size: tuple[float, float],
    fmt: str,
    texts: Mapping[str, str],
) -> bytes:
    """The page as "pdf" or "svg". texts: what the file says about itself (keys of a PNG's text chunks).

    An SVG carries the letters it uses, so that it looks the same where the family is not installed.
    """
    out = io.BytesIO()
    with mpl.rc_context(SETTINGS):
        # 72 dpi: a point is a pixel, and lengths in the file are points.
        figure = page_figure(marks, clips, size, dpi=72, whole=False)
        figure.savefig(out, format=fmt, metadata=_metadata(fmt, texts))
    data = out.getvalue()
    return _with_fonts(data, marks) if fmt == "svg" else data


def _metadata(fmt: str, texts: Mapping[str, str]) -> dict[str, str | None]:
    title, subject = {"Title": texts["Title"]}, f"{texts['Description']} – {texts['Comment']}"
    if fmt == "pdf":
        keywords = f"{texts['Audience']} ; {texts['Source']}"
        said = {
            "Author": texts["Author"],
            "Subject": subject,
            "Keywords": keywords,
            "Creator": texts["Software"],
        }
        return {**title, **said, "Producer": None, "CreationDate": None}
    said = {"Creator": texts["Author"], "Rights": texts["Audience"], "Source": texts["Source"]}
    return {**title, "Description": subject, **said, "Date": None}


def _with_fonts(svg: bytes, marks: Sequence[Mark]) -> bytes:
    """The SVG with the used letters of each weight as fonts within it."""
    used: dict[str, set[str]] = {}
    for mark in marks:
        if isinstance(mark, Text):
            used.setdefault(mark.weight, set()).update(mark.text)
    faces = []
    for weight in sorted(used):
        number, style = font_css(weight)
        data = base64.b64encode(_subset(font_file(weight), "".join(sorted(used[weight])))).decode()
        faces.append(
            f"@font-face{{font-family:'{FAMILY}';font-weight:{number};font-style:{style};"
            f"src:url(data:font/ttf;base64,{data})}}"
        )
    style_tag = f'<style type="text/css">{"".join(faces)}</style>'.encode()
    return svg.replace(b"<defs>", b"<defs>" + style_tag, 1)


def _subset(path: str, letters: str) -> bytes:
    from fontTools import subset, ttLib

    options = subset.Options()
    options.layout_features = ["kern"]
    options.hinting = False
    options.drop_tables += ["FFTM"]
    font = ttLib.TTFont(path, recalcTimestamp=False)
    maker = subset.Subsetter(options)
    maker.populate(text=letters)
    maker.subset(font)
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()


# World file and projection of a PNG's main frame, so that a GIS lays the page where it belongs.


def world_file(frame: Frame, height: int) -> str:
    """Six lines: pixel size and the centre of the upper left pixel, metres. Valid inside the main frame;
    the grid is that of the whole image. height: of the image in pixels. Rounded to the millimetre over the page:
    another release of PROJ differs by nanometres, and the bytes shall not."""
    pixel = 25.4 / DPI
    metres = frame.scale * pixel
    left, top = frame.ground(np.array([(0.5 * pixel, (height - 0.5) * pixel)]))[0]
    return "".join(f"{value:.6f}\n" for value in (metres, 0.0, 0.0, -metres, round(left, 3), round(top, 3)))


FORMATS = ("png", "pdf", "svg")


def refuse_format(fmt: str) -> None:
    """Raise InputError where FORMAT= is none that a page is written in."""
    if fmt not in FORMATS:
        raise InputError(
            f"FORMAT={fmt!r} n’est pas un format de fichier",
            "la carte n’est pas dessinée",
            f"choisir parmi {', '.join(FORMATS)}",
        )


@dataclass(frozen=True)
class Drawn:
    """What was drawn, for the manifest and for the checks of the page.

    paths: files written, the page first, then those that go on with its lists. size: mm. frames: name -> frame.
    texts: every line of type. placed: symbols, labels, swatches, bars, cards with their rectangles (mm).
    colours: frame -> P-code -> the colour it was filled with.
    """

    paths: tuple[FilePath, ...]
    size: tuple[float, float]
    frames: dict[str, Frame]
    texts: tuple[Text, ...]
    placed: tuple[Placed, ...]
    colours: dict[str, dict[str, str]]


def draw(
    annex: Annex,
    country: Country,
    out: FilePath,
    *,
    page: str = "A4-paysage",
    fmt: str = "png",
    shared: Shared | None = None,
) -> Drawn:
    """Draw any annex as a page: out/<slug>.<fmt>, and for a PNG its .pgw and .prj.

    shared: what the annexes of one run have in common, from `prepare(country)`, the background too. Raises InputError on an
    unknown format or page.
    """
    shared = shared or prepare(country)
    annex = credited(annex, shared)
    pages = compose_all(annex, shared, page)
    canvas = pages[0]
    files = {out / name: data for name, data in encoded(annex, pages, fmt).items()}
    for path, data in files.items():
        write_bytes(path, data)
    for path in out.glob(f"{annex.slug}-page-*.{fmt}"):
        if path not in files:  # of a month, or a paper, that needed more pages
            path.unlink()
    texts, placed = tuple(canvas.texts), tuple(canvas.placed)
    return Drawn(tuple(files), canvas.size, dict(canvas.frames), texts, placed, canvas.colours)


def encoded(annex: Annex, pages: Sequence[Canvas], fmt: str) -> dict[str, bytes]:
    """File name -> contents, of pages that `compose_all` laid out, the first page first. Raises InputError on an unknown
    format."""
    refuse_format(fmt)
    texts = metadata(annex)
    files: dict[str, bytes] = {}
    for number, sheet in enumerate(pages, start=1):
        name = annex.slug if number == 1 else f"{annex.slug}-page-{number}"
        if fmt == "png":
            exact = exact_colours(annex, sheet)
            with workers.turn() as over:
                # Held by nobody here: the image is 35 MB, which go before it is compressed.
                data = encode_png(pixels(sheet.marks, sheet.clips, sheet.size), exact, texts, DPI, over)
            files[f"{name}.png"] = data
            if number == 1:
                height = int.from_bytes(data[20:24], "big")
                files[f"{name}.pgw"] = world_file(sheet.frames["main"], height).encode()
                files[f"{name}.prj"] = f"{crs().to_wkt('WKT1_ESRI')}\n".encode()
        else:
            files[f"{name}.{fmt}"] = encode_vector(sheet.marks, sheet.clips, sheet.size, fmt, texts)
    return files


def credited(annex: Annex, shared: Shared) -> Annex:
    """The annex with the credit of the relief that its page shows, or of the background that takes its place."""
    behind = shared.country.background
    relief = behind.relief_credit if behind.relief is not None else ""
    credit = shared.basemap.credit if shared.basemap else relief
    if not credit:
        return annex
    return replace(annex, meta=replace(annex.meta, credits=(*annex.meta.credits, credit)))


def compose_all(annex: Annex, shared: Shared, page_format: str = "A4-paysage") -> list[Canvas]:
    """Every page: a second one where a list is longer than the first has room for."""
    layout = layout_of(page_format)
    if len(annex.panels) == 1:  # a single month is no series: the large map would show it twice
        annex = replace(latest(annex), panels=())
    return (compose_series if annex.panels else compose_page)(annex, shared, layout)


def metadata(annex: Annex) -> dict[str, str]:
    """What the file says about itself; no clock, so that the same inputs give the same bytes."""
    meta = annex.meta
    return {
        "Title": f"Annexe {annex.number} – {annex.title}. {annex.subtitle}",
        "Description": annex.caption,
        "Comment": annex.alt_text,
        "Audience": meta.audience_label,
        "Author": "Cluster Protection Mali",
        "Source": meta.sources,
        "Disclaimer": meta.disclaimer,
        "Software": f"cartes-protection-mali {meta.pipeline_version}",
    }


def exact_colours(annex: Annex, canvas: Canvas) -> set[str]:
    """Colours that must come out of the palette unchanged: classes, signs, hatches, type."""
    found = {palette.PAPER, palette.INK, palette.SURROUND, palette.ACCENT}
    for areas in (*annex.layers_of(Areas), *(panel.areas for panel in annex.panels)):
        found |= {c for entry in areas.classes for c in (entry.colour, entry.hatch_colour) if c}
        found |= {entry.colour for entry in areas.changes}
    found |= {key.colour for layer in annex.layers_of(Symbols) for key in layer.keys}
    found |= {layer.colour for layer in annex.layers_of(Flows)}
    return found | {m.fill for m in canvas.marks if isinstance(m, Shape) and m.fill and m.alpha == 1.0}
