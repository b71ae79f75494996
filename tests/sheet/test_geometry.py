"""The page itself: nothing overlaps, nothing leaves its frame, no type is too small, whatever the month."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
import shapely
import sheet_specs as specs

from pipeline import palette
from pipeline.annexes.model import Annex, Areas, BarRow, BarTable, Label, Labels, Symbols, Zones
from pipeline.geography.country import Country
from pipeline.sheet.draw import compose_all
from pipeline.sheet.ground import Shared, fit, prepare
from pipeline.sheet.marks import MM_PER_PT, Box, Shape, Text, printable, wrap
from pipeline.sheet.page import inset_title
from pipeline.sheet.panels import bar_block, spread, strip_block
from pipeline.sheet.symbols import Canvas

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


PAPER = ("A4-paysage", "A3-paysage", "A4-portrait", "colonne")
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
    assert wide != 160.0 or tall <= 230.0, "a document's page would shrink it"
    texts = canvas.texts
    for text in texts:
        assert text.size >= 6.5, text
        x0, y0, x1, y1 = ink(text)
        inside = min(x0, y0, wide - x1, tall - y1)
        assert inside >= (0.3 if wide == 160.0 else 3.5), f"leaves the page: {text}"
    boxes = [shapely.box(*ink(text)) for text in texts]
    for one, other in shapely.STRtree(boxes).query(boxes, predicate="intersects").T:
        assert one >= other or boxes[one].touches(boxes[other]), f"{texts[one]} / {texts[other]}"
    check_map(canvas)


def check_map(canvas: Canvas) -> None:
    symbols = [thing for thing in canvas.placed if thing.kind == "symbol"]
    for one, other in combinations(symbols, 2):
        (a, b), (c, d) = middle(one.box), middle(other.box)
        reach = (one.box[2] - one.box[0] + other.box[2] - other.box[0]) / 2
        assert math.dist((a, b), (c, d)) >= reach - 0.03, f"{one} / {other}"
    labels = [thing for thing in canvas.placed if thing.kind == "label"]
    for one, other in combinations(labels, 2):
        assert not overlap(one.box, other.box), f"{one} / {other}"
    for label in labels:
        for symbol in symbols:
            assert not overlap(label.box, symbol.box), f"{label} / {symbol}"
    for thing in (*labels, *symbols):
        homes = [frame for frame in canvas.frames.values() if frame.holds(thing.box)]
        assert homes, f"leaves its frame: {thing}"
    if "main" not in canvas.frames:
        return
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
    for page in compose_all(CASES[case], SHARED, paper):
        check_page(page)


@pytest.mark.parametrize("number", [1, 2, 3, 5, 6])
def test_the_cercles_country_makes_as_good_a_page(number: int) -> None:
    country = specs.small_country(by_cercle=True)
    annex = getattr(specs, f"annex{number}")(country)
    annex = replace(annex, meta=replace(annex.meta, approximate=True))
    canvas = specs.first_page(annex, prepare(country))
    check_page(canvas)
    assert any("LIMITES APPROCHÉES" in text.text for text in canvas.texts)


@pytest.fixture(scope="module")
def real(mirror) -> tuple[Country, Shared]:
    country = specs.real_country(mirror)
    return country, prepare(country)


@pytest.mark.slow
@pytest.mark.parametrize("paper", PAPER)
def test_the_real_country_in_ordinary_and_hard_months(real: tuple[Country, Shared], paper: str) -> None:
    country, shared = real
    for annex in cases(country).values():
        check_page(specs.first_page(annex, shared, paper))


STEPPED = specs.stepped_country()
STEPPED_SHARED = prepare(STEPPED)
STEPPED_CASES = cases(STEPPED)


@pytest.mark.parametrize("paper", PAPER)
def test_pages_with_insets_in_ordinary_and_hard_months(paper: str) -> None:
    """The made-up country that leaves its corners free has the layout of Mali, whatever is at hand."""
    insets = 0
    for annex in STEPPED_CASES.values():
        canvas = specs.first_page(annex, STEPPED_SHARED, paper)
        check_page(canvas)
        insets += "inset" in canvas.frames
    assert insets > 10


def entries(annex: Annex) -> dict[str, tuple[str, str]]:
    """What a legend must hold: key -> colour, kind of sign."""
    found: dict[str, tuple[str, str]] = {}
    for layer in (*annex.layers, *(panel.areas for panel in annex.panels[-1:])):
        if isinstance(layer, Areas):
            found |= {entry.key: (entry.colour, "area") for entry in layer.classes}
        elif isinstance(layer, Symbols):
            found |= {key.key: (key.colour, "sign") for key in layer.keys}
    return found


@pytest.mark.parametrize("paper", PAPER)
@pytest.mark.parametrize(
    "case", ["incidents", "alertes", "risque", "couverture", "sept partenaires", "six mois"]
)
def test_every_sign_on_the_map_is_in_the_legend_and_every_entry_is_explained(case: str, paper: str) -> None:
    annex = STEPPED_CASES[case]
    canvas = specs.first_page(annex, STEPPED_SHARED, paper)
    wanted = entries(annex)
    swatches = {thing.key: thing.colour for thing in canvas.placed if thing.kind == "swatch"}
    for key, (colour, _) in wanted.items():
        assert swatches.get(key) == colour, f"{key} is missing from the legend, or has another colour there"
    drawn = {colour for colours in canvas.colours.values() for colour in colours.values()}
    assert drawn <= {colour for colour, kind in wanted.values() if kind == "area"}
    signs = {thing.colour for thing in canvas.placed if thing.kind == "symbol" and thing.colour}
    assert signs <= set(wanted)
    said = " ".join(text.text for text in canvas.texts)
    for layer in (*annex.layers, *(panel.areas for panel in annex.panels[-1:])):
        if isinstance(layer, Areas):
            # An empty class stays, and its count says that none occurs.
            for entry in layer.classes:
                assert entry.label.split(" ")[0] in said
                occurs = any(
                    colour == entry.colour
                    for colours in canvas.colours.values()
                    for colour in colours.values()
                )
                framed = [p for p in layer.values if p[:4] in annex.regions]
                assert occurs or not sum(layer.values[p].class_key == entry.key for p in framed)


@pytest.mark.parametrize("paper", PAPER)
def test_the_scale_bar_of_each_page_is_true_at_the_middle_of_its_map(paper: str) -> None:
    """Within half a percent of the geodesic, on the main map and in the inset, read from the page itself."""
    for case in ("incidents", "alertes", "six mois"):
        canvas = specs.first_page(STEPPED_CASES[case], STEPPED_SHARED, paper)
        bars = [thing for thing in canvas.placed if thing.kind == "scale"]
        assert bars
        for bar in bars:
            inset = canvas.frames["inset"]
            frame = inset if inset.holds(bar.box) else canvas.frames["main"]
            x, y = middle(frame.box)
            half = (bar.box[2] - bar.box[0]) / 2
            assert specs.kilometres(frame, (x - half, y), (x + half, y)) == pytest.approx(
                float(bar.key), rel=0.005
            )


def test_a_place_known_as_an_area_is_never_a_sign_on_the_map() -> None:
    """To the cercle: hatched, its number inside it; to the region: beside the region's name; not known: a box off the
    map. Every number of the list stands somewhere on the page besides the list."""
    for case in ("alertes", "60 alertes", "noms de 60 caractères"):
        annex = STEPPED_CASES[case]
        zones = [zone for layer in annex.layers if isinstance(layer, Zones) for zone in layer.items]
        assert zones
        for paper in PAPER:
            canvas = specs.first_page(annex, STEPPED_SHARED, paper)
            signs = {thing.key for thing in canvas.placed if thing.kind == "symbol"}
            assert not signs & {zone.id for zone in zones}
            said = [text.text for text in canvas.texts if text.role in ("number", "label")]
            for zone in zones:
                number = f"{zone.number} ×{zone.count}" if zone.count > 1 else zone.number
                if zone.level != "cercle" or zone.pcode[:4] in annex.regions:
                    assert any(number in text for text in said), (case, paper, zone)
            tags = [thing.box for thing in canvas.placed if thing.kind == "tag"]
            cercles = {z.pcode for z in zones if z.level == "cercle"}
            shapes = STEPPED_SHARED.polygons[STEPPED_SHARED.cercle_areas(tuple(cercles))]
            for box in tags:
                frame = next(f for f in canvas.frames.values() if f.holds(box))
                ground = frame.ground(np.array([middle(box)]))[0]
                assert shapely.distance(shapely.union_all(shapes), shapely.Point(ground)) < 0.1


@pytest.mark.parametrize("paper", PAPER)
def test_arrowheads_are_drawn_over_the_markers_and_end_outside_them(paper: str) -> None:
    canvas = specs.first_page(STEPPED_CASES["60 alertes"], STEPPED_SHARED, paper)
    symbols = [thing.box for thing in canvas.placed if thing.kind == "symbol"]
    heads = [mark for mark in canvas.marks if isinstance(mark, Shape) and mark.fill == palette.FLOW
             and len(mark.path.vertices) == 4]  # fmt: skip
    assert heads
    for head in heads:
        x, y = head.path.vertices[1]
        assert canvas.frames[head.clip].shows(np.array([[x, y]]))[0], "hidden"
        for box in symbols:
            assert math.dist((x, y), middle(box)) > 2.3, "on a marker"
    shapes = [shapely.Polygon(head.path.vertices) for head in heads]
    last = max(n for n, mark in enumerate(canvas.marks) if any(mark is head for head in heads))
    hidden = [mark.text for mark in canvas.marks[:last] if isinstance(mark, Text) and mark.role == "number"
              and any(shape.intersects(shapely.box(*ink(mark))) for shape in shapes)]  # fmt: skip
    assert not hidden, "a number of a marker under an arrowhead"


@pytest.mark.parametrize("case", ["60 alertes", "douze mois"])
def test_a_list_that_runs_on_stands_beside_the_enlargement_with_its_legend(case: str) -> None:
    """A further page was a few lines at its head, their numbers on the sheet before; and the inset of that had shrunk,
    for the list's sake, below the scale of the map that it enlarges."""
    annex = STEPPED_CASES[case]
    moved = next(v for v in (annex.movers * 40)) if annex.movers else None
    if moved is not None:
        annex = replace(annex, movers=tuple(replace(moved, number=str(n)) for n in range(1, 61)))
    again = 0
    for paper in ("A4-paysage", "A3-paysage", "A4-portrait"):
        pages = compose_all(annex, STEPPED_SHARED, paper)
        if len(pages) < 2:
            continue
        main, inset = (pages[0].frames.get(name) for name in ("main", "inset"))
        assert inset is None or main.scale / inset.scale >= 1.2, (case, paper)
        last = pages[-1]
        check_page(last)
        if inset is not None and "inset" in last.frames:
            assert last.frames["inset"].scale < inset.scale, (case, paper)
            assert any(thing.kind == "swatch" for thing in last.placed), "a map without a legend"
            again += 1
    assert again


