"""The charts of sections II and V, as values and as pictures."""

from __future__ import annotations

import io
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline import palette
from pipeline.annexes.model import Meta
from pipeline.bulletin.tables import CATEGORY_ORDER, BulletinTable, TableRow, cell_text
from pipeline.disclosure.breakdowns import LABELS
from pipeline.disclosure.counts import Count, arrow
from pipeline.disclosure.published import OTHERS, Breakdown, Published
from pipeline.files import sha256_bytes, write_bytes
from pipeline.french import NBSP, Month, listing, number, percent, plural, sentence_case
from pipeline.taxonomy import AGES, CATEGORY, TIMES

# The trend charts of sections I and III, as specifications: what the tables say, drawn.
#
# A chart takes its figures from a table of the bulletin, so that the two cannot disagree. Charts by type, author,
# victim, place and time of day: see `parts`.


STACKED = "graphique-categories"


@dataclass(frozen=True)
class Series:
    """One colour. values: January to the month, None where a month has no data."""

    label: str
    colour: str
    values: tuple[int | None, ...]


@dataclass(frozen=True)
class Chart:
    """Bars by month. stacked: one bar a month in the order of series; else one panel a series, on one scale.

    totals: over each bar of a stacked chart. mark: for whom it is, in small type. reading: one sentence;
    alt_text: every figure of the chart.
    """

    slug: str
    title: str
    reading: str
    alt_text: str
    mark: str
    months: tuple[Month, ...]
    series: tuple[Series, ...]
    totals: tuple[int | None, ...]
    stacked: bool


def bulletin_charts(tables: Sequence[BulletinTable], meta: Meta) -> tuple[Chart, ...]:
    """Both charts, or none where no month of the year has a table of incidents. tables: by category, by region."""
    month = Month.parse(meta.month)
    by_category, by_region = tables
    both = category_chart(by_category, month, mark_of(meta)), region_chart(by_region, month, mark_of(meta))
    return both if all(chart.series for chart in both) and any(v is not None for v in both[0].totals) else ()


def mark_of(meta: Meta) -> str:
    """What stands under every picture: the source, the audience, and whether the data are an example."""
    words = [meta.sources, meta.audience_label, *meta.marks]
    return " · ".join(word for word in words if word)


def category_chart(table: BulletinTable, month: Month, mark: str) -> Chart:
    """table: violations by category and month."""
    series = [
        Series(CATEGORY[key].label, palette.CATEGORIES[key], _known(row, month))
        for key, row in zip(CATEGORY_ORDER, table.rows, strict=False)
    ]
    return _chart_charts(STACKED, "Violations documentées par catégorie", table, mark, month, series)


def region_chart(table: BulletinTable, month: Month, mark: str) -> Chart:
    """table: violations by region and month."""
    series = [Series(row.label, palette.ACCENT, _known(row, month)) for row in table.rows if not row.total]
    return _chart_charts("graphique-regions", "Violations documentées par région", table, mark, month, series)


def _known(row: TableRow, month: Month) -> tuple[int | None, ...]:
    return tuple(value if isinstance(value, int) else None for value in row.cells[: month.number])


def _chart_charts(
    slug: str, title: str, table: BulletinTable, mark: str, month: Month, series: list[Series]
) -> Chart:
    months = month.year_to_date()
    stacked = slug == STACKED
    totals = _known(table.rows[-1], month)
    lines = []
    for label, values in (*((item.label, item.values) for item in series), ("Total", totals)):
        figures = (f"{m.name} {cell_text(value)}" for m, value in zip(months, values, strict=True))
        lines.append(f"{label} : {', '.join(figures)}")
    form = "une barre empilée par mois" if stacked else "une petite figure par région, même échelle"
    since = months[0].name if len(months) == 1 else f"{months[0].name} à {month.name}"
    return Chart(
        slug=slug,
        title=f"{title}, {since} {month.year}",
        reading=reading_charts(series, totals, month),
        alt_text=f"Diagramme en barres, {form}. {' ; '.join(lines)}.",
        mark=mark,
        months=months,
        series=tuple(series),
        totals=totals,
        stacked=stacked,
    )


