"""Annex 3: the protection risk index of the month, and what annexes 3 and 6 share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

from pipeline import palette
from pipeline.annexes.common import (
    Stage,
    account_line,
    area_table,
    by_cercle,
    cercle_labels,
    commune_labels,
    coverage_notes,
    densest,
    framed_regions,
    if_monitored,
    nodata_entry,
    place_facts,
    uncovered_entry,
    unread_rows,
)
from pipeline.annexes.model import (
    Annex,
    Areas,
    AreaValue,
    BarRow,
    BarTable,
    ChangeEntry,
    ClassEntry,
    Column,
    KeyFigure,
    Labels,
    Mover,
    Table,
    TableCell,
    TrendPoint,
)
from pipeline.disclosure.counts import Change
from pipeline.disclosure.published import PublishedRisk
from pipeline.french import (
    NOT_RECEIVED,
    Month,
    agree,
    in_area,
    listing,
    number,
    out_of,
    percent,
    plural,
    sentence_case,
)
from pipeline.taxonomy import RISK_LEVELS

# What annexes 3 and 6 share: the four levels as classes, one month of them as areas, and what changed.


LABELS = {level.level: level.label for level in RISK_LEVELS}
Trends = Mapping[Month, Mapping[str, TrendPoint]]
KEYS = tuple((f"r{level.level}", level.label, palette.RISK[level.level - 1]) for level in RISK_LEVELS)


def class_key(stage: Stage, code: str, month: Month) -> str:
    """ "r1" to "r4", "nodata" (monitored, not scored this month) or "uncovered" (not monitored)."""
    found = stage.published.risk.get(month, {}).get(code)
    if found is not None:
        return f"r{found.level}"
    coverage = stage.published.coverage
    return "uncovered" if coverage is not None and code not in coverage else "nodata"


def change(now: PublishedRisk | None, before: PublishedRisk | None) -> Change:
    """ "up" where the level is graver than the month before, "" where either month is not known."""
    if now is None or before is None:
        return ""
    return "up" if now.level > before.level else "down" if now.level < before.level else "same"


def changes(stage: Stage, month: Month) -> dict[str, Change]:
    """P-code -> change of level since the month before, for areas scored in both."""
    now = stage.published.risk.get(month, {})
    before = stage.published.risk.get(month.previous(), {})
    return {code: change(now[code], before.get(code)) for code in now}


def month_areas(stage: Stage, month: Month, points: Trends | None = None) -> Areas:
    """One month of risk levels. points: `trends`, of those who ask for several months."""
    points = trends(stage) if points is None else points
    codes = stage.area_parents
    keys = {code: class_key(stage, code, month) for code in codes}
    moved = changes(stage, month)
    found = Counter(keys.values())
    noun = stage.country.finest
    classes = (
        *(
            ClassEntry(
                f"r{level.level}",
                level.label,
                palette.RISK[level.level - 1],
                meaning=f"{level.points} : {level.meaning}",
                count=found[f"r{level.level}"],
            )
            for level in RISK_LEVELS
        ),
        nodata_entry(if_monitored(stage, f"non évalué{stage.noun.e} ce mois"), found["nodata"]),
        uncovered_entry(
            stage,
            f"{noun.capitalize()} non couvert{stage.noun.e}, non évalué{stage.noun.e}",
            found["uncovered"],
        ),
    )
    return Areas(
        id=f"risque-{month}",
        title="Niveau de risque de protection",
        level=stage.country.finest,
        classes=classes,
        values={code: _value(stage, code, month, keys[code], moved.get(code, ""), points) for code in codes},
        changes=_change_entries(moved),
        steps=tuple(level.label for level in RISK_LEVELS),
    )


def movers(stage: Stage) -> tuple[Mover, ...]:
    """Areas whose level changed since the month before, worse first, then by region and name, each numbered."""
    month = stage.published.month
    risk = stage.published.risk
    moved = {code: found for code, found in changes(stage, month).items() if found in ("up", "down")}

    def order(code: str) -> tuple[object, ...]:
        return moved[code] == "down", *reversed(stage.area_parents[code]), code

    found = []
    for rank, code in enumerate(sorted(moved, key=order), start=1):
        name, cercle, _ = stage.area_parents[code]
        before, now = (LABELS[risk[when][code].level].lower() for when in (month.previous(), month))
        label = f"{name} ({cercle})" if stage.country.finest == "commune" else name
        turn = f"{before} → {now}"
        found.append(Mover(str(rank), code, moved[code], label, turn, *stage.country.points[code]))
    return tuple(found)


def movers_title(stage: Stage) -> str:
    """Heading of their list."""
    return f"{stage.noun.of().capitalize()} dont le niveau a changé depuis {stage.published.month.previous().name}"


def _change_entries(moved: Mapping[str, Change]) -> tuple[ChangeEntry, ...]:
    found = Counter(moved.values())
    if not any(found):
        return ()
    words: tuple[tuple[Change, str, str], ...] = (
        ("up", "Aggravation", palette.WORSE),
        ("down", "Amélioration", palette.BETTER),
    )
    return tuple(
        ChangeEntry(way, f"{word} depuis le mois précédent ({number(found[way])})", colour, found[way])
        for way, word, colour in words
    )


def level_text(stage: Stage, code: str, month: Month) -> str:
    """ "Sérieuse", "non évaluée", "non couverte"."""
    key = class_key(stage, code, month)
    if key.startswith("r"):
        return LABELS[int(key[1:])]
    return f"non évalué{stage.noun.e}" if key == "nodata" else f"non couvert{stage.noun.e}"


def trends(stage: Stage) -> Trends:
    """Each month's point of every area's small line."""

    def point(past: Month, code: str) -> TrendPoint:
        found, text = stage.published.risk.get(past, {}).get(code), level_text(stage, code, past)
        if found is None:
            return TrendPoint(str(past), text, None)
        return TrendPoint(str(past), text, found.level / 4, float(found.level), float(found.level))

    months = stage.published.risk_months
    return {past: {code: point(past, code) for code in stage.area_parents} for past in months}


def _value(stage: Stage, code: str, month: Month, key: str, moved: Change, points: Trends) -> AreaValue:
    text = level_text(stage, code, month)
    facts = [*place_facts(stage, code), (f"Risque, {month.label}", text)]
    risk = stage.published.risk
    found = risk.get(month, {}).get(code)
    if found is not None and found.score:
        facts.append(("Score", found.score))
    if month.previous() in risk:
        facts.append((f"Risque, {month.previous().label}", level_text(stage, code, month.previous())))
    if moved in ("up", "down"):
        facts.append(("Évolution", "aggravation" if moved == "up" else "amélioration"))
    trend = tuple(row[code] for past, row in points.items() if past <= month)
    known = any(point.height is not None for point in trend)
    shown = trend if known and len(trend) > 1 else ()
    return AreaValue(key, text, tuple(facts), moved, shown, *(points_of(found.level) if found else ()))


def points_of(level: int) -> tuple[float, float | None]:
    """Least and most points of a level: 15 to 19 for "sérieuse"; no end above the highest."""
    found = next(entry for entry in RISK_LEVELS if entry.level == level)
    return float(found.low), None if found.high is None else float(found.high)


def region_rows(stage: Stage, month: Month) -> list[tuple[str, dict[int, int], dict[str, int]]]:
    """Regions with areas scored that month, north to south as the list goes: name, level -> areas,
    change -> areas."""
    risk = stage.published.risk.get(month, {})
    moved = changes(stage, month)
    levels: dict[str, dict[int, int]] = {}
    turns: dict[str, dict[str, int]] = {}
    for code, found in risk.items():
        region = stage.area_parents[code][2]
        levels.setdefault(region, dict.fromkeys(LABELS, 0))[found.level] += 1
        turns.setdefault(region, {"up": 0, "down": 0, "same": 0, "": 0})[moved[code]] += 1
    return [(region, levels[region], turns[region]) for region in sorted(levels)]


def level_segments(counts: Mapping[int, int]) -> tuple[tuple[str, float, str], ...]:
    """Segments of a bar by level, stable to critique."""
    return tuple((f"r{level}", float(counts[level]), number(counts[level])) for level in LABELS)


# Annex 3: the protection risk index of the month, by commune.


NIVEAU = {1: "stable", 2: "modéré", 3: "sérieux", 4: "critique"}
"""A level as an adjective of « niveau », which is masculine."""


def build(stage: Stage) -> Annex:
    """The specification of annex 3."""
    published = stage.published
    month = published.month
    risk = published.risk.get(month, {})
    weights = by_cercle(stage, {code: float(found.level) for code, found in risk.items()})
    gravest = sorted(code for code in risk if risk[code].level == 4)
    inset = densest(stage, {code: float(max(found.level - 1, 0)) for code, found in risk.items()})
    return Annex(
        number=3,
        slug="annexe-3-indice-risque",
        title="Indice de risque de protection",
        subtitle=f"Niveau de risque par {stage.country.finest}, {month.label}",
        message=message(stage),
        movers=movers(stage),
        movers_title=movers_title(stage),
        caption=caption(stage),
        alt_text=_alternative(stage),
        counts_line=account_line(stage, "indice_risque", "commune évaluée", "communes évaluées"),
        meta=stage.meta,
        layers=(
            month_areas(stage, month),
            Labels("noms", commune_labels(stage, gravest) + cercle_labels(stage, weights)),
        ),
        table=_table(stage),
        notes=(
            "Indice : somme de 15 questions posées à des informateurs clés ; il ne repose pas sur les seuls "
            "incidents documentés.",
            *coverage_notes(stage),
        ),
        figures=_figures(stage),
        bars=_bars(stage),
        regions=framed_regions(stage, risk),
        inset_cercles=inset.cercles,
        inset_box=inset.box,
    )


def _level_counts(stage: Stage) -> dict[int, int]:
    counts = dict.fromkeys(LABELS, 0)
    for found in stage.published.risk.get(stage.published.month, {}).values():
        counts[found.level] += 1
    return counts


def _figures(stage: Stage) -> tuple[KeyFigure, ...]:
    counts = _level_counts(stage)
    total = sum(counts.values())
    return tuple(
        KeyFigure(f"niveau {NIVEAU[level]}", number(counts[level]), "", percent(counts[level], total))
        for level in (sorted(counts, reverse=True) if total else ())
    )


def _bars(stage: Stage) -> tuple[BarTable, ...]:
    rows = []
    for region, levels, turns in region_rows(stage, stage.published.month):
        # Without one area scored in both months nothing is known of changes, and zero would say "none".
        compared = turns["up"] + turns["down"] + turns["same"]
        moved = [number(turns[way]) if compared else NOT_RECEIVED for way in ("up", "down")]
        texts = (number(sum(levels.values())), *moved)
        rows.append(BarRow(region, level_segments(levels), texts))
    noun, heads = stage.noun.of(), ("Total", "Aggravées", "Améliorées")
    title = f"{noun.capitalize()} par niveau et par région"
    return (BarTable(title, KEYS, tuple(rows), heads, noun),) if rows else ()


def turned(stage: Stage) -> tuple[int, int]:
    """Areas that worsened, areas that improved since the month before."""
    moved = changes(stage, stage.published.month).values()
    return sum(found == "up" for found in moved), sum(found == "down" for found in moved)


def change_sentence(stage: Stage) -> str:
    """How many areas worsened or improved since the month before, "" where that month is not known."""
    previous = stage.published.month.previous()
    if not any(changes(stage, stage.published.month).values()):
        return ""
    worse, better = turned(stage)
    if not worse and not better:
        return f"Aucun niveau n’a changé depuis {previous.name}."
    none = f"dans aucun{stage.noun.e}"
    up = f"ne s’est aggravé {none} {stage.country.finest}"
    if worse:
        up = f"s’est aggravé dans {number(worse)} {stage.noun.of(worse)}"
    if not better:
        down = f"ne s’est amélioré {none}" if worse else ""
    else:
        down = f"amélioré dans {number(better)}" if worse else f"s’est amélioré dans {number(better)}"
    return f"Depuis {previous.name}, le niveau {up} et {down}."


def message(stage: Stage) -> str:
    """The month's news: how many areas at the gravest level, or at the one below, and how many worsened."""
    month = stage.published.month
    counts = _level_counts(stage)
    total = sum(counts.values())
    if not total:
        unread = unread_rows(stage.published, "indice_risque")
        return f"Risque de protection {month.of_label} : {unread or 'aucune évaluation reçue'}"
    noun, she = stage.noun.one, stage.noun.e
    high = counts[3] + counts[4]
    where = "au niveau critique" if high and high == counts[4] else "au niveau sérieux ou critique"
    if total == 1:
        only = f"{'La' if she else 'Le'} seul{she} {noun} évalué{she} est"
        subject = f"{only} {where if high else 'sous le niveau sérieux'}"
    elif not high:
        subject = f"Aucun{she} {noun} {where}"
    elif high == total:
        subject = f"{plural(total, f'{noun} évalué{she}')}, {'toutes' if she else 'tous'} {where}"
    else:
        some = _assessed(stage)[0] < _assessed(stage)[1]
        whole = f"les {number(total)} évalué{she}s" if some else number(total)
        subject = f"{plural(high, noun)} sur {whole} {where}"
    worse, better = turned(stage)
    if not any(changes(stage, month).values()):
        return subject
    since = f"depuis {month.previous().name}"
    if not worse and not better:
        return f"{subject} ; aucun changement {since}"
    turns = ((worse, "aggravation"), (better, "amélioration"))
    told = [plural(count, word) for count, word in turns if count]
    return f"{subject} ; {listing(told)} {since}"


