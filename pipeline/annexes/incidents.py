"""Annexes 1 and 4: violations of the month by commune and cercle, the words that tell them, and their list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from pipeline import palette
from pipeline.annexes.common import (
    ARROW_RULE,
    Stage,
    account_line,
    area_table,
    cell,
    cercle_labels,
    commune_labels,
    coverage_notes,
    densest,
    framed_regions,
    nodata_entry,
    place_facts,
    suppressed_entry,
    told_outside,
    uncovered_entry,
    unread_rows,
    with_population,
    zero_entry,
    zero_words,
)
from pipeline.annexes.model import (
    Annex,
    Areas,
    AreaValue,
    BarRow,
    BarTable,
    ClassEntry,
    Column,
    KeyFigure,
    Labels,
    Table,
    TableCell,
    TrendPoint,
)
from pipeline.disclosure.counts import Count, arrow
from pipeline.disclosure.published import WITHHELD, Published, bounds
from pipeline.french import NOT_RECEIVED, agree, in_area, listing, lower_first, number, percent, plural
from pipeline.taxonomy import CATEGORIES

# The sentences of annex 1, computed from published figures only.


TIMES = {2: "doubler", 3: "tripler", 4: "quadrupler"}
EXACT = {2: "doublent", 3: "triplent", 4: "quadruplent"}
STANDS_OUT = 0.3
"""Share of the month that a cercle or region needs to be named in the headline."""


def message(stage: Stage) -> str:
    """The month's news: more or less than the month before, and where. "" where there is no file."""
    published = stage.published
    month, previous = published.month, published.month.previous()
    if month not in published.months:
        return f"Incidents {month.of_label} : aucune donnée reçue"
    total = published.total(month)
    if not total and (unread := unread_rows(published, "incidents")):
        return f"Incidents {month.of_label} : {unread}"
    if not total:
        return f"Aucune violation documentée en {month.label}"
    where = _headline_place(stage, total)
    if previous not in published.months:
        return f"{plural(total, 'violation')} en {month.label}{where}"
    before = published.total(previous)
    if not before:
        return f"{plural(total, 'violation')} en {month.name}, aucune en {previous.name}{where}"
    return f"Les violations {_turn(total, before)} : {number(total)} contre {number(before)} en {previous.name}{where}"


def _turn(total: int, before: int) -> str:
    """ "doublent", "font plus que doubler", "augmentent de 32 %", "baissent de 12 %", "restent au même niveau"."""
    if arrow(total, before) == "same":
        return "restent au même niveau"
    if total < before:
        return f"baissent de {percent(before - total, before)}"
    times = total / before
    if times < 1.95:
        return f"augmentent de {percent(total - before, before)}"
    whole = round(times)
    if abs(times - whole) <= 0.05 and whole in EXACT:
        return EXACT[whole]
    if int(times) in TIMES:
        return f"font plus que {TIMES[int(times)]}"
    return f"sont multipliées par {'plus de ' * (total % before > 0)}{number(total // before)}"


def _headline_place(stage: Stage, total: int) -> str:
    """ ", dont 52 % dans le cercle de Douentza": the cercle that stands out, else the region; "" where none does."""
    published = stage.published
    regions = published.regions[published.month]
    ranked = sorted(regions, key=lambda name: (-regions[name], name))
    if not ranked or not regions[ranked[0]]:
        return ""
    first = ranked[0]
    tied = len(ranked) > 1 and regions[ranked[1]] == regions[first]
    found = best_cercle(stage, None)
    if found is not None and found[0] >= STANDS_OUT * total and total > 1:
        share = f"dont {percent(found[0], total)}" if found[0] < total else "toutes"
        return f", {share} {in_area('cercle', found[1])}"
    if tied or regions[first] < STANDS_OUT * total:
        return ""
    if regions[first] == total:
        return f", {'toutes ' if total > 1 else ''}{in_area('region', first)}"
    return f", dont {percent(regions[first], total)} {in_area('region', first)}"


