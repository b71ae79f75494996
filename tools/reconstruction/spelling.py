"""Place names as monitors write them. All but `misspelt` differ only in case, accents and punctuation."""

from __future__ import annotations

import unicodedata

from tools.reconstruction.draw import Draw
from tools.reconstruction.gazetteer import plain

MISSPELT: dict[str, tuple[str, ...]] = {
    "koubewelkoundia": ("Koubewell Kounda", "Koumbewel Koundia", "Koubewel-Koundya"),
    "dangolbore": ("Dangol Borre", "Dangoul Boré"),
    "hombori": ("Omborri", "Homborri"),
    "mondoro": ("Mondorro",),
    "djaptodji": ("Diaptodji", "Djaptogi"),
    "haire": ("Hayré",),
    "doucoumbo": ("Doucombo",),
    "diallassagou": ("Dialassagou",),
    "dinangourou": ("Dinagourou",),
    "socoura": ("Soukoura", "Socourra"),
    "konna": ("Kona",),
    "dialloube": ("Dialoubé",),
    "sio": ("Siyo",),
    "ouattagouna": ("Watagouna", "Ouatagouna"),
    "tinhama": ("Tin-Hamma",),
    "ntillit": ("N'Tilit",),
    "gounzoureye": ("Gounzoureï", "Gounzourey"),
    "anchawadi": ("Anchawadj",),
    "gossi": ("Gosi",),
    "rharous": ("Gharous",),
    "bambaramaoude": ("Bambara Maounde",),
    "hamzakoma": ("Hamzakouma",),
    "tonka": ("Tonkha",),
    "souboundou": ("Soboundou",),
    "monimpebougou": ("Monimpebugu",),
    "kolongo": ("Kolongotomo",),
    "nampalari": ("Nampala",),
    "dogofry": ("Dogofiry",),
    "diabaly": ("Diabali",),
    "kidal": ("Kidall",),
    "bandiagara": ("Bandiagarra",),
    "sangha": ("Sanga",),
    "koro": ("Korro",),
    "bankass": ("Bankas",),
    "gao": ("Gawo",),
    "mopti": ("Mopty",),
    "douentza": ("Douenza",),
    "tombouctou": ("Tombouktou",),
    "fatoma": ("Fatouma",),
    "soye": ("Soy",),
}
"""Normalised official name -> what has been seen, or could be, in a monitor's form."""


def bare(name: str) -> str:
    """Without accents, otherwise as it is."""
    return "".join(sign for sign in unicodedata.normalize("NFD", name) if not unicodedata.combining(sign))


def near(name: str, draw: Draw) -> str:
    """A spelling that a normaliser of case, accents, hyphens, apostrophes and spaces brings back."""
    way = draw.weighted({"official": 62, "bare": 15, "upper": 12, "punctuation": 6, "lower": 3, "spaces": 2})
    if way == "bare":
        return bare(name)
    if way == "upper":
        return bare(name).upper()
    if way == "lower":
        return name.lower()
    if way == "spaces":
        return f" {name} " if " " not in name else name.replace(" ", "  ")
    if way == "punctuation":
        return name.replace("'", "’").replace(" ", "-") if "'" in name or " " in name else name.title()
    return name


SLIPS = (
    ("ou", "u"),
    ("dj", "di"),
    ("ss", "s"),
    ("mm", "m"),
    ("k", "c"),
    ("ia", "ya"),
    ("é", "er"),
    ("o", "au"),
)
"""What a hurried ear writes, for names that MISSPELT does not list: the first that changes the name is used."""


def misspelt(name: str, others: set[str], draw: Draw) -> str | None:
    """A wrong spelling that is no other place's name; None where none is at hand.

    others: normalised names of all communes.
    """
    slips = [name.replace(old, new, 1) for old, new in SLIPS if old in name]
    forms = MISSPELT.get(plain(name)) or tuple(slips[:1])
    free = [form for form in forms if plain(form) not in others]
    return draw.one(free) if free else None
