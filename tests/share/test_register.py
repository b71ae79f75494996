"""What was shared is remembered: a month is told again as it left, until a correction was read and decided."""

from __future__ import annotations

import csv
import json
import os
import random
import shutil
import threading
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline import register
from pipeline.commands import bilan, correction_word, registry_of, share
from pipeline.disclosure.office import office_key
from pipeline.disclosure.publish import differences, told_months
from pipeline.disclosure.published import Published
from pipeline.errors import DisclosureError, InputError
from pipeline.french import Month
from pipeline.geography import store
from pipeline.geography.country import Country
from pipeline.runner import month_of, run, stage_of
from pipeline.scan.content import content_of
from tests.helpers import office
from tests.helpers.months import JUNE, MAY

PARTNERS, PUBLIC = "partenaires", "public"
ONE_MORE = office.row(JUNE, 900, "ML050401", "B")
CLEAR = ("regions", "categories", "accounts", "incident_list", "repeats", "first_told", "left")
"""What a later month's outputs may tell otherwise of one that left: totals that the bulletin prints, and the list that is
then told by region."""


def pack(room: Path, correction: str = "", audience: str = PARTNERS, month: Month = JUNE) -> list[str]:
    said: list[str] = []
    share(office.order(room, month, audience, ()), None, said.append, correction, "Awa")
    return said


def correct(room: Path, word: str, month: Month = JUNE) -> None:
    """make CORRECTIF=, the annexes that are fast to draw."""
    run(replace(office.order(room, month, PARTNERS, (1, 4)), correction=word, by="Awa"), lambda line: None)


def files(folder: Path) -> dict[str, bytes]:
    """All that leaves but the manifest, which tells the checksums of the tables read."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "manifest.json"}


def published(room: Path, audience: str, month: Month = JUNE, registry: str = "registre") -> Published:
    asked = replace(office.order(room, month, audience, ()), registry=room / registry)
    country, data = month_of(asked)
    return stage_of(asked, data, country).published


def leave(room: Path, audience: str, month: Month = JUNE) -> Published:
    """The month enters the register as its archive would."""
    asked = office.order(room, month, audience, ())
    country, data = month_of(asked)
    told = stage_of(asked, data, country).published
    before = register.shared(asked.registry)
    kept = told_months(
        told, data.indicators, office_key(asked.registry / "cle"), register.memory(before, audience)
    )
    entry = register.SharedMonth(
        str(month),
        audience,
        1,
        "2021-07-15",
        country.division or "",
        "Awa",
        f"{audience}-{month}.zip",
        "",
        kept,
    )
    register.enter(asked.registry, entry, len(before))
    return told


@pytest.fixture(scope="module")
def shared_june(small_country: Country, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """June shared once with partners. Not to be changed."""
    folder = office.office(tmp_path_factory.mktemp("bureau") / "projet", small_country)
    office.build(folder, annexes=(1, 4))
    pack(folder)
    return folder


@pytest.fixture
def room(shared_june: Path, tmp_path: Path) -> Path:
    """A copy of one's own."""
    return Path(shutil.copytree(shared_june, tmp_path / "projet"))


def test_the_register_says_what_left_and_holds_no_row(shared_june: Path) -> None:
    text = (shared_june / "registre" / register.NAME).read_text("utf-8")
    (entry,) = register.shared(shared_june / "registre")
    assert (entry.month, entry.audience, entry.version, entry.by) == (str(JUNE), PARTNERS, 1, "Awa")
    assert entry.produced_on == "2021-07-15"
    assert office.VILLAGE not in text
    assert "2021-06-0003" not in text
    with zipfile.ZipFile(shared_june / "outputs" / str(JUNE) / "partage" / entry.archive) as archive:
        assert not [name for name in archive.namelist() if "registre" in name or "cle" in name]
        key = (shared_june / "registre" / "cle").read_text("ascii").strip().encode()
        assert all(key not in archive.read(name) for name in archive.namelist())


def test_the_same_month_again_stands_and_nothing_is_written(room: Path) -> None:
    shelf = room / "outputs" / str(JUNE) / "partage"
    line, archive = (room / "registre" / register.NAME).read_bytes(), next(shelf.iterdir())
    first, date = archive.read_bytes(), archive.stat().st_mtime_ns
    assert "version 1" in pack(room)[-1]
    assert (archive.read_bytes(), archive.stat().st_mtime_ns) == (first, date)
    assert (room / "registre" / register.NAME).read_bytes() == line
    archive.unlink()
    pack(room)
    assert archive.read_bytes() == first, "made again, the same byte for byte"
    assert (room / "registre" / register.NAME).read_bytes() == line


