"""Names as people write them: brought to forms that can be compared, measured against each other, and indexed."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Generic, TypeVar

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA, Levenshtein

from pipeline.french import unaccented
from pipeline.places.place import JUST_SO, SAME_SOUNDS

# Names as people write them, brought to forms that can be compared.
#
# Three forms, from strict to loose: `key` (case, accents and punctuation gone), `base` (the generic words and
# the final number gone as well: "C.U.NIORO" -> "nioro", "BAMBA ll" -> "bamba" and the number 2), and `sound`
# (one letter for each sound of Malian French: "Dianvely" and "Dianwély" are the same).


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
    bare = western_digits(unaccented(text[:LONGEST]))
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
    return Name(text, "".join(words), kept, "".join(kept), number, direction, urban)


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
    kept, ahead = words, GENERIC | QUALIFIERS
    while len(kept) > 1 and kept[0] in ahead:
        kept, ahead = kept[1:], GENERIC | QUALIFIERS | LINKS
    while len(kept) > 1 and kept[-1] in GENERIC | QUALIFIERS:
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
    if "h" in base:
        base = base.replace("tch", "C").replace("ch", "S").replace("sh", "S").replace("ph", "f")
    for letter, pattern, by in _BEFORE_A_VOWEL:
        if letter in base:
            base = pattern.sub(by, base)
    if "eye" in base:
        base = base.replace("eye", "eYe")  # Souleye is not Soulé
    for group, by in _GROUPS:
        base = base.replace(group, by)
    base = base.translate(_LETTERS).replace("mb", "nb").replace("mp", "np")
    return _ENDING.sub("i", _DOUBLED.sub(r"\1", base))


# How alike two spellings are, from 0 to 100.
#
# What tells two places apart in Mali is mostly their consonants (Fangasso, Yangasso, Zangasso are three
# communes), their first and last sounds (Fakola, Fakolo; Lafia, Alafia), their number and their direction. What
# tells two spellings of one place apart is mostly inner vowels, nasals and doubled letters (Doucombo,
# Doucoumbo; Dioungani, Diougani). The costs below follow that.


SAME = 100.0
SAME_BASE = JUST_SO
SAME_SOUND = SAME_SOUNDS
ALMOST = 95.0
"""The most that spellings with another sound can reach."""
OTHER_NUMBER = 55.0
_ONE_NUMBER = 2.0
_WORD_MISSING, _WORD_TOO_MANY = 70.0, 60.0
_ONE_WORD = 8.0
"""What the likeness of one word of two is less worth than that of the whole."""
_TRUNCATED = 14
"""Letters from which a name that stops short is one that was cut by its data base, not another name."""

_SHARED_END = re.compile(r"(?<=..)(?:bugu|dugu|kuru|koro|kura|kuta|koto)$")
"""By their sounds: village, land, mountain, old, new."""
_STEM_ALIKE = 70.0
_SHORT = 5
"""Letters up to which sounds alone are not enough."""

_VOWELS = frozenset("aeiou")
_NEAR = frozenset(
    map(frozenset, ("bp", "td", "kg", "sj", "sS", "SC", "jC", "tC", "dj", "lr", "mn", "nN", "fp", "gu", "iN", "ij"))
)  # fmt: skip
_VOWEL_CHANGED, _VOWEL_MORE, _NASAL_MORE = 0.6, 0.7, 0.4
_NEAR_CHANGED, _CONSONANT_CHANGED, _CONSONANT_MORE = 0.8, 1.4, 1.0
_AT_AN_END = 0.5
"""Added where the first or the last sound differs."""


def likeness(written: Name, known: Name) -> float:
    """100: the same letters; 99: the same but for generic words; 96: the same sounds; below: less and less.

    Two different final numbers or directions are two different places, however alike the rest is.
    """
    if written.key == known.key:
        return SAME if written.key else 0.0
    if not written.base or not known.base:
        return 0.0
    score = _letters(written, known)
    if written.number and known.number and written.number != known.number:
        return min(score, OTHER_NUMBER)
    if written.direction != known.direction and written.direction and known.direction:
        return min(score, OTHER_NUMBER)
    if written.number != known.number:
        score -= _ONE_NUMBER
    return max(score, 0.0)


def by_sound_alone(written: Name, known: Name) -> bool:
    """Whether a short name has another's sounds and not its letters: "jema" is as well Béma misspelt as Diéma."""
    return len(written.base) <= _SHORT and OSA.distance(written.base, known.base) > 1


