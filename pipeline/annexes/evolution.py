"""Annex 6: the severity of protection month by month, January to the month."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import replace

from pipeline.annexes.common import (
    Stage,
    account_line,
    area_table,
    coverage_notes,
    densest,
    framed_regions,
    region_labels,
    unread_rows,
)
from pipeline.annexes.model import Annex, Areas, BarRow, BarTable, ChangeEntry, Column, Labels, Panel, Table
from pipeline.annexes.risk import (
    KEYS,
    LABELS,
    Trends,
    change_sentence,
    level_segments,
    levels_of,
    month_areas,
    movers,
    movers_title,
    region_rows,
    trends,
)
from pipeline.annexes.risk import message as risk_message
from pipeline.french import NBSP, Month, agree, number, out_of, percent, plural, sentence_case


def build(stage: Stage) -> Annex:
    """The specification of annex 6. A month without scores between two others has its panel all the same:
    a gap must be seen."""
    months = _months(stage)
    month = stage.published.month
    period = month.label if len(months) < 2 else f"{months[0].name} – {month.label}"
    points = trends(stage)
    panels = tuple(
        Panel(str(past), past.title, _plain(stage, past, points), _note(stage, past)) for past in months
    )
    latest = stage.published.risk.get(month, {})
    inset = densest(stage, {code: float(max(found.level - 1, 0)) for code, found in latest.items()})
    return Annex(
        number=6,
        slug="annexe-6-evolution-severite",
        title="Évolution de la sévérité de protection",
        subtitle=f"Niveau de risque par {stage.country.finest}, {period}",
        message=_message(stage, months),
        movers=movers(stage),
        movers_title=movers_title(stage),
        caption=_caption(stage, months),
        alt_text=_alternative(stage, months),
        counts_line=account_line(
            stage, "indice_risque", "commune évaluée", "communes évaluées", suffix=f"en {month.name}"
        ),
        meta=stage.meta,
        layers=(Labels("noms", region_labels(stage)),),
        table=_table(stage, months),
        notes=(*_changes_by_region(stage), *coverage_notes(stage)),
        bars=_bars(stage, months),
        panels=panels,
        regions=framed_regions(
            stage, {code for past in months for code in stage.published.risk.get(past, {})}
        ),
        inset_cercles=inset.cercles,
        inset_box=inset.box,
    )


def _months(stage: Stage) -> tuple[Month, ...]:
    known = [month for month in stage.published.risk_months if month <= stage.published.month]
    first = known[0] if known else stage.published.month
    return tuple(month for month in stage.published.month.year_to_date() if month >= first)


def _plain(stage: Stage, past: Month, points: Trends) -> Areas:
    """A panel's areas. One legend serves all panels: its change entries carry no count."""
    areas = month_areas(stage, past, points)
    generic = tuple(ChangeEntry(e.change, e.label.split(" (")[0], e.colour, e.count) for e in areas.changes)
    return replace(areas, changes=generic)


def _note(stage: Stage, month: Month) -> str:
    if month not in stage.published.risk:
        lost = unread_rows(stage.published, "indice_risque", month)
        return "évaluations refusées ou sans lieu" if lost else "aucune évaluation reçue"
    turns = [row[2] for row in region_rows(stage, month)]
    if month.previous() not in stage.published.risk:
        return ""
    up, down = (number(sum(t[key] for t in turns)) for key in ("up", "down"))
    # Where it takes two lines, it parts between the two counts.
    return f"{up}{NBSP}en{NBSP}aggravation, {down}{NBSP}en{NBSP}amélioration"


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
    since, noun = month.previous().name, stage.noun.of()
    return (f"Depuis {since}, {noun} {' ; '.join(told)}.",) if told else ()


def _bars(stage: Stage, months: tuple[Month, ...]) -> tuple[BarTable, ...]:
    by_region: dict[str, dict[Month, dict[int, int]]] = {}
    for month in months:
        for region, levels, _ in region_rows(stage, month):
            by_region.setdefault(region, {})[month] = levels
    rows = []
    alone = len(months) == 1  # one row a region, and no strip
    for region in sorted(by_region):
        for month in months:
            levels = by_region[region].get(month, dict.fromkeys(LABELS, 0))
            named = (region, "") if alone else (month.short, region)
            rows.append(BarRow(named[0], level_segments(levels), (number(sum(levels.values())),), named[1]))
    by = "par niveau et par région" if alone else "par niveau, par région et par mois"
    title = f"{sentence_case(stage.noun.of())} {by}"
    return (BarTable(title, KEYS, tuple(rows), ("Total",), stage.noun.of()),) if rows else ()


