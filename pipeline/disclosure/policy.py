"""The declared rules of each audience: policies.toml as frozen values, checked."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pipeline.disclosure.counts import EDGES
from pipeline.errors import DisclosureError, InputError

PATH = Path(__file__).with_name("policies.toml")
EXACT, CLASS, HIDDEN = "exact", "classe", "non publié"
TABLES = ("commune", "cercle", "cercle_categorie", "region_categorie", "type", "profil", "menages")
"""Kinds of counts that a policy rules: violations by commune, by cercle, the two by category; by type for the
country; by author, victim, place and time of day; households."""

ALLOWED = {
    "partage": ("libre", "chiffré"),
    "temps": ("jour", "mois"),
    "lieu_des_violations": ("village", "commune", "cercle"),
    "types_sensibles": ("cercle", "region", "pays"),
    "protocole": ("ouvert", "chiffré", "jamais"),
    "profils": ("cercle", "region", "pays"),
    "indice_de_risque": ("points", "niveau"),
    "fond_en_ligne": (True, False),
}
ANNEXES = (1, 2, 3, 4, 5, 6)
COLUMNS: Mapping[str, tuple[Any, ...]] = {
    "annexes": ANNEXES,
    "couverture": ("commune", "partenaire"),
    "alertes": ("lieu", "type", "menages", "personnes", "jour", "village", "description"),
    "liste": (
        "id", "date", "mois", "region", "cercle", "commune", "localite", "categorie", "type", "auteur", "nombre",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class CountRule:
    """How a count is told: from the threshold on, and under it. Each EXACT, CLASS or HIDDEN."""

    above: str
    below: str

    @property
    def exact(self) -> bool:
        """Whether every count is told as it is."""
        return self.above == EXACT and self.below == EXACT


@dataclass(frozen=True)
class Policy:
    """What one audience may see (the table of docs/divulgation.md).

    threshold: counts of 1 to threshold - 1 are small; 0: none is. rounding: step of a widened count.
    encrypted: whether the folder may only be shared with a password. coarser_than: the audience whose
    figures this one may never sharpen, "" for none. time: "jour" or "mois". place: finest level of a
    violation. sensitive, profiles: finest level of the sensitive types, and of author, sex, age, status.
    protocol: how an archive may leave that tells sensitive types below the country: "ouvert", "chiffré", "jamais".
    scores: whether risk is told in points. online_background: whether a page may offer tiles of the network.
    annexes: numbers of those made, 4 where there is a list. coverage, alerts, list_columns: allow-lists; a list without
    columns is not made. counts: kind of TABLES -> its rule.
    """

    audience: str
    label: str
    threshold: int
    rounding: int
    encrypted: bool
    coarser_than: str
    time: str
    place: str
    sensitive: str
    protocol: str
    profiles: str
    scores: bool
    online_background: bool
    annexes: tuple[int, ...]
    coverage: frozenset[str]
    alerts: frozenset[str]
    list_columns: tuple[str, ...]
    counts: Mapping[str, CountRule]

    @property
    def exact(self) -> bool:
        """Whether nothing at all is held back from the counts."""
        return all(rule.exact for rule in self.counts.values())

    @property
    def villages(self) -> bool:
        """Whether alerts stand at their village."""
        return "village" in self.alerts

    @property
    def by_incident(self) -> bool:
        """Whether the list has one line an incident, rather than counts."""
        return "id" in self.list_columns


@cache
def policies(path: Path = PATH) -> Mapping[str, Policy]:
    """Audience -> policy, in the file's order. Raises DisclosureError where the file does not hold water."""
    try:
        declared = tomllib.loads(path.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise _unusable(f"{path.name} ne se lit pas ({error})", "revenir à la version d’origine") from error
    found = {audience: _policy(audience, table) for audience, table in declared.items()}
    for policy in found.values():
        if policy.coarser_than and policy.coarser_than not in found:
            raise _unusable(
                f"{policy.audience} : plus_grossier_que = « {policy.coarser_than} » n’est pas un public déclaré",
                f"écrire l’un de : {', '.join(found)}, ou rien",
            )
    return found


def policy_of(audience: str) -> Policy:
    """The policy of one audience. Raises InputError where it is not declared."""
    declared = policies()
    if audience not in declared:
        raise InputError(
            f"AUDIENCE={audience!r} n’est pas un public connu",
            "rien n’est produit, pour ne rien montrer à qui ne doit pas le voir",
            f"choisir AUDIENCE={', AUDIENCE='.join(declared)}",
        )
    return declared[audience]


def _unusable(problem: str, fix: str) -> DisclosureError:
    return DisclosureError(
        f"règles de divulgation : {problem}",
        "rien n’est produit, faute de savoir ce que chaque public peut voir",
        f"{fix} (pipeline/disclosure/policies.toml)",
    )


def _policy(audience: str, table: Mapping[str, Any]) -> Policy:
    wanted = {"libelle", "seuil", "arrondi", "plus_grossier_que", "effectifs", *ALLOWED, *COLUMNS}
    if set(table) != wanted:
        odd = ", ".join(sorted(set(table) ^ wanted))
        raise _unusable(f"{audience} : rubriques en trop ou manquantes : {odd}", "les corriger")
    for name, allowed in ALLOWED.items():
        if table[name] not in allowed:
            raise _unusable(
                f"{audience} : {name} = « {_written(table[name])} »",
                f"écrire l’un de : {', '.join(map(_written, allowed))}",
            )
    for name, columns in COLUMNS.items():
        unknown = [value for value in table[name] if value not in columns]
        if unknown:
            raise _unusable(
                f"{audience} : valeur inconnue dans {name} : {', '.join(map(_written, unknown))}",
                f"choisir parmi : {', '.join(map(str, columns))}",
            )
    if (4 in table["annexes"]) is not bool(table["liste"]):
        raise _unusable(
            f"{audience} : annexes = {table['annexes']}, mais liste = {table['liste']}",
            "ajouter 4 aux annexes si la liste a des colonnes, l’enlever si elle n’en a pas",
        )
    for name in ("seuil", "arrondi"):
        if not isinstance(table[name], int) or table[name] < 0:
            raise _unusable(f"{audience} : {name} = « {table[name]} »", "écrire un nombre entier, 0 ou plus")
    if table["seuil"] not in (0, *EDGES):
        raise _unusable(
            f"{audience} : seuil = {table['seuil']} n’est pas le début d’une classe de la légende",
            f"écrire l’un de : {', '.join(map(str, (0, *EDGES)))}",
        )
    return Policy(
        audience=audience,
        label=table["libelle"],
        threshold=table["seuil"],
        rounding=table["arrondi"],
        encrypted=table["partage"] == "chiffré",
        coarser_than=table["plus_grossier_que"],
        time=table["temps"],
        place=table["lieu_des_violations"],
        sensitive=table["types_sensibles"],
        protocol=table["protocole"],
        profiles=table["profils"],
        scores=table["indice_de_risque"] == "points",
        online_background=table["fond_en_ligne"],
        annexes=tuple(sorted(table["annexes"])),
        coverage=frozenset(table["couverture"]),
        alerts=frozenset(table["alertes"]),
        list_columns=tuple(table["liste"]),
        counts={kind: _rule(audience, kind, table["effectifs"]) for kind in TABLES},
    )


def _written(value: object) -> str:
    """A value as the file spells it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _rule(audience: str, kind: str, rules: Mapping[str, Any]) -> CountRule:
    rule = rules.get(kind, {})
    above, below = rule.get("des_le_seuil"), rule.get("sous_le_seuil")
    if above not in (EXACT, CLASS) or below not in (EXACT, CLASS, HIDDEN):
        raise _unusable(
            f"{audience} : effectifs.{kind} = {rule}",
            f"écrire des_le_seuil = « {EXACT} » ou « {CLASS} », et sous_le_seuil = « {EXACT} », « {CLASS} » ou "
            f"« {HIDDEN} »",
        )
    return CountRule(above, below)
