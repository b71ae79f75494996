"""The command line that the Makefile calls: arguments in, one call, an exit code out. No logic here."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from pipeline import progress
from pipeline.errors import PipelineError
from pipeline.month import Month

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, no_args_is_help=True)
BOUNDARIES = Path("boundaries")
MonthOption = Annotated[str, typer.Option(help="Mois, par exemple 2021-06")]
InputsOption = Annotated[Path, typer.Option(help="Dossier des tableaux")]


def say(line: str) -> None:
    """One line to the officer."""
    typer.echo(line)


@app.command()
def boundaries(chosen: str = "") -> None:
    """Build boundaries/mali.gpkg."""
    from pipeline.geography import build

    build(BOUNDARIES, chosen=Path(chosen) if chosen else None, say=say)


@app.command()
def build(
    numbers: Annotated[list[int] | None, typer.Argument(help="Annexes à dessiner")] = None,
    month: MonthOption = "",
    audience: str = "partenaires",
    inputs: InputsOption = Path("inputs"),
    outputs: Path = Path("outputs"),
    produced_on: str = "",
    max_unresolved: str = "5",
    page: str = "A4-paysage",
    image: str = "png",
    basemap: str = "",
    whole: bool = False,
    bulletin: bool = False,
) -> None:
    """Draw annexes for one month and audience; with --bulletin also what the editor pastes."""
    from pipeline.commands import printed_date, share_options
    from pipeline.runner import More, Order, run

    more: More | None = None
    if bulletin:  # Word and PDF are not loaded for who wants the maps alone
        from pipeline.commands import files

        more = files
    run(
        Order(
            month=Month.parse(month),
            audience=audience,
            inputs=inputs,
            outputs=outputs,
            boundaries=BOUNDARIES / "mali.gpkg",
            produced_on=printed_date(produced_on, date.today()),
            annexes=tuple(numbers or ()),
            whole=whole,
            max_unresolved=share_options(max_unresolved),
            page=page,
            image=image,
            basemap=basemap,
        ),
        say,
        more,
    )


@app.command()
def bulletin(
    month: MonthOption = "",
    audience: str = "partenaires",
    inputs: InputsOption = Path("inputs"),
    outputs: Path = Path("outputs"),
    produced_on: str = "",
) -> None:
    """What the editor pastes into the bulletin, beside the annexes."""
    from pipeline.commands import printed_date, run
    from pipeline.runner import Order

    boundaries, printed = BOUNDARIES / "mali.gpkg", printed_date(produced_on, date.today())
    run(Order(Month.parse(month), audience, inputs, outputs, boundaries, printed, ()), say)


@app.command()
def explain_audience(audience: str = "partenaires") -> None:
    """Say in words what an audience may see."""
    from pipeline.disclosure.explain import explain

    say(explain(audience))


@app.command()
def audiences() -> None:
    """What make knows of each audience, as its variables: PUBLICS, ANNEXES_<audience>, PLUS_FIN_<audience>."""
    from pipeline.disclosure.policy import policies

    declared = policies()
    say(f"PUBLICS := {' '.join(declared)}")
    for name, policy in declared.items():
        say(f"ANNEXES_{name} := {' '.join(map(str, policy.annexes))}")
        say(f"PLUS_FIN_{name} := {policy.coarser_than}")


@app.command()
def decide(
    month: MonthOption = "",
    inputs: InputsOption = Path("inputs"),
    outputs: Path = Path("outputs"),
    by: str = "",
) -> None:
    """Take the officer's decisions on places."""
    from pipeline.commands import decide as take

    take(Month.parse(month), inputs, outputs, BOUNDARIES / "mali.gpkg", by, date.today(), say)


@app.command()
def share(
    month: MonthOption = "",
    audience: str = "partenaires",
    inputs: InputsOption = Path("inputs"),
    outputs: Path = Path("outputs"),
    produced_on: str = "",
    password_file: str = "",
) -> None:
    """Pack the month for one audience."""
    from pipeline.commands import printed_date
    from pipeline.commands import share as pack
    from pipeline.runner import Order

    order = Order(
        month=Month.parse(month),
        audience=audience,
        inputs=inputs,
        outputs=outputs,
        boundaries=BOUNDARIES / "mali.gpkg",
        produced_on=printed_date(produced_on, date.today()),
        annexes=(),
    )
    pack(order, Path(password_file) if password_file else None, say)


@app.command()
def new_month(month: MonthOption = "", inputs: InputsOption = Path("inputs")) -> None:
    """Make the folder of a month, with templates to fill in."""
    from pipeline.commands import new_month as make

    make(Month.parse(month), inputs, BOUNDARIES / "mali.gpkg", say)


@app.command()
def compare(
    month: MonthOption = "",
    other: Annotated[str, typer.Option("--with", help="Mois de comparaison ; sinon le précédent")] = "",
    audience: str = "partenaires",
    inputs: InputsOption = Path("inputs"),
    outputs: Path = Path("outputs"),
    produced_on: str = "",
) -> None:
    """What changed between two months, as a page."""
    from pipeline.commands import compare as make
    from pipeline.commands import printed_date
    from pipeline.runner import Order

    now, printed = Month.parse(month), printed_date(produced_on, date.today())
    before = Month.parse(other) if other else now.previous()
    make(Order(now, audience, inputs, outputs, BOUNDARIES / "mali.gpkg", printed, ()), before, say)


@app.command()
def check(
    month: MonthOption = "",
    audience: str = "partenaires",
    inputs: InputsOption = Path("inputs"),
    outputs: Path = Path("outputs"),
) -> None:
    """Compare totals with the published ones, and figures printed in several places; exit 1 where they
    differ."""
    from pipeline.commands import check as agree
    from pipeline.commands import check_tasks as compare
    from pipeline.runner import Order

    now, boundaries = Month.parse(month), BOUNDARIES / "mali.gpkg"
    differences = compare(now, inputs, boundaries, say)
    order = Order(now, audience, inputs, outputs, boundaries, date.today().isoformat(), ())
    if not agree(order, say) or differences:
        raise typer.Exit(1)


def main() -> None:
    """Run the command line; a PipelineError is told in its three parts, without a traceback."""
    try:
        with progress.shown():
            app()
    except PipelineError as error:
        print(error.as_text(), file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
