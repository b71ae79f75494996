"""The boxes of section III: a region or three, what changed, where, and an arrow for each category."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf
from pathlib import Path
from typing import Any

import geopandas as gpd
import shapely

from pipeline import palette
from pipeline.annexes.common import Stage, unread_rows
from pipeline.annexes.model import Areas, AreaValue
from pipeline.bulletin.charts import drawing, foot_of, save, sign
from pipeline.bulletin.tables import CATEGORY_ORDER
from pipeline.disclosure.counts import Change, Count, arrow
from pipeline.disclosure.published import Published
from pipeline.french import NBSP, Month, listing, lower_first, number, percent, plural
from pipeline.geography.country import EQUAL_AREA, GEOGRAPHIC, Country
from pipeline.taxonomy import ALERT_TYPES, BOXES, CATEGORY

# What published counts leave possible, as intervals, and the arrows that are certain whatever hides in them.
#
# Only published figures enter, and the arrows that are told beside them (see `month_arrows`).


Interval = tuple[int, int]


def by_category(published: Published, month: Month, region: str) -> dict[str, Interval]:
    """Category key -> smallest and largest count of a region's month, both included."""
    total = published.regions.get(month, {}).get(region, 0)
    told = published.region_categories.get(month, {}).get(region, {})
    found = {key: _interval(count, total) for key, count in told.items()}
    # Figures kept as they were first told need not add up to a total that has changed since.
    if month in published.first_told:
        return found
    return _within_total(found, total)


def _interval(count: Count, most: int) -> Interval:
    if count.state == "exact":
        return count.value, count.value
    if count.state == "range":
        return count.low, most if count.high is None else count.high
    return 0, most


def _within_total(found: Mapping[str, Interval], total: int) -> dict[str, Interval]:
    """Each count is at most what the others' least leave of the total, and at least what their most leave."""
    least, most = (sum(bounds[side] for bounds in found.values()) for side in (0, 1))
    return {
        key: (max(low, total - (most - high)), min(high, total - (least - low)))
        for key, (low, high) in found.items()
    }


def added(parts: Iterable[Interval]) -> Interval:
    """The interval of a sum."""
    pairs = list(parts)
    return sum(low for low, _ in pairs), sum(high for _, high in pairs)


def certain_arrow(now: Interval, before: Interval) -> Change | None:
    """The bulletin's arrow where every count within the intervals gives the same, else None.

    The arrow rises with `now` and falls with `before`, so the two extremes decide.
    """
    lowest, highest = arrow(now[0], before[1]), arrow(now[1], before[0])
    return lowest if lowest == highest else None


ARROW_ORDER = ("C", "D", "B", "E", "A", "F")
"""Categories in the order of the report's boxes."""
SIGNS: dict[Change | None, str] = {"up": "↑", "down": "↓", "same": "=", "": "–", None: "–"}
CERCLES_NAMED = 3


@dataclass(frozen=True)
class TrendArrow:
    """change: None where the published counts leave it open, "" without a month before."""

    category: str
    change: Change | None

    @property
    def text(self) -> str:
        """ "↑ Atteintes au droit à la vie"."""
        words = f"{SIGNS[self.change]} {CATEGORY[self.category].label}"
        return f"{words} (évolution non publiée)" if self.change is None else words


@dataclass(frozen=True)
class RegionBox:
    """region_pcodes: of the map. headline: total and change. points: further lines."""

    slug: str
    heading: str
    headline: str
    points: tuple[str, ...]
    arrows: tuple[TrendArrow, ...]
    region_pcodes: tuple[str, ...]
    alt_text: str


def boxes(stage: Stage) -> tuple[RegionBox, ...]:
    """The four boxes; none where the month has no incidents table."""
    if stage.published.month not in stage.published.months:
        return ()
    return tuple(_box(stage, *box) for box in boxes_of(stage))


