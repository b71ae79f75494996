"""The charts of sections II and V: the month's violations by type, author, victim, place and time of day.

A chart is one published breakdown of the country; what disclosure keeps together ("Autres (regroupés)") is
drawn together, a figure told to the ten as a bar with a pale end.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline import palette
from pipeline.annexes.model import Meta
from pipeline.bulletin.charts import mark_of
from pipeline.bulletin.tables import CATEGORY_ORDER
from pipeline.disclosure.breakdowns import LABELS
from pipeline.disclosure.counts import Count
from pipeline.disclosure.published import OTHERS, Breakdown, Published
from pipeline.french import NBSP, listing, percent, plural
from pipeline.taxonomy import AGES, CATEGORY, TIMES

PROFILES = {
    "auteur": "Auteur présumé",
    "sexe": "Sexe de la victime",
    "age": "Âge de la victime",
    "statut_socioeconomique": "Statut socioéconomique de la victime",
    "lieu": "Lieu de la violation",
    "tranche_horaire": "Moment de la journée",
}
"""Column -> heading, in the order of section V."""
BY = {
    "auteur": "par auteur présumé",
    "sexe": "par sexe de la victime",
    "age": "par âge de la victime",
    "statut_socioeconomique": "par statut socioéconomique de la victime",
    "lieu": "par lieu",
    "tranche_horaire": "par moment de la journée",
}
ORDERED = {
    "age": tuple(LABELS[age] for age in AGES if age in LABELS),
    "tranche_horaire": TIMES,
}
"""Columns whose values have an order of their own; the others go from the largest down."""
UNKNOWN = ("Inconnu", "")
TOGETHER = f"{OTHERS}{NBSP}: effectifs qui ne sont pas publiés un à un"


@dataclass(frozen=True)
class Part:
    """A bar. share: "98 %" where the count is a figure, else ""."""

    label: str
    count: Count
    share: str

    @property
    def text(self) -> str:
        """ "433 (98 %)"."""
        return f"{self.count.text} ({self.share})" if self.share else self.count.text


@dataclass(frozen=True)
class PartsChart:
    """Bars of one breakdown. group: "types" or "profil". mark: source and audience, in small type."""

    slug: str
    group: str
    title: str
    reading: str
    alt_text: str
    mark: str
    colour: str
    parts: tuple[Part, ...]


def parts_charts(published: Published, meta: Meta) -> tuple[PartsChart, ...]:
    """Those that the audience may see: the types of each category, then each column, for the country."""
    country = {(found.key, found.category): found for found in published.breakdowns if not found.area}
    charts = [_types(country["type", key], meta) for key in CATEGORY_ORDER if ("type", key) in country]
    charts += [_profile(country[key, ""], meta) for key in PROFILES if (key, "") in country]
    return tuple(charts)


def in_order(found: Breakdown) -> tuple[Part, ...]:
    """Its bars as they are drawn: largest first, or in the column's own order; the unknown, then the rest, last."""
    labels = list(found.parts)
    order = ORDERED.get(found.key)
    if order:
        labels.sort(key=lambda label: order.index(label) if label in order else len(order))
    labels.sort(key=lambda label: (label == OTHERS, label in UNKNOWN))
    return tuple(
        Part(printed(found.key, label), count, _share(count, found.total))
        for label in labels
        if (count := found.parts[label]).high != 0
    )


def printed(key: str, label: str) -> str:
    """A value as charts print it: "5 h à 7 h", "Non précisé"."""
    if key == "tranche_horaire" and label in TIMES[:-1]:
        start, end = label.replace("h", f"{NBSP}h").split("-")
        return f"{start} à {end}"
    return label or "Non précisé"


def _share(count: Count, total: Count) -> str:
    return percent(count.value, total.value) if count.state == "exact" == total.state else ""


def _types(found: Breakdown, meta: Meta) -> PartsChart:
    category = CATEGORY[found.category]
    what = f"de la catégorie «{NBSP}{category.label}{NBSP}»"
    slug = f"graphique-types-{found.category.lower()}"
    title = f"{category.label}{NBSP}: types de violations, {meta.month_label}"
    return _chart(slug, "types", title, found, meta, what, palette.CATEGORIES[found.category])


def _profile(found: Breakdown, meta: Meta) -> PartsChart:
    slug = f"graphique-{found.key.replace('_', '-')}"
    title = f"Violations {BY[found.key]}, {meta.month_label}"
    return _chart(slug, "profil", title, found, meta, "documentées", palette.ACCENT)


def _chart(
    slug: str, group: str, title: str, found: Breakdown, meta: Meta, what: str, colour: str
) -> PartsChart:
    parts = in_order(found)
    told = " ; ".join(f"{part.label}{NBSP}: {part.text}" for part in parts)
    mark = mark_of(meta)
    return PartsChart(
        slug=slug,
        group=group,
        title=title,
        reading=reading(found, meta.month_label, what),
        alt_text=f"Diagramme en barres horizontales, {found.total.text} violations {what}. {told}.",
        mark=f"{mark} · {TOGETHER}" if OTHERS in found.parts else mark,
        colour=colour,
        parts=parts,
    )


def reading(found: Breakdown, month: str, what: str) -> str:
    """One sentence: what is certainly ahead, or those that cannot be told apart; and its share."""
    total = plural(found.total.value, "violation")
    known = {label: count for label, count in found.parts.items() if label not in (*UNKNOWN, OTHERS)}
    if not known:
        return f"En {month}, {total} {what}, sans détail à publier."
    ahead = _ahead(known)
    named = [f"«{NBSP}{printed(found.key, label)}{NBSP}» ({_words(known[label], found)})" for label in ahead]
    verb = "vient" if len(named) == 1 else "viennent"
    rest = found.parts.get(OTHERS)
    sure = rest is None or (rest.high or 0) < known[ahead[0]].low
    more = "" if sure else " parmi les effectifs publiés"
    return f"En {month}, sur {total} {what}, {listing(named)} {verb} en tête{more}."


def _ahead(known: Mapping[str, Count]) -> list[str]:
    """The largest, and every other that may be as large whatever hides in the ranges."""
    most = max(count.low for count in known.values())
    ranked = sorted(known, key=lambda label: -known[label].low)
    return [label for label in ranked if (known[label].high or 0) >= most]


def _words(count: Count, found: Breakdown) -> str:
    share = _share(count, found.total)
    return f"{count.text}, soit {share}" if share else count.text