def test_what_stands_alone_under_the_maps_has_their_whole_width() -> None:
    """In an upright page a table stood in the right column beside nothing."""
    box = Box(50.0, 20.0)
    assert [part[1] for part in spread([box], 2, 3.0, 50.0, 5.0).parts] in ([0.0], [0.0, 55.0])
    for case in ("incidents", "risque"):
        canvas = specs.first_page(STEPPED_CASES[case], STEPPED_SHARED, "A4-portrait")
        low = min(frame.box[1] for frame in canvas.frames.values())
        heads = [text.x for text in canvas.texts if text.role == "heading" and text.y < low]
        assert not heads or min(heads) < 10.0, (case, heads)


def test_bars_have_room_beside_their_figures_at_every_size_of_type() -> None:
    """On a page with much room its larger figures took all of it, and no bar was left."""
    annex = specs.annex3(STEPPED)
    table = replace(annex.bars[0], columns=("Total", "Aggravées", "Améliorées"))
    table = replace(table, rows=tuple(replace(row, texts=("19", "–", "–")) for row in table.rows))
    for k in (0.86, 1.0, 1.2, 1.3):
        bars = [thing.box for thing in bar_block(table, 75.0, k).placed if thing.kind == "bar"]
        assert max(box[2] for box in bars) - min(box[0] for box in bars) >= 0.15 * 75.0, k


