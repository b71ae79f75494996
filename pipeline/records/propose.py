"""`make recette`: a recipe proposed from a file, in plain questions, shown on ten rows, and written once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path

from pipeline import files
from pipeline.errors import InputError
from pipeline.french import Month, agree
from pipeline.records.columns import FIELDS, FILES, Field, header_score, match_headers, missing_columns
from pipeline.records.files import Grid, in_two_lines
from pipeline.records.read import MONTHLY, YEARLY, grids_of, joined, months_in, read_bytes, read_table
from pipeline.records.recipe import DAY_FIRST, MONTH_FIRST, SPLIT, Recipe, read_recipes, recipe_path
from pipeline.records.tables import PLACE_COLUMNS, RecordTable, clean, closest, header_key, quote, value_key
from pipeline.records.values import (
    DOUBTFUL,
    NotADate,
    category_index,
    event_index,
    find_category,
    month_first,
    read_date,
    read_month,
    several_types,
    type_index,
    unranked,
)

Ask = Callable[[str, str], str]
"""A question and the answer proposed -> the officer's answer ("" accepts the proposal)."""
SHOWN = 10
SURE = 0.6
"""A column is proposed by its answers where so many of them are values of ours."""


@dataclass
class Proposal:
    """What is known of a file so far. columns: our column -> title in the file. values: our column -> answer ->
    meaning, "" where nobody has said. order, split: as in Recipe."""

    table: str
    sheet: Grid
    header: list[str]
    columns: dict[str, str] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    order: str = ""
    split: bool = False

    @property
    def needless(self) -> bool:
        """Whether the file says everything in our own words, so that its name is enough."""
        own = all(header_key(title) == header_key(name) for name, title in self.columns.items())
        return own and not any(self.values.values()) and not self.split and self.order != MONTH_FIRST

    def cells(self, title: str) -> list[str]:
        """The answers under a title, cleaned, empty ones left out."""
        at = self.header.index(title)
        start = self.sheet.lines.index(self.header) + 1
        return [text for line in self.sheet.lines[start:] if at < len(line) and (text := clean(line[at]))]


def propose(path: Path, ask: Ask, say: Callable[[str], None], table: str = "") -> Proposal:
    """Work out how a file is to be read, asking what its titles and answers do not tell. Raises InputError where it
    is no table, or a needed column has no answer."""
    data = read_bytes(path, path.name)
    tables = (*MONTHLY, *YEARLY)
    table = next(
        (one for one in tables if table and header_key(table) in map(header_key, (one, *FILES[one]))), table
    )
    if table and table not in tables:
        raise _no_table(table)
    best: tuple[int, int, Grid, list[str], str] | None = None
    for name in (table,) if table else tables:
        sheets = grids_of(data, name, path.name)
        for rank, sheet in enumerate((*joined(sheets), *sheets)):
            sheet, index, points = in_two_lines(sheet, partial(header_score, table=name))
            if sheet.lines and (best is None or (points, -rank) > best[:2]):
                best = (points, -rank, sheet, sheet.lines[index], name)
    if best is None:
        raise InputError(f"{path.name} est vide", "aucune recette n’est écrite", "donner le fichier reçu")
    _, _, sheet, header, name = best
    question = "De quel tableau s’agit-il ? (incidents, alertes_flash, indice_risque, couverture)"
    table = table or ask(question, name) or name
    if table not in tables:
        raise _no_table(table)
    found = Proposal(table, sheet, header)
    say(f"{path.name} est lu comme {table} ({len(sheet.lines) - 1} lignes).")
    _columns(found, ask)
    _dates(found, ask)
    _values(found, ask)
    return found


def _no_table(given: str) -> InputError:
    return InputError(
        f"TABLEAU={given!r} n’est pas un tableau",
        "aucune recette n’est écrite",
        f"choisir {', '.join((*MONTHLY, *YEARLY))}",
    )


