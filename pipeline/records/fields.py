"""The columns of each table, declared once: the reader, the schemas and the officer's templates use them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pipeline.taxonomy import (
    AGES,
    ALERT_TYPES,
    AUTHORS,
    CATEGORIES,
    RISK_QUESTIONS,
    SEXES,
    SITES,
    STATUSES,
    TIMES,
)

Kind = Literal[
    "id", "code", "date", "place", "pcode", "latitude", "longitude", "category", "type", "event",
    "choice", "count", "score", "question", "text", "month", "list", "total",
]  # fmt: skip


@dataclass(frozen=True)
class Field:
    """One column. required: the header must be there (whether an empty cell is refused depends on the kind:
    a row may lack its cercle as long as something tells where it is). meaning, example: French, for the
    templates. choices: the closed list."""

    name: str
    kind: Kind
    meaning: str
    required: bool = False
    example: str = ""
    choices: tuple[str, ...] = ()


_PLACE = (
    Field("region", "place", "Région, telle que les limites administratives la nomment", True, "Mopti"),
    Field("cercle", "place", "Cercle de la région", True, "Douentza"),
    Field(
        "commune", "place", "Commune du cercle ; vide si seul le cercle est connu", False, "Koubewel Koundia"
    ),
    Field("localite", "place", "Village, quartier ou site ; jamais montré hors de l'équipe", False, "Mougui"),
    Field("pcode", "pcode", "Code P-code de la commune, s'il est connu", False, "ML050304"),
    Field("latitude", "latitude", "Degrés décimaux, entre 10 et 25,1 au Mali", False, "14,99"),
    Field("longitude", "longitude", "Degrés décimaux, entre -12,3 et 4,3 au Mali", False, "-2,95"),
)
_COMMUNE_PLACE = (
    *_PLACE[:2],
    Field("commune", "place", "Commune du cercle", True, "Koubewel Koundia"),
    *_PLACE[3:],
)

INCIDENTS = (
    Field("id", "id", "Numéro de la violation, différent à chaque ligne", True, "2021-07-0001"),
    Field("date", "date", "Jour de la violation, dans le mois du dossier", True, "14/07/2021"),
    *_PLACE,
    Field(
        "categorie",
        "category",
        "Catégorie : la lettre A à F, ou le nom entier",
        True,
        "B",
        tuple(category.label for category in CATEGORIES),
    ),
    Field(
        "type",
        "type",
        "Type de violation, pris dans la liste de sa catégorie",
        True,
        "Meurtre",
        tuple(label for category in CATEGORIES for label in category.types),
    ),
    Field("auteur", "choice", "Auteur présumé", False, "Inconnu", AUTHORS),
    Field("sexe", "choice", "Sexe de la victime", False, "Femme", SEXES),
    Field("age", "choice", "Tranche d'âge de la victime, ou son âge en années", False, "18-59", AGES),
    Field("statut_socioeconomique", "choice", "Activité de la victime", False, "Agriculteur", STATUSES),
    Field("lieu", "choice", "Genre de lieu où la violation s'est produite", False, "Axe routier", SITES),
    Field("tranche_horaire", "choice", "Moment de la journée, ou l'heure", False, "7h-17h", TIMES),
)
ALERTES = (
    Field("id_rapport", "code", "Numéro du rapport flash ; le même pour tous ses événements", True, "F-12"),
    Field("date", "date", "Jour de l'événement, dans le mois du dossier", True, "14/07/2021"),
    Field(
        "evenement",
        "event",
        "Type d'événement",
        True,
        "Attaque de village",
        tuple(alert.label for alert in ALERT_TYPES),
    ),
    *_PLACE,
    Field("menages", "count", "Nombre de ménages déplacés ou retournés", False, "135"),
    Field("personnes", "count", "Nombre de personnes déplacées ou retournées", False, "810"),
    Field("destination_region", "place", "Région d'arrivée d'un mouvement", False, "Mopti"),
    Field("destination_cercle", "place", "Cercle d'arrivée", False, "Mopti"),
    Field("destination_commune", "place", "Commune d'arrivée", False, "Sio"),
    Field("destination_localite", "place", "Village d'arrivée", False, "Kouna"),
    Field("description", "text", "Ce qui s'est passé, sans nom de personne", False, "Attaque du village"),
)
QUESTIONS = tuple(
    Field(f"q{n}", "question", f"Points de la question {n}", False, "1") for n in range(1, RISK_QUESTIONS + 1)
)
RISQUE = (
    *_COMMUNE_PLACE,
    Field("score", "score", f"Somme des {RISK_QUESTIONS} questions ; ou remplir q1 à q15", False, "16"),
    *QUESTIONS,
)
COUVERTURE = (
    *_COMMUNE_PLACE,
    Field("partenaire", "list", "Organisation qui suit la commune", False, ""),
)
TOTALS_TABLES = ("region", "categorie", "cercle")
TOTAUX = (
    Field("month", "month", "Mois du total", True, "2021-07"),
    Field("table", "choice", "Tableau du bulletin", True, "region", TOTALS_TABLES),
    Field("name", "list", "Nom de la région, de la catégorie ou du cercle", True, "Mopti"),
    Field("value", "total", "Total imprimé", True, "947"),
)
DECISIONS = (
    *(Field(f.name, "place", f.meaning, True, f.example) for f in _PLACE[:4]),
    Field("pcode", "pcode", "P-code décidé, ou « introuvable »", True, "ML050304"),
    Field("decided_by", "list", "Qui a décidé", False, ""),
    Field("decided_on", "list", "Quand", False, ""),
    Field("note", "text", "Pourquoi", False, ""),
)
LIGNEE = (
    Field("commune_2021", "text", "Code de la commune de 2021", True, "ML060505"),
    Field("cercle_2025", "text", "Code du cercle de 2025 qui la compte", True, "ML0904"),
    Field(
        "autres_cercles", "text", "Autres cercles qui en ont une part, séparés par |", False, "ML0901|ML0902"
    ),
    Field("certitude", "text", "sûr, probable ou à vérifier", True, "probable"),
    Field("decide_par", "text", "Qui a décidé", True, ""),
    Field("decide_le", "text", "Quand, comme 2026-11-25", True, ""),
    Field("note", "text", "Pourquoi", False, ""),
)

FIELDS: dict[str, tuple[Field, ...]] = {
    "incidents": INCIDENTS,
    "alertes_flash": ALERTES,
    "indice_risque": RISQUE,
    "couverture": COUVERTURE,
    "totaux_publies": TOTAUX,
    "lieux": DECISIONS,
    "lignee": LIGNEE,
}

PLACE_CLUES = ("region", "cercle", "commune", "localite", "pcode", "latitude")
COMMUNE_CLUES = ("commune", "localite", "pcode", "latitude")
CLUES: dict[str, tuple[str, ...]] = {
    "incidents": PLACE_CLUES,
    "alertes_flash": PLACE_CLUES,
    "indice_risque": COMMUNE_CLUES,
    "couverture": COMMUNE_CLUES,
    "lieux": PLACE_CLUES[:4],
}
"""Columns of which one at least must be filled for a row to stand anywhere. An index or a coverage without
its commune colours nothing, so its region and cercle do not suffice."""

SCORE_LIMIT = 60.0
"""Highest score taken for one: 15 questions of at most 4 points. The bulletin prints no maximum; 20 points
are already "critique", so more than this is a slip of the keyboard."""
COUNT_LIMIT = 1_000_000.0
"""Highest number of households or persons taken for one event."""
