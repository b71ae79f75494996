"""One month, read and placed: inputs joined to the country, ready for every audience; and the months before it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from pipeline import cache
from pipeline.disclosure import read_record
from pipeline.disclosure.policy import policies
from pipeline.disclosure.publish import Record
from pipeline.disclosure.published import Published
from pipeline.errors import InputError
from pipeline.french import Month, listing
from pipeline.geography import load
from pipeline.geography.country import Country
from pipeline.geography.divisions import KEYS, DivisionKey, in_force
from pipeline.geography.retold import at_hand, chosen, held, in_division, read_on
from pipeline.geography.store import RELIEF, approximate_country
from pipeline.indicators import (
    Account,
    AlertEvent,
    Elsewhere,
    Indicators,
    account,
    accounts_by_sheet,
    alert_events,
    coverage_frame,
    incident_frame,
    retold_rows,
    risk_frame,
)
from pipeline.places import Gazetteer, decision_index, files_of, requests_of, resolve_rows, tell_vintages
from pipeline.places.decisions import Decided, DecisionKey, with_codes
from pipeline.places.names import name_key
from pipeline.places.place import Place
from pipeline.places.retold import Retelling
from pipeline.records import read_inputs
from pipeline.records.columns import told_files
from pipeline.records.read import read_lineage
from pipeline.records.tables import REFUSED_MEANS, Finding, InputFile, Inputs, RecordTable

# One month, read and placed: inputs joined to the country, ready for every audience.

ToldDivisions = Mapping[Month, str]
"""Month -> the division of Mali that its figures were told in before; months that were not told are left out."""


@dataclass(frozen=True)
class PlacedTable:
    """A table and the place of each of its good rows, in order. destinations: alertes_flash only. read: the places, and
    where people went, as they were read, before they were told in the division drawn."""

    table: RecordTable
    places: tuple[Place, ...]
    destinations: tuple[Place | None, ...] = ()
    read: tuple[tuple[Place, ...], tuple[Place | None, ...]] = ((), ())


@dataclass(frozen=True)
class MonthData:
    """Everything known of a month: what was read, where each row stands, the exact figures."""

    inputs: Inputs
    placed: tuple[PlacedTable, ...]
    indicators: Indicators
    gazetteer: Gazetteer
    drawn: Mapping[str, str] = field(default_factory=dict)
    """P-code -> name of the regions and cercles of the division drawn."""

    def current(self) -> tuple[PlacedTable, ...]:
        """The tables of the month itself and of its year, without the months before."""
        month = self.inputs.month
        return tuple(item for item in self.placed if item.table.month in (month, None))


def country_for(
    boundaries: Path, inputs: Path, month: Month, asked: str = "", told: ToldDivisions = MappingProxyType({})
) -> Country:
    """The country that a month is drawn on: boundaries/mali.gpkg in the division that DIVISION= asks for, else in
    the month's own. Raises BoundaryError, and InputError for inputs/lignee.csv."""
    lineage, _ = read_lineage(inputs)
    files, ground = (boundaries, boundaries.with_name(RELIEF)), (str(boundaries), lineage.lines)

    def make() -> Country:
        made_of = cache.checksum(ground, files)
        country = replace(load(boundaries), lineage=lineage, made_of=made_of)
        # Approximate communes that rows are read on are made of the facts alone, and of this lineage.
        country = read_on(country, lambda: replace(approximate_country(), made_of=f"{made_of} lecture"))
        key = chosen(country, asked, month.last_day) if asked else own_division(country, month, told)
        return in_division(country, key)

    which = (asked, told.get(month, ""), in_force(month.last_day))
    return cache.kept("pays", (ground, which), make, files)


def own_division(country: Country, month: Month, told: ToldDivisions) -> DivisionKey | None:
    """The division that a month's figures are told in, whichever it is drawn in: the one that it was told in before,
    where the boundaries at hand can be drawn in it (boundaries that arrive later make no second release); else the one
    in force in the month among those at hand."""
    there = {one.key for one in held(country)}
    before = next((key for key in there if key == told.get(month)), None)
    return before or chosen(country, "", month.last_day)


def told_divisions(outputs: Path, year: int) -> dict[Month, str]:
    """Month of a year -> the division that it was first told in, as the manifests of its outputs say: of its own, or of
    a later month that tells it too."""
    found: dict[Month, str] = {}
    for manifest in sorted(outputs.glob(f"{year}-[01][0-9]/*/manifest.json")):
        record = read_record(manifest)
        for month, key in record.divisions.items() if record else ():
            if key:
                found.setdefault(month, key)
    return found


