"""Spellings of file names and headers: French, English, the COD's column names and common Kobo forms.

They are compared by `text.header_key`, so case, accents, spaces, "_" and punctuation need no entry of their
own. A new spelling is one more word here.
"""

from __future__ import annotations

FILES: dict[str, tuple[str, ...]] = {
    "incidents": ("incident", "violations"),
    "alertes_flash": ("alertes", "alerte flash", "flash alerts"),
    "indice_risque": ("indice de risque", "indice des risques", "risk index"),
    "couverture": ("coverage",),
    "totaux_publies": ("totaux", "published totals"),
    "lieux": (),
    "lignee": ("lineage",),
}


def _level(number: int, *names: str) -> tuple[str, ...]:
    """Header forms of one administrative level in COD files and in forms."""
    return (
        *names,
        *(f"{adm}{number}{end}" for adm in ("adm", "admin") for end in ("", "fr", "name", "nom", "namefr")),
        *(f"nom {name}" for name in names),
        *(f"{name} name" for name in names),
        *(f"select {name}" for name in names),
    )


def _arrival(*names: str) -> tuple[str, ...]:
    """The same place as the end of a movement."""
    return tuple(
        form
        for name in names
        for form in (
            f"{name} destination", f"dest {name}", f"{name} dest", f"{name} d'arrivée", f"{name} d'accueil",
            f"{name} arrivee", f"{name} accueil", f"destination {name}", f"{name} de destination",
        )
    )  # fmt: skip


_PLACE: dict[str, tuple[str, ...]] = {
    "region": _level(1, "region", "région administrative"),
    "cercle": _level(2, "cercle", "circle"),
    "commune": _level(3, "commune", "municipality"),
    "localite": (
        "localité", "locality", "village", "village quartier", "localité village", "village localité",
        "village site", "nom du village", "nom de la localité", "settlement", "place name", "admin4", "adm4",
    ),
    "pcode": (
        "p code", "pcode commune", "commune pcode", "adm3 pcode", "admin3 pcode", "admin3 pcod", "adm3 code",
        "admin3 code", "code commune", "code de la commune", "place code", "code p",
    ),
    "latitude": ("lat", "gps latitude", "geolocation latitude", "latitude y", "coord y", "y", "lat dd"),
    "longitude": (
        "lon", "long", "lng", "gps longitude", "geolocation longitude", "longitude x", "coord x", "x", "lon dd",
    ),
}  # fmt: skip
_DATE = (
    "date incident", "date de l'incident", "date de la violation", "date violation", "incident date",
    "event date", "date de l'événement", "date événement", "date of incident", "date alerte",
    "date de l'alerte", "jour",
)  # fmt: skip

HEADERS: dict[str, dict[str, tuple[str, ...]]] = {
    "incidents": {
        "id": (
            "identifiant", "incident id", "id incident", "code incident", "numéro", "numéro incident", "n°",
            "no", "case id", "id violation", "violation id", "référence", "ref",
        ),
        "date": _DATE,
        **_PLACE,
        "categorie": (
            "category", "catégorie de violation", "catégorie violation", "violation category",
            "catégorie incident", "catégorie de l'incident", "incident category", "catégories",
        ),
        "type": (
            "type de violation", "type violation", "violation type", "type d'incident", "type incident",
            "incident type", "violation", "typologie", "sous catégorie", "types",
        ),
        "auteur": (
            "author", "auteurs", "auteur présumé", "auteurs présumés", "perpetrator", "alleged perpetrator",
            "presumed author", "auteur de la violation", "auteur violation",
        ),
        "sexe": ("sex", "gender", "genre", "sexe victime", "sexe de la victime", "victim sex", "victim gender"),
        "age": (
            "âge victime", "âge de la victime", "tranche d'âge", "tranche âge", "groupe d'âge", "age group",
            "victim age", "classe d'âge",
        ),
        "statut_socioeconomique": (
            "statut", "statut socio économique victime", "socioeconomic status", "socio economic status",
            "occupation", "profession", "activité", "statut victime", "status",
        ),
        "lieu": (
            "lieu de la violation", "lieu violation", "lieu de l'incident", "lieu incident", "type de lieu",
            "type lieu", "location type", "place type",
        ),
        "tranche_horaire": (
            "horaire", "heure", "tranche", "time", "time of day", "heure incident", "heure de l'incident",
            "tranches horaires", "moment de la journée",
        ),
    },
    "alertes_flash": {
        "id_rapport": (
            "id", "identifiant", "rapport", "numéro", "numéro rapport", "numéro du rapport", "n° rapport",
            "report id", "report", "id alerte", "alert id", "flash id", "n° alerte", "référence", "ref",
        ),
        "date": _DATE,
        "evenement": (
            "event", "event type", "type d'événement", "type événement", "type", "type d'alerte",
            "type alerte", "alert type", "alerte", "nature de l'événement",
        ),
        **_PLACE,
        "menages": (
            "households", "hh", "nombre de ménages", "nb ménages", "nbre ménages", "nombre ménages",
            "ménages déplacés", "number of households",
        ),
        "personnes": (
            "persons", "people", "individuals", "individus", "nombre de personnes", "nb personnes",
            "nbre personnes", "nombre personnes", "personnes déplacées", "number of people",
            "nombre d'individus",
        ),
        "destination_region": ("destination admin1", "destination adm1", *_arrival("région")),
        "destination_cercle": ("destination admin2", "destination adm2", *_arrival("cercle", "circle")),
        "destination_commune": ("destination admin3", "destination adm3", *_arrival("commune")),
        "destination_localite": ("destination village", *_arrival("localité", "village", "locality")),
        "description": ("résumé", "summary", "narrative", "détails", "details", "commentaire", "comments"),
    },
    "indice_risque": {
        **_PLACE,
        "score": (
            "indice", "indice de risque", "risk index", "risk score", "score total", "total", "total points",
            "points", "score de risque", "somme",
        ),
        **{f"q{n}": (f"question {n}", f"q0{n}", f"question 0{n}") for n in range(1, 16)},
    },
    "couverture": {
        **_PLACE,
        "partenaire": ("partner", "partenaires", "organisation", "organization", "ong", "ngo", "acteur"),
    },
    "totaux_publies": {
        "month": ("mois", "période", "date"),
        "table": ("tableau",),
        "name": ("nom", "libellé", "label"),
        "value": ("valeur", "total", "nombre", "number", "count"),
    },
    "lignee": {
        "commune_2021": ("pcode_2021", "commune"),
        "cercle_2025": ("cercle",),
        "decide_par": ("decided_by",),
        "decide_le": ("decided_on",),
    },
    "lieux": {
        **{name: _PLACE[name] for name in ("region", "cercle", "commune", "localite")},
        "pcode": (*_PLACE["pcode"], "décision"),
        "decided_by": ("décidé par", "qui"),
        "decided_on": ("décidé le", "quand", "date"),
        "note": ("notes", "remarque", "commentaire"),
    },
}  # fmt: skip

LAST_RESORT: dict[str, tuple[str, ...]] = {
    "id": ("_uuid", "_id", "meta/instanceID", "instanceID", "_index"),
    "id_rapport": ("_uuid", "_id", "meta/instanceID", "instanceID", "_index"),
    "latitude": ("_geolocation_latitude", "_gps_latitude", "_geopoint_latitude", "_coordonnees_latitude"),
    "longitude": (
        "_geolocation_longitude",
        "_gps_longitude",
        "_geopoint_longitude",
        "_coordonnees_longitude",
    ),
}
"""Columns that Kobo adds by itself: used, in this order, only where no column of the table proper is there."""
