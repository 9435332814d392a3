"""Question types: one file each, and the file names are the registry.

To add a type, add a file with a class ``Type(QuestionType)`` in it; its name is what an author writes after
``type:``. Nothing else changes: the form, the check, the store, the analysis, the paper form and the JSON Schema all
ask the class.

=================== ==============================================================================================
``scale``           which of the analysis' scales its answers are measured on; None if it asks nothing
``settings``        what an author may set, each a `Setting`; ``uses_options``: does it take ready answers?
``field``           WTForms fields by name: the question's own name, and ``name-part`` for more of them
``prose``           formatted text above the fields, if the type has any
``fill``            from a stored value back to the data of those fields, to show what was answered
``read``            from the form's data to a stored value (None: no answer), or `Refused` with a message
``check``           the same test on a value that comes from elsewhere (paper, an interface)
``items, columns``  what the analysis measures, and one answer's place in each
``words``           an answer in words, for the review page and for print
``print_text``      the question as lines on paper
``check_settings``  what is wrong with an author's settings, as sentences
``enough``          are there ready answers enough?
``compared``        what a condition may ask about an answer
``within``          what a survey's districts change in the question, if it asks about them
``advise``          what is allowed but unwise, as sentences
``seconds``         the time it takes to answer
``fake``            a made-up answer for trials; ``lean`` from -1 (first option, low) to 1 (last option, high)
=================== ==============================================================================================

Values are codes, numbers and text that JSON can hold. Labels are the questionnaire's, in every language, and are
never stored. A type that gives ready answers of its own, such as yes and no, words them in every language too.
"""

import pkgutil
from collections.abc import Collection, Mapping
from functools import lru_cache
from importlib import import_module
from random import Random
from typing import Any, ClassVar, Protocol

from markupsafe import Markup
from wtforms import Form
from wtforms.fields import Field
from wtforms.fields.core import UnboundField
from wtforms.validators import StopValidation

from analysis.words import _
from surveys.fields import Drawn
from surveys.questions._values import DONT_KNOW, Asked, Image, ItemSpec, Option, Refused, Setting, Text, Value

__all__ = [
    "DONT_KNOW",
    "Asked",
    "Checked",
    "Fields",
    "Image",
    "ItemSpec",
    "Option",
    "QuestionType",
    "Refused",
    "Setting",
    "Text",
    "Value",
    "names",
    "question_type",
]

Fields = dict[str, UnboundField]
"""WTForms fields by name, not yet bound to a form."""

SECONDS_A_WORD = 0.3
"""About 200 words a minute, the pace of careful reading."""


class QuestionType(Protocol):
    """What every question type answers; the bodies here are what most of them share."""

    scale: ClassVar[str | None] = None
    settings: ClassVar[Mapping[str, Setting]] = {}
    uses_options: ClassVar[bool] = False
    least_options: ClassVar[int] = 2

    @property
    def defaults(self) -> dict[str, Any]:
        """Every setting with the value it has when an author says nothing."""
        return {name: setting.default for name, setting in self.settings.items()}

    def field(self, question: Asked, language: str) -> Fields:
        """The WTForms fields that ask the question, by name."""
        raise NotImplementedError

    def prose(self, question: Asked, language: str) -> Markup:
        """Formatted text, safe to show as it is, above the fields."""
        return Markup("")

    def fill(self, question: Asked, value: Any) -> dict[str, Any]:
        """The data of the fields that shows a stored value."""
        return {question.name: value}

    def parse(self, question: Asked, data: Mapping[str, Any]) -> Value | None:
        """The value in the data of those fields; `Refused` if they hold something else."""
        raise NotImplementedError

    def read(self, question: Asked, data: Mapping[str, Any]) -> Value | None:
        """The checked value in a form's data, ready to be stored; None if it was left blank."""
        value = self.parse(question, data)
        self.check(question, value)
        return value

    def check(self, question: Asked, value: Any) -> None:
        """Raise `Refused` unless the value may be stored as the answer."""
        if value is None:
            if question.required:
                raise Refused(self.unanswered(question), question.name)
            return
        self.verify(question, value)

    def verify(self, question: Asked, value: Any) -> None:
        """Raise `Refused` unless a value that is there is one of the question's."""
        raise NotImplementedError

    def unanswered(self, question: Asked) -> str:
        """What a reader is told who left a required question blank."""
        return _("Answer the question")

    def items(self, question: Asked, language: str) -> list[ItemSpec]:
        """What the analysis measures: one item of the question's own name, if it asks anything."""
        return [ItemSpec(question.name, question.text.in_(language), self.scale)] if self.scale else []

    def columns(self, question: Asked, value: Any) -> dict[str, Any]:
        """One answer's cell in the column of each item."""
        return {question.name: value}

    def words(self, question: Asked, value: Any, language: str) -> str:
        """An answer as a reader would say it."""
        return "" if value is None else str(value)

    def print_text(self, question: Asked, language: str) -> list[str]:
        """The question as lines on a paper form."""
        return [line for line in (question.text.in_(language), question.hint.in_(language)) if line]

    def check_settings(self, question: Asked) -> list[str]:
        """What is wrong with the author's settings, and what to do about it, as sentences."""
        return []

    def enough(self, question: Asked) -> bool:
        """Are there ready answers enough to choose between?"""
        return len(question.options) >= self.least_options and len(question.options) != 1

    def compared(self, question: Asked, verb: str, row: str | None = None) -> Collection[str] | None:
        """The codes that a condition with this verb may name, empty for any; None if it can't be asked so.

        A ``row`` is a part of the answer that has a value of its own.
        """
        codes: dict[str, Collection[str]] = {item.name: item.categories for item in self.items(question, "sv")}
        if not codes or verb == "first":
            return None
        if row is not None:
            return codes.get(f"{question.name}_{row}")
        return codes.get(question.name, list(dict.fromkeys(code for each in codes.values() for code in each)))

    def within(self, question: Asked, districts: Mapping[str, str]) -> dict[str, Any]:
        """Fields of the question that are others in a survey with these districts, code to name; most have none."""
        return {}

    def advise(self, question: Asked) -> list[str]:
        """What is allowed but unwise, as sentences."""
        return []

    def seconds(self, question: Asked) -> float:
        """About how long the question takes to read and answer."""
        return SECONDS_A_WORD * len(" ".join(self.print_text(question, "sv")).split()) + 4

    def fake(self, question: Asked, rng: Random, lean: float = 0.0) -> Value | None:
        """A made-up answer for trials."""
        raise NotImplementedError


class Checked:
    """A WTForms validator that asks the question's type, so that a rule stands in one place."""

    def __init__(self, kind: QuestionType, question: Asked) -> None:
        self.kind = kind
        self.question = question

    def __call__(self, form: Form, field: Field) -> None:
        """Stop with the type's own message, unless the field itself has found a fault."""
        if field.errors:
            return
        try:
            self.kind.read(self.question, form.data)
        except Refused as refusal:
            if isinstance(field, Drawn):
                field.at = refusal.field
            raise StopValidation(str(refusal)) from None


def names() -> tuple[str, ...]:
    """The question types there are: the files of this folder."""
    return tuple(_registry(tuple(__path__)))


def question_type(name: str) -> QuestionType:
    """The type of that name; `KeyError` if there is none."""
    return _registry(tuple(__path__))[name]


@lru_cache
def _registry(folders: tuple[str, ...]) -> dict[str, QuestionType]:
    found = sorted(module.name for module in pkgutil.iter_modules(folders) if not module.name.startswith("_"))
    return {name: import_module(f"{__name__}.{name}").Type() for name in found}
