"""The divisions of Mali: their units, and which commune of 2021 went to which cercle of 2025.

Facts only, no geometry; they stand in boundaries/divisions (sources and licences in its SOURCES.md).

    division("2025").unit("ML0501").name            "Mopti"; .region("ML0501").name "Mopti"
    division("2025").named("Sangha", "cercle")      (Unit ML1907,): every unit of that spelling, never a choice
    in_force(Month(2023, 3).last_day)               "2025": the law of 13 March 2023
    lineage().line("ML050704")                      commune Kareri of 2021 -> cercle Nampala, "probable"
    lineage().in_2021("ML0407").within              cercle Markala of 2025 -> cercle Ségou of 2021
    lineage().in_2025("ML0501").within              cercle Bandiagara of 2021 -> region Bandiagara of 2025

Codes collide: all 53 cercle codes of 2021 exist in 2025 and 42 mean another cercle there. No function here
takes a code without its division.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import Literal, get_args

from pipeline.errors import BoundaryError, InputError
from pipeline.french import plain

DivisionKey = Literal["2021", "2025"]
KEYS: tuple[DivisionKey, ...] = get_args(DivisionKey)
UnitLevel = Literal["région", "cercle", "commune"]
Certainty = Literal["sûr", "probable", "à vérifier"]
CERTAINTIES: tuple[Certainty, ...] = get_args(Certainty)
"""From the surest to the least sure."""

FACTS = Path(__file__).resolve().parents[2] / "boundaries" / "divisions"
CREDIT_2025 = "open-admin-data/mali-administrative-divisions (CC BY 4.0)"
"""Whom a page names that tells the division of 2025, or reads its names by the lineage."""
COUNTRY = "ML"
CORRECTION_COLUMNS = (
    "commune_2021", "cercle_2025", "autres_cercles", "certitude", "decide_par", "decide_le", "note",
)  # fmt: skip
"""Columns of inputs/lignee.csv, with which the officer replaces lines of the lineage."""


@dataclass(frozen=True)
class Unit:
    """One region, cercle or commune of a division. others: further official spellings.
    parent: code of the unit above ("ML" for a region)."""

    division: DivisionKey
    level: UnitLevel
    code: str
    name: str
    others: tuple[str, ...]
    parent: str

    @property
    def words(self) -> str:
        """ "cercle Mopti (ML0501, division de 2025)"."""
        return f"{self.level} {self.name} ({self.code}, division de {self.division})"


@dataclass(frozen=True)
class Division:
    """One division of the country. since: the day it came into force. units: code -> unit, regions first.

    The communes of 2025 (codes "ML-C...") are known by name alone: no boundaries of them are published.
    """

    key: DivisionKey
    since: date
    units: Mapping[str, Unit]

    @property
    def label(self) -> str:
        return f"division de {self.key}"

    def level(self, level: UnitLevel) -> tuple[Unit, ...]:
        """The units of one level, by code."""
        return tuple(unit for unit in self.units.values() if unit.level == level)

    def unit(self, code: str) -> Unit | None:
        return self.units.get(code)

    def above(self, code: str, level: UnitLevel) -> Unit | None:
        """The unit of `level` that a unit lies in, itself where it is of that level; None above itself."""
        unit = self.units.get(code)
        while unit and unit.level != level:
            unit = self.units.get(unit.parent)
        return unit

    def region(self, code: str) -> Unit | None:
        return self.above(code, "région")

    def named(self, text: str, level: UnitLevel | None = None) -> tuple[Unit, ...]:
        """Every unit that is spelled so, without regard to case, accents or punctuation; often several."""
        found = self._by_name.get(plain(text), ())
        return tuple(unit for unit in found if level in (None, unit.level))

    @cached_property
    def _by_name(self) -> dict[str, tuple[Unit, ...]]:
        names: dict[str, tuple[Unit, ...]] = {}
        for unit in self.units.values():
            for key in dict.fromkeys(plain(name) for name in (unit.name, *unit.others)):
                names[key] = (*names.get(key, ()), unit)
        return names


@dataclass(frozen=True)
class LineageLine:
    """Where one commune of 2021 went. cercle: of 2025, that counts it. shared: further cercles that a part
    of its land may have gone to, so that a fact in it has no sure cercle. communes: of 2025, that lie in it.
    decided_by, decided_on: who replaced the line, "" for those of the project."""

    commune: str
    cercle: str
    certainty: Certainty
    shared: tuple[str, ...]
    communes: tuple[str, ...]
    evidence: str
    decided_by: str = ""
    decided_on: str = ""


@dataclass(frozen=True)
class Counterpart:
    """A unit, told in the other division. lines: the communes of 2021 that join the two, by code.

    within: the smallest unit of the other division that counts the whole of it, of its own level or a coarser
    one (a cercle is never told as a commune), None where only the country does. certainty: of the least sure
    line. Where no line is known (four cercles of the north), `within` is the old region that its own region
    was cut from, and the certainty is "à vérifier".
    """

    unit: Unit
    lines: tuple[LineageLine, ...]
    within: Unit | None
    certainty: Certainty


@dataclass(frozen=True)
class Lineage:
    """All lines, one a commune of 2021: code of the commune -> its line."""

    lines: Mapping[str, LineageLine]

    def line(self, commune: str) -> LineageLine | None:
        """The line of a commune of 2021."""
        return self.lines.get(commune)

    def owner(self, commune: str) -> str:
        """Code of the cercle of 2025 that a commune of 2021 counts in, "" for an unknown commune."""
        found = self.lines.get(commune)
        return found.cercle if found else ""

    def in_2025(self, code: str) -> Counterpart | None:
        """A region, cercle or commune of 2021, told in the division of 2025; None for an unknown code."""
        unit = division("2021").unit(code)
        if unit is None:
            return None
        lines = tuple(line for own, line in self.lines.items() if _lies_in("2021", own, unit))
        # What of a commune may have gone elsewhere matters to who asks for its cercle, not for an old region's.
        shares = lines if unit.level == "commune" else ()
        ends = {line.cercle for line in lines} | {code for line in shares for code in line.shared}
        within = _smallest("2025", ends, unit.level)
        certainty = _weakest(lines)
        if within and certainty == "sûr" and any(line.shared for line in lines):
            certainty = "probable"
        return Counterpart(unit, lines, within, certainty)

    def in_2021(self, code: str) -> Counterpart | None:
        """A region, cercle or commune of 2025, told in the division of 2021; None for an unknown code."""
        unit = division("2025").unit(code)
        if unit is None:
            return None
        lines = tuple(line for line in self.lines.values() if _feeds(line, unit))
        if lines:
            within = _smallest("2021", {one.commune for one in lines}, unit.level)
            return Counterpart(unit, lines, within, _weakest(lines))
        region = division("2025").region(code)
        whole = self.in_2021(region.code) if region and region != unit else None
        within = division("2021").region(whole.within.code) if whole and whole.within else None
        return Counterpart(unit, (), within, "à vérifier")

    def heirs(self, region: str) -> tuple[Unit, ...]:
        """The regions of 2025 most of whose communes came from a region of 2021 (by name), its namesake first."""
        old = {unit.code for unit in division("2021").named(region, "région")}
        origins: dict[str, Counter[str]] = {}
        for line in self.lines.values():
            new, was = division("2025").units[line.cercle].parent, division("2021").region(line.commune)
            origins.setdefault(new, Counter())[was.code if was else ""] += 1
        codes = [code for code, came in origins.items() if came.most_common(1)[0][0] in old]
        found = [division("2025").units[code] for code in codes]
        return tuple(sorted(found, key=lambda unit: (plain(unit.name) != plain(region), unit.name)))

    def landless(self) -> tuple[Unit, ...]:
        """The cercles of 2025 that no commune of 2021 counts in: without boundaries of 2025 they have no land."""
        owners = {line.cercle for line in self.lines.values()}
        return tuple(unit for unit in division("2025").level("cercle") if unit.code not in owners)

    def corrected(
        self,
        rows: Sequence[Mapping[str, str]],
        shown: str = "inputs/lignee.csv",
        numbers: Sequence[int] | None = None,
    ) -> Lineage:
        """The lineage with the officer's lines in place of the project's; rows have CORRECTION_COLUMNS.

        numbers: line of each row in the file.

        Raises InputError, naming the row, for an unknown commune or cercle, a commune given twice, a
        certainty that is none, or a line that says not who decided it and when.
        """
        found: dict[str, LineageLine] = {}
        for number, row in zip(numbers or range(2, len(rows) + 2), rows, strict=True):
            cells = {name: (row.get(name) or "").strip() for name in CORRECTION_COLUMNS}
            line = self._correction(cells, f"{shown}, ligne {number}")
            if line.commune in found:
                told = f"{shown}, ligne {number} : la commune {line.commune} y est déjà"
                raise _refused(told, "n’en garder qu’une ligne")
            found[line.commune] = line
        return replace(self, lines={**self.lines, **found})

    def _correction(self, cells: Mapping[str, str], where: str) -> LineageLine:
        commune, cercle = cells["commune_2021"], cells["cercle_2025"]
        shared = tuple(filter(None, (code.strip() for code in cells["autres_cercles"].split("|"))))
        if commune not in self.lines:
            raise _refused(
                f"{where} : « {commune} » n’est pas le code d’une commune de 2021",
                f"écrire un code de {FACTS.name}/2021.csv, par exemple ML050704",
            )
        cercles = {unit.code for unit in division("2025").level("cercle")}
        for code in (cercle, *shared):
            if code not in cercles:
                raise _refused(
                    f"{where} : « {code} » n’est pas le code d’un cercle de 2025",
                    f"écrire un code de {FACTS.name}/2025.csv, par exemple ML0408 ; séparer les autres par |",
                )
        if cells["certitude"] not in CERTAINTIES:
            told = f"{where} : certitude « {cells['certitude']} » inconnue"
            raise _refused(told, f"écrire {', '.join(CERTAINTIES)}")
        if not (cells["decide_par"] and _is_day(cells["decide_le"])):
            raise _refused(
                f"{where} : qui a décidé, ou quand, n’est pas dit",
                "remplir decide_par (un nom) et decide_le (une date comme 2026-11-25)",
            )
        return replace(
            self.lines[commune],
            cercle=cercle,
            certainty=cells["certitude"],
            shared=tuple(code for code in dict.fromkeys(shared) if code != cercle),
            evidence=cells["note"] or "décision de l’agent SIG",
            decided_by=cells["decide_par"],
            decided_on=cells["decide_le"],
        )


@cache
def division(key: DivisionKey) -> Division:
    """One of the divisions. Raises BoundaryError where its table of facts is missing or damaged."""
    units = {}
    for row in _rows(FACTS / f"{key}.csv", ("niveau", "code", "nom", "autres_noms", "parent")):
        level: UnitLevel = row["niveau"]  # type: ignore[assignment]
        others = _several(row["autres_noms"])
        units[row["code"]] = Unit(key, level, row["code"], row["nom"], others, row["parent"])
    return Division(key, SINCE[key], units)


@cache
def lineage() -> Lineage:
    """The project's own lines, before any correction. Raises BoundaryError as `division` does."""
    columns = ("commune_2021", "cercle_2025", "certitude", "autres_cercles", "communes_2025", "preuve")
    lines = {
        row["commune_2021"]: LineageLine(
            row["commune_2021"],
            row["cercle_2025"],
            row["certitude"],  # type: ignore[arg-type]
            _several(row["autres_cercles"]),
            _several(row["communes_2025"]),
            row["preuve"],
        )
        for row in _rows(FACTS / "lignee-2021-2025.csv", columns)
    }
    return Lineage(lines)


