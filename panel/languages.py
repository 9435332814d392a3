"""Which language a request speaks, and how the reader changes it."""

from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

from flask import Flask, current_app, g, request, session

from analysis import words

NAMES = {"sv": "Svenska", "en": "English", "sv-simple": "Lättläst", "sma": "Åarjelsaemien"}


class Choice(NamedTuple):
    """One entry of the language navigation."""

    code: str
    name: str
    href: str
    current: bool


def set_up(app: Flask) -> None:
    """Bind the reader's language before each request and give templates their words."""
    words.use(Path(app.root_path) / "translations")
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(words._, words.ngettext, newstyle=True)  # type: ignore[attr-defined]
    app.before_request(bind)
    app.context_processor(lambda: {"languages": choices(), "language": words.current(), "words": words})


def bind() -> None:
    """Speak the language asked for in the address, else the one chosen before, else the first offered."""
    asked = request.args.get("lang")
    if asked in NAMES:
        session["language"] = asked
    speak(current_app.config["LANGUAGES"])


def speak(offered: list[str]) -> None:
    """Offer these languages on this page, and speak the reader's choice if it is among them."""
    g.offered_languages = offered
    chosen = session.get("language")
    words.bind(chosen if chosen in offered else offered[0])


def choices() -> list[Choice]:
    """The languages of this page, each named in its own tongue; empty where there is only one."""
    offered = [code for code in g.get("offered_languages", ()) if code in NAMES]
    rest = {key: value for key, value in request.args.items() if key != "lang"}
    links = [f"{request.path}?{urlencode(rest | {'lang': code})}" for code in offered]
    found = [Choice(code, NAMES[code], href, code == words.current()) for code, href in zip(offered, links, strict=True)]
    return found if len(found) > 1 else []
