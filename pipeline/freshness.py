"""What a command read and made, remembered: the next make knows from it, without Python, that nothing has changed.

The command itself says what it is made of, as compilers do: every file that it opened or looked for. Three files
stand in the memory's folder, one set for each command and its values (see tools/run.sh):

- `<memory>.lus`: the paths, each ended by a zero byte, whatever is in their names;
- `<memory>.etat`: name, size and dates of each, as the shell saw them (written by tools/run.sh);
- `<memory>.json`: what each contained. Where the dates differ, the contents decide.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from pipeline import __version__
from pipeline.files import is_temporary, sha256, write_bytes, write_text

ABSENT, THERE, FOLDER = "absent", "présent", "dossier "
MANIFEST = "manifest.json"
CODE = Path(__file__).resolve().parent
Stamp = tuple[int, int, int] | None


class Trace:
    """The files under some folders that this process opens to read, and the folders that it lists.

    The interpreter tells of every opening, so no reader has to remember to say what it reads. What is opened by
    GDAL or SQLite is named with `also`.
    """

    def __init__(self, roots: Iterable[Path]) -> None:
        self._roots = tuple(os.path.abspath(root) for root in roots)
        self.seen: dict[str, Stamp] = {}
        _listening.append(self)
        sys.addaudithook(self._hear)

    def also(self, *paths: Path) -> None:
        """Files or folders that the command depends on, wherever they are, opened or not."""
        for path in paths:
            self.seen.setdefault(str(path), _stamp(str(path)))

    def moved(self) -> list[str]:
        """Files that are no longer as they were when first opened: what was read of them may be half old."""
        return sorted(
            path for path, stamp in self.seen.items() if stamp is not None and _stamp(path) != stamp
        )

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            path, mode, flags = arguments
            reads = (
                not set(mode) & set("wax+")
                if isinstance(mode, str)
                else not flags & (os.O_WRONLY | os.O_RDWR)
            )
            if reads:
                self._note(path)
        elif event in ("os.listdir", "os.scandir"):
            self._note(arguments[0])

    def _note(self, path: object) -> None:
        if not isinstance(path, str | Path):
            return
        name = str(path)
        whole = os.path.abspath(name)
        inside = any(whole == root or whole.startswith(root + os.sep) for root in self._roots)
        if inside and name not in self.seen and not is_temporary(Path(name)):
            self.seen[name] = _stamp(name)


_listening: list[Trace] = []


def hear(seen: Mapping[str, Stamp]) -> None:
    """What another process opened for this one, and how each file was then."""
    for trace in _listening:
        trace.seen = {**seen, **trace.seen}


def _stamp(path: str) -> Stamp:
    """Size and dates of a file, None of a folder or of what is not there."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return None if os.path.isdir(path) else (found.st_size, found.st_mtime_ns, found.st_ctime_ns)


def remember(memory: Path, trace: Trace, made: Sequence[Path] = (), kept: Iterable[Path] = ()) -> bool:
    """Write the memory of a command that ended well; False, and no memory, where a file changed while it ran.

    made: manifests whose outputs must stay as they tell; what else was read in their month's folder was written by
    the command itself. kept: files that must be there, whatever the officer
    writes in them.
    """
    forget(memory)
    outputs = {str(path): MANIFEST for manifest in made for path in (manifest, *listed(manifest))}
    own = [os.path.abspath(manifest.parent.parent) + os.sep for manifest in made]
    read = [name for name in trace.seen if not os.path.abspath(name).startswith(tuple(own))]
    if set(trace.moved()) & set(read):
        return False
    told = {name: content(Path(name)) for name in read}
    told |= (
        outputs | {str(path): THERE for path in kept} | {str(path): content(path) for path in code_files()}
    )
    write_text(memory.with_suffix(".json"), json.dumps(told, ensure_ascii=False, indent=0, sort_keys=True))
    _list(memory, told)
    return True


