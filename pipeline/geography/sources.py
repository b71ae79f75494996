"""Where the boundaries come from: six places tried in order, each attempt told in one line.

1. BOUNDARIES= (the officer's choice: what is wrong with it is an error, never passed over in silence)
2. files the officer put in boundaries/
3. the mirror folder
4. public copies, at pinned addresses, each file verified
5. HDX as it is today
6. approximate limits, computed from facts that are part of the project

The first that has communes gives the areas. Boundaries of the division of 2025, which have none, stand beside them;
alone, they are the areas.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pandas as pd
from shapely.errors import GEOSException

from pipeline.errors import BoundaryError
from pipeline.files import copy, scratch, sha256_bytes, write_text
from pipeline.geography import approximate, fetching, quality
from pipeline.geography import areas as area_layers
from pipeline.geography.areas import AreaTables
from pipeline.geography.companions import NEWER
from pipeline.geography.containers import candidates, inspect, unusable
from pipeline.geography.country import APPROXIMATE, Source, Uppers
from pipeline.geography.divisions import division_of
from pipeline.geography.fetching import Catalog
from pipeline.geography.vintages import UNKNOWN, name_vintage

Say = Callable[[str], None]

STEPS = (
    "BOUNDARIES=", "fichiers de boundaries/", "miroir", "copies publiques", "HDX", "limites approchées",
)  # fmt: skip
EDITIONS = "editions.json"
"""In boundaries/telechargements: edition and form of each release taken from HDX -> checksum of its contents."""
TRIED = 4
"""Resources of HDX that are downloaded before it is given up."""
ASKED = ".hdx-demande-"
"""In boundaries/telechargements: an empty file for each address of HDX, dated of when it was last asked. It is never
opened: what a command opens and then changes would make it run again."""


@dataclass(frozen=True)
class Search:
    """Where to look. mirror: a folder. copies_url: replaces the public copies' addresses, "" for their own.
    hdx_url: base address of the CKAN site. accept: whether a changed edition is taken. crosswalk: tells vintages.
    again: whether the officer asks to look again, though HDX was asked today."""

    catalog: Catalog
    boundaries: Path
    chosen: Path | None
    mirror: Path
    copies_url: str
    hdx_url: str
    offline: bool
    accept: bool
    crosswalk: pd.DataFrame
    again: bool = False

    @property
    def downloads(self) -> Path:
        """The folder of what came from the network."""
        return self.boundaries / fetching.FOLDER


@dataclass(frozen=True)
class FoundBoundaries:
    """Boundaries that passed every check, where they come from, and what to tell of them."""

    areas: AreaTables
    source: Source
    told: str

    @property
    def whole(self) -> bool:
        """Whether they have communes."""
        return bool(len(self.areas.communes))


def mirror_folder(boundaries: Path, given: Path | None) -> Path:
    """The mirror: as given, else MIRROR in the environment, else ../shared/boundaries beside the project."""
    named = os.environ.get("MIRROR")
    return given or (Path(named) if named else boundaries.resolve().parent.parent / "shared" / "boundaries")


def hdx_address(given: str | None) -> str:
    """The CKAN site: as given, else HDX_URL in the environment, else the public one."""
    return given or os.environ.get("HDX_URL") or fetching.HDX_URL


def find(search: Search, say: Say) -> tuple[FoundBoundaries, Uppers | None]:
    """The areas to draw, and the regions and cercles of 2025 beside them where both are there. Raises BoundaryError."""
    if search.chosen is not None:
        try:
            found = _use(_pick(search.chosen, search), "utilisateur", search)
        except BoundaryError as error:
            raise BoundaryError(
                f"BOUNDARIES={search.chosen} : {error.problem}",
                "aucune carte n’est produite : un choix fait par BOUNDARIES= n’est jamais remplacé en silence",
                error.fix,
            ) from None
        say(_line(1, f"utilisé, {found.told}"))
        return found, None
    say(_line(1, "non donné"))
    base: FoundBoundaries | None = None
    newer: FoundBoundaries | None = None
    for step, attempt in ((2, _own_files), (3, _from_mirror), (4, _from_copies), (5, _from_hdx)):
        if (base and newer) or (base and step < 5):
            continue
        # Without any boundaries HDX is asked each time; for the division of 2025 alone, beside others, once a day.
        for found in attempt(replace(search, again=search.again or base is None), step, say):
            say(_line(step, f"utilisé, {found.told}"))
            if found.whole and base is None:
                base = found
            elif newer is None:
                newer = found
    if base is None and newer is None:
        base = approximated()
        say(_line(6, f"utilisées, LIMITES APPROCHÉES : {base.told}"))
    if base is None or newer is None:
        return base or newer, None  # type: ignore[return-value]
    if division_of(_cercles(newer.areas)) != "2025":
        say(
            f"Laissé de côté : {newer.source.label}, dont les cercles ne sont pas ceux de la division de 2025"
        )
        return base, None
    return base, Uppers(newer.source, newer.areas.regions, newer.areas.cercles)


def _cercles(areas: AreaTables) -> dict[str, str]:
    return dict(zip(areas.cercles["pcode"], areas.cercles["name"], strict=True))


def approximated() -> FoundBoundaries:
    """The approximate limits, checked like all others."""
    areas, checksum = approximate.areas()
    areas, counted = quality.check(areas, {})
    source = Source(APPROXIMATE, approximate.LABEL, NEWER, checksum, approximate.ATTRIBUTION)
    return FoundBoundaries(areas, source, f"calculées autour des localités ({counted})")


def _own_files(search: Search, step: int, say: Say) -> list[FoundBoundaries]:
    """The first usable files that the officer put in boundaries/: one set with communes, one without."""
    companions = {one.file for one in search.catalog.sets if one.role != "limites"}
    there = [path for path in candidates(search.boundaries) if path.name not in companions]
    default = search.catalog.default.file
    taken: dict[bool, FoundBoundaries] = {}
    for path in sorted(there, key=lambda one: (one.name != default, one.name)):
        try:
            found = _use(path, "utilisateur", search)
            taken.setdefault(found.whole, found)
        except BoundaryError as error:
            say(_line(step, f"écarté : {error.problem}"))
    if not there:
        say(_line(step, "aucun"))
    return [taken[whole] for whole in (True, False) if whole in taken]


def _from_mirror(search: Search, step: int, say: Say) -> list[FoundBoundaries]:
    declared = search.catalog.default
    path = search.mirror / declared.file
    if not path.is_file():
        say(_line(step, f"{path} n’existe pas"))
        return []
    try:
        if declared.holds(inspect(path, search.catalog.schemas).contents):
            return [_use(path, "miroir", search)]
        say(_line(step, f"écarté : {path} est altéré (son contenu n’est pas celui de sources.toml)"))
    except OSError:
        say(_line(step, f"écarté : {path} ne peut pas être lu"))
    except BoundaryError as error:
        say(_line(step, f"écarté : {error.problem}"))
    return []


def _from_copies(search: Search, step: int, say: Say) -> list[FoundBoundaries]:
    declared = search.catalog.default
    folder = search.downloads / declared.key
    if declared.copies is None:
        say(_line(step, "aucune adresse dans sources.toml"))
        return []
    if search.offline and not fetching.complete(declared.copies, folder):
        say(_line(step, "non essayées (hors ligne)"))
        return []
    try:
        return [_use(fetching.copies(declared.copies, folder, search.copies_url), "copies", search)]
    except BoundaryError as error:
        say(_line(step, f"écarté : {error.problem} ; {error.fix}"))
        return []


def _from_hdx(search: Search, step: int, say: Say) -> list[FoundBoundaries]:
    """What HDX lists today, else what was taken from it before."""
    dataset = search.catalog.default.hdx_dataset
    folder = search.downloads / "hdx"
    kept = sorted(folder.glob("[!.]*")) if folder.is_dir() else []
    kept = [path for path in kept if path.suffix not in (".json", fetching.PARTIAL)]
    if search.offline:
        if not kept:
            say(_line(step, "non essayé (hors ligne)"))
        return _kept(kept, search, step, say)
    asked = search.downloads / (ASKED + sha256_bytes(search.hdx_url.encode())[:12])
    today = asked.exists() and date.fromtimestamp(asked.stat().st_mtime) == date.today()
    if today and not search.again:
        say(_line(step, "déjà demandé aujourd’hui ; « make boundaries » le redemande"))
        return _kept(kept, search, step, say)
    search.downloads.mkdir(parents=True, exist_ok=True)
    asked.touch()
    try:
        listed = fetching.listed(search.hdx_url, dataset)
    except BoundaryError as error:
        say(_line(step, f"écarté : {error.problem} ; {error.fix}"))
        return _kept(kept, search, step, say)
    for resource in listed[:TRIED]:
        try:
            return [_released(resource, kept, search)]
        except BoundaryError as error:
            say(_line(step, f"écarté : {error.problem} ; {error.fix}"))
    return _kept(kept, search, step, say)


def _kept(files: list[Path], search: Search, step: int, say: Say) -> list[FoundBoundaries]:
    for path in files:
        try:
            return [_use(path, "hdx", search)]
        except BoundaryError as error:
            say(_line(step, f"écarté : {error.problem}"))
    return []


def _released(resource: fetching.Resource, kept: list[Path], search: Search) -> FoundBoundaries:
    """One release of HDX, downloaded, checked and remembered. Raises BoundaryError.

    An edition that was taken before and whose contents have changed since is not taken without ACCEPTER=oui.
    """
    memory = search.downloads / EDITIONS
    known = _editions(memory)
    told = known.get(resource.url, {})
    there = next((path for path in kept if path.name == told.get("file")), None)
    if there and told.get("modified") == resource.modified:
        found = _use(there, "hdx", search)
        if found.source.sha256 == told.get("sha256"):
            return found
    with scratch() as folder:
        arriving = fetching.fetch(resource, folder)
        found = _use(arriving, "hdx", search)
        key = f"{found.source.edition or found.source.vintage} {resource.kind}"
        before = next((one for one in known.values() if one.get("edition") == key), None)
        if before and before.get("sha256") != found.source.sha256 and not search.accept:
            raise BoundaryError(
                f"{resource.name} : l’édition {key} n’a plus le contenu qu’elle avait "
                f"({before.get('sha256', '')[:12]}… auparavant, {found.source.sha256[:12]}… aujourd’hui)",
                "elle n’est pas prise : P-codes et limites ont pu changer sans que l’édition change",
                "la regarder dans QGIS, puis relancer avec ACCEPTER=oui",
            )
        for other in kept:
            other.unlink(missing_ok=True)
        copy(arriving, search.downloads / "hdx" / resource.file)
    known = {url: one for url, one in known.items() if one.get("edition") != key}
    known[resource.url] = {
        "edition": key, "file": resource.file, "modified": resource.modified, "sha256": found.source.sha256,
    }  # fmt: skip
    write_text(memory, json.dumps(known, ensure_ascii=False, indent=1, sort_keys=True) + "\n")
    return found


def _editions(memory: Path) -> dict[str, dict[str, str]]:
    """What was taken from HDX before, by address; nothing where the file is absent or damaged."""
    try:
        content = json.loads(memory.read_text(encoding="utf-8"))
        return {url: dict(one) for url, one in content.items()}
    except (OSError, ValueError, TypeError, AttributeError, RecursionError):
        return {}


def _pick(chosen: Path, search: Search) -> Path:
    """The one set of boundaries that BOUNDARIES= means; of a folder with several, the default vintage."""
    if not chosen.is_dir() or chosen.suffix.lower() == ".gdb":
        return chosen
    usable, refused = [], []
    for path in candidates(chosen):
        try:
            usable.append(inspect(path, search.catalog.schemas))
        except BoundaryError as error:  # perhaps another file of the folder, such as a background
            refused.append(error)
    if refused and not usable:
        raise refused[0]
    if len(usable) > 1:
        usable = [one for one in usable if search.catalog.default.holds(one.contents)] or usable
    if len(usable) > 1:
        names = ", ".join(one.path.name for one in usable)
        raise BoundaryError(
            f"le dossier contient plusieurs jeux de limites : {names}",
            "rien ne dit lequel utiliser",
            f"en désigner un, par exemple BOUNDARIES={usable[0].path}",
        )
    return usable[0].path if usable else chosen


def _use(path: Path, kind: str, search: Search) -> FoundBoundaries:
    """Read, date and check one set of boundaries. Raises BoundaryError."""
    try:
        return _examine(path, kind, search)
    except (
        GEOSException,
        OSError,
        ValueError,
        RuntimeError,
        LookupError,
    ) as error:  # Runtime: GDAL's, PROJ's
        projection = type(error).__name__ in ("CRSError", "ProjError")
        cause = "sa projection (.prj) ne se comprend pas" if projection else "il est incomplet ou abîmé"
        raise unusable(
            f"{path.name} ne peut pas être lu ou calculé : {cause}",
            "donner un fichier complet, avec .dbf, .shx et .prj, dont les géométries sont valides dans QGIS",
        ) from None


def _examine(path: Path, kind: str, search: Search) -> FoundBoundaries:
    container = inspect(path, search.catalog.schemas)
    declared = search.catalog.by_contents(container.contents)
    areas = area_layers.read(container)
    if declared is not None:
        vintage, evidence = declared.vintage, "contenu connu"
    else:
        names = dict(zip(areas.communes["pcode"], areas.communes["name"], strict=True))
        file_names = (path.name, *(layer.name for layer in container.layers.values()))
        vintage, evidence = name_vintage(names, areas.valid_on, file_names, search.crosswalk)
    like = search.catalog.by_vintage(vintage)
    areas, counted = quality.check(areas.dated(vintage), like.counts if like else {})
    notes = [*container.notes, *quality.remarks(areas)]
    if areas.derived:
        finest = "communes" if len(areas.communes) else "cercles"
        notes.append(f"couches déduites des {finest} : {', '.join(areas.derived)}")
    edition = f" {areas.version}," if areas.version else ""
    told = " ; ".join([f"{path.name} :{edition} millésime {vintage} ({evidence})", counted, *notes])
    source = Source(kind, "", vintage, container.sha256, "", areas.version)
    if declared is not None:
        label, attribution = f"{declared.title}, millésime {vintage}", declared.attribution
    elif kind == "hdx":
        default = search.catalog.default
        label, attribution = f"{default.title},{edition} valides au {vintage}", f"{default.attribution} (HDX)"
    else:
        dated = "millésime inconnu" if vintage == UNKNOWN else f"millésime {vintage}"
        label = f"{path.name}, fichier de l’utilisateur,{edition} {dated}"
        attribution = f"adapté de : {like.attribution}" if like else "fichier de l’utilisateur"
    return FoundBoundaries(areas, replace(source, label=label, attribution=attribution), told)


def _line(step: int, what: str) -> str:
    return f"Limites {step}/{len(STEPS)}, {STEPS[step - 1]} : {what}"
