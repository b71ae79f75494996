"""What boundaries/sources.toml declares: each data set with its vintage, checksum, terms and origin."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.errors import BoundaryError
from pipeline.geography.vintages import SCHEMAS, Schema

FILE = "sources.toml"
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


def read(path: Path) -> Catalog:
    """Read sources.toml. Raises BoundaryError where it is missing, not TOML, or lacks a key."""
    fix = f"reprendre la version d'origine de {path.name} (git checkout {path.parent.name}/{path.name})"
    consequence = "les limites ne peuvent être ni cherchées ni vérifiées"
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError:
        raise BoundaryError(f"{path} est introuvable ou illisible", consequence, fix) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BoundaryError(f"{path} n'est pas un fichier TOML ({error})", consequence, fix) from None
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
            raise BoundaryError(
                f"{path}, section [{key}.copies] : il faut base et files", consequence, fix
            ) from None
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
        return Schema(
            COLUMNS,
            f"[{COLUMNS}] de {path.name}",
            named["pcode"],
            named["nom"],
            named.get("autres", ()),
            named.get("date", ()),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise BoundaryError(
            f"{path}, section [{COLUMNS}] : il faut pcode et nom, et si l'on veut autres et date",
            "les limites ne peuvent être ni cherchées ni vérifiées",
            'écrire par exemple pcode = "adm{n}_src" et nom = "adm{n}_name", {n} étant le niveau',
        ) from None


def _copies(table: Mapping[str, Any]) -> Copies:
    files = (
        RemoteFile(str(name), int(size), str(sha), str(blob)) for name, size, sha, blob in table["files"]
    )
    return Copies(str(table["base"]), tuple(files))
