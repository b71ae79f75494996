"""Work by two processes is the work of one; killed at any moment, it leaves nothing that a rerun does not put right."""

from __future__ import annotations

import itertools
import math
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from pipeline import register, workers
from pipeline.freshness import Trace
from pipeline.geography.country import Country
from tests.helpers import office

KILLS = int(os.environ.get("ARRETS", "3"))
"""Random kills of the whole build; ARRETS=20 for the long run, which kills every other command as often."""


@pytest.fixture
def helper(tmp_path: Path) -> Iterator[None]:
    """The other process, ready."""
    workers.start([tmp_path], "time:time")
    if not workers._helpers:
        pytest.skip("one core")
    while len(set(workers.share([(slow_pid, ())] * 4))) < 2:
        pass  # it is still loading
    yield
    workers.stop()


def slow_pid() -> int:
    time.sleep(0.05)
    return os.getpid()


def test_both_take_part_and_results_are_in_order(helper: None) -> None:
    assert len(set(workers.share([(slow_pid, ())] * 8))) == 2
    roots = workers.share([(math.sqrt, (n,)) for n in range(200)])
    assert roots == [math.sqrt(n) for n in range(200)]
    done: list[str] = []
    assert workers.share([(math.sqrt, (4,))], lambda: done.append("meanwhile")) == [2.0]
    assert (workers.share([], lambda: done.append("alone")), done) == ([], ["meanwhile", "alone"])


def test_what_fails_is_told_as_if_it_had_been_done_here(helper: None) -> None:
    for at in (0, 3):
        tasks = [(time.sleep, (0.05,)) for _ in range(4)]
        tasks[at] = (math.sqrt, (-1,))
        with pytest.raises(ValueError, match=r"domain|nonnegative"):
            workers.share(tasks)
    assert workers.share([(math.sqrt, (4,))] * 3) == [2.0] * 3


def test_a_helper_that_is_killed_costs_time_alone(helper: None) -> None:
    process = workers._helpers[0].process
    tasks = [(slow_pid, ())] * 8
    assert workers.share(tasks, process.kill) == [os.getpid()] * 8
    assert workers.share(tasks) == [os.getpid()] * 8


def test_what_nobody_waits_for_is_done_beside_what_somebody_does(helper: None, tmp_path: Path) -> None:
    """It is put off for each list that comes, taken up again behind it, and is never an answer to another question."""
    places = [tmp_path / str(number) for number in range(8)]
    workers.ahead([(touched, (place,)) for place in places])
    for _ in range(3):
        assert workers.share([(math.sqrt, (n,)) for n in range(20)]) == [math.sqrt(n) for n in range(20)]
    deadline = time.monotonic() + 20
    while not all(place.exists() for place in places) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert {place.read_text() for place in places} == {str(workers._helpers[0].process.pid)}
    workers.ahead([(math.sqrt, (-1,)), (touched, (tmp_path / "after",))])  # what fails is nobody's
    while not (tmp_path / "after").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert (tmp_path / "after").exists()
    assert workers.share([(math.sqrt, (4,))] * 3) == [2.0] * 3


def touched(place: Path) -> None:
    time.sleep(0.02)
    place.write_text(str(os.getpid()))


def test_each_waits_for_its_turn(helper: None) -> None:
    held = workers.share([(in_turn, ())] * 8)
    assert len({pid for pid, _, _ in held}) == 2
    times = sorted((begin, end) for _, begin, end in held)
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(times))
    with workers.turn() as over:
        over()  # it may end before the block does
        assert dict.fromkeys(pid for pid, _, _ in workers.share([(in_turn, ())] * 4))


def in_turn() -> tuple[int, float, float]:
    with workers.turn():
        begin = time.monotonic()
        time.sleep(0.03)
        return os.getpid(), begin, time.monotonic()


def test_one_that_is_killed_in_its_turn_holds_nobody_up_for_long(
    helper: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "PATIENCE", 0.2)
    process = workers._helpers[0].process
    tasks = [(killed_in_turn, (os.getpid(),))] * 4
    assert workers.share(tasks) == [os.getpid()] * 4
    assert not process.is_alive()
    start = time.monotonic()
    assert workers.share([(in_turn, ())])[0][0] == os.getpid()
    assert time.monotonic() - start < 2


def killed_in_turn(ours: int) -> int:
    if os.getpid() != ours:
        with workers.turn():
            os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(0.1)
    return os.getpid()


