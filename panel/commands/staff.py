"""Staff accounts on the command line."""

import click
from flask import current_app

from panel import staff
from surveys.db import db


@click.group("staff")
def group() -> None:
    """Accounts of those who work with the panel."""


@group.command()
@click.argument("email")
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice(staff.ROLES), help="May be given several times.")
@click.option("--name", default="", help="The person's name.")
def add(email: str, roles: tuple[str, ...], name: str) -> None:
    """Make an account and print the link by which the person sets a password."""
    person = staff.add(db.session, email, roles, name)  # type: ignore[arg-type]
    click.echo(staff.password_link(person.id, current_app.config["BASE_URL"]))


@group.command()
@click.argument("email")
def link(email: str) -> None:
    """Print a new link by which somebody sets a password."""
    click.echo(staff.password_link(staff.named(db.session, email).id, current_app.config["BASE_URL"]))  # type: ignore[arg-type]


@group.command("list")
def list_() -> None:
    """Print every account: address, roles, state."""
    for person in staff.people(db.session):  # type: ignore[arg-type]
        roles = ",".join(role.name for role in person.roles)
        click.echo(f"{person.email}\t{roles}\t{'open' if person.active else 'closed'}")
