"""Names: every area has one, readable, that tells it from its neighbours."""

from __future__ import annotations

from pipeline.geography.areas import Areas
from pipeline.geography.quality.findings import failure, features, layers

MISREAD = ("\ufffd", "Ã©", "Ã¨", "Ã¯", "Ã´", "Ã«")
"""What accents become when a file is read in the wrong encoding."""


def check(areas: Areas) -> None:
    """Raise BoundaryError where a name is missing, misread, or twice within the same parent."""
    for _, layer, frame in layers(areas):
        empty = frame[frame["name"] == ""]
        if len(empty):
            raise failure(layer, "entités sans nom", features(empty), "remplir la colonne du nom")
        garbled = frame[[any(mark in name for mark in MISREAD) for name in frame["name"]]]
        if len(garbled):
            raise failure(
                layer,
                "noms aux accents illisibles",
                features(garbled),
                "joindre le fichier .cpg (contenu : UTF-8), ou enregistrer la couche en UTF-8 dans QGIS",
            )
        twins = frame[frame.duplicated(["parent_pcode", "name"], keep=False)]
        if len(twins):
            raise failure(
                layer,
                "même nom deux fois dans la même entité supérieure",
                features(twins),
                "distinguer ces noms, ou fondre les morceaux d'une même entité",
            )
