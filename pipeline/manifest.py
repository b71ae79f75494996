"""manifest.json: where every output of a month comes from."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pipeline import __version__
from pipeline.disclosure.publish import KEY
from pipeline.files import sha256, write_text
from pipeline.geography.country import Source
from pipeline.indicators import Account
from pipeline.month import Month
from pipeline.records.tables import InputFile

MADE_AGAIN = re.compile(r"annexe-.*\.(png|pgw|prj|html|xlsx)|index\.html|cartes\.gpkg")
"""Files that `make` makes again whenever what they are made of changes."""


@dataclass(frozen=True)
class Output:
    """A file made for one audience. path: file name in the folder of the month and audience."""

    path: str
    title: str
    caption: str
    alt_text: str


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
) -> Path:
    """Write folder/manifest.json. Entries of files that this run did not make are kept while the file is
    there with the checksum it had; `outputs` replace those of the same path. Where inputs have changed since,
    only those are kept that make makes again by itself: the others tell of older rows.

    told: the figures that the outputs tell (see `disclosure.record`), by which later months are held; what an
    earlier run wrote stays where it is not given."""
    target = folder / "manifest.json"
    before = _earlier(target)
    changed = before.get("inputs") != [asdict(file) for file in inputs]
    entries = {
        entry["path"]: entry
        for entry in _listed(before)
        if _intact(folder, entry) and (not changed or MADE_AGAIN.fullmatch(entry["path"]))
    }
    told = before.get(KEY) if told is None else told
    for output in outputs:
        entries[output.path] = {
            **asdict(output),
            "sha256": sha256(folder / output.path),
            "audience": audience,
        }
    counts = {**accounts.get(str(month.year), {}), **accounts.get(str(month), {})}
    content = {
        "month": str(month),
        "audience": audience,
        "pipeline_version": __version__,
        "produced_on": produced_on,
        "boundaries": {
            "source": source.label,
            "kind": source.kind,
            "vintage": source.vintage,
            "sha256": source.sha256,
        },
        "inputs": [asdict(file) for file in inputs],
        "counts": {table: asdict(found) for table, found in sorted(counts.items())},
        "counts_by_period": {
            period: {table: asdict(found) for table, found in sorted(tables.items())}
            for period, tables in sorted(accounts.items())
        },
        **({} if told is None else {KEY: told}),
        "outputs": [entries[path] for path in sorted(entries)],
    }
    write_text(target, json.dumps(content, ensure_ascii=False, indent=1) + "\n")
    return target


def _earlier(target: Path) -> dict[str, Any]:
    try:
        found = json.loads(target.read_text("utf-8"))
    except (OSError, ValueError):
        return {}  # a manifest is made again from what is there: an unreadable one has nothing to keep
    return found if isinstance(found, dict) else {}


def _listed(found: Mapping[str, Any]) -> list[dict[str, Any]]:
    listed = found.get("outputs")
    entries = listed if isinstance(listed, list) else []
    return [entry for entry in entries if isinstance(entry, dict) and isinstance(entry.get("path"), str)]


def _intact(folder: Path, entry: Mapping[str, Any]) -> bool:
    path = folder / Path(entry["path"]).name
    return path.is_file() and sha256(path) == entry.get("sha256")
