"""Texts to values, column by column: dates, numbers, closed lists; each distinct text is read once."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from typing import Any, NamedTuple
from unicodedata import normalize

from pipeline.french import NAMES, Month, listing, plain, unaccented
from pipeline.records.columns import FIELDS, QUESTION_LIMIT, QUESTIONS, Field
from pipeline.records.tables import (
    PLACE_LIMIT,
    TEXT_LIMIT,
    Problem,
    closest,
    code,
    quote,
    refusal,
    remark,
    value_key,
)
from pipeline.taxonomy import ALERT_TYPES, CATEGORIES, CATEGORY

# Other wordings of the closed lists' values, compared by `text.value_key`.
#
# Case, accents, articles, plurals, punctuation and brackets need no entry. What is not here and not in the
# taxonomy is never guessed: the row is refused, or the value becomes "Inconnu", and the officer is told.


CATEGORY_WORDINGS: dict[str, tuple[str, ...]] = {
    "A": (
        "Mouvements forcés de population", "Mouvement de population", "Mouvement forcé", "Déplacement forcé",
        "Déplacements forcés de population", "Forced population movement", "Forced displacement",
        "Forced movement of population",
    ),
    "B": ("Droit à la vie", "Atteinte à la vie", "Violation du droit à la vie", "Right to life"),
    "C": (
        "Atteinte à l'intégrité physique", "Intégrité physique", "Intégrité physique et psychique",
        "Atteinte à l'intégrité physique et mentale", "Atteinte au droit à l'intégrité physique et psychique",
        "Physical integrity", "Physical and psychological integrity", "Physical and mental integrity",
    ),
    "D": (
        "Liberté et sécurité", "Liberté et sécurité de la personne", "Atteinte à la liberté et à la sécurité",
        "Atteinte au droit à la liberté et à la sécurité",
        "Atteinte au droit à la liberté et à la sécurité de la personne",
        "Liberty and security", "Right to liberty and security", "Liberty and security of person",
    ),
    "E": ("Droit à la propriété", "Propriété", "Atteinte à la propriété", "Right to property", "Property rights"),
    "F": (
        "Accès aux services de base", "Services de base", "Services sociaux de base",
        "Atteinte à l'accès aux services sociaux de base", "Access to basic services", "Basic services",
    ),
}  # fmt: skip

TYPE_WORDINGS: dict[str, tuple[str, ...]] = {
    "Déplacement interne forcé en raison de la violence/conflit/insécurité": (
        "Déplacement interne forcé en raison de la violence, du conflit ou de l'insécurité",
        "Déplacement forcé en raison de la violence/conflit/insécurité",
        "Déplacement interne forcé (violence/conflit/insécurité)",
    ),
    "Déplacement interne forcé en raison d'intempéries/catastrophe naturelles": (
        "Déplacement interne forcé en raison d'intempéries ou de catastrophes naturelles",
        "Déplacement forcé en raison d'intempéries/catastrophes naturelles",
    ),
    "Restrictions à la liberté de mouvement": ("Restriction de mouvement", "Restriction de la liberté de mouvement"),
    "Assassinat": ("Assassinat ciblé",),
    "Meurtre": ("Homicide", "Murder"),
    "Mort par engin explosif": ("Mort par engin explosif improvisé", "Mort par EEI", "Décès par engin explosif"),
    "Coup, blessure, mutilation": ("Coups et blessures", "Coup blessure", "Coups et blessures, mutilation"),
    "Blessure ou mutilation par engin explosif": ("Blessure par engin explosif", "Blessé par engin explosif"),
    "Menace": ("Menace de mort",),
    "Violence psychologique/émotionnelle": ("Violence psychologique", "Violence émotionnelle"),
    "Viol": ("Rape",),
    "Exploitation sexuelle et prostitution forcée": ("Exploitation sexuelle", "Prostitution forcée"),
    "Torture et traitement cruel et inhumain": ("Torture", "Torture, traitement cruel, inhumain ou dégradant"),
    "Enlèvement, prise d'otage, disparition forcée": (
        "Enlèvement", "Prise d'otage", "Disparition forcée", "Enlèvement/prise d'otages", "Abduction", "Kidnapping",
    ),
    # The June 2021 bulletin prints "Amputation" in its definitions, a slip for "Arrestation".
    "Arrestation et/ou détention arbitraire et illégale": (
        "Amputation et/ou détention arbitraire et illégale", "Arrestation arbitraire", "Détention arbitraire",
        "Arrestation ou détention arbitraire", "Arrestation et détention arbitraire",
    ),
    "Enlèvement et recrutement par les forces ou groupes armés": (
        "Recrutement par les forces ou groupes armés", "Recrutement forcé",
    ),
    "Trafic d'être humain, traite ou esclavage": ("Traite", "Esclavage", "Traite des êtres humains"),
    "Exploitation économique et travail forcé": ("Exploitation économique", "Travail forcé"),
    "Vol, extorsion, pillage": ("Vol", "Extorsion", "Pillage", "Vol de bétail", "Vol et extorsion", "Vol et pillage"),
    "Incendie volontaire": ("Incendie", "Arson"),
    "Taxe illégale": ("Taxation illégale", "Impôt illégal"),
    "Occupation illégale de bien immobilier, infrastructure ou terre, privé ou public": (
        "Occupation illégale de bien immobilier", "Occupation illégale",
    ),
    "Destruction de bien immobilier, infrastructure ou terre, privé ou public": (
        "Destruction de bien immobilier", "Destruction d'infrastructure",
    ),
    "Déni de ressources, d'opportunités et/ou d'accès aux services sociaux de base": (
        "Déni de ressources", "Déni d'accès aux services sociaux de base", "Déni d'accès aux services de base",
        "Déni de ressources, d'opportunités et d'accès aux services sociaux de base",
    ),
    "Blocage, détournement ou refus de l'aide humanitaire": (
        "Blocage de l'aide humanitaire", "Détournement de l'aide humanitaire", "Refus de l'aide humanitaire",
    ),
    "Attaque/occupation contre les écoles et les hôpitaux par les forces et groupes armés": (
        "Attaque contre les écoles et les hôpitaux", "Attaque contre une école", "Occupation d'école",
        "Attaque/occupation contre les écoles et les hôpitaux",
    ),
}  # fmt: skip

ENGLISH_TYPE_WORDINGS: dict[str, tuple[str, ...]] = {
    "Déplacement interne forcé en raison de la violence/conflit/insécurité": (
        "Forced internal displacement due to violence/conflict/insecurity", "Forced displacement due to conflict",
        "Internal displacement due to violence", "Conflict displacement",
    ),
    "Déplacement interne forcé en raison d'intempéries/catastrophe naturelles": (
        "Forced internal displacement due to natural disasters", "Forced displacement due to natural disaster",
        "Disaster displacement",
    ),
    "Restrictions à la liberté de mouvement": ("Restriction of freedom of movement", "Restrictions on freedom of movement"),
    "Retour forcé": ("Forced return",),
    "Refoulement": ("Forced repatriation", "Pushback"),
    "Assassinat": ("Assassination", "Targeted killing"),
    "Meurtre": ("Killing", "Unlawful killing"),
    "Mort par engin explosif": ("Death by explosive device", "Killed by explosive device", "Killed by IED", "Death by IED"),
    "Coup, blessure, mutilation": ("Assault", "Physical assault", "Injury", "Assault, injury, mutilation", "Beating"),
    "Blessure ou mutilation par engin explosif": ("Injury by explosive device", "Injured by IED", "Injury by IED"),
    "Menace": ("Threat", "Death threat"),
    "Violence psychologique/émotionnelle": ("Psychological violence", "Emotional violence", "Psychological abuse"),
    "Agression sexuelle": ("Sexual assault",),
    "Grossesse forcée": ("Forced pregnancy",),
    "Exploitation sexuelle et prostitution forcée": ("Sexual exploitation", "Forced prostitution"),
    "Mariage forcé": ("Forced marriage",),
    "Torture et traitement cruel et inhumain": ("Torture and inhuman treatment", "Torture and cruel treatment"),
    "Enlèvement, prise d'otage, disparition forcée": ("Hostage taking", "Enforced disappearance", "Forced disappearance"),
    "Arrestation et/ou détention arbitraire et illégale": (
        "Arbitrary arrest", "Arbitrary detention", "Arbitrary arrest or detention", "Unlawful arrest or detention",
    ),
    "Enlèvement et recrutement par les forces ou groupes armés": ("Forced recruitment", "Recruitment by armed groups"),
    "Séparation familiale": ("Family separation",),
    "Trafic d'être humain, traite ou esclavage": ("Human trafficking", "Trafficking", "Slavery"),
    "Exploitation économique et travail forcé": ("Economic exploitation", "Forced labour", "Forced labor"),
    "Vol, extorsion, pillage": ("Theft", "Looting", "Robbery", "Extortion", "Theft, extortion, looting", "Cattle rustling"),
    "Destruction de biens personnels": ("Destruction of personal property", "Destruction of property"),
    "Taxe illégale": ("Illegal tax", "Illegal taxation"),
    "Occupation illégale de bien immobilier, infrastructure ou terre, privé ou public": (
        "Illegal occupation of property", "Illegal occupation of land",
    ),
    "Destruction de bien immobilier, infrastructure ou terre, privé ou public": (
        "Destruction of infrastructure", "Destruction of housing, land or infrastructure",
    ),
    "Déni de ressources, d'opportunités et/ou d'accès aux services sociaux de base": (
        "Denial of resources", "Denial of access to basic services", "Denial of resources, opportunities or services",
    ),
    "Blocage, détournement ou refus de l'aide humanitaire": (
        "Obstruction of humanitarian aid", "Denial of humanitarian access", "Diversion of humanitarian aid",
    ),
    "Attaque/occupation contre les écoles et les hôpitaux par les forces et groupes armés": (
        "Attack on school", "Attack on hospital", "Attack on schools and hospitals",
    ),
}  # fmt: skip
"""What forms made in English call the same types."""

EVENT_WORDINGS: dict[str, tuple[str, ...]] = {
    "attaque_village": ("Attaque contre un village", "Attaque contre le village", "Village attack", "Attaque hameau"),
    "menace": (
        "Menace", "Menace d'attaque de village", "Menace d'attaque contre un village", "Threat of attack",
        "Menace de village", "Threat",
    ),
    "affrontement": ("Affrontement armé", "Combat", "Clash", "Affrontement entre groupes armés"),
    "mouvement": (
        "Mouvement", "Mouvement de population interne", "Mouvement de population transfrontalier",
        "Mouvement de population préventif", "Mouvement de population après attaque",
        "Mouvement de population suite à une attaque", "Mouvement de population interne préventif",
        "Mouvement de population interne après attaque", "Mouvement de population transfrontalier préventif",
        "Mouvement préventif", "Mouvement transfrontalier", "Mouvement interne", "Déplacement",
        "Déplacement de population", "Population movement", "Displacement",
    ),
    "retour": ("Retour", "Retour de population", "Mouvement de population retour", "Return", "Return movement"),
    "infrastructure": (
        "Attaque contre une infrastructure", "Attaque contre les infrastructures", "Infrastructure",
        "Sabotage d'infrastructure", "Infrastructure attack",
    ),
    "encerclement": ("Encerclement", "Encerclement de village", "Blocus", "Village sous blocus", "Siege"),
    "autre": ("Autre", "Autre violation", "Other", "Other grave violation"),
}  # fmt: skip

CHOICE_WORDINGS: dict[str, dict[str, tuple[str, ...]]] = {
    "auteur": {
        "Personnes armées non identifiées": ("PANI", "Homme armé non identifié", "Individus armés non identifiés"),
        "Groupes radicaux": ("Groupe armé radical", "Groupe extrémiste", "Groupe djihadiste", "Groupe jihadiste"),
        "Groupes d'autodéfense": ("Milice", "Dozo", "Donso", "Milice d'autodéfense", "Groupe d'auto-défense"),
        "Groupes armés signataires": ("Groupe signataire", "CMA", "Plateforme", "Groupe armé signataire de l'accord"),
        "Forces de défense et de sécurité": ("FDS", "FDSM", "FAMa", "Forces armées maliennes", "Armée malienne"),
        "Communauté ou particulier": ("Communauté", "Particulier", "Civil", "Membre de la communauté"),
        "Autre": ("Other",),
        "Inconnu": ("Inconnue", "Non connu", "Non identifié", "Ne sait pas", "NSP", "Unknown", "ND", "NA", "Non précisé"),
    },
    "sexe": {
        "Femme": ("F", "Féminin", "Female", "Woman"),
        "Homme": ("H", "M", "Masculin", "Male", "Man"),
        "Fille": ("Girl", "Fillette"),
        "Garçon": ("G", "Boy"),
        "Inconnu": ("Inconnue", "Non connu", "Non précisé", "Unknown", "ND", "NA", "NSP"),
    },
    "age": {
        "0-17": ("Enfant", "Mineur", "Moins de 18 ans", "Child", "0 à 17 ans"),
        "18-59": ("Adulte", "Adult", "18 à 59 ans"),
        "60+": ("60 ans et plus", "Plus de 60 ans", "Personne âgée", "60 et plus", "Elderly"),
        "Inconnu": ("Inconnue", "Non connu", "Non précisé", "Unknown", "ND", "NA", "NSP"),
    },
    "statut_socioeconomique": {
        "Sans activité": ("Sans emploi", "Sans profession", "Chômeur", "Aucun", "Unemployed"),
        "Agriculteur": ("Agricultrice", "Cultivateur", "Cultivatrice", "Paysan", "Farmer"),
        "Éleveur": ("Éleveuse", "Berger", "Pasteur", "Herder"),
        "Commerçant": ("Commerçante", "Trader"),
        "Fonctionnaire": ("Agent de l'État", "Civil servant"),
        "Élève ou étudiant": ("Élève", "Étudiant", "Étudiante", "Écolier", "Student", "Élève/étudiant"),
        "Transporteur": ("Chauffeur", "Driver"),
        "Autre": ("Other",),
        "Inconnu": ("Inconnue", "Non connu", "Non précisé", "Unknown", "ND", "NA", "NSP"),
    },
    "lieu": {
        "Domicile de la victime": ("Domicile", "Maison", "Home", "Chez la victime"),
        "Axe routier": ("Route", "Axe", "Sur la route", "Road"),
        "Centre de la ville/village": ("Centre-ville", "Centre du village", "Village", "Ville", "Ville/village"),
        "Champ ou pâturage": ("Champ", "Pâturage", "Brousse", "Champs/pâturages"),
        "Marché": ("Foire", "Market"),
        "Point d'eau": ("Puits", "Forage", "Water point"),
        "École ou centre de santé": ("École", "Centre de santé", "Hôpital", "CSCOM", "School"),
        "Autre": ("Other",),
        "Inconnu": ("Inconnue", "Non connu", "Non précisé", "Unknown", "ND", "NA", "NSP"),
    },
    "tranche_horaire": {
        "5h-7h": ("Tôt le matin", "Aube"),
        "7h-17h": ("Journée", "Jour", "Pendant la journée"),
        "17h-22h": ("Soir", "Soirée"),
        "22h-5h": ("Nuit", "Night"),
        "Inconnu": ("Inconnue", "Non connu", "Non précisé", "Unknown", "ND", "NA", "NSP"),
    },
    "tableau": {
        "region": ("régions", "par région"),
        "categorie": ("catégories", "par catégorie", "category"),
        "cercle": ("cercles", "par cercle"),
    },
}  # fmt: skip


# Days and months as officers write them: ISO, jj/mm/aaaa, "12 juin 2021", Excel's serial numbers.


_TAIL = re.compile(
    r"(?:[T ,.’'()\[\]–-]|\d{1,2}\s*(?:[:hH]\s*\d{0,2}|[aApP]\.?[mM])|[:.]\d+|Z|[+-]\d\d:?\d\d|[^\W\d])*"
)
"""What may follow a day: an hour, a zone, a word. Another figure is another day, and the row then says two."""
_REMARK = re.compile(r"(?<=\d)\W*\b(?!(?:heures?|gmt|utc)\b)([^\W\d]{3,}\D*?)[\s)\].]*$", re.IGNORECASE)
"""Words after the last figure of a date that say neither an hour nor a zone: "(nuit)"."""
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})((?:[T (\[].*)?)")
_BASIC = re.compile(r"(20\d\d)(\d\d)(\d\d)")
_FRENCH = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})((?:[T ,(\[].*)?)")
_SHORT = re.compile(r"(\d{1,2})[-/. ](\d{1,2})")
_DENSE = re.compile(r"(\d\d)(\d\d)(20\d\d)")
"""14062021: the month of a year that would begin so (1406-20, 2012-20) is none."""
_AMERICAN = re.compile(r"(?:[a-z]+ )?([a-z]+) (\d{1,2})(?:st|nd|rd|th)? (\d{4})(?: .*)?")
_NO_YEAR = re.compile(r"(?:[a-z]+ )?(\d{1,2})(?:er)? ([a-z]+)")
_DAYS = re.compile(r"(?:.* )?\d{1,2}(?:er)? (?:et |ou |au |a )?\d{1,2}(?:er)? ([a-z]+)(?: .*)?")
"""5-6 octobre, du 5 au 6 octobre."""
_WORDS = re.compile(r"(?:[a-z]+ )?(\d{1,2})(?:er)? ([a-z]+) (\d{4}|\d{2})(?: .*)?")
_SERIAL = re.compile(r"(\d{5})(?:[.,]\d+)?")
_EPOCH = date(1899, 12, 30)  # Excel's day 0, its false 29 February 1900 taken into account

_ENGLISH = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
            "november", "december")  # fmt: skip
_OTHER = {"fev": 2, "fevr": 2, "feb": 2, "avr": 4, "apr": 4, "aug": 8, "juil": 7, "juill": 7}
_MONTHS = {
    **{plain(name): n for n, name in enumerate(NAMES, start=1)},
    **{name: n for n, name in enumerate(_ENGLISH, start=1)},
    # "jui" and "juin"/"juil" must not be confused: only abbreviations that one month has.
    **{plain(name)[:3]: n for n, name in enumerate(NAMES, start=1) if name not in ("juin", "juillet")},
    **{name[:3]: n for n, name in enumerate(_ENGLISH, start=1)},
    **_OTHER,
}


class NotADate(Exception):
    """why: French clause. fix: French, how to write it; it may hold the {0} of WRITE."""

    def __init__(self, why: str, fix: str) -> None:
        self.why, self.fix = why, fix
        super().__init__(why)


WRITE = "écrire la date jour/mois/année, par exemple {0:%d/%m/%Y}, ou {0}"
"""{0} is a day of the month that is read."""
SEVERAL_DAYS = f"écrire un seul jour, le premier s’il le faut ; {WRITE}"


def read_date(text: str, month_first: bool = False) -> date:
    """The day that a cell says, in French order (day, month) where both are numbers. month_first: the other order,
    where the file is known to write so.

    A time of day after the date is dropped, without any change of time zone, and so are words (`beside_date`). Raises
    NotADate.
    """
    text = normalize("NFKC", text).replace("\u2044", "/")
    if found := _ISO.fullmatch(text) or _FRENCH.fullmatch(text):
        _refuse_second_day(found[4])
    if found := _ISO.fullmatch(text) or _BASIC.fullmatch(text):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    if found := _DENSE.fullmatch(text):
        return _day(int(found[3]), int(found[2]), int(found[1]))
    if found := _FRENCH.fullmatch(text):
        first, second = int(found[1]), int(found[2])
        return _day(_year(found[3]), first, second) if month_first else _day(_year(found[3]), second, first)
    if found := _SERIAL.fullmatch(text):
        day = _EPOCH + timedelta(days=int(found[1]))
        if 2000 <= day.year <= 2100:
            return day
    elif (found := _WORDS.fullmatch(plain(text))) and found[2] in _MONTHS:
        _refuse_second_day(re.split(rf"{found[2]}\W+{found[3]}", unaccented(text), maxsplit=1)[-1])
        return _day(_year(found[3]), _MONTHS[found[2]], int(found[1]))
    elif (found := _AMERICAN.fullmatch(plain(text))) and found[1] in _MONTHS:
        _refuse_second_day(re.split(rf"{found[2]}\w*\W+{found[3]}", unaccented(text), maxsplit=1)[-1])
        return _day(int(found[3]), _MONTHS[found[1]], int(found[2]))
    elif _SHORT.fullmatch(text) or ((found := _NO_YEAR.fullmatch(plain(text))) and found[2] in _MONTHS):
        raise NotADate("n’a pas d’année", WRITE)
    elif (found := _DAYS.fullmatch(plain(text))) and found[1] in _MONTHS:
        raise NotADate("porte plus d’un jour", SEVERAL_DAYS)
    raise NotADate("n’est pas une date", WRITE)


def _refuse_second_day(tail: str) -> None:
    """Raise NotADate where what follows a day may change it. tail: what follows."""
    if not _TAIL.fullmatch(tail):
        if any(sign.isdigit() for sign in tail):
            raise NotADate("porte plus d’un jour", SEVERAL_DAYS)
        raise NotADate(f"est suivie de {quote(tail.strip())}", f"n’écrire que la date ; {WRITE}")


def beside_date(text: str) -> str:
    """The words beside a date that `read_date` drops: "nuit" of "12/07/2021 (nuit)", "" where there are none."""
    found = _REMARK.search(text)
    return found[1] if found else ""


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)


def _day(year: int, month: int, day: int) -> date:
    if not 1900 <= year <= 2100:
        raise NotADate(f"a une année impossible ({year})", WRITE)
    if 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]:
        return date(year, month, day)
    if month > 12 and 1 <= day <= 12 and month <= monthrange(year, day)[1]:
        # 06/25/2021: the American order. Not turned round: in the same file 06/05 would be read the other way.
        raise NotADate(
            f"n’est pas une date en jour/mois/année : il n’y a pas de mois {month}",
            f"si la date est écrite mois/jour, l’écrire {month:02d}/{day:02d}/{year}, et vérifier que les autres "
            "dates du fichier ne sont pas dans cet ordre",
        )
    if 1 <= month <= 12 and day > 0:
        last = monthrange(year, month)[1]
        name = f"{NAMES[month - 1]} {year}"
        raise NotADate(f"n’existe pas : {name} a {last} jours", f"écrire un jour de 1 à {last} pour {name}")
    raise NotADate("n’existe pas", WRITE)


DOUBTFUL = "douteux"


def month_first(texts: Iterable[str], month: Month | None) -> bool | str:
    """Whether a file writes the month before the day: where its own dates prove it. DOUBTFUL where nothing proves
    either, while only that order puts the dates in `month`, which they should be of.

    A file that proves both is read in French order: the cells that cannot be are refused one by one.
    """
    texts = set(texts)
    pairs = {(int(found[1]), int(found[2])) for text in texts if (found := _FRENCH.fullmatch(text))}
    french = any(first > 12 for first, _ in pairs)
    foreign = any(second > 12 for _, second in pairs)
    if french or foreign:
        return foreign and not french
    if month is not None and (typed := turned_round(texts, month)):
        pairs |= {(day, number) for number, day in typed}
    if month is None or len(pairs) < 2:
        return False
    as_french = sum(second == month.number for _, second in pairs)
    as_foreign = sum(first == month.number for first, _ in pairs)
    return DOUBTFUL if as_foreign == len(pairs) and 2 * as_french < len(pairs) else False


MANY_DAYS = 8
"""So many different dates without a day after the 12th are no chance: four in a thousand."""


def turned_round(texts: Iterable[str], month: Month | None) -> set[tuple[int, int]]:
    """(month, day) of the dates of a file written month/day that a spreadsheet reading day/month took for its own, and
    turned round: 07/01/2021 became 7 January, while 07/13/2021, which it could not read, stayed text. Empty where nothing
    speaks for that: a day after the 12th, or days that turned back would not be of `month`.
    """
    days = {(int(found[2]), int(found[3])) for text in texts if (found := _ISO.fullmatch(text))}
    if any(day > 12 for _, day in days) or all(day == number for number, day in days):
        return set()
    # The first of each month is how a month is often written.
    of_month = month is not None and month.number > 1 and all(day == month.number for _, day in days)
    return days if of_month or len(days) >= MANY_DAYS else set()


def turned_back(text: str) -> str:
    """An ISO date with its month and day interchanged; any other text as it is."""
    found = _ISO.fullmatch(text)
    return f"{found[1]}-{int(found[3]):02d}-{int(found[2]):02d}{found[4]}" if found else text


def swapped(day: date) -> date | None:
    """The day that the same figures give in the order month/day, where there is one."""
    return date(day.year, day.day, day.month) if day.day <= 12 and day.day != day.month else None


def read_month(text: str, year: int) -> Month:
    """ "2021-06", "juin 2021", "06/2021", "juin" (of `year`), or any day of the month. Raises NotADate."""
    words = plain(text).split()
    try:
        if words and words[0] in _MONTHS and len(words) <= 2:
            return Month(int(words[1]) if len(words) == 2 else year, _MONTHS[words[0]])
        if found := re.fullmatch(r"(\d{4})[-/.](\d{1,2})", text):
            return Month(int(found[1]), int(found[2]))
        if found := re.fullmatch(r"(\d{1,2})[-/.](\d{4})", text):
            return Month(int(found[2]), int(found[1]))
        day = read_date(text)
        return Month(day.year, day.month)
    except (ValueError, NotADate):
        raise NotADate("n’est pas un mois", f"écrire l’année et le mois, par exemple {year}-06") from None


# Numbers and coordinates as officers write them: decimal commas, thousands set apart, swapped columns.


_SPACES = re.compile(r"[\s\u00a0\u202f']")
_NUMBER = re.compile(r"[+-]?(\d{1,15})([.,]\d{1,15})?")
_THOUSANDS = re.compile(r"\d{1,3}(?:[.,]\d{3})+")

LATITUDES = (10.0, 25.1)
LONGITUDES = (-12.3, 4.3)
"""Degrees (WGS 84) that hold Mali, rounded outward. The two ranges do not meet, so swapped columns show."""

NAN = float("nan")


def number(text: str) -> float | None:
    """ "1 237", "14,5", "14.5" as a float; None for anything else."""
    bare = _SPACES.sub("", text).replace("−", "-")
    return float(bare.replace(",", ".")) if _NUMBER.fullmatch(bare) else None


_UNITS = {"menages": r"m[ée]nages?|hh|mgs?", "personnes": r"personnes?|pers\.?|individus?|people"}
"""What may stand behind a number of the column that it is the unit of: of another it says something else."""


def read_count(text: str, column: str) -> tuple[float, Problem | None]:
    """A whole number of households or persons ("67", "67 ménages"); NaN with a remark where it is not one."""
    bare = re.sub(rf"\s*\b(?:{_UNITS[column]})$", "", text, flags=re.IGNORECASE) if column in _UNITS else text
    value = number(bare)
    if value is not None and value >= 0 and value.is_integer():
        return value, None
    return NAN, remark(
        f"{column} {quote(text)} n’est pas un nombre entier positif",
        f"l’événement est dessiné sans son nombre de {'ménages' if column == 'menages' else column}",
        f"écrire le nombre en chiffres, sans mot ni décimale, par exemple 135{_thousands(text)}",
    )


def _thousands(text: str) -> str:
    """How to write a number whose point or comma may set thousands apart (French), "" for any other."""
    if not _THOUSANDS.fullmatch(_SPACES.sub("", text)):
        return ""
    return f" ; si le point ou la virgule sépare les milliers, écrire {re.sub(r'[.,]', '', text)}"


def read_points(text: str, column: str, table: str) -> tuple[float, Problem | None]:
    """A score ("16", "16 points", "16/60"), the points of a question, or a published total; NaN with a refusal where it is
    no number."""
    value = number(
        re.sub(r"\s*(?:/\s*60|(?:points?|pts?\.?)(?: sur 60)?)$", "", text) if column == "score" else text
    )
    if value is not None and not (table == "totaux_publies" and not value.is_integer()):
        return value, None
    fix = f"écrire le nombre en chiffres, par exemple 16{_thousands(text)}"
    fix += " ; si la commune n’a pas été évaluée, supprimer la ligne" if column == "score" else ""
    return NAN, refusal(table, f"{column} {quote(text)} n’est pas un nombre", fix)


_SIDES = {"n": 1, "nord": 1, "e": 1, "est": 1, "s": -1, "sud": -1, "w": -1, "o": -1, "ouest": -1, "west": -1}
_DEGREES = re.compile(
    r"(?P<before>[nsewo])?\s*(?P<sign>[+−-])?\s*(?P<degrees>\d{1,3}(?:[.,]\d+)?)\s*(?P<mark>[°º])?"
    r"\s*(?:(?P<minutes>[0-5]?\d(?:[.,]\d+)?)\s*['’′])?\s*(?:(?P<seconds>[0-5]?\d(?:[.,]\d+)?)\s*(?:[\"”″]|['’′]{2}))?"
    r"\s*(?P<after>[nsewo]|nord|sud|ouest|est|west)?\.?",
    re.IGNORECASE,
)
_PAIR = re.compile(r"(-?\d{1,2}[.,]\d+)[ ,;]+(-?\d{1,2}[.,]\d+)(?: +-?[\d.,]+){0,2}")
_SIDED = re.compile(
    r"([ns].*\d.*?|.*\d.*?(?:n|s|nord|sud))[\s,;/]+([ewo].*\d.*|.*\d.*?(?:e|w|o|est|ouest|west))",
    re.IGNORECASE,
)


def degrees(text: str, sided: bool = False) -> float | None:
    """Degrees as they are written: "14,09", "14.09° N", "3°03'00\" O"; None for anything else. sided: "3°03'" alone is
    none, since Mali lies on both sides of Greenwich."""
    if (value := number(text)) is not None:
        return value
    found = _DEGREES.fullmatch(text.strip())
    side = (found["before"] or found["after"] or "").lower() if found else ""
    if not found or (found["before"] and found["after"]) or (found["sign"] and side):
        return None
    if not (side or found["sign"] or (found["mark"] and not sided)) or (
        found["minutes"] and not found["mark"]
    ):
        return None
    parts = [float((found[name] or "0").replace(",", ".")) for name in ("degrees", "minutes", "seconds")]
    size = parts[0] + parts[1] / 60 + parts[2] / 3600
    return -size if found["sign"] in ("-", "−") else size * _SIDES.get(side, 1)


def point_of(text: str) -> tuple[str, str] | None:
    """The latitude and longitude that one cell holds ("14.09 -3.05 0 0", "14°05'N, 3°03'O"), as written."""
    text = text.strip()
    if found := _PAIR.fullmatch(text):
        return found[1], found[2]
    found = _SIDED.fullmatch(text)
    both = (found[1].strip(), found[2].strip()) if found else ("", "")
    return both if degrees(both[0]) is not None and degrees(both[1], sided=True) is not None else None


def _within(value: float, bounds: tuple[float, float]) -> bool:
    return bounds[0] <= value <= bounds[1]


def read_position(latitude: str, longitude: str) -> tuple[float, float, Problem | None]:
    """(latitude, longitude, remark) in degrees WGS 84, NaN where unusable. Both texts may be empty.

    Swapped columns are put right, since no place of Mali has a longitude that could be its latitude;
    anything else outside Mali is left aside. Never refuses: the names of the row still say where it is.
    """
    if not latitude and not longitude:
        return NAN, NAN, None
    shown = quote(f"{latitude or '(vide)'} ; {longitude or '(vide)'}")
    unused = "elles ne sont pas utilisées ; la ligne est placée par ses noms"
    if longitude in ("", latitude) and (both := point_of(latitude)):
        latitude, longitude = both
    lat, lon = degrees(latitude), degrees(longitude, sided=True)
    if lat is None or lon is None:
        why = "sont incomplètes" if not latitude or not longitude else "ne sont pas deux nombres"
        fix = "écrire la latitude et la longitude en degrés décimaux, par exemple 14,99 et -2,95"
        return NAN, NAN, remark(f"les coordonnées {shown} {why}", unused, fix)
    if _within(lat, LATITUDES) and _within(lon, LONGITUDES):
        return lat, lon, None
    if _within(lon, LATITUDES) and _within(lat, LONGITUDES):
        swap = remark(
            f"la latitude et la longitude sont échangées : {shown}",
            "elles sont remises dans l’ordre et la ligne est placée avec elles",
            f"écrire {longitude} dans la colonne latitude et {latitude} dans la colonne longitude",
        )
        return lon, lat, swap
    hint = ""
    if _within(lat, LATITUDES) and _within(-lon, LONGITUDES):
        hint = f" ; à l’ouest de Greenwich la longitude est négative, peut-être -{longitude.lstrip('+-')}"
    fix = (
        f"corriger : latitude de {LATITUDES[0]:g} à {LATITUDES[1]:g}, longitude de {LONGITUDES[0]:g} à "
        f"{LONGITUDES[1]:g} au Mali, en degrés décimaux{hint}"
    )
    return NAN, NAN, remark(f"les coordonnées {shown} sont hors du Mali", unused, fix.replace(".", ","))


# Closed lists: a value as written to its key in the taxonomy, or a refusal with the nearest right values.


_LETTER = re.compile(r"(?:cat(?:[ée]gorie|\.)?\s*)?([a-f])\s*[.):\-–]?", re.IGNORECASE)
_LETTERED = re.compile(r"([a-f])\s*[.):\-–/]\s*(\S.*)", re.IGNORECASE)
_YEARS = re.compile(r"(\d{1,3})(?:[.,]0+)?(?:\s*ans)?", re.IGNORECASE)
_AGE_RANGE = re.compile(r"(\d{1,3})\s*(?:-|–|à|a)\s*(\d{1,3})(?:\s*ans)?", re.IGNORECASE)
_CLOCK = r"(\d{1,2})\s*(?:h|:)?\s*(\d{2})?(?::\d{2})?\s*(?:h|heures?)?"
_TIME = re.compile(rf"{_CLOCK}", re.IGNORECASE)
_TIME_RANGE = re.compile(rf"(?:de\s+|entre\s+)?{_CLOCK}\s*(?:-|–|à|a|et)\s*{_CLOCK}", re.IGNORECASE)


def _index(words: Iterable[tuple[str, Iterable[str]]]) -> dict[str, str]:
    """value_key -> value. Raises ValueError where one wording would mean two values."""
    index: dict[str, str] = {}
    for value, spellings in words:
        for spelling in spellings:
            if index.setdefault(value_key(spelling), value) != value:
                raise ValueError(f"{spelling!r} means both {index[value_key(spelling)]!r} and {value!r}")
    return index


@cache
def category_index() -> dict[str, str]:
    return _index((c.key, (c.label, c.short, *CATEGORY_WORDINGS[c.key])) for c in CATEGORIES)


@cache
def type_index() -> dict[str, str]:
    return _index(
        (label, (label, *TYPE_WORDINGS.get(label, ()), *ENGLISH_TYPE_WORDINGS.get(label, ())))
        for c in CATEGORIES
        for label in c.types
    )


@cache
def event_index() -> dict[str, str]:
    return _index((a.key, (a.key, a.label, a.plural, *EVENT_WORDINGS[a.key])) for a in ALERT_TYPES)


@cache
def choice_index(column: str) -> dict[str, str]:
    return _index((label, (label, *others)) for label, others in CHOICE_WORDINGS[column].items())


_RANKED = re.compile(r"(?:\d{1,2}|[a-z]\d{1,2})\s*[.)\-–:]\s*(\S.*)", re.IGNORECASE)


def unranked(text: str) -> str:
    """A label without the number that a form puts before it: "1. Meurtre" -> "Meurtre"."""
    found = _RANKED.fullmatch(text)
    return found[1] if found else text


def several_types(text: str) -> tuple[str, ...]:
    """The types that one answer holds together ("Meurtre Viol", "Meurtre; Viol"); () where it is one or none."""
    index = type_index()
    if value_key(text) in index:
        return ()
    parts = [part.strip() for part in re.split(r"[;|\n]|,(?=\s)|\s/\s", text) if part.strip()]
    if len(parts) > 1 and all(value_key(part) in index for part in parts):
        return tuple(dict.fromkeys(index[value_key(part)] for part in parts))
    found, words = [], text.split()
    while words:
        size = next((n for n in range(len(words), 0, -1) if value_key(" ".join(words[:n])) in index), 0)
        if not size:
            return ()
        found.append(index[value_key(" ".join(words[:size]))])
        words = words[size:]
    return tuple(dict.fromkeys(found)) if len(found) > 1 else ()


CATEGORY_OF_TYPE = {label: category.key for category in CATEGORIES for label in category.types}


def named(key: str) -> str:
    """ "B (Atteintes au droit à la vie)"."""
    return f"{key} ({CATEGORY[key].label})"


def find_category(text: str) -> str | None:
    """The letter of a category written as a letter, a label, or both ("B. Droit à la vie"); else None."""
    if found := _LETTER.fullmatch(text):
        return found[1].upper()
    index = category_index()
    if (key := index.get(value_key(text)) or index.get(value_key(unranked(text)))) is not None:
        return key
    if found := _LETTERED.fullmatch(text):
        key = index.get(value_key(found[2]))
        return key if key == found[1].upper() else None
    return None


def read_category(text: str, table: str = "incidents") -> tuple[str | None, Problem | None]:
    """The letter of a category, or its refusal."""
    key = find_category(text)
    if key is not None:
        return key, None
    near = closest(text, [category.label for category in CATEGORIES], 2)
    fix = f"écrire la lettre ou le nom d’une catégorie : {', '.join(named(c.key) for c in CATEGORIES)}"
    if len(near) <= 2 and near:  # more: none is near, and the fix names them all
        fix = f"la plus proche est {' ou '.join(quote(label) for label in near)} ; sinon {fix}"
    return None, refusal(table, f"la catégorie {quote(text)} n’est pas dans la liste", fix)


def read_type(text: str) -> tuple[str | None, Problem | None]:
    """The taxonomy's label of a type of violation, or its refusal."""
    label = type_index().get(value_key(text)) or type_index().get(value_key(unranked(text)))
    if label is not None:
        return label, None
    if several := several_types(text):
        return None, refusal(
            "incidents",
            f"le type {quote(text)} porte {len(several)} réponses ({listing(list(several))})",
            "écrire une ligne par violation ; ou, pour que chacune fasse une violation, écrire dans "
            'colonnes.toml (dossier des tableaux) : [[incidents]] puis, à la ligne, choix_multiples = "separer"',
        )
    # "Autre" is near "Meurtre" in letters and in nothing else.
    near = [] if value_key(text) in ("autre", "other", "autre violation") else closest(text, CATEGORY_OF_TYPE)
    fix = "écrire l’un des types de la liste ; les plus proches"
    shown = [f"{quote(one, 100)} (catégorie {CATEGORY_OF_TYPE[one]})" for one in near]
    if not near:
        fix, shown = (
            "écrire un type de la liste de sa catégorie",
            [quote(c.types[0], 100) for c in CATEGORIES],
        )
    said = f"le type {quote(text)} n’est pas dans la liste"
    return None, refusal("incidents", said, f"{fix} : {', '.join(shown)}")


