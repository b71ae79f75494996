"""The closed lists of the monitoring system, in the bulletin's order and words.

Categories and types: "Rapport mensuel de monitoring de protection Mali, n° 6, juin 2021", page 1
(definitions A to F) and section II (labels of the table). Risk levels: section IV of the same report.
"""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Category:
    """One of the six categories of violations. `key`: letter of the report; `short`: for legends."""

    key: str
    label: str
    short: str
    types: tuple[str, ...]


CATEGORIES: tuple[Category, ...] = (
    Category(
        "A",
        "Mouvement de population forcé",
        "Mouvement forcé",
        (
            "Déplacement interne forcé en raison de la violence/conflit/insécurité",
            "Déplacement interne forcé en raison d'intempéries/catastrophe naturelles",
            "Restrictions à la liberté de mouvement",
            "Retour forcé",
            "Refoulement",
        ),
    ),
    Category(
        "B",
        "Atteintes au droit à la vie",
        "Droit à la vie",
        ("Assassinat", "Meurtre", "Mort par engin explosif"),
    ),
    Category(
        "C",
        "Atteintes à l'intégrité physique et/ou psychique",
        "Intégrité physique, psychique",
        (
            "Coup, blessure, mutilation",
            "Blessure ou mutilation par engin explosif",
            "Menace",
            "Violence psychologique/émotionnelle",
            "Viol",
            "Agression sexuelle",
            "Grossesse forcée",
            "Exploitation sexuelle et prostitution forcée",
            "Mariage forcé",
            "Discrimination",
            "Torture et traitement cruel et inhumain",
        ),
    ),
    Category(
        "D",
        "Atteintes à la liberté et à la sécurité de la personne",
        "Liberté et sécurité",
        (
            "Enlèvement, prise d'otage, disparition forcée",
            "Arrestation et/ou détention arbitraire et illégale",
            "Enlèvement et recrutement par les forces ou groupes armés",
            "Séparation familiale",
            "Trafic d'être humain, traite ou esclavage",
            "Exploitation économique et travail forcé",
        ),
    ),
    Category(
        "E",
        "Atteintes au droit à la propriété",
        "Propriété",
        (
            "Vol, extorsion, pillage",
            "Destruction de biens personnels",
            "Incendie volontaire",
            "Taxe illégale",
            "Occupation illégale de bien immobilier, infrastructure ou terre, privé ou public",
            "Destruction de bien immobilier, infrastructure ou terre, privé ou public",
        ),
    ),
    Category(
        "F",
        "Atteintes à l'accès aux services de base",
        "Services de base",
        (
            "Déni de ressources, d'opportunités et/ou d'accès aux services sociaux de base",
            "Blocage, détournement ou refus de l'aide humanitaire",
            "Attaque/occupation contre les écoles et les hôpitaux par les forces et groupes armés",
        ),
    ),
)
# Type of D: the June 2021 text prints "Amputation et/ou détention arbitraire", a slip for "Arrestation";
# the reader of incidents accepts both.

CATEGORY: dict[str, Category] = {category.key: category for category in CATEGORIES}

SENSITIVE_TYPES = frozenset(
    {
        "Viol",
        "Agression sexuelle",
        "Grossesse forcée",
        "Exploitation sexuelle et prostitution forcée",
        "Mariage forcé",
    }
)
"""Types that stay at a coarser geography for every audience (DATA_RESPONSIBILITY: sexual violence, forced
marriage, sexual exploitation)."""


@dataclass(frozen=True)
class AlertType:
    """A type of flash alert. `symbol` is a shape of the page and of the HTML map alike."""

    key: str
    label: str
    plural: str
    symbol: str


ALERT_TYPES: tuple[AlertType, ...] = (
    AlertType("attaque_village", "Attaque de village", "Attaques de village", "triangle"),
    AlertType("menace", "Menace d'attaque", "Menaces d'attaque", "diamond"),
    AlertType("affrontement", "Affrontement", "Affrontements", "cross"),
    AlertType("mouvement", "Mouvement de population", "Mouvements de population", "circle"),
    AlertType("retour", "Mouvement de retour", "Mouvements de retour", "ring"),
    AlertType("infrastructure", "Attaque d'infrastructure", "Attaques d'infrastructure", "square"),
    AlertType("encerclement", "Village encerclé", "Villages encerclés", "target"),
    AlertType("autre", "Autre violation grave", "Autres violations graves", "star"),
)
ALERT_TYPE: dict[str, AlertType] = {alert.key: alert for alert in ALERT_TYPES}


