"""One run: a month for an audience, from the officer's tables to files and revue/."""

from __future__ import annotations

import ctypes
import gc
import json
import math
import re
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline import annexes as house
from pipeline import workers
from pipeline.annexes.common import division_notes, in_words, moved_notes, sheet_notes
from pipeline.annexes.model import Annex
from pipeline.bilan import bilan_of, short
from pipeline.cache import keeping, kept
from pipeline.disclosure import publish, record_of
from pipeline.disclosure.office import office_key
from pipeline.disclosure.policy import policy_of
from pipeline.errors import InputError
from pipeline.files import private, scratch, set_files_aside, sha256_bytes, write_bytes
from pipeline.french import Month, agree, listing, number, percent, plural, que
from pipeline.freshness import MANIFEST, code_checksum, content, entries
from pipeline.geography.country import Country
from pipeline.geography.retold import at_hand, chosen, held
from pipeline.geography.sources import Say
from pipeline.manifest import Output, intact, made_in, sealed, write_manifest
from pipeline.month_data import (
    MonthData,
    PlacedTable,
    ToldDivisions,
    country_for,
    read_month,
    remarks,
    told_before,
    told_divisions,
)
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
from pipeline.places.lectures import counted, lectures
from pipeline.places.names import forget as forget_names
from pipeline.records import write_refused, write_remarks
from pipeline.records.read import grids_of, still_open
from pipeline.records.tables import InputFile, alike
from pipeline.register import last_of, memory, refuse_correction, refuse_forgotten, repeated, shared
from pipeline.scan import Forbidden, enforce, forbidden_of, scan_files, search_ahead

if TYPE_CHECKING:
    from pipeline.sheet.ground import Basemap, Shared
    from pipeline.sheet.symbols import Canvas
    from pipeline.web.payload import PageGround


# revue/: what the officer alone sees: the audit trail of places, the open questions, the rows refused.


def located(tables: Iterable[PlacedTable]) -> list[Located]:
    """One entry for each input row, refused rows included, in the order of the tables and their rows."""
    rows: list[Located] = []
    for item in tables:
        table = item.table
        period = str(table.month or "")
        names = _names(item)
        requests = requests_of(table.rows)
        none = (None,) * len(requests)
        going = requests_of(table.rows, "destination_") if item.destinations else none
        columns = (
            names, requests, item.places, going, item.destinations or none, table.rows["file"], table.rows["row"],
            item.read[0] or item.places, item.read[1] or item.destinations or none,
        )  # fmt: skip
        rows += [
            Located(
                table.name, period, name, request, place, target if there else None, there, "", str(file), int(row), read,
                arrived if there else None,
            )
            for name, request, place, target, there, file, row, read, arrived in zip(*columns, strict=True)
        ]  # fmt: skip
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
    column = next((name for name in ("id", "id_rapport") if name in rows), None)
    names = rows[column] if column else (None,) * len(rows)
    lines = zip(names, rows["file"], rows["row"], strict=True)
    return [str(name) if name else f"{file}:{line}" for name, file, line in lines]


def write_review_folder(
    data: MonthData, gazetteer: Gazetteer, folder: Path, say: Callable[[str], None] = lambda line: None
) -> None:
    """Write the files of revue/: the month's rows in the audit trail, the questions of the whole year, what was read
    otherwise than written, the rows refused, and remarks on rows and files that were used all the same."""
    rows = located(data.placed)
    own = ("", str(data.inputs.month))
    write_resolved((row for row in rows if row.month in own), folder / "lieux-resolus.csv")
    read = lectures(rows, gazetteer, decision_index(data.inputs.decisions), data.drawn)
    write_review(rows, folder / "lieux-a-verifier.csv", gazetteer, read, say)
    if read:
        say(f"Lu autrement qu’écrit (lignes) : {counted(read)} ; page à lire : {folder / 'lectures.csv'}")
    write_refused(data.inputs, folder / "lignes-rejetees.csv")
    write_remarks(data.inputs, folder / "remarques.csv")


# One run: a month for an audience, from the officer's tables to files. No arguments are read here.


