"""Matrix: several things, each rated with the same ordered options."""

from collections.abc import Mapping
from random import Random
from typing import Any

from wtforms import Form
from wtforms.fields import Field
from wtforms.validators import StopValidation

from analysis.words import _
from surveys import fields
from surveys.questions import Asked, Fields, ItemSpec, Refused, Setting, Value
from surveys.questions._choices import OneChoice

MOST_ROWS = 5
MOST_OPTIONS = 6
"""More does not fit on a phone, and is answered without care (straightlining)."""


class Type(OneChoice):
    """Several rows rated on one scale; each row is an item of its own."""

    scale = "ordinal"
    settings = {"rows": Setting("options", (), "What is rated: a code and a text for each row.")}

    def rows(self, question: Asked, language: str) -> dict[str, str]:
        """Code to text of each row."""
        return {row.code: row.text.in_(language) for row in question.settings["rows"]}

    def field(self, question: Asked, language: str) -> Fields:
        """One group of radio buttons for each row."""
        return {
            question.name: fields.Matrix(
                question.text.in_(language),
                rows=list(self.rows(question, language).items()),
                choices=list(self.labels(question, language).items()),
                hint=question.hint.in_(language),
                validators=[_EachRow(self, question)] if question.required else [],
            )
        }

    def parse(self, question: Asked, data: Mapping[str, Any]) -> Value | None:
        """The chosen code of each row that was answered."""
        given = data.get(question.name) or {}
        return {row: code for row, code in given.items() if code} or None

    def verify(self, question: Asked, value: Any) -> None:
        """Rows and codes of the question's; every row, if it is required."""
        rows = self.rows(question, "")
        if not isinstance(value, dict) or not set(value) <= set(rows):
            raise Refused(_("Choose one of the answers that are shown"), question.name)
        for code in value.values():
            super().verify(question, code)
        if question.required and len(value) < len(rows):
            raise Refused(_("Choose an answer in every row"), question.name)

    def items(self, question: Asked, language: str) -> list[ItemSpec]:
        """One item for each row, named after both."""
        missing = frozenset(option.code for option in self.choices(question) if option.missing)
        labels = self.labels(question, language)
        text = question.text.in_(language)
        return [
            ItemSpec(f"{question.name}_{row}", f"{text} – {words}", "ordinal", labels, missing)
            for row, words in self.rows(question, language).items()
        ]

    def columns(self, question: Asked, value: Any) -> dict[str, Any]:
        """Each row's code."""
        return {f"{question.name}_{row}": (value or {}).get(row) for row in self.rows(question, "")}

    def words(self, question: Asked, value: Any, language: str) -> str:
        """Each answered row with its answer."""
        labels = self.labels(question, language)
        rows = self.rows(question, language)
        return "; ".join(f"{rows[row]}: {labels.get(code, code)}" for row, code in (value or {}).items() if row in rows)

    def print_text(self, question: Asked, language: str) -> list[str]:
        """The question, then each row with a ring for each answer."""
        heading = [line for line in (question.text.in_(language), question.hint.in_(language)) if line]
        rings = "   ".join(f"○ {label}" for label in self.labels(question, language).values())
        return heading + [f"{words}:   {rings}" for words in self.rows(question, language).values()]

    def check_settings(self, question: Asked) -> list[str]:
        """Something to rate."""
        return [] if question.settings["rows"] else [_('Say under "rows" what is to be rated.')]

    def advise(self, question: Asked) -> list[str]:
        """No larger than a phone's page."""
        rows, options = len(question.settings["rows"]), len(self.choices(question))
        if rows <= MOST_ROWS and options <= MOST_OPTIONS:
            return []
        sizes = {"rows": rows, "options": options, "most_rows": MOST_ROWS, "most_options": MOST_OPTIONS}
        return [
            _("The matrix is %(rows)s rows by %(options)s options. A phone takes %(most_rows)s by %(most_options)s.")
            % sizes
        ]

    def seconds(self, question: Asked) -> float:
        """The words once, then a moment for each row."""
        return 6 + 5 * len(question.settings["rows"]) + 0.3 * len(question.text.in_("sv").split())

    def fake(self, question: Asked, rng: Random, lean: float = 0.0) -> Value | None:
        """An option in each row."""
        return {row: str(super(Type, self).fake(question, rng, lean)) for row in self.rows(question, "")}


class _EachRow:
    """A WTForms validator: a row of a required matrix is answered."""

    def __init__(self, kind: Type, question: Asked) -> None:
        self.kind = kind
        self.question = question

    def __call__(self, form: Form, field: Field) -> None:
        if not field.data and not field.errors:
            raise StopValidation(self.kind.unanswered(self.question))
