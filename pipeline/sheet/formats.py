"""Papers: how large, how their type grows, and how the parts of a page stand to each other.

The page is composed anew for each annex: the main map takes the shape of the regions it is fitted to, and what
explains it takes the rest.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.errors import InputError


@dataclass(frozen=True)
class Layout:
    """A paper. page: width and height in mm, a height of 0 is as tall as the contents but never taller than `tallest`,
    so that a document's page holds the picture at its size; k: factor on type; margin: mm.

    wide: the main map stands at the left over the whole height, else the maps stand side by side above what
    explains them. full: with the title block and the foot of a page that stands alone; else only what a document
    that holds the picture does not say itself. locator: width of the map of the whole country, mm.
    """

    page: tuple[float, float]
    k: float
    margin: float
    wide: bool
    full: bool
    locator: float
    tallest: float = 0.0

    @property
    def limit(self) -> float:
        """No page is taller, mm."""
        return self.page[1] or self.tallest


FORMATS: dict[str, Layout] = {
    "A4-paysage": Layout((297.0, 210.0), 1.0, 6.0, True, True, 40.0),
    "A3-paysage": Layout((420.0, 297.0), 1.3, 8.5, True, True, 56.0),
    "A4-portrait": Layout((210.0, 297.0), 1.0, 6.0, False, True, 28.0),
    "colonne": Layout((160.0, 0.0), 1.0, 0.8, False, False, 22.0, 230.0),
}


def layout_of(page: str) -> Layout:
    """A paper by its name. Raises InputError on an unknown one."""
    if page not in FORMATS:
        raise InputError(
            f"PAGE={page!r} n'est pas un format de page",
            "la carte n'est pas dessinée",
            f"choisir parmi {', '.join(FORMATS)}",
        )
    return FORMATS[page]
