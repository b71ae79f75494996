"""Everything the officer put in, for one month and the months of its year before it."""

from __future__ import annotations

from pathlib import Path

from pipeline import files
from pipeline.errors import InputError
from pipeline.month import Month
from pipeline.records import duplicates, folder
from pipeline.records.decisions import read_decisions
from pipeline.records.month_info import DEFAULT, parse_info
from pipeline.records.problems import remark
from pipeline.records.reader import read_table
from pipeline.records.source import read_bytes
from pipeline.records.tables import Decision, Finding, InputFile, Inputs, MonthInfo, Table


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

    A month or a table that has no file is absent from the result ("no data"), which is not the same as a
    file without rows (zero). Raises InputError where the month itself has no folder, or where a file as a
    whole is unusable; bad rows become findings.
    """
    months = folder.months_in(inputs)
    if month not in months:
        there = ", ".join(str(one) for one in months) or "aucun"
        raise InputError(
            f"il n'y a pas de dossier {month} dans {inputs}",
            f"aucune carte n'est produite pour {month.label}",
            f"y mettre les tableaux du mois, ou choisir un mois qui est là avec MONTH= : {there}",
        )
    tables: dict[str, dict[Month, Table]] = {name: {} for name in folder.MONTHLY}
    read: list[InputFile] = []
    told: list[Finding] = []
    infos: dict[Month, MonthInfo] = {}
    for one in (one for one in month.year_to_date() if one in months):
        place = inputs / str(one)
        paths = folder.tables_in(place, folder.MONTHLY, inputs)
        told += folder.leftovers(place, paths, inputs)
        for name, path in paths.items():
            table = read_table(path, name, folder.shown(path, inputs), one, one.year)
            tables[name][one] = table
            read += table.files
        info = place / "mois.toml"
        if info.is_file():
            data = read_bytes(info, folder.shown(info, inputs))
            infos[one] = parse_info(data, folder.shown(info, inputs))
            read.append(InputFile(folder.shown(info, inputs), files.sha256_bytes(data), 0))
    if month not in infos:
        told.append(_no_info(month))
    paths = folder.tables_in(inputs / str(month.year), folder.YEARLY, inputs)
    told += folder.leftovers(inputs / str(month.year), paths, inputs)
    yearly = {
        name: read_table(path, name, folder.shown(path, inputs), None, month.year)
        for name, path in paths.items()
    }
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
        files=(*read, *decided),
        findings=(*told, *findings),
        divisions={one: info.division for one, info in infos.items() if info.division},
    )


def _info(infos: dict[Month, MonthInfo], month: Month) -> MonthInfo:
    """The month's own words; the mark of an example if any month that is drawn is one, since annex 6 shows
    them all."""
    own = infos.get(month, DEFAULT)
    example = any(info.exemple for info in infos.values())
    return MonthInfo(own.bulletin, own.sources, example, own.division)


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
