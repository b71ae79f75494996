"""A chart of parts to PNG and SVG: horizontal bars at the width of the bulletin's column."""

from __future__ import annotations

import textwrap
from pathlib import Path

from pipeline import palette
from pipeline.bulletin.chart_file import drawing, save
from pipeline.bulletin.parts import PartsChart

WIDTH = 180.0
LABELS = 72.0
FIGURES = 26.0
"""mm: of the whole, of the labels on the left, of the figures on the right."""
HEAD, FOOT, BAR = 10.0, 7.5, 6.6
LINE_LENGTH = 52
"""Letters of a label before it breaks."""


def height(chart: PartsChart) -> float:
    """mm of the picture."""
    return HEAD + FOOT + BAR * max(len(chart.parts), 2)


def write_parts(chart: PartsChart, folder: Path) -> tuple[Path, Path]:
    """Write folder/<slug>.png and .svg."""
    from matplotlib.figure import Figure

    tall = height(chart)
    with drawing():
        figure = Figure(figsize=(WIDTH / 25.4, tall / 25.4))
        axes = figure.add_axes(
            (
                LABELS / WIDTH,
                FOOT / tall,
                (WIDTH - LABELS - FIGURES) / WIDTH,
                BAR * len(chart.parts) / tall,
            )
        )
        axes.set_axis_off()
        most = max((part.count.high or part.count.low for part in chart.parts), default=0) or 1
        axes.set_xlim(0, most)
        axes.set_ylim(len(chart.parts) - 0.5, -0.5)
        for place, part in enumerate(chart.parts):
            high = part.count.high or part.count.low
            axes.barh(place, high, 0.66, color=chart.colour, alpha=0.35, lw=0)
            axes.barh(place, part.count.low, 0.66, color=chart.colour, lw=0)
            axes.annotate(part.text, (high, place), (4, 0), textcoords="offset points", va="center", size=9)
            label = textwrap.fill(part.label, LINE_LENGTH, max_lines=2, placeholder="…")
            size = 8.5 if "\n" not in label else 7.5
            axes.annotate(
                label, (0, place), (-5, 0), textcoords="offset points", ha="right", va="center", size=size,
                linespacing=0.95,
            )  # fmt: skip
        axes.axvline(0, color=palette.QUIET_INK, lw=0.8)
        title = textwrap.fill(chart.title, 105)
        figure.text(
            0.01, 1 - 1.5 / tall, title, va="top", weight="bold", color=palette.ACCENT,
            size=11.5 if "\n" not in title else 9.5, linespacing=1.0,
        )  # fmt: skip
        figure.text(0.01, 1.2 / tall, chart.mark, va="bottom", size=6.5, color=palette.QUIET_INK)
        return save(figure, folder / chart.slug, chart.title, chart.alt_text)
