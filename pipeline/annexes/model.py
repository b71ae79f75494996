"""An annex as a specification: everything a page says, nothing of how it is drawn.

`sheet` draws any Annex as a page, `web` renders any Annex as an HTML file; a figure, class, colour or label
stands here once. Geometry is not here: areas are named by P-code and looked up in the Country that both
renderers are given. All texts are French and plain (no markup); colours are "#rrggbb".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeVar

from pipeline.disclosure.counts import Change
from pipeline.french import NOT_RECEIVED, day_label, number, plural

ClassKind = Literal["class", "zero", "nodata", "uncovered", "suppressed"]
STATES: Mapping[ClassKind, str] = {
    "zero": "zero",
    "suppressed": "non_publie",
    "uncovered": "non_couvert",
    "nodata": "sans_donnees",
}
"""What a kind of class is called in files (ARCHITECTURE, cartes.gpkg)."""


@dataclass(frozen=True)
class ClassEntry:
    """One entry of a legend of areas. Empty classes stay (count 0).

    hatch: "" none, "diagonal" (no data), "dots" (suppressed); drawn in hatch_colour over colour.
    meaning: a short line under the label, "" where none. count: areas in this class, None where that is not known.
    """

    key: str
    label: str
    colour: str
    kind: ClassKind = "class"
    hatch: str = ""
    hatch_colour: str = ""
    meaning: str = ""
    count: int | None = 0


@dataclass(frozen=True)
class TrendPoint:
    """A month of an area's trend. height: 0 to 1 for a small line, None where there is nothing to draw.

    low, high: of the published figure, in violations or in levels (`Areas.steps`); None where it has none.
    """

    month: str
    text: str
    height: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class AreaValue:
    """What one area shows. text: the figure as printed ("644", "1 à 4", "Critique", "non couverte").

    facts: (label, value) lines of the HTML panel, already disclosed. change: against the month before, for
    outlines ("up" is worse). trend: January to the month, empty where it makes no sense.
    low, high: what the text leaves possible (violations, or points of the risk index), both included; None: no end
    is told. Equal for a figure; areas of one text have the same.
    """

    class_key: str
    text: str
    facts: tuple[tuple[str, str], ...] = ()
    change: Change = ""
    trend: tuple[TrendPoint, ...] = ()
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class ChangeEntry:
    """Legend entry of an outline: "up" or "down", its label with the count in it, its colour."""

    change: Change
    label: str
    colour: str
    count: int


@dataclass(frozen=True)
class Areas:
    """A choropleth: one value for every area of `level` in the Country. title: legend heading.

    steps: names of the levels that trends are drawn on (1, 2...), empty where they are figures. ground: it lies
    quietly under signs, which are what the annex is about.
    """

    id: str
    title: str
    level: Literal["commune", "cercle"]
    classes: tuple[ClassEntry, ...]
    values: Mapping[str, AreaValue]
    changes: tuple[ChangeEntry, ...] = ()
    steps: tuple[str, ...] = ()
    ground: bool = False

    def state_of(self, pcode: str) -> str:
        """What kind of value an area has, as files say it: "chiffre", "classe", "zero", "non_publie",
        "non_couvert", "sans_donnees". Raises KeyError on an unknown P-code."""
        value, kind = self.values[pcode], self.class_of(pcode).kind
        if kind == "class" or (kind == "suppressed" and value.low is not None):
            return "chiffre" if value.low is not None and value.low == value.high else "classe"
        return STATES[kind]

    def counted(self, entry: ClassEntry) -> str:
        """How many areas a legend entry holds, as printed: "–" and not 0 for what a month that was not received, or
        not assessed, cannot tell."""
        held = {one.kind for one in self.classes if one.count}
        unknown = "nodata" in held and held <= {"nodata", "uncovered"} and entry.kind in ("class", "zero")
        return NOT_RECEIVED if unknown or entry.count is None else number(entry.count)

    def class_of(self, pcode: str) -> ClassEntry:
        """The legend entry that an area is drawn with. Raises KeyError on an unknown P-code."""
        key = self.values[pcode].class_key
        return next(entry for entry in self.classes if entry.key == key)


@dataclass(frozen=True)
class SymbolKey:
    """A legend entry of symbols: a type of event. count: how many it stands for, None where nothing was received;
    plural: of the label, "" for the same."""

    key: str
    label: str
    colour: str
    shape: str
    count: int | None
    plural: str = ""

    @property
    def counted(self) -> str:
        """As printed: "–" and not 0 where nothing was received."""
        return NOT_RECEIVED if self.count is None else number(self.count)


def kinds_told(layers: Iterable[Layer], parts: Iterable[tuple[str, float]]) -> str:
    """Events by type in words, "2 attaques de village, 1 affrontement": for what stands off the map."""
    keys = {key.key: key for layer in layers if isinstance(layer, Symbols) for key in layer.keys}
    told = []
    for name, count in parts:
        key = keys.get(name)
        label = name if key is None else key.label if count < 2 or not key.plural else key.plural
        told.append(f"{number(count)} {label.lower()}")
    return ", ".join(told)


@dataclass(frozen=True)
class Symbol:
    """A symbol at a point (degrees WGS 84).

    It stands for a place: value is how many events happened there, parts (SymbolKey.key, how many) of each type,
    number that of the place in the list of events. precision: how sure the point is ("village", "commune", "cercle").
    """

    id: str
    longitude: float
    latitude: float
    value: float
    parts: tuple[tuple[str, float], ...]
    label: str
    number: str = ""
    precision: str = ""
    area_pcode: str = ""
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Symbols:
    """One marker a place, with the signs of what happened there. unit: of the values."""

    id: str
    title: str
    keys: tuple[SymbolKey, ...]
    items: tuple[Symbol, ...]
    unit: str = ""


@dataclass(frozen=True)
class Zone:
    """Events whose place is known no finer than an area: nothing may be drawn where they did not happen.

    level: "cercle" (the cercle is
    hatched, the number stands in it), "region" (the number stands beside the region's name) or "" (the place is
    not known: a box off the map). pcode: of the area, "" for none. number: of the place in the list of events.
    count: events. parts: (SymbolKey.key, events of that type).
    """

    id: str
    level: Literal["cercle", "region", ""]
    pcode: str
    label: str
    number: str
    count: int
    parts: tuple[tuple[str, float], ...]
    longitude: float = 0.0
    latitude: float = 0.0
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Zones:
    """Events known to an area only. box_title: heading of the box off the map for those of unknown place."""

    id: str
    title: str
    items: tuple[Zone, ...]
    box_title: str = "Lieu non déterminé"


@dataclass(frozen=True)
class Flow:
    """An arrow from origin to destination (longitude, latitude). value: households, 0 where unknown.

    stays: the movement ends in the area it began in, or in one that holds it or lies in it (drawn as a small
    loop), or no destination is known. back: a return, drawn otherwise than a displacement (dashed).
    abroad: the country across the border where it ends, "" for none. untold: movements in it whose households are
    not told: `value` leaves them out, and is no figure where label is "".
    """

    id: str
    origin: tuple[float, float]
    destination: tuple[float, float] | None
    value: float
    label: str
    number: str = ""
    stays: bool = False
    back: bool = False
    abroad: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    untold: int = 0


@dataclass(frozen=True)
class Flows:
    """Displacement arrows, width by value. sizes: values of the width legend, of the month's own. back_colour: of
    returns, which are dashed too."""

    id: str
    title: str
    colour: str
    items: tuple[Flow, ...]
    sizes: tuple[float, ...] = ()
    unit: str = "ménages"
    back_colour: str = ""


@dataclass(frozen=True)
class Label:
    """A name on the map. rank: 0 is placed first. style: "region", "cercle", "commune", "village".
    figure: what is written after the name ("Hombori 157"), "" for the name alone.

    scope: "main", "inset" or "both" (inset: where it exists, instead of main when inside it).
    """

    text: str
    longitude: float
    latitude: float
    style: str
    rank: int
    scope: Literal["main", "inset", "both"] = "both"
    area_pcode: str = ""
    figure: str = ""


@dataclass(frozen=True)
class Labels:
    id: str
    items: tuple[Label, ...]


Layer = Areas | Symbols | Zones | Flows | Labels
LayerT = TypeVar("LayerT", Areas, Symbols, Zones, Flows, Labels)


@dataclass(frozen=True)
class Panel:
    """One month of a dated series (annex 6). areas.classes are the same in every panel."""

    month: str
    title: str
    areas: Areas
    note: str = ""


@dataclass(frozen=True)
class BarRow:
    """A row of stacked bars. segments: (key, value, text on hover or in the bar). texts: further columns.

    group: heading that the row stands under ("" none): annex 6 has a group a region and a row a month.
    between: least and most (None: no upper end) of a row that is known as a class only; it has no segments and
    is drawn hollow. area_pcode: of the area that the row tells of, "" for none. untold: keys whose figure is not told;
    every other key without a segment is zero.
    """

    label: str
    segments: tuple[tuple[str, float, str], ...]
    texts: tuple[str, ...] = ()
    group: str = ""
    between: tuple[float, float | None] | None = None
    area_pcode: str = ""
    untold: tuple[str, ...] = ()


@dataclass(frozen=True)
class BarTable:
    """A small table with stacked bars, by region. keys: (key, label, colour); columns: headings of texts.

    group: rows with the same group follow each other (annex 6: one group a region, one row a month).
    ranked: rows go from the largest down, and a page that has no room for all may end with how many are left.
    """

    title: str
    keys: tuple[tuple[str, str, str], ...]
    rows: tuple[BarRow, ...]
    columns: tuple[str, ...] = ()
    unit: str = ""
    ranked: bool = False


@dataclass(frozen=True)
class Mover:
    """An area whose level changed since the month before, numbered on the map. label: "Hombori (Douentza)".
    text: "modérée → critique". longitude, latitude: the area's own point."""

    number: str
    pcode: str
    change: Change
    label: str
    text: str
    longitude: float
    latitude: float