def test_the_name_of_the_inset_is_a_name_and_no_list() -> None:
    codes = tuple(STEPPED.cercles["pcode"])
    all_of_it = fit("inset", STEPPED_SHARED.bounds, (0.0, 0.0, 100.0, 100.0))
    few, many = (
        inset_title(
            replace(specs.annex1(STEPPED), inset_cercles=codes[:n]), STEPPED_SHARED, all_of_it, 300.0, 7.0
        )
        for n in (2, 9)
    )
    assert re.match(r"Agrandissement\s: cercles d[e’].* et ", few)
    assert len(codes[:9]) > 4
    assert re.match(r"Agrandissement\s: régions? d[e’]", many)


def test_no_line_begins_with_a_mark_that_french_sets_apart() -> None:
    told = "Indice : somme de questions posées à des informateurs ; « il ne repose » pas sur 41 % des faits !"
    for width in range(12, 90):
        for row in wrap(printable(told), float(width), 6.5):
            assert row[0] not in ";:!?%»", (width, row)
            assert row[-1] != "«", (width, row)


def test_a_single_month_is_shown_once() -> None:
    for paper in PAPER:
        canvas = specs.first_page(STEPPED_CASES["un mois"], STEPPED_SHARED, paper)
        assert not [name for name in canvas.frames if name.startswith("panel")]


