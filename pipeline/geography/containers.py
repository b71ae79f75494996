"""Boundary files from outside: open a zip, GeoPackage, shapefile, GeoJSON, GeoParquet or folder and see what it holds."""

from __future__ import annotations

import io
import json
import lzma
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePath, PurePosixPath
from typing import TYPE_CHECKING, Any

from pipeline.errors import BoundaryError
from pipeline.files import sha256, sha256_bytes
from pipeline.geography.country import GEOGRAPHIC
from pipeline.geography.vintages import SCHEMAS, Schema, recognise

if TYPE_CHECKING:
    import geopandas as gpd

PARQUET = (".parquet", ".geoparquet")
LOOSE = (".shp", ".geojson", ".json", *PARQUET)
ARCHIVES = (".zip", ".gpkg", ".gdb")
OWN = "mali.gpkg"
PARTS = (*LOOSE, ".shx", ".dbf", ".prj", ".cpg")
FORMATS = "un .zip, un .gpkg, un .shp (avec ses .dbf, .shx, .prj), un .geojson, un .parquet, ou un dossier qui les contient"
COMPLETE = f"donner {FORMATS}, complet, qui s’ouvre dans QGIS"
UNZIPPED_LIMIT = 2_000_000_000
"""Bytes. Boundaries of Mali unzip to some 10 MB; what claims more than this is not opened."""
SHAPES = dict.fromkeys(("LineString", "MultiLineString"), "des lignes")
SHAPES |= dict.fromkeys(("Point", "MultiPoint"), "des points")
CONSEQUENCE = "ces limites ne peuvent pas servir aux cartes"


def unusable(problem: str, fix: str) -> BoundaryError:
    """The refusal of a file of boundaries."""
    return BoundaryError(problem, CONSEQUENCE, fix)


@dataclass(frozen=True)
class FileLayer:
    """One layer of polygons whose columns a schema recognises. dataset: path in GDAL's writing."""

    dataset: str
    name: str
    columns: tuple[str, ...]
    schema: Schema
    level: int


@dataclass(frozen=True)
class Container:
    """A set of boundaries as the user names it: its file or folder, and one layer a level.

    contents: name -> SHA-256 of each data file in it, however they are wrapped.
    """

    path: Path
    contents: dict[str, str]
    layers: dict[int, FileLayer]
    notes: tuple[str, ...] = ()

    @property
    def sha256(self) -> str:
        """Checksum of the contents: the same files have it in a zip, in a folder or loose."""
        lines = (f"{checksum}  {name}\n" for name, checksum in sorted(self.contents.items()))
        return sha256_bytes("".join(lines).encode())


def inspect(path: Path, schemas: tuple[Schema, ...] = SCHEMAS) -> Container:
    """See which levels a file or folder holds. Raises BoundaryError with the cause and the way out.

    The cercles (level 2) or a finer level must be there; upper levels may be missing, they can be dissolved from
    below.
    """
    if not path.exists():
        raise unusable(f"{path} n’existe pas", f"corriger le chemin ; il faut {FORMATS}")
    layers, seen, spoilt = [], [], []
    refused: BoundaryError | None = None
    for dataset in _members(path):
        try:
            check_content(dataset)
            found, columns = _layers(dataset, schemas)
        except BoundaryError as error:
            refused = refused or error
            continue
        except Exception:  # whatever a damaged file makes GDAL or PROJ raise
            # Not yet an error: a stray file beside good boundaries does not spoil them.
            spoilt.append(_described(dataset))
            continue
        layers += found
        seen += columns
    # Drawn by cercle in silence it would not be: what could not be read may have been the communes.
    usable = any(layer.level >= 3 for layer in layers)
    if refused and not spoilt and not usable:
        raise refused
    if spoilt and not usable:
        told = _listed([*spoilt, *seen], " | ")
        raise unusable(f"{path.name} est endommagé ou illisible : {told}", COMPLETE)
    return Container(path, _contents(path), *_one_each(layers, seen, path))


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
            raise unusable(f"le dossier {path} ne contient aucun fichier de limites", f"y mettre {FORMATS}")
        return found
    if suffix == ".zip":
        return _zip_members(path)
    if suffix not in (*LOOSE, ".gpkg", ".gdb"):
        raise unusable(f"{path.name} n’est pas d’un format connu", f"donner {FORMATS}")
    return [str(path.resolve())]