Beside = Callable[[bool], object]
"""Begins the process that works beside this one, from what it holds then. Given: whether maps will be drawn."""
ExhibitTexts = tuple[str, str, str] | None
"""Title of something that the bulletin shows, what it says and its alternative text; None of an annex."""
Exhibit = tuple[workers.Task, ExhibitTexts]
"""What draws it, with its texts."""
Exhibited = tuple[ExhibitTexts, Any]
"""Its texts, with what was drawn: files by name; of an annex a list of such."""
MOST_REMARKS = 5
FEW_WAITING = 10
"""So many rows of a table may wait, unless they are half of it: one of nineteen alerts is more than five in a hundred."""
BULLETIN = re.compile(r"(tableaux|annexes|graphique-.*|encadre-.*)\.\w+")
"""Names of the bulletin's files, beside the annexes."""
OURS = re.compile(
    rf"{BULLETIN.pattern}|comparaison-\d{{4}}-\d\d\.html|annexe-\d-.*\.(png|html|pdf|svg|xlsx|pgw|prj)"
)
"""Names that only this program gives in the folder of a month and audience."""
AGAIN = {
    "comparaison": "make compare",
    "annexe-": "make, ou make annex-1 FORMAT=pdf",
    **dict.fromkeys(("annexes", "tableaux", "graphique", "encadre"), "make bulletin"),
}
"""How a file's name begins -> what makes it."""


@dataclass(frozen=True)
class Order:
    """What is asked for. annexes: numbers to draw, where they are not there as they would be. whole: also the
    index, the GeoPackage, the review.

    max_unresolved: share of any one table's rows that may wait for the officer before the run fails (0.05 is 5 %);
    max_refused: that may be refused.
    page and image: format of the printed page ("A4-paysage") and of its file ("png", "pdf", "svg").
    basemap: what BASEMAP= asks for, "" none. dated: produced_on was asked for, and is not just today.
    division: what DIVISION= asks for, "" the one in force in the month. registry: folder of the office's key and of
    what was shared. correction: "oui" or "urgent" where a month that left may be told otherwise (see `register`); by: who
    corrects it.
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
    max_refused: float = 0.05
    page: str = "A4-paysage"
    image: str = "png"
    basemap: str = ""
    dated: bool = True
    division: str = ""
    registry: Path = Path("registre")
    correction: str = ""
    by: str = ""

    @property
    def folder(self) -> Path:
        return self.outputs / str(self.month) / self.audience

    @property
    def review_folder(self) -> Path:
        return self.outputs / str(self.month) / "revue"


@dataclass(frozen=True)
class Bulletin:
    """Makes the bulletin's files of a month, for which nothing is read twice. drawings: what they show, which is drawn
    with the annexes; files: writes them, of what was drawn."""

    drawings: Callable[[Order, house.Stage, Sequence[Annex], Marks], list[Exhibit]]
    files: Callable[[Order, house.Stage, Sequence[Annex], list[Exhibited], Beside], list[Output]]


def run(
    order: Order, say: Say, bulletin: Bulletin | None = None, beside: Beside = lambda drawing: None
) -> None:
    """Make what is ordered, and tell it in lines. Raises PipelineError.

    bulletin: makes its files too, where they do not stand. beside: called first where the country is held, and not yet the
    month.
    """
    policy_of(order.audience)  # before anything is read
    told = own_divisions(order)
    country = country_of(order, told)
    _ground[:] = [Ground(country)]
    beside(True)
    data = read_month(order.inputs, order.month, country, told)
    grids_of.cache_clear()
    for line in _kept_division(order, country, told):
        say(line)
    _tell_accounts(data, order.review_folder, say)
    for file in still_open(order.inputs, data.inputs.files):
        say(
            f"Remarque : {file} est ouvert dans un tableur : c’est son dernier enregistrement qui est lu ; "
            "l’enregistrer, puis relancer make"
        )
    refused, unresolved = too_many_refused(order, data), _unresolved(order, data)
    private(order.review_folder)
    if policy_of(order.audience).exact:
        private(order.folder)
    with _once(partial(write_review_folder, data, data.gazetteer, order.review_folder, say)) as review:
        if refused:
            raise refused  # before anything is drawn: a map without these rows would be believed
        if unresolved and not order.whole:
            # Before anything is drawn: make would delete the one annex that a failed command has redrawn.
            raise unresolved
        forbidden = _forbidden(order, data, country)
        if forbidden is not None:
            search_ahead(order.folder, forbidden)
        stage = stage_of(order, data, country)
        for line in remarks(stage.published, order.outputs, files_of(order, data)):
            say(line)
        if order.correction and last_of(shared(order.registry), order.month, order.audience) is None:
            say(
                f"CORRECTIF={order.correction} ne change rien : {order.month.label} n’a jamais été partagé avec "
                f"« {order.audience} », il n’y a rien à corriger"
            )
        if stage.published.repeats:
            for line in repeated(stage.published.repeats, order.audience, shared(order.registry)):
                say(line)
        specs = specify(stage)
        marks, files = marks_of(order, stage, specs, data), files_of(order, data)
        unsaid = short(bilan_of(data))
        del data
        if bulletin and _bulletin_stands(order, marks):
            bulletin = None
        exhibits = bulletin.drawings(order, stage, specs, marks) if bulletin else []
        made, shown = _draw(order, specs, marks, exhibits, say, partial(_let_go, review))
        del exhibits
    further: list[Output] = []
    if bulletin:
        workers.share([(lean, ())], lean)
        further = bulletin.files(order, stage, specs, shown, beside)
    made += further
    finish = partial(_finish, order, stage, specs, files, marks, made, further, say)
    _search_made(order, forbidden, made, finish)
    del country, stage, specs, finish, shown
    _ground.clear()
    lean()
    look_last(order, forbidden, made, say)
    for line in unsaid:
        say(line)
    if unresolved:
        raise unresolved


def _finish(
    order: Order,
    stage: house.Stage,
    specs: Sequence[Annex],
    files: Sequence[InputFile],
    marks: Marks,
    made: list[Output],
    further: Sequence[Output],
    say: Say,
) -> None:
    """Make what tells of all that was made: of a whole month the erratum and the index; then the manifest. made: goes
    on; further: the bulletin's part of it."""
    if order.whole:
        errata = _erratum(order, stage)
        beside = [*errata, *(further or _standing_bulletin(order, marks))]
        made += [*errata, *_front_page(order, stage, specs, beside)]
    enter(order, stage, files, marks, made, say)


