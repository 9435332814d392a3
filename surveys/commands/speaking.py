"""The language that a command's file is written in."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import click
from flask import current_app

from analysis.words import _, speak
from surveys.refusals import Refusal

Command = Callable[..., Any]


def in_language(command: Command) -> Command:
    """Give a command the option ``--language``, and let it speak that language, else the installation's first."""

    @click.option("--language", default="", help="Language of the file, such as en; the installation's first without it.")
    @wraps(command)
    def run(*args: Any, language: str, **kwargs: Any) -> Any:
        offered = current_app.config["LANGUAGES"]
        if language and language not in offered:
            told = {"name": language, "names": ", ".join(offered)}
            raise Refusal(_("Nothing is written in the language “%(name)s” here. Choose one of %(names)s.") % told)
        with speak(language or offered[0]):
            return command(*args, **kwargs)

    return run
