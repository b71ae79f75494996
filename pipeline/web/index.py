"""index.html: the month at a glance, with what stands beside it in the folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from markupsafe import Markup

from pipeline import files
from pipeline.annexes.model import Meta
from pipeline.web import assets
from pipeline.web.page import bulletin, day
from pipeline.web.safe import csp_hash

LINKS = {
    ".html": ("Carte interactive", False),
    ".png": ("Image (PNG)", True),
    ".xlsx": ("Tableur (XLSX)", True),
}
"""What a file is called on its link, and whether it is to be saved rather than opened."""


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
) -> Path:
    """Write `out`/index.html and return its path.

    others: (French label, file name) of what stands beside the annexes, such as the GeoPackage.
    """
    style = assets.style(("page", "index"))
    policy = f"default-src 'none'; style-src {csp_hash(style)}; img-src 'self' file: data:; base-uri 'none'"
    text = (
        assets.environment()
        .get_template("index.html")
        .render(
            meta=meta,
            others=[{"label": label, "href": quote(name)} for label, name in others],
            cards=[_card(IndexEntry(*entry)) for entry in entries],
            policy=Markup(policy),
            style=Markup(style),
            bulletin=bulletin(meta.bulletin),
            vintage=day(meta.boundary_vintage),
            produced=day(meta.produced_on),
        )
    )
    target = out / "index.html"
    files.write_text(target, text)
    return target


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