def test_no_thread_is_left_where_a_process_is_begun_in_its_place(helper: None, tmp_path: Path) -> None:
    before, alive = workers._helpers[0].process, threading.active_count()
    workers.stop()
    assert (before.is_alive(), threading.active_count()) == (False, alive - 1)
    workers.start([tmp_path], "time:time")
    while len(set(workers.share([(slow_pid, ())] * 4))) < 2:
        pass  # it is still loading


def test_one_that_is_not_ready_is_not_waited_for(tmp_path: Path) -> None:
    workers.start([tmp_path], "tests.test_workers:forever")
    try:
        for _ in range(2):
            start = time.monotonic()
            assert workers.share([(math.sqrt, (4,))] * 4) == [2.0] * 4
            assert time.monotonic() - start < 1
    finally:
        workers.stop()


def forever() -> None:
    time.sleep(600)


FORKED = """
from pathlib import Path
from pipeline import month_data, workers
from tests.test_workers import held
assert workers.threads() == 1, "a library has begun a thread"
workers.start([Path()], "time:time")
while len(found := dict(workers.share([(held, ())] * 4))) < 2:
    pass
print(*found.values())
"""


@pytest.mark.skipif(not workers.FORKS, reason="nothing is forked here")
def test_both_hold_one_copy_of_what_was_loaded_before() -> None:
    """Each is charged half of what they share: alone a process is charged nearly all that it holds."""
    words = [sys.executable, "-c", FORKED]
    shares = subprocess.run(words, capture_output=True, text=True, check=True).stdout.split()
    assert len(shares) == 2
    assert all(float(share) < 0.7 for share in shares), shares


def held() -> tuple[int, float]:
    """This process, and the share of the memory it holds that it is charged with."""
    time.sleep(0.05)
    told = dict(line.split(":") for line in Path("/proc/self/smaps_rollup").read_text().splitlines()[1:])
    return os.getpid(), int(told["Pss"].split()[0]) / int(told["Rss"].split()[0])


def test_what_the_other_process_reads_is_heard_here(helper: None, tmp_path: Path) -> None:
    paths = [tmp_path / f"{n}.csv" for n in range(6)]
    for path in paths:
        path.write_text("a")
    trace = Trace([tmp_path])
    workers.share([(read_slowly, (path,)) for path in paths])
    assert set(trace.seen) == set(map(str, paths))
    assert trace.moved() == []


def read_slowly(path: Path) -> str:
    time.sleep(0.05)
    return path.read_text()


# The command line on the small country, killed and beside another.


BUILD = ("build", "--whole")
COMMANDS = {
    "annex": ("build", "1"),
    "bulletin": ("build", "--whole", "--bulletin"),
    "check": ("check",),
    "share": ("share",),
}


