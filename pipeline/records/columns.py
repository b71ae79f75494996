"""Which column is which: the fields of each table, their spellings, and the header line matched to them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Literal

from pipeline.errors import InputError
from pipeline.french import plain
from pipeline.records.tables import PLACE_COLUMNS, InputFile, clean, header_key, letters, quote
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

# The columns of each table, declared once: the reader, the schemas and the officer's templates use them.


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


def _commune(meaning: str, required: bool = False) -> Field:
    return Field("commune", "place", meaning, required, "Koubewel Koundia")


_PLACE = (
    Field("region", "place", "Région, telle que les limites administratives la nomment", True, "Mopti"),
    Field("cercle", "place", "Cercle de la région", True, "Douentza"),
    _commune("Commune du cercle ; vide si seul le cercle est connu"),
    Field("localite", "place", "Village, quartier ou site ; jamais montré hors de l’équipe", False, "Mougui"),
    Field("pcode", "pcode", "Code P-code de la commune, s’il est connu", False, "ML050304"),
    Field("latitude", "latitude", "Degrés décimaux, entre 10 et 25,1 au Mali", False, "14,99"),
    Field("longitude", "longitude", "Degrés décimaux, entre -12,3 et 4,3 au Mali", False, "-2,95"),
)
_COMMUNE_PLACE = (*_PLACE[:2], _commune("Commune du cercle", required=True), *_PLACE[3:])
_CATEGORY_NAMES = tuple(category.label for category in CATEGORIES)
_TYPE_NAMES = tuple(label for category in CATEGORIES for label in category.types)
_ALERT_NAMES = tuple(alert.label for alert in ALERT_TYPES)

INCIDENTS = (
    Field("id", "id", "Numéro de la violation, différent à chaque ligne", True, "2021-07-0001"),
    Field("date", "date", "Jour de la violation, dans le mois du dossier", True, "14/07/2021"),
    *_PLACE,
    Field(
        "categorie", "category", "Catégorie : la lettre A à F, ou le nom entier", True, "B", _CATEGORY_NAMES
    ),
    Field(
        "type", "type", "Type de violation, pris dans la liste de sa catégorie", True, "Meurtre", _TYPE_NAMES
    ),
    Field("auteur", "choice", "Auteur présumé", False, "Inconnu", AUTHORS),
    Field("sexe", "choice", "Sexe de la victime", False, "Femme", SEXES),
    Field("age", "choice", "Tranche d’âge de la victime, ou son âge en années", False, "18-59", AGES),
    Field("statut_socioeconomique", "choice", "Activité de la victime", False, "Agriculteur", STATUSES),
    Field("lieu", "choice", "Genre de lieu où la violation s’est produite", False, "Axe routier", SITES),
    Field("tranche_horaire", "choice", "Moment de la journée, ou l’heure", False, "7h-17h", TIMES),
)
ALERTES = (
    Field("id_rapport", "code", "Numéro du rapport flash ; le même pour tous ses événements", True, "F-12"),
    Field("date", "date", "Jour de l’événement, dans le mois du dossier", True, "14/07/2021"),
    Field("evenement", "event", "Type d’événement", True, "Attaque de village", _ALERT_NAMES),
    *_PLACE,
    Field("menages", "count", "Nombre de ménages déplacés ou retournés", False, "135"),
    Field("personnes", "count", "Nombre de personnes déplacées ou retournées", False, "810"),
    Field("destination_region", "place", "Région d’arrivée d’un mouvement", False, "Mopti"),
    Field("destination_cercle", "place", "Cercle d’arrivée", False, "Mopti"),
    Field("destination_commune", "place", "Commune d’arrivée", False, "Sio"),
    Field("destination_localite", "place", "Village d’arrivée", False, "Kouna"),
    Field("description", "text", "Ce qui s’est passé, sans nom de personne", False, "Attaque du village"),
)
QUESTIONS = tuple(
    Field(f"q{n}", "question", f"Points de la question {n}", False, "1") for n in range(1, RISK_QUESTIONS + 1)
)
RISQUE = (
    *_COMMUNE_PLACE,
    Field("score", "score", f"Somme des {RISK_QUESTIONS} questions ; ou remplir q1 à q15", False, "16"),
    *QUESTIONS,
)
COUVERTURE = (*_COMMUNE_PLACE, Field("partenaire", "list", "Organisation qui suit la commune"))
TOTALS_TABLES = ("region", "categorie", "cercle")
TOTAUX = (
    Field("mois", "month", "Mois du total", True, "2021-07"),
    Field("tableau", "choice", "Tableau du bulletin", True, "region", TOTALS_TABLES),
    Field("nom", "list", "Nom de la région, de la catégorie ou du cercle", True, "Mopti"),
    Field("valeur", "total", "Total imprimé", True, "947"),
)
DECISIONS = (
    *(Field(f.name, "place", f.meaning, True, f.example) for f in _PLACE[:4]),
    Field("pcode", "pcode", "P-code décidé, ou « introuvable »", True, "ML050304"),
    Field("decide_par", "list", "Qui a décidé"),
    Field("decide_le", "list", "Quand"),
    Field("note", "text", "Pourquoi"),
)
LIGNEE = (
    Field("commune_2021", "text", "Code de la commune de 2021", True, "ML060505"),
    Field("cercle_2025", "text", "Code du cercle de 2025 qui la compte", True, "ML0904"),
    Field(
        "autres_cercles", "text", "Autres cercles qui en ont une part, séparés par |", example="ML0901|ML0902"
    ),
    Field("certitude", "text", "sûr, probable ou à vérifier", True, "probable"),
    Field("decide_par", "text", "Qui a décidé", True),
    Field("decide_le", "text", "Quand, comme 2026-11-25", True),
    Field("note", "text", "Pourquoi"),
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
QUESTION_LIMIT = 4.0
"""Highest number of points of one question."""
COUNT_LIMIT = 1_000_000.0
"""Highest number of households or persons taken for one event."""


# Spellings of file names and headers: French, English, the COD's column names and common Kobo forms.
#
# They are compared by `text.header_key`, so case, accents, spaces, "_" and punctuation need no entry of their
# own. A new spelling is one more word here.


FILES: dict[str, tuple[str, ...]] = {
    "incidents": ("incident", "violations"),
    "alertes_flash": ("alertes", "alerte flash", "flash alerts"),
    "indice_risque": ("indice de risque", "indice des risques", "risk index"),
    "couverture": ("coverage",),
    "totaux_publies": ("totaux", "published totals"),
    "lieux": (),
    "lignee": ("lineage",),
}


_OWN_NAMES = frozenset(
    header_key(name) for table, names in FILES.items() for name in (table, *names, "mois", "colonnes")
)


def told_files(files: Iterable[InputFile]) -> tuple[InputFile, ...]:
    """The files read, under the names by which outputs tell of them: the name that its sender gave a file may say who,
    where or when, and is "export" with its number in its folder where it is not that of a table."""
    found, numbers = [], Counter[PurePosixPath]()
    for file in files:
        path = PurePosixPath(file.path)
        if header_key(path.stem) not in _OWN_NAMES:
            numbers[path.parent] += 1
            path = path.with_name(f"export-{numbers[path.parent]}{path.suffix.lower()}")
        found.append(replace(file, path=str(path)))
    return tuple(found)


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


_PLACE_synonyms: dict[str, tuple[str, ...]] = {
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
        **_PLACE_synonyms,
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
        **_PLACE_synonyms,
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
        **_PLACE_synonyms,
        "score": (
            "indice", "indice de risque", "risk index", "risk score", "score total", "total", "total points",
            "points", "score de risque", "somme",
        ),
        **{f"q{n}": (f"question {n}", f"q0{n}", f"question 0{n}") for n in range(1, 16)},
    },
    "couverture": {
        **_PLACE_synonyms,
        "partenaire": ("partner", "partenaires", "organisation", "organization", "ong", "ngo", "acteur"),
    },
    "totaux_publies": {
        "mois": ("month", "période", "date"),
        "tableau": ("table",),
        "nom": ("name", "libellé", "label"),
        "valeur": ("value", "total", "nombre", "number", "count"),
    },
    "lignee": {
        "commune_2021": ("pcode_2021", "commune"),
        "cercle_2025": ("cercle",),
        "decide_par": ("decided_by",),
        "decide_le": ("decided_on",),
    },
    "lieux": {
        **{name: _PLACE_synonyms[name] for name in ("region", "cercle", "commune", "localite")},
        "pcode": (*_PLACE_synonyms["pcode"], "décision"),
        "decide_par": ("decided_by", "qui"),
        "decide_le": ("decided_on", "quand", "date"),
        "note": ("notes", "remarque", "commentaire"),
    },
}  # fmt: skip

TAGS = (
    ("#meta", "id", "id"), ("#meta", "id", "id_rapport"), ("#event", "id", "id"), ("#event", "id", "id_rapport"),
    ("#date", "", "date"), ("#date", "", "mois"), ("#adm1", "code", ""), ("#adm2", "code", ""), ("#adm3", "code", "pcode"),
    ("#adm1", "", "region"), ("#adm2", "", "cercle"), ("#adm3", "", "commune"), ("#loc", "", "localite"),
    ("#geo", "lat", "latitude"), ("#geo", "lon", "longitude"), ("#event", "category", "categorie"),
    ("#event", "type", "type"), ("#event", "", "evenement"), ("#event", "", "type"), ("#affected", "hh", "menages"),
    ("#affected", "", "personnes"), ("#description", "", "description"), ("#severity", "", "score"),
    ("#indicator", "", "score"), ("#value", "", "score"), ("#value", "", "valeur"), ("#org", "", "partenaire"),
)  # fmt: skip
"""(HXL tag, attribute that it must have or "", column): the first that the table has. Source: the HXL standard's
core tags, hxlstandard.org."""
LAST_RESORT: dict[str, tuple[str, ...]] = {
    "id": ("_uuid", "_id", "meta/instanceID", "instanceID", "_index", "Horodateur", "Timestamp"),
    "id_rapport": ("_uuid", "_id", "meta/instanceID", "instanceID", "_index", "Horodateur", "Timestamp"),
    "latitude": ("_geolocation_latitude", "_gps_latitude", "_geopoint_latitude", "_coordonnees_latitude"),
    "longitude": (
        "_geolocation_longitude",
        "_gps_longitude",
        "_geopoint_longitude",
        "_coordonnees_longitude",
    ),
}
"""Columns that Kobo adds by itself: used, in this order, only where no column of the table proper is there."""


# Which column is which: the header line, whatever its spelling, and clear words where one is missing.


_POINT = re.compile(r"(?:.*/)?_?(.+?)_latitude")
_RANK = re.compile(r"^\s*(?:[a-z]{1,2})?\d{1,3}(?:[._]\d{1,2})*\s*[.)\]:/_\-–]?\s+", re.IGNORECASE)
_SUMMED = re.compile(
    r"^(?:somme|sum|moyenne|average|premier|first|max|min)\s+(?:de|of|d['’])\s*", re.IGNORECASE
)
"""What dashboards put before the name of a figure."""
_BRACKETS = re.compile(r"\([^()]*\)")
_ASKER = re.compile(
    r"(?:nom )?(?:enqueteur|enumerator|agent|moniteur|monitor|collecteur|superviseur|point focal|origine)"
)
_QUESTION = re.compile(r"\s*q(?:uestion)?[\s_.]*0?(\d{1,2})\s*[.:)\-–]", re.IGNORECASE)


_PEOPLE = frozenset((
    "victime", "victimes", "survivant", "survivante", "temoin", "plaignant", "plaignante", "repondant", "repondante",
    "enquete", "enquetee", "declarant", "beneficiaire", "enqueteur", "enquetrice", "enqueteurs", "enumerator",
    "agent", "moniteur", "monitrice", "collecteur", "superviseur", "focal", "informateur", "informatrice", "auteur",
    "personne", "individu", "parent", "tuteur", "pere", "mere", "epoux", "epouse", "enfant", "famille", "menage",
    "victim", "survivor", "witness", "respondent", "interviewer", "monitor", "perpetrator", "head", "person",
    "complet", "full", "first", "last",
))  # fmt: skip
_NAMES = frozenset(("nom", "noms", "name", "names", "identite"))
_HOMES = frozenset((
    "menage", "menages", "household", "foyer", "domicile", "maison", "habitation", "home", "concession", "victime",
    "repondant",
))  # fmt: skip
_POSITIONS = frozenset((
    "gps", "coordonnees", "geopoint", "geolocalisation", "geolocation", "position", "localisation", "latitude",
    "longitude", "lat", "lon", "altitude", "precision",
))  # fmt: skip
_PERSONAL = frozenset((
    "prenom", "prenoms", "surnom", "patronyme", "firstname", "lastname", "surname", "fullname", "telephone",
    "telephones", "tel", "tels", "phone", "phonenumber", "whatsapp", "contact", "contacts", "email", "mail",
    "courriel", "username", "adresse", "adresses", "address", "domicile", "signature", "nina", "cni", "passeport",
    "passport",
))  # fmt: skip
_PERSONAL_PHRASES = (
    "submitted by",
    "nom du chef de",
    "carte d identite",
    "piece d identite",
    "e mail",
    "id card",
)
"""Words of titles that say who somebody is, how to reach them, or where they live."""


def is_personal(title: str) -> bool:
    """Whether a column's title says that it holds personal data: names and ways to reach people, where they live."""
    words = frozenset(plain(clean(title)).split())
    return bool(
        words & _PERSONAL
        or (words & _NAMES and words & _PEOPLE)
        or (words & _POSITIONS and words & _HOMES)
        or any(phrase in plain(title) for phrase in _PERSONAL_PHRASES)
    )


