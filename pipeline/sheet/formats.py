"""Where everything lies, in millimetres: one table of positions per format and kind of page.

The country is wide, with a deep empty corner in the north-west and shallow ones in the north-east,
south-east and south-west: furniture goes there, so that the country itself can be large.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from pipeline.errors import InputError
from pipeline.sheet.marks import Rectangle


@dataclass(frozen=True)
class Layout:
    """A kind of page. All rectangles x0, y0, x1, y1 in mm, origin at the lower left; k: factor on type.

    title: headline and caption. main: the main frame; country: where the country fits in it, and align: to
    which side. corner: room for the inset, under the title. side: legends. card: figures and bars, in a
    corner of the main frame, as tall as they need up to this. events: the list of events (None: no such
    list on this kind of page). panels: where the small maps of a series go (None: none).
    locator, scale: the small map and the scale bar with the north arrow. foot: sources, dates, terms.
    """

    page: tuple[float, float]
    k: float
    title: Rectangle
    main: Rectangle
    country: Rectangle
    align: tuple[float, float]
    corner: Rectangle
    side: Rectangle
    card: Rectangle
    locator: Rectangle
    scale: Rectangle
    foot: Rectangle
    events: Rectangle | None = None
    panels: Rectangle | None = None
    stacked: bool = False
    below: bool = False
    """stacked: the headline runs over the whole page and the map begins where it ends. below: the furniture
    lies under the map, which ends where it begins."""


_A4_MAP = Layout(
    page=(297.0, 210.0),
    k=1.0,
    title=(6.0, 170.0, 156.0, 204.0),
    main=(92.0, 18.5, 291.0, 204.0),
    country=(95.0, 21.5, 288.0, 201.0),
    align=(1.0, 0.5),
    corner=(6.0, 93.0, 156.0, 170.0),
    side=(6.0, 18.5, 88.0, 90.5),
    card=(208.0, 18.5, 291.0, 62.0),
    locator=(252.0, 167.0, 291.0, 204.0),
    scale=(96.0, 21.0, 134.0, 33.0),
    foot=(6.0, 5.0, 291.0, 16.0),
)
_A4_EVENTS = Layout(
    page=(297.0, 210.0),
    k=1.0,
    title=(6.0, 160.0, 176.0, 204.0),
    main=(112.0, 18.5, 291.0, 204.0),
    country=(114.0, 21.5, 288.0, 172.0),
    align=(1.0, 0.0),
    corner=(72.0, 84.0, 176.0, 170.0),
    side=(72.0, 18.5, 109.0, 81.0),
    card=(218.0, 18.5, 291.0, 57.0),
    locator=(252.0, 167.0, 291.0, 204.0),
    scale=(244.0, 21.0, 289.0, 33.0),
    foot=(6.0, 5.0, 291.0, 16.0),
    events=(6.0, 18.5, 69.0, 172.0),
)
_A4_SERIES = Layout(
    page=(297.0, 210.0),
    k=1.0,
    title=(6.0, 176.0, 222.0, 204.0),
    main=(6.0, 18.5, 222.0, 172.0),
    country=(6.0, 18.5, 222.0, 172.0),
    align=(0.5, 0.5),
    corner=(226.0, 150.0, 291.0, 204.0),
    side=(226.0, 130.0, 291.0, 204.0),
    card=(226.0, 18.5, 291.0, 130.0),
    locator=(226.0, 18.5, 252.0, 42.0),
    scale=(255.0, 19.0, 291.0, 31.0),
    foot=(6.0, 5.0, 291.0, 16.0),
    panels=(6.0, 18.5, 222.0, 172.0),
)


# Where a country leaves no corner free: headline above, one column of furniture beside the map.
_A4_PLAIN = replace(
    _A4_MAP,
    title=(6.0, 150.0, 291.0, 204.0),
    main=(100.0, 18.5, 291.0, 172.0),
    country=(103.0, 21.5, 248.0, 169.0),
    align=(0.5, 0.5),
    corner=(100.0, 168.0, 101.0, 170.0),
    side=(6.0, 18.5, 96.0, 172.0),
    card=(6.0, 18.5, 96.0, 100.0),
    locator=(253.0, 135.0, 291.0, 172.0),
    scale=(252.0, 21.0, 290.0, 33.0),
    stacked=True,
)

_PORTRAIT_MAP = Layout(
    page=(210.0, 297.0),
    k=1.0,
    title=(6.0, 236.0, 204.0, 291.0),
    main=(6.0, 18.5, 204.0, 260.0),
    country=(9.0, 21.5, 201.0, 257.0),
    align=(1.0, 0.0),
    corner=(6.0, 18.5, 94.0, 260.0),
    side=(6.0, 18.5, 100.0, 97.0),
    card=(106.0, 18.5, 204.0, 97.0),
    locator=(172.0, 230.0, 204.0, 260.0),
    scale=(160.0, 21.0, 201.0, 33.0),
    foot=(6.0, 5.0, 204.0, 16.0),
    stacked=True,
    below=True,
)
_PORTRAIT_EVENTS = replace(_PORTRAIT_MAP, events=(6.0, 18.5, 136.0, 105.0), side=(142.0, 18.5, 204.0, 105.0))
_PORTRAIT_SERIES = Layout(
    page=(210.0, 297.0),
    k=1.0,
    title=(6.0, 236.0, 204.0, 291.0),
    main=(6.0, 128.0, 204.0, 256.0),
    country=(6.0, 128.0, 204.0, 256.0),
    align=(0.5, 0.5),
    corner=(6.0, 18.5, 96.0, 125.0),
    side=(6.0, 54.0, 96.0, 125.0),
    card=(102.0, 18.5, 204.0, 125.0),
    locator=(6.0, 18.5, 38.0, 50.0),
    scale=(44.0, 19.0, 96.0, 31.0),
    foot=(6.0, 5.0, 204.0, 16.0),
    panels=(6.0, 128.0, 204.0, 256.0),
    stacked=True,
)


def _grown(layout: Layout, factor: float, k: float) -> Layout:
    """The same page on larger paper of the same shape; type grows less than the paper."""

    def box(r: Rectangle) -> Rectangle:
        return (r[0] * factor, r[1] * factor, r[2] * factor, r[3] * factor)

    return Layout(
        page=(layout.page[0] * factor, layout.page[1] * factor), k=k, title=box(layout.title), main=box(layout.main),
        country=box(layout.country), align=layout.align, corner=box(layout.corner), side=box(layout.side),
        card=box(layout.card), locator=box(layout.locator), scale=box(layout.scale), foot=box(layout.foot),
        events=box(layout.events) if layout.events else None, panels=box(layout.panels) if layout.panels else None,
        stacked=layout.stacked, below=layout.below,
    )  # fmt: skip


FORMATS: dict[str, dict[str, Layout]] = {
    "A4-paysage": {"carte": _A4_MAP, "evenements": _A4_EVENTS, "serie": _A4_SERIES, "simple": _A4_PLAIN},
    "A3-paysage": {
        "carte": _grown(_A4_MAP, 2**0.5, 1.3),
        "evenements": _grown(_A4_EVENTS, 2**0.5, 1.3),
        "serie": _grown(_A4_SERIES, 2**0.5, 1.3),
        "simple": _grown(_A4_PLAIN, 2**0.5, 1.3),
    },
    "A4-portrait": {
        "carte": _PORTRAIT_MAP,
        "evenements": _PORTRAIT_EVENTS,
        "serie": _PORTRAIT_SERIES,
        "simple": _PORTRAIT_MAP,
    },
}


def lifted(layout: Layout, rise: float) -> Layout:
    """The page with everything `rise` mm further from its foot, which needs that much more room."""
    if rise <= 0:
        return layout

    def up(r: Rectangle, whole: bool = False) -> Rectangle:
        return (r[0], r[1] + rise, r[2], r[3] + rise if whole else r[3])

    return replace(
        layout, main=up(layout.main), country=up(layout.country), corner=up(layout.corner), side=up(layout.side),
        card=up(layout.card, True), scale=up(layout.scale, True),
        locator=up(layout.locator, True) if layout.locator[1] < layout.main[1] + 5 else layout.locator,
        events=up(layout.events) if layout.events else None, panels=up(layout.panels) if layout.panels else None,
    )  # fmt: skip


def layout_of(page: str, kind: str) -> Layout:
    """The positions of a kind of page on a format. Raises InputError on an unknown format."""
    if page not in FORMATS:
        raise InputError(
            f"PAGE={page!r} n'est pas un format de page",
            "la carte n'est pas dessinée",
            f"choisir parmi {', '.join(FORMATS)}",
        )
    return FORMATS[page][kind]