def _high(stage: Stage, month: Month, only: Set[str] | None = None) -> tuple[int, int]:
    """Areas at the two gravest levels, and areas scored, that month. only: of these areas."""
    scored = stage.published.risk.get(month, {})
    found = [risk for code, risk in scored.items() if only is None or code in only]
    return sum(risk.level >= 3 for risk in found), len(found)


def _ends(stage: Stage, months: tuple[Month, ...]) -> tuple[Month, Month, frozenset[str], bool] | None:
    """The first and last month with scores, the areas scored in both, and whether these are all areas of either;
    None where only one month is known, or no area is in both."""
    known = [month for month in months if stage.published.risk.get(month)]
    if len(known) < 2:
        return None
    first, last = stage.published.risk[known[0]], stage.published.risk[known[-1]]
    both = frozenset(first) & frozenset(last)
    return (known[0], known[-1], both, len(first) == len(both) == len(last)) if both else None


def _message(stage: Stage, months: tuple[Month, ...]) -> str:
    """The news of the year: the share of areas at the two gravest levels, first month and last, of the areas
    scored in both."""
    ends = _ends(stage, months)
    if ends is None:
        return risk_message(stage)
    first, last, both, _ = ends
    (before, _), (after, _) = _high(stage, first, both), _high(stage, last, both)
    shares = percent(before, len(both)), percent(after, len(both))
    since, noun = f"{first.of} à {last.name}", stage.noun.of()
    if shares[0] == shares[1]:
        return f"Sérieux ou critique : {shares[1]} des {noun} {since}"
    return f"Sérieux ou critique : de {shares[0]} des {noun} en {first.name} à {shares[1]} en {last.name}"


def _caption(stage: Stage, months: tuple[Month, ...]) -> str:
    """How the share of areas at the two gravest levels went, on a constant set of areas; where the set changed the
    caption says so."""
    if not stage.published.risk:
        return f"Aucune évaluation du risque reçue pour {stage.published.month.year} : aucun niveau n’est montré."
    ends = _ends(stage, months)
    if ends is not None:
        first, last, both, same = ends
        (before, _), (after, _) = _high(stage, first, both), _high(stage, last, both)
        shares = percent(before, len(both)), percent(after, len(both))
        counts = f"{number(before)} sur {number(len(both))}", f"{number(after)} sur {number(len(both))}"
        among = "" if same else f" les deux mois ({plural(len(both), stage.country.finest)})"
        head = (
            f"Entre {first.name} et {last.label}, la part des {stage.noun.of()} évalué{stage.noun.e}s{among} au niveau "
            "sérieux ou critique est "
        )
        if shares[0] == shares[1]:
            text = f"{head}restée de {shares[1]} ({counts[0]}, puis {counts[1]})."
        else:
            text = f"{head}passée de {shares[0]} ({counts[0]}) à {shares[1]} ({counts[1]})."
        if not same:
            sizes = [number(len(stage.published.risk[month])) for month in (first, last)]
            text += f" {sizes[0]} évaluations en {first.name}, {sizes[1]} en {last.name}."
    else:
        known = [month for month in months if stage.published.risk.get(month)]
        last = known[-1] if known else stage.published.month
        noun = f"{stage.country.finest} évalué{stage.noun.e}"
        subject = out_of(*(counted := _high(stage, last)), noun, feminine=stage.noun.feminine)
        verb = agree(counted[0], "est", "sont") if counted[0] else "n’est"
        why = "aucune zone n’est commune aux deux mois" if len(known) > 1 else "aucun autre mois n’est connu"
        text = f"En {last.label}, {subject} {verb} au niveau sérieux ou critique ; {why}."
    return " ".join(filter(None, (text, change_sentence(stage))))


def _alternative(stage: Stage, months: tuple[Month, ...]) -> str:
    parts = []
    for month in months:
        high, everyone = _high(stage, month)
        told = f"{number(high)} sur {number(everyone)}" if everyone else "sans données"
        parts.append(f"{month.name} {told}")
    return (
        f"Petites cartes du Mali, une par mois, niveau de risque par {stage.country.finest}. Au niveau sérieux ou "
        f"critique : {', '.join(parts)}."
    )


def _table(stage: Stage, months: tuple[Month, ...]) -> Table:
    columns = [(Column(str(month), month.title), levels_of(stage, month)) for month in months]
    return area_table(stage, f"Niveau de risque par {stage.country.finest} et par mois", columns)