def contradiction(category: str, label: str) -> Problem | None:
    """The refusal of a type that stands in another category than the one given, with both ways out."""
    home = CATEGORY_OF_TYPE[label]
    if home == category:
        return None
    near = closest(label, CATEGORY[category].types, 3) or list(CATEGORY[category].types[:3])
    return refusal(
        "incidents",
        f"le type {quote(label, 100)} est de la catégorie {named(home)}, mais la ligne dit {named(category)}",
        f"soit corriger la catégorie en {home}, soit choisir un type de la catégorie {category}, "
        f"par exemple {listing([quote(one, 100) for one in near])}",
    )


def read_event(text: str) -> tuple[str | None, Problem | None]:
    """The taxonomy's key of a type of alert, or its refusal."""
    key = event_index().get(value_key(text)) or event_index().get(value_key(unranked(text)))
    if key is not None:
        return key, None
    labels = [alert.label for alert in ALERT_TYPES]
    near = closest(text, labels)
    hint = f"le plus proche est {quote(near[0])} ; " if near and len(near) < len(labels) else ""
    return None, refusal(
        "alertes_flash",
        f"l’événement {quote(text)} n’est pas dans la liste",
        f"{hint}écrire l’un de : {', '.join(labels)}",
    )


def read_choice(text: str, column: str) -> tuple[str | None, Problem | None]:
    """The taxonomy's label of an optional value; "Inconnu" with a remark where it is not in the list."""
    found = choice_index(column).get(value_key(text)) or choice_index(column).get(value_key(unranked(text)))
    if found is None and column == "age":
        found = _age(text)
    if found is None and column == "tranche_horaire":
        found = _time(text)
    if found is not None:
        return found, None
    values = list(CHOICE_WORDINGS[column])
    return "Inconnu", remark(
        f"la valeur {quote(text)} de {column} n’est pas dans la liste",
        f"la ligne est comptée, avec {column} « Inconnu »",
        f"écrire l’une de : {', '.join(values)}",
    )


