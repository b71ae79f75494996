"""Annex 1: violations of the month by commune and cercle, and the words that tell them."""

from __future__ import annotations

from pipeline import palette
from pipeline.annexes.common import (
    ARROW_RULE,
    Stage,
    account_line,
    arrow,
    cell,
    cercle_labels,
    commune_labels,
    coverage_notes,
    if_monitored,
    nodata_entry,
    suppressed_entry,
    tally,
    uncovered_entry,
    zero_entry,
)
from pipeline.annexes.model import (
    Annex,
    Areas,
    AreaValue,
    ClassEntry,
    Column,
    KeyFigure,
    Labels,
    Symbol,
    SymbolKey,
    Symbols,
    Table,
    TrendPoint,
)
from pipeline.disclosure.counts import Count
from pipeline.disclosure.published import Published
from pipeline.french import agree, in_area, listing, lower_first, number, percent, plural
from pipeline.taxonomy import CATEGORIES

# The sentences of annex 1, computed from published figures only.


def caption(stage: Stage) -> str:
    """Two or three sentences: where, of what kind, more or less than the month before."""
    published = stage.published
    month = published.month
    if month not in published.months:
        return f"Aucun fichier d’incidents reçu pour {month.label} : la carte ne dit rien des violations."
    total = published.total(month)
    if total == 0:
        return f"Aucune violation n’a été documentée en {month.label}."
    return " ".join(
        part for part in (_where(stage, total), _kind(stage, total), _change(stage, total)) if part
    )


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
        head = f"La seule violation {month.of} a été documentée {in_area('region', region)}"
    elif count == total:
        where = in_area("region", region)
        head = f"Les {number(total)} violations {month.of} ont toutes été documentées {where}"
    else:
        verb = agree(count, "a été documentée", "ont été documentées")
        head = (
            f"{number(count)} des {number(total)} violations {month.of} ({percent(count, total)}) {verb} "
            f"{in_area('region', region)}"
        )
    top = _top_cercle(stage, region)
    return f"{head}, dont {top}." if top else f"{head}."


def _top_cercle(stage: Stage, region: str) -> str:
    """ "644 dans le cercle de Douentza": the cercle with most violations, where the audience may know it."""
    layer = stage.country.cercles
    inside = [
        code
        for code, parent in zip(layer["pcode"], layer["region_pcode"], strict=True)
        if stage.region_names.get(parent) == region
    ]
    cercles = stage.published.cercles.get(stage.published.month, {})
    exact = [
        (cercles[code].value, code)
        for code in inside
        if cercles[code].state == "exact" and cercles[code].value
    ]
    # A cercle that is only known as a range could be ahead of the first exact one: then nothing is said.
    best = max(exact, default=None)
    if best is None or any(_may_exceed(cercles[code], best[0]) for code in inside):
        return ""
    return f"{number(best[0])} {in_area('cercle', stage.cercle_names[best[1]])}"


def _may_exceed(count: Count, value: int) -> bool:
    return count.state != "exact" and (count.high is None or count.high >= value)


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
    return f"C’est {more} qu’en {previous.name} ({plural(before, 'violation')})."


def alternative(stage: Stage) -> str:
    """What the map shows, for who cannot see it."""
    published = stage.published
    counts = published.areas[published.month]
    shown = [code for code, count in counts.items() if published.class_key(count).startswith("c")]
    noun = stage.area_noun(len(shown))
    head = (
        f"Carte du Mali par {stage.country.finest} : violations documentées en {published.month.label}, "
        f"en cinq classes de couleur, et diagrammes circulaires des six catégories par cercle."
    )
    if not shown:
        return f"{head} Aucun{'e' * (noun == 'commune')} {noun} n’a de violation à montrer."
    darkest = [
        stage.area_parents[code][0]
        for code in sorted(shown, key=lambda code: (-counts[code].low, code))
        if published.class_key(counts[code]) in ("c4", "c5")
    ][:5]
    tail = (
        f" Les plus foncé{'e' * (stage.country.finest == 'commune')}s : {listing(darkest)}."
        if darkest
        else ""
    )
    verb = agree(len(shown), "compte", "comptent")
    return f"{head} {number(len(shown))} {noun} {verb} au moins une violation.{tail}"


