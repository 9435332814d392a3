"""The reader's language: gettext bound by a context variable, so that floors without a web can speak it too."""

import gettext
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from functools import cache
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

FALLBACK = {"sv-simple": "sv", "sma": "sv"}
"""A language whose catalogue lacks a message speaks another instead."""
REGION = {"en": "en-GB"}
"""Whose habits a language follows in numbers and dates, where its name does not say."""

_language: ContextVar[str] = ContextVar("language", default="en")
_folders: list[Path] = []


class Catalogue(gettext.GNUTranslations):
    """A catalogue read straight from its ``.po`` files, so that nothing has to be compiled first."""

    def __init__(self, paths: list[Path]) -> None:
        super().__init__()
        self._catalog: dict[object, str] = {}
        self.plural = lambda n: int(n != 1)
        for path in paths:
            self._read(path)

    def _read(self, path: Path) -> None:
        with path.open("rb") as file:
            for message in read_po(file):
                if not message.id or message.fuzzy:
                    continue
                if isinstance(message.id, str):
                    if message.string:
                        self._catalog[message.id] = str(message.string)
                else:
                    forms = enumerate(message.string or ())
                    self._catalog |= {(message.id[0], form): text for form, text in forms if text}


def use(folder: Path) -> None:
    """Take the catalogues ``<folder>/<language>/LC_MESSAGES/*.po`` into use."""
    if folder not in _folders:
        _folders.append(folder)
        _catalogue.cache_clear()


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    paths = [path for folder in _folders for path in sorted(folder.glob(f"{language}/LC_MESSAGES/*.po"))]
    catalogue = Catalogue(paths) if paths else gettext.NullTranslations()
    if language in FALLBACK:
        catalogue.add_fallback(_catalogue(FALLBACK[language]))
    return catalogue


def current() -> str:
    """The language spoken now, as an IETF tag."""
    return _language.get()


def bind(language: str) -> None:
    """Speak ``language`` from here on in this context (a web request, a command)."""
    _language.set(language)


@contextmanager
def speak(language: str) -> Iterator[None]:
    """Speak ``language`` inside a ``with`` block."""
    token = _language.set(language)
    try:
        yield
    finally:
        _language.reset(token)


def _(message: str) -> str:
    """``message`` in the language spoken now."""
    return _catalogue(current()).gettext(message) if message else ""


def ngettext(singular: str, plural: str, count: int) -> str:
    """The form of a message that goes with ``count``."""
    return _catalogue(current()).ngettext(singular, plural, count)


def N_(message: str) -> str:  # noqa: N802 (gettext's own name)
    """Mark a constant for translation; it is translated where it is shown."""
    return message


@cache
def _locale(language: str) -> Locale:
    try:
        found = Locale.parse(FALLBACK.get(language, REGION.get(language, language)), sep="-")
    except (UnknownLocaleError, ValueError):
        found = Locale("en")
    return found


def decimal(value: float, digits: int = 0) -> str:
    """``value`` with ``digits`` decimals as the language writes numbers."""
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return str(format_decimal(value, format=pattern, locale=_locale(current())))


def percent(share: float, digits: int = 0) -> str:
    """A share between 0 and 1 as a percentage, with a no-break space before the sign."""
    return f"{decimal(100 * share, digits)}\N{NO-BREAK SPACE}%"


def stopped(text: str, mark: str = ".") -> str:
    """A question with a mark at its end, which one that is put as a statement lacks."""
    return text if text.endswith(("?", "!", ".", ":")) else f"{text}{mark}"


def day(value: date) -> str:
    """A date written out, such as 23 november 2026."""
    return str(format_date(value, format="long", locale=_locale(current())))


def month(value: date) -> str:
    """The month of a date, such as november 2026."""
    return str(format_date(value, format="MMMM y", locale=_locale(current())))
