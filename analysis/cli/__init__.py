"""The analysis alone, on anyone's data: no database, no application."""

import sys
from pathlib import Path
from typing import Any

import click

from analysis.cli import raking, tabulating
from analysis.dataset.design import LONELY
from analysis.precision import INTERVALS

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("analysis")
def group() -> None:
    """Weighted tables of anyone's data; needs no database."""


@group.command()
@click.argument("data", type=FILE)
@click.option("--codebook", required=True, type=FILE, help="JSON: a list of items, or an object with items and groups.")
@click.option("--by", multiple=True, help="Group column; may be given several times.")
@click.option("--weight", help="Column of weights.")
@click.option("--strata", help="Column of the strata that were drawn from.")
@click.option("--cluster", help="Column of the clusters that were drawn.")
@click.option("--fpc", help="Column of population sizes: units in the row's stratum.")
@click.option("--lonely", default="adjust", show_default=True, type=click.Choice(LONELY), help="Rule for strata of one unit.")
@click.option("--interval", default="wilson", show_default=True, type=click.Choice(list(INTERVALS)), help="Kind of interval.")
@click.option("--level", default=0.95, show_default=True, help="Confidence level.")
@click.option("--minimum", default=5, show_default=True, help="Least count that is shown; 0 shows all.")
@click.option("--format", "kind", default="csv", show_default=True, type=click.Choice(["csv", "json"]))
def tabulate(**options: Any) -> None:
    """Tables of every item in DATA (CSV, one row per response), as tidy rows on stdout."""
    try:
        click.echo(tabulating.write(**options), nl=False)
    except tabulating.REFUSED as reason:
        click.echo(str(reason), err=True)
        sys.exit(1)


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
