"""Scan a folder, and let nothing stand that may not leave."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import DisclosureError
from pipeline.french import plural
from pipeline.scan.content import content_of
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
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return [leak for path in files for leak in scan_file(path, forbidden)]


def enforce(folder: Path, forbidden: Forbidden) -> None:
    """Delete every output that leaks, then raise DisclosureError. Does nothing where nothing leaks."""
    leaks = scan_folder(folder, forbidden)
    if not leaks:
        return
    for path in sorted({leak.path for leak in leaks}):
        path.unlink(missing_ok=True)
    lines = " ; ".join(dict.fromkeys(leak.text for leak in leaks[:SHOWN]))
    more = f" ; et {plural(len(leaks) - SHOWN, 'autre')}" if len(leaks) > SHOWN else ""
    raise DisclosureError(
        f"{lines}{more}",
        "ces fichiers ont été supprimés et rien ne doit être diffusé : ils pourraient désigner une personne, "
        "un village ou un jour",
        "retirer cette valeur de là où elle est entrée (sources de mois.toml, nom d’une zone, colonne ajoutée), "
        "puis relancer ; si elle n’a rien de confidentiel, le dire à l’équipe qui tient ce programme",
    )
