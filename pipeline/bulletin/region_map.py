"""The small map of a box: one region's communes in the classes and colours of annex 1, as PNG and SVG."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import shapely

from pipeline import palette
from pipeline.annexes.model import Areas
from pipeline.bulletin.boxes import Box
from pipeline.bulletin.chart_file import FOOT, drawing, save, sign
from pipeline.geography.country import EQUAL_AREA, Country

SIZE = (130.0, 108.0)  # mm
LEGEND = 0.19  # of the height
TOLERANCE = 700.0
"""Metres, under a tenth of a millimetre on the largest of these maps."""
HATCHES = {"": "", "diagonal": "//////", "dots": "......"}


def write_map(box: Box, areas: Areas, country: Country, mark: str, folder: Path) -> tuple[Path, Path]:
    """Write folder/<slug>.png and .svg. areas: of annex 1. mark: source and audience."""
    from matplotlib.figure import Figure

    with drawing():
        figure = Figure(figsize=(SIZE[0] / 25.4, SIZE[1] / 25.4), layout="constrained")
        figure.suptitle(box.heading, x=0.01, ha="left", weight="bold", color=palette.ACCENT, size=12.5)
        axes = figure.subplots()
        axes.set_axis_off()
        axes.set_aspect("equal")
        layer = _inside(box, areas, country)
        _fill(axes, layer, areas)
        words = _cercles(axes, layer, country.names("cercle"))
        _legend(figure, areas)
        sign(figure, mark, LEGEND)
        _thin(figure, words)
        return save(figure, folder / box.slug, box.heading, box.alt_text)


def _inside(box: Box, areas: Areas, country: Country) -> Any:
    """The region's areas in metres, simplified together so that neighbours still meet."""
    layer = country.layer(areas.level)
    layer = layer[layer["region_pcode"].isin(box.region_pcodes)].to_crs(EQUAL_AREA)
    return layer.set_geometry(shapely.coverage_simplify(layer.geometry.to_numpy(), TOLERANCE), crs=EQUAL_AREA)


def _fill(axes: Any, layer: Any, areas: Areas) -> None:
    import matplotlib as mpl

    keys = [areas.values[code].class_key for code in layer["pcode"]]
    for entry in areas.classes:
        part = layer[[key == entry.key for key in keys]]
        if part.empty:
            continue
        with mpl.rc_context({"hatch.linewidth": 0.4}):
            part.plot(ax=axes, color=entry.colour, edgecolor=palette.QUIET_INK, linewidth=0.25)
            if entry.hatch:
                hatch = HATCHES[entry.hatch]
                part.plot(ax=axes, facecolor="none", edgecolor=entry.hatch_colour, linewidth=0, hatch=hatch)


def _cercles(axes: Any, layer: Any, names: Mapping[str, str]) -> list[Any]:
    """Outlines and names; the names, largest cercle first."""
    from matplotlib import patheffects

    codes = "cercle_pcode" if "cercle_pcode" in layer and layer["cercle_pcode"].any() else "pcode"
    cercles = layer.dissolve(codes)
    cercles.boundary.plot(ax=axes, color=palette.REGION_LINE, linewidth=0.9)
    halo = [patheffects.withStroke(linewidth=2.0, foreground=palette.PAPER)]
    words = []
    for code in cercles.area.sort_values(ascending=False, kind="stable").index:
        point = cercles.geometry[code].representative_point()
        word = axes.text(point.x, point.y, names[code], ha="center", va="center", size=8.5, weight="semibold")
        word.set_path_effects(halo)
        words.append(word)
    return words


def _thin(figure: Any, words: list[Any]) -> None:
    """Leave out each name that would lie over one already placed."""
    figure.draw_without_rendering()
    placed: list[Any] = []
    for word in words:
        room = word.get_window_extent()
        if any(room.overlaps(other) for other in placed):
            word.remove()
        else:
            placed.append(room)


def _legend(figure: Any, areas: Areas) -> None:
    from matplotlib.patches import Patch

    handles = [
        Patch(
            facecolor=entry.colour,
            edgecolor=entry.hatch_colour or palette.QUIET_INK,
            hatch=HATCHES[entry.hatch],
            linewidth=0.4,
            label=entry.label,
        )
        for entry in areas.classes
    ]
    figure.legend(
        handles=handles, title=areas.title, loc="lower left", frameon=False, ncols=3, fontsize=8,
        title_fontsize=8.5, alignment="left", bbox_to_anchor=FOOT,
    )  # fmt: skip