def _search_made(
    order: Order, forbidden: Forbidden | None, made: Sequence[Output], meanwhile: Callable[[], None]
) -> None:
    """Search what is made while the last files are: what the other process finds is not worked out again at the end."""
    if forbidden is None or not keeping():
        meanwhile()
    else:
        scan_files([order.folder / output.path for output in made], forbidden, meanwhile)


def _let_go(review: Callable[[], None]) -> None:
    """Write the review, and hold the month's rows no longer: they, and the names of 18,000 villages, would be in the way
    of what is drawn."""
    review()
    forget_names()
    lean()


@contextmanager
def _once(work: Callable[[], None]) -> Iterator[Callable[[], None]]:
    """`work`, to be done when there is time for it within the block; at the latest at its end, however that comes."""
    left = [work]
    del work  # it holds the month's rows, which go with it

    def do() -> None:
        while left:
            left.pop()()

    try:
        yield do
    finally:
        do()


@dataclass(frozen=True)
class Marks:
    """What decides what files say, as checksums. annexes: number -> of its specification, on these boundaries, by
    this code. month: of all that is told of the month. asked: how the maps shall look, beside what they say."""

    annexes: Mapping[int, str]
    month: str
    asked: str

    def of(self, path: str) -> str:
        """The mark of an output, by its file name."""
        found = re.match(r"annexe-(\d)-", path)
        return self.annexes.get(int(found[1]), self.month) if found else self.month


def marks_of(order: Order, stage: house.Stage, specs: Iterable[Annex], data: MonthData) -> Marks:
    """The marks of a month and audience. The day of today is no part of them, one that was asked for is."""
    files = (order.boundaries, order.boundaries.with_name("relief.tif"))
    lineage = stage.country.lineage
    ground = (code_checksum(), *map(content, files), stage.country.division, lineage.lines)
    annexes = {}
    for annex in specs:
        day = annex.meta.produced_on if order.dated else ""
        plain = replace(annex, meta=replace(annex.meta, produced_on=day, pipeline_version=""))
        annexes[annex.number] = sha256_bytes(repr((ground, plain)).encode())
    told = record_of(stage.published)
    whole = repr((annexes, files_of(order, data), json.dumps(told, sort_keys=True), order.audience))
    picture = content(Path(order.basemap))[:16] if Path(order.basemap).is_file() else ""
    asked = " ".join(filter(None, (order.page, order.basemap, picture)))
    return Marks(annexes, sha256_bytes(whole.encode()), asked)


def register(
    order: Order, stage: house.Stage, data: MonthData, marks: Marks, made: Sequence[Output], say: Say
) -> None:
    """Enter what was made in the manifest, and search the folder for what may not leave."""
    enter(order, stage, files_of(order, data), marks, made, say)
    look_last(order, _forbidden(order, data, stage.country), made, say)


def _forbidden(order: Order, data: MonthData, country: Country) -> Forbidden | None:
    """What the folder has to be searched for, None for nothing."""
    policy = policy_of(order.audience)
    if policy.exact:
        return None
    # A version says of which day the one before it is.
    days = {order.produced_on, *(entry.produced_on for entry in shared(order.registry))}
    return forbidden_of(data, country, policy, days)


