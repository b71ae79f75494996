"""What is kept is what the same inputs would give again: nothing else is ever read, and nothing else is heard."""

from __future__ import annotations

import csv
import json
import random
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline import cache
from pipeline.disclosure import record_of
from pipeline.french import Month
from pipeline.freshness import Trace
from pipeline.geography.country import Country
from pipeline.month_data import read_month
from pipeline.runner import country_of, specify, stage_of, write_review_folder
from tests.helpers import office
from tests.helpers.months import JUNE, MAY


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Where results are kept while a test runs; a/ and b.txt beside it are the officer's."""
    (tmp_path / "a").mkdir()
    (tmp_path / "b.txt").write_text("b")
    cache.use(tmp_path / "kept", [tmp_path])
    yield tmp_path / "kept"
    cache.leave()


class Counted:
    """Something to make, that counts how often it was."""

    def __init__(self, make: Callable[[], object] = lambda: "made") -> None:
        self.make, self.times = make, 0

    def __call__(self) -> object:
        self.times += 1
        return self.make()


def test_made_once_for_the_same_parts(folder: Path) -> None:
    made = Counted(lambda: pd.DataFrame({"a": [1, None], "b": ["x", "é"]}))
    first = cache.kept("x", ("a", 1), made)
    pd.testing.assert_frame_equal(cache.kept("x", ("a", 1), made), first)
    assert made.times == 1
    for kind, parts in (
        ("y", ("a", 1)),
        ("x", ("a", 2)),
        ("x", ("a", 1.0)),
        ("x", ("a", "1")),
        ("x", ("a1",)),
    ):
        cache.kept(kind, parts, made)
    assert made.times == 6


@dataclass(frozen=True)
class Part:
    name: str
    more: object = None


def test_whatever_differs_has_another_checksum() -> None:
    frame = pd.DataFrame({"a": [1, 2]})
    parts: list[object] = [
        None, "", 0, 0.0, False, (), ("",), ("", ""), (("",), ""), [0], {"a": 1}, {"a": 2}, {"b": 1}, b"", Part("a"),
        Part("a", 1), Part("a", Part("a")), (Part("a"), 1), frame, frame.astype(object), frame.assign(a=[1, 3]),
        frame.rename(columns={"a": "b"}), frame.iloc[:0], date(2021, 6, 1), Month(2021, 6), np.float64(2), np.int64(2),
        {"a": Part("a")}, {"a": Part("b")}, "\udcff", frozenset({"a"}), frozenset({"a", "b"}),
    ]  # fmt: skip
    assert len({cache.checksum((part,)) for part in parts}) == len(parts)
    assert cache.checksum((frozenset("abcdef"),)) == cache.checksum((frozenset("fedcba"),))


def test_what_says_nothing_certain_of_itself_is_not_kept(folder: Path, small_country: Country) -> None:
    made = Counted()
    for parts in ((object(),), (lambda: 1,), (small_country.communes.geometry.iloc[0],), None):
        cache.kept("x", parts, made)
        cache.kept("x", parts, made)
    assert made.times == 8
    assert small_country.said is None, "a made-up country is known by nothing"


def test_the_program_and_its_libraries_are_part_of_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = Counted()
    cache.kept("x", (), made)
    monkeypatch.setattr(cache, "code_checksum", lambda: "other code")
    cache.use(folder)
    cache.kept("x", (), made)
    monkeypatch.setattr(cache, "LOCK", folder / "another.lock")
    cache.use(folder)
    cache.kept("x", (), made)
    assert made.times == 3


def test_a_file_counts_by_its_contents(folder: Path) -> None:
    source = folder.parent / "b.txt"
    made = Counted(source.read_text)
    assert [cache.kept("x", (), made, [source]) for _ in range(2)] == ["b", "b"]
    source.write_text("c")
    assert cache.kept("x", (), made, [source]) == "c"
    source.write_text("b")
    assert cache.kept("x", (), made, [source]) == "b"
    assert made.times == 2


