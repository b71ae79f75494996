"""The geometry of a page: whole, once, and the same every time."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from pipeline.web import prepare
from pipeline.web.payload import GRID, TOLERANCE, VLQ, vlq


def numbers(text: str) -> list[int]:
    """Reads back what `vlq` writes."""
    out, value, shift = [], 0, 0
    for letter in text:
        digit = VLQ.index(letter)
        value += (digit & 31) << shift
        shift += 5
        if not digit & 32:
            out.append(-(value >> 1) if value & 1 else value >> 1)
            value = shift = 0
    return out


def shapes(document: dict[str, Any]) -> list[Any]:
    """The areas that a page will draw, as polygons in degrees (rings by the even-odd rule)."""
    kx, ky, x0, y0 = document["transform"]
    arcs = []
    for text in document["arcs"]:
        steps, x, y, arc = numbers(text), 0, 0, []
        for dx, dy in zip(steps[::2], steps[1::2], strict=True):
            x, y = x + dx, y + dy
            arc.append((x * kx + x0, y * ky + y0))
        arcs.append(arc)
    found = []
    for rings in document["areas"]["rings"]:
        area = shapely.Polygon()
        for text in rings:
            reference, ring = 0, []
            for step in numbers(text):
                reference += step
                arc = arcs[reference] if reference >= 0 else arcs[~reference][::-1]
                assert not ring or ring[-1] == arc[0]
                ring += arc if not ring else arc[1:]
            area = area.symmetric_difference(shapely.make_valid(shapely.Polygon(ring)))
        found.append(area)
    return found


@given(st.lists(st.integers(-(2**30), 2**30)))
def test_numbers_survive_the_writing(values: list[int]) -> None:
    assert numbers(vlq(values)) == values


def test_areas_are_those_of_the_country(country: Any) -> None:
    document = json.loads(prepare(country).text)
    drawn = shapes(document)
    assert document["areas"]["pcode"] == list(country.communes["pcode"])
    for area, real in zip(drawn, country.communes.geometry, strict=True):
        assert area.symmetric_difference(real).area < 0.01 * real.area
    # The commune around the enclave keeps its hole, and the enclave fills it.
    by_code = dict(zip(document["areas"]["pcode"], drawn, strict=True))
    assert by_code["ML010102"].intersection(by_code["ML010105"]).area < 0.01
    assert by_code["ML010105"].area > 0.5


def test_a_border_stands_once(country: Any) -> None:
    """Two neighbours name the same arc, one of them backwards."""
    document = json.loads(prepare(country).text)
    segments = []
    for text in document["arcs"]:
        steps, x, y, points = numbers(text), 0, 0, []
        for dx, dy in zip(steps[::2], steps[1::2], strict=True):
            x, y = x + dx, y + dy
            points.append((x, y))
        segments += [frozenset(pair) for pair in pairwise(points)]
    assert len(segments) == len(set(segments))


def test_without_communes_the_areas_are_cercles(cercles_country: Any) -> None:
    shared = prepare(cercles_country)
    document = json.loads(shared.text)
    assert shared.level == document["level"] == "cercle"
    assert shared.areas == shared.cercles
    assert len(shapes(document)) == len(cercles_country.cercles)
    with pytest.raises(ValueError, match="commune"):
        shared.order("commune")


def test_the_same_country_gives_the_same_text(country: Any) -> None:
    assert prepare(country) == prepare(country)


def test_mali_is_whole_and_short(mirror_country: Any) -> None:
    shared = prepare(mirror_country)
    drawn = shapes(json.loads(shared.text))
    assert len(shared.text.encode()) < 150_000
    assert len(drawn) == 701
    whole = mirror_country.pays.union_all()
    covered = shapely.union_all(drawn, grid_size=1e-6)
    assert covered.symmetric_difference(whole).area < 0.001 * whole.area
    # No commune moves by more than the tolerance allows, none overlaps another.
    assert sum(area.area for area in drawn) == pytest.approx(covered.area, rel=1e-4)
    step = 20 / GRID
    for area, real in list(zip(drawn, mirror_country.communes.geometry, strict=True))[::25]:
        assert area.hausdorff_distance(real) < 10 * TOLERANCE + step
