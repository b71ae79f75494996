"""Annex 5: the communes that monitoring covers, and what share of the communes and people that is."""

from __future__ import annotations

from pipeline import palette
from pipeline.annexes.common import (
    Stage,
    account_line,
    cercle_labels,
    commune_labels,
    densest,
    framed_regions,
    nodata_entry,
    tally,
    told_outside,
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
)
from pipeline.french import in_area, listing, number, out_of, percent, plural


def build(stage: Stage) -> Annex:
    """The specification of annex 5."""
    year = stage.published.month.year
    covered = stage.published.coverage or {}
    cercles = stage.country.layer(stage.country.finest).set_index("pcode")["cercle_pcode"]
    weights: dict[str, float] = {}
    for code in covered:
        weights[cercles[code]] = weights.get(cercles[code], 0) + 1
    outside = told_outside(stage)[0]
    inset = densest(stage, dict.fromkeys(covered, 1.0))
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
        layers=(
            _areas(stage),
            Labels("noms", commune_labels(stage, outside) + cercle_labels(stage, weights)),
        ),
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
    counts = tally(stage.published.coverage or {})
    counts.pop("", None)
    return sorted(counts, key=lambda name: (-counts[name], name))


def _class_keys(stage: Stage) -> dict[str, str]:
    coverage = stage.published.coverage
    partners = _partners(stage)
    shown = partners if len(partners) <= len(palette.PARTNERS) else partners[: len(palette.PARTNERS) - 1]
    keys = {name: f"p{rank}" for rank, name in enumerate(shown, start=1)}
    found = {}
    for code in stage.area_parents:
        if coverage is None:
            found[code] = "nodata"
        elif code not in coverage:
            found[code] = "uncovered"
        elif coverage[code] == "":
            found[code] = "covered"
        else:
            found[code] = keys.get(coverage[code], "others")
    return found


def _areas(stage: Stage) -> Areas:
    keys = _class_keys(stage)
    counts = tally(keys)
    noun = stage.country.finest
    classes = [
        ClassEntry(key, name, palette.PARTNERS[rank], count=counts.get(key, 0))
        for rank, name in enumerate(_partners(stage)[: len(palette.PARTNERS)])
        if (key := f"p{rank + 1}") in counts
    ]
    if "others" in counts:
        classes.append(
            ClassEntry("others", "Autres partenaires", palette.PARTNERS[-1], count=counts["others"])
        )
    if "covered" in counts or not classes:
        label = f"{noun.capitalize()} couvert{stage.noun.e}" + (", partenaire non précisé" if classes else "")
        classes.append(ClassEntry("covered", label, palette.COVERED, count=counts.get("covered", 0)))
    classes.append(
        ClassEntry(
            "uncovered",
            f"{noun.capitalize()} non couvert{stage.noun.e}",
            palette.UNCOVERED,
            "uncovered",
            count=counts.get("uncovered", 0),
        )
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
    _, cercle, region = stage.area_parents[code]
    facts = [("Région", region)]
    if stage.country.finest == "commune":
        facts.append(("Cercle", cercle))
    facts.append(("Monitoring", label))
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
    # A colour of no partner: the bars tell of all of them.
    keys = (("covered", told, palette.QUIET_INK), ("uncovered", f"non {told}", palette.UNCOVERED))
    columns = (stage.noun.of().capitalize(), "Part", *(("Population",) if _people_known(stage) else ()))
    return (BarTable("Part couverte par région", keys, tuple(rows), columns, stage.noun.of()),)


def _sums(stage: Stage) -> tuple[int, int, int, int]:
    shares = _shares(stage)
    return (
        sum(row[1] for row in shares),
        sum(row[2] for row in shares),
        sum(row[3] for row in shares),
        sum(row[4] for row in shares),
    )


def _figures(stage: Stage) -> tuple[KeyFigure, ...]:
    if stage.published.coverage is None:
        return ()
    covered, areas, people, everyone = _sums(stage)
    figures = [
        KeyFigure(
            f"{stage.noun.of(covered)} couvert{stage.noun.e}{'s' * (covered > 1)}",
            number(covered),
            "",
            f"sur {number(areas)} ({percent(covered, areas)})",
        )
    ]
    if _people_known(stage):
        figures.append(
            KeyFigure("de la population", percent(people, everyone), "", f"{number(people)} personnes")
        )
        figures.append(
            KeyFigure(
                "personnes hors couverture",
                number(everyone - people),
                "",
                percent(everyone - people, everyone),
            )
        )
    return tuple(figures)


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
    noun = stage.noun.one
    notes = [
        f"Un{stage.noun.e} {noun} non couvert{stage.noun.e} n’est pas un{stage.noun.e} {noun} sans violation."
    ]
    outside = told_outside(stage)[0]
    if outside:
        names = [stage.area_parents[code][0] for code in outside]
        told = (
            listing(names) if len(names) <= 8 else f"{listing(names[:7])} et {number(len(names) - 7)} autres"
        )
        month = stage.published.month.name
        notes.append(
            f"Non couvert{stage.noun.e}s, mais des violations y ont été signalées en {month} : {told}."
        )
    if _people_known(stage):
        notes.append(f"Parts de population : {stage.country.population_label}.")
    return tuple(notes)


def _table(stage: Stage) -> Table:
    commune = stage.country.finest == "commune"
    areas = _areas(stage)
    columns = [Column("region", "Région"), Column("cercle", "Cercle")]
    if commune:
        columns.append(Column("commune", "Commune"))
    columns.append(Column("monitoring", "Monitoring"))
    if _people_known(stage):
        columns.append(Column("population", "Population", "number"))
    rows = []
    for code, (name, cercle, region) in stage.area_parents.items():
        row: list[str | int | None] = [region, cercle, *([name] if commune else []), areas.values[code].text]
        if _people_known(stage):
            row.append(stage.country.population.get(code))
        rows.append(tuple(row))
    return Table("Couverture", tuple(columns), tuple(rows), tuple(stage.area_parents))