def reading_charts(series: list[Series], totals: tuple[int | None, ...], month: Month) -> str:
    """One sentence: the total against the month before, and the series that moved most, up and down."""
    now, before = totals[-1], totals[-2] if len(totals) > 1 else None
    if now is None:
        return f"Aucune donnée pour {month.label}."
    if before is None:
        return f"{plural(now, 'violation documentée')} en {month.label}, sans mois précédent à comparer."
    verb = {"up": "passent de", "down": "reculent de", "same": "restent stables, de"}[arrow(now, before)]
    steps = {item.label: (item.values[-1] or 0) - (item.values[-2] or 0) for item in series}
    most, least = max(steps, key=lambda k: steps[k]), min(steps, key=lambda k: steps[k])
    moves = []
    if steps[most] > 0:
        moves.append(f"la plus forte hausse est «{NBSP}{most}{NBSP}» (+{number(steps[most])})")
    if steps[least] < 0:
        moves.append(f"la plus forte baisse «{NBSP}{least}{NBSP}» ({number(steps[least])})")
    more = f"{NBSP}; {listing(moves)}" if moves else ""
    return (
        f"{sentence_case(month.previous().of)} à {month.label}, les violations documentées {verb} {number(before)} à "
        f"{number(now)}{more}."
    )


# The charts of sections II and V: the month's violations by type, author, victim, place and time of day.
#
# A chart is one published breakdown of the country; what disclosure keeps together ("Autres (regroupés)") is
# drawn together, a figure told to the ten as a bar with a pale end.


PROFILES = {
    "auteur": "Auteur présumé",
    "sexe": "Sexe de la victime",
    "age": "Âge de la victime",
    "statut_socioeconomique": "Statut socioéconomique de la victime",
    "lieu": "Lieu de la violation",
    "tranche_horaire": "Moment de la journée",
}
"""Column -> heading, in the order of section V."""
BY = {
    "auteur": "par auteur présumé",
    "sexe": "par sexe de la victime",
    "age": "par âge de la victime",
    "statut_socioeconomique": "par statut socioéconomique de la victime",
    "lieu": "par lieu",
    "tranche_horaire": "par moment de la journée",
}
ORDERED = {
    "age": tuple(LABELS[age] for age in AGES if age in LABELS),
    "tranche_horaire": TIMES,
}
"""Columns whose values have an order of their own; the others go from the largest down."""
UNKNOWN = ("Inconnu", "")
TOGETHER = f"{OTHERS}{NBSP}: effectifs qui ne sont pas publiés un à un"


@dataclass(frozen=True)
class Part:
    """A bar. share: "98 %" where the count is a figure, else ""."""

    label: str
    count: Count
    share: str

    @property
    def text(self) -> str:
        """ "433 (98 %)"."""
        return f"{self.count.text} ({self.share})" if self.share else self.count.text


@dataclass(frozen=True)
class PartsChart:
    """Bars of one breakdown. group: "types" or "profil". mark: source and audience, in small type."""

    slug: str
    group: str
    title: str
    reading: str
    alt_text: str
    mark: str
    colour: str
    parts: tuple[Part, ...]


def parts_charts(published: Published, meta: Meta) -> tuple[PartsChart, ...]:
    """Those that the audience may see: the types of each category, then each column, for the country."""
    country = {(found.key, found.category): found for found in published.breakdowns if not found.area}
    charts = [_types(country["type", key], meta) for key in CATEGORY_ORDER if ("type", key) in country]
    charts += [_profile(country[key, ""], meta) for key in PROFILES if (key, "") in country]
    return tuple(charts)


def in_order(found: Breakdown) -> tuple[Part, ...]:
    """Its bars as they are drawn: largest first, or in the column's own order; the unknown, then the rest, last."""
    labels = list(found.parts)
    order = ORDERED.get(found.key)
    if order:
        labels.sort(key=lambda label: order.index(label) if label in order else len(order))
    labels.sort(key=lambda label: (label == OTHERS, label in UNKNOWN))
    return tuple(
        Part(printed(found.key, label), count, _share(count, found.total))
        for label in labels
        if (count := found.parts[label]).high != 0
    )


def printed(key: str, label: str) -> str:
    """A value as charts print it: "5 h à 7 h", "Non précisé"."""
    if key == "tranche_horaire" and label in TIMES[:-1]:
        start, end = label.replace("h", f"{NBSP}h").split("-")
        return f"{start} à {end}"
    return label or "Non précisé"


def _share(count: Count, total: Count) -> str:
    return percent(count.value, total.value) if count.state == "exact" == total.state else ""


def _types(found: Breakdown, meta: Meta) -> PartsChart:
    category = CATEGORY[found.category]
    what = f"de la catégorie «{NBSP}{category.label}{NBSP}»"
    slug = f"graphique-types-{found.category.lower()}"
    title = f"{category.label}{NBSP}: types de violations, {meta.month_label}"
    return _chart(slug, "types", title, found, meta, what, palette.CATEGORIES[found.category])