@dataclass(frozen=True)
class Columns:
    """positions: column of the table -> its place in the line (from 0). written: column -> header as written.
    doubtful: (header not recognised, column it resembles)."""

    positions: dict[str, int]
    written: dict[str, str]
    doubtful: tuple[tuple[str, str], ...] = ()


@lru_cache(maxsize=16)
def _keys(table: str) -> dict[str, str]:
    """header_key -> column, for one table."""
    spellings = HEADERS[table]
    keys: dict[str, str] = {}
    for field in FIELDS[table]:
        for spelling in spellings.get(field.name, ()):
            keys.setdefault(header_key(spelling), field.name)
    # A column's own name always wins over another's synonym.
    keys.update({header_key(field.name): field.name for field in FIELDS[table]})
    return keys


@lru_cache(maxsize=4096)
def column_of(header: str, table: str) -> str | None:
    """The column that one header names, or None. A form's group ("victime/sexe") may stand before it.

    Headers that begin with "_" are a form's own additions, never the table's.
    """
    header = clean(header)
    if not header or header.startswith("_") or header == "meta/instanceID":
        return None
    keys = _keys(table)
    if header.startswith("#"):
        return _tagged(header, keys.values())
    found = keys.get(header_key(header))
    if found is None and "/" in header:
        last = header.rsplit("/", 1)[1]
        found = None if last.startswith("_") else keys.get(header_key(last))
    if found is None and (question := _QUESTION.match(header)) and f"q{question[1]}" in keys:
        found = f"q{question[1]}"
    return found


