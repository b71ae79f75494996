"""French as the bulletin prints it: months, numbers, plurals, elision, lists. Pure functions on text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from pipeline.errors import InputError

# A month of the bulletin, as it is written in paths, in French prose and in tables.


NAMES = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
SHORT_NAMES = ("Jan", "Fév", "Mars", "Avril", "Mai", "Juin", "Juil", "Août", "Sept", "Oct", "Nov", "Déc")


@dataclass(frozen=True, order=True)
class Month:
    """A calendar month: `Month(2021, 6)` is "2021-06", "juin 2021"."""

    year: int
    number: int

    def __post_init__(self) -> None:
        if not (1 <= self.number <= 12 and 2000 <= self.year <= 2100):
            raise ValueError(f"not a month: {self.year}-{self.number}")

    @classmethod
    def parse(cls, text: str, variable: str = "MONTH") -> Month:
        """Read "2021-06". Raises InputError on anything else, which names the variable that it was given in."""
        found = re.fullmatch(r"(20\d\d)-(0[1-9]|1[0-2])", text.strip())
        if not found:
            raise InputError(
                f"{variable}={text!r} n’est pas un mois",
                "rien n’est produit, faute de savoir pour quel mois",
                f"écrire l’année et le mois en chiffres, par exemple {variable}=2021-06",
            )
        return cls(int(found[1]), int(found[2]))

    def __str__(self) -> str:
        return f"{self.year}-{self.number:02d}"

    @property
    def name(self) -> str:
        """ "juin"."""
        return NAMES[self.number - 1]

    @property
    def label(self) -> str:
        """ "juin 2021"."""
        return f"{self.name} {self.year}"

    @property
    def title(self) -> str:
        """ "Juin 2021"."""
        return self.label.capitalize()

    @property
    def short(self) -> str:
        """ "Fév", as in the bulletin's tables."""
        return SHORT_NAMES[self.number - 1]

    @property
    def of(self) -> str:
        """ "de juin", "d’avril"."""
        return f"d’{self.name}" if self.name[0] in "ao" else f"de {self.name}"

    @property
    def of_label(self) -> str:
        """ "de juin 2021", "d’août 2021"."""
        return f"{self.of} {self.year}"

    @property
    def first_day(self) -> date:
        return date(self.year, self.number, 1)

    @property
    def last_day(self) -> date:
        return date(self.year + self.number // 12, self.number % 12 + 1, 1) - timedelta(days=1)

    def contains(self, day: date) -> bool:
        return (day.year, day.month) == (self.year, self.number)

    def previous(self) -> Month:
        """The month before, in the year before where need be."""
        return Month(self.year - 1, 12) if self.number == 1 else Month(self.year, self.number - 1)

    def year_to_date(self) -> tuple[Month, ...]:
        """January to this month, in order."""
        return tuple(Month(self.year, n) for n in range(1, self.number + 1))


# French as the bulletin prints it: numbers, plurals, elision, lists. Pure functions on text.


NNBSP = "\u202f"  # narrow no-break space: thousands, and before % ; : ! ?
NBSP = "\u00a0"
MINUS = "\u2212"
NOT_RECEIVED = "–"
"""A figure that was not received or cannot be told: never 0."""


def number(value: float, decimals: int = 0) -> str:
    """1237 -> "1 237" (narrow no-break space), 0.5 with one decimal -> "0,5"; a true minus sign."""
    text = f"{abs(value):,.{decimals}f}".replace(",", NNBSP).replace(".", ",")
    return f"{MINUS}{text}" if value < 0 and float(f"{value:.{decimals}f}") != 0 else text


def percent(part: float, whole: float) -> str:
    """Share as a whole percentage: (947, 1237) -> "77 %". A share that is neither 0 nor all never reads
    0 % or 100 %: "moins de 1 %", "plus de 99 %". Without a whole, "–"."""
    if whole <= 0:
        return "–"
    share = 100 * part / whole
    if 0 < share < 0.5:
        return f"moins de 1{NNBSP}%"
    if 99.5 <= share < 100:
        return f"plus de 99{NNBSP}%"
    # Halves go up, as readers expect of a bulletin (Python's own rounding goes to the even number).
    return f"{int(share + 0.5)}{NNBSP}%"


def plural(count: float, singular: str, many: str | None = None) -> str:
    """ "0 violation", "1 violation", "2 violations": French puts the plural from two on.

    many: the plural where it is not singular + s on every word given, e.g. ("cheval", "chevaux").
    """
    return f"{number(count)}{NBSP}{agree(count, singular, many)}"


def agree(count: float, singular: str, many: str | None = None) -> str:
    """The word alone, in the number that `count` asks for."""
    if abs(count) < 2:
        return singular
    return many if many is not None else " ".join(f"{word}s" for word in singular.split(" "))


def starts_with_vowel_sound(name: str) -> bool:
    """Whether "de" elides before this name. H is taken as mute but for the aspirated names known; a
    Y before a consonant is a vowel; N'Dounga and the like begin with a consonant."""
    bare = unaccented(name.strip())
    if bare[:1] == "y":
        return len(bare) > 1 and bare[1] not in "aeiou"
    # Malian names in H (Hombori, Haïré, Hamzakoma) are said with their H.
    return bare[:1] in tuple("aeiou") and not bare.startswith(("oua", "oue", "oui"))


def of(name: str) -> str:
    """ "de Douentza", "d'Ansongo", "du Mali", "de Ouattagouna" (a semi-vowel does not elide)."""
    if name == "Mali":
        return "du Mali"
    return f"d’{name}" if starts_with_vowel_sound(name) else f"de {name}"


def que(name: str) -> str:
    """ "que mai 2021", "qu'octobre 2026"."""
    return f"qu’{name}" if starts_with_vowel_sound(name) else f"que {name}"


def area(level: str, name: str) -> str:
    """ "la région de Mopti", "les régions de Mopti, Bandiagara et Douentza" counted together, "le cercle d'Ansongo",
    "la commune de Sio", "le district de Bamako"."""
    if level == "region" and " et " in name:
        return f"les régions {of(name)}"
    if level == "region" and name.lower().startswith("bamako"):
        return "le district de Bamako"
    if level == "cercle" and name.lower().startswith("bamako"):
        return "le district de Bamako"  # Bamako is a district of communes, without cercles
    article = {"region": "la région", "cercle": "le cercle", "commune": "la commune"}[level]
    return f"{article} {of(name)}"


def in_area(level: str, name: str) -> str:
    """ "dans la région de Mopti"."""
    return f"dans {area(level, name)}"


ARTICLES = {
    **dict.fromkeys(("cercle", "district", "Burkina", "Niger", "Sénégal"), "le "),
    **dict.fromkeys(("région", "Côte", "Guinée", "Mauritanie"), "la "),
    "Algérie": "l’",
}
"""Of the first word of where a movement may end: an area without its commune, a neighbouring country."""


def towards(place: str) -> str:
    """ "vers le cercle de Goundam", "vers la Mauritanie", "vers Sio, cercle de Mopti"."""
    return f"vers {ARTICLES.get(place.split(' ')[0], '')}{place}"


def listing(items: Sequence[str]) -> str:
    """ "a", "a et b", "a, b et c"."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} et {items[-1]}" if items else ""


def day(value: date) -> str:
    """ "1er juin 2021", "17 juin 2021"."""
    first = "1er" if value.day == 1 else str(value.day)
    return f"{first} {NAMES[value.month - 1]} {value.year}"


def day_label(text: str) -> str:
    """An ISO date in French; anything else ("schematique") as it is."""
    try:
        return day(date.fromisoformat(text))
    except ValueError:
        return text


_BEFORE_MARK = re.compile(r" (?=[;:!?»%](?:\s|$))|(?<=«) ")


def marks_held(text: str) -> str:
    """A text whose marks never begin a line: the space that French sets before ; : ! ? » % and after « does not part."""
    return _BEFORE_MARK.sub(NBSP, text)


def held(text: str) -> str:
    """A date, or another few words, that no line may part."""
    return text.replace(" ", NBSP)


@dataclass(frozen=True)
class Noun:
    """What is counted, with its gender: "commune", "cercle"."""

    one: str
    feminine: bool

    @property
    def e(self) -> str:
        """The ending that agrees with it: f"couvert{noun.e}"."""
        return "e" * self.feminine

    def of(self, count: float = 2) -> str:
        """The word alone, in the number of `count`."""
        return agree(count, self.one)


NOUNS = {"commune": Noun("commune", True), "cercle": Noun("cercle", False)}
"""Areas that choropleths are drawn by."""


def out_of(part: int, whole: int, noun: str, many: str | None = None, feminine: bool = True) -> str:
    """The subject of a sentence: "100 des 180 communes évaluées (56 %)", "1 des 3 cercles (33 %)", "aucune des 180
    communes évaluées", "les 180 communes évaluées", "la seule commune évaluée", "aucune commune évaluée".

    noun: in the singular, with its adjective. The verb takes `negation(part)` and agrees with part.
    """
    none = f"aucun{'e' * feminine}"
    several = agree(2, noun, many)
    if whole <= 1:
        return f"{'la' if feminine else 'le'} seul{'e' * feminine} {noun}" if part else f"{none} {noun}"
    if part == 0:
        return f"{none} des {number(whole)} {several}"
    if part == whole:
        return f"les {number(whole)} {several}"
    return f"{number(part)} des {number(whole)} {several} ({percent(part, whole)})"


def sentence_case(text: str) -> str:
    """First letter as a capital, the rest as it is."""
    return text[:1].upper() + text[1:]


def lower_first(text: str) -> str:
    """A label inside a sentence: its first letter small."""
    return text[:1].lower() + text[1:]


_LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ɛ": "e", "ɔ": "o", "ß": "ss"})
"""Letters that no accent can be taken from, as they are written without them (text.js has the same)."""


class _Bare(dict[str, str]):
    """A letter -> without its accents, each worked out once."""

    def __missing__(self, letter: str) -> str:
        spread = unicodedata.normalize("NFKD", letter.translate(_LETTERS))
        self[letter] = "".join(c for c in spread if not unicodedata.combining(c))
        return self[letter]


_bare = _Bare()
_ACCENTED = re.compile(r"[^\x00-\x7f]")
_WORDS = re.compile(r"[^\W_]+")
"""Letters and digits in a row, as `str.isalnum` has them."""


def unaccented(text: str) -> str:
    """Lower case without accents, in plain forms of letters and digits: the fold that every comparison begins with."""
    low = text.lower()
    return low if low.isascii() else _ACCENTED.sub(lambda letter: _bare[letter[0]], low).lower()


def plain(text: str) -> str:
    """Lower case without accents, hyphens or apostrophes, single spaces: for comparing and sorting names."""
    return " ".join(_WORDS.findall(unaccented(text)))
