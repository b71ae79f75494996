"""`make share`: one archive for one audience, checked, the same each time, and sealed where it must be."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
import pyzipper

from pipeline import share as module
from pipeline.commands import share
from pipeline.disclosure.policy import policy_of
from pipeline.errors import DisclosureError, InputError
from pipeline.geography.country import Country
from tests.helpers import office
from tests.helpers.months import JUNE, MAY

PASSWORD = "quatre mots sans rapport"


@pytest.fixture(scope="module")
def made(small_country: Country) -> Path:
    return office.made(small_country)


@pytest.fixture
def room(made: Path, tmp_path: Path) -> Path:
    """A copy of one's own."""
    return Path(shutil.copytree(made, tmp_path / "projet"))


def pack(room: Path, audience: str = "partenaires", password: Path | None = None) -> Path:
    said: list[str] = []
    share(office.order(room, JUNE, audience, ()), password, said.append)
    return Path(said[-1].rpartition(" : ")[2])


def password_file(room: Path, text: str = PASSWORD) -> Path:
    path = room / "mot-de-passe.txt"
    path.write_text(text, "utf-8")
    return path


def archives(room: Path) -> list[str]:
    return [path.name for path in room.rglob("*.zip")]


def test_the_archive_holds_every_output_its_sums_and_a_notice(room: Path) -> None:
    path = pack(room)
    assert path == room / "outputs" / str(JUNE) / "partage" / "cartes-protection-mali-2021-06-partenaires.zip"
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    folder = room / "outputs" / str(JUNE) / "partenaires"
    listed = {entry["path"]: entry["sha256"] for entry in json.loads(files["manifest.json"])["outputs"]}
    assert set(files) == {*listed, "manifest.json", "LISEZMOI.txt", "SHA256SUMS"}
    here = json.loads((folder / "manifest.json").read_text("utf-8"))
    hints = [file["sha256"] for file in here["inputs"]] + [entry["made_of"] for entry in here["outputs"]]
    assert len(hints) > 3
    assert all(hints)
    packed = b"".join(files.values())
    assert not any(hint.encode() in packed for hint in hints)  # who guesses a short table could be sure of it
    assert {name.rpartition(".")[2] for name in listed} == {"html", "png", "pgw", "prj", "xlsx", "gpkg"}
    for line in files["SHA256SUMS"].decode().splitlines():
        sum_, name = line.split("  ")
        assert hashlib.sha256(files.pop(name)).hexdigest() == sum_
        assert listed.get(name, sum_) == sum_
    assert set(files) == {"SHA256SUMS"}
    assert (folder / "manifest.json").is_file()
    # Nor does the folder tell, which may be passed on as it is.
    tables = [hashlib.sha256(path.read_bytes()).hexdigest() for path in (room / "inputs").rglob("*.*")]
    assert not any(checksum.encode() in path.read_bytes() for path in folder.iterdir() for checksum in tables)
    assert any(checksum in (folder.parent / "interne" / "manifest.json").read_text() for checksum in tables)


def test_the_notice_says_for_whom_and_on_what_conditions(room: Path) -> None:
    with zipfile.ZipFile(pack(room)) as archive:
        notice = archive.read("LISEZMOI.txt").decode("utf-8")
    for words in (
        "JUIN 2021", "Partenaires du Cluster Protection", "CONDITIONS D’USAGE", "Ne pas chercher à les retrouver",
        "ne pas publier", "annexe-3-indice-risque.png", "sha256sum -c SHA256SUMS", "15 juillet 2021",
    ):  # fmt: skip
        assert words in notice, words
    assert "interne" not in notice
    with zipfile.ZipFile(pack(room, "public")) as archive:
        public = archive.read("LISEZMOI.txt").decode("utf-8")
    assert "Diffusion publique" in public
    assert "ne pas publier" not in public


def test_the_same_folder_gives_the_same_bytes(room: Path) -> None:
    first = pack(room).read_bytes()
    for path in (room / "outputs").rglob("*"):
        path.touch()
    pack(room).unlink()
    assert pack(room).read_bytes() == first
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {info.create_system for info in archive.infolist()} == {3}
        assert archive.namelist() == sorted(archive.namelist())


def test_what_is_for_inside_is_sealed(room: Path) -> None:
    path = pack(room, "interne", password_file(room, PASSWORD + "\nune autre ligne\n"))
    with pyzipper.AESZipFile(path) as archive:
        for info in archive.infolist():
            assert info.wz_aes_strength == 3  # 256 bits, as the format of WinZip numbers them
            with pytest.raises(RuntimeError):
                archive.read(info)
        archive.setpassword(b"quatre mots sans rapporT")
        with pytest.raises(RuntimeError):
            archive.read("manifest.json")
        archive.setpassword(PASSWORD.encode())
        folder = room / "outputs" / str(JUNE) / "interne"
        for name in archive.namelist():
            if (folder / name).is_file():
                assert archive.read(name) == (folder / name).read_bytes()
    assert office.VILLAGE.encode() not in path.read_bytes()


