"""Questionnaire formats: one file each, and the file names are the registry.

A format is a module with ``likeness(data)`` (0: not this format, up to 3: certainly), ``read(data, filename)`` and,
if it can be written too, ``write(questionnaire)``. A file is known by its content, never by its name. `read` gives a
`Loaded` with what could not be carried over, or raises `CannotRead` with place, cause and remedy.
"""

import pkgutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from analysis.words import _
from surveys.questionnaire import InvalidQuestionnaire, Problem, Questionnaire, check, errors
from surveys.refusals import Refusal

UTF_16 = (b"\xff\xfe", b"\xfe\xff")
LARGEST = 1_000_000
"""Bytes of text; a questionnaire of two hundred questions in four languages has some 200,000."""


@dataclass(frozen=True)
class Loss:
    """Something of a file that could not be carried over: of which question, what it was, and why."""

    question: str
    what: str
    why: str

    def to_json(self) -> dict[str, str]:
        """For interfaces and storage."""
        return {"question": self.question, "what": self.what, "why": self.why}

    def __str__(self) -> str:
        return f"{self.question}: {self.what}: {self.why}" if self.question else f"{self.what}: {self.why}"


@dataclass(frozen=True)
class Loaded:
    """A questionnaire that was read, what was lost on the way, and what is unwise in it."""

    questionnaire: Questionnaire
    losses: tuple[Loss, ...] = ()
    warnings: tuple[str, ...] = ()


class CannotRead(Refusal):
    """A file that no questionnaire could be read from; one line for each fault."""

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        super().__init__("\n".join(map(str, problems)))


def refusal(message: str, remedy: str = "", place: str = "") -> CannotRead:
    """A `CannotRead` of one fault."""
    return CannotRead(Problem(place, message, remedy))


def names() -> tuple[str, ...]:
    """The formats there are: the files of this folder."""
    return tuple(sorted(m.name for m in pkgutil.iter_modules(__path__) if not m.name.startswith("_")))


def writable() -> tuple[str, ...]:
    """The formats that a questionnaire can be written in."""
    return tuple(name for name in names() if hasattr(_format(name), "write"))


def read(data: bytes, filename: str = "") -> Loaded:
    """The questionnaire in a file, in the format that its content looks most like."""
    if not data.strip():
        raise refusal(_("The file is empty."), _("Choose a file with a questionnaire in it."))
    likeness, name = max((_format(name).likeness(data), name) for name in names())
    if not likeness:
        raise refusal(
            _("The file is not a questionnaire in a format that is known here."),
            _("Known formats: %(formats)s.") % {"formats": ", ".join(names())},
        )
    loaded: Loaded = _format(name).read(data, filename)
    return loaded


def write(questionnaire: Questionnaire, name: str) -> bytes:
    """The questionnaire as a file of that format; `KeyError` if it cannot be written."""
    if name not in writable():
        raise KeyError(name)
    written: bytes = _format(name).write(questionnaire)
    return written


def _format(name: str) -> Any:
    return import_module(f"{__name__}.{name}")


def decoded(data: bytes) -> tuple[str, tuple[str, ...]]:
    """The text of a file, and a warning if its encoding had to be guessed."""
    if len(data) > LARGEST:
        raise refusal(
            _("The file is larger than %(most)s kB.") % {"most": LARGEST // 1000}, _("A questionnaire is a small file.")
        )
    for encoding in ("utf-16",) if data.startswith(UTF_16) else ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        guessed = _("The file is not UTF-8; it was read as Windows-1252. Check that å, ä and ö are right.")
        return text, (guessed,) if encoding == "cp1252" else ()
    raise refusal(_("The file's characters cannot be read."), _("Save it as UTF-8."))


def beginning(data: bytes) -> str:
    """The first part of a file as text, to know its format by; empty if it holds no text at all."""
    if data.startswith(UTF_16):
        return data[:40_000].decode("utf-16", errors="replace")
    return "" if b"\0" in data[:4096] else data[:40_000].decode("utf-8-sig", errors="replace")


def checked(document: Any, place: Any = None) -> tuple[Questionnaire, tuple[str, ...]]:
    """The questionnaire in a plain document, and its warnings; `CannotRead` with every error, put through ``place``."""
    try:
        questionnaire = Questionnaire.from_json(document)
    except InvalidQuestionnaire as fault:
        raise CannotRead(*_placed(fault.problems, place)) from None
    found = check(questionnaire)
    if errors(found):
        raise CannotRead(*_placed(errors(found), place))
    return questionnaire, tuple(_gathered(_placed(found, place)))


def _gathered(problems: Iterable[Problem]) -> Iterator[str]:
    """The same advice for many places in one line."""
    places: dict[tuple[str, str], list[str]] = {}
    for problem in problems:
        places.setdefault((problem.message, problem.remedy), []).append(problem.place)
    for (message, remedy), where in places.items():
        more = _(" and %(count)s more places") % {"count": len(where) - 2} if len(where) > 3 else ""
        yield str(Problem("; ".join(where[:2] if more else where) + more, message, remedy))


def _placed(problems: Iterable[Problem], place: Any) -> list[Problem]:
    return [place(problem) if place else problem for problem in problems]
