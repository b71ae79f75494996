"""The sentences of annex 1, computed from published figures only."""

from __future__ import annotations

from pipeline.annexes.common import Stage, arrow
from pipeline.disclosure.counts import Count
from pipeline.french import agree, in_area, listing, lower_first, number, percent, plural
from pipeline.taxonomy import CATEGORIES

TIMES = {2: "doubler", 3: "tripler", 4: "quadrupler"}
EXACT = {2: "doublent", 3: "triplent", 4: "quadruplent"}
STANDS_OUT = 0.3
"""Share of the month that a cercle or region needs to be named in the headline."""


def message(stage: Stage) -> str:
    """The month's news: more or less than the month before, and where. "" where there is no file."""
    published = stage.published
    month, previous = published.month, published.month.previous()
    if month not in published.months:
        return f"Incidents {month.of_label} : aucun fichier reçu"
    total = published.total(month)
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
        return f", dont {percent(found[0], total)} {in_area('cercle', found[1])}" if found[0] < total else (
            f", toutes {in_area('cercle', found[1])}"
        )  # fmt: skip
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
    found = best_cercle(stage, region)
    return "" if found is None else f"{number(found[0])} {in_area('cercle', found[1])}"


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
    exact = [
        (cercles[code].value, code)
        for code in inside
        if code in cercles and cercles[code].state == "exact" and cercles[code].value
    ]
    best = max(exact, default=None)
    if best is None or [value for value, _ in exact].count(best[0]) > 1:
        return None
    if any(_may_exceed(cercles[code], best[0]) for code in inside if code in cercles):
        return None
    return best[0], stage.cercle_names[best[1]]


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
    shown = [code for code, count in counts.items() if count.class_key.startswith("c")]
    noun = stage.area_noun(len(shown))
    head = (
        f"Carte du Mali par {stage.country.finest} : violations documentées en {published.month.label}, "
        f"en cinq classes de couleur ; barres des six catégories par cercle, du plus touché au moins touché."
    )
    if not shown:
        return f"{head} Aucun{'e' * (noun == 'commune')} {noun} n’a de violation à montrer."
    darkest = [
        stage.area_parents[code][0]
        for code in sorted(shown, key=lambda code: (-counts[code].low, code))
        if counts[code].class_key in ("c4", "c5")
    ][:5]
    tail = (
        f" Les plus foncé{'e' * (stage.country.finest == 'commune')}s : {listing(darkest)}."
        if darkest
        else ""
    )
    verb = agree(len(shown), "compte", "comptent")
    return f"{head} {number(len(shown))} {noun} {verb} au moins une violation.{tail}"
