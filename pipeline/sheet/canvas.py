"""A page being laid out, and what is known of it once drawn."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from matplotlib.path import Path

from pipeline.sheet.marks import Box, Mark, Placed, Text
from pipeline.sheet.projection import Frame


@dataclass
class Canvas:
    """Marks in painting order, frames to clip with, and what was placed where (millimetres)."""

    size: tuple[float, float]
    marks: list[Mark] = field(default_factory=list)
    placed: list[Placed] = field(default_factory=list)
    frames: dict[str, Frame] = field(default_factory=dict)
    clips: dict[str, Path] = field(default_factory=dict)
    colours: dict[str, dict[str, str]] = field(default_factory=dict)

    def frame(self, frame: Frame) -> Frame:
        """Register a frame, so that marks may be clipped to it."""
        self.frames[frame.name] = frame
        self.clips[frame.name] = frame.visible
        return frame

    def add(self, marks: Iterable[Mark], placed: Iterable[Placed] = ()) -> None:
        self.marks.extend(marks)
        self.placed.extend(placed)

    def put(self, box: Box, x: float, y: float) -> None:
        """A box with its upper left corner at x, y."""
        moved = box.at(x, y)
        self.add(moved.marks, moved.placed)

    @property
    def texts(self) -> list[Text]:
        return [mark for mark in self.marks if isinstance(mark, Text)]