def _age(text: str) -> str | None:
    """The band of an age in years, or of a narrower band that lies within one."""
    if found := _YEARS.fullmatch(text):
        ends = (int(found[1]), int(found[1]))
    elif found := _AGE_RANGE.fullmatch(text):
        ends = (int(found[1]), int(found[2]))
    else:
        return None
    bands = {"0-17" if age < 18 else "18-59" if age < 60 else "60+" for age in ends}
    return bands.pop() if len(bands) == 1 and ends[0] <= ends[1] <= 120 else None


_BANDS = {"5h-7h": (5, 7), "7h-17h": (7, 17), "17h-22h": (17, 22), "22h-5h": (22, 29)}


def _time(text: str) -> str | None:
    """The band of an hour ("14h30"), or of a band written otherwise ("de 07:00 à 17:00"). An hour on the
    edge belongs to the band that it opens."""
    if found := _TIME_RANGE.fullmatch(text):
        ends = (_minutes(found[1], found[2]), _minutes(found[3], found[4]))
        bands = {(low * 60, high * 60 % 1440): band for band, (low, high) in _BANDS.items()}
        return next((band for known, band in bands.items() if known == ends), None)
    if not (found := _TIME.fullmatch(text)) or not re.search(r"h|:", text, re.IGNORECASE):
        return None
    moment = _minutes(found[1], found[2])
    if moment is None:
        return None
    late = moment if moment >= 300 else moment + 1440
    return next(band for band, (low, high) in _BANDS.items() if low * 60 <= late < high * 60)


