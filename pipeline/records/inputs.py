"""Everything the officer put in, for one month and the months of its year before it."""

from __future__ import annotations

from pathlib import Path

from pipeline import files
from pipeline.errors import InputError
from pipeline.month import Month
from pipeline.records import duplicates, folder
from pipeline.records.decisions import read_decisions
from pipeline.records.month_info import DECLARED, DEFAULT, parse_info
from pipeline.records.problems import remark
from pipeline.records.reader import empty_rows, read_table
from pipeline.records.recipe import Recipe, read_recipes, recipe_path
from pipeline.records.source import read_bytes, recipe_of
from pipeline.records.tables import (
    OTHER_MONTH,
    Decision,
    Finding,
    InputFile,
    Inputs,
    MonthInfo,
    Table,
)


def latest_month(inputs: Path) -> Month:
    """The last month that has a folder in `inputs`. Raises InputError where there is none."""
    months = folder.months_in(inputs)
    if not months:
        raise InputError(
            f"il n'y a aucun dossier de mois dans {inputs}",
            "aucune carte n'est produite, faute de données",
            "y mettre un dossier par mois, nommé comme 2021-06, avec les tableaux reçus",
        )
    return months[-1]


def read_inputs(inputs: Path, month: Month) -> Inputs:
    """Read the tables of `month`, of the months of its year before it, and of the year.

    A month or a table that has no file, or one without a record of the month, is absent from the result ("no
    data"): zero is what mois.toml declares. A month without a table of its own takes its rows from one of the
    year's folder. Raises InputError where the month itself has no folder, or where a file as a whole is
    unusable; bad rows become findings.
    """
    months = folder.months_in(inputs)
    if month not in months:
        there = ", ".join(str(one) for one in months) or "aucun"
        raise InputError(
            f"il n'y a pas de dossier {month} dans {inputs}",
            f"aucune carte n'est produite pour {month.label}",
            f"y mettre les tableaux du mois, ou choisir un mois qui est là avec MONTH= : {there}",
        )
    recipes, recipe_files = _recipes(inputs)
    tables: dict[str, dict[Month, Table]] = {name: {} for name in folder.MONTHLY}
    read: list[InputFile] = list(recipe_files)
    told: list[Finding] = []
    infos: dict[Month, MonthInfo] = {}
    year = inputs / str(month.year)
    of_year = folder.tables_in(year, (*folder.YEARLY, *folder.MONTHLY), inputs, recipes)
    told += folder.leftovers(year, of_year, inputs)
    for one in (one for one in month.year_to_date() if one in months):
        place = inputs / str(one)
        paths = folder.tables_in(place, folder.MONTHLY, inputs, recipes)
        told += folder.leftovers(place, paths, inputs)
        info = place / "mois.toml"
        if info.is_file():
            data = read_bytes(info, folder.shown(info, inputs))
            infos[one] = parse_info(data, folder.shown(info, inputs))
            read.append(InputFile(folder.shown(info, inputs), files.sha256_bytes(data), 0))
        nothing = infos.get(one, DEFAULT).nothing
        for name in folder.MONTHLY:
            path = paths.get(name) or of_year.get(name)
            if path is None:
                if name in nothing:
                    tables[name][one] = _nothing(name, one)
                continue
            table = _read(path, name, inputs, one, recipes)
            read += table.files
            if _is_received(table, path, name in nothing, inputs):
                tables[name][one] = table
            else:
                told.append(_not_received(table, one))
    folder.refuse_misnamed(inputs / str(month))
    if month not in infos:
        told.append(_no_info(month))
    yearly = {}
    for name in folder.YEARLY:
        if name in of_year:
            table = _read(of_year[name], name, inputs, None, recipes, month.year)
            if table.total:
                yearly[name] = table
            else:
                read += table.files
                told.append(_not_received(table, None))
    read += [file for table in yearly.values() for file in table.files]
    decisions, findings, decided = _decisions(inputs)
    return Inputs(
        month=month,
        info=_info(infos, month),
        incidents=duplicates.across(tables["incidents"]),
        alertes=tables["alertes_flash"],
        risque=tables["indice_risque"],
        couverture=yearly.get("couverture"),
        totaux=yearly.get("totaux_publies"),
        decisions=decisions,
        files=tuple(dict.fromkeys((*read, *decided))),
        findings=(*told, *findings),
    )