def boxes_of(stage: Stage) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """Slug, heading and regions of each box, in the division drawn: an old region is told by its heirs."""
    told = stage.country.monitored
    found = []
    for slug, heading, regions in BOXES:
        names = tuple(
            dict.fromkeys(stage.published.counted(name) for region in regions for name in told[region])
        )
        # The report's own words where nothing changed.
        found.append((slug, heading if names == regions else f"Régions de {listing(names)}", names))
    return tuple(found)


def _box(stage: Stage, slug: str, heading: str, regions: Sequence[str]) -> RegionBox:
    published = stage.published
    codes = tuple(
        code
        for code, name in stage.region_names.items()
        if stage.published.counted(stage.country.counted_with(name)) in regions
    )
    cercles, headline = _busiest_cercles(stage, codes), _headline(published, regions)
    points = (
        _share(published, regions),
        cercles,
        _first_category(published, regions),
        _alerts(published, regions),
    )
    what = (
        f"Carte des violations par {stage.country.finest}, {lower_first(heading)}, {published.month.label}."
    )
    return RegionBox(
        slug=f"encadre-{slug}",
        heading=heading,
        headline=headline,
        points=tuple(filter(None, points)),
        arrows=arrows(published, regions),
        region_pcodes=codes,
        alt_text=f"{what} {headline} {cercles}".strip(),
    )


def arrows(published: Published, regions: Sequence[str]) -> tuple[TrendArrow, ...]:
    """One arrow a category, in the report's order, for regions taken together."""
    now, before = published.month, published.month.previous()
    if before not in published.months:
        return tuple(TrendArrow(key, "") for key in ARROW_ORDER)
    bounds = {month: _bounds(published, month, regions) for month in (now, before)}
    told = published.arrows.get(now, {}).get(tuple(regions), {})
    return tuple(
        TrendArrow(key, certain_arrow(bounds[now][key], bounds[before][key]) or told.get(key))
        for key in ARROW_ORDER
    )


def _bounds(published: Published, month: Month, regions: Sequence[str]) -> dict[str, Interval]:
    found = [by_category(published, month, region) for region in regions]
    return {key: added(of.get(key, (0, 0)) for of in found) for key in CATEGORY_ORDER}


def _total(published: Published, month: Month, regions: Sequence[str]) -> int:
    return sum(published.regions[month].get(region, 0) for region in regions)


def _headline(published: Published, regions: Sequence[str]) -> str:
    month, previous = published.month, published.month.previous()
    now = _total(published, month, regions)
    text = f"{plural(now, 'violation documentée')} en {month.label}"
    if previous not in published.months:
        return f"{text}."
    before = _total(published, previous, regions)
    word = {"up": "hausse", "down": "baisse", "same": "niveau égal"}[arrow(now, before)]
    return f"{text}, contre {number(before)} en {previous.name} ({SIGNS[arrow(now, before)]} {word})."


def _share(published: Published, regions: Sequence[str]) -> str:
    month = published.month
    total = published.total(month)
    part = _total(published, month, regions)
    return f"{percent(part, total)} des violations du mois." if total else ""


def _busiest_cercles(stage: Stage, regions: Sequence[str]) -> str:
    layer = stage.country.cercles
    inside = set(layer.loc[layer["region_pcode"].isin(regions), "pcode"])
    counts = stage.published.cercles.get(stage.published.month, {})
    found = [
        (code, count)
        for code, count in counts.items()
        if code in inside and stage.published.class_key(count).startswith("c")
    ]

    def rank(item: tuple[str, Count]) -> tuple[float, float]:
        return -item[1].low, -(item[1].high if item[1].high is not None else inf)

    found.sort(key=lambda item: (rank(item), stage.cercle_names[item[0]]))
    # Those that cannot be told from the last one named are named as well.
    last = rank(found[min(CERCLES_NAMED, len(found)) - 1]) if found else (0.0, 0.0)
    named = [f"{stage.cercle_names[item[0]]} ({item[1].text})" for item in found if rank(item) <= last]
    sure = all(counts[code].state == "exact" for code in inside if code in counts)
    words = "" if sure else ", d’après les effectifs publiés"
    return f"Cercles les plus touchés{words}{NBSP}: {listing(named)}." if named else ""