def enter(
    order: Order,
    stage: house.Stage,
    files: Sequence[InputFile],
    marks: Marks,
    made: Sequence[Output],
    say: Say,
) -> None:
    """Enter what was made in the manifest, and set aside what tells of older rows. files: that the month was read
    from."""
    policy = policy_of(order.audience)
    elsewhere = made_in(order.folder) not in ("", stage.country.division or "")
    write_manifest(
        order.folder,
        order.month,
        order.audience,
        order.produced_on,
        stage.country.source,
        files,
        stage.published.accounts,
        [replace(output, made_of=marks.of(output.path), asked=marks.asked) for output in made],
        None if policy.exact else record_of(stage.published),
        {*marks.annexes.values(), marks.month},
        stage.country.division or "",
        stage.published.sheets,
        (stage.published.version, order.correction if stage.published.corrects else ""),
    )
    if order.whole or elsewhere:
        _set_outdated_aside(order.folder, say)


def _set_outdated_aside(folder: Path, say: Say) -> None:
    """Move files of ours that the manifest no longer tells of, since they tell of older rows, or of another division, to
    revue/mis-de-cote/perimes-<audience>: an editor would take them for this month's."""
    told = entries(folder / MANIFEST) or {}
    old = sorted(
        path.name for path in folder.iterdir() if OURS.fullmatch(path.name) and path.name not in told
    )
    if not old:
        return
    aside = set_files_aside(folder, old, "perimes")
    more = f" et {len(old) - MOST_REMARKS} autres" if len(old) > MOST_REMARKS else ""
    again = [how for what, how in AGAIN.items() if any(name.startswith(what) for name in old)]
    say(
        f"Mis de côté dans {aside}, car faits avant ce qui a changé : {', '.join(old[:MOST_REMARKS])}{more}"
        f" ; pour les refaire : {listing(list(dict.fromkeys(again)))}"
    )


def look_last(order: Order, forbidden: Forbidden | None, made: Sequence[Output], say: Say) -> None:
    """Search what was written for what may not leave, then say what was written; a hit sets the folder aside and raises
    DisclosureError."""
    if forbidden is not None:
        enforce(order.folder, forbidden)
    say(f"{order.folder / MANIFEST} : {number(len(made))} {agree(len(made), 'fichier écrit')}")


def country_of(order: Order, told: ToldDivisions | None = None) -> Country:
    """The country that the order's month is drawn on. told: `own_divisions`."""
    told = own_divisions(order) if told is None else told
    return country_for(order.boundaries, order.inputs, order.month, order.division, told)


def month_of(order: Order) -> tuple[Country, MonthData]:
    """The country that the order's month is drawn on, and the month read and placed on it."""
    told = own_divisions(order)
    country = country_of(order, told)
    return country, read_month(order.inputs, order.month, country, told)


def own_divisions(order: Order) -> dict[Month, str]:
    """Month of the order's year -> the division that it was first told in: as it was shared, else as outputs say. It
    stays in it when boundaries of another division arrive: one month is one release."""
    found = told_divisions(order.outputs, order.month.year)
    try:
        left = shared(order.registry)
    except InputError:
        left = []  # make share says it, and shares nothing
    for entry in reversed(left):
        found |= {
            Month.parse(month): str(told["division"])
            for month, told in entry.told.items()
            if told.get("division")
        }
    return found


def _kept_division(order: Order, country: Country, told: Mapping[Month, str]) -> Iterator[str]:
    """What is to be known where the month's own division is not what the boundaries at hand would give it, or not that of
    the month before. told: of the months of the year, as they were told."""
    month, previous = order.month, order.month.previous()
    own, before = told.get(month, ""), told.get(previous, "")
    force = chosen(at_hand(country), "", month.last_day)
    if order.division:
        return
    if own in ("", force or ""):
        if before and country.division and before != country.division:
            other = any(one.key == before for one in held(at_hand(country)))
            asking = (
                f" ; pour rester dans celle-ci : DIVISION={before}, avant de diffuser ce mois"
                if other
                else ""
            )
            yield (
                f"Remarque : {month.label} est dessiné dans la division de {country.division}, alors {que(previous.label)} "
                f"a été dit dans celle de {before}{asking}"
            )
    elif own == country.division:
        yield (
            f"{month.label.capitalize()} reste dit dans la division de {own}, comme il l’a été ; DIVISION={force} le "
            "dessine dans l’autre, à partir des mêmes chiffres"
        )
    else:
        yield (
            f"Attention : {month.label} a été dit dans la division de {own}, que les limites présentes ne dessinent pas ; "
            f"il l’est ici dans celle de {country.division or 'ces limites'} : ne pas diffuser les deux"
        )


