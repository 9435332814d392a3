"""Reading a plain document, of JSON or YAML, with every fault collected and told where it is."""

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from analysis.words import _
from surveys.questions import Text

Path = tuple[str | int, ...]
GREATEST = 1e15
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
"""What neither a database nor a page can hold."""
LONGEST = 10_000
"""The most characters that any text of a questionnaire may have."""


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, where it is, and what to do about it."""

    place: str
    message: str
    remedy: str = ""
    level: str = "error"
    path: Path = ()

    def __str__(self) -> str:
        return " ".join(part for part in (f"{self.place}:" if self.place else "", self.message, self.remedy) if part)

    def to_json(self) -> dict[str, str]:
        """For interfaces and storage."""
        return {"level": self.level, "place": self.place, "message": self.message, "remedy": self.remedy}


class InvalidQuestionnaire(ValueError):
    """A document that is no questionnaire; ``problems`` holds every reason."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


def describe(document: Any, path: Path) -> str:
    """The place that a path leads to, as an author would call it: ``question "q3", option "bus", text``."""
    kinds = {"questions": _("question"), "options": _("option"), "rows": _("row"), "pages": _("page")}
    words: list[str] = []
    for i, step in enumerate(path):
        document = _inside(document, step)
        if isinstance(step, int):
            kind = kinds.get(str(path[i - 1]), str(path[i - 1]))
            words.append(f"{kind} {_called(document, step)}")
        elif not (step in kinds and i + 1 < len(path)):
            words.append(step)
    inner = any(step == "questions" for step in path[:-1])
    return ", ".join(words[1:] if inner and path[0] == "pages" else words)


def _inside(document: Any, step: str | int) -> Any:
    try:
        return document[step]
    except (KeyError, IndexError, TypeError):
        return None


def _called(value: Any, index: int) -> str:
    name = (value.get("name") or value.get("code")) if isinstance(value, Mapping) else None
    return f'"{name}"' if isinstance(name, str) else str(index + 1)


class Node:
    """One place in a document, which reads what is there as what it should be."""

    def __init__(self, value: Any, root: Any, problems: list[Problem], path: Path = ()) -> None:
        self.value = value
        self.root = root
        self.problems = problems
        self.path = path

    def fault(self, message: str, remedy: str = "", path: Path = ()) -> None:
        """Note what is wrong here, and go on reading."""
        full = self.path + path
        self.problems.append(Problem(describe(self.root, full), message, remedy, path=full))

    def get(self, key: str) -> "Node | None":
        """The place under a key, if something is written there."""
        if not isinstance(self.value, Mapping) or self.value.get(key) is None:
            return None
        return Node(self.value[key], self.root, self.problems, (*self.path, key))

    def known(self, keys: Iterable[str]) -> bool:
        """Is this a mapping, and does it hold nothing but these keys?"""
        if not isinstance(self.value, Mapping):
            self.fault(_("Here %(wanted)s was expected.") % {"wanted": _("a mapping of keys and values")})
            return False
        keys = list(keys)
        for key in self.value:
            if key not in keys:
                near = difflib.get_close_matches(str(key), keys, 1)
                hint = _('Did you mean "%(key)s"?') % {"key": near[0]} if near else ""
                known = _("Known here: %(keys)s.") % {"keys": ", ".join(sorted(keys))}
                self.fault(_('"%(key)s" is not known here.') % {"key": str(key)[:60]}, hint or known, (str(key),))
        return True

    def each(self) -> list["Node"]:
        """The places of a list."""
        if not isinstance(self.value, list):
            self.fault(_("Here %(wanted)s was expected.") % {"wanted": _("a list")})
            return []
        return [Node(v, self.root, self.problems, (*self.path, i)) for i, v in enumerate(self.value)]

    def string(self) -> str:
        """A text in no particular language; a number is taken as its digits."""
        if isinstance(self.value, bool) or not isinstance(self.value, str | int | float):
            self._expected(_("a text"))
            return ""
        if len(str(self.value)) > LONGEST:
            self._expected(_("a shorter text"))
        if UNPRINTABLE.search(str(self.value)):
            self._expected(_("a text without control characters"))
        return str(self.value)

    def flag(self) -> bool:
        """True or false."""
        if not isinstance(self.value, bool):
            self._expected(_("true or false"))
        return self.value is True

    def integer(self) -> int:
        """A whole number."""
        if isinstance(self.value, int) and not isinstance(self.value, bool) and abs(self.value) < GREATEST:
            return self.value
        self._expected(_("a whole number"))
        return 0

    def number(self) -> float:
        """A number."""
        if isinstance(self.value, int | float) and not isinstance(self.value, bool) and abs(self.value) < GREATEST:
            return self.value
        self._expected(_("a number"))
        return 0

    def words(self, language: str) -> Text:
        """A text in several languages, or a plain string in ``language``."""
        if not isinstance(self.value, Mapping):
            return Text.of(self.string(), language)
        found = {}
        for tag, words in self.value.items():
            if re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", str(tag)):
                found[str(tag)] = Node(words, self.root, self.problems, (*self.path, str(tag))).string()
            else:
                self.fault(_('"%(tag)s" is not a language tag such as sv or en.') % {"tag": str(tag)[:20]})
        return Text.of(found, language)

    def _expected(self, wanted: str) -> None:
        shown = repr(self.value)
        found = shown if len(shown) <= 40 else shown[:39] + "…"
        self.fault(_("Here %(wanted)s was expected, not %(found)s.") % {"wanted": wanted, "found": found})