def _columns(found: Proposal, ask: Ask) -> None:
    """Which title is which column: those that the reader knows, then those whose answers look like ours."""
    known = match_headers(found.header, found.table, "")
    used = set(known.written.values())
    own = [title for title in found.header if clean(title) and not title.startswith("_")]
    free = [title for title in own if title not in used]
    needed = missing_columns(known, found.table)
    near = {column: title for title, column in known.doubtful}
    # A form's own way to say a column makes the recipe know such files again.
    found.columns = {
        name: title
        for name, title in known.written.items()
        if name in FORM_COLUMNS or (title in own and header_key(title) != header_key(name))
    }
    for one in FIELDS[found.table]:
        # A place's own columns are asked for even where codes or positions would do: names are what people read.
        if not (one.name in needed or (one.required and one.name not in known.positions)):
            continue
        likely = near.get(one.name) or _by_answers(one, found, free)
        question = f"Quelle colonne donne {one.name} ({one.meaning.lower()}) ? Titres : {', '.join(free)}"
        title = ask(question, likely) or likely
        if not title and one.name in needed:
            raise InputError(
                f"aucune colonne n’est reconnue pour {one.name} ; titres libres : {', '.join(map(quote, free)) or 'aucun'}",
                "la recette n’est pas écrite",
                f"relancer make recette sans OUI=1 et répondre ; ou écrire dans colonnes.toml (dossier des tableaux) : "
                f'[[{found.table}]] puis colonnes.{one.name} = "le titre"',
            )
        if title and title in found.header:
            found.columns[one.name] = title
            free = [other for other in free if other != title]


FORM_COLUMNS = ("latitude", "longitude")


def _by_answers(one: Field, found: Proposal, free: Sequence[str]) -> str:
    """The free title whose answers are most often values of this column; "" where none is often enough."""
    if one.kind not in ("date", "category", "type", "event", "score", "place"):
        return ""
    shares = {title: _share(one, found.cells(title)) for title in free}
    best = max(shares, key=lambda title: shares[title], default="")
    return best if best and shares[best] >= SURE else ""


def _share(one: Field, cells: Sequence[str]) -> float:
    told = cells[:500]
    return sum(_is_value(one, cell) for cell in told) / len(told) if told else 0.0


def _is_value(one: Field, cell: str) -> bool:
    if one.kind == "date":
        return _date(cell)
    if one.kind == "category":
        return find_category(cell) is not None
    if one.kind == "type":
        return value_key(unranked(cell)) in type_index() or bool(several_types(cell))
    if one.kind == "event":
        return value_key(unranked(cell)) in event_index()
    return False


def _date(cell: str) -> bool:
    for order in (False, True):
        try:
            return bool(read_date(cell, order))
        except NotADate:
            continue
    return False


def _title(found: Proposal, column: str) -> str:
    named = {column: header_key(found.columns[column])} if column in found.columns else {}
    known = match_headers(found.header, found.table, "", named)
    return found.header[known.positions[column]] if column in known.positions else ""


def _dates(found: Proposal, ask: Ask) -> None:
    """The order of the dates, where the file does not prove it."""
    title = _title(found, "date") if any(one.name == "date" for one in FIELDS[found.table]) else ""
    if not title:
        return
    proven = month_first(found.cells(title), None)
    if proven is True:
        found.order = MONTH_FIRST
    elif proven is False or proven == DOUBTFUL:
        figures = [cell for cell in found.cells(title) if "/" in cell]
        if figures and all(cell.replace("-", "/").split("/")[0] != cell[:4] for cell in figures):
            answer = ask(f"Dans {quote(figures[0])}, qu’est-ce qui vient d’abord ? (jour ou mois)", "jour")
            found.order = MONTH_FIRST if answer.strip().lower().startswith("m") else DAY_FIRST


def _values(found: Proposal, ask: Ask) -> None:
    """Answers of the closed columns that are not ours: what each means."""
    lists = {"categorie": category_index(), "type": type_index(), "evenement": event_index()}
    for one in FIELDS[found.table]:
        title = _title(found, one.name) if one.name in lists else ""
        for cell in dict.fromkeys(found.cells(title)) if title else ():
            if _is_value(one, cell):
                single = one.name != "type" or value_key(unranked(cell)) in type_index()
                found.split = found.split or not single
                continue
            choices = list(one.choices)
            near = (closest(cell, choices, 1) or [""])[0]
            answer = ask(f"Que veut dire {quote(cell)} dans {one.name} ? ({', '.join(choices)})", "") or ""
            meant = answer if value_key(answer) in lists[one.name] else ""
            found.values.setdefault(one.name, {})[cell] = meant
            if not meant and near:
                found.values[one.name][cell] = f"?{near}"


