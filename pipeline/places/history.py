"""Divisions of Mali before and after the one that is drawn, as far as names of regions and cercles go.

Loi n° 2012-017 (regions of Taoudénit and Ménaka, in place since 2016) and loi n° 2023-006 (19 regions and the
District). A region or cercle of another division written in the officer's table is evidence of where a place
lies, not a mistake. Keys are strict keys of names (`normalise.name_key`).
"""

from __future__ import annotations

NEW_REGIONS: dict[str, str] = {
    "taoudenit": "tombouctou",
    "taoudenni": "tombouctou",
    "taoudeni": "tombouctou",
    "menaka": "gao",
    "bougouni": "sikasso",
    "koutiala": "sikasso",
    "dioila": "koulikoro",
    "nara": "koulikoro",
    "nioro": "kayes",
    "niorodusahel": "kayes",
    "kita": "kayes",
    "bandiagara": "mopti",
    "douentza": "mopti",
    "san": "segou",
}
"""Region created after 2012 -> the region it was cut from."""

NEW_CERCLES: dict[str, str] = {
    "anderamboukane": "menaka",
    "inekar": "menaka",
    "tidermene": "menaka",
    "alourche": "tombouctou",
    "alourch": "tombouctou",
    "ber": "tombouctou",
    "hombori": "douentza",
    "boni": "douentza",
    "mondoro": "douentza",
    "ngouma": "douentza",
    "bore": "douentza",
}
"""Cercle created after 2012 -> the cercle it was cut from (the ones that reports from the north and the centre
name); only those whose origin is beyond doubt."""

OTHER_NAMES: dict[str, str] = {
    "districtdebamako": "bamako",
    "timbuktu": "tombouctou",
    "tinasoko": "tinessako",
    "rharous": "gourmarharous",
    "niorodusahel": "nioro",
    "kemacina": "macina",
}
"""Other names of regions and cercles in use."""

NAMES_OF_2025: dict[str, tuple[str, ...]] = {
    "taoudenni": ("Taoudénit", "Taoudéni", "Taoudénni"),
    "nioro": ("Nioro du Sahel",),
}
"""Region or cercle of 2025 -> its other names in use."""

THE_COUNTRY = frozenset({"mali", "republiquedumali", "national", "paysentier"})
"""What stands in the region column and says nothing."""
