"""The HTML page: any Annex as one file that opens anywhere."""

from pipeline.web.dashboard import IndexEntry, render_index
from pipeline.web.page import render
from pipeline.web.payload import PageGround, prepare

__all__ = ["IndexEntry", "PageGround", "prepare", "render", "render_index"]
