"""Annex 1: violations of the month by commune, pies of the six categories by cercle."""

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
from pipeline.annexes.incident_words import alternative, caption
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
from pipeline.french import number, percent
from pipeline.taxonomy import CATEGORIES

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
