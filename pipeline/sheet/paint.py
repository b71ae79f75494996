"""Marks to a file: matplotlib's own renderers, without pyplot and without axes, in millimetres.

One artist paints the whole page, so that a page of thousands of marks costs no more than its paths.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.path import Path
from matplotlib.transforms import Affine2D, Bbox, TransformedPath
from PIL import Image

from pipeline import palette
from pipeline.sheet import fonts
from pipeline.sheet.marks import Mark, Picture, Shape, Text, points

if TYPE_CHECKING:
    from matplotlib.backend_bases import RendererBase

DPI = 300
POINTS = 72 / 25.4  # graphics contexts take line widths in points, whatever the resolution
SETTINGS: Any = {
    "text.hinting": "no_hinting",
    "path.simplify": False,
    "path.snap": False,
    "pdf.fonttype": 42,  # TrueType: text stays text
    "pdf.compression": 6,
    "svg.fonttype": "none",
    "svg.hashsalt": "cartes-protection-mali",
    "svg.image_inline": True,
}


class _Page(Artist):
    """All marks, painted in their order. clips: frame name -> path in mm."""

    def __init__(self, marks: Sequence[Mark], clips: Mapping[str, Path], dpi: float) -> None:
        super().__init__()
        self._marks = marks
        self._px = dpi / 25.4
        self._mm = Affine2D().scale(self._px)
        self._clips = {name: TransformedPath(path, self._mm) for name, path in clips.items()}

    def draw(self, renderer: RendererBase) -> None:
        renderer.open_group("page")
        for mark in self._marks:
            if isinstance(mark, Shape):
                self._shape(renderer, mark)
            elif isinstance(mark, Text):
                self._text(renderer, mark)
            else:
                self._picture(renderer, mark)
        renderer.close_group("page")

    def _clipped(self, renderer: RendererBase, clip: str) -> Any:
        gc = renderer.new_gc()
        if clip:
            path = self._clips[clip]
            flat = path.get_fully_transformed_path()
            corners = points(flat)
            if len(corners) == 5:  # a rectangle: cheaper than a mask
                gc.set_clip_rectangle(Bbox([corners.min(axis=0), corners.max(axis=0)]))
            else:
                gc.set_clip_path(path)
        return gc

    def _shape(self, renderer: RendererBase, mark: Shape) -> None:
        gc = self._clipped(renderer, mark.clip)
        gc.set_alpha(mark.alpha)
        gc.set_antialiased(True)
        gc.set_snap(False)
        if mark.line and mark.width > 0:
            gc.set_linewidth(mark.width * POINTS)
            gc.set_foreground(mark.line)
            gc.set_joinstyle(mark.join)
            gc.set_capstyle(mark.cap)
            if mark.dash:
                gc.set_dashes(0, [length * POINTS for length in mark.dash])
        else:
            gc.set_linewidth(0.0)
        renderer.draw_path(gc, mark.path, self._mm, to_rgb(mark.fill) if mark.fill else None)
        gc.restore()

    def _text(self, renderer: RendererBase, mark: Text) -> None:
        x, y = mark.x * self._px, mark.y * self._px
        raster = isinstance(renderer, RendererAgg)
        if mark.halo or raster:
            em = mark.size * fonts.MM_PER_PT * self._px
            outline = fonts.outline(mark.text, mark.weight)
            where = Affine2D().scale(em).translate(x, y)
        if mark.halo:
            gc = renderer.new_gc()
            gc.set_foreground(mark.halo_colour)
            gc.set_linewidth(2 * mark.halo * POINTS)
            gc.set_joinstyle("bevel")
            renderer.draw_path(gc, outline, where, to_rgb(mark.halo_colour))
            gc.restore()
        gc = renderer.new_gc()
        gc.set_foreground(mark.colour)
        if raster:
            gc.set_linewidth(0.0)
            renderer.draw_path(gc, outline, where, to_rgb(mark.colour))
        else:
            if renderer.flipy():
                y = renderer.get_canvas_width_height()[1] - y
            renderer.draw_text(gc, x, y, mark.text, fonts.properties(mark.weight, mark.size), 0.0)
        gc.restore()

    def _picture(self, renderer: RendererBase, mark: Picture) -> None:
        gc = self._clipped(renderer, mark.clip)
        x0, y0, x1, y1 = (length * self._px for length in mark.box)
        wide, tall = round(x1 - x0), round(y1 - y0)
        image = mark.image
        if isinstance(renderer, RendererAgg):
            if image.size != (wide, tall):
                image = image.resize((wide, tall), Image.Resampling.BILINEAR)
            matrix = None
        else:
            matrix = Affine2D().scale(x1 - x0, y1 - y0)
        rgba = np.asarray(image.convert("RGBA"))
        # Agg wants the rows from the bottom up, as every matplotlib image does.
        if matrix is None:
            renderer.draw_image(gc, round(x0), round(y0), rgba[::-1])
        else:
            renderer.draw_image(gc, x0, y0, rgba[::-1], matrix)
        gc.restore()


def figure(
    marks: Sequence[Mark], clips: Mapping[str, Path], size: tuple[float, float], dpi: float = DPI
) -> Figure:
    """A figure of `size` millimetres, whole pixels at `dpi`, holding the page."""
    pixels = [round(length / 25.4 * dpi) for length in size]
    made = Figure(figsize=(pixels[0] / dpi, pixels[1] / dpi), dpi=dpi, facecolor=palette.PAPER)
    made.add_artist(_Page(marks, clips, dpi))
    return made


def pixels(
    marks: Sequence[Mark], clips: Mapping[str, Path], size: tuple[float, float], dpi: float = DPI
) -> np.ndarray:
    """The page as an opaque RGBA array: (rows, columns, 4) bytes."""
    with mpl.rc_context(SETTINGS):
        canvas = FigureCanvasAgg(figure(marks, clips, size, dpi))
        canvas.draw()
        return np.asarray(canvas.buffer_rgba())
