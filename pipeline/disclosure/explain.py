"""The policy of an audience as a table that a protection officer reads: `make explain-audience`."""

from __future__ import annotations

from pipeline.disclosure.policy import CLASS, EXACT, HIDDEN, CountRule, Policy, policies, policy_of
from pipeline.disclosure.published import OTHERS
from pipeline.french import listing

LEVELS = {
    "village": "village (point du village)",
    "commune": "commune",
    "cercle": "cercle",
    "region": "région",
    "pays": "pays entier",
}
TIMES = {"jour": "jour", "mois": "mois"}
COUNTED = {
    "commune": "Violations par commune",
    "cercle": "Violations par cercle",
    "cercle_categorie": "Violations par cercle et catégorie",
    "region_categorie": "Violations par région et catégorie",
    "type": "Violations par type (pays)",
    "profil": "Par auteur, victime, lieu ou horaire",
    "menages": "Ménages d’une alerte flash",
}
DIVIDED = ("type", "profil")
"""What stands as parts beside their total: small ones are told together."""
COLUMN_NAMES = {
    "lieu": "lieu", "type": "type", "menages": "ménages", "personnes": "personnes", "jour": "jour",
    "village": "village", "description": "description", "commune": "commune couverte", "partenaire": "partenaire",
    "id": "identifiant", "date": "date", "mois": "mois", "region": "région", "cercle": "cercle",
    "localite": "localité", "categorie": "catégorie", "auteur": "auteur présumé", "nombre": "nombre",
}  # fmt: skip
LIST_NAMES = COLUMN_NAMES | {"commune": "commune"}


def explain(audience: str) -> str:
    """The table, in French, one line a subject. Raises InputError where the audience is not declared."""
    policy = policy_of(audience)
    rows = _rows(policy)
    wide = max(len(subject) for subject, _ in rows)
    head = f"Ce que voit « {policy.audience} » : {policy.label}"
    lines = [f"{subject.ljust(wide)} | {told}" for subject, told in rows]
    return "\n".join((head, "=" * len(head), *lines, "", *_notes(policy)))


def _rows(policy: Policy) -> list[tuple[str, str]]:
    names = [COLUMN_NAMES[name] for name in COLUMN_NAMES if name in policy.alerts]
    cover = [COLUMN_NAMES[name] for name in COLUMN_NAMES if name in policy.coverage]
    listed = [LIST_NAMES[name] for name in policy.list_columns]
    return [
        ("Totaux par région et mois, par catégorie et mois", "exacts (le bulletin les imprime)"),
        ("Violations, lieu le plus précis", LEVELS[policy.place]),
        ("Violations, temps", TIMES[policy.time]),
        *((label, _rule(policy.counts[kind], policy, kind in DIVIDED)) for kind, label in COUNTED.items()),
        (
            "Violences sexuelles, mariage forcé, exploitation sexuelle",
            f"au plus fin : {LEVELS[policy.sensitive]}",
        ),
        (
            "Auteur ; sexe, âge et statut de la victime",
            f"agrégés, au plus fin : {LEVELS[policy.profiles]}",
        ),
        ("Alertes flash", listing(names) if names else "aucune"),
        ("Indice de risque", "points et niveau" if policy.scores else "niveau seulement"),
        ("Couverture", listing(cover)),
        ("Liste des incidents (annexe 4)", ", ".join(listed) if listed else "non produite"),
        ("Partage", "archive chiffrée AES-256, mot de passe exigé" if policy.encrypted else "archive zip"),
    ]


def _rule(rule: CountRule, policy: Policy, divided: bool) -> str:
    if rule.exact or not policy.threshold:
        return "exact"
    small = f"de 1 à {policy.threshold - 1}"
    above = {
        EXACT: f"exact à partir de {policy.threshold}",
        CLASS: f"classe de la légende à partir de {policy.threshold}",
    }[rule.above]
    below = {
        EXACT: f"{small} : exact",
        CLASS: f"{small} : la classe « 1 à {policy.threshold - 1} »",
        HIDDEN: f"{small} : en somme, « {OTHERS} »" if divided else f"{small} : non publié",
    }[rule.below]
    return f"{above} ; {below} ; zéro : zéro"


def _notes(policy: Policy) -> list[str]:
    notes = [
        "Zéro, non couvert, sans données et non publié sont quatre choses, et chacune a son entrée de légende."
    ]
    if not policy.exact:
        notes.append(
            "Un effectif peut être élargi (dix valeurs, sa classe, ce que disent ses communes), ou n’être pas publié, "
            f"quand il trahirait par soustraction un effectif de 1 à {policy.threshold - 1} : un petit effectif "
            "garde toutes les valeurs de sa classe, ou ce que les totaux imprimés laissent. Une région de trop peu de "
            "violations est dite par ses cercles, ou par son total seul."
        )
    if policy.coarser_than:
        notes.append(f"Jamais plus précis que « {policy.coarser_than} », même en croisant les deux.")
    notes.append(
        f"Autres publics : {', '.join(name for name in policies() if name != policy.audience)}. "
        "Règles : pipeline/disclosure/policies.toml ; explications : docs/divulgation.md."
    )
    return notes
