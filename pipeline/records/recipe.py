"""inputs/colonnes.toml: how a partner's export becomes our tables, written once and used every month.

One block a kind of file, under the name of its table:

    [[incidents]]
    colonnes.date = "Date of incident"       # our column = the title in the file
    ordre_des_dates = "mois/jour"            # or "jour/mois"
    feuilles = ["Rapport"]                   # sheets to read; without it, every one that has the columns
    choix_multiples = "separer"              # two types in one answer: two violations; "refuser": refused
    ignorer = ["Commentaire"]                # titles that are none of our columns
    sauter = ["Total"]                       # beginnings of lines that are no records
    valeurs.type = { "Murder" = "Meurtre" }  # answers to translate

A block is used for the files whose titles hold those that it names for the columns that the table needs.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.errors import InputError
from pipeline.french import plain
from pipeline.records.columns import FIELDS
from pipeline.records.tables import closest, header_key, quote, value_key

NAME = "colonnes.toml"
MONTH_FIRST, DAY_FIRST = "mois/jour", "jour/mois"
SPLIT, REFUSE = "separer", "refuser"
_KEYS = ("colonnes", "ordre_des_dates", "feuilles", "choix_multiples", "ignorer", "sauter", "valeurs")
_EXAMPLE = '[[incidents]] puis, à la ligne, colonnes.date = "Date of incident"'


@dataclass(frozen=True)
class Recipe:
    """One block of colonnes.toml. columns: our column -> header_key of the title in the file. order: of dates
    written in figures, "" where the file shall prove it. values: our column -> value_key of an answer -> what it
    means."""

    table: str
    columns: Mapping[str, str] = field(default_factory=dict)
    order: str = ""
    sheets: tuple[str, ...] = ()
    choices: str = ""
    ignored: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def fits(self, cells: Sequence[str]) -> bool:
        """Whether a header line holds every title that the recipe names for a column that the table needs (every
        title, where it names none of those): a question that a form has dropped since is no other form."""
        keys = {header_key(cell) for cell in cells}
        needed = {one.name for one in FIELDS.get(self.table, ()) if one.required}
        named = [key for column, key in self.columns.items() if column in needed] or list(
            self.columns.values()
        )
        return all(key in keys for key in named)

    def translated(self, column: str, text: str) -> str:
        """An answer as the recipe says it is meant."""
        return self.values.get(column, {}).get(value_key(text), text)


NO_RECIPE = Recipe("")


def read_recipes(data: bytes, shown: str) -> tuple[Recipe, ...]:
    """The blocks of colonnes.toml, in order. Raises InputError where one cannot be meant so."""
    try:
        found = tomllib.loads(data.decode("utf-8-sig").replace("\r\n", "\n"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        line = next((word for word in str(error).split() if word.strip("(),").isdigit()), "")
        where = f", ligne {line.strip('(),')}" if line else ""
        raise _wrong(f"{shown} est mal écrit{where}") from None
    recipes = []
    for table, blocks in found.items():
        if table not in FIELDS:
            raise _wrong(
                f"{shown} : le tableau {quote(table)} n’est pas connu ; tableaux : {', '.join(FIELDS)}"
            )
        for block in blocks if isinstance(blocks, list) else [blocks]:
            if not isinstance(block, dict):
                raise _wrong(f"{shown} : {table} n’est pas un bloc")
            recipes.append(_recipe(table, block, shown))
    return tuple(recipes)


def _recipe(table: str, block: Mapping[str, Any], shown: str) -> Recipe:
    for key in block:
        if key not in _KEYS:
            near = closest(key, _KEYS, 1)
            raise _wrong(
                f"{shown} : le mot {quote(key)} n’est pas connu" + (f" ; {near[0]} ?" if near else "")
            )
    columns = _texts(block.get("colonnes", {}), "colonnes", shown)
    values = block.get("valeurs", {})
    if not isinstance(values, dict):
        raise _wrong(f"{shown} : valeurs n’est pas une liste de colonnes")
    known = [one.name for one in FIELDS[table]]
    for name in (*columns, *values):
        if name not in known:
            near = closest(name, known, 1)
            hint = f" ; la plus proche : {near[0]}" if near else ""
            raise _wrong(f"{shown} : {table} n’a pas de colonne {quote(name)}{hint}")
    return Recipe(
        table,
        {name: header_key(title) for name, title in columns.items()},
        _one_of(block, "ordre_des_dates", (MONTH_FIRST, DAY_FIRST), shown),
        _list(block, "feuilles", shown),
        _one_of(block, "choix_multiples", (SPLIT, REFUSE), shown),
        tuple(header_key(title) for title in _list(block, "ignorer", shown)),
        tuple(plain(word) for word in _list(block, "sauter", shown)),
        {
            name: {value_key(text): meant for text, meant in _texts(pairs, f"valeurs.{name}", shown).items()}
            for name, pairs in values.items()
        },
    )


def _texts(value: Any, name: str, shown: str) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(one, str) for one in value.values()):
        raise _wrong(f'{shown} : {name} attend des lignes comme colonnes.date = "Date of incident"')
    return dict(value)


def _list(block: Mapping[str, Any], name: str, shown: str) -> tuple[str, ...]:
    value = block.get(name, [])
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise _wrong(f'{shown} : {name} attend une liste entre crochets, par exemple {name} = ["Total"]')
    return tuple(value)


def _one_of(block: Mapping[str, Any], name: str, allowed: tuple[str, ...], shown: str) -> str:
    value = block.get(name, "")
    if value not in ("", *allowed):
        listed = " ou ".join(f'"{one}"' for one in allowed)
        raise _wrong(f"{shown} : {name} = {value!r} n’est pas permis ; écrire {listed}")
    return str(value)


def _wrong(problem: str) -> InputError:
    return InputError(
        problem,
        "les tableaux que cette recette explique ne peuvent pas être lus ; aucune carte n’est produite",
        f"corriger la ligne, par exemple {_EXAMPLE} ; ou refaire le fichier avec make recette FICHIER=...",
    )


def recipe_path(inputs: Path) -> Path:
    """Where the recipes of a folder of tables stand."""
    return inputs / NAME


def recipe_for(recipes: Sequence[Recipe], table: str, headers: Sequence[Sequence[str]]) -> Recipe:
    """The recipe of `table` that fits one of these lines by most titles, the later one of two: it was asked for again to
    answer otherwise. NO_RECIPE where none does."""
    fitting = [one for one in recipes if one.table == table and any(one.fits(cells) for cells in headers)]
    return max(reversed(fitting), key=lambda one: len(one.columns), default=NO_RECIPE)
