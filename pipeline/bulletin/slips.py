"""What a printed bulletin says in two ways, so that the editor finds it and no table of ours hides it.

The pipeline follows the tables; these are the sentences that do not. Source: the bulletin's own pages, compared
sentence by sentence in tools/reconstruction (`python -m tools.reconstruction --facts`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.french import NBSP


@dataclass(frozen=True)
class Slip:
    """section: of the bulletin. said: the sentence, as tools/reconstruction puts it. tables: what its tables,
    or another sentence, say."""

    section: str
    said: str
    tables: str

    @property
    def text(self) -> str:
        return f"{self.section}{NBSP}: «{NBSP}{self.said}{NBSP}»{NBSP}; {self.tables}"


SLIPS: Mapping[str, tuple[Slip, ...]] = {
    "2021-06": (
        Slip(
            "Section I",
            "11 hommes assassinés à Emalintaghasste, cercle de Ménaka",
            "le tableau des régions ne compte que 2 violations à Ménaka en juin",
        ),
        Slip(
            "Section I",
            "313 assassinats et meurtres en six mois",
            "313 est le total de toute la catégorie, dont 4 morts par engin explosif en juin",
        ),
        Slip(
            "Section II",
            "la propriété augmente de façon graduelle depuis janvier",
            "le tableau des catégories baisse en mars (158 après 169) et en mai (208 après 225)",
        ),
        Slip(
            "Section II",
            "liberté : « la majorité » par des personnes armées non identifiées",
            "la part imprimée est de 49 %, ce qui n’est pas une majorité",
        ),
        Slip(
            "Section III",
            "Ségou : 20 à 30 % les trois premiers mois",
            "les tableaux donnent 32 % en janvier (103 sur 326)",
        ),
    ),
}
"""Month of the bulletin -> its slips, in the order of its pages."""