def caption(stage: Stage) -> str:
    """How many areas at each level, where the critical ones are, what changed."""
    published = stage.published
    month = published.month
    counts = _level_counts(stage)
    total = sum(counts.values())
    if not total and (unread := unread_rows(published, "indice_risque")):
        return f"{unread} : la carte ne peut montrer aucun niveau en {month.label}."
    if not total:
        return f"Aucune évaluation du risque n’a été reçue pour {month.label} : aucun niveau n’est montré."
    noun, she = stage.noun.one, stage.noun.e
    high, critical = counts[3] + counts[4], counts[4]
    subject = out_of(high, total, f"{noun} évalué{she}", feminine=stage.noun.feminine)
    verb = f"{agree(high, 'est', 'sont')} jugé{she}{'s' * (high > 1)}"
    if not high:
        head = f"En {month.label}, {subject} n’{verb} au niveau sérieux ou critique."
    elif critical == high:
        head = f"En {month.label}, {subject} {verb} au niveau critique."
    else:
        among = f"{f'dont {number(critical)}' if critical else f'aucun{she}'} au niveau critique"
        head = f"En {month.label}, {subject} {verb} au niveau sérieux ou critique, {among}."
    parts = (head, _few_assessed(stage), _critical_where(stage), change_sentence(stage))
    return " ".join(filter(None, parts))