def secret_of(order: Order) -> bytes:
    """The office's key; none for who sees everything. Raises InputError as `office_key`."""
    return b"" if policy_of(order.audience).exact else office_key(order.registry / "cle")


def files_of(order: Order, data: MonthData) -> list[InputFile]:
    """The files that a month was read from, as its folder tells of them."""
    return sealed(data.inputs.files, secret_of(order))


def stage_of(order: Order, data: MonthData, country: Country) -> house.Stage:
    """What the audience may see of the month, on its country: all that annexes and bulletin are made of.
    Months that were told before stay as they were told (see `disclosure.publish`). Raises DisclosureError where the order's
    correction may not be told."""
    policy = policy_of(order.audience)
    wider = policy.coarser_than
    entries = [] if policy.exact else shared(order.registry)
    if not policy.exact:
        refuse_forgotten(order.outputs, order.registry, entries, order.month.year)
    told = partial(
        publish,
        data.indicators,
        country,
        order.audience,
        told_before(order.outputs, order.month, order.audience),
        told_before(order.outputs, order.month, wider) if wider else None,
        secret_of(order),
    )
    left = memory(entries, order.audience)
    published = told(left)
    last = last_of(entries, order.month, order.audience)
    version = last.version if last else 1
    repeat = published.repeats.get(order.month)
    if order.correction and repeat:
        refuse_correction(order.month, order.audience, repeat, order.correction, _again(order))
        published = replace(told(left.without(order.month)), corrects=repeat)
        version += 1
    before = last_of(entries, order.month, order.audience, version - 1) if version > 1 else None
    if before:
        published = replace(published, version=version, replaces=before.produced_on)
    return house.Stage(published, country, house.page_meta(published, country, order.produced_on))


def _again(order: Order) -> str:
    return f"make MONTH={order.month} AUDIENCE={order.audience}"


def specify(stage: house.Stage) -> tuple[Annex, ...]:
    """The specification of every annex that the audience gets, in order."""
    wanted = stage.published.policy.annexes
    built = (build(stage) for number, build in house.BUILDERS.items() if number in wanted)
    moved = moved_notes((stage.published, stage.published.months))
    return tuple(
        replace(
            annex,
            notes=(
                *annex.notes,
                *sheet_notes(stage.published, house.TABLES[annex.number]),
                *division_notes(stage, annex.number),
                *(moved if annex.number == 1 else ()),
            ),
        )
        for annex in built
        if annex is not None
    )


def specifications(order: Order) -> tuple[tuple[Annex, ...], Country]:
    """What the audience may see of the month, and the country that it is drawn on, without writing anything: for who
    draws a map of their own (docs/folium.md)."""
    country = country_of(order)
    return specify(stage_of(order, read_month(order.inputs, order.month, country), country)), country


# Drawing: in two processes where there are two cores. Each has the ground of its own; files come back as bytes, and are
# written by the process that holds the folder.


VECTORS = (("colonne", "pdf"), ("colonne", "png"))
"""Pages and formats in which the bulletin's documents show a map."""


@dataclass
class Ground:
    """What the annexes of one run are drawn on, prepared when it is first asked for."""

    country: Country
    basemap: Basemap | None = None

    @cached_property
    def paper(self) -> Shared:
        from pipeline import sheet

        return sheet.prepare(self.country, self.basemap)

    @cached_property
    def screen(self) -> PageGround:
        from pipeline import web

        return web.prepare(self.country)

    def prepare(self) -> None:
        """Load and prepare all of it."""
        from pipeline.sheet import draw
        from pipeline.web import page

        _ = draw, page, self.paper.main, self.screen


BasemapSaid = tuple[str, str] | None
_ground: list[Ground] = []


def ground_of(order: Order, said: BasemapSaid = None, basemap: Basemap | None = None) -> Ground:
    """The ground of this process's run. said: of the country that is drawn on, where that is known."""
    if not _ground or (said and _ground[0].country.said != said):
        _ground[:] = [Ground(country_of(replace(order, division=said[1]) if said else order))]
    if _ground[0].basemap != basemap:
        _ground[0] = Ground(_ground[0].country, basemap)
    return _ground[0]


