"""One month for one audience: what earlier outputs told, what is told now, line by line."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.cache import kept_each
from pipeline.disclosure.breakdowns import month_breakdowns
from pipeline.disclosure.counts import NO_DATA, SUPPRESSED, UNCOVERED, ZERO, Count, Territory
from pipeline.disclosure.office import Office
from pipeline.disclosure.policy import CLASS, HIDDEN, CountRule, Policy, policy_of
from pipeline.disclosure.protect import fewest
from pipeline.disclosure.published import (
    WITHHELD,
    Breakdown,
    Cell,
    ListTable,
    Published,
    PublishedAlert,
    PublishedRisk,
    Repeat,
    bounds,
)
from pipeline.disclosure.retold import retell
from pipeline.disclosure.tables import BoxArrows, MonthCounts, MonthFigures, month_arrows, month_figures
from pipeline.errors import DisclosureError, InputError
from pipeline.french import Month, number, of
from pipeline.geography.country import Country
from pipeline.indicators import Account, AlertEvent, Indicators, Retold
from pipeline.places.place import Place
from pipeline.taxonomy import BOXES, CATEGORIES, SENSITIVE_TYPES, Category

# What earlier outputs already told, so that later ones cannot be held against them.
#
# Where rows of a past month were added or corrected since it was published, the difference of two publications
# would tell how many, and where, however small. So a figure finer than the bulletin's totals stays as it was
# first told: the outputs of the month before say how, in their manifest (key "divulgation").
#
# An audience whose figures may not sharpen another's is also held to what that one was told.


KEY = "divulgation"
STATES = {"suppressed": SUPPRESSED, "uncovered": UNCOVERED, "nodata": NO_DATA}
ToldCounts = Mapping[str, Count]
ToldMonth = Mapping[str, Any]
"""What was told of a month as plain values, as manifests and the register keep it."""


@dataclass(frozen=True)
class Record:
    """Month -> the figures told: by area, by cercle, by region and category. lists: the mark (see `mark_of`)
    of the month's lines in the list of incidents, "" where there was none. divisions: of the month's
    cercles and regions, "" where not told."""

    areas: Mapping[Month, ToldCounts]
    cercles: Mapping[Month, ToldCounts]
    region_categories: Mapping[Month, Mapping[str, ToldCounts]]
    lists: Mapping[Month, str]
    divisions: Mapping[Month, str] = field(default_factory=dict)


def mark_of(lines: list[Any]) -> str:
    """A short checksum by which published lines are known again."""
    plain = json.dumps(lines, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(plain.encode("utf-8")).hexdigest()[:16]


def record_of(published: Published) -> dict[str, Any]:
    """The record as plain values for the manifest. Areas without violations are left out where zero."""
    lines = _lines_by_month(published)
    found = {
        str(month): {
            **({"division": published.division} if published.division else {}),
            "communes": _plain(published.areas[month]),
            "cercles": _plain(published.cercles[month]),
            "regions_categories": _plain_rows(published.region_categories[month]),
            "liste": mark_of(lines[str(month)]) if str(month) in lines else "",
            **({"reste_a_qui_relance": dict(left)} if (left := published.left.get(month)) else {}),
            **({"valeurs_qui_restent": dict(fit)} if (fit := published.fit.get(month)) else {}),
        }
        for month in published.months
    }
    # A month told in another division is recorded as its own tells it: there is one release of it.
    return (
        found
        if published.release is None
        else dict(sorted({**found, **record_of(published.release)}.items()))
    )


def _lines_by_month(published: Published) -> dict[str, list[dict[str, Cell]]]:
    """The lines of the list by month, each as its cells by column."""
    table = published.incident_list
    keys = [key for key, _, _ in table.columns] if table else []
    lines: dict[str, list[dict[str, Cell]]] = {}
    for row in table.rows if table else ():
        line = dict(zip(keys, row, strict=True))
        lines.setdefault(str(line.pop("mois")), []).append(line)
    return lines


def read_record(manifest: Path) -> Record | None:
    """The record in a manifest, None where there is no manifest or it has none that can be read."""
    try:
        found = json.loads(manifest.read_text("utf-8"))[KEY]
        return record({Month.parse(name): told for name, told in found.items()})
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError, InputError):
        return None


def record(months: Mapping[Month, ToldMonth]) -> Record:
    """Months told as plain values (see `record_of`), as a record. Raises KeyError, TypeError, ValueError."""
    return Record(
        {month: _counts(told["communes"]) for month, told in months.items()},
        {month: _counts(told["cercles"]) for month, told in months.items()},
        {
            month: {region: _counts(row) for region, row in told["regions_categories"].items()}
            for month, told in months.items()
        },
        {month: str(told["liste"]) for month, told in months.items()},
        {month: str(told.get("division", "")) for month, told in months.items()},
    )


def as_first_told(
    fresh: Mapping[Month, MonthFigures],
    month: Month,
    earlier: Record | None,
    list_mark: Callable[[Month, MonthFigures], str] = lambda month, figures: "",
) -> dict[Month, MonthFigures]:
    """Past months as they were told, `month` itself as it is now. A past month whose figures have not
    changed stays whole; one that changed keeps its told figures and loses its counts by cercle and category.

    list_mark: of the lines that the list would have for a month with these figures.
    """
    if earlier is None:
        return dict(fresh)
    found = {}
    for key, told in fresh.items():
        found[key] = told if key >= month else _as_told(told, key, earlier)
        same_lines = key >= month or found[key].first_told or not earlier.lists.get(key)
        if not same_lines and list_mark(key, told) != earlier.lists[key]:
            found[key] = replace(told, cercle_categories={}, first_told=True)
    return found


def no_sharper(
    figures: Mapping[Month, MonthFigures], month: Month, other: Record | None, policy: Policy
) -> dict[Month, MonthFigures]:
    """Past months no sharper than another audience was told them: those whose figures say more than `other`
    (rows have changed meanwhile) stand as `other` told them, under the rules of `policy`."""
    if other is None:
        return dict(figures)
    return {
        key: told
        if key >= month or _implied(told, key, other)
        else _as_told(told, key, _under(other, policy))
        for key, told in figures.items()
    }


def _implied(figures: MonthFigures, month: Month, other: Record) -> bool:
    """Whether a reader of `other` learns nothing from the figures."""
    if (
        month not in other.areas
        or _elsewhere(figures, month, other)
        or not set(other.areas[month]) <= set(figures.areas)
    ):
        return True

    def within(counts: ToldCounts, told: ToldCounts) -> bool:
        return all(_holds(count, told.get(code, ZERO)) for code, count in counts.items())

    return (
        within(figures.areas, other.areas[month])
        and within(figures.cercles, other.cercles[month])
        and all(
            within(row, other.region_categories[month].get(region, {}))
            for region, row in figures.region_categories.items()
        )
    )


def _holds(count: Count, told: Count) -> bool:
    """Whether all that `told` leaves possible is possible by `count` too."""
    (low, high), (least, most) = bounds(count), bounds(told)
    return low <= least and (high is None or (most is not None and most <= high))


def _under(other: Record, policy: Policy) -> Record:
    """A record as an audience with these rules would have been told it."""

    def coarse(told: ToldCounts, rule: CountRule) -> dict[str, Count]:
        def say(count: Count) -> Count:
            if rule.above != CLASS or count.state != "exact" or count == ZERO:
                return count
            return Count.classed(count.value, policy.threshold)

        return {code: say(count) for code, count in told.items()}

    rules = policy.counts
    return Record(
        {month: coarse(told, rules["commune"]) for month, told in other.areas.items()},
        {month: coarse(told, rules["cercle"]) for month, told in other.cercles.items()},
        {
            month: {region: coarse(row, rules["region_categorie"]) for region, row in told.items()}
            for month, told in other.region_categories.items()
        },
        {},
        other.divisions,
    )


def _as_told(fresh: MonthFigures, month: Month, earlier: Record) -> MonthFigures:
    if month not in earlier.areas or _elsewhere(fresh, month, earlier):
        return fresh
    told_areas, told_cercles = earlier.areas[month], earlier.cercles[month]
    if not (set(told_areas) <= set(fresh.areas) and set(told_cercles) <= set(fresh.cercles)):
        return fresh  # told on other boundaries: the codes mean other areas
    areas = {
        code: UNCOVERED
        if code in fresh.unmonitored and code not in told_areas
        else told_areas.get(code, ZERO)
        for code in fresh.areas
    }
    cercles = {code: told_cercles.get(code, ZERO) for code in fresh.cercles}
    # A region that had nothing to tell then tells nothing now: only its total, which the bulletin prints.
    regional = {
        region: {
            key: earlier.region_categories[month][region].get(key, ZERO)
            if region in earlier.region_categories[month]
            else SUPPRESSED
            for key in row
        }
        for region, row in fresh.region_categories.items()
    }
    same = (
        all(_alike(areas[code], count) for code, count in fresh.areas.items())
        and cercles == dict(fresh.cercles)
        and regional == {region: dict(row) for region, row in fresh.region_categories.items()}
        and set(earlier.region_categories[month]) == set(regional)
    )
    if same:
        return fresh
    return replace(
        fresh,
        areas=areas,
        cercles=cercles,
        cercle_categories={},
        region_categories=regional,
        first_told=True,
    )


def _elsewhere(figures: MonthFigures, month: Month, earlier: Record) -> bool:
    """Whether a month was told in another division: the codes of cercles then mean other areas."""
    return earlier.divisions.get(month, "") not in ("", figures.division)


def _alike(told: Count, count: Count) -> bool:
    """Whether two counts say the same number: coverage may have changed meanwhile."""
    none = (ZERO, UNCOVERED)
    return told == count or (told in none and count in none)


def _plain(told: ToldCounts) -> dict[str, Any]:
    return {
        code: [count.low, count.high] if count.state in ("exact", "range") else count.state
        for code, count in sorted(told.items())
        if count not in (ZERO, UNCOVERED)
    }


def _plain_rows(rows: Mapping[str, ToldCounts]) -> dict[str, dict[str, Any]]:
    return {name: _plain(row) for name, row in rows.items()}


def _counts(plain: Mapping[str, Any]) -> dict[str, Count]:
    return {code: _count(value) for code, value in plain.items()}


def _count(value: Any) -> Count:
    if isinstance(value, str):
        return STATES[value]
    low, high = value
    return Count.exact(low) if low == high else Count.within(low, high)


# What left the office (`make share`, see `register`): a month is told again as it left, whatever became of its rows.
#
# What was told to this audience stands. What only others were told stands as far as it goes, once a row has changed:
# two audiences compare as two versions do. Both end where a correction is asked for (CORRECTIF=).


COUNTED = ("area", "cercle_pcode", "region", "categorie", "type", "auteur", "sexe", "age", "statut_socioeconomique",
           "lieu", "tranche_horaire")  # fmt: skip
"""What is told of a row, however coarsely: a row that differs in nothing of it is the same row."""


FINE = ("communes", "cercles", "regions_categories", "cercles_categories")
"""Figures of a month that the bulletin does not print, by kind."""


@dataclass(frozen=True)
class Remembered:
    """Month -> what this audience was told of it when it left (see `told_months`); others: months that only other
    audiences were told."""

    mine: Mapping[Month, ToldMonth] = field(default_factory=dict)
    others: Mapping[Month, ToldMonth] = field(default_factory=dict)

    def without(self, month: Month) -> Remembered:
        """The same, the month free to be corrected."""
        mine, others = ({k: v for k, v in told.items() if k != month} for told in (self.mine, self.others))
        return Remembered(mine, others)


NOTHING_LEFT = Remembered()


WIDTH = 8


def row_marks(incidents: pd.DataFrame, office: Office) -> list[str]:
    """A mark of WIDTH signs for each row, that only the office's key can make: no row can be read out of the register."""
    rows = incidents[list(COUNTED)].itertuples(index=False)
    return sorted(f"{int(office.draw('ligne', *map(str, row)) * (16**WIDTH - 1)):0{WIDTH}x}" for row in rows)


