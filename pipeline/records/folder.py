"""Which file holds which table: by its name, whatever its case, accents or extension."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from pipeline.errors import InputError
from pipeline.month import Month
from pipeline.records.duplicates import finding
from pipeline.records.problems import remark
from pipeline.records.recipe import Recipe
from pipeline.records.source import recipe_of
from pipeline.records.synonyms import FILES
from pipeline.records.tables import Finding
from pipeline.records.text import header_key, quote

READABLE = (".csv", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".tsv", ".txt")
SPREADSHEETS = (
    *READABLE,
    ".pdf",
    ".html",
    ".htm",
    ".doc",
    ".docx",
    ".numbers",
    ".zip",
)
"""Endings of files that may be meant as a table; those that cannot be read say so instead of being passed over."""

MONTHLY = ("incidents", "alertes_flash", "indice_risque")
YEARLY = ("couverture", "totaux_publies")
_MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")


def months_in(inputs: Path) -> tuple[Month, ...]:
    """The months that have a folder, in order."""
    if not inputs.is_dir():
        return ()
    found = [one.name for one in inputs.iterdir() if _MONTH.fullmatch(one.name) and one.is_dir()]
    return tuple(Month.parse(name) for name in sorted(found))


def tables_in(
    folder: Path, wanted: tuple[str, ...], inputs: Path, recipes: Sequence[Recipe] = ()
) -> dict[str, Path]:
    """Table -> its file, for the tables of `wanted` that are there: by its name, or, whatever its name, by the
    titles that a recipe names.

    Raises InputError where two files claim one table, or where a table is absent and a file's name looks
    like a slip for it (an absent table would be drawn as "no data", which must not happen by a slip).
    """
    files = _candidates(folder)
    keys = {header_key(name): table for table in wanted for name in (table, *FILES[table])}
    found: dict[str, list[Path]] = {}
    for path in files:
        table = keys.get(header_key(path.stem))
        if table is not None:
            found.setdefault(table, []).append(path)
    _by_recipe(files, wanted, found, inputs, recipes)
    for table, paths in found.items():
        if len(paths) > 1:
            raise _two_files(table, paths, inputs)
    claimed = {path for paths in found.values() for path in paths}
    for path in files:
        if path not in claimed and (table := _resembles(path, [one for one in wanted if one not in found])):
            raise InputError(
                f"{shown(path, inputs)} n'est pas un nom de tableau connu, et il n'y a pas de fichier {table}",
                f"les cartes de {table} seraient faites sans données ; aucune carte n'est produite",
                f"le renommer {table}{path.suffix.lower()} si c'est ce tableau, sinon le sortir du dossier ; noms "
                f"connus : {', '.join(wanted)} (en .csv ou .xlsx)",
            )
    return {table: found[table][0] for table in wanted if table in found}


def _by_recipe(
    files: list[Path],
    wanted: tuple[str, ...],
    found: dict[str, list[Path]],
    inputs: Path,
    recipes: Sequence[Recipe],
) -> None:
    """Add to `found`, for tables that no file's name claims, the files whose titles a recipe names."""
    known = {table for table in wanted if table not in found}
    about = {one.table for one in recipes if one.columns} & known
    claimed = {path for paths in found.values() for path in paths}
    for path in files if about else ():
        if path in claimed or path.suffix.lower() not in READABLE:
            continue
        for table in sorted(about):
            try:
                fitting = recipe_of(path, table, shown(path, inputs), recipes)
            except InputError:
                continue  # no table of ours: what is wrong with it is nothing to the maps
            if fitting.columns:
                found.setdefault(table, []).append(path)


def look_alike(path: Path, table: str) -> Path | None:
    """A file beside `path` whose name is like that of `table`."""
    others = (one for one in _candidates(path.parent) if one != path)
    return next((one for one in others if _resembles(one, [table])), None)


def refuse_misnamed(place: Path) -> None:
    """Raises InputError where mois.toml is there under another name: its mark "DONNÉES D'EXEMPLE" would vanish."""
    if place.is_dir() and not (place / "mois.toml").is_file():
        for one in sorted(place.iterdir()):
            if one.name.lower() in ("mois.toml", "mois.toml.txt", "mois.txt", "mois.tml"):
                raise InputError(
                    f"{place.name}/{one.name} n'est pas lu : le fichier se nomme mois.toml",
                    "le numéro du bulletin, les sources ou la mention « DONNÉES D'EXEMPLE » manqueraient sur les "
                    "cartes ; aucune carte n'est produite",
                    f"renommer {one.name} en mois.toml (afficher les extensions de fichiers pour le voir)",
                )


def leftovers(folder: Path, read: dict[str, Path], inputs: Path) -> list[Finding]:
    """A remark on each file that is not read although its name resembles a table that is ("incidents (1).csv"):
    it may be the newer one."""
    found = []
    for path in _candidates(folder):
        if path not in read.values() and (table := _resembles(path, sorted(read))):
            name = shown(path, inputs)
            problem = remark(
                f"le fichier {quote(path.name)} ressemble au tableau {table}",
                f"il n'est pas lu ; seul {quote(read[table].name)} l'est",
                "ne garder dans le dossier que le bon fichier",
            )
            found.append(finding(table, name, 0, "", "", "", problem))
    return found


def shown(path: Path, inputs: Path) -> str:
    """The path as messages and the manifest print it: relative to the inputs, with "/"."""
    return path.relative_to(inputs).as_posix()


def _candidates(folder: Path) -> list[Path]:
    """Files that may be tables, sorted; not the locks and hidden files that spreadsheets leave."""
    if not folder.is_dir():
        return []
    return sorted(
        path
        for path in folder.iterdir()
        if path.is_file()
        and not path.name.startswith((".", "~"))
        and path.suffix.lower() in SPREADSHEETS
    )  # fmt: skip


def _resembles(path: Path, absent: list[str]) -> str | None:
    """The absent table that a file name may stand for: "incidents (1)", "incident_juin", "Alertes-falsh"."""
    from rapidfuzz import fuzz

    key = header_key(path.stem)
    for table in absent:
        for name in (table, *FILES[table]):
            wanted = header_key(name)
            if wanted in key or fuzz.ratio(wanted, key) >= 80:
                return table
    return None


def _two_files(table: str, paths: list[Path], inputs: Path) -> InputError:
    names = " et ".join(quote(shown(path, inputs)) for path in paths)
    return InputError(
        f"deux fichiers portent le tableau {table} : {names}",
        "on ne peut pas savoir lequel est le bon, et aucune carte n'est produite",
        f"ne garder que le bon dans le dossier {shown(paths[0].parent, inputs)}/, et sortir l'autre",
    )