def lean(over: bool = False) -> None:
    """Give back to the system what this process drew with and needs no longer. over: nor will it draw another map."""
    for ground in _ground if over else ():
        for name in ("paper", "screen"):
            vars(ground).pop(name, None)
    if drawn := sys.modules.get("pipeline.sheet.ground"):
        drawn.forget()
    gc.collect()
    with suppress(OSError, AttributeError):  # of glibc alone
        ctypes.CDLL(None).malloc_trim(0)


def pages(
    order: Order,
    annex: Annex,
    mark: str,
    said: BasemapSaid,
    wanted: Sequence[tuple[str, str]],
    basemap: Basemap | None = None,
) -> list[dict[str, bytes]]:
    """Files by name, for each page and format wanted of an annex: each page is laid out once. mark: of the annex. said:
    of the country."""
    from pipeline.sheet.draw import compose_all, credited, encoded

    paper = ground_of(order, said, basemap).paper
    told = credited(annex, paper)

    @lru_cache(maxsize=1)  # formats of one page follow each other
    def laid_out(page: str) -> list[Canvas]:
        return compose_all(told, paper, page)

    def drawn(page: str, image: str) -> dict[str, bytes]:
        def make() -> dict[str, bytes]:
            data = encoded(told, laid_out(page), image)
            lean()  # what it was drawn with hangs in cycles of its figure, while the other process draws
            return data

        given = (mark, annex.meta, page, image) if said and not basemap else None
        return kept("planche", given, make)

    return [drawn(page, image) for page, image in wanted]


def screen_page(
    order: Order, annex: Annex, mark: str, said: BasemapSaid, slugs: Sequence[str]
) -> dict[str, bytes]:
    """An annex's page for the screen, by its name. slugs: of all annexes, which the page links to."""

    def make() -> dict[str, bytes]:
        from pipeline import web

        mapped = bool(annex.layers or annex.panels)
        page = web.annex_page(annex, ground_of(order, said).screen if mapped else None, slugs)
        return {f"{annex.slug}.html": str(page.render()).encode("utf-8")}

    return kept("page à l’écran", (mark, annex.meta, slugs) if said else None, make)


def package(order: Order, specs: Sequence[Annex], said: BasemapSaid) -> dict[str, bytes]:
    """The GeoPackage of the annexes."""
    from pipeline.tables import write_geopackage

    with scratch() as folder:
        path = write_geopackage(specs, ground_of(order, said).country, folder / "cartes.gpkg")
        return {path.name: path.read_bytes()}


def _draw(
    order: Order,
    specs: Sequence[Annex],
    marks: Marks,
    exhibits: Sequence[Exhibit],
    say: Say,
    meanwhile: Callable[[], None],
) -> tuple[list[Output], list[Exhibited]]:
    """Draw the annexes that do not stand as they would be drawn, and of a whole month the GeoPackage; and what the
    bulletin will show. meanwhile: what this process does first."""
    if (
        not gc.isenabled()
    ):  # what the month holds stays to the end; figures of matplotlib hold cycles, and have to go
        gc.freeze()
        gc.enable()
    wanted = [annex for annex in specs if annex.number in order.annexes and not _stands(order, annex, marks)]
    maps = [annex for annex in wanted if annex.number != house.LIST]
    basemap = _basemap(order, say) if maps else None
    slugs, said = [spec.slug for spec in specs], ground_of(order).country.said
    png = order.image == "png"
    # What takes longest first; from the end, what this process writes while the other one draws.
    mark, page = marks.annexes, ((order.page, order.image),)
    jobs: dict[str, workers.Task] = {f"shown {at}": task for at, (task, _) in enumerate(exhibits)}
    if order.whole:
        jobs["package"] = (package, (order, specs, said))
    jobs |= {
        f"page {annex.number}": (pages, (order, annex, mark[annex.number], said, page, basemap))
        for annex in maps
    }
    jobs |= {
        f"screen {annex.number}": (screen_page, (order, annex, marks.annexes[annex.number], said, slugs))
        for annex in (wanted if png else ())
    }
    drawn = dict(zip(jobs, workers.share(list(jobs.values()), meanwhile), strict=True))
    shown = [(texts, drawn.pop(f"shown {at}")) for at, (_, texts) in enumerate(exhibits)]
    made: list[Output] = []
    for annex in wanted if png else maps:
        if annex.number == house.LIST:
            from pipeline.tables import write_workbook

            made.append(_output(annex, write_workbook(annex, order.folder / f"{annex.slug}.xlsx")))
        else:
            made += [_output(annex, path) for path in _write_pages(order, annex, drawn)]
        if png:
            made += [_output(annex, path) for path in _write(order, drawn[f"screen {annex.number}"])]
        say(f"annexe {annex.number} : {annex.title if png else made[-1].path}")
    if order.whole:
        label = specs[0].meta.month_label if specs else ""
        made += [
            Output(path.name, f"Couches des cartes – {label}", f"Ce que montrent les cartes, {label}.", "")
            for path in _write(order, drawn["package"])
        ]
    return made, shown