def told_months(
    published: Published, indicators: Indicators, secret: bytes, shared: Remembered = NOTHING_LEFT
) -> dict[str, dict[str, Any]]:
    """Month -> what the register keeps of what leaves with a month's outputs: of the month itself, and of each before it
    of which nothing left yet. A month that repeats what others were told keeps the marks of the rows of then."""
    release, elsewhere = published.release, indicators.elsewhere
    found = {}
    for name, told in record_of(published).items():
        month = Month.parse(name)
        if month != published.month and month in shared.mine:
            continue
        source = release if release is not None and month in release.months else published
        given = elsewhere.indicators if elsewhere is not None and source is release else indicators
        kept = shared.mine.get(month) or shared.others.get(month) or {}
        if month not in published.repeats:
            office = Office(secret, name)
            rows = given.incidents[given.incidents["month"] == name]
            kept = {"marques": "".join(row_marks(rows, office)), "cle": _key_mark(office)}
            kept["non_localises"] = int((rows["area"] == "").sum())
        account = published.accounts.get(name, {}).get("incidents")
        found[name] = {
            **told,
            "regions": dict(source.regions[month]),
            "categories": dict(source.categories[month]),
            "compte": asdict(account) if account else None,
            "fleches": [[list(box), dict(found)] for box, found in source.arrows.get(month, {}).items()],
            "lignes": [list(line.values()) for line in _lines_by_month(source).get(name, [])],
            "marques": kept.get("marques", ""),
            "cle": kept.get("cle", ""),
            "non_localises": kept.get("non_localises", 0),
        }
        if month == published.month:
            found[name] |= {
                "cercles_categories": _plain_rows(source.cercle_categories),
                "redit": month in published.first_told,
                "ventilations": [
                    [
                        one.key,
                        one.category,
                        one.area,
                        [[k, _told(v)] for k, v in one.parts.items()],
                        _told(one.total),
                    ]
                    for one in source.breakdowns
                ],
            }
    return found


