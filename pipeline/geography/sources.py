"""Where the boundaries come from: five places tried in order, each attempt told in one line.

1. BOUNDARIES= (the officer's choice: what is wrong with it is an error, never passed over in silence)
2. files the officer put in boundaries/
3. the mirror folder
4. HDX
5. approximate limits, computed from facts that are part of the project
"""

from __future__ import annotations

import json
import logging
import os
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from shapely.errors import GEOSException

from pipeline.errors import BoundaryError
from pipeline.files import sha256
from pipeline.geography import approximate, quality
from pipeline.geography import areas as area_layers
from pipeline.geography.areas import Areas
from pipeline.geography.catalog import Catalog, DataSet
from pipeline.geography.companions import NEWER
from pipeline.geography.containers import CONSEQUENCE, candidates, check_zip, inspect
from pipeline.geography.country import APPROXIMATE, Source
from pipeline.geography.vintages import UNKNOWN, name_vintage

# Boundaries from HDX: the resource found through CKAN's `package_show`, fetched whole and verified.
#
# Rule on checksums: a file is used only where its SHA-256 is the one that sources.toml pins. HDX may
# republish under the same name, or offer a newer vintage; either changes P-codes and maps, so a person
# decides: the message says which file to fetch by hand and to name with BOUNDARIES=.


HDX_URL = "https://data.humdata.org"
FOLDER = "telechargements"
CONNECT, READ, TOTAL = 5.0, 15.0, 180.0
"""Seconds: to connect, between two pieces of an answer, and for one whole download."""
LARGEST = 200_000_000
AGENT = {"User-Agent": "cartes-protection-mali"}
HDX_CONSEQUENCE = "rien n'est pris de HDX"


Result = tuple[Areas, Source, str]


class Unusable(Exception):
    """The body of an answer cannot be the file that was asked for; the text says why, in French."""


@dataclass(frozen=True)
class Resource:
    """A file of a CKAN data set: its name there, and its address."""

    name: str
    url: str


def cached_from_hdx(declared: DataSet, boundaries: Path) -> Path | None:
    """The file of an earlier download, where it is whole; one that has been spoilt since is removed."""
    path = boundaries / FOLDER / declared.file
    if path.is_file() and sha256(path) != declared.sha256:
        path.unlink()
    return path if path.is_file() else None


def fetch_from_hdx(declared: DataSet, boundaries: Path, base: str) -> Path:
    """Download the pinned file of a data set into boundaries/telechargements and return its path.

    base: address of the CKAN site, without "/api". Raises BoundaryError with the cause; no damaged,
    partial or other file is ever left under the final name.
    """
    resource = find_on_hdx(resources(base, declared.hdx_dataset), declared)
    return _download(resource, declared, boundaries / FOLDER)


def resources(base: str, dataset: str) -> list[Resource]:
    """Every resource of a CKAN data set. Raises BoundaryError where there is no usable answer."""
    import requests
    import urllib3

    address = f"{base.rstrip('/')}/api/3/action/package_show"
    fix = f"vérifier la connexion, ou télécharger {dataset} à la main et le donner par BOUNDARIES="
    try:
        content: Any = json.loads(b"".join(_pieces(f"{address}?id={dataset}")))
        if not content["success"]:
            raise ValueError("success: false")
        listed = content["result"]["resources"]
        return [Resource(str(one.get("name") or ""), str(one.get("url") or "")) for one in listed]
    except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
        raise BoundaryError(f"{base} : {_reason(error)}", HDX_CONSEQUENCE, fix) from None
    except (ValueError, KeyError, TypeError, AttributeError, Unusable):
        raise BoundaryError(
            f"{base} : la réponse n'est pas celle de CKAN pour {dataset}", HDX_CONSEQUENCE, fix
        ) from None


def find_on_hdx(listed: list[Resource], declared: DataSet) -> Resource:
    """The resource whose name, or file name, is the one declared. Raises BoundaryError listing the others."""
    for one in listed:
        names = (one.name, one.url.rsplit("/", 1)[-1])
        if any(re.search(declared.hdx_resource, name) for name in names) and one.url.startswith("http"):
            return one
    there = ", ".join(one.name for one in listed) or "aucune"
    raise BoundaryError(
        f"{declared.hdx_dataset} n'a pas de ressource {declared.file} (ressources : {there})",
        HDX_CONSEQUENCE,
        f"choisir un fichier sur {declared.hdx_page} et le donner par BOUNDARIES=",
    )