# Annex 1: violations of the month by commune, pies of the six categories by cercle.


SIZES = (20.0, 100.0, 500.0)


def build(stage: Stage) -> Annex:
    """The specification of annex 1."""
    published = stage.published
    weights = {code: float(count.low) for code, count in _cercles(stage).items()}
    counts = published.areas[published.month]
    busiest = sorted(
        (code for code in counts if stage.published.class_key(counts[code]).startswith("c")),
        key=lambda code: (-counts[code].low, code),
    )
    return Annex(
        number=1,
        slug="annexe-1-incidents",
        title="Incidents de protection",
        subtitle=f"Violations documentées par {stage.country.finest}, {published.month.label}",
        caption=caption(stage),
        alt_text=alternative(stage),
        counts_line=account_line(stage, "incidents", "violation", "violations"),
        meta=stage.meta,
        layers=(
            _areas(stage),
            _pies(stage),
            Labels("noms", cercle_labels(stage, weights) + commune_labels(stage, busiest)),
        ),
        table=_table(stage),
        notes=_notes(stage),
        figures=_figures(stage),
        inset_cercles=stage.inset_cercles,
    )


def _cercles(stage: Stage) -> dict[str, Count]:
    return dict(stage.published.cercles.get(stage.published.month, {}))


def _areas(stage: Stage) -> Areas:
    published = stage.published
    counts = published.areas[published.month]
    found = tally({code: published.class_key(count) for code, count in counts.items()})
    noun = stage.area_noun(1)
    classes = tuple(
        ClassEntry(
            one.key,
            Count.within(one.low, one.high).text,
            palette.VIOLATIONS[int(one.key[1:]) - 1],
            count=found.get(one.key, 0),
        )
        for one in published.classes
    )
    others = [zero_entry(if_monitored(stage, "aucune violation documentée"), found.get("zero", 0))]
    if found.get("suppressed"):
        others.append(suppressed_entry("Effectif non publié", found["suppressed"]))
    others.append(
        uncovered_entry(
            f"{noun.capitalize()} non couvert{'e' * (noun == 'commune')}", found.get("uncovered", 0)
        )
    )
    if found.get("nodata"):
        others.append(nodata_entry("Sans données ce mois", found["nodata"]))
    return Areas(
        id="violations",
        title=f"Violations par {noun}",
        level=stage.country.finest,
        classes=(*classes, *others),
        values={code: _value(stage, code, count) for code, count in counts.items()},
    )


def _value(stage: Stage, code: str, count: Count) -> AreaValue:
    published = stage.published
    _, cercle, region = stage.area_parents[code]
    facts = [("Région", region)]
    if stage.country.finest == "commune":
        facts.append(("Cercle", cercle))
    before = published.areas.get(published.month.previous(), {}).get(code)
    facts.append((f"Violations, {published.month.label}", count.text))
    if before is not None:
        facts.append((f"Violations, {published.month.previous().label}", before.text))
    trend = tuple(
        TrendPoint(
            str(month), published.areas[month][code].text, _height(published, published.areas[month][code])
        )
        for month in published.months
    )
    return AreaValue(
        published.class_key(count), count.text, tuple(facts), trend=trend if len(trend) > 1 else ()
    )


def _height(published: Published, count: Count) -> float | None:
    """Height of a trend point: the class, not the number, so that it tells no more than the map does."""
    key = published.class_key(count)
    if key == "zero":
        return 0.0
    return int(key[1:]) / len(palette.VIOLATIONS) if key.startswith("c") else None


