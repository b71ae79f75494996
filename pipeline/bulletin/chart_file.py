"""A chart to PNG and SVG, at the width of a column of the bulletin. Same inputs, same bytes."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pipeline import palette
from pipeline.bulletin.charts import Chart
from pipeline.bulletin.tables import cell_text
from pipeline.files import write_bytes

SIZE = (200.0, 118.0)  # mm
DPI = 200
PANELS_ACROSS = 3
FOOT = (0.0, 0.045)
"""Left and bottom of what stands above the small type, as shares of a figure."""
STACK_LEGEND = 0.15
_PATH = re.compile(rb' d="[^"]*"')
_LONG = re.compile(rb"(\d\.\d\d)\d+")


@contextmanager
def drawing() -> Iterator[None]:
    """matplotlib with the bulletin's type, and nothing of the clock or of chance in its files."""
    import matplotlib as mpl
    from font_source_sans_pro import font_files_ttf
    from matplotlib import font_manager

    for weight in ("SourceSansPro", "SourceSansProSemibold", "SourceSansProBold"):
        font_manager.fontManager.addfont(font_files_ttf[weight])
    settings: Any = {
        "font.family": "Source Sans Pro",
        "font.size": 9.5,
        "text.color": palette.INK,
        "axes.edgecolor": palette.QUIET_INK,
        "xtick.color": palette.INK,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.spines.left": False,
        "axes.titlesize": 10.5,
        "axes.titleweight": "semibold",
        "axes.titlelocation": "left",
        "xtick.bottom": False,
        "ytick.left": False,
        "ytick.labelleft": False,
        "svg.hashsalt": "cartes-protection-mali",
        "svg.fonttype": "path",  # the type need not be installed where the chart is pasted
    }
    with mpl.rc_context(settings):
        yield


def write_chart(chart: Chart, folder: Path) -> tuple[Path, Path]:
    """Write folder/<slug>.png and .svg."""
    from matplotlib.figure import Figure

    with drawing():
        figure = Figure(figsize=(SIZE[0] / 25.4, SIZE[1] / 25.4), layout="constrained")
        figure.suptitle(chart.title, x=0.01, ha="left", weight="bold", color=palette.ACCENT, size=12.5)
        if chart.stacked:
            _stack(figure, chart)
        else:
            _panels(figure, chart)
        sign(figure, chart.mark, STACK_LEGEND if chart.stacked else 0.0)
        return save(figure, folder / chart.slug, chart.title, chart.alt_text)


def sign(figure: Any, mark: str, legend: float = 0.0) -> None:
    """Source and audience, small, at the foot of a figure. legend: share of its height that a legend takes
    above them, anchored at FOOT."""
    floor = FOOT[1] + legend
    figure.get_layout_engine().set(rect=(0.0, floor, 1.0, 1.0 - floor))
    figure.text(0.01, 0.01, mark, ha="left", va="bottom", size=7, color=palette.QUIET_INK)


def save(figure: Any, stem: Path, title: str, alt_text: str) -> tuple[Path, Path]:
    """Write a figure as PNG and SVG beside each other; to be called within `drawing`."""
    paths = stem.with_suffix(".png"), stem.with_suffix(".svg")
    texts: list[dict[str, Any]] = [
        {"Title": title, "Description": alt_text, "Software": None},
        {"Title": title, "Description": alt_text, "Date": None},
    ]
    for path, told in zip(paths, texts, strict=True):
        out = io.BytesIO()
        figure.savefig(out, format=path.suffix[1:], dpi=DPI, metadata=told)
        data = out.getvalue()
        write_bytes(path, _short(data) if path.suffix == ".svg" else data)
    return paths


def _short(svg: bytes) -> bytes:
    """Path data to a hundredth of a point, where matplotlib writes millionths: a third of the size."""
    return _PATH.sub(lambda path: _LONG.sub(rb"\1", path[0]), svg)


def _stack(figure: Any, chart: Chart) -> None:
    axes = figure.subplots()
    places = range(len(chart.months))
    floor = [0] * len(chart.months)
    highest = max((total or 0 for total in chart.totals), default=0) or 1
    for item in chart.series:
        heights = [value or 0 for value in item.values]
        axes.bar(places, heights, 0.68, floor, color=item.colour, label=item.label, ec="white", lw=0.4)
        for place, height, start in zip(places, heights, floor, strict=True):
            if height > highest * 0.045:
                ink = palette.PAPER if _dark(item.colour) else palette.INK
                axes.text(place, start + height / 2, cell_text(height), ha="center", va="center", color=ink)
        floor = [start + height for start, height in zip(floor, heights, strict=True)]
    for place, total, height in zip(places, chart.totals, floor, strict=True):
        words = cell_text(total)
        axes.text(place, height + highest * 0.015, words, ha="center", va="bottom", weight="bold")
    axes.set_xticks(list(places), [month.short for month in chart.months])
    axes.set_ylim(0, highest * 1.08)
    axes.set_yticks([])
    # The legend stands in the order of the bars, from the top down.
    handles, labels = axes.get_legend_handles_labels()
    figure.legend(handles[::-1], labels[::-1], loc="lower left", ncols=2, frameon=False, bbox_to_anchor=FOOT)


def _panels(figure: Any, chart: Chart) -> None:
    rows = -(-len(chart.series) // PANELS_ACROSS)
    panels = figure.subplots(rows, PANELS_ACROSS, sharey=True, squeeze=False).ravel()
    highest = max((value or 0 for item in chart.series for value in item.values), default=0) or 1
    places = range(len(chart.months))
    for axes, item in zip(panels, chart.series, strict=False):
        axes.bar(places, [value or 0 for value in item.values], 0.7, color=item.colour)
        for place, value in zip(places, item.values, strict=True):
            height = (value or 0) + highest * 0.02
            axes.text(place, height, cell_text(value), ha="center", va="bottom", size=8.5)
        axes.set_title(item.label)
        axes.set_xticks(list(places), [month.short for month in chart.months], size=8.5)
        axes.set_ylim(0, highest * 1.12)
    for axes in panels[len(chart.series) :]:
        axes.set_axis_off()


def _dark(colour: str) -> bool:
    red, green, blue = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue < 140
