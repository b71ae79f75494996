"""The HTML page: any Annex as one file that opens anywhere."""

from pipeline.web.dashboard import IndexEntry, render_index
from pipeline.web.page import Couverture, annex_page, render, save
from pipeline.web.payload import PageGround, prepare

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
