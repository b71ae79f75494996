"""Scan a folder, and let nothing stand that may not leave."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import DisclosureError
from pipeline.files import is_temporary
from pipeline.french import plural
from pipeline.scan.extract import content_of
from pipeline.scan.forbidden import Forbidden
from pipeline.scan.search import search

SHOWN = 5


@dataclass(frozen=True)
class Leak:
    """A forbidden value in an output. what: French, with the value. where: in the file."""

    path: Path
    what: str
    where: str

    @property
    def text(self) -> str:
        return f"{self.path.name} contient {self.what} ({self.where})"


def scan_file(path: Path, forbidden: Forbidden) -> list[Leak]:
    """The leaks of one file; a file that cannot be read through is one."""
    try:
        return [Leak(path, what, where) for what, where in search(content_of(path), forbidden)]
    except Exception as error:  # whatever is wrong with it, an output that cannot be searched may not leave
        return [Leak(path, f"un contenu que la vérification ne sait pas lire ({error})", "fichier")]


def scan_folder(folder: Path, forbidden: Forbidden) -> list[Leak]:
    """The leaks of every file of a folder, and of its sub-folders, by name."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and not is_temporary(path))
    return [leak for path in files for leak in scan_file(path, forbidden)]


def enforce(folder: Path, forbidden: Forbidden) -> None:
    """Set the whole folder aside where one of its files leaks, then raise DisclosureError: twins of the file (PDF, SVG,
    DOCX, the picture of a page) hold the same value, even where no search can read it (DATA_RESPONSIBILITY,
    12). Does nothing where nothing leaks."""
    leaks = scan_folder(folder, forbidden)
    if not leaks:
        return
    aside = set_aside(folder)
    lines = " ; ".join(dict.fromkeys(leak.text for leak in leaks[:SHOWN]))
    more = f" ; et {plural(len(leaks) - SHOWN, 'autre')}" if len(leaks) > SHOWN else ""
    raise DisclosureError(
        f"{lines}{more}",
        f"tout le dossier « {folder.name} » est mis de côté dans {aside}, réservé à l’officier, et rien ne doit en être "
        "diffusé : il pourrait désigner une personne, un village ou un jour",
        "retirer cette valeur de là où elle est entrée (sources de mois.toml, nom d’une zone, colonne ajoutée), "
        "puis relancer make, qui refait tout le dossier ; si elle n’a rien de confidentiel, le dire à l’équipe qui tient "
        "ce programme",
    )


def set_aside(folder: Path) -> Path:
    """Move a folder outputs/<month>/<audience> to outputs/<month>/revue/mis-de-cote/<audience>, in place of what was set
    aside before. Where it cannot be moved, its files are deleted: nothing of it may stay where `share` packs."""
    aside = folder.parent / "revue" / "mis-de-cote" / folder.name
    try:
        aside.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(aside, ignore_errors=True)
        folder.rename(aside)
    except OSError:
        shutil.rmtree(folder)
    return aside