def differences(
    was: ToldMonth,
    now: ToldMonth,
    names: Mapping[str, str],
    kinds: Sequence[str] = FINE,
    same_rows: bool = False,
) -> Iterator[str]:
    """What two tellings of a month say otherwise, one text a figure. names: of communes and cercles, by P-code. same_rows:
    whether both are of the same ones."""
    for kind in kinds:
        before, after = was.get(kind) or {}, now.get(kind) or {}
        if same_rows and kind.endswith("_categories"):
            after = {code: _opened(row, before.get(code) or {}) for code, row in after.items()}
        for code in sorted({*before, *after}):
            if before.get(code) != after.get(code):
                place = f"{names[code]} ({code})" if code in names else code
                if kind.endswith("_categories"):
                    yield f"{place} par catégorie"
                else:
                    yield f"{place} : {_said(before.get(code))} puis {_said(after.get(code))}"


def _opened(now: Mapping[str, Any], was: Mapping[str, Any]) -> dict[str, Any]:
    """Less what is an interval now and was not told: of the same rows, sums had told it already (see `implied`)."""
    return {
        key: was[key] if isinstance(told, list) and was.get(key) == SUPPRESSED.state else told
        for key, told in now.items()
    }


def _said(told: object) -> str:
    if isinstance(told, list):
        return _count(told).text
    return str(told) if isinstance(told, int) else "zéro" if told is None else "non publié"


def _key_mark(office: Office) -> str:
    return f"{office.draw('clé'):.12f}"


def _repeated(
    fresh: MonthFigures,
    month: Month,
    rows: pd.DataFrame,
    shared: Remembered,
    office: Office,
    policy: Policy,
    names: Mapping[str, str],
) -> tuple[MonthFigures, Repeat | None]:
    """The figures of a month as they left: of `month` itself with its totals. And what keeps them from following its
    rows, None where they are the same. Raises DisclosureError where they cannot be told on these boundaries."""
    mine = shared.mine.get(month)
    told = mine or shared.others.get(month)
    if told is None:
        return fresh, None
    moved = _moved(told, rows, office)
    now = {
        "communes": _plain(fresh.areas),
        "cercles": _plain(fresh.cercles),
        "regions_categories": _plain_rows(fresh.region_categories),
        "cercles_categories": _plain_rows(fresh.cercle_categories),
    }
    whole = mine is not None and "ventilations" in mine
    kinds = FINE if whole else FINE[:-1]
    changed = tuple(differences(told, now, names, kinds, moved == 0)) if mine else ()
    if moved == 0 and not changed and not whole:
        return fresh, None
    seen = record({month: told})
    _refuse_elsewhere(fresh, month, seen)
    if any(len(line) != len(policy.list_columns) - 1 for line in told.get("lignes") or ()):
        told, whole = {**told, "lignes": None}, False  # the list had other columns: it is told by region
    return (
        _as_left(
            fresh,
            month,
            told if mine else {**told, "lignes": None},
            seen if mine else _under(seen, policy),
            whole,
        ),
        Repeat(moved, changed) if moved != 0 or changed else None,
    )


