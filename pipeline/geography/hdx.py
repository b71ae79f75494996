"""Boundaries from HDX: the resource found through CKAN's `package_show`, fetched whole and verified.

Rule on checksums: a file is used only where its SHA-256 is the one that sources.toml pins. HDX may
republish under the same name, or offer a newer vintage; either changes P-codes and maps, so a person
decides: the message says which file to fetch by hand and to name with BOUNDARIES=.
"""

from __future__ import annotations

import json
import logging
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import BoundaryError
from pipeline.files import sha256
from pipeline.geography.catalog import DataSet
from pipeline.geography.containers import check_zip

URL = "https://data.humdata.org"
FOLDER = "telechargements"
CONNECT, READ, TOTAL = 5.0, 15.0, 180.0
"""Seconds: to connect, between two pieces of an answer, and for one whole download."""
LARGEST = 200_000_000
AGENT = {"User-Agent": "cartes-protection-mali"}
CONSEQUENCE = "rien n'est pris de HDX"


class Unusable(Exception):
    """The body of an answer cannot be the file that was asked for; the text says why, in French."""


@dataclass(frozen=True)
class Resource:
    """A file of a CKAN data set: its name there, and its address."""

    name: str
    url: str


def cached(declared: DataSet, boundaries: Path) -> Path | None:
    """The file of an earlier download, where it is whole; one that has been spoilt since is removed."""
    path = boundaries / FOLDER / declared.file
    if path.is_file() and sha256(path) != declared.sha256:
        path.unlink()
    return path if path.is_file() else None


def fetch(declared: DataSet, boundaries: Path, base: str) -> Path:
    """Download the pinned file of a data set into boundaries/telechargements and return its path.

    base: address of the CKAN site, without "/api". Raises BoundaryError with the cause; no damaged,
    partial or other file is ever left under the final name.
    """
    resource = find(resources(base, declared.hdx_dataset), declared)
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
        raise BoundaryError(f"{base} : {_reason(error)}", CONSEQUENCE, fix) from None
    except (ValueError, KeyError, TypeError, AttributeError, Unusable):
        raise BoundaryError(
            f"{base} : la réponse n'est pas celle de CKAN pour {dataset}", CONSEQUENCE, fix
        ) from None


def find(listed: list[Resource], declared: DataSet) -> Resource:
    """The resource whose name, or file name, is the one declared. Raises BoundaryError listing the others."""
    for one in listed:
        names = (one.name, one.url.rsplit("/", 1)[-1])
        if any(re.search(declared.hdx_resource, name) for name in names) and one.url.startswith("http"):
            return one
    there = ", ".join(one.name for one in listed) or "aucune"
    raise BoundaryError(
        f"{declared.hdx_dataset} n'a pas de ressource {declared.file} (ressources : {there})",
        CONSEQUENCE,
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
        raise BoundaryError(f"{resource.url} : {_reason(error)}", CONSEQUENCE, fix) from None
    except Unusable as error:
        raise BoundaryError(f"{resource.url} : {error}", CONSEQUENCE, fix) from None
    except (ValueError, OSError) as error:
        if "hash" not in str(error).lower():
            raise BoundaryError(f"écriture impossible dans {folder}", CONSEQUENCE, fix) from None
        raise BoundaryError(
            f"{resource.url} : l'empreinte du fichier n'est pas celle de sources.toml "
            f"({declared.sha256[:12]}…) : téléchargement altéré, ou nouvelle édition",
            CONSEQUENCE,
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