def _profile(found: Breakdown, meta: Meta) -> PartsChart:
    slug = f"graphique-{found.key.replace('_', '-')}"
    title = f"Violations {BY[found.key]}, {meta.month_label}"
    return _chart(slug, "profil", title, found, meta, "documentées", palette.ACCENT)


def _chart(
    slug: str, group: str, title: str, found: Breakdown, meta: Meta, what: str, colour: str
) -> PartsChart:
    parts = in_order(found)
    told = " ; ".join(f"{part.label}{NBSP}: {part.text}" for part in parts)
    mark = mark_of(meta)
    return PartsChart(
        slug=slug,
        group=group,
        title=title,
        reading=reading(found, meta.month_label, what),
        alt_text=f"Diagramme en barres horizontales, {found.total.text} violations {what}. {told}.",
        mark=f"{mark} · {TOGETHER}" if OTHERS in found.parts else mark,
        colour=colour,
        parts=parts,
    )


def reading(found: Breakdown, month: str, what: str) -> str:
    """One sentence: what is certainly ahead, or those that cannot be told apart; and its share."""
    total = plural(found.total.value, "violation")
    known = {label: count for label, count in found.parts.items() if label not in (*UNKNOWN, OTHERS)}
    if not known:
        return f"En {month}, {total} {what}, sans détail à publier."
    ahead = _ahead(known)
    named = [f"«{NBSP}{printed(found.key, label)}{NBSP}» ({_words(known[label], found)})" for label in ahead]
    verb = "vient" if len(named) == 1 else "viennent"
    rest = found.parts.get(OTHERS)
    sure = rest is None or (rest.high or 0) < known[ahead[0]].low
    more = "" if sure else " parmi les effectifs publiés"
    return f"En {month}, sur {total} {what}, {listing(named)} {verb} en tête{more}."


def _ahead(known: Mapping[str, Count]) -> list[str]:
    """The largest, and every other that may be as large whatever hides in the ranges."""
    most = max(count.low for count in known.values())
    ranked = sorted(known, key=lambda label: -known[label].low)
    return [label for label in ranked if (known[label].high or 0) >= most]


def _words(count: Count, found: Breakdown) -> str:
    share = _share(count, found.total)
    return f"{count.text}, soit {share}" if share else count.text


# A chart to PNG and SVG, at the width of a column of the bulletin. Same inputs, same bytes.


SIZE = (200.0, 118.0)  # mm
DPI = 200
PANELS_ACROSS = 3
CHART_FOOT = (0.0, 0.045)
"""Left and bottom of what stands above one line of small type, as shares of a figure."""
SMALL, SMALLER = 7.0, 6.5
"""Points of the small type at the foot of a figure, and of one that tells parts."""
LEADING = 1.2
"""Distance of its lines, in its size."""
STACK_LEGEND = 0.15
_PATH = re.compile(rb' d="[^"]*"')
_LONG = re.compile(rb"(\d\.\d\d)\d+")
_CLIP = re.compile(rb'<clipPath id="(p[0-9a-f]{10})">\s*(<[^>]*>)')
_CLIP_NAME = re.compile(rb"\bp[0-9a-f]{10}\b")


@contextmanager
def drawing() -> Iterator[None]:
    """matplotlib with the bulletin's type, and nothing of the clock or of chance in its files."""
    import matplotlib as mpl
    from font_source_sans_pro import font_files_ttf
    from matplotlib import font_manager

    for weight in ("SourceSansPro", "SourceSansProSemibold", "SourceSansProBold"):
        font_manager.fontManager.addfont(font_files_ttf[weight])
    settings: Any = {
        "font.family": "Source Sans Pro",
        "font.size": 9.5,
        "text.color": palette.INK,
        "axes.edgecolor": palette.QUIET_INK,
        "xtick.color": palette.INK,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.spines.left": False,
        "axes.titlesize": 10.5,
        "axes.titleweight": "semibold",
        "axes.titlelocation": "left",
        "xtick.bottom": False,
        "ytick.left": False,
        "ytick.labelleft": False,
        "svg.hashsalt": "cartes-protection-mali",
        "svg.fonttype": "path",  # the type need not be installed where the chart is pasted
    }
    with mpl.rc_context(settings):
        yield