def _write(order: Order, drawn: Mapping[str, bytes]) -> list[Path]:
    for name, data in drawn.items():
        write_bytes(order.folder / name, data)
    return [order.folder / name for name in drawn]


def _write_pages(order: Order, annex: Annex, drawn: Mapping[str, Any]) -> list[Path]:
    """The printed pages of an annex, in place of those of a month, or a paper, that needed more of them."""
    files = drawn[f"page {annex.number}"][0]
    for path in order.folder.glob(f"{annex.slug}-page-*.{order.image}"):
        if path.name not in files:
            path.unlink()
    return _write(order, files)


def _stands(order: Order, annex: Annex, marks: Marks) -> bool:
    """Whether the annex's files are there as they would be drawn."""
    first = "xlsx" if annex.number == house.LIST else order.image
    kinds = (first, "html") if first in ("xlsx", "png") else (first,)
    files = {f"{annex.slug}.{kind}" for kind in kinds}
    beside = {f"{annex.slug}.{kind}" for kind in ("pgw", "prj")} if "png" in kinds else set()
    told = entries(order.folder / MANIFEST) or {}
    return files <= set(told) and all(
        told[name].get("made_of") == marks.annexes[annex.number]
        and told[name].get("asked") == marks.asked
        and intact(order.folder, told[name])
        for name in (files | beside) & set(told)
    )


def _standing_bulletin(order: Order, marks: Marks) -> list[Output]:
    """The bulletin's files that are there as they would be made."""
    told = entries(order.folder / MANIFEST) or {}
    fields = ("path", "title", "caption", "alt_text", "made_of", "asked")
    return [
        Output(*(str(entry.get(name, "")) for name in fields))
        for path, entry in told.items()
        if BULLETIN.fullmatch(path) and entry.get("made_of") == marks.month and intact(order.folder, entry)
    ]


def _bulletin_stands(order: Order, marks: Marks) -> bool:
    """Whether all of the bulletin's files are: none lost, edited, or with maps that looked otherwise."""
    told = {path for path in entries(order.folder / MANIFEST) or {} if BULLETIN.fullmatch(path)}
    there = {output.path for output in _standing_bulletin(order, marks) if output.asked == marks.asked}
    return {"tableaux.xlsx", "annexes.docx", "annexes.pdf"} <= there == told


def _basemap(order: Order, say: Say) -> Basemap | None:
    """The background that the printed maps are asked to show."""
    if not order.basemap.strip():
        return None
    from pipeline.sheet import basemap_for

    w, s, e, n = (float(degree) for degree in ground_of(order).country.pays.total_bounds)
    return basemap_for(order.basemap, (w, s, e, n), Path("build/fond"), say)


def _output(annex: Annex, path: Path) -> Output:
    return Output(path.name, f"{annex.title} – {annex.meta.month_label}", annex.caption, annex.alt_text)


def _front_page(
    order: Order, stage: house.Stage, specs: Collection[Annex], further: Sequence[Output]
) -> list[Output]:
    """The page that presents the annexes, and says what all of them say."""
    from pipeline.bulletin.board import write_front_page

    _remove_stale(order, specs)
    made = [(one.path, one.title) for one in sorted(further, key=lambda one: one.path)]
    return [Output(*write_front_page(stage, specs, order.folder, made), "")]


ERRATUM = ("erratum.html", "erratum.pdf")


def _erratum(order: Order, stage: house.Stage) -> list[Output]:
    """The page that says what a corrected version replaces, as a page and as a print; none of a first version."""
    published, month = stage.published, order.month
    for name in ERRATUM if not published.replaces else ():
        (order.folder / name).unlink(missing_ok=True)
    if not published.replaces:
        return []
    from pipeline.bulletin.compare import erratum, write_comparison
    from pipeline.bulletin.document import write_sheet

    entries = shared(order.registry)
    before = last_of(entries, month, order.audience, published.version - 1)
    now = last_of(entries, month, order.audience, published.version)
    by, day = (now.by, now.produced_on) if now else (order.by, order.produced_on)
    page = erratum(stage, before.told.get(str(month), {}) if before else {}, by, day)
    html = write_comparison(page, "", order.folder)
    pdf = write_sheet(page, order.folder / ERRATUM[1])
    summary = " ".join((*page.caveats, *(section.text for section in page.sections)))
    return [Output(path.name, page.title, summary, "") for path in (html, pdf)]


