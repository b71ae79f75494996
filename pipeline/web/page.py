"""The HTML page of an annex: folium and branca elements, each with its own template, and the assets written into it."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import folium
import jinja2
import rcssmin
import rjsmin
from branca.element import CssLink, Element, Figure, JavascriptLink, MacroElement
from markupsafe import Markup, escape

from pipeline import files, french, palette
from pipeline.annexes.model import (
    Annex,
    Areas,
    BarRow,
    BarTable,
    Column,
    Flows,
    Meta,
    Symbols,
    TableCell,
    Zones,
    kinds_told,
)
from pipeline.errors import PipelineError
from pipeline.french import Month
from pipeline.web.payload import PageGround, differences, payload, prepare
from pipeline.web.picture import AROUND, SHAPES, pictures, shape_path

if TYPE_CHECKING:
    from pipeline.geography.country import Country


# The page's own files and Leaflet's, as text to be written into a page.


HERE = Path(__file__).parent
MAP_SCRIPTS = (
    "text", "folds", "world", "paint", "symbols", "labels", "coverage", "panel", "search", "table", "legend", "months",
    "print", "change", "share", "address", "start",
)  # fmt: skip
FIRST_SCRIPT = (
    "{const [root,...names]=[document.documentElement,'Path2D','URLSearchParams','Map'];"
    "if(names.every(name=>name in window))root.className='js';"
    "window.addEventListener('error',()=>{if(!root.hasAttribute('data-pret'))root.className=''})}"
)
"""Before anything is painted: styles that a script completes apply only where ours will run to their end. An old
browser stumbles over its syntax, and shows the page as it stands."""
LIST_SCRIPTS = ("text", "folds", "table", "print", "share", "start")
LAYER_SCRIPTS = (*MAP_SCRIPTS[: MAP_SCRIPTS.index("search")], "share", "anywhere")
"""Of an annex that is a layer of somebody's own map."""


@cache
def template_environment() -> jinja2.Environment:
    """Jinja for the templates of this folder; every text is escaped on its way into markup."""
    from folium.template import tojavascript

    env = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        # What is markup already is no text.
        finalize=lambda found: french.marks_held(found) if type(found) is str else found,
    )
    env.filters["tojavascript"] = lambda value: Markup(tojavascript(value))
    return env


@cache
def script_of(names: tuple[str, ...]) -> str:
    """Our scripts, in order, without the comments and spaces that are for those who read the source."""
    return str(rjsmin.jsmin("\n".join(_read(f"js/{name}.js") for name in names)))


@cache
def style_of(names: tuple[str, ...]) -> str:
    """Our styles, in order, with the palette as custom properties before them."""
    inks = ("ink", "quiet_ink", "paper", "surround", "accent", "warning", "worse", "better")
    root = ";".join(f"--{ink.removesuffix('_ink')}:{getattr(palette, ink.upper())}" for ink in inks)
    text = "\n".join(_read(f"css/{name}.css") for name in names)
    return str(rcssmin.cssmin(f":root{{{root}}}\n{text}"))


def printed_marks(meta: Meta, title: str) -> str:
    """What the margin of every printed sheet says, as a style: the page, its audience, and that data are an example."""
    left, right = (
        re.sub(r'["\\\\<\x00-\x1f\x7f]', lambda found: f"\\{ord(found[0]):x} ", text)
        for text in (f"{title}, {meta.month_label}", " · ".join((meta.audience_label, *meta.marks)))
    )
    return (
        f'@page{{@bottom-left{{content:"{left}";font:8pt sans-serif;color:{palette.QUIET_INK}}}'
        f'@bottom-right{{content:"{right}  –  " counter(page) "/" counter(pages);font:bold 8pt sans-serif;'
        f"color:{palette.WARNING}}}}}"
    )


@cache
def leaflet_script() -> str:
    """Leaflet as its package ships it, without the pointer to its source map (a request)."""
    script = (LEAFLET / "leaflet.js").read_text(encoding="utf-8")
    return re.sub(r"\n?//# sourceMappingURL=\S+\s*$", "", script)


