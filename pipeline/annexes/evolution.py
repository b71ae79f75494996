"""Annex 6: the severity of protection month by month, January to the month."""

from __future__ import annotations

from dataclasses import replace

from pipeline.annexes.common import Stage, account_line, coverage_notes
from pipeline.annexes.model import Annex, Areas, BarRow, BarTable, ChangeEntry, Column, Panel, Table
from pipeline.annexes.risk import (
    KEYS,
    LABELS,
    change_sentence,
    level_segments,
    level_text,
    month_areas,
    region_rows,
)
from pipeline.french import NBSP, agree, number, out_of, percent, sentence_case
from pipeline.month import Month


def build(stage: Stage) -> Annex:
    """The specification of annex 6. A month without scores between two others has its panel all the same:
    a gap must be seen."""
    months = _months(stage)
    month = stage.published.month
    period = month.label if len(months) < 2 else f"{months[0].name} – {month.label}"
    panels = tuple(
        Panel(str(past), past.title, _plain(stage, past, month), _note(stage, past)) for past in months
    )
    return Annex(
        number=6,
        slug="annexe-6-evolution-severite",
        title="Évolution de la sévérité de protection",
        subtitle=f"Niveau de risque par {stage.country.finest}, {period}",
        caption=_caption(stage, months),
        alt_text=_alternative(stage, months),
        counts_line=account_line(
            stage, "indice_risque", "commune évaluée", "communes évaluées", suffix=f"en {month.name}"
        ),
        meta=stage.meta,
        layers=(),
        table=_table(stage, months),
        notes=(
            *(["Contours : niveau plus grave ou moins grave que le mois précédent."] * (len(months) > 1)),
            *_changes_by_region(stage),
            *coverage_notes(stage),
        ),
        bars=_bars(stage, months),
        panels=panels,
        inset_cercles=stage.inset_cercles,
    )


def _months(stage: Stage) -> tuple[Month, ...]:
    known = [month for month in stage.published.risk_months if month <= stage.published.month]
    first = known[0] if known else stage.published.month
    return tuple(month for month in stage.published.month.year_to_date() if month >= first)


def _plain(stage: Stage, past: Month, month: Month) -> Areas:
    """A panel's areas. One legend serves all panels: its change entries carry no count."""
    areas = month_areas(stage, past)
    generic = tuple(ChangeEntry(e.change, e.label.split(" (")[0], e.colour, e.count) for e in areas.changes)
    return replace(areas, changes=generic)


def _note(stage: Stage, month: Month) -> str:
    if month not in stage.published.risk:
        return "aucune évaluation reçue"
    turns = [row[2] for row in region_rows(stage, month)]
    if month.previous() not in stage.published.risk:
        return ""
    return f"{number(sum(t['up'] for t in turns))} en aggravation, {number(sum(t['down'] for t in turns))} en amélioration"


def _changes_by_region(stage: Stage) -> tuple[str, ...]:
    """How many areas worsened and improved since the month before, by region: one note, or none where nothing
    moved or the month before has no scores."""
    month = stage.published.month
    rows = region_rows(stage, month)
    told = []
    for key, words in (("up", "en aggravation"), ("down", "en amélioration")):
        found = ", ".join(f"{region} {number(turns[key])}" for region, _, turns in rows if turns[key])
        if found:
            told.append(f"{words}{NBSP}: {found}")
    since, noun = month.previous().name, stage.area_noun()
    return (f"Depuis {since}, {noun} {' ; '.join(told)}.",) if told else ()


def _bars(stage: Stage, months: tuple[Month, ...]) -> tuple[BarTable, ...]:
    by_region: dict[str, dict[Month, dict[int, int]]] = {}
    for month in months:
        for region, levels, _ in region_rows(stage, month):
            by_region.setdefault(region, {})[month] = levels
    rows = []
    for region in sorted(by_region):
        for month in months:
            levels = by_region[region].get(month, dict.fromkeys(LABELS, 0))
            rows.append(BarRow(month.short, level_segments(levels), (number(sum(levels.values())),), region))
    if not rows:
        return ()
    noun = stage.area_noun()
    return (
        BarTable(
            f"{sentence_case(noun)} par niveau, par région et par mois", KEYS, tuple(rows), ("Total",), noun
        ),
    )


def _high(stage: Stage, month: Month) -> tuple[int, int]:
    found = stage.published.risk.get(month, {}).values()
    return sum(risk.level >= 3 for risk in found), len(found)


def _caption(stage: Stage, months: tuple[Month, ...]) -> str:
    if not stage.published.risk:
        return f"Aucune évaluation du risque reçue pour {stage.published.month.year} : aucun niveau n’est montré."
    known = [month for month in months if month in stage.published.risk]
    first, last = known[0], known[-1]
    text = ""
    if first != last:
        (high_first, all_first), (high_last, all_last) = _high(stage, first), _high(stage, last)
        feminine = "e" * (stage.country.finest == "commune")
        head = (
            f"Entre {first.name} et {last.label}, la part des {stage.area_noun()} évalué{feminine}s au niveau "
            "sérieux ou critique est "
        )
        before, after = percent(high_first, all_first), percent(high_last, all_last)
        counts = (
            f"{number(high_first)} sur {number(all_first)}",
            f"{number(high_last)} sur {number(all_last)}",
        )
        if before == after:
            text = f"{head}restée de {after} ({counts[0]}, puis {counts[1]})."
        else:
            text = f"{head}passée de {before} ({counts[0]}) à {after} ({counts[1]})."
    else:
        high, everyone = _high(stage, last)
        noun, she = stage.country.finest, stage.country.finest == "commune"
        subject = out_of(high, everyone, f"{noun} évalué{'e' * she}", feminine=she)
        verb = agree(high, "est", "sont") if high else "n’est"
        text = (
            f"En {last.label}, {subject} {verb} au niveau sérieux ou critique ; aucun autre mois n’est connu."
        )
    return " ".join(part for part in (text, change_sentence(stage)) if part)


def _alternative(stage: Stage, months: tuple[Month, ...]) -> str:
    parts = []
    for month in months:
        high, everyone = _high(stage, month)
        parts.append(
            f"{month.name} {number(high)} sur {number(everyone)}"
            if everyone
            else f"{month.name} sans données"
        )
    return (
        f"Petites cartes du Mali, une par mois, niveau de risque par {stage.country.finest}. Au niveau sérieux ou "
        f"critique : {', '.join(parts)}."
    )


def _table(stage: Stage, months: tuple[Month, ...]) -> Table:
    commune = stage.country.finest == "commune"
    columns = [Column("region", "Région"), Column("cercle", "Cercle")]
    if commune:
        columns.append(Column("commune", "Commune"))
    columns += [Column(str(month), month.title) for month in months]
    rows = tuple(
        (region, cercle, *([name] if commune else []), *(level_text(stage, code, month) for month in months))
        for code, (name, cercle, region) in stage.area_parents.items()
    )
    return Table(
        f"Niveau de risque par {stage.country.finest} et par mois",
        tuple(columns),
        rows,
        tuple(stage.area_parents),
    )