@dataclass(frozen=True)
class KeyFigure:
    """A figure to read at a glance. arrow: "up", "down", "same" or "" against the month before."""

    label: str
    value: str
    arrow: Change = ""
    detail: str = ""


@dataclass(frozen=True)
class Event:
    """A line of annex 2's list. key: a SymbolKey.key. where: place at the level the audience may see.

    number: of its place (Symbol.number or Zone.number): events of one place share it and follow each other.
    area_pcode, precision, point (longitude, latitude): of the place; point None where only an area is known.
    """

    number: str
    key: str
    title: str
    where: str
    detail: str = ""
    area_pcode: str = ""
    precision: str = ""
    point: tuple[float, float] | None = None


TableCell = str | int | float | None


@dataclass(frozen=True)
class Column:
    """kind: "text", "number", "date" (ISO text) or "month" ("2021-06")."""

    key: str
    label: str
    kind: Literal["text", "number", "date", "month"] = "text"


@dataclass(frozen=True)
class Table:
    """The same figures for who cannot see the map (annexes 1-3, 5, 6), or the annex itself (4).

    A cell that is not an exact number is text ("1 à 4", "non couverte"). row_keys: P-code or id a row.
    """

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[TableCell, ...], ...]
    row_keys: tuple[str, ...] = ()