def _moved(told: ToldMonth, rows: pd.DataFrame, office: Office) -> int | None:
    """Rows of a month that are no longer those of when it left; None where the office's key is another."""
    if told.get("cle") != _key_mark(office):
        return None
    marks = str(told["marques"])
    then = Counter(marks[at : at + WIDTH] for at in range(0, len(marks), WIDTH))
    now = Counter(row_marks(rows, office))
    return max((now - then).total(), (then - now).total())


def _as_left(fresh: MonthFigures, month: Month, told: ToldMonth, seen: Record, whole: bool) -> MonthFigures:
    areas = seen.areas[month] if set(seen.areas[month]) <= set(fresh.areas) else seen.cercles[month]
    keys = [category.key for category in CATEGORIES]
    return replace(
        fresh,
        areas={
            code: UNCOVERED if code in fresh.unmonitored and code not in areas else areas.get(code, ZERO)
            for code in fresh.areas
        },
        cercles={code: seen.cercles[month].get(code, ZERO) for code in fresh.cercles},
        cercle_categories={
            code: {key: row.get(key, ZERO) for key in keys}
            for code, row in (
                (code, _counts(row)) for code, row in told.get("cercles_categories", {}).items()
            )
        }
        if whole
        else {},
        region_categories={
            region: {key: row.get(key, ZERO) for key in keys}
            for region, row in seen.region_categories[month].items()
        },
        regions=dict(told.get("regions", fresh.regions)),
        categories=dict(told.get("categories", fresh.categories)),
        left=dict(told.get("reste_a_qui_relance", {})),
        fit=dict(told.get("valeurs_qui_restent", {})),
        lines=None if told.get("lignes") is None else tuple(map(tuple, told["lignes"])),
        first_told=not whole or bool(told.get("redit")),
    )


def _refuse_elsewhere(fresh: MonthFigures, month: Month, seen: Record) -> None:
    """Raise DisclosureError where a month left in another division, or on boundaries whose codes are not these."""
    division = seen.divisions.get(month, "")
    if _elsewhere(fresh, month, seen):
        where = f"dans la division de {division}, que les limites présentes ne dessinent pas"
        fix = f"remettre dans boundaries/ des limites de la division de {division} (make divisions dit celles qui y sont)"
    elif not (
        set(seen.cercles[month]) <= set(fresh.cercles)
        and (set(seen.areas[month]) <= set(fresh.areas) or set(fresh.areas) == set(fresh.cercles))
    ):
        where = "sur d’autres limites que celles d’aujourd’hui"
        fix = "remettre dans boundaries/ les limites sur lesquelles il a été partagé, puis make boundaries"
    else:
        return
    raise DisclosureError(
        f"{month.label} a été partagé {where}",
        "rien n’est produit hors d’interne : les totaux des deux découpages se soustraient, et leur différence désignerait "
        "les cas de communes",
        f"{fix} ; l’usage interne n’est pas touché : make AUDIENCE=interne",
    )


def _told(count: Count) -> Any:
    return [count.low, count.high] if count.state in ("exact", "range") else count.state


# The lines of one month's list of counts: what is told by cercle, and the rest of each region.
#
# By cercle stand the counts by category that the maps tell as figures; all else stands in lines of the rest of
# its region, by category where the region's count is told as a figure, else for all other categories together.
# These lines are differences of published figures, so they tell nothing new; the list adds only the split by
# type, under three rules:
#
# 1. A type is told where it, and what is left of its total without it, are at least the threshold (or nothing
#    is left). Types within one total may be anything that adds up, so no count by category is narrowed.
# 2. A sensitive type is told by region at the finest, and only where each of its cercles may have none, and all that is
#    not told of it by type.
# 3. In a cercle, what is not told of a category that has sensitive types may be nothing but them, and may be none of
#    them: neither is said by a type's being told, nor, to who runs the program again, by its not being told. So the
#    office's key leaves some cercles without types.
# 4. That a type is not told says nothing of its count: the office's key merges some that could be told.


ALL_TYPES = "Tous types"
OTHER_TYPES = "Autres types (regroupés)"
OTHER_CATEGORIES = "Autres catégories (regroupées)"
REST_OF_REGION = "(reste de la région)"
ListLine = dict[str, Cell]


@dataclass(frozen=True)
class Split:
    """types told, in the taxonomy's order, and the rest of the total."""

    types: Mapping[str, int]
    rest: int


def month_rows(
    incidents: pd.DataFrame, told: MonthFigures, territory: Territory, policy: Policy
) -> Iterator[ListLine]:
    """Lines with the keys region, cercle, categorie, type, nombre; and place: P-code of the cercle, or "" for the
    rest of the region. incidents: of the month of `told`.

    Where the month's figures stand as first told, its rows have changed since: only totals of regions, which
    the bulletin prints, may follow.
    """
    for region in sorted(told.region_categories):
        rows = incidents[incidents["region"] == region]
        counts = Counter(zip(rows["cercle_pcode"], rows["categorie"], rows["type"], strict=True))
        for line in _region(counts, region, told, territory, policy):
            yield {"region": region, **line}