def test_more_files_with_the_same_figures_are_another_edition(room: Path) -> None:
    shelf = room / "outputs" / str(JUNE) / "partage"
    first = next(shelf.iterdir()).read_bytes()
    office.build(room, annexes=(1, 3, 4))
    said = pack(room)
    assert any("Édition 2 de la version 1" in line and "annexe-3" in line for line in said)
    assert {path.name for path in shelf.iterdir()} == {
        "cartes-protection-mali-2021-06-partenaires.zip",
        "cartes-protection-mali-2021-06-partenaires-edition-2.zip",
    }
    assert (shelf / "cartes-protection-mali-2021-06-partenaires.zip").read_bytes() == first
    with zipfile.ZipFile(shelf / "cartes-protection-mali-2021-06-partenaires-edition-2.zip") as archive:
        notice = archive.read("LISEZMOI.txt").decode()
    assert "les violations de juin 2021 y sont les mêmes" in notice
    assert "annexe-3-indice-risque.png" in notice


def test_an_archive_that_was_changed_is_not_written_over(room: Path) -> None:
    archive = next((room / "outputs" / str(JUNE) / "partage").iterdir())
    archive.write_bytes(archive.read_bytes() + b"x")
    with pytest.raises(DisclosureError, match="n’est plus l’archive inscrite"):
        pack(room)


def test_make_repeats_what_was_told_and_says_what_it_would_reveal(room: Path) -> None:
    folder = room / "outputs" / str(JUNE) / PARTNERS
    before = files(folder)
    office.late(room, JUNE, ONE_MORE)
    _, said = office.build(room, annexes=(1, 4))
    assert files(folder) == before
    (line,) = [line for line in said if line.startswith("Attention : juin 2021 a déjà été partagé")]
    for words in ("version 1", "Cette correction désignerait une personne", "Douentza (ML050401) : 14 puis 15",
                  "CORRECTIF=urgent"):  # fmt: skip
        assert words in line
    assert "version 1" in pack(room)[-1], "what is told is what left: there is nothing to refuse"
    with pytest.raises(InputError, match="redisent la version 1"):
        pack(room, "urgent")


def test_a_row_put_back_is_no_correction(room: Path) -> None:
    path = room / "inputs" / str(JUNE) / "incidents.csv"
    text = path.read_text("utf-8")
    office.late(room, JUNE, ONE_MORE)
    assert published(room, PARTNERS).repeats[JUNE].moved == 1
    path.write_text(text, "utf-8")
    assert not published(room, PARTNERS).repeats


def test_a_correction_is_a_version_with_its_erratum(room: Path) -> None:
    first = (room / "registre" / register.NAME).read_bytes()
    office.late(room, JUNE, ONE_MORE)
    with pytest.raises(DisclosureError) as raised:
        correct(room, "oui")
    assert "Douentza (ML050401) : 14 puis 15" in raised.value.problem
    assert "désignerait une personne" in raised.value.consequence
    assert "au moins 5 lignes" in raised.value.fix
    correct(room, "urgent")
    with pytest.raises(DisclosureError, match="ses lignes ont changé"):
        pack(room)
    with pytest.raises(DisclosureError, match="ses lignes ont changé"):
        pack(room, "oui")
    pack(room, "urgent")
    assert (room / "registre" / register.NAME).read_bytes().startswith(first)
    last = register.shared(room / "registre")[-1]
    assert (last.version, last.correction, last.by) == (2, "urgent", "Awa")
    assert last.archive == f"cartes-protection-mali-{JUNE}-partenaires-v2.zip"
    shelf = room / "outputs" / str(JUNE) / "partage"
    assert len(list(shelf.iterdir())) == 2
    with zipfile.ZipFile(shelf / last.archive) as archive:
        found = {name: archive.read(name) for name in archive.namelist()}
    assert "erratum.html" in found["LISEZMOI.txt"].decode()
    folder = room / "outputs" / str(JUNE) / PARTNERS
    for name in ("erratum.html", "erratum.pdf"):
        text = " ".join(piece.text for piece in content_of(folder / name).pieces)
        for words in ("version 2", "15 juillet 2021", "Awa", "Mopti", "53", "54", "Ne pas comparer"):
            assert words in text, (name, words)
        for secret in ("Douentza", "ML0504", "droit à la vie"):
            assert secret not in text, (name, secret)
    index = found["index.html"].decode()
    assert 'href="erratum.html"' in index
    assert "VERSION 2" in index
    # From then on it is the second version that is told again.
    before = files(folder)
    office.late(room, JUNE, ONE_MORE)
    office.build(room, annexes=(4,))
    assert files(folder) == before
    assert "version 2" in pack(room)[-1]


