"""The command line that the Makefile calls: values from the environment in, one call, an exit code out. No logic here."""

from __future__ import annotations

import errno
import gc
import os
import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline import freshness, workers
from pipeline.errors import InputError, PipelineError
from pipeline.files import locked, sweep
from pipeline.french import Month

if TYPE_CHECKING:
    from rich.progress import Progress

    from pipeline.runner import Order


# A sign of life on a terminal, under the lines already told, for work that takes more than two seconds.


PATIENCE = 2.0
"""Seconds that nobody minds waiting without a sign."""


class _Sign:
    """The sign, and the thread that waits to show it, then turns it. after: seconds."""

    def __init__(self, after: float) -> None:
        self.bar: Progress | None = None
        self.timer = threading.Timer(after, self._show)
        self.timer.daemon = True

    def _show(self) -> None:
        # Most commands on a terminal are over before the sign is due: rich is loaded when it is.
        from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        self.bar = Progress(
            SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), transient=True
        )
        self.bar.add_task("travail en cours…", total=None)
        self.bar.start()

    def stop(self) -> None:
        self.timer.cancel()
        self.timer.join()
        if self.bar:
            turning = [one for one in threading.enumerate() if type(one).__module__ == "rich.live"]
            self.bar.stop()
            for one in turning:  # told to end, and not waited for
                one.join()


_signs: list[_Sign] = []


@contextmanager
def sign_of_life(after: float = PATIENCE) -> Iterator[None]:
    """Show a turning sign and the time spent, from `after` seconds on, until the block ends.

    Nothing at all is written where the output is not a terminal: what a file or another program reads is
    the lines alone.
    """
    if not sys.stdout.isatty():
        yield
        return
    _signs[:] = [_Sign(after)]
    _signs[0].timer.start()
    try:
        yield
    finally:
        _signs.pop().stop()


@contextmanager
def without_sign() -> Iterator[None]:
    """No thread of the sign lives within the block, so that a process may be forked there."""
    for sign in _signs:
        sign.stop()
    try:
        yield
    finally:
        for at, sign in enumerate(_signs):
            if sign.bar:
                sign.bar.start()
            else:
                _signs[at] = _Sign(PATIENCE)
                _signs[at].timer.start()


app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
BOUNDARIES = Path("boundaries")
COUNTRY = BOUNDARIES / "mali.gpkg"
INTERRUPTED = 130
"""What Typer returns where Ctrl+C was pressed."""
WRITERS = frozenset(("fiona", "pyogrio", "rasterio", "sqlite3", "xlsxwriter", "docx", "typst"))
"""Libraries that say in their own way, beside OSError, that they could not write."""
LEAST_ROOM = 5_000_000
"""Bytes under which a disk is taken to be full."""
UNCHANGED = "Rien à refaire : tout est comme au dernier passage, au contenu près."


def say(line: str) -> None:
    """One line to the officer."""
    typer.echo(line)


@dataclass(frozen=True)
class Asked:
    """The variables of the Makefile, as text. They come through the environment: none is ever part of a command
    line, where quotes and signs of the shell would be read."""

    inputs: Path
    outputs: Path

    @property
    def month(self) -> Month:
        """MONTH, else the latest month of the inputs."""
        from pipeline.records.read import latest_month

        given = value("MONTH")
        return Month.parse(given) if given else latest_month(self.inputs)

    def order(self, annexes: tuple[int, ...] = (), whole: bool = True) -> Order:
        """What to make. Raises InputError where a value is none."""
        refuse_unknown_page()
        from pipeline.commands import correction_word, printed_date, registry_of, share_of
        from pipeline.runner import Order

        return Order(
            month=self.month,
            audience=value("AUDIENCE", "partenaires"),
            inputs=self.inputs,
            outputs=self.outputs,
            boundaries=COUNTRY,
            produced_on=printed_date(value("PRODUCED_ON"), date.today()),
            annexes=annexes,
            whole=whole,
            max_unresolved=share_of(value("MAX_NON_RESOLUS", "5")),
            max_refused=share_of(value("MAX_REFUSES", "5"), "MAX_REFUSES"),
            page=value("PAGE", "A4-paysage"),
            image=value("FORMAT", "png"),
            basemap=value("BASEMAP"),
            dated=bool(value("PRODUCED_ON")),
            division=value("DIVISION"),
            registry=registry_of(value("REGISTRE")),
            correction=correction_word(value("CORRECTIF"), value("PAR")),
            by=value("PAR"),
        )

    def corrected(self) -> bool:
        """Whether the folder's files correct a month that left otherwise than is asked for now."""
        from pipeline.manifest import made_with

        folder = self.outputs / str(self.month) / value("AUDIENCE", "partenaires")
        return made_with(folder) != value("CORRECTIF").lower()