def _read(
    path: Path, name: str, inputs: Path, month: Month | None, recipes: tuple[Recipe, ...], year: int = 0
) -> Table:
    shown = folder.shown(path, inputs)
    recipe = recipe_of(path, name, shown, recipes)
    return read_table(path, name, shown, month, month.year if month else year, recipe)


def _is_received(table: Table, path: Path, declared: bool, inputs: Path) -> bool:
    """Whether the table says something of its month: it has a record of it, good or refused, or the officer declares
    that there is none. Raises InputError where both are said, and where an empty table lies beside a look-alike."""
    shown = folder.shown(path, inputs)
    word = DECLARED.get(table.name, "")
    if table.total and declared:
        raise InputError(
            f"{table.month}/mois.toml dit {word} = true, et {shown} a {len(table.rows)} lignes du mois",
            "on ne peut pas savoir lequel est vrai, et aucune carte n'est produite",
            f"enlever {word} de mois.toml si les lignes sont justes, sinon sortir {path.name} du dossier",
        )
    if not table.total and (other := folder.look_alike(path, table.name)):
        raise InputError(
            f"{shown} n'a aucune ligne du mois, et {other.name} à côté ressemble au tableau {table.name}",
            f"les cartes de {table.name} seraient faites sans ses lignes ; aucune carte n'est produite",
            f"supprimer {path.name} et renommer {other.name} en {table.name}{other.suffix.lower()}, si ce sont les "
            "données du mois ; sinon sortir ce fichier du dossier",
        )
    return bool(table.total) or declared


def _not_received(table: Table, month: Month | None) -> Finding:
    """The remark on a table without a record: it is no data, and no zero."""
    word = DECLARED.get(table.name)
    others = table.count_aside(OTHER_MONTH)
    lines = f" de {month.label} ({others} d'autres mois)" if others and month else ""
    problem = remark(
        f"le tableau {table.name} n'a aucune ligne{lines}",
        "il est pris pour un tableau qui n'a pas été reçu : les cartes disent « pas de données », non zéro",
        f"si le mois n'a vraiment rien eu, écrire dans {month}/mois.toml : {word} = true ; sinon remplir le tableau"
        if word
        else "remplir le tableau, ou sortir le fichier du dossier",
    )
    return duplicates.finding(table.name, table.files[0].path, 0, "", "", "", problem)


def _nothing(name: str, month: Month) -> Table:
    """A table that mois.toml declares empty, without a file."""
    return Table(name, month, empty_rows(name), (), ())


def _recipes(inputs: Path) -> tuple[tuple[Recipe, ...], tuple[InputFile, ...]]:
    path = recipe_path(inputs)
    if not path.is_file():
        return (), ()
    shown = folder.shown(path, inputs)
    data = read_bytes(path, shown)
    return read_recipes(data, shown), (InputFile(shown, files.sha256_bytes(data), 0),)


def _info(infos: dict[Month, MonthInfo], month: Month) -> MonthInfo:
    """The month's own words; the mark of an example if any month that is drawn is one, since annex 6 shows
    them all."""
    own = infos.get(month, DEFAULT)
    return MonthInfo(own.bulletin, own.sources, any(info.exemple for info in infos.values()))


def _no_info(month: Month) -> Finding:
    problem = remark(
        f"il n'y a pas de fichier {month}/mois.toml",
        "les cartes ne portent ni numéro de bulletin ni sources, et les données passent pour réelles",
        'l\'écrire : bulletin = "n° 6, juin 2021", sources = "Cluster Protection Mali", exemple = false',
    )
    return duplicates.finding("mois", f"{month}/mois.toml", 0, "", "", "", problem)


def _decisions(inputs: Path) -> tuple[tuple[Decision, ...], tuple[Finding, ...], tuple[InputFile, ...]]:
    path = folder.tables_in(inputs, ("lieux",), inputs).get("lieux")
    if path is None:
        return (), (), ()
    decisions, findings, file = read_decisions(path, folder.shown(path, inputs))
    return decisions, findings, (file,)
