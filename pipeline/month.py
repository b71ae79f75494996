"""A month of the bulletin, as it is written in paths, in French prose and in tables."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from pipeline.errors import InputError

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
                f"{variable}={text!r} n'est pas un mois",
                "rien n'est produit, faute de savoir pour quel mois",
                f"écrire l'année et le mois en chiffres, par exemple {variable}=2021-06",
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
