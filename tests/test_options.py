"""What the officer gives on the command line is checked, and refused in three parts."""

import errno
import sqlite3
from datetime import date

import fiona
import pyogrio
import pytest

from pipeline import cli
from pipeline.commands import correction_word, printed_date, share_of
from pipeline.errors import InputError


def test_the_printed_date_is_today_unless_given():
    assert printed_date("", date(2021, 7, 1)) == "2021-07-01"
    assert printed_date(" 2021-07-15 ", date(2021, 7, 1)) == "2021-07-15"
    with pytest.raises(InputError, match="PRODUCED_ON"):
        printed_date("15/07/2021", date(2021, 7, 1))


@pytest.mark.parametrize(("text", "value"), [("5", 0.05), ("7,5 %", 0.075), ("0", 0), ("100", 1)])
def test_a_share_reads_as_people_write_it(text, value):
    assert share_of(text) == pytest.approx(value)


@pytest.mark.parametrize("text", ["", "beaucoup", "-1", "101", "nan"])
def test_a_share_that_is_none_is_refused(text):
    with pytest.raises(InputError, match="MAX_NON_RESOLUS"):
        share_of(text)


def test_a_correction_that_is_no_known_word_is_refused_with_the_one_that_is_right():
    assert [correction_word(text, "Awa") for text in ("", " Oui ", "urgent")] == ["", "oui", "urgent"]
    for text in ("peutetre", "1", "non"):
        with pytest.raises(InputError, match="CORRECTIF") as caught:
            correction_word(text, "Awa")
        assert "CORRECTIF=oui" in caught.value.fix
        assert "rien n’est fait" in caught.value.consequence


@pytest.mark.parametrize(
    ("name", "text", "right"),
    [("PAGE", "A5", "A4-paysage"), ("FORMAT", "gif", "svg"), ("BASEMAP", "Nulle.Part", "BASEMAP=oui"),
     ("BASEMAP", "absent.tif", "chemin")],
)  # fmt: skip
def test_a_page_that_cannot_be_drawn_is_refused_before_anything_is_read(
    monkeypatch, tmp_path, name, text, right
):
    """The folder has no month, which would be said next."""
    for other in ("PAGE", "FORMAT", "BASEMAP", "MONTH"):
        monkeypatch.delenv(other, raising=False)
    with pytest.raises(InputError, match="dossier de mois"):
        cli.Asked(tmp_path, tmp_path).order()
    monkeypatch.setenv(name, text)
    with pytest.raises(InputError, match=f"{name}=.*{text}") as caught:
        cli.Asked(tmp_path, tmp_path).order()
    assert right in caught.value.fix
    assert caught.value.consequence


REFUSALS = [
    (OSError(errno.ENOSPC, "No space left on device", "outputs/x.png"), "le disque est plein"),
    (OSError(errno.EACCES, "Permission denied", "outputs"), "protégé"),
    (OSError(errno.EROFS, "Read-only file system", "outputs"), "ne peut qu’être lu"),
    (OSError(errno.EFBIG, "File too large", "outputs/x.gpkg"), "taille permise"),
    (OSError(errno.EIO, "Input/output error"), "le disque n’a pas pris"),
    (sqlite3.OperationalError("database or disk is full"), "le disque est plein"),
    (fiona.errors.DriverIOError("Permission denied"), "le disque n’a pas pris"),
    (
        pyogrio.errors.FeatureError("failed to execute insert : database or disk is full"),
        "le disque est plein",
    ),
]


@pytest.mark.parametrize(("error", "word"), REFUSALS, ids=[str(error) for error, _ in REFUSALS])
def test_a_machine_that_refuses_is_told_in_three_parts_and_in_french(monkeypatch, capsys, error, word):
    def refused(**_):
        raise error

    monkeypatch.setattr(cli, "app", refused)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    told = capsys.readouterr().err
    assert ended.value.code == 1
    assert all(part in told for part in ("PROBLÈME", "CONSÉQUENCE", "REMÈDE", word))
    assert not any(text in told for text in ("No space", "denied", "Read-only", "too large", "error", "full"))


def test_a_fault_of_our_own_is_not_blamed_on_the_machine(monkeypatch):
    monkeypatch.setattr(cli, "app", lambda **_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        cli.main()