def read_month(
    inputs: Path, month: Month, country: Country, told: ToldDivisions = MappingProxyType({})
) -> MonthData:
    """Read January to `month`, find every row's place, and tally. told: as in `own_division`. Raises InputError, also
    where the month is still the empty templates of `make new-month`."""
    found = read_inputs(inputs, month)
    _refuse_nothing_received(found)
    ground = country.reading or country
    gazetteer = cache.kept("noms des lieux", ground.said, lambda: Gazetteer.of(ground).indexed())
    found = _with_coded_decisions(found, gazetteer)
    decisions = decision_index(found.decisions)

    def read_places(table: RecordTable) -> tuple[PlacedTable, list[Finding]]:
        told = declared(found, table)

        def make() -> tuple[PlacedTable, list[Finding]]:
            item = _scored_once(_place(table, gazetteer, decisions, told))
            return item, list(_remarks_on_codes(item.table, gazetteer))

        given = ground.said and (ground.said, table, decisions, told)
        return cache.kept("lieux d’un tableau", given, make)

    told_of = list(map(read_places, found.placed()))
    read = tuple(item for item, _ in told_of)
    found = _with_tables(found, read)
    placed = _retold(read, found, country)
    remarked = [finding for _, findings in told_of for finding in findings]
    remarked.sort(key=lambda finding: finding.row > 0)  # what is to be known of files comes before their rows
    found = replace(found, findings=(*found.findings, *remarked))
    drawn = {**country.names("region"), **country.names("cercle")}
    indicators = _indicators(found, placed, country)
    indicators = replace(indicators, elsewhere=_elsewhere(indicators, read, found, country, told))
    return MonthData(found, placed, indicators, gazetteer, drawn)


def _with_coded_decisions(found: Inputs, gazetteer: Gazetteer) -> Inputs:
    """The inputs with decisions by P-code; one whose name is of no commune, or of several, is refused."""
    coded, unclear = with_codes(found.decisions, gazetteer)
    file = next(
        (one.path for one in found.files if "/" not in one.path and one.path.lower().startswith("lieux")),
        "lieux",
    )
    told = [
        Finding("lieux", file, line.row, "", "pcode", line.pcode, problem, REFUSED_MEANS["lieux"], fix, True)
        for line, problem, fix in unclear
    ]
    return replace(found, decisions=coded, findings=(*found.findings, *told))


def _retold(read: tuple[PlacedTable, ...], inputs: Inputs, country: Country) -> tuple[PlacedTable, ...]:
    """The tables with their places told in the country's division."""
    if country.reading is None:
        return read
    found = []
    for item in read:
        told = Retelling(country, written_in(inputs, item.table)).told
        going = tuple(place and told(place) for place in item.destinations)
        found.append(
            PlacedTable(item.table, tuple(map(told, item.places)), going, (item.places, item.destinations))
        )
    return tuple(found)


def _elsewhere(
    indicators: Indicators,
    read: tuple[PlacedTable, ...],
    inputs: Inputs,
    country: Country,
    told: ToldDivisions,
) -> Elsewhere | None:
    """The months whose own division is not the one drawn."""
    ground = at_hand(country)
    own = {month: own_division(ground, month, told) for month in indicators.months}
    theirs = tuple(month for month, key in own.items() if country.division and key != country.division)
    if not theirs:
        return None
    there = in_division(ground, own[theirs[-1]])
    months = {str(month) for month in theirs}
    tables = tuple(item for item in read if str(item.table.month) in months or item.table.month is None)
    found = _indicators(inputs, _retold(tables, inputs, there), there)
    return Elsewhere(replace(found, months=theirs, alerts=None), there)


def _refuse_nothing_received(inputs: Inputs) -> None:
    """No table of the month has a row, and none is declared empty: nothing can be drawn that would be true."""
    month = inputs.month
    if any(month in monthly for monthly in (inputs.incidents, inputs.alertes, inputs.risque)):
        return
    filled = [str(other) for other, table in inputs.incidents.items() if table.total]
    other = f" ; en attendant, dessiner un autre mois : MONTH={max(filled)}" if filled else ""
    raise InputError(
        f"le mois {month} est vide : ni incidents, ni alertes_flash, ni indice_risque n’a de ligne du mois",
        "aucune carte n’est dessinée : elles diraient zéro violation, zéro alerte et zéro commune évaluée",
        f"remplir les tableaux du dossier {month}/ ; si le mois n’a vraiment rien eu, écrire dans {month}/mois.toml : "
        f"aucun_incident = true{other}",
    )


def _scored_once(item: PlacedTable) -> PlacedTable:
    """A commune that two rows score differently, under two spellings or beside its code, is refused in both: which
    one is right only the officer knows. Two rows that agree count once; the second is refused as a repetition."""
    table = item.table
    if table.name != "indice_risque":
        return item
    rows: dict[str, list[int]] = {}
    for at, place in enumerate(item.places):
        if place.commune_pcode and not place.question:
            rows.setdefault(place.commune_pcode, []).append(at)
    told: dict[int, Finding] = {}
    for code, places in rows.items():
        if len(places) > 1:
            agree = len({table.rows["score"].iat[at] for at in places}) == 1
            for at in places[1:] if agree else places:
                told[at] = _scored_twice(table, at, code, places)
    kept = [at for at in range(len(item.places)) if at not in told]
    left = replace(
        table,
        rows=table.rows.iloc[kept].reset_index(drop=True),
        findings=(*table.findings, *told.values()),
    )
    return replace(item, table=left, places=tuple(item.places[at] for at in kept)) if told else item