def test_inside_never_goes_without_a_password(room: Path) -> None:
    with pytest.raises(DisclosureError, match="sans mot de passe") as raised:
        pack(room, "interne")
    assert "PASSWORD_FILE=" in raised.value.fix
    assert archives(room) == []


@pytest.mark.parametrize("text", ["", "\n\n", "court", "onze lettre"])
def test_an_empty_or_short_password_is_refused(room: Path, text: str) -> None:
    with pytest.raises(InputError, match="caractères"):
        pack(room, "interne", password_file(room, text))
    assert archives(room) == []


@pytest.mark.parametrize("text", ["aaaaaaaaaaaa", "abababababab", "123456789012", "mot mot mot mot"])
def test_a_password_that_is_guessed_at_once_is_refused(room: Path, text: str) -> None:
    with pytest.raises(InputError, match="répète") as raised:
        pack(room, "interne", password_file(room, text))
    assert "quatre mots" in raised.value.fix


def test_a_missing_password_file_is_told(room: Path) -> None:
    with pytest.raises(InputError, match=r"nulle-part\.txt"):
        pack(room, "interne", room / "nulle-part.txt")
    (room / "binaire").write_bytes(b"\xff\xfe\xfa" * 9)
    with pytest.raises(InputError, match="binaire"):
        pack(room, "interne", room / "binaire")
    assert archives(room) == []


def test_a_password_for_an_archive_that_is_not_sealed_is_refused(room: Path) -> None:
    with pytest.raises(InputError, match="n’est pas chiffrée"):
        pack(room, "public", password_file(room))
    assert archives(room) == []


def test_a_password_that_comes_after_the_archive_is_not_taken_in_silence(room: Path) -> None:
    path = pack(room)
    with pytest.raises(InputError, match="n’est pas chiffrée") as caught:
        pack(room, password=password_file(room))
    assert "la sortir de son dossier" in caught.value.fix
    path.rename(room / "envoyee-ouverte.zip")
    sealed = pack(room, password=password_file(room))  # the remedy works
    with pyzipper.AESZipFile(sealed) as archive, pytest.raises(RuntimeError):
        archive.read("LISEZMOI.txt")
    assert pack(room, password=password_file(room)) == sealed
    with pytest.raises(InputError, match="un autre mot de passe"):
        pack(room, password=password_file(room, "d’autres mots sans rapport"))


def test_the_notice_says_what_every_page_says_at_its_head(room: Path) -> None:
    month = room / "inputs" / str(JUNE)
    (month / "mois.toml").write_text('bulletin = "n° 6"\nsources = "Essai"\nexemple = true\n', "utf-8")
    office.build(room, annexes=(4,))
    with zipfile.ZipFile(pack(room)) as archive:
        assert "DONNÉES D’EXEMPLE : incidents reconstitués" in archive.read("LISEZMOI.txt").decode("utf-8")


