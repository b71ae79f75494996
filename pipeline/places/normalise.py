"""Names as people write them, brought to forms that can be compared.

Three forms, from strict to loose: `key` (case, accents and punctuation gone), `base` (the generic words and
the final number gone as well: "C.U.NIORO" -> "nioro", "BAMBA ll" -> "bamba" and the number 2), and `sound`
(one letter for each sound of Malian French: "Dianvely" and "Dianwély" are the same).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property, lru_cache

LONGEST = 120
"""Characters of a name that are read; no place name is half as long, and a pasted page must not cost time."""

GENERIC = frozenset((
    "commune", "communes", "village", "villages", "hameau", "hameaux", "cercle", "region", "ville", "quartier",
    "site", "localite", "district", "arrondissement", "prefecture", "campement", "cne", "cnes", "com", "comm", "mairie",
))  # fmt: skip
"""Words that say what a place is, not which one."""
QUALIFIERS = frozenset({"urbaine", "urbain", "urb", "rurale", "rural", "rur", "centre", "central", "ac"})
LINKS = frozenset({"de", "du", "des", "d", "la", "le", "les"})
CHIEF_PLACE = frozenset({"cheflieu", "cheflieucommune", "cheflieudecommune", "cheflieudelacommune"})
"""Strict keys of what is written for a commune's chief place."""
SATELLITES = frozenset({"daga", "daka", "were"})
"""Words for a camp or hamlet that depends on the village it is named after (Kouna-Daga: camp of Kouna)."""
DIRECTIONS = {word: word for word in ("nord", "sud", "est", "ouest")}
DIRECTIONS |= dict.fromkeys(("koro", "coro", "koto", "kotto", "socoro", "sokoro"), "ancien")
DIRECTIONS |= dict.fromkeys(("coura", "koura", "kura", "kouta", "coutta", "socoura", "sokoura"), "nouveau")
"""What tells two places of one name apart; in Bamanankan and Soninke, koro and koto are the old village, koura
and kouta the new one."""

_NUMBERS = {"i": 1, "l": 1, "ii": 2, "ll": 2, "iii": 3, "lll": 3, "iv": 4, "v": 5, "vi": 6}
_NUMBERS |= {"1": 1, "2": 2, "3": 3, "4": 4, "5": 5, "6": 6, "7": 7, "8": 8, "9": 9}


_APOSTROPHE = re.compile(r"(?<=\w)['’ʼ`´‘](?=\w)")  # N'Dounga, M’Bouna: one word
_ABBREVIATED = re.compile(r"\bc\s*[./]?\s*[ur]\b")
_URBAN = re.compile(r"\bc\s*[./]?\s*u\b\.?")
_RURAL = re.compile(r"\bc\s*[./]\s*r\b\.?|\bcr\b")
_BEFORE_DIGIT = re.compile(r"(?<=[a-z])(?=[0-9])")  # "Bamba2"
_LOOKS_LIKE = {"0": "o", "1": "l", "3": "e", "4": "a", "5": "s", "6": "b", "8": "b", "9": "g"}
_DIGIT_FOR_LETTER = re.compile(r"(?<=[a-z])[01345689](?=[a-z])|(?<=[a-z][a-z])0\b")
"""A scanner's digit within a word: "K0ro", "Mondor0"."""
_WORD = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True)
class Name:
    """One spelling in all its forms.

    key: lower-case ASCII letters and digits, nothing between. tokens: the words of the base. base: tokens
    joined. number: the final number, 0 where none. direction: "nord", "sud", "est", "ouest",
    "ancien", "nouveau" or "".
    urban: written as "commune urbaine" or "C.U.".
    """

    text: str
    key: str
    tokens: tuple[str, ...]
    base: str
    number: int
    direction: str
    urban: bool

    @cached_property
    def sound(self) -> str:
        """The base by its sounds."""
        return sound_of(self.base)

    @property
    def empty(self) -> bool:
        return not self.key


def plain_words(text: str) -> tuple[str, ...]:
    """Lower-case ASCII words of a text; letters without an ASCII form are dropped."""
    bare = text[:LONGEST].lower()
    if not bare.isascii():
        spread = unicodedata.normalize("NFKD", bare.replace("œ", "oe").replace("ɛ", "e").replace("ɔ", "o"))
        bare = "".join(c for c in spread if not unicodedata.combining(c)).lower()
        bare = western_digits(bare)
    if _APOSTROPHE.search(bare):
        bare = _APOSTROPHE.sub("", bare)
    if _ABBREVIATED.search(bare):
        bare = _URBAN.sub(" commune urbaine ", _RURAL.sub(" commune rurale ", bare))
    bare = _DIGIT_FOR_LETTER.sub(lambda found: _LOOKS_LIKE[found[0]], bare)
    bare = _BEFORE_DIGIT.sub(" ", bare)
    return tuple(_WORD.findall(bare))


