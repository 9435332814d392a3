"""The small values that a question is made of; a question type sees these and nothing above."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from analysis.words import FALLBACK

Value = str | int | float | list[str] | dict[str, str] | dict[str, int]
"""An answer as it is stored: codes, numbers and text, never labels. ``None`` stands for no answer."""

DONT_KNOW = "dont_know"
"""The code of "Vet inte / vill inte svara", reserved in every question."""


class Refused(ValueError):
    """An answer that cannot be taken; its message tells the reader why, and ``field`` which field to mend."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True)
class Text:
    """The same words in several languages; the first language stands in for those that are missing."""

    words: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, words: "str | Mapping[str, str] | Text | None", language: str = "sv") -> "Text":
        """A text from a string in ``language``, or from a mapping whose fallback is ``language``."""
        if isinstance(words, Text):
            return words
        pairs = {language: words} if isinstance(words, str) else dict(words or {})
        return cls(tuple(sorted(((k, v) for k, v in pairs.items() if v), key=lambda pair: pair[0] != language)))

    def in_(self, language: str) -> str:
        """The words in ``language``, in the language it falls back on, or in the first one there is."""
        words = dict(self.words)
        for tag in (language, FALLBACK.get(language, "")):
            if tag in words:
                return words[tag]
        return self.words[0][1] if self.words else ""

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that have words of their own."""
        return tuple(language for language, _words in self.words)

    def __bool__(self) -> bool:
        return bool(self.words)

    def __str__(self) -> str:
        return self.words[0][1] if self.words else ""

    def to_json(self) -> dict[str, str]:
        """A plain mapping of language to words."""
        return dict(self.words)


@dataclass(frozen=True)
class Option:
    """One ready answer: its code is stored, its text is shown."""

    code: str
    text: Text
    exclusive: bool = False
    """Cannot be chosen together with another ("Inget av detta")."""
    missing: bool = False
    """Outside the base of every share ("Vet inte")."""


@dataclass(frozen=True)
class Image:
    """A picture beside a question: a file name without folders, and what it shows in words."""

    file: str
    alt: Text = Text()


@dataclass(frozen=True)
class Setting:
    """One setting of a question type, as an author writes it."""

    kind: str
    """``integer``, ``number``, ``flag``, ``words`` (in several languages) or ``options`` (codes and texts)."""
    default: Any = None
    meaning: str = ""


@dataclass(frozen=True)
class ItemSpec:
    """What the analysis needs to know of one column of answers."""

    name: str
    label: str
    scale: str
    categories: dict[str, str] = field(default_factory=dict)
    """Code to label, in order; the missing codes stand last."""
    missing: frozenset[str] = frozenset()
    unit: str = ""
    """What a number counts."""


class Asked(Protocol):
    """The face of a question that its type sees."""

    @property
    def name(self) -> str: ...
    @property
    def text(self) -> Text: ...
    @property
    def hint(self) -> Text: ...
    @property
    def options(self) -> tuple[Option, ...]: ...
    @property
    def required(self) -> bool: ...
    @property
    def dont_know(self) -> bool: ...
    @property
    def image(self) -> Image | None: ...
    @property
    def settings(self) -> Mapping[str, Any]: ...
