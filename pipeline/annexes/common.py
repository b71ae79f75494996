"""What several annexes share: the page's furniture, the entries that are not a class, names, arrows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from pipeline import palette
from pipeline.annexes.model import ClassEntry, Column, Label, Meta, Table, TableCell
from pipeline.disclosure.counts import Count
from pipeline.disclosure.published import Published
from pipeline.french import NBSP, NOUNS, Month, Noun, agree, listing, number, plural
from pipeline.freshness import version
from pipeline.geography.country import Country
from pipeline.geography.divisions import CREDIT_2025
from pipeline.indicators import Account

DISCLAIMER = (
    "Les frontières et les noms indiqués et les désignations employées sur cette carte n’impliquent ni "
    "reconnaissance ni acceptation officielles de la part de l’Organisation des Nations Unies."
)
INSET_SIZES = (40.0, 80.0, 150.0, 250.0, 380.0)
"""Width and height (km) of what an inset may enlarge; of these the smallest that holds INSET_SHARE of the data."""
INSET_SHARE = 0.6
KM_PER_DEGREE = 111.3
ROLLUP_NOTE = (
    "Limites sans communes : les données sont regroupées par cercle (violations additionnées ; "
    "niveau de risque le plus fréquent, le plus grave à égalité ; cercle couvert si l’une de ses communes l’est)."
)
FILES = {
    "incidents": "d’incidents",
    "alertes_flash": "d’alertes flash",
    "indice_risque": "d’indice de risque",
    "couverture": "de couverture",
}
ARROW_RULE = (
    f"Flèches : hausse ou baisse par rapport au mois précédent ; « = » pour un écart de moins de 5{NBSP}%."
)


@dataclass(frozen=True)
class Stage:
    """A published month on its country: what every annex is built from."""

    published: Published
    country: Country
    meta: Meta

    @cached_property
    def region_names(self) -> dict[str, str]:
        return self.country.names("region")

    @cached_property
    def cercle_names(self) -> dict[str, str]:
        return self.country.names("cercle")

    @cached_property
    def area_parents(self) -> dict[str, tuple[str, str, str]]:
        """P-code of an area at the finest level -> its name, its cercle's name, its region's name."""
        layer = self.country.layer(self.country.finest)
        return {
            code: (name, self.cercle_names.get(cercle, ""), self.region_names.get(region, ""))
            for code, name, cercle, region in zip(
                layer["pcode"], layer["name"], layer["cercle_pcode"], layer["region_pcode"], strict=True
            )
        }

    @property
    def noun(self) -> Noun:
        """What the maps are drawn by: communes or, where the boundaries have none, cercles."""
        return NOUNS[self.country.finest]


@dataclass(frozen=True)
class Inset:
    """What is shown larger. cercles: P-codes; box: west, south, east, north (degrees). Both empty for nothing."""

    cercles: tuple[str, ...] = ()
    box: tuple[float, float, float, float] | None = None


def densest(stage: Stage, weights: Mapping[str, float]) -> Inset:
    """Where the data are densest. weights: P-code of an area at the finest level -> how much it counts.

    The smallest of INSET_SIZES that holds INSET_SHARE of all weight, or the largest; nothing by
    cercle, and nothing where the data lie in one area or so wide apart that no such square holds a third of them.
    """
    codes = [code for code in stage.area_parents if weights.get(code, 0) > 0]
    if stage.country.finest != "commune" or not codes:
        return Inset()
    layer = stage.country.communes.set_index("pcode")
    edges = layer.loc[codes].geometry.bounds.to_numpy()
    middle = np.array([stage.country.points[code] for code in codes])
    km = np.array([KM_PER_DEGREE * np.cos(np.radians(middle[:, 1].mean())), KM_PER_DEGREE])
    weight = np.array([weights[code] for code in codes], dtype=float)
    apart = np.abs(middle[:, None, :] - middle[None, :, :]) * km
    for size in INSET_SIZES:
        inside = (apart <= size / 2).all(axis=2)
        held = inside @ weight
        best = int(np.argmax(held))
        if held[best] >= INSET_SHARE * weight.sum():
            break
    if held[best] < weight.sum() / 3:
        return Inset()
    kept = np.flatnonzero(inside[best])
    w, s = edges[kept, :2].min(axis=0)
    e, n = edges[kept, 2:].max(axis=0)
    # A large commune at the rim must not undo what the square is for.
    reach = size / km
    x, y = middle[best]
    box = (max(w, x - reach[0]), max(s, y - reach[1]), min(e, x + reach[0]), min(n, y + reach[1]))
    cercles = dict.fromkeys(layer.loc[[codes[i] for i in kept], "cercle_pcode"])
    return Inset(tuple(sorted(cercles)), (float(box[0]), float(box[1]), float(box[2]), float(box[3])))


def framed_regions(stage: Stage, codes: Collection[str]) -> tuple[str, ...]:
    """P-codes of the regions that the main map is fitted to: those with an area that is monitored, and those of
    `codes` (P-codes of what else carries data); none, for the whole country, where neither is known."""
    layer = stage.country.layer(stage.country.finest)
    covered = set(stage.published.coverage or ())
    known = set(layer.loc[layer["pcode"].isin(covered), "region_pcode"])
    parents = dict(zip(layer["pcode"], layer["region_pcode"], strict=True))
    known |= {parents[code] for code in codes if code in parents}
    known |= {code[:4] for code in codes if code not in parents and code[:4] in stage.region_names}
    return tuple(sorted(known & set(stage.region_names)))


def page_meta(published: Published, country: Country, produced_on: str) -> Meta:
    """The furniture of every page of the month. credits: of what every map draws; an annex adds its own, the page that
    of its relief. produced_on: ISO date."""
    source = country.source
    credits = tuple(dict.fromkeys(text for text in (source.attribution, country.background.credit) if text))
    refused, where = refused_rows(published)
    return Meta(
        month=str(published.month),
        month_label=published.month.label,
        audience=published.audience,
        audience_label=published.policy.label,
        bulletin=published.info.bulletin,
        sources=published.info.sources,
        credits=credits,
        boundary_label=source.label,
        boundary_vintage=source.vintage,
        boundary_edition=source.edition,
        produced_on=produced_on,
        example=published.info.exemple,
        approximate=country.source.approximate,
        pipeline_version=version(),
        disclaimer=DISCLAIMER,
        rollup_note=ROLLUP_NOTE if country.finest == "cercle" else "",
        division=country.division or "",
        online_background=published.policy.online_background,
        refused=refused,
        refused_where=where,
        version=published.version,
        replaces=published.replaces,
    )


def refused_rows(published: Published) -> tuple[int, str]:
    """Rows of the year that were refused, and of which tables and months: "incidents de juin 2021 (3)"."""
    told = []
    for period, tables in sorted(published.accounts.items()):
        when = f" {Month.parse(period).of_label}" if "-" in period else ""
        told += [
            (found.refused, f"{table.replace('_', ' ')}{when} ({number(found.refused)})")
            for table, found in tables.items()
            if found.refused
        ]
    return sum(count for count, _ in told), listing([text for _, text in told])


def with_population(stage: Stage) -> Meta:
    """The furniture of an annex that tells of inhabitants: their source is named among the others."""
    label = stage.country.population_label
    return replace(stage.meta, credits=(*stage.meta.credits, label)) if label else stage.meta


COUNTED = (1, 4)
"""The annexes that tell violations by region."""


def _of_all(rows: int) -> str:
    """Rows that are counted over all tables, on the page of any annex."""
    return f"{plural(rows, 'ligne')} du mois (tous tableaux réunis)"


def division_notes(stage: Stage, annex: int) -> tuple[str, ...]:
    """What the reader of an annex must know where the areas are of one division and the facts were told in another."""
    country, told = stage.country, stage.published.retold
    if country.reading is None:
        if not told.read:
            return ()
        head = f"{_of_all(told.read)} {agree(told.read, 'écrite')} avec les noms de la division de 2025"
        verb = agree(told.read, "est lue", "sont lues")
        return (
            f"Division de {country.division} : {head} {verb} par la lignée des communes ({CREDIT_2025}) ; sans commune, "
            "elles comptent au cercle ou à la région d’avant 2023 qui les contient.",
        )
    lines = country.lineage.lines.values()
    if not len(country.communes):
        return (
            "Division de 2025, sans limites de communes : les lignes écrites avec une commune comptent au cercle de 2025 "
            f"qui l’a reçue, d’après une lignée non officielle ({CREDIT_2025}).",
        )
    unsure = sum(line.certainty != "sûr" for line in lines)
    shared = sum(bool(line.shared) for line in lines)
    notes = [
        f"Division de 2025 : les communes sont celles de 2021, dans les cercles et régions qui les ont reçues d’après "
        f"une lignée non officielle ({number(unsure)} communes sur {number(len(lines))} à confirmer) ; "
        f"{number(shared)} sont partagées entre plusieurs cercles et comptent dans un seul."
    ]
    if told.unsure:
        verb = agree(told.unsure, "est", "sont")
        notes.append(f"{_of_all(told.unsure)} {verb} dans une commune dont le cercle de 2025 n’est pas sûr.")
    if stage.published.groups and annex in COUNTED:
        notes.append(
            "Les totaux par région sont ceux de la division du mois : les régions de 2025 y comptent ensemble, avec les "
            "communes passées depuis de l’une à l’autre ; un second compte désignerait de petits effectifs."
        )
    if told.nowhere:
        notes.append(
            f"{_of_all(told.nowhere)} sans commune et d’une région d’avant 2023 que plusieurs régions se "
            f"partagent : {agree(told.nowhere, 'comptée', 'comptées')} sans région."
        )
    return tuple(notes)


def moved_notes(*told: tuple[Published, Sequence[Month]]) -> tuple[str, ...]:
    """Which communes change region between months of both divisions that stand side by side: what one region loses
    there and another gains is no change on the ground. told: each publication with the months shown of it."""
    moved = {name: ends for of, _ in told for name, ends in of.moved.items()}
    if not moved or len({of.retold_from(month) for of, months in told for month in months}) < 2:
        return ()
    names = [f"{name} ({before}, puis {since})" for name, (before, since) in moved.items()]
    verb = agree(len(names), "change", "changent")
    return (
        f"Entre les mois dits dans la division de 2021 et ceux de 2025, {listing(names)} {verb} de région : les totaux "
        "par région ne sont pas tout à fait ceux des mêmes communes.",
    )


def if_monitored(stage: Stage, text: str) -> str:
    """ "Couverte, aucune violation documentée": where no file says which areas are monitored, only that none is."""
    if stage.published.coverage is None:
        return text[:1].upper() + text[1:]
    return f"Couvert{stage.noun.e}, {text}"


def zero_words(stage: Stage, none: str) -> str:
    """What the colour of zero stands for. none: "aucune violation", which nobody knows where rows were refused."""
    found = stage.published.accounts.get(str(stage.published.month), {}).get("incidents")
    return if_monitored(stage, "zéro parmi les lignes lues" if found and found.refused else none)


def told_outside(stage: Stage) -> tuple[list[str], list[str]]:
    """P-codes of areas that no partner covers: those that reported violations this month all the same, and those of
    which it is not told whether they did."""
    coverage, counts = stage.published.coverage, stage.published.areas.get(stage.published.month, {})
    if coverage is None:
        return [], []
    outside = {code: count for code, count in sorted(counts.items()) if code not in coverage}
    told = [code for code, count in outside.items() if count.state in ("exact", "range") and count.low > 0]
    silent = [code for code in outside if stage.published.class_key(counts[code]) == "suppressed"]
    return told, [code for code in silent if code not in told]


def coverage_notes(stage: Stage) -> tuple[str, ...]:
    """What the reader must know where no file says which areas are monitored: a blank may be either."""
    if stage.published.coverage is not None:
        return ()
    these = f"les {stage.noun.of()} couvert{stage.noun.e}s de {'celles' if stage.noun.feminine else 'ceux'}"
    return (
        f"Aucune donnée de couverture reçue pour {stage.published.month.year} : la carte ne peut pas distinguer "
        f"{these} qui ne le sont pas.",
    )


def zero_entry(label: str, count: int) -> ClassEntry:
    return ClassEntry("zero", label, palette.ZERO, "zero", count=count)


def nodata_entry(label: str, count: int) -> ClassEntry:
    hatch = ("diagonal", palette.NO_DATA_HATCH)
    return ClassEntry("nodata", label, palette.NO_DATA, "nodata", *hatch, count=count)


def uncovered_entry(stage: Stage, label: str, count: int) -> ClassEntry:
    """Areas that nobody monitors: how many is not known where no coverage was received."""
    known = None if stage.published.coverage is None else count
    return ClassEntry("uncovered", label, palette.UNCOVERED, "uncovered", count=known)


def suppressed_entry(count: int) -> ClassEntry:
    """An interval wider than a class is drawn so too: what is not told is not all that it stands for."""
    label, hatch = "Effectif élargi ou masqué", ("dots", palette.SUPPRESSED_HATCH)
    return ClassEntry("suppressed", label, palette.SUPPRESSED, "suppressed", *hatch, count=count)


def cell(count: Count) -> str | int:
    """A count in a table: a number where it is one, else its text."""
    return count.value if count.state == "exact" else count.text


def area_table(
    stage: Stage, title: str, columns: Sequence[tuple[Column, Callable[[str], TableCell]]]
) -> Table:
    """A line for each area, with its region, cercle and name. columns: what follows, and what it is by P-code."""
    levels = (("region", "Région"), ("cercle", "Cercle"), ("commune", "Commune"))
    commune = stage.country.finest == "commune"
    heads = [Column(*level) for level in (levels if commune else levels[:2])]
    rows = [
        (region, cercle, *([name] if commune else []), *(told(code) for _, told in columns))
        for code, (name, cercle, region) in stage.area_parents.items()
    ]
    parents = tuple(stage.area_parents)
    return Table(title, (*heads, *(column for column, _ in columns)), tuple(rows), parents)


def place_facts(stage: Stage, code: str) -> list[tuple[str, str]]:
    """What the panel of an area says first."""
    _, cercle, region = stage.area_parents[code]
    return [("Région", region), *([("Cercle", cercle)] if stage.country.finest == "commune" else [])]


def by_cercle(stage: Stage, weights: Mapping[str, float]) -> dict[str, float]:
    """P-code of a cercle -> the sum of what its areas weigh."""
    layer = stage.country.layer(stage.country.finest)
    cercles = dict(zip(layer["pcode"], layer["cercle_pcode"], strict=True))
    found: dict[str, float] = {}
    for code, weight in weights.items():
        found[cercles[code]] = found.get(cercles[code], 0) + weight
    return found


def unread_rows(published: Published, table: str, month: Month | None = None) -> str:
    """ "12 lignes du fichier d’incidents sont refusées", "" where all are read: nothing may then be said to be none.
    Rows that are read and stand nowhere count with them, where a table has no other."""
    found = published.accounts.get(str(month or published.month), {}).get(table)
    if found is None or not found.records or found.drawn:
        return ""
    if not found.refused and table != "indice_risque":
        return ""
    waiting = found.not_located + found.to_verify
    told = [f"{number(found.refused)} {agree(found.refused, 'refusée')}"] if found.refused else []
    told += [f"{number(waiting)} sans lieu certain"] if waiting else []
    noun = agree(found.records, "ligne")
    return f"{number(found.records)}{NBSP}{noun} du fichier {FILES.get(table, table)}, dont {listing(told)}"


def account_line(
    stage: Stage, table: str, noun: str, plural: str, periods: Sequence[str] = (), suffix: str = ""
) -> str:
    """ "1 237 violations, dont 12 non localisées et 3 à vérifier" for a table; every row is in it.

    periods: keys of Published.accounts that are added up, the month alone where none is given. suffix: what
    follows the noun ("en juin").
    """
    wanted = periods or (str(stage.published.month),)
    found = [tables[table] for key in wanted if table in (tables := stage.published.accounts.get(key, {}))]
    if not found:
        return f"Aucune donnée {FILES.get(table, table)} reçue pour la période"
    rows, not_located, to_verify, refused = (
        sum(getattr(account, name) for account in found)
        for name in ("records", "not_located", "to_verify", "refused")
    )
    # Every noun counted on a map (violation, alerte, commune) is feminine.
    parts = []
    if not_located:
        parts.append(f"{number(not_located)} {agree(not_located, 'non localisée', 'non localisées')}")
    if to_verify:
        parts.append(f"{number(to_verify)} à vérifier")
    if refused:
        parts.append(f"{number(refused)} {agree(refused, 'refusée')}")
    head = f"{number(rows)}{NBSP}{agree(rows, noun, plural)}{f' {suffix}' if suffix else ''}"
    told = f"{head}, dont {listing(parts)}" if parts else head
    left = sum(account.rows - account.records for account in found)
    if not left:
        return told
    received = sum(account.rows for account in found)
    return f"{told} ({number(received)}{NBSP}lignes reçues, {number(left)} d’autres mois ou hors tableau)"


ACCOUNT = (
    ("placée", "placées"), ("non localisée", "non localisées"), ("à vérifier", "à vérifier"), ("refusée", "refusées"),
    ("d’un autre mois", "d’autres mois"), ("hors tableau", "hors tableau"),
)  # fmt: skip
MOST_SHEETS = 6


def in_words(account: Account) -> str:
    """ "1 237 lignes = 1 200 placées + 30 non localisées + ...": every line of the file is in it."""
    parts = (account.drawn, account.not_located, account.to_verify, account.refused, account.other_months,
             account.not_records)  # fmt: skip
    told = " + ".join(
        f"{number(count)} {agree(count, *words)}"
        for at, (count, words) in enumerate(zip(parts, ACCOUNT, strict=True))
        if count or not at
    )
    return f"{number(account.rows)} {agree(account.rows, 'ligne')} = {told}"


def sheet_notes(published: Published, table: str) -> tuple[str, ...]:
    """Where the lines of a table of several sheets went, by sheet; none where it has one."""
    found = published.sheets.get(table, {})
    if len(found) < 2:
        return ()
    told = [
        f"{label.rpartition(', ')[2]}{NBSP}: {in_words(account)}"
        for label, account in list(found.items())[:MOST_SHEETS]
    ]
    rest = len(found) - MOST_SHEETS
    more = [f"{number(rest)} {agree(rest, 'autre feuille', 'autres feuilles')} au bilan"] if rest > 0 else []
    return (f"Fichier {FILES.get(table, table)}, par feuille{NBSP}: {' ; '.join([*told, *more])}.",)


def cercle_labels(stage: Stage, weights: Mapping[str, float]) -> tuple[Label, ...]:
    """Names of the regions, each once, and of the cercles that carry something, those that weigh most first. Where
    nothing carries anything all cercles are named."""
    cercles = stage.country.cercles
    region_of = dict(zip(cercles["pcode"], cercles["region_pcode"], strict=True))
    told = {region_of[code] for code, weight in weights.items() if weight and code in region_of}
    ranked = sorted(
        (code for code in stage.cercle_names if region_of[code] in told or not told),
        key=lambda code: (-weights.get(code, 0.0), code),
    )
    labels = [
        Label(stage.cercle_names[code], *stage.country.points[code], "cercle", rank, "both", code)
        for rank, code in enumerate(ranked, start=REGIONS_FIRST)
    ]
    return (*region_labels(stage, told), *labels)


def region_labels(stage: Stage, told: Set[str] = frozenset()) -> tuple[Label, ...]:
    """Names of the regions, each once, for the main map: those of `told` first."""
    regions = sorted(stage.region_names, key=lambda code: (code not in told, code))
    return tuple(
        Label(stage.region_names[code], *stage.country.points[code], "region", rank, "main", code)
        for rank, code in enumerate(regions)
    )


REGIONS_FIRST = 40
"""Rank of the first cercle's name: after the names of regions, as those of communes go before them (below 0)."""


def commune_labels(
    stage: Stage, codes: Sequence[str], figures: Mapping[str, str] | None = None
) -> tuple[Label, ...]:
    """Names of communes in the order given, before those of cercles. figures: P-code -> what follows the name."""
    if stage.country.finest != "commune":
        return ()
    told, points = figures or {}, stage.country.points
    return tuple(
        Label(stage.area_parents[code][0], *points[code], "commune", rank, "both", code, told.get(code, ""))
        for rank, code in enumerate(codes, start=-len(codes))
    )