def forget(memory: Path) -> None:
    """Take a command's memory away: it will run again."""
    for suffix in (".json", ".lus", ".etat"):
        memory.with_suffix(suffix).unlink(missing_ok=True)


def unchanged(memory: Path) -> bool:
    """Whether every file still holds what it held when the command ended, whatever its dates."""
    try:
        told = json.loads(memory.with_suffix(".json").read_text("utf-8"))
        right = all(_same(Path(name), was) for name, was in told.items())
    except (OSError, ValueError, AttributeError, RecursionError):
        return False
    if right:
        _list(memory, told)
    return right


def _same(path: Path, was: str) -> bool:
    if was == THERE:
        return path.exists()
    if was != MANIFEST:
        return content(path) == was
    if path.name == MANIFEST:
        return entries(path) is not None
    entry = (entries(path.with_name(MANIFEST)) or {}).get(path.name)
    return entry is not None and content(path) == entry.get("sha256")


def content(path: Path) -> str:
    """What tells a path's content: the checksum of a file, the names in a folder, or that it is absent."""
    try:
        if path.is_dir():
            names = sorted(one.name for one in path.iterdir() if not one.name.startswith((".", "~", "__")))
            return FOLDER + hashlib.sha256("\0".join(names).encode("utf-8", "surrogateescape")).hexdigest()
        return sha256(path)
    except OSError:
        return ABSENT


def entries(manifest: Path) -> dict[str, dict[str, Any]] | None:
    """File name -> its entry in a manifest; None where it is absent, damaged or not of our making."""
    try:
        found = json.loads(manifest.read_text("utf-8"))
        return {str(entry["path"]): dict(entry) for entry in found["outputs"]}
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def listed(manifest: Path) -> list[Path]:
    """The files that a manifest tells of."""
    return [manifest.with_name(Path(name).name) for name in entries(manifest) or {}]


def code_files() -> list[Path]:
    """The program's own files, sorted: modules, and all that they read beside them."""
    return sorted(
        path
        for path in CODE.rglob("[!.]*")
        if path.is_file() and "__pycache__" not in path.parts and not path.name.endswith("~")
    )


def code_checksum() -> str:
    """SHA-256 over the names and contents of the program's files: another one may draw otherwise."""
    whole = hashlib.sha256()
    for path in code_files():
        whole.update(f"{path.relative_to(CODE).as_posix()}\0{sha256(path)}\n".encode())
    return whole.hexdigest()


@cache
def version() -> str:
    """Which state of the program made a file: the tag or commit, and whether its code was changed since. In an
    archive, the commit that git wrote into it; else the number of the release. The code's checksum stands beside it in
    the manifest."""
    root = CODE.parent
    if not (root / ".git").exists():  # a repository around this folder would be another one
        return _archived(root / ".git_archival.txt")
    try:
        told = subprocess.run(
            ["git", "-C", root, "describe", "--tags", "--always", "--match", "v*"],
            capture_output=True, text=True, check=True, timeout=10,
        ).stdout.strip()  # fmt: skip
        changed = subprocess.run(
            ["git", "-C", root, "status", "--porcelain", "--untracked-files=no", "--", CODE],
            capture_output=True, text=True, check=True, timeout=10,
        ).stdout.strip()  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return __version__
    return f"{_numbered(told)}-modifiée" if changed else _numbered(told)


def _numbered(told: str) -> str:
    """A description by git as a version: "v1.2-3-gabc" is "1.2-3-gabc", a commit alone follows the release."""
    return told.removeprefix("v") if told.startswith("v") else f"{__version__}+{told}"


def _archived(note: Path) -> str:
    try:
        words = [word for word in note.read_text("utf-8").split() if "$" not in word and "%" not in word]
    except OSError:
        words = []
    return _numbered(words[0]) if words else __version__


def _list(memory: Path, told: Mapping[str, str]) -> None:
    names = b"".join(os.fsencode(name) + b"\0" for name in sorted(told))
    write_bytes(memory.with_suffix(".lus"), names)
