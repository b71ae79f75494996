"""Files from the network: public copies, each verified against what is pinned, and what HDX lists today.

Nothing is used before it is whole and verified. A download that is cut stays as `<name>.partiel` and is taken up
where it stopped; what arrives and is not the file that was pinned is thrown away.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
import tomllib
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from pipeline.errors import BoundaryError
from pipeline.files import write_bytes
from pipeline.geography.vintages import SCHEMAS, Schema

# What boundaries/sources.toml declares: each data set with its vintage, checksum, terms and origin.


DECLARED = "sources.toml"
COLUMNS = "colonnes"
REQUIRED = ("role", "title", "vintage", "file", "attribution", "licence")


@dataclass(frozen=True)
class RemoteFile:
    """One file of a public copy: path in its folder, size (0: not known), SHA-256 ("": known by its git blob id alone)."""

    path: str
    bytes: int
    sha256: str
    blob: str

    @property
    def name(self) -> str:
        return self.path.rsplit("/", 1)[-1]


@dataclass(frozen=True)
class Copies:
    """Where the files of a data set stand in public: the address of their folder, pinned, and each file."""

    base: str
    files: tuple[RemoteFile, ...]


@dataclass(frozen=True)
class DataSet:
    """One data set of sources.toml.

    role: what it serves for ("limites", "localites", "population", "fond", "relief"). vintage: ISO date for
    boundaries, free text otherwise. file: its name in the mirror and in boundaries/; sha256: of that file, "" where
    the file is only a wrapping, and what it holds is known by `copies`. counts: expected features a layer.
    hdx_dataset: CKAN name of the data set that holds what is in force today.
    """

    key: str
    role: str
    title: str
    vintage: str
    file: str
    attribution: str
    licence: str
    sha256: str = ""
    layers: tuple[str, ...] = ()
    default: bool = False
    counts: dict[str, int] = field(default_factory=dict)
    copies: Copies | None = None
    hdx_dataset: str = ""
    hdx_page: str = ""

    def holds(self, contents: Mapping[str, str]) -> bool:
        """Whether files (name -> SHA-256) are this data set's, each with the content that is pinned."""
        pinned = {one.name: one.sha256 for one in self.copies.files} if self.copies else {}
        return bool(pinned) and all(contents.get(name) == checksum for name, checksum in pinned.items())


@dataclass(frozen=True)
class Catalog:
    """All data sets, in the file's order. schemas: columns that are known, those of its [colonnes] last."""

    sets: tuple[DataSet, ...]
    schemas: tuple[Schema, ...] = SCHEMAS

    @property
    def default(self) -> DataSet:
        """The boundaries used unless the officer chooses others."""
        return next(one for one in self.boundaries if one.default)

    @property
    def boundaries(self) -> tuple[DataSet, ...]:
        """Every known vintage of the boundaries."""
        return tuple(one for one in self.sets if one.role == "limites")

    def role(self, role: str) -> DataSet | None:
        """The data set that serves for `role`, None where none is declared."""
        return next((one for one in self.sets if one.role == role), None)

    def by_contents(self, contents: Mapping[str, str]) -> DataSet | None:
        """The boundaries that files (name -> SHA-256) are, however they are wrapped; None where they are not ours."""
        return next((one for one in self.boundaries if one.holds(contents)), None)

    def by_vintage(self, vintage: str) -> DataSet | None:
        """The boundaries of a vintage (ISO date), None where it is not a known one."""
        return next((one for one in self.boundaries if one.vintage == vintage), None)


def read_catalog(path: Path) -> Catalog:
    """Read sources.toml. Raises BoundaryError where it is missing, not TOML, or lacks a key."""
    fix = f"reprendre la version d’origine de {path.name} (git checkout {path.parent.name}/{path.name})"
    consequence = "les limites ne peuvent être ni cherchées ni vérifiées"
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError:
        raise BoundaryError(f"{path} est introuvable ou illisible", consequence, fix) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BoundaryError(f"{path} n’est pas un fichier TOML ({error})", consequence, fix) from None
    sets: list[DataSet] = []
    schemas = SCHEMAS
    for key, table in content.items():
        if key == COLUMNS:
            schemas = (*SCHEMAS, _schema(table, path))
            continue
        missing = [name for name in REQUIRED if not isinstance(table, dict) or not table.get(name)]
        if missing:
            raise BoundaryError(f"{path}, section [{key}] : il manque {', '.join(missing)}", consequence, fix)
        values = {name: value for name, value in table.items() if name in DataSet.__dataclass_fields__}
        values["layers"] = tuple(values.get("layers", ()))
        try:
            values["copies"] = _copies(values["copies"]) if "copies" in values else None
        except (KeyError, TypeError, ValueError):
            told = f"{path}, section [{key}.copies] : il faut base et files"
            raise BoundaryError(told, consequence, fix) from None
        sets.append(DataSet(key=key, **values))
    if not any(one.role == "limites" and one.default for one in sets):
        raise BoundaryError(f"{path} : aucun jeu de limites ne porte default = true", consequence, fix)
    return Catalog(tuple(sets), schemas)


