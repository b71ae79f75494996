"""One annex as one HTML file that opens anywhere."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import files, french
from pipeline.annexes.model import Annex, Labels, Symbols
from pipeline.web import assets
from pipeline.web.elements import (
    TILE_HOST,
    MapView,
    Page,
    Piece,
    bars,
    events,
    legend,
    online_background,
    static_table,
    switches,
)
from pipeline.web.payload import payload
from pipeline.web.picture import pictures
from pipeline.web.safe import script_json, script_text
from pipeline.web.topology import Shared, prepare

if TYPE_CHECKING:
    from pipeline.geography.country import Country


def render(annex: Annex, country: Country, out: Path, shared: Shared | None = None) -> Path:
    """Write `out`/<slug>.html and return its path.

    shared: from `prepare(country)`, so that several annexes of one country cut its borders once.
    """
    mapped = bool(annex.layers or annex.panels)
    if mapped and shared is None:
        shared = prepare(country)
    target = out / f"{annex.slug}.html"
    files.write_text(target, page(annex, shared if mapped else None).render())
    return target


def page(annex: Annex, shared: Shared | None) -> Page:
    """The page as a folium figure. shared: None for an annex without a map."""
    meta = annex.meta
    online = meta.online_background and shared is not None
    figure = Page(
        title=f"Annexe {annex.number} – {annex.title}, {meta.month_label}",
        description=annex.caption,
        kind="avec-carte" if shared else "liste",
        tile_host=TILE_HOST if online else "",
    )
    figure.add_child(
        Piece("tete", "head.html", annex=annex, mapped=shared is not None, bulletin=bulletin(meta.bulletin))
    )
    if shared is not None:
        _add_map(figure, annex, shared)
        figure.styles = [assets.leaflet_style(), assets.style(("page", "map", "table", "print"))]
        figure.scripts = [assets.leaflet_script(), assets.script(assets.MAP_SCRIPTS)]
        figure.blocks["topologie"] = script_text(shared.text)
    else:
        figure.styles = [assets.style(("page", "table", "print"))]
        figure.scripts = [assets.script(assets.LIST_SCRIPTS)]
    figure.add_child(Piece("chiffres", "figures.html", caption=annex.caption, figures=annex.figures))
    figure.add_child(
        Piece(
            "tableau",
            "table.html",
            title=annex.table.title or annex.title,
            alone=shared is None,
            hint=annex.areas() is not None,
            static=static_table(annex),
            number=french.number,
        )
    )
    if annex.bars:
        figure.add_child(bars(annex))
    figure.add_child(
        Piece(
            "notes",
            "notes.html",
            annex=annex,
            mapped=shared is not None,
            bulletin=bulletin(meta.bulletin),
            vintage=day(meta.boundary_vintage),
            produced=day(meta.produced_on),
        )
    )
    figure.blocks["donnees"] = script_json(payload(annex, shared))
    figure.blocks["theme"] = script_json(assets.theme())
    return figure


def _add_map(figure: Page, annex: Annex, shared: Shared) -> None:
    drawn = pictures(annex, shared.outline)
    view = MapView(annex, shared.bounds, drawn[0])
    tiles = "null"
    if annex.meta.online_background:
        background = online_background()
        view.add_child(background)
        tiles = background.get_name()
    bounds = [round(edge, 5) for edge in shared.bounds]
    view.add_child(Piece("couverture", "coverage.html", bounds=bounds, tiles=tiles))
    figure.add_child(view)
    figure.add_child(Piece("recherche", "search.html", villages=shows_villages(annex)))
    if annex.panels:
        figure.add_child(Piece("mois", "months.html", count=len(annex.panels), latest=annex.panels[-1].title))
    figure.add_child(Piece("fiche", "panel.html"))
    if drawn[1:]:
        figure.add_child(Piece("autres-cartes", "pictures.html", pictures=drawn[1:]))
    figure.add_child(legend(annex))
    if annex.events:
        figure.add_child(events(annex))
    figure.add_child(switches(annex))


def shows_villages(annex: Annex) -> bool:
    """Whether villages stand on the map (and so in the search): only where the audience may see them."""
    return any(
        (isinstance(layer, Symbols) and any(item.precision == "village" for item in layer.items))
        or (isinstance(layer, Labels) and any(item.style == "village" for item in layer.items))
        for layer in annex.layers
    )


def bulletin(text: str) -> str:
    """ "6" -> "Bulletin n° 6", "n° 6, juin 2021" -> "Bulletin n° 6, juin 2021"; else as the officer wrote it."""
    if text.strip().isdigit():
        return f"Bulletin n°{french.NBSP}{text.strip()}"
    return f"Bulletin {text}" if text.startswith(("n°", "N°")) else text


def day(text: str) -> str:
    """An ISO date in French; anything else ("schematique") as it is."""
    try:
        return french.day(date.fromisoformat(text))
    except ValueError:
        return text
