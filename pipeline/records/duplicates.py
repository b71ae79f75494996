"""Rows that say the same thing twice: within one file, and from one month to the next."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence

from pipeline.french import plain
from pipeline.month import Month
from pipeline.records.problems import Problem, refusal, remark
from pipeline.records.tables import Finding, Table
from pipeline.records.text import quote

RESTART = 10
"""From so many ids in common with earlier months, and more than half of a month's, its numbering is taken to
start anew each month: its dates, all of its own month, show that the rows are other ones."""


def within(
    table: str, texts: dict[str, list[str]], numbers: Sequence[int], kept: Iterable[int]
) -> list[tuple[int, str, Problem]]:
    """(index, column, problem) of each row among `kept` that repeats an earlier one of them.

    incidents: the same id. alertes_flash: the same row, since a report may tell of several events.
    indice_risque: the same commune. couverture: the same commune and partner. lieux and totaux_publies: the
    same names.
    """
    wording = {
        "incidents": ("id",),
        "alertes_flash": tuple(texts),
        "indice_risque": ("region", "cercle", "commune"),
        "couverture": ("region", "cercle", "commune", "partenaire"),
        "totaux_publies": ("month", "table", "name"),
    }[table]
    keys = list(zip(*(_keys(texts[name], table) for name in wording), strict=True))
    seen: dict[tuple[str, ...], list[int]] = {}
    found = []
    for at in kept:
        earlier = seen.setdefault(keys[at], [])
        first = next((one for one in earlier if _comparable(texts, one, at)), None)
        if first is None:
            earlier.append(at)
        else:
            found.append((at, wording[-1] if table != "alertes_flash" else "id_rapport",
                          _repeated(table, texts, numbers, first, at)))  # fmt: skip
    return found


def _keys(column: list[str], table: str) -> list[str]:
    if table in ("incidents", "alertes_flash"):
        return column
    memo = {text: plain(text) for text in set(column)}
    return [memo[text] for text in column]


def _comparable(texts: dict[str, list[str]], first: int, other: int) -> bool:
    """Two communes of one name are two where their P-codes say so."""
    codes = texts.get("pcode")
    if codes is None or "id" in texts or "id_rapport" in texts:
        return True
    return not (codes[first] and codes[other] and codes[first] != codes[other])


def _repeated(
    table: str, texts: dict[str, list[str]], numbers: Sequence[int], first: int, at: int
) -> Problem:
    line = numbers[first]
    same = all(column[first] == column[at] for column in texts.values())
    if same:
        return refusal(
            table,
            f"cette ligne répète mot pour mot la ligne {line}",
            f"supprimer l'une des deux ; si ce sont deux faits, les distinguer ({_telling(table)})",
        )
    differing = [name for name, column in texts.items() if column[first] != column[at]]
    shown = ", ".join(
        f"{name} {quote(texts[name][first], 40)} puis {quote(texts[name][at], 40)}" for name in differing[:3]
    )
    what = f"l'id {quote(texts['id'][at])}" if table == "incidents" else "la même chose"
    return refusal(
        table,
        f"la ligne {line} porte déjà {what}, avec d'autres valeurs ({shown})",
        f"garder la bonne des deux lignes ; si ce sont deux faits, les distinguer ({_telling(table)})",
    )


def _telling(table: str) -> str:
    return {
        "incidents": "un id différent à chaque violation",
        "alertes_flash": "par la localité ou la description",
        "indice_risque": "une seule ligne par commune ; deux communes de même nom par leur P-code",
        "couverture": "une ligne par commune et partenaire",
        "totaux_publies": "un seul total par mois, tableau et nom",
    }[table]


def across(tables: dict[Month, Table]) -> dict[Month, Table]:
    """Refuse each incident whose id an earlier month already holds (see RESTART for the exception)."""
    seen: dict[str, tuple[str, int]] = {}
    out = {}
    for month in sorted(tables):
        table = tables[month]
        ids = list(table.rows["id"])
        again = [at for at, one in enumerate(ids) if one in seen]
        if len(again) >= RESTART and 2 * len(again) > len(ids):
            out[month] = dataclasses.replace(
                table, findings=(_restarted(table, ids[again[0]], seen), *table.findings)
            )
        elif again:
            out[month] = _without(table, again, seen)
        else:
            out[month] = table
        for one, line in zip(out[month].rows["id"], out[month].rows["row"], strict=True):
            seen.setdefault(one, (table.files[0].path, int(line)))
    return out


def _without(table: Table, again: list[int], seen: dict[str, tuple[str, int]]) -> Table:
    rows = table.rows
    added = []
    for at in again:
        one = rows["id"].iat[at]
        file, line = seen[one]
        problem = refusal(
            "incidents",
            f"l'id {quote(one)} est déjà celui de la ligne {line} de {file}",
            "si c'est la même violation, supprimer l'une des deux lignes ; sinon lui donner un id qu'aucune "
            "violation de l'année ne porte",
        )
        added.append(
            finding(table.name, table.files[0].path, int(rows["row"].iat[at]), one, "id", one, problem)
        )
    left = rows.drop(index=rows.index[again]).reset_index(drop=True)
    findings = sorted((*table.findings, *added), key=lambda one: one.row)
    return dataclasses.replace(table, rows=left, findings=tuple(findings))


def _restarted(table: Table, example: str, seen: dict[str, tuple[str, int]]) -> Finding:
    file, line = seen[example]
    problem = remark(
        f"la plupart des id sont déjà ceux d'un mois précédent (par exemple {quote(example)}, ligne {line} de {file})",
        "la numérotation semble recommencer chaque mois : les lignes sont comptées, leurs dates étant du mois",
        "mettre le mois dans l'id, par exemple 2021-06-0001, pour qu'un doublon se voie",
    )
    return finding(table.name, table.files[0].path, 1, "", "id", example, problem)


def finding(table: str, file: str, row: int, id_: str, column: str, value: str, problem: Problem) -> Finding:
    """A problem at its row."""
    return Finding(
        table, file, row, id_, column, value, problem.problem, problem.consequence, problem.fix, problem.refused
    )  # fmt: skip