def _schema(table: Any, path: Path) -> Schema:
    """The columns that the officer names: pcode, nom, and if there are any autres, date (lists or texts)."""
    try:
        named = {
            key: (value,) if isinstance(value, str) else tuple(map(str, value))
            for key, value in table.items()
        }
        if unknown := set(named) - {"pcode", "nom", "autres", "date"}:
            raise ValueError(unknown)
        others, date = named.get("autres", ()), named.get("date", ())
        return Schema(COLUMNS, f"[{COLUMNS}] de {path.name}", named["pcode"], named["nom"], others, date)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise BoundaryError(
            f"{path}, section [{COLUMNS}] : il faut pcode et nom, et si l’on veut autres et date",
            "les limites ne peuvent être ni cherchées ni vérifiées",
            'écrire par exemple pcode = "adm{n}_src" et nom = "adm{n}_name", {n} étant le niveau',
        ) from None


def _copies(table: Mapping[str, Any]) -> Copies:
    told = table["files"]
    files = (RemoteFile(str(name), int(size), str(sha), str(blob)) for name, size, sha, blob in told)
    return Copies(str(table["base"]), tuple(files))


HDX_URL = "https://data.humdata.org"
FOLDER = "telechargements"
PARTIAL = ".partiel"
CONNECT, READ, TOTAL = 5.0, 15.0, 180.0
"""Seconds: to connect, between two pieces of an answer, and for one whole download."""
LARGEST = 200_000_000
AT_ONCE = 6
AGENT = {"User-Agent": "cartes-protection-mali", "Accept-Encoding": "identity"}
KINDS = {
    "geojson": r"geojson", "gpkg": r"gpkg|geopackage", "gdb": r"gdb|geodatabase", "shp": r"shp|shapefile",
    "parquet": r"parquet",
}  # fmt: skip
"""Forms of boundaries on HDX, the best first (full column names, one encoding), and how a resource names them."""


class Unusable(Exception):
    """The body of an answer cannot be the file that was asked for; the text says why, in French."""


@dataclass(frozen=True)
class Resource:
    """A file of a CKAN data set: name, address, form (a key of KINDS) and the moment it was last changed."""

    name: str
    url: str
    kind: str
    modified: str

    @property
    def file(self) -> str:
        """A plain file name that tells its form, whatever the address ends with."""
        plain = re.sub(r"[^\w.-]", "_", self.url.rsplit("/", 1)[-1].split("?")[0]) or "limites"
        ending = Path(plain).suffix.lower()
        whole = ending in (".zip", ".gpkg", ".geojson", ".parquet")
        return plain if whole else f"{plain}.{self.kind}.zip"


def copies(wanted: Copies, folder: Path, base: str = "") -> Path:
    """The folder with every file of a data set's public copy, fetched where it is not there yet.

    base: address that replaces the copy's own (COPIES_URL). Raises BoundaryError, naming the file; what was
    verified before stays, and is not asked for again.
    """
    lacking = [one for one in wanted.files if not _verified(folder / one.name, one)]
    if lacking:
        folder.mkdir(parents=True, exist_ok=True)
        address = (base or wanted.base).rstrip("/")
        urls = [f"{address}/{quote(one.name if base else one.path)}" for one in lacking]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            told = pool.map(_fetch, urls, [folder / one.name for one in lacking], lacking)
            problems = list(filter(None, told))
        if problems:
            more = f" (et {len(problems) - 1} autres fichiers)" if len(problems) > 1 else ""
            raise _failed(problems[0] + more, "relancer « make boundaries » : ce qui est arrivé est gardé")
    return folder


def complete(wanted: Copies, folder: Path) -> bool:
    """Whether every file of a public copy is there, verified."""
    return all(_verified(folder / one.name, one) for one in wanted.files)


def _verified(path: Path, pinned: RemoteFile) -> bool:
    try:
        content = path.read_bytes()
    except OSError:
        return False
    return not _wrong(content, pinned)


def _wrong(content: bytes, pinned: RemoteFile) -> str:
    """How a content differs from what is pinned (French), "" where it does not."""
    if pinned.bytes and len(content) != pinned.bytes:
        return f"{len(content)} octets au lieu de {pinned.bytes}"
    if pinned.sha256:
        same = hashlib.sha256(content).hexdigest() == pinned.sha256
    else:  # known by the identity that git gives to a file
        same = hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest() == pinned.blob
    return "" if same else "contenu autre que celui de sources.toml"