def _scored_twice(table: RecordTable, at: int, code: str, places: list[int]) -> Finding:
    rows = table.rows
    lines = [
        f"ligne {rows['row'].iat[one]} ({rows['commune'].iat[one] or rows['pcode'].iat[one] or '–'} : "
        f"{rows['score'].iat[one]:g})"
        for one in places
    ]
    return Finding(
        table.name, str(rows["file"].iat[at]), int(rows["row"].iat[at]), "", "commune",
        str(rows["commune"].iat[at] or ""), f"la commune {code} est évaluée {len(places)} fois : {listing(lines)}",
        REFUSED_MEANS[table.name], "ne garder que la bonne ligne ; si ce sont deux communes, écrire le P-code de chacune",
        True,
    )  # fmt: skip


def _with_tables(found: Inputs, placed: tuple[PlacedTable, ...]) -> Inputs:
    """The inputs with each table as it is once its places are known."""
    scored = {item.table.month: item.table for item in placed if item.table.name == "indice_risque"}
    return replace(found, risque={month: scored[month] for month in found.risque})


def written_in(inputs: Inputs, table: RecordTable) -> DivisionKey:
    """The division that a table's names are of, where both have them: as its mois.toml says, else the one in force
    in its month (a year's table: in the month drawn)."""
    return declared(inputs, table) or in_force((table.month or inputs.month).last_day)


def declared(inputs: Inputs, table: RecordTable) -> DivisionKey | None:
    """The division that mois.toml says a table is written in (a year's table: that of the month drawn)."""
    told = inputs.divisions.get(table.month or inputs.month, "")
    return next((key for key in KEYS if key == told), None)


def _place(
    table: RecordTable,
    gazetteer: Gazetteer,
    decisions: Mapping[DecisionKey, Decided],
    told: DivisionKey | None,
) -> PlacedTable:
    places = tuple(resolve_rows(table.rows, gazetteer, decisions, told=told))
    if table.name != "alertes_flash":
        return PlacedTable(table, places)
    going = resolve_rows(table.rows, gazetteer, decisions, prefix="destination_")
    columns = [name for name in table.rows.columns if name.startswith("destination_")]
    leaves = table.rows[columns].notna().any(axis=1)
    return PlacedTable(
        table, places, tuple(place if there else None for place, there in zip(going, leaves, strict=True))
    )


def _remarks_on_codes(table: RecordTable, gazetteer: Gazetteer) -> Iterable[Finding]:
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
            incidents.append(incident_frame(table, item.places, country, name_key, written_in(inputs, table)))
        elif table.name == "indice_risque":
            risks.append(risk_frame(table, item.places, country))
        elif table.name == "couverture":
            coverage = coverage_frame(table, item.places, country)
        elif table.month == inputs.month:
            alerts = alert_events(
                table, item.places, item.destinations, country, name_key, written_in(inputs, table)
            )
    current = [place for item in placed if item.table.month in (inputs.month, None) for place in item.places]
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
        retold=retold_rows(current, country),
        sheets={
            item.table.name: accounts_by_sheet(item.table, item.places, country)
            for item in placed
            if item.table.month in (inputs.month, None)
        },
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
    rows. files: the inputs read (see `files_of`)."""
    audience, month = published.audience, published.month
    for changed in (month for month in published.first_told if month not in published.repeats):
        yield (
            f"Remarque : des lignes {changed.of_label} ont changé depuis que ses cartes sont faites ; ses chiffres fins "
            "restent ceux déjà donnés, car la différence désignerait les cas ajoutés ou corrigés ; pour les "
            f"refaire : make MONTH={changed} AUDIENCE={audience}, puis ce mois-ci"
        )
    shared = [name for name, policy in policies().items() if not policy.exact]
    for other in shared if audience in shared and month not in published.repeats else ():
        made_of = _inputs(outputs / str(month) / other / "manifest.json")
        if (
            other != audience
            and made_of is not None
            and made_of != [asdict(file) for file in told_files(files)]
        ):
            yield (
                f"Remarque : les cartes « {other} » de ce mois sont faites sur d’autres données ; données toutes deux, "
                "leur différence désignerait les cas ajoutés ou corrigés ; les refaire avant de diffuser : "
                f"make MONTH={month} AUDIENCE={other}"
            )


def _inputs(manifest: Path) -> object:
    """The inputs that a manifest tells of, None where it cannot be read."""
    try:
        found = json.loads(manifest.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return found.get("inputs") if isinstance(found, dict) else None
