"""How the violations of a month divide: by type within a category; by author, victim, place and time of day.

Each division is a list of parts beside a total that the bulletin prints. Parts of at least the threshold are
told, some of them to the ten; the others, zeros among them, stand together as OTHERS, whose count subtraction
gives anyway: so what is not told by itself is still told in sum. Two tables of one column (by category, by
region) share their margin: `two_way` chooses what to tell so that no chain of subtractions over both gives a
small part.

The tables of the country are chosen first and are the same for every audience that has any; those by region
are then chosen by what the former already tell.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, product

import numpy as np
import pandas as pd

from pipeline import workers
from pipeline.disclosure.counts import ZERO, Count
from pipeline.disclosure.office import KNOWN, Office
from pipeline.disclosure.policy import CountRule, Policy, policies, policy_of
from pipeline.disclosure.protect import (
    Builder,
    CellKey,
    Need,
    Option,
    Protected,
    Reader,
    System,
    ValuesLeft,
    protect,
)
from pipeline.disclosure.published import OTHERS, Breakdown, Cell, bounds
from pipeline.disclosure.tables import MonthFigures, Scale, fixed, ladder, unseen
from pipeline.french import NBSP
from pipeline.taxonomy import (
    AGES,
    AUTHORS,
    CATEGORIES,
    SENSITIVE_TYPES,
    SEXES,
    SITES,
    STATUSES,
    TIMES,
    Category,
)

# The types of each category in the country, told so that they do not give away what the list leaves in sum.
#
# The list of incidents tells types by cercle and by region, and the rest in lines of "other types". A type's
# total for the country beside these lines could say how many of the others there are in one cercle. So the
# country's types are chosen last, by all the lines that any reader may hold.


WAYS = frozenset({"tens"})
BreakdownLine = Mapping[str, Cell]
CountedPlace = tuple[str, str]
"""(Region, cercle's P-code): "" for what the list does not tell by cercle."""


def type_marks(
    incidents: pd.DataFrame,
    lines: Sequence[BreakdownLine],
    figures: MonthFigures,
    policy: Policy,
    office: Office,
) -> dict[str, Protected]:
    """Category -> how its types are told, and what is left of the counts behind. incidents: of one month. lines: of
    the list that a reader may hold (see `merged_rows`), none where there is no list. figures: that go with them. office:
    whose key draws what may be any, the same for every audience."""
    found = {}
    homes = dict(zip(incidents["cercle_pcode"], incidents["region"], strict=True))
    crossed = Counter(zip(incidents["region"], incidents["categorie"], strict=True))
    for category in CATEGORIES:
        rows = incidents[incidents["categorie"] == category.key]
        counts = Counter(zip(rows["region"], rows["cercle_pcode"], rows["type"], strict=True))
        mine = [line for line in lines if line["categorie"] == category.label]
        # By region, the list says more of a sensitive type than who has the charts alone may see: what they may be told is
        # chosen without it, and nothing further is told beside it.
        apart = any(not line["place"] and line["type"] in SENSITIVE_TYPES for line in mine)
        known = (figures, policy, office, homes, crossed)
        seen = protect(_system(category, counts, (), *known)) if apart else None
        found[category.key] = protect(_system(category, counts, mine, *known, seen))
    return found


def told_types(marks: Protected) -> dict[str, Count]:
    """Type -> Count, only types that are told."""
    return {
        key[1]: _count(option)
        for key, option in marks.items()
        if key[0] == "type" and option.mark != "hidden" and option.high
    }


def _system(
    category: Category,
    counts: Counter[tuple[str, str, str]],
    lines: Sequence[BreakdownLine],
    figures: MonthFigures,
    policy: Policy,
    office: Office,
    homes: Mapping[str, str],
    crossed: Counter[Pair],
    seen: Mapping[CellKey, Option] | None = None,
) -> System:
    """Violations of one category by type and place. counts: (region, cercle, type) -> violations. homes: cercle -> the
    region of its rows. crossed: (region, category) -> violations. seen: of each type, the most that who has the charts
    alone may be told, where that is chosen already.

    Of the sensitive types of a category, and of all of them together, every count down to none must stay possible: by
    cercle, to who holds the list; by region, to who has the charts alone (DATA_RESPONSIBILITY, 9)."""
    secret = SENSITIVE_TYPES & set(category.types)
    by_cercle = {(str(line["region"]), str(line["place"])) for line in lines if line["place"]}
    if lines and secret:
        by_cercle |= {(region, cercle) for region, cercle, _ in counts if _has(figures, cercle, category.key)}
    exact = {
        (str(line["region"]), str(line["place"]), str(line["type"])): line["nombre"]
        for line in lines
        if line["type"] in category.types
    }
    # Every place that may have any, by what is told: which of them do have some must not show.
    regions = sorted(r for r, row in figures.region_categories.items() if row[category.key] != ZERO)
    apart = by_cercle
    if lines and secret:
        apart = {
            (region, cercle)
            for cercle, region in homes.items()
            if region in regions and figures.cercle_categories.get(cercle, {}).get(category.key) != ZERO
        }
    tally: Counter[tuple[CountedPlace, str]] = Counter()
    for (region, cercle, kind), count in counts.items():
        tally[(region, cercle) if (region, cercle) in apart else (region, ""), kind] += count
    places = sorted({*apart, *((region, "") for region in regions)})
    whole = counts.total()
    build = Builder()
    of_type: dict[str, list[int]] = {kind: [] for kind in category.types}
    of_place: dict[CountedPlace, dict[str, int]] = {}
    rest: dict[str, list[int]] = {region: [] for region in regions}
    for place in places:
        total = sum(tally[place, kind] for kind in category.types)
        cells = {}
        for kind in category.types:
            count = tally[place, kind]
            options = unseen(total if place in by_cercle else whole)
            if place[1] and (*place, kind) in exact:
                options = fixed(count)
            elif place[1] and kind in secret:
                options = (replace(options[0], need=_open(count)),)
            cells[kind] = build.cell(("place", *place, kind), count, options)
            of_type[kind].append(cells[kind])
        of_place[place] = cells
        # What a cercle has of a category is told on the map; what the rest of a region has, not always.
        known = fixed(total) if place in by_cercle else _hidden(0, whole)
        whole_place = build.cell(("total", *place), total, known)
        build.sum(whole_place, list(cells.values()))
        if place not in by_cercle:
            rest[place[0]].append(whole_place)
        if place[1]:
            _together(build, place, {kind: cells[kind] for kind in secret}, tally, whole)
    for region, parts in rest.items():
        low, high = _in_region(figures, region, category.key, homes)
        told = sum(tally[place, kind] for place in by_cercle if place[0] == region for kind in of_type)
        count = sum(tally[place, kind] for place in places if place[0] == region for kind in of_type) - told
        build.sum(build.cell(("rest", region), count, _hidden(max(low - told, 0), high - told)), parts)
    _rests(build, category, exact, of_place, tally)
    charts = secret and seen is None and _country_only()
    of_charts = _by_region(build, category, counts, figures, homes, crossed) if charts else {}
    kinds = []
    for kind, cells_of in of_type.items():
        count = sum(tally[place, kind] for place in places)
        scale = Scale(policy.threshold, policy.rounding, 1.0, WAYS, office.whim("type", category.key, kind))
        options = _or_merged(count, policy.counts["type"], whole, scale)
        if seen is not None:
            options = tuple(one for one in options if one.mark in (seen["type", kind].mark, "hidden"))
        kinds.append(build.cell(("type", kind), count, options))
        build.sum(kinds[-1], cells_of)
        build.sum(kinds[-1], of_charts.get(kind, []))
    build.sum(build.cell(("category",), whole, fixed(whole)), kinds)
    return build.system(policy.threshold)


def _hidden(low: int, high: int, need: Need = "none") -> tuple[Option, ...]:
    return (Option("hidden", low, high, 0.0, need),)


def _open(count: int) -> Need:
    """What a sensitive count asks for, which may be none to every reader; where it is, that needs no proof."""
    return "open" if count else "small"


def _or_merged(value: int, rule: CountRule, most: int, scale: Scale) -> tuple[Option, ...]:
    """Told as a figure from the threshold on, or to the ten; else part of the rest, of which a reader may see that it is
    none, or that it is not small."""
    told = ladder(value, rule, most, scale)
    shown = told[:-1] if value >= scale.threshold else ()
    return (*shown, replace(told[-1], need="small", cost=told[-1].cost if shown else 0.0))


def _has(figures: MonthFigures, cercle: str, key: str) -> bool:
    """Whether the map tells how many violations of a category a cercle has, and it has some."""
    count = figures.cercle_categories.get(cercle, {}).get(key)
    return count is not None and count.state == "exact" and count.value > 0


def _country_only() -> bool:
    """Whether any audience may see sensitive types for the country alone: its charts are everybody's."""
    return any(policy.sensitive == "pays" for policy in policies().values())


def _together(
    build: Builder,
    place: CountedPlace,
    cells: Mapping[str, int],
    tally: Mapping[tuple[CountedPlace, str], int],
    cap: int,
) -> None:
    """All the sensitive types of a place, which may be none."""
    if cells:
        count = sum(tally[place, kind] for kind in cells)
        build.sum(
            build.cell(("sensitive", *place), count, _hidden(0, cap, _open(count))),
            list(cells.values()),
        )


def _by_region(
    build: Builder,
    category: Category,
    counts: Mapping[tuple[str, str, str], int],
    figures: MonthFigures,
    homes: Mapping[str, str],
    crossed: Counter[Pair],
) -> dict[str, list[int]]:
    """Type -> its cells by region, as they look to who has no list."""
    tally: Counter[tuple[CountedPlace, str]] = Counter()
    for (region, _, kind), count in counts.items():
        tally[(region, "pays"), kind] += count
    of_type: dict[str, list[int]] = {kind: [] for kind in category.types}
    of_place: dict[str, int] = {}
    for region, row_told in sorted(figures.region_categories.items()):
        if row_told[category.key] == ZERO:
            continue
        place = (region, "pays")
        low, high = _in_region(figures, region, category.key, homes)
        cells = {}
        for kind in category.types:
            count = tally[place, kind]
            need: Need = _open(count) if kind in SENSITIVE_TYPES else "none"
            cells[kind] = build.cell(("chart", *place, kind), count, _hidden(0, high, need))
            of_type[kind].append(cells[kind])
        total = sum(tally[place, kind] for kind in category.types)
        of_place[place[0]] = build.cell(("chart", *place), total, _hidden(low, high))
        build.sum(of_place[place[0]], list(cells.values()))
        secret = {kind: cell for kind, cell in cells.items() if kind in SENSITIVE_TYPES}
        _together(build, place, secret, tally, high)
    # The other categories of the regions bound this one's: all are one table, whose sums are printed.
    columns: dict[str, list[int]] = defaultdict(list)
    for region in sorted({region for region, _ in crossed}):
        row = []
        for key in figures.region_categories[region]:
            if key == category.key and region in of_place:
                row.append(of_place[region])
            else:
                ends = _hidden(*_in_region(figures, region, key, homes))
                row.append(build.cell(("crossed", region, key), crossed[region, key], ends))
            columns[key].append(row[-1])
        whole = figures.regions[region]
        build.sum(build.cell(("crossed", region), whole, fixed(whole)), row)
    for key, cells_of in columns.items():
        whole = sum(count for (_, name), count in crossed.items() if name == key)
        build.sum(build.cell(("crossed", "", key), whole, fixed(whole)), cells_of)
    return of_type


def _in_region(figures: MonthFigures, region: str, key: str, homes: Mapping[str, str]) -> tuple[int, int]:
    """The least and the most that a region has of a category, by its total, what is told of the others and of its
    cercles."""
    total = figures.regions[region]
    least: dict[str, int] = {}
    most: dict[str, int] = {}
    for name, count in figures.region_categories[region].items():
        low, high = bounds(count)
        told = sum(
            row[name].low for code, row in figures.cercle_categories.items() if homes.get(code) == region
        )
        least[name], most[name] = max(low, told), total if high is None else high
    others = [name for name in least if name != key]
    low = max(least[key], total - sum(most[name] for name in others))
    return low, min(most[key], total - sum(least[name] for name in others))


def _rests(
    build: Builder,
    category: Category,
    exact: Mapping[tuple[str, str, str], Cell],
    of_place: Mapping[CountedPlace, Mapping[str, int]],
    tally: Counter[tuple[CountedPlace, str]],
) -> None:
    """Lines of the rest of a region: of a type, where the list tells it. Where a category has sensitive types,
    these lines also count what its cercles are not told by."""
    sensitive = bool(SENSITIVE_TYPES & set(category.types))
    for region, cercle, kind in exact:
        if cercle:
            continue
        counted = [
            place
            for place in of_place
            if place[0] == region and (not place[1] or (sensitive and (*place, kind) not in exact))
        ]
        value = sum(tally[place, kind] for place in counted)
        line = build.cell(("line", region, kind), value, fixed(value))
        build.sum(line, [of_place[place][kind] for place in counted])


PROFILES: Mapping[str, tuple[str, ...]] = {
    "auteur": AUTHORS,
    "sexe": SEXES,
    "age": AGES,
    "statut_socioeconomique": STATUSES,
    "lieu": SITES,
    "tranche_horaire": TIMES,
}
"""Columns that the report's section V charts, with their closed lists."""
UNKNOWN = "Inconnu"
LABELS = {
    "0-17": f"0{NBSP}à{NBSP}17{NBSP}ans",
    "18-59": f"18{NBSP}à{NBSP}59{NBSP}ans",
    "60+": f"60{NBSP}ans et plus",
}
MARGIN_WEIGHT = 3.0
"""What a violation is worth in a column's own total, beside one in its division by category or region."""
Pair = tuple[str, str]


@dataclass(frozen=True)
class Shown:
    """What is told of a column: the rows whose own total is told, and the (row, column) cells that are. left: room of
    the others, see `Protected`."""

    rows: Mapping[str, Count]
    cells: Mapping[Pair, Count]
    left: Mapping[CellKey, ValuesLeft] = field(default_factory=dict)

    def of(self, column: str) -> dict[str, Count]:
        """The cells of one column, by row."""
        return {row: count for (row, name), count in self.cells.items() if name == column}

    def room(self, column: str | None = None) -> list[ValuesLeft]:
        """Of one column, None for the rows' own totals."""
        return [room for key, room in self.left.items() if key[2:] == (() if column is None else (column,))]


def month_breakdowns(
    incidents: pd.DataFrame,
    figures: MonthFigures,
    lines: Sequence[BreakdownLine],
    policy: Policy,
    office: Office = KNOWN,
) -> tuple[Breakdown, ...]:
    """incidents: of one month. figures, lines: that a reader may hold of it, lines of the list. office: whose key draws
    what may be any. In the order of the report: types of each category, then each column: the country, its regions, its
    categories."""
    keys = {category.key: int((incidents["categorie"] == category.key).sum()) for category in CATEGORIES}
    tasks: list[workers.Task] = []
    for column, known in PROFILES.items():
        given = [value if isinstance(value, str) else "" for value in incidents[column]]
        if not policy.exact:  # no text of a table crosses, only names of the closed lists
            given = [value if value in (*known, UNKNOWN) else "" for value in given]
        if not set(given) <= {"", UNKNOWN}:
            triples = list(zip(given, incidents["categorie"], incidents["region"], strict=True))
            tasks.append((_by_profile, (column, triples, keys, figures, policy, office.apart(column))))
    found: list[Breakdown] = []
    parts = workers.share(tasks, lambda: found.extend(_types(incidents, lines, figures, policy, office)))
    return tuple(chain(found, *parts))


def _by_profile(
    column: str,
    triples: Sequence[tuple[str, str, str]],
    keys: Mapping[str, int],
    figures: MonthFigures,
    policy: Policy,
    office: Office,
) -> list[Breakdown]:
    """The breakdowns of one column. triples: its value, the category and the region of each row; keys: rows of each
    category."""
    regions, given = figures.regions, {value for value, _, _ in triples}
    rows = tuple(dict.fromkeys((*PROFILES[column], UNKNOWN, "", *sorted(given))))
    by_category = Counter((value, key) for value, key, _ in triples)
    country = country_shown(rows, by_category, keys, policy, office)
    found = [*_told(column, "", "", country.rows, len(triples), country.room())]
    if policy.profiles != "pays":
        by_region = Counter((value, region) for value, _, region in triples)
        local = _all(by_region)
        if not policy.exact:
            local = together(rows, by_category, by_region, country, figures, policy, office)
        for region, count in regions.items():
            found += _told(column, "", region, local.of(region), count, local.room(region))
    for key, count in keys.items():
        found += _told(column, key, "", country.of(key), count, country.room(key))
    if policy.exact:
        found += _exact_by_both(triples, column, regions)
    return found


def country_shown(
    rows: Sequence[str], cells: Counter[Pair], totals: Mapping[str, int], policy: Policy, office: Office
) -> Shown:
    """What is told of a column in the country: its totals, and its division by category. What several
    audiences may see is told to all in the same way, so that nothing is learnt by comparing."""
    if policy.exact:
        return _all(cells)
    if policy.coarser_than:
        return country_shown(rows, cells, totals, policy_of(policy.coarser_than), office)
    return two_way(rows, cells, totals, None, policy, office)


def _all(cells: Counter[Pair]) -> Shown:
    sums: Counter[str] = Counter()
    for (row, _), count in cells.items():
        sums[row] += count
    return Shown(
        {row: Count.exact(count) for row, count in sums.items()},
        {pair: Count.exact(count) for pair, count in cells.items()},
    )


def two_way(
    rows: Sequence[str],
    cells: Mapping[Pair, int],
    totals: Mapping[str, int],
    told: Mapping[str, Count] | None,
    policy: Policy,
    office: Office = KNOWN,
    whole_columns: Collection[str] = (),
) -> Shown:
    """Choose what is told of a table whose columns have known totals. told: rows whose total is already told;
    None where that is still to be chosen. Everything that is not told, zeros too, is one open rest. whole_columns: that
    are not divided."""
    build = Builder()

    def options(value: int, most: int, weight: float, *key: str) -> tuple[Option, ...]:
        scale = Scale(policy.threshold, policy.rounding, weight, WAYS, office.whim(*key))
        return _or_merged(value, policy.counts["profil"], most, scale)

    whole = sum(totals.values())
    parts: dict[str, list[int]] = {column: [] for column in totals}
    margins = []
    for row in rows:
        value = sum(cells.get((row, column), 0) for column in totals)
        ways = options(value, whole, MARGIN_WEIGHT, row)
        if told is not None:
            ways = (_as_told(told[row]),) if row in told else ways[-1:]
        margins.append(build.cell(("row", row), value, ways))
        inside = []
        for column, most in totals.items():
            count = cells.get((row, column), 0)
            ways = options(count, most, 1.0, row, column)[-1 if column in whole_columns else 0 :]
            inside.append(build.cell(("cell", row, column), count, ways))
            parts[column].append(inside[-1])
        build.sum(margins[-1], inside)
    for column, total in totals.items():
        build.sum(build.cell(("column", column), total, fixed(total)), parts[column])
    build.sum(build.cell(("whole",), whole, fixed(whole)), margins)
    marks = protect(build.system(policy.threshold))
    shown = {key: _count(option) for key, option in marks.items() if option.mark != "hidden"}
    return Shown(
        {key[1]: count for key, count in shown.items() if key[0] == "row"},
        {(key[1], key[2]): count for key, count in shown.items() if key[0] == "cell"},
        marks.left,
    )


Sides = tuple[str | None, ...]
"""Of a count of the three divisions: row, region, category; None for all."""
UNDIVIDED = 32
"""Once in so many, the key leaves a region undivided without need."""
MERGED = "\0"
"""The rows that are nowhere told by themselves."""


def together(
    rows: Sequence[str],
    by_category: Counter[Pair],
    by_region: Counter[Pair],
    country: Shown,
    figures: MonthFigures,
    policy: Policy,
    office: Office,
) -> Shown:
    """What is told of a column by region, less the regions that would give away, beside its division by category and
    the categories of the regions, a small count of any of the three; and less some others, by the office's key: that a
    region is not divided tells nothing. All that decides is what is published."""
    threshold = policy.threshold
    keys: Counter[str] = Counter({category.key: 0 for category in CATEGORIES})
    for (_, key), count in by_category.items():
        keys[key] += count
    gone = {region for region in figures.regions if office.seldom(UNDIVIDED, "sans division", region)}
    while True:
        local = two_way(rows, by_region, figures.regions, country.rows, policy, office, gone)
        if not local.cells:
            return local
        told = {*country.rows, *(row for row, _ in (*country.cells, *local.cells))}
        line_of = {row: row if row in told else MERGED for row in rows}
        open_counts: dict[Sides, str] = {
            (None, region, key): region
            for region, row in figures.region_categories.items()
            for key, count in row.items()
            if count.state != "exact" and count.low < threshold
        }
        for row in rows:
            for region in figures.regions:
                if (row, region) not in local.cells:
                    open_counts[line_of[row], region, None] = region
            for key in keys:
                if (row, key) not in country.cells:
                    open_counts[line_of[row], None, key] = ""
        betrayed = _betrayed(list(line_of.values()), open_counts, keys, country, local, figures, threshold)
        if not betrayed:
            return local
        shown = {region for _, region in local.cells}
        least = min(shown, key=lambda region: (figures.regions[region], region))
        gone |= {region if region in shown else least for region in betrayed}


def _betrayed(
    lines: Sequence[str],
    open_counts: Mapping[Sides, str],
    keys: Mapping[str, int],
    country: Shown,
    local: Shown,
    figures: MonthFigures,
    threshold: int,
) -> set[str]:
    """The regions, "" for the country, of open counts that have too few values left. Unknowns: violations by line, region
    and category."""
    places = list(product(dict.fromkeys(lines), figures.regions, keys))
    of: dict[Sides, list[int]] = defaultdict(list)
    for at, place in enumerate(places):
        for sides in product(*((None, side) for side in place)):
            of[sides].append(at)

    def sums(shown: Mapping[Sides, Count]) -> list[tuple[list[int], float, float]]:
        ends = ((sides, bounds(count)) for sides, count in shown.items())
        return [(of[sides], low, np.inf if high is None else high) for sides, (low, high) in ends]

    printed: dict[Sides, Count] = {
        (None, r, None): Count.exact(total) for r, total in figures.regions.items()
    }
    printed |= {(None, None, key): Count.exact(total) for key, total in keys.items()}
    printed |= {(None, r, k): n for r, row in figures.region_categories.items() for k, n in row.items()}
    printed |= {(row, None, None): count for row, count in country.rows.items()}
    printed |= {(row, None, key): count for (row, key), count in country.cells.items()}
    before = sums(printed)
    after = before + sums({(row, region, None): count for (row, region), count in local.cells.items()})
    ends = [(0, min(figures.regions[region], keys[key])) for _, region, key in places]
    wanted = [of[sides] for sides in open_counts]
    split = lines.count(MERGED) > 1
    parts = {at for at, sides in enumerate(open_counts) if split and sides[0] == MERGED}
    reader = Reader(ends, after, wanted, threshold, parts, none=True)
    found = reader.narrow()
    if found:
        # No more is asked than what the country's figures and those of the regions by category leave.
        mine = [at for at, place in enumerate(found) if place in parts]
        alone = Reader(ends, before, [wanted[at] for at in found], threshold, mine)
        alone.begin()
        reader.wanted[found] = alone.wanted
        found = reader.narrow()
    areas = list(open_counts.values())
    return {areas[at] for at in found}


def _as_told(count: Count) -> Option:
    high = count.low if count.high is None else count.high
    need: Need = "none" if count.state == "exact" else "wide"
    return Option("exact" if count.state == "exact" else "tens", count.low, high, 0.0, need)


def _count(option: Option) -> Count:
    return Count.exact(option.low) if option.mark == "exact" else Count.within(option.low, option.high)


def _types(
    incidents: pd.DataFrame,
    lines: Sequence[BreakdownLine],
    figures: MonthFigures,
    policy: Policy,
    office: Office,
) -> Iterator[Breakdown]:
    """The types of each category in the country."""
    marks = {} if policy.exact else type_marks(incidents, lines, figures, policy, office)
    for category in CATEGORIES:
        rows = incidents[incidents["categorie"] == category.key]
        if not policy.exact:
            told = marks[category.key]
            yield from _told("type", category.key, "", told_types(told), len(rows), told.left.values())
            continue
        for area in ("", *sorted(set(rows["region"]))):
            here = Counter(rows["type"] if not area else rows.loc[rows["region"] == area, "type"])
            counts = {kind: Count.exact(count) for kind, count in here.items()}
            yield from _told("type", category.key, area, counts, here.total())


def _told(
    column: str,
    category: str,
    area: str,
    parts: Mapping[str, Count],
    total: int,
    left: Iterable[ValuesLeft] = (),
) -> Iterator[Breakdown]:
    """The breakdown, none where nothing is told by itself."""
    given = {row: count for row, count in parts.items() if count.low}
    if not given:
        return
    order = sorted(given, key=lambda row: (-given[row].low, row))
    told = {LABELS.get(row, row): given[row] for row in order}
    least, most = (sum(ends) for ends in zip(*map(bounds, given.values()), strict=True))
    if least != total:
        low = max(total - most, 0)
        told[OTHERS] = Count.exact(low) if most == least else Count.within(low, total - least)
    yield Breakdown(column, category, area, told, Count.exact(total), tuple(left))


def _exact_by_both(
    triples: Iterable[tuple[str, str, str]], column: str, regions: Mapping[str, int]
) -> Iterator[Breakdown]:
    """By category within a region, for those who see everything."""
    counts = Counter(triples)
    for region in regions:
        for category in CATEGORIES:
            parts = {
                row: n for (row, key, name), n in counts.items() if (key, name) == (category.key, region)
            }
            told = {row: Count.exact(count) for row, count in parts.items()}
            yield from _told(column, category.key, region, told, sum(parts.values()))