def _fetch(url: str, target: Path, pinned: RemoteFile) -> str:
    """Fetch one pinned file; what went wrong (French), "" where nothing did."""
    partial = target.with_name(target.name + PARTIAL)
    try:
        content = _whole(url, partial)
    except BoundaryError as error:
        return error.problem
    if wrong := _wrong(content, pinned):
        partial.unlink(missing_ok=True)
        return f"{url} : {wrong}"
    write_bytes(target, content)
    partial.unlink(missing_ok=True)
    return ""


def _whole(url: str, partial: Path) -> bytes:
    """The body of `url`, taken up after what `partial` already holds. Raises BoundaryError with the cause."""
    import requests
    import urllib3

    try:
        start = partial.stat().st_size if partial.is_file() else 0
        with partial.open("ab") as stream:
            for piece in pieces(url, start, refused="html"):
                if piece is None:  # the server begins again
                    stream.truncate(0)
                    continue
                stream.write(piece)
        return partial.read_bytes()
    except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
        raise _failed(f"{url} : {_reason(error)}") from None
    except Unusable as error:
        partial.unlink(missing_ok=True)
        raise _failed(f"{url} : {error}") from None
    except OSError:
        raise _failed(f"écriture impossible dans {partial.parent}") from None
    finally:
        if partial.is_file() and not partial.stat().st_size:
            partial.unlink()


def listed(base: str, dataset: str) -> list[Resource]:
    """The resources of a CKAN data set that may be boundaries, the newest first and of one day the best form first.

    base: address of the site, without "/api". Raises BoundaryError where there is no usable answer.
    """
    import requests
    import urllib3

    address = f"{base.rstrip('/')}/api/3/action/package_show?id={dataset}"
    try:
        body = b"".join(piece for piece in pieces(address) if piece is not None)
        content: Any = json.loads(body)
        if not content["success"]:
            raise ValueError("success: false")
        found = [_resource(one) for one in content["result"]["resources"]]
    except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
        raise _failed(f"{base} : {_reason(error)}") from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, Unusable):
        raise _failed(f"{base} : la réponse n’est pas celle de CKAN pour {dataset}") from None
    usable = [one for one in found if one.kind and one.url.startswith(("http://", "https://"))]
    if not usable:
        there = ", ".join(one.name for one in found) or "aucune"
        raise _failed(f"{dataset} n’a aucune ressource de limites (ressources : {there})")
    order = list(KINDS)
    usable.sort(key=lambda one: order.index(one.kind))
    usable.sort(key=lambda one: one.modified[:10], reverse=True)
    return usable


def _resource(entry: dict[str, Any]) -> Resource:
    url, name = str(entry.get("url") or ""), str(entry.get("name") or "")
    if not isinstance(urlsplit(url).hostname, str):
        url = ""
    said = (str(entry.get("format") or "").lower(), f"{name} {url.rsplit('/', 1)[-1]}".lower())
    kind = next((key for text in said for key, form in KINDS.items() if re.search(form, text)), "")
    return Resource(name, url, kind, str(entry.get("last_modified") or entry.get("created") or ""))


def fetch(resource: Resource, folder: Path) -> Path:
    """Download one resource into a folder. Raises BoundaryError with the cause; the name is given to whole files."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / resource.file
    partial = target.with_name(target.name + PARTIAL)
    partial.unlink(missing_ok=True)  # of which day, nobody knows
    try:
        content = _whole(resource.url, partial)
        write_bytes(target, content)
    finally:
        partial.unlink(missing_ok=True)
    return target


def pieces(url: str, start: int = 0, refused: str = "") -> Iterator[bytes | None]:
    """The body of `url` from byte `start` on, as it comes in; None first where the server begins at 0 all the same.

    Gives up on an answer that is an error, of the content type `refused`, short of its announced length, larger
    than LARGEST, or not done after TOTAL seconds.
    """
    import requests

    deadline = time.monotonic() + TOTAL
    headers = AGENT | ({"Range": f"bytes={start}-"} if start else {})
    with requests.get(url, headers=headers, stream=True, timeout=(CONNECT, READ)) as answer:
        if start and answer.status_code == 416:
            return  # nothing is left to come
        answer.raise_for_status()
        if refused and refused in answer.headers.get("Content-Type", ""):
            raise Unusable("une page web au lieu du fichier")
        received = start
        if start and answer.status_code != 206:
            received = 0
            yield None
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


def _failed(problem: str, fix: str = "") -> BoundaryError:
    return BoundaryError(
        problem,
        "rien n’en est pris",
        fix or "vérifier la connexion, ou télécharger le fichier à la main et le donner par BOUNDARIES=",
    )