def as_toml(found: Proposal, name: str) -> str:
    """The block of colonnes.toml. An answer that nobody explained stands as a remark with the nearest of ours."""
    lines = [f"# Proposé par make recette à partir de {name} ; à corriger au besoin.", f"[[{found.table}]]"]
    lines += [f"colonnes.{column} = {_text(title)}" for column, title in found.columns.items()]
    if found.order:
        lines.append(f"ordre_des_dates = {_text(found.order)}")
    if found.split:
        lines.append(f"choix_multiples = {_text(SPLIT)}  # deux types dans une réponse : deux violations")
    for column, pairs in found.values.items():
        known = {cell: meant for cell, meant in pairs.items() if meant and meant[0] != "?"}
        if known:
            told = ", ".join(f"{_text(cell)} = {_text(meant)}" for cell, meant in known.items())
            lines.append(f"valeurs.{column} = {{ {told} }}")
        lines += [
            f"# {column} {_text(cell)} n’est pas dans nos listes" + (f" ; {meant[1:]} ?" if meant else "")
            for cell, meant in pairs.items()
            if cell not in known
        ]
    return "\n".join(lines) + "\n"


def _text(value: str) -> str:
    """A text of TOML."""
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def rows_shown(table: RecordTable) -> list[str]:
    """Ten rows as they would be read, one line each."""
    names = [one for one in ("id", "id_rapport", "date", *PLACE_COLUMNS[:4], "categorie", "type", "evenement", "score")
             if one in table.rows]  # fmt: skip
    rows = table.rows.head(SHOWN)
    return [
        " | ".join(names),
        *(" | ".join(str(row[name] or "–") for name in names) for _, row in rows.iterrows()),
    ]


def _year(found: Proposal, path: Path, inputs: Path, month: Month | None) -> int:
    """Of a month written without one, and of the days that messages write: as the folder that the file stands in will be
    read; else of `month`, of most of the file's dates, of the latest month that is there."""
    folder = re.match(r"20\d\d(?=-\d\d$|$)", path.resolve().parent.name)
    if folder or month:
        return int(folder[0]) if folder else month.year if month else 0
    told = Counter(year for one in FIELDS[found.table] for year in _years(found, one))
    months = months_in(inputs)
    return told.most_common(1)[0][0] if told else months[-1].year if months else date.today().year


def _years(found: Proposal, one: Field) -> Iterator[int]:
    """Of each cell of a column of days or months that writes one."""
    title = _title(found, one.name) if one.kind in ("date", "month") else ""
    for cell in found.cells(title) if title else ():
        with suppress(NotADate):
            if one.kind == "date":
                yield read_date(cell, found.order == MONTH_FIRST).year
            elif re.search(r"\d{4}", cell):
                yield read_month(cell, 0).year


def make_recipe(
    path: Path,
    inputs: Path,
    ask: Ask,
    say: Callable[[str], None],
    table: str = "",
    month: Month | None = None,
) -> Path:
    """Propose the recipe of a file, show what it reads, and add it to colonnes.toml once the officer agrees. month: at
    hand, None where none is asked for. Raises InputError where the file or an answer will not do; nothing is then
    written."""
    if not path.is_file():
        raise InputError(
            f"FICHIER={str(path)!r} n’est pas un fichier" if str(path) != "." else "FICHIER= n’est pas donné",
            "aucune recette n’est écrite",
            "donner l’export reçu, par exemple make recette FICHIER=inputs/2021/export.xlsx",
        )
    found = propose(path, ask, say, table)
    block = as_toml(found, path.name)
    recipe: Recipe = read_recipes(block.encode(), "colonnes.toml")[0]
    year = _year(found, path, inputs, month)
    read = read_table(path, found.table, path.name, None, year, recipe)
    for line in (*rows_shown(read), ""):
        say(line)
    refused = len(read.refused)
    aside = f"{len(read.aside)} hors tableau"
    say(f"{len(read.rows)} lignes lues, {refused} {agree(refused, 'refusée')}, {aside}")
    for finding in read.refused[:3]:
        say(f"Refusée, ligne {finding.row} : {finding.problem}")
    say("")
    target = recipe_path(inputs)
    if found.needless:
        say(
            f"Ce fichier se lit sans recette : le mettre dans le dossier du mois, sous le nom {found.table}{path.suffix}"
        )
        return target
    say(block)
    if ask(f"Ajouter ce bloc à {target} ? (oui ou non)", "oui").strip().lower()[:1] not in ("", "o"):
        say("Rien n’est écrit.")
        return target
    before = target.read_text("utf-8") if target.is_file() else ""
    files.write_text(target, f"{before.rstrip()}\n\n{block}".lstrip())
    say(f"Écrit : {target} ; les mois suivants ne demandent plus rien")
    return target
