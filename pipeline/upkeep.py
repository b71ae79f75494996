"""What stands in the folder of outputs: is it all there, and as it was made? And taking away what was made.

Both go by the manifests: what none of them tells of was not made by this program as it is, or was made of what is no
longer true. The officer's answers in revue/, the archives that were passed on, and what each audience was told (it
holds later months to it) are never taken away.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.disclosure.office import office_key
from pipeline.disclosure.policy import policies, policy_of
from pipeline.disclosure.publish import KEY
from pipeline.errors import InputError, PipelineError
from pipeline.files import is_temporary, set_files_aside, write_text
from pipeline.french import Month
from pipeline.freshness import MANIFEST, entries
from pipeline.geography import load
from pipeline.geography.country import Source
from pipeline.manifest import intact, refuse_stale, sealed
from pipeline.records import read_inputs

NO_AUDIENCE = {"revue", "partage"}
FRONT_PAGE = "index.html"
"""What a run of the whole month makes, and one of an annex or of a comparison does not."""


@dataclass(frozen=True)
class Fault:
    """Something in the folder of a month and audience that is not as it should be. state: French, one of "absent",
    "retouché", "périmé", "endommagé", "en trop". files: names. why: more of it, "" for none."""

    folder: Path
    state: str
    files: tuple[str, ...]
    why: str = ""

    @property
    def text(self) -> str:
        return f"{self.folder} : {self.state} : {', '.join(self.files)}{f' ({self.why})' if self.why else ''}"


def folders(outputs: Path) -> list[Path]:
    """The folders of a month and audience, in order."""
    found = (path for path in outputs.glob("20[0-9][0-9]-[01][0-9]/*") if path.is_dir())
    return sorted(path for path in found if path.name not in NO_AUDIENCE)


def examine(folder: Path, inputs: Path, source: Source | None, registry: Path) -> Iterator[Fault]:
    """What is absent, edited, out of date, damaged or left over in one folder. source: of the boundaries, None
    where they cannot be read. registry: where the office's key is."""
    told = entries(folder / MANIFEST)
    here = folder.iterdir() if folder.is_dir() else ()
    there = {path.name for path in here if path.is_file() and not is_temporary(path)} - {MANIFEST}
    if told is None:
        state = "endommagé" if (folder / MANIFEST).exists() else "absent"
        yield Fault(folder, state, (MANIFEST,), "rien ne dit de quoi les autres fichiers sont faits")
        told = {}
    elif FRONT_PAGE not in told:
        yield Fault(
            folder,
            "absent",
            (FRONT_PAGE,),
            "ce mois n’a jamais été fait en entier, ou « make clean » l’a ôté",
        )
    lost = sorted(set(told) - there)
    edited = sorted(name for name in set(told) & there if not intact(folder, told[name]))
    left = sorted(name for name in there - set(told) if not name.startswith("."))
    for state, names in (("absent", lost), ("retouché", edited), ("en trop", left)):
        if names:
            yield Fault(folder, state, tuple(names))
    if told and source is not None:
        try:
            files = read_inputs(inputs, Month.parse(folder.parent.name)).files
            exact = folder.name in policies() and policy_of(folder.name).exact
            key = registry / "cle"
            # Looking makes no key: without one, nothing is as it was.
            secret = b"" if exact else office_key(key) if key.exists() else b"?"
            refuse_stale(folder, sealed(files, secret), source, "")
        except PipelineError as error:
            yield Fault(folder, "périmé", (MANIFEST,), error.problem)


def country_source(boundaries: Path) -> Source | None:
    """Where the boundaries come from; None, and the file taken away, where it cannot be read: make builds it anew."""
    try:
        return load(boundaries, localities=False).source
    except PipelineError:
        boundaries.unlink(missing_ok=True)
        return None


def set_left_over_aside(finding: Fault) -> Path:
    """Move files that no manifest tells of to revue/mis-de-cote/restes-<audience>, where nobody shares from."""
    return set_files_aside(finding.folder, finding.files, "restes")


def clean(outputs: Path) -> Iterator[str]:
    """Take away what the manifests tell of, and say what was left. Raises InputError where OUTPUTS is no folder of
    ours."""
    if not outputs.exists():
        return
    if not outputs.is_dir():
        raise InputError(
            f"OUTPUTS={str(outputs)!r} n’est pas un dossier", "rien n’est effacé", "vérifier OUTPUTS="
        )
    for folder in folders(outputs):
        manifest = folder / MANIFEST
        for name, entry in (entries(manifest) or {}).items():
            if intact(folder, entry):
                (folder / Path(name).name).unlink()
        left = sorted(path.name for path in folder.iterdir() if path.name != MANIFEST and path.is_file())
        if left:
            yield f"Laissé dans {folder} (retouché, ou dans aucun manifeste) : {', '.join(left)}"
        if entries(manifest) is not None:
            _forget_outputs(manifest)
        if not any(folder.iterdir()):
            folder.rmdir()
    if any(outputs.glob("*/revue")):
        yield f"Laissé : les dossiers revue de {outputs}, qui portent vos réponses"
    if any(outputs.glob("*/partage/*")):
        yield f"Laissé : les archives des dossiers partage de {outputs}"
    if any(outputs.glob(f"*/*/{MANIFEST}")):
        yield "Laissé : ce que chaque public a déjà appris (manifest.json), auquel les mois suivants sont tenus"


def _forget_outputs(manifest: Path) -> None:
    """Keep of a manifest what its audience was told; delete it where that is nothing."""
    found = json.loads(manifest.read_text("utf-8"))
    if not found.get(KEY):
        manifest.unlink()
        return
    kept = {name: found[name] for name in ("month", "audience", KEY)} | {"outputs": []}
    write_text(manifest, json.dumps(kept, ensure_ascii=False, indent=1) + "\n")
