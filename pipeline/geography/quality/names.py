"""Names: every area has one that can be read."""

from __future__ import annotations

from pipeline.geography.areas import Areas
from pipeline.geography.quality.findings import failure, features, layers

MISREAD = ("\ufffd", "Ã©", "Ã¨", "Ã¯", "Ã´", "Ã«")
"""What accents become when a file is read in the wrong encoding."""


def check(areas: Areas) -> None:
    """Raise BoundaryError where a name is missing or misread."""
    for _, layer, frame in layers(areas):
        empty = frame[frame["name"] == ""]
        if len(empty):
            raise failure(
                layer,
                "entités sans nom",
                features(empty),
                "remplir la colonne du nom (couche déduite des communes : nom de la région et du cercle)",
            )
        garbled = frame[[any(mark in name for mark in MISREAD) for name in frame["name"]]]
        if len(garbled):
            raise failure(
                layer,
                "noms aux accents illisibles",
                features(garbled),
                "joindre le fichier .cpg (contenu : UTF-8), ou enregistrer la couche en UTF-8 dans QGIS",
            )
