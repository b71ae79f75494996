"""How alike two spellings are, from 0 to 100.

What tells two places apart in Mali is mostly their consonants (Fangasso, Yangasso, Zangasso are three
communes), their first and last sounds (Fakola, Fakolo; Lafia, Alafia), their number and their direction. What
tells two spellings of one place apart is mostly inner vowels, nasals and doubled letters (Doucombo,
Doucoumbo; Dioungani, Diougani). The costs below follow that.
"""

from __future__ import annotations

import re
from functools import lru_cache

from rapidfuzz.distance import OSA, Levenshtein

from pipeline.places.normalise import Name, sound_of
from pipeline.places.request import JUST_SO, SAME_SOUNDS

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
    frozenset(pair)
    for pair in (
        "bp",
        "td",
        "kg",
        "sj",
        "sS",
        "SC",
        "jC",
        "tC",
        "dj",
        "lr",
        "mn",
        "nN",
        "fp",
        "gu",
        "iN",
        "ij",
    )
)
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
    plain = OSA.normalized_similarity(written.base, known.base) + OSA.normalized_similarity(
        written.sound, known.sound
    )
    whole = (by_sounds(written.sound, known.sound) + 50.0 * plain) / 2
    return min(ALMOST, whole)


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
    words = [
        by_sounds(sound_of(longest), sound_of(word))
        for word in known.tokens
        if min(len(longest), len(word)) > 4
    ]
    return max([whole, *(score - _ONE_WORD for score in words)])