def _zip_members(path: Path) -> list[str]:
    check_zip(path)
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
    found = {name for name in names if name.lower().endswith((*LOOSE, ".gpkg"))}
    found |= {name[: name.lower().index(".gdb/") + 4] for name in names if ".gdb/" in name.lower()}
    if not found:
        raise unusable(
            f"{path.name} ne contient aucun fichier de limites (il contient : {_listed(names)})",
            "donner une archive qui contient des .shp (avec leurs .dbf, .shx, .prj), un .gpkg, un .geojson ou un .parquet",
        )
    return [f"/vsizip/{{{path.resolve()}}}/{name}" for name in sorted(found) if "__MACOSX" not in name]


def check_zip(path: Path) -> None:
    """Read every byte of a zip. Raises BoundaryError where it is damaged, truncated or not a zip at all."""
    fix = "le télécharger de nouveau en entier, puis relancer"
    try:
        with path.open("rb") as stream:
            start = stream.read(512).lstrip().lower()
        if start.startswith((b"<!doctype", b"<html", b"<?xml", b"<head")):
            raise unusable(f"{path.name} est une page web, pas une archive .zip", fix)
        with zipfile.ZipFile(path) as archive:
            if sum(member.file_size for member in archive.infolist()) > UNZIPPED_LIMIT:
                raise unusable(f"{path.name} se décompresse en plus de 2 Go", fix)
            broken = archive.testzip()
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, OSError, EOFError, ValueError):
        raise unusable(f"{path.name} est une archive endommagée ou incomplète", fix) from None
    except (RuntimeError, NotImplementedError):
        raise unusable(
            f"{path.name} est une archive protégée par un mot de passe ou compressée autrement",
            "l’extraire, puis désigner le dossier par BOUNDARIES=",
        ) from None
    if broken:
        raise unusable(f"{path.name} est endommagé : {broken} est illisible", fix)


def _layers(dataset: str, schemas: tuple[Schema, ...]) -> tuple[list[FileLayer], list[str]]:
    """The recognised polygon layers of one data set, and "layer : columns" for the others."""
    import fiona

    found: list[FileLayer] = []
    unknown: list[str] = []
    if is_parquet(dataset):
        table, shape = _parquet(dataset)
        name, columns = PurePosixPath(dataset).stem, tuple(one for one in table.columns if one != shape)
        if known := recognise(columns, schemas):
            found.append(FileLayer(dataset, name, columns, *known))
        elif "admin" not in name:
            unknown.append(f"{name} : {', '.join(columns)}")
        return found, unknown
    for name in sorted(fiona.listlayers(dataset)):
        with fiona.open(dataset, layer=name) as layer:
            columns = tuple(layer.schema["properties"])
            shape = layer.schema["geometry"]
        if "Polygon" not in shape and shape not in ("Unknown", "GeometryCollection"):
            if "admin" not in name:  # OCHA's own lines and points, of which nothing is needed
                drawn = SHAPES.get(shape.replace("3D ", ""), shape)
                unknown.append(f"{name} : {drawn}, et non des polygones")
        elif known := recognise(columns, schemas):
            found.append(FileLayer(dataset, name, columns, *known))
        else:
            unknown.append(f"{name} : {', '.join(columns) or 'aucune colonne'}")
    return found, unknown


