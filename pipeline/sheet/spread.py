"""Symbols that would hide each other are moved apart, no further than needed; their true points are kept."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipeline.sheet.marks import Rectangle

ROUNDS, PULLED = 1200, 240
"""At most so many steps; in the first of them circles are also drawn to where they belong."""


def apart(
    anchors: np.ndarray,
    radii: np.ndarray,
    bounds: Rectangle,
    gap: float = 0.25,
    blocked: Sequence[Rectangle] = (),
) -> np.ndarray:
    """Centres (n, 2) for circles of `radii` so that no two overlap, each as near its anchor as the others
    let it be. The larger of two moves less. Circles stay inside `bounds` and out of the `blocked`
    rectangles as far as there is room. Same input, same result.
    """
    count = len(anchors)
    if count == 0:
        return np.empty((0, 2))
    # Circles at one point have no direction to part in: start them on a spiral, in their order.
    angle = np.arange(count) * 2.399963
    centres = anchors + 0.05 * np.sqrt(np.arange(count))[:, None] * np.stack(
        [np.cos(angle), np.sin(angle)], 1
    )
    weight = radii**2
    heavier = weight[None, :] / (weight[:, None] + weight[None, :])
    reach = radii[:, None] + radii[None, :] + gap
    for turn in range(ROUNDS):
        pull = 0.12 * max(0.0, 1 - turn / PULLED)
        centres = centres + pull * (anchors - centres)
        centres, worst = _push(centres, reach, heavier)
        centres = _inside(centres, radii, bounds, blocked)
        if pull == 0 and worst < 0.01:
            break
    return centres


def _push(centres: np.ndarray, reach: np.ndarray, heavier: np.ndarray) -> tuple[np.ndarray, float]:
    delta = centres[:, None, :] - centres[None, :, :]
    distance = np.hypot(delta[..., 0], delta[..., 1])
    np.fill_diagonal(distance, np.inf)
    overlap = np.maximum(reach - distance, 0)
    if not overlap.any():
        return centres, 0.0
    step = (overlap * heavier / np.maximum(distance, 1e-6))[..., None] * delta
    # Half steps, and no more than a radius at a time: many neighbours together would throw a circle out.
    move = 0.55 * step.sum(axis=1)
    length = np.hypot(move[:, 0], move[:, 1])[:, None]
    return centres + move * np.minimum(1, 3.0 / np.maximum(length, 1e-9)), float(overlap.max())


def _inside(
    centres: np.ndarray, radii: np.ndarray, bounds: Rectangle, blocked: Sequence[Rectangle]
) -> np.ndarray:
    x0, y0, x1, y1 = bounds
    out = centres.copy()
    for bx0, by0, bx1, by1 in blocked:
        ax0, ay0, ax1, ay1 = bx0 - radii, by0 - radii, bx1 + radii, by1 + radii
        hit = (out[:, 0] > ax0) & (out[:, 0] < ax1) & (out[:, 1] > ay0) & (out[:, 1] < ay1)
        for i in np.flatnonzero(hit):
            x, y = out[i]
            ways = [
                (x - ax0[i], ax0[i], y),
                (ax1[i] - x, ax1[i], y),
                (y - ay0[i], x, ay0[i]),
                (ay1[i] - y, x, ay1[i]),
            ]
            # The nearest way out that stays on the frame.
            allowed = [
                w
                for w in ways
                if x0 <= w[1] - radii[i] * 0.9
                and w[1] + radii[i] * 0.9 <= x1
                and y0 <= w[2] - radii[i] * 0.9
                and w[2] + radii[i] * 0.9 <= y1
            ]
            _, out[i, 0], out[i, 1] = min(allowed or ways)
    out[:, 0] = np.clip(out[:, 0], x0 + radii, np.maximum(x1 - radii, x0 + radii))
    out[:, 1] = np.clip(out[:, 1], y0 + radii, np.maximum(y1 - radii, y0 + radii))
    return out
