"""The HTML page: any Annex as one file that opens anywhere."""

from typing import TYPE_CHECKING

from pipeline.web.dashboard import IndexEntry, render_index
from pipeline.web.payload import PageGround, prepare

if TYPE_CHECKING:
    from pipeline.web.page import render

__all__ = ["IndexEntry", "PageGround", "prepare", "render", "render_index"]


def __getattr__(name: str) -> object:
    """`render`, when it is first asked for: folium and what it brings are not loaded for who draws no map."""
    if name != "render":
        raise AttributeError(name)
    from pipeline.web.page import render

    return render
