"""P-codes: one form a level, each once, each inside its parent's."""

from __future__ import annotations

import re

from pipeline.geography.areas import Areas
from pipeline.geography.quality.findings import failure, feature, features, layers

FORMS = (r"ML", r"ML\d{2}", r"ML\d{4}", r"ML\d{6}")
WRITTEN = ("ML", "ML + 2 chiffres", "ML + 4 chiffres", "ML + 6 chiffres")


def check(areas: Areas) -> None:
    """Raise BoundaryError where a P-code is malformed, double, or has a parent that is not there."""
    for level, layer, frame in layers(areas):
        told = dict(zip(frame["pcode"], features(frame), strict=True))
        wrong = [text for code, text in told.items() if not re.fullmatch(FORMS[level], code)]
        if wrong:
            raise failure(
                layer,
                f"P-codes mal formés (il faut {WRITTEN[level]})",
                wrong,
                "corriger ces P-codes dans le fichier de limites",
            )
        twice = frame[frame.duplicated("pcode", keep=False)]
        if len(twice):
            raise failure(
                layer,
                "P-codes en double",
                features(twice),
                "donner à chaque entité son propre P-code, ou fondre les morceaux d'une même entité",
            )
        if level == 0:
            if len(frame) != 1:
                raise failure(layer, "plusieurs pays", features(frame), "ne garder que le Mali")
            continue
        parents = set(areas.level(level - 1)["pcode"])
        strays = [
            f"{feature(row.pcode, row.name_)} dans {row.parent_pcode or 'aucun parent'}"
            for row in frame.rename(columns={"name": "name_"}).itertuples()
            if row.parent_pcode not in parents or not row.pcode.startswith(row.parent_pcode)
        ]
        if strays:
            raise failure(
                layer,
                "P-codes qui ne s'emboîtent pas dans ceux du niveau supérieur",
                strays,
                "faire commencer chaque P-code par celui de son parent, présent dans la couche supérieure",
            )
