"""Boundary files from outside: open a zip, GeoPackage, shapefile, GeoJSON or folder and see what it holds."""

from __future__ import annotations

import lzma
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import BoundaryError
from pipeline.files import sha256, sha256_bytes
from pipeline.geography.vintages import SCHEMAS, Schema, recognise

LOOSE = (".shp", ".geojson", ".json")
ARCHIVES = (".zip", ".gpkg", ".gdb")
OWN = "mali.gpkg"
PARTS = (*LOOSE, ".shx", ".dbf", ".prj", ".cpg")
FORMATS = (
    "un .zip, un .gpkg, un .shp (avec ses .dbf, .shx, .prj), un .geojson, ou un dossier qui les contient"
)
UNZIPPED_LIMIT = 2_000_000_000
"""Bytes. Boundaries of Mali unzip to some 10 MB; what claims more than this is not opened."""
CONSEQUENCE = "ces limites ne peuvent pas servir aux cartes"


@dataclass(frozen=True)
class Layer:
    """One layer of polygons whose columns a schema recognises. dataset: path in GDAL's writing."""

    dataset: str
    name: str
    columns: tuple[str, ...]
    schema: Schema
    level: int


@dataclass(frozen=True)
class Container:
    """A set of boundaries as the user names it: its file or folder, checksum, and one layer a level."""

    path: Path
    sha256: str
    layers: dict[int, Layer]
    notes: tuple[str, ...] = ()


def inspect(path: Path) -> Container:
    """See which levels a file or folder holds. Raises BoundaryError with the cause and the way out.

    The communes (level 3) must be there; upper levels may be missing, they can be dissolved from below.
    """
    from fiona.errors import FionaError

    if not path.exists():
        raise BoundaryError(f"{path} n'existe pas", CONSEQUENCE, f"corriger le chemin ; il faut {FORMATS}")
    layers, seen, spoilt = [], [], []
    for dataset in _members(path):
        try:
            found, columns = _layers(dataset)
        except (FionaError, OSError, UnicodeDecodeError, ValueError):
            # Not yet an error: a stray file beside good boundaries does not spoil them.
            spoilt.append(_described(dataset))
            continue
        layers += found
        seen += columns
    if spoilt and not any(layer.level == 3 for layer in layers):
        raise BoundaryError(
            f"{path.name} est endommagé ou illisible : {_listed([*spoilt, *seen], ' | ')}",
            CONSEQUENCE,
            f"donner {FORMATS}, complet, qui s'ouvre dans QGIS",
        )
    return Container(path, _checksum(path), *_one_each(layers, seen, path))


def candidates(folder: Path) -> list[Path]:
    """What in a folder may hold boundaries: each zip, GeoPackage and geodatabase, and the folder itself
    where shapefiles or GeoJSON lie loose in it. Our own mali.gpkg is not one of them."""
    inside = sorted(one for one in folder.iterdir() if not one.name.startswith(".") and one.name != OWN)
    found = [one for one in inside if one.suffix.lower() in ARCHIVES]
    return [*found, folder] if any(one.suffix.lower() in LOOSE for one in inside) else found


def _members(path: Path) -> list[str]:
    """Every data set inside a file or folder, in GDAL's writing, sorted."""
    suffix = path.suffix.lower()
    if path.is_dir() and suffix != ".gdb":
        found = [str(one.resolve()) for one in sorted(path.iterdir()) if one.suffix.lower() in LOOSE]
        if not found:
            raise BoundaryError(
                f"le dossier {path} ne contient aucun fichier de limites", CONSEQUENCE, f"y mettre {FORMATS}"
            )
        return found
    if suffix == ".zip":
        return _zip_members(path)
    if suffix not in (*LOOSE, ".gpkg", ".gdb"):
        raise BoundaryError(f"{path.name} n'est pas d'un format connu", CONSEQUENCE, f"donner {FORMATS}")
    return [str(path.resolve())]


def _zip_members(path: Path) -> list[str]:
    check_zip(path)
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
    found = {name for name in names if name.lower().endswith((*LOOSE, ".gpkg"))}
    found |= {name[: name.lower().index(".gdb/") + 4] for name in names if ".gdb/" in name.lower()}
    if not found:
        raise BoundaryError(
            f"{path.name} ne contient aucun fichier de limites (il contient : {_listed(names)})",
            CONSEQUENCE,
            "donner une archive qui contient des .shp (avec leurs .dbf, .shx, .prj), un .gpkg ou un .geojson",
        )
    return [f"/vsizip/{{{path.resolve()}}}/{name}" for name in sorted(found) if "__MACOSX" not in name]