def _assessed(stage: Stage) -> tuple[int, int]:
    """How many of the covered areas were assessed this month, and how many are covered."""
    covered = set(stage.published.coverage or ())
    return len(covered & set(stage.published.risk.get(stage.published.month, {}))), len(covered)


def _few_assessed(stage: Stage) -> str:
    """ "20 des 180 communes couvertes (11 %) ont été évaluées.": a share of some is not taken for one of all."""
    assessed, covered = _assessed(stage)
    if assessed >= covered:
        return ""
    noun, she = stage.country.finest, stage.country.finest == "commune"
    subject = sentence_case(out_of(assessed, covered, f"{noun} couvert{'e' * she}", feminine=she))
    told = f"{agree(assessed, 'a', 'ont')} été évalué{'e' * she}{'s' * (assessed > 1)}"
    return f"{subject} {told if assessed else 'n’' + told}."


def _critical_where(stage: Stage) -> str:
    rows = region_rows(stage, stage.published.month)
    critical = [(levels[4], region) for region, levels, _ in rows if levels[4]]
    if not critical:
        return ""
    count, region = max(critical)
    if [found for found, _ in critical].count(count) > 1 and len(critical) > 1:
        return ""  # no region stands out
    if count == sum(number_ for number_, _ in critical):
        return f"Le niveau critique se limite à {in_area('region', region).removeprefix('dans ')}."
    return f"Le niveau critique est le plus fréquent {in_area('region', region)} ({number(count)})."