def value(name: str, default: str = "") -> str:
    """A variable of the Makefile, `default` where it is empty."""
    return os.environ.get(name, "").strip() or default


def refuse_unknown_page() -> None:
    """Raise InputError where PAGE, FORMAT or BASEMAP is given and is none: before anything is read, or loaded that knows
    no better."""
    if page := value("PAGE"):
        from pipeline.sheet.marks import layout_of

        layout_of(page)
    if image := value("FORMAT"):
        from pipeline.sheet.draw import refuse_format

        refuse_format(image)
    if basemap := value("BASEMAP"):
        from pipeline.sheet.tiles import refuse_basemap

        refuse_basemap(basemap)


def asked() -> Asked:
    """INPUTS and OUTPUTS, checked. Raises InputError where the folder of inputs is not there."""
    inputs = Path(value("INPUTS", "inputs"))
    if not inputs.is_dir():
        raise InputError(
            f"INPUTS={str(inputs)!r} n’est pas un dossier",
            "aucune carte n’est produite, faute de données",
            "donner le dossier qui contient les mois (2021-06, …), par exemple INPUTS=inputs ; entre apostrophes si "
            "son nom a des espaces",
        )
    return Asked(inputs, Path(value("OUTPUTS", "outputs")))


@contextmanager
def alone(*folders: Path) -> Iterator[None]:
    """Nobody else writes there meanwhile, and what a killed run left is swept first."""
    outer, *others = folders
    waits = f"Un autre make travaille dans {outer} : celui-ci attend qu’il ait fini…"
    with locked(outer, lambda: say(waits)):
        sweep(*folders)
        if others:
            with alone(*others):
                yield
        else:
            yield


def memory() -> Path | None:
    """Where to remember what this command was made of; None where it is not run by tools/run.sh."""
    return Path(value("MEMORY")) if value("MEMORY") else None


def keep(ask: Asked) -> None:
    """Work nothing out again that an earlier command has with the same inputs."""
    from pipeline import cache

    cache.use(cache.FOLDER, (ask.inputs, ask.outputs, BOUNDARIES))


def begin_beside(ask: Asked, whole: bool, bulletin: bool, drawing: bool) -> None:
    """Begin the process that works beside this one. whole: whether a whole month is made. bulletin: whether Word, PDF and
    the boxes are wanted too. drawing: whether maps will be drawn, else what is made of them is set and searched."""
    first = "ready_to_set" if not drawing else "ready_for_bulletin" if bulletin else "ready"
    if workers.FORKS and drawing and whole:
        # Both will draw: what they draw with is loaded once, and held once.
        from pipeline.sheet import draw
        from pipeline.web import page

        _ = draw, page
    with without_sign():
        from pipeline import cache

        cache.rest()
        workers.start([ask.inputs, ask.outputs, BOUNDARIES], f"pipeline.cli:{first}")


def ready() -> None:
    """In the process that draws beside this one: everything that a map is drawn with."""
    ask = asked()
    keep(ask)
    from pipeline.runner import ground_of

    ground_of(ask.order()).prepare()