def _region(
    counts: Counter[tuple[str, str, str]],
    region: str,
    told: MonthFigures,
    territory: Territory,
    policy: Policy,
) -> Iterator[ListLine]:
    """The lines of one region. counts: (cercle, category, type) -> violations."""
    left = Counter(counts)
    here = {cercle for cercle, _, _ in counts if cercle in told.cercle_categories}
    for cercle in sorted(here, key=lambda code: (territory.names.get(code, ""), code)):
        for category in CATEGORIES:
            count = told.cercle_categories[cercle][category.key]
            if count.state == "exact" and count.value:
                found = cercle_split(counts, cercle, category, policy, told.merged)
                name = territory.names.get(cercle, cercle)
                for kind, number in found.types.items():
                    yield _line(name, category.label, kind, number, cercle)
                    left[cercle, category.key, kind] -= number
                if found.rest and not _sensitive(category, policy):
                    yield _line(name, category.label, OTHER_TYPES, found.rest, cercle)
                    for kind in category.types:
                        left[cercle, category.key, kind] = 0
    if told.first_told:
        yield _line(REST_OF_REGION, OTHER_CATEGORIES, ALL_TYPES, _shown(told.regions.get(region, 0), policy))
        return
    other = 0
    for category in CATEGORIES:
        rest = Counter({key: number for key, number in left.items() if key[1] == category.key and number})
        total = sum(rest.values())
        if told.region_categories[region][category.key].state != "exact":
            other += total
        elif total >= policy.threshold:
            found = region_split(rest, category, policy, {k for place, k in told.merged if place == region})
            for kind, number in found.types.items():
                yield _line(REST_OF_REGION, category.label, kind, number)
            if found.rest:
                name = OTHER_TYPES if found.types else ALL_TYPES
                yield _line(REST_OF_REGION, category.label, name, found.rest)
        elif total:
            yield _line(REST_OF_REGION, category.label, ALL_TYPES, _small(policy))
    if other:
        yield _line(REST_OF_REGION, OTHER_CATEGORIES, ALL_TYPES, _shown(other, policy))


def cercle_split(
    counts: Mapping[tuple[str, str, str], int],
    cercle: str,
    category: Category,
    policy: Policy,
    merged: Collection[tuple[str, str]] = (),
) -> Split:
    """Types told of one cercle and category, whose count is told as a figure. merged: see MonthFigures."""
    of_type = {kind: counts.get((cercle, category.key, kind), 0) for kind in category.types}
    whole = sum(of_type.values())
    told = {kind: number for kind, number in of_type.items() if (cercle, kind) not in merged}
    if not _sensitive(category, policy):
        return _split(told, whole, policy.threshold)
    open_types = [kind for kind in of_type if kind not in SENSITIVE_TYPES]
    found = _split({kind: told[kind] for kind in open_types if kind in told}, whole, policy.threshold)
    small = (policy.threshold - 1) * (len(open_types) - len(found.types))
    if (cercle, "") in merged or found.rest > small:
        return Split({}, whole)
    if found.types and not found.rest:
        return _without(found, min(found.types, key=lambda kind: (found.types[kind], kind)))
    return found


def region_split(
    rest: Mapping[tuple[str, str, str], int], category: Category, policy: Policy, merged: Collection[str] = ()
) -> Split:
    """Types told of the rest of a region. rest: (cercle, category, type) -> violations, of one category. merged: types
    not to tell, by the office's key."""
    sensitive = SENSITIVE_TYPES & set(category.types) if policy.sensitive != "cercle" else set()
    by_type: Counter[str] = Counter()
    by_cercle: Counter[str] = Counter()
    for (cercle, _, kind), count in rest.items():
        by_type[kind] += count
        by_cercle[cercle] += count
    total = sum(by_type.values())
    secret = sensitive if policy.sensitive == "pays" else set()
    may = {kind: by_type[kind] for kind in category.types if kind not in secret and kind not in merged}
    found = _split(may, total, policy.threshold)
    while True:
        told = [kind for kind in found.types if kind in sensitive]
        # Sums of two sides: any cercle may have none of them if all of them fit in the others.
        if sum(found.types[kind] for kind in told) + max(by_cercle.values()) <= total or not told:
            return found
        found = _without(found, min(told, key=lambda kind: (found.types[kind], kind)))


def _split(counts: Mapping[str, int], total: int, threshold: int) -> Split:
    """Tell every type of at least the threshold, but the smallest where the rest would be small: of all
    ways to leave a rest that is large enough, that loses least."""
    told = {kind: number for kind, number in counts.items() if number >= threshold}
    found = Split(told, total - sum(told.values()))
    if told and 0 < found.rest < threshold:
        return _without(found, min(told, key=lambda kind: (told[kind], kind)))
    return found


def _without(found: Split, kind: str) -> Split:
    """The split with one type no longer told."""
    kept = {name: number for name, number in found.types.items() if name != kind}
    return Split(kept, found.rest + found.types[kind])


def _sensitive(category: Category, policy: Policy) -> bool:
    return policy.sensitive != "cercle" and bool(SENSITIVE_TYPES & set(category.types))


def _shown(count: int, policy: Policy) -> Cell:
    return count if count >= policy.threshold else _small(policy)


def _small(policy: Policy) -> str:
    return Count.within(1, policy.threshold - 1).text


def _line(cercle: str, category: str, kind: str, number: Cell, place: str = "") -> ListLine:
    return {"cercle": cercle, "categorie": category, "type": kind, "nombre": number, "place": place}


# Annex 4, the list of incidents, as each audience may see it.


COLUMNS: Mapping[str, tuple[str, str]] = {
    "id": ("Identifiant", "text"),
    "date": ("Date", "date"),
    "mois": ("Mois", "month"),
    "region": ("Région", "text"),
    "cercle": ("Cercle", "text"),
    "commune": ("Commune", "text"),
    "localite": ("Localité", "text"),
    "categorie": ("Catégorie", "text"),
    "type": ("Type", "text"),
    "auteur": ("Auteur présumé", "text"),
    "nombre": ("Nombre", "number"),
}