def _tagged(header: str, columns: Collection[str]) -> str | None:
    """The column that an HXL tag stands for ("#adm3+code"), among `columns`."""
    tag, *attributes = re.split(r"\s*\+\s*", header.lower().replace("# ", "#"))
    meant = (column for base, wanted, column in TAGS if tag == base and (not wanted or wanted in attributes))
    return next((column for column in meant if column in columns), None)


@lru_cache(maxsize=4096)
def _loose(header: str, table: str) -> str | None:
    """The column that a header names behind a group ("lieu.region"), a number ("3. Région"), or in two languages
    ("Date of incident / Date de l'incident"). Not what a form asks of whoever fills it in."""
    header = clean(header)
    if not header or header.startswith("_") or _ASKER.match(plain(header)):
        return None
    keys = _keys(table)
    bare = _SUMMED.sub("", _BRACKETS.sub(" ", _RANK.sub("", header)))
    if (found := keys.get(header_key(bare))) is not None:
        return found
    for separator in (" / ", "/", "::", ":", ".", " - ", "-", "_"):
        parts = [part for part in bare.split(separator) if part.strip()]
        if len(parts) < 2:
            continue
        if (found := keys.get(header_key(parts[-1]))) is not None:
            return found
        if separator == " / " and (found := keys.get(header_key(parts[0]))) is not None:
            return found
    return None