def test_the_day_of_the_version_before_is_not_taken_for_that_of_an_incident(
    small_country: Country, tmp_path: Path
) -> None:
    room = office.office(tmp_path / "projet", small_country)
    asked = replace(office.order(room, JUNE, PARTNERS, (4,)), produced_on="2021-06-20")
    assert ",2021-06-20," in (room / "inputs" / str(JUNE) / "incidents.csv").read_text("utf-8")
    run(asked, lambda line: None)
    share(asked, None, lambda line: None)
    office.late(room, JUNE, *(office.row(JUNE, 900 + n, "ML050401", "B") for n in range(5)))
    again = replace(asked, produced_on="2021-07-05", correction="oui", by="Awa")
    run(again, lambda line: None)  # no day of the month that was told may stop it
    assert "20 juin 2021" in (again.folder / "erratum.html").read_text("utf-8")
    share(again, None, lambda line: None, "oui", "Awa")
    assert register.shared(room / "registre")[-1].version == 2


def test_five_rows_are_told_by_category_too(room: Path) -> None:
    office.late(room, JUNE, *(office.row(JUNE, 900 + n, "ML070202", "E") for n in range(5)))
    correct(room, "oui")
    assert "propriété" in (room / "outputs" / str(JUNE) / PARTNERS / "erratum.html").read_text("utf-8")
    pack(room, "oui")
    assert not office.build(room, annexes=(1, 4))[1][-1].startswith("Attention")
    assert (room / "outputs" / str(JUNE) / PARTNERS / "erratum.html").is_file()


def test_a_correction_of_what_never_left_says_that_there_is_nothing_to_correct(room: Path) -> None:
    for audience, nothing in ((PUBLIC, True), (PARTNERS, False)):
        said: list[str] = []
        run(replace(office.order(room, JUNE, audience, ()), correction="oui", by="Awa"), said.append)
        assert any("CORRECTIF=oui ne change rien" in line for line in said) == nothing


def test_a_correction_is_signed(room: Path) -> None:
    with pytest.raises(InputError, match="sans PAR="):
        correction_word("oui", " ")
    with pytest.raises(InputError, match="valeur connue"):
        correction_word("peut-être", "Awa")


# An attacker who holds every version, of every audience.


Correction = Callable[[list[dict[str, str]], random.Random], None]


def _add(rows: list[dict[str, str]], luck: random.Random) -> None:
    rows.append({**luck.choice(rows), "id": "2021-06-9999"})


def _remove(rows: list[dict[str, str]], luck: random.Random) -> None:
    rows.remove(luck.choice(rows))


def _move(rows: list[dict[str, str]], luck: random.Random) -> None:
    row = luck.choice(rows)
    others = [code for code in office.PLACES if code != row["pcode"]]
    code = luck.choice(others)
    place = zip(("region", "cercle", "commune"), office.PLACES[code], strict=True)
    row.update(place, pcode=code, localite="", latitude="", longitude="")


def _type(rows: list[dict[str, str]], luck: random.Random) -> None:
    luck.choice([row for row in rows if row["type"] == "Assassinat"])["type"] = "Meurtre"


def _profile(rows: list[dict[str, str]], luck: random.Random) -> None:
    row = luck.choice(rows)
    row["sexe"] = "Femme" if row["sexe"] == "Homme" else "Homme"


CORRECTIONS: tuple[Correction, ...] = (_add, _remove, _move, _type, _profile) * 2


def corrected(room: Path, month: Month, correction: Correction, seed: int) -> None:
    path = room / "inputs" / str(month) / "incidents.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    correction(rows, random.Random(seed))
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, office.HEADINGS)
        writer.writeheader()
        writer.writerows(rows)


def told(of: Published, *but: str) -> dict[str, object]:
    found = {name: value for name, value in vars(of).items() if name not in but}
    return {**found, "arrows": {month: boxes for month, boxes in of.arrows.items() if boxes}}


def fine(of: Published, month: Month) -> list[object]:
    """Every figure of a month that the bulletin does not print."""
    return [
        of.areas[month], of.cercles[month], of.region_categories[month], of.cercle_categories, of.breakdowns,
        of.incident_list,
    ]  # fmt: skip


