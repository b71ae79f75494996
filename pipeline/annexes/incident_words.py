"""The sentences of annex 1, computed from published figures only."""

from __future__ import annotations

from pipeline.annexes.common import Stage, arrow, unread_rows
from pipeline.disclosure.counts import Count
from pipeline.french import agree, in_area, listing, lower_first, number, percent, plural
from pipeline.taxonomy import CATEGORIES


def caption(stage: Stage) -> str:
    """Two or three sentences: where, of what kind, more or less than the month before."""
    published = stage.published
    month = published.month
    if month not in published.months:
        return f"Aucun fichier d’incidents reçu pour {month.label} : la carte ne dit rien des violations."
    total = published.total(month)
    if total == 0 and (unread := unread_rows(published, "incidents")):
        return f"{unread} : la carte ne peut pas dire combien de violations ont été documentées en {month.label}."
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
    lost = sum(
        found["incidents"].refused
        for when in (previous, published.month)
        if "incidents" in (found := published.accounts.get(str(when), {}))
    )
    missing = (
        f" ; {plural(lost, 'ligne refusée')} n’y {agree(lost, 'compte', 'comptent')} pas" if lost else ""
    )
    return f"C’est {more} qu’en {previous.name} ({plural(before, 'violation')}{missing})."


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