def test_what_reads_a_file_that_nobody_named_is_not_kept(folder: Path) -> None:
    root = folder.parent
    for make in (
        (root / "b.txt").read_text,
        lambda: sorted((root / "a").iterdir()),
        lambda: cache.kept("inner", (), (root / "b.txt").read_text),
        lambda: cache.kept("inner", (), (root / "b.txt").read_text, [root / "b.txt"]),
        lambda: (root / "absent").exists() or (root / "b.txt").open().close(),
    ):
        made = Counted(make)
        for _ in range(2):
            cache.kept("outer", (), made)
        assert made.times == 2
    made = Counted(lambda: cache.kept("inner", (), (root / "b.txt").read_text, [root / "b.txt"]))
    for _ in range(2):
        cache.kept("outer", (), made, [root / "b.txt"])
    assert made.times == 1


def test_what_changes_while_it_is_read_is_not_kept(folder: Path) -> None:
    source = folder.parent / "b.txt"

    def read_late() -> str:
        source.write_text("c")
        return source.read_text()

    assert cache.kept("x", (), read_late, [source]) == "c"
    source.write_text("b")
    assert cache.kept("x", (), source.read_text, [source]) == "b", "half old, half new: kept under neither"


def test_what_is_found_is_heard_as_what_is_made(folder: Path) -> None:
    source = folder.parent / "b.txt"
    for kept_before in (False, True):
        trace = Trace([folder.parent])
        cache.kept("x", (), source.read_text, [source])
        assert str(source) in trace.seen, kept_before
        assert not any("kept" in name for name in trace.seen), "the store itself is no input"


def entries(folder: Path, sql: str, *values: object) -> None:
    base = sqlite3.connect(folder / "cache.db")
    base.execute(sql, values)
    base.commit()
    base.close()


def test_a_damaged_entry_is_found_and_made_again(folder: Path) -> None:
    made = Counted()
    assert [cache.kept("x", (n,), made) for n in (1, 2)] == ["made", "made"]
    for damage in (
        "update Cache set value = substr(value, 1, length(value) - 1)",
        "update Cache set value = substr(value, 1, 40) || x'00' || substr(value, 42)",
        "update Cache set value = x''",
        "update Cache set value = 'text'",
        "update Cache set value = 3",
        # One result under the key of another.
        "update Cache set value = (select value from Cache order by rowid desc limit 1)",
        "delete from Cache",
    ):
        before = made.times
        entries(folder, damage)
        assert [cache.kept("x", (n,), made) for n in (1, 2)] == ["made", "made"]
        assert made.times >= before + 1, damage
        before = made.times
        assert [cache.kept("x", (n,), made) for n in (1, 2)] == ["made", "made"]
        assert made.times == before, f"{damage}: written over"