def _minutes(hours: str, minutes: str | None) -> int | None:
    total = int(hours) * 60 + int(minutes or 0)
    return total % 1440 if int(hours) <= 24 and int(minutes or 0) < 60 and total <= 1440 else None


# Texts to values, column by column: each distinct text is read once, however many rows carry it.


CellReader = Callable[[str], tuple[Any, Problem | None]]

EXCEL_ERRORS = frozenset(
    ("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!",
     "#VALEUR!", "#NOM?", "#NOMBRE!", "#NUL!")
)  # fmt: skip


class Note(NamedTuple):
    """A problem of one row: index among the sound rows, column ("" for the whole row), text as written."""

    at: int
    column: str
    text: str
    problem: Problem


@dataclass
class Understood:
    """values: column -> one value a row (None or NaN where there is none). notes: what was wrong."""

    values: dict[str, list[Any]] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)

    def add(self, column: str, texts: list[str], problems: dict[str, Problem]) -> None:
        """Note each row of `column` whose text has a problem."""
        if problems:
            found = ((at, text, problems.get(text)) for at, text in enumerate(texts))
            self.notes += [Note(at, column, text, problem) for at, text, problem in found if problem]


def understand(
    texts: dict[str, list[str]], table: str, year: int, month_first: bool = False, example: date | None = None
) -> Understood:
    """Read every column of a table. year: of a month written without one. month_first: the order of dates.
    example: a day as messages write it."""
    out = Understood()
    for one in FIELDS[table]:
        if one.kind in ("latitude", "longitude", "question"):
            continue
        column = texts[one.name]
        values, problems = _read_column(column, one, table, year, month_first, example or date(year, 1, 14))
        out.values[one.name] = values
        out.add(one.name, column, problems)
    if "latitude" in texts:
        _positions(texts, out)
    if "type" in out.values and "categorie" in out.values:
        _contradictions(texts, out)
    if table == "indice_risque":
        _scores(texts, out)
    if table == "totaux_publies":
        _published_names(texts, out)
    return out