@pytest.fixture(scope="module")
def told_once(
    small_country: Country, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, dict[str, Published]]:
    """May and June left for partners and the public; what June told. Larger than it was, so that much is told."""
    folder = office.office(tmp_path_factory.mktemp("bureau") / "projet", small_country)
    for month in (MAY, JUNE):
        office.late(
            folder,
            month,
            *(office.row(month, 300 + n, code, "B") for n, code in enumerate([*office.PLACES] * 7)),
        )
    found = {audience: leave(folder, audience) for audience in (PARTNERS, PUBLIC)}
    return folder, found


@pytest.mark.parametrize("seed", range(len(CORRECTIONS)))
def test_no_correction_of_one_row_tells_anything_when_the_month_is_made_again(told_once, tmp_path, seed):
    folder, before = told_once
    room = Path(shutil.copytree(folder, tmp_path / "projet"))
    corrected(room, JUNE, CORRECTIONS[seed], seed)
    for audience in (PARTNERS, PUBLIC):
        again = published(room, audience)
        assert told(again, "repeats") == told(before[audience], "repeats")
        assert again.repeats[JUNE].moved == 1


def test_the_same_corrections_are_told_by_their_difference_without_the_register(told_once, tmp_path):
    folder, before = told_once
    seen = 0
    for seed, correction in enumerate(CORRECTIONS):
        room = Path(shutil.copytree(folder, tmp_path / str(seed)))
        corrected(room, JUNE, correction, seed)
        (room / "registre" / register.NAME).unlink()
        seen += fine(published(room, PARTNERS), JUNE) != fine(before[PARTNERS], JUNE)
    assert seen == len(CORRECTIONS)


@pytest.mark.parametrize("seed", range(0, len(CORRECTIONS), 2))
def test_a_later_month_tells_the_earlier_one_as_it_left(told_once, tmp_path, seed):
    """And the month before it, made for the first time once a row has changed, is held to what June told of it."""
    folder, before = told_once
    room = Path(shutil.copytree(folder, tmp_path / "projet"))
    corrected(room, MAY, CORRECTIONS[seed], seed)
    for audience in (PARTNERS, PUBLIC):
        june, may = published(room, audience), published(room, audience, MAY)
        assert told(june, *CLEAR) == told(before[audience], *CLEAR)
        for of in (june, may):
            assert fine(of, MAY)[:3] == fine(before[audience], MAY)[:3]
        assert (may.regions[MAY], may.categories[MAY]) == (
            before[audience].regions[MAY],
            before[audience].categories[MAY],
        )
        assert not may.cercle_categories
        assert not may.breakdowns


@pytest.mark.parametrize(("first", "second"), [(PARTNERS, PUBLIC), (PUBLIC, PARTNERS)])
@pytest.mark.parametrize("seed", [0, 2])
def test_another_audience_is_told_no_more_than_the_first(small_country, tmp_path, first, second, seed):
    room = office.office(tmp_path / "projet", small_country)
    before = leave(room, first)
    corrected(room, JUNE, CORRECTIONS[seed], seed)
    other = published(room, second)
    assert other.repeats[JUNE].moved == 1
    assert (other.regions[JUNE], other.categories[JUNE]) == (before.regions[JUNE], before.categories[JUNE])
    for code, count in other.areas[JUNE].items():
        mine = before.areas[JUNE][code]
        high = count.high if count.state in ("exact", "range") else None
        assert count == mine or (count.low <= mine.low and (high is None or (mine.high or 0) <= high)), code
    assert not other.breakdowns
    assert not other.cercle_categories
    assert told(leave(room, second), "repeats") == told(other, "repeats")
    assert told(published(room, second), "repeats") == told(other, "repeats"), "and from then on as it left"


def test_two_audiences_of_the_same_rows_are_told_all(told_once):
    folder, before = told_once
    assert before[PUBLIC].breakdowns
    assert not published(folder, PUBLIC).repeats


def test_a_month_that_left_on_other_boundaries_is_refused(room: Path, small_country: Country) -> None:
    communes = small_country.communes
    fewer = replace(small_country, communes=communes[communes["pcode"] != "ML050401"])
    store.write(fewer, room / "boundaries" / "mali.gpkg", relief=None)
    with pytest.raises(DisclosureError, match="autres limites"):
        published(room, PARTNERS)