def _headings(columns: Sequence[str]) -> tuple[tuple[str, str, str], ...]:
    return tuple((key, *COLUMNS[key]) for key in columns)


def full_list(
    incidents: pd.DataFrame, territory: Territory, areas: Mapping[str, str], policy: Policy
) -> ListTable:
    """One row an incident, by day and place; nothing of the victim. A sensitive type is placed no finer than
    `policy.sensitive`. areas: P-code -> name at the finest level."""
    rows = []
    for row in incidents.sort_values(["date", "id"], kind="stable").itertuples():
        coarse = row.type in SENSITIVE_TYPES
        values: dict[str, Cell] = {
            "id": row.id,
            "date": row.date,
            "mois": row.month,
            "region": row.region,
            "cercle": territory.names.get(row.cercle_pcode, ""),
            "commune": "" if coarse or territory.finest == "cercle" else areas.get(row.area, ""),
            "localite": "" if coarse else row.locality or "",
            "categorie": next(c.label for c in CATEGORIES if c.key == row.categorie),
            "type": row.type,
            "auteur": row.auteur or "",
        }
        rows.append(tuple(values[key] for key in policy.list_columns))
    note = (
        "Liste complète, réservée à l’usage interne du Cluster ; les violences sexuelles, mariages forcés et "
        "exploitations sexuelles y sont situés par cercle seulement."
    )
    return ListTable(_headings(policy.list_columns), tuple(rows), note)


def list_lines(
    incidents: pd.DataFrame, told: MonthFigures, territory: Territory, policy: Policy
) -> Iterator[dict[str, Cell]]:
    """The lines of one month, only the columns that the audience sees, but for the month."""
    wanted = [key for key in policy.list_columns if key != "mois"]
    if told.lines is not None:
        yield from (dict(zip(wanted, line, strict=True)) for line in told.lines)
        return
    for line in month_rows(incidents, told, territory, policy) if wanted else ():
        yield {key: line[key] for key in wanted}


def merged_list(
    incidents: pd.DataFrame, figures: Mapping[Month, MonthFigures], territory: Territory, policy: Policy
) -> ListTable:
    """Rows of counts by month, region, cercle, category and type, each violation in exactly one row."""
    rows: list[tuple[Cell, ...]] = []
    for month, told in figures.items():
        for line in list_lines(incidents[incidents["month"] == str(month)], told, territory, policy):
            values: dict[str, Cell] = {"mois": str(month), **line}
            rows.append(tuple(values[key] for key in policy.list_columns))
    note = (
        f"Effectifs par mois, cercle et type ; un effectif de 1 à {policy.threshold - 1}, ou {WITHHELD}, est compté "
        "dans le reste de sa région. Les violences sexuelles, mariages forcés et exploitations sexuelles ne sont "
        "situés que par région. Chaque violation compte dans une seule ligne."
    )
    return ListTable(_headings(policy.list_columns), tuple(rows), note)


# Flash alerts as each audience may see them: the place no finer, and no column more, than its policy says.


def _in_no_telling_order(alerts: Iterable[PublishedAlert]) -> tuple[PublishedAlert, ...]:
    """Alerts by place, then by what is published of them: the order of the reports would tell the days, or which of
    two of a kind came first, to who is told neither."""
    return tuple(sorted(alerts, key=lambda alert: (alert.region, alert.place, repr(alert))))


def published_alert(event: AlertEvent, country: Country, policy: Policy) -> PublishedAlert:
    """One alert. Where villages are not allowed, its point is the area's own, the same whatever happened
    there, and no text that could name a village is kept."""
    seen = policy.alerts
    village = "village" in seen
    longitude, latitude, code, exact = _point(event.place, country, village)
    target = event.destination if event.destination and event.destination.level != "aucun" else None
    if event.abroad:
        target = None  # a name across the border is no place of this country, and only the country is told
    going = None if target is None else _point(target, country, village)
    locality = (event.place.locality or event.locality) if village else ""
    precision = event.place.precision
    return PublishedAlert(
        key=event.key,
        date=event.date if "jour" in seen else "",
        place=_where(event.place, country, locality),
        commune=country.names("commune").get(event.place.commune_pcode, ""),
        village=locality,
        area_pcode=code,
        longitude=longitude,
        latitude=latitude,
        precision="village" if exact else ("commune" if precision == "village" else precision),
        destination=(event.abroad or None)
        if target is None
        else _where(target, country, target.locality if village else ""),
        destination_point=None if going is None else going[:2],
        destination_pcode="" if going is None else going[2],
        households=_households(event.households, policy),
        persons=event.persons if "personnes" in seen else None,
        description=event.description if "description" in seen else "",
        region=event.region,
        abroad=event.abroad,
    )


def _households(count: int | None, policy: Policy) -> int | None:
    rule = policy.counts["menages"]
    small = count is not None and 0 < count < policy.threshold
    return None if "menages" not in policy.alerts or (small and rule.below == HIDDEN) else count


def _point(place: Place, country: Country, village: bool) -> tuple[float, float, str, bool]:
    """longitude, latitude, P-code of the area, whether the point is the place's own and not the area's."""
    codes = (place.commune_pcode, place.cercle_pcode, place.region_pcode)
    code = next((code for code in codes if code in country.points and code), "")
    if village and place.longitude is not None and place.latitude is not None:
        return place.longitude, place.latitude, code, True
    return *country.points[code], code, False