def caption(stage: Stage) -> str:
    """Two or three sentences: where, of what kind, more or less than the month before."""
    published = stage.published
    month = published.month
    if month not in published.months:
        return f"Aucune donnée d’incidents reçue pour {month.label} : la carte ne dit rien des violations."
    total = published.total(month)
    if total == 0 and (unread := unread_rows(published, "incidents")):
        return f"{unread} : la carte ne peut pas dire combien de violations ont été documentées en {month.label}."
    if total == 0:
        return f"Aucune violation n’a été documentée en {month.label}."
    return " ".join(filter(None, (_where(stage, total), _kind(stage, total), _change(stage, total))))


def _where(stage: Stage, total: int) -> str:
    published = stage.published
    month = published.month
    regions = published.regions[month]
    region = max(regions, key=lambda name: (regions[name], name))
    count = regions[region]
    if not count:
        known = "n’est établie pour aucune" if total > 1 else "n’est pas établie pour la seule"
        return f"La région {known} {'des ' + number(total) + ' violations' if total > 1 else 'violation'} {month.of}."
    if count == total == 1:
        head = f"La seule violation {month.of} a été documentée"
    elif count == total:
        head = f"Les {number(total)} violations {month.of} ont toutes été documentées"
    else:
        verb = agree(count, "a été documentée", "ont été documentées")
        head = f"{number(count)} des {number(total)} violations {month.of} ({percent(count, total)}) {verb}"
    return f"{head} {in_area('region', region)}{_top_cercle(stage, region, count)}."


def _top_cercle(stage: Stage, region: str, count: int) -> str:
    """ ", dont 644 dans le cercle de Douentza": the cercle with most of the region's violations, where the audience may
    know it and where it says more than the region does."""
    found = best_cercle(stage, region)
    if found is None or found[1] == region:  # Bamako is both
        return ""
    where = in_area("cercle", found[1])
    return f", {where}" if found[0] == count else f", dont {number(found[0])} {where}"


def best_cercle(stage: Stage, region: str | None) -> tuple[int, str] | None:
    """The figure and name of the cercle with most violations, of a region or (None) of all. None where there is
    none, where two share the place, or where one that is only known as a range could be ahead."""
    layer = stage.country.cercles
    inside = [
        code
        for code, parent in zip(layer["pcode"], layer["region_pcode"], strict=True)
        if region is None or stage.region_names.get(parent) == region
    ]
    cercles = stage.published.cercles.get(stage.published.month, {})
    counts = {code: cercles[code] for code in inside if code in cercles}
    exact = [(count.value, code) for code, count in counts.items() if count.state == "exact" and count.value]
    best = max(exact, default=None)
    if best is None or [value for value, _ in exact].count(best[0]) > 1:
        return None
    if any(one.state != "exact" and (one.high is None or one.high >= best[0]) for one in counts.values()):
        return None
    return best[0], stage.cercle_names[best[1]]


def _kind(stage: Stage, total: int) -> str:
    counts = stage.published.categories[stage.published.month]
    ranked = sorted((c for c in CATEGORIES if counts[c.key]), key=lambda c: (-counts[c.key], c.key))[:2]
    shares = [
        f"{lower_first(c.label)} ({number(counts[c.key])}, {percent(counts[c.key], total)})" for c in ranked
    ]
    if not ranked:
        return ""
    if len(ranked) == 1:
        return f"Une seule catégorie est concernée : {shares[0]}."
    first, second = (counts[c.key] for c in ranked)
    if (tied := sum(counts[c.key] == second for c in CATEGORIES)) > 1 + (first == second):
        if first > second:
            return f"Une catégorie domine : {shares[0]}."
        each = f"{plural(first, 'violation')} chacune, {percent(first, total)}"
        return f"{number(tied)} catégories sont à égalité en tête ({each})."
    return f"Deux catégories dominent : {listing(shares)}."


