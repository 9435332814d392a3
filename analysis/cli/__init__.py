"""The analysis alone, on anyone's data: no database, no application."""

import sys
from pathlib import Path
from typing import Any

import click

from analysis.cli import tabulating

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("analysis")
def group() -> None:
    """Weighted tables of anyone's data; needs no database."""


@group.command()
@click.argument("data", type=FILE)
@click.option("--codebook", required=True, type=FILE, help="JSON: a list of items, or an object with items and groups.")
@click.option("--by", multiple=True, help="Group column; may be given several times.")
@click.option("--weight", help="Column of weights.")
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
