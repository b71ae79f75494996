"""What was shared is remembered: a month that tells otherwise is refused until its difference was read."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from pipeline import register
from pipeline.commands import share
from pipeline.errors import DisclosureError, InputError
from pipeline.geography.country import Country
from tests.helpers import office
from tests.helpers.months import JUNE, MAY


def pack(room: Path, correction: str = "") -> None:
    share(office.order(room, JUNE, "partenaires", ()), None, lambda line: None, correction, "Awa")


@pytest.fixture(scope="module")
def room(small_country: Country, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """June shared once with partners."""
    folder = office.office(tmp_path_factory.mktemp("bureau") / "projet", small_country)
    office.build(folder, annexes=(4,))
    pack(folder)
    return folder


def test_the_register_says_what_left_and_holds_no_row(room: Path) -> None:
    text = (room / "registre" / register.NAME).read_text("utf-8")
    (entry,) = register.shared(room / "registre")
    assert (entry.month, entry.audience, entry.version, entry.by) == (str(JUNE), "partenaires", 1, "Awa")
    assert entry.produced_on == "2021-07-15"
    assert office.VILLAGE not in text
    assert "2021-06-0003" not in text
    with zipfile.ZipFile(room / "outputs" / str(JUNE) / "partage" / entry.archive) as archive:
        assert not [name for name in archive.namelist() if "registre" in name or "cle" in name]
        key = (room / "registre" / "cle").read_text("ascii").strip().encode()
        assert all(key not in archive.read(name) for name in archive.namelist())


def test_the_same_month_again_is_the_same_version(room: Path) -> None:
    pack(room)
    assert {entry.version for entry in register.shared(room / "registre")} == {1}


@pytest.mark.parametrize("month", [MAY, JUNE])
def test_one_row_more_is_refused_until_it_was_read(
    small_country: Country, tmp_path: Path, month: object
) -> None:
    folder = office.office(tmp_path / "projet", small_country)
    office.build(folder, annexes=(4,))
    pack(folder)
    first = (folder / "registre" / register.NAME).read_bytes()
    office.late(folder, month, office.row(month, 900, "ML050401", "B"))
    office.build(folder, annexes=(4,))
    with pytest.raises(DisclosureError) as raised:
        pack(folder)
    assert "déjà partagés" in raised.value.problem
    assert str(month) in raised.value.problem
    if month is JUNE:
        assert "Douentza (ML0504" in raised.value.problem
        assert "désignerait une personne" in raised.value.consequence
        with pytest.raises(DisclosureError, match="déjà partagés"):
            pack(folder, "oui")  # one row: gathered until there are five
    pack(folder, "urgent")
    assert (folder / "registre" / register.NAME).read_bytes().startswith(first)
    last = register.shared(folder / "registre")[-1]
    assert (last.version, last.archive) == (2, f"cartes-protection-mali-{JUNE}-partenaires-v2.zip")
    shelf = folder / "outputs" / str(JUNE) / "partage"
    assert (shelf / f"cartes-protection-mali-{JUNE}-partenaires.zip").is_file()
    with zipfile.ZipFile(shelf / last.archive) as archive:
        erratum = archive.read("ERRATUM.txt").decode()
    assert "version 2" in erratum
    assert "ML0504" not in erratum


def test_a_register_that_does_not_read_stops_the_archive(room: Path, tmp_path: Path) -> None:
    (tmp_path / register.NAME).write_text(json.dumps({"month": "2021-06"}) + "\n", "utf-8")
    with pytest.raises(InputError, match="ne se lit pas"):
        register.shared(tmp_path)
