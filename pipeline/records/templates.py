"""A new month: its folder, with one template a table and a mois.toml to complete."""

from __future__ import annotations

from pathlib import Path

from pipeline import files
from pipeline.errors import InputError
from pipeline.month import Month
from pipeline.records import folder
from pipeline.records.synonyms import FILES
from pipeline.records.template_book import Names, workbook
from pipeline.records.text import header_key

_INFO = """\
# À vérifier chaque mois. « bulletin » et « sources » sont imprimés sur les cartes.
# « exemple = true » imprime « DONNÉES D'EXEMPLE » : seulement si les données sont une reconstruction.
bulletin = "n° {number}, {label}"
sources = "Cluster Protection Mali, système de monitoring de protection"
exemple = false
"""


def write_templates(inputs: Path, month: Month, names: Names) -> list[Path]:
    """Make inputs/<month>/ with an empty XLSX for each monthly table and a mois.toml; return their paths.

    names: (region, cercle, commune, P-code) of every commune, in any order, for the drop-downs; commune and
    P-code "" where only cercles are known. The bulletin's number is taken for the month's, as the report of
    June 2021 is number 6. Raises InputError, and writes nothing, where the month already has one of them.
    """
    place = inputs / str(month)
    there = _already_there(place)
    if there:
        raise InputError(
            f"le dossier {month}/ contient déjà {', '.join(there)}",
            "rien n'est écrit, pour ne pas remplacer vos données",
            f"continuer avec ces fichiers ; pour repartir de modèles vides, sortir d'abord {', '.join(there)} "
            "du dossier, ou choisir un autre mois avec MONTH=",
        )
    contents = {f"{table}.xlsx": workbook(table, month, names) for table in folder.MONTHLY}
    contents["mois.toml"] = _INFO.format(number=month.number, label=month.label).encode()
    for name, content in contents.items():
        files.write_bytes(place / name, content)
    return [place / name for name in contents]


def _already_there(place: Path) -> list[str]:
    """Files of the month's folder that hold, under any spelling or ending, what a template would."""
    wanted = {header_key(name) for table in folder.MONTHLY for name in (table, *FILES[table])} | {"mois"}
    if not place.is_dir():
        return [] if not place.exists() else [place.name]
    return sorted(path.name for path in place.iterdir() if header_key(path.stem) in wanted)
