"""The country as a grid of equal tiles, one a cercle: what is drawn where no boundaries can be had."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import shapely

from pipeline.errors import BoundaryError
from pipeline.files import sha256
from pipeline.geography.areas import Areas, assemble
from pipeline.geography.country import EQUAL_AREA, GEOGRAPHIC

FILE = "grille.txt"
VINTAGE = "schematique"
TILE = 160_000.0
"""Side of a tile in metres: 11 by 10 of them span Mali's own width and height."""


@dataclass(frozen=True)
class Tile:
    """One cercle of the grid; row 0 is the northernmost, column 0 the westernmost."""

    pcode: str
    cercle: str
    region: str
    row: int
    column: int


def parse(text: str, name: str = FILE) -> tuple[Tile, ...]:
    """Read the grid's text: the drawing, then the list of cercles. Sorted by P-code.

    Raises BoundaryError, naming the cercle, where drawing and list disagree.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    if lines.count("---") != 1:
        raise _wrong(name, "il faut une ligne « --- » entre le dessin et la liste")
    cut = lines.index("---")
    places: dict[str, tuple[int, int]] = {}
    for row, line in enumerate(lines[:cut]):
        for column, word in enumerate(line.split()):
            if word == "....":
                continue
            if not re.fullmatch(r"\d{4}", word) or f"ML{word}" in places:
                raise _wrong(name, f"la case {word!r} n'est pas un P-code de cercle, ou y est deux fois")
            places[f"ML{word}"] = (row, column)
    tiles = []
    for line in lines[cut + 1 :]:
        fields = [field.strip() for field in line.split(";")]
        if len(fields) != 3 or not all(fields):
            raise _wrong(name, f"la ligne {line!r} n'est pas « P-code ; cercle ; région »")
        if fields[0] not in places:
            raise _wrong(name, f"le cercle {fields[0]} {fields[1]} n'a pas de case dans le dessin")
        pcode, cercle, region = fields
        row, column = places.pop(pcode)
        tiles.append(Tile(pcode, cercle, region, row, column))
    if places:
        raise _wrong(name, f"des cases n'ont pas de cercle dans la liste : {', '.join(sorted(places))}")
    return tuple(sorted(tiles, key=lambda tile: tile.pcode))


def areas(tiles: tuple[Tile, ...]) -> Areas:
    """Tiles as cercles, dissolved into regions and country; EPSG:4326, vintage "schematique".

    The squares are equal in EQUAL_AREA (TILE metres a side), centred on its origin.
    """
    from pyproj import Transformer

    rows = max(tile.row for tile in tiles) + 1
    columns = max(tile.column for tile in tiles) + 1
    degrees = Transformer.from_crs(EQUAL_AREA, GEOGRAPHIC, always_xy=True)

    def corner(row: int, column: int) -> tuple[float, float]:
        # Rounded to a centimetre, so that neighbours share their corners on every machine.
        x, y = degrees.transform((column - columns / 2) * TILE, (rows / 2 - row) * TILE)
        return round(x, 7), round(y, 7)

    squares = [
        shapely.Polygon(
            [corner(tile.row + dy, tile.column + dx) for dy, dx in ((0, 0), (0, 1), (1, 1), (1, 0))]
        )
        for tile in tiles
    ]
    table = gpd.GeoDataFrame(
        {
            "code0": "ML",
            "name0": "Mali",
            "code1": [tile.pcode[:4] for tile in tiles],
            "name1": [tile.region for tile in tiles],
            "code2": [tile.pcode for tile in tiles],
            "name2": [tile.cercle for tile in tiles],
        },
        geometry=squares,
        crs=GEOGRAPHIC,
    )
    return assemble(table, VINTAGE, finest=2)


def read(path: Path) -> tuple[Areas, str]:
    """The schematic areas and the checksum of the grid's file. Raises BoundaryError."""
    try:
        return areas(parse(path.read_text(encoding="utf-8"), path.name)), sha256(path)
    except (OSError, UnicodeDecodeError) as error:
        raise _wrong(str(path), f"lecture impossible ({error})") from None


def _wrong(name: str, problem: str) -> BoundaryError:
    return BoundaryError(
        f"{name} : {problem}",
        "même la carte schématique ne peut pas être dessinée",
        f"reprendre la version d'origine (git checkout boundaries/{FILE})",
    )
