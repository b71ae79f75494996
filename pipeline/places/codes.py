"""P-codes as they arrive, and what they can mean in each division of the country."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.places.gazetteer import Area, Gazetteer
from pipeline.places.names import name_key, western_digits


@dataclass(frozen=True)
class Meaning:
    """One thing that a code can mean. vintage: "" for the boundaries drawn, else the other's date.
    iou: how much of its limits the area shares with those of the other vintage (1: all)."""

    area: Area
    vintage: str
    name_there: str
    iou: float = 1.0

    @property
    def method(self) -> str:
        return f"p-code {self.vintage[:4]} traduit" if self.vintage else "p-code"


@dataclass(frozen=True)
class Code:
    """A P-code made regular. code: "ML" and an even number of digits, "" where it cannot be read."""

    written: str
    code: str
    note: str


def read_code(text: str) -> Code:
    """Mend what spreadsheets and keyboards do to P-codes: case, spaces, MLI for ML, O for 0, a lost zero."""
    bare = re.sub(r"[\s.\-_/]", "", re.sub(r"\.0+$", "", western_digits(text.strip()))).upper()
    found = re.fullmatch(r"(MLI|ML)?([0-9OIL]{1,12})", bare)
    if not found:
        return Code(text, "", f"« {text} » n'est pas un P-code")
    digits = found[2].replace("O", "0").replace("I", "1").replace("L", "1")
    lost = len(digits) % 2 == 1 and len(digits) < 9
    code = f"ML0{digits}" if lost else f"ML{digits}"
    if len(code) > 8:
        code = code[:8]  # a place's code begins with its commune's
    note = "" if code == text else f"P-code « {text} » lu {code}"
    if lost:
        note += " (zéro perdu)"
    return Code(text, code, note)


def meanings(code: str, gazetteer: Gazetteer) -> tuple[Meaning, ...]:
    """What a code means, in the boundaries drawn first; then in the other vintages known."""
    found = []
    today = gazetteer.area(code)
    if today:
        found.append(Meaning(today, "", today.name))
    other = gazetteer.old_codes.get(code)
    if other:
        found.append(Meaning(gazetteer.communes[other.pcode], other.vintage, other.name, other.iou))
    return tuple(found)


def same_name(text: str, meaning: Meaning) -> bool:
    """Whether a written name is, strictly, the name of what a code means (then or now)."""
    key = name_key(text)
    return bool(key) and key in {name_key(meaning.name_there), *(s.key for s in meaning.area.spellings)}