def _alternative(stage: Stage) -> str:
    counts = _level_counts(stage)
    month = stage.published.month
    told = ", ".join(f"{LABELS[level].lower()} {number(counts[level])}" for level in (4, 3, 2, 1))
    head = f"Carte du Mali par {stage.country.finest} : niveau de risque de protection en {month.label}."
    if not sum(counts.values()):
        return f"{head} Aucun niveau n’est connu."
    critical = [
        stage.area_parents[code][0]
        for code, found in sorted(stage.published.risk.get(month, {}).items())
        if found.level == 4
    ]
    tail = ""
    if critical and len(critical) <= 8:
        tail = f" {stage.noun.of(len(critical)).capitalize()} critique{'s' * (len(critical) > 1)} : {listing(critical)}."
    grey = f"Les {stage.noun.of()} non couvert{stage.noun.e}s sont en gris."
    return f"{head} {stage.noun.of().capitalize()} par niveau : {told}.{tail} {grey}"


def _table(stage: Stage) -> Table:
    month, risk = stage.published.month, stage.published.risk
    shown = [("niveau", month)]
    if month.previous() in risk:
        shown.append(("precedent", month.previous()))
    columns = [(Column(key, f"Niveau, {when.label}"), levels_of(stage, when)) for key, when in shown]

    def score(code: str) -> TableCell:
        found = risk.get(month, {}).get(code)
        return float(found.score.replace(",", ".")) if found and found.score else None

    if stage.published.policy.scores and stage.country.finest == "commune":
        columns.append((Column("score", "Score", "number"), score))
    return area_table(stage, f"Niveau de risque par {stage.country.finest}", columns)


def levels_of(stage: Stage, month: Month) -> Callable[[str], TableCell]:
    """The level of an area, by P-code, that month."""
    return lambda code: level_text(stage, code, month)
