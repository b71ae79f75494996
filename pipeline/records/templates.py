"""The empty workbooks of a new month: drop-downs that follow each other, and a sheet that explains the columns."""

from __future__ import annotations

import io
from calendar import monthrange
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from pipeline import files
from pipeline.errors import InputError
from pipeline.french import Month, plain
from pipeline.records.columns import FIELDS, FILES, SCORE_LIMIT, Field
from pipeline.records.read import MONTHLY, YEARLY, tables_in
from pipeline.records.tables import header_key, letters
from pipeline.records.values import LATITUDES, LONGITUDES
from pipeline.taxonomy import CATEGORIES

# One empty workbook for one table: drop-downs that follow each other, and a sheet that explains the columns.


Names = Sequence[tuple[str, str, str, str]]
"""(region, cercle, commune, P-code) of each commune; commune and P-code "" where only cercles are known."""

LAST_LINE = 5_000
"""Lines that carry drop-downs; the reader takes any number."""
GUIDE = "Mode d’emploi"
EXAMPLE = "exemple"
"""Sheets that the reader knows to be no part of the table (see read.GUIDE_SHEETS)."""
LISTS = "listes"
_LEFT_OUT = {
    "alertes_flash": ("latitude", "longitude"),
    "indice_risque": ("localite", "latitude", "longitude"),
    "couverture": ("localite", "latitude", "longitude"),
}
_ONE_ROW = {
    "incidents": "Une ligne = une violation documentée.",
    "alertes_flash": "Une ligne = un événement ; un rapport flash peut en compter plusieurs.",
    "couverture": "Une ligne = une commune couverte et son organisation. Le tableau vaut pour toute l’année.",
    "totaux_publies": "Une ligne = un total imprimé dans le bulletin : make check les compare aux données.",
    "indice_risque": "Une ligne = une commune, une fois. Remplir score, ou les questions q1 à q15.",
}
_GENERAL = (
    "Remplir la première feuille, sans changer les titres de colonnes ; les colonnes en bleu sont obligatoires.",
    "Un tableau sans aucune ligne veut dire « pas encore reçu ». Un mois où il n’y a vraiment rien eu se déclare dans "
    "mois.toml : aucun_incident = true, ou aucune_alerte = true.",
)
_PLACES = (
    "Choisir la région, puis le cercle, puis la commune : chaque liste suit la précédente. Un nom qui n’est pas "
    "dans la liste est permis ; il sera rapproché, ou demandé.",
)


def columns_of(table: str) -> list[Field]:
    """The columns that the template of `table` has."""
    return [field for field in FIELDS[table] if field.name not in _LEFT_OUT.get(table, ())]


def _is_needed(field: Field) -> bool:
    return field.required or field.kind == "score"


def workbook(table: str, month: Month, names: Names) -> bytes:
    """The bytes of the template of one monthly table; the same for the same arguments."""
    buffer = io.BytesIO()
    fields = columns_of(table)
    with files.workbook(buffer, datetime(month.year, month.number, 1), title=f"{table} {month}") as book:
        sheet, guide = book.add_worksheet(table), book.add_worksheet(GUIDE)
        example, lists = book.add_worksheet(EXAMPLE), book.add_worksheet(LISTS)
        _headers(book, sheet, fields)
        ranges = _write_lists(lists, fields, names)
        for at, field in enumerate(fields):
            sheet.data_validation(1, at, LAST_LINE, at, _rule(field, fields, month, ranges))
        _headers(book, example, fields)
        filled = _examples(fields, month, names)
        for line, cells in enumerate(filled, start=1):
            example.write_row(line, 0, cells)
        _write_guide(book, guide, table, month, fields, filled)
        lists.hide()
        sheet.activate()
    return buffer.getvalue()


def _examples(fields: list[Field], month: Month, names: Names) -> list[list[str]]:
    """Two filled lines, with places of the lists: what each column looks like once it is filled."""
    lines = []
    for rank, (region, cercle, commune, code) in enumerate(_ordered(names)[:2], start=1):
        place = {"region": region, "cercle": cercle, "commune": commune, "pcode": code}
        cells = []
        for field in fields:
            text = place.get(field.name, field.example)
            if field.kind == "date":
                text = f"{9 + rank:02d}/{month.number:02d}/{month.year}"
            elif field.kind in ("id", "month"):
                text = f"{month}-{rank:04d}" if field.kind == "id" else str(month)
            elif field.name == "localite" or field.name.startswith("destination_"):
                text = ""  # a village of the lists is not one of this commune
            elif field.kind in ("latitude", "longitude", "question"):
                text = ""
            elif field.name == "partenaire":
                text = "Nom de l’organisation"
            elif field.name in ("tableau", "nom"):
                text = (
                    ("region", region)[field.name == "nom"]
                    if rank == 1
                    else ("cercle", cercle)[field.name == "nom"]
                )
            elif field.kind == "category":
                text = CATEGORIES[1].label
            cells.append(text)
        lines.append(cells)
    return lines


