"""What boundaries/sources.toml declares: each data set with its vintage, checksum, terms and origin."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.errors import BoundaryError

FILE = "sources.toml"
REQUIRED = ("role", "title", "vintage", "file", "sha256", "attribution", "licence")


@dataclass(frozen=True)
class DataSet:
    """One data set of sources.toml.

    role: what it serves for ("limites", "correspondance", "localites", "population", "fond", "relief").
    vintage: ISO date for boundaries, free text otherwise. counts: expected features a layer.
    hdx_dataset, hdx_resource: CKAN name and a regular expression on the resource's name, "" where the
    data set is not fetched from HDX.
    """

    key: str
    role: str
    title: str
    vintage: str
    file: str
    sha256: str
    attribution: str
    licence: str
    layers: tuple[str, ...] = ()
    default: bool = False
    counts: dict[str, int] = field(default_factory=dict)
    hdx_dataset: str = ""
    hdx_resource: str = ""
    hdx_page: str = ""


@dataclass(frozen=True)
class Catalog:
    """All data sets, in the file's order."""

    sets: tuple[DataSet, ...]

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

    def by_checksum(self, sha256: str) -> DataSet | None:
        """The data set whose file has this checksum, None where it is none of ours."""
        return next((one for one in self.sets if one.sha256 == sha256), None)

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
    sets = []
    for key, table in content.items():
        missing = [name for name in REQUIRED if not isinstance(table, dict) or not table.get(name)]
        if missing:
            raise BoundaryError(f"{path}, section [{key}] : il manque {', '.join(missing)}", consequence, fix)
        values = {name: value for name, value in table.items() if name in DataSet.__dataclass_fields__}
        values["layers"] = tuple(values.get("layers", ()))
        sets.append(DataSet(key=key, **values))
    if not any(one.role == "limites" and one.default for one in sets):
        raise BoundaryError(f"{path} : aucun jeu de limites ne porte default = true", consequence, fix)
    return Catalog(tuple(sets))