def _change(stage: Stage, total: int) -> str:
    published = stage.published
    previous = published.month.previous()
    if previous not in published.months:
        return ""
    before = published.total(previous)
    if before == total:
        return f"C’est autant qu’en {previous.name}."
    if arrow(total, before) == "same":  # as the sign beside the total says
        return f"C’est à peu près autant qu’en {previous.name} ({plural(before, 'violation')})."
    more = "plus" if total > before else "moins"
    lost = sum(
        found["incidents"].refused
        for when in (previous, published.month)
        if "incidents" in (found := published.accounts.get(str(when), {}))
    )
    told = f" ; {plural(lost, 'ligne refusée')} n’y {agree(lost, 'compte', 'comptent')} pas"
    missing = told if lost else ""
    return f"C’est {more} qu’en {previous.name} ({plural(before, 'violation')}{missing})."


def alternative(stage: Stage) -> str:
    """What the map shows, for who cannot see it."""
    published = stage.published
    counts = published.areas[published.month]
    shown = [code for code, count in counts.items() if bounds(count)[0] > 0]
    hidden = sum(count.state in ("range", "suppressed") for count in counts.values())
    hidden -= sum(counts[code].state == "range" for code in shown)
    noun = stage.noun.of(len(shown))
    head = (
        f"Carte du Mali par {stage.country.finest} : violations documentées en {published.month.label}, "
        f"en cinq classes de couleur ; barres des six catégories par cercle, du plus touché au moins touché."
    )
    masked = f" L’effectif de {number(hidden)} {stage.noun.of(hidden)} est {WITHHELD}." if hidden else ""
    if not shown:
        if hidden:
            return head + masked
        return f"{head} Aucun{stage.noun.e} {noun} n’a de violation à montrer."
    darkest = [
        stage.area_parents[code][0]
        for code in sorted(shown, key=lambda code: (-counts[code].low, code))
        if published.class_key(counts[code]) in ("c4", "c5")
    ][:5]
    tail = f" Les plus foncé{stage.noun.e}s : {listing(darkest)}." if darkest else ""
    verb = agree(len(shown), "compte", "comptent")
    return f"{head} {number(len(shown))} {noun} {verb} au moins une violation.{tail}{masked}"


# Annex 1: violations of the month by commune, cercles ranked with the six categories of each.


NAMED_FROM = 20
"""A commune with so many violations or more is named on the map with its figure,"""
MOST_NAMED = 30
"""but no more communes than these: where more have so many, the next class of the legend begins the names."""
PER = 100_000


def build(stage: Stage) -> Annex:
    """The specification of annex 1."""
    published = stage.published
    weights = {code: float(count.low) for code, count in _cercles(stage).items()}
    counts = published.areas[published.month]
    classed = {code: count for code, count in counts.items() if published.class_key(count).startswith("c")}
    told = {code: float(count.low) for code, count in classed.items()}
    named = _named(told, [one.low for one in published.classes])
    names = commune_labels(stage, named, {code: counts[code].text for code in named})
    inset = densest(stage, told)
    bars = _ranked(stage)
    return Annex(
        number=1,
        slug="annexe-1-incidents",
        title="Incidents de protection",
        subtitle=f"Violations documentées par {stage.country.finest}, {published.month.label}",
        caption=caption(stage),
        alt_text=alternative(stage),
        message=message(stage),
        trend=_trend(stage),
        trend_title="Violations par mois",
        counts_line=account_line(stage, "incidents", "violation", "violations"),
        meta=with_population(stage),
        layers=(_areas(stage), Labels("noms", names + cercle_labels(stage, weights))),
        table=_table(stage),
        notes=_notes(stage, bars),
        figures=_figures(stage),
        bars=bars,
        regions=framed_regions(stage, [*told, *(code for code, weight in weights.items() if weight)]),
        inset_cercles=inset.cercles,
        inset_box=inset.box,
    )


def _named(told: Mapping[str, float], edges: Sequence[int]) -> list[str]:
    """P-codes of the communes named on the map, most violations first. told: least violations of each; edges: where the
    classes begin. Of the last class, only those ahead of all that find no room."""
    ranked = sorted(told, key=lambda code: (-told[code], code))
    for floor in (NAMED_FROM, *(edge for edge in edges if edge > NAMED_FROM)):
        named = [code for code in ranked if told[code] >= floor]
        if len(named) <= MOST_NAMED:
            return named
    return [code for code in named[:MOST_NAMED] if told[code] > told[named[MOST_NAMED]]]


