"""What stands on every page beside the map: headline, marks, scale, north, locator, sources, dates, terms."""

from __future__ import annotations

from datetime import date

import numpy as np
import shapely
from matplotlib.path import Path

from pipeline import french, palette
from pipeline.annexes.model import Annex, Meta
from pipeline.sheet import fonts
from pipeline.sheet.coverage import path_data
from pipeline.sheet.marks import (
    Box,
    Mark,
    Placed,
    Shape,
    Text,
    column,
    line,
    lines,
    paragraph,
    rectangle,
)
from pipeline.sheet.projection import PROJECTION_LABEL, fit, project
from pipeline.sheet.shared import Shared

EXAMPLE_MARK = "DONNÉES D’EXEMPLE"
SCHEMATIC_MARK = "CARTE SCHÉMATIQUE : limites non disponibles"
TILES_LABEL = "Un carré par cercle : ni les formes, ni les surfaces, ni les distances ne sont vraies."
TITLE_SIZES = tuple(float(n) for n in np.arange(21, 11.5, -0.5))


def title_block(annex: Annex, width: float, k: float, caption_lines: int = 5) -> Box:
    """Annex and bulletin, marks, headline, subtitle, counts, caption: read from the top down."""
    size, rows = fonts.fit(fonts.printable(annex.title), width, [s * k for s in TITLE_SIZES], "bold", 2)
    return column(
        [
            _kicker(annex, width, k),
            lines(rows, size, "bold", leading=1.02, role="title"),
            paragraph(annex.subtitle, width, 10.5 * k, colour=palette.QUIET_INK, role="subtitle", most=2),
            paragraph(annex.counts_line, width, 9.2 * k, "semibold", palette.ACCENT, role="counts", most=2),
            paragraph(annex.caption, width, 8.8 * k, leading=1.16, role="caption", most=caption_lines),
        ],
        0.55 * k,
        width,
    )


def _kicker(annex: Annex, width: float, k: float) -> Box:
    """The first line: a rule, which annex of which bulletin; at its right end who may see it, and marks."""
    meta = annex.meta
    size = max(fonts.SMALLEST_PT, 7.4 * k)
    em = size * fonts.MM_PER_PT
    chips = [(meta.audience_label, palette.ACCENT)]
    if meta.example:
        chips.append((EXAMPLE_MARK, palette.WARNING))
    if meta.schematic:
        chips.append((SCHEMATIC_MARK, palette.WARNING))
    marks: list[Mark] = [Shape(rectangle(0, -0.9, width, 0), fill=palette.ACCENT)]
    placed: list[Placed] = []
    x, y = width, -1.9
    left = width
    for text, colour in chips:
        clean = fonts.printable(text)
        wide = fonts.width(clean, size, "semibold") + 2.4
        if x - wide < width * 0.3 and x < width:
            x, y = width, y - 1.75 * em
        marks.append(Shape(rectangle(x - wide, y - 1.4 * em, x, y), fill=colour))
        marks.append(Text(x - wide + 1.2, y - 1.02 * em, clean, size, "semibold", palette.PAPER, role="mark"))
        placed.append(Placed("mark", (x - wide, y - 1.4 * em, x, y), clean))
        left = min(left, x - wide) if y == -1.9 else left
        x -= wide + 1.2
    bulletin = f"Annexe {annex.number}"
    issue = f"Bulletin {meta.bulletin}" if meta.bulletin.startswith(("n°", "N°", "nº")) else meta.bulletin
    marks.append(Text(0, -1.9 - 1.02 * em, bulletin, size, "bold", palette.ACCENT, role="kicker"))
    start = fonts.width(bulletin, size, "bold") + 1.6
    if issue:
        text = fonts.shorten(fonts.printable(issue), left - start - 1, size)
        marks.append(Text(start, -1.9 - 1.02 * em, text, size, colour=palette.QUIET_INK, role="kicker"))
    return Box(width, -y + 1.4 * em + 0.4, tuple(marks), tuple(placed))


def day_of(iso: str) -> str:
    """An ISO date in French; any other text as it is."""
    try:
        return french.day(date.fromisoformat(iso))
    except ValueError:
        return iso