def _headers(book: Any, sheet: Any, fields: list[Field]) -> None:
    common = {"bold": True, "border": 1, "valign": "vcenter"}
    needed = book.add_format({**common, "bg_color": "#1F4E79", "font_color": "#FFFFFF"})
    optional = book.add_format({**common, "bg_color": "#E7E6E6"})
    # Everything but dates and numbers is text, or Excel would turn "5-7" into the fifth of July.
    formats = {
        "date": book.add_format({"num_format": "dd/mm/yyyy"}),
        "text": book.add_format({"num_format": "@"}),
    }
    for at, field in enumerate(fields):
        number = field.kind in ("latitude", "longitude", "count", "score", "question")
        width = 7 if field.kind == "question" else 34 if field.kind in ("category", "type", "text") else 18
        sheet.set_column(
            at, at, width, None if number else formats["date" if field.kind == "date" else "text"]
        )
        sheet.write_string(0, at, field.name, needed if _is_needed(field) else optional)
    sheet.freeze_panes(1, 0)


def _ordered(names: Names) -> list[tuple[str, str, str, str]]:
    return sorted(set(names), key=lambda row: tuple(map(plain, row)))


def _write_lists(sheet: Any, fields: list[Field], names: Names) -> dict[str, tuple[str, str, int]]:
    """Fill the hidden sheet; return list -> (column of its values, column of its keys or "", last line).

    Keyed lists hold what follows from a choice: the values of one key stand together.
    """
    rows = _ordered(names)
    cercles = list(dict.fromkeys((region, cercle) for region, cercle, _, _ in rows))
    communes = [(f"{region}|{cercle}", commune) for region, cercle, commune, _ in rows if commune]
    tables: dict[str, list[tuple[str, str]]] = {
        "region": [("", region) for region in dict.fromkeys(row[0] for row in rows)],
        "cercle": cercles,
        "commune": communes,
        "category": [("", category.label) for category in CATEGORIES],
        "type": [(category.label, label) for category in CATEGORIES for label in category.types],
    }
    tables |= {
        field.name: [("", choice) for choice in field.choices]
        for field in fields
        if field.kind in ("event", "choice")
    }
    ranges = {}
    for number, (name, pairs) in enumerate(tables.items()):
        if pairs:
            keys, values = letters(2 * number), letters(2 * number + 1)
            sheet.write_column(f"{keys}1", [f"clé {name}", *(key for key, _ in pairs)])
            sheet.write_column(f"{values}1", [name, *(value for _, value in pairs)])
            ranges[name] = (values, keys if pairs[0][0] else "", len(pairs) + 1)
    return ranges


def _rule(
    field: Field, fields: list[Field], month: Month, ranges: dict[str, tuple[str, str, int]]
) -> dict[str, Any]:
    """The validation of one column: what is offered, and what Excel says of anything else."""
    title = field.name[:32]
    rule: dict[str, Any] = {"input_title": title, "input_message": field.meaning[:255], "error_title": title}
    level = field.name.removeprefix("destination_")
    if field.kind == "place" and level in ranges:
        source = _source(level, field.name.removesuffix(level), fields, ranges)
        said = "Ce nom n’est pas dans la liste : il sera rapproché des noms connus, ou demandé. Le garder ?"
        return {**rule, "validate": "list", "source": source, "error_type": "warning", "error_message": said}
    if field.kind in ("category", "type", "event", "choice"):
        name = field.kind if field.kind in ("category", "type") else field.name
        said = "Choisir une valeur de la liste."
        return {
            **rule,
            "validate": "list",
            "source": _source(name, "", fields, ranges),
            "error_message": said,
        }
    if field.kind == "date":
        last = date(month.year, month.number, monthrange(month.year, month.number)[1])
        said = f"Écrire un jour {month.of} {month.year}, par exemple {last:%d/%m/%Y}."
        return {**rule, "validate": "date", "criteria": "between", "minimum": month.first_day, "maximum": last,
                "error_message": said}  # fmt: skip
    bounds = {
        "latitude": ("decimal", *LATITUDES),
        "longitude": ("decimal", *LONGITUDES),
        "count": ("integer", 0, 1_000_000),
        "score": ("decimal", 0, SCORE_LIMIT),
        "question": ("decimal", 0, SCORE_LIMIT),
    }.get(field.kind)
    if bounds is None:
        return {**rule, "validate": "any"}
    kind, low, high = bounds
    said = f"Écrire un nombre de {low:g} à {high:.7g}".replace(".", ",") + "."
    return {
        **rule,
        "validate": kind,
        "criteria": "between",
        "minimum": low,
        "maximum": high,
        "error_message": said,
    }