def _read_column(
    column: list[str], one: Field, table: str, year: int, month_first: bool, example: date
) -> tuple[list[Any], dict[str, Problem]]:
    """(values, problem of each text that has one). An empty text is None, or NaN in a column of numbers."""
    read = _reader(one, table, year, month_first, example)
    empty: Any = NAN if one.kind in ("count", "score", "total") else None
    memo: dict[str, Any] = {"": empty}
    problems: dict[str, Problem] = {}
    for text in filter(None, dict.fromkeys(column)):
        problem: Problem | None
        if text.upper() in EXCEL_ERRORS:
            memo[text], problem = empty, remark(
                f"{one.name} contient l’erreur de tableur {text}",
                "la cellule est prise pour vide",
                "ouvrir le fichier dans Excel et remplacer la formule par sa valeur",
            )  # fmt: skip
        else:
            memo[text], problem = read(text)
        if problem is not None:
            problems[text] = problem
    return [memo[text] for text in column], problems


def _reader(one: Field, table: str, year: int, month_first: bool, example: date) -> CellReader:
    match one.kind:
        case "date":
            return lambda text: _date(text, table, month_first, example)
        case "month":
            return lambda text: _month(text, table, year)
        case "category":
            return read_category
        case "type":
            return read_type
        case "event":
            return read_event
        case "choice" if one.required:
            return lambda text: _required_choice(text, one, table)
        case "choice":
            return lambda text: read_choice(text, one.name)
        case "count":
            return lambda text: read_count(text, one.name)
        case "score" | "question" | "total":
            return lambda text: read_points(text, one.name, table)
        case "id" | "code" | "pcode":
            return lambda text: _limited(code(text), PLACE_LIMIT)
        case "text":
            return lambda text: _limited(text, TEXT_LIMIT)
        case _:
            return lambda text: _limited(text, PLACE_LIMIT)