def foot(meta: Meta, width: float, k: float, columns: tuple[float, float, float] = (0.42, 0.25, 0.33)) -> Box:
    """Sources, the three dates with the projection, the terms: three columns under a fine rule."""
    size, gap = fonts.SMALLEST_PT * max(1.0, k * 0.95), 5.0
    wides = [share * (width - 2 * gap) for share in columns]
    credits = " · ".join(meta.credits)
    vintage = "grille schématique" if meta.schematic else day_of(meta.boundary_vintage)
    parts = (
        [f"Sources : {meta.sources}", f"Données géographiques : {credits}" if credits else ""],
        [
            f"Données : {meta.month_label}",
            f"Limites : {vintage}{meta.division_label} · Carte produite le {day_of(meta.produced_on)}",
            TILES_LABEL if meta.schematic else PROJECTION_LABEL,
        ],
        [meta.disclaimer],
    )
    marks: list[Mark] = [Shape(line((0, 0), (width, 0)), line="#b7bec3", width=0.15)]
    x, tall = 0.0, 0.0
    for texts, wide in zip(parts, wides, strict=True):
        box = column(
            [
                paragraph(t, wide, size, colour=palette.QUIET_INK, leading=1.12, role="foot")
                for t in texts
                if t
            ],
            0.15,
        )
        marks += box.at(x, -0.8).marks
        tall = max(tall, box.height)
        x += wide + gap
    return Box(width, tall + 0.8, tuple(marks))


def scale_bar(scale: float, width: float, k: float = 1.0) -> Box:
    """A bar of a round number of kilometres, at most `width` mm long; scale: metres for one mm."""
    most = width * scale / 1000
    power = 10 ** np.floor(np.log10(most))
    kilometres = next(step * power for step in (5, 2, 1) if step * power <= most)
    long = kilometres * 1000 / scale
    size = max(fonts.SMALLEST_PT, 6.8 * k)
    em = size * fonts.MM_PER_PT
    marks: list[Mark] = []
    for n in range(4):
        box = (long * n / 4, -1.1, long * (n + 1) / 4, 0.0)
        marks.append(
            Shape(
                rectangle(*box),
                fill=palette.INK if n % 2 == 0 else palette.PAPER,
                line=palette.INK,
                width=0.15,
                join="miter",
            )
        )
    half = french.number(kilometres / 2, 0 if kilometres >= 2 else 1)
    full = f"{french.number(kilometres)}{french.NBSP}km"
    wide = fonts.width(full, size)
    baseline = -1.1 - 0.95 * em
    marks.append(Text(0, baseline, "0", size, role="scale"))
    marks.append(Text(long / 2 - fonts.width(half, size) / 2, baseline, half, size, role="scale"))
    end = long - fonts.width(french.number(kilometres), size) / 2
    marks.append(Text(end, baseline, full, size, role="scale"))
    placed = Placed("scale", (0.0, -1.1, long, 0.0), str(kilometres))
    return Box(max(long, end + wide), 1.1 + 1.2 * em, tuple(marks), (placed,))


def locator(shared: Shared, box: tuple[float, float, float, float], k: float) -> Box:
    """Mali among its neighbours, in a small frame at `box` (page mm); marks are in page millimetres."""
    west = project(np.array([-13.5, 5.5]), np.array([9.2, 26.3]))
    x0, y0, x1, y1 = box
    small = fit("locator", (west[0, 0], west[0, 1], west[1, 0], west[1, 1]), box)
    marks: list[Mark] = [Shape(rectangle(*box), fill=palette.PAPER)]
    countries = shared.background.get("countries")
    if countries is not None:
        near = shapely.clip_by_rect(countries.geometry.to_numpy(), *small.bounds)
        polygons = shapely.get_parts(near[~shapely.is_empty(near)])
        vertices, codes, _ = path_data(polygons[shapely.get_dimensions(polygons) == 2])
        marks.append(
            Shape(
                Path(small.page(vertices), codes), fill="#e9e6de", line="#ffffff", width=0.2, clip="locator"
            )
        )
    vertices, codes, _ = path_data(np.array([shapely.simplify(shared.outline, 8000)], dtype=object))
    marks.append(Shape(Path(small.page(vertices), codes), fill=palette.ACCENT, clip="locator"))
    regions, region_codes = shared.main.edges["region"]
    marks.append(Shape(Path(small.page(regions), region_codes), line="#7fa6b8", width=0.08, clip="locator"))
    size = max(fonts.SMALLEST_PT, 6.8 * k)
    centre = small.page(np.array([shapely.get_coordinates(shapely.centroid(shared.outline))[0]]))[0]
    wide = fonts.width("MALI", size, "bold")
    marks.append(
        Text(centre[0] - wide / 2 + 1.0, centre[1] - 3.2, "MALI", size, "bold", palette.PAPER, role="locator")
    )
    marks.append(Shape(rectangle(*box), line="#9aa3a9", width=0.2, join="miter"))
    return Box(x1 - x0, y1 - y0, tuple(marks), (Placed("card", box, "locator"),))