def western_digits(text: str) -> str:
    """Decimal digits of any script as 0 to 9 ("٥" -> "5")."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(c, c)) for c in text)


@lru_cache(maxsize=100_000)
def name_of(text: str) -> Name:
    """All the forms of one spelling. Any text is accepted, also an empty one."""
    words = _district(plain_words(text))
    urban = "urbaine" in words[:2]
    kept = _without_generic(words)
    number = 0
    if len(kept) > 1 and kept[-1] in _NUMBERS:
        number, kept = _NUMBERS[kept[-1]], kept[:-1]
    elif len(kept) == 1 and kept[0] in _NUMBERS and kept != words:
        # "C.U. 5", "Commune V": the number is all there is
        number, kept = _NUMBERS[kept[0]], ("commune",)
    direction = next((DIRECTIONS[word] for word in kept[1:] if word in DIRECTIONS), "")
    base = "".join(kept)
    return Name(
        text=text,
        key="".join(words),
        tokens=kept,
        base=base,
        number=number,
        direction=direction,
        urban=urban,
    )


@lru_cache(maxsize=100_000)
def name_key(text: str | None) -> str:
    """The strict form alone; "" for None. Two spellings with one key are the same name, without a doubt."""
    return "".join(plain_words(text)) if text else ""


def _district(words: tuple[str, ...]) -> tuple[str, ...]:
    """ "CVI", "C 6", "Commune VI du district de Bamako" are "Commune VI"."""
    text = "".join(words)
    short = re.fullmatch(r"c(i{1,3}|iv|vi?|[1-6])", text)
    if short:
        return ("commune", short[1])
    named = len(words) > 2 and words[0] == "commune" and words[1] in _NUMBERS and words[-1] == "bamako"
    return words[:2] if named else words


def _without_generic(words: tuple[str, ...]) -> tuple[str, ...]:
    """Leading and trailing generic words dropped, unless nothing would be left."""
    kept = list(words)
    while len(kept) > 1 and (kept[0] in GENERIC or kept[0] in QUALIFIERS):
        kept = kept[1:]
        while len(kept) > 1 and (kept[0] in LINKS or kept[0] in QUALIFIERS):
            kept = kept[1:]
    while len(kept) > 1 and (kept[-1] in GENERIC or kept[-1] in QUALIFIERS):
        kept = kept[:-1]
    inner = [word for word in kept[1:-1] if word not in LINKS]
    return (*kept[:1], *inner, *kept[1:][-1:])


_BEFORE_A_VOWEL = tuple(
    (letter, re.compile(pattern), by)
    for letter, pattern, by in (
        ("t", r"tj|ty(?=[aeou])|ti(?=[aeou])", "C"),
        ("d", r"dj|dy(?=[aeou])|di(?=[aeou])", "j"),
        ("n", r"gn(?=[aeiouy])|ny(?=[aeou])|ni(?=[aeou])", "N"),
        ("sy", r"sy(?=[aeou])", "S"),
        ("gu", r"gu(?=[eiy])", "g"),
        ("c", r"c(?=[eiy])", "s"),
    )
)
_GROUPS = (
    ("qu", "k"), ("ck", "k"), ("eau", "o"), ("au", "o"), ("oo", "u"), ("ou", "u"), ("ai", "e"), ("ay", "e"),
    ("ei", "e"), ("ey", "e"),
)  # fmt: skip
_LETTERS = str.maketrans({"c": "k", "q": "k", "x": "ks", "z": "s", "w": "u", "v": "u", "h": "", "y": "i"})
_DOUBLED = re.compile(r"(.)\1+")
_ENDING = re.compile(r"(?<=.)(?:ie|e|i)$")


@lru_cache(maxsize=100_000)
def sound_of(base: str) -> str:
    """The base by its sounds: dj/di/dy -> j, c/k/q -> k, ou/w/v -> u, gn/ny -> N, y/é endings -> i, ..."""
    base = (
        base.replace("tch", "C").replace("ch", "S").replace("sh", "S").replace("ph", "f")
        if "h" in base
        else base
    )
    for letter, pattern, by in _BEFORE_A_VOWEL:
        if letter in base:
            base = pattern.sub(by, base)
    if "eye" in base:
        base = base.replace("eye", "eYe")  # Souleye is not Soulé
    for group, by in _GROUPS:
        base = base.replace(group, by)
    base = base.translate(_LETTERS).replace("mb", "nb").replace("mp", "np")
    return _ENDING.sub("i", _DOUBLED.sub(r"\1", base))
