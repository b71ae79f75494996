"""How alike two spellings are, from 0 to 100."""

from __future__ import annotations

from rapidfuzz.distance import OSA

from pipeline.places.normalise import Name

SAME = 100.0
SAME_BASE = 99.0
SAME_SOUND = 96.0
ALMOST = 95.0
"""The most that spellings with another sound can reach."""
_OTHER_NUMBER = 55.0


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
        return min(score, _OTHER_NUMBER)
    if written.direction and known.direction and written.direction != known.direction:
        return min(score, _OTHER_NUMBER)
    if written.number != known.number:
        score -= 2.0
    return max(score, 0.0)


def _letters(written: Name, known: Name) -> float:
    if written.base == known.base:
        return SAME_BASE
    if written.sound == known.sound:
        return SAME_SOUND
    letters = OSA.normalized_similarity(written.base, known.base)
    sounds = OSA.normalized_similarity(written.sound, known.sound)
    whole = 100.0 * (letters + sounds) / 2
    return min(ALMOST, max(whole, _part(written, known)))


def _part(written: Name, known: Name) -> float:
    """One name is the other with words left out: "OUALIA" for "Dinlin Oualia"."""
    few, many = sorted((written.tokens, known.tokens), key=len)
    if len(few) == len(many) or max(map(len, few)) < 4 or not set(few) <= set(many):
        return 0.0
    share = sum(map(len, few)) / sum(map(len, many))
    return 75.0 + 15.0 * share