def write_chart(chart: Chart, folder: Path) -> tuple[Path, Path]:
    """Write folder/<slug>.png and .svg."""
    from matplotlib.figure import Figure

    with drawing():
        figure = Figure(figsize=(SIZE[0] / 25.4, SIZE[1] / 25.4), layout="constrained")
        figure.suptitle(chart.title, x=0.01, ha="left", weight="bold", color=palette.ACCENT, size=12.5)
        if chart.stacked:
            _stack(figure, chart, foot_of(figure, chart.mark))
        else:
            _panels(figure, chart)
        sign(figure, chart.mark, STACK_LEGEND if chart.stacked else 0.0)
        return save(figure, folder / chart.slug, chart.title, chart.alt_text, chart.mark)


def mark_lines(mark: str, wide: float, size: float) -> list[str]:
    """The lines of a mark. wide: mm of the figure. A source may be long, and the audience stands behind it."""
    from pipeline.sheet.marks import wrap

    return wrap(mark, 0.97 * wide, size)


def further_height(mark: str, wide: float, size: float) -> float:
    """mm that the lines of a mark behind the first take."""
    return (len(mark_lines(mark, wide, size)) - 1) * size * LEADING * 25.4 / 72


def small_print(figure: Any, mark: str, size: float, bottom: float) -> None:
    """Write a mark at the foot of a figure. bottom: as a share of its height."""
    told = "\n".join(mark_lines(mark, 25.4 * figure.get_figwidth(), size))
    figure.text(
        0.01, bottom, told, ha="left", va="bottom", size=size, color=palette.QUIET_INK, linespacing=LEADING
    )


def foot_of(figure: Any, mark: str) -> tuple[float, float]:
    """Left and bottom of what stands above the small type, as shares of a figure."""
    wide, tall = 25.4 * figure.get_size_inches()
    return CHART_FOOT[0], CHART_FOOT[1] + further_height(mark, wide, SMALL) / tall


def sign(figure: Any, mark: str, legend: float = 0.0) -> None:
    """Source and audience, small, at the foot of a figure. legend: share of its height that a legend takes
    above them, anchored at `foot_of`."""
    floor = foot_of(figure, mark)[1] + legend
    figure.get_layout_engine().set(rect=(0.0, floor, 1.0, 1.0 - floor))
    small_print(figure, mark, SMALL, 0.01)


def save(figure: Any, stem: Path, title: str, alt_text: str, mark: str) -> tuple[Path, Path]:
    """Write a figure as PNG and SVG beside each other, which tell their readers of the title, the text and the mark
    (source and audience); to be called within `drawing`."""
    paths = stem.with_suffix(".png"), stem.with_suffix(".svg")
    texts: list[dict[str, Any]] = [
        {"Title": title, "Description": alt_text, "Audience": mark, "Software": None},
        {"Title": title, "Description": alt_text, "Rights": mark, "Date": None},
    ]
    for path, told in zip(paths, texts, strict=True):
        out = io.BytesIO()
        figure.savefig(out, format=path.suffix[1:], dpi=DPI, metadata=told)
        figure.set_layout_engine(None)  # found once: both files show one figure
        data = out.getvalue()
        write_bytes(path, _short(data) if path.suffix == ".svg" else data)
    return paths


def _short(svg: bytes) -> bytes:
    """Path data to a hundredth of a point, where matplotlib writes millionths: a third of the size. What is clipped to is
    named for what is written of it: matplotlib's names have the last bits of a layout that is solved in no fixed order."""
    names = {old: b"p" + sha256_bytes(shape).encode()[:10] for old, shape in _CLIP.findall(svg)}
    named = _CLIP_NAME.sub(lambda name: names.get(name[0], name[0]), svg)
    return _PATH.sub(lambda path: _LONG.sub(rb"\1", path[0]), named)


def _stack(figure: Any, chart: Chart, foot: tuple[float, float]) -> None:
    """foot: where the legend stands (see `foot_of`)."""
    axes = figure.subplots()
    places = range(len(chart.months))
    floor = [0] * len(chart.months)
    highest = max((total or 0 for total in chart.totals), default=0) or 1
    for item in chart.series:
        heights = [value or 0 for value in item.values]
        axes.bar(places, heights, 0.68, floor, color=item.colour, label=item.label, ec="white", lw=0.4)
        for place, height, start in zip(places, heights, floor, strict=True):
            if height > highest * 0.045:
                ink = palette.PAPER if _dark(item.colour) else palette.INK
                axes.text(place, start + height / 2, cell_text(height), ha="center", va="center", color=ink)
        floor = [start + height for start, height in zip(floor, heights, strict=True)]
    for place, total, height in zip(places, chart.totals, floor, strict=True):
        words = cell_text(total)
        axes.text(place, height + highest * 0.015, words, ha="center", va="bottom", weight="bold")
    axes.set_xticks(list(places), [month.short for month in chart.months])
    axes.set_ylim(0, highest * 1.08)
    axes.set_yticks([])
    # The legend stands in the order of the bars, from the top down.
    handles, labels = (found[::-1] for found in axes.get_legend_handles_labels())
    figure.legend(handles, labels, loc="lower left", ncols=2, frameon=False, bbox_to_anchor=foot)


