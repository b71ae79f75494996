"""Outlines of event symbols, as SVG path data in a box of -1 to 1: one drawing for the legend, the cards and
the map. Names are those of `taxonomy.AlertType.symbol`."""

from __future__ import annotations

_DISC = "M-1 0A1 1 0 1 1 1 0A1 1 0 1 1 -1 0Z"

SHAPES = {
    "triangle": "M0 -1.05L1.05 .8L-1.05 .8Z",
    "diamond": "M0 -1.2L1.2 0L0 1.2L-1.2 0Z",
    "cross": "M-.55 -1L0 -.45L.55 -1L1 -.55L.45 0L1 .55L.55 1L0 .45L-.55 1L-1 .55L-.45 0L-1 -.55Z",
    "circle": _DISC,
    "ring": _DISC + "M-.5 0A.5 .5 0 1 0 .5 0A.5 .5 0 1 0 -.5 0Z",
    "square": "M-.9 -.9H.9V.9H-.9Z",
    "target": _DISC + "M-.68 0A.68 .68 0 1 0 .68 0A.68 .68 0 1 0 -.68 0Z"
    "M-.34 0A.34 .34 0 1 1 .34 0A.34 .34 0 1 1 -.34 0Z",
    "star": "M0 -1.15L.3 -.38L1.1 -.36L.47 .15L.68 .93L0 .47L-.68 .93L-.47 .15L-1.1 -.36L-.3 -.38Z",
}


def shape(name: str) -> str:
    """Path data of a shape; a disc where the name is unknown, so that no event goes missing."""
    return SHAPES.get(name, _DISC)
