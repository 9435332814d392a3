"""The analysis alone, on anyone's data: no database, no application."""

import sys
from collections.abc import Callable
from functools import reduce
from pathlib import Path
from typing import Any

import click

from analysis.cli import changing, comparing, raking, tabulating
from analysis.comparison.adjusting import ADJUSTMENTS
from analysis.dataset.design import LONELY
from analysis.precision import INTERVALS

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
CODEBOOK = click.option(
    "--codebook",
    type=FILE,
    help="JSON: a list of items, or an object with items and groups. Files of SPSS and Stata have their own.",
)
DESIGN = (
    click.option("--weight", help="Column of weights."),
    click.option("--strata", help="Column of the strata that were drawn from."),
    click.option("--cluster", help="Column of the clusters that were drawn."),
    click.option("--fpc", help="Column of population sizes: units in the row's stratum."),
    click.option("--lonely", default="adjust", show_default=True, type=click.Choice(LONELY), help="Rule for strata of one unit."),
)


def design(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that tell how the sample was drawn."""
    return reduce(lambda made, option: option(made), reversed(DESIGN), command)


def _say(write: Callable[..., str], options: dict[str, Any]) -> None:
    """What a command writes, on stdout; why it does not, on stderr, with 1, or 2 where it was called wrongly."""
    try:
        click.echo(write(**options), nl=False)
    except tabulating.NoCodebook as reason:
        raise click.UsageError(str(reason)) from None
    except tabulating.REFUSED as reason:
        click.echo(str(reason), err=True)
        sys.exit(1)


@click.group("analysis")
def group() -> None:
    """Weighted tables of anyone's data; needs no database."""


@group.command()
@click.argument("data", type=FILE)
@CODEBOOK
@click.option("--by", multiple=True, help="Group column; may be given several times.")
@design
@click.option("--interval", default="wilson", show_default=True, type=click.Choice(list(INTERVALS)), help="Kind of interval.")
@click.option("--level", default=0.95, show_default=True, help="Confidence level.")
@click.option("--minimum", default=5, show_default=True, type=click.IntRange(0), help="Least count that is shown; 0 shows all.")
@click.option("--format", "kind", default="csv", show_default=True, type=click.Choice(["csv", "json"]))
def tabulate(**options: Any) -> None:
    """Tables of every item in DATA (CSV, Parquet, SPSS or Stata; one row per response), as tidy rows on stdout."""
    _say(tabulating.write, options)


@group.command()
@click.argument("data", type=FILE)
@CODEBOOK
@click.option("--item", required=True, help="The item that is compared.")
@click.option("--between", required=True, help="The group column: every pair of its groups is a row.")
@click.option("--category", help="The answer whose shares are compared; means, or all answers, without.")
@click.option("--adjust", default="holm", show_default=True, type=click.Choice(list(ADJUSTMENTS)), help="For many comparisons.")
@design
@click.option("--level", default=0.95, show_default=True, help="Confidence level.")
@click.option("--format", "kind", default="csv", show_default=True, type=click.Choice(["csv", "json"]))
def compare(**options: Any) -> None:
    """Differences between the groups of DATA with standard errors and p, nothing hidden: for analysts."""
    _say(comparing.write, options)


@group.command()
@click.argument("data", type=FILE, nargs=-1, required=True)
@CODEBOOK
@click.option("--item", required=True, help="The item that is followed.")
@click.option("--wave", help="Column that tells the wave, where DATA is one file; without it each file is a wave.")
@click.option("--person", help="Column of pseudonyms: who answered twice is then not counted as two.")
@click.option("--paired", is_flag=True, help="Change in the same persons only, instead of in all who answered.")
@click.option("--by", multiple=True, help="Group column: the change within each group; may be given several times.")
@click.option("--category", help="The answer whose shares are followed; means, or all answers, without.")
@click.option("--adjust", default="holm", show_default=True, type=click.Choice(list(ADJUSTMENTS)), help="For many comparisons.")
@design
@click.option("--level", default=0.95, show_default=True, help="Confidence level.")
@click.option("--format", "kind", default="csv", show_default=True, type=click.Choice(["csv", "json"]))
def change(**options: Any) -> None:
    """Change from wave to wave of DATA, files in order of time, with standard errors and p; nothing hidden: for analysts."""
    _say(changing.write, options)


@group.command()
@click.argument("data", type=FILE)
@click.option("--margins", required=True, type=FILE, help="CSV with the columns variable, level, population.")
@click.option("--base", help="Column of starting weights; 1 each without.")
@click.option("--lower", type=float, help="Least weight, as a part of the mean weight.")
@click.option("--upper", type=float, help="Largest weight, as a part of the mean weight.")
@click.option("--collapse", multiple=True, help="Column whose empty levels join a neighbour; may be given several times.")
@click.option("--name", default="weight", show_default=True, help="What the column of weights is called.")
@click.option("--output", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Where DATA with weights goes.")
def rake(**options: Any) -> None:
    """Weight the rows of DATA (CSV) so that they reproduce the margins of the population."""
    try:
        raking.echo(raking.write(**options))
    except raking.REFUSED as reason:
        click.echo(str(reason), err=True)
        sys.exit(1)