def _first_category(published: Published, regions: Sequence[str]) -> str:
    """The category that is certainly ahead of all others, "" where none is."""
    bounds = _bounds(published, published.month, regions)
    for key, (low, _) in bounds.items():
        if low > max(high for other, (_, high) in bounds.items() if other != key):
            return f"Première catégorie{NBSP}: {lower_first(CATEGORY[key].label)}."
    return ""


def _alerts(published: Published, regions: Sequence[str]) -> str:
    if published.alerts is None:
        return f"Alertes flash{NBSP}: aucune donnée reçue."
    if unread_rows(published, "alertes_flash"):
        return f"Alertes flash{NBSP}: lignes refusées, leur nombre n’est pas connu."
    here = Counter(alert.key for alert in published.alerts if alert.region in regions)
    kinds = [
        plural(here[kind.key], lower_first(kind.label), lower_first(kind.plural))
        for kind in ALERT_TYPES
        if here[kind.key]
    ]
    if kinds:
        return f"Alertes flash{NBSP}: {listing(kinds)}."
    found = published.accounts.get(str(published.month), {}).get("alertes_flash")
    if found and found.refused:
        return f"Alertes flash{NBSP}: zéro parmi les lignes lues."
    return "Aucune alerte flash ce mois."


# The small map of a box: one region's communes in the classes and colours of annex 1, as PNG and SVG.


SIZE = (130.0, 108.0)  # mm
LEGEND = 0.19  # of the height, at least
TOLERANCE = 700.0
"""Metres, under a tenth of a millimetre on the largest of these maps."""
HATCHES = {"": "", "diagonal": "//////", "dots": "......"}


def shown(box: RegionBox, areas: Areas, country: Country) -> Areas:
    """Of a choropleth, what the map of a box shows: the classes of its region's areas."""
    layer = country.layer(areas.level)
    codes = layer["pcode"][layer["region_pcode"].isin(box.region_pcodes)].tolist()
    values = {code: AreaValue(areas.values[code].class_key, "") for code in codes}
    return replace(areas, values=values, changes=())


def write_map(box: RegionBox, areas: Areas, country: Country, mark: str, folder: Path) -> tuple[Path, Path]:
    """Write folder/<slug>.png and .svg. areas: of annex 1. mark: source and audience."""
    from matplotlib.figure import Figure

    with drawing():
        figure = Figure(figsize=(SIZE[0] / 25.4, SIZE[1] / 25.4), layout="constrained")
        figure.suptitle(box.heading, x=0.01, ha="left", weight="bold", color=palette.ACCENT, size=12.5)
        axes = figure.subplots()
        axes.set_axis_off()
        axes.set_aspect("equal")
        layer = _inside(box, country)
        _fill(axes, layer, areas)
        words = _cercles(axes, layer, country)
        sign(figure, mark, _legend(figure, areas, foot_of(figure, mark)))
        _thin(figure, words)
        return save(figure, folder / box.slug, box.heading, box.alt_text, mark)


def _inside(box: RegionBox, country: Country) -> Any:
    """The region's areas in metres."""
    layer = country.layer(country.finest)
    layer = layer.set_geometry(country.simplified(TOLERANCE), crs=EQUAL_AREA)
    return layer[layer["region_pcode"].isin(box.region_pcodes)]


def _fill(axes: Any, layer: Any, areas: Areas) -> None:
    import matplotlib as mpl

    keys = [areas.values[code].class_key for code in layer["pcode"]]
    for entry in areas.classes:
        part = layer[[key == entry.key for key in keys]]
        if part.empty:
            continue
        with mpl.rc_context({"hatch.linewidth": 0.4}):
            part.plot(ax=axes, color=entry.colour, edgecolor=palette.QUIET_INK, linewidth=0.25)
            if entry.hatch:
                hatch = HATCHES[entry.hatch]
                part.plot(ax=axes, facecolor="none", edgecolor=entry.hatch_colour, linewidth=0, hatch=hatch)