def header_score(cells: Sequence[str], table: str, named: Mapping[str, str] | None = None) -> int:
    """How many different columns of `table` these cells name: 0 for a line that is no header. named: column ->
    header_key of the header that a recipe gives it."""
    found = {column for cell in cells if (column := column_of(cell, table) or _loose(cell, table))}
    if named:
        keys = {header_key(cell) for cell in cells}
        found |= {column for column, key in named.items() if key in keys}
    return len(found)


def missing_columns(columns: Columns, table: str) -> list[str]:
    """The required columns that are not there, as the officer would write them."""
    there = columns.positions
    absent = [f.name for f in FIELDS[table] if f.required and f.name not in there]
    if table not in ("lieux", "lignee") and ("pcode" in there or {"latitude", "longitude"} <= set(there)):
        absent = [name for name in absent if name not in PLACE_COLUMNS]
    if table == "indice_risque" and "score" not in there:
        lacking = [q.name for q in QUESTIONS if q.name not in there]
        absent += lacking if len(lacking) < len(QUESTIONS) else ["score (ou q1 à q15)"]
    return absent


def match_headers(
    cells: Sequence[str],
    table: str,
    shown: str,
    named: Mapping[str, str] | None = None,
    ignored: Collection[str] = (),
) -> Columns:
    """The columns of a header line. named: column -> header_key, from a recipe; ignored: header_keys that a recipe
    leaves out. Raises InputError where two headers name one column."""
    positions: dict[str, int] = {}
    unknown: dict[int, str] = {}
    keys = [header_key(cell) for cell in cells]
    wanted = {key: column for column, key in (named or {}).items()}
    for at, key in enumerate(keys):
        if key in wanted:
            positions.setdefault(wanted[key], at)
    written = {column: clean(cells[at]) for column, at in positions.items()}
    for at, cell in enumerate(cells):
        name, header = column_of(cell, table), clean(cell)
        if at in positions.values() or keys[at] in ignored or name in (named or {}):
            continue
        if name is None:
            unknown[at] = header
        elif name in positions:
            raise _twice(shown, name, (written[name], positions[name]), (header, at))
        else:
            positions[name], written[name] = at, header
    _match_loosely(unknown, positions, written, table)
    points = _match_what_forms_add(cells, positions, written, table)
    doubtful = _doubtful(list(unknown.values()), positions, table)
    return Columns(positions, written, (*doubtful, *((header, "latitude") for header in points)))


