"""index.html: the month's dashboard, with what stands beside it in the folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

from markupsafe import Markup

from pipeline import files
from pipeline.annexes.model import Meta
from pipeline.web import assets
from pipeline.web.dashboard_map import Drawing
from pipeline.web.dashboard_model import Board
from pipeline.web.dashboard_payload import payload, still
from pipeline.web.page import bulletin, day
from pipeline.web.safe import csp_hash, script_json

LINKS = {
    ".html": ("Carte interactive", False),
    ".png": ("Image (PNG)", True),
    ".xlsx": ("Tableur (XLSX)", True),
}
"""What a file is called on its link, and whether it is to be saved rather than opened."""
SCRIPTS = (
    "text", "dashboard_state", "dashboard_map", "dashboard_charts", "dashboard_tables", "dashboard_start",
)  # fmt: skip


class IndexEntry(NamedTuple):
    """One annex of the month. files: names of those present beside index.html."""

    number: int
    title: str
    subtitle: str
    caption: str
    alt_text: str
    files: tuple[str, ...]


def render_index(
    meta: Meta,
    entries: Sequence[tuple[int, str, str, str, str, tuple[str, ...]]],
    out: Path,
    others: Sequence[tuple[str, str]] = (),
    dashboard: tuple[Board, Drawing] | None = None,
    more: Sequence[tuple[str, str]] = (),
) -> Path:
    """Write `out`/index.html and return its path.

    others: (French label, file name) of what stands beside the annexes, such as the GeoPackage.
    dashboard: its values and its map; None for a page that only presents the files.
    more: likewise, many: folded away until asked for.
    """
    style = assets.style(("page", "index", "dashboard") if dashboard else ("page", "index"))
    script = assets.script(SCRIPTS) if dashboard else ""
    policy = [
        "default-src 'none'",
        f"style-src {csp_hash(style)}",
        "img-src 'self' file: data:",
        "base-uri 'none'",
        "form-action 'none'",
    ]
    if script:
        policy.insert(1, f"script-src {csp_hash(assets.FIRST_SCRIPT)} {csp_hash(script)}")
    text = (
        assets.environment()
        .get_template("index.html")
        .render(
            meta=meta,
            others=_links(others),
            more=_links(more),
            cards=[_card(IndexEntry(*entry)) for entry in entries],
            policy=Markup("; ".join(policy)),
            style=Markup(style),
            script=Markup(script),
            first=Markup(assets.FIRST_SCRIPT),
            bulletin=bulletin(meta.bulletin),
            vintage=day(meta.boundary_vintage),
            produced=day(meta.produced_on),
            **(_dashboard(*dashboard) if dashboard else {"board": None}),
        )
    )
    target = out / "index.html"
    files.write_text(target, text)
    return target


def _links(named: Sequence[tuple[str, str]]) -> list[dict[str, object]]:
    return [
        {"label": label, "href": quote(name), "download": not name.endswith(".html")} for label, name in named
    ]


def _dashboard(board: Board, drawing: Drawing) -> dict[str, Any]:
    paints = {
        entry.key: f"url(#trame-{entry.key})" if entry.hatch else entry.colour for entry in board.classes
    }
    now = board.areas[-1]
    return {
        "board": board,
        "drawing": drawing,
        # Painted for the last month before any script runs.
        "fills": [paints[now[shape.pcode].class_key if now else "nodata"] for shape in drawing.areas],
        "still": still(board, drawing),
        "hatches": {entry.key: entry for entry in board.classes if entry.hatch},
        "data": Markup(script_json(payload(board, drawing))),
    }


def _card(entry: IndexEntry) -> dict[str, object]:
    by_kind = {Path(name).suffix: name for name in entry.files}
    links = [
        {"href": quote(by_kind[kind]), "label": label, "download": save}
        for kind, (label, save) in LINKS.items()
        if kind in by_kind
    ]
    if ".png" not in by_kind and links and ".html" in by_kind:
        links[0]["label"] = "Liste interactive"
    return {
        "entry": entry,
        "links": links,
        "html": quote(by_kind.get(".html", "")),
        "png": quote(by_kind.get(".png", "")),
    }
