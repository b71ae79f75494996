"""The page itself: nothing overlaps, nothing leaves its frame, no type is too small, whatever the month."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
import shapely
import sheet_specs as specs

from pipeline.annexes.model import Annex
from pipeline.geography.country import Country
from pipeline.sheet.canvas import Canvas
from pipeline.sheet.draw import compose
from pipeline.sheet.fonts import MM_PER_PT
from pipeline.sheet.marks import Text
from pipeline.sheet.shared import Shared, prepare

LONG = "Une phrase bien trop longue pour la place que la maquette lui réserve d'ordinaire, et qui continue"


def long_words(annex: Annex) -> Annex:
    """Everything that the officer or the data may write, three times as long as usual."""
    meta = replace(
        annex.meta,
        sources=f"{LONG} ; {LONG} ; {LONG}",
        credits=(LONG, LONG, LONG),
        bulletin=LONG,
        audience_label="Diffusion restreinte aux partenaires du Cluster Protection et à leurs bailleurs",
    )
    return replace(
        annex,
        title=f"{annex.title} : {LONG}",
        subtitle=LONG * 2,
        counts_line=LONG * 2,
        caption=f"{annex.caption} {LONG}. {LONG}. {LONG}.",
        notes=(LONG, LONG, LONG),
        meta=meta,
    )


def cases(country: Country) -> dict[str, Annex]:
    """Ordinary and hard months."""
    finest = tuple(country.layer(country.finest)["pcode"])
    return {
        "incidents": specs.annex1(country),
        "aucun incident": specs.annex1(country, {}),
        "une commune avec 2 000": specs.annex1(country, {finest[0]: 2000}),
        "toutes les communes": specs.annex1(country, dict.fromkeys(finest, 120)),
        "alertes": specs.annex2(country),
        "aucune alerte": specs.annex2(country, 0),
        "60 alertes": specs.annex2(country, 60),
        "60 alertes dans un village": specs.annex2(country, 60, one_place=True),
        "noms de 60 caractères": specs.annex2(country, 25, long=True),
        "risque": specs.annex3(country),
        "sans score de risque": specs.annex3(country, none=True),
        "couverture": specs.annex5(country),
        "sept partenaires": specs.annex5(country, 7),
        "six mois": specs.annex6(country),
        "deux mois": specs.annex6(country, 2),
        "un mois": specs.annex6(country, 1),
        "douze mois": specs.annex6(country, 12),
        "mots longs 1": long_words(specs.annex1(country)),
        "mots longs 2": long_words(specs.annex2(country)),
        "mots longs 3": long_words(specs.annex3(country)),
        "mots longs 6": long_words(specs.annex6(country)),
    }


PAPER = ("A4-paysage", "A3-paysage", "A4-portrait")
COUNTRY = specs.small_country()
SHARED = prepare(COUNTRY)
CASES = cases(COUNTRY)


def ink(text: Text) -> tuple[float, float, float, float]:
    """The room of a line's letters, without the air that accents and descenders may need."""
    em = text.size * MM_PER_PT
    return (text.x + 0.1, text.y + 0.03 * em, text.x + text.width - 0.1, text.y + 0.64 * em)


def overlap(one, other) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def check_page(canvas: Canvas) -> None:
    wide, tall = canvas.size
    texts = canvas.texts
    for text in texts:
        assert text.size >= 6.5, text
        x0, y0, x1, y1 = ink(text)
        inside = min(x0, y0, wide - x1, tall - y1)
        assert inside >= 3.5, f"leaves the page: {text}"
    boxes = [shapely.box(*ink(text)) for text in texts]
    for one, other in shapely.STRtree(boxes).query(boxes, predicate="intersects").T:
        assert one >= other or boxes[one].touches(boxes[other]), f"{texts[one]} / {texts[other]}"
    check_map(canvas)


def check_map(canvas: Canvas) -> None:
    symbols = [thing for thing in canvas.placed if thing.kind == "symbol"]
    for one, other in combinations(symbols, 2):
        (a, b), (c, d) = middle(one.box), middle(other.box)
        reach = (one.box[2] - one.box[0] + other.box[2] - other.box[0]) / 2
        assert math.dist((a, b), (c, d)) >= reach - 0.05, f"{one} / {other}"
    labels = [thing for thing in canvas.placed if thing.kind == "label"]
    for one, other in combinations(labels, 2):
        assert not overlap(one.box, other.box), f"{one} / {other}"
    for label in labels:
        for symbol in symbols:
            assert not overlap(label.box, symbol.box), f"{label} / {symbol}"
    for thing in (*labels, *symbols):
        homes = [frame for frame in canvas.frames.values() if frame.holds(thing.box)]
        assert homes, f"leaves its frame: {thing}"
    visible = canvas.frames["main"].visible
    for text in canvas.texts:
        if text.role in (
            "title",
            "subtitle",
            "caption",
            "counts",
            "note",
            "foot",
            "mark",
            "kicker",
            "heading",
            "figure",
        ):
            x0, y0, x1, y1 = ink(text)
            corners = np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)])
            assert not visible.contains_points(corners).any(), f"lies on the map: {text}"


def middle(box) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


@pytest.mark.parametrize("paper", PAPER)
@pytest.mark.parametrize("case", CASES)
def test_nothing_overlaps_or_leaves_its_frame(case: str, paper: str) -> None:
    check_page(compose(CASES[case], SHARED, paper))


@pytest.mark.parametrize("number", [1, 2, 3, 5, 6])
def test_the_schematic_country_makes_as_good_a_page(number: int) -> None:
    country = specs.small_country(schematic=True)
    annex = getattr(specs, f"annex{number}")(country)
    annex = replace(annex, meta=replace(annex.meta, schematic=True, boundary_vintage="schematique"))
    canvas = compose(annex, prepare(country))
    check_page(canvas)
    assert any("CARTE SCHÉMATIQUE" in text.text for text in canvas.texts)


@pytest.fixture(scope="module")
def real(mirror) -> tuple[Country, Shared]:
    country = specs.real_country(mirror)
    return country, prepare(country)


@pytest.mark.parametrize("paper", PAPER)
def test_the_real_country_in_ordinary_and_hard_months(real: tuple[Country, Shared], paper: str) -> None:
    country, shared = real
    for annex in cases(country).values():
        check_page(compose(annex, shared, paper))