MONTHS_NAMED = 7
"""Months whose names find room under one small figure."""


def _panels(figure: Any, chart: Chart) -> None:
    rows = -(-len(chart.series) // PANELS_ACROSS)
    panels = figure.subplots(rows, PANELS_ACROSS, sharey=True, squeeze=False).ravel()
    highest = max((value or 0 for item in chart.series for value in item.values), default=0) or 1
    places = range(len(chart.months))
    for axes, item in zip(panels, chart.series, strict=False):
        axes.bar(places, [value or 0 for value in item.values], 0.7, color=item.colour)
        for place, value in zip(places, item.values, strict=True):
            height = (value or 0) + highest * 0.02
            axes.text(place, height, cell_text(value), ha="center", va="bottom", size=8.5)
        axes.set_title(item.label)
        # Where all would run together every other month is named, the last one always.
        step = 1 if len(chart.months) <= MONTHS_NAMED else 2
        named = [
            month.short if (place - len(chart.months) + 1) % step == 0 else ""
            for place, month in enumerate(chart.months)
        ]
        axes.set_xticks(list(places), named, size=8.5)
        axes.set_ylim(0, highest * 1.12)
    for axes in panels[len(chart.series) :]:
        axes.set_axis_off()


def _dark(colour: str) -> bool:
    red, green, blue = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue < 140


# A chart of parts to PNG and SVG: horizontal bars at the width of the bulletin's column.


WIDTH = 180.0
LABEL_WIDTH = 72.0
FIGURE_WIDTH = 26.0
"""mm: of the whole, of the labels on the left, of the figures on the right."""
HEAD, PARTS_FOOT, BAR = 10.0, 7.5, 6.6
LINE_LENGTH = 52
"""Letters of a label before it breaks."""


def height(chart: PartsChart) -> float:
    """mm of the picture."""
    return HEAD + _foot_height(chart) + BAR * max(len(chart.parts), 2)


def _foot_height(chart: PartsChart) -> float:
    """mm that the small type takes."""
    return PARTS_FOOT + further_height(chart.mark, WIDTH, SMALLER)


def write_parts(chart: PartsChart, folder: Path) -> tuple[Path, Path]:
    """Write folder/<slug>.png and .svg."""
    from matplotlib.figure import Figure

    tall = height(chart)
    with drawing():
        figure = Figure(figsize=(WIDTH / 25.4, tall / 25.4))
        wide, high = (WIDTH - LABEL_WIDTH - FIGURE_WIDTH) / WIDTH, BAR * len(chart.parts) / tall
        axes = figure.add_axes((LABEL_WIDTH / WIDTH, _foot_height(chart) / tall, wide, high))
        axes.set_axis_off()
        most = max((part.count.high or part.count.low for part in chart.parts), default=0) or 1
        axes.set_xlim(0, most)
        axes.set_ylim(len(chart.parts) - 0.5, -0.5)
        for place, part in enumerate(chart.parts):
            high = part.count.high or part.count.low
            axes.barh(place, high, 0.66, color=chart.colour, alpha=0.35, lw=0)
            axes.barh(place, part.count.low, 0.66, color=chart.colour, lw=0)
            axes.annotate(part.text, (high, place), (4, 0), textcoords="offset points", va="center", size=9)
            label = textwrap.fill(part.label, LINE_LENGTH, max_lines=2, placeholder="…")
            size = 8.5 if "\n" not in label else 7.5
            axes.annotate(
                label, (0, place), (-5, 0), textcoords="offset points", ha="right", va="center", size=size,
                linespacing=0.95,
            )  # fmt: skip
        axes.axvline(0, color=palette.QUIET_INK, lw=0.8)
        title = textwrap.fill(chart.title, 105)
        figure.text(
            0.01, 1 - 1.5 / tall, title, va="top", weight="bold", color=palette.ACCENT,
            size=11.5 if "\n" not in title else 9.5, linespacing=1.0,
        )  # fmt: skip
        small_print(figure, chart.mark, SMALLER, 1.2 / tall)
        return save(figure, folder / chart.slug, chart.title, chart.alt_text, chart.mark)