def _match_loosely(
    unknown: dict[int, str], positions: dict[str, int], written: dict[str, str], table: str
) -> None:
    """Take, for columns not found yet, the one header that names each behind a group, a number or a translation;
    where two do, neither: the message then shows both."""
    found: dict[str, list[int]] = {}
    for at, header in unknown.items():
        name = _loose(header, table)
        if name is not None and name not in positions:
            found.setdefault(name, []).append(at)
    for name, places in found.items():
        if len(places) == 1:
            positions[name], written[name] = places[0], unknown.pop(places[0])


def _match_what_forms_add(
    cells: Sequence[str], positions: dict[str, int], written: dict[str, str], table: str
) -> list[str]:
    """Take the columns that a form adds by itself where the table has none of its own: ids, and the position of
    whatever question asked for it. Where several questions did, none is taken: their titles are returned."""
    names = [clean(cell).casefold() for cell in cells]
    for name, headers in LAST_RESORT.items():
        if name in positions or name not in _keys(table).values():
            continue
        for header in headers:
            # Forms repeat a column's name behind its group.
            wanted = header.casefold()
            at = next((i for i, n in enumerate(names) if n == wanted or n.endswith("/" + wanted)), -1)
            if at >= 0:
                positions[name], written[name] = at, clean(cells[at])
                break
    if "latitude" in positions or "longitude" in positions or "latitude" not in _keys(table).values():
        return []
    points = {found[1]: at for at, name in enumerate(names) if (found := _POINT.fullmatch(name))}
    whole = [
        (at, names.index(other))
        for key, at in points.items()
        if (other := names[at].replace("latitude", "longitude")) in names
        and "dest" not in key
        and not is_personal(names[at])
    ]
    if len(whole) == 1:
        for column, at in zip(("latitude", "longitude"), whole[0], strict=True):
            positions[column], written[column] = at, clean(cells[at])
    return [clean(cells[at]) for at, _ in whole] if len(whole) > 1 else []