@dataclass(frozen=True)
class Meta:
    """What every page of one month and audience says beside its map.

    produced_on: ISO date. boundary_vintage: ISO date; boundary_edition: the producer's number of it ("v03").
    approximate: limits computed around places, no boundaries.
    online_background: whether the audience may switch on tiles. division: of Mali, that the areas are of ("2021",
    "2025"), "" for none known. refused: rows that no figure, arrow or colour of the year's pages counts; refused_where:
    of which tables and months. version: of what was shared of the month, from 1; replaces: ISO date of the one before.
    """

    month: str
    month_label: str
    audience: str
    audience_label: str
    bulletin: str
    sources: str
    credits: tuple[str, ...]
    boundary_label: str
    boundary_vintage: str
    produced_on: str
    example: bool
    approximate: bool
    pipeline_version: str
    disclaimer: str
    rollup_note: str = ""
    online_background: bool = False
    division: str = ""
    boundary_edition: str = ""
    refused: int = 0
    refused_where: str = ""
    version: int = 1
    replaces: str = ""

    @property
    def division_label(self) -> str:
        """ ", division de 2025", after the date of the limits; "" where the areas are of no known division."""
        return f", division de {self.division}" if self.division else ""

    @property
    def limits_dated(self) -> str:
        """Edition, date and division of the limits, as every page and file says them: "v03, 4 septembre 2025, division de
        2025", or "approchées"."""
        day = "approchées" if self.approximate else day_label(self.boundary_vintage)
        return ", ".join(filter(None, (self.boundary_edition, day))) + self.division_label

    @property
    def marks(self) -> tuple[str, ...]:
        """What every page and file says at its head, where it applies."""
        return tuple(mark for mark, _ in self._warnings())

    @property
    def warnings(self) -> tuple[str, ...]:
        """The marks with what they mean, for files that are read as text."""
        return tuple(f"{mark} : {meaning}" for mark, meaning in self._warnings())

    def _warnings(self) -> Iterator[tuple[str, str]]:
        if self.example:
            yield "DONNÉES D’EXEMPLE", "incidents reconstitués"
        if self.approximate:
            yield "LIMITES APPROCHÉES", "calculées autour des localités, sans valeur officielle"
        if self.refused:
            head = plural(self.refused, "ligne refusée").upper()
            yield head, f"ni les chiffres ni les flèches ne les comptent ({self.refused_where})"
        if self.replaces:
            day = day_label(self.replaces)
            yield (
                f"VERSION {self.version}",
                f"corrigée ; elle remplace celle du {day}, à effacer ; voir l’erratum",
            )


