"""Score: a whole number from 0 to 10, with words at both ends, summed up as a net score."""

from collections.abc import Mapping
from random import Random
from typing import Any

from analysis.words import _
from surveys import fields
from surveys.questions import DONT_KNOW, Asked, Checked, Fields, Option, Setting, Text, Value
from surveys.questions._choices import OneChoice, dont_know, numbered

STEPS = range(11)


class Type(OneChoice):
    """A score from 0 to 10; what is told of all is the share of 9 and 10 less the share of 0 to 6."""

    scale = "nps"
    uses_options = False
    settings = {
        "low": Setting("words", Text(), "What 0 means."),
        "high": Setting("words", Text(), "What 10 means."),
    }

    def choices(self, question: Asked) -> tuple[Option, ...]:
        """The eleven steps."""
        ends = {STEPS[0]: question.settings["low"], STEPS[-1]: question.settings["high"]}
        steps = tuple(numbered(step, ends.get(step) or Text()) for step in STEPS)
        return steps + ((dont_know(),) if question.dont_know else ())

    def field(self, question: Asked, language: str) -> Fields:
        """The steps in a row, with the words of the ends above."""
        labels = self.labels(question, language)
        return {
            question.name: fields.Steps(
                question.text.in_(language),
                choices=list(labels.items()),
                hint=question.hint.in_(language),
                validators=[Checked(self, question)],
                ends=(labels[str(STEPS[0])], labels[str(STEPS[-1])]),
            )
        }

    def fill(self, question: Asked, value: Any) -> dict[str, Any]:
        """The code of the step."""
        return {question.name: None if value is None else str(value)}

    def parse(self, question: Asked, data: Mapping[str, Any]) -> Value | None:
        """The chosen step as a number, so that conditions can compare it."""
        code: str | None = data.get(question.name) or None
        return int(code) if code and code in map(str, STEPS) else code

    def verify(self, question: Asked, value: Any) -> None:
        """A step, or that one does not know."""
        step = isinstance(value, int) and not isinstance(value, bool)
        super().verify(question, str(value) if step or value == DONT_KNOW else None)

    def columns(self, question: Asked, value: Any) -> dict[str, Any]:
        """The code of the step."""
        return self.fill(question, value)

    def words(self, question: Asked, value: Any, language: str) -> str:
        """The step with its words."""
        return super().words(question, None if value is None else str(value), language)

    def check_settings(self, question: Asked) -> list[str]:
        """No end without its words."""
        ends = question.settings["low"] and question.settings["high"]
        return [] if ends else [_('Say under "low" and "high" what 0 and 10 mean.')]

    def fake(self, question: Asked, rng: Random, lean: float = 0.0) -> Value | None:
        """A step, seldom that one does not know."""
        code = super().fake(question, rng, lean)
        return code if code == DONT_KNOW else int(str(code))
