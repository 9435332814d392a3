"""Commands of districts and population figures."""

from pathlib import Path

import click
from flask import current_app

from panel import audit, places
from surveys.db import db

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("districts")
def districts() -> None:
    """The parts of the municipality."""


@districts.command("import")
@click.argument("file", type=FILE)
def import_districts(file: Path) -> None:
    """Take over the districts of a GeoJSON file (WGS 84 or SWEREF 99 TM), with the properties code and name."""
    count = places.import_districts(db.session(), file.read_bytes())
    audit.record("imported", "district", "", count=count)
    click.echo(count)


@click.group("population")
def population() -> None:
    """How many live where."""


@population.command("import")
@click.argument("file", type=FILE)
def import_population(file: Path) -> None:
    """Take over figures from CSV or XLSX: kommundel, åldersgrupp, kön, antal, källa, datum."""
    count = places.import_population(db.session(), file.read_bytes(), current_app.config["AGE_GROUPS"])
    audit.record("imported", "population", "", count=count)
    click.echo(count)
