"""What several annexes share: the page's furniture, the entries that are not a class, names, arrows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import shapely

from pipeline import palette
from pipeline.annexes.model import Change, ClassEntry, Label, Meta
from pipeline.disclosure.counts import Count
from pipeline.disclosure.published import Published
from pipeline.french import NBSP, agree, listing, number, plain
from pipeline.freshness import version
from pipeline.geography.country import Country

DISCLAIMER = (
    "Les frontières et les noms indiqués et les désignations employées sur cette carte n’impliquent ni "
    "reconnaissance ni acceptation officielles de la part de l’Organisation des Nations Unies."
)
INSET_CERCLES = ("Mopti", "Bandiagara", "Bankass", "Koro", "Djenné", "Douentza")
ROLLUP_NOTE = (
    "Limites sans communes : les données sont regroupées par cercle (violations additionnées ; "
    "niveau de risque le plus fréquent, le plus grave à égalité ; cercle suivi si l’une de ses communes l’est)."
)
FILES = {
    "incidents": "d’incidents",
    "alertes_flash": "d’alertes flash",
    "indice_risque": "d’indice de risque",
    "couverture": "de couverture",
}
EQUAL_SHARE = 0.05
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

    @cached_property
    def points(self) -> dict[str, tuple[float, float]]:
        """P-code of every cercle, region and area -> a point inside it (longitude, latitude)."""
        found: dict[str, tuple[float, float]] = {}
        for level in ("region", "cercle", "commune"):
            layer = self.country.layer(level)
            if len(layer):
                points = shapely.point_on_surface(layer.geometry.to_numpy())
                found |= {
                    code: (float(point.x), float(point.y))
                    for code, point in zip(layer["pcode"], points, strict=True)
                }
        return found

    @cached_property
    def inset_cercles(self) -> tuple[str, ...]:
        """P-codes of the cercles of the dense centre."""
        wanted = {plain(name) for name in INSET_CERCLES}
        return tuple(code for code, name in self.cercle_names.items() if plain(name) in wanted)

    def area_noun(self, count: float = 2) -> str:
        """ "communes" or, where the boundaries have none, "cercles"."""
        return self.country.finest if abs(count) < 2 else f"{self.country.finest}s"


def page_meta(
    published: Published, country: Country, produced_on: str, extra_credits: tuple[str, ...]
) -> Meta:
    """The furniture of every page of the month. produced_on: ISO date."""
    source = country.source
    credits = tuple(
        dict.fromkeys(
            text
            for text in (
                source.attribution,
                country.population_label,
                *country.background.credits,
                *extra_credits,
            )
            if text
        )
    )
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
        produced_on=produced_on,
        example=published.info.exemple,
        approximate=country.source.approximate,
        pipeline_version=version(),
        disclaimer=DISCLAIMER,
        rollup_note=ROLLUP_NOTE if country.finest == "cercle" else "",
        online_background=published.policy.online_background,
    )


def if_monitored(stage: Stage, text: str) -> str:
    """ "Suivie, aucune violation documentée": where no file says which areas are monitored, only that none is."""
    if stage.published.coverage is None:
        return text[:1].upper() + text[1:]
    return f"Suivi{'e' * (stage.country.finest == 'commune')}, {text}"


def coverage_notes(stage: Stage) -> tuple[str, ...]:
    """What the reader must know where no file says which areas are monitored: a blank may be either."""
    if stage.published.coverage is not None:
        return ()
    these = (
        "les communes suivies de celles"
        if stage.country.finest == "commune"
        else "les cercles suivis de ceux"
    )
    return (
        f"Aucun fichier de couverture reçu pour {stage.published.month.year} : la carte ne peut pas distinguer "
        f"{these} qui ne le sont pas.",
    )


def zero_entry(label: str, count: int) -> ClassEntry:
    return ClassEntry("zero", label, palette.ZERO, "zero", count=count)


def nodata_entry(label: str, count: int) -> ClassEntry:
    return ClassEntry(
        "nodata", label, palette.NO_DATA, "nodata", "diagonal", palette.NO_DATA_HATCH, count=count
    )


def uncovered_entry(label: str, count: int) -> ClassEntry:
    return ClassEntry("uncovered", label, palette.UNCOVERED, "uncovered", count=count)


def suppressed_entry(label: str, count: int) -> ClassEntry:
    return ClassEntry(
        "suppressed", label, palette.SUPPRESSED, "suppressed", "dots", palette.SUPPRESSED_HATCH, count=count
    )


def tally(keys: Mapping[str, str]) -> dict[str, int]:
    """How many areas are in each class. keys: P-code -> class key."""
    found: dict[str, int] = {}
    for key in keys.values():
        found[key] = found.get(key, 0) + 1
    return found


def arrow(now: float, before: float | None) -> Change:
    """The bulletin's arrow: "same" under 5 % of the larger of both, "" without a month before."""
    if before is None:
        return ""
    if abs(now - before) < EQUAL_SHARE * max(now, before) or now == before:
        return "same"
    return "up" if now > before else "down"


def cell(count: Count) -> str | int:
    """A count in a table: a number where it is one, else its text."""
    return count.value if count.state == "exact" else count.text


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
        return f"Aucun fichier {FILES.get(table, table)} reçu pour la période"
    rows, not_located, to_verify, refused = (
        sum(getattr(account, name) for account in found)
        for name in ("rows", "not_located", "to_verify", "refused")
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
    return f"{head}, dont {listing(parts)}" if parts else head


def cercle_labels(stage: Stage, weights: Mapping[str, float]) -> tuple[Label, ...]:
    """Names of the cercles, those that weigh most placed first. A region where no cercle carries anything is
    named once, as a whole: fifty names over grey say nothing and hide what lies under them."""
    cercles = stage.country.cercles
    region_of = dict(zip(cercles["pcode"], cercles["region_pcode"], strict=True))
    told = {region_of[code] for code, weight in weights.items() if weight and code in region_of}
    ranked = sorted(
        (code for code in stage.cercle_names if region_of[code] in told or not told),
        key=lambda code: (-weights.get(code, 0.0), code),
    )
    labels = [
        Label(stage.cercle_names[code], *stage.points[code], "cercle", rank, "both", code)
        for rank, code in enumerate(ranked)
    ]
    quiet = sorted(set(stage.region_names) - told) if told else []
    labels += [
        Label(stage.region_names[code], *stage.points[code], "region", len(labels) + rank, "main", code)
        for rank, code in enumerate(quiet)
    ]
    return tuple(labels)


def commune_labels(stage: Stage, codes: list[str], start: int = 100) -> tuple[Label, ...]:
    """Names of the communes of the inset's cercles, in the order given."""
    if stage.country.finest != "commune":
        return ()
    layer = stage.country.communes
    inside = set(layer.loc[layer["cercle_pcode"].isin(stage.inset_cercles), "pcode"])
    return tuple(
        Label(stage.area_parents[code][0], *stage.points[code], "commune", start + rank, "inset", code)
        for rank, code in enumerate(code for code in codes if code in inside)
    )