def test_a_month_that_left_in_another_division_is_refused(room: Path) -> None:
    path = room / "registre" / register.NAME
    (entry,) = register.shared(room / "registre")
    path.unlink()
    moved = {month: {**figures, "division": "2025"} for month, figures in entry.told.items()}
    register.enter(room / "registre", replace(entry, told=moved), 0)
    with pytest.raises(DisclosureError, match="division de 2025"):
        published(room, PARTNERS)


def test_a_month_that_lost_its_table_is_refused(room: Path) -> None:
    (room / "inputs" / str(JUNE) / "incidents.csv").unlink()
    with pytest.raises(DisclosureError, match="n’en a plus le tableau"):
        published(room, PARTNERS)


# The register itself: lost, changed, taken away, written by two at once.


def test_a_register_that_does_not_read_stops_all_but_the_office(room: Path) -> None:
    (room / "registre" / register.NAME).write_text(json.dumps({"month": "2021-06"}) + "\n", "utf-8")
    with pytest.raises(InputError, match="ne se lit pas"):
        published(room, PARTNERS)
    published(room, "interne")


@pytest.mark.parametrize("change", ["edit", "drop", "twice", "order"])
def test_a_line_that_was_touched_is_found(room: Path, change: str) -> None:
    leave(room, PUBLIC)
    path = room / "registre" / register.NAME
    first, second = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text(
        {"edit": first.replace('"Awa"', '"Ama"') + second, "drop": second, "twice": first + first + second,
         "order": second + first}[change],
        "utf-8",
    )  # fmt: skip
    with pytest.raises(InputError, match="ligne"):
        register.shared(room / "registre")