@pytest.fixture(scope="module")
def sensitive(small_country: Country, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """June with sixty rows of one category in two cercles of Mopti, for partners and the public. Twelve are rapes, six in
    each cercle: the list tells them by region, since in each there is as much else that it does not tell by type. May
    has as many rows, without rapes."""
    folder = office.office(tmp_path_factory.mktemp("sensible") / "projet", small_country)
    small = (
        "Discrimination",
        "Torture et traitement cruel et inhumain",
        "Violence psychologique/émotionnelle",
    )
    kinds = ["Viol"] * 6 + ["Menace"] * 12 + [kind for kind in small for _ in range(4)]
    for month in (MAY, JUNE):
        rows = []
        for number in range(60):
            row = list(office.row(month, 900 + number, ("ML050401", "ML050101")[number % 2], "C"))
            if month == JUNE:
                row[office.HEADINGS.index("type")] = kinds[number // 2]
            rows.append(row)
        office.late(folder, month, *map(tuple, rows))
    office.build(folder, JUNE, annexes=(3, 4))
    office.build(folder, JUNE, "public", annexes=(3,))
    return folder


def test_sensitive_types_by_region_leave_partners_folder_only_sealed(sensitive: Path, tmp_path: Path) -> None:
    room = Path(shutil.copytree(sensitive, tmp_path / "projet"))
    with pytest.raises(DisclosureError, match=r"annexe-4-\S+\.xlsx.* dits par région \(Viol\)") as raised:
        pack(room)
    assert "annexe-3" not in raised.value.problem
    assert "n’est pas faite" in raised.value.consequence
    for way in ("AUDIENCE=partenaires PASSWORD_FILE=", "AUDIENCE=public", "types_sensibles = « pays »"):
        assert way in raised.value.fix
    assert archives(room) == []
    assert not (room / "registre" / "partages.jsonl").exists()
    path = pack(room, "partenaires", password_file(room))
    with pyzipper.AESZipFile(path) as archive:
        assert {info.wz_aes_strength for info in archive.infolist()} == {3}
        with pytest.raises(RuntimeError):
            archive.read("manifest.json")
    with zipfile.ZipFile(pack(room, "public")) as archive:
        assert archive.testzip() is None


@pytest.mark.parametrize(("protocol", "leaves"), [("ouvert", True), ("jamais", False)])
def test_the_policy_says_whether_they_leave_open_or_not_at_all(
    sensitive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, protocol: str, leaves: bool
) -> None:
    room = Path(shutil.copytree(sensitive, tmp_path / "projet"))
    changed = replace(policy_of("partenaires"), protocol=protocol)
    monkeypatch.setattr(module, "policy_of", lambda audience: changed)
    if leaves:
        assert zipfile.is_zipfile(pack(room))
        return
    with pytest.raises(DisclosureError, match="dits par région") as raised:
        pack(room)
    assert "PASSWORD_FILE" not in raised.value.fix
    with pytest.raises(InputError, match="n’est pas chiffrée"):
        pack(room, "partenaires", password_file(room))
    assert archives(room) == []


@pytest.mark.parametrize("audience", ["partenaires", "interne"])
def test_a_file_that_was_changed_is_not_packed(room: Path, audience: str) -> None:
    path = room / "outputs" / str(JUNE) / audience / "annexe-3-indice-risque.pgw"
    path.write_text(path.read_text("utf-8") + "\n", "utf-8")
    password = password_file(room) if audience == "interne" else None
    with pytest.raises(DisclosureError, match=r"annexe-3-indice-risque\.pgw"):
        pack(room, audience, password)
    path.unlink()
    with pytest.raises(DisclosureError, match="manquant"):
        pack(room, audience, password)
    assert archives(room) == []


def test_a_file_that_leaks_is_neither_packed_nor_kept(room: Path) -> None:
    """Though its checksum is the manifest's."""
    folder = room / "outputs" / str(JUNE) / "partenaires"
    page, told = folder / "annexe-3-indice-risque.html", folder / "manifest.json"
    page.write_text(page.read_text("utf-8") + f"<!-- {office.VILLAGE} -->", "utf-8")
    manifest = json.loads(told.read_text("utf-8"))
    entry = next(entry for entry in manifest["outputs"] if entry["path"] == page.name)
    entry["sha256"] = hashlib.sha256(page.read_bytes()).hexdigest()
    told.write_text(json.dumps(manifest), "utf-8")
    with pytest.raises(DisclosureError, match="kouna daga"):
        pack(room)
    assert not page.exists()
    assert archives(room) == []


def test_a_file_of_other_data_is_not_packed(room: Path) -> None:
    """The bulletin was made before rows came late: two versions of a month tell their difference."""
    folder = room / "outputs" / str(JUNE) / "partenaires"
    (folder / "annexes.docx").write_bytes(b"")
    with pytest.raises(DisclosureError, match=r"annexes\.docx") as raised:
        pack(room)
    assert "make bulletin" in raised.value.fix


def test_outputs_that_were_never_made_are_asked_for(room: Path) -> None:
    with pytest.raises(InputError, match=r"manifest\.json manque") as raised:
        share(office.order(room, MAY, "partenaires", ()), None, print)
    assert "relancer make" in raised.value.fix


def test_a_folder_of_another_audience_is_not_packed(room: Path) -> None:
    month = room / "outputs" / str(JUNE)
    shutil.rmtree(month / "partenaires")
    shutil.copytree(month / "interne", month / "partenaires")
    with pytest.raises(DisclosureError, match="fait pour « interne »"):
        pack(room)
    assert archives(room) == []


def test_what_is_for_inside_stays_in_its_own_folder(room: Path) -> None:
    """Not a file of `interne` is among the partners', and its archive is refused a place there."""
    month = room / "outputs" / str(JUNE)
    inside = {hashlib.sha256(path.read_bytes()).digest() for path in (month / "interne").iterdir()}
    for other in ("partenaires", "public"):
        words = b"".join(path.read_bytes() for path in sorted((month / other).iterdir()))
        assert office.VILLAGE.encode() not in words
        assert b"2021-06-0003" not in words
        same = {
            p.name for p in (month / other).iterdir() if hashlib.sha256(p.read_bytes()).digest() in inside
        }
        assert {name.rpartition(".")[2] for name in same} <= {"pgw", "prj"}
        with pytest.raises(DisclosureError, match="dans un dossier de"):
            module.share(month / "interne", "interne", month / other, password_file(room))
    assert archives(room) == []


def test_an_archive_that_does_not_read_back_is_not_written(room: Path, monkeypatch) -> None:
    monkeypatch.setattr(module, "_encrypted", lambda files, password: module._packed(files))
    with pytest.raises(DisclosureError, match="relue"):
        pack(room, "interne", password_file(room))
    assert archives(room) == []


def test_the_day_of_production_is_no_secret(made: Path, small_country: Country, tmp_path: Path) -> None:
    """Maps made on a day when something happened bear that date, and can still be shared on another day."""
    folder = office.office(tmp_path / "projet", small_country)
    asked = office.order(folder, JUNE, "partenaires", (3,))
    from dataclasses import replace

    from pipeline.runner import run

    run(replace(asked, produced_on="2021-06-17"), lambda line: None)
    share(replace(asked, produced_on="2021-07-15", annexes=()), None, lambda line: None)
    assert archives(folder) == ["cartes-protection-mali-2021-06-partenaires.zip"]