def _cercles(axes: Any, layer: Any, country: Country) -> list[Any]:
    """Outlines and names; the names, largest cercle first."""
    from matplotlib import patheffects

    codes = "cercle_pcode" if "cercle_pcode" in layer and layer["cercle_pcode"].any() else "pcode"
    cercles = layer.dissolve(codes)
    cercles.boundary.plot(ax=axes, color=palette.REGION_LINE, linewidth=0.9)
    halo = [patheffects.withStroke(linewidth=2.0, foreground=palette.PAPER)]
    own = [shapely.Point(country.points[code]) for code in cercles.index]
    points = gpd.GeoSeries(own, cercles.index, crs=GEOGRAPHIC).to_crs(EQUAL_AREA)
    words = []
    for code in cercles.area.sort_values(ascending=False, kind="stable").index:
        point = points[code]
        how = {"ha": "center", "va": "center", "size": 8.5, "weight": "semibold"}
        word = axes.text(point.x, point.y, country.names("cercle")[code], **how)
        word.set_path_effects(halo)
        words.append(word)
    return words


def _thin(figure: Any, words: list[Any]) -> None:
    """Leave out each name that would lie over one already placed."""
    figure.draw_without_rendering()
    placed: list[Any] = []
    for word in words:
        room = word.get_window_extent()
        if any(room.overlaps(other) for other in placed):
            word.remove()
        else:
            placed.append(room)


def _legend(figure: Any, areas: Areas, foot: tuple[float, float]) -> float:
    """In as many columns as the figure has room for, above `foot`; the share of its height that it takes."""
    from matplotlib.patches import Patch

    handles = [
        Patch(
            facecolor=entry.colour,
            edgecolor=entry.hatch_colour or palette.QUIET_INK,
            hatch=HATCHES[entry.hatch],
            linewidth=0.4,
            label=entry.label,
        )
        for entry in areas.classes
    ]
    for columns in (3, 2, 1):
        legend = figure.legend(
            handles=handles, title=areas.title, loc="lower left", frameon=False, ncols=columns, fontsize=8,
            title_fontsize=8.5, alignment="left", bbox_to_anchor=foot,
            columnspacing=1.0, handletextpad=0.5, handlelength=1.6,
        )  # fmt: skip
        room = legend.get_window_extent()
        if columns == 1 or room.x1 <= figure.bbox.x1:
            break
        legend.remove()
    return max(LEGEND, float(room.y1 / figure.bbox.y1) - foot[1])


# A statement that stands in two places, and how a difference is told to the editor.


EXCERPT = 60
"""Characters of a long text that are shown where it differs."""


@dataclass(frozen=True)
class Mismatch:
    """A statement in two places. told: as printed at `where`; expected: by the tables or the annex."""

    what: str
    where: str
    told: str
    expected: str

    def text(self) -> str:
        """French, for the editor."""
        told, expected = _from_difference(self.told, self.expected)
        return f"{self.what}{NBSP}: {told} dans {self.where}, au lieu de {expected}"


def _from_difference(told: str, expected: str) -> tuple[str, str]:
    """Two long texts from a little before they part, so that the eye finds it."""
    if max(len(told), len(expected)) <= EXCERPT:
        return told, expected
    pairs = enumerate(zip(told, expected, strict=False))
    parting = next((place for place, (one, other) in pairs if one != other), min(len(told), len(expected)))
    start = max(parting - EXCERPT // 3, 0)
    first, second = (
        f"«{NBSP}{'…' * (start > 0)}{text[start : start + EXCERPT]}"
        f"{'…' * (start + EXCERPT < len(text))}{NBSP}»"
        for text in (told, expected)
    )
    return first, second
