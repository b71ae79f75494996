"""A GeoPackage's cells, its small geometries, and whether deleted rows may still stand in it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import shapely

from pipeline.scan.content import Content, Piece

ENVELOPES = (0, 32, 48, 48, 64)
"""Bytes of the envelope in a geometry's header, by its code."""
COUNTED = ("total", "cat_", "nombre", "violations")


def read_geopackage(path: Path, found: Content) -> None:
    """Add to `found` the texts of all cells, counts in columns of violations, and the coordinates of points
    and lines (areas are the boundaries, which anybody may have)."""
    with sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True) as base:
        if base.execute("PRAGMA freelist_count").fetchone()[0]:
            found.faults.append("des pages libres du GeoPackage peuvent garder des lignes effacées")
        names = [
            name
            for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
            if not name.startswith("rtree_")
        ]
        drawn = {}
        if "gpkg_geometry_columns" in names:
            columns = "table_name, column_name, geometry_type_name"
            for table, column, kind in base.execute(f"SELECT {columns} FROM gpkg_geometry_columns"):
                if "POLYGON" not in kind.upper():
                    drawn[table, column] = kind
        for name in names:
            _table(base, name, drawn, found)
        schema = "\n".join(sql or "" for (sql,) in base.execute("SELECT sql FROM sqlite_master"))
        found.pieces.append(Piece("schéma du GeoPackage", schema))
    base.close()


def _table(base: sqlite3.Connection, name: str, drawn: dict[tuple[str, str], str], found: Content) -> None:
    rows = base.execute(f'SELECT * FROM "{name}"')
    columns = [column for column, *_ in rows.description]
    texts: list[str] = []
    for row in rows:
        for column, value in zip(columns, row, strict=True):
            if isinstance(value, bytes):
                if (name, column) in drawn:
                    _points(value, name, found)
            elif value is not None:
                texts.append(str(value))
                if column.startswith(COUNTED):
                    found.counts += _number(value, f"{name}.{column}")
    found.pieces.append(Piece(f"table {name}", "\n".join(texts)))


def _number(value: object, where: str) -> list[tuple[str, float]]:
    try:
        return [(where, float(str(value)))]
    except ValueError:
        return []


def _points(blob: bytes, where: str, found: Content) -> None:
    if len(blob) < 8 or blob[:2] != b"GP" or blob[3] & 16:
        return
    shape = shapely.from_wkb(blob[8 + ENVELOPES[(blob[3] >> 1) & 7] :])
    found.points += ((f"géométrie de {where}", x, y) for x, y in shapely.get_coordinates(shape))
