"""The command line: every command runs inside the application, in one transaction, and refuses in words."""

import sys
from collections.abc import Callable
from functools import update_wrapper
from typing import Any

import click
from flask import Flask, current_app, has_app_context

from analysis import words
from panel.config import BadSetting
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
            with app.app_context(), words.speak(app.config["LANGUAGES"][0]):
                result = inner(*args, **kwargs)
                db.session.commit()
                return result
        except (Refusal, BadSetting) as reason:
            click.echo(str(reason), err=True)
            sys.exit(1)

    command.callback = update_wrapper(run, inner)
    run.in_the_house = True  # type: ignore[attr-defined]
    return command


def add_commands(app: Flask) -> None:
    """Give ``flask --app panel.app`` the commands too."""