def _limited(text: str, limit: int) -> tuple[str, Problem | None]:
    if len(text) <= limit:
        return text, None
    return text[:limit], remark(
        f"le texte {quote(text, 40)} a {len(text)} caractères",
        f"seuls les {limit} premiers sont gardés",
        "raccourcir la cellule, ou vérifier qu’aucun autre texte n’y a été collé",
    )


def _date(text: str, table: str, month_first: bool, example: date) -> tuple[Any, Problem | None]:
    try:
        day = read_date(text, month_first)
    except NotADate as no:
        return None, refusal(table, f"la date {quote(text)} {no.why}", no.fix.format(example))
    if not (words := beside_date(text)):
        return day, None
    problem = f"la date {quote(text)} porte une remarque, {quote(words)}"
    read = f"elle est lue {day:%d/%m/%Y}, sans la remarque"
    return day, remark(problem, read, "rien à faire si c’est ce jour-là ; sinon corriger la date")


def _month(text: str, table: str, year: int) -> tuple[Any, Problem | None]:
    try:
        return str(read_month(text, year)), None
    except NotADate as no:
        return None, refusal(table, f"le mois {quote(text)} {no.why}", no.fix)


def _required_choice(text: str, one: Field, table: str) -> tuple[Any, Problem | None]:
    found = choice_index(one.name).get(value_key(text))
    if found is not None:
        return found, None
    fix = f"écrire l’un de : {', '.join(one.choices)}"
    return None, refusal(table, f"{one.name} {quote(text)} n’est pas dans la liste", fix)


