"""index.html: the month's dashboard with its map, and what stands beside it in the folder."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from markupsafe import Markup

from pipeline import files, palette
from pipeline.annexes.model import ClassEntry, Meta
from pipeline.disclosure.counts import Count
from pipeline.disclosure.published import WITHHELD
from pipeline.french import agree, day_label, number
from pipeline.web.payload import classes_told, vlq
from pipeline.web.picture import path_of

if TYPE_CHECKING:
    from pipeline.geography.country import Country


# What the dashboard shows, as plain values: everything it may say is here, nothing is counted on the page.


ChangeSign = str
"""Against the month before: "up", "down", "same", "" without a month before, "open" where it is not published."""


@dataclass(frozen=True)
class Card:
    """A key figure that does not depend on the category. value, detail: for a month and a region (0: all). one: the label
    of 0 and of 1."""

    label: str
    one: str
    told: Mapping[tuple[int, int], tuple[str, str]]
    elsewhere: str


@dataclass(frozen=True)
class GridRow:
    """A line of a table as printed. total: the last one."""

    label: str
    cells: tuple[str, ...]
    total: bool


@dataclass(frozen=True)
class MonthGrid:
    """A table of the bulletin, as texts. key: "categories" or "regions"."""

    key: str
    title: str
    reading: str
    headings: tuple[str, ...]
    rows: tuple[GridRow, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Profile:
    """Parts of the month's violations: by type, author, sex... for one region and category (0: all)."""

    key: str
    region: int
    category: int
    parts: tuple[tuple[str, Count], ...]


@dataclass(frozen=True)
class Board:
    """months: ISO, label ("juin 2021"), name ("juin") and heading ("Juin"), January to the month; `known`
    which of them have a table of incidents. regions: names, as the bulletin counts. categories: key, label,
    short label, colour, in the bulletin's order.

    cube: (month, region, category) -> Count; region 0 and category 0 are all of them together. changes:
    likewise. sums: (region, category) -> total of the year and its share of all regions, as printed.
    areas: one mapping a month, P-code -> Count. cercles: likewise; cercle_categories: of the last month.
    classes: of the map's legend, every state a count may have; threshold: of the audience, by which counts have
    their class. region_of: P-code of a region -> position in `regions` plus 1, 0 where the bulletin does not count it.
    profile_titles: key and heading of each profile, in order.
    """

    months: tuple[tuple[str, str, str, str], ...]
    known: tuple[bool, ...]
    regions: tuple[str, ...]
    categories: tuple[tuple[str, str, str, str], ...]
    cube: Mapping[tuple[int, int, int], Count]
    changes: Mapping[tuple[int, int, int], ChangeSign]
    sums: Mapping[tuple[int, int], tuple[str, str]]
    areas: tuple[Mapping[str, Count], ...]
    cercles: tuple[Mapping[str, Count], ...]
    cercle_categories: Mapping[str, tuple[Count, ...]]
    classes: tuple[ClassEntry, ...]
    threshold: int
    region_of: Mapping[str, int]
    cards: tuple[Card, ...]
    tables: tuple[MonthGrid, ...]
    noun: str
    arrow_rule: str
    profile_titles: tuple[tuple[str, str], ...] = ()
    profiles: tuple[Profile, ...] = ()


# The country as the dashboard's small map: SVG paths of areas, regions and lines, drawn once, coloured later.
#
# Lighter than the annexes' map: no zoom beyond a region, so that a coarser outline is enough. Areas keep their
# surfaces (equal-area projection).


WIDTH = 4000
"""Units of the drawing across the country: about 460 m each."""
TOLERANCE = 900.0
"""Metres: the side of the smallest triangle that `coverage_simplify` keeps."""
MARGIN = 40


@dataclass(frozen=True)
class MapShape:
    """path: SVG path data. at: a point inside (for a name). box: west, north, east, south. All in units."""

    pcode: str
    name: str
    path: str
    at: tuple[int, int]
    box: tuple[int, int, int, int]


@dataclass(frozen=True)
class Drawing:
    """areas: at the finest level, in the order of the country's table. cercles, regions: merged from them.
    parents: of each area, the positions of its cercle and its region. of_cercle: region of each cercle.
    size: width and height in units."""

    areas: tuple[MapShape, ...]
    cercles: tuple[MapShape, ...]
    regions: tuple[MapShape, ...]
    parents: tuple[tuple[int, int], ...]
    of_cercle: tuple[int, ...]
    size: tuple[int, int]


