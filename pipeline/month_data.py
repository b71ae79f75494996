"""One month, read and placed: inputs joined to the country, ready for every audience; and the months before it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import pandas as pd

from pipeline.disclosure import read_record
from pipeline.disclosure.policy import policies
from pipeline.disclosure.publish import Record
from pipeline.disclosure.published import Published
from pipeline.errors import InputError
from pipeline.geography.country import Country
from pipeline.indicators import (
    Account,
    AlertEvent,
    Indicators,
    account,
    alert_events,
    coverage_frame,
    incident_frame,
    risk_frame,
)
from pipeline.month import Month
from pipeline.places import Gazetteer, decision_index, files_of, requests_of, resolve_rows, tell_vintages
from pipeline.places.decisions import Decided, Key
from pipeline.places.names import name_key
from pipeline.places.place import Place
from pipeline.records import read_inputs
from pipeline.records.tables import Finding, InputFile, Inputs, Table

# One month, read and placed: inputs joined to the country, ready for every audience.


@dataclass(frozen=True)
class PlacedTable:
    """A table and the place of each of its good rows, in order. destinations: alertes_flash only."""

    table: Table
    places: tuple[Place, ...]
    destinations: tuple[Place | None, ...] = ()


@dataclass(frozen=True)
class MonthData:
    """Everything known of a month: what was read, where each row stands, the exact figures."""

    inputs: Inputs
    placed: tuple[PlacedTable, ...]
    indicators: Indicators
    gazetteer: Gazetteer

    def current(self) -> tuple[PlacedTable, ...]:
        """The tables of the month itself and of its year, without the months before."""
        month = self.inputs.month
        return tuple(item for item in self.placed if item.table.month in (month, None))


def read_month(inputs: Path, month: Month, country: Country) -> MonthData:
    """Read January to `month`, find every row's place, and tally. Raises InputError, also where the month is
    still the empty templates of `make new-month`."""
    found = read_inputs(inputs, month)
    _refuse_untouched(found)
    gazetteer = Gazetteer.of(country)
    decisions = decision_index(found.decisions)
    placed = tuple(_place(table, gazetteer, decisions) for table in found.placed())
    told = [finding for table in found.placed() for finding in _remarks_on_codes(table, gazetteer)]
    told.sort(key=lambda finding: finding.row > 0)  # what is to be known of files comes before their rows
    found = replace(found, findings=(*found.findings, *told))
    return MonthData(found, placed, _indicators(found, placed, country), gazetteer)


def _refuse_untouched(inputs: Inputs) -> None:
    """Every table there and none with a row: no month is like that, and maps that say zero would be believed."""
    month = inputs.month
    tables = [monthly.get(month) for monthly in (inputs.incidents, inputs.alertes, inputs.risque)]
    if any(table is None or table.total for table in tables):
        return
    filled = [str(other) for other, table in inputs.incidents.items() if table.total]
    other = f" ; en attendant, dessiner un autre mois : MONTH={max(filled)}" if filled else ""
    raise InputError(
        f"le mois {month} est vide : incidents, alertes_flash et indice_risque n'ont encore aucune ligne",
        "aucune carte n'est dessinée : elles diraient zéro violation, zéro alerte et zéro commune évaluée",
        f"remplir les tableaux du dossier {month}/{other}",
    )


def _place(table: Table, gazetteer: Gazetteer, decisions: Mapping[Key, Decided]) -> PlacedTable:
    places = tuple(resolve_rows(table.rows, gazetteer, decisions))
    if table.name != "alertes_flash":
        return PlacedTable(table, places)
    going = resolve_rows(table.rows, gazetteer, decisions, prefix="destination_")
    columns = [name for name in table.rows.columns if name.startswith("destination_")]
    told = table.rows[columns].notna().any(axis=1)
    return PlacedTable(
        table, places, tuple(place if there else None for place, there in zip(going, told, strict=True))
    )


def _remarks_on_codes(table: Table, gazetteer: Gazetteer) -> Iterable[Finding]:
    """What the officer should know of the vintage of a table's P-codes: a remark for each file, then one for each
    row that stands out of it."""
    rows = table.rows
    if not rows["pcode"].notna().any():
        return
    for note in tell_vintages(requests_of(rows), files_of(rows), gazetteer):
        meant = "chaque code est lu dans le millésime où il concorde avec le nom écrit à côté, et traduit"
        fix = "donner un seul millésime de P-codes, ou les noms seuls"
        if note.mixed:
            meant += " ; un code sans nom, dont le sens dépend du millésime, est une question"
        yield Finding(table.name, note.file, 0, "", "pcode", "", note.sentence, meant, fix, False)
        for at, problem in note.by_row.items():
            row = rows.iloc[at]
            name = next((str(row[c]) for c in ("id", "id_rapport") if c in rows and row[c]), "")
            yield Finding(
                table.name, note.file, int(row["row"]), name, "pcode", str(row["pcode"]), problem,
                "le code est lu dans ce millésime", "vérifier cette ligne : elle ne vient pas de la même liste",
                False,
            )  # fmt: skip


def _indicators(inputs: Inputs, placed: tuple[PlacedTable, ...], country: Country) -> Indicators:
    accounts: dict[str, dict[str, Account]] = {}
    incidents: list[pd.DataFrame] = []
    risks: list[pd.DataFrame] = []
    alerts: tuple[AlertEvent, ...] | None = None
    coverage: pd.DataFrame | None = None
    for item in placed:
        table = item.table
        period = str(table.month or inputs.month.year)
        accounts.setdefault(period, {})[table.name] = account(table, item.places, country)
        if table.name == "incidents":
            incidents.append(incident_frame(table, item.places, country, name_key))
        elif table.name == "indice_risque":
            risks.append(risk_frame(table, item.places, country))
        elif table.name == "couverture":
            coverage = coverage_frame(table, item.places, country)
        elif table.month == inputs.month:
            alerts = alert_events(table, item.places, item.destinations, country, name_key)
    empty_risk = pd.DataFrame({"month": [], "area": [], "score": [], "level": []})
    return Indicators(
        month=inputs.month,
        info=inputs.info,
        incidents=pd.concat(incidents, ignore_index=True) if incidents else _no_incidents(),
        alerts=alerts,
        risk=pd.concat(risks, ignore_index=True) if risks else empty_risk,
        coverage=coverage,
        months=tuple(sorted(inputs.incidents)),
        risk_months=tuple(sorted(inputs.risque)),
        accounts=accounts,
    )


def _no_incidents() -> pd.DataFrame:
    columns = (
        "month", "id", "date", "region", "region_pcode", "cercle_pcode", "area", "locality", "longitude",
        "latitude", "categorie", "type", "auteur", "sexe", "age", "statut_socioeconomique", "lieu",
        "tranche_horaire", "status",
    )  # fmt: skip
    return pd.DataFrame({column: pd.Series(dtype=object) for column in columns})


# A month among the others: what earlier outputs told, and what the officer should know of it.


def told_before(outputs: Path, month: Month, audience: str) -> Record | None:
    """What the latest outputs of a month before this one, of the same year, told the audience."""
    for earlier in reversed(month.year_to_date()[:-1]):
        found = read_record(outputs / str(earlier) / audience / "manifest.json")
        if found is not None:
            return found
    return None


def remarks(published: Published, outputs: Path, files: Sequence[InputFile]) -> Iterator[str]:
    """Lines to the officer: months that stand as first told; other audiences' maps that were made of other
    rows. files: the inputs read."""
    audience, month = published.audience, published.month
    for changed in published.first_told:
        yield (
            f"Remarque : des lignes {changed.of_label} ont changé depuis que ses cartes sont faites ; ses chiffres fins "
            "restent ceux déjà donnés, car la différence désignerait les cas ajoutés ou corrigés ; pour les "
            f"refaire : make MONTH={changed} AUDIENCE={audience}, puis ce mois-ci"
        )
    shared = [name for name, policy in policies().items() if not policy.exact]
    for other in shared if audience in shared else ():
        made_of = _inputs(outputs / str(month) / other / "manifest.json")
        if other != audience and made_of is not None and made_of != [asdict(file) for file in files]:
            yield (
                f"Remarque : les cartes « {other} » de ce mois sont faites sur d’autres données ; données toutes deux, "
                "leur différence désignerait les cas ajoutés ou corrigés ; les refaire avant de diffuser : "
                f"make MONTH={month} AUDIENCE={other}"
            )


def _inputs(manifest: Path) -> object:
    """The inputs that a manifest tells of, None where it cannot be read."""
    try:
        found = json.loads(manifest.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return found.get("inputs") if isinstance(found, dict) else None
