"""Commands of the databases."""

import click
import flask_migrate
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app

from analysis.words import _
from surveys.db import ANSWERS, db
from surveys.refusals import Refusal


@click.group("db")
def group() -> None:
    """The two databases: of work, and of answers."""


@group.command("upgrade")
def upgrade() -> None:
    """Run the migrations that are missing."""
    flask_migrate.upgrade(directory=migrations())


@group.command("check")
def check() -> None:
    """Tell whether both databases can be used and are at head; exits 1 if not."""
    for bind, found in revisions().items():
        if found != head():
            raise Refusal(
                _("The database “%(name)s” is at %(found)s, not at %(head)s. Run: medborgarpanel db upgrade")
                % {"name": bind or "panel", "found": found or "-", "head": head()}
            )
    click.echo(f"ok {head()}")


def migrations() -> str:
    """The folder of the migrations."""
    return str(current_app.extensions["migrate"].directory)


def head() -> str | None:
    """The newest migration there is."""
    return ScriptDirectory(migrations()).get_current_head()


def revisions() -> dict[str | None, str | None]:
    """The migration that each database stands at."""
    found = {}
    for bind in (None, ANSWERS):
        with db.engines[bind].connect() as connection:
            found[bind] = MigrationContext.configure(connection).get_current_revision()
    return found