def _cercles(stage: Stage) -> dict[str, Count]:
    return dict(stage.published.cercles.get(stage.published.month, {}))


def _areas(stage: Stage) -> Areas:
    published = stage.published
    counts = published.areas[published.month]
    found = Counter(map(published.class_key, counts.values()))
    noun = stage.noun.of(1)
    classes = tuple(
        ClassEntry(
            one.key,
            Count.within(one.low, one.high).text,
            palette.VIOLATIONS[int(one.key[1:]) - 1],
            count=found[one.key],
        )
        for one in published.classes
    )
    others = []
    if published.month in published.months:  # where nothing was received no colour stands for zero
        others.append(zero_entry(zero_words(stage, "aucune violation documentée"), found["zero"]))
    if found["suppressed"]:
        others.append(suppressed_entry(found["suppressed"]))
    if published.month in published.months or found["uncovered"]:
        label = f"{noun.capitalize()} non couvert{stage.noun.e}, sans violation connue"
        others.append(uncovered_entry(stage, label, found["uncovered"]))
    if found["nodata"]:
        others.append(nodata_entry("Sans données ce mois", found["nodata"]))
    return Areas(
        id="violations",
        title=f"Violations par {noun}",
        level=stage.country.finest,
        classes=(*classes, *others),
        values={code: _value(stage, code, count) for code, count in counts.items()},
    )


def _value(stage: Stage, code: str, count: Count) -> AreaValue:
    published, facts = stage.published, place_facts(stage, code)
    before = published.areas.get(published.month.previous(), {}).get(code)
    facts.append((f"Violations, {published.month.label}", count.text))
    if published.withheld(count):
        facts.append(("Cet effectif est", WITHHELD))
    rate = _rate(count, stage.country.population.get(code, 0)) if count.value else NOT_RECEIVED
    if rate != NOT_RECEIVED and stage.country.finest == "commune":
        facts.append(("Violations pour 100 000 habitants", rate))
    if before is not None:
        facts.append((f"Violations, {published.month.previous().label}", before.text))
    past = ((month, published.areas[month][code]) for month in published.months)
    trend = tuple(
        TrendPoint(str(month), then.text, _height(published, then), *interval(then)) for month, then in past
    )
    shown = trend if len(trend) > 1 else ()
    return AreaValue(published.class_key(count), count.text, tuple(facts), "", shown, *interval(count))


def interval(count: Count) -> tuple[float | None, float | None]:
    """Least and most of a published count, None where none is told."""
    if count.state not in ("exact", "range"):
        return None, None
    return float(count.low), None if count.high is None else float(count.high)


def _height(published: Published, count: Count) -> float | None:
    """Height of a trend point: the class, not the number, so that it tells no more than the map does."""
    key = published.class_key(count)
    if key == "zero":
        return 0.0
    return int(key[1:]) / len(palette.VIOLATIONS) if key.startswith("c") else None


def _trend(stage: Stage) -> tuple[TrendPoint, ...]:
    """January to the month: a month without a file has no height."""
    published = stage.published
    totals = {month: published.total(month) for month in published.months}
    most = max(totals.values(), default=0) or 1
    return tuple(
        TrendPoint(
            month.short,
            number(totals[month]) if month in totals else NOT_RECEIVED,
            totals[month] / most if month in totals else None,
        )
        for month in published.month.year_to_date()
    )