def _pies(stage: Stage) -> Symbols:
    published = stage.published
    categories = published.categories.get(published.month, {})
    items, undetailed = [], 0
    for code, count in _cercles(stage).items():
        if count.state == "exact" and count.value == 0:
            continue
        if count.state not in ("exact", "range"):
            continue
        told = published.cercle_categories.get(code, {})
        parts = [
            (key, float(part.value)) for key, part in told.items() if part.state == "exact" and part.value
        ]
        value = float(count.value) if count.state == "exact" else 0.0
        rest = value - sum(part for _, part in parts)
        if value and rest > 0:
            parts.append(("reste", rest))
            undetailed += 1
        lon, lat = stage.points[code]
        name = stage.cercle_names[code]
        facts = [(category.label, told[category.key].text) for category in CATEGORIES if category.key in told]
        items.append(
            Symbol(
                f"cercle-{code}",
                lon,
                lat,
                value,
                tuple(parts) if value else (),
                name,
                precision="cercle",
                area_pcode=code,
                facts=(("Violations du cercle", count.text), *facts),
            )
        )
    keys = [
        SymbolKey(c.key, c.short, palette.CATEGORIES[c.key], "slice", categories.get(c.key, 0))
        for c in CATEGORIES
    ]
    if undetailed:
        keys.append(
            SymbolKey("reste", "Non détaillé (petits effectifs)", palette.UNDETAILED, "slice", undetailed)
        )
    return Symbols(
        id="categories",
        title="Violations par cercle et catégorie",
        kind="pie",
        keys=tuple(keys),
        items=tuple(items),
        sizes=SIZES,
        full_size=SIZES[-1],
        unit="violations",
    )


def _figures(stage: Stage) -> tuple[KeyFigure, ...]:
    published = stage.published
    month, previous = published.month, published.month.previous()
    if month not in published.months:
        return ()
    known = previous in published.months
    total = published.total(month)
    before = published.total(previous) if known else None
    figures = [
        KeyFigure(
            f"violations en {month.name}",
            number(total),
            arrow(total, before),
            "" if before is None else f"{number(before)} en {previous.name}",
        )
    ]
    for category in sorted(CATEGORIES, key=lambda c: (-published.categories[month][c.key], c.key)):
        now = published.categories[month][category.key]
        then = published.categories[previous][category.key] if known else None
        figures.append(
            KeyFigure(
                category.short,
                number(now),
                arrow(now, then),
                percent(now, total) if then is None else f"{number(then)} en {previous.name}",
            )
        )
    return tuple(figures)


def _notes(stage: Stage) -> tuple[str, ...]:
    notes = [ARROW_RULE] if stage.published.month.previous() in stage.published.months else []
    if not stage.published.policy.exact:
        notes.append(
            f"Les effectifs de 1 à {stage.published.policy.threshold - 1} violations par commune ou par "
            "cercle sont donnés en classe, pour la protection des personnes."
        )
    if stage.published.not_located:
        notes.append(
            "Les violations dont la commune n’est pas établie comptent dans leur cercle ou leur région, "
            "pas dans la couleur d’une commune."
        )
    return (*notes, *coverage_notes(stage))


def _table(stage: Stage) -> Table:
    published = stage.published
    month, previous = published.month, published.month.previous()
    now, before = published.areas[month], published.areas.get(previous)
    columns = [Column("region", "Région"), Column("cercle", "Cercle")]
    commune = stage.country.finest == "commune"
    if commune:
        columns.append(Column("commune", "Commune"))
    columns.append(Column("violations", f"Violations, {month.label}", "number"))
    if before is not None:
        columns.append(Column("precedent", f"Violations, {previous.label}", "number"))
    rows = []
    for code, (name, cercle, region) in stage.area_parents.items():
        row: list[str | int] = [region, cercle, *([name] if commune else [])]
        row.append(cell(now[code]))
        if before is not None:
            row.append(cell(before[code]))
        rows.append(tuple(row))
    return Table(
        f"Violations par {stage.country.finest}", tuple(columns), tuple(rows), tuple(stage.area_parents)
    )