def test_a_store_that_cannot_be_used_costs_time_and_nothing_else(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Counted()
    cache.kept("x", (), made)
    cache.leave()
    for path in folder.iterdir():
        path.write_bytes(b"no database at all" * 500)
    for times in (2, 3, 3):  # taken away, begun anew, used
        cache.use(folder)
        assert cache.kept("x", (), made) == "made"
        cache.leave()
        assert made.times == times
    monkeypatch.setattr(cache, "PATIENCE", 0.05)
    cache.use(folder)
    other = sqlite3.connect(folder / "cache.db")
    other.execute("begin exclusive")  # another make writes, for long
    assert cache.kept("x", (1,), made) == "made"
    other.close()
    cache.use(folder.parent / "b.txt")  # a file stands where the folder should be
    assert cache.kept("x", (), made) == "made"
    assert (folder.parent / "b.txt").read_text() == "b", "what is not ours is left"


def test_it_is_the_owners_alone_and_bounded(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert folder.stat().st_mode & 0o077 == 0
    monkeypatch.setattr(cache, "LIMIT", 3_000_000)
    cache.use(folder)
    for n in range(100):
        cache.kept("x", (n,), lambda: random.Random(1).randbytes(100_000))
        cache.kept("used each time", (), lambda: "kept")
    made = Counted()
    cache.kept("used each time", (), made)
    assert made.times == 0, "the results used least recently go first"
    assert sum(path.stat().st_size for path in folder.iterdir()) < 9_000_000


# Random edits: with what was kept, and without, a month says the same to the last byte.


def told(folder: Path, month: Month, audience: str) -> dict[str, object]:
    """All that a month says to an audience, and to the officer."""
    asked = office.order(folder, month, audience, ())
    country = country_of(asked)
    data = read_month(asked.inputs, month, country)
    said: list[str] = []
    write_review_folder(data, data.gazetteer, asked.review_folder, said.append)
    stage = stage_of(asked, data, country)
    review = {path.name: path.read_bytes() for path in sorted(asked.review_folder.iterdir())}
    for path in asked.review_folder.iterdir():
        path.unlink()
    files = {path.name: path.read_bytes() for path in folder.rglob("*.csv")}
    return {
        "specs": repr(specify(stage)),
        "told": json.dumps(record_of(stage.published)),
        "data": repr((data.inputs, data.placed, data.indicators.accounts, data.drawn)),
        "review": {name: content for name, content in review.items() if not name.endswith(".xlsx")},
        "said": said,
        "inputs": files,
    }


def edit(folder: Path, chance: random.Random) -> str:
    """One thing that an officer does to the inputs, and what it was."""
    month = chance.choice([MAY, JUNE])
    path = (
        folder
        / "inputs"
        / str(month)
        / chance.choice(["incidents.csv", "incidents.csv", "indice_risque.csv"])
    )
    with path.open(encoding="utf-8", newline="") as stream:
        head, *rows = csv.reader(stream)
    row = chance.choice(rows)
    what = chance.choice(
        ["place", "place", "category", "away", "twice", "odd", "decision", "bulletin", "code"]
    )
    names = list(head)
    if what == "place":
        code, place = chance.choice(list(office.PLACES.items()))
        for name, text in zip(("region", "cercle", "commune", "pcode"), (*place, code), strict=True):
            row[names.index(name)] = text
    elif what == "category" and "categorie" in names:
        key = chance.choice(list(office.TYPES))
        row[names.index("categorie")], row[names.index("type")] = key, office.TYPES[key]
    elif what == "away":
        rows.remove(row)
    elif what == "twice":
        rows.append(row)
    elif what == "odd":
        row[names.index("commune")] = chance.choice(["Nulle Part", "Bamba", "ségou", "Dogofri"])
    elif what == "code":
        row[names.index("pcode")] = chance.choice(["", "ML050101", "ML04060"])
    elif what == "decision":
        (folder / "inputs" / "lieux.csv").write_text(
            f"region,cercle,commune,localite,pcode\nMopti,Douentza,Nulle Part,,{chance.choice(list(office.PLACES))}\n"
        )
    elif what == "bulletin":
        (path.parent / "mois.toml").write_text(f'bulletin = "n° {chance.randint(1, 9)}"\nexemple = true\n')
    office._write(path, tuple(head), [tuple(line) for line in rows])
    return f"{path.parent.name}/{path.name} {what}"


@pytest.mark.slow
def test_random_edits_say_the_same_with_and_without_what_was_kept(
    tmp_path: Path, small_country: Country
) -> None:
    folder = office.office(tmp_path / "office", small_country)
    chance, before = random.Random(18), {}
    trace = Trace([folder])
    for number in range(10):
        done = edit(folder, chance) if number else "nothing"
        month, audience = (
            chance.choice([MAY, JUNE, JUNE]),
            chance.choice(["partenaires", "partenaires", "public"]),
        )
        cache.use(tmp_path / "kept", [folder])
        trace.seen = {}
        warm, heard = told(folder, month, audience), set(trace.seen)
        cache.leave()
        trace.seen = {}
        cold = told(folder, month, audience)
        # GDAL's openings are not heard: the boundaries are named by the command itself.
        assert {Path(name).name for name in heard ^ set(trace.seen)} <= {"mali.gpkg", "relief.tif"}
        assert set(trace.seen) <= heard, "what a command depends on is heard from results that were kept, too"
        assert warm.keys() == cold.keys()
        for name, said in cold.items():
            assert warm[name] == said, f"edit {number}, {done}: {name}"
        if number and before.get((month, audience)) == cold["specs"]:
            continue  # this edit changes nothing that is told
        before[month, audience] = cold["specs"]
    assert len(set(before.values())) >= 3