def _ranked(stage: Stage) -> tuple[BarTable, ...]:
    """Cercles from the most violations down, one bar each; what is not told by category as one part."""
    published = stage.published
    people = _people(stage)
    rows, undetailed = [], False
    ranked = sorted(_cercles(stage).items(), key=lambda item: (-item[1].low, -(item[1].high or 0), item[0]))
    for code, count in ranked:
        if count.state not in ("exact", "range") or (count.state == "exact" and not count.value):
            continue
        told = published.cercle_categories.get(code, {})
        segments, between = [], None
        if count.state == "exact":
            # An interval is as long as its least; what lies between is not detailed.
            given = {c.key: told[c.key] for c in CATEGORIES if c.key in told and told[c.key].low}
            segments = [(key, float(part.low), part.text) for key, part in given.items()]
            rest = count.value - sum(part.low for part in given.values())
            if rest > 0:
                sure = all(part.state == "exact" for part in given.values())
                segments.append(("reste", float(rest), number(rest) if sure else Count.within(0, rest).text))
                undetailed = True
        else:
            between = (float(count.low), None if count.high is None else float(count.high))
        untold = tuple(
            c.key for c in CATEGORIES if c.key not in told or told[c.key].state not in ("exact", "range")
        )
        texts = [count.text, *([_rate(count, people.get(code, 0))] if people else [])]
        rows.append(
            BarRow(stage.cercle_names[code], tuple(segments), tuple(texts), "", between, code, untold)
        )
    if not rows:
        return ()
    keys = [(c.key, c.short, palette.CATEGORIES[c.key]) for c in CATEGORIES]
    if undetailed:
        keys.append(("reste", "Non détaillé", palette.UNDETAILED))
    columns = ("Violations", *(("pour 100 000 hab.",) if people else ()))
    title = "Violations par cercle et catégorie"
    return (BarTable(title, tuple(keys), tuple(rows), columns, "violations", ranked=True),)


def _people(stage: Stage) -> dict[str, int]:
    """P-code of a commune or a cercle -> inhabitants; of a cercle only where all its communes have a figure."""
    population = stage.country.population
    if not population or stage.country.finest != "commune":
        return {}
    found: dict[str, int] = {}
    unknown = set()
    layer = stage.country.communes
    for code, cercle in zip(layer["pcode"], layer["cercle_pcode"], strict=True):
        if code in population:
            found[code] = population[code]
            found[cercle] = found.get(cercle, 0) + population[code]
        else:
            unknown.add(cercle)
    return {code: people for code, people in found.items() if code not in unknown}


def _rate(count: Count, people: int) -> str:
    """Violations per 100,000 inhabitants, "–" where either is not known as a figure."""
    if count.state != "exact" or people <= 0:
        return NOT_RECEIVED
    rate = PER * count.value / people
    return number(rate, 0 if rate >= 10 or not count.value else 1)


def _figures(stage: Stage) -> tuple[KeyFigure, ...]:
    published = stage.published
    month, previous = published.month, published.month.previous()
    if month not in published.months:
        return ()
    known = previous in published.months
    total = published.total(month)
    before = published.total(previous) if known else None
    detail = "" if before is None else f"{number(before)} en {previous.name}"
    figures = [KeyFigure(f"violations en {month.name}", number(total), arrow(total, before), detail)]
    for category in sorted(CATEGORIES, key=lambda c: (-published.categories[month][c.key], c.key)):
        now = published.categories[month][category.key]
        then = published.categories[previous][category.key] if known else None
        detail = percent(now, total) if then is None else f"{number(then)} en {previous.name}"
        figures.append(KeyFigure(category.short, number(now), arrow(now, then), detail))
    return tuple(figures)


def _notes(stage: Stage, bars: Sequence[BarTable]) -> tuple[str, ...]:
    published = stage.published
    if published.month not in published.months:  # no figure, arrow or rate that a note would explain
        return coverage_notes(stage)
    notes = [ARROW_RULE] if published.month.previous() in published.months else []
    if not stage.published.policy.exact:
        notes.append(
            f"Les effectifs de 1 à {stage.published.policy.threshold - 1} violations par commune ou par "
            "cercle sont donnés en classe, pour la protection des personnes ; tout autre effectif donné en intervalle, "
            f"ou non publié, est {WITHHELD}."
        )
    parts = [part for table in bars for row in table.rows for part in row.segments]
    if any(text != number(value) for _, value, text in parts):
        notes.append("Dans une barre, un intervalle a la longueur de son plus petit nombre.")
    left = [(value, text) for key, value, text in parts if key == "reste"]
    open_ended = any(row.between is not None for table in bars for row in table.rows)
    if left:
        # Their number is told where nothing that is drawn so is an interval.
        sure = not open_ended and all(text == number(value) for value, text in left)
        which = plural(sum(value for value, _ in left), "violation") if sure else "violations"
        notes.append(f"Non détaillé : {which} dont l’effectif par catégorie est {WITHHELD}.")
    if stage.published.not_located:
        notes.append(
            "Les violations dont la commune n’est pas établie comptent dans leur cercle ou leur région, "
            "pas dans la couleur d’une commune."
        )
    notes += _outside(stage)
    if _people(stage):
        notes.append(f"Pour 100 000 habitants : {lower_first(stage.country.population_label)}.")
    return (*notes, *coverage_notes(stage))