def test_a_line_that_a_killed_run_left_half_written_is_none(room: Path) -> None:
    path = room / "registre" / register.NAME
    whole = path.read_bytes()
    path.write_bytes(whole + whole[: len(whole) // 2])
    assert len(register.shared(room / "registre")) == 1
    leave(room, PUBLIC)
    assert path.read_bytes().startswith(whole)
    assert len(register.shared(room / "registre")) == 2
    path.write_bytes(path.read_bytes().rstrip(b"\n"))  # as an editor saves it
    assert len(register.shared(room / "registre")) == 2


def test_of_two_who_share_at_once_one_is_told(room: Path) -> None:
    (entry,) = register.shared(room / "registre")
    failed: list[InputError] = []

    def enter(audience: str) -> None:
        try:
            register.enter(room / "registre", replace(entry, audience=audience), 1)
        except InputError as error:
            failed.append(error)

    threads = [threading.Thread(target=enter, args=(f"public{n}",)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(register.shared(room / "registre")) == 2
    assert len(failed) == 5
    assert "un autre partage" in failed[0].problem


def test_a_lost_register_or_an_older_copy_is_missed(room: Path) -> None:
    shutil.rmtree(room / "registre")
    office.write_key(room)
    for audience in (PARTNERS, PUBLIC):
        with pytest.raises(DisclosureError, match="ne connaît pas"):
            office.build(room, JUNE, audience, annexes=())
        with pytest.raises(DisclosureError, match="ne connaît pas"):
            published(room, audience, MAY)
    with pytest.raises(DisclosureError, match="ne connaît pas"):
        pack(room)
    office.build(room, JUNE, "interne", annexes=())


def test_a_lost_key_is_asked_for_and_a_new_one_is_made_knowingly(room: Path) -> None:
    before = published(room, PARTNERS)
    key = room / "registre" / "cle"
    old = key.read_text("ascii")
    key.unlink()
    with pytest.raises(InputError, match="manque"):
        published(room, PARTNERS)
    assert not key.exists()
    key.touch()
    again = published(room, PARTNERS)
    assert key.read_text("ascii") != old
    assert again.repeats[JUNE].moved is None
    # Of May, which left with June, the rows cannot be compared: its list is told by region.
    assert told(again, "repeats", "incident_list", "first_told") == told(
        before, "repeats", "incident_list", "first_told"
    )
    with pytest.raises(DisclosureError, match="nombre inconnu"):
        correct(room, "oui")


def test_a_stick_that_was_taken_out_is_no_new_office(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="brancher") as raised:
        registry_of(str(tmp_path / "cle-usb" / "registre"))
    assert "mkdir" in raised.value.fix
    assert registry_of("") == Path("registre")
    office_key(tmp_path / "registre" / "cle")
    assert (tmp_path / "registre").stat().st_mode & 0o077 == 0  # a month of interne that left stands in it


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_disk_that_takes_no_line_gives_no_archive(room: Path) -> None:
    _cannot_be_written(room, lambda: (room / "registre" / register.NAME).chmod(0o400))


def test_what_cannot_be_entered_gives_no_archive(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    _cannot_be_written(room, lambda: monkeypatch.setattr(os, "fsync", full))


def _cannot_be_written(room: Path, make: Callable[[], None]) -> None:
    office.build(room, JUNE, PUBLIC, annexes=(4,))
    make()
    with pytest.raises(InputError, match="ne s’écrit pas"):
        pack(room, audience=PUBLIC)
    assert len(list((room / "outputs" / str(JUNE) / "partage").iterdir())) == 1


def test_a_run_that_is_killed_leaves_what_is_entered_or_nothing(
    room: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the line and the name of the archive: the line says that it left, and the next share makes it."""
    office.build(room, JUNE, PUBLIC, annexes=(4,))
    shelf = room / "outputs" / str(JUNE) / "partage"

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", killed)
        with pytest.raises(KeyboardInterrupt):
            pack(room, audience=PUBLIC)
    assert [entry.audience for entry in register.shared(room / "registre")] == [PARTNERS, PUBLIC]
    assert len(list(shelf.glob("*.zip"))) == 1
    pack(room, audience=PUBLIC)
    assert len(list(shelf.glob("*.zip"))) == 2
    assert len(register.shared(room / "registre")) == 2


def test_the_page_of_the_month_says_what_left_and_what_has_changed_since(room: Path) -> None:
    def page() -> str:
        said: list[str] = []
        bilan(office.order(room, JUNE, PARTNERS, ()), said.append)
        return "\n".join(said)

    assert "version 1, 15 juillet 2021, par Awa : cartes-protection-mali-2021-06-partenaires.zip" in page()
    assert "celles qui sont parties" in page()
    office.late(room, JUNE, ONE_MORE)
    assert "désignerait une personne" in page()


def test_a_clock_that_was_set_back_is_told(room: Path) -> None:
    run(replace(office.order(room, JUNE, PUBLIC, (4,)), produced_on="2021-07-01"), lambda line: None)
    said: list[str] = []
    share(office.order(room, JUNE, PUBLIC, ()), None, said.append)
    assert any("vérifier l’horloge" in line for line in said)


def test_months_that_tell_a_corrected_one_are_named(room: Path, tmp_path: Path) -> None:
    office.build(room, MAY, annexes=(1, 4))
    pack(room, month=MAY)
    office.late(room, MAY, *(office.row(MAY, 900 + n, "ML050101", "E") for n in range(5)))
    correct(room, "oui", MAY)
    assert any("make MONTH=2021-06" in line for line in pack(room, "oui", month=MAY))
    # June then tells May as its second version did, and what differs is that version's alone.
    office.build(room, annexes=(1, 4))
    assert any("Édition 2 de la version 1" in line and "2021-05 comme corrigé" in line for line in pack(room))


def test_who_still_holds_the_month_as_it_was_is_named(room: Path) -> None:
    def told(audience: str, correction: str = "") -> list[str]:
        return [line for line in pack(room, correction, audience) if "tient encore" in line]

    leave(room, PUBLIC)
    office.late(room, JUNE, ONE_MORE)
    correct(room, "urgent")
    (line,) = told(PARTNERS, "urgent")
    for words in ("« public » tient encore juin 2021 d’avant la correction (version 1 de juin 2021, 15 juillet 2021",
                  "qui a les deux archives les compare", "make MONTH=2021-06 AUDIENCE=public CORRECTIF=oui"):  # fmt: skip
        assert words in line
    assert told(PARTNERS) == [line]  # as long as it is so
    run(replace(office.order(room, JUNE, PUBLIC, (1, 4)), correction="urgent", by="Awa"), lambda line: None)
    assert told(PUBLIC, "urgent") == []
    assert told(PARTNERS) == []


def test_an_interval_where_sums_told_it_already_is_no_difference() -> None:
    """Of a month that left before intervals were told; once a row has changed it may be one."""
    was = {"regions_categories": {"Gao": {"A": "suppressed", "B": 12, "C": "suppressed"}}}
    now = {"regions_categories": {"Gao": {"A": [9, 15], "B": 12, "C": "suppressed"}}}
    assert list(differences(was, now, {}, same_rows=True)) == []
    assert list(differences(was, now, {})) == ["Gao par catégorie"]
    other = {"regions_categories": {"Gao": {"A": [9, 15], "B": [5, 19], "C": "suppressed"}}}
    assert list(differences(was, other, {}, same_rows=True)) == ["Gao par catégorie"]
