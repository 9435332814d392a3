"""What the types with ready answers share."""

import math
from collections.abc import Mapping
from random import Random
from typing import Any

from analysis.words import N_, _, speak
from surveys import fields
from surveys.questions import DONT_KNOW, Asked, Checked, Fields, ItemSpec, Option, QuestionType, Refused, Text, Value

DONT_KNOW_WORDS = N_("Do not know / prefer not to say")


def said(message: str, language: str) -> str:
    """A message of ours in the questionnaire's language rather than the reader's."""
    with speak(language):
        return _(message)


def own_words(message: str) -> Text:
    """A message of ours as a text in every language that the product speaks."""
    return Text(tuple((language, said(message, language)) for language in ("sv", "en")))


def dont_know() -> Option:
    """The ready answer that stands outside every share."""
    return Option(DONT_KNOW, own_words(DONT_KNOW_WORDS), exclusive=True, missing=True)


def numbered(number: int, meaning: Text) -> Option:
    """One step of a scale of numbers, with what it means where that is said."""
    words = Text(tuple((language, f"{number} – {said}") for language, said in meaning.words))
    return Option(str(number), words or Text.of(str(number)))


def leaning(count: int, lean: float) -> list[float]:
    """Weights for ``count`` options that lean to the first (-1) or the last (1) of them."""
    return [math.exp(2 * lean * (2 * i / max(count - 1, 1) - 1)) for i in range(count)]


class OneChoice(QuestionType):
    """One of several ready answers."""

    uses_options = True

    def choices(self, question: Asked) -> tuple[Option, ...]:
        """Every answer that may be chosen, in order."""
        return question.options + ((dont_know(),) if question.dont_know else ())

    def labels(self, question: Asked, language: str) -> dict[str, str]:
        """Code to label of every answer that may be chosen."""
        return {option.code: option.text.in_(language) for option in self.choices(question)}

    def field(self, question: Asked, language: str) -> Fields:
        """Radio buttons."""
        return {
            question.name: fields.Radios(
                question.text.in_(language),
                choices=list(self.labels(question, language).items()),
                hint=question.hint.in_(language),
                validators=[Checked(self, question)],
            )
        }

    def parse(self, question: Asked, data: Mapping[str, Any]) -> Value | None:
        """The chosen code."""
        return data.get(question.name) or None

    def verify(self, question: Asked, value: Any) -> None:
        """The code is one of the question's."""
        if not isinstance(value, str) or value not in {option.code for option in self.choices(question)}:
            raise Refused(_("Choose one of the answers that are shown"), question.name)

    def unanswered(self, question: Asked) -> str:
        """Choose, rather than write."""
        return _("Choose an answer")

    def items(self, question: Asked, language: str) -> list[ItemSpec]:
        """One item with the options as its categories."""
        missing = frozenset(option.code for option in self.choices(question) if option.missing)
        labels = self.labels(question, language)
        return [ItemSpec(question.name, question.text.in_(language), self.scale or "nominal", labels, missing)]

    def words(self, question: Asked, value: Any, language: str) -> str:
        """The option's text."""
        return "" if value is None else self.labels(question, language).get(value, str(value))

    def print_text(self, question: Asked, language: str) -> list[str]:
        """The question, then a ring to fill in before each answer."""
        rings = [f"○ {label}" for label in self.labels(question, language).values()]
        return super().print_text(question, language) + rings

    def fake(self, question: Asked, rng: Random, lean: float = 0.0) -> Value | None:
        """An option, seldom one that is missing."""
        options = self.choices(question)
        weights = [w * (0.1 if o.missing else 1) for o, w in zip(options, leaning(len(options), lean), strict=True)]
        return rng.choices(options, weights)[0].code
