"""The HTML page: any Annex as one file that opens anywhere."""

from typing import TYPE_CHECKING

from pipeline.web.dashboard import IndexEntry, render_index
from pipeline.web.payload import PageGround, prepare

if TYPE_CHECKING:
    from pipeline.web.page import Couverture, annex_page, render, save

__all__ = [
    "Couverture",
    "IndexEntry",
    "PageGround",
    "annex_page",
    "prepare",
    "render",
    "render_index",
    "save",
]


def __getattr__(name: str) -> object:
    """What builds a page, when it is first asked for: folium and what it brings are not loaded for who draws no map."""
    if name not in __all__:
        raise AttributeError(name)
    from pipeline.web import page

    return getattr(page, name)
