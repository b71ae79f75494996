"""One run: a month for an audience, from the officer's tables to files and revue/."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import annexes as house
from pipeline.annexes.model import Annex
from pipeline.disclosure import publish, record_of
from pipeline.disclosure.policy import policy_of
from pipeline.errors import InputError
from pipeline.french import agree, number
from pipeline.geography import load
from pipeline.geography.country import Country
from pipeline.manifest import Output, write_manifest
from pipeline.month import Month
from pipeline.month_data import MonthData, PlacedTable, read_month, remarks, told_before
from pipeline.places import (
    Gazetteer,
    Located,
    PlaceRequest,
    decision_index,
    requests_of,
    stale,
    write_resolved,
    write_review,
)
from pipeline.records import write_refused, write_remarks
from pipeline.scan import enforce, forbidden_of

if TYPE_CHECKING:
    from pipeline.sheet.ground import Basemap


# revue/: what the officer alone sees: the audit trail of places, the open questions, the rows refused.


def located(tables: Iterable[PlacedTable]) -> list[Located]:
    """One entry for each input row, refused rows included, in the order of the tables and their rows."""
    rows: list[Located] = []
    for item in tables:
        table = item.table
        period = str(table.month or "")
        names = _names(item)
        requests = requests_of(table.rows)
        going = requests_of(table.rows, "destination_") if item.destinations else [None] * len(requests)
        arrived = item.destinations or (None,) * len(requests)
        rows += [
            Located(table.name, period, name, request, place, target if there else None, there)
            for name, request, place, target, there in zip(
                names, requests, item.places, going, arrived, strict=True
            )
        ]
        rows += [
            Located(
                table.name,
                period,
                finding.id or f"{finding.file}:{finding.row}",
                PlaceRequest(),
                None,
                refusal=f"{finding.problem} ; {finding.fix}",
            )
            for finding in table.refused
        ]
    return rows


def _names(item: PlacedTable) -> list[str]:
    """What each row is called in the audit trail: its id, else its file and line."""
    rows = item.table.rows
    lines = [f"{file}:{line}" for file, line in zip(rows["file"], rows["row"], strict=True)]
    for column in ("id", "id_rapport"):
        if column in rows:
            return [str(name) if name else line for name, line in zip(rows[column], lines, strict=True)]
    return lines


def write_review_folder(data: MonthData, gazetteer: Gazetteer, folder: Path) -> None:
    """Write the files of revue/: the month's rows in the audit trail, the questions of the whole year, the rows
    refused, and remarks on rows and files that were used all the same."""
    write_resolved(located(data.current()), folder / "lieux-resolus.csv")
    write_review(located(data.placed), folder / "lieux-a-verifier.csv", gazetteer)
    write_refused(data.inputs, folder / "lignes-rejetees.csv")
    write_remarks(data.inputs, folder / "remarques.csv")


# One run: a month for an audience, from the officer's tables to files. No arguments are read here.


Say = Callable[[str], None]
More = Callable[["Order", house.Stage, Sequence[Annex]], "list[Output]"]
MOST_REMARKS = 5


@dataclass(frozen=True)
class Order:
    """What is asked for. annexes: numbers to draw. whole: also the index, the GeoPackage, the review.

    max_unresolved: share of rows that may wait for the officer before the run fails (0.05 is 5 %).
    page and image: format of the printed page ("A4-paysage") and of its file ("png", "pdf", "svg").
    basemap: what BASEMAP= asks for, "" none.
    """

    month: Month
    audience: str
    inputs: Path
    outputs: Path
    boundaries: Path
    produced_on: str
    annexes: tuple[int, ...]
    whole: bool = True
    max_unresolved: float = 0.05
    page: str = "A4-paysage"
    image: str = "png"
    basemap: str = ""

    @property
    def folder(self) -> Path:
        return self.outputs / str(self.month) / self.audience

    @property
    def review_folder(self) -> Path:
        return self.outputs / str(self.month) / "revue"


def run(order: Order, say: Say, more: More | None = None) -> None:
    """Make what is ordered, and tell it in lines. Raises PipelineError.

    more: makes further files of the same month, once the annexes are drawn; for it nothing is read twice.
    """
    policy_of(order.audience)  # before anything is read
    country = load(order.boundaries)
    data = read_month(order.inputs, order.month, country)
    _tell_accounts(data, say)
    unresolved = _unresolved(order, data)
    if order.whole or unresolved:
        write_review_folder(data, data.gazetteer, order.review_folder)
    if unresolved and not order.whole:
        # Before anything is drawn: make would delete the one annex that a failed command has redrawn.
        raise unresolved
    stage = stage_of(order, data, country)
    for line in remarks(stage.published, order.outputs, data.inputs.files):
        say(line)
    specs = specify(stage)
    made = _draw(order, specs, country, say)
    further = more(order, stage, specs) if more else []
    if order.whole:
        made += _companions(order, stage, specs, further)
    made += further
    written = write_manifest(
        order.folder,
        order.month,
        order.audience,
        order.produced_on,
        country.source,
        data.inputs.files,
        data.indicators.accounts,
        made,
        None if policy_of(order.audience).exact else record_of(stage.published),
    )
    look_last(order, data, country)
    say(f"{written} : {number(len(made))} {agree(len(made), 'fichier')}")
    if unresolved:
        raise unresolved


def look_last(order: Order, data: MonthData, country: Country) -> None:
    """Search what was written for what may not leave; a hit deletes the file and raises DisclosureError."""
    policy = policy_of(order.audience)
    if not policy.exact:
        enforce(order.folder, forbidden_of(data, country, policy, order.produced_on))


def stage_of(order: Order, data: MonthData, country: Country) -> house.Stage:
    """What the audience may see of the month, on its country: all that annexes and bulletin are made of.
    Months that were told before stay as they were told (see `disclosure.record`)."""
    wider = policy_of(order.audience).coarser_than
    published = publish(
        data.indicators,
        country,
        order.audience,
        told_before(order.outputs, order.month, order.audience),
        told_before(order.outputs, order.month, wider) if wider else None,
    )
    return house.Stage(published, country, house.page_meta(published, country, order.produced_on, ()))


def specify(stage: house.Stage) -> tuple[Annex, ...]:
    """The specification of every annex that the audience gets, in order."""
    wanted = stage.published.policy.annexes
    built = (build(stage) for number, build in house.BUILDERS.items() if number in wanted)
    return tuple(annex for annex in built if annex is not None)


def _draw(order: Order, specs: Collection[Annex], country: Country, say: Say) -> list[Output]:
    wanted = [annex for annex in specs if annex.number in order.annexes]
    made: list[Output] = []
    if not wanted:
        return made
    from pipeline import sheet, web

    maps = [annex for annex in wanted if annex.number != 4]
    paper = sheet.prepare(country, _basemap(order, country, say)) if maps else None
    if order.image != "png":
        for annex in maps:
            drawn = sheet.draw(annex, country, order.folder, page=order.page, fmt=order.image, shared=paper)
            say(f"annexe {annex.number} : {drawn.paths[0]}")
            made.append(_output(annex, drawn.paths[0]))
        return made
    screen = web.prepare(country) if maps else None
    for annex in wanted:
        if annex.number == 4:
            from pipeline.tables.workbook import write_workbook

            made.append(_output(annex, write_workbook(annex, order.folder / f"{annex.slug}.xlsx")))
        else:
            drawn = sheet.draw(annex, country, order.folder, page=order.page, shared=paper)
            made += [_output(annex, path) for path in drawn.paths]
        made.append(_output(annex, web.render(annex, country, order.folder, screen)))
        say(f"annexe {annex.number} : {annex.title}")
    return made


def _basemap(order: Order, country: Country, say: Say) -> Basemap | None:
    """The background that the printed maps are asked to show."""
    from pipeline.sheet import basemap_for

    if order.basemap and country.schematic:
        say("BASEMAP= laissé de côté : une grille schématique ne se pose sur aucun fond")
        return None
    w, s, e, n = (float(degree) for degree in country.pays.total_bounds)
    return basemap_for(order.basemap, (w, s, e, n), Path("build/fond"), say)


def _output(annex: Annex, path: Path) -> Output:
    return Output(path.name, f"{annex.title} – {annex.meta.month_label}", annex.caption, annex.alt_text)


def _companions(
    order: Order, stage: house.Stage, specs: Collection[Annex], further: Sequence[Output]
) -> list[Output]:
    """The files that present or accompany the annexes: they say what all of them say."""
    from pipeline.bulletin.document import write_front_page
    from pipeline.tables.geopackage import write_geopackage

    _remove_stale(order, specs)
    index = write_front_page(stage, specs, order.folder, [(output.path, output.title) for output in further])
    package = write_geopackage(tuple(specs), stage.country, order.folder / "cartes.gpkg")
    label = stage.meta.month_label
    return [
        Output(*index, ""),
        Output(package.name, f"Couches des cartes – {label}", f"Ce que montrent les cartes, {label}.", ""),
    ]


def _remove_stale(order: Order, specs: Collection[Annex]) -> None:
    """An annex that this audience no longer gets must not stay in its folder from an earlier run."""
    given = {annex.slug for annex in specs}
    for path in order.folder.glob("annexe-*"):
        if path.name.split(".")[0] not in given:
            path.unlink()


def _tell_accounts(data: MonthData, say: Say) -> None:
    for item in data.current():
        period = str(item.table.month or data.inputs.month.year)
        found = data.indicators.accounts[period][item.table.name]
        say(
            f"{item.table.name} {period} : {number(found.rows)} lignes = {number(found.drawn)} placées + "
            f"{number(found.not_located)} non localisées + {number(found.to_verify)} à vérifier + "
            f"{number(found.refused)} refusées"
        )
    for _, decided, why in stale(decision_index(data.inputs.decisions), data.gazetteer):
        say(f"Décision non appliquée : lieux.csv, {decided.pcode} : {why}")
    remarks = [finding for finding in data.inputs.all_findings() if not finding.refused]
    for finding in remarks[:MOST_REMARKS]:
        say(f"Remarque : {finding.file} : {finding.problem} ; {finding.consequence}")
    if len(remarks) > MOST_REMARKS:
        say(f"… et {number(len(remarks) - MOST_REMARKS)} autres remarques, toutes dans revue/remarques.csv")


def _unresolved(order: Order, data: MonthData) -> InputError | None:
    """Why the run fails where too many rows wait, once the officer has the review files."""
    accounts = data.indicators.accounts
    tables = {**accounts.get(str(order.month), {}), **accounts.get(str(order.month.year), {})}
    rows = sum(found.rows for found in tables.values())
    waiting = sum(found.to_verify for found in tables.values())
    if not rows or waiting / rows <= order.max_unresolved:
        return None
    share = f"{100 * waiting / rows:.1f}".replace(".", ",")
    limit = f"{100 * order.max_unresolved:g}".replace(".", ",")
    return InputError(
        f"{number(waiting)} lignes sur {number(rows)} ({share} %) attendent une décision sur leur lieu",
        "elles ne comptent qu’au cercle ou à la région : les cartes par commune sont trop incomplètes",
        f"remplir {order.review_folder / 'lieux-a-verifier.csv'} puis relancer ; ou accepter ce mois-ci avec "
        f"MAX_NON_RESOLUS (aujourd’hui {limit} %)",
    )