def require_columns(columns: Columns, cells: Sequence[str], table: str, shown: str) -> None:
    """Raise InputError naming the required columns that are not there, and what was there instead."""
    absent = missing_columns(columns, table)
    if not absent:
        return
    seen = [quote(text, 40) for cell in cells if (text := clean(cell))]
    near = {target: header for header, target in columns.doubtful}
    hints = [f"{quote(near[name])} est peut-être {name}" for name in absent if name in near]
    lines = [f'colonnes.{name.split(" ")[0]} = "{near.get(name, "le titre vu")}"' for name in absent]
    paste = f"écrire dans colonnes.toml (dossier des tableaux) : [[{table}]] puis, à la ligne, {' puis '.join(lines)}"
    listed = ", ".join(seen[:25]) or "aucune"
    more = f" et {len(seen) - 25} autres" if len(seen) > 25 else ""
    raise InputError(
        f"{shown} : il manque {'la colonne' if len(absent) == 1 else 'les colonnes'} {', '.join(absent)} ; "
        f"colonnes vues : {listed}{more}",
        "le tableau ne peut pas être compris, et aucune carte n’est produite",
        (f"{' ; '.join(hints)} ; " if hints else "")
        + f"donner à la première ligne du tableau les titres {', '.join(_required(table))} ; ou, une fois pour "
        f"toutes, make recette FICHIER={shown}, ou {paste}",
    )


def _required(table: str) -> list[str]:
    names = [field.name for field in FIELDS[table] if field.required]
    return [*names, "score"] if table == "indice_risque" else names


def _twice(shown: str, name: str, first: tuple[str, int], second: tuple[str, int]) -> InputError:
    return InputError(
        f"{shown} : deux colonnes disent la même chose ({name}) : {quote(first[0])} (colonne {letters(first[1])}) "
        f"et {quote(second[0])} (colonne {letters(second[1])})",
        "on ne peut pas savoir laquelle est juste, et aucune carte n’est produite",
        f"ne garder que la bonne, avec le titre {quote(name)}, et donner un autre titre à la seconde ou la supprimer (une "
        "colonne que l’on ne voit pas est masquée : Accueil, Format, Masquer et afficher)",
    )


def _doubtful(unknown: Sequence[str], positions: dict[str, int], table: str) -> tuple[tuple[str, str], ...]:
    """Headers not recognised that look like a slip for a column that is not there."""
    from rapidfuzz import fuzz, process

    free = {key: name for key, name in _keys(table).items() if name not in positions and len(key) >= 4}
    found = []
    for header in unknown:
        # Behind a form's groups, or one of several words for a column: "lieu/cercle", "Cercle/District", "Cercle (actuel)".
        for part in reversed(re.split(r"[/|(]", "" if header.startswith("_") else header)):
            key = header_key(part)
            near = process.extractOne(key, free.keys(), scorer=fuzz.ratio, score_cutoff=84)
            if near and len(key) >= 4:
                found.append((header, free[near[0]]))
                break
    return tuple(found)