@dataclass(frozen=True)
class Sign:
    """A drawn sign about the origin, y upwards, the same on paper and on screen.

    outline: corners of a polygon, none for a circle of radius 1. growth: the room that the shape needs beyond a circle
    of the same number, so that all look equally large. rings: radii at which paper and colour change, inwards.
    """

    outline: tuple[tuple[float, float], ...] = ()
    growth: float = 1.0
    rings: tuple[float, ...] = ()


_NOTCH = (
    (-0.96, -0.96),
    (-0.42, -0.96),
    (0.0, -0.5),
    (0.42, -0.96),
)  # a side of the cross, turned for the others
_STAR = tuple(
    (radius * math.cos(angle), radius * math.sin(angle))
    for radius, angle in ((0.72 if i % 2 else 1.0, math.pi / 2 + i * math.pi / 8) for i in range(16))
)
SIGNS: dict[str, Sign] = {
    "triangle": Sign(((-0.96, -0.62), (0.96, -0.62), (0.0, 1.04)), 1.36),
    "diamond": Sign(((1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0)), 1.24),
    "cross": Sign(
        (
            *_NOTCH,
            *((-y, x) for x, y in _NOTCH),
            *((-x, -y) for x, y in _NOTCH),
            *((y, -x) for x, y in _NOTCH),
        ),
        1.06,
    ),
    "circle": Sign(),
    "ring": Sign(rings=(0.72,)),
    "square": Sign(((-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)), 0.86),
    "target": Sign(growth=1.02, rings=(0.90, 0.78, 0.36)),
    "star": Sign(_STAR, 1.14),
}
"""Name of a shape -> how it is drawn; sheet and web derive their paths from it."""


@dataclass(frozen=True)
class RiskLevel:
    """A level of the protection risk index. `low`..`high`: points, both included; None: no upper end."""

    level: int
    key: str
    label: str
    low: int
    high: int | None
    points: str
    meaning: str


RISK_LEVELS: tuple[RiskLevel, ...] = (
    RiskLevel(1, "stable", "Stable", 0, 5, "5 points ou moins", "risques réduits par les capacités locales"),
    RiskLevel(2, "moderee", "Modérée", 6, 14, "6 à 14 points", "risques élevés, capacités à renforcer"),
    RiskLevel(3, "serieuse", "Sérieuse", 15, 19, "15 à 19 points", "risques très élevés, capacités faibles"),
    RiskLevel(4, "critique", "Critique", 20, None, "20 points ou plus", "risques extrêmes, sans capacités"),
)  # fmt: skip
RISK_QUESTIONS = 15


def risk_level(score: float) -> RiskLevel:
    """The level of a score (sum of the 15 questions). Source of the thresholds: report, section IV.

    Raises ValueError on a negative score.
    """
    if not score >= 0:
        raise ValueError(f"a score is a number >= 0, not {score}")
    # A score between two whole bounds (14.5, where a question was averaged) belongs to the level whose
    # lower bound it has reached.
    return next(level for level in reversed(RISK_LEVELS) if score >= level.low)


AUTHORS = (
    "Personnes armées non identifiées",
    "Groupes radicaux",
    "Groupes d'autodéfense",
    "Groupes armés signataires",
    "Forces de défense et de sécurité",
    "Communauté ou particulier",
    "Autre",
    "Inconnu",
)
SEXES = ("Femme", "Homme", "Fille", "Garçon", "Inconnu")
AGES = ("0-17", "18-59", "60+", "Inconnu")
STATUSES = (
    "Sans activité",
    "Agriculteur",
    "Éleveur",
    "Commerçant",
    "Fonctionnaire",
    "Élève ou étudiant",
    "Transporteur",
    "Autre",
    "Inconnu",
)
SITES = (
    "Domicile de la victime",
    "Axe routier",
    "Centre de la ville/village",
    "Champ ou pâturage",
    "Marché",
    "Point d'eau",
    "École ou centre de santé",
    "Autre",
    "Inconnu",
)
TIMES = ("5h-7h", "7h-17h", "17h-22h", "22h-5h", "Inconnu")
REGIONS_MONITORED = ("Gao", "Kidal", "Ménaka", "Mopti", "Ségou", "Tombouctou")
BOXES = (
    ("mopti", "Région de Mopti", ("Mopti",)),
    ("segou", "Région de Ségou", ("Ségou",)),
    ("gao-menaka-kidal", "Régions de Gao, Ménaka et Kidal", ("Gao", "Ménaka", "Kidal")),
    ("tombouctou", "Région de Tombouctou", ("Tombouctou",)),
)
"""Of the report's section III: slug, heading and regions, in its order; each has an arrow for each category."""
NEIGHBOURS = ("Algérie", "Burkina Faso", "Côte d’Ivoire", "Guinée", "Mauritanie", "Niger", "Sénégal")
"""Countries across the border, where a movement may end."""
