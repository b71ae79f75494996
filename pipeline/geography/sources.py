"""Where the boundaries come from: five places tried in order, each attempt told in one line.

1. BOUNDARIES= (the officer's choice: what is wrong with it is an error, never passed over in silence)
2. files the officer put in boundaries/
3. the mirror folder
4. HDX
5. the schematic grid, which is part of the project
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from shapely.errors import GEOSException

from pipeline.errors import BoundaryError
from pipeline.files import sha256
from pipeline.geography import areas as area_layers
from pipeline.geography import hdx, quality, schematic
from pipeline.geography.areas import Areas
from pipeline.geography.catalog import Catalog
from pipeline.geography.containers import CONSEQUENCE, candidates, inspect
from pipeline.geography.country import Source
from pipeline.geography.vintages import UNKNOWN, name_vintage

Say = Callable[[str], None]

STEPS = ("BOUNDARIES=", "fichiers de boundaries/", "miroir", "HDX", "grille schématique")


@dataclass(frozen=True)
class Search:
    """Where to look. mirror: a folder. hdx_url: base address of the CKAN site. crosswalk: tells vintages."""

    catalog: Catalog
    boundaries: Path
    chosen: Path | None
    mirror: Path
    hdx_url: str
    offline: bool
    crosswalk: pd.DataFrame


def mirror_folder(boundaries: Path, given: Path | None) -> Path:
    """The mirror: as given, else MIRROR in the environment, else ../shared/boundaries beside the project."""
    named = os.environ.get("MIRROR")
    return given or (Path(named) if named else boundaries.resolve().parent.parent / "shared" / "boundaries")


def hdx_address(given: str | None) -> str:
    """The CKAN site: as given, else HDX_URL in the environment, else the public one."""
    return given or os.environ.get("HDX_URL") or hdx.URL


def find(search: Search, say: Say) -> tuple[Areas, Source]:
    """The first boundaries that pass every check, with where they come from. Raises BoundaryError."""
    if search.chosen is not None:
        try:
            areas, source, told = _use(_pick(search.chosen, search.catalog), "utilisateur", search)
        except BoundaryError as error:
            raise BoundaryError(
                f"BOUNDARIES={search.chosen} : {error.problem}",
                "aucune carte n'est produite : un choix fait par BOUNDARIES= n'est jamais remplacé en silence",
                error.fix,
            ) from None
        say(_line(1, f"utilisé, {told}"))
        return areas, source
    say(_line(1, "non donné"))
    for step, attempt in enumerate((_own_files, _from_mirror, _from_hdx), start=2):
        result = attempt(search, step, say)
        if result is not None:
            areas, source, told = result
            say(_line(step, f"utilisé, {told}"))
            return areas, source
    areas, checksum = schematic.read(search.boundaries / schematic.FILE)
    areas, counted = quality.check(areas, {})
    label = "Grille schématique des cercles, limites non disponibles"
    source = Source("schematique", label, schematic.VINTAGE, checksum, "grille dessinée pour ce projet")
    say(_line(5, f"utilisée, CARTE SCHÉMATIQUE : limites non disponibles ({counted})"))
    return areas, source


Result = tuple[Areas, Source, str]


def _own_files(search: Search, step: int, say: Say) -> Result | None:
    """The first usable file that the officer put in boundaries/: the default vintage first."""
    companions = {one.file for one in search.catalog.sets if one.role != "limites"}
    found = [path for path in candidates(search.boundaries) if path.name not in companions]
    default = search.catalog.default.file
    for path in sorted(found, key=lambda one: (one.name != default, one.name)):
        try:
            return _use(path, "utilisateur", search)
        except BoundaryError as error:
            say(_line(step, f"écarté : {error.problem}"))
    if not found:
        say(_line(step, "aucun"))
    return None


def _from_mirror(search: Search, step: int, say: Say) -> Result | None:
    declared = search.catalog.default
    path = search.mirror / declared.file
    if not path.is_file():
        say(_line(step, f"{path} n'existe pas"))
        return None
    try:
        if sha256(path) == declared.sha256:
            return _use(path, "miroir", search)
        say(_line(step, f"écarté : {path} est altéré (empreinte différente de sources.toml)"))
    except OSError:
        say(_line(step, f"écarté : {path} ne peut pas être lu"))
    except BoundaryError as error:
        say(_line(step, f"écarté : {error.problem}"))
    return None


def _from_hdx(search: Search, step: int, say: Say) -> Result | None:
    declared = search.catalog.default
    path = hdx.cached(declared, search.boundaries)
    if path is None and search.offline:
        say(_line(step, "non essayé (hors ligne)"))
        return None
    try:
        return _use(path or hdx.fetch(declared, search.boundaries, search.hdx_url), "hdx", search)
    except BoundaryError as error:
        say(_line(step, f"écarté : {error.problem} ; {error.fix}"))
        return None


def _pick(chosen: Path, catalog: Catalog) -> Path:
    """The one set of boundaries that BOUNDARIES= means; of a folder with several, the default vintage."""
    if not chosen.is_dir() or chosen.suffix.lower() == ".gdb":
        return chosen
    usable, refused = [], []
    for path in candidates(chosen):
        try:
            usable.append(inspect(path))
        except BoundaryError as error:  # perhaps another file of the folder, such as a background
            refused.append(error)
    if refused and not usable:
        raise refused[0]
    if len(usable) > 1:
        usable = [one for one in usable if one.sha256 == catalog.default.sha256] or usable
    if len(usable) > 1:
        names = ", ".join(one.path.name for one in usable)
        raise BoundaryError(
            f"le dossier contient plusieurs jeux de limites : {names}",
            "rien ne dit lequel utiliser",
            f"en désigner un, par exemple BOUNDARIES={usable[0].path}",
        )
    return usable[0].path if usable else chosen


def _use(path: Path, kind: str, search: Search) -> Result:
    """Read, date and check one set of boundaries. Raises BoundaryError."""
    try:
        return _examine(path, kind, search)
    except (GEOSException, OSError) as error:
        raise BoundaryError(
            f"{path.name} ne peut pas être lu ou calculé ({type(error).__name__})",
            CONSEQUENCE,
            "donner un fichier complet, dont les géométries sont valides dans QGIS",
        ) from None


def _examine(path: Path, kind: str, search: Search) -> Result:
    container = inspect(path)
    declared = search.catalog.by_checksum(container.sha256)
    areas = area_layers.read(container)
    if declared is not None:
        vintage, evidence = declared.vintage, "empreinte connue"
    else:
        names = dict(zip(areas.communes["pcode"], areas.communes["name"], strict=True))
        file_names = (path.name, *(layer.name for layer in container.layers.values()))
        vintage, evidence = name_vintage(names, areas.valid_on, file_names, search.crosswalk)
    like = search.catalog.by_vintage(vintage)
    areas, counted = quality.check(areas.dated(vintage), like.counts if like else {})
    if declared is not None:
        label, attribution = f"{declared.title}, millésime {vintage}", declared.attribution
    else:
        dated = "millésime inconnu" if vintage == UNKNOWN else f"millésime {vintage}"
        label = f"{path.name}, fichier de l'utilisateur, {dated}"
        attribution = f"adapté de : {like.attribution}" if like else "fichier de l'utilisateur"
    notes = [*container.notes]
    if areas.derived:
        notes.append(f"couches déduites des communes : {', '.join(areas.derived)}")
    told = " ; ".join([f"millésime {vintage} ({evidence})", counted, *notes])
    return areas, Source(kind, label, vintage, container.sha256, attribution), f"{path.name} : {told}"


def _line(step: int, what: str) -> str:
    return f"Limites {step}/{len(STEPS)}, {STEPS[step - 1]} : {what}"