def _positions(texts: dict[str, list[str]], out: Understood) -> None:
    """Latitude and longitude are understood together: each pair once."""
    pairs = list(zip(texts["latitude"], texts["longitude"], strict=True))
    memo = {pair: read_position(*pair) for pair in dict.fromkeys(pairs)}
    out.values["latitude"] = [memo[pair][0] for pair in pairs]
    out.values["longitude"] = [memo[pair][1] for pair in pairs]
    for at, pair in enumerate(pairs):
        if (problem := memo[pair][2]) is not None:
            out.notes.append(Note(at, "latitude", " ; ".join(pair), problem))


def _contradictions(texts: dict[str, list[str]], out: Understood) -> None:
    """A type that stands in another category than the row says."""
    pairs = list(zip(out.values["categorie"], out.values["type"], strict=True))
    memo = {
        (category, label): contradiction(category, label)
        for category, label in dict.fromkeys(pairs)
        if category is not None and label is not None
    }
    for at, pair in enumerate(pairs):
        if (problem := memo.get(pair)) is not None:
            out.notes.append(Note(at, "type", texts["type"][at], problem))


def _scores(texts: dict[str, list[str]], out: Understood) -> None:
    """The score of each row: as written, or the sum of the questions; both must agree."""
    columns = [texts[question.name] for question in QUESTIONS]
    if not any(any(column) for column in columns):
        return
    scores = out.values["score"]
    for at, cells in enumerate(zip(*columns, strict=True)):
        if any(cells):
            scores[at], problem, name = _score(texts["score"][at], scores[at], cells)
            if problem is not None:
                position = next((n for n, question in enumerate(QUESTIONS) if question.name == name), None)
                text = texts["score"][at] if position is None else cells[position]
                out.notes.append(Note(at, name, text, problem))