def command(folder: Path, words: Sequence[str] = BUILD) -> subprocess.Popen[str]:
    values = {
        "PYTHONPATH": str(Path(__file__).parents[1]),
        "PATH": os.environ["PATH"],
        "PRODUCED_ON": "2021-07-15",
        "MEMORY": "build/memoire/essai",
        "MAX_NON_RESOLUS": "100",
    }
    program = ("-m", "pipeline.cli") if words[0] != "-c" else ()
    return subprocess.Popen(
        [sys.executable, *program, *words],
        cwd=folder, env=values, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip


def made(folder: Path) -> dict[str, bytes]:
    """Every file of outputs/ and of the register, where what is shared again is entered again."""
    roots = (folder / "outputs", folder / "registre")
    files = sorted(path for root in roots for path in root.rglob("*") if path.is_file())
    found = {str(path.relative_to(folder)): path.read_bytes() for path in files}
    entered = f"registre/{register.NAME}"
    return found | {entered: b"\n".join(sorted(set(found.get(entered, b"").splitlines())))}


@pytest.fixture(scope="module")
def undisturbed(small_country: Country, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """An office before anything is made, and the same after one run."""
    root = tmp_path_factory.mktemp("offices")
    before = office.office(root / "avant", small_country)
    after = root / "apres"
    shutil.copytree(before, after)
    running = command(after)
    assert running.communicate()[0].count("annexe") >= 6, running.returncode
    assert running.returncode == 0
    return before, after


@pytest.mark.slow
def test_killed_at_any_moment_a_rerun_gives_the_same_bytes(
    undisturbed: tuple[Path, Path], tmp_path: Path
) -> None:
    before, after = undisturbed
    here, chance = tmp_path / "ici", random.Random(os.environ.get("GRAINE", "5"))
    shutil.copytree(before, here)
    for _ in range(KILLS):
        running = command(here)
        time.sleep(chance.uniform(0.2, 4.0))
        running.send_signal(signal.SIGKILL)
        running.communicate()
    running = command(here)
    told = running.communicate()[0]
    assert running.returncode == 0, told
    expected, found = made(after), made(here)
    assert sorted(found) == sorted(expected)
    assert [name for name in expected if found[name] != expected[name]] == []
    assert not list((here / "build" / "en-cours").glob("*"))


@pytest.mark.parametrize("name", COMMANDS)
def test_so_does_every_other_command(undisturbed: tuple[Path, Path], tmp_path: Path, name: str) -> None:
    """On a month that is made, of which a row was changed where the command draws."""
    words, kills = COMMANDS[name], KILLS if "ARRETS" in os.environ else 1
    here, there = tmp_path / "ici", tmp_path / "là"
    chance = random.Random(os.environ.get("GRAINE", name))
    for folder in (here, there):
        shutil.copytree(undisturbed[1], folder)
        if words[0] == "build":
            path = folder / "inputs" / str(office.JUNE) / "incidents.csv"
            lines = path.read_text("utf-8").splitlines(keepends=True)
            path.write_text("".join(lines[:-1]), "utf-8")
    start = time.monotonic()
    undisturbed_told = (running := command(there, words)).communicate()[0]
    assert running.returncode in (0, 1), undisturbed_told
    whole = time.monotonic() - start
    for _ in range(kills):
        killed = command(here, words)
        time.sleep(chance.uniform(0.1, 1.0) * whole)
        killed.send_signal(signal.SIGKILL)
        killed.communicate()
    again = command(here, words)
    told = again.communicate()[0]
    assert again.returncode == running.returncode, told
    expected, found = made(there), made(here)
    assert sorted(found) == sorted(expected)
    assert [file for file in expected if found[file] != expected[file]] == []


DRAWING = ("matplotlib", "folium", "branca", "jinja2", "PIL", "fiona", "rasterio", "topojson", "xlsxwriter")
DRAWING += ("openpyxl", "docx", "typst", "pypdf", "contextily", "rich")
LOADS = """
import sys
from pipeline import cli
sys.argv = ["cli", *{words!r}]
try:
    cli.main()
finally:
    print("loaded:", *sorted({{name.partition(".")[0] for name in sys.modules}} & set({heavy!r})))
"""


@pytest.mark.parametrize("word", ["check", "divisions", "explain-audience"])
def test_what_draws_and_writes_is_not_loaded_by_who_does_neither(
    undisturbed: tuple[Path, Path], tmp_path: Path, word: str
) -> None:
    shutil.copytree(undisturbed[1], tmp_path / "ici")
    told = command(tmp_path / "ici", ("-c", LOADS.format(words=[word], heavy=DRAWING))).communicate()[0]
    assert [line for line in told.splitlines() if line.startswith("loaded:")] == ["loaded:"], told


@pytest.mark.slow
def test_the_other_process_ends_with_the_one_that_started_it(
    undisturbed: tuple[Path, Path], tmp_path: Path
) -> None:
    here = tmp_path / "ici"
    shutil.copytree(undisturbed[0], here)
    running = command(here)
    children = Path(f"/proc/{running.pid}/task/{running.pid}/children")
    if not children.exists():
        pytest.skip("processes are not told here")
    deadline = time.monotonic() + 30
    while not (found := children.read_text().split()) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert found
    running.send_signal(signal.SIGKILL)
    running.communicate()
    while any(alive(child) for child in found) and time.monotonic() < deadline + 30:
        time.sleep(0.05)
    assert not any(alive(child) for child in found)


def alive(process: str) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


@pytest.mark.slow
def test_two_at_once_do_each_other_no_harm(undisturbed: tuple[Path, Path], tmp_path: Path) -> None:
    before, after = undisturbed
    here = tmp_path / "ici"
    shutil.copytree(before, here)
    pair = [command(here), command(here)]
    told = [running.communicate()[0] for running in pair]
    assert [running.returncode for running in pair] == [0, 0], told
    expected, found = made(after), made(here)
    assert [name for name in expected if found.get(name) != expected[name]] == []


def test_one_process_makes_the_same_bytes(undisturbed: tuple[Path, Path], tmp_path: Path) -> None:
    """Two processes and a store against one process and none."""
    before, after = undisturbed
    here = tmp_path / "ici"
    shutil.copytree(before, here)
    old = Path.cwd()
    os.chdir(here)
    try:
        assert not workers._helpers
        office.run(office.order(Path(), office.JUNE, "partenaires", office.ALL), lambda line: None)
    finally:
        os.chdir(old)
    expected, found = made(after), made(here)
    assert [name for name in expected if found.get(name) != expected[name]] == []
