"""The page's own files and Leaflet's, as text to be written into a page."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from pipeline import palette

HERE = Path(__file__).parent
MAP_SCRIPTS = (
    "text", "folds", "world", "paint", "symbols", "labels", "coverage", "panel", "search", "table", "legend", "months",
    "print", "start",
)  # fmt: skip
LIST_SCRIPTS = ("text", "folds", "table", "print", "start")


@cache
def environment() -> jinja2.Environment:
    """Jinja for the templates of this folder; every text is escaped on its way into markup."""
    from folium.template import tojavascript

    env = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    env.filters["tojavascript"] = lambda value: Markup(tojavascript(value))
    return env


@cache
def script(names: tuple[str, ...]) -> str:
    """Our scripts, in order. Comment lines and indentation stay behind: they are for those who read the
    source (no text of ours runs over several lines, so nothing else changes)."""
    lines = (line.strip() for name in names for line in _read(f"js/{name}.js").splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))


@cache
def style(names: tuple[str, ...]) -> str:
    """Our styles, in order, with the palette as custom properties before them."""
    colours = {
        "ink": palette.INK,
        "quiet": palette.QUIET_INK,
        "paper": palette.PAPER,
        "surround": palette.SURROUND,
        "accent": palette.ACCENT,
        "warning": palette.WARNING,
        "worse": palette.WORSE,
        "better": palette.BETTER,
    }
    root = ";".join(f"--{name}:{colour}" for name, colour in colours.items())
    text = "\n".join(_read(f"css/{name}.css") for name in names)
    return f":root{{{root}}}\n" + "\n".join(line.strip() for line in text.splitlines() if line.strip())


@cache
def leaflet_script() -> str:
    """Leaflet as its package ships it, without the pointer to its source map (a request)."""
    return re.sub(r"\n?//# sourceMappingURL=\S+\s*$", "", _leaflet("leaflet.js"))


@cache
def leaflet_style() -> str:
    """Leaflet's styles without the images of controls that the pages do not have (each would be a request)."""
    rules = re.sub(r"\n[^{}]+\{[^{}]*url\([^{}]*\}", "", _leaflet("leaflet.css"))
    return re.sub(r"/\*.*?\*/\s*", "", rules, flags=re.DOTALL)


def _leaflet(name: str) -> str:
    return (resources.files("js_lib_leaflet") / "static" / "js_lib_leaflet" / name).read_text(
        encoding="utf-8"
    )


def _read(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")


def theme() -> dict[str, Any]:
    """What the map script draws with, beside the specification's own colours."""
    from pipeline.web.shapes import SHAPES

    return {
        "ink": palette.INK,
        "paper": palette.PAPER,
        "water": palette.WATER,
        "communeLine": palette.COMMUNE_LINE,
        "finestLine": "#aab2b8",
        "cercleLine": palette.CERCLE_LINE,
        "regionLine": palette.REGION_LINE,
        "countryLine": palette.COUNTRY_LINE,
        "shapes": SHAPES,
    }