SINCE: Mapping[DivisionKey, date] = {"2021": date(2016, 1, 1), "2025": date(2023, 3, 13)}
"""First day in force. 2021: with the region of Ménaka, at work since 2016. 2025: laws 2023-006 and 2023-007."""


def division_of(cercles: Mapping[str, str]) -> DivisionKey | None:
    """The division that a set of cercles is of, by agreement of codes and names (code -> name); None for neither.

    Nine in ten must agree, in number and in name: codes alone say nothing, they collide.
    """
    for key in KEYS:
        units = {unit.code: unit for unit in division(key).level("cercle")}
        agree = sum(
            plain(name) in {plain(known) for known in (units[code].name, *units[code].others)}
            for code, name in cercles.items()
            if code in units
        )
        if agree >= 0.9 * max(len(cercles), len(units)):
            return key
    return None


def in_force(day: date) -> DivisionKey:
    """The division in force on a day; for a day before the first one, that one."""
    return next((key for key in reversed(KEYS) if SINCE[key] <= day), KEYS[0])


def _lies_in(key: DivisionKey, code: str, unit: Unit) -> bool:
    return division(key).above(code, unit.level) == unit


def _feeds(line: LineageLine, unit: Unit) -> bool:
    """Whether some land of a line's commune lies in a unit of 2025."""
    if unit.level == "commune":
        return unit.code in line.communes
    return any(_lies_in("2025", cercle, unit) for cercle in (line.cercle, *line.shared))