def _where(place: Place, country: Country, village: str) -> str:
    """ "Sio, cercle de Mopti"; with a village where it is given."""
    cercle = country.names("cercle").get(place.cercle_pcode, "")
    commune = country.names("commune").get(place.commune_pcode, "") if place.commune_pcode else ""
    if commune:
        text = f"{commune}, cercle {of(cercle)}"
    elif cercle:
        text = f"cercle {of(cercle)}"
    else:
        region = country.names("region").get(place.region_pcode, "")
        text = f"région {of(region)}" if region else "lieu non déterminé"
    return f"{village}, {text}" if village else text


# Indicators in, Published out: nothing goes further than the audience's policy says.


def publish(
    indicators: Indicators,
    country: Country,
    audience: str,
    earlier: Record | None = None,
    other: Record | None = None,
    secret: bytes = b"",
    shared: Remembered = NOTHING_LEFT,
) -> Published:
    """What `audience` may see of the month. Raises InputError where the audience is not declared, DisclosureError where
    it sees less than everything and there is no key.

    earlier: what the outputs of the month before told (see `record`); figures of past months stay as told.
    other: the same of the audience whose figures this one may not sharpen. secret: the office's key (see `office`).
    shared: what left the office, which is told again as it left. Months whose own
    division is another than the one drawn are told as follows from what that one tells (see `disclosure.retold`).
    """
    elsewhere = indicators.elsewhere
    _refuse_known(policy_of(audience), secret)
    _refuse_lost(indicators, shared)
    if elsewhere is None or policy_of(audience).exact:
        return _publish(indicators, country, audience, earlier, other, secret, shared)
    theirs = elsewhere.indicators
    mine = tuple(month for month in indicators.months if month not in theirs.months)
    alone = replace(indicators, months=mine, elsewhere=None)
    own = _publish(alone, country, audience, earlier, other, secret, shared)
    release = _publish(theirs, elsewhere.country, audience, earlier, other, secret, shared)
    return retell(own, release, country)


def _refuse_known(policy: Policy, secret: bytes) -> None:
    """Without a key nothing is drawn, so who has the program could exclude most of what is hidden."""
    if not (policy.exact or secret):
        raise DisclosureError(
            f"la clé de l’office manque pour {policy.audience}",
            "rien n’est produit : sans tirage, qui a ce programme saurait ce que cachent les cartes",
            "passer par « make », qui la lit dans registre/cle et la fait au premier usage",
        )


def _refuse_lost(indicators: Indicators, shared: Remembered) -> None:
    """Raise DisclosureError where a month that left has no table of incidents any more."""
    month = indicators.month
    if month in shared.mine and month not in indicators.months:
        raise DisclosureError(
            f"{month.label} a été partagé avec ses incidents, et {month}/ n’en a plus le tableau",
            "rien n’est produit hors d’interne : des cartes sans données contrediraient celles qui sont parties",
            f"remettre le tableau des incidents de {month}/ tel qu’il était",
        )


def _publish(
    indicators: Indicators,
    country: Country,
    audience: str,
    earlier: Record | None,
    other: Record | None,
    secret: bytes,
    shared: Remembered,
) -> Published:
    policy = policy_of(audience)
    territory = Territory.of(country)
    covered = None if indicators.coverage is None else set(indicators.coverage["area"])
    # Plain objects: the tables below are read row by row, which string columns of pandas are slow at.
    incidents = indicators.incidents.astype(object)
    incidents = incidents[incidents["month"].isin([str(month) for month in indicators.months])]
    of_month = {month: incidents[incidents["month"] == str(month)] for month in indicators.months}

    given = [
        (
            rows[["area", "cercle_pcode", "region", "categorie"]],
            territory,
            covered,
            policy,
            Office(secret, str(month)),
        )
        for month, rows in of_month.items()
    ]
    fresh = dict(zip(of_month, kept_each("figures d’un mois", given, month_figures), strict=True))

    def list_mark(month: Month, found: MonthFigures) -> str:
        return mark_of(list(list_lines(of_month[month], found, territory, policy)))

    figures, repeats = fresh, {}
    if not policy.exact:
        figures = as_first_told(fresh, indicators.month, earlier, list_mark)
        figures = no_sharper(figures, indicators.month, other, policy)
        names = {**country.names("commune"), **territory.names}
        for month, rows in of_month.items():
            office = Office(secret, str(month))
            held, repeat = _repeated(fresh[month], month, rows, shared, office, policy, names)
            if repeat:
                repeats[month] = repeat
            if month == indicators.month:
                figures[month] = held
            elif repeat:
                # A later month's outputs print the totals of today, as the bulletin does.
                figures[month] = replace(
                    held, regions=fresh[month].regions, categories=fresh[month].categories,
                    cercle_categories={}, lines=None, first_told=True,
                )  # fmt: skip
            elif month in shared.mine:
                figures[month] = fresh[month]
    now = figures.get(indicators.month)
    current = of_month.get(indicators.month)
    left = _left(indicators, shared, repeats)
    parts = (
        _parts_left(left)
        if left
        else _breakdowns(current, now, territory, policy, Office(secret, str(indicators.month)))
    )
    fit = {month: dict(found.fit) for month, found in figures.items()}
    if not (policy.exact or left or now is None):
        for kind, told in (("types", True), ("profils", False)):
            rooms = (room for one in parts if (one.key == "type") == told for room in one.left)
            fit[indicators.month][kind] = fewest(rooms, policy.threshold)
    return Published(
        policy=policy,
        month=indicators.month,
        info=indicators.info,
        months=indicators.months,
        risk_months=indicators.risk_months,
        areas={
            indicators.month: dict.fromkeys(territory.areas, NO_DATA),
            **{month: found.areas for month, found in figures.items()},
        },
        cercles={month: found.cercles for month, found in figures.items()},
        cercle_categories=_categories(now),
        regions={month: found.regions for month, found in figures.items()},
        categories={month: found.categories for month, found in figures.items()},
        region_categories={month: found.region_categories for month, found in figures.items()},
        not_located=left.get("non_localises", 0 if current is None else int((current["area"] == "").sum())),
        alerts=None
        if indicators.alerts is None
        else _in_no_telling_order(published_alert(event, country, policy) for event in indicators.alerts),
        risk=_risk(indicators.risk, policy),
        coverage=_coverage(indicators.coverage, policy),
        incident_list=_incident_list(incidents, figures, country, territory, policy),
        accounts=_accounts(indicators, left),
        sheets=indicators.sheets if policy.exact else {},
        breakdowns=parts,
        fit=fit,
        division=territory.division,
        retold=indicators.retold if policy.exact else Retold(read=indicators.retold.read),
        left={month: found.left for month, found in figures.items()},
        arrows=_arrows(figures, of_month, country, secret, policy, repeats) | _arrows_left(shared, of_month),
        first_told=tuple(month for month, found in figures.items() if found.first_told),
        repeats=repeats,
    )


