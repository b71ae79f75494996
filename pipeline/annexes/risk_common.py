"""What annexes 3 and 6 share: the four levels as classes, one month of them as areas, and what changed."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline import palette
from pipeline.annexes.common import Stage, if_monitored, nodata_entry, tally, uncovered_entry
from pipeline.annexes.model import (
    Areas,
    AreaValue,
    BarRow,
    Change,
    ChangeEntry,
    ClassEntry,
    Mover,
    TrendPoint,
)
from pipeline.disclosure.published import PublishedRisk
from pipeline.french import number
from pipeline.month import Month
from pipeline.taxonomy import RISK_LEVELS

LABELS = {level.level: level.label for level in RISK_LEVELS}
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


def month_areas(stage: Stage, month: Month, totals: Mapping[str, int] | None = None) -> Areas:
    """One month of risk levels. totals: class counts for the legend (default: this month's)."""
    codes = stage.area_parents
    keys = {code: class_key(stage, code, month) for code in codes}
    moved = changes(stage, month)
    found = dict(totals) if totals is not None else tally(keys)
    noun = stage.country.finest
    feminine = "e" * (noun == "commune")
    classes = (
        *(
            ClassEntry(
                f"r{level.level}",
                level.label,
                palette.RISK[level.level - 1],
                meaning=f"{level.points} : {level.meaning}",
                count=found.get(f"r{level.level}", 0),
            )
            for level in RISK_LEVELS
        ),
        nodata_entry(if_monitored(stage, f"non évalué{feminine} ce mois"), found.get("nodata", 0)),
        uncovered_entry(
            f"{noun.capitalize()} non couvert{feminine}, non évalué{feminine}", found.get("uncovered", 0)
        ),
    )
    return Areas(
        id=f"risque-{month}",
        title="Niveau de risque de protection",
        level=stage.country.finest,
        classes=classes,
        values={code: _value(stage, code, month, keys[code], moved.get(code, "")) for code in codes},
        changes=_change_entries(moved),
    )


def movers(stage: Stage) -> tuple[Mover, ...]:
    """Areas whose level changed since the month before, worse first, then by region and name, each numbered."""
    month = stage.published.month
    risk = stage.published.risk
    moved = {code: found for code, found in changes(stage, month).items() if found in ("up", "down")}
    ranked = sorted(
        moved, key=lambda code: (moved[code] == "down", *reversed(stage.area_parents[code]), code)
    )
    found = []
    for rank, code in enumerate(ranked, start=1):
        name, cercle, _ = stage.area_parents[code]
        before, now = (LABELS[risk[when][code].level].lower() for when in (month.previous(), month))
        label = f"{name} ({cercle})" if stage.country.finest == "commune" else name
        found.append(Mover(str(rank), code, moved[code], label, f"{before} → {now}", *stage.points[code]))
    return tuple(found)


def movers_title(stage: Stage) -> str:
    """Heading of their list."""
    return f"{stage.area_noun().capitalize()} dont le niveau a changé depuis {stage.published.month.previous().name}"


def _change_entries(moved: Mapping[str, Change]) -> tuple[ChangeEntry, ...]:
    worse = sum(found == "up" for found in moved.values())
    better = sum(found == "down" for found in moved.values())
    if not any(moved.values()):
        return ()
    return (
        ChangeEntry("up", f"Aggravation depuis le mois précédent ({number(worse)})", palette.WORSE, worse),
        ChangeEntry(
            "down", f"Amélioration depuis le mois précédent ({number(better)})", palette.BETTER, better
        ),
    )


def level_text(stage: Stage, code: str, month: Month) -> str:
    """ "Sérieuse", "non évaluée", "non couverte"."""
    key = class_key(stage, code, month)
    if key.startswith("r"):
        return LABELS[int(key[1:])]
    feminine = "e" * (stage.country.finest == "commune")
    return f"non évalué{feminine}" if key == "nodata" else f"non couvert{feminine}"


def _value(stage: Stage, code: str, month: Month, key: str, moved: Change) -> AreaValue:
    _, cercle, region = stage.area_parents[code]
    facts = [("Région", region)]
    if stage.country.finest == "commune":
        facts.append(("Cercle", cercle))
    text = level_text(stage, code, month)
    facts.append((f"Risque, {month.label}", text))
    risk = stage.published.risk
    found = risk.get(month, {}).get(code)
    if found is not None and found.score:
        facts.append(("Score", found.score))
    if month.previous() in risk:
        facts.append((f"Risque, {month.previous().label}", level_text(stage, code, month.previous())))
    if moved in ("up", "down"):
        facts.append(("Évolution", "aggravation" if moved == "up" else "amélioration"))
    months = [past for past in stage.published.risk_months if past <= month]
    trend = tuple(
        TrendPoint(
            str(past),
            level_text(stage, code, past),
            risk[past][code].level / 4 if code in risk.get(past, {}) else None,
        )
        for past in months
    )
    known = any(point.height is not None for point in trend)
    return AreaValue(key, text, tuple(facts), moved, trend if known and len(trend) > 1 else ())


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


def bar_row(label: str, counts: Mapping[int, int], texts: tuple[str, ...] = ()) -> BarRow:
    return BarRow(label, level_segments(counts), texts)