@cache
def leaflet_style(images: bool = False) -> str:
    """Leaflet's styles. images: with those of controls and markers, as data; our own pages have no such controls."""
    rules = (LEAFLET / "leaflet.css").read_text(encoding="utf-8")
    rules = with_images(rules, LEAFLET) if images else re.sub(r"\n[^{}]+\{[^{}]*url\([^{}]*\}", "", rules)
    return str(rcssmin.cssmin(rules))


def with_images(rules: str, folder: Any) -> str:
    """A style sheet whose images, files of `folder`, stand in it as data: a page asks nobody for them."""
    return re.sub(
        r"url\((?!#)['\"]?([\w./-]+)['\"]?\)", lambda found: f"url({_data(folder, found[1])})", rules
    )


def _data(folder: Any, name: str) -> str:
    kind = "svg+xml" if name.endswith(".svg") else "png"
    return f"data:image/{kind};base64,{base64.b64encode((folder / name).read_bytes()).decode('ascii')}"


LEAFLET = resources.files("js_lib_leaflet") / "static" / "js_lib_leaflet"


def _read(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")


def page_theme() -> dict[str, Any]:
    """What the map script draws with, beside the specification's own colours."""
    names = ("ink", "paper", "zone", "worse", "better", "water")
    return {
        **{name: getattr(palette, name.upper()) for name in names},
        "communeLine": palette.COMMUNE_LINE,
        "finestLine": "#aab2b8",
        "cercleLine": palette.CERCLE_LINE,
        "regionLine": palette.REGION_LINE,
        "countryLine": palette.COUNTRY_LINE,
        "shapes": SHAPES,
        "around": AROUND,
    }


# Text that came from somebody else, written so that a browser takes it as text and nothing more.


_ESCAPES = str.maketrans(
    {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
)


def script_text(text: str) -> str:
    """JSON text that may stand in a <script> element: nothing in it can end the element or start a comment."""
    return text.translate(_ESCAPES)


def script_json(value: Any) -> str:
    """A value as compact JSON for a <script type="application/json"> element."""
    return script_text(json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False))


def csp_hash(body: str) -> str:
    """The hash that a content security policy names an inline script or style by."""
    digest = hashlib.sha256(body.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


# The folium and branca elements that a page is made of, each with its own template.


TILES = "https://a.tile.openstreetmap.fr/hot/{z}/{x}/{y}.png"
TILE_HOST = "https://a.tile.openstreetmap.fr"
"""The online background. Not openstreetmap.org's own servers: they refuse pages opened from a file, which
send no referrer."""


class Verbatim(Element):
    """Text that is written as it stands. (A branca Element would run it through Jinja again, so that a name
    holding two braces would be taken for a template.)"""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def render(self, **kwargs: Any) -> str:
        return self.text


class Piece(MacroElement):
    """An element of ours: a template of this package with the macros `html` and `script`, and values for it.

    name: identifier in the page, not a random one, so that the same annex gives the same bytes.
    """

    def __init__(self, name: str, template: str, **values: Any) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name, self._id = name, ""
        self._template = template_environment().get_template(template)
        self.__dict__.update(values)

    def get_name(self) -> str:
        return self._name

    def render(self, **kwargs: Any) -> str:
        _write_macros(self, kwargs)
        return ""


class MapView(folium.Map):
    """The Leaflet map, without the scripts and styles that folium would fetch from elsewhere."""

    default_js: list[tuple[str, str]] = []  # noqa: RUF012  folium declares them so
    default_css: list[tuple[str, str]] = []  # noqa: RUF012

    def __init__(
        self, annex: Annex, bounds: tuple[float, float, float, float], picture: Mapping[str, Any]
    ) -> None:
        west, south, east, north = bounds
        super().__init__(
            location=[round((south + north) / 2, 4), round((west + east) / 2, 4)],
            tiles=None,
            zoom_start=5,
            zoom_control=False,
            attribution_control=False,
            zoom_snap=0.25,
            max_bounds=True,
            min_lat=round(south - 4),
            max_lat=round(north + 4),
            min_lon=round(west - 5),
            max_lon=round(east + 5),
        )
        self._id = "carte"
        self._template = template_environment().get_template("map.html")
        self.label = f"Carte : {annex.title}, {annex.subtitle}"
        self.dated, self.picture = bool(annex.panels), picture
        self.detail = bool(annex.inset_cercles)
        nowhere = ((layer, [z for z in layer.items if not z.level]) for layer in annex.layers_of(Zones))
        self.unplaced = [
            (layer.box_title, [(zone, kinds_told(annex.layers, zone.parts)) for zone in zones])
            for layer, zones in nowhere
            if zones
        ]
        # Folium keeps its own zoom limits for tiles. Which box is shown first is the page's to say: it knows
        # the screen (and folium's fit_bounds would animate, which a slow phone pays for).
        self.options |= {"minZoom": 4, "maxZoom": 11}

    def get_name(self) -> str:
        return "map_carte"

    def render(self, **kwargs: Any) -> str:
        _write_macros(self, kwargs)
        for child in self._children.values():
            child.render(**kwargs)
        return ""


class OwnLayer(folium.map.Layer):
    """The annex on its own page's map, under the name by which folium's control of layers switches it."""

    def __init__(self, title: str, bounds: Sequence[float], tiles: str) -> None:
        super().__init__(name=title, overlay=True, control=True)
        self.bounds, self.tiles = bounds, tiles
        self._template = template_environment().get_template("coverage.html")

    def get_name(self) -> str:
        return "couverture"

    def render(self, **kwargs: Any) -> str:
        _write_macros(self, kwargs)
        return ""


def online_background() -> folium.TileLayer:
    """Tiles for who switches them on; nothing is fetched before."""
    layer = folium.TileLayer(
        TILES, attr="© contributeurs d’OpenStreetMap", max_zoom=19, show=False, control=False
    )
    layer._id = "fond"
    return layer


def _write_macros(element: MacroElement, kwargs: dict[str, Any]) -> None:
    """What MacroElement.render does, with the texts written as they are."""
    figure = element.get_root()
    for place in ("html", "script"):
        macro = element._template.module.__dict__.get(place)
        if macro is not None:
            getattr(figure, place).add_child(Verbatim(str(macro(element, kwargs))), name=element.get_name())


# folium's own elements, on a page of ours or on any map: what they would fetch stands in the file.

LOCAL = {
    "leaflet": "",
    "leaflet_css": "",
    "markerclusterjs": "leaflet.markercluster.js",
    "markerclustercss": "leaflet.markercluster.css",
    "markerclusterdefaultcss": "",
    "Control.Fullscreen.js": "leaflet.fullscreen.js",
    "Control.FullScreen.css": "leaflet.fullscreen.css",
    **dict.fromkeys(("jquery", "bootstrap", "awesome_markers", "bootstrap_css", "glyphicons_css"), ""),
    **dict.fromkeys(("awesome_markers_font_css", "awesome_markers_css", "awesome_rotate_css"), ""),
}
"""Name that folium gives to a script or style -> file of `vendor/`; "": our page has it, or needs it not."""


def _written_in(figure: Figure) -> tuple[list[str], list[str]]:
    """Scripts and styles that the elements of a rendered figure ask for, as text.

    Raises PipelineError where one asks for what is not here.
    """
    icons = {name: _data(LEAFLET / "images", f"{file}.png") for name, file in MARKER_IMAGES.items()}
    scripts = [
        script_of(("folium",)),
        f'L.Icon.Default.imagePath="";L.Icon.Default.mergeOptions({json.dumps(icons)});',
    ]
    styles: list[str] = []
    for name, child in figure.header._children.items():
        if not isinstance(child, JavascriptLink | CssLink):
            text = child.render()
            scripts += re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
            styles += re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
        elif name not in LOCAL:
            raise _not_here(f"l’élément folium demande {name} ({child.url}), qui n’est pas dans le projet")
        elif LOCAL[name]:
            text = (VENDOR / LOCAL[name]).read_text(encoding="utf-8")
            if isinstance(child, JavascriptLink):
                scripts.append(text)
            else:
                styles.append(with_images(text, VENDOR))
    return scripts, styles


VENDOR = HERE / "vendor"
MARKER_IMAGES = {"iconUrl": "marker-icon", "iconRetinaUrl": "marker-icon-2x", "shadowUrl": "marker-shadow"}


def _not_here(problem: str) -> PipelineError:
    return PipelineError(
        problem,
        "la page demanderait un fichier à un serveur : elle ne s’ouvrirait pas hors connexion",
        "employer Marker, CircleMarker, Popup, Tooltip, LayerControl, MarkerCluster, Fullscreen, GeoJson ou DivIcon, "
        "ou ajouter le fichier à pipeline/web/vendor et son nom à LOCAL",
    )


def policy_of(
    scripts: Sequence[str], styles: Sequence[str], images: Sequence[str] = ("data:",), guests: bool = False
) -> Markup:
    """The content security policy of a page. images: where they may come from. guests: elements of folium, whose markup
    has style attributes."""
    rules = [
        "default-src 'none'",
        *([f"script-src {' '.join(map(csp_hash, scripts))}"] if scripts else []),
        f"style-src {' '.join(map(csp_hash, styles))}",
        *(["style-src-attr 'unsafe-inline'"] if guests else []),
        f"img-src {' '.join(images)}",
        "base-uri 'none'",
        "form-action 'none'",
    ]
    return Markup("; ".join(rules))


_INERT = str.maketrans({"`": "&#96;", "\\": "&#92;", "$": "&#36;"})
"""folium writes texts between the backquotes of a script: characters that would leave them, as markup."""


def _own_script(figure: Figure) -> str:
    """What the elements wrote into the figure's script; no text in it can end the element."""
    text = "".join(child.render() for child in figure.script._children.values()).strip()
    return re.sub(r"<(?=/script|!--)", r"\\x3c", text, flags=re.IGNORECASE)


def _descendants(element: Any) -> Iterator[Any]:
    for child in element._children.values():
        yield child
        yield from _descendants(child)


def _guests(element: Any) -> bool:
    """Whether somebody added elements of folium's own; their texts are made markup and nothing more.

    Raises PipelineError for one whose pictures are fetched.
    """
    found = [child for child in _descendants(element) if not isinstance(child, Piece | MapView | OwnLayer)]
    for child in found:
        if isinstance(child, folium.TileLayer) and child.get_name() != "tile_layer_fond":
            raise _not_here(f"le fond {child.tile_name} vient d’un serveur : folium.Map(tiles=None)")
        if isinstance(child, folium.Icon):
            raise _not_here("folium.Icon prend ses dessins d’une police en ligne")
        if isinstance(child, folium.Tooltip):
            child.text = child.text.translate(_INERT)
        if isinstance(child, folium.Popup):
            parts: list[Any] = list(child.html._children.values())
            for part in parts:
                if not getattr(part, "script", True):
                    part.data, part.script = str(escape(part.data)), True
                part.data = part.data.translate(_INERT)
    return any(child.get_name() != "tile_layer_fond" for child in found)


class Couverture(folium.map.Layer):
    """An annex as a layer of any folium map: `Couverture(annex, prepare(country)).add_to(folium.Map(tiles=None))`.

    It paints areas, signs, arrows and names as the annex's own page does; a touch opens a popup with the figures;
    a key says title, classes, audience and sources. Switched by `folium.LayerControl`. `save` writes such a map.
    """

    def __init__(self, annex: Annex, ground: PageGround, name: str = "", show: bool = True) -> None:
        super().__init__(name=name or annex.title, overlay=True, control=True, show=show)
        self._name, self.annex, self.ground = "Couverture", annex, ground
        self._id = annex.slug.replace("-", "_")

    def render(self, **kwargs: Any) -> str:
        """Write data, styles and scripts into the figure; what two such layers share, once."""
        figure: Any = self.get_root()
        ids = {"data": f"donnees-{self._id}", "theme": "theme", "ground": "topologie"}
        blocks = {
            ids["data"]: script_json(payload(self.annex, self.ground)),
            ids["theme"]: script_json(page_theme()),
            ids["ground"]: script_text(self.ground.text),
        }
        for name, text in blocks.items():
            block = f'<script type="application/json" id="{name}">{text}</script>'
            figure.html.add_child(Verbatim(block), name=name)
        head = f"<style>{style_of(('anywhere',))}</style><script>{script_of(LAYER_SCRIPTS)}</script>"
        figure.header.add_child(Verbatim(head), name="couverture")
        own, parent = self.get_name(), cast(Any, self._parent)
        made = f"var {own} = Cartes.anywhere({json.dumps(ids)}, {json.dumps(self.ground.bounds)});"
        shown = f"{own}.addTo({parent.get_name()});" if self.show else ""
        figure.script.add_child(Verbatim(made + shown), name=own)
        return ""

    @property
    def bounds(self) -> list[list[float]]:
        """South-west and north-east corner, for `folium.Map.fit_bounds`."""
        west, south, east, north = self.ground.bounds
        return [[south, west], [north, east]]


def save(drawn: folium.Map | Page, target: Path) -> None:
    """Write a folium map, ours or any, as one file that asks nobody for anything: what its elements would fetch
    stands in it, and its policy lets nothing else in.

    Raises PipelineError where an element asks for what is not here (a background of tiles, an icon of a font).
    """
    if isinstance(drawn, Page):
        files.write_text(target, drawn.render())
        return
    _guests(drawn)
    # Clusters ask how far a reader may go in; tiles, which say it, are not there.
    drawn.options.setdefault("max_zoom", 12)
    drawn.options.setdefault("attribution_control", False)
    figure: Any = drawn.get_root()
    figure.render()
    scripts, styles = _written_in(figure)
    data = "".join(child.render() for child in figure.html._children.values())
    scripts = [leaflet_script(), *scripts, _own_script(figure)]
    styles = [leaflet_style(images=True), *styles]
    page = template_environment().get_template("anywhere.html")
    text = page.render(
        policy=policy_of(scripts, styles, guests=True),
        title=figure.title or "Carte",
        styles=list(map(Markup, styles)),
        body=Markup(data),
        scripts=list(map(Markup, scripts)),
    )
    files.write_text(target, text)


class Page(Figure):
    """The file: one page with everything inside and a policy that lets nothing else in."""

    def __init__(self, title: str, description: str, kind: str, tile_host: str = "") -> None:
        super().__init__(title=title)
        self.description, self.kind, self.tile_host = description, kind, tile_host
        self.blocks: dict[str, str] = {}
        self.styles: list[str] = []
        self.scripts: list[str] = []

    @property
    def map(self) -> MapView:
        """The Leaflet map, to which elements of folium may be added before the page is saved."""
        return next(child for child in self._children.values() if isinstance(child, MapView))

    def put(self, name: str, template: str, **values: Any) -> None:
        """Add an element of ours; see `Piece`."""
        self.add_child(Piece(name, template, **values))

    def part(self, name: str) -> Any:
        """The markup that the element of that name wrote; nothing where the page has no such element."""
        child = self.html._children.get(name)
        return Markup(child.render()) if child is not None else ""

    def render(self, **kwargs: Any) -> str:
        guests = any(_guests(child) for child in self._children.values() if isinstance(child, MapView))
        for child in self._children.values():
            child.render(**kwargs)
        scripts, styles = list(self.scripts), list(self.styles)
        if guests:
            # After Leaflet, before our own: a plugin extends the one, the other need not know.
            more, looks = _written_in(self)
            scripts[1:1], styles[:1] = more, [leaflet_style(images=True), *looks]
        scripts.append(_own_script(self))
        images = ["data:", self.tile_host] if self.tile_host else ["data:"]
        template = template_environment().get_template("page.html")
        return template.render(
            page=self,
            first=Markup(FIRST_SCRIPT),
            policy=policy_of((FIRST_SCRIPT, *scripts), styles, images, guests),
            styles=list(map(Markup, styles)),
            scripts=list(map(Markup, scripts)),
            blocks={name: Markup(text) for name, text in self.blocks.items()},
        )


def legend(annex: Annex) -> Piece:
    """Classes as filters, symbols, arrows."""
    found = [annex.panels[-1].areas] if annex.panels else annex.layers_of(Areas)
    symbols = annex.layers_of(Symbols)
    return Piece(
        "legende",
        "legend.html",
        areas=found,
        symbols=symbols,
        flows=[layer for layer in annex.layers_of(Flows) if layer.items],
        zones=[layer for layer in annex.layers_of(Zones) if layer.items],
        zone_colour=palette.ZONE,
        filters=bool(found) or bool(symbols),
        tabled=any(not layer.ground for layer in found),
        number=french.number,
        shape=shape_path,
        width=lambda layer, size: round(max(1.6, 9 * size / largest_flow(layer)), 1),
    )


def switches(annex: Annex) -> Piece:
    """The layers that a reader may switch off, and the online background that may be switched on."""
    signs = (layer for layer in annex.layers if isinstance(layer, Symbols | Flows | Zones))
    layers = [layer for layer in signs if layer.items]
    return Piece("couches", "layers.html", layers=layers, online=annex.meta.online_background)


def largest_flow(layer: Flows) -> float:
    """The value that the widest arrow stands for."""
    return max([*layer.sizes, *(item.value for item in layer.items), 1])


def events(annex: Annex) -> Piece:
    """Cards of the events, numbered as on the map."""
    keys = {key.key: key for layer in annex.layers_of(Symbols) for key in layer.keys}
    cards = []
    for event in annex.events:
        colour, shape = (
            (keys[event.key].colour, keys[event.key].shape) if event.key in keys else ("#6b6b6b", "")
        )
        cards.append({"event": event, "colour": colour, "path": shape_path(shape)})
    return Piece("evenements", "events.html", title=annex.events_title or "Événements", cards=cards)


def _bar(row: BarRow) -> tuple[float, float]:
    """What a bar is at least and at most; where no upper end is known, its least."""
    if row.between:
        least, most = row.between
        return least, least if most is None else most
    whole = sum(value for _, value, _ in row.segments)
    return whole, whole


def bar_rows(table: BarTable) -> Iterator[dict[str, Any]]:
    """Rows of a bar table as they are drawn: a bar is 300 wide where its sum is the table's largest."""
    colours = {key: colour for key, _, colour in table.keys}
    labels = {key: label for key, label, _ in table.keys}
    largest = max((max(_bar(row)) for row in table.rows), default=0) or 1
    group = ""
    for row in table.rows:
        x, parts, spoken = 0.0, [], []
        for key, value, text in row.segments:
            width = 300 * value / largest
            if value > 0:
                colour = colours.get(key, "#6b6b6b")
                parts.append({"x": round(x, 1), "width": round(width, 1), "colour": colour})
                spoken.append(f"{labels.get(key, key)}{french.NBSP}: {text or french.number(value)}")
            x += width
        yield {
            "label": row.label,
            "hollow": [round(300 * end / largest, 2) for end in _bar(row)] if row.between else None,
            "heading": row.group if row.group != group else "",
            "parts": parts,
            "spoken": ", ".join(spoken) or (row.texts[0] if row.between and row.texts else "aucune"),
            "texts": row.texts,
        }
        group = row.group


NAMES = ("region", "cercle", "commune")
MOST_ROWS = 280
"""Rows of a table in the page's own markup; the script has all of them."""


def static_table(annex: Annex) -> dict[str, Any]:
    """The table as it stands in the page before any script: headings, rows of texts, `absent` (what is told of the
    areas that have nothing to show, named by region; `unsaid`: positions of their rows), and how many rows the
    script alone shows.

    Of a list over several months, the rows of the latest.
    """
    table = annex.table
    silent = _silent(annex)
    months = [position for position, column in enumerate(table.columns) if column.kind == "month"]
    rows: list[list[str]] = []
    absent: dict[str, dict[str, list[str]]] = {}
    unsaid: list[int] = []
    for position, row in enumerate(table.rows):
        key = table.row_keys[position] if position < len(table.row_keys) else ""
        if key in silent and _says_nothing(table.columns, row):
            unsaid.append(position)
            region, cercle, commune = (_words(table.columns, row, name) for name in NAMES)
            absent.setdefault(silent[key], {}).setdefault(region, []).append(commune or cercle)
        elif not months or row[months[0]] == annex.meta.month:
            rows.append([_cell_text(column, cell) for column, cell in zip(table.columns, row, strict=True)])
    shown = rows[:MOST_ROWS]
    told = sum(len(names) for regions in absent.values() for names in regions.values())
    return {
        "columns": table.columns,
        "rows": shown,
        "absent": absent,
        "unsaid": unsaid,
        "left": len(table.rows) - told - len(shown),
    }


def _silent(annex: Annex) -> dict[str, str]:
    """P-code -> label of its class, where no map of the annex has more to say of the area than that."""
    layers = [*annex.layers_of(Areas), *(panel.areas for panel in annex.panels)]
    found: dict[str, str] = {}
    for layer in layers:
        quiet = {entry.key: entry.label for entry in layer.classes if entry.kind in ("uncovered", "nodata")}
        first = layer is layers[0]
        found = {
            code: quiet[value.class_key]
            for code, value in layer.values.items()
            if value.class_key in quiet and (first or code in found)
        }
    return found


def _says_nothing(columns: tuple[Column, ...], row: tuple[TableCell, ...]) -> bool:
    """Whether the texts of a row, its names aside, are all the same: "non couverte" in every month. (A dash is no text.)"""
    cells = {cell for column, cell in zip(columns, row, strict=True) if column.key not in NAMES}
    return len({cell for cell in cells if isinstance(cell, str)} - {"", "–"}) < 2


def _words(columns: tuple[Column, ...], row: tuple[TableCell, ...], key: str) -> str:
    return next((str(cell) for column, cell in zip(columns, row, strict=True) if column.key == key), "")


def _cell_text(column: Column, cell: TableCell) -> str:
    """A cell as the page prints it (js/table.js prints the same)."""
    if cell is None or cell != cell:
        return ""
    if isinstance(cell, int | float):
        whole = float(cell).is_integer()
        return french.number(cell, 0) if whole else french.number(cell, 2).rstrip("0").rstrip(",")
    if column.kind == "month" and len(cell) == 7:
        return Month.parse(cell).label
    if column.kind == "date" and len(cell) >= 10:
        return f"{cell[8:10]}/{cell[5:7]}/{cell[:4]}"
    return cell


# One annex as one HTML file that opens anywhere.


def render(
    annex: Annex, country: Country, out: Path, shared: PageGround | None = None, slugs: Sequence[str] = ()
) -> Path:
    """Write `out`/<slug>.html and return its path.

    shared: from `prepare(country)`, so that several annexes of one country cut its borders once. slugs: of all
    annexes in the folder, which the page links to.
    """
    mapped = bool(annex.layers or annex.panels)
    if mapped and shared is None:
        shared = prepare(country)
    target = out / f"{annex.slug}.html"
    files.write_text(target, annex_page(annex, shared if mapped else None, slugs).render())
    return target


def annex_page(annex: Annex, shared: PageGround | None, slugs: Sequence[str] = ()) -> Page:
    """The page as a folium figure. shared: None for an annex without a map."""
    meta, static, mapped = annex.meta, static_table(annex), shared is not None
    title = f"Annexe {annex.number} – {annex.title}, {meta.month_label}"
    host = TILE_HOST if meta.online_background and mapped else ""
    figure = Page(title, annex.caption, "avec-carte" if mapped else "liste", host)
    both = {
        "annex": annex,
        "mapped": mapped,
        "siblings": _siblings(annex, slugs) if slugs else [],
        "bulletin": bulletin(meta.bulletin),
    }
    figure.put("tete", "head.html", **both)
    figure.put("partage", "share.html", mapped=mapped, png=mapped, audience=meta.audience_label)
    if shared is not None:
        _add_map(figure, annex, shared)
        figure.styles = [leaflet_style(), style_of(("page", "map", "table", "print"))]
        figure.scripts = [leaflet_script(), script_of(MAP_SCRIPTS)]
        figure.blocks["topologie"] = script_text(shared.text)
    else:
        figure.styles = [style_of(("page", "table", "print"))]
        figure.scripts = [script_of(LIST_SCRIPTS)]
    figure.styles.append(printed_marks(meta, f"Annexe {annex.number}"))
    figure.put("chiffres", "figures.html", annex=annex, caption=annex.caption, figures=annex.figures)
    named, hint = annex.table.title or annex.title, annex.areas() is not None
    table = {"title": named, "alone": not mapped, "hint": hint, "static": static, "number": french.number}
    figure.put("tableau", "table.html", **table)
    if annex.bars:
        figure.put("barres", "bars.html", tables=annex.bars, rows=bar_rows)
    figure.put("notes", "notes.html", **both, produced=french.day_label(meta.produced_on))
    said = payload(annex, shared)
    # What is printed by name alone, as it stands in the page without script.
    said["table"]["unsaid"] = differences(static["unsaid"])
    figure.blocks["donnees"] = script_json(said)
    figure.blocks["theme"] = script_json(page_theme())
    return figure


def _add_map(figure: Page, annex: Annex, shared: PageGround) -> None:
    drawn = pictures(annex, shared.outline)
    view = MapView(annex, shared.bounds, drawn[0])
    tiles = "null"
    if annex.meta.online_background:
        background = online_background()
        view.add_child(background)
        tiles = background.get_name()
    bounds = [round(edge, 5) for edge in shared.bounds]
    view.add_child(OwnLayer(annex.title, bounds, tiles))
    figure.add_child(view)
    figure.put("recherche", "search.html", villages=shows_villages(annex))
    if annex.panels:
        figure.put("mois", "months.html", count=len(annex.panels), latest=annex.panels[-1].title)
    figure.put("fiche", "panel.html")
    if drawn[1:]:
        figure.put("autres-cartes", "pictures.html", pictures=drawn[1:])
    figure.add_child(legend(annex))
    if annex.events:
        figure.add_child(events(annex))
    if annex.movers:
        figure.put("mouvements", "movers.html", title=annex.movers_title, movers=annex.movers)
    compared = months_told(annex)
    if len(compared) > 1:
        figure.put("ecart", "change.html", months=compared)
    figure.add_child(switches(annex))


def months_told(annex: Annex) -> list[tuple[str, str]]:
    """Months that the areas' trends tell of: ISO month and French label."""
    areas = annex.areas()
    values = areas.values.values() if areas else ()
    longest = max((value.trend for value in values), key=len, default=())
    return [(point.month, Month.parse(point.month).label) for point in longest]


def _siblings(annex: Annex, slugs: Sequence[str]) -> list[tuple[str, str, bool]]:
    """The month's other pages, which lie in the same folder: label, file name, whether it is this one."""
    return [
        ("Tableau de bord", "index.html", False),
        *((f"Annexe {slug.split('-')[1]}", f"{slug}.html", slug == annex.slug) for slug in slugs),
    ]


def shows_villages(annex: Annex) -> bool:
    """Whether villages stand on the map (and so in the search): only where the audience may see them."""
    return any(item.precision == "village" for item in annex.symbols) or any(
        item.style == "village" for item in annex.names
    )


def bulletin(text: str) -> str:
    """ "6" -> "Bulletin n° 6", "n° 6, juin 2021" -> "Bulletin n° 6, juin 2021"; else as the officer wrote it."""
    if text.strip().isdigit():
        return f"Bulletin n°{french.NBSP}{text.strip()}"
    return f"Bulletin {text}" if text.startswith(("n°", "N°")) else text