def _unrecognised(seen: list[str], path: Path) -> BoundaryError:
    """No layer has columns that are known: which are there, which are needed, and how to map them."""
    known = " ; ".join(f"{schema.expected(3)} ({schema.label})" for schema in SCHEMAS)
    if seen and all("et non des polygones" in one for one in seen):
        return unusable(
            f"{path.name} ne contient aucune surface ({_listed(seen, ' | ')})",
            "donner la couche des communes en polygones, non ses contours ni ses centres",
        )
    columns = seen[0].split(" : ", 1)[-1] if seen else ""
    if "shapeID" in columns:
        return unusable(
            f"{path.name} vient de geoBoundaries, qui n’a pas de P-codes (colonnes : {columns})",
            "prendre le COD-AB sur HDX, ou joindre dans QGIS une colonne adm3_pcode ; shapeName devient adm3_name",
        )
    return unusable(
        f"{path.name} : colonnes non reconnues ({_listed(seen, ' | ') or 'aucune couche de polygones'})",
        f"nommer les colonnes du P-code et du nom de la commune selon un schéma connu : {known} ; ou dire dans "
        "boundaries/sources.toml lesquelles ce sont, {n} étant le niveau (1 région, 2 cercle, 3 commune) : "
        f'[colonnes] pcode = "…" nom = "…" (colonnes du fichier : {columns or "aucune"})',
    )


def check_content(dataset: str) -> None:
    """Refuse what is not the format that its name says: GDAL would open it as whatever it finds inside, and some
    formats name other files or addresses to read. Raises BoundaryError."""
    name = PurePosixPath(dataset).name
    suffix = PurePosixPath(dataset).suffix.lower()
    content = _beginning(dataset, None if suffix in (".geojson", ".json", *PARQUET) else 72)
    if suffix in PARQUET:
        right = len(content) > 12 and content[:4] == content[-4:] == b"PAR1"
    elif suffix == ".shp":
        right = content[:4] == b"\x00\x00\x27\x0a"
    elif suffix == ".gpkg":
        right = content[:16] == b"SQLite format 3\0" and content[68:72] in (b"GPKG", b"GP10", b"GP11")
    elif suffix == ".gdb":
        right = True  # a folder: see `_beginning`
    else:
        right = _is_geojson(content, name)
    if not right:
        told = f"{name} n’est pas un fichier {suffix} complet : son contenu est autre que ne le dit son nom"
        raise unusable(told, COMPLETE)


def _beginning(dataset: str, size: int | None) -> bytes:
    """The first bytes of a data set, all where size is None; of a geodatabase those of its catalogue."""
    inside = "/a00000001.gdbtable" if dataset.lower().endswith(".gdb") else ""
    if dataset.startswith("/vsizip/{"):
        archive, _, member = dataset.removeprefix("/vsizip/{").partition("}/")
        with zipfile.ZipFile(archive) as opened, opened.open(member + inside) as stream:
            return stream.read(size if size is not None else -1)
    with open(dataset + inside, "rb") as stream:
        return stream.read(size if size is not None else -1)


def is_parquet(dataset: str) -> bool:
    """Whether a data set is a GeoParquet file, which `read_parquet` opens: GDAL as it is installed does not."""
    return PurePosixPath(dataset).suffix.lower() in PARQUET


def _parquet(dataset: str) -> tuple[Any, str]:
    """The opened table of a GeoParquet file and its column of geometries. Raises BoundaryError where it has none."""
    import fastparquet

    name = PurePosixPath(dataset).name
    # Given its bytes, fastparquet refuses a table that names other files to read.
    table = fastparquet.ParquetFile(io.BytesIO(_beginning(dataset, None)))
    chunks = [chunk for group in table.row_groups for chunk in group.columns]
    if sum(chunk.meta_data.total_uncompressed_size for chunk in chunks) > UNZIPPED_LIMIT:
        raise unusable(f"{name} se décompresse en plus de 2 Go", f"donner {FORMATS}")
    geo = json.loads(table.key_value_metadata.get("geo") or "{}")
    shape = str(geo.get("primary_column", ""))
    if geo.get("columns", {}).get(shape, {}).get("encoding") != "WKB" or shape not in table.columns:
        raise unusable(
            f"{name} est un tableau Parquet sans géométries (il n’est pas un GeoParquet, en WKB)",
            "l’enregistrer de nouveau dans QGIS, en GeoParquet ou en GeoPackage",
        )
    return table, shape