def drawing(country: Country) -> Drawing:
    """Simplify the finest areas as a coverage (neighbours stay glued), put them on a grid, merge the rest."""
    import numpy as np
    import shapely

    from pipeline.geography.country import EQUAL_AREA

    layer = country.layer(country.finest)
    shapes = country.simplified(TOLERANCE)
    west, south, east, north = shapely.total_bounds(shapes)
    scale = WIDTH / (east - west)

    def on_grid(points: Any) -> Any:
        x = np.rint((points[:, 0] - west) * scale) + MARGIN
        y = np.rint((north - points[:, 1]) * scale) + MARGIN
        return np.column_stack([x, y])

    shapes = shapely.transform(shapes, on_grid)
    cercle_codes = list(layer["cercle_pcode"])
    # A cercle of 2025 that no commune counts in has land of its own, which it shares.
    own = country.cercles[~country.cercles["pcode"].isin(cercle_codes)]
    lands = shapely.simplify(own.geometry.to_crs(EQUAL_AREA).to_numpy(), TOLERANCE)
    drawn = [*shapes, *shapely.transform(lands, on_grid)]
    cercles = _merged(country.cercles, drawn, [*cercle_codes, *own["pcode"]])
    regions = _merged(country.regions, shapes, list(layer["region_pcode"]))
    at_cercle = {shape.pcode: position for position, shape in enumerate(cercles)}
    at_region = {shape.pcode: position for position, shape in enumerate(regions)}
    return Drawing(
        areas=tuple(
            _shape(code, name, shape)
            for code, name, shape in zip(layer["pcode"], layer["name"], shapes, strict=True)
        ),
        cercles=cercles,
        regions=regions,
        parents=tuple(
            (at_cercle[cercle], at_region[region])
            for cercle, region in zip(cercle_codes, layer["region_pcode"], strict=True)
        ),
        of_cercle=tuple(at_region[code] for code in country.cercles["region_pcode"]),
        size=(WIDTH + 2 * MARGIN, round((north - south) * scale) + 2 * MARGIN),
    )


def _merged(table: Any, shapes: Any, codes: Sequence[str]) -> tuple[MapShape, ...]:
    import shapely

    members: dict[str, list[Any]] = {}
    for code, shape in zip(codes, shapes, strict=True):
        members.setdefault(code, []).append(shape)
    return tuple(
        _shape(code, name, shapely.unary_union(shapely.make_valid(members[code])))
        for code, name in zip(table["pcode"], table["name"], strict=True)
    )


def _shape(code: str, name: str, shape: Any) -> MapShape:
    import shapely

    west, north, east, south = (round(edge) for edge in shape.bounds)
    inner = shapely.point_on_surface(shape)
    at, box = (round(inner.x), round(inner.y)), (west, north, east, south)
    return MapShape(code, name, path_of(shape), at, box)


# The dashboard's values as data for its page: every printed count once, everything else names it by position.


CHANGES = {"": "-", "up": "u", "down": "d", "same": "s", "open": "o"}
NO_CELL = 0
"""Position of the count that says that there is none."""


class Counts:
    """Counts as printed, each once: text, least, most (-1: no upper end or not told), class of the legend."""

    def __init__(self, classes: Iterable[str], threshold: int) -> None:
        self.all: list[list[Any]] = []
        self._threshold = threshold
        self._classes = {key: position for position, key in enumerate(classes)}
        self._index: dict[Count, int] = {}

    def index(self, count: Count) -> int:
        """Position of a count, added where it is new."""
        if count not in self._index:
            self._index[count] = len(self.all)
            told = count.state in ("exact", "range")
            least, most = (count.low, -1 if count.high is None else count.high) if told else (-1, -1)
            shown = self._classes[count.class_key(self._threshold)]
            self.all.append([count.text, least, most, shown, int(count.state == "exact")])
        return self._index[count]


