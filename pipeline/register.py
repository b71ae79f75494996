"""registre/: what was shared, remembered outside outputs/, line after line, never rewritten (DATA_RESPONSIBILITY, 8).

Two versions of a month compare: their difference tells how many cases were added or corrected, and where. So a month
that left is told again as it left, and is corrected only by who has read what the difference would reveal. Each line
bears the mark of the line before it: one that was changed, taken out or slipped in is found when it is read.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Any

from pipeline.disclosure.policy import policy_of
from pipeline.disclosure.publish import Remembered, ToldMonth
from pipeline.disclosure.published import Repeat
from pipeline.errors import DisclosureError, InputError
from pipeline.files import sha256
from pipeline.french import Month, day_label, plural
from pipeline.manifest import ARCHIVE, ARCHIVES

NAME = "partages.jsonl"
BATCH = 5
"""Rows that a correction gathers before it is shared: the difference of one row points at one person."""
SHOWN = 5
BEFORE, MARK = "avant", "marque"
SIGNED = b', "marque": "'
"""What ends the part of a line that its mark is of."""


@dataclass(frozen=True)
class SharedMonth:
    """One archive that left: month and audience, version from 1, the day it bears, division of its cercles, who packed
    it, its checksum, and what it was the first to tell, by month (see `told_months`). edition: from 1, of archives that
    tell the same figures in other files. files: name -> the two checksums by which it is known again, of its bytes and
    of what it was made of. correction: the word by which figures already told were changed."""

    month: str
    audience: str
    version: int
    produced_on: str
    division: str
    by: str
    archive: str
    sha256: str
    told: Mapping[str, ToldMonth]
    edition: int = 1
    files: Mapping[str, Sequence[str]] = field(default_factory=dict)
    correction: str = ""


def shared(registry: Path) -> list[SharedMonth]:
    """Every archive that left, the first first. Raises InputError where the register cannot be read, or is not as it was
    written."""
    return [entry for entry, _ in _read(registry / NAME)]


def _read(path: Path) -> tuple[tuple[SharedMonth, str], ...]:
    """Each entry with the mark of its line."""
    try:
        return _entries(path, path.read_bytes() if path.exists() else b"")
    except OSError as error:
        raise _unreadable(f"{path} ne se lit pas ({error.__class__.__name__})") from error


@cache
def _entries(path: Path, whole: bytes) -> tuple[tuple[SharedMonth, str], ...]:
    known = {one.name for one in fields(SharedMonth)}
    found: list[tuple[SharedMonth, str]] = []
    number = 0
    try:
        for raw in whole.splitlines(keepends=True):
            number += 1
            if not raw.endswith((b"\n", b"}")):
                break  # left by a run that was killed while it wrote: the archive of that line never got its name
            told = json.loads(raw)
            mark, before = told.get(MARK, ""), told.get(BEFORE)
            if mark and (
                mark != _mark(raw.rpartition(SIGNED)[0] + b"}") or before != (found[-1][1] if found else "")
            ):
                raise _unreadable(
                    f"{path}, ligne {number} : changée depuis qu’elle est écrite, ou une ligne ôtée ou ajoutée avant elle"
                )
            entry = SharedMonth(**{key: value for key, value in told.items() if key in known})
            found.append((entry, mark or hashlib.sha256(raw).hexdigest()))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise _unreadable(f"{path}, ligne {number}, ne se lit pas ({error.__class__.__name__})") from error
    return tuple(found)


def _unreadable(problem: str) -> InputError:
    return InputError(
        problem,
        "rien n’est produit ni partagé hors d’interne : rien ne dit ce qui est déjà parti, et deux versions d’un mois se "
        "comparent",
        "remettre le fichier tel qu’il était (une copie de sauvegarde du dossier registre/)",
    )


def _mark(plain: bytes) -> str:
    """Of a line as it is written, but for its mark."""
    return hashlib.sha256(plain).hexdigest()


def enter(registry: Path, entry: SharedMonth, after: int) -> None:
    """Add a line after the `after` lines that were read. What stands before it is not touched. Raises InputError where it
    cannot be written, or where someone else has shared meanwhile."""
    path = registry / NAME
    try:
        registry.mkdir(mode=0o700, parents=True, exist_ok=True)
        with path.open("a+b") as stream:
            _hold(stream)
            before = _read(path)
            if len(before) != after:
                raise InputError(
                    f"un autre partage vient d’être inscrit dans {path}",
                    "l’archive n’est pas faite : elle ne tiendrait pas compte de ce qui vient de partir",
                    "relancer make pour ce mois et ce public, puis make share",
                )
            told = {**asdict(entry), BEFORE: before[-1][1] if before else ""}
            plain = json.dumps(told, ensure_ascii=False).encode("utf-8")
            line = plain[:-1] + SIGNED + _mark(plain).encode("ascii") + b'"}\n'
            whole = b"".join(path.read_bytes().splitlines(keepends=True)[:after])
            stream.truncate(len(whole))
            stream.write((b"" if whole.endswith(b"\n") or not whole else b"\n") + line)
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        raise InputError(
            f"{path} ne s’écrit pas ({error.__class__.__name__})",
            "l’archive n’est pas faite : ce qui part doit être inscrit, pour que la suite redise les mêmes chiffres",
            "rendre le dossier accessible en écriture (clé USB branchée et non protégée, disque libre), puis make share",
        ) from error


def _hold(stream: Any) -> None:
    """One writer at a time, from whichever project: the lock ends with the stream."""
    try:
        import fcntl
    except ImportError:
        return
    fcntl.flock(stream, fcntl.LOCK_EX)


def last_of(
    entries: Sequence[SharedMonth], month: Month, audience: str, version: int = 0
) -> SharedMonth | None:
    """The last archive of a month for an audience; of one version of it where that is given."""
    theirs = (one for one in reversed(entries) if (one.month, one.audience) == (str(month), audience))
    return next((one for one in theirs if version in (0, one.version)), None)


def later_months(entries: Sequence[SharedMonth], month: Month, audience: str) -> list[str]:
    """Months of the same year that left after this one: their outputs tell of it."""
    theirs = {one.month for one in entries if one.audience == audience}
    return sorted(one for one in theirs if one > str(month) and one[:4] == str(month.year))


def behind(
    entries: Sequence[SharedMonth], month: Month, audience: str, told: Mapping[str, ToldMonth]
) -> Iterator[str]:
    """Lines to the officer: other audiences that hold the month as it was before what `audience` is `told`."""
    mine = told.get(str(month), {}).get("marques")
    latest = {one.audience: one for one in entries if str(month) in one.told and one.audience != audience}
    for other, one in sorted(latest.items()):
        if one.told[str(month)].get("marques") == mine:
            continue
        again = f"MONTH={month} AUDIENCE={other} CORRECTIF=oui PAR=votre_nom"
        yield (
            f"Attention : « {other} » tient encore {month.label} d’avant la correction (version {one.version} de "
            f"{Month.parse(one.month).label}, {day_label(one.produced_on)} : {one.archive}) ; qui a les deux archives les "
            f"compare, et leur différence désignerait les cas corrigés ; la corriger aussi : make {again}, puis make share "
            f"{again} (urgent, s’il l’a fallu ici), et demander à qui a l’ancienne de l’effacer"
        )


def corrected_since(entries: Sequence[SharedMonth], last: SharedMonth) -> list[str]:
    """Earlier months of the year of which the audience was told another version after an archive left."""
    after = entries[entries.index(last) + 1 :]
    told = {one.month for one in after if one.audience == last.audience and one.version > 1}
    return sorted(month for month in told if last.month[:4] <= month < last.month)


def other_files(last: SharedMonth, files: Mapping[str, Sequence[str]]) -> list[str]:
    """Names of the files that are not those of an archive: neither its bytes nor, but for the day, what made them."""
    return sorted(
        name
        for name in {*last.files, *files}
        if not any(a and a == b for a, b in zip(last.files.get(name, ()), files.get(name, ()), strict=False))
    )


def stands(last: SharedMonth, shelf: Path) -> bool:
    """Whether an archive is there as it was entered. Raises DisclosureError where it is there and was changed."""
    path = shelf / last.archive
    if not path.is_file():
        return False
    if sha256(path) != last.sha256:
        raise DisclosureError(
            f"{path} n’est plus l’archive inscrite au registre ({last.sha256[:12]}…)",
            "rien n’est réécrit : quelqu’un l’a changée depuis qu’elle a été faite, et ce qu’elle dit n’est pas vérifié",
            "la mettre de côté, hors de outputs/, chercher qui l’a changée, puis make share, qui la refait",
        )
    return True


def memory(entries: Sequence[SharedMonth], audience: str) -> Remembered:
    """What an audience was told of each month, last; and what others were, first the one that it may not sharpen."""
    told: dict[str, dict[Month, ToldMonth]] = {}
    for entry in entries:
        by_month = {Month.parse(month): figures for month, figures in entry.told.items()}
        told.setdefault(entry.audience, {}).update(by_month)
    mine = told.pop(audience, {})
    wider = policy_of(audience).coarser_than
    others: dict[Month, ToldMonth] = {}
    for name in sorted(told, key=lambda name: name == wider):
        others |= told[name]
    return Remembered(mine, {month: found for month, found in others.items() if month not in mine})


def unknown_archives(outputs: Path, entries: Sequence[SharedMonth], year: int) -> list[Path]:
    """Archives of a year that stand among the outputs and that the register does not know."""
    known = {entry.archive for entry in entries}
    there = sorted(outputs.glob(f"{year}-[01][0-9]/{ARCHIVES}/{ARCHIVE}*.zip"))
    return [path for path in there if path.name not in known]


def refuse_forgotten(outputs: Path, registry: Path, entries: Sequence[SharedMonth], year: int) -> None:
    """Raise DisclosureError where an archive stands among the outputs that the register does not know: it was lost, or
    an older copy was put in its place."""
    unknown = unknown_archives(outputs, entries, year)
    if unknown:
        more = f" ni {plural(len(unknown) - 1, 'autre archive', 'autres archives')}" if unknown[1:] else ""
        raise DisclosureError(
            f"{registry / NAME} ne connaît pas {unknown[0]}{more}",
            "rien n’est produit hors d’interne : le registre a été perdu, ou remplacé par une copie plus ancienne, et les "
            "chiffres déjà partagés ne seraient pas redits",
            "remettre le registre et sa clé (copie de sauvegarde de registre/, ou REGISTRE=) ; si l’archive n’est jamais "
            "partie, l’effacer ; s’ils sont perdus pour de bon, ne rien refaire de ces mois sans l’accord de la personne "
            "chargée de la protection des données, puis sortir l’archive de outputs/",
        )


def refuse_correction(month: Month, audience: str, repeat: Repeat, correction: str, again: str) -> None:
    """Raise DisclosureError unless `correction` says that the difference was read, and enough rows have changed. again:
    the command that corrects, without CORRECTIF=."""
    moved = repeat.moved
    if correction == "urgent" or (correction == "oui" and moved is not None and moved >= BATCH):
        return
    raise DisclosureError(
        f"{month.label} a déjà été partagé avec « {audience} », et {_why(repeat)} : {revealed(repeat)}",
        f"{_pointed(moved)}, à qui compare les deux versions ; rien n’est fait",
        remedy(moved, again),
    )


def _why(repeat: Repeat) -> str:
    return (
        "ses lignes ont changé"
        if repeat.moved != 0
        else "le programme ou la couverture le dirait autrement aujourd’hui"
    )


def revealed(repeat: Repeat) -> str:
    """What the difference of two versions would tell, for who decides on it."""
    lines = list(repeat.changes[:SHOWN])
    if len(repeat.changes) > SHOWN:
        lines.append(f"et {plural(len(repeat.changes) - SHOWN, 'autre')}")
    count = "un nombre inconnu de lignes" if repeat.moved is None else plural(repeat.moved, "ligne")
    return " ; ".join([count, *(lines or ["types ou profils (auteur, sexe, âge, statut, lieu, horaire)"])])


def remedy(moved: int | None, again: str) -> str:
    """What to do, told to the officer."""
    urgent = f"après accord de la personne chargée de la protection des données : {again} CORRECTIF=urgent PAR=votre_nom"
    if moved is None:
        return f"la clé de l’office n’est plus celle d’alors, et les lignes ne se comparent pas ; {urgent}"
    if moved < BATCH:
        return (
            f"attendre qu’au moins {BATCH} lignes aient changé ({moved} aujourd’hui), puis {again} CORRECTIF=oui "
            f"PAR=votre_nom ; si cela ne peut pas attendre, {urgent}"
        )
    return f"lire ces différences, puis {again} CORRECTIF=oui PAR=votre_nom : une nouvelle version, avec son erratum"


def _pointed(moved: int | None) -> str:
    return (
        "cette correction désignerait une personne"
        if moved == 1
        else "la différence désignerait les cas corrigés"
    )


def departed(entries: Sequence[SharedMonth], month: Month) -> Iterator[tuple[str, str]]:
    """Audience, and what left of a month for it, for each archive."""
    for entry in entries:
        if entry.month == str(month):
            edition = f", édition {entry.edition}" if entry.edition > 1 else ""
            by = f", par {entry.by}" if entry.by else ""
            told = f"version {entry.version}{edition}, {day_label(entry.produced_on)}{by} : {entry.archive}"
            yield entry.audience, told + (f" (CORRECTIF={entry.correction})" if entry.correction else "")


def repeated(months: Mapping[Month, Repeat], audience: str, entries: Sequence[SharedMonth]) -> Iterator[str]:
    """Lines to the officer: months that are told as they left, and why."""
    for month, repeat in months.items():
        last = last_of(entries, month, audience)
        left = (
            f"version {last.version}, {day_label(last.produced_on)}"
            if last
            else "avec un autre mois, ou pour un autre public"
        )
        yield (
            f"Attention : {month.label} a déjà été partagé ({left}), et {_why(repeat)} ; ses chiffres restent ceux qui "
            f"sont partis. {_pointed(repeat.moved).capitalize()} : {revealed(repeat)}. Pour la diffuser : "
            f"{remedy(repeat.moved, f'make MONTH={month} AUDIENCE={audience}')}"
        )