def read_parquet(dataset: str) -> gpd.GeoDataFrame:
    """A GeoParquet file as a table, in its own coordinate system (None where it says that it has none)."""
    import geopandas as gpd
    import shapely
    from pyproj import CRS

    table, shape = _parquet(dataset)
    frame = table.to_pandas()
    told = json.loads(table.key_value_metadata["geo"])["columns"][shape].get("crs", GEOGRAPHIC)
    crs = CRS.from_json_dict(told) if isinstance(told, dict) else told
    shapes = shapely.from_wkb(frame[shape].to_numpy())
    return gpd.GeoDataFrame(frame.drop(columns=shape), geometry=shapes, crs=crs)


def _is_geojson(content: bytes, name: str) -> bool:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return False
    if not isinstance(found, dict) or found.get("type") not in ("FeatureCollection", "Feature"):
        return False
    crs = found.get("crs")
    if isinstance(crs, dict) and crs.get("type") not in ("name", None):
        raise BoundaryError(
            f"{name} renvoie à un autre fichier ou à une adresse pour son système de coordonnées",
            "rien n’est lu hors du fichier donné",
            "l’enregistrer de nouveau dans QGIS, en GeoJSON (EPSG:4326)",
        )
    return True


def _described(dataset: str) -> str:
    """The name of an unreadable data set; of a shapefile, also which of its parts are missing."""
    path = Path(dataset)
    if path.suffix.lower() != ".shp" or not path.is_file():
        return path.name
    there = {one.suffix.lower() for one in path.parent.glob(f"{path.stem}.*")}
    missing = [part for part in (".shx", ".dbf") if part not in there]
    return f"{path.name} (il manque son {' et son '.join(missing)})" if missing else path.name


def _one_each(
    layers: list[FileLayer], seen: list[str], path: Path
) -> tuple[dict[int, FileLayer], tuple[str, ...]]:
    """One layer a level, all of one schema."""
    if not layers:
        raise _unrecognised(seen, path)
    # A fifth level, of quarters and villages, is finer than anything that is told here.
    finest = max((layer.level for layer in layers if layer.level < 5), default=0)
    if finest < 2:
        levels = ", ".join(f"{layer.name} (niveau {layer.level})" for layer in layers)
        raise unusable(
            f"{path.name} ne contient ni les communes ni les cercles (niveaux 3 et 2) ; trouvé : {levels}",
            "ajouter la couche des communes, ou celle des cercles ; les niveaux supérieurs s’en déduisent",
        )
    finer = [layer for layer in layers if layer.level == finest]
    schemas = {layer.schema.key for layer in finer}
    if len(schemas) > 1:
        raise unusable(
            f"{path.name} contient plusieurs jeux de limites : {', '.join(c.name for c in finer)}",
            "n’en garder qu’un, ou désigner le bon fichier par BOUNDARIES=",
        )
    chosen: dict[int, FileLayer] = {}
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


def _contents(path: Path) -> dict[str, str]:
    """Name -> SHA-256 of the data files in a zip, a folder, or the files of one shapefile."""
    if path.suffix.lower() == ".zip":
        with zipfile.ZipFile(path) as archive:
            inside = [name for name in archive.namelist() if _is_data(PurePosixPath(name))]
            return {PurePosixPath(name).name: sha256_bytes(archive.read(name)) for name in inside}
    if path.is_dir():
        files = [one for one in path.rglob("*") if one.is_file() and _is_data(one)]
    elif path.suffix.lower() == ".shp":
        files = [one for one in path.parent.glob(f"{path.stem}.*") if _is_data(one)]
    else:
        files = [path]
    return {one.name: sha256(one) for one in files if one.name != OWN}


def _is_data(path: PurePath) -> bool:
    return path.suffix.lower() in (*PARTS, ".gpkg", ".gdbtable") and "__MACOSX" not in path.parts


def _listed(items: Iterable[str], separator: str = ", ") -> str:
    """At most eight items of a list, and how many more there are."""
    every = list(items)
    more = f"{separator}… ({len(every) - 8} de plus)" if len(every) > 8 else ""
    return separator.join(every[:8]) + more