def _source(name: str, prefix: str, fields: list[Field], ranges: dict[str, tuple[str, str, int]]) -> str:
    """The formula of a drop-down: a whole list, or the part of it that the cells before choose.

    OFFSET on a sorted list rather than INDIRECT on named ranges: names of places hold hyphens, spaces and
    apostrophes, which names of ranges may not.
    """
    values, keys, last = ranges[name]
    if not keys:
        return f"={LISTS}!${values}$2:${values}${last}"
    at = {field.name: f"${letters(index)}2" for index, field in enumerate(fields)}
    key = {
        "cercle": lambda: at[f"{prefix}region"],
        "commune": lambda: f'{at[f"{prefix}region"]}&"|"&{at[f"{prefix}cercle"]}',
        "type": lambda: at["categorie"],
    }[name]()
    column = f"{LISTS}!${keys}$2:${keys}${last}"
    return f"=OFFSET({LISTS}!${values}$1,MATCH({key},{column},0),0,COUNTIF({column},{key}),1)"


def _write_guide(
    book: Any, sheet: Any, table: str, month: Month, fields: list[Field], filled: list[list[str]]
) -> None:
    """filled: the lines of `_examples`; the guide shows the first, and where people went the places of the last."""
    bold = book.add_format({"bold": True, "bottom": 1})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.write_string(0, 0, f"{table}, {month.label}", book.add_format({"bold": True, "font_size": 14}))
    lines = (
        _ONE_ROW[table],
        *_GENERAL,
        *(_PLACES if "cercle" in {field.name for field in columns_of(table)} else ()),
    )
    for at, text in enumerate(lines, start=1):
        sheet.write_string(at, 0, text)
    top = len(lines) + 2
    sheet.write_row(
        top, 0, ("Titre", "Obligatoire", "Ce qu’il faut y écrire", "Exemple", "Valeurs permises"), bold
    )
    last = dict(zip((field.name for field in fields), filled[-1], strict=True)) if filled else {}
    places = {f"destination_{level}": last.get(level, "") for level in ("region", "cercle", "commune")}
    for line, field in enumerate(fields, start=top + 1):
        listed = "\n".join(field.choices)
        told = places.get(field.name, "") or (filled[0][line - top - 1] if filled else "") or field.example
        cells = (field.name, "oui" if _is_needed(field) else "non", field.meaning, told, listed)
        for column, text in enumerate(cells):
            sheet.write_string(line, column, text, wrapped)
    for column, width in enumerate((24, 12, 60, 24, 70)):
        sheet.set_column(column, column, width)


# A new month: its folder, with one template a table and a mois.toml to complete.


_INFO = """\
# À vérifier chaque mois. « bulletin » et « sources » sont imprimés sur les cartes.
# « exemple = true » imprime « DONNÉES D’EXEMPLE » : seulement si les données sont une reconstruction.
bulletin = "n° {number}, {label}"
sources = "Cluster Protection Mali, système de monitoring de protection"
exemple = false
"""


def write_templates(inputs: Path, month: Month, names: Names) -> list[Path]:
    """Make inputs/<month>/ with an empty XLSX for each monthly table and a mois.toml, and the year's tables where the
    year has none; return their paths. Each workbook holds a sheet of filled lines to look at.

    names: (region, cercle, commune, P-code) of every commune, in any order, for the drop-downs; commune and
    P-code "" where only cercles are known. The bulletin's number is taken for the month's, as the report of
    June 2021 is number 6. Raises InputError, and writes nothing, where the month already has one of them.
    """
    place = inputs / str(month)
    there = _already_there(place)
    if there:
        raise InputError(
            f"le dossier {month}/ contient déjà {', '.join(there)}",
            "rien n’est écrit, pour ne pas remplacer vos données",
            f"continuer avec ces fichiers ; pour repartir de modèles vides, sortir d’abord {', '.join(there)} "
            "du dossier, ou choisir un autre mois avec MONTH=",
        )
    contents = {place / f"{table}.xlsx": workbook(table, month, names) for table in MONTHLY}
    contents[place / "mois.toml"] = _INFO.format(number=month.number, label=month.label).encode()
    year = inputs / str(month.year)
    given = tables_in(year, YEARLY, inputs)
    contents |= {
        year / f"{table}.xlsx": workbook(table, month, names) for table in YEARLY if table not in given
    }
    for path, content in contents.items():
        files.write_bytes(path, content)
    return list(contents)


def _already_there(place: Path) -> list[str]:
    """Files of the month's folder that hold, under any spelling or ending, what a template would."""
    wanted = {header_key(name) for table in MONTHLY for name in (table, *FILES[table])} | {"mois"}
    if not place.is_dir():
        return [] if not place.exists() else [place.name]
    return sorted(path.name for path in place.iterdir() if header_key(path.stem) in wanted)
