"""Other wordings of the closed lists' values, compared by `text.value_key`.

Case, accents, articles, plurals, punctuation and brackets need no entry. What is not here and not in the
taxonomy is never guessed: the row is refused, or the value becomes "Inconnu", and the officer is told.
"""

from __future__ import annotations

CATEGORIES: dict[str, tuple[str, ...]] = {
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

TYPES: dict[str, tuple[str, ...]] = {
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

ENGLISH_TYPES: dict[str, tuple[str, ...]] = {
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

EVENTS: dict[str, tuple[str, ...]] = {
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

CHOICES: dict[str, dict[str, tuple[str, ...]]] = {
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