def _outside(stage: Stage) -> list[str]:
    """Why this map has fewer areas "not covered" than annex 5: some reported all the same."""
    told, silent = told_outside(stage)

    def some(codes: Sequence[str]) -> str:
        return f"{plural(len(codes), stage.country.finest)} non couvert{stage.noun.e}{'s' * (len(codes) > 1)}"

    notes = []
    if told:
        verb, bear = agree(len(told), "a", "ont"), agree(len(told), "porte", "portent")
        notes.append(f"{some(told)} {verb} signalé des violations et {bear} leur classe.")
    if silent:
        notes.append(f"De {some(silent)}, il n’est pas publié si des violations y ont été signalées.")
    return notes


def _table(stage: Stage) -> Table:
    published = stage.published
    month, previous = published.month, published.month.previous()
    now, before = published.areas[month], published.areas.get(previous)
    population = stage.country.population if stage.country.finest == "commune" else {}
    columns: list[tuple[Column, Callable[[str], TableCell]]] = [
        (Column("violations", f"Violations, {month.label}", "number"), lambda code: cell(now[code]))
    ]
    if population:
        rate = Column("taux", "Violations pour 100 000 habitants")
        columns.append((rate, lambda code: _rate(now[code], population.get(code, 0))))
    if before is not None:
        told = Column("precedent", f"Violations, {previous.label}", "number")
        columns.append((told, lambda code: cell(before[code])))
    return area_table(stage, f"Violations par {stage.country.finest}", columns)


# Annex 4: the list of incidents, a table and no map.


def build_list(stage: Stage) -> Annex | None:
    """The specification of annex 4, None where the audience gets no list."""
    published = stage.published
    found = published.incident_list
    if found is None:
        return None
    months = published.months
    period = published.month.label if len(months) < 2 else f"{months[0].name} à {published.month.label}"
    of_period = published.month.of_label if len(months) < 2 else f"{months[0].of} à {published.month.label}"
    total = sum(published.total(month) for month in months)
    columns = tuple(Column(key, label, kind) for key, label, kind in found.columns)  # type: ignore[arg-type]
    names = listing([f"« {column.label} »" for column in columns])
    lines, violations = plural(len(found.rows), "ligne"), plural(total, "violation")
    counted = f"La liste compte {lines} pour {violations} {of_period}. {found.note}"
    every = [str(month) for month in months]
    return Annex(
        number=4,
        slug="annexe-4-liste-incidents",
        title="Liste des incidents",
        subtitle=f"Violations documentées, {period}",
        caption=_missing(stage) or counted,
        alt_text=f"Tableau des violations documentées {of_period}, avec les colonnes {names}.",
        counts_line=account_line(stage, "incidents", "violation", "violations", every),
        meta=replace(stage.meta, credits=stage.meta.credits[:1]),  # no map, no background
        layers=(),
        table=Table("Liste des incidents", columns, found.rows),
        notes=(found.note,),
    )


def _missing(stage: Stage) -> str:
    """Why the list is empty where no table was received, or none of its rows could be read; "" where it is not."""
    published = stage.published
    if not published.months:
        return f"Aucune donnée d’incidents reçue pour {published.month.label} : la liste est vide."
    if len(published.months) == 1 and (unread := unread_rows(published, "incidents")):
        return f"{unread} : la liste n’en montre aucune."
    return ""
