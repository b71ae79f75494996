"""The tables of the divisions hold together, and carry units across without a guess."""

from __future__ import annotations

from datetime import date

import pytest

from pipeline.errors import InputError
from pipeline.geography.divisions import CERTAINTIES, CORRECTION_COLUMNS, KEYS, division, in_force, lineage


def test_the_units_of_each_division_are_all_there_and_nest():
    counts = {
        key: [len(division(key).level(level)) for level in ("région", "cercle", "commune")] for key in KEYS
    }
    assert counts == {"2021": [10, 53, 701], "2025": [20, 160, 814]}
    for key in KEYS:
        for unit in division(key).units.values():
            above = division(key).unit(unit.parent)
            expected = {"région": None, "cercle": "région", "commune": "cercle"}[unit.level]
            assert (above.level if above else None) == expected, unit
            assert unit.name
            assert unit.name not in unit.others


def test_every_commune_of_2021_has_one_line_to_cercles_that_exist():
    lines = lineage().lines
    assert list(lines) == [unit.code for unit in division("2021").level("commune")]
    cercles = {unit.code for unit in division("2025").level("cercle")}
    communes = [code for line in lines.values() for code in line.communes]
    assert len(communes) == len(set(communes)), "no commune of 2025 comes from two"
    for line in lines.values():
        assert {line.cercle, *line.shared} <= cercles
        assert line.cercle not in line.shared
        assert line.certainty in CERTAINTIES
        assert line.evidence
        for code in set(line.communes) - {"ML-C07090201"}:  # Indélimane: its village, 1 km out of Talataye
            assert division("2025").above(code, "cercle").code in {line.cercle, *line.shared}, line
    certain = [line.certainty for line in lines.values()]
    assert [certain.count(one) for one in CERTAINTIES] == [674, 20, 7]


def test_codes_of_the_two_divisions_collide_so_none_is_read_without_its_division():
    old, new = (division(key) for key in KEYS)
    cercles = [unit.code for unit in old.level("cercle")]
    assert all(new.unit(code) for code in cercles)
    moved = [code for code in cercles if lineage().in_2025(code).unit.name != new.unit(code).name]
    assert len(moved) >= 42
    assert (old.unit("ML0501").name, new.unit("ML0501").name) == ("Bandiagara", "Mopti")


@pytest.mark.parametrize(
    ("code", "within"),
    [
        ("ML0410", "ML0406"),  # Markala: all of it in the old cercle Ségou
        ("ML1704", "ML04"),  # Yangasso: over the old Bla and San, so the region
        ("ML1907", "ML0501"),  # Sangha: one commune, but a cercle is told as a cercle
        ("ML0713", "ML07"),  # Ersane: no commune known, so the old region
        ("ML0408", None),  # Nampala: out of Ségou and Mopti
        ("ML09", "ML06"),  # Taoudenni: Salam of Tombouctou
        ("ML20", None),  # Bamako: six communes of Kati may have come to it
    ],
)
def test_a_unit_of_2025_is_told_by_the_smallest_of_2021_that_holds_it(code: str, within: str | None):
    found = lineage().in_2021(code)
    assert (found.within.code if found.within else None) == within


@pytest.mark.parametrize(
    ("code", "within", "certainty"),
    [
        ("ML0501", "ML19", "sûr"),  # cercle Bandiagara: now a region
        ("ML050704", "ML0408", "probable"),  # Kareri went to Ségou
        ("ML05", None, "probable"),  # Mopti: four regions
        ("ML080203", "ML08", "probable"),  # Kidal is shared by two cercles of Kidal
        ("ML060505", "ML09", "à vérifier"),
    ],
)
def test_a_unit_of_2021_is_told_by_the_smallest_of_2025(code: str, within: str | None, certainty: str):
    found = lineage().in_2025(code)
    assert (found.within.code if found.within else None, found.certainty) == (within, certainty)


def test_there_and_back_never_leaves_the_unit():
    """What holds the whole of a unit holds each of the communes that the lineage gives it."""
    for key, tell in (("2021", lineage().in_2025), ("2025", lineage().in_2021)):
        other = division("2025" if key == "2021" else "2021")
        for unit in division(key).units.values():
            found = tell(unit.code)
            for line in found.lines if found.within else ():
                ends = [line.commune] if other.key == "2021" else [line.cercle]
                assert all(other.above(end, found.within.level) == found.within for end in ends), unit


def test_names_are_found_in_any_spelling_and_never_chosen_between():
    new = division("2025")
    assert [unit.code for unit in new.named("nioro DU sahel")] == ["ML11", "ML1101"]
    assert {unit.level for unit in new.named("mopti")} == {"région", "cercle", "commune"}
    assert len(new.named("Baye", "commune")) == 2
    assert not new.named("Nulle part")


def test_the_law_of_march_2023_divides_the_months():
    assert in_force(date(2023, 3, 12)) == "2021"
    assert in_force(date(2023, 3, 31)) == "2025"
    assert in_force(date(2010, 1, 1)) == "2021"


def _row(**values: str) -> dict[str, str]:
    given = dict.fromkeys(CORRECTION_COLUMNS, "")
    good = {"commune_2021": "ML060505", "cercle_2025": "ML0902", "certitude": "probable"}
    return given | good | {"decide_par": "A. Traoré", "decide_le": "2026-11-20", "note": "préfet"} | values


def test_the_officer_replaces_a_line_and_says_who_and_when():
    found = lineage().corrected([_row(autres_cercles="ML0901|ML0902")])
    line = found.line("ML060505")
    assert (line.cercle, line.shared, line.decided_by) == ("ML0902", ("ML0901",), "A. Traoré")
    assert lineage().line("ML060505").cercle == "ML0904", "the project's own lines stay"


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"commune_2021": "ML99"}, "commune de 2021"),
        ({"cercle_2025": "ML0199"}, "cercle de 2025"),
        ({"autres_cercles": "ML0901|Salam"}, "Salam"),
        ({"certitude": "certain"}, "à vérifier"),
        ({"decide_par": ""}, "decide_par"),
        ({"decide_le": "hier"}, "decide_le"),
    ],
)
def test_a_correction_that_cannot_be_relied_on_is_refused_with_its_row(wrong: dict[str, str], word: str):
    with pytest.raises(InputError) as error:
        lineage().corrected([_row(**wrong)])
    assert "ligne 2" in error.value.problem
    assert word in str(error.value)
    with pytest.raises(InputError, match="y est déjà"):
        lineage().corrected([_row(), _row()])
