"""The command line: every command runs inside the application, in one transaction, and refuses in words."""

import sys
from collections.abc import Callable
from functools import update_wrapper
from typing import Any, NoReturn

import click
from flask import Flask, current_app, has_app_context
from sqlalchemy.exc import DatabaseError

from analysis import cli as analysis
from analysis import words
from analysis.words import _
from panel import audit
from panel.commands import database, places, register, sending, serving, staff, trials, working
from panel.config import BadSetting
from surveys.commands import results, surveys
from surveys.db import db
from surveys.refusals import Refusal

Factory = Callable[[], Flask]


def in_the_house(command: click.Command, factory: Factory) -> click.Command:
    """Let a command, or each in a group, run inside the application: done commits, refused rolls back and exits 1."""
    if isinstance(command, click.Group):
        for below in command.commands.values():
            in_the_house(below, factory)
        return command
    inner = command.callback
    if inner is None or getattr(inner, "in_the_house", False):
        return command

    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            app = current_app._get_current_object() if has_app_context() else factory()  # type: ignore[attr-defined]
            with app.app_context(), words.speak(app.config["LANGUAGES"][0]), audit.acting_as("command"):
                result = inner(*args, **kwargs)
                db.session.commit()
                return result
        except (Refusal, BadSetting) as reason:
            refuse(str(reason))
        except DatabaseError as fault:
            refuse(_("The database can't be used: %(fault)s Run: medborgarpanel db check") % {"fault": fault.orig})

    command.callback = update_wrapper(run, inner)
    run.in_the_house = True  # type: ignore[attr-defined]
    return command


def refuse(reason: str) -> NoReturn:
    """Tell why on stderr and exit with 1."""
    click.echo(reason, err=True)
    sys.exit(1)


def commands() -> list[click.Command]:
    """The commands of all floors, by name."""
    for below in (sending.invite, sending.remind, sending.status, sending.links, trials.fake_answers):
        surveys.group.add_command(below)
    return [
        database.group,
        staff.group,
        register.group,
        places.districts,
        places.population,
        surveys.group,
        results.group,
        working.work,
        working.deliver,
    ]


def makers(factory: Factory) -> list[click.Command]:
    """Commands that make the application themselves, or need none."""
    return [serving.demo_command(factory), serving.serve_command(factory), analysis.group]


def add_commands(app: Flask) -> None:
    """Give ``flask --app panel.app`` the commands too."""
    for command in commands():
        app.cli.add_command(in_the_house(command, lambda: app))