def ready_for_bulletin() -> None:
    """The same, where the boxes are wanted too, and where no other process will set and search (see `workers.FORKS`)."""
    from matplotlib.backends import backend_pdf

    from pipeline.bulletin import boxes

    _ = boxes, backend_pdf
    if not workers.FORKS:
        ready_to_set()
    ready()


def ready_to_set() -> None:
    """In the process that sets Word and PDF beside this one, and searches them."""
    keep(asked())
    from pypdf import PdfReader

    from pipeline.bulletin import document

    _ = document, PdfReader


@app.command()
def boundaries() -> None:
    """Build boundaries/mali.gpkg."""
    chosen, kept = value("BOUNDARIES"), memory()
    with alone(BOUNDARIES):
        if kept and freshness.unchanged(kept):
            return
        mirror = Path(value("MIRROR", "../shared/boundaries"))
        trace = freshness.Trace([BOUNDARIES, mirror, *([Path(chosen)] if chosen else [])])
        from pipeline.geography import build

        build(BOUNDARIES, chosen=Path(chosen) if chosen else None, say=say)
        trace.also(
            BOUNDARIES, mirror, COUNTRY, COUNTRY.with_name("relief.tif"), *([Path(chosen)] if chosen else [])
        )
        if kept:
            freshness.remember(kept, trace)


@app.command()
def divisions() -> None:
    """The divisions at hand, what each covers, and which one the month is drawn on."""
    from pipeline.commands import divisions as tell

    tell(asked().order(), say)


@app.command()
def build(
    numbers: Annotated[list[int] | None, typer.Argument(help="Annexes à dessiner")] = None,
    whole: bool = False,
    bulletin: bool = False,
) -> None:
    """Draw annexes for one month and audience; with --bulletin also what the editor pastes."""
    ask, kept = asked(), memory()
    with alone(ask.outputs):
        if kept and freshness.unchanged(kept) and not ask.corrected():
            say(UNCHANGED)
            return
        refuse_unknown_page()  # before a second process loads what it draws with
        trace = freshness.Trace([ask.inputs, ask.outputs, BOUNDARIES, Path(value("REGISTRE", "registre"))])
        beside = partial(begin_beside, ask, whole, bulletin)
        if not workers.FORKS:  # it loads what this one loads too: the sooner it begins the better
            beside(True)
        keep(ask)
        from pipeline.annexes import BUILDERS
        from pipeline.runner import Bulletin, run

        made: Bulletin | None = None
        if bulletin:  # Word and PDF are not loaded for who wants the maps alone
            from pipeline.commands import BULLETIN

            made = BULLETIN
        order = ask.order(tuple(BUILDERS) if whole else tuple(numbers or ()), whole)
        run(order, say, made, beside)
        trace.also(COUNTRY, COUNTRY.with_name("relief.tif"))
        if order.basemap and Path(order.basemap).is_file():
            trace.also(Path(order.basemap))
        review = sorted(path for path in order.review_folder.glob("*") if path.is_file())
        if kept and not freshness.remember(kept, trace, [order.folder / freshness.MANIFEST], review):
            say(f"Changé pendant le travail : {', '.join(trace.moved())} ; relancer make")


@app.command()
def explain_audience() -> None:
    """Say in words what an audience may see."""
    from pipeline.disclosure.published import explain

    say(explain(value("AUDIENCE", "partenaires")))


@app.command()
def decide() -> None:
    """Take the officer's decisions on places."""
    from pipeline.commands import decide as take

    ask = asked()
    with alone(ask.inputs, ask.outputs):
        take(ask.month, ask.inputs, ask.outputs, COUNTRY, value("PAR"), date.today(), say)


@app.command()
def share() -> None:
    """Pack the month for one audience."""
    from pipeline.commands import share as pack

    ask, password = asked(), value("PASSWORD_FILE")
    with alone(ask.outputs):
        keep(ask)
        pack(ask.order(), Path(password) if password else None, say, value("CORRECTIF"), value("PAR"))


@app.command()
def bilan() -> None:
    """The month on one page, before it is shared."""
    from pipeline.commands import bilan as tell

    ask = asked()
    order = ask.order()
    with alone(order.outputs):
        keep(ask)
        tell(order, say)