@dataclass(frozen=True)
class Annex:
    """One annex of the bulletin. `slug`: file name without extension ("annexe-1-incidents").

    message: the month's news in one sentence, the headline of the page; title: what the annex is about.
    trend: January to the month, for a small line; trend_title: what it counts.
    movers: areas that changed, worse first, each numbered; movers_title: heading of their list.
    counts_line: "1 237 violations, dont 12 non localisées". regions: P-codes of the regions that the main map is
    fitted to, empty for the whole country. inset_cercles: P-codes of the cercles shown larger, where the month's
    data are densest, empty for none; inset_box: west, south, east, north (degrees) of what is enlarged.
    bars, events, figures, panels: empty where the annex has none.
    """

    number: int
    slug: str
    title: str
    subtitle: str
    caption: str
    alt_text: str
    counts_line: str
    meta: Meta
    layers: tuple[Layer, ...]
    table: Table
    message: str = ""
    trend: tuple[TrendPoint, ...] = ()
    trend_title: str = ""
    movers: tuple[Mover, ...] = ()
    movers_title: str = ""
    notes: tuple[str, ...] = ()
    figures: tuple[KeyFigure, ...] = ()
    bars: tuple[BarTable, ...] = ()
    events: tuple[Event, ...] = ()
    events_title: str = ""
    panels: tuple[Panel, ...] = ()
    regions: tuple[str, ...] = ()
    inset_cercles: tuple[str, ...] = ()
    inset_box: tuple[float, float, float, float] | None = None
    extra: Mapping[str, str] = field(default_factory=dict)

    def layers_of(self, kind: type[LayerT]) -> list[LayerT]:
        """The layers of one kind, from the ground up."""
        return [layer for layer in self.layers if isinstance(layer, kind)]

    @property
    def symbols(self) -> list[Symbol]:
        """Of all layers, as the next three."""
        return [item for layer in self.layers_of(Symbols) for item in layer.items]

    @property
    def zones(self) -> list[Zone]:
        return [item for layer in self.layers_of(Zones) for item in layer.items]

    @property
    def flows(self) -> list[Flow]:
        return [item for layer in self.layers_of(Flows) for item in layer.items]

    @property
    def names(self) -> list[Label]:
        return [item for layer in self.layers_of(Labels) for item in layer.items]

    def areas(self) -> Areas | None:
        """The first choropleth: of the map, or of the last panel."""
        found = [*self.layers_of(Areas), *(panel.areas for panel in self.panels[-1:])]
        return found[0] if found else None