def _smallest(key: DivisionKey, codes: Iterable[str], finest: UnitLevel) -> Unit | None:
    """The smallest unit of a division, of a level or coarser, that holds all the units named."""
    codes, levels = sorted(codes), get_args(UnitLevel)
    for level in reversed(levels[: levels.index(finest) + 1]):
        above = {division(key).above(code, level) for code in codes}
        if len(above) == 1 and (only := above.pop()):
            return only
    return None


def _weakest(lines: Iterable[LineageLine]) -> Certainty:
    return max((line.certainty for line in lines), key=CERTAINTIES.index, default="à vérifier")


def _several(text: str) -> tuple[str, ...]:
    return tuple(filter(None, text.split("|")))


def _is_day(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


def _rows(path: Path, columns: Iterable[str]) -> list[dict[str, str]]:
    fix = f"reprendre la version d’origine (git checkout {path.parent.parent.name}/{path.parent.name})"
    consequence = "les divisions du Mali ne sont pas connues ; aucune carte n’est produite"
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
    except (OSError, UnicodeDecodeError, csv.Error):
        raise BoundaryError(f"{path} est introuvable ou illisible", consequence, fix) from None
    if not rows or any(row.get(column) is None for row in rows for column in columns):
        raise BoundaryError(f"{path} : colonnes ou lignes manquantes", consequence, fix)
    return rows


def _refused(problem: str, fix: str) -> InputError:
    lost = "la lignée des communes n’est pas sûre ; aucune carte n’est produite avec elle"
    return InputError(problem, lost, fix)