def _left(indicators: Indicators, shared: Remembered, repeats: Collection[Month]) -> ToldMonth:
    """What is told again of the month itself beside its counts by place; empty where it is told afresh."""
    month = indicators.month
    mine = shared.mine.get(month, {})
    if "ventilations" in mine:
        return mine
    # Parts by type and profile that others were told are not this audience's, and today's rows are not those of then.
    return {**shared.others.get(month, mine), "ventilations": ()} if month in repeats else {}


def _accounts(indicators: Indicators, left: ToldMonth) -> Mapping[str, Mapping[str, Account]]:
    """What became of the rows; of those of a month that is told again, when it left."""
    found, name = indicators.accounts, str(indicators.month)
    if not left.get("compte") or name not in found:
        return found
    return {**found, name: {**found[name], "incidents": Account(**left["compte"])}}


def _parts_left(left: ToldMonth) -> tuple[Breakdown, ...]:
    """As the month left; none where it left as a month before another, or for others."""
    return tuple(
        Breakdown(key, category, area, {label: _count(told) for label, told in parts}, _count(whole))
        for key, category, area, parts, whole in left.get("ventilations", ())
    )


def _breakdowns(
    current: pd.DataFrame | None,
    now: MonthFigures | None,
    territory: Territory,
    policy: Policy,
    office: Office,
) -> tuple[Breakdown, ...]:
    """By all that a reader of this audience's outputs may hold, be it from another's."""
    if now is None or current is None:
        return ()
    held, other = (now, policy) if now.wider is None else (now.wider, policy_of(policy.coarser_than))
    listed = other.list_columns and not other.exact
    lines = list(month_rows(current, held, territory, other)) if listed else []
    return month_breakdowns(current, held, lines, policy, office)


def _arrows(
    figures: Mapping[Month, MonthFigures],
    rows: Mapping[Month, pd.DataFrame],
    country: Country,
    secret: bytes,
    policy: Policy,
    repeats: Collection[Month],
) -> dict[Month, BoxArrows]:
    """Of the boxes, by the figures of the audience that sees most; from the last month on that stands as it was told
    (repeats among them): its rows have changed since."""
    months: list[Month] = []
    for month in sorted(figures):
        if months and months[-1] != month.previous():
            months = []
        months = [] if figures[month].first_told or month in repeats else [*months, month]
    if policy.exact or len(months) < 2:
        return {}
    known = [
        MonthCounts(
            figures[month].wider or figures[month],
            rows[month].groupby(["region", "categorie"]).size().to_dict(),
            dict(zip(rows[month]["cercle_pcode"], rows[month]["region"], strict=True)),
        )
        for month in months
    ]
    boxes = [
        tuple(name for region in regions for name in country.monitored[region]) for _, _, regions in BOXES
    ]
    offices = [Office(secret, str(month)) for month in months]
    return dict(zip(months, month_arrows(known, boxes, policy.threshold, offices), strict=True))


def _arrows_left(shared: Remembered, months: Iterable[Month]) -> dict[Month, BoxArrows]:
    """Of months that left, as they left."""
    told = {
        month: shared.mine[month]["fleches"] for month in months if "fleches" in shared.mine.get(month, {})
    }
    return {month: {tuple(box): dict(found) for box, found in boxes} for month, boxes in told.items()}


def _categories(now: MonthFigures | None) -> Mapping[str, Mapping[str, Count]]:
    return {} if now is None else now.cercle_categories


def _risk(risk: pd.DataFrame, policy: Policy) -> dict[Month, dict[str, PublishedRisk]]:
    told: dict[Month, dict[str, PublishedRisk]] = {}
    for row in risk.itertuples():
        known = policy.scores and not pd.isna(row.score)
        score = number(row.score, 0 if row.score == int(row.score) else 1) if known else ""
        told.setdefault(Month.parse(str(row.month)), {})[str(row.area)] = PublishedRisk(int(row.level), score)
    return told


def _coverage(coverage: pd.DataFrame | None, policy: Policy) -> dict[str, str] | None:
    if coverage is None:
        return None
    partners = coverage["partenaire"] if "partenaire" in policy.coverage else [""] * len(coverage)
    return dict(zip(coverage["area"], partners, strict=True))


def _incident_list(
    incidents: pd.DataFrame,
    figures: Mapping[Month, MonthFigures],
    country: Country,
    territory: Territory,
    policy: Policy,
) -> ListTable | None:
    if not policy.list_columns:
        return None
    if policy.by_incident:
        return full_list(incidents, territory, country.names(territory.finest), policy)
    return merged_list(incidents, figures, territory, policy)