def _download(resource: Resource, declared: DataSet, folder: Path) -> Path:
    import pooch
    import requests
    import urllib3

    fix = f"réessayer, ou télécharger {declared.file} sur {declared.hdx_page} et le donner par BOUNDARIES="
    pooch.get_logger().setLevel(logging.ERROR)
    try:
        # pooch writes to a temporary name, compares the checksum, and only then gives the final name.
        got = pooch.retrieve(
            resource.url,
            known_hash=f"sha256:{declared.sha256}",
            fname=declared.file,
            path=folder,
            downloader=_save,
        )
    except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
        raise BoundaryError(f"{resource.url} : {_reason(error)}", HDX_CONSEQUENCE, fix) from None
    except Unusable as error:
        raise BoundaryError(f"{resource.url} : {error}", HDX_CONSEQUENCE, fix) from None
    except (ValueError, OSError) as error:
        if "hash" not in str(error).lower():
            raise BoundaryError(f"écriture impossible dans {folder}", HDX_CONSEQUENCE, fix) from None
        raise BoundaryError(
            f"{resource.url} : l'empreinte du fichier n'est pas celle de sources.toml "
            f"({declared.sha256[:12]}…) : téléchargement altéré, ou nouvelle édition",
            HDX_CONSEQUENCE,
            f"pour cette édition, la télécharger sur {declared.hdx_page} et la donner par BOUNDARIES=",
        ) from None
    path = Path(got)
    check_zip(path)
    return path


def _save(url: str, output_file: Any, _: object) -> None:
    """Write the body of `url` to a path; the form of a downloader that pooch calls."""
    with open(output_file, "wb") as stream:
        for piece in _pieces(url, refused="html"):
            stream.write(piece)


def _pieces(url: str, refused: str = "") -> Iterator[bytes]:
    """The body of `url` as it comes in. Gives up on an answer that is an error, of the content type
    `refused`, short of its announced length, larger than LARGEST, or not done after TOTAL seconds."""
    import requests

    deadline = time.monotonic() + TOTAL
    with requests.get(url, headers=AGENT, stream=True, timeout=(CONNECT, READ)) as answer:
        answer.raise_for_status()
        if refused and refused in answer.headers.get("Content-Type", ""):
            raise Unusable("une page web au lieu du fichier")
        received = 0
        # read1 returns what has come; read would wait for a full piece, and a site that sends a byte now
        # and then would keep us waiting for hours.
        while piece := answer.raw.read1(65536, decode_content=True):
            received += len(piece)
            if time.monotonic() > deadline:
                raise requests.exceptions.ReadTimeout
            if received > LARGEST:
                raise Unusable("fichier bien plus grand que prévu")
            yield piece


def _reason(error: Exception) -> str:
    """The cause of a failed request in French, without the address or the library's own words."""
    import requests
    import urllib3

    kinds = requests.exceptions
    if isinstance(error, kinds.HTTPError) and error.response is not None:
        return f"réponse {error.response.status_code}"
    if isinstance(error, (kinds.Timeout, urllib3.exceptions.TimeoutError)):
        return "pas de réponse à temps"
    if isinstance(error, urllib3.exceptions.HTTPError):
        return "téléchargement interrompu"
    if isinstance(error, kinds.ConnectionError):
        return "connexion impossible"
    return "adresse ou réponse inutilisable"


Say = Callable[[str], None]

STEPS = ("BOUNDARIES=", "fichiers de boundaries/", "miroir", "HDX", "limites approchées")


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
    return given or os.environ.get("HDX_URL") or HDX_URL


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
    areas, source, told = approximated()
    say(_line(5, f"utilisées, LIMITES APPROCHÉES : {told}"))
    return areas, source


def approximated() -> Result:
    """The approximate limits, checked like all others."""
    areas, checksum = approximate.areas()
    areas, counted = quality.check(areas, {})
    source = Source(APPROXIMATE, approximate.LABEL, NEWER, checksum, approximate.ATTRIBUTION)
    return areas, source, f"calculées autour des localités ({counted})"


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
    path = cached_from_hdx(declared, search.boundaries)
    if path is None and search.offline:
        say(_line(step, "non essayé (hors ligne)"))
        return None
    try:
        return _use(path or fetch_from_hdx(declared, search.boundaries, search.hdx_url), "hdx", search)
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
