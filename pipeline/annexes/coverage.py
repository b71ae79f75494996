"""Annex 5: the communes that monitoring covers, and what share of the communes and people that is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from pipeline import palette
from pipeline.annexes.common import (
    Stage,
    account_line,
    area_table,
    by_cercle,
    cercle_labels,
    commune_labels,
    densest,
    framed_regions,
    nodata_entry,
    place_facts,
    told_outside,
    uncovered_entry,
    with_population,
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
)
from pipeline.french import in_area, listing, number, out_of, percent, plural


def build(stage: Stage) -> Annex:
    """The specification of annex 5."""
    year = stage.published.month.year
    weights = dict.fromkeys(stage.published.coverage or {}, 1.0)
    outside = told_outside(stage)[0]
    names = commune_labels(stage, outside) + cercle_labels(stage, by_cercle(stage, weights))
    inset = densest(stage, weights)
    return Annex(
        number=5,
        slug="annexe-5-couverture",
        title="Couverture du monitoring de protection",
        subtitle=f"{stage.noun.of().capitalize()} couvert{stage.noun.e}s, {year}",
        message=_message(stage),
        caption=_caption(stage),
        alt_text=_alternative(stage),
        counts_line=account_line(stage, "couverture", "commune couverte", "communes couvertes", (str(year),)),
        meta=with_population(stage),
        layers=(_areas(stage), Labels("noms", names)),
        table=_table(stage),
        notes=_notes(stage),
        figures=_figures(stage),
        bars=_bars(stage),
        regions=framed_regions(stage, ()),
        inset_cercles=inset.cercles,
        inset_box=inset.box,
    )


def _partners(stage: Stage) -> list[str]:
    """Partners known, those with most areas first; beyond the palette they share one entry."""
    counts = Counter(filter(None, (stage.published.coverage or {}).values()))
    return sorted(counts, key=lambda name: (-counts[name], name))


def _class_keys(stage: Stage) -> dict[str, str]:
    coverage = stage.published.coverage
    partners = _partners(stage)
    shown = partners if len(partners) <= len(palette.PARTNERS) else partners[: len(palette.PARTNERS) - 1]
    if coverage is None:
        return dict.fromkeys(stage.area_parents, "nodata")
    keys = {"": "covered"} | {name: f"p{rank}" for rank, name in enumerate(shown, start=1)}
    return {
        code: keys.get(coverage[code], "others") if code in coverage else "uncovered"
        for code in stage.area_parents
    }


def _areas(stage: Stage) -> Areas:
    keys = _class_keys(stage)
    counts = Counter(keys.values())
    noun = stage.country.finest
    classes = [
        ClassEntry(key, name, palette.PARTNERS[rank], count=counts[key])
        for rank, name in enumerate(_partners(stage)[: len(palette.PARTNERS)])
        if (key := f"p{rank + 1}") in counts
    ]
    if count := counts["others"]:
        classes.append(ClassEntry("others", "Autres partenaires", palette.PARTNERS[-1], count=count))
    if counts["covered"] or not classes:
        label = f"{noun.capitalize()} couvert{stage.noun.e}" + (", partenaire non précisé" if classes else "")
        classes.append(ClassEntry("covered", label, palette.COVERED, count=counts["covered"]))
    classes.append(
        uncovered_entry(stage, f"{noun.capitalize()} non couvert{stage.noun.e}", counts["uncovered"])
    )
    if "nodata" in counts:
        classes.append(nodata_entry("Couverture non communiquée", counts["nodata"]))
    labels = {entry.key: entry.label for entry in classes}
    return Areas(
        id="couverture",
        title="Monitoring de protection",
        level=stage.country.finest,
        classes=tuple(classes),
        values={code: _value(stage, code, key, labels[key]) for code, key in keys.items()},
    )


def _value(stage: Stage, code: str, key: str, label: str) -> AreaValue:
    facts = [*place_facts(stage, code), ("Monitoring", label)]
    if code in stage.country.population:
        facts.append(("Population", number(stage.country.population[code])))
    return AreaValue(key, label, tuple(facts))


def _shares(stage: Stage) -> list[tuple[str, int, int, int, int]]:
    """By region: name, areas covered, areas, people covered, people; regions with any coverage first."""
    covered = stage.published.coverage or {}
    population = stage.country.population
    sums: dict[str, list[int]] = {}
    for code, (_, _, region) in stage.area_parents.items():
        entry = sums.setdefault(region, [0, 0, 0, 0])
        people = population.get(code, 0)
        entry[1] += 1
        entry[3] += people
        if code in covered:
            entry[0] += 1
            entry[2] += people
    rows = [(region, a, b, c, d) for region, (a, b, c, d) in sums.items()]
    return sorted(rows, key=lambda row: (row[1] == 0, row[0]))


def _people_known(stage: Stage) -> bool:
    return bool(stage.country.population) and stage.country.finest == "commune"


def _bars(stage: Stage) -> tuple[BarTable, ...]:
    if stage.published.coverage is None:
        return ()
    rows = []
    for region, covered, areas, people, everyone in _shares(stage):
        texts = [f"{number(covered)} sur {number(areas)}", percent(covered, areas)]
        if _people_known(stage):
            texts.append(percent(people, everyone))
        segments = (
            ("covered", float(covered), number(covered)),
            ("uncovered", float(areas - covered), number(areas - covered)),
        )
        rows.append(BarRow(region, segments, tuple(texts)))
    told = f"couvert{stage.noun.e}s"
    # The map's colour; where partners are told apart there, a colour of none, as the bars tell of all of them.
    colour = palette.QUIET_INK if _partners(stage) else palette.COVERED
    keys = (("covered", told, colour), ("uncovered", f"non {told}", palette.UNCOVERED))
    columns = (stage.noun.of().capitalize(), "Part", *(("Population",) if _people_known(stage) else ()))
    return (BarTable("Part couverte par région", keys, tuple(rows), columns, stage.noun.of()),)


def _sums(stage: Stage) -> tuple[int, int, int, int]:
    _, *columns = zip(*_shares(stage), strict=True)
    covered, areas, people, everyone = map(sum, columns)
    return covered, areas, people, everyone


def _figures(stage: Stage) -> tuple[KeyFigure, ...]:
    if stage.published.coverage is None:
        return ()
    covered, areas, people, everyone = _sums(stage)
    label = f"{stage.noun.of(covered)} couvert{stage.noun.e}{'s' * (covered > 1)}"
    told = [(label, number(covered), f"sur {number(areas)} ({percent(covered, areas)})")]
    if _people_known(stage):
        outside = everyone - people
        told += [
            ("de la population", percent(people, everyone), f"{number(people)} personnes"),
            ("personnes hors couverture", number(outside), percent(outside, everyone)),
        ]
    return tuple(KeyFigure(label, value, "", detail) for label, value, detail in told)


def _message(stage: Stage) -> str:
    """What share of the areas and of the people is covered."""
    year = stage.published.month.year
    if stage.published.coverage is None:
        return f"Couverture du monitoring {year} : aucune donnée reçue"
    covered, areas, people, everyone = _sums(stage)
    noun = plural(covered, stage.country.finest)
    if not covered:
        return f"Le monitoring ne couvre aucun{stage.noun.e} {stage.country.finest}"
    text = f"Le monitoring couvre {noun} sur {number(areas)} ({percent(covered, areas)})"
    return f"{text}, où vivent {percent(people, everyone)} des habitants" if _people_known(stage) else text


def _caption(stage: Stage) -> str:
    year = stage.published.month.year
    if stage.published.coverage is None:
        return f"Aucune donnée de couverture reçue pour {year} : la carte ne dit pas où le monitoring est présent."
    covered, areas, people, everyone = _sums(stage)
    noun, several = f"{stage.country.finest} du Mali", f"{stage.noun.of()} du Mali"
    subject = out_of(covered, areas, noun, several, feminine=stage.noun.feminine)
    if not covered:
        return f"En {year}, le monitoring de protection ne couvre {subject}."
    text = f"En {year}, le monitoring de protection couvre {subject}"
    if _people_known(stage):
        text += f", où vivent {percent(people, everyone)} de la population"
    text += "."
    return text + _best_covered(stage) if covered else text


def _best_covered(stage: Stage) -> str:
    """A sentence on the region with the largest share of its areas covered, or on all that share it."""
    shares = [row for row in _shares(stage) if row[2]]
    highest = max(covered / areas for _, covered, areas, *_ in shares)
    best = [row for row in shares if row[1] / row[2] == highest]
    if len(best) > MANY_BEST:
        share = "entièrement couvertes" if highest == 1 else f"couvertes à {percent(best[0][1], best[0][2])}"
        return f" {number(len(best))} régions sont {share}." if len(best) < len(_shares(stage)) else ""
    where = [
        f"{in_area('region', name)} ({number(covered)} {stage.noun.of(covered)} "
        f"couvert{stage.noun.e}{'s' * (covered > 1)} sur {number(areas)})"
        for name, covered, areas, *_ in best
    ]
    return f" La part la plus élevée est {listing(where)}."


MANY_BEST = 3
"""So many regions that share the first place are still named."""


def _alternative(stage: Stage) -> str:
    year = stage.published.month.year
    head = f"Carte du Mali par {stage.country.finest} : zone de couverture du monitoring de protection en {year}."
    if stage.published.coverage is None:
        return f"{head} La couverture n’a pas été communiquée."
    regions = [f"{region} ({number(count)})" for region, count, *_ in _shares(stage) if count]
    covered = plural(len(stage.published.coverage), stage.country.finest)
    if not regions:
        return f"{head} Aucun{stage.noun.e} {stage.country.finest} couvert{stage.noun.e}."
    return f"{head} {covered} dans {plural(len(regions), 'région')} : {', '.join(regions)}."


def _notes(stage: Stage) -> tuple[str, ...]:
    noun, e = stage.noun.one, stage.noun.e
    notes = [f"Un{e} {noun} non couvert{e} n’est pas un{e} {noun} sans violation."]
    names = [stage.area_parents[code][0] for code in told_outside(stage)[0]]
    if names:
        more = f" et {number(len(names) - 7)} autres"
        told = listing(names) if len(names) <= 8 else listing(names[:7]) + more
        month = stage.published.month.name
        notes.append(f"Non couvert{e}s, mais des violations y ont été signalées en {month} : {told}.")
    if _people_known(stage):
        notes.append(f"Parts de population : {stage.country.population_label}.")
    return tuple(notes)


def _table(stage: Stage) -> Table:
    areas = _areas(stage)
    columns: list[tuple[Column, Callable[[str], TableCell]]] = [
        (Column("monitoring", "Monitoring"), lambda code: areas.values[code].text)
    ]
    if _people_known(stage):
        columns.append((Column("population", "Population", "number"), stage.country.population.get))
    return area_table(stage, "Couverture", columns)