@app.command()
def recette() -> None:
    """A recipe for a partner's export, proposed from the file FICHIER."""
    from pipeline.records.propose import make_recipe

    ask = asked()
    yes = value("OUI") not in ("", "0", "non")
    month = Month.parse(value("MONTH")) if value("MONTH") else None
    with alone(ask.inputs):
        answer = accepted if yes else question
        make_recipe(Path(value("FICHIER")), ask.inputs, answer, say, value("TABLEAU"), month)


def accepted(text: str, proposed: str) -> str:
    """OUI=1: what is proposed is taken, and told."""
    if proposed:
        say(f"{text} {proposed}")
    return proposed


def question(text: str, proposed: str) -> str:
    """The officer's answer at the terminal; the proposal where the line is left empty or there is no terminal."""
    try:
        return input(f"{text}{f' [{proposed}]' if proposed else ''} ").strip() or proposed
    except EOFError:
        return proposed


@app.command()
def new_month() -> None:
    """Make the folder of a month, with templates to fill in."""
    from pipeline.commands import new_month as make

    ask = asked()
    with alone(ask.inputs):
        make(ask.month, ask.inputs, COUNTRY, say, value("DIVISION"))


@app.command()
def compare() -> None:
    """What changed between two months, as a page."""
    from pipeline.commands import compare as make

    ask = asked()
    order = ask.order()
    before = Month.parse(value("WITH"), "WITH") if value("WITH") else order.month.previous()
    with alone(ask.outputs):
        keep(ask)
        make(order, before, say)


@app.command()
def check() -> None:
    """Compare totals with the published ones, and figures printed in several places; exit 1 where they
    differ."""
    from pipeline.commands import against_published, reprinted_alike

    ask = asked()
    order = ask.order()
    with alone(ask.outputs):
        keep(ask)
        missing: InputError | None = None
        differences = []
        try:
            differences = against_published(order, say)
        except InputError as error:
            missing = error  # a year without published totals still has its pages compared
        agreed = reprinted_alike(order, say)
        if missing:
            raise missing
        if differences or not agreed:
            raise typer.Exit(1)


@app.command()
def diagnostic() -> None:
    """Say what is absent, out of date, damaged, edited or left over, and mend it for the month and audience."""
    from pipeline import upkeep
    from pipeline.annexes import BUILDERS
    from pipeline.commands import BULLETIN
    from pipeline.runner import run

    ask = asked()
    order = ask.order(tuple(BUILDERS))
    with alone(ask.outputs):
        keep(ask)
        source = upkeep.country_source(COUNTRY)
        if source is None:
            raise InputError(
                f"{COUNTRY} manquait ou ne se lisait pas : il est enlevé",
                "aucune carte ne peut être dessinée ni vérifiée sans lui",
                "relancer make diagnostic : il est refait à partir de vos limites",
            )
        there = upkeep.folders(ask.outputs)
        if not any(folder.parent == order.folder.parent for folder in there):
            there.append(order.folder)
        found = [
            item for folder in there for item in upkeep.examine(folder, ask.inputs, source, order.registry)
        ]
        for item in found:
            say(item.text)
        for other in sorted({item.folder for item in found} - {order.folder}):
            say(f"À refaire : make MONTH={other.parent.name} AUDIENCE={other.name}")
        mine = [item for item in found if item.folder == order.folder]
        for item in mine:
            if item.state == "en trop":
                say(f"Mis de côté : {', '.join(item.files)} dans {upkeep.set_left_over_aside(item)}")
        if mine:
            told = freshness.entries(order.folder / freshness.MANIFEST) or {}
            run(order, say, BULLETIN if "annexes.docx" in told else None)
        say(
            "Tout est en ordre."
            if not found
            else f"{len(found)} points relevés ; {order.folder} est remis en ordre."
        )


@app.command()
def clean() -> None:
    """Take away what the manifests of OUTPUTS tell of."""
    from pipeline.upkeep import clean as take_away

    outputs = Path(value("OUTPUTS", "outputs"))
    with alone(outputs):
        for line in take_away(outputs):
            say(line)