def _letters(written: Name, known: Name) -> float:
    if written.base == known.base:
        return SAME_BASE
    if written.sound == known.sound:
        return SAME_SOUND
    part = _part(written, known)
    if part:
        return part
    # Half what the sounds cost, half the plain distance: each alone lets through what the other holds back.
    plain = OSA.normalized_similarity(written.base, known.base)
    plain += OSA.normalized_similarity(written.sound, known.sound)
    return min(ALMOST, (by_sounds(written.sound, known.sound) + 50.0 * plain) / 2)


@lru_cache(maxsize=100_000)
def by_sounds(one: str, other: str) -> float:
    """100 less what it costs to turn one name's sounds into the other's, as a share of the longer."""
    longer = max(len(one), len(other))
    if not one or not other:
        return 0.0
    cost = 0.0
    for edit in Levenshtein.editops(one, other):
        i, j = edit.src_pos, edit.dest_pos
        if edit.tag == "replace":
            cost += _changed(one[i], other[j])
            at_end = i == 0 or j == 0 or (i == len(one) - 1 and j == len(other) - 1)
        else:
            text, at = (one, i) if edit.tag == "delete" else (other, j)
            cost += _more(text, at)
            at_end = at in (0, len(text) - 1)
        cost += _AT_AN_END if at_end else 0.0
    return max(0.0, 100.0 * (1 - cost / longer))


def forget() -> None:
    """Hold no name that was read any longer."""
    for known in (name_of, name_key, sound_of, by_sounds):
        known.cache_clear()


def _changed(one: str, other: str) -> float:
    if one in _VOWELS and other in _VOWELS:
        return _VOWEL_CHANGED
    return _NEAR_CHANGED if frozenset((one, other)) in _NEAR else _CONSONANT_CHANGED


def _more(text: str, at: int) -> float:
    if text[at] in _VOWELS:
        return _VOWEL_MORE
    before_consonant = at + 1 < len(text) and text[at + 1] not in _VOWELS
    return _NASAL_MORE if text[at] in "nm" and before_consonant else _CONSONANT_MORE


def _part(written: Name, known: Name) -> float:
    """One name is the other with words left out ("Toridaga" for "Toridaga Ko"), or cut short; else 0.

    A word too many tells more than a word too few: Finkolo G is not Finkolo.
    """
    short, long = sorted((written.base, known.base), key=len)
    if len(short) >= _TRUNCATED and long.startswith(short):
        return ALMOST - 1
    few, many = sorted((written.tokens, known.tokens), key=len)
    if len(few) == len(many) or max(map(len, few)) < 4 or not set(few) <= set(many):
        return 0.0
    least = _WORD_MISSING if few is written.tokens else _WORD_TOO_MANY
    return least + 20.0 * sum(map(len, few)) / sum(map(len, many))


def same_stem(written: Name, known: Name) -> bool:
    """Whether two names are alike without the ending that half of the villages share (-bougou, -dougou, ...):
    it makes Farabougou and Darabougou look alike, which are two villages."""
    if written.sound == known.sound:
        return True
    one, other = (_SHARED_END.sub("", name.sound) for name in (written, known))
    return by_sounds(one, other) >= _STEM_ALIKE