def payload(board: Board, drawing: Drawing, meta: Meta, pages: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """The JSON document of the page. pages: label and file name of the annexes that have a sheet of every area.
    Raises KeyError where an area of the map has no count."""
    counts = Counts((entry.key for entry in board.classes), board.threshold)
    counts.index(Count("nodata"))
    spread = (len(board.months), len(board.regions) + 1, len(board.categories) + 1)
    cells = [(m, r, c) for m in range(spread[0]) for r in range(spread[1]) for c in range(spread[2])]

    def by_month(months: Iterable[Mapping[str, Count]], shapes: Sequence[MapShape]) -> list[str]:
        found = ((told[one.pcode] if told else None for one in shapes) for told in months)
        return [vlq(counts.index(one) if one else NO_CELL for one in month) for month in found]

    return {
        "months": [
            {"key": key, "label": label, "name": name, "short": short, "known": known}
            for (key, label, name, short), known in zip(board.months, board.known, strict=True)
        ],
        "regions": list(board.regions),
        "categories": [
            {"key": key, "label": label, "short": short, "colour": colour}
            for key, label, short, colour in board.categories
        ],
        "cube": vlq(counts.index(board.cube[cell]) for cell in cells),
        "changes": "".join(CHANGES[board.changes[cell]] for cell in cells),
        "sums": [
            [list(board.sums[r, c]) for c in range(spread[2])] for r in range(spread[1])
        ],  # total, share
        "classes": classes_told(board.classes, "key", "label", "colour", "hatch"),
        "areas": by_month(board.areas, drawing.areas),
        "cercles": by_month(board.cercles, drawing.cercles),
        "cercleCategories": [
            [counts.index(count) for count in board.cercle_categories[shape.pcode]]
            if shape.pcode in board.cercle_categories
            else None
            for shape in drawing.cercles
        ],
        "map": {
            "size": list(drawing.size),
            "names": [shape.name for shape in drawing.areas],
            "codes": " ".join(shape.pcode for shape in drawing.areas),
            "parents": [vlq(pair[side] for pair in drawing.parents) for side in (0, 1)],
            "cercles": [
                {"code": shape.pcode, "name": shape.name, "at": list(shape.at), "region": region}
                for shape, region in zip(drawing.cercles, drawing.of_cercle, strict=True)
            ],
            "regions": [
                {
                    "code": shape.pcode,
                    "name": shape.name,
                    "at": list(shape.at),
                    "box": list(shape.box),
                    "counted": board.region_of.get(shape.pcode, 0),
                }
                for shape in drawing.regions
            ],
        },
        "cards": [
            {
                "label": card.label,
                "one": card.one,
                "elsewhere": card.elsewhere,
                "told": {f"{m},{r}": list(words) for (m, r), words in card.told.items()},
            }
            for card in board.cards
        ],
        "pages": [list(page) for page in pages],
        "about": {
            "title": "Tableau de bord",
            "sources": meta.sources,
            "limits": meta.boundary_label,
            "disclaimer": meta.disclaimer,
            "audience": meta.audience_label,
            "produced": day_label(meta.produced_on),
            "marks": list(meta.marks),
        },
        "noun": board.noun,
        "received": months_received(board),
        "profiles": {
            "titles": [list(pair) for pair in board.profile_titles],
            "told": {
                f"{found.key},{found.region},{found.category}": [
                    [label, counts.index(count)] for label, count in found.parts
                ]
                for found in board.profiles
            },
        },
        "counts": counts.all,
    }


MOST_CERCLES = 8
SINGULAR = ("0", "1")
"""Figures whose noun stands in the singular."""


def months_received(board: Board) -> str:
    """ "1 mois reçu sur 10": what a sum since January leaves out, "" where every month is there."""
    known, months = sum(board.known), len(board.known)
    return "" if known == months else f"{number(known)} mois {agree(known, 'reçu')} sur {number(months)}"


def still(board: Board, drawing: Drawing) -> dict[str, Any]:
    """What the page shows before its script, or where none runs: the month, all regions, all categories."""
    last = len(board.months) - 1
    label = board.months[last][1]
    now, areas, cercles = board.cube[last, 0, 0], board.areas[last], board.cercles[last]
    before = board.cube[last - 1, 0, 0].text if last and board.known[last - 1] else ""
    counted = f"{'violation' if now.text in SINGULAR else 'violations'} en {label}"
    against = f"contre {before} en {board.months[last - 1][2]}" if before else ""
    since = (board.sums[0, 0][0], f"de {board.months[0][2]} à {label}", months_received(board))
    cards = [(now.text, counted, against), since]
    told = [
        (card.one if card.told[last, 0][0] in SINGULAR else card.label, card.told[last, 0])
        for card in board.cards
        if (last, 0) in card.told
    ]
    tally = Counter(count.class_key(board.threshold) for count in areas.values())
    known = ((cercles.get(shape.pcode), shape.name) for shape in drawing.cercles)
    ranked = sorted(
        ((count, name) for count, name in known if count and _most(count)),
        key=lambda pair: (-pair[0].low, -_most(pair[0]), pair[1]),
    )
    regions, categories = enumerate(board.regions, start=1), enumerate(board.categories, start=1)
    return {
        "cards": [*cards, *((value, title, detail) for title, (value, detail) in told)],
        "legend": [
            (entry, number(tally[entry.key]))
            for entry in board.classes
            if tally[entry.key] or entry.kind in ("class", "zero")
        ],
        "cercles": _lines([(name, count, palette.VIOLATIONS[3]) for count, name in ranked[:MOST_CERCLES]]),
        "months": _lines(
            [(title, board.cube[m, 0, 0], palette.ACCENT) for m, (_, title, _, _) in enumerate(board.months)]
        ),
        "categories": _lines(
            [(title, board.cube[last, 0, c], colour) for c, (_, title, _, colour) in categories]
        ),
        "regions": _lines([(name, board.cube[last, r, 0], palette.ACCENT) for r, name in regions]),
    }


def _most(count: Count) -> int:
    """The most that a published count may be; its least where no upper end is told."""
    return count.low if count.high is None else count.high


def _lines(rows: Sequence[tuple[str, Count, str]]) -> list[dict[str, Any]]:
    """A list of bars: what is certain full, up to the most it may be pale."""
    whole = max([_most(count) for _, count, _ in rows] + [1])
    return [
        {
            "label": label,
            "text": count.text,
            "colour": colour,
            "least": round(100 * count.low / whole, 1),
            "most": round(100 * _most(count) / whole, 1),
        }
        for label, count, colour in rows
    ]


# index.html: the month's dashboard, with what stands beside it in the folder.


LINKS = {
    ".html": ("Carte interactive", False),
    ".png": ("Image (PNG)", True),
    ".xlsx": ("Tableur (XLSX)", True),
}
"""What a file is called on its link, and whether it is to be saved rather than opened."""
SCRIPTS = (
    "text", "address", "paint", "share", "dashboard_state", "dashboard_map", "dashboard_charts",
    "dashboard_tables", "dashboard_start",
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
    from pipeline.web.page import FIRST_SCRIPT, bulletin, policy_of, script_of, style_of, template_environment

    cards = [_card(IndexEntry(*entry)) for entry in entries]
    style = style_of(("page", "index", "dashboard") if dashboard else ("page", "index"))
    script = script_of(SCRIPTS) if dashboard else ""
    template, target = template_environment().get_template("index.html"), out / "index.html"
    text = template.render(
        meta=meta,
        withheld=WITHHELD,
        others=_links(others),
        more=_links(more),
        cards=cards,
        policy=policy_of((FIRST_SCRIPT, script) if script else (), [style], ("'self'", "file:", "data:")),
        style=Markup(style),
        script=Markup(script),
        first=Markup(FIRST_SCRIPT),
        bulletin=bulletin(meta.bulletin),
        produced=day_label(meta.produced_on),
        **(_dashboard(*dashboard, meta, cards) if dashboard else {"board": None}),
    )
    files.write_text(target, text)
    return target


def _links(named: Sequence[tuple[str, str]]) -> list[dict[str, object]]:
    return [
        {"label": label, "href": quote(name), "download": not name.endswith(".html")} for label, name in named
    ]


def _dashboard(
    board: Board, drawing: Drawing, meta: Meta, cards: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    from pipeline.web.page import script_json

    pages = [
        (f"Annexe {card['entry'].number}", card["html"])
        for card in cards
        if card["html"] and card["png"] and card["entry"].number != 2
    ]
    paints = {one.key: f"url(#trame-{one.key})" if one.hatch else one.colour for one in board.classes}
    now = board.areas[-1]
    classes = [now[one.pcode].class_key(board.threshold) if now else "nodata" for one in drawing.areas]
    return {
        "board": board,
        "drawing": drawing,
        "fills": [paints[key] for key in classes],  # painted for the last month before any script runs
        "still": still(board, drawing),
        "hatches": {entry.key: entry for entry in board.classes if entry.hatch},
        "data": Markup(script_json(payload(board, drawing, meta, pages))),
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
    page, image = (quote(by_kind.get(kind, "")) for kind in (".html", ".png"))
    return {"entry": entry, "links": links, "html": page, "png": image}