def main() -> None:
    """Run the command line; what is wrong is told in three parts, without a traceback."""
    gc.disable()  # names and rows are made by the hundred thousand, and hold no cycles; whoever draws turns it on again
    try:
        with sign_of_life():
            code = app(standalone_mode=False)
        workers.stop()
        if code == INTERRUPTED:
            raise typer.Abort
    except PipelineError as error:
        _end(error)
    except OSError as error:
        _end(_refused_by_the_machine(error if error.errno else _as_of_the_machine(error)))
    except typer.TyperException:  # Typer's own click, whose texts are English
        _end(
            InputError(f"commande mal écrite : {' '.join(sys.argv[1:])}", "rien n’est fait", "voir make help")
        )
    except (typer.Abort, KeyboardInterrupt):
        _end(
            InputError(
                "arrêté avant la fin", "ce qui était fait reste, rien n’est à moitié écrit", "relancer make"
            )
        )
    except Exception as error:
        if type(error).__module__.partition(".")[0] not in WRITERS:
            raise
        _end(_refused_by_the_machine(_as_of_the_machine(error)))
    sys.exit(code if isinstance(code, int) else 0)


def _as_of_the_machine(error: Exception) -> OSError:
    """What the machine refused behind the fault of a library: mostly room on the disk."""
    outputs = Path(value("OUTPUTS", "outputs")).absolute()
    there = next(folder for folder in (outputs, *outputs.parents) if folder.exists())
    full = "full" in str(error) or shutil.disk_usage(there).free < LEAST_ROOM
    return OSError(errno.ENOSPC if full else errno.EIO, type(error).__name__, str(outputs))


def _end(error: PipelineError) -> None:
    print(error.as_text(), file=sys.stderr)
    sys.exit(1)


_PROTECTED = "un dossier ou un fichier est protégé", "demander le droit de le lire et d’y écrire"
_NO_FOLDER = "un fichier se trouve là où un dossier est attendu", "le renommer ou l’ôter, ou changer OUTPUTS="


def _refused_by_the_machine(error: OSError) -> PipelineError:
    """A disk that is full, a folder that may not be written: said as the officer can mend it."""
    where = f" ({error.filename})" if error.filename else ""
    said, fix = {
        errno.ENOSPC: ("le disque est plein", "faire de la place, ou donner un autre dossier avec OUTPUTS="),
        errno.EDQUOT: (
            "la place permise sur ce disque est prise",
            "faire de la place, ou OUTPUTS= sur un autre disque",
        ),
        errno.EACCES: _PROTECTED,
        errno.EPERM: _PROTECTED,
        errno.EROFS: ("ce disque ne peut qu’être lu", "donner un autre dossier avec OUTPUTS="),
        errno.ENOTDIR: _NO_FOLDER,
        errno.EEXIST: _NO_FOLDER,
        errno.EISDIR: ("un dossier se trouve là où un fichier est attendu", "le renommer ou l’ôter"),
        errno.EFBIG: (
            "un fichier dépasse la taille permise",
            "demander une limite plus haute, ou changer OUTPUTS=",
        ),
        errno.EIO: (
            "le disque n’a pas pris une écriture, ou n’a pas rendu une lecture",
            "vérifier le disque, puis relancer",
        ),
        errno.ENAMETOOLONG: (
            "un nom de fichier est trop long",
            "donner un dossier au nom plus court, avec OUTPUTS=",
        ),
        errno.ENOENT: (
            "un fichier a disparu pendant le travail",
            "vérifier le disque ou le réseau, puis relancer",
        ),
    }.get(
        error.errno or 0,
        (f"la machine a refusé une lecture ou une écriture (erreur {error.errno})", "vérifier le disque"),
    )
    return PipelineError(f"{said}{where}", "le travail n’est pas terminé ; rien n’est à moitié écrit", fix)


if __name__ == "__main__":
    main()