def test_names_keep_off_the_edge_of_the_inset(real: tuple[Country, Shared]) -> None:
    country, shared = real
    for annex in (specs.annex1(country), specs.annex3(country), specs.annex5(country)):
        canvas = specs.first_page(annex, shared)
        low, high = canvas.frames["main"].page(
            np.array([canvas.frames["inset"].bounds[:2], canvas.frames["inset"].bounds[2:]])
        )
        edge = shapely.box(*low, *high).exterior.buffer(0.5)
        for text in canvas.texts:
            if text.role == "label" and canvas.frames["main"].holds(ink(text)):
                assert not edge.intersects(shapely.box(*ink(text))), text.text


def test_a_village_that_may_be_named_is_named_beside_its_sign() -> None:
    annex = specs.annex2(STEPPED, 3)
    symbols = next(layer for layer in annex.layers if isinstance(layer, Symbols))
    villages = tuple(
        Label(f"Village {n}", item.longitude, item.latitude, "village", 0)
        for n, item in enumerate(symbols.items[:1])
    )
    canvas = specs.first_page(
        replace(annex, layers=(*annex.layers, Labels("villages", villages))), STEPPED_SHARED
    )
    check_page(canvas)
    named = [text for text in canvas.texts if text.text == "Village 0"]
    signs = [
        thing.box for thing in canvas.placed if thing.kind == "symbol" and thing.key == symbols.items[0].id
    ]
    assert named
    for text in named:
        x, y = text.x + text.width / 2, text.y
        nearest = min(math.dist((x, y), middle(box)) for box in signs)
        assert nearest < text.width / 2 + 10


@pytest.mark.parametrize("case", ["alertes", "risque"])
def test_signs_and_numbers_grow_with_the_paper(case: str) -> None:
    """A3 is read from further away: markers, tags and the numbers in them are larger there, as the type is."""

    def sizes(paper: str) -> dict[str, float]:
        canvas = specs.first_page(STEPPED_CASES[case], STEPPED_SHARED, paper)
        numbers = [text.size for text in canvas.texts if text.role == "number"]
        halos = [text.halo for text in canvas.texts if text.role == "label"]
        boxes = [thing.box for thing in canvas.placed if thing.kind in ("symbol", "tag")]
        return {"number": max(numbers), "sign": max(x1 - x0 for x0, _, x1, _ in boxes), "halo": max(halos)}

    small, large = sizes("A4-paysage"), sizes("A3-paysage")
    assert all(large[key] >= 1.2 * small[key] for key in small), (small, large)


def test_a_strip_of_many_regions_leaves_out_the_levels_that_a_region_never_has() -> None:
    keys = tuple((f"r{n}", f"Niveau {n}", "#000000") for n in (1, 2, 3, 4))

    def strip(groups: int) -> tuple[float, int]:
        rows = [
            BarRow(
                month, (("r1", 0.0, "0"), ("r2", 3.0, "3"), ("r3", float(n % 2), str(n % 2))), ("3",), f"R{n}"
            )
            for n in range(groups)
            for month in ("Mai", "Juin")
        ]
        box = strip_block(BarTable("Titre", keys, tuple(rows), ("Total",), "communes"), 60.0, 1.0)
        return box.height, sum(placed.kind == "bar" for placed in box.placed)

    (ten, drawn), (eleven, more) = strip(10), strip(11)
    assert eleven < ten * 0.6
    assert (drawn, more) == (2 * 15, 2 * 16), "every figure above zero stays"