def check_zip(path: Path) -> None:
    """Read every byte of a zip. Raises BoundaryError where it is damaged, truncated or not a zip at all."""
    fix = "le télécharger de nouveau en entier, puis relancer"
    try:
        with path.open("rb") as stream:
            start = stream.read(512).lstrip().lower()
        if start.startswith((b"<!doctype", b"<html", b"<?xml", b"<head")):
            raise BoundaryError(f"{path.name} est une page web, pas une archive .zip", CONSEQUENCE, fix)
        with zipfile.ZipFile(path) as archive:
            if sum(member.file_size for member in archive.infolist()) > UNZIPPED_LIMIT:
                raise BoundaryError(f"{path.name} se décompresse en plus de 2 Go", CONSEQUENCE, fix)
            broken = archive.testzip()
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, OSError, EOFError, ValueError):
        raise BoundaryError(
            f"{path.name} est une archive endommagée ou incomplète", CONSEQUENCE, fix
        ) from None
    except (RuntimeError, NotImplementedError):
        raise BoundaryError(
            f"{path.name} est une archive protégée par un mot de passe ou compressée autrement",
            CONSEQUENCE,
            "l'extraire, puis désigner le dossier par BOUNDARIES=",
        ) from None
    if broken:
        raise BoundaryError(f"{path.name} est endommagé : {broken} est illisible", CONSEQUENCE, fix)


def _layers(dataset: str) -> tuple[list[Layer], list[str]]:
    """The recognised polygon layers of one data set, and "layer : columns" for the others."""
    import fiona

    found, unknown = [], []
    for name in sorted(fiona.listlayers(dataset)):
        with fiona.open(dataset, layer=name) as layer:
            columns = tuple(layer.schema["properties"])
            shape = layer.schema["geometry"]
        if "Polygon" not in shape and shape not in ("Unknown", "GeometryCollection"):
            continue
        known = recognise(columns)
        if known:
            found.append(Layer(dataset, name, columns, *known))
        else:
            unknown.append(f"{name} : {', '.join(columns) or 'aucune colonne'}")
    return found, unknown


def _described(dataset: str) -> str:
    """The name of an unreadable data set; of a shapefile, also which of its parts are missing."""
    path = Path(dataset)
    if path.suffix.lower() != ".shp" or not path.is_file():
        return path.name
    there = {one.suffix.lower() for one in path.parent.glob(f"{path.stem}.*")}
    missing = [part for part in (".shx", ".dbf") if part not in there]
    return f"{path.name} (il manque son {' et son '.join(missing)})" if missing else path.name


def _one_each(layers: list[Layer], seen: list[str], path: Path) -> tuple[dict[int, Layer], tuple[str, ...]]:
    """One layer a level, all of one schema."""
    if not layers:
        known = " ; ".join(f"{schema.expected(3)} ({schema.label})" for schema in SCHEMAS)
        raise BoundaryError(
            f"{path.name} : colonnes non reconnues ({_listed(seen, ' | ') or 'aucune couche de polygones'})",
            CONSEQUENCE,
            f"nommer les colonnes du P-code et du nom de la commune selon un schéma connu : {known}",
        )
    communes = [layer for layer in layers if layer.level == 3]
    if not communes:
        levels = ", ".join(f"{layer.name} (niveau {layer.level})" for layer in layers)
        raise BoundaryError(
            f"{path.name} ne contient pas les communes (niveau 3) ; trouvé : {levels}",
            CONSEQUENCE,
            "ajouter la couche des communes ; les niveaux supérieurs s'en déduisent",
        )
    schemas = {layer.schema.key for layer in communes}
    if len(schemas) > 1:
        raise BoundaryError(
            f"{path.name} contient plusieurs jeux de communes : {', '.join(c.name for c in communes)}",
            CONSEQUENCE,
            "n'en garder qu'un, ou désigner le bon fichier par BOUNDARIES=",
        )
    chosen: dict[int, Layer] = {}
    notes = []
    # The plainest name first: "mli_admin3" before "mli_admin3_em" (edge-matched) or "_simplified".
    for layer in sorted(layers, key=lambda one: (len(one.name), one.name)):
        if layer.schema.key not in schemas:
            continue
        if layer.level in chosen:
            notes.append(f"couche {layer.name} laissée de côté, {chosen[layer.level].name} est prise")
        else:
            chosen[layer.level] = layer
    return chosen, tuple(notes)


def _checksum(path: Path) -> str:
    """SHA-256 of a file; of a shapefile or a folder, that of the list of its files' names and checksums."""
    if path.is_dir():
        files = [
            one for one in path.rglob("*") if one.is_file() and (path.suffix or one.suffix.lower() in PARTS)
        ]
    elif path.suffix.lower() == ".shp":
        files = [one for one in path.parent.glob(f"{path.stem}.*") if one.suffix.lower() in PARTS]
    else:
        return sha256(path)
    return sha256_bytes("".join(f"{sha256(one)}  {one.name}\n" for one in sorted(files)).encode())


def _listed(items: Iterable[str], separator: str = ", ") -> str:
    """At most eight items of a list, and how many more there are."""
    every = list(items)
    more = f"{separator}… ({len(every) - 8} de plus)" if len(every) > 8 else ""
    return separator.join(every[:8]) + more
