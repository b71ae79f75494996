"""Which 180 communes the reconstruction takes as monitored.

The report says how many (180, line 234) and which regions (line 295), not which communes. Taken: every commune
or cercle that the report names as monitored, then the most populated ones of each cercle, in these numbers.
"""

from __future__ import annotations

from tools.reconstruction.gazetteer import Commune, plain

PER_CERCLE: dict[str, int] = {
    # Gao 19, Ménaka 4, Kidal 8
    "Gao": 7, "Ansongo": 7, "Bourem": 5,
    "Ménaka": 1, "Anderamboukane": 1, "Inekar": 1, "Tidermene": 1,
    "Kidal": 3, "Tessalit": 3, "Abeibara": 1, "Tin-Essako": 1,
    # Mopti 76
    "Bandiagara": 12, "Bankass": 8, "Djenné": 9, "Douentza": 13, "Koro": 11, "Mopti": 11, "Ténenkou": 7,
    "Youwarou": 5,
    # Ségou 39
    "Baraouéli": 4, "Bla": 2, "Macina": 6, "Niono": 7, "San": 5, "Ségou": 12, "Tominian": 3,
    # Tombouctou 34
    "Diré": 6, "Goundam": 9, "Gourma-Rharous": 7, "Niafunké": 6, "Tombouctou": 6,
}  # fmt: skip
MONITORED_COMMUNES = 180

NAMED = {
    "Ségou": ("N'koumandougou", "Souba", "Farako"),  # line 238
    "Niono": ("Dogofry",),  # line 298
    "Mopti": ("Sio",),  # line 51
    "Djenné": ("Kéwa",),  # line 51
    "Douentza": ("Koubéwel Koundia",),  # line 51
    "Koro": ("Dinangourou", "Koro"),  # lines 61, 292
    "Bandiagara": ("Borko",),  # line 290
    "Goundam": ("Tilemsi",),  # the village of Lerneb, line 51
    "Niafunké": ("Souboundou",),  # line 222
    "Tombouctou": ("Salam",),  # line 243
}
"""Communes the report names (or whose village it names), by cercle."""


def monitored(communes: list[Commune]) -> list[Commune]:
    """The 180 communes, by P-code. Raises ValueError where a name or a number does not fit the boundaries."""
    chosen: list[Commune] = []
    for cercle, count in PER_CERCLE.items():
        here = [commune for commune in communes if plain(commune.cercle) == plain(cercle)]
        named = {plain(name) for name in NAMED.get(cercle, ())}
        missing = named - {plain(commune.name) for commune in here}
        if missing or len(here) < count:
            raise ValueError(f"{cercle}: {len(here)} communes, sans {sorted(missing)}")
        here.sort(key=lambda c: (plain(c.name) not in named, -c.population, c.pcode))
        chosen += here[:count]
    if len(chosen) != MONITORED_COMMUNES:
        raise ValueError(f"{len(chosen)} communes au lieu de {MONITORED_COMMUNES}")
    return sorted(chosen, key=lambda commune: commune.pcode)