def resemblance(written: Name, known: Name) -> float:
    """Likeness enough to be worth proposing, if not accepting: of the whole, or of the longest words
    ("Nantimore", "Meou-Nantinore")."""
    whole = likeness(written, known)
    if len(written.tokens) == len(known.tokens) == 1 or not (written.tokens and known.tokens):
        return whole
    longest = max(written.tokens, key=len)
    words = [word for word in known.tokens if min(len(longest), len(word)) > 4]
    return max([whole, *(by_sounds(sound_of(longest), sound_of(word)) - _ONE_WORD for word in words)])


# Names with what they name, searched by spelling.


T = TypeVar("T")
SHORTLIST = 8
"""Names compared letter by letter for each spelling; the rest are too far by their sounds."""
_CUTOFF = 55.0
_BEHIND = 30.0
"""Of the shortlist, those this far behind the first are not even worth a question."""


@dataclass(frozen=True)
class Hit(Generic[T]):
    """A named thing, the spelling that was nearest, and how near (0 to 100)."""

    thing: T
    spelling: Name
    score: float


class NameIndex(Generic[T]):
    """A list of (name, thing), never changed after it is made. Things need not be hashable."""

    def __init__(self, entries: Iterable[tuple[Name, T]]) -> None:
        self.entries = tuple(entries)

    @cached_property
    def _by_key(self) -> dict[str, list[int]]:
        return self._group([name.key for name, _ in self.entries])

    @cached_property
    def _by_base(self) -> dict[str, list[int]]:
        return self._group([name.base for name, _ in self.entries])

    @cached_property
    def _sounds(self) -> list[str]:
        return [name.sound for name, _ in self.entries]

    @cached_property
    def _by_sound(self) -> dict[str, list[int]]:
        return self._group(self._sounds)

    @cached_property
    def _by_token(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for i, (name, _) in enumerate(self.entries):
            if len(name.tokens) > 1:
                for token in name.tokens:
                    found[token].append(i)
            found[name.base].append(i)
        return found

    @staticmethod
    def _group(keys: list[str]) -> dict[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for i, key in enumerate(keys):
            if key:
                found[key].append(i)
        return found

    def same(self, name: Name) -> list[Hit[T]]:
        """Things with the same letters, or else the same base, or else the same sounds: no distances."""
        for form, forms in (("key", self._by_key), ("base", self._by_base), ("sound", self._by_sound)):
            found = [hit for hit in self._hits(name, forms.get(getattr(name, form), ())) if hit.score > 90]
            if found:
                return found
        return []

    def search(self, name: Name, limit: int = SHORTLIST) -> list[Hit[T]]:
        """The nearest things, best first (a thing once, by its nearest spelling); ties in the index's order."""
        if name.empty or not self.entries:
            return []
        picked = set(self._by_key.get(name.key, ())) | set(self._by_base.get(name.base, ()))
        for token in {*name.tokens, name.base}:
            if len(token) >= 4 and len(self._by_token.get(token, ())) <= 40:
                picked.update(self._by_token[token])
        if name.sound:
            near = process.extract(
                name.sound, self._sounds, scorer=fuzz.ratio, limit=limit, score_cutoff=_CUTOFF
            )
            enough = near[0][1] - _BEHIND if near else 0.0
            picked.update(i for rank, (_, score, i) in enumerate(near) if score >= enough or rank < 2)
        return self._hits(name, sorted(picked))[:limit]

    def _hits(self, name: Name, numbers: Iterable[int]) -> list[Hit[T]]:
        best: dict[int, tuple[float, int, Hit[T]]] = {}
        for i in numbers:
            spelling, thing = self.entries[i]
            score = likeness(name, spelling)
            known = best.get(id(thing))
            if score > 0 and (known is None or score > known[0]):
                best[id(thing)] = (score, i, Hit(thing, spelling, score))
        ranked = sorted(best.values(), key=lambda entry: (-entry[0], entry[1]))
        return [hit for _, _, hit in ranked]
