"""What changed between two months: published figures side by side, the areas that changed, and their page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pipeline import palette
from pipeline.annexes.common import ARROW_RULE, Stage, moved_notes
from pipeline.annexes.model import Areas, AreaValue, ClassEntry, Meta
from pipeline.bulletin.boxes import SIGNS
from pipeline.bulletin.tables import CATEGORY_ORDER, NO_DATA
from pipeline.disclosure.counts import Change, Count, arrow
from pipeline.disclosure.published import Published
from pipeline.files import write_text
from pipeline.french import MINUS, NBSP, Month, agree, day, day_label, number, plural
from pipeline.geography.country import Country
from pipeline.taxonomy import ALERT_TYPES, CATEGORY, RISK_LEVELS

HOT_CLASS = 3
"""A hot spot is an area in this class of annex 1 or above: 20 violations in the month, or more."""
DIFFERENCES = {
    "up": ("En hausse ou aggravé", palette.WORSE),
    "down": ("En baisse ou amélioré", palette.BETTER),
    "same": ("Inchangé", palette.ZERO),
}
WORDS: dict[Change, str] = {"up": "hausse", "down": "baisse", "same": "égal", "": ""}


@dataclass(frozen=True)
class ChangeLine:
    """A figure in both months, as printed. change: from the first to the second. strong: stands out of its table."""

    label: str
    before: str
    now: str
    change: str
    strong: bool = False


@dataclass(frozen=True)
class Move:
    """An area that changed class or level."""

    region: str
    cercle: str
    name: str
    before: str
    now: str


@dataclass(frozen=True)
class Section:
    """A heading, a sentence, and a table: of lines (headings of both months) or of moves."""

    title: str
    text: str
    lines: tuple[ChangeLine, ...] = ()
    moves: tuple[Move, ...] = ()


@dataclass(frozen=True)
class Comparison:
    """A page. columns: what is compared, the earlier first. caveats: what has to be read first, under `heading`. maps: of
    the difference, each with a sentence that is true of both months. slug: file name without extension."""

    title: str
    slug: str
    columns: tuple[str, str]
    meta: Meta
    caveats: tuple[str, ...]
    sections: tuple[Section, ...]
    maps: tuple[tuple[str, Areas], ...] = ()
    heading: str = "À lire avant de comparer"
    rule: str = ARROW_RULE
    gap: str = "Évolution"


def compare_months(now: Stage, earlier: Published) -> Comparison:
    """now: of the month in question. earlier: of the month it is held against."""
    published, before = now.published, earlier.month
    areas = _areas(published, earlier)
    return Comparison(
        title=f"{published.month.title} comparé à {before.label}",
        slug=f"comparaison-{before}",
        columns=(before.title, published.month.title),
        meta=now.meta,
        caveats=_caveats(now, earlier, areas),
        sections=(
            _totals(published, earlier),
            *_classes(now, areas),
            *_levels(now, earlier),
            _alerts(published, earlier),
        ),
        maps=tuple(_maps(now, earlier, areas)),
    )


def _maps(
    stage: Stage, earlier: Published, areas: Mapping[str, tuple[Count, Count]]
) -> Iterator[tuple[str, Areas]]:
    """The difference by area: of counts, told only where every figure that the two leave possible goes one way; of
    risk levels."""
    before, now = earlier.month.label, stage.published.month.label
    counts = {code: _certain(*pair) for code, pair in areas.items()}
    yield _difference(stage, f"Violations, de {before} à {now}", counts)
    levels = earlier.risk.get(earlier.month, {}), stage.published.risk.get(stage.published.month, {})
    if all(levels):
        first, second = levels
        steps = {code: second[code].level - first[code].level for code in set(first) & set(second)}
        words = {code: "up" if step > 0 else "down" if step else "same" for code, step in steps.items()}
        yield _difference(stage, f"Niveau de risque, de {before} à {now}", words)


def _certain(before: Count, now: Count) -> str:
    """ "up", "down", "same", "open" (what is published leaves more than one possible) or "" (no figure)."""
    if any(count.state not in ("exact", "range") for count in (before, now)):
        return ""
    if before.high is not None and now.low > before.high:
        return "up"
    if now.high is not None and now.high < before.low:
        return "down"
    return "same" if before.state == now.state == "exact" and before.value == now.value else "open"


def _difference(stage: Stage, title: str, found: Mapping[str, str]) -> tuple[str, Areas]:
    noun = stage.country.finest
    keys = {code: found.get(code) or "none" for code in stage.area_parents}
    tally = Counter(keys.values())
    told = (
        f"{title}\u00a0: {_many(stage, tally['up'])} en hausse ou en aggravation, "
        f"{_many(stage, tally['down'])} en baisse ou en amélioration, {number(tally['same'])} sans changement"
    )
    classes = [ClassEntry(key, *shown, count=tally[key]) for key, shown in DIFFERENCES.items()]
    if count := tally["open"]:
        told += f", {number(count)} dont les classes publiées ne disent pas le sens"
        label = "Changement non publié (classes qui se recouvrent)"
        hatch = ("dots", palette.SUPPRESSED_HATCH)
        classes.append(ClassEntry("open", label, palette.SUPPRESSED, "suppressed", *hatch, count=count))
    told, label = f"{told}.", "Sans données dans l’un des mois"
    classes.append(ClassEntry("none", label, palette.UNCOVERED, "uncovered", count=tally["none"]))
    values = {code: AreaValue(key, "") for code, key in keys.items()}
    return told, Areas(f"ecart-{len(title)}", title, noun, tuple(classes), values)


def _line(label: str, before: int | None, now: int | None) -> ChangeLine:
    change: Change = "" if now is None or before is None else arrow(now, before)
    words = f"{SIGNS[change]} {WORDS[change]}" if change else NO_DATA
    first, second = (NO_DATA if value is None else number(value) for value in (before, now))
    return ChangeLine(label, first, second, words)


def _totals(published: Published, earlier: Published) -> Section:
    pairs = ((earlier, earlier.month), (published, published.month))
    told = [of if month in of.months else None for of, month in pairs]

    def counted(of: Published, month: Month) -> dict[str, int]:
        """The regions as both months can tell them: counted together where one of them counts them so."""
        found: dict[str, int] = {}
        for name, count in of.regions.get(month, {}).items():
            group = earlier.counted(published.counted(name))
            found[group] = found.get(group, 0) + count
        return found

    def line(label: str, figure: str, key: str | None) -> ChangeLine:
        values: list[int | None] = []
        for (of, month), there in zip(pairs, told, strict=True):
            found: Mapping[str, int] = (
                counted(of, month) if figure == "regions" else of.categories.get(month, {})
            )
            values.append((sum(found.values()) if key is None else found.get(key, 0)) if there else None)
        return _line(label, values[0], values[1])

    regions = dict.fromkeys(name for of, month in pairs for name in counted(of, month))
    lines = [line("Total", "categories", None)]
    lines += [line(CATEGORY[key].label, "categories", key) for key in CATEGORY_ORDER]
    lines += [line(f"Région{NBSP}: {name}", "regions", name) for name in regions]
    return Section("Violations documentées", "Par catégorie, puis par région.", tuple(lines))


def _areas(published: Published, earlier: Published) -> dict[str, tuple[Count, Count]]:
    """P-code -> the month before and the month: as the later publication tells both, where it does."""
    source = published if earlier.month in published.months else earlier
    before, now = source.areas.get(earlier.month, {}), published.areas[published.month]
    return {code: (before[code], count) for code, count in now.items() if code in before}


def _rank(published: Published, count: Count) -> int | None:
    """0 for none, 1 to 5 for the classes, None where the class is not known."""
    key = published.class_key(count)
    return int(key[1:]) if key.startswith("c") else {"zero": 0, "uncovered": 0}.get(key)


def _move(stage: Stage, code: str, before: str, now: str) -> Move:
    name, cercle, region = stage.area_parents[code]
    return Move(region, cercle, name, before, now)


def _classes(stage: Stage, areas: Mapping[str, tuple[Count, Count]]) -> tuple[Section, ...]:
    published = stage.published
    up: list[tuple[int, int, Move]] = []
    down: list[tuple[int, int, Move]] = []
    hot: list[tuple[int, int, Move]] = []
    for code, (before, now) in areas.items():
        first, second = _rank(published, before), _rank(published, now)
        if first is None or second is None or first == second:
            continue
        texts = (_class_text(published, count) for count in (before, now))
        move = (second - first, second, _move(stage, code, *texts))
        (up if second > first else down).append(move)
        if second >= HOT_CLASS > first:
            hot.append(move)
    passed = f"{stage.noun.of().capitalize()} passé{stage.noun.e}s"
    by_class = "d’après les classes de l’annexe 1."
    found = (
        ("Nouveaux foyers", " à 20 violations ou plus ce mois, et à moins de 20 dans l’autre.", hot),
        (f"{passed} à une classe supérieure", f", {by_class}", up),
        (f"{passed} à une classe inférieure", f", {by_class}", down),
    )
    return tuple(
        Section(title, f"{_many(stage, len(moves))}{text}", moves=_sorted(moves))
        for title, text, moves in found
    )


def _many(stage: Stage, count: int) -> str:
    return plural(count, stage.noun.of(1))


def _class_text(published: Published, count: Count) -> str:
    """The class, not the figure: two exact figures in one class are no change of class."""
    key = published.class_key(count)
    texts = {one.key: Count.within(one.low, one.high).text for one in published.classes}
    return texts.get(key, count.text)


def _sorted(moves: Sequence[tuple[int, int, Move]]) -> tuple[Move, ...]:
    """The largest step first, then the highest class, then by name."""
    ranked = sorted(moves, key=lambda m: (-abs(m[0]), -m[1], m[2].region, m[2].cercle, m[2].name))
    return tuple(move for _, _, move in ranked)


def _levels(stage: Stage, earlier: Published) -> tuple[Section, ...]:
    before = earlier.risk.get(earlier.month, {})
    now = stage.published.risk.get(stage.published.month, {})
    labels = {level.level: level.label for level in RISK_LEVELS}
    found: dict[str, list[tuple[int, int, Move]]] = {"aggravé": [], "amélioré": []}
    for code in sorted(set(now) & set(before) & set(stage.area_parents)):
        first, second = before[code].level, now[code].level
        if first != second:
            word = "aggravé" if second > first else "amélioré"
            move = _move(stage, code, labels[first], labels[second])
            found[word].append((second - first, second, move))
    return tuple(
        Section(
            f"Indice de risque{NBSP}: niveau {word}",
            f"{_many(stage, len(moves))}, d’après les évaluations des deux mois.",
            moves=_sorted(moves),
        )
        for word, moves in found.items()
    )


def _alerts(published: Published, earlier: Published) -> Section:
    counts = [
        None if of.alerts is None else [sum(a.key == kind.key for a in of.alerts) for kind in ALERT_TYPES]
        for of in (earlier, published)
    ]
    lines = [_line("Total", *(None if c is None else sum(c) for c in counts))]
    lines += [
        _line(kind.label, *(None if c is None else c[rank] for c in counts))
        for rank, kind in enumerate(ALERT_TYPES)
    ]
    return Section("Alertes flash", "Événements signalés, par type.", tuple(lines))


def _caveats(stage: Stage, earlier: Published, areas: Mapping[str, tuple[Count, Count]]) -> tuple[str, ...]:
    published = stage.published
    texts = []
    unknown = sum(None in (_rank(published, before), _rank(published, now)) for before, now in areas.values())
    if unknown:
        why = "faute d’effectif publié ou de données dans l’un des mois."
        texts.append(f"{_many(stage, unknown)} hors de la comparaison par classe, {why}")
    first, second = earlier.risk.get(earlier.month, {}), published.risk.get(published.month, {})
    if set(first) != set(second):
        texts.append(
            f"Évaluations du risque{NBSP}: {_many(stage, len(first))} en {earlier.month.label}, "
            f"{_many(stage, len(second))} en {published.month.label}{NBSP}; seules sont comparées les "
            f"{number(len(set(first) & set(second)))} évaluées dans les deux mois."
        )
    if published.coverage is None or earlier.coverage is None:
        why = "une baisse peut tenir à une couverture moindre."
        texts.append(f"Couverture du monitoring inconnue{NBSP}: {why}")
    elif set(published.coverage) != set(earlier.coverage):
        texts.append(
            f"La couverture du monitoring a changé{NBSP}: {_many(stage, len(earlier.coverage))} puis "
            f"{_many(stage, len(published.coverage))}{NBSP}; une hausse ou une baisse peut en venir."
        )
    elif published.month.year == earlier.month.year:
        texts.append(
            f"La couverture du monitoring n’est connue que par année{NBSP}: un changement de couverture d’un mois à "
            "l’autre ne se voit pas ici."
        )
    texts += moved_notes((earlier, (earlier.month,)), (published, (published.month,)))
    silent = [of.month.label for of in (earlier, published) if of.alerts is None]
    return (*texts, *(f"Aucune donnée d’alertes flash reçue pour {label}." for label in silent))


# The erratum of a corrected version: totals that the bulletin prints, before and after. Nothing finer: side by side,
# two figures of a commune, a type or a profile would point at the cases that were corrected.


def erratum(stage: Stage, was: Mapping[str, Any], by: str, on: str) -> Comparison:
    """Of the version that a stage tells. was: what the version before told of the month (see `told_months`). by: who
    corrected it. on: ISO date of the correction."""
    published = stage.published
    month, version = published.month, published.version
    source = published.release if published.release and published.retold_from(month) else published
    totals = list(_totals_of_versions(was, source))
    regions = [(label, was, now) for label, was, now in totals if label.startswith("Région")]
    # Fewer cases than that are told by region alone: beside a category, a region would say what was done to whom.
    few = sum(abs(now - was) for _, was, now in regions) < published.policy.threshold
    lines = [_corrected(*line) for line in (totals[:1] + regions if few else totals)]
    moved = sum(line.strong for line in lines[1:])
    whose = f" par {by}" if by else ""
    texts = [
        f"Des lignes {month.of_label} ont été ajoutées, retirées ou corrigées{whose}{NBSP}; les cartes ont été refaites le "
        f"{day_label(on)}.",
        f"{plural(moved, 'total', 'totaux')} {agree(moved, 'change', 'changent')}."
        if moved
        else f"Aucun total ne change{NBSP}: seuls des chiffres plus fins sont corrigés.",
        f"Les totaux par catégorie justes sont ceux des tableaux de la version {version}." if few else "",
    ]
    old = f"la version {version - 1}, du {day_label(published.replaces)}"
    return Comparison(
        title=f"Erratum – {month.label}, version {version}",
        slug="erratum",
        columns=(f"Version {version - 1}", f"Version {version}"),
        meta=stage.meta,
        caveats=(
            f"Cette version remplace {old}{NBSP}: effacer l’ancienne, ses copies et ses impressions, et le demander "
            "à qui on l’a transmise.",
            f"Ne pas comparer les deux versions{NBSP}: là où un chiffre fin a changé, leur différence pourrait désigner "
            "une personne.",
            "Ce qui change par commune, par cercle, par type ou par profil n’est donc pas dit ici. Les chiffres justes "
            f"sont ceux des cartes, de la liste et des tableaux de la version {version}.",
        ),
        sections=(Section("Ce qui change", " ".join(filter(None, texts)), tuple(lines)),),
        heading="À faire",
        rule=f"Une correction peut attendre d’autres lignes avant d’être diffusée{NBSP}: seule, elle désignerait un cas.",
        gap="Écart",
    )


def _corrected(label: str, was: int, now: int) -> ChangeLine:
    gap = now - was
    sign = "+" if gap > 0 else MINUS
    return ChangeLine(label, number(was), number(now), f"{sign}{number(abs(gap))}" if gap else "=", bool(gap))


def _totals_of_versions(was: Mapping[str, Any], source: Published) -> Iterator[tuple[str, int, int]]:
    """Label, total before, total now: of the country, its categories and its regions."""
    month = source.month
    categories, regions = was.get("categories", {}), was.get("regions", {})
    yield "Total", sum(categories.values()), source.total(month)
    for key in CATEGORY_ORDER:
        yield CATEGORY[key].label, categories.get(key, 0), source.categories[month].get(key, 0)
    for name in dict.fromkeys((*source.regions[month], *regions)):
        yield f"Région{NBSP}: {name}", regions.get(name, 0), source.regions[month].get(name, 0)


# The comparison of two months as one HTML file: no script, no request, every text escaped.


STYLE = f"""
body{{margin:0 auto;max-width:60rem;padding:1rem;font:1rem/1.5 system-ui,sans-serif;color:{palette.INK};
background:{palette.PAPER}}}
h1,h2{{color:{palette.ACCENT};line-height:1.2}}
h2{{margin:2rem 0 .3rem;font-size:1.2rem}}
.reserves{{border-left:.3rem solid {palette.WARNING};padding:.1rem 1rem}}
.reserves h2{{margin-top:.5rem;color:{palette.WARNING}}}
.cartes{{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,22rem),1fr));grid-gap:1rem}}
figure{{margin:0}}
figure svg{{display:block;width:100%;height:auto;background:{palette.SURROUND}}}
.cles{{list-style:none;padding:0;display:flex;flex-wrap:wrap;font-size:.9rem}}
.cles li{{display:flex;align-items:center;margin:0 1rem .2rem 0}}
.cles svg{{width:18px;height:96px;background:none}}
.puce{{display:inline-block;width:18px;height:18px;overflow:hidden;margin-right:.4rem;flex:none}}
.large{{overflow-x:auto}}
table{{border-collapse:collapse;width:100%}}
th,td{{padding:.3rem .6rem;border-bottom:1px solid {palette.SURROUND};text-align:right}}
thead th{{border-bottom:2px solid {palette.ACCENT};color:{palette.ACCENT};text-align:right}}
tbody th,.mot,thead th:first-child{{text-align:left}}
tbody th{{font-weight:400}}
.change th,.change td{{font-weight:700}}
@media (max-width:30rem){{th,td{{padding:.3rem .2rem;font-size:.9rem}}}}
footer{{margin-top:2rem;font-size:.85rem;color:{palette.QUIET_INK}}}
@media print{{body{{max-width:none;font-size:9pt}}tr{{break-inside:avoid}}}}
"""


def write_comparison(page: Comparison, noun: str, folder: Path, country: Country | None = None) -> Path:
    """Write the page into `folder` and return its path. noun: "commune", or "cercle" where there are no communes.
    country: to draw the maps of the difference on, none drawn without."""
    from markupsafe import Markup

    from pipeline.web.page import policy_of, template_environment
    from pipeline.web.picture import area_picture, outline

    ground = outline(country) if country else None
    text = template_environment().get_template("compare.html").render(
        page=page,
        maps=[(said, areas, area_picture(areas, ground, said)) for said, areas in page.maps] if ground else [],
        noun=noun.capitalize(),
        produced=day(date.fromisoformat(page.meta.produced_on)),
        style=Markup(STYLE),
        policy=policy_of((), [STYLE]),
    )  # fmt: skip
    target = folder / f"{page.slug}.html"
    write_text(target, text)
    return target
