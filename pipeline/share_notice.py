"""LISEZMOI.txt, which goes along with a shared folder: what it holds, for whom, on what conditions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from pipeline.disclosure.policy import Policy
from pipeline.french import day
from pipeline.month import Month

READ = (".html", ".png", ".pdf", ".xlsx", ".docx", ".gpkg")
MANIFEST, SUMS, READ_ME = "manifest.json", "SHA256SUMS", "LISEZMOI.txt"


def read_me(policy: Policy, manifest: Mapping[str, Any]) -> str:
    """LISEZMOI: what is in the archive, for whom, on what conditions. French, plain text."""
    month = Month.parse(manifest["month"])
    titles = [
        f"- {entry['path']} : {entry['title']}"
        for entry in manifest["outputs"]
        if entry["path"].endswith(READ)
    ]
    lines = [
        f"CARTES DE PROTECTION, MALI – {month.label.upper()}",
        f"Diffusion : {policy.label}",
        "",
        "Ouvrir index.html : tout se lit hors ligne, sur ordinateur ou téléphone.",
        "",
        "CONTENU",
        *titles,
        f"- {MANIFEST} : provenance et empreinte de chaque fichier ; {SUMS} : pour vérifier (sha256sum -c {SUMS}).",
        "",
        "CONDITIONS D’USAGE",
        *(f"{rank}. {rule}" for rank, rule in enumerate(_conditions(policy), start=1)),
        "",
        "PROVENANCE",
        f"Produit le {day(date.fromisoformat(manifest['produced_on']))} (version {manifest['pipeline_version']}). "
        f"Limites : {manifest['boundaries']['source']}.",
        "Les frontières et les noms indiqués n’impliquent ni reconnaissance ni acceptation officielles de la "
        "part de l’Organisation des Nations Unies.",
        "",
    ]
    return "\n".join(lines)


def _conditions(policy: Policy) -> list[str]:
    whom = {
        True: "Réservé aux membres du Cluster Protection qui en ont besoin pour leur travail ; ne pas transférer, "
        "ne pas imprimer sans nécessité, effacer quand ce n’est plus utile.",
        False: "À l’usage de la coordination et de l’action humanitaires ; aucune vente.",
    }[policy.encrypted]
    rules = [whom]
    if policy.threshold:
        rules.append(
            f"Les effectifs de 1 à {policy.threshold - 1} sont donnés en classe ou ne sont pas publiés, et d’autres "
            "sont élargis pour qu’ils ne se déduisent pas. Ne pas chercher à les retrouver, ni à reconnaître une "
            "personne, une famille ou un village, seul ou en croisant avec d’autres données."
        )
    if policy.list_columns and not policy.encrypted:
        rules.append(
            "Destiné aux partenaires : ne pas publier ni transmettre hors de la réponse humanitaire."
        )
    return [
        *rules,
        "Les violations documentées ne sont pas toutes les violations commises : une zone sans couleur n’est "
        "pas une zone sans violence. Zéro, non couvert, sans données et non publié sont quatre choses.",
        "Citer la source : Cluster Protection Mali, système de monitoring de protection, avec le mois et la "
        "date de production.",
        "Signaler toute donnée qui pourrait désigner quelqu’un : elle sera retirée aussitôt.",
    ]