def _score(written: str, score: float, cells: tuple[str, ...]) -> tuple[float, Problem | None, str]:
    """(score, problem, column at fault) of a row where some question is filled."""
    absent = [question.name for question, cell in zip(QUESTIONS, cells, strict=True) if not cell]
    if absent:
        if written:
            return score, None, ""
        listed = ", ".join(absent)
        problem = refusal(
            "indice_risque",
            f"sans score, il manque la réponse de {listed}",
            f"remplir {listed} (0 si la réponse vaut zéro point), ou écrire le score",
        )
        return NAN, problem, absent[0]
    total = 0.0
    for question, cell in zip(QUESTIONS, cells, strict=True):
        points, trouble = read_points(cell, question.name, "indice_risque")
        said, fix = f"{question.name} {quote(cell)}", "écrire les points de la réponse,"
        if trouble is None and points > QUESTION_LIMIT:
            said += f" dépasse {QUESTION_LIMIT:.0f}, le plus haut d’une question"
            trouble = refusal("indice_risque", said, f"{fix} de 0 à {QUESTION_LIMIT:.0f}")
        elif trouble is None and points < 0:
            trouble = refusal("indice_risque", f"{said} est négatif", f"{fix} à partir de 0")
        if trouble is not None:
            return NAN, trouble, question.name
        total += points
    if written and score == score and abs(score - total) > 1e-9:
        problem = refusal(
            "indice_risque",
            f"le score {quote(written)} n’est pas la somme des 15 questions ({total:g})",
            f"écrire {total:g} si les réponses sont justes, sinon corriger les réponses",
        )
        return score, problem, "score"
    return (score if written else total), None, ""


def _published_names(texts: dict[str, list[str]], out: Understood) -> None:
    """A published category by the taxonomy's label, whatever its spelling in the file."""
    for at, (kind, name) in enumerate(zip(out.values["tableau"], texts["nom"], strict=True)):
        if kind == "categorie" and name:
            key, problem = read_category(name, "totaux_publies")
            if problem is not None:
                out.notes.append(Note(at, "nom", name, problem))
            elif key:
                out.values["nom"][at] = CATEGORY[key].label
