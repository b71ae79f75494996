"""manifest.json: where every output of a month comes from."""

from __future__ import annotations

import hmac
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from pipeline.disclosure.publish import KEY
from pipeline.errors import InputError
from pipeline.files import sha256, write_text
from pipeline.french import Month
from pipeline.freshness import code_checksum, entries, version
from pipeline.geography.country import Source
from pipeline.indicators import Account
from pipeline.records.columns import told_files
from pipeline.records.tables import InputFile


@dataclass(frozen=True)
class Output:
    """A file made for one audience. path: file name in the folder of the month and audience.

    made_of: a checksum of all that decides what the file says. asked: how it was asked to look (page, background).
    """

    path: str
    title: str
    caption: str
    alt_text: str
    made_of: str = ""
    asked: str = ""


def sealed(files: Sequence[InputFile], secret: bytes) -> list[InputFile]:
    """The files read, as a folder that may be passed on tells of them: their checksums by the office's key, for who
    guesses a short table must not find out whether it is the one. secret: none where the audience sees everything."""
    return [
        replace(file, sha256=hmac.digest(secret, file.sha256.encode(), "sha256").hex()) if secret else file
        for file in files
    ]


def write_manifest(
    folder: Path,
    month: Month,
    audience: str,
    produced_on: str,
    source: Source,
    inputs: Sequence[InputFile],
    accounts: Mapping[str, Mapping[str, Account]],
    outputs: Sequence[Output],
    told: Mapping[str, Any] | None = None,
    current: Collection[str] = (),
    division: str = "",
    sheets: Mapping[str, Mapping[str, Account]] | None = None,
    release: tuple[int, str] = (1, ""),
) -> Path:
    """Write folder/manifest.json. Entries of files that this run did not make are kept while the file is
    there with the checksum it had, and is made of what is `current` (see `Output.made_of`): others tell of older
    rows. `outputs` replace those of the same path.

    told: the figures that the outputs tell (see `disclosure.record`), by which later months are held; what an
    earlier run wrote stays where it is not given. division: of Mali, that the areas are of. sheets:
    table -> file and sheet -> account of its lines. release: version of the month, and the word by which it corrects
    one that left."""
    target = folder / "manifest.json"
    before = _earlier(target)
    kept = {
        path: entry
        for path, entry in (entries(target) or {}).items()
        if entry.get("made_of") in current and intact(folder, entry)
    }
    told = before.get(KEY) if told is None else told
    for output in outputs:
        kept[output.path] = {
            **asdict(output),
            "sha256": sha256(folder / output.path),
            "audience": audience,
        }
    counts = {**accounts.get(str(month.year), {}), **accounts.get(str(month), {})}
    content = {
        "month": str(month),
        "audience": audience,
        "pipeline_version": version(),
        "code_sha256": code_checksum(),
        "produced_on": produced_on,
        **({"version": release[0]} if release[0] > 1 else {}),
        **({CORRECTION: release[1]} if release[1] else {}),
        "boundaries": {
            "source": source.label,
            "kind": source.kind,
            "vintage": source.vintage,
            "sha256": source.sha256,
            **({"edition": source.edition} if source.edition else {}),
            **({"division": division} if division else {}),
        },
        "inputs": [asdict(file) for file in told_files(inputs)],
        "counts": {table: asdict(found) for table, found in sorted(counts.items())},
        "counts_by_period": {
            period: {table: asdict(found) for table, found in sorted(tables.items())}
            for period, tables in sorted(accounts.items())
        },
        "counts_by_sheet": {
            table: {label: asdict(found) for label, found in labels.items()}
            for table, labels in sorted((sheets or {}).items())
        },
        **({} if told is None else {KEY: told}),
        "outputs": [kept[path] for path in sorted(kept)],
    }
    write_text(target, json.dumps(content, ensure_ascii=False, indent=1) + "\n")
    return target


CORRECTION = "correctif"
ARCHIVES, ARCHIVE = "partage", "cartes-protection-mali-"
"""Folder of a month's archives, and how their names begin."""


def made_with(folder: Path) -> str:
    """The word by which the files of a folder correct a month that left, "" where they do not."""
    return str(_earlier(folder / "manifest.json").get(CORRECTION, ""))


def made_in(folder: Path) -> str:
    """The division that the files of a folder were made in, "" where its manifest does not say."""
    told = _earlier(folder / "manifest.json").get("boundaries")
    return str(told.get("division", "")) if isinstance(told, dict) else ""


def _earlier(target: Path) -> dict[str, Any]:
    try:
        found = json.loads(target.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}  # a manifest is made again from what is there: an unreadable one has nothing to keep
    return found if isinstance(found, dict) else {}


def intact(folder: Path, entry: Mapping[str, Any]) -> bool:
    """Whether the file of a manifest's entry is there as it was made."""
    path = folder / Path(entry["path"]).name
    return path.is_file() and sha256(path) == entry.get("sha256")


def refuse_stale(folder: Path, inputs: Sequence[InputFile], source: Source, refused: str) -> None:
    """Raise InputError unless the files of a folder were made of these inputs (see `sealed`) and boundaries by this code.
    refused: what is not done otherwise, in French."""
    path = folder / "manifest.json"
    written, listed = _earlier(path), entries(path)
    if listed is None:
        raise InputError(
            f"{path} manque ou ne se lit pas",
            f"rien ne dit de quoi les cartes sont faites : {refused}",
            _AGAIN,
        )
    was = {str(file.get("path")): file for file in written.get("inputs") or () if isinstance(file, dict)}
    told = told_files(inputs)
    now = {file.path: asdict(file) for file in told}
    named = {one.path: file.path for one, file in zip(told, inputs, strict=True)}
    changed = [f"{named[name]} a changé" for name in sorted(set(was) & set(now)) if was[name] != now[name]]
    if len(changed) == len(was) > 1:
        changed = [
            "tous les tableaux ont changé, ou la clé de l’office (registre/cle) n’est plus celle d’alors"
        ]
    changed += [f"{named[name]} est nouveau" for name in sorted(set(now) - set(was))]
    changed += [f"{name} n’est plus là" for name in sorted(set(was) - set(now))]
    if written.get("boundaries", {}).get("sha256") != source.sha256:
        changed.append("les limites administratives ont changé")
    if written.get("code_sha256") != code_checksum():
        changed.append("le programme a changé")
    if changed:
        raise InputError(
            f"depuis que les cartes de {folder} ont été faites : {' ; '.join(changed[:_SHOWN])}",
            f"elles ne disent pas ce que disent les données d’aujourd’hui : {refused}",
            _AGAIN,
        )


def refuse_edited(folder: Path, refused: str) -> None:
    """Raise InputError where a file that the manifest tells of is lost, or is not as it was made."""
    listed = entries(folder / "manifest.json") or {}
    edited = sorted(name for name, entry in listed.items() if not intact(folder, entry))
    if edited:
        raise InputError(
            f"{', '.join(edited[:_SHOWN])} : manquant, ou changé depuis que le manifeste de {folder} a été écrit",
            f"ce n’est pas ce qui a été vérifié : {refused}",
            _AGAIN,
        )


_SHOWN = 6
_AGAIN = "relancer make pour ce mois et ce public, regarder les cartes, puis recommencer"
