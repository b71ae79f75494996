"""An annex to files: the page as PNG with its world file, or as PDF or SVG."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path as FilePath

from pipeline import palette
from pipeline.annexes.model import Annex, Areas, Flows, Symbols
from pipeline.errors import InputError
from pipeline.geography.country import Country
from pipeline.sheet import georef, page, paint, png, series, vector
from pipeline.sheet.canvas import Canvas
from pipeline.sheet.formats import layout_of
from pipeline.sheet.marks import Placed, Shape, Text
from pipeline.sheet.projection import Frame
from pipeline.sheet.shared import Shared, prepare

FORMATS = ("png", "pdf", "svg")


@dataclass(frozen=True)
class Drawn:
    """What was drawn, for the manifest and for the checks of the page.

    paths: files written, the page first. size: mm. frames: name -> frame. texts: every line of type.
    placed: symbols, labels, swatches, bars, cards with their rectangles (mm). colours: frame -> P-code ->
    the colour it was filled with.
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
    if fmt not in FORMATS:
        raise InputError(
            f"FORMAT={fmt!r} n'est pas un format de fichier",
            "la carte n'est pas dessinée",
            f"choisir parmi {', '.join(FORMATS)}",
        )
    shared = shared or prepare(country)
    annex = credited(annex, shared)
    canvas = compose(annex, shared, page)
    texts = metadata(annex)
    target = out / f"{annex.slug}.{fmt}"
    if fmt == "png":
        image = paint.pixels(canvas.marks, canvas.clips, canvas.size)
        main = canvas.frames["main"]
        files = {
            target: png.encode(image, exact_colours(annex, canvas), texts, paint.DPI),
            target.with_suffix(".pgw"): georef.world_file(main, image.shape[0]).encode(),
            target.with_suffix(".prj"): georef.projection_file().encode(),
        }
    else:
        files = {target: vector.encode(canvas.marks, canvas.clips, canvas.size, fmt, texts)}
    for path, data in files.items():
        _write(path, data)
    return Drawn(
        tuple(files),
        canvas.size,
        dict(canvas.frames),
        tuple(canvas.texts),
        tuple(canvas.placed),
        canvas.colours,
    )


def credited(annex: Annex, shared: Shared) -> Annex:
    """The annex with the credit of the background that its page shows; small panels show none."""
    if shared.basemap is None or annex.panels:
        return annex
    return replace(annex, meta=replace(annex.meta, credits=(*annex.meta.credits, shared.basemap.credit)))


def compose(annex: Annex, shared: Shared, page_format: str = "A4-paysage") -> Canvas:
    """The page laid out, nothing painted yet."""
    if annex.panels:
        return series.compose(annex, shared, layout_of(page_format, "serie"))
    kind = "evenements" if annex.events or annex.events_title else "carte"
    return page.compose(annex, shared, layout_of(page_format, kind), layout_of(page_format, "simple"))


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
    layers = [*annex.layers, *(panel.areas for panel in annex.panels)]
    for layer in layers:
        if isinstance(layer, Areas):
            found |= {c for entry in layer.classes for c in (entry.colour, entry.hatch_colour) if c}
            found |= {entry.colour for entry in layer.changes}
        elif isinstance(layer, Symbols):
            found |= {key.colour for key in layer.keys}
        elif isinstance(layer, Flows):
            found.add(layer.colour)
    return found | {m.fill for m in canvas.marks if isinstance(m, Shape) and m.fill and m.alpha == 1.0}


def _write(path: FilePath, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    temporary.write_bytes(data)
    os.replace(temporary, path)