def _remove_stale(order: Order, specs: Collection[Annex]) -> None:
    """An annex that this audience no longer gets must not stay in its folder from an earlier run."""
    given = {annex.slug for annex in specs}
    for path in order.folder.glob("annexe-*"):
        if path.name.split(".")[0].split("-page-")[0] not in given:
            path.unlink()


def _tell_accounts(data: MonthData, review: Path, say: Say) -> None:
    for item in data.current():
        period = str(item.table.month or data.inputs.month.year)
        say(f"{item.table.name} {period} : {in_words(data.indicators.accounts[period][item.table.name])}")
    for _, decided, why in stale(decision_index(data.inputs.decisions), data.gazetteer):
        say(f"Décision non appliquée : lieux.csv, {decided.pcode} : {why}")
    remarks = alike(finding for finding in data.inputs.all_findings() if not finding.refused)
    # What make share will wait for comes first, with what can be done about it.
    remarks.sort(key=lambda one: not one.findings[0].whole)
    for one in remarks[:MOST_REMARKS]:
        first = one.findings[0]
        fix = f" ; {first.fix}" if first.whole else ""
        say(f"Remarque : {one.where} : {one.problem} ; {first.consequence}{fix}")
    if more := sum(len(one.findings) for one in remarks[MOST_REMARKS:]):
        say(
            f"… et {plural(more, 'autre remarque')}, {agree(more, 'écrite')} avec toutes dans {review / 'remarques.csv'}"
        )


def too_many_refused(order: Order, data: MonthData) -> InputError | None:
    """Why the run stops where a table, of the month or of one before it that the maps tell of, lacks too many rows."""
    # The published totals stand on no map: make check refuses theirs.
    bad = [table for table in data.inputs.placed() if table.refused_share > order.max_refused]
    if not bad:
        return None
    told = [
        f"{table.files[0].path} : {number(len(table.refused))} "
        f"{agree(len(table.refused), 'ligne refusée')} sur {number(table.total)} "
        f"({number(100 * table.refused_share, 1)} %)"
        for table in bad
    ]
    commonest = max(
        alike(one for table in bad for one in table.refused), key=lambda kind: len(kind.findings)
    ).findings
    count, example = len(commonest), commonest[0]
    limit = f"{100 * order.max_refused:g}".replace(".", ",")
    enough = math.ceil(100 * max(table.refused_share for table in bad))
    return InputError(
        f"{' ; '.join(told)}. La raison la plus fréquente ({number(count)} fois) : {example.problem} "
        f"({example.file}, ligne {example.row})",
        "les cartes et les totaux seraient faits sans ces lignes, et diraient trop peu ; aucune carte n’est produite",
        f"{example.fix} ; toutes les raisons sont dans {order.review_folder / 'lignes-rejetees.csv'} ; ou accepter ce "
        f"mois-ci avec MAX_REFUSES={enough} (aujourd’hui {limit} %)",
    )


def _unresolved(order: Order, data: MonthData) -> InputError | None:
    """Why the run fails where too many rows wait, once the officer has the review files."""
    accounts = data.indicators.accounts
    tables = {**accounts.get(str(order.month.year), {}), **accounts.get(str(order.month), {})}
    bad = {
        table: found
        for table, found in tables.items()
        if found.to_verify > order.max_unresolved * found.records
        and (found.to_verify > FEW_WAITING or 2 * found.to_verify >= found.records)
    }
    if not bad:
        return None
    told = [
        f"{table} : {number(found.to_verify)} lignes sur {number(found.records)} "
        f"({percent(found.to_verify, found.records)}) attendent une décision sur leur lieu"
        for table, found in bad.items()
    ]
    limit = f"{100 * order.max_unresolved:g}".replace(".", ",")
    drawn = (
        "les cartes sont dessinées, mais trop incomplètes par commune"
        if order.whole
        else "la carte n’est pas dessinée"
    )
    return InputError(
        " ; ".join(told),
        f"ces lignes ne comptent qu’au cercle ou à la région ; {drawn}",
        f"remplir la colonne decision de {order.review_folder / 'lieux-a-verifier.csv'} (ou .xlsx), puis « make decide "
        f"PAR=votre_nom », puis relancer ; ou accepter ce mois-ci avec MAX_NON_RESOLUS (aujourd’hui {limit} %)",
    )
